/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_REQ_H
#define _VACCEL_REQ_H

#include <crypto/algapi.h>
#include <linux/crypto.h>
#include <linux/list.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

#include <accel/alg_table.h>

struct vaccel_key;
struct vaccel_tfm;

/**
 * enum vaccel_req_flags - state of a request
 * @VACCEL_REQ_ENC: encrypt, else decrypt
 * @VACCEL_REQ_BACKLOG: the caller got -EBUSY and is owed -EINPROGRESS
 * @VACCEL_REQ_SHAPE: no device can take it: too large or too many segments
 * @VACCEL_REQ_AGAIN: was lost by a device or refused by it once
 * @VACCEL_REQ_SOFT: not to be given to a device (again)
 * @VACCEL_REQ_QUIET: the caller does not expect -EINPROGRESS from the fallback
 * @VACCEL_REQ_STATELESS: it takes its key along to the device
 * @VACCEL_REQ_SMALL: software is faster, if the order of requests permits
 * @VACCEL_REQ_ALIAS: the destination is in the source, though not at its start
 * @VACCEL_REQ_LISTS: its family makes its lists, and looks at the slot when the
 *	device has done it
 * @VACCEL_REQ_KIND: it is not one of the crypto API
 * @VACCEL_REQ_MORE: others follow, and vaccel_vq_kick() comes after the last one
 */
enum vaccel_req_flags {
	VACCEL_REQ_ENC		= 1 << 0,
	VACCEL_REQ_BACKLOG	= 1 << 1,
	VACCEL_REQ_SHAPE	= 1 << 2,
	VACCEL_REQ_AGAIN	= 1 << 3,
	VACCEL_REQ_SOFT		= 1 << 4,
	VACCEL_REQ_QUIET	= 1 << 5,
	VACCEL_REQ_STATELESS	= 1 << 6,
	VACCEL_REQ_SMALL	= 1 << 7,
	VACCEL_REQ_ALIAS	= 1 << 8,
	VACCEL_REQ_LISTS	= 1 << 9,
	VACCEL_REQ_KIND		= 1 << 10,
	VACCEL_REQ_MORE		= 1 << 11,
};

struct vaccel_req;
struct vaccel_slot;

/**
 * struct vaccel_req_kind - requests that are not the crypto API's
 * @name: for traces
 * @fill: as vaccel_fill(); the status in the slot is preset
 * @done: a device has answered, with a status; context: softirq
 * @lost: a device is gone with the request, or cannot have it; context: bottom
 *	halves off
 */
struct vaccel_req_kind {
	const char *name;
	void (*fill)(struct vaccel_slot *slot, struct vaccel_req *req,
		     struct scatterlist **sgs, unsigned int *nr_out,
		     unsigned int *nr_in);
	void (*done)(struct vaccel_req *req);
	void (*lost)(struct vaccel_req *req);
};

/**
 * struct vaccel_req - our part of a request, in the memory of its caller
 * @node: entry in one list: parked, returned or waiting for a queue
 * @base: the request as the crypto API knows it
 * @kind: with VACCEL_REQ_KIND, in place of @base: it needs only numbers of segments and
 *	lengths, and is given to a queue that accepts it even if it is full
 * @key: the key it uses while it is with a device or the fallback, referenced
 * @src: source list
 * @dst: destination list, NULL for a digest, which goes to the slot
 * @off: where the data begins in both lists; the AAD is before it
 * @src_len: bytes of source, with the tag when decrypting
 * @dst_len: bytes of destination, with the tag when encrypting
 * @aad_len: bytes of AAD, from the start of @src
 * @text_len: bytes of the data proper, for statistics
 * @nr_src: segments of source and AAD
 * @nr_dst: segments of destination
 * @slot_gen: use of the slot that it is in
 * @flags: enum vaccel_req_flags
 * @status: what the device answered
 * @written: how many bytes it says to have written, the status included; anything
 * @cpu: where it was submitted, which chooses the queue
 * @ticket: counts the requests submitted on @cpu, so that those that a device
 *	gives back can be put in order again
 * @next_iv: CBC decryption: the IV that the caller gets back
 *
 * Written by one context at a time: the submitter, then who takes it from a
 * list or from a device.
 */
struct vaccel_req {
	struct list_head node;
	union {
		struct crypto_async_request *base;
		const struct vaccel_req_kind *kind;
	};
	struct vaccel_key *key;
	struct scatterlist *src;
	struct scatterlist *dst;
	u32 off;
	u32 src_len;
	u32 dst_len;
	u32 aad_len;
	u32 text_len;
	u16 nr_src;
	u16 nr_dst;
	u32 slot_gen;
	u16 flags;
	u8 status;
	u16 cpu;
	u32 written;
	u32 ticket;
	u8 next_iv[ACCEL_MAX_IV_LEN];
};

/**
 * vaccel_status_to_errno() - translate a device's answer
 * @status: VIRTIO_CRYPTO_* or anything else
 *
 * Context: any.
 * Return: 0 or a negative error.
 */
int vaccel_status_to_errno(u8 status);

/**
 * vaccel_req_prepare() - measure a request
 * @t: its transform
 * @req: the request, with lists, offset and lengths filled in
 *
 * Context: any.
 * Return: 0, or -EINVAL if a list is too short.
 */
int vaccel_req_prepare(struct vaccel_tfm *t, struct vaccel_req *req);

/**
 * vaccel_req_measured() - the last part of measuring
 * @t: its transform
 * @req: the request
 * @src: segments of what the device reads
 * @dst: segments of what it writes
 *
 * For families that make their own lists; vaccel_req_prepare() does it for others.
 *
 * Context: any.
 */
void vaccel_req_measured(struct vaccel_tfm *t, struct vaccel_req *req,
			 unsigned int src, unsigned int dst);

/**
 * vaccel_req_submit() - let a request go the way that its transform goes
 * @t: the transform
 * @req: the request, prepared
 *
 * Context: any but hard interrupts.
 * Return: as the crypto API wants it: -EINPROGRESS or -EBUSY when accepted,
 *	the result if it is done, -ENOSPC if there is no room.
 */
int vaccel_req_submit(struct vaccel_tfm *t, struct vaccel_req *req);

/**
 * vaccel_req_to_device() - try the device
 * @req: the request, which is accepted even if the queue is full
 *
 * Context: bottom halves off.
 * Return: -EINPROGRESS when accepted, -ENODEV if the way to the device is
 *	closed, -EAGAIN if this request cannot go there.
 */
int vaccel_req_to_device(struct vaccel_req *req);

/**
 * vaccel_req_to_fallback() - do a request in software
 * @t: the transform
 * @req: the request, with @req->key referenced
 *
 * Context: any but hard interrupts; the caller of the request may have allowed
 *	sleeping, which holds here unless VACCEL_REQ_QUIET is set.
 * Return: as the fallback's.
 */
int vaccel_req_to_fallback(struct vaccel_tfm *t, struct vaccel_req *req);

/**
 * vaccel_req_done() - a device has answered
 * @req: the request, with its status
 *
 * Context: softirq.
 */
void vaccel_req_done(struct vaccel_req *req);

/**
 * vaccel_req_lost() - a device is gone with the request
 * @req: the request
 * @seen: may the device have begun with it?
 *
 * Context: bottom halves off.
 */
void vaccel_req_lost(struct vaccel_req *req, bool seen);

/**
 * vaccel_req_complete() - give a request back to its caller
 * @req: the request; gone afterwards
 * @err: the result
 *
 * Context: bottom halves off.
 */
void vaccel_req_complete(struct vaccel_req *req, int err);

/**
 * vaccel_req_name() - what a request is for
 * @req: the request
 *
 * Return: a name, for traces.
 */
static inline const char *vaccel_req_name(const struct vaccel_req *req)
{
	return req->flags & VACCEL_REQ_KIND ?
		req->kind->name : crypto_tfm_alg_driver_name(req->base->tfm);
}

/**
 * vaccel_req_accepted() - tell a caller who got -EBUSY that it goes on
 * @req: the request
 *
 * Context: bottom halves off.
 */
static inline void vaccel_req_accepted(struct vaccel_req *req)
{
	if (req->flags & VACCEL_REQ_BACKLOG) {
		req->flags &= ~VACCEL_REQ_BACKLOG;
		crypto_request_complete(req->base, -EINPROGRESS);
	}
}

#endif /* _VACCEL_REQ_H */
