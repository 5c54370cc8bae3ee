// SPDX-License-Identifier: GPL-2.0
/*
 * ESP in UDP: what is taken for it, and what a device may have made.
 */
#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/udp.h>
#include <net/xfrm.h>

#include "../ipsec_pkt.h"
#include "../ipsec_udp.h"

#define UDP_AT		20
#define UDP_END		60

struct udp_packet {
	const char *name;
	u32 end;	/* of IP's packet; there are 4 more bytes */
	u16 len;	/* as UDP says */
	u16 dport;
	bool found;
};

static const struct udp_packet udp_packets[] = {
	{ "ESP", 60, 40, 4500, true },
	{ "as short as it can be", 37, 17, 4500, true },
	{ "no more than a header", 36, 16, 4500, false },
	{ "a keepalive", 29, 9, 4500, false },
	{ "shorter than its header", 60, 7, 4500, false },
	{ "longer than the packet", 60, 41, 4500, false },
	{ "with something behind", 60, 39, 4500, false },
	{ "no port", 60, 40, 0, false },
	{ "cut", 24, 40, 4500, false },
	{ "shorter than IP", 19, 40, 4500, false },
};

KUNIT_ARRAY_PARAM_DESC(udp_packet, udp_packets, name);

static struct sk_buff *udp_skb(struct kunit *test, u16 len, u16 dport)
{
	struct sk_buff *skb = alloc_skb(UDP_END + 4, GFP_KERNEL);
	struct udphdr *udp;
	struct iphdr *iph;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	iph = skb_put_zero(skb, UDP_END);
	iph->version = 4;
	iph->ihl = 5;
	iph->protocol = IPPROTO_UDP;
	udp = (struct udphdr *)(skb->data + UDP_AT);
	udp->source = htons(1);
	udp->dest = htons(dport);
	udp->len = htons(len);
	return skb;
}

static void udp_find(struct kunit *test)
{
	const struct udp_packet *p = test->param_value;
	struct sk_buff *skb = udp_skb(test, p->len, p->dport);
	struct vaccel_esp esp = { .off = UDP_AT, .end = p->end };

	KUNIT_EXPECT_EQ(test, vaccel_udp_find(skb, &esp), p->found);
	if (p->found) {
		KUNIT_EXPECT_EQ(test, esp.off, UDP_AT + sizeof(struct udphdr));
		KUNIT_EXPECT_EQ(test, ntohs(esp.dport), p->dport);
	}
	kfree_skb(skb);
}

static void udp_fits(struct kunit *test)
{
	struct xfrm_encap_tmpl encap = {
		.encap_sport = htons(4500),
		.encap_dport = htons(4501),
	};
	struct vaccel_esp bare = {}, here = { .dport = htons(4501) },
			  elsewhere = { .dport = htons(4500) };
	struct xfrm_state *x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, x);
	KUNIT_EXPECT_TRUE(test, vaccel_udp_fits(x, &bare));
	KUNIT_EXPECT_FALSE(test, vaccel_udp_fits(x, &here));
	x->encap = &encap;
	KUNIT_EXPECT_FALSE(test, vaccel_udp_fits(x, &bare));
	KUNIT_EXPECT_TRUE(test, vaccel_udp_fits(x, &here));
	KUNIT_EXPECT_FALSE(test, vaccel_udp_fits(x, &elsewhere));
}

/* The device has had other ports, as the state was changed since */
static void udp_made(struct kunit *test)
{
	struct xfrm_encap_tmpl encap = {
		.encap_sport = htons(4500),
		.encap_dport = htons(4501),
	};
	struct xfrm_state *x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);
	struct sk_buff *skb = udp_skb(test, UDP_END - UDP_AT, 9);
	struct iphdr *iph = (struct iphdr *)skb->data;
	struct udphdr *udp = (struct udphdr *)(skb->data + UDP_AT);
	unsigned int off = UDP_AT;

	KUNIT_ASSERT_NOT_NULL(test, x);
	x->encap = &encap;
	KUNIT_EXPECT_TRUE(test, vaccel_udp_made(skb, x, &off));
	KUNIT_EXPECT_EQ(test, off, UDP_AT + sizeof(*udp));
	KUNIT_EXPECT_EQ(test, ntohs(udp->source), 4500);
	KUNIT_EXPECT_EQ(test, ntohs(udp->dest), 4501);

	off = UDP_AT;
	udp->check = htons(1);
	KUNIT_EXPECT_FALSE(test, vaccel_udp_made(skb, x, &off));
	udp->check = 0;
	udp->len = htons(UDP_END - UDP_AT - 1);
	KUNIT_EXPECT_FALSE(test, vaccel_udp_made(skb, x, &off));
	udp->len = htons(UDP_END - UDP_AT);
	iph->protocol = IPPROTO_ESP;
	KUNIT_EXPECT_FALSE(test, vaccel_udp_made(skb, x, &off));
	iph->protocol = IPPROTO_UDP;
	off = UDP_END - sizeof(*udp) + 1;
	KUNIT_EXPECT_FALSE(test, vaccel_udp_made(skb, x, &off));
	kfree_skb(skb);
}

static struct kunit_case udp_cases[] = {
	KUNIT_CASE_PARAM(udp_find, udp_packet_gen_params),
	KUNIT_CASE(udp_fits),
	KUNIT_CASE(udp_made),
	{}
};

static struct kunit_suite udp_suite = {
	.name = "vaccel_ipsec_udp",
	.test_cases = udp_cases,
};

kunit_test_suite(udp_suite);
