// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of a run that are overdue, see health.h.
 */
#include "health_run.h"

#include <linux/jiffies.h>
#include <linux/timer.h>

#include "bounce.h"
#include "trace.h"

static void vha_health_expired(struct timer_list *timer)
{
	struct vha_run *run = container_of(timer, struct vha_run, watch);

	WRITE_ONCE(run->check, true);
	vha_run_wake(run);
}

/**
 * vha_health_watch() - prepare a run's timer
 * @run: the run
 *
 * Context: any.
 */
void vha_health_watch(struct vha_run *run)
{
	timer_setup(&run->watch, vha_health_expired, 0);
}

/**
 * vha_health_unwatch() - end a run's timer
 * @run: the run, which has nothing in flight
 *
 * Context: process.
 */
void vha_health_unwatch(struct vha_run *run)
{
	timer_shutdown_sync(&run->watch);
}

/* When the next look at it is due, in @when; false if there is no need for one */
static bool vha_health_look(struct vha_run *run, struct vha_req *req,
			    unsigned long *when)
{
	unsigned long limit = READ_ONCE(req->holder->health.limit);

	if (!limit)
		return false;
	*when = req->accepted + limit;
	if (time_before(jiffies, *when))
		return true;
	if (!req->overdue) {
		req->overdue = true;
		req->counted = vha_health_late(req->holder, req->accepted);
		trace_vha_overdue(run, req,
				  jiffies_to_msecs(jiffies - req->accepted));
	}
	/* Of an orphan nobody waits for the answer */
	if (!req->bounce || req->orphan || vha_stray_prepare(run, req))
		return false;
	/* For want of memory, or with too many orphans: it is tried again */
	*when = jiffies + limit;
	return true;
}

/**
 * vha_health_scan() - look for requests that are overdue
 * @run: whose timer says that there may be some
 *
 * Context: the worker.
 */
void vha_health_scan(struct vha_run *run)
{
	unsigned long when, next = 0;
	struct vha_req *req;
	bool again = false;
	u16 i;

	WRITE_ONCE(run->check, false);
	for (i = 0; i < run->pool.size; i++) {
		req = run->pool.all[i];
		if (!req->holder || !vha_health_look(run, req, &when))
			continue;
		if (!again || time_before(when, next))
			next = when;
		again = true;
	}
	if (again)
		mod_timer(&run->watch, next);
}

/**
 * vha_health_returned_late() - the long form of vha_health_returned()
 * @req: the request
 *
 * Context: the worker.
 */
void vha_health_returned_late(struct vha_req *req)
{
	if (req->counted)
		vha_health_back(req->holder, req->accepted);
	if (req->orphan)
		vha_health_add_orphans(req->holder, -1);
	req->overdue = false;
	req->counted = false;
	req->orphan = false;
}

/**
 * vha_health_orphaned() - a run ends, and requests have not come back
 * @run: the run
 *
 * Context: the worker.
 */
void vha_health_orphaned(struct vha_run *run)
{
	struct vha_req *req;
	u16 i;

	for (i = 0; i < run->pool.size; i++) {
		req = run->pool.all[i];
		if (!req->holder || req->orphan)
			continue;
		req->orphan = true;
		vha_health_add_orphans(req->holder, 1);
	}
}
