// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of a provider, see totals.h; in sysfs of its management device. Described in
 * Documentation/ABI/testing/sysfs-bus-vdpa-accel.
 */
#include "totals.h"

#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/math64.h>
#include <linux/sysfs.h>
#include <linux/time64.h>

#include "sysfs.h"
#include "vha.h"

/* That of a device, by its place among the counters of a queue */
static u64 vha_totals_of(const struct vha_dev *dev, unsigned int n)
{
	return vha_stats_sum(dev, n * sizeof(u64));
}

/**
 * vha_totals_init() - prepare the counters of a provider
 * @totals: zero
 *
 * Context: any.
 */
void vha_totals_init(struct vha_totals *totals)
{
	mutex_init(&totals->lock);
	INIT_LIST_HEAD(&totals->devs);
}

/**
 * vha_totals_join() - a device becomes a provider's
 * @dev: the device, with its queues; nobody counts
 * @totals: of the provider
 *
 * Context: process.
 */
void vha_totals_join(struct vha_dev *dev, struct vha_totals *totals)
{
	unsigned int n;

	mutex_lock(&totals->lock);
	for (n = 0; n < VHA_TOTALS; n++)
		dev->totals.before[n] = vha_totals_of(dev, n);
	list_add(&dev->totals.node, &totals->devs);
	mutex_unlock(&totals->lock);
}

/**
 * vha_totals_leave() - a device is not a provider's any more
 * @dev: the device; nobody counts
 * @totals: of the provider
 *
 * Context: process.
 */
void vha_totals_leave(struct vha_dev *dev, struct vha_totals *totals)
{
	unsigned int n;

	mutex_lock(&totals->lock);
	for (n = 0; n < VHA_TOTALS; n++)
		totals->past[n] += vha_totals_of(dev, n) -
				   dev->totals.before[n];
	list_del(&dev->totals.node);
	mutex_unlock(&totals->lock);
}

/* ---- in sysfs ----------------------------------------------------------- */

static u64 vha_totals_get(struct vha_provider *provider, size_t offset)
{
	struct vha_totals *totals = &provider->totals;
	unsigned int n = offset / sizeof(u64);
	const struct vha_dev *dev;
	u64 sum;

	mutex_lock(&totals->lock);
	sum = totals->past[n];
	list_for_each_entry(dev, &totals->devs, totals.node)
		sum += vha_totals_of(dev, n) - dev->totals.before[n];
	mutex_unlock(&totals->lock);
	return sum;
}

static ssize_t vha_total_show(struct device *device,
			      struct device_attribute *attr, char *buf)
{
	const struct vha_counter *total =
		container_of_const(attr, struct vha_counter, attr);

	return sysfs_emit(buf, "%llu\n",
			  vha_totals_get(vha_sysfs_provider(device),
					 total->offset));
}

static struct vha_counter vha_totals[] = {
	{ __ATTR(requests, 0444, vha_total_show, NULL),
	  offsetof(struct vha_vq_stats, requests) },
	{ __ATTR(bytes, 0444, vha_total_show, NULL),
	  offsetof(struct vha_vq_stats, bytes) },
	{ __ATTR(errors, 0444, vha_total_show, NULL),
	  offsetof(struct vha_vq_stats, errors) },
	{ __ATTR(auth_failures, 0444, vha_total_show, NULL),
	  offsetof(struct vha_vq_stats, auth_failures) },
	{ __ATTR(notifications, 0444, vha_total_show, NULL),
	  offsetof(struct vha_vq_stats, notifications) },
	{ __ATTR(saturations, 0444, vha_total_show, NULL),
	  offsetof(struct vha_vq_stats, saturations) },
	{ __ATTR(nomem, 0444, vha_total_show, NULL),
	  offsetof(struct vha_vq_stats, nomem) },
	{ __ATTR(fallbacks, 0444, vha_total_show, NULL),
	  offsetof(struct vha_vq_stats, fallbacks) },
	{ __ATTR(whole_packets, 0444, vha_total_show, NULL),
	  offsetof(struct vha_vq_stats, whole_packets) },
};

static ssize_t saturated_ms_show(struct device *device,
				 struct device_attribute *attr, char *buf)
{
	u64 ns = vha_totals_get(vha_sysfs_provider(device),
				offsetof(struct vha_vq_stats, saturated_ns));

	return sysfs_emit(buf, "%llu\n", div_u64(ns, NSEC_PER_MSEC));
}
static DEVICE_ATTR_RO(saturated_ms);

static ssize_t latency_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	u64 buckets[VHA_LATENCY_NR];
	unsigned int i;

	for (i = 0; i < VHA_LATENCY_NR; i++)
		buckets[i] = vha_totals_get(vha_sysfs_provider(device),
					    offsetof(struct vha_vq_stats,
						     latency[i]));
	return vha_emit_latency(buf, buckets);
}
static DEVICE_ATTR_RO(latency);

static ssize_t inflight_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	struct vha_totals *totals = &vha_sysfs_provider(device)->totals;
	const struct vha_dev *dev;
	u32 inflight = 0;

	mutex_lock(&totals->lock);
	list_for_each_entry(dev, &totals->devs, totals.node)
		inflight += vha_stats_inflight(dev);
	mutex_unlock(&totals->lock);
	return sysfs_emit(buf, "%u\n", inflight);
}
static DEVICE_ATTR_RO(inflight);

static struct attribute *vha_totals_attrs[] = {
	&vha_totals[0].attr.attr,
	&vha_totals[1].attr.attr,
	&vha_totals[2].attr.attr,
	&vha_totals[3].attr.attr,
	&vha_totals[4].attr.attr,
	&vha_totals[5].attr.attr,
	&vha_totals[6].attr.attr,
	&vha_totals[7].attr.attr,
	&vha_totals[8].attr.attr,
	&dev_attr_saturated_ms.attr,
	&dev_attr_latency.attr,
	&dev_attr_inflight.attr,
	NULL
};

static_assert(ARRAY_SIZE(vha_totals_attrs) == ARRAY_SIZE(vha_totals) + 4);

const struct attribute_group vha_totals_group = {
	.attrs = vha_totals_attrs,
};
