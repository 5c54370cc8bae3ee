// SPDX-License-Identifier: GPL-2.0
/*
 * A device's configuration is not to be trusted.
 */
#include <kunit/test.h>
#include <linux/virtio_accel.h>
#include <linux/virtio_config.h>

#include <accel/alg_table.h>
#include <accel/wire.h>

#include "../config.h"

static struct vaccel_config good_config(void)
{
	return (struct vaccel_config) {
		.max_dataqueues = 2,
		.services = BIT(VIRTIO_CRYPTO_SERVICE_CIPHER) |
			    BIT(VIRTIO_CRYPTO_SERVICE_AEAD),
		.algo[VIRTIO_CRYPTO_SERVICE_CIPHER] =
			BIT(VIRTIO_CRYPTO_CIPHER_AES_CBC) |
			BIT(VIRTIO_CRYPTO_CIPHER_AES_XTS),
		.algo[VIRTIO_CRYPTO_SERVICE_AEAD] = BIT(VIRTIO_CRYPTO_AEAD_GCM),
		.max_cipher_key_len = 64,
		.max_size = 65536,
	};
}

static void config_good(struct kunit *test)
{
	struct vaccel_config cfg = good_config();
	struct vaccel_caps caps;
	const char *why;

	KUNIT_ASSERT_EQ(test, vaccel_caps_from_config(&cfg, true, &caps, &why),
			0);
	KUNIT_EXPECT_EQ(test, caps.algs, ACCEL_ALG_BIT(ACCEL_ALG_CBC_AES) |
			ACCEL_ALG_BIT(ACCEL_ALG_XTS_AES) |
			ACCEL_ALG_BIT(ACCEL_ALG_GCM_AES));
	KUNIT_EXPECT_EQ(test, caps.nr_data_vqs, 2);
	KUNIT_EXPECT_EQ(test, caps.max_key_len[VIRTIO_CRYPTO_SERVICE_CIPHER],
			64);
	KUNIT_EXPECT_EQ(test, caps.max_size, 65536);
	KUNIT_EXPECT_TRUE(test, caps.rev1);
}

static void config_service_not_offered(struct kunit *test)
{
	struct vaccel_config cfg = good_config();
	struct vaccel_caps caps;
	const char *why;

	cfg.services = BIT(VIRTIO_CRYPTO_SERVICE_CIPHER);
	KUNIT_ASSERT_EQ(test, vaccel_caps_from_config(&cfg, false, &caps, &why),
			0);
	KUNIT_EXPECT_EQ(test, caps.algs, ACCEL_ALG_BIT(ACCEL_ALG_CBC_AES) |
			ACCEL_ALG_BIT(ACCEL_ALG_XTS_AES));
	KUNIT_EXPECT_FALSE(test, caps.rev1);
}

/* By the specification's numbers; no limit of ciphers' keys is theirs */
static void config_public_keys(struct kunit *test)
{
	struct vaccel_config cfg = good_config();
	struct vaccel_caps caps;
	const char *why;

	cfg.services = BIT(VIRTIO_CRYPTO_SERVICE_AKCIPHER);
	cfg.algo[VIRTIO_CRYPTO_SERVICE_AKCIPHER] = BIT(1);
	cfg.max_cipher_key_len = 0;
	KUNIT_ASSERT_EQ(test, vaccel_caps_from_config(&cfg, true, &caps, &why),
			0);
	KUNIT_EXPECT_EQ(test, caps.algs, ACCEL_ALG_BIT(ACCEL_ALG_RSA));
	KUNIT_EXPECT_EQ(test, caps.max_key_len[VIRTIO_CRYPTO_SERVICE_AKCIPHER],
			ACCEL_MAX_AKCIPHER_KEY_LEN);
	KUNIT_EXPECT_EQ(test, caps.max_key_len[VIRTIO_CRYPTO_SERVICE_CIPHER], 0);

	cfg.algo[VIRTIO_CRYPTO_SERVICE_AKCIPHER] = BIT(2) | BIT(3);
	KUNIT_ASSERT_EQ(test, vaccel_caps_from_config(&cfg, true, &caps, &why),
			0);
	KUNIT_EXPECT_EQ(test, caps.algs, ACCEL_ALG_BIT(ACCEL_ALG_ECDSA_P256) |
			ACCEL_ALG_BIT(ACCEL_ALG_ECDSA_P384));
}

static void config_short_keys(struct kunit *test)
{
	struct vaccel_config cfg = good_config();
	struct vaccel_caps caps;
	const char *why;

	/* The shortest XTS key has 32 bytes */
	cfg.max_cipher_key_len = 31;
	KUNIT_ASSERT_EQ(test, vaccel_caps_from_config(&cfg, true, &caps, &why),
			0);
	KUNIT_EXPECT_EQ(test, caps.algs, ACCEL_ALG_BIT(ACCEL_ALG_CBC_AES) |
			ACCEL_ALG_BIT(ACCEL_ALG_GCM_AES));
	KUNIT_EXPECT_EQ(test, caps.max_key_len[VIRTIO_CRYPTO_SERVICE_CIPHER],
			31);
}

/* MACs have a limit of their own, hashes no key */
static void config_mac_keys(struct kunit *test)
{
	struct vaccel_config cfg = good_config();
	struct vaccel_caps caps;
	const char *why;

	cfg.services = BIT(VIRTIO_CRYPTO_SERVICE_HASH) |
		       BIT(VIRTIO_CRYPTO_SERVICE_MAC);
	cfg.algo[VIRTIO_CRYPTO_SERVICE_HASH] = BIT(VIRTIO_CRYPTO_HASH_SHA_256);
	cfg.algo[VIRTIO_CRYPTO_SERVICE_MAC] =
		BIT_ULL(VIRTIO_CRYPTO_MAC_HMAC_SHA_256) |
		BIT_ULL(VIRTIO_CRYPTO_MAC_XCBC_AES);
	cfg.max_auth_key_len = 15;
	KUNIT_ASSERT_EQ(test, vaccel_caps_from_config(&cfg, true, &caps, &why),
			0);
	KUNIT_EXPECT_EQ(test, caps.algs, ACCEL_ALG_BIT(ACCEL_ALG_SHA256) |
			ACCEL_ALG_BIT(ACCEL_ALG_HMAC_SHA256));
	cfg.max_auth_key_len = 0;
	KUNIT_ASSERT_EQ(test, vaccel_caps_from_config(&cfg, true, &caps, &why),
			0);
	KUNIT_EXPECT_EQ(test, caps.algs, ACCEL_ALG_BIT(ACCEL_ALG_SHA256));
}

static void config_all_ones(struct kunit *test)
{
	struct vaccel_config cfg = good_config();
	struct vaccel_caps caps;
	const char *why;

	cfg.services = U32_MAX;
	memset(cfg.algo, 0xff, sizeof(cfg.algo));
	cfg.max_cipher_key_len = U32_MAX;
	cfg.max_auth_key_len = U32_MAX;
	cfg.max_size = U64_MAX;
	KUNIT_ASSERT_EQ(test, vaccel_caps_from_config(&cfg, true, &caps, &why),
			0);
	KUNIT_EXPECT_EQ(test, caps.algs, ACCEL_ALG_ALL);
	KUNIT_EXPECT_EQ(test, caps.max_key_len[VIRTIO_CRYPTO_SERVICE_CIPHER],
			ACCEL_MAX_KEY_LEN);
	KUNIT_EXPECT_EQ(test, caps.max_key_len[VIRTIO_CRYPTO_SERVICE_MAC],
			ACCEL_MAX_AUTH_KEY_LEN);
	KUNIT_EXPECT_EQ(test, caps.max_size, VACCEL_MAX_SIZE);
}

struct bad_param {
	const char *name;
	u32 queues;
	u64 max_size;
};

static const struct bad_param bad_params[] = {
	{ "no queues", 0, 65536 },
	{ "60000 queues", 60000, 65536 },
	{ "2^32-1 queues", U32_MAX, 65536 },
	{ "size 0", 1, 0 },
	{ "size 255", 1, 255 },
};

KUNIT_ARRAY_PARAM_DESC(bad, bad_params, name);

static void config_bad(struct kunit *test)
{
	const struct bad_param *p = test->param_value;
	struct vaccel_config cfg = good_config();
	struct vaccel_caps caps;
	const char *why = NULL;

	cfg.max_dataqueues = p->queues;
	cfg.max_size = p->max_size;
	KUNIT_EXPECT_EQ(test, vaccel_caps_from_config(&cfg, true, &caps, &why),
			-EINVAL);
	KUNIT_EXPECT_NOT_NULL(test, why);
}

/* virtio 1.4: a stateless mode needs REVISION_1 */
static void config_feature_needs_another(struct kunit *test)
{
	struct virtio_device *vdev;

	vdev = kunit_kzalloc(test, sizeof(*vdev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vdev);
	__virtio_set_bit(vdev, VIRTIO_CRYPTO_F_REVISION_1);
	__virtio_set_bit(vdev, VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE);
	__virtio_set_bit(vdev, VIRTIO_CRYPTO_F_HASH_STATELESS_MODE);
	__virtio_set_bit(vdev, VIRTIO_CRYPTO_F_MAC_STATELESS_MODE);
	__virtio_set_bit(vdev, VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE);
	__virtio_set_bit(vdev, VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE);
	__virtio_set_bit(vdev, VIRTIO_F_VERSION_1);
	__virtio_set_bit(vdev, VIRTIO_ACCEL_F_CTRL);
	vaccel_config_validate(vdev);
	KUNIT_EXPECT_EQ(test, vdev->features, BIT_ULL(VIRTIO_F_VERSION_1) |
					      BIT_ULL(56) | 0x3f);
	__virtio_clear_bit(vdev, VIRTIO_CRYPTO_F_REVISION_1);
	vaccel_config_validate(vdev);
	KUNIT_EXPECT_EQ(test, vdev->features, BIT_ULL(VIRTIO_F_VERSION_1));
}

static struct kunit_case config_cases[] = {
	KUNIT_CASE(config_good),
	KUNIT_CASE(config_service_not_offered),
	KUNIT_CASE(config_public_keys),
	KUNIT_CASE(config_short_keys),
	KUNIT_CASE(config_mac_keys),
	KUNIT_CASE(config_all_ones),
	KUNIT_CASE_PARAM(config_bad, bad_gen_params),
	KUNIT_CASE(config_feature_needs_another),
	{}
};

static struct kunit_suite config_suite = {
	.name = "vaccel_config",
	.test_cases = config_cases,
};

kunit_test_suite(config_suite);
