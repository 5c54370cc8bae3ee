// SPDX-License-Identifier: GPL-2.0
/*
 * The pool of request slots of a data queue.
 *
 * Slots are single allocations of the linear map and not one big array: their
 * buffers go into scatterlists, and drivers may map them for DMA.
 */
#include "req.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/math.h>
#include <linux/slab.h>

#include "bounce.h"
#include "ipsec_data.h"
#include "ipsec_sa.h"
#include "qos.h"
#include "sched.h"
#include "session.h"

static void vha_large_free(struct vha_large *large)
{
	unsigned int i;

	if (!large)
		return;
	for (i = 0; large->aad && i < large->nr_aad; i++)
		if (large->aad[i])
			__free_page(large->aad[i]);
	kfree(large->aad);
	kvfree(large->src_sg);
	kvfree(large->dst_sg);
	kvfree(large->auth_sg);
	kvfree(large->ipsec_sg);
	kfree(large);
}

static int vha_large_add_ipsec(struct vha_large *large, unsigned int nr_sg)
{
	unsigned int nr = VHA_IPSEC_LISTS * (nr_sg + VHA_IPSEC_PRIVATE);

	large->ipsec_sg = kvcalloc(nr, sizeof(*large->ipsec_sg),
				   GFP_KERNEL_ACCOUNT);
	if (!large->ipsec_sg)
		return -ENOMEM;
	sg_init_table(large->ipsec_sg, nr);
	return 0;
}

static struct vha_large *vha_large_alloc(u32 max_size, bool ipsec)
{
	struct vha_large *large;
	unsigned int i, nr_sg;

	large = kzalloc(sizeof(*large), GFP_KERNEL_ACCOUNT);
	if (!large)
		return NULL;
	large->nr_aad = DIV_ROUND_UP(max_size, PAGE_SIZE);
	nr_sg = VHA_SG_LARGE + large->nr_aad;
	large->aad = kcalloc(large->nr_aad, sizeof(*large->aad),
			     GFP_KERNEL_ACCOUNT);
	large->src_sg = kvcalloc(nr_sg, sizeof(*large->src_sg),
				 GFP_KERNEL_ACCOUNT);
	large->dst_sg = kvcalloc(nr_sg, sizeof(*large->dst_sg),
				 GFP_KERNEL_ACCOUNT);
	large->auth_sg = kvcalloc(VHA_SG_AUTH_LARGE, sizeof(*large->auth_sg),
				  GFP_KERNEL_ACCOUNT);
	if (!large->aad || !large->src_sg || !large->dst_sg || !large->auth_sg)
		goto err_free;
	sg_init_table(large->src_sg, nr_sg);
	sg_init_table(large->dst_sg, nr_sg);
	sg_init_table(large->auth_sg, VHA_SG_AUTH_LARGE);
	if (ipsec && vha_large_add_ipsec(large, nr_sg))
		goto err_free;
	for (i = 0; i < large->nr_aad; i++) {
		large->aad[i] = alloc_page(GFP_KERNEL_ACCOUNT);
		if (!large->aad[i])
			goto err_free;
	}
	return large;

err_free:
	vha_large_free(large);
	return NULL;
}

static struct vha_req *vha_req_alloc(struct vha_run *run, u32 ctx_size,
				     bool ipsec)
{
	size_t offset = ALIGN(sizeof(struct vha_req), ARCH_DMA_MINALIGN);
	struct vha_req *req;

	req = kzalloc(offset + ctx_size, GFP_KERNEL_ACCOUNT);
	if (!req)
		return NULL;
	if (ipsec) {
		req->ipsec = vha_ipsec_alloc();
		if (!req->ipsec) {
			kfree(req);
			return NULL;
		}
	}
	req->run = run;
	req->op.iv = req->iv;
	req->op.digest = req->digest;
	req->op.ctx = (u8 *)req + offset;
	sg_init_table(req->src_sg, ARRAY_SIZE(req->src_sg));
	sg_init_table(req->dst_sg, ARRAY_SIZE(req->dst_sg));
	sg_init_table(req->auth_sg, ARRAY_SIZE(req->auth_sg));
	return req;
}

/**
 * vha_req_free() - free a slot
 * @req: out of its pool
 *
 * IV, AAD, and whatever the provider left of its work, are wiped.
 *
 * Context: process.
 */
void vha_req_free(struct vha_req *req)
{
	kfree_sensitive(req->ipsec);
	kfree_sensitive(req);
}

static int vha_pool_fill(struct vha_pool *pool, struct vha_run *run,
			 u32 max_size)
{
	bool ipsec = pool->ipsec;
	struct vha_large *large;
	struct vha_req *req;

	while (pool->nr_free < pool->size) {
		req = vha_req_alloc(run, pool->ctx_size, ipsec);
		if (!req)
			return -ENOMEM;
		pool->all[pool->nr_free] = req;
		pool->free[pool->nr_free++] = req;
	}
	while (pool->nr_large < VHA_POOL_LARGE) {
		large = vha_large_alloc(max_size, ipsec);
		if (!large)
			return -ENOMEM;
		large->next = pool->large;
		pool->large = large;
		pool->nr_large++;
	}
	return 0;
}

/**
 * vha_pool_init() - allocate the slots of a queue
 * @pool: the pool
 * @run: that the slots belong to
 * @size: how many
 * @ctx_size: bytes that the provider needs in each
 * @max_size: largest request of the device
 * @ipsec: some may be of the IPSEC service
 *
 * Context: process; charged to the caller's memory cgroup.
 * Return: 0 or -ENOMEM.
 */
int vha_pool_init(struct vha_pool *pool, struct vha_run *run, u16 size,
		  u32 ctx_size, u32 max_size, bool ipsec)
{
	int err = -ENOMEM;

	memset(pool, 0, sizeof(*pool));
	pool->size = size;
	pool->ctx_size = ctx_size;
	pool->ipsec = ipsec;
	pool->free = kvcalloc(size, sizeof(*pool->free), GFP_KERNEL_ACCOUNT);
	pool->all = kvcalloc(size, sizeof(*pool->all), GFP_KERNEL_ACCOUNT);
	if (pool->free && pool->all)
		err = vha_pool_fill(pool, run, max_size);
	if (err)
		vha_pool_destroy(pool);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_pool_init);

/**
 * vha_pool_destroy() - free the slots of a queue
 * @pool: all of its slots are free; may be partly initialized
 *
 * Context: process.
 */
void vha_pool_destroy(struct vha_pool *pool)
{
	struct vha_large *large;
	unsigned int i;

	vha_pool_drop_temp(pool);
	vha_sessions_bury(&pool->dead);
	while (pool->large) {
		large = pool->large;
		pool->large = large->next;
		vha_large_free(large);
	}
	for (i = 0; pool->all && i < pool->size && pool->all[i]; i++)
		vha_req_free(pool->all[i]);
	kvfree(pool->all);
	kvfree(pool->free);
	memset(pool, 0, sizeof(*pool));
}
EXPORT_SYMBOL_IF_KUNIT(vha_pool_destroy);

/**
 * vha_req_set_temp() - give a request a temporary session
 * @pool: the queue's
 * @req: without a session
 * @session: its key is there; the reference goes to the request
 *
 * A guest that has no session for a key sends many requests with it. Those that
 * follow each other share one session, which costs more than all else together.
 *
 * Context: the queue's worker.
 */
void vha_req_set_temp(struct vha_pool *pool, struct vha_req *req,
		      struct vha_session *session)
{
	if (pool->temp && vha_session_same(pool->temp, session)) {
		vha_session_put_later(session, &pool->dead);
	} else {
		vha_pool_drop_temp(pool);
		pool->temp = session;
	}
	kref_get(&pool->temp->ref);
	req->session = pool->temp;
	pool->nr_temp++;
}
EXPORT_SYMBOL_IF_KUNIT(vha_req_set_temp);

/**
 * vha_pool_drop_temp() - keep no key that no request has
 * @pool: the queue's
 *
 * Context: the queue's worker.
 */
void vha_pool_drop_temp(struct vha_pool *pool)
{
	if (!pool->temp)
		return;
	vha_session_put_later(pool->temp, &pool->dead);
	pool->temp = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(vha_pool_drop_temp);

/**
 * vha_req_enlarge() - give a request room for more
 * @pool: the queue's
 * @req: whose lists are empty
 *
 * Context: the queue's worker.
 * Return: false if all large tables are in use.
 */
bool vha_req_enlarge(struct vha_pool *pool, struct vha_req *req)
{
	struct vha_large *large = pool->large;

	if (!large)
		return false;
	pool->large = large->next;
	pool->nr_large--;
	req->large = large;
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(vha_req_enlarge);

/**
 * vha_req_give_slot_back() - the provider does not have the request any more
 * @req: with a slot of a scheduler's
 *
 * Context: any, in an RCU read section.
 */
void vha_req_give_slot_back(struct vha_req *req)
{
	struct vha_sched *sched = req->slot;

	req->slot = NULL;
	vha_sched_give_back(sched);
}

/**
 * vha_req_put() - give a slot back, with all that it holds
 * @pool: the queue's
 * @req: the slot, which the provider has no more
 *
 * Context: the queue's worker.
 */
void vha_req_put(struct vha_pool *pool, struct vha_req *req)
{
	if (unlikely(req->bounce))
		vha_bounce_release(req);
	vha_req_drop_slot(req);
	vha_req_strip(pool, req);
	if (req->session) {
		if (unlikely(req->session->temp))
			pool->nr_temp--;
		vha_session_put_later(req->session, &pool->dead);
		req->session = NULL;
	}
	WRITE_ONCE(req->state, VHA_REQ_FREE);
	pool->free[pool->nr_free++] = req;
}
EXPORT_SYMBOL_IF_KUNIT(vha_req_put);

static bool vha_pool_swap(struct vha_pool *pool, const struct vha_req *old,
			  struct vha_req *new)
{
	u16 i;

	for (i = 0; i < pool->size; i++) {
		if (pool->all[i] != old)
			continue;
		WRITE_ONCE(pool->all[i], new);
		return true;
	}
	return false;
}

/**
 * vha_pool_replace() - put a free slot in the place of one that will not come back
 * @pool: the queue's
 * @req: the slot, in flight
 *
 * Context: the queue's worker; allocates.
 * Return: false without memory: nothing has changed.
 */
bool vha_pool_replace(struct vha_pool *pool, struct vha_req *req)
{
	struct vha_req *fresh = vha_req_alloc(req->run, pool->ctx_size,
					      pool->ipsec);

	if (!fresh)
		return false;
	if (WARN_ON_ONCE(!vha_pool_swap(pool, req, fresh))) {
		vha_req_free(fresh);
		return false;
	}
	if (unlikely(req->session->temp))
		pool->nr_temp--;
	pool->free[pool->nr_free++] = fresh;
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(vha_pool_replace);

/**
 * vha_pool_unreplace() - undo vha_pool_replace(), which was the last thing done
 * @pool: the queue's
 * @req: the slot
 *
 * Context: the queue's worker.
 */
void vha_pool_unreplace(struct vha_pool *pool, struct vha_req *req)
{
	struct vha_req *fresh = pool->free[--pool->nr_free];

	if (unlikely(req->session->temp))
		pool->nr_temp++;
	vha_pool_swap(pool, fresh, req);
	vha_req_free(fresh);
}
EXPORT_SYMBOL_IF_KUNIT(vha_pool_unreplace);
