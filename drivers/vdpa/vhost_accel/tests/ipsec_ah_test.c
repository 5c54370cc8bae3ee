// SPDX-License-Identifier: GPL-2.0
/*
 * AH headers, and what of a packet they cover. There is no cryptography here: the ICV is
 * what was there.
 *
 * Also built in user space (tests/user/ring).
 */
#include "../ipsec_ah.h"

#include "ipsec_esp.h"

static struct esp_ctx *ah_ctx_new(struct kunit *test, bool tunnel, u8 version,
				  u32 options, u8 icv_len)
{
	struct esp_ctx *ctx = esp_ctx_new(test, tunnel, version, options);

	ctx->esp.ah = true;
	ctx->esp.iv_len = 0;
	ctx->esp.icv_len = icv_len;
	return ctx;
}

/* Bytes, of a script that knows no more than the RFC */

static const u8 golden_tunnel4[] = {
	0x45, 0x28, 0x00, 0x47, 0x05, 0x06, 0x00, 0x00,
	0x40, 0x33, 0x89, 0x1f, 0xc0, 0x00, 0x02, 0x01,
	0xc6, 0x33, 0x64, 0x02, 0x04, 0x05, 0x00, 0x00,
	0x12, 0x34, 0x56, 0x78, 0x03, 0x04, 0x05, 0x06,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static const u8 golden_covered4[] = {
	0x45, 0x00, 0x00, 0x47, 0x05, 0x06, 0x00, 0x00,
	0x00, 0x33, 0x00, 0x00, 0xc0, 0x00, 0x02, 0x01,
	0xc6, 0x33, 0x64, 0x02, 0x04, 0x05, 0x00, 0x00,
	0x12, 0x34, 0x56, 0x78, 0x03, 0x04, 0x05, 0x06,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static const u8 golden_transport6[] = {
	0x62, 0xa1, 0x23, 0x45, 0x00, 0x54, 0x33, 0x40,
	0x3b, 0x42, 0x49, 0x50, 0x57, 0x5e, 0x65, 0x6c,
	0x73, 0x7a, 0x81, 0x88, 0x8f, 0x96, 0x9d, 0xa4,
	0xab, 0xb2, 0xb9, 0xc0, 0xc7, 0xce, 0xd5, 0xdc,
	0xe3, 0xea, 0xf1, 0xf8, 0xff, 0x06, 0x0d, 0x14,
	0x06, 0x04, 0x00, 0x00, 0x12, 0x34, 0x56, 0x78,
	0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static const u8 golden_covered6[] = {
	0x60, 0x00, 0x00, 0x00, 0x00, 0x54, 0x33, 0x00,
	0x3b, 0x42, 0x49, 0x50, 0x57, 0x5e, 0x65, 0x6c,
	0x73, 0x7a, 0x81, 0x88, 0x8f, 0x96, 0x9d, 0xa4,
	0xab, 0xb2, 0xb9, 0xc0, 0xc7, 0xce, 0xd5, 0xdc,
	0xe3, 0xea, 0xf1, 0xf8, 0xff, 0x06, 0x0d, 0x14,
	0x06, 0x04, 0x00, 0x00, 0x12, 0x34, 0x56, 0x78,
	0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static void ipsec_ah_test_golden(struct kunit *test)
{
	struct esp_ctx *ctx = ah_ctx_new(test, true, 4, OPT(ESN), 16);
	const struct vha_esp_out *out = &ctx->out;
	u8 covered[VHA_AH_HEAD];

	make_packet(ctx, 4, 23, 0, 0, 64);
	/* Of the last packet nothing is left where the ICV and its padding go */
	memset(ctx->out.head, 0xee, sizeof(ctx->out.head));
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 0x010203040506), 0);
	KUNIT_EXPECT_EQ(test, out->len, 71U);
	KUNIT_EXPECT_EQ(test, out->text_len, 23U);
	KUNIT_EXPECT_EQ(test, out->tail_len, 0);
	KUNIT_EXPECT_EQ(test, out->auth, 0);
	KUNIT_EXPECT_EQ(test, out->icv, 32U);
	KUNIT_ASSERT_EQ(test, out->head_len, sizeof(golden_tunnel4));
	KUNIT_EXPECT_EQ(test, memcmp(out->head, golden_tunnel4, 48), 0);
	KUNIT_EXPECT_EQ(test, vha_ah_covered(covered, out->head, 48, 32, 16), 48U);
	KUNIT_EXPECT_EQ(test, memcmp(covered, golden_covered4, 48), 0);

	ctx = ah_ctx_new(test, false, 0, 0, 12);
	out = &ctx->out;
	make_packet(ctx, 6, 100, 0x2a, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 7), 0);
	KUNIT_EXPECT_EQ(test, out->len, 124U);
	KUNIT_ASSERT_EQ(test, out->head_len, sizeof(golden_transport6));
	KUNIT_EXPECT_EQ(test, memcmp(out->head, golden_transport6, 64), 0);
	KUNIT_EXPECT_EQ(test, vha_ah_covered(covered, out->head, 64, 52, 12), 64U);
	KUNIT_EXPECT_EQ(test, memcmp(covered, golden_covered6, 64), 0);
}

/* There and back */

struct trip_case {
	const char *name;
	bool tunnel;
	u8 outer;
	u8 inner;
	u32 options;
	u8 icv_len;
	u8 ah_len;
};

static const struct trip_case trip_cases[] = {
	{ "tunnel 4 in 4, SHA-1", true, 4, 4, 0, 12, 24 },
	{ "tunnel 4 in 4, SHA-256", true, 4, 4, 0, 16, 28 },
	{ "tunnel 6 in 4, SHA-256", true, 4, 6, 0, 16, 28 },
	{ "tunnel 4 in 6, SHA-1", true, 6, 4, 0, 12, 24 },
	{ "tunnel 6 in 6, SHA-256", true, 6, 6, 0, 16, 32 },
	{ "transport 4, SHA-1", false, 0, 4, 0, 12, 24 },
	{ "transport 4, SHA-256", false, 0, 4, 0, 16, 28 },
	{ "transport 6, SHA-1", false, 0, 6, 0, 12, 24 },
	{ "transport 6, SHA-256", false, 0, 6, 0, 16, 32 },
	{ "tunnel 6 in 4, all copied", true, 4, 6,
	  OPT(ECN) | OPT(COPY_DSCP) | OPT(COPY_DF), 16, 28 },
};

static void trip_case_desc(const struct trip_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(trip, trip_cases, trip_case_desc);

static void ipsec_ah_test_round_trip(struct kunit *test)
{
	const struct trip_case *c = test->param_value;
	struct esp_ctx *ctx = ah_ctx_new(test, c->tunnel, c->outer, c->options,
					 c->icv_len);
	u32 len;

	for (len = c->inner == 4 ? 20 : 40; len < 340; len++) {
		expect_round_trip(test, ctx, c->inner, len);
		KUNIT_ASSERT_EQ(test, ctx->out.head_len - ctx->out.esp, c->ah_len);
		KUNIT_ASSERT_EQ(test, ctx->in.icv, ctx->out.icv);
		KUNIT_ASSERT_EQ(test, ctx->in.tail, 0);
	}
}

/* What routers change does not matter, all else does */

static bool is_mutable(u8 version, u32 at)
{
	if (version == 4)
		return at == 1 || (at >= 6 && at <= 8) || at == 10 || at == 11;
	return at <= 3 || at == 7;
}

static void ipsec_ah_test_mutable(struct kunit *test)
{
	u8 covered[VHA_AH_HEAD], changed[VHA_AH_HEAD], version;
	struct esp_ctx *ctx = ah_ctx_new(test, true, 4, 0, 16);
	u32 icv, len, at;

	for (version = 4; version <= 6; version += 2) {
		ctx->esp.version = version;
		make_packet(ctx, version, 100, 0, 0, 64);
		KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
		icv = ctx->out.icv;
		len = ctx->out.head_len;
		memset(ctx->esp_pkt + icv, 0x77, 16);
		vha_ah_covered(covered, ctx->esp_pkt, len, icv, 16);
		for (at = 0; at < len; at++) {
			bool free = is_mutable(version, at) ||
				    (at >= icv && at < icv + 16);

			/* Not the version, which is in the same byte */
			ctx->esp_pkt[at] ^= 0x08;
			vha_ah_covered(changed, ctx->esp_pkt, len, icv, 16);
			ctx->esp_pkt[at] ^= 0x08;
			KUNIT_EXPECT_EQ(test, !memcmp(covered, changed, len), free);
		}
	}
}

/* Options and extension headers */

static void ipsec_ah_test_ip4_options(struct kunit *test)
{
	struct esp_ctx *ctx = ah_ctx_new(test, false, 0, 0, 12);
	u8 *p = ctx->esp_pkt;

	make_packet(ctx, 4, 100, 0, 0, 64);
	ctx->plain_pkt[0] = 0x46;
	ip4_fix(ctx->plain_pkt);
	KUNIT_EXPECT_EQ(test, send_packet(ctx, 1), BAD);

	/* The same on its way in, in both modes */
	make_packet(ctx, 4, 100, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	memmove(p + 24, p + 20, PKT_MAX - 24);
	memset(p + 20, 1, 4);
	p[0] = 0x46;
	put_unaligned_be16(ctx->out.len + 4, p + 2);
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len + 4), BAD);
	ctx->esp.tunnel = true;
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len + 4), BAD);
}

struct ext_case {
	const char *name;
	u8 chain[4];
	int out_ret;
	int in_ret;
};

/* Headers of 8 bytes each; what is behind them is TCP, or inbound AH */
static const struct ext_case ext_cases[] = {
	{ "none", { 6 }, 0, 0 },
	{ "hop-by-hop", { 0, 6 }, BAD, BAD },
	{ "routing", { 43, 6 }, BAD, BAD },
	{ "options are protected", { 60, 6 }, 0, BAD },
	{ "options before routing", { 60, 43, 6 }, BAD, BAD },
	{ "fragment", { 44, 6 }, FRAG, FRAG },
	{ "fragment behind options", { 60, 44, 6 }, FRAG, FRAG },
};

static void ext_case_desc(const struct ext_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ext, ext_cases, ext_case_desc);

/* Returns where the first header behind the chain is */
static u32 add_chain(u8 *ip, const struct ext_case *c, u8 last)
{
	u32 next = 6, at = 40;
	unsigned int i;

	for (i = 0; c->chain[i] != 6; i++) {
		ip[next] = c->chain[i];
		next = at;
		ip[at + 1] = 0;
		at += 8;
	}
	ip[next] = last;
	return at;
}

static void ipsec_ah_test_ext(struct kunit *test)
{
	const struct ext_case *c = test->param_value;
	struct esp_ctx *ctx = ah_ctx_new(test, false, 0, 0, 12);
	u8 *p = ctx->esp_pkt;
	u32 at;

	make_packet(ctx, 6, 200, 0, 0, 64);
	add_chain(ctx->plain_pkt, c, 6);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), c->out_ret);
	if (!c->out_ret) {
		KUNIT_EXPECT_EQ(test, ctx->out.esp, 40);
		KUNIT_EXPECT_EQ(test, ctx->out.head[40], c->chain[0]);
		KUNIT_ASSERT_EQ(test, receive_packet(ctx, ctx->out.len), 0);
		KUNIT_EXPECT_EQ(test, ctx->plain.len, 200U);
		KUNIT_EXPECT_EQ(test, memcmp(ctx->result, ctx->plain_pkt, 200), 0);
	}

	memcpy(p, ctx->plain_pkt, PKT_MAX);
	at = add_chain(p, c, 51);
	p[at + 1] = 4;
	put_unaligned_be32(SPI, p + at + 4);
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, 200), c->in_ret);
}

/* What is refused */

struct bad_case {
	const char *name;
	u16 at;
	u8 byte;
	int ret;
};

/* Offsets of a tunnel 4 in 4: AH at 20, text at 48, inner length 100 */
static const struct bad_case in_bad_cases[] = {
	{ "version 5", 0, 0x55, BAD },
	{ "header too short", 0, 0x44, BAD },
	{ "longer than it is", 3, 149, BAD },
	{ "shorter than it is", 3, 147, BAD },
	{ "more fragments", 6, 0x20, FRAG },
	{ "last fragment", 7, 1, FRAG },
	{ "don't fragment", 6, 0x40, 0 },
	{ "ESP", 9, 50, BAD },
	{ "not IP inside", 20, 6, VIRTIO_ACCEL_SA_ERR_TRAILER },
	{ "another version inside", 20, 41, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "no next header", 20, 59, VIRTIO_ACCEL_SA_ERR_TRAILER },
	{ "length 0", 21, 0, BAD },
	{ "length without an ICV", 21, 1, BAD },
	{ "length of a shorter ICV", 21, 4, BAD },
	{ "length with too much padding", 21, 7, BAD },
	{ "length 255", 21, 255, BAD },
	{ "reserved: not looked at", 23, 1, 0 },
	{ "another SPI", 27, 0x79, VIRTIO_ACCEL_SA_ERR_SPI },
	{ "inner version", 48, 0x65, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "inner header too short", 48, 0x43, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "inner longer", 51, 101, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "inner shorter", 51, 99, VIRTIO_ACCEL_SA_ERR_INNER },
};

static void bad_case_desc(const struct bad_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(in_bad, in_bad_cases, bad_case_desc);

static void ipsec_ah_test_in_bad(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	struct esp_ctx *ctx = ah_ctx_new(test, true, 4, 0, 16);

	expect_changed(test, ctx, 148, c->at, c->byte, c->ret);
}

/* As Linux sends IPv4 unless told otherwise; with IPv6 there is no other length */
static void ipsec_ah_test_padding(struct kunit *test)
{
	struct esp_ctx *ctx = ah_ctx_new(test, true, 4, 0, 16);
	u8 *p = ctx->esp_pkt;

	make_packet(ctx, 4, 100, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	memmove(p + 52, p + 48, 100);
	p[21] = 6;
	put_unaligned_be16(152, p + 2);
	KUNIT_ASSERT_EQ(test, receive_packet(ctx, 152), 0);
	KUNIT_EXPECT_EQ(test, ctx->in.icv, 32U);
	KUNIT_EXPECT_EQ(test, ctx->in.text, 52);
	KUNIT_EXPECT_EQ(test, memcmp(ctx->result, ctx->plain_pkt, 100), 0);

	ctx->esp.version = 6;
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_ASSERT_EQ(test, receive_packet(ctx, ctx->out.len), 0);
	p[41] = 5;
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len), BAD);
}

/* Cut anywhere, with an outer header that says so */
static void ipsec_ah_test_in_truncated(struct kunit *test)
{
	struct esp_ctx *ctx = ah_ctx_new(test, true, 4, 0, 16);
	u32 len;

	make_packet(ctx, 4, 100, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	for (len = 0; len < 148; len++) {
		put_unaligned_be16(len, ctx->esp_pkt + 2);
		/* From the end of AH on, the ICV would be wrong, not the form */
		KUNIT_EXPECT_EQ(test, vha_ah_in_parse(&ctx->in, &ctx->esp,
						      ctx->esp_pkt, len),
				len >= 48 ? 0 : BAD);
	}
}

static void ipsec_ah_test_spi_zero(struct kunit *test)
{
	struct esp_ctx *ctx = ah_ctx_new(test, true, 4, 0, 12);

	ctx->esp.spi = 0;
	make_packet(ctx, 4, 100, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len),
			VIRTIO_ACCEL_SA_ERR_SPI);
}

/* With nothing behind AH; "no next header" is then what it says, and no dummy */
static void ipsec_ah_test_empty(struct kunit *test)
{
	struct esp_ctx *ctx = ah_ctx_new(test, false, 0, 0, 12);

	make_packet(ctx, 6, 40, 0, 0, 64);
	ctx->plain_pkt[6] = 59;
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_EXPECT_EQ(test, ctx->out.len, 64U);
	KUNIT_ASSERT_EQ(test, receive_packet(ctx, 64), 0);
	KUNIT_EXPECT_EQ(test, ctx->in.text_len, 0U);
	KUNIT_EXPECT_EQ(test, ctx->plain.len, 40U);
	KUNIT_EXPECT_EQ(test, memcmp(ctx->result, ctx->plain_pkt, 40), 0);
}

static void ipsec_ah_test_out_bad(struct kunit *test)
{
	struct esp_ctx *ctx = ah_ctx_new(test, true, 4, 0, 16);
	u32 most = 65535 - 20 - 28;

	make_packet(ctx, 4, most, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, vha_ah_out_init(&ctx->out, &ctx->esp,
					      ctx->plain_pkt, most), 0);
	KUNIT_EXPECT_EQ(test, ctx->out.len, 65535U);
	make_packet(ctx, 4, most + 1, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, vha_ah_out_init(&ctx->out, &ctx->esp,
					      ctx->plain_pkt, most + 1), BAD);
	make_packet(ctx, 4, 100, 0, 0, 64);
	ctx->plain_pkt[3]++;
	KUNIT_EXPECT_EQ(test, send_packet(ctx, 1), VIRTIO_ACCEL_SA_ERR_INNER);
	ctx->esp.tunnel = false;
	KUNIT_EXPECT_EQ(test, send_packet(ctx, 1), BAD);
	make_packet(ctx, 4, 100, 0, 0x2000, 64);
	KUNIT_EXPECT_EQ(test, send_packet(ctx, 1), FRAG);
	/* Inside of a tunnel it may be one */
	ctx->esp.tunnel = true;
	KUNIT_EXPECT_EQ(test, send_packet(ctx, 1), 0);
}

/* The outer header is that of ESP's tunnels, and so is what becomes of the inner one */
static void ipsec_ah_test_tunnel(struct kunit *test)
{
	struct esp_ctx *ctx = ah_ctx_new(test, true, 4, OPT(ECN) | OPT(DEC_TTL), 16);

	make_packet(ctx, 4, 100, 1, 0, 3);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_EXPECT_EQ(test, ctx->out.head[1], 10 << 2 | 1);
	KUNIT_EXPECT_EQ(test, ctx->out.head[8], 64);
	ctx->esp_pkt[1] |= 3;
	KUNIT_ASSERT_EQ(test, receive_packet(ctx, ctx->out.len), 0);
	KUNIT_EXPECT_EQ(test, ctx->result[1], 3);
	KUNIT_EXPECT_EQ(test, ctx->result[8], 1);
	KUNIT_EXPECT_EQ(test, header_sum(ctx->result), 0xffff);
	make_packet(ctx, 4, 100, 0, 0, 3);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	ctx->esp_pkt[1] |= 3;
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len),
			VIRTIO_ACCEL_SA_ERR_ECN);
	make_packet(ctx, 4, 100, 0, 0, 1);
	KUNIT_EXPECT_EQ(test, send_packet(ctx, 1), VIRTIO_ACCEL_SA_ERR_TTL);
}

static struct kunit_case ipsec_ah_test_cases[] = {
	KUNIT_CASE(ipsec_ah_test_golden),
	KUNIT_CASE_PARAM(ipsec_ah_test_round_trip, trip_gen_params),
	KUNIT_CASE(ipsec_ah_test_mutable),
	KUNIT_CASE(ipsec_ah_test_ip4_options),
	KUNIT_CASE_PARAM(ipsec_ah_test_ext, ext_gen_params),
	KUNIT_CASE_PARAM(ipsec_ah_test_in_bad, in_bad_gen_params),
	KUNIT_CASE(ipsec_ah_test_padding),
	KUNIT_CASE(ipsec_ah_test_in_truncated),
	KUNIT_CASE(ipsec_ah_test_spi_zero),
	KUNIT_CASE(ipsec_ah_test_empty),
	KUNIT_CASE(ipsec_ah_test_out_bad),
	KUNIT_CASE(ipsec_ah_test_tunnel),
	{}
};

static struct kunit_suite ipsec_ah_test_suite = {
	.name = "vhost_accel_ipsec_ah",
	.test_cases = ipsec_ah_test_cases,
};

kunit_test_suite(ipsec_ah_test_suite);
