// SPDX-License-Identifier: GPL-2.0
/*
 * The data queues, and everything that calls the virtio core.
 *
 * A request is measured without a lock, gets a slot and a promise of ring
 * descriptors under the lock, is written into the slot without it, and added
 * under it again: so the core never runs out of descriptors and, as indirect
 * descriptors are not negotiated, never allocates.
 *
 * Answers are collected by work in softirq context (a BH workqueue: what
 * tasklets are for, without their deprecated interface) with callbacks off,
 * and completed without the lock.
 */
#include "vq.h"

#include <kunit/visibility.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>

#include "fill.h"
#include "req.h"
#include "trace.h"
#include "vaccel.h"

/* Answers taken under one lock */
#define VACCEL_BATCH		16
/* Answers per run of the work before others get a turn */
#define VACCEL_BUDGET		128

static struct vaccel_slot *vaccel_vq_reserve(struct vaccel_vq *q,
					     struct vaccel_req *req)
{
	unsigned int need = vaccel_req_descs(req);
	struct vaccel_slot *slot;

	lockdep_assert_held(&q->lock);

	if (q->room < need)
		return NULL;
	slot = vaccel_slot_get(&q->slots, req, max(req->nr_src, req->nr_dst));
	if (!slot)
		return NULL;
	slot->nr_desc = need;
	req->slot_gen = slot->gen;
	q->room -= need;
	q->inflight++;
	return slot;
}

static void vaccel_vq_release(struct vaccel_vq *q, struct vaccel_slot *slot)
{
	lockdep_assert_held(&q->lock);

	q->room += slot->nr_desc;
	q->inflight--;
	vaccel_slot_put(&q->slots, slot);
	if (unlikely(!q->gen && !q->inflight))
		wake_up(&q->vd->idle);
}

/* Is the device to be told now? Under the lock, the telling itself is not. */
static bool vaccel_vq_want_kick(struct vaccel_vq *q)
{
	if (READ_ONCE(q->poll_cpu) == smp_processor_id() &&
	    q->unkicked < VACCEL_BATCH)
		return false;
	q->unkicked = 0;
	if (!virtqueue_kick_prepare(q->vq))
		return false;
	q->stats.kicks++;
	return true;
}

/* Write a request into its slot and show it to the device. */
static int vaccel_vq_add(struct vaccel_vq *q, struct vaccel_slot *slot,
			 struct vaccel_req *req)
{
	struct scatterlist *sgs[VACCEL_MAX_LISTS];
	unsigned int nr_out, nr_in;
	struct virtqueue *vq;
	bool kick;
	int err;

	vaccel_fill(slot, req, q->vd->caps.rev1, sgs, &nr_out, &nr_in);
	trace_vaccel_submit(q->vd, q->index, req);

	spin_lock(&q->lock);
	vq = q->vq;
	err = -ENODEV;
	if (likely(q->gen))
		err = virtqueue_add_sgs(vq, sgs, nr_out, nr_in, slot,
					GFP_ATOMIC);
	if (unlikely(err)) {
		vaccel_vq_release(q, slot);
		/* Who waited for this slot must not wait for ever */
		if (!list_empty(&q->pending))
			queue_work(system_bh_wq, &q->work);
		spin_unlock(&q->lock);
		if (err == -EIO) {
			vaccel_dev_break(q->vd, "a data queue is broken");
			return -ENODEV;
		}
		return err == -ENODEV ? err : -EAGAIN;
	}
	q->stats.requests++;
	q->unkicked++;
	kick = !(req->flags & VACCEL_REQ_MORE) && vaccel_vq_want_kick(q);
	spin_unlock(&q->lock);

	if (kick)
		vaccel_virtqueue_notify(q->vd, vq);
	return -EINPROGRESS;
}

int vaccel_vq_submit(struct vaccel_vq *q, struct vaccel_req *req, u32 gen,
		     bool queue)
{
	struct vaccel_slot *slot = NULL;
	int ret = -EINPROGRESS;

	spin_lock(&q->lock);
	if (unlikely(q->gen != gen)) {
		spin_unlock(&q->lock);
		return -ENODEV;
	}
	if (likely(list_empty(&q->pending) && !q->promoting))
		slot = vaccel_vq_reserve(q, req);
	if (likely(slot)) {
		spin_unlock(&q->lock);
		return vaccel_vq_add(q, slot, req);
	}

	q->stats.queue_full++;
	if (!queue) {
		if (!(req->base->flags & CRYPTO_TFM_REQ_MAY_BACKLOG)) {
			spin_unlock(&q->lock);
			return -ENOSPC;
		}
		req->flags |= VACCEL_REQ_BACKLOG;
		ret = -EBUSY;
	}
	list_add_tail(&req->node, &q->pending);
	spin_unlock(&q->lock);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_vq_submit);

/* Give room to those who wait for it, in order. */
static void vaccel_vq_run_pending(struct vaccel_vq *q)
{
	struct vaccel_slot *slot;
	struct vaccel_req *req;
	int err;

	for (;;) {
		spin_lock(&q->lock);
		req = list_first_entry_or_null(&q->pending, struct vaccel_req,
					       node);
		slot = req ? vaccel_vq_reserve(q, req) : NULL;
		if (slot) {
			list_del(&req->node);
			q->promoting = true;
		}
		spin_unlock(&q->lock);
		if (!slot)
			return;

		/*
		 * The answer cannot overtake this notice: only the work that
		 * we are part of takes answers.
		 */
		err = vaccel_vq_add(q, slot, req);
		/* Who has queued behind it meanwhile is next */
		spin_lock(&q->lock);
		q->promoting = false;
		spin_unlock(&q->lock);
		if (err == -EINPROGRESS) {
			vaccel_req_accepted(req);
			continue;
		}
		if (err == -EAGAIN)
			req->flags |= VACCEL_REQ_SOFT;
		vaccel_req_lost(req, false);
	}
}

/* Take a batch of answers, and each status once; the slots are free then. */
static unsigned int vaccel_vq_collect(struct vaccel_vq *q,
				      struct vaccel_req **done)
{
	struct vaccel_slot *slot;
	unsigned int n = 0, len;

	spin_lock(&q->lock);
	while (n < VACCEL_BATCH && q->vq &&
	       (slot = virtqueue_get_buf(q->vq, &len))) {
		struct vaccel_req *req = slot->req;

		if (WARN_ON_ONCE(!req || req->slot_gen != slot->gen))
			continue;
		vaccel_take(slot, req);
		/* For results of no fixed length; anything, to be clamped */
		req->written = len;
		vaccel_vq_release(q, slot);
		done[n++] = req;
	}
	spin_unlock(&q->lock);
	return n;
}

/* Callbacks on again; false if there is more to do and they are not needed. */
static bool vaccel_vq_rearm(struct vaccel_vq *q)
{
	bool idle;

	spin_lock(&q->lock);
	/*
	 * Not the delayed form: it would keep finished requests waiting for
	 * slower ones, for ever if one of them is stuck.
	 */
	idle = !q->vq || vaccel_virtqueue_rearm(q->vq);
	spin_unlock(&q->lock);
	return idle;
}

void vaccel_vq_kick(struct vaccel_vq *q)
{
	struct virtqueue *vq;
	bool kick = false;

	spin_lock(&q->lock);
	vq = q->vq;
	if (vq && q->unkicked)
		kick = vaccel_vq_want_kick(q);
	spin_unlock(&q->lock);
	if (kick)
		vaccel_virtqueue_notify(q->vd, vq);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_vq_kick);

static void vaccel_vq_poll(struct vaccel_vq *q)
{
	struct vaccel_req *done[VACCEL_BATCH];
	int budget = VACCEL_BUDGET;
	bool again = false;
	unsigned int i, n;

	WRITE_ONCE(q->poll_cpu, smp_processor_id());
	do {
		n = vaccel_vq_collect(q, done);
		if (unlikely(!list_empty_careful(&q->pending)))
			vaccel_vq_run_pending(q);
		for (i = 0; i < n; i++)
			vaccel_req_done(done[i]);
		budget -= n;
		if (budget <= 0) {
			again = true;
			break;
		}
	} while (n == VACCEL_BATCH || !vaccel_vq_rearm(q));
	WRITE_ONCE(q->poll_cpu, -1);
	vaccel_vq_kick(q);
	if (again)
		queue_work(system_bh_wq, &q->work);
}

static void vaccel_vq_work(struct work_struct *work)
{
	struct vaccel_vq *q = container_of(work, struct vaccel_vq, work);
	struct virtqueue *vq = READ_ONCE(q->vq);

	rcu_read_lock_bh();
	vaccel_vq_poll(q);
	rcu_read_unlock_bh();
	if (unlikely(vq && virtqueue_is_broken(vq)))
		vaccel_dev_break(q->vd, "a data queue is broken");
}

static void vaccel_vq_interrupt(struct virtqueue *vq)
{
	struct vaccel_dev *vd = vq->vdev->priv;
	struct vaccel_vq *q = &vd->vqs[vq->index];

	/* A device may have more than are used */
	if (unlikely(vq->index >= vd->nr_vqs))
		return;
	q->stats.interrupts++;
	virtqueue_disable_cb(vq);
	queue_work(system_bh_wq, &q->work);
}

void vaccel_vq_open(struct vaccel_vq *q, u32 gen)
{
	spin_lock_bh(&q->lock);
	q->gen = gen;
	spin_unlock_bh(&q->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_vq_open);

void vaccel_vq_close(struct vaccel_vq *q)
{
	struct vaccel_req *req, *tmp;
	LIST_HEAD(pending);

	spin_lock_bh(&q->lock);
	q->gen = 0;
	list_splice_init(&q->pending, &pending);
	spin_unlock(&q->lock);
	list_for_each_entry_safe(req, tmp, &pending, node) {
		list_del(&req->node);
		vaccel_req_lost(req, false);
	}
	local_bh_enable();
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_vq_close);

bool vaccel_vq_idle(struct vaccel_vq *q)
{
	bool idle;

	spin_lock_bh(&q->lock);
	idle = !q->inflight;
	spin_unlock_bh(&q->lock);
	return idle;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_vq_idle);

void vaccel_vq_reclaim(struct vaccel_vq *q)
{
	struct vaccel_req *done[VACCEL_BATCH];
	struct vaccel_slot *slot;
	unsigned int i, n;

	if (!q->vq)
		return;
	cancel_work_sync(&q->work);
	local_bh_disable();
	do {
		n = vaccel_vq_collect(q, done);
		for (i = 0; i < n; i++)
			vaccel_req_done(done[i]);
	} while (n);

	for (;;) {
		struct vaccel_req *req;

		spin_lock(&q->lock);
		slot = virtqueue_detach_unused_buf(q->vq);
		req = slot ? slot->req : NULL;
		if (slot)
			vaccel_vq_release(q, slot);
		spin_unlock(&q->lock);
		if (!slot)
			break;
		vaccel_req_lost(req, true);
	}
	/* A callback that is still on its way finds nothing */
	spin_lock(&q->lock);
	q->vq = NULL;
	spin_unlock_bh(&q->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_vq_reclaim);

void vaccel_vq_init(struct vaccel_vq *q, struct vaccel_dev *vd,
		    unsigned int index)
{
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->pending);
	INIT_WORK(&q->work, vaccel_vq_work);
	q->poll_cpu = -1;
	q->vd = vd;
	q->index = index;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_vq_init);

int vaccel_vq_start(struct vaccel_vq *q, struct virtqueue *vq)
{
	unsigned int ring = virtqueue_get_vring_size(vq), max_sg;
	int err;

	/* Most requests take four: header, source, destination, status */
	max_sg = min(q->vd->caps.max_size / PAGE_SIZE + VACCEL_SG_INLINE + 2,
		     ring);
	err = vaccel_slots_init(&q->slots, max(ring / 4, 1U), max_sg);
	if (err)
		return err;
	spin_lock_bh(&q->lock);
	q->vq = vq;
	q->ring = ring;
	q->max_sg = max_sg;
	q->room = ring;
	q->unkicked = 0;
	spin_unlock_bh(&q->lock);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_vq_start);

void vaccel_vq_stop(struct vaccel_vq *q)
{
	cancel_work_sync(&q->work);
	q->vq = NULL;
	if (q->slots.nr)
		vaccel_slots_exit(&q->slots);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_vq_stop);

static int vaccel_vqs_alloc_info(struct virtqueue_info **info, unsigned int nr)
{
	struct virtqueue_info *p;
	unsigned int i;

	p = kcalloc(nr, sizeof(*p), GFP_KERNEL);
	if (!p)
		return -ENOMEM;
	/* A name of NULL would skip the queue and renumber those behind it */
	for (i = 0; i < nr; i++) {
		p[i].name = "dataq";
		p[i].callback = vaccel_vq_interrupt;
	}
	p[nr - 1].name = "controlq";
	p[nr - 1].callback = vaccel_ctrl_interrupt;
	*info = p;
	return 0;
}

int vaccel_vqs_find(struct vaccel_dev *vd)
{
	struct virtqueue_info *info;
	unsigned int i, nr = vd->caps.nr_data_vqs + 1;
	int err;

	vd->all_vqs = kcalloc(nr, sizeof(*vd->all_vqs), GFP_KERNEL);
	if (!vd->all_vqs)
		return -ENOMEM;
	err = vaccel_vqs_alloc_info(&info, nr);
	if (err)
		goto err_free;
	err = virtio_find_vqs(vd->vdev, nr, vd->all_vqs, info, NULL);
	kfree(info);
	if (err)
		goto err_free;
	vd->nr_all_vqs = nr;

	/* A command that does not fit would wait for ever */
	if (virtqueue_get_vring_size(vd->all_vqs[nr - 1]) < VACCEL_CTRL_DESCS) {
		dev_err(&vd->vdev->dev,
			"the control queue is too small for a command\n");
		err = -EINVAL;
		goto err_stop;
	}
	for (i = 0; i < vd->nr_vqs; i++) {
		err = vaccel_vq_start(&vd->vqs[i], vd->all_vqs[i]);
		if (err)
			goto err_stop;
	}
	return 0;

err_stop:
	vaccel_vqs_del(vd);
	return err;
err_free:
	kfree(vd->all_vqs);
	vd->all_vqs = NULL;
	return err;
}

void vaccel_vqs_del(struct vaccel_dev *vd)
{
	unsigned int i;

	if (!vd->all_vqs)
		return;
	for (i = 0; i < vd->nr_all_vqs; i++)
		virtqueue_set_affinity(vd->all_vqs[i], NULL);
	vd->vdev->config->del_vqs(vd->vdev);
	for (i = 0; i < vd->nr_vqs; i++)
		vaccel_vq_stop(&vd->vqs[i]);
	kfree(vd->all_vqs);
	vd->all_vqs = NULL;
	vd->nr_all_vqs = 0;
}

bool vaccel_vqs_broken(struct vaccel_dev *vd)
{
	unsigned int i;

	for (i = 0; i < vd->nr_all_vqs; i++)
		if (virtqueue_is_broken(vd->all_vqs[i]))
			return true;
	return false;
}

void vaccel_vqs_set_affinity(struct vaccel_dev *vd, int gone)
{
	unsigned int i, cpu;
	cpumask_var_t mask;

	if (!zalloc_cpumask_var(&mask, GFP_KERNEL))
		return;
	for (i = 0; i < vd->nr_vqs && vd->all_vqs; i++) {
		cpumask_clear(mask);
		for_each_online_cpu(cpu)
			if (vd->cpu_vq[cpu] == i && cpu != gone)
				cpumask_set_cpu(cpu, mask);
		/* Only a hint: without it interrupts arrive anywhere */
		virtqueue_set_affinity(vd->all_vqs[i],
				       cpumask_empty(mask) ? NULL : mask);
	}
	free_cpumask_var(mask);
}

bool vaccel_virtqueue_room(struct virtqueue *vq, unsigned int nr)
{
	return vq->num_free >= nr;
}

int vaccel_virtqueue_add_pair(struct virtqueue *vq, struct scatterlist *out,
			      struct scatterlist *in, void *token)
{
	struct scatterlist *sgs[] = { out, in };

	return virtqueue_add_sgs(vq, sgs, 1, 1, token, GFP_ATOMIC);
}

bool vaccel_virtqueue_kick_prepare(struct virtqueue *vq)
{
	return virtqueue_kick_prepare(vq);
}

void vaccel_virtqueue_notify(struct vaccel_dev *vd, struct virtqueue *vq)
{
	if (unlikely(!virtqueue_notify(vq)))
		vaccel_dev_break(vd, "the device cannot be notified");
}

void *vaccel_virtqueue_get(struct virtqueue *vq)
{
	unsigned int len;

	return virtqueue_get_buf(vq, &len);
}

bool vaccel_virtqueue_rearm(struct virtqueue *vq)
{
	if (virtqueue_enable_cb(vq))
		return true;
	virtqueue_disable_cb(vq);
	return false;
}

void *vaccel_virtqueue_detach(struct virtqueue *vq)
{
	return virtqueue_detach_unused_buf(vq);
}

bool vaccel_virtqueue_broken(struct virtqueue *vq)
{
	return virtqueue_is_broken(vq);
}
