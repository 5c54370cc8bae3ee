// SPDX-License-Identifier: GPL-2.0
/*
 * Limits of a device, and how saturation is told. The scheduler, which weights are for,
 * is in sched.c.
 */
#include "qos.h"

#include <linux/bits.h>
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include "sysfs.h"
#include "trace.h"
#include "vha.h"

/* As long as this, and not longer, for want of a wake-up */
#define VHA_THROTTLE_MAX	HZ
/* Between uevents of a device */
#define VHA_UEVENT_INTERVAL	HZ

/**
 * struct vha_qos_setting - a limit
 * @name: of the sysfs file
 * @range: what it may be
 * @init: default
 */
struct vha_qos_setting {
	const char *name;
	struct vha_range range;
	u64 init;
};

static const struct vha_qos_setting vha_qos_settings[VHA_QOS_NR] = {
	[VHA_QOS_WEIGHT] = { "weight", { 1, VHA_WEIGHT_MAX },
			     VHA_WEIGHT_DEFAULT },
	[VHA_QOS_BYTES] = { "max_bytes_per_sec", { 0, BIT_ULL(40) } },
	[VHA_QOS_REQUESTS] = { "max_requests_per_sec", { 0, BIT_ULL(30) } },
	[VHA_QOS_BURST] = { "burst_ms", { 1, 60000 }, 100 },
	[VHA_QOS_PINNED] = { "max_pinned", { 0, BIT_ULL(40) } },
};

/* ---- settings ----------------------------------------------------------- */

/**
 * vha_qos_parse() - read a limit that an administrator wrote
 * @device: to complain about
 * @what: the limit
 * @buf: what was written
 * @value: filled in on success
 *
 * Context: any.
 * Return: 0, or -EINVAL with a line in the log.
 */
int vha_qos_parse(struct device *device, enum vha_qos_what what,
		  const char *buf, u64 *value)
{
	const struct vha_qos_setting *setting = &vha_qos_settings[what];

	return vha_parse_number(device, setting->name, buf, &setting->range,
				value);
}

/**
 * vha_qos_defaults() - what limits are when nobody has set them
 * @value: %VHA_QOS_NR values
 *
 * Context: any.
 */
void vha_qos_defaults(u64 *value)
{
	unsigned int i;

	for (i = 0; i < VHA_QOS_NR; i++)
		value[i] = vha_qos_settings[i].init;
}

static void vha_qos_set_buckets(struct vha_qos *qos)
{
	u64 burst_ns = qos->value[VHA_QOS_BURST] * NSEC_PER_MSEC;

	vha_bucket_set(&qos->bytes, qos->value[VHA_QOS_BYTES], burst_ns);
	vha_bucket_set(&qos->requests, qos->value[VHA_QOS_REQUESTS], burst_ns);
	WRITE_ONCE(qos->rated, qos->bytes.rate || qos->requests.rate);
}

/**
 * vha_qos_init() - give a device its limits
 * @qos: the device's
 * @value: %VHA_QOS_NR values
 *
 * Context: any.
 */
void vha_qos_init(struct vha_qos *qos, const u64 *value)
{
	spin_lock_init(&qos->lock);
	memcpy(qos->value, value, sizeof(qos->value));
	vha_qos_set_buckets(qos);
}

/* Whoever waits for a limit looks again */
static void vha_qos_wake(struct vha_dev *dev)
{
	struct vha_run *run;
	u32 i;

	rcu_read_lock();
	for (i = 0; i < dev->nvqs; i++) {
		run = rcu_dereference(dev->vq[i].run);
		if (!run)
			continue;
		WRITE_ONCE(run->kicked, true);
		vha_run_wake(run);
	}
	rcu_read_unlock();
}

/**
 * vha_qos_set() - change a limit of a device
 * @dev: the device
 * @what: the limit
 * @value: of vha_qos_parse()
 *
 * A limit below what is used takes nothing away: nothing more is taken until less is
 * used. With another rate or burst, all of a burst may come at once.
 *
 * Context: process.
 */
void vha_qos_set(struct vha_dev *dev, enum vha_qos_what what, u64 value)
{
	struct vha_qos *qos = &dev->qos;

	if (what == VHA_QOS_WEIGHT) {
		/* The device stays with its provider meanwhile */
		mutex_lock(&dev->lock);
		vha_share_set_weight(&dev->share, value);
		WRITE_ONCE(qos->value[what], value);
		mutex_unlock(&dev->lock);
		return;
	}
	spin_lock(&qos->lock);
	WRITE_ONCE(qos->value[what], value);
	if (what != VHA_QOS_PINNED)
		vha_qos_set_buckets(qos);
	spin_unlock(&qos->lock);
	vha_qos_wake(dev);
}

/* ---- rates -------------------------------------------------------------- */

static u32 vha_qos_bytes(const struct vha_req *req)
{
	/* What is malformed costs a request, and no bytes */
	return req->answered ? 0 : req->text_len;
}

/**
 * vha_qos_throttle() - may a request be taken?
 * @run: of the queue
 *
 * Context: the worker.
 * Return: 0 if it may, else when to look again, in jiffies from now.
 */
unsigned long vha_qos_throttle(struct vha_run *run)
{
	struct vha_qos *qos = &run->dev->qos;
	u64 now = ktime_get_ns();
	u64 ns;

	spin_lock(&qos->lock);
	ns = max(vha_bucket_wait(&qos->bytes, now),
		 vha_bucket_wait(&qos->requests, now));
	spin_unlock(&qos->lock);
	if (!ns)
		return 0;
	return min_t(u64, nsecs_to_jiffies64(ns) + 1, VHA_THROTTLE_MAX);
}

/**
 * vha_qos_took() - a request was taken from the ring
 * @run: of the queue
 * @req: the request
 *
 * Context: the worker.
 */
void vha_qos_took(struct vha_run *run, const struct vha_req *req)
{
	struct vha_qos *qos = &run->dev->qos;
	u64 now = ktime_get_ns();

	spin_lock(&qos->lock);
	vha_bucket_use(&qos->bytes, now, vha_qos_bytes(req));
	vha_bucket_use(&qos->requests, now, 1);
	spin_unlock(&qos->lock);
}

/**
 * vha_qos_untook() - a request was given back to the ring
 * @run: of the queue
 * @req: the request
 *
 * Context: the worker.
 */
void vha_qos_untook(struct vha_run *run, const struct vha_req *req)
{
	struct vha_qos *qos = &run->dev->qos;

	spin_lock(&qos->lock);
	vha_bucket_return(&qos->bytes, vha_qos_bytes(req));
	vha_bucket_return(&qos->requests, 1);
	spin_unlock(&qos->lock);
}

/* ---- pinned memory ------------------------------------------------------ */

/**
 * vha_qos_pin() - count the pages of a request
 * @run: of its queue
 * @req: the request, with its pages
 *
 * One request is let through in any case: else one that is larger than the limit would
 * wait for ever.
 *
 * Context: the worker.
 * Return: false if there would be too many; the worker is woken when there are less.
 */
bool vha_qos_pin(struct vha_run *run, struct vha_req *req)
{
	u64 limit = READ_ONCE(run->dev->qos.value[VHA_QOS_PINNED]);
	struct vha_qos *qos = &run->dev->qos;
	u64 bytes = (u64)PAGE_SIZE * (vha_sgl_pages(&req->src) +
				      vha_sgl_pages(&req->dst));
	u64 sum;

	sum = atomic64_add_return(bytes, &qos->pinned);
	if (sum <= limit || sum == bytes) {
		req->pinned = bytes;
		return true;
	}
	WRITE_ONCE(qos->waiting, true);
	/* Pairs with vha_qos_unpin(): one of us sees what the other has done */
	smp_mb__before_atomic();
	if (atomic64_sub_return(bytes, &qos->pinned) + bytes <= limit)
		WRITE_ONCE(run->kicked, true);
	return false;
}

/**
 * vha_qos_unpin() - a request lets go of its pages
 * @req: the request, after vha_qos_pin()
 *
 * Context: the worker.
 */
void vha_qos_unpin(struct vha_req *req)
{
	struct vha_dev *dev = req->run->dev;
	struct vha_qos *qos = &dev->qos;

	atomic64_sub(req->pinned, &qos->pinned);
	req->pinned = 0;
	/* Pairs with vha_qos_pin() */
	smp_mb__after_atomic();
	if (READ_ONCE(qos->waiting)) {
		WRITE_ONCE(qos->waiting, false);
		vha_qos_wake(dev);
	}
}

/* ---- saturation --------------------------------------------------------- */

/* Tells how it is now, if that is not how it was told last */
static void vha_saturation_work(struct work_struct *work)
{
	struct vha_dev *dev = container_of(to_delayed_work(work),
					   struct vha_dev, saturation_work);
	bool saturated = atomic_read(&dev->saturated);
	char text[] = "SATURATED=0";
	char *env[2];

	if (saturated == dev->saturation_told)
		return;
	dev->saturation_told = saturated;
	text[sizeof(text) - 2] += saturated;
	env[0] = text;
	env[1] = NULL;
	WRITE_ONCE(dev->saturation_next, jiffies + VHA_UEVENT_INTERVAL);
	kobject_uevent_env(&dev->vdpa.dev.kobj, KOBJ_CHANGE, env);
}

/**
 * vha_dev_set_saturated() - a queue's provider is full, or not any more
 * @dev: the device
 * @saturated: it is full
 *
 * The uevent comes later if there was one a short while ago, and not at all if by then
 * all is as it was.
 *
 * Context: process, a worker without locks.
 */
void vha_dev_set_saturated(struct vha_dev *dev, bool saturated)
{
	unsigned long next = READ_ONCE(dev->saturation_next);
	struct kernfs_node *node;
	bool changed;

	if (saturated)
		changed = atomic_inc_return(&dev->saturated) == 1;
	else
		changed = atomic_dec_and_test(&dev->saturated);
	if (!changed)
		return;
	trace_vha_saturated(dev, saturated);
	node = READ_ONCE(dev->saturated_node);
	if (node)
		sysfs_notify_dirent(node);
	queue_delayed_work(system_unbound_wq, &dev->saturation_work,
			   time_before(jiffies, next) ? next - jiffies : 0);
}

/**
 * vha_saturation_init() - prepare to tell whether a device is saturated
 * @dev: the device
 *
 * Context: any.
 */
void vha_saturation_init(struct vha_dev *dev)
{
	INIT_DELAYED_WORK(&dev->saturation_work, vha_saturation_work);
	dev->saturation_next = jiffies;
}

/**
 * vha_saturation_end() - tell nobody any more
 * @dev: the device, still registered
 *
 * Context: process.
 */
void vha_saturation_end(struct vha_dev *dev)
{
	disable_delayed_work_sync(&dev->saturation_work);
}
