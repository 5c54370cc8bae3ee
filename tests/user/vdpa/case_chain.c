// SPDX-License-Identifier: GPL-2.0
/*
 * Algorithm chaining: both orders, with and without a key of the hash, in both
 * formats and without a session; and requests that fit nothing.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define C_FIRST	VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_CIPHER_THEN_HASH
#define H_FIRST	VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_HASH_THEN_CIPHER
#define PLAIN	VIRTIO_CRYPTO_SYM_HASH_MODE_PLAIN
#define AUTH	VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH

static const struct cr_shape shapes[] = {
	{ 256, 0, 256, 0, 256, 0 },
	{ 280, 24, 256, 0, 280, 0 },		/* ESP */
	{ 284, 24, 256, 0, 284, 0 },		/* with a half of its number behind */
	{ 300, 100, 64, 20, 280, 20 },
	{ 300, 16, 128, 100, 150, 20 },		/* the hash begins in the text */
	{ 300, 100, 128, 16, 150, 0 },		/* and ends in it */
	{ 300, 16, 256, 100, 50, 0 },		/* and is in it */
	{ 512, 256, 256, 0, 256, 0 },		/* nothing in common */
	{ 512, 0, 256, 256, 256, 40 },
	{ 300, 20, 0, 0, 300, 0 },		/* nothing to encrypt */
	{ 64, 16, 48, 30, 0, 0 },		/* nothing to hash */
	{ 9000, 24, 8960, 0, 9000, 3 },
};

enum how { APART, IN_PLACE, IN_PIECES, HOWS };

static int one(struct vd_dev *dev, const struct cr_session *s,
	       const struct cr_shape *shape, enum how how)
{
	static u8 dst[CR_MAX_DATA];
	bool verify = !vd_has(dev, 0) && !s->enc;
	u8 result[CR_RESULT];
	struct cr_req r;
	u64 seed = 3;
	int status;

	cr_chain(dev, &r, &dev->vqs[0], s, shape);
	if (how == IN_PLACE)
		cr_in_place(&r);
	cr_chain_expect(&r, s, shape, dst, result);
	if (how == IN_PIECES)
		cr_scatter(&r, &seed, shape->len > 1000 ? 600 : 50);
	if (verify)
		memcpy(r.result, result, CR_RESULT);
	status = cr_run(&r, CR_MS);
	EXPECT(!status, "%s", cr_name(status));
	EXPECT(!memcmp(r.dst, dst, r.dst_len), "wrong destination");
	EXPECT(!memcmp(r.result, result, CR_RESULT), "wrong hash");
	cr_free(dev, &r);
	if (!verify || how == IN_PLACE)
		return PASS;

	cr_chain(dev, &r, &dev->vqs[0], s, shape);
	cr_chain_expect(&r, s, shape, dst, result);
	memcpy(r.result, result, CR_RESULT);
	r.result[shape->len % CR_RESULT] ^= 0x10;
	memcpy(result, r.result, CR_RESULT);
	status = cr_run(&r, CR_MS);
	EXPECT(status == VIRTIO_CRYPTO_BADMSG, "another hash: %s",
	       cr_name(status));
	EXPECT(!memcmp(r.result, result, CR_RESULT), "what was expected changed");
	EXPECT(s->order == C_FIRST || cr_dst_untouched(&r),
	       "decrypted, though not authentic");
	cr_free(dev, &r);
	return PASS;
}

static const char *format(struct vd_dev *dev, const struct cr_session *s)
{
	if (s->stateless)
		return "stateless";
	return vd_has(dev, 0) ? "REVISION_1" : "legacy";
}

static int all_shapes(struct vd_dev *dev, const struct cr_session *s)
{
	unsigned int i, how;

	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		for (how = 0; how < HOWS; how++)
			EXPECT(!one(dev, s, &shapes[i], how),
			       "%s, order %u, mode %u, %s, shape %u, way %u",
			       s->enc ? "encrypt" : "decrypt", s->order,
			       s->auth_mode, format(dev, s), i, how);
	return PASS;
}

static int good(const struct test_ctx *ctx, u64 mask, bool stateless)
{
	static const u32 wires[] = { VIRTIO_CRYPTO_CIPHER_AES_CBC,
				     VIRTIO_CRYPTO_CIPHER_AES_CTR };
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i;
	u64 seed = 77;
	u32 order, mode;
	int ret;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = mask;
	EXPECT(!vd_start(&dev), "start");
	for (i = 0; i < 16; i++) {
		order = i & 4 ? C_FIRST : H_FIRST;
		mode = i & 8 ? PLAIN : AUTH;
		if (stateless) {
			cr_no_chain(&s, wires[i & 1], i & 2, order, mode,
				    &seed);
			if (all_shapes(&dev, &s))
				return FAIL;
			continue;
		}
		ret = cr_open_chain(&dev, &s, wires[i & 1], i & 2, order, mode,
				    &seed);
		EXPECT(!ret, "create: %s", cr_name(ret));
		if (all_shapes(&dev, &s))
			return FAIL;
		EXPECT(!cr_close_session(&dev, &s), "destroy");
	}
	EXPECT(!cr_works(&dev), "device is lost");
	vd_close(&dev);
	return PASS;
}

static int chain_good(const struct test_ctx *ctx)
{
	long copied = attr_num(ctx, "payload_copied");

	/* Stateless modes need REVISION_1 */
	if (good(ctx, 0, false) || good(ctx, 0, true) ||
	    good(ctx, 1 | VD_STATELESS, false))
		return FAIL;
	EXPECT(attr_num(ctx, "bounce") ||
	       attr_num(ctx, "payload_copied") == copied, "data was copied");
	return PASS;
}

/* Fields that are legal one by one; a sum that overflows 32 bits is not zero */
static const struct {
	const char *name;
	unsigned int off[2];
	u32 value[2];
} misfits[] = {
	{ "cipher beyond the source", { 36, 40 }, { 32, 256 } },
	{ "cipher's sum overflows", { 36, 40 }, { 0xfffffff0, 0x20 } },
	{ "cipher's sum overflows to 0", { 36, 40 }, { 0xffffff00, 0x100 } },
	{ "hash beyond the source", { 44, 48 }, { 1, 280 } },
	{ "hash's sum overflows", { 44, 48 }, { 0xffffffff, 2 } },
	{ "hash's sum overflows, the long half", { 44, 48 },
	  { 0x18, 0xffffffe8 } },
	{ "destination is longer", { 28, 32 }, { 280, 296 } },
	{ "source is longer", { 28, 32 }, { 296, 280 } },
	{ "source and AAD overflow", { 28, 52 }, { 0xfffffff8, 8 } },
	{ "IV and AAD overflow", { 24, 52 }, { 16, 0xfffffff0 } },
	{ "both lengths are huge", { 28, 32 }, { 0xffffffff, 0xffffffff } },
	{ "both lengths are 2^31", { 28, 32 }, { 0x80000000, 0x80000000 } },
	{ "both lengths are 0", { 28, 32 }, { 0, 0 } },
	{ "destination and result overflow", { 32, 56 }, { 280, 0xffffffff } },
	{ "more of the hash than the session has", { 56, 60 }, { 33, 0 } },
	{ "less of the hash than the session has", { 56, 60 }, { 31, 0 } },
	{ "an IV that is too long", { 24, 60 }, { 17, 0 } },
	{ "not a block", { 40, 60 }, { 255, 0 } },
	{ "a plain cipher's request", { 64, 68 },
	  { VIRTIO_CRYPTO_SYM_OP_CIPHER, 0 } },
	{ "no operation", { 64, 68 }, { VIRTIO_CRYPTO_SYM_OP_NONE, 0 } },
};

static const struct {
	const char *name;
	unsigned int off;
	u32 value;
	int status;
} strangers[] = {
	{ "order 0", 16, 0, VIRTIO_CRYPTO_NOTSUPP },
	{ "order 3", 16, 3, VIRTIO_CRYPTO_NOTSUPP },
	{ "order of all ones", 16, ~0U, VIRTIO_CRYPTO_NOTSUPP },
	{ "hash mode 0", 20, 0, VIRTIO_CRYPTO_NOTSUPP },
	{ "nested hash", 20, VIRTIO_CRYPTO_SYM_HASH_MODE_NESTED,
	  VIRTIO_CRYPTO_NOTSUPP },
	{ "hash mode 4", 20, 4, VIRTIO_CRYPTO_NOTSUPP },
	{ "unknown cipher", 24, 99, VIRTIO_CRYPTO_NOTSUPP },
	{ "a cipher that is not offered", 24, VIRTIO_CRYPTO_CIPHER_ARC4,
	  VIRTIO_CRYPTO_NOTSUPP },
	{ "unknown MAC", 40, 99, VIRTIO_CRYPTO_NOTSUPP },
	{ "neither encryption nor decryption", 32, 3, VIRTIO_CRYPTO_ERR },
	{ "no result", 44, 0, VIRTIO_CRYPTO_ERR },
	{ "more of a result than there is", 44, 33, VIRTIO_CRYPTO_ERR },
	{ "a length that no key of AES has", 28, 17, VIRTIO_CRYPTO_ERR },
	{ "keys whose sum overflows", 28, 0xfffffff0, VIRTIO_CRYPTO_ERR },
	{ "a key of 4 GiB", 48, ~0U, VIRTIO_CRYPTO_ERR },
	{ "a key longer than the chain", 48, 64, VIRTIO_CRYPTO_ERR },
};

static int bad(const struct test_ctx *ctx, u64 mask)
{
	static const struct cr_shape shape = { 280, 24, 256, 0, 280, 8 };
	struct cr_session s, plain;
	struct vd_dev dev;
	struct cr_req r;
	unsigned int i;
	u64 seed = 5;
	int status;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = mask;
	EXPECT(!vd_start(&dev), "start");
	EXPECT(!cr_open_cbc(&dev, &plain, true, 16, &seed), "create");
	EXPECT(!cr_open_chain(&dev, &s, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
			      C_FIRST, AUTH, &seed), "create");
	for (i = 0; i < ARRAY_SIZE(misfits); i++) {
		cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
		cr_set32(&r, misfits[i].off[0], misfits[i].value[0]);
		cr_set32(&r, misfits[i].off[1], misfits[i].value[1]);
		status = cr_run(&r, CR_MS);
		EXPECT(status == (i + 1 == ARRAY_SIZE(misfits) ?
				  VIRTIO_CRYPTO_NOTSUPP : VIRTIO_CRYPTO_ERR),
		       "%s: %s", misfits[i].name, cr_name(status));
		EXPECT(cr_dst_untouched(&r) && r.result[0] == CR_UNTOUCHED,
		       "%s: destination changed", misfits[i].name);
		cr_free(&dev, &r);
	}
	cr_chain(&dev, &r, &dev.vqs[0], &plain, &shape);
	status = cr_run(&r, CR_MS);
	EXPECT(status == VIRTIO_CRYPTO_ERR, "a plain session: %s",
	       cr_name(status));
	/* No room for the hash: the status is where it should be */
	cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
	r.buf[r.i_dst + 1] = r.buf[r.i_out];
	r.n--;
	status = cr_run(&r, CR_MS);
	EXPECT(status == VIRTIO_CRYPTO_ERR, "no room for the hash: %s",
	       cr_name(status));
	for (i = 0; i < ARRAY_SIZE(strangers); i++) {
		cr_create_chain(&dev, &r, &s);
		cr_set32(&r, strangers[i].off, strangers[i].value);
		status = cr_run(&r, CR_MS);
		EXPECT(status == strangers[i].status, "%s: %s",
		       strangers[i].name, cr_name(status));
		cr_free(&dev, &r);
	}
	EXPECT(!one(&dev, &s, &shape, APART), "lost the session");
	EXPECT(!cr_close_session(&dev, &s), "destroy");
	cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
	status = cr_run(&r, CR_MS);
	EXPECT(status == VIRTIO_CRYPTO_INVSESS, "after that: %s",
	       cr_name(status));
	EXPECT(!cr_works(&dev), "device is lost");
	vd_close(&dev);
	return PASS;
}

static int chain_bad(const struct test_ctx *ctx)
{
	return bad(ctx, 0) || bad(ctx, 1 | VD_STATELESS);
}

/* Where a stateless request has what is at @off of one with a session */
static unsigned int stateless_off(unsigned int off)
{
	return off < 68 ? off + 32 : 24 + 32 + 36;
}

/* Likewise, what is at @off of a request for a session */
static unsigned int stateless_para(unsigned int off)
{
	switch (off) {
	case 16:
		return 24;	/* order */
	case 20:
		return 52;	/* hash mode */
	case 44:
		return 88;	/* length of the result */
	case 48:
		return 48;	/* of the MAC's key */
	case 40:
		return 44;	/* MAC */
	default:
		return off + 8;	/* cipher */
	}
}

#define REFUSED(want, what)						\
	do {								\
		status = cr_run(&r, CR_MS);				\
		EXPECT(status == (want), "%s: %s", (what),		\
		       cr_name(status));				\
		EXPECT(cr_dst_untouched(&r) &&				\
		       r.result[0] == CR_UNTOUCHED,			\
		       "%s: destination changed", (what));		\
		cr_free(&dev, &r);					\
	} while (0)

static int chain_bad_stateless(const struct test_ctx *ctx)
{
	static const struct cr_shape shape = { 280, 24, 256, 0, 280, 8 };
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	unsigned int i, k;
	u64 seed = 6;
	int status;

	START(dev, ctx);
	cr_no_chain(&s, VIRTIO_CRYPTO_CIPHER_AES_CBC, true, C_FIRST, AUTH,
		    &seed);
	for (i = 0; i < ARRAY_SIZE(misfits); i++) {
		/* Each request says how much of the hash it wants */
		if (misfits[i].off[0] == 56 && misfits[i].value[0] < CR_RESULT)
			continue;
		cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
		for (k = 0; k < 2; k++) {
			cr_set32(&r, stateless_off(misfits[i].off[k]),
				 misfits[i].value[k]);
			/* AAD's length is there twice */
			if (misfits[i].off[k] == 52)
				cr_set32(&r, 28, misfits[i].value[k]);
		}
		REFUSED(i + 1 == ARRAY_SIZE(misfits) ? VIRTIO_CRYPTO_NOTSUPP :
						       VIRTIO_CRYPTO_ERR,
			misfits[i].name);
	}
	for (i = 0; i < ARRAY_SIZE(strangers); i++) {
		cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
		cr_set32(&r, stateless_para(strangers[i].off),
			 strangers[i].value);
		REFUSED(strangers[i].status, strangers[i].name);
	}
	cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
	cr_set32(&r, 28, 7);
	REFUSED(VIRTIO_CRYPTO_ERR, "two lengths of AAD");
	cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
	cr_set32(&r, 52, PLAIN);
	REFUSED(VIRTIO_CRYPTO_ERR, "a key of a hash");
	cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
	r.buf[r.i_key].len--;
	REFUSED(VIRTIO_CRYPTO_ERR, "a byte of the MAC's key is missing");
	cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
	r.buf[0].len -= 4;
	r.buf[1] = r.buf[r.i_out];
	r.n = 2;
	REFUSED(VIRTIO_CRYPTO_ERR, "the fixed part is too short");
	cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
	r.buf[r.i_dst + 1] = r.buf[r.i_out];
	r.n--;
	REFUSED(VIRTIO_CRYPTO_ERR, "no room for the hash");
	/* The start of a hash may be asked for */
	cr_chain(&dev, &r, &dev.vqs[0], &s, &shape);
	cr_set32(&r, 88, 12);
	status = cr_run(&r, CR_MS);
	EXPECT(!status && r.used == 256 + 12 + 1, "12 bytes: %s, %u used",
	       cr_name(status), r.used);
	EXPECT(r.result[11] != CR_UNTOUCHED || r.result[10] != CR_UNTOUCHED,
	       "no result");
	EXPECT(r.result[12] == CR_UNTOUCHED, "more of it than that");
	cr_free(&dev, &r);
	EXPECT(!one(&dev, &s, &shape, APART), "the next one fails");
	STILL_WORKS(dev);
	return PASS;
}

/* For requests whose second step the provider, a cipher, would not take */
#define MANY	32

static const struct cr_shape packet = { 280, 24, 256, 0, 280, 8 };

struct flight {
	struct cr_req r[MANY];
	u8 dst[MANY][280];
	u8 result[MANY][CR_RESULT];
};

/* In place: a step that is done twice can't be right */
static int take_off(struct vd_dev *dev, const struct cr_session *s,
		    struct flight *f, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		cr_chain(dev, &f->r[i], &dev->vqs[0], s, &packet);
		cr_in_place(&f->r[i]);
		cr_chain_expect(&f->r[i], s, &packet, f->dst[i], f->result[i]);
		f->r[i].indirect = true;
		EXPECT(cr_submit(&f->r[i]) >= 0, "add");
	}
	vd_kick(&dev->vqs[0]);
	return PASS;
}

static int land(struct vd_dev *dev, struct flight *f, unsigned int n)
{
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		ret = vd_wait(&dev->vqs[0], NULL, CR_MS);
		EXPECT(ret >= 0, "request %u: %s", i, cr_name(ret));
	}
	for (i = 0; i < n; i++) {
		EXPECT(!cr_status(&f->r[i]), "request %u: %s", i,
		       cr_name(cr_status(&f->r[i])));
		EXPECT(!memcmp(f->r[i].dst, f->dst[i], packet.len),
		       "request %u: wrong destination", i);
		EXPECT(!memcmp(f->r[i].result, f->result[i], CR_RESULT),
		       "request %u: wrong hash", i);
	}
	cr_free(dev, &f->r[0]);
	return PASS;
}

static const char * const knobs[][2] = {
	{ "irq", "0" }, { "irq", "1" }, { "irq", "2" }, { "busy_every", "3" },
	{ "nospc_every", "2" }, { "nomem_every", "3" }, { "sync_every", "2" },
	{ "queue_depth", "4" },
};

static int chain_held_full(const struct test_ctx *ctx)
{
	struct flight *f = calloc(1, sizeof(*f));
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i, k;
	u64 seed = 8;

	START(dev, ctx);
	for (i = 0; i < 4; i++) {
		EXPECT(!cr_open_chain(&dev, &s, VIRTIO_CRYPTO_CIPHER_AES_CBC,
				      i & 1, i & 2 ? C_FIRST : H_FIRST, AUTH,
				      &seed), "create");
		for (k = 0; k < ARRAY_SIZE(knobs); k++) {
			EXPECT(!sim_set(ctx, knobs[k][0], knobs[k][1]), "%s",
			       knobs[k][0]);
			if (take_off(&dev, &s, f, MANY) ||
			    land(&dev, f, MANY)) {
				printf("# %s, %s, order %u\n", knobs[k][0],
				       i & 1 ? "encrypt" : "decrypt", s.order);
				return FAIL;
			}
			sim_set(ctx, knobs[k][0], *knobs[k][0] == 'q' ? "128" :
							 "0");
		}
		EXPECT(!cr_close_session(&dev, &s), "destroy");
	}
	/* An error of either step is an answer, and ends the request */
	EXPECT(!cr_open_chain(&dev, &s, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
			      C_FIRST, AUTH, &seed), "create");
	EXPECT(!sim_set(ctx, "error_every", "1"), "error_every");
	EXPECT(!take_off(&dev, &s, f, 1), "add");
	EXPECT(vd_wait(&dev.vqs[0], NULL, CR_MS) >= 0, "no answer");
	EXPECT(cr_status(&f->r[0]) == VIRTIO_CRYPTO_ERR, "%s",
	       cr_name(cr_status(&f->r[0])));
	EXPECT(f->r[0].result[0] == CR_UNTOUCHED, "a hash, though it failed");
	sim_set(ctx, "error_every", "0");
	STILL_WORKS(dev);
	return PASS;
}

static bool four_held(void *arg)
{
	return sim_get(arg, "held") >= 4;
}

static bool no_orphans(void *arg)
{
	return attr_num(arg, "orphans") == 0;
}

/*
 * The hash of some is done, and the provider has no room for their cipher. They can't
 * go back to the ring, and after a reset nothing more is done about them.
 */
static int chain_held_between(const struct test_ctx *ctx)
{
	struct flight *f = calloc(1, sizeof(*f));
	u8 before[280];
	struct cr_session s;
	struct vd_dev dev;
	u64 seed = 9;
	int ret;

	START(dev, ctx);
	EXPECT(!cr_open_chain(&dev, &s, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
			      H_FIRST, AUTH, &seed), "create");
	EXPECT(!sim_set(ctx, "queue_depth", "4"), "depth");
	EXPECT(!sim_set(ctx, "hold", "1"), "hold");
	EXPECT(!take_off(&dev, &s, f, 16), "add");
	EXPECT(wait_for(four_held, (void *)ctx, CR_MS), "held: %ld",
	       sim_get(ctx, "held"));
	usleep(100000);
	EXPECT(vd_suspend(&dev) < 0, "suspended, though requests are out");
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	if (land(&dev, f, 16))
		return FAIL;
	EXPECT(!vd_suspend(&dev), "suspend");
	ret = vd_vring_base(&dev, 0);
	EXPECT(ret == dev.vqs[0].avail_idx, "base");

	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_open_chain(&dev, &s, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
			      H_FIRST, AUTH, &seed), "create");
	EXPECT(!sim_set(ctx, "hold", "1"), "hold");
	EXPECT(!take_off(&dev, &s, f, 16), "add");
	EXPECT(wait_for(four_held, (void *)ctx, CR_MS), "held: %ld",
	       sim_get(ctx, "held"));
	usleep(100000);
	vd_reset(&dev);
	/* Until then the fallback may have done what the provider would not take */
	memcpy(before, f->r[4].dst, packet.len);
	EXPECT(attr_num(ctx, "orphans") == 4, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	EXPECT(wait_for(no_orphans, (void *)ctx, CR_MS), "orphans: %ld",
	       attr_num(ctx, "orphans"));
	EXPECT(!memcmp(before, f->r[4].dst, packet.len),
	       "went on after the reset");
	EXPECT(f->r[0].result[0] == CR_UNTOUCHED, "answered after the reset");
	EXPECT(!sim_set(ctx, "queue_depth", "128"), "depth");
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

const struct test_case chain_cases[] = {
	{ "held-chain-full", chain_held_full, 120, T_SIM },
	{ "held-chain-between", chain_held_between, 120, T_SIM },
	{ "chain-good", chain_good, .limit = 120 },
	{ "chain-bad", chain_bad, .limit = 60 },
	{ "chain-bad-stateless", chain_bad_stateless, .limit = 60 },
	{}
};
