/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_AEAD_H
#define _VACCEL_AEAD_H

#include <linux/crypto.h>
#include <linux/types.h>

#include "encode.h"

struct vaccel_req;
struct vaccel_tfm;

/**
 * vaccel_aead_fill() - write the header of a request
 * @h: the header
 * @t: the transform
 * @req: the request
 * @rev1: REVISION_1 layout
 * @session: the device's name for the session
 *
 * Return: length of the header with the IV.
 */
unsigned int vaccel_aead_fill(struct vaccel_data_hdr *h, struct vaccel_tfm *t,
			      struct vaccel_req *req, bool rev1,
			      __le64 session);

/**
 * vaccel_aead_fallback() - do a request in software
 * @t: the transform
 * @req: the request
 * @flags: CRYPTO_TFM_REQ_* for the fallback
 * @done: called with the request if it is not done at once
 *
 * Return: as the fallback's.
 */
int vaccel_aead_fallback(struct vaccel_tfm *t, struct vaccel_req *req,
			 u32 flags, crypto_completion_t done);

#endif /* _VACCEL_AEAD_H */
