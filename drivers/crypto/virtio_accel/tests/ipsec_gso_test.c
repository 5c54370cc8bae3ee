// SPDX-License-Identifier: GPL-2.0
/*
 * Super-packets in packet mode: what is cut is what the stack would have cut.
 */
#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/gso.h>
#include <net/ip6_checksum.h>

#include "../ipsec_gso.h"

/* Behind the headers, in the same piece as they are */
#define GSO_LINEAR	700
#define GSO_FRAG	1500

/**
 * struct gso_case - a super-packet
 * @name: what is special
 * @ipv6: else IPv4
 * @tcp: else UDP
 * @options: bytes of options of TCP
 * @size: of a part
 * @len: of all parts
 */
struct gso_case {
	const char *name;
	bool ipv6;
	bool tcp;
	unsigned int options;
	unsigned int size;
	unsigned int len;
};

static const struct gso_case gso_cases[] = {
	{ "TCP over IPv4", false, true, 12, 1348, 8000 },
	{ "TCP over IPv6", true, true, 0, 1348, 8000 },
	{ "UDP over IPv4", false, false, 0, 1372, 9000 },
	{ "UDP over IPv6", true, false, 0, 1352, 9000 },
	{ "parts of odd length", false, true, 0, 501, 5000 },
	{ "only whole parts", false, true, 0, 1000, 5000 },
	{ "many", true, false, 0, 100, 6000 },
};

KUNIT_ARRAY_PARAM_DESC(gso_case, gso_cases, name);

static unsigned int gso_ip(struct sk_buff *skb, const struct gso_case *c,
			   u8 proto, unsigned int len)
{
	struct ipv6hdr *ip6;
	struct iphdr *ip4;

	skb_set_network_header(skb, ETH_HLEN);
	if (c->ipv6) {
		ip6 = ipv6_hdr(skb);
		ip6->version = 6;
		ip6->payload_len = htons(len);
		ip6->nexthdr = proto;
		ip6->saddr.s6_addr[15] = 1;
		ip6->daddr.s6_addr[15] = 2;
		return sizeof(*ip6);
	}
	ip4 = ip_hdr(skb);
	ip4->version = 4;
	ip4->ihl = sizeof(*ip4) / 4;
	ip4->tot_len = htons(sizeof(*ip4) + len);
	/* Goes over the end */
	ip4->id = htons(0xfffe);
	ip4->ttl = 64;
	ip4->protocol = proto;
	ip4->saddr = htonl(0x0a000001);
	ip4->daddr = htonl(0x0a000002);
	return sizeof(*ip4);
}

static __sum16 gso_pseudo(struct sk_buff *skb, const struct gso_case *c, u8 proto,
			  unsigned int len)
{
	if (c->ipv6)
		return ~csum_ipv6_magic(&ipv6_hdr(skb)->saddr,
					&ipv6_hdr(skb)->daddr, len, proto, 0);
	return ~csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, len,
				  proto, 0);
}

static void gso_tcp(struct sk_buff *skb, const struct gso_case *c,
		    unsigned int len)
{
	struct tcphdr *th = tcp_hdr(skb);

	th->seq = htonl(0xffffff00);
	th->doff = (sizeof(*th) + c->options) / 4;
	th->ack = 1;
	th->psh = 1;
	th->fin = 1;
	th->cwr = 1;
	memset(th + 1, 1, c->options);
	th->check = gso_pseudo(skb, c, IPPROTO_TCP, len);
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_type = c->ipv6 ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
}

static void gso_udp(struct sk_buff *skb, const struct gso_case *c,
		    unsigned int len)
{
	struct udphdr *uh = udp_hdr(skb);

	uh->len = htons(len);
	uh->check = gso_pseudo(skb, c, IPPROTO_UDP, len);
	skb->csum_offset = offsetof(struct udphdr, check);
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
}

static void gso_fill(struct sk_buff *skb, unsigned int off)
{
	u8 byte;

	for (; off < skb->len; off++) {
		byte = off * 7 + off / 251;
		skb_store_bits(skb, off, &byte, 1);
	}
}

/* A super-packet, as a device gets it from the stack */
static struct sk_buff *gso_make(struct kunit *test, const struct gso_case *c)
{
	unsigned int transport_len = c->tcp ? sizeof(struct tcphdr) + c->options :
					      sizeof(struct udphdr);
	unsigned int len = transport_len + c->len, off, left, n;
	struct sk_buff *skb;
	struct page *page;
	int i = 0;

	skb = alloc_skb(256 + GSO_LINEAR, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, ETH_HLEN + sizeof(struct ipv6hdr) + transport_len);
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	skb->protocol = htons(c->ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	eth_hdr(skb)->h_proto = skb->protocol;
	off = ETH_HLEN + gso_ip(skb, c, c->tcp ? IPPROTO_TCP : IPPROTO_UDP, len);
	skb_set_transport_header(skb, off);
	skb->mac_len = ETH_HLEN;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb_shinfo(skb)->gso_size = c->size;
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(c->len, c->size);
	if (c->tcp)
		gso_tcp(skb, c, len);
	else
		gso_udp(skb, c, len);
	off += transport_len;
	skb_trim(skb, off);
	skb_put(skb, GSO_LINEAR);
	for (left = c->len - GSO_LINEAR; left; left -= n) {
		n = min(left, GSO_FRAG);
		page = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, page);
		skb_add_rx_frag(skb, i++, page, 100, n, PAGE_SIZE);
	}
	gso_fill(skb, off);
	return skb;
}

/* Headers and text are those of the stack's packet */
static void gso_same(struct kunit *test, struct vaccel_gso *gso,
		     struct sk_buff *want)
{
	unsigned int len = vaccel_gso_len(gso), part = len - gso->head_len;
	u8 *head, *text, *all;

	__skb_pull(want, skb_network_offset(want));
	KUNIT_ASSERT_EQ(test, len, want->len);
	all = kunit_kzalloc(test, 2 * len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, all);
	head = all + len;
	text = head + gso->head_len;
	vaccel_gso_head(gso, head);
	KUNIT_ASSERT_EQ(test, skb_copy_bits(gso->skb, gso->off, text, part), 0);
	KUNIT_ASSERT_EQ(test, skb_copy_bits(want, 0, all, len), 0);
	KUNIT_EXPECT_MEMEQ(test, head, all, gso->head_len);
	KUNIT_EXPECT_MEMEQ(test, text, all + gso->head_len, part);
}

static void gso_cut(struct kunit *test)
{
	const struct gso_case *c = test->param_value;
	struct sk_buff *skb, *copy, *segs, *seg, *next;
	struct vaccel_gso gso;
	unsigned int n = 0;

	skb = gso_make(test, c);
	copy = skb_copy(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	segs = skb_gso_segment(copy, NETIF_F_SG | NETIF_F_HIGHDMA);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(segs));
	consume_skb(copy);
	KUNIT_ASSERT_TRUE(test, vaccel_gso_start(&gso, skb));
	skb_list_walk_safe(segs, seg, next) {
		gso_same(test, &gso, seg);
		vaccel_gso_next(&gso);
		skb_mark_not_on_list(seg);
		consume_skb(seg);
		n++;
	}
	KUNIT_EXPECT_EQ(test, vaccel_gso_len(&gso), 0);
	KUNIT_EXPECT_EQ(test, n, DIV_ROUND_UP(c->len, c->size));
	consume_skb(skb);
}

/**
 * struct gso_refusal - a super-packet that is left to the stack
 * @name: why
 * @spoil: makes it that
 */
struct gso_refusal {
	const char *name;
	void (*spoil)(struct sk_buff *skb);
};

static void gso_no_checksum(struct sk_buff *skb)
{
	skb->ip_summed = CHECKSUM_NONE;
}

static void gso_other_checksum(struct sk_buff *skb)
{
	skb->csum_start += 4;
}

static void gso_other_type(struct sk_buff *skb)
{
	skb_shinfo(skb)->gso_type |= SKB_GSO_DODGY;
}

static void gso_inside(struct sk_buff *skb)
{
	skb->encapsulation = 1;
}

static void gso_shared(struct sk_buff *skb)
{
	skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
}

static void gso_list(struct sk_buff *skb)
{
	skb_shinfo(skb)->frag_list = alloc_skb(1, GFP_KERNEL);
}

static void gso_longer(struct sk_buff *skb)
{
	ip_hdr(skb)->tot_len = htons(ntohs(ip_hdr(skb)->tot_len) + 1);
}

static void gso_shorter(struct sk_buff *skb)
{
	ip_hdr(skb)->tot_len = htons(ntohs(ip_hdr(skb)->tot_len) - 1);
}

static void gso_short_header(struct sk_buff *skb)
{
	tcp_hdr(skb)->doff = sizeof(struct udphdr) / 4;
}

static const struct gso_refusal gso_refusals[] = {
	{ "no checksum to be made", gso_no_checksum },
	{ "of something else", gso_other_checksum },
	{ "another type", gso_other_type },
	{ "inside of another packet", gso_inside },
	{ "pages that may change", gso_shared },
	{ "a list of packets", gso_list },
	{ "longer than it is", gso_longer },
	{ "shorter than it is", gso_shorter },
	{ "no header of TCP", gso_short_header },
};

KUNIT_ARRAY_PARAM_DESC(gso_refusal, gso_refusals, name);

static void gso_refused(struct kunit *test)
{
	const struct gso_refusal *r = test->param_value;
	struct vaccel_gso gso;
	struct sk_buff *skb;
	void *data;

	skb = gso_make(test, &gso_cases[0]);
	data = skb->data;
	r->spoil(skb);
	KUNIT_EXPECT_FALSE(test, vaccel_gso_start(&gso, skb));
	KUNIT_EXPECT_PTR_EQ(test, (void *)skb->data, data);
	kfree_skb(skb);
}

static struct kunit_case gso_test_cases[] = {
	KUNIT_CASE_PARAM(gso_cut, gso_case_gen_params),
	KUNIT_CASE_PARAM(gso_refused, gso_refusal_gen_params),
	{}
};

static struct kunit_suite gso_suite = {
	.name = "vaccel_ipsec_gso",
	.test_cases = gso_test_cases,
};

kunit_test_suite(gso_suite);
