/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for providers that do them whole: &vhost_accel_provider_ops.sa_submit.
 *
 * Sequence numbers, windows, lifetimes and counters stay here, so that an SA can be
 * with a provider now, and without it for the next packet. What the provider refuses
 * is taken apart (vha_ipsec_take_apart()) and keeps its number.
 */
#ifndef _VHA_IPSEC_WHOLE_H
#define _VHA_IPSEC_WHOLE_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "session.h"

struct vha_req;
struct vha_sas;

/**
 * vha_ipsec_is_whole() - does a provider do an SA's packets?
 * @session: of the SA
 *
 * Context: any.
 * Return: whether it does.
 */
static inline bool vha_ipsec_is_whole(const struct vha_session *session)
{
	return session->handle[VHA_STEP_PACKET].provider &&
	       !READ_ONCE(session->sa_changed);
}

void vha_ipsec_begin_whole(struct vha_req *req);
void vha_ipsec_end_whole(struct vha_sas *sas, struct vha_req *req);

#endif /* _VHA_IPSEC_WHOLE_H */
