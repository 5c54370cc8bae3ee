// SPDX-License-Identifier: GPL-2.0
/*
 * Deficit round robin between the devices of a provider, see sched.h.
 */
#include "sched.h"

#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/slab.h>

/* How long a grant waits for its worker. Those that wait look as often */
#define VHA_GRANT_PATIENCE	msecs_to_jiffies(100)

DEFINE_STATIC_KEY_FALSE(vha_sched_key);

/* ---- shares ------------------------------------------------------------- */

static void vha_share_off(struct vha_share *share)
{
	list_del_init(&share->node);
	share->fresh = false;
	share->deficit = 0;
}

static void vha_share_to_tail(struct vha_share *share)
{
	share->fresh = false;
	list_move_tail(&share->node, &share->sched->shares);
}

/* The queue has requests without a grant, and a worker that would come for one */
static void vha_queue_on(struct vha_sched_queue *queue)
{
	struct vha_share *share = queue->share;
	struct vha_sched *sched = share->sched;

	if (queue->absent || queue->said == queue->granted ||
	    !list_empty(&queue->node))
		return;
	if (list_empty(&share->queues)) {
		sched->backlogged++;
		if (list_empty(&share->node)) {
			share->fresh = true;
			share->deficit = share->weight;
			list_add_tail(&share->node, &sched->fresh);
		}
	}
	list_add_tail(&queue->node, &share->queues);
}

static void vha_queue_off(struct vha_sched_queue *queue)
{
	struct vha_share *share = queue->share;

	if (list_empty(&queue->node))
		return;
	list_del_init(&queue->node);
	if (!list_empty(&share->queues))
		return;
	share->sched->backlogged--;
	/* Debts stay */
	if (share->deficit >= 0)
		vha_share_off(share);
	else
		vha_share_to_tail(share);
}

static struct vha_share *vha_sched_solvent(struct vha_sched *sched)
{
	struct vha_share *share;

	list_for_each_entry(share, &sched->fresh, node)
		if (share->deficit > 0 && !list_empty(&share->queues))
			return share;
	list_for_each_entry(share, &sched->shares, node)
		if (share->deficit > 0 && !list_empty(&share->queues))
			return share;
	return NULL;
}

/* So many rounds, until somebody with something to do has enough */
static void vha_sched_skip_rounds(struct vha_sched *sched)
{
	struct vha_share *share, *next;
	u64 rounds = U64_MAX;

	/* Whoever is fresh has enough */
	list_for_each_entry(share, &sched->shares, node)
		if (!list_empty(&share->queues))
			rounds = min(rounds, div_u64(-share->deficit,
						     share->weight) + 1);
	list_for_each_entry_safe(share, next, &sched->shares, node) {
		share->deficit += rounds * share->weight;
		if (share->deficit >= 0 && list_empty(&share->queues))
			vha_share_off(share);
	}
}

static u32 *vha_queue_cost(struct vha_sched_queue *queue, u32 number)
{
	return &queue->cost[number & queue->mask];
}

static void vha_queue_grant(struct vha_sched_queue *queue)
{
	struct vha_share *share = queue->share;
	struct vha_sched *sched = share->sched;

	if (queue->granted == queue->taken) {
		queue->since = jiffies;
		queue->late = false;
		list_add_tail(&queue->untaken, &sched->untaken);
	}
	share->deficit -= (s64)*vha_queue_cost(queue, queue->granted) *
			  VHA_WEIGHT_MAX;
	queue->granted++;
	sched->used++;
	vha_share_to_tail(share);
	if (queue->said == queue->granted)
		vha_queue_off(queue);
	else
		list_move_tail(&queue->node, &share->queues);
	if (queue->waiting) {
		queue->waiting = false;
		queue->wake(queue);
	}
}

static bool vha_sched_has_room(const struct vha_sched *sched)
{
	return !sched->depth || sched->used < sched->depth;
}

static void vha_sched_dispatch(struct vha_sched *sched)
{
	struct vha_share *share, *next;

	lockdep_assert_held(&sched->lock);
	while (sched->backlogged && vha_sched_has_room(sched)) {
		share = vha_sched_solvent(sched);
		if (!share) {
			vha_sched_skip_rounds(sched);
			continue;
		}
		vha_queue_grant(list_first_entry(&share->queues,
						 struct vha_sched_queue, node));
	}
	/* Nobody waits, so that nobody has had too much */
	if (vha_sched_has_room(sched))
		list_for_each_entry_safe(share, next, &sched->shares, node)
			vha_share_off(share);
}

/* What was granted and not taken, goes back, as if it had not been granted */
static void vha_queue_revoke(struct vha_sched_queue *queue)
{
	struct vha_share *share = queue->share;

	vha_queue_off(queue);
	while (queue->granted != queue->taken) {
		queue->granted--;
		share->sched->used--;
		share->deficit += (s64)*vha_queue_cost(queue, queue->granted) *
				  VHA_WEIGHT_MAX;
	}
	list_del_init(&queue->untaken);
	if (share->deficit > share->weight)
		share->deficit = share->weight;
	if (share->deficit >= 0 && list_empty(&share->queues) &&
	    !list_empty(&share->node))
		vha_share_off(share);
}

/* Grants whose worker does not come */
static void vha_sched_revoke_stale(struct vha_sched *sched)
{
	struct vha_sched_queue *queue, *next;

	list_for_each_entry_safe(queue, next, &sched->untaken, untaken) {
		if (time_before(jiffies, queue->since + VHA_GRANT_PATIENCE))
			continue;
		if (queue->late) {
			vha_queue_revoke(queue);
			queue->absent = true;
		}
		queue->late = !queue->late;
		queue->since = jiffies;
	}
}

/* ---- what workers call -------------------------------------------------- */

/**
 * vha_sched_say() - there is one more request
 * @queue: whose last one it is
 * @bytes: of the request
 * @requests: how many it is for the provider
 *
 * Context: the worker.
 */
void vha_sched_say(struct vha_sched_queue *queue, u32 bytes, u32 requests)
{
	struct vha_sched *sched = queue->share->sched;
	unsigned long flags;

	spin_lock_irqsave(&sched->lock, flags);
	*vha_queue_cost(queue, queue->said) =
		max(bytes + requests * sched->request_cost, 1U);
	queue->said++;
	queue->absent = false;
	vha_queue_on(queue);
	vha_sched_dispatch(sched);
	spin_unlock_irqrestore(&sched->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sched_say);

static void vha_queue_take(struct vha_sched_queue *queue)
{
	queue->taken++;
	queue->since = jiffies;
	queue->late = false;
	if (queue->granted == queue->taken)
		list_del_init(&queue->untaken);
}

/**
 * vha_sched_take() - may the queue's first request be submitted?
 * @queue: with a request of vha_sched_say() that was neither taken nor skipped
 *
 * Context: the worker.
 * Return: true if it may: its slot is to be given back. Else the worker is woken when
 * it may.
 */
bool vha_sched_take(struct vha_sched_queue *queue)
{
	struct vha_sched *sched = queue->share->sched;
	unsigned long flags;
	bool granted;

	spin_lock_irqsave(&sched->lock, flags);
	if (queue->granted == queue->taken) {
		queue->absent = false;
		vha_queue_on(queue);
		vha_sched_revoke_stale(sched);
		vha_sched_dispatch(sched);
	}
	granted = queue->granted != queue->taken;
	if (granted)
		vha_queue_take(queue);
	queue->waiting = !granted;
	spin_unlock_irqrestore(&sched->lock, flags);
	return granted;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sched_take);

/**
 * vha_sched_skip() - the queue's first request needs no slot after all
 * @queue: as for vha_sched_take()
 *
 * Context: the worker.
 */
void vha_sched_skip(struct vha_sched_queue *queue)
{
	struct vha_share *share = queue->share;
	struct vha_sched *sched = share->sched;
	unsigned long flags;

	spin_lock_irqsave(&sched->lock, flags);
	if (queue->granted != queue->taken) {
		share->deficit += (s64)*vha_queue_cost(queue, queue->taken) *
				  VHA_WEIGHT_MAX;
		share->deficit = min_t(s64, share->deficit, share->weight);
		vha_queue_take(queue);
		sched->used--;
	} else {
		queue->taken++;
		queue->granted++;
		if (queue->said == queue->granted)
			vha_queue_off(queue);
	}
	queue->waiting = false;
	queue->absent = false;
	vha_queue_on(queue);
	vha_sched_dispatch(sched);
	spin_unlock_irqrestore(&sched->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sched_skip);

/**
 * vha_sched_withdraw() - there are no requests
 * @queue: of which all that were neither taken nor skipped are forgotten
 *
 * Context: the worker, or whoever ends it.
 */
void vha_sched_withdraw(struct vha_sched_queue *queue)
{
	struct vha_sched *sched = queue->share->sched;
	unsigned long flags;

	spin_lock_irqsave(&sched->lock, flags);
	vha_queue_revoke(queue);
	queue->said = queue->taken;
	queue->waiting = false;
	vha_sched_dispatch(sched);
	spin_unlock_irqrestore(&sched->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sched_withdraw);

/**
 * vha_sched_give_back() - the provider has returned a request
 * @sched: of the provider; the request's slot was taken
 *
 * Context: any, in an RCU read section: workers that are woken outlive this by RCU.
 */
void vha_sched_give_back(struct vha_sched *sched)
{
	unsigned long flags;

	spin_lock_irqsave(&sched->lock, flags);
	sched->used--;
	sched->progress = jiffies;
	vha_sched_dispatch(sched);
	spin_unlock_irqrestore(&sched->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sched_give_back);

/* ---- life --------------------------------------------------------------- */

/**
 * vha_sched_init() - make a scheduler, without a depth
 * @sched: the scheduler
 *
 * Context: any.
 */
void vha_sched_init(struct vha_sched *sched)
{
	mutex_init(&sched->set_mutex);
	spin_lock_init(&sched->lock);
	INIT_LIST_HEAD(&sched->fresh);
	INIT_LIST_HEAD(&sched->shares);
	INIT_LIST_HEAD(&sched->untaken);
	sched->request_cost = VHA_REQUEST_COST;
	sched->progress = jiffies;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sched_init);

/**
 * vha_sched_set_depth() - change the number of slots
 * @sched: the scheduler
 * @depth: slots, 0 for no limit
 *
 * What was granted stays. Requests that were submitted while there was no depth have
 * no slot.
 *
 * Context: process.
 */
void vha_sched_set_depth(struct vha_sched *sched, u32 depth)
{
	u32 old;

	mutex_lock(&sched->set_mutex);
	old = sched->depth;
	if (depth && !old)
		static_branch_inc(&vha_sched_key);
	spin_lock_irq(&sched->lock);
	WRITE_ONCE(sched->depth, depth);
	vha_sched_dispatch(sched);
	spin_unlock_irq(&sched->lock);
	if (old && !depth)
		static_branch_dec(&vha_sched_key);
	mutex_unlock(&sched->set_mutex);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sched_set_depth);

/**
 * vha_share_init() - make a device's share
 * @share: the share
 * @weight: from 1 to %VHA_WEIGHT_MAX
 *
 * Context: any.
 */
void vha_share_init(struct vha_share *share, u32 weight)
{
	INIT_LIST_HEAD(&share->node);
	INIT_LIST_HEAD(&share->queues);
	share->weight = weight;
}
EXPORT_SYMBOL_IF_KUNIT(vha_share_init);

/**
 * vha_share_join() - make a share one of a provider's
 * @share: the share; no queue of the device has a request
 * @sched: the provider's scheduler, or NULL for none
 *
 * Context: process. The caller keeps the device's workers from running.
 */
void vha_share_join(struct vha_share *share, struct vha_sched *sched)
{
	struct vha_sched *old = share->sched;

	if (old) {
		spin_lock_irq(&old->lock);
		WARN_ON_ONCE(!list_empty(&share->queues));
		vha_share_off(share);
		spin_unlock_irq(&old->lock);
	}
	share->sched = sched;
}
EXPORT_SYMBOL_IF_KUNIT(vha_share_join);

/**
 * vha_share_set_weight() - change a device's weight
 * @share: the device's, of a scheduler
 * @weight: from 1 to %VHA_WEIGHT_MAX
 *
 * Context: process; the share stays with its scheduler meanwhile.
 */
void vha_share_set_weight(struct vha_share *share, u32 weight)
{
	struct vha_sched *sched = share->sched;

	spin_lock_irq(&sched->lock);
	share->weight = weight;
	share->deficit = min_t(s64, share->deficit, weight);
	spin_unlock_irq(&sched->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vha_share_set_weight);

/**
 * vha_sched_queue_init() - make a queue of a device
 * @queue: the queue
 * @share: the device's
 * @size: how many requests it may have at a time, a power of two
 * @wake: has its worker look around; must not call the scheduler
 *
 * Context: process; charged to the caller's memory cgroup.
 * Return: 0 or -ENOMEM.
 */
int vha_sched_queue_init(struct vha_sched_queue *queue, struct vha_share *share,
			 u32 size,
			 void (*wake)(struct vha_sched_queue *queue))
{
	memset(queue, 0, sizeof(*queue));
	INIT_LIST_HEAD(&queue->node);
	INIT_LIST_HEAD(&queue->untaken);
	queue->share = share;
	queue->wake = wake;
	queue->mask = size - 1;
	queue->cost = kvcalloc(size, sizeof(*queue->cost), GFP_KERNEL_ACCOUNT);
	return queue->cost ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sched_queue_init);

/**
 * vha_sched_queue_destroy() - undo vha_sched_queue_init()
 * @queue: without requests
 *
 * Context: process.
 */
void vha_sched_queue_destroy(struct vha_sched_queue *queue)
{
	kvfree(queue->cost);
	queue->cost = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sched_queue_destroy);
