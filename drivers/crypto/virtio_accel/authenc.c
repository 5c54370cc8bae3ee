// SPDX-License-Identifier: GPL-2.0
/*
 * Encrypt-then-MAC AEADs of the crypto API on the CIPHER service: algorithm chaining.
 *
 * AAD and text are one source to the device, which encrypts its end and hashes it
 * all; in the destination the text has the same place. What a device reads may be cut
 * from the caller's list in any order, so that IPsec's extended sequence numbers, of
 * which one half is hashed at the end, need no copy either.
 *
 * The device may compare the MACs or leave it to us, see <accel/wire.h>: it finds in
 * the slot the one that is expected, and what it leaves there is compared.
 */
#include "aead.h"

#include <crypto/aes.h>
#include <crypto/authenc.h>
#include <crypto/ctr.h>
#include <crypto/scatterwalk.h>
#include <crypto/sha1.h>
#include <crypto/sha2.h>
#include <crypto/utils.h>
#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "alg.h"
#include "encode.h"
#include "req.h"
#include "route.h"
#include "session.h"
#include "slot.h"

/* With ESN, the AAD begins with SPI, then the sequence number, upper half first */
#define VACCEL_SPI_LEN		4
#define VACCEL_SEQ_LEN		4
#define VACCEL_ESN_END		(VACCEL_SPI_LEN + 2 * VACCEL_SEQ_LEN)

static_assert(VACCEL_SEQ_LEN + ACCEL_MAX_DIGEST_LEN <= VACCEL_SLOT_RESULT);

/* A part of a list */
struct vaccel_piece {
	unsigned int off;
	unsigned int len;
};

/* At most: SPI, the rest, upper half of the sequence number */
#define VACCEL_MAX_PIECES	3

/* The pieces of AAD and text in the order of the MAC, which is that of the wire */
static unsigned int vaccel_authenc_pieces(const struct vaccel_tfm *t,
					  const struct vaccel_req *req,
					  struct vaccel_piece *piece)
{
	unsigned int end = req->aad_len + req->text_len;

	if (!t->alg->esn) {
		piece[0] = (struct vaccel_piece){ 0, end };
		return 1;
	}
	piece[0] = (struct vaccel_piece){ 0, VACCEL_SPI_LEN };
	piece[1] = (struct vaccel_piece){
		VACCEL_SPI_LEN + VACCEL_SEQ_LEN,
		end - VACCEL_SPI_LEN - VACCEL_SEQ_LEN
	};
	piece[2] = (struct vaccel_piece){ VACCEL_SPI_LEN, VACCEL_SEQ_LEN };
	return 3;
}

/* How many entries the source will have, or -EINVAL */
static int vaccel_authenc_count(const struct vaccel_tfm *t,
				const struct vaccel_req *req)
{
	struct vaccel_piece piece[VACCEL_MAX_PIECES];
	unsigned int i, nr;
	int ret, sum = 0;

	nr = vaccel_authenc_pieces(t, req, piece);
	for (i = 0; i < nr; i++) {
		ret = vaccel_sg_count(req->src, piece[i].off, piece[i].len);
		if (ret < 0)
			return ret;
		sum += ret;
	}
	return sum;
}

static struct scatterlist *vaccel_authenc_src(struct vaccel_tfm *t,
					      struct vaccel_req *req,
					      struct scatterlist *to)
{
	struct vaccel_piece piece[VACCEL_MAX_PIECES];
	unsigned int i, nr;

	nr = vaccel_authenc_pieces(t, req, piece);
	for (i = 0; i < nr; i++)
		to = vaccel_sg_copy(to, req->src, piece[i].off, piece[i].len);
	return to;
}

/* Does the device write the result into the caller's list, right behind the text? */
static bool vaccel_authenc_behind(const struct vaccel_tfm *t,
				  const struct vaccel_req *req)
{
	return !t->alg->esn && req->flags & VACCEL_REQ_ENC;
}

/* Where the destination begins in the caller's list, see vaccel_authenc_dst() */
static unsigned int vaccel_authenc_start(const struct vaccel_tfm *t)
{
	return t->alg->esn ? VACCEL_SEQ_LEN : 0;
}

static int vaccel_authenc_prepare(struct vaccel_tfm *t, struct vaccel_req *req)
{
	unsigned int end = req->aad_len + req->text_len;
	unsigned int start = vaccel_authenc_start(t);
	int src, dst, slot = 1;

	if (vaccel_authenc_behind(t, req)) {
		end += t->tag_len;
		slot = 0;
	}
	src = vaccel_authenc_count(t, req);
	dst = vaccel_sg_count(req->dst, start, end - start);
	if (unlikely(src < 0 || dst < 0))
		return -EINVAL;
	vaccel_req_measured(t, req, src, dst + slot);
	return 0;
}

/*
 * The MAC is behind the text of the caller's list. One that is expected, and one
 * that is not right behind the text on the wire, are in the slot.
 *
 * No two pieces of a destination may share a cache line. The upper half of an
 * extended sequence number, last on the wire, is the second word in memory: as a
 * device writes no AAD, the destination begins there, so that text lies below
 * text, and ends with as many bytes of the slot.
 */
static struct scatterlist *vaccel_authenc_dst(struct vaccel_tfm *t,
					      struct vaccel_req *req,
					      struct vaccel_slot *slot,
					      struct scatterlist *to)
{
	unsigned int end = req->aad_len + req->text_len;
	unsigned int start = vaccel_authenc_start(t);

	if (vaccel_authenc_behind(t, req))
		return vaccel_sg_copy(to, req->dst, 0, end + t->tag_len);
	to = vaccel_sg_copy(to, req->dst, start, end - start);
	to = vaccel_slot_result(slot, to, start + t->tag_len);
	if (!(req->flags & VACCEL_REQ_ENC))
		scatterwalk_map_and_copy(slot->digest + start, req->src, end,
					 t->tag_len, 0);
	return to;
}

static void vaccel_authenc_take(struct vaccel_tfm *t, struct vaccel_req *req,
				struct vaccel_slot *slot)
{
	unsigned int end = req->aad_len + req->text_len;
	u8 *result = slot->digest + vaccel_authenc_start(t);
	u8 want[ACCEL_MAX_DIGEST_LEN];

	if (req->status != VIRTIO_CRYPTO_OK || vaccel_authenc_behind(t, req))
		return;
	if (req->flags & VACCEL_REQ_ENC) {
		scatterwalk_map_and_copy(result, req->dst, end, t->tag_len, 1);
		return;
	}
	scatterwalk_map_and_copy(want, req->src, end, t->tag_len, 0);
	if (crypto_memneq(want, result, t->tag_len))
		req->status = VIRTIO_CRYPTO_BADMSG;
}

/* The MAC has been copied out of the slot */
static void vaccel_authenc_finish(struct vaccel_tfm *t, struct vaccel_req *req)
{
}

static unsigned int vaccel_authenc_fill(struct vaccel_data_hdr *h,
					struct vaccel_tfm *t,
					struct vaccel_req *req, bool rev1,
					__le64 session)
{
	const struct accel_alg *row = t->alg->row;
	struct vaccel_chain lens = {
		.len = req->aad_len + req->text_len,
		.cipher_off = req->aad_len,
		.cipher_len = req->text_len,
		.tag_len = t->tag_len,
	};
	const u8 *from = vaccel_to_aead(req)->iv;
	bool enc = req->flags & VACCEL_REQ_ENC;
	u8 *iv;

	if (t->alg->esn)
		lens.cipher_off -= VACCEL_SEQ_LEN;
	if (unlikely(req->flags & VACCEL_REQ_STATELESS))
		iv = vaccel_encode_chain_stateless(h, row, t->alg->auth, enc,
						   req->key->len,
						   req->key->auth_len, &lens);
	else
		iv = vaccel_encode_chain(h, row, enc, session, &lens);
	if (t->alg->salt) {
		/* RFC 3686: the first counter is one */
		memcpy(iv, t->salt, CTR_RFC3686_NONCE_SIZE);
		memcpy(iv + CTR_RFC3686_NONCE_SIZE, from,
		       CTR_RFC3686_IV_SIZE);
		put_unaligned_be32(1, iv + CTR_RFC3686_NONCE_SIZE +
				      CTR_RFC3686_IV_SIZE);
	} else {
		memcpy(iv, from, row->iv_size);
	}
	return iv + row->iv_size - (u8 *)h;
}

static int vaccel_authenc_crypt(struct aead_request *areq, u8 flags)
{
	struct vaccel_tfm *t = vaccel_tfm_of(areq->base.tfm);
	struct vaccel_aead_rctx *rctx = aead_request_ctx(areq);
	struct vaccel_req *req = &rctx->req;
	unsigned int text_len = areq->cryptlen;
	int err;

	if (!(flags & VACCEL_REQ_ENC))
		text_len -= t->tag_len;
	if (unlikely(t->alg->esn && areq->assoclen < VACCEL_ESN_END))
		return -EINVAL;
	if (unlikely(!accel_alg_len_ok(t->alg->row, text_len)))
		return -EINVAL;
	req->base = &areq->base;
	req->src = areq->src;
	req->dst = areq->dst;
	req->off = areq->assoclen;
	req->aad_len = areq->assoclen;
	req->text_len = text_len;
	/* To the device, AAD belongs to both */
	req->src_len = text_len;
	req->dst_len = areq->assoclen + text_len + t->tag_len;
	req->flags = flags | VACCEL_REQ_LISTS;
	err = vaccel_authenc_prepare(t, req);
	if (unlikely(err))
		return err;
	return vaccel_req_submit(t, req);
}

static int vaccel_authenc_encrypt(struct aead_request *areq)
{
	return vaccel_authenc_crypt(areq, VACCEL_REQ_ENC);
}

/* The crypto API has checked that there is room for the MAC */
static int vaccel_authenc_decrypt(struct aead_request *areq)
{
	return vaccel_authenc_crypt(areq, 0);
}

/* On the wire the cipher's key comes first, and has no salt */
static int vaccel_authenc_set_keys(struct vaccel_tfm *t,
				   const struct crypto_authenc_keys *keys,
				   gfp_t gfp)
{
	unsigned int len = keys->enckeylen - t->alg->salt;
	u32 old = t->auth_len;
	u8 *both;
	int err;

	both = kmalloc(len + keys->authkeylen, gfp);
	if (!both)
		return -ENOMEM;
	memcpy(both, keys->enckey, len);
	memcpy(both + len, keys->authkey, keys->authkeylen);
	t->auth_len = keys->authkeylen;
	err = vaccel_route_set_key(t, both, len + keys->authkeylen, gfp);
	if (err)
		t->auth_len = old;
	else
		memcpy(t->salt, keys->enckey + len, t->alg->salt);
	kfree_sensitive(both);
	return err;
}

static int vaccel_authenc_setkey(struct crypto_aead *tfm, const u8 *bytes,
				 unsigned int len)
{
	struct vaccel_tfm *t = vaccel_tfm_of(crypto_aead_tfm(tfm));
	struct crypto_authenc_keys keys;
	gfp_t gfp;
	int err;

	gfp = vaccel_route_pass_flags(crypto_aead_tfm(tfm),
				      crypto_aead_tfm(t->aead_fb));
	err = crypto_aead_setkey(t->aead_fb, bytes, len);
	if (!err)
		err = crypto_authenc_extractkeys(&keys, bytes, len);
	if (!err && (keys.enckeylen < t->alg->salt ||
		     !accel_alg_key_ok(t->alg->row,
				       keys.enckeylen - t->alg->salt)))
		err = -EINVAL;
	if (!err)
		err = vaccel_authenc_set_keys(t, &keys, gfp);
	memzero_explicit(&keys, sizeof(keys));
	return err;
}

/* The crypto API has checked that it is not longer than the MAC */
static int vaccel_authenc_check_authsize(unsigned int authsize)
{
	return 0;
}

#define VACCEL_AUTHENC_ALG(_name, _driver, _mac, _iv, _block)		\
	.family = &vaccel_authenc_family,				\
	.check_authsize = vaccel_authenc_check_authsize,		\
	.aead = {							\
		.setkey = vaccel_authenc_setkey,			\
		.setauthsize = vaccel_aead_setauthsize,			\
		.encrypt = vaccel_authenc_encrypt,			\
		.decrypt = vaccel_authenc_decrypt,			\
		.init = vaccel_aead_init,				\
		.exit = vaccel_aead_exit,				\
		.ivsize = _iv,						\
		.maxauthsize = _mac,					\
		.chunksize = AES_BLOCK_SIZE,				\
		.base = VACCEL_CRA(_name, _driver, _block),		\
	}

#define VACCEL_AUTHENC_CBC(_name, _driver, _mac)			\
	.id = ACCEL_ALG_CBC_AES,					\
	VACCEL_AUTHENC_ALG(_name, _driver, _mac, AES_BLOCK_SIZE,	\
			   AES_BLOCK_SIZE)

#define VACCEL_AUTHENC_CTR(_name, _driver, _mac)			\
	.id = ACCEL_ALG_CTR_AES,					\
	.salt = CTR_RFC3686_NONCE_SIZE,					\
	VACCEL_AUTHENC_ALG(_name, _driver, _mac, CTR_RFC3686_IV_SIZE, 1)

static struct vaccel_alg vaccel_authencs[] = {
	{
		.auth_id = ACCEL_ALG_HMAC_SHA1,
		VACCEL_AUTHENC_CBC("authenc(hmac(sha1),cbc(aes))",
				   "authenc-hmac-sha1-cbc-aes-virtio-accel",
				   SHA1_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA1,
		VACCEL_AUTHENC_CTR("authenc(hmac(sha1),rfc3686(ctr(aes)))",
				   "authenc-hmac-sha1-rfc3686-ctr-aes-virtio-accel",
				   SHA1_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA1,
		.esn = true,
		VACCEL_AUTHENC_CBC("authencesn(hmac(sha1),cbc(aes))",
				   "authencesn-hmac-sha1-cbc-aes-virtio-accel",
				   SHA1_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA1,
		.esn = true,
		VACCEL_AUTHENC_CTR("authencesn(hmac(sha1),rfc3686(ctr(aes)))",
				   "authencesn-hmac-sha1-rfc3686-ctr-aes-virtio-accel",
				   SHA1_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA256,
		VACCEL_AUTHENC_CBC("authenc(hmac(sha256),cbc(aes))",
				   "authenc-hmac-sha256-cbc-aes-virtio-accel",
				   SHA256_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA256,
		VACCEL_AUTHENC_CTR("authenc(hmac(sha256),rfc3686(ctr(aes)))",
				   "authenc-hmac-sha256-rfc3686-ctr-aes-virtio-accel",
				   SHA256_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA256,
		.esn = true,
		VACCEL_AUTHENC_CBC("authencesn(hmac(sha256),cbc(aes))",
				   "authencesn-hmac-sha256-cbc-aes-virtio-accel",
				   SHA256_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA256,
		.esn = true,
		VACCEL_AUTHENC_CTR("authencesn(hmac(sha256),rfc3686(ctr(aes)))",
				   "authencesn-hmac-sha256-rfc3686-ctr-aes-virtio-accel",
				   SHA256_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA384,
		VACCEL_AUTHENC_CBC("authenc(hmac(sha384),cbc(aes))",
				   "authenc-hmac-sha384-cbc-aes-virtio-accel",
				   SHA384_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA384,
		VACCEL_AUTHENC_CTR("authenc(hmac(sha384),rfc3686(ctr(aes)))",
				   "authenc-hmac-sha384-rfc3686-ctr-aes-virtio-accel",
				   SHA384_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA384,
		.esn = true,
		VACCEL_AUTHENC_CBC("authencesn(hmac(sha384),cbc(aes))",
				   "authencesn-hmac-sha384-cbc-aes-virtio-accel",
				   SHA384_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA384,
		.esn = true,
		VACCEL_AUTHENC_CTR("authencesn(hmac(sha384),rfc3686(ctr(aes)))",
				   "authencesn-hmac-sha384-rfc3686-ctr-aes-virtio-accel",
				   SHA384_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA512,
		VACCEL_AUTHENC_CBC("authenc(hmac(sha512),cbc(aes))",
				   "authenc-hmac-sha512-cbc-aes-virtio-accel",
				   SHA512_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA512,
		VACCEL_AUTHENC_CTR("authenc(hmac(sha512),rfc3686(ctr(aes)))",
				   "authenc-hmac-sha512-rfc3686-ctr-aes-virtio-accel",
				   SHA512_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA512,
		.esn = true,
		VACCEL_AUTHENC_CBC("authencesn(hmac(sha512),cbc(aes))",
				   "authencesn-hmac-sha512-cbc-aes-virtio-accel",
				   SHA512_DIGEST_SIZE),
	}, {
		.auth_id = ACCEL_ALG_HMAC_SHA512,
		.esn = true,
		VACCEL_AUTHENC_CTR("authencesn(hmac(sha512),rfc3686(ctr(aes)))",
				   "authencesn-hmac-sha512-rfc3686-ctr-aes-virtio-accel",
				   SHA512_DIGEST_SIZE),
	},
};

const struct vaccel_family vaccel_authenc_family = {
	.algs = vaccel_authencs,
	.nr = ARRAY_SIZE(vaccel_authencs),
	.base = offsetof(struct vaccel_alg, aead.base),
	.add = vaccel_aead_add,
	.del = vaccel_aead_del,
	.fill = vaccel_authenc_fill,
	.fallback = vaccel_aead_fallback,
	.finish = vaccel_authenc_finish,
	.src = vaccel_authenc_src,
	.dst = vaccel_authenc_dst,
	.take = vaccel_authenc_take,
};
EXPORT_SYMBOL_IF_KUNIT(vaccel_authenc_family);
