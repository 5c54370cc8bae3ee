/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a device may take of its host: weight, rates, pinned memory.
 *
 * A device that is at a limit takes nothing more from its rings. It does not fail
 * anything.
 */
#ifndef _VHA_QOS_H
#define _VHA_QOS_H

#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "bucket.h"

struct vha_dev;
struct vha_req;
struct vha_run;

/**
 * enum vha_qos_what - what can be set, see vha_qos_settings
 * @VHA_QOS_WEIGHT: share of the provider
 * @VHA_QOS_BYTES: bytes per second
 * @VHA_QOS_REQUESTS: requests per second
 * @VHA_QOS_BURST: what may come at once of these, in milliseconds
 * @VHA_QOS_PINNED: bytes of guest pages that requests hold
 * @VHA_QOS_NR: how many there are
 */
enum vha_qos_what {
	VHA_QOS_WEIGHT,
	VHA_QOS_BYTES,
	VHA_QOS_REQUESTS,
	VHA_QOS_BURST,
	VHA_QOS_PINNED,
	VHA_QOS_NR,
};

/**
 * struct vha_qos - limits of a device, and what it uses
 * @lock: guards @value, and the buckets. Innermost
 * @value: by enum vha_qos_what; read without lock
 * @rated: it has a rate
 * @bytes: of @value[VHA_QOS_BYTES]
 * @requests: of @value[VHA_QOS_REQUESTS]
 * @pinned: bytes of pages that requests hold, of those taken while there was a limit
 * @waiting: some worker waits for @pinned to become less
 * @throttled: times that a queue stopped taking requests
 */
struct vha_qos {
	spinlock_t lock; /* see above */
	u64 value[VHA_QOS_NR];
	bool rated;
	struct vha_bucket bytes;
	struct vha_bucket requests;
	atomic64_t pinned;
	bool waiting;
	atomic64_t throttled;
};

/**
 * struct vha_qos_attr - a sysfs file of a limit
 * @attr: for sysfs
 * @what: the limit
 */
struct vha_qos_attr {
	struct device_attribute attr;
	enum vha_qos_what what;
};

static inline enum vha_qos_what vha_qos_what(struct device_attribute *attr)
{
	return container_of(attr, struct vha_qos_attr, attr)->what;
}

#define VHA_QOS_ATTR(_name, _what)					\
	{ __ATTR(_name, 0644, vha_limit_show, vha_limit_store), _what }
/* All of them, for functions of these names, which tell them apart by vha_qos_what() */
#define VHA_QOS_ATTRS {							\
	VHA_QOS_ATTR(weight, VHA_QOS_WEIGHT),				\
	VHA_QOS_ATTR(max_bytes_per_sec, VHA_QOS_BYTES),			\
	VHA_QOS_ATTR(max_requests_per_sec, VHA_QOS_REQUESTS),		\
	VHA_QOS_ATTR(burst_ms, VHA_QOS_BURST),				\
	VHA_QOS_ATTR(max_pinned, VHA_QOS_PINNED),			\
}

int vha_qos_parse(struct device *device, enum vha_qos_what what,
		  const char *buf, u64 *value);
void vha_qos_defaults(u64 *value);
void vha_qos_set(struct vha_dev *dev, enum vha_qos_what what, u64 value);
void vha_qos_init(struct vha_qos *qos, const u64 *value);
unsigned long vha_qos_throttle(struct vha_run *run);
void vha_qos_took(struct vha_run *run, const struct vha_req *req);
void vha_qos_untook(struct vha_run *run, const struct vha_req *req);
bool vha_qos_pin(struct vha_run *run, struct vha_req *req);
void vha_qos_unpin(struct vha_req *req);

void vha_saturation_init(struct vha_dev *dev);
void vha_saturation_end(struct vha_dev *dev);

#endif /* _VHA_QOS_H */
