// SPDX-License-Identifier: GPL-2.0
/*
 * Split rings: when to interrupt, and how to ask for notifications.
 *
 * Also built in user space (tests/user/ring).
 */
#include "../ring.h"

#include <kunit/test.h>
#include <linux/string.h>

#include "ring_driver.h"

/* Interrupts */

static void ring_event_test_flags(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 4, false, 0);

	ctx->ring.avail->flags = v16(VRING_AVAIL_F_NO_INTERRUPT);
	KUNIT_EXPECT_FALSE(test, round_trip(test, ctx));
	ctx->ring.avail->flags = 0;
	KUNIT_EXPECT_TRUE(test, round_trip(test, ctx));
	ctx->ring.avail->flags = v16(VRING_AVAIL_F_NO_INTERRUPT);
	KUNIT_EXPECT_FALSE(test, round_trip(test, ctx));
}

struct event_case {
	const char *name;
	u16 old;
	u16 batch;
	u16 event;
	bool ret;
};

static const struct event_case event_cases[] = {
	{ "the next one", 100, 1, 100, true },
	{ "the one after", 100, 1, 101, false },
	{ "the last one", 100, 1, 99, false },
	{ "first of the batch", 100, 4, 100, true },
	{ "last of the batch", 100, 4, 103, true },
	{ "behind the batch", 100, 4, 104, false },
	{ "long ago", 100, 4, 100 - 0x7000, false },
	{ "never soon", 100, 4, 100 + 0x7000, false },
	{ "wrap: last before", 0xffff, 1, 0xffff, true },
	{ "wrap: first after", 0xffff, 1, 0, false },
	{ "wrap: at zero", 0, 1, 0, true },
	{ "wrap: at zero, not yet", 0xfffe, 2, 0, false },
	{ "wrap: in the batch, before", 0xfffe, 4, 0xffff, true },
	{ "wrap: in the batch, after", 0xfffe, 4, 1, true },
	{ "wrap: behind the batch", 0xfffe, 4, 2, false },
	{ "wrap: before the batch", 0xfffe, 4, 0xfffd, false },
};

static void event_case_desc(const struct event_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(event, event_cases, event_case_desc);

static void ring_event_test_idx(struct kunit *test)
{
	const struct event_case *c = test->param_value;
	struct ring_ctx *ctx = ring_ctx_new(test, 4, true, c->old - 1);
	unsigned int i;

	/* The first interrupt is never withheld; flags mean nothing here */
	ctx->ring.avail->flags = v16(VRING_AVAIL_F_NO_INTERRUPT);
	set_used_event(ctx, c->old + 0x4000);
	KUNIT_ASSERT_TRUE(test, round_trip(test, ctx));

	set_used_event(ctx, c->event);
	for (i = 0; i < c->batch; i++) {
		set_desc(&ctx->ring.desc[i], 0x1000, 1, 0, 0);
		make_avail(ctx, i);
		KUNIT_ASSERT_EQ(test, pop(ctx), 1);
		push(ctx, i, 0);
	}
	KUNIT_EXPECT_EQ(test, flush(ctx), c->ret);
}

/*
 * A driver that asks for an interrupt every @every elements gets exactly those,
 * over the wrap as well.
 */
static void ring_event_test_idx_exact(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 16, true, 0xff00);
	const u16 every = 13;
	u16 event = 0xff00 + every - 1;
	unsigned int i, count = 0;

	round_trip(test, ctx);
	set_used_event(ctx, event);
	for (i = 1; i < 70000; i++) {
		u16 idx = driver_used_idx(ctx);
		bool ret = round_trip(test, ctx);

		KUNIT_ASSERT_EQ(test, ret, idx == event);
		if (ret) {
			event += every;
			set_used_event(ctx, event);
			count++;
		}
	}
	KUNIT_EXPECT_EQ(test, count, 70000 / every);
}

/* Notifications */

static void ring_event_test_notify_flags(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 4, false, 0);
	const struct vha_ring_ops *ops = ctx->ring.ops;

	ops->notify_disable(&ctx->ring);
	KUNIT_EXPECT_EQ(test, from_v16(ctx->ring.used->flags),
			VRING_USED_F_NO_NOTIFY);
	KUNIT_EXPECT_FALSE(test, ops->notify_enable(&ctx->ring));
	KUNIT_EXPECT_EQ(test, from_v16(ctx->ring.used->flags), 0);

	/* What came while they were off is not overlooked */
	ops->notify_disable(&ctx->ring);
	KUNIT_EXPECT_EQ(test, from_v16(ctx->ring.used->flags),
			VRING_USED_F_NO_NOTIFY);
	set_desc(&ctx->ring.desc[0], 0x1000, 1, 0, 0);
	make_avail(ctx, 0);
	KUNIT_EXPECT_TRUE(test, ops->notify_enable(&ctx->ring));
	KUNIT_EXPECT_EQ(test, pop(ctx), 1);
	KUNIT_EXPECT_FALSE(test, ops->notify_enable(&ctx->ring));
}

static void ring_event_test_notify_event(struct kunit *test)
{
	struct ring_ctx *ctx = ring_ctx_new(test, 4, true, 0xfffe);
	const struct vha_ring_ops *ops = ctx->ring.ops;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, avail_event(ctx), 0xfffe);
	ops->notify_disable(&ctx->ring);
	KUNIT_EXPECT_EQ(test, from_v16(ctx->ring.used->flags), 0);
	for (i = 0; i < 4; i++) {
		round_trip(test, ctx);
		KUNIT_EXPECT_EQ(test, avail_event(ctx), 0xfffe);
	}
	KUNIT_EXPECT_FALSE(test, ops->notify_enable(&ctx->ring));
	KUNIT_EXPECT_EQ(test, avail_event(ctx), 2);
	KUNIT_EXPECT_EQ(test, from_v16(ctx->ring.used->flags), 0);

	set_desc(&ctx->ring.desc[0], 0x1000, 1, 0, 0);
	make_avail(ctx, 0);
	KUNIT_EXPECT_TRUE(test, ops->notify_enable(&ctx->ring));
	KUNIT_EXPECT_EQ(test, avail_event(ctx), 2);
}

static struct kunit_case ring_event_test_cases[] = {
	KUNIT_CASE(ring_event_test_flags),
	KUNIT_CASE_PARAM(ring_event_test_idx, event_gen_params),
	KUNIT_CASE(ring_event_test_idx_exact),
	KUNIT_CASE(ring_event_test_notify_flags),
	KUNIT_CASE(ring_event_test_notify_event),
	{}
};

static struct kunit_suite ring_event_test_suite = {
	.name = "vhost_accel_ring_event",
	.test_cases = ring_event_test_cases,
};

kunit_test_suite(ring_event_test_suite);
