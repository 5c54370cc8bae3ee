/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How packets of an SA look. virtio 1.4, "IPSEC Service"; RFC 4301, 4302, 4303.
 */
#ifndef _ACCEL_SA_FORM_H
#define _ACCEL_SA_FORM_H

#include <linux/types.h>

/**
 * struct accel_sa_form - what an SA says about its packets
 * @spi: as a number
 * @options: mask of VIRTIO_CRYPTO_IPSEC_ESN and so on; lifetimes concern no provider
 * @ah: AH, else ESP
 * @tunnel: tunnel mode, else transport mode
 * @version: outbound tunnel: of the outer header, 4 or 6
 * @src: outbound tunnel: address, as in the packet
 * @dst: the same
 * @flabel: outbound tunnel, IPv6
 * @dscp: outbound tunnel
 * @df: outbound tunnel, IPv4
 * @ttl: outbound tunnel: time to live, or hop limit
 * @sport: outbound, with UDP encapsulation
 * @dport: the same
 * @iv_len: of the IV in the packet: 0, 8 for a sequence number, 16 for a random one
 * @align: of the text, a power of two from 4 to 16
 * @icv_len: of the integrity check value
 */
struct accel_sa_form {
	u32 spi;
	u32 options;
	bool ah;
	bool tunnel;
	u8 version;
	u8 src[16];
	u8 dst[16];
	u32 flabel;
	u8 dscp;
	bool df;
	u8 ttl;
	u16 sport;
	u16 dport;
	u8 iv_len;
	u8 align;
	u8 icv_len;
};

#endif /* _ACCEL_SA_FORM_H */
