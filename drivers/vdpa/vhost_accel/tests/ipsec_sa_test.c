// SPDX-License-Identifier: GPL-2.0
/*
 * SAs: what a driver may ask for, what packets do to them, and their life.
 */
#include "ipsec_sa.h"

#include "../session.h"

/* What may be asked for */

enum field {
	NOTHING, MODE, DIRECTION, RESERVED, OBJ_ID, SPI, SALT, OPTIONS, TYPE,
	PARAM_RESERVED, SRC, DST, DSCP, DF, TTL, RESERVED1, PARAM_REST, SPORT,
	DPORT, WINDOW, CIPHER, CIPHER_LEN, CIPHER_RESERVED, CIPHER_REST, AUTH,
	AUTH_LEN, LIFE, TUNNEL6, FLABEL, HLIMIT, DSCP6, RESERVED2,
};

static void set_field(struct vha_sa_config *config, enum field field, u64 val)
{
	struct virtio_crypto_resource_obj_ipsec_sa_256b_key *w = &config->wire;

	switch (field) {
	case NOTHING:
		break;
	case MODE:
		w->mode = val;
		break;
	case DIRECTION:
		w->direction = val;
		break;
	case RESERVED:
		w->reserved[1] = val;
		break;
	case OBJ_ID:
		w->obj_id = cpu_to_le32(val);
		break;
	case SPI:
		w->spi = cpu_to_le32(val);
		break;
	case SALT:
		memset(w->salt, val, sizeof(w->salt));
		break;
	case OPTIONS:
		w->options = cpu_to_le64(val);
		break;
	case TYPE:
		w->param.type = val;
		break;
	case PARAM_RESERVED:
		w->param.reserved[2] = val;
		break;
	case SRC:
		w->param.ipv4.src_ip = cpu_to_le32(val);
		break;
	case DST:
		w->param.ipv4.dst_ip = cpu_to_le32(val);
		break;
	case DSCP:
		w->param.ipv4.dscp = val;
		break;
	case DF:
		w->param.ipv4.df = val;
		break;
	case TTL:
		w->param.ipv4.ttl = val;
		break;
	case RESERVED1:
		w->param.ipv4.reserved1 = val;
		break;
	case PARAM_REST:
		w->param.ipv6.reserved2[1] = val;
		break;
	case SPORT:
		w->udp_sport = cpu_to_le16(val);
		break;
	case DPORT:
		w->udp_dport = cpu_to_le16(val);
		break;
	case WINDOW:
		w->replay_win_sz = cpu_to_le32(val);
		break;
	case CIPHER:
		w->cipher_algo = cpu_to_le64(val);
		break;
	case CIPHER_LEN:
		memset(w->cipher_key.data, 0, sizeof(w->cipher_key.data));
		w->cipher_key.length = cpu_to_le16(val);
		break;
	case CIPHER_RESERVED:
		w->cipher_key.reserved = cpu_to_le16(val);
		break;
	case CIPHER_REST:
		w->cipher_key.data[16] = val;
		break;
	case AUTH:
		w->auth_algo = cpu_to_le64(val);
		break;
	case AUTH_LEN:
		w->auth_key.length = cpu_to_le16(val);
		break;
	case LIFE:
		w->life.bytes_hard_limit = cpu_to_le64(val);
		break;
	case TUNNEL6:
		memset(&w->param, 0, sizeof(w->param));
		w->param.type = VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV6;
		w->param.ipv6.src_addr[0] = val & 1;
		w->param.ipv6.dst_addr[15] = val >> 1 & 1;
		w->param.ipv6.hlimit = 64;
		break;
	case FLABEL:
		w->param.ipv6.flabel = cpu_to_le32(val);
		break;
	case HLIMIT:
		w->param.ipv6.hlimit = val;
		break;
	case DSCP6:
		w->param.ipv6.dscp = val;
		break;
	case RESERVED2:
		w->param.ipv6.reserved2[0] = val;
		break;
	}
}

struct config_case {
	const char *name;
	u8 dir;
	bool ok;
	struct {
		enum field field;
		u64 val;
	} set[6];
};

#define OUT	VHA_SA_OUT
#define IN	VHA_SA_IN

static const struct config_case config_cases[] = {
	{ "outbound", OUT, true, { } },
	{ "inbound", IN, true, { } },
	{ "mode 0", OUT, false, { { MODE, 0 } } },
	{ "mode 5", IN, false, { { MODE, 5 } } },
	{ "mode 255", IN, false, { { MODE, 255 } } },
	{ "transport", IN, true, { { MODE, 2 } } },
	{ "another direction", OUT, false, { { DIRECTION, 2 } } },
	{ "reserved", OUT, false, { { RESERVED, 1 } } },
	{ "another id", OUT, false, { { OBJ_ID, 4 } } },
	{ "spi 0", IN, false, { { SPI, 0 } } },
	{ "all options", OUT, true,
	  { { OPTIONS, 0x7f }, { SPORT, 1 }, { DPORT, 1 } } },
	{ "option 7", OUT, false, { { OPTIONS, BIT(7) } } },
	{ "option 63", OUT, false, { { OPTIONS, BIT_ULL(63) } } },
	{ "ECN in transport", IN, false,
	  { { MODE, 2 }, { OPTIONS, SA_OPT(ECN) } } },
	{ "TTL in transport", IN, false,
	  { { MODE, 2 }, { OPTIONS, SA_OPT(DEC_TTL) } } },
	{ "tunnel type 0", OUT, false, { { TYPE, 0 } } },
	{ "tunnel type 5", OUT, false, { { TYPE, 5 } } },
	{ "tunnel type, inbound", IN, false, { { TYPE, 4 } } },
	{ "tunnel in transport", OUT, false, { { MODE, 2 } } },
	{ "tunnel: reserved", OUT, false, { { PARAM_RESERVED, 1 } } },
	{ "tunnel: no source", OUT, false, { { SRC, 0 } } },
	{ "tunnel: no destination", OUT, false, { { DST, 0 } } },
	{ "tunnel: dscp 63", OUT, true, { { DSCP, 63 } } },
	{ "tunnel: dscp 64", OUT, false, { { DSCP, 64 } } },
	{ "tunnel: df 1", OUT, true, { { DF, 1 } } },
	{ "tunnel: df 2", OUT, false, { { DF, 2 } } },
	{ "tunnel: ttl 0", OUT, false, { { TTL, 0 } } },
	{ "tunnel: reserved1", OUT, false, { { RESERVED1, 1 } } },
	{ "tunnel: rest of the union", OUT, false, { { PARAM_REST, 1 } } },
	{ "tunnel 6", OUT, true, { { TUNNEL6, 3 } } },
	{ "tunnel 6: no source", OUT, false, { { TUNNEL6, 2 } } },
	{ "tunnel 6: no destination", OUT, false, { { TUNNEL6, 1 } } },
	{ "tunnel 6: flow label", OUT, true,
	  { { TUNNEL6, 3 }, { FLABEL, 0xfffff } } },
	{ "tunnel 6: flow label too long", OUT, false,
	  { { TUNNEL6, 3 }, { FLABEL, 0x100000 } } },
	{ "tunnel 6: hop limit 0", OUT, false, { { TUNNEL6, 3 }, { HLIMIT, 0 } } },
	{ "tunnel 6: dscp 64", OUT, false, { { TUNNEL6, 3 }, { DSCP6, 64 } } },
	{ "tunnel 6: reserved2", OUT, false,
	  { { TUNNEL6, 3 }, { RESERVED2, 1 } } },
	{ "tunnel 6 over UDP", OUT, false,
	  { { TUNNEL6, 3 }, { OPTIONS, SA_OPT(UDP_ENCAP) }, { SPORT, 1 },
	    { DPORT, 1 } } },
	{ "ports without the option", OUT, false, { { SPORT, 1 } } },
	{ "option without ports", OUT, false,
	  { { OPTIONS, SA_OPT(UDP_ENCAP) }, { SPORT, 1 } } },
	{ "UDP, inbound", IN, true, { { OPTIONS, SA_OPT(UDP_ENCAP) } } },
	{ "ports, inbound", IN, false,
	  { { OPTIONS, SA_OPT(UDP_ENCAP) }, { DPORT, 1 } } },
	{ "window, outbound", OUT, false, { { WINDOW, 1 } } },
	{ "no window", IN, true, { { WINDOW, 0 } } },
	{ "longest window", IN, true, { { WINDOW, 4096 } } },
	{ "window too long", IN, false, { { WINDOW, 4097 } } },
	{ "ESN", IN, true, { { OPTIONS, SA_OPT(ESN) } } },
	{ "ESN without a window", IN, false,
	  { { OPTIONS, SA_OPT(ESN) }, { WINDOW, 0 } } },
	{ "key of 24", IN, true, { { CIPHER_LEN, 24 } } },
	{ "key of 17", IN, false, { { CIPHER_LEN, 17 } } },
	{ "key of 33", IN, false, { { CIPHER_LEN, 33 } } },
	{ "key of 65535", IN, false, { { CIPHER_LEN, 65535 } } },
	{ "no key", IN, false, { { CIPHER_LEN, 0 } } },
	{ "key: reserved", IN, false, { { CIPHER_RESERVED, 1 } } },
	{ "key: behind it", IN, false, { { CIPHER_REST, 1 } } },
	{ "a MAC's key without a MAC", IN, false, { { AUTH_LEN, 20 } } },
	{ "unknown algorithm", IN, false, { { CIPHER, 3 } } },
	{ "no algorithm", IN, false, { { AUTH, 0 } } },
	{ "CBC and SHA-1 with a salt", IN, false,
	  { { CIPHER, 3 }, { AUTH, 2 }, { AUTH_LEN, 20 } } },
	{ "CBC and SHA-1", IN, true,
	  { { CIPHER, 3 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { SALT, 0 } } },
	{ "CTR and SHA-1", IN, true,
	  { { CIPHER, 4 }, { AUTH, 2 }, { AUTH_LEN, 20 } } },
	{ "CTR, MAC's key too short", IN, false,
	  { { CIPHER, 4 }, { AUTH, 2 }, { AUTH_LEN, 19 } } },
	{ "NULL and SHA-1", IN, true,
	  { { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 }, { SALT, 0 } } },
	{ "NULL with a key", IN, false,
	  { { AUTH, 2 }, { AUTH_LEN, 20 }, { SALT, 0 } } },
	{ "AH tunnel", OUT, true,
	  { { MODE, 3 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 },
	    { SALT, 0 } } },
	{ "AH tunnel, inbound", IN, true,
	  { { MODE, 3 }, { AUTH, 4 }, { AUTH_LEN, 32 }, { CIPHER_LEN, 0 },
	    { SALT, 0 } } },
	{ "AH tunnel, its options", OUT, true,
	  { { MODE, 3 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 },
	    { SALT, 0 }, { OPTIONS, 0x7d } } },
	{ "AH tunnel over UDP", IN, false,
	  { { MODE, 3 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 },
	    { SALT, 0 }, { OPTIONS, SA_OPT(UDP_ENCAP) } } },
	{ "AH tunnel that is none", OUT, false,
	  { { MODE, 3 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 },
	    { SALT, 0 }, { TYPE, 0 } } },
	{ "AH transport", IN, true,
	  { { MODE, 4 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 },
	    { SALT, 0 } } },
	{ "AH transport, its options", IN, true,
	  { { MODE, 4 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 },
	    { SALT, 0 }, { OPTIONS, 0x41 } } },
	{ "AH transport, ECN", IN, false,
	  { { MODE, 4 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 },
	    { SALT, 0 }, { OPTIONS, SA_OPT(ECN) } } },
	{ "AH transport over UDP", IN, false,
	  { { MODE, 4 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 },
	    { SALT, 0 }, { OPTIONS, SA_OPT(UDP_ENCAP) } } },
	{ "AH transport with a tunnel", OUT, false,
	  { { MODE, 4 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { CIPHER_LEN, 0 },
	    { SALT, 0 } } },
	{ "AH with an AEAD", IN, false, { { MODE, 3 } } },
	{ "AH with a cipher", IN, false,
	  { { MODE, 3 }, { CIPHER, 3 }, { AUTH, 2 }, { AUTH_LEN, 20 },
	    { SALT, 0 } } },
	{ "AH with a cipher's key", IN, false,
	  { { MODE, 3 }, { AUTH, 2 }, { AUTH_LEN, 20 }, { SALT, 0 } } },
	{ "AH with nothing", IN, false,
	  { { MODE, 3 }, { AUTH, 0 }, { CIPHER_LEN, 0 }, { SALT, 0 } } },
	{ "limits without the option", IN, false, { { LIFE, 1 } } },
	{ "limits", IN, true,
	  { { OPTIONS, SA_OPT(SA_LIFETIME) }, { LIFE, 1 } } },
};

static void config_case_desc(const struct config_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(config, config_cases, config_case_desc);

static void ipsec_sa_test_config(struct kunit *test)
{
	const struct config_case *c = test->param_value;
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(c->dir, 3, 0);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(c->set); i++)
		set_field(&config, c->set[i].field, c->set[i].val);
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, c->dir, 3, &config),
			c->ok ? 0 : -EINVAL);
	KUNIT_EXPECT_EQ(test, sa_sessions > 0, c->ok);
	vha_sas_destroy(&ctx->sas);
	KUNIT_EXPECT_EQ(test, sa_sessions, 0);
}

/* The driver's capability bounds what the device's would allow */
static void ipsec_sa_test_caps(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, SA_OPT(ESN));
	struct vha_sa_mode *mode = &ctx->sas.cap.mode[0];
	const struct vha_sa_mode all = *mode;

	ctx->sas.cap.limit[IN] = 3;
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), -EINVAL);
	ctx->sas.cap.limit[IN] = 4;
	mode->options &= ~(u32)SA_OPT(ESN);
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), -EINVAL);
	*mode = all;
	mode->aead = 0;
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), -EINVAL);
	*mode = all;
	mode->window = 63;
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), -EINVAL);
	*mode = all;
	mode->cipher_key = 15;
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), -EINVAL);
	*mode = all;
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), 0);
	vha_sas_destroy(&ctx->sas);
}

static void ipsec_sa_test_offer(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	const struct vha_sa_mode *mode = &ctx->sas.offered.mode[0];
	unsigned int i;

	KUNIT_EXPECT_EQ(test, mode->aead, BIT(VIRTIO_CRYPTO_AEAD_GCM) |
			BIT(VIRTIO_CRYPTO_AEAD_CHACHA20_POLY1305));
	KUNIT_EXPECT_EQ(test, mode->cipher, 0x19ULL);
	KUNIT_EXPECT_EQ(test, mode->mac, 0x14ULL);
	KUNIT_EXPECT_EQ(test, mode->options, 0x7fU);
	KUNIT_EXPECT_EQ(test, mode[1].options, 0x43U);
	/* AH: no cipher, no AEAD, nothing over UDP */
	for (i = 2; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, mode[i].aead, 0U);
		KUNIT_EXPECT_EQ(test, mode[i].cipher, 0x1ULL);
		KUNIT_EXPECT_EQ(test, mode[i].mac, 0x14ULL);
		KUNIT_EXPECT_EQ(test, mode[i].cipher_key, 0U);
		KUNIT_EXPECT_EQ(test, mode[i].auth_key, 32U);
		KUNIT_EXPECT_EQ(test, mode[i].window, 4096U);
	}
	KUNIT_EXPECT_EQ(test, mode[2].options, 0x7dU);
	KUNIT_EXPECT_EQ(test, mode[3].options, 0x41U);
	vha_sas_destroy(&ctx->sas);

	/* What the provider can't do is not there */
	memset(&ctx->sas.offered, 0, sizeof(ctx->sas.offered));
	KUNIT_ASSERT_EQ(test,
			vha_sas_init(&ctx->sas, &ctx->choice,
				     ACCEL_ALG_BIT(ACCEL_ALG_CTR_AES) |
				     ACCEL_ALG_BIT(ACCEL_ALG_HMAC_SHA256),
				     SA_LIMIT), 0);
	KUNIT_EXPECT_EQ(test, mode->aead, 0U);
	KUNIT_EXPECT_EQ(test, mode->cipher, 0x11ULL);
	KUNIT_EXPECT_EQ(test, mode->mac, 0x10ULL);
	KUNIT_EXPECT_EQ(test, mode[2].mac, 0x10ULL);
	KUNIT_EXPECT_EQ(test, mode[2].cipher, 0x1ULL);
	KUNIT_EXPECT_TRUE(test, vha_sas_can(&ctx->sas));
	vha_sas_destroy(&ctx->sas);

	/* Nor is there anything without a MAC, or without SAs */
	memset(&ctx->sas.offered, 0, sizeof(ctx->sas.offered));
	KUNIT_ASSERT_EQ(test,
			vha_sas_init(&ctx->sas, &ctx->choice,
				     ACCEL_ALG_BIT(ACCEL_ALG_CBC_AES),
				     SA_LIMIT), 0);
	KUNIT_EXPECT_FALSE(test, vha_sas_can(&ctx->sas));
	vha_sas_destroy(&ctx->sas);
	KUNIT_ASSERT_EQ(test,
			vha_sas_init(&ctx->sas, &ctx->choice,
				     ACCEL_ALG_ALL, 0), 0);
	KUNIT_EXPECT_FALSE(test, vha_sas_can(&ctx->sas));
	KUNIT_EXPECT_PTR_EQ(test, vha_sa_get(&ctx->sas, OUT, 0), NULL);
	vha_sas_destroy(&ctx->sas);
}

/* Life */

static struct vha_sa *create(struct kunit *test, struct sa_ctx *ctx, u8 dir,
			     u32 id, const struct vha_sa_config *config)
{
	struct vha_sa *sa;

	KUNIT_ASSERT_EQ(test, vha_sa_create(&ctx->sas, dir, id, config), 0);
	sa = vha_sa_get(&ctx->sas, dir, id);
	KUNIT_ASSERT_NOT_NULL(test, sa);
	return sa;
}

static void ipsec_sa_test_life(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, 0);
	struct vha_sa *sa = create(test, ctx, IN, 3, &config);

	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), -EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, vha_sa_get(&ctx->sas, IN, 2), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vha_sa_get(&ctx->sas, OUT, 3), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vha_sa_get(&ctx->sas, IN, SA_LIMIT), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vha_sa_get(&ctx->sas, IN, U32_MAX), NULL);
	KUNIT_EXPECT_EQ(test, vha_sa_remove(&ctx->sas, IN, 2), -ENXIO);
	KUNIT_EXPECT_EQ(test, vha_sa_remove(&ctx->sas, IN, SA_LIMIT), -ENXIO);
	KUNIT_EXPECT_EQ(test, vha_sa_remove(&ctx->sas, IN, 3), 0);
	KUNIT_EXPECT_EQ(test, vha_sa_remove(&ctx->sas, IN, 3), -ENXIO);
	/* The packet in flight has it still; the number is free */
	KUNIT_EXPECT_EQ(test, sa_sessions, 1);
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), 0);
	KUNIT_EXPECT_EQ(test, sa_sessions, 2);
	vha_sa_put(sa);
	KUNIT_EXPECT_EQ(test, sa_sessions, 1);
	vha_sas_destroy(&ctx->sas);
	KUNIT_EXPECT_EQ(test, sa_sessions, 0);
}

static void ipsec_sa_test_keys(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, 0);
	struct vha_sa *sa = create(test, ctx, OUT, 3, &config);

	KUNIT_EXPECT_EQ(test, sa_param.alg_id, ACCEL_ALG_GCM_AES);
	KUNIT_EXPECT_EQ(test, sa_param.key_len, 16);
	KUNIT_EXPECT_EQ(test, sa_param.tag_len, 16);
	KUNIT_EXPECT_MEMEQ(test, sa_key, config.wire.cipher_key.data, 16);
	KUNIT_EXPECT_MEMEQ(test, sa->salt, config.wire.salt, 4);
	/* What a driver reads back has none of it */
	memset(config.wire.cipher_key.data, 0, 32);
	memset(config.wire.salt, 0, 4);
	KUNIT_EXPECT_MEMEQ(test, &sa->config, &config, sizeof(config));
	vha_sa_put(sa);
	vha_sas_destroy(&ctx->sas);
}

static void ipsec_sa_test_provider_fails(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, 0);

	sa_session_err = -ENOMEM;
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), -ENOMEM);
	KUNIT_EXPECT_PTR_EQ(test, vha_sa_get(&ctx->sas, IN, 3), NULL);
	vha_sas_destroy(&ctx->sas);
}

/* While a worker is stuck in the provider, the fallback makes them, if there is one */
static void ipsec_sa_test_provider_stuck(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, 0);

	memcpy(ctx->choice.spare, ctx->choice.alg, sizeof(ctx->choice.spare));
	ctx->provider.health.causes = VHA_SICK_TIMEOUT | VHA_SICK_STUCK;
	vha_sa_put(create(test, ctx, IN, 3, &config));
	KUNIT_EXPECT_PTR_EQ(test, sa_param.info,
			    &ctx->choice.alg[ACCEL_ALG_GCM_AES]);
	ctx->choice.fallback = true;
	config.wire.obj_id = cpu_to_le32(4);
	vha_sa_put(create(test, ctx, IN, 4, &config));
	KUNIT_EXPECT_PTR_EQ(test, sa_param.info,
			    &ctx->choice.spare[ACCEL_ALG_GCM_AES]);
	ctx->provider.health.causes = VHA_SICK_TIMEOUT;
	config.wire.obj_id = cpu_to_le32(5);
	vha_sa_put(create(test, ctx, IN, 5, &config));
	KUNIT_EXPECT_PTR_EQ(test, sa_param.info,
			    &ctx->choice.alg[ACCEL_ALG_GCM_AES]);
	vha_sas_destroy(&ctx->sas);
}

static void ipsec_sa_test_reset_while_made(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, 0);

	sa_reset_inside = &ctx->sas;
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config),
			-ECANCELED);
	sa_reset_inside = NULL;
	KUNIT_EXPECT_PTR_EQ(test, vha_sa_get(&ctx->sas, IN, 3), NULL);
	KUNIT_EXPECT_EQ(test, sa_sessions, 0);
	/* What the driver had set is gone as well */
	KUNIT_EXPECT_EQ(test, vha_sa_create(&ctx->sas, IN, 3, &config), -EINVAL);
	vha_sas_destroy(&ctx->sas);
}

static void ipsec_sa_test_iterate(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, 0);
	struct vha_sa *sa;

	vha_sa_put(create(test, ctx, IN, 3, &config));
	config.wire.obj_id = cpu_to_le32(15);
	vha_sa_put(create(test, ctx, IN, 15, &config));
	sa = vha_sa_next(&ctx->sas, IN, 0);
	KUNIT_ASSERT_NOT_NULL(test, sa);
	KUNIT_EXPECT_EQ(test, sa->id, 3);
	vha_sa_put(sa);
	sa = vha_sa_next(&ctx->sas, IN, 4);
	KUNIT_ASSERT_NOT_NULL(test, sa);
	KUNIT_EXPECT_EQ(test, sa->id, 15);
	vha_sa_put(sa);
	KUNIT_EXPECT_PTR_EQ(test, vha_sa_next(&ctx->sas, IN, 16), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vha_sa_next(&ctx->sas, OUT, 0), NULL);
	vha_sas_flush(&ctx->sas, OUT);
	KUNIT_EXPECT_EQ(test, sa_sessions, 2);
	vha_sas_flush(&ctx->sas, IN);
	KUNIT_EXPECT_EQ(test, sa_sessions, 0);
	vha_sas_destroy(&ctx->sas);
}

/* A packet in flight has the last reference, and may not call the provider */
static void ipsec_sa_test_put_later(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, 0);
	struct vha_sa *sa = create(test, ctx, IN, 3, &config);
	LLIST_HEAD(dead);

	KUNIT_ASSERT_PTR_EQ(test, vha_sa_get(&ctx->sas, IN, 3), sa);
	vha_sa_put_later(sa, &dead);
	KUNIT_EXPECT_TRUE(test, llist_empty(&dead));
	vha_sas_flush(&ctx->sas, IN);
	vha_sa_put_later(sa, &dead);
	KUNIT_EXPECT_FALSE(test, llist_empty(&dead));
	KUNIT_EXPECT_EQ(test, sa_sessions, 1);
	vha_sessions_bury(&dead);
	KUNIT_EXPECT_EQ(test, sa_sessions, 0);
	vha_sas_destroy(&ctx->sas);
}

static struct kunit_case ipsec_sa_test_cases[] = {
	KUNIT_CASE_PARAM(ipsec_sa_test_config, config_gen_params),
	KUNIT_CASE(ipsec_sa_test_caps),
	KUNIT_CASE(ipsec_sa_test_offer),
	KUNIT_CASE(ipsec_sa_test_life),
	KUNIT_CASE(ipsec_sa_test_keys),
	KUNIT_CASE(ipsec_sa_test_provider_fails),
	KUNIT_CASE(ipsec_sa_test_provider_stuck),
	KUNIT_CASE(ipsec_sa_test_reset_while_made),
	KUNIT_CASE(ipsec_sa_test_iterate),
	KUNIT_CASE(ipsec_sa_test_put_later),
	{}
};

static struct kunit_suite ipsec_sa_test_suite = {
	.name = "vhost_accel_ipsec_sa",
	.test_cases = ipsec_sa_test_cases,
};

kunit_test_suite(ipsec_sa_test_suite);
