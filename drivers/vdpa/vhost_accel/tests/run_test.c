// SPDX-License-Identifier: GPL-2.0
/*
 * What may happen between two steps of a data queue's worker, or just then.
 */
#include "../vha.h"


#include "run.h"

/* ---- answers of submit itself ------------------------------------------- */

static void run_test_at_once(struct kunit *test)
{
	struct run_ctx *ctx = run_make(test, true);

	ctx->answer = 0;
	run_add_cipher(ctx);
	run_turn(ctx);
	run_turn(ctx);
	KUNIT_EXPECT_EQ(test, ctx->submitted, 1);
	KUNIT_EXPECT_EQ(test, run_answered(ctx), 1);
	KUNIT_EXPECT_EQ(test, run_status(ctx, 0), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, run_dst_is(ctx, 0, RUN_AFTER));
	KUNIT_EXPECT_EQ(test, ctx->run->inflight, 0);
}

/* The driver has its pages back when submit returns: what it gave us stays with us */
static void run_test_at_once_but_late(struct kunit *test)
{
	struct run_ctx *ctx = run_make(test, true);

	ctx->answer = 0;
	ctx->quits = true;
	run_add_cipher(ctx);
	run_turn(ctx);
	KUNIT_EXPECT_EQ(test, ctx->submitted, 1);
	ctx->run->ops->unfetch(ctx->run);
	ctx->run->ops->reap(ctx->run);
	KUNIT_EXPECT_TRUE(test, run_dst_is(ctx, 0, RUN_BEFORE));
	KUNIT_EXPECT_EQ(test, run_status(ctx, 0), RUN_NO_STATUS);
	KUNIT_EXPECT_EQ(test, run_answered(ctx), 0);
	KUNIT_EXPECT_EQ(test, ctx->run->inflight, 0);
}

/* ---- packets that are taken apart --------------------------------------- */

/* Its slots are out, which whoever does the steps does not need */
static void run_test_apart_when_full(struct kunit *test)
{
	struct run_ctx *ctx = run_make_sa(test, 1);
	struct vha_sched *sched = &ctx->provider->sched;

	run_add_packet(ctx);
	run_turn(ctx);
	KUNIT_ASSERT_EQ(test, ctx->submitted, 1);
	KUNIT_ASSERT_EQ(test, sched->used, 1);
	vhost_accel_provider_set_sick(ctx->provider, true);
	run_add_packet(ctx);
	run_turn(ctx);
	KUNIT_EXPECT_EQ(test, ctx->submitted, 1);
	KUNIT_EXPECT_FALSE(test, ctx->run->stalled);
	KUNIT_ASSERT_EQ(test, ctx->others, 1);
	run_come_back(&ctx->others_kept);
	run_turn(ctx);
	KUNIT_EXPECT_EQ(test, run_answered(ctx), 1);
	KUNIT_EXPECT_EQ(test, run_status(ctx, 1), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_EQ(test, sched->used, 1);

	run_come_back(&ctx->kept);
	run_turn(ctx);
	KUNIT_EXPECT_EQ(test, run_answered(ctx), 2);
	KUNIT_EXPECT_EQ(test, run_status(ctx, 0), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_EQ(test, sched->used, 0);
}

/* It has had a slot when the provider would not take it, and does not keep it */
static void run_test_apart_with_slot(struct kunit *test)
{
	struct run_ctx *ctx = run_make_sa(test, 1);

	ctx->answer = -EOPNOTSUPP;
	run_add_packet(ctx);
	run_turn(ctx);
	KUNIT_EXPECT_EQ(test, ctx->submitted, 1);
	KUNIT_ASSERT_EQ(test, ctx->others, 1);
	KUNIT_EXPECT_EQ(test, ctx->provider->sched.used, 0);
	run_come_back(&ctx->others_kept);
	run_turn(ctx);
	KUNIT_EXPECT_EQ(test, run_answered(ctx), 1);
	KUNIT_EXPECT_EQ(test, run_status(ctx, 0), VIRTIO_CRYPTO_OK);
}

static struct kunit_case run_cases[] = {
	KUNIT_CASE(run_test_at_once),
	KUNIT_CASE(run_test_at_once_but_late),
	KUNIT_CASE(run_test_apart_when_full),
	KUNIT_CASE(run_test_apart_with_slot),
	{}
};

static struct kunit_suite run_suite = {
	.name = "vhost_accel_run",
	.init = run_init,
	.exit = run_exit,
	.test_cases = run_cases,
};

kunit_test_suite(run_suite);
