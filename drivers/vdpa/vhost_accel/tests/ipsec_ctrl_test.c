// SPDX-License-Identifier: GPL-2.0
/*
 * Control requests of the vendor extension, and the administration commands in them.
 */
#include "../ipsec_ctrl.h"

#include "ipsec_sa.h"

#define OUT	VHA_SA_OUT
#define IN	VHA_SA_IN
#define VERSION	VIRTIO_ACCEL_VERSION

struct ctrl_ctx {
	struct sa_ctx *sa;
	struct vha_ipsec_call call;
	u8 data[VIRTIO_ACCEL_DATA_MAX];
	u8 result[VIRTIO_ACCEL_DATA_MAX];
};

static struct ctrl_ctx *ctrl_ctx_new(struct kunit *test)
{
	struct ctrl_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	ctx->sa = sa_ctx_new(test);
	/* As after a reset */
	vha_sas_reset(&ctx->sa->sas);
	ctx->call.data = ctx->data;
	ctx->call.result = ctx->result;
	ctx->call.room = sizeof(ctx->result);
	return ctx;
}

static u8 request(struct ctrl_ctx *ctx, u32 opcode, const void *data, u32 len)
{
	memset(ctx->result, 0xcc, sizeof(ctx->result));
	memcpy(ctx->data, data, len);
	ctx->call.data_len = len;
	return vha_ipsec_ctrl(&ctx->sa->sas, opcode, VERSION, &ctx->call);
}

/* Returns status, and the qualifier times 0x100 */
static u32 command(struct ctrl_ctx *ctx, u16 opcode, const void *data, u32 len)
{
	struct virtio_admin_cmd_status *status = (void *)ctx->result;
	struct virtio_admin_cmd_hdr hdr = { .opcode = cpu_to_le16(opcode) };

	memset(ctx->result, 0xcc, sizeof(ctx->result));
	memcpy(ctx->data, &hdr, sizeof(hdr));
	memcpy(ctx->data + sizeof(hdr), data, len);
	ctx->call.data_len = sizeof(hdr) + len;
	if (vha_ipsec_ctrl(&ctx->sa->sas, VIRTIO_ACCEL_CTRL_ADMIN, VERSION,
			   &ctx->call))
		return U32_MAX;
	return le16_to_cpu(status->status) |
	       le16_to_cpu(status->status_qualifier) << 8;
}

static const u8 *command_result(const struct ctrl_ctx *ctx)
{
	return ctx->result + sizeof(struct virtio_admin_cmd_status);
}

#define INVALID(what)	(VIRTIO_ADMIN_STATUS_EINVAL |			\
			 VIRTIO_ADMIN_STATUS_Q_INVALID_##what << 8)
#define FAILED(err)	(VIRTIO_ADMIN_STATUS_##err |			\
			 VIRTIO_ADMIN_STATUS_Q_INVALID_COMMAND << 8)

static void use_commands(struct kunit *test, struct ctrl_ctx *ctx, u64 mask)
{
	__le64 list = cpu_to_le64(mask);

	KUNIT_ASSERT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_LIST_USE, &list, 8),
			0);
}

struct cap_set {
	struct virtio_admin_cmd_cap_get_data head;
	union {
		struct virtio_crypto_ipsec_resource_cap resource;
		struct {
			struct virtio_crypto_ipsec_sa_cap_data sa;
			struct virtio_crypto_ipsec_mode_cap mode[4];
		} __packed;
	};
} __packed;

static u32 get_cap(struct ctrl_ctx *ctx, u16 id, struct cap_set *cap)
{
	u32 status;

	memset(cap, 0, sizeof(*cap));
	cap->head.id = cpu_to_le16(id);
	status = command(ctx, VIRTIO_ADMIN_CMD_DEVICE_CAP_GET, &cap->head,
			 sizeof(cap->head));
	if (!status)
		memcpy(&cap->resource, command_result(ctx),
		       ctx->call.result_len - 8);
	return status;
}

static u32 set_cap(struct ctrl_ctx *ctx, const struct cap_set *cap)
{
	return command(ctx, VIRTIO_ADMIN_CMD_DRIVER_CAP_SET, cap, sizeof(*cap));
}

/* As a driver begins */
static void begin(struct kunit *test, struct ctrl_ctx *ctx)
{
	struct cap_set cap;

	use_commands(test, ctx, 0x3f83);
	KUNIT_ASSERT_EQ(test, get_cap(ctx, VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP,
				      &cap), 0);
	KUNIT_ASSERT_EQ(test, set_cap(ctx, &cap), 0);
	KUNIT_ASSERT_EQ(test, get_cap(ctx, VIRTIO_CRYPTO_IPSEC_SA_CAP, &cap), 0);
	KUNIT_ASSERT_EQ(test, set_cap(ctx, &cap), 0);
}

struct object {
	struct virtio_admin_cmd_resource_obj_cmd_hdr hdr;
	__le64 flags;
	struct vha_sa_config config;
} __packed;

static struct object object(u8 dir, u32 id)
{
	return (struct object){
		.hdr.type = cpu_to_le16(0x200 + dir),
		.hdr.id = cpu_to_le32(id),
		.config = sa_config(dir, id, 0),
	};
}

static u32 create(struct ctrl_ctx *ctx, const struct object *obj)
{
	return command(ctx, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, obj,
		       sizeof(*obj));
}

static void ipsec_ctrl_test_info(struct kunit *test)
{
	struct ctrl_ctx *ctx = ctrl_ctx_new(test);
	struct virtio_accel_info *info = (void *)ctx->result;
	struct vha_sas *sas = &ctx->sa->sas;

	KUNIT_EXPECT_EQ(test, vha_ipsec_ctrl(sas, VIRTIO_ACCEL_CTRL_INFO, 77,
					     &ctx->call), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 8);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(info->max_version), VERSION);
	/* Another version, another opcode, data it has not, too little room */
	KUNIT_EXPECT_EQ(test, vha_ipsec_ctrl(sas, VIRTIO_ACCEL_CTRL_EVENTS, 2,
					     &ctx->call), VIRTIO_CRYPTO_NOTSUPP);
	KUNIT_EXPECT_EQ(test, vha_ipsec_ctrl(sas, 0xacce07, VERSION,
					     &ctx->call), VIRTIO_CRYPTO_NOTSUPP);
	ctx->call.data_len = 1;
	KUNIT_EXPECT_EQ(test, vha_ipsec_ctrl(sas, VIRTIO_ACCEL_CTRL_INFO, VERSION,
					     &ctx->call), VIRTIO_CRYPTO_ERR);
	ctx->call.data_len = 0;
	ctx->call.room = 7;
	KUNIT_EXPECT_EQ(test, vha_ipsec_ctrl(sas, VIRTIO_ACCEL_CTRL_INFO, VERSION,
					     &ctx->call), VIRTIO_CRYPTO_ERR);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 0);
	vha_sas_destroy(sas);
}

static void ipsec_ctrl_test_commands(struct kunit *test)
{
	struct ctrl_ctx *ctx = ctrl_ctx_new(test);
	struct virtio_admin_cmd_hdr hdr = {};
	struct cap_set cap;
	__le64 list[2];

	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_LIST_QUERY, NULL, 0),
			0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 16);
	memcpy(list, command_result(ctx), 8);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(list[0]), 0x3f83ULL);
	/* Not before they are used */
	KUNIT_EXPECT_EQ(test, get_cap(ctx, VIRTIO_CRYPTO_IPSEC_SA_CAP, &cap),
			INVALID(OPCODE));
	list[0] = cpu_to_le64(0x3f83 | BIT(2));
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_LIST_USE, list, 8),
			INVALID(FIELD));
	list[0] = cpu_to_le64(0x3f83);
	list[1] = cpu_to_le64(1);
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_LIST_USE, list, 16),
			INVALID(FIELD));
	list[1] = 0;
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_LIST_USE, list, 16),
			0);
	KUNIT_EXPECT_EQ(test, get_cap(ctx, VIRTIO_CRYPTO_IPSEC_SA_CAP, &cap), 0);
	/* What no device of this kind has, and what nobody has */
	KUNIT_EXPECT_EQ(test, command(ctx, 2, NULL, 0), INVALID(OPCODE));
	KUNIT_EXPECT_EQ(test, command(ctx, 14, NULL, 0), INVALID(OPCODE));
	KUNIT_EXPECT_EQ(test, command(ctx, 0xffff, NULL, 0), INVALID(OPCODE));
	hdr.group_type = cpu_to_le16(VIRTIO_ADMIN_GROUP_TYPE_SRIOV);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_ADMIN, &hdr,
				      sizeof(hdr)), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(ctx->result), 0x16000400);
	hdr.group_type = 0;
	hdr.group_member_id = cpu_to_le64(1);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_ADMIN, &hdr,
				      sizeof(hdr)), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(ctx->result), 0x16000500);
	/* A reset forgets */
	vha_sas_reset(&ctx->sa->sas);
	KUNIT_EXPECT_EQ(test, get_cap(ctx, VIRTIO_CRYPTO_IPSEC_SA_CAP, &cap),
			INVALID(OPCODE));
	vha_sas_destroy(&ctx->sa->sas);
}

/* Shorter commands end with zeros, longer ones are cut, and so are results */
static void ipsec_ctrl_test_lengths(struct kunit *test)
{
	struct ctrl_ctx *ctx = ctrl_ctx_new(test);
	struct cap_set cap = {};

	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_ADMIN, NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 16);
	begin(test, ctx);
	ctx->call.room = 12;
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY,
				      NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 12);
	KUNIT_EXPECT_EQ(test, ctx->result[12], 0xcc);
	ctx->call.room = 7;
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY,
				      NULL, 0), U32_MAX);
	ctx->call.room = sizeof(ctx->result);
	cap.head.id = cpu_to_le16(VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP);
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_DRIVER_CAP_SET, &cap,
				      8), 0);
	KUNIT_EXPECT_EQ(test, ctx->sa->sas.cap.limit[IN], 0);
	vha_sas_destroy(&ctx->sa->sas);
}

static void ipsec_ctrl_test_caps(struct kunit *test)
{
	struct ctrl_ctx *ctx = ctrl_ctx_new(test);
	struct cap_set cap, all;
	u32 i;

	use_commands(test, ctx, 0x3f83);
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY,
				      NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 8 + 33 * 8);
	for (i = 0; i < 32 * 8; i++)
		KUNIT_ASSERT_EQ(test, command_result(ctx)[i], 0);
	KUNIT_EXPECT_EQ(test, command_result(ctx)[i], 3);

	KUNIT_EXPECT_EQ(test, get_cap(ctx, 0x802, &cap), FAILED(ENXIO));
	KUNIT_EXPECT_EQ(test, set_cap(ctx, &cap), FAILED(ENXIO));
	KUNIT_EXPECT_EQ(test, get_cap(ctx, 0x800, &cap), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 16);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cap.resource.inb_sa_limit), SA_LIMIT);
	cap.resource.outb_sa_limit = cpu_to_le32(SA_LIMIT + 1);
	KUNIT_EXPECT_EQ(test, set_cap(ctx, &cap), INVALID(FIELD));
	cap.resource.outb_sa_limit = cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, set_cap(ctx, &cap), 0);

	KUNIT_EXPECT_EQ(test, get_cap(ctx, 0x801, &all), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 8 + 8 + 4 * 44);
	KUNIT_EXPECT_EQ(test, all.sa.count, 4);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, all.mode[i].mode, i + 1);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(all.mode[0].max_replay_win_sz), 4096);
	/* More than there is, in each field */
	for (i = 0; i < 15; i++) {
		cap = all;
		switch (i) {
		case 0:
			cap.sa.count = 5;
			break;
		case 1:
			cap.mode[1].mode = 1;
			break;
		case 2:
			cap.mode[0].mode = 5;
			break;
		case 3:
			cap.mode[0].max_replay_win_sz = cpu_to_le32(4097);
			break;
		case 4:
			cap.mode[0].options = cpu_to_le32(0x80);
			break;
		case 5:
			cap.mode[0].cipher_algo = cpu_to_le64(BIT(2));
			break;
		case 6:
			cap.mode[0].hmac_algo = cpu_to_le64(BIT(6));
			break;
		case 7:
			cap.mode[0].aead_algo = cpu_to_le32(BIT(2));
			break;
		case 8:
			cap.mode[0].max_cipher_key_len = cpu_to_le32(33);
			break;
		case 9:
			cap.mode[0].max_auth_key_len = cpu_to_le32(33);
			break;
		case 10:
			cap.mode[0].reserved1 = cpu_to_le32(1);
			break;
		case 11:
			cap.mode[0].mode = 0;
			break;
		case 12:
			cap.mode[2].cipher_algo = cpu_to_le64(BIT(3));
			break;
		case 13:
			cap.mode[3].aead_algo = cpu_to_le32(BIT(1));
			break;
		case 14:
			cap.mode[3].options = cpu_to_le32(BIT(1));
			break;
		}
		KUNIT_EXPECT_EQ_MSG(test, set_cap(ctx, &cap), INVALID(FIELD),
				    "%u", i);
	}
	/* Nothing of that was set; less of it can be */
	KUNIT_EXPECT_EQ(test, ctx->sa->sas.cap.mode[0].options, 0);
	all.sa.count = 1;
	all.mode[0].options = 0;
	KUNIT_EXPECT_EQ(test, set_cap(ctx, &all), 0);
	KUNIT_EXPECT_EQ(test, ctx->sa->sas.cap.mode[0].window, 4096);
	KUNIT_EXPECT_EQ(test, ctx->sa->sas.cap.mode[0].options, 0);
	KUNIT_EXPECT_EQ(test, ctx->sa->sas.cap.mode[1].window, 0);
	vha_sas_destroy(&ctx->sa->sas);
}

/* Modes without algorithms are not there */
static void ipsec_ctrl_test_no_mac(struct kunit *test)
{
	struct ctrl_ctx *ctx = ctrl_ctx_new(test);
	struct vha_sas *sas = &ctx->sa->sas;
	struct cap_set cap;

	vha_sas_destroy(sas);
	memset(&sas->offered, 0, sizeof(sas->offered));
	KUNIT_ASSERT_EQ(test, vha_sas_init(sas, &ctx->sa->choice,
					   ACCEL_ALG_BIT(ACCEL_ALG_GCM_AES),
					   SA_LIMIT), 0);
	use_commands(test, ctx, 0x3f83);
	KUNIT_EXPECT_EQ(test, get_cap(ctx, 0x801, &cap), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 8 + 8 + 2 * 44);
	KUNIT_EXPECT_EQ(test, cap.sa.count, 2);
	KUNIT_EXPECT_EQ(test, cap.mode[1].mode, 2);
	KUNIT_EXPECT_EQ(test, set_cap(ctx, &cap), 0);
	vha_sas_destroy(sas);
}

static void ipsec_ctrl_test_objects_need_caps(struct kunit *test)
{
	struct ctrl_ctx *ctx = ctrl_ctx_new(test);
	struct object obj = object(IN, 3);
	struct cap_set cap;

	use_commands(test, ctx, 0x3f83);
	KUNIT_EXPECT_EQ(test, create(ctx, &obj), INVALID(OPCODE));
	KUNIT_ASSERT_EQ(test, get_cap(ctx, 0x800, &cap), 0);
	KUNIT_ASSERT_EQ(test, set_cap(ctx, &cap), 0);
	KUNIT_EXPECT_EQ(test, create(ctx, &obj), INVALID(OPCODE));
	KUNIT_ASSERT_EQ(test, get_cap(ctx, 0x801, &cap), 0);
	KUNIT_ASSERT_EQ(test, set_cap(ctx, &cap), 0);
	KUNIT_EXPECT_EQ(test, create(ctx, &obj), 0);
	/* And capabilities stay while there are objects */
	KUNIT_EXPECT_EQ(test, set_cap(ctx, &cap), FAILED(EBUSY));
	vha_sas_destroy(&ctx->sa->sas);
}

static void ipsec_ctrl_test_objects(struct kunit *test)
{
	struct ctrl_ctx *ctx = ctrl_ctx_new(test);
	struct object obj = object(IN, 3), bad;

	begin(test, ctx);
	KUNIT_EXPECT_EQ(test, create(ctx, &obj), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 8);
	KUNIT_EXPECT_EQ(test, create(ctx, &obj), FAILED(EEXIST));
	bad = object(IN, SA_LIMIT);
	KUNIT_EXPECT_EQ(test, create(ctx, &bad), INVALID(FIELD));
	bad = object(IN, 4);
	bad.hdr.type = cpu_to_le16(0x202);
	KUNIT_EXPECT_EQ(test, create(ctx, &bad), INVALID(FIELD));
	bad.hdr.type = cpu_to_le16(0x1ff);
	KUNIT_EXPECT_EQ(test, create(ctx, &bad), INVALID(FIELD));
	bad = object(IN, 4);
	bad.hdr.reserved[0] = 1;
	KUNIT_EXPECT_EQ(test, create(ctx, &bad), INVALID(FIELD));
	bad = object(IN, 4);
	bad.flags = cpu_to_le64(1);
	KUNIT_EXPECT_EQ(test, create(ctx, &bad), INVALID(FIELD));
	sa_session_err = -ENOMEM;
	bad = object(IN, 4);
	KUNIT_EXPECT_EQ(test, create(ctx, &bad), VIRTIO_ADMIN_STATUS_ENOMEM |
			VIRTIO_ADMIN_STATUS_Q_NORESOURCE << 8);
	sa_session_err = -ENOENT;
	KUNIT_EXPECT_EQ(test, create(ctx, &bad), INVALID(FIELD));
	sa_session_err = 0;

	/* Without keys */
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY,
				      &obj, 16), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 8 + 196);
	memset(obj.config.wire.cipher_key.data, 0, 16);
	memset(obj.config.wire.salt, 0, 4);
	KUNIT_EXPECT_MEMEQ(test, command_result(ctx), &obj.config, 196);

	obj.config.wire.replay_win_sz = cpu_to_le32(128);
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_MODIFY,
				      &obj, sizeof(obj)), 0);
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY,
				      &obj, 16), 0);
	KUNIT_EXPECT_MEMEQ(test, command_result(ctx), &obj.config, 196);
	obj.config.wire.spi = cpu_to_le32(1);
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_MODIFY,
				      &obj, sizeof(obj)), INVALID(FIELD));

	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY,
				      &obj, 8), 0);
	KUNIT_EXPECT_EQ(test, sa_sessions, 0);
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY,
				      &obj, 8), FAILED(ENXIO));
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY,
				      &obj, 16), FAILED(ENXIO));
	KUNIT_EXPECT_EQ(test, command(ctx, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_MODIFY,
				      &obj, sizeof(obj)), FAILED(ENXIO));
	obj = object(IN, 3);
	KUNIT_EXPECT_EQ(test, create(ctx, &obj), 0);
	vha_sas_destroy(&ctx->sa->sas);
}

static void ipsec_ctrl_test_sa(struct kunit *test)
{
	struct ctrl_ctx *ctx = ctrl_ctx_new(test);
	struct virtio_accel_sa_ref ref = { .type = cpu_to_le16(0x200) };
	struct object obj = object(OUT, 3);
	struct virtio_accel_sa_state *state;

	state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	begin(test, ctx);
	KUNIT_ASSERT_EQ(test, create(ctx, &obj), 0);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_GET, &ref, 8),
			VIRTIO_CRYPTO_INVSESS);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_NEXT, &ref, 8), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, sizeof(*state));
	memcpy(state, ctx->result, sizeof(*state));
	KUNIT_EXPECT_EQ(test, le32_to_cpu(state->ref.id), 3);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(state->spi), SA_SPI);
	state->seq = cpu_to_le64(9);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_SET, state,
				      sizeof(*state)), 0);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_SET, state,
				      sizeof(*state) - 1), VIRTIO_CRYPTO_ERR);
	state->seq = cpu_to_le64(8);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_SET, state,
				      sizeof(*state)), VIRTIO_CRYPTO_ERR);
	state->ref.id = cpu_to_le32(4);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_SET, state,
				      sizeof(*state)), VIRTIO_CRYPTO_INVSESS);
	ref.id = cpu_to_le32(3);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_GET, &ref, 8), 0);
	KUNIT_EXPECT_EQ(test, ctx->result[16], 9);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_FLUSH, &ref, 8),
			VIRTIO_CRYPTO_ERR);
	ref.id = cpu_to_le32(4);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_NEXT, &ref, 8),
			VIRTIO_CRYPTO_INVSESS);
	ref.id = 0;
	ref.type = cpu_to_le16(0x202);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_NEXT, &ref, 8),
			VIRTIO_CRYPTO_ERR);
	ref.type = cpu_to_le16(0x200);
	ref.reserved[1] = 1;
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_FLUSH, &ref, 8),
			VIRTIO_CRYPTO_ERR);
	KUNIT_EXPECT_EQ(test, sa_sessions, 1);
	ref.reserved[1] = 0;
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_SA_FLUSH, &ref, 8),
			0);
	KUNIT_EXPECT_EQ(test, sa_sessions, 0);
	KUNIT_EXPECT_EQ(test, request(ctx, VIRTIO_ACCEL_CTRL_EVENTS, NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, ctx->call.result_len, 0);
	vha_sas_destroy(&ctx->sa->sas);
}

static struct kunit_case ipsec_ctrl_test_cases[] = {
	KUNIT_CASE(ipsec_ctrl_test_info),
	KUNIT_CASE(ipsec_ctrl_test_commands),
	KUNIT_CASE(ipsec_ctrl_test_lengths),
	KUNIT_CASE(ipsec_ctrl_test_caps),
	KUNIT_CASE(ipsec_ctrl_test_no_mac),
	KUNIT_CASE(ipsec_ctrl_test_objects_need_caps),
	KUNIT_CASE(ipsec_ctrl_test_objects),
	KUNIT_CASE(ipsec_ctrl_test_sa),
	{}
};

static struct kunit_suite ipsec_ctrl_test_suite = {
	.name = "vhost_accel_ipsec_ctrl",
	.test_cases = ipsec_ctrl_test_cases,
};

kunit_test_suite(ipsec_ctrl_test_suite);
