/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_MIN_SIZE_H
#define _VACCEL_MIN_SIZE_H

#include <linux/types.h>

/**
 * struct vaccel_min_size - an entry of the module parameter "min_size"
 * @name: the algorithm, as the crypto API calls it, or "all"; not terminated
 * @len: length of @name
 * @bytes: data shorter than this is for software
 */
struct vaccel_min_size {
	const char *name;
	size_t len;
	u32 bytes;
};

/**
 * vaccel_min_size_next() - take an entry off a list
 * @pos: the list, NAME:BYTES[,NAME:BYTES...]; moved behind the entry
 * @entry: filled in
 *
 * Context: any.
 * Return: 1, 0 at the end of the list, or -EINVAL.
 */
int vaccel_min_size_next(const char **pos, struct vaccel_min_size *entry);

#endif /* _VACCEL_MIN_SIZE_H */
