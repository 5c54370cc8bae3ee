// SPDX-License-Identifier: GPL-2.0
/*
 * Data requests: which are legal, and what their lengths mean.
 */
#include "../dataq.h"

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "../session.h"

#define MAX_SIZE	65536

static struct vha_session session_of(enum accel_alg_id id, bool encrypt,
				     u8 tag_len)
{
	return (struct vha_session){
		.alg = &accel_algs[id],
		.alg_id = id,
		.encrypt = encrypt,
		.tag_len = tag_len,
	};
}

/* One row: a request to a session, and what becomes of it */
struct params_row {
	const char *name;
	enum accel_alg_id alg;
	bool encrypt;
	u8 tag_len;
	struct vha_params p;
	u8 status;
	struct vha_lens lens;
};

#define CIPHER(iv, src, dst, enc) {					\
	.service = VIRTIO_CRYPTO_SERVICE_CIPHER, .encrypt = enc,	\
	.iv_len = iv, .src_len = src, .dst_len = dst }
#define AEAD(iv, aad, src, dst, tag, enc) {				\
	.service = VIRTIO_CRYPTO_SERVICE_AEAD, .encrypt = enc,		\
	.check_tag = true, .iv_len = iv, .aad_len = aad,		\
	.src_len = src, .dst_len = dst, .tag_len = tag }

#define DIGEST(which, src, result) {					\
	.service = VIRTIO_CRYPTO_SERVICE_##which, .encrypt = true,	\
	.src_len = src, .dst_len = result }

static const struct params_row params_rows[] = {
	{ "cbc", ACCEL_ALG_CBC_AES, true, 0, CIPHER(16, 64, 64, true),
	  VIRTIO_CRYPTO_OK, { 64, 64, 64 } },
	{ "cbc of nothing", ACCEL_ALG_CBC_AES, true, 0, CIPHER(16, 0, 0, true),
	  VIRTIO_CRYPTO_OK, { 0, 0, 0 } },
	{ "cbc, not a block", ACCEL_ALG_CBC_AES, true, 0,
	  CIPHER(16, 63, 63, true), VIRTIO_CRYPTO_ERR },
	{ "cbc, short destination", ACCEL_ALG_CBC_AES, true, 0,
	  CIPHER(16, 64, 48, true), VIRTIO_CRYPTO_ERR },
	{ "cbc, long destination", ACCEL_ALG_CBC_AES, true, 0,
	  CIPHER(16, 64, 80, true), VIRTIO_CRYPTO_ERR },
	{ "cbc, the wrong way", ACCEL_ALG_CBC_AES, true, 0,
	  CIPHER(16, 64, 64, false), VIRTIO_CRYPTO_ERR },
	{ "cbc, short IV", ACCEL_ALG_CBC_AES, true, 0, CIPHER(15, 64, 64, true),
	  VIRTIO_CRYPTO_ERR },
	{ "cbc, huge IV", ACCEL_ALG_CBC_AES, true, 0,
	  CIPHER(U32_MAX, 64, 64, true), VIRTIO_CRYPTO_ERR },
	{ "ecb has no IV", ACCEL_ALG_ECB_AES, true, 0, CIPHER(0, 16, 16, true),
	  VIRTIO_CRYPTO_OK, { 16, 16, 16 } },
	{ "ecb with one", ACCEL_ALG_ECB_AES, true, 0, CIPHER(16, 16, 16, true),
	  VIRTIO_CRYPTO_ERR },
	{ "ctr of one byte", ACCEL_ALG_CTR_AES, true, 0, CIPHER(16, 1, 1, true),
	  VIRTIO_CRYPTO_OK, { 1, 1, 1 } },
	{ "xts of 17 bytes", ACCEL_ALG_XTS_AES, true, 0,
	  CIPHER(16, 17, 17, true), VIRTIO_CRYPTO_OK, { 17, 17, 17 } },
	{ "xts of 15 bytes", ACCEL_ALG_XTS_AES, true, 0,
	  CIPHER(16, 15, 15, true), VIRTIO_CRYPTO_ERR },
	{ "largest", ACCEL_ALG_CTR_AES, true, 0,
	  CIPHER(16, MAX_SIZE - 16, MAX_SIZE - 16, true), VIRTIO_CRYPTO_OK,
	  { MAX_SIZE - 16, MAX_SIZE - 16, MAX_SIZE - 16 } },
	{ "one more", ACCEL_ALG_CTR_AES, true, 0,
	  CIPHER(16, MAX_SIZE - 15, MAX_SIZE - 15, true), VIRTIO_CRYPTO_ERR },
	{ "2^31", ACCEL_ALG_CTR_AES, true, 0,
	  CIPHER(16, 1U << 31, 1U << 31, true), VIRTIO_CRYPTO_ERR },
	{ "2^32-1", ACCEL_ALG_CTR_AES, true, 0,
	  CIPHER(16, U32_MAX, U32_MAX, true), VIRTIO_CRYPTO_ERR },
	{ "cipher request, AEAD session", ACCEL_ALG_GCM_AES, true, 16,
	  CIPHER(16, 64, 64, true), VIRTIO_CRYPTO_INVSESS },

	{ "gcm encrypt", ACCEL_ALG_GCM_AES, true, 16,
	  AEAD(12, 8, 100, 116, 16, true), VIRTIO_CRYPTO_OK,
	  { 100, 100, 116 } },
	{ "gcm encrypt, more room than needed", ACCEL_ALG_GCM_AES, true, 16,
	  AEAD(12, 8, 100, 120, 16, true), VIRTIO_CRYPTO_OK,
	  { 100, 100, 116 } },
	{ "gcm encrypt, no room for the tag", ACCEL_ALG_GCM_AES, true, 16,
	  AEAD(12, 8, 100, 115, 16, true), VIRTIO_CRYPTO_ERR },
	{ "gcm decrypt", ACCEL_ALG_GCM_AES, false, 16,
	  AEAD(12, 0, 116, 100, 16, false), VIRTIO_CRYPTO_OK,
	  { 100, 116, 100 } },
	{ "gcm decrypt of a tag", ACCEL_ALG_GCM_AES, false, 16,
	  AEAD(12, 0, 16, 0, 16, false), VIRTIO_CRYPTO_OK, { 0, 16, 0 } },
	{ "gcm decrypt, less than a tag", ACCEL_ALG_GCM_AES, false, 16,
	  AEAD(12, 0, 15, 100, 16, false), VIRTIO_CRYPTO_ERR },
	{ "gcm decrypt, short destination", ACCEL_ALG_GCM_AES, false, 16,
	  AEAD(12, 0, 116, 99, 16, false), VIRTIO_CRYPTO_ERR },
	{ "gcm, another tag", ACCEL_ALG_GCM_AES, true, 12,
	  AEAD(12, 0, 100, 200, 16, true), VIRTIO_CRYPTO_ERR },
	{ "gcm, J0 for an IV", ACCEL_ALG_GCM_AES, true, 16,
	  AEAD(16, 0, 100, 200, 16, true), VIRTIO_CRYPTO_ERR },
	{ "gcm, AAD too long", ACCEL_ALG_GCM_AES, true, 16,
	  AEAD(12, U32_MAX, 100, 200, 16, true), VIRTIO_CRYPTO_ERR },
	{ "gcm, source too long", ACCEL_ALG_GCM_AES, true, 16,
	  AEAD(12, 0, U32_MAX, U32_MAX, 16, true), VIRTIO_CRYPTO_ERR },
	{ "ccm, shortest nonce", ACCEL_ALG_CCM_AES, true, 8,
	  AEAD(7, 8, 100, 108, 8, true), VIRTIO_CRYPTO_OK, { 100, 100, 108 } },
	{ "ccm, longest nonce", ACCEL_ALG_CCM_AES, true, 8,
	  AEAD(13, 8, 100, 108, 8, true), VIRTIO_CRYPTO_OK, { 100, 100, 108 } },
	{ "ccm, nonce too short", ACCEL_ALG_CCM_AES, true, 8,
	  AEAD(6, 8, 100, 108, 8, true), VIRTIO_CRYPTO_ERR },
	{ "ccm, nonce too long", ACCEL_ALG_CCM_AES, true, 8,
	  AEAD(14, 8, 100, 108, 8, true), VIRTIO_CRYPTO_ERR },
	{ "ccm, no nonce", ACCEL_ALG_CCM_AES, true, 8,
	  AEAD(0, 8, 100, 108, 8, true), VIRTIO_CRYPTO_ERR },
	{ "chacha20", ACCEL_ALG_CHACHA20_POLY1305, true, 16,
	  AEAD(12, 8, 100, 116, 16, true), VIRTIO_CRYPTO_OK,
	  { 100, 100, 116 } },
	{ "chacha20, an IPsec IV alone", ACCEL_ALG_CHACHA20_POLY1305, true, 16,
	  AEAD(8, 8, 100, 116, 16, true), VIRTIO_CRYPTO_ERR },
	{ "3des", ACCEL_ALG_CBC_3DES, true, 0, CIPHER(8, 24, 24, true),
	  VIRTIO_CRYPTO_OK, { 24, 24, 24 } },
	{ "3des, an IV for AES", ACCEL_ALG_CBC_3DES, true, 0,
	  CIPHER(16, 32, 32, true), VIRTIO_CRYPTO_ERR },
	{ "3des, not a block", ACCEL_ALG_CBC_3DES, true, 0,
	  CIPHER(8, 20, 20, true), VIRTIO_CRYPTO_ERR },
	{ "sha256", ACCEL_ALG_SHA256, true, 32, DIGEST(HASH, 100, 32),
	  VIRTIO_CRYPTO_OK, { 100, 100, 32 } },
	{ "sha256 of nothing", ACCEL_ALG_SHA256, true, 32, DIGEST(HASH, 0, 32),
	  VIRTIO_CRYPTO_OK, { 0, 0, 32 } },
	{ "sha256, a byte of it", ACCEL_ALG_SHA256, true, 32,
	  DIGEST(HASH, 100, 1), VIRTIO_CRYPTO_OK, { 100, 100, 1 } },
	{ "sha256, none of it", ACCEL_ALG_SHA256, true, 32,
	  DIGEST(HASH, 100, 0), VIRTIO_CRYPTO_ERR },
	{ "sha256, more than there is", ACCEL_ALG_SHA256, true, 32,
	  DIGEST(HASH, 100, 33), VIRTIO_CRYPTO_ERR },
	{ "sha256, more than the session has", ACCEL_ALG_SHA256, true, 16,
	  DIGEST(HASH, 100, 17), VIRTIO_CRYPTO_ERR },
	{ "sha256, result of 2^31", ACCEL_ALG_SHA256, true, 32,
	  DIGEST(HASH, 100, 1U << 31), VIRTIO_CRYPTO_ERR },
	{ "sha256, result of 2^32-1", ACCEL_ALG_SHA256, true, 32,
	  DIGEST(HASH, 100, U32_MAX), VIRTIO_CRYPTO_ERR },
	{ "sha256, largest", ACCEL_ALG_SHA256, true, 32,
	  DIGEST(HASH, MAX_SIZE, 32), VIRTIO_CRYPTO_OK,
	  { MAX_SIZE, MAX_SIZE, 32 } },
	{ "sha256, one more", ACCEL_ALG_SHA256, true, 32,
	  DIGEST(HASH, MAX_SIZE + 1, 32), VIRTIO_CRYPTO_ERR },
	{ "sha256 of 2^32-1", ACCEL_ALG_SHA256, true, 32,
	  DIGEST(HASH, U32_MAX, 32), VIRTIO_CRYPTO_ERR },
	{ "hmac", ACCEL_ALG_HMAC_SHA512, true, 64, DIGEST(MAC, 17, 64),
	  VIRTIO_CRYPTO_OK, { 17, 17, 64 } },
	{ "hmac, cut for IPsec", ACCEL_ALG_HMAC_SHA1, true, 20,
	  DIGEST(MAC, 17, 12), VIRTIO_CRYPTO_OK, { 17, 17, 12 } },
	{ "cmac, too much", ACCEL_ALG_CMAC_3DES, true, 8, DIGEST(MAC, 17, 16),
	  VIRTIO_CRYPTO_ERR },
	{ "mac request, hash session", ACCEL_ALG_SHA256, true, 32,
	  DIGEST(MAC, 100, 32), VIRTIO_CRYPTO_INVSESS },
	{ "hash request, mac session", ACCEL_ALG_HMAC_SHA256, true, 32,
	  DIGEST(HASH, 100, 32), VIRTIO_CRYPTO_INVSESS },
	{ "hash request, cipher session", ACCEL_ALG_ECB_AES, true, 0,
	  DIGEST(HASH, 32, 32), VIRTIO_CRYPTO_INVSESS },
	{ "cipher request, hash session", ACCEL_ALG_SHA256, true, 32,
	  CIPHER(0, 32, 32, true), VIRTIO_CRYPTO_INVSESS },
	{ "gcm request, cipher session", ACCEL_ALG_CBC_AES, true, 0,
	  AEAD(16, 0, 64, 64, 0, true), VIRTIO_CRYPTO_INVSESS },
};

/* One row: an AKCIPHER request to a session of a kind of key */
struct akcipher_row {
	const char *name;
	bool private_key;
	bool raw;
	u32 opcode;
	u32 src_len;
	u32 dst_len;
	u8 status;
	struct vha_lens lens;
};

#define ENCRYPT	VIRTIO_CRYPTO_AKCIPHER_ENCRYPT
#define DECRYPT	VIRTIO_CRYPTO_AKCIPHER_DECRYPT
#define SIGN	VIRTIO_CRYPTO_AKCIPHER_SIGN
#define VERIFY	VIRTIO_CRYPTO_AKCIPHER_VERIFY

static const struct akcipher_row akcipher_rows[] = {
	{ "public, encrypt", false, false, ENCRYPT, 100, 256,
	  VIRTIO_CRYPTO_OK, { 100, 100, 256 } },
	{ "public, encrypt nothing", false, false, ENCRYPT, 0, 256,
	  VIRTIO_CRYPTO_OK, { 0, 0, 256 } },
	{ "public, verify", false, false, VERIFY, 256, 32,
	  VIRTIO_CRYPTO_OK, { 288, 288, 0 } },
	{ "public, decrypt", false, false, DECRYPT, 256, 256,
	  VIRTIO_CRYPTO_ERR },
	{ "public, sign", false, false, SIGN, 32, 256, VIRTIO_CRYPTO_ERR },
	{ "private, encrypt", true, false, ENCRYPT, 100, 256,
	  VIRTIO_CRYPTO_OK, { 100, 100, 256 } },
	{ "private, decrypt", true, false, DECRYPT, 256, 256,
	  VIRTIO_CRYPTO_OK, { 256, 256, 256 } },
	{ "private, sign", true, false, SIGN, 32, 256,
	  VIRTIO_CRYPTO_OK, { 32, 32, 256 } },
	{ "private, verify", true, false, VERIFY, 256, 32,
	  VIRTIO_CRYPTO_OK, { 288, 288, 0 } },
	{ "private and raw, decrypt", true, true, DECRYPT, 256, 256,
	  VIRTIO_CRYPTO_OK, { 256, 256, 256 } },
	{ "private and raw, sign", true, true, SIGN, 32, 256,
	  VIRTIO_CRYPTO_ERR },
	{ "raw, verify", false, true, VERIFY, 256, 32, VIRTIO_CRYPTO_ERR },
	{ "no room for a result", true, false, DECRYPT, 256, 0,
	  VIRTIO_CRYPTO_ERR },
	{ "verify without a signature", false, false, VERIFY, 0, 32,
	  VIRTIO_CRYPTO_ERR },
	{ "verify without a digest", false, false, VERIFY, 256, 0,
	  VIRTIO_CRYPTO_ERR },
	{ "verify nothing", false, false, VERIFY, 0, 0, VIRTIO_CRYPTO_ERR },
	{ "longest source", false, false, ENCRYPT, ACCEL_MAX_AKCIPHER_SRC, 256,
	  VIRTIO_CRYPTO_OK,
	  { ACCEL_MAX_AKCIPHER_SRC, ACCEL_MAX_AKCIPHER_SRC, 256 } },
	{ "source one too long", false, false, ENCRYPT,
	  ACCEL_MAX_AKCIPHER_SRC + 1, 256, VIRTIO_CRYPTO_ERR },
	{ "digest one too long", false, false, VERIFY, 256,
	  ACCEL_MAX_AKCIPHER_SRC - 255, VIRTIO_CRYPTO_ERR },
	{ "source of 2^31", false, false, ENCRYPT, 1U << 31, 256,
	  VIRTIO_CRYPTO_ERR },
	{ "source of 2^32-1", false, false, ENCRYPT, U32_MAX, 256,
	  VIRTIO_CRYPTO_ERR },
	{ "destination of 2^31", false, false, ENCRYPT, 100, 1U << 31,
	  VIRTIO_CRYPTO_ERR },
	{ "destination of 2^32-1", false, false, ENCRYPT, 100, U32_MAX,
	  VIRTIO_CRYPTO_ERR },
	{ "signature and digest are 2^32 and more", false, false, VERIFY,
	  U32_MAX, 257, VIRTIO_CRYPTO_ERR },
};

KUNIT_ARRAY_PARAM_DESC(akcipher, akcipher_rows, name);

static void params_row_desc(const struct params_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(params, params_rows, params_row_desc);

static void params_checked(struct kunit *test)
{
	const struct params_row *row = test->param_value;
	struct vha_session session = session_of(row->alg, row->encrypt,
						row->tag_len);
	struct vha_lens lens = {};

	KUNIT_ASSERT_EQ(test, vha_params_check(&row->p, &session, MAX_SIZE,
					       &lens), row->status);
	if (row->status != VIRTIO_CRYPTO_OK)
		return;
	KUNIT_EXPECT_EQ(test, lens.text, row->lens.text);
	KUNIT_EXPECT_EQ(test, lens.out, row->lens.out);
	KUNIT_EXPECT_EQ(test, lens.in, row->lens.in);
}

/* One row: a request of algorithm chaining, and what becomes of it */
struct chained_row {
	const char *name;
	struct vha_params p;
	u8 status;
};

/* The session: CBC and 12 bytes of a MAC */
#define CHAIN(src, dst, c_off, c_len, h_off, h_len, aad, result) {	\
	.service = VIRTIO_CRYPTO_SERVICE_CIPHER, .encrypt = true,	\
	.chained = true, .iv_len = 16, .src_len = src, .dst_len = dst,	\
	.cipher_off = c_off, .cipher_len = c_len, .hash_off = h_off,	\
	.hash_len = h_len, .aad_len = aad, .result_len = result }

static const struct chained_row chained_rows[] = {
	{ "all", CHAIN(64, 64, 0, 64, 0, 64, 0, 12), VIRTIO_CRYPTO_OK },
	{ "the end", CHAIN(88, 88, 24, 64, 0, 88, 8, 12), VIRTIO_CRYPTO_OK },
	{ "the hash in the middle", CHAIN(88, 88, 24, 64, 30, 20, 8, 12),
	  VIRTIO_CRYPTO_OK },
	{ "nothing to encrypt", CHAIN(88, 88, 88, 0, 0, 88, 0, 12),
	  VIRTIO_CRYPTO_OK },
	{ "nothing to hash", CHAIN(88, 88, 24, 64, 88, 0, 0, 12),
	  VIRTIO_CRYPTO_OK },
	{ "nothing", CHAIN(0, 0, 0, 0, 0, 0, 0, 12), VIRTIO_CRYPTO_OK },
	{ "largest", CHAIN(MAX_SIZE - 16, MAX_SIZE - 16, 0, MAX_SIZE - 16, 0,
			   MAX_SIZE - 16, 0, 12), VIRTIO_CRYPTO_OK },
	{ "one more of AAD", CHAIN(MAX_SIZE - 16, MAX_SIZE - 16, 0, 64, 0, 64,
				   1, 12), VIRTIO_CRYPTO_ERR },
	{ "not a block", CHAIN(88, 88, 24, 63, 0, 88, 0, 12),
	  VIRTIO_CRYPTO_ERR },
	{ "short destination", CHAIN(88, 87, 24, 64, 0, 88, 0, 12),
	  VIRTIO_CRYPTO_ERR },
	{ "long destination", CHAIN(88, 104, 24, 64, 0, 88, 0, 12),
	  VIRTIO_CRYPTO_ERR },
	{ "cipher beyond the end", CHAIN(88, 88, 25, 64, 0, 88, 0, 12),
	  VIRTIO_CRYPTO_ERR },
	{ "cipher's sum overflows", CHAIN(88, 88, U32_MAX - 15, 32, 0, 88, 0,
					  12), VIRTIO_CRYPTO_ERR },
	{ "cipher's length overflows", CHAIN(88, 88, 24, U32_MAX - 23, 0, 88, 0,
					     12), VIRTIO_CRYPTO_ERR },
	{ "hash beyond the end", CHAIN(88, 88, 24, 64, 1, 88, 0, 12),
	  VIRTIO_CRYPTO_ERR },
	{ "hash's sum overflows", CHAIN(88, 88, 24, 64, U32_MAX, 2, 0, 12),
	  VIRTIO_CRYPTO_ERR },
	{ "hash of 2^31", CHAIN(88, 88, 24, 64, 0, 1U << 31, 0, 12),
	  VIRTIO_CRYPTO_ERR },
	{ "AAD of 2^32-1", CHAIN(88, 88, 24, 64, 0, 88, U32_MAX, 12),
	  VIRTIO_CRYPTO_ERR },
	{ "all of 2^32-1", CHAIN(U32_MAX, U32_MAX, 0, U32_MAX, 0, U32_MAX,
				 U32_MAX, U32_MAX), VIRTIO_CRYPTO_ERR },
	{ "no result", CHAIN(64, 64, 0, 64, 0, 64, 0, 0), VIRTIO_CRYPTO_ERR },
	{ "less of the result", CHAIN(64, 64, 0, 64, 0, 64, 0, 11),
	  VIRTIO_CRYPTO_ERR },
	{ "more of the result", CHAIN(64, 64, 0, 64, 0, 64, 0, 13),
	  VIRTIO_CRYPTO_ERR },
	{ "a plain cipher", CIPHER(16, 64, 64, true), VIRTIO_CRYPTO_ERR },
};

static void chained_row_desc(const struct chained_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(chained, chained_rows, chained_row_desc);

static void params_chained(struct kunit *test)
{
	const struct chained_row *row = test->param_value;
	struct vha_session session = session_of(ACCEL_ALG_CBC_AES, true, 12);
	struct vha_lens lens = {};

	session.auth = &accel_algs[ACCEL_ALG_HMAC_SHA1];
	KUNIT_ASSERT_EQ(test, vha_params_check(&row->p, &session, MAX_SIZE,
					       &lens), row->status);
	if (row->status == VIRTIO_CRYPTO_OK) {
		KUNIT_EXPECT_EQ(test, lens.text, row->p.cipher_len);
		KUNIT_EXPECT_EQ(test, lens.out, row->p.cipher_len);
		KUNIT_EXPECT_EQ(test, lens.in, row->p.cipher_len + 12);
	}
	/* A session of the cipher alone takes none of them */
	session = session_of(ACCEL_ALG_CBC_AES, true, 0);
	if (row->p.chained)
		KUNIT_EXPECT_EQ(test, vha_params_check(&row->p, &session,
						       MAX_SIZE, &lens),
				VIRTIO_CRYPTO_ERR);
}

static u8 parse(struct vha_params *p, u32 opcode, const union vha_data_flf *flf,
		bool revision_1)
{
	const struct virtio_crypto_op_header hdr = {
		.opcode = cpu_to_le32(opcode),
		.session_id = cpu_to_le64(0x123456789abcdef0),
	};

	return vha_params_parse(p, &hdr, flf, revision_1);
}

static void params_parsed_cipher(struct kunit *test)
{
	union vha_data_flf flf = {
		.sym.u.cipher.para.iv_len = cpu_to_le32(16),
		.sym.u.cipher.para.src_data_len = cpu_to_le32(48),
		.sym.u.cipher.para.dst_data_len = cpu_to_le32(32),
		.sym.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER),
	};
	struct vha_params p;

	KUNIT_ASSERT_EQ(test, parse(&p, VIRTIO_CRYPTO_CIPHER_DECRYPT, &flf,
				    true), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_EQ(test, p.session_id, 0x123456789abcdef0);
	KUNIT_EXPECT_EQ(test, p.service, VIRTIO_CRYPTO_SERVICE_CIPHER);
	KUNIT_EXPECT_FALSE(test, p.encrypt);
	KUNIT_EXPECT_EQ(test, p.iv_len, 16);
	KUNIT_EXPECT_EQ(test, p.src_len, 48);
	KUNIT_EXPECT_EQ(test, p.dst_len, 32);
	KUNIT_EXPECT_EQ(test, p.aad_len, 0);
}

static void params_parsed_aead(struct kunit *test)
{
	union vha_data_flf flf = {
		.aead.iv_len = cpu_to_le32(12),
		.aead.aad_len = cpu_to_le32(8),
		.aead.src_data_len = cpu_to_le32(100),
		.aead.dst_data_len = cpu_to_le32(116),
		.aead.tag_len = cpu_to_le32(16),
	};
	struct vha_params p;

	KUNIT_ASSERT_EQ(test, parse(&p, VIRTIO_CRYPTO_AEAD_ENCRYPT, &flf, true),
			VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, p.encrypt);
	KUNIT_EXPECT_TRUE(test, p.check_tag);
	KUNIT_EXPECT_EQ(test, p.aad_len, 8);
	KUNIT_EXPECT_EQ(test, p.tag_len, 16);
	KUNIT_EXPECT_EQ(test, p.dst_len, 116);

	/* What is behind the legacy format's four fields is padding */
	KUNIT_ASSERT_EQ(test, parse(&p, VIRTIO_CRYPTO_AEAD_ENCRYPT, &flf,
				    false), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_FALSE(test, p.check_tag);
	KUNIT_EXPECT_EQ(test, p.src_len, 100);
}

static void params_parsed_chain(struct kunit *test)
{
	union vha_data_flf flf = {
		.sym.u.chain.para = {
			.iv_len = cpu_to_le32(16),
			.src_data_len = cpu_to_le32(100),
			.dst_data_len = cpu_to_le32(101),
			.cipher_start_src_offset = cpu_to_le32(20),
			.len_to_cipher = cpu_to_le32(80),
			.hash_start_src_offset = cpu_to_le32(4),
			.len_to_hash = cpu_to_le32(96),
			.aad_len = cpu_to_le32(7),
			.hash_result_len = cpu_to_le32(12),
		},
		.sym.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING),
	};
	unsigned int revision_1, dir;
	struct vha_params p;

	for (revision_1 = 0; revision_1 < 2; revision_1++) {
		for (dir = 0; dir < 2; dir++) {
			KUNIT_ASSERT_EQ(test, parse(&p, VIRTIO_CRYPTO_CIPHER_ENCRYPT +
						    dir, &flf, revision_1),
					VIRTIO_CRYPTO_OK);
			KUNIT_EXPECT_TRUE(test, p.chained);
			KUNIT_EXPECT_EQ(test, p.encrypt, !dir);
			/* Only where drivers leave it to the device */
			KUNIT_EXPECT_EQ(test, p.verify, !revision_1 && dir);
		}
	}
	KUNIT_EXPECT_EQ(test, p.iv_len, 16);
	KUNIT_EXPECT_EQ(test, p.src_len, 100);
	KUNIT_EXPECT_EQ(test, p.dst_len, 101);
	KUNIT_EXPECT_EQ(test, p.cipher_off, 20);
	KUNIT_EXPECT_EQ(test, p.cipher_len, 80);
	KUNIT_EXPECT_EQ(test, p.hash_off, 4);
	KUNIT_EXPECT_EQ(test, p.hash_len, 96);
	KUNIT_EXPECT_EQ(test, p.aad_len, 7);
	KUNIT_EXPECT_EQ(test, p.result_len, 12);
}

static void params_parsed_digest(struct kunit *test)
{
	union vha_data_flf flf = {
		.hash.src_data_len = cpu_to_le32(100),
		.hash.hash_result_len = cpu_to_le32(20),
	};
	static const u32 opcodes[] = { VIRTIO_CRYPTO_HASH, VIRTIO_CRYPTO_MAC };
	struct vha_params p;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(opcodes); i++) {
		KUNIT_ASSERT_EQ(test, parse(&p, opcodes[i / 2], &flf, i & 1),
				VIRTIO_CRYPTO_OK);
		KUNIT_EXPECT_EQ(test, p.service,
				VIRTIO_CRYPTO_SERVICE_HASH + i / 2);
		KUNIT_EXPECT_TRUE(test, p.encrypt);
		KUNIT_EXPECT_FALSE(test, p.check_tag);
		KUNIT_EXPECT_EQ(test, p.src_len, 100);
		KUNIT_EXPECT_EQ(test, p.dst_len, 20);
		KUNIT_EXPECT_EQ(test, p.iv_len, 0);
		KUNIT_EXPECT_EQ(test, p.aad_len, 0);
	}
}

/* With REVISION_1, what is behind the fixed part belongs to the request's data */
static void params_fixed_part(struct kunit *test)
{
	static const struct {
		u32 opcode;
		u8 len;
	} rows[] = {
		{ VIRTIO_CRYPTO_CIPHER_DECRYPT, 48 },
		{ VIRTIO_CRYPTO_HASH, 8 },
		{ VIRTIO_CRYPTO_MAC, 8 },
		{ VIRTIO_CRYPTO_AEAD_ENCRYPT, 24 },
	};
	const struct vha_service *service;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		service = vha_service_find(rows[i].opcode);
		KUNIT_ASSERT_NOT_NULL(test, service);
		KUNIT_EXPECT_EQ(test, service->flf_len, rows[i].len);
	}
}

static void params_akcipher(struct kunit *test)
{
	const struct akcipher_row *row = test->param_value;
	const union vha_data_flf flf = {
		.akcipher.src_data_len = cpu_to_le32(row->src_len),
		.akcipher.dst_data_len = cpu_to_le32(row->dst_len),
	};
	struct vha_session session = session_of(ACCEL_ALG_RSA, false, 0);
	struct vha_lens lens = {};
	struct vha_params p;
	u8 status;

	session.private_key = row->private_key;
	session.raw = row->raw;
	status = parse(&p, row->opcode, &flf, true);
	if (status == VIRTIO_CRYPTO_OK)
		status = vha_params_check(&p, &session, MAX_SIZE, &lens);
	KUNIT_ASSERT_EQ(test, status, row->status);
	if (status != VIRTIO_CRYPTO_OK)
		return;
	KUNIT_EXPECT_EQ(test, p.sig_len,
			row->opcode == VERIFY ? row->src_len : 0);
	KUNIT_EXPECT_TRUE(test, p.copy_src);
	KUNIT_EXPECT_EQ(test, lens.text, row->lens.text);
	KUNIT_EXPECT_EQ(test, lens.out, row->lens.out);
	KUNIT_EXPECT_EQ(test, lens.in, row->lens.in);

	session = session_of(ACCEL_ALG_CBC_AES, false, 0);
	KUNIT_EXPECT_EQ(test, vha_params_check(&p, &session, MAX_SIZE, &lens),
			VIRTIO_CRYPTO_INVSESS);
}

/* Only a signature scheme: there is nothing to encrypt with */
static void params_ecdsa(struct kunit *test)
{
	struct vha_session session = session_of(ACCEL_ALG_ECDSA_P256, false, 0);
	const union vha_data_flf flf = {
		.akcipher.src_data_len = cpu_to_le32(32),
		.akcipher.dst_data_len = cpu_to_le32(64),
	};
	struct vha_lens lens;
	struct vha_params p;
	u32 opcode;

	for (opcode = ENCRYPT; opcode <= VERIFY; opcode++) {
		KUNIT_ASSERT_EQ(test, parse(&p, opcode, &flf, false),
				VIRTIO_CRYPTO_OK);
		KUNIT_EXPECT_EQ(test, vha_params_check(&p, &session, MAX_SIZE,
						       &lens),
				opcode == VERIFY ? VIRTIO_CRYPTO_OK :
						   VIRTIO_CRYPTO_ERR);
	}
}

static void params_not_supported(struct kunit *test)
{
	static const u32 opcodes[] = {
		VIRTIO_CRYPTO_HASH + 1, VIRTIO_CRYPTO_MAC + 1,
		VIRTIO_CRYPTO_AKCIPHER_CREATE_SESSION,
		VIRTIO_CRYPTO_CIPHER_CREATE_SESSION, 0x7, 0x502, 0x600, 0x10000,
		0x80000000, U32_MAX,
	};
	union vha_data_flf flf = {
		.sym.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER),
	};
	struct vha_params p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++)
		KUNIT_EXPECT_EQ_MSG(test, parse(&p, opcodes[i], &flf, true),
				    VIRTIO_CRYPTO_NOTSUPP, "opcode %#x",
				    opcodes[i]);
	flf.sym.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING +
				      1);
	KUNIT_EXPECT_EQ(test, parse(&p, VIRTIO_CRYPTO_CIPHER_ENCRYPT, &flf,
				    true), VIRTIO_CRYPTO_NOTSUPP);
	flf.sym.op_type = 0;
	KUNIT_EXPECT_EQ(test, parse(&p, VIRTIO_CRYPTO_CIPHER_ENCRYPT, &flf,
				    false), VIRTIO_CRYPTO_NOTSUPP);
	/* There are no SAs without REVISION_1 */
	KUNIT_EXPECT_EQ(test, parse(&p, VIRTIO_CRYPTO_IPSEC_INBOUND, &flf,
				    false), VIRTIO_CRYPTO_NOTSUPP);
}

static void params_ipsec(struct kunit *test)
{
	union vha_data_flf flf = {
		.ipsec.src_data_len = cpu_to_le32(0x11223344),
		.ipsec.dst_data_len = cpu_to_le32(0x55667788),
	};
	struct vha_params p;

	KUNIT_EXPECT_EQ(test, parse(&p, VIRTIO_CRYPTO_IPSEC_OUTBOUND, &flf,
				    true), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, p.encrypt);
	KUNIT_EXPECT_EQ(test, p.service, VIRTIO_CRYPTO_SERVICE_IPSEC);
	KUNIT_EXPECT_EQ(test, p.src_len, 0x11223344);
	KUNIT_EXPECT_EQ(test, p.dst_len, 0x55667788);
	KUNIT_EXPECT_EQ(test, parse(&p, VIRTIO_CRYPTO_IPSEC_INBOUND, &flf,
				    true), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_FALSE(test, p.encrypt);
}

static struct kunit_case params_test_cases[] = {
	KUNIT_CASE_PARAM(params_checked, params_gen_params),
	KUNIT_CASE_PARAM(params_chained, chained_gen_params),
	KUNIT_CASE(params_parsed_cipher),
	KUNIT_CASE(params_parsed_chain),
	KUNIT_CASE(params_parsed_aead),
	KUNIT_CASE(params_parsed_digest),
	KUNIT_CASE(params_fixed_part),
	KUNIT_CASE_PARAM(params_akcipher, akcipher_gen_params),
	KUNIT_CASE(params_ecdsa),
	KUNIT_CASE(params_not_supported),
	KUNIT_CASE(params_ipsec),
	{}
};

static struct kunit_suite params_test_suite = {
	.name = "vhost_accel_params",
	.test_cases = params_test_cases,
};

kunit_test_suite(params_test_suite);
