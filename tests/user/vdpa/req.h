/* SPDX-License-Identifier: GPL-2.0 */
/*
 * virtio-crypto requests, correct when built. A test then changes a field of
 * the header or a descriptor and looks what comes back.
 */
#ifndef _VDPA_REQ_H
#define _VDPA_REQ_H

#include "vdpa.h"

#define CR_MAX_BUFS	512
#define CR_MAX_DATA	65536
#define CR_UNTOUCHED	0xa5	/* what destinations are filled with */
#define CR_UNWRITTEN	0xee	/* what statuses are filled with */

/* Besides VIRTIO_CRYPTO_* and the VD_* of vd_wait() */
#define CR_NO_STATUS	(-1003)	/* came back without a status */

struct cr_pkey;

struct cr_session {
	bool stateless;		/* none: the key comes with each request */
	u64 id;
	u32 service;
	u32 wire;
	bool enc;
	u8 key[256];
	u32 keylen;
	/* of algorithm chaining: with SHA-256, or HMAC with it if there is a key */
	u32 order;
	u32 auth_mode;
	u8 auth_key[64];
	u32 auth_keylen;
	const struct cr_pkey *pkey;	/* AKCIPHER: the key */
};

#define CR_RESULT	32	/* of a chain's hash */
#define CR_TAG		16	/* of an AEAD */

/**
 * struct cr_shape - a request of algorithm chaining
 * @len: source and destination
 * @cipher_off: where the cipher begins
 * @cipher_len: how much it does
 * @hash_off: where the hash begins
 * @hash_len: how much it does
 * @aad_len: what is hashed before that
 */
struct cr_shape {
	u32 len;
	u32 cipher_off;
	u32 cipher_len;
	u32 hash_off;
	u32 hash_len;
	u32 aad_len;
};

/* The specification's numbers; <linux/virtio_crypto.h> has others */
#define CR_RSA		1
#define CR_ECDSA	2
#define CR_PUBLIC	VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PUBLIC
#define CR_PRIVATE	VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PRIVATE
#define CR_RAW		VIRTIO_CRYPTO_RSA_RAW_PADDING
#define CR_PKCS1	VIRTIO_CRYPTO_RSA_PKCS1_PADDING

/**
 * struct cr_pkey - a public or private key, and what it is for
 * @wire: CR_RSA or CR_ECDSA
 * @type: CR_PUBLIC or CR_PRIVATE
 * @para: padding and hash, or the curve
 * @key: as the specification has it
 * @len: of @key
 */
struct cr_pkey {
	u32 wire;
	u32 type;
	u32 para[2];
	const u8 *key;
	u32 len;
};

/**
 * struct cr_req - one request
 * @vq: where it goes
 * @hdr: header and fixed part
 * @hdr_len: its length
 * @i_key: index in @buf of a stateless request's key
 * @iv: within the variable part
 * @src: source, @src_len bytes
 * @aad: associated data, @aad_len bytes
 * @dst: destination, @dst_len bytes
 * @result: of a chain's hash, behind the destination
 * @out: what the device answers: status, or id and status
 * @out_len: 1 or 16
 * @buf: the descriptors
 * @n: how many
 * @i_src: index in @buf of the source, likewise @i_dst, @i_out
 * @indirect: through a table
 * @used: bytes that the device says to have written, after cr_run()
 * @pos: arena mark to free everything
 */
struct cr_req {
	struct vd_vq *vq;
	u8 *hdr;
	u32 hdr_len;
	unsigned int i_key;
	u8 *iv;
	u32 iv_len;
	u8 *src;
	u32 src_len;
	u8 *aad;
	u32 aad_len;
	u8 *dst;
	u32 dst_len;
	u8 *result;
	u8 *out;
	u32 out_len;
	struct vd_buf buf[CR_MAX_BUFS];
	unsigned int n;
	unsigned int i_src, i_dst, i_out;
	bool indirect;
	u32 used;
	size_t pos;
};

void cr_create_cipher(struct vd_dev *dev, struct cr_req *r, u32 wire, bool enc,
		      const u8 *key, u32 keylen);
void cr_create_aead(struct vd_dev *dev, struct cr_req *r, bool enc,
		    const u8 *key, u32 keylen, u32 aadlen);
void cr_create_hash(struct vd_dev *dev, struct cr_req *r, u32 wire, u32 len);
void cr_create_mac(struct vd_dev *dev, struct cr_req *r, u32 wire,
		   const u8 *key, u32 keylen, u32 len);
void cr_create_other(struct vd_dev *dev, struct cr_req *r, u32 opcode,
		     u32 vlf_len);
void cr_create_akcipher(struct vd_dev *dev, struct cr_req *r,
			const struct cr_pkey *k);
void cr_destroy(struct vd_dev *dev, struct cr_req *r, u32 service, u64 id);
void cr_cipher(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	       const struct cr_session *s, u32 len);
void cr_aead_untagged(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
		      const struct cr_session *s, u32 aadlen, u32 len);
void cr_aead(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	     const struct cr_session *s, u32 aadlen, u32 len);
void cr_digest(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	       const struct cr_session *s, u32 len, u32 dstlen);
void cr_akcipher(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
		 const struct cr_session *s, u32 op, const u8 *src, u32 srclen,
		 u32 dstlen);
void cr_verify(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	       const struct cr_session *s, const u8 *sig, u32 siglen,
	       const u8 *digest, u32 digestlen);
void cr_create_chain(struct vd_dev *dev, struct cr_req *r,
		     const struct cr_session *s);
void cr_chain(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	      const struct cr_session *s, const struct cr_shape *shape);
void cr_chain_expect(const struct cr_req *r, const struct cr_session *s,
		     const struct cr_shape *shape, u8 *dst, u8 *result);
int cr_open_chain(struct vd_dev *dev, struct cr_session *s, u32 wire, bool enc,
		  u32 order, u32 mode, u64 *seed);
void cr_build(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq,
	      const struct cr_session *s, u32 aadlen, u32 len);
void cr_extension(struct vd_dev *dev, struct cr_req *r, u32 opcode,
		  const void *data, u32 len, u32 room);
void cr_packet(struct vd_dev *dev, struct cr_req *r, struct vd_vq *vq, u32 opcode,
	       u32 id, const void *pkt, u32 len, u32 room);
void cr_in_place(struct cr_req *r);
void cr_scatter(struct cr_req *r, u64 *seed, u32 max);
void cr_free(struct vd_dev *dev, struct cr_req *r);

int cr_submit(struct cr_req *r);
int cr_status(const struct cr_req *r);
int cr_run(struct cr_req *r, unsigned int ms);
bool cr_dst_untouched(const struct cr_req *r);
bool cr_dst_right(const struct cr_req *r, const struct cr_session *s);

u32 cr_get32(const struct cr_req *r, unsigned int off);
void cr_set32(struct cr_req *r, unsigned int off, u32 v);
void cr_set64(struct cr_req *r, unsigned int off, u64 v);

void cr_no_session(struct cr_session *s, u32 service, u32 wire, bool enc,
		   u32 keylen, u64 *seed);
void cr_no_akcipher(struct cr_session *s, const struct cr_pkey *k);
void cr_no_chain(struct cr_session *s, u32 wire, bool enc, u32 order, u32 mode,
		 u64 *seed);
int cr_open_session(struct vd_dev *dev, struct cr_session *s, u32 service,
		    u32 wire, bool enc, u32 keylen, u64 *seed);
int cr_open_akcipher(struct vd_dev *dev, struct cr_session *s,
		     const struct cr_pkey *k);
int cr_open_cbc(struct vd_dev *dev, struct cr_session *s, bool enc, u32 keylen,
		u64 *seed);
int cr_open_gcm(struct vd_dev *dev, struct cr_session *s, bool enc, u32 keylen,
		u64 *seed);
int cr_close_session(struct vd_dev *dev, const struct cr_session *s);
int cr_one(struct vd_dev *dev, struct vd_vq *vq, const struct cr_session *s,
	   u32 aadlen, u32 len);
int cr_works(struct vd_dev *dev);
const char *cr_name(int status);

#define CR_MS	20000		/* longer than any answer takes in a slow VM */

#endif /* _VDPA_REQ_H */
