/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_SKCIPHER_H
#define _VACCEL_SKCIPHER_H

#include <linux/crypto.h>
#include <linux/types.h>

#include "encode.h"

struct vaccel_req;
struct vaccel_tfm;

/**
 * vaccel_skcipher_fill() - write the header of a request
 * @h: the header
 * @t: the transform
 * @req: the request
 * @session: the device's name for the session
 *
 * Return: length of the header with the IV.
 */
unsigned int vaccel_skcipher_fill(struct vaccel_data_hdr *h,
				  struct vaccel_tfm *t, struct vaccel_req *req,
				  __le64 session);

/**
 * vaccel_skcipher_finish() - give the caller the next IV
 * @t: the transform
 * @req: the request, done by a device
 */
void vaccel_skcipher_finish(struct vaccel_tfm *t, struct vaccel_req *req);

/**
 * vaccel_skcipher_fallback() - do a request in software
 * @t: the transform
 * @req: the request
 * @flags: CRYPTO_TFM_REQ_* for the fallback
 * @done: called with the request if it is not done at once
 *
 * Return: as the fallback's.
 */
int vaccel_skcipher_fallback(struct vaccel_tfm *t, struct vaccel_req *req,
			     u32 flags, crypto_completion_t done);

/**
 * vaccel_iv_add() - add to a big endian counter
 * @iv: the counter, 16 bytes
 * @n: what to add
 */
void vaccel_iv_add(u8 *iv, u32 n);

#endif /* _VACCEL_SKCIPHER_H */
