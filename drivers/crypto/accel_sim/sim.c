// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Simulated accelerator
 *
 * accel_sim registers skcipher ecb(aes), cbc(aes), ctr(aes), xts(aes) and aead
 * gcm(aes) as "ecb-aes-accel-sim" and so on, asynchronous, with the flags and
 * the queueing rules of drivers for real accelerators. A software transform
 * does the work, in a thread of the module: the engine.
 *
 * All knobs and counters are files of /sys/module/accel_sim/parameters/, and
 * the knobs may be given to modprobe as well.
 *
 * priority
 *	Priority of the algorithms, only when loading.
 * queue_depth
 *	Slots of the queue. A request uses one from its acceptance until its
 *	callback is called. Without a slot the answer is -EBUSY, the request is
 *	in the backlog and -EINPROGRESS follows if CRYPTO_TFM_REQ_MAY_BACKLOG is
 *	set; else it is -ENOSPC and the request is not accepted.
 * delay_us
 *	A request is executed at least that long after it got its slot.
 * reorder
 *	Executes up to N requests at a time, in reverse order. It doesn't wait
 *	for N of them: combine it with delay_us or hold.
 * irq
 *	Completion callbacks run in 0: the engine's thread, 1: softirq, 2: hard
 *	interrupt.
 * hold, release, held
 *	While hold is 1 nothing is executed, so neither the source is read nor
 *	the destination written, as in a device that hangs. Writing N or "all"
 *	to release executes that many, oldest first; held tells how many wait.
 *	Writing 0 to hold lets everything go.
 * busy_every, nospc_every, nomem_every
 *	Each Nth submission answers -EBUSY (and goes to the backlog if it has
 *	CRYPTO_TFM_REQ_MAY_BACKLOG, else it is not accepted), -ENOSPC, -ENOMEM
 *	(not accepted). 0 is never, 1 always. Writing starts the count again.
 * sync_every
 *	Each Nth submission is executed and its callback called before the
 *	submission returns -EINPROGRESS. Not while hold is 1.
 * error_every
 *	Each Nth execution is left out and completes with -EIO.
 * submitted, completed, refused, backlogged, errors, bytes
 *	Counters since loading: accepted requests, answered requests (callback
 *	is being called), requests that were not accepted, those that went to
 *	the backlog, injected -EIO, and bytes of executed requests without AAD
 *	and tag.
 * in_flight
 *	submitted - completed.
 *
 * The module can be removed when no transform uses it.
 */
#include "sim.h"

#include <crypto/aes.h>
#include <crypto/gcm.h>
#include <crypto/internal/aead.h>
#include <crypto/internal/skcipher.h>
#include <crypto/xts.h>
#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/module.h>

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

/* A real accelerator allocates a descriptor per request; so do we claim. */
#define SIM_FLAGS	(CRYPTO_ALG_ASYNC | CRYPTO_ALG_ALLOCATES_MEMORY)

/*
 * The software below us: synchronous, which excludes ourselves, and not a
 * driver that needs a software below it.
 */
#define SIM_CHILD_MASK	(CRYPTO_ALG_ASYNC | CRYPTO_ALG_NEED_FALLBACK)

/**
 * struct sim_skcipher_req - request context of a cipher
 * @sim: for the engine
 * @encrypt: or decrypt
 * @child: for the software transform; its context follows
 */
struct sim_skcipher_req {
	struct sim_req sim;
	bool encrypt;
	struct skcipher_request child;
};

/**
 * struct sim_aead_req - request context of an AEAD
 * @sim: for the engine
 * @encrypt: or decrypt
 * @child: for the software transform; its context follows
 */
struct sim_aead_req {
	struct sim_req sim;
	bool encrypt;
	struct aead_request child;
};

static int sim_skcipher_init(struct crypto_skcipher *tfm)
{
	struct crypto_skcipher **child = crypto_skcipher_ctx(tfm);
	const char *name = crypto_tfm_alg_name(&tfm->base);

	*child = crypto_alloc_skcipher(name, 0, SIM_CHILD_MASK);
	if (IS_ERR(*child))
		return PTR_ERR(*child);
	crypto_skcipher_set_reqsize(tfm, sizeof(struct sim_skcipher_req) +
				    crypto_skcipher_reqsize(*child));
	return 0;
}

static void sim_skcipher_exit(struct crypto_skcipher *tfm)
{
	struct crypto_skcipher **child = crypto_skcipher_ctx(tfm);

	crypto_free_skcipher(*child);
}

static int sim_skcipher_setkey(struct crypto_skcipher *tfm, const u8 *key,
			       unsigned int keylen)
{
	struct crypto_skcipher **child = crypto_skcipher_ctx(tfm);

	crypto_skcipher_clear_flags(*child, CRYPTO_TFM_REQ_MASK);
	crypto_skcipher_set_flags(*child, crypto_skcipher_get_flags(tfm) &
				  CRYPTO_TFM_REQ_MASK);
	return crypto_skcipher_setkey(*child, key, keylen);
}

static int sim_skcipher_run(struct sim_req *sim, u32 flags)
{
	struct sim_skcipher_req *sreq =
		container_of(sim, struct sim_skcipher_req, sim);
	struct skcipher_request *req = skcipher_request_cast(sim->base);
	struct crypto_skcipher *tfm = crypto_skcipher_reqtfm(req);
	struct crypto_skcipher **child = crypto_skcipher_ctx(tfm);

	atomic64_add(req->cryptlen, &sim_stats.bytes);
	skcipher_request_set_tfm(&sreq->child, *child);
	skcipher_request_set_callback(&sreq->child, flags, NULL, NULL);
	skcipher_request_set_crypt(&sreq->child, req->src, req->dst,
				   req->cryptlen, req->iv);
	return sreq->encrypt ? crypto_skcipher_encrypt(&sreq->child) :
			       crypto_skcipher_decrypt(&sreq->child);
}

static int sim_skcipher_submit(struct skcipher_request *req, bool encrypt)
{
	struct sim_skcipher_req *sreq = skcipher_request_ctx(req);

	sreq->encrypt = encrypt;
	sreq->sim.run = sim_skcipher_run;
	return sim_submit(&sreq->sim, &req->base);
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
	struct crypto_aead **child = crypto_aead_ctx(tfm);
	const char *name = crypto_tfm_alg_name(&tfm->base);

	*child = crypto_alloc_aead(name, 0, SIM_CHILD_MASK);
	if (IS_ERR(*child))
		return PTR_ERR(*child);
	crypto_aead_set_reqsize(tfm, sizeof(struct sim_aead_req) +
				crypto_aead_reqsize(*child));
	return 0;
}

static void sim_aead_exit(struct crypto_aead *tfm)
{
	struct crypto_aead **child = crypto_aead_ctx(tfm);

	crypto_free_aead(*child);
}

static int sim_aead_setkey(struct crypto_aead *tfm, const u8 *key,
			   unsigned int keylen)
{
	struct crypto_aead **child = crypto_aead_ctx(tfm);

	crypto_aead_clear_flags(*child, CRYPTO_TFM_REQ_MASK);
	crypto_aead_set_flags(*child, crypto_aead_get_flags(tfm) &
			      CRYPTO_TFM_REQ_MASK);
	return crypto_aead_setkey(*child, key, keylen);
}

static int sim_aead_setauthsize(struct crypto_aead *tfm, unsigned int authsize)
{
	struct crypto_aead **child = crypto_aead_ctx(tfm);

	return crypto_aead_setauthsize(*child, authsize);
}

static int sim_aead_run(struct sim_req *sim, u32 flags)
{
	struct sim_aead_req *areq = container_of(sim, struct sim_aead_req, sim);
	struct aead_request *req = aead_request_cast(sim->base);
	struct crypto_aead *tfm = crypto_aead_reqtfm(req);
	struct crypto_aead **child = crypto_aead_ctx(tfm);
	unsigned int tag = areq->encrypt ? 0 : crypto_aead_authsize(tfm);

	atomic64_add(req->cryptlen - tag, &sim_stats.bytes);
	aead_request_set_tfm(&areq->child, *child);
	aead_request_set_callback(&areq->child, flags, NULL, NULL);
	aead_request_set_crypt(&areq->child, req->src, req->dst, req->cryptlen,
			       req->iv);
	aead_request_set_ad(&areq->child, req->assoclen);
	return areq->encrypt ? crypto_aead_encrypt(&areq->child) :
			       crypto_aead_decrypt(&areq->child);
}

static int sim_aead_submit(struct aead_request *req, bool encrypt)
{
	struct sim_aead_req *areq = aead_request_ctx(req);

	areq->encrypt = encrypt;
	areq->sim.run = sim_aead_run;
	return sim_submit(&areq->sim, &req->base);
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
	.cra_ctxsize = sizeof(void *),					\
	.cra_module = THIS_MODULE,					\
}

#define SIM_SKCIPHER(_name, _driver_name, _blocksize, _ivsize,		\
		     _min_keysize, _max_keysize) {			\
	.base = SIM_BASE(_name, _driver_name, _blocksize),		\
	.init = sim_skcipher_init,					\
	.exit = sim_skcipher_exit,					\
	.setkey = sim_skcipher_setkey,					\
	.encrypt = sim_skcipher_encrypt,				\
	.decrypt = sim_skcipher_decrypt,				\
	.ivsize = (_ivsize),						\
	.min_keysize = (_min_keysize),					\
	.max_keysize = (_max_keysize),					\
	.chunksize = AES_BLOCK_SIZE,					\
}

static struct skcipher_alg sim_skciphers[] = {
	SIM_SKCIPHER("ecb(aes)", "ecb-aes-accel-sim",
		     AES_BLOCK_SIZE, 0,
		     AES_MIN_KEY_SIZE, AES_MAX_KEY_SIZE),
	SIM_SKCIPHER("cbc(aes)", "cbc-aes-accel-sim",
		     AES_BLOCK_SIZE, AES_BLOCK_SIZE,
		     AES_MIN_KEY_SIZE, AES_MAX_KEY_SIZE),
	SIM_SKCIPHER("ctr(aes)", "ctr-aes-accel-sim",
		     1, AES_BLOCK_SIZE,
		     AES_MIN_KEY_SIZE, AES_MAX_KEY_SIZE),
	SIM_SKCIPHER("xts(aes)", "xts-aes-accel-sim",
		     AES_BLOCK_SIZE, XTS_BLOCK_SIZE,
		     2 * AES_MIN_KEY_SIZE, 2 * AES_MAX_KEY_SIZE),
};

static struct aead_alg sim_aead = {
	.base = SIM_BASE("gcm(aes)", "gcm-aes-accel-sim", 1),
	.init = sim_aead_init,
	.exit = sim_aead_exit,
	.setkey = sim_aead_setkey,
	.setauthsize = sim_aead_setauthsize,
	.encrypt = sim_aead_encrypt,
	.decrypt = sim_aead_decrypt,
	.ivsize = GCM_AES_IV_SIZE,
	.maxauthsize = AES_BLOCK_SIZE,
	.chunksize = AES_BLOCK_SIZE,
};

/*
 * The software has to be there before our own names are, or its look-up during
 * our self-test would wait for that self-test.
 */
static int sim_check_children(void)
{
	struct crypto_skcipher *skcipher;
	struct crypto_aead *aead;
	const char *name;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sim_skciphers); i++) {
		name = sim_skciphers[i].base.cra_name;
		skcipher = crypto_alloc_skcipher(name, 0, SIM_CHILD_MASK);
		if (IS_ERR(skcipher)) {
			pr_err("no synchronous %s: %pe\n", name, skcipher);
			return PTR_ERR(skcipher);
		}
		crypto_free_skcipher(skcipher);
	}
	name = sim_aead.base.cra_name;
	aead = crypto_alloc_aead(name, 0, SIM_CHILD_MASK);
	if (IS_ERR(aead)) {
		pr_err("no synchronous %s: %pe\n", name, aead);
		return PTR_ERR(aead);
	}
	crypto_free_aead(aead);
	return 0;
}

static int sim_register(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(sim_skciphers); i++)
		sim_skciphers[i].base.cra_priority = sim_priority;
	sim_aead.base.cra_priority = sim_priority;

	err = crypto_register_skciphers(sim_skciphers,
					ARRAY_SIZE(sim_skciphers));
	if (err)
		return err;
	err = crypto_register_aead(&sim_aead);
	if (err)
		goto err_unregister_skciphers;
	return 0;

err_unregister_skciphers:
	crypto_unregister_skciphers(sim_skciphers, ARRAY_SIZE(sim_skciphers));
	return err;
}

static int __init sim_init(void)
{
	int err;

	err = sim_check_children();
	if (err)
		return err;
	err = sim_engine_start();
	if (err)
		return err;
	err = sim_register();
	if (err)
		goto err_stop_engine;
	return 0;

err_stop_engine:
	sim_engine_stop();
	return err;
}

static void __exit sim_exit(void)
{
	crypto_unregister_aead(&sim_aead);
	crypto_unregister_skciphers(sim_skciphers, ARRAY_SIZE(sim_skciphers));
	sim_engine_stop();
}

module_init(sim_init);
module_exit(sim_exit);

MODULE_DESCRIPTION("Simulated asynchronous crypto accelerator (for tests)");
MODULE_LICENSE("GPL");
