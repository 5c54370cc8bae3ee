// SPDX-License-Identifier: GPL-2.0
/*
 * ESP in UDP, for peers behind a NAT (RFC 3948), in packet mode.
 */
#include "ipsec_udp.h"

#include <kunit/visibility.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/xfrm.h>

#include "ipsec_ctrl.h"
#include "ipsec_pkt.h"

const char *vaccel_udp_state(const struct xfrm_state *x,
			     struct vaccel_ipsec_sa *sa)
{
	const struct xfrm_encap_tmpl *encap = x->encap;

	if (!encap)
		return NULL;
	if (encap->encap_type != UDP_ENCAP_ESPINUDP)
		return "vaccel: no encapsulation (encap) but espinudp can be offloaded";
	/* It needs a checksum of what the device has yet to encrypt */
	if (x->props.family != AF_INET)
		return "vaccel: encapsulation in UDP over IPv6 (encap) cannot be offloaded";
	if (!encap->encap_sport || !encap->encap_dport)
		return "vaccel: encapsulation in UDP (encap) without ports cannot be offloaded";
	sa->wire.options |= cpu_to_le64(BIT_ULL(VIRTIO_CRYPTO_IPSEC_UDP_ENCAP));
	if (x->xso.dir == XFRM_DEV_OFFLOAD_OUT) {
		sa->wire.udp_sport = cpu_to_le16(ntohs(encap->encap_sport));
		sa->wire.udp_dport = cpu_to_le16(ntohs(encap->encap_dport));
	}
	return NULL;
}

bool vaccel_udp_find(const struct sk_buff *skb, struct vaccel_esp *esp)
{
	unsigned int len = esp->end - esp->off;
	const struct udphdr *udp;
	struct udphdr hdr;

	/* The checksum is nobody's business: ESP has a better one */
	udp = skb_header_pointer(skb, esp->off, sizeof(hdr), &hdr);
	if (!udp || ntohs(udp->len) != len ||
	    len <= sizeof(*udp) + VACCEL_SA_HDR)
		return false;
	esp->off += sizeof(*udp);
	esp->dport = udp->dest;
	return esp->dport;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_udp_find);

bool vaccel_udp_fits(const struct xfrm_state *x, const struct vaccel_esp *esp)
{
	__be16 dport = x->encap ? READ_ONCE(x->encap->encap_dport) : 0;

	/* NATs change the other one */
	return esp->dport == dport;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_udp_fits);

bool vaccel_udp_made(struct sk_buff *skb, const struct xfrm_state *x,
		     unsigned int *off)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	struct udphdr *udp;

	if (iph->protocol != IPPROTO_UDP ||
	    !pskb_may_pull(skb, *off + sizeof(*udp)))
		return false;
	udp = (struct udphdr *)(skb->data + *off);
	if (ntohs(udp->len) != skb->len - *off || udp->check)
		return false;
	udp->source = READ_ONCE(x->encap->encap_sport);
	udp->dest = READ_ONCE(x->encap->encap_dport);
	*off += sizeof(*udp);
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_udp_made);

void vaccel_udp_received(struct xfrm_state *x, const struct sk_buff *skb)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	xfrm_address_t from = { .a4 = iph->saddr };
	const struct udphdr *udp;
	struct udphdr hdr;

	/* It was there when the packet came */
	udp = skb_header_pointer(skb, iph->ihl * 4, sizeof(hdr), &hdr);
	if (!udp || (from.a4 == x->props.saddr.a4 &&
		     udp->source == READ_ONCE(x->encap->encap_sport)))
		return;
	km_new_mapping(x, &from, udp->source);
}
