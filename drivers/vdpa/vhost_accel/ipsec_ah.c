// SPDX-License-Identifier: GPL-2.0
/*
 * AH: building and parsing its header.
 *
 * As with ESP, offsets and lengths are checked against the packet's length and against
 * what was copied of it before anything is read.
 */
#include "ipsec_ah.h"

#include <kunit/visibility.h>
#include <linux/align.h>
#include <linux/export.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "ipsec_ip.h"

/* Up to the ICV */
#define VHA_AH_LEN		12

/* RFC 4302, 2.2 and 2.6: a multiple of 4 bytes, with IPv6 of 8 */
static u32 vha_ah_len(const struct accel_sa_form *esp, u8 version)
{
	return ALIGN(VHA_AH_LEN + esp->icv_len, version == 4 ? 4 : 8);
}

/* With IPv4, more padding than is needed is what Linux has unless told otherwise */
static bool vha_ah_len_ok(const struct accel_sa_form *esp, u8 version, u32 len)
{
	return len == vha_ah_len(esp, version) || len == vha_ah_len(esp, 6);
}

static bool vha_ah_has_options(const struct vha_ip *ip)
{
	return ip->len != (ip->version == 4 ? VHA_IP4_LEN : VHA_IP6_LEN);
}

/**
 * vha_ah_out_init() - what a packet that goes out will look like
 * @out: filled in on success, but for what the sequence number decides, and the ICV
 * @esp: of the SA
 * @pkt: the first %VHA_ESP_HEAD bytes of the packet, or all of it
 * @len: of the whole packet
 *
 * Context: any.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_ah_out_init(struct vha_esp_out *out, const struct accel_sa_form *esp,
		    const u8 *pkt, u32 len)
{
	struct vha_ip ip;
	u32 ah_len;
	u8 next;
	u8 *ah;
	int err;

	err = vha_ip_out(out, esp, pkt, len, &ip, &next);
	if (err)
		return err;
	if (vha_ah_has_options(&ip))
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	ah_len = vha_ah_len(esp, ip.version);
	out->tail_len = 0;
	out->text_len = len - out->skip + out->inner_len;
	out->esp = ip.len;
	out->auth = 0;
	out->icv = ip.len + VHA_AH_LEN;
	out->head_len = ip.len + ah_len;
	out->len = out->head_len + out->text_len;
	if (out->len > vha_ip_max(&ip))
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	ah = out->head + ip.len;
	memset(ah, 0, ah_len);
	ah[0] = next;
	ah[1] = ah_len / 4 - 2;
	put_unaligned_be32(esp->spi, ah + 4);
	vha_ip_set_len(out->head, &ip, VHA_PROTO_AH, out->len);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_ah_out_init);

/**
 * vha_ah_out_finish() - fill in what the sequence number decides
 * @out: of vha_ah_out_init()
 * @esp: the same
 * @seq: of the packet
 *
 * Context: any.
 */
void vha_ah_out_finish(struct vha_esp_out *out, const struct accel_sa_form *esp,
		       u64 seq)
{
	put_unaligned_be32(seq, out->head + out->esp + 8);
	vha_ip_out_finish(out, esp, seq);
}
EXPORT_SYMBOL_IF_KUNIT(vha_ah_out_finish);

/**
 * vha_ah_in_parse() - what a packet that comes in looks like
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
int vha_ah_in_parse(struct vha_esp_in *in, const struct accel_sa_form *esp,
		    const u8 *pkt, u32 len)
{
	struct vha_ip ip;
	const u8 *ah;
	u32 ah_len;
	int err;

	err = vha_ip_parse(pkt, len, true, &ip);
	if (err)
		return err;
	if (vha_ah_has_options(&ip) || pkt[ip.proto] != VHA_PROTO_AH ||
	    len < ip.len + VHA_AH_LEN)
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	ah = pkt + ip.len;
	ah_len = (ah[1] + 2) * 4;
	/* What is legal is below VHA_ESP_HEAD, all of it was copied */
	if (!vha_ah_len_ok(esp, ip.version, ah_len) || len < ip.len + ah_len)
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	if (!esp->spi || get_unaligned_be32(ah + 4) != esp->spi)
		return VIRTIO_ACCEL_SA_ERR_SPI;
	*in = (struct vha_esp_in){
		.version = ip.version,
		.ecn = vha_ip_ecn(pkt),
		.proto = ip.proto,
		.ip_len = ip.len,
		.esp = ip.len,
		.auth = 0,
		.icv = ip.len + VHA_AH_LEN,
		.text = ip.len + ah_len,
		.text_len = len - ip.len - ah_len,
		.at = esp->tunnel ? 0 : ip.len,
		.seq = get_unaligned_be32(ah + 8),
	};
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_ah_in_parse);

/**
 * vha_ah_in_finish() - the packet that was inside
 * @plain: filled in on success
 * @esp: of the SA
 * @in: of vha_ah_in_parse()
 * @pkt: the same
 * @text: the first %VHA_ESP_INNER bytes of the text, or all of it; a private copy
 *
 * Context: any.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_ah_in_finish(struct vha_esp_plain *plain,
		     const struct accel_sa_form *esp,
		     const struct vha_esp_in *in, const u8 *pkt,
		     const u8 *text)
{
	return vha_ip_in(plain, esp, in, pkt, text, in->text_len, pkt[in->esp]);
}
EXPORT_SYMBOL_IF_KUNIT(vha_ah_in_finish);

/**
 * vha_ah_covered() - what is authenticated before the text
 * @covered: filled in, %VHA_AH_HEAD bytes
 * @pkt: the packet, up to its text
 * @len: of that
 * @icv: where the ICV is
 * @icv_len: its length
 *
 * All of it, but for the ICV and what routers may change, which are zero (RFC 4302,
 * 3.3.3.1). Padding of the ICV is covered as it is.
 *
 * Context: any.
 * Return: @len.
 */
u32 vha_ah_covered(u8 *covered, const u8 *pkt, u32 len, u32 icv, u32 icv_len)
{
	memcpy(covered, pkt, len);
	memset(covered + icv, 0, icv_len);
	if (pkt[0] >> 4 == 4) {
		covered[1] = 0;				/* TOS */
		put_unaligned_be16(0, covered + 6);	/* flags and offset */
		covered[8] = 0;				/* TTL */
		put_unaligned_be16(0, covered + 10);	/* checksum */
	} else {
		put_unaligned_be32(6U << 28, covered);	/* class, flow label */
		covered[7] = 0;				/* hop limit */
	}
	return len;
}
EXPORT_SYMBOL_IF_KUNIT(vha_ah_covered);
