// SPDX-License-Identifier: GPL-2.0
/*
 * Simulated accelerator: knobs and counters, under
 * /sys/module/accel_sim/parameters/. What they mean is in sim.c.
 */
#include "sim.h"

#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#define SIM_MAX_DELAY	(60 * USEC_PER_SEC)
#define SIM_MAX_TIMEOUT	(600 * MSEC_PER_SEC)

struct sim_params sim_params = { .queue_depth = 128, .irq_batch = 1 };
struct sim_stats sim_stats;
unsigned int sim_priority = 1000;

module_param_named(priority, sim_priority, uint, 0444);
MODULE_PARM_DESC(priority, "of the algorithms (1000)");

/* A number within limits */
struct sim_range {
	unsigned int *value;
	unsigned int min;
	unsigned int max;
};

static int sim_set_range(const char *val, const struct kernel_param *kp)
{
	const struct sim_range *range = kp->arg;
	unsigned int n;
	int err;

	err = kstrtouint(val, 0, &n);
	if (err || n < range->min || n > range->max) {
		pr_err("%s must be a number from %u to %u\n", kp->name,
		       range->min, range->max);
		return -EINVAL;
	}
	WRITE_ONCE(*range->value, n);
	sim_kick();
	return 0;
}

static int sim_get_range(char *buf, const struct kernel_param *kp)
{
	const struct sim_range *range = kp->arg;

	return sysfs_emit(buf, "%u\n", READ_ONCE(*range->value));
}

static const struct kernel_param_ops sim_range_ops = {
	.set = sim_set_range,
	.get = sim_get_range,
};

static struct sim_range sim_queue_depth = {
	.value = &sim_params.queue_depth,
	.min = 1,
	.max = SIM_SQ_SIZE,
};
module_param_cb(queue_depth, &sim_range_ops, &sim_queue_depth, 0644);
MODULE_PARM_DESC(queue_depth, "slots for requests (128)");

static struct sim_range sim_delay_us = {
	.value = &sim_params.delay_us,
	.min = 0,
	.max = SIM_MAX_DELAY,
};
module_param_cb(delay_us, &sim_range_ops, &sim_delay_us, 0644);
MODULE_PARM_DESC(delay_us, "least time until execution (0)");

static struct sim_range sim_bandwidth = {
	.value = &sim_params.bandwidth,
	.min = 0,
	.max = UINT_MAX,
};
module_param_cb(bandwidth, &sim_range_ops, &sim_bandwidth, 0644);
MODULE_PARM_DESC(bandwidth, "most bytes per second (0: no limit)");

static struct sim_range sim_reorder = {
	.value = &sim_params.reorder,
	.min = 0,
	.max = SIM_SQ_SIZE,
};
module_param_cb(reorder, &sim_range_ops, &sim_reorder, 0644);
MODULE_PARM_DESC(reorder, "requests executed in reverse order (0)");

static struct sim_range sim_irq = {
	.value = &sim_params.irq,
	.min = SIM_IRQ_THREAD,
	.max = SIM_IRQ_HARD,
};
module_param_cb(irq, &sim_range_ops, &sim_irq, 0644);
MODULE_PARM_DESC(irq, "completion in 0: thread, 1: softirq, 2: hard interrupt (0)");

static struct sim_range sim_irq_batch = {
	.value = &sim_params.irq_batch,
	.min = 1,
	.max = SIM_SQ_SIZE,
};
module_param_cb(irq_batch, &sim_range_ops, &sim_irq_batch, 0644);
MODULE_PARM_DESC(irq_batch, "most answers per interrupt (1)");

static struct sim_range sim_timeout = {
	.value = &sim_params.timeout_ms,
	.min = 0,
	.max = SIM_MAX_TIMEOUT,
};
module_param_cb(timeout_ms, &sim_range_ops, &sim_timeout, 0644);
MODULE_PARM_DESC(timeout_ms, "age of a request that resets the device (0: never)");

/* Counting starts again, so that a test knows which request will be hit. */
static int sim_set_fault(const char *val, const struct kernel_param *kp)
{
	struct sim_fault *fault = kp->arg;
	unsigned int n;

	if (kstrtouint(val, 0, &n)) {
		pr_err("%s must be a number\n", kp->name);
		return -EINVAL;
	}
	WRITE_ONCE(fault->every, 0);
	atomic_set(&fault->count, 0);
	WRITE_ONCE(fault->every, n);
	return 0;
}

static int sim_get_fault(char *buf, const struct kernel_param *kp)
{
	const struct sim_fault *fault = kp->arg;

	return sysfs_emit(buf, "%u\n", READ_ONCE(fault->every));
}

static const struct kernel_param_ops sim_fault_ops = {
	.set = sim_set_fault,
	.get = sim_get_fault,
};

module_param_cb(busy_every, &sim_fault_ops, &sim_params.busy, 0644);
MODULE_PARM_DESC(busy_every,
		 "each Nth submission: -EBUSY, into the backlog if it may (0)");

module_param_cb(nospc_every, &sim_fault_ops, &sim_params.nospc, 0644);
MODULE_PARM_DESC(nospc_every, "each Nth submission: -ENOSPC (0)");

module_param_cb(nomem_every, &sim_fault_ops, &sim_params.nomem, 0644);
MODULE_PARM_DESC(nomem_every, "each Nth submission: -ENOMEM (0)");

module_param_cb(sync_every, &sim_fault_ops, &sim_params.sync, 0644);
MODULE_PARM_DESC(sync_every, "each Nth submission completes before it returns (0)");

module_param_cb(error_every, &sim_fault_ops, &sim_params.error, 0644);
MODULE_PARM_DESC(error_every, "each Nth execution: completes with -EIO instead (0)");

module_param_cb(short_every, &sim_fault_ops, &sim_params.shorten, 0644);
MODULE_PARM_DESC(short_every, "each Nth execution: the end is missing (0)");

module_param_cb(hang_every, &sim_fault_ops, &sim_params.hang, 0644);
MODULE_PARM_DESC(hang_every, "before each Nth execution, the device hangs (0)");

module_param_cb(lost_every, &sim_fault_ops, &sim_params.lost, 0644);
MODULE_PARM_DESC(lost_every, "each Nth execution is not answered (0)");

module_param_cb(late_every, &sim_fault_ops, &sim_params.late, 0644);
MODULE_PARM_DESC(late_every, "each Nth execution is answered after a reset (0)");

static int sim_set_hold(const char *val, const struct kernel_param *kp)
{
	bool hold;

	if (kstrtobool(val, &hold)) {
		pr_err("%s must be 0 or 1\n", kp->name);
		return -EINVAL;
	}
	WRITE_ONCE(sim_params.hold, hold);
	sim_kick();
	return 0;
}

static int sim_get_hold(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(sim_params.hold));
}

static const struct kernel_param_ops sim_hold_ops = {
	.set = sim_set_hold,
	.get = sim_get_hold,
};
module_param_cb(hold, &sim_hold_ops, NULL, 0644);
MODULE_PARM_DESC(hold, "1: execute only what is released (0)");

static int sim_set_release(const char *val, const struct kernel_param *kp)
{
	unsigned int n = UINT_MAX;

	if (!sysfs_streq(val, "all") && kstrtouint(val, 0, &n)) {
		pr_err("%s must be a number or \"all\"\n", kp->name);
		return -EINVAL;
	}
	sim_release(n);
	return 0;
}

static const struct kernel_param_ops sim_release_ops = {
	.set = sim_set_release,
};
module_param_cb(release, &sim_release_ops, NULL, 0200);
MODULE_PARM_DESC(release, "N or all: execute that many held requests");

static int sim_set_reset(const char *val, const struct kernel_param *kp)
{
	bool reset;

	if (kstrtobool(val, &reset) || !reset) {
		pr_err("%s must be 1\n", kp->name);
		return -EINVAL;
	}
	return sim_reset();
}

static const struct kernel_param_ops sim_reset_ops = {
	.set = sim_set_reset,
};
module_param_cb(reset, &sim_reset_ops, NULL, 0200);
MODULE_PARM_DESC(reset, "1: reset the device");

static int sim_get_held(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%u\n", sim_held());
}

static const struct kernel_param_ops sim_held_ops = {
	.get = sim_get_held,
};
module_param_cb(held, &sim_held_ops, NULL, 0444);
MODULE_PARM_DESC(held, "requests that wait to be released");

static int sim_get_in_flight(char *buf, const struct kernel_param *kp)
{
	/* In this order the difference is never negative. */
	s64 completed = atomic64_read(&sim_stats.completed);
	s64 submitted = atomic64_read(&sim_stats.submitted);

	return sysfs_emit(buf, "%lld\n", submitted - completed);
}

static const struct kernel_param_ops sim_in_flight_ops = {
	.get = sim_get_in_flight,
};
module_param_cb(in_flight, &sim_in_flight_ops, NULL, 0444);
MODULE_PARM_DESC(in_flight, "accepted and not completed");

static int sim_get_counter(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%lld\n", atomic64_read(kp->arg));
}

static const struct kernel_param_ops sim_counter_ops = {
	.get = sim_get_counter,
};

module_param_cb(submitted, &sim_counter_ops, &sim_stats.submitted, 0444);
MODULE_PARM_DESC(submitted, "accepted requests");

module_param_cb(completed, &sim_counter_ops, &sim_stats.completed, 0444);
MODULE_PARM_DESC(completed, "answered requests");

module_param_cb(refused, &sim_counter_ops, &sim_stats.refused, 0444);
MODULE_PARM_DESC(refused, "requests that were not accepted");

module_param_cb(absent, &sim_counter_ops, &sim_stats.absent, 0444);
MODULE_PARM_DESC(absent, "of those, because there was no device");

module_param_cb(backlogged, &sim_counter_ops, &sim_stats.backlogged, 0444);
MODULE_PARM_DESC(backlogged, "requests accepted with -EBUSY");

module_param_cb(bytes, &sim_counter_ops, &sim_stats.bytes, 0444);
MODULE_PARM_DESC(bytes, "bytes that were written, without AAD");

module_param_cb(errors, &sim_counter_ops, &sim_stats.errors, 0444);
MODULE_PARM_DESC(errors, "injected -EIO");

module_param_cb(shorts, &sim_counter_ops, &sim_stats.shorts, 0444);
MODULE_PARM_DESC(shorts, "answers that were too short");

module_param_cb(hangs, &sim_counter_ops, &sim_stats.hangs, 0444);
MODULE_PARM_DESC(hangs, "how often the device hung");

module_param_cb(lost, &sim_counter_ops, &sim_stats.lost, 0444);
MODULE_PARM_DESC(lost, "answers that never came");

module_param_cb(late, &sim_counter_ops, &sim_stats.late, 0444);
MODULE_PARM_DESC(late, "answers that were kept back");

module_param_cb(resets, &sim_counter_ops, &sim_stats.resets, 0444);
MODULE_PARM_DESC(resets, "resets of the device");

module_param_cb(aborted, &sim_counter_ops, &sim_stats.aborted, 0444);
MODULE_PARM_DESC(aborted, "requests that failed by a reset or removal");

module_param_cb(stale, &sim_counter_ops, &sim_stats.stale, 0444);
MODULE_PARM_DESC(stale, "answers that nobody waited for");
