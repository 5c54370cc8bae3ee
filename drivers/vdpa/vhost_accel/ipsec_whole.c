// SPDX-License-Identifier: GPL-2.0
/*
 * Packets for providers that do them whole, see ipsec_whole.h.
 */
#include "ipsec_whole.h"

#include <linux/errno.h>
#include <linux/virtio_accel.h>

#include "ipsec_data.h"
#include "ipsec_sa.h"
#include "vha.h"

/**
 * vha_ipsec_begin_whole() - prepare the only step
 * @req: the request, with its sequence number
 *
 * Context: the queue's worker.
 */
void vha_ipsec_begin_whole(struct vha_req *req)
{
	struct vha_ipsec *ipsec = req->ipsec;
	struct vhost_accel_request *op = &req->op;

	op->src = req->src.sg;
	op->dst = req->dst.sg;
	op->assoclen = 0;
	op->cryptlen = ipsec->src_len;
	op->dst_len = ipsec->dst_len;
	op->seq = ipsec->seq;
	op->sa_error = 0;
	req->steps.hashing = false;
	req->steps.last = true;
	ipsec->dirty = ipsec->dst_len;
}

/* Of these, what was around them is authentic */
static bool vha_ipsec_was_inside(int reason)
{
	switch (reason) {
	case VIRTIO_ACCEL_SA_ERR_TRAILER:
	case VIRTIO_ACCEL_SA_ERR_INNER:
	case VIRTIO_ACCEL_SA_ERR_DUMMY:
	case VIRTIO_ACCEL_SA_ERR_ECN:
	case VIRTIO_ACCEL_SA_ERR_TTL:
	case VIRTIO_ACCEL_SA_ERR_ROOM:
		return true;
	default:
		return false;
	}
}

/* Why the provider has refused it, 0 if it has not */
static int vha_ipsec_reason(const struct vha_req *req)
{
	const struct vhost_accel_request *op = &req->op;

	if (!req->result)
		return op->dst_len && op->dst_len <= req->ipsec->dst_len ?
		       0 : VIRTIO_ACCEL_SA_ERR_PROVIDER;
	if (req->result == -EBADMSG)
		return VIRTIO_ACCEL_SA_ERR_ICV;
	if (op->sa_error > VIRTIO_ACCEL_SA_ERR_ALL &&
	    op->sa_error < VIRTIO_ACCEL_SA_ERR_NR)
		return op->sa_error;
	return VIRTIO_ACCEL_SA_ERR_PROVIDER;
}

/**
 * vha_ipsec_end_whole() - the packet has been done, or has failed
 * @sas: the device's SAs
 * @req: the request, with the provider's answer in @result, which may change
 *
 * Context: the queue's worker.
 */
void vha_ipsec_end_whole(struct vha_sas *sas, struct vha_req *req)
{
	const struct vhost_accel_request *op = &req->op;
	struct vha_ipsec *ipsec = req->ipsec;
	int reason = vha_ipsec_reason(req);

	vha_stat_add(&req->run->vq->stats.whole_packets, 1);
	if (ipsec->inbound && (!reason || vha_ipsec_was_inside(reason)))
		reason = vha_sa_received_whole(sas, req->sa, op->dst_len,
					       op->seq, reason, &ipsec->soft);
	else if (reason)
		vha_sa_refused(req->sa, reason);
	if (ipsec->inbound && !reason)
		req->text_len = op->dst_len;
	if (reason && !req->result)
		req->result = -EINVAL;
}
