/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_CONFIG_H
#define _VACCEL_CONFIG_H

#include <linux/types.h>
#include <linux/virtio.h>
#include <linux/virtio_crypto.h>

#include <accel/alg_table.h>

/* More data queues than this are taken for nonsense */
#define VACCEL_MAX_DATA_QUEUES	1024
/* Services that there may be: numbers are less */
#define VACCEL_SERVICES		(VIRTIO_CRYPTO_SERVICE_AKCIPHER + 1)
/* Larger requests than this go to software, whatever the device says */
#define VACCEL_MAX_SIZE		(1024 * 1024)

/**
 * struct vaccel_config - a device's configuration in the CPU's byte order
 * @status: VIRTIO_CRYPTO_S_*
 * @max_dataqueues: number of data queues; the control queue follows them
 * @services: bit mask of VIRTIO_CRYPTO_SERVICE_*
 * @algo: for each service a bit mask of its algorithms, such as
 *	VIRTIO_CRYPTO_CIPHER_*
 * @max_cipher_key_len: in bytes, of ciphers and AEADs
 * @max_auth_key_len: in bytes, of MACs
 * @max_size: limit for the variable parts of one request together
 */
struct vaccel_config {
	u32 status;
	u32 max_dataqueues;
	u32 services;
	u64 algo[VACCEL_SERVICES];
	u32 max_cipher_key_len;
	u32 max_auth_key_len;
	u64 max_size;
};

/**
 * struct vaccel_caps - what a device offers, checked
 * @algs: bit mask of enum accel_alg_id, see ACCEL_ALG_BIT()
 * @nr_data_vqs: number of data queues that the device has
 * @max_key_len: longest key of each service, in bytes
 * @max_size: limit for IV, source, AAD and destination together, in bytes
 * @stateless: services whose requests may take their key along,
 *	BIT(VIRTIO_CRYPTO_SERVICE_*)
 * @rev1: REVISION_1 layouts, else the legacy ones
 * @ipsec: the IPSEC service, with the control requests for its SAs
 */
struct vaccel_caps {
	u64 algs;
	u32 nr_data_vqs;
	u32 max_key_len[VACCEL_SERVICES];
	u32 max_size;
	u32 stateless;
	bool rev1;
	bool ipsec;
};

/**
 * vaccel_caps_from_config() - check a configuration
 * @cfg: as read from the device, nothing in it is trusted
 * @rev1: was VIRTIO_CRYPTO_F_REVISION_1 negotiated?
 * @caps: filled in on success
 * @why: set to a constant text on failure
 *
 * Context: any.
 * Return: 0, or -EINVAL when the device makes no sense.
 */
int vaccel_caps_from_config(const struct vaccel_config *cfg, bool rev1,
			    struct vaccel_caps *caps, const char **why);

/**
 * vaccel_config_validate() - leave out features that need another one
 * @vdev: the device, before its features are accepted
 *
 * virtio 1.4, "Crypto Device", "Feature bit requirements".
 */
void vaccel_config_validate(struct virtio_device *vdev);

/**
 * vaccel_config_read() - read and check the configuration of a device
 * @vdev: the device
 * @caps: filled in on success
 *
 * Context: process.
 * Return: 0 or a negative error; the reason is in the log.
 */
int vaccel_config_read(struct virtio_device *vdev, struct vaccel_caps *caps);

/**
 * vaccel_config_ready() - does the device say that it is ready?
 * @vdev: the device
 *
 * Context: process.
 * Return: true if so.
 */
bool vaccel_config_ready(struct virtio_device *vdev);

#endif /* _VACCEL_CONFIG_H */
