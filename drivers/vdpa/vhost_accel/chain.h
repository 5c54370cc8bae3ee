/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a descriptor chain to what a provider can work on: private copies of
 * headers, IVs and keys, and scatterlists of the guest's own pages for data.
 *
 * Policy on guest addresses lives here: what is readable, what is writable,
 * what may overlap. Each byte of the chain is taken once, in order, from one of
 * two cursors; nothing is read from guest memory a second time. (A copy of a chain
 * is a place to return to, for what has to be in two lists.) How the driver
 * cut its buffers into descriptors makes no difference (virtio 1.4, "Message
 * Framing"), except for vha_chain_tail().
 *
 * Errors, everywhere: -EINVAL if the chain is too short or too long for what is
 * asked, -EFAULT if its memory isn't mapped or not so, -E2BIG if there is no
 * room in the list. After an error of a cursor's function that cursor is not
 * used again. Guest memory may have been written by then, lists are as before.
 */
#ifndef _VHA_CHAIN_H
#define _VHA_CHAIN_H

#include <linux/scatterlist.h>
#include <linux/types.h>

#include "iotlb.h"
#include "ring.h"

/**
 * struct vha_cursor - position in one half of a chain
 * @desc: next descriptor
 * @end: behind the last one
 * @off: bytes of @desc already taken
 * @left: bytes left in this half, all descriptors together, without the tail
 */
struct vha_cursor {
	const struct vha_desc *desc;
	const struct vha_desc *end;
	u32 off;
	u64 left;
};

/**
 * struct vha_chain - a chain while a request is being built from it
 * @tlb: the map; @tlb->lock is held for reading as long as this is used
 * @hint: last range
 * @out: what the device may read
 * @in: what it may write
 * @copied: bytes that were copied out of the readable half
 */
struct vha_chain {
	struct vha_iotlb *tlb;
	struct vha_iotlb_hint *hint;
	struct vha_cursor out;
	struct vha_cursor in;
	u32 copied;
};

/**
 * struct vha_sgl - a scatterlist being filled
 * @sg: room for @max entries, which went through sg_init_table() once in their
 *	life; not chained
 * @nents: entries used
 * @max: entries there are, at least 1
 * @first_held: entries before it are private memory of ours (AAD)
 * @held: the entries from @first_held on hold page references (none do under
 *	identity)
 *
 * Whenever one of the functions below has returned, @sg can be handed to the
 * crypto API: the last used entry is marked as the end and no entry before it
 * is; without entries, @sg[0] is one of no bytes and marked. So a list is used
 * again and again without a look at the entries that aren't.
 */
struct vha_sgl {
	struct scatterlist *sg;
	u16 nents;
	u16 max;
	u16 first_held;
	bool held;
};

int __must_check vha_chain_start(struct vha_chain *chain, struct vha_iotlb *tlb,
				 struct vha_iotlb_hint *hint,
				 const struct vha_ring_chain *rc);
int __must_check vha_chain_pull(struct vha_chain *chain, void *dst, u32 len);
int __must_check vha_chain_push(struct vha_chain *chain, const void *src,
				u32 len);
int __must_check vha_chain_tail(struct vha_chain *chain, u32 len, u64 *iova);
int __must_check vha_chain_skip_out(struct vha_chain *chain, u32 len);
int __must_check vha_chain_skip_in(struct vha_chain *chain, u32 len);

void vha_sgl_init(struct vha_sgl *sgl, struct scatterlist *sg, u16 max);
int __must_check vha_sgl_add_private(struct vha_sgl *sgl, void *buf, u32 len);
int __must_check vha_chain_map_out(struct vha_chain *chain, struct vha_sgl *sgl,
				   u32 len);
int __must_check vha_chain_map_in(struct vha_chain *chain, struct vha_sgl *sgl,
				  u32 len);
void vha_sgl_release(struct vha_sgl *sgl);

/**
 * enum vha_overlap - how the guest pages of two lists lie to each other
 * @VHA_OVERLAP_NONE: no byte in common, or one of them has none at all
 * @VHA_OVERLAP_EXACT: the shorter list's bytes are the first bytes of the
 *	longer one, in the same order: in place. What else the longer one has
 *	is not looked at
 * @VHA_OVERLAP_PARTIAL: anything else, an error
 */
enum vha_overlap {
	VHA_OVERLAP_NONE,
	VHA_OVERLAP_EXACT,
	VHA_OVERLAP_PARTIAL,
};

enum vha_overlap vha_sgl_overlap(const struct vha_sgl *a,
				 const struct vha_sgl *b);

#endif /* _VHA_CHAIN_H */
