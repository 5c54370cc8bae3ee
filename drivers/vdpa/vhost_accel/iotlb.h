/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's memory as the host may see it: I/O virtual addresses to pages,
 * with references of our own on every page.
 *
 * vhost-vdpa unpins pages before it tells us (vhost_vdpa_pa_unmap()), so its
 * pins protect nothing that is still in flight. A mapped range therefore holds
 * one reference per folio, and each request in flight holds the folios that it
 * uses. A folio goes back when neither is left.
 *
 * Why a later walk over the same pages finds the same folios: between our
 * reference and its release a folio keeps its shape. It can't be freed, because
 * its count is not zero, and it can't be split, because splitting freezes the
 * count at what the page tables and the page cache account for and gives up on
 * any reference beyond (split_huge_page_to_list_to_order(); hugetlb folios are
 * taken apart only when free). Migration, KSM and memory hot-unplug refuse for
 * the same reason. So references need not be remembered folio by folio.
 */
#ifndef _VHA_IOTLB_H
#define _VHA_IOTLB_H

#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/vhost_iotlb.h>

struct page;
struct scatterlist;

/* More ranges than any VMM maps (2,048 is vhost-vdpa's own limit from 7.2 on) */
#define VHA_IOTLB_MAX_RANGES	65536

/**
 * struct vha_iotlb - the address map of one device
 * @lock: taken for reading by whoever translates or touches guest memory by
 *	I/O virtual address, for writing by whoever changes the map. A writer
 *	thus waits for every read section, and after it no worker uses an old
 *	translation but through references. vhost-vdpa maps under mmap_lock:
 *	nothing that faults user memory in may happen under this lock.
 * @tlb: the ranges; empty while @identity. Guarded by @lock.
 * @identity: I/O virtual addresses are physical ones. Only ever true for the
 *	in-kernel driver virtio_vdpa. Guarded by @lock.
 * @generation: changes whenever the map does; never 0. Guarded by @lock.
 */
struct vha_iotlb {
	struct rw_semaphore lock;
	struct vhost_iotlb tlb;
	bool identity;
	u64 generation;
};

/**
 * struct vha_iotlb_hint - the range of the last look-up, per user of the map
 * @generation: of the map when it was filled in, 0 if never
 * @first: first I/O virtual address of the range
 * @last: last one
 * @pa: physical address of @first
 * @perm: VHOST_MAP_*
 *
 * Zeroed by its owner once, then only passed on. Not shared between threads,
 * nor between maps.
 */
struct vha_iotlb_hint {
	u64 generation;
	u64 first;
	u64 last;
	u64 pa;
	u32 perm;
};

void vha_iotlb_init(struct vha_iotlb *tlb);
void vha_iotlb_destroy(struct vha_iotlb *tlb);

int vha_iotlb_map(struct vha_iotlb *tlb, u64 iova, u64 size, u64 pa, u32 perm);
void vha_iotlb_unmap(struct vha_iotlb *tlb, u64 iova, u64 size);
void vha_iotlb_reset(struct vha_iotlb *tlb);
void vha_iotlb_set_identity(struct vha_iotlb *tlb, bool identity);

int __must_check vha_iotlb_translate(struct vha_iotlb *tlb,
				     struct vha_iotlb_hint *hint, u64 iova,
				     u32 len, u32 perm, u64 *pa, u32 *run);
int __must_check vha_iotlb_read(struct vha_iotlb *tlb,
				struct vha_iotlb_hint *hint, u64 iova,
				void *dst, u32 len);
int __must_check vha_iotlb_write(struct vha_iotlb *tlb,
				 struct vha_iotlb_hint *hint, u64 iova,
				 const void *src, u32 len);

/**
 * struct vha_vmap - a piece of guest memory mapped into the kernel
 * @va: where it starts, NULL when empty
 * @pages: the pages, each with a reference unless @identity
 * @nr_pages: how many
 * @base: what vmap() gave, NULL when the linear map served
 * @identity: the map was identity: the pages are the kernel's own
 *
 * All zero is an empty one.
 */
struct vha_vmap {
	void *va;
	struct page **pages;
	unsigned int nr_pages;
	void *base;
	bool identity;
};

int __must_check vha_vmap_get(struct vha_iotlb *tlb, u64 iova, u32 len,
			      u32 perm, struct vha_vmap *map);
void vha_vmap_put(struct vha_vmap *map);

void vha_pages_get(struct scatterlist *sg);
void vha_pages_put(struct scatterlist *sg);

#endif /* _VHA_IOTLB_H */
