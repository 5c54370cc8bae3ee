// SPDX-License-Identifier: GPL-2.0
/*
 * Policies of packet offload.
 *
 * Those for packets that leave are only what makes the kernel use states in packet
 * mode. Those for packets that come in say which may not come in plain.
 *
 * A gateway has thousands of those, but few lengths of prefixes: a packet's addresses
 * are cut to each pair of lengths that there is, and looked up.
 */
#include "ipsec_policy.h"

#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netlink.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "ipsec_netdev.h"

/* Key exchange is not protected by what it makes */
#define VACCEL_PORT_IKE		500
#define VACCEL_PORT_NAT_T	4500

/**
 * struct vaccel_policy_key - networks that a policy is for; without padding
 * @family: of the addresses
 * @len_s: of the source's prefix
 * @len_d: of the destination's
 * @saddr: the source's network
 * @daddr: the destination's
 */
struct vaccel_policy_key {
	u16 family;
	u8 len_s;
	u8 len_d;
	xfrm_address_t saddr;
	xfrm_address_t daddr;
};

static_assert(sizeof(struct vaccel_policy_key) == 4 + 2 * sizeof(xfrm_address_t));

/**
 * struct vaccel_policy_shape - lengths of prefixes that there are policies with
 * @node: in &vaccel_policies.shapes
 * @family: of the addresses
 * @len_s: of the source's prefix
 * @len_d: of the destination's
 * @nr: policies
 * @rcu: for those who look for a policy
 */
struct vaccel_policy_shape {
	struct list_head node;
	u16 family;
	u8 len_s;
	u8 len_d;
	unsigned int nr;
	struct rcu_head rcu;
};

/**
 * struct vaccel_policy - a policy for packets that come in
 * @node: in &vaccel_policies.table
 * @key: networks that it is for
 * @shape: with its lengths
 * @sel: what else it is for
 * @priority: less comes first
 * @number: the same, of those with one priority
 * @plain: does it let plain packets in?
 * @listed: is it in the table?
 * @rcu: for those who look for a policy
 */
struct vaccel_policy {
	struct rhlist_head node;
	struct vaccel_policy_key key;
	struct vaccel_policy_shape *shape;
	struct xfrm_selector sel;
	u32 priority;
	u64 number;
	bool plain;
	bool listed;
	struct rcu_head rcu;
};

static const struct rhashtable_params vaccel_policy_params = {
	.head_offset = offsetof(struct vaccel_policy, node),
	.key_offset = offsetof(struct vaccel_policy, key),
	.key_len = sizeof(struct vaccel_policy_key),
	.automatic_shrinking = true,
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

int vaccel_policies_init(struct vaccel_policies *policies)
{
	INIT_LIST_HEAD(&policies->shapes);
	return rhltable_init(&policies->table, &vaccel_policy_params);
}

void vaccel_policies_exit(struct vaccel_policies *policies)
{
	rhltable_destroy(&policies->table);
}

static void vaccel_policy_set_key(struct vaccel_policy_key *key, u16 family,
				  u8 len_s, u8 len_d, const xfrm_address_t *saddr,
				  const xfrm_address_t *daddr)
{
	memset(key, 0, sizeof(*key));
	key->family = family;
	key->len_s = len_s;
	key->len_d = len_d;
	if (family == AF_INET) {
		key->saddr.a4 = saddr->a4 & inet_make_mask(len_s);
		key->daddr.a4 = daddr->a4 & inet_make_mask(len_d);
	} else {
		ipv6_addr_prefix(&key->saddr.in6, &saddr->in6, len_s);
		ipv6_addr_prefix(&key->daddr.in6, &daddr->in6, len_d);
	}
}

static struct vaccel_policy_shape *
vaccel_policy_find_shape(const struct vaccel_netdev *vn,
			 const struct vaccel_policy_key *key)
{
	struct vaccel_policy_shape *shape;

	lockdep_assert_held(&vn->lock);
	list_for_each_entry(shape, &vn->policies.shapes, node)
		if (shape->family == key->family && shape->len_s == key->len_s &&
		    shape->len_d == key->len_d)
			return shape;
	return NULL;
}

static int vaccel_policy_get_shape(struct vaccel_netdev *vn,
				   struct vaccel_policy *pol)
{
	struct vaccel_policy_shape *shape, *spare;

	spare = kzalloc(sizeof(*spare), GFP_KERNEL);
	if (!spare)
		return -ENOMEM;
	spare->family = pol->key.family;
	spare->len_s = pol->key.len_s;
	spare->len_d = pol->key.len_d;
	spin_lock_bh(&vn->lock);
	shape = vaccel_policy_find_shape(vn, &pol->key);
	if (!shape) {
		shape = spare;
		spare = NULL;
		list_add_tail_rcu(&shape->node, &vn->policies.shapes);
	}
	shape->nr++;
	pol->shape = shape;
	pol->number = vn->policies.added++;
	spin_unlock_bh(&vn->lock);
	kfree(spare);
	return 0;
}

static void vaccel_policy_put_shape(struct vaccel_netdev *vn,
				    struct vaccel_policy_shape *shape)
{
	lockdep_assert_held(&vn->lock);
	if (--shape->nr)
		return;
	list_del_rcu(&shape->node);
	kfree_rcu(shape, rcu);
}

static int vaccel_policy_list(struct vaccel_netdev *vn, struct vaccel_policy *pol)
{
	int err;

	err = vaccel_policy_get_shape(vn, pol);
	if (err)
		return err;
	err = rhltable_insert(&vn->policies.table, &pol->node,
			      vaccel_policy_params);
	if (err) {
		spin_lock_bh(&vn->lock);
		vaccel_policy_put_shape(vn, pol->shape);
		spin_unlock_bh(&vn->lock);
	} else {
		pol->listed = true;
	}
	return err;
}

int vaccel_policy_add(struct xfrm_policy *xp, struct netlink_ext_ack *extack)
{
	const struct xfrm_selector *sel = &xp->selector;
	struct vaccel_netdev *vn;
	struct vaccel_policy *pol;
	int err;

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
	vaccel_policy_set_key(&pol->key, xp->family, sel->prefixlen_s,
			      sel->prefixlen_d, &sel->saddr, &sel->daddr);
	pol->sel = *sel;
	pol->priority = xp->priority;
	pol->plain = xp->action == XFRM_POLICY_ALLOW && !xp->xfrm_nr;
	err = vaccel_policy_list(vn, pol);
	if (err) {
		kfree(pol);
		return err;
	}
	xp->xdo.offload_handle = (unsigned long)pol;
	return 0;
}

void vaccel_policy_delete(struct xfrm_policy *xp)
{
	struct vaccel_policy *pol = (void *)xp->xdo.offload_handle;
	struct vaccel_netdev *vn = netdev_priv(xp->xdo.dev);
	bool listed;

	if (!pol)
		return;
	spin_lock_bh(&vn->lock);
	listed = pol->listed;
	pol->listed = false;
	if (listed)
		vaccel_policy_put_shape(vn, pol->shape);
	spin_unlock_bh(&vn->lock);
	if (listed)
		rhltable_remove(&vn->policies.table, &pol->node,
				vaccel_policy_params);
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

/* Its networks are the packet's: what else? */
static bool vaccel_policy_matches(const struct vaccel_policy *pol,
				  const struct vaccel_flow *flow, int ifindex)
{
	const struct xfrm_selector *sel = &pol->sel;

	return (!sel->proto || sel->proto == flow->proto) &&
	       (!sel->ifindex || sel->ifindex == ifindex) &&
	       vaccel_policy_ports(sel, flow);
}

static bool vaccel_policy_before(const struct vaccel_policy *a,
				 const struct vaccel_policy *b)
{
	if (!b || a->priority != b->priority)
		return !b || a->priority < b->priority;
	return a->number < b->number;
}

static const struct vaccel_policy *
vaccel_policy_first(struct vaccel_netdev *vn, const struct vaccel_flow *flow)
{
	const struct vaccel_policy *pol, *first = NULL;
	const struct vaccel_policy_shape *shape;
	struct vaccel_policy_key key;
	struct rhlist_head *list, *pos;

	/* Under the RCU of the receive path */
	list_for_each_entry_rcu(shape, &vn->policies.shapes, node) {
		if (shape->family != flow->family)
			continue;
		vaccel_policy_set_key(&key, shape->family, shape->len_s,
				      shape->len_d, &flow->saddr, &flow->daddr);
		list = rhltable_lookup(&vn->policies.table, &key,
				       vaccel_policy_params);
		rhl_for_each_entry_rcu(pol, pos, list, node)
			if (vaccel_policy_before(pol, first) &&
			    vaccel_policy_matches(pol, flow, vn->dev->ifindex))
				first = pol;
	}
	return first;
}

bool vaccel_policy_drops(struct vaccel_netdev *vn, struct sk_buff *skb)
{
	const struct vaccel_policy *first;
	struct vaccel_flow flow = {};
	unsigned int off;

	if (likely(list_empty(&vn->policies.shapes)) ||
	    !vaccel_flow_addresses(skb, &flow, &off))
		return false;
	vaccel_flow_ports(skb, &flow, off);
	if (vaccel_flow_is_ipsec(&flow))
		return false;
	first = vaccel_policy_first(vn, &flow);
	return first && !first->plain;
}
