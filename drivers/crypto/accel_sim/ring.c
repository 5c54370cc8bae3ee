// SPDX-License-Identifier: GPL-2.0
/*
 * Simulated accelerator: its rings, and what is in flight.
 *
 * A request is in exactly one place: refused, in the backlog, in a slot, or in the
 * list of those that somebody is answering. Whoever takes it out of its slot, under
 * the lock, answers it; the slot's life then differs from that in the tag, so that
 * an answer of the hardware's that comes later finds nobody.
 *
 * It is unmapped when it has left its slot, and it leaves it when the hardware has
 * answered, or is stopped and does nothing any more.
 */
#include "sim.h"

#include <crypto/algapi.h>
#include <linux/bottom_half.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

/* ---- slots -------------------------------------------------------------- */

static u32 sim_tag(const struct sim_dev *sd, const struct sim_slot *slot)
{
	return (u32)slot->life << 16 | (u32)(slot - sd->slots);
}

/* The slot of a request that is still in it, or NULL */
static struct sim_slot *sim_slot_of(struct sim_dev *sd, u32 tag)
{
	struct sim_slot *slot;

	lockdep_assert_held(&sd->lock);
	if ((tag & U16_MAX) >= SIM_SQ_SIZE)
		return NULL;
	slot = &sd->slots[tag & U16_MAX];
	if (slot->state == SIM_SLOT_FREE || slot->life != tag >> 16)
		return NULL;
	return slot;
}

static bool sim_slot_free(const struct sim_dev *sd)
{
	lockdep_assert_held(&sd->lock);
	return sd->running && sd->used < READ_ONCE(sim_params.queue_depth);
}

/* There is a free one */
static struct sim_slot *sim_slot_take(struct sim_dev *sd, struct sim_req *sr)
{
	struct sim_slot *slot;

	lockdep_assert_held(&sd->lock);
	slot = &sd->slots[sd->free[SIM_SQ_SIZE - ++sd->used]];
	slot->state = SIM_SLOT_TAKEN;
	slot->life++;
	slot->req = sr;
	sr->tag = sim_tag(sd, slot);
	return slot;
}

static struct sim_req *sim_slot_empty(struct sim_dev *sd, struct sim_slot *slot)
{
	struct sim_req *sr = slot->req;

	lockdep_assert_held(&sd->lock);
	slot->req = NULL;
	slot->state = SIM_SLOT_FREE;
	sd->free[SIM_SQ_SIZE - sd->used--] = slot - sd->slots;
	return sr;
}

static void sim_slot_give(struct sim_dev *sd, struct sim_slot *slot)
{
	lockdep_assert_held(&sd->lock);
	slot->state = SIM_SLOT_GIVEN;
	slot->since = jiffies;
}

/* The device has it when this returns, or it waits for the device */
static void sim_slot_send(struct sim_dev *sd, struct sim_slot *slot)
{
	lockdep_assert_held(&sd->lock);
	if (!sd->running) {
		slot->state = SIM_SLOT_WAITING;
		return;
	}
	sim_slot_give(sd, slot);
	sim_describe(slot->req, &sd->sq[sd->tail++ % SIM_SQ_SIZE]);
	/* The hardware reads it when it knows the tail */
	dma_wmb();
	sim_hw_doorbell(sd->hw, sd->tail);
}

/* ---- answers ------------------------------------------------------------ */

/* Nobody else has the request any more */
static void sim_finish(struct sim_dev *sd, struct sim_req *sr)
{
	struct crypto_async_request *base = sr->base;
	int err = sr->err;

	sim_unmap(sd->dev, sr);
	atomic64_inc(&sim_stats.completed);
	/* The memory of @sr may be gone when this returns */
	crypto_request_complete(base, err);
	sim_dev_put(sd);
}

static void sim_finish_all(struct sim_dev *sd, struct list_head *list)
{
	struct sim_req *sr, *next;

	list_for_each_entry_safe(sr, next, list, list)
		sim_finish(sd, sr);
}

static int sim_answer_err(const struct sim_req *sr,
			  const struct sim_answer *answer)
{
	switch (le16_to_cpu(answer->status)) {
	case SIM_STATUS_OK:
		/* Whatever the hardware says, not all was done */
		return le32_to_cpu(answer->len) == sr->outlen ? 0 : -EIO;
	case SIM_STATUS_BADMSG:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

/* Returns false if there is none yet */
static bool sim_ring_next_answer(struct sim_dev *sd, struct sim_answer *answer)
{
	const struct sim_answer *from = &sd->cq[sd->answered % SIM_CQ_SIZE];
	u16 phase = !(sd->answered / SIM_CQ_SIZE & 1);

	lockdep_assert_held(&sd->lock);
	if (le16_to_cpu(READ_ONCE(from->phase)) != phase)
		return false;
	/* Pairs with dma_wmb() in sim_hw_write_answer() */
	dma_rmb();
	*answer = *from;
	sd->answered++;
	return true;
}

static void sim_ring_reap(struct sim_dev *sd, struct list_head *done)
{
	struct sim_answer answer;
	struct sim_slot *slot;
	struct sim_req *sr;

	lockdep_assert_held(&sd->lock);
	while (sim_ring_next_answer(sd, &answer)) {
		slot = sim_slot_of(sd, le32_to_cpu(answer.tag));
		if (!slot) {
			atomic64_inc(&sim_stats.stale);
			continue;
		}
		sr = sim_slot_empty(sd, slot);
		sr->err = sim_answer_err(sr, &answer);
		list_add_tail(&sr->list, done);
	}
}

/**
 * sim_ring_poll() - take the hardware's answers, and give them to the callers
 * @sd: the device
 *
 * Context: bottom halves are off, or a hard interrupt.
 */
void sim_ring_poll(struct sim_dev *sd)
{
	unsigned long flags;
	LIST_HEAD(done);

	spin_lock_irqsave(&sd->lock, flags);
	sim_ring_reap(sd, &done);
	spin_unlock_irqrestore(&sd->lock, flags);
	sim_finish_all(sd, &done);
	sim_ring_promote(sd);
}

/* ---- requests ----------------------------------------------------------- */

/*
 * A request has got a slot, and nobody else has it, unless the device had: then a reset
 * may have answered it meanwhile, and it is not there any more. Without a device, it
 * leaves its slot.
 */
static void sim_ring_send(struct sim_dev *sd, u32 tag)
{
	struct sim_req *gone = NULL;
	struct sim_slot *slot;
	unsigned long flags;

	spin_lock_irqsave(&sd->lock, flags);
	slot = sim_slot_of(sd, tag);
	if (slot && sd->gone)
		gone = sim_slot_empty(sd, slot);
	else if (slot)
		sim_slot_send(sd, slot);
	spin_unlock_irqrestore(&sd->lock, flags);
	if (gone) {
		atomic64_inc(&sim_stats.aborted);
		gone->err = -ENODEV;
		sim_finish(sd, gone);
	}
}

/* Takes one from the backlog, whose owner has to be told before it goes on */
static struct sim_req *sim_ring_promote_one(struct sim_dev *sd)
{
	struct sim_req *sr = NULL;
	unsigned long flags;

	spin_lock_irqsave(&sd->lock, flags);
	if (!list_empty(&sd->backlog) && sim_slot_free(sd)) {
		sr = list_first_entry(&sd->backlog, struct sim_req, list);
		list_del(&sr->list);
		sim_slot_take(sd, sr);
	}
	spin_unlock_irqrestore(&sd->lock, flags);
	return sr;
}

/**
 * sim_ring_promote() - give requests of the backlog the slots that are free
 * @sd: the device
 *
 * The device gets a request when its owner has got -EINPROGRESS, so that the result
 * never comes first.
 *
 * Context: as sim_ring_poll().
 */
void sim_ring_promote(struct sim_dev *sd)
{
	struct sim_req *sr;

	while ((sr = sim_ring_promote_one(sd))) {
		crypto_request_complete(sr->base, -EINPROGRESS);
		sim_ring_send(sd, sr->tag);
	}
}

static void sim_ring_add_backlog(struct sim_dev *sd, struct sim_req *sr)
{
	lockdep_assert_held(&sd->lock);
	list_add_tail(&sr->list, &sd->backlog);
	atomic64_inc(&sim_stats.backlogged);
	/* With busy_every, no slot that is freed may be waited for */
	if (sim_slot_free(sd))
		queue_work(system_bh_wq, &sd->promote);
}

/*
 * Accepted requests may have been answered when this returns. With @express, one
 * that got a slot is still the caller's.
 */
static int sim_ring_add(struct sim_dev *sd, struct sim_req *sr, bool busy,
			bool express)
{
	bool may_backlog = sr->base->flags & CRYPTO_TFM_REQ_MAY_BACKLOG;
	int ret = -EINPROGRESS;
	struct sim_slot *slot;
	unsigned long flags;

	spin_lock_irqsave(&sd->lock, flags);
	if (sd->gone) {
		ret = -ENODEV;
	} else if (!busy && list_empty(&sd->backlog) && sim_slot_free(sd)) {
		atomic64_inc(&sim_stats.submitted);
		slot = sim_slot_take(sd, sr);
		if (!express)
			sim_slot_send(sd, slot);
	} else if (may_backlog) {
		atomic64_inc(&sim_stats.submitted);
		sim_ring_add_backlog(sd, sr);
		ret = -EBUSY;
	} else {
		ret = busy ? -EBUSY : -ENOSPC;
	}
	spin_unlock_irqrestore(&sd->lock, flags);
	return ret;
}

/* A device so quick that the answer overtakes the return of the submission */
static void sim_ring_express(struct sim_dev *sd, struct sim_req *sr)
{
	bool may_sleep = sr->base->flags & CRYPTO_TFM_REQ_MAY_SLEEP;
	struct sim_desc desc;
	unsigned long flags;
	unsigned int life;
	u32 tag = sr->tag;
	bool done;

	sim_describe(sr, &desc);
	spin_lock_irqsave(&sd->lock, flags);
	done = sd->running;
	if (done)
		sim_slot_give(sd, sim_slot_of(sd, tag));
	life = sim_hw_life(sd->hw);
	spin_unlock_irqrestore(&sd->lock, flags);
	/* From here on a reset may answer it, and end this life of the hardware's */
	if (done)
		done = sim_hw_express(sd->hw, &desc, life, may_sleep);
	local_bh_disable();
	if (done)
		sim_ring_poll(sd);
	else
		sim_ring_send(sd, tag);
	local_bh_enable();
}

static int sim_ring_submit(struct sim_dev *sd, struct sim_req *sr)
{
	bool may_backlog = sr->base->flags & CRYPTO_TFM_REQ_MAY_BACKLOG;
	bool express = !READ_ONCE(sim_params.hold) &&
		       sim_fault(&sim_params.sync);
	bool busy = !express && sim_fault(&sim_params.busy);
	int err;

	err = sim_map(sd->dev, sr);
	if (err)
		return err;
	refcount_inc(&sd->users);
	err = sim_ring_add(sd, sr, busy, express);
	if (err == -EINPROGRESS && express)
		sim_ring_express(sd, sr);
	if (err == -EINPROGRESS || (err == -EBUSY && may_backlog))
		return err;
	sr->err = err;
	sim_unmap(sd->dev, sr);
	sim_dev_put(sd);
	return err;
}

static int sim_refuse(int err)
{
	atomic64_inc(&sim_stats.refused);
	if (err == -ENODEV)
		atomic64_inc(&sim_stats.absent);
	return err;
}

/**
 * sim_submit() - give a request to the device
 * @sr: the request
 *
 * Context: process or softirq.
 * Return: -EINPROGRESS: accepted, the callback is called or was called already.
 *	   -EBUSY with CRYPTO_TFM_REQ_MAY_BACKLOG: accepted, the callback is
 *	   called with -EINPROGRESS and later with the result.
 *	   -EBUSY, -ENOSPC, -ENOMEM otherwise, -ENODEV without a device, -EINVAL
 *	   with lists that are too short: not accepted, nothing was touched.
 */
int sim_submit(struct sim_req *sr)
{
	bool may_backlog = sr->base->flags & CRYPTO_TFM_REQ_MAY_BACKLOG;
	struct sim_dev *sd = sim_dev_get();
	int err;

	if (!sd)
		return sim_refuse(-ENODEV);
	if (sim_fault(&sim_params.nomem))
		err = -ENOMEM;
	else if (sim_fault(&sim_params.nospc))
		err = -ENOSPC;
	else
		err = sim_ring_submit(sd, sr);
	sim_dev_put(sd);
	if (err == -EINPROGRESS || (err == -EBUSY && may_backlog))
		return err;
	return sim_refuse(err);
}

/* ---- start, reset, end -------------------------------------------------- */

/**
 * sim_ring_init() - make the rings of a device
 * @sd: the device; its DMA mask is set
 *
 * They are freed with the device's driver.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int sim_ring_init(struct sim_dev *sd)
{
	unsigned int i;

	spin_lock_init(&sd->lock);
	INIT_LIST_HEAD(&sd->backlog);
	for (i = 0; i < SIM_SQ_SIZE; i++)
		sd->free[i] = i;
	sd->slots = devm_kcalloc(sd->dev, SIM_SQ_SIZE, sizeof(*sd->slots),
				 GFP_KERNEL);
	sd->sq = dmam_alloc_coherent(sd->dev, SIM_SQ_SIZE * sizeof(*sd->sq),
				     &sd->sq_dma, GFP_KERNEL);
	sd->cq = dmam_alloc_coherent(sd->dev, SIM_CQ_SIZE * sizeof(*sd->cq),
				     &sd->cq_dma, GFP_KERNEL);
	return sd->slots && sd->sq && sd->cq ? 0 : -ENOMEM;
}

/**
 * sim_ring_start() - start the hardware, with empty rings
 * @sd: the device, whose hardware is stopped
 *
 * Context: may sleep. Under @sd->resetting, or before anybody else has @sd.
 */
void sim_ring_start(struct sim_dev *sd)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&sd->lock, flags);
	memset(sd->cq, 0, SIM_CQ_SIZE * sizeof(*sd->cq));
	sd->tail = 0;
	sd->answered = 0;
	spin_unlock_irqrestore(&sd->lock, flags);
	sim_hw_start(sd->hw, sd->sq_dma, sd->cq_dma);
	spin_lock_irqsave(&sd->lock, flags);
	sd->running = true;
	for (i = 0; i < SIM_SQ_SIZE; i++)
		if (sd->slots[i].state == SIM_SLOT_WAITING)
			sim_slot_send(sd, &sd->slots[i]);
	spin_unlock_irqrestore(&sd->lock, flags);
}

/* Takes the requests of slots that are in @state, or further, to answer them */
static void sim_ring_abort(struct sim_dev *sd, enum sim_slot_state state,
			   int err, struct list_head *list)
{
	struct sim_slot *slot;
	struct sim_req *sr;

	lockdep_assert_held(&sd->lock);
	for (slot = sd->slots; slot < sd->slots + SIM_SQ_SIZE; slot++) {
		if (slot->state < state)
			continue;
		sr = sim_slot_empty(sd, slot);
		sr->err = err;
		list_add_tail(&sr->list, list);
		atomic64_inc(&sim_stats.aborted);
	}
}

/*
 * The hardware is stopped: what it has done, it has answered, and the others it will
 * never do.
 */
static void sim_ring_drain(struct sim_dev *sd, enum sim_slot_state state,
			   int err)
{
	unsigned long flags;
	LIST_HEAD(list);

	spin_lock_irqsave(&sd->lock, flags);
	sim_ring_reap(sd, &list);
	sim_ring_abort(sd, state, err, &list);
	spin_unlock_irqrestore(&sd->lock, flags);
	local_bh_disable();
	sim_finish_all(sd, &list);
	local_bh_enable();
}

static void sim_ring_stop(struct sim_dev *sd)
{
	unsigned long flags;

	spin_lock_irqsave(&sd->lock, flags);
	sd->running = false;
	spin_unlock_irqrestore(&sd->lock, flags);
	sim_hw_stop(sd->hw);
}

/**
 * sim_ring_reset() - reset the device
 * @sd: the device
 *
 * What the hardware has and has not answered fails with -EIO; what it does not have
 * yet waits until it is started again.
 *
 * Context: may sleep.
 */
void sim_ring_reset(struct sim_dev *sd)
{
	mutex_lock(&sd->resetting);
	if (!sd->gone) {
		atomic64_inc(&sim_stats.resets);
		sim_ring_stop(sd);
		sim_ring_drain(sd, SIM_SLOT_GIVEN, -EIO);
		sim_ring_start(sd);
		local_bh_disable();
		sim_ring_promote(sd);
		local_bh_enable();
	}
	mutex_unlock(&sd->resetting);
}

/* Who waits in the backlog has to hear -EINPROGRESS first */
static void sim_ring_drain_backlog(struct sim_dev *sd)
{
	struct sim_req *sr, *next;
	unsigned long flags;
	LIST_HEAD(list);

	spin_lock_irqsave(&sd->lock, flags);
	list_splice_init(&sd->backlog, &list);
	spin_unlock_irqrestore(&sd->lock, flags);
	local_bh_disable();
	list_for_each_entry_safe(sr, next, &list, list) {
		crypto_request_complete(sr->base, -EINPROGRESS);
		atomic64_inc(&sim_stats.aborted);
		sr->err = -ENODEV;
		sim_finish(sd, sr);
	}
	local_bh_enable();
}

/**
 * sim_ring_shut() - the device goes
 * @sd: the device, which sim_dev_get() does not find any more
 *
 * All requests but those that are being submitted or answered right now fail with
 * -ENODEV.
 *
 * Context: may sleep.
 */
void sim_ring_shut(struct sim_dev *sd)
{
	unsigned long flags;

	mutex_lock(&sd->resetting);
	spin_lock_irqsave(&sd->lock, flags);
	sd->gone = true;
	spin_unlock_irqrestore(&sd->lock, flags);
	sim_ring_stop(sd);
	sim_hw_power_off(sd->hw);
	sim_ring_drain(sd, SIM_SLOT_WAITING, -ENODEV);
	sim_ring_drain_backlog(sd);
	mutex_unlock(&sd->resetting);
}

/**
 * sim_ring_stuck() - has the hardware had a request for too long?
 * @sd: the device
 * @age: what is too long, in jiffies
 *
 * Context: any.
 * Return: whether it has.
 */
bool sim_ring_stuck(struct sim_dev *sd, unsigned long age)
{
	unsigned long flags;
	unsigned int i;
	bool ret = false;

	spin_lock_irqsave(&sd->lock, flags);
	for (i = 0; i < SIM_SQ_SIZE && !ret; i++)
		ret = sd->slots[i].state == SIM_SLOT_GIVEN &&
		      time_after(jiffies, sd->slots[i].since + age);
	spin_unlock_irqrestore(&sd->lock, flags);
	return ret;
}
