// SPDX-License-Identifier: GPL-2.0
/*
 * AEADs of the crypto API on the AEAD service.
 *
 * What IPsec asks for, as rfc4106(gcm(aes)) and rfc7539esp(chacha20,poly1305), is
 * the plain AEAD to the device: the salt from the end of the key and the IV of
 * each packet make its nonce, and the IV at the end of the AAD is left out of what
 * is authenticated. To rfc4543(gcm(aes)), that IV and the text are AAD as well: it
 * encrypts nothing.
 */
#include "aead.h"

#include <crypto/aes.h>
#include <crypto/chacha.h>
#include <crypto/gcm.h>
#include <crypto/poly1305.h>
#include <crypto/scatterwalk.h>
#include <linux/minmax.h>
#include <linux/module.h>

#include "alg.h"
#include "encode.h"
#include "req.h"
#include "route.h"
#include "session.h"

#define VACCEL_NONCE		12	/* of every AEAD here but CCM */
#define VACCEL_MAX_SALT		(VACCEL_NONCE - VACCEL_ESP_IV)

/* The nonce as the device wants it, at most ACCEL_MAX_IV_LEN; its length */
static unsigned int vaccel_aead_nonce(const struct vaccel_tfm *t,
				      const u8 *iv, u8 *nonce)
{
	unsigned int len;

	if (t->alg->salt) {
		memcpy(nonce, t->salt, VACCEL_MAX_SALT);
		memcpy(nonce + t->alg->salt, iv, VACCEL_ESP_IV);
		return t->alg->salt + VACCEL_ESP_IV;
	}
	if (t->alg->row->min_iv_size) {
		len = ACCEL_CCM_NONCE_LEN(iv[0]);
		memcpy(nonce, iv + 1, len);
		return len;
	}
	memcpy(nonce, iv, VACCEL_NONCE);
	return VACCEL_NONCE;
}

static unsigned int vaccel_aead_fill(struct vaccel_data_hdr *h,
				     struct vaccel_tfm *t,
				     struct vaccel_req *req, bool rev1,
				     __le64 session)
{
	unsigned int iv_len;
	u8 *iv;

	if (unlikely(req->flags & VACCEL_REQ_STATELESS)) {
		iv = vaccel_encode_aead_stateless(h, t->alg->row,
						  req->flags & VACCEL_REQ_ENC,
						  req->key->len, req->src_len,
						  req->dst_len, req->aad_len,
						  t->tag_len);
		iv_len = vaccel_aead_nonce(t, vaccel_to_aead(req)->iv, iv);
		h->aead0.iv_len = cpu_to_le32(iv_len);
		return iv + iv_len - (u8 *)h;
	}
	iv = vaccel_encode_aead(h, t->alg->row, rev1, req->flags & VACCEL_REQ_ENC,
				session, req->src_len, req->dst_len,
				req->aad_len, t->tag_len);
	iv_len = vaccel_aead_nonce(t, vaccel_to_aead(req)->iv, iv);
	if (unlikely(t->alg->row->min_iv_size))
		h->aead.para.iv_len = cpu_to_le32(iv_len);
	return iv + iv_len - (u8 *)h;
}

/* Text that is not encrypted was AAD, which a device does not write; all else it did */
static void vaccel_aead_finish(struct vaccel_tfm *t, struct vaccel_req *req)
{
	unsigned int assoclen = vaccel_to_aead(req)->assoclen;
	unsigned int off, len, end = assoclen + req->text_len;
	u8 buf[256];

	if (!t->alg->auth_only || req->src == req->dst)
		return;
	for (off = assoclen; off < end; off += len) {
		len = min_t(unsigned int, end - off, sizeof(buf));
		scatterwalk_map_and_copy(buf, req->src, off, len, 0);
		scatterwalk_map_and_copy(buf, req->dst, off, len, 1);
	}
}

int vaccel_aead_fallback(struct vaccel_tfm *t, struct vaccel_req *req,
			 u32 flags, crypto_completion_t done)
{
	struct vaccel_aead_rctx *rctx =
		container_of(req, struct vaccel_aead_rctx, req);
	struct aead_request *areq = vaccel_to_aead(req);

	aead_request_set_tfm(&rctx->fb, t->aead_fb);
	aead_request_set_callback(&rctx->fb, flags, done, req);
	aead_request_set_crypt(&rctx->fb, areq->src, areq->dst, areq->cryptlen,
			       areq->iv);
	aead_request_set_ad(&rctx->fb, areq->assoclen);
	return req->flags & VACCEL_REQ_ENC ? crypto_aead_encrypt(&rctx->fb) :
					     crypto_aead_decrypt(&rctx->fb);
}

/* As the kernel's own CCM: a counter of fewer bytes makes for shorter texts */
static int vaccel_ccm_check(const u8 *iv, unsigned int text_len)
{
	if (iv[0] < 1 || iv[0] > 7)
		return -EINVAL;
	if (iv[0] < 3 && text_len >> (8 * (iv[0] + 1)))
		return -EOVERFLOW;
	return 0;
}

/* All is AAD, and but for the tag there is no source and no destination */
static void vaccel_aead_no_text(struct vaccel_req *req)
{
	req->aad_len += req->text_len;
	req->off += req->text_len;
	req->src_len -= req->text_len;
	req->dst_len -= req->text_len;
}

static int vaccel_aead_crypt(struct aead_request *areq, u8 flags)
{
	struct vaccel_tfm *t = vaccel_tfm_of(areq->base.tfm);
	struct vaccel_aead_rctx *rctx = aead_request_ctx(areq);
	struct vaccel_req *req = &rctx->req;
	int err;

	req->base = &areq->base;
	req->src = areq->src;
	req->dst = areq->dst;
	req->off = areq->assoclen;
	req->src_len = areq->cryptlen;
	req->dst_len = flags & VACCEL_REQ_ENC ? areq->cryptlen + t->tag_len :
						areq->cryptlen - t->tag_len;
	req->aad_len = areq->assoclen;
	req->text_len = min(req->src_len, req->dst_len);
	if (t->alg->salt) {
		err = t->alg->check_assoclen(areq->assoclen);
		if (unlikely(err))
			return err;
		if (unlikely(t->alg->auth_only))
			vaccel_aead_no_text(req);
		else
			req->aad_len -= VACCEL_ESP_IV;
	} else if (unlikely(t->alg->row->min_iv_size)) {
		err = vaccel_ccm_check(areq->iv, flags & VACCEL_REQ_ENC ?
				       req->src_len : req->dst_len);
		if (err)
			return err;
	}
	req->flags = flags;
	err = vaccel_req_prepare(t, req);
	if (unlikely(err))
		return err;
	return vaccel_req_submit(t, req);
}

static int vaccel_aead_encrypt(struct aead_request *areq)
{
	return vaccel_aead_crypt(areq, VACCEL_REQ_ENC);
}

/* The crypto API has checked that there is room for the tag */
static int vaccel_aead_decrypt(struct aead_request *areq)
{
	return vaccel_aead_crypt(areq, 0);
}

static int vaccel_aead_setkey(struct crypto_aead *tfm, const u8 *bytes,
			      unsigned int len)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_aead_tfm(tfm));
	gfp_t gfp;
	int err;

	if (len < t->alg->salt ||
	    !accel_alg_key_ok(t->alg->row, len - t->alg->salt))
		return -EINVAL;
	gfp = vaccel_route_pass_flags(crypto_aead_tfm(tfm),
				      crypto_aead_tfm(t->aead_fb));
	err = crypto_aead_setkey(t->aead_fb, bytes, len);
	if (err)
		return err;
	len -= t->alg->salt;
	memcpy(t->salt, bytes + len, t->alg->salt);
	return vaccel_route_set_key(t, bytes, len, gfp);
}

int vaccel_aead_setauthsize(struct crypto_aead *tfm, unsigned int authsize)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_aead_tfm(tfm));
	int err;

	err = t->alg->check_authsize(authsize);
	if (!err)
		err = crypto_aead_setauthsize(t->aead_fb, authsize);
	if (err)
		return err;
	err = vaccel_route_set_tag_len(t, authsize);
	/* Both have one length, or software would answer otherwise */
	if (err)
		crypto_aead_setauthsize(t->aead_fb, t->tag_len);
	return err;
}

int vaccel_aead_init(struct crypto_aead *tfm)
{
	struct vaccel_alg *alg = container_of(crypto_aead_alg(tfm),
					      struct vaccel_alg, aead);
	struct crypto_aead *fb;
	struct vaccel_tfm *t;

	fb = crypto_alloc_aead(alg->aead.base.cra_name, 0,
			       VACCEL_FALLBACK_MASK);
	if (IS_ERR(fb))
		return PTR_ERR(fb);
	t = vaccel_route_init(crypto_aead_tfm(tfm), alg);
	if (!t) {
		crypto_free_aead(fb);
		return -ENOMEM;
	}
	t->aead_fb = fb;
	/* What a transform has until it is told otherwise */
	t->tag_len = alg->aead.maxauthsize;
	crypto_aead_set_reqsize(tfm, sizeof(struct vaccel_aead_rctx) +
				crypto_aead_reqsize(fb));
	return 0;
}

void vaccel_aead_exit(struct crypto_aead *tfm)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_aead_tfm(tfm));

	crypto_free_aead(t->aead_fb);
	vaccel_route_exit(t);
}

static int vaccel_rfc4543_check_authsize(unsigned int authsize)
{
	return authsize == ACCEL_MAX_TAG_LEN ? 0 : -EINVAL;
}

static int vaccel_ccm_check_authsize(unsigned int authsize)
{
	return authsize >= 4 && authsize <= 16 && !(authsize & 1) ? 0 : -EINVAL;
}

static int vaccel_rfc4309_check_authsize(unsigned int authsize)
{
	return authsize == 8 || authsize == 12 || authsize == 16 ? 0 : -EINVAL;
}

static int vaccel_chacha_check_authsize(unsigned int authsize)
{
	return authsize == POLY1305_DIGEST_SIZE ? 0 : -EINVAL;
}

static int vaccel_chacha_check_assoclen(unsigned int assoclen)
{
	return assoclen >= VACCEL_ESP_IV ? 0 : -EINVAL;
}

#define VACCEL_AEAD_ALG(_name, _driver, _iv, _chunk)			\
	.family = &vaccel_aead_family,					\
	.aead = {							\
		.setkey = vaccel_aead_setkey,				\
		.setauthsize = vaccel_aead_setauthsize,			\
		.encrypt = vaccel_aead_encrypt,				\
		.decrypt = vaccel_aead_decrypt,				\
		.init = vaccel_aead_init,				\
		.exit = vaccel_aead_exit,				\
		.ivsize = _iv,						\
		.maxauthsize = ACCEL_MAX_TAG_LEN,			\
		.chunksize = _chunk,					\
		.base = VACCEL_CRA(_name, _driver, 1),			\
	}

static struct vaccel_alg vaccel_aeads[] = {
	{
		.id = ACCEL_ALG_GCM_AES,
		.check_authsize = crypto_gcm_check_authsize,
		VACCEL_AEAD_ALG("gcm(aes)", "gcm-aes-virtio-accel",
				VACCEL_NONCE, AES_BLOCK_SIZE),
	}, {
		.id = ACCEL_ALG_GCM_AES,
		.salt = VACCEL_MAX_SALT,
		.check_authsize = crypto_rfc4106_check_authsize,
		.check_assoclen = crypto_ipsec_check_assoclen,
		VACCEL_AEAD_ALG("rfc4106(gcm(aes))",
				"rfc4106-gcm-aes-virtio-accel",
				VACCEL_ESP_IV, AES_BLOCK_SIZE),
	}, {
		.id = ACCEL_ALG_GCM_AES,
		.salt = VACCEL_MAX_SALT,
		.auth_only = true,
		.check_authsize = vaccel_rfc4543_check_authsize,
		.check_assoclen = crypto_ipsec_check_assoclen,
		VACCEL_AEAD_ALG("rfc4543(gcm(aes))",
				"rfc4543-gcm-aes-virtio-accel",
				VACCEL_ESP_IV, AES_BLOCK_SIZE),
	}, {
		.id = ACCEL_ALG_CCM_AES,
		.check_authsize = vaccel_ccm_check_authsize,
		VACCEL_AEAD_ALG("ccm(aes)", "ccm-aes-virtio-accel",
				AES_BLOCK_SIZE, AES_BLOCK_SIZE),
	}, {
		.id = ACCEL_ALG_CCM_AES,
		.salt = VACCEL_MAX_SALT - 1,
		.check_authsize = vaccel_rfc4309_check_authsize,
		.check_assoclen = crypto_ipsec_check_assoclen,
		VACCEL_AEAD_ALG("rfc4309(ccm(aes))",
				"rfc4309-ccm-aes-virtio-accel",
				VACCEL_ESP_IV, AES_BLOCK_SIZE),
	}, {
		.id = ACCEL_ALG_CHACHA20_POLY1305,
		.check_authsize = vaccel_chacha_check_authsize,
		VACCEL_AEAD_ALG("rfc7539(chacha20,poly1305)",
				"rfc7539-chacha20-poly1305-virtio-accel",
				VACCEL_NONCE, CHACHA_BLOCK_SIZE),
	}, {
		.id = ACCEL_ALG_CHACHA20_POLY1305,
		.salt = VACCEL_MAX_SALT,
		.check_authsize = vaccel_chacha_check_authsize,
		.check_assoclen = vaccel_chacha_check_assoclen,
		VACCEL_AEAD_ALG("rfc7539esp(chacha20,poly1305)",
				"rfc7539esp-chacha20-poly1305-virtio-accel",
				VACCEL_ESP_IV, CHACHA_BLOCK_SIZE),
	},
};

int vaccel_aead_add(struct vaccel_alg *alg)
{
	return crypto_register_aead(&alg->aead);
}

void vaccel_aead_del(struct vaccel_alg *alg)
{
	crypto_unregister_aead(&alg->aead);
}

const struct vaccel_family vaccel_aead_family = {
	.algs = vaccel_aeads,
	.nr = ARRAY_SIZE(vaccel_aeads),
	.base = offsetof(struct vaccel_alg, aead.base),
	.add = vaccel_aead_add,
	.del = vaccel_aead_del,
	.fill = vaccel_aead_fill,
	.fallback = vaccel_aead_fallback,
	.finish = vaccel_aead_finish,
};
