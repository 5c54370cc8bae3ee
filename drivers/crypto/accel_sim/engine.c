// SPDX-License-Identifier: GPL-2.0
/*
 * Simulated accelerator: the engine.
 *
 * A request is in exactly one place: refused, in the backlog, in the queue, in
 * a batch of the thread, or in the list of those whose interrupt is pending.
 * It holds one of the queue's slots from the moment it enters the queue until
 * its completion callback is called, as in a ring of descriptors.
 */
#include "sim.h"

#include <crypto/algapi.h>
#include <linux/bottom_half.h>
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/**
 * struct sim_engine - the one engine
 * @lock: guards @queue to @credits. Taken with interrupts off, because completion
 *	callbacks run in hard interrupts with irq=2
 * @queue: waits for execution, oldest first
 * @backlog: waits for a slot, oldest first
 * @queued: length of @queue
 * @backlogged: length of @backlog
 * @slots: used slots: in the queue or beyond it
 * @credits: how many of @queue are released while hold is set
 * @wait: the thread sleeps here
 * @thread: executes
 * @done: executed, waiting for @soft or @hard
 * @soft: completes in softirq
 * @hard: completes in hard interrupt
 */
struct sim_engine {
	spinlock_t lock;	/* guards the next six fields */
	struct list_head queue;
	struct list_head backlog;
	unsigned int queued;
	unsigned int backlogged;
	unsigned int slots;
	unsigned int credits;

	wait_queue_head_t wait;
	struct task_struct *thread;

	struct llist_head done;
	struct work_struct soft;
	struct irq_work hard;
};

static struct sim_engine eng;

static bool sim_slot_free(void)
{
	lockdep_assert_held(&eng.lock);
	return eng.slots < READ_ONCE(sim_params.queue_depth);
}

static void sim_enqueue(struct sim_req *sr)
{
	unsigned int delay_us = READ_ONCE(sim_params.delay_us);

	lockdep_assert_held(&eng.lock);
	sr->due = ktime_add_us(ktime_get(), delay_us);
	list_add_tail(&sr->list, &eng.queue);
	eng.queued++;
	eng.slots++;
}

/* How much of the queue may be executed */
static unsigned int sim_allowed(void)
{
	lockdep_assert_held(&eng.lock);
	return READ_ONCE(sim_params.hold) ? eng.credits : eng.queued;
}

static bool sim_runnable(void)
{
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(&eng.lock, flags);
	ret = sim_allowed() || (eng.backlogged && sim_slot_free());
	spin_unlock_irqrestore(&eng.lock, flags);
	return ret;
}

/* Returns the request that got a slot, whose owner has to be told */
static struct sim_req *sim_promote_one(void)
{
	struct sim_req *sr = NULL;
	unsigned long flags;

	spin_lock_irqsave(&eng.lock, flags);
	if (eng.backlogged && sim_slot_free()) {
		sr = list_first_entry(&eng.backlog, struct sim_req, list);
		list_del(&sr->list);
		eng.backlogged--;
		sim_enqueue(sr);
	}
	spin_unlock_irqrestore(&eng.lock, flags);
	return sr;
}

/*
 * Only the thread promotes and only the thread executes, so that a request is
 * never completed before its owner got -EINPROGRESS.
 */
static void sim_promote(void)
{
	struct sim_req *sr;

	while ((sr = sim_promote_one())) {
		local_bh_disable();
		crypto_request_complete(sr->base, -EINPROGRESS);
		local_bh_enable();
	}
}

static void sim_sleep_until_due(void)
{
	struct sim_req *sr;
	unsigned long flags;
	s64 us = 0;

	spin_lock_irqsave(&eng.lock, flags);
	sr = list_first_entry_or_null(&eng.queue, struct sim_req, list);
	if (sr && sim_allowed())
		us = ktime_us_delta(sr->due, ktime_get());
	spin_unlock_irqrestore(&eng.lock, flags);
	if (us > 0)
		usleep_range(us, us + 10);
}

/* Takes what is executed together, the last one first if reordering is on */
static void sim_take(struct list_head *batch)
{
	unsigned int n = max(READ_ONCE(sim_params.reorder), 1u);
	unsigned long flags;

	spin_lock_irqsave(&eng.lock, flags);
	n = min(n, sim_allowed());
	eng.queued -= n;
	eng.credits -= min(n, eng.credits);
	while (n--)
		list_move(eng.queue.next, batch);
	spin_unlock_irqrestore(&eng.lock, flags);
}

static void sim_complete(struct sim_req *sr)
{
	unsigned long flags;

	spin_lock_irqsave(&eng.lock, flags);
	eng.slots--;
	if (eng.backlogged)
		wake_up(&eng.wait);
	spin_unlock_irqrestore(&eng.lock, flags);

	atomic64_inc(&sim_stats.completed);
	crypto_request_complete(sr->base, sr->err);
}

static void sim_complete_done(void)
{
	struct llist_node *list = llist_del_all(&eng.done);
	struct sim_req *sr, *next;

	list = llist_reverse_order(list);
	llist_for_each_entry_safe(sr, next, list, done)
		sim_complete(sr);
}

static void sim_soft(struct work_struct *work)
{
	sim_complete_done();
}

static void sim_hard(struct irq_work *work)
{
	sim_complete_done();
}

static int sim_execute(struct sim_req *sr, u32 flags)
{
	if (!sim_fault(&sim_params.error))
		return sr->run(sr, flags);
	atomic64_inc(&sim_stats.errors);
	return -EIO;
}

static void sim_run(struct sim_req *sr)
{
	sr->err = sim_execute(sr, CRYPTO_TFM_REQ_MAY_SLEEP);

	switch (READ_ONCE(sim_params.irq)) {
	case SIM_IRQ_SOFT:
		llist_add(&sr->done, &eng.done);
		queue_work(system_bh_wq, &eng.soft);
		break;
	case SIM_IRQ_HARD:
		llist_add(&sr->done, &eng.done);
		irq_work_queue(&eng.hard);
		break;
	default:
		local_bh_disable();
		sim_complete(sr);
		local_bh_enable();
	}
}

static int sim_thread(void *unused)
{
	struct sim_req *sr, *next;
	LIST_HEAD(batch);

	while (!kthread_should_stop()) {
		wait_event_idle(eng.wait,
				sim_runnable() || kthread_should_stop());
		sim_promote();
		sim_sleep_until_due();
		sim_take(&batch);
		list_for_each_entry_safe(sr, next, &batch, list) {
			list_del(&sr->list);
			sim_run(sr);
		}
		cond_resched();
	}
	return 0;
}

static int sim_refuse(int err)
{
	atomic64_inc(&sim_stats.refused);
	return err;
}

/* A device so quick that the answer overtakes the return of the submission */
static int sim_submit_sync(struct sim_req *sr)
{
	unsigned long flags;

	spin_lock_irqsave(&eng.lock, flags);
	eng.slots++;
	spin_unlock_irqrestore(&eng.lock, flags);
	atomic64_inc(&sim_stats.submitted);

	sr->err = sim_execute(sr, sr->base->flags & CRYPTO_TFM_REQ_MAY_SLEEP);
	local_bh_disable();
	sim_complete(sr);
	local_bh_enable();
	return -EINPROGRESS;
}

static int sim_submit_queue(struct sim_req *sr, bool busy)
{
	bool may_backlog = sr->base->flags & CRYPTO_TFM_REQ_MAY_BACKLOG;
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&eng.lock, flags);
	if (!busy && !eng.backlogged && sim_slot_free()) {
		sim_enqueue(sr);
		ret = -EINPROGRESS;
	} else if (may_backlog) {
		list_add_tail(&sr->list, &eng.backlog);
		eng.backlogged++;
		atomic64_inc(&sim_stats.backlogged);
		ret = -EBUSY;
	} else {
		spin_unlock_irqrestore(&eng.lock, flags);
		return sim_refuse(busy ? -EBUSY : -ENOSPC);
	}
	atomic64_inc(&sim_stats.submitted);
	wake_up(&eng.wait);
	spin_unlock_irqrestore(&eng.lock, flags);
	return ret;
}

/**
 * sim_submit() - give a request to the engine
 * @sr: the request; @sr->run is set
 * @base: the caller's request that it belongs to
 *
 * Context: process or softirq.
 * Return: -EINPROGRESS: accepted, the callback is called or was called already.
 *	   -EBUSY with CRYPTO_TFM_REQ_MAY_BACKLOG: accepted, the callback is
 *	   called with -EINPROGRESS and later with the result.
 *	   -EBUSY, -ENOSPC, -ENOMEM otherwise: not accepted, nothing was
 *	   touched.
 */
int sim_submit(struct sim_req *sr, struct crypto_async_request *base)
{
	sr->base = base;
	if (sim_fault(&sim_params.nomem))
		return sim_refuse(-ENOMEM);
	if (sim_fault(&sim_params.nospc))
		return sim_refuse(-ENOSPC);
	if (!READ_ONCE(sim_params.hold) && sim_fault(&sim_params.sync))
		return sim_submit_sync(sr);
	return sim_submit_queue(sr, sim_fault(&sim_params.busy));
}

/**
 * sim_kick() - a parameter has changed that the thread may be waiting for
 *
 * Context: any.
 */
void sim_kick(void)
{
	/* Parameters given at load time come before the engine. */
	if (READ_ONCE(eng.thread))
		wake_up(&eng.wait);
}

/**
 * sim_release() - let held requests go, oldest first
 * @n: how many; those that are not held yet don't count
 *
 * Context: any.
 */
void sim_release(unsigned int n)
{
	unsigned long flags;

	if (!READ_ONCE(eng.thread))
		return;
	spin_lock_irqsave(&eng.lock, flags);
	n = min(n, eng.queued - eng.credits);
	eng.credits += n;
	spin_unlock_irqrestore(&eng.lock, flags);
	wake_up(&eng.wait);
}

/**
 * sim_held() - how many requests only sim_release() lets go
 *
 * Context: any.
 */
unsigned int sim_held(void)
{
	unsigned int n = 0;
	unsigned long flags;

	if (!READ_ONCE(eng.thread))
		return 0;
	spin_lock_irqsave(&eng.lock, flags);
	if (READ_ONCE(sim_params.hold))
		n = eng.queued - eng.credits;
	spin_unlock_irqrestore(&eng.lock, flags);
	return n;
}

/**
 * sim_engine_start() - before the first algorithm is registered
 *
 * Context: may sleep.
 * Return: 0 or a negative error.
 */
int sim_engine_start(void)
{
	struct task_struct *thread;

	spin_lock_init(&eng.lock);
	INIT_LIST_HEAD(&eng.queue);
	INIT_LIST_HEAD(&eng.backlog);
	init_waitqueue_head(&eng.wait);
	init_llist_head(&eng.done);
	INIT_WORK(&eng.soft, sim_soft);
	init_irq_work(&eng.hard, sim_hard);

	thread = kthread_run(sim_thread, NULL, "accel_sim");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	WRITE_ONCE(eng.thread, thread);
	return 0;
}

/**
 * sim_engine_stop() - after the last algorithm is unregistered
 *
 * No transform is left, hence no request. The handlers may still be on their
 * way out after the last callback.
 *
 * Context: may sleep.
 */
void sim_engine_stop(void)
{
	kthread_stop(eng.thread);
	flush_work(&eng.soft);
	irq_work_sync(&eng.hard);
}
