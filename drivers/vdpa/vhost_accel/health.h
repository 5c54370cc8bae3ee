/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Health of providers: who is sick, why, and until when.
 *
 * There are four causes, kept apart; a provider is sick while there is one:
 *
 *	vendor	it has said so, until it says otherwise
 *	timeout	a request that it had accepted is overdue
 *	orphans	it has more requests of former users than it may have
 *	stuck	a worker is in one of its functions for longer than a request may take.
 *		That is a timeout, too
 *
 * Requests. A run stamps what is accepted (vha_health_accepted()) and has one timer,
 * for the oldest. When that is due, the worker looks at its slots
 * (vha_health_scan()). Requests that are not overdue cost a stamp and a comparison.
 * A worker that is in a provider's function, to submit a request or to have a session made,
 * can't look: the timer does (vha_health_look_in()).
 *
 * Recovery from a timeout. Either the requests that are overdue have come back; or a
 * request of our own has come back, with a result (probe.c); or the vendor says that
 * it is well. In the last two cases what it had accepted before is not
 * looked at any more: the provider may have lost it. While a worker is stuck,
 * there are no requests of our own, which would be stuck, too, and sessions are made
 * with the fallback (vha_choice_infos()).
 *
 * No flapping. A provider that falls ill again soon after it has recovered stays
 * sick for one limit at least, then for two, four and so on; after it has been well
 * for %VHA_HEALTH_CALM limits that begins anew.
 */
#ifndef _VHA_HEALTH_H
#define _VHA_HEALTH_H

#include <linux/bits.h>
#include <linux/llist.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct attribute_group;
struct vha_dev;
struct vha_provider;
struct vha_req;
struct vha_run;

/* What timeout_ms may be, beside 0 for none */
#define VHA_TIMEOUT_MIN		10
#define VHA_TIMEOUT_MAX		(60 * 60 * 1000)
#define VHA_TIMEOUT_DEFAULT	(10 * 1000)

/* What max_orphans may be */
#define VHA_ORPHANS_MIN		1
#define VHA_ORPHANS_MAX		(1024 * 1024)
#define VHA_ORPHANS_DEFAULT	1024

/* In limits: for how long a provider has to be well to have recovered for good */
#define VHA_HEALTH_CALM		10
/* The longest that it stays sick, or between two probes: so many times doubled */
#define VHA_HEALTH_DOUBLED	5
/* Probes that a provider may have at a time */
#define VHA_HEALTH_PROBES	4

/* Causes */
#define VHA_SICK_VENDOR		BIT(0)
#define VHA_SICK_TIMEOUT	BIT(1)
#define VHA_SICK_ORPHANS	BIT(2)
#define VHA_SICK_STUCK		BIT(3)

/**
 * struct vha_health - of a provider
 * @timeout_ms: time limit of a request, 0 for none
 * @limit: the same in jiffies
 * @max_orphans: how many orphans it may have
 * @causes: VHA_SICK_*
 * @overdue: requests that are, and count
 * @stuck: of these, calls from which a worker does not return
 * @orphans: requests of runs that have ended, and strays (bounce.h)
 * @since: what was accepted before does not count
 * @relapsed: it has been sick before: @well_at says until when
 * @well_at: when it recovered last
 * @relapses: how often it has fallen ill again since it was well for long
 * @not_before: it does not recover before
 * @quiesced: it was asked to return what it has
 * @probes: requests of our own that it has
 * @probe_at: when there may be another one
 * @probe_delay: and after that
 * @attend: looks after a provider that is sick
 * @probes_back: probes that have come back
 *
 * Guarded by &vha_provider.lock, but for @timeout_ms, @limit, @causes and the counters,
 * which are also read without.
 */
struct vha_health {
	u32 timeout_ms;
	unsigned long limit;
	u32 max_orphans;
	u8 causes;
	u32 overdue;
	u32 stuck;
	u32 orphans;
	unsigned long since;
	bool relapsed;
	unsigned long well_at;
	u32 relapses;
	unsigned long not_before;
	bool quiesced;
	u32 probes;
	unsigned long probe_at;
	unsigned long probe_delay;
	struct delayed_work attend;
	struct llist_head probes_back;
};

/* health.c */
void vha_health_init(struct vha_provider *provider);
void vha_health_begin(struct vha_provider *provider);
void vha_health_end(struct vha_provider *provider);
void vha_health_ended(struct vha_provider *provider);
void vha_health_set_timeout(struct vha_provider *provider, u32 ms);
void vha_health_set_max_orphans(struct vha_provider *provider, u32 max);
bool vha_health_late(struct vha_provider *provider, unsigned long accepted);
void vha_health_back(struct vha_provider *provider, unsigned long accepted);
bool vha_health_stuck(struct vha_provider *provider, unsigned long since);
void vha_health_unstuck(struct vha_provider *provider, unsigned long since);
void vha_health_forgive(struct vha_provider *provider);
void vha_health_probed(struct vha_provider *provider);
void vha_health_add_orphans(struct vha_provider *provider, int n);
bool vha_health_crowded(const struct vha_provider *provider);

/* health_run.c */
void vha_health_watch(struct vha_run *run);
void vha_health_unwatch(struct vha_run *run);
void vha_health_unstick(struct vha_run *run);
void vha_health_scan(struct vha_run *run);
void vha_health_returned_late(struct vha_req *req);
void vha_health_orphaned(struct vha_run *run);
const char *vha_health_stuck_in(struct vha_dev *dev, u32 *queue);

/* probe.c */
void vha_probe_send(struct vha_provider *provider);
void vha_probes_collect(struct vha_provider *provider);

/* health_sysfs.c */
extern const struct attribute_group vha_health_group;
const char *vha_health_text(u8 causes);

#endif /* _VHA_HEALTH_H */
