// SPDX-License-Identifier: GPL-2.0
/*
 * What packets do to an SA: numbers, limits, counters, events. Nothing is encrypted.
 */
#include "ipsec_sa.h"

#define OUT	VHA_SA_OUT
#define IN	VHA_SA_IN

static struct vha_sa *create(struct kunit *test, struct sa_ctx *ctx,
			     const struct vha_sa_config *config, u8 dir)
{
	struct vha_sa *sa;

	KUNIT_ASSERT_EQ(test, vha_sa_create(&ctx->sas, dir, 3, config), 0);
	sa = vha_sa_get(&ctx->sas, dir, 3);
	KUNIT_ASSERT_NOT_NULL(test, sa);
	return sa;
}

static void done(struct sa_ctx *ctx, struct vha_sa *sa)
{
	vha_sa_put(sa);
	vha_sas_destroy(&ctx->sas);
}

/* A packet of 100 bytes */
static int send(struct sa_ctx *ctx, struct vha_sa *sa, u64 *seq, bool *soft)
{
	static const u8 iv[16];

	memset(ctx->pkt, 0, sizeof(ctx->pkt));
	ctx->pkt[0] = 0x45;
	ctx->pkt[8] = 64;
	put_unaligned_be16(100, ctx->pkt + 2);
	return vha_sa_send(&ctx->sas, sa, &ctx->out, ctx->pkt, 100, 512, iv, seq,
			   soft);
}

/* The same as it comes in, with 36 bytes before and 20 behind */
static int receive(struct sa_ctx *ctx, struct vha_sa *sa, u32 low, u64 *seq)
{
	u8 *p = ctx->pkt;

	memset(p, 0, sizeof(ctx->pkt));
	p[0] = 0x45;
	p[8] = 64;
	p[9] = 50;
	put_unaligned_be16(156, p + 2);
	put_unaligned_be32(SA_SPI, p + 20);
	put_unaligned_be32(low, p + 24);
	p[36] = 0x45;
	put_unaligned_be16(100, p + 38);
	p[136] = 1;
	p[137] = 2;
	p[138] = 2;
	p[139] = 4;
	return vha_sa_receive(&ctx->sas, sa, &ctx->in, p, 156, seq);
}

static int received(struct sa_ctx *ctx, struct vha_sa *sa, u64 seq, bool *soft)
{
	return vha_sa_received(&ctx->sas, sa, &ctx->plain, &ctx->in, ctx->pkt,
			       ctx->pkt + 36, ctx->pkt + 36, seq, 512, soft);
}

static void ipsec_packet_test_send(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, SA_OPT(ESN));
	struct vha_sa *sa = create(test, ctx, &config, OUT);
	u64 seq = 0;
	bool soft;

	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, seq, 1ULL);
	KUNIT_EXPECT_FALSE(test, soft);
	/* A refused packet uses no number */
	KUNIT_EXPECT_EQ(test, vha_sa_send(&ctx->sas, sa, &ctx->out, ctx->pkt,
					  99, 512, NULL, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_INNER);
	KUNIT_EXPECT_EQ(test, vha_sa_send(&ctx->sas, sa, &ctx->out, ctx->pkt,
					  100, 155, NULL, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_ROOM);
	KUNIT_EXPECT_EQ(test, vha_sa_send(&ctx->sas, sa, &ctx->out, ctx->pkt,
					  100, 156, NULL, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, seq, 2ULL);
	KUNIT_EXPECT_EQ(test, get_unaligned_be64(ctx->out.head + 28), 2ULL);
	KUNIT_EXPECT_EQ(test, sa->packets, 2ULL);
	KUNIT_EXPECT_EQ(test, sa->bytes, 200ULL);
	KUNIT_EXPECT_EQ(test, sa->errors[VIRTIO_ACCEL_SA_ERR_ALL], 2ULL);
	KUNIT_EXPECT_EQ(test, sa->errors[VIRTIO_ACCEL_SA_ERR_ROOM], 1ULL);
	done(ctx, sa);
}

/* The same of an SA with AH: out of one, into the other */
static void ipsec_packet_test_ah(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config_ah(OUT, 3);
	struct vha_sa *out = create(test, ctx, &config, OUT), *in;
	u64 seq = 0;
	bool soft;

	config = sa_config_ah(IN, 3);
	in = create(test, ctx, &config, IN);
	KUNIT_EXPECT_EQ(test, sa_param.alg_id, ACCEL_ALG_HMAC_SHA1);
	KUNIT_EXPECT_EQ(test, sa_param.tag_len, 12);
	KUNIT_ASSERT_EQ(test, send(ctx, out, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, seq, 1ULL);
	KUNIT_EXPECT_EQ(test, ctx->out.len, 124U);
	KUNIT_EXPECT_EQ(test, ctx->out.head[9], 51);
	memmove(ctx->pkt + 44, ctx->pkt + 20, 80);
	memcpy(ctx->pkt, ctx->out.head, 44);
	KUNIT_ASSERT_EQ(test, vha_sa_receive(&ctx->sas, in, &ctx->in, ctx->pkt, 124,
					     &seq), 0);
	KUNIT_EXPECT_EQ(test, seq, 1ULL);
	KUNIT_EXPECT_EQ(test, vha_sa_received(&ctx->sas, in, &ctx->plain, &ctx->in,
					      ctx->pkt, ctx->pkt + 44, NULL, seq,
					      100, &soft), 0);
	KUNIT_EXPECT_EQ(test, ctx->plain.len, 100U);
	KUNIT_EXPECT_EQ(test, in->packets, 1ULL);
	KUNIT_EXPECT_EQ(test, in->bytes, 100ULL);
	/* Again, and ESP in its place */
	KUNIT_EXPECT_EQ(test, vha_sa_receive(&ctx->sas, in, &ctx->in, ctx->pkt, 124,
					     &seq), VIRTIO_ACCEL_SA_ERR_REPLAY);
	ctx->pkt[9] = 50;
	KUNIT_EXPECT_EQ(test, vha_sa_receive(&ctx->sas, in, &ctx->in, ctx->pkt, 124,
					     &seq), VIRTIO_ACCEL_SA_ERR_PACKET);
	vha_sa_put(in);
	done(ctx, out);
}

static void ipsec_packet_test_seq_overflow(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, 0);
	struct vha_sa *sa = create(test, ctx, &config, OUT);
	struct virtio_accel_event event[2];
	bool soft;
	u64 seq;

	sa->seq.last = U32_MAX - 1;
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_SEQ);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_SEQ);
	/* Told once */
	KUNIT_EXPECT_EQ(test, ctx->announced, 1);
	KUNIT_EXPECT_EQ(test, vha_sas_events(&ctx->sas, event, 2), 1);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(event[0].events),
			VIRTIO_ACCEL_SA_SEQ_OVERFLOW);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(event[0].spi), SA_SPI);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(event[0].ref.id), 3);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(event[0].ref.type), 0x200);
	KUNIT_EXPECT_EQ(test, vha_sas_events(&ctx->sas, event, 2), 0);
	done(ctx, sa);
}

static void ipsec_packet_test_limits(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, SA_OPT(SA_LIFETIME));
	struct virtio_accel_event event[2];
	struct vha_sa *sa;
	bool soft;
	u64 seq;

	config.wire.life.packets_soft_limit = cpu_to_le64(2);
	config.wire.life.packets_hard_limit = cpu_to_le64(4);
	sa = create(test, ctx, &config, OUT);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_FALSE(test, soft);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_TRUE(test, soft);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_FALSE(test, soft);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, ctx->announced, 1);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_PACKETS);
	KUNIT_EXPECT_EQ(test, seq, 4ULL);
	KUNIT_EXPECT_EQ(test, ctx->announced, 2);
	KUNIT_EXPECT_EQ(test, vha_sas_events(&ctx->sas, event, 2), 1);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(event[0].events),
			VIRTIO_ACCEL_SA_SOFT_EXPIRED |
			VIRTIO_ACCEL_SA_HARD_EXPIRED);

	/* With other limits it goes on, and they are told again */
	config = sa->config;
	config.wire.life.packets_soft_limit = cpu_to_le64(5);
	config.wire.life.packets_hard_limit = 0;
	config.wire.life.bytes_hard_limit = cpu_to_le64(500);
	KUNIT_EXPECT_EQ(test, vha_sa_modify(&ctx->sas, sa, &config), 0);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_TRUE(test, soft);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_BYTES);
	done(ctx, sa);
}

/* An SA that was removed has nothing to tell any more, nor has it before */
static void ipsec_packet_test_events_removed(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, 0);
	struct vha_sa *sa = create(test, ctx, &config, OUT);
	struct virtio_accel_event event[2];
	bool soft;
	u64 seq;

	sa->seq.last = U32_MAX;
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_SEQ);
	KUNIT_EXPECT_EQ(test, vha_sa_remove(&ctx->sas, OUT, 3), 0);
	KUNIT_EXPECT_EQ(test, vha_sas_events(&ctx->sas, event, 2), 0);
	sa->flags = 0;
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft),
			VIRTIO_ACCEL_SA_ERR_SEQ);
	KUNIT_EXPECT_EQ(test, ctx->announced, 1);
	KUNIT_EXPECT_EQ(test, vha_sas_events(&ctx->sas, event, 2), 0);
	done(ctx, sa);
}

static void ipsec_packet_test_receive(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, 0);
	struct vha_sa *sa = create(test, ctx, &config, IN);
	u64 seq, same;
	bool soft;

	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 5, &seq), 0);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 5, &same), 0);
	KUNIT_EXPECT_EQ(test, received(ctx, sa, seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, ctx->plain.len, 100);
	/* The second of two in flight, and one later */
	KUNIT_EXPECT_EQ(test, received(ctx, sa, same, &soft),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 5, &seq),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 0, &seq),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	/* Authentic but useless: its number is used all the same */
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 6, &seq), 0);
	ctx->pkt[139] = 59;
	KUNIT_EXPECT_EQ(test, received(ctx, sa, seq, &soft),
			VIRTIO_ACCEL_SA_ERR_DUMMY);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 6, &seq),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	/* No room */
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 7, &seq), 0);
	KUNIT_EXPECT_EQ(test,
			vha_sa_received(&ctx->sas, sa, &ctx->plain, &ctx->in,
					ctx->pkt, ctx->pkt + 36, ctx->pkt + 36,
					seq, 99, &soft),
			VIRTIO_ACCEL_SA_ERR_ROOM);
	KUNIT_EXPECT_EQ(test, sa->packets, 1ULL);
	KUNIT_EXPECT_EQ(test, sa->bytes, 100ULL);
	KUNIT_EXPECT_EQ(test, sa->errors[VIRTIO_ACCEL_SA_ERR_REPLAY], 4ULL);
	vha_sa_refused(sa, VIRTIO_ACCEL_SA_ERR_ICV);
	KUNIT_EXPECT_EQ(test, sa->errors[VIRTIO_ACCEL_SA_ERR_ICV], 1ULL);
	KUNIT_EXPECT_EQ(test, sa->errors[VIRTIO_ACCEL_SA_ERR_ALL], 7ULL);
	done(ctx, sa);
}

/* Two are in flight when there is one packet left */
static void ipsec_packet_test_receive_limit(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, SA_OPT(SA_LIFETIME));
	struct vha_sa *sa;
	u64 one, two;
	bool soft;

	config.wire.life.packets_hard_limit = cpu_to_le64(1);
	sa = create(test, ctx, &config, IN);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 1, &one), 0);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 2, &two), 0);
	KUNIT_EXPECT_EQ(test, received(ctx, sa, one, &soft), 0);
	KUNIT_EXPECT_EQ(test, received(ctx, sa, two, &soft),
			VIRTIO_ACCEL_SA_ERR_PACKETS);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 3, &two),
			VIRTIO_ACCEL_SA_ERR_PACKETS);
	done(ctx, sa);
}

static void ipsec_packet_test_state(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, 0);
	struct vha_sa *sa = create(test, ctx, &config, IN);
	struct virtio_accel_sa_state *state;
	bool soft;
	u64 seq;

	state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 100, &seq), 0);
	KUNIT_EXPECT_EQ(test, received(ctx, sa, seq, &soft), 0);
	vha_sa_refused(sa, VIRTIO_ACCEL_SA_ERR_ICV);
	vha_sa_state(sa, state);
	KUNIT_EXPECT_EQ(test, le16_to_cpu(state->ref.type), 0x201);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(state->seq), 100ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(state->packets), 1ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(state->bytes), 100ULL);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(state->errors[5]), 1ULL);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(state->replay_win_sz), 64);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(state->replay[0]), 1ULL);

	/* In its successor a replay is one still */
	KUNIT_ASSERT_EQ(test, vha_sa_remove(&ctx->sas, IN, 3), 0);
	vha_sa_put(sa);
	sa = create(test, ctx, &config, IN);
	KUNIT_EXPECT_EQ(test, vha_sa_set_state(sa, state), 0);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 100, &seq),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 36, &seq),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 99, &seq), 0);
	KUNIT_EXPECT_EQ(test, sa->packets, 1ULL);

	/* Not back, and not another's */
	state->seq = cpu_to_le64(99);
	KUNIT_EXPECT_EQ(test, vha_sa_set_state(sa, state), -EINVAL);
	state->seq = cpu_to_le64(101);
	state->spi = 0;
	KUNIT_EXPECT_EQ(test, vha_sa_set_state(sa, state), -EINVAL);
	state->spi = cpu_to_le32(SA_SPI);
	state->replay_win_sz = cpu_to_le32(65);
	KUNIT_EXPECT_EQ(test, vha_sa_set_state(sa, state), -EINVAL);
	state->replay_win_sz = cpu_to_le32(64);
	state->flags = cpu_to_le32(8);
	KUNIT_EXPECT_EQ(test, vha_sa_set_state(sa, state), -EINVAL);
	state->flags = 0;
	state->reserved = cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, vha_sa_set_state(sa, state), -EINVAL);
	state->reserved = 0;
	KUNIT_EXPECT_EQ(test, vha_sa_set_state(sa, state), 0);
	done(ctx, sa);
}

static void ipsec_packet_test_state_out(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, 0);
	struct vha_sa *sa = create(test, ctx, &config, OUT);
	struct virtio_accel_sa_state *state;
	bool soft;
	u64 seq;

	state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	vha_sa_state(sa, state);
	state->seq = cpu_to_le64(1000);
	KUNIT_EXPECT_EQ(test, vha_sa_set_state(sa, state), 0);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, seq, 1001ULL);
	/* A number that was given out never comes again */
	KUNIT_EXPECT_EQ(test, vha_sa_set_state(sa, state), -EINVAL);
	done(ctx, sa);
}

/* What a longer window can not know was perhaps seen */
static void ipsec_packet_test_modify_window(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(IN, 3, 0);
	struct vha_sa *sa = create(test, ctx, &config, IN);
	bool soft;
	u64 seq;

	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 1, &seq), 0);
	KUNIT_EXPECT_EQ(test, received(ctx, sa, seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 500, &seq), 0);
	KUNIT_EXPECT_EQ(test, received(ctx, sa, seq, &soft), 0);
	config = sa->config;
	config.wire.replay_win_sz = cpu_to_le32(1000);
	KUNIT_EXPECT_EQ(test, vha_sa_modify(&ctx->sas, sa, &config), 0);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 1, &seq),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 436, &seq),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 437, &seq), 0);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 500, &seq),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	config.wire.replay_win_sz = cpu_to_le32(10);
	KUNIT_EXPECT_EQ(test, vha_sa_modify(&ctx->sas, sa, &config), 0);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 490, &seq),
			VIRTIO_ACCEL_SA_ERR_REPLAY);
	KUNIT_EXPECT_EQ(test, receive(ctx, sa, 491, &seq), 0);
	done(ctx, sa);
}

static void ipsec_packet_test_modify(struct kunit *test)
{
	struct sa_ctx *ctx = sa_ctx_new(test);
	struct vha_sa_config config = sa_config(OUT, 3, 0), bad;
	struct vha_sa *sa = create(test, ctx, &config, OUT);
	bool soft;
	u64 seq;

	config = sa->config;
	config.wire.param.ipv4.dst_ip = cpu_to_le32(0x0a000001);
	KUNIT_EXPECT_EQ(test, vha_sa_modify(&ctx->sas, sa, &config), 0);
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(ctx->out.head + 16), 0x0a000001);
	KUNIT_EXPECT_EQ(test, seq, 1ULL);
	KUNIT_EXPECT_MEMEQ(test, &sa->config, &config, sizeof(config));

	/* All else is refused, and so is what could never be made */
	bad = config;
	bad.wire.spi = cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, vha_sa_modify(&ctx->sas, sa, &bad), -EINVAL);
	bad = config;
	bad.wire.cipher_key.data[0] = 1;
	KUNIT_EXPECT_EQ(test, vha_sa_modify(&ctx->sas, sa, &bad), -EINVAL);
	bad = config;
	bad.wire.options = cpu_to_le64(SA_OPT(ESN));
	KUNIT_EXPECT_EQ(test, vha_sa_modify(&ctx->sas, sa, &bad), -EINVAL);
	bad = config;
	bad.wire.param.ipv4.ttl = 1;
	KUNIT_EXPECT_EQ(test, vha_sa_modify(&ctx->sas, sa, &bad), -EINVAL);
	bad = config;
	bad.wire.param.ipv4.dst_ip = 0;
	KUNIT_EXPECT_EQ(test, vha_sa_modify(&ctx->sas, sa, &bad), -EINVAL);
	KUNIT_EXPECT_MEMEQ(test, &sa->config, &config, sizeof(config));
	KUNIT_EXPECT_EQ(test, send(ctx, sa, &seq, &soft), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(ctx->out.head + 16), 0x0a000001);
	done(ctx, sa);
}

static struct kunit_case ipsec_packet_test_cases[] = {
	KUNIT_CASE(ipsec_packet_test_send),
	KUNIT_CASE(ipsec_packet_test_ah),
	KUNIT_CASE(ipsec_packet_test_seq_overflow),
	KUNIT_CASE(ipsec_packet_test_limits),
	KUNIT_CASE(ipsec_packet_test_events_removed),
	KUNIT_CASE(ipsec_packet_test_receive),
	KUNIT_CASE(ipsec_packet_test_receive_limit),
	KUNIT_CASE(ipsec_packet_test_state),
	KUNIT_CASE(ipsec_packet_test_state_out),
	KUNIT_CASE(ipsec_packet_test_modify_window),
	KUNIT_CASE(ipsec_packet_test_modify),
	{}
};

static struct kunit_suite ipsec_packet_test_suite = {
	.name = "vhost_accel_ipsec_packet",
	.test_cases = ipsec_packet_test_cases,
};

kunit_test_suite(ipsec_packet_test_suite);
