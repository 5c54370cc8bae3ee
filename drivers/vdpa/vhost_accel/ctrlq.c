// SPDX-License-Identifier: GPL-2.0
/*
 * The control queue: sessions, virtio 1.4, "Control Virtqueue"; and the requests of
 * the vendor extension.
 *
 * Requests are done one at a time, and slowly: making a transform may take long
 * and sleep. So a request is read with the address map locked, done without, and
 * answered with the lock again.
 */
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "health_run.h"
#include "ipsec_ctrl.h"
#include "vha.h"

/**
 * union vha_ctrl_flf - fixed part of a control request, all formats
 * @sym: CIPHER_CREATE_SESSION
 * @hash: HASH_CREATE_SESSION
 * @mac: MAC_CREATE_SESSION
 * @aead: AEAD_CREATE_SESSION
 * @akcipher: AKCIPHER_CREATE_SESSION
 * @accel: of the vendor extension
 * @session_id: DESTROY_SESSION of any service
 * @bytes: the longest of them
 */
union vha_ctrl_flf {
	struct virtio_crypto_sym_create_session_req sym;
	struct virtio_crypto_hash_session_para hash;
	struct virtio_crypto_mac_session_para mac;
	struct virtio_crypto_aead_session_para aead;
	struct virtio_crypto_akcipher_session_para akcipher;
	struct virtio_accel_ctrl_flf accel;
	__le64 session_id;
	u8 bytes[ACCEL_CTRL_FLF_LEGACY];
};

/**
 * struct vha_ctrl_req - a control request, in private memory
 * @flf: the fixed part
 * @opcode: of the header
 * @key: the key, or other data, in the run's memory
 * @key_len: of @key
 * @result: of the vendor extension: where the result goes, in the run's memory
 * @room: for it
 */
struct vha_ctrl_req {
	union vha_ctrl_flf flf;
	u32 opcode;
	const u8 *key;
	u32 key_len;
	u8 *result;
	u32 room;
};

/**
 * struct vha_ctrl_op - what there is to know about an opcode
 * @opcode: VIRTIO_CRYPTO_*_SESSION
 * @service: VIRTIO_CRYPTO_SERVICE_*
 * @flf_len: of the fixed part, with REVISION_1
 * @is_session: the answer is a &struct virtio_crypto_session_input
 * @key_len: finds the length of the key that follows the fixed part; NULL if
 *	there is none
 * @max_key_len: what is longer is refused unread
 * @exec: does it; returns VIRTIO_CRYPTO_*
 */
struct vha_ctrl_op {
	u32 opcode;
	u8 service;
	u8 flf_len;
	bool is_session;
	u32 (*key_len)(const union vha_ctrl_flf *flf);
	u32 max_key_len;
	u8 (*exec)(struct vha_dev *dev, const struct vha_ctrl_op *op,
		   const struct vha_ctrl_req *req,
		   struct vha_ctrl_answer *answer);
};

/* The keys of both, one behind the other */
static u32 vha_ctrl_chain_key_len(const union vha_ctrl_flf *flf)
{
	const struct virtio_crypto_alg_chain_session_para *para =
		&flf->sym.u.chain.para;
	u32 len = le32_to_cpu(para->cipher_param.keylen);
	u32 auth_len = 0;

	if (le32_to_cpu(para->hash_mode) == VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH)
		auth_len = le32_to_cpu(para->u.mac_param.auth_key_len);
	return check_add_overflow(len, auth_len, &len) ? U32_MAX : len;
}

static u32 vha_ctrl_sym_key_len(const union vha_ctrl_flf *flf)
{
	if (le32_to_cpu(flf->sym.op_type) ==
	    VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING)
		return vha_ctrl_chain_key_len(flf);
	return le32_to_cpu(flf->sym.u.cipher.para.keylen);
}

static u32 vha_ctrl_mac_key_len(const union vha_ctrl_flf *flf)
{
	return le32_to_cpu(flf->mac.auth_key_len);
}

static u32 vha_ctrl_aead_key_len(const union vha_ctrl_flf *flf)
{
	return le32_to_cpu(flf->aead.key_len);
}

static u32 vha_ctrl_akcipher_key_len(const union vha_ctrl_flf *flf)
{
	return le32_to_cpu(flf->akcipher.keylen);
}

static u8 vha_ctrl_status(int err)
{
	switch (err) {
	case 0:
		return VIRTIO_CRYPTO_OK;
	case -ENOSPC:
		return VIRTIO_CRYPTO_NOSPC;
	case -EOPNOTSUPP:
	case -ENOENT:
		return VIRTIO_CRYPTO_NOTSUPP;
	default:
		return VIRTIO_CRYPTO_ERR;
	}
}

static bool vha_ctrl_dir_ok(u32 dir)
{
	return dir == VIRTIO_CRYPTO_OP_ENCRYPT ||
	       dir == VIRTIO_CRYPTO_OP_DECRYPT;
}

/* @param has the key and the length of the tag; the rest is filled in */
static u8 vha_ctrl_param(struct vha_dev *dev, u8 service, u32 wire,
			 struct vhost_accel_session_param *param)
{
	u8 status;

	status = vha_session_param_alg(param, service, wire, 0);
	if (status)
		return status;
	param->info = &vha_choice_infos(&dev->choice)[param->alg_id];
	return vha_session_param_ok(param) ? VIRTIO_CRYPTO_OK :
					     VIRTIO_CRYPTO_ERR;
}

static u8 vha_ctrl_created(int err, u64 id, struct vha_ctrl_answer *answer)
{
	if (!err)
		answer->input.session_id = cpu_to_le64(id);
	return vha_ctrl_status(err);
}

/* The parameters are legal as far as they can be without the provider */
static u8 vha_ctrl_new_session(struct vha_dev *dev,
			       struct vhost_accel_session_param *param,
			       bool encrypt, struct vha_ctrl_answer *answer)
{
	u64 id;
	int err;

	err = vha_session_create(&dev->sessions, param, encrypt, &id);
	return vha_ctrl_created(err, id, answer);
}

static u8 vha_ctrl_create(struct vha_dev *dev, u8 service, u32 wire, u32 dir,
			  u32 tag_len, const struct vha_ctrl_req *req,
			  struct vha_ctrl_answer *answer)
{
	struct vhost_accel_session_param param = {
		.key = req->key,
		.key_len = req->key_len,
		.tag_len = tag_len,
	};
	u8 status;

	status = vha_ctrl_param(dev, service, wire, &param);
	if (status)
		return status;
	if (!vha_ctrl_dir_ok(dir))
		return VIRTIO_CRYPTO_ERR;
	return vha_ctrl_new_session(dev, &param,
				    dir == VIRTIO_CRYPTO_OP_ENCRYPT, answer);
}

/* A hash's parameters are the first of a MAC's. What has no number is unsupported */
static u8
vha_ctrl_create_chain(struct vha_dev *dev, const struct vha_ctrl_req *req,
		      struct vha_ctrl_answer *answer)
{
	const struct virtio_crypto_alg_chain_session_para *para =
		&req->flf.sym.u.chain.para;
	u32 order = le32_to_cpu(para->alg_chain_order);
	u32 mode = le32_to_cpu(para->hash_mode);
	u32 dir = le32_to_cpu(para->cipher_param.op);
	struct vhost_accel_session_param cipher = {
		.key = req->key,
		.key_len = le32_to_cpu(para->cipher_param.keylen),
	};
	struct vhost_accel_session_param auth = {
		.key = req->key + cipher.key_len,
		.key_len = req->key_len - cipher.key_len,
		.tag_len = le32_to_cpu(para->u.hash_param.hash_result_len),
	};
	u8 service = VIRTIO_CRYPTO_SERVICE_MAC;
	u64 id;
	u8 status;
	int err;

	if (order != ACCEL_HASH_THEN_CIPHER && order != ACCEL_CIPHER_THEN_HASH)
		return VIRTIO_CRYPTO_NOTSUPP;
	if (mode != VIRTIO_CRYPTO_SYM_HASH_MODE_PLAIN &&
	    mode != VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH)
		return VIRTIO_CRYPTO_NOTSUPP;
	if (mode == VIRTIO_CRYPTO_SYM_HASH_MODE_PLAIN)
		service = VIRTIO_CRYPTO_SERVICE_HASH;
	status = vha_ctrl_param(dev, VIRTIO_CRYPTO_SERVICE_CIPHER,
				le32_to_cpu(para->cipher_param.algo), &cipher);
	if (!status)
		status = vha_ctrl_param(dev, service,
					le32_to_cpu(para->u.hash_param.algo),
					&auth);
	if (status)
		return status;
	if (!vha_ctrl_dir_ok(dir))
		return VIRTIO_CRYPTO_ERR;
	err = vha_session_create_chain(&dev->sessions, &cipher, &auth,
				       order == ACCEL_HASH_THEN_CIPHER,
				       dir == VIRTIO_CRYPTO_OP_ENCRYPT, &id);
	return vha_ctrl_created(err, id, answer);
}

/* The algorithm in the header says the same as the one here, and is not used */
static u8 vha_ctrl_create_cipher(struct vha_dev *dev,
				 const struct vha_ctrl_op *op,
				 const struct vha_ctrl_req *req,
				 struct vha_ctrl_answer *answer)
{
	const struct virtio_crypto_cipher_session_para *para =
		&req->flf.sym.u.cipher.para;

	switch (le32_to_cpu(req->flf.sym.op_type)) {
	case VIRTIO_CRYPTO_SYM_OP_CIPHER:
		return vha_ctrl_create(dev, op->service,
				       le32_to_cpu(para->algo),
				       le32_to_cpu(para->op), 0, req, answer);
	case VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING:
		return vha_ctrl_create_chain(dev, req, answer);
	default:
		return VIRTIO_CRYPTO_NOTSUPP;
	}
}

/* What a MAC's parameters have more than a hash's is its key's length */
static u8 vha_ctrl_create_hash(struct vha_dev *dev,
			       const struct vha_ctrl_op *op,
			       const struct vha_ctrl_req *req,
			       struct vha_ctrl_answer *answer)
{
	const struct virtio_crypto_hash_session_para *para = &req->flf.hash;

	return vha_ctrl_create(dev, op->service, le32_to_cpu(para->algo),
			       VIRTIO_CRYPTO_OP_ENCRYPT,
			       le32_to_cpu(para->hash_result_len), req, answer);
}

static u8 vha_ctrl_create_aead(struct vha_dev *dev,
			       const struct vha_ctrl_op *op,
			       const struct vha_ctrl_req *req,
			       struct vha_ctrl_answer *answer)
{
	const struct virtio_crypto_aead_session_para *para = &req->flf.aead;

	return vha_ctrl_create(dev, op->service, le32_to_cpu(para->algo),
			       le32_to_cpu(para->op),
			       le32_to_cpu(para->hash_result_len), req, answer);
}

static u8 vha_ctrl_create_akcipher(struct vha_dev *dev,
				   const struct vha_ctrl_op *op,
				   const struct vha_ctrl_req *req,
				   struct vha_ctrl_answer *answer)
{
	struct vhost_accel_session_param param = {
		.key = req->key,
	};
	u8 status;

	status = vha_session_param_akcipher(&param, &req->flf.akcipher);
	if (status)
		return status;
	if (!vha_session_param_ok(&param))
		return VIRTIO_CRYPTO_ERR;
	param.info = &vha_choice_infos(&dev->choice)[param.alg_id];
	return vha_ctrl_new_session(dev, &param, false, answer);
}

static u8 vha_ctrl_destroy(struct vha_dev *dev, const struct vha_ctrl_op *op,
			   const struct vha_ctrl_req *req,
			   struct vha_ctrl_answer *answer)
{
	u64 id = le64_to_cpu(req->flf.session_id);

	if (vha_session_destroy(&dev->sessions, id, op->service))
		return VIRTIO_CRYPTO_INVSESS;
	return VIRTIO_CRYPTO_OK;
}

static u32 vha_ctrl_accel_data_len(const union vha_ctrl_flf *flf)
{
	return le32_to_cpu(flf->accel.data_len);
}

static u8 vha_ctrl_accel(struct vha_dev *dev, const struct vha_ctrl_op *op,
			 const struct vha_ctrl_req *req,
			 struct vha_ctrl_answer *answer)
{
	struct vha_ipsec_call call = {
		.data = req->key,
		.data_len = req->key_len,
		.result = req->result,
		.room = req->room,
	};
	u8 status;

	if (req->flf.accel.reserved)
		return VIRTIO_CRYPTO_ERR;
	status = vha_ipsec_ctrl(&dev->sas, req->opcode,
				le32_to_cpu(req->flf.accel.version), &call);
	if (status == VIRTIO_CRYPTO_OK)
		answer->result_len = call.result_len;
	return status;
}

/* All of the vendor extension's, whose opcodes ipsec_ctrl.c knows */
static const struct vha_ctrl_op vha_ctrl_accel_op = {
	.opcode = VIRTIO_ACCEL_CTRL_INFO,
	.flf_len = sizeof(struct virtio_accel_ctrl_flf),
	.is_session = true,
	.key_len = vha_ctrl_accel_data_len,
	.max_key_len = VIRTIO_ACCEL_DATA_MAX,
	.exec = vha_ctrl_accel,
};

static_assert(VIRTIO_ACCEL_DATA_MAX <= VHA_KEY_MAX);
static_assert(sizeof(struct virtio_accel_ctrl_answer) ==
	      sizeof(struct virtio_crypto_session_input));

static const struct vha_ctrl_op vha_ctrl_op_table[] = {
	{
		.opcode = VIRTIO_CRYPTO_CIPHER_CREATE_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.flf_len = ACCEL_CTRL_FLF_SYM_CREATE,
		.is_session = true,
		.key_len = vha_ctrl_sym_key_len,
		.max_key_len = ACCEL_MAX_KEY_LEN + ACCEL_MAX_AUTH_KEY_LEN,
		.exec = vha_ctrl_create_cipher,
	},
	{
		.opcode = VIRTIO_CRYPTO_CIPHER_DESTROY_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_CIPHER,
		.flf_len = ACCEL_CTRL_FLF_DESTROY,
		.exec = vha_ctrl_destroy,
	},
	{
		.opcode = VIRTIO_CRYPTO_HASH_CREATE_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.flf_len = ACCEL_CTRL_FLF_HASH_CREATE,
		.is_session = true,
		.exec = vha_ctrl_create_hash,
	},
	{
		.opcode = VIRTIO_CRYPTO_HASH_DESTROY_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_HASH,
		.flf_len = ACCEL_CTRL_FLF_DESTROY,
		.exec = vha_ctrl_destroy,
	},
	{
		.opcode = VIRTIO_CRYPTO_MAC_CREATE_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.flf_len = ACCEL_CTRL_FLF_MAC_CREATE,
		.is_session = true,
		.key_len = vha_ctrl_mac_key_len,
		.max_key_len = ACCEL_MAX_AUTH_KEY_LEN,
		.exec = vha_ctrl_create_hash,
	},
	{
		.opcode = VIRTIO_CRYPTO_MAC_DESTROY_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_MAC,
		.flf_len = ACCEL_CTRL_FLF_DESTROY,
		.exec = vha_ctrl_destroy,
	},
	{
		.opcode = VIRTIO_CRYPTO_AEAD_CREATE_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_AEAD,
		.flf_len = ACCEL_CTRL_FLF_AEAD_CREATE,
		.is_session = true,
		.key_len = vha_ctrl_aead_key_len,
		.max_key_len = ACCEL_MAX_KEY_LEN,
		.exec = vha_ctrl_create_aead,
	},
	{
		.opcode = VIRTIO_CRYPTO_AEAD_DESTROY_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_AEAD,
		.flf_len = ACCEL_CTRL_FLF_DESTROY,
		.exec = vha_ctrl_destroy,
	},
	{
		.opcode = VIRTIO_CRYPTO_AKCIPHER_CREATE_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_AKCIPHER,
		.flf_len = ACCEL_CTRL_FLF_AKCIPHER_CREATE,
		.is_session = true,
		.key_len = vha_ctrl_akcipher_key_len,
		.max_key_len = ACCEL_MAX_AKCIPHER_KEY_LEN,
		.exec = vha_ctrl_create_akcipher,
	},
	{
		.opcode = VIRTIO_CRYPTO_AKCIPHER_DESTROY_SESSION,
		.service = VIRTIO_CRYPTO_SERVICE_AKCIPHER,
		.flf_len = ACCEL_CTRL_FLF_DESTROY,
		.exec = vha_ctrl_destroy,
	},
};

static const struct vha_ctrl_op *vha_ctrl_find_op(const struct vha_run *run,
						  u32 opcode)
{
	unsigned int i;

	if (run->ipsec && opcode >> 8 == VIRTIO_ACCEL_SERVICE)
		return &vha_ctrl_accel_op;
	for (i = 0; i < ARRAY_SIZE(vha_ctrl_op_table); i++)
		if (vha_ctrl_op_table[i].opcode == opcode)
			return &vha_ctrl_op_table[i];
	return NULL;
}

/* There is room for the longest, so that no guest makes us allocate any */
static u8 vha_ctrl_read_key(struct vha_run *run, const struct vha_ctrl_op *op,
			    struct vha_ctrl_req *req, struct vha_chain *chain)
{
	u32 len = op->key_len(&req->flf);

	if (len > op->max_key_len)
		return VIRTIO_CRYPTO_ERR;
	req->key = run->key;
	req->key_len = len;
	return vha_chain_pull(chain, run->key, len) ? VIRTIO_CRYPTO_ERR :
						      VIRTIO_CRYPTO_OK;
}

/* A result that there is room for must have it, not only say so */
static u8 vha_ctrl_read_room(struct vha_run *run, struct vha_ctrl_req *req,
			     const struct vha_chain *chain)
{
	u32 room = le32_to_cpu(req->flf.accel.result_len);

	if (chain->in.left < (u64)sizeof(run->answer.input) + room)
		return VIRTIO_CRYPTO_ERR;
	req->result = run->result;
	req->room = min_t(u32, room, VIRTIO_ACCEL_DATA_MAX);
	return VIRTIO_CRYPTO_OK;
}

static u8 vha_ctrl_read(struct vha_run *run, struct vha_chain *chain,
			const struct vha_ctrl_op **op, struct vha_ctrl_req *req)
{
	struct virtio_crypto_ctrl_header hdr;
	u32 len;

	if (vha_chain_pull(chain, &hdr, sizeof(hdr)))
		return VIRTIO_CRYPTO_ERR;
	req->opcode = le32_to_cpu(hdr.opcode);
	*op = vha_ctrl_find_op(run, req->opcode);
	if (!*op)
		return VIRTIO_CRYPTO_NOTSUPP;
	len = run->revision_1 ? (*op)->flf_len : ACCEL_CTRL_FLF_LEGACY;
	if (vha_chain_pull(chain, &req->flf, len))
		return VIRTIO_CRYPTO_ERR;
	if (*op == &vha_ctrl_accel_op &&
	    vha_ctrl_read_room(run, req, chain))
		return VIRTIO_CRYPTO_ERR;
	return (*op)->key_len ? vha_ctrl_read_key(run, *op, req, chain) :
				VIRTIO_CRYPTO_OK;
}

static void vha_ctrl_exec(struct vha_run *run, const struct vha_ctrl_op *op,
			  const struct vha_ctrl_req *req, u8 status)
{
	struct vha_ctrl_answer *answer = &run->answer;

	if (status == VIRTIO_CRYPTO_OK) {
		/* Most of them are something that the provider has to do */
		vha_health_offer(run, run->dev->provider);
		status = op->exec(run->dev, op, req, answer);
		vha_health_offered(run);
	}
	answer->status = status;
	answer->input.status = cpu_to_le32(status);
	/* The extension's answer has the length of its result in place of a number */
	if (op == &vha_ctrl_accel_op)
		answer->input.session_id = cpu_to_le64(answer->result_len);
}

/*
 * Answers lie at the start of the writable half. One that doesn't fit, or whose
 * memory can't be written, is not sent: the driver sees that by the length.
 */
static u32 vha_ctrl_write(struct vha_run *run)
{
	struct vha_ctrl_answer *answer = &run->answer;
	struct vha_chain chain;
	const void *src = &answer->status;
	u32 len = sizeof(answer->status);

	if (answer->is_session) {
		src = &answer->input;
		len = sizeof(answer->input);
	}
	if (vha_chain_start(&chain, &run->dev->tlb, &run->hint, &run->chain) ||
	    vha_chain_push(&chain, src, len) ||
	    vha_chain_push(&chain, run->result, answer->result_len))
		return 0;
	return len + answer->result_len;
}

static void vha_ctrl_return(struct vha_run *run)
{
	struct vha_vq_stats *stats = &run->vq->stats;
	u32 len;

	if (!run->answer.pending)
		return;
	len = vha_ctrl_write(run);
	run->ring.ops->push(&run->ring, run->chain.head, len);
	run->answer.pending = false;
	vha_stat_add(&stats->requests, 1);
	if (!len)
		vha_stat_add(&stats->unanswered, 1);
	if (run->answer.status != VIRTIO_CRYPTO_OK)
		vha_stat_error(stats, run->answer.status);
}

/*
 * Takes a request off the ring. Opcodes that nobody knows have an answer that
 * nobody knows: its room decides, as a driver's that makes a session is 16 bytes.
 */
static bool vha_ctrl_fetch(struct vha_run *run, const struct vha_ctrl_op **op,
			   struct vha_ctrl_req *req, u8 *status, bool *more)
{
	struct vha_ctrl_answer *answer = &run->answer;
	struct vha_chain chain;
	int ret;

	*op = NULL;
	ret = run->ring.ops->pop(&run->ring, &run->chain);
	if (ret < 0)
		run->broken = ret;
	else if (!ret)
		*more = run->ring.ops->notify_enable(&run->ring);
	if (ret <= 0)
		return false;

	*more = true;
	memset(answer, 0, sizeof(*answer));
	answer->pending = true;
	*status = VIRTIO_CRYPTO_ERR;
	if (vha_chain_start(&chain, &run->dev->tlb, &run->hint, &run->chain))
		return true;
	*status = vha_ctrl_read(run, &chain, op, req);
	answer->is_session = *op ? (*op)->is_session :
			     chain.in.left >= sizeof(answer->input);
	return true;
}

static bool vha_ctrl_turn(struct vha_run *run)
{
	const struct vha_ctrl_op *op;
	struct vha_dev *dev = run->dev;
	struct vha_ctrl_req req = {};
	bool fetched = false;
	bool signal = false;
	bool more = false;
	u8 status;

	down_read(&dev->tlb.lock);
	if (vha_run_map(run)) {
		vha_ctrl_return(run);
		if (READ_ONCE(run->vq->ready) &&
		    READ_ONCE(run->mode) == VHA_RUN_ACTIVE)
			fetched = vha_ctrl_fetch(run, &op, &req, &status,
						 &more);
		signal = run->ring.ops->flush(&run->ring);
	}
	up_read(&dev->tlb.lock);

	if (signal)
		vha_run_signal(run);
	if (fetched)
		vha_ctrl_exec(run, op, &req, status);
	memzero_explicit(run->key, req.key_len);
	return more;
}

static void vha_ctrl_unfetch(struct vha_run *run)
{
}

static bool vha_ctrl_idle(const struct vha_run *run)
{
	return !run->answer.pending || run->broken;
}

/* A session whose number the guest never saw goes with the next reset */
static void vha_ctrl_reap(struct vha_run *run)
{
	run->answer.pending = false;
}

static void vha_ctrl_free(struct vha_run *run)
{
	kfree_sensitive(run->key);
	kfree(run->result);
}

static int vha_ctrl_alloc(struct vha_run *run)
{
	run->key = kmalloc(VHA_KEY_MAX, GFP_KERNEL_ACCOUNT);
	run->result = kzalloc(VIRTIO_ACCEL_DATA_MAX, GFP_KERNEL_ACCOUNT);
	if (run->key && run->result)
		return 0;
	vha_ctrl_free(run);
	return -ENOMEM;
}

const struct vha_run_ops vha_ctrl_ops = {
	.alloc = vha_ctrl_alloc,
	.free = vha_ctrl_free,
	.turn = vha_ctrl_turn,
	.unfetch = vha_ctrl_unfetch,
	.idle = vha_ctrl_idle,
	.reap = vha_ctrl_reap,
};
