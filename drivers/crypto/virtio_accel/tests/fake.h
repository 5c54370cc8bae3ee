/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device in memory: real virtqueues of the virtio core, and the test plays
 * the device behind them.
 */
#ifndef _VACCEL_TESTS_FAKE_H
#define _VACCEL_TESTS_FAKE_H

#include <crypto/skcipher.h>
#include <kunit/test.h>
#include <linux/virtio_ring.h>

#include "../req.h"
#include "../route.h"
#include "../session.h"
#include "../vaccel.h"
#include "../vq.h"

#define FAKE_RING	16
/* A request with one segment on each side takes four descriptors */
#define FAKE_SLOTS	(FAKE_RING / 4)

/**
 * struct fake_queue - the device's side of a virtqueue
 * @vq: the driver's side
 * @vring: the ring
 * @pages: memory of the ring
 * @next: next available entry to take
 */
struct fake_queue {
	struct virtqueue *vq;
	struct vring vring;
	void *pages;
	u16 next;
};

/**
 * struct fake - a device, a driver's device object on it, and a transform
 * @vdev: the virtio device, for the virtio core
 * @vd: the device object, with one data queue
 * @data: the data queue
 * @ctrl: the control queue
 * @alg: the driver of the transform: ecb(aes)
 * @tfm: the transform; its context is behind it
 * @t: our part of it
 * @key: a key, referenced; the transform does not have it
 */
struct fake {
	struct virtio_device vdev;
	struct vaccel_dev *vd;
	struct fake_queue data;
	struct fake_queue ctrl;
	struct vaccel_alg alg;
	struct crypto_tfm *tfm;
	struct vaccel_tfm *t;
	struct vaccel_key *key;
};

/**
 * struct fake_req - a request and what became of it
 * @buf: source and, in place, destination
 * @out: destination, out of place
 * @src: list for @buf
 * @dst: list for @out
 * @notices: how often the caller got -EINPROGRESS
 * @done: how often the caller got a result
 * @err: the last one
 * @order: count of results up to this one
 * @sreq: the request, with our context behind it
 * @req: our context
 */
struct fake_req {
	u8 *buf;
	u8 *out;
	struct scatterlist src;
	struct scatterlist dst;
	int notices;
	int done;
	int err;
	int order;
	struct skcipher_request *sreq;
	struct vaccel_req *req;
};

struct fake *fake_start(struct kunit *test);
void fake_stop(struct fake *fake);

struct fake_req *fake_request(struct kunit *test, struct fake *fake,
			      bool in_place, bool may_backlog);

/* Give a request to the data queue as generation @gen */
int fake_submit(struct fake *fake, struct fake_req *r, u32 gen);

/* Requests on the ring that the device has not taken; -1: none */
int fake_take(struct fake_queue *q);

/* What the device reads of descriptor number @n of a chain */
void *fake_desc(struct fake_queue *q, int head, unsigned int n, u32 *len);

/* Write @len bytes to the last descriptor of a chain, and return it */
void fake_answer(struct fake_queue *q, int head, const void *answer,
		 size_t len);

/* Take a request of the data queue and answer it with a status */
int fake_serve(struct fake *fake, u8 status);

/* Let the driver see the answers */
void fake_interrupt_data(struct fake *fake);
void fake_interrupt_ctrl(struct fake *fake);

#endif /* _VACCEL_TESTS_FAKE_H */
