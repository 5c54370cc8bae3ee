// SPDX-License-Identifier: GPL-2.0
/*
 * When a data queue may take requests, and when it may submit them.
 *
 * The scheduler is told of a request when it is taken from the ring, in the ring's order;
 * the request waits in the run's batch until a slot is granted, and has the slot until
 * the provider has returned it. What is given back to the ring, or done by another
 * provider, gives up its place.
 *
 * A worker that waits for its turn sleeps as one whose provider is full, and nobody has
 * to wait for it: a reset or a suspension wakes it, and what it has taken goes back to
 * the ring.
 */
#include "turn.h"

#include <linux/container_of.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>

#include "ipsec_whole.h"
#include "vha.h"

/* The provider that devices share is that of the device; the fallback is not */
static bool vha_turn_is_shared(const struct vha_run *run,
			       const struct vha_session *session, bool whole)
{
	const struct vha_provider *provider = run->dev->provider;
	const struct vha_choice *choice = &run->dev->choice;

	/* It is made when it is first used */
	if (unlikely(session->temp) && !session->handle[VHA_STEP_MAIN].provider)
		return choice->alg[session->alg_id].provider == &provider->api;
	if (whole)
		return session->handle[VHA_STEP_PACKET].provider == provider;
	return session->handle[VHA_STEP_MAIN].provider == provider ||
	       session->handle[VHA_STEP_AUTH].provider == provider;
}

/**
 * vha_turn_say() - tell the scheduler about a request
 * @run: of the queue; its provider has a depth
 * @req: the request, just taken from the ring
 *
 * Context: the worker.
 */
void vha_turn_say(struct vha_run *run, struct vha_req *req)
{
	const struct vha_session *session = req->session;
	u32 bytes = req->op.assoclen + req->op.cryptlen;
	bool whole = req->sa && vha_ipsec_is_whole(session);
	u32 steps;

	if (req->answered || !vha_turn_is_shared(run, session, whole))
		return;
	steps = session->auth && !whole ? 2 : 1;
	if (req->sa)
		bytes = req->text_len * steps;
	else if (session->auth)
		bytes = req->text_len + req->steps.auth_len;
	req->queued = true;
	vha_sched_say(&run->sched, bytes, steps);
}

/**
 * vha_turn_apart() - a packet is not given to the provider whole any more
 * @run: of the queue
 * @req: the first one that it has; perhaps the scheduler was told about it, perhaps it has
 *	a slot. It keeps that if the provider gets its steps
 *
 * Context: the worker.
 */
void vha_turn_apart(struct vha_run *run, struct vha_req *req)
{
	if (vha_turn_is_shared(run, req->session, false))
		return;
	vha_turn_unsay(run, req);
	vha_req_drop_slot(req);
}

/**
 * vha_turn_admit() - may the provider have a request?
 * @run: of the queue
 * @req: its first one, which the scheduler was told about
 *
 * That others have their turn is no reason to give up waiting for one's own, and ask the
 * fallback; that nothing comes back, is.
 *
 * Context: the worker.
 * Return: whether it may. Then the request has a slot. Else the worker will be woken.
 */
bool vha_turn_admit(struct vha_run *run, struct vha_req *req)
{
	struct vha_sched *sched = run->dev->share.sched;
	unsigned long progress;

	if (vha_sched_take(&run->sched)) {
		req->queued = false;
		req->slot = sched;
		return true;
	}
	progress = READ_ONCE(sched->progress);
	if (run->refused && time_after(progress, run->refused_since))
		run->refused_since = progress;
	return false;
}

/**
 * vha_turn_wants_more() - is it time to take requests from the ring?
 * @run: of the queue
 *
 * A device that waits for its turn must not look idle before its worker comes by: it
 * takes twice as many requests as the provider has slots.
 *
 * Context: the worker.
 * Return: whether it is.
 */
bool vha_turn_wants_more(const struct vha_run *run)
{
	u32 len = vha_run_batch_len(run);
	u32 depth;

	if (!len)
		return true;
	depth = vha_share_depth(&run->dev->share);
	return unlikely(depth) && len < min(2 * depth, (u32)run->size);
}

/**
 * vha_turn_wake() - a queue's worker has a grant, which it waits for
 * @queue: of the run
 *
 * Context: any.
 */
void vha_turn_wake(struct vha_sched_queue *queue)
{
	struct vha_run *run = container_of(queue, struct vha_run, sched);

	WRITE_ONCE(run->kicked, true);
	vha_run_wake(run);
}
