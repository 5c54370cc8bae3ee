/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_PACKET_H
#define _VACCEL_IPSEC_PACKET_H

#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "ipsec_netdev.h"

struct netlink_ext_ack;
struct vaccel_esp;
struct xfrm_state;

/**
 * vaccel_packet_state_add() - a state in packet mode
 * @x: the state
 * @extack: for a refusal, or NULL
 *
 * Context: process.
 * Return: 0 or an error.
 */
int vaccel_packet_state_add(struct xfrm_state *x, struct netlink_ext_ack *extack);

/**
 * vaccel_packet_state_free() - undo vaccel_packet_state_add()
 * @x: the state
 */
void vaccel_packet_state_free(struct xfrm_state *x);

/**
 * vaccel_packet_offload_ok() - mark a packet that is to go through a state
 * @skb: the packet, from its IP header on
 * @x: the state, in packet mode
 *
 * This is the only place that sees both.
 *
 * Return: false if it may not go: then the kernel drops it.
 */
bool vaccel_packet_offload_ok(struct sk_buff *skb, struct xfrm_state *x);

/**
 * vaccel_packet_xmit() - send a packet through a state
 * @vn: the stacked device
 * @skb: the packet, which is taken; may be a super-packet
 * @x: the state, in packet mode
 * @more: does another packet follow? Else the device is told of all
 *
 * Context: bottom halves off, one caller at a time.
 */
void vaccel_packet_xmit(struct vaccel_netdev *vn, struct sk_buff *skb,
			struct xfrm_state *x, bool more);

/**
 * vaccel_packet_flush() - tell the device of all packets that it has not been told of
 * @vn: the stacked device
 *
 * Context: that of vaccel_packet_xmit().
 */
static inline void vaccel_packet_flush(struct vaccel_netdev *vn)
{
	if (vn->tx_untold.vq)
		vaccel_psa_tell(&vn->tx_untold);
}

/**
 * vaccel_packet_rx() - an ESP packet for a state
 * @vn: the stacked device
 * @skb: the packet, from its IP header on
 * @x: the state, in packet mode, referenced
 * @esp: its ESP header
 *
 * Context: softirq.
 * Return: true if packet and state are taken; else they are for the kernel's software.
 */
bool vaccel_packet_rx(struct vaccel_netdev *vn, struct sk_buff *skb,
		      struct xfrm_state *x, const struct vaccel_esp *esp);

/**
 * vaccel_packet_finish() - packets are through
 * @vn: the stacked device
 * @tx: those that leave
 * @rx: those that come in
 *
 * Context: softirq, the device's NAPI.
 */
void vaccel_packet_finish(struct vaccel_netdev *vn, struct list_head *tx,
			  struct list_head *rx);

#endif /* _VACCEL_IPSEC_PACKET_H */
