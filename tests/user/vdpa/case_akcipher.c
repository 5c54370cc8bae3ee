// SPDX-License-Identifier: GPL-2.0
/*
 * Public and private keys: published vectors, and everything that a device must
 * refuse. What is refused has not been begun: the destination is as it was.
 */
#include "test.h"

#include <pthread.h>
#include <string.h>

#include "keys.h"

#define KEY(wire, type, a, b, bytes)	{ wire, type, { a, b }, bytes, sizeof(bytes) }
#define ENCRYPT	VIRTIO_CRYPTO_AKCIPHER_ENCRYPT
#define DECRYPT	VIRTIO_CRYPTO_AKCIPHER_DECRYPT
#define SIGN	VIRTIO_CRYPTO_AKCIPHER_SIGN

static const struct cr_pkey pub =
	KEY(CR_RSA, CR_PUBLIC, CR_PKCS1, VIRTIO_CRYPTO_RSA_SHA1, labs_pub);
static const struct cr_pkey priv =
	KEY(CR_RSA, CR_PRIVATE, CR_PKCS1, VIRTIO_CRYPTO_RSA_SHA1, labs_priv);
static const struct cr_pkey raw_pub =
	KEY(CR_RSA, CR_PUBLIC, CR_RAW, 0, labs_pub);
static const struct cr_pkey raw_priv =
	KEY(CR_RSA, CR_PRIVATE, CR_RAW, 0, labs_priv);
static const struct cr_pkey crypt_priv =
	KEY(CR_RSA, CR_PRIVATE, CR_PKCS1, 0, labs_crypt_priv);
static const struct cr_pkey nist_rsa =
	KEY(CR_RSA, CR_PUBLIC, CR_PKCS1, VIRTIO_CRYPTO_RSA_SHA256, nist_rsa_pub);
static const struct cr_pkey p256 =
	KEY(CR_ECDSA, CR_PUBLIC, VIRTIO_CRYPTO_CURVE_NIST_P256, 0,
	    nist_p256_pub);
static const struct cr_pkey p384 =
	KEY(CR_ECDSA, CR_PUBLIC, VIRTIO_CRYPTO_CURVE_NIST_P384, 0,
	    nist_p384_pub);

/* ---- vectors ------------------------------------------------------------ */

static const struct {
	const char *name;
	const struct cr_pkey *key;
	const u8 *sig;
	u32 siglen;
	const u8 *digest;
	u32 digestlen;
} signatures[] = {
	{ "RSA-1024, SHA-1", &pub, labs_sig, sizeof(labs_sig), labs_digest,
	  sizeof(labs_digest) },
	{ "the same, private key", &priv, labs_sig, sizeof(labs_sig),
	  labs_digest, sizeof(labs_digest) },
	{ "RSA-2048, SHA-256", &nist_rsa, nist_rsa_sig, sizeof(nist_rsa_sig),
	  nist_rsa_digest, sizeof(nist_rsa_digest) },
	{ "P-256", &p256, nist_p256_sig, sizeof(nist_p256_sig),
	  nist_p256_digest, sizeof(nist_p256_digest) },
	{ "P-384", &p384, nist_p384_sig, sizeof(nist_p384_sig),
	  nist_p384_digest, sizeof(nist_p384_digest) },
};

/* Good, and then with each byte of signature and digest changed */
static int signature(struct vd_dev *dev, unsigned int i)
{
	struct cr_session s;
	struct cr_req r;
	unsigned int k;
	int ret;

	ret = cr_open_akcipher(dev, &s, signatures[i].key);
	EXPECT(!ret, "%s: create: %s", signatures[i].name, cr_name(ret));
	for (k = 0; k <= signatures[i].siglen + signatures[i].digestlen; k++) {
		cr_verify(dev, &r, &dev->vqs[0], &s, signatures[i].sig,
			  signatures[i].siglen, signatures[i].digest,
			  signatures[i].digestlen);
		if (k)
			r.src[k - 1] ^= 1 << k % 8;
		ret = cr_run(&r, CR_MS);
		EXPECT(ret == (k ? VIRTIO_CRYPTO_KEY_REJECTED :
				   VIRTIO_CRYPTO_OK),
		       "%s, byte %u changed: %s", signatures[i].name, k,
		       cr_name(ret));
		EXPECT(r.used == 1, "%u bytes used", r.used);
		cr_free(dev, &r);
	}
	EXPECT(!cr_close_session(dev, &s), "destroy");
	return PASS;
}

/* One request, its result and the length of that */
static int result(struct vd_dev *dev, const struct cr_pkey *key, u32 op,
		  const u8 *src, u32 srclen, u32 room, const u8 *want,
		  u32 wantlen)
{
	struct cr_session s;
	struct cr_req r;
	int ret;

	EXPECT(!cr_open_akcipher(dev, &s, key), "create");
	cr_akcipher(dev, &r, &dev->vqs[0], &s, op, src, srclen, room);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "opcode %#x: %s", op, cr_name(ret));
	EXPECT(r.used == 1 + wantlen, "opcode %#x: %u bytes used", op, r.used);
	EXPECT(!want || !memcmp(r.dst, want, wantlen), "opcode %#x: wrong", op);
	EXPECT(room == wantlen || r.dst[wantlen] == CR_UNTOUCHED,
	       "opcode %#x: too much is written", op);
	cr_free(dev, &r);
	EXPECT(!cr_close_session(dev, &s), "destroy");
	return PASS;
}

static int vectors(const struct test_ctx *ctx, u64 mask)
{
	u8 number[128] = { 0 };
	struct vd_dev dev;
	unsigned int i;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = mask;
	EXPECT(!vd_start(&dev), "start");
	for (i = 0; i < ARRAY_SIZE(signatures); i++)
		if (signature(&dev, i))
			return FAIL;
	if (result(&dev, &priv, SIGN, labs_digest, sizeof(labs_digest), 128,
		   labs_sig, sizeof(labs_sig)) ||
	    result(&dev, &crypt_priv, DECRYPT, labs_sealed,
		   sizeof(labs_sealed), 128, labs_text, sizeof(labs_text)))
		return FAIL;
	/* As much room as the text has, and more room than the modulus has */
	if (result(&dev, &crypt_priv, DECRYPT, labs_sealed,
		   sizeof(labs_sealed), sizeof(labs_text), labs_text,
		   sizeof(labs_text)) ||
	    result(&dev, &priv, SIGN, labs_digest, sizeof(labs_digest), 200,
		   labs_sig, sizeof(labs_sig)) ||
	    result(&dev, &pub, ENCRYPT, labs_text, sizeof(labs_text), 128,
		   NULL, 128) ||
	    result(&dev, &pub, ENCRYPT, NULL, 0, 128, NULL, 128))
		return FAIL;
	/* 2^65537 is long; what it is decrypted to has its zeros in front */
	number[127] = 2;
	return result(&dev, &raw_pub, ENCRYPT, number, 128, 128, NULL, 128) ||
	       result(&dev, &raw_pub, ENCRYPT, number + 127, 1, 128, NULL,
		      128) ||
	       result(&dev, &raw_priv, DECRYPT, labs_sig, 128, 128, NULL, 128);
}

static int akcipher_vectors(const struct test_ctx *ctx)
{
	return vectors(ctx, 0);
}

static int akcipher_legacy(const struct test_ctx *ctx)
{
	return vectors(ctx, 1);
}

/* Any cut into descriptors; a destination that is the source */
static int akcipher_layout(const struct test_ctx *ctx)
{
	static const u32 max[] = { 1, 3, 16, 100 };
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	u64 seed = 17;
	unsigned int i;
	int ret;

	START(dev, ctx);
	EXPECT(!cr_open_akcipher(&dev, &s, &priv), "create");
	for (i = 0; i < ARRAY_SIZE(max); i++) {
		cr_akcipher(&dev, &r, &dev.vqs[0], &s, SIGN, labs_digest,
			    sizeof(labs_digest), 128);
		cr_scatter(&r, &seed, max[i]);
		r.indirect = i & 1;
		ret = cr_run(&r, CR_MS);
		EXPECT(!ret && !memcmp(r.dst, labs_sig, 128),
		       "in pieces of %u: %s", max[i], cr_name(ret));
		cr_free(&dev, &r);
	}
	EXPECT(!cr_open_akcipher(&dev, &s, &raw_pub), "create");
	cr_akcipher(&dev, &r, &dev.vqs[0], &s, ENCRYPT, labs_sig, 128, 128);
	cr_in_place(&r);
	ret = cr_run(&r, CR_MS);
	/* Of a signature plain RSA makes its padding: 00 01 ff ff ... */
	EXPECT(!ret && !r.dst[0] && r.dst[1] == 1 && r.dst[2] == 0xff,
	       "in place: %s", cr_name(ret));
	return PASS;
}

/* ---- keys that are none ------------------------------------------------- */

static int refused_key(struct vd_dev *dev, const char *what,
		       const struct cr_pkey *key, int status)
{
	struct cr_session s;
	int ret = cr_open_akcipher(dev, &s, key);

	EXPECT(ret == status, "%s: %s", what, cr_name(ret));
	return PASS;
}

static int akcipher_parameters(const struct test_ctx *ctx)
{
	static const u8 ec_priv[121] = { 0x30, 0x77, 0x02, 0x01, 0x01, 0x04 };
	static const struct {
		const char *name;
		struct cr_pkey key;
	} rows[] = {
		{ "no algorithm", KEY(0, CR_PUBLIC, 0, 0, labs_pub) },
		{ "ECDSA by Linux's number",
		  KEY(3, CR_PUBLIC, 3, 0, nist_p256_pub) },
		{ "no key type", KEY(CR_RSA, 0, CR_RAW, 0, labs_pub) },
		{ "key type 3", KEY(CR_RSA, 3, CR_RAW, 0, labs_pub) },
		{ "padding 2", KEY(CR_RSA, CR_PUBLIC, 2, 0, labs_pub) },
		{ "padding 2^32-1",
		  KEY(CR_RSA, CR_PUBLIC, 0xffffffff, 0, labs_pub) },
		{ "MD2", KEY(CR_RSA, CR_PUBLIC, CR_PKCS1, 1, labs_pub) },
		{ "hash 10", KEY(CR_RSA, CR_PUBLIC, CR_PKCS1, 10, labs_pub) },
		{ "hash 2^32-1",
		  KEY(CR_RSA, CR_PUBLIC, CR_PKCS1, 0xffffffff, labs_pub) },
		{ "no curve", KEY(CR_ECDSA, CR_PUBLIC, 0, 0, nist_p256_pub) },
		{ "curve 6", KEY(CR_ECDSA, CR_PUBLIC, 6, 0, nist_p256_pub) },
		{ "to sign by ECDSA", KEY(CR_ECDSA, CR_PRIVATE, 3, 0, ec_priv) },
	};
	struct vd_dev dev;
	unsigned int i;

	START(dev, ctx);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (refused_key(&dev, rows[i].name, &rows[i].key,
				VIRTIO_CRYPTO_NOTSUPP))
			return FAIL;
	STILL_WORKS(dev);
	return PASS;
}

static int key_length(struct vd_dev *dev, u32 named, u32 real)
{
	static u8 big[8192];
	struct cr_pkey key = priv;
	struct cr_req r;
	int ret;

	memcpy(big, labs_priv, sizeof(labs_priv));
	key.key = big;
	key.len = real;
	cr_create_akcipher(dev, &r, &key);
	cr_set32(&r, 24, named);
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == VIRTIO_CRYPTO_ERR, "a key of %u bytes, %u named: %s",
	       real, named, cr_name(ret));
	cr_free(dev, &r);
	return PASS;
}

static int akcipher_keys(const struct test_ctx *ctx)
{
	static const u32 lengths[] = { 0, 1, 4097, 65536, 0x7fffffff, 0x80000000,
				       0xffffffff };
	struct cr_pkey key = priv;
	u8 bytes[1200];
	struct vd_dev dev;
	unsigned int i;

	START(dev, ctx);
	for (i = 0; i < ARRAY_SIZE(lengths); i++)
		if (key_length(&dev, lengths[i], sizeof(labs_priv)))
			return FAIL;
	if (key_length(&dev, 8192, 8192))
		return FAIL;
	/* Cut off anywhere */
	for (key.len = 1; key.len < sizeof(labs_priv); key.len += 7)
		if (refused_key(&dev, "cut off", &key, VIRTIO_CRYPTO_ERR))
			return FAIL;
	key = pub;
	key.type = CR_PRIVATE;
	if (refused_key(&dev, "a public key as a private one", &key,
			VIRTIO_CRYPTO_ERR))
		return FAIL;
	key = priv;
	key.type = CR_PUBLIC;
	if (refused_key(&dev, "a private key as a public one", &key,
			VIRTIO_CRYPTO_ERR))
		return FAIL;
	/* 1024 bytes of modulus, which the kernel would talk about */
	memset(bytes, 0xff, sizeof(bytes));
	memcpy(bytes, "\x30\x82\x04\x0a\x02\x82\x04\x01\x00", 9);
	memcpy(bytes + 9 + 1024, "\x02\x03\x01\x00\x01", 5);
	key = pub;
	key.key = bytes;
	key.len = 9 + 1024 + 5;
	if (refused_key(&dev, "8192 bits", &key, VIRTIO_CRYPTO_ERR))
		return FAIL;
	/* Not on the curve; compressed; of another curve */
	memcpy(bytes, nist_p256_pub, sizeof(nist_p256_pub));
	key = p256;
	key.key = bytes;
	bytes[64] ^= 1;
	if (refused_key(&dev, "no point", &key, VIRTIO_CRYPTO_ERR))
		return FAIL;
	bytes[64] ^= 1;
	bytes[0] = 2;
	if (refused_key(&dev, "compressed", &key, VIRTIO_CRYPTO_ERR))
		return FAIL;
	key = p384;
	key.para[0] = VIRTIO_CRYPTO_CURVE_NIST_P256;
	if (refused_key(&dev, "P-384 for P-256", &key, VIRTIO_CRYPTO_ERR))
		return FAIL;
	STILL_WORKS(dev);
	return PASS;
}

/* A private key with changed bytes may do anything but harm */
static int akcipher_mutated(const struct test_ctx *ctx)
{
	u64 seed = 23, end = vd_now_ms() + 20000;
	unsigned int i, k, taken = 0, done = 0;
	struct cr_pkey key = priv;
	u8 bytes[sizeof(labs_priv)];
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	int ret;

	START(dev, ctx);
	key.key = bytes;
	for (i = 0; i < 400 && vd_now_ms() < end; i++) {
		memcpy(bytes, labs_priv, sizeof(bytes));
		for (k = rnd(&seed) % 4; k < 4; k++)
			bytes[rnd(&seed) % sizeof(bytes)] =
				rnd(&seed) & 1 ? rnd(&seed) : 0;
		ret = cr_open_akcipher(&dev, &s, &key);
		EXPECT(!ret || ret == VIRTIO_CRYPTO_ERR, "create: %s",
		       cr_name(ret));
		if (ret)
			continue;
		taken++;
		cr_akcipher(&dev, &r, &dev.vqs[0], &s, SIGN, labs_digest,
			    sizeof(labs_digest), 128);
		ret = cr_run(&r, CR_MS);
		EXPECT(ret >= 0, "sign: %s", cr_name(ret));
		done += !ret;
		cr_free(&dev, &r);
		EXPECT(!cr_close_session(&dev, &s), "destroy");
	}
	printf("# %u keys, %u taken, %u sign\n", i, taken, done);
	STILL_WORKS(dev);
	return PASS;
}

/* ---- what a key is not for ---------------------------------------------- */

static int refused(struct vd_dev *dev, const char *what, struct cr_req *r,
		   int status)
{
	int ret = cr_run(r, CR_MS);

	EXPECT(ret == status, "%s: %s", what, cr_name(ret));
	EXPECT(cr_dst_untouched(r), "%s: destination changed", what);
	EXPECT(r->used == 1, "%s: %u bytes used", what, r->used);
	cr_free(dev, r);
	return PASS;
}

static int akcipher_misuse(const struct test_ctx *ctx)
{
	static const u8 zeros[128];
	struct cr_session s, raw, p, ec, cbc;
	struct vd_dev dev;
	struct vd_vq *vq;
	struct cr_req r;
	u64 seed = 3;

	START(dev, ctx);
	vq = &dev.vqs[0];
	EXPECT(!cr_open_akcipher(&dev, &s, &pub) &&
	       !cr_open_akcipher(&dev, &raw, &raw_priv) &&
	       !cr_open_akcipher(&dev, &p, &priv) &&
	       !cr_open_akcipher(&dev, &ec, &p256) &&
	       !cr_open_cbc(&dev, &cbc, true, 16, &seed), "sessions");

#define REFUSED(what, status)						\
	do {								\
		if (refused(&dev, what, &r, status))			\
			return FAIL;					\
	} while (0)

	cr_akcipher(&dev, &r, vq, &s, SIGN, labs_digest, 20, 128);
	REFUSED("a public key signs", VIRTIO_CRYPTO_ERR);
	cr_akcipher(&dev, &r, vq, &s, DECRYPT, labs_sig, 128, 128);
	REFUSED("a public key decrypts", VIRTIO_CRYPTO_ERR);
	cr_akcipher(&dev, &r, vq, &raw, SIGN, labs_sig, 128, 128);
	REFUSED("plain RSA signs", VIRTIO_CRYPTO_ERR);
	cr_verify(&dev, &r, vq, &raw, labs_sig, 128, labs_digest, 20);
	REFUSED("plain RSA verifies", VIRTIO_CRYPTO_ERR);
	cr_akcipher(&dev, &r, vq, &ec, ENCRYPT, labs_text, 20, 64);
	REFUSED("ECDSA encrypts", VIRTIO_CRYPTO_ERR);
	cr_akcipher(&dev, &r, vq, &p, SIGN, labs_digest, 20, 127);
	REFUSED("no room for a signature", VIRTIO_CRYPTO_ERR);
	cr_akcipher(&dev, &r, vq, &p, SIGN, zeros, 118, 128);
	REFUSED("a digest too long for the padding", VIRTIO_CRYPTO_ERR);
	cr_akcipher(&dev, &r, vq, &p, DECRYPT, zeros, 128, 128);
	REFUSED("no ciphertext", VIRTIO_CRYPTO_ERR);
	cr_akcipher(&dev, &r, vq, &p, DECRYPT, labs_sig, 127, 128);
	REFUSED("a short ciphertext", VIRTIO_CRYPTO_ERR);
	cr_akcipher(&dev, &r, vq, &raw, ENCRYPT, zeros, 128, 128);
	REFUSED("plain RSA of zero", VIRTIO_CRYPTO_ERR);
	cr_verify(&dev, &r, vq, &s, labs_sig, 127, labs_digest, 20);
	REFUSED("a short signature", VIRTIO_CRYPTO_KEY_REJECTED);
	cr_verify(&dev, &r, vq, &s, labs_sig, 128, labs_digest, 19);
	REFUSED("a short digest", VIRTIO_CRYPTO_KEY_REJECTED);
	cr_verify(&dev, &r, vq, &ec, zeros, 71, nist_p256_digest, 32);
	REFUSED("no DER", VIRTIO_CRYPTO_KEY_REJECTED);
	cr_akcipher(&dev, &r, vq, &cbc, ENCRYPT, labs_text, 16, 128);
	REFUSED("a cipher's session", VIRTIO_CRYPTO_INVSESS);
	cr_cipher(&dev, &r, vq, &cbc, 64);
	cr_set64(&r, 8, p.id);
	REFUSED("a cipher's request", VIRTIO_CRYPTO_INVSESS);
	/* The digest is said to be longer than the chain */
	cr_verify(&dev, &r, vq, &s, labs_sig, 128, labs_digest, 20);
	cr_set32(&r, 28, 21);
	REFUSED("a digest that is not there", VIRTIO_CRYPTO_ERR);

	p.service = VIRTIO_CRYPTO_SERVICE_CIPHER;
	EXPECT(cr_close_session(&dev, &p) == VIRTIO_CRYPTO_INVSESS,
	       "destroyed as a cipher's");
	p.service = VIRTIO_CRYPTO_SERVICE_AKCIPHER;
	EXPECT(!cr_close_session(&dev, &p), "destroy");
	cr_akcipher(&dev, &r, vq, &p, SIGN, labs_digest, 20, 128);
	REFUSED("a session that was destroyed", VIRTIO_CRYPTO_INVSESS);
	STILL_WORKS(dev);
	return PASS;
}

/* ---- a source that changes ---------------------------------------------- */

struct flipper {
	volatile u8 *bytes;
	volatile bool stop;
};

static void *flip(void *arg)
{
	struct flipper *f = arg;
	unsigned int i;

	while (!f->stop)
		for (i = 0; i < 128; i++)
			f->bytes[i] ^= 0xff;
	return NULL;
}

/* Whoever counts leading zeros and then looks again may never come back */
static int akcipher_changing(const struct test_ctx *ctx)
{
	static const u8 zeros[128];
	u64 end = vd_now_ms() + 15000;
	struct flipper f = {};
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	pthread_t thread;
	unsigned int i;
	int ret = 0;

	START(dev, ctx);
	EXPECT(!cr_open_akcipher(&dev, &s, &raw_pub), "create");
	for (i = 0; i < 2000 && ret >= 0 && vd_now_ms() < end; i++) {
		cr_akcipher(&dev, &r, &dev.vqs[0], &s, ENCRYPT, zeros, 128,
			    128);
		f.bytes = r.src;
		f.stop = false;
		EXPECT(!pthread_create(&thread, NULL, flip, &f), "thread");
		ret = cr_run(&r, CR_MS);
		f.stop = true;
		pthread_join(thread, NULL);
		cr_free(&dev, &r);
	}
	EXPECT(ret >= 0, "request %u: %s", i, cr_name(ret));
	STILL_WORKS(dev);
	return PASS;
}

const struct test_case akcipher_cases[] = {
	{ "akcipher-vectors", akcipher_vectors, .limit = 120 },
	{ "akcipher-legacy", akcipher_legacy, .limit = 120 },
	{ "akcipher-layout", akcipher_layout },
	{ "akcipher-parameters", akcipher_parameters },
	{ "akcipher-keys", akcipher_keys },
	{ "akcipher-mutated", akcipher_mutated },
	{ "akcipher-misuse", akcipher_misuse },
	{ "akcipher-changing", akcipher_changing },
	{}
};
