/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What files in sysfs have in common: how numbers and words are read and printed.
 */
#ifndef _VHA_SYSFS_H
#define _VHA_SYSFS_H

#include <linux/device.h>
#include <linux/sysfs.h>
#include <linux/types.h>

/**
 * struct vha_range - what a number may be
 * @min: least value
 * @max: largest value
 * @or_zero: 0 will do, too
 * @power_of_2: of the others, none but powers of two
 */
struct vha_range {
	u64 min;
	u64 max;
	bool or_zero;
	bool power_of_2;
};

extern const struct attribute_group *vha_dev_groups[];

int vha_parse_number(struct device *device, const char *name, const char *buf,
		     const struct vha_range *range, u64 *value);
int vha_parse_fallback(struct device *device, const char *buf, bool *fallback);
ssize_t vha_emit_fallback(char *buf, bool fallback);
ssize_t vha_emit_algorithms(char *buf, u64 algs);
ssize_t vha_emit_latency(char *buf, const u64 *buckets);

#endif /* _VHA_SYSFS_H */
