/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring and a driver that does what it is told, for the suites beside this
 * file.
 */
#ifndef _VHA_RING_DRIVER_H
#define _VHA_RING_DRIVER_H

#include <kunit/test.h>
#include <linux/string.h>
#include <linux/virtio_byteorder.h>

#include "../ring.h"

#define F_NEXT		VRING_DESC_F_NEXT
#define F_WRITE		VRING_DESC_F_WRITE
#define F_INDIRECT	VRING_DESC_F_INDIRECT

/* Where the tables of the tests are in guest memory */
#define TABLE_ADDR	0x100000
/* One more than fit */
#define TABLE_ENTRIES	(VHA_RING_MAX + 1)

struct ring_ctx {
	struct vha_ring ring;
	struct vha_ring_chain chain;
	struct vring_desc table[TABLE_ENTRIES];
	u16 avail_idx;
};

static inline __virtio16 v16(u16 val)
{
	return __cpu_to_virtio16(true, val);
}

static inline u16 from_v16(__virtio16 val)
{
	return __virtio16_to_cpu(true, val);
}

static inline u32 from_v32(__virtio32 val)
{
	return __virtio32_to_cpu(true, val);
}

static inline int ring_read(void *priv, u64 addr, void *dst, u32 len)
{
	struct ring_ctx *ctx = priv;

	if (addr < TABLE_ADDR || len > sizeof(ctx->table) ||
	    addr - TABLE_ADDR > sizeof(ctx->table) - len)
		return -EFAULT;
	memcpy(dst, (u8 *)ctx->table + (addr - TABLE_ADDR), len);
	return 0;
}

static inline struct ring_ctx *ring_ctx_new(struct kunit *test, u16 num,
					    bool event_idx, u16 idx)
{
	struct ring_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	struct vha_ring *ring;

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	ring = &ctx->ring;
	ring->num = num;
	ring->event_idx = event_idx;
	ring->desc = kunit_kzalloc(test, vha_ring_split_desc_size(num),
				   GFP_KERNEL);
	ring->avail = kunit_kzalloc(test,
				    vha_ring_split_driver_size(num, event_idx),
				    GFP_KERNEL);
	ring->used = kunit_kzalloc(test,
				   vha_ring_split_device_size(num, event_idx),
				   GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ring->desc);
	KUNIT_ASSERT_NOT_NULL(test, ring->avail);
	KUNIT_ASSERT_NOT_NULL(test, ring->used);
	ring->read = ring_read;
	ring->read_ctx = ctx;
	ctx->avail_idx = idx;
	ring->avail->idx = v16(idx);
	vha_ring_split_start(ring, idx, idx);
	KUNIT_ASSERT_EQ(test, ring->broken, 0);
	return ctx;
}

static inline void set_desc(struct vring_desc *d, u64 addr, u32 len, u16 flags,
			    u16 next)
{
	d->addr = __cpu_to_virtio64(true, addr);
	d->len = __cpu_to_virtio32(true, len);
	d->flags = v16(flags);
	d->next = v16(next);
}

static inline void make_avail(struct ring_ctx *ctx, u16 head)
{
	struct vring_avail *avail = ctx->ring.avail;

	avail->ring[ctx->avail_idx & (ctx->ring.num - 1)] = v16(head);
	avail->idx = v16(++ctx->avail_idx);
}

static inline int pop(struct ring_ctx *ctx)
{
	return ctx->ring.ops->pop(&ctx->ring, &ctx->chain);
}

static inline void push(struct ring_ctx *ctx, u16 head, u32 len)
{
	ctx->ring.ops->push(&ctx->ring, head, len);
}

static inline bool flush(struct ring_ctx *ctx)
{
	return ctx->ring.ops->flush(&ctx->ring);
}

static inline u16 driver_used_idx(struct ring_ctx *ctx)
{
	return from_v16(ctx->ring.used->idx);
}

static inline void set_used_event(struct ring_ctx *ctx, u16 idx)
{
	ctx->ring.avail->ring[ctx->ring.num] = v16(idx);
}

static inline u16 avail_event(struct ring_ctx *ctx)
{
	return from_v16(*(__virtio16 *)&ctx->ring.used->ring[ctx->ring.num]);
}

/* A single descriptor through the whole ring. Returns whether to interrupt */
static inline bool round_trip(struct kunit *test, struct ring_ctx *ctx)
{
	u16 head = ctx->avail_idx & (ctx->ring.num - 1);

	set_desc(&ctx->ring.desc[head], 0x1000 + ctx->avail_idx, 1, F_WRITE, 0);
	make_avail(ctx, head);
	KUNIT_ASSERT_EQ(test, pop(ctx), 1);
	KUNIT_EXPECT_EQ(test, ctx->chain.head, head);
	KUNIT_EXPECT_EQ(test, ctx->chain.desc[0].addr,
			(u64)0x1000 + (u16)(ctx->avail_idx - 1));
	push(ctx, head, 1);
	return flush(ctx);
}

#endif /* _VHA_RING_DRIVER_H */
