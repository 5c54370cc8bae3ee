/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests of the IPSEC service: a packet comes, and what becomes of it goes back.
 *
 *	vha_ipsec_build()	finds the SA, copies the packet's start, finds the
 *				pages of all of it
 *	vha_ipsec_start()	when the request is about to be submitted: headers,
 *				sequence number, lists for the provider
 *	vha_ipsec_next()	after each step of the provider's
 *	vha_ipsec_return()	writes the headers, or wipes the destination
 *
 * The text goes from the source's pages to the destination's. All else, headers,
 * trailers, IV, AAD and ICV, is private memory when the provider or we look at it.
 *
 * An SA of an AEAD has one step, one with a cipher and a MAC two, in the order that
 * never decrypts what is not authentic. NULL encryption is a copy of ours, and so is
 * AH.
 *
 * With a provider that does whole packets, there is one step, and both lists are
 * the guest's own: see ipsec_whole.h.
 */
#ifndef _VHA_IPSEC_DATA_H
#define _VHA_IPSEC_DATA_H

#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

#include <accel/ipsec.h>

#include "ipsec_ah.h"
#include "ipsec_esp.h"
#include "ipsec_list.h"

struct vha_chain;
struct vha_params;
struct vha_req;
struct vha_run;
struct vha_sas;

/* Entries of a list beside the guest's pages: AAD, inner header, trailer */
#define VHA_IPSEC_PRIVATE	3

/* The lists that a provider gets */
enum vha_ipsec_lists {
	VHA_IPSEC_SRC,
	VHA_IPSEC_DST,
	VHA_IPSEC_AUTH,
	VHA_IPSEC_LISTS,
};

/**
 * struct vha_ipsec - what a request slot has for a packet
 * @inbound: the packet comes in
 * @started: vha_ipsec_start() has been there
 * @soft: with this packet, a soft limit is reached
 * @src_len: of the source
 * @dst_len: of the destination
 * @text_len: of the text, with its trailer
 * @auth_len: of what the MAC reads
 * @at: where the text is in the destination
 * @dirty: how much of the destination the provider may have written
 * @seq: sequence number
 * @list: for the provider
 * @out: the packet that goes out
 * @in: the packet that comes in
 * @plain: what was in it
 * @want: the ICV that came with it
 * @head: how the source begins
 * @aad: what is authenticated beside the text: of an AEAD, ESP header and IV, or all
 *	headers with AH
 * @seq_hi: high half of the sequence number, for a MAC
 * @spill: text for which there is no room in the destination: its trailer
 * @sg: entries of the lists, if the request has no large table
 *
 * Belongs to the queue's worker; from submission to completion, what the lists are
 * about belongs to the provider.
 */
struct vha_ipsec {
	bool inbound;
	bool started;
	bool soft;
	u32 src_len;
	u32 dst_len;
	u32 text_len;
	u32 auth_len;
	u32 at;
	u32 dirty;
	u64 seq;
	struct vha_ipsec_list list[VHA_IPSEC_LISTS];
	struct vha_esp_in in;
	struct vha_esp_plain plain;
	u8 want[ACCEL_IPSEC_ICV_MAX];
	u8 head[VHA_ESP_HEAD];
	/* DMA may be done to what follows, apart from the rest */
	struct vha_esp_out out __aligned(ARCH_DMA_MINALIGN);
	u8 aad[VHA_AH_HEAD] __aligned(ARCH_DMA_MINALIGN);
	u8 seq_hi[4];
	u8 spill[VHA_ESP_TAIL] __aligned(ARCH_DMA_MINALIGN);
	struct scatterlist sg[] __aligned(ARCH_DMA_MINALIGN);
};

struct vha_ipsec *vha_ipsec_alloc(void);
u8 vha_ipsec_build(struct vha_run *run, struct vha_req *req,
		   struct vha_chain *chain, const struct vha_params *p);
bool vha_ipsec_start(struct vha_sas *sas, struct vha_req *req);
bool vha_ipsec_take_apart(struct vha_sas *sas, struct vha_req *req);
bool vha_ipsec_next(struct vha_sas *sas, struct vha_req *req);
u8 vha_ipsec_return(struct vha_req *req, u8 status);

#endif /* _VHA_IPSEC_DATA_H */
