// SPDX-License-Identifier: GPL-2.0
/*
 * Super-packets in packet mode: their parts.
 */
#include "ipsec_gso.h"

#include <kunit/visibility.h>
#include <linux/err.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/minmax.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/gso.h>

#include "ipsec_data.h"
#include "ipsec_netdev.h"
#include "ipsec_rxtx.h"

/* What the headers here are made for; more is for the stack */
#define VACCEL_GSO_TYPES						\
	(SKB_GSO_TCPV4 | SKB_GSO_TCPV6 | SKB_GSO_TCP_ECN | SKB_GSO_UDP_L4)

static bool vaccel_gso_is_tcp(const struct vaccel_gso *gso)
{
	return gso->tso.tlen >= sizeof(struct tcphdr);
}

/* With a checksum to be made, of data that does not change meanwhile */
static bool vaccel_gso_fits(const struct sk_buff *skb)
{
	return !(skb_shinfo(skb)->gso_type & ~VACCEL_GSO_TYPES) &&
	       skb->ip_summed == CHECKSUM_PARTIAL && !skb->encapsulation &&
	       skb_checksum_start_offset(skb) == skb_transport_offset(skb) &&
	       !skb_has_frag_list(skb) && !skb_has_shared_frag(skb);
}

/* Are all headers there, and is the packet as long as they say? */
static bool vaccel_gso_read(struct vaccel_gso *gso, struct sk_buff *skb)
{
	unsigned int transport = skb_transport_offset(skb);
	unsigned int len;
	__sum16 sum;
	u8 version;

	if (!pskb_may_pull(skb, transport + (skb_is_gso_tcp(skb) ?
					     sizeof(struct tcphdr) :
					     sizeof(struct udphdr))))
		return false;
	gso->head_len = tso_start(skb, &gso->tso);
	if (skb_is_gso_tcp(skb) != vaccel_gso_is_tcp(gso) ||
	    gso->head_len >= skb->len || !pskb_may_pull(skb, gso->head_len) ||
	    vaccel_ip_len(skb, &version) != skb->len)
		return false;
	gso->tso.ipv6 = version == 6;
	sum = vaccel_gso_is_tcp(gso) ? tcp_hdr(skb)->check : udp_hdr(skb)->check;
	len = skb->len - transport;
	gso->pseudo = csum_sub(csum_unfold(sum), (__force __wsum)htonl(len));
	return true;
}

bool vaccel_gso_start(struct vaccel_gso *gso, struct sk_buff *skb)
{
	unsigned int link_len = skb_network_offset(skb);

	if (!vaccel_gso_fits(skb))
		return false;
	__skb_pull(skb, link_len);
	if (!vaccel_gso_read(gso, skb)) {
		__skb_push(skb, link_len);
		return false;
	}
	gso->skb = skb;
	gso->off = gso->head_len;
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_gso_start);

/* Of the next part */
static unsigned int vaccel_gso_part(const struct vaccel_gso *gso)
{
	return min_t(unsigned int, gso->skb->len - gso->off,
		     skb_shinfo(gso->skb)->gso_size);
}

unsigned int vaccel_gso_len(const struct vaccel_gso *gso)
{
	unsigned int part = vaccel_gso_part(gso);

	return part ? gso->head_len + part : 0;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_gso_len);

void vaccel_gso_head(struct vaccel_gso *gso, u8 *head)
{
	unsigned int part = vaccel_gso_part(gso), transport;
	bool last = gso->off + part == gso->skb->len;
	struct tcphdr *th;
	struct udphdr *uh;
	unsigned int len;
	__wsum sum;

	tso_build_hdr(gso->skb, head, &gso->tso, part, last);
	if (!gso->tso.ipv6)
		ip_send_check((struct iphdr *)head);

	transport = skb_transport_offset(gso->skb);
	len = gso->head_len - transport;
	th = (struct tcphdr *)(head + transport);
	uh = (struct udphdr *)(head + transport);
	if (vaccel_gso_is_tcp(gso)) {
		/* That the window was reduced is said once */
		if (gso->off != gso->head_len)
			th->cwr = 0;
		th->check = 0;
	} else {
		uh->check = 0;
	}
	sum = skb_checksum(gso->skb, gso->off, part,
			   csum_add(gso->pseudo,
				    (__force __wsum)htonl(len + part)));
	sum = csum_partial(th, len, sum);
	if (vaccel_gso_is_tcp(gso))
		th->check = csum_fold(sum);
	else
		uh->check = csum_fold(sum) ?: CSUM_MANGLED_0;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_gso_head);

struct vaccel_ppkt *vaccel_gso_alloc(struct vaccel_gso *gso,
				     struct vaccel_psa *psa, unsigned int front)
{
	struct vaccel_ppkt *pkt;

	pkt = vaccel_ppkt_alloc_part(psa, gso->skb, gso->off,
				     vaccel_gso_part(gso), gso->head_len, front);
	if (pkt)
		vaccel_gso_head(gso, vaccel_ppkt_head(pkt));
	return pkt;
}

void vaccel_gso_next(struct vaccel_gso *gso)
{
	unsigned int part = vaccel_gso_part(gso);

	gso->off += part;
	gso->tso.tcp_seq += part;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_gso_next);

struct sk_buff *vaccel_gso_segment(struct vaccel_netdev *vn, struct sk_buff *skb)
{
	struct sk_buff *segs;

	segs = skb_gso_segment(skb, NETIF_F_SG | NETIF_F_HIGHDMA);
	if (IS_ERR_OR_NULL(segs)) {
		vaccel_tx_drop(vn, skb, PTR_ERR(segs) == -ENOMEM ?
			       VACCEL_TX_NO_MEMORY : VACCEL_TX_MALFORMED);
		return NULL;
	}
	vaccel_netdev_inc(vn, VACCEL_TX_SUPER);
	consume_skb(skb);
	return segs;
}
