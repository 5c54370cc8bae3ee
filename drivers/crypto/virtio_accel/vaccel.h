/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device object of the virtio crypto driver.
 *
 * Lock order, outermost first:
 *
 *	vaccel_dev.mutex	start, stop and change of a device
 *	vaccel_alg_mutex	registration of algorithms (alg.c)
 *	registry lock		list of devices (main.c)
 *	vaccel_tfm.lock		route of a transform (route.c)
 *	vaccel_key.lock		sessions of a key (session.c)
 *	vaccel_vq.lock		one data queue (vq.c)
 *	vaccel_ctrl.lock	the control queue (ctrl.c)
 *
 * All spinlocks are taken with bottom halves off: requests come from process
 * context and from softirqs, completions from softirqs; the interrupt handlers
 * take no lock.
 */
#ifndef _VACCEL_H
#define _VACCEL_H

#include <linux/cpumask.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/virtio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "config.h"
#include "ctrl.h"
#include "ipsec_ctrl.h"

struct vaccel_alg;
struct vaccel_vq;

/**
 * enum vaccel_state - may requests be given to a device?
 * @VACCEL_NOT_READY: alive, but its VIRTIO_CRYPTO_S_HW_READY is clear
 * @VACCEL_READY: yes
 * @VACCEL_BROKEN: it broke the rules or a time limit and was reset; only a new
 *	binding of the driver brings it back
 * @VACCEL_STOPPED: frozen, shut down or gone
 */
enum vaccel_state {
	VACCEL_NOT_READY,
	VACCEL_READY,
	VACCEL_BROKEN,
	VACCEL_STOPPED,
};

/**
 * struct vaccel_dev - one virtio crypto device, or what is left of it
 * @caps: what the device offers; constant between start and stop
 * @vqs: the data queues that are used
 * @nr_vqs: number of entries in @vqs
 * @gen: counts the starts of the device, never zero while it runs; sessions
 *	remember it, so that those of an earlier start are known to be gone
 * @state: enum vaccel_state; written under @mutex, read anywhere
 * @cpu_vq: index in @vqs for each possible CPU
 * @ctrl: the control queue
 * @ipsec: the IPSEC service
 * @ref: held by the driver binding and by each key that has sessions here
 * @node: entry in the list of devices, under the registry lock
 * @nr_keys: number of keys that have chosen this device; for the choice only
 * @mutex: serialises start, stop and state changes; guards @vdev, @all_vqs
 * @vdev: the virtio device, NULL once the driver is unbound
 * @all_vqs: every virtqueue the device has: the data queues, used or not, and
 *	the control queue; needed because queues are found by position
 * @nr_all_vqs: number of entries in @all_vqs
 * @name: name of the virtio device, for messages after @vdev is gone
 * @idle: woken when a closed queue has nothing in flight any more
 * @config_work: looks at the configuration after a change
 * @break_work: resets a device that broke the rules
 * @drain_work: gives up on what a device that is not ready holds
 * @break_why: the reason for @break_work, NULL as long as there is none
 * @cpuhp: entry for CPU hotplug
 */
struct vaccel_dev {
	struct vaccel_caps caps;
	struct vaccel_vq *vqs;
	unsigned int nr_vqs;
	u32 gen;
	u8 state;
	u16 *cpu_vq;

	struct vaccel_ctrl ctrl;
	struct vaccel_ipsec ipsec;

	struct kref ref;
	struct list_head node;
	atomic_t nr_keys;
	struct mutex mutex; /* see above */
	struct virtio_device *vdev;
	struct virtqueue **all_vqs;
	unsigned int nr_all_vqs;
	char name[16];
	wait_queue_head_t idle;
	struct work_struct config_work;
	struct work_struct break_work;
	struct delayed_work drain_work;
	const char *break_why;
	struct hlist_node cpuhp;
};

/* For work that transforms and devices wait for, also under memory pressure */
extern struct workqueue_struct *vaccel_wq;

/* Counts the changes of the set of usable devices; see vaccel_dev_pick() */
extern atomic_t vaccel_dev_seq;

/**
 * vaccel_dev_usable() - may sessions be made and used on a device?
 * @vd: the device
 *
 * Only a hint: the queues themselves refuse requests once they are closed.
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool vaccel_dev_usable(const struct vaccel_dev *vd)
{
	return READ_ONCE(vd->state) == VACCEL_READY;
}

/**
 * vaccel_dev_pick() - choose the device for a key
 * @alg: the driver
 * @len: of the key, in bytes
 * @auth_len: of that of a MAC beside it, in bytes
 *
 * The rule: of the ready devices that offer the algorithm with keys of these
 * lengths, the one with the fewest keys; of several such, the oldest.
 *
 * Context: any.
 * Return: the device with a reference, or NULL.
 */
struct vaccel_dev *vaccel_dev_pick(const struct vaccel_alg *alg,
				   unsigned int len, unsigned int auth_len);

/**
 * vaccel_dev_find() - look for a device
 * @fits: is it this one? Must not sleep
 * @data: passed to @fits
 *
 * Context: any.
 * Return: the oldest that fits, with a reference, or NULL.
 */
struct vaccel_dev *vaccel_dev_find(bool (*fits)(struct vaccel_dev *vd,
						const void *data),
				   const void *data);

/**
 * vaccel_dev_why_not() - say why no device is used for an algorithm
 * @alg: the driver
 *
 * Context: any.
 * Return: a constant text, or NULL if there is a usable device.
 */
const char *vaccel_dev_why_not(const struct vaccel_alg *alg);

/**
 * vaccel_dev_name_for() - name the device that new keys of an algorithm get
 * @alg: the driver
 * @buf: filled with the name, or "-"
 * @len: size of @buf
 *
 * Context: any.
 */
void vaccel_dev_name_for(const struct vaccel_alg *alg, char *buf, size_t len);

/**
 * vaccel_dev_break() - give up a device that broke the rules
 * @vd: the device
 * @why: constant text for the log
 *
 * The device is reset from a work item, and what it held is lost.
 *
 * Context: any.
 */
void vaccel_dev_break(struct vaccel_dev *vd, const char *why);

void vaccel_dev_release(struct kref *ref);

static inline void vaccel_dev_get(struct vaccel_dev *vd)
{
	kref_get(&vd->ref);
}

static inline void vaccel_dev_put(struct vaccel_dev *vd)
{
	kref_put(&vd->ref, vaccel_dev_release);
}

#endif /* _VACCEL_H */
