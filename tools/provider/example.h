/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the example know of each other.
 */
#ifndef _EXAMPLE_H
#define _EXAMPLE_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vhost_accel.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/* Longest request */
#define EXAMPLE_MAX_LEN		4096

/* Whether it answers at all: who gives it a request, or wants a session */
enum example_stuck {
	EXAMPLE_FINE,
	EXAMPLE_ASLEEP,
	EXAMPLE_BUSY,
	EXAMPLE_KEYS,
};

/**
 * struct example - the device
 * @provider: as vhost_accel knows it
 * @queue: where requests are done
 * @room: how many more it takes
 * @done: how many requests it has done, packets included
 * @packets: how many packets
 * @stopped: how often it was stopped
 * @submit_error: the errno with which requests are not accepted, 0 if they are
 * @stuck: enum example_stuck: what has to be submitted waits for it to be fine; at
 *	EXAMPLE_KEYS it is sessions that wait
 * @fine: where it waits
 * @lock: guards @hung and @kept
 * @hung: it does nothing
 * @kept: requests that it had when it was about to do them
 */
struct example {
	struct vha_provider *provider;
	struct workqueue_struct *queue;
	atomic_t room;
	atomic_t done;
	atomic_t packets;
	atomic_t stopped;
	unsigned int submit_error;
	int stuck;
	wait_queue_head_t fine;
	spinlock_t lock; /* see above */
	bool hung;
	struct list_head kept;
};

int example_submit(struct example *example, struct vhost_accel_request *req,
		   int (*run)(void *priv, struct vhost_accel_request *req),
		   void *priv);

/* example_esp.c */
int example_sa_create(const struct vhost_accel_sa_param *param, void **sa);
void example_sa_destroy(void *sa);
int example_sa_submit(void *sa, struct vhost_accel_request *req);

#endif /* _EXAMPLE_H */
