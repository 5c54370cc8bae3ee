/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_VQ_H
#define _VACCEL_VQ_H

#include <linux/cache.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/virtio.h>
#include <linux/workqueue.h>

#include "slot.h"

struct vaccel_dev;
struct vaccel_req;

/**
 * struct vaccel_vq_stats - what a data queue has seen, for sysfs
 * @requests: given to the device
 * @kicks: notifications sent
 * @interrupts: callbacks received
 * @queue_full: requests that found the queue full
 */
struct vaccel_vq_stats {
	u64 requests;
	u64 kicks;
	u64 interrupts;
	u64 queue_full;
};

/**
 * struct vaccel_vq - a data queue
 * @lock: guards all up to @stats; not needed by the interrupt handler, which
 *	only turns callbacks off and schedules @work
 * @gen: start of the device while requests are let in, 0 while closed
 * @room: ring descriptors neither used nor promised to a slot
 * @inflight: slots in use
 * @unkicked: requests added since the device was last told
 * @vq: the virtqueue, NULL when the device is stopped
 * @slots: the request slots
 * @promoting: the first of @pending has been unlinked, but not added yet; no
 *	later request passes it
 * @pending: accepted requests that wait for room, in order; while there is
 *	one, no later request passes it
 * @stats: counters, written under @lock but for @stats.interrupts
 * @poll_cpu: CPU on which @work runs, -1 when it does not: a request submitted
 *	there comes from a completion, and @work will tell the device
 * @work: collects answers, in softirq context
 * @vd: the device
 * @ring: size of the ring, and so the most descriptors of a request
 * @max_sg: the most segments per direction of a request
 * @index: position among the device's queues
 * @sas: SAs in packet mode that use it, those that leave last; of ipsec_psa.c
 */
struct vaccel_vq {
	spinlock_t lock; /* see above */
	u32 gen;
	unsigned int room;
	unsigned int inflight;
	unsigned int unkicked;
	bool promoting;
	struct virtqueue *vq;
	struct vaccel_slots slots;
	struct list_head pending;
	struct vaccel_vq_stats stats;

	int poll_cpu ____cacheline_aligned;
	struct work_struct work;
	struct vaccel_dev *vd;
	unsigned int ring;
	unsigned int max_sg;
	unsigned int index;
	unsigned int sas[2];
};

/**
 * vaccel_vq_init() - prepare a data queue of a new device
 * @q: the queue, zeroed
 * @vd: the device
 * @index: its position
 */
void vaccel_vq_init(struct vaccel_vq *q, struct vaccel_dev *vd,
		    unsigned int index);

/**
 * vaccel_vq_start() - attach a virtqueue and allocate slots for it
 * @q: the queue, stopped
 * @vq: the virtqueue
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vaccel_vq_start(struct vaccel_vq *q, struct virtqueue *vq);

/**
 * vaccel_vq_stop() - undo vaccel_vq_start()
 * @q: the queue, closed and reclaimed
 */
void vaccel_vq_stop(struct vaccel_vq *q);

/**
 * vaccel_vq_open() - let requests in
 * @q: the queue
 * @gen: start of the device
 */
void vaccel_vq_open(struct vaccel_vq *q, u32 gen);

/**
 * vaccel_vq_close() - let no request in any more
 * @q: the queue
 *
 * What waits for room goes back to its transforms.  What the device has, it
 * may still answer.  May be called again.
 *
 * Context: process.
 */
void vaccel_vq_close(struct vaccel_vq *q);

/**
 * vaccel_vq_idle() - has a closed queue got everything back?
 * @q: the queue
 *
 * Context: process.
 * Return: true if so.
 */
bool vaccel_vq_idle(struct vaccel_vq *q);

/**
 * vaccel_vq_reclaim() - take back what the device has
 * @q: the queue, closed; the device is reset and no submitter is left
 *
 * Answers that came in time count; every other request is lost.
 *
 * Context: process.
 */
void vaccel_vq_reclaim(struct vaccel_vq *q);

/**
 * vaccel_vq_submit() - give a request to the device
 * @q: the queue
 * @req: the request, prepared
 * @gen: start of the device that the request's session belongs to
 * @queue: accept the request even if the queue is full
 *
 * Context: bottom halves off.
 * Return: -EINPROGRESS when given to the device (or, with @queue, accepted);
 *	-EBUSY when accepted though full, as the caller of the request allows;
 *	-ENOSPC if full; -ENODEV if closed or @gen is over; -EAGAIN if this
 *	request cannot be mapped for the device.
 */
int vaccel_vq_submit(struct vaccel_vq *q, struct vaccel_req *req, u32 gen,
		     bool queue);

/**
 * vaccel_vq_kick() - tell the device of requests that it was not told of
 * @q: the queue
 *
 * After the last one of those with VACCEL_REQ_MORE, whether that was accepted or not.
 *
 * Context: bottom halves off, as since the first of them.
 */
void vaccel_vq_kick(struct vaccel_vq *q);

/**
 * vaccel_vqs_find() - create the virtqueues of a device
 * @vd: the device; sets up @vd->all_vqs and starts @vd->vqs
 *
 * Context: process.
 * Return: 0 or a negative error.
 */
int vaccel_vqs_find(struct vaccel_dev *vd);

/**
 * vaccel_vqs_del() - undo vaccel_vqs_find()
 * @vd: the device, reset, queues closed and reclaimed
 */
void vaccel_vqs_del(struct vaccel_dev *vd);

/**
 * vaccel_vqs_broken() - has the virtio core given up a queue?
 * @vd: the device
 *
 * Return: true if so.
 */
bool vaccel_vqs_broken(struct vaccel_dev *vd);

/**
 * vaccel_vqs_set_affinity() - hint on which CPUs to take interrupts
 * @vd: the device
 * @gone: CPU that is going offline, or -1
 *
 * Context: process.
 */
void vaccel_vqs_set_affinity(struct vaccel_dev *vd, int gone);

/*
 * For the control queue: vq.c is the only file that calls virtqueue functions.
 * The caller serialises all but vaccel_virtqueue_notify() and
 * vaccel_virtqueue_broken().
 */
bool vaccel_virtqueue_room(struct virtqueue *vq, unsigned int nr);
int vaccel_virtqueue_add_pair(struct virtqueue *vq, struct scatterlist *out,
			      struct scatterlist *in, void *token);
bool vaccel_virtqueue_kick_prepare(struct virtqueue *vq);
void vaccel_virtqueue_notify(struct vaccel_dev *vd, struct virtqueue *vq);
void *vaccel_virtqueue_get(struct virtqueue *vq);
bool vaccel_virtqueue_rearm(struct virtqueue *vq);
void *vaccel_virtqueue_detach(struct virtqueue *vq);
bool vaccel_virtqueue_broken(struct virtqueue *vq);

#endif /* _VACCEL_VQ_H */
