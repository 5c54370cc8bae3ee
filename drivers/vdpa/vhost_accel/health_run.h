/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of health.h that is on the path of a request.
 */
#ifndef _VHA_HEALTH_RUN_H
#define _VHA_HEALTH_RUN_H

#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/timer.h>

#include "health.h"
#include "vha.h"

/**
 * vha_health_offer() - a provider is about to be given a request, or to make a session
 * @run: of the queue
 * @provider: which
 *
 * Context: the worker.
 */
static inline void vha_health_offer(struct vha_run *run,
				    struct vha_provider *provider)
{
	unsigned long limit = READ_ONCE(provider->health.limit);
	unsigned long now = jiffies;

	WRITE_ONCE(run->offered_at, now);
	WRITE_ONCE(run->offered_cpu, current->se.sum_exec_runtime);
	/*
	 * Pairs with vha_health_look_in(): it sees since when. And either it sees this,
	 * or the timer is seen to have gone off and is set again.
	 */
	smp_store_mb(run->offered_to, provider);
	if (limit && (!timer_pending(&run->watch) ||
		      time_before(now + limit, run->watch.expires)))
		mod_timer(&run->watch, now + limit);
}

/**
 * vha_health_offered() - the provider has returned from that
 * @run: of the queue
 *
 * Context: the worker.
 */
static inline void vha_health_offered(struct vha_run *run)
{
	/* Pairs with vha_health_look_in(): it sees what was accepted */
	smp_store_release(&run->offered_to, NULL);
}

/**
 * vha_health_stays() - is a worker that is late in a provider's function stuck?
 * @runs: it has a CPU, or waits for one
 * @used: CPU time that it has used there, in ns
 * @limit: how long a request may take, in jiffies
 *
 * One that only waits for a CPU is its cgroup's affair: the other devices are not to
 * lose the provider because of that.
 *
 * Context: any.
 * Return: whether it is.
 */
static inline bool vha_health_stays(bool runs, u64 used, unsigned long limit)
{
	return !runs || used >= jiffies_to_nsecs(limit);
}

/**
 * vha_health_accepted() - a provider has accepted a request
 * @run: of its queue
 * @req: the request, which may have come back already
 * @provider: which
 *
 * The timer is set: vha_health_offer() has done that. vha_health_offered() follows.
 *
 * Context: the worker.
 */
static inline void vha_health_accepted(struct vha_run *run, struct vha_req *req,
				       struct vha_provider *provider)
{
	WRITE_ONCE(run->has_accepted, true);
	req->holder = provider;
	req->accepted = jiffies;
}

/**
 * vha_health_returned() - a provider has returned a request
 * @req: the request
 *
 * Context: the worker.
 */
static inline void vha_health_returned(struct vha_req *req)
{
	if (unlikely(req->overdue || req->orphan))
		vha_health_returned_late(req);
	req->holder = NULL;
}

#endif /* _VHA_HEALTH_RUN_H */
