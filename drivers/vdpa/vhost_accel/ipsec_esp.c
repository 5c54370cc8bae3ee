// SPDX-License-Identifier: GPL-2.0
/*
 * ESP: building and parsing headers and trailers.
 *
 * Offsets and lengths are checked against the packet's length and against what was
 * copied of it before anything is read.
 */
#include "ipsec_esp.h"

#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#define VHA_IP4_LEN		20
#define VHA_IP6_LEN		40
#define VHA_UDP_LEN		8
#define VHA_ESP_LEN		8
#define VHA_IP_MAX		0xffff

#define VHA_IP4_DF		0x4000
/* More fragments, or not the first one */
#define VHA_IP4_FRAGMENT	0x3fff

enum {
	VHA_PROTO_HOP = 0,
	VHA_PROTO_IPV4 = 4,
	VHA_PROTO_UDP = 17,
	VHA_PROTO_IPV6 = 41,
	VHA_PROTO_ROUTING = 43,
	VHA_PROTO_FRAGMENT = 44,
	VHA_PROTO_ESP = 50,
	VHA_PROTO_NONE = 59,
	VHA_PROTO_DSTOPTS = 60,
};

enum {
	VHA_ECN_NONE = 0,
	VHA_ECN_ECT1 = 1,
	VHA_ECN_CE = 3,
	VHA_ECN_MASK = 3,
};

/* An IP header, as far as ESP is concerned; @proto is an offset */
struct vha_ip {
	u8 version;
	u16 len;
	u16 proto;
};

static bool vha_esp_has(const struct vha_esp *esp, unsigned int option)
{
	return esp->options & (1U << option);
}

/* Fields that both versions have */

static u8 vha_ip_tos(const u8 *ip)
{
	return ip[0] >> 4 == 4 ? ip[1] : get_unaligned_be16(ip) >> 4;
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
 * Past the extension headers that ESP does not protect; RFC 4303, 3.1.1. Destination
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

/* All of the header that is before ESP, which was copied then */
static int vha_ip_parse(const u8 *pkt, u32 len, bool is_protected,
			struct vha_ip *ip)
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

/* The length of a packet whose header is complete but for that, and the protocol */
static void vha_ip_set_len(u8 *pkt, const struct vha_ip *ip, u8 proto, u32 len)
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

static u8 vha_esp_outer_tos(const struct vha_esp *esp, const u8 *inner)
{
	u8 tos = vha_ip_tos(inner), outer = esp->dscp << 2;

	if (vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_COPY_DSCP))
		outer = tos & ~VHA_ECN_MASK;
	if (vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_ECN))
		outer |= tos & VHA_ECN_MASK;
	return outer;
}

/* Nobody may fragment IPv6 on its way */
static bool vha_esp_outer_df(const struct vha_esp *esp, const u8 *inner)
{
	if (!vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_COPY_DF))
		return esp->df;
	return inner[0] >> 4 == 6 ||
	       (get_unaligned_be16(inner + 6) & VHA_IP4_DF);
}

/* All but length, checksum, protocol and identification */
static void vha_esp_out_outer(struct vha_esp_out *out, const struct vha_esp *esp,
			      const u8 *inner, struct vha_ip *ip)
{
	u8 tos = vha_esp_outer_tos(esp, inner);

	ip->version = esp->version;
	if (esp->version == 4) {
		ip->len = VHA_IP4_LEN;
		ip->proto = 9;
		memset(out->head, 0, VHA_IP4_LEN);
		out->head[0] = 0x45;
		out->head[1] = tos;
		if (vha_esp_outer_df(esp, inner))
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

static int vha_esp_out_tunnel(struct vha_esp_out *out, const struct vha_esp *esp,
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
	vha_esp_out_outer(out, esp, pkt, ip);
	return 0;
}

static int vha_esp_out_transport(struct vha_esp_out *out, const u8 *pkt,
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

/* 1, 2, 3, ..., their number, and what the text is */
static void vha_esp_out_tail(struct vha_esp_out *out, const struct vha_esp *esp,
			     u32 len, u8 next)
{
	u8 pad = -(len + 2) & (esp->align - 1);
	u8 i;

	for (i = 0; i < pad; i++)
		out->tail[i] = i + 1;
	out->tail[i++] = pad;
	out->tail[i++] = next;
	out->tail_len = i;
	out->text_len = len + i;
}

/* RFC 3948; IPv6 wants a checksum of what is encrypted later */
static int vha_esp_out_udp(struct vha_esp_out *out, const struct vha_esp *esp,
			   const struct vha_ip *ip)
{
	u8 *udp = out->head + ip->len;

	if (ip->version != 4)
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	put_unaligned_be16(esp->sport, udp);
	put_unaligned_be16(esp->dport, udp + 2);
	put_unaligned_be16(out->len - ip->len, udp + 4);
	put_unaligned_be16(0, udp + 6);
	return 0;
}

/**
 * vha_esp_out_init() - what a packet that goes out will look like
 * @out: filled in on success, but for what the sequence number decides
 * @esp: of the SA
 * @pkt: the first %VHA_ESP_HEAD bytes of the packet, or all of it
 * @len: of the whole packet
 *
 * Context: any.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_esp_out_init(struct vha_esp_out *out, const struct vha_esp *esp,
		     const u8 *pkt, u32 len)
{
	bool udp = vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_UDP_ENCAP);
	struct vha_ip ip;
	u8 next;
	int err;

	/* Sums below can't overflow */
	if (len > VHA_IP_MAX + VHA_IP6_LEN)
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	if (esp->tunnel)
		err = vha_esp_out_tunnel(out, esp, pkt, len, &ip);
	else
		err = vha_esp_out_transport(out, pkt, len, &ip);
	if (err)
		return err;
	if (!esp->tunnel)
		next = out->head[ip.proto];
	else
		next = pkt[0] >> 4 == 4 ? VHA_PROTO_IPV4 : VHA_PROTO_IPV6;
	vha_esp_out_tail(out, esp, len - out->skip + out->inner_len, next);
	out->esp = ip.len + (udp ? VHA_UDP_LEN : 0);
	out->head_len = out->esp + VHA_ESP_LEN + esp->iv_len;
	out->len = out->head_len + out->text_len + esp->icv_len;
	if (out->len > VHA_IP_MAX + (ip.version == 6 ? VHA_IP6_LEN : 0))
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	if (udp) {
		err = vha_esp_out_udp(out, esp, &ip);
		if (err)
			return err;
	}
	put_unaligned_be32(esp->spi, out->head + out->esp);
	vha_ip_set_len(out->head, &ip, udp ? VHA_PROTO_UDP : VHA_PROTO_ESP,
		       out->len);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_esp_out_init);

/**
 * vha_esp_out_finish() - fill in what the sequence number decides
 * @out: of vha_esp_out_init()
 * @esp: the same
 * @seq: of the packet
 * @iv: random, if the IV has 16 bytes; else not looked at
 *
 * Context: any.
 */
void vha_esp_out_finish(struct vha_esp_out *out, const struct vha_esp *esp,
			u64 seq, const u8 *iv)
{
	u8 *hdr = out->head + out->esp;

	put_unaligned_be32(seq, hdr + 4);
	if (esp->iv_len == sizeof(seq))
		put_unaligned_be64(seq, hdr + VHA_ESP_LEN);
	else if (esp->iv_len)
		memcpy(hdr + VHA_ESP_LEN, iv, esp->iv_len);
	if (esp->tunnel && esp->version == 4) {
		put_unaligned_be16(seq, out->head + 4);
		vha_ip4_fix_checksum(out->head, 0, seq);
	}
}
EXPORT_SYMBOL_IF_KUNIT(vha_esp_out_finish);

/* Inbound */

static int vha_esp_in_udp(const struct vha_ip *ip, const u8 *pkt, u32 len,
			  struct vha_esp_in *in)
{
	u32 head = min_t(u32, len, VHA_ESP_HEAD);

	if (pkt[ip->proto] != VHA_PROTO_UDP || ip->len + VHA_UDP_LEN > head ||
	    get_unaligned_be16(pkt + ip->len + 4) != len - ip->len)
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	in->esp = ip->len + VHA_UDP_LEN;
	return 0;
}

/**
 * vha_esp_in_parse() - what a packet that comes in looks like
 * @in: filled in on success
 * @esp: of the SA
 * @pkt: the first %VHA_ESP_HEAD bytes of the packet, or all of it
 * @len: of the whole packet
 *
 * Nothing of it is authentic yet.
 *
 * Context: any.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_esp_in_parse(struct vha_esp_in *in, const struct vha_esp *esp,
		     const u8 *pkt, u32 len)
{
	struct vha_ip ip;
	int err;

	err = vha_ip_parse(pkt, len, true, &ip);
	if (err)
		return err;
	in->version = ip.version;
	in->ecn = vha_ip_tos(pkt) & VHA_ECN_MASK;
	in->proto = ip.proto;
	in->ip_len = ip.len;
	in->esp = ip.len;
	if (vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_UDP_ENCAP))
		err = vha_esp_in_udp(&ip, pkt, len, in);
	else if (pkt[ip.proto] != VHA_PROTO_ESP)
		err = VIRTIO_ACCEL_SA_ERR_PACKET;
	if (err)
		return err;
	in->text = in->esp + VHA_ESP_LEN + esp->iv_len;
	in->at = esp->tunnel ? 0 : ip.len;
	/* The IV is copied with the header */
	if (in->text > VHA_ESP_HEAD ||
	    len < in->text + esp->align + esp->icv_len)
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	in->text_len = len - in->text - esp->icv_len;
	if (in->text_len & (esp->align - 1))
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	if (!esp->spi || get_unaligned_be32(pkt + in->esp) != esp->spi)
		return VIRTIO_ACCEL_SA_ERR_SPI;
	in->seq = get_unaligned_be32(pkt + in->esp + 4);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_esp_in_parse);

/* RFC 6040, 4.2. Returns what the inner one becomes, or -1 for a packet to drop */
static int vha_esp_decap_ecn(u8 inner, u8 outer)
{
	if (inner == VHA_ECN_NONE)
		return outer == VHA_ECN_CE ? -1 : VHA_ECN_NONE;
	if (inner == VHA_ECN_CE || outer == VHA_ECN_CE)
		return VHA_ECN_CE;
	return outer == VHA_ECN_ECT1 ? VHA_ECN_ECT1 : inner;
}

/* @tail is the end of the text: returns what the padding leaves of it */
static int vha_esp_in_tail(const struct vha_esp_in *in, const u8 *tail,
			   u32 *len, u8 *next)
{
	u32 tail_len = min_t(u32, in->text_len, VHA_ESP_TAIL);
	u32 pad = tail[tail_len - 2], i;

	*next = tail[tail_len - 1];
	if (pad > tail_len - 2)
		return VIRTIO_ACCEL_SA_ERR_TRAILER;
	for (i = 0; i < pad; i++)
		if (tail[tail_len - 2 - pad + i] != i + 1)
			return VIRTIO_ACCEL_SA_ERR_TRAILER;
	*len = in->text_len - 2 - pad;
	return *next == VHA_PROTO_NONE ? VIRTIO_ACCEL_SA_ERR_DUMMY : 0;
}

static int vha_esp_in_tunnel(struct vha_esp_plain *plain,
			     const struct vha_esp *esp,
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
		ecn = vha_esp_decap_ecn(tos & VHA_ECN_MASK, in->ecn);
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
 * vha_esp_in_finish() - the packet that was inside
 * @plain: filled in on success
 * @esp: of the SA
 * @in: of vha_esp_in_parse()
 * @pkt: the same
 * @text: the first %VHA_ESP_INNER bytes of the text, or all of it
 * @tail: the last %VHA_ESP_TAIL bytes of the text, or all of it
 *
 * The text is authentic and decrypted, and @text and @tail are private copies: the
 * trailer lies in the guest's memory, which must not change under us.
 *
 * Context: any.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_esp_in_finish(struct vha_esp_plain *plain, const struct vha_esp *esp,
		      const struct vha_esp_in *in, const u8 *pkt,
		      const u8 *text, const u8 *tail)
{
	struct vha_ip ip = {
		.version = in->version,
		.len = in->ip_len,
		.proto = in->proto,
	};
	u32 len;
	u8 next;
	int err;

	err = vha_esp_in_tail(in, tail, &len, &next);
	if (err)
		return err;
	if (esp->tunnel)
		return vha_esp_in_tunnel(plain, esp, in, text, len, next);
	plain->head_len = ip.len;
	plain->skip = 0;
	plain->len = ip.len + len;
	memcpy(plain->head, pkt, ip.len);
	vha_ip_set_len(plain->head, &ip, next, plain->len);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_esp_in_finish);

/**
 * vha_esp_aad() - what is authenticated beside the text
 * @aad: %VHA_ESP_AAD bytes
 * @esp: of the SA
 * @seq: of the packet
 *
 * The AAD of an AEAD (RFC 4106, RFC 7634). A MAC takes the ESP header as it is, and
 * the high half of an extended sequence number, here from the fifth byte on, last.
 *
 * Context: any.
 * Return: its length.
 */
u32 vha_esp_aad(u8 *aad, const struct vha_esp *esp, u64 seq)
{
	put_unaligned_be32(esp->spi, aad);
	if (vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_ESN)) {
		put_unaligned_be64(seq, aad + 4);
		return 12;
	}
	put_unaligned_be32(seq, aad + 4);
	return 8;
}
EXPORT_SYMBOL_IF_KUNIT(vha_esp_aad);
