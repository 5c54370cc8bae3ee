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

#include "keys.h"

static const struct {
	u32 service, wire, keylen;
} algs[] = {
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_ECB, 16 },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CBC, 24 },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CTR, 32 },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_XTS, 64 },
	{ VIRTIO_CRYPTO_SERVICE_AEAD, VIRTIO_CRYPTO_AEAD_GCM, 16 },
	{ VIRTIO_CRYPTO_SERVICE_AEAD, VIRTIO_CRYPTO_AEAD_GCM, 32 },
	{ VIRTIO_CRYPTO_SERVICE_HASH, VIRTIO_CRYPTO_HASH_SHA_256, 0 },
	{ VIRTIO_CRYPTO_SERVICE_MAC, VIRTIO_CRYPTO_MAC_CMAC_AES, 24 },
	{ VIRTIO_CRYPTO_SERVICE_MAC, VIRTIO_CRYPTO_MAC_HMAC_SHA_256, 0 },
	{ VIRTIO_CRYPTO_SERVICE_MAC, VIRTIO_CRYPTO_MAC_HMAC_SHA_256, 256 },
};

enum { CBC = 1, GCM = 4, SHA = 6, CMAC = 7 };	/* of these */

static const struct cr_pkey pub = {
	CR_RSA, CR_PUBLIC, { CR_PKCS1, VIRTIO_CRYPTO_RSA_SHA1 }, labs_pub,
	sizeof(labs_pub),
};

static const struct cr_pkey priv = {
	CR_RSA, CR_PRIVATE, { CR_PKCS1, VIRTIO_CRYPTO_RSA_SHA1 }, labs_priv,
	sizeof(labs_priv),
};

static const struct cr_pkey p256 = {
	CR_ECDSA, CR_PUBLIC, { VIRTIO_CRYPTO_CURVE_NIST_P256 }, nist_p256_pub,
	sizeof(nist_p256_pub),
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
	cr_build(dev, r, &dev->vqs[queue], s, 20, len);
}

static void build_verify(struct vd_dev *dev, struct cr_req *r,
			 const struct cr_pkey *k)
{
	struct cr_session s;

	cr_no_akcipher(&s, k);
	if (k == &p256)
		cr_verify(dev, r, &dev->vqs[0], &s, nist_p256_sig,
			  sizeof(nist_p256_sig), nist_p256_digest,
			  sizeof(nist_p256_digest));
	else
		cr_verify(dev, r, &dev->vqs[0], &s, labs_sig, sizeof(labs_sig),
			  labs_digest, sizeof(labs_digest));
}

/* Each key has a session of its own, though requests come one after the other */
static int all_pkeys(struct vd_dev *dev)
{
	static const struct cr_pkey * const keys[] = { &pub, &priv, &p256 };
	struct cr_session s;
	struct cr_req r;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		build_verify(dev, &r, keys[i]);
		ret = cr_run(&r, CR_MS);
		EXPECT(!ret, "signature %u: %s", i, cr_name(ret));
		build_verify(dev, &r, keys[i]);
		r.src[r.src_len - 1] ^= 1;
		ret = cr_run(&r, CR_MS);
		EXPECT(ret == VIRTIO_CRYPTO_KEY_REJECTED,
		       "signature %u of another digest: %s", i, cr_name(ret));
	}
	cr_no_akcipher(&s, &priv);
	cr_akcipher(dev, &r, &dev->vqs[0], &s, VIRTIO_CRYPTO_AKCIPHER_SIGN,
		    labs_digest, sizeof(labs_digest), sizeof(labs_sig));
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "sign: %s", cr_name(ret));
	EXPECT(!memcmp(r.dst, labs_sig, sizeof(labs_sig)), "wrong signature");
	return PASS;
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
	EXPECT((dev.features & VD_STATELESS) == VD_STATELESS,
	       "not offered: %#llx", (unsigned long long)dev.features);
	if (all_algs(&dev) || all_pkeys(&dev))
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
	no_session(&s, GCM, false, &seed);
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
	return all_algs(&dev) || all_pkeys(&dev);
}

/* A malformed one is refused and nothing is touched */
#define REFUSED(want, what)						\
	do {								\
		ret = cr_run(&r, CR_MS);				\
		EXPECT(ret == (want), what ": %s", cr_name(ret));	\
		EXPECT(cr_dst_untouched(&r), what ": destination changed"); \
	} while (0)

static int bad_digests(struct vd_dev *dev)
{
	static const u32 keys[] = { 0, 1, 15, 17, 33, 0x80000018, 0xffffffff };
	static const u32 results[] = { 0, 33, 64, 0x80000020, 0xffffffff };
	struct cr_session sha, cmac;
	struct cr_req r;
	unsigned int i;
	u64 seed = 47;
	int ret;

	no_session(&sha, SHA, true, &seed);
	no_session(&cmac, CMAC, true, &seed);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		build(dev, &r, 0, &cmac, 256);
		cr_set32(&r, 28, keys[i]);
		REFUSED(VIRTIO_CRYPTO_ERR, "key length of a MAC");
	}
	for (i = 0; i < ARRAY_SIZE(results); i++) {
		build(dev, &r, 0, &sha, 256);
		cr_set32(&r, 32, results[i]);
		REFUSED(VIRTIO_CRYPTO_ERR, "result length of a hash");
		build(dev, &r, 0, &cmac, 256);
		cr_set32(&r, 36, results[i]);
		REFUSED(VIRTIO_CRYPTO_ERR, "result length of a MAC");
	}
	build(dev, &r, 0, &sha, 256);
	cr_set32(&r, 24, 99);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "unknown hash");
	build(dev, &r, 0, &cmac, 256);
	cr_set32(&r, 24, VIRTIO_CRYPTO_MAC_GMAC_AES);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "a MAC that is not offered");
	build(dev, &r, 0, &cmac, 256);
	r.buf[r.i_src].len--;
	REFUSED(VIRTIO_CRYPTO_ERR, "a byte of the message is missing");
	build(dev, &r, 0, &sha, 256);
	r.buf[r.i_dst].len = 31;
	REFUSED(VIRTIO_CRYPTO_ERR, "no room for the last byte");
	/* The start of a digest may be asked for */
	build(dev, &r, 0, &cmac, 256);
	cr_set32(&r, 36, 4);
	r.dst_len = 4;
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret && r.used == 5, "4 bytes of a MAC: %s, %u used",
	       cr_name(ret), r.used);
	EXPECT(cr_dst_right(&r, &cmac) && r.dst[4] == CR_UNTOUCHED,
	       "wrong result");
	return PASS;
}

static int bad_pkeys(struct vd_dev *dev)
{
	static const u32 keys[] = { 0, 1, 4097, 0x80000000, 0xffffffff };
	struct cr_session s;
	struct cr_req r;
	unsigned int i;
	int ret;

	cr_no_akcipher(&s, &pub);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		build_verify(dev, &r, &pub);
		cr_set32(&r, 32, keys[i]);
		REFUSED(VIRTIO_CRYPTO_ERR, "length of a public key");
	}
	build_verify(dev, &r, &pub);
	cr_set32(&r, 24, 99);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "unknown algorithm");
	build_verify(dev, &r, &pub);
	cr_set32(&r, 28, 0);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "neither public nor private");
	build_verify(dev, &r, &pub);
	cr_set32(&r, 36, 2);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "unknown padding");
	build_verify(dev, &r, &p256);
	cr_set32(&r, 36, 99);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "unknown curve");
	cr_akcipher(dev, &r, &dev->vqs[0], &s, VIRTIO_CRYPTO_AKCIPHER_SIGN,
		    labs_digest, sizeof(labs_digest), sizeof(labs_sig));
	REFUSED(VIRTIO_CRYPTO_ERR, "signing with a public key");
	build_verify(dev, &r, &pub);
	cr_set32(&r, 44, 0xffffffff);
	REFUSED(VIRTIO_CRYPTO_ERR, "lengths whose sum overflows");
	return PASS;
}

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
	no_session(&cbc, CBC, true, &seed);
	no_session(&gcm, GCM, true, &seed);
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
	cr_set32(&r, 96, VIRTIO_CRYPTO_SYM_OP_NONE);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "neither a cipher nor a chain");
	build(&dev, &r, 0, &cbc, 256);
	cr_set32(&r, 96, VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "a cipher that says to be a chain");
	build(&dev, &r, 0, &gcm, 256);
	cr_set32(&r, 40, 0);
	REFUSED(VIRTIO_CRYPTO_ERR, "no tag");
	build(&dev, &r, 0, &gcm, 256);
	cr_set32(&r, 40, 17);
	REFUSED(VIRTIO_CRYPTO_ERR, "tag too long");
	build(&dev, &r, 0, &gcm, 256);
	cr_set32(&r, 0, 0x500);
	REFUSED(VIRTIO_CRYPTO_NOTSUPP, "an unknown service");
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
	if (bad_digests(&dev) || bad_pkeys(&dev))
		return FAIL;
	STILL_WORKS(dev);
	return PASS;
}

/* One of each service, by the bit of its stateless mode */
static int by_feature(struct vd_dev *dev, u64 mask)
{
	static const unsigned int of_feature[] = {
		[VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE] = CBC,
		[VIRTIO_CRYPTO_F_HASH_STATELESS_MODE] = SHA,
		[VIRTIO_CRYPTO_F_MAC_STATELESS_MODE] = CMAC,
		[VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE] = GCM,
	};
	struct cr_session s;
	struct cr_req r;
	unsigned int f;
	u64 seed = 46;
	int ret;

	for (f = 1; f <= VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE; f++) {
		if (f == VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE) {
			build_verify(dev, &r, &pub);
		} else {
			no_session(&s, of_feature[f], true, &seed);
			build(dev, &r, 0, &s, 256);
		}
		if (mask & VD_BIT(f)) {
			REFUSED(VIRTIO_CRYPTO_NOTSUPP, "not negotiated");
		} else {
			ret = cr_run(&r, CR_MS);
			EXPECT(!ret, "negotiated by bit %u: %s", f,
			       cr_name(ret));
		}
	}
	return PASS;
}

/* Negotiated for all but one service, for none, without the format it needs */
static int stateless_not_negotiated(const struct test_ctx *ctx)
{
	struct vd_dev dev;
	unsigned int f;
	u64 features;
	int ret;

	for (f = 1; f <= VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE + 1; f++) {
		EXPECT(!vd_open(&dev, ctx->path), "open");
		dev.mask = VD_BIT(f) & VD_STATELESS ?: VD_STATELESS;
		EXPECT(!vd_start(&dev), "start");
		if (by_feature(&dev, dev.mask))
			return FAIL;
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
