// SPDX-License-Identifier: GPL-2.0
/*
 * Split virtqueues, device side (virtio 1.4, "Split Virtqueues").
 *
 * VERSION_1 is a condition for a start, so every field is little-endian.
 *
 * Barriers, with their other half in the driver (drivers/virtio/virtio_ring.c):
 *
 *	avail->idx, acquire		virtio_wmb() in virtqueue_add_split(),
 *					between the chain and avail->idx
 *	used->idx, release		virtio_rmb() in virtqueue_get_buf_ctx_split(),
 *					between used->idx and the element
 *	avail_event or used->flags,	virtio_mb() in
 *	  virt_mb(), avail->idx		virtqueue_kick_prepare_split(), between
 *					avail->idx and what we wrote
 *	used->idx, virt_mb(),		virtio_store_mb() in
 *	  used_event or avail->flags	virtqueue_enable_cb_prepare_split() and
 *					_delayed_split(), and the look at
 *					used->idx that follows
 */
#include "ring.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/virtio_byteorder.h>
#include <asm/barrier.h>

static u16 vha_split_get16(const __virtio16 *p)
{
	return __virtio16_to_cpu(true, READ_ONCE(*p));
}

static void vha_split_put16(__virtio16 *p, u16 val)
{
	WRITE_ONCE(*p, __cpu_to_virtio16(true, val));
}

/* How the driver says when it wants the next interrupt */
static u16 vha_split_used_event(const struct vha_ring *ring)
{
	return vha_split_get16(&ring->avail->ring[ring->num]);
}

/* How we say when we want the next notification */
static void vha_split_set_avail_event(struct vha_ring *ring, u16 idx)
{
	vha_split_put16((__virtio16 *)&ring->used->ring[ring->num], idx);
}

/**
 * vha_ring_split_desc_size() - size of a split ring's descriptor table
 * @num: queue size
 *
 * Context: any.
 * Return: bytes, virtio 1.4 "Split Virtqueues".
 */
u32 vha_ring_split_desc_size(u16 num)
{
	return num * sizeof(struct vring_desc);
}
EXPORT_SYMBOL_IF_KUNIT(vha_ring_split_desc_size);

/**
 * vha_ring_split_driver_size() - size of a split ring's driver area
 * @num: queue size
 * @event_idx: VIRTIO_F_EVENT_IDX was negotiated
 *
 * Context: any.
 * Return: bytes, virtio 1.4 "Split Virtqueues".
 */
u32 vha_ring_split_driver_size(u16 num, bool event_idx)
{
	return sizeof(struct vring_avail) +
	       (num + event_idx) * sizeof(__virtio16);
}
EXPORT_SYMBOL_IF_KUNIT(vha_ring_split_driver_size);

/**
 * vha_ring_split_device_size() - size of a split ring's device area
 * @num: queue size
 * @event_idx: VIRTIO_F_EVENT_IDX was negotiated
 *
 * Context: any.
 * Return: bytes, virtio 1.4 "Split Virtqueues".
 */
u32 vha_ring_split_device_size(u16 num, bool event_idx)
{
	return sizeof(struct vring_used) + num * sizeof(struct vring_used_elem) +
	       event_idx * sizeof(__virtio16);
}
EXPORT_SYMBOL_IF_KUNIT(vha_ring_split_device_size);

/*
 * What a walk over descriptors has found so far. A copy of the counters, so
 * that they stay in registers.
 */
struct vha_split_walk {
	struct vha_desc *desc;
	u32 nr;
	u32 nr_out;
	bool in;
};

/*
 * Follow a chain from @table[@i]; @table has @size entries. The chain may go on
 * in an indirect table, which is what 1 says: @i and the rest are left to the
 * caller, who finds the descriptor in @indirect.
 *
 * The driver may be writing to @table: each field is read once.
 */
static __always_inline int
vha_split_follow(struct vha_split_walk *walk, const struct vring_desc *table,
		 u32 size, u32 i, struct vha_desc *indirect)
{
	u32 left = size;

	for (;;) {
		const struct vring_desc *d = &table[i];
		u64 addr = __virtio64_to_cpu(true, READ_ONCE(d->addr));
		u32 len = __virtio32_to_cpu(true, READ_ONCE(d->len));
		u16 flags = vha_split_get16(&d->flags);

		if (unlikely(flags & VRING_DESC_F_INDIRECT)) {
			if (flags & VRING_DESC_F_NEXT)
				return -EPROTO;
			indirect->addr = addr;
			indirect->len = len;
			return 1;
		}
		if (flags & VRING_DESC_F_WRITE) {
			if (!walk->in)
				walk->nr_out = walk->nr;
			walk->in = true;
		} else if (unlikely(walk->in)) {
			return -EPROTO;
		}
		if (likely(len)) {
			if (unlikely(walk->nr == VHA_RING_MAX))
				return -EPROTO;
			walk->desc[walk->nr].addr = addr;
			walk->desc[walk->nr].len = len;
			walk->nr++;
		}
		if (!(flags & VRING_DESC_F_NEXT))
			return 0;
		/* More descriptors than the table has: it goes in a circle */
		if (unlikely(!--left))
			return -EPROTO;
		i = vha_split_get16(&d->next);
		if (unlikely(i >= size))
			return -EPROTO;
	}
}

/*
 * The specification has no chain longer than the queue, indirect ones
 * included; mainline's driver does make them, and other devices take as many
 * entries as the largest queue would have. So do we. Nor do we ask whether
 * tables were negotiated: no other device does, and DPDK's driver, which has
 * nothing but tables, negotiates them only since its version 25.03.
 */
static noinline int vha_split_follow_indirect(struct vha_ring *ring,
					      struct vha_split_walk *walk,
					      struct vha_desc *indirect)
{
	int err;

	if (!indirect->len || indirect->len % sizeof(struct vring_desc) ||
	    indirect->len > sizeof(ring->table))
		return -EPROTO;
	err = ring->read(ring->read_ctx, indirect->addr, ring->table,
			 indirect->len);
	if (err)
		return err;
	err = vha_split_follow(walk, ring->table,
			       indirect->len / sizeof(struct vring_desc), 0,
			       indirect);
	/* A table inside the table */
	return err > 0 ? -EPROTO : err;
}

static noinline int vha_split_break(struct vha_ring *ring, int err)
{
	ring->broken = err;
	return err;
}

static u16 vha_split_load_avail_idx(const struct vha_ring *ring)
{
	/* What the index counts is read after it */
	return __virtio16_to_cpu(true, virt_load_acquire(&ring->avail->idx));
}

/*
 * Look for new chains. Chains that were taken and not returned still occupy the
 * queue: a driver can't have made more than the others available. That also
 * bounds what our caller has to keep track of.
 */
static int vha_split_update_avail(struct vha_ring *ring)
{
	u16 avail_idx = vha_split_load_avail_idx(ring);
	u16 taken = ring->last_avail - ring->used_idx;
	u16 fresh = avail_idx - ring->last_avail;

	if (unlikely(fresh > ring->num - taken))
		return vha_split_break(ring, -EPROTO);
	ring->avail_idx = avail_idx;
	return fresh;
}

static int vha_split_pop(struct vha_ring *ring, struct vha_ring_chain *chain)
{
	struct vha_split_walk walk = { .desc = chain->desc };
	struct vha_desc indirect;
	u16 head;
	int err;

	if (unlikely(ring->broken))
		return ring->broken;
	if (ring->last_avail == ring->avail_idx) {
		err = vha_split_update_avail(ring);
		if (err <= 0)
			return err;
	}

	head = vha_split_get16(&ring->avail->ring[ring->last_avail &
						  (ring->num - 1)]);
	if (unlikely(head >= ring->num))
		return vha_split_break(ring, -EPROTO);
	err = vha_split_follow(&walk, ring->desc, ring->num, head, &indirect);
	if (err > 0)
		err = vha_split_follow_indirect(ring, &walk, &indirect);
	if (unlikely(err))
		return vha_split_break(ring, err);

	chain->head = head;
	chain->nr_out = walk.in ? walk.nr_out : walk.nr;
	chain->nr_in = walk.nr - chain->nr_out;
	ring->last_avail++;
	return 1;
}

/* Chains are read again from the ring, where the driver left them */
static void vha_split_rewind(struct vha_ring *ring, u16 n)
{
	ring->last_avail -= n;
}

static void vha_split_push(struct vha_ring *ring, u16 head, u32 len)
{
	struct vring_used_elem *elem;

	elem = &ring->used->ring[ring->used_idx & (ring->num - 1)];
	WRITE_ONCE(elem->id, __cpu_to_virtio32(true, head));
	WRITE_ONCE(elem->len, __cpu_to_virtio32(true, len));
	ring->used_idx++;
}

static bool vha_split_flush(struct vha_ring *ring)
{
	u16 old = ring->flushed_idx;
	u16 new = ring->used_idx;

	if (old == new)
		return false;
	/* Elements and the buffers' contents before the index */
	virt_store_release(&ring->used->idx, __cpu_to_virtio16(true, new));
	ring->flushed_idx = new;

	/* The index before we look whether someone waits for it */
	virt_mb();
	if (!ring->event_idx)
		return !(vha_split_get16(&ring->avail->flags) &
			 VRING_AVAIL_F_NO_INTERRUPT);

	/*
	 * The driver asks for one index and won't ask again before it came.
	 * Whoever worked on this ring before us may have passed it without an
	 * interrupt that reached the driver, so the first is never withheld.
	 */
	if (unlikely(!ring->signalled)) {
		ring->signalled = true;
		return true;
	}
	return vring_need_event(vha_split_used_event(ring), new, old);
}

static bool vha_split_notify_enable(struct vha_ring *ring)
{
	if (unlikely(ring->broken))
		return false;
	if (ring->event_idx)
		vha_split_set_avail_event(ring, ring->last_avail);
	else
		vha_split_put16(&ring->used->flags, 0);
	ring->unnotified = false;

	/* Our wish before we look for what came without a notification */
	virt_mb();
	return vha_split_get16(&ring->avail->idx) != ring->last_avail;
}

/*
 * With EVENT_IDX, notifications end by themselves when the driver has passed
 * the index that we asked for, and used->flags has to stay 0.
 */
static void vha_split_notify_disable(struct vha_ring *ring)
{
	if (ring->event_idx || ring->unnotified)
		return;
	vha_split_put16(&ring->used->flags, VRING_USED_F_NO_NOTIFY);
	ring->unnotified = true;
}

const struct vha_ring_ops vha_ring_split_ops = {
	.pop = vha_split_pop,
	.rewind = vha_split_rewind,
	.push = vha_split_push,
	.flush = vha_split_flush,
	.notify_enable = vha_split_notify_enable,
	.notify_disable = vha_split_notify_disable,
};
EXPORT_SYMBOL_IF_KUNIT(vha_ring_split_ops);

/**
 * vha_ring_split_start() - begin or go on working on a split ring
 * @ring: size, features, areas and reader are filled in
 * @last_avail: index of the first chain to take, 0 for a new ring
 * @used_idx: used index that the driver sees, 0 for a new ring; equal to
 *	@last_avail where nothing is in flight
 *
 * Notifications are on when it returns. The driver's memory is otherwise left
 * as it is: used->idx is the driver's to clear. A size, an alignment or indexes
 * that no ring can have leave the ring broken (&vha_ring.broken is -EINVAL) and
 * its memory untouched.
 *
 * virtio 1.4, "Split Virtqueues".
 *
 * Context: the queue's worker, or before it runs; the ring's memory must be
 * accessible.
 */
void vha_ring_split_start(struct vha_ring *ring, u16 last_avail, u16 used_idx)
{
	ring->ops = &vha_ring_split_ops;
	ring->broken = 0;
	ring->last_avail = last_avail;
	ring->avail_idx = last_avail;
	ring->used_idx = used_idx;
	ring->flushed_idx = used_idx;
	ring->signalled = false;
	ring->unnotified = false;

	if (!is_power_of_2(ring->num) || ring->num > VHA_RING_MAX ||
	    !IS_ALIGNED((unsigned long)ring->desc, VRING_DESC_ALIGN_SIZE) ||
	    !IS_ALIGNED((unsigned long)ring->avail, VRING_AVAIL_ALIGN_SIZE) ||
	    !IS_ALIGNED((unsigned long)ring->used, VRING_USED_ALIGN_SIZE) ||
	    (u16)(last_avail - used_idx) > ring->num) {
		ring->broken = -EINVAL;
		return;
	}
	vha_split_put16(&ring->used->flags, 0);
	if (ring->event_idx)
		vha_split_set_avail_event(ring, last_avail);
}
EXPORT_SYMBOL_IF_KUNIT(vha_ring_split_start);
