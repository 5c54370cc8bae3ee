// SPDX-License-Identifier: GPL-2.0
/*
 * Copies for providers that may hang, see bounce.h.
 */
#include "bounce.h"

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/linux/virtio_config.h>

#include "algchain.h"
#include "health_run.h"

/* ---- the pool ----------------------------------------------------------- */

static struct vha_bounce *vha_bounce_new(u32 max)
{
	struct vha_bounce *bounce;

	bounce = kvzalloc(struct_size(bounce, sg, max), GFP_KERNEL_ACCOUNT);
	if (bounce)
		sg_init_table(bounce->sg, max);
	return bounce;
}

/* What was in it is the guest's */
static void vha_bounce_free_page(struct page *page)
{
	memzero_explicit(page_address(page), PAGE_SIZE);
	__free_page(page);
}

static void vha_bounces_destroy(struct vha_bounces *bounces)
{
	struct vha_bounce *bounce;

	while (bounces->free) {
		bounce = bounces->free;
		bounces->free = bounce->next;
		kvfree(bounce);
	}
	while (bounces->nr_page)
		vha_bounce_free_page(bounces->page[--bounces->nr_page]);
	kvfree(bounces);
}

static int vha_bounces_fill(struct vha_bounces *bounces)
{
	struct vha_bounce *bounce;
	struct page *page;
	unsigned int i;

	for (i = 0; i < VHA_BOUNCES; i++) {
		bounce = vha_bounce_new(bounces->max);
		if (!bounce)
			return -ENOMEM;
		bounce->next = bounces->free;
		bounces->free = bounce;
	}
	while (bounces->nr_page < bounces->pages) {
		page = alloc_page(GFP_KERNEL_ACCOUNT);
		if (!page)
			return -ENOMEM;
		bounces->page[bounces->nr_page++] = page;
	}
	return 0;
}

/**
 * vha_bounces_alloc() - allocate what copies need, if the device makes some
 * @run: of a data queue
 *
 * Context: process; charged to the caller's memory cgroup.
 * Return: 0 or -ENOMEM.
 */
int vha_bounces_alloc(struct vha_run *run)
{
	const struct vha_settings *settings = &run->dev->settings;
	struct vha_bounces *bounces;
	u32 max, pages;

	if (!READ_ONCE(settings->bounce))
		return 0;
	/* AAD, tag, and what a packet has in front and behind, are in the last one */
	max = 2 * (DIV_ROUND_UP(settings->max_size, PAGE_SIZE) + 1);
	pages = max_t(u32, max, VHA_BOUNCE_PAGES);
	bounces = kvzalloc(struct_size(bounces, page, pages),
			   GFP_KERNEL_ACCOUNT);
	if (!bounces)
		return -ENOMEM;
	bounces->max = max;
	bounces->pages = pages;
	if (vha_bounces_fill(bounces)) {
		vha_bounces_destroy(bounces);
		return -ENOMEM;
	}
	run->bounce = bounces;
	return 0;
}

/**
 * vha_bounces_free() - undo vha_bounces_alloc()
 * @run: of a data queue; no request has copies
 *
 * Context: process.
 */
void vha_bounces_free(struct vha_run *run)
{
	if (run->bounce)
		vha_bounces_destroy(run->bounce);
	run->bounce = NULL;
}

/**
 * vha_dev_set_bounce() - have the provider of a device get copies, or not any more
 * @dev: the device
 * @bounce: it does
 *
 * Context: process.
 * Return: 0, or -EBUSY while a driver uses the device: it has the memory for that, or
 * not, from its start on.
 */
int vha_dev_set_bounce(struct vha_dev *dev, bool bounce)
{
	int err = 0;

	mutex_lock(&dev->lock);
	if (bounce == dev->settings.bounce)
		goto out;
	if ((dev->status & VIRTIO_CONFIG_S_DRIVER_OK) || dev->wants_start) {
		dev_warn_ratelimited(&dev->vdpa.dev,
				     "bounce: the device is in use\n");
		err = -EBUSY;
		goto out;
	}
	WRITE_ONCE(dev->settings.bounce, bounce);
out:
	mutex_unlock(&dev->lock);
	return err;
}

/* ---- copies ------------------------------------------------------------- */

/*
 * What success writes behind the AAD. &vhost_accel_request.dst_len is of the whole
 * request, and this is one step of it.
 */
static u32 vha_bounce_room(const struct vha_req *req)
{
	const struct vha_session *session = req->session;
	const struct vhost_accel_request *op = &req->op;

	if (!op->dst)
		return 0;
	if (vha_algchain_step(req) == VHA_STEP_PACKET)
		return op->dst_len;
	switch (session->alg->service) {
	case VIRTIO_CRYPTO_SERVICE_AKCIPHER:
		return op->dst_len;
	case VIRTIO_CRYPTO_SERVICE_AEAD:
		return op->encrypt ? op->cryptlen + session->tag_len :
				     op->cryptlen - session->tag_len;
	default:
		return op->cryptlen;
	}
}

/* There is one entry at least, for lists of no bytes */
static struct scatterlist *vha_bounce_add_list(struct vha_bounces *bounces,
					       struct vha_bounce *bounce,
					       u32 pages)
{
	struct scatterlist *first = &bounce->sg[bounce->nr];
	struct scatterlist *sg = first;

	for (; pages; pages--, sg++) {
		sg_unmark_end(sg);
		sg_set_page(sg, bounces->page[--bounces->nr_page], PAGE_SIZE,
			    0);
		bounce->nr++;
	}
	sg_mark_end(sg - 1);
	return first;
}

static u32 vha_bounce_pages(u32 len)
{
	return max_t(u32, DIV_ROUND_UP(len, PAGE_SIZE), 1);
}

/* Of @len bytes from @off on, between a request's list and our pages */
static void vha_bounce_copy(struct scatterlist *list, struct scatterlist *pages,
			    u32 off, u32 len, bool out)
{
	unsigned int nents = sg_nents(list);
	u32 in_page, n;
	u8 *at;

	for (; len; off += n, len -= n) {
		in_page = offset_in_page(off);
		at = (u8 *)sg_virt(&pages[off >> PAGE_SHIFT]) + in_page;
		n = min_t(u32, len, PAGE_SIZE - in_page);
		if (out)
			sg_pcopy_from_buffer(list, nents, at, n, off);
		else
			sg_pcopy_to_buffer(list, nents, at, n, off);
	}
}

/**
 * vha_bounce_copy_in() - the long form of vha_bounce_begin()
 * @run: of its queue, which makes copies
 * @req: the request, without one
 *
 * Context: the worker.
 * Return: see there.
 */
int vha_bounce_copy_in(struct vha_run *run, struct vha_req *req)
{
	struct vha_bounces *bounces = run->bounce;
	struct vhost_accel_request *op = &req->op;
	bool in_place = op->src == op->dst;
	u32 room = vha_bounce_room(req);
	u32 src_len = op->assoclen + op->cryptlen;
	u32 dst_len = op->assoclen + room;
	u32 src = vha_bounce_pages(in_place ? max(src_len, dst_len) : src_len);
	u32 dst = !op->dst || in_place ? 0 : vha_bounce_pages(dst_len);
	struct vha_bounce *bounce = bounces->free;

	if (src + dst > bounces->max)
		return -E2BIG;
	if (!bounce || src + dst > bounces->nr_page)
		return -EAGAIN;
	bounces->free = bounce->next;
	bounce->nr = 0;
	bounce->room = room;
	bounce->src = op->src;
	bounce->dst = op->dst;
	op->src = vha_bounce_add_list(bounces, bounce, src);
	if (in_place)
		op->dst = op->src;
	else if (dst)
		op->dst = vha_bounce_add_list(bounces, bounce, dst);
	req->bounce = bounce;
	vha_bounce_copy(bounce->src, op->src, 0, src_len, false);
	vha_stat_add(&run->vq->stats.payload_copied, op->cryptlen);
	return 0;
}

/**
 * vha_bounce_copy_out() - the long form of vha_bounce_end()
 * @run: of its queue
 * @req: the request, with a copy
 *
 * Context: see there.
 */
void vha_bounce_copy_out(struct vha_run *run, struct vha_req *req)
{
	struct vhost_accel_request *op = &req->op;
	u32 len = min(vha_bounce_room(req), req->bounce->room);

	if (!req->result && len) {
		vha_bounce_copy(req->bounce->dst, op->dst, op->assoclen, len,
				true);
		vha_stat_add(&run->vq->stats.payload_copied, len);
	}
	vha_bounce_release(req);
}

/**
 * vha_bounce_release() - a request needs its copy no more
 * @req: the request, which no provider has
 *
 * Context: the worker.
 */
void vha_bounce_release(struct vha_req *req)
{
	struct vha_bounces *bounces = req->run->bounce;
	struct vha_bounce *bounce = req->bounce;
	u32 i;

	req->op.src = bounce->src;
	req->op.dst = bounce->dst;
	for (i = 0; i < bounce->nr; i++)
		bounces->page[bounces->nr_page++] = sg_page(&bounce->sg[i]);
	bounce->next = bounces->free;
	bounces->free = bounce;
	req->bounce = NULL;
}

/**
 * vha_bounce_detach() - let go of what a user has who is gone
 * @run: of which requests may be in flight
 *
 * Context: the worker, when guest memory is out of reach.
 */
void vha_bounce_detach(struct vha_run *run)
{
	u16 i;

	if (!run->bounce)
		return;
	for (i = 0; i < run->pool.size; i++)
		if (run->pool.all[i]->holder)
			vha_req_strip(&run->pool, run->pool.all[i]);
}

/* ---- strays ------------------------------------------------------------- */

/* The pool has less by what a stray keeps: as much is allocated anew, or nothing */
static bool vha_bounces_replace(struct vha_bounces *bounces, u32 pages)
{
	struct vha_bounce *bounce = vha_bounce_new(bounces->max);
	u32 had = bounces->nr_page;
	struct page *page;

	if (!bounce)
		return false;
	/* There is room for them: these pages are in use */
	while (bounces->nr_page < had + pages) {
		page = alloc_page(GFP_KERNEL_ACCOUNT);
		if (!page)
			goto err_free;
		bounces->page[bounces->nr_page++] = page;
	}
	bounce->next = bounces->free;
	bounces->free = bounce;
	return true;

err_free:
	while (bounces->nr_page > had)
		vha_bounce_free_page(bounces->page[--bounces->nr_page]);
	kvfree(bounce);
	return false;
}

/**
 * vha_stray_prepare() - can a request that is overdue be answered?
 * @run: of its queue
 * @req: the request, with a copy
 *
 * If so, it is out of its pool: vha_stray_settle() follows.
 *
 * Context: the worker, without locks; allocates.
 * Return: whether it can.
 */
bool vha_stray_prepare(struct vha_run *run, struct vha_req *req)
{
	if (vha_health_crowded(req->holder))
		return false;
	if (!vha_pool_replace(&run->pool, req))
		return false;
	if (!vha_bounces_replace(run->bounce, req->bounce->nr)) {
		vha_pool_unreplace(&run->pool, req);
		return false;
	}
	req->orphan = true;
	vha_health_add_orphans(req->holder, 1);
	list_add_tail(&req->half, &run->overdue);
	return true;
}

/**
 * vha_stray_settle() - a request that is overdue has been answered
 * @run: of its queue
 * @req: the request, on &vha_run.overdue
 *
 * Or there is nobody who waits for the answer.
 *
 * Context: the worker.
 */
void vha_stray_settle(struct vha_run *run, struct vha_req *req)
{
	list_del(&req->half);
	vha_req_strip(&run->pool, req);
	req->stray = true;
	run->inflight--;
	WRITE_ONCE(run->strays, run->strays + 1);
	WRITE_ONCE(run->stray_pages, run->stray_pages + req->bounce->nr);
}

/**
 * vha_stray_free() - a stray has come back
 * @run: of its queue
 * @req: the request
 *
 * Context: the worker.
 */
void vha_stray_free(struct vha_run *run, struct vha_req *req)
{
	struct vha_bounce *bounce = req->bounce;
	u32 i;

	WRITE_ONCE(run->strays, run->strays - 1);
	WRITE_ONCE(run->stray_pages, run->stray_pages - bounce->nr);
	for (i = 0; i < bounce->nr; i++)
		vha_bounce_free_page(sg_page(&bounce->sg[i]));
	kvfree(bounce);
	vha_req_drop_slot(req);
	vha_session_put_later(req->session, &run->pool.dead);
	vha_req_free(req);
}
