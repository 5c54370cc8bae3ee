/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IP headers, as far as ESP and AH share them: where they end, tunnels, and what goes
 * into a packet's start and comes out of it. RFC 4301 (5.1.2) and RFC 6040.
 *
 * Pure functions, as those of ipsec_esp.h, whose structures they fill in.
 */
#ifndef _VHA_IPSEC_IP_H
#define _VHA_IPSEC_IP_H

#include <linux/types.h>

#include "ipsec_esp.h"

#define VHA_IP4_LEN		20
#define VHA_IP6_LEN		40

enum vha_proto {
	VHA_PROTO_HOP = 0,
	VHA_PROTO_IPV4 = 4,
	VHA_PROTO_UDP = 17,
	VHA_PROTO_IPV6 = 41,
	VHA_PROTO_ROUTING = 43,
	VHA_PROTO_FRAGMENT = 44,
	VHA_PROTO_ESP = 50,
	VHA_PROTO_AH = 51,
	VHA_PROTO_NONE = 59,
	VHA_PROTO_DSTOPTS = 60,
};

/**
 * struct vha_ip - an IP header
 * @version: 4 or 6
 * @len: with options and extension headers
 * @proto: where the number of what follows is
 */
struct vha_ip {
	u8 version;
	u16 len;
	u16 proto;
};

/**
 * vha_esp_has() - does an SA have an option?
 * @esp: of the SA
 * @option: VIRTIO_CRYPTO_IPSEC_ESN and so on
 *
 * Context: any.
 * Return: whether it does.
 */
static inline bool vha_esp_has(const struct accel_sa_form *esp,
			       unsigned int option)
{
	return esp->options & (1U << option);
}

u8 vha_ip_ecn(const u8 *ip);
u32 vha_ip_max(const struct vha_ip *ip);
int vha_ip_parse(const u8 *pkt, u32 len, bool is_protected, struct vha_ip *ip);
void vha_ip_set_len(u8 *pkt, const struct vha_ip *ip, u8 proto, u32 len);
int vha_ip_out(struct vha_esp_out *out, const struct accel_sa_form *esp,
	       const u8 *pkt, u32 len, struct vha_ip *ip, u8 *next);
void vha_ip_out_finish(struct vha_esp_out *out, const struct accel_sa_form *esp,
		       u64 seq);
int vha_ip_in(struct vha_esp_plain *plain, const struct accel_sa_form *esp,
	      const struct vha_esp_in *in, const u8 *pkt, const u8 *text,
	      u32 len, u8 next);

#endif /* _VHA_IPSEC_IP_H */
