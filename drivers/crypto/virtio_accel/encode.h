/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Building the fixed parts of requests: the only place that knows where the
 * legacy and the REVISION_1 layouts differ.
 *
 * Buffers are reused without being cleared, so every byte that is sent is
 * written here.
 */
#ifndef _VACCEL_ENCODE_H
#define _VACCEL_ENCODE_H

#include <linux/string.h>
#include <linux/types.h>
#include <linux/virtio_crypto_ipsec.h>

#include <accel/alg_table.h>
#include <accel/wire.h>

/**
 * struct vaccel_data_hdr - first descriptor of a data request
 * @op: common header
 * @sym: fixed part of a CIPHER request, both formats
 * @hash: fixed part of a HASH or MAC request; REVISION_1 has it without padding
 * @aead: fixed part of an AEAD request, legacy format
 * @aead1: fixed part of an AEAD request, REVISION_1
 * @akcipher: fixed part of an AKCIPHER request, of which REVISION_1 has the first
 *	fields
 * @sym_iv: the IV, behind the fixed part
 * @aead_iv: the IV, legacy format
 * @aead1_iv: the IV, REVISION_1
 * @sym0: fixed part of a stateless CIPHER request
 * @sym0_iv: its IV
 * @hash0: fixed part of a stateless HASH request
 * @mac0: fixed part of a stateless MAC request
 * @aead0: fixed part of a stateless AEAD request
 * @aead0_iv: its IV
 * @akcipher0: fixed part of a stateless AKCIPHER request
 * @ipsec: fixed part of a packet
 *
 * Of a stateless request, the device finds the key between fixed part and IV. It is
 * never here, but where it always is.
 */
struct vaccel_data_hdr {
	struct virtio_crypto_op_header op;
	union {
		struct {
			struct virtio_crypto_sym_data_req sym;
			u8 sym_iv[ACCEL_MAX_IV_LEN];
		};
		struct virtio_crypto_hash_data_req hash;
		struct {
			struct virtio_crypto_aead_data_req aead;
			u8 aead_iv[ACCEL_MAX_IV_LEN];
		};
		struct {
			struct accel_aead_data_flf aead1;
			u8 aead1_iv[ACCEL_MAX_IV_LEN];
		};
		struct {
			struct accel_sym_stateless sym0;
			u8 sym0_iv[ACCEL_MAX_IV_LEN];
		};
		struct accel_hash_stateless hash0;
		struct accel_mac_stateless mac0;
		struct {
			struct accel_aead_stateless aead0;
			u8 aead0_iv[ACCEL_MAX_IV_LEN];
		};
		struct virtio_crypto_akcipher_data_req akcipher;
		struct accel_akcipher_stateless akcipher0;
		struct virtio_crypto_ipsec_data_flf ipsec;
	};
};

static_assert(offsetof(struct vaccel_data_hdr, sym_iv) ==
	      24 + ACCEL_DATA_FLF_LEGACY);
static_assert(offsetof(struct vaccel_data_hdr, aead_iv) ==
	      24 + ACCEL_DATA_FLF_LEGACY);
static_assert(offsetof(struct vaccel_data_hdr, aead1_iv) ==
	      24 + ACCEL_DATA_FLF_AEAD);
static_assert(offsetof(struct vaccel_data_hdr, sym0_iv) ==
	      24 + ACCEL_STATELESS_FLF_SYM);
static_assert(offsetof(struct vaccel_data_hdr, aead0_iv) ==
	      24 + ACCEL_STATELESS_FLF_AEAD);

/* DECRYPT follows ENCRYPT in every service that has both */
#define VACCEL_OP_CRYPT(enc)	((enc) ? 0 : 1)

static inline void vaccel_encode_op(struct virtio_crypto_op_header *op,
				    const struct accel_alg *alg, u8 opcode,
				    __le64 session)
{
	op->opcode = cpu_to_le32(VIRTIO_CRYPTO_OPCODE(alg->service, opcode));
	op->algo = cpu_to_le32(alg->wire);
	op->session_id = session;
	op->flag = cpu_to_le32(VIRTIO_CRYPTO_FLAG_SESSION_MODE);
	op->padding = 0;
}

static inline __le32 vaccel_encode_dir(bool enc)
{
	return cpu_to_le32(enc ? VIRTIO_CRYPTO_OP_ENCRYPT :
				 VIRTIO_CRYPTO_OP_DECRYPT);
}

/**
 * vaccel_stateless_flf() - where the key of a stateless request belongs
 * @alg: the algorithm
 *
 * Return: length of the header with the fixed part.
 */
static inline unsigned int vaccel_stateless_flf(const struct accel_alg *alg)
{
	static const u8 flf[] = {
		[VIRTIO_CRYPTO_SERVICE_CIPHER] = ACCEL_STATELESS_FLF_SYM,
		[VIRTIO_CRYPTO_SERVICE_HASH] = ACCEL_STATELESS_FLF_HASH,
		[VIRTIO_CRYPTO_SERVICE_MAC] = ACCEL_STATELESS_FLF_MAC,
		[VIRTIO_CRYPTO_SERVICE_AEAD] = ACCEL_STATELESS_FLF_AEAD,
		[VIRTIO_CRYPTO_SERVICE_AKCIPHER] = ACCEL_STATELESS_FLF_AKCIPHER,
	};

	return sizeof(struct virtio_crypto_op_header) + flf[alg->service];
}

/* Encrypt, then MAC; or MAC, then decrypt */
static inline __le32 vaccel_encode_order(bool enc)
{
	return cpu_to_le32(enc ? ACCEL_CIPHER_THEN_HASH :
				 ACCEL_HASH_THEN_CIPHER);
}

static inline void vaccel_encode_op_stateless(struct virtio_crypto_op_header *op,
					      const struct accel_alg *alg,
					      u8 opcode)
{
	vaccel_encode_op(op, alg, opcode, 0);
	op->flag = 0;
}

/**
 * vaccel_encode_sym() - build the fixed part of a CIPHER request
 * @h: the buffer
 * @alg: the algorithm
 * @enc: encrypt or decrypt
 * @session: as the device gave it
 * @len: of source and destination
 *
 * Return: where the IV belongs; it has @alg->iv_size bytes.
 */
static inline u8 *vaccel_encode_sym(struct vaccel_data_hdr *h,
				    const struct accel_alg *alg, bool enc,
				    __le64 session, u32 len)
{
	struct virtio_crypto_cipher_data_req *c = &h->sym.u.cipher;

	vaccel_encode_op(&h->op, alg, VACCEL_OP_CRYPT(enc), session);
	c->para.iv_len = cpu_to_le32(alg->iv_size);
	c->para.src_data_len = cpu_to_le32(len);
	c->para.dst_data_len = cpu_to_le32(len);
	c->para.padding = 0;
	memset(c->padding, 0, sizeof(c->padding));
	h->sym.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER);
	h->sym.padding = 0;
	return h->sym_iv;
}

/**
 * vaccel_encode_hash() - build the fixed part of a HASH or MAC request
 * @h: the buffer
 * @alg: the algorithm
 * @rev1: REVISION_1 layout
 * @session: as the device gave it
 * @len: of the message
 * @digest_len: of the result
 *
 * Return: length of the header with the fixed part.
 */
static inline unsigned int
vaccel_encode_hash(struct vaccel_data_hdr *h, const struct accel_alg *alg,
		   bool rev1, __le64 session, u32 len, u32 digest_len)
{
	/* The only operation there is has the number of ENCRYPT */
	vaccel_encode_op(&h->op, alg, VACCEL_OP_CRYPT(true), session);
	h->hash.para.src_data_len = cpu_to_le32(len);
	h->hash.para.hash_result_len = cpu_to_le32(digest_len);
	if (rev1)
		return sizeof(h->op) + ACCEL_DATA_FLF_HASH;
	memset(h->hash.padding, 0, sizeof(h->hash.padding));
	return sizeof(h->op) + ACCEL_DATA_FLF_LEGACY;
}

/**
 * struct vaccel_chain - lengths of a request of algorithm chaining
 * @len: of source and destination
 * @cipher_off: where the cipher begins
 * @cipher_len: how much it does
 * @tag_len: of the result of the MAC, which reads all
 */
struct vaccel_chain {
	u32 len;
	u32 cipher_off;
	u32 cipher_len;
	u32 tag_len;
};

static inline void
vaccel_encode_chain_para(struct virtio_crypto_alg_chain_data_para *para,
			 const struct accel_alg *alg,
			 const struct vaccel_chain *lens)
{
	*para = (struct virtio_crypto_alg_chain_data_para) {
		.iv_len = cpu_to_le32(alg->iv_size),
		.src_data_len = cpu_to_le32(lens->len),
		.dst_data_len = cpu_to_le32(lens->len),
		.cipher_start_src_offset = cpu_to_le32(lens->cipher_off),
		.len_to_cipher = cpu_to_le32(lens->cipher_len),
		.len_to_hash = cpu_to_le32(lens->len),
		.hash_result_len = cpu_to_le32(lens->tag_len),
	};
}

/**
 * vaccel_encode_chain() - build the fixed part of a request of algorithm chaining
 * @h: the buffer
 * @alg: the cipher
 * @enc: encrypt or decrypt
 * @session: as the device gave it
 * @lens: the lengths
 *
 * Return: where the IV belongs; it has @alg->iv_size bytes.
 */
static inline u8 *vaccel_encode_chain(struct vaccel_data_hdr *h,
				      const struct accel_alg *alg, bool enc,
				      __le64 session,
				      const struct vaccel_chain *lens)
{
	vaccel_encode_op(&h->op, alg, VACCEL_OP_CRYPT(enc), session);
	vaccel_encode_chain_para(&h->sym.u.chain.para, alg, lens);
	h->sym.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING);
	h->sym.padding = 0;
	return h->sym_iv;
}

/**
 * vaccel_encode_chain_stateless() - build the same without a session
 * @h: the buffer
 * @alg: the cipher
 * @auth: the MAC
 * @enc: encrypt, then MAC; or MAC, then decrypt
 * @key_len: length of the key: the cipher's, behind it the MAC's
 * @auth_len: that of the MAC
 * @lens: the lengths
 *
 * Return: as vaccel_encode_chain().
 */
static inline u8 *
vaccel_encode_chain_stateless(struct vaccel_data_hdr *h,
			      const struct accel_alg *alg,
			      const struct accel_alg *auth, bool enc,
			      unsigned int key_len, unsigned int auth_len,
			      const struct vaccel_chain *lens)
{
	vaccel_encode_op_stateless(&h->op, alg, VACCEL_OP_CRYPT(enc));
	h->sym0.chain = (struct accel_chain_stateless) {
		.order = vaccel_encode_order(enc),
		.cipher_algo = cpu_to_le32(alg->wire),
		.cipher_key_len = cpu_to_le32(key_len - auth_len),
		.op = vaccel_encode_dir(enc),
		.hash_algo = cpu_to_le32(auth->wire),
		.auth_key_len = cpu_to_le32(auth_len),
		.hash_mode = cpu_to_le32(VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH),
	};
	vaccel_encode_chain_para(&h->sym0.chain.para, alg, lens);
	h->sym0.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING);
	return h->sym0_iv;
}

/**
 * vaccel_encode_aead() - build the fixed part of an AEAD request
 * @h: the buffer
 * @alg: the algorithm
 * @rev1: REVISION_1 layout
 * @enc: encrypt or decrypt
 * @session: as the device gave it
 * @src_len: of the source, with the tag when decrypting
 * @dst_len: of the destination, with the tag when encrypting
 * @aad_len: of the additional authenticated data
 * @tag_len: of the tag
 *
 * Return: where the IV belongs; it has @alg->iv_size bytes. CCM's caller corrects
 * the length when its nonce is shorter.
 */
static inline u8 *vaccel_encode_aead(struct vaccel_data_hdr *h,
				     const struct accel_alg *alg, bool rev1,
				     bool enc, __le64 session, u32 src_len,
				     u32 dst_len, u32 aad_len, u32 tag_len)
{
	/* The four lengths are at the same place in both formats */
	struct virtio_crypto_aead_para *p = &h->aead.para;

	vaccel_encode_op(&h->op, alg, VACCEL_OP_CRYPT(enc), session);
	p->iv_len = cpu_to_le32(alg->iv_size);
	p->aad_len = cpu_to_le32(aad_len);
	p->src_data_len = cpu_to_le32(src_len);
	p->dst_data_len = cpu_to_le32(dst_len);
	if (!rev1) {
		memset(h->aead.padding, 0, sizeof(h->aead.padding));
		return h->aead_iv;
	}
	h->aead1.tag_len = cpu_to_le32(tag_len);
	h->aead1.reserved = 0;
	return h->aead1_iv;
}

static_assert(offsetof(struct accel_aead_data_flf, dst_data_len) ==
	      offsetof(struct virtio_crypto_aead_para, dst_data_len));

/**
 * vaccel_encode_sym_stateless() - build a CIPHER request without a session
 * @h: the buffer
 * @alg: the algorithm
 * @enc: encrypt or decrypt
 * @key_len: length of the key
 * @len: of source and destination
 *
 * Return: where the IV belongs; it has @alg->iv_size bytes.
 */
static inline u8 *
vaccel_encode_sym_stateless(struct vaccel_data_hdr *h,
			    const struct accel_alg *alg, bool enc,
			    unsigned int key_len, u32 len)
{
	struct accel_cipher_stateless *c = &h->sym0.cipher;

	vaccel_encode_op_stateless(&h->op, alg, VACCEL_OP_CRYPT(enc));
	memset(&h->sym0, 0, sizeof(h->sym0));
	c->algo = cpu_to_le32(alg->wire);
	c->key_len = cpu_to_le32(key_len);
	c->op = vaccel_encode_dir(enc);
	c->iv_len = cpu_to_le32(alg->iv_size);
	c->src_data_len = cpu_to_le32(len);
	c->dst_data_len = cpu_to_le32(len);
	h->sym0.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER);
	return h->sym0_iv;
}

/**
 * vaccel_encode_hash_stateless() - build a HASH request without a session
 * @h: the buffer
 * @alg: the algorithm
 * @len: of the message
 * @digest_len: of the result
 *
 * Return: length of the header with the fixed part.
 */
static inline unsigned int
vaccel_encode_hash_stateless(struct vaccel_data_hdr *h,
			     const struct accel_alg *alg, u32 len,
			     u32 digest_len)
{
	vaccel_encode_op_stateless(&h->op, alg, VACCEL_OP_CRYPT(true));
	h->hash0.algo = cpu_to_le32(alg->wire);
	h->hash0.src_data_len = cpu_to_le32(len);
	h->hash0.hash_result_len = cpu_to_le32(digest_len);
	h->hash0.reserved = 0;
	return sizeof(h->op) + ACCEL_STATELESS_FLF_HASH;
}

/**
 * vaccel_encode_mac_stateless() - build a MAC request without a session
 * @h: the buffer
 * @alg: the algorithm
 * @key_len: length of the key
 * @len: of the message
 * @digest_len: of the result
 *
 * Return: length of the header with the fixed part.
 */
static inline unsigned int
vaccel_encode_mac_stateless(struct vaccel_data_hdr *h,
			    const struct accel_alg *alg, unsigned int key_len,
			    u32 len, u32 digest_len)
{
	vaccel_encode_op_stateless(&h->op, alg, VACCEL_OP_CRYPT(true));
	h->mac0.algo = cpu_to_le32(alg->wire);
	h->mac0.auth_key_len = cpu_to_le32(key_len);
	h->mac0.src_data_len = cpu_to_le32(len);
	h->mac0.hash_result_len = cpu_to_le32(digest_len);
	return sizeof(h->op) + ACCEL_STATELESS_FLF_MAC;
}

/**
 * vaccel_encode_aead_stateless() - build an AEAD request without a session
 * @h: the buffer
 * @alg: the algorithm
 * @enc: encrypt or decrypt
 * @key_len: length of the key
 * @src_len: of the source, with the tag when decrypting
 * @dst_len: of the destination, with the tag when encrypting
 * @aad_len: of the additional authenticated data
 * @tag_len: of the tag
 *
 * Return: where the IV belongs, as vaccel_encode_aead().
 */
static inline u8 *
vaccel_encode_aead_stateless(struct vaccel_data_hdr *h,
			     const struct accel_alg *alg, bool enc,
			     unsigned int key_len, u32 src_len, u32 dst_len,
			     u32 aad_len, u32 tag_len)
{
	struct accel_aead_stateless *a = &h->aead0;

	vaccel_encode_op_stateless(&h->op, alg, VACCEL_OP_CRYPT(enc));
	a->algo = cpu_to_le32(alg->wire);
	a->key_len = cpu_to_le32(key_len);
	a->op = vaccel_encode_dir(enc);
	a->iv_len = cpu_to_le32(alg->iv_size);
	a->tag_len = cpu_to_le32(tag_len);
	a->aad_len = cpu_to_le32(aad_len);
	a->src_data_len = cpu_to_le32(src_len);
	a->dst_data_len = cpu_to_le32(dst_len);
	return h->aead0_iv;
}

/**
 * vaccel_encode_akcipher() - build the fixed part of an AKCIPHER request
 * @h: the buffer
 * @alg: the algorithm
 * @rev1: REVISION_1 layout
 * @op: ACCEL_AKCIPHER_OP_*
 * @session: as the device gave it
 * @src_len: of the source; to verify, of the signature in it
 * @dst_len: of the destination; to verify, of the digest in the source
 *
 * Return: length of the request without the source.
 */
static inline unsigned int
vaccel_encode_akcipher(struct vaccel_data_hdr *h, const struct accel_alg *alg,
		       bool rev1, u8 op, __le64 session, u32 src_len,
		       u32 dst_len)
{
	vaccel_encode_op(&h->op, alg, op, session);
	h->akcipher.para.src_data_len = cpu_to_le32(src_len);
	h->akcipher.para.dst_data_len = cpu_to_le32(dst_len);
	if (rev1)
		return sizeof(h->op) + ACCEL_DATA_FLF_AKCIPHER;
	memset(h->akcipher.padding, 0, sizeof(h->akcipher.padding));
	return sizeof(h->op) + ACCEL_DATA_FLF_LEGACY;
}

/**
 * struct vaccel_akcipher_para - what a public or private key is for
 * @private_key: it is a private one
 * @padding: RSA: VIRTIO_CRYPTO_RSA_*_PADDING
 * @hash: RSA with padding: VIRTIO_CRYPTO_RSA_*
 */
struct vaccel_akcipher_para {
	bool private_key;
	u8 padding;
	u8 hash;
};

/**
 * struct vaccel_ctrl_out - what the device reads of a control request, but the key
 * @req: the request in its legacy size; REVISION_1 uses less of it
 */
struct vaccel_ctrl_out {
	struct virtio_crypto_op_ctrl_req req;
};

/*
 * The fixed parts of a request for a new session, which are zero so far; all return
 * the length with REVISION_1.
 */
static inline unsigned int
vaccel_encode_create_sym(struct virtio_crypto_sym_create_session_req *s,
			 u32 wire, __le32 op, u32 key_len)
{
	s->u.cipher.para.algo = cpu_to_le32(wire);
	s->u.cipher.para.keylen = cpu_to_le32(key_len);
	s->u.cipher.para.op = op;
	s->op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER);
	return ACCEL_CTRL_FLF_SYM_CREATE;
}

static inline unsigned int
vaccel_encode_create_hash(struct virtio_crypto_hash_session_para *p, u32 wire,
			  u32 digest_len)
{
	p->algo = cpu_to_le32(wire);
	p->hash_result_len = cpu_to_le32(digest_len);
	return ACCEL_CTRL_FLF_HASH_CREATE;
}

static inline unsigned int
vaccel_encode_create_mac(struct virtio_crypto_mac_session_para *p, u32 wire,
			 u32 key_len, u32 digest_len)
{
	p->algo = cpu_to_le32(wire);
	p->hash_result_len = cpu_to_le32(digest_len);
	p->auth_key_len = cpu_to_le32(key_len);
	return ACCEL_CTRL_FLF_MAC_CREATE;
}

static inline unsigned int
vaccel_encode_create_aead(struct virtio_crypto_aead_session_para *p, u32 wire,
			  __le32 op, u32 key_len, u32 tag_len)
{
	p->algo = cpu_to_le32(wire);
	p->key_len = cpu_to_le32(key_len);
	p->hash_result_len = cpu_to_le32(tag_len);
	p->op = op;
	return ACCEL_CTRL_FLF_AEAD_CREATE;
}

static inline unsigned int
vaccel_encode_create_akcipher(struct virtio_crypto_akcipher_session_para *p,
			      const struct accel_alg *alg, u32 key_len,
			      const struct vaccel_akcipher_para *para)
{
	p->algo = cpu_to_le32(alg->wire);
	p->keytype = cpu_to_le32(para->private_key ?
				 VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PRIVATE :
				 VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PUBLIC);
	p->keylen = cpu_to_le32(key_len);
	if (alg->curve) {
		p->u.ecdsa.curve_id = cpu_to_le32(alg->curve);
	} else {
		p->u.rsa.padding_algo = cpu_to_le32(para->padding);
		p->u.rsa.hash_algo = cpu_to_le32(para->hash);
	}
	return ACCEL_CTRL_FLF_AKCIPHER_CREATE;
}

/**
 * vaccel_encode_akcipher_stateless() - build an AKCIPHER request without a session
 * @h: the buffer
 * @alg: the algorithm
 * @op: ACCEL_AKCIPHER_OP_*
 * @key_len: length of the key
 * @para: what it is for
 * @src_len: as vaccel_encode_akcipher()
 * @dst_len: as vaccel_encode_akcipher()
 *
 * Return: length of the header with the fixed part.
 */
static inline unsigned int
vaccel_encode_akcipher_stateless(struct vaccel_data_hdr *h,
				 const struct accel_alg *alg, u8 op,
				 u32 key_len,
				 const struct vaccel_akcipher_para *para,
				 u32 src_len, u32 dst_len)
{
	vaccel_encode_op_stateless(&h->op, alg, op);
	memset(&h->akcipher0, 0, sizeof(h->akcipher0));
	vaccel_encode_create_akcipher(&h->akcipher0.para, alg, key_len, para);
	h->akcipher0.src_data_len = cpu_to_le32(src_len);
	h->akcipher0.dst_data_len = cpu_to_le32(dst_len);
	return sizeof(h->op) + ACCEL_STATELESS_FLF_AKCIPHER;
}

/* Sessions of AKCIPHER are made and destroyed by other numbers than all others */
static inline __le32 vaccel_encode_session_op(const struct accel_alg *alg,
					      bool create)
{
	u8 op = create ? 0x02 : 0x03;

	if (alg->service == VIRTIO_CRYPTO_SERVICE_AKCIPHER)
		op += 2;
	return cpu_to_le32(VIRTIO_CRYPTO_OPCODE(alg->service, op));
}

/**
 * vaccel_encode_create() - build a request for a new session
 * @out: the buffer
 * @alg: the algorithm
 * @rev1: REVISION_1 layout
 * @enc: encrypt or decrypt
 * @key_len: length of the key, which follows the request
 * @tag_len: length of the tag, digest or MAC; 0 for others
 * @para: what the session is for, AKCIPHER only
 *
 * Return: length of the request without the key.
 */
static inline unsigned int
vaccel_encode_create(struct vaccel_ctrl_out *out, const struct accel_alg *alg,
		     bool rev1, bool enc, unsigned int key_len,
		     unsigned int tag_len,
		     const struct vaccel_akcipher_para *para)
{
	__le32 op = vaccel_encode_dir(enc);
	unsigned int flf;

	memset(&out->req, 0, sizeof(out->req));
	out->req.header.opcode = vaccel_encode_session_op(alg, true);
	out->req.header.algo = cpu_to_le32(alg->wire);

	switch (alg->service) {
	case VIRTIO_CRYPTO_SERVICE_HASH:
		flf = vaccel_encode_create_hash(&out->req.u.hash_create_session.para,
						alg->wire, tag_len);
		break;
	case VIRTIO_CRYPTO_SERVICE_MAC:
		flf = vaccel_encode_create_mac(&out->req.u.mac_create_session.para,
					       alg->wire, key_len, tag_len);
		break;
	case VIRTIO_CRYPTO_SERVICE_AEAD:
		flf = vaccel_encode_create_aead(&out->req.u.aead_create_session.para,
						alg->wire, op, key_len, tag_len);
		break;
	case VIRTIO_CRYPTO_SERVICE_AKCIPHER:
		flf = vaccel_encode_create_akcipher(&out->req.u.akcipher_create_session.para,
						    alg, key_len, para);
		break;
	default:
		flf = vaccel_encode_create_sym(&out->req.u.sym_create_session,
					       alg->wire, op, key_len);
	}
	if (!rev1)
		flf = ACCEL_CTRL_FLF_LEGACY;
	return sizeof(out->req.header) + flf;
}

/**
 * vaccel_encode_create_chain() - build a request for a session of algorithm chaining
 * @out: the buffer
 * @alg: the cipher
 * @auth: the MAC
 * @enc: encrypt, then MAC; or MAC, then decrypt
 * @key_len: length of the key that follows: the cipher's, behind it the MAC's
 * @auth_len: that of the MAC
 * @tag_len: of the result
 *
 * The same in both formats.
 *
 * Return: length of the request without the key.
 */
static inline unsigned int
vaccel_encode_create_chain(struct vaccel_ctrl_out *out,
			   const struct accel_alg *alg,
			   const struct accel_alg *auth, bool enc,
			   unsigned int key_len, unsigned int auth_len,
			   unsigned int tag_len)
{
	struct virtio_crypto_sym_create_session_req *s =
		&out->req.u.sym_create_session;
	struct virtio_crypto_alg_chain_session_para *p = &s->u.chain.para;

	memset(&out->req, 0, sizeof(out->req));
	out->req.header.opcode =
		cpu_to_le32(VIRTIO_CRYPTO_CIPHER_CREATE_SESSION);
	out->req.header.algo = cpu_to_le32(alg->wire);
	s->op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING);
	p->hash_mode = cpu_to_le32(VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH);
	p->cipher_param.algo = cpu_to_le32(alg->wire);
	p->cipher_param.keylen = cpu_to_le32(key_len - auth_len);
	p->alg_chain_order = vaccel_encode_order(enc);
	p->cipher_param.op = vaccel_encode_dir(enc);
	p->u.mac_param.algo = cpu_to_le32(auth->wire);
	p->u.mac_param.hash_result_len = cpu_to_le32(tag_len);
	p->u.mac_param.auth_key_len = cpu_to_le32(auth_len);
	return sizeof(out->req.header) + ACCEL_CTRL_FLF_SYM_CREATE;
}

static_assert(ACCEL_CTRL_FLF_SYM_CREATE == ACCEL_CTRL_FLF_LEGACY);

/**
 * vaccel_encode_destroy() - build a request for the end of a session
 * @out: the buffer
 * @alg: the algorithm
 * @rev1: REVISION_1 layout
 * @session: as the device gave it
 *
 * Return: length of the request.
 */
static inline unsigned int
vaccel_encode_destroy(struct vaccel_ctrl_out *out, const struct accel_alg *alg,
		      bool rev1, __le64 session)
{
	memset(&out->req, 0, sizeof(out->req));
	out->req.header.opcode = vaccel_encode_session_op(alg, false);
	out->req.header.algo = cpu_to_le32(alg->wire);
	out->req.u.destroy_session.session_id = session;
	return sizeof(out->req.header) +
	       (rev1 ? ACCEL_CTRL_FLF_DESTROY : ACCEL_CTRL_FLF_LEGACY);
}

#endif /* _VACCEL_ENCODE_H */
