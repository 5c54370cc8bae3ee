// SPDX-License-Identifier: GPL-2.0
/*
 * Who may give the provider the next request.
 */
#include "../sched.h"

#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>

#define SC_DEVICES	4
#define SC_SIZE		64

/* A device with one queue, whose worker is quick */
struct sc_device {
	struct vha_share share;
	struct vha_sched_queue queue;
	u32 bytes;
	unsigned int said;
	unsigned int done;
	unsigned int woken;
};

struct sc_world {
	struct vha_sched sched;
	struct sc_device dev[SC_DEVICES];
};

static void sc_wake(struct vha_sched_queue *queue)
{
	container_of(queue, struct sc_device, queue)->woken++;
}

static void sc_wake_nobody(struct vha_sched_queue *queue)
{
}

static struct sc_world *sc_make(struct kunit *test, u32 depth,
				const u32 *weight)
{
	struct sc_world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct sc_device *dev;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, w);
	vha_sched_init(&w->sched);
	w->sched.request_cost = 100;
	for (i = 0; i < SC_DEVICES; i++) {
		dev = &w->dev[i];
		vha_share_init(&dev->share, weight[i]);
		vha_share_join(&dev->share, &w->sched);
		KUNIT_ASSERT_EQ(test, vha_sched_queue_init(&dev->queue,
							   &dev->share, SC_SIZE,
							   sc_wake), 0);
	}
	vha_sched_set_depth(&w->sched, depth);
	return w;
}

static void sc_end(struct sc_world *w)
{
	unsigned int i;

	for (i = 0; i < SC_DEVICES; i++) {
		vha_sched_withdraw(&w->dev[i].queue);
		vha_share_join(&w->dev[i].share, NULL);
		vha_sched_queue_destroy(&w->dev[i].queue);
	}
	vha_sched_set_depth(&w->sched, 0);
}

static void sc_say(struct sc_device *dev, unsigned int n)
{
	while (n--) {
		vha_sched_say(&dev->queue, dev->bytes, 1);
		dev->said++;
	}
}

/* All that is granted; returns how many */
static unsigned int sc_take(struct sc_device *dev)
{
	unsigned int n = 0;

	while (dev->said && vha_sched_take(&dev->queue)) {
		dev->said--;
		n++;
	}
	dev->done += n;
	return n;
}

/* All devices have always something to do, the provider returns what it has */
static void sc_flood(struct sc_world *w, unsigned int devices,
		     unsigned int requests)
{
	unsigned int taken, i;

	while (requests) {
		taken = 0;
		for (i = 0; i < devices; i++) {
			sc_say(&w->dev[i], SC_SIZE - w->dev[i].said);
			taken += sc_take(&w->dev[i]);
		}
		taken = min(taken, requests);
		requests -= taken;
		while (taken--)
			vha_sched_give_back(&w->sched);
	}
}

struct sc_case {
	const char *name;
	u32 depth;
	u32 weight[SC_DEVICES];
	u32 bytes[SC_DEVICES];
};

static const struct sc_case sc_cases[] = {
	{ "the same", 8, { 100, 100, 100, 100 }, { 1000, 1000, 1000, 1000 } },
	{ "by weight", 8, { 100, 200, 300, 400 }, { 1000, 1000, 1000, 1000 } },
	{ "by size", 8, { 100, 100, 100, 100 }, { 16, 4096, 512, 65536 } },
	{ "by both", 8, { 100, 200, 300, 400 }, { 65536, 16, 4096, 512 } },
	{ "the other way", 8, { 400, 300, 200, 100 }, { 65536, 16, 4096, 512 } },
	{ "one slot", 1, { 100, 200, 300, 400 }, { 512, 1024, 2048, 4096 } },
	{ "many slots", 32, { 100, 200, 300, 400 }, { 512, 1024, 2048, 4096 } },
	{ "all the weights", 4, { 1, 1000, 10, 100 }, { 64, 64, 64, 64 } },
	{ "nothing but requests", 4, { 1, 2, 3, 4 }, { 0, 0, 0, 0 } },
};

KUNIT_ARRAY_PARAM_DESC(sc, sc_cases, name);

/* Each gets what its weight says, within a request or so */
static void sc_test_shares(struct kunit *test)
{
	const struct sc_case *c = test->param_value;
	struct sc_world *w = sc_make(test, c->depth, c->weight);
	u64 cost[SC_DEVICES], sum = 0, weights = 0, most = 0, want;
	unsigned int i;

	for (i = 0; i < SC_DEVICES; i++)
		w->dev[i].bytes = c->bytes[i];
	sc_flood(w, SC_DEVICES, 40000);
	for (i = 0; i < SC_DEVICES; i++) {
		cost[i] = (u64)w->dev[i].done * (c->bytes[i] + 100);
		sum += cost[i];
		weights += c->weight[i];
		most = max_t(u64, most, c->bytes[i] + 100);
	}
	for (i = 0; i < SC_DEVICES; i++) {
		want = div64_u64(sum * c->weight[i], weights);
		KUNIT_EXPECT_LE(test, abs_diff(cost[i], want),
				most * (c->depth + SC_DEVICES));
	}
	sc_end(w);
}

static const u32 sc_equal[SC_DEVICES] = { 100, 100, 100, 100 };

static void sc_test_depth(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 3, sc_equal);

	sc_say(&w->dev[0], 10);
	KUNIT_EXPECT_EQ(test, w->sched.used, 3);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 3);
	KUNIT_EXPECT_EQ(test, w->dev[0].woken, 0);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, w->dev[0].woken, 1);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 1);
	/* More slots, less slots, and no limit */
	vha_sched_set_depth(&w->sched, 5);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 2);
	vha_sched_set_depth(&w->sched, 1);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 0);
	vha_sched_set_depth(&w->sched, 0);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 4);
	KUNIT_EXPECT_EQ(test, w->sched.used, 8);
	sc_end(w);
}

/* It has the next slot, whatever the other one had to come, as often as it comes */
static void sc_test_light(struct kunit *test)
{
	static const u32 weight[SC_DEVICES] = { 1, 1000, 1000, 1000 };
	struct sc_device *light, *flood;
	unsigned int i, foreign;
	struct sc_world *w = sc_make(test, 4, weight);

	light = &w->dev[1];
	flood = &w->dev[2];
	flood->bytes = 64;
	for (i = 0; i < 100; i++) {
		sc_say(flood, SC_SIZE - flood->said);
		sc_take(flood);
		sc_say(light, 1);
		for (foreign = 0; !sc_take(light); foreign++) {
			KUNIT_ASSERT_LT(test, foreign, 1000);
			sc_take(flood);
			vha_sched_give_back(&w->sched);
		}
		/* In the provider, three of the others are before it */
		KUNIT_EXPECT_LE(test, foreign, 1);
		vha_sched_give_back(&w->sched);
		/* It is light: the other does more than it meanwhile */
		for (foreign = 0; foreign < 4; foreign++) {
			sc_take(flood);
			vha_sched_give_back(&w->sched);
		}
	}
	sc_end(w);
}

/* It is before others who have something left of a round that they share */
static void sc_test_fresh(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 1, sc_equal);
	unsigned int i;

	for (i = 0; i < 3; i++)
		sc_say(&w->dev[i], 4);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 1);
	for (i = 1; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, sc_take(&w->dev[i]), 0);
		vha_sched_give_back(&w->sched);
		KUNIT_EXPECT_EQ(test, sc_take(&w->dev[i]), 1);
	}
	/* All are in debt; the next one to be granted takes the others along */
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 0);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 1);
	KUNIT_EXPECT_GT(test, w->dev[1].share.deficit, 0);
	sc_say(&w->dev[3], 1);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[3]), 1);
	sc_end(w);
}

/* Whoever pauses gets no more than his share by that */
static void sc_test_pauses(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 1, sc_equal);
	struct sc_device *sly = &w->dev[0], *flood = &w->dev[1];
	unsigned int i;

	sly->bytes = 10000;
	flood->bytes = 100;
	for (i = 0; i < 10000; i++) {
		sc_say(flood, SC_SIZE - flood->said);
		/* One large request, as soon as there is none */
		if (!sly->said)
			sc_say(sly, 1);
		if (sc_take(sly) + sc_take(flood))
			vha_sched_give_back(&w->sched);
	}
	KUNIT_EXPECT_LE(test, sly->done * 10100, flood->done * 200 + 20200);
	sc_end(w);
}

/* An idle device has no part in anything, but for its debts, which rounds pay */
static void sc_test_idle(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 2, sc_equal);
	struct sc_device *idle = &w->dev[0], *other = &w->dev[1];

	idle->bytes = 65536;
	other->bytes = 16;
	sc_say(idle, 2);
	KUNIT_EXPECT_EQ(test, sc_take(idle), 2);
	KUNIT_EXPECT_EQ(test, w->sched.backlogged, 0);
	KUNIT_EXPECT_LT(test, idle->share.deficit, 0);
	sc_say(other, SC_SIZE);
	KUNIT_EXPECT_EQ(test, w->sched.backlogged, 1);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, sc_take(other), 1);
	/* Its next one has to wait: it has had 131,272, the other 116 */
	sc_say(idle, 1);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, sc_take(idle), 0);
	KUNIT_EXPECT_EQ(test, sc_take(other), 1);
	vha_sched_withdraw(&idle->queue);
	idle->said = 0;
	/* Large ones of the other pay for it */
	vha_sched_withdraw(&other->queue);
	other->said = 0;
	other->bytes = 1 << 20;
	sc_say(other, 3);
	vha_sched_give_back(&w->sched);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, sc_take(other), 2);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, sc_take(other), 1);
	KUNIT_EXPECT_TRUE(test, list_empty(&idle->share.node));
	KUNIT_EXPECT_EQ(test, idle->share.deficit, 0);
	sc_end(w);
}

/* With room for all, there are no debts */
static void sc_test_room(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 2, sc_equal);

	w->dev[0].bytes = 65536;
	sc_say(&w->dev[0], 2);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 2);
	KUNIT_EXPECT_LT(test, w->dev[0].share.deficit, 0);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_TRUE(test, list_empty(&w->dev[0].share.node));
	KUNIT_EXPECT_EQ(test, w->dev[0].share.deficit, 0);
	sc_end(w);
}

/* Grants that nobody takes go to others, at no cost, and come again */
static void sc_test_absent(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 2, sc_equal);
	struct sc_device *absent = &w->dev[0], *other = &w->dev[1];

	sc_say(absent, 4);
	sc_say(other, 4);
	KUNIT_EXPECT_EQ(test, w->sched.used, 2);
	KUNIT_EXPECT_EQ(test, sc_take(other), 0);
	absent->queue.since = jiffies - HZ;
	KUNIT_EXPECT_EQ(test, sc_take(other), 0);
	absent->queue.since = jiffies - HZ;
	KUNIT_EXPECT_EQ(test, sc_take(other), 2);
	KUNIT_EXPECT_EQ(test, w->sched.used, 2);
	KUNIT_EXPECT_EQ(test, absent->share.deficit, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&absent->share.node));
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, sc_take(other), 1);
	/* It comes */
	KUNIT_EXPECT_EQ(test, sc_take(absent), 0);
	vha_sched_give_back(&w->sched);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, absent->woken, 1);
	KUNIT_EXPECT_GE(test, sc_take(absent), 1);
	sc_end(w);
}

/* A request that is not for the provider gives its place, or its slot, to the next */
static void sc_test_skip(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 1, sc_equal);
	struct sc_device *dev = &w->dev[0];

	sc_say(dev, 3);
	vha_sched_skip(&dev->queue);
	KUNIT_EXPECT_EQ(test, w->sched.used, 1);
	KUNIT_EXPECT_TRUE(test, vha_sched_take(&dev->queue));
	vha_sched_skip(&dev->queue);
	KUNIT_EXPECT_EQ(test, w->sched.used, 1);
	KUNIT_EXPECT_EQ(test, w->sched.backlogged, 0);
	vha_sched_give_back(&w->sched);
	KUNIT_EXPECT_EQ(test, w->sched.used, 0);
	dev->said = 0;
	sc_end(w);
}

/* What was taken keeps its slot; the rest is gone, and others have it */
static void sc_test_withdraw(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 3, sc_equal);

	sc_say(&w->dev[0], 10);
	KUNIT_EXPECT_TRUE(test, vha_sched_take(&w->dev[0].queue));
	sc_say(&w->dev[1], 10);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[1]), 0);
	vha_sched_withdraw(&w->dev[0].queue);
	KUNIT_EXPECT_EQ(test, w->dev[1].woken, 1);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[1]), 2);
	KUNIT_EXPECT_EQ(test, w->sched.used, 3);
	/* Numbers go on */
	vha_sched_withdraw(&w->dev[1].queue);
	w->dev[0].said = 0;
	w->dev[1].said = 0;
	while (w->sched.used)
		vha_sched_give_back(&w->sched);
	sc_say(&w->dev[0], 2);
	KUNIT_EXPECT_EQ(test, sc_take(&w->dev[0]), 2);
	sc_end(w);
}

/* The queues of a device take turns */
static void sc_test_queues(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 2, sc_equal);
	struct vha_sched_queue more;
	unsigned int n[2] = {};
	unsigned int i;

	KUNIT_ASSERT_EQ(test, vha_sched_queue_init(&more, &w->dev[0].share,
						   SC_SIZE, sc_wake_nobody), 0);
	for (i = 0; i < SC_SIZE; i++) {
		vha_sched_say(&w->dev[0].queue, 64, 1);
		vha_sched_say(&more, 64, 1);
	}
	for (i = 0; i < 32; i++) {
		while (vha_sched_take(&w->dev[0].queue))
			n[0]++;
		while (vha_sched_take(&more))
			n[1]++;
		vha_sched_give_back(&w->sched);
	}
	KUNIT_EXPECT_LE(test, abs_diff(n[0], n[1]), 2);
	vha_sched_withdraw(&more);
	vha_sched_queue_destroy(&more);
	sc_end(w);
}

static void sc_test_weight(struct kunit *test)
{
	struct sc_world *w = sc_make(test, 1, sc_equal);

	w->dev[0].bytes = 924;
	w->dev[1].bytes = 924;
	sc_flood(w, 2, 1000);
	KUNIT_EXPECT_LE(test, abs_diff(w->dev[0].done, w->dev[1].done), 4);
	vha_share_set_weight(&w->dev[1].share, 300);
	w->dev[0].done = 0;
	w->dev[1].done = 0;
	sc_flood(w, 2, 1000);
	KUNIT_EXPECT_LE(test, abs_diff(3 * w->dev[0].done, w->dev[1].done), 12);
	sc_end(w);
}

static struct kunit_case sc_kunit_cases[] = {
	KUNIT_CASE_PARAM(sc_test_shares, sc_gen_params),
	KUNIT_CASE(sc_test_depth),
	KUNIT_CASE(sc_test_light),
	KUNIT_CASE(sc_test_fresh),
	KUNIT_CASE(sc_test_pauses),
	KUNIT_CASE(sc_test_idle),
	KUNIT_CASE(sc_test_room),
	KUNIT_CASE(sc_test_absent),
	KUNIT_CASE(sc_test_skip),
	KUNIT_CASE(sc_test_withdraw),
	KUNIT_CASE(sc_test_queues),
	KUNIT_CASE(sc_test_weight),
	{}
};

static struct kunit_suite sc_suite = {
	.name = "vhost_accel_sched",
	.test_cases = sc_kunit_cases,
};

kunit_test_suite(sc_suite);
