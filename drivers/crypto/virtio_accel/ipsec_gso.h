/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Super-packets in packet mode, which are cut without a packet for each part: a device
 * gets the parts where they are, behind headers that are made here.
 */
#ifndef _VACCEL_IPSEC_GSO_H
#define _VACCEL_IPSEC_GSO_H

#include <linux/types.h>
#include <net/tso.h>

struct sk_buff;
struct vaccel_netdev;
struct vaccel_ppkt;
struct vaccel_psa;

/**
 * struct vaccel_gso - a super-packet that is being cut
 * @skb: the super-packet, from its IP header on
 * @tso: what the kernel's helpers know of it
 * @head_len: of the headers
 * @off: where the next part begins
 * @pseudo: sum of the pseudo header, but for the length
 */
struct vaccel_gso {
	struct sk_buff *skb;
	struct tso_t tso;
	unsigned int head_len;
	unsigned int off;
	__wsum pseudo;
};

/**
 * vaccel_gso_start() - begin with a super-packet
 * @gso: filled in on success
 * @skb: the super-packet, from its link header on; on success from its IP header on
 *
 * Context: any.
 * Return: false if the stack has to cut it.
 */
bool vaccel_gso_start(struct vaccel_gso *gso, struct sk_buff *skb);

/**
 * vaccel_gso_len() - how long is the next packet?
 * @gso: the super-packet
 *
 * Return: the length with headers; 0 if there is none.
 */
unsigned int vaccel_gso_len(const struct vaccel_gso *gso);

/**
 * vaccel_gso_head() - make headers
 * @gso: the super-packet
 * @head: @gso->head_len bytes, set to those of the next packet
 *
 * Context: any.
 */
void vaccel_gso_head(struct vaccel_gso *gso, u8 *head);

/**
 * vaccel_gso_alloc() - make the next packet
 * @gso: the super-packet
 * @psa: its SA, which gets a reference
 * @front: room to leave before what it becomes
 *
 * Context: softirq.
 * Return: the packet, with a reference on the super-packet; NULL if there is no memory.
 */
struct vaccel_ppkt *vaccel_gso_alloc(struct vaccel_gso *gso,
				     struct vaccel_psa *psa, unsigned int front);

/**
 * vaccel_gso_next() - go on to the next packet
 * @gso: the super-packet, with at least one
 */
void vaccel_gso_next(struct vaccel_gso *gso);

/**
 * vaccel_gso_segment() - have the stack cut a super-packet
 * @vn: the stacked device
 * @skb: the super-packet, which is taken
 *
 * Context: any.
 * Return: a list of packets with their checksums; NULL: it is dropped.
 */
struct sk_buff *vaccel_gso_segment(struct vaccel_netdev *vn, struct sk_buff *skb);

#endif /* _VACCEL_IPSEC_GSO_H */
