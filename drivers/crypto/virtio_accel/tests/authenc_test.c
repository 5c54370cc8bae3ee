// SPDX-License-Identifier: GPL-2.0
/*
 * Ciphers with a MAC: what a device finds in the slot.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "../alg.h"
#include "../req.h"
#include "../route.h"
#include "../slot.h"

#define AAD	12
#define TEXT	32
#define TAG	12

/* What a device that writes nothing leaves there must not be another one's MAC */
static void esn_result_starts_empty(struct kunit *test)
{
	struct vaccel_alg alg = {
		.family = &vaccel_authenc_family,
		.row = &accel_algs[ACCEL_ALG_CBC_AES],
		.auth = &accel_algs[ACCEL_ALG_HMAC_SHA1],
		.esn = true,
	};
	struct vaccel_tfm t = { .alg = &alg, .tag_len = TAG };
	struct vaccel_req req = {
		.aad_len = AAD,
		.text_len = TEXT,
		.flags = VACCEL_REQ_ENC | VACCEL_REQ_LISTS,
	};
	struct vaccel_slot *slot = kunit_kzalloc(test, sizeof(*slot), GFP_KERNEL);
	u8 *buf = kunit_kzalloc(test, AAD + TEXT + TAG, GFP_KERNEL);
	struct scatterlist dst, *end;

	KUNIT_ASSERT_TRUE(test, slot && buf);
	sg_init_one(&dst, buf, AAD + TEXT + TAG);
	req.dst = &dst;
	sg_init_table(slot->dst, VACCEL_SG_INLINE);
	memset(slot->digest, 0xa5, sizeof(slot->digest));

	end = vaccel_authenc_family.dst(&t, &req, slot, slot->dst);
	KUNIT_ASSERT_EQ(test, end - slot->dst, 2);
	/* AAD begins four bytes later; as many are before the MAC */
	KUNIT_EXPECT_PTR_EQ(test, (u8 *)sg_virt(&slot->dst[0]), buf + 4);
	KUNIT_EXPECT_EQ(test, slot->dst[0].length, AAD - 4 + TEXT);
	KUNIT_EXPECT_PTR_EQ(test, (u8 *)sg_virt(&slot->dst[1]),
			    &slot->digest[0]);
	KUNIT_EXPECT_EQ(test, slot->dst[1].length, 4 + TAG);
	KUNIT_EXPECT_NULL(test, memchr_inv(slot->digest, 0, 4 + TAG));
}

static struct kunit_case authenc_cases[] = {
	KUNIT_CASE(esn_result_starts_empty),
	{}
};

static struct kunit_suite authenc_suite = {
	.name = "vaccel_authenc",
	.test_cases = authenc_cases,
};

kunit_test_suite(authenc_suite);
