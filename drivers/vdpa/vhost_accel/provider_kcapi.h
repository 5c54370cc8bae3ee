/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the provider over the kernel crypto API share.
 */
#ifndef _VHA_PROVIDER_KCAPI_H
#define _VHA_PROVIDER_KCAPI_H

#include <linux/bits.h>
#include <linux/crypto.h>
#include <linux/types.h>
#include <linux/vhost_accel.h>

/* Of soft, and of vendors, whose drivers are there, tested and named */
#define VHA_KCAPI_SOFT_MASK	(CRYPTO_ALG_NEED_FALLBACK |	\
				 CRYPTO_ALG_ALLOCATES_MEMORY |	\
				 CRYPTO_ALG_KERN_DRIVER_ONLY)
#define VHA_KCAPI_VENDOR_TYPE	CRYPTO_ALG_TESTED
#define VHA_KCAPI_VENDOR_MASK	(CRYPTO_ALG_TESTED | CRYPTO_NOLOAD)

/**
 * enum vha_quirk - what has to be known about the drivers of a profile
 * @VHA_QUIRK_BY_PRIORITY: not of one vendor: of each algorithm the best that there
 *	is, but for those whose drivers are in the profile
 * @VHA_QUIRK_BACKLOG: the drivers answer -EBUSY to requests that they have accepted,
 *	and have to be told that they may
 * @VHA_QUIRK_EIO_IS_FULL: a request that is not accepted because the hardware is
 *	full is refused with -EIO, as one that can't be done
 * @VHA_QUIRK_FREE_NEEDS_KEY: to free a transform of RSA that never had a key is a NULL
 *	dereference in the driver
 */
enum vha_quirk {
	VHA_QUIRK_BY_PRIORITY = BIT(0),
	VHA_QUIRK_BACKLOG = BIT(1),
	VHA_QUIRK_EIO_IS_FULL = BIT(2),
	VHA_QUIRK_FREE_NEEDS_KEY = BIT(3),
};

/**
 * struct vha_profile - a provider made of drivers of the kernel crypto API
 * @name: see &vhost_accel_provider.name
 * @nested: see &vhost_accel_provider.nested
 * @quirks: mask of enum vha_quirk
 * @driver: by algorithm, the name of the driver (cra_driver_name), or NULL
 */
struct vha_profile {
	const char *name;
	bool nested;
	u32 quirks;
	const char *driver[ACCEL_ALG_NR];
};

/* profile.c: soft is the first */
extern const struct vha_profile vha_profiles[];
extern const unsigned int vha_profile_nr;

static inline const struct vha_profile *
vha_profile_of(const struct vhost_accel_provider *provider)
{
	return provider->priv;
}

/**
 * struct vha_kcapi_session - a session's transform
 * @type: the interface of the crypto API that it is used by
 * @tfm: the transform
 * @flags: of its requests, CRYPTO_TFM_REQ_*
 * @quirks: of the profile
 * @allocates: the driver allocates memory for a request before it begins it
 */
struct vha_kcapi_session {
	const struct vha_kcapi_type *type;
	struct crypto_tfm *tfm;
	u32 flags;
	u32 quirks;
	bool allocates;
};

/**
 * struct vha_kcapi_type - an interface of the crypto API
 * @alloc: makes a transform of the driver or algorithm of that name; @type and @mask
 *	are those of the crypto API
 * @free: frees it
 * @free_unused: frees one that has no key, or did not take the one that it was given;
 *	or NULL if that is what @free does
 * @ctx_size: what a request of it needs, see &vhost_accel_alg_info.ctx_size
 * @probe_more: enlarges what @alloc's transform needs by what that of a session may
 *	need; or NULL
 * @alloc_session: makes a session's transform where that is not @alloc's, returns
 *	NULL where it is; or NULL
 * @set_key: gives the transform its key and what else a session has
 * @submit: see &vhost_accel_provider_ops.submit
 */
struct vha_kcapi_type {
	struct crypto_tfm *(*alloc)(const char *name, u32 type, u32 mask);
	void (*free)(struct crypto_tfm *tfm);
	void (*free_unused)(const struct vha_profile *profile,
			    struct crypto_tfm *tfm);
	u32 (*ctx_size)(struct crypto_tfm *tfm);
	void (*probe_more)(const struct accel_alg *alg,
			   struct vhost_accel_alg_info *info);
	struct crypto_tfm *
	(*alloc_session)(const struct vhost_accel_session_param *param);
	int (*set_key)(struct crypto_tfm *tfm,
		       const struct vhost_accel_session_param *param);
	int (*submit)(const struct vha_kcapi_session *session,
		      struct vhost_accel_request *req);
};

int vha_kcapi_result(const struct vha_kcapi_session *session, int err);

/* provider_kcapi_akcipher.c */
extern const struct vha_kcapi_type vha_kcapi_akcipher;

#endif /* _VHA_PROVIDER_KCAPI_H */
