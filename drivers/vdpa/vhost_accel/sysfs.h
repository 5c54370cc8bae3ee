/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What files in sysfs have in common: how numbers and words are read and printed.
 */
#ifndef _VHA_SYSFS_H
#define _VHA_SYSFS_H

#include <linux/device.h>
#include <linux/sysfs.h>
#include <linux/types.h>

struct vha_provider;

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

/**
 * struct vha_counter - a counter summed up over queues
 * @attr: the sysfs file
 * @offset: in struct vha_vq_stats
 */
struct vha_counter {
	struct device_attribute attr;
	size_t offset;
};

/* Of a management device, whose driver data it is */
static inline struct vha_provider *vha_sysfs_provider(struct device *device)
{
	return dev_get_drvdata(device);
}

extern const struct attribute_group *vha_dev_groups[];

int vha_parse_number(struct device *device, const char *name, const char *buf,
		     const struct vha_range *range, u64 *value);
int vha_parse_fallback(struct device *device, const char *buf, bool *fallback);
ssize_t vha_emit_fallback(char *buf, bool fallback);
ssize_t vha_emit_algorithms(char *buf, u64 algs);
ssize_t vha_emit_latency(char *buf, const u64 *buckets);

#endif /* _VHA_SYSFS_H */
