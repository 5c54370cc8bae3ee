/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_SKCIPHER_H
#define _VACCEL_SKCIPHER_H

#include <linux/types.h>

/**
 * vaccel_iv_add() - add to a big endian counter
 * @iv: the counter
 * @len: its length, that of a block: 8 or 16 bytes
 * @n: what to add
 */
void vaccel_iv_add(u8 *iv, unsigned int len, u32 n);

#endif /* _VACCEL_SKCIPHER_H */
