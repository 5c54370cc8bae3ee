/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Algorithm chaining: a cipher and a hash in one request. virtio 1.4, "Symmetric
 * algorithms Operation"; what that leaves open is in <accel/wire.h>.
 *
 * To a provider it is two requests with two sessions, one after the other.
 */
#ifndef _VHA_ALGCHAIN_H
#define _VHA_ALGCHAIN_H

#include <linux/list.h>
#include <linux/types.h>

#include "chain.h"
#include "dataq.h"
#include "req.h"
#include "session.h"

int vha_algchain_map(struct vha_req *req, struct vha_chain *chain,
		     const struct vha_params *p);
void vha_algchain_start(struct vha_req *req, const struct vha_params *p);
bool vha_algchain_next(struct vha_req *req);
struct vha_req *vha_algchain_pop(struct list_head *half);

/**
 * vha_algchain_step() - which part of its session a request is at
 * @req: the request
 *
 * Context: the queue's worker.
 * Return: VHA_STEP_*
 */
static inline unsigned int vha_algchain_step(const struct vha_req *req)
{
	if (unlikely(req->sa) && req->steps.whole)
		return VHA_STEP_PACKET;
	return req->session->auth && req->steps.hashing ? VHA_STEP_AUTH :
							  VHA_STEP_MAIN;
}

#endif /* _VHA_ALGCHAIN_H */
