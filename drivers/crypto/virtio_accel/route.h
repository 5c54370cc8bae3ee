/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_ROUTE_H
#define _VACCEL_ROUTE_H

#include <crypto/aead.h>
#include <crypto/akcipher.h>
#include <crypto/hash.h>
#include <crypto/skcipher.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "alg.h"
#include "encode.h"

struct vaccel_key;
struct vaccel_req;

/* Requests that a transform keeps while it has no session or is switching */
#define VACCEL_PARK_MAX		256
/* When to ask a device again that refused a session: it may have been full */
#define VACCEL_RETRY		(10 * HZ)

/**
 * enum vaccel_route - which way new requests of a transform go
 * @VACCEL_ROUTE_HOLD: they are parked, the work is looking for a way
 * @VACCEL_ROUTE_DEVICE: to the device, if the session is ready
 * @VACCEL_ROUTE_SOFTWARE: to the fallback; if not &vaccel_tfm.soft, only those
 *	that are small
 */
enum vaccel_route {
	VACCEL_ROUTE_HOLD,
	VACCEL_ROUTE_DEVICE,
	VACCEL_ROUTE_SOFTWARE,
};

/**
 * struct vaccel_tfm - our part of a transform
 * @route: enum vaccel_route; written under @lock, read without it, after a
 *	reference on the key has been taken (vaccel_req_submit())
 * @alg: the driver
 * @key: the key; set by setkey, which its caller serialises
 * @auth_len: algorithm chaining: length of the MAC's key, behind the cipher's
 * @tag_len: AEAD, hash and MAC: length of the tag or the result
 * @salt: rfc4106: first part of the IV
 * @skcipher_fb: the fallback of an skcipher
 * @hash_fb: the fallback of a hash or MAC
 * @aead_fb: the fallback of an AEAD
 * @akcipher_fb: the fallback of a public or private key
 * @max_size: AKCIPHER: longest result in bytes, 0 without a key
 * @para: AKCIPHER: what its key is for
 * @lock: guards all below but @work, and writing @route
 * @side: where requests are in flight, or were last: DEVICE or SOFTWARE
 * @drain: let everything in flight end before the next request goes
 * @soft: software was chosen for want of a device, not for one request
 * @seq: vaccel_dev_seq when software was chosen
 * @retry: when to try a device again that refused a session, in jiffies
 * @parked: requests that wait, in order
 * @returned: requests that a device did not do, before those in @parked; those
 *	of one CPU in order
 * @nr_parked: number of requests in @parked
 * @work: finds the way and sends parked requests on it; only it opens @route
 * @ref: one of the crypto API's transform, one of @work while it is queued or
 *	runs
 *
 * Not the context of the crypto API's transform itself: that may be freed in a
 * softirq, which cannot wait for @work.
 */
struct vaccel_tfm {
	u8 route;
	struct vaccel_alg *alg;
	struct vaccel_key __rcu *key;
	u32 auth_len;
	u8 tag_len;
	u8 salt[4];
	union {
		struct crypto_skcipher *skcipher_fb;
		struct crypto_ahash *hash_fb;
		struct crypto_aead *aead_fb;
		struct crypto_akcipher *akcipher_fb;
	};
	u32 max_size;
	struct vaccel_akcipher_para para;

	spinlock_t lock; /* see above */
	u8 side;
	bool drain;
	bool soft;
	int seq;
	unsigned long retry;
	struct list_head parked;
	struct list_head returned;
	unsigned int nr_parked;
	struct work_struct work;
	struct kref ref;
};

/**
 * struct vaccel_ctx - context of the crypto API's transform
 * @t: our part of it
 */
struct vaccel_ctx {
	struct vaccel_tfm *t;
};

/**
 * vaccel_tfm_of() - our part of a transform
 * @tfm: the crypto API's transform
 *
 * Return: that part.
 */
static inline struct vaccel_tfm *vaccel_tfm_of(struct crypto_tfm *tfm)
{
	struct vaccel_ctx *ctx = crypto_tfm_ctx(tfm);

	return ctx->t;
}

/**
 * vaccel_route_init() - give the crypto API's transform our part
 * @tfm: the crypto API's transform, with a struct vaccel_ctx as context
 * @alg: its driver
 *
 * Context: process.
 * Return: our part, without fallback, or NULL.
 */
struct vaccel_tfm *vaccel_route_init(struct crypto_tfm *tfm,
				     struct vaccel_alg *alg);

/**
 * vaccel_route_exit() - undo vaccel_route_init(), let the key go
 * @t: the transform, without requests; its fallback may be gone already
 *
 * Waits for nothing.
 *
 * Context: any but hard interrupts.
 */
void vaccel_route_exit(struct vaccel_tfm *t);

/**
 * vaccel_route_pass_flags() - let the fallback do what the caller of setkey allows
 * @tfm: the caller's transform
 * @fb: its fallback
 *
 * Return: how to allocate for the key.
 */
gfp_t vaccel_route_pass_flags(struct crypto_tfm *tfm, struct crypto_tfm *fb);

/**
 * vaccel_route_set_key() - give a transform a key
 * @t: the transform
 * @bytes: the key
 * @len: its length
 * @gfp: as the caller of setkey allows
 *
 * Return: 0 or -ENOMEM.
 */
int vaccel_route_set_key(struct vaccel_tfm *t, const u8 *bytes,
			 unsigned int len, gfp_t gfp);

/**
 * vaccel_route_set_tag_len() - change the length of the tag
 * @t: the transform
 * @len: the length
 *
 * Sessions have it built in, so that a key gets new ones.
 *
 * Return: 0 or -ENOMEM.
 */
int vaccel_route_set_tag_len(struct vaccel_tfm *t, unsigned int len);

/**
 * vaccel_route_wake() - queue the work of a transform
 * @t: the transform
 *
 * Context: any.
 */
void vaccel_route_wake(struct vaccel_tfm *t);

/**
 * vaccel_route_slow() - a request that cannot go straight to the device
 * @t: the transform
 * @req: the request, prepared
 *
 * Context: bottom halves on or off, as the caller of the request has it.
 * Return: as vaccel_req_submit().
 */
int vaccel_route_slow(struct vaccel_tfm *t, struct vaccel_req *req);

/**
 * vaccel_route_again() - a device did not do a request: do it again, in order
 * @t: the transform
 * @req: the request; without a reference on a key
 *
 * Context: bottom halves off.
 */
void vaccel_route_again(struct vaccel_tfm *t, struct vaccel_req *req);

/* May requests be done in software? The module parameter "fallback" */
bool vaccel_fallback_allowed(void);

#endif /* _VACCEL_ROUTE_H */
