// SPDX-License-Identifier: GPL-2.0
/*
 * Split rings: what a driver may do, and what it must not.
 *
 * Also built in user space (tests/user/ring), where each area is an allocation
 * of exactly its size and the sanitizers watch.
 */
#include "../ring.h"

#include <kunit/test.h>
#include <linux/string.h>

#include "ring_driver.h"

/* Rules that a driver may break */

struct raw_desc {
	u64 addr;
	u32 len;
	u16 flags;
	u16 next;
};

struct chain_case {
	const char *name;
	struct raw_desc desc[8];
	struct raw_desc table[4];
	u16 head;
	int err;
	/* Without an error: lengths of what comes out */
	u16 nr_out;
	u16 nr_in;
	u32 len[8];
};

static const struct chain_case chain_cases[] = {
	{
		.name = "one readable",
		.desc = { { 0x1000, 11, 0, 9 } },
		.nr_out = 1, .len = { 11 },
	}, {
		.name = "one writable",
		.desc = { { 0x1000, 11, F_WRITE, 9 } },
		.nr_in = 1, .len = { 11 },
	}, {
		.name = "two and two, out of order",
		.head = 5,
		.desc = {
			[5] = { 0x1000, 1, F_NEXT, 0 },
			[0] = { 0x2000, 2, F_NEXT, 7 },
			[7] = { 0x3000, 3, F_NEXT | F_WRITE, 2 },
			[2] = { 0x4000, 4, F_WRITE, 0 },
		},
		.nr_out = 2, .nr_in = 2, .len = { 1, 2, 3, 4 },
	}, {
		.name = "as long as the queue",
		.desc = {
			{ 0x1000, 1, F_NEXT, 1 }, { 0x1000, 2, F_NEXT, 2 },
			{ 0x1000, 3, F_NEXT, 3 }, { 0x1000, 4, F_NEXT, 4 },
			{ 0x1000, 5, F_NEXT, 5 }, { 0x1000, 6, F_NEXT, 6 },
			{ 0x1000, 7, F_NEXT, 7 }, { 0x1000, 8, F_WRITE, 0 },
		},
		.nr_out = 7, .nr_in = 1, .len = { 1, 2, 3, 4, 5, 6, 7, 8 },
	}, {
		.name = "empty descriptors",
		.desc = {
			{ 0x1000, 0, F_NEXT, 1 }, { 0x1000, 2, F_NEXT, 2 },
			{ 0x1000, 0, F_NEXT, 3 }, { 0x1000, 0, F_NEXT | F_WRITE, 4 },
			{ 0x1000, 5, F_NEXT | F_WRITE, 5 }, { 0x1000, 0, F_WRITE, 0 },
		},
		.nr_out = 1, .nr_in = 1, .len = { 2, 5 },
	}, {
		.name = "nothing but empty descriptors",
		.desc = { { 0x1000, 0, F_NEXT, 1 }, { 0x1000, 0, F_WRITE, 0 } },
	}, {
		.name = "all of the address space",
		.desc = { { U64_MAX, U32_MAX, 0, 0 } },
		.nr_out = 1, .len = { U32_MAX },
	}, {
		.name = "unknown flags",
		.desc = { { 0x1000, 11, 0xff80, 0 } },
		.nr_out = 1, .len = { 11 },
	}, {
		.name = "indirect",
		.desc = { { TABLE_ADDR, 48, F_INDIRECT, 77 } },
		.table = {
			{ 0x1000, 1, F_NEXT, 2 }, { 0x3000, 3, F_WRITE, 0 },
			{ 0x2000, 2, F_NEXT, 1 },
		},
		.nr_out = 2, .nr_in = 1, .len = { 1, 2, 3 },
	}, {
		.name = "indirect, flag WRITE is ignored",
		.desc = { { TABLE_ADDR, 16, F_INDIRECT | F_WRITE, 0 } },
		.table = { { 0x1000, 1, 0, 0 } },
		.nr_out = 1, .len = { 1 },
	}, {
		.name = "indirect behind direct",
		.desc = {
			{ 0x1000, 1, F_NEXT, 1 }, { 0x2000, 2, F_NEXT | F_WRITE, 2 },
			{ TABLE_ADDR, 32, F_INDIRECT, 0 },
		},
		.table = { { 0x3000, 3, F_NEXT | F_WRITE, 1 },
			   { 0x3000, 4, F_WRITE, 0 } },
		.nr_out = 1, .nr_in = 3, .len = { 1, 2, 3, 4 },
	}, {
		.name = "head beyond the queue",
		.head = 8,
		.err = -EPROTO,
	}, {
		.name = "head far beyond the queue",
		.head = U16_MAX,
		.err = -EPROTO,
	}, {
		.name = "next beyond the queue",
		.desc = { { 0x1000, 1, F_NEXT, 8 } },
		.err = -EPROTO,
	}, {
		.name = "next is itself",
		.desc = { { 0x1000, 1, F_NEXT, 0 } },
		.err = -EPROTO,
	}, {
		.name = "circle",
		.desc = { { 0x1000, 1, F_NEXT, 1 }, { 0x1000, 1, F_NEXT, 2 },
			  { 0x1000, 1, F_NEXT, 1 } },
		.err = -EPROTO,
	}, {
		.name = "circle of empty descriptors",
		.desc = { { 0x1000, 0, F_NEXT, 1 }, { 0x1000, 0, F_NEXT, 0 } },
		.err = -EPROTO,
	}, {
		.name = "circle of the whole queue",
		.desc = {
			{ 0x1000, 1, F_NEXT, 1 }, { 0x1000, 2, F_NEXT, 2 },
			{ 0x1000, 3, F_NEXT, 3 }, { 0x1000, 4, F_NEXT, 4 },
			{ 0x1000, 5, F_NEXT, 5 }, { 0x1000, 6, F_NEXT, 6 },
			{ 0x1000, 7, F_NEXT, 7 }, { 0x1000, 8, F_NEXT, 0 },
		},
		.err = -EPROTO,
	}, {
		.name = "readable behind writable",
		.desc = { { 0x1000, 1, F_NEXT | F_WRITE, 1 }, { 0x1000, 1, 0, 0 } },
		.err = -EPROTO,
	}, {
		.name = "readable behind empty writable",
		.desc = { { 0x1000, 0, F_NEXT | F_WRITE, 1 }, { 0x1000, 1, 0, 0 } },
		.err = -EPROTO,
	}, {
		.name = "readable in a table behind writable",
		.desc = { { 0x1000, 1, F_NEXT | F_WRITE, 1 },
			  { TABLE_ADDR, 16, F_INDIRECT, 0 } },
		.table = { { 0x1000, 1, 0, 0 } },
		.err = -EPROTO,
	}, {
		.name = "indirect and next",
		.desc = { { TABLE_ADDR, 16, F_INDIRECT | F_NEXT, 1 } },
		.err = -EPROTO,
	}, {
		.name = "indirect in indirect",
		.desc = { { TABLE_ADDR, 32, F_INDIRECT, 0 } },
		.table = { { 0x1000, 1, F_NEXT, 1 },
			   { TABLE_ADDR, 16, F_INDIRECT, 0 } },
		.err = -EPROTO,
	}, {
		.name = "table is itself",
		.desc = { { TABLE_ADDR, 16, F_INDIRECT, 0 } },
		.table = { { TABLE_ADDR, 16, F_INDIRECT, 0 } },
		.err = -EPROTO,
	}, {
		.name = "table without length",
		.desc = { { TABLE_ADDR, 0, F_INDIRECT, 0 } },
		.err = -EPROTO,
	}, {
		.name = "table of one and a half entries",
		.desc = { { TABLE_ADDR, 24, F_INDIRECT, 0 } },
		.err = -EPROTO,
	}, {
		.name = "table too long by one entry",
		.desc = { { TABLE_ADDR, TABLE_ENTRIES * 16, F_INDIRECT, 0 } },
		.err = -EPROTO,
	}, {
		.name = "table of 4 GB",
		.desc = { { TABLE_ADDR, 0xfffffff0, F_INDIRECT, 0 } },
		.err = -EPROTO,
	}, {
		.name = "table not mapped",
		.desc = { { 0x1000, 16, F_INDIRECT, 0 } },
		.err = -EFAULT,
	}, {
		.name = "next beyond the table",
		.desc = { { TABLE_ADDR, 32, F_INDIRECT, 0 } },
		.table = { { 0x1000, 1, F_NEXT, 2 } },
		.err = -EPROTO,
	}, {
		.name = "circle in the table",
		.desc = { { TABLE_ADDR, 32, F_INDIRECT, 0 } },
		.table = { { 0x1000, 1, F_NEXT, 1 }, { 0x1000, 1, F_NEXT, 0 } },
		.err = -EPROTO,
	},
};

static void chain_case_desc(const struct chain_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(chain, chain_cases, chain_case_desc);

static void ring_test_chain(struct kunit *test)
{
	const struct chain_case *c = test->param_value;
	struct ring_ctx *ctx = ring_ctx_new(test, 8, false, 0);
	const struct raw_desc *d;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(c->desc); i++) {
		d = &c->desc[i];
		set_desc(&ctx->ring.desc[i], d->addr, d->len, d->flags,
			 d->next);
	}
	for (i = 0; i < ARRAY_SIZE(c->table); i++) {
		d = &c->table[i];
		set_desc(&ctx->table[i], d->addr, d->len, d->flags, d->next);
	}
	make_avail(ctx, c->head);

	if (c->err) {
		KUNIT_EXPECT_EQ(test, pop(ctx), c->err);
		KUNIT_EXPECT_EQ(test, ctx->ring.last_avail, 0);
		/* It stays so, whatever the driver does now */
		memset(ctx->ring.desc, 0, vha_ring_split_desc_size(8));
		KUNIT_EXPECT_EQ(test, pop(ctx), c->err);
		KUNIT_EXPECT_FALSE(test,
				   ctx->ring.ops->notify_enable(&ctx->ring));
		return;
	}
	KUNIT_ASSERT_EQ(test, pop(ctx), 1);
	KUNIT_EXPECT_EQ(test, ctx->chain.head, c->head);
	KUNIT_ASSERT_EQ(test, ctx->chain.nr_out, c->nr_out);
	KUNIT_ASSERT_EQ(test, ctx->chain.nr_in, c->nr_in);
	for (i = 0; i < c->nr_out + c->nr_in; i++)
		KUNIT_EXPECT_EQ(test, ctx->chain.desc[i].len, c->len[i]);
	KUNIT_EXPECT_EQ(test, pop(ctx), 0);
}

/* Tables longer than the queue are legal here, up to what a chain may have */
static void ring_test_long_table(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 2, false, 0);
	unsigned int i;

	for (i = 0; i < VHA_RING_MAX; i++)
		set_desc(&ctx->table[i], 0x1000 + i, 1,
			 i + 1 < VHA_RING_MAX ? F_NEXT : 0, i + 1);
	set_desc(&ctx->ring.desc[0], TABLE_ADDR, VHA_RING_MAX * 16, F_INDIRECT,
		 0);
	make_avail(ctx, 0);
	KUNIT_ASSERT_EQ(test, pop(ctx), 1);
	KUNIT_ASSERT_EQ(test, ctx->chain.nr_out, VHA_RING_MAX);
	KUNIT_EXPECT_EQ(test, ctx->chain.desc[VHA_RING_MAX - 1].addr,
			(u64)0x1000 + VHA_RING_MAX - 1);

	/* One direct descriptor before it is one too many */
	set_desc(&ctx->ring.desc[1], 0x1000, 1, F_NEXT, 0);
	make_avail(ctx, 1);
	KUNIT_EXPECT_EQ(test, pop(ctx), -EPROTO);
}

static void ring_test_batch(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 4, false, 0);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, pop(ctx), 0);
	for (i = 0; i < 4; i++) {
		set_desc(&ctx->ring.desc[i], i, i + 1, 0, 0);
		make_avail(ctx, i);
	}
	for (i = 0; i < 4; i++) {
		KUNIT_ASSERT_EQ(test, pop(ctx), 1);
		KUNIT_EXPECT_EQ(test, ctx->chain.head, i);
	}
	KUNIT_EXPECT_EQ(test, pop(ctx), 0);

	/* Out of order, as asynchronous providers do it */
	KUNIT_EXPECT_FALSE(test, flush(ctx));
	push(ctx, 3, 33);
	push(ctx, 1, 11);
	KUNIT_EXPECT_EQ(test, driver_used_idx(ctx), 0);
	KUNIT_EXPECT_TRUE(test, flush(ctx));
	KUNIT_EXPECT_EQ(test, driver_used_idx(ctx), 2);
	KUNIT_EXPECT_EQ(test, from_v32(ctx->ring.used->ring[0].id), 3);
	KUNIT_EXPECT_EQ(test, from_v32(ctx->ring.used->ring[0].len), 33);
	KUNIT_EXPECT_EQ(test, from_v32(ctx->ring.used->ring[1].id), 1);
	KUNIT_EXPECT_EQ(test, from_v32(ctx->ring.used->ring[1].len), 11);
	KUNIT_EXPECT_FALSE(test, flush(ctx));
}

static void ring_test_rewind(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 4, false, U16_MAX);
	unsigned int i;

	for (i = 0; i < 4; i++) {
		set_desc(&ctx->ring.desc[i], i, i + 1, 0, 0);
		make_avail(ctx, i);
	}
	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test, pop(ctx), 1);
	ctx->ring.ops->rewind(&ctx->ring, 3);
	KUNIT_EXPECT_TRUE(test, ctx->ring.ops->notify_enable(&ctx->ring));
	for (i = 1; i < 4; i++) {
		KUNIT_ASSERT_EQ(test, pop(ctx), 1);
		KUNIT_EXPECT_EQ(test, ctx->chain.head, i);
	}
	KUNIT_EXPECT_EQ(test, pop(ctx), 0);
}

/* Available indexes that a driver can't have come to */
struct avail_case {
	const char *name;
	u16 start;
	u16 taken;
	u16 pushed;
	u16 avail_idx;
	int ret;
};

static const struct avail_case avail_cases[] = {
	{ "full", 0, 0, 0, 8, 1 },
	{ "one too many", 0, 0, 0, 9, -EPROTO },
	{ "far too many", 0, 0, 0, 0x8000, -EPROTO },
	{ "backwards", 0, 0, 0, U16_MAX, -EPROTO },
	{ "full across the wrap", 0xfffc, 0, 0, 4, 1 },
	{ "one too many across the wrap", 0xfffc, 0, 0, 5, -EPROTO },
	{ "taken, and again full", 0, 8, 8, 16, 1 },
	{ "taken, not returned, one more", 0, 8, 0, 9, -EPROTO },
	{ "taken, one returned, one more", 0, 8, 1, 9, 1 },
	{ "taken, one returned, two more", 0, 8, 1, 10, -EPROTO },
	{ "taken back", 0, 4, 0, 3, -EPROTO },
};

static void avail_case_desc(const struct avail_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(avail, avail_cases, avail_case_desc);

static void ring_test_avail(struct kunit *test)
{
	const struct avail_case *c = test->param_value;
	struct ring_ctx *ctx = ring_ctx_new(test, 8, false, c->start);
	unsigned int i;

	for (i = 0; i < 8; i++)
		set_desc(&ctx->ring.desc[i], 0x1000, 1, 0, 0);
	for (i = 0; i < c->taken; i++)
		make_avail(ctx, i & 7);
	for (i = 0; i < c->taken; i++)
		KUNIT_ASSERT_EQ(test, pop(ctx), 1);
	for (i = 0; i < c->pushed; i++)
		push(ctx, i, 0);
	flush(ctx);
	ctx->ring.avail->idx = v16(c->avail_idx);
	KUNIT_EXPECT_EQ(test, pop(ctx), c->ret);
	if (c->ret < 0) {
		ctx->ring.avail->idx = v16(c->start);
		KUNIT_EXPECT_EQ(test, pop(ctx), c->ret);
	}
}

/* Twice around the indexes: whatever wraps has wrapped */
static void ring_test_wrap(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 4, false, 0xfff0);
	unsigned int i;

	for (i = 0; i < 2 * 65536; i++) {
		KUNIT_ASSERT_TRUE(test, round_trip(test, ctx));
		KUNIT_ASSERT_EQ(test, driver_used_idx(ctx),
				(u16)(0xfff1 + i));
	}
	KUNIT_EXPECT_EQ(test, pop(ctx), 0);
}

/* Starts */

static void ring_test_resume(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 4, true, 0x1234);

	round_trip(test, ctx);
	vha_ring_split_start(&ctx->ring, 0x1235, 0x1235);
	KUNIT_EXPECT_EQ(test, driver_used_idx(ctx), 0x1235);
	KUNIT_EXPECT_EQ(test, avail_event(ctx), 0x1235);
	KUNIT_EXPECT_EQ(test, pop(ctx), 0);

	/* What the driver asked for before may have got lost on the way */
	set_used_event(ctx, 0x1234);
	KUNIT_EXPECT_TRUE(test, round_trip(test, ctx));
	KUNIT_EXPECT_FALSE(test, round_trip(test, ctx));
}

static void ring_test_restart_broken(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 4, false, 0);

	make_avail(ctx, 4);
	KUNIT_EXPECT_EQ(test, pop(ctx), -EPROTO);
	ctx->avail_idx = 0;
	ctx->ring.avail->idx = 0;
	vha_ring_split_start(&ctx->ring, 0, 0);
	KUNIT_EXPECT_EQ(test, pop(ctx), 0);
	ctx->ring.used->idx = 0;
	KUNIT_EXPECT_TRUE(test, round_trip(test, ctx));
}

static void ring_test_start_refused(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 4, false, 0);
	static const u16 sizes[] = { 0, 3, 2 * VHA_RING_MAX, U16_MAX };
	struct vha_ring *ring = &ctx->ring;
	struct vring_avail *avail = ring->avail;
	struct vring_used *used = ring->used;
	struct vring_desc *desc = ring->desc;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ring->num = sizes[i];
		vha_ring_split_start(ring, 0, 0);
		KUNIT_EXPECT_EQ(test, pop(ctx), -EINVAL);
	}
	ring->num = 4;
	vha_ring_split_start(ring, 5, 0);
	KUNIT_EXPECT_EQ(test, pop(ctx), -EINVAL);

	ring->desc = (void *)desc + 8;
	vha_ring_split_start(ring, 0, 0);
	KUNIT_EXPECT_EQ(test, pop(ctx), -EINVAL);
	ring->desc = desc;
	ring->avail = (void *)avail + 1;
	vha_ring_split_start(ring, 0, 0);
	KUNIT_EXPECT_EQ(test, pop(ctx), -EINVAL);
	ring->avail = avail;
	ring->used = (void *)used + 2;
	vha_ring_split_start(ring, 0, 0);
	KUNIT_EXPECT_EQ(test, pop(ctx), -EINVAL);
	ring->used = used;
	vha_ring_split_start(ring, 0, 0);
	KUNIT_EXPECT_EQ(test, pop(ctx), 0);
}

/* Against the uapi's own idea of the layout */
static void ring_test_sizes(struct kunit *test)
{
	unsigned int num;

	for (num = 1; num <= VHA_RING_MAX; num *= 2) {
		KUNIT_EXPECT_EQ(test, vha_ring_split_desc_size(num),
				16 * num);
		KUNIT_EXPECT_EQ(test, vha_ring_split_driver_size(num, false),
				4 + 2 * num);
		KUNIT_EXPECT_EQ(test, vha_ring_split_driver_size(num, true),
				6 + 2 * num);
		KUNIT_EXPECT_EQ(test, vha_ring_split_device_size(num, false),
				4 + 8 * num);
		KUNIT_EXPECT_EQ(test, vha_ring_split_device_size(num, true),
				6 + 8 * num);
	}
}

static struct kunit_case ring_test_cases[] = {
	KUNIT_CASE_PARAM(ring_test_chain, chain_gen_params),
	KUNIT_CASE(ring_test_long_table),
	KUNIT_CASE(ring_test_batch),
	KUNIT_CASE(ring_test_rewind),
	KUNIT_CASE_PARAM(ring_test_avail, avail_gen_params),
	KUNIT_CASE(ring_test_wrap),
	KUNIT_CASE(ring_test_resume),
	KUNIT_CASE(ring_test_restart_broken),
	KUNIT_CASE(ring_test_start_refused),
	KUNIT_CASE(ring_test_sizes),
	{}
};

static struct kunit_suite ring_test_suite = {
	.name = "vhost_accel_ring",
	.test_cases = ring_test_cases,
};

kunit_test_suite(ring_test_suite);
