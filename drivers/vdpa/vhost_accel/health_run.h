/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of health.h that is on the path of a request.
 */
#ifndef _VHA_HEALTH_RUN_H
#define _VHA_HEALTH_RUN_H

#include <linux/jiffies.h>
#include <linux/timer.h>

#include "health.h"
#include "vha.h"

/**
 * vha_health_accepted() - a provider has accepted a request
 * @run: of its queue
 * @req: the request, which may have come back already
 * @provider: which
 *
 * Context: the worker.
 */
static inline void vha_health_accepted(struct vha_run *run, struct vha_req *req,
				       struct vha_provider *provider)
{
	unsigned long limit = READ_ONCE(provider->health.limit);

	req->holder = provider;
	req->accepted = jiffies;
	if (limit && (!timer_pending(&run->watch) ||
		      time_before(req->accepted + limit, run->watch.expires)))
		mod_timer(&run->watch, req->accepted + limit);
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
