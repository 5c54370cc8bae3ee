// SPDX-License-Identifier: GPL-2.0
/*
 * Control requests of the vendor extension. Documentation/ipsec-wire.rst.
 */
#include "ipsec_ctrl.h"

#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "ipsec_sa.h"

static_assert(sizeof(struct virtio_accel_sa_state) <= VIRTIO_ACCEL_DATA_MAX);

/**
 * struct vha_ipsec_op - a control request
 * @opcode: VIRTIO_ACCEL_CTRL_*
 * @data_len: of its data, without exception; U32_MAX for any
 * @result_len: what there has to be room for
 * @exec: does it; returns VIRTIO_CRYPTO_*
 */
struct vha_ipsec_op {
	u32 opcode;
	u32 data_len;
	u32 result_len;
	u8 (*exec)(struct vha_sas *sas, struct vha_ipsec_call *call);
};

static u8 vha_ipsec_info(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	struct virtio_accel_info info = {
		.min_version = cpu_to_le32(VIRTIO_ACCEL_VERSION),
		.max_version = cpu_to_le32(VIRTIO_ACCEL_VERSION),
	};

	memcpy(call->result, &info, sizeof(info));
	call->result_len = sizeof(info);
	return VIRTIO_CRYPTO_OK;
}

static u8 vha_ipsec_do_admin(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	vha_ipsec_admin(sas, call);
	return VIRTIO_CRYPTO_OK;
}

static_assert(offsetof(struct virtio_accel_sa_ref, id) ==
	      offsetof(struct virtio_admin_cmd_resource_obj_cmd_hdr, id));

/* An SA is named as an administration command names it */
static bool vha_ipsec_ref(const void *data, u8 *dir, u32 *id)
{
	struct virtio_admin_cmd_resource_obj_cmd_hdr hdr;

	memcpy(&hdr, data, sizeof(hdr));
	return !vha_ipsec_read_hdr(&hdr, dir, id);
}

static u8 vha_ipsec_put_state(struct vha_sa *sa, struct vha_ipsec_call *call)
{
	struct virtio_accel_sa_state state;

	if (!sa)
		return VIRTIO_CRYPTO_INVSESS;
	vha_sa_state(sa, &state);
	vha_sa_put(sa);
	memcpy(call->result, &state, sizeof(state));
	call->result_len = sizeof(state);
	return VIRTIO_CRYPTO_OK;
}

static u8 vha_ipsec_get(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	u32 id;
	u8 dir;

	if (!vha_ipsec_ref(call->data, &dir, &id))
		return VIRTIO_CRYPTO_ERR;
	return vha_ipsec_put_state(vha_sa_get(sas, dir, id), call);
}

static u8 vha_ipsec_next(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	u32 id;
	u8 dir;

	if (!vha_ipsec_ref(call->data, &dir, &id))
		return VIRTIO_CRYPTO_ERR;
	return vha_ipsec_put_state(vha_sa_next(sas, dir, id), call);
}

/**
 * vha_ipsec_set_state() - write the state of the SA that it names
 * @sas: the table
 * @state: private memory, unchecked
 *
 * Context: process.
 * Return: 0, -ENOENT if there is no such SA, or -EINVAL; then nothing has changed.
 */
int vha_ipsec_set_state(struct vha_sas *sas,
			const struct virtio_accel_sa_state *state)
{
	struct vha_sa *sa;
	u32 id;
	u8 dir;
	int err;

	if (!vha_ipsec_ref(&state->ref, &dir, &id))
		return -EINVAL;
	sa = vha_sa_get(sas, dir, id);
	if (!sa)
		return -ENOENT;
	err = vha_sa_set_state(sa, state);
	vha_sa_put(sa);
	return err;
}

static u8 vha_ipsec_set(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	struct virtio_accel_sa_state state;
	int err;

	memcpy(&state, call->data, sizeof(state));
	err = vha_ipsec_set_state(sas, &state);
	if (err == -ENOENT)
		return VIRTIO_CRYPTO_INVSESS;
	return err ? VIRTIO_CRYPTO_ERR : VIRTIO_CRYPTO_OK;
}

static u8 vha_ipsec_flush(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	u32 id;
	u8 dir;

	if (!vha_ipsec_ref(call->data, &dir, &id) || id)
		return VIRTIO_CRYPTO_ERR;
	vha_sas_flush(sas, dir);
	return VIRTIO_CRYPTO_OK;
}

static u8 vha_ipsec_events(struct vha_sas *sas, struct vha_ipsec_call *call)
{
	struct virtio_accel_event *event = (void *)call->result;
	u32 nr;

	nr = vha_sas_events(sas, event, call->room / sizeof(*event));
	call->result_len = nr * sizeof(*event);
	return VIRTIO_CRYPTO_OK;
}

static const struct vha_ipsec_op vha_ipsec_ops[] = {
	{
		.opcode = VIRTIO_ACCEL_CTRL_INFO,
		.result_len = sizeof(struct virtio_accel_info),
		.exec = vha_ipsec_info,
	},
	{
		.opcode = VIRTIO_ACCEL_CTRL_ADMIN,
		.data_len = U32_MAX,
		.result_len = sizeof(struct virtio_admin_cmd_status),
		.exec = vha_ipsec_do_admin,
	},
	{
		.opcode = VIRTIO_ACCEL_CTRL_SA_GET,
		.data_len = sizeof(struct virtio_accel_sa_ref),
		.result_len = sizeof(struct virtio_accel_sa_state),
		.exec = vha_ipsec_get,
	},
	{
		.opcode = VIRTIO_ACCEL_CTRL_SA_SET,
		.data_len = sizeof(struct virtio_accel_sa_state),
		.exec = vha_ipsec_set,
	},
	{
		.opcode = VIRTIO_ACCEL_CTRL_SA_NEXT,
		.data_len = sizeof(struct virtio_accel_sa_ref),
		.result_len = sizeof(struct virtio_accel_sa_state),
		.exec = vha_ipsec_next,
	},
	{
		.opcode = VIRTIO_ACCEL_CTRL_SA_FLUSH,
		.data_len = sizeof(struct virtio_accel_sa_ref),
		.exec = vha_ipsec_flush,
	},
	{
		.opcode = VIRTIO_ACCEL_CTRL_EVENTS,
		.result_len = sizeof(struct virtio_accel_event),
		.exec = vha_ipsec_events,
	},
};

/**
 * vha_ipsec_ctrl() - do a control request of the extension
 * @sas: the device's SAs
 * @opcode: from the guest, unchecked
 * @version: likewise
 * @call: data, aligned for the structures of virtio_accel.h as is the result
 *
 * Context: process, the control queue's worker.
 * Return: VIRTIO_CRYPTO_*; only VIRTIO_CRYPTO_OK has a result.
 */
u8 vha_ipsec_ctrl(struct vha_sas *sas, u32 opcode, u32 version,
		  struct vha_ipsec_call *call)
{
	const struct vha_ipsec_op *op = NULL;
	unsigned int i;

	call->result_len = 0;
	for (i = 0; i < ARRAY_SIZE(vha_ipsec_ops); i++)
		if (vha_ipsec_ops[i].opcode == opcode)
			op = &vha_ipsec_ops[i];
	if (!op)
		return VIRTIO_CRYPTO_NOTSUPP;
	/* Whoever asks for the versions does not know them */
	if (version != VIRTIO_ACCEL_VERSION && opcode != VIRTIO_ACCEL_CTRL_INFO)
		return VIRTIO_CRYPTO_NOTSUPP;
	if ((op->data_len != U32_MAX && call->data_len != op->data_len) ||
	    call->room < op->result_len)
		return VIRTIO_CRYPTO_ERR;
	return op->exec(sas, call);
}
EXPORT_SYMBOL_IF_KUNIT(vha_ipsec_ctrl);
