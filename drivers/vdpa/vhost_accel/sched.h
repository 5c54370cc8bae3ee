/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may give the provider a request: a scheduler per provider, in front of its
 * submit function, which shares what the provider can do between devices by weight.
 *
 * A provider with a known depth has so many slots. Queues say which requests they
 * have, and what each costs; the scheduler grants slots, one request at a time, by
 * deficit round robin between devices, and round robin between the queues of one. A
 * grant is taken by the queue's worker when it gets there, and given back when the
 * provider has returned the request.
 *
 * A round of classic deficit round robin lets a device do several requests at a time.
 * Here a round is worth less than any request: each device gets its weight, and a
 * request costs %VHA_WEIGHT_MAX times what it takes. So a turn is one request, and
 * rounds in which nobody has enough are skipped by arithmetic.
 *
 * A device that has had nothing to do has the next free slot: with a depth of D, at
 * most D requests of others come between. It does not if it still is in debt, which
 * it pays as rounds go by, until there is a slot that nobody wants; so nobody gets more
 * than his share by pausing.
 *
 * A grant that is not taken for a while, as its worker has no CPU, goes to others, and
 * costs nothing. The queue has nothing granted again before its worker comes by.
 */
#ifndef _VHA_SCHED_H
#define _VHA_SCHED_H

#include <linux/jump_label.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define VHA_WEIGHT_MAX		1000
#define VHA_WEIGHT_DEFAULT	100
#define VHA_DEPTH_MAX		65536
/* What a request costs beside its bytes, in bytes */
#define VHA_REQUEST_COST	512
#define VHA_REQUEST_COST_MAX	(1024 * 1024)

/**
 * struct vha_sched - the scheduler of a provider
 * @set_mutex: one change of @depth at a time
 * @lock: guards all that follows, and shares and queues, but for what their own
 *	comments say. Taken with interrupts off: completions come in any context.
 *	Worker's wait queues are taken inside
 * @depth: slots; 0 if there is no limit, and nothing to schedule
 * @request_cost: what a request costs beside its bytes
 * @used: slots granted and not given back
 * @backlogged: how many shares have requests without a grant
 * @progress: when a slot was given back last, in jiffies
 * @fresh: shares that have had nothing to do until now
 * @shares: the others that have requests without a grant, or debts
 * @untaken: queues with grants that were not taken
 */
struct vha_sched {
	struct mutex set_mutex;	/* see above */
	spinlock_t lock;	/* see above */
	u32 depth;
	u32 request_cost;
	u32 used;
	u32 backlogged;
	unsigned long progress;
	struct list_head fresh;
	struct list_head shares;
	struct list_head untaken;
};

/**
 * struct vha_share - a device's share of a provider
 * @sched: of the provider; changed while no worker runs
 * @node: on &vha_sched.fresh or &vha_sched.shares, or on none
 * @fresh: on the former
 * @weight: what it gets per round
 * @deficit: what it may spend; a request needs more than 0, and makes it negative
 * @queues: those with requests without a grant
 */
struct vha_share {
	struct vha_sched *sched;
	struct list_head node;
	bool fresh;
	u32 weight;
	s64 deficit;
	struct list_head queues;
};

/**
 * struct vha_sched_queue - a queue of a device
 * @share: the device's
 * @wake: has the worker look around. Called with &vha_sched.lock held
 * @node: on &vha_share.queues
 * @untaken: on &vha_sched.untaken
 * @cost: what requests cost, by number; the array's size is a power of two
 * @mask: that, less one
 * @said: number of the next request that the worker says that there is
 * @granted: number of the next one to be granted
 * @taken: number of the next one to be taken
 * @since: in jiffies, when the oldest grant that was not taken came, or the worker's
 *	being late was seen
 * @late: that was seen: it has a last chance, for the whole machine may have stood still
 * @waiting: the worker goes to sleep until there is a grant
 * @absent: it did not come for a grant
 *
 * Numbers wrap around.
 */
struct vha_sched_queue {
	struct vha_share *share;
	void (*wake)(struct vha_sched_queue *queue);
	struct list_head node;
	struct list_head untaken;
	u32 *cost;
	u32 mask;
	u32 said;
	u32 granted;
	u32 taken;
	unsigned long since;
	bool late;
	bool waiting;
	bool absent;
};

/* On while some provider has a depth */
DECLARE_STATIC_KEY_FALSE(vha_sched_key);

void vha_sched_init(struct vha_sched *sched);
void vha_sched_set_depth(struct vha_sched *sched, u32 depth);
void vha_share_init(struct vha_share *share, u32 weight);
void vha_share_join(struct vha_share *share, struct vha_sched *sched);
void vha_share_set_weight(struct vha_share *share, u32 weight);
int vha_sched_queue_init(struct vha_sched_queue *queue, struct vha_share *share,
			 u32 size,
			 void (*wake)(struct vha_sched_queue *queue));
void vha_sched_queue_destroy(struct vha_sched_queue *queue);

void vha_sched_say(struct vha_sched_queue *queue, u32 bytes, u32 requests);
bool vha_sched_take(struct vha_sched_queue *queue);
void vha_sched_skip(struct vha_sched_queue *queue);
void vha_sched_withdraw(struct vha_sched_queue *queue);
void vha_sched_give_back(struct vha_sched *sched);

/**
 * vha_share_depth() - is a device's provider scheduled?
 * @share: the device's
 *
 * Context: the worker.
 * Return: how many slots there are, 0 if it isn't.
 */
static inline u32 vha_share_depth(const struct vha_share *share)
{
	if (!static_branch_unlikely(&vha_sched_key))
		return 0;
	return READ_ONCE(share->sched->depth);
}

#endif /* _VHA_SCHED_H */
