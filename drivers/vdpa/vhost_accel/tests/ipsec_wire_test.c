// SPDX-License-Identifier: GPL-2.0
/*
 * The IPSEC service on the wire: every field, byte by byte, and which algorithms there
 * are.
 */
#include <accel/ipsec.h>

#include <kunit/test.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/virtio_accel.h>

static void ipsec_wire_test_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, VIRTIO_CRYPTO_IPSEC_OUTBOUND, 0x500);
	KUNIT_EXPECT_EQ(test, VIRTIO_CRYPTO_IPSEC_INBOUND, 0x501);
	KUNIT_EXPECT_EQ(test, VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY, 7);
	KUNIT_EXPECT_EQ(test, VIRTIO_ADMIN_CMD_DEVICE_CAP_GET, 8);
	KUNIT_EXPECT_EQ(test, VIRTIO_ADMIN_CMD_DRIVER_CAP_SET, 9);
	KUNIT_EXPECT_EQ(test, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, 10);
	KUNIT_EXPECT_EQ(test, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_MODIFY, 11);
	KUNIT_EXPECT_EQ(test, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY, 12);
	KUNIT_EXPECT_EQ(test, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY, 13);
	KUNIT_EXPECT_EQ(test, VIRTIO_ACCEL_CTRL_INFO, 0xacce00);
	KUNIT_EXPECT_EQ(test, VIRTIO_ACCEL_CTRL_ADMIN, 0xacce01);
	KUNIT_EXPECT_EQ(test, VIRTIO_ACCEL_CTRL_EVENTS, 0xacce06);
}

/* An SA as the wire has it */
static const u8 golden_sa[] = {
	/* mode, direction, object, SPI, salt, options */
	0x01, 0x02, 0x00, 0x00, 0x44, 0x33, 0x22, 0x11,
	0x78, 0x56, 0x34, 0x12, 0xa0, 0xa1, 0xa2, 0xa3,
	0x7f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	/* IPv4 tunnel 192.0.2.1 to 198.51.100.2, dscp, df, ttl */
	0x04, 0x00, 0x00, 0x00,
	0x01, 0x02, 0x00, 0xc0, 0x02, 0x64, 0x33, 0xc6,
	0x2e, 0x01, 0x40, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00,
	/* ports 4500 and 4501, window 4096 */
	0x94, 0x11, 0x95, 0x11, 0x00, 0x10, 0x00, 0x00,
	/* cipher: AES-CBC, 16 bytes */
	0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x10, 0x00, 0x00, 0x00,
	0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
	0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	/* MAC: HMAC-SHA1, 20 bytes */
	0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x14, 0x00, 0x00, 0x00,
	0xd0, 0xd0, 0xd0, 0xd0, 0xd0, 0xd0, 0xd0, 0xd0,
	0xd0, 0xd0, 0xd0, 0xd0, 0xd0, 0xd0, 0xd0, 0xd0,
	0xd0, 0xd0, 0xd0, 0xd0, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	/* limits */
	0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80,
};

static void ipsec_wire_test_sa(struct kunit *test)
{
	struct virtio_crypto_resource_obj_ipsec_sa_256b_key sa = {
		.mode = VIRTIO_CRYPTO_IPSEC_MODE_ESP_TUNNEL,
		.direction = VIRTIO_CRYPTO_IPSEC_DIR_INBOUND,
		.obj_id = cpu_to_le32(0x11223344),
		.spi = cpu_to_le32(0x12345678),
		.salt = { 0xa0, 0xa1, 0xa2, 0xa3 },
		.options = cpu_to_le64(BIT(VIRTIO_CRYPTO_IPSEC_ESN) |
				       BIT(VIRTIO_CRYPTO_IPSEC_UDP_ENCAP) |
				       BIT(VIRTIO_CRYPTO_IPSEC_COPY_DSCP) |
				       BIT(VIRTIO_CRYPTO_IPSEC_DEC_TTL) |
				       BIT(VIRTIO_CRYPTO_IPSEC_COPY_DF) |
				       BIT(VIRTIO_CRYPTO_IPSEC_ECN) |
				       BIT(VIRTIO_CRYPTO_IPSEC_SA_LIFETIME)),
		.param = {
			.type = VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4,
			.ipv4 = {
				.src_ip = cpu_to_le32(0xc0000201),
				.dst_ip = cpu_to_le32(0xc6336402),
				.dscp = 46,
				.df = 1,
				.ttl = 64,
			},
		},
		.udp_sport = cpu_to_le16(4500),
		.udp_dport = cpu_to_le16(4501),
		.replay_win_sz = cpu_to_le32(4096),
		.cipher_algo = cpu_to_le64(VIRTIO_CRYPTO_CIPHER_AES_CBC),
		.cipher_key.length = cpu_to_le16(16),
		.auth_algo = cpu_to_le64(VIRTIO_CRYPTO_MAC_HMAC_SHA1),
		.auth_key.length = cpu_to_le16(20),
		.life = {
			.packets_soft_limit = cpu_to_le64(1),
			.bytes_soft_limit = cpu_to_le64(2),
			.packets_hard_limit = cpu_to_le64(3),
			.bytes_hard_limit = cpu_to_le64(4 | BIT_ULL(63)),
		},
	};

	memset(sa.cipher_key.data, 0xc0, 16);
	memset(sa.auth_key.data, 0xd0, 20);
	KUNIT_ASSERT_EQ(test, sizeof(sa), sizeof(golden_sa));
	KUNIT_EXPECT_MEMEQ(test, &sa, golden_sa, sizeof(sa));
}

static const u8 golden_tunnel6[] = {
	0x06, 0x00, 0x00, 0x00,
	0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
	0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
	0x45, 0x23, 0x01, 0x00, 0x3f, 0x2e, 0x00, 0x00,
};

static void ipsec_wire_test_tunnel6(struct kunit *test)
{
	struct virtio_crypto_ipsec_tunnel_param param = {
		.type = VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV6,
		.ipv6 = {
			.src_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
			.dst_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 },
			.flabel = cpu_to_le32(0x12345),
			.hlimit = 63,
			.dscp = 46,
		},
	};

	KUNIT_ASSERT_EQ(test, sizeof(param), sizeof(golden_tunnel6));
	KUNIT_EXPECT_MEMEQ(test, &param, golden_tunnel6, sizeof(param));
}

static const u8 golden_cap[] = {
	0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x02, 0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00,
	0x7f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x19, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x0a, 0x00, 0x00, 0x00, 0x20, 0x00, 0x00, 0x00,
	0x40, 0x00, 0x00, 0x00,
};

static void ipsec_wire_test_cap(struct kunit *test)
{
	struct {
		struct virtio_crypto_ipsec_sa_cap_data data;
		struct virtio_crypto_ipsec_mode_cap mode;
	} __packed cap = {
		.data.count = 1,
		.mode = {
			.mode = VIRTIO_CRYPTO_IPSEC_MODE_ESP_TRANSPORT,
			.max_replay_win_sz = cpu_to_le32(4096),
			.options = cpu_to_le32(0x7f),
			.cipher_algo = cpu_to_le64(0x19),
			.hmac_algo = cpu_to_le64(0x14),
			.aead_algo = cpu_to_le32(0x0a),
			.max_cipher_key_len = cpu_to_le32(32),
			.max_auth_key_len = cpu_to_le32(64),
		},
	};

	KUNIT_ASSERT_EQ(test, sizeof(cap), sizeof(golden_cap));
	KUNIT_EXPECT_MEMEQ(test, &cap, golden_cap, sizeof(cap));
}

/* The start of each: what follows is an array */
static const u8 golden_state[] = {
	0x01, 0x02, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00,
	0x78, 0x56, 0x34, 0x12, 0x05, 0x00, 0x00, 0x00,
	0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
	0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x0a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x0b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static void ipsec_wire_test_state(struct kunit *test)
{
	struct virtio_accel_sa_state state = {
		.ref = {
			.type = cpu_to_le16(VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_INBOUND_SA),
			.id = cpu_to_le32(7),
		},
		.spi = cpu_to_le32(0x12345678),
		.flags = cpu_to_le32(VIRTIO_ACCEL_SA_SOFT_EXPIRED |
				     VIRTIO_ACCEL_SA_SEQ_OVERFLOW),
		.seq = cpu_to_le64(0x1122334455667788),
		.packets = cpu_to_le64(9),
		.bytes = cpu_to_le64(10),
		.errors[VIRTIO_ACCEL_SA_ERR_ALL] = cpu_to_le64(11),
	};

	KUNIT_EXPECT_MEMEQ(test, &state, golden_state, sizeof(golden_state));
}

static const u8 golden_ctrl[] = {
	0x01, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00,
	0xb0, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0xb0, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x02, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00,
};

static void ipsec_wire_test_ctrl(struct kunit *test)
{
	struct {
		struct virtio_accel_ctrl_flf flf;
		struct virtio_accel_ctrl_answer answer;
		struct virtio_accel_event event;
	} ctrl = {
		.flf = {
			.version = cpu_to_le32(VIRTIO_ACCEL_VERSION),
			.data_len = cpu_to_le32(sizeof(struct virtio_accel_sa_ref)),
			.result_len = cpu_to_le32(sizeof(struct virtio_accel_sa_state)),
		},
		.answer = {
			.result_len = cpu_to_le64(sizeof(struct virtio_accel_sa_state)),
			.status = cpu_to_le32(VIRTIO_CRYPTO_NOTSUPP),
		},
		.event = {
			.ref.type = cpu_to_le16(VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_OUTBOUND_SA),
			.ref.id = cpu_to_le32(3),
			.spi = cpu_to_le32(1),
			.events = cpu_to_le32(VIRTIO_ACCEL_SA_SEQ_OVERFLOW),
		},
	};

	KUNIT_ASSERT_EQ(test, sizeof(ctrl), sizeof(golden_ctrl));
	KUNIT_EXPECT_MEMEQ(test, &ctrl, golden_ctrl, sizeof(ctrl));
}

/* Algorithms */

struct alg_case {
	const char *name;
	u64 cipher;
	u64 auth;
	bool known;
	u8 iv_len;
	u8 icv_len;
	u8 align;
};

#define AEAD	VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD

static const struct alg_case alg_cases[] = {
	{ "GCM", 0, AEAD | 1, true, 8, 16, 4 },
	{ "ChaCha20-Poly1305", 0, AEAD | 3, true, 8, 16, 4 },
	{ "CBC and SHA-1", 3, 2, true, 16, 12, 16 },
	{ "CBC and SHA-256", 3, 4, true, 16, 16, 16 },
	{ "CTR and SHA-1", 4, 2, true, 8, 12, 4 },
	{ "CTR and SHA-256", 4, 4, true, 8, 16, 4 },
	{ "NULL and SHA-1", 0, 2, true, 0, 12, 4 },
	{ "NULL and SHA-256", 0, 4, true, 0, 16, 4 },
	{ "AEAD with a cipher", 3, AEAD | 1 },
	{ "no AEAD", 0, AEAD },
	{ "no MAC", 3, 0 },
	{ "neither", 0, 0 },
	{ "an AEAD's number without the bit", 0, 1 },
	{ "key too long for the structure", 3, 6 },
	{ "above 63", 64, 2 },
	{ "all bits", U64_MAX, U64_MAX },
};

static void alg_case_desc(const struct alg_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(alg, alg_cases, alg_case_desc);

static void ipsec_wire_test_alg(struct kunit *test)
{
	const struct alg_case *c = test->param_value;
	const struct accel_ipsec_alg *alg;

	alg = accel_ipsec_alg_find(c->cipher, c->auth);
	KUNIT_ASSERT_EQ(test, !!alg, c->known);
	if (!alg)
		return;
	KUNIT_EXPECT_EQ(test, alg->iv_len, c->iv_len);
	KUNIT_EXPECT_EQ(test, alg->icv_len, c->icv_len);
	KUNIT_EXPECT_EQ(test, alg->align, c->align);
}

static void ipsec_wire_test_offered(struct kunit *test)
{
	const struct accel_ipsec_alg *alg = accel_ipsec_alg_find(0, AEAD | 1);

	KUNIT_EXPECT_TRUE(test, accel_ipsec_alg_offered(alg, 0, 0, BIT(1)));
	KUNIT_EXPECT_FALSE(test, accel_ipsec_alg_offered(alg, U64_MAX, U64_MAX,
							 ~2U));
	alg = accel_ipsec_alg_find(3, 2);
	KUNIT_EXPECT_TRUE(test, accel_ipsec_alg_offered(alg, BIT(3), BIT(2), 0));
	KUNIT_EXPECT_FALSE(test, accel_ipsec_alg_offered(alg, ~BIT_ULL(3),
							 U64_MAX, U32_MAX));
	KUNIT_EXPECT_FALSE(test, accel_ipsec_alg_offered(alg, U64_MAX,
							 ~BIT_ULL(2), U32_MAX));
}

static struct kunit_case ipsec_wire_test_cases[] = {
	KUNIT_CASE(ipsec_wire_test_numbers),
	KUNIT_CASE(ipsec_wire_test_sa),
	KUNIT_CASE(ipsec_wire_test_tunnel6),
	KUNIT_CASE(ipsec_wire_test_cap),
	KUNIT_CASE(ipsec_wire_test_state),
	KUNIT_CASE(ipsec_wire_test_ctrl),
	KUNIT_CASE_PARAM(ipsec_wire_test_alg, alg_gen_params),
	KUNIT_CASE(ipsec_wire_test_offered),
	{}
};

static struct kunit_suite ipsec_wire_test_suite = {
	.name = "vhost_accel_ipsec_wire",
	.test_cases = ipsec_wire_test_cases,
};

kunit_test_suite(ipsec_wire_test_suite);
