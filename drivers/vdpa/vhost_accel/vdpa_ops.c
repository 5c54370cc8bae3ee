// SPDX-License-Identifier: GPL-2.0
/*
 * vdpa_config_ops and nothing else.
 *
 * Of the order in which vhost-vdpa calls: queues are configured and enabled
 * before memory is mapped, so ring addresses are resolved after DRIVER_OK;
 * callbacks are changed after it; kicks come at any time.
 *
 * VHOST_BACKEND_F_ENABLE_AFTER_DRIVER_OK is not offered: a queue's memory is
 * allocated, and charged, when DRIVER_OK is set. VHOST_BACKEND_F_IOTLB_PERSIST is
 * offered by vhost-vdpa because there is reset_map: a VMM that negotiates it
 * keeps its map over a reset; for all others the map is empty afterwards.
 */
#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/virtio_ids.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_crypto.h>

#include "vha.h"

/* "VACC"; drivers don't look at it */
#define VHA_VENDOR_ID	0x43434156

static int vha_set_vq_address(struct vdpa_device *vdpa, u16 idx, u64 desc,
			      u64 driver, u64 device)
{
	struct vha_dev *dev = vha_dev_of(vdpa);
	struct vha_vq *vq = &dev->vq[idx];

	if (!IS_ALIGNED(desc, VRING_DESC_ALIGN_SIZE) ||
	    !IS_ALIGNED(driver, VRING_AVAIL_ALIGN_SIZE) ||
	    !IS_ALIGNED(device, VRING_USED_ALIGN_SIZE))
		return -EINVAL;
	mutex_lock(&dev->lock);
	vq->desc = desc;
	vq->driver = driver;
	vq->device = device;
	vq->changed = dev->suspended;
	mutex_unlock(&dev->lock);
	return 0;
}

static void vha_set_vq_num(struct vdpa_device *vdpa, u16 idx, u32 num)
{
	struct vha_dev *dev = vha_dev_of(vdpa);

	mutex_lock(&dev->lock);
	dev->vq[idx].num = num;
	mutex_unlock(&dev->lock);
}

static void vha_kick_vq(struct vdpa_device *vdpa, u16 idx)
{
	vha_vq_kick(&vha_dev_of(vdpa)->vq[idx]);
}

static void vha_set_vq_cb(struct vdpa_device *vdpa, u16 idx,
			  struct vdpa_callback *cb)
{
	struct vha_vq *vq = &vha_dev_of(vdpa)->vq[idx];

	spin_lock(&vq->lock);
	vq->cb = *cb;
	spin_unlock(&vq->lock);
}

static void vha_set_vq_ready(struct vdpa_device *vdpa, u16 idx, bool ready)
{
	struct vha_dev *dev = vha_dev_of(vdpa);
	struct vha_vq *vq = &dev->vq[idx];

	mutex_lock(&dev->lock);
	/* A queue that was not enabled at DRIVER_OK has nothing to work with */
	if (!(dev->status & VIRTIO_CONFIG_S_DRIVER_OK) || vha_vq_run(vq))
		WRITE_ONCE(vq->ready, ready);
	mutex_unlock(&dev->lock);
	if (ready)
		vha_vq_kick(vq);
}

static bool vha_get_vq_ready(struct vdpa_device *vdpa, u16 idx)
{
	return READ_ONCE(vha_dev_of(vdpa)->vq[idx].ready);
}

static int vha_set_vq_state(struct vdpa_device *vdpa, u16 idx,
			    const struct vdpa_vq_state *state)
{
	struct vha_dev *dev = vha_dev_of(vdpa);
	struct vha_vq *vq = &dev->vq[idx];
	int err = 0;

	mutex_lock(&dev->lock);
	if (vha_vq_run(vq) && !dev->suspended) {
		err = -EBUSY;
	} else {
		vq->last_avail = state->split.avail_index;
		vq->changed = dev->suspended;
	}
	mutex_unlock(&dev->lock);
	return err;
}

/* Exact when nothing is in flight, and refused when something may be */
static int vha_get_vq_state(struct vdpa_device *vdpa, u16 idx,
			    struct vdpa_vq_state *state)
{
	struct vha_dev *dev = vha_dev_of(vdpa);
	struct vha_vq *vq = &dev->vq[idx];
	int err = 0;

	mutex_lock(&dev->lock);
	if (vha_vq_run(vq) && !dev->suspended)
		err = -EBUSY;
	else
		state->split.avail_index = vq->last_avail;
	mutex_unlock(&dev->lock);
	return err;
}

static u16 vha_get_vq_size(struct vdpa_device *vdpa, u16 idx)
{
	struct vha_dev *dev = vha_dev_of(vdpa);

	if (READ_ONCE(dev->status) & VIRTIO_CONFIG_S_DRIVER_OK)
		return dev->vq[idx].num;
	return dev->settings.queue_size;
}

static u32 vha_get_vq_align(struct vdpa_device *vdpa)
{
	return PAGE_SIZE;
}

static u64 vha_get_device_features(struct vdpa_device *vdpa)
{
	return vha_dev_of(vdpa)->features;
}

/*
 * 0 comes when somebody reads the configuration before features were negotiated,
 * and a legacy driver is assumed.
 */
static int vha_set_driver_features(struct vdpa_device *vdpa, u64 features)
{
	struct vha_dev *dev = vha_dev_of(vdpa);

	if ((features & ~dev->features) || !vha_features_consistent(features))
		return -EINVAL;
	mutex_lock(&dev->lock);
	dev->driver_features = features;
	mutex_unlock(&dev->lock);
	return 0;
}

static u64 vha_get_driver_features(struct vdpa_device *vdpa)
{
	return vha_dev_of(vdpa)->driver_features;
}

static void vha_set_config_cb(struct vdpa_device *vdpa,
			      struct vdpa_callback *cb)
{
	struct vha_dev *dev = vha_dev_of(vdpa);

	mutex_lock(&dev->config_mutex);
	dev->config_cb = *cb;
	mutex_unlock(&dev->config_mutex);
}

static u16 vha_get_vq_num_max(struct vdpa_device *vdpa)
{
	return vha_dev_of(vdpa)->settings.queue_size;
}

static u32 vha_get_device_id(struct vdpa_device *vdpa)
{
	return VIRTIO_ID_CRYPTO;
}

static u32 vha_get_vendor_id(struct vdpa_device *vdpa)
{
	return VHA_VENDOR_ID;
}

static u8 vha_get_status(struct vdpa_device *vdpa)
{
	return READ_ONCE(vha_dev_of(vdpa)->status);
}

static void vha_set_status(struct vdpa_device *vdpa, u8 status)
{
	vha_dev_set_status(vha_dev_of(vdpa), status);
}

static int vha_reset(struct vdpa_device *vdpa)
{
	vha_dev_reset(vha_dev_of(vdpa));
	return 0;
}

static int vha_compat_reset(struct vdpa_device *vdpa, u32 flags)
{
	struct vha_dev *dev = vha_dev_of(vdpa);

	vha_dev_reset(dev);
	if (flags & VDPA_RESET_F_CLEAN_MAP)
		vha_iotlb_reset(&dev->tlb);
	return 0;
}

static int vha_suspend(struct vdpa_device *vdpa)
{
	return vha_dev_suspend(vha_dev_of(vdpa));
}

static int vha_resume(struct vdpa_device *vdpa)
{
	return vha_dev_resume(vha_dev_of(vdpa));
}

static size_t vha_get_config_size(struct vdpa_device *vdpa)
{
	return sizeof(struct virtio_crypto_config);
}

static void vha_get_config(struct vdpa_device *vdpa, unsigned int offset,
			   void *buf, unsigned int len)
{
	struct vha_dev *dev = vha_dev_of(vdpa);
	struct virtio_crypto_config config = dev->config;

	if (offset > sizeof(config) || len > sizeof(config) - offset)
		return;
	if (READ_ONCE(dev->ready))
		config.status = cpu_to_le32(VIRTIO_CRYPTO_S_HW_READY);
	memcpy(buf, (u8 *)&config + offset, len);
}

/* There is nothing in it for drivers to write */
static void vha_set_config(struct vdpa_device *vdpa, unsigned int offset,
			   const void *buf, unsigned int len)
{
}

static u32 vha_get_generation(struct vdpa_device *vdpa)
{
	return READ_ONCE(vha_dev_of(vdpa)->generation);
}

static struct vdpa_iova_range vha_get_iova_range(struct vdpa_device *vdpa)
{
	return (struct vdpa_iova_range){ .first = 0, .last = U64_MAX };
}

static int vha_set_vq_affinity(struct vdpa_device *vdpa, u16 idx,
			       const struct cpumask *mask)
{
	vha_vq_set_affinity(&vha_dev_of(vdpa)->vq[idx], mask);
	return 0;
}

static const struct cpumask *vha_get_vq_affinity(struct vdpa_device *vdpa,
						 u16 idx)
{
	struct vha_vq *vq = &vha_dev_of(vdpa)->vq[idx];

	return vq->has_affinity ? &vq->affinity : NULL;
}

static int vha_dma_map(struct vdpa_device *vdpa, unsigned int asid, u64 iova,
		       u64 size, u64 pa, u32 perm, void *opaque)
{
	if (asid)
		return -EINVAL;
	return vha_iotlb_map(&vha_dev_of(vdpa)->tlb, iova, size, pa, perm);
}

static int vha_dma_unmap(struct vdpa_device *vdpa, unsigned int asid, u64 iova,
			 u64 size)
{
	if (asid)
		return -EINVAL;
	vha_iotlb_unmap(&vha_dev_of(vdpa)->tlb, iova, size);
	return 0;
}

static int vha_reset_map(struct vdpa_device *vdpa, unsigned int asid)
{
	if (asid)
		return -EINVAL;
	vha_iotlb_reset(&vha_dev_of(vdpa)->tlb);
	return 0;
}

static void vha_free(struct vdpa_device *vdpa)
{
	vha_dev_free(vha_dev_of(vdpa));
}

const struct vdpa_config_ops vha_vdpa_ops = {
	.set_vq_address = vha_set_vq_address,
	.set_vq_num = vha_set_vq_num,
	.kick_vq = vha_kick_vq,
	.set_vq_cb = vha_set_vq_cb,
	.set_vq_ready = vha_set_vq_ready,
	.get_vq_ready = vha_get_vq_ready,
	.set_vq_state = vha_set_vq_state,
	.get_vq_state = vha_get_vq_state,
	.get_vq_size = vha_get_vq_size,
	.get_vq_align = vha_get_vq_align,
	.get_device_features = vha_get_device_features,
	.set_driver_features = vha_set_driver_features,
	.get_driver_features = vha_get_driver_features,
	.set_config_cb = vha_set_config_cb,
	.get_vq_num_max = vha_get_vq_num_max,
	.get_device_id = vha_get_device_id,
	.get_vendor_id = vha_get_vendor_id,
	.get_status = vha_get_status,
	.set_status = vha_set_status,
	.reset = vha_reset,
	.compat_reset = vha_compat_reset,
	.suspend = vha_suspend,
	.resume = vha_resume,
	.get_config_size = vha_get_config_size,
	.get_config = vha_get_config,
	.set_config = vha_set_config,
	.get_generation = vha_get_generation,
	.get_iova_range = vha_get_iova_range,
	.set_vq_affinity = vha_set_vq_affinity,
	.get_vq_affinity = vha_get_vq_affinity,
	.dma_map = vha_dma_map,
	.dma_unmap = vha_dma_unmap,
	.reset_map = vha_reset_map,
	.free = vha_free,
};
