// SPDX-License-Identifier: GPL-2.0
/*
 * The group "accel" of a vDPA device in sysfs. Described in
 * Documentation/ABI/testing/sysfs-bus-vdpa-accel.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <uapi/linux/virtio_config.h>

#include "vha.h"

static struct vha_dev *vha_sysfs_dev(struct device *device)
{
	return vha_dev_of(dev_to_vdpa(device));
}

/* ---- what it is and how it is ------------------------------------------- */

static ssize_t provider_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", vha_sysfs_dev(device)->provider->name);
}
static DEVICE_ATTR_RO(provider);

static ssize_t queues_show(struct device *device, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%u\n", vha_sysfs_dev(device)->settings.queues);
}
static DEVICE_ATTR_RO(queues);

static ssize_t queue_size_show(struct device *device,
			       struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  vha_sysfs_dev(device)->settings.queue_size);
}
static DEVICE_ATTR_RO(queue_size);

static ssize_t max_sessions_show(struct device *device,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  vha_sysfs_dev(device)->settings.max_sessions);
}
static DEVICE_ATTR_RO(max_sessions);

static ssize_t max_size_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  vha_sysfs_dev(device)->settings.max_size);
}
static DEVICE_ATTR_RO(max_size);

static ssize_t max_sas_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", vha_sysfs_dev(device)->settings.max_sas);
}
static DEVICE_ATTR_RO(max_sas);

/**
 * vha_emit_algorithms() - print the names of algorithms on one line
 * @buf: a sysfs buffer
 * @algs: see ACCEL_ALG_BIT()
 *
 * Context: any.
 * Return: length in bytes.
 */
ssize_t vha_emit_algorithms(char *buf, u64 algs)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < ACCEL_ALG_NR; i++)
		if (algs & ACCEL_ALG_BIT(i))
			len += sysfs_emit_at(buf, len, "%s%s", len ? " " : "",
					     accel_algs[i].name);
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t algorithms_show(struct device *device,
			       struct device_attribute *attr, char *buf)
{
	return vha_emit_algorithms(buf, vha_sysfs_dev(device)->offered);
}
static DEVICE_ATTR_RO(algorithms);

static ssize_t vha_show_orphans(struct vha_dev *dev, char *buf)
{
	u32 per_alg[ACCEL_ALG_NR] = {};
	u32 total = vha_stats_orphans(dev, NULL, per_alg);
	const char *sep = " held by ";
	unsigned int i;
	int len;

	len = sysfs_emit(buf, "draining: %u request%s", total,
			 total == 1 ? "" : "s");
	for (i = 0; i < ACCEL_ALG_NR; i++) {
		if (!per_alg[i])
			continue;
		len += sysfs_emit_at(buf, len, "%s%s", sep,
				     dev->alg[i].driver);
		sep = ", ";
	}
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t state_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	struct vha_dev *dev = vha_sysfs_dev(device);
	char reason[VHA_REASON_LEN];

	spin_lock(&dev->state_lock);
	strscpy(reason, dev->reason, sizeof(reason));
	spin_unlock(&dev->state_lock);

	if (reason[0])
		return sysfs_emit(buf, "%s\n", reason);
	if (vha_dev_has_orphans(dev))
		return vha_show_orphans(dev, buf);
	if (READ_ONCE(dev->suspended))
		return sysfs_emit(buf, "suspended\n");
	return sysfs_emit(buf, "ready\n");
}
static DEVICE_ATTR_RO(state);

static ssize_t saturated_show(struct device *device,
			      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  !!atomic_read(&vha_sysfs_dev(device)->saturated));
}
static DEVICE_ATTR_RO(saturated);

/* ---- counters ----------------------------------------------------------- */

static ssize_t sessions_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(vha_sysfs_dev(device)->sessions.count));
}
static DEVICE_ATTR_RO(sessions);

static ssize_t kicks_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%llu\n",
			  vha_stats_kicks(vha_sysfs_dev(device)));
}
static DEVICE_ATTR_RO(kicks);

static ssize_t orphans_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  vha_stats_orphans(vha_sysfs_dev(device), NULL, NULL));
}
static DEVICE_ATTR_RO(orphans);

static ssize_t orphan_pages_show(struct device *device,
				 struct device_attribute *attr, char *buf)
{
	u32 pages;

	vha_stats_orphans(vha_sysfs_dev(device), &pages, NULL);
	return sysfs_emit(buf, "%u\n", pages);
}
static DEVICE_ATTR_RO(orphan_pages);

static ssize_t resets_needed_show(struct device *device,
				  struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  atomic_read(&vha_sysfs_dev(device)->resets_needed));
}
static DEVICE_ATTR_RO(resets_needed);

/**
 * struct vha_counter - a counter summed up over the queues
 * @attr: the sysfs file
 * @offset: in struct vha_vq_stats
 */
struct vha_counter {
	struct device_attribute attr;
	size_t offset;
};

static ssize_t vha_counter_show(struct device *device,
				struct device_attribute *attr, char *buf)
{
	struct vha_counter *counter =
		container_of(attr, struct vha_counter, attr);

	return sysfs_emit(buf, "%llu\n",
			  vha_stats_sum(vha_sysfs_dev(device),
					counter->offset));
}

static struct vha_counter vha_counters[] = {
	{ __ATTR(requests, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, requests) },
	{ __ATTR(bytes, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, bytes) },
	{ __ATTR(errors, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, errors) },
	{ __ATTR(auth_failures, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, auth_failures) },
	{ __ATTR(unanswered, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, unanswered) },
	{ __ATTR(notifications, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, notifications) },
	{ __ATTR(saturations, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, saturations) },
	{ __ATTR(nomem, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, nomem) },
	{ __ATTR(payload_copied, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, payload_copied) },
};

static struct attribute *vha_dev_attrs[] = {
	&dev_attr_provider.attr,
	&dev_attr_queues.attr,
	&dev_attr_queue_size.attr,
	&dev_attr_max_sessions.attr,
	&dev_attr_max_size.attr,
	&dev_attr_max_sas.attr,
	&dev_attr_algorithms.attr,
	&dev_attr_state.attr,
	&dev_attr_saturated.attr,
	&dev_attr_sessions.attr,
	&dev_attr_kicks.attr,
	&dev_attr_orphans.attr,
	&dev_attr_orphan_pages.attr,
	&dev_attr_resets_needed.attr,
	&vha_counters[0].attr.attr,
	&vha_counters[1].attr.attr,
	&vha_counters[2].attr.attr,
	&vha_counters[3].attr.attr,
	&vha_counters[4].attr.attr,
	&vha_counters[5].attr.attr,
	&vha_counters[6].attr.attr,
	&vha_counters[7].attr.attr,
	&vha_counters[8].attr.attr,
	NULL
};

static const struct attribute_group vha_dev_group = {
	.name = "accel",
	.attrs = vha_dev_attrs,
};

const struct attribute_group *vha_dev_groups[] = {
	&vha_dev_group,
	NULL
};
