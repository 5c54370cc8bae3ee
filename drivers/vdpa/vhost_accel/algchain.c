// SPDX-License-Identifier: GPL-2.0
/*
 * Algorithm chaining: what each of the two steps reads and writes.
 *
 * The lists of the request are the cipher's part of source and destination, with
 * room for the hash behind the destination's. What the hash reads is in a third list:
 * the AAD, then its own part of the source, in which, if the cipher came first, the
 * destination takes the place of what the cipher has worked on.
 */
#include "algchain.h"

#include <crypto/utils.h>
#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>

/* Append a part of the source, or of the destination, to a list */
static int vha_algchain_map_out(struct vha_chain chain, struct vha_sgl *sgl,
				u32 off, u32 len)
{
	return vha_chain_skip_out(&chain, off) ?:
	       vha_chain_map_out(&chain, sgl, len);
}

static int vha_algchain_map_in(struct vha_chain chain, struct vha_sgl *sgl,
			       u32 off, u32 len)
{
	return vha_chain_skip_in(&chain, off) ?:
	       vha_chain_map_in(&chain, sgl, len);
}

/* Where the source begins behind the IV */
static u32 vha_algchain_src(const struct vha_params *p)
{
	return p->stateless ? p->aad_len : 0;
}

static int vha_algchain_map_auth(struct vha_req *req,
				 const struct vha_chain *chain,
				 const struct vha_params *p)
{
	struct vha_sgl *auth = &req->steps.auth;
	u32 aad = p->stateless ? 0 : p->src_len;
	u32 src = vha_algchain_src(p);
	u32 end = p->hash_off + p->hash_len;
	u32 from = end, to = end;
	int err;

	/* What the cipher has written by then; without it, all is of the source */
	if (!req->session->auth_first) {
		from = clamp(p->cipher_off, p->hash_off, end);
		to = clamp(p->cipher_off + p->cipher_len, p->hash_off, end);
	}
	err = vha_algchain_map_out(*chain, auth, aad, p->aad_len);
	if (!err)
		err = vha_algchain_map_out(*chain, auth, src + p->hash_off,
					   from - p->hash_off);
	if (!err)
		err = vha_algchain_map_in(*chain, auth, from, to - from);
	if (!err)
		err = vha_algchain_map_out(*chain, auth, src + to, end - to);
	return err;
}

/**
 * vha_algchain_map() - make the lists of a request
 * @req: whose source and destination are empty lists
 * @chain: behind the IV
 * @p: found to be legal
 *
 * Context: as vha_chain_start(); the queue's worker.
 * Return: 0, or as the functions of chain.h; then no list has anything.
 */
int vha_algchain_map(struct vha_req *req, struct vha_chain *chain,
		     const struct vha_params *p)
{
	struct vha_steps *steps = &req->steps;
	int err;

	steps->auth_len = p->aad_len + p->hash_len;
	if (req->large)
		vha_sgl_init(&steps->auth, req->large->auth_sg,
			     VHA_SG_AUTH_LARGE);
	else
		vha_sgl_init(&steps->auth, req->auth_sg, VHA_SG_AUTH);
	err = vha_algchain_map_out(*chain, &req->src,
				   vha_algchain_src(p) + p->cipher_off,
				   p->cipher_len);
	if (!err)
		err = vha_algchain_map_in(*chain, &req->dst, p->cipher_off,
					  p->cipher_len);
	if (!err)
		err = vha_algchain_map_in(*chain, &req->dst, p->dst_len,
					  p->result_len);
	if (!err)
		err = vha_algchain_map_auth(req, chain, p);
	if (err) {
		vha_sgl_release(&req->src);
		vha_sgl_release(&req->dst);
		vha_sgl_release(&steps->auth);
	}
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_algchain_map);

/* Providers do not know of chaining: what a step has no use for is as without it */
static void vha_algchain_set_op(struct vha_req *req)
{
	struct vha_steps *steps = &req->steps;
	struct vhost_accel_request *op = &req->op;

	if (steps->hashing) {
		op->src = steps->auth.sg;
		op->dst = NULL;
		op->cryptlen = steps->auth_len;
	} else {
		op->src = steps->text_src;
		op->dst = req->dst.sg;
		op->cryptlen = req->text_len;
	}
}

/**
 * vha_algchain_start() - prepare the first step
 * @req: the request, with source and destination of the cipher in &vha_req.op
 * @p: found to be legal
 *
 * Context: the queue's worker.
 */
void vha_algchain_start(struct vha_req *req, const struct vha_params *p)
{
	struct vha_steps *steps = &req->steps;

	steps->text_src = req->op.src;
	steps->verify = p->verify;
	req->digest_len = p->verify ? 0 : p->result_len;
	/* Without text there is nothing for a cipher, which is not used to that */
	steps->last = !p->cipher_len;
	steps->hashing = steps->last || req->session->auth_first;
	vha_algchain_set_op(req);
}
EXPORT_SYMBOL_IF_KUNIT(vha_algchain_start);

/* What the guest expects is read once. In constant time, for it is its secret. */
static bool vha_algchain_differs(const struct vha_req *req)
{
	u8 want[ACCEL_MAX_DIGEST_LEN];
	u32 len = req->session->tag_len;

	return sg_pcopy_to_buffer(req->dst.sg, req->dst.nents, want, len,
				  req->text_len) != len ||
	       crypto_memneq(want, req->digest, len);
}

/**
 * vha_algchain_next() - a step has been done
 * @req: the request, none of whose steps has failed
 *
 * A hash that is not what the guest expects is the result -EBADMSG; if it was the
 * first step, the second is not done.
 *
 * Context: the queue's worker; guest memory may be out of reach, but the pages are
 *	still held.
 * Return: true if there is another step to submit, false if the request is done.
 */
bool vha_algchain_next(struct vha_req *req)
{
	struct vha_steps *steps = &req->steps;

	if (steps->hashing && steps->verify && vha_algchain_differs(req)) {
		req->result = -EBADMSG;
		return false;
	}
	if (steps->last)
		return false;
	steps->last = true;
	steps->hashing = !steps->hashing;
	req->retries = 0;
	vha_algchain_set_op(req);
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(vha_algchain_next);

/**
 * vha_algchain_pop() - take the first of the requests with one more step to do
 * @half: the run's list of them, not empty
 *
 * Context: the queue's worker.
 * Return: the request.
 */
struct vha_req *vha_algchain_pop(struct list_head *half)
{
	struct vha_req *req = list_first_entry(half, struct vha_req, half);

	list_del(&req->half);
	return req;
}
