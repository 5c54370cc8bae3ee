// SPDX-License-Identifier: GPL-2.0
/*
 * Where times are counted.
 */
#include <kunit/test.h>
#include <linux/time64.h>

#include "../latency.h"

static const struct bucket_case {
	const char *name;
	u64 ns;
	unsigned int bucket;
} bucket_cases[] = {
	{ "nothing", 0, 0 },
	{ "just under a microsecond", NSEC_PER_USEC - 1, 0 },
	{ "a microsecond", NSEC_PER_USEC, 1 },
	{ "just under two", 2 * NSEC_PER_USEC - 1, 1 },
	{ "two", 2 * NSEC_PER_USEC, 2 },
	{ "three", 3 * NSEC_PER_USEC, 2 },
	{ "four", 4 * NSEC_PER_USEC, 3 },
	{ "a millisecond", NSEC_PER_MSEC, 10 },
	{ "the last with an end", ((1 << 22) - 1) * NSEC_PER_USEC, 22 },
	{ "the first without", (1 << 22) * NSEC_PER_USEC, 23 },
	{ "a minute", 60 * NSEC_PER_SEC, 23 },
	{ "for ever", U64_MAX, VHA_LATENCY_NR - 1 },
};

KUNIT_ARRAY_PARAM_DESC(bucket, bucket_cases, name);

static void latency_bucket(struct kunit *test)
{
	const struct bucket_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, vha_latency_bucket(c->ns), c->bucket);
}

static struct kunit_case latency_cases[] = {
	KUNIT_CASE_PARAM(latency_bucket, bucket_gen_params),
	{}
};

static struct kunit_suite latency_suite = {
	.name = "vhost_accel_latency",
	.test_cases = latency_cases,
};

kunit_test_suite(latency_suite);
