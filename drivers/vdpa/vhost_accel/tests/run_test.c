// SPDX-License-Identifier: GPL-2.0
/*
 * What may happen between two steps of a data queue's worker, or just then.
 */
#include "../vha.h"

#include <linux/bottom_half.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <uapi/linux/virtio_config.h>

#include "../health_run.h"
#include "run.h"

/* Far above what anything here takes */
#define RUN_WAIT	(60 * HZ)

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

/* ---- keys that come with a request -------------------------------------- */

/* A provider that does not come back with a session is noticed */
static void run_test_key(struct kunit *test)
{
	struct run_ctx *ctx = run_make(test, false);

	ctx->answer = 0;
	run_add_stateless(ctx);
	run_turn(ctx);
	run_turn(ctx);
	KUNIT_EXPECT_EQ(test, ctx->submitted, 1);
	KUNIT_EXPECT_PTR_EQ(test, ctx->watched, ctx->provider);
	KUNIT_EXPECT_PTR_EQ(test, ctx->run->offered_to, NULL);
	KUNIT_EXPECT_EQ(test, run_answered(ctx), 1);
	KUNIT_EXPECT_EQ(test, run_status(ctx, 0), VIRTIO_CRYPTO_OK);
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

/* ---- requests that come back at just that moment ------------------------ */

/* When, beside what the worker does about a request that has not come back */
enum run_when {
	RUN_IS_BACK,
	RUN_COMES_BACK,
	RUN_WILL_BE_BACK,
};

/**
 * struct run_race - a request and when it comes back
 * @name: of the case
 * @bounce: with copies
 * @when: it does
 */
struct run_race {
	const char *name;
	bool bounce;
	enum run_when when;
};

static const struct run_race run_races[] = {
	{ "before", false, RUN_IS_BACK },
	{ "meanwhile", false, RUN_COMES_BACK },
	{ "later", false, RUN_WILL_BE_BACK },
	{ "copied, before", true, RUN_IS_BACK },
	{ "copied, meanwhile", true, RUN_COMES_BACK },
	{ "copied, later", true, RUN_WILL_BE_BACK },
};

KUNIT_ARRAY_PARAM_DESC(run, run_races, name);

/* A request that the provider keeps */
static struct run_ctx *run_make_kept(struct kunit *test)
{
	const struct run_race *race = test->param_value;
	struct run_ctx *ctx = run_make(test, race->bounce);

	run_add_cipher(ctx);
	run_turn(ctx);
	KUNIT_ASSERT_NOT_NULL(test, ctx->kept);
	KUNIT_ASSERT_EQ(test, ctx->run->inflight, 1);
	return ctx;
}

/* Which it now has had for longer than it may */
static void run_make_overdue(struct run_ctx *ctx)
{
	unsigned long limit = ctx->provider->health.limit;
	struct vha_req *req;
	u16 i;

	for (i = 0; i < ctx->run->pool.size; i++) {
		req = ctx->run->pool.all[i];
		if (req->holder)
			req->accepted = jiffies - limit - 1;
	}
}

static void run_expect_none_left(struct kunit *test, struct run_ctx *ctx)
{
	KUNIT_EXPECT_EQ(test, ctx->run->inflight, 0);
	KUNIT_EXPECT_EQ(test, ctx->run->strays, 0);
	KUNIT_EXPECT_EQ(test, ctx->run->stray_pages, 0);
	KUNIT_EXPECT_EQ(test, ctx->provider->health.orphans, 0);
}

/* There is one answer: that it is done, and it is, or an error, and nothing is written */
static void run_test_overdue(struct kunit *test)
{
	const struct run_race *race = test->param_value;
	struct run_ctx *ctx = run_make_kept(test);
	bool done;

	run_make_overdue(ctx);
	if (race->when == RUN_IS_BACK)
		run_come_back(&ctx->kept);
	vha_health_scan(ctx->run);
	if (race->when == RUN_COMES_BACK)
		run_come_back(&ctx->kept);
	run_turn(ctx);
	if (race->when == RUN_WILL_BE_BACK) {
		KUNIT_EXPECT_EQ(test, run_answered(ctx), race->bounce);
		KUNIT_EXPECT_EQ(test, ctx->run->strays, race->bounce);
		run_come_back(&ctx->kept);
		run_turn(ctx);
	}
	run_turn(ctx);
	KUNIT_EXPECT_EQ(test, run_answered(ctx), 1);
	done = run_status(ctx, 0) == VIRTIO_CRYPTO_OK;
	if (!race->bounce)
		KUNIT_EXPECT_TRUE(test, done);
	else if (!done)
		KUNIT_EXPECT_EQ(test, run_status(ctx, 0), VIRTIO_CRYPTO_ERR);
	KUNIT_EXPECT_TRUE(test, run_dst_is(ctx, 0,
					   done ? RUN_AFTER : RUN_BEFORE));
	run_expect_none_left(test, ctx);
}

/* Its user goes: the same steps as in vha_run_leave() and vha_run_be_orphan() */
static void run_test_orphan(struct kunit *test)
{
	const struct run_race *race = test->param_value;
	struct run_ctx *ctx = run_make_kept(test);
	struct vha_run *run = ctx->run;

	WRITE_ONCE(run->mode, VHA_RUN_QUIT);
	if (race->when == RUN_IS_BACK)
		run_come_back(&ctx->kept);
	run->ops->unfetch(run);
	run->ops->reap(run);
	if (race->when == RUN_COMES_BACK)
		run_come_back(&ctx->kept);
	vha_health_orphaned(run);
	KUNIT_EXPECT_EQ(test, ctx->provider->health.orphans,
			race->when != RUN_IS_BACK);
	if (race->when == RUN_WILL_BE_BACK)
		run_come_back(&ctx->kept);
	run->ops->reap(run);
	KUNIT_EXPECT_EQ(test, run_answered(ctx), 0);
	KUNIT_EXPECT_EQ(test, run_status(ctx, 0), RUN_NO_STATUS);
	if (race->bounce)
		KUNIT_EXPECT_TRUE(test, run_dst_is(ctx, 0, RUN_BEFORE));
	run_expect_none_left(test, ctx);
}

/* ---- a worker of its own ------------------------------------------------ */

static struct vha_run *run_suspended(struct kunit *test, struct run_ctx *ctx)
{
	struct vdpa_device *vdpa = &ctx->dev->vdpa;
	struct vha_run *run;

	vdpa->config->set_status(vdpa, VIRTIO_CONFIG_S_DRIVER_OK);
	mutex_lock(&ctx->dev->lock);
	run = vha_vq_run(&ctx->dev->vq[0]);
	mutex_unlock(&ctx->dev->lock);
	KUNIT_ASSERT_NOT_NULL(test, run);
	KUNIT_ASSERT_EQ(test, vdpa->config->suspend(vdpa), 0);
	return run;
}

/* The timer has seen the worker in submit since the provider registered, and is late */
static void run_expire(struct run_ctx *ctx, struct vha_run *run)
{
	const struct vha_health *health = &ctx->provider->health;

	while (time_before(jiffies, health->since + health->limit))
		schedule_timeout_idle(1);
	run->offered_at = health->since;
	run->offered_cpu = run->task->se.sum_exec_runtime -
			   jiffies_to_nsecs(health->limit);
	run->offered_to = ctx->provider;
	local_bh_disable();
	run->watch.function(&run->watch);
	local_bh_enable();
	run->offered_to = NULL;
}

/* It is parked by then: the provider is well all the same */
static void run_test_stuck_and_parked(struct kunit *test)
{
	struct run_ctx *ctx = run_make_device(test, false);
	struct vha_run *run = run_suspended(test, ctx);
	struct vha_health *health = &ctx->provider->health;
	unsigned long end = jiffies + RUN_WAIT;

	vha_health_set_timeout(ctx->provider, VHA_TIMEOUT_MIN);
	run_expire(ctx, run);
	KUNIT_EXPECT_TRUE(test, health->relapsed);
	while (READ_ONCE(health->causes) && time_before(jiffies, end))
		schedule_timeout_idle(1);
	KUNIT_EXPECT_EQ(test, health->causes, 0);
	KUNIT_EXPECT_EQ(test, health->overdue, 0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(run->mode), VHA_RUN_PARKED);
}

static struct kunit_case run_cases[] = {
	KUNIT_CASE(run_test_at_once),
	KUNIT_CASE(run_test_at_once_but_late),
	KUNIT_CASE(run_test_key),
	KUNIT_CASE(run_test_apart_when_full),
	KUNIT_CASE(run_test_apart_with_slot),
	KUNIT_CASE_PARAM(run_test_overdue, run_gen_params),
	KUNIT_CASE_PARAM(run_test_orphan, run_gen_params),
	KUNIT_CASE(run_test_stuck_and_parked),
	{}
};

static struct kunit_suite run_suite = {
	.name = "vhost_accel_run",
	.init = run_init,
	.exit = run_exit,
	.test_cases = run_cases,
};

kunit_test_suite(run_suite);
