// SPDX-License-Identifier: GPL-2.0
/*
 * The length of a result is what the device says, but never more than its room.
 */
#include <kunit/test.h>

#include "../alg.h"
#include "../req.h"

#define ROOM	128

struct length_param {
	const char *name;
	u32 written;
	u32 len;
};

static const struct length_param length_params[] = {
	{ "nothing at all", 0, 0 },
	{ "a status alone", 1, 0 },
	{ "a short result", 100, 99 },
	{ "a full one", ROOM + 1, ROOM },
	{ "one byte more", ROOM + 2, ROOM },
	{ "2^31", 1U << 31, ROOM },
	{ "2^32-1", U32_MAX, ROOM },
};

KUNIT_ARRAY_PARAM_DESC(length, length_params, name);

static void result_length(struct kunit *test)
{
	const struct length_param *p = test->param_value;
	struct akcipher_request *areq;
	struct vaccel_req *req;

	/* What is behind the request says, with zeros, that it encrypts */
	areq = kunit_kzalloc(test, 2048, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, areq);
	req = akcipher_request_ctx(areq);
	req->base = &areq->base;
	req->dst_len = ROOM;
	req->written = p->written;
	areq->dst_len = ROOM;
	vaccel_akcipher_family.finish(NULL, req);
	KUNIT_EXPECT_EQ(test, areq->dst_len, p->len);
}

static struct kunit_case akcipher_test_cases[] = {
	KUNIT_CASE_PARAM(result_length, length_gen_params),
	{}
};

static struct kunit_suite akcipher_suite = {
	.name = "vaccel_akcipher",
	.test_cases = akcipher_test_cases,
};

kunit_test_suite(akcipher_suite);
