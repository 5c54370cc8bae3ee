// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing of the engine for ESP and AH: packets go out and come back, whole or damaged, and so
 * does what was never a packet. Copies have the size that the engine may read, so that
 * the sanitizer sees a byte more.
 */
#include "fuzz.h"

#include <string.h>

#include "../../../drivers/vdpa/vhost_accel/ipsec_ah.h"
#include "../../../drivers/vdpa/vhost_accel/ipsec_esp.h"

#include <linux/minmax.h>
#include <linux/unaligned.h>

#define PKT_MAX		1024

struct fuzz_esp_stats fuzz_esp_stats;

/* A copy that ends where the engine's does */
static u8 *copy(const u8 *data, u32 len, u32 max)
{
	u8 *buf;

	len = min(len, max);
	buf = malloc(len ? len : 1);
	if (!buf)
		abort();
	memcpy(buf, data, len);
	return buf;
}

static void make_sa(struct fuzz_input *in, struct accel_sa_form *esp)
{
	static const u8 iv_len[] = { 0, 8, 16 };
	static const u8 icv_len[] = { 12, 16 };
	u32 i;

	memset(esp, 0, sizeof(*esp));
	esp->spi = fuzz_once_in(in, 8) ? fuzz_below(in, 2) : 0x01020304;
	esp->options = fuzz_below(in, 128);
	esp->tunnel = fuzz_below(in, 2);
	esp->version = fuzz_below(in, 2) ? 4 : 6;
	esp->dscp = fuzz_below(in, 64);
	esp->df = fuzz_below(in, 2);
	esp->ttl = 1 + fuzz_below(in, 255);
	esp->flabel = fuzz_u16(in);
	for (i = 0; i < 16; i++)
		esp->src[i] = fuzz_byte(in);
	esp->iv_len = iv_len[fuzz_below(in, 3)];
	esp->align = esp->iv_len == 16 ? 16 : 4;
	esp->icv_len = icv_len[fuzz_below(in, 2)];
	esp->ah = fuzz_once_in(in, 3);
	if (esp->ah)
		esp->iv_len = 0;
}

/* Mostly like IP; what is between the fixed fields is random */
static u32 make_packet(struct fuzz_input *in, u8 *pkt)
{
	static const u8 proto[] = { 6, 50, 51, 17, 0, 43, 44, 60, 59, 4, 41 };
	u32 len = fuzz_below(in, 512), i;

	memset(pkt, 0, PKT_MAX);
	for (i = 0; i < 80; i++)
		pkt[i] = fuzz_byte(in);
	if (fuzz_once_in(in, 8))
		return fuzz_below(in, 48);
	if (fuzz_below(in, 2)) {
		len = len < 20 ? 20 : len;
		pkt[0] = fuzz_once_in(in, 4) ? 0x40 | fuzz_below(in, 16) : 0x45;
		put_unaligned_be16(len, pkt + 2);
		if (!fuzz_once_in(in, 8))
			put_unaligned_be16(0, pkt + 6);
		pkt[9] = proto[fuzz_below(in, sizeof(proto))];
	} else {
		len = len < 40 ? 40 : len;
		pkt[0] = 0x60 | (pkt[0] & 15);
		put_unaligned_be16(len - 40, pkt + 4);
		pkt[6] = proto[fuzz_below(in, sizeof(proto))];
		/* Extension headers, some of them long */
		for (i = 40; i < 72; i += 8) {
			pkt[i] = proto[fuzz_below(in, sizeof(proto))];
			if (!fuzz_once_in(in, 4))
				pkt[i + 1] = 0;
		}
	}
	return len;
}

static int finish(const struct accel_sa_form *esp, const struct vha_esp_in *in,
		  const u8 *head, const u8 *text, struct vha_esp_plain *plain)
{
	u8 *start = copy(text, in->text_len, VHA_ESP_INNER);
	u32 tail_len = min_t(u32, in->text_len, VHA_ESP_TAIL);
	u8 *tail = copy(text + in->text_len - tail_len, tail_len, VHA_ESP_TAIL);
	int err = esp->ah ? vha_ah_in_finish(plain, esp, in, head, start) :
			    vha_esp_in_finish(plain, esp, in, head, start, tail);

	free(tail);
	free(start);
	if (err) {
		fuzz_check(err > 0 && err < VIRTIO_ACCEL_SA_ERR_NR);
		fuzz_esp_stats.not_opened++;
		return err;
	}
	/* What is put together comes from the header and the text, in bounds */
	fuzz_check(plain->head_len <= sizeof(plain->head));
	fuzz_check(plain->head_len <= plain->len);
	fuzz_check(plain->skip + plain->len - plain->head_len <= in->text_len);
	fuzz_esp_stats.opened++;
	return 0;
}

/* Offsets agree with each other, and all of the headers was copied */
static void check_parsed(const struct accel_sa_form *esp,
			 const struct vha_esp_in *in,
			 const u8 *head, u32 len)
{
	u8 covered[VHA_AH_HEAD];

	fuzz_check(in->text <= VHA_ESP_HEAD && in->text <= len);
	if (!esp->ah) {
		fuzz_check(in->text + in->text_len + esp->icv_len == len);
		fuzz_check(in->text_len && in->text_len % esp->align == 0);
		fuzz_check(in->esp + 8 + esp->iv_len == in->text);
		fuzz_check(in->auth == in->esp && in->icv + esp->icv_len == len);
		return;
	}
	fuzz_check(in->text + in->text_len == len);
	fuzz_check(in->esp == in->ip_len && in->icv == in->esp + 12);
	fuzz_check(in->icv + esp->icv_len <= in->text);
	fuzz_check(in->text <= sizeof(covered) && !in->auth && !in->tail);
	fuzz_check(vha_ah_covered(covered, head, in->text, in->icv,
				  esp->icv_len) == in->text);
	fuzz_esp_stats.ah++;
}

static int receive(const struct accel_sa_form *esp,
		   const u8 *pkt, u32 len, u8 *result,
		   u32 *result_len)
{
	u8 *head = copy(pkt, len, VHA_ESP_HEAD);
	struct vha_esp_plain plain;
	struct vha_esp_in in;
	int err;

	err = esp->ah ? vha_ah_in_parse(&in, esp, head, len) :
			vha_esp_in_parse(&in, esp, head, len);
	if (err) {
		fuzz_check(err > 0 && err < VIRTIO_ACCEL_SA_ERR_NR);
		fuzz_esp_stats.not_parsed++;
		goto out;
	}
	check_parsed(esp, &in, head, len);
	fuzz_esp_stats.parsed++;
	err = finish(esp, &in, head, pkt + in.text, &plain);
	if (err)
		goto out;
	memcpy(result, plain.head, plain.head_len);
	memcpy(result + plain.head_len, pkt + in.text + plain.skip,
	       plain.len - plain.head_len);
	*result_len = plain.len;
out:
	free(head);
	return err;
}

static int send_headers(const struct accel_sa_form *esp,
			struct vha_esp_out *out,
			const u8 *head, u32 len)
{
	static const u8 iv[16] = { 1, 2, 3 };
	const u64 seq = 0x0102030405060708;
	int err;

	err = esp->ah ? vha_ah_out_init(out, esp, head, len) :
			vha_esp_out_init(out, esp, head, len);
	if (err)
		return err;
	if (esp->ah)
		vha_ah_out_finish(out, esp, seq);
	else
		vha_esp_out_finish(out, esp, seq, iv);
	return 0;
}

/* Returns the length of the ESP or AH packet, 0 if there is none */
static u32 send(const struct accel_sa_form *esp, const u8 *pkt, u32 len, u8 *to)
{
	u8 *head = copy(pkt, len, VHA_ESP_HEAD);
	struct vha_esp_out out;
	int err;

	err = send_headers(esp, &out, head, len);
	free(head);
	if (err) {
		fuzz_check(err > 0 && err < VIRTIO_ACCEL_SA_ERR_NR);
		fuzz_esp_stats.not_sent++;
		return 0;
	}
	fuzz_check(out.head_len <= sizeof(out.head));
	fuzz_check(out.skip <= len);
	fuzz_check(out.inner_len + len - out.skip + out.tail_len == out.text_len);
	if (esp->ah) {
		fuzz_check(!out.tail_len && out.icv + esp->icv_len <= out.head_len);
		fuzz_check(out.head_len + out.text_len == out.len);
	} else {
		fuzz_check(out.text_len % esp->align == 0);
		fuzz_check(out.head_len + out.text_len == out.icv);
		fuzz_check(out.icv + esp->icv_len == out.len);
	}
	memcpy(to, out.head, out.head_len);
	to += out.head_len;
	memcpy(to, out.inner, out.inner_len);
	to += out.inner_len;
	memcpy(to, pkt + out.skip, len - out.skip);
	to += len - out.skip;
	memcpy(to, out.tail, out.tail_len);
	if (!esp->ah)
		memset(to + out.tail_len, 0xcc, esp->icv_len);
	fuzz_esp_stats.sent++;
	return out.len;
}

/* What is not changed on purpose comes back as it was */
static void check_same(const struct accel_sa_form *esp, const u8 *pkt, u32 len,
		       const u8 *result, u32 result_len)
{
	bool changed = esp->tunnel &&
		       (esp->options & (1U << VIRTIO_CRYPTO_IPSEC_DEC_TTL |
					1U << VIRTIO_CRYPTO_IPSEC_ECN));
	u32 from = 0;

	fuzz_check(result_len == len);
	/* Transport mode makes a right checksum of any */
	if (pkt[0] >> 4 == 4 && !esp->tunnel) {
		fuzz_check(!memcmp(pkt, result, 10));
		from = 12;
	} else if (changed) {
		from = pkt[0] >> 4 == 4 ? 20 : 40;
	}
	fuzz_check(!memcmp(pkt + from, result + from, len - from));
	fuzz_esp_stats.same++;
}

static bool is_dummy(const struct accel_sa_form *esp, const u8 *wire, u32 len)
{
	return !esp->ah && !esp->tunnel && wire[len - esp->icv_len - 1] == 59;
}

int fuzz_esp(const u8 *data, size_t size)
{
	static u8 pkt[PKT_MAX], wire[PKT_MAX + 256], result[PKT_MAX + 256];
	struct fuzz_input in = { data, size };
	u32 len, wire_len, result_len, i;
	struct accel_sa_form esp;
	int err;

	while (in.size) {
		make_sa(&in, &esp);
		len = make_packet(&in, pkt);
		receive(&esp, pkt, len, result, &result_len);
		wire_len = send(&esp, pkt, len, wire);
		if (!wire_len)
			continue;
		err = receive(&esp, wire, wire_len, result, &result_len);
		if (!err)
			check_same(&esp, pkt, len, result, result_len);
		else
			/* The engine takes what it has made, with reasons */
			fuzz_check(err == VIRTIO_ACCEL_SA_ERR_TTL ||
				   err == VIRTIO_ACCEL_SA_ERR_ECN ||
				   (err == VIRTIO_ACCEL_SA_ERR_SPI && !esp.spi) ||
				   is_dummy(&esp, wire, wire_len) ||
				   (!esp.tunnel &&
				    (err == VIRTIO_ACCEL_SA_ERR_PACKET)));
		for (i = fuzz_below(&in, 4); i; i--)
			wire[fuzz_below(&in, wire_len)] ^= 1 << fuzz_below(&in, 8);
		if (fuzz_once_in(&in, 4)) {
			wire_len = fuzz_below(&in, wire_len);
			put_unaligned_be16(wire_len, wire + 2);
		}
		receive(&esp, wire, wire_len, result, &result_len);
	}
	return 0;
}
