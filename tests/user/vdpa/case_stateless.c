// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that bring their key along: right ones, alone and among those of
 * sessions, and with all sessions taken; wrong ones, and where nobody negotiated
 * them.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static const struct {
	u32 service, wire, keylen;
} algs[] = {
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_ECB, 16 },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CBC, 24 },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CTR, 32 },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_XTS, 64 },
	{ VIRTIO_CRYPTO_SERVICE_AEAD, VIRTIO_CRYPTO_AEAD_GCM, 16 },
	{ VIRTIO_CRYPTO_SERVICE_AEAD, VIRTIO_CRYPTO_AEAD_GCM, 32 },
};

static void no_session(struct cr_session *s, unsigned int a, bool enc,
		       u64 *seed)
{
	cr_no_session(s, algs[a].service, algs[a].wire, enc, algs[a].keylen,
		      seed);
}

static void build(struct vd_dev *dev, struct cr_req *r, unsigned int queue,
		  const struct cr_session *s, u32 len)
{
	if (s->service == VIRTIO_CRYPTO_SERVICE_AEAD)
		cr_aead(dev, r, &dev->vqs[queue], s, 20, len);
	else
		cr_cipher(dev, r, &dev->vqs[queue], s, len);
}

static int all_algs(struct vd_dev *dev)
{
	static const u32 lengths[] = { 16, 1424, 4096 };
	struct cr_session s;
	unsigned int a, l, enc;
	u64 seed = 41;
	int ret;

	for (a = 0; a < ARRAY_SIZE(algs); a++)
		for (enc = 0; enc < 2; enc++)
			for (l = 0; l < ARRAY_SIZE(lengths); l++) {
				/* Each with a key of its own */
				no_session(&s, a, enc, &seed);
				ret = cr_one(dev, &dev->vqs[l % (dev->nvqs - 1)],
					     &s, 20, lengths[l]);
				EXPECT(!ret, "service %u/%u enc %u length %u: %s",
				       algs[a].service, algs[a].wire, enc,
				       lengths[l], cr_name(ret));
			}
	return PASS;
}

static int stateless_good(const struct test_ctx *ctx)
{
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	u64 seed = 42;
	unsigned int i;
	int ret;

	START(dev, ctx);
	EXPECT(vd_has(&dev, VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE) &&
	       vd_has(&dev, VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE),
	       "not offered: %#llx", (unsigned long long)dev.features);
	if (all_algs(&dev))
		return FAIL;
	/* Cut anywhere, within the key too */
	for (i = 1; i < 40; i += 3) {
		no_session(&s, i % ARRAY_SIZE(algs), i & 1, &seed);
		build(&dev, &r, 0, &s, 32);
		cr_scatter(&r, &seed, i);
		r.indirect = i & 2;
		ret = cr_run(&r, CR_MS);
		EXPECT(!ret, "pieces up to %u: %s", i, cr_name(ret));
		EXPECT(cr_dst_right(&r, &s), "wrong result");
		cr_free(&dev, &r);
	}
	no_session(&s, 4, false, &seed);
	build(&dev, &r, 0, &s, 256);
	r.src[256 + 15] ^= 1;
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == VIRTIO_CRYPTO_BADMSG, "changed tag: %s", cr_name(ret));
	STILL_WORKS(dev);
	return PASS;
}

/*
 * Many in the ring at once: with the same key and other keys, with sessions and
 * without. Each is done with its own key.
 */
static int stateless_mixed(const struct test_ctx *ctx)
{
	enum { N = 96 };
	struct cr_req *r = calloc(N, sizeof(*r));
	struct cr_session *s = calloc(N, sizeof(*s));
	struct vd_dev dev;
	unsigned int i, round;
	u64 seed = 43;
	int ret;

	START(dev, ctx);
	for (round = 0; round < 6; round++) {
		for (i = 0; i < N; i++) {
			if (i % 4 == 3)
				EXPECT(!cr_open_gcm(&dev, &s[i], true, 16,
						    &seed), "create");
			else if (i % 4)
				s[i] = s[i - 1];
			else
				no_session(&s[i], i / 4 % ARRAY_SIZE(algs),
					   round & 1, &seed);
			/* Or the same key with one bit changed */
			if (i % 4 == 2)
				s[i].key[round] ^= 1;
		}
		for (i = 0; i < N; i++) {
			build(&dev, &r[i], 0, &s[i], 64 + 16 * (i % 8));
			r[i].indirect = true;
			EXPECT(cr_submit(&r[i]) >= 0, "add");
		}
		vd_kick(&dev.vqs[0]);
		for (i = 0; i < N; i++) {
			ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
			EXPECT(ret >= 0, "%s", cr_name(ret));
		}
		for (i = 0; i < N; i++) {
			EXPECT(!cr_status(&r[i]), "request %u: %s", i,
			       cr_name(cr_status(&r[i])));
			EXPECT(cr_dst_right(&r[i], &s[i]),
			       "request %u: wrong result", i);
		}
		cr_free(&dev, &r[0]);
		for (i = 3; i < N; i += 4)
			EXPECT(!cr_close_session(&dev, &s[i]), "destroy");
	}
	return PASS;
}

/* They need no session, so that a guest without one still has the device */
static int stateless_sessions_full(const struct test_ctx *ctx)
{
	struct cr_session s;
	struct vd_dev dev;
	u64 seed = 44;
	unsigned int n;
	int ret = 0;

	START(dev, ctx);
	for (n = 0; n < 70000 && !ret; n++)
		ret = cr_open_cbc(&dev, &s, true, 16, &seed);
	EXPECT(ret == VIRTIO_CRYPTO_NOSPC, "%u sessions, then %s", n,
	       cr_name(ret));
	return all_algs(&dev);
}

/* A malformed one is refused and nothing is touched */
#define REFUSED(want, what)						\
	do {								\
		ret = cr_run(&r, CR_MS);				\
		EXPECT(ret == (want), what ": %s", cr_name(ret));	\
		EXPECT(cr_dst_untouched(&r), what ": destination changed"); \
	} while (0)

static int stateless_bad(const struct test_ctx *ctx)
{
	static const u32 lengths[] = {
		0, 1, 15, 17, 31, 33, 64, 65, 0x80000000, 0xffffffff,
	};
	struct cr_session cbc, gcm;
	struct vd_dev dev;
	struct cr_req r;
	unsigned int i;
	u64 seed = 45;
	int ret;

	START(dev, ctx);
	no_session(&cbc, 1, true, &seed);
	no_session(&gcm, 4, true, &seed);
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		build(&dev, &r, 0, &cbc, 256);
		cr_set32(&r, 28, lengths[i]);
		REFUSED(VIRTIO_CRYPTO_ERR, "key length of a cipher");
		build(&dev, &r, 0, &gcm, 256);
		cr_set32(&r, 28, lengths[i]);
		REFUSED(VIRTIO_CRYPTO_ERR, "key length of an AEAD");
	}
	build(&dev, &r, 0, &cbc, 256);
	cr_set32(&r, 24, 63);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "unknown cipher");
	build(&dev, &r, 0, &gcm, 256);
	cr_set32(&r, 24, 0xffffffff);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "unknown AEAD");
	build(&dev, &r, 0, &cbc, 256);
	cr_set32(&r, 32, VIRTIO_CRYPTO_OP_DECRYPT);
	REFUSED(VIRTIO_CRYPTO_ERR, "opcode and direction differ");
	build(&dev, &r, 0, &cbc, 256);
	cr_set32(&r, 96, VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "chained algorithms");
	build(&dev, &r, 0, &gcm, 256);
	cr_set32(&r, 40, 0);
	REFUSED(VIRTIO_CRYPTO_ERR, "no tag");
	build(&dev, &r, 0, &gcm, 256);
	cr_set32(&r, 40, 17);
	REFUSED(VIRTIO_CRYPTO_ERR, "tag too long");
	build(&dev, &r, 0, &gcm, 256);
	cr_set32(&r, 0, VIRTIO_CRYPTO_HASH);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "a service without stateless mode");
	/* Chains that hold less than they say */
	build(&dev, &r, 0, &cbc, 256);
	r.buf[r.i_key].len--;
	REFUSED(VIRTIO_CRYPTO_ERR, "a byte of the key is missing");
	build(&dev, &r, 0, &cbc, 256);
	r.buf[0].len = 24 + 40;
	r.buf[1] = r.buf[r.i_out];
	r.n = 2;
	REFUSED(VIRTIO_CRYPTO_ERR, "the fixed part is too short");
	build(&dev, &r, 0, &gcm, 256);
	r.buf[0].len = 24 + 32;
	r.n = 2;
	r.buf[1] = r.buf[r.i_out];
	REFUSED(VIRTIO_CRYPTO_ERR, "nothing behind the fixed part");
	STILL_WORKS(dev);
	return PASS;
}

/* Negotiated for one service, for none, and without the format it needs */
static int stateless_not_negotiated(const struct test_ctx *ctx)
{
	static const u64 masks[] = {
		VD_BIT(VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE),
		VD_BIT(VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE),
		VD_STATELESS,
	};
	struct cr_session cbc, gcm;
	struct vd_dev dev;
	struct cr_req r;
	unsigned int i;
	u64 seed = 46, features;
	int ret;

	no_session(&cbc, 1, true, &seed);
	no_session(&gcm, 4, true, &seed);
	for (i = 0; i < ARRAY_SIZE(masks); i++) {
		EXPECT(!vd_open(&dev, ctx->path), "open");
		dev.mask = masks[i];
		EXPECT(!vd_start(&dev), "start");
		build(&dev, &r, 0, &cbc, 256);
		if (masks[i] & VD_BIT(VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE))
			REFUSED(VIRTIO_CRYPTO_NOTSUPP, "cipher");
		else
			EXPECT(!cr_run(&r, CR_MS), "cipher is refused");
		build(&dev, &r, 0, &gcm, 256);
		if (masks[i] & VD_BIT(VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE))
			REFUSED(VIRTIO_CRYPTO_NOTSUPP, "AEAD");
		else
			EXPECT(!cr_run(&r, CR_MS), "AEAD is refused");
		EXPECT(!cr_works(&dev), "sessions do not work");
		vd_close(&dev);
	}
	EXPECT(!vd_open(&dev, ctx->path), "open");
	EXPECT(!vd_reset(&dev), "reset");
	EXPECT(!vd_set_status(&dev, VD_STATUS_UP), "status");
	EXPECT(!ioctl(dev.fd, VHOST_GET_FEATURES, &features), "features");
	features &= ~VD_BIT(VIRTIO_CRYPTO_F_REVISION_1);
	ret = ioctl(dev.fd, VHOST_SET_FEATURES, &features);
	EXPECT(ret < 0, "accepted without REVISION_1");
	vd_set_status(&dev, VD_STATUS_UP | VIRTIO_CONFIG_S_FEATURES_OK);
	EXPECT(!(vd_get_status(&dev) & VIRTIO_CONFIG_S_FEATURES_OK),
	       "FEATURES_OK is set all the same");
	EXPECT(!vd_restart(&dev), "restart");
	STILL_WORKS(dev);
	return PASS;
}

const struct test_case stateless_cases[] = {
	{ "stateless-good", stateless_good, .limit = 120 },
	{ "stateless-mixed", stateless_mixed, .limit = 120 },
	{ "stateless-sessions-full", stateless_sessions_full, .limit = 300 },
	{ "stateless-bad", stateless_bad },
	{ "stateless-not-negotiated", stateless_not_negotiated },
	{}
};
