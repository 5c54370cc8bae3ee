/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for tests of ESP and AH, without cryptography.
 *
 * Also built in user space (tests/user/ring).
 */
#ifndef _TESTS_IPSEC_ESP_H
#define _TESTS_IPSEC_ESP_H

#include <kunit/test.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../ipsec_ah.h"
#include "../ipsec_esp.h"

#define PKT_MAX		512
#define SPI		0x12345678
#define BAD		VIRTIO_ACCEL_SA_ERR_PACKET
#define FRAG		VIRTIO_ACCEL_SA_ERR_FRAGMENT
#define OPT(name)	(1U << VIRTIO_CRYPTO_IPSEC_##name)

/**
 * struct esp_ctx - a packet on its way
 * @esp: of the SA
 * @out: the packet that goes out
 * @in: the packet that comes in
 * @plain: what was in it
 * @plain_pkt: as it was before
 * @esp_pkt: as it is on the wire
 * @result: as it comes back
 * @len: of @plain_pkt
 */
struct esp_ctx {
	struct accel_sa_form esp;
	struct vha_esp_out out;
	struct vha_esp_in in;
	struct vha_esp_plain plain;
	u8 plain_pkt[PKT_MAX];
	u8 esp_pkt[PKT_MAX];
	u8 result[PKT_MAX];
	u32 len;
};

static inline u16 header_sum(const u8 *ip)
{
	u32 sum = 0, i;

	for (i = 0; i < (ip[0] & 15) * 4; i += 2)
		sum += get_unaligned_be16(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static inline void ip4_fix(u8 *ip)
{
	put_unaligned_be16(0, ip + 10);
	put_unaligned_be16(~header_sum(ip), ip + 10);
}

/* A packet whose bytes are all different from their neighbours */
static inline void make_packet(struct esp_ctx *ctx, u8 version, u32 len, u8 tos,
			       u16 frag, u8 ttl)
{
	u8 *ip = ctx->plain_pkt;
	u32 i;

	for (i = 0; i < PKT_MAX; i++)
		ip[i] = i * 7 + 3;
	ctx->len = len;
	if (version == 4) {
		ip[0] = 0x45;
		ip[1] = tos;
		put_unaligned_be16(len, ip + 2);
		put_unaligned_be16(frag, ip + 6);
		ip[8] = ttl;
		ip[9] = 6;
		ip4_fix(ip);
	} else {
		put_unaligned_be32(6U << 28 | tos << 20 | 0x12345, ip);
		put_unaligned_be16(len - 40, ip + 4);
		ip[6] = 6;
		ip[7] = ttl;
	}
}

static inline struct esp_ctx *esp_ctx_new(struct kunit *test, bool tunnel,
					  u8 version, u32 options)
{
	struct esp_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	ctx->esp = (struct accel_sa_form){
		.spi = SPI,
		.options = options,
		.tunnel = tunnel,
		.version = version,
		.src = { 192, 0, 2, 1 },
		.dst = { 198, 51, 100, 2 },
		.flabel = 0x54321,
		.dscp = 10,
		.ttl = 64,
		.sport = 4500,
		.dport = 4501,
		.iv_len = 8,
		.align = 4,
		.icv_len = 16,
	};
	return ctx;
}

/* The packet as it would be on the wire, with a text that is not encrypted, no ICV */
static inline int send_packet(struct esp_ctx *ctx, u64 seq)
{
	const struct vha_esp_out *out = &ctx->out;
	u8 *p = ctx->esp_pkt;
	u8 iv[16];
	int err;

	memset(iv, 0xee, sizeof(iv));
	memset(p, 0x99, PKT_MAX);
	err = ctx->esp.ah ?
	      vha_ah_out_init(&ctx->out, &ctx->esp, ctx->plain_pkt, ctx->len) :
	      vha_esp_out_init(&ctx->out, &ctx->esp, ctx->plain_pkt, ctx->len);
	if (err)
		return err;
	if (ctx->esp.ah)
		vha_ah_out_finish(&ctx->out, &ctx->esp, seq);
	else
		vha_esp_out_finish(&ctx->out, &ctx->esp, seq, iv);
	memcpy(p, out->head, out->head_len);
	p += out->head_len;
	memcpy(p, out->inner, out->inner_len);
	p += out->inner_len;
	memcpy(p, ctx->plain_pkt + out->skip, ctx->len - out->skip);
	p += ctx->len - out->skip;
	memcpy(p, out->tail, out->tail_len);
	return 0;
}

static inline int receive_packet(struct esp_ctx *ctx, u32 len)
{
	const struct vha_esp_plain *plain = &ctx->plain;
	const u8 *text, *tail;
	int err;

	err = ctx->esp.ah ?
	      vha_ah_in_parse(&ctx->in, &ctx->esp, ctx->esp_pkt, len) :
	      vha_esp_in_parse(&ctx->in, &ctx->esp, ctx->esp_pkt, len);
	if (err)
		return err;
	text = ctx->esp_pkt + ctx->in.text;
	tail = text;
	if (ctx->in.text_len > VHA_ESP_TAIL)
		tail += ctx->in.text_len - VHA_ESP_TAIL;
	err = ctx->esp.ah ?
	      vha_ah_in_finish(&ctx->plain, &ctx->esp, &ctx->in, ctx->esp_pkt,
			       text) :
	      vha_esp_in_finish(&ctx->plain, &ctx->esp, &ctx->in, ctx->esp_pkt,
				text, tail);
	if (err)
		return err;
	memcpy(ctx->result, plain->head, plain->head_len);
	memcpy(ctx->result + plain->head_len, text + plain->skip,
	       plain->len - plain->head_len);
	return 0;
}

/* Out and in again, with the length as its sequence number */
static inline void expect_round_trip(struct kunit *test, struct esp_ctx *ctx,
				     u8 version, u32 len)
{
	make_packet(ctx, version, len, 0x2a, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, len), 0);
	if (ctx->esp_pkt[0] >> 4 == 4)
		KUNIT_ASSERT_EQ(test, header_sum(ctx->esp_pkt), 0xffff);
	KUNIT_ASSERT_EQ(test, receive_packet(ctx, ctx->out.len), 0);
	KUNIT_ASSERT_EQ(test, ctx->in.seq, len);
	KUNIT_ASSERT_EQ(test, ctx->in.text_len, ctx->out.text_len);
	KUNIT_ASSERT_EQ(test, ctx->plain.len, len);
	KUNIT_ASSERT_EQ(test, memcmp(ctx->result, ctx->plain_pkt, len), 0);
}

/* A right packet of @len bytes, and then with another byte */
static inline void expect_changed(struct kunit *test, struct esp_ctx *ctx, u32 len,
				  u16 at, u8 byte, int ret)
{
	make_packet(ctx, 4, 100, 0, 0, 64);
	KUNIT_ASSERT_EQ(test, send_packet(ctx, 1), 0);
	KUNIT_ASSERT_EQ(test, ctx->out.len, len);
	KUNIT_ASSERT_EQ(test, receive_packet(ctx, len), 0);
	ctx->esp_pkt[at] = byte;
	KUNIT_EXPECT_EQ(test, receive_packet(ctx, len), ret);
}

#endif /* _TESTS_IPSEC_ESP_H */
