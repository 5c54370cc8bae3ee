// SPDX-License-Identifier: GPL-2.0
/*
 * What a management device shows of its provider's health, and the limits. Described
 * in Documentation/ABI/testing/sysfs-bus-vdpa-accel.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "health.h"
#include "registry.h"
#include "sysfs.h"

/**
 * vha_health_text() - causes in words
 * @causes: VHA_SICK_*
 *
 * Context: any.
 * Return: the words, "none" without a cause.
 */
const char *vha_health_text(u8 causes)
{
	static const char *const texts[] = {
		"none", "vendor", "timeout", "vendor timeout", "orphans",
		"vendor orphans", "timeout orphans", "vendor timeout orphans",
		"stuck", "vendor stuck", "timeout stuck",
		"vendor timeout stuck", "orphans stuck",
		"vendor orphans stuck", "timeout orphans stuck",
		"vendor timeout orphans stuck",
	};

	return texts[causes];
}

static ssize_t health_show(struct device *device,
			   struct device_attribute *attr, char *buf)
{
	const struct vha_provider *provider = vha_sysfs_provider(device);

	if (!READ_ONCE(provider->registered))
		return sysfs_emit(buf, "gone\n");
	return sysfs_emit(buf, "%s\n",
			  READ_ONCE(provider->known_causes) ? "sick" : "well");
}
static DEVICE_ATTR_RO(health);

static ssize_t sick_because_show(struct device *device,
				 struct device_attribute *attr, char *buf)
{
	const struct vha_provider *provider = vha_sysfs_provider(device);

	return sysfs_emit(buf, "%s\n",
			  vha_health_text(READ_ONCE(provider->known_causes)));
}
static DEVICE_ATTR_RO(sick_because);

static ssize_t overdue_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(vha_sysfs_provider(device)->health.overdue));
}
static DEVICE_ATTR_RO(overdue);

static ssize_t orphans_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(vha_sysfs_provider(device)->health.orphans));
}
static DEVICE_ATTR_RO(orphans);

static ssize_t timeout_ms_show(struct device *device,
			       struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(vha_sysfs_provider(device)->health.timeout_ms));
}

static ssize_t timeout_ms_store(struct device *device,
				struct device_attribute *attr, const char *buf,
				size_t count)
{
	static const struct vha_range range = {
		VHA_TIMEOUT_MIN, VHA_TIMEOUT_MAX, .or_zero = true,
	};
	u64 value;
	int err;

	err = vha_parse_number(device, attr->attr.name, buf, &range, &value);
	if (err)
		return err;
	vha_health_set_timeout(vha_sysfs_provider(device), value);
	return count;
}
static DEVICE_ATTR_RW(timeout_ms);

static ssize_t max_orphans_show(struct device *device,
				struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(vha_sysfs_provider(device)->health.max_orphans));
}

static ssize_t max_orphans_store(struct device *device,
				 struct device_attribute *attr, const char *buf,
				 size_t count)
{
	static const struct vha_range range = {
		VHA_ORPHANS_MIN, VHA_ORPHANS_MAX,
	};
	u64 value;
	int err;

	err = vha_parse_number(device, attr->attr.name, buf, &range, &value);
	if (err)
		return err;
	vha_health_set_max_orphans(vha_sysfs_provider(device), value);
	return count;
}
static DEVICE_ATTR_RW(max_orphans);

static struct attribute *vha_health_attrs[] = {
	&dev_attr_health.attr,
	&dev_attr_sick_because.attr,
	&dev_attr_overdue.attr,
	&dev_attr_orphans.attr,
	&dev_attr_timeout_ms.attr,
	&dev_attr_max_orphans.attr,
	NULL
};

const struct attribute_group vha_health_group = {
	.attrs = vha_health_attrs,
};
