/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SAs for tests, and a provider that counts them.
 */
#ifndef _TESTS_IPSEC_SA_H
#define _TESTS_IPSEC_SA_H

#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../ipsec_sa.h"
#include "../registry.h"
#include "../session.h"

#define SA_LIMIT	16
#define SA_SPI		0x12345678
#define SA_OPT(name)	BIT_ULL(VIRTIO_CRYPTO_IPSEC_##name)

/**
 * struct sa_ctx - a table, and what its provider did
 * @sas: the table
 * @ops: the provider's
 * @provider: who counts
 * @choice: who does what
 * @announced: how often the driver was told of events
 * @out: a packet that goes out
 * @in: a packet that comes in
 * @plain: what was in it
 * @pkt: the packet
 */
struct sa_ctx {
	struct vha_sas sas;
	struct vhost_accel_provider_ops ops;
	struct vha_provider provider;
	struct vha_choice choice;
	unsigned int announced;
	struct vha_esp_out out;
	struct vha_esp_in in;
	struct vha_esp_plain plain;
	u8 pkt[512];
};

/* Of the sessions that were made, and are not destroyed */
static int sa_sessions;
static int sa_session_err;
static struct vhost_accel_session_param sa_param;
static u8 sa_key[VIRTIO_CRYPTO_IPSEC_KEY_MAX];
static struct vha_sas *sa_reset_inside;

static inline int
sa_session_create(const struct vhost_accel_session_param *param, void **session)
{
	if (sa_reset_inside)
		vha_sas_reset(sa_reset_inside);
	if (sa_session_err)
		return sa_session_err;
	sa_param = *param;
	memcpy(sa_key, param->key, param->key_len);
	sa_sessions++;
	return 0;
}

static inline void sa_session_destroy(void *session)
{
	sa_sessions--;
}

static inline void sa_announce(struct vha_sas *sas)
{
	container_of(sas, struct sa_ctx, sas)->announced++;
}

static inline struct sa_ctx *sa_ctx_new(struct kunit *test)
{
	struct sa_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	sa_sessions = 0;
	sa_session_err = 0;
	sa_reset_inside = NULL;
	ctx->ops.session_create = sa_session_create;
	ctx->ops.session_destroy = sa_session_destroy;
	vha_provider_init(&ctx->provider, &(const struct vhost_accel_provider){
		.name = "counts",
		.ops = &ctx->ops,
	});
	ctx->choice.provider = &ctx->provider;
	for (i = 0; i < ACCEL_ALG_NR; i++) {
		ctx->choice.alg[i].provider = &ctx->provider.api;
		ctx->choice.alg[i].ctx_size = 1;
	}
	ctx->sas.announce = sa_announce;
	KUNIT_ASSERT_EQ(test, vha_sas_init(&ctx->sas, &ctx->choice, ACCEL_ALG_ALL,
					   SA_LIMIT), 0);
	/* As a driver that uses all there is */
	ctx->sas.cap = ctx->sas.offered;
	return ctx;
}

/* AES-GCM in a tunnel */
static inline struct vha_sa_config sa_config(u8 dir, u32 id, u64 options)
{
	struct vha_sa_config config = {
		.wire = {
			.mode = VIRTIO_CRYPTO_IPSEC_MODE_ESP_TUNNEL,
			.direction = dir + 1,
			.obj_id = cpu_to_le32(id),
			.spi = cpu_to_le32(SA_SPI),
			.salt = { 1, 2, 3, 4 },
			.options = cpu_to_le64(options),
			.auth_algo = cpu_to_le64(VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD |
						 VIRTIO_CRYPTO_AEAD_GCM),
			.cipher_key.length = cpu_to_le16(16),
		},
	};

	memset(config.wire.cipher_key.data, 0xa5, 16);
	if (dir == VHA_SA_IN) {
		config.wire.replay_win_sz = cpu_to_le32(64);
		return config;
	}
	config.wire.param.type = VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4;
	config.wire.param.ipv4.src_ip = cpu_to_le32(0xc0000201);
	config.wire.param.ipv4.dst_ip = cpu_to_le32(0xc6336402);
	config.wire.param.ipv4.ttl = 64;
	return config;
}

/* HMAC-SHA1 in AH, without a tunnel */
static inline struct vha_sa_config sa_config_ah(u8 dir, u32 id)
{
	struct vha_sa_config config = {
		.wire = {
			.mode = VIRTIO_CRYPTO_IPSEC_MODE_AH_TRANSPORT,
			.direction = dir + 1,
			.obj_id = cpu_to_le32(id),
			.spi = cpu_to_le32(SA_SPI),
			.auth_algo = cpu_to_le64(VIRTIO_CRYPTO_MAC_HMAC_SHA1),
			.auth_key.length = cpu_to_le16(20),
		},
	};

	memset(config.wire.auth_key.data, 0x5a, 20);
	if (dir == VHA_SA_IN)
		config.wire.replay_win_sz = cpu_to_le32(64);
	return config;
}

#endif /* _TESTS_IPSEC_SA_H */
