/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_DATA_H
#define _VACCEL_IPSEC_DATA_H

#include <linux/if_ether.h>
#include <linux/scatterlist.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "ipsec_psa.h"
#include "ipsec_sa.h"
#include "req.h"

struct vaccel_data_hdr;
struct xfrm_state;

/**
 * struct vaccel_ppkt - a packet of an SA in packet mode, on its way through a device
 * @turn: its place among those of the SA, then in a list of the stacked device
 * @req: the request
 * @psa: the SA, referenced
 * @x: the kernel's state, referenced
 * @from: the packet, from its IP header on; or a super-packet that it is a part of
 * @to: what it becomes
 * @status: behind @to, room for the status; NULL: it is in the slot
 * @hdr: right before the packet, room for the header of the request; over a link header,
 *	if there is one. NULL: it is in the slot
 * @link: inbound: the link header
 * @session: what the device calls the SA
 * @src_len: length of the packet
 * @dst_len: of @to, room for the result
 * @err: the result
 * @seq: inbound: lower half of the sequence number
 * @src: list of what is read
 * @dst: list of what is written, behind @src
 */
struct vaccel_ppkt {
	struct vaccel_turn turn;
	struct vaccel_req req;
	struct vaccel_psa *psa;
	struct xfrm_state *x;
	struct sk_buff *from;
	struct sk_buff *to;
	u8 *status;
	u8 *hdr;
	u8 link[ETH_HLEN];
	__le64 session;
	u32 src_len;
	u32 dst_len;
	int err;
	u32 seq;
	struct scatterlist *dst;
	struct scatterlist src[];
};

/**
 * vaccel_ppkt_alloc() - give a packet room for what it becomes, and for a request
 * @psa: its SA, which gets a reference
 * @from: the packet; its data begins with the IP header
 * @len: its length, without padding of the link
 * @front: room to leave before what it becomes
 * @room: for that
 *
 * Context: softirq.
 * Return: the packet, or NULL if there is no memory.
 */
struct vaccel_ppkt *vaccel_ppkt_alloc(struct vaccel_psa *psa, struct sk_buff *from,
				      unsigned int len, unsigned int front,
				      unsigned int room);

/**
 * vaccel_ppkt_alloc_part() - the same for a part of a super-packet, with a header of its own
 * @psa: its SA, which gets a reference
 * @from: the super-packet, which gets one too; without a list of others
 * @off: where the part begins
 * @len: how long it is
 * @head_len: room for a header, see vaccel_ppkt_head()
 * @front: room to leave before what it becomes
 *
 * Context: softirq.
 * Return: the packet, or NULL if there is no memory.
 */
struct vaccel_ppkt *vaccel_ppkt_alloc_part(struct vaccel_psa *psa,
					   struct sk_buff *from,
					   unsigned int off, unsigned int len,
					   unsigned int head_len,
					   unsigned int front);

/**
 * vaccel_ppkt_head() - where the header of a part is to be
 * @pkt: the packet, of vaccel_ppkt_alloc_part()
 *
 * Return: uninitialised memory.
 */
u8 *vaccel_ppkt_head(struct vaccel_ppkt *pkt);

/**
 * vaccel_ppkt_submit() - give a packet to the device
 * @pkt: the packet, which takes its place in the order of the SA; it comes out in the
 *	lists of the stacked device, and may be there on return
 * @untold: as vaccel_psa_submit() has it
 *
 * Context: softirq.
 */
void vaccel_ppkt_submit(struct vaccel_ppkt *pkt, struct vaccel_untold *untold);

/**
 * vaccel_ppkt_free() - free all but the packets and the state
 * @pkt: the packet
 *
 * Context: softirq.
 */
void vaccel_ppkt_free(struct vaccel_ppkt *pkt);

/**
 * vaccel_ppkt_fill_hdr() - build the header of a request
 * @h: the buffer
 * @out: does the packet leave?
 * @session: what the device calls the SA
 * @src_len: length of the packet
 * @dst_len: room for the result
 *
 * Return: its length.
 */
unsigned int vaccel_ppkt_fill_hdr(struct vaccel_data_hdr *h, bool out,
				  __le64 session, u32 src_len, u32 dst_len);

/**
 * vaccel_ppkt_errno() - what an answer means
 * @status: from the device
 *
 * Return: 0; -EBADMSG for a packet that is not authentic, -ESTALE if the device does not
 *	know the SA, -EREMOTEIO if it has refused the packet, -EIO for nonsense.
 */
int vaccel_ppkt_errno(u8 status);

/**
 * vaccel_ip_len() - length of a packet by its header
 * @skb: the packet, which begins with the header
 * @version: set to that of IP
 *
 * Return: the length, at least that of the header and at most that of @skb; 0 if it
 *	makes no sense.
 */
unsigned int vaccel_ip_len(struct sk_buff *skb, u8 *version);

#endif /* _VACCEL_IPSEC_DATA_H */
