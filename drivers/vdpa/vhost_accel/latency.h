/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long requests take: from the moment that one is taken from the ring until it
 * is returned. Measured where an administrator has asked for it; where nobody has,
 * on no device, it costs nothing but two instructions that do nothing.
 */
#ifndef _VHA_LATENCY_H
#define _VHA_LATENCY_H

#include <linux/bitops.h>
#include <linux/jump_label.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/types.h>

#include "vha.h"

DECLARE_STATIC_KEY_FALSE(vha_latency_key);

void vha_latency_stamp(struct vha_run *run, struct vha_req *req);
void vha_latency_count(struct vha_run *run, const struct vha_req *req);
void vha_latency_set(struct vha_dev *dev, bool on);
void vha_latency_sum(const struct vha_dev *dev, u64 *buckets);

/**
 * vha_latency_bucket() - where a time is counted
 * @ns: the time, in nanoseconds
 *
 * Bucket n has what took less than 2^n microseconds and not less than half of that;
 * the last one also has all that took longer.
 *
 * Context: any.
 * Return: index in &vha_vq_stats.latency.
 */
static inline unsigned int vha_latency_bucket(u64 ns)
{
	return min_t(unsigned int, fls64(div_u64(ns, NSEC_PER_USEC)),
		     VHA_LATENCY_NR - 1);
}

/**
 * vha_latency_begin() - a request was taken from the ring
 * @run: of its queue
 * @req: the request
 *
 * Context: the worker.
 */
static inline void vha_latency_begin(struct vha_run *run, struct vha_req *req)
{
	if (static_branch_unlikely(&vha_latency_key))
		vha_latency_stamp(run, req);
}

/**
 * vha_latency_end() - a request was returned to the ring
 * @run: of its queue
 * @req: the request
 *
 * Context: the worker.
 */
static inline void vha_latency_end(struct vha_run *run,
				   const struct vha_req *req)
{
	if (static_branch_unlikely(&vha_latency_key))
		vha_latency_count(run, req);
}

#endif /* _VHA_LATENCY_H */
