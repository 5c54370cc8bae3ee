/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a provider: what its devices have counted while they were its, also those
 * that have been deleted or moved away since. Nothing of that is on the path of a request.
 */
#ifndef _VHA_TOTALS_H
#define _VHA_TOTALS_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include "stats.h"

struct attribute_group;
struct vha_dev;

/* Those of struct vha_vq_stats that are not of an algorithm */
#define VHA_TOTALS	(offsetof(struct vha_vq_stats, alg) / sizeof(u64))

/**
 * struct vha_totals - of a provider
 * @lock: guards the rest, and what its devices have of it
 * @devs: its devices
 * @past: what devices counted that are not its any more
 */
struct vha_totals {
	struct mutex lock; /* see above */
	struct list_head devs;
	u64 past[VHA_TOTALS];
};

/**
 * struct vha_totals_member - what a device has of that
 * @node: on &vha_totals.devs
 * @before: what it had counted when it became its provider's
 */
struct vha_totals_member {
	struct list_head node;
	u64 before[VHA_TOTALS];
};

void vha_totals_init(struct vha_totals *totals);
void vha_totals_join(struct vha_dev *dev, struct vha_totals *totals);
void vha_totals_leave(struct vha_dev *dev, struct vha_totals *totals);

extern const struct attribute_group vha_totals_group;

#endif /* _VHA_TOTALS_H */
