// SPDX-License-Identifier: GPL-2.0
/*
 * The provider over the kernel crypto API.
 *
 * A driver is chosen by priority when the device is made and when a guest starts
 * using it, and sessions then name that driver. So a session never waits for an
 * algorithm of the same name that is being tested at that moment, which may be
 * that of a guest in this very kernel, whose test waits for us.
 *
 * CRYPTO_ALG_NEED_FALLBACK is masked out: virtio_accel has it, and so has every
 * template over it. No transform exists without a session.
 */
#include "provider_kcapi.h"

#include <crypto/aead.h>
#include <crypto/hash.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/kmod.h>
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

static u32 vha_kcapi_skcipher_ctx_size(struct crypto_skcipher *tfm)
{
	return sizeof(struct skcipher_request) + crypto_skcipher_reqsize(tfm);
}

static int vha_kcapi_probe_skcipher(const struct accel_alg *alg,
				    struct vhost_accel_alg_info *info)
{
	struct crypto_skcipher *tfm;

	tfm = crypto_alloc_skcipher(alg->name, 0, VHA_KCAPI_MASK);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	strscpy(info->driver, crypto_skcipher_driver_name(tfm),
		sizeof(info->driver));
	info->ctx_size = vha_kcapi_skcipher_ctx_size(tfm);
	crypto_free_skcipher(tfm);
	return 0;
}

static int
vha_kcapi_init_skcipher(struct vha_kcapi_session *session,
			const struct vhost_accel_session_param *param)
{
	struct crypto_skcipher *tfm;
	int err;

	tfm = crypto_alloc_skcipher(param->info->driver, 0, VHA_KCAPI_MASK);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = -EOPNOTSUPP;
	if (vha_kcapi_skcipher_ctx_size(tfm) > param->info->ctx_size)
		goto err_free;
	err = crypto_skcipher_setkey(tfm, param->key, param->key_len);
	if (err)
		goto err_free;
	session->skcipher = tfm;
	session->allocates = crypto_skcipher_alg(tfm)->base.cra_flags &
			     CRYPTO_ALG_ALLOCATES_MEMORY;
	return 0;

err_free:
	crypto_free_skcipher(tfm);
	return err;
}

static void vha_kcapi_exit_skcipher(struct vha_kcapi_session *session)
{
	crypto_free_skcipher(session->skcipher);
}

static int vha_kcapi_submit_skcipher(struct vha_kcapi_session *session,
				     struct vhost_accel_request *req)
{
	struct skcipher_request *sreq = req->ctx;

	skcipher_request_set_tfm(sreq, session->skcipher);
	skcipher_request_set_callback(sreq, CRYPTO_TFM_REQ_MAY_SLEEP,
				      vha_kcapi_done, req);
	skcipher_request_set_crypt(sreq, req->src, req->dst, req->cryptlen,
				   req->iv);
	return req->encrypt ? crypto_skcipher_encrypt(sreq) :
			      crypto_skcipher_decrypt(sreq);
}

/* ---- hashes and MACs ---------------------------------------------------- */

static u32 vha_kcapi_hash_ctx_size(struct crypto_ahash *tfm)
{
	return sizeof(struct ahash_request) + crypto_ahash_reqsize(tfm);
}

static int vha_kcapi_probe_hash(const struct accel_alg *alg,
				struct vhost_accel_alg_info *info)
{
	struct crypto_ahash *tfm;

	tfm = crypto_alloc_ahash(alg->name, 0, VHA_KCAPI_MASK);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	strscpy(info->driver, crypto_ahash_driver_name(tfm),
		sizeof(info->driver));
	info->ctx_size = vha_kcapi_hash_ctx_size(tfm);
	crypto_free_ahash(tfm);
	return 0;
}

static int vha_kcapi_init_hash(struct vha_kcapi_session *session,
			       const struct vhost_accel_session_param *param)
{
	struct crypto_ahash *tfm;
	int err;

	tfm = crypto_alloc_ahash(param->info->driver, 0, VHA_KCAPI_MASK);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = -EOPNOTSUPP;
	/* There is no more room for the result than the algorithm needs */
	if (vha_kcapi_hash_ctx_size(tfm) > param->info->ctx_size ||
	    crypto_ahash_digestsize(tfm) != param->alg->digest_size)
		goto err_free;
	if (param->alg->service == VIRTIO_CRYPTO_SERVICE_MAC) {
		err = crypto_ahash_setkey(tfm, param->key, param->key_len);
		if (err)
			goto err_free;
	}
	session->hash = tfm;
	session->allocates = crypto_hash_alg_common(tfm)->base.cra_flags &
			     CRYPTO_ALG_ALLOCATES_MEMORY;
	return 0;

err_free:
	crypto_free_ahash(tfm);
	return err;
}

static void vha_kcapi_exit_hash(struct vha_kcapi_session *session)
{
	crypto_free_ahash(session->hash);
}

static int vha_kcapi_submit_hash(struct vha_kcapi_session *session,
				 struct vhost_accel_request *req)
{
	struct ahash_request *hreq = req->ctx;

	ahash_request_set_tfm(hreq, session->hash);
	ahash_request_set_callback(hreq, CRYPTO_TFM_REQ_MAY_SLEEP,
				   vha_kcapi_done, req);
	ahash_request_set_crypt(hreq, req->src, req->digest, req->cryptlen);
	return crypto_ahash_digest(hreq);
}

/* ---- AEADs -------------------------------------------------------------- */

static u32 vha_kcapi_aead_ctx_size(struct crypto_aead *tfm)
{
	return sizeof(struct aead_request) + crypto_aead_reqsize(tfm);
}

static int vha_kcapi_probe_aead(const struct accel_alg *alg,
				struct vhost_accel_alg_info *info)
{
	struct crypto_aead *tfm;

	tfm = crypto_alloc_aead(alg->name, 0, VHA_KCAPI_MASK);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	strscpy(info->driver, crypto_aead_driver_name(tfm),
		sizeof(info->driver));
	info->ctx_size = vha_kcapi_aead_ctx_size(tfm);
	crypto_free_aead(tfm);
	return 0;
}

static int vha_kcapi_init_aead(struct vha_kcapi_session *session,
			       const struct vhost_accel_session_param *param)
{
	struct crypto_aead *tfm;
	int err;

	tfm = crypto_alloc_aead(param->info->driver, 0, VHA_KCAPI_MASK);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = -EOPNOTSUPP;
	if (vha_kcapi_aead_ctx_size(tfm) > param->info->ctx_size ||
	    crypto_aead_setauthsize(tfm, param->tag_len))
		goto err_free;
	err = crypto_aead_setkey(tfm, param->key, param->key_len);
	if (err)
		goto err_free;
	session->aead = tfm;
	session->allocates = crypto_aead_alg(tfm)->base.cra_flags &
			     CRYPTO_ALG_ALLOCATES_MEMORY;
	return 0;

err_free:
	crypto_free_aead(tfm);
	return err;
}

static void vha_kcapi_exit_aead(struct vha_kcapi_session *session)
{
	crypto_free_aead(session->aead);
}

static int vha_kcapi_submit_aead(struct vha_kcapi_session *session,
				 struct vhost_accel_request *req)
{
	struct aead_request *areq = req->ctx;

	aead_request_set_tfm(areq, session->aead);
	aead_request_set_callback(areq, CRYPTO_TFM_REQ_MAY_SLEEP,
				  vha_kcapi_done, req);
	aead_request_set_ad(areq, req->assoclen);
	aead_request_set_crypt(areq, req->src, req->dst, req->cryptlen,
			       req->iv);
	return req->encrypt ? crypto_aead_encrypt(areq) :
			      crypto_aead_decrypt(areq);
}

/* ---- the provider ------------------------------------------------------- */

/* By number, VIRTIO_CRYPTO_SERVICE_*: every service of a row in &accel_algs */
static const struct vha_kcapi_type vha_kcapi_types[] = {
	[VIRTIO_CRYPTO_SERVICE_CIPHER] = {
		.probe = vha_kcapi_probe_skcipher,
		.init = vha_kcapi_init_skcipher,
		.exit = vha_kcapi_exit_skcipher,
		.submit = vha_kcapi_submit_skcipher,
	},
	[VIRTIO_CRYPTO_SERVICE_HASH] = {
		.probe = vha_kcapi_probe_hash,
		.init = vha_kcapi_init_hash,
		.exit = vha_kcapi_exit_hash,
		.submit = vha_kcapi_submit_hash,
	},
	[VIRTIO_CRYPTO_SERVICE_MAC] = {
		.probe = vha_kcapi_probe_hash,
		.init = vha_kcapi_init_hash,
		.exit = vha_kcapi_exit_hash,
		.submit = vha_kcapi_submit_hash,
	},
	[VIRTIO_CRYPTO_SERVICE_AEAD] = {
		.probe = vha_kcapi_probe_aead,
		.init = vha_kcapi_init_aead,
		.exit = vha_kcapi_exit_aead,
		.submit = vha_kcapi_submit_aead,
	},
	[VIRTIO_CRYPTO_SERVICE_AKCIPHER] = {
		.probe = vha_kcapi_probe_akcipher,
		.init = vha_kcapi_init_akcipher,
		.exit = vha_kcapi_exit_akcipher,
		.submit = vha_kcapi_submit_akcipher,
	},
};

/*
 * A look-up that has to build the algorithm gets what it built, even if loading
 * the parts brought in a better one. The second look-up finds the best.
 */
static int vha_kcapi_probe(const struct accel_alg *alg,
			   struct vhost_accel_alg_info *info)
{
	const struct vha_kcapi_type *type = &vha_kcapi_types[alg->service];
	int err;

	err = type->probe(alg, info);
	if (err)
		return err;
	return type->probe(alg, info);
}

static int
vha_kcapi_session_create(const struct vhost_accel_session_param *param,
			 void **priv)
{
	struct vha_kcapi_session *session;
	int err;

	/* The driver was not there when the guest started */
	if (!param->info->ctx_size)
		return -ENOENT;
	session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);
	if (!session)
		return -ENOMEM;
	session->type = &vha_kcapi_types[param->alg->service];
	err = session->type->init(session, param);
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

	session->type->exit(session);
	kfree(session);
}

static int vha_kcapi_submit(void *priv, struct vhost_accel_request *req)
{
	struct vha_kcapi_session *session = priv;
	int err;

	err = session->type->submit(session, req);
	/*
	 * A driver that does not say that it allocates meets a lack of memory
	 * in the middle of the data: what is half done must not be done again.
	 */
	if (unlikely(err == -ENOMEM) && !session->allocates)
		err = -EIO;
	return err;
}

static const struct vhost_accel_provider_ops vha_kcapi_ops = {
	.probe = vha_kcapi_probe,
	.session_create = vha_kcapi_session_create,
	.session_destroy = vha_kcapi_session_destroy,
	.submit = vha_kcapi_submit,
};

/* Whatever this kernel has, by priority */
const struct vhost_accel_provider vha_provider_soft = {
	.name = "soft",
	.ops = &vha_kcapi_ops,
};

/**
 * vha_kcapi_init() - load drivers before they are looked for
 *
 * An algorithm that is built in, or built of parts, is found without loading
 * the module of a faster one.
 *
 * Context: process, module load: no lock is held.
 */
void vha_kcapi_init(void)
{
	struct vhost_accel_alg_info info;
	unsigned int i;

	request_module("crypto-aes");
	for (i = 0; i < ACCEL_ALG_NR; i++)
		vha_kcapi_probe(&accel_algs[i], &info);
}
