/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_STATS_H
#define _VACCEL_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/virtio.h>

struct vaccel_alg;

/**
 * enum vaccel_stat - what is counted for each algorithm
 * @VACCEL_STAT_REQUESTS: requests that a device answered
 * @VACCEL_STAT_BYTES: their data, without AAD and tag
 * @VACCEL_STAT_ERRORS: requests that ended with an error
 * @VACCEL_STAT_BADMSG: authentication failures, not counted as errors
 * @VACCEL_STAT_FALLBACK: requests done in software for want of a device
 * @VACCEL_STAT_FALLBACK_SHAPE: those that no device can take
 * @VACCEL_STAT_STATELESS: requests that took their key along to a device
 * @VACCEL_STAT_SMALL: requests done in software because that is faster
 * @VACCEL_STAT_BACKLOG: requests that found the queue full and waited
 * @VACCEL_STAT_PARKED: requests that waited for a session or a switch
 * @VACCEL_STAT_RESUBMITTED: requests given to a device again or done in
 *	software after a device was lost or had lost the session
 * @VACCEL_STAT_IOLOST: requests in place that a lost device may have half done
 * @VACCEL_STAT_NR: how many there are
 */
enum vaccel_stat {
	VACCEL_STAT_REQUESTS,
	VACCEL_STAT_BYTES,
	VACCEL_STAT_ERRORS,
	VACCEL_STAT_BADMSG,
	VACCEL_STAT_FALLBACK,
	VACCEL_STAT_FALLBACK_SHAPE,
	VACCEL_STAT_BACKLOG,
	VACCEL_STAT_PARKED,
	VACCEL_STAT_RESUBMITTED,
	VACCEL_STAT_IOLOST,
	VACCEL_STAT_STATELESS,
	VACCEL_STAT_SMALL,
	VACCEL_STAT_NR
};

/**
 * struct vaccel_stats - counters of one algorithm on one CPU
 * @v: indexed by enum vaccel_stat
 */
struct vaccel_stats {
	u64 v[VACCEL_STAT_NR];
};

#define vaccel_stat_add(alg, stat, n)	this_cpu_add((alg)->stats->v[stat], n)
#define vaccel_stat_inc(alg, stat)	vaccel_stat_add(alg, stat, 1)

/* The accel/ folder of a virtio device in sysfs */
extern const struct attribute_group vaccel_dev_group;

/**
 * vaccel_stats_init() - make the files in debugfs
 */
void vaccel_stats_init(void);

/**
 * vaccel_stats_exit() - remove the files in debugfs
 */
void vaccel_stats_exit(void);

#endif /* _VACCEL_STATS_H */
