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
 * On failed authentication the destination is left as the provider left it, as
 * the kernel crypto API does: the driver is told, and told that nothing but the
 * status was written.
 */
#include "dataq.h"

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#include "algchain.h"
#include "trace.h"
#include "vha.h"

/* How often a provider may have no memory for a request */
#define VHA_RETRIES_MAX		8

/* A request that needs a large table has to wait for one */
#define VHA_BUILD_WAIT		0xff

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
	req->result = err;
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

/*
 * A stateless request gets a session that only such requests have, and that goes
 * with the last of them. Only the key is read here: the provider takes its time,
 * and is called by vha_data_submit_one().
 */
static u8 vha_data_read_key(struct vha_run *run, struct vha_req *req,
			    struct vha_chain *chain,
			    const struct vhost_accel_session_param *param,
			    bool encrypt)
{
	struct vha_pool *pool = &run->pool;
	struct vha_session *session;

	if (pool->nr_temp >= pool->max_temp)
		return VHA_BUILD_WAIT;
	session = vha_session_temp(run->dev->provider, param, encrypt);
	if (!session)
		return VIRTIO_CRYPTO_ERR;
	if (vha_chain_pull(chain, session->temp->bytes, param->key_len)) {
		vha_session_put(session);
		return VIRTIO_CRYPTO_ERR;
	}
	vha_req_set_temp(pool, req, session);
	return VIRTIO_CRYPTO_OK;
}

static noinline u8
vha_data_read_stateless(struct vha_run *run, struct vha_req *req,
			struct vha_chain *chain, struct vha_params *p,
			const struct virtio_crypto_op_header *hdr,
			union vha_data_flf *flf)
{
	u32 len = vha_stateless_len(le32_to_cpu(hdr->opcode), run->stateless);
	struct vhost_accel_session_param param;
	u8 status;

	if (!len)
		return VIRTIO_CRYPTO_NOTSUPP;
	if (vha_chain_pull(chain, flf, len))
		return VIRTIO_CRYPTO_ERR;
	status = vha_params_parse_stateless(p, &param, hdr, flf);
	if (status)
		return status;
	return vha_data_read_key(run, req, chain, &param, p->encrypt);
}

/* With the key of a request that brings one, and its session */
static u8 vha_data_read_head(struct vha_run *run, struct vha_req *req,
			     struct vha_chain *chain, struct vha_params *p)
{
	struct {
		struct virtio_crypto_op_header hdr;
		union vha_data_flf flf;
	} head;
	const struct vha_service *service;
	u32 len = sizeof(head.hdr);

	if (!run->revision_1)
		len += ACCEL_DATA_FLF_LEGACY;
	if (vha_chain_pull(chain, &head, len))
		return VIRTIO_CRYPTO_ERR;
	if (unlikely(vha_params_is_stateless(&head.hdr, run->revision_1)))
		return vha_data_read_stateless(run, req, chain, p, &head.hdr,
					       &head.flf);
	if (run->revision_1) {
		service = vha_service_find(le32_to_cpu(head.hdr.opcode));
		if (!service)
			return VIRTIO_CRYPTO_NOTSUPP;
		if (vha_chain_pull(chain, &head.flf, service->flf_len))
			return VIRTIO_CRYPTO_ERR;
	}
	return vha_params_parse(p, &head.hdr, &head.flf, run->revision_1);
}

static void vha_data_init_lists(struct vha_req *req)
{
	struct vha_large *large = req->large;

	if (large) {
		vha_sgl_init(&req->src, large->src_sg,
			     VHA_SG_LARGE + large->nr_aad);
		vha_sgl_init(&req->dst, large->dst_sg,
			     VHA_SG_LARGE + large->nr_aad);
	} else {
		vha_sgl_init(&req->src, req->src_sg, ARRAY_SIZE(req->src_sg));
		vha_sgl_init(&req->dst, req->dst_sg, ARRAY_SIZE(req->dst_sg));
	}
}

/* Both lists begin with the same private memory */
static int vha_data_add_aad(struct vha_req *req, void *buf, u32 len)
{
	int err;

	err = vha_sgl_add_private(&req->src, buf, len);
	return err ?: vha_sgl_add_private(&req->dst, buf, len);
}

static int vha_data_place_aad(struct vha_req *req, u32 len)
{
	unsigned int i;
	int err = 0;
	u32 piece;

	if (!req->large)
		return len > sizeof(req->aad) ? -E2BIG :
			vha_data_add_aad(req, req->aad, len);
	for (i = 0; len && !err; i++, len -= piece) {
		if (i == req->large->nr_aad)
			return -E2BIG;
		piece = min_t(u32, len, PAGE_SIZE);
		err = vha_data_add_aad(req, page_address(req->large->aad[i]),
				       piece);
	}
	return err;
}

static int vha_data_pull_aad(struct vha_req *req, struct vha_chain *chain,
			     u32 len)
{
	unsigned int i;
	int err = 0;
	u32 piece;

	if (!req->large)
		return vha_chain_pull(chain, req->aad, len);
	for (i = 0; len && !err; i++, len -= piece) {
		piece = min_t(u32, len, PAGE_SIZE);
		err = vha_chain_pull(chain, page_address(req->large->aad[i]),
				     piece);
	}
	return err;
}

/* The order of the chain: source, AAD; that of the lists: AAD, source */
static int vha_data_map(struct vha_req *req, struct vha_chain *chain,
			const struct vha_params *p, const struct vha_lens *lens)
{
	int err;

	vha_data_init_lists(req);
	if (unlikely(p->chained))
		return vha_algchain_map(req, chain, p);
	if (p->aad_len) {
		err = vha_data_place_aad(req, p->aad_len);
		if (err)
			return err;
	}
	err = vha_chain_map_out(chain, &req->src, lens->out);
	if (!err)
		err = vha_chain_map_in(chain, &req->dst, lens->in);
	if (!err && p->aad_len)
		err = vha_data_pull_aad(req, chain, p->aad_len);
	if (err) {
		vha_sgl_release(&req->src);
		vha_sgl_release(&req->dst);
	}
	return err;
}

static_assert(ACCEL_MAX_AKCIPHER_SRC <= VHA_SIZE_MIN);

/*
 * A source that a provider reads twice is read by it from memory of our own, of
 * which a large table has a page at least.
 */
static u8 vha_data_map_copy(struct vha_run *run, struct vha_req *req,
			    struct vha_chain *chain,
			    const struct vha_lens *lens)
{
	void *buf;

	if (!vha_req_enlarge(&run->pool, req))
		return VHA_BUILD_WAIT;
	buf = page_address(req->large->aad[0]);
	vha_data_init_lists(req);
	if (vha_sgl_add_private(&req->src, buf, lens->out) ||
	    vha_chain_pull(chain, buf, lens->out) ||
	    vha_chain_map_in(chain, &req->dst, lens->in))
		return VIRTIO_CRYPTO_ERR;
	return VIRTIO_CRYPTO_OK;
}

/*
 * Nothing is read from the guest between the first attempt and the second: a
 * list that is too short is found before the AAD is copied.
 */
static u8 vha_data_map_any(struct vha_run *run, struct vha_req *req,
			   struct vha_chain *chain, const struct vha_params *p,
			   const struct vha_lens *lens)
{
	struct vha_chain again = *chain;
	int err;

	if (unlikely(p->copy_src))
		return vha_data_map_copy(run, req, chain, lens);
	err = vha_data_map(req, chain, p, lens);
	if (likely(!err))
		return VIRTIO_CRYPTO_OK;
	if (err != -E2BIG)
		return VIRTIO_CRYPTO_ERR;
	if (!vha_req_enlarge(&run->pool, req))
		return VHA_BUILD_WAIT;
	*chain = again;
	return vha_data_map(req, chain, p, lens) ? VIRTIO_CRYPTO_ERR :
						   VIRTIO_CRYPTO_OK;
}

/*
 * In place means one list, because drivers map each list for DMA. A decryption's
 * source is longer than its destination, and only the destination may be written:
 * it keeps both lists.
 */
static u8 vha_data_set_lists(struct vha_req *req, const struct vha_lens *lens)
{
	struct vhost_accel_request *op = &req->op;

	op->src = req->src.sg;
	if (unlikely(req->session->alg->digest_size)) {
		/* For vha_data_return() */
		op->dst = NULL;
		return VIRTIO_CRYPTO_OK;
	}
	op->dst = req->dst.sg;
	switch (vha_sgl_overlap(&req->src, &req->dst)) {
	case VHA_OVERLAP_NONE:
		return VIRTIO_CRYPTO_OK;
	case VHA_OVERLAP_EXACT:
		if (lens->in >= lens->out)
			op->src = op->dst;
		return VIRTIO_CRYPTO_OK;
	default:
		return VIRTIO_CRYPTO_ERR;
	}
}

/* As the kernel crypto API has it: CCM's nonce is a part of its first block */
static int vha_data_pull_iv(struct vha_req *req, struct vha_chain *chain,
			    u32 len)
{
	u8 *iv = req->iv;

	if (unlikely(req->session->alg->min_iv_size)) {
		memset(iv, 0, sizeof(req->iv));
		*iv++ = ACCEL_CCM_NONCE_LEN(len);
	}
	return vha_chain_pull(chain, iv, len);
}

/* Returns VIRTIO_CRYPTO_* or VHA_BUILD_WAIT */
static u8 vha_data_build(struct vha_run *run, struct vha_req *req,
			 struct vha_chain *chain)
{
	struct vha_dev *dev = run->dev;
	struct vha_params p;
	struct vha_lens lens;
	u32 private_len;
	u8 status;

	status = vha_data_read_head(run, req, chain, &p);
	if (unlikely(status))
		return status;
	if (likely(!p.stateless)) {
		req->session = vha_session_get(&dev->sessions, p.session_id);
		if (unlikely(!req->session))
			return VIRTIO_CRYPTO_INVSESS;
	}
	private_len = chain->copied + p.iv_len;
	if (unlikely(p.copy_src))
		private_len += p.src_len;
	/* What is only hashed stays where it is */
	if (likely(!p.chained))
		private_len += p.aad_len;
	req->alg_id = req->session->alg_id;
	status = vha_params_check(&p, req->session, dev->settings.max_size,
				  &lens);
	if (unlikely(status))
		return status;
	/* What the request claims to have, it must have */
	if (unlikely(chain->out.left < (u64)p.iv_len + p.src_len + p.aad_len ||
		     chain->in.left < (u64)p.dst_len + p.result_len))
		return VIRTIO_CRYPTO_ERR;
	if (p.iv_len && vha_data_pull_iv(req, chain, p.iv_len))
		return VIRTIO_CRYPTO_ERR;
	status = vha_data_map_any(run, req, chain, &p, &lens);
	if (unlikely(status))
		return status;
	/* What was copied beside the header, keys and their data, IV and AAD */
	vha_stat_add(&run->vq->stats.payload_copied,
		     chain->copied - private_len);

	req->op.assoclen = p.chained ? 0 : p.aad_len;
	req->op.cryptlen = lens.out;
	req->op.encrypt = p.encrypt;
	req->op.op = p.op;
	req->op.sig_len = p.sig_len;
	req->op.dst_len = lens.in;
	req->op.complete = vha_data_done;
	req->text_len = lens.text;
	req->digest_len = req->session->alg->digest_size ? lens.in : 0;
	status = vha_data_set_lists(req, &lens);
	if (unlikely(p.chained))
		vha_algchain_start(req, &p);
	return status;
}

/* Returns false if the chain has to wait in the ring */
static bool vha_data_take(struct vha_run *run, struct vha_req *req)
{
	struct vha_chain chain;
	u8 status = VIRTIO_CRYPTO_ERR;

	req->head = run->chain.head;
	if (likely(!vha_chain_start(&chain, &run->dev->tlb, &run->hint,
				    &run->chain)) &&
	    likely(!vha_chain_tail(&chain, 1, &req->status_iova))) {
		req->has_status = true;
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

/* Returns whether there may be more than was taken */
static bool vha_data_fetch(struct vha_run *run)
{
	struct vha_ring *ring = &run->ring;
	struct vha_req *req;
	int ret;

	ring->ops->notify_disable(ring);
	while (run->batch_nr < VHA_BATCH) {
		ret = ring->ops->pop(ring, &run->chain);
		if (unlikely(ret < 0)) {
			run->broken = ret;
			return false;
		}
		if (!ret)
			return ring->ops->notify_enable(ring);
		req = vha_req_get(&run->pool);
		if (unlikely(!req) || unlikely(!vha_data_take(run, req))) {
			/* Some request in flight has what this one needs */
			ring->ops->rewind(ring, 1);
			if (req)
				vha_req_put(&run->pool, req);
			return false;
		}
		run->batch[run->batch_nr++] = req;
	}
	return true;
}

/* ---- back to the ring --------------------------------------------------- */

static void vha_data_account(struct vha_run *run, const struct vha_req *req,
			     u8 status, bool answered)
{
	struct vha_vq_stats *stats = &run->vq->stats;
	struct vha_alg_stats *alg = &stats->alg[req->alg_id];

	vha_stat_add(&stats->requests, 1);
	if (!answered)
		vha_stat_add(&stats->unanswered, 1);
	if (req->session)
		vha_stat_add(&alg->requests, 1);
	if (likely(status == VIRTIO_CRYPTO_OK)) {
		vha_stat_add(&stats->bytes, req->text_len);
		vha_stat_add(&alg->bytes, req->text_len);
	} else if (status == VIRTIO_CRYPTO_BADMSG ||
		   status == VIRTIO_CRYPTO_KEY_REJECTED) {
		vha_stat_add(&stats->auth_failures, 1);
	} else {
		vha_stat_add(&stats->errors, 1);
		if (req->session)
			vha_stat_add(&alg->errors, 1);
	}
}

static void vha_data_return(struct vha_run *run, struct vha_req *req)
{
	u8 status = req->answered ? req->status : vha_data_status(req->result);
	struct vha_ring *ring = &run->ring;
	bool answered;
	u32 len = 0;

	/* Of what the provider has computed, what was asked for */
	if (status == VIRTIO_CRYPTO_OK && unlikely(req->digest_len))
		sg_pcopy_from_buffer(req->dst.sg, req->dst.nents, req->digest,
				     req->digest_len,
				     req->op.dst_len - req->digest_len);
	answered = req->has_status &&
		   !vha_iotlb_write(&run->dev->tlb, &run->hint,
				    req->status_iova, &status, 1);
	if (likely(answered)) {
		len = 1;
		if (likely(status == VIRTIO_CRYPTO_OK))
			len += req->op.dst_len;
	}
	ring->ops->push(ring, req->head, len);
	trace_vha_complete(run, req, status);
	vha_data_account(run, req, status, answered);
	vha_req_put(&run->pool, req);
}

/* Takes what the provider has returned, oldest first */
static struct llist_node *vha_data_completed(struct vha_run *run)
{
	if (llist_empty(&run->done))
		return NULL;
	return llist_reverse_order(llist_del_all(&run->done));
}

static void vha_data_return_all(struct vha_run *run)
{
	struct llist_node *node = vha_data_completed(run);
	struct vha_req *req, *next;
	u32 i;

	for (i = 0; i < run->ready_nr; i++)
		vha_data_return(run, run->ready[i]);
	run->ready_nr = 0;
	llist_for_each_entry_safe(req, next, node, done) {
		run->inflight--;
		if (unlikely(req->session->auth) && !req->result &&
		    vha_algchain_next(req))
			list_add_tail(&req->half, &run->half);
		else
			vha_data_return(run, req);
	}
}

static void vha_data_reap(struct vha_run *run)
{
	struct llist_node *node = vha_data_completed(run);
	struct vha_req *req, *next;
	u32 i;

	for (i = 0; i < run->ready_nr; i++)
		vha_req_put(&run->pool, run->ready[i]);
	run->ready_nr = 0;
	llist_for_each_entry_safe(req, next, node, done) {
		run->inflight--;
		vha_req_put(&run->pool, req);
	}
	while (!list_empty(&run->half))
		vha_req_put(&run->pool, vha_algchain_pop(&run->half));
	vha_pool_drop_temp(&run->pool);
	vha_sessions_bury(&run->pool.dead);
}

/* ---- to the provider ---------------------------------------------------- */

static void vha_data_set_stalled(struct vha_run *run, bool stalled, bool full)
{
	bool was_full = run->stalled && run->full;

	run->stalled = stalled;
	run->full = full;
	if (was_full != (stalled && full))
		vha_dev_set_saturated(run->dev, stalled && full);
}

/* Whether the provider has taken the request, or answered it */
static bool vha_data_submit_one(struct vha_run *run, struct vha_req *req)
{
	struct vha_vq_stats *stats = &run->vq->stats;
	struct vha_session *session = req->session;
	int err = 0;

	WRITE_ONCE(req->state, VHA_REQ_SUBMITTED);
	if (unlikely(session->temp))
		err = vha_session_make(session, &run->dev->alg[req->alg_id]);
	if (likely(!err))
		err = session->ops->submit(likely(!session->auth) ?
					   session->priv :
					   vha_algchain_priv(req), &req->op);
	switch (err) {
	case -EINPROGRESS:
		/* It may be on @done by now, and nobody else takes it off */
		run->inflight++;
		return true;
	case -EBUSY:
	case -ENOSPC:
	case -EAGAIN:
		WRITE_ONCE(req->state, VHA_REQ_TAKEN);
		if (!run->stalled || !run->full)
			vha_stat_add(&stats->saturations, 1);
		vha_data_set_stalled(run, true, true);
		return false;
	case -ENOMEM:
		vha_stat_add(&stats->nomem, 1);
		if (req->retries++ < VHA_RETRIES_MAX) {
			WRITE_ONCE(req->state, VHA_REQ_TAKEN);
			vha_data_set_stalled(run, true, false);
			return false;
		}
		break;
	default:
		break;
	}
	req->result = err;
	if (unlikely(session->auth) && !err && vha_algchain_next(req))
		list_add(&req->half, &run->half);
	else
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
	while (run->batch_pos < run->batch_nr) {
		/*
		 * A provider may have kept us for so long that the driver has
		 * its buffers back: vha_run_leave() drops the rest.
		 */
		if (unlikely(READ_ONCE(run->mode) == VHA_RUN_QUIT))
			return;
		req = run->batch[run->batch_pos];
		if (unlikely(req->answered))
			run->ready[run->ready_nr++] = req;
		else if (unlikely(!vha_data_submit_one(run, req)))
			return;
		run->batch_pos++;
		if (unlikely(!list_empty(&run->half)) &&
		    !vha_data_submit_half(run))
			return;
	}
	run->batch_pos = 0;
	run->batch_nr = 0;
	if (unlikely(run->stalled))
		vha_data_set_stalled(run, false, false);
}

/* ---- the worker's part -------------------------------------------------- */

static bool vha_data_may_fetch(const struct vha_run *run)
{
	return !run->batch_nr && list_empty(&run->half) &&
	       READ_ONCE(run->vq->ready) &&
	       READ_ONCE(run->mode) == VHA_RUN_ACTIVE;
}

static bool vha_data_idle(const struct vha_run *run)
{
	return !run->inflight && !run->ready_nr && !run->batch_nr &&
	       list_empty(&run->half) && llist_empty(&run->done);
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
		if (vha_data_may_fetch(run))
			more = vha_data_fetch(run);
		signal = run->ring.ops->flush(&run->ring);
		up_read(&dev->tlb.lock);
	} else {
		up_read(&dev->tlb.lock);
		vha_data_reap(run);
	}
	if (signal)
		vha_run_signal(run);
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
	u32 n = run->batch_nr - run->batch_pos;

	if (!n)
		return;
	if (!run->broken)
		run->ring.ops->rewind(&run->ring, n);
	while (run->batch_pos < run->batch_nr)
		vha_req_put(&run->pool, run->batch[run->batch_pos++]);
	run->batch_pos = 0;
	run->batch_nr = 0;
	vha_data_set_stalled(run, false, false);
}

const struct vha_run_ops vha_data_ops = {
	.turn = vha_data_turn,
	.unfetch = vha_data_unfetch,
	.idle = vha_data_idle,
	.reap = vha_data_reap,
};
