/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ESP in UDP, for peers behind a NAT (RFC 3948), in packet mode.
 *
 * The device makes the UDP header, and looks for ESP behind it. Ports are the state's,
 * which a key daemon may change while it is in use: so they are compared, and written,
 * here.
 */
#ifndef _VACCEL_IPSEC_UDP_H
#define _VACCEL_IPSEC_UDP_H

#include <linux/skbuff.h>
#include <linux/types.h>

struct vaccel_esp;
struct vaccel_ipsec_sa;
struct xfrm_state;

/**
 * vaccel_udp_state() - the encapsulation of a state, in a device's SA
 * @x: the state, of packet mode
 * @sa: filled in, as far as UDP goes
 *
 * Return: NULL, or a sentence that says why the encapsulation cannot be offloaded.
 */
const char *vaccel_udp_state(const struct xfrm_state *x,
			     struct vaccel_ipsec_sa *sa);

/**
 * vaccel_udp_find() - is there ESP behind a header of UDP?
 * @skb: the packet
 * @esp: with offset and end of the UDP header's packet; the offset becomes ESP's
 *
 * Return: false for what cannot be ESP: a keepalive, for one. Messages of a key daemon
 *	have an SPI of 0.
 */
bool vaccel_udp_find(const struct sk_buff *skb, struct vaccel_esp *esp);

/**
 * vaccel_udp_fits() - has a packet come in the encapsulation that its state wants?
 * @x: the state
 * @esp: of the packet
 *
 * Return: false if not: then it is not for the SA.
 */
bool vaccel_udp_fits(const struct xfrm_state *x, const struct vaccel_esp *esp);

/**
 * vaccel_udp_made() - give a packet that a device has made the state's ports
 * @skb: the packet
 * @x: the state, with encapsulation
 * @off: where UDP is; where ESP is, on return
 *
 * Return: false if that is not so.
 */
bool vaccel_udp_made(struct sk_buff *skb, const struct xfrm_state *x,
		     unsigned int *off);

/**
 * vaccel_udp_received() - a packet was authentic: did it come from somewhere else?
 * @x: the state, with encapsulation
 * @skb: the packet, as it came
 *
 * The key daemon is told, as by the kernel's ESP.
 */
void vaccel_udp_received(struct xfrm_state *x, const struct sk_buff *skb);

#endif /* _VACCEL_IPSEC_UDP_H */
