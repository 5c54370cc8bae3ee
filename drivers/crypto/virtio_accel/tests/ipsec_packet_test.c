// SPDX-License-Identifier: GPL-2.0
/*
 * Packet mode: the requests, sequence numbers and replay windows.
 */
#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/skbuff.h>
#include <linux/string.h>

#include "../encode.h"
#include "../ipsec_data.h"
#include "../ipsec_psa.h"
#include "../ipsec_window.h"

static void packet_header(struct kunit *test)
{
	static const u8 golden[] = {
		0x01, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x44, 0x33, 0x22, 0x11, 0x00, 0x00, 0x00, 0x00,
		0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x78, 0x05, 0x00, 0x00, 0xdc, 0x05, 0x00, 0x00,
	};
	struct vaccel_data_hdr h;
	unsigned int len;

	memset(&h, 0xee, sizeof(h));
	len = vaccel_ppkt_fill_hdr(&h, false, cpu_to_le64(0x11223344), 1400,
				   1500);
	KUNIT_ASSERT_EQ(test, len, sizeof(golden));
	KUNIT_EXPECT_MEMEQ(test, &h, golden, sizeof(golden));
	vaccel_ppkt_fill_hdr(&h, true, 0, 1, 1);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(h.op.opcode), 0x500);
}

static void packet_status(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, vaccel_ppkt_errno(VIRTIO_CRYPTO_OK), 0);
	KUNIT_EXPECT_EQ(test, vaccel_ppkt_errno(VIRTIO_CRYPTO_ERR), -EREMOTEIO);
	KUNIT_EXPECT_EQ(test, vaccel_ppkt_errno(VIRTIO_CRYPTO_BADMSG), -EBADMSG);
	KUNIT_EXPECT_EQ(test, vaccel_ppkt_errno(VIRTIO_CRYPTO_NOTSUPP), -EIO);
	KUNIT_EXPECT_EQ(test, vaccel_ppkt_errno(VIRTIO_CRYPTO_INVSESS), -ESTALE);
	/* The packet is there, and a soft limit has been reached */
	KUNIT_EXPECT_EQ(test, vaccel_ppkt_errno(7), 0);
	KUNIT_EXPECT_EQ(test, vaccel_ppkt_errno(0xff), -EIO);
}

struct packet_seq {
	const char *name;
	u64 last;
	u32 low;
	bool esn;
	u64 seq;
};

static const struct packet_seq packet_seqs[] = {
	{ "the first", 0, 1, true, 1 },
	{ "the next", 5, 6, true, 6 },
	{ "one before", 5, 4, true, 4 },
	{ "far before the first", 5, 0xfffffff0, true, 0xfffffff0 },
	{ "over the end", 0xffffffff, 2, true, 0x100000002 },
	{ "back over the end", 0x100000002, 0xffffffff, true, 0xffffffff },
	{ "high", 0x7000000000, 0x10000, true, 0x7000010000 },
	{ "32 bits", 0xffffffff, 2, false, 2 },
};

KUNIT_ARRAY_PARAM_DESC(packet_seq, packet_seqs, name);

static void packet_next_seq(struct kunit *test)
{
	const struct packet_seq *p = test->param_value;

	KUNIT_EXPECT_EQ(test, vaccel_psa_next_seq(p->last, p->low, p->esn),
			p->seq);
}

#define WINDOW_NUMBERS	600

/* A number is new once, and only while the window reaches it */
static void packet_window(struct kunit *test)
{
	static const u32 windows[] = { 1, 31, 32, 33, 64, 100 };
	/* Steps that go back, stay, and leave the window */
	static const int steps[] = { 1, 2, -1, 0, 5, -7, 40, -33, 3, 130, -99, 1 };
	u8 *seen = kunit_kzalloc(test, WINDOW_NUMBERS, GFP_KERNEL);
	unsigned int w, i;
	u32 bmp[4];

	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (w = 0; w < ARRAY_SIZE(windows); w++) {
		u64 top = 0;
		int seq = 0;

		memset(bmp, 0, sizeof(bmp));
		memset(seen, 0, WINDOW_NUMBERS);
		for (i = 0; i < 10 * ARRAY_SIZE(steps); i++) {
			int want = 0;

			seq = max(seq + steps[i % ARRAY_SIZE(steps)], 1);
			if (seq >= WINDOW_NUMBERS)
				break;
			if (seq <= top && top - seq >= windows[w])
				want = -ERANGE;
			else if (seen[seq])
				want = -EEXIST;
			KUNIT_EXPECT_EQ_MSG(test,
					    vaccel_window_take(bmp, windows[w],
							       top, seq),
					    want, "window %u number %d",
					    windows[w], seq);
			seen[seq] = 1;
			top = max_t(u64, top, seq);
		}
	}
}

/* The layout is the kernel's: the bit of number n is n - 1, around the end */
static void packet_window_layout(struct kunit *test)
{
	u32 bmp[2] = {};

	KUNIT_EXPECT_EQ(test, vaccel_window_take(bmp, 64, 0, 0), -ERANGE);
	KUNIT_EXPECT_EQ(test, vaccel_window_take(bmp, 64, 0, 1), 0);
	KUNIT_EXPECT_EQ(test, vaccel_window_take(bmp, 64, 1, 34), 0);
	KUNIT_EXPECT_EQ(test, bmp[0], BIT(0));
	KUNIT_EXPECT_EQ(test, bmp[1], BIT(1));
	KUNIT_EXPECT_EQ(test, vaccel_window_take(bmp, 64, 34, 66), 0);
	KUNIT_EXPECT_EQ(test, bmp[0], BIT(1));
	KUNIT_EXPECT_EQ(test, vaccel_window_take(bmp, 64, 66, 0x100000042), 0);
	KUNIT_EXPECT_EQ(test, bmp[0], BIT(1));
	KUNIT_EXPECT_EQ(test, bmp[1], 0);
}

struct packet_ip {
	const char *name;
	u8 head[8];
	u32 len;	/* of the packet */
	u32 want;
};

static const struct packet_ip packet_ips[] = {
	{ "IPv4", { 0x45, 0, 0, 60 }, 60, 60 },
	{ "IPv4 with padding behind", { 0x45, 0, 0, 60 }, 64, 60 },
	{ "IPv4, longer than it is", { 0x45, 0, 0, 61 }, 60, 0 },
	{ "IPv4, shorter than its header", { 0x45, 0, 0, 19 }, 60, 0 },
	{ "IPv4, a header that is too short", { 0x44, 0, 0, 60 }, 60, 0 },
	{ "IPv4, shorter than its options", { 0x4f, 0, 0, 59 }, 60, 0 },
	{ "IPv6", { 0x60, 0, 0, 0, 0, 20 }, 60, 60 },
	{ "IPv6, empty", { 0x60, 0, 0, 0, 0, 0 }, 60, 40 },
	{ "IPv6, longer than it is", { 0x60, 0, 0, 0, 0, 21 }, 60, 0 },
	{ "IPv6, cut", { 0x60, 0, 0, 0, 0, 0 }, 39, 0 },
	{ "no IP", { 0x50, 0, 0, 60, 0, 20 }, 60, 0 },
	{ "too short", { 0x45, 0, 0, 19 }, 19, 0 },
};

KUNIT_ARRAY_PARAM_DESC(packet_ip, packet_ips, name);

static void packet_ip_len(struct kunit *test)
{
	const struct packet_ip *p = test->param_value;
	struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);
	u8 version;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	memset(skb_put(skb, p->len), 0, p->len);
	memcpy(skb->data, p->head, sizeof(p->head));
	KUNIT_EXPECT_EQ(test, vaccel_ip_len(skb, &version), p->want);
	if (p->want)
		KUNIT_EXPECT_EQ(test, version, p->head[0] >> 4);
	kfree_skb(skb);
}

static struct kunit_case packet_cases[] = {
	KUNIT_CASE(packet_header),
	KUNIT_CASE(packet_status),
	KUNIT_CASE_PARAM(packet_next_seq, packet_seq_gen_params),
	KUNIT_CASE(packet_window),
	KUNIT_CASE(packet_window_layout),
	KUNIT_CASE_PARAM(packet_ip_len, packet_ip_gen_params),
	{}
};

static struct kunit_suite packet_suite = {
	.name = "vaccel_ipsec_packet",
	.test_cases = packet_cases,
};

kunit_test_suite(packet_suite);
