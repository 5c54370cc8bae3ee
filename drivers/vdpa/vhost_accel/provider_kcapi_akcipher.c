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

static struct crypto_akcipher *vha_akcipher(struct crypto_tfm *tfm)
{
	return container_of(tfm, struct crypto_akcipher, base);
}

static struct crypto_tfm *vha_kcapi_alloc_akcipher(const char *name, u32 type,
						   u32 mask)
{
	struct crypto_akcipher *akcipher;

	akcipher = crypto_alloc_akcipher(name, type, mask);
	return IS_ERR(akcipher) ? ERR_CAST(akcipher) : &akcipher->base;
}

static void vha_kcapi_free_akcipher(struct crypto_tfm *tfm)
{
	crypto_free_akcipher(vha_akcipher(tfm));
}

/* RSA, public: a modulus of 512 bits, exponent 65537. No request ever uses it */
static const u8 vha_rsa_key[] = {
	0x30, 0x48, 0x02, 0x41, 0x00, 0xc7, 0x3b, 0x19, 0x54, 0xe2, 0x8d, 0x6f,
	0x31, 0x9a, 0x05, 0xd8, 0x72, 0x4c, 0xb6, 0x1e, 0xf3, 0x88, 0x27, 0x5d,
	0xa9, 0x60, 0x13, 0xce, 0x74, 0x3f, 0x91, 0x0b, 0xe5, 0x58, 0xac, 0x26,
	0x7d, 0xd1, 0x42, 0x96, 0x0f, 0xbb, 0x34, 0xe8, 0x61, 0x1c, 0x95, 0x7a,
	0x2e, 0xd3, 0x48, 0x8f, 0x06, 0xb1, 0x6c, 0xf5, 0x29, 0x9e, 0x53, 0xc4,
	0x17, 0x8a, 0x70, 0x3d, 0xe6, 0x5b, 0xa1, 0x02, 0xdb, 0x02, 0x03, 0x01,
	0x00, 0x01,
};

/*
 * A driver that can't do without a key gets one. When it takes none, because it has no
 * device or no memory, there is no way to free the transform that would not be a NULL
 * dereference: then it stays.
 */
static void vha_kcapi_free_unused_akcipher(const struct vha_profile *profile,
					   struct crypto_tfm *tfm)
{
	int err = 0;

	if (profile->quirks & VHA_QUIRK_FREE_NEEDS_KEY)
		err = crypto_akcipher_set_pub_key(vha_akcipher(tfm), vha_rsa_key,
						  sizeof(vha_rsa_key));
	if (err == -ENODEV || err == -ENOMEM)
		pr_warn_ratelimited("vhost_accel: a transform of %s can't be freed: %d\n",
				    crypto_tfm_alg_driver_name(tfm), err);
	else
		vha_kcapi_free_akcipher(tfm);
}

static u32 vha_kcapi_akcipher_ctx_size(struct crypto_tfm *tfm)
{
	return sizeof(struct akcipher_request) +
	       crypto_akcipher_reqsize(vha_akcipher(tfm));
}

/* A template over a vendor's driver has to be made, unlike that driver */
static struct crypto_tfm *
vha_kcapi_alloc_pkcs1(const struct vhost_accel_alg_info *info, u32 hash)
{
	const struct vha_profile *profile = vha_profile_of(info->provider);
	u32 mask = CRYPTO_NOLOAD;
	char name[CRYPTO_MAX_ALG_NAME];
	int len;

	if (hash >= ARRAY_SIZE(vha_rsa_hashes))
		return ERR_PTR(-EOPNOTSUPP);
	hash = array_index_nospec(hash, ARRAY_SIZE(vha_rsa_hashes));
	if (!vha_rsa_hashes[hash])
		return ERR_PTR(-EOPNOTSUPP);
	len = snprintf(name, sizeof(name), "pkcs1pad(%s%s%s)", info->driver,
		       hash == VIRTIO_CRYPTO_RSA_NO_HASH ? "" : ",",
		       vha_rsa_hashes[hash]);
	if (len >= sizeof(name))
		return ERR_PTR(-EOPNOTSUPP);
	if (profile->quirks & VHA_QUIRK_BY_PRIORITY)
		mask = VHA_KCAPI_SOFT_MASK;
	return vha_kcapi_alloc_akcipher(name, 0, mask);
}

/*
 * Slots have room for the padded forms too. Those that can't be had now, can't
 * be had later: a session that finds one larger than its room is refused.
 */
static void vha_kcapi_probe_pkcs1(const struct accel_alg *alg,
				  struct vhost_accel_alg_info *info)
{
	struct crypto_tfm *tfm;
	unsigned int hash;

	if (alg->wire != ACCEL_AKCIPHER_RSA)
		return;
	for (hash = 0; hash < ARRAY_SIZE(vha_rsa_hashes); hash++) {
		tfm = vha_kcapi_alloc_pkcs1(info, hash);
		if (IS_ERR(tfm))
			continue;
		info->ctx_size = max(info->ctx_size,
				     vha_kcapi_akcipher_ctx_size(tfm));
		vha_kcapi_free_unused_akcipher(vha_profile_of(info->provider),
					       tfm);
	}
}

static struct crypto_tfm *
vha_kcapi_alloc_padded(const struct vhost_accel_session_param *param)
{
	if (param->alg->wire == ACCEL_AKCIPHER_RSA &&
	    param->padding == VIRTIO_CRYPTO_RSA_PKCS1_PADDING)
		return vha_kcapi_alloc_pkcs1(param->info, param->hash);
	return NULL;
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

static int
vha_kcapi_set_akcipher_key(struct crypto_tfm *tfm,
			   const struct vhost_accel_session_param *param)
{
	struct crypto_akcipher *akcipher = vha_akcipher(tfm);
	int err = 0;

	if (param->alg->wire == ACCEL_AKCIPHER_RSA)
		err = vha_kcapi_check_rsa(param);
	else if (param->private_key)
		/* The kernel only verifies by ECDSA */
		err = -EOPNOTSUPP;
	if (err)
		return err;
	return param->private_key ?
	       crypto_akcipher_set_priv_key(akcipher, param->key,
					    param->key_len) :
	       crypto_akcipher_set_pub_key(akcipher, param->key,
					   param->key_len);
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

/*
 * Drivers fill a destination that is longer than the modulus with zeros in front,
 * and mean the signature's and the digest's lengths by those of source and
 * destination of a verification.
 */
static int vha_kcapi_submit_akcipher(const struct vha_kcapi_session *session,
				     struct vhost_accel_request *req)
{
	struct crypto_akcipher *akcipher = vha_akcipher(session->tfm);
	struct akcipher_request *areq = req->ctx;
	int err;

	akcipher_request_set_tfm(areq, akcipher);
	akcipher_request_set_callback(areq, session->flags, vha_kcapi_akcipher_done, req);
	akcipher_request_set_crypt(areq, req->src, req->dst, req->cryptlen,
				   min(req->dst_len,
				       crypto_akcipher_maxsize(akcipher)));
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

const struct vha_kcapi_type vha_kcapi_akcipher = {
	.alloc = vha_kcapi_alloc_akcipher,
	.free = vha_kcapi_free_akcipher,
	.free_unused = vha_kcapi_free_unused_akcipher,
	.ctx_size = vha_kcapi_akcipher_ctx_size,
	.probe_more = vha_kcapi_probe_pkcs1,
	.alloc_session = vha_kcapi_alloc_padded,
	.set_key = vha_kcapi_set_akcipher_key,
	.submit = vha_kcapi_submit_akcipher,
};
