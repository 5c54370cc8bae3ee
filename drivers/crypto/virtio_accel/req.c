// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a request: measured, given to a device or to software, and
 * completed exactly once.
 */
#include "req.h"

#include <kunit/visibility.h>
#include <linux/bottom_half.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>

#include "fill.h"
#include "route.h"
#include "session.h"
#include "trace.h"
#include "vaccel.h"
#include "vq.h"

int vaccel_status_to_errno(u8 status)
{
	switch (status) {
	case VIRTIO_CRYPTO_OK:
		return 0;
	case VIRTIO_CRYPTO_BADMSG:
		return -EBADMSG;
	case VIRTIO_CRYPTO_KEY_REJECTED:
		return -EKEYREJECTED;
	case VIRTIO_CRYPTO_NOTSUPP:
		return -EOPNOTSUPP;
	case VIRTIO_CRYPTO_INVSESS:
		return -ESTALE;
	case VIRTIO_CRYPTO_NOSPC:
		return -ENOSPC;
	default:
		return -EIO;
	}
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_status_to_errno);

/*
 * One per CPU and not per queue, so that requests remain comparable when their
 * key has gone to another device.
 */
static DEFINE_PER_CPU(u32, vaccel_req_tickets);

static struct vaccel_tfm *vaccel_req_tfm(const struct vaccel_req *req)
{
	return vaccel_tfm_of(req->base->tfm);
}

static struct vaccel_session *vaccel_req_session(const struct vaccel_req *req)
{
	return &req->key->sess[!!(req->flags & VACCEL_REQ_ENC)];
}

void vaccel_req_measured(struct vaccel_tfm *t, struct vaccel_req *req,
			 unsigned int src, unsigned int dst)
{
	/* More than 16 bits hold is too many for any ring */
	req->nr_src = min(src, U16_MAX);
	req->nr_dst = min(dst, U16_MAX);
	if (unlikely(req->text_len < READ_ONCE(t->alg->min_size)) &&
	    vaccel_fallback_allowed())
		req->flags |= VACCEL_REQ_SMALL;
}

int vaccel_req_prepare(struct vaccel_tfm *t, struct vaccel_req *req)
{
	int src, dst, aad = 0;

	src = vaccel_sg_segs(req->src, req->off, req->src_len);
	if (req->aad_len)
		aad = vaccel_sg_segs(req->src, 0, req->aad_len);
	if (req->src == req->dst && req->src_len == req->dst_len)
		dst = src;
	else if (unlikely(!req->dst))
		dst = !!req->dst_len;
	else
		dst = vaccel_sg_segs(req->dst, req->off, req->dst_len);
	if (unlikely(src < 0 || dst < 0 || aad < 0))
		return -EINVAL;
	vaccel_req_measured(t, req, src + aad, dst);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_req_prepare);

/*
 * Header, key, IV. The key stays where the transform has it, in memory of its own
 * that lives as long as the request and is wiped behind the last one.
 */
static noinline unsigned int
vaccel_fill_stateless(struct vaccel_slot *slot, struct vaccel_tfm *t,
		      struct vaccel_key *key, struct scatterlist **sgs)
{
	unsigned int len = slot->hdr_sg.length, n = 1;
	unsigned int flf = vaccel_stateless_flf(t->alg->row);

	slot->hdr_sg.length = flf;
	if (key->len) {
		sg_init_one(&slot->key_sg, key->bytes, key->len);
		sgs[n++] = &slot->key_sg;
	}
	if (len > flf) {
		sg_init_one(&slot->iv_sg, (u8 *)&slot->hdr + flf, len - flf);
		sgs[n++] = &slot->iv_sg;
	}
	vaccel_stat_inc(t->alg, VACCEL_STAT_STATELESS);
	return n;
}

void vaccel_fill(struct vaccel_slot *slot, struct vaccel_req *req, bool rev1,
		 struct scatterlist *sgs[VACCEL_MAX_LISTS],
		 unsigned int *nr_out, unsigned int *nr_in)
{
	struct scatterlist *src = slot->src, *dst = slot->dst, *end;
	struct vaccel_session *sess;
	struct vaccel_tfm *t;
	unsigned int n = 1;

	slot->answer = &slot->status;
	/* A device that writes nothing has failed */
	slot->status = VACCEL_NO_STATUS;
	if (unlikely(req->flags & VACCEL_REQ_KIND)) {
		req->kind->fill(slot, req, sgs, nr_out, nr_in);
		return;
	}
	t = vaccel_req_tfm(req);
	sess = vaccel_req_session(req);
	if (unlikely(slot->table)) {
		src = slot->table->src;
		dst = slot->table->dst;
	}

	slot->hdr_sg.length = t->alg->family->fill(&slot->hdr, t, req, rev1,
						   sess->id);
	sgs[0] = &slot->hdr_sg;
	if (unlikely(req->flags & VACCEL_REQ_STATELESS))
		n = vaccel_fill_stateless(slot, t, req->key, sgs);

	if (req->nr_src) {
		if (unlikely(req->flags & VACCEL_REQ_LISTS)) {
			end = t->alg->family->src(t, req, src);
		} else {
			end = vaccel_sg_copy(src, req->src, req->off,
					     req->src_len);
			if (req->aad_len)
				end = vaccel_sg_copy(end, req->src, 0,
						     req->aad_len);
		}
		sg_mark_end(end - 1);
		sgs[n++] = src;
	}
	*nr_out = n;
	if (req->nr_dst) {
		if (unlikely(req->flags & VACCEL_REQ_LISTS))
			end = t->alg->family->dst(t, req, slot, dst);
		else
			end = vaccel_sg_copy(dst, req->dst, req->off,
					     req->dst_len);
		sg_mark_end(end - 1);
		sgs[n++] = dst;
	}
	sgs[n++] = &slot->status_sg;
	*nr_in = n - *nr_out;
}

void vaccel_take(struct vaccel_slot *slot, struct vaccel_req *req)
{
	struct vaccel_tfm *t;

	req->status = READ_ONCE(*slot->answer);
	if (unlikely(req->flags & VACCEL_REQ_LISTS)) {
		t = vaccel_req_tfm(req);
		t->alg->family->take(t, req, slot);
	}
}

/*
 * Can it go to the device, and as what? Decided when it is given to a queue: it may
 * have to wait there, and the session be gone by then.
 */
static noinline bool vaccel_req_choose_mode(struct vaccel_req *req)
{
	const struct vaccel_session *sess = vaccel_req_session(req);

	req->flags &= ~VACCEL_REQ_STATELESS;
	switch (vaccel_session_state(sess)) {
	case VACCEL_SESS_READY:
		return true;
	case VACCEL_SESS_STATELESS:
		req->flags |= VACCEL_REQ_STATELESS;
		return time_before(jiffies, sess->retry);
	default:
		return false;
	}
}

static int vaccel_req_to_queue(struct vaccel_req *req, bool queue)
{
	struct vaccel_session *sess = vaccel_req_session(req);
	struct vaccel_dev *vd = req->key->dev;
	struct vaccel_vq *q = &vd->vqs[vd->cpu_vq[req->cpu]];
	u64 size = (u64)req->src_len + req->dst_len + req->aad_len +
		   ACCEL_MAX_IV_LEN;

	if (unlikely(req->flags & VACCEL_REQ_STATELESS))
		size += req->key->len;
	if (unlikely(size > vd->caps.max_size ||
		     max(req->nr_src, req->nr_dst) > q->max_sg ||
		     vaccel_req_descs(req) > q->ring)) {
		req->flags |= VACCEL_REQ_SHAPE;
		return -EAGAIN;
	}
	return vaccel_vq_submit(q, req, sess->gen, queue);
}

int vaccel_req_to_device(struct vaccel_req *req)
{
	if (!vaccel_req_choose_mode(req))
		return -ENODEV;
	return vaccel_req_to_queue(req, true);
}

/* A new request, which only has to be looked at twice if it is a rare one */
static bool vaccel_req_may_pass(struct vaccel_req *req)
{
	/* With nothing before it at the device, software is better */
	if (unlikely(req->flags & VACCEL_REQ_SMALL) &&
	    vaccel_key_idle(req->key))
		return false;
	return likely(vaccel_session_state(vaccel_req_session(req)) ==
		      VACCEL_SESS_READY) || vaccel_req_choose_mode(req);
}

/* Straight to the device. -ENODEV and -EAGAIN: it takes more to find a way. */
static int vaccel_req_fast(struct vaccel_tfm *t, struct vaccel_req *req)
{
	struct vaccel_key *key;
	int ret = -ENODEV;

	if (unlikely(READ_ONCE(t->route) != VACCEL_ROUTE_DEVICE))
		return ret;
	key = rcu_dereference_bh(t->key);
	if (unlikely(!key || !vaccel_key_get(key)))
		return ret;
	req->key = key;
	/*
	 * Again: with our reference counted, a switch that began before now is
	 * seen here, and one that begins later waits for us.
	 */
	if (likely(READ_ONCE(t->route) == VACCEL_ROUTE_DEVICE &&
		   vaccel_req_may_pass(req)))
		ret = vaccel_req_to_queue(req, false);
	if (unlikely(ret != -EINPROGRESS && ret != -EBUSY)) {
		req->key = NULL;
		vaccel_key_put(key);
	}
	return ret;
}

int vaccel_req_submit(struct vaccel_tfm *t, struct vaccel_req *req)
{
	struct vaccel_alg *alg = t->alg;
	int ret;

	/*
	 * Bottom halves stay off until the device is told: this is what
	 * vaccel_dev_quiesce() waits for, and keeps the CPU the same.  Once
	 * accepted, the request may end and the transform go at any time.
	 */
	rcu_read_lock_bh();
	req->cpu = smp_processor_id();
	req->ticket = this_cpu_inc_return(vaccel_req_tickets);
	ret = vaccel_req_fast(t, req);
	if (unlikely(ret == -EBUSY))
		vaccel_stat_inc(alg, VACCEL_STAT_BACKLOG);
	rcu_read_unlock_bh();

	if (likely(ret == -EINPROGRESS))
		return ret;
	if (ret == -EAGAIN && !(req->flags & VACCEL_REQ_SHAPE))
		req->flags |= VACCEL_REQ_SOFT;
	if (ret == -ENODEV || ret == -EAGAIN)
		return vaccel_route_slow(t, req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_req_submit);

/* Some errors only say that data is not genuine */
static bool vaccel_is_failure(int err)
{
	return err && err != -EBADMSG && err != -EKEYREJECTED;
}

void vaccel_req_complete(struct vaccel_req *req, int err)
{
	struct vaccel_key *key = req->key;

	if (vaccel_is_failure(err))
		vaccel_stat_inc(vaccel_req_tfm(req)->alg, VACCEL_STAT_ERRORS);
	/*
	 * The reference ends after the caller has the result, so that a switch
	 * does not let a later request overtake it; neither the request nor
	 * its transform is ours then.
	 */
	crypto_request_complete(req->base, err);
	vaccel_key_put(key);
}

static void vaccel_fallback_done(void *data, int err)
{
	struct vaccel_req *req = data;

	if (err == -EINPROGRESS) {
		if (!(req->flags & VACCEL_REQ_QUIET))
			crypto_request_complete(req->base, err);
		return;
	}
	rcu_read_lock_bh();
	vaccel_req_complete(req, err);
	rcu_read_unlock_bh();
}

static int vaccel_req_no_fallback(struct vaccel_tfm *t, struct vaccel_req *req)
{
	vaccel_stat_inc(t->alg, VACCEL_STAT_ERRORS);
	pr_warn_ratelimited("virtio_accel: %s: no device for a request, and software is not allowed (fallback=never)\n",
			    vaccel_alg_base(t->alg)->cra_driver_name);
	return -EIO;
}

/* Those that a device has not done, or does not exist for, are what is to be seen */
static enum vaccel_stat vaccel_fallback_why(const struct vaccel_req *req)
{
	if (req->flags & VACCEL_REQ_SHAPE)
		return VACCEL_STAT_FALLBACK_SHAPE;
	if ((req->flags & (VACCEL_REQ_SMALL | VACCEL_REQ_SOFT)) ==
	    VACCEL_REQ_SMALL)
		return VACCEL_STAT_SMALL;
	return VACCEL_STAT_FALLBACK;
}

int vaccel_req_to_fallback(struct vaccel_tfm *t, struct vaccel_req *req)
{
	struct vaccel_key *key = req->key;
	enum vaccel_stat why = vaccel_fallback_why(req);
	u32 flags = req->base->flags;
	int err;

	/* A request that was accepted must not find the fallback full */
	if (req->flags & VACCEL_REQ_QUIET)
		flags = (flags & ~CRYPTO_TFM_REQ_MAY_SLEEP) |
			CRYPTO_TFM_REQ_MAY_BACKLOG;
	if (why == VACCEL_STAT_FALLBACK && !vaccel_fallback_allowed()) {
		err = vaccel_req_no_fallback(t, req);
	} else {
		vaccel_stat_inc(t->alg, why);
		trace_vaccel_fallback(req, why);
		err = t->alg->family->fallback(t, req, flags,
					       vaccel_fallback_done);
		if (err == -EINPROGRESS || err == -EBUSY)
			return err;
		if (vaccel_is_failure(err) && err != -ENOSPC)
			vaccel_stat_inc(t->alg, VACCEL_STAT_ERRORS);
	}
	rcu_read_lock_bh();
	vaccel_key_put(key);
	rcu_read_unlock_bh();
	return err;
}

/* Once more; if a device has seen it, then for the last time with a device. */
static void vaccel_req_again(struct vaccel_req *req, bool seen)
{
	struct vaccel_key *key = req->key;

	if (seen && (req->flags & VACCEL_REQ_AGAIN))
		req->flags |= VACCEL_REQ_SOFT;
	if (seen)
		req->flags |= VACCEL_REQ_AGAIN;
	req->key = NULL;
	vaccel_route_again(vaccel_req_tfm(req), req);
	vaccel_key_put(key);
}

/* Is it one of the answers that only say that data is not genuine? */
static bool vaccel_req_rejected(const struct vaccel_req *req, int err)
{
	const struct vaccel_alg *alg = vaccel_req_tfm(req)->alg;

	if (alg->row->service == VIRTIO_CRYPTO_SERVICE_AKCIPHER)
		return err == -EKEYREJECTED;
	return err == -EBADMSG && (alg->row->max_tag_size || alg->auth) &&
	       !(req->flags & VACCEL_REQ_ENC);
}

void vaccel_req_done(struct vaccel_req *req)
{
	int err = vaccel_status_to_errno(req->status);
	struct vaccel_tfm *t;
	struct vaccel_alg *alg;

	trace_vaccel_complete(req, err);
	if (unlikely(req->flags & VACCEL_REQ_KIND)) {
		req->kind->done(req);
		return;
	}
	t = vaccel_req_tfm(req);
	alg = t->alg;
	if (likely(!err)) {
		alg->family->finish(t, req);
	} else if (err == -ESTALE) {
		/* The device has not touched anything */
		vaccel_session_invalid(vaccel_req_session(req));
		vaccel_req_again(req, true);
		return;
	} else if (err == -EOPNOTSUPP ||
		   (err == -ENOSPC && req->flags & VACCEL_REQ_STATELESS)) {
		req->flags |= VACCEL_REQ_SOFT;
		vaccel_req_again(req, true);
		return;
	} else if (vaccel_req_rejected(req, err)) {
		vaccel_stat_inc(alg, VACCEL_STAT_BADMSG);
	} else if (req->status == VIRTIO_CRYPTO_ERR && alg->family->error) {
		err = alg->family->error;
	} else {
		err = -EIO;
	}
	vaccel_stat_inc(alg, VACCEL_STAT_REQUESTS);
	vaccel_stat_add(alg, VACCEL_STAT_BYTES, req->text_len);
	vaccel_req_complete(req, err);
}

/* Is the destination the source? Then what is half done cannot be redone. */
static bool vaccel_req_in_place(const struct vaccel_req *req)
{
	struct scatterlist a, b;

	if (!req->dst)
		return false;
	if (req->src == req->dst || req->flags & VACCEL_REQ_ALIAS)
		return true;
	if (!req->src_len || !req->dst_len)
		return false;
	vaccel_sg_copy(&a, req->src, req->off, 1);
	vaccel_sg_copy(&b, req->dst, req->off, 1);
	return sg_page(&a) == sg_page(&b) && a.offset == b.offset;
}

void vaccel_req_lost(struct vaccel_req *req, bool seen)
{
	struct vaccel_tfm *t;

	if (unlikely(req->flags & VACCEL_REQ_KIND)) {
		req->kind->lost(req);
		return;
	}
	t = vaccel_req_tfm(req);
	if (seen && vaccel_req_in_place(req)) {
		vaccel_stat_inc(t->alg, VACCEL_STAT_IOLOST);
		vaccel_req_complete(req, -EIO);
		return;
	}
	vaccel_req_again(req, seen);
}
