/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all AEADs have in common, whatever they are to the device.
 */
#ifndef _VACCEL_AEAD_H
#define _VACCEL_AEAD_H

#include <crypto/internal/aead.h>
#include <linux/types.h>

#include "req.h"

struct vaccel_alg;
struct vaccel_tfm;

#define VACCEL_ESP_IV	8	/* of IPsec's forms */

/**
 * struct vaccel_aead_rctx - our part of a request, in the memory of its caller
 * @req: the request
 * @fb: the fallback's, whose own part is behind it
 */
struct vaccel_aead_rctx {
	struct vaccel_req req;
	struct aead_request fb;
};

/**
 * vaccel_to_aead() - a request as its caller knows it
 * @req: our part of it
 *
 * Return: that request.
 */
static inline struct aead_request *vaccel_to_aead(struct vaccel_req *req)
{
	return container_of(req->base, struct aead_request, base);
}

/**
 * vaccel_aead_init() - give a transform its fallback and a route
 * @tfm: the transform
 *
 * Context: process.
 * Return: 0 or an error.
 */
int vaccel_aead_init(struct crypto_aead *tfm);

/**
 * vaccel_aead_exit() - undo vaccel_aead_init()
 * @tfm: the transform, without requests
 */
void vaccel_aead_exit(struct crypto_aead *tfm);

/**
 * vaccel_aead_setauthsize() - change the length of the tag
 * @tfm: the transform
 * @authsize: the length
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int vaccel_aead_setauthsize(struct crypto_aead *tfm, unsigned int authsize);

/* Of &struct vaccel_family, see there */
int vaccel_aead_add(struct vaccel_alg *alg);
void vaccel_aead_del(struct vaccel_alg *alg);
int vaccel_aead_fallback(struct vaccel_tfm *t, struct vaccel_req *req,
			 u32 flags, crypto_completion_t done);

#endif /* _VACCEL_AEAD_H */
