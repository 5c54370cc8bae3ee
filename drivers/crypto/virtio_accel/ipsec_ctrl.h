/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The IPSEC service of a device, as far as the control queue goes: what the device can
 * do, and SAs as resource objects. Documentation/ipsec-wire.rst.
 *
 * virtio 1.4 has these commands on an administration virtqueue. They go through
 * vaccel_ipsec_admin(), which is the only place that knows that ours are requests of
 * the vendor extension on the control queue.
 */
#ifndef _VACCEL_IPSEC_CTRL_H
#define _VACCEL_IPSEC_CTRL_H

#include <linux/idr.h>
#include <linux/types.h>
#include <linux/virtio_accel.h>
#include <linux/workqueue.h>

#include <accel/ipsec.h>

struct vaccel_dev;

/* Index of a direction: the type of the object, less that of outbound SAs */
#define VACCEL_IPSEC_OUT	0
#define VACCEL_IPSEC_IN		1
#define VACCEL_IPSEC_DIRS	2
/* Tunnel and transport; index: VIRTIO_CRYPTO_IPSEC_MODE_*, less 1 */
#define VACCEL_IPSEC_MODES	2

/**
 * struct vaccel_ipsec_sa - an SA as the device gets it, under a name that fits
 * @wire: packed; little-endian
 */
struct vaccel_ipsec_sa {
	struct virtio_crypto_resource_obj_ipsec_sa_256b_key wire;
};

/**
 * struct vaccel_ipsec_mode - what SAs of a mode may have
 * @options: mask of VIRTIO_CRYPTO_IPSEC_ESN and so on
 * @window: longest replay window, in packets
 * @cipher: mask of VIRTIO_CRYPTO_CIPHER_*
 * @mac: mask of VIRTIO_CRYPTO_MAC_*
 * @aead: mask of VIRTIO_CRYPTO_AEAD_*
 * @cipher_key: longest key, in bytes
 * @auth_key: longest key, in bytes
 */
struct vaccel_ipsec_mode {
	u32 options;
	u32 window;
	u64 cipher;
	u64 mac;
	u32 aead;
	u32 cipher_key;
	u32 auth_key;
};

/**
 * struct vaccel_ipsec_caps - what a device's SAs may be
 * @limit: SAs of each direction
 * @mode: without algorithms if there are no such SAs
 */
struct vaccel_ipsec_caps {
	u32 limit[VACCEL_IPSEC_DIRS];
	struct vaccel_ipsec_mode mode[VACCEL_IPSEC_MODES];
};

/**
 * struct vaccel_ipsec - the IPSEC service of a device
 * @caps: what it can do; constant while @gen is that of the device
 * @gen: start of the device for which @caps were agreed upon; 0 for none
 * @ids: numbers of SAs in use, of each direction
 * @work: agrees with the device upon @caps
 */
struct vaccel_ipsec {
	struct vaccel_ipsec_caps caps;
	u32 gen;
	struct ida ids[VACCEL_IPSEC_DIRS];
	struct work_struct work;
};

/**
 * vaccel_ipsec_init() - prepare the service of a new device
 * @vd: the device
 */
void vaccel_ipsec_init(struct vaccel_dev *vd);

/**
 * vaccel_ipsec_open() - the device's queues are open
 * @vd: the device
 *
 * Context: process.
 */
void vaccel_ipsec_open(struct vaccel_dev *vd);

/**
 * vaccel_ipsec_stop() - the device is reset, and its queues are closed
 * @vd: the device
 *
 * Context: process.
 */
void vaccel_ipsec_stop(struct vaccel_dev *vd);

/**
 * vaccel_ipsec_exit() - undo vaccel_ipsec_init()
 * @vd: the device, of which nobody has SAs any more
 */
void vaccel_ipsec_exit(struct vaccel_dev *vd);

/**
 * vaccel_ipsec_ready() - may there be SAs on a device now?
 * @vd: the device
 *
 * Context: any.
 * Return: true if so.
 */
bool vaccel_ipsec_ready(const struct vaccel_dev *vd);

/**
 * vaccel_ipsec_takes() - can a device have an SA?
 * @caps: what the device can do
 * @sa: the SA
 *
 * Context: any.
 * Return: true if so.
 */
bool vaccel_ipsec_takes(const struct vaccel_ipsec_caps *caps,
			const struct vaccel_ipsec_sa *sa);

/**
 * vaccel_ipsec_parse_modes() - read the capability of SAs
 * @caps: @caps->mode is filled in; modes that we do not know are left out
 * @cap: from the device, nothing in it is trusted
 * @len: bytes at @cap
 *
 * Context: any.
 * Return: 0, or -EINVAL if it makes no sense.
 */
int vaccel_ipsec_parse_modes(struct vaccel_ipsec_caps *caps, const void *cap,
			     u32 len);

/**
 * vaccel_ipsec_put_modes() - write the capability of SAs
 * @caps: what we use
 * @cap: room for %VACCEL_IPSEC_MODES entries
 *
 * Context: any.
 * Return: its length.
 */
u32 vaccel_ipsec_put_modes(const struct vaccel_ipsec_caps *caps,
			   struct virtio_crypto_ipsec_sa_cap_data *cap);

/**
 * vaccel_ipsec_create() - make an SA on a device
 * @vd: the device
 * @sa: the SA; its number is filled in
 * @gen: set to the start of the device in which it was made
 *
 * Context: process.
 * Return: 0; -ENODEV if the device is gone or not ready, -ENOSPC if it has too many,
 *	-ENOMEM, -EINVAL if it does not want to.
 */
int vaccel_ipsec_create(struct vaccel_dev *vd, struct vaccel_ipsec_sa *sa,
			u32 *gen);

/**
 * vaccel_ipsec_destroy() - undo vaccel_ipsec_create()
 * @vd: the device, which may have been reset or be gone
 * @sa: the SA
 *
 * Context: process.
 */
void vaccel_ipsec_destroy(struct vaccel_dev *vd,
			  const struct vaccel_ipsec_sa *sa);

/**
 * vaccel_ipsec_set_seq() - move the sequence number of a new SA forward
 * @vd: the device
 * @sa: the SA
 * @seq: outbound: the last one that was used; inbound: all up to it were seen
 *
 * Context: process.
 * Return: 0 or an error.
 */
int vaccel_ipsec_set_seq(struct vaccel_dev *vd, const struct vaccel_ipsec_sa *sa,
			 u64 seq);

#endif /* _VACCEL_IPSEC_CTRL_H */
