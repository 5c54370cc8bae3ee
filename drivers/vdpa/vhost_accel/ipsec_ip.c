// SPDX-License-Identifier: GPL-2.0
/*
 * IP headers: parsing them, and what is around ESP and AH.
 */
#include "ipsec_ip.h"

#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#define VHA_IP_LEN_MAX		0xffff

#define VHA_IP4_DF		0x4000
/* More fragments, or not the first one */
#define VHA_IP4_FRAGMENT	0x3fff

enum {
	VHA_ECN_NONE = 0,
	VHA_ECN_ECT1 = 1,
	VHA_ECN_CE = 3,
	VHA_ECN_MASK = 3,
};

/* Fields that both versions have */

static u8 vha_ip_tos(const u8 *ip)
{
	return ip[0] >> 4 == 4 ? ip[1] : get_unaligned_be16(ip) >> 4;
}

/**
 * vha_ip_ecn() - the ECN field
 * @ip: a header
 *
 * Context: any.
 * Return: two bits.
 */
u8 vha_ip_ecn(const u8 *ip)
{
	return vha_ip_tos(ip) & VHA_ECN_MASK;
}

/**
 * vha_ip_max() - how long a packet may be
 * @ip: its header
 *
 * Context: any.
 * Return: what the field for its length can tell.
 */
u32 vha_ip_max(const struct vha_ip *ip)
{
	return VHA_IP_LEN_MAX + (ip->version == 6 ? VHA_IP6_LEN : 0);
}

/* RFC 1624, for a 16-bit word that was @from */
static void vha_ip4_fix_checksum(u8 *ip, u16 from, u16 to)
{
	u32 sum = (u16)~get_unaligned_be16(ip + 10) + (u16)~from + to;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	put_unaligned_be16(~sum, ip + 10);
}

static void vha_ip4_set_checksum(u8 *ip, u32 len)
{
	u32 sum = 0, i;

	put_unaligned_be16(0, ip + 10);
	for (i = 0; i < len; i += 2)
		sum += get_unaligned_be16(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	put_unaligned_be16(~sum, ip + 10);
}

static void vha_ip_set_tos(u8 *ip, u8 tos)
{
	u16 was = get_unaligned_be16(ip);

	if (ip[0] >> 4 == 4) {
		ip[1] = tos;
		vha_ip4_fix_checksum(ip, was, get_unaligned_be16(ip));
	} else {
		put_unaligned_be16((was & 0xf00f) | tos << 4, ip);
	}
}

/* One that would have none left is not forwarded */
static bool vha_ip_dec_ttl(u8 *ip)
{
	bool is_ip4 = ip[0] >> 4 == 4;
	u16 was = get_unaligned_be16(ip + 8);
	u8 *ttl = ip + (is_ip4 ? 8 : 7);

	if (*ttl <= 1)
		return false;
	--*ttl;
	if (is_ip4)
		vha_ip4_fix_checksum(ip, was, get_unaligned_be16(ip + 8));
	return true;
}

/* @head of @len bytes were copied. Options and extension headers are for others */
static int vha_ip_check(const u8 *pkt, u32 head, u32 len, struct vha_ip *ip)
{
	if (head < VHA_IP4_LEN)
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	ip->version = pkt[0] >> 4;
	if (ip->version == 4) {
		ip->len = (pkt[0] & 15) * 4;
		ip->proto = 9;
		if (ip->len < VHA_IP4_LEN || ip->len > len ||
		    get_unaligned_be16(pkt + 2) != len)
			return VIRTIO_ACCEL_SA_ERR_PACKET;
		return 0;
	}
	ip->len = VHA_IP6_LEN;
	ip->proto = 6;
	if (ip->version != 6 ||
	    (u32)get_unaligned_be16(pkt + 4) + VHA_IP6_LEN != len)
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	return 0;
}

/*
 * Past the extension headers that are not behind ESP; RFC 4303, 3.1.1. Destination
 * options are such only before a routing header, and in a packet that has been
 * protected, where nobody asks what they are for.
 */
static int vha_ip6_walk(const u8 *pkt, u32 head, bool is_protected,
			struct vha_ip *ip)
{
	struct vha_ip at = *ip;

	for (;;) {
		switch (pkt[at.proto]) {
		case VHA_PROTO_FRAGMENT:
			return VIRTIO_ACCEL_SA_ERR_FRAGMENT;
		case VHA_PROTO_HOP:
			if (at.len != VHA_IP6_LEN)
				return VIRTIO_ACCEL_SA_ERR_PACKET;
			break;
		case VHA_PROTO_ROUTING:
		case VHA_PROTO_DSTOPTS:
			break;
		default:
			return 0;
		}
		if (at.len + 8 > head)
			return VIRTIO_ACCEL_SA_ERR_PACKET;
		if (is_protected || pkt[at.proto] != VHA_PROTO_DSTOPTS) {
			ip->proto = at.len;
			ip->len = at.len + (pkt[at.len + 1] + 1) * 8;
		}
		at.proto = at.len;
		at.len += (pkt[at.len + 1] + 1) * 8;
		if (at.len > head)
			return VIRTIO_ACCEL_SA_ERR_PACKET;
	}
}

/**
 * vha_ip_parse() - the header before ESP or AH, or where one would be put
 * @pkt: the first %VHA_ESP_HEAD bytes of the packet, or all of it
 * @len: of the whole packet
 * @is_protected: there is one
 * @ip: filled in on success; all of the header was copied then
 *
 * Context: any.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_ip_parse(const u8 *pkt, u32 len, bool is_protected, struct vha_ip *ip)
{
	u32 head = min_t(u32, len, VHA_ESP_HEAD);
	int err;

	err = vha_ip_check(pkt, head, len, ip);
	if (err)
		return err;
	if (ip->version == 6)
		return vha_ip6_walk(pkt, head, is_protected, ip);
	return get_unaligned_be16(pkt + 6) & VHA_IP4_FRAGMENT ?
		VIRTIO_ACCEL_SA_ERR_FRAGMENT : 0;
}

/**
 * vha_ip_set_len() - what a header says about what follows
 * @pkt: the header, complete but for that
 * @ip: likewise
 * @proto: what follows
 * @len: of the packet
 *
 * Context: any.
 */
void vha_ip_set_len(u8 *pkt, const struct vha_ip *ip, u8 proto, u32 len)
{
	pkt[ip->proto] = proto;
	if (ip->version == 4) {
		put_unaligned_be16(len, pkt + 2);
		vha_ip4_set_checksum(pkt, ip->len);
	} else {
		put_unaligned_be16(len - VHA_IP6_LEN, pkt + 4);
	}
}

/* Outbound */

static u8 vha_ip_outer_tos(const struct accel_sa_form *esp, const u8 *inner)
{
	u8 tos = vha_ip_tos(inner), outer = esp->dscp << 2;

	if (vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_COPY_DSCP))
		outer = tos & ~VHA_ECN_MASK;
	if (vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_ECN))
		outer |= tos & VHA_ECN_MASK;
	return outer;
}

/* Nobody may fragment IPv6 on its way */
static bool vha_ip_outer_df(const struct accel_sa_form *esp, const u8 *inner)
{
	if (!vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_COPY_DF))
		return esp->df;
	return inner[0] >> 4 == 6 ||
	       (get_unaligned_be16(inner + 6) & VHA_IP4_DF);
}

/* All but length, checksum, protocol and identification */
static void vha_ip_out_outer(struct vha_esp_out *out,
			     const struct accel_sa_form *esp,
			     const u8 *inner, struct vha_ip *ip)
{
	u8 tos = vha_ip_outer_tos(esp, inner);

	ip->version = esp->version;
	if (esp->version == 4) {
		ip->len = VHA_IP4_LEN;
		ip->proto = 9;
		memset(out->head, 0, VHA_IP4_LEN);
		out->head[0] = 0x45;
		out->head[1] = tos;
		if (vha_ip_outer_df(esp, inner))
			put_unaligned_be16(VHA_IP4_DF, out->head + 6);
		out->head[8] = esp->ttl;
		memcpy(out->head + 12, esp->src, 4);
		memcpy(out->head + 16, esp->dst, 4);
		return;
	}
	ip->len = VHA_IP6_LEN;
	ip->proto = 6;
	put_unaligned_be32(6U << 28 | tos << 20 | esp->flabel, out->head);
	out->head[7] = esp->ttl;
	memcpy(out->head + 8, esp->src, 16);
	memcpy(out->head + 24, esp->dst, 16);
}

static int vha_ip_out_tunnel(struct vha_esp_out *out,
			     const struct accel_sa_form *esp,
			     const u8 *pkt, u32 len, struct vha_ip *ip)
{
	struct vha_ip inner;

	if (vha_ip_check(pkt, min_t(u32, len, VHA_ESP_HEAD), len, &inner))
		return VIRTIO_ACCEL_SA_ERR_INNER;
	out->inner_len = inner.version == 4 ? VHA_IP4_LEN : VHA_IP6_LEN;
	memcpy(out->inner, pkt, out->inner_len);
	out->skip = out->inner_len;
	if (vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_DEC_TTL) &&
	    !vha_ip_dec_ttl(out->inner))
		return VIRTIO_ACCEL_SA_ERR_TTL;
	vha_ip_out_outer(out, esp, pkt, ip);
	return 0;
}

static int vha_ip_out_transport(struct vha_esp_out *out, const u8 *pkt,
				u32 len, struct vha_ip *ip)
{
	int err;

	err = vha_ip_parse(pkt, len, false, ip);
	if (err)
		return err;
	memcpy(out->head, pkt, ip->len);
	out->inner_len = 0;
	out->skip = ip->len;
	return 0;
}

/**
 * vha_ip_out() - the header of a packet that goes out
 * @out: @head, @inner, @inner_len and @skip are filled in on success
 * @esp: of the SA
 * @pkt: the first %VHA_ESP_HEAD bytes of the packet, or all of it
 * @len: of the whole packet
 * @ip: the header in @out, which is complete but for what vha_ip_set_len() does
 * @next: what is protected
 *
 * Context: any.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_ip_out(struct vha_esp_out *out, const struct accel_sa_form *esp,
	       const u8 *pkt, u32 len, struct vha_ip *ip, u8 *next)
{
	int err;

	/* Sums of lengths can't overflow */
	if (len > VHA_IP_LEN_MAX + VHA_IP6_LEN)
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	if (esp->tunnel)
		err = vha_ip_out_tunnel(out, esp, pkt, len, ip);
	else
		err = vha_ip_out_transport(out, pkt, len, ip);
	if (err)
		return err;
	if (!esp->tunnel)
		*next = out->head[ip->proto];
	else
		*next = pkt[0] >> 4 == 4 ? VHA_PROTO_IPV4 : VHA_PROTO_IPV6;
	return 0;
}

/**
 * vha_ip_out_finish() - fill in what the sequence number decides
 * @out: of vha_ip_out(), with its length
 * @esp: the same
 * @seq: of the packet
 *
 * Context: any.
 */
void vha_ip_out_finish(struct vha_esp_out *out, const struct accel_sa_form *esp,
		       u64 seq)
{
	if (esp->tunnel && esp->version == 4) {
		put_unaligned_be16(seq, out->head + 4);
		vha_ip4_fix_checksum(out->head, 0, seq);
	}
}

/* Inbound */

/* RFC 6040, 4.2. Returns what the inner one becomes, or -1 for a packet to drop */
static int vha_ip_decap_ecn(u8 inner, u8 outer)
{
	if (inner == VHA_ECN_NONE)
		return outer == VHA_ECN_CE ? -1 : VHA_ECN_NONE;
	if (inner == VHA_ECN_CE || outer == VHA_ECN_CE)
		return VHA_ECN_CE;
	return outer == VHA_ECN_ECT1 ? VHA_ECN_ECT1 : inner;
}

static int vha_ip_in_tunnel(struct vha_esp_plain *plain,
			    const struct accel_sa_form *esp,
			    const struct vha_esp_in *in, const u8 *text,
			    u32 len, u8 next)
{
	struct vha_ip inner;
	u8 tos;
	int ecn;

	if (next != VHA_PROTO_IPV4 && next != VHA_PROTO_IPV6)
		return VIRTIO_ACCEL_SA_ERR_TRAILER;
	if (vha_ip_check(text, min_t(u32, len, VHA_ESP_INNER), len, &inner) ||
	    inner.version != (next == VHA_PROTO_IPV4 ? 4 : 6))
		return VIRTIO_ACCEL_SA_ERR_INNER;
	plain->head_len = inner.version == 4 ? VHA_IP4_LEN : VHA_IP6_LEN;
	plain->skip = plain->head_len;
	plain->len = len;
	memcpy(plain->head, text, plain->head_len);
	if (vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_ECN)) {
		tos = vha_ip_tos(text);
		ecn = vha_ip_decap_ecn(tos & VHA_ECN_MASK, in->ecn);
		if (ecn < 0)
			return VIRTIO_ACCEL_SA_ERR_ECN;
		vha_ip_set_tos(plain->head, (tos & ~VHA_ECN_MASK) | ecn);
	}
	if (vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_DEC_TTL) &&
	    !vha_ip_dec_ttl(plain->head))
		return VIRTIO_ACCEL_SA_ERR_TTL;
	return 0;
}

/**
 * vha_ip_in() - the packet that was inside
 * @plain: filled in on success
 * @esp: of the SA
 * @in: what the packet looked like
 * @pkt: the first %VHA_ESP_HEAD bytes of it, or all
 * @text: the first %VHA_ESP_INNER bytes of the text, or all of it
 * @len: of the text, without a trailer
 * @next: what it is
 *
 * Context: any.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_ip_in(struct vha_esp_plain *plain, const struct accel_sa_form *esp,
	      const struct vha_esp_in *in, const u8 *pkt, const u8 *text,
	      u32 len, u8 next)
{
	struct vha_ip ip = {
		.version = in->version,
		.len = in->ip_len,
		.proto = in->proto,
	};

	if (esp->tunnel)
		return vha_ip_in_tunnel(plain, esp, in, text, len, next);
	plain->head_len = ip.len;
	plain->skip = 0;
	plain->len = ip.len + len;
	memcpy(plain->head, pkt, ip.len);
	vha_ip_set_len(plain->head, &ip, next, plain->len);
	return 0;
}
