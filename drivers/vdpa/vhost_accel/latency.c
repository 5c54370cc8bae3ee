// SPDX-License-Identifier: GPL-2.0
/*
 * How long requests take, see latency.h.
 */
#include "latency.h"

#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/timekeeping.h>

/* On while a device measures */
DEFINE_STATIC_KEY_FALSE(vha_latency_key);

/* Guards changes of &vha_dev.latency_since */
static DEFINE_MUTEX(vha_latency_mutex);

/**
 * vha_latency_stamp() - remember when a request was taken
 * @run: of its queue
 * @req: the request
 *
 * Context: the worker.
 */
void vha_latency_stamp(struct vha_run *run, struct vha_req *req)
{
	req->taken_ns = READ_ONCE(run->dev->latency_since) ? ktime_get_ns() : 0;
}

/**
 * vha_latency_count() - count how long a request took
 * @run: of its queue
 * @req: the request
 *
 * A slot may still have the stamp of a request that it had before the last time
 * that this was off: that is older than the time since which it is on.
 *
 * Context: the worker.
 */
void vha_latency_count(struct vha_run *run, const struct vha_req *req)
{
	u64 since = READ_ONCE(run->dev->latency_since);

	if (since && req->taken_ns >= since)
		vha_stat_add(&run->vq->stats.latency[vha_latency_bucket(ktime_get_ns() -
									req->taken_ns)],
			     1);
}

/**
 * vha_latency_set() - have a device measure, or not any more
 * @dev: the device
 * @on: measure
 *
 * What was counted stays.
 *
 * Context: process.
 */
void vha_latency_set(struct vha_dev *dev, bool on)
{
	mutex_lock(&vha_latency_mutex);
	if (on && !dev->latency_since) {
		static_branch_inc(&vha_latency_key);
		WRITE_ONCE(dev->latency_since, ktime_get_ns());
	} else if (!on && dev->latency_since) {
		WRITE_ONCE(dev->latency_since, 0);
		static_branch_dec(&vha_latency_key);
	}
	mutex_unlock(&vha_latency_mutex);
}

/**
 * vha_latency_sum() - what all queues of a device have counted
 * @dev: the device
 * @buckets: %VHA_LATENCY_NR sums
 *
 * Context: any.
 */
void vha_latency_sum(const struct vha_dev *dev, u64 *buckets)
{
	unsigned int i;

	for (i = 0; i < VHA_LATENCY_NR; i++)
		buckets[i] = vha_stats_sum(dev, offsetof(struct vha_vq_stats,
							 latency[i]));
}
