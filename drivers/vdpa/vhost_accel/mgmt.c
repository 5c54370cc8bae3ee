// SPDX-License-Identifier: GPL-2.0
/*
 * Management devices: where "vdpa dev add" makes devices, and where sysfs has
 * what the next one will be like.
 *
 * There is one for each provider that has something to work with. When that goes,
 * the management device stays as long as it has devices: to take it away would mean
 * to take these away, and whoever uses one would hold up all of vDPA. It makes no
 * new ones meanwhile.
 *
 * Management devices are made and removed by one work item, vha_mgmt_scan(), and at
 * the module's end.
 */
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mod_devicetable.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/virtio_ids.h>
#include <linux/workqueue.h>
#include <uapi/linux/vdpa.h>

#include "health.h"
#include "latency.h"
#include "sysfs.h"
#include "vha.h"

#define VHA_DEFAULT_QUEUES_MAX		8
#define VHA_DEFAULT_QUEUE_SIZE	1024
#define VHA_DEFAULT_MAX_SESSIONS	4096
#define VHA_DEFAULT_MAX_SAS		4096
/*
 * 64 KiB of data, which is what many users have at most, with IV and AAD. Twice,
 * as drivers count source and destination together.
 */
#define VHA_DEFAULT_MAX_SIZE		(132 * 1024)

/**
 * struct vha_mgmt - a management device
 * @mdev: for the vDPA core
 * @device: in sysfs; holds the memory
 * @node: on the list of them
 * @provider: who does the work of its devices
 * @causes: why it is sick, as pollers know. The work item's
 * @lock: guards what follows
 * @settings: for the next device
 * @devices: how many it has, those being made included
 * @leaving: it makes no more
 */
struct vha_mgmt {
	struct vdpa_mgmt_dev mdev;
	struct device device;
	struct list_head node;
	struct vha_provider *provider;
	u8 causes;
	struct mutex lock; /* see above */
	struct vha_settings settings;
	u32 devices;
	bool leaving;
};

/* Parent of the management devices */
static struct device *vha_mgmt_root;
/* The work item's, and of module load and exit when there is none */
static LIST_HEAD(vha_mgmts);
/* They are made as providers come */
static bool vha_mgmt_ready;

static void vha_mgmt_scan(struct work_struct *work);
static DECLARE_WORK(vha_mgmt_work, vha_mgmt_scan);

static struct vha_mgmt *vha_mgmt_of(struct device *device)
{
	return container_of(device, struct vha_mgmt, device);
}

/* ---- sysfs -------------------------------------------------------------- */

/**
 * struct vha_setting - a number that can be set
 * @attr: the sysfs file
 * @offset: in struct vha_settings
 * @range: what it may be
 */
struct vha_setting {
	struct device_attribute attr;
	size_t offset;
	struct vha_range range;
};

static u32 *vha_setting_value(struct vha_mgmt *mgmt,
			      const struct vha_setting *setting)
{
	return (u32 *)((u8 *)&mgmt->settings + setting->offset);
}

static ssize_t vha_setting_show(struct device *device,
				struct device_attribute *attr, char *buf)
{
	struct vha_setting *setting =
		container_of(attr, struct vha_setting, attr);
	struct vha_mgmt *mgmt = vha_mgmt_of(device);
	u32 value;

	mutex_lock(&mgmt->lock);
	value = *vha_setting_value(mgmt, setting);
	mutex_unlock(&mgmt->lock);
	return sysfs_emit(buf, "%u\n", value);
}

static ssize_t vha_setting_store(struct device *device,
				 struct device_attribute *attr, const char *buf,
				 size_t count)
{
	struct vha_setting *setting =
		container_of(attr, struct vha_setting, attr);
	struct vha_mgmt *mgmt = vha_mgmt_of(device);
	u64 value;
	int err;

	err = vha_parse_number(device, attr->attr.name, buf, &setting->range,
			       &value);
	if (err)
		return err;
	mutex_lock(&mgmt->lock);
	*vha_setting_value(mgmt, setting) = value;
	mutex_unlock(&mgmt->lock);
	return count;
}

static struct vha_setting vha_setting_table[] = {
	{ __ATTR(queues, 0644, vha_setting_show, vha_setting_store),
	  offsetof(struct vha_settings, queues), { 1, VHA_QUEUES_MAX } },
	{ __ATTR(queue_size, 0644, vha_setting_show, vha_setting_store),
	  offsetof(struct vha_settings, queue_size),
	  { VHA_QUEUE_SIZE_MIN, VHA_QUEUE_SIZE_MAX, .power_of_2 = true } },
	{ __ATTR(max_sessions, 0644, vha_setting_show, vha_setting_store),
	  offsetof(struct vha_settings, max_sessions),
	  { 0, VHA_SESSIONS_MAX } },
	{ __ATTR(max_size, 0644, vha_setting_show, vha_setting_store),
	  offsetof(struct vha_settings, max_size),
	  { VHA_SIZE_MIN, VHA_SIZE_MAX } },
	{ __ATTR(max_sas, 0644, vha_setting_show, vha_setting_store),
	  offsetof(struct vha_settings, max_sas), { 0, VHA_SAS_MAX } },
	{ __ATTR(bounce, 0644, vha_setting_show, vha_setting_store),
	  offsetof(struct vha_settings, bounce), { 0, 1 } },
};

static ssize_t vha_limit_show(struct device *device,
			      struct device_attribute *attr, char *buf)
{
	struct vha_mgmt *mgmt = vha_mgmt_of(device);
	u64 value;

	mutex_lock(&mgmt->lock);
	value = mgmt->settings.qos[vha_qos_what(attr)];
	mutex_unlock(&mgmt->lock);
	return sysfs_emit(buf, "%llu\n", value);
}

static ssize_t vha_limit_store(struct device *device,
			       struct device_attribute *attr, const char *buf,
			       size_t count)
{
	struct vha_mgmt *mgmt = vha_mgmt_of(device);
	u64 value;
	int err;

	err = vha_qos_parse(device, vha_qos_what(attr), buf, &value);
	if (err)
		return err;
	mutex_lock(&mgmt->lock);
	mgmt->settings.qos[vha_qos_what(attr)] = value;
	mutex_unlock(&mgmt->lock);
	return count;
}

static struct vha_qos_attr vha_limits[] = VHA_QOS_ATTRS;

static ssize_t depth_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	struct vha_provider *provider = vha_mgmt_of(device)->provider;

	return sysfs_emit(buf, "%u\n", READ_ONCE(provider->sched.depth));
}

static ssize_t depth_store(struct device *device, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct vha_provider *provider = vha_mgmt_of(device)->provider;
	u32 own = provider->api.limits.depth;
	struct vha_range range = { 0, own ?: VHA_DEPTH_MAX };
	u64 depth;
	int err;

	err = vha_parse_number(device, "depth", buf, &range, &depth);
	if (err)
		return err;
	vha_sched_set_depth(&provider->sched, depth ?: own);
	return count;
}
static DEVICE_ATTR_RW(depth);

static ssize_t request_cost_show(struct device *device,
				 struct device_attribute *attr, char *buf)
{
	struct vha_provider *provider = vha_mgmt_of(device)->provider;

	return sysfs_emit(buf, "%u\n", READ_ONCE(provider->sched.request_cost));
}

static ssize_t request_cost_store(struct device *device,
				  struct device_attribute *attr,
				  const char *buf, size_t count)
{
	struct vha_provider *provider = vha_mgmt_of(device)->provider;
	static const struct vha_range range = { 1, VHA_REQUEST_COST_MAX };
	u64 cost;
	int err;

	err = vha_parse_number(device, "request_cost", buf, &range, &cost);
	if (err)
		return err;
	WRITE_ONCE(provider->sched.request_cost, cost);
	return count;
}
static DEVICE_ATTR_RW(request_cost);

static ssize_t algorithms_show(struct device *device,
			       struct device_attribute *attr, char *buf)
{
	struct vha_mgmt *mgmt = vha_mgmt_of(device);
	u64 algs;

	mutex_lock(&mgmt->lock);
	algs = mgmt->settings.algs;
	mutex_unlock(&mgmt->lock);
	return vha_emit_algorithms(buf, algs);
}

/* The mask of a word, 0 if it is no algorithm */
static u64 vha_mgmt_parse_algorithm(const char *word)
{
	unsigned int i;

	if (!strcmp(word, "all"))
		return ACCEL_ALG_ALL;
	for (i = 0; i < ACCEL_ALG_NR; i++)
		if (!strcmp(word, accel_algs[i].name))
			return ACCEL_ALG_BIT(i);
	return 0;
}

static ssize_t algorithms_store(struct device *device,
				struct device_attribute *attr, const char *buf,
				size_t count)
{
	struct vha_mgmt *mgmt = vha_mgmt_of(device);
	char *copy, *rest, *word;
	u64 algs = 0, alg = 0;

	copy = kstrdup(buf, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	while ((word = strsep(&rest, " \t\n"))) {
		if (!*word)
			continue;
		alg = vha_mgmt_parse_algorithm(word);
		if (!alg) {
			dev_warn_ratelimited(device,
					     "algorithms: %s is none (see Documentation/host.rst)\n",
					     word);
			break;
		}
		algs |= alg;
	}
	kfree(copy);
	/* A word that is none, or no word */
	if (!alg)
		return -EINVAL;
	mutex_lock(&mgmt->lock);
	mgmt->settings.algs = algs;
	mutex_unlock(&mgmt->lock);
	return count;
}
static DEVICE_ATTR_RW(algorithms);

static ssize_t fallback_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	struct vha_mgmt *mgmt = vha_mgmt_of(device);
	bool fallback;

	mutex_lock(&mgmt->lock);
	fallback = mgmt->settings.fallback;
	mutex_unlock(&mgmt->lock);
	return vha_emit_fallback(buf, fallback);
}

static ssize_t fallback_store(struct device *device,
			      struct device_attribute *attr, const char *buf,
			      size_t count)
{
	struct vha_mgmt *mgmt = vha_mgmt_of(device);
	bool fallback;
	int err;

	err = vha_parse_fallback(device, buf, &fallback);
	if (err)
		return err;
	mutex_lock(&mgmt->lock);
	mgmt->settings.fallback = fallback;
	mutex_unlock(&mgmt->lock);
	return count;
}
static DEVICE_ATTR_RW(fallback);

static struct attribute *vha_mgmt_attrs[] = {
	&vha_setting_table[0].attr.attr,
	&vha_setting_table[1].attr.attr,
	&vha_setting_table[2].attr.attr,
	&vha_setting_table[3].attr.attr,
	&vha_setting_table[4].attr.attr,
	&vha_setting_table[5].attr.attr,
	&dev_attr_algorithms.attr,
	&dev_attr_fallback.attr,
	&dev_attr_depth.attr,
	&dev_attr_request_cost.attr,
	&vha_limits[VHA_QOS_WEIGHT].attr.attr,
	&vha_limits[VHA_QOS_BYTES].attr.attr,
	&vha_limits[VHA_QOS_REQUESTS].attr.attr,
	&vha_limits[VHA_QOS_BURST].attr.attr,
	&vha_limits[VHA_QOS_PINNED].attr.attr,
	NULL
};

static const struct attribute_group vha_mgmt_group = {
	.attrs = vha_mgmt_attrs,
};

static const struct attribute_group *vha_mgmt_groups[] = {
	&vha_mgmt_group,
	&vha_health_group,
	&vha_totals_group,
	NULL
};

/* ---- vdpa --------------------------------------------------------------- */

static int vha_mgmt_features(struct vha_mgmt *mgmt,
			     const struct vdpa_dev_set_config *config,
			     u64 *features)
{
	*features = VHA_FEATURES;
	if (!(config->mask & BIT_ULL(VDPA_ATTR_DEV_FEATURES)))
		return 0;
	*features = config->device_features;
	if ((*features & ~VHA_FEATURES) || (~*features & VHA_FEATURES_NEEDED)) {
		dev_warn_ratelimited(&mgmt->device,
				     "device_features: %#llx is not within %#llx or lacks some of %#llx\n",
				     *features, VHA_FEATURES,
				     VHA_FEATURES_NEEDED);
		return -EINVAL;
	}
	if (!vha_features_consistent(*features)) {
		dev_warn_ratelimited(&mgmt->device,
				     "device_features: %#llx has stateless modes or bit 56 without REVISION_1 (bit 0)\n",
				     *features);
		return -EINVAL;
	}
	return 0;
}

/* From here to vha_mgmt_put_dev() the management device stays */
static int vha_mgmt_get_dev(struct vha_mgmt *mgmt, struct vha_settings *settings)
{
	int err = 0;

	mutex_lock(&mgmt->lock);
	if (mgmt->leaving) {
		err = -ENODEV;
	} else {
		mgmt->devices++;
		*settings = mgmt->settings;
	}
	mutex_unlock(&mgmt->lock);
	return err;
}

/* If the provider has left, that was what it stayed for */
static void vha_mgmt_put_dev(struct vha_mgmt *mgmt)
{
	mutex_lock(&mgmt->lock);
	mgmt->devices--;
	mutex_unlock(&mgmt->lock);
	vha_mgmt_changed();
}

/*
 * Unbinding the driver resets the device, which waits for a bounded time; what
 * is left of it then lives as long as its orphans.
 */
static void vha_mgmt_unmake(struct vha_dev *dev)
{
	vha_devs_del(dev);
	get_device(&dev->vdpa.dev);
	vha_saturation_end(dev);
	_vdpa_unregister_device(&dev->vdpa);
	vha_latency_set(dev, false);
	vha_dev_put_module(dev);
	put_device(&dev->vdpa.dev);
}

static int vha_mgmt_make(struct vha_mgmt *mgmt, const char *name,
			 const struct vha_settings *settings, u64 features)
{
	struct vha_dev *dev;
	int err;

	if (!vha_provider_present(mgmt->provider)) {
		dev_warn_ratelimited(&mgmt->device,
				     "%s: the provider is gone\n", name);
		return -ENODEV;
	}
	if (vha_health_crowded(mgmt->provider)) {
		dev_warn_ratelimited(&mgmt->device,
				     "%s: the provider has max_orphans requests of former users\n",
				     name);
		return -EBUSY;
	}
	dev = vha_dev_create(name, mgmt->provider, settings, features);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	dev->vdpa.mdev = &mgmt->mdev;
	vha_devs_add(dev);
	err = _vdpa_register_device(&dev->vdpa, dev->nvqs);
	if (err) {
		vha_devs_del(dev);
		put_device(&dev->vdpa.dev);
		return err;
	}
	err = vha_dirs_add(dev);
	if (err) {
		vha_mgmt_unmake(dev);
		return err;
	}
	vha_stats_add_dev(dev);
	return 0;
}

static int vha_mgmt_dev_add(struct vdpa_mgmt_dev *mdev, const char *name,
			    const struct vdpa_dev_set_config *config)
{
	struct vha_mgmt *mgmt = container_of(mdev, struct vha_mgmt, mdev);
	struct vha_settings settings;
	u64 features;
	int err;

	err = vha_mgmt_features(mgmt, config, &features);
	if (err)
		return err;
	err = vha_mgmt_get_dev(mgmt, &settings);
	if (err)
		return err;
	err = vha_mgmt_make(mgmt, name, &settings, features);
	if (err)
		vha_mgmt_put_dev(mgmt);
	return err;
}

static void vha_mgmt_dev_del(struct vdpa_mgmt_dev *mdev,
			     struct vdpa_device *vdpa)
{
	struct vha_dev *dev = vha_dev_of(vdpa);

	vha_stats_del_dev(dev);
	vha_dirs_del(dev);
	vha_mgmt_unmake(dev);
	vha_mgmt_put_dev(container_of(mdev, struct vha_mgmt, mdev));
}

static const struct vdpa_mgmtdev_ops vha_mgmt_ops = {
	.dev_add = vha_mgmt_dev_add,
	.dev_del = vha_mgmt_dev_del,
};

static struct virtio_device_id vha_mgmt_ids[] = {
	{ VIRTIO_ID_CRYPTO, VIRTIO_DEV_ANY_ID },
	{ }
};

/* ---- registration ------------------------------------------------------- */

static void vha_mgmt_release(struct device *device)
{
	kfree(vha_mgmt_of(device));
}

static void vha_mgmt_set_defaults(struct vha_mgmt *mgmt)
{
	mgmt->settings = (struct vha_settings){
		.queues = min_t(u32, num_online_cpus(), VHA_DEFAULT_QUEUES_MAX),
		.queue_size = VHA_DEFAULT_QUEUE_SIZE,
		.max_sessions = VHA_DEFAULT_MAX_SESSIONS,
		.max_size = VHA_DEFAULT_MAX_SIZE,
		.max_sas = VHA_DEFAULT_MAX_SAS,
		.algs = ACCEL_ALG_ALL,
		.fallback = true,
	};
	vha_qos_defaults(mgmt->settings.qos);
}

static int vha_mgmt_add(struct vha_provider *provider)
{
	struct vha_mgmt *mgmt;
	int err;

	mgmt = kzalloc(sizeof(*mgmt), GFP_KERNEL);
	if (!mgmt)
		return -ENOMEM;
	device_initialize(&mgmt->device);
	mgmt->device.parent = vha_mgmt_root;
	mgmt->device.release = vha_mgmt_release;
	mgmt->device.groups = vha_mgmt_groups;
	mutex_init(&mgmt->lock);
	mgmt->provider = provider;
	/* For the attributes of health_sysfs.c */
	dev_set_drvdata(&mgmt->device, provider);
	vha_mgmt_set_defaults(mgmt);

	err = dev_set_name(&mgmt->device, "%s", provider->name);
	if (err)
		goto err_put;
	err = device_add(&mgmt->device);
	if (err)
		goto err_put;

	mgmt->mdev.device = &mgmt->device;
	mgmt->mdev.ops = &vha_mgmt_ops;
	mgmt->mdev.id_table = vha_mgmt_ids;
	mgmt->mdev.config_attr_mask = BIT_ULL(VDPA_ATTR_DEV_FEATURES);
	mgmt->mdev.supported_features = VHA_FEATURES;
	mgmt->mdev.max_supported_vqs = VHA_QUEUES_MAX + 1;
	err = vdpa_mgmtdev_register(&mgmt->mdev);
	if (err)
		goto err_del;
	list_add_tail(&mgmt->node, &vha_mgmts);
	return 0;

err_del:
	device_del(&mgmt->device);
err_put:
	put_device(&mgmt->device);
	return err;
}

/* With devices that are in use, the module is in use, and this isn't reached */
static void vha_mgmt_del(struct vha_mgmt *mgmt)
{
	list_del(&mgmt->node);
	vdpa_mgmtdev_unregister(&mgmt->mdev);
	device_unregister(&mgmt->device);
}

static struct vha_mgmt *vha_mgmt_find(const struct vha_provider *provider)
{
	struct vha_mgmt *mgmt;

	list_for_each_entry(mgmt, &vha_mgmts, node)
		if (mgmt->provider == provider)
			return mgmt;
	return NULL;
}

/* Without its provider, and without devices, it goes */
static void vha_mgmt_retire(struct vha_mgmt *mgmt)
{
	mutex_lock(&mgmt->lock);
	mgmt->leaving = !mgmt->devices;
	mutex_unlock(&mgmt->lock);
	if (mgmt->leaving)
		vha_mgmt_del(mgmt);
}

static void vha_mgmt_notify(struct vha_mgmt *mgmt)
{
	u8 causes = READ_ONCE(mgmt->provider->known_causes);

	if (causes == mgmt->causes)
		return;
	sysfs_notify(&mgmt->device.kobj, NULL, "health");
	sysfs_notify(&mgmt->device.kobj, NULL, "sick_because");
	mgmt->causes = causes;
}

static void vha_mgmt_scan(struct work_struct *work)
{
	struct vha_provider *provider = NULL;
	struct vha_mgmt *mgmt;
	bool present;
	int err;

	while ((provider = vha_provider_next(provider))) {
		present = vha_provider_present(provider);
		mgmt = vha_mgmt_find(provider);
		if (mgmt)
			vha_mgmt_notify(mgmt);
		if (present && !mgmt) {
			err = vha_mgmt_add(provider);
			if (err)
				dev_err(vha_mgmt_root,
					"no management device %s: error %d\n",
					provider->name, err);
		} else if (!present && mgmt) {
			vha_mgmt_retire(mgmt);
		}
	}
}

/**
 * vha_mgmt_changed() - providers may have come or gone, or are not as they were
 *
 * Context: any.
 */
void vha_mgmt_changed(void)
{
	/* A provider that is built in may be before us */
	if (READ_ONCE(vha_mgmt_ready))
		queue_work(system_unbound_wq, &vha_mgmt_work);
}

/**
 * vha_mgmt_init() - make the management devices
 *
 * Context: module load.
 * Return: 0 or an error.
 */
int vha_mgmt_init(void)
{
	int err;

	vha_mgmt_root = root_device_register("vhost_accel");
	if (IS_ERR(vha_mgmt_root))
		return PTR_ERR(vha_mgmt_root);
	err = vha_mgmt_add(vha_provider_soft);
	if (err)
		goto err_unregister_root;
	err = vha_kcapi_watch(vha_mgmt_changed);
	if (err)
		goto err_del_soft;
	/* Those that are here already are there when modprobe returns */
	WRITE_ONCE(vha_mgmt_ready, true);
	vha_mgmt_changed();
	flush_work(&vha_mgmt_work);
	return 0;

err_del_soft:
	vha_mgmt_del(vha_mgmt_find(vha_provider_soft));
err_unregister_root:
	root_device_unregister(vha_mgmt_root);
	return err;
}

/**
 * vha_mgmt_exit() - remove the management devices and what was made by them
 *
 * Context: module exit.
 */
void vha_mgmt_exit(void)
{
	struct vha_mgmt *mgmt, *next;

	vha_kcapi_unwatch();
	/* For good: the last devices will ask for it */
	WRITE_ONCE(vha_mgmt_ready, false);
	disable_work_sync(&vha_mgmt_work);
	list_for_each_entry_safe(mgmt, next, &vha_mgmts, node)
		vha_mgmt_del(mgmt);
	root_device_unregister(vha_mgmt_root);
}
