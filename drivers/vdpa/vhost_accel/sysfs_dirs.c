// SPDX-License-Identifier: GPL-2.0
/*
 * Folders of a vDPA device in sysfs: one for each queue, and one for each kind of
 * session. Described in Documentation/ABI/testing/sysfs-bus-vdpa-accel.
 */
#include <linux/array_size.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/time64.h>

#include <accel/alg_table.h>

#include "latency.h"
#include "sysfs.h"
#include "vha.h"

/**
 * struct vha_dir - a folder
 * @kobj: in sysfs; holds the memory
 * @node: on &vha_dev.dirs
 * @dev: the device, which outlives what is in sysfs of it
 * @index: of the queue, or VIRTIO_CRYPTO_SERVICE_*
 */
struct vha_dir {
	struct kobject kobj;
	struct list_head node;
	const struct vha_dev *dev;
	u32 index;
};

/**
 * struct vha_dir_attr - a file in it
 * @attr: for sysfs
 * @show: prints it
 * @offset: of a counter, for some of them
 */
struct vha_dir_attr {
	struct attribute attr;
	ssize_t (*show)(const struct vha_dir *dir, size_t offset, char *buf);
	size_t offset;
};

static ssize_t vha_dir_show(struct kobject *kobj, struct attribute *attr,
			    char *buf)
{
	const struct vha_dir_attr *file =
		container_of_const(attr, struct vha_dir_attr, attr);

	return file->show(container_of_const(kobj, struct vha_dir, kobj),
			  file->offset, buf);
}

static const struct sysfs_ops vha_dir_ops = {
	.show = vha_dir_show,
};

static void vha_dir_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct vha_dir, kobj));
}

/* ---- queues ------------------------------------------------------------- */

static const struct vha_vq *vha_dir_vq(const struct vha_dir *dir)
{
	return &dir->dev->vq[dir->index];
}

static ssize_t vha_queue_counter_show(const struct vha_dir *dir, size_t offset,
				      char *buf)
{
	const u8 *stats = (const u8 *)&vha_dir_vq(dir)->stats;

	return sysfs_emit(buf, "%llu\n",
			  READ_ONCE(*(const u64 *)(stats + offset)));
}

static ssize_t vha_queue_kicks_show(const struct vha_dir *dir, size_t offset,
				    char *buf)
{
	return sysfs_emit(buf, "%llu\n",
			  (u64)atomic64_read(&vha_dir_vq(dir)->kicks));
}

static ssize_t vha_queue_inflight_show(const struct vha_dir *dir, size_t offset,
				       char *buf)
{
	return sysfs_emit(buf, "%u\n", vha_vq_inflight(vha_dir_vq(dir)));
}

static ssize_t vha_queue_saturated_show(const struct vha_dir *dir,
					size_t offset, char *buf)
{
	u64 ns = READ_ONCE(vha_dir_vq(dir)->stats.saturated_ns);

	return sysfs_emit(buf, "%llu\n", div_u64(ns, NSEC_PER_MSEC));
}

static ssize_t vha_queue_latency_show(const struct vha_dir *dir, size_t offset,
				      char *buf)
{
	return vha_emit_latency(buf, vha_dir_vq(dir)->stats.latency);
}

static struct vha_dir_attr vha_queue_files[] = {
	{ { .name = "requests", .mode = 0444 }, vha_queue_counter_show,
	  offsetof(struct vha_vq_stats, requests) },
	{ { .name = "bytes", .mode = 0444 }, vha_queue_counter_show,
	  offsetof(struct vha_vq_stats, bytes) },
	{ { .name = "errors", .mode = 0444 }, vha_queue_counter_show,
	  offsetof(struct vha_vq_stats, errors) },
	{ { .name = "auth_failures", .mode = 0444 }, vha_queue_counter_show,
	  offsetof(struct vha_vq_stats, auth_failures) },
	{ { .name = "notifications", .mode = 0444 }, vha_queue_counter_show,
	  offsetof(struct vha_vq_stats, notifications) },
	{ { .name = "saturations", .mode = 0444 }, vha_queue_counter_show,
	  offsetof(struct vha_vq_stats, saturations) },
	{ { .name = "fallbacks", .mode = 0444 }, vha_queue_counter_show,
	  offsetof(struct vha_vq_stats, fallbacks) },
	{ { .name = "kicks", .mode = 0444 }, vha_queue_kicks_show },
	{ { .name = "inflight", .mode = 0444 }, vha_queue_inflight_show },
	{ { .name = "saturated_ms", .mode = 0444 }, vha_queue_saturated_show },
	{ { .name = "latency", .mode = 0444 }, vha_queue_latency_show },
};

static struct attribute *vha_queue_attrs[] = {
	&vha_queue_files[0].attr,
	&vha_queue_files[1].attr,
	&vha_queue_files[2].attr,
	&vha_queue_files[3].attr,
	&vha_queue_files[4].attr,
	&vha_queue_files[5].attr,
	&vha_queue_files[6].attr,
	&vha_queue_files[7].attr,
	&vha_queue_files[8].attr,
	&vha_queue_files[9].attr,
	&vha_queue_files[10].attr,
	NULL
};
ATTRIBUTE_GROUPS(vha_queue);

static const struct kobj_type vha_queue_type = {
	.release = vha_dir_release,
	.sysfs_ops = &vha_dir_ops,
	.default_groups = vha_queue_groups,
};

/* ---- kinds of sessions -------------------------------------------------- */

/* Of all algorithms of the service, on all queues */
static ssize_t vha_service_show(const struct vha_dir *dir, size_t offset,
				char *buf)
{
	size_t alg_offset;
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < ACCEL_ALG_NR; i++) {
		if (accel_algs[i].service != dir->index)
			continue;
		alg_offset = offsetof(struct vha_vq_stats, alg[i]);
		sum += vha_stats_sum(dir->dev, alg_offset + offset);
	}
	return sysfs_emit(buf, "%llu\n", sum);
}

static struct vha_dir_attr vha_service_files[] = {
	{ { .name = "requests", .mode = 0444 }, vha_service_show,
	  offsetof(struct vha_alg_stats, requests) },
	{ { .name = "bytes", .mode = 0444 }, vha_service_show,
	  offsetof(struct vha_alg_stats, bytes) },
	{ { .name = "errors", .mode = 0444 }, vha_service_show,
	  offsetof(struct vha_alg_stats, errors) },
};

static struct attribute *vha_service_attrs[] = {
	&vha_service_files[0].attr,
	&vha_service_files[1].attr,
	&vha_service_files[2].attr,
	NULL
};
ATTRIBUTE_GROUPS(vha_service);

static const struct kobj_type vha_service_type = {
	.release = vha_dir_release,
	.sysfs_ops = &vha_dir_ops,
	.default_groups = vha_service_groups,
};

static const char *const vha_service_names[] = {
	[VIRTIO_CRYPTO_SERVICE_CIPHER] = "cipher",
	[VIRTIO_CRYPTO_SERVICE_HASH] = "hash",
	[VIRTIO_CRYPTO_SERVICE_MAC] = "mac",
	[VIRTIO_CRYPTO_SERVICE_AEAD] = "aead",
	[VIRTIO_CRYPTO_SERVICE_AKCIPHER] = "akcipher",
};

/* ---- both --------------------------------------------------------------- */

static int vha_dir_add(struct vha_dev *dev, struct kobject *parent,
		       const struct kobj_type *type, u32 index,
		       const char *name)
{
	struct vha_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	int err;

	if (!dir)
		return -ENOMEM;
	dir->dev = dev;
	dir->index = index;
	if (name)
		err = kobject_init_and_add(&dir->kobj, type, parent, "%s",
					   name);
	else
		err = kobject_init_and_add(&dir->kobj, type, parent, "%u",
					   index);
	if (err) {
		kobject_put(&dir->kobj);
		return err;
	}
	list_add(&dir->node, &dev->dirs);
	return 0;
}

static int vha_dirs_fill(struct vha_dev *dev)
{
	int err = 0;
	u32 i;

	dev->queues_dir = kobject_create_and_add("queues", &dev->vdpa.dev.kobj);
	dev->services_dir = kobject_create_and_add("services",
						   &dev->vdpa.dev.kobj);
	if (!dev->queues_dir || !dev->services_dir)
		return -ENOMEM;
	for (i = 0; i < dev->nvqs && !err; i++)
		err = vha_dir_add(dev, dev->queues_dir, &vha_queue_type, i,
				  i + 1 == dev->nvqs ? "control" : NULL);
	for (i = 0; i < ARRAY_SIZE(vha_service_names) && !err; i++)
		err = vha_dir_add(dev, dev->services_dir, &vha_service_type, i,
				  vha_service_names[i]);
	return err;
}

/**
 * vha_dirs_add() - make the folders of a device
 * @dev: the device, registered
 *
 * Context: process.
 * Return: 0 or an error, after which there is none of them.
 */
int vha_dirs_add(struct vha_dev *dev)
{
	int err = vha_dirs_fill(dev);

	if (err)
		vha_dirs_del(dev);
	return err;
}

/**
 * vha_dirs_del() - remove the folders of a device
 * @dev: the device, still registered
 *
 * When it returns, nobody reads a file of them any more.
 *
 * Context: process.
 */
void vha_dirs_del(struct vha_dev *dev)
{
	struct vha_dir *dir, *next;

	list_for_each_entry_safe(dir, next, &dev->dirs, node) {
		list_del(&dir->node);
		kobject_del(&dir->kobj);
		kobject_put(&dir->kobj);
	}
	kobject_put(dev->queues_dir);
	kobject_put(dev->services_dir);
	dev->queues_dir = NULL;
	dev->services_dir = NULL;
}
