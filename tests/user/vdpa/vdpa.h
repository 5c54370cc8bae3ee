/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vhost-vdpa device as a VMM sees it, and a split virtqueue driver on it.
 *
 * Everything that the device may touch lies in one arena, mapped at I/O
 * virtual addresses which are neither the process's addresses nor physical
 * ones, so that a device which mixes them up is found out.
 */
#ifndef _VDPA_VDPA_H
#define _VDPA_VDPA_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/vhost.h>
#include <linux/virtio_config.h>
#include <linux/virtio_crypto.h>
#include <linux/virtio_ring.h>

#include "types.h"

/* Newer than some distributions' headers */
#ifndef VHOST_VDPA_RESUME
#define VHOST_VDPA_RESUME		_IO(VHOST_VIRTIO, 0x7E)
#endif
#ifndef VHOST_BACKEND_F_IOTLB_PERSIST
#define VHOST_BACKEND_F_IOTLB_PERSIST	0x8
#endif

/* Feature bits that the kernel's header does not have */
#define VIRTIO_CRYPTO_F_REVISION_1		0
#define VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE	1
#define VIRTIO_CRYPTO_F_HASH_STATELESS_MODE	2
#define VIRTIO_CRYPTO_F_MAC_STATELESS_MODE	3
#define VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE	4
#define VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE	5
#define VD_STATELESS	0x3eULL		/* of all services */

#define VD_IOVA		0x4200000000ULL
#define VD_ARENA	(8 << 20)
#define VD_MAX_NUM	1024
#define VD_PAGE		4096

#define VD_STATUS_UP	(VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER)
#define VD_STATUS_OK	(VD_STATUS_UP | VIRTIO_CONFIG_S_FEATURES_OK | \
			 VIRTIO_CONFIG_S_DRIVER_OK)

/**
 * struct vd_buf - one descriptor to be
 * @iova: where, as the device is told
 * @len: in bytes
 * @write: the device may write it
 */
struct vd_buf {
	u64 iova;
	u32 len;
	bool write;
};

struct vd_dev;

/**
 * struct vd_vq - driver side of one virtqueue
 * @dev: the device
 * @index: of the queue
 * @num: size
 * @desc: descriptor table, in the arena like @avail and @used
 * @table: indirect tables, one per head
 * @kick: eventfd to the device
 * @call: eventfd from the device
 * @free: stack of free descriptors
 * @nr_free: its depth
 * @used_by: how many descriptors the chain of a head has
 * @last_used: index of the next used element
 * @avail_idx: private copy of the index
 * @kicked: @avail_idx when the device was last asked
 * @kicks: number of kicks written, for -v
 */
struct vd_vq {
	struct vd_dev *dev;
	unsigned int index;
	u16 num;
	struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	struct vring_desc *table;
	int kick, call;
	u16 free[VD_MAX_NUM];
	u16 nr_free;
	u16 used_by[VD_MAX_NUM];
	u16 last_used;
	u16 avail_idx;
	u16 kicked;
	u64 kicks;
};

#define VD_INDIRECT	32	/* descriptors in an indirect table of ours */

/**
 * struct vd_dev - an open /dev/vhost-vdpa-N
 * @fd: it
 * @path: of the device
 * @features: negotiated
 * @config: as read when started
 * @nvqs: queues, the control queue is the last one
 * @vqs: the queues
 * @config_call: eventfd for configuration changes
 * @config_calls: how often it was signalled, until somebody asks
 * @mem: the arena
 * @pos: how much of it is allocated
 * @want: features to ask for, if the device has them
 * @mask: features never to ask for
 * @backend: backend features to acknowledge
 * @num: size of the queues
 * @max_num: the largest size that the device has
 * @physical: tell the device physical addresses, as if it had identity mapping
 */
struct vd_dev {
	int fd;
	const char *path;
	u64 features;
	struct virtio_crypto_config config;
	unsigned int nvqs;
	struct vd_vq *vqs;
	int config_call;
	u64 config_calls;
	u8 *mem;
	size_t pos;
	u64 want;
	u64 mask;
	u64 backend;
	u16 num;
	u16 max_num;
	bool physical;
};

#define VD_BIT(n)	(1ULL << (n))

/* Steps; negative errno on failure. vd_start() is all of them in QEMU's order */
int vd_open(struct vd_dev *dev, const char *path);
void vd_close(struct vd_dev *dev);
int vd_negotiate(struct vd_dev *dev);
int vd_setup_vqs(struct vd_dev *dev);
int vd_map(struct vd_dev *dev, u64 iova, void *va, u64 size, u8 perm);
int vd_unmap(struct vd_dev *dev, u64 iova, u64 size);
int vd_start(struct vd_dev *dev);
int vd_reset(struct vd_dev *dev);
int vd_restart(struct vd_dev *dev);
int vd_set_status(struct vd_dev *dev, u8 status);
int vd_get_status(struct vd_dev *dev);
int vd_suspend(struct vd_dev *dev);
int vd_resume(struct vd_dev *dev);
int vd_vring_base(struct vd_dev *dev, unsigned int index);
int vd_read_config(struct vd_dev *dev);
bool vd_needs_reset(struct vd_dev *dev);
bool vd_hw_ready(struct vd_dev *dev);

void *vd_alloc(struct vd_dev *dev, size_t size, size_t align);
u64 vd_iova(const struct vd_dev *dev, const void *va);
void vd_free_all(struct vd_dev *dev, size_t pos);

static inline struct vd_vq *vd_ctrlq(struct vd_dev *dev)
{
	return &dev->vqs[dev->nvqs - 1];
}

static inline bool vd_has(const struct vd_dev *dev, unsigned int bit)
{
	return dev->features & VD_BIT(bit);
}

/* The driver's half of a queue */
int vd_add(struct vd_vq *vq, const struct vd_buf *b, unsigned int n,
	   bool indirect);
void vd_publish(struct vd_vq *vq, u16 head);
void vd_kick(struct vd_vq *vq);
void vd_kick_always(struct vd_vq *vq);
int vd_poll(struct vd_vq *vq, u32 *len);
int vd_wait(struct vd_vq *vq, u32 *len, unsigned int ms);
bool vd_config_changed(struct vd_dev *dev, unsigned int ms);

/* What vd_wait() returns besides a head */
#define VD_TIMEOUT	(-1000)
#define VD_NEEDS_RESET	(-1001)
#define VD_BAD_USED	(-1002)

u64 vd_now_ms(void);
u64 vd_phys(const void *va);

#endif /* _VDPA_VDPA_H */
