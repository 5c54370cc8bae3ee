// SPDX-License-Identifier: GPL-2.0
/*
 * Which way the requests of a transform go: to a device or to software.
 *
 * As long as a transform has a ready session, its requests do not come here.
 * When one cannot go on, the route is put on hold: later requests are parked
 * behind it, and one work item per transform finds the way for the first of
 * them, waits until nothing is in flight on the other side if the way changes,
 * and sends the parked ones on in order.  So a transform never has requests
 * with a device and in software at the same time, and its requests are never
 * reordered by a switch.
 */
#include "route.h"

#include <kunit/visibility.h>
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "req.h"
#include "session.h"
#include "trace.h"
#include "vaccel.h"

static void vaccel_tfm_release(struct kref *ref)
{
	struct vaccel_tfm *t = container_of(ref, struct vaccel_tfm, ref);

	kfree_sensitive(t);
}

static void vaccel_tfm_put(struct vaccel_tfm *t)
{
	kref_put(&t->ref, vaccel_tfm_release);
}

void vaccel_route_wake(struct vaccel_tfm *t)
{
	/* Of the work, which puts it at its end */
	kref_get(&t->ref);
	if (!queue_work(vaccel_wq, &t->work))
		vaccel_tfm_put(t);
}

static struct vaccel_key *vaccel_route_key(struct vaccel_tfm *t)
{
	struct vaccel_key *key;

	rcu_read_lock();
	key = rcu_dereference(t->key);
	if (key && !vaccel_key_get(key))
		key = NULL;
	rcu_read_unlock();
	return key;
}

/* Is software still the way, or may there be a device again? */
static bool vaccel_route_is_soft(struct vaccel_tfm *t,
				 const struct vaccel_req *req)
{
	if (t->route != VACCEL_ROUTE_SOFTWARE)
		return false;
	if (!t->soft)
		return req->flags & VACCEL_REQ_SMALL;
	if (t->seq != atomic_read(&vaccel_dev_seq))
		return false;
	return !t->retry || time_before(jiffies, t->retry);
}

static int vaccel_route_park(struct vaccel_tfm *t, struct vaccel_req *req)
{
	int ret = -EINPROGRESS;

	lockdep_assert_held(&t->lock);

	if (t->nr_parked >= VACCEL_PARK_MAX) {
		if (!(req->base->flags & CRYPTO_TFM_REQ_MAY_BACKLOG))
			return -ENOSPC;
		req->flags |= VACCEL_REQ_BACKLOG;
		ret = -EBUSY;
	}
	list_add_tail(&req->node, &t->parked);
	t->nr_parked++;
	/* Under the lock: without it, the transform may go with the request */
	vaccel_stat_inc(t->alg, VACCEL_STAT_PARKED);
	trace_vaccel_park(req);
	WRITE_ONCE(t->route, VACCEL_ROUTE_HOLD);
	vaccel_route_wake(t);
	return ret;
}

/*
 * A small request need not wait for the work if there is nothing at the device that
 * it could overtake.  If there is, the route stays on hold, and it is parked.
 */
static bool vaccel_route_turn_soft(struct vaccel_tfm *t)
{
	struct vaccel_key *key;
	bool idle;

	lockdep_assert_held(&t->lock);

	if (t->route != VACCEL_ROUTE_DEVICE)
		return false;
	key = vaccel_route_key(t);
	if (!key)
		return false;
	WRITE_ONCE(t->route, VACCEL_ROUTE_HOLD);
	/*
	 * Who has not seen that has a reference: pairs with the barrier in
	 * vaccel_key_get()
	 */
	smp_mb();
	idle = vaccel_key_idle(key);
	vaccel_key_put_quiet(key);
	if (!idle)
		return false;
	t->side = VACCEL_ROUTE_SOFTWARE;
	t->soft = false;
	WRITE_ONCE(t->route, VACCEL_ROUTE_SOFTWARE);
	return true;
}

int vaccel_route_slow(struct vaccel_tfm *t, struct vaccel_req *req)
{
	struct vaccel_key *key = NULL;
	int ret = 0;

	spin_lock_bh(&t->lock);
	if (vaccel_route_is_soft(t, req) ||
	    (req->flags & VACCEL_REQ_SMALL && vaccel_route_turn_soft(t)))
		key = vaccel_route_key(t);
	else
		ret = vaccel_route_park(t, req);
	spin_unlock_bh(&t->lock);

	if (ret)
		return ret;
	if (!key)
		return -ENOKEY;
	req->key = key;
	return vaccel_req_to_fallback(t, req);
}

/*
 * A request comes back, before or after others: a queue that is closed returns
 * those that waited before those that were in flight.  Only those of one CPU
 * have an order.
 */
static void vaccel_route_return(struct vaccel_tfm *t, struct vaccel_req *req)
{
	struct list_head *next = &t->returned;
	struct vaccel_req *other;

	lockdep_assert_held(&t->lock);

	list_for_each_entry_reverse(other, &t->returned, node) {
		if (other->cpu != req->cpu)
			continue;
		if ((s32)(other->ticket - req->ticket) <= 0)
			break;
		next = &other->node;
	}
	list_add_tail(&req->node, next);
}

void vaccel_route_again(struct vaccel_tfm *t, struct vaccel_req *req)
{
	vaccel_stat_inc(t->alg, VACCEL_STAT_RESUBMITTED);
	trace_vaccel_again(req);
	spin_lock(&t->lock);
	WRITE_ONCE(t->route, VACCEL_ROUTE_HOLD);
	/* The others may come back as well, and belong before what is parked */
	t->drain = true;
	vaccel_route_return(t, req);
	/* Under the lock, as the work may be running and the request end */
	vaccel_route_wake(t);
	spin_unlock(&t->lock);
}

/* The session is missing or its device is: ask for another one. */
static u8 vaccel_route_new_session(struct vaccel_tfm *t, struct vaccel_key *key,
				   struct vaccel_session *sess)
{
	int seq = atomic_read(&vaccel_dev_seq);

	/* Requests in flight use what is changed here */
	if (!vaccel_key_drained(key))
		return VACCEL_ROUTE_HOLD;

	if (!key->dev || !vaccel_dev_usable(key->dev))
		vaccel_key_set_dev(key, vaccel_dev_pick(t->alg,
							key->len - key->auth_len,
							key->auth_len));
	if (!key->dev) {
		t->seq = seq;
		t->soft = true;
		t->retry = 0;
		return VACCEL_ROUTE_SOFTWARE;
	}
	/* The device may just be going: then look for another one */
	if (vaccel_session_create(sess))
		vaccel_route_wake(t);
	return VACCEL_ROUTE_HOLD;
}

/* Which way for a request? HOLD: not known yet, the work will be queued. */
static u8 vaccel_route_choose(struct vaccel_tfm *t, struct vaccel_key *key,
			      struct vaccel_req *req)
{
	struct vaccel_session *sess =
		&key->sess[!!(req->flags & VACCEL_REQ_ENC)];

	t->soft = false;
	if (req->flags & (VACCEL_REQ_SHAPE | VACCEL_REQ_SOFT))
		return VACCEL_ROUTE_SOFTWARE;
	/* Behind those that are with the device, it goes with them */
	if (req->flags & VACCEL_REQ_SMALL &&
	    (t->side == VACCEL_ROUTE_SOFTWARE || vaccel_key_idle(key)))
		return VACCEL_ROUTE_SOFTWARE;
	if (vaccel_session_usable(sess))
		return VACCEL_ROUTE_DEVICE;
	switch (vaccel_session_state(sess)) {
	case VACCEL_SESS_CREATING:
		return VACCEL_ROUTE_HOLD;
	case VACCEL_SESS_REFUSED:
		if (!vaccel_dev_usable(key->dev) ||
		    sess->gen != READ_ONCE(key->dev->gen))
			break;
		if (t->retry && time_after_eq(jiffies, t->retry)) {
			/* Else the retry would be lost under load */
			if (!vaccel_key_drained(key))
				return VACCEL_ROUTE_HOLD;
			t->retry = 0;
			break;
		}
		if (!t->retry)
			t->retry = (jiffies + VACCEL_RETRY) | 1;
		t->seq = atomic_read(&vaccel_dev_seq);
		t->soft = true;
		return VACCEL_ROUTE_SOFTWARE;
	default:
		break;
	}
	return vaccel_route_new_session(t, key, sess);
}

static void vaccel_route_soft(struct vaccel_tfm *t, struct vaccel_req *req)
{
	int err;

	req->flags |= VACCEL_REQ_QUIET;
	err = vaccel_req_to_fallback(t, req);
	if (err == -EINPROGRESS || err == -EBUSY)
		return;
	local_bh_disable();
	crypto_request_complete(req->base, err);
	local_bh_enable();
}

/* Send a request, which is in no list, on its way. */
static void vaccel_route_send(struct vaccel_tfm *t, struct vaccel_key *key,
			      struct vaccel_req *req, u8 side)
{
	int err;

	local_bh_disable();
	/* Cannot fail: the work has a reference itself */
	vaccel_key_get(key);
	req->key = key;
	vaccel_req_accepted(req);
	if (side == VACCEL_ROUTE_SOFTWARE) {
		local_bh_enable();
		vaccel_route_soft(t, req);
		return;
	}

	err = vaccel_req_to_device(req);
	if (err != -EINPROGRESS) {
		/* Not taken: choose again, before any later one */
		if (err == -EAGAIN && !(req->flags & VACCEL_REQ_SHAPE))
			req->flags |= VACCEL_REQ_SOFT;
		spin_lock(&t->lock);
		vaccel_route_return(t, req);
		spin_unlock(&t->lock);
		vaccel_key_put_quiet(key);
	}
	local_bh_enable();
}

static struct vaccel_req *vaccel_route_first(struct vaccel_tfm *t)
{
	lockdep_assert_held(&t->lock);

	if (!list_empty(&t->returned))
		return list_first_entry(&t->returned, struct vaccel_req, node);
	return list_first_entry_or_null(&t->parked, struct vaccel_req, node);
}

/* Nothing waits: let new requests pass without parking. */
static void vaccel_route_open(struct vaccel_tfm *t)
{
	lockdep_assert_held(&t->lock);

	WRITE_ONCE(t->route, t->side);
}

/*
 * Send the first request on, if there is one and its way is known and free.
 * False when there is nothing to do before the work is queued again.
 */
static bool vaccel_route_step(struct vaccel_tfm *t, struct vaccel_key *key)
{
	struct vaccel_req *req;
	bool drain;
	u8 side;

	spin_lock_bh(&t->lock);
	req = vaccel_route_first(t);
	drain = t->drain;
	if (!req)
		vaccel_route_open(t);
	spin_unlock_bh(&t->lock);
	if (!req)
		return false;

	/* All that is in flight ends first: it may come back */
	if (drain && !vaccel_key_drained(key))
		return false;
	side = vaccel_route_choose(t, key, req);
	if (side == VACCEL_ROUTE_HOLD)
		return false;
	if (side != t->side && !vaccel_key_drained(key))
		return false;

	spin_lock_bh(&t->lock);
	if (vaccel_route_first(t) != req ||
	    rcu_access_pointer(t->key) != key) {
		/*
		 * Something came back before it, or it has another key, of
		 * which nothing has been said yet.
		 */
		t->soft = false;
		spin_unlock_bh(&t->lock);
		return true;
	}
	if (list_empty(&t->returned))
		t->nr_parked--;
	list_del(&req->node);
	t->drain = false;
	t->side = side;
	spin_unlock_bh(&t->lock);

	vaccel_route_send(t, key, req, side);
	return true;
}

/*
 * The key is looked up for each step: a caller may have set another one, and
 * parked a request that needs it, while the answer to the request before is
 * still on its way back to us.
 */
static void vaccel_route_work(struct work_struct *work)
{
	struct vaccel_tfm *t = container_of(work, struct vaccel_tfm, work);
	struct vaccel_key *key;
	bool more = true;

	while (more && (key = vaccel_route_key(t))) {
		more = vaccel_route_step(t, key);
		vaccel_key_put_quiet(key);
		cond_resched();
	}
	vaccel_tfm_put(t);
}

struct vaccel_tfm *vaccel_route_init(struct crypto_tfm *tfm,
				     struct vaccel_alg *alg)
{
	struct vaccel_ctx *ctx = crypto_tfm_ctx(tfm);
	struct vaccel_tfm *t;

	t = kzalloc(sizeof(*t), GFP_KERNEL);
	ctx->t = t;
	if (!t)
		return NULL;
	kref_init(&t->ref);
	t->alg = alg;
	t->route = VACCEL_ROUTE_HOLD;
	t->side = VACCEL_ROUTE_DEVICE;
	spin_lock_init(&t->lock);
	INIT_LIST_HEAD(&t->parked);
	INIT_LIST_HEAD(&t->returned);
	INIT_WORK(&t->work, vaccel_route_work);
	return t;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_route_init);

static void vaccel_route_swap_key(struct vaccel_tfm *t, struct vaccel_key *key)
{
	struct vaccel_key *old;

	spin_lock_bh(&t->lock);
	old = rcu_replace_pointer(t->key, key, lockdep_is_held(&t->lock));
	/* The new one has no session yet, and may get another answer */
	WRITE_ONCE(t->route, VACCEL_ROUTE_HOLD);
	t->retry = 0;
	t->soft = false;
	spin_unlock_bh(&t->lock);
	if (old)
		vaccel_key_detach(old);
}

void vaccel_route_exit(struct vaccel_tfm *t)
{
	/*
	 * Without the key nobody queues the work any more, and if it runs, it
	 * finds nothing to do.
	 */
	vaccel_route_swap_key(t, NULL);
	vaccel_tfm_put(t);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_route_exit);

gfp_t vaccel_route_pass_flags(struct crypto_tfm *tfm, struct crypto_tfm *fb)
{
	u32 flags = crypto_tfm_get_flags(tfm) & CRYPTO_TFM_REQ_MASK;

	crypto_tfm_clear_flags(fb, CRYPTO_TFM_REQ_MASK);
	crypto_tfm_set_flags(fb, flags);
	return flags & CRYPTO_TFM_REQ_MAY_SLEEP ? GFP_KERNEL : GFP_ATOMIC;
}

int vaccel_route_set_key(struct vaccel_tfm *t, const u8 *bytes,
			 unsigned int len, gfp_t gfp)
{
	struct vaccel_key *key;

	key = vaccel_key_alloc(t, t->alg->row, bytes, len, t->tag_len, gfp);
	if (!key)
		return -ENOMEM;
	vaccel_route_swap_key(t, key);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_route_set_key);

int vaccel_route_set_tag_len(struct vaccel_tfm *t, unsigned int len)
{
	struct vaccel_key *key, *new = NULL;

	if (t->tag_len == len)
		return 0;
	key = vaccel_route_key(t);
	if (key) {
		new = vaccel_key_alloc(t, t->alg->row, key->bytes, key->len,
				       len, GFP_ATOMIC);
		vaccel_key_put_quiet(key);
		if (!new)
			return -ENOMEM;
	}
	t->tag_len = len;
	if (new)
		vaccel_route_swap_key(t, new);
	return 0;
}
