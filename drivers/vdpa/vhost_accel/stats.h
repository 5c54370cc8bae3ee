/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of queues: what they are, and how the path of a request counts.
 */
#ifndef _VHA_STATS_H
#define _VHA_STATS_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/virtio_crypto.h>

#include <accel/alg_table.h>
#include <accel/wire.h>

#include "req.h"

struct vha_dev;
struct vha_vq;

/* Buckets of times, see vha_latency_bucket() */
#define VHA_LATENCY_NR		24

/**
 * struct vha_alg_stats - what was done with one algorithm
 * @requests: requests that the provider answered
 * @bytes: payload of those that succeeded
 * @errors: those that failed otherwise than by authentication
 */
struct vha_alg_stats {
	u64 requests;
	u64 bytes;
	u64 errors;
};

/**
 * struct vha_vq_stats - counters of a queue
 * @requests: requests answered, of any kind
 * @bytes: payload of successful requests
 * @errors: requests answered with an error other than BADMSG
 * @errors_unsupported: of these, with NOTSUPP
 * @errors_no_session: with INVSESS
 * @errors_no_space: with NOSPC
 * @auth_failures: requests answered with BADMSG
 * @unanswered: chains returned without a status, for want of a place for it
 * @notifications: interrupts sent to the driver
 * @saturations: times that the provider was full
 * @saturated_ns: for how long it was
 * @nomem: times that the provider had no memory for a request
 * @fallbacks: requests that the provider would not take, and the fallback did
 * @whole_packets: packets that the provider had whole, and returned
 * @taken_apart: packets that it would have done whole, but would not take
 * @payload_copied: bytes of payload that were copied out of requests, where the
 *	guest's own pages should have gone to the provider. That of NULL encryption
 *	should not: there is nothing else to be done for it
 * @latency: requests by how long they took, see vha_latency_bucket()
 * @alg: per algorithm
 *
 * Written by the queue's worker alone, read anywhere. Survives resets.
 */
struct vha_vq_stats {
	u64 requests;
	u64 bytes;
	u64 errors;
	u64 errors_unsupported;
	u64 errors_no_session;
	u64 errors_no_space;
	u64 auth_failures;
	u64 unanswered;
	u64 notifications;
	u64 saturations;
	u64 saturated_ns;
	u64 nomem;
	u64 fallbacks;
	u64 whole_packets;
	u64 taken_apart;
	u64 payload_copied;
	u64 latency[VHA_LATENCY_NR];
	struct vha_alg_stats alg[ACCEL_ALG_NR];
};

/**
 * vha_stat_add() - count
 * @counter: of which the caller is the only writer
 * @n: how many
 *
 * Context: any.
 */
static inline void vha_stat_add(u64 *counter, u64 n)
{
	WRITE_ONCE(*counter, *counter + n);
}

/**
 * vha_stat_error() - count a request that failed otherwise than by authentication
 * @stats: of its queue
 * @status: the answer, VIRTIO_CRYPTO_*
 *
 * Context: the worker.
 */
static inline void vha_stat_error(struct vha_vq_stats *stats, u8 status)
{
	vha_stat_add(&stats->errors, 1);
	if (status == VIRTIO_CRYPTO_NOTSUPP)
		vha_stat_add(&stats->errors_unsupported, 1);
	else if (status == VIRTIO_CRYPTO_INVSESS)
		vha_stat_add(&stats->errors_no_session, 1);
	else if (status == VIRTIO_CRYPTO_NOSPC)
		vha_stat_add(&stats->errors_no_space, 1);
}

/**
 * vha_stats_account() - count a request that is returned to the ring
 * @stats: of its queue
 * @req: the request
 * @status: VIRTIO_CRYPTO_*
 * @answered: the driver got that status
 *
 * Context: the queue's worker.
 */
static inline void vha_stats_account(struct vha_vq_stats *stats,
				     const struct vha_req *req, u8 status,
				     bool answered)
{
	struct vha_alg_stats *alg = &stats->alg[req->alg_id];

	vha_stat_add(&stats->requests, 1);
	if (!answered)
		vha_stat_add(&stats->unanswered, 1);
	if (req->session)
		vha_stat_add(&alg->requests, 1);
	if (likely(status == VIRTIO_CRYPTO_OK) ||
	    status == VIRTIO_CRYPTO_IPSEC_SA_SOFT_EXPIRY) {
		vha_stat_add(&stats->bytes, req->text_len);
		vha_stat_add(&alg->bytes, req->text_len);
	} else if (status == VIRTIO_CRYPTO_BADMSG ||
		   status == VIRTIO_CRYPTO_KEY_REJECTED) {
		vha_stat_add(&stats->auth_failures, 1);
	} else {
		vha_stat_error(stats, status);
		if (req->session)
			vha_stat_add(&alg->errors, 1);
	}
}

/* stats.c */
u64 vha_stats_sum(const struct vha_dev *dev, size_t offset);
u64 vha_stats_kicks(const struct vha_dev *dev);
u32 vha_stats_orphans(struct vha_dev *dev, u32 *pages, u32 *per_alg);
u32 vha_vq_inflight(const struct vha_vq *vq);
u32 vha_stats_inflight(const struct vha_dev *dev);
void vha_stats_init(void);
void vha_stats_exit(void);
void vha_stats_add_dev(struct vha_dev *dev);
void vha_stats_del_dev(struct vha_dev *dev);

#endif /* _VHA_STATS_H */
