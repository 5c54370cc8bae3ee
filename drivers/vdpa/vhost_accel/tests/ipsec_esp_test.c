// SPDX-License-Identifier: GPL-2.0
/*
 * ESP headers and trailers. There is no cryptography here: what would be encrypted is
 * put between them as it is.
 *
 * Also built in user space (tests/user/ring).
 */
#include "../ipsec_esp.h"

#include "ipsec_esp.h"

/* Bytes */

static const u8 golden_tunnel4[] = {
	0x45, 0x28, 0x00, 0x50, 0x05, 0x06, 0x00, 0x00,
	0x40, 0x32, 0x89, 0x17, 0xc0, 0x00, 0x02, 0x01,
	0xc6, 0x33, 0x64, 0x02,
	0x12, 0x34, 0x56, 0x78, 0x03, 0x04, 0x05, 0x06,
	0x00, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
};

static void ipsec_esp_test_golden(struct kunit *test)
{
	static const u8 tail[] = { 1, 2, 3, 3, 4 };
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, OPT(ESN));

	make_packet(ctx, 4, 23, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 0x010203040506), 0);
	KUNIT_EXPECT_EQ(test, ctx->out.head_len, 36);
	KUNIT_EXPECT_EQ(test, ctx->out.text_len, 28U);
	KUNIT_EXPECT_EQ(test, ctx->out.len, 80U);
	KUNIT_EXPECT_EQ(test, header_sum(ctx->out.head), 0xffff);
	KUNIT_EXPECT_EQ(test, memcmp(ctx->out.head, golden_tunnel4,
				     sizeof(golden_tunnel4)), 0);
	KUNIT_EXPECT_EQ(test, ctx->out.tail_len, 5);
	KUNIT_EXPECT_EQ(test, memcmp(ctx->out.tail, tail, 5), 0);
}

static void ipsec_esp_test_iv(struct kunit *test)
{
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, 0);

	ctx->esp.iv_len = 16;
	ctx->esp.align = 16;
	make_packet(ctx, 4, 100, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 7), 0);
	KUNIT_EXPECT_EQ(test, ctx->out.text_len % 16, 0U);
	KUNIT_EXPECT_EQ(test, ctx->out.head[28], 0xee);
	KUNIT_EXPECT_EQ(test, ctx->out.head[43], 0xee);
	ctx->esp.iv_len = 0;
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 7), 0);
	KUNIT_EXPECT_EQ(test, ctx->out.head_len, 28);
}

static void ipsec_esp_test_aad(struct kunit *test)
{
	static const u8 want[] = { 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 1, 0, 0, 0,
				   2 };
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, OPT(ESN));
	u8 aad[VHA_ESP_AAD];

	KUNIT_EXPECT_EQ(test, vha_esp_aad(aad, &ctx->esp, 0x100000002), 12U);
	KUNIT_EXPECT_EQ(test, memcmp(aad, want, 12), 0);
	ctx->esp.options = 0;
	KUNIT_EXPECT_EQ(test, vha_esp_aad(aad, &ctx->esp, 2), 8U);
	KUNIT_EXPECT_EQ(test, memcmp(aad + 4, want + 8, 4), 0);
}

/* There and back */

struct trip_case {
	const char *name;
	bool tunnel;
	u8 outer;
	u8 inner;
	u32 options;
	u8 iv_len;
	u8 align;
	u8 icv_len;
};

static const struct trip_case trip_cases[] = {
	{ "tunnel 4 in 4, GCM", true, 4, 4, 0, 8, 4, 16 },
	{ "tunnel 6 in 4, GCM", true, 4, 6, 0, 8, 4, 16 },
	{ "tunnel 4 in 6, GCM", true, 6, 4, 0, 8, 4, 16 },
	{ "tunnel 6 in 6, GCM", true, 6, 6, 0, 8, 4, 16 },
	{ "transport 4, GCM", false, 0, 4, 0, 8, 4, 16 },
	{ "transport 6, GCM", false, 0, 6, 0, 8, 4, 16 },
	{ "tunnel 4 in 4, CBC", true, 4, 4, 0, 16, 16, 12 },
	{ "transport 6, CBC", false, 0, 6, 0, 16, 16, 12 },
	{ "tunnel 6 in 6, NULL", true, 6, 6, 0, 0, 4, 12 },
	{ "tunnel 4 in 4, UDP", true, 4, 4, OPT(UDP_ENCAP), 8, 4, 16 },
	{ "transport 4, UDP", false, 0, 4, OPT(UDP_ENCAP), 8, 4, 16 },
	{ "tunnel 6 in 4, all copied", true, 4, 6,
	  OPT(ECN) | OPT(COPY_DSCP) | OPT(COPY_DF), 8, 4, 16 },
};

static void trip_case_desc(const struct trip_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(trip, trip_cases, trip_case_desc);

static void ipsec_esp_test_round_trip(struct kunit *test)
{
	const struct trip_case *c = test->param_value;
	struct esp_ctx *ctx = esp_ctx_new(test, c->tunnel, c->outer, c->options);
	u32 len;

	ctx->esp.iv_len = c->iv_len;
	ctx->esp.align = c->align;
	ctx->esp.icv_len = c->icv_len;
	for (len = c->inner == 4 ? 20 : 40; len < 340; len++) {
		expect_round_trip(test, ctx, c->inner, len);
		KUNIT_ASSERT_EQ(test, ctx->out.text_len % c->align, 0U);
	}
}

/* Fields of the outer header */

struct outer_case {
	const char *name;
	u32 options;
	u8 inner;
	u8 tos;
	u16 frag;
	bool df;
	u8 want_tos;
	bool want_df;
};

static const struct outer_case outer_cases[] = {
	{ "dscp set", 0, 4, 0xb8, 0, false, 10 << 2, false },
	{ "dscp copied", OPT(COPY_DSCP), 4, 0xb8, 0, false, 0xb8, false },
	{ "dscp copied from 6", OPT(COPY_DSCP), 6, 0xb8, 0, false, 0xb8, false },
	{ "ecn left out", OPT(COPY_DSCP), 4, 0xbb, 0, false, 0xb8, false },
	{ "ecn copied", OPT(ECN), 4, 0xbb, 0, false, 10 << 2 | 3, false },
	{ "ecn copied from 6", OPT(ECN), 6, 0x01, 0, false, 10 << 2 | 1, false },
	{ "df set", 0, 4, 0, 0, true, 10 << 2, true },
	{ "df cleared", 0, 4, 0, 0x4000, false, 10 << 2, false },
	{ "df copied: 1", OPT(COPY_DF), 4, 0, 0x4000, false, 10 << 2, true },
	{ "df copied: 0", OPT(COPY_DF), 4, 0, 0, true, 10 << 2, false },
	{ "df copied from 6", OPT(COPY_DF), 6, 0, 0, false, 10 << 2, true },
	{ "df cleared, from 6", 0, 6, 0, 0, false, 10 << 2, false },
};

static void outer_case_desc(const struct outer_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(outer, outer_cases, outer_case_desc);

static void ipsec_esp_test_outer(struct kunit *test)
{
	const struct outer_case *c = test->param_value;
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, c->options);
	const u8 *ip = ctx->out.head;

	ctx->esp.df = c->df;
	make_packet(ctx, c->inner, 100, c->tos, c->frag, 9);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_EXPECT_EQ(test, ip[1], c->want_tos);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(ip + 6),
			c->want_df ? 0x4000 : 0);
	KUNIT_EXPECT_EQ(test, ip[8], 64);

	ctx->esp.version = 6;
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(ip),
			6U << 28 | c->want_tos << 20 | 0x54321U);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(ip + 4), ctx->out.len - 40);
	KUNIT_EXPECT_EQ(test, ip[7], 64);
}

static void ipsec_esp_test_udp(struct kunit *test)
{
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, OPT(UDP_ENCAP));
	const u8 *udp = ctx->out.head + 20;

	make_packet(ctx, 4, 100, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_EXPECT_EQ(test, ctx->out.head[9], 17);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(udp), 4500);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(udp + 2), 4501);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(udp + 4), ctx->out.len - 20);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(udp + 6), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(udp + 8), (u32)SPI);

	/* A length that lies; plain ESP; a checksum is not looked at */
	put_unaligned_be16(1, ctx->esp_pkt + 26);
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len), 0);
	ctx->esp_pkt[25]++;
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len),
			VIRTIO_ACCEL_SA_ERR_PACKET);
	ctx->esp_pkt[25]--;
	ctx->esp_pkt[9] = 50;
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len),
			VIRTIO_ACCEL_SA_ERR_PACKET);

	/* IPv6 has no packets without a checksum */
	make_packet(ctx, 6, 100, 0, 0, 64);
	ctx->esp.tunnel = false;
	KUNIT_EXPECT_EQ(test, send_packet(ctx, 1), VIRTIO_ACCEL_SA_ERR_PACKET);
}

/* RFC 6040, figure 4: rows inner, columns outer, -1 to drop */
static const s8 decap_ecn[4][4] = {
	{ 0, 0, 0, -1 },
	{ 1, 1, 1, 3 },
	{ 2, 1, 2, 3 },
	{ 3, 3, 3, 3 },
};

static void ipsec_esp_test_decap_ecn(struct kunit *test)
{
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, OPT(ECN));
	int i, want, version;

	for (i = 0; i < 32; i++) {
		version = i & 16 ? 4 : 6;
		want = decap_ecn[i / 4 % 4][i % 4];
		make_packet(ctx, version, 100, 0xb8 | (i / 4 % 4), 0, 64);
		KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
		ctx->esp_pkt[1] = (ctx->esp_pkt[1] & ~3) | i % 4;
		if (want < 0) {
			KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len),
					VIRTIO_ACCEL_SA_ERR_ECN);
			continue;
		}
		KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len), 0);
		if (version == 4) {
			KUNIT_EXPECT_EQ(test, ctx->result[1], 0xb8 | want);
			KUNIT_EXPECT_EQ(test, header_sum(ctx->result), 0xffff);
		} else {
			KUNIT_EXPECT_EQ(test, get_unaligned_be32(ctx->result),
					6U << 28 | (0xb8 | want) << 20 | 0x12345U);
		}
		/* Without the option nothing changes */
		ctx->esp.options = 0;
		KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len), 0);
		KUNIT_EXPECT_EQ(test, memcmp(ctx->result, ctx->plain_pkt, 100), 0);
		ctx->esp.options = OPT(ECN);
	}
}

static void ipsec_esp_test_ttl(struct kunit *test)
{
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, OPT(DEC_TTL));
	u8 version;

	for (version = 4; version <= 6; version += 2) {
		make_packet(ctx, version, 100, 0, 0, 3);
		KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
		KUNIT_EXPECT_EQ(test, ctx->out.inner[version == 4 ? 8 : 7], 2);
		if (version == 4)
			KUNIT_EXPECT_EQ(test, header_sum(ctx->out.inner), 0xffff);
		KUNIT_ASSERT_EQ(test, receive_packet(ctx, ctx->out.len), 0);
		KUNIT_EXPECT_EQ(test, ctx->result[version == 4 ? 8 : 7], 1);
		if (version == 4)
			KUNIT_EXPECT_EQ(test, header_sum(ctx->result), 0xffff);

		make_packet(ctx, version, 100, 0, 0, 2);
		KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
		KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len),
				VIRTIO_ACCEL_SA_ERR_TTL);
		make_packet(ctx, version, 100, 0, 0, 1);
		KUNIT_EXPECT_EQ(test, send_packet(ctx, 1),
				VIRTIO_ACCEL_SA_ERR_TTL);
		make_packet(ctx, version, 100, 0, 0, 0);
		KUNIT_EXPECT_EQ(test, send_packet(ctx, 1),
				VIRTIO_ACCEL_SA_ERR_TTL);
	}
}

/* Options and extension headers */

static void ipsec_esp_test_ip4_options(struct kunit *test)
{
	struct esp_ctx *ctx = esp_ctx_new(test, false, 0, 0);

	make_packet(ctx, 4, 100, 0, 0, 64);
	ctx->plain_pkt[0] = 0x4f;
	ip4_fix(ctx->plain_pkt);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_EXPECT_EQ(test, ctx->out.esp, 60);
	KUNIT_ASSERT_EQ(test, receive_packet(ctx, ctx->out.len), 0);
	KUNIT_EXPECT_EQ(test, ctx->in.ip_len, 60);
	KUNIT_EXPECT_EQ(test, ctx->plain.len, 100U);
	KUNIT_EXPECT_EQ(test, memcmp(ctx->result, ctx->plain_pkt, 100), 0);
	/* Longer than the packet */
	make_packet(ctx, 4, 59, 0, 0, 64);
	ctx->plain_pkt[0] = 0x4f;
	KUNIT_EXPECT_EQ(test, send_packet(ctx, 1), VIRTIO_ACCEL_SA_ERR_PACKET);
}

struct ext_case {
	const char *name;
	u8 chain[6];
	u8 len[6];
	u16 out_esp;
	int out_ret;
	int in_ret;
};

/* The chain ends with what is protected; inbound, with ESP in its place */
static const struct ext_case ext_cases[] = {
	{ "none", { 6 }, { }, 40 },
	{ "hop-by-hop", { 0, 6 }, { 0 }, 48 },
	{ "long hop-by-hop", { 0, 6 }, { 3 }, 72 },
	{ "routing", { 43, 6 }, { 2 }, 64 },
	{ "options are protected", { 60, 6 }, { 1 }, 40 },
	{ "options before routing", { 60, 43, 6 }, { 1, 2 }, 80 },
	{ "options on both sides", { 60, 43, 60, 6 }, { 0, 0, 1 }, 56 },
	{ "all", { 0, 60, 43, 60, 6 }, { 0, 0, 0, 0 }, 64 },
	{ "fragment", { 44, 6 }, { 0 }, 0, FRAG, FRAG },
	{ "fragment behind options", { 60, 44, 6 }, { 0, 0 }, 0, FRAG, FRAG },
	{ "hop-by-hop not first", { 60, 0, 6 }, { 0, 0 }, 0, BAD, BAD },
	{ "too long", { 0, 43, 6 }, { 10, 30 }, 0, BAD, BAD },
	{ "too long by its length", { 0, 6 }, { 255 }, 0, BAD, BAD },
	{ "longest", { 0, 6 }, { 26 }, 256, 0, BAD },
	{ "longest to be decrypted", { 0, 6 }, { 24 }, 240 },
};

static void ext_case_desc(const struct ext_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ext, ext_cases, ext_case_desc);

static u8 *add_chain(u8 *ip, const struct ext_case *c)
{
	u8 *next = ip + 6, *at = ip + 40;
	unsigned int i;

	for (i = 0; c->chain[i] != 6; i++) {
		*next = c->chain[i];
		next = at;
		at[1] = c->len[i];
		at += (c->len[i] + 1) * 8;
		if (at > ip + PKT_MAX - 40)
			break;
	}
	*next = 6;
	return next;
}

static void ipsec_esp_test_ext(struct kunit *test)
{
	const struct ext_case *c = test->param_value;
	struct esp_ctx *ctx = esp_ctx_new(test, false, 0, 0);
	u8 *next;

	make_packet(ctx, 6, 400, 0, 0, 64);
	add_chain(ctx->plain_pkt, c);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), c->out_ret);
	if (!c->out_ret) {
		KUNIT_EXPECT_EQ(test, ctx->out.esp, c->out_esp);
		KUNIT_ASSERT_EQ(test, receive_packet(ctx, ctx->out.len), c->in_ret);
	}
	if (!c->out_ret && !c->in_ret) {
		KUNIT_EXPECT_EQ(test, ctx->plain.len, 400U);
		KUNIT_EXPECT_EQ(test, memcmp(ctx->result, ctx->plain_pkt, 400), 0);
	}

	/* The same chain before ESP: options are skipped */
	memcpy(ctx->esp_pkt, ctx->plain_pkt, PKT_MAX);
	next = add_chain(ctx->esp_pkt, c);
	*next = 50;
	if (c->in_ret) {
		KUNIT_EXPECT_EQ(test, receive_packet(ctx, 400), c->in_ret);
		return;
	}
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, 400), VIRTIO_ACCEL_SA_ERR_SPI);
	KUNIT_EXPECT_TRUE(test, ctx->in.ip_len >= c->out_esp);
}

/* What is refused */

struct bad_case {
	const char *name;
	bool tunnel;
	u8 version;
	u16 at;
	u8 byte;
	int ret;
};

static const struct bad_case out_bad_cases[] = {
	{ "tunnel: version 5", true, 4, 0, 0x55, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "tunnel: header too short", true, 4, 0, 0x44,
	  VIRTIO_ACCEL_SA_ERR_INNER },
	{ "tunnel: longer than it is", true, 4, 3, 101,
	  VIRTIO_ACCEL_SA_ERR_INNER },
	{ "tunnel: shorter than it is", true, 4, 3, 99,
	  VIRTIO_ACCEL_SA_ERR_INNER },
	{ "tunnel: fragments may pass", true, 4, 6, 0x20, 0 },
	{ "tunnel 6: version 7", true, 6, 0, 0x71, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "tunnel 6: longer", true, 6, 5, 61, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "tunnel 6: shorter", true, 6, 5, 59, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "transport: version 0", false, 4, 0, 0x05, BAD },
	{ "transport: longer than it is", false, 4, 3, 101, BAD },
	{ "transport: more fragments", false, 4, 6, 0x20, FRAG },
	{ "transport: last fragment", false, 4, 7, 1, FRAG },
	{ "transport: don't fragment", false, 4, 6, 0x40, 0 },
	{ "transport 6: shorter", false, 6, 5, 59, BAD },
};

static void bad_case_desc(const struct bad_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(out_bad, out_bad_cases, bad_case_desc);

static void ipsec_esp_test_out_bad(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	struct esp_ctx *ctx = esp_ctx_new(test, c->tunnel, 4, 0);

	make_packet(ctx, c->version, 100, 0, 0, 64);
	ctx->plain_pkt[c->at] = c->byte;
	KUNIT_EXPECT_EQ(test, send_packet(ctx, 1), c->ret);
}

/* Offsets of a tunnel 4 in 4: ESP at 20, text at 36, inner length 100, 2 of padding */
static const struct bad_case in_bad_cases[] = {
	{ "version 5", true, 4, 0, 0x55, BAD },
	{ "header too short", true, 4, 0, 0x44, BAD },
	{ "longer than it is", true, 4, 3, 157, BAD },
	{ "shorter than it is", true, 4, 3, 155, BAD },
	{ "more fragments", true, 4, 6, 0x20, FRAG },
	{ "last fragment", true, 4, 7, 1, FRAG },
	{ "another protocol", true, 4, 9, 51, BAD },
	{ "UDP without encapsulation", true, 4, 9, 17, BAD },
	{ "another SPI", true, 4, 23, 0x79, VIRTIO_ACCEL_SA_ERR_SPI },
	{ "inner version", true, 4, 36, 0x65, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "inner header too short", true, 4, 36, 0x43,
	  VIRTIO_ACCEL_SA_ERR_INNER },
	{ "inner longer", true, 4, 39, 101, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "inner shorter", true, 4, 39, 99, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "padding not 1", true, 4, 136, 2, VIRTIO_ACCEL_SA_ERR_TRAILER },
	{ "padding not 2", true, 4, 137, 3, VIRTIO_ACCEL_SA_ERR_TRAILER },
	{ "padding longer than all", true, 4, 138, 255,
	  VIRTIO_ACCEL_SA_ERR_TRAILER },
	{ "no padding", true, 4, 138, 0, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "not IP inside", true, 4, 139, 6, VIRTIO_ACCEL_SA_ERR_TRAILER },
	{ "another version inside", true, 4, 139, 41, VIRTIO_ACCEL_SA_ERR_INNER },
	{ "a dummy", true, 4, 139, 59, VIRTIO_ACCEL_SA_ERR_DUMMY },
};

KUNIT_ARRAY_PARAM(in_bad, in_bad_cases, bad_case_desc);

static void ipsec_esp_test_in_bad(struct kunit *test)
{
	const struct bad_case *c = test->param_value;
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, 0);

	expect_changed(test, ctx, 156, c->at, c->byte, c->ret);
}

/* Cut anywhere, with an outer header that says so */
static void ipsec_esp_test_in_truncated(struct kunit *test)
{
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, 0);
	u32 len;

	make_packet(ctx, 4, 100, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	for (len = 0; len < 156; len++) {
		put_unaligned_be16(len, ctx->esp_pkt + 2);
		/* From the first block on, the ICV would be wrong, not the form */
		if (len >= 56 && len % 4 == 0)
			KUNIT_EXPECT_EQ(test, vha_esp_in_parse(&ctx->in, &ctx->esp,
							       ctx->esp_pkt, len),
					0);
		else
			KUNIT_EXPECT_EQ(test, vha_esp_in_parse(&ctx->in, &ctx->esp,
							       ctx->esp_pkt, len),
					BAD);
	}
}

static void ipsec_esp_test_spi_zero(struct kunit *test)
{
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, 0);

	ctx->esp.spi = 0;
	make_packet(ctx, 4, 100, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, ctx->out.len),
			VIRTIO_ACCEL_SA_ERR_SPI);
}

/* The longest packet that its length field can tell */
static void ipsec_esp_test_longest(struct kunit *test)
{
	struct esp_ctx *ctx = esp_ctx_new(test, true, 4, 0);
	u32 most = 65535 - 20 - 16 - 2 - 16;

	most -= (most + 2) % 4;
	make_packet(ctx, 4, most, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, vha_esp_out_init(&ctx->out, &ctx->esp,
					       ctx->plain_pkt, most), 0);
	KUNIT_EXPECT_TRUE(test, ctx->out.len <= 65535);
	make_packet(ctx, 4, most + 4, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, vha_esp_out_init(&ctx->out, &ctx->esp,
					       ctx->plain_pkt, most + 4), BAD);
	make_packet(ctx, 6, 65575, 0, 0, 64);
	KUNIT_EXPECT_EQ(test, vha_esp_out_init(&ctx->out, &ctx->esp,
					       ctx->plain_pkt, 65575), BAD);
	KUNIT_EXPECT_EQ(test, vha_esp_out_init(&ctx->out, &ctx->esp,
					       ctx->plain_pkt, U32_MAX), BAD);
}

static struct kunit_case ipsec_esp_test_cases[] = {
	KUNIT_CASE(ipsec_esp_test_golden),
	KUNIT_CASE(ipsec_esp_test_iv),
	KUNIT_CASE(ipsec_esp_test_aad),
	KUNIT_CASE_PARAM(ipsec_esp_test_round_trip, trip_gen_params),
	KUNIT_CASE_PARAM(ipsec_esp_test_outer, outer_gen_params),
	KUNIT_CASE(ipsec_esp_test_udp),
	KUNIT_CASE(ipsec_esp_test_decap_ecn),
	KUNIT_CASE(ipsec_esp_test_ttl),
	KUNIT_CASE(ipsec_esp_test_ip4_options),
	KUNIT_CASE_PARAM(ipsec_esp_test_ext, ext_gen_params),
	KUNIT_CASE_PARAM(ipsec_esp_test_out_bad, out_bad_gen_params),
	KUNIT_CASE_PARAM(ipsec_esp_test_in_bad, in_bad_gen_params),
	KUNIT_CASE(ipsec_esp_test_in_truncated),
	KUNIT_CASE(ipsec_esp_test_spi_zero),
	KUNIT_CASE(ipsec_esp_test_longest),
	{}
};

static struct kunit_suite ipsec_esp_test_suite = {
	.name = "vhost_accel_ipsec_esp",
	.test_cases = ipsec_esp_test_cases,
};

kunit_test_suite(ipsec_esp_test_suite);
