// SPDX-License-Identifier: GPL-2.0
/*
 * Requests whose ring is right and whose contents are not: every 32 bit word
 * of every request at the values that break arithmetic, which includes every
 * length, opcode, algorithm, id and flag there is.
 */
#include "test.h"

#include <string.h>

#include "keys.h"

static const u32 values[] = {
	0, 1, 15, 17, 0x7fffffff, 0x80000000, 0x80000010, 0xfffffff0,
	0xffffffff,
};

enum kind {
	K_CREATE_CIPHER,
	K_CREATE_AEAD,
	K_CREATE_CHAIN,
	K_CREATE_HASH,
	K_CREATE_MAC,
	K_CREATE_AKCIPHER,
	K_CREATE_UNKNOWN,
	K_DESTROY,
	K_CIPHER,
	K_AEAD_ENC,
	K_AEAD_DEC,
	K_STATELESS_CIPHER,
	K_STATELESS_AEAD,
	K_STATELESS_HASH,
	K_STATELESS_MAC,
	K_STATELESS_RSA,
	K_CHAIN,
	K_HASH,
	K_MAC,
	K_AKCIPHER,
	K_VERIFY,
	K_NR
};

static const char * const kind_names[K_NR] = {
	"create cipher", "create aead", "create chain", "create hash",
	"create mac", "create akcipher", "create of no service", "destroy",
	"cipher", "aead encrypt", "aead decrypt", "stateless cipher",
	"stateless aead", "stateless hash", "stateless mac", "stateless rsa",
	"chain", "hash", "mac",
	"akcipher encrypt", "akcipher verify",
};

static const struct cr_pkey rsa = {
	CR_RSA, CR_PUBLIC, { CR_PKCS1, VIRTIO_CRYPTO_RSA_SHA1 }, labs_pub,
	sizeof(labs_pub),
};

static bool supported(enum kind k)
{
	return k != K_CREATE_UNKNOWN;
}

/* Legacy devices know no stateless requests */
static bool known(const struct vd_dev *dev, enum kind k)
{
	if (k == K_STATELESS_CIPHER)
		return vd_has(dev, VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE);
	if (k == K_STATELESS_AEAD)
		return vd_has(dev, VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE);
	if (k == K_STATELESS_HASH)
		return vd_has(dev, VIRTIO_CRYPTO_F_HASH_STATELESS_MODE);
	if (k == K_STATELESS_MAC)
		return vd_has(dev, VIRTIO_CRYPTO_F_MAC_STATELESS_MODE);
	if (k == K_STATELESS_RSA)
		return vd_has(dev, VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE);
	return true;
}

/* The sessions that requests refer to; made anew after every reset */
struct sessions {
	struct cr_session cipher, enc, dec, hash, mac, rsa, chain;
	struct cr_session no_cipher, no_dec, no_hash, no_mac, no_rsa;
};

static int open_sessions(struct vd_dev *dev, struct sessions *s)
{
	u64 seed = 21;
	int ret;

	cr_no_session(&s->no_cipher, VIRTIO_CRYPTO_SERVICE_CIPHER,
		      VIRTIO_CRYPTO_CIPHER_AES_CBC, true, 16, &seed);
	cr_no_session(&s->no_dec, VIRTIO_CRYPTO_SERVICE_AEAD,
		      VIRTIO_CRYPTO_AEAD_GCM, false, 16, &seed);
	cr_no_session(&s->no_hash, VIRTIO_CRYPTO_SERVICE_HASH,
		      VIRTIO_CRYPTO_HASH_SHA_256, true, 0, &seed);
	cr_no_session(&s->no_mac, VIRTIO_CRYPTO_SERVICE_MAC,
		      VIRTIO_CRYPTO_MAC_CMAC_AES, true, 16, &seed);
	cr_no_akcipher(&s->no_rsa, &rsa);
	ret = cr_open_cbc(dev, &s->cipher, true, 16, &seed);
	if (!ret)
		ret = cr_open_gcm(dev, &s->enc, true, 16, &seed);
	if (!ret)
		ret = cr_open_gcm(dev, &s->dec, false, 16, &seed);
	if (!ret)
		ret = cr_open_session(dev, &s->hash, VIRTIO_CRYPTO_SERVICE_HASH,
				      VIRTIO_CRYPTO_HASH_SHA_256, true, 0,
				      &seed);
	if (!ret)
		ret = cr_open_session(dev, &s->mac, VIRTIO_CRYPTO_SERVICE_MAC,
				      VIRTIO_CRYPTO_MAC_CMAC_AES, true, 16,
				      &seed);
	if (!ret)
		ret = cr_open_akcipher(dev, &s->rsa, &rsa);
	if (!ret)
		ret = cr_open_chain(dev, &s->chain,
				    VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
				    VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_CIPHER_THEN_HASH,
				    VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH, &seed);
	return ret;
}

static void build(struct vd_dev *dev, struct cr_req *r, enum kind k,
		  const struct sessions *s)
{
	static const struct cr_shape shape = { 280, 24, 256, 0, 280, 8 };
	static const u8 key[64] = "any key does";
	struct vd_vq *vq = &dev->vqs[0];

	switch (k) {
	case K_CREATE_CIPHER:
		cr_create_cipher(dev, r, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
				 key, 16);
		break;
	case K_CREATE_AEAD:
		cr_create_aead(dev, r, true, key, 32, 16);
		break;
	case K_CREATE_CHAIN:		/* cipher, then HMAC */
		cr_create_chain(dev, r, &s->chain);
		break;
	case K_CREATE_HASH:
		cr_create_hash(dev, r, VIRTIO_CRYPTO_HASH_SHA_256, 32);
		break;
	case K_CREATE_MAC:
		cr_create_mac(dev, r, VIRTIO_CRYPTO_MAC_HMAC_SHA_256, key, 20,
			      32);
		break;
	case K_CREATE_AKCIPHER:
		cr_create_akcipher(dev, r, &rsa);
		break;
	case K_CREATE_UNKNOWN:
		cr_create_other(dev, r, 0x7702, 16);
		break;
	case K_DESTROY:
		/* of a session that isn't there: each must stay usable */
		cr_destroy(dev, r, VIRTIO_CRYPTO_SERVICE_CIPHER, 0);
		break;
	case K_CIPHER:
		cr_cipher(dev, r, vq, &s->cipher, 256);
		break;
	case K_AEAD_ENC:
		cr_aead(dev, r, vq, &s->enc, 16, 256);
		break;
	case K_AEAD_DEC:
		cr_aead(dev, r, vq, &s->dec, 16, 256);
		break;
	case K_STATELESS_CIPHER:
		cr_cipher(dev, r, vq, &s->no_cipher, 256);
		break;
	case K_STATELESS_AEAD:
		cr_aead(dev, r, vq, &s->no_dec, 16, 256);
		break;
	case K_STATELESS_HASH:
		cr_digest(dev, r, vq, &s->no_hash, 256, 32);
		break;
	case K_STATELESS_MAC:
		cr_digest(dev, r, vq, &s->no_mac, 256, 16);
		break;
	case K_STATELESS_RSA:
		cr_akcipher(dev, r, vq, &s->no_rsa,
			    VIRTIO_CRYPTO_AKCIPHER_ENCRYPT, labs_text,
			    sizeof(labs_text), 128);
		break;
	case K_CHAIN:
		cr_chain(dev, r, vq, &s->chain, &shape);
		break;
	case K_HASH:
		cr_digest(dev, r, vq, &s->hash, 256, 32);
		break;
	case K_MAC:
		cr_digest(dev, r, vq, &s->mac, 256, 16);
		break;
	case K_AKCIPHER:
		cr_akcipher(dev, r, vq, &s->rsa, VIRTIO_CRYPTO_AKCIPHER_ENCRYPT,
			    labs_text, sizeof(labs_text), 128);
		break;
	case K_VERIFY:
		cr_verify(dev, r, vq, &s->rsa, labs_sig, sizeof(labs_sig),
			  labs_digest, sizeof(labs_digest));
		break;
	case K_NR:
		break;
	}
}

/* A fault in a request is that request's affair, so no reset is in order */
static int answered(struct vd_dev *dev, const struct cr_req *r, int status,
		    struct sessions *s)
{
	EXPECT(status == VD_NEEDS_RESET ||
	       (status >= 0 && status <= VIRTIO_CRYPTO_KEY_REJECTED),
	       "%s", cr_name(status));
	/* The kernel's AEADs decrypt before they know whether it was authentic */
	if (status && status != VIRTIO_CRYPTO_BADMSG && r->dst)
		EXPECT(cr_dst_untouched(r), "destination changed, though %s",
		       cr_name(status));
	if (status == VD_NEEDS_RESET) {
		EXPECT(!vd_restart(dev), "restart");
		EXPECT(!open_sessions(dev, s), "sessions after a restart");
	}
	return PASS;
}

static int is_original(const struct cr_req *r, unsigned int off, u32 v)
{
	return cr_get32(r, off) == v;
}

/* A session that came out of it by mistake must not use up the limit */
static void drop_session(struct vd_dev *dev, const struct cr_req *r)
{
	struct cr_session s = { .service = cr_get32(r, 0) >> 8 };

	memcpy(&s.id, r->out, sizeof(s.id));
	cr_close_session(dev, &s);
}

static int words_of_kind(struct vd_dev *dev, struct sessions *s, enum kind k)
{
	unsigned int off, i;
	struct cr_req r;
	int status;

	/* a changed id may have destroyed one of those that were there */
	EXPECT(!open_sessions(dev, s), "sessions");
	build(dev, &r, k, s);
	status = cr_run(&r, CR_MS);
	if (answered(dev, &r, status, s))
		return FAIL;
	if (!supported(k))
		EXPECT(status == VIRTIO_CRYPTO_NOTSUPP, "%s: %s",
		       kind_names[k], cr_name(status));
	else if (k != K_DESTROY)
		EXPECT(!status, "%s: %s", kind_names[k], cr_name(status));
	for (off = 0; off < r.hdr_len; off += 4) {
		for (i = 0; i < ARRAY_SIZE(values); i++) {
			size_t pos = dev->pos;

			build(dev, &r, k, s);
			if (is_original(&r, off, values[i])) {
				cr_free(dev, &r);
				continue;
			}
			cr_set32(&r, off, values[i]);
			status = cr_run(&r, CR_MS);
			if (answered(dev, &r, status, s)) {
				printf("# %s, %s: word at %u is %#x\n",
				       kind_names[k],
				       vd_has(dev, 0) ? "REVISION_1" : "legacy",
				       off, values[i]);
				return FAIL;
			}
			EXPECT(supported(k) || status != VIRTIO_CRYPTO_OK ||
			       off == 0 || off == 64,
			       "%s accepted with word %u at %#x", kind_names[k],
			       off, values[i]);
			if (status == VIRTIO_CRYPTO_OK && r.out_len == 16)
				drop_session(dev, &r);
			if (status != VD_NEEDS_RESET)
				vd_free_all(dev, pos);
		}
	}
	EXPECT(!cr_works(dev), "device is lost after %s", kind_names[k]);
	return PASS;
}

static int all_words(const struct test_ctx *ctx, u64 mask)
{
	struct sessions s;
	struct vd_dev dev;
	unsigned int k;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = mask;
	EXPECT(!vd_start(&dev), "start");
	EXPECT(!cr_works(&dev), "device does not work");
	for (k = 0; k < K_NR; k++)
		if (known(&dev, k) && words_of_kind(&dev, &s, k))
			return FAIL;
	return PASS;
}

static int req_words(const struct test_ctx *ctx)
{
	return all_words(ctx, 0);
}

static int req_words_legacy(const struct test_ctx *ctx)
{
	return all_words(ctx, 1);
}

/* The length fields by name, and what is the only right answer */
static const struct {
	enum kind kind;
	unsigned int off;
	const char *name;
} fields[] = {
	{ K_CREATE_CIPHER, 20, "key length" },
	{ K_CREATE_AEAD, 20, "key length" },
	{ K_CREATE_AEAD, 24, "tag length" },
	{ K_CIPHER, 24, "IV length" },
	{ K_CIPHER, 28, "source length" },
	{ K_CIPHER, 32, "destination length" },
	{ K_AEAD_ENC, 24, "IV length" },
	{ K_AEAD_ENC, 28, "AAD length" },
	{ K_AEAD_ENC, 32, "source length" },
	{ K_AEAD_ENC, 36, "destination length" },
	{ K_AEAD_DEC, 24, "IV length" },
	{ K_AEAD_DEC, 28, "AAD length" },
	{ K_AEAD_DEC, 32, "source length" },
	{ K_AEAD_DEC, 36, "destination length" },
	{ K_STATELESS_CIPHER, 24, "algorithm" },
	{ K_STATELESS_CIPHER, 28, "key length" },
	{ K_STATELESS_CIPHER, 36, "IV length" },
	{ K_STATELESS_CIPHER, 40, "source length" },
	{ K_STATELESS_CIPHER, 44, "destination length" },
	{ K_STATELESS_AEAD, 28, "key length" },
	{ K_STATELESS_AEAD, 36, "IV length" },
	{ K_STATELESS_AEAD, 40, "tag length" },
	{ K_STATELESS_AEAD, 44, "AAD length" },
	{ K_STATELESS_AEAD, 48, "source length" },
	{ K_STATELESS_AEAD, 52, "destination length" },
	{ K_STATELESS_HASH, 24, "algorithm" },
	{ K_STATELESS_HASH, 28, "source length" },
	{ K_STATELESS_HASH, 32, "result length" },
	{ K_STATELESS_MAC, 28, "key length" },
	{ K_STATELESS_MAC, 32, "source length" },
	{ K_STATELESS_MAC, 36, "result length" },
	{ K_STATELESS_RSA, 32, "key length" },
	{ K_STATELESS_RSA, 48, "destination length" },
	{ K_CREATE_HASH, 20, "result length" },
	{ K_CREATE_MAC, 20, "result length" },
	{ K_CREATE_MAC, 24, "key length" },
	{ K_HASH, 24, "source length" },
	{ K_HASH, 28, "result length" },
	{ K_MAC, 24, "source length" },
	{ K_MAC, 28, "result length" },
	{ K_CREATE_AKCIPHER, 24, "key length" },
	{ K_AKCIPHER, 28, "destination length" },
	{ K_VERIFY, 24, "signature length" },
	{ K_VERIFY, 28, "digest length" },
	{ K_CREATE_CHAIN, 28, "cipher's key length" },
	{ K_CREATE_CHAIN, 44, "result length" },
	{ K_CREATE_CHAIN, 48, "MAC's key length" },
	{ K_CHAIN, 24, "IV length" },
	{ K_CHAIN, 28, "source length" },
	{ K_CHAIN, 32, "destination length" },
	{ K_CHAIN, 36, "start of the cipher" },
	{ K_CHAIN, 40, "length to cipher" },
	{ K_CHAIN, 44, "start of the hash" },
	{ K_CHAIN, 48, "length to hash" },
	{ K_CHAIN, 52, "AAD length" },
	{ K_CHAIN, 56, "result length" },
};

/* Short, but legal: of a message, of a result, and of an HMAC's key */
static bool may_be(enum kind kind, unsigned int off, u32 value)
{
	switch (kind) {
	case K_AEAD_ENC:
		return value < 2 && (off == 28 || off == 32);
	case K_CREATE_HASH:
		return value == 1;
	case K_CREATE_MAC:
		return value == 1 || (!value && off == 24);
	case K_CREATE_CHAIN:
		return (value == 1 && off != 28) || (!value && off == 48);
	case K_CHAIN:
		return value < 2 && off >= 36 && off <= 52;
	case K_HASH:
	case K_MAC:
		return value == 1 || (!value && off == 24);
	case K_STATELESS_HASH:
		return (value == 1 && off > 24) || (!value && off == 28);
	case K_STATELESS_MAC:
		return (value == 1 && off > 28) || (!value && off == 32);
	default:
		return false;
	}
}

static int lengths_refused(const struct test_ctx *ctx, u64 mask)
{
	static const u32 bad[] = { 0, 1, 0x80000000, 0xffffffff };
	struct sessions s;
	struct vd_dev dev;
	struct cr_req r;
	unsigned int f, v;
	int status;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = mask;
	EXPECT(!vd_start(&dev), "start");
	EXPECT(!open_sessions(&dev, &s), "sessions");
	for (f = 0; f < ARRAY_SIZE(fields); f++) {
		if (!known(&dev, fields[f].kind))
			continue;
		for (v = 0; v < ARRAY_SIZE(bad); v++) {
			build(&dev, &r, fields[f].kind, &s);
			cr_set32(&r, fields[f].off, bad[v]);
			status = cr_run(&r, CR_MS);
			if (may_be(fields[f].kind, fields[f].off, bad[v]) &&
			    !status)
				continue;
			EXPECT(status && status != VD_TIMEOUT &&
			       status != CR_NO_STATUS,
			       "%s, %s of %u: %s", kind_names[fields[f].kind],
			       fields[f].name, bad[v], cr_name(status));
			if (answered(&dev, &r, status, &s))
				return FAIL;
		}
	}
	EXPECT(!cr_works(&dev), "device is lost");
	vd_close(&dev);
	return PASS;
}

static int req_lengths(const struct test_ctx *ctx)
{
	return lengths_refused(ctx, 0) || lengths_refused(ctx, 1);
}

static int req_key_sizes(const struct test_ctx *ctx)
{
	static const u32 legal = VD_BIT(16) | VD_BIT(24);	/* and 32 */
	struct vd_dev dev;
	struct cr_req r;
	u8 key[80] = {};
	u32 len;
	int status;

	START(dev, ctx);
	for (len = 0; len <= sizeof(key); len++) {
		cr_create_cipher(&dev, &r, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
				 key, len);
		status = cr_run(&r, CR_MS);
		if (len == 32 || (len < 32 && legal >> len & 1))
			EXPECT(!status, "key of %u: %s", len, cr_name(status));
		else
			EXPECT(status > 0, "key of %u: %s", len,
			       cr_name(status));
	}
	/* a chain that holds less key than its length says */
	cr_create_cipher(&dev, &r, VIRTIO_CRYPTO_CIPHER_AES_CBC, true, key, 16);
	r.buf[r.i_src].len = 15;
	status = cr_run(&r, CR_MS);
	EXPECT(status > 0, "15 bytes of a key of 16: %s", cr_name(status));
	STILL_WORKS(dev);
	return PASS;
}

/* What fits none: operation, direction, service, session */
static int req_mismatch(const struct test_ctx *ctx)
{
	static const u8 key[512];
	struct sessions s;
	struct vd_dev dev;
	struct cr_req r;
	int status;

	START(dev, ctx);
	EXPECT(!open_sessions(&dev, &s), "sessions");

#define REFUSED(what)							\
	do {								\
		status = cr_run(&r, CR_MS);				\
		EXPECT(status > 0, what ": %s", cr_name(status));	\
		EXPECT(!r.dst || cr_dst_untouched(&r),			\
		       what ": destination changed");			\
	} while (0)
#define INVALID_SESSION(what)						\
	do {								\
		REFUSED(what);						\
		EXPECT(status == VIRTIO_CRYPTO_INVSESS, what ": %s",	\
		       cr_name(status));				\
	} while (0)

	build(&dev, &r, K_CIPHER, &s);
	cr_set32(&r, 0, VIRTIO_CRYPTO_CIPHER_DECRYPT);
	REFUSED("decrypt on a session that encrypts");
	build(&dev, &r, K_AEAD_DEC, &s);
	cr_set32(&r, 0, VIRTIO_CRYPTO_AEAD_ENCRYPT);
	REFUSED("encrypt on a session that decrypts");
	build(&dev, &r, K_CIPHER, &s);
	cr_set64(&r, 8, s.enc.id);
	REFUSED("cipher request, AEAD session");
	/* the same with all lengths as GCM would have them */
	build(&dev, &r, K_CIPHER, &s);
	cr_set64(&r, 8, s.enc.id);
	cr_set32(&r, 24, 12);
	cr_set32(&r, 28, 240);
	r.buf[1].len = 12;
	r.buf[r.i_src].len = 240;
	REFUSED("cipher request, AEAD session, AEAD lengths");
	build(&dev, &r, K_AEAD_ENC, &s);
	cr_set64(&r, 8, s.cipher.id);
	REFUSED("AEAD request, cipher session");
	build(&dev, &r, K_CIPHER, &s);
	cr_set64(&r, 8, s.dec.id + 1);
	INVALID_SESSION("id that was never given");
	build(&dev, &r, K_CIPHER, &s);
	cr_set64(&r, 8, s.cipher.id | 1ULL << 32);
	INVALID_SESSION("id with a high bit");
	build(&dev, &r, K_CIPHER, &s);
	cr_set64(&r, 8, s.cipher.id | 1ULL << 63);
	INVALID_SESSION("id with the highest bit");
	build(&dev, &r, K_CIPHER, &s);
	cr_set64(&r, 8, ~0ULL);
	INVALID_SESSION("id of all ones");
	build(&dev, &r, K_CIPHER, &s);
	cr_set32(&r, 0, 0x4);
	REFUSED("unknown opcode of a known service");
	build(&dev, &r, K_CIPHER, &s);
	cr_set32(&r, 0, 0x9900);
	REFUSED("unknown service");
	build(&dev, &r, K_CIPHER, &s);
	cr_set32(&r, 0, VIRTIO_CRYPTO_CIPHER_CREATE_SESSION);
	REFUSED("control opcode on a data queue");
	/* Nobody knows where the answer to this one belongs */
	build(&dev, &r, K_CIPHER, &s);
	r.vq = vd_ctrlq(&dev);
	status = cr_run(&r, CR_MS);
	EXPECT(status > 0 || status == CR_NO_STATUS,
	       "data opcode on the control queue: %s", cr_name(status));
	build(&dev, &r, K_CREATE_CIPHER, &s);
	cr_set32(&r, 16, 99);
	REFUSED("unknown algorithm");
	build(&dev, &r, K_CREATE_CIPHER, &s);
	cr_set32(&r, 24, 3);
	REFUSED("neither encryption nor decryption");
	build(&dev, &r, K_CREATE_HASH, &s);
	cr_set32(&r, 16, 99);
	REFUSED("unknown hash");
	EXPECT(status == VIRTIO_CRYPTO_NOTSUPP, "%s", cr_name(status));
	build(&dev, &r, K_CREATE_MAC, &s);
	cr_set32(&r, 16, VIRTIO_CRYPTO_MAC_GMAC_AES);
	REFUSED("a MAC that is not offered");
	EXPECT(status == VIRTIO_CRYPTO_NOTSUPP, "%s", cr_name(status));
	build(&dev, &r, K_CREATE_HASH, &s);
	cr_set32(&r, 20, 33);
	REFUSED("more of a hash than there is");
	cr_digest(&dev, &r, &dev.vqs[0], &s.hash, 256, 33);
	REFUSED("more of a hash than the session has");
	cr_create_mac(&dev, &r, VIRTIO_CRYPTO_MAC_HMAC_SHA_256, key,
		      dev.config.max_auth_key_len, 32);
	EXPECT(!cr_run(&r, CR_MS), "the longest key");
	cr_create_mac(&dev, &r, VIRTIO_CRYPTO_MAC_HMAC_SHA_256, key,
		      dev.config.max_auth_key_len + 1, 32);
	REFUSED("a key longer than the device takes");
	cr_create_mac(&dev, &r, VIRTIO_CRYPTO_MAC_CMAC_AES, key, 17, 16);
	REFUSED("a length that no key of CMAC has");
	build(&dev, &r, K_HASH, &s);
	cr_set64(&r, 8, s.mac.id);
	INVALID_SESSION("hash request, MAC session");
	build(&dev, &r, K_MAC, &s);
	cr_set64(&r, 8, s.hash.id);
	INVALID_SESSION("MAC request, hash session");
	build(&dev, &r, K_HASH, &s);
	cr_set64(&r, 8, s.cipher.id);
	INVALID_SESSION("hash request, cipher session");
	build(&dev, &r, K_CIPHER, &s);
	cr_set64(&r, 8, s.mac.id);
	INVALID_SESSION("cipher request, MAC session");
	build(&dev, &r, K_HASH, &s);
	cr_set32(&r, 0, VIRTIO_CRYPTO_HASH + 1);
	REFUSED("an operation that HASH does not have");
	build(&dev, &r, K_DESTROY, &s);
	cr_set64(&r, 16, s.hash.id);
	REFUSED("destroy of a hash session as a cipher's");
	build(&dev, &r, K_DESTROY, &s);
	REFUSED("destroy of no session");
	/* still there, all of them */
	EXPECT(!cr_one(&dev, &dev.vqs[0], &s.cipher, 0, 64), "lost a session");
	EXPECT(!cr_one(&dev, &dev.vqs[0], &s.enc, 8, 64), "lost a session");
	EXPECT(!cr_one(&dev, &dev.vqs[0], &s.dec, 8, 64), "lost a session");
	EXPECT(!cr_one(&dev, &dev.vqs[0], &s.hash, 0, 64), "lost a session");
	EXPECT(!cr_one(&dev, &dev.vqs[0], &s.mac, 0, 64), "lost a session");
#undef REFUSED
#undef INVALID_SESSION
	STILL_WORKS(dev);
	return PASS;
}

/* Source and destination share some bytes, but not all in the same order */
static int req_overlap(const struct test_ctx *ctx)
{
	static const int shift[] = { 1, 16, 64, 255, -1, -16, -255 };
	struct sessions s;
	struct vd_dev dev;
	struct cr_req r;
	unsigned int i;
	u8 keep[1024];
	int status;

	START(dev, ctx);
	EXPECT(!open_sessions(&dev, &s), "sessions");
	for (i = 0; i < ARRAY_SIZE(shift); i++) {
		build(&dev, &r, K_CIPHER, &s);
		memcpy(keep, r.src, r.src_len);
		r.buf[r.i_dst].iova = r.buf[r.i_src].iova + shift[i];
		status = cr_run(&r, CR_MS);
		EXPECT(status == VIRTIO_CRYPTO_ERR, "shifted by %d: %s",
		       shift[i], cr_name(status));
		EXPECT(!memcmp(keep, r.src, r.src_len), "source changed");
	}
	/* the same pages under another I/O virtual address */
	EXPECT(!vd_map(&dev, VD_IOVA / 2, dev.mem, VD_ARENA, VHOST_ACCESS_RW),
	       "map");
	build(&dev, &r, K_CIPHER, &s);
	memcpy(keep, r.src, r.src_len);
	r.buf[r.i_dst].iova = r.buf[r.i_src].iova - VD_IOVA / 2 + 16;
	status = cr_run(&r, CR_MS);
	EXPECT(status == VIRTIO_CRYPTO_ERR, "shifted, by another address: %s",
	       cr_name(status));
	EXPECT(!memcmp(keep, r.src, r.src_len), "source changed");
	/* halves swapped: the same bytes, in another order */
	build(&dev, &r, K_CIPHER, &s);
	memcpy(keep, r.src, r.src_len);
	r.buf[r.n] = r.buf[r.n - 1];
	r.n++;
	r.buf[r.i_dst].iova = r.buf[r.i_src].iova + 128;
	r.buf[r.i_dst].len = 128;
	r.buf[r.i_dst + 1] = r.buf[r.i_dst];
	r.buf[r.i_dst + 1].iova = r.buf[r.i_src].iova;
	status = cr_run(&r, CR_MS);
	EXPECT(status == VIRTIO_CRYPTO_ERR, "halves swapped: %s",
	       cr_name(status));
	EXPECT(!memcmp(keep, r.src, r.src_len), "source changed");
	/* the status inside the destination is the driver's own mistake */
	build(&dev, &r, K_CIPHER, &s);
	r.buf[r.i_out].iova = r.buf[r.i_dst].iova + 5;
	status = cr_run(&r, CR_MS);
	EXPECT(status != VD_TIMEOUT && status != VD_NEEDS_RESET, "%s",
	       cr_name(status));
	/* exact aliasing is how in-place requests look */
	build(&dev, &r, K_CIPHER, &s);
	cr_in_place(&r);
	EXPECT(!cr_run(&r, CR_MS), "in place");
	STILL_WORKS(dev);
	return PASS;
}

/* Larger than max_size, though everything else is right */
static int req_too_large(const struct test_ctx *ctx)
{
	struct sessions s;
	struct vd_dev dev;
	struct cr_req r;
	u32 max;
	int status;

	START(dev, ctx);
	EXPECT(!open_sessions(&dev, &s), "sessions");
	max = dev.config.max_size;
	EXPECT(max >= 4096, "max_size is %u", max);
	if (max > (1 << 20)) {
		printf("# max_size is %u\n", max);
		return SKIP;
	}
	cr_cipher(&dev, &r, &dev.vqs[0], &s.cipher, max + 4096);
	status = cr_run(&r, CR_MS);
	EXPECT(status == VIRTIO_CRYPTO_ERR || status == VD_NEEDS_RESET,
	       "%u bytes: %s", max + 4096, cr_name(status));
	EXPECT(cr_dst_untouched(&r), "destination changed");
	STILL_WORKS(dev);
	return PASS;
}

const struct test_case req_cases[] = {
	{ "req-lengths", req_lengths, .limit = 180 },
	{ "req-words", req_words, .limit = 400 },
	{ "req-words-legacy", req_words_legacy, .limit = 400 },
	{ "req-key-sizes", req_key_sizes },
	{ "req-mismatch", req_mismatch },
	{ "req-overlap", req_overlap },
	{ "req-too-large", req_too_large },
	{}
};
