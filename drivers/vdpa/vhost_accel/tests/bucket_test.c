// SPDX-License-Identifier: GPL-2.0
/*
 * What may be used by time.
 */
#include "../bucket.h"

#include <kunit/test.h>

static void bk_test_none(struct kunit *test)
{
	struct vha_bucket b = {};

	vha_bucket_use(&b, 5, U32_MAX);
	KUNIT_EXPECT_EQ(test, vha_bucket_wait(&b, 5), 0);
	vha_bucket_return(&b, U32_MAX);
	KUNIT_EXPECT_EQ(test, b.until, 0);
}

/* However long it was idle, a burst is all that may come at once */
static void bk_test_burst(struct kunit *test)
{
	u64 now = 1000 * NSEC_PER_SEC;
	struct vha_bucket b;
	unsigned int i;

	/* 1000 per second, 50 ms: 50 */
	vha_bucket_set(&b, 1000, 50 * NSEC_PER_MSEC);
	for (i = 0; !vha_bucket_wait(&b, now); i++)
		vha_bucket_use(&b, now, 1);
	KUNIT_EXPECT_EQ(test, i, 50);
	KUNIT_EXPECT_EQ(test, vha_bucket_wait(&b, now), 1);
	KUNIT_EXPECT_EQ(test, vha_bucket_wait(&b, now + 1), 0);
	vha_bucket_use(&b, now + 1, 1);
	KUNIT_EXPECT_EQ(test, vha_bucket_wait(&b, now + 1), NSEC_PER_MSEC);
	now += 100 * NSEC_PER_SEC;
	for (i = 0; !vha_bucket_wait(&b, now); i++)
		vha_bucket_use(&b, now, 1);
	KUNIT_EXPECT_EQ(test, i, 50);
}

struct bk_case {
	const char *name;
	u64 rate;
	u64 burst_ms;
	u32 n;
};

static const struct bk_case bk_cases[] = {
	{ "slow", 1, 1, 1 },
	{ "of primes", 7919, 13, 31 },
	{ "one in three nanoseconds", NSEC_PER_SEC / 3, 1, 10 },
	{ "more than one in a nanosecond", 7 * NSEC_PER_SEC, 1, 300 },
	{ "more at once than in a burst", 1000000, 1, 1000000 },
	{ "fastest", 1ULL << 40, 1, 1 << 20 },
};

KUNIT_ARRAY_PARAM_DESC(bk, bk_cases, name);

/* In the long run it is the rate, to the last one */
static void bk_test_rate(struct kunit *test)
{
	const struct bk_case *c = test->param_value;
	u64 start = 10 * NSEC_PER_SEC, now = start, used = 0, due;
	struct vha_bucket b;
	unsigned int i;

	vha_bucket_set(&b, c->rate, c->burst_ms * NSEC_PER_MSEC);
	for (i = 0; i < 100000; i++) {
		now += vha_bucket_wait(&b, now);
		vha_bucket_use(&b, now, c->n);
		used += c->n;
	}
	due = mul_u64_u64_div_u64(now - start + b.burst_ns, c->rate,
				  NSEC_PER_SEC);
	KUNIT_EXPECT_GE(test, due + c->n + 1, used);
	if (now == start)
		return;
	KUNIT_EXPECT_LE(test, due, used + c->n + div64_u64(c->rate,
							   NSEC_PER_SEC) + 1);
}

static void bk_test_return(struct kunit *test)
{
	u64 now = NSEC_PER_SEC;
	struct vha_bucket b;

	vha_bucket_set(&b, 1000, NSEC_PER_MSEC);
	vha_bucket_use(&b, now, 500);
	KUNIT_EXPECT_EQ(test, vha_bucket_wait(&b, now),
			499 * NSEC_PER_MSEC + 1);
	vha_bucket_return(&b, 499);
	KUNIT_EXPECT_EQ(test, vha_bucket_wait(&b, now), 1);
	vha_bucket_return(&b, U32_MAX);
	KUNIT_EXPECT_EQ(test, vha_bucket_wait(&b, now), 0);
	/* Nobody waits for what a former rate let pass */
	vha_bucket_set(&b, 1, NSEC_PER_MSEC);
	vha_bucket_use(&b, now, U32_MAX);
	vha_bucket_set(&b, 2, NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, vha_bucket_wait(&b, now), 0);
}

static struct kunit_case bk_kunit_cases[] = {
	KUNIT_CASE(bk_test_none),
	KUNIT_CASE(bk_test_burst),
	KUNIT_CASE_PARAM(bk_test_rate, bk_gen_params),
	KUNIT_CASE(bk_test_return),
	{}
};

static struct kunit_suite bk_suite = {
	.name = "vhost_accel_bucket",
	.test_cases = bk_kunit_cases,
};

kunit_test_suite(bk_suite);
