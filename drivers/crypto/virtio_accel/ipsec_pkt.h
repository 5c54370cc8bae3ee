/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_PKT_H
#define _VACCEL_IPSEC_PKT_H

#include <linux/crypto.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "ipsec_sa.h"

struct aead_request;
struct scatterlist;
struct xfrm_state;

/**
 * struct vaccel_pkt - a packet on its way through the crypto API
 * @turn: its place among those of the SA, then in a list of the device
 * @sa: the SA, referenced
 * @x: inbound: the kernel's state, referenced
 * @from: the packet
 * @twin: what it becomes
 * @req: the request, behind this structure
 * @src: list of what is read, behind @req
 * @dst: list of what is written, behind @src
 * @err: the result
 * @text_off: where the text begins, in both packets
 * @text_len: its length, without the ICV
 * @seq: sequence number
 * @seq_hi: its upper half
 * @iv: the IV
 * @aad: what is only authenticated, with the IV at its end, as it is read
 * @aad_out: as it is written
 */
struct vaccel_pkt {
	struct vaccel_turn turn;
	struct vaccel_sa *sa;
	struct xfrm_state *x;
	struct sk_buff *from;
	struct sk_buff *twin;
	struct aead_request *req;
	struct scatterlist *src;
	struct scatterlist *dst;
	int err;
	unsigned int text_off;
	unsigned int text_len;
	u32 seq;
	u32 seq_hi;
	u8 iv[VACCEL_SA_MAX_IV];
	u8 aad[VACCEL_SA_MAX_AAD];
	u8 aad_out[VACCEL_SA_MAX_AAD] CRYPTO_MINALIGN_ATTR;
};

/**
 * struct vaccel_esp - the header of ESP, and where it is
 * @off: where, in the packet
 * @end: where the packet ends; there may be padding behind
 * @spi: SPI
 * @seq: sequence number
 * @dport: destination port of the UDP that it is in, or 0
 */
struct vaccel_esp {
	unsigned int off;
	unsigned int end;
	__be32 spi;
	__be32 seq;
	__be16 dport;
};

/**
 * vaccel_esp_read() - read the header of ESP
 * @skb: the packet
 * @esp: where it is; the rest is filled in
 *
 * Return: false if the packet is too short.
 */
bool vaccel_esp_read(const struct sk_buff *skb, struct vaccel_esp *esp);

/**
 * vaccel_pkt_alloc() - give a packet a twin, and room for a request
 * @sa: its SA, which gets a reference
 * @from: the packet, longer than the header, the IV and the ICV
 * @esp: its header
 *
 * Context: softirq.
 * Return: the packet with the same headers in its twin, without IV, or NULL if there
 *	is no memory.
 */
struct vaccel_pkt *vaccel_pkt_alloc(struct vaccel_sa *sa, struct sk_buff *from,
				    const struct vaccel_esp *esp);

/**
 * vaccel_pkt_map() - make the request
 * @pkt: the packet, with IV and sequence number
 * @esp: its header
 *
 * Return: 0, or -EINVAL if the packet is not what its headers say.
 */
int vaccel_pkt_map(struct vaccel_pkt *pkt, const struct vaccel_esp *esp);

/**
 * vaccel_pkt_submit() - encrypt or decrypt a packet
 * @pkt: the packet, which takes its place in the order of the SA; it comes out in the
 *	lists of the stacked device, and may be there on return
 *
 * Context: softirq.
 */
void vaccel_pkt_submit(struct vaccel_pkt *pkt);

/**
 * vaccel_pkt_free() - free all but the packet, the twin and the state
 * @pkt: the packet
 *
 * Context: softirq.
 */
void vaccel_pkt_free(struct vaccel_pkt *pkt);

#endif /* _VACCEL_IPSEC_PKT_H */
