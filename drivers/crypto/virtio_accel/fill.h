/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_FILL_H
#define _VACCEL_FILL_H

#include <linux/scatterlist.h>
#include <linux/types.h>

#include "req.h"
#include "slot.h"

/* Lists of a request: header, key, IV, source; destination, status */
#define VACCEL_MAX_LISTS	6
/* What a status is until a device writes one */
#define VACCEL_NO_STATUS	0xff

/**
 * vaccel_req_descs() - how many ring descriptors a request takes
 * @req: the request, prepared, with its mode chosen
 *
 * Return: the number, at most.
 */
static inline unsigned int vaccel_req_descs(const struct vaccel_req *req)
{
	/* and one each for the header and the status */
	unsigned int nr = 2 + req->nr_src + req->nr_dst;

	/* and for key and IV, which are with the header otherwise */
	return unlikely(req->flags & VACCEL_REQ_STATELESS) ? nr + 2 : nr;
}

/**
 * vaccel_fill() - write a request into its slot
 * @slot: the slot
 * @req: the request
 * @rev1: REVISION_1 layout
 * @sgs: set to the lists for the virtqueue
 * @nr_out: set to the number of lists that the device reads
 * @nr_in: set to the number of lists that it writes; they follow
 *
 * Context: bottom halves off; the slot belongs to the caller.
 */
void vaccel_fill(struct vaccel_slot *slot, struct vaccel_req *req, bool rev1,
		 struct scatterlist *sgs[VACCEL_MAX_LISTS],
		 unsigned int *nr_out, unsigned int *nr_in);

/**
 * vaccel_take() - read an answer out of its slot, once
 * @slot: the slot
 * @req: its request
 *
 * Context: bottom halves off; the device has returned the slot.
 */
void vaccel_take(struct vaccel_slot *slot, struct vaccel_req *req);

#endif /* _VACCEL_FILL_H */
