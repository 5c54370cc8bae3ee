// SPDX-License-Identifier: GPL-2.0
/*
 * Symmetric ciphers of the crypto API on the CIPHER service.
 */
#include "skcipher.h"

#include <crypto/aes.h>
#include <crypto/des.h>
#include <crypto/scatterwalk.h>
#include <crypto/xts.h>
#include <kunit/visibility.h>
#include <linux/module.h>
#include <linux/unaligned.h>

#include "alg.h"
#include "encode.h"
#include "req.h"
#include "route.h"
#include "session.h"

/* In the memory of the caller's request; the fallback's part is at the end */
struct vaccel_skcipher_rctx {
	struct vaccel_req req;
	struct skcipher_request fb;
};

static struct skcipher_request *vaccel_to_skcipher(struct vaccel_req *req)
{
	return container_of(req->base, struct skcipher_request, base);
}

/* Of a block's length, which is that of an AES block all but always */
static __always_inline void vaccel_copy_iv(u8 *dst, const u8 *src,
					   unsigned int len)
{
	if (likely(len == AES_BLOCK_SIZE))
		memcpy(dst, src, AES_BLOCK_SIZE);
	else
		memcpy(dst, src, len);
}

/* The last @block of the first @len bytes of a list, @len being enough */
static void vaccel_last_block(u8 *buf, struct scatterlist *sg, unsigned int len,
			      unsigned int block)
{
	unsigned int pos = len - block;

	if (!IS_ENABLED(CONFIG_HIGHMEM) && sg->length >= len)
		vaccel_copy_iv(buf, sg_virt(sg) + pos, block);
	else
		scatterwalk_map_and_copy(buf, sg, pos, block, 0);
}

void vaccel_iv_add(u8 *iv, unsigned int len, u32 n)
{
	u8 *end = iv + len - sizeof(u64);
	u64 lo = get_unaligned_be64(end), sum = lo + n;

	put_unaligned_be64(sum, end);
	if (sum < lo && end > iv)
		put_unaligned_be64(get_unaligned_be64(iv) + 1, iv);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_iv_add);

static unsigned int vaccel_skcipher_fill(struct vaccel_data_hdr *h,
					 struct vaccel_tfm *t,
					 struct vaccel_req *req, bool rev1,
					 __le64 session)
{
	bool enc = req->flags & VACCEL_REQ_ENC;
	const struct accel_alg *row = t->alg->row;
	u8 *iv;

	if (unlikely(req->flags & VACCEL_REQ_STATELESS))
		iv = vaccel_encode_sym_stateless(h, row, enc, req->key->len,
						 req->src_len);
	else
		iv = vaccel_encode_sym(h, row, enc, session, req->src_len);
	if (row->iv_size)
		vaccel_copy_iv(iv, vaccel_to_skcipher(req)->iv, row->iv_size);
	/* In place, the device overwrites it */
	if (t->alg->next_iv == VACCEL_IV_LAST_BLOCK && !enc)
		vaccel_last_block(req->next_iv, req->src, req->src_len,
				  row->iv_size);
	return iv + row->iv_size - (u8 *)h;
}

/* Gives the caller the next IV */
static void vaccel_skcipher_finish(struct vaccel_tfm *t, struct vaccel_req *req)
{
	struct skcipher_request *sreq = vaccel_to_skcipher(req);
	unsigned int block = t->alg->row->iv_size;

	switch (t->alg->next_iv) {
	case VACCEL_IV_KEEP:
		break;
	case VACCEL_IV_LAST_BLOCK:
		if (req->flags & VACCEL_REQ_ENC)
			vaccel_last_block(sreq->iv, req->dst, req->dst_len,
					  block);
		else
			vaccel_copy_iv(sreq->iv, req->next_iv, block);
		break;
	case VACCEL_IV_COUNTER:
		vaccel_iv_add(sreq->iv, block,
			      DIV_ROUND_UP(req->src_len, block));
		break;
	}
}

static int vaccel_skcipher_fallback(struct vaccel_tfm *t,
				    struct vaccel_req *req, u32 flags,
				    crypto_completion_t done)
{
	struct vaccel_skcipher_rctx *rctx =
		container_of(req, struct vaccel_skcipher_rctx, req);
	struct skcipher_request *sreq = vaccel_to_skcipher(req);

	skcipher_request_set_tfm(&rctx->fb, t->skcipher_fb);
	skcipher_request_set_callback(&rctx->fb, flags, done, req);
	skcipher_request_set_crypt(&rctx->fb, sreq->src, sreq->dst,
				   sreq->cryptlen, sreq->iv);
	return req->flags & VACCEL_REQ_ENC ? crypto_skcipher_encrypt(&rctx->fb) :
					     crypto_skcipher_decrypt(&rctx->fb);
}

static int vaccel_skcipher_crypt(struct skcipher_request *sreq, u8 flags)
{
	struct vaccel_tfm *t = vaccel_tfm_of(sreq->base.tfm);
	struct vaccel_skcipher_rctx *rctx = skcipher_request_ctx(sreq);
	struct vaccel_req *req = &rctx->req;
	int err;

	if (unlikely(!accel_alg_len_ok(t->alg->row, sreq->cryptlen)))
		return -EINVAL;
	if (unlikely(!sreq->cryptlen))
		return 0;

	req->base = &sreq->base;
	req->src = sreq->src;
	req->dst = sreq->dst;
	req->off = 0;
	req->src_len = sreq->cryptlen;
	req->dst_len = sreq->cryptlen;
	req->aad_len = 0;
	req->text_len = sreq->cryptlen;
	req->flags = flags;
	err = vaccel_req_prepare(t, req);
	if (unlikely(err))
		return err;
	return vaccel_req_submit(t, req);
}

static int vaccel_skcipher_encrypt(struct skcipher_request *sreq)
{
	return vaccel_skcipher_crypt(sreq, VACCEL_REQ_ENC);
}

static int vaccel_skcipher_decrypt(struct skcipher_request *sreq)
{
	return vaccel_skcipher_crypt(sreq, 0);
}

static int vaccel_skcipher_setkey(struct crypto_skcipher *tfm, const u8 *bytes,
				  unsigned int len)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_skcipher_tfm(tfm));
	gfp_t gfp;
	int err;

	if (!accel_alg_key_ok(t->alg->row, len))
		return -EINVAL;
	if (t->alg->id == ACCEL_ALG_XTS_AES) {
		err = xts_verify_key(tfm, bytes, len);
		if (err)
			return err;
	}
	gfp = vaccel_route_pass_flags(crypto_skcipher_tfm(tfm),
				      crypto_skcipher_tfm(t->skcipher_fb));
	err = crypto_skcipher_setkey(t->skcipher_fb, bytes, len);
	return err ?: vaccel_route_set_key(t, bytes, len, gfp);
}

static int vaccel_skcipher_init(struct crypto_skcipher *tfm)
{
	struct vaccel_alg *alg = container_of(crypto_skcipher_alg(tfm),
					      struct vaccel_alg, skcipher);
	struct crypto_skcipher *fb;
	struct vaccel_tfm *t;

	fb = crypto_alloc_skcipher(alg->row->name, 0, VACCEL_FALLBACK_MASK);
	if (IS_ERR(fb))
		return PTR_ERR(fb);
	t = vaccel_route_init(crypto_skcipher_tfm(tfm), alg);
	if (!t) {
		crypto_free_skcipher(fb);
		return -ENOMEM;
	}
	t->skcipher_fb = fb;
	crypto_skcipher_set_reqsize(tfm, sizeof(struct vaccel_skcipher_rctx) +
				    crypto_skcipher_reqsize(fb));
	return 0;
}

static void vaccel_skcipher_exit(struct crypto_skcipher *tfm)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_skcipher_tfm(tfm));

	crypto_free_skcipher(t->skcipher_fb);
	vaccel_route_exit(t);
}

#define VACCEL_SKCIPHER_ALG(_name, _driver, _block, _chunk, _iv, _min, _max) \
	.family = &vaccel_skcipher_family,				\
	.skcipher = {							\
		.setkey = vaccel_skcipher_setkey,			\
		.encrypt = vaccel_skcipher_encrypt,			\
		.decrypt = vaccel_skcipher_decrypt,			\
		.init = vaccel_skcipher_init,				\
		.exit = vaccel_skcipher_exit,				\
		.min_keysize = _min,					\
		.max_keysize = _max,					\
		.ivsize = _iv,						\
		/* Who splits a stream of CTR must not split blocks */	\
		.chunksize = _chunk,					\
		.base = VACCEL_CRA(_name, _driver, _block),		\
	}

static struct vaccel_alg vaccel_skciphers[] = {
	{
		.id = ACCEL_ALG_ECB_AES,
		.next_iv = VACCEL_IV_KEEP,
		VACCEL_SKCIPHER_ALG("ecb(aes)", "ecb-aes-virtio-accel",
				    AES_BLOCK_SIZE, AES_BLOCK_SIZE, 0,
				    AES_MIN_KEY_SIZE, AES_MAX_KEY_SIZE),
	}, {
		.id = ACCEL_ALG_CBC_AES,
		.next_iv = VACCEL_IV_LAST_BLOCK,
		VACCEL_SKCIPHER_ALG("cbc(aes)", "cbc-aes-virtio-accel",
				    AES_BLOCK_SIZE, AES_BLOCK_SIZE,
				    AES_BLOCK_SIZE,
				    AES_MIN_KEY_SIZE, AES_MAX_KEY_SIZE),
	}, {
		.id = ACCEL_ALG_CTR_AES,
		.next_iv = VACCEL_IV_COUNTER,
		VACCEL_SKCIPHER_ALG("ctr(aes)", "ctr-aes-virtio-accel",
				    1, AES_BLOCK_SIZE, AES_BLOCK_SIZE,
				    AES_MIN_KEY_SIZE, AES_MAX_KEY_SIZE),
	}, {
		.id = ACCEL_ALG_XTS_AES,
		.next_iv = VACCEL_IV_KEEP,
		VACCEL_SKCIPHER_ALG("xts(aes)", "xts-aes-virtio-accel",
				    AES_BLOCK_SIZE, AES_BLOCK_SIZE,
				    AES_BLOCK_SIZE,
				    2 * AES_MIN_KEY_SIZE, 2 * AES_MAX_KEY_SIZE),
	}, {
		.id = ACCEL_ALG_ECB_3DES,
		.next_iv = VACCEL_IV_KEEP,
		VACCEL_SKCIPHER_ALG("ecb(des3_ede)", "ecb-des3-virtio-accel",
				    DES3_EDE_BLOCK_SIZE, DES3_EDE_BLOCK_SIZE, 0,
				    DES3_EDE_KEY_SIZE, DES3_EDE_KEY_SIZE),
	}, {
		.id = ACCEL_ALG_CBC_3DES,
		.next_iv = VACCEL_IV_LAST_BLOCK,
		VACCEL_SKCIPHER_ALG("cbc(des3_ede)", "cbc-des3-virtio-accel",
				    DES3_EDE_BLOCK_SIZE, DES3_EDE_BLOCK_SIZE,
				    DES3_EDE_BLOCK_SIZE,
				    DES3_EDE_KEY_SIZE, DES3_EDE_KEY_SIZE),
	}, {
		.id = ACCEL_ALG_CTR_3DES,
		.next_iv = VACCEL_IV_COUNTER,
		VACCEL_SKCIPHER_ALG("ctr(des3_ede)", "ctr-des3-virtio-accel",
				    1, DES3_EDE_BLOCK_SIZE, DES3_EDE_BLOCK_SIZE,
				    DES3_EDE_KEY_SIZE, DES3_EDE_KEY_SIZE),
	}, {
		.id = ACCEL_ALG_ECB_DES,
		.next_iv = VACCEL_IV_KEEP,
		VACCEL_SKCIPHER_ALG("ecb(des)", "ecb-des-virtio-accel",
				    DES_BLOCK_SIZE, DES_BLOCK_SIZE, 0,
				    DES_KEY_SIZE, DES_KEY_SIZE),
	}, {
		.id = ACCEL_ALG_CBC_DES,
		.next_iv = VACCEL_IV_LAST_BLOCK,
		VACCEL_SKCIPHER_ALG("cbc(des)", "cbc-des-virtio-accel",
				    DES_BLOCK_SIZE, DES_BLOCK_SIZE,
				    DES_BLOCK_SIZE, DES_KEY_SIZE, DES_KEY_SIZE),
	},
};

static int vaccel_skcipher_add(struct vaccel_alg *alg)
{
	return crypto_register_skcipher(&alg->skcipher);
}

static void vaccel_skcipher_del(struct vaccel_alg *alg)
{
	crypto_unregister_skcipher(&alg->skcipher);
}

const struct vaccel_family vaccel_skcipher_family = {
	.algs = vaccel_skciphers,
	.nr = ARRAY_SIZE(vaccel_skciphers),
	.base = offsetof(struct vaccel_alg, skcipher.base),
	.add = vaccel_skcipher_add,
	.del = vaccel_skcipher_del,
	.fill = vaccel_skcipher_fill,
	.fallback = vaccel_skcipher_fallback,
	.finish = vaccel_skcipher_finish,
};
EXPORT_SYMBOL_IF_KUNIT(vaccel_skcipher_family);
