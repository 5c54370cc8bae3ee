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
 * vha_algchain_priv() - the provider's session for the step at hand
 * @req: the request
 *
 * Context: the queue's worker.
 * Return: the provider's handle.
 */
static inline void *vha_algchain_priv(const struct vha_req *req)
{
	return req->steps.hashing ? req->session->auth_priv :
				    req->session->priv;
}

#endif /* _VHA_ALGCHAIN_H */
