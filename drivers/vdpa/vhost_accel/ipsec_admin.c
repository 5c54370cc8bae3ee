// SPDX-License-Identifier: GPL-2.0
/*
 * Group administration commands for the IPSEC service: capabilities and resource
 * objects. virtio 1.4, "Group administration commands".
 *
 * A command may be shorter than its structure, whose rest is then zero, or longer; of a
 * result, what does not fit is left out.
 */
#include "ipsec_ctrl.h"

#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "ipsec_sa.h"

#define VHA_CAP(id)		BIT((id) & 1)
#define VHA_CAPS_ALL		(VHA_CAP(VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP) | \
				 VHA_CAP(VIRTIO_CRYPTO_IPSEC_SA_CAP))
/* Words of the bitmap of capabilities */
#define VHA_CAP_WORDS		(VIRTIO_CRYPTO_IPSEC_SA_CAP / 64 + 1)
/* These need no VIRTIO_ADMIN_CMD_LIST_USE */
#define VHA_COMMANDS_FIRST	(BIT(VIRTIO_ADMIN_CMD_LIST_QUERY) | \
				 BIT(VIRTIO_ADMIN_CMD_LIST_USE))
#define VHA_COMMANDS_ALL	(VHA_COMMANDS_FIRST |			\
				 GENMASK(VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY, \
					 VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY))

/* All modes, as the capability has them */
struct vha_sa_cap_wire {
	struct virtio_crypto_ipsec_sa_cap_data head;
	struct virtio_crypto_ipsec_mode_cap mode[VHA_SA_MODES];
} __packed;

static_assert(sizeof(struct virtio_admin_cmd_cap_set_data) +
	      sizeof(struct vha_sa_cap_wire) +
	      sizeof(struct virtio_admin_cmd_hdr) <= VIRTIO_ACCEL_DATA_MAX);
static_assert(VHA_CAP_WORDS * 8 + sizeof(struct virtio_admin_cmd_status) <=
	      VIRTIO_ACCEL_DATA_MAX);

/**
 * struct vha_admin_op - an administration command
 * @is_object: it needs both capabilities
 * @exec: does it: 0 or a negative error, of which -EINVAL changes nothing
 */
struct vha_admin_op {
	bool is_object;
	int (*exec)(struct vha_sas *sas, struct vha_ipsec_call *call);
};

static void vha_admin_read(const struct vha_ipsec_call *call, void *to, u32 len)
{
	memset(to, 0, len);
	memcpy(to, call->data, min(len, call->data_len));
}

static void vha_admin_write(struct vha_ipsec_call *call, const void *from,
			    u32 len)
{
	call->result_len = min(len, call->room);
	memcpy(call->result, from, call->result_len);
}

static int vha_admin_list_query(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	__le64 list = cpu_to_le64(VHA_COMMANDS_ALL);

	vha_admin_write(call, &list, sizeof(list));
	return 0;
}

static int vha_admin_list_use(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	__le64 list;
	u64 commands;

	vha_admin_read(call, &list, sizeof(list));
	commands = le64_to_cpu(list);
	if ((commands & ~VHA_COMMANDS_ALL) ||
	    (call->data_len > sizeof(list) &&
	     memchr_inv(call->data + sizeof(list), 0,
			call->data_len - sizeof(list))))
		return -EINVAL;
	sas->commands = commands;
	return 0;
}

/* Capabilities */

static int vha_admin_cap_list(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	__le64 caps[VHA_CAP_WORDS] = {
		[VHA_CAP_WORDS - 1] = cpu_to_le64(VHA_CAPS_ALL),
	};

	vha_admin_write(call, caps, sizeof(caps));
	return 0;
}

static void vha_admin_put_mode(const struct vha_sa_mode *mode, u8 number,
			       struct virtio_crypto_ipsec_mode_cap *cap)
{
	*cap = (struct virtio_crypto_ipsec_mode_cap){
		.mode = number,
		.max_replay_win_sz = cpu_to_le32(mode->window),
		.options = cpu_to_le32(mode->options),
		.cipher_algo = cpu_to_le64(mode->cipher),
		.hmac_algo = cpu_to_le64(mode->mac),
		.aead_algo = cpu_to_le32(mode->aead),
		.max_cipher_key_len = cpu_to_le32(mode->cipher_key),
		.max_auth_key_len = cpu_to_le32(mode->auth_key),
	};
}

/* Modes that have no algorithms are left out */
static u32 vha_admin_put_modes(const struct vha_sa_caps *offered,
			       struct vha_sa_cap_wire *cap)
{
	u8 i, n = 0;

	for (i = 0; i < VHA_SA_MODES; i++)
		if (offered->mode[i].aead || offered->mode[i].mac)
			vha_admin_put_mode(&offered->mode[i], i + 1,
					   &cap->mode[n++]);
	cap->head.count = n;
	return sizeof(cap->head) + n * sizeof(cap->mode[0]);
}

static int vha_admin_cap_get(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	const struct vha_sa_caps *offered = &sas->offered;
	struct virtio_crypto_ipsec_resource_cap resource = {
		.inb_sa_limit = cpu_to_le32(offered->limit[VHA_SA_IN]),
		.outb_sa_limit = cpu_to_le32(offered->limit[VHA_SA_OUT]),
	};
	struct vha_sa_cap_wire cap = {};
	struct virtio_admin_cmd_cap_get_data data;
	u32 len;

	vha_admin_read(call, &data, sizeof(data));
	if (memchr_inv(data.reserved, 0, sizeof(data.reserved)))
		return -EINVAL;
	switch (le16_to_cpu(data.id)) {
	case VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP:
		vha_admin_write(call, &resource, sizeof(resource));
		return 0;
	case VIRTIO_CRYPTO_IPSEC_SA_CAP:
		len = vha_admin_put_modes(offered, &cap);
		vha_admin_write(call, &cap, len);
		return 0;
	default:
		return -ENXIO;
	}
}

static int vha_admin_set_limits(struct vha_sas *sas,
				const struct virtio_crypto_ipsec_resource_cap *cap)
{
	u32 in = le32_to_cpu(cap->inb_sa_limit);
	u32 out = le32_to_cpu(cap->outb_sa_limit);

	if (in > sas->offered.limit[VHA_SA_IN] ||
	    out > sas->offered.limit[VHA_SA_OUT])
		return -EINVAL;
	sas->cap.limit[VHA_SA_IN] = in;
	sas->cap.limit[VHA_SA_OUT] = out;
	return 0;
}

static int vha_admin_set_mode(const struct vha_sa_mode *offered,
			      const struct virtio_crypto_ipsec_mode_cap *cap,
			      struct vha_sa_mode *mode)
{
	*mode = (struct vha_sa_mode){
		.options = le32_to_cpu(cap->options),
		.window = le32_to_cpu(cap->max_replay_win_sz),
		.cipher = le64_to_cpu(cap->cipher_algo),
		.mac = le64_to_cpu(cap->hmac_algo),
		.aead = le32_to_cpu(cap->aead_algo),
		.cipher_key = le32_to_cpu(cap->max_cipher_key_len),
		.auth_key = le32_to_cpu(cap->max_auth_key_len),
	};
	if ((mode->options & ~offered->options) ||
	    (mode->cipher & ~offered->cipher) || (mode->mac & ~offered->mac) ||
	    (mode->aead & ~offered->aead) || mode->window > offered->window ||
	    mode->cipher_key > offered->cipher_key ||
	    mode->auth_key > offered->auth_key)
		return -EINVAL;
	return cap->reserved1 ||
	       memchr_inv(cap->reserved, 0, sizeof(cap->reserved)) ? -EINVAL : 0;
}

/* Modes that the driver leaves out are not used */
static int vha_admin_set_modes(struct vha_sas *sas,
			       const struct vha_sa_cap_wire *cap)
{
	struct vha_sa_mode mode[VHA_SA_MODES] = {};
	u32 seen = 0;
	u8 i, index;
	int err;

	if (cap->head.count > VHA_SA_MODES ||
	    memchr_inv(cap->head.reserved, 0, sizeof(cap->head.reserved)))
		return -EINVAL;
	for (i = 0; i < cap->head.count; i++) {
		index = cap->mode[i].mode - 1;
		if (index >= VHA_SA_MODES || (seen & BIT(index)))
			return -EINVAL;
		index = array_index_nospec(index, VHA_SA_MODES);
		seen |= BIT(index);
		err = vha_admin_set_mode(&sas->offered.mode[index],
					 &cap->mode[i], &mode[index]);
		if (err)
			return err;
	}
	memcpy(sas->cap.mode, mode, sizeof(mode));
	return 0;
}

static int vha_admin_cap_set(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	struct {
		struct virtio_admin_cmd_cap_set_data head;
		union {
			struct virtio_crypto_ipsec_resource_cap resource;
			struct vha_sa_cap_wire sa;
		};
	} __packed data;
	u16 id;
	int err;

	vha_admin_read(call, &data, sizeof(data));
	id = le16_to_cpu(data.head.id);
	if (id != VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP &&
	    id != VIRTIO_CRYPTO_IPSEC_SA_CAP)
		return -ENXIO;
	if (memchr_inv(data.head.reserved, 0, sizeof(data.head.reserved)))
		return -EINVAL;
	/* SAs are what these capabilities are about */
	if (sas->count[VHA_SA_IN] || sas->count[VHA_SA_OUT])
		return -EBUSY;
	if (id == VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP)
		err = vha_admin_set_limits(sas, &data.resource);
	else
		err = vha_admin_set_modes(sas, &data.sa);
	if (!err)
		sas->has_cap |= VHA_CAP(id);
	return err;
}

/* Resource objects */

struct vha_admin_sa {
	struct virtio_admin_cmd_resource_obj_create_data head;
	struct vha_sa_config config;
} __packed;

/**
 * vha_ipsec_read_hdr() - which SA does a command name?
 * @hdr: from the guest, private memory
 * @dir: set to VHA_SA_OUT or VHA_SA_IN
 * @id: set to its number, unchecked
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vha_ipsec_read_hdr(const struct virtio_admin_cmd_resource_obj_cmd_hdr *hdr,
		       u8 *dir, u32 *id)
{
	u32 index = le16_to_cpu(hdr->type) -
		    VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_OUTBOUND_SA;

	if (index >= VHA_SA_DIRS ||
	    memchr_inv(hdr->reserved, 0, sizeof(hdr->reserved)))
		return -EINVAL;
	*dir = array_index_nospec(index, VHA_SA_DIRS);
	*id = le32_to_cpu(hdr->id);
	return 0;
}

/* CREATE and MODIFY with all of the object, QUERY without it */
static int vha_admin_read_sa(const struct vha_ipsec_call *call,
			     struct vha_admin_sa *data, u8 *dir, u32 *id)
{
	vha_admin_read(call, data, sizeof(*data));
	if (data->head.flags)
		return -EINVAL;
	return vha_ipsec_read_hdr(&data->head.hdr, dir, id);
}

static int vha_admin_create(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	struct vha_admin_sa data;
	u8 dir;
	u32 id;
	int err;

	err = vha_admin_read_sa(call, &data, &dir, &id);
	if (!err)
		err = vha_sa_create(sas, dir, id, &data.config);
	memzero_explicit(&data, sizeof(data));
	return err;
}

static int vha_admin_modify(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	struct vha_admin_sa data;
	struct vha_sa *sa;
	u8 dir;
	u32 id;
	int err;

	err = vha_admin_read_sa(call, &data, &dir, &id);
	if (err)
		goto out_wipe;
	err = -ENXIO;
	sa = vha_sa_get(sas, dir, id);
	if (!sa)
		goto out_wipe;
	err = vha_sa_modify(sas, sa, &data.config);
	vha_sa_put(sa);
out_wipe:
	/* Keys, if the driver sent them all the same */
	memzero_explicit(&data, sizeof(data));
	return err;
}

static int vha_admin_query(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	struct virtio_admin_cmd_resource_obj_create_data data;
	struct vha_sa *sa;
	u8 dir;
	u32 id;
	int err;

	vha_admin_read(call, &data, sizeof(data));
	if (data.flags)
		return -EINVAL;
	err = vha_ipsec_read_hdr(&data.hdr, &dir, &id);
	if (err)
		return err;
	sa = vha_sa_get(sas, dir, id);
	if (!sa)
		return -ENXIO;
	vha_admin_write(call, &sa->config, sizeof(sa->config));
	vha_sa_put(sa);
	return 0;
}

static int vha_admin_destroy(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	struct virtio_admin_cmd_resource_obj_cmd_hdr hdr;
	u8 dir;
	u32 id;
	int err;

	vha_admin_read(call, &hdr, sizeof(hdr));
	err = vha_ipsec_read_hdr(&hdr, &dir, &id);
	return err ?: vha_sa_remove(sas, dir, id);
}

/* By number. What lies between is of other devices */
static const struct vha_admin_op vha_admin_ops[] = {
	[VIRTIO_ADMIN_CMD_LIST_QUERY] = { false, vha_admin_list_query },
	[VIRTIO_ADMIN_CMD_LIST_USE] = { false, vha_admin_list_use },
	[VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY] = { false, vha_admin_cap_list },
	[VIRTIO_ADMIN_CMD_DEVICE_CAP_GET] = { false, vha_admin_cap_get },
	[VIRTIO_ADMIN_CMD_DRIVER_CAP_SET] = { false, vha_admin_cap_set },
	[VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE] = { true, vha_admin_create },
	[VIRTIO_ADMIN_CMD_RESOURCE_OBJ_MODIFY] = { true, vha_admin_modify },
	[VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY] = { true, vha_admin_query },
	[VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY] = { true, vha_admin_destroy },
};

static const struct vha_admin_op *
vha_admin_find(const struct vha_sas *sas, u32 opcode)
{
	u64 used = sas->commands | VHA_COMMANDS_FIRST;

	if (opcode >= ARRAY_SIZE(vha_admin_ops))
		return NULL;
	opcode = array_index_nospec(opcode, ARRAY_SIZE(vha_admin_ops));
	if (!vha_admin_ops[opcode].exec || !(used & BIT_ULL(opcode)))
		return NULL;
	if (vha_admin_ops[opcode].is_object && sas->has_cap != VHA_CAPS_ALL)
		return NULL;
	return &vha_admin_ops[opcode];
}

/* An error that virtio has no name for is the parameters' */
static u16 vha_admin_status(int err, u16 *qualifier)
{
	switch (err) {
	case 0:
		*qualifier = VIRTIO_ADMIN_STATUS_Q_OK;
		return VIRTIO_ADMIN_STATUS_OK;
	case -ENOSPC:
		err = -ENOMEM;
		fallthrough;
	case -ENOMEM:
		*qualifier = VIRTIO_ADMIN_STATUS_Q_NORESOURCE;
		return -err;
	case -ENXIO:
	case -EBUSY:
	case -EEXIST:
		*qualifier = VIRTIO_ADMIN_STATUS_Q_INVALID_COMMAND;
		return -err;
	default:
		*qualifier = VIRTIO_ADMIN_STATUS_Q_INVALID_FIELD;
		return VIRTIO_ADMIN_STATUS_EINVAL;
	}
}

static u16 vha_admin_exec(struct vha_sas *sas,
			  const struct virtio_admin_cmd_hdr *hdr,
			  struct vha_ipsec_call *call, u16 *qualifier)
{
	const struct vha_admin_op *op;

	*qualifier = VIRTIO_ADMIN_STATUS_Q_INVALID_GROUP;
	if (hdr->group_type != cpu_to_le16(VIRTIO_ADMIN_GROUP_TYPE_SELF))
		return VIRTIO_ADMIN_STATUS_EINVAL;
	*qualifier = VIRTIO_ADMIN_STATUS_Q_INVALID_OPCODE;
	op = vha_admin_find(sas, le16_to_cpu(hdr->opcode));
	if (!op)
		return VIRTIO_ADMIN_STATUS_EINVAL;
	*qualifier = VIRTIO_ADMIN_STATUS_Q_INVALID_MEMBER;
	if (hdr->group_member_id)
		return VIRTIO_ADMIN_STATUS_EINVAL;
	return vha_admin_status(op->exec(sas, call), qualifier);
}

/**
 * vha_ipsec_admin() - do an administration command
 * @sas: the device's SAs
 * @call: the command, and where status and result go
 *
 * Context: process, the control queue's worker.
 */
void vha_ipsec_admin(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	struct virtio_admin_cmd_status status = {};
	struct virtio_admin_cmd_hdr hdr;
	struct vha_ipsec_call cmd = {};
	u32 head = min_t(u32, call->data_len, sizeof(hdr));
	u16 qualifier;

	vha_admin_read(call, &hdr, sizeof(hdr));
	cmd.data = call->data + head;
	cmd.data_len = call->data_len - head;
	if (call->room > sizeof(status)) {
		cmd.result = call->result + sizeof(status);
		cmd.room = call->room - sizeof(status);
	}
	status.status = cpu_to_le16(vha_admin_exec(sas, &hdr, &cmd, &qualifier));
	status.status_qualifier = cpu_to_le16(qualifier);
	vha_admin_write(call, &status, sizeof(status));
	if (!status.status)
		call->result_len += cmd.result_len;
}
