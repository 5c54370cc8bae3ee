/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ESP: headers and trailers of packets, without the cryptography in between.
 * RFC 4303, 4301 (5.1.2), 3948 and 6040.
 *
 * Pure functions on private copies: of the start of a packet, and of the end of what
 * was decrypted. The text in the middle is not looked at and stays where it is.
 *
 * A packet that goes out is vha_esp_out_init(), a sequence number, and
 * vha_esp_out_finish(); one that comes in vha_esp_in_parse(), decryption, and
 * vha_esp_in_finish(). Functions return 0, or VIRTIO_ACCEL_SA_ERR_* for why the
 * packet is refused.
 *
 * AH fills in the same structures, see ipsec_ah.h.
 */
#ifndef _VHA_IPSEC_ESP_H
#define _VHA_IPSEC_ESP_H

#include <linux/types.h>
#include <linux/virtio_accel.h>
#include <linux/virtio_crypto_ipsec.h>

#include <accel/sa_form.h>

/* How much of a packet's start is looked at; longer headers are refused */
#define VHA_ESP_HEAD		256
/* The same of the text: the longest inner header without options */
#define VHA_ESP_INNER		40
/* The longest padding, its length and the next header */
#define VHA_ESP_TAIL		257
/* Padding of ours, up to an AES block */
#define VHA_ESP_TAIL_OUT	17
/* Headers of ours: IP, UDP, ESP and an IV */
#define VHA_ESP_HEAD_OUT	(VHA_ESP_HEAD + 8 + 8 + 16)
/* SPI and sequence number, as they are authenticated */
#define VHA_ESP_AAD		12

/**
 * struct vha_esp_out - a packet that goes out: headers, text, ESP's ICV
 * @head: what comes before the text: IP, UDP, ESP header and IV, or IP and AH
 * @head_len: of @head
 * @esp: where in @head the ESP header is, or AH
 * @auth: from where on @head is authenticated
 * @inner: what the text begins with, in place of the source's first bytes
 * @inner_len: of @inner
 * @skip: how much of the source @head and @inner stand for
 * @tail: what the text ends with
 * @tail_len: of @tail
 * @text_len: of the text
 * @icv: where in the packet the ICV is; in AH it is zero in @head
 * @len: of the packet
 */
struct vha_esp_out {
	u8 head[VHA_ESP_HEAD_OUT];
	u16 head_len;
	u16 esp;
	u16 auth;
	u8 inner[VHA_ESP_INNER];
	u8 inner_len;
	u16 skip;
	u8 tail[VHA_ESP_TAIL_OUT];
	u8 tail_len;
	u32 text_len;
	u32 icv;
	u32 len;
};

/**
 * struct vha_esp_in - a packet that comes in: where everything is
 * @version: of IP
 * @ecn: of the outer header
 * @proto: where the number of the header behind IP is
 * @ip_len: of IP, with options and extension headers
 * @esp: where the ESP header is, or AH
 * @auth: from where on the packet is authenticated: from the ESP header, or all of it
 * @icv: where the ICV is: behind the text, or in AH
 * @text: where the text is; ESP's IV is before it
 * @at: where it belongs in the result, with what the result has in its place
 * @tail: as much of the text's end may not belong in the result: ESP's trailer
 * @text_len: of the text, with padding
 * @seq: half of the sequence number
 */
struct vha_esp_in {
	u8 version;
	u8 ecn;
	u16 proto;
	u16 ip_len;
	u16 esp;
	u16 auth;
	u32 icv;
	u16 text;
	u16 at;
	u16 tail;
	u32 text_len;
	u32 seq;
};

/**
 * struct vha_esp_plain - the result: a header, then a part of the text
 * @head: the header
 * @head_len: of @head
 * @skip: how much of the text's start @head stands for
 * @len: of the packet
 */
struct vha_esp_plain {
	u8 head[VHA_ESP_HEAD];
	u16 head_len;
	u16 skip;
	u32 len;
};

int vha_esp_out_init(struct vha_esp_out *out, const struct accel_sa_form *esp,
		     const u8 *pkt, u32 len);
void vha_esp_out_finish(struct vha_esp_out *out,
			const struct accel_sa_form *esp,
			u64 seq, const u8 *iv);
int vha_esp_in_parse(struct vha_esp_in *in, const struct accel_sa_form *esp,
		     const u8 *pkt, u32 len);
int vha_esp_in_finish(struct vha_esp_plain *plain,
		      const struct accel_sa_form *esp,
		      const struct vha_esp_in *in, const u8 *pkt,
		      const u8 *text, const u8 *tail);
u32 vha_esp_aad(u8 *aad, const struct accel_sa_form *esp, u64 seq);

#endif /* _VHA_IPSEC_ESP_H */
