/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_POLICY_H
#define _VACCEL_IPSEC_POLICY_H

#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>

struct net_device;
struct netlink_ext_ack;
struct sk_buff;
struct vaccel_netdev;
struct xfrm_policy;

/**
 * struct vaccel_policies - policies of a stacked device, for packets that come in
 * @table: the policies, by the networks that they are for
 * @shapes: the lengths of prefixes that there are, also read under RCU; guarded by
 *	&vaccel_netdev.lock, as is
 * @added: how many were ever added
 */
struct vaccel_policies {
	struct rhltable table;
	struct list_head shapes;
	u64 added;
};

/**
 * vaccel_policies_init() - prepare a device's policies
 * @policies: zero
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vaccel_policies_init(struct vaccel_policies *policies);

/**
 * vaccel_policies_exit() - none is left
 * @policies: of vaccel_policies_init()
 *
 * Context: process.
 */
void vaccel_policies_exit(struct vaccel_policies *policies);

/* &xfrmdev_ops.xdo_dev_policy_add and so on */
int vaccel_policy_add(struct xfrm_policy *xp, struct netlink_ext_ack *extack);
void vaccel_policy_delete(struct xfrm_policy *xp);
void vaccel_policy_free(struct xfrm_policy *xp);

/**
 * vaccel_policy_drops() - may a packet that was not protected not come in?
 * @vn: the stacked device
 * @skb: the packet, which begins with its IP header
 *
 * The kernel leaves this to the device: it takes plain packets for which there is a
 * policy of packet offload.
 *
 * Context: softirq.
 * Return: true if it is to be dropped.
 */
bool vaccel_policy_drops(struct vaccel_netdev *vn, struct sk_buff *skb);

#endif /* _VACCEL_IPSEC_POLICY_H */
