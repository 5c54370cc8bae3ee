// SPDX-License-Identifier: GPL-2.0
/*
 * Keys that ciphers refuse, as the crypto API expects it: without any device.
 */
#include <crypto/skcipher.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/string.h>

#include "../alg.h"

struct setkey_param {
	const char *name;
	const char *driver;
	unsigned int len;
	/* Length of the runs of one byte that the key is made of; 1: no two alike */
	unsigned int same;
	bool forbid_weak;
	int err;
};

static const struct setkey_param setkey_params[] = {
	{ "aes, 16", "cbc-aes-virtio-accel", 16, 1, true, 0 },
	{ "aes, none", "cbc-aes-virtio-accel", 0, 1, false, -EINVAL },
	{ "aes, 15", "cbc-aes-virtio-accel", 15, 1, false, -EINVAL },
	{ "aes, 17", "ctr-aes-virtio-accel", 17, 1, false, -EINVAL },
	{ "aes, 33", "ecb-aes-virtio-accel", 33, 1, false, -EINVAL },
	{ "xts, 33", "xts-aes-virtio-accel", 33, 1, false, -EINVAL },
	{ "xts, 16", "xts-aes-virtio-accel", 16, 1, false, -EINVAL },
	{ "xts, halves differ", "xts-aes-virtio-accel", 64, 32, true, 0 },
	{ "xts, equal halves", "xts-aes-virtio-accel", 64, 64, true, -EINVAL },
	{ "xts, equal halves, allowed", "xts-aes-virtio-accel", 64, 64, false,
	  0 },
	{ "3des, 16", "cbc-des3-virtio-accel", 16, 8, false, -EINVAL },
	{ "3des, three keys", "cbc-des3-virtio-accel", 24, 8, true, 0 },
	{ "3des, two of them equal", "cbc-des3-virtio-accel", 24, 16, true,
	  -EINVAL },
	{ "3des, one key", "ecb-des3-virtio-accel", 24, 24, true, -EINVAL },
	{ "3des, one key, allowed", "ctr-des3-virtio-accel", 24, 24, false, 0 },
	{ "des, weak", "cbc-des-virtio-accel", 8, 8, true, -EINVAL },
	{ "des, weak, allowed", "ecb-des-virtio-accel", 8, 8, false, 0 },
	{ "des, 7", "ecb-des-virtio-accel", 7, 1, false, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(setkey, setkey_params, name);

static struct vaccel_alg *setkey_alg(const char *driver)
{
	const struct vaccel_family *family = &vaccel_skcipher_family;
	unsigned int i;

	for (i = 0; i < family->nr; i++)
		if (!strcmp(family->algs[i].skcipher.base.cra_driver_name,
			    driver))
			return &family->algs[i];
	return NULL;
}

/* Bytes of odd parity that are a weak DES key when there are eight of them */
static void setkey_fill(u8 *key, const struct setkey_param *p)
{
	unsigned int i;

	for (i = 0; i < p->len; i++)
		key[i] = p->same == 1 ? 3 * i + 1 : 1 + 0x12 * (i / p->same);
}

static int setkey_try(const struct setkey_param *p)
{
	struct crypto_skcipher *tfm;
	u8 key[64];
	int err;

	tfm = crypto_alloc_skcipher(p->driver, 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	setkey_fill(key, p);
	if (p->forbid_weak)
		crypto_skcipher_set_flags(tfm, CRYPTO_TFM_REQ_FORBID_WEAK_KEYS);
	err = crypto_skcipher_setkey(tfm, key, p->len);
	crypto_free_skcipher(tfm);
	return err;
}

static void setkey_refused(struct kunit *test)
{
	const struct setkey_param *p = test->param_value;
	struct vaccel_alg *alg = setkey_alg(p->driver);

	KUNIT_ASSERT_NOT_NULL(test, alg);
	KUNIT_ASSERT_EQ(test, vaccel_skcipher_family.add(alg), 0);
	KUNIT_EXPECT_EQ(test, setkey_try(p), p->err);
	vaccel_skcipher_family.del(alg);
}

static struct kunit_case setkey_cases[] = {
	KUNIT_CASE_PARAM(setkey_refused, setkey_gen_params),
	{}
};

static struct kunit_suite setkey_suite = {
	.name = "vaccel_setkey",
	.test_cases = setkey_cases,
};

kunit_test_suite(setkey_suite);
