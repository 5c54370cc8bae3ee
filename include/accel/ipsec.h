/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Algorithms of an IPsec SA: one row per combination that both sides know.
 *
 * The IPSEC service names a cipher and a MAC; an AEAD is a MAC's identifier with a
 * bit set, and no cipher. No length of an ICV is on the wire: it is the one of the
 * RFC that is named beside each row.
 */
#ifndef _ACCEL_IPSEC_H
#define _ACCEL_IPSEC_H

#include <linux/array_size.h>
#include <linux/types.h>
#include <linux/virtio_crypto_ipsec.h>

#include <accel/alg_table.h>

#define ACCEL_IPSEC_SALT_MAX	4
#define ACCEL_IPSEC_IV_MAX	16
#define ACCEL_IPSEC_ICV_MAX	16

/**
 * struct accel_ipsec_alg - one combination of algorithms
 * @cipher_algo: as in an SA
 * @auth_algo: as in an SA
 * @cipher: row of the cipher or AEAD in &accel_algs; %ACCEL_ALG_NR for none
 * @auth: row of the MAC; %ACCEL_ALG_NR for none
 * @auth_key_len: of the MAC; a cipher's key has any of its own lengths
 * @salt_len: bytes of the SA's salt that are part of the nonce
 * @iv_len: of the IV in the packet
 * @align: ESP's text is a multiple of this
 * @icv_len: of the integrity check value
 */
struct accel_ipsec_alg {
	u64 cipher_algo;
	u64 auth_algo;
	u8 cipher;
	u8 auth;
	u8 auth_key_len;
	u8 salt_len;
	u8 iv_len;
	u8 align;
	u8 icv_len;
};

#define ACCEL_IPSEC_AEAD(wire_, cipher_)				\
	{								\
		.cipher_algo = VIRTIO_CRYPTO_NO_CIPHER,			\
		.auth_algo = VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD | (wire_), \
		.cipher = (cipher_),					\
		.auth = ACCEL_ALG_NR,					\
		.salt_len = 4,						\
		.iv_len = 8,						\
		.align = 4,						\
		.icv_len = 16,						\
	}

#define ACCEL_IPSEC_AUTH(cipher_wire, cipher_, salt, iv, align_,	\
			 auth_wire, auth_, auth_key, icv)		\
	{								\
		.cipher_algo = (cipher_wire),				\
		.auth_algo = (auth_wire),				\
		.cipher = (cipher_),					\
		.auth = (auth_),					\
		.auth_key_len = (auth_key),				\
		.salt_len = (salt),					\
		.iv_len = (iv),						\
		.align = (align_),					\
		.icv_len = (icv),					\
	}

static const struct accel_ipsec_alg accel_ipsec_algs[] = {
	/* RFC 4106 */
	ACCEL_IPSEC_AEAD(VIRTIO_CRYPTO_AEAD_GCM, ACCEL_ALG_GCM_AES),
	/* RFC 7634 */
	ACCEL_IPSEC_AEAD(VIRTIO_CRYPTO_AEAD_CHACHA20_POLY1305,
			 ACCEL_ALG_CHACHA20_POLY1305),
	/* RFC 3602 with RFC 2404, RFC 4868 */
	ACCEL_IPSEC_AUTH(VIRTIO_CRYPTO_CIPHER_AES_CBC, ACCEL_ALG_CBC_AES,
			 0, 16, 16, VIRTIO_CRYPTO_MAC_HMAC_SHA1,
			 ACCEL_ALG_HMAC_SHA1, 20, 12),
	ACCEL_IPSEC_AUTH(VIRTIO_CRYPTO_CIPHER_AES_CBC, ACCEL_ALG_CBC_AES,
			 0, 16, 16, VIRTIO_CRYPTO_MAC_HMAC_SHA_256,
			 ACCEL_ALG_HMAC_SHA256, 32, 16),
	/* RFC 3686 with the same */
	ACCEL_IPSEC_AUTH(VIRTIO_CRYPTO_CIPHER_AES_CTR, ACCEL_ALG_CTR_AES,
			 4, 8, 4, VIRTIO_CRYPTO_MAC_HMAC_SHA1,
			 ACCEL_ALG_HMAC_SHA1, 20, 12),
	ACCEL_IPSEC_AUTH(VIRTIO_CRYPTO_CIPHER_AES_CTR, ACCEL_ALG_CTR_AES,
			 4, 8, 4, VIRTIO_CRYPTO_MAC_HMAC_SHA_256,
			 ACCEL_ALG_HMAC_SHA256, 32, 16),
	/* RFC 2410 with the same; and AH, RFC 4302, which has no cipher */
	ACCEL_IPSEC_AUTH(VIRTIO_CRYPTO_NO_CIPHER, ACCEL_ALG_NR,
			 0, 0, 4, VIRTIO_CRYPTO_MAC_HMAC_SHA1,
			 ACCEL_ALG_HMAC_SHA1, 20, 12),
	ACCEL_IPSEC_AUTH(VIRTIO_CRYPTO_NO_CIPHER, ACCEL_ALG_NR,
			 0, 0, 4, VIRTIO_CRYPTO_MAC_HMAC_SHA_256,
			 ACCEL_ALG_HMAC_SHA256, 32, 16),
};

/**
 * accel_ipsec_alg_find() - the algorithms of an SA
 * @cipher_algo: from the peer, unchecked
 * @auth_algo: from the peer, unchecked
 *
 * Context: any.
 * Return: the row, or NULL if there is none.
 */
static inline const struct accel_ipsec_alg *
accel_ipsec_alg_find(u64 cipher_algo, u64 auth_algo)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(accel_ipsec_algs); i++)
		if (accel_ipsec_algs[i].cipher_algo == cipher_algo &&
		    accel_ipsec_algs[i].auth_algo == auth_algo)
			return &accel_ipsec_algs[i];
	return NULL;
}

/**
 * accel_ipsec_alg_offered() - are an SA's algorithms among a capability's?
 * @alg: its algorithms
 * @cipher_algo: mask of the capability
 * @hmac_algo: likewise
 * @aead_algo: likewise
 *
 * Context: any.
 * Return: whether they are.
 */
static inline bool accel_ipsec_alg_offered(const struct accel_ipsec_alg *alg,
					   u64 cipher_algo, u64 hmac_algo,
					   u32 aead_algo)
{
	u64 auth = alg->auth_algo & ~VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD;

	if (alg->auth_algo != auth)
		return aead_algo & BIT_ULL(auth);
	return (cipher_algo & BIT_ULL(alg->cipher_algo)) &&
	       (hmac_algo & BIT_ULL(auth));
}

#endif /* _ACCEL_IPSEC_H */
