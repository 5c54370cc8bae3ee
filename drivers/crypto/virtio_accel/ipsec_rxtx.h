/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_RXTX_H
#define _VACCEL_IPSEC_RXTX_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "ipsec_netdev.h"

/**
 * vaccel_xmit() - send a packet, which may have to be encrypted
 * @skb: the packet
 * @dev: the stacked device
 *
 * Context: bottom halves off, one caller at a time.
 * Return: NETDEV_TX_OK.
 */
netdev_tx_t vaccel_xmit(struct sk_buff *skb, struct net_device *dev);

/**
 * vaccel_rx_handler() - a packet comes from the device below
 * @pskb: the packet
 *
 * Context: bottom halves off.
 * Return: as the stack wants it.
 */
rx_handler_result_t vaccel_rx_handler(struct sk_buff **pskb);

/**
 * vaccel_rxtx_poll() - let packets go that are through
 * @napi: of the stacked device
 * @budget: how many may go up
 *
 * Context: softirq.
 * Return: how many went up.
 */
int vaccel_rxtx_poll(struct napi_struct *napi, int budget);

/**
 * vaccel_tx_down() - give a packet to the device below
 * @vn: the stacked device
 * @skb: the packet, with its link header
 */
void vaccel_tx_down(struct vaccel_netdev *vn, struct sk_buff *skb);

/**
 * vaccel_tx_route() - give a packet its link header, and to the device below
 * @vn: the stacked device
 * @skb: the packet, from its IP header on, with its route
 * @family: of its header
 *
 * Not before its neighbour is known.
 */
void vaccel_tx_route(struct vaccel_netdev *vn, struct sk_buff *skb, u16 family);

/**
 * vaccel_tx_drop() - drop a packet that was to leave
 * @vn: the stacked device
 * @skb: the packet
 * @why: what to count
 */
void vaccel_tx_drop(struct vaccel_netdev *vn, struct sk_buff *skb,
		    enum vaccel_netdev_stat why);

/**
 * vaccel_tx_stop() - a packet is being encrypted: stop the queue if that is enough
 * @vn: the stacked device
 */
void vaccel_tx_stop(struct vaccel_netdev *vn);

/**
 * vaccel_tx_wake() - undo vaccel_tx_stop()
 * @vn: the stacked device
 */
void vaccel_tx_wake(struct vaccel_netdev *vn);

/**
 * vaccel_tx_swap_owner() - let the socket of a packet pay for another one
 * @from: the packet
 * @to: what it has become
 */
void vaccel_tx_swap_owner(struct sk_buff *from, struct sk_buff *to);

/**
 * vaccel_rx_drop() - drop a packet that came in
 * @vn: the stacked device
 * @skb: the packet
 * @why: what to count
 */
void vaccel_rx_drop(struct vaccel_netdev *vn, struct sk_buff *skb,
		    enum vaccel_netdev_stat why);

#endif /* _VACCEL_IPSEC_RXTX_H */
