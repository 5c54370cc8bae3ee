// SPDX-License-Identifier: GPL-2.0
/*
 * Policies of packet offload.
 *
 * Those for packets that leave are only what makes the kernel use states in packet
 * mode. Those for packets that come in say which may not come in plain.
 */
#include "ipsec_policy.h"

#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netlink.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "ipsec_netdev.h"

/* Key exchange is not protected by what it makes */
#define VACCEL_PORT_IKE		500
#define VACCEL_PORT_NAT_T	4500

/**
 * struct vaccel_policy - a policy for packets that come in
 * @node: in &vaccel_netdev.policies
 * @sel: what it is for
 * @family: of the addresses
 * @priority: less comes first
 * @plain: does it let plain packets in?
 * @listed: is it in the list?
 * @rcu: for those who look for a policy
 */
struct vaccel_policy {
	struct list_head node;
	struct xfrm_selector sel;
	u16 family;
	u32 priority;
	bool plain;
	bool listed;
	struct rcu_head rcu;
};

/**
 * struct vaccel_flow - what a selector looks at
 * @family: of the addresses
 * @proto: protocol behind IP
 * @later: not the first fragment: it has no ports
 * @sport: port, or type of ICMP
 * @dport: port, or code of ICMP
 * @saddr: address
 * @daddr: address
 */
struct vaccel_flow {
	u16 family;
	u8 proto;
	bool later;
	__be16 sport;
	__be16 dport;
	xfrm_address_t saddr;
	xfrm_address_t daddr;
};

int vaccel_policy_add(struct xfrm_policy *xp, struct netlink_ext_ack *extack)
{
	struct vaccel_netdev *vn;
	struct vaccel_policy *pol;

	if (!vaccel_netdev_is(xp->xdo.dev)) {
		NL_SET_ERR_MSG(extack,
			       "vaccel: through a device above it nothing is offloaded");
		return -EINVAL;
	}
	vn = netdev_priv(xp->xdo.dev);
	if (xp->if_id) {
		NL_SET_ERR_MSG(extack,
			       "vaccel: if_id cannot be offloaded in packet mode");
		return -EINVAL;
	}
	if (xp->xdo.dir == XFRM_DEV_OFFLOAD_OUT)
		return 0;
	pol = kzalloc(sizeof(*pol), GFP_KERNEL);
	if (!pol)
		return -ENOMEM;
	pol->sel = xp->selector;
	pol->family = xp->family;
	pol->priority = xp->priority;
	pol->plain = xp->action == XFRM_POLICY_ALLOW && !xp->xfrm_nr;
	pol->listed = true;
	spin_lock_bh(&vn->lock);
	list_add_tail_rcu(&pol->node, &vn->policies);
	spin_unlock_bh(&vn->lock);
	xp->xdo.offload_handle = (unsigned long)pol;
	return 0;
}

void vaccel_policy_delete(struct xfrm_policy *xp)
{
	struct vaccel_policy *pol = (void *)xp->xdo.offload_handle;
	struct vaccel_netdev *vn = netdev_priv(xp->xdo.dev);

	if (!pol)
		return;
	spin_lock_bh(&vn->lock);
	if (pol->listed)
		list_del_rcu(&pol->node);
	pol->listed = false;
	spin_unlock_bh(&vn->lock);
}

void vaccel_policy_free(struct xfrm_policy *xp)
{
	struct vaccel_policy *pol = (void *)xp->xdo.offload_handle;

	if (!pol)
		return;
	vaccel_policy_delete(xp);
	xp->xdo.offload_handle = 0;
	kfree_rcu(pol, rcu);
}

static bool vaccel_flow_addresses(struct sk_buff *skb, struct vaccel_flow *flow,
				  unsigned int *off)
{
	const struct ipv6hdr *ip6;
	const struct iphdr *ip4;
	__be16 frag;
	u8 next;
	int ret;

	if (skb->protocol == htons(ETH_P_IP)) {
		if (!pskb_may_pull(skb, sizeof(*ip4)))
			return false;
		ip4 = (const struct iphdr *)skb->data;
		flow->family = AF_INET;
		flow->saddr.a4 = ip4->saddr;
		flow->daddr.a4 = ip4->daddr;
		flow->proto = ip4->protocol;
		flow->later = ip4->frag_off & htons(IP_OFFSET);
		*off = ip4->ihl * 4;
		return true;
	}
	if (skb->protocol != htons(ETH_P_IPV6) ||
	    !pskb_may_pull(skb, sizeof(*ip6)))
		return false;
	ip6 = (const struct ipv6hdr *)skb->data;
	flow->family = AF_INET6;
	flow->saddr.in6 = ip6->saddr;
	flow->daddr.in6 = ip6->daddr;
	next = ip6->nexthdr;
	ret = ipv6_skip_exthdr(skb, sizeof(*ip6), &next, &frag);
	flow->proto = next;
	/* Without an end of the headers, nothing is known of what follows */
	flow->later = ret < 0 || frag & htons(~0x7);
	*off = max(ret, 0);
	return true;
}

static void vaccel_flow_ports(const struct sk_buff *skb, struct vaccel_flow *flow,
			      unsigned int off)
{
	__be16 ports[2];
	u8 type[2];

	if (flow->later)
		return;
	switch (flow->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		if (skb_copy_bits(skb, off, ports, sizeof(ports)))
			break;
		flow->sport = ports[0];
		flow->dport = ports[1];
		return;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		if (skb_copy_bits(skb, off, type, sizeof(type)))
			break;
		flow->sport = htons(type[0]);
		flow->dport = htons(type[1]);
		return;
	default:
		return;
	}
	/* Too short to have any */
	flow->later = true;
}

/* It is IPsec itself, which the kernel looks at, or makes it possible */
static bool vaccel_flow_is_ipsec(const struct vaccel_flow *flow)
{
	switch (flow->proto) {
	case IPPROTO_ESP:
	case IPPROTO_AH:
	case IPPROTO_COMP:
		return true;
	case IPPROTO_UDP:
		return !flow->later &&
		       (flow->dport == htons(VACCEL_PORT_IKE) ||
			flow->dport == htons(VACCEL_PORT_NAT_T));
	default:
		return false;
	}
}

static bool vaccel_policy_ports(const struct xfrm_selector *sel,
				const struct vaccel_flow *flow)
{
	/* What has no ports to be seen may have those */
	if (flow->later)
		return true;
	return !((flow->sport ^ sel->sport) & sel->sport_mask) &&
	       !((flow->dport ^ sel->dport) & sel->dport_mask);
}

static bool vaccel_policy_matches(const struct vaccel_policy *pol,
				  const struct vaccel_flow *flow, int ifindex)
{
	const struct xfrm_selector *sel = &pol->sel;
	bool addrs;

	if (pol->family != flow->family)
		return false;
	if (flow->family == AF_INET)
		addrs = addr4_match(flow->saddr.a4, sel->saddr.a4,
				    sel->prefixlen_s) &&
			addr4_match(flow->daddr.a4, sel->daddr.a4,
				    sel->prefixlen_d);
	else
		addrs = addr_match(&flow->saddr, &sel->saddr,
				   sel->prefixlen_s) &&
			addr_match(&flow->daddr, &sel->daddr,
				   sel->prefixlen_d);
	return addrs && (!sel->proto || sel->proto == flow->proto) &&
	       (!sel->ifindex || sel->ifindex == ifindex) &&
	       vaccel_policy_ports(sel, flow);
}

bool vaccel_policy_drops(struct vaccel_netdev *vn, struct sk_buff *skb)
{
	const struct vaccel_policy *pol, *first = NULL;
	struct vaccel_flow flow = {};
	unsigned int off;

	if (likely(list_empty(&vn->policies)) ||
	    !vaccel_flow_addresses(skb, &flow, &off))
		return false;
	vaccel_flow_ports(skb, &flow, off);
	if (vaccel_flow_is_ipsec(&flow))
		return false;
	/* Under the RCU of the receive path */
	list_for_each_entry_rcu(pol, &vn->policies, node)
		if ((!first || pol->priority < first->priority) &&
		    vaccel_policy_matches(pol, &flow, vn->dev->ifindex))
			first = pol;
	return first && !first->plain;
}
