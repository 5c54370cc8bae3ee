// SPDX-License-Identifier: GPL-2.0
/*
 * Public keys by the kernel crypto API: RSA, plain or padded by the template
 * pkcs1pad(), and ECDSA.
 *
 * The kernel's RSA reads its source more than once and does not expect it to
 * change meanwhile. So the source is private memory, unlike that of all other
 * services; the result goes to the guest's own pages.
 */
#include "provider_kcapi.h"

#include <crypto/akcipher.h>
#include <crypto/internal/rsa.h>
#include <linux/array_size.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/virtio_crypto.h>

#include <accel/wire.h>

/* By VIRTIO_CRYPTO_RSA_*: what pkcs1pad() calls a hash; NULL if it knows none */
static const char *const vha_rsa_hashes[] = {
	[VIRTIO_CRYPTO_RSA_NO_HASH] = "",
	[VIRTIO_CRYPTO_RSA_MD5] = "md5",
	[VIRTIO_CRYPTO_RSA_SHA1] = "sha1",
	[VIRTIO_CRYPTO_RSA_SHA256] = "sha256",
	[VIRTIO_CRYPTO_RSA_SHA384] = "sha384",
	[VIRTIO_CRYPTO_RSA_SHA512] = "sha512",
	[VIRTIO_CRYPTO_RSA_SHA224] = "sha224",
};

static u32 vha_kcapi_akcipher_ctx_size(struct crypto_akcipher *tfm)
{
	return sizeof(struct akcipher_request) + crypto_akcipher_reqsize(tfm);
}

static struct crypto_akcipher *vha_kcapi_alloc_pkcs1(const char *driver,
						     u32 hash)
{
	char name[CRYPTO_MAX_ALG_NAME];
	int len;

	if (hash >= ARRAY_SIZE(vha_rsa_hashes))
		return ERR_PTR(-EOPNOTSUPP);
	hash = array_index_nospec(hash, ARRAY_SIZE(vha_rsa_hashes));
	if (!vha_rsa_hashes[hash])
		return ERR_PTR(-EOPNOTSUPP);
	len = snprintf(name, sizeof(name), "pkcs1pad(%s%s%s)", driver,
		       hash == VIRTIO_CRYPTO_RSA_NO_HASH ? "" : ",",
		       vha_rsa_hashes[hash]);
	if (len >= sizeof(name))
		return ERR_PTR(-EOPNOTSUPP);
	return crypto_alloc_akcipher(name, 0, VHA_KCAPI_MASK);
}

/*
 * Slots have room for the padded forms too. Those that can't be had now, can't
 * be had later: a session that finds one larger than its room is refused.
 */
static void vha_kcapi_probe_pkcs1(struct vhost_accel_alg_info *info)
{
	struct crypto_akcipher *tfm;
	unsigned int hash;

	for (hash = 0; hash < ARRAY_SIZE(vha_rsa_hashes); hash++) {
		tfm = vha_kcapi_alloc_pkcs1(info->driver, hash);
		if (IS_ERR(tfm))
			continue;
		info->ctx_size = max(info->ctx_size,
				     vha_kcapi_akcipher_ctx_size(tfm));
		crypto_free_akcipher(tfm);
	}
}

/**
 * vha_kcapi_probe_akcipher() - &vhost_accel_provider_ops.probe of AKCIPHER
 * @alg: the row
 * @info: filled in
 *
 * Context: process.
 * Return: 0 or an error.
 */
int vha_kcapi_probe_akcipher(const struct accel_alg *alg,
			     struct vhost_accel_alg_info *info)
{
	struct crypto_akcipher *tfm;

	tfm = crypto_alloc_akcipher(alg->name, 0, VHA_KCAPI_MASK);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	strscpy(info->driver,
		crypto_tfm_alg_driver_name(crypto_akcipher_tfm(tfm)),
		sizeof(info->driver));
	info->ctx_size = vha_kcapi_akcipher_ctx_size(tfm);
	crypto_free_akcipher(tfm);
	if (alg->wire == ACCEL_AKCIPHER_RSA)
		vha_kcapi_probe_pkcs1(info);
	return 0;
}

/* The kernel logs a modulus that is beyond what it can do at all */
static int vha_kcapi_check_rsa(const struct vhost_accel_session_param *param)
{
	struct rsa_key rsa = {};
	int err;

	err = param->private_key ?
	      rsa_parse_priv_key(&rsa, param->key, param->key_len) :
	      rsa_parse_pub_key(&rsa, param->key, param->key_len);
	if (err)
		return err;
	/* One more, for the sign */
	return rsa.n_sz > ACCEL_MAX_RSA_LEN + 1 || rsa.e_sz > rsa.n_sz ?
	       -EINVAL : 0;
}

static int vha_kcapi_set_akcipher_key(struct crypto_akcipher *tfm,
				      const struct vhost_accel_session_param *param)
{
	int err = 0;

	if (param->alg->wire == ACCEL_AKCIPHER_RSA)
		err = vha_kcapi_check_rsa(param);
	else if (param->private_key)
		/* The kernel only verifies by ECDSA */
		err = -EOPNOTSUPP;
	if (err)
		return err;
	return param->private_key ?
	       crypto_akcipher_set_priv_key(tfm, param->key, param->key_len) :
	       crypto_akcipher_set_pub_key(tfm, param->key, param->key_len);
}

/**
 * vha_kcapi_init_akcipher() - make a transform with a key
 * @session: gets it
 * @param: see &vhost_accel_provider_ops.session_create
 *
 * Context: process.
 * Return: 0 or an error.
 */
int vha_kcapi_init_akcipher(struct vha_kcapi_session *session,
			    const struct vhost_accel_session_param *param)
{
	struct crypto_akcipher *tfm;
	int err;

	if (param->alg->wire == ACCEL_AKCIPHER_RSA &&
	    param->padding == VIRTIO_CRYPTO_RSA_PKCS1_PADDING)
		tfm = vha_kcapi_alloc_pkcs1(param->info->driver, param->hash);
	else
		tfm = crypto_alloc_akcipher(param->info->driver, 0,
					    VHA_KCAPI_MASK);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = -EOPNOTSUPP;
	if (vha_kcapi_akcipher_ctx_size(tfm) > param->info->ctx_size)
		goto err_free;
	err = vha_kcapi_set_akcipher_key(tfm, param);
	if (err)
		goto err_free;
	session->akcipher = tfm;
	return 0;

err_free:
	crypto_free_akcipher(tfm);
	return err;
}

/**
 * vha_kcapi_exit_akcipher() - free a session's transform
 * @session: the session
 *
 * Context: process.
 */
void vha_kcapi_exit_akcipher(struct vha_kcapi_session *session)
{
	crypto_free_akcipher(session->akcipher);
}

/* Whatever a driver finds wrong about a signature: it is not one */
static int vha_kcapi_akcipher_result(struct vhost_accel_request *req, int err)
{
	struct akcipher_request *areq = req->ctx;
	bool verify = req->op == ACCEL_AKCIPHER_OP_VERIFY;

	switch (err) {
	case 0:
		if (!verify)
			req->dst_len = min(req->dst_len, areq->dst_len);
		return 0;
	case -EINVAL:
	case -EBADMSG:
	case -EKEYREJECTED:
		return verify ? -EKEYREJECTED : -EINVAL;
	default:
		return err;
	}
}

static void vha_kcapi_akcipher_done(void *data, int err)
{
	struct vhost_accel_request *req = data;

	/* A request leaves a driver's own backlog: not an answer */
	if (err == -EINPROGRESS)
		return;
	req->complete(req, vha_kcapi_akcipher_result(req, err));
}

/**
 * vha_kcapi_submit_akcipher() - &vhost_accel_provider_ops.submit of AKCIPHER
 * @session: the session
 * @req: the request
 *
 * Drivers fill a destination that is longer than the modulus with zeros in front,
 * and mean the signature's and the digest's lengths by those of source and
 * destination of a verification.
 *
 * Context: the queue's worker.
 * Return: as &vhost_accel_provider_ops.submit.
 */
int vha_kcapi_submit_akcipher(struct vha_kcapi_session *session,
			      struct vhost_accel_request *req)
{
	struct crypto_akcipher *tfm = session->akcipher;
	struct akcipher_request *areq = req->ctx;
	int err;

	akcipher_request_set_tfm(areq, tfm);
	akcipher_request_set_callback(areq, CRYPTO_TFM_REQ_MAY_SLEEP,
				      vha_kcapi_akcipher_done, req);
	akcipher_request_set_crypt(areq, req->src, req->dst, req->cryptlen,
				   min(req->dst_len,
				       crypto_akcipher_maxsize(tfm)));
	switch (req->op) {
	case ACCEL_AKCIPHER_OP_ENCRYPT:
		err = crypto_akcipher_encrypt(areq);
		break;
	case ACCEL_AKCIPHER_OP_DECRYPT:
		err = crypto_akcipher_decrypt(areq);
		break;
	case ACCEL_AKCIPHER_OP_SIGN:
		err = crypto_akcipher_sign(areq);
		break;
	default:
		akcipher_request_set_crypt(areq, req->src, NULL, req->sig_len,
					   req->cryptlen - req->sig_len);
		err = crypto_akcipher_verify(areq);
		break;
	}
	return vha_kcapi_akcipher_result(req, err);
}
