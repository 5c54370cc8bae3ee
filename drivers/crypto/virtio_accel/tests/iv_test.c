// SPDX-License-Identifier: GPL-2.0
/*
 * Chained IVs, and answers as error codes.
 */
#include <kunit/test.h>

#include "../req.h"
#include "../skcipher.h"

#include <linux/virtio_crypto.h>

struct counter_param {
	const char *name;
	unsigned int len;
	u8 before[16];
	u32 add;
	u8 after[16];
};

static const struct counter_param counter_params[] = {
	{ "nothing", 16, { 1, 2, 3 }, 0, { 1, 2, 3 } },
	{ "one", 16, { 0 }, 1, { [15] = 1 } },
	{ "a carry", 16, { [15] = 0xff }, 2, { [14] = 1, [15] = 1 } },
	{ "across the halves", 16, { [7] = 7, [8 ... 15] = 0xff }, 1,
	  { [7] = 8 } },
	{ "around", 16, { [0 ... 15] = 0xff }, 3, { [15] = 2 } },
	{ "8 bytes", 8, { [7] = 0xff, 0x77 }, 1, { [6] = 1, [8] = 0x77 } },
	{ "8 bytes, around", 8, { [0 ... 7] = 0xff, 0x77 }, 2,
	  { [7] = 1, 0x77 } },
	{ "much", 16, { 0 }, 0x01020304, { [12] = 1, 2, 3, 4 } },
};

KUNIT_ARRAY_PARAM_DESC(counter, counter_params, name);

static void iv_counter(struct kunit *test)
{
	const struct counter_param *p = test->param_value;
	u8 iv[16];

	memcpy(iv, p->before, sizeof(iv));
	vaccel_iv_add(iv, p->len, p->add);
	KUNIT_EXPECT_MEMEQ(test, iv, p->after, sizeof(iv));
}

struct status_param {
	u8 status;
	int err;
};

static const struct status_param status_params[] = {
	{ VIRTIO_CRYPTO_OK, 0 },
	{ VIRTIO_CRYPTO_ERR, -EIO },
	{ VIRTIO_CRYPTO_BADMSG, -EBADMSG },
	{ VIRTIO_CRYPTO_NOTSUPP, -EOPNOTSUPP },
	{ VIRTIO_CRYPTO_INVSESS, -ESTALE },
	{ VIRTIO_CRYPTO_NOSPC, -ENOSPC },
	{ VIRTIO_CRYPTO_KEY_REJECTED, -EKEYREJECTED },
	{ 42, -EIO },
	{ 0xff, -EIO },
};

static void status_errno(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(status_params); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    vaccel_status_to_errno(status_params[i].status),
				    status_params[i].err, "status %u",
				    status_params[i].status);
}

static struct kunit_case iv_cases[] = {
	KUNIT_CASE_PARAM(iv_counter, counter_gen_params),
	KUNIT_CASE(status_errno),
	{}
};

static struct kunit_suite iv_suite = {
	.name = "vaccel_iv_status",
	.test_cases = iv_cases,
};

kunit_test_suite(iv_suite);
