// SPDX-License-Identifier: GPL-2.0
/*
 * Virtio crypto front end for the kernel crypto API: binding to devices, and
 * the order in which they start and stop.
 *
 * Stopping: no new request gets in; those that are getting in are through;
 * what is in flight gets a bounded time; the device is reset; what it still
 * had is taken back.  Transforms go on with another device or in software.
 */
#include <kunit/visibility.h>
#include <linux/bitops.h>
#include <linux/cpuhotplug.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/virtio_accel.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include <accel/alg_table.h>
#include <accel/wire.h>

#include "alg.h"
#include "config.h"
#include "ipsec_ctrl.h"
#include "ipsec_netdev.h"
#include "route.h"
#include "stats.h"
#include "vaccel.h"
#include "vq.h"

/* What is in flight gets this long before the device is reset */
#define VACCEL_STOP_TIMEOUT	(5 * HZ)
/* And this long when the device says by itself that it is not ready */
#define VACCEL_DRAIN_TIMEOUT	(10 * HZ)
/*
 * So many data queues may be in use. SAs in packet mode profit from more than there are
 * CPUs, as the host has a worker for each; but one CPU has no work for more than some.
 */
#define VACCEL_MAX_VQS		max(nr_cpu_ids, 4U)

struct workqueue_struct *vaccel_wq;
atomic_t vaccel_dev_seq = ATOMIC_INIT(0);

/* Guards vaccel_devs; entries are added at the end */
static DEFINE_SPINLOCK(vaccel_devs_lock);
static LIST_HEAD(vaccel_devs);

static enum cpuhp_state vaccel_cpuhp;
static bool vaccel_fallback_never;

static int vaccel_param_set_fallback(const char *val,
				     const struct kernel_param *kp)
{
	if (sysfs_streq(val, "auto")) {
		WRITE_ONCE(vaccel_fallback_never, false);
	} else if (sysfs_streq(val, "never")) {
		WRITE_ONCE(vaccel_fallback_never, true);
	} else {
		pr_err("virtio_accel: fallback is \"auto\" or \"never\"\n");
		return -EINVAL;
	}
	return 0;
}

static int vaccel_param_get_fallback(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%s\n", vaccel_fallback_never ? "never" : "auto");
}

static const struct kernel_param_ops vaccel_fallback_ops = {
	.set = vaccel_param_set_fallback,
	.get = vaccel_param_get_fallback,
};
module_param_cb(fallback, &vaccel_fallback_ops, NULL, 0644);
MODULE_PARM_DESC(fallback,
		 "Software when there is no device: auto, or never (for tests: such requests fail)");

bool vaccel_fallback_allowed(void)
{
	return !READ_ONCE(vaccel_fallback_never);
}

/* Does a device do the algorithm at all, whatever state it is in? */
static bool vaccel_dev_offers(const struct vaccel_dev *vd,
			      const struct vaccel_alg *alg)
{
	return !(vaccel_alg_set(alg) & ~vd->caps.algs);
}

static bool vaccel_dev_takes(const struct vaccel_dev *vd,
			     const struct vaccel_alg *alg, unsigned int len,
			     unsigned int auth_len)
{
	return vaccel_dev_usable(vd) && vaccel_dev_offers(vd, alg) &&
	       len <= vd->caps.max_key_len[alg->row->service] &&
	       auth_len <= vd->caps.max_key_len[VIRTIO_CRYPTO_SERVICE_MAC];
}

struct vaccel_dev *vaccel_dev_pick(const struct vaccel_alg *alg,
				   unsigned int len, unsigned int auth_len)
{
	struct vaccel_dev *vd, *best = NULL;

	spin_lock_bh(&vaccel_devs_lock);
	list_for_each_entry(vd, &vaccel_devs, node)
		if (vaccel_dev_takes(vd, alg, len, auth_len) &&
		    (!best || atomic_read(&vd->nr_keys) <
			      atomic_read(&best->nr_keys)))
			best = vd;
	if (best)
		vaccel_dev_get(best);
	spin_unlock_bh(&vaccel_devs_lock);
	return best;
}

struct vaccel_dev *vaccel_dev_find(bool (*fits)(struct vaccel_dev *vd,
						const void *data),
				   const void *data)
{
	struct vaccel_dev *vd, *found = NULL;

	spin_lock_bh(&vaccel_devs_lock);
	list_for_each_entry(vd, &vaccel_devs, node) {
		if (fits(vd, data)) {
			vaccel_dev_get(vd);
			found = vd;
			break;
		}
	}
	spin_unlock_bh(&vaccel_devs_lock);
	return found;
}

const char *vaccel_dev_why_not(const struct vaccel_alg *alg)
{
	static const char *const why[] = {
		[VACCEL_NOT_READY] = "device is not ready",
		[VACCEL_READY] = NULL,
		[VACCEL_BROKEN] = "device is broken",
		[VACCEL_STOPPED] = "device is stopped",
	};
	const char *ret = "no device";
	struct vaccel_dev *vd;

	spin_lock_bh(&vaccel_devs_lock);
	list_for_each_entry(vd, &vaccel_devs, node) {
		if (!vaccel_dev_offers(vd, alg)) {
			ret = "no device offers it";
			continue;
		}
		ret = why[READ_ONCE(vd->state)];
		if (!ret)
			break;
	}
	spin_unlock_bh(&vaccel_devs_lock);
	return ret;
}

void vaccel_dev_name_for(const struct vaccel_alg *alg, char *buf, size_t len)
{
	struct vaccel_dev *vd = vaccel_dev_pick(alg, 0, 0);

	strscpy(buf, vd ? vd->name : "-", len);
	if (vd)
		vaccel_dev_put(vd);
}

void vaccel_dev_release(struct kref *ref)
{
	struct vaccel_dev *vd = container_of(ref, struct vaccel_dev, ref);

	vaccel_ipsec_exit(vd);
	vaccel_ctrl_exit(&vd->ctrl);
	kfree(vd->vqs);
	kfree(vd->cpu_vq);
	kfree(vd);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_dev_release);

/* Let requests in. */
static void vaccel_dev_open(struct vaccel_dev *vd)
{
	unsigned int i;

	lockdep_assert_held(&vd->mutex);

	vaccel_ctrl_open(&vd->ctrl, vd->all_vqs[vd->nr_all_vqs - 1], vd->gen);
	for (i = 0; i < vd->nr_vqs; i++)
		vaccel_vq_open(&vd->vqs[i], vd->gen);
	WRITE_ONCE(vd->state, VACCEL_READY);
	atomic_inc(&vaccel_dev_seq);
	vaccel_algs_offer(vd->caps.algs);
	vaccel_ipsec_open(vd);
}

/* Let no request in any more. */
static void vaccel_dev_close(struct vaccel_dev *vd, enum vaccel_state state)
{
	unsigned int i;

	lockdep_assert_held(&vd->mutex);

	WRITE_ONCE(vd->state, state);
	atomic_inc(&vaccel_dev_seq);
	vaccel_ctrl_close(&vd->ctrl);
	for (i = 0; i < vd->nr_vqs; i++)
		vaccel_vq_close(&vd->vqs[i]);
	/*
	 * Who found a queue open has bottom halves off until it has told the
	 * device: wait for them.
	 */
	synchronize_rcu();
}

static bool vaccel_dev_idle(struct vaccel_dev *vd)
{
	unsigned int i;

	for (i = 0; i < vd->nr_vqs; i++)
		if (!vaccel_vq_idle(&vd->vqs[i]))
			return false;
	return true;
}

/* Reset the device; afterwards nothing is in flight and all is closed. */
static void vaccel_dev_reset(struct vaccel_dev *vd, enum vaccel_state state,
			     long timeout)
{
	unsigned int i;

	vaccel_dev_close(vd, state);
	if (!vaccel_vqs_broken(vd))
		wait_event_timeout(vd->idle, vaccel_dev_idle(vd), timeout);
	virtio_reset_device(vd->vdev);
	for (i = 0; i < vd->nr_vqs; i++)
		vaccel_vq_reclaim(&vd->vqs[i]);
	vaccel_ctrl_flush(&vd->ctrl);
	/* Its commands have come to an end */
	vaccel_ipsec_stop(vd);
}

static void vaccel_dev_stop(struct vaccel_dev *vd)
{
	lockdep_assert_held(&vd->mutex);

	if (!vd->all_vqs)
		return;
	vaccel_dev_reset(vd, VACCEL_STOPPED, VACCEL_STOP_TIMEOUT);
	vaccel_vqs_del(vd);
	/* The last callback may have come after the flush */
	cancel_work_sync(&vd->ctrl.work);
}

static unsigned int vaccel_dev_nr_vqs(const struct vaccel_caps *caps)
{
	return min(caps->nr_data_vqs,
		   caps->ipsec ? VACCEL_MAX_VQS : nr_cpu_ids);
}

static int vaccel_dev_start(struct vaccel_dev *vd)
{
	unsigned int cpu;
	int err;

	lockdep_assert_held(&vd->mutex);

	err = vaccel_config_read(vd->vdev, &vd->caps);
	if (err)
		return err;
	vd->nr_vqs = vaccel_dev_nr_vqs(&vd->caps);
	for_each_possible_cpu(cpu)
		vd->cpu_vq[cpu] = cpu % vd->nr_vqs;
	err = vaccel_vqs_find(vd);
	if (err)
		return err;

	WRITE_ONCE(vd->gen, vd->gen + 1);
	WRITE_ONCE(vd->break_why, NULL);
	virtio_device_ready(vd->vdev);
	if (vaccel_config_ready(vd->vdev))
		vaccel_dev_open(vd);
	else
		WRITE_ONCE(vd->state, VACCEL_NOT_READY);
	vaccel_vqs_set_affinity(vd, -1);
	return 0;
}

void vaccel_dev_break(struct vaccel_dev *vd, const char *why)
{
	if (!cmpxchg(&vd->break_why, NULL, why))
		queue_work(vaccel_wq, &vd->break_work);
}

static void vaccel_break_work(struct work_struct *work)
{
	struct vaccel_dev *vd = container_of(work, struct vaccel_dev,
					     break_work);

	mutex_lock(&vd->mutex);
	if (vd->all_vqs && vd->state != VACCEL_BROKEN &&
	    vd->state != VACCEL_STOPPED) {
		dev_err(&vd->vdev->dev,
			"%s: given up; unbind and bind the driver to try again\n",
			vd->break_why);
		vaccel_dev_reset(vd, VACCEL_BROKEN, 0);
	}
	mutex_unlock(&vd->mutex);
}

static void vaccel_config_work(struct work_struct *work)
{
	struct vaccel_dev *vd = container_of(work, struct vaccel_dev,
					     config_work);
	struct virtio_device *vdev;

	mutex_lock(&vd->mutex);
	vdev = vd->vdev;
	if (vd->state == VACCEL_BROKEN || vd->state == VACCEL_STOPPED)
		goto out;
	if (vdev->config->get_status(vdev) & VIRTIO_CONFIG_S_NEEDS_RESET) {
		vaccel_dev_break(vd, "the device needs a reset");
	} else if (!vaccel_config_ready(vdev)) {
		if (vd->state == VACCEL_READY) {
			vaccel_dev_close(vd, VACCEL_NOT_READY);
			mod_delayed_work(vaccel_wq, &vd->drain_work,
					 VACCEL_DRAIN_TIMEOUT);
		}
	} else if (vd->state == VACCEL_NOT_READY) {
		vaccel_dev_open(vd);
	}
out:
	mutex_unlock(&vd->mutex);
}

static void vaccel_drain_work(struct work_struct *work)
{
	struct vaccel_dev *vd = container_of(to_delayed_work(work),
					     struct vaccel_dev, drain_work);

	mutex_lock(&vd->mutex);
	if (vd->state == VACCEL_NOT_READY && !vaccel_dev_idle(vd))
		vaccel_dev_break(vd, "the device is not ready and keeps requests");
	mutex_unlock(&vd->mutex);
}

static void vaccel_config_changed(struct virtio_device *vdev)
{
	struct vaccel_dev *vd = vdev->priv;

	queue_work(vaccel_wq, &vd->config_work);
}

/* kmalloc aligns powers of two to their size, so that cache lines are shared as meant */
static void *vaccel_alloc_aligned(size_t size)
{
	return kzalloc(roundup_pow_of_two(size), GFP_KERNEL);
}

static struct vaccel_dev *vaccel_dev_alloc(struct virtio_device *vdev)
{
	struct vaccel_dev *vd;
	unsigned int i;

	vd = kzalloc(sizeof(*vd), GFP_KERNEL);
	if (!vd)
		return NULL;
	kref_init(&vd->ref);
	INIT_LIST_HEAD(&vd->node);
	mutex_init(&vd->mutex);
	init_waitqueue_head(&vd->idle);
	INIT_WORK(&vd->config_work, vaccel_config_work);
	INIT_WORK(&vd->break_work, vaccel_break_work);
	INIT_DELAYED_WORK(&vd->drain_work, vaccel_drain_work);
	vaccel_ipsec_init(vd);
	vd->state = VACCEL_STOPPED;
	vd->vdev = vdev;
	strscpy(vd->name, dev_name(&vdev->dev), sizeof(vd->name));

	if (vaccel_ctrl_init(&vd->ctrl))
		goto err;
	/* A device may come back with more queues: there are never more in use */
	vd->vqs = vaccel_alloc_aligned(VACCEL_MAX_VQS * sizeof(*vd->vqs));
	vd->cpu_vq = kcalloc(nr_cpu_ids, sizeof(*vd->cpu_vq), GFP_KERNEL);
	if (!vd->vqs || !vd->cpu_vq)
		goto err;
	for (i = 0; i < VACCEL_MAX_VQS; i++)
		vaccel_vq_init(&vd->vqs[i], vd, i);
	return vd;
err:
	vaccel_dev_put(vd);
	return NULL;
}

static void vaccel_dev_announce(struct vaccel_dev *vd)
{
	unsigned int nr_algs = hweight64(vd->caps.algs);

	dev_info(&vd->vdev->dev, "%u data queue(s), %s format, %u algorithm(s)%s\n",
		 vd->nr_vqs, vd->caps.rev1 ? "REVISION_1" : "legacy", nr_algs,
		 vd->state == VACCEL_READY ? "" : ", not ready");
}

static int vaccel_validate(struct virtio_device *vdev)
{
	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1)) {
		dev_err(&vdev->dev, "the device is older than virtio 1.0\n");
		return -ENODEV;
	}
	vaccel_config_validate(vdev);
	/* For each indirect table the virtio core would allocate memory */
	__virtio_clear_bit(vdev, VIRTIO_RING_F_INDIRECT_DESC);
	return 0;
}

static int vaccel_probe(struct virtio_device *vdev)
{
	struct vaccel_dev *vd;
	int err;

	vd = vaccel_dev_alloc(vdev);
	if (!vd)
		return -ENOMEM;
	vdev->priv = vd;
	spin_lock_bh(&vaccel_devs_lock);
	list_add_tail(&vd->node, &vaccel_devs);
	spin_unlock_bh(&vaccel_devs_lock);

	mutex_lock(&vd->mutex);
	err = vaccel_dev_start(vd);
	mutex_unlock(&vd->mutex);
	if (err)
		goto err_unlist;
	err = cpuhp_state_add_instance_nocalls(vaccel_cpuhp, &vd->cpuhp);
	if (err)
		goto err_stop;
	vaccel_dev_announce(vd);
	return 0;

err_stop:
	mutex_lock(&vd->mutex);
	vaccel_dev_stop(vd);
	mutex_unlock(&vd->mutex);
err_unlist:
	spin_lock_bh(&vaccel_devs_lock);
	list_del(&vd->node);
	spin_unlock_bh(&vaccel_devs_lock);
	vdev->priv = NULL;
	vaccel_dev_put(vd);
	return err;
}

static void vaccel_remove(struct virtio_device *vdev)
{
	struct vaccel_dev *vd = vdev->priv;

	cpuhp_state_remove_instance_nocalls(vaccel_cpuhp, &vd->cpuhp);
	spin_lock_bh(&vaccel_devs_lock);
	list_del(&vd->node);
	spin_unlock_bh(&vaccel_devs_lock);

	/* The core calls config_changed no more */
	cancel_work_sync(&vd->config_work);
	mutex_lock(&vd->mutex);
	vaccel_dev_stop(vd);
	mutex_unlock(&vd->mutex);
	/* With the queues gone, nobody queues these any more */
	cancel_delayed_work_sync(&vd->drain_work);
	cancel_work_sync(&vd->break_work);

	mutex_lock(&vd->mutex);
	vd->vdev = NULL;
	mutex_unlock(&vd->mutex);
	vaccel_dev_put(vd);
}

static void vaccel_shutdown(struct device *dev)
{
	struct vaccel_dev *vd = dev_to_virtio(dev)->priv;

	mutex_lock(&vd->mutex);
	if (vd->all_vqs)
		vaccel_dev_reset(vd, VACCEL_STOPPED, VACCEL_STOP_TIMEOUT);
	mutex_unlock(&vd->mutex);
}

#ifdef CONFIG_PM_SLEEP
static int vaccel_freeze(struct virtio_device *vdev)
{
	struct vaccel_dev *vd = vdev->priv;

	mutex_lock(&vd->mutex);
	vaccel_dev_stop(vd);
	mutex_unlock(&vd->mutex);
	return 0;
}

static int vaccel_restore(struct virtio_device *vdev)
{
	struct vaccel_dev *vd = vdev->priv;
	int err;

	mutex_lock(&vd->mutex);
	err = vaccel_dev_start(vd);
	mutex_unlock(&vd->mutex);
	return err;
}
#endif

/*
 * Not waiting for the mutex: what is done under it may wait for CPU hotplug.
 * Then the hints stay as they are, which only costs some locality.
 */
static void vaccel_cpu_change(struct vaccel_dev *vd, int gone)
{
	if (!mutex_trylock(&vd->mutex))
		return;
	vaccel_vqs_set_affinity(vd, gone);
	mutex_unlock(&vd->mutex);
}

static int vaccel_cpu_online(unsigned int cpu, struct hlist_node *node)
{
	struct vaccel_dev *vd = hlist_entry_safe(node, struct vaccel_dev,
						 cpuhp);

	vaccel_cpu_change(vd, -1);
	return 0;
}

static int vaccel_cpu_down(unsigned int cpu, struct hlist_node *node)
{
	struct vaccel_dev *vd = hlist_entry_safe(node, struct vaccel_dev,
						 cpuhp);

	vaccel_cpu_change(vd, cpu);
	return 0;
}

static const struct virtio_device_id vaccel_ids[] = {
	{ VIRTIO_ID_CRYPTO, VIRTIO_DEV_ANY_ID },
	{}
};
MODULE_DEVICE_TABLE(virtio, vaccel_ids);

static const unsigned int vaccel_features[] = {
	VIRTIO_CRYPTO_F_REVISION_1,
	VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE,
	VIRTIO_CRYPTO_F_HASH_STATELESS_MODE,
	VIRTIO_CRYPTO_F_MAC_STATELESS_MODE,
	VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE,
	VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE,
	VIRTIO_ACCEL_F_CTRL,
};

static const struct attribute_group *vaccel_dev_groups[] = {
	&vaccel_dev_group,
	NULL
};

static struct virtio_driver vaccel_driver = {
	.driver.name = "virtio_accel",
	.driver.dev_groups = vaccel_dev_groups,
	.driver.shutdown = vaccel_shutdown,
	.id_table = vaccel_ids,
	.feature_table = vaccel_features,
	.feature_table_size = ARRAY_SIZE(vaccel_features),
	.validate = vaccel_validate,
	.probe = vaccel_probe,
	.remove = vaccel_remove,
	.config_changed = vaccel_config_changed,
#ifdef CONFIG_PM_SLEEP
	.freeze = vaccel_freeze,
	.restore = vaccel_restore,
#endif
};

static int __init vaccel_init(void)
{
	int err;

	err = vaccel_slot_cache_init();
	if (err)
		return err;
	vaccel_wq = alloc_workqueue("virtio_accel",
				    WQ_MEM_RECLAIM | WQ_HIGHPRI, 0);
	if (!vaccel_wq) {
		err = -ENOMEM;
		goto err_cache;
	}
	err = vaccel_algs_init();
	if (err)
		goto err_wq;
	err = cpuhp_setup_state_multi(CPUHP_AP_ONLINE_DYN,
				      "crypto/virtio_accel:online",
				      vaccel_cpu_online, vaccel_cpu_down);
	if (err < 0)
		goto err_algs;
	vaccel_cpuhp = err;
	vaccel_stats_init();
	err = register_virtio_driver(&vaccel_driver);
	if (err)
		goto err_stats;
	err = vaccel_netdev_init();
	if (err)
		goto err_driver;
	return 0;

err_driver:
	unregister_virtio_driver(&vaccel_driver);
err_stats:
	vaccel_stats_exit();
	cpuhp_remove_multi_state(vaccel_cpuhp);
err_algs:
	vaccel_algs_exit();
err_wq:
	destroy_workqueue(vaccel_wq);
err_cache:
	vaccel_slot_cache_exit();
	return err;
}

static void __exit vaccel_exit(void)
{
	/* No SA is left: they hold the module */
	vaccel_netdev_exit();
	unregister_virtio_driver(&vaccel_driver);
	vaccel_stats_exit();
	cpuhp_remove_multi_state(vaccel_cpuhp);
	vaccel_algs_exit();
	destroy_workqueue(vaccel_wq);
	/* Keys are freed by RCU */
	rcu_barrier();
	vaccel_slot_cache_exit();
}

module_init(vaccel_init);
module_exit(vaccel_exit);
MODULE_DESCRIPTION("Virtio crypto front end for the kernel crypto API");
MODULE_LICENSE("GPL");
