// SPDX-License-Identifier: GPL-2.0
/*
 * The IPSEC service of a device on its control queue.
 *
 * All of this waits for the device, which has a bounded time (ctrl.c): so it is only for
 * work items and system calls, and never under &vaccel_dev.mutex, which whoever gives
 * a silent device up has to take.
 */
#include "ipsec_ctrl.h"

#include <kunit/visibility.h>
#include <linux/completion.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "ctrl.h"
#include "ipsec_psa.h"
#include "slot.h"
#include "vaccel.h"

/* The commands of virtio 1.4 that are used */
#define VACCEL_ADMIN_COMMANDS						\
	(BIT_ULL(VIRTIO_ADMIN_CMD_LIST_QUERY) |				\
	 BIT_ULL(VIRTIO_ADMIN_CMD_LIST_USE) |				\
	 BIT_ULL(VIRTIO_ADMIN_CMD_DEVICE_CAP_GET) |			\
	 BIT_ULL(VIRTIO_ADMIN_CMD_DRIVER_CAP_SET) |			\
	 BIT_ULL(VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE) |		\
	 BIT_ULL(VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY))

/* Options that a capability may have */
#define VACCEL_IPSEC_OPTIONS						\
	GENMASK(VIRTIO_CRYPTO_IPSEC_SA_LIFETIME, VIRTIO_CRYPTO_IPSEC_ESN)

/* More SAs than these are not kept track of */
#define VACCEL_IPSEC_LIMIT	1048576U

/* Entries that the capability of SAs is read with: there are four modes */
#define VACCEL_IPSEC_CAP_MODES	8

/**
 * struct vaccel_call_out - what a device reads of a control request
 * @hdr: with the opcode
 * @flf: fixed part
 * @data: the rest
 */
struct vaccel_call_out {
	struct virtio_crypto_ctrl_header hdr;
	struct virtio_accel_ctrl_flf flf;
	u8 data[VIRTIO_ACCEL_DATA_MAX];
};

/**
 * struct vaccel_call_in - what a device writes
 * @answer: fixed part
 * @result: the rest
 */
struct vaccel_call_in {
	struct virtio_accel_ctrl_answer answer;
	u8 result[VIRTIO_ACCEL_DATA_MAX];
};

static_assert(offsetof(struct vaccel_call_out, data) == 32);
static_assert(offsetof(struct vaccel_call_in, result) == 16);

/**
 * struct vaccel_call - a control request of the vendor extension
 * @cmd: for the control queue
 * @raw: the buffers
 * @done: there is an answer, or will be none
 * @status: VIRTIO_CRYPTO_*, or negative if the device never answered
 * @out: what the device reads
 * @in: what the device writes
 */
struct vaccel_call {
	struct vaccel_cmd cmd;
	struct vaccel_ctrl_raw raw;
	struct completion done;
	int status;
	struct vaccel_call_out out __aligned(VACCEL_DMA_ALIGN);
	struct vaccel_call_in in __aligned(VACCEL_DMA_ALIGN);
};

static void vaccel_call_done(struct vaccel_cmd *cmd, int status)
{
	struct vaccel_call *call = container_of(cmd, struct vaccel_call, cmd);

	call->status = status;
	complete(&call->done);
}

static void vaccel_call_fill(struct vaccel_call *call, u32 opcode,
			     const void *data, u32 len, u32 room)
{
	memset(&call->out, 0, sizeof(call->out));
	memset(&call->in, 0xff, sizeof(call->in));
	call->out.hdr.opcode = cpu_to_le32(opcode);
	call->out.flf.version = cpu_to_le32(VIRTIO_ACCEL_VERSION);
	call->out.flf.data_len = cpu_to_le32(len);
	call->out.flf.result_len = cpu_to_le32(room);
	if (len)
		memcpy(call->out.data, data, len);
	call->raw = (struct vaccel_ctrl_raw){
		.out = &call->out,
		.out_len = offsetof(struct vaccel_call_out, data) + len,
		.in = &call->in,
		.in_len = sizeof(call->in.answer) + room,
	};
}

/* What the device wrote is private now: it has returned the buffers */
static int vaccel_call_result(const struct vaccel_call *call, u32 room,
			      u32 *result_len)
{
	u32 status;

	if (call->status < 0)
		return call->status;
	status = le32_to_cpu(call->in.answer.status);
	if (status == VIRTIO_CRYPTO_INVSESS)
		return -ENXIO;
	if (status == VIRTIO_CRYPTO_NOTSUPP)
		return -EOPNOTSUPP;
	if (status != VIRTIO_CRYPTO_OK)
		return -EINVAL;
	*result_len = min_t(u64, le64_to_cpu(call->in.answer.result_len), room);
	return 0;
}

/*
 * Do a control request and wait for the answer. Returns how long the result is, or an
 * error; @gen is set to the start of the device that answered, if it is wanted.
 */
static int vaccel_ipsec_call(struct vaccel_dev *vd, u32 opcode,
			     const void *data, u32 len, void *result, u32 room,
			     u32 *gen)
{
	struct vaccel_call *call;
	u32 result_len = 0;
	int err;

	if (len > VIRTIO_ACCEL_DATA_MAX || room > VIRTIO_ACCEL_DATA_MAX)
		return -EINVAL;
	/* kmalloc aligns powers of two to their size */
	call = kzalloc(roundup_pow_of_two(sizeof(*call)), GFP_KERNEL);
	if (!call)
		return -ENOMEM;
	vaccel_call_fill(call, opcode, data, len, room);
	init_completion(&call->done);
	call->cmd.raw = &call->raw;
	call->cmd.done = vaccel_call_done;
	err = vaccel_ctrl_submit(&vd->ctrl, &call->cmd);
	if (!err) {
		wait_for_completion(&call->done);
		err = vaccel_call_result(call, room, &result_len);
	}
	if (!err && result_len)
		memcpy(result, call->in.result, result_len);
	if (gen)
		*gen = call->cmd.gen;
	/* There may be keys in it */
	kfree_sensitive(call);
	return err ?: result_len;
}

static int vaccel_admin_errno(u16 status)
{
	switch (status) {
	case VIRTIO_ADMIN_STATUS_OK:
		return 0;
	case VIRTIO_ADMIN_STATUS_ENXIO:
		return -ENXIO;
	case VIRTIO_ADMIN_STATUS_ENOMEM:
		return -ENOMEM;
	case VIRTIO_ADMIN_STATUS_ENOSPC:
		return -ENOSPC;
	default:
		return -EINVAL;
	}
}

/* An administration command; returns as vaccel_ipsec_call() */
static int vaccel_ipsec_admin(struct vaccel_dev *vd, u16 opcode,
			      const void *data, u32 len, void *result, u32 room,
			      u32 *gen)
{
	struct {
		struct virtio_admin_cmd_hdr hdr;
		u8 data[VIRTIO_ACCEL_DATA_MAX -
			sizeof(struct virtio_admin_cmd_hdr)];
	} *cmd;
	struct {
		struct virtio_admin_cmd_status status;
		u8 data[VIRTIO_ACCEL_DATA_MAX -
			sizeof(struct virtio_admin_cmd_status)];
	} *answer;
	int ret = -ENOMEM;

	cmd = kzalloc(sizeof(*cmd), GFP_KERNEL);
	answer = kzalloc(sizeof(*answer), GFP_KERNEL);
	if (!cmd || !answer)
		goto out_free;
	ret = -EINVAL;
	if (len > sizeof(cmd->data) || room > sizeof(answer->data))
		goto out_free;
	cmd->hdr.opcode = cpu_to_le16(opcode);
	cmd->hdr.group_type = cpu_to_le16(VIRTIO_ADMIN_GROUP_TYPE_SELF);
	memcpy(cmd->data, data, len);
	ret = vaccel_ipsec_call(vd, VIRTIO_ACCEL_CTRL_ADMIN, cmd,
				sizeof(cmd->hdr) + len, answer,
				sizeof(answer->status) + room, gen);
	if (ret < 0)
		goto out_free;
	if (ret < (int)sizeof(answer->status)) {
		ret = -EINVAL;
		goto out_free;
	}
	ret -= sizeof(answer->status);
	memcpy(result, answer->data, ret);
	ret = vaccel_admin_errno(le16_to_cpu(answer->status.status)) ?: ret;
out_free:
	kfree_sensitive(cmd);
	kfree(answer);
	return ret;
}

/* Capabilities */

static void vaccel_ipsec_parse_mode(struct vaccel_ipsec_mode *mode,
				    const struct virtio_crypto_ipsec_mode_cap *cap)
{
	*mode = (struct vaccel_ipsec_mode){
		.options = le32_to_cpu(cap->options) & VACCEL_IPSEC_OPTIONS,
		.window = min_t(u32, le32_to_cpu(cap->max_replay_win_sz),
				VIRTIO_ACCEL_REPLAY_MAX),
		.cipher = le64_to_cpu(cap->cipher_algo),
		.mac = le64_to_cpu(cap->hmac_algo),
		.aead = le32_to_cpu(cap->aead_algo),
		.cipher_key = le32_to_cpu(cap->max_cipher_key_len),
		.auth_key = le32_to_cpu(cap->max_auth_key_len),
	};
}

int vaccel_ipsec_parse_modes(struct vaccel_ipsec_caps *caps, const void *cap,
			     u32 len)
{
	const struct virtio_crypto_ipsec_sa_cap_data *head = cap;
	const struct virtio_crypto_ipsec_mode_cap *mode;
	unsigned int i;

	memset(caps->mode, 0, sizeof(caps->mode));
	if (len < sizeof(*head) ||
	    (len - sizeof(*head)) / sizeof(*mode) < head->count)
		return -EINVAL;
	for (i = 0; i < head->count; i++) {
		mode = &head->cap_mode[i];
		if (mode->mode && mode->mode <= VACCEL_IPSEC_MODES)
			vaccel_ipsec_parse_mode(&caps->mode[mode->mode - 1],
						mode);
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_parse_modes);

u32 vaccel_ipsec_put_modes(const struct vaccel_ipsec_caps *caps,
			   struct virtio_crypto_ipsec_sa_cap_data *cap)
{
	const struct vaccel_ipsec_mode *mode;
	unsigned int i, n = 0;

	for (i = 0; i < VACCEL_IPSEC_MODES; i++) {
		mode = &caps->mode[i];
		if (!mode->aead && !mode->mac)
			continue;
		cap->cap_mode[n++] = (struct virtio_crypto_ipsec_mode_cap){
			.mode = i + 1,
			.max_replay_win_sz = cpu_to_le32(mode->window),
			.options = cpu_to_le32(mode->options),
			.cipher_algo = cpu_to_le64(mode->cipher),
			.hmac_algo = cpu_to_le64(mode->mac),
			.aead_algo = cpu_to_le32(mode->aead),
			.max_cipher_key_len = cpu_to_le32(mode->cipher_key),
			.max_auth_key_len = cpu_to_le32(mode->auth_key),
		};
	}
	memset(cap, 0, sizeof(*cap));
	cap->count = n;
	return sizeof(*cap) + n * sizeof(cap->cap_mode[0]);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_put_modes);

bool vaccel_ipsec_takes(const struct vaccel_ipsec_caps *caps,
			const struct vaccel_ipsec_sa *sa)
{
	const struct accel_ipsec_alg *alg;
	const struct vaccel_ipsec_mode *mode;

	if (!sa->wire.mode || sa->wire.mode > VACCEL_IPSEC_MODES)
		return false;
	mode = &caps->mode[sa->wire.mode - 1];
	alg = accel_ipsec_alg_find(le64_to_cpu(sa->wire.cipher_algo),
				   le64_to_cpu(sa->wire.auth_algo));
	return alg && accel_ipsec_alg_offered(alg, mode->cipher, mode->mac,
					      mode->aead) &&
	       !(le64_to_cpu(sa->wire.options) & ~(u64)mode->options) &&
	       le32_to_cpu(sa->wire.replay_win_sz) <= mode->window &&
	       le16_to_cpu(sa->wire.cipher_key.length) <= mode->cipher_key &&
	       le16_to_cpu(sa->wire.auth_key.length) <= mode->auth_key;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_takes);

static int vaccel_ipsec_get_cap(struct vaccel_dev *vd, u16 id, void *cap, u32 len)
{
	struct virtio_admin_cmd_cap_get_data data = { .id = cpu_to_le16(id) };

	return vaccel_ipsec_admin(vd, VIRTIO_ADMIN_CMD_DEVICE_CAP_GET, &data,
				  sizeof(data), cap, len, NULL);
}

/* @data has the capability behind its head */
static int vaccel_ipsec_set_cap(struct vaccel_dev *vd, u16 id, void *data, u32 len)
{
	struct virtio_admin_cmd_cap_set_data *head = data;

	head->id = cpu_to_le16(id);
	return vaccel_ipsec_admin(vd, VIRTIO_ADMIN_CMD_DRIVER_CAP_SET, data,
				  sizeof(*head) + len, NULL, 0, NULL);
}

static int vaccel_ipsec_set_limits(struct vaccel_dev *vd,
				   struct vaccel_ipsec_caps *caps)
{
	struct {
		struct virtio_admin_cmd_cap_set_data head;
		struct virtio_crypto_ipsec_resource_cap cap;
	} data = {};
	int ret;

	ret = vaccel_ipsec_get_cap(vd, VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP,
				   &data.cap, sizeof(data.cap));
	if (ret < 0)
		return ret;
	if (ret < (int)sizeof(data.cap))
		return -EINVAL;
	caps->limit[VACCEL_IPSEC_OUT] =
		min(le32_to_cpu(data.cap.outb_sa_limit), VACCEL_IPSEC_LIMIT);
	caps->limit[VACCEL_IPSEC_IN] =
		min(le32_to_cpu(data.cap.inb_sa_limit), VACCEL_IPSEC_LIMIT);
	data.cap.outb_sa_limit = cpu_to_le32(caps->limit[VACCEL_IPSEC_OUT]);
	data.cap.inb_sa_limit = cpu_to_le32(caps->limit[VACCEL_IPSEC_IN]);
	return vaccel_ipsec_set_cap(vd, VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP, &data,
				    sizeof(data.cap));
}

static int vaccel_ipsec_set_modes(struct vaccel_dev *vd,
				  struct vaccel_ipsec_caps *caps)
{
	const u32 room = sizeof(struct virtio_crypto_ipsec_sa_cap_data) +
		VACCEL_IPSEC_CAP_MODES *
		sizeof(struct virtio_crypto_ipsec_mode_cap);
	struct virtio_admin_cmd_cap_set_data *data;
	int ret;

	data = kzalloc(sizeof(*data) + room, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	ret = vaccel_ipsec_get_cap(vd, VIRTIO_CRYPTO_IPSEC_SA_CAP,
				   data->cap_specific_data, room);
	if (ret >= 0)
		ret = vaccel_ipsec_parse_modes(caps, data->cap_specific_data,
					       ret);
	if (!ret) {
		u32 len = vaccel_ipsec_put_modes(caps,
						 (void *)data->cap_specific_data);

		ret = vaccel_ipsec_set_cap(vd, VIRTIO_CRYPTO_IPSEC_SA_CAP, data,
					   len);
	}
	kfree(data);
	return ret;
}

static int vaccel_ipsec_agree(struct vaccel_dev *vd, u32 *gen)
{
	__le64 commands = 0;
	struct virtio_accel_info info;
	int ret;

	ret = vaccel_ipsec_call(vd, VIRTIO_ACCEL_CTRL_INFO, NULL, 0, &info,
				sizeof(info), gen);
	if (ret < 0)
		return ret;
	if (ret < (int)sizeof(info) ||
	    le32_to_cpu(info.min_version) > VIRTIO_ACCEL_VERSION ||
	    le32_to_cpu(info.max_version) < VIRTIO_ACCEL_VERSION)
		return -EOPNOTSUPP;
	ret = vaccel_ipsec_admin(vd, VIRTIO_ADMIN_CMD_LIST_QUERY, NULL, 0,
				 &commands, sizeof(commands), NULL);
	if (ret < 0)
		return ret;
	if (VACCEL_ADMIN_COMMANDS & ~le64_to_cpu(commands))
		return -EOPNOTSUPP;
	commands = cpu_to_le64(VACCEL_ADMIN_COMMANDS);
	ret = vaccel_ipsec_admin(vd, VIRTIO_ADMIN_CMD_LIST_USE, &commands,
				 sizeof(commands), NULL, 0, NULL);
	if (ret >= 0)
		ret = vaccel_ipsec_set_limits(vd, &vd->ipsec.caps);
	if (ret >= 0)
		ret = vaccel_ipsec_set_modes(vd, &vd->ipsec.caps);
	return min(ret, 0);
}

static void vaccel_ipsec_work(struct work_struct *work)
{
	struct vaccel_dev *vd = container_of(work, struct vaccel_dev,
					     ipsec.work);
	u32 gen = 0;
	int err;

	/* After a pause, and not a new start, all is as it was */
	if (READ_ONCE(vd->ipsec.gen) != READ_ONCE(vd->gen)) {
		err = vaccel_ipsec_agree(vd, &gen);
		if (err == -ENODEV)
			return;
		if (err) {
			pr_warn("virtio_accel: %s: no IPSEC service: error %d\n",
				vd->name, err);
			return;
		}
		/* Pairs with vaccel_ipsec_ready() */
		smp_store_release(&vd->ipsec.gen, gen);
	}
	vaccel_psas_check();
}

bool vaccel_ipsec_ready(const struct vaccel_dev *vd)
{
	/* Before the capabilities: pairs with vaccel_ipsec_work() */
	u32 gen = smp_load_acquire(&vd->ipsec.gen);

	return gen && gen == READ_ONCE(vd->gen) && vaccel_dev_usable(vd);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_ready);

void vaccel_ipsec_init(struct vaccel_dev *vd)
{
	unsigned int i;

	for (i = 0; i < VACCEL_IPSEC_DIRS; i++)
		ida_init(&vd->ipsec.ids[i]);
	INIT_WORK(&vd->ipsec.work, vaccel_ipsec_work);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_init);

void vaccel_ipsec_open(struct vaccel_dev *vd)
{
	if (vd->caps.ipsec)
		queue_work(vaccel_wq, &vd->ipsec.work);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_open);

void vaccel_ipsec_stop(struct vaccel_dev *vd)
{
	cancel_work_sync(&vd->ipsec.work);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_stop);

void vaccel_ipsec_exit(struct vaccel_dev *vd)
{
	unsigned int i;

	for (i = 0; i < VACCEL_IPSEC_DIRS; i++)
		ida_destroy(&vd->ipsec.ids[i]);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_exit);

/* Resource objects */

static u8 vaccel_ipsec_dir(const struct vaccel_ipsec_sa *sa)
{
	return sa->wire.direction == VIRTIO_CRYPTO_IPSEC_DIR_OUTBOUND ?
		VACCEL_IPSEC_OUT : VACCEL_IPSEC_IN;
}

static struct virtio_admin_cmd_resource_obj_cmd_hdr
vaccel_ipsec_hdr(const struct vaccel_ipsec_sa *sa)
{
	return (struct virtio_admin_cmd_resource_obj_cmd_hdr){
		.type = cpu_to_le16(VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_OUTBOUND_SA +
				    vaccel_ipsec_dir(sa)),
		.id = sa->wire.obj_id,
	};
}

int vaccel_ipsec_create(struct vaccel_dev *vd, struct vaccel_ipsec_sa *sa,
			u32 *gen)
{
	struct {
		struct virtio_admin_cmd_resource_obj_create_data head;
		struct vaccel_ipsec_sa sa;
	} __packed data = {};
	u8 dir = vaccel_ipsec_dir(sa);
	int id, ret;

	if (!vaccel_ipsec_ready(vd))
		return -ENODEV;
	if (!vd->ipsec.caps.limit[dir])
		return -ENOSPC;
	id = ida_alloc_max(&vd->ipsec.ids[dir], vd->ipsec.caps.limit[dir] - 1,
			   GFP_KERNEL);
	if (id < 0)
		return id;
	sa->wire.obj_id = cpu_to_le32(id);
	data.head.hdr = vaccel_ipsec_hdr(sa);
	data.sa = *sa;
	ret = vaccel_ipsec_admin(vd, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, &data,
				 sizeof(data), NULL, 0, gen);
	memzero_explicit(&data, sizeof(data));
	if (ret >= 0)
		return 0;
	ida_free(&vd->ipsec.ids[dir], id);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_create);

void vaccel_ipsec_destroy(struct vaccel_dev *vd,
			  const struct vaccel_ipsec_sa *sa)
{
	struct virtio_admin_cmd_resource_obj_cmd_hdr hdr = vaccel_ipsec_hdr(sa);
	int ret;

	ret = vaccel_ipsec_admin(vd, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY, &hdr,
				 sizeof(hdr), NULL, 0, NULL);
	/* A device that was reset has forgotten it */
	if (ret < 0 && ret != -ENODEV && ret != -ENXIO) {
		pr_warn("virtio_accel: %s: an SA stays: error %d\n", vd->name,
			ret);
		return;
	}
	ida_free(&vd->ipsec.ids[vaccel_ipsec_dir(sa)],
		 le32_to_cpu(sa->wire.obj_id));
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_destroy);

static struct virtio_accel_sa_ref
vaccel_ipsec_ref(const struct vaccel_ipsec_sa *sa)
{
	struct virtio_admin_cmd_resource_obj_cmd_hdr hdr = vaccel_ipsec_hdr(sa);

	return (struct virtio_accel_sa_ref){ .type = hdr.type, .id = hdr.id };
}

int vaccel_ipsec_set_seq(struct vaccel_dev *vd, const struct vaccel_ipsec_sa *sa,
			 u64 seq)
{
	u32 window = le32_to_cpu(sa->wire.replay_win_sz), i;
	struct virtio_accel_sa_state *state;
	int ret;

	state = kzalloc(sizeof(*state), GFP_KERNEL);
	if (!state)
		return -ENOMEM;
	state->ref = vaccel_ipsec_ref(sa);
	state->spi = sa->wire.spi;
	state->seq = cpu_to_le64(seq);
	state->replay_win_sz = sa->wire.replay_win_sz;
	for (i = 0; i < window && i / 64 < ARRAY_SIZE(state->replay); i++)
		state->replay[i / 64] |= cpu_to_le64(BIT_ULL(i % 64));
	ret = vaccel_ipsec_call(vd, VIRTIO_ACCEL_CTRL_SA_SET, state,
				sizeof(*state), NULL, 0, NULL);
	kfree(state);
	return min(ret, 0);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ipsec_set_seq);
