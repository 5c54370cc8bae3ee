// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptor chains to private copies and scatterlists.
 */
#include "chain.h"

#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pfn.h>

static void vha_cursor_start(struct vha_cursor *cur,
			     const struct vha_desc *desc, u16 nr)
{
	cur->desc = desc;
	cur->end = desc + nr;
	cur->off = 0;
	cur->left = 0;
	for (; desc < cur->end; desc++)
		cur->left += desc->len;
}

/* How many of @len bytes lie in the descriptor at hand; @cur has @len left */
static u32 vha_cursor_piece(const struct vha_cursor *cur, u32 len, u64 *iova)
{
	*iova = cur->desc->addr + cur->off;
	return min(len, cur->desc->len - cur->off);
}

/* Past @len bytes, all of the descriptor at hand */
static void vha_cursor_advance(struct vha_cursor *cur, u32 len)
{
	cur->left -= len;
	cur->off += len;
	if (cur->off == cur->desc->len) {
		cur->desc++;
		cur->off = 0;
	}
}

/**
 * vha_chain_start() - begin to take a chain apart
 * @chain: filled in
 * @tlb: the map that the chain's addresses belong to
 * @hint: the queue's own, see vha_iotlb_translate()
 * @rc: the chain as the ring gave it; stays untouched, and can be started again
 *
 * Context: any. The caller holds @tlb->lock for reading until it is done with
 * @chain.
 * Return: 0, or -EINVAL if the chain has more than 2^32 bytes in all, which
 * drivers must not make (virtio 1.4, "The Virtqueue Descriptor Table").
 */
int vha_chain_start(struct vha_chain *chain, struct vha_iotlb *tlb,
		    struct vha_iotlb_hint *hint,
		    const struct vha_ring_chain *rc)
{
	lockdep_assert_held(&tlb->lock);
	chain->tlb = tlb;
	chain->hint = hint;
	chain->copied = 0;
	vha_cursor_start(&chain->out, rc->desc, rc->nr_out);
	vha_cursor_start(&chain->in, rc->desc + rc->nr_out, rc->nr_in);
	if (unlikely(chain->out.left + chain->in.left > BIT_ULL(32)))
		return -EINVAL;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_chain_start);

/**
 * vha_chain_pull() - copy the next bytes of the readable half
 * @chain: the chain
 * @dst: private memory
 * @len: in bytes, may be 0
 *
 * Context: as vha_chain_start().
 * Return: 0; -EINVAL if fewer than @len bytes are left; -EFAULT.
 */
int vha_chain_pull(struct vha_chain *chain, void *dst, u32 len)
{
	struct vha_cursor *cur = &chain->out;
	u64 iova;
	int err;

	if (unlikely(len > cur->left))
		return -EINVAL;
	chain->copied += len;
	while (len) {
		u32 n = vha_cursor_piece(cur, len, &iova);

		err = vha_iotlb_read(chain->tlb, chain->hint, iova, dst, n);
		if (unlikely(err))
			return err;
		vha_cursor_advance(cur, n);
		dst += n;
		len -= n;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_chain_pull);

/**
 * vha_chain_push() - write the next bytes of the writable half
 * @chain: the chain
 * @src: private memory
 * @len: in bytes, may be 0
 *
 * For answers of more than one byte, which may straddle descriptors.
 *
 * Context: as vha_chain_start().
 * Return: 0; -EINVAL if fewer than @len bytes are left; -EFAULT, and some of
 * them may have been written.
 */
int vha_chain_push(struct vha_chain *chain, const void *src, u32 len)
{
	struct vha_cursor *cur = &chain->in;
	u64 iova;
	int err;

	if (unlikely(len > cur->left))
		return -EINVAL;
	while (len) {
		u32 n = vha_cursor_piece(cur, len, &iova);

		err = vha_iotlb_write(chain->tlb, chain->hint, iova, src, n);
		if (unlikely(err))
			return err;
		vha_cursor_advance(cur, n);
		src += n;
		len -= n;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_chain_push);

/**
 * vha_chain_tail() - reserve the last bytes of the writable half
 * @chain: the chain, nothing of whose writable half was taken yet
 * @len: in bytes, more than 0
 * @iova: set to where they are, for a later vha_iotlb_write()
 *
 * For the status: no other function hands these bytes out afterwards. They have
 * to lie in the chain's last descriptor, which is always so for one byte. To be
 * called once per start.
 *
 * Context: as vha_chain_start().
 * Return: 0, or -EINVAL if they don't, or if there are fewer. Whether they can
 * be written is for the write to find out.
 */
int vha_chain_tail(struct vha_chain *chain, u32 len, u64 *iova)
{
	struct vha_cursor *cur = &chain->in;
	const struct vha_desc *last = cur->end - 1;

	if (unlikely(!len || len > cur->left || len > last->len))
		return -EINVAL;
	*iova = last->addr + (last->len - len);
	cur->left -= len;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_chain_tail);

static int vha_cursor_skip(struct vha_cursor *cur, u32 len)
{
	u64 iova;
	u32 n;

	if (unlikely(len > cur->left))
		return -EINVAL;
	for (; len; len -= n) {
		n = vha_cursor_piece(cur, len, &iova);
		vha_cursor_advance(cur, n);
	}
	return 0;
}

/**
 * vha_chain_skip_out() - leave out the next bytes of the readable half
 * @chain: the chain
 * @len: in bytes, may be 0
 *
 * Context: as vha_chain_start().
 * Return: 0; -EINVAL if fewer than @len bytes are left.
 */
int vha_chain_skip_out(struct vha_chain *chain, u32 len)
{
	return vha_cursor_skip(&chain->out, len);
}
EXPORT_SYMBOL_IF_KUNIT(vha_chain_skip_out);

/**
 * vha_chain_skip_in() - leave out the next bytes of the writable half
 * @chain: the chain
 * @len: in bytes, may be 0
 *
 * Context: as vha_chain_start().
 * Return: 0; -EINVAL if fewer than @len bytes are left.
 */
int vha_chain_skip_in(struct vha_chain *chain, u32 len)
{
	return vha_cursor_skip(&chain->in, len);
}
EXPORT_SYMBOL_IF_KUNIT(vha_chain_skip_in);

/* A list of no bytes, whatever the entries were used for before */
static void vha_sgl_clear(struct vha_sgl *sgl)
{
	sgl->nents = 0;
	sgl->first_held = 0;
	sgl->held = false;
	sgl->sg[0].length = 0;
	sg_mark_end(&sgl->sg[0]);
}

/**
 * vha_sgl_init() - begin to fill a list
 * @sgl: filled in
 * @sg: the entries; went through sg_init_table() once, in whatever state since
 * @max: how many, at least 1
 *
 * Context: any.
 */
void vha_sgl_init(struct vha_sgl *sgl, struct scatterlist *sg, u16 max)
{
	sgl->sg = sg;
	sgl->max = max;
	vha_sgl_clear(sgl);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sgl_init);

/*
 * An entry may have been the end of its list in an earlier life. DMA mapping
 * leaves marks only as long as it lasts.
 */
static int vha_sgl_append(struct vha_sgl *sgl, struct page *page, u32 off,
			  u32 len)
{
	struct scatterlist *sg = &sgl->sg[sgl->nents];

	if (unlikely(sgl->nents == sgl->max))
		return -E2BIG;
	sg_unmark_end(sg);
	sg_set_page(sg, page, len, off);
	sgl->nents++;
	return 0;
}

/* From @first on, the entries are new and in use */
static void vha_sgl_move_end(struct vha_sgl *sgl, u16 first)
{
	if (first)
		sg_unmark_end(&sgl->sg[first - 1]);
	sg_mark_end(&sgl->sg[sgl->nents - 1]);
}

/**
 * vha_sgl_add_private() - append memory of our own to a list
 * @sgl: the list, without guest pages so far
 * @buf: in the linear map (kmalloc), lives as long as the list is used
 * @len: in bytes; 0 appends nothing
 *
 * Context: any.
 * Return: 0; -E2BIG without a free entry; -EINVAL behind guest pages.
 */
int vha_sgl_add_private(struct vha_sgl *sgl, void *buf, u32 len)
{
	u16 first = sgl->nents;
	int err;

	if (!len)
		return 0;
	if (WARN_ON_ONCE(sgl->first_held != first))
		return -EINVAL;
	err = vha_sgl_append(sgl, virt_to_page(buf), offset_in_page(buf), len);
	if (err)
		return err;
	sgl->first_held = sgl->nents;
	vha_sgl_move_end(sgl, first);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sgl_add_private);

/*
 * Whether a piece at @pa goes on where @sg ends. The page is compared, not its
 * number: pages whose numbers follow each other need not have a struct page
 * that does, and a provider counts on that within an entry.
 */
static bool vha_sg_continues(struct scatterlist *sg, struct page *page, u32 off)
{
	u64 end = (u64)sg->offset + sg->length;

	return offset_in_page(end) == off &&
	       sg_page(sg) + (end >> PAGE_SHIFT) == page;
}

static __always_inline int vha_chain_map(struct vha_chain *chain,
					 struct vha_cursor *cur,
					 struct vha_sgl *sgl, u32 len, u32 perm)
{
	u16 first = sgl->nents;
	u64 iova, pa;
	u32 run;
	int err;
	u16 i;

	if (unlikely(len > cur->left))
		return -EINVAL;
	if (unlikely(!len))
		return 0;

	for (; len; len -= run) {
		u32 n = vha_cursor_piece(cur, len, &iova);
		struct page *page;

		err = vha_iotlb_translate(chain->tlb, chain->hint, iova, n,
					  perm, &pa, &run);
		if (unlikely(err))
			goto err_forget;
		page = pfn_to_page(PHYS_PFN(pa));
		if (sgl->nents > first &&
		    vha_sg_continues(&sgl->sg[sgl->nents - 1], page,
				     offset_in_page(pa))) {
			sgl->sg[sgl->nents - 1].length += run;
		} else {
			err = vha_sgl_append(sgl, page, offset_in_page(pa),
					     run);
			if (unlikely(err))
				goto err_forget;
		}
		vha_cursor_advance(cur, run);
	}

	vha_sgl_move_end(sgl, first);
	/*
	 * Only now, entry by entry: what was merged in one folio counts once,
	 * as vha_sgl_release() will see it. The map, which is locked, has held
	 * the pages so far.
	 */
	sgl->held = !chain->tlb->identity;
	for (i = first; sgl->held && i < sgl->nents; i++)
		vha_pages_get(&sgl->sg[i]);
	return 0;

err_forget:
	sgl->nents = first;
	if (!first)
		vha_sgl_clear(sgl);
	return err;
}

/**
 * vha_chain_map_out() - append the next bytes of the readable half to a list
 * @chain: the chain
 * @sgl: the list
 * @len: in bytes, may be 0
 *
 * No copy: the entries are the guest's pages, and hold them until
 * vha_sgl_release(), unless the map is identity. What follows each other in
 * physical memory becomes one entry.
 *
 * Context: as vha_chain_start().
 * Return: 0; -EINVAL if fewer than @len bytes are left; -EFAULT if they can't be
 * read; -E2BIG if they don't fit. On error the list is as before the call and
 * holds no more than then.
 */
int vha_chain_map_out(struct vha_chain *chain, struct vha_sgl *sgl, u32 len)
{
	return vha_chain_map(chain, &chain->out, sgl, len, VHOST_MAP_RO);
}
EXPORT_SYMBOL_IF_KUNIT(vha_chain_map_out);

/**
 * vha_chain_map_in() - append the next bytes of the writable half to a list
 * @chain: the chain
 * @sgl: the list
 * @len: in bytes, may be 0
 *
 * Like vha_chain_map_out(), of pages that are mapped for writing. Providers may
 * read a destination, so pages that can be written only aren't refused, but a
 * provider that works in place reads them for the guest.
 *
 * Context: as vha_chain_start().
 * Return: as vha_chain_map_out().
 */
int vha_chain_map_in(struct vha_chain *chain, struct vha_sgl *sgl, u32 len)
{
	return vha_chain_map(chain, &chain->in, sgl, len, VHOST_MAP_WO);
}
EXPORT_SYMBOL_IF_KUNIT(vha_chain_map_in);

/**
 * vha_sgl_release() - empty a list and let its pages go
 * @sgl: the list, in any state that the functions here leave it in, or all zero
 *
 * Nobody may be using the list any more. It can be filled again.
 *
 * Context: process or softirq; needs no lock. May free the pages.
 */
void vha_sgl_release(struct vha_sgl *sgl)
{
	u16 i;

	if (!sgl->nents)
		return;
	for (i = sgl->first_held; sgl->held && i < sgl->nents; i++)
		vha_pages_put(&sgl->sg[i]);
	vha_sgl_clear(sgl);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sgl_release);

/* A walk over the guest's bytes in a list, by physical address */
struct vha_sg_walk {
	struct scatterlist *sg;
	struct scatterlist *end;
	u64 pa;
	u32 left;
};

static bool vha_sg_walk_load(struct vha_sg_walk *walk)
{
	if (walk->sg == walk->end)
		return false;
	walk->pa = sg_phys(walk->sg);
	walk->left = walk->sg->length;
	return true;
}

static bool vha_sg_walk_start(struct vha_sg_walk *walk,
			      const struct vha_sgl *sgl)
{
	walk->sg = sgl->sg + sgl->first_held;
	walk->end = sgl->sg + sgl->nents;
	return vha_sg_walk_load(walk);
}

/* False when there is nothing behind */
static bool vha_sg_walk_advance(struct vha_sg_walk *walk, u32 len)
{
	walk->pa += len;
	walk->left -= len;
	if (walk->left)
		return true;
	walk->sg++;
	return vha_sg_walk_load(walk);
}

/* Are the bytes the same as far as both lists go? However they are cut */
static bool vha_sg_walk_same(struct vha_sg_walk a, struct vha_sg_walk b)
{
	bool more;
	u32 n;

	do {
		if (a.pa != b.pa)
			return false;
		n = min(a.left, b.left);
		more = vha_sg_walk_advance(&a, n);
		more = vha_sg_walk_advance(&b, n) && more;
	} while (more);
	return true;
}

static bool vha_sg_walk_meet(struct vha_sg_walk a, struct vha_sg_walk b)
{
	struct vha_sg_walk start = b;

	do {
		for (b = start;; vha_sg_walk_advance(&b, b.left)) {
			if (a.pa < b.pa + b.left && b.pa < a.pa + a.left)
				return true;
			if (b.sg + 1 == b.end)
				break;
		}
	} while (vha_sg_walk_advance(&a, a.left));
	return false;
}

/**
 * vha_sgl_overlap() - how the guest pages of two lists lie to each other
 * @a: a list; private entries in front don't count
 * @b: another one
 *
 * By physical address: two I/O virtual addresses may be one page. How the bytes
 * are cut into entries makes no difference.
 *
 * Cheap for lists that are the same and for single entries, else every entry is
 * compared with every other one.
 *
 * Context: any.
 * Return: see &enum vha_overlap.
 */
enum vha_overlap vha_sgl_overlap(const struct vha_sgl *a,
				 const struct vha_sgl *b)
{
	struct vha_sg_walk wa, wb;

	if (!vha_sg_walk_start(&wa, a) || !vha_sg_walk_start(&wb, b))
		return VHA_OVERLAP_NONE;
	if (vha_sg_walk_same(wa, wb))
		return VHA_OVERLAP_EXACT;
	return vha_sg_walk_meet(wa, wb) ? VHA_OVERLAP_PARTIAL :
					  VHA_OVERLAP_NONE;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sgl_overlap);
