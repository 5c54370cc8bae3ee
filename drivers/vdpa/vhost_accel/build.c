// SPDX-License-Identifier: GPL-2.0
/*
 * Data requests: from a descriptor chain of the guest's to what a provider gets.
 *
 * Headers, keys, IVs and AAD are copied; payload is found, held and stays where it
 * is, but for what a provider reads twice.
 */
#include "dataq.h"

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#include "algchain.h"
#include "ipsec_data.h"
#include "vha.h"

/*
 * A stateless request gets a session that only such requests have, and that goes
 * with the last of them. Only the key is read here: the provider takes its time,
 * and is called by vha_data_submit_one().
 */
static u8 vha_data_read_key(struct vha_run *run, struct vha_req *req,
			    struct vha_chain *chain,
			    const struct vha_session_parts *parts,
			    bool encrypt)
{
	struct vha_pool *pool = &run->pool;
	struct vha_session *session;

	if (pool->nr_temp >= pool->max_temp)
		return VHA_BUILD_WAIT;
	session = vha_session_temp(parts, encrypt);
	if (!session)
		return VIRTIO_CRYPTO_ERR;
	if (vha_chain_pull(chain, session->key->bytes, session->key->len)) {
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
	struct vha_session_parts parts;
	u8 status;

	if (!len)
		return VIRTIO_CRYPTO_NOTSUPP;
	if (vha_chain_pull(chain, flf, len))
		return VIRTIO_CRYPTO_ERR;
	status = vha_params_parse_stateless(p, &parts, hdr, flf);
	if (status)
		return status;
	return vha_data_read_key(run, req, chain, &parts, p->encrypt);
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

/**
 * vha_data_init_lists() - begin to fill a request's lists
 * @req: the request
 *
 * Context: the queue's worker.
 */
void vha_data_init_lists(struct vha_req *req)
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

/**
 * vha_data_build() - make a request of a descriptor chain
 * @run: of the data queue
 * @req: an empty slot
 * @chain: without its status byte; what is read is taken off it
 *
 * Everything the guest has written is read once, into private memory, and
 * checked. On failure the slot is to be given back with what it has got so far.
 *
 * Context: the queue's worker, with the address map locked for reading.
 * Return: VIRTIO_CRYPTO_OK, a status for the driver, or VHA_BUILD_WAIT if the
 * chain has to stay in the ring until another request has ended.
 */
u8 vha_data_build(struct vha_run *run, struct vha_req *req,
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
	if (p.service == VIRTIO_CRYPTO_SERVICE_IPSEC)
		return vha_ipsec_build(run, req, chain, &p);
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
	req->text_len = lens.text;
	req->digest_len = req->session->alg->digest_size ? lens.in : 0;
	status = vha_data_set_lists(req, &lens);
	if (unlikely(p.chained))
		vha_algchain_start(req, &p);
	return status;
}
