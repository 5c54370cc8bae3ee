// SPDX-License-Identifier: GPL-2.0
/*
 * Data requests that bring their key along: where their fields are, and what is
 * no session.
 */
#include "../dataq.h"

#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "../session.h"

#define CIPHER_AND_AEAD	(BIT(VIRTIO_CRYPTO_SERVICE_CIPHER) | \
			 BIT(VIRTIO_CRYPTO_SERVICE_AEAD))

static u8 parse_stateless(struct vha_params *p,
			  struct vhost_accel_session_param *param, u32 opcode,
			  const union vha_data_flf *flf)
{
	const struct virtio_crypto_op_header hdr = {
		.opcode = cpu_to_le32(opcode),
	};
	struct vha_session_parts parts;
	u8 status;

	memset(p, 0xee, sizeof(*p));
	memset(&parts, 0xee, sizeof(parts));
	status = vha_params_parse_stateless(p, &parts, &hdr, flf);
	*param = parts.param;
	return status;
}

static void stateless_cipher(struct kunit *test)
{
	union vha_data_flf flf = {
		.sym_stateless.cipher.algo =
			cpu_to_le32(VIRTIO_CRYPTO_CIPHER_AES_XTS),
		.sym_stateless.cipher.key_len = cpu_to_le32(64),
		.sym_stateless.cipher.op =
			cpu_to_le32(VIRTIO_CRYPTO_OP_DECRYPT),
		.sym_stateless.cipher.iv_len = cpu_to_le32(16),
		.sym_stateless.cipher.src_data_len = cpu_to_le32(48),
		.sym_stateless.cipher.dst_data_len = cpu_to_le32(32),
		.sym_stateless.op_type =
			cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER),
	};
	struct vhost_accel_session_param param;
	struct vha_params p;

	/* Where the specification has them */
	KUNIT_EXPECT_EQ(test, flf.bytes[4], 64);
	KUNIT_EXPECT_EQ(test, flf.bytes[16], 48);
	KUNIT_EXPECT_EQ(test, flf.bytes[72], VIRTIO_CRYPTO_SYM_OP_CIPHER);

	KUNIT_ASSERT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_CIPHER_DECRYPT,
					      &flf), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, p.stateless);
	KUNIT_EXPECT_EQ(test, p.service, VIRTIO_CRYPTO_SERVICE_CIPHER);
	KUNIT_EXPECT_FALSE(test, p.encrypt);
	KUNIT_EXPECT_FALSE(test, p.check_tag);
	KUNIT_EXPECT_EQ(test, param.alg_id, ACCEL_ALG_XTS_AES);
	KUNIT_EXPECT_STREQ(test, param.alg->name, "xts(aes)");
	KUNIT_EXPECT_EQ(test, param.key_len, 64);
	KUNIT_EXPECT_EQ(test, param.tag_len, 0);
	KUNIT_EXPECT_EQ(test, p.iv_len, 16);
	KUNIT_EXPECT_EQ(test, p.src_len, 48);
	KUNIT_EXPECT_EQ(test, p.dst_len, 32);
	KUNIT_EXPECT_EQ(test, p.aad_len, 0);

	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_CIPHER_ENCRYPT,
					      &flf), VIRTIO_CRYPTO_ERR);
	flf.sym_stateless.cipher.key_len = cpu_to_le32(63);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_CIPHER_DECRYPT,
					      &flf), VIRTIO_CRYPTO_ERR);
	flf.sym_stateless.cipher.algo = cpu_to_le32(63);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_CIPHER_DECRYPT,
					      &flf), VIRTIO_CRYPTO_NOTSUPP);
	flf.sym_stateless.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_NONE);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_CIPHER_DECRYPT,
					      &flf), VIRTIO_CRYPTO_NOTSUPP);
}

static const union vha_data_flf chain_flf = {
	.sym_stateless.chain = {
		.order = cpu_to_le32(ACCEL_CIPHER_THEN_HASH),
		.aad_len = cpu_to_le32(8),
		.cipher_algo = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_AES_CBC),
		.cipher_key_len = cpu_to_le32(24),
		.op = cpu_to_le32(VIRTIO_CRYPTO_OP_ENCRYPT),
		.hash_algo = cpu_to_le32(VIRTIO_CRYPTO_MAC_HMAC_SHA1),
		.auth_key_len = cpu_to_le32(20),
		.hash_mode = cpu_to_le32(VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH),
		.para = {
			.iv_len = cpu_to_le32(16),
			.src_data_len = cpu_to_le32(100),
			.dst_data_len = cpu_to_le32(101),
			.cipher_start_src_offset = cpu_to_le32(20),
			.len_to_cipher = cpu_to_le32(80),
			.hash_start_src_offset = cpu_to_le32(1),
			.len_to_hash = cpu_to_le32(99),
			.aad_len = cpu_to_le32(8),
			.hash_result_len = cpu_to_le32(12),
		},
	},
	.sym_stateless.op_type =
		cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING),
};

static u8 parse_chain(struct vha_params *p, struct vha_session_parts *parts,
		      const union vha_data_flf *flf)
{
	const struct virtio_crypto_op_header hdr = {
		.opcode = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_ENCRYPT),
	};

	memset(p, 0xee, sizeof(*p));
	memset(parts, 0xee, sizeof(*parts));
	return vha_params_parse_stateless(p, parts, &hdr, flf);
}

static void stateless_chain(struct kunit *test)
{
	union vha_data_flf flf = chain_flf;
	struct vha_session_parts parts;
	struct vha_params p;

	/* Where the specification has them */
	KUNIT_EXPECT_EQ(test, flf.bytes[12], 24);
	KUNIT_EXPECT_EQ(test, flf.bytes[24], 20);
	KUNIT_EXPECT_EQ(test, flf.bytes[32], 16);
	KUNIT_EXPECT_EQ(test, flf.bytes[64], 12);

	KUNIT_ASSERT_EQ(test, parse_chain(&p, &parts, &flf), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, p.stateless);
	KUNIT_EXPECT_TRUE(test, p.chained);
	KUNIT_EXPECT_FALSE(test, p.verify);
	KUNIT_EXPECT_EQ(test, parts.param.alg_id, ACCEL_ALG_CBC_AES);
	KUNIT_EXPECT_EQ(test, parts.param.key_len, 24);
	KUNIT_EXPECT_EQ(test, parts.param.tag_len, 0);
	KUNIT_EXPECT_EQ(test, parts.auth.alg_id, ACCEL_ALG_HMAC_SHA1);
	KUNIT_EXPECT_EQ(test, parts.auth.key_len, 20);
	KUNIT_EXPECT_EQ(test, parts.auth.tag_len, 12);
	KUNIT_EXPECT_FALSE(test, parts.auth_first);
	KUNIT_EXPECT_EQ(test, p.iv_len, 16);
	KUNIT_EXPECT_EQ(test, p.src_len, 100);
	KUNIT_EXPECT_EQ(test, p.dst_len, 101);
	KUNIT_EXPECT_EQ(test, p.cipher_off, 20);
	KUNIT_EXPECT_EQ(test, p.cipher_len, 80);
	KUNIT_EXPECT_EQ(test, p.hash_off, 1);
	KUNIT_EXPECT_EQ(test, p.hash_len, 99);
	KUNIT_EXPECT_EQ(test, p.aad_len, 8);
	KUNIT_EXPECT_EQ(test, p.result_len, 12);

	/* A hash without a key */
	flf.sym_stateless.chain.order = cpu_to_le32(ACCEL_HASH_THEN_CIPHER);
	flf.sym_stateless.chain.hash_mode =
		cpu_to_le32(VIRTIO_CRYPTO_SYM_HASH_MODE_PLAIN);
	flf.sym_stateless.chain.hash_algo =
		cpu_to_le32(VIRTIO_CRYPTO_HASH_SHA_512);
	KUNIT_EXPECT_EQ(test, parse_chain(&p, &parts, &flf), VIRTIO_CRYPTO_ERR);
	flf.sym_stateless.chain.auth_key_len = 0;
	KUNIT_ASSERT_EQ(test, parse_chain(&p, &parts, &flf), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_EQ(test, parts.auth.alg_id, ACCEL_ALG_SHA512);
	KUNIT_EXPECT_EQ(test, parts.auth.key_len, 0);
	KUNIT_EXPECT_TRUE(test, parts.auth_first);
}

struct bad_chain {
	const char *name;
	u8 word;
	u32 value;
	u8 status;
};

static const struct bad_chain bad_chains[] = {
	{ "order 0", 0, 0, VIRTIO_CRYPTO_NOTSUPP },
	{ "order 3", 0, 3, VIRTIO_CRYPTO_NOTSUPP },
	{ "two lengths of AAD", 1, 9, VIRTIO_CRYPTO_ERR },
	{ "unknown cipher", 2, 63, VIRTIO_CRYPTO_NOTSUPP },
	{ "no key of the cipher", 3, 0, VIRTIO_CRYPTO_ERR },
	{ "no such key of the cipher", 3, 25, VIRTIO_CRYPTO_ERR },
	{ "keys whose sum overflows", 3, -4, VIRTIO_CRYPTO_ERR },
	{ "the other direction", 4, VIRTIO_CRYPTO_OP_DECRYPT,
	  VIRTIO_CRYPTO_ERR },
	{ "unknown MAC", 5, 63, VIRTIO_CRYPTO_NOTSUPP },
	{ "too long a key of the MAC", 6, 257, VIRTIO_CRYPTO_ERR },
	{ "4 GiB of a key of the MAC", 6, U32_MAX, VIRTIO_CRYPTO_ERR },
	{ "nested hash", 7, VIRTIO_CRYPTO_SYM_HASH_MODE_NESTED,
	  VIRTIO_CRYPTO_NOTSUPP },
	{ "hash mode 0", 7, 0, VIRTIO_CRYPTO_NOTSUPP },
	{ "no result", 16, 0, VIRTIO_CRYPTO_ERR },
	{ "more of a result than there is", 16, 21, VIRTIO_CRYPTO_ERR },
};

KUNIT_ARRAY_PARAM_DESC(bad_chain, bad_chains, name);

static void stateless_bad_chain(struct kunit *test)
{
	const struct bad_chain *bad = test->param_value;
	union vha_data_flf flf = chain_flf;
	struct vha_session_parts parts;
	struct vha_params p;
	__le32 value = cpu_to_le32(bad->value);

	memcpy(&flf.bytes[4 * bad->word], &value, sizeof(value));
	KUNIT_EXPECT_EQ(test, parse_chain(&p, &parts, &flf), bad->status);
}

static void stateless_aead(struct kunit *test)
{
	union vha_data_flf flf = {
		.aead_stateless.algo = cpu_to_le32(VIRTIO_CRYPTO_AEAD_GCM),
		.aead_stateless.key_len = cpu_to_le32(32),
		.aead_stateless.op = cpu_to_le32(VIRTIO_CRYPTO_OP_ENCRYPT),
		.aead_stateless.iv_len = cpu_to_le32(12),
		.aead_stateless.tag_len = cpu_to_le32(8),
		.aead_stateless.aad_len = cpu_to_le32(20),
		.aead_stateless.src_data_len = cpu_to_le32(100),
		.aead_stateless.dst_data_len = cpu_to_le32(108),
	};
	struct vhost_accel_session_param param;
	struct vha_params p;

	KUNIT_EXPECT_EQ(test, flf.bytes[16], 8);
	KUNIT_EXPECT_EQ(test, flf.bytes[28], 108);

	KUNIT_ASSERT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AEAD_ENCRYPT,
					      &flf), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, p.stateless);
	KUNIT_EXPECT_EQ(test, p.service, VIRTIO_CRYPTO_SERVICE_AEAD);
	KUNIT_EXPECT_TRUE(test, p.encrypt);
	KUNIT_EXPECT_EQ(test, param.alg_id, ACCEL_ALG_GCM_AES);
	KUNIT_EXPECT_EQ(test, param.key_len, 32);
	KUNIT_EXPECT_EQ(test, param.tag_len, 8);
	KUNIT_EXPECT_EQ(test, p.iv_len, 12);
	KUNIT_EXPECT_EQ(test, p.aad_len, 20);
	KUNIT_EXPECT_EQ(test, p.src_len, 100);
	KUNIT_EXPECT_EQ(test, p.dst_len, 108);

	flf.aead_stateless.op = cpu_to_le32(3);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AEAD_ENCRYPT,
					      &flf), VIRTIO_CRYPTO_ERR);
}

static void stateless_hash(struct kunit *test)
{
	union vha_data_flf flf = {
		.hash_stateless.algo = cpu_to_le32(VIRTIO_CRYPTO_HASH_SHA_512),
		.hash_stateless.src_data_len = cpu_to_le32(100),
		.hash_stateless.hash_result_len = cpu_to_le32(20),
	};
	struct vhost_accel_session_param param;
	struct vha_params p;

	KUNIT_EXPECT_EQ(test, flf.bytes[4], 100);
	KUNIT_EXPECT_EQ(test, flf.bytes[8], 20);

	KUNIT_ASSERT_EQ(test, parse_stateless(&p, &param, VIRTIO_CRYPTO_HASH,
					      &flf), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, p.stateless);
	KUNIT_EXPECT_EQ(test, p.service, VIRTIO_CRYPTO_SERVICE_HASH);
	KUNIT_EXPECT_TRUE(test, p.encrypt);
	KUNIT_EXPECT_EQ(test, p.src_len, 100);
	KUNIT_EXPECT_EQ(test, p.dst_len, 20);
	KUNIT_EXPECT_EQ(test, p.iv_len, 0);
	KUNIT_EXPECT_EQ(test, param.alg_id, ACCEL_ALG_SHA512);
	KUNIT_EXPECT_EQ(test, param.key_len, 0);
	KUNIT_EXPECT_EQ(test, param.tag_len, 20);

	flf.hash_stateless.hash_result_len = 0;
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param, VIRTIO_CRYPTO_HASH,
					      &flf), VIRTIO_CRYPTO_ERR);
	flf.hash_stateless.hash_result_len = cpu_to_le32(65);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param, VIRTIO_CRYPTO_HASH,
					      &flf), VIRTIO_CRYPTO_ERR);
	flf.hash_stateless.algo = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param, VIRTIO_CRYPTO_HASH,
					      &flf), VIRTIO_CRYPTO_NOTSUPP);
}

static void stateless_mac(struct kunit *test)
{
	union vha_data_flf flf = {
		.mac_stateless.algo =
			cpu_to_le32(VIRTIO_CRYPTO_MAC_HMAC_SHA1),
		.mac_stateless.auth_key_len = cpu_to_le32(256),
		.mac_stateless.src_data_len = cpu_to_le32(100),
		.mac_stateless.hash_result_len = cpu_to_le32(12),
	};
	struct vhost_accel_session_param param;
	struct vha_params p;

	KUNIT_EXPECT_EQ(test, flf.bytes[5], 1);
	KUNIT_EXPECT_EQ(test, flf.bytes[8], 100);
	KUNIT_EXPECT_EQ(test, flf.bytes[12], 12);

	KUNIT_ASSERT_EQ(test, parse_stateless(&p, &param, VIRTIO_CRYPTO_MAC,
					      &flf), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, p.stateless);
	KUNIT_EXPECT_EQ(test, p.service, VIRTIO_CRYPTO_SERVICE_MAC);
	KUNIT_EXPECT_TRUE(test, p.encrypt);
	KUNIT_EXPECT_EQ(test, p.src_len, 100);
	KUNIT_EXPECT_EQ(test, p.dst_len, 12);
	KUNIT_EXPECT_EQ(test, param.alg_id, ACCEL_ALG_HMAC_SHA1);
	KUNIT_EXPECT_EQ(test, param.key_len, 256);
	KUNIT_EXPECT_EQ(test, param.tag_len, 12);

	flf.mac_stateless.auth_key_len = cpu_to_le32(257);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param, VIRTIO_CRYPTO_MAC,
					      &flf), VIRTIO_CRYPTO_ERR);
	flf.mac_stateless.auth_key_len = 0;
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param, VIRTIO_CRYPTO_MAC,
					      &flf), VIRTIO_CRYPTO_OK);
	/* CMAC has keys of some lengths, and never none */
	flf.mac_stateless.algo = cpu_to_le32(VIRTIO_CRYPTO_MAC_CMAC_AES);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param, VIRTIO_CRYPTO_MAC,
					      &flf), VIRTIO_CRYPTO_ERR);
	flf.mac_stateless.auth_key_len = cpu_to_le32(24);
	flf.mac_stateless.hash_result_len = cpu_to_le32(17);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param, VIRTIO_CRYPTO_MAC,
					      &flf), VIRTIO_CRYPTO_ERR);
}

static void stateless_rsa(struct kunit *test)
{
	union vha_data_flf flf = {
		.akcipher_stateless.para.algo = cpu_to_le32(ACCEL_AKCIPHER_RSA),
		.akcipher_stateless.para.keytype =
			cpu_to_le32(VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PRIVATE),
		.akcipher_stateless.para.keylen = cpu_to_le32(4096),
		.akcipher_stateless.para.u.rsa.padding_algo =
			cpu_to_le32(VIRTIO_CRYPTO_RSA_PKCS1_PADDING),
		.akcipher_stateless.para.u.rsa.hash_algo =
			cpu_to_le32(VIRTIO_CRYPTO_RSA_SHA256),
		.akcipher_stateless.src_data_len = cpu_to_le32(200),
		.akcipher_stateless.dst_data_len = cpu_to_le32(32),
	};
	struct vhost_accel_session_param param;
	struct vha_params p;

	KUNIT_EXPECT_EQ(test, flf.bytes[9], 16);
	KUNIT_EXPECT_EQ(test, flf.bytes[20], 200);
	KUNIT_EXPECT_EQ(test, flf.bytes[24], 32);

	KUNIT_ASSERT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AKCIPHER_SIGN,
					      &flf), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, p.stateless);
	KUNIT_EXPECT_EQ(test, p.service, VIRTIO_CRYPTO_SERVICE_AKCIPHER);
	KUNIT_EXPECT_FALSE(test, p.encrypt);
	KUNIT_EXPECT_EQ(test, p.op, ACCEL_AKCIPHER_OP_SIGN);
	KUNIT_EXPECT_TRUE(test, p.copy_src);
	KUNIT_EXPECT_EQ(test, p.src_len, 200);
	KUNIT_EXPECT_EQ(test, p.dst_len, 32);
	KUNIT_EXPECT_EQ(test, param.alg_id, ACCEL_ALG_RSA);
	KUNIT_EXPECT_EQ(test, param.key_len, 4096);
	KUNIT_EXPECT_EQ(test, param.tag_len, 0);
	KUNIT_EXPECT_TRUE(test, param.private_key);
	KUNIT_EXPECT_EQ(test, param.padding, VIRTIO_CRYPTO_RSA_PKCS1_PADDING);
	KUNIT_EXPECT_EQ(test, param.hash, VIRTIO_CRYPTO_RSA_SHA256);

	KUNIT_ASSERT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AKCIPHER_VERIFY,
					      &flf), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_EQ(test, p.sig_len, 200);
	KUNIT_EXPECT_EQ(test, p.src_len, 232);
	KUNIT_EXPECT_EQ(test, p.dst_len, 0);

	flf.akcipher_stateless.para.keylen = 0;
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AKCIPHER_SIGN,
					      &flf), VIRTIO_CRYPTO_ERR);
	flf.akcipher_stateless.para.keylen = cpu_to_le32(4097);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AKCIPHER_SIGN,
					      &flf), VIRTIO_CRYPTO_ERR);
	flf.akcipher_stateless.para.keytype = 0;
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AKCIPHER_SIGN,
					      &flf), VIRTIO_CRYPTO_NOTSUPP);
}

static void stateless_ecdsa(struct kunit *test)
{
	union vha_data_flf flf = {
		.akcipher_stateless.para.algo =
			cpu_to_le32(ACCEL_AKCIPHER_ECDSA),
		.akcipher_stateless.para.keytype =
			cpu_to_le32(VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PUBLIC),
		.akcipher_stateless.para.keylen = cpu_to_le32(97),
		.akcipher_stateless.para.u.ecdsa.curve_id =
			cpu_to_le32(VIRTIO_CRYPTO_CURVE_NIST_P384),
		.akcipher_stateless.src_data_len = cpu_to_le32(104),
		.akcipher_stateless.dst_data_len = cpu_to_le32(48),
	};
	struct vhost_accel_session_param param;
	struct vha_params p;

	KUNIT_ASSERT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AKCIPHER_VERIFY,
					      &flf), VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_EQ(test, param.alg_id, ACCEL_ALG_ECDSA_P384);
	KUNIT_EXPECT_FALSE(test, param.private_key);
	KUNIT_EXPECT_EQ(test, p.sig_len, 104);
	KUNIT_EXPECT_EQ(test, p.src_len, 152);

	flf.akcipher_stateless.dst_data_len = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AKCIPHER_VERIFY,
					      &flf), VIRTIO_CRYPTO_ERR);
	flf.akcipher_stateless.para.u.ecdsa.curve_id = cpu_to_le32(U32_MAX);
	KUNIT_EXPECT_EQ(test, parse_stateless(&p, &param,
					      VIRTIO_CRYPTO_AKCIPHER_VERIFY,
					      &flf), VIRTIO_CRYPTO_NOTSUPP);
}

/* The flag means something with REVISION_1 only */
static void stateless_flag(struct kunit *test)
{
	struct virtio_crypto_op_header hdr = {
		.flag = cpu_to_le32(VIRTIO_CRYPTO_FLAG_SESSION_MODE),
	};

	KUNIT_EXPECT_FALSE(test, vha_params_is_stateless(&hdr, true));
	KUNIT_EXPECT_FALSE(test, vha_params_is_stateless(&hdr, false));
	hdr.flag = cpu_to_le32(~VIRTIO_CRYPTO_FLAG_SESSION_MODE);
	KUNIT_EXPECT_TRUE(test, vha_params_is_stateless(&hdr, true));
	KUNIT_EXPECT_FALSE(test, vha_params_is_stateless(&hdr, false));
}

static void stateless_services(struct kunit *test)
{
	u64 features = BIT_ULL(VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE) |
		       BIT_ULL(VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE);
	u32 aead = BIT(VIRTIO_CRYPTO_SERVICE_AEAD);

	KUNIT_EXPECT_EQ(test, vha_stateless_services(features),
			CIPHER_AND_AEAD);
	KUNIT_EXPECT_EQ(test, vha_stateless_services(BIT_ULL(0)), 0);
	KUNIT_EXPECT_EQ(test, vha_stateless_features(CIPHER_AND_AEAD),
			features);
	KUNIT_EXPECT_EQ(test, vha_stateless_features(aead),
			BIT_ULL(VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE));
	KUNIT_EXPECT_EQ(test, vha_stateless_features(0), 0);
	KUNIT_EXPECT_EQ(test, vha_stateless_features(U32_MAX), 0x3e);

	KUNIT_EXPECT_EQ(test, vha_stateless_len(VIRTIO_CRYPTO_AEAD_ENCRYPT,
						aead), 32);
	KUNIT_EXPECT_EQ(test, vha_stateless_len(VIRTIO_CRYPTO_CIPHER_DECRYPT,
						CIPHER_AND_AEAD), 76);
	KUNIT_EXPECT_EQ(test, vha_stateless_len(VIRTIO_CRYPTO_HASH, U32_MAX),
			16);
	KUNIT_EXPECT_EQ(test, vha_stateless_len(VIRTIO_CRYPTO_MAC, U32_MAX),
			16);
	KUNIT_EXPECT_EQ(test, vha_stateless_len(VIRTIO_CRYPTO_AKCIPHER_VERIFY,
						U32_MAX), 28);
	/* Not negotiated */
	KUNIT_EXPECT_EQ(test, vha_stateless_len(VIRTIO_CRYPTO_CIPHER_DECRYPT,
						aead), 0);
	/* No such operation, no such service */
	KUNIT_EXPECT_EQ(test, vha_stateless_len(0x302, U32_MAX), 0);
	KUNIT_EXPECT_EQ(test, vha_stateless_len(0x1f00, U32_MAX), 0);
	KUNIT_EXPECT_EQ(test, vha_stateless_len(0x2000, U32_MAX), 0);
	KUNIT_EXPECT_EQ(test, vha_stateless_len(U32_MAX, U32_MAX), 0);
}

static struct kunit_case stateless_test_cases[] = {
	KUNIT_CASE(stateless_cipher),
	KUNIT_CASE(stateless_chain),
	KUNIT_CASE_PARAM(stateless_bad_chain, bad_chain_gen_params),
	KUNIT_CASE(stateless_aead),
	KUNIT_CASE(stateless_hash),
	KUNIT_CASE(stateless_mac),
	KUNIT_CASE(stateless_rsa),
	KUNIT_CASE(stateless_ecdsa),
	KUNIT_CASE(stateless_flag),
	KUNIT_CASE(stateless_services),
	{}
};

static struct kunit_suite stateless_test_suite = {
	.name = "vhost_accel_stateless",
	.test_cases = stateless_test_cases,
};

kunit_test_suite(stateless_test_suite);
