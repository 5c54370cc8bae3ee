// SPDX-License-Identifier: GPL-2.0
#include "req.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "aes.h"
#include "hash.h"

static u64 filler = 1;		/* contents of keys and data; any will do */

u32 cr_get32(const struct cr_req *r, unsigned int off)
{
	u32 v;

	memcpy(&v, r->hdr + off, sizeof(v));
	return le32toh(v);
}

void cr_set32(struct cr_req *r, unsigned int off, u32 v)
{
	v = htole32(v);
	memcpy(r->hdr + off, &v, sizeof(v));
}

void cr_set64(struct cr_req *r, unsigned int off, u64 v)
{
	v = htole64(v);
	memcpy(r->hdr + off, &v, sizeof(v));
}

static void add_buf(struct vd_dev *dev, struct cr_req *r, const u8 *p, u32 len,
		    bool write)
{
	struct vd_buf *b = &r->buf[r->n];

	if (!len)
		return;
	b->iova = vd_iova(dev, p);
	b->len = len;
	b->write = write;
	r->n++;
}

static u8 *part(struct vd_dev *dev, u32 len, u8 fill)
{
	u8 *p = vd_alloc(dev, len ? len : 1, 64);

	memset(p, fill, len);
	return p;
}

static void start(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
		  u32 hdr_len)
{
	memset(r, 0, sizeof(*r));
	r->pos = dev->pos;
	r->vq = vq;
	r->hdr_len = hdr_len;
	r->hdr = part(dev, hdr_len, 0);
	add_buf(dev, r, r->hdr, hdr_len, false);
}

static void finish(struct vd_dev *dev, struct cr_req *r, u32 out_len)
{
	r->out_len = out_len;
	r->out = part(dev, out_len, CR_UNWRITTEN);
	r->i_out = r->n;
	add_buf(dev, r, r->out, out_len, true);
}

static void ctrl_header(struct cr_req *r, u32 opcode, u32 algo)
{
	cr_set32(r, 0, opcode);
	cr_set32(r, 4, algo);
}

static void add_key(struct vd_dev *dev, struct cr_req *r, const u8 *key,
		    u32 len)
{
	r->src = part(dev, len, 0);
	r->src_len = len;
	if (key)
		memcpy(r->src, key, len);
	r->i_src = r->n;
	add_buf(dev, r, r->src, len, false);
}

void cr_create_cipher(struct vd_dev *dev, struct cr_req *r, u32 wire, bool enc,
		      const u8 *key, u32 keylen)
{
	start(dev, r, vd_ctrlq(dev), 16 + 56);
	ctrl_header(r, VIRTIO_CRYPTO_CIPHER_CREATE_SESSION, wire);
	cr_set32(r, 16, wire);
	cr_set32(r, 20, keylen);
	cr_set32(r, 24, enc ? VIRTIO_CRYPTO_OP_ENCRYPT :
			      VIRTIO_CRYPTO_OP_DECRYPT);
	cr_set32(r, 64, VIRTIO_CRYPTO_SYM_OP_CIPHER);
	add_key(dev, r, key, keylen);
	finish(dev, r, 16);
}

void cr_create_aead(struct vd_dev *dev, struct cr_req *r, bool enc,
		    const u8 *key, u32 keylen, u32 aadlen)
{
	start(dev, r, vd_ctrlq(dev), 16 + (vd_has(dev, 0) ? 24 : 56));
	ctrl_header(r, VIRTIO_CRYPTO_AEAD_CREATE_SESSION,
		    VIRTIO_CRYPTO_AEAD_GCM);
	cr_set32(r, 16, VIRTIO_CRYPTO_AEAD_GCM);
	cr_set32(r, 20, keylen);
	cr_set32(r, 24, CR_TAG);
	cr_set32(r, 28, aadlen);
	cr_set32(r, 32, enc ? VIRTIO_CRYPTO_OP_ENCRYPT :
			      VIRTIO_CRYPTO_OP_DECRYPT);
	add_key(dev, r, key, keylen);
	finish(dev, r, 16);
}

/* @len: of the result, at most */
void cr_create_hash(struct vd_dev *dev, struct cr_req *r, u32 wire, u32 len)
{
	start(dev, r, vd_ctrlq(dev), 16 + (vd_has(dev, 0) ? 8 : 56));
	ctrl_header(r, VIRTIO_CRYPTO_HASH_CREATE_SESSION, wire);
	cr_set32(r, 16, wire);
	cr_set32(r, 20, len);
	finish(dev, r, 16);
}

void cr_create_mac(struct vd_dev *dev, struct cr_req *r, u32 wire,
		   const u8 *key, u32 keylen, u32 len)
{
	start(dev, r, vd_ctrlq(dev), 16 + (vd_has(dev, 0) ? 16 : 56));
	ctrl_header(r, VIRTIO_CRYPTO_MAC_CREATE_SESSION, wire);
	cr_set32(r, 16, wire);
	cr_set32(r, 20, len);
	cr_set32(r, 24, keylen);
	add_key(dev, r, key, keylen);
	finish(dev, r, 16);
}

/* A control request that this project's device does not know */
void cr_create_other(struct vd_dev *dev, struct cr_req *r, u32 opcode,
		     u32 vlf_len)
{
	start(dev, r, vd_ctrlq(dev), 16 + 56);
	ctrl_header(r, opcode, 1);
	cr_set32(r, 16, 1);
	cr_set32(r, 20, vlf_len);
	cr_set32(r, 24, vlf_len);
	add_key(dev, r, NULL, vlf_len);
	finish(dev, r, 16);
}

void cr_create_akcipher(struct vd_dev *dev, struct cr_req *r,
			const struct cr_pkey *k)
{
	start(dev, r, vd_ctrlq(dev), 16 + 56);
	ctrl_header(r, VIRTIO_CRYPTO_AKCIPHER_CREATE_SESSION, k->wire);
	cr_set32(r, 16, k->wire);
	cr_set32(r, 20, k->type);
	cr_set32(r, 24, k->len);
	cr_set32(r, 28, k->para[0]);
	cr_set32(r, 32, k->para[1]);
	add_key(dev, r, k->key, k->len);
	finish(dev, r, 16);
}

void cr_destroy(struct vd_dev *dev, struct cr_req *r, u32 service, u64 id)
{
	u32 op = service == VIRTIO_CRYPTO_SERVICE_AKCIPHER ? 5 : 3;

	start(dev, r, vd_ctrlq(dev), 16 + (vd_has(dev, 0) ? 8 : 56));
	ctrl_header(r, VIRTIO_CRYPTO_OPCODE(service, op), 0);
	cr_set64(r, 16, id);
	finish(dev, r, 1);
}

static void data_header(struct cr_req *r, const struct cr_session *s)
{
	cr_set32(r, 0, VIRTIO_CRYPTO_OPCODE(s->service, s->enc ? 0 : 1));
	cr_set32(r, 4, s->wire);
	if (s->stateless)
		return;
	cr_set64(r, 8, s->id);
	cr_set32(r, 16, 1);		/* session mode */
}

/* The key, before all else of the variable part */
static void key_part(struct vd_dev *dev, struct cr_req *r, const u8 *key,
		     u32 len)
{
	u8 *p = part(dev, len, 0);

	memcpy(p, key, len);
	r->i_key = r->n;
	add_buf(dev, r, p, len, false);
}

/* What CREATE_SESSION says, and the key */
static void session_part(struct vd_dev *dev, struct cr_req *r,
			 const struct cr_session *s)
{
	key_part(dev, r, s->key, s->keylen);
	cr_set32(r, 24, s->wire);
	cr_set32(r, 28, s->keylen);
	cr_set32(r, 32, s->enc ? VIRTIO_CRYPTO_OP_ENCRYPT :
				 VIRTIO_CRYPTO_OP_DECRYPT);
}

static void aad_part(struct vd_dev *dev, struct cr_req *r, u32 len)
{
	r->aad = part(dev, len, 0);
	r->aad_len = len;
	rnd_fill(&filler, r->aad, len);
	add_buf(dev, r, r->aad, len, false);
}

/* AAD is behind the source, but for a stateless request of algorithm chaining */
static void input_parts(struct vd_dev *dev, struct cr_req *r, u32 ivlen,
			u32 srclen, u32 aadlen, u32 dstlen, bool aad_first)
{
	r->iv = part(dev, ivlen, 0);
	r->iv_len = ivlen;
	rnd_fill(&filler, r->iv, ivlen);
	add_buf(dev, r, r->iv, ivlen, false);
	if (aad_first)
		aad_part(dev, r, aadlen);
	r->src = part(dev, srclen, 0);
	r->src_len = srclen;
	rnd_fill(&filler, r->src, srclen);
	r->i_src = r->n;
	add_buf(dev, r, r->src, srclen, false);
	if (!aad_first)
		aad_part(dev, r, aadlen);
	r->dst = part(dev, dstlen, CR_UNTOUCHED);
	r->dst_len = dstlen;
	r->i_dst = r->n;
	add_buf(dev, r, r->dst, dstlen, true);
}

static void data_parts(struct vd_dev *dev, struct cr_req *r, u32 ivlen,
		       u32 srclen, u32 aadlen, u32 dstlen)
{
	input_parts(dev, r, ivlen, srclen, aadlen, dstlen, false);
	finish(dev, r, 1);
}

void cr_cipher(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	       const struct cr_session *s, u32 len)
{
	u32 ivlen = s->wire == VIRTIO_CRYPTO_CIPHER_AES_ECB ? 0 : 16;

	start(dev, r, vq, 24 + (s->stateless ? 76 : 48));
	data_header(r, s);
	if (s->stateless) {
		session_part(dev, r, s);
		cr_set32(r, 36, ivlen);
		cr_set32(r, 40, len);
		cr_set32(r, 44, len);
		cr_set32(r, 96, VIRTIO_CRYPTO_SYM_OP_CIPHER);
	} else {
		cr_set32(r, 24, ivlen);
		cr_set32(r, 28, len);
		cr_set32(r, 32, len);
		cr_set32(r, 64, VIRTIO_CRYPTO_SYM_OP_CIPHER);
	}
	data_parts(dev, r, ivlen, len, 0, len);
}

/* Header and fixed part */
static void aead_header(struct vd_dev *dev, struct cr_req *r,
			const struct cr_session *s, u32 aadlen, u32 srclen,
			u32 dstlen)
{
	data_header(r, s);
	if (s->stateless) {
		session_part(dev, r, s);
		cr_set32(r, 36, 12);
		cr_set32(r, 40, CR_TAG);
		cr_set32(r, 44, aadlen);
		cr_set32(r, 48, srclen);
		cr_set32(r, 52, dstlen);
		return;
	}
	cr_set32(r, 24, 12);
	cr_set32(r, 28, aadlen);
	cr_set32(r, 32, srclen);
	cr_set32(r, 36, dstlen);
	if (vd_has(dev, 0))
		cr_set32(r, 40, CR_TAG);
}

/* @len: of the plaintext. What comes in has no right tag yet */
void cr_aead_untagged(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
		      const struct cr_session *s, u32 aadlen, u32 len)
{
	u32 srclen = s->enc ? len : len + CR_TAG, dstlen = s->enc ? len + CR_TAG : len;

	start(dev, r, vq, 24 + (s->stateless ? 32 : vd_has(dev, 0) ? 24 : 48));
	aead_header(dev, r, s, aadlen, srclen, dstlen);
	data_parts(dev, r, 12, srclen, aadlen, dstlen);
}

/* @len: of the plaintext */
void cr_aead(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	     const struct cr_session *s, u32 aadlen, u32 len)
{
	u8 tag[CR_TAG], plain[64];

	cr_aead_untagged(dev, r, vq, s, aadlen, len);
	if (s->enc)
		return;
	/* Any text is a ciphertext; only its tag has to be computed */
	if (len <= sizeof(plain)) {
		ref_gcm(false, s->key, s->keylen, r->iv, r->aad, aadlen, plain,
			r->src, len, tag);
	} else {
		static u8 big[CR_MAX_DATA];

		ref_gcm(false, s->key, s->keylen, r->iv, r->aad, aadlen, big,
			r->src, len, tag);
	}
	memcpy(r->src + len, tag, CR_TAG);
}

/* Of HASH or MAC; @dstlen: of the result */
void cr_digest(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	       const struct cr_session *s, u32 len, u32 dstlen)
{
	unsigned int off = 24;

	start(dev, r, vq, 24 + (s->stateless ? 16 : vd_has(dev, 0) ? 8 : 48));
	data_header(r, s);
	if (s->stateless) {
		cr_set32(r, off, s->wire);
		off += 4;
		if (s->service == VIRTIO_CRYPTO_SERVICE_MAC) {
			key_part(dev, r, s->key, s->keylen);
			cr_set32(r, off, s->keylen);
			off += 4;
		}
	}
	cr_set32(r, off, len);
	cr_set32(r, off + 4, dstlen);
	data_parts(dev, r, 0, len, 0, dstlen);
}

/* Where the two lengths of an AKCIPHER request are */
static unsigned int akcipher_lens(const struct cr_session *s)
{
	return s->stateless ? 44 : 24;
}

/* @dstlen: of the destination; there is none to verify, see cr_verify() */
void cr_akcipher(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
		 const struct cr_session *s, u32 op, const u8 *src, u32 srclen,
		 u32 dstlen)
{
	const struct cr_pkey *k = s->pkey;

	start(dev, r, vq, 24 + (s->stateless ? 28 : vd_has(dev, 0) ? 8 : 48));
	data_header(r, s);
	cr_set32(r, 0, op);
	if (s->stateless) {
		key_part(dev, r, k->key, k->len);
		cr_set32(r, 24, k->wire);
		cr_set32(r, 28, k->type);
		cr_set32(r, 32, k->len);
		cr_set32(r, 36, k->para[0]);
		cr_set32(r, 40, k->para[1]);
	}
	cr_set32(r, akcipher_lens(s), srclen);
	cr_set32(r, akcipher_lens(s) + 4, dstlen);
	data_parts(dev, r, 0, srclen, 0, dstlen);
	memcpy(r->src, src, srclen);
}

void cr_verify(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	       const struct cr_session *s, const u8 *sig, u32 siglen,
	       const u8 *digest, u32 digestlen)
{
	u8 both[1024];

	memcpy(both, sig, siglen);
	memcpy(both + siglen, digest, digestlen);
	cr_akcipher(dev, r, vq, s, VIRTIO_CRYPTO_AKCIPHER_VERIFY, both,
		    siglen + digestlen, 0);
	cr_set32(r, akcipher_lens(s), siglen);
	cr_set32(r, akcipher_lens(s) + 4, digestlen);
}

static bool has_mac(const struct cr_session *s)
{
	return s->auth_mode == VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH;
}

static u32 auth_wire(const struct cr_session *s)
{
	return has_mac(s) ? VIRTIO_CRYPTO_MAC_HMAC_SHA_256 :
			    VIRTIO_CRYPTO_HASH_SHA_256;
}

void cr_create_chain(struct vd_dev *dev, struct cr_req *r,
		     const struct cr_session *s)
{
	start(dev, r, vd_ctrlq(dev), 16 + 56);
	ctrl_header(r, VIRTIO_CRYPTO_CIPHER_CREATE_SESSION, s->wire);
	cr_set32(r, 16, s->order);
	cr_set32(r, 20, s->auth_mode);
	cr_set32(r, 24, s->wire);
	cr_set32(r, 28, s->keylen);
	cr_set32(r, 32, s->enc ? VIRTIO_CRYPTO_OP_ENCRYPT :
				 VIRTIO_CRYPTO_OP_DECRYPT);
	cr_set32(r, 40, auth_wire(s));
	cr_set32(r, 44, CR_RESULT);
	cr_set32(r, 48, has_mac(s) ? s->auth_keylen : 0);
	cr_set32(r, 64, VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING);
	add_key(dev, r, s->key, s->keylen);
	if (has_mac(s))
		add_key(dev, r, s->auth_key, s->auth_keylen);
	finish(dev, r, 16);
}

/* What CREATE_SESSION says, and both keys */
static void chain_session_part(struct vd_dev *dev, struct cr_req *r,
			       const struct cr_session *s, u32 aadlen)
{
	key_part(dev, r, s->key, s->keylen);
	if (has_mac(s)) {
		key_part(dev, r, s->auth_key, s->auth_keylen);
		cr_set32(r, 48, s->auth_keylen);
	}
	cr_set32(r, 24, s->order);
	cr_set32(r, 28, aadlen);
	cr_set32(r, 32, s->wire);
	cr_set32(r, 36, s->keylen);
	cr_set32(r, 40, s->enc ? VIRTIO_CRYPTO_OP_ENCRYPT :
				 VIRTIO_CRYPTO_OP_DECRYPT);
	cr_set32(r, 44, auth_wire(s));
	cr_set32(r, 52, s->auth_mode);
}

void cr_chain(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	      const struct cr_session *s, const struct cr_shape *shape)
{
	unsigned int off = s->stateless ? 24 + 32 : 24;

	start(dev, r, vq, 24 + (s->stateless ? 76 : 48));
	data_header(r, s);
	if (s->stateless)
		chain_session_part(dev, r, s, shape->aad_len);
	cr_set32(r, off, 16);
	cr_set32(r, off + 4, shape->len);
	cr_set32(r, off + 8, shape->len);
	cr_set32(r, off + 12, shape->cipher_off);
	cr_set32(r, off + 16, shape->cipher_len);
	cr_set32(r, off + 20, shape->hash_off);
	cr_set32(r, off + 24, shape->hash_len);
	cr_set32(r, off + 28, shape->aad_len);
	cr_set32(r, off + 32, CR_RESULT);
	cr_set32(r, off + 40, VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING);
	input_parts(dev, r, 16, shape->len, shape->aad_len, shape->len,
		    s->stateless);
	r->result = part(dev, CR_RESULT, CR_UNTOUCHED);
	add_buf(dev, r, r->result, CR_RESULT, true);
	finish(dev, r, 1);
}

/* What a request that was not submitted yet will leave in its destination */
void cr_chain_expect(const struct cr_req *r, const struct cr_session *s,
		     const struct cr_shape *shape, u8 *dst, u8 *result)
{
	static u8 text[CR_MAX_DATA], message[2 * CR_MAX_DATA];
	u32 end = shape->cipher_off + shape->cipher_len, i;
	u8 *to = message + shape->aad_len;

	memcpy(dst, r->dst, r->dst_len);
	ref_cipher(s->wire, s->enc, s->key, s->keylen, r->iv, text,
		   r->src + shape->cipher_off, shape->cipher_len);
	memcpy(dst + shape->cipher_off, text, shape->cipher_len);
	memcpy(message, r->aad, shape->aad_len);
	for (i = shape->hash_off; i < shape->hash_off + shape->hash_len; i++) {
		if (s->order == VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_CIPHER_THEN_HASH &&
		    i >= shape->cipher_off && i < end)
			*to++ = text[i - shape->cipher_off];
		else
			*to++ = r->src[i];
	}
	if (s->auth_mode == VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH)
		ref_hmac_sha256(s->auth_key, s->auth_keylen, result, message,
				to - message);
	else
		ref_sha256(result, message, to - message);
}

/* A request of the vendor extension; its result is behind the answer, in @out */
void cr_extension(struct vd_dev *dev, struct cr_req *r, u32 opcode,
		  const void *data, u32 len, u32 room)
{
	start(dev, r, vd_ctrlq(dev), 16 + 16);
	ctrl_header(r, opcode, 0);
	cr_set32(r, 16, 1);
	cr_set32(r, 20, len);
	cr_set32(r, 24, room);
	add_key(dev, r, data, len);
	finish(dev, r, 16 + room);
}

/* Of the IPSEC service */
void cr_packet(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq, u32 opcode,
	       u32 id, const void *pkt, u32 len, u32 room)
{
	start(dev, r, vq, 24 + 8);
	cr_set32(r, 0, opcode);
	cr_set64(r, 8, id);
	cr_set32(r, 16, 1);		/* session mode */
	cr_set32(r, 24, len);
	cr_set32(r, 28, room);
	data_parts(dev, r, 0, len, 0, room);
	memcpy(r->src, pkt, len);
}
