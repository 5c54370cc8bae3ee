/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A data queue without its worker, for the suite beside this file: the test takes its
 * turns.
 */
#ifndef _TESTS_RUN_H
#define _TESTS_RUN_H

#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/numa.h>
#include <linux/pfn.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <linux/virtio_crypto.h>
#include <linux/workqueue.h>

#include "../health.h"
#include "../vha.h"
#include "ipsec_sa.h"
#include "ring_driver.h"

/* Far from any physical address */
#define RUN_IOVA	0x7000000000ULL
#define RUN_LEN		64
/* Bytes of each of these pages that a request has */
#define RUN_ROOM	256
/* What is in a destination, and what the provider writes there */
#define RUN_BEFORE	0x5c
#define RUN_AFTER	0xa5
#define RUN_NO_STATUS	0xff
/* A packet, which gets longer by the headers of a tunnel */
#define RUN_SA		0
#define RUN_PACKET	100
#define RUN_PACKET_OUT	156

/* The driver's memory, by page. The first three are the queue's */
enum run_page {
	RUN_DESC,
	RUN_DRIVER,
	RUN_DEVICE,
	RUN_HEAD,
	RUN_SRC,
	RUN_DST,
	RUN_STATUS,
	RUN_PAGES,
};

/**
 * struct run_ctx - a device and its driver's memory
 * @provider: of the device, who does packets of SAs whole
 * @other: who does what that one can't do or won't take; NULL if there is none
 * @dev: the device
 * @run: of its first queue
 * @folio: the driver's memory
 * @session: number of one for AES-CBC
 * @requests: how many there were
 * @answer: of the provider's submit function
 * @quits: meanwhile the device is reset
 * @watched: whose time is taken while a session is made, or NULL
 * @submitted: how many requests it has got
 * @kept: the one that it has kept, or NULL
 * @others: how many requests @other has got
 * @others_kept: the one that it has kept, or NULL
 */
struct run_ctx {
	struct vha_provider *provider;
	struct vha_provider *other;
	struct vha_dev *dev;
	struct vha_run *run;
	struct folio *folio;
	u64 session;
	u16 requests;
	int answer;
	bool quits;
	const struct vha_provider *watched;
	unsigned int submitted;
	struct vhost_accel_request *kept;
	unsigned int others;
	struct vhost_accel_request *others_kept;
};

/* ---- the provider ------------------------------------------------------- */

static inline int
run_session_create(const struct vhost_accel_session_param *param, void **session)
{
	struct run_ctx *ctx = param->info->provider->priv;

	ctx->watched = ctx->run ? ctx->run->offered_to : NULL;
	*session = ctx;
	return 0;
}

static inline void run_session_destroy(void *session)
{
}

static inline int run_sa_create(const struct vhost_accel_sa_param *param, void **sa)
{
	*sa = param->provider->priv;
	return 0;
}

static inline void run_write(const struct vhost_accel_request *op)
{
	u8 text[RUN_LEN];

	memset(text, RUN_AFTER, sizeof(text));
	sg_copy_from_buffer(op->dst, sg_nents(op->dst), text, sizeof(text));
}

/* It has done one that it has kept */
static inline void run_come_back(struct vhost_accel_request **kept)
{
	struct vhost_accel_request *op = *kept;

	*kept = NULL;
	run_write(op);
	op->complete(op, 0);
}

/* Whoever resets the device does not wait for ever for one that does not return */
static inline int run_submit(void *session, struct vhost_accel_request *op)
{
	struct run_ctx *ctx = session;

	ctx->submitted++;
	if (ctx->quits) {
		down_write(&ctx->dev->tlb.lock);
		WRITE_ONCE(ctx->run->mode, VHA_RUN_QUIT);
		up_write(&ctx->dev->tlb.lock);
	}
	if (ctx->answer == -EINPROGRESS)
		ctx->kept = op;
	else if (!ctx->answer)
		run_write(op);
	return ctx->answer;
}

static const struct vhost_accel_provider_ops run_ops = {
	.session_create = run_session_create,
	.session_destroy = run_session_destroy,
	.submit = run_submit,
	.sa_create = run_sa_create,
	.sa_destroy = run_session_destroy,
	.sa_submit = run_submit,
};

/* The other provider keeps what it gets */
static inline int run_other_submit(void *session, struct vhost_accel_request *op)
{
	struct run_ctx *ctx = session;

	ctx->others++;
	ctx->others_kept = op;
	return -EINPROGRESS;
}

static const struct vhost_accel_provider_ops run_other_ops = {
	.session_create = run_session_create,
	.session_destroy = run_session_destroy,
	.submit = run_other_submit,
};

static inline int run_init(struct kunit *test)
{
	struct run_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	const struct vhost_accel_provider api = {
		.name = "kunit-run",
		.ops = &run_ops,
		.caps.algs[VIRTIO_CRYPTO_SERVICE_CIPHER] =
			BIT_ULL(VIRTIO_CRYPTO_CIPHER_AES_CBC),
		.caps.algs[VIRTIO_CRYPTO_SERVICE_AEAD] =
			BIT_ULL(VIRTIO_CRYPTO_AEAD_GCM),
		/* A limit has requests looked at, sickness and all */
		.limits.max_len = VHA_SIZE_MIN,
		.node = NUMA_NO_NODE,
		.priv = ctx,
	};
	struct vha_provider *provider;

	if (!ctx)
		return -ENOMEM;
	provider = vhost_accel_register_provider(&api);
	if (IS_ERR(provider))
		return PTR_ERR(provider);
	/* Not while a test runs */
	vha_health_set_timeout(provider, VHA_TIMEOUT_MAX);
	ctx->provider = provider;
	ctx->answer = -EINPROGRESS;
	test->priv = ctx;
	return 0;
}

/* ---- the device --------------------------------------------------------- */

static inline void *run_at(struct run_ctx *ctx, enum run_page page, u32 off)
{
	return folio_address(ctx->folio) + page * PAGE_SIZE + off;
}

static inline u64 run_iova(enum run_page page, u32 off)
{
	return RUN_IOVA + page * PAGE_SIZE + off;
}

static inline void run_make_memory(struct kunit *test, struct run_ctx *ctx)
{
	unsigned int order = get_order(RUN_PAGES * PAGE_SIZE);

	ctx->folio = folio_alloc(GFP_KERNEL | __GFP_ZERO, order);
	KUNIT_ASSERT_NOT_NULL(test, ctx->folio);
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&ctx->dev->tlb, RUN_IOVA,
					    RUN_PAGES * PAGE_SIZE,
					    PFN_PHYS(folio_pfn(ctx->folio)),
					    VHOST_MAP_RW), 0);
	memset(run_at(ctx, RUN_DST, 0), RUN_BEFORE, PAGE_SIZE);
	memset(run_at(ctx, RUN_STATUS, 0), RUN_NO_STATUS, PAGE_SIZE);
}

static inline void run_make_session(struct kunit *test, struct run_ctx *ctx)
{
	const struct vhost_accel_session_param param = {
		.info = &ctx->dev->choice.alg[ACCEL_ALG_CBC_AES],
		.alg = &accel_algs[ACCEL_ALG_CBC_AES],
		.alg_id = ACCEL_ALG_CBC_AES,
	};

	KUNIT_ASSERT_EQ(test, vha_session_create(&ctx->dev->sessions, &param,
						 true, &ctx->session), 0);
}

/* Up to DRIVER_OK */
static inline struct run_ctx *run_make_device(struct kunit *test, bool bounce)
{
	const struct vha_settings settings = {
		.queues = 1,
		.queue_size = VHA_QUEUE_SIZE_MIN,
		.max_sessions = 1,
		.max_sas = 1,
		.max_size = VHA_SIZE_MIN,
		.algs = ACCEL_ALG_ALL,
		.qos[VHA_QOS_WEIGHT] = 100,
		.bounce = bounce,
	};
	struct run_ctx *ctx = test->priv;
	struct vha_dev *dev;

	dev = vha_dev_create("kunit-run", ctx->provider, &settings, VHA_FEATURES);
	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	ctx->dev = dev;
	dev->driver_features = dev->features;
	run_make_memory(test, ctx);
	run_make_session(test, ctx);
	dev->vq[0].desc = run_iova(RUN_DESC, 0);
	dev->vq[0].driver = run_iova(RUN_DRIVER, 0);
	dev->vq[0].device = run_iova(RUN_DEVICE, 0);
	dev->vq[0].ready = true;
	return ctx;
}

/* And its queue, whose worker is there and does nothing */
static inline void run_make_queue(struct kunit *test, struct run_ctx *ctx)
{
	struct vha_vq *vq = &ctx->dev->vq[0];
	int err;

	mutex_lock(&ctx->dev->lock);
	err = vha_run_create(vq);
	ctx->run = vha_vq_run(vq);
	mutex_unlock(&ctx->dev->lock);
	KUNIT_ASSERT_EQ(test, err, 0);
}

static inline struct run_ctx *run_make(struct kunit *test, bool bounce)
{
	struct run_ctx *ctx = run_make_device(test, bounce);

	run_make_queue(test, ctx);
	return ctx;
}

/* Of the SA, the provider does packets, and the other one their steps */
static inline struct run_ctx *run_make_sa(struct kunit *test, u32 depth)
{
	const struct vha_sa_config config = sa_config(VHA_SA_OUT, RUN_SA, 0);
	struct run_ctx *ctx = run_make_device(test, false);
	struct vha_dev *dev = ctx->dev;
	const struct vhost_accel_provider api = {
		.name = "kunit-run-other",
		.ops = &run_other_ops,
		.caps = ctx->provider->api.caps,
		.node = NUMA_NO_NODE,
		.priv = ctx,
	};
	struct vha_provider *other = vhost_accel_register_provider(&api);

	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	ctx->other = other;
	dev->choice.alg[ACCEL_ALG_GCM_AES].provider = &other->api;
	/* As a driver that uses all there is */
	dev->sas.cap = dev->sas.offered;
	KUNIT_ASSERT_EQ(test, vha_sa_create(&dev->sas, VHA_SA_OUT, RUN_SA,
					    &config), 0);
	vha_sched_set_depth(&ctx->provider->sched, depth);
	run_make_queue(test, ctx);
	return ctx;
}

/* A test that has failed has left something */
static inline void run_end(struct run_ctx *ctx)
{
	unsigned int i;

	if (ctx->kept)
		run_come_back(&ctx->kept);
	if (ctx->others_kept)
		run_come_back(&ctx->others_kept);
	ctx->run->ops->unfetch(ctx->run);
	ctx->run->ops->reap(ctx->run);
	for (i = 0; i < ARRAY_SIZE(ctx->run->map); i++)
		vha_vmap_put(&ctx->run->map[i]);
	mutex_lock(&ctx->dev->lock);
	vha_run_discard(&ctx->dev->vq[0]);
	mutex_unlock(&ctx->dev->lock);
}

/* Whatever a test did, all has to be back */
static inline void run_exit(struct kunit *test)
{
	struct run_ctx *ctx = test->priv;

	if (!ctx)
		return;
	if (ctx->run) {
		KUNIT_EXPECT_EQ(test, ctx->run->pool.nr_free,
				ctx->run->pool.size);
		run_end(ctx);
	}
	if (ctx->dev) {
		/* As when its driver goes, and when it is deleted */
		ctx->dev->vdpa.config->reset(&ctx->dev->vdpa);
		disable_delayed_work_sync(&ctx->dev->saturation_work);
		put_device(&ctx->dev->vdpa.dev);
	}
	if (ctx->folio) {
		KUNIT_EXPECT_EQ(test, folio_ref_count(ctx->folio), 1);
		folio_put(ctx->folio);
	}
	vhost_accel_unregister_provider(ctx->provider);
	if (ctx->other)
		vhost_accel_unregister_provider(ctx->other);
}

/* ---- the driver --------------------------------------------------------- */

/* A chain of header, source, destination and status */
static inline void run_add(struct run_ctx *ctx, u32 head_len, u32 src_len, u32 dst_len)
{
	struct vring_desc *d = run_at(ctx, RUN_DESC, 0);
	struct vring_avail *avail = run_at(ctx, RUN_DRIVER, 0);
	u16 head = 4 * ctx->requests;
	u32 off = RUN_ROOM * ctx->requests;

	set_desc(&d[head], run_iova(RUN_HEAD, off), head_len, F_NEXT, head + 1);
	set_desc(&d[head + 1], run_iova(RUN_SRC, off), src_len, F_NEXT,
		 head + 2);
	set_desc(&d[head + 2], run_iova(RUN_DST, off), dst_len,
		 F_NEXT | F_WRITE, head + 3);
	set_desc(&d[head + 3], run_iova(RUN_STATUS, off), 1, F_WRITE, 0);
	avail->ring[ctx->requests++] = v16(head);
	avail->idx = v16(ctx->requests);
}

static inline void run_add_cipher(struct run_ctx *ctx)
{
	struct virtio_crypto_op_data_req *req =
		run_at(ctx, RUN_HEAD, RUN_ROOM * ctx->requests);
	struct virtio_crypto_cipher_para *para =
		&req->u.sym_req.u.cipher.para;

	req->header.opcode = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_ENCRYPT);
	req->header.flag = cpu_to_le32(VIRTIO_CRYPTO_FLAG_SESSION_MODE);
	req->header.session_id = cpu_to_le64(ctx->session);
	req->u.sym_req.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER);
	para->iv_len = cpu_to_le32(16);
	para->src_data_len = cpu_to_le32(RUN_LEN);
	para->dst_data_len = cpu_to_le32(RUN_LEN);
	run_add(ctx, sizeof(*req) + 16, RUN_LEN, RUN_LEN);
}

/* It brings a key, of which the worker has a session made */
static inline void run_add_stateless(struct run_ctx *ctx)
{
	struct {
		struct virtio_crypto_op_header hdr;
		struct accel_sym_stateless flf;
	} *head = run_at(ctx, RUN_HEAD, RUN_ROOM * ctx->requests);
	struct accel_cipher_stateless *cipher = &head->flf.cipher;

	head->hdr.opcode = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_ENCRYPT);
	head->flf.op_type = cpu_to_le32(VIRTIO_CRYPTO_SYM_OP_CIPHER);
	cipher->algo = cpu_to_le32(VIRTIO_CRYPTO_CIPHER_AES_CBC);
	cipher->key_len = cpu_to_le32(16);
	cipher->op = cpu_to_le32(VIRTIO_CRYPTO_OP_ENCRYPT);
	cipher->iv_len = cpu_to_le32(16);
	cipher->src_data_len = cpu_to_le32(RUN_LEN);
	cipher->dst_data_len = cpu_to_le32(RUN_LEN);
	/* Behind it the key, and the IV */
	run_add(ctx, sizeof(*head) + 16 + 16, RUN_LEN, RUN_LEN);
}

static inline void run_add_packet(struct run_ctx *ctx)
{
	u32 off = RUN_ROOM * ctx->requests;
	struct {
		struct virtio_crypto_op_header hdr;
		struct virtio_crypto_ipsec_data_flf flf;
	} *head = run_at(ctx, RUN_HEAD, off);
	u8 *pkt = run_at(ctx, RUN_SRC, off);

	head->hdr.opcode = cpu_to_le32(VIRTIO_CRYPTO_IPSEC_OUTBOUND);
	head->hdr.flag = cpu_to_le32(VIRTIO_CRYPTO_FLAG_SESSION_MODE);
	head->hdr.session_id = cpu_to_le64(RUN_SA);
	head->flf.src_data_len = cpu_to_le32(RUN_PACKET);
	head->flf.dst_data_len = cpu_to_le32(RUN_PACKET_OUT);
	pkt[0] = 0x45;
	put_unaligned_be16(RUN_PACKET, pkt + 2);
	pkt[8] = 64;
	run_add(ctx, sizeof(*head), RUN_PACKET, RUN_PACKET_OUT);
}

static inline void run_turn(struct run_ctx *ctx)
{
	ctx->run->ops->turn(ctx->run);
}

static inline u16 run_answered(struct run_ctx *ctx)
{
	const struct vring_used *used = run_at(ctx, RUN_DEVICE, 0);

	return from_v16(used->idx);
}

static inline u8 run_status(struct run_ctx *ctx, u16 request)
{
	return *(u8 *)run_at(ctx, RUN_STATUS, RUN_ROOM * request);
}

/* Whether a destination has nothing else */
static inline bool run_dst_is(struct run_ctx *ctx, u16 request, u8 byte)
{
	u8 *dst = run_at(ctx, RUN_DST, RUN_ROOM * request);

	return !memchr_inv(dst, byte, RUN_LEN);
}

#endif /* _TESTS_RUN_H */
