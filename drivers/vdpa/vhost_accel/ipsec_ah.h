/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AH: its header, and what of an IP header it covers. RFC 4302.
 *
 * The functions are those of ESP, with the same structures: see ipsec_esp.h. There is
 * no trailer, and the ICV is in the header.
 *
 * IP headers with options or extension headers before AH are refused, in both modes and
 * directions: which parts of them are covered is a question of each single option.
 */
#ifndef _VHA_IPSEC_AH_H
#define _VHA_IPSEC_AH_H

#include <linux/types.h>

#include "ipsec_esp.h"

/* IPv6, AH, the longest ICV and its padding */
#define VHA_AH_HEAD		72

int vha_ah_out_init(struct vha_esp_out *out, const struct accel_sa_form *esp,
		    const u8 *pkt, u32 len);
void vha_ah_out_finish(struct vha_esp_out *out, const struct accel_sa_form *esp,
		       u64 seq);
int vha_ah_in_parse(struct vha_esp_in *in, const struct accel_sa_form *esp,
		    const u8 *pkt, u32 len);
int vha_ah_in_finish(struct vha_esp_plain *plain,
		     const struct accel_sa_form *esp,
		     const struct vha_esp_in *in, const u8 *pkt,
		     const u8 *text);
u32 vha_ah_covered(u8 *covered, const u8 *pkt, u32 len, u32 icv, u32 icv_len);

#endif /* _VHA_IPSEC_AH_H */
