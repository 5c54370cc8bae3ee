// SPDX-License-Identifier: GPL-2.0
/*
 * Counters: of requests that are returned, as others see them, and their tables in debugfs:
 *
 *	vhost_accel/DEVICE/algorithms	per algorithm: who did how much
 *	vhost_accel/DEVICE/queues	per queue
 */
#include "stats.h"

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/sysfs.h>

#include "bounce.h"
#include "vha.h"

static struct dentry *vha_debugfs;

/**
 * vha_stats_sum() - a counter of all queues together
 * @dev: the device
 * @offset: of a u64 in struct vha_vq_stats
 *
 * Context: any.
 * Return: the sum.
 */
u64 vha_stats_sum(const struct vha_dev *dev, size_t offset)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < dev->nvqs; i++)
		sum += READ_ONCE(*(u64 *)((u8 *)&dev->vq[i].stats + offset));
	return sum;
}

/**
 * vha_stats_kicks() - notifications from the driver, all queues together
 * @dev: the device
 *
 * Context: any.
 * Return: the sum.
 */
u64 vha_stats_kicks(const struct vha_dev *dev)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < dev->nvqs; i++)
		sum += atomic64_read(&dev->vq[i].kicks);
	return sum;
}

/**
 * vha_vq_inflight() - requests of a queue that the provider has
 * @vq: the queue
 *
 * Context: any.
 * Return: how many there are.
 */
u32 vha_vq_inflight(const struct vha_vq *vq)
{
	const struct vha_run *run;
	u32 inflight = 0;

	rcu_read_lock();
	run = rcu_dereference(vq->run);
	if (run)
		inflight = READ_ONCE(run->inflight);
	rcu_read_unlock();
	return inflight;
}

/**
 * vha_stats_inflight() - vha_vq_inflight(), all queues together
 * @dev: the device
 *
 * Context: any.
 * Return: the sum.
 */
u32 vha_stats_inflight(const struct vha_dev *dev)
{
	u32 i, sum = 0;

	for (i = 0; i < dev->nvqs; i++)
		sum += vha_vq_inflight(&dev->vq[i]);
	return sum;
}

static u32 vha_req_pages(const struct vha_req *req)
{
	const struct vha_bounce *bounce = READ_ONCE(req->bounce);

	return vha_sgl_pages(&req->src) + vha_sgl_pages(&req->dst) +
	       (bounce ? READ_ONCE(bounce->nr) : 0);
}

/* Of queues in use */
static u32 vha_stats_strays(const struct vha_dev *dev, u32 *pages)
{
	const struct vha_run *run;
	u32 strays = 0;
	u32 i;

	rcu_read_lock();
	for (i = 0; i < dev->nvqs; i++) {
		run = rcu_dereference(dev->vq[i].run);
		if (!run)
			continue;
		strays += READ_ONCE(run->strays);
		*pages += READ_ONCE(run->stray_pages);
	}
	rcu_read_unlock();
	return strays;
}

/**
 * vha_stats_orphans() - requests that did not come back before a reset, or in time
 * @dev: the device
 * @pages: set to how many pages of memory they hold, or NULL
 * @per_alg: for %ACCEL_ALG_NR numbers of requests, or NULL
 *
 * Context: process. Takes &vha_dev.orphan_mutex.
 * Return: how many there are.
 */
u32 vha_stats_orphans(struct vha_dev *dev, u32 *pages, u32 *per_alg)
{
	u32 held = 0, orphans = vha_stats_strays(dev, &held);
	struct vha_run *run;
	struct vha_req *req;
	u16 i;

	/* A slot of these can't be freed meanwhile, only come back */
	mutex_lock(&dev->orphan_mutex);
	list_for_each_entry(run, &dev->orphans, orphan) {
		orphans += READ_ONCE(run->strays);
		held += READ_ONCE(run->stray_pages);
		for (i = 0; i < run->pool.size; i++) {
			req = run->pool.all[i];
			if (READ_ONCE(req->state) != VHA_REQ_SUBMITTED)
				continue;
			orphans++;
			held += vha_req_pages(req);
			if (per_alg)
				per_alg[req->alg_id]++;
		}
	}
	mutex_unlock(&dev->orphan_mutex);
	if (pages)
		*pages = held;
	return orphans;
}

static int algorithms_show(struct seq_file *m, void *unused)
{
	const struct vha_dev *dev = m->private;
	struct vha_alg_stats sum;
	unsigned int i;
	u32 q;

	seq_printf(m, "%-28s %-32s %12s %16s %8s\n", "algorithm", "driver",
		   "requests", "bytes", "errors");
	for (i = 0; i < ACCEL_ALG_NR; i++) {
		sum = (struct vha_alg_stats){};
		for (q = 0; q < dev->nvqs; q++) {
			const struct vha_alg_stats *alg =
				&dev->vq[q].stats.alg[i];

			sum.requests += READ_ONCE(alg->requests);
			sum.bytes += READ_ONCE(alg->bytes);
			sum.errors += READ_ONCE(alg->errors);
		}
		seq_printf(m, "%-28s %-32s %12llu %16llu %8llu\n",
			   accel_algs[i].name,
			   dev->choice.alg[i].ctx_size ? dev->choice.alg[i].driver : "-",
			   sum.requests, sum.bytes, sum.errors);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(algorithms);

static int queues_show(struct seq_file *m, void *unused)
{
	const struct vha_dev *dev = m->private;
	const struct vha_vq *vq;
	u32 q;

	seq_printf(m, "%-7s %12s %16s %8s %12s %13s %11s\n", "queue",
		   "requests", "bytes", "errors", "kicks", "notifications",
		   "saturations");
	for (q = 0; q < dev->nvqs; q++) {
		vq = &dev->vq[q];
		if (q + 1 == dev->nvqs)
			seq_puts(m, "control");
		else
			seq_printf(m, "%-7u", q);
		seq_printf(m, " %12llu %16llu %8llu %12llu %13llu %11llu\n",
			   READ_ONCE(vq->stats.requests),
			   READ_ONCE(vq->stats.bytes),
			   READ_ONCE(vq->stats.errors),
			   (u64)atomic64_read(&vq->kicks),
			   READ_ONCE(vq->stats.notifications),
			   READ_ONCE(vq->stats.saturations));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(queues);

static struct kernfs_node *vha_stats_node(struct vha_dev *dev, const char *name)
{
	struct kernfs_node *group, *node = NULL;

	group = sysfs_get_dirent(dev->vdpa.dev.kobj.sd, "accel");
	if (group)
		node = sysfs_get_dirent(group, name);
	sysfs_put(group);
	return node;
}

/**
 * vha_stats_add_dev() - show a device's counters
 * @dev: the device, registered
 *
 * Its driver may be at work already.
 *
 * Context: process.
 */
void vha_stats_add_dev(struct vha_dev *dev)
{
	dev->debugfs = debugfs_create_dir(dev_name(&dev->vdpa.dev),
					  vha_debugfs);
	debugfs_create_file("algorithms", 0444, dev->debugfs, dev,
			    &algorithms_fops);
	debugfs_create_file("queues", 0444, dev->debugfs, dev, &queues_fops);
	WRITE_ONCE(dev->state_node, vha_stats_node(dev, "state"));
	WRITE_ONCE(dev->saturated_node, vha_stats_node(dev, "saturated"));
}

/**
 * vha_stats_del_dev() - end what vha_stats_add_dev() began
 * @dev: the device, still registered
 *
 * Context: process.
 */
void vha_stats_del_dev(struct vha_dev *dev)
{
	debugfs_remove_recursive(dev->debugfs);
}

/**
 * vha_stats_init() - module load
 */
void vha_stats_init(void)
{
	vha_debugfs = debugfs_create_dir("vhost_accel", NULL);
}

/**
 * vha_stats_exit() - module exit
 */
void vha_stats_exit(void)
{
	debugfs_remove_recursive(vha_debugfs);
}
