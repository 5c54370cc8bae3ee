// SPDX-License-Identifier: GPL-2.0
/*
 * Address maps and page references; see iotlb.h for why they are as they are.
 *
 * For 64 bits (Kconfig says so): every address has a page frame number, and
 * every page has its place in the linear map.
 */
#include "iotlb.h"

#include <kunit/visibility.h>
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/overflow.h>
#include <linux/pfn.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

/*
 * What one look-up under identity vouches for. pfn_valid() has this granularity
 * on every architecture (PAGES_PER_SUBSECTION is 2 MB), so both ends of a block
 * stand for the pages between them.
 */
#define VHA_IDENTITY_BLOCK	SZ_2M
#ifdef PAGES_PER_SUBSECTION
static_assert(VHA_IDENTITY_BLOCK >> PAGE_SHIFT == PAGES_PER_SUBSECTION);
#endif

/* Pages between two offers to let others run */
#define VHA_RESCHED_PAGES	4096

/*
 * One reference for each folio that has a page in [pfn, end). The caller knows
 * that the pages are held by someone else, so that page_folio() is stable.
 */
static void vha_folios_get(unsigned long pfn, unsigned long end)
{
	while (pfn < end) {
		struct folio *folio = page_folio(pfn_to_page(pfn));

		folio_get(folio);
		pfn = folio_pfn(folio) + folio_nr_pages(folio);
	}
}

/* The walk of vha_folios_get() again, finding the same folios: see iotlb.h */
static void vha_folios_put(unsigned long pfn, unsigned long end)
{
	while (pfn < end) {
		struct folio *folio = page_folio(pfn_to_page(pfn));

		pfn = folio_pfn(folio) + folio_nr_pages(folio);
		folio_put(folio);
	}
}

/* Like vha_folios_put(), for any number of pages; may sleep */
static void vha_range_put(unsigned long pfn, unsigned long end)
{
	while (pfn < end) {
		struct folio *folio = page_folio(pfn_to_page(pfn));
		unsigned long next = folio_pfn(folio) + folio_nr_pages(folio);

		folio_put(folio);
		if (pfn / VHA_RESCHED_PAGES != next / VHA_RESCHED_PAGES)
			cond_resched();
		pfn = next;
	}
}

/*
 * Like vha_folios_get(), for any number of pages that may not exist at all; may
 * sleep. vhost-vdpa has pinned the pages that it maps, so none can be free and
 * none can change its folio; whatever is free is refused all the same, and so
 * is a count about to overflow, as in mm/gup.c.
 */
static int vha_range_get(unsigned long pfn, unsigned long end)
{
	unsigned long first = pfn;

	while (pfn < end) {
		struct folio *folio;
		unsigned long next;

		if (!pfn_valid(pfn))
			goto err_put;
		folio = page_folio(pfn_to_page(pfn));
		if (folio_ref_count(folio) <= 0 || !folio_try_get(folio))
			goto err_put;
		next = folio_pfn(folio) + folio_nr_pages(folio);
		if (pfn / VHA_RESCHED_PAGES != next / VHA_RESCHED_PAGES)
			cond_resched();
		pfn = next;
	}
	return 0;

err_put:
	vha_range_put(first, pfn);
	return -EINVAL;
}

static unsigned long vha_map_pfn(const struct vhost_iotlb_map *map)
{
	return PHYS_PFN(map->addr);
}

/* Behind the last page */
static unsigned long vha_map_end_pfn(const struct vhost_iotlb_map *map)
{
	return PHYS_PFN(map->addr + map->size - 1) + 1;
}

static void vha_iotlb_changed(struct vha_iotlb *tlb)
{
	lockdep_assert_held_write(&tlb->lock);
	tlb->generation++;
}

/* Remove every range that has a byte in [first, last], whole */
static void vha_iotlb_drop(struct vha_iotlb *tlb, u64 first, u64 last)
{
	struct vhost_iotlb_map *map;
	unsigned long pfn, end;

	lockdep_assert_held_write(&tlb->lock);
	while ((map = vhost_iotlb_itree_first(&tlb->tlb, first, last))) {
		pfn = vha_map_pfn(map);
		end = vha_map_end_pfn(map);
		vhost_iotlb_map_free(&tlb->tlb, map);
		vha_iotlb_changed(tlb);
		vha_range_put(pfn, end);
	}
}

/**
 * vha_iotlb_init() - make an empty map
 * @tlb: the map
 *
 * Nothing is mapped and there is no identity: every access faults.
 *
 * Context: any.
 */
void vha_iotlb_init(struct vha_iotlb *tlb)
{
	init_rwsem(&tlb->lock);
	vhost_iotlb_init(&tlb->tlb, VHA_IOTLB_MAX_RANGES, 0);
	tlb->identity = false;
	tlb->generation = 1;
}
EXPORT_SYMBOL_IF_KUNIT(vha_iotlb_init);

/**
 * vha_iotlb_destroy() - give back all that a map holds
 * @tlb: the map; nobody uses it any more
 *
 * References of requests that are still in flight are theirs, and stay.
 *
 * Context: process, may sleep. Takes @tlb->lock for writing.
 */
void vha_iotlb_destroy(struct vha_iotlb *tlb)
{
	vha_iotlb_reset(tlb);
}
EXPORT_SYMBOL_IF_KUNIT(vha_iotlb_destroy);

static int vha_iotlb_add(struct vha_iotlb *tlb, u64 iova, u64 last, u64 pa,
			 u32 perm)
{
	int err;

	lockdep_assert_held_write(&tlb->lock);
	if (tlb->identity)
		return -EBUSY;
	if (vhost_iotlb_itree_first(&tlb->tlb, iova, last))
		return -EEXIST;
	if (tlb->tlb.nmaps >= VHA_IOTLB_MAX_RANGES)
		return -ENOSPC;
	/* Allocates with GFP_ATOMIC: -ENOMEM is a thing that happens */
	err = vhost_iotlb_add_range(&tlb->tlb, iova, last, pa, perm);
	if (err)
		return err;
	vha_iotlb_changed(tlb);
	return 0;
}

/**
 * vha_iotlb_map() - map a range of guest memory
 * @tlb: the map
 * @iova: first I/O virtual address
 * @size: in bytes
 * @pa: physical address of the first byte; the range is contiguous
 * @perm: VHOST_MAP_RO, VHOST_MAP_WO or VHOST_MAP_RW, as the device sees it
 *
 * Takes a reference on each folio of the range. The caller has its pages pinned
 * (&vdpa_config_ops.dma_map is called so); what is behind @pa is nothing that a
 * program could choose freely.
 *
 * Context: process, may sleep. Takes @tlb->lock for writing.
 * Return: 0; -EINVAL without a size, with one that wraps, with permissions that
 * don't exist or with pages that don't; -EEXIST if a byte of it is mapped;
 * -EBUSY under identity; -ENOSPC beyond %VHA_IOTLB_MAX_RANGES ranges; -ENOMEM.
 * Nothing has changed on error.
 */
int vha_iotlb_map(struct vha_iotlb *tlb, u64 iova, u64 size, u64 pa, u32 perm)
{
	unsigned long pfn, end;
	u64 last, pa_last;
	int err;

	if (!size || !perm || (perm & ~VHOST_MAP_RW) ||
	    check_add_overflow(iova, size - 1, &last) ||
	    check_add_overflow(pa, size - 1, &pa_last))
		return -EINVAL;

	/* Long walks happen outside the lock, where no worker waits for them */
	pfn = PHYS_PFN(pa);
	end = PHYS_PFN(pa_last) + 1;
	err = vha_range_get(pfn, end);
	if (err)
		return err;

	down_write(&tlb->lock);
	err = vha_iotlb_add(tlb, iova, last, pa, perm);
	up_write(&tlb->lock);
	if (err)
		vha_range_put(pfn, end);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_iotlb_map);

/**
 * vha_iotlb_unmap() - unmap a range of guest memory
 * @tlb: the map
 * @iova: first I/O virtual address
 * @size: in bytes; beyond the end of the address space is the end
 *
 * Every range with a byte in it goes, whole: a request for a part, which nobody
 * makes, ends in faults rather than in access to what should be gone. Unknown
 * ranges are legal, and identity maps have none.
 *
 * Waits for all read sections. When it returns, nothing translates to the range
 * and what is still in flight goes to pages that the request itself holds.
 *
 * Context: process, may sleep. Takes @tlb->lock for writing.
 */
void vha_iotlb_unmap(struct vha_iotlb *tlb, u64 iova, u64 size)
{
	u64 last;

	if (!size)
		return;
	if (check_add_overflow(iova, size - 1, &last))
		last = U64_MAX;

	down_write(&tlb->lock);
	vha_iotlb_drop(tlb, iova, last);
	up_write(&tlb->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vha_iotlb_unmap);

/**
 * vha_iotlb_reset() - unmap everything
 * @tlb: the map
 *
 * The map is as new, identity included: every access faults until something is
 * mapped. Waits for all read sections. (A reset of the device does not have to
 * mean a reset of its map: that is the caller's business.)
 *
 * Context: process, may sleep. Takes @tlb->lock for writing.
 */
void vha_iotlb_reset(struct vha_iotlb *tlb)
{
	down_write(&tlb->lock);
	vha_iotlb_drop(tlb, 0, U64_MAX);
	if (tlb->identity) {
		tlb->identity = false;
		vha_iotlb_changed(tlb);
	}
	up_write(&tlb->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vha_iotlb_reset);

/**
 * vha_iotlb_set_identity() - let I/O virtual addresses be physical, or not
 * @tlb: the map
 * @identity: true only if the in-kernel driver virtio_vdpa drives the device:
 *	whoever writes descriptors then reads and writes all physical memory
 *
 * Turning it on unmaps all ranges, turning it off leaves nothing mapped; what
 * is so already changes nothing. Waits for all read sections.
 *
 * Context: process, may sleep. Takes @tlb->lock for writing.
 */
void vha_iotlb_set_identity(struct vha_iotlb *tlb, bool identity)
{
	down_write(&tlb->lock);
	if (tlb->identity != identity) {
		vha_iotlb_drop(tlb, 0, U64_MAX);
		tlb->identity = identity;
		vha_iotlb_changed(tlb);
	}
	up_write(&tlb->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vha_iotlb_set_identity);

static int vha_identity_lookup(struct vha_iotlb_hint *hint, u64 iova)
{
	u64 first = iova & ~(u64)(VHA_IDENTITY_BLOCK - 1);
	u64 last = first + VHA_IDENTITY_BLOCK - 1;

	if (!pfn_valid(PHYS_PFN(first)) || !pfn_valid(PHYS_PFN(last))) {
		first = iova & PAGE_MASK;
		last = first + PAGE_SIZE - 1;
		if (!pfn_valid(PHYS_PFN(first)))
			return -EFAULT;
	}
	hint->first = first;
	hint->last = last;
	hint->pa = first;
	hint->perm = VHOST_MAP_RW;
	return 0;
}

/* Fill in the hint, or leave it as it was */
static int vha_iotlb_lookup(struct vha_iotlb *tlb, struct vha_iotlb_hint *hint,
			    u64 iova)
{
	struct vhost_iotlb_map *map;
	int err;

	if (tlb->identity) {
		err = vha_identity_lookup(hint, iova);
		if (err)
			return err;
	} else {
		map = vhost_iotlb_itree_first(&tlb->tlb, iova, iova);
		if (!map)
			return -EFAULT;
		hint->first = map->start;
		hint->last = map->last;
		hint->pa = map->addr;
		hint->perm = map->perm;
	}
	hint->generation = tlb->generation;
	return 0;
}

/* In the hint's range: where, how much of it, and whether at all */
static __always_inline int vha_hint_translate(const struct vha_iotlb_hint *hint,
					      u64 iova, u32 len, u32 perm,
					      u64 *pa, u32 *run)
{
	u64 behind = hint->last - iova;

	if (unlikely(perm & ~hint->perm))
		return -EFAULT;
	*pa = hint->pa + (iova - hint->first);
	/* The range's size may not fit in 64 bits, what is behind @iova does */
	*run = behind >= len ? len : behind + 1;
	return 0;
}

static noinline int vha_iotlb_translate_new(struct vha_iotlb *tlb,
					    struct vha_iotlb_hint *hint,
					    u64 iova, u32 len, u32 perm,
					    u64 *pa, u32 *run)
{
	int err = vha_iotlb_lookup(tlb, hint, iova);

	if (err)
		return err;
	return vha_hint_translate(hint, iova, len, perm, pa, run);
}

/**
 * vha_iotlb_translate() - where in physical memory an address is
 * @tlb: the map
 * @hint: the caller's last range, used and updated; not NULL
 * @iova: I/O virtual address
 * @len: how many bytes the caller wants, more than 0
 * @perm: VHOST_MAP_RO to read, VHOST_MAP_WO to write, or both
 * @pa: set to the physical address of the first byte
 * @run: set to how many of the @len bytes follow there without a gap, at least
 *	one
 *
 * A run ends with its range at the latest, even if the next range continues it
 * in physical memory. The answer holds until @tlb->lock is let go of; whoever
 * wants to use the page longer takes a reference.
 *
 * Context: any that may hold @tlb->lock for reading, which it does.
 * Return: 0, or -EFAULT if the address isn't mapped or not so.
 */
int vha_iotlb_translate(struct vha_iotlb *tlb, struct vha_iotlb_hint *hint,
			u64 iova, u32 len, u32 perm, u64 *pa, u32 *run)
{
	lockdep_assert_held(&tlb->lock);
	/* In most calls the range is the last one; what it isn't is kept apart */
	if (unlikely(hint->generation != tlb->generation ||
		     iova < hint->first || iova > hint->last))
		return vha_iotlb_translate_new(tlb, hint, iova, len, perm, pa,
					       run);
	return vha_hint_translate(hint, iova, len, perm, pa, run);
}
EXPORT_SYMBOL_IF_KUNIT(vha_iotlb_translate);

static __always_inline int vha_iotlb_copy(struct vha_iotlb *tlb,
					  struct vha_iotlb_hint *hint, u64 iova,
					  void *dst, const void *src, u32 len,
					  u32 perm)
{
	u32 run, off;
	u64 pa;
	int err;

	for (; len; len -= run, iova += run) {
		struct page *page;

		err = vha_iotlb_translate(tlb, hint, iova, len, perm, &pa,
					  &run);
		if (unlikely(err))
			return err;
		off = offset_in_page(pa);
		run = min_t(u32, run, PAGE_SIZE - off);
		page = pfn_to_page(PHYS_PFN(pa));
		if (perm == VHOST_MAP_RO) {
			memcpy_from_page(dst, page, off, run);
			dst += run;
		} else {
			memcpy_to_page(page, off, src, run);
			src += run;
		}
	}
	return 0;
}

/**
 * vha_iotlb_read() - copy from guest memory
 * @tlb: the map
 * @hint: the caller's last range, used and updated; not NULL
 * @iova: I/O virtual address
 * @dst: private memory
 * @len: in bytes
 *
 * Reads each byte once. Ranges and pages may change on the way.
 *
 * Context: any that may hold @tlb->lock for reading, which it does.
 * Return: 0, or -EFAULT if a byte can't be read; @dst then has anything in it.
 */
int vha_iotlb_read(struct vha_iotlb *tlb, struct vha_iotlb_hint *hint,
		   u64 iova, void *dst, u32 len)
{
	return vha_iotlb_copy(tlb, hint, iova, dst, NULL, len, VHOST_MAP_RO);
}
EXPORT_SYMBOL_IF_KUNIT(vha_iotlb_read);

/**
 * vha_iotlb_write() - copy to guest memory
 * @tlb: the map
 * @hint: the caller's last range, used and updated; not NULL
 * @iova: I/O virtual address
 * @src: private memory
 * @len: in bytes
 *
 * Context: any that may hold @tlb->lock for reading, which it does.
 * Return: 0, or -EFAULT if a byte can't be written; some before it may have
 * been.
 */
int vha_iotlb_write(struct vha_iotlb *tlb, struct vha_iotlb_hint *hint,
		    u64 iova, const void *src, u32 len)
{
	return vha_iotlb_copy(tlb, hint, iova, NULL, src, len, VHOST_MAP_WO);
}
EXPORT_SYMBOL_IF_KUNIT(vha_iotlb_write);

/* The pages of @map->pages, none of them held yet */
static int vha_vmap_find_pages(struct vha_iotlb *tlb, u64 iova, u32 len,
			       u32 perm, struct vha_vmap *map)
{
	struct vha_iotlb_hint hint = {};
	unsigned int i;
	u32 run, piece;
	u64 pa;
	int err;

	for (i = 0; len; i++, len -= piece, iova += piece) {
		piece = min_t(u32, len, PAGE_SIZE - offset_in_page(iova));
		err = vha_iotlb_translate(tlb, &hint, iova, piece, perm, &pa,
					  &run);
		if (err)
			return err;
		/* Ranges that are no pages can't be put together from pages */
		if (run < piece || offset_in_page(pa) != offset_in_page(iova))
			return -EINVAL;
		map->pages[i] = pfn_to_page(PHYS_PFN(pa));
	}
	return 0;
}

static bool vha_vmap_is_linear(const struct vha_vmap *map)
{
	unsigned long pfn = page_to_pfn(map->pages[0]);
	unsigned int i;

	for (i = 0; i < map->nr_pages; i++)
		if (page_to_pfn(map->pages[i]) != pfn + i)
			return false;
	return true;
}

/**
 * vha_vmap_get() - map a piece of guest memory into the kernel
 * @tlb: the map
 * @iova: I/O virtual address
 * @len: in bytes, more than 0
 * @perm: VHOST_MAP_RO to read, VHOST_MAP_WO to write, or both
 * @map: filled in, empty on error
 *
 * For rings: their memory is touched often and moves never. Holds the pages
 * until vha_vmap_put(), also when they are unmapped meanwhile: the caller
 * compares @tlb->generation and gets the memory anew when the map has changed.
 *
 * Context: process, may sleep. The caller holds @tlb->lock for reading.
 * Return: 0; -EFAULT if a byte isn't mapped, or not so; -EINVAL without a length
 * or if it lies differently in its pages than in I/O virtual addresses; -ENOMEM.
 */
int vha_vmap_get(struct vha_iotlb *tlb, u64 iova, u32 len, u32 perm,
		 struct vha_vmap *map)
{
	u32 off = offset_in_page(iova);
	unsigned int i;
	int err;

	lockdep_assert_held(&tlb->lock);
	*map = (struct vha_vmap){ .identity = tlb->identity };
	if (!len)
		return -EINVAL;

	map->nr_pages = PFN_UP((u64)off + len);
	map->pages = kvmalloc_array(map->nr_pages, sizeof(*map->pages),
				    GFP_KERNEL_ACCOUNT);
	if (!map->pages)
		return -ENOMEM;
	err = vha_vmap_find_pages(tlb, iova, len, perm, map);
	if (err)
		goto err_free;

	if (vha_vmap_is_linear(map)) {
		map->va = page_address(map->pages[0]) + off;
	} else {
		map->base = vmap(map->pages, map->nr_pages, VM_MAP,
				 perm & VHOST_MAP_WO ? PAGE_KERNEL :
						       PAGE_KERNEL_RO);
		err = -ENOMEM;
		if (!map->base)
			goto err_free;
		map->va = map->base + off;
	}
	/* The range's references hold them as long as the lock is held */
	for (i = 0; !map->identity && i < map->nr_pages; i++)
		folio_get(page_folio(map->pages[i]));
	return 0;

err_free:
	kvfree(map->pages);
	*map = (struct vha_vmap){};
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_vmap_get);

/**
 * vha_vmap_put() - give back what vha_vmap_get() gave
 * @map: from vha_vmap_get(), or all zero; empty afterwards
 *
 * Context: process, may sleep. Needs no lock.
 */
void vha_vmap_put(struct vha_vmap *map)
{
	unsigned int i;

	if (map->base)
		vunmap(map->base);
	for (i = 0; !map->identity && i < map->nr_pages; i++)
		folio_put(page_folio(map->pages[i]));
	kvfree(map->pages);
	*map = (struct vha_vmap){};
}
EXPORT_SYMBOL_IF_KUNIT(vha_vmap_put);

static unsigned long vha_sg_pfn(struct scatterlist *sg)
{
	return page_to_pfn(sg_page(sg)) + PFN_DOWN(sg->offset);
}

/* Behind the last page of an entry */
static unsigned long vha_sg_end_pfn(struct scatterlist *sg)
{
	return page_to_pfn(sg_page(sg)) +
	       PFN_UP((u64)sg->offset + sg->length);
}

/**
 * vha_pages_get() - hold the pages of one scatterlist entry
 * @sg: the entry, of guest memory, not empty
 *
 * One reference per folio, however many of its pages the entry covers.
 *
 * Context: any; something else holds the pages at this moment, a mapped range
 * under the map's lock for example.
 */
void vha_pages_get(struct scatterlist *sg)
{
	if (likely(sg->offset + (u64)sg->length <= PAGE_SIZE))
		folio_get(page_folio(sg_page(sg)));
	else
		vha_folios_get(vha_sg_pfn(sg), vha_sg_end_pfn(sg));
}
EXPORT_SYMBOL_IF_KUNIT(vha_pages_get);

/**
 * vha_pages_put() - give back what vha_pages_get() took
 * @sg: the entry, with page, offset and length as they were
 *
 * Context: process or softirq. May free the pages.
 */
void vha_pages_put(struct scatterlist *sg)
{
	if (likely(sg->offset + (u64)sg->length <= PAGE_SIZE))
		folio_put(page_folio(sg_page(sg)));
	else
		vha_folios_put(vha_sg_pfn(sg), vha_sg_end_pfn(sg));
}
EXPORT_SYMBOL_IF_KUNIT(vha_pages_put);
