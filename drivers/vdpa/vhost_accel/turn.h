/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A data queue waits for its turn: between its worker and the scheduler (sched.h), and
 * the limits of its device (qos.h).
 */
#ifndef _VHA_TURN_H
#define _VHA_TURN_H

#include <linux/types.h>

struct vha_req;
struct vha_run;
struct vha_sched_queue;

void vha_turn_say(struct vha_run *run, struct vha_req *req);
void vha_turn_unsay(struct vha_run *run, struct vha_req *req);
bool vha_turn_admit(struct vha_run *run, struct vha_req *req);
bool vha_turn_wants_more(const struct vha_run *run);
bool vha_turn_is_throttled(struct vha_run *run);
void vha_turn_wake(struct vha_sched_queue *queue);

#endif /* _VHA_TURN_H */
