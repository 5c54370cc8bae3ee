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

static struct kunit_case run_cases[] = {
	KUNIT_CASE(run_test_at_once),
	KUNIT_CASE(run_test_at_once_but_late),
	{}
};

static struct kunit_suite run_suite = {
	.name = "vhost_accel_run",
	.init = run_init,
	.exit = run_exit,
	.test_cases = run_cases,
};

kunit_test_suite(run_suite);
