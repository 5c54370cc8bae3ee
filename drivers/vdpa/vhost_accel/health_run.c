// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of a run that are overdue, and workers that are stuck, see health.h.
 */
#include "health_run.h"

#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sysfs.h>
#include <linux/timer.h>

#include "bounce.h"
#include "trace.h"

/* ---- workers that are stuck --------------------------------------------- */

static void vha_health_notify(struct vha_run *run)
{
	struct kernfs_node *node = READ_ONCE(run->dev->state_node);

	if (node)
		sysfs_notify_dirent(node);
}

static void vha_health_set_stuck(struct vha_run *run,
				 struct vha_provider *provider,
				 unsigned long since)
{
	run->stuck_at = since;
	run->stuck_counts = vha_health_stuck(provider, since);
	/* Pairs with vha_health_unset_stuck() */
	smp_store_release(&run->stuck_in, provider);
	dev_warn(&run->dev->vdpa.dev,
		 "queue %u: provider %s does not return: the queue stands still, and a reset has to wait\n",
		 run->vq->index, provider->name);
	vha_health_notify(run);
}

/* By the worker, which is not in a provider's function, or in its place when it has ended */
static void vha_health_unset_stuck(struct vha_run *run)
{
	struct vha_provider *provider;

	/* Pairs with vha_health_set_stuck() */
	provider = smp_load_acquire(&run->stuck_in);
	if (likely(!provider))
		return;
	if (run->stuck_counts)
		vha_health_unstuck(provider, run->stuck_at);
	/* The timer may set all of it again from here on */
	smp_store_release(&run->stuck_in, NULL);
	dev_info(&run->dev->vdpa.dev,
		 "queue %u: provider %s has returned\n",
		 run->vq->index, provider->name);
	vha_health_notify(run);
}

/*
 * What the worker can't see: that it is stuck. If it is not, or not yet, it may be when
 * the timer comes again.
 */
static void vha_health_look_in(struct vha_run *run)
{
	struct vha_provider *provider;
	unsigned long limit, since, when;
	u64 used;

	/* Pairs with vha_health_offer(); the timer is not pending by now */
	smp_mb();
	/* Pairs with both: what was stored before is seen */
	provider = smp_load_acquire(&run->offered_to);
	if (!provider || READ_ONCE(run->stuck_in))
		return;
	limit = READ_ONCE(provider->health.limit);
	if (!limit)
		return;
	since = READ_ONCE(run->offered_at);
	when = since + limit;
	if (!time_before(jiffies, when)) {
		/* The task is there as long as the RCU read section lasts */
		used = READ_ONCE(run->task->se.sum_exec_runtime) -
		       READ_ONCE(run->offered_cpu);
		if (vha_health_stays(task_is_running(run->task), used, limit)) {
			vha_health_set_stuck(run, provider, since);
			return;
		}
		when = jiffies + limit;
	}
	mod_timer(&run->watch, when);
}

static void vha_health_expired(struct timer_list *timer)
{
	struct vha_run *run = container_of(timer, struct vha_run, watch);

	rcu_read_lock();
	vha_health_look_in(run);
	rcu_read_unlock();
	/* A worker whose provider never keeps anything is not woken for nothing */
	if (!READ_ONCE(run->has_accepted) && !READ_ONCE(run->stuck_in))
		return;
	/* Pairs with vha_health_unstick(): who is stuck is seen */
	smp_store_release(&run->check, true);
	vha_run_wake(run);
}

static struct vha_provider *vha_health_run_stuck_in(const struct vha_run *run,
						    u32 *queue)
{
	struct vha_provider *provider = READ_ONCE(run->stuck_in);

	if (provider)
		*queue = run->vq->index;
	return provider;
}

/**
 * vha_health_stuck_in() - which provider does not return
 * @dev: the device
 * @queue: set to the queue that stands still because of that, if there is one
 *
 * Also of runs that have ended without their worker.
 *
 * Context: process. Takes &vha_dev.orphan_mutex.
 * Return: name of the provider, or NULL.
 */
const char *vha_health_stuck_in(struct vha_dev *dev, u32 *queue)
{
	struct vha_provider *provider = NULL;
	const struct vha_run *run;
	u32 i;

	rcu_read_lock();
	for (i = 0; i < dev->nvqs && !provider; i++) {
		run = rcu_dereference(dev->vq[i].run);
		if (run)
			provider = vha_health_run_stuck_in(run, queue);
	}
	rcu_read_unlock();
	mutex_lock(&dev->orphan_mutex);
	list_for_each_entry(run, &dev->orphans, orphan)
		if (!provider)
			provider = vha_health_run_stuck_in(run, queue);
	mutex_unlock(&dev->orphan_mutex);
	return provider ? provider->name : NULL;
}

/* ---- requests that are overdue ------------------------------------------ */

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
	vha_health_unset_stuck(run);
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
 * vha_health_unstick() - the worker has returned from wherever it was
 * @run: whose timer says that it may be stuck, or that requests may be overdue
 *
 * Of a worker that is parked, a timer that has found it there may say so later: its
 * provider would be sick, without a probe, until the device is resumed. Requests
 * are not to be looked at then: the provider has none, and they are not the worker's.
 *
 * Context: the worker.
 */
void vha_health_unstick(struct vha_run *run)
{
	/*
	 * Whoever sets it after this has done so for the next time. Pairs with
	 * vha_health_expired()
	 */
	smp_store_mb(run->check, false);
	vha_health_unset_stuck(run);
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

	vha_health_unstick(run);
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
	else
		WRITE_ONCE(run->has_accepted, false);
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_scan);

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
EXPORT_SYMBOL_IF_KUNIT(vha_health_orphaned);
