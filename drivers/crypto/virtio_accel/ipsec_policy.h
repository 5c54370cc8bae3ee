/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_POLICY_H
#define _VACCEL_IPSEC_POLICY_H

#include <linux/types.h>

struct net_device;
struct netlink_ext_ack;
struct sk_buff;
struct vaccel_netdev;
struct xfrm_policy;

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
