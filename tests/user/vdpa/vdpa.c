// SPDX-License-Identifier: GPL-2.0
#include "vdpa.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

u64 vd_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

static int vd_ioctl(struct vd_dev *dev, unsigned long cmd, void *arg)
{
	return ioctl(dev->fd, cmd, arg) < 0 ? -errno : 0;
}

int vd_open(struct vd_dev *dev, const char *path)
{
	u32 nvqs;
	int ret;

	memset(dev, 0, sizeof(*dev));
	dev->path = path;
	dev->num = 256;
	dev->config_call = -1;
	dev->want = VD_BIT(VIRTIO_F_VERSION_1) |
		    VD_BIT(VIRTIO_F_ACCESS_PLATFORM) |
		    VD_BIT(VIRTIO_RING_F_INDIRECT_DESC) |
		    VD_BIT(VIRTIO_RING_F_EVENT_IDX) |
		    VD_BIT(VIRTIO_CRYPTO_F_REVISION_1) | VD_STATELESS;
	dev->backend = VD_BIT(VHOST_BACKEND_F_IOTLB_MSG_V2) |
		       VD_BIT(VHOST_BACKEND_F_SUSPEND);
	dev->fd = open(path, O_RDWR | O_CLOEXEC);
	if (dev->fd < 0)
		return -errno;
	dev->mem = mmap(NULL, VD_ARENA, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (dev->mem == MAP_FAILED) {
		dev->mem = NULL;
		ret = -ENOMEM;
		goto err;
	}
	ret = vd_ioctl(dev, VHOST_SET_OWNER, NULL);
	if (ret)
		goto err;
	ret = vd_ioctl(dev, VHOST_VDPA_GET_VQS_COUNT, &nvqs);
	if (ret)
		goto err;
	ret = vd_ioctl(dev, VHOST_VDPA_GET_VRING_NUM, &dev->max_num);
	if (ret)
		goto err;
	dev->nvqs = nvqs;
	dev->vqs = calloc(nvqs, sizeof(*dev->vqs));
	if (!dev->vqs) {
		ret = -ENOMEM;
		goto err;
	}
	dev->config_call = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	for (nvqs = 0; nvqs < dev->nvqs; nvqs++) {
		dev->vqs[nvqs].dev = dev;
		dev->vqs[nvqs].index = nvqs;
		dev->vqs[nvqs].kick = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		dev->vqs[nvqs].call = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	}
	return 0;

err:
	vd_close(dev);
	return ret;
}

void vd_close(struct vd_dev *dev)
{
	unsigned int i;

	if (dev->fd >= 0)
		close(dev->fd);
	for (i = 0; dev->vqs && i < dev->nvqs; i++) {
		close(dev->vqs[i].kick);
		close(dev->vqs[i].call);
	}
	free(dev->vqs);
	if (dev->config_call >= 0)
		close(dev->config_call);
	if (dev->mem)
		munmap(dev->mem, VD_ARENA);
	memset(dev, 0, sizeof(*dev));
	dev->fd = -1;
	dev->config_call = -1;
}

int vd_set_status(struct vd_dev *dev, u8 status)
{
	return vd_ioctl(dev, VHOST_VDPA_SET_STATUS, &status);
}

int vd_get_status(struct vd_dev *dev)
{
	u8 status;
	int ret = vd_ioctl(dev, VHOST_VDPA_GET_STATUS, &status);

	return ret ? ret : status;
}

bool vd_needs_reset(struct vd_dev *dev)
{
	int status = vd_get_status(dev);

	return status >= 0 && status & VIRTIO_CONFIG_S_NEEDS_RESET;
}

int vd_read_config(struct vd_dev *dev)
{
	struct {
		struct vhost_vdpa_config head;
		struct virtio_crypto_config c;
	} msg = { .head.len = sizeof(msg.c) };
	int ret;

	ret = vd_ioctl(dev, VHOST_VDPA_GET_CONFIG, &msg);
	if (!ret)
		dev->config = msg.c;
	return ret;
}

bool vd_hw_ready(struct vd_dev *dev)
{
	return !vd_read_config(dev) &&
	       dev->config.status & VIRTIO_CRYPTO_S_HW_READY;
}

int vd_negotiate(struct vd_dev *dev)
{
	u64 features;
	int ret;

	ret = vd_ioctl(dev, VHOST_GET_BACKEND_FEATURES, &features);
	if (ret)
		return ret;
	features &= dev->backend;
	ret = vd_ioctl(dev, VHOST_SET_BACKEND_FEATURES, &features);
	if (ret)
		return ret;
	ret = vd_set_status(dev, VD_STATUS_UP);
	if (ret)
		return ret;
	ret = vd_ioctl(dev, VHOST_GET_FEATURES, &features);
	if (ret)
		return ret;
	dev->features = features & dev->want & ~dev->mask;
	/* Which stateless modes need */
	if (!vd_has(dev, VIRTIO_CRYPTO_F_REVISION_1))
		dev->features &= ~VD_STATELESS;
	ret = vd_ioctl(dev, VHOST_SET_FEATURES, &dev->features);
	if (ret)
		return ret;
	ret = vd_set_status(dev, VD_STATUS_UP | VIRTIO_CONFIG_S_FEATURES_OK);
	if (ret)
		return ret;
	ret = vd_get_status(dev);
	if (ret < 0)
		return ret;
	if (!(ret & VIRTIO_CONFIG_S_FEATURES_OK))
		return -EPROTO;
	ret = vd_ioctl(dev, VHOST_VDPA_SET_CONFIG_CALL, &dev->config_call);
	if (ret)
		return ret;
	return vd_read_config(dev);
}

/* Rings at the start of the arena, page aligned; a reset forgets all else */
static void vd_init_vq(struct vd_dev *dev, struct vd_vq *vq)
{
	unsigned int i;

	vq->num = dev->num;
	vq->desc = vd_alloc(dev, 16 * vq->num, VD_PAGE);
	vq->avail = vd_alloc(dev, 6 + 2 * vq->num, VD_PAGE);
	vq->used = vd_alloc(dev, 6 + 8 * vq->num, VD_PAGE);
	vq->table = vd_alloc(dev, 16UL * VD_INDIRECT * vq->num, VD_PAGE);
	memset(vq->desc, 0, 16 * vq->num);
	memset(vq->avail, 0, 6 + 2 * vq->num);
	memset(vq->used, 0, 6 + 8 * vq->num);
	for (i = 0; i < vq->num; i++)
		vq->free[i] = vq->num - 1 - i;
	vq->nr_free = vq->num;
	vq->last_used = 0;
	vq->avail_idx = 0;
	vq->kicked = 0;
}

static int vd_setup_vq(struct vd_dev *dev, struct vd_vq *vq)
{
	struct vhost_vring_state state = { .index = vq->index };
	struct vhost_vring_file file = { .index = vq->index };
	struct vhost_vring_addr addr = { .index = vq->index };
	int ret;

	state.num = vq->num;
	ret = vd_ioctl(dev, VHOST_SET_VRING_NUM, &state);
	if (ret)
		return ret;
	state.num = vq->avail_idx;
	ret = vd_ioctl(dev, VHOST_SET_VRING_BASE, &state);
	if (ret)
		return ret;
	addr.desc_user_addr = vd_iova(dev, vq->desc);
	addr.avail_user_addr = vd_iova(dev, vq->avail);
	addr.used_user_addr = vd_iova(dev, vq->used);
	ret = vd_ioctl(dev, VHOST_SET_VRING_ADDR, &addr);
	if (ret)
		return ret;
	file.fd = vq->kick;
	ret = vd_ioctl(dev, VHOST_SET_VRING_KICK, &file);
	if (ret)
		return ret;
	file.fd = vq->call;
	ret = vd_ioctl(dev, VHOST_SET_VRING_CALL, &file);
	if (ret)
		return ret;
	state.num = 1;
	return vd_ioctl(dev, VHOST_VDPA_SET_VRING_ENABLE, &state);
}

int vd_setup_vqs(struct vd_dev *dev)
{
	unsigned int i;
	int ret;

	for (i = 0; i < dev->nvqs; i++) {
		if (!dev->vqs[i].desc)
			vd_init_vq(dev, &dev->vqs[i]);
		ret = vd_setup_vq(dev, &dev->vqs[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static int vd_iotlb(struct vd_dev *dev, u8 type, u64 iova, u64 uaddr, u64 size,
		    u8 perm)
{
	struct vhost_msg_v2 msg;
	ssize_t n;

	memset(&msg, 0, sizeof(msg));
	msg.type = VHOST_IOTLB_MSG_V2;
	msg.iotlb.type = type;
	msg.iotlb.iova = iova;
	msg.iotlb.uaddr = uaddr;
	msg.iotlb.size = size;
	msg.iotlb.perm = perm;
	n = write(dev->fd, &msg, sizeof(msg));
	return n < 0 ? -errno : 0;
}

int vd_map(struct vd_dev *dev, u64 iova, void *va, u64 size, u8 perm)
{
	return vd_iotlb(dev, VHOST_IOTLB_UPDATE, iova, (unsigned long)va, size,
			perm);
}

int vd_unmap(struct vd_dev *dev, u64 iova, u64 size)
{
	return vd_iotlb(dev, VHOST_IOTLB_INVALIDATE, iova, 0, size, 0);
}

int vd_start(struct vd_dev *dev)
{
	int ret;

	ret = vd_negotiate(dev);
	if (ret)
		return ret;
	ret = vd_setup_vqs(dev);
	if (ret)
		return ret;
	ret = vd_map(dev, VD_IOVA, dev->mem, VD_ARENA, VHOST_ACCESS_RW);
	if (ret)
		return ret;
	ret = vd_set_status(dev, VD_STATUS_OK);
	if (ret)
		return ret;
	ret = vd_get_status(dev);
	if (ret < 0)
		return ret;
	return ret & VIRTIO_CONFIG_S_DRIVER_OK &&
	       !(ret & VIRTIO_CONFIG_S_NEEDS_RESET) ? 0 : -EPROTO;
}

int vd_reset(struct vd_dev *dev)
{
	return vd_set_status(dev, 0);
}

/*
 * As QEMU does: vhost-vdpa's own map survives a reset, the device's does not
 * unless IOTLB_PERSIST was acknowledged, so unmap before mapping again.
 */
int vd_restart(struct vd_dev *dev)
{
	unsigned int i;
	int ret;

	ret = vd_reset(dev);
	if (ret)
		return ret;
	vd_unmap(dev, 0, ~0ULL);
	dev->pos = 0;
	for (i = 0; i < dev->nvqs; i++)
		dev->vqs[i].desc = NULL;
	return vd_start(dev);
}

int vd_suspend(struct vd_dev *dev)
{
	return vd_ioctl(dev, VHOST_VDPA_SUSPEND, NULL);
}

int vd_resume(struct vd_dev *dev)
{
	return vd_ioctl(dev, VHOST_VDPA_RESUME, NULL);
}

int vd_vring_base(struct vd_dev *dev, unsigned int index)
{
	struct vhost_vring_state state = { .index = index };
	int ret = vd_ioctl(dev, VHOST_GET_VRING_BASE, &state);

	return ret ? ret : (int)state.num;
}

void *vd_alloc(struct vd_dev *dev, size_t size, size_t align)
{
	size_t pos = (dev->pos + align - 1) & ~(align - 1);

	if (pos + size > VD_ARENA)
		abort();
	dev->pos = pos + size;
	return dev->mem + pos;
}

/* Everything since @pos, which was dev->pos then */
void vd_free_all(struct vd_dev *dev, size_t pos)
{
	dev->pos = pos;
}

/* Physical address by /proc/self/pagemap, 0 if there is none. Needs root. */
u64 vd_phys(const void *va)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	u64 entry = 0, addr = (unsigned long)va;

	if (fd < 0)
		return 0;
	if (pread(fd, &entry, sizeof(entry), addr / VD_PAGE * 8) != 8 ||
	    !(entry >> 63))
		entry = 0;
	close(fd);
	entry &= VD_BIT(55) - 1;
	return entry ? entry * VD_PAGE + addr % VD_PAGE : 0;
}

u64 vd_iova(const struct vd_dev *dev, const void *va)
{
	if (dev->physical)
		return vd_phys(va);
	return VD_IOVA + ((const u8 *)va - dev->mem);
}
