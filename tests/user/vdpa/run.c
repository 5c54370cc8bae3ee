// SPDX-License-Identifier: GPL-2.0
/*
 * Requests on their way: cut into descriptors, sent, compared; and the sessions
 * that they need.
 */
#include "req.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "aes.h"
#include "hash.h"

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
	static __thread u8 want[CR_MAX_DATA + CR_TAG];
	u8 tag[CR_TAG];

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
		"KEY_REJECTED", "SOFT_EXPIRY",
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

/* Keys for stateless requests of algorithm chaining */
void cr_no_chain(struct cr_session *s, u32 wire, bool enc, u32 order, u32 mode,
		 u64 *seed)
{
	*s = (struct cr_session) {
		.stateless = true,
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
}

int cr_open_chain(struct vd_dev *dev, struct cr_session *s, u32 wire, bool enc,
		  u32 order, u32 mode, u64 *seed)
{
	struct cr_req r;
	int ret;

	cr_no_chain(s, wire, enc, order, mode, seed);
	s->stateless = false;
	cr_create_chain(dev, &r, s);
	ret = cr_run(&r, CR_MS);
	memcpy(&s->id, r.out, sizeof(s->id));
	s->id = le64toh(s->id);
	cr_free(dev, &r);
	return ret;
}
