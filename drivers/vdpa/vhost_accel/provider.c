// SPDX-License-Identifier: GPL-2.0
/*
 * What a provider can do, and how the device says so to its driver.
 */
#include "vha.h"

#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/wordpart.h>

#include "dataq.h"

/**
 * vha_provider_choose() - who does what
 * @choice: filled in
 * @provider: the device's provider
 * @fallback: soft does what that one can't do or won't take
 * @algs: that the device may use
 *
 * Context: process, may sleep long.
 */
void vha_provider_choose(struct vha_choice *choice,
			 struct vha_provider *provider, bool fallback, u64 algs)
{
	unsigned int i;

	memset(choice, 0, sizeof(*choice));
	choice->provider = provider;
	choice->fallback = fallback && provider != vha_provider_soft;
	vha_provider_ask_sa(provider, &choice->alg[VHA_INFO_SA]);
	for (i = 0; i < ACCEL_ALG_NR; i++) {
		choice->alg[i].provider = &provider->api;
		choice->spare[i].provider = &vha_provider_soft->api;
		if (!(algs & ACCEL_ALG_BIT(i)))
			continue;
		vha_provider_ask(provider, i, &choice->alg[i]);
		if (!choice->fallback)
			continue;
		vha_provider_ask(vha_provider_soft, i, &choice->spare[i]);
		if (!choice->alg[i].ctx_size)
			choice->alg[i] = choice->spare[i];
	}
}

/**
 * vha_provider_probe() - ask a device's provider what it can do
 * @dev: the device, without runs
 *
 * Context: process, may sleep long.
 */
void vha_provider_probe(struct vha_dev *dev)
{
	vha_provider_choose(&dev->choice, dev->provider, dev->fallback,
			    dev->settings.algs);
}

/**
 * vha_provider_ctx_size() - memory that a request slot needs for its provider
 * @choice: who does what
 *
 * Context: any.
 * Return: in bytes.
 */
u32 vha_provider_ctx_size(const struct vha_choice *choice)
{
	unsigned int i;
	u32 size = 0;

	for (i = 0; i < VHA_INFOS; i++)
		size = max3(size, choice->alg[i].ctx_size,
			    choice->spare[i].ctx_size);
	return size;
}

/**
 * vha_provider_algs() - what can be done
 * @choice: who does what
 *
 * Context: any.
 * Return: see ACCEL_ALG_BIT().
 */
u64 vha_provider_algs(const struct vha_choice *choice)
{
	unsigned int i;
	u64 algs = 0;

	for (i = 0; i < ACCEL_ALG_NR; i++)
		if (choice->alg[i].ctx_size)
			algs |= ACCEL_ALG_BIT(i);
	return algs;
}

/**
 * vha_provider_fill_config() - advertise what the provider can do
 * @dev: the device, after vha_provider_probe() and with its SAs
 *
 * virtio 1.4, "Crypto Device", "Device configuration layout". Each service and
 * algorithm is in there only if the provider has it and the administrator has
 * not left it out.
 *
 * Context: any.
 */
void vha_provider_fill_config(struct vha_dev *dev)
{
	struct virtio_crypto_config *config = &dev->config;
	u64 wire[VHOST_ACCEL_SERVICES] = {};
	u32 services = 0;
	const struct accel_alg *alg;
	unsigned int i;

	dev->offered = vha_provider_algs(&dev->choice);
	for (i = 0; i < ACCEL_ALG_NR; i++) {
		if (!(dev->offered & ACCEL_ALG_BIT(i)))
			continue;
		alg = &accel_algs[i];
		services |= BIT(alg->service);
		wire[alg->service] |= BIT_ULL(alg->wire);
	}
	/* Stateless modes of services that there are not */
	dev->features &= ~VHA_FEATURES_STATELESS |
			 vha_stateless_features(services);
	if (!vha_sas_can(&dev->sas))
		dev->features &= ~VHA_FEATURE_IPSEC;
	/* Without the extension, no driver can make SAs */
	if (dev->features & VHA_FEATURE_IPSEC)
		services |= BIT(VIRTIO_CRYPTO_SERVICE_IPSEC);
	config->max_dataqueues = cpu_to_le32(dev->settings.queues);
	config->crypto_services = cpu_to_le32(services);
	config->cipher_algo_l =
		cpu_to_le32(wire[VIRTIO_CRYPTO_SERVICE_CIPHER]);
	config->hash_algo = cpu_to_le32(wire[VIRTIO_CRYPTO_SERVICE_HASH]);
	config->mac_algo_l =
		cpu_to_le32(lower_32_bits(wire[VIRTIO_CRYPTO_SERVICE_MAC]));
	config->mac_algo_h =
		cpu_to_le32(upper_32_bits(wire[VIRTIO_CRYPTO_SERVICE_MAC]));
	config->aead_algo = cpu_to_le32(wire[VIRTIO_CRYPTO_SERVICE_AEAD]);
	config->akcipher_algo =
		cpu_to_le32(wire[VIRTIO_CRYPTO_SERVICE_AKCIPHER]);
	config->max_cipher_key_len = cpu_to_le32(ACCEL_MAX_KEY_LEN);
	config->max_auth_key_len = cpu_to_le32(ACCEL_MAX_AUTH_KEY_LEN);
	config->max_size = cpu_to_le64(dev->settings.max_size);
}
