/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A data queue waits for its turn: between its worker and the scheduler (sched.h), and
 * the limits of its device (qos.h).
 */
#ifndef _VHA_TURN_H
#define _VHA_TURN_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "vha.h"

void vha_turn_say(struct vha_run *run, struct vha_req *req);
void vha_turn_apart(struct vha_run *run, struct vha_req *req);
bool vha_turn_admit(struct vha_run *run, struct vha_req *req);
bool vha_turn_wants_more(const struct vha_run *run);
void vha_turn_wake(struct vha_sched_queue *queue);

/**
 * vha_turn_unsay() - a request has been submitted elsewhere, or is answered
 * @run: of the queue
 * @req: the first one that it has; if the scheduler was not told, nothing happens
 *
 * Context: the worker.
 */
static inline void vha_turn_unsay(struct vha_run *run, struct vha_req *req)
{
	if (likely(!req->queued))
		return;
	req->queued = false;
	vha_sched_skip(&run->sched);
}

/**
 * vha_turn_is_throttled() - does a rate keep what is next in the ring?
 * @run: of the queue; @run->throttled says for how long
 *
 * Context: the worker.
 * Return: whether one does.
 */
static inline bool vha_turn_is_throttled(struct vha_run *run)
{
	run->throttled = 0;
	if (likely(!READ_ONCE(run->dev->qos.rated)))
		return false;
	run->throttled = vha_qos_throttle(run);
	return run->throttled;
}

#endif /* _VHA_TURN_H */
