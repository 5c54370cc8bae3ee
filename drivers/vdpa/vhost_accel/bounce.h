/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copies: what a provider gets of a device with "bounce" is memory of ours. The source
 * is copied in when a request is submitted, each step of it, and the destination out
 * when it has come back.
 *
 * So a request that is overdue can be answered, with an error, while the provider still
 * has it: what it writes late goes to memory that nobody reads. Such a request is a
 * *stray*. It is taken out of its pool, which gets another slot and other
 * pages for it, and keeps its session, slot and pages until it comes back. Strays are
 * counted as orphans, and when the provider has as many as it may have, requests that are
 * overdue are not answered.
 *
 * When such a device is reset, its next user need not wait for what the provider has.
 *
 * Nothing is allocated for a request; for a stray there is.
 */
#ifndef _VHA_BOUNCE_H
#define _VHA_BOUNCE_H

#include <linux/compiler.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

#include "vha.h"

/* Requests of a queue that have copies at a time, and pages for them, at least */
#define VHA_BOUNCES		64
#define VHA_BOUNCE_PAGES	256

/**
 * struct vha_bounce - what a request has instead of its memory
 * @next: in the pool
 * @src: source that it had
 * @dst: destination that it had
 * @room: bytes of the destination behind the AAD
 * @nr: entries of @sg that have a page
 * @sg: the pages: of the source, then, if it is not in place, of the destination
 */
struct vha_bounce {
	struct vha_bounce *next;
	struct scatterlist *src;
	struct scatterlist *dst;
	u32 room;
	u32 nr;
	struct scatterlist sg[];
};

/**
 * struct vha_bounces - those of a queue
 * @max: entries of each &vha_bounce.sg
 * @free: which are not used
 * @pages: how many there are, used or not
 * @nr_page: how many are not used
 * @page: these
 *
 * Belongs to the queue's worker.
 */
struct vha_bounces {
	u32 max;
	struct vha_bounce *free;
	u32 pages;
	u32 nr_page;
	struct page *page[] __counted_by(pages);
};

int vha_dev_set_bounce(struct vha_dev *dev, bool bounce);
int vha_bounces_alloc(struct vha_run *run);
void vha_bounces_free(struct vha_run *run);
int vha_bounce_copy_in(struct vha_run *run, struct vha_req *req);
void vha_bounce_copy_out(struct vha_run *run, struct vha_req *req);
void vha_bounce_release(struct vha_req *req);
void vha_bounce_detach(struct vha_run *run);

bool vha_stray_prepare(struct vha_run *run, struct vha_req *req);
void vha_stray_settle(struct vha_run *run, struct vha_req *req);
void vha_stray_free(struct vha_run *run, struct vha_req *req);

/**
 * vha_bounce_begin() - before a step of a request is submitted
 * @run: of its queue
 * @req: the request, perhaps refused before, and copied then
 *
 * Context: the worker.
 * Return: 0; -EAGAIN if other requests have what it needs; -E2BIG.
 */
static inline int vha_bounce_begin(struct vha_run *run, struct vha_req *req)
{
	if (likely(!run->bounce) || req->bounce)
		return 0;
	return vha_bounce_copy_in(run, req);
}

/**
 * vha_bounce_end() - after a step of a request has come back, with its result
 * @run: of its queue
 * @req: the request
 *
 * Context: the worker, who may write to guest memory.
 */
static inline void vha_bounce_end(struct vha_run *run, struct vha_req *req)
{
	if (unlikely(req->bounce))
		vha_bounce_copy_out(run, req);
}

#endif /* _VHA_BOUNCE_H */
