// SPDX-License-Identifier: GPL-2.0
#include "fake.h"

#include <linux/slab.h>

static int fake_order;

static bool fake_notify(struct virtqueue *vq)
{
	return true;
}

static void fake_callback(struct virtqueue *vq)
{
}

static void fake_queue_start(struct kunit *test, struct fake *fake,
			     struct fake_queue *q, unsigned int index)
{
	size_t size = vring_size(FAKE_RING, PAGE_SIZE);

	q->pages = (void *)__get_free_pages(GFP_KERNEL | __GFP_ZERO,
					    get_order(size));
	KUNIT_ASSERT_NOT_NULL(test, q->pages);
	vring_init(&q->vring, FAKE_RING, q->pages, PAGE_SIZE);
	q->vq = vring_new_virtqueue(index, FAKE_RING, PAGE_SIZE, &fake->vdev,
				    true, false, q->pages, fake_notify,
				    fake_callback, "fake");
	KUNIT_ASSERT_NOT_NULL(test, q->vq);
}

static void fake_queue_stop(struct fake_queue *q)
{
	vring_del_virtqueue(q->vq);
	free_pages((unsigned long)q->pages,
		   get_order(vring_size(FAKE_RING, PAGE_SIZE)));
}

/* The driver gives the device up: the test looks at the reason */
static void fake_break(struct work_struct *work)
{
}

static void fake_start_dev(struct kunit *test, struct fake *fake)
{
	struct vaccel_dev *vd;

	vd = kunit_kzalloc(test, sizeof(*vd), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vd);
	vd->vqs = kzalloc(roundup_pow_of_two(sizeof(*vd->vqs)), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vd->vqs);
	vd->cpu_vq = kunit_kcalloc(test, nr_cpu_ids, sizeof(*vd->cpu_vq),
				   GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vd->cpu_vq);
	kref_init(&vd->ref);
	init_waitqueue_head(&vd->idle);
	INIT_WORK(&vd->break_work, fake_break);
	vd->caps.max_size = 65536;
	vd->caps.rev1 = true;
	vd->nr_vqs = 1;
	vd->gen = 7;
	vd->state = VACCEL_READY;
	fake->vdev.priv = vd;
	fake->vd = vd;

	vaccel_vq_init(&vd->vqs[0], vd, 0);
	KUNIT_ASSERT_EQ(test, vaccel_vq_start(&vd->vqs[0], fake->data.vq), 0);
	vaccel_vq_open(&vd->vqs[0], vd->gen);
	KUNIT_ASSERT_EQ(test, vaccel_ctrl_init(&vd->ctrl), 0);
	vaccel_ctrl_open(&vd->ctrl, fake->ctrl.vq, vd->gen);
}

static void fake_start_tfm(struct kunit *test, struct fake *fake)
{
	static const u8 bytes[16];

	fake->alg.family = &vaccel_skcipher_family;
	fake->alg.id = ACCEL_ALG_ECB_AES;
	fake->alg.row = &accel_algs[ACCEL_ALG_ECB_AES];
	fake->alg.stats = alloc_percpu(struct vaccel_stats);
	KUNIT_ASSERT_NOT_NULL(test, fake->alg.stats);
	fake->tfm = kunit_kzalloc(test, sizeof(*fake->tfm) +
				  sizeof(struct vaccel_ctx), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fake->tfm);
	fake->tfm->__crt_alg = &fake->alg.skcipher.base;
	fake->t = vaccel_route_init(fake->tfm, &fake->alg);
	KUNIT_ASSERT_NOT_NULL(test, fake->t);

	fake->key = vaccel_key_alloc(fake->t, fake->alg.row, bytes,
				     sizeof(bytes), 0, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fake->key);
	vaccel_dev_get(fake->vd);
	vaccel_key_set_dev(fake->key, fake->vd);
}

struct fake *fake_start(struct kunit *test)
{
	struct fake *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake_order = 0;
	__virtio_set_bit(&fake->vdev, VIRTIO_F_VERSION_1);
	INIT_LIST_HEAD(&fake->vdev.vqs);
	spin_lock_init(&fake->vdev.vqs_list_lock);
	fake_queue_start(test, fake, &fake->data, 0);
	fake_queue_start(test, fake, &fake->ctrl, 1);
	fake_start_dev(test, fake);
	fake_start_tfm(test, fake);
	return fake;
}

void fake_stop(struct fake *fake)
{
	struct vaccel_dev *vd = fake->vd;

	if (fake->key)
		vaccel_key_detach(fake->key);
	vaccel_ctrl_close(&vd->ctrl);
	vaccel_vq_close(&vd->vqs[0]);
	vaccel_vq_reclaim(&vd->vqs[0]);
	vaccel_ctrl_flush(&vd->ctrl);
	/* Requests that were given back have queued it; it has a reference */
	flush_work(&fake->t->work);
	flush_work(&vd->break_work);
	vaccel_route_exit(fake->t);
	vaccel_vq_stop(&vd->vqs[0]);
	vaccel_ctrl_exit(&vd->ctrl);
	fake_queue_stop(&fake->data);
	fake_queue_stop(&fake->ctrl);
	free_percpu(fake->alg.stats);
	kfree(vd->vqs);
}

static void fake_done(void *data, int err)
{
	struct fake_req *r = data;

	if (err == -EINPROGRESS) {
		r->notices++;
		return;
	}
	r->done++;
	r->err = err;
	r->order = ++fake_order;
}

struct fake_req *fake_request(struct kunit *test, struct fake *fake,
			      bool in_place, bool may_backlog)
{
	struct fake_req *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	struct vaccel_req *req;

	KUNIT_ASSERT_NOT_NULL(test, r);
	r->buf = kunit_kzalloc(test, 16, GFP_KERNEL);
	r->out = kunit_kzalloc(test, 16, GFP_KERNEL);
	r->sreq = kunit_kzalloc(test, sizeof(*r->sreq) + sizeof(*req),
				GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, r->buf && r->out && r->sreq);
	sg_init_one(&r->src, r->buf, 16);
	sg_init_one(&r->dst, r->out, 16);
	r->sreq->base.tfm = fake->tfm;
	r->sreq->base.complete = fake_done;
	r->sreq->base.data = r;
	if (may_backlog)
		r->sreq->base.flags = CRYPTO_TFM_REQ_MAY_BACKLOG;

	req = (void *)r->sreq->__ctx;
	req->base = &r->sreq->base;
	req->src = &r->src;
	req->dst = in_place ? &r->src : &r->dst;
	req->src_len = 16;
	req->dst_len = 16;
	req->text_len = 16;
	req->flags = VACCEL_REQ_ENC;
	r->req = req;
	KUNIT_ASSERT_EQ(test, vaccel_req_prepare(fake->t, req), 0);
	return r;
}

int fake_submit(struct fake *fake, struct fake_req *r, u32 gen)
{
	int ret;

	local_bh_disable();
	vaccel_key_get(fake->key);
	r->req->key = fake->key;
	ret = vaccel_vq_submit(&fake->vd->vqs[0], r->req, gen, false);
	if (ret != -EINPROGRESS && ret != -EBUSY)
		vaccel_key_put_quiet(fake->key);
	local_bh_enable();
	return ret;
}

int fake_take(struct fake_queue *q)
{
	struct vring *v = &q->vring;

	if (q->next == le16_to_cpu((__force __le16)READ_ONCE(v->avail->idx)))
		return -1;
	virtio_rmb(true);
	return le16_to_cpu((__force __le16)
			   v->avail->ring[q->next++ % FAKE_RING]);
}

void *fake_desc(struct fake_queue *q, int head, unsigned int n, u32 *len)
{
	struct vring_desc *desc = &q->vring.desc[head];

	while (n--)
		desc = &q->vring.desc[le16_to_cpu((__force __le16)desc->next)];
	*len = le32_to_cpu((__force __le32)desc->len);
	return phys_to_virt(le64_to_cpu((__force __le64)desc->addr));
}

void fake_answer(struct fake_queue *q, int head, const void *answer, size_t len)
{
	struct vring_desc *desc = &q->vring.desc[head];
	struct vring_used *used = q->vring.used;
	u16 idx = le16_to_cpu((__force __le16)used->idx);

	while (le16_to_cpu((__force __le16)desc->flags) & VRING_DESC_F_NEXT)
		desc = &q->vring.desc[le16_to_cpu((__force __le16)desc->next)];
	memcpy(phys_to_virt(le64_to_cpu((__force __le64)desc->addr)), answer,
	       len);
	used->ring[idx % FAKE_RING].id = (__force __virtio32)cpu_to_le32(head);
	/* A device may write any length here */
	used->ring[idx % FAKE_RING].len = (__force __virtio32)
					  cpu_to_le32(U32_MAX);
	virtio_wmb(true);
	WRITE_ONCE(used->idx, (__force __virtio16)cpu_to_le16(idx + 1));
}

int fake_serve(struct fake *fake, u8 status)
{
	int head = fake_take(&fake->data);

	if (head >= 0)
		fake_answer(&fake->data, head, &status, 1);
	return head;
}

void fake_interrupt_data(struct fake *fake)
{
	struct work_struct *work = &fake->vd->vqs[0].work;

	queue_work(system_bh_wq, work);
	flush_work(work);
}

void fake_interrupt_ctrl(struct fake *fake)
{
	struct work_struct *work = &fake->vd->ctrl.work;

	queue_work(system_bh_wq, work);
	flush_work(work);
}
