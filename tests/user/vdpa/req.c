// SPDX-License-Identifier: GPL-2.0
#include "req.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "aes.h"
#include "hash.h"

#define TAG	16

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
	cr_set32(r, 24, TAG);
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

static void input_parts(struct vd_dev *dev, struct cr_req *r, u32 ivlen,
			u32 srclen, u32 aadlen, u32 dstlen)
{
	r->iv = part(dev, ivlen, 0);
	r->iv_len = ivlen;
	rnd_fill(&filler, r->iv, ivlen);
	add_buf(dev, r, r->iv, ivlen, false);
	r->src = part(dev, srclen, 0);
	r->src_len = srclen;
	rnd_fill(&filler, r->src, srclen);
	r->i_src = r->n;
	add_buf(dev, r, r->src, srclen, false);
	r->aad = part(dev, aadlen, 0);
	r->aad_len = aadlen;
	rnd_fill(&filler, r->aad, aadlen);
	add_buf(dev, r, r->aad, aadlen, false);
	r->dst = part(dev, dstlen, CR_UNTOUCHED);
	r->dst_len = dstlen;
	r->i_dst = r->n;
	add_buf(dev, r, r->dst, dstlen, true);
}

static void data_parts(struct vd_dev *dev, struct cr_req *r, u32 ivlen,
		       u32 srclen, u32 aadlen, u32 dstlen)
{
	input_parts(dev, r, ivlen, srclen, aadlen, dstlen);
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
		cr_set32(r, 40, TAG);
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
		cr_set32(r, 40, TAG);
}

/* @len: of the plaintext */
void cr_aead(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	     const struct cr_session *s, u32 aadlen, u32 len)
{
	u32 srclen = s->enc ? len : len + TAG, dstlen = s->enc ? len + TAG : len;
	u8 tag[TAG], plain[64];

	start(dev, r, vq, 24 + (s->stateless ? 32 : vd_has(dev, 0) ? 24 : 48));
	aead_header(dev, r, s, aadlen, srclen, dstlen);
	data_parts(dev, r, 12, srclen, aadlen, dstlen);
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
	memcpy(r->src + len, tag, TAG);
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

void cr_create_chain(struct vd_dev *dev, struct cr_req *r,
		     const struct cr_session *s)
{
	bool mac = s->auth_mode == VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH;

	start(dev, r, vd_ctrlq(dev), 16 + 56);
	ctrl_header(r, VIRTIO_CRYPTO_CIPHER_CREATE_SESSION, s->wire);
	cr_set32(r, 16, s->order);
	cr_set32(r, 20, s->auth_mode);
	cr_set32(r, 24, s->wire);
	cr_set32(r, 28, s->keylen);
	cr_set32(r, 32, s->enc ? VIRTIO_CRYPTO_OP_ENCRYPT :
				 VIRTIO_CRYPTO_OP_DECRYPT);
	cr_set32(r, 40, mac ? VIRTIO_CRYPTO_MAC_HMAC_SHA_256 :
			      VIRTIO_CRYPTO_HASH_SHA_256);
	cr_set32(r, 44, CR_RESULT);
	cr_set32(r, 48, mac ? s->auth_keylen : 0);
	cr_set32(r, 64, VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING);
	add_key(dev, r, s->key, s->keylen);
	if (mac)
		add_key(dev, r, s->auth_key, s->auth_keylen);
	finish(dev, r, 16);
}

void cr_chain(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	      const struct cr_session *s, const struct cr_shape *shape)
{
	start(dev, r, vq, 24 + 48);
	data_header(r, s);
	cr_set32(r, 24, 16);
	cr_set32(r, 28, shape->len);
	cr_set32(r, 32, shape->len);
	cr_set32(r, 36, shape->cipher_off);
	cr_set32(r, 40, shape->cipher_len);
	cr_set32(r, 44, shape->hash_off);
	cr_set32(r, 48, shape->hash_len);
	cr_set32(r, 52, shape->aad_len);
	cr_set32(r, 56, CR_RESULT);
	cr_set32(r, 64, VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING);
	input_parts(dev, r, 16, shape->len, shape->aad_len, shape->len);
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

int cr_open_chain(struct vd_dev *dev, struct cr_session *s, u32 wire, bool enc,
		  u32 order, u32 mode, u64 *seed)
{
	struct cr_req r;
	int ret;

	*s = (struct cr_session) {
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = wire,
		.enc = enc,
		.keylen = 16,
		.order = order,
		.auth_mode = mode,
		.auth_keylen = 20,
	};
	rnd_fill(seed, s->key, s->keylen);
	rnd_fill(seed, s->auth_key, s->auth_keylen);
	cr_create_chain(dev, &r, s);
	ret = cr_run(&r, CR_MS);
	memcpy(&s->id, r.out, sizeof(s->id));
	s->id = le64toh(s->id);
	cr_free(dev, &r);
	return ret;
}

/* The destination is the source's memory */
void cr_in_place(struct cr_req *r)
{
	r->buf[r->i_dst].iova = r->buf[r->i_src].iova;
	r->dst = r->src;
}

/* Cut the descriptors in pieces of 1..@max bytes, as the standard allows */
void cr_scatter(struct cr_req *r, u64 *seed, u32 max)
{
	struct vd_buf old[CR_MAX_BUFS];
	unsigned int n = r->n, i;

	memcpy(old, r->buf, n * sizeof(*old));
	r->n = 0;
	for (i = 0; i < n; i++) {
		struct vd_buf b = old[i];

		while (b.len) {
			u32 len = 1 + rnd(seed) % max;

			if (len > b.len || r->n + n - i >= CR_MAX_BUFS)
				len = b.len;
			r->buf[r->n] = b;
			r->buf[r->n++].len = len;
			b.iova += len;
			b.len -= len;
		}
	}
}

void cr_free(struct vd_dev *dev, struct cr_req *r)
{
	vd_free_all(dev, r->pos);
}

int cr_submit(struct cr_req *r)
{
	int head = vd_add(r->vq, r->buf, r->n,
			  r->indirect && r->n <= VD_INDIRECT);

	if (head < 0)
		return head;
	vd_publish(r->vq, head);
	return head;
}

int cr_status(const struct cr_req *r)
{
	u32 status;

	if (r->out_len == 1)
		return r->out[0] == CR_UNWRITTEN ? CR_NO_STATUS : r->out[0];
	memcpy(&status, r->out + 8, sizeof(status));
	status = le32toh(status);
	return status == CR_UNWRITTEN * 0x01010101U ? CR_NO_STATUS :
						      (int)status;
}

int cr_run(struct cr_req *r, unsigned int ms)
{
	int ret = cr_submit(r);

	if (ret < 0)
		return ret;
	vd_kick(r->vq);
	ret = vd_wait(r->vq, &r->used, ms);
	return ret < 0 ? ret : cr_status(r);
}

/*
 * But for the last byte, which is where the status goes when the descriptor
 * meant for it is not there.
 */
bool cr_dst_untouched(const struct cr_req *r)
{
	u32 i;

	for (i = 0; i + 1 < r->dst_len; i++)
		if (r->dst[i] != CR_UNTOUCHED)
			return false;
	return true;
}

/* Not for requests in place: needs the source */
bool cr_dst_right(const struct cr_req *r, const struct cr_session *s)
{
	static __thread u8 want[CR_MAX_DATA + TAG];
	u8 tag[TAG];

	if (s->service == VIRTIO_CRYPTO_SERVICE_HASH) {
		ref_sha256(want, r->src, r->src_len);
	} else if (s->service == VIRTIO_CRYPTO_SERVICE_MAC &&
		   s->wire == VIRTIO_CRYPTO_MAC_HMAC_SHA_256) {
		ref_hmac_sha256(s->key, s->keylen, want, r->src, r->src_len);
	} else if (s->service == VIRTIO_CRYPTO_SERVICE_MAC) {
		ref_cmac_aes(s->key, s->keylen, want, r->src, r->src_len);
	} else if (s->service == VIRTIO_CRYPTO_SERVICE_CIPHER) {
		ref_cipher(s->wire, s->enc, s->key, s->keylen, r->iv, want,
			   r->src, r->src_len);
	} else if (s->enc) {
		ref_gcm(true, s->key, s->keylen, r->iv, r->aad, r->aad_len,
			want, r->src, r->src_len, want + r->src_len);
	} else {
		ref_gcm(false, s->key, s->keylen, r->iv, r->aad, r->aad_len,
			want, r->src, r->dst_len, tag);
	}
	return !memcmp(want, r->dst, r->dst_len);
}

/* A key for stateless requests */
void cr_no_session(struct cr_session *s, u32 service, u32 wire, bool enc,
		   u32 keylen, u64 *seed)
{
	/* HASH and MAC have one operation, whose number is ENCRYPT's */
	enc |= service == VIRTIO_CRYPTO_SERVICE_HASH ||
	       service == VIRTIO_CRYPTO_SERVICE_MAC;
	memset(s, 0, sizeof(*s));
	s->stateless = true;
	s->service = service;
	s->wire = wire;
	s->enc = enc;
	s->keylen = keylen;
	rnd_fill(seed, s->key, keylen);
}

void cr_no_akcipher(struct cr_session *s, const struct cr_pkey *k)
{
	memset(s, 0, sizeof(*s));
	s->stateless = true;
	s->service = VIRTIO_CRYPTO_SERVICE_AKCIPHER;
	s->wire = k->wire;
	s->pkey = k;
}

/* Of what there is a reference for: SHA-256, HMAC with it, CMAC */
static u32 result_len(const struct cr_session *s)
{
	return s->service == VIRTIO_CRYPTO_SERVICE_MAC &&
	       s->wire == VIRTIO_CRYPTO_MAC_CMAC_AES ? 16 : 32;
}

int cr_open_session(struct vd_dev *dev, struct cr_session *s, u32 service,
		    u32 wire, bool enc, u32 keylen, u64 *seed)
{
	struct cr_req r;
	int ret;

	cr_no_session(s, service, wire, enc, keylen, seed);
	s->stateless = false;
	if (service == VIRTIO_CRYPTO_SERVICE_AEAD)
		cr_create_aead(dev, &r, enc, s->key, keylen, 0);
	else if (service == VIRTIO_CRYPTO_SERVICE_HASH)
		cr_create_hash(dev, &r, wire, result_len(s));
	else if (service == VIRTIO_CRYPTO_SERVICE_MAC)
		cr_create_mac(dev, &r, wire, s->key, keylen, result_len(s));
	else
		cr_create_cipher(dev, &r, wire, enc, s->key, keylen);
	ret = cr_run(&r, CR_MS);
	memcpy(&s->id, r.out, sizeof(s->id));
	s->id = le64toh(s->id);
	cr_free(dev, &r);
	return ret;
}

int cr_open_akcipher(struct vd_dev *dev, struct cr_session *s,
		     const struct cr_pkey *k)
{
	struct cr_req r;
	int ret;

	cr_no_akcipher(s, k);
	s->stateless = false;
	cr_create_akcipher(dev, &r, k);
	ret = cr_run(&r, CR_MS);
	memcpy(&s->id, r.out, sizeof(s->id));
	s->id = le64toh(s->id);
	cr_free(dev, &r);
	return ret;
}

int cr_open_cbc(struct vd_dev *dev, struct cr_session *s, bool enc, u32 keylen,
		u64 *seed)
{
	return cr_open_session(dev, s, VIRTIO_CRYPTO_SERVICE_CIPHER,
			       VIRTIO_CRYPTO_CIPHER_AES_CBC, enc, keylen, seed);
}

int cr_open_gcm(struct vd_dev *dev, struct cr_session *s, bool enc, u32 keylen,
		u64 *seed)
{
	return cr_open_session(dev, s, VIRTIO_CRYPTO_SERVICE_AEAD,
			       VIRTIO_CRYPTO_AEAD_GCM, enc, keylen, seed);
}

int cr_close_session(struct vd_dev *dev, const struct cr_session *s)
{
	struct cr_req r;
	int ret;

	cr_destroy(dev, &r, s->service, s->id);
	ret = cr_run(&r, CR_MS);
	cr_free(dev, &r);
	return ret;
}

/* A correct request of any service but AKCIPHER */
void cr_build(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	      const struct cr_session *s, u32 aadlen, u32 len)
{
	if (s->service == VIRTIO_CRYPTO_SERVICE_AEAD)
		cr_aead(dev, r, vq, s, aadlen, len);
	else if (s->service != VIRTIO_CRYPTO_SERVICE_CIPHER)
		cr_digest(dev, r, vq, s, len, result_len(s));
	else
		cr_cipher(dev, r, vq, s, len);
}

/* Run one correct request. 0 if the result is right, otherwise the status */
int cr_one(struct vd_dev *dev, struct vd_vq *vq, const struct cr_session *s,
	   u32 aadlen, u32 len)
{
	struct cr_req r;
	int ret;

	cr_build(dev, &r, vq, s, aadlen, len);
	ret = cr_run(&r, CR_MS);
	if (!ret && !cr_dst_right(&r, s))
		ret = -2;
	cr_free(dev, &r);
	return ret;
}

/* Does the device do its work? What each attack ends with */
int cr_works(struct vd_dev *dev)
{
	static const struct {
		u32 service, wire, keylen, aad, len;
	} jobs[] = {
		{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CBC,
		  16, 0, 512 },
		{ VIRTIO_CRYPTO_SERVICE_AEAD, VIRTIO_CRYPTO_AEAD_GCM,
		  32, 20, 1400 },
	};
	struct cr_session s;
	u64 seed = 7;
	unsigned int i, enc;
	int ret;

	for (i = 0; i < ARRAY_SIZE(jobs); i++) {
		for (enc = 0; enc < 2; enc++) {
			ret = cr_open_session(dev, &s, jobs[i].service,
					      jobs[i].wire, enc,
					      jobs[i].keylen, &seed);
			if (ret)
				goto bad;
			ret = cr_one(dev, &dev->vqs[0], &s, jobs[i].aad,
				     jobs[i].len);
			if (ret)
				goto bad;
			ret = cr_close_session(dev, &s);
			if (ret)
				goto bad;
		}
	}
	return 0;

bad:
	printf("# a correct request fails: %s\n", cr_name(ret));
	return ret;
}

const char *cr_name(int status)
{
	static const char * const names[] = {
		"OK", "ERR", "BADMSG", "NOTSUPP", "INVSESS", "NOSPC",
		"KEY_REJECTED",
	};
	static char other[32];

	if (status >= 0 && status < (int)ARRAY_SIZE(names))
		return names[status];
	switch (status) {
	case VD_TIMEOUT:	return "no answer";
	case VD_NEEDS_RESET:	return "device needs reset";
	case VD_BAD_USED:	return "nonsense in the used ring";
	case CR_NO_STATUS:	return "no status written";
	case -2:		return "wrong result";
	}
	snprintf(other, sizeof(other), "%d", status);
	return other;
}
