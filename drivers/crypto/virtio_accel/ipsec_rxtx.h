/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_RXTX_H
#define _VACCEL_IPSEC_RXTX_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

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

#endif /* _VACCEL_IPSEC_RXTX_H */
