// SPDX-License-Identifier: GPL-2.0
/*
 * Providers over the kernel crypto API: "soft", and one for each vendor that has a
 * profile (profile.c).
 *
 * soft takes the best driver, by priority, when the device is made and when a guest
 * starts using it, and sessions then name that driver. So a session never waits for
 * an algorithm of the same name that is being tested at that moment, which may be
 * that of a guest in this very kernel, whose test waits for us.
 * Drivers of hardware are not for soft: a device that was moved to it must need no
 * vendor's module. They say of themselves that they allocate memory for requests,
 * that they need a fallback (as virtio_accel does, and every template over it), or
 * that no program could do without the kernel what they do. Where they don't, soft has
 * a name in its profile.
 *
 * A vendor's drivers are looked up by their names, among those that are there and
 * tested: nothing is loaded for them, and no template made.
 *
 * No transform exists without a session.
 */
#include "provider_kcapi.h"

#include <crypto/aead.h>
#include <crypto/algapi.h>
#include <crypto/hash.h>
#include <crypto/skcipher.h>
#include <kunit/visibility.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/virtio_crypto.h>

#include "vha.h"

static void vha_kcapi_done(void *data, int err)
{
	struct vhost_accel_request *req = data;

	/* A request leaves a driver's own backlog: not an answer */
	if (err == -EINPROGRESS)
		return;
	req->complete(req, err);
}

/* ---- ciphers ------------------------------------------------------------ */

static struct crypto_skcipher *vha_skcipher(struct crypto_tfm *tfm)
{
	return container_of(tfm, struct crypto_skcipher, base);
}

static struct crypto_tfm *vha_kcapi_alloc_skcipher(const char *name, u32 type,
						   u32 mask)
{
	struct crypto_skcipher *skcipher;

	skcipher = crypto_alloc_skcipher(name, type, mask);
	return IS_ERR(skcipher) ? ERR_CAST(skcipher) : &skcipher->base;
}

static void vha_kcapi_free_skcipher(struct crypto_tfm *tfm)
{
	crypto_free_skcipher(vha_skcipher(tfm));
}

static u32 vha_kcapi_skcipher_ctx_size(struct crypto_tfm *tfm)
{
	return sizeof(struct skcipher_request) +
	       crypto_skcipher_reqsize(vha_skcipher(tfm));
}

static int
vha_kcapi_set_skcipher_key(struct crypto_tfm *tfm,
			   const struct vhost_accel_session_param *param)
{
	return crypto_skcipher_setkey(vha_skcipher(tfm), param->key,
				      param->key_len);
}

static int vha_kcapi_submit_skcipher(const struct vha_kcapi_session *session,
				     struct vhost_accel_request *req)
{
	struct skcipher_request *sreq = req->ctx;

	skcipher_request_set_tfm(sreq, vha_skcipher(session->tfm));
	skcipher_request_set_callback(sreq, session->flags, vha_kcapi_done, req);
	skcipher_request_set_crypt(sreq, req->src, req->dst, req->cryptlen,
				   req->iv);
	return req->encrypt ? crypto_skcipher_encrypt(sreq) :
			      crypto_skcipher_decrypt(sreq);
}

static const struct vha_kcapi_type vha_kcapi_skcipher = {
	.alloc = vha_kcapi_alloc_skcipher,
	.free = vha_kcapi_free_skcipher,
	.ctx_size = vha_kcapi_skcipher_ctx_size,
	.set_key = vha_kcapi_set_skcipher_key,
	.submit = vha_kcapi_submit_skcipher,
};

/* ---- hashes and MACs ---------------------------------------------------- */

static struct crypto_ahash *vha_ahash(struct crypto_tfm *tfm)
{
	return container_of(tfm, struct crypto_ahash, base);
}

static struct crypto_tfm *vha_kcapi_alloc_hash(const char *name, u32 type,
					       u32 mask)
{
	struct crypto_ahash *hash;

	hash = crypto_alloc_ahash(name, type, mask);
	return IS_ERR(hash) ? ERR_CAST(hash) : &hash->base;
}

static void vha_kcapi_free_hash(struct crypto_tfm *tfm)
{
	crypto_free_ahash(vha_ahash(tfm));
}

static u32 vha_kcapi_hash_ctx_size(struct crypto_tfm *tfm)
{
	return sizeof(struct ahash_request) +
	       crypto_ahash_reqsize(vha_ahash(tfm));
}

static int vha_kcapi_set_hash_key(struct crypto_tfm *tfm,
				  const struct vhost_accel_session_param *param)
{
	/* There is no more room for the result than the algorithm needs */
	if (crypto_ahash_digestsize(vha_ahash(tfm)) != param->alg->digest_size)
		return -EOPNOTSUPP;
	if (param->alg->service != VIRTIO_CRYPTO_SERVICE_MAC)
		return 0;
	return crypto_ahash_setkey(vha_ahash(tfm), param->key, param->key_len);
}

static int vha_kcapi_submit_hash(const struct vha_kcapi_session *session,
				 struct vhost_accel_request *req)
{
	struct ahash_request *hreq = req->ctx;

	ahash_request_set_tfm(hreq, vha_ahash(session->tfm));
	ahash_request_set_callback(hreq, session->flags, vha_kcapi_done, req);
	ahash_request_set_crypt(hreq, req->src, req->digest, req->cryptlen);
	return crypto_ahash_digest(hreq);
}

static const struct vha_kcapi_type vha_kcapi_hash = {
	.alloc = vha_kcapi_alloc_hash,
	.free = vha_kcapi_free_hash,
	.ctx_size = vha_kcapi_hash_ctx_size,
	.set_key = vha_kcapi_set_hash_key,
	.submit = vha_kcapi_submit_hash,
};

/* ---- AEADs -------------------------------------------------------------- */

static struct crypto_aead *vha_aead(struct crypto_tfm *tfm)
{
	return container_of(tfm, struct crypto_aead, base);
}

static struct crypto_tfm *vha_kcapi_alloc_aead(const char *name, u32 type,
					       u32 mask)
{
	struct crypto_aead *aead;

	aead = crypto_alloc_aead(name, type, mask);
	return IS_ERR(aead) ? ERR_CAST(aead) : &aead->base;
}

static void vha_kcapi_free_aead(struct crypto_tfm *tfm)
{
	crypto_free_aead(vha_aead(tfm));
}

static u32 vha_kcapi_aead_ctx_size(struct crypto_tfm *tfm)
{
	return sizeof(struct aead_request) +
	       crypto_aead_reqsize(vha_aead(tfm));
}

static int vha_kcapi_set_aead_key(struct crypto_tfm *tfm,
				  const struct vhost_accel_session_param *param)
{
	if (crypto_aead_setauthsize(vha_aead(tfm), param->tag_len))
		return -EOPNOTSUPP;
	return crypto_aead_setkey(vha_aead(tfm), param->key, param->key_len);
}

static int vha_kcapi_submit_aead(const struct vha_kcapi_session *session,
				 struct vhost_accel_request *req)
{
	struct aead_request *areq = req->ctx;

	aead_request_set_tfm(areq, vha_aead(session->tfm));
	aead_request_set_callback(areq, session->flags, vha_kcapi_done, req);
	aead_request_set_ad(areq, req->assoclen);
	aead_request_set_crypt(areq, req->src, req->dst, req->cryptlen,
			       req->iv);
	return req->encrypt ? crypto_aead_encrypt(areq) :
			      crypto_aead_decrypt(areq);
}

static const struct vha_kcapi_type vha_kcapi_aead = {
	.alloc = vha_kcapi_alloc_aead,
	.free = vha_kcapi_free_aead,
	.ctx_size = vha_kcapi_aead_ctx_size,
	.set_key = vha_kcapi_set_aead_key,
	.submit = vha_kcapi_submit_aead,
};

/* ---- the providers ------------------------------------------------------ */

/* By number, VIRTIO_CRYPTO_SERVICE_*: every service of a row in &accel_algs */
static const struct vha_kcapi_type *const vha_kcapi_types[] = {
	[VIRTIO_CRYPTO_SERVICE_CIPHER] = &vha_kcapi_skcipher,
	[VIRTIO_CRYPTO_SERVICE_HASH] = &vha_kcapi_hash,
	[VIRTIO_CRYPTO_SERVICE_MAC] = &vha_kcapi_hash,
	[VIRTIO_CRYPTO_SERVICE_AEAD] = &vha_kcapi_aead,
	[VIRTIO_CRYPTO_SERVICE_AKCIPHER] = &vha_kcapi_akcipher,
};

static struct crypto_tfm *
vha_kcapi_alloc(const struct vha_profile *profile,
		const struct vha_kcapi_type *type, const char *name)
{
	if (profile->quirks & VHA_QUIRK_BY_PRIORITY)
		return type->alloc(name, 0, VHA_KCAPI_SOFT_MASK);
	return type->alloc(name, VHA_KCAPI_VENDOR_TYPE, VHA_KCAPI_VENDOR_MASK);
}

static void vha_kcapi_free_unused(const struct vha_profile *profile,
				  const struct vha_kcapi_type *type,
				  struct crypto_tfm *tfm)
{
	if (type->free_unused)
		type->free_unused(profile, tfm);
	else
		type->free(tfm);
}

static int vha_kcapi_look(const struct vha_profile *profile,
			  const struct accel_alg *alg, const char *name,
			  struct vhost_accel_alg_info *info)
{
	const struct vha_kcapi_type *type = vha_kcapi_types[alg->service];
	struct crypto_tfm *tfm;

	tfm = vha_kcapi_alloc(profile, type, name);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	strscpy(info->driver, crypto_tfm_alg_driver_name(tfm),
		sizeof(info->driver));
	info->ctx_size = type->ctx_size(tfm);
	vha_kcapi_free_unused(profile, type, tfm);
	if (type->probe_more)
		type->probe_more(alg, info);
	return 0;
}

/*
 * A look-up that has to build the algorithm gets what it built, even if loading
 * the parts brought in a better one. The second look-up finds the best.
 */
static int vha_kcapi_probe(const struct vhost_accel_provider *provider,
			   enum accel_alg_id id,
			   struct vhost_accel_alg_info *info)
{
	const struct vha_profile *profile = vha_profile_of(provider);
	const struct accel_alg *alg = &accel_algs[id];
	const char *name = profile->driver[id];
	int err;

	if (name)
		return vha_kcapi_look(profile, alg, name, info);
	if (!(profile->quirks & VHA_QUIRK_BY_PRIORITY))
		return -ENOENT;
	err = vha_kcapi_look(profile, alg, alg->name, info);
	if (err)
		return err;
	return vha_kcapi_look(profile, alg, alg->name, info);
}

/* Without a transform: whoever watches hardware come and go shall not use it */
static bool vha_kcapi_present(const struct vhost_accel_provider *provider)
{
	const struct vha_profile *profile = vha_profile_of(provider);
	unsigned int i;

	if (profile->quirks & VHA_QUIRK_BY_PRIORITY)
		return true;
	for (i = 0; i < ACCEL_ALG_NR; i++)
		if (profile->driver[i] &&
		    crypto_has_alg(profile->driver[i], VHA_KCAPI_VENDOR_TYPE,
				   VHA_KCAPI_VENDOR_MASK))
			return true;
	return false;
}

static int vha_kcapi_begin(struct vha_kcapi_session *session,
			   const struct vhost_accel_session_param *param)
{
	const struct vha_profile *profile =
		vha_profile_of(param->info->provider);
	const struct vha_kcapi_type *type =
		vha_kcapi_types[param->alg->service];
	struct crypto_tfm *tfm = NULL;
	int err;

	if (type->alloc_session)
		tfm = type->alloc_session(param);
	if (!tfm)
		tfm = vha_kcapi_alloc(profile, type, param->info->driver);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = -EOPNOTSUPP;
	if (type->ctx_size(tfm) > param->info->ctx_size)
		goto err_free;
	err = type->set_key(tfm, param);
	if (err)
		goto err_free;
	session->type = type;
	session->tfm = tfm;
	session->allocates = tfm->__crt_alg->cra_flags &
			     CRYPTO_ALG_ALLOCATES_MEMORY;
	session->quirks = profile->quirks;
	session->flags = CRYPTO_TFM_REQ_MAY_SLEEP;
	if (profile->quirks & VHA_QUIRK_BACKLOG)
		session->flags |= CRYPTO_TFM_REQ_MAY_BACKLOG;
	return 0;

err_free:
	vha_kcapi_free_unused(profile, type, tfm);
	return err;
}

static int
vha_kcapi_session_create(const struct vhost_accel_session_param *param,
			 void **priv)
{
	struct vha_kcapi_session *session;
	int err;

	session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);
	if (!session)
		return -ENOMEM;
	err = vha_kcapi_begin(session, param);
	if (err) {
		kfree(session);
		return err;
	}
	*priv = session;
	return 0;
}

static void vha_kcapi_session_destroy(void *priv)
{
	struct vha_kcapi_session *session = priv;

	session->type->free(session->tfm);
	kfree(session);
}

/**
 * vha_kcapi_result() - what a driver's answer to a submission means
 * @session: the session
 * @err: the answer
 *
 * A driver that does not say that it allocates meets a lack of memory in the middle
 * of the data: what is half done must not be done again. -EIO of a driver that may
 * mean that it is full, is worth some more tries, but not to wait for.
 *
 * Context: any.
 * Return: as &vhost_accel_provider_ops.submit.
 */
int vha_kcapi_result(const struct vha_kcapi_session *session, int err)
{
	switch (err) {
	case -EBUSY:
		return session->quirks & VHA_QUIRK_BACKLOG ? -EINPROGRESS : err;
	case -ENOBUFS:
		return -ENOSPC;
	case -ENOMEM:
		return session->allocates ? err : -EIO;
	case -EIO:
		return session->quirks & VHA_QUIRK_EIO_IS_FULL ? -ENOMEM : err;
	default:
		return err;
	}
}
EXPORT_SYMBOL_IF_KUNIT(vha_kcapi_result);

static int vha_kcapi_submit(void *priv, struct vhost_accel_request *req)
{
	struct vha_kcapi_session *session = priv;
	int err;

	err = session->type->submit(session, req);
	return vha_kcapi_result(session, err);
}

static const struct vhost_accel_provider_ops vha_kcapi_ops = {
	.present = vha_kcapi_present,
	.probe = vha_kcapi_probe,
	.session_create = vha_kcapi_session_create,
	.session_destroy = vha_kcapi_session_destroy,
	.submit = vha_kcapi_submit,
};

struct vha_provider *vha_provider_soft;

/* Of &vha_profiles, as many as are registered */
static struct vha_provider **vha_kcapi_providers;
static unsigned int vha_kcapi_nr;

static int vha_kcapi_register(const struct vha_profile *profile)
{
	const struct vhost_accel_provider api = {
		.name = profile->name,
		.ops = &vha_kcapi_ops,
		.priv = (void *)profile,
		.node = NUMA_NO_NODE,
		.nested = profile->nested,
	};
	struct vha_provider *provider = vhost_accel_register_provider(&api);

	if (IS_ERR(provider))
		return PTR_ERR(provider);
	vha_kcapi_providers[vha_kcapi_nr++] = provider;
	return 0;
}

/*
 * An algorithm that is built in, or built of parts, is found without loading the
 * module of a faster one: load drivers before they are looked for.
 */
static void vha_kcapi_load(void)
{
	struct vhost_accel_alg_info info;
	unsigned int i;

	request_module("crypto-aes");
	request_module("crypto-rsa");
	for (i = 0; i < ACCEL_ALG_NR; i++)
		vha_provider_ask(vha_provider_soft, i, &info);
}

/**
 * vha_kcapi_init() - register the providers over the kernel crypto API
 *
 * Context: module load: no lock is held.
 * Return: 0 or an error.
 */
int vha_kcapi_init(void)
{
	int err = 0;

	vha_kcapi_providers = kcalloc(vha_profile_nr,
				      sizeof(*vha_kcapi_providers), GFP_KERNEL);
	if (!vha_kcapi_providers)
		return -ENOMEM;
	while (vha_kcapi_nr < vha_profile_nr && !err)
		err = vha_kcapi_register(&vha_profiles[vha_kcapi_nr]);
	if (err) {
		vha_kcapi_exit();
		return err;
	}
	vha_provider_soft = vha_kcapi_providers[0];
	vha_kcapi_load();
	return 0;
}

/**
 * vha_kcapi_exit() - undo vha_kcapi_init()
 *
 * Context: module exit.
 */
void vha_kcapi_exit(void)
{
	while (vha_kcapi_nr)
		vhost_accel_unregister_provider(vha_kcapi_providers[--vha_kcapi_nr]);
	kfree(vha_kcapi_providers);
}

/* ---- drivers that come and go ------------------------------------------- */

static void (*vha_kcapi_changed)(void);

/* Called under the semaphore of the chain: no look-up here */
static int vha_kcapi_notify_alg(struct notifier_block *nb, unsigned long event,
				void *data)
{
	if (event == CRYPTO_MSG_ALG_LOADED)
		vha_kcapi_changed();
	return NOTIFY_DONE;
}

static struct notifier_block vha_kcapi_alg_nb = {
	.notifier_call = vha_kcapi_notify_alg,
};

/* The crypto API does not tell who goes. By now a module's algorithms are gone */
static int vha_kcapi_notify_module(struct notifier_block *nb,
				   unsigned long event, void *data)
{
	if (event == MODULE_STATE_GOING)
		vha_kcapi_changed();
	return NOTIFY_DONE;
}

static struct notifier_block vha_kcapi_module_nb = {
	.notifier_call = vha_kcapi_notify_module,
};

/**
 * vha_kcapi_watch() - tell when drivers may have come or gone
 * @changed: called then, in any context that may not look anything up
 *
 * Context: module load.
 * Return: 0 or an error.
 */
int vha_kcapi_watch(void (*changed)(void))
{
	int err;

	vha_kcapi_changed = changed;
	err = crypto_register_notifier(&vha_kcapi_alg_nb);
	if (err)
		return err;
	err = register_module_notifier(&vha_kcapi_module_nb);
	if (err)
		crypto_unregister_notifier(&vha_kcapi_alg_nb);
	return err;
}

/**
 * vha_kcapi_unwatch() - end what vha_kcapi_watch() began
 *
 * Context: module exit.
 */
void vha_kcapi_unwatch(void)
{
	unregister_module_notifier(&vha_kcapi_module_nb);
	crypto_unregister_notifier(&vha_kcapi_alg_nb);
}
