// SPDX-License-Identifier: GPL-2.0
/*
 * Simulated accelerator: its algorithms.
 *
 * They are registered once the module has its device, and stay until it is removed,
 * though the device may go and come meanwhile: an algorithm can't be unregistered
 * while there are transforms.
 */
#include "sim.h"

#include <crypto/aes.h>
#include <crypto/gcm.h>
#include <crypto/internal/aead.h>
#include <crypto/internal/skcipher.h>
#include <crypto/xts.h>
#include <linux/array_size.h>
#include <linux/module.h>
#include <linux/string.h>

/* A descriptor's memory is allocated for each request */
#define SIM_FLAGS	(CRYPTO_ALG_ASYNC | CRYPTO_ALG_ALLOCATES_MEMORY)

/**
 * struct sim_tfm - a transform
 * @key: mapped while there are requests
 * @keylen: of @key
 */
struct sim_tfm {
	u8 key[SIM_MAX_KEY];
	unsigned int keylen;
};

/**
 * struct sim_skcipher_alg - a cipher
 * @alg: for the crypto API
 * @mode: what the device is told
 */
struct sim_skcipher_alg {
	struct skcipher_alg alg;
	enum sim_mode mode;
};

static int sim_skcipher_init(struct crypto_skcipher *tfm)
{
	crypto_skcipher_set_reqsize(tfm, sizeof(struct sim_req));
	return 0;
}

static enum sim_mode sim_skcipher_mode(struct crypto_skcipher *tfm)
{
	return container_of(crypto_skcipher_alg(tfm), struct sim_skcipher_alg,
			    alg)->mode;
}

static void sim_tfm_set_key(struct sim_tfm *ctx, const u8 *key,
			    unsigned int keylen)
{
	memcpy(ctx->key, key, keylen);
	ctx->keylen = keylen;
}

static int sim_skcipher_setkey(struct crypto_skcipher *tfm, const u8 *key,
			       unsigned int keylen)
{
	unsigned int one = keylen;
	int err = 0;

	if (sim_skcipher_mode(tfm) == SIM_XTS) {
		err = xts_verify_key(tfm, key, keylen);
		one /= 2;
	}
	err = err ?: aes_check_keylen(one);
	if (!err)
		sim_tfm_set_key(crypto_skcipher_ctx(tfm), key, keylen);
	return err;
}

/* 0: there is nothing to do */
static int sim_skcipher_check(enum sim_mode mode, unsigned int len)
{
	switch (mode) {
	case SIM_ECB:
	case SIM_CBC:
		return len % AES_BLOCK_SIZE ? -EINVAL : len;
	case SIM_XTS:
		return len < XTS_BLOCK_SIZE ? -EINVAL : len;
	default:
		return len;
	}
}

static int sim_skcipher_submit(struct skcipher_request *req, bool encrypt)
{
	struct crypto_skcipher *tfm = crypto_skcipher_reqtfm(req);
	const struct sim_tfm *ctx = crypto_skcipher_ctx(tfm);
	struct sim_req *sr = skcipher_request_ctx(req);
	enum sim_mode mode = sim_skcipher_mode(tfm);
	int ret;

	ret = sim_skcipher_check(mode, req->cryptlen);
	if (ret <= 0)
		return ret;
	*sr = (struct sim_req) {
		.base = &req->base,
		.mode = mode,
		.encrypt = encrypt,
		.key = ctx->key,
		.keylen = ctx->keylen,
		.iv = req->iv,
		.ivsize = crypto_skcipher_ivsize(tfm),
		.src = req->src,
		.dst = req->dst,
		.cryptlen = req->cryptlen,
		.outlen = req->cryptlen,
	};
	return sim_submit(sr);
}

static int sim_skcipher_encrypt(struct skcipher_request *req)
{
	return sim_skcipher_submit(req, true);
}

static int sim_skcipher_decrypt(struct skcipher_request *req)
{
	return sim_skcipher_submit(req, false);
}

static int sim_aead_init(struct crypto_aead *tfm)
{
	crypto_aead_set_reqsize(tfm, sizeof(struct sim_req));
	return 0;
}

static int sim_aead_setkey(struct crypto_aead *tfm, const u8 *key,
			   unsigned int keylen)
{
	int err = aes_check_keylen(keylen);

	if (!err)
		sim_tfm_set_key(crypto_aead_ctx(tfm), key, keylen);
	return err;
}

static int sim_aead_setauthsize(struct crypto_aead *tfm, unsigned int authsize)
{
	return crypto_gcm_check_authsize(authsize);
}

static int sim_aead_submit(struct aead_request *req, bool encrypt)
{
	struct crypto_aead *tfm = crypto_aead_reqtfm(req);
	unsigned int taglen = crypto_aead_authsize(tfm);
	const struct sim_tfm *ctx = crypto_aead_ctx(tfm);
	struct sim_req *sr = aead_request_ctx(req);

	*sr = (struct sim_req) {
		.base = &req->base,
		.mode = SIM_GCM,
		.encrypt = encrypt,
		.key = ctx->key,
		.keylen = ctx->keylen,
		.taglen = taglen,
		.iv = req->iv,
		.ivsize = GCM_AES_IV_SIZE,
		.src = req->src,
		.dst = req->dst,
		.assoclen = req->assoclen,
		.cryptlen = req->cryptlen,
		.outlen = encrypt ? req->cryptlen + taglen :
				    req->cryptlen - taglen,
	};
	return sim_submit(sr);
}

static int sim_aead_encrypt(struct aead_request *req)
{
	return sim_aead_submit(req, true);
}

static int sim_aead_decrypt(struct aead_request *req)
{
	return sim_aead_submit(req, false);
}

#define SIM_BASE(_name, _driver_name, _blocksize) {			\
	.cra_name = (_name),						\
	.cra_driver_name = (_driver_name),				\
	.cra_flags = SIM_FLAGS,						\
	.cra_blocksize = (_blocksize),					\
	.cra_ctxsize = sizeof(struct sim_tfm),				\
	.cra_module = THIS_MODULE,					\
}

#define SIM_SKCIPHER(_mode, _name, _driver_name, _blocksize, _ivsize,	\
		     _min_keysize, _max_keysize) {			\
	.mode = (_mode),						\
	.alg = {							\
		.base = SIM_BASE(_name, _driver_name, _blocksize),	\
		.init = sim_skcipher_init,				\
		.setkey = sim_skcipher_setkey,				\
		.encrypt = sim_skcipher_encrypt,			\
		.decrypt = sim_skcipher_decrypt,			\
		.ivsize = (_ivsize),					\
		.min_keysize = (_min_keysize),				\
		.max_keysize = (_max_keysize),				\
		.chunksize = AES_BLOCK_SIZE,				\
	},								\
}

static struct sim_skcipher_alg sim_skciphers[] = {
	SIM_SKCIPHER(SIM_ECB, "ecb(aes)", "ecb-aes-accelsim",
		     AES_BLOCK_SIZE, 0,
		     AES_MIN_KEY_SIZE, AES_MAX_KEY_SIZE),
	SIM_SKCIPHER(SIM_CBC, "cbc(aes)", "cbc-aes-accelsim",
		     AES_BLOCK_SIZE, AES_BLOCK_SIZE,
		     AES_MIN_KEY_SIZE, AES_MAX_KEY_SIZE),
	SIM_SKCIPHER(SIM_CTR, "ctr(aes)", "ctr-aes-accelsim",
		     1, AES_BLOCK_SIZE,
		     AES_MIN_KEY_SIZE, AES_MAX_KEY_SIZE),
	SIM_SKCIPHER(SIM_XTS, "xts(aes)", "xts-aes-accelsim",
		     AES_BLOCK_SIZE, XTS_BLOCK_SIZE,
		     2 * AES_MIN_KEY_SIZE, 2 * AES_MAX_KEY_SIZE),
};

static struct aead_alg sim_aead = {
	.base = SIM_BASE("gcm(aes)", "gcm-aes-accelsim", 1),
	.init = sim_aead_init,
	.setkey = sim_aead_setkey,
	.setauthsize = sim_aead_setauthsize,
	.encrypt = sim_aead_encrypt,
	.decrypt = sim_aead_decrypt,
	.ivsize = GCM_AES_IV_SIZE,
	.maxauthsize = AES_BLOCK_SIZE,
	.chunksize = AES_BLOCK_SIZE,
};

static void sim_unregister_skciphers(unsigned int n)
{
	while (n--)
		crypto_unregister_skcipher(&sim_skciphers[n].alg);
}

/**
 * sim_register_algs() - register what the device can do
 *
 * Context: may sleep.
 * Return: 0 or an error.
 */
int sim_register_algs(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(sim_skciphers); i++) {
		sim_skciphers[i].alg.base.cra_priority = sim_priority;
		err = crypto_register_skcipher(&sim_skciphers[i].alg);
		if (err)
			goto err_unregister;
	}
	sim_aead.base.cra_priority = sim_priority;
	err = crypto_register_aead(&sim_aead);
	if (err)
		goto err_unregister;
	return 0;

err_unregister:
	sim_unregister_skciphers(i);
	return err;
}

/**
 * sim_unregister_algs() - undo sim_register_algs()
 *
 * Context: may sleep. There are no transforms.
 */
void sim_unregister_algs(void)
{
	crypto_unregister_aead(&sim_aead);
	sim_unregister_skciphers(ARRAY_SIZE(sim_skciphers));
}
