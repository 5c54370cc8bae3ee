// SPDX-License-Identifier: GPL-2.0
/*
 * Hashes and MACs of the crypto API on the HASH and MAC services.
 *
 * A device gets a message as a whole: what digest() has, or finup() right behind
 * init(). A message that comes in pieces is the fallback's from its first piece on,
 * and so is every state that is exported or imported: the device knows none.
 */
#include "alg.h"

#include <crypto/aes.h>
#include <crypto/des.h>
#include <crypto/md5.h>
#include <crypto/sha1.h>
#include <crypto/sha2.h>
#include <crypto/sha3.h>
#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/module.h>

#include "encode.h"
#include "req.h"
#include "route.h"
#include "session.h"
#include "slot.h"

/*
 * Hashes in software are synchronous, all of them, and so are the steps of a
 * message in pieces here.
 */
#define VACCEL_HASH_FALLBACK_MASK	(VACCEL_FALLBACK_MASK | CRYPTO_ALG_ASYNC)

/**
 * struct vaccel_hash_rctx - our part of a request, in the memory of its caller
 * @req: the message, when it is whole
 * @fresh: no piece of the message has come yet
 * @fb: the state, unless @fresh; the fallback's part is behind it
 */
struct vaccel_hash_rctx {
	struct vaccel_req req;
	bool fresh;
	struct ahash_request fb;
};

static struct ahash_request *vaccel_to_ahash(struct vaccel_req *req)
{
	return container_of(req->base, struct ahash_request, base);
}

static unsigned int vaccel_hash_fill(struct vaccel_data_hdr *h,
				     struct vaccel_tfm *t,
				     struct vaccel_req *req, bool rev1,
				     __le64 session)
{
	const struct accel_alg *row = t->alg->row;

	if (likely(!(req->flags & VACCEL_REQ_STATELESS)))
		return vaccel_encode_hash(h, row, rev1, session, req->src_len,
					  req->dst_len);
	if (row->service == VIRTIO_CRYPTO_SERVICE_HASH)
		return vaccel_encode_hash_stateless(h, row, req->src_len,
						    req->dst_len);
	return vaccel_encode_mac_stateless(h, row, req->key->len, req->src_len,
					   req->dst_len);
}

static int vaccel_hash_fallback(struct vaccel_tfm *t, struct vaccel_req *req,
				u32 flags, crypto_completion_t done)
{
	struct vaccel_hash_rctx *rctx =
		container_of(req, struct vaccel_hash_rctx, req);
	struct ahash_request *hreq = vaccel_to_ahash(req);

	ahash_request_set_tfm(&rctx->fb, t->hash_fb);
	ahash_request_set_callback(&rctx->fb, flags, done, req);
	ahash_request_set_crypt(&rctx->fb, hreq->src, hreq->result,
				hreq->nbytes);
	return crypto_ahash_digest(&rctx->fb);
}

/* The result has been copied out of the slot */
static void vaccel_hash_finish(struct vaccel_tfm *t, struct vaccel_req *req)
{
}

static struct scatterlist *vaccel_hash_src(struct vaccel_tfm *t,
					   struct vaccel_req *req,
					   struct scatterlist *to)
{
	return vaccel_sg_copy(to, req->src, 0, req->src_len);
}

static struct scatterlist *vaccel_hash_dst(struct vaccel_tfm *t,
					   struct vaccel_req *req,
					   struct vaccel_slot *slot,
					   struct scatterlist *to)
{
	return vaccel_slot_result(slot, to, req->dst_len);
}

static void vaccel_hash_take(struct vaccel_tfm *t, struct vaccel_req *req,
			     struct vaccel_slot *slot)
{
	if (req->status == VIRTIO_CRYPTO_OK)
		memcpy(vaccel_to_ahash(req)->result, slot->digest,
		       req->dst_len);
}

static int vaccel_hash_digest(struct ahash_request *hreq)
{
	struct vaccel_tfm *t = vaccel_tfm_of(hreq->base.tfm);
	struct vaccel_hash_rctx *rctx = ahash_request_ctx(hreq);
	struct vaccel_req *req = &rctx->req;
	int err;

	req->base = &hreq->base;
	req->src = hreq->src;
	req->dst = NULL;
	req->off = 0;
	req->src_len = hreq->nbytes;
	req->dst_len = t->alg->row->digest_size;
	req->aad_len = 0;
	req->text_len = hreq->nbytes;
	req->flags = VACCEL_REQ_ENC | VACCEL_REQ_LISTS;
	err = vaccel_req_prepare(t, req);
	if (unlikely(err))
		return err;
	return vaccel_req_submit(t, req);
}

/* Make the next step of a message in pieces the fallback's */
static struct ahash_request *vaccel_hash_step(struct ahash_request *hreq)
{
	struct vaccel_tfm *t = vaccel_tfm_of(hreq->base.tfm);
	struct vaccel_hash_rctx *rctx = ahash_request_ctx(hreq);

	ahash_request_set_tfm(&rctx->fb, t->hash_fb);
	ahash_request_set_callback(&rctx->fb, hreq->base.flags, NULL, NULL);
	ahash_request_set_crypt(&rctx->fb, hreq->src, hreq->result,
				hreq->nbytes);
	return &rctx->fb;
}

/* Likewise, and begin its message if nothing has come of it yet */
static int vaccel_hash_begin(struct ahash_request *hreq)
{
	struct vaccel_hash_rctx *rctx = ahash_request_ctx(hreq);
	struct ahash_request *fb = vaccel_hash_step(hreq);

	return rctx->fresh ? crypto_ahash_init(fb) : 0;
}

static int vaccel_hash_init(struct ahash_request *hreq)
{
	struct vaccel_hash_rctx *rctx = ahash_request_ctx(hreq);

	rctx->fresh = true;
	return 0;
}

static int vaccel_hash_update(struct ahash_request *hreq)
{
	struct vaccel_hash_rctx *rctx = ahash_request_ctx(hreq);
	int err;

	err = vaccel_hash_begin(hreq);
	if (err)
		return err;
	rctx->fresh = false;
	return crypto_ahash_update(&rctx->fb);
}

static int vaccel_hash_final(struct ahash_request *hreq)
{
	struct vaccel_tfm *t = vaccel_tfm_of(hreq->base.tfm);
	struct vaccel_hash_rctx *rctx = ahash_request_ctx(hreq);
	int err;

	vaccel_stat_inc(t->alg, VACCEL_STAT_FALLBACK_SHAPE);
	err = vaccel_hash_begin(hreq);
	return err ?: crypto_ahash_final(&rctx->fb);
}

static int vaccel_hash_finup(struct ahash_request *hreq)
{
	struct vaccel_tfm *t = vaccel_tfm_of(hreq->base.tfm);
	struct vaccel_hash_rctx *rctx = ahash_request_ctx(hreq);

	if (rctx->fresh)
		return vaccel_hash_digest(hreq);
	vaccel_stat_inc(t->alg, VACCEL_STAT_FALLBACK_SHAPE);
	return crypto_ahash_finup(vaccel_hash_step(hreq));
}

static int vaccel_hash_export(struct ahash_request *hreq, void *out)
{
	struct vaccel_hash_rctx *rctx = ahash_request_ctx(hreq);
	int err;

	err = vaccel_hash_begin(hreq);
	return err ?: crypto_ahash_export(&rctx->fb, out);
}

static int vaccel_hash_import(struct ahash_request *hreq, const void *in)
{
	struct vaccel_hash_rctx *rctx = ahash_request_ctx(hreq);

	rctx->fresh = false;
	return crypto_ahash_import(vaccel_hash_step(hreq), in);
}

/*
 * HMAC's key is never too long: one that exceeds what devices take keeps the
 * transform in software, as no device is chosen for it.
 */
static int vaccel_hash_setkey(struct crypto_ahash *tfm, const u8 *bytes,
			      unsigned int len)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_ahash_tfm(tfm));
	gfp_t gfp;
	int err;

	if (!t->alg->row->any_key && !accel_alg_key_ok(t->alg->row, len))
		return -EINVAL;
	gfp = vaccel_route_pass_flags(crypto_ahash_tfm(tfm),
				      crypto_ahash_tfm(t->hash_fb));
	err = crypto_ahash_setkey(t->hash_fb, bytes, len);
	return err ?: vaccel_route_set_key(t, bytes, len, gfp);
}

static int vaccel_hash_init_tfm(struct crypto_ahash *tfm)
{
	struct vaccel_alg *alg = container_of(crypto_ahash_alg(tfm),
					      struct vaccel_alg, hash);
	struct crypto_ahash *fb;
	struct vaccel_tfm *t;
	int err;

	fb = crypto_alloc_ahash(alg->row->name, 0, VACCEL_HASH_FALLBACK_MASK);
	if (IS_ERR(fb))
		return PTR_ERR(fb);
	t = vaccel_route_init(crypto_ahash_tfm(tfm), alg);
	if (!t) {
		err = -ENOMEM;
		goto err_free_fb;
	}
	t->hash_fb = fb;
	t->tag_len = alg->row->digest_size;
	/* A session is a key's, also where that is none */
	if (alg->row->service == VIRTIO_CRYPTO_SERVICE_HASH) {
		err = vaccel_route_set_key(t, "", 0, GFP_KERNEL);
		if (err)
			goto err_exit;
	}
	crypto_ahash_set_statesize(tfm, crypto_ahash_statesize(fb));
	crypto_ahash_set_reqsize(tfm, sizeof(struct vaccel_hash_rctx) +
				 crypto_ahash_reqsize(fb));
	return 0;

err_exit:
	vaccel_route_exit(t);
err_free_fb:
	crypto_free_ahash(fb);
	return err;
}

static void vaccel_hash_exit_tfm(struct crypto_ahash *tfm)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_ahash_tfm(tfm));

	crypto_free_ahash(t->hash_fb);
	vaccel_route_exit(t);
}

/*
 * The length of the state here is only what the crypto API wants to see at
 * registration; a transform has its fallback's.
 */
#define VACCEL_HASH_ALG(_name, _driver, _block, _digest, _setkey)	\
	.family = &vaccel_hash_family,					\
	.hash = {							\
		.init = vaccel_hash_init,				\
		.update = vaccel_hash_update,				\
		.final = vaccel_hash_final,				\
		.finup = vaccel_hash_finup,				\
		.digest = vaccel_hash_digest,				\
		.export = vaccel_hash_export,				\
		.import = vaccel_hash_import,				\
		.setkey = _setkey,					\
		.init_tfm = vaccel_hash_init_tfm,			\
		.exit_tfm = vaccel_hash_exit_tfm,			\
		.halg.digestsize = _digest,				\
		.halg.statesize = HASH_MAX_DESCSIZE,			\
		.halg.base = VACCEL_CRA(_name, _driver, _block),	\
	}

#define VACCEL_HASH(_name, _driver, _block, _digest)			\
	.verifies = true,						\
	VACCEL_HASH_ALG(_name, _driver, _block, _digest, NULL)
#define VACCEL_MAC(_name, _driver, _block, _digest)			\
	VACCEL_HASH_ALG(_name, _driver, _block, _digest, vaccel_hash_setkey)

static struct vaccel_alg vaccel_hashes[] = {
	{
		.id = ACCEL_ALG_MD5,
		.unranked = true,
		VACCEL_HASH("md5", "md5-virtio-accel",
			    MD5_HMAC_BLOCK_SIZE, MD5_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_SHA1,
		VACCEL_HASH("sha1", "sha1-virtio-accel",
			    SHA1_BLOCK_SIZE, SHA1_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_SHA224,
		VACCEL_HASH("sha224", "sha224-virtio-accel",
			    SHA224_BLOCK_SIZE, SHA224_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_SHA256,
		VACCEL_HASH("sha256", "sha256-virtio-accel",
			    SHA256_BLOCK_SIZE, SHA256_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_SHA384,
		VACCEL_HASH("sha384", "sha384-virtio-accel",
			    SHA384_BLOCK_SIZE, SHA384_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_SHA512,
		VACCEL_HASH("sha512", "sha512-virtio-accel",
			    SHA512_BLOCK_SIZE, SHA512_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_SHA3_224,
		.unranked = true,
		VACCEL_HASH("sha3-224", "sha3-224-virtio-accel",
			    SHA3_224_BLOCK_SIZE, SHA3_224_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_SHA3_256,
		.unranked = true,
		VACCEL_HASH("sha3-256", "sha3-256-virtio-accel",
			    SHA3_256_BLOCK_SIZE, SHA3_256_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_SHA3_384,
		.unranked = true,
		VACCEL_HASH("sha3-384", "sha3-384-virtio-accel",
			    SHA3_384_BLOCK_SIZE, SHA3_384_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_SHA3_512,
		.unranked = true,
		VACCEL_HASH("sha3-512", "sha3-512-virtio-accel",
			    SHA3_512_BLOCK_SIZE, SHA3_512_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_HMAC_MD5,
		VACCEL_MAC("hmac(md5)", "hmac-md5-virtio-accel",
			   MD5_HMAC_BLOCK_SIZE, MD5_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_HMAC_SHA1,
		VACCEL_MAC("hmac(sha1)", "hmac-sha1-virtio-accel",
			   SHA1_BLOCK_SIZE, SHA1_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_HMAC_SHA224,
		VACCEL_MAC("hmac(sha224)", "hmac-sha224-virtio-accel",
			   SHA224_BLOCK_SIZE, SHA224_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_HMAC_SHA256,
		VACCEL_MAC("hmac(sha256)", "hmac-sha256-virtio-accel",
			   SHA256_BLOCK_SIZE, SHA256_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_HMAC_SHA384,
		VACCEL_MAC("hmac(sha384)", "hmac-sha384-virtio-accel",
			   SHA384_BLOCK_SIZE, SHA384_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_HMAC_SHA512,
		VACCEL_MAC("hmac(sha512)", "hmac-sha512-virtio-accel",
			   SHA512_BLOCK_SIZE, SHA512_DIGEST_SIZE),
	}, {
		.id = ACCEL_ALG_CMAC_AES,
		VACCEL_MAC("cmac(aes)", "cmac-aes-virtio-accel",
			   AES_BLOCK_SIZE, AES_BLOCK_SIZE),
	}, {
		.id = ACCEL_ALG_CMAC_3DES,
		VACCEL_MAC("cmac(des3_ede)", "cmac-des3-virtio-accel",
			   DES3_EDE_BLOCK_SIZE, DES3_EDE_BLOCK_SIZE),
	}, {
		.id = ACCEL_ALG_XCBC_AES,
		VACCEL_MAC("xcbc(aes)", "xcbc-aes-virtio-accel",
			   AES_BLOCK_SIZE, AES_BLOCK_SIZE),
	}, {
		/* Software has it as a stream: its blocks are one byte long */
		.id = ACCEL_ALG_CBCMAC_AES,
		VACCEL_MAC("cbcmac(aes)", "cbcmac-aes-virtio-accel",
			   1, AES_BLOCK_SIZE),
	},
};

static int vaccel_hash_add(struct vaccel_alg *alg)
{
	return crypto_register_ahash(&alg->hash);
}

static void vaccel_hash_del(struct vaccel_alg *alg)
{
	crypto_unregister_ahash(&alg->hash);
}

const struct vaccel_family vaccel_hash_family = {
	.algs = vaccel_hashes,
	.nr = ARRAY_SIZE(vaccel_hashes),
	.base = offsetof(struct vaccel_alg, hash.halg.base),
	.add = vaccel_hash_add,
	.del = vaccel_hash_del,
	.fill = vaccel_hash_fill,
	.fallback = vaccel_hash_fallback,
	.finish = vaccel_hash_finish,
	.src = vaccel_hash_src,
	.dst = vaccel_hash_dst,
	.take = vaccel_hash_take,
};
EXPORT_SYMBOL_IF_KUNIT(vaccel_hash_family);
