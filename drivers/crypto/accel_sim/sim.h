/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Simulated accelerator: what its three files share.
 *
 * sim.c has the algorithms, engine.c the queue and the contexts in which
 * requests are executed and completed, params.c the knobs and counters.
 */
#ifndef _ACCEL_SIM_H
#define _ACCEL_SIM_H

#include <linux/atomic.h>
#include <linux/crypto.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/types.h>

/**
 * struct sim_req - a request on its way through the engine
 * @list: in the queue, the backlog or a batch
 * @done: in the list of those that wait for their interrupt
 * @base: the caller's request
 * @run: does the work; @flags are CRYPTO_TFM_REQ_* for the software transform.
 *	Returns the result of the request
 * @due: when it may be executed
 * @err: the result
 *
 * Lives in the caller's request context.
 */
struct sim_req {
	struct list_head list;
	struct llist_node done;
	struct crypto_async_request *base;
	int (*run)(struct sim_req *sr, u32 flags);
	ktime_t due;
	int err;
};

/**
 * struct sim_fault - something that happens to each Nth request
 * @every: N, 0 for never
 * @count: requests seen since @every was written
 */
struct sim_fault {
	unsigned int every;
	atomic_t count;
};

/**
 * struct sim_params - the knobs that tests turn at run time
 * @queue_depth: slots of the hardware queue
 * @delay_us: least time from acceptance to execution
 * @reorder: requests that are executed in reverse order, 0 or 1 for none
 * @irq: context of completions, enum sim_irq
 * @hold: nothing is executed unless released
 * @busy: submission answers -EBUSY
 * @nospc: submission answers -ENOSPC
 * @nomem: submission answers -ENOMEM
 * @sync: executed and completed inside submission
 * @error: completes with -EIO, not executed
 */
struct sim_params {
	unsigned int queue_depth;
	unsigned int delay_us;
	unsigned int reorder;
	unsigned int irq;
	bool hold;
	struct sim_fault busy;
	struct sim_fault nospc;
	struct sim_fault nomem;
	struct sim_fault sync;
	struct sim_fault error;
};

/**
 * enum sim_irq - where completion callbacks run
 * @SIM_IRQ_THREAD: engine's thread, bottom halves disabled
 * @SIM_IRQ_SOFT: softirq
 * @SIM_IRQ_HARD: hard interrupt (worse than the crypto API allows to drivers)
 */
enum sim_irq {
	SIM_IRQ_THREAD,
	SIM_IRQ_SOFT,
	SIM_IRQ_HARD,
};

/**
 * struct sim_stats - counters since the module was loaded
 * @submitted: accepted
 * @completed: answered, whatever the result
 * @refused: not accepted
 * @backlogged: accepted with -EBUSY
 * @errors: answered with an injected error
 * @bytes: plaintext or ciphertext of executed requests, without AAD and tag
 */
struct sim_stats {
	atomic64_t submitted;
	atomic64_t completed;
	atomic64_t refused;
	atomic64_t backlogged;
	atomic64_t errors;
	atomic64_t bytes;
};

extern struct sim_params sim_params;
extern struct sim_stats sim_stats;
extern unsigned int sim_priority;

/**
 * sim_fault() - does the fault hit this request?
 * @fault: the fault
 *
 * Context: any.
 * Return: whether it does.
 */
static inline bool sim_fault(struct sim_fault *fault)
{
	unsigned int every = READ_ONCE(fault->every);

	if (!every)
		return false;
	return (unsigned int)atomic_inc_return(&fault->count) % every == 0;
}

int sim_submit(struct sim_req *sr, struct crypto_async_request *base);
void sim_kick(void);
void sim_release(unsigned int n);
unsigned int sim_held(void);
int sim_engine_start(void);
void sim_engine_stop(void);

#endif /* _ACCEL_SIM_H */
