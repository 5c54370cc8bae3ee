// SPDX-License-Identifier: GPL-2.0
/*
 * Requests byte by byte, in both formats, as virtio 1.4 lays them out.
 */
#include <kunit/test.h>

#include "../encode.h"

/* Offsets of 32 bit fields in a data request */
enum {
	OP_OPCODE = 0, OP_ALGO = 4, OP_SESSION = 8, OP_FLAG = 16, OP_PAD = 20,
	FLF = 24,
};

static const __le64 session = cpu_to_le64(0x1122334455667788ULL);

static u32 le32_at(const void *buf, unsigned int off)
{
	return le32_to_cpu(*(const __le32 *)((const u8 *)buf + off));
}

static void expect_zero(struct kunit *test, const void *buf, unsigned int from,
			unsigned int to)
{
	for (; from < to; from++)
		KUNIT_EXPECT_EQ_MSG(test, ((const u8 *)buf)[from], 0,
				    "byte %u", from);
}

static void expect_op(struct kunit *test, const void *buf, u32 opcode, u32 algo)
{
	static const u8 id[8] = { 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22,
				  0x11 };

	KUNIT_EXPECT_EQ(test, le32_at(buf, OP_OPCODE), opcode);
	KUNIT_EXPECT_EQ(test, le32_at(buf, OP_ALGO), algo);
	KUNIT_EXPECT_MEMEQ(test, (const u8 *)buf + OP_SESSION, id, 8);
	KUNIT_EXPECT_EQ(test, le32_at(buf, OP_FLAG), 1);
	KUNIT_EXPECT_EQ(test, le32_at(buf, OP_PAD), 0);
}

static void sym_request(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_CBC_AES];
	struct vaccel_data_hdr h;
	u8 *iv;

	memset(&h, 0xaa, sizeof(h));
	iv = vaccel_encode_sym(&h, alg, false, session, 1424);

	expect_op(test, &h, 0x0001, VIRTIO_CRYPTO_CIPHER_AES_CBC);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 16);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 1424);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8), 1424);
	expect_zero(test, &h, FLF + 12, FLF + 40);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 40), 1);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 44), 0);
	KUNIT_EXPECT_PTR_EQ(test, iv, (u8 *)&h + 72);
}

static void sym_request_without_iv(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_ECB_AES];
	struct vaccel_data_hdr h;

	vaccel_encode_sym(&h, alg, true, session, 16);

	expect_op(test, &h, 0x0000, VIRTIO_CRYPTO_CIPHER_AES_ECB);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 0);
}

static void aead_request_legacy(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_GCM_AES];
	struct vaccel_data_hdr h;
	u8 *iv;

	memset(&h, 0xaa, sizeof(h));
	iv = vaccel_encode_aead(&h, alg, false, true, session, 100, 116, 20,
				16);

	expect_op(test, &h, 0x0300, VIRTIO_CRYPTO_AEAD_GCM);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 12);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 20);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8), 100);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12), 116);
	expect_zero(test, &h, FLF + 16, FLF + 48);
	KUNIT_EXPECT_PTR_EQ(test, iv, (u8 *)&h + 72);
}

static void expect_op_stateless(struct kunit *test, const void *buf, u32 opcode,
				u32 algo)
{
	KUNIT_EXPECT_EQ(test, le32_at(buf, OP_OPCODE), opcode);
	KUNIT_EXPECT_EQ(test, le32_at(buf, OP_ALGO), algo);
	/* No session, and the flag says so */
	expect_zero(test, buf, OP_SESSION, FLF);
}

static void sym_request_stateless(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_XTS_AES];
	struct vaccel_data_hdr h;
	u8 *iv;

	memset(&h, 0xaa, sizeof(h));
	iv = vaccel_encode_sym_stateless(&h, alg, true, 64, 1424);

	expect_op_stateless(test, &h, 0x0000, VIRTIO_CRYPTO_CIPHER_AES_XTS);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), VIRTIO_CRYPTO_CIPHER_AES_XTS);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 64);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8), VIRTIO_CRYPTO_OP_ENCRYPT);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12), 16);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 16), 1424);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 20), 1424);
	expect_zero(test, &h, FLF + 24, FLF + 72);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 72), 1);
	KUNIT_EXPECT_EQ(test, vaccel_stateless_flf(alg), FLF + 76);
	KUNIT_EXPECT_PTR_EQ(test, iv, (u8 *)&h + FLF + 76);
	KUNIT_EXPECT_LE(test, (size_t)(iv + alg->iv_size - (u8 *)&h), sizeof(h));
}

static void chain_request_stateless(struct kunit *test)
{
	static const struct vaccel_chain lens = { 116, 16, 100, 12 };
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_CBC_AES];
	const struct accel_alg *auth = &accel_algs[ACCEL_ALG_HMAC_SHA1];
	struct vaccel_data_hdr h;
	u8 *iv;

	memset(&h, 0xaa, sizeof(h));
	iv = vaccel_encode_chain_stateless(&h, alg, auth, false, 44, 20, &lens);

	expect_op_stateless(test, &h, 0x0001, VIRTIO_CRYPTO_CIPHER_AES_CBC);
	/* Hash, then decrypt */
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 1);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 0);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8),
			VIRTIO_CRYPTO_CIPHER_AES_CBC);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12), 24);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 16), VIRTIO_CRYPTO_OP_DECRYPT);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 20),
			VIRTIO_CRYPTO_MAC_HMAC_SHA1);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 24), 20);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 28),
			VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 32), 16);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 36), 116);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 40), 116);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 44), 16);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 48), 100);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 52), 0);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 56), 116);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 60), 0);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 64), 12);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 68), 0);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 72), 2);
	KUNIT_EXPECT_PTR_EQ(test, iv, (u8 *)&h + FLF + 76);
}

static void hash_request_stateless(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_SHA384];
	struct vaccel_data_hdr h;
	unsigned int len;

	memset(&h, 0xaa, sizeof(h));
	len = vaccel_encode_hash_stateless(&h, alg, 1424, 48);

	KUNIT_EXPECT_EQ(test, len, FLF + 16);
	expect_op_stateless(test, &h, 0x0100, VIRTIO_CRYPTO_HASH_SHA_384);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), VIRTIO_CRYPTO_HASH_SHA_384);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 1424);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8), 48);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12), 0);
}

static void mac_request_stateless(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_HMAC_SHA256];
	struct vaccel_data_hdr h;
	unsigned int len;

	memset(&h, 0xaa, sizeof(h));
	len = vaccel_encode_mac_stateless(&h, alg, 256, 1424, 32);

	KUNIT_EXPECT_EQ(test, len, FLF + 16);
	KUNIT_EXPECT_EQ(test, vaccel_stateless_flf(alg), len);
	expect_op_stateless(test, &h, 0x0200, VIRTIO_CRYPTO_MAC_HMAC_SHA_256);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), VIRTIO_CRYPTO_MAC_HMAC_SHA_256);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 256);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8), 1424);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12), 32);

	/* HMAC may have a key of no bytes */
	len = vaccel_encode_mac_stateless(&h, alg, 0, 1424, 32);
	KUNIT_EXPECT_EQ(test, len, FLF + 16);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 0);
}

static void aead_request_stateless(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_GCM_AES];
	struct vaccel_data_hdr h;
	u8 *iv;

	memset(&h, 0xaa, sizeof(h));
	iv = vaccel_encode_aead_stateless(&h, alg, false, 32, 116, 100, 8, 16);

	expect_op_stateless(test, &h, 0x0301, VIRTIO_CRYPTO_AEAD_GCM);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), VIRTIO_CRYPTO_AEAD_GCM);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 32);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8), VIRTIO_CRYPTO_OP_DECRYPT);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12), 12);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 16), 16);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 20), 8);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 24), 116);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 28), 100);
	KUNIT_EXPECT_EQ(test, vaccel_stateless_flf(alg), FLF + 32);
	KUNIT_EXPECT_PTR_EQ(test, iv, (u8 *)&h + FLF + 32);
}

static void aead_request_rev1(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_GCM_AES];
	struct vaccel_data_hdr h;
	u8 *iv;

	memset(&h, 0xaa, sizeof(h));
	iv = vaccel_encode_aead(&h, alg, true, false, session, 116, 100, 8,
				16);

	expect_op(test, &h, 0x0301, VIRTIO_CRYPTO_AEAD_GCM);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 12);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 8);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8), 116);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12), 100);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 16), 16);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 20), 0);
	KUNIT_EXPECT_PTR_EQ(test, iv, (u8 *)&h + 48);
}

static void chain_request(struct kunit *test)
{
	static const struct vaccel_chain lens = {
		.len = 104, .cipher_off = 24, .cipher_len = 80, .tag_len = 12,
	};
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_CTR_AES];
	struct vaccel_data_hdr h;
	u8 *iv;

	memset(&h, 0xaa, sizeof(h));
	iv = vaccel_encode_chain(&h, alg, false, session, &lens);

	expect_op(test, &h, 0x0001, VIRTIO_CRYPTO_CIPHER_AES_CTR);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 16);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 104);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8), 104);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12), 24);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 16), 80);
	/* All is hashed, and there is no AAD */
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 20), 0);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 24), 104);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 28), 0);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 32), 12);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 36), 0);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 40), 2);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 44), 0);
	KUNIT_EXPECT_PTR_EQ(test, iv, (u8 *)&h + 72);
}

static void create_chain(struct kunit *test)
{
	const struct accel_alg *cbc = &accel_algs[ACCEL_ALG_CBC_AES];
	const struct accel_alg *mac = &accel_algs[ACCEL_ALG_HMAC_SHA512];
	struct vaccel_ctrl_out *out;
	unsigned int enc, len;

	out = kunit_kzalloc(test, sizeof(*out), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, out);
	for (enc = 0; enc < 2; enc++) {
		memset(out, 0xaa, sizeof(*out));
		len = vaccel_encode_create_chain(out, cbc, mac, enc, 32 + 256,
						 256, 16);
		KUNIT_EXPECT_EQ(test, len, 72);
		KUNIT_EXPECT_EQ(test, le32_at(out, 0), 0x0002);
		/* Hash, then decrypt; or encrypt, then hash; with a key */
		KUNIT_EXPECT_EQ(test, le32_at(out, 16), enc ? 2 : 1);
		KUNIT_EXPECT_EQ(test, le32_at(out, 20), 2);
		KUNIT_EXPECT_EQ(test, le32_at(out, 24),
				VIRTIO_CRYPTO_CIPHER_AES_CBC);
		KUNIT_EXPECT_EQ(test, le32_at(out, 28), 32);
		KUNIT_EXPECT_EQ(test, le32_at(out, 32), enc ? 1 : 2);
		KUNIT_EXPECT_EQ(test, le32_at(out, 40),
				VIRTIO_CRYPTO_MAC_HMAC_SHA_512);
		KUNIT_EXPECT_EQ(test, le32_at(out, 44), 16);
		KUNIT_EXPECT_EQ(test, le32_at(out, 48), 256);
		expect_zero(test, out, 52, 64);
		KUNIT_EXPECT_EQ(test, le32_at(out, 64), 2);
	}
}

static void hash_request(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_SHA384];
	struct vaccel_data_hdr h;

	memset(&h, 0xaa, sizeof(h));
	KUNIT_EXPECT_EQ(test, vaccel_encode_hash(&h, alg, false, session, 1400,
						 48), 72);
	expect_op(test, &h, 0x0100, VIRTIO_CRYPTO_HASH_SHA_384);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 1400);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 48);
	expect_zero(test, &h, FLF + 8, FLF + 48);

	KUNIT_EXPECT_EQ(test, vaccel_encode_hash(&h, alg, true, session, 0,
						 48), 32);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 0);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 48);
}

static void mac_request(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_XCBC_AES];
	struct vaccel_data_hdr h;

	KUNIT_EXPECT_EQ(test, vaccel_encode_hash(&h, alg, true, session, 3, 16),
			32);
	expect_op(test, &h, 0x0200, VIRTIO_CRYPTO_MAC_XCBC_AES);
}

struct create_param {
	const char *name;
	enum accel_alg_id id;
	bool rev1;
	bool enc;
	unsigned int key_len;
	u32 opcode;
	unsigned int flf;
};

static const struct create_param create_params[] = {
	{ "cipher, legacy", ACCEL_ALG_XTS_AES, false, true, 64, 0x0002, 56 },
	{ "cipher, REVISION_1", ACCEL_ALG_XTS_AES, true, false, 32, 0x0002, 56 },
	{ "aead, legacy", ACCEL_ALG_GCM_AES, false, false, 16, 0x0302, 56 },
	{ "aead, REVISION_1", ACCEL_ALG_GCM_AES, true, true, 32, 0x0302, 24 },
	{ "hash, legacy", ACCEL_ALG_MD5, false, true, 0, 0x0102, 56 },
	{ "hash, REVISION_1", ACCEL_ALG_MD5, true, true, 0, 0x0102, 8 },
	{ "mac, legacy", ACCEL_ALG_HMAC_SHA1, false, true, 256, 0x0202, 56 },
	{ "mac, REVISION_1", ACCEL_ALG_HMAC_SHA1, true, true, 0, 0x0202, 16 },
};

KUNIT_ARRAY_PARAM_DESC(create, create_params, name);

static void create_session(struct kunit *test)
{
	const struct create_param *p = test->param_value;
	const struct accel_alg *alg = &accel_algs[p->id];
	bool cipher = alg->service == VIRTIO_CRYPTO_SERVICE_CIPHER;
	struct vaccel_ctrl_out *out;
	unsigned int len;

	out = kunit_kzalloc(test, sizeof(*out), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, out);

	len = vaccel_encode_create(out, alg, p->rev1, p->enc, p->key_len,
				   cipher ? 0 : 12, NULL);

	KUNIT_EXPECT_EQ(test, len, 16 + p->flf);
	KUNIT_EXPECT_EQ(test, le32_at(out, 0), p->opcode);
	KUNIT_EXPECT_EQ(test, le32_at(out, 4), alg->wire);
	expect_zero(test, out, 8, 16);
	KUNIT_EXPECT_EQ(test, le32_at(out, 16), alg->wire);
	if (alg->digest_size) {
		KUNIT_EXPECT_EQ(test, le32_at(out, 20), 12);
		if (alg->service == VIRTIO_CRYPTO_SERVICE_MAC)
			KUNIT_EXPECT_EQ(test, le32_at(out, 24), p->key_len);
	} else if (!cipher) {
		KUNIT_EXPECT_EQ(test, le32_at(out, 20), p->key_len);
		KUNIT_EXPECT_EQ(test, le32_at(out, 24), 12);
		KUNIT_EXPECT_EQ(test, le32_at(out, 28), 0);
		KUNIT_EXPECT_EQ(test, le32_at(out, 32), p->enc ? 1 : 2);
	} else {
		KUNIT_EXPECT_EQ(test, le32_at(out, 20), p->key_len);
		KUNIT_EXPECT_EQ(test, le32_at(out, 24), p->enc ? 1 : 2);
		/* The operation type is behind 48 bytes of parameters */
		KUNIT_EXPECT_EQ(test, le32_at(out, 16 + 48), 1);
	}
}

struct akcipher_param {
	const char *name;
	enum accel_alg_id id;
	struct vaccel_akcipher_para para;
	u32 wire;
	u32 keytype;
	u32 extra[2];
};

static const struct akcipher_param akcipher_params[] = {
	{ "rsa, public", ACCEL_ALG_RSA,
	  { false, VIRTIO_CRYPTO_RSA_RAW_PADDING, VIRTIO_CRYPTO_RSA_NO_HASH },
	  1, 1, { 0, 0 } },
	{ "rsa, private, with sha256", ACCEL_ALG_RSA,
	  { true, VIRTIO_CRYPTO_RSA_PKCS1_PADDING, VIRTIO_CRYPTO_RSA_SHA256 },
	  1, 2, { 1, 6 } },
	{ "p-256", ACCEL_ALG_ECDSA_P256, { false }, 2, 1, { 3, 0 } },
	{ "p-384", ACCEL_ALG_ECDSA_P384, { false }, 2, 1, { 4, 0 } },
};

KUNIT_ARRAY_PARAM_DESC(akcipher, akcipher_params, name);

/* Of one length in both formats, and with opcodes of its own */
static void akcipher_session(struct kunit *test)
{
	const struct akcipher_param *p = test->param_value;
	const struct accel_alg *alg = &accel_algs[p->id];
	struct vaccel_ctrl_out out;

	memset(&out, 0xaa, sizeof(out));
	KUNIT_EXPECT_EQ(test, vaccel_encode_create(&out, alg, true, false, 2349,
						   0, &p->para), 16 + 56);
	KUNIT_EXPECT_EQ(test, vaccel_encode_create(&out, alg, false, false,
						   2349, 0, &p->para), 16 + 56);
	KUNIT_EXPECT_EQ(test, le32_at(&out, 0), 0x0404);
	KUNIT_EXPECT_EQ(test, le32_at(&out, 4), p->wire);
	KUNIT_EXPECT_EQ(test, le32_at(&out, 16), p->wire);
	KUNIT_EXPECT_EQ(test, le32_at(&out, 20), p->keytype);
	KUNIT_EXPECT_EQ(test, le32_at(&out, 24), 2349);
	KUNIT_EXPECT_EQ(test, le32_at(&out, 28), p->extra[0]);
	KUNIT_EXPECT_EQ(test, le32_at(&out, 32), p->extra[1]);
	expect_zero(test, &out, 36, 72);

	vaccel_encode_destroy(&out, alg, true, session);
	KUNIT_EXPECT_EQ(test, le32_at(&out, 0), 0x0405);
}

static void akcipher_request(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_RSA];
	struct vaccel_data_hdr h;

	memset(&h, 0xaa, sizeof(h));
	KUNIT_EXPECT_EQ(test, vaccel_encode_akcipher(&h, alg, true, 3, session,
						     256, 32), 24 + 8);
	expect_op(test, &h, 0x0403, 1);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 256);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 32);

	memset(&h, 0xaa, sizeof(h));
	KUNIT_EXPECT_EQ(test, vaccel_encode_akcipher(&h, alg, false, 1, session,
						     256, 250), 24 + 48);
	expect_op(test, &h, 0x0401, 1);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4), 250);
	expect_zero(test, &h, FLF + 8, FLF + 48);
}

static void akcipher_request_stateless(struct kunit *test)
{
	static const struct vaccel_akcipher_para para = {
		.private_key = true,
		.padding = VIRTIO_CRYPTO_RSA_PKCS1_PADDING,
		.hash = VIRTIO_CRYPTO_RSA_SHA256,
	};
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_RSA];
	struct vaccel_data_hdr h;

	memset(&h, 0xaa, sizeof(h));
	KUNIT_EXPECT_EQ(test, vaccel_encode_akcipher_stateless(&h, alg, 2, 2349,
							       &para, 32, 256),
			24 + 28);
	KUNIT_EXPECT_EQ(test, vaccel_stateless_flf(alg), 24 + 28);
	expect_op_stateless(test, &h, 0x0402, 1);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF), 1);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 4),
			VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PRIVATE);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 8), 2349);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12), 1);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 16), VIRTIO_CRYPTO_RSA_SHA256);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 20), 32);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 24), 256);

	/* Of ECDSA, the curve alone is known */
	memset(&h, 0xaa, sizeof(h));
	alg = &accel_algs[ACCEL_ALG_ECDSA_P384];
	vaccel_encode_akcipher_stateless(&h, alg, 3, 97, &para, 104, 48);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 12),
			VIRTIO_CRYPTO_CURVE_NIST_P384);
	KUNIT_EXPECT_EQ(test, le32_at(&h, FLF + 16), 0);
}

static void destroy_session(struct kunit *test)
{
	const struct accel_alg *alg = &accel_algs[ACCEL_ALG_GCM_AES];
	struct vaccel_ctrl_out *out;

	out = kunit_kzalloc(test, sizeof(*out), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, out);

	KUNIT_EXPECT_EQ(test, vaccel_encode_destroy(out, alg, true, session),
			16 + 8);
	KUNIT_EXPECT_EQ(test, vaccel_encode_destroy(out, alg, false, session),
			16 + 56);
	KUNIT_EXPECT_EQ(test, le32_at(out, 0), 0x0303);
	KUNIT_EXPECT_EQ(test, le32_at(out, 16), 0x55667788);
	KUNIT_EXPECT_EQ(test, le32_at(out, 20), 0x11223344);
	expect_zero(test, out, 24, 72);
}

static struct kunit_case encode_cases[] = {
	KUNIT_CASE(sym_request),
	KUNIT_CASE(sym_request_without_iv),
	KUNIT_CASE(aead_request_legacy),
	KUNIT_CASE(aead_request_rev1),
	KUNIT_CASE(sym_request_stateless),
	KUNIT_CASE(chain_request_stateless),
	KUNIT_CASE(hash_request_stateless),
	KUNIT_CASE(mac_request_stateless),
	KUNIT_CASE(aead_request_stateless),
	KUNIT_CASE(chain_request),
	KUNIT_CASE(create_chain),
	KUNIT_CASE(hash_request),
	KUNIT_CASE(mac_request),
	KUNIT_CASE_PARAM(create_session, create_gen_params),
	KUNIT_CASE(destroy_session),
	KUNIT_CASE_PARAM(akcipher_session, akcipher_gen_params),
	KUNIT_CASE(akcipher_request),
	KUNIT_CASE(akcipher_request_stateless),
	{}
};

static struct kunit_suite encode_suite = {
	.name = "vaccel_encode",
	.test_cases = encode_cases,
};

kunit_test_suite(encode_suite);
