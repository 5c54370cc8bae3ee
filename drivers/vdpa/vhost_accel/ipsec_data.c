// SPDX-License-Identifier: GPL-2.0
/*
 * Packets: from a request of the IPSEC service to what a provider gets, and back.
 */
#include "ipsec_data.h"

#include <crypto/utils.h>
#include <linux/align.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "dataq.h"
#include "ipsec_list.h"
#include "ipsec_sa.h"
#include "ipsec_whole.h"
#include "vha.h"

#define VHA_IPSEC_SG	(VHA_SG_INLINE + 1 + VHA_IPSEC_PRIVATE)

/* Algorithms of an SA */

static bool vha_ipsec_is_aead(const struct accel_ipsec_alg *alg)
{
	return alg->auth == ACCEL_ALG_NR;
}

static bool vha_ipsec_is_null(const struct accel_ipsec_alg *alg)
{
	return alg->cipher == ACCEL_ALG_NR;
}

/**
 * vha_ipsec_alloc() - what a request slot needs for packets
 *
 * Context: process; charged to the caller's memory cgroup.
 * Return: the memory, for kfree_sensitive(), or NULL.
 */
struct vha_ipsec *vha_ipsec_alloc(void)
{
	struct vha_ipsec *ipsec;

	ipsec = kzalloc(struct_size(ipsec, sg, VHA_IPSEC_LISTS * VHA_IPSEC_SG),
			GFP_KERNEL_ACCOUNT);
	if (ipsec)
		sg_init_table(ipsec->sg, VHA_IPSEC_LISTS * VHA_IPSEC_SG);
	return ipsec;
}

/* Lists. Pages are held by the request's own, which these are made of */

static void vha_ipsec_init_lists(struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;
	struct vha_ipsec_list *list;
	unsigned int i;

	for (i = 0; i < VHA_IPSEC_LISTS; i++) {
		list = &ipsec->list[i];
		list->nents = 0;
		list->max = req->large ? req->src.max + VHA_IPSEC_PRIVATE :
					 VHA_IPSEC_SG;
		list->sg = (req->large ? req->large->ipsec_sg : ipsec->sg) +
			   i * list->max;
	}
}

static void vha_ipsec_end_lists(struct vha_ipsec *ipsec)
{
	struct vha_ipsec_list *list;
	unsigned int i;

	for (i = 0; i < VHA_IPSEC_LISTS; i++) {
		list = &ipsec->list[i];
		if (list->nents)
			sg_mark_end(&list->sg[list->nents - 1]);
	}
}

/* From the ring */

static int vha_ipsec_map(struct vha_req *req, struct vha_chain *chain,
			 const struct vha_params *p)
{
	struct vha_chain again = *chain;
	int err;

	vha_data_init_lists(req);
	err = vha_chain_map_out(chain, &req->src, p->src_len);
	if (!err)
		err = vha_chain_map_in(chain, &req->dst, p->dst_len);
	if (err) {
		vha_sgl_release(&req->src);
		vha_sgl_release(&req->dst);
		*chain = again;
	}
	return err;
}

static u8 vha_ipsec_map_any(struct vha_run *run, struct vha_req *req,
			    struct vha_chain *chain, const struct vha_params *p)
{
	int err;

	err = vha_ipsec_map(req, chain, p);
	if (unlikely(err == -E2BIG)) {
		if (!vha_req_enlarge(&run->pool, req))
			return VHA_BUILD_WAIT;
		err = vha_ipsec_map(req, chain, p);
	}
	return err ? VIRTIO_CRYPTO_ERR : VIRTIO_CRYPTO_OK;
}

/* The session is held apart: it goes to the provider, which may keep us waiting */
static u8 vha_ipsec_find_sa(struct vha_run *run, struct vha_req *req,
			    const struct vha_params *p)
{
	u8 dir = p->encrypt ? VHA_SA_OUT : VHA_SA_IN;

	if (!run->ipsec)
		return VIRTIO_CRYPTO_NOTSUPP;
	/* Of the slot's last packet */
	req->ipsec->dirty = 0;
	if (p->session_id > U32_MAX)
		return VIRTIO_CRYPTO_INVSESS;
	req->sa = vha_sa_get(&run->dev->sas, dir, p->session_id);
	if (!req->sa)
		return VIRTIO_CRYPTO_INVSESS;
	req->session = req->sa->session;
	kref_get(&req->session->ref);
	req->alg_id = req->session->alg_id;
	return VIRTIO_CRYPTO_OK;
}

/**
 * vha_ipsec_build() - make a request of a descriptor chain
 * @run: of the data queue
 * @req: an empty slot
 * @chain: behind the fixed part, without its status byte
 * @p: what the fixed part says
 *
 * What the packet's headers say is looked at when the request is submitted: one that
 * goes back to the ring before that has used no sequence number.
 *
 * Context: as vha_data_build().
 * Return: as vha_data_build().
 */
u8 vha_ipsec_build(struct vha_run *run, struct vha_req *req,
		   struct vha_chain *chain, const struct vha_params *p)
{
	u32 max_size = run->dev->settings.max_size;
	struct vha_ipsec *ipsec = req->ipsec;
	struct vha_chain start = *chain;
	u8 status;

	status = vha_ipsec_find_sa(run, req, p);
	if (status)
		return status;
	/* Whether the chain has as much is seen when it is mapped */
	if (!p->src_len || !p->dst_len || p->src_len > max_size ||
	    p->dst_len > max_size)
		return VIRTIO_CRYPTO_ERR;
	status = vha_ipsec_map_any(run, req, chain, p);
	if (status)
		return status;
	/* The lists of a packet and of what becomes of it are shifted */
	if (vha_sgl_overlap(&req->src, &req->dst) != VHA_OVERLAP_NONE ||
	    vha_chain_pull(&start, ipsec->head,
			   min_t(u32, p->src_len, sizeof(ipsec->head))))
		return VIRTIO_CRYPTO_ERR;

	ipsec->inbound = !p->encrypt;
	ipsec->started = false;
	ipsec->soft = false;
	ipsec->src_len = p->src_len;
	ipsec->dst_len = p->dst_len;
	req->op.encrypt = p->encrypt;
	req->op.op = 0;
	req->op.sig_len = 0;
	req->op.assoclen = 0;
	req->op.cryptlen = p->src_len;
	req->op.dst_len = p->dst_len;
	req->text_len = p->src_len;
	req->digest_len = 0;
	return VIRTIO_CRYPTO_OK;
}

/* To the provider */

/* As the kernel crypto API has it, @iv as the packet has it */
static void vha_ipsec_set_iv(struct vha_req *req, const u8 *iv)
{
	const struct vha_sa *sa = req->sa;
	const struct accel_ipsec_alg *alg = sa->alg;

	memcpy(req->iv, sa->salt, alg->salt_len);
	memcpy(req->iv + alg->salt_len, iv, alg->iv_len);
	/* RFC 3686: a counter that begins with 1 */
	if (alg->salt_len && !vha_ipsec_is_aead(alg))
		put_unaligned_be32(1, req->iv + alg->salt_len + alg->iv_len);
}

/*
 * What is authenticated beside the text: of @head, @auth to @len, which with AH is all
 * of it, ICV and all. Else it begins with the ESP header.
 */
static u32 vha_ipsec_set_aad(struct vha_req *req, const u8 *head, u32 auth,
			     u32 len, u32 icv)
{
	struct vha_ipsec *ipsec = req->ipsec;
	const struct vha_sa *sa = req->sa;
	const u8 *hdr = head + auth;
	struct accel_sa_form esp = {
		.spi = get_unaligned_be32(hdr),
		.options = sa->seq.esn ? BIT(VIRTIO_CRYPTO_IPSEC_ESN) : 0,
	};

	static_assert(sizeof(ipsec->aad) >= VHA_ESP_AAD);
	static_assert(sizeof(ipsec->aad) >= 8 + ACCEL_IPSEC_IV_MAX);
	static_assert(sizeof(ipsec->aad) >=
		      40 + ALIGN(12 + ACCEL_IPSEC_ICV_MAX, 8));
	if (vha_ipsec_is_aead(sa->alg))
		return vha_esp_aad(ipsec->aad, &esp, ipsec->seq);
	put_unaligned_be32(ipsec->seq >> 32, ipsec->seq_hi);
	if (icv < len)
		return vha_ah_covered(ipsec->aad, head, len, icv,
				      sa->alg->icv_len);
	memcpy(ipsec->aad, hdr, len - auth);
	return len - auth;
}

/* Both lists of an AEAD begin with AAD */
static int vha_ipsec_add_aad(struct vha_req *req, u32 len)
{
	struct vha_ipsec *ipsec = req->ipsec;

	req->op.assoclen = len;
	return vha_ipsec_add(&ipsec->list[VHA_IPSEC_SRC], ipsec->aad, len) ?:
	       vha_ipsec_add(&ipsec->list[VHA_IPSEC_DST], ipsec->aad, len);
}

/*
 * RFC 4303, 2.8 and 2.2.1: header, IV and ciphertext, which is a part of @from; and in
 * this order AH, RFC 4302, 3.3.3.2.
 */
static int vha_ipsec_add_auth(struct vha_req *req, u32 aad_len,
			      const struct vha_sgl *from, u32 off)
{
	struct vha_ipsec *ipsec = req->ipsec;
	struct vha_ipsec_list *auth = &ipsec->list[VHA_IPSEC_AUTH];
	u32 hi_len = req->sa->seq.esn ? sizeof(ipsec->seq_hi) : 0;

	ipsec->auth_len = aad_len + ipsec->text_len + hi_len;
	return vha_ipsec_add(auth, ipsec->aad, aad_len) ?:
	       vha_ipsec_add_part(auth, from, off, ipsec->text_len) ?:
	       vha_ipsec_add(auth, ipsec->seq_hi, hi_len);
}

static int vha_ipsec_lists_out(struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;
	struct vha_ipsec_list *src = &ipsec->list[VHA_IPSEC_SRC];
	struct vha_ipsec_list *dst = &ipsec->list[VHA_IPSEC_DST];
	const struct accel_ipsec_alg *alg = req->sa->alg;
	struct vha_esp_out *out = &ipsec->out;
	bool aead = vha_ipsec_is_aead(alg);
	u32 aad_len;
	int err = 0;

	ipsec->text_len = out->text_len;
	ipsec->at = out->head_len;
	vha_ipsec_set_iv(req, out->head + out->esp + 8);
	aad_len = vha_ipsec_set_aad(req, out->head, out->auth, out->head_len,
				    out->icv);
	if (aead)
		err = vha_ipsec_add_aad(req, aad_len);
	else
		err = vha_ipsec_add_auth(req, aad_len, &req->dst, ipsec->at);
	return err ?:
	       vha_ipsec_add(src, out->inner, out->inner_len) ?:
	       vha_ipsec_add_part(src, &req->src, out->skip,
				  ipsec->src_len - out->skip) ?:
	       vha_ipsec_add(src, out->tail, out->tail_len) ?:
	       vha_ipsec_add_part(dst, &req->dst, ipsec->at,
				  out->text_len + (aead ? alg->icv_len : 0));
}

/* The trailer is behind the result: if there is no room for it, it is kept here */
static int vha_ipsec_add_text(struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;
	struct vha_ipsec_list *dst = &ipsec->list[VHA_IPSEC_DST];
	u32 len = min(ipsec->text_len, ipsec->dst_len - ipsec->at);

	return vha_ipsec_add_part(dst, &req->dst, ipsec->at, len) ?:
	       vha_ipsec_add(dst, ipsec->spill, ipsec->text_len - len);
}

static int vha_ipsec_lists_in(struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;
	const struct accel_ipsec_alg *alg = req->sa->alg;
	const struct vha_esp_in *in = &ipsec->in;
	bool aead = vha_ipsec_is_aead(alg);
	u32 aad_len;
	int err;

	ipsec->text_len = in->text_len;
	vha_ipsec_set_iv(req, ipsec->head + in->esp + 8);
	aad_len = vha_ipsec_set_aad(req, ipsec->head, in->auth, in->text,
				    in->icv);
	if (aead) {
		err = vha_ipsec_add_aad(req, aad_len);
	} else {
		vha_ipsec_read(req->src.sg, req->src.nents, in->icv,
			       ipsec->want, alg->icv_len);
		err = vha_ipsec_add_auth(req, aad_len, &req->src, in->text);
	}
	return err ?:
	       vha_ipsec_add_part(&ipsec->list[VHA_IPSEC_SRC], &req->src,
				  in->text,
				  in->text_len + (aead ? alg->icv_len : 0)) ?:
	       vha_ipsec_add_text(req);
}

/* Of what comes before the text, the result needs room for as much as it has */
static int vha_ipsec_check_room(struct vha_ipsec *ipsec)
{
	ipsec->at = ipsec->in.at;
	if (ipsec->at > ipsec->dst_len ||
	    ipsec->in.text_len > ipsec->dst_len - ipsec->at + ipsec->in.tail)
		return VIRTIO_ACCEL_SA_ERR_ROOM;
	return 0;
}

static int vha_ipsec_make_in(struct vha_req *req)
{
	if (!vha_ipsec_lists_in(req))
		return 0;
	vha_sa_refused(req->sa, VIRTIO_ACCEL_SA_ERR_PROVIDER);
	return -EINVAL;
}

static int vha_ipsec_start_in(struct vha_sas *sas, struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;
	int reason;

	if (vha_sa_receive(sas, req->sa, &ipsec->in, ipsec->head,
			   ipsec->src_len, &ipsec->seq))
		return -EINVAL;
	reason = vha_ipsec_check_room(ipsec);
	if (reason) {
		vha_sa_refused(req->sa, reason);
		return -EINVAL;
	}
	return req->steps.whole ? 0 : vha_ipsec_make_in(req);
}

/* @numbered: it has its sequence number already */
static int vha_ipsec_make_out(struct vha_sas *sas, struct vha_req *req,
			      bool numbered)
{
	struct vha_ipsec *ipsec = req->ipsec;
	u8 iv[ACCEL_IPSEC_IV_MAX];
	int reason;

	if (req->sa->alg->iv_len == sizeof(iv))
		get_random_bytes(iv, sizeof(iv));
	if (numbered)
		reason = vha_sa_dress(req->sa, &ipsec->out, ipsec->head,
				      ipsec->src_len, ipsec->dst_len, iv,
				      ipsec->seq);
	else
		reason = vha_sa_send(sas, req->sa, &ipsec->out, ipsec->head,
				     ipsec->src_len, ipsec->dst_len, iv,
				     &ipsec->seq, &ipsec->soft);
	if (reason)
		return -EINVAL;
	req->op.dst_len = ipsec->out.len;
	if (!vha_ipsec_lists_out(req))
		return 0;
	vha_sa_refused(req->sa, VIRTIO_ACCEL_SA_ERR_PROVIDER);
	return -EINVAL;
}

static int vha_ipsec_start_out(struct vha_sas *sas, struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;

	if (!req->steps.whole)
		return vha_ipsec_make_out(sas, req, false);
	return vha_sa_number(sas, req->sa, &ipsec->out, ipsec->head,
			     ipsec->src_len, ipsec->dst_len, &ipsec->seq,
			     &ipsec->soft) ? -EINVAL : 0;
}

/* How far the text goes that a step writes */
static void vha_ipsec_set_dirty(struct vha_ipsec *ipsec)
{
	ipsec->dirty = ipsec->inbound ?
		min(ipsec->at + ipsec->text_len, ipsec->dst_len) :
		ipsec->out.len;
}

static void vha_ipsec_set_op(struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;
	struct vhost_accel_request *op = &req->op;
	const struct accel_ipsec_alg *alg = req->sa->alg;

	if (req->steps.hashing) {
		op->src = ipsec->list[VHA_IPSEC_AUTH].sg;
		op->dst = NULL;
		op->cryptlen = ipsec->auth_len;
		return;
	}
	op->src = ipsec->list[VHA_IPSEC_SRC].sg;
	op->dst = ipsec->list[VHA_IPSEC_DST].sg;
	op->cryptlen = ipsec->text_len;
	if (vha_ipsec_is_aead(alg) && ipsec->inbound)
		op->cryptlen += alg->icv_len;
	vha_ipsec_set_dirty(ipsec);
}

/* NULL encryption, and AH */
static void vha_ipsec_copy(struct vha_ipsec *ipsec)
{
	const struct vha_ipsec_list *src = &ipsec->list[VHA_IPSEC_SRC];
	const struct vha_ipsec_list *dst = &ipsec->list[VHA_IPSEC_DST];
	u8 buf[256];
	u32 off, n;

	vha_ipsec_set_dirty(ipsec);
	for (off = 0; off < ipsec->text_len; off += n) {
		n = min_t(u32, ipsec->text_len - off, sizeof(buf));
		vha_ipsec_read(src->sg, src->nents, off, buf, n);
		vha_ipsec_write(dst->sg, dst->nents, off, buf, n);
	}
	memzero_explicit(buf, sizeof(buf));
}

/* The provider gets it in steps, of which the lists are there */
static void vha_ipsec_begin(struct vha_req *req)
{
	const struct accel_ipsec_alg *alg = req->sa->alg;
	struct vha_ipsec *ipsec = req->ipsec;
	struct vha_steps *steps = &req->steps;

	vha_ipsec_end_lists(ipsec);
	steps->hashing = vha_ipsec_is_null(alg) ||
			 (!vha_ipsec_is_aead(alg) && ipsec->inbound);
	steps->last = vha_ipsec_is_aead(alg) || vha_ipsec_is_null(alg);
	if (vha_ipsec_is_null(alg) && !ipsec->inbound)
		vha_ipsec_copy(ipsec);
	vha_ipsec_set_op(req);
}

/**
 * vha_ipsec_take_apart() - have a packet that the provider won't take whole done in steps
 * @sas: the device's SAs
 * @req: the request, which is whole
 *
 * Context: the queue's worker, without locks.
 * Return: as vha_ipsec_start().
 */
bool vha_ipsec_take_apart(struct vha_sas *sas, struct vha_req *req)
{
	req->steps.whole = false;
	req->ipsec->dirty = 0;
	req->retries = 0;
	req->result = req->ipsec->inbound ? vha_ipsec_make_in(req) :
					    vha_ipsec_make_out(sas, req, true);
	if (req->result)
		return false;
	vha_ipsec_begin(req);
	return true;
}

/**
 * vha_ipsec_start() - prepare the first step
 * @sas: the device's SAs
 * @req: the request, of vha_ipsec_build()
 *
 * May be called again for a request that the provider did not take: nothing happens.
 *
 * Context: the queue's worker, without locks.
 * Return: true if there is a step to submit, false if the packet was refused.
 */
bool vha_ipsec_start(struct vha_sas *sas, struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;

	if (ipsec->started)
		return true;
	vha_ipsec_init_lists(req);
	req->steps.whole = vha_ipsec_is_whole(req->session);
	req->result = ipsec->inbound ? vha_ipsec_start_in(sas, req) :
				       vha_ipsec_start_out(sas, req);
	if (req->result)
		return false;
	ipsec->started = true;
	if (req->steps.whole)
		vha_ipsec_begin_whole(req);
	else
		vha_ipsec_begin(req);
	return true;
}

/* The inner packet, which is decrypted, is looked at in copies of our own */
static void vha_ipsec_received(struct vha_sas *sas, struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;
	const struct vha_ipsec_list *dst = &ipsec->list[VHA_IPSEC_DST];
	u32 text = min_t(u32, ipsec->text_len, VHA_ESP_INNER);
	u32 tail = min_t(u32, ipsec->text_len, VHA_ESP_TAIL);
	u32 off = req->op.assoclen;
	u8 inner[VHA_ESP_INNER];
	u8 end[VHA_ESP_TAIL];

	vha_ipsec_read(dst->sg, dst->nents, off, inner, text);
	vha_ipsec_read(dst->sg, dst->nents, off + ipsec->text_len - tail, end,
		       tail);
	if (vha_sa_received(sas, req->sa, &ipsec->plain, &ipsec->in, ipsec->head,
			    inner, end, ipsec->seq, ipsec->dst_len,
			    &ipsec->soft))
		req->result = -EINVAL;
	req->op.dst_len = ipsec->plain.len;
	req->text_len = ipsec->plain.len;
}

/**
 * vha_ipsec_next() - a step has been done, or has failed
 * @sas: the device's SAs
 * @req: the request, with the provider's answer in @result
 *
 * Context: the queue's worker; guest memory may be out of reach, but the pages are
 *	still held.
 * Return: true if there is another step to submit, false if the request is done, and
 * @result says how.
 */
bool vha_ipsec_next(struct vha_sas *sas, struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;
	const struct accel_ipsec_alg *alg = req->sa->alg;
	struct vha_steps *steps = &req->steps;

	if (steps->whole) {
		vha_ipsec_end_whole(sas, req);
		return false;
	}
	if (!req->result && steps->hashing && ipsec->inbound &&
	    crypto_memneq(ipsec->want, req->digest, alg->icv_len))
		req->result = -EBADMSG;
	if (req->result) {
		vha_sa_refused(req->sa, req->result == -EBADMSG ?
				       VIRTIO_ACCEL_SA_ERR_ICV :
				       VIRTIO_ACCEL_SA_ERR_PROVIDER);
		return false;
	}
	if (!steps->last) {
		steps->last = true;
		steps->hashing = !steps->hashing;
		req->retries = 0;
		vha_ipsec_set_op(req);
		return true;
	}
	if (!ipsec->inbound)
		return false;
	if (vha_ipsec_is_null(alg))
		vha_ipsec_copy(ipsec);
	vha_ipsec_received(sas, req);
	return false;
}

/**
 * vha_ipsec_return() - complete the destination
 * @req: the request
 * @status: how it went
 *
 * Providers may have written text before they found that it is not authentic, and an
 * authentic packet may still be refused: nothing of it is left to be read.
 *
 * Context: the queue's worker, with the address map locked for reading.
 * Return: the status for the driver.
 */
u8 vha_ipsec_return(struct vha_req *req, u8 status)
{
	struct vha_ipsec *ipsec = req->ipsec;
	const struct accel_ipsec_alg *alg = req->sa->alg;
	const struct vha_esp_out *out = &ipsec->out;
	const struct vha_sgl *dst = &req->dst;

	if (status != VIRTIO_CRYPTO_OK) {
		if (ipsec->dirty)
			sg_zero_buffer(req->dst.sg, req->dst.nents,
				       ipsec->dirty, 0);
		return status;
	}
	if (req->steps.whole)
		goto out;
	if (ipsec->inbound) {
		vha_ipsec_write(dst->sg, dst->nents, 0, ipsec->plain.head,
				ipsec->plain.head_len);
	} else {
		vha_ipsec_write(dst->sg, dst->nents, 0, out->head,
				out->head_len);
		if (!vha_ipsec_is_aead(alg))
			vha_ipsec_write(dst->sg, dst->nents, out->icv,
					req->digest, alg->icv_len);
	}
out:
	return ipsec->soft ? VIRTIO_CRYPTO_IPSEC_SA_SOFT_EXPIRY :
			     VIRTIO_CRYPTO_OK;
}
