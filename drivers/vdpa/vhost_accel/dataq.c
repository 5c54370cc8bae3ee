// SPDX-License-Identifier: GPL-2.0
/*
 * Data queues: requests from the ring to the provider and back.
 *
 * One turn of the worker, with the address map locked for reading in the middle
 * only, never over the provider's work:
 *
 *	locked:	return what is finished: status, used elements
 *		take new requests: headers copied, pages found and held
 *		make used elements visible, once
 *	then:	interrupt the driver, once, if it wants that
 *		submit what was taken, in the ring's order
 *
 * A request that the provider refuses stays at the head of @batch, with all
 * behind it, and nothing more is taken: the driver sees a full ring. Malformed
 * requests wait for their turn in @batch as well, so that what it holds is
 * always the end of what was taken, and can be given back to the ring.
 *
 * A digest is private memory of ours until it is returned: a provider writes all of
 * it, a driver may ask for less.
 *
 * A request of algorithm chaining is submitted twice, for the cipher and for the
 * hash. Who completes the first may be in an interrupt: the worker submits the
 * second.
 *
 * A provider that refuses whatever it is given, and returns nothing meanwhile, is
 * not waited for longer than a while: the fallback does the request. Without one, it
 * fails in the end. What the provider has accepted is not touched by that.
 *
 * On failed authentication the destination is left as the provider left it, as
 * the kernel crypto API does: the driver is told, and told that nothing but the
 * status was written. That of a packet is wiped.
 */
#include "dataq.h"

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/scatterlist.h>

#include "algchain.h"
#include "bounce.h"
#include "health_run.h"
#include "ipsec_data.h"
#include "ipsec_sa.h"
#include "latency.h"
#include "trace.h"
#include "turn.h"
#include "vha.h"

/* Longest wait for memory of which others have too much, which wake us in any case */
#define VHA_THROTTLE_DELAY	msecs_to_jiffies(100)
/* How often a provider may have no memory for a request */
#define VHA_RETRIES_MAX		8
/*
 * How long a provider may refuse whatever it is given, and return nothing of what it
 * has, before the fallback is asked; and before a request fails
 */
#define VHA_FULL_PATIENCE	HZ
#define VHA_FULL_MAX		(10 * HZ)

/*
 * The provider's answer. In any context: the slot goes to the worker and is not
 * touched again; the run outlives this by RCU.
 */
static void vha_data_done(struct vhost_accel_request *op, int err)
{
	struct vha_req *req = container_of(op, struct vha_req, op);
	struct vha_run *run;

	rcu_read_lock();
	run = req->run;
	trace_vha_done(run, req, err);
	req->result = err;
	/* A request of several steps keeps its slot until the last one is done */
	if (unlikely(req->slot) &&
	    (!req->session->auth ||
	     vha_algchain_step(req) == VHA_STEP_PACKET))
		vha_req_give_slot_back(req);
	/* Only the first wakes; the worker takes all */
	if (llist_add(&req->done, &run->done))
		vha_run_wake(run);
	rcu_read_unlock();
}

static u8 vha_data_status(int result)
{
	switch (result) {
	case 0:
		return VIRTIO_CRYPTO_OK;
	case -EBADMSG:
		return VIRTIO_CRYPTO_BADMSG;
	case -EKEYREJECTED:
		return VIRTIO_CRYPTO_KEY_REJECTED;
	case -EOPNOTSUPP:
		return VIRTIO_CRYPTO_NOTSUPP;
	default:
		return VIRTIO_CRYPTO_ERR;
	}
}

/* ---- from the ring ---------------------------------------------------- */

/* Returns false if the chain has to wait in the ring */
static bool vha_data_take(struct vha_run *run, struct vha_req *req)
{
	struct vha_chain chain;
	u8 status = VIRTIO_CRYPTO_ERR;

	vha_latency_begin(run, req);
	req->head = run->chain.head;
	if (likely(!vha_chain_start(&chain, &run->dev->tlb, &run->hint,
				    &run->chain)) &&
	    likely(!vha_chain_tail(&chain, 1, &req->status_iova))) {
		req->has_status = true;
		req->op.complete = vha_data_done;
		status = vha_data_build(run, req, &chain);
	}
	if (unlikely(status == VHA_BUILD_WAIT))
		return false;
	if (unlikely(status)) {
		req->status = status;
		req->answered = true;
	} else if (unlikely(!req->op.cryptlen && !req->op.assoclen &&
			    !req->op.dst_len)) {
		/* Nothing to do, which drivers are not used to being asked */
		req->status = VIRTIO_CRYPTO_OK;
		req->answered = true;
	}
	return true;
}

static struct vha_req **vha_data_batch(struct vha_run *run, u32 number)
{
	return &run->batch[number & (run->size - 1)];
}

/* Takes what is next in the ring, into a free slot. Returns false if it has to stay */
static bool vha_data_take_limited(struct vha_run *run, struct vha_req *req)
{
	const struct vha_qos *qos = &run->dev->qos;

	if (unlikely(!vha_data_take(run, req)))
		return false;
	if (unlikely(READ_ONCE(qos->value[VHA_QOS_PINNED])) &&
	    !vha_qos_pin(run, req)) {
		run->throttled = VHA_THROTTLE_DELAY;
		return false;
	}
	if (unlikely(READ_ONCE(qos->rated)))
		vha_qos_took(run, req);
	return true;
}

/* Returns whether there may be more than was taken */
static bool vha_data_fetch(struct vha_run *run)
{
	struct vha_ring *ring = &run->ring;
	u32 end = run->batch_end + VHA_BATCH;
	bool was_throttled = run->throttled;
	struct vha_req *req;
	int ret;

	ring->ops->notify_disable(ring);
	while (run->batch_end != end && vha_run_batch_len(run) < run->size) {
		ret = ring->ops->pop(ring, &run->chain);
		if (unlikely(ret < 0)) {
			run->broken = ret;
			return false;
		}
		if (!ret) {
			run->throttled = 0;
			return ring->ops->notify_enable(ring);
		}
		req = NULL;
		if (likely(!vha_turn_is_throttled(run)))
			req = vha_req_get(&run->pool);
		if (unlikely(!req) ||
		    unlikely(!vha_data_take_limited(run, req))) {
			/* Some request in flight has what this one needs */
			ring->ops->rewind(ring, 1);
			if (req)
				vha_req_put(&run->pool, req);
			if (run->throttled && !was_throttled)
				atomic64_inc(&run->dev->qos.throttled);
			return false;
		}
		trace_vha_take(run, req, req->answered ? req->status : 0);
		*vha_data_batch(run, run->batch_end++) = req;
		if (unlikely(vha_share_depth(&run->dev->share)))
			vha_turn_say(run, req);
	}
	return true;
}

/* ---- back to the ring --------------------------------------------------- */

static void vha_data_answer(struct vha_run *run, struct vha_req *req)
{
	u8 status = req->answered ? req->status : vha_data_status(req->result);
	struct vha_ring *ring = &run->ring;
	bool answered, done = status == VIRTIO_CRYPTO_OK;
	u32 len = 0;

	/* Of what the provider has computed, what was asked for */
	if (status == VIRTIO_CRYPTO_OK && unlikely(req->digest_len))
		sg_pcopy_from_buffer(req->dst.sg, req->dst.nents, req->digest,
				     req->digest_len,
				     req->op.dst_len - req->digest_len);
	if (unlikely(req->sa))
		status = vha_ipsec_return(req, status);
	answered = req->has_status &&
		   !vha_iotlb_write(&run->dev->tlb, &run->hint,
				    req->status_iova, &status, 1);
	if (likely(answered)) {
		len = 1;
		if (likely(done))
			len += req->op.dst_len;
	}
	ring->ops->push(ring, req->head, len);
	trace_vha_complete(run, req, status);
	vha_stats_account(&run->vq->stats, req, status, answered);
	vha_latency_end(run, req);
}

static void vha_data_return(struct vha_run *run, struct vha_req *req)
{
	vha_data_answer(run, req);
	vha_req_put(&run->pool, req);
}

/* Takes what the provider has returned, oldest first */
static struct llist_node *vha_data_completed(struct vha_run *run)
{
	if (llist_empty(&run->done))
		return NULL;
	return llist_reverse_order(llist_del_all(&run->done));
}

/* Whether a request whose step has been done has another one */
static bool vha_data_next(struct vha_run *run, struct vha_req *req)
{
	if (unlikely(req->sa))
		return vha_ipsec_next(&run->dev->sas, req);
	return unlikely(req->session->auth) && !req->result &&
	       vha_algchain_next(req);
}

/* Of one that came back: whether somebody waits for it */
static bool vha_data_back(struct vha_run *run, struct vha_req *req)
{
	vha_health_returned(req);
	if (unlikely(req->stray)) {
		vha_stray_free(run, req);
		return false;
	}
	run->inflight--;
	return true;
}

/* Those that the provider still has, and that nobody is to wait for any longer */
static void vha_data_return_overdue(struct vha_run *run)
{
	struct vha_req *req, *next;

	list_for_each_entry_safe(req, next, &run->overdue, half) {
		/* Not @result: it may come back at this moment, and that is its */
		req->status = VIRTIO_CRYPTO_ERR;
		req->answered = true;
		if (req->sa)
			vha_sa_refused(req->sa, VIRTIO_ACCEL_SA_ERR_PROVIDER);
		vha_data_answer(run, req);
		vha_stray_settle(run, req);
	}
}

static void vha_data_return_all(struct vha_run *run)
{
	struct llist_node *node;
	struct vha_req *req, *next;
	u32 i;

	if (unlikely(!list_empty(&run->overdue)))
		vha_data_return_overdue(run);
	node = vha_data_completed(run);
	for (i = 0; i < run->ready_nr; i++)
		vha_data_return(run, run->ready[i]);
	run->ready_nr = 0;
	if (node)
		run->refused = false;
	llist_for_each_entry_safe(req, next, node, done) {
		if (unlikely(!vha_data_back(run, req)))
			continue;
		vha_bounce_end(run, req);
		if (unlikely(vha_data_next(run, req)))
			list_add_tail(&req->half, &run->half);
		else
			vha_data_return(run, req);
	}
}

static void vha_data_set_stalled(struct vha_run *run, bool stalled, bool full)
{
	bool was_full = run->stalled && run->full;
	u64 now;

	if (was_full || full) {
		now = ktime_get_ns();
		if (was_full)
			vha_stat_add(&run->vq->stats.saturated_ns,
				     now - run->full_ns);
		run->full_ns = now;
	}
	run->stalled = stalled;
	run->full = full;
	if (was_full != (stalled && full))
		vha_dev_set_saturated(run->dev, stalled && full);
	if (!stalled)
		vha_provider_await_no_room(run);
}

static void vha_data_reap(struct vha_run *run)
{
	struct llist_node *node;
	struct vha_req *req, *next;
	u32 i;

	list_for_each_entry_safe(req, next, &run->overdue, half)
		vha_stray_settle(run, req);
	node = vha_data_completed(run);
	for (i = 0; i < run->ready_nr; i++)
		vha_req_put(&run->pool, run->ready[i]);
	run->ready_nr = 0;
	llist_for_each_entry_safe(req, next, node, done)
		if (vha_data_back(run, req))
			vha_req_put(&run->pool, req);
	while (!list_empty(&run->half))
		vha_req_put(&run->pool, vha_algchain_pop(&run->half));
	vha_data_set_stalled(run, false, false);
	vha_pool_drop_temp(&run->pool);
	vha_sessions_bury(&run->pool.dead);
}

/* ---- to the provider ---------------------------------------------------- */

/* For how long everything has been refused */
static unsigned long vha_data_refused(struct vha_run *run)
{
	if (!run->refused) {
		run->refused = true;
		run->refused_since = jiffies;
	}
	return jiffies - run->refused_since;
}

/* Whether to try again later what the provider has refused */
static bool vha_data_wait(struct vha_run *run, struct vha_req *req, int err,
			  unsigned long patience)
{
	struct vha_vq_stats *stats = &run->vq->stats;
	bool full = err != -ENOMEM;

	if (full ? vha_data_refused(run) > patience :
		   req->retries >= VHA_RETRIES_MAX)
		return false;
	req->retries += !full;
	if (full && (!run->stalled || !run->full))
		vha_stat_add(&stats->saturations, 1);
	if (!full)
		vha_stat_add(&stats->nomem, 1);
	WRITE_ONCE(req->state, VHA_REQ_TAKEN);
	vha_data_set_stalled(run, true, full);
	return true;
}

static bool vha_data_is_refusal(int err)
{
	return err == -EBUSY || err == -ENOSPC || err == -EAGAIN ||
	       err == -ENOMEM;
}

static inline int vha_data_offer(struct vha_run *run, struct vha_req *req,
				 const struct vha_handle *handle)
{
	int err;

	vha_health_offer(run, handle->provider);
	err = handle->submit(handle->priv, &req->op);
	if (err == -EINPROGRESS)
		vha_health_accepted(run, req, handle->provider);
	vha_health_offered(run);
	return err;
}

/* To the fallback, as the provider won't take it, or can't have it: @err */
static noinline int vha_data_submit_spare(struct vha_run *run,
					  struct vha_req *req, int err)
{
	struct vha_handle *spare;
	int spare_err;

	spare = vha_session_spare(req->session, vha_algchain_step(req),
				  run->dev->choice.spare);
	if (spare) {
		spare_err = vha_data_offer(run, req, spare);
		if (!vha_data_is_refusal(spare_err)) {
			vha_stat_add(&run->vq->stats.fallbacks, 1);
			return spare_err;
		}
		err = spare_err;
	}
	if (err != -ENOMEM && err != -E2BIG &&
	    vha_data_wait(run, req, err, VHA_FULL_MAX))
		return -EAGAIN;
	return -EIO;
}

static noinline int vha_data_make_temp(struct vha_run *run,
				       struct vha_session *session)
{
	int err;

	vha_health_offer(run, run->dev->provider);
	err = vha_session_make(session, vha_choice_infos(&run->dev->choice));
	vha_health_offered(run);
	return err;
}

/* Counts a request whose session the fallback has made in the provider's place */
static noinline void vha_data_count_away(struct vha_run *run,
					 const struct vha_session *session,
					 unsigned int step)
{
	const struct vha_choice *choice = &run->dev->choice;
	enum accel_alg_id id = step == VHA_STEP_AUTH ? session->auth_id :
						       session->alg_id;

	if (choice->alg[id].provider == &choice->provider->api)
		vha_stat_add(&run->vq->stats.fallbacks, 1);
}

/*
 * To the provider, and if that won't take it, to the fallback. -ERESTART: a packet that it
 * won't take whole.
 */
static int vha_data_submit_to(struct vha_run *run, struct vha_req *req)
{
	struct vha_session *session = req->session;
	unsigned int step = vha_algchain_step(req);
	struct vha_handle *handle = &session->handle[step];
	int err;

	if (unlikely(session->temp)) {
		err = vha_data_make_temp(run, session);
		if (err == -ENOMEM)
			return vha_data_wait(run, req, err, 0) ? -EAGAIN : -EIO;
		if (err)
			return err;
	}
	err = vha_provider_hinders(handle->provider, &req->op);
	if (unlikely(req->queued) && !err && !vha_turn_admit(run, req)) {
		if (vha_data_wait(run, req, -EBUSY, VHA_FULL_PATIENCE))
			return -EAGAIN;
		err = -EBUSY;
	}
	if (likely(!err)) {
		err = vha_data_offer(run, req, handle);
		if (likely(!vha_data_is_refusal(err))) {
			run->refused = false;
			if (unlikely(handle->provider != run->dev->provider))
				vha_data_count_away(run, session, step);
			/* Packets are not all alike */
			if (unlikely(err == -EOPNOTSUPP) &&
			    step == VHA_STEP_PACKET)
				return -ERESTART;
			return err;
		}
		if (vha_data_wait(run, req, err, VHA_FULL_PATIENCE)) {
			if (err != -ENOMEM)
				vha_provider_await_room(handle->provider, run);
			return -EAGAIN;
		}
	}
	if (unlikely(step == VHA_STEP_PACKET))
		return -ERESTART;
	return vha_data_submit_spare(run, req, err);
}

/* Not whole, but in steps: which the same provider may have, or the fallback */
static bool vha_data_take_apart(struct vha_run *run, struct vha_req *req)
{
	if (req->bounce)
		vha_bounce_release(req);
	WRITE_ONCE(req->state, VHA_REQ_TAKEN);
	vha_stat_add(&run->vq->stats.taken_apart, 1);
	if (!vha_ipsec_take_apart(&run->dev->sas, req))
		return false;
	vha_turn_apart(run, req);
	return true;
}

/* Those that are refused for what they are never get to the provider */
static bool vha_data_submit_none(struct vha_run *run, struct vha_req *req)
{
	vha_turn_unsay(run, req);
	vha_req_drop_slot(req);
	run->ready[run->ready_nr++] = req;
	return true;
}

/* Whether the provider has taken the request, or answered it */
static bool vha_data_submit_one(struct vha_run *run, struct vha_req *req)
{
	int err;

	if (unlikely(req->sa) && !vha_ipsec_start(&run->dev->sas, req))
		return vha_data_submit_none(run, req);
	err = vha_bounce_begin(run, req);
	/* What it needs comes back with some other request */
	if (unlikely(err == -EAGAIN))
		return false;
	WRITE_ONCE(req->state, VHA_REQ_SUBMITTED);
	if (likely(!err))
		err = vha_data_submit_to(run, req);
	trace_vha_submit(run, req, err);
	if (err == -EAGAIN)
		return false;
	if (unlikely(err == -ERESTART) &&
	    vha_algchain_step(req) == VHA_STEP_PACKET)
		return vha_data_take_apart(run, req) ?
		       vha_data_submit_one(run, req) :
		       vha_data_submit_none(run, req);
	vha_turn_unsay(run, req);
	if (err == -EINPROGRESS) {
		/* It may be on @done by now, and nobody else takes it off */
		run->inflight++;
		return true;
	}
	/* The provider may have kept us until the former user's pages are out of bounds */
	if (unlikely(req->bounce)) {
		run->inflight++;
		vha_data_done(&req->op, err);
		return true;
	}
	req->result = err;
	if (unlikely(vha_data_next(run, req))) {
		list_add(&req->half, &run->half);
		return true;
	}
	vha_req_drop_slot(req);
	run->ready[run->ready_nr++] = req;
	return true;
}

/*
 * The second steps of algorithm chaining. They come before new requests, and are
 * never given back to the ring: in place, the first step can't be done again.
 * Whether all of them are on their way.
 */
static bool vha_data_submit_half(struct vha_run *run)
{
	struct vha_req *req;

	while (!list_empty(&run->half)) {
		if (READ_ONCE(run->mode) == VHA_RUN_QUIT ||
		    run->ready_nr == VHA_BATCH)
			return false;
		req = vha_algchain_pop(&run->half);
		if (!vha_data_submit_one(run, req)) {
			list_add(&req->half, &run->half);
			return false;
		}
	}
	return true;
}

static void vha_data_submit(struct vha_run *run)
{
	struct vha_req *req;

	/* With nothing ready, there is room for what the batch makes ready */
	if (unlikely(!list_empty(&run->half)) &&
	    (!vha_data_submit_half(run) || run->ready_nr))
		return;
	while (vha_run_batch_len(run) && run->ready_nr < VHA_BATCH) {
		/*
		 * A provider may have kept us for so long that the driver has
		 * its buffers back: vha_run_leave() drops the rest.
		 */
		if (unlikely(READ_ONCE(run->mode) == VHA_RUN_QUIT))
			return;
		req = *vha_data_batch(run, run->batch_pos);
		if (unlikely(req->answered))
			run->ready[run->ready_nr++] = req;
		else if (unlikely(!vha_data_submit_one(run, req)))
			return;
		run->batch_pos++;
		if (unlikely(!list_empty(&run->half)) &&
		    !vha_data_submit_half(run))
			return;
	}
	if (unlikely(run->stalled) && !vha_run_batch_len(run))
		vha_data_set_stalled(run, false, false);
}

/* ---- the worker's part -------------------------------------------------- */

static bool vha_data_may_fetch(const struct vha_run *run)
{
	return vha_turn_wants_more(run) && list_empty(&run->half) &&
	       READ_ONCE(run->vq->ready) &&
	       READ_ONCE(run->mode) == VHA_RUN_ACTIVE;
}

static bool vha_data_idle(const struct vha_run *run)
{
	return !run->inflight && !run->ready_nr && !vha_run_batch_len(run) &&
	       list_empty(&run->half) && llist_empty(&run->done) &&
	       (likely(!run->strays) || !READ_ONCE(run->dev->drains_strays));
}

static bool vha_data_turn(struct vha_run *run)
{
	struct vha_dev *dev = run->dev;
	bool was_stalled = run->stalled;
	bool more = false;
	bool signal = false;

	down_read(&dev->tlb.lock);
	if (likely(vha_run_map(run))) {
		vha_data_return_all(run);
		if (vha_data_may_fetch(run)) {
			/* With nothing to wait for, patience begins anew */
			if (!run->inflight && !vha_run_batch_len(run))
				run->refused = false;
			more = vha_data_fetch(run);
		}
		signal = run->ring.ops->flush(&run->ring);
		up_read(&dev->tlb.lock);
	} else {
		up_read(&dev->tlb.lock);
		vha_data_reap(run);
	}
	if (signal)
		vha_run_signal(run);
	if (unlikely(READ_ONCE(dev->sa_events)))
		vha_dev_tell_sa_events(dev);
	if (unlikely(run->pool.temp) && !more && vha_data_idle(run))
		vha_pool_drop_temp(&run->pool);
	if (unlikely(!llist_empty(&run->pool.dead)))
		vha_sessions_bury(&run->pool.dead);
	vha_data_submit(run);
	return run->ready_nr || (!run->stalled && (more || was_stalled));
}

/* Newest first, which makes no difference to the ring */
static void vha_data_unfetch(struct vha_run *run)
{
	u32 n = vha_run_batch_len(run);
	struct vha_req *req;

	if (!n)
		return;
	if (!run->broken)
		run->ring.ops->rewind(&run->ring, n);
	vha_sched_withdraw(&run->sched);
	while (vha_run_batch_len(run)) {
		req = *vha_data_batch(run, run->batch_pos++);
		if (unlikely(READ_ONCE(run->dev->qos.rated)))
			vha_qos_untook(run, req);
		vha_req_put(&run->pool, req);
	}
	vha_data_set_stalled(run, false, false);
}

const struct vha_run_ops vha_data_ops = {
	.alloc = vha_data_alloc,
	.free = vha_data_free,
	.turn = vha_data_turn,
	.unfetch = vha_data_unfetch,
	.idle = vha_data_idle,
	.reap = vha_data_reap,
};
