/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Request slots of a data queue: all memory that a request needs, allocated
 * when the queue starts. Nothing is allocated per request.
 */
#ifndef _VHA_REQ_H
#define _VHA_REQ_H

#include <linux/dma-mapping.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/math.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <linux/vhost_accel.h>

#include "chain.h"
#include "ipsec_sa.h"
#include "qos.h"

struct vha_bounce;
struct vha_ipsec;
struct vha_provider;
struct vha_run;
struct vha_sched;
struct vha_session;

/* Scatterlist entries of a slot, for data; one more for AAD */
#define VHA_SG_INLINE		16
/* The same of a large table, and how many tables a queue has */
#define VHA_SG_LARGE		128
#define VHA_POOL_LARGE		4
/* Entries for what a hash reads beside the cipher's part: mostly a header */
#define VHA_SG_AUTH		(VHA_SG_INLINE + 2)
#define VHA_SG_AUTH_LARGE	(2 * VHA_SG_LARGE)
/* AAD that fits into a slot */
#define VHA_AAD_INLINE		64

/**
 * struct vha_large - room for a request that does not fit into a slot
 * @next: in the pool
 * @nr_aad: entries of @aad
 * @aad: pages for AAD, up to the device's max_size
 * @src_sg: entries for AAD, then for data
 * @dst_sg: the same
 * @auth_sg: entries for what a hash reads of source, destination and AAD
 * @ipsec_sg: entries for a packet's lists, see &vha_ipsec.list; NULL without SAs
 */
struct vha_large {
	struct vha_large *next;
	u16 nr_aad;
	struct page **aad;
	struct scatterlist *src_sg;
	struct scatterlist *dst_sg;
	struct scatterlist *auth_sg;
	struct scatterlist *ipsec_sg;
};

/**
 * enum vha_req_state - where a request is
 * @VHA_REQ_FREE: nowhere
 * @VHA_REQ_TAKEN: taken from the ring, not submitted
 * @VHA_REQ_SUBMITTED: the provider may have it
 *
 * Written by the queue's worker; others read it to tell the administrator who
 * holds what.
 */
enum vha_req_state {
	VHA_REQ_FREE,
	VHA_REQ_TAKEN,
	VHA_REQ_SUBMITTED,
};

/**
 * struct vha_steps - a request of algorithm chaining, or a packet
 * @whole: a packet, which the provider gets as it is
 * @hashing: the step at hand is the hash, else the cipher
 * @last: and the last one
 * @verify: compare the hash with what the guest has at the end of its destination
 * @auth_len: bytes of @auth
 * @text_src: source of the cipher
 * @auth: what the hash reads
 */
struct vha_steps {
	bool whole;
	bool hashing;
	bool last;
	bool verify;
	u32 auth_len;
	struct scatterlist *text_src;
	struct vha_sgl auth;
};

/**
 * struct vha_req - a request slot
 * @done: for the run's list of completed requests
 * @run: of the queue
 * @session: with a reference, NULL if the request never got that far
 * @sa: IPSEC: the SA, with a reference, else NULL
 * @ipsec: room for a packet; NULL if there are no SAs
 * @large: NULL if the slot is enough
 * @status_iova: where the status byte goes
 * @has_status: there is room for one
 * @state: enum vha_req_state
 * @status: VIRTIO_CRYPTO_*, when the provider is not needed
 * @answered: @status is set
 * @digest_len: how much of @digest is to be copied to the end of @dst
 * @retries: how often the provider had no memory
 * @head: of the chain
 * @alg_id: of @session, which orphans outlive in reports
 * @text_len: bytes of payload, for statistics
 * @pinned: what it has in &vha_qos.pinned
 * @queued: the scheduler was told, and has not granted it a slot yet
 * @slot: the scheduler whose slot it has, NULL for none
 * @result: of the provider
 * @src: source
 * @dst: destination
 * @op: what the provider sees
 * @half: for the run's list of requests with one more step to do
 * @steps: algorithm chaining, and SAs: the two steps
 * @taken_ns: when it was taken from the ring, see latency.h
 * @holder: provider that has it, NULL while none has
 * @accepted: since when, in jiffies
 * @overdue: for longer than it may
 * @counted: and that counts, see vha_health_late()
 * @orphan: it counts as an orphan of @holder
 * @stray: it has been answered
 * @bounce: copies that @op has instead of @src and @dst, or NULL
 * @src_sg: entries of @src
 * @dst_sg: entries of @dst
 * @auth_sg: entries of what a hash reads
 * @iv: private copy
 * @aad: private copy
 * @digest: result of a hash, which has no AAD there
 *
 * Belongs to the queue's worker; from submission to completion @op, the lists
 * and the buffers belong to the provider.
 */
struct vha_req {
	struct llist_node done;
	struct vha_run *run;
	struct vha_session *session;
	struct vha_sa *sa;
	struct vha_ipsec *ipsec;
	struct vha_large *large;
	u64 status_iova;
	bool has_status;
	u8 state;
	u8 status;
	bool answered;
	u8 digest_len;
	u8 retries;
	u8 alg_id;
	u16 head;
	u32 text_len;
	u32 pinned;
	bool queued;
	struct vha_sched *slot;
	int result;
	struct vha_sgl src;
	struct vha_sgl dst;
	struct vhost_accel_request op;
	struct list_head half;
	struct vha_steps steps;
	u64 taken_ns;
	struct vha_provider *holder;
	unsigned long accepted;
	bool overdue;
	bool counted;
	bool orphan;
	bool stray;
	struct vha_bounce *bounce;
	struct scatterlist src_sg[VHA_SG_INLINE + 1];
	struct scatterlist dst_sg[VHA_SG_INLINE + 1];
	struct scatterlist auth_sg[VHA_SG_AUTH];
	/* DMA may be done to what follows, apart from the rest */
	u8 iv[ACCEL_MAX_IV_LEN] __aligned(ARCH_DMA_MINALIGN);
	union {
		u8 aad[VHA_AAD_INLINE];
		u8 digest[ACCEL_MAX_DIGEST_LEN];
	} __aligned(ARCH_DMA_MINALIGN);
};

/**
 * struct vha_pool - the slots of a queue
 * @size: how many there are
 * @ctx_size: bytes that the provider needs in each
 * @ipsec: each has room for a packet
 * @nr_free: entries of @free
 * @free: free slots, the last used one last: it is warm
 * @all: all of them
 * @large: free large tables
 * @nr_large: how many large tables are free
 * @max_temp: how many requests may have a temporary session at a time
 * @nr_temp: how many have
 * @temp: the last of those sessions, with a reference; NULL once the queue is idle
 * @dead: sessions that only a request had left, for vha_sessions_bury()
 *
 * Belongs to the queue's worker.
 */
struct vha_pool {
	u16 size;
	u32 ctx_size;
	bool ipsec;
	u16 nr_free;
	struct vha_req **free;
	struct vha_req **all;
	struct vha_large *large;
	u16 nr_large;
	u32 max_temp;
	u32 nr_temp;
	struct vha_session *temp;
	struct llist_head dead;
};

/**
 * vha_sgl_pages() - how many pages a list holds
 * @sgl: the list
 *
 * Context: any; of a list that may change meanwhile, this is an estimate.
 * Return: the number; 0 under identity, where pages are the kernel's own.
 */
static inline u32 vha_sgl_pages(const struct vha_sgl *sgl)
{
	u32 pages = 0;
	u16 i;

	for (i = sgl->first_held; sgl->held && i < sgl->nents; i++)
		pages += DIV_ROUND_UP(sgl->sg[i].offset + sgl->sg[i].length,
				      PAGE_SIZE);
	return pages;
}

int vha_pool_init(struct vha_pool *pool, struct vha_run *run, u16 size,
		  u32 ctx_size, u32 max_size, bool ipsec);
void vha_pool_destroy(struct vha_pool *pool);

/**
 * vha_req_get() - take a slot
 * @pool: the queue's
 *
 * Context: the queue's worker.
 * Return: a slot without session, table or pages, or NULL.
 */
static inline struct vha_req *vha_req_get(struct vha_pool *pool)
{
	struct vha_req *req;

	if (unlikely(!pool->nr_free))
		return NULL;
	req = pool->free[--pool->nr_free];
	WRITE_ONCE(req->state, VHA_REQ_TAKEN);
	req->answered = false;
	req->has_status = false;
	req->retries = 0;
	req->queued = false;
	return req;
}

void vha_req_give_slot_back(struct vha_req *req);

/**
 * vha_req_drop_slot() - vha_req_give_slot_back(), if the request has a slot
 * @req: the request, which the provider has no more
 *
 * Context: the queue's worker.
 */
static inline void vha_req_drop_slot(struct vha_req *req)
{
	if (likely(!req->slot))
		return;
	rcu_read_lock();
	vha_req_give_slot_back(req);
	rcu_read_unlock();
}

/**
 * vha_req_strip() - have a request let go of all but its session
 * @pool: the queue's
 * @req: the request; a provider that has it has nothing of that
 *
 * Context: the queue's worker.
 */
static inline void vha_req_strip(struct vha_pool *pool, struct vha_req *req)
{
	vha_sgl_release(&req->src);
	vha_sgl_release(&req->dst);
	if (unlikely(req->pinned))
		vha_qos_unpin(req);
	if (unlikely(req->steps.auth.nents))
		vha_sgl_release(&req->steps.auth);
	if (req->large) {
		req->large->next = pool->large;
		pool->large = req->large;
		pool->nr_large++;
		req->large = NULL;
	}
	if (unlikely(req->sa)) {
		vha_sa_put_later(req->sa, &pool->dead);
		req->sa = NULL;
	}
}

void vha_req_set_temp(struct vha_pool *pool, struct vha_req *req,
		      struct vha_session *session);
void vha_pool_drop_temp(struct vha_pool *pool);
bool vha_req_enlarge(struct vha_pool *pool, struct vha_req *req);
void vha_req_put(struct vha_pool *pool, struct vha_req *req);
void vha_req_free(struct vha_req *req);
bool vha_pool_replace(struct vha_pool *pool, struct vha_req *req);
void vha_pool_unreplace(struct vha_pool *pool, struct vha_req *req);

#endif /* _VHA_REQ_H */
