// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the IPSEC service that are wrong, and SAs at their limits. The device
 * makes packets for itself: its outbound SA and its inbound one are the two ends.
 */
#include "ipsec.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "hash.h"

#define LEN	ES_LEN

#define OUT	VIRTIO_CRYPTO_IPSEC_OUTBOUND
#define IN	VIRTIO_CRYPTO_IPSEC_INBOUND

/*
 * What an SA gives out that has sent one packet: no number for what is refused, one for
 * what is done, and no more if it has IP options, which not every provider takes.
 */
static int numbers(struct es_world *w)
{
	static const struct {
		const char *what;
		u32 room;
		unsigned int at;
		u8 value;
		int want;
	} rows[] = {
		{ "no room for ESP", LEN + 20, 0, 0x45, VIRTIO_CRYPTO_ERR },
		{ "a length that lies", LEN + ROOM, 3, 0, VIRTIO_CRYPTO_ERR },
		{ "IP version 5", LEN + ROOM, 0, 0x55, VIRTIO_CRYPTO_ERR },
		{ "IP options", LEN + ROOM, 0, 0x46, VIRTIO_CRYPTO_OK },
	};
	struct virtio_accel_sa_state state;
	u64 sent = 1, refused = 0;
	struct cr_req r;
	unsigned int i;
	u8 pkt[LEN];
	int ret;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		es_inner(pkt);
		memset(pkt + 20, 1, 4);
		pkt[rows[i].at] = rows[i].value;
		cr_packet(&w->dev, &r, &w->dev.vqs[0], OUT, 3, pkt, LEN,
			  rows[i].room);
		ret = cr_run(&r, CR_MS);
		EXPECT(ret == rows[i].want, "%s: %s", rows[i].what,
		       cr_name(ret));
		cr_free(&w->dev, &r);
		sent += !ret;
		refused += !!ret;
		EXPECT(!es_get_state(w, ES_OUT_TYPE, &state), "state");
		EXPECT(le64toh(state.errors[VIRTIO_ACCEL_SA_ERR_ALL]) == refused,
		       "%s: refused packets are not counted", rows[i].what);
		EXPECT(le64toh(state.seq) == sent &&
		       le64toh(state.packets) == sent,
		       "%s: number %llu", rows[i].what,
		       (unsigned long long)le64toh(state.seq));
	}
	return PASS;
}

static int forged(struct es_world *w)
{
	static const unsigned int errors[] = {
		VIRTIO_ACCEL_SA_ERR_PACKET, VIRTIO_ACCEL_SA_ERR_FRAGMENT,
		VIRTIO_ACCEL_SA_ERR_SPI, VIRTIO_ACCEL_SA_ERR_REPLAY,
		VIRTIO_ACCEL_SA_ERR_ICV, VIRTIO_ACCEL_SA_ERR_ROOM,
	};
	struct virtio_accel_sa_state state;
	u8 esp[LEN + ROOM], bad[LEN + ROOM];
	u32 len = es_sealed(w, esp), at;
	unsigned int i;

	EXPECT(len, "no packet");
	/* Sequence number, IV, text, ICV: from behind the SPI to the end */
	for (at = 24; at < len; at += at < 60 ? 1 : 37) {
		FRESH(esp);
		bad[at] ^= 0x80;
		REFUSED(len, len, VIRTIO_CRYPTO_BADMSG, "a bit is changed");
	}
	FRESH(esp);
	bad[len - 1] ^= 1;
	REFUSED(len, len, VIRTIO_CRYPTO_BADMSG, "the last bit is changed");
	REFUSED(len, LEN, VIRTIO_CRYPTO_BADMSG, "the same, without room to spare");
	FRESH(esp);
	REFUSED(len - 1, len, VIRTIO_CRYPTO_ERR, "a byte is missing");
	bad[2] = (len - 16) >> 8;
	bad[3] = len - 16;
	es_fix_sum(bad);
	REFUSED(len - 16, len, VIRTIO_CRYPTO_BADMSG, "16 bytes less, and says so");
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "longer than it says");
	FRESH(esp);
	bad[23] ^= 1;
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "another SPI");
	memset(bad + 20, 0, 4);
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "SPI 0");
	FRESH(esp);
	bad[6] = 0x20;
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "a first fragment");
	bad[6] = 0;
	bad[7] = 1;
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "a later fragment");
	FRESH(esp);
	bad[9] = 17;
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "not ESP");
	FRESH(esp);
	bad[0] = 0x44;
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "a short header");
	bad[0] = 0x65;
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "another version");
	/* Less than headers, an empty text and an ICV */
	for (at = 1; at < 48; at++) {
		FRESH(esp);
		bad[2] = 0;
		bad[3] = at;
		REFUSED(at, len, VIRTIO_CRYPTO_ERR, "a start only");
	}
	FRESH(esp);
	REFUSED(len, LEN - 300, VIRTIO_CRYPTO_ERR, "no room at all");
	/* It was authentic, so that it is in the window now */
	REFUSED(len, LEN - 1, VIRTIO_CRYPTO_ERR, "no room for the last byte");
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "a replay");
	EXPECT(!es_get_state(w, ES_IN_TYPE, &state), "state");
	for (i = 0; i < ARRAY_SIZE(errors); i++)
		EXPECT(state.errors[errors[i]], "reason %u was not counted",
		       errors[i]);
	EXPECT(le64toh(state.errors[VIRTIO_ACCEL_SA_ERR_ROOM]) == 2,
	       "without room at all, it was in the window");
	EXPECT(!state.packets, "refused packets count");
	if (numbers(w))
		return FAIL;
	len = es_sealed(w, esp);
	EXPECT(len && !es_accepted(w, esp, len, LEN, "just room for it"), "next");
	FRESH(esp);
	REFUSED(len, len, VIRTIO_CRYPTO_ERR, "a replay");
	if (!w->tunnel)
		return PASS;
	/* A header that grew on its way */
	len = es_sealed(w, esp);
	FRESH(esp);
	memmove(bad + 24, bad + 20, len - 20);
	memset(bad + 20, 1, 4);
	bad[0] = 0x46;
	bad[2] = (len + 4) >> 8;
	bad[3] = len + 4;
	EXPECT(!es_accepted(w, bad, len + 4, len, "IP options"), "options");
	return PASS;
}

static int ipsec_bad_packets(const struct test_ctx *ctx)
{
	/* The first of them without a tunnel as well */
	static const unsigned int kinds[] = { ES_GCM, ES_GCM, 3, ES_CBC, 6, ES_NONE };
	struct es_world w = {};
	unsigned int i;

	if (es_open(&w.dev, ctx))
		return FAIL;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (es_make_pair(&w, kinds[i], i, es_no_limits) || forged(&w)) {
			printf("# with %s%s\n", es_suites[kinds[i]].ip,
			       w.tunnel ? ", tunnel" : "");
			return FAIL;
		}
		EXPECT(!es_destroy_sas(&w), "destroy");
	}
	STILL_WORKS(w.dev);
	return PASS;
}

/* A packet of ES_NONE, whose text is as it is and whose ICV is right */
static u32 craft(const struct es_world *w, u8 *esp, u32 seq, const u8 *text, u32 len)
{
	u32 total = 28 + len + 16;
	u8 icv[32];

	memset(esp, 0, 28);
	esp[0] = 0x45;
	esp[2] = total >> 8;
	esp[3] = total;
	esp[8] = 9;
	esp[9] = 50;
	es_fix_sum(esp);
	esp[22] = le32toh(w->in.spi) >> 8;
	esp[23] = le32toh(w->in.spi);
	esp[26] = seq >> 8;
	esp[27] = seq;
	memcpy(esp + 28, text, len);
	ref_hmac_sha256(w->key, 32, icv, esp + 20, 8 + len);
	memcpy(esp + 28 + len, icv, 16);
	return total;
}

/* What is authentic may still be wrong; nothing of it is given out */
static int ipsec_bad_text(const struct test_ctx *ctx)
{
	u8 esp[LEN + ROOM], text[LEN + 4];
	struct virtio_accel_sa_state state;
	struct es_world world = {}, *w = &world;
	u32 seq = 0;

	if (es_open(&w->dev, ctx) || es_make_pair(w, ES_NONE, true, es_no_limits))
		return FAIL;
#define TEXT_IS(change, reason)						\
	do {								\
		es_inner(text);						\
		memcpy(text + LEN, (u8 []){ 1, 2, 2, 4 }, 4);		\
		change;							\
		craft(w, esp, ++seq, text, LEN + 4);			\
		if (es_refused(w, esp, 28 + LEN + 4 + 16, LEN + ROOM,	\
			    VIRTIO_CRYPTO_ERR, #change))		\
			return FAIL;					\
		EXPECT(!es_get_state(w, ES_IN_TYPE, &state), "state");	\
		EXPECT(le64toh(state.errors[reason]) && seq ==		\
		       le64toh(state.errors[0]), "%s: not counted", #change); \
	} while (0)
	TEXT_IS(text[LEN] = 2, VIRTIO_ACCEL_SA_ERR_TRAILER);
	TEXT_IS(text[LEN + 2] = 255, VIRTIO_ACCEL_SA_ERR_TRAILER);
	TEXT_IS(text[LEN + 3] = 17, VIRTIO_ACCEL_SA_ERR_TRAILER);
	TEXT_IS(text[LEN + 3] = 59, VIRTIO_ACCEL_SA_ERR_DUMMY);
	TEXT_IS(text[LEN + 3] = 41, VIRTIO_ACCEL_SA_ERR_INNER);
	TEXT_IS(text[3] += 1, VIRTIO_ACCEL_SA_ERR_INNER);
	TEXT_IS(text[3] -= 1, VIRTIO_ACCEL_SA_ERR_INNER);
	TEXT_IS(text[0] = 0x44, VIRTIO_ACCEL_SA_ERR_INNER);
	TEXT_IS(text[0] = 0x65, VIRTIO_ACCEL_SA_ERR_INNER);
	/* And so is it right */
	es_inner(text);
	memcpy(text + LEN, (u8 []){ 1, 2, 2, 4 }, 4);
	craft(w, esp, ++seq, text, LEN + 4);
	if (es_accepted(w, esp, 28 + LEN + 4 + 16, LEN, "a right one"))
		return FAIL;
	return PASS;
}

#define NOTHING	do { } while (0)

#define REQUEST(opcode, id, want, change, what)				\
	do {								\
		cr_packet(&w.dev, &r, &w.dev.vqs[0], opcode, id, pkt,	\
			  LEN, LEN + ROOM);				\
		change;							\
		ret = cr_run(&r, CR_MS);				\
		EXPECT(ret == (want), what ": %s", cr_name(ret));	\
		EXPECT(cr_dst_untouched(&r), what ": destination changed"); \
		cr_free(&w.dev, &r);					\
	} while (0)

/* A right packet that is at @off of the destination, as far as it has room there */
static int overlaps(struct es_world *w, u32 off)
{
	struct cr_req r;
	u8 pkt[LEN];
	int ret;
	u32 i;

	es_inner(pkt);
	cr_packet(&w->dev, &r, &w->dev.vqs[0], OUT, 3, pkt, LEN, LEN + ROOM + LEN);
	cr_set32(&r, 28, LEN + ROOM);
	memcpy(r.dst + off, pkt, LEN);
	r.buf[r.i_src].iova = r.buf[r.i_dst].iova + off;
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == VIRTIO_CRYPTO_ERR, "overlap at %u: %s", off, cr_name(ret));
	for (i = 0; i < LEN + ROOM; i++)
		EXPECT(r.dst[i] == (i - off < LEN ? pkt[i - off] : CR_UNTOUCHED),
		       "overlap at %u: destination changed", off);
	cr_free(&w->dev, &r);
	return PASS;
}

/* More than the device takes, or nothing */
static int wrong_lengths(struct es_world *w)
{
	u32 max = le64toh(w->dev.config.max_size);
	const struct {
		u32 len, room;
		int want;
	} rows[] = {
		{ max + 1, LEN + ROOM, VIRTIO_CRYPTO_ERR },
		{ LEN, max + 1, VIRTIO_CRYPTO_ERR },
		{ 0, LEN + ROOM, VIRTIO_CRYPTO_ERR },
		{ LEN, 0, VIRTIO_CRYPTO_ERR },
		{ LEN, max, VIRTIO_CRYPTO_OK },
	};
	u8 *pkt = calloc(1, max + 1);
	struct cr_req r;
	unsigned int i;
	int ret;

	es_inner(pkt);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		cr_packet(&w->dev, &r, &w->dev.vqs[0], OUT, 3, pkt, rows[i].len,
			  rows[i].room);
		ret = cr_run(&r, CR_MS);
		EXPECT(ret == rows[i].want, "source of %u, destination of %u: %s",
		       rows[i].len, rows[i].room, cr_name(ret));
		cr_free(&w->dev, &r);
	}
	return PASS;
}

static int ipsec_bad_requests(const struct test_ctx *ctx)
{
	struct virtio_accel_sa_state state;
	struct es_world w = {};
	struct cr_req r;
	u8 pkt[LEN];
	int ret;

	if (es_open(&w.dev, ctx) || es_make_pair(&w, ES_GCM, true, es_no_limits))
		return FAIL;
	es_inner(pkt);
	REQUEST(OUT, 5, VIRTIO_CRYPTO_INVSESS, NOTHING, "an SA of the other direction");
	REQUEST(IN, 3, VIRTIO_CRYPTO_INVSESS, NOTHING, "an SA of the other direction");
	REQUEST(OUT, 4, VIRTIO_CRYPTO_INVSESS, NOTHING, "no such SA");
	REQUEST(OUT, 0xffffffff, VIRTIO_CRYPTO_INVSESS, NOTHING, "an id out of range");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_INVSESS, cr_set32(&r, 12, 1),
		"an id of more than 32 bits");
	REQUEST(OUT + 2, 3, VIRTIO_CRYPTO_NOTSUPP, NOTHING, "an unknown operation");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_NOTSUPP, cr_set32(&r, 16, 0),
		"without a session");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_ERR, cr_set32(&r, 24, LEN + 1),
		"a source that is not there");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_ERR, cr_set32(&r, 24, 0xffffffff),
		"a source of 4 GB");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_ERR, cr_set32(&r, 28, LEN + ROOM + 1),
		"a destination that is not there");
	if (wrong_lengths(&w) || overlaps(&w, 0) || overlaps(&w, LEN + ROOM - 1))
		return FAIL;
	/* So far it was not the packet that was wrong */
	EXPECT(!es_get_state(&w, ES_OUT_TYPE, &state), "state");
	EXPECT(!state.errors[VIRTIO_ACCEL_SA_ERR_ALL] &&
	       le64toh(state.packets) == 1, "requests were taken for packets");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_ERR, cr_set32(&r, 28, LEN + 20),
		"no room for ESP");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_ERR, r.src[3]++, "a length that lies");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_ERR, r.src[0] = 0x55, "IP version 5");
	REQUEST(IN, 5, VIRTIO_CRYPTO_ERR, NOTHING, "a packet without ESP");
	EXPECT(!es_destroy_sas(&w), "destroy");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_INVSESS, NOTHING, "an SA that was destroyed");
	/* A reset takes all SAs, and what was set */
	if (es_make_pair(&w, ES_GCM, true, es_no_limits))
		return FAIL;
	EXPECT(!vd_restart(&w.dev), "restart");
	REQUEST(OUT, 3, VIRTIO_CRYPTO_INVSESS, NOTHING, "an SA from before a reset");
	ret = es_sa_command(&w.dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, &w.out);
	EXPECT(ret > 0, "an SA without capabilities: %d", ret);
	STILL_WORKS(w.dev);
	return PASS;
}

/* More pieces than a request slot has room for, none next to another */
static int ipsec_pieces(const struct test_ctx *ctx)
{
	static const unsigned int kinds[] = { ES_GCM, ES_CBC, ES_NONE, ES_NONE };
	enum { N = 50, PIECE = 16 };
	u8 esp[LEN + ROOM], *src, *dst;
	struct es_world w = {};
	unsigned int i, k;
	struct cr_req r;
	u32 len;
	int ret;

	if (es_open(&w.dev, ctx))
		return FAIL;
	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		w.ah = k == 3;
		if (es_make_pair(&w, kinds[k], true, es_no_limits))
			return FAIL;
		len = es_sealed(&w, esp);
		EXPECT(len && len <= N * PIECE, "packet of %u", len);
		es_in(&w, &r, esp, len, N * PIECE);
		src = vd_alloc(&w.dev, 2 * N * PIECE, 64);
		dst = vd_alloc(&w.dev, 2 * N * PIECE, 64);
		memset(dst, CR_UNTOUCHED, 2 * N * PIECE);
		r.buf[2 * N + 1] = r.buf[r.i_out];
		r.n = 2 * N + 2;
		cr_set32(&r, 24, len);
		for (i = 0; i < N; i++) {
			memcpy(src + 2 * i * PIECE, r.src + i * PIECE, PIECE);
			r.buf[1 + i] = (struct vd_buf){
				vd_iova(&w.dev, src + 2 * i * PIECE), PIECE
			};
			r.buf[1 + N + i] = (struct vd_buf){
				vd_iova(&w.dev, dst + 2 * i * PIECE), PIECE, true
			};
		}
		ret = cr_run(&r, CR_MS);
		EXPECT(!ret && r.used == LEN + 1, "%s: %s", w.suite->ip,
		       cr_name(ret));
		es_inner(esp);
		for (i = 0; i < LEN; i++)
			EXPECT(dst[i / PIECE * 2 * PIECE + i % PIECE] == esp[i],
			       "%s: byte %u is wrong", w.suite->ip, i);
		for (i = 0; i < 2 * N * PIECE; i++)
			EXPECT(!(i / PIECE % 2) || dst[i] == CR_UNTOUCHED,
			       "%s: written between the pieces", w.suite->ip);
		cr_free(&w.dev, &r);
		EXPECT(!es_destroy_sas(&w), "destroy");
	}
	STILL_WORKS(w.dev);
	return PASS;
}

static int ipsec_not_negotiated(const struct test_ctx *ctx)
{
	struct es_world w = {};
	struct cr_req r;
	u8 pkt[LEN], info[8];
	u64 features;
	int ret;

	START(w.dev, ctx);
	es_inner(pkt);
	REQUEST(OUT, 0, VIRTIO_CRYPTO_NOTSUPP, NOTHING, "a packet");
	ret = es_extension(&w.dev, VIRTIO_ACCEL_CTRL_INFO, NULL, 0, info, 8);
	EXPECT(ret == VIRTIO_CRYPTO_NOTSUPP, "a control request: %s", cr_name(ret));
	/* Without the format that it needs */
	EXPECT(!vd_reset(&w.dev) && !vd_set_status(&w.dev, VD_STATUS_UP), "reset");
	features = VD_BIT(VIRTIO_F_VERSION_1) | VD_BIT(VIRTIO_F_ACCESS_PLATFORM) |
		   VD_BIT(VIRTIO_ACCEL_F_CTRL);
	ret = ioctl(w.dev.fd, VHOST_SET_FEATURES, &features);
	EXPECT(ret < 0, "accepted without REVISION_1");
	EXPECT(!vd_restart(&w.dev), "restart");
	STILL_WORKS(w.dev);
	return PASS;
}

static int send_one(struct es_world *w)
{
	struct cr_req r;
	u8 pkt[LEN];
	int ret;

	es_inner(pkt);
	es_out(w, &r, pkt, LEN);
	ret = cr_run(&r, CR_MS);
	cr_free(&w->dev, &r);
	return ret;
}

/* Announced, and read once */
static int expect_event(struct es_world *w, u32 want)
{
	struct virtio_accel_event e[2] = {};
	int ret;

	/* The packet is answered first */
	EXPECT(vd_config_changed(&w->dev, want ? CR_MS : 0) || !want,
	       "nothing was announced");
	ret = es_extension(&w->dev, VIRTIO_ACCEL_CTRL_EVENTS, NULL, 0, e,
			   sizeof(e[0]));
	EXPECT(!ret, "events: %s", cr_name(ret));
	if (want)
		EXPECT(le32toh(e[0].events) == want && e[0].spi == w->out.spi,
		       "event %#x, not %#x", le32toh(e[0].events), want);
	return PASS;
}

static int ipsec_limits(const struct test_ctx *ctx)
{
	static const u64 limits[4] = { 2, 0, 4, 0 };
	struct virtio_accel_sa_state state;
	struct es_world w = {};
	int ret;

	if (es_open(&w.dev, ctx) || es_make_pair(&w, ES_GCM, true, limits))
		return FAIL;
	expect_event(&w, 0);
	EXPECT(!send_one(&w), "first");
	ret = send_one(&w);
	EXPECT(ret == VIRTIO_CRYPTO_IPSEC_SA_SOFT_EXPIRY, "second: %s",
	       cr_name(ret));
	if (expect_event(&w, VIRTIO_ACCEL_SA_SOFT_EXPIRED))
		return FAIL;
	EXPECT(!send_one(&w) && !send_one(&w), "third and fourth");
	ret = send_one(&w);
	EXPECT(ret == VIRTIO_CRYPTO_ERR, "fifth: %s", cr_name(ret));
	if (expect_event(&w, VIRTIO_ACCEL_SA_HARD_EXPIRED))
		return FAIL;
	EXPECT(!es_destroy_sas(&w), "destroy");

	if (es_make_pair(&w, ES_CBC, true, es_no_limits))
		return FAIL;
	EXPECT(!es_get_state(&w, ES_OUT_TYPE, &state), "state");
	state.seq = htole64(0xfffffffe);
	ret = es_extension(&w.dev, VIRTIO_ACCEL_CTRL_SA_SET, &state,
			   sizeof(state), NULL, 0);
	EXPECT(!ret, "set: %s", cr_name(ret));
	EXPECT(!send_one(&w), "the last number");
	ret = send_one(&w);
	EXPECT(ret == VIRTIO_CRYPTO_ERR, "none left: %s", cr_name(ret));
	return expect_event(&w, VIRTIO_ACCEL_SA_SEQ_OVERFLOW);
}

/* Many at once: each has its number, and all come through the window */
static int ipsec_many(const struct test_ctx *ctx)
{
	enum { N = 60 };
	struct cr_req *r = calloc(N, sizeof(*r));
	struct es_world w = {};
	unsigned int i, q;
	u8 pkt[LEN], esp[N][LEN + ROOM], seen[N + 1] = {};
	u32 seq;

	if (es_open(&w.dev, ctx) || es_make_pair(&w, ES_CBC, true, es_no_limits))
		return FAIL;
	es_inner(pkt);
	for (i = 0; i < N; i++) {
		q = i % (w.dev.nvqs - 1);
		cr_packet(&w.dev, &r[i], &w.dev.vqs[q], OUT, 3, pkt, LEN,
			  LEN + ROOM);
		r[i].indirect = true;
		EXPECT(cr_submit(&r[i]) >= 0, "add");
	}
	for (q = 0; q < w.dev.nvqs - 1; q++)
		vd_kick(&w.dev.vqs[q]);
	for (i = 0; i < N; i++)
		EXPECT(vd_wait(r[i].vq, NULL, CR_MS) >= 0, "lost");
	for (i = 0; i < N; i++) {
		EXPECT(!cr_status(&r[i]), "%u: %s", i, cr_name(cr_status(&r[i])));
		seq = r[i].dst[26] << 8 | r[i].dst[27];
		EXPECT(seq && seq <= N && !seen[seq]++, "number %u", seq);
		memcpy(esp[i], r[i].dst, LEN + ROOM);
	}
	cr_free(&w.dev, &r[0]);
	for (i = 0; i < N; i++)
		if (es_accepted(&w, esp[i], es_ip_len(esp[i]), LEN, "one of many"))
			return FAIL;
	return PASS;
}

const struct test_case ipsec_bad_cases[] = {
	{ "ipsec-bad-packets", ipsec_bad_packets, .limit = 300 },
	{ "ipsec-bad-text", ipsec_bad_text },
	{ "ipsec-bad-requests", ipsec_bad_requests },
	{ "ipsec-pieces", ipsec_pieces },
	{ "ipsec-not-negotiated", ipsec_not_negotiated },
	{ "ipsec-limits", ipsec_limits },
	{ "ipsec-many", ipsec_many },
	{}
};
