/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The algorithms of the virtio crypto device, one row each.
 *
 * Both sides use this table: the host to advertise what its kernel can do and
 * to check requests, the guest to register what a device offers. It is const
 * data in a header, so that neither module needs a third one.
 */
#ifndef _ACCEL_ALG_TABLE_H
#define _ACCEL_ALG_TABLE_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/minmax.h>
#include <linux/types.h>
#include <linux/virtio_crypto.h>

/**
 * enum accel_alg_id - index of a row in &accel_algs
 * @ACCEL_ALG_ECB_AES: AES in ECB mode
 * @ACCEL_ALG_CBC_AES: AES in CBC mode
 * @ACCEL_ALG_CTR_AES: AES in CTR mode
 * @ACCEL_ALG_XTS_AES: AES in XTS mode
 * @ACCEL_ALG_ECB_3DES: triple DES with three keys in ECB mode
 * @ACCEL_ALG_CBC_3DES: triple DES with three keys in CBC mode
 * @ACCEL_ALG_CTR_3DES: triple DES with three keys in CTR mode
 * @ACCEL_ALG_ECB_DES: DES in ECB mode
 * @ACCEL_ALG_CBC_DES: DES in CBC mode
 * @ACCEL_ALG_GCM_AES: AES in GCM mode
 * @ACCEL_ALG_CCM_AES: AES in CCM mode
 * @ACCEL_ALG_CHACHA20_POLY1305: ChaCha20 with Poly1305 (RFC 8439)
 * @ACCEL_ALG_MD5: MD5
 * @ACCEL_ALG_SHA1: SHA-1
 * @ACCEL_ALG_SHA224: SHA-224
 * @ACCEL_ALG_SHA256: SHA-256
 * @ACCEL_ALG_SHA384: SHA-384
 * @ACCEL_ALG_SHA512: SHA-512
 * @ACCEL_ALG_SHA3_224: SHA3-224
 * @ACCEL_ALG_SHA3_256: SHA3-256
 * @ACCEL_ALG_SHA3_384: SHA3-384
 * @ACCEL_ALG_SHA3_512: SHA3-512
 * @ACCEL_ALG_HMAC_MD5: HMAC with MD5
 * @ACCEL_ALG_HMAC_SHA1: HMAC with SHA-1
 * @ACCEL_ALG_HMAC_SHA224: HMAC with SHA-224
 * @ACCEL_ALG_HMAC_SHA256: HMAC with SHA-256
 * @ACCEL_ALG_HMAC_SHA384: HMAC with SHA-384
 * @ACCEL_ALG_HMAC_SHA512: HMAC with SHA-512
 * @ACCEL_ALG_CMAC_AES: CMAC with AES
 * @ACCEL_ALG_CMAC_3DES: CMAC with triple DES
 * @ACCEL_ALG_XCBC_AES: XCBC-MAC with AES (RFC 3566)
 * @ACCEL_ALG_CBCMAC_AES: CBC-MAC with AES
 * @ACCEL_ALG_RSA: RSA, plain or with PKCS #1 v1.5 padding (RFC 3447)
 * @ACCEL_ALG_ECDSA_P256: ECDSA on the curve NIST P-256
 * @ACCEL_ALG_ECDSA_P384: ECDSA on the curve NIST P-384
 * @ACCEL_ALG_NR: how many there are
 *
 * Private to a build; never on the wire.
 */
enum accel_alg_id {
	ACCEL_ALG_ECB_AES,
	ACCEL_ALG_CBC_AES,
	ACCEL_ALG_CTR_AES,
	ACCEL_ALG_XTS_AES,
	ACCEL_ALG_ECB_3DES,
	ACCEL_ALG_CBC_3DES,
	ACCEL_ALG_CTR_3DES,
	ACCEL_ALG_ECB_DES,
	ACCEL_ALG_CBC_DES,
	ACCEL_ALG_GCM_AES,
	ACCEL_ALG_CCM_AES,
	ACCEL_ALG_CHACHA20_POLY1305,
	ACCEL_ALG_MD5,
	ACCEL_ALG_SHA1,
	ACCEL_ALG_SHA224,
	ACCEL_ALG_SHA256,
	ACCEL_ALG_SHA384,
	ACCEL_ALG_SHA512,
	ACCEL_ALG_SHA3_224,
	ACCEL_ALG_SHA3_256,
	ACCEL_ALG_SHA3_384,
	ACCEL_ALG_SHA3_512,
	ACCEL_ALG_HMAC_MD5,
	ACCEL_ALG_HMAC_SHA1,
	ACCEL_ALG_HMAC_SHA224,
	ACCEL_ALG_HMAC_SHA256,
	ACCEL_ALG_HMAC_SHA384,
	ACCEL_ALG_HMAC_SHA512,
	ACCEL_ALG_CMAC_AES,
	ACCEL_ALG_CMAC_3DES,
	ACCEL_ALG_XCBC_AES,
	ACCEL_ALG_CBCMAC_AES,
	ACCEL_ALG_RSA,
	ACCEL_ALG_ECDSA_P256,
	ACCEL_ALG_ECDSA_P384,
	ACCEL_ALG_NR
};

/* Sets of algorithms are u64, and have these in them */
#define ACCEL_ALG_BIT(id)	BIT_ULL(id)
#define ACCEL_ALG_ALL		GENMASK_ULL(ACCEL_ALG_NR - 1, 0)
static_assert(ACCEL_ALG_NR <= 64);

/**
 * enum accel_len_rule - which data lengths an algorithm takes
 * @ACCEL_LEN_ANY: every length, zero included
 * @ACCEL_LEN_BLOCKS: multiples of the block size, zero included
 * @ACCEL_LEN_MIN_BLOCK: at least one block (ciphertext stealing)
 */
enum accel_len_rule {
	ACCEL_LEN_ANY,
	ACCEL_LEN_BLOCKS,
	ACCEL_LEN_MIN_BLOCK,
};

#define ACCEL_MAX_KEY_LEN	64	/* AES-256-XTS: two keys */
/*
 * Of a MAC. HMAC takes any; more than a block of its hash, at most 128 bytes,
 * makes no MAC stronger.
 */
#define ACCEL_MAX_AUTH_KEY_LEN	256
#define ACCEL_MAX_DIGEST_LEN	64	/* SHA-512 */
#define ACCEL_MAX_IV_LEN	16
#define ACCEL_MAX_TAG_LEN	16
#define ACCEL_MAX_KEY_SIZES	3

/* RSA of 4096 bits: its modulus, and a private key in DER is half of that */
#define ACCEL_MAX_RSA_LEN		512
#define ACCEL_MAX_AKCIPHER_KEY_LEN	4096
/* Source of a request: at most a signature and a digest */
#define ACCEL_MAX_AKCIPHER_SRC		1024

/*
 * AKCIPHER algorithms by the numbers of virtio 1.4. <linux/virtio_crypto.h> has
 * DSA, which the specification has not, for 2 and ECDSA for 3.
 */
#define ACCEL_AKCIPHER_RSA		1
#define ACCEL_AKCIPHER_ECDSA		2

/**
 * struct accel_alg - one algorithm of one service
 * @name: the name in the kernel crypto API
 * @service: VIRTIO_CRYPTO_SERVICE_*
 * @wire: VIRTIO_CRYPTO_CIPHER_* or the like of its service, ACCEL_AKCIPHER_*: the
 *	value in requests and the bit number in the configuration's mask (virtio
 *	1.4, "Supported crypto services")
 * @curve: VIRTIO_CRYPTO_CURVE_*, which tells the rows of ECDSA apart
 * @key_sizes: the legal key lengths in bytes, unused entries zero; none for an
 *	algorithm without a key, nor for public and private keys, which have a
 *	structure of their own
 * @any_key: HMAC: every length up to ACCEL_MAX_AUTH_KEY_LEN is legal, none too
 * @block_size: in bytes; 1 for stream modes
 * @iv_size: length of the IV in a request, in bytes; the longest, if there are more
 * @min_iv_size: the shortest, for CCM alone; 0 for all that have one length. The
 *	kernel crypto API has CCM's nonce behind a byte that tells its length, see
 *	ACCEL_CCM_NONCE_LEN()
 * @max_tag_size: longest authentication tag in bytes, 0 without one
 * @digest_size: HASH and MAC: length of the result in bytes, else 0
 * @len_rule: which data lengths are legal
 */
struct accel_alg {
	const char *name;
	u8 service;
	u8 wire;
	u8 curve;
	u8 key_sizes[ACCEL_MAX_KEY_SIZES];
	bool any_key;
	u8 block_size;
	u8 iv_size;
	u8 min_iv_size;
	u8 max_tag_size;
	u8 digest_size;
	enum accel_len_rule len_rule;
};

static const struct accel_alg accel_algs[ACCEL_ALG_NR] = {
	[ACCEL_ALG_ECB_AES] = {
		.name = "ecb(aes)",
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = VIRTIO_CRYPTO_CIPHER_AES_ECB,
		.key_sizes = { 16, 24, 32 },
		.block_size = 16,
		.iv_size = 0,
		.len_rule = ACCEL_LEN_BLOCKS,
	},
	[ACCEL_ALG_CBC_AES] = {
		.name = "cbc(aes)",
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = VIRTIO_CRYPTO_CIPHER_AES_CBC,
		.key_sizes = { 16, 24, 32 },
		.block_size = 16,
		.iv_size = 16,
		.len_rule = ACCEL_LEN_BLOCKS,
	},
	[ACCEL_ALG_CTR_AES] = {
		.name = "ctr(aes)",
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = VIRTIO_CRYPTO_CIPHER_AES_CTR,
		.key_sizes = { 16, 24, 32 },
		.block_size = 1,
		.iv_size = 16,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_XTS_AES] = {
		.name = "xts(aes)",
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = VIRTIO_CRYPTO_CIPHER_AES_XTS,
		.key_sizes = { 32, 48, 64 },
		.block_size = 16,
		.iv_size = 16,
		.len_rule = ACCEL_LEN_MIN_BLOCK,
	},
	[ACCEL_ALG_ECB_3DES] = {
		.name = "ecb(des3_ede)",
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = VIRTIO_CRYPTO_CIPHER_3DES_ECB,
		.key_sizes = { 24 },
		.block_size = 8,
		.iv_size = 0,
		.len_rule = ACCEL_LEN_BLOCKS,
	},
	[ACCEL_ALG_CBC_3DES] = {
		.name = "cbc(des3_ede)",
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = VIRTIO_CRYPTO_CIPHER_3DES_CBC,
		.key_sizes = { 24 },
		.block_size = 8,
		.iv_size = 8,
		.len_rule = ACCEL_LEN_BLOCKS,
	},
	[ACCEL_ALG_CTR_3DES] = {
		.name = "ctr(des3_ede)",
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = VIRTIO_CRYPTO_CIPHER_3DES_CTR,
		.key_sizes = { 24 },
		.block_size = 1,
		.iv_size = 8,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_ECB_DES] = {
		.name = "ecb(des)",
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = VIRTIO_CRYPTO_CIPHER_DES_ECB,
		.key_sizes = { 8 },
		.block_size = 8,
		.iv_size = 0,
		.len_rule = ACCEL_LEN_BLOCKS,
	},
	[ACCEL_ALG_CBC_DES] = {
		.name = "cbc(des)",
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.wire = VIRTIO_CRYPTO_CIPHER_DES_CBC,
		.key_sizes = { 8 },
		.block_size = 8,
		.iv_size = 8,
		.len_rule = ACCEL_LEN_BLOCKS,
	},
	[ACCEL_ALG_GCM_AES] = {
		.name = "gcm(aes)",
		.service = VIRTIO_CRYPTO_SERVICE_AEAD,
		.wire = VIRTIO_CRYPTO_AEAD_GCM,
		.key_sizes = { 16, 24, 32 },
		.block_size = 1,
		.iv_size = 12,
		.max_tag_size = 16,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_CCM_AES] = {
		.name = "ccm(aes)",
		.service = VIRTIO_CRYPTO_SERVICE_AEAD,
		.wire = VIRTIO_CRYPTO_AEAD_CCM,
		.key_sizes = { 16, 24, 32 },
		.block_size = 1,
		.iv_size = 13,
		.min_iv_size = 7,
		.max_tag_size = 16,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_CHACHA20_POLY1305] = {
		.name = "rfc7539(chacha20,poly1305)",
		.service = VIRTIO_CRYPTO_SERVICE_AEAD,
		.wire = VIRTIO_CRYPTO_AEAD_CHACHA20_POLY1305,
		.key_sizes = { 32 },
		.block_size = 1,
		.iv_size = 12,
		.max_tag_size = 16,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_MD5] = {
		.name = "md5",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_MD5,
		.block_size = 1,
		.digest_size = 16,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_SHA1] = {
		.name = "sha1",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_SHA1,
		.block_size = 1,
		.digest_size = 20,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_SHA224] = {
		.name = "sha224",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_SHA_224,
		.block_size = 1,
		.digest_size = 28,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_SHA256] = {
		.name = "sha256",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_SHA_256,
		.block_size = 1,
		.digest_size = 32,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_SHA384] = {
		.name = "sha384",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_SHA_384,
		.block_size = 1,
		.digest_size = 48,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_SHA512] = {
		.name = "sha512",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_SHA_512,
		.block_size = 1,
		.digest_size = 64,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_SHA3_224] = {
		.name = "sha3-224",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_SHA3_224,
		.block_size = 1,
		.digest_size = 28,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_SHA3_256] = {
		.name = "sha3-256",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_SHA3_256,
		.block_size = 1,
		.digest_size = 32,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_SHA3_384] = {
		.name = "sha3-384",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_SHA3_384,
		.block_size = 1,
		.digest_size = 48,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_SHA3_512] = {
		.name = "sha3-512",
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.wire = VIRTIO_CRYPTO_HASH_SHA3_512,
		.block_size = 1,
		.digest_size = 64,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_HMAC_MD5] = {
		.name = "hmac(md5)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_HMAC_MD5,
		.any_key = true,
		.block_size = 1,
		.digest_size = 16,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_HMAC_SHA1] = {
		.name = "hmac(sha1)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_HMAC_SHA1,
		.any_key = true,
		.block_size = 1,
		.digest_size = 20,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_HMAC_SHA224] = {
		.name = "hmac(sha224)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_HMAC_SHA_224,
		.any_key = true,
		.block_size = 1,
		.digest_size = 28,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_HMAC_SHA256] = {
		.name = "hmac(sha256)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_HMAC_SHA_256,
		.any_key = true,
		.block_size = 1,
		.digest_size = 32,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_HMAC_SHA384] = {
		.name = "hmac(sha384)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_HMAC_SHA_384,
		.any_key = true,
		.block_size = 1,
		.digest_size = 48,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_HMAC_SHA512] = {
		.name = "hmac(sha512)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_HMAC_SHA_512,
		.any_key = true,
		.block_size = 1,
		.digest_size = 64,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_CMAC_AES] = {
		.name = "cmac(aes)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_CMAC_AES,
		.key_sizes = { 16, 24, 32 },
		.block_size = 1,
		.digest_size = 16,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_CMAC_3DES] = {
		.name = "cmac(des3_ede)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_CMAC_3DES,
		.key_sizes = { 24 },
		.block_size = 1,
		.digest_size = 8,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_XCBC_AES] = {
		.name = "xcbc(aes)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_XCBC_AES,
		.key_sizes = { 16 },
		.block_size = 1,
		.digest_size = 16,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_CBCMAC_AES] = {
		.name = "cbcmac(aes)",
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.wire = VIRTIO_CRYPTO_MAC_CBCMAC_AES,
		.key_sizes = { 16, 24, 32 },
		.block_size = 1,
		.digest_size = 16,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_RSA] = {
		.name = "rsa",
		.service = VIRTIO_CRYPTO_SERVICE_AKCIPHER,
		.wire = ACCEL_AKCIPHER_RSA,
		.block_size = 1,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_ECDSA_P256] = {
		.name = "ecdsa-nist-p256",
		.service = VIRTIO_CRYPTO_SERVICE_AKCIPHER,
		.wire = ACCEL_AKCIPHER_ECDSA,
		.curve = VIRTIO_CRYPTO_CURVE_NIST_P256,
		.block_size = 1,
		.len_rule = ACCEL_LEN_ANY,
	},
	[ACCEL_ALG_ECDSA_P384] = {
		.name = "ecdsa-nist-p384",
		.service = VIRTIO_CRYPTO_SERVICE_AKCIPHER,
		.wire = ACCEL_AKCIPHER_ECDSA,
		.curve = VIRTIO_CRYPTO_CURVE_NIST_P384,
		.block_size = 1,
		.len_rule = ACCEL_LEN_ANY,
	},
};

/**
 * accel_alg_find() - the row of an algorithm on the wire
 * @service: VIRTIO_CRYPTO_SERVICE_*, may come from the peer
 * @wire: the algorithm's number, may come from the peer
 * @curve: VIRTIO_CRYPTO_CURVE_*, 0 for algorithms without; may come from the peer
 *
 * Context: any.
 * Return: the row, or NULL if this build knows no such algorithm.
 */
static inline const struct accel_alg *
accel_alg_find(u32 service, u32 wire, u32 curve)
{
	unsigned int i;

	for (i = 0; i < ACCEL_ALG_NR; i++)
		if (accel_algs[i].service == service &&
		    accel_algs[i].wire == wire && accel_algs[i].curve == curve)
			return &accel_algs[i];
	return NULL;
}

/**
 * accel_alg_key_ok() - is this a key length of the algorithm?
 * @alg: the row
 * @len: in bytes, may come from the peer
 *
 * Context: any.
 * Return: true if it is.
 */
static inline bool accel_alg_key_ok(const struct accel_alg *alg, u32 len)
{
	unsigned int i;

	if (alg->any_key)
		return len <= ACCEL_MAX_AUTH_KEY_LEN;
	if (!alg->key_sizes[0])
		return !len;
	for (i = 0; i < ACCEL_MAX_KEY_SIZES; i++)
		if (len && alg->key_sizes[i] == len)
			return true;
	return false;
}

/**
 * accel_alg_iv_ok() - is this a length of the algorithm's IV?
 * @alg: the row
 * @len: in bytes, may come from the peer
 *
 * Context: any.
 * Return: true if it is.
 */
static inline bool accel_alg_iv_ok(const struct accel_alg *alg, u32 len)
{
	return len == alg->iv_size ||
	       (alg->min_iv_size && len >= alg->min_iv_size &&
		len < alg->iv_size);
}

/*
 * RFC 3610: nonce and counter fill a block but for one byte, which has the
 * length of the counter, less one.
 */
#define ACCEL_CCM_NONCE_LEN(first)	(14 - (first))

/**
 * accel_alg_len_ok() - is this a length of data that the algorithm takes?
 * @alg: the row
 * @len: of the data without AAD and tag, in bytes, may come from the peer
 *
 * Context: any.
 * Return: true if it is.
 */
static inline bool accel_alg_len_ok(const struct accel_alg *alg, u32 len)
{
	switch (alg->len_rule) {
	case ACCEL_LEN_ANY:
		return true;
	case ACCEL_LEN_BLOCKS:
		return len % alg->block_size == 0;
	case ACCEL_LEN_MIN_BLOCK:
		return len >= alg->block_size;
	}
	return false;
}

#endif /* _ACCEL_ALG_TABLE_H */
