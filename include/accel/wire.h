/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What virtio 1.4 ("Crypto Device") says about requests and the kernel's
 * <linux/virtio_crypto.h> does not: feature bits, the REVISION_1 layouts, and
 * the sizes of both formats in one place.
 *
 * Without VIRTIO_CRYPTO_F_REVISION_1 (the legacy format, which mainline's
 * driver and QEMU speak) every fixed part is padded to one size; with it, it
 * has its own. The order of the variable parts is the same in both.
 */
#ifndef _ACCEL_WIRE_H
#define _ACCEL_WIRE_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/virtio_crypto.h>

#define VIRTIO_CRYPTO_F_REVISION_1			0
#define VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE		1
#define VIRTIO_CRYPTO_F_HASH_STATELESS_MODE		2
#define VIRTIO_CRYPTO_F_MAC_STATELESS_MODE		3
#define VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE		4
#define VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE		5

/*
 * virtio_crypto_op_header.flag. Ignored in the legacy format; with REVISION_1, a
 * request without it is a stateless one: it brings its key along.
 */
#define VIRTIO_CRYPTO_FLAG_SESSION_MODE			1

/* Size of the fixed part of a control request, legacy format */
#define ACCEL_CTRL_FLF_LEGACY				56
/* Size of the fixed part of a data request, legacy format */
#define ACCEL_DATA_FLF_LEGACY				48

/**
 * struct accel_aead_data_flf - fixed part of an AEAD data request
 * @iv_len: of the IV, 12 for GCM
 * @aad_len: of the additional authenticated data
 * @src_data_len: of the source: plaintext, or ciphertext and tag
 * @dst_data_len: of the destination: ciphertext and tag, or plaintext
 * @tag_len: REVISION_1 only; legacy devices take the session's
 * @reserved: zero
 *
 * virtio 1.4, "AEAD Service Operation". On decryption the text leaves open
 * where the tag is; we have it behind the ciphertext in the source, as on
 * encryption it is behind the ciphertext in the destination.
 * The variable part is: IV, source, AAD | destination, status.
 */
struct accel_aead_data_flf {
	__le32 iv_len;
	__le32 aad_len;
	__le32 src_data_len;
	__le32 dst_data_len;
	__le32 tag_len;
	__le32 reserved;
};

/**
 * struct accel_cipher_stateless - fixed part of a stateless CIPHER request
 * @algo: VIRTIO_CRYPTO_CIPHER_*
 * @key_len: of the key
 * @op: VIRTIO_CRYPTO_OP_*, which the opcode has said already
 * @iv_len: of the IV
 * @src_data_len: of the source
 * @dst_data_len: of the destination
 *
 * virtio 1.4, "Symmetric algorithms Operation". The variable part is: key, IV,
 * source | destination, status.
 */
struct accel_cipher_stateless {
	__le32 algo;
	__le32 key_len;
	__le32 op;
	__le32 iv_len;
	__le32 src_data_len;
	__le32 dst_data_len;
};

/**
 * struct accel_chain_stateless - fixed part of a stateless request of chained algorithms
 * @order: VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_*
 * @aad_len: of the additional authenticated data, which @para says again
 * @cipher_algo: VIRTIO_CRYPTO_CIPHER_*
 * @cipher_key_len: of the cipher's key
 * @op: VIRTIO_CRYPTO_OP_*, which the opcode has said already
 * @hash_algo: VIRTIO_CRYPTO_HASH_* or VIRTIO_CRYPTO_MAC_*
 * @auth_key_len: of the MAC's key
 * @hash_mode: VIRTIO_CRYPTO_SYM_HASH_MODE_*
 * @para: as in session mode
 *
 * virtio 1.4, "Symmetric algorithms Operation". The variable part is: cipher's key,
 * MAC's key, IV, AAD, source | destination, result of the hash, status. Unlike in
 * session mode, AAD is before the source.
 */
struct accel_chain_stateless {
	__le32 order;
	__le32 aad_len;
	__le32 cipher_algo;
	__le32 cipher_key_len;
	__le32 op;
	__le32 hash_algo;
	__le32 auth_key_len;
	__le32 hash_mode;
	struct virtio_crypto_alg_chain_data_para para;
};

/**
 * struct accel_sym_stateless - fixed part of both, as long as the longer one
 * @cipher: one cipher
 * @chain: algorithm chaining
 * @op_type: VIRTIO_CRYPTO_SYM_OP_*
 */
struct accel_sym_stateless {
	union {
		struct accel_cipher_stateless cipher;
		struct accel_chain_stateless chain;
	};
	__le32 op_type;
};

/**
 * struct accel_aead_stateless - fixed part of a stateless AEAD request
 * @algo: VIRTIO_CRYPTO_AEAD_*
 * @key_len: of the key
 * @op: VIRTIO_CRYPTO_OP_*, which the opcode has said already
 * @iv_len: of the IV
 * @tag_len: of the tag
 * @aad_len: of the additional authenticated data
 * @src_data_len: of the source, as in &struct accel_aead_data_flf
 * @dst_data_len: of the destination
 *
 * virtio 1.4, "AEAD Service Operation". The variable part is: key, IV, source,
 * AAD | destination, status.
 */
struct accel_aead_stateless {
	__le32 algo;
	__le32 key_len;
	__le32 op;
	__le32 iv_len;
	__le32 tag_len;
	__le32 aad_len;
	__le32 src_data_len;
	__le32 dst_data_len;
};

/**
 * struct accel_hash_stateless - fixed part of a stateless HASH request
 * @algo: VIRTIO_CRYPTO_HASH_*
 * @src_data_len: of the message
 * @hash_result_len: of the digest, or how much of it is asked for
 * @reserved: zero
 *
 * virtio 1.4, "HASH Service Operation". The variable part is: message | digest,
 * status.
 */
struct accel_hash_stateless {
	__le32 algo;
	__le32 src_data_len;
	__le32 hash_result_len;
	__le32 reserved;
};

/**
 * struct accel_mac_stateless - fixed part of a stateless MAC request
 * @algo: VIRTIO_CRYPTO_MAC_*
 * @auth_key_len: of the key
 * @src_data_len: of the message
 * @hash_result_len: of the MAC, or how much of it is asked for
 *
 * virtio 1.4, "MAC Service Operation". The variable part is: key, message | MAC,
 * status.
 */
struct accel_mac_stateless {
	__le32 algo;
	__le32 auth_key_len;
	__le32 src_data_len;
	__le32 hash_result_len;
};

/**
 * struct accel_akcipher_stateless - fixed part of a stateless AKCIPHER request
 * @para: algorithm, key and what it is for, as in session mode
 * @src_data_len: of the source; to verify, of the signature in it
 * @dst_data_len: of the destination; to verify, of the digest in the source
 *
 * virtio 1.4, "AKCIPHER Service Operation". The variable part is: key, source |
 * destination, status.
 */
struct accel_akcipher_stateless {
	struct virtio_crypto_akcipher_session_para para;
	__le32 src_data_len;
	__le32 dst_data_len;
};

/*
 * Algorithm chaining: virtio 1.4, "Symmetric algorithms Operation". In both formats
 * a session's keys are the cipher's, then the MAC's; a request is: IV, source, AAD |
 * destination, result of the hash, status. What the text leaves open, as the driver
 * and the device of DPDK, the only ones besides these, have it where they say:
 *
 * - The destination is as long as the source and a picture of it: what the cipher
 *   makes of a part of the source goes to the same place there. The rest of it is
 *   left alone. (QEMU's device, too, refuses other lengths.)
 * - The hash's part may begin and end anywhere in the source. Cipher then hash: of
 *   what the cipher was given, the hash reads what the cipher has made of it.
 * - AAD is hashed before that part. (DPDK's driver has none; its device does not
 *   read it.)
 * - The length of the result is that of the session: the first bytes of the hash.
 * - With REVISION_1 the device writes the result, in both directions, as the text
 *   says, and the driver compares. In the legacy format a decryption verifies: the
 *   driver has put there what it expects, and the answer to another hash is BADMSG.
 *   DPDK's driver negotiates that format alone and compares nothing itself. A driver
 *   that does both, as ours, gets along with either.
 * - HASH_MODE_PLAIN hashes without a key, HASH_MODE_AUTH with the MAC's;
 *   HASH_MODE_NESTED, for which there are no parameters, is not supported.
 * - A stateless request asks for as much of the hash as it likes.
 */
#define ACCEL_HASH_THEN_CIPHER	VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_HASH_THEN_CIPHER
#define ACCEL_CIPHER_THEN_HASH	VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_CIPHER_THEN_HASH
#define ACCEL_CHAIN_VERIFIES(rev1, encrypt)	(!(rev1) && !(encrypt))

/* Fixed parts, REVISION_1: what follows the 16 byte control header ... */
#define ACCEL_CTRL_FLF_SYM_CREATE	56
#define ACCEL_CTRL_FLF_HASH_CREATE	8
#define ACCEL_CTRL_FLF_MAC_CREATE	16
#define ACCEL_CTRL_FLF_AEAD_CREATE	24
#define ACCEL_CTRL_FLF_AKCIPHER_CREATE	56
#define ACCEL_CTRL_FLF_DESTROY		8
/* ... and the 24 byte data header */
#define ACCEL_DATA_FLF_SYM		48
#define ACCEL_DATA_FLF_HASH		8	/* and MAC */
#define ACCEL_DATA_FLF_AEAD		24
#define ACCEL_DATA_FLF_AKCIPHER		8
/* ... without VIRTIO_CRYPTO_FLAG_SESSION_MODE */
#define ACCEL_STATELESS_FLF_SYM		76
#define ACCEL_STATELESS_FLF_HASH	16
#define ACCEL_STATELESS_FLF_MAC		16
#define ACCEL_STATELESS_FLF_AEAD	32
#define ACCEL_STATELESS_FLF_AKCIPHER	28

/*
 * Opcodes of AKCIPHER, lower byte: sessions are not numbered like those of the
 * other services. The signature is in front of the digest in the source of a
 * verification, whose two lengths are theirs; it has no destination.
 */
#define ACCEL_AKCIPHER_OP_ENCRYPT	0
#define ACCEL_AKCIPHER_OP_DECRYPT	1
#define ACCEL_AKCIPHER_OP_SIGN		2
#define ACCEL_AKCIPHER_OP_VERIFY	3

static_assert(sizeof(struct virtio_crypto_ctrl_header) == 16);
static_assert(sizeof(struct virtio_crypto_op_header) == 24);
static_assert(sizeof(struct virtio_crypto_op_ctrl_req) ==
	      16 + ACCEL_CTRL_FLF_LEGACY);
static_assert(sizeof(struct virtio_crypto_op_data_req) ==
	      24 + ACCEL_DATA_FLF_LEGACY);
static_assert(sizeof(struct virtio_crypto_sym_create_session_req) ==
	      ACCEL_CTRL_FLF_SYM_CREATE);
static_assert(sizeof(struct virtio_crypto_aead_session_para) ==
	      ACCEL_CTRL_FLF_AEAD_CREATE);
static_assert(offsetof(struct virtio_crypto_hash_session_para, padding) ==
	      ACCEL_CTRL_FLF_HASH_CREATE);
static_assert(sizeof(struct virtio_crypto_mac_session_para) ==
	      ACCEL_CTRL_FLF_MAC_CREATE);
static_assert(sizeof(struct virtio_crypto_hash_para) == ACCEL_DATA_FLF_HASH);
static_assert(sizeof(struct virtio_crypto_mac_para) == ACCEL_DATA_FLF_HASH);
static_assert(sizeof(struct virtio_crypto_alg_chain_session_para) == 48);
static_assert(sizeof(struct virtio_crypto_alg_chain_data_para) == 40);
static_assert(sizeof(struct virtio_crypto_sym_data_req) == ACCEL_DATA_FLF_SYM);
static_assert(sizeof(struct accel_aead_data_flf) == ACCEL_DATA_FLF_AEAD);
static_assert(sizeof(struct accel_chain_stateless) == 72);
static_assert(sizeof(struct accel_sym_stateless) == ACCEL_STATELESS_FLF_SYM);
static_assert(sizeof(struct accel_hash_stateless) == ACCEL_STATELESS_FLF_HASH);
static_assert(sizeof(struct accel_mac_stateless) == ACCEL_STATELESS_FLF_MAC);
static_assert(sizeof(struct accel_aead_stateless) == ACCEL_STATELESS_FLF_AEAD);
static_assert(sizeof(struct accel_akcipher_stateless) ==
	      ACCEL_STATELESS_FLF_AKCIPHER);
static_assert(sizeof(struct virtio_crypto_akcipher_create_session_req) ==
	      ACCEL_CTRL_FLF_AKCIPHER_CREATE);
static_assert(sizeof(struct virtio_crypto_akcipher_para) ==
	      ACCEL_DATA_FLF_AKCIPHER);
static_assert((VIRTIO_CRYPTO_AKCIPHER_VERIFY & 0xff) ==
	      ACCEL_AKCIPHER_OP_VERIFY);
static_assert(sizeof(struct virtio_crypto_session_input) == 16);
static_assert(sizeof(struct virtio_crypto_inhdr) == 1);
static_assert(sizeof(struct virtio_crypto_config) == 56);

#endif /* _ACCEL_WIRE_H */
