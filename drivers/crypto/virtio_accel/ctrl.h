/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_CTRL_H
#define _VACCEL_CTRL_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/virtio.h>
#include <linux/workqueue.h>

#include <accel/alg_table.h>

struct vaccel_dev;
struct vaccel_akcipher_para;
struct vaccel_ctrl_slot;

/* Commands that the device may have at once; more wait */
#define VACCEL_CTRL_SLOTS	8
/* Descriptors of a command: what is asked, a key, the answer */
#define VACCEL_CTRL_DESCS	3

/**
 * struct vaccel_ctrl_raw - buffers of a command that is not about a session
 * @out: what the device reads, memory for DMA
 * @out_len: its length
 * @in: what the device writes, likewise
 * @in_len: its length
 */
struct vaccel_ctrl_raw {
	void *out;
	u32 out_len;
	void *in;
	u32 in_len;
};

/**
 * struct vaccel_cmd - a command for the control queue
 * @node: entry in the list of waiting commands
 * @alg: the algorithm of the session
 * @auth: algorithm chaining: the MAC beside the cipher @alg, else NULL
 * @key: the key, NULL to destroy a session; must stay until @done
 * @key_len: its length
 * @auth_len: how much of it is the MAC's, behind the cipher's
 * @tag_len: length of the tag, AEAD only
 * @para: what the session is for, AKCIPHER only
 * @enc: encrypt or decrypt
 * @raw: if it is not about a session: all of it, and none of the above
 * @session: the session; to destroy, or filled in when one was created
 * @gen: start of the device that the command belongs to, filled in when taken
 * @status: for @done, if the device did not get the command
 * @done: called once, from a softirq or a process with bottom halves off:
 *	status is VIRTIO_CRYPTO_*, or negative if the device never answered;
 *	with @raw, 0 if it did
 *
 * Embedded in the object it is about, so that no command needs memory.
 */
struct vaccel_cmd {
	struct list_head node;
	const struct accel_alg *alg;
	const struct accel_alg *auth;
	const u8 *key;
	u32 key_len;
	u32 auth_len;
	u8 tag_len;
	const struct vaccel_akcipher_para *para;
	bool enc;
	const struct vaccel_ctrl_raw *raw;
	__le64 session;
	u32 gen;
	int status;
	void (*done)(struct vaccel_cmd *cmd, int status);
};

/**
 * struct vaccel_ctrl - the control queue of a device
 * @lock: guards everything below but @work and @timer
 * @vq: the virtqueue; NULL while the device is stopped
 * @open: are commands let in?
 * @gen: start of the device, for the commands
 * @slots: DMA-able buffers, VACCEL_CTRL_SLOTS of them
 * @free: bit mask of free entries in @slots
 * @waiting: commands that wait for a slot
 * @work: collects answers, in softirq context
 * @timer: breaks a device that does not answer
 */
struct vaccel_ctrl {
	spinlock_t lock; /* see above */
	struct virtqueue *vq;
	bool open;
	u32 gen;
	struct vaccel_ctrl_slot *slots;
	unsigned long free;
	struct list_head waiting;
	struct work_struct work;
	struct delayed_work timer;
};

/**
 * vaccel_ctrl_init() - prepare the control queue of a new device
 * @ctrl: the queue
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vaccel_ctrl_init(struct vaccel_ctrl *ctrl);

/**
 * vaccel_ctrl_exit() - undo vaccel_ctrl_init()
 * @ctrl: the queue, closed
 */
void vaccel_ctrl_exit(struct vaccel_ctrl *ctrl);

/**
 * vaccel_ctrl_open() - let commands in
 * @ctrl: the queue
 * @vq: its virtqueue
 * @gen: start of the device
 */
void vaccel_ctrl_open(struct vaccel_ctrl *ctrl, struct virtqueue *vq, u32 gen);

/**
 * vaccel_ctrl_close() - let no command in any more
 * @ctrl: the queue
 *
 * Waiting commands end with -ENODEV; those that the device has, it may still
 * answer, or vaccel_ctrl_flush() ends them.  May be called again.
 *
 * Context: process.
 */
void vaccel_ctrl_close(struct vaccel_ctrl *ctrl);

/**
 * vaccel_ctrl_flush() - take back what the device has
 * @ctrl: the queue, closed; the device is reset
 *
 * Context: process.
 */
void vaccel_ctrl_flush(struct vaccel_ctrl *ctrl);

/**
 * vaccel_ctrl_submit() - give a command to the device
 * @ctrl: the queue
 * @cmd: the command; its @done will be called if this succeeds
 *
 * Context: any but hard interrupts.
 * Return: 0, or -ENODEV when the queue is closed.
 */
int vaccel_ctrl_submit(struct vaccel_ctrl *ctrl, struct vaccel_cmd *cmd);

/**
 * vaccel_ctrl_interrupt() - the virtqueue's callback
 * @vq: the virtqueue
 *
 * Context: hard interrupt.
 */
void vaccel_ctrl_interrupt(struct virtqueue *vq);

#endif /* _VACCEL_CTRL_H */
