// SPDX-License-Identifier: GPL-2.0
/*
 * A virtqueue at work: its run, and the worker thread that owns it.
 *
 * The death of a run, in vha_dev_stop(), for all queues at the same time:
 *
 *  1. mode becomes QUIT with the address map locked for writing. A worker that
 *     holds the map has finished; one that gets it later sees QUIT. From here on
 *     it touches no guest memory.
 *  2. The worker leaves its loop and says so (@left). It won't interrupt the
 *     driver any more. A worker that is stuck in a provider's function
 *     can't say so: an RCU grace period takes the place of its word.
 *  3. The queue lets go of the run. Notifications may still hold it, under RCU.
 *  4. Without requests in flight the thread ends, which vha_run_end() waits for.
 *     Else the run is an orphan: the thread waits for completions, drops them,
 *     and frees the run.
 */
#include "vha.h"

#include <kunit/visibility.h>
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/memcontrol.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "bounce.h"
#include "dataq.h"
#include "health.h"

/* Between attempts to submit what a provider refused */
#define VHA_RETRY_DELAY		1
#define VHA_RETRY_DELAY_BUSY	msecs_to_jiffies(100)

static void vha_run_release(struct kref *ref)
{
	struct vha_run *run = container_of(ref, struct vha_run, ref);

	kvfree_rcu(run, rcu);
}

static void vha_run_put(struct vha_run *run)
{
	kref_put(&run->ref, vha_run_release);
}

/* Reader of indirect descriptor tables */
static int vha_run_read(void *ctx, u64 addr, void *dst, u32 len)
{
	struct vha_run *run = ctx;

	return vha_iotlb_read(&run->dev->tlb, &run->hint, addr, dst, len);
}

static void vha_run_unmap(struct vha_run *run)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(run->map); i++)
		vha_vmap_put(&run->map[i]);
	run->generation = 0;
}

static int vha_run_map_areas(struct vha_run *run)
{
	bool event_idx = run->ring.event_idx;
	struct vha_iotlb *tlb = &run->dev->tlb;
	struct vha_vq *vq = run->vq;
	int err;

	err = vha_vmap_get(tlb, vq->desc, vha_ring_split_desc_size(run->size),
			   VHOST_MAP_RO, &run->map[0]);
	if (err)
		return err;
	err = vha_vmap_get(tlb, vq->driver,
			   vha_ring_split_driver_size(run->size, event_idx),
			   VHOST_MAP_RO, &run->map[1]);
	if (err)
		return err;
	return vha_vmap_get(tlb, vq->device,
			    vha_ring_split_device_size(run->size, event_idx),
			    VHOST_MAP_WO, &run->map[2]);
}

static int vha_run_remap(struct vha_run *run)
{
	int err;

	vha_run_unmap(run);
	err = vha_run_map_areas(run);
	if (err)
		return err;
	run->ring.desc = run->map[0].va;
	run->ring.avail = run->map[1].va;
	run->ring.used = run->map[2].va;
	if (!run->started) {
		vha_ring_split_start(&run->ring, run->vq->last_avail,
				     run->vq->last_avail);
		if (run->ring.broken)
			return run->ring.broken;
		run->started = true;
	}
	run->generation = run->dev->tlb.generation;
	return 0;
}

/**
 * vha_run_map() - make sure that the ring can be used
 * @run: the run
 *
 * Follows the address map when that has changed.
 *
 * Context: the worker, holding &vha_iotlb.lock for reading.
 * Return: false if guest memory must not or can't be touched.
 */
bool vha_run_map(struct vha_run *run)
{
	lockdep_assert_held(&run->dev->tlb.lock);
	if (unlikely(run->broken || READ_ONCE(run->mode) == VHA_RUN_QUIT))
		return false;
	if (unlikely(run->generation != run->dev->tlb.generation))
		run->broken = vha_run_remap(run);
	return !run->broken;
}

static const char *vha_run_broken_text(int err)
{
	switch (err) {
	case -EFAULT:
		return "ring memory is not mapped (memlock limit of the VMM?)";
	case -ENOMEM:
		return "no memory to map the ring";
	case -EINVAL:
		return "ring is not aligned";
	default:
		return "driver broke the ring's rules";
	}
}

/* The device is told outside of the map's lock, because it tells the driver */
static void vha_run_report(struct vha_run *run)
{
	run->reported = true;
	if (READ_ONCE(run->mode) != VHA_RUN_QUIT)
		vha_dev_needs_reset(run->dev, "needs-reset: queue %u: %s",
				    run->vq->index,
				    vha_run_broken_text(run->broken));
}

/**
 * vha_run_signal() - interrupt the driver
 * @run: the run
 *
 * The callback may be swapped at any time, and is called without locks. Bottom
 * halves are off, as drivers expect of an interrupt; that also makes it an RCU
 * read section, which vha_run_quit() counts on.
 *
 * Context: the worker.
 */
void vha_run_signal(struct vha_run *run)
{
	struct vha_vq *vq = run->vq;
	struct vdpa_callback cb;

	local_bh_disable();
	spin_lock(&vq->lock);
	cb = vq->cb;
	spin_unlock(&vq->lock);
	if (cb.callback && READ_ONCE(run->mode) != VHA_RUN_QUIT) {
		cb.callback(cb.private);
		vha_stat_add(&vq->stats.notifications, 1);
	}
	local_bh_enable();
}

/**
 * vha_vq_kick() - the driver has made something available
 * @vq: the queue
 *
 * Context: any; never sleeps.
 */
void vha_vq_kick(struct vha_vq *vq)
{
	struct vha_run *run;

	rcu_read_lock();
	run = rcu_dereference(vq->run);
	if (run) {
		atomic64_inc(&vq->kicks);
		WRITE_ONCE(run->kicked, true);
		vha_run_wake(run);
	}
	rcu_read_unlock();
}

/**
 * vha_vq_set_affinity() - the driver wants the worker on these CPUs
 * @vq: the queue
 * @mask: the CPUs; NULL for no wish, which moves nobody
 *
 * The worker moves itself: drivers call this while a CPU goes offline, when no
 * lock may be waited for under which others wait for CPU hotplug, as tasks that
 * are put into a cgroup do under &vha_dev.lock.
 *
 * Context: any; never sleeps.
 */
void vha_vq_set_affinity(struct vha_vq *vq, const struct cpumask *mask)
{
	struct vha_run *run;

	spin_lock(&vq->lock);
	vq->has_affinity = mask;
	if (mask)
		cpumask_copy(&vq->affinity, mask);
	spin_unlock(&vq->lock);

	rcu_read_lock();
	run = rcu_dereference(vq->run);
	if (run) {
		WRITE_ONCE(run->moved, true);
		vha_run_wake(run);
	}
	rcu_read_unlock();
}

static void vha_run_move(struct vha_run *run)
{
	struct vha_vq *vq = run->vq;
	bool has_affinity;

	WRITE_ONCE(run->moved, false);
	spin_lock(&vq->lock);
	has_affinity = vq->has_affinity;
	cpumask_copy(&run->affinity, &vq->affinity);
	spin_unlock(&vq->lock);
	/* A wish: when none of these CPUs is online, it stays where it is */
	if (has_affinity)
		set_cpus_allowed_ptr(current, &run->affinity);
}

static bool vha_run_called(const struct vha_run *run, enum vha_run_mode mode)
{
	return READ_ONCE(run->kicked) || !llist_empty(&run->done) ||
	       READ_ONCE(run->moved) || READ_ONCE(run->check) ||
	       READ_ONCE(run->mode) != mode;
}

static void vha_run_sleep(struct vha_run *run, enum vha_run_mode mode)
{
	unsigned long delay = MAX_SCHEDULE_TIMEOUT;

	/* A completion makes room, or the scheduler wakes; the rest is others' doing */
	if (run->stalled)
		delay = run->inflight || READ_ONCE(run->sched.waiting) ?
			VHA_RETRY_DELAY_BUSY : VHA_RETRY_DELAY;
	if (run->throttled)
		delay = min(delay, run->throttled);
	if (delay == MAX_SCHEDULE_TIMEOUT)
		wait_event_idle(run->wait, vha_run_called(run, mode));
	else
		wait_event_idle_timeout(run->wait, vha_run_called(run, mode),
					delay);
}

static bool vha_run_parked(const struct vha_run *run)
{
	/* What the worker, or whoever let it go on, has left behind, can be seen */
	return smp_load_acquire(&run->mode) == VHA_RUN_PARKED;
}

static void vha_run_park(struct vha_run *run)
{
	/* The VMM may take the ring's pages back meanwhile */
	vha_run_unmap(run);
	cmpxchg(&run->mode, VHA_RUN_DRAIN, VHA_RUN_PARKED);
	wake_up(&run->wait);
	while (vha_run_parked(run)) {
		if (READ_ONCE(run->check))
			vha_health_unstick(run);
		wait_event_idle(run->wait,
				!vha_run_parked(run) || READ_ONCE(run->check));
	}
}

static void vha_run_work(struct vha_run *run)
{
	enum vha_run_mode mode;
	bool more;

	for (;;) {
		mode = READ_ONCE(run->mode);
		if (mode == VHA_RUN_QUIT)
			return;
		if (unlikely(READ_ONCE(run->moved)))
			vha_run_move(run);
		if (READ_ONCE(run->kicked)) {
			WRITE_ONCE(run->kicked, false);
			/* Before the look at the ring; pairs with wake_up() */
			smp_mb();
		}
		if (mode == VHA_RUN_DRAIN)
			run->ops->unfetch(run);
		if (unlikely(READ_ONCE(run->check)))
			vha_health_scan(run);
		more = run->ops->turn(run);
		if (unlikely(run->broken && !run->reported))
			vha_run_report(run);
		if (mode == VHA_RUN_DRAIN && run->ops->idle(run)) {
			vha_run_park(run);
			continue;
		}
		if (!more)
			vha_run_sleep(run, mode);
		cond_resched();
	}
}

static void vha_run_end_orphan(struct vha_run *run)
{
	struct vha_dev *dev = run->dev;
	bool last = false;

	mutex_lock(&dev->orphan_mutex);
	if (!list_empty(&run->orphan)) {
		list_del_init(&run->orphan);
		last = !vha_dev_is_held_up(dev);
	}
	mutex_unlock(&dev->orphan_mutex);
	if (last)
		vha_dev_orphans_gone(dev);
}

/* Under orphan_mutex, once; whoever comes second finds it decided */
static void vha_run_detach(struct vha_run *run)
{
	lockdep_assert_held(&run->dev->orphan_mutex);
	run->detached = true;
	list_add_tail(&run->orphan, &run->dev->orphans);
}

/*
 * Guest memory is out of reach from here on. Returns whether this thread is left
 * alone with the run.
 */
static bool vha_run_leave(struct vha_run *run)
{
	struct vha_dev *dev = run->dev;
	bool detached;

	run->ops->unfetch(run);
	run->ops->reap(run);
	vha_bounce_detach(run);
	vha_run_unmap(run);

	mutex_lock(&dev->orphan_mutex);
	if ((run->inflight || run->strays) && !run->detached)
		vha_run_detach(run);
	run->acked = true;
	detached = run->detached;
	mutex_unlock(&dev->orphan_mutex);
	if (detached)
		vha_health_orphaned(run);

	complete_all(&run->left);
	return detached;
}

static void vha_run_free(struct vha_run *run)
{
	struct vha_dev *dev = run->dev;

	vha_health_unwatch(run);
	run->ops->free(run);
	mem_cgroup_put(run->memcg);
	/* Freed by RCU: the last completion may be about to wake us */
	vha_run_put(run);
	put_device(&dev->vdpa.dev);
}

static void vha_run_be_orphan(struct vha_run *run)
{
	/* Let the VMM's cgroup be removed */
	cgroup_attach_task_all(&init_task, current);
	while (run->inflight || run->strays) {
		wait_event_idle(run->wait,
				!llist_empty(&run->done) ||
				READ_ONCE(run->check));
		if (READ_ONCE(run->check))
			vha_health_scan(run);
		run->ops->reap(run);
	}
	vha_run_end_orphan(run);
	vha_run_free(run);
}

static int vha_worker(void *data)
{
	struct vha_run *run = data;
	struct mem_cgroup *old;

	/* A disk may wait for us, and the memory that we wait for, for the disk */
	if (run->noio)
		memalloc_noio_save();
	/*
	 * What we allocate for the guest is its VMM's. Transforms are not: the
	 * crypto API has no accounting, the number of sessions bounds them.
	 */
	old = set_active_memcg(run->memcg);
	vha_run_work(run);
	set_active_memcg(old);

	if (vha_run_leave(run)) {
		vha_run_be_orphan(run);
		module_put_and_kthread_exit(0);
	}
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static int vha_run_create_task(struct vha_run *run)
{
	struct vha_dev *dev = run->dev;
	struct task_struct *task;
	int err;

	task = kthread_create_on_node(vha_worker, run,
				      dev_to_node(&dev->vdpa.dev), "vha-%s/%u",
				      dev_name(&dev->vdpa.dev), run->vq->index);
	if (IS_ERR(task))
		return PTR_ERR(task);
	/* The VMM pays for the time that its guest takes */
	err = cgroup_attach_task_all(current, task);
	if (err) {
		kthread_stop(task);
		return err;
	}
	run->task = task;
	return 0;
}

static void vha_run_init(struct vha_run *run, struct vha_vq *vq)
{
	struct vha_dev *dev = vq->dev;
	u64 features = dev->driver_features;

	kref_init(&run->ref);
	run->vq = vq;
	run->dev = dev;
	run->ops = vq->index + 1 == dev->nvqs ? &vha_ctrl_ops : &vha_data_ops;
	run->revision_1 = features & BIT_ULL(VIRTIO_CRYPTO_F_REVISION_1);
	run->stateless = vha_stateless_services(features);
	run->ipsec = features & VHA_FEATURE_IPSEC;
	run->noio = dev->tlb.identity;
	run->size = vq->num;
	init_waitqueue_head(&run->wait);
	run->mode = VHA_RUN_ACTIVE;
	/* What the driver made available before DRIVER_OK needs no notification */
	run->kicked = true;
	run->moved = true;
	init_llist_head(&run->done);
	init_completion(&run->left);
	INIT_LIST_HEAD(&run->orphan);
	INIT_LIST_HEAD(&run->half);
	INIT_LIST_HEAD(&run->overdue);
	vha_health_watch(run);
	run->ring.num = vq->num;
	run->ring.event_idx = features & BIT_ULL(VIRTIO_RING_F_EVENT_IDX);
	run->ring.read = vha_run_read;
	run->ring.read_ctx = run;
	run->memcg = current->mm ? get_mem_cgroup_from_mm(current->mm) : NULL;
}

/**
 * vha_run_create() - prepare a queue for work
 * @vq: the queue, without a run
 *
 * Allocates all that the queue will need and makes the worker, which does
 * nothing yet. Memory and time are the caller's, whose cgroups the worker joins.
 *
 * Context: the task that sets DRIVER_OK, holding &vha_dev.lock.
 * Return: 0; -EINVAL for a size that no queue can have; -ENOMEM; what
 * cgroup_attach_task_all() said.
 */
int vha_run_create(struct vha_vq *vq)
{
	struct vha_dev *dev = vq->dev;
	struct vha_run *run;
	int err;

	lockdep_assert_held(&dev->lock);
	if (!is_power_of_2(vq->num) || vq->num > dev->settings.queue_size)
		return -EINVAL;
	run = kvzalloc(sizeof(*run), GFP_KERNEL_ACCOUNT);
	if (!run)
		return -ENOMEM;
	vha_run_init(run, vq);
	err = run->ops->alloc(run);
	if (err)
		goto err_put_run;
	err = vha_run_create_task(run);
	if (err)
		goto err_free;

	__module_get(THIS_MODULE);
	get_device(&dev->vdpa.dev);
	/* For the thread */
	kref_get(&run->ref);
	rcu_assign_pointer(vq->run, run);
	return 0;

err_free:
	run->ops->free(run);
err_put_run:
	mem_cgroup_put(run->memcg);
	vha_run_put(run);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_run_create);

/**
 * vha_run_discard() - undo vha_run_create()
 * @vq: the queue, whose worker was never started
 *
 * Context: as vha_run_create().
 */
void vha_run_discard(struct vha_vq *vq)
{
	struct vha_run *run = vha_vq_run(vq);

	if (!run)
		return;
	rcu_assign_pointer(vq->run, NULL);
	kthread_stop(run->task);
	vha_run_put(run);
	vha_run_free(run);
	module_put(THIS_MODULE);
}
EXPORT_SYMBOL_IF_KUNIT(vha_run_discard);

/**
 * vha_run_start() - let a queue work
 * @vq: the queue, after vha_run_create()
 *
 * Context: process, holding &vha_dev.lock.
 */
void vha_run_start(struct vha_vq *vq)
{
	struct vha_run *run = vha_vq_run(vq);

	if (run)
		wake_up_process(run->task);
}

/**
 * vha_run_drain() - have a queue finish what is in flight and take nothing new
 * @run: the run
 *
 * Context: process, holding &vha_dev.lock.
 */
void vha_run_drain(struct vha_run *run)
{
	lockdep_assert_held(&run->dev->lock);
	/* Not if it is parked, or on its way there */
	cmpxchg(&run->mode, VHA_RUN_ACTIVE, VHA_RUN_DRAIN);
	wake_up(&run->wait);
}

/**
 * vha_run_wait_parked() - wait until a queue has drained
 * @run: the run, after vha_run_drain()
 * @deadline: in jiffies; comes closer when the task is killed meanwhile
 *
 * Context: process, holding &vha_dev.lock.
 * Return: false if it has not by then.
 */
bool vha_run_wait_parked(struct vha_run *run, unsigned long *deadline)
{
	struct wait_queue_head *wait = &run->wait;
	long left = *deadline - jiffies;

	if (left > 0 && wait_event_killable_timeout(*wait, vha_run_parked(run),
						    left) < 0) {
		left = clamp_t(long, *deadline - jiffies, 0,
			       VHA_DRAIN_TIMEOUT_DYING);
		*deadline = jiffies + left;
		wait_event_timeout(*wait, vha_run_parked(run), left);
	}
	return vha_run_parked(run);
}

/**
 * vha_run_resume() - let a drained queue work again
 * @vq: the queue, parked or about to be
 *
 * Context: process, holding &vha_dev.lock.
 */
void vha_run_resume(struct vha_vq *vq)
{
	struct vha_run *run = vha_vq_run(vq);

	if (vq->changed) {
		/* Only parked runs get here: nobody else uses it */
		run->started = false;
		run->generation = 0;
		vq->changed = false;
	}
	WRITE_ONCE(run->kicked, true);
	/* The worker sees what was changed while it was parked */
	smp_store_release(&run->mode, VHA_RUN_ACTIVE);
	wake_up(&run->wait);
}

/**
 * vha_run_quit() - have a queue's worker leave guest memory alone
 * @run: the run
 *
 * Context: process, holding &vha_dev.lock, and &vha_iotlb.lock for writing.
 */
void vha_run_quit(struct vha_run *run)
{
	lockdep_assert_held_write(&run->dev->tlb.lock);
	WRITE_ONCE(run->mode, VHA_RUN_QUIT);
	wake_up(&run->wait);
}

/**
 * vha_run_wait_left() - wait until a worker has left its loop
 * @run: the run, after vha_run_quit()
 * @deadline: in jiffies
 *
 * Context: process, holding &vha_dev.lock.
 * Return: false if it has not by then: the provider keeps it.
 */
bool vha_run_wait_left(struct vha_run *run, unsigned long deadline)
{
	long left = deadline - jiffies;

	if (left <= 0)
		return completion_done(&run->left);
	return wait_for_completion_timeout(&run->left, left);
}

/* Whether the thread can be waited for. If not, the run is its own affair */
static bool vha_run_left(struct vha_run *run)
{
	struct vha_dev *dev = run->dev;
	bool detached;

	mutex_lock(&dev->orphan_mutex);
	if (!run->acked)
		vha_run_detach(run);
	detached = run->detached;
	mutex_unlock(&dev->orphan_mutex);
	if (!detached)
		wait_for_completion(&run->left);
	return !detached;
}

/**
 * vha_run_end() - end a queue's run
 * @vq: the queue, after vha_run_wait_left(); if that was in vain, an RCU grace
 *	period has passed since
 *
 * When it returns, no guest memory is touched and the driver is not interrupted
 * any more, whatever the provider does. What is still in flight is an orphan.
 *
 * Context: process, holding &vha_dev.lock.
 */
void vha_run_end(struct vha_vq *vq)
{
	struct vha_run *run = vha_vq_run(vq);

	rcu_assign_pointer(vq->run, NULL);
	if (vha_run_left(run)) {
		kthread_stop(run->task);
		vha_run_free(run);
		module_put(THIS_MODULE);
	}
	vha_run_put(run);
}
