// SPDX-License-Identifier: GPL-2.0
/*
 * AH in the IPSEC service: packets of a script, packets that the device makes for
 * itself, and wrong ones.
 */
#include "ipsec.h"

#include <endian.h>
#include <string.h>

#include "hash.h"

#define LEN		ES_LEN
#define SEQ_HI		3

static u32 ip_len(const u8 *pkt)
{
	return pkt[0] >> 4 == 4 ? 20 : 40;
}

/* HMAC-SHA256 over all that is not mutable, in a copy of the packet */
static void make_icv(const struct es_world *w, const u8 *pkt, u32 len, u32 hi,
		     u8 *icv)
{
	u8 copy[LEN + ROOM + 4];
	u32 ip = ip_len(pkt);

	memcpy(copy, pkt, len);
	if (ip == 20) {
		copy[1] = 0;
		memset(copy + 6, 0, 3);
		memset(copy + 10, 0, 2);
	} else {
		memcpy(copy, "\x60\0\0", 4);
		copy[7] = 0;
	}
	memset(copy + ip + 12, 0, 16);
	hi = htobe32(hi);
	memcpy(copy + len, &hi, 4);
	ref_hmac_sha256(w->key, 32, icv, copy, len + (w->esn ? 4 : 0));
}

/* Puts in the ICV that makes it authentic, and the checksum */
static void authenticate(const struct es_world *w, u8 *pkt, u32 len)
{
	u8 icv[32];

	make_icv(w, pkt, len, 0, icv);
	memcpy(pkt + ip_len(pkt) + 12, icv, 16);
	if (ip_len(pkt) == 20)
		es_fix_sum(pkt);
}

/* A packet of the version that is to be protected */
static void inner(const struct es_world *w, u8 *pkt)
{
	es_inner(pkt);
	if (!w->ip6)
		return;
	memset(pkt, 0, 40);
	pkt[0] = 0x6a;
	pkt[1] = 0xb3;
	pkt[4] = (LEN - 40) >> 8;
	pkt[5] = (LEN - 40) & 0xff;
	pkt[6] = 253;
	pkt[7] = 33;
	pkt[8] = 0xfd;
	pkt[39] = 7;
}

static u32 sealed(struct es_world *w, u8 *ah)
{
	struct cr_req r;
	u8 pkt[LEN];
	u32 len = 0;
	int ret;

	inner(w, pkt);
	es_out(w, &r, pkt, LEN);
	ret = cr_run(&r, CR_MS);
	if (!ret && r.dst[es_ip_len(r.dst)] == CR_UNTOUCHED) {
		len = es_ip_len(r.dst);
		memcpy(ah, r.dst, len);
	} else {
		printf("# outbound: %s\n", cr_name(ret));
	}
	cr_free(&w->dev, &r);
	return len;
}

/* Packets of a script, with Python's hmac: nothing of them was made here */

static const u8 golden_tunnel[] = {
	0x45, 0x04, 0x00, 0x68, 0x12, 0x34, 0x40, 0x00,
	0x07, 0x33, 0xdd, 0x27, 0xc0, 0x00, 0x02, 0x02,
	0xc0, 0x00, 0x02, 0x01, 0x04, 0x04, 0x00, 0x00,
	0x00, 0x00, 0x10, 0x02, 0x00, 0x00, 0x00, 0x01,
	0x4f, 0xeb, 0x18, 0xc3, 0x76, 0x3c, 0x7a, 0x96,
	0xf3, 0xf0, 0x6e, 0x21, 0x45, 0x00, 0x00, 0x3c,
	0x00, 0x00, 0x00, 0x00, 0x21, 0xfd, 0x84, 0xbf,
	0x0a, 0x00, 0x00, 0x00, 0x0a, 0x00, 0x00, 0x07,
	0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c,
	0x6d, 0x6e, 0x6f, 0x70, 0x61, 0x62, 0x63, 0x64,
	0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c,
	0x6d, 0x6e, 0x6f, 0x70, 0x61, 0x62, 0x63, 0x64,
	0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c,
};

static const u8 golden_transport6[] = {
	0x65, 0xa5, 0x43, 0x21, 0x00, 0x34, 0x33, 0x03,
	0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
	0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
	0xfd, 0x06, 0x00, 0x00, 0x00, 0x00, 0x10, 0x02,
	0x00, 0x00, 0x00, 0x02, 0x3d, 0x9a, 0x8b, 0x8b,
	0xfd, 0xa9, 0xae, 0x0c, 0x14, 0xb5, 0xc9, 0xac,
	0xe0, 0xca, 0x29, 0xf5, 0x00, 0x00, 0x00, 0x00,
	0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,
	0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f,
	0x50, 0x51, 0x52, 0x53,
};

static const u8 golden_padded[] = {
	0x45, 0xff, 0x00, 0x3c, 0x43, 0x21, 0x00, 0x00,
	0x01, 0x33, 0xf1, 0x6b, 0xc0, 0x00, 0x02, 0x02,
	0xc0, 0x00, 0x02, 0x01, 0xfd, 0x06, 0x00, 0x00,
	0x00, 0x00, 0x10, 0x02, 0x00, 0x00, 0x00, 0x03,
	0xf7, 0xca, 0xd9, 0xbf, 0x04, 0x98, 0xdf, 0xd7,
	0xe0, 0x75, 0x4b, 0x05, 0x2a, 0x2c, 0xbe, 0x0e,
	0xde, 0xad, 0xbe, 0xef, 0x31, 0x32, 0x33, 0x34,
	0x35, 0x36, 0x37, 0x38,
};

static int make_golden_sa(struct es_world *w, unsigned int suite, bool tunnel, bool esn)
{
	unsigned int i;
	int ret;

	w->suite = &es_suites[suite];
	w->tunnel = tunnel;
	w->esn = esn;
	for (i = 0; i < w->suite->auth_len; i++)
		w->key[i] = i;
	es_fill_sa(w, &w->in, false);
	w->in.spi = htole32(SPI_TO_KERNEL);
	ret = es_sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, &w->in);
	EXPECT(!ret, "SA: %d", ret);
	return PASS;
}

static int end_golden_sa(struct es_world *w)
{
	EXPECT(!es_sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY,
			      &w->in), "destroy");
	return PASS;
}

static int ipsec_ah_golden(const struct test_ctx *ctx)
{
	struct es_world world = { .ah = true }, *w = &world;
	struct virtio_accel_sa_state state;
	u8 want[60];

	if (es_open(&w->dev, ctx) || make_golden_sa(w, ES_NONE_SHA1, true, false) ||
	    es_gives(w, golden_tunnel, sizeof(golden_tunnel), 60,
		     golden_tunnel + 44, 60, "tunnel") || end_golden_sa(w))
		return FAIL;

	/* Its sequence number is 2^32 + 2 */
	if (make_golden_sa(w, ES_NONE, false, true))
		return FAIL;
	EXPECT(!es_get_state(w, ES_IN_TYPE, &state), "state");
	state.seq = htole64(0x100000001);
	EXPECT(!es_extension(&w->dev, VIRTIO_ACCEL_CTRL_SA_SET, &state,
			     sizeof(state), NULL, 0), "set");
	memcpy(want, golden_transport6, 40);
	memcpy(want + 40, golden_transport6 + 72, 20);
	want[5] = 20;
	want[6] = 253;
	if (es_gives(w, golden_transport6, sizeof(golden_transport6), 60, want, 60,
		     "transport, IPv6, ESN") || end_golden_sa(w))
		return FAIL;

	if (make_golden_sa(w, ES_NONE, false, false))
		return FAIL;
	memcpy(want, golden_padded, 20);
	memcpy(want + 20, golden_padded + 52, 8);
	want[3] = 28;
	want[9] = 253;
	es_fix_sum(want);
	return es_gives(w, golden_padded, sizeof(golden_padded), 28, want, 28,
			"padding that is not zero") || end_golden_sa(w);
}

/* Out of one SA, into the other */

static int round_trip(struct es_world *w)
{
	u32 ip = w->ip6 ? 40 : 20, sha256 = w->suite == &es_suites[ES_NONE], len, i;
	u8 ah[LEN + ROOM], pkt[LEN], icv[32];
	u32 icv_len = sha256 ? 16 : 12;
	u32 head = ip + (icv_len == 12 ? 24 : w->ip6 ? 32 : 28);
	struct virtio_accel_sa_state state;

	EXPECT(!es_get_state(w, ES_OUT_TYPE, &state), "state");
	state.seq = htole64(w->esn ? (u64)SEQ_HI << 32 : 7);
	EXPECT(!es_extension(&w->dev, VIRTIO_ACCEL_CTRL_SA_SET, &state,
			     sizeof(state), NULL, 0), "set");
	EXPECT(!es_get_state(w, ES_IN_TYPE, &state), "state");
	state.seq = htole64(w->esn ? (u64)SEQ_HI << 32 : 7);
	EXPECT(!es_extension(&w->dev, VIRTIO_ACCEL_CTRL_SA_SET, &state,
			     sizeof(state), NULL, 0), "set");
	inner(w, pkt);
	for (i = 0; i < 3; i++) {
		len = sealed(w, ah);
		EXPECT(len == head + LEN - (w->tunnel ? 0 : ip), "length %u", len);
		EXPECT(ah[w->ip6 ? 6 : 9] == 51 && ah[ip + 1] == (head - ip) / 4 - 2,
		       "header");
		EXPECT(w->ip6 || es_ip_sum(ah) == 0xffff, "checksum");
		make_icv(w, ah, len, SEQ_HI, icv);
		EXPECT(!sha256 || !memcmp(ah + ip + 12, icv, 16), "ICV");
		if (es_gives(w, ah, len, LEN, pkt, LEN, "back"))
			return FAIL;
	}
	return es_refused(w, ah, len, LEN, VIRTIO_CRYPTO_ERR, "a replay");
}

static int ipsec_ah_both_ends(const struct test_ctx *ctx)
{
	struct es_world w = { .ah = true };
	unsigned int i;

	if (es_open(&w.dev, ctx))
		return FAIL;
	for (i = 0; i < 16; i++) {
		w.ip6 = i & 1;
		w.esn = i & 2;
		if (es_make_pair(&w, i & 4 ? ES_NONE : ES_NONE_SHA1, i & 8,
				 es_no_limits) || round_trip(&w)) {
			printf("# %s%s%s%s\n", w.suite->ip_ah,
			       w.tunnel ? ", tunnel" : "", w.ip6 ? ", IPv6" : "",
			       w.esn ? ", ESN" : "");
			return FAIL;
		}
		EXPECT(!es_destroy_sas(&w), "destroy");
	}
	STILL_WORKS(w.dev);
	return PASS;
}

/* What is wrong before anything is authenticated, and what is not authentic */

static bool is_mutable(const struct es_world *w, u32 at)
{
	if (w->ip6)
		return at < 4 || at == 7;
	return at == 1 || (at >= 6 && at <= 8) || at == 10 || at == 11;
}

/* Every byte of the headers, and some of the text */
static int forged(struct es_world *w, const u8 *ah, u32 len)
{
	u32 ip = ip_len(ah), at;
	u8 bad[LEN + ROOM];

	for (at = 0; at < len; at += at < 130 ? 1 : 37) {
		/* Lengths, protocols and the SPI are refused before */
		bool form = at < ip ? at <= (w->ip6 ? 6 : 3) || (!w->ip6 && at == 9) :
				      at == ip + 1 || (at >= ip + 4 && at < ip + 8);

		if (is_mutable(w, at))
			continue;
		FRESH(ah);
		bad[at] ^= 0x08;
		REFUSED(len, LEN, form ? VIRTIO_CRYPTO_ERR : VIRTIO_CRYPTO_BADMSG,
			"a bit is changed");
	}
	FRESH(ah);
	bad[len - 1] ^= 1;
	REFUSED(len, len, VIRTIO_CRYPTO_BADMSG, "the last bit is changed");
	return PASS;
}

/* On @len, which is what the header says */
static void set_len(const struct es_world *w, u8 *pkt, u32 len)
{
	u32 field = w->ip6 ? len - 40 : len;

	pkt[w->ip6 ? 4 : 2] = field >> 8;
	pkt[w->ip6 ? 5 : 3] = field;
}

static int malformed(struct es_world *w, const u8 *ah, u32 len)
{
	static const u8 lengths[] = { 0, 1, 2, 3, 4, 7, 8, 127, 255 };
	u32 ip = ip_len(ah), n, i;
	u8 bad[LEN + ROOM];

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		FRESH(ah);
		bad[ip + 1] = lengths[i];
		REFUSED(len, LEN, VIRTIO_CRYPTO_ERR, "another length of AH");
	}
	/* Authentic, but IPv6 has 8 bytes of padding or none, and nobody more */
	FRESH(ah);
	bad[ip + 1] = w->ip6 ? 5 : 7;
	authenticate(w, bad, len);
	REFUSED(len, LEN + 8, VIRTIO_CRYPTO_ERR, "a length that AH may not have");
	/* Cut anywhere before the text's first byte */
	for (n = 1; n < ip + (w->ip6 ? 32 : 28); n++) {
		FRESH(ah);
		if (n >= ip)
			set_len(w, bad, n);
		REFUSED(n, LEN, VIRTIO_CRYPTO_ERR, "a start only");
	}
	FRESH(ah);
	set_len(w, bad, len - 16);
	REFUSED(len - 16, LEN, VIRTIO_CRYPTO_BADMSG, "16 bytes less, and says so");
	FRESH(ah);
	REFUSED(len - 1, LEN, VIRTIO_CRYPTO_ERR, "a byte is missing");
	bad[ip + 7] ^= 1;
	authenticate(w, bad, len);
	REFUSED(len, LEN, VIRTIO_CRYPTO_ERR, "another SPI");
	memset(bad + ip + 4, 0, 4);
	authenticate(w, bad, len);
	REFUSED(len, LEN, VIRTIO_CRYPTO_ERR, "SPI 0");
	FRESH(ah);
	bad[w->ip6 ? 6 : 9] = 50;
	authenticate(w, bad, len);
	REFUSED(len, LEN, VIRTIO_CRYPTO_ERR, "ESP");
	return PASS;
}

/* 8 bytes more before AH: options, which are zero, or an extension header */
static int with_options(struct es_world *w, const u8 *ah, u32 len)
{
	u32 ip = ip_len(ah);
	u8 bad[LEN + ROOM] = {};

	memcpy(bad, ah, ip);
	memcpy(bad + ip + 8, ah + ip, len - ip);
	if (w->ip6) {
		bad[6] = 60;
		bad[40] = 51;
	} else {
		bad[0] = 0x47;
	}
	set_len(w, bad, len + 8);
	REFUSED(len + 8, LEN + 8, VIRTIO_CRYPTO_ERR, "options before AH");
	return PASS;
}

/* All mutable fields, but for those that make it a fragment */
static void travel(const struct es_world *w, u8 *pkt)
{
	if (w->ip6) {
		pkt[0] ^= 0x0f;
		pkt[1] ^= 0xff;
		pkt[3] ^= 0xff;
		pkt[7] -= 5;
		return;
	}
	pkt[1] ^= 0xfc;
	pkt[6] ^= 0x40;
	pkt[8] -= 5;
	es_fix_sum(pkt);
}

static int rooms(struct es_world *w, const u8 *ah, u32 len)
{
	struct virtio_accel_sa_state state;
	u8 pkt[LEN], bad[LEN + ROOM];
	u32 at;

	/* Not authenticated for nothing: it is not in the window then */
	FRESH(ah);
	REFUSED(len, LEN - 1, VIRTIO_CRYPTO_ERR, "no room for the last byte");
	REFUSED(len, 1, VIRTIO_CRYPTO_ERR, "no room at all");
	EXPECT(!es_get_state(w, ES_IN_TYPE, &state), "state");
	EXPECT(le64toh(state.errors[VIRTIO_ACCEL_SA_ERR_ROOM]) == 2,
	       "reason was not counted");
	EXPECT(!state.packets, "refused packets count");
	travel(w, bad);
	inner(w, pkt);
	if (!w->tunnel) {
		for (at = 0; at < 12; at++)
			if (is_mutable(w, at))
				pkt[at] = bad[at];
		if (!w->ip6)
			es_fix_sum(pkt);
	}
	if (es_gives(w, bad, len, LEN, pkt, LEN, "what routers changed"))
		return FAIL;
	REFUSED(len, LEN, VIRTIO_CRYPTO_ERR, "a replay");
	return PASS;
}

static int ipsec_ah_bad_packets(const struct test_ctx *ctx)
{
	struct es_world w = { .ah = true };
	u8 ah[LEN + ROOM] = {}, bad[LEN + ROOM];
	unsigned int i;
	u32 len;

	if (es_open(&w.dev, ctx))
		return FAIL;
	for (i = 0; i < 4; i++) {
		w.ip6 = i & 1;
		if (es_make_pair(&w, ES_NONE, i & 2, es_no_limits))
			return FAIL;
		len = sealed(&w, ah);
		if (!len || forged(&w, ah, len) || malformed(&w, ah, len) ||
		    with_options(&w, ah, len) || rooms(&w, ah, len)) {
			printf("# %s%s\n", w.tunnel ? "tunnel" : "transport",
			       w.ip6 ? ", IPv6" : "");
			return FAIL;
		}
		if (!w.ip6) {
			len = sealed(&w, ah);
			FRESH(ah);
			bad[6] = 0x20;
			if (es_refused(&w, bad, len, LEN, VIRTIO_CRYPTO_ERR,
				       "a first fragment"))
				return FAIL;
		}
		EXPECT(!es_destroy_sas(&w), "destroy");
	}
	STILL_WORKS(w.dev);
	return PASS;
}

/* What is authentic may still be wrong; nothing of it is given out */
static int ipsec_ah_bad_text(const struct test_ctx *ctx)
{
	struct es_world world = { .ah = true }, *w = &world;
	struct virtio_accel_sa_state state;
	u8 ah[LEN + ROOM], *text = ah + 48;
	u32 len;

	if (es_open(&w->dev, ctx) || es_make_pair(w, ES_NONE, true, es_no_limits))
		return FAIL;
#define TEXT_IS(change, reason)						\
	do {								\
		len = sealed(w, ah);					\
		EXPECT(len == 48 + LEN, "length");			\
		change;							\
		authenticate(w, ah, len);				\
		if (es_refused(w, ah, len, LEN, VIRTIO_CRYPTO_ERR, #change)) \
			return FAIL;					\
		EXPECT(!es_get_state(w, ES_IN_TYPE, &state), "state");	\
		EXPECT(le64toh(state.errors[reason]), "%s: not counted", \
		       #change);					\
	} while (0)
	TEXT_IS(ah[20] = 17, VIRTIO_ACCEL_SA_ERR_TRAILER);
	TEXT_IS(ah[20] = 59, VIRTIO_ACCEL_SA_ERR_TRAILER);
	TEXT_IS(ah[20] = 41, VIRTIO_ACCEL_SA_ERR_INNER);
	TEXT_IS(text[3] += 1, VIRTIO_ACCEL_SA_ERR_INNER);
	TEXT_IS(text[3] -= 1, VIRTIO_ACCEL_SA_ERR_INNER);
	TEXT_IS(text[0] = 0x44, VIRTIO_ACCEL_SA_ERR_INNER);
	TEXT_IS(text[0] = 0x65, VIRTIO_ACCEL_SA_ERR_INNER);
	/* And so is it right, with a reserved field that nobody looks at */
	len = sealed(w, ah);
	ah[23] = 1;
	authenticate(w, ah, len);
	return es_accepted(w, ah, len, LEN, "a right one");
}

const struct test_case ipsec_ah_cases[] = {
	{ "ipsec-ah-golden", ipsec_ah_golden },
	{ "ipsec-ah-both-ends", ipsec_ah_both_ends, .limit = 120 },
	{ "ipsec-ah-bad-packets", ipsec_ah_bad_packets, .limit = 300 },
	{ "ipsec-ah-bad-text", ipsec_ah_bad_text },
	{}
};
