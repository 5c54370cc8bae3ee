// SPDX-License-Identifier: GPL-2.0
/*
 * Public keys of the crypto API on the AKCIPHER service: RSA, plain and with the
 * padding of PKCS #1 v1.5, and the verification of ECDSA signatures.
 *
 * The padded forms are registered by their own names, although the kernel could
 * build them over plain RSA: the device then does the padding as well, and a
 * verification is one answer and no data.
 *
 * A session of this service has no direction. It is made for a public or for a
 * private key, in the place of the session for decryption.
 */
#include "alg.h"

#include <crypto/internal/akcipher.h>
#include <kunit/visibility.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/virtio_crypto.h>

#include <accel/wire.h>

#include "encode.h"
#include "req.h"
#include "route.h"
#include "session.h"

/* Bytes that PKCS #1 v1.5 needs beside the text (RFC 3447, 7.2 and 9.2) */
#define VACCEL_PKCS1_OVERHEAD	11

/**
 * struct vaccel_akcipher_rctx - our part of a request, in its caller's memory
 * @req: what is common to all families
 * @op: ACCEL_AKCIPHER_OP_*
 * @done: who waits for the fallback
 * @padded: zeros, and the caller's source behind them
 * @fb: the fallback's request; its part is at the end
 */
struct vaccel_akcipher_rctx {
	struct vaccel_req req;
	u8 op;
	crypto_completion_t done;
	struct scatterlist padded[2];
	struct akcipher_request fb;
};

static struct vaccel_akcipher_rctx *vaccel_akcipher_rctx(struct vaccel_req *req)
{
	return container_of(req, struct vaccel_akcipher_rctx, req);
}

static struct akcipher_request *vaccel_to_akcipher(struct vaccel_req *req)
{
	return container_of(req->base, struct akcipher_request, base);
}

static bool vaccel_akcipher_is_rsa(const struct vaccel_tfm *t)
{
	return t->alg->row->wire == ACCEL_AKCIPHER_RSA;
}

static bool vaccel_akcipher_is_raw(const struct vaccel_tfm *t)
{
	return vaccel_akcipher_is_rsa(t) &&
	       t->alg->rsa_padding == VIRTIO_CRYPTO_RSA_RAW_PADDING;
}

/* ---- requests ----------------------------------------------------------- */

static unsigned int vaccel_akcipher_fill(struct vaccel_data_hdr *h,
					 struct vaccel_tfm *t,
					 struct vaccel_req *req, bool rev1,
					 __le64 session)
{
	struct akcipher_request *areq = vaccel_to_akcipher(req);
	u8 op = vaccel_akcipher_rctx(req)->op;
	u32 src_len = req->src_len, dst_len = req->dst_len;

	if (op == ACCEL_AKCIPHER_OP_VERIFY) {
		src_len = areq->src_len;
		dst_len = areq->dst_len;
	}
	if (unlikely(req->flags & VACCEL_REQ_STATELESS))
		return vaccel_encode_akcipher_stateless(h, t->alg->row, op,
							req->key->len,
							&req->key->para,
							src_len, dst_len);
	return vaccel_encode_akcipher(h, t->alg->row, rev1, op, session,
				      src_len, dst_len);
}

/* The result may be shorter than its room. What the device says is only a hint. */
static void vaccel_akcipher_finish(struct vaccel_tfm *t, struct vaccel_req *req)
{
	u32 len = req->written ? req->written - 1 : 0;

	if (vaccel_akcipher_rctx(req)->op != ACCEL_AKCIPHER_OP_VERIFY)
		vaccel_to_akcipher(req)->dst_len = min(len, req->dst_len);
}

static void vaccel_akcipher_fallback_done(void *data, int err)
{
	struct vaccel_akcipher_rctx *rctx = data;

	if (err != -EINPROGRESS)
		vaccel_to_akcipher(&rctx->req)->dst_len = rctx->fb.dst_len;
	rctx->done(&rctx->req, err);
}

static int vaccel_akcipher_call(struct akcipher_request *areq, u8 op)
{
	switch (op) {
	case ACCEL_AKCIPHER_OP_ENCRYPT:
		return crypto_akcipher_encrypt(areq);
	case ACCEL_AKCIPHER_OP_DECRYPT:
		return crypto_akcipher_decrypt(areq);
	case ACCEL_AKCIPHER_OP_SIGN:
		return crypto_akcipher_sign(areq);
	default:
		return crypto_akcipher_verify(areq);
	}
}

static int vaccel_akcipher_fallback(struct vaccel_tfm *t,
				    struct vaccel_req *req, u32 flags,
				    crypto_completion_t done)
{
	struct vaccel_akcipher_rctx *rctx = vaccel_akcipher_rctx(req);
	struct akcipher_request *areq = vaccel_to_akcipher(req);
	int err;

	rctx->done = done;
	akcipher_request_set_tfm(&rctx->fb, t->akcipher_fb);
	akcipher_request_set_callback(&rctx->fb, flags,
				      vaccel_akcipher_fallback_done, rctx);
	akcipher_request_set_crypt(&rctx->fb, areq->src, areq->dst,
				   areq->src_len, areq->dst_len);
	err = vaccel_akcipher_call(&rctx->fb, rctx->op);
	if (err != -EINPROGRESS && err != -EBUSY)
		areq->dst_len = rctx->fb.dst_len;
	return err;
}

/* Says what software would say. All but ECDSA have a modulus that bounds them. */
static int vaccel_akcipher_check(struct vaccel_tfm *t,
				 struct akcipher_request *areq, u8 op)
{
	bool raw = vaccel_akcipher_is_raw(t);

	if (!t->max_size)
		return -EINVAL;
	if (op == ACCEL_AKCIPHER_OP_VERIFY)
		return areq->src_len && areq->dst_len &&
		       (!vaccel_akcipher_is_rsa(t) ||
			areq->src_len == t->max_size) ? 0 : -EINVAL;
	if (op != ACCEL_AKCIPHER_OP_ENCRYPT && !t->para.private_key)
		return -EINVAL;
	if (op == ACCEL_AKCIPHER_OP_DECRYPT && !raw)
		return areq->src_len == t->max_size && areq->dst_len ?
		       0 : -EINVAL;
	if (!raw && areq->src_len + VACCEL_PKCS1_OVERHEAD > t->max_size)
		return -EOVERFLOW;
	if (areq->dst_len < t->max_size) {
		areq->dst_len = t->max_size;
		return -EOVERFLOW;
	}
	return 0;
}

/*
 * Plain RSA takes short numbers from its callers, but not from them: what is sent
 * has the length of the modulus (virtio 1.4, "AKCIPHER session").
 */
static void vaccel_akcipher_pad(struct vaccel_tfm *t,
				struct vaccel_akcipher_rctx *rctx,
				struct akcipher_request *areq)
{
	u32 zeros = t->max_size - areq->src_len;

	sg_init_table(rctx->padded, ARRAY_SIZE(rctx->padded));
	sg_set_page(&rctx->padded[0], ZERO_PAGE(0), zeros, 0);
	if (areq->src_len)
		sg_chain(rctx->padded, ARRAY_SIZE(rctx->padded), areq->src);
	else
		sg_mark_end(&rctx->padded[0]);
	rctx->req.src = rctx->padded;
	rctx->req.src_len = t->max_size;
	/* The lists begin with different pages now */
	if (areq->src == areq->dst)
		rctx->req.flags |= VACCEL_REQ_ALIAS;
}

static int vaccel_akcipher_do(struct akcipher_request *areq, u8 op)
{
	struct vaccel_tfm *t = vaccel_tfm_of(areq->base.tfm);
	struct vaccel_akcipher_rctx *rctx = akcipher_request_ctx(areq);
	struct vaccel_req *req = &rctx->req;
	int err;

	err = vaccel_akcipher_check(t, areq, op);
	if (err)
		return err;
	rctx->op = op;
	req->base = &areq->base;
	req->src = areq->src;
	req->off = 0;
	req->src_len = areq->src_len;
	req->aad_len = 0;
	req->text_len = areq->src_len;
	req->flags = 0;
	if (op == ACCEL_AKCIPHER_OP_VERIFY) {
		if (check_add_overflow(areq->src_len, areq->dst_len,
				       &req->src_len))
			return -EINVAL;
		req->dst = NULL;
		req->dst_len = 0;
	} else {
		req->dst = areq->dst;
		req->dst_len = areq->dst_len;
	}
	if (vaccel_akcipher_is_raw(t) && areq->src_len < t->max_size)
		vaccel_akcipher_pad(t, rctx, areq);
	err = vaccel_req_prepare(t, req);
	if (err)
		return err;
	return vaccel_req_submit(t, req);
}

static int vaccel_akcipher_encrypt(struct akcipher_request *areq)
{
	return vaccel_akcipher_do(areq, ACCEL_AKCIPHER_OP_ENCRYPT);
}

static int vaccel_akcipher_decrypt(struct akcipher_request *areq)
{
	return vaccel_akcipher_do(areq, ACCEL_AKCIPHER_OP_DECRYPT);
}

static int vaccel_akcipher_sign(struct akcipher_request *areq)
{
	return vaccel_akcipher_do(areq, ACCEL_AKCIPHER_OP_SIGN);
}

static int vaccel_akcipher_verify(struct akcipher_request *areq)
{
	return vaccel_akcipher_do(areq, ACCEL_AKCIPHER_OP_VERIFY);
}

/* ---- transforms --------------------------------------------------------- */

/* The fallback has to accept the key, and knows the length of its modulus */
static int vaccel_akcipher_set_key(struct crypto_akcipher *tfm, const void *key,
				   unsigned int len, bool private_key)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_akcipher_tfm(tfm));
	int err;

	t->max_size = 0;
	err = private_key ?
	      crypto_akcipher_set_priv_key(t->akcipher_fb, key, len) :
	      crypto_akcipher_set_pub_key(t->akcipher_fb, key, len);
	if (err)
		return err;
	t->para.private_key = private_key;
	err = vaccel_route_set_key(t, key, len, GFP_KERNEL);
	if (!err)
		t->max_size = crypto_akcipher_maxsize(t->akcipher_fb);
	return err;
}

static int vaccel_akcipher_set_pub_key(struct crypto_akcipher *tfm,
				       const void *key, unsigned int len)
{
	return vaccel_akcipher_set_key(tfm, key, len, false);
}

static int vaccel_akcipher_set_priv_key(struct crypto_akcipher *tfm,
					const void *key, unsigned int len)
{
	return vaccel_akcipher_set_key(tfm, key, len, true);
}

static unsigned int vaccel_akcipher_max_size(struct crypto_akcipher *tfm)
{
	return vaccel_tfm_of(crypto_akcipher_tfm(tfm))->max_size;
}

static int vaccel_akcipher_init(struct crypto_akcipher *tfm)
{
	struct vaccel_alg *alg = container_of(crypto_akcipher_alg(tfm),
					      struct vaccel_alg, akcipher);
	struct crypto_akcipher *fb;
	struct vaccel_tfm *t;

	fb = crypto_alloc_akcipher(alg->akcipher.base.cra_name, 0,
				   VACCEL_FALLBACK_MASK);
	if (IS_ERR(fb))
		return PTR_ERR(fb);
	t = vaccel_route_init(crypto_akcipher_tfm(tfm), alg);
	if (!t) {
		crypto_free_akcipher(fb);
		return -ENOMEM;
	}
	t->akcipher_fb = fb;
	t->para.padding = alg->rsa_padding;
	t->para.hash = alg->rsa_hash;
	akcipher_set_reqsize(tfm, sizeof(struct vaccel_akcipher_rctx) +
			     crypto_akcipher_reqsize(fb));
	return 0;
}

static void vaccel_akcipher_exit(struct crypto_akcipher *tfm)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_akcipher_tfm(tfm));

	crypto_free_akcipher(t->akcipher_fb);
	vaccel_route_exit(t);
}

/* ---- rows --------------------------------------------------------------- */

#define VACCEL_AKCIPHER_BASE(_name, _driver)				\
	.max_size = vaccel_akcipher_max_size,				\
	.set_pub_key = vaccel_akcipher_set_pub_key,			\
	.init = vaccel_akcipher_init,					\
	.exit = vaccel_akcipher_exit,					\
	.base = VACCEL_CRA(_name, _driver, 0)

#define VACCEL_PKCS1_ALG(_name, _driver, _hash)				\
	.family = &vaccel_akcipher_family,				\
	.id = ACCEL_ALG_RSA,						\
	.verifies = true,						\
	.rsa_padding = VIRTIO_CRYPTO_RSA_PKCS1_PADDING,			\
	.rsa_hash = _hash,							\
	.akcipher = {							\
		.encrypt = vaccel_akcipher_encrypt,			\
		.decrypt = vaccel_akcipher_decrypt,			\
		.sign = vaccel_akcipher_sign,				\
		.verify = vaccel_akcipher_verify,			\
		.set_priv_key = vaccel_akcipher_set_priv_key,		\
		VACCEL_AKCIPHER_BASE(_name, _driver),			\
	}

#define VACCEL_ECDSA_ALG(_id, _name, _driver)				\
	.family = &vaccel_akcipher_family,				\
	.id = _id,							\
	.verifies = true,						\
	.akcipher = {							\
		.verify = vaccel_akcipher_verify,			\
		VACCEL_AKCIPHER_BASE(_name, _driver),			\
	}

static struct vaccel_alg vaccel_akciphers[] = {
	{
		.family = &vaccel_akcipher_family,
		.id = ACCEL_ALG_RSA,
		.verifies = true,
		.rsa_padding = VIRTIO_CRYPTO_RSA_RAW_PADDING,
		.akcipher = {
			.encrypt = vaccel_akcipher_encrypt,
			.decrypt = vaccel_akcipher_decrypt,
			.set_priv_key = vaccel_akcipher_set_priv_key,
			VACCEL_AKCIPHER_BASE("rsa", "rsa-virtio-accel"),
		},
	}, {
		VACCEL_PKCS1_ALG("pkcs1pad(rsa)", "pkcs1-rsa-virtio-accel",
				 VIRTIO_CRYPTO_RSA_NO_HASH),
	}, {
		VACCEL_PKCS1_ALG("pkcs1pad(rsa,md5)",
				 "pkcs1-rsa-md5-virtio-accel",
				 VIRTIO_CRYPTO_RSA_MD5),
	}, {
		VACCEL_PKCS1_ALG("pkcs1pad(rsa,sha1)",
				 "pkcs1-rsa-sha1-virtio-accel",
				 VIRTIO_CRYPTO_RSA_SHA1),
	}, {
		VACCEL_PKCS1_ALG("pkcs1pad(rsa,sha224)",
				 "pkcs1-rsa-sha224-virtio-accel",
				 VIRTIO_CRYPTO_RSA_SHA224),
	}, {
		VACCEL_PKCS1_ALG("pkcs1pad(rsa,sha256)",
				 "pkcs1-rsa-sha256-virtio-accel",
				 VIRTIO_CRYPTO_RSA_SHA256),
	}, {
		VACCEL_PKCS1_ALG("pkcs1pad(rsa,sha384)",
				 "pkcs1-rsa-sha384-virtio-accel",
				 VIRTIO_CRYPTO_RSA_SHA384),
	}, {
		VACCEL_PKCS1_ALG("pkcs1pad(rsa,sha512)",
				 "pkcs1-rsa-sha512-virtio-accel",
				 VIRTIO_CRYPTO_RSA_SHA512),
	}, {
		VACCEL_ECDSA_ALG(ACCEL_ALG_ECDSA_P256, "ecdsa-nist-p256",
				 "ecdsa-nist-p256-virtio-accel"),
	}, {
		VACCEL_ECDSA_ALG(ACCEL_ALG_ECDSA_P384, "ecdsa-nist-p384",
				 "ecdsa-nist-p384-virtio-accel"),
	},
};

static int vaccel_akcipher_add(struct vaccel_alg *alg)
{
	return crypto_register_akcipher(&alg->akcipher);
}

static void vaccel_akcipher_del(struct vaccel_alg *alg)
{
	crypto_unregister_akcipher(&alg->akcipher);
}

const struct vaccel_family vaccel_akcipher_family = {
	.algs = vaccel_akciphers,
	.nr = ARRAY_SIZE(vaccel_akciphers),
	.base = offsetof(struct vaccel_alg, akcipher.base),
	/* As software says that a padding is wrong, or a number too large */
	.error = -EINVAL,
	.add = vaccel_akcipher_add,
	.del = vaccel_akcipher_del,
	.fill = vaccel_akcipher_fill,
	.fallback = vaccel_akcipher_fallback,
	.finish = vaccel_akcipher_finish,
};
EXPORT_SYMBOL_IF_KUNIT(vaccel_akcipher_family);
