/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ring access for the device side of a virtqueue.
 *
 * The ring lies in memory that the driver may change at any time: every field
 * is read once, checked, and then used from a copy. Nothing here sleeps,
 * allocates or knows about the kernel beyond what tests/user/ can stub, so
 * that the same code runs under sanitizers and fuzzers.
 */
#ifndef _VHA_RING_H
#define _VHA_RING_H

#include <linux/types.h>
#include <linux/virtio_ring.h>

/* Largest virtqueue that the device offers, and longest chain that it takes */
#define VHA_RING_MAX	1024

/**
 * struct vha_desc - one descriptor, copied out of the ring
 * @addr: I/O virtual address, unchecked
 * @len: in bytes, never 0 in what &vha_ring_ops.pop returns
 */
struct vha_desc {
	u64 addr;
	u32 len;
};

/**
 * struct vha_ring_chain - one descriptor chain, copied out of the ring
 * @head: what &vha_ring_ops.push wants back
 * @nr_out: how many descriptors the device may read; they come first
 * @nr_in: how many it may write; they follow
 * @desc: the descriptors; behind @nr_out + @nr_in of them, garbage
 *
 * Large: belongs into a worker's own memory, not on a stack. Needs no
 * initialisation.
 */
struct vha_ring_chain {
	u16 head;
	u16 nr_out;
	u16 nr_in;
	struct vha_desc desc[VHA_RING_MAX];
};

struct vha_ring;

/**
 * struct vha_ring_ops - what a ring layout implements
 * @pop: take the next chain, virtio 1.4 "Virtqueue Operation". Descriptors
 *	without length are left out. 1: taken; 0: none there; negative: the
 *	driver broke the rules (-EPROTO) or an indirect table can't be read
 *	(-EFAULT, or whatever &vha_ring.read said), nothing was taken, and the
 *	ring stays unusable until it is started again
 * @rewind: give back the last @n chains taken, of which none was pushed
 * @push: put a used element for a chain taken; @len: bytes written, counted
 *	from the beginning of the chain's writable half, may be too low. Not
 *	visible to the driver before @flush
 * @flush: make pushed elements visible, once for any number of them. Returns
 *	whether to interrupt the driver (virtio 1.4, "Used Buffer Notification
 *	Suppression")
 * @notify_enable: ask for notifications of new chains. Returns true if there
 *	are chains already, in which case no notification may come and the
 *	caller has to look again. False on a ring that is broken
 * @notify_disable: say that no notifications are needed. Some still come
 *
 * All of them: called by the queue's worker only, in any context that may touch
 * the ring's memory; never sleep but for what &vha_ring.read does.
 */
struct vha_ring_ops {
	int (*pop)(struct vha_ring *ring, struct vha_ring_chain *chain);
	void (*rewind)(struct vha_ring *ring, u16 n);
	void (*push)(struct vha_ring *ring, u16 head, u32 len);
	bool (*flush)(struct vha_ring *ring);
	bool (*notify_enable)(struct vha_ring *ring);
	void (*notify_disable)(struct vha_ring *ring);
};

extern const struct vha_ring_ops vha_ring_split_ops;

/**
 * struct vha_ring - device side state of one virtqueue
 * @ops: the layout; set by the start function
 * @num: size, a power of two up to %VHA_RING_MAX
 * @event_idx: VIRTIO_F_EVENT_IDX was negotiated
 * @desc: descriptor table, in kernel addresses, 16 byte aligned
 * @avail: driver area, 2 byte aligned
 * @used: device area, 4 byte aligned
 * @read: reads an indirect table from guest memory into private memory,
 *	0 or -EFAULT
 * @read_ctx: for @read
 * @broken: the error that pop returned and will return again, 0 while the
 *	driver plays by the rules
 * @last_avail: index of the next chain to take
 * @avail_idx: the driver's index as last read
 * @used_idx: index of the next used element, flushed or not
 * @flushed_idx: used index that the driver sees
 * @signalled: an interrupt was decided on since the start
 * @unnotified: the driver was told that we need no notifications
 * @table: the indirect table being walked, read once
 *
 * Owned by the queue's worker; no locks. The owner fills in everything up to
 * @read_ctx, the start function the rest. No pointer here is ever followed
 * after the memory behind it was unmapped: the owner replaces @desc, @avail and
 * @used whenever the map's generation changes.
 */
struct vha_ring {
	const struct vha_ring_ops *ops;
	u16 num;
	bool event_idx;
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	int (*read)(void *ctx, u64 addr, void *dst, u32 len);
	void *read_ctx;

	int broken;
	u16 last_avail;
	u16 avail_idx;
	u16 used_idx;
	u16 flushed_idx;
	bool signalled;
	bool unnotified;

	struct vring_desc table[VHA_RING_MAX];
};

void vha_ring_split_start(struct vha_ring *ring, u16 last_avail, u16 used_idx);
u32 vha_ring_split_desc_size(u16 num);
u32 vha_ring_split_driver_size(u16 num, bool event_idx);
u32 vha_ring_split_device_size(u16 num, bool event_idx);

#endif /* _VHA_RING_H */
