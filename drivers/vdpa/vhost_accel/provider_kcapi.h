/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the provider over the kernel crypto API share.
 */
#ifndef _VHA_PROVIDER_KCAPI_H
#define _VHA_PROVIDER_KCAPI_H

#include <linux/crypto.h>
#include <linux/types.h>
#include <linux/vhost_accel.h>

struct crypto_aead;
struct crypto_ahash;
struct crypto_akcipher;
struct crypto_skcipher;
struct vha_kcapi_type;

#define VHA_KCAPI_MASK	CRYPTO_ALG_NEED_FALLBACK

/**
 * struct vha_kcapi_session - a session's transform
 * @type: the interface of the crypto API that it is used by
 * @skcipher: for ciphers
 * @hash: for hashes and MACs
 * @aead: for AEADs
 * @akcipher: for public keys
 * @allocates: the driver allocates memory for a request before it begins it
 */
struct vha_kcapi_session {
	const struct vha_kcapi_type *type;
	union {
		struct crypto_skcipher *skcipher;
		struct crypto_ahash *hash;
		struct crypto_aead *aead;
		struct crypto_akcipher *akcipher;
	};
	bool allocates;
};

/**
 * struct vha_kcapi_type - an interface of the crypto API
 * @probe: see &vhost_accel_provider_ops.probe
 * @init: makes the transform, and gives it its key
 * @exit: frees it
 * @submit: see &vhost_accel_provider_ops.submit
 */
struct vha_kcapi_type {
	int (*probe)(const struct accel_alg *alg,
		     struct vhost_accel_alg_info *info);
	int (*init)(struct vha_kcapi_session *session,
		    const struct vhost_accel_session_param *param);
	void (*exit)(struct vha_kcapi_session *session);
	int (*submit)(struct vha_kcapi_session *session,
		      struct vhost_accel_request *req);
};

int vha_kcapi_probe_akcipher(const struct accel_alg *alg,
			     struct vhost_accel_alg_info *info);
int vha_kcapi_init_akcipher(struct vha_kcapi_session *session,
			    const struct vhost_accel_session_param *param);
void vha_kcapi_exit_akcipher(struct vha_kcapi_session *session);
int vha_kcapi_submit_akcipher(struct vha_kcapi_session *session,
			      struct vhost_accel_request *req);

#endif /* _VHA_PROVIDER_KCAPI_H */
