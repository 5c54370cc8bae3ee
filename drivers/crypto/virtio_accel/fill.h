/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_FILL_H
#define _VACCEL_FILL_H

#include <linux/scatterlist.h>
#include <linux/types.h>

#include "req.h"
#include "slot.h"

/**
 * vaccel_req_descs() - how many ring descriptors a request takes
 * @req: the request, prepared
 *
 * Return: the number.
 */
static inline unsigned int vaccel_req_descs(const struct vaccel_req *req)
{
	/* and one each for the header and the status */
	return 2 + req->nr_src + req->nr_dst;
}

/**
 * vaccel_fill() - write a request into its slot
 * @slot: the slot
 * @req: the request
 * @rev1: REVISION_1 layout
 * @sgs: set to the lists for the virtqueue, room for four
 * @nr_out: set to the number of lists that the device reads
 * @nr_in: set to the number of lists that it writes; they follow
 *
 * Context: bottom halves off; the slot belongs to the caller.
 */
void vaccel_fill(struct vaccel_slot *slot, struct vaccel_req *req, bool rev1,
		 struct scatterlist *sgs[4], unsigned int *nr_out,
		 unsigned int *nr_in);

/**
 * vaccel_take() - read an answer out of its slot, once
 * @slot: the slot
 * @req: its request
 *
 * Context: bottom halves off; the device has returned the slot.
 */
void vaccel_take(struct vaccel_slot *slot, struct vaccel_req *req);

#endif /* _VACCEL_FILL_H */
