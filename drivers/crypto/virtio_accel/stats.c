// SPDX-License-Identifier: GPL-2.0
/*
 * What can be seen: one folder per device in sysfs, and tables of all
 * algorithms in debugfs.
 */
#include "stats.h"

#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/seq_file.h>

#include "alg.h"
#include "vaccel.h"
#include "vq.h"

static struct dentry *vaccel_debugfs;

static u64 vaccel_stat_read(struct vaccel_alg *alg, enum vaccel_stat stat)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(alg->stats, cpu)->v[stat]);
	return sum;
}

/* Scripts read this: fields may be added at the end of a line, nothing else. */
static const struct {
	const char *name;
	enum vaccel_stat stat;
} vaccel_stat_fields[] = {
	{ "requests", VACCEL_STAT_REQUESTS },
	{ "bytes", VACCEL_STAT_BYTES },
	{ "errors", VACCEL_STAT_ERRORS },
	{ "fallback", VACCEL_STAT_FALLBACK },
	{ "fallback_shape", VACCEL_STAT_FALLBACK_SHAPE },
	{ "backlog", VACCEL_STAT_BACKLOG },
	{ "parked", VACCEL_STAT_PARKED },
	{ "resubmitted", VACCEL_STAT_RESUBMITTED },
	{ "iolost", VACCEL_STAT_IOLOST },
	{ "badmsg", VACCEL_STAT_BADMSG },
	{ "stateless", VACCEL_STAT_STATELESS },
	{ "small", VACCEL_STAT_SMALL },
};

static int vaccel_stats_line(struct vaccel_alg *alg, void *data)
{
	struct seq_file *m = data;
	unsigned int i;

	if (!alg->registered)
		return 0;
	seq_puts(m, vaccel_alg_base(alg)->cra_driver_name);
	for (i = 0; i < ARRAY_SIZE(vaccel_stat_fields); i++)
		seq_printf(m, " %s=%llu", vaccel_stat_fields[i].name,
			   vaccel_stat_read(alg, vaccel_stat_fields[i].stat));
	seq_putc(m, '\n');
	return 0;
}

static int vaccel_stats_show(struct seq_file *m, void *unused)
{
	vaccel_alg_for_each(vaccel_stats_line, m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vaccel_stats);

static int vaccel_algorithms_line(struct vaccel_alg *alg, void *data)
{
	const struct crypto_alg *base = vaccel_alg_base(alg);
	const char *why = vaccel_dev_why_not(alg);
	struct seq_file *m = data;
	char dev[16];

	vaccel_dev_name_for(alg, dev, sizeof(dev));
	seq_printf(m, "%-30s %-42s %-10s %10llu %14llu %8llu %8llu  %s\n",
		   base->cra_name, base->cra_driver_name, dev,
		   vaccel_stat_read(alg, VACCEL_STAT_REQUESTS),
		   vaccel_stat_read(alg, VACCEL_STAT_BYTES),
		   vaccel_stat_read(alg, VACCEL_STAT_ERRORS),
		   vaccel_stat_read(alg, VACCEL_STAT_FALLBACK) +
		   vaccel_stat_read(alg, VACCEL_STAT_FALLBACK_SHAPE),
		   why ? why : alg->registered ? "in use" : "not registered");
	return 0;
}

static int vaccel_algorithms_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%-30s %-42s %-10s %10s %14s %8s %8s  %s\n", "algorithm",
		   "driver", "device", "requests", "bytes", "errors",
		   "fallback", "state");
	vaccel_alg_for_each(vaccel_algorithms_line, m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vaccel_algorithms);

void vaccel_stats_init(void)
{
	vaccel_debugfs = debugfs_create_dir("virtio_accel", NULL);
	debugfs_create_file("stats", 0444, vaccel_debugfs, NULL,
			    &vaccel_stats_fops);
	debugfs_create_file("algorithms", 0444, vaccel_debugfs, NULL,
			    &vaccel_algorithms_fops);
}

void vaccel_stats_exit(void)
{
	debugfs_remove_recursive(vaccel_debugfs);
}

static struct vaccel_dev *vaccel_from_dev(struct device *dev)
{
	return dev_to_virtio(dev)->priv;
}

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	static const char *const names[] = {
		[VACCEL_NOT_READY] = "not ready",
		[VACCEL_READY] = "ready",
		[VACCEL_BROKEN] = "broken",
		[VACCEL_STOPPED] = "stopped",
	};

	return sysfs_emit(buf, "%s\n",
			  names[READ_ONCE(vaccel_from_dev(dev)->state)]);
}
static DEVICE_ATTR_RO(state);

static ssize_t format_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%s\n", vaccel_from_dev(dev)->caps.rev1 ?
			  "revision_1" : "legacy");
}
static DEVICE_ATTR_RO(format);

static ssize_t algorithms_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	struct vaccel_dev *vd = vaccel_from_dev(dev);
	unsigned int i;
	int len = 0;

	for (i = 0; i < ACCEL_ALG_NR; i++)
		if (vd->caps.algs & ACCEL_ALG_BIT(i))
			len += sysfs_emit_at(buf, len, "%s\n",
					     accel_algs[i].name);
	return len;
}
static DEVICE_ATTR_RO(algorithms);

static ssize_t keys_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  atomic_read(&vaccel_from_dev(dev)->nr_keys));
}
static DEVICE_ATTR_RO(keys);

static ssize_t queues_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%u\n", vaccel_from_dev(dev)->nr_vqs);
}
static DEVICE_ATTR_RO(queues);

static ssize_t max_size_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%u\n", vaccel_from_dev(dev)->caps.max_size);
}
static DEVICE_ATTR_RO(max_size);

static ssize_t starts_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%u\n", vaccel_from_dev(dev)->gen);
}
static DEVICE_ATTR_RO(starts);

/* A counter of all queues in use; each is written under its queue's lock */
static ssize_t vaccel_emit_sum(struct device *dev, char *buf, size_t off)
{
	struct vaccel_dev *vd = vaccel_from_dev(dev);
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < vd->nr_vqs; i++)
		sum += READ_ONCE(*(u64 *)((u8 *)&vd->vqs[i].stats + off));
	return sysfs_emit(buf, "%llu\n", sum);
}

static ssize_t requests_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return vaccel_emit_sum(dev, buf,
			       offsetof(struct vaccel_vq_stats, requests));
}
static DEVICE_ATTR_RO(requests);

static ssize_t kicks_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	return vaccel_emit_sum(dev, buf,
			       offsetof(struct vaccel_vq_stats, kicks));
}
static DEVICE_ATTR_RO(kicks);

static ssize_t interrupts_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	return vaccel_emit_sum(dev, buf,
			       offsetof(struct vaccel_vq_stats, interrupts));
}
static DEVICE_ATTR_RO(interrupts);

static ssize_t queue_full_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	return vaccel_emit_sum(dev, buf,
			       offsetof(struct vaccel_vq_stats, queue_full));
}
static DEVICE_ATTR_RO(queue_full);

static ssize_t inflight_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	struct vaccel_dev *vd = vaccel_from_dev(dev);
	unsigned int sum = 0;
	unsigned int i;

	for (i = 0; i < vd->nr_vqs; i++)
		sum += READ_ONCE(vd->vqs[i].inflight);
	return sysfs_emit(buf, "%u\n", sum);
}
static DEVICE_ATTR_RO(inflight);

static struct attribute *vaccel_dev_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_format.attr,
	&dev_attr_algorithms.attr,
	&dev_attr_keys.attr,
	&dev_attr_queues.attr,
	&dev_attr_max_size.attr,
	&dev_attr_starts.attr,
	&dev_attr_requests.attr,
	&dev_attr_kicks.attr,
	&dev_attr_interrupts.attr,
	&dev_attr_queue_full.attr,
	&dev_attr_inflight.attr,
	NULL
};

const struct attribute_group vaccel_dev_group = {
	.name = "accel",
	.attrs = vaccel_dev_attrs,
};
