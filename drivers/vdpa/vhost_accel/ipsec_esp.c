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

#include "ipsec_ip.h"

#define VHA_UDP_LEN		8
#define VHA_ESP_LEN		8

/* Outbound */

/* 1, 2, 3, ..., their number, and what the text is */
static void vha_esp_out_tail(struct vha_esp_out *out,
			     const struct accel_sa_form *esp,
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
static int vha_esp_out_udp(struct vha_esp_out *out,
			   const struct accel_sa_form *esp,
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
int vha_esp_out_init(struct vha_esp_out *out, const struct accel_sa_form *esp,
		     const u8 *pkt, u32 len)
{
	bool udp = vha_esp_has(esp, VIRTIO_CRYPTO_IPSEC_UDP_ENCAP);
	struct vha_ip ip;
	u8 next;
	int err;

	err = vha_ip_out(out, esp, pkt, len, &ip, &next);
	if (err)
		return err;
	vha_esp_out_tail(out, esp, len - out->skip + out->inner_len, next);
	out->esp = ip.len + (udp ? VHA_UDP_LEN : 0);
	out->head_len = out->esp + VHA_ESP_LEN + esp->iv_len;
	out->auth = out->esp;
	out->icv = out->head_len + out->text_len;
	out->len = out->icv + esp->icv_len;
	if (out->len > vha_ip_max(&ip))
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
void vha_esp_out_finish(struct vha_esp_out *out,
			const struct accel_sa_form *esp,
			u64 seq, const u8 *iv)
{
	u8 *hdr = out->head + out->esp;

	put_unaligned_be32(seq, hdr + 4);
	if (esp->iv_len == sizeof(seq))
		put_unaligned_be64(seq, hdr + VHA_ESP_LEN);
	else if (esp->iv_len)
		memcpy(hdr + VHA_ESP_LEN, iv, esp->iv_len);
	vha_ip_out_finish(out, esp, seq);
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
int vha_esp_in_parse(struct vha_esp_in *in, const struct accel_sa_form *esp,
		     const u8 *pkt, u32 len)
{
	struct vha_ip ip;
	int err;

	err = vha_ip_parse(pkt, len, true, &ip);
	if (err)
		return err;
	in->version = ip.version;
	in->ecn = vha_ip_ecn(pkt);
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
	in->auth = in->esp;
	in->icv = in->text + in->text_len;
	in->tail = VHA_ESP_TAIL;
	if (in->text_len & (esp->align - 1))
		return VIRTIO_ACCEL_SA_ERR_PACKET;
	if (!esp->spi || get_unaligned_be32(pkt + in->esp) != esp->spi)
		return VIRTIO_ACCEL_SA_ERR_SPI;
	in->seq = get_unaligned_be32(pkt + in->esp + 4);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_esp_in_parse);

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
int vha_esp_in_finish(struct vha_esp_plain *plain,
		      const struct accel_sa_form *esp,
		      const struct vha_esp_in *in, const u8 *pkt,
		      const u8 *text, const u8 *tail)
{
	u32 len;
	u8 next;
	int err;

	err = vha_esp_in_tail(in, tail, &len, &next);
	if (err)
		return err;
	return vha_ip_in(plain, esp, in, pkt, text, len, next);
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
u32 vha_esp_aad(u8 *aad, const struct accel_sa_form *esp, u64 seq)
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
