// SPDX-License-Identifier: GPL-2.0
/*
 * SAs whose provider does whole packets: who has them, and when; and what stays with
 * vhost_accel, numbers, windows and counters.
 */
#include "../ipsec_whole.h"

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "ipsec_sa.h"

#define OUT	VHA_SA_OUT
#define IN	VHA_SA_IN

/* Of the SAs that the provider has */
static int whole_sas;
static int whole_err;
static struct vhost_accel_sa_param whole_param;
static struct accel_sa_form whole_form;
static u8 whole_key[64];
static u8 whole_salt[4];

static int whole_create(const struct vhost_accel_sa_param *param, void **sa)
{
	if (whole_err)
		return whole_err;
	whole_param = *param;
	whole_form = *param->form;
	memcpy(whole_key, param->cipher_key, param->cipher_key_len);
	memcpy(whole_key + param->cipher_key_len, param->auth_key,
	       param->auth_key_len);
	memcpy(whole_salt, param->salt, param->alg->salt_len);
	whole_sas++;
	return 0;
}

static void whole_destroy(void *sa)
{
	whole_sas--;
}

static int whole_submit(void *sa, struct vhost_accel_request *req)
{
	return -EIO;
}

static struct sa_ctx *whole_ctx_new(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);

	whole_sas = 0;
	whole_err = 0;
	ctx->ops.sa_create = whole_create;
	ctx->ops.sa_destroy = whole_destroy;
	ctx->ops.sa_submit = whole_submit;
	vha_provider_ask_sa(&ctx->provider, &ctx->choice.alg[VHA_INFO_SA]);
	return ctx;
}

static struct vha_sa *whole_sa(struct kunit *test, struct sa_ctx *ctx, u8 dir,
			       const struct vha_sa_config *config)
{
	struct vha_sa *sa;

	KUNIT_ASSERT_EQ(test, vha_sa_create(&ctx->sas, dir, 3, config), 0);
	sa = vha_sa_get(&ctx->sas, dir, 3);
	KUNIT_ASSERT_NOT_NULL(test, sa);
	return sa;
}

static void whole_done(struct kunit *test, struct sa_ctx *ctx,
		       struct vha_sa *sa)
{
	vha_sa_put(sa);
	vha_sas_destroy(&ctx->sas);
	KUNIT_EXPECT_EQ(test, whole_sas, 0);
	KUNIT_EXPECT_EQ(test, sa_sessions, 0);
}

static void whole_test_param(struct kunit *test)
{
	struct sa_ctx *ctx = whole_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, SA_OPT(ESN));
	struct vha_sa *sa = whole_sa(test, ctx, OUT, &config);

	KUNIT_EXPECT_TRUE(test, vha_ipsec_is_whole(sa->session));
	KUNIT_EXPECT_PTR_EQ(test, whole_param.provider, &ctx->provider.api);
	KUNIT_EXPECT_TRUE(test, whole_param.outbound);
	KUNIT_EXPECT_EQ(test, whole_param.alg->cipher, ACCEL_ALG_GCM_AES);
	KUNIT_EXPECT_EQ(test, whole_param.cipher_key_len, 16U);
	KUNIT_EXPECT_EQ(test, whole_param.auth_key_len, 0U);
	KUNIT_EXPECT_MEMEQ(test, whole_key, config.wire.cipher_key.data, 16);
	KUNIT_EXPECT_MEMEQ(test, whole_salt, config.wire.salt, 4);
	KUNIT_EXPECT_EQ(test, whole_form.spi, SA_SPI);
	KUNIT_EXPECT_EQ(test, whole_form.ttl, 64);
	/* What it won't take, is done all the same */
	KUNIT_EXPECT_EQ(test, sa_sessions, 1);
	whole_done(test, ctx, sa);
}

/* A MAC alone is no cipher */
static void whole_test_param_ah(struct kunit *test)
{
	struct sa_ctx *ctx = whole_ctx_new(test);
	struct vha_sa_config config = sa_config_ah(IN, 3);
	struct vha_sa *sa = whole_sa(test, ctx, IN, &config);

	KUNIT_EXPECT_FALSE(test, whole_param.outbound);
	KUNIT_EXPECT_EQ(test, whole_param.cipher_key_len, 0U);
	KUNIT_EXPECT_EQ(test, whole_param.auth_key_len, 20U);
	KUNIT_EXPECT_MEMEQ(test, whole_key, config.wire.auth_key.data, 20);
	KUNIT_EXPECT_TRUE(test, whole_form.ah);
	whole_done(test, ctx, sa);
}

static void whole_test_declined(struct kunit *test)
{
	struct sa_ctx *ctx = whole_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, 0);
	int users = refcount_read(&ctx->provider.users);
	struct vha_sa *sa;

	whole_err = -EOPNOTSUPP;
	sa = whole_sa(test, ctx, OUT, &config);
	KUNIT_EXPECT_FALSE(test, vha_ipsec_is_whole(sa->session));
	KUNIT_EXPECT_EQ(test, sa_sessions, 1);
	/* The session's, and not one more */
	KUNIT_EXPECT_EQ(test, refcount_read(&ctx->provider.users), users + 1);
	whole_done(test, ctx, sa);
}

/* It is not asked again for an SA that looks otherwise, until all are made again */
static void whole_test_modify(struct kunit *test)
{
	struct sa_ctx *ctx = whole_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, SA_OPT(SA_LIFETIME));
	struct vha_sa *sa = whole_sa(test, ctx, OUT, &config);

	memset(config.wire.cipher_key.data, 0, 32);
	memset(config.wire.salt, 0, 4);
	config.wire.life.packets_hard_limit = cpu_to_le64(9);
	KUNIT_ASSERT_EQ(test, vha_sa_modify(&ctx->sas, sa, &config), 0);
	KUNIT_EXPECT_TRUE(test, vha_ipsec_is_whole(sa->session));
	config.wire.param.ipv4.dst_ip = cpu_to_le32(0xc6336403);
	KUNIT_ASSERT_EQ(test, vha_sa_modify(&ctx->sas, sa, &config), 0);
	KUNIT_EXPECT_FALSE(test, vha_ipsec_is_whole(sa->session));

	/* A move that fails leaves it as it is */
	KUNIT_ASSERT_EQ(test, vha_sas_remake(&ctx->sas, vha_session_prepare,
					     ctx->choice.alg), 0);
	KUNIT_EXPECT_EQ(test, whole_sas, 2);
	vha_sas_each(&ctx->sas, vha_session_revert);
	KUNIT_EXPECT_EQ(test, whole_sas, 1);
	KUNIT_EXPECT_FALSE(test, vha_ipsec_is_whole(sa->session));

	KUNIT_ASSERT_EQ(test, vha_sas_remake(&ctx->sas, vha_session_prepare,
					     ctx->choice.alg), 0);
	KUNIT_EXPECT_EQ(test, whole_form.dst[3], 3);
	vha_sas_each(&ctx->sas, vha_session_commit);
	KUNIT_EXPECT_EQ(test, whole_sas, 1);
	KUNIT_EXPECT_TRUE(test, vha_ipsec_is_whole(sa->session));
	whole_done(test, ctx, sa);
}

/* To one that does no packets, and from one that goes */
static void whole_test_move(struct kunit *test)
{
	struct sa_ctx *ctx = whole_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, 0);
	struct vha_sa *sa = whole_sa(test, ctx, OUT, &config);
	const struct vhost_accel_alg_info can = ctx->choice.alg[VHA_INFO_SA];

	ctx->choice.alg[VHA_INFO_SA].ctx_size = 0;
	KUNIT_ASSERT_EQ(test, vha_sas_remake(&ctx->sas, vha_session_prepare,
					     ctx->choice.alg), 0);
	vha_sas_each(&ctx->sas, vha_session_commit);
	KUNIT_EXPECT_FALSE(test, vha_ipsec_is_whole(sa->session));
	KUNIT_EXPECT_EQ(test, whole_sas, 0);

	ctx->choice.alg[VHA_INFO_SA] = can;
	KUNIT_ASSERT_EQ(test, vha_sas_remake(&ctx->sas, vha_session_prepare,
					     ctx->choice.alg), 0);
	vha_sas_each(&ctx->sas, vha_session_commit);
	KUNIT_EXPECT_TRUE(test, vha_ipsec_is_whole(sa->session));

	ctx->provider.registered = false;
	KUNIT_ASSERT_EQ(test, vha_sas_remake(&ctx->sas, vha_session_lose,
					     ctx->choice.alg), 0);
	KUNIT_EXPECT_FALSE(test, vha_ipsec_is_whole(sa->session));
	KUNIT_EXPECT_EQ(test, whole_sas, 0);
	whole_done(test, ctx, sa);
}

static int number(struct sa_ctx *ctx, struct vha_sa *sa, u32 room, u64 *seq,
		  bool *soft)
{
	return vha_sa_number(&ctx->sas, sa, &ctx->out, ctx->pkt, 100, room, seq,
			     soft);
}

/* Numbers are given out in one place, whoever makes the header */
static void whole_test_numbers(struct kunit *test)
{
	struct sa_ctx *ctx = whole_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, SA_OPT(SA_LIFETIME));
	struct vha_sa *sa;
	bool soft;
	u64 seq;

	config.wire.life.packets_soft_limit = cpu_to_le64(2);
	config.wire.life.packets_hard_limit = cpu_to_le64(3);
	sa = whole_sa(test, ctx, OUT, &config);
	ctx->pkt[0] = 0x45;
	ctx->pkt[8] = 64;
	put_unaligned_be16(100, ctx->pkt + 2);
	/* A refused packet uses no number */
	KUNIT_EXPECT_EQ(test, number(ctx, sa, 155, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_ROOM);
	KUNIT_EXPECT_EQ(test, number(ctx, sa, 156, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, seq, 1ULL);
	KUNIT_EXPECT_FALSE(test, soft);
	/* The provider would not take it; it is neither counted nor numbered again */
	KUNIT_EXPECT_EQ(test, vha_sa_dress(sa, &ctx->out, ctx->pkt, 100, 512,
					   NULL, seq), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(ctx->out.head + 28), 1ULL);
	KUNIT_EXPECT_EQ(test, sa->packets, 1ULL);
	KUNIT_EXPECT_EQ(test, sa->bytes, 100ULL);
	KUNIT_EXPECT_EQ(test, vha_sa_dress(sa, &ctx->out, ctx->pkt, 100, 155,
					   NULL, seq), VIRTIO_ACCEL_SA_ERR_ROOM);
	KUNIT_EXPECT_EQ(test, sa->errors[VIRTIO_ACCEL_SA_ERR_ROOM], 2ULL);
	KUNIT_EXPECT_EQ(test, vha_sa_send(&ctx->sas, sa, &ctx->out, ctx->pkt,
					  100, 512, NULL, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, seq, 2ULL);
	KUNIT_EXPECT_TRUE(test, soft);
	KUNIT_EXPECT_EQ(test, ctx->announced, 1U);
	KUNIT_EXPECT_EQ(test, number(ctx, sa, 156, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, number(ctx, sa, 156, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_PACKETS);
	KUNIT_EXPECT_EQ(test, sa->errors[VIRTIO_ACCEL_SA_ERR_PACKETS], 1ULL);
	whole_done(test, ctx, sa);
}

/* What the provider says is authentic moves the window, once */
static void whole_test_window(struct kunit *test)
{
	struct sa_ctx *ctx = whole_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, SA_OPT(ESN));
	struct vha_sa *sa = whole_sa(test, ctx, IN, &config);
	bool soft;

	KUNIT_EXPECT_EQ(test, vha_sa_received_whole(&ctx->sas, sa, 80, 5, 0,
						    &soft), 0);
	KUNIT_EXPECT_EQ(test, sa->packets, 1ULL);
	KUNIT_EXPECT_EQ(test, sa->bytes, 80ULL);
	KUNIT_EXPECT_EQ(test, vha_sa_received_whole(&ctx->sas, sa, 80, 5, 0,
						    &soft),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	/* Its text was refused, and it is not to come back either */
	KUNIT_EXPECT_EQ(test, vha_sa_received_whole(&ctx->sas, sa, 0, 6,
						    VIRTIO_ACCEL_SA_ERR_TRAILER,
						    &soft),
			VIRTIO_ACCEL_SA_ERR_TRAILER);
	KUNIT_EXPECT_EQ(test, vha_sa_received_whole(&ctx->sas, sa, 80, 6, 0,
						    &soft),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	KUNIT_EXPECT_EQ(test, sa->packets, 1ULL);
	KUNIT_EXPECT_EQ(test, sa->errors[VIRTIO_ACCEL_SA_ERR_ALL], 3ULL);
	KUNIT_EXPECT_EQ(test, sa->errors[VIRTIO_ACCEL_SA_ERR_REPLAY], 2ULL);
	KUNIT_EXPECT_EQ(test, sa->replay.top, 6ULL);
	whole_done(test, ctx, sa);
}

static struct kunit_case whole_cases[] = {
	KUNIT_CASE(whole_test_param),
	KUNIT_CASE(whole_test_param_ah),
	KUNIT_CASE(whole_test_declined),
	KUNIT_CASE(whole_test_modify),
	KUNIT_CASE(whole_test_move),
	KUNIT_CASE(whole_test_numbers),
	KUNIT_CASE(whole_test_window),
	{}
};

static struct kunit_suite whole_suite = {
	.name = "vhost_accel_ipsec_whole",
	.test_cases = whole_cases,
};

kunit_test_suite(whole_suite);
