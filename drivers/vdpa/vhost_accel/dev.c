// SPDX-License-Identifier: GPL-2.0
/*
 * Life of a device: start, reset, suspension, and what happens while requests
 * don't come back.
 */
#include "vha.h"

#include <kunit/visibility.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <uapi/linux/virtio_config.h>

#include "sysfs.h"
#include "trace.h"

static void vha_dev_set_reason(struct vha_dev *dev, u8 status,
			       const char *reason)
{
	spin_lock(&dev->state_lock);
	dev->status |= status;
	strscpy(dev->reason, reason, sizeof(dev->reason));
	spin_unlock(&dev->state_lock);
	dev_warn_ratelimited(&dev->vdpa.dev, "%s\n", reason);
}

static void vha_dev_notify(struct kernfs_node **node)
{
	struct kernfs_node *kn = READ_ONCE(*node);

	if (kn)
		sysfs_notify_dirent(kn);
}

/* The driver may be called, or an eventfd signalled: no lock but the one */
static void vha_dev_config_changed(struct vha_dev *dev)
{
	mutex_lock(&dev->config_mutex);
	if (dev->config_cb.callback) {
		local_bh_disable();
		dev->config_cb.callback(dev->config_cb.private);
		local_bh_enable();
	}
	mutex_unlock(&dev->config_mutex);
}

/* From a worker that can't call the driver itself: one of them will, soon */
static void vha_dev_announce(struct vha_sas *sas)
{
	struct vha_dev *dev = container_of(sas, struct vha_dev, sas);

	WRITE_ONCE(dev->sa_events, true);
}

/**
 * vha_dev_tell_sa_events() - tell the driver that something happened to SAs
 * @dev: the device
 *
 * Context: process, a worker without locks.
 */
void vha_dev_tell_sa_events(struct vha_dev *dev)
{
	if (xchg(&dev->sa_events, false))
		vha_dev_config_changed(dev);
}

/**
 * vha_dev_needs_reset() - the driver broke the rules
 * @dev: the device
 * @fmt: what an administrator should know
 *
 * virtio 1.4, "Device Status Field": DEVICE_NEEDS_RESET.
 *
 * Context: process, a worker without locks.
 */
void vha_dev_needs_reset(struct vha_dev *dev, const char *fmt, ...)
{
	char reason[VHA_REASON_LEN];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);

	vha_dev_set_reason(dev, VIRTIO_CONFIG_S_NEEDS_RESET, reason);
	atomic_inc(&dev->resets_needed);
	trace_vha_needs_reset(dev, reason);
	vha_dev_notify(&dev->state_node);
	vha_dev_config_changed(dev);
}

/**
 * vha_dev_is_held_up() - are there requests that did not come back, and have memory of
 *	the former user's?
 * @dev: the device
 *
 * Context: process, holding &vha_dev.orphan_mutex.
 * Return: whether there are.
 */
bool vha_dev_is_held_up(struct vha_dev *dev)
{
	struct vha_run *run;

	lockdep_assert_held(&dev->orphan_mutex);
	list_for_each_entry(run, &dev->orphans, orphan)
		if (!run->bounce)
			return true;
	return false;
}

/**
 * vha_dev_has_orphans() - vha_dev_is_held_up(), without a lock
 * @dev: the device
 *
 * Context: process.
 * Return: whether there are.
 */
bool vha_dev_has_orphans(struct vha_dev *dev)
{
	bool orphans;

	mutex_lock(&dev->orphan_mutex);
	orphans = vha_dev_is_held_up(dev);
	mutex_unlock(&dev->orphan_mutex);
	return orphans;
}

/*
 * Only the kernel's own driver may be trusted with physical addresses: anybody
 * else, a program behind vhost-vdpa above all, would get all memory. Names are
 * unique on a bus, so what is left to check is that the name is not borrowed.
 */
static bool vha_dev_is_kernels_own(const struct vha_dev *dev)
{
	const struct device_driver *driver = dev->vdpa.dev.driver;

	if (!driver || strcmp(driver->name, "virtio_vdpa"))
		return false;
	return !driver->owner ||
	       !strcmp(module_name(driver->owner), "virtio_vdpa");
}

__printf(2, 3)
static void vha_dev_not_started(struct vha_dev *dev, const char *fmt, ...)
{
	char reason[VHA_REASON_LEN];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	vha_dev_set_reason(dev, 0, reason);
	vha_dev_notify(&dev->state_node);
}

static int vha_dev_create_runs(struct vha_dev *dev)
{
	u32 i;
	int err;

	for (i = 0; i < dev->nvqs; i++) {
		if (!dev->vq[i].ready)
			continue;
		err = vha_run_create(&dev->vq[i]);
		if (err)
			goto err_discard;
	}
	return 0;

err_discard:
	vha_dev_not_started(dev, "not-started: queue %u of size %u: error %d",
			    i, dev->vq[i].num, err);
	while (i--)
		vha_run_discard(&dev->vq[i]);
	return err;
}

/* DRIVER_OK */
static int vha_dev_start(struct vha_dev *dev)
{
	bool own = vha_dev_is_kernels_own(dev);
	u32 i;
	int err;

	lockdep_assert_held(&dev->lock);
	if (!dev->driver_features) {
		vha_dev_not_started(dev,
				    "not-started: no features negotiated");
		return -EINVAL;
	}
	if (own && dev->provider->api.nested) {
		vha_dev_not_started(dev,
				    "not-started: %s works with this kernel's driver, which can't be above it",
				    dev->provider->name);
		return -ELOOP;
	}
	if (vha_dev_has_orphans(dev)) {
		/* The kernel's driver can't be told to try again, so we will */
		dev->wants_start = own;
		return -EBUSY;
	}
	vha_iotlb_set_identity(&dev->tlb, own);
	/* Drivers may have come and gone since the device was made */
	vha_provider_probe(dev);
	err = vha_dev_create_runs(dev);
	if (err)
		return err;
	for (i = 0; i < dev->nvqs; i++)
		vha_run_start(&dev->vq[i]);
	return 0;
}

/**
 * vha_dev_set_status() - the driver writes the status byte
 * @dev: the device
 * @status: what it writes
 *
 * What the device refuses is not set when the driver reads it back: FEATURES_OK
 * without features, DRIVER_OK when it can't start.
 *
 * Context: process; the task that sets DRIVER_OK lends its cgroups.
 */
void vha_dev_set_status(struct vha_dev *dev, u8 status)
{
	u8 fresh;

	mutex_lock(&dev->lock);
	if (!dev->in_use && !try_module_get(THIS_MODULE))
		goto out;
	dev->in_use = true;

	fresh = status & ~dev->status;
	if ((fresh & VIRTIO_CONFIG_S_FEATURES_OK) && !dev->driver_features)
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	if ((fresh & VIRTIO_CONFIG_S_DRIVER_OK) && vha_dev_start(dev))
		status &= ~VIRTIO_CONFIG_S_DRIVER_OK;

	/* Only a reset takes these two back, and a worker may just have set one */
	spin_lock(&dev->state_lock);
	dev->status = status | (dev->status & (VIRTIO_CONFIG_S_NEEDS_RESET |
					       VIRTIO_CONFIG_S_DRIVER_OK));
	spin_unlock(&dev->state_lock);
out:
	mutex_unlock(&dev->lock);
}

static void vha_dev_unused(struct vha_dev *dev)
{
	lockdep_assert_held(&dev->lock);
	if (dev->in_use) {
		dev->in_use = false;
		module_put(THIS_MODULE);
	}
}

/**
 * vha_dev_put_module() - nobody will use the device any more
 * @dev: the device, which has no driver
 *
 * A reset is not the last that a driver's end does: virtio acknowledges the
 * device once more, and a probe that failed leaves its status as it was.
 *
 * Context: process; the caller keeps the module from being unloaded.
 */
void vha_dev_put_module(struct vha_dev *dev)
{
	mutex_lock(&dev->lock);
	vha_dev_unused(dev);
	mutex_unlock(&dev->lock);
}

static unsigned long vha_drain_timeout(void)
{
	if (fatal_signal_pending(current) || (current->flags & PF_EXITING))
		return VHA_DRAIN_TIMEOUT_DYING;
	return VHA_DRAIN_TIMEOUT;
}

/**
 * vha_dev_drain() - have all queues finish what is in flight, and stay put
 * @dev: the device
 * @strays: wait for those, too, which have nothing of the driver's, but sessions
 *
 * Context: process, holding &vha_dev.lock.
 * Return: false if one does not in time; vha_dev_resume_runs() is for both cases.
 */
bool vha_dev_drain(struct vha_dev *dev, bool strays)
{
	unsigned long deadline = jiffies + vha_drain_timeout();
	struct vha_run *run;
	bool drained = true;
	u32 i;

	lockdep_assert_held(&dev->lock);
	WRITE_ONCE(dev->drains_strays, strays);
	for (i = 0; i < dev->nvqs; i++) {
		run = vha_vq_run(&dev->vq[i]);
		if (run)
			vha_run_drain(run);
	}
	vha_provider_quiesce(dev->provider);
	for (i = 0; i < dev->nvqs; i++) {
		run = vha_vq_run(&dev->vq[i]);
		if (run && !vha_run_wait_parked(run, &deadline))
			drained = false;
	}
	return drained;
}

/* Workers leave guest memory and the driver alone; see the head of vq.c */
static void vha_dev_quit(struct vha_dev *dev)
{
	unsigned long deadline;
	struct vha_run *run;
	bool left = true;
	u32 i;

	down_write(&dev->tlb.lock);
	for (i = 0; i < dev->nvqs; i++) {
		run = vha_vq_run(&dev->vq[i]);
		if (run)
			vha_run_quit(run);
	}
	up_write(&dev->tlb.lock);

	deadline = jiffies + VHA_LEAVE_TIMEOUT;
	for (i = 0; i < dev->nvqs; i++) {
		run = vha_vq_run(&dev->vq[i]);
		if (run && !vha_run_wait_left(run, deadline))
			left = false;
	}
	if (!left)
		synchronize_rcu();
}

static void vha_dev_stop(struct vha_dev *dev)
{
	u32 i;

	vha_dev_drain(dev, false);
	vha_dev_quit(dev);
	for (i = 0; i < dev->nvqs; i++)
		if (vha_vq_run(&dev->vq[i]))
			vha_run_end(&dev->vq[i]);
}

static void vha_vq_reset(struct vha_vq *vq)
{
	vq->ready = false;
	vq->changed = false;
	vq->num = vq->dev->settings.queue_size;
	vq->desc = 0;
	vq->driver = 0;
	vq->device = 0;
	vq->last_avail = 0;
	spin_lock(&vq->lock);
	vq->cb = (struct vdpa_callback){};
	vq->has_affinity = false;
	spin_unlock(&vq->lock);
}

static void vha_dev_report_orphans(struct vha_dev *dev)
{
	u32 pages;
	u32 orphans = vha_stats_orphans(dev, &pages, NULL);

	trace_vha_orphans(dev, orphans, pages);
	dev_warn_ratelimited(&dev->vdpa.dev,
			     "not ready: %u requests with %u pages did not come back\n",
			     orphans, pages);
}

/**
 * vha_dev_reset() - virtio reset
 * @dev: the device
 *
 * Waits for what is in flight, but not forever: what is left then are orphans,
 * and the device is not ready before they have come back.
 *
 * Context: process.
 */
void vha_dev_reset(struct vha_dev *dev)
{
	bool orphans;
	u32 i;

	mutex_lock(&dev->lock);
	dev->wants_start = false;
	/* After this nobody calls the driver on account of the configuration */
	mutex_lock(&dev->config_mutex);
	dev->config_cb = (struct vdpa_callback){};
	mutex_unlock(&dev->config_mutex);

	vha_dev_stop(dev);
	vha_sessions_reset(&dev->sessions);
	vha_sas_reset(&dev->sas);
	vha_iotlb_set_identity(&dev->tlb, false);
	for (i = 0; i < dev->nvqs; i++)
		vha_vq_reset(&dev->vq[i]);
	dev->driver_features = 0;
	dev->suspended = false;

	spin_lock(&dev->state_lock);
	dev->status = 0;
	dev->reason[0] = '\0';
	spin_unlock(&dev->state_lock);

	orphans = vha_dev_has_orphans(dev);
	if (orphans && dev->ready)
		vha_dev_report_orphans(dev);
	if (dev->ready == orphans) {
		dev->ready = !orphans;
		dev->generation++;
	}
	vha_dev_notify(&dev->state_node);
	vha_dev_unused(dev);
	mutex_unlock(&dev->lock);
}

/**
 * vha_dev_orphans_gone() - the last orphan came back
 * @dev: the device, which the caller holds
 *
 * Context: process, without locks.
 */
void vha_dev_orphans_gone(struct vha_dev *dev)
{
	bool changed = false;

	mutex_lock(&dev->lock);
	if (!vha_dev_has_orphans(dev) && !dev->ready) {
		dev->ready = true;
		dev->generation++;
		changed = true;
		dev_info(&dev->vdpa.dev, "ready again\n");
		if (dev->wants_start) {
			dev->wants_start = false;
			if (!vha_dev_start(dev)) {
				spin_lock(&dev->state_lock);
				dev->status |= VIRTIO_CONFIG_S_DRIVER_OK;
				spin_unlock(&dev->state_lock);
			}
		}
	}
	mutex_unlock(&dev->lock);
	if (changed) {
		vha_dev_notify(&dev->state_node);
		vha_dev_config_changed(dev);
	}
}

/**
 * vha_dev_resume_runs() - let all queues work again
 * @dev: the device, whose workers are parked or on their way there
 *
 * Context: process, holding &vha_dev.lock.
 */
void vha_dev_resume_runs(struct vha_dev *dev)
{
	u32 i;

	for (i = 0; i < dev->nvqs; i++)
		if (vha_vq_run(&dev->vq[i]))
			vha_run_resume(&dev->vq[i]);
}

/**
 * vha_dev_suspend() - finish what is in flight and stay put
 * @dev: the device
 *
 * Afterwards the state of the queues is exact, and no guest memory is touched.
 *
 * Context: process.
 * Return: 0, or -ETIMEDOUT if requests don't come back; the device then runs on.
 */
int vha_dev_suspend(struct vha_dev *dev)
{
	struct vha_run *run;
	int err = 0;
	u32 i;

	mutex_lock(&dev->lock);
	if (dev->suspended)
		goto out;
	if (!vha_dev_drain(dev, false)) {
		vha_dev_resume_runs(dev);
		dev_warn_ratelimited(&dev->vdpa.dev,
				     "not suspended: requests did not come back\n");
		err = -ETIMEDOUT;
		goto out;
	}
	for (i = 0; i < dev->nvqs; i++) {
		run = vha_vq_run(&dev->vq[i]);
		if (run && run->started)
			dev->vq[i].last_avail = run->ring.last_avail;
	}
	dev->suspended = true;
	vha_dev_notify(&dev->state_node);
out:
	mutex_unlock(&dev->lock);
	return err;
}

/**
 * vha_dev_resume() - go on after vha_dev_suspend()
 * @dev: the device
 *
 * Context: process.
 * Return: 0
 */
int vha_dev_resume(struct vha_dev *dev)
{
	mutex_lock(&dev->lock);
	if (dev->suspended) {
		dev->suspended = false;
		vha_dev_resume_runs(dev);
		vha_dev_notify(&dev->state_node);
	}
	mutex_unlock(&dev->lock);
	return 0;
}

static int vha_dev_init_vqs(struct vha_dev *dev)
{
	u32 i;

	dev->nvqs = dev->settings.queues + 1;
	dev->vq = kvcalloc(dev->nvqs, sizeof(*dev->vq), GFP_KERNEL_ACCOUNT);
	if (!dev->vq)
		return -ENOMEM;
	for (i = 0; i < dev->nvqs; i++) {
		dev->vq[i].dev = dev;
		dev->vq[i].index = i;
		spin_lock_init(&dev->vq[i].lock);
		vha_vq_reset(&dev->vq[i]);
	}
	return 0;
}

/* Everything that can't fail: vha_dev_free() expects it */
static void vha_dev_init(struct vha_dev *dev)
{
	struct device *device = &dev->vdpa.dev;

	mutex_init(&dev->lock);
	mutex_init(&dev->config_mutex);
	mutex_init(&dev->orphan_mutex);
	spin_lock_init(&dev->state_lock);
	INIT_LIST_HEAD(&dev->orphans);
	INIT_LIST_HEAD(&dev->dirs);
	vha_iotlb_init(&dev->tlb);
	vha_saturation_init(dev);
	vha_qos_init(&dev->qos, dev->settings.qos);
	vha_share_init(&dev->share, dev->settings.qos[VHA_QOS_WEIGHT]);
	vha_share_join(&dev->share, &dev->provider->sched);
	dev->ready = true;
	dev->vdpa.dma_dev = device;
	device->groups = vha_dev_groups;
	/* As wide as memory, so that no address is ever bounced */
	device->dma_mask = &device->coherent_dma_mask;
}

/**
 * vha_dev_create() - make a device
 * @name: its name
 * @provider: who does the work
 * @settings: its size
 * @features: offered
 *
 * Context: process, may sleep long: algorithms are looked up.
 * Return: the device, not registered yet, for put_device(); or an error.
 */
struct vha_dev *vha_dev_create(const char *name,
			       struct vha_provider *provider,
			       const struct vha_settings *settings,
			       u64 features)
{
	struct vdpa_device *vdpa;
	struct vha_dev *dev;
	int err;

	vdpa = __vdpa_alloc_device(NULL, &vha_vdpa_ops, 1, 1, sizeof(*dev),
				   name, false);
	if (IS_ERR(vdpa))
		return ERR_CAST(vdpa);
	dev = vha_dev_of(vdpa);
	dev->provider = provider;
	dev->settings = *settings;
	if (!settings->fallback && provider->api.limits.max_len)
		dev->settings.max_size = min(settings->max_size,
					     provider->api.limits.max_len);
	dev->fallback = settings->fallback;
	dev->features = features;
	vha_dev_init(dev);
	set_dev_node(&vdpa->dev, provider->api.node);

	err = dma_set_mask_and_coherent(&vdpa->dev, DMA_BIT_MASK(64));
	if (err)
		goto err_put;
	err = vha_dev_init_vqs(dev);
	if (err)
		goto err_put;
	vha_totals_join(dev, &provider->totals);
	err = vha_sessions_init(&dev->sessions, settings->max_sessions);
	if (err)
		goto err_put;
	vha_provider_probe(dev);
	err = vha_sas_init(&dev->sas, &dev->choice,
			   vha_provider_algs(&dev->choice), settings->max_sas);
	if (err)
		goto err_put;
	dev->sas.announce = vha_dev_announce;
	vha_provider_fill_config(dev);
	return dev;

err_put:
	put_device(&vdpa->dev);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_IF_KUNIT(vha_dev_create);

/**
 * vha_dev_free() - free what a device is made of
 * @dev: the device, which nobody holds any more
 *
 * The last one may have been an orphan's thread.
 *
 * Context: process.
 */
void vha_dev_free(struct vha_dev *dev)
{
	sysfs_put(dev->state_node);
	sysfs_put(dev->saturated_node);
	vha_share_join(&dev->share, NULL);
	if (dev->vq)
		vha_totals_leave(dev, &dev->provider->totals);
	vha_sas_destroy(&dev->sas);
	vha_sessions_destroy(&dev->sessions);
	vha_iotlb_destroy(&dev->tlb);
	kvfree(dev->vq);
	mutex_destroy(&dev->orphan_mutex);
	mutex_destroy(&dev->config_mutex);
	mutex_destroy(&dev->lock);
}
