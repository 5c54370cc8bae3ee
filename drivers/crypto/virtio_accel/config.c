// SPDX-License-Identifier: GPL-2.0
/*
 * From a device's configuration space to constant, checked capabilities.
 */
#include "config.h"

#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/virtio_accel.h>
#include <linux/virtio_config.h>
#include <linux/virtio_crypto_ipsec.h>

#include <accel/alg_table.h>
#include <accel/wire.h>

static bool vaccel_alg_offered(const struct vaccel_config *cfg,
			       const struct vaccel_caps *caps,
			       const struct accel_alg *alg)
{
	u32 shortest = alg->any_key ? 1 : alg->key_sizes[0];

	if (!(cfg->services & BIT(alg->service)))
		return false;
	/* The shortest key must fit, longer ones are checked with each key */
	if (caps->max_key_len[alg->service] < shortest)
		return false;
	return cfg->algo[alg->service] & BIT_ULL(alg->wire);
}

int vaccel_caps_from_config(const struct vaccel_config *cfg, bool rev1,
			    struct vaccel_caps *caps, const char **why)
{
	unsigned int i;
	u32 key_len;

	if (!cfg->max_dataqueues) {
		*why = "no data queues";
		return -EINVAL;
	}
	if (cfg->max_dataqueues > VACCEL_MAX_DATA_QUEUES) {
		*why = "too many data queues";
		return -EINVAL;
	}
	if (cfg->max_size < 256) {
		*why = "maximum request size below 256 bytes";
		return -EINVAL;
	}

	memset(caps->max_key_len, 0, sizeof(caps->max_key_len));
	key_len = min_t(u32, cfg->max_cipher_key_len, ACCEL_MAX_KEY_LEN);
	caps->max_key_len[VIRTIO_CRYPTO_SERVICE_CIPHER] = key_len;
	caps->max_key_len[VIRTIO_CRYPTO_SERVICE_AEAD] = key_len;
	caps->max_key_len[VIRTIO_CRYPTO_SERVICE_MAC] =
		min_t(u32, cfg->max_auth_key_len, ACCEL_MAX_AUTH_KEY_LEN);
	/* The configuration says nothing of public and private keys */
	caps->max_key_len[VIRTIO_CRYPTO_SERVICE_AKCIPHER] =
		ACCEL_MAX_AKCIPHER_KEY_LEN;
	caps->algs = 0;
	for (i = 0; i < ACCEL_ALG_NR; i++)
		if (vaccel_alg_offered(cfg, caps, &accel_algs[i]))
			caps->algs |= ACCEL_ALG_BIT(i);
	caps->nr_data_vqs = cfg->max_dataqueues;
	caps->max_size = min_t(u64, cfg->max_size, VACCEL_MAX_SIZE);
	caps->rev1 = rev1;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_caps_from_config);

/* Services whose families of algorithms have stateless requests */
static const struct {
	u8 service;
	u8 feature;
} vaccel_stateless[] = {
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE },
	{ VIRTIO_CRYPTO_SERVICE_HASH, VIRTIO_CRYPTO_F_HASH_STATELESS_MODE },
	{ VIRTIO_CRYPTO_SERVICE_MAC, VIRTIO_CRYPTO_F_MAC_STATELESS_MODE },
	{ VIRTIO_CRYPTO_SERVICE_AEAD, VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE },
	{ VIRTIO_CRYPTO_SERVICE_AKCIPHER,
	  VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE },
};

void vaccel_config_validate(struct virtio_device *vdev)
{
	unsigned int i;

	if (__virtio_test_bit(vdev, VIRTIO_CRYPTO_F_REVISION_1))
		return;
	for (i = 0; i < ARRAY_SIZE(vaccel_stateless); i++)
		__virtio_clear_bit(vdev, vaccel_stateless[i].feature);
	__virtio_clear_bit(vdev, VIRTIO_ACCEL_F_CTRL);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_config_validate);

int vaccel_config_read(struct virtio_device *vdev, struct vaccel_caps *caps)
{
	struct vaccel_config cfg = {};
	u32 lo = 0, hi = 0;
	const char *why;
	size_t max_seg;
	unsigned int i;
	bool rev1;
	int err;

	if (!vdev->config->get) {
		dev_err(&vdev->dev, "no access to the device's configuration\n");
		return -EINVAL;
	}

	virtio_cread_le(vdev, struct virtio_crypto_config, max_dataqueues,
			&cfg.max_dataqueues);
	virtio_cread_le(vdev, struct virtio_crypto_config, crypto_services,
			&cfg.services);
	virtio_cread_le(vdev, struct virtio_crypto_config, cipher_algo_l, &lo);
	virtio_cread_le(vdev, struct virtio_crypto_config, cipher_algo_h, &hi);
	cfg.algo[VIRTIO_CRYPTO_SERVICE_CIPHER] = (u64)hi << 32 | lo;
	virtio_cread_le(vdev, struct virtio_crypto_config, hash_algo, &lo);
	cfg.algo[VIRTIO_CRYPTO_SERVICE_HASH] = lo;
	virtio_cread_le(vdev, struct virtio_crypto_config, mac_algo_l, &lo);
	virtio_cread_le(vdev, struct virtio_crypto_config, mac_algo_h, &hi);
	cfg.algo[VIRTIO_CRYPTO_SERVICE_MAC] = (u64)hi << 32 | lo;
	virtio_cread_le(vdev, struct virtio_crypto_config, aead_algo, &lo);
	cfg.algo[VIRTIO_CRYPTO_SERVICE_AEAD] = lo;
	virtio_cread_le(vdev, struct virtio_crypto_config, akcipher_algo, &lo);
	cfg.algo[VIRTIO_CRYPTO_SERVICE_AKCIPHER] = lo;
	virtio_cread_le(vdev, struct virtio_crypto_config, max_cipher_key_len,
			&cfg.max_cipher_key_len);
	virtio_cread_le(vdev, struct virtio_crypto_config, max_auth_key_len,
			&cfg.max_auth_key_len);
	virtio_cread_le(vdev, struct virtio_crypto_config, max_size,
			&cfg.max_size);

	rev1 = virtio_has_feature(vdev, VIRTIO_CRYPTO_F_REVISION_1);
	err = vaccel_caps_from_config(&cfg, rev1, caps, &why);
	if (err) {
		dev_err(&vdev->dev, "unusable configuration: %s\n", why);
		return err;
	}

	caps->stateless = 0;
	for (i = 0; i < ARRAY_SIZE(vaccel_stateless); i++)
		if (virtio_has_feature(vdev, vaccel_stateless[i].feature))
			caps->stateless |= BIT(vaccel_stateless[i].service);

	caps->ipsec = cfg.services & BIT(VIRTIO_CRYPTO_SERVICE_IPSEC) &&
		      virtio_has_feature(vdev, VIRTIO_ACCEL_F_CTRL);

	/* A segment that must be bounced has to fit the bounce buffers */
	max_seg = virtio_max_dma_size(vdev);
	caps->max_size = min_t(size_t, caps->max_size, max_seg);
	return 0;
}

bool vaccel_config_ready(struct virtio_device *vdev)
{
	u32 status = 0;

	virtio_cread_le(vdev, struct virtio_crypto_config, status, &status);
	return status & VIRTIO_CRYPTO_S_HW_READY;
}
