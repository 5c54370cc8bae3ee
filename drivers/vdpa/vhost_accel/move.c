// SPDX-License-Identifier: GPL-2.0
/*
 * From one provider to another, while the device is in use.
 *
 * The workers finish what is in flight, and wait. Then each session and SA is made
 * with the other provider, too, and the request slots that this one needs are
 * allocated. Only when all of that has succeeded, the old provider's part is let go,
 * so that a move that fails leaves everything as it was.
 */
#include "vha.h"

#include <linux/bitops.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dataq.h"
#include "health.h"

/* Between attempts to leave a provider that goes, in milliseconds */
#define VHA_LOSE_DELAY	20

/* Guards the list of registered devices */
static DEFINE_MUTEX(vha_devs_mutex);
static LIST_HEAD(vha_devs);

/**
 * struct vha_move - a move
 * @dev: the device
 * @choice: who will do what
 * @pool: the data queues' request slots, as they will be
 */
struct vha_move {
	struct vha_dev *dev;
	struct vha_choice choice;
	struct vha_pool *pool;
};

/* What a guest was told that there is, stays */
static int vha_move_check(const struct vha_move *move,
			  const struct vha_provider *provider, bool fallback)
{
	struct vha_dev *dev = move->dev;
	u64 missing = dev->offered & ~vha_provider_algs(&move->choice);
	u32 max_len = provider->api.limits.max_len;

	/* It has gone since it was asked; later than now, it takes us with it */
	if (!READ_ONCE(provider->registered))
		return -ENODEV;
	if (provider != dev->provider && vha_health_crowded(provider)) {
		dev_warn_ratelimited(&dev->vdpa.dev,
				     "provider: %s has max_orphans requests of former users\n",
				     provider->name);
		return -EBUSY;
	}
	if (missing) {
		dev_warn_ratelimited(&dev->vdpa.dev,
				     "provider: %s can't do %s\n",
				     provider->name,
				     accel_algs[__ffs64(missing)].name);
		return -EOPNOTSUPP;
	}
	if (!fallback && max_len && max_len < dev->settings.max_size) {
		dev_warn_ratelimited(&dev->vdpa.dev,
				     "provider: %s takes %u bytes and not %u\n",
				     provider->name, max_len,
				     dev->settings.max_size);
		return -EOPNOTSUPP;
	}
	if (provider->api.nested && dev->tlb.identity) {
		dev_warn_ratelimited(&dev->vdpa.dev,
				     "provider: %s works with this kernel's driver, which can't be above it\n",
				     provider->name);
		return -ELOOP;
	}
	return 0;
}

static struct vha_run *vha_move_run(const struct vha_move *move, u32 i)
{
	struct vha_run *run = vha_vq_run(&move->dev->vq[i]);

	return run && run->ops == &vha_data_ops ? run : NULL;
}

static void vha_move_free_pools(struct vha_move *move)
{
	u32 i;

	for (i = 0; move->pool && i < move->dev->nvqs; i++)
		vha_pool_destroy(&move->pool[i]);
	kvfree(move->pool);
}

/* Charged to the VMM, whoever asked for the move */
static int vha_move_alloc_pools(struct vha_move *move)
{
	u32 size = vha_provider_ctx_size(&move->choice);
	struct mem_cgroup *old;
	struct vha_run *run;
	int err = 0;
	u32 i;

	move->pool = kvcalloc(move->dev->nvqs, sizeof(*move->pool), GFP_KERNEL);
	if (!move->pool)
		return -ENOMEM;
	for (i = 0; i < move->dev->nvqs && !err; i++) {
		run = vha_move_run(move, i);
		if (!run)
			continue;
		old = set_active_memcg(run->memcg);
		err = vha_data_alloc_pool(run, size, &move->pool[i]);
		set_active_memcg(old);
	}
	return err;
}

static void vha_move_commit(struct vha_move *move,
			    struct vha_provider *provider, bool fallback)
{
	struct vha_dev *dev = move->dev;
	struct vha_run *run;
	u32 i;

	vha_sessions_each(&dev->sessions, vha_session_commit);
	vha_sas_each(&dev->sas, vha_session_commit);
	for (i = 0; i < dev->nvqs; i++) {
		run = vha_move_run(move, i);
		if (run)
			swap(run->pool, move->pool[i]);
	}
	dev->choice = move->choice;
	vha_share_join(&dev->share, &provider->sched);
	vha_totals_leave(dev, &dev->provider->totals);
	vha_totals_join(dev, &provider->totals);
	WRITE_ONCE(dev->provider, provider);
	WRITE_ONCE(dev->fallback, fallback);
}

/* While all workers are parked. What has come back meanwhile, is let go */
static bool vha_dev_has_strays(struct vha_dev *dev)
{
	struct vha_run *run;
	u32 i;

	for (i = 0; i < dev->nvqs; i++) {
		run = vha_vq_run(&dev->vq[i]);
		if (!run || !run->strays)
			continue;
		run->ops->reap(run);
		if (run->strays)
			return true;
	}
	return false;
}

/* No worker runs */
static int vha_move_all(struct vha_move *move, struct vha_provider *provider,
			bool fallback)
{
	struct vha_dev *dev = move->dev;
	int err;

	err = vha_move_alloc_pools(move);
	if (!err)
		err = vha_sessions_remake(&dev->sessions, vha_session_prepare,
					  move->choice.alg);
	if (!err)
		err = vha_sas_remake(&dev->sas, vha_session_prepare,
				     move->choice.alg);
	if (!err) {
		vha_move_commit(move, provider, fallback);
	} else {
		vha_sessions_each(&dev->sessions, vha_session_revert);
		vha_sas_each(&dev->sas, vha_session_revert);
	}
	/* Those that are not used any more, or were not needed */
	vha_move_free_pools(move);
	return err;
}

static int vha_move_drained(struct vha_move *move,
			    struct vha_provider *provider, bool fallback)
{
	struct vha_dev *dev = move->dev;
	int err = -ETIMEDOUT;

	if (dev->suspended)
		return vha_dev_has_strays(dev) ? err :
			vha_move_all(move, provider, fallback);
	if (vha_dev_drain(dev, true))
		err = vha_move_all(move, provider, fallback);
	else
		dev_warn_ratelimited(&dev->vdpa.dev,
				     "provider: requests did not come back from %s\n",
				     dev->provider->name);
	vha_dev_resume_runs(dev);
	return err;
}

/**
 * vha_dev_move() - move a device to another provider, or change its fallback
 * @dev: the device
 * @provider: who is to do the work from now on
 * @fallback: see &vha_settings.fallback
 *
 * Context: process; waits for what is in flight as long as a reset does.
 * Return: 0; -ENODEV if the provider has nothing to work with; -EBUSY if it has as many
 * orphans as it may have; -EOPNOTSUPP if it lacks what the device offers; -ELOOP;
 * -ETIMEDOUT if requests don't come back; -ENOMEM, or what
 * &vhost_accel_provider_ops.session_create returned. Then nothing has changed.
 */
int vha_dev_move(struct vha_dev *dev, struct vha_provider *provider,
		 bool fallback)
{
	struct vha_move *move;
	unsigned int noio;
	int err;

	if (!vha_provider_present(provider))
		return -ENODEV;
	move = kvzalloc(sizeof(*move), GFP_KERNEL);
	if (!move)
		return -ENOMEM;
	move->dev = dev;
	vha_provider_choose(&move->choice, provider, fallback,
			    dev->settings.algs);
	mutex_lock(&dev->lock);
	err = vha_move_check(move, provider, fallback);
	if (!err) {
		/* A disk may wait for us, and the memory that we need, for it */
		noio = memalloc_noio_save();
		err = vha_move_drained(move, provider, fallback);
		memalloc_noio_restore(noio);
	}
	mutex_unlock(&dev->lock);
	kvfree(move);
	return err;
}

/* ---- providers that are sick, or that go -------------------------------------------------- */

/**
 * vha_devs_add() - a device may have sessions from now on
 * @dev: the device
 *
 * Context: process.
 */
void vha_devs_add(struct vha_dev *dev)
{
	mutex_lock(&vha_devs_mutex);
	list_add_tail(&dev->node, &vha_devs);
	mutex_unlock(&vha_devs_mutex);
}

/**
 * vha_devs_del() - a device has no sessions any more
 * @dev: the device, after vha_devs_add()
 *
 * Context: process.
 */
void vha_devs_del(struct vha_dev *dev)
{
	mutex_lock(&vha_devs_mutex);
	list_del(&dev->node);
	mutex_unlock(&vha_devs_mutex);
}

/* By its timer, as a worker in a provider's function can't look */
static void vha_run_look(struct vha_run *run)
{
	mod_timer(&run->watch, jiffies);
}

static void vha_dev_check(struct vha_dev *dev)
{
	struct vha_run *run;
	u32 i;

	rcu_read_lock();
	for (i = 0; i < dev->nvqs; i++) {
		run = rcu_dereference(dev->vq[i].run);
		if (run)
			vha_run_look(run);
	}
	rcu_read_unlock();
	mutex_lock(&dev->orphan_mutex);
	list_for_each_entry(run, &dev->orphans, orphan)
		vha_run_look(run);
	mutex_unlock(&dev->orphan_mutex);
}

/**
 * vha_devs_check() - have all workers look for requests that are overdue
 *
 * Context: process.
 */
void vha_devs_check(void)
{
	struct vha_dev *dev;

	mutex_lock(&vha_devs_mutex);
	list_for_each_entry(dev, &vha_devs, node)
		vha_dev_check(dev);
	mutex_unlock(&vha_devs_mutex);
}

/**
 * vha_devs_tell_health() - tell user space that a provider is sick, or has recovered
 * @provider: its record
 * @causes: why it is sick, or "none"
 *
 * By an event for each of its devices.
 *
 * Context: process.
 */
void vha_devs_tell_health(struct vha_provider *provider, const char *causes)
{
	char *env[3] = {};
	struct vha_dev *dev;

	env[0] = kasprintf(GFP_KERNEL, "ACCEL_PROVIDER=%s", provider->name);
	env[1] = kasprintf(GFP_KERNEL, "ACCEL_SICK=%s", causes);
	mutex_lock(&vha_devs_mutex);
	list_for_each_entry(dev, &vha_devs, node)
		if (env[0] && env[1] && READ_ONCE(dev->provider) == provider &&
		    device_is_registered(&dev->vdpa.dev))
			kobject_uevent_env(&dev->vdpa.dev.kobj, KOBJ_CHANGE,
					   env);
	mutex_unlock(&vha_devs_mutex);
	kfree(env[0]);
	kfree(env[1]);
}

/* Who has an algorithm from now on. The slots have room for the fallback's requests */
static u64 vha_choice_lose(struct vha_choice *choice,
			   const struct vha_provider *provider)
{
	unsigned int i;
	u64 lost = 0;

	/* Nobody does whole packets instead */
	if (choice->alg[VHA_INFO_SA].provider == &provider->api)
		choice->alg[VHA_INFO_SA].ctx_size = 0;
	for (i = 0; i < ACCEL_ALG_NR; i++) {
		if (choice->alg[i].provider != &provider->api ||
		    !choice->alg[i].ctx_size)
			continue;
		choice->alg[i] = choice->spare[i];
		if (!choice->alg[i].ctx_size)
			lost |= ACCEL_ALG_BIT(i);
	}
	return lost;
}

/* No worker runs */
static u64 vha_dev_lose_all(struct vha_dev *dev,
			    const struct vha_provider *provider)
{
	unsigned int noio = memalloc_noio_save();
	u64 lost;

	lost = vha_choice_lose(&dev->choice, provider);
	vha_sessions_remake(&dev->sessions, vha_session_lose, dev->choice.alg);
	vha_sas_remake(&dev->sas, vha_session_lose, dev->choice.alg);
	memalloc_noio_restore(noio);
	return dev->status & VIRTIO_CONFIG_S_DRIVER_OK ? lost : 0;
}

/* Returns false if requests are still in flight */
static bool vha_dev_lose(struct vha_dev *dev, struct vha_provider *provider)
{
	bool drained = true;
	u64 lost = 0;

	mutex_lock(&dev->lock);
	if (dev->provider != provider)
		goto out;
	if (dev->suspended) {
		drained = !vha_dev_has_strays(dev);
		if (drained)
			lost = vha_dev_lose_all(dev, provider);
		goto out;
	}
	drained = vha_dev_drain(dev, true);
	if (drained)
		lost = vha_dev_lose_all(dev, provider);
	vha_dev_resume_runs(dev);
out:
	mutex_unlock(&dev->lock);
	if (lost)
		vha_dev_needs_reset(dev, "needs-reset: provider %s is gone",
				    provider->name);
	return drained;
}

/**
 * vha_devs_lose() - have devices do without a provider
 * @provider: not registered any more
 *
 * Waits until their requests have come back.
 *
 * Context: process.
 */
void vha_devs_lose(struct vha_provider *provider)
{
	struct vha_dev *dev;

	mutex_lock(&vha_devs_mutex);
	list_for_each_entry(dev, &vha_devs, node) {
		while (!vha_dev_lose(dev, provider)) {
			dev_warn_ratelimited(&dev->vdpa.dev,
					     "requests did not come back from %s, which goes\n",
					     provider->name);
			/* Workers that are suspended can't be waited for */
			msleep(VHA_LOSE_DELAY);
		}
	}
	mutex_unlock(&vha_devs_mutex);
}
