/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Simulated accelerator: what the files of its driver share.
 *
 * sim.c has the device, alg.c the algorithms, map.c what is mapped for DMA, ring.c
 * the rings and what is in flight, params.c the knobs and counters. hw.c and exec.c
 * are the hardware.
 *
 * Locks: &sim_dev.resetting, then &sim_dev.lock, then that of the hardware.
 */
#ifndef _ACCEL_SIM_H
#define _ACCEL_SIM_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/crypto.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "hw.h"

struct scatterlist;

/* Two AES keys */
#define SIM_MAX_KEY	64

/* What an answer of short_every lacks */
#define SIM_SHORT_BY	16

/**
 * struct sim_req - a request on its way through the device
 * @list: in the backlog, or among those that are being answered
 * @base: the caller's request
 * @mode: what is done with the data
 * @encrypt: or decrypt
 * @key: of the transform
 * @keylen: of @key
 * @taglen: of an AEAD
 * @iv: the caller's, which gets that of the next block
 * @ivsize: of @iv
 * @src: read from
 * @dst: written to
 * @assoclen: associated data, in front of both
 * @cryptlen: bytes behind that in @src
 * @outlen: bytes behind that in @dst
 * @io: memory that belongs to the descriptor
 * @io_size: of @io
 * @io_dma: of the bus
 * @key_dma: of the bus
 * @nr_src: entries of @src that are mapped
 * @nr_dst: entries of @dst that are mapped, 0 if @src is all that there is
 * @segs_src: segments that became of @nr_src
 * @segs_dst: segments that became of @nr_dst
 * @tag: while it has a slot
 * @err: the result
 *
 * Lives in the caller's request context. The first fields up to @outlen are filled
 * in by who submits it.
 */
struct sim_req {
	struct list_head list;
	struct crypto_async_request *base;
	enum sim_mode mode;
	bool encrypt;
	const u8 *key;
	unsigned int keylen;
	unsigned int taglen;
	u8 *iv;
	unsigned int ivsize;
	struct scatterlist *src;
	struct scatterlist *dst;
	unsigned int assoclen;
	unsigned int cryptlen;
	unsigned int outlen;

	struct sim_io *io;
	size_t io_size;
	dma_addr_t io_dma;
	dma_addr_t key_dma;
	unsigned int nr_src;
	unsigned int nr_dst;
	unsigned int segs_src;
	unsigned int segs_dst;
	u32 tag;
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
 * @queue_depth: slots of the driver, descriptors in the ring
 * @delay_us: least time from the doorbell to execution
 * @bandwidth: bytes per second, 0 for no limit
 * @reorder: descriptors that are executed in reverse order, 0 or 1 for none
 * @irq: context of completions, enum sim_irq
 * @irq_batch: answers per interrupt, if there is more to do
 * @timeout_ms: age of a request at which the driver resets the device, 0 for none
 * @hold: nothing is executed unless released
 * @busy: submission answers -EBUSY
 * @nospc: submission answers -ENOSPC
 * @nomem: submission answers -ENOMEM
 * @sync: executed and completed inside submission
 * @error: not executed, the answer is an error
 * @shorten: the end is left out, and the answer says so
 * @hang: not executed, and no other is
 * @lost: executed, but there is no answer
 * @late: executed, but the answer comes after the next reset
 */
struct sim_params {
	unsigned int queue_depth;
	unsigned int delay_us;
	unsigned int bandwidth;
	unsigned int reorder;
	unsigned int irq;
	unsigned int irq_batch;
	unsigned int timeout_ms;
	bool hold;
	struct sim_fault busy;
	struct sim_fault nospc;
	struct sim_fault nomem;
	struct sim_fault sync;
	struct sim_fault error;
	struct sim_fault shorten;
	struct sim_fault hang;
	struct sim_fault lost;
	struct sim_fault late;
};

/**
 * enum sim_irq - where completion callbacks run
 * @SIM_IRQ_THREAD: the interrupt's thread, bottom halves disabled
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
 * @absent: of those, for there was no device
 * @backlogged: accepted with -EBUSY
 * @bytes: what was written but associated data, and executed
 * @errors: injected errors
 * @shorts: answers that were too short
 * @hangs: how often the hardware hung
 * @lost: answers that never came
 * @late: answers that were kept back
 * @resets: of the device, by the driver
 * @aborted: requests that failed because of a reset or removal
 * @stale: answers to requests that there were no more
 */
struct sim_stats {
	atomic64_t submitted;
	atomic64_t completed;
	atomic64_t refused;
	atomic64_t absent;
	atomic64_t backlogged;
	atomic64_t bytes;
	atomic64_t errors;
	atomic64_t shorts;
	atomic64_t hangs;
	atomic64_t lost;
	atomic64_t late;
	atomic64_t resets;
	atomic64_t aborted;
	atomic64_t stale;
};

/**
 * enum sim_slot_state - who has a slot
 * @SIM_SLOT_FREE: nobody
 * @SIM_SLOT_TAKEN: who submits the request
 * @SIM_SLOT_WAITING: the driver, until the device is there again
 * @SIM_SLOT_GIVEN: the device
 */
enum sim_slot_state {
	SIM_SLOT_FREE,
	SIM_SLOT_TAKEN,
	SIM_SLOT_WAITING,
	SIM_SLOT_GIVEN,
};

/**
 * struct sim_slot - a place for a request that the device knows
 * @req: the request
 * @state: who has it
 * @life: of how many requests @req is the last; half of a tag
 * @since: when the device got it, in jiffies
 */
struct sim_slot {
	struct sim_req *req;
	enum sim_slot_state state;
	u16 life;
	unsigned long since;
};

/**
 * struct sim_dev - a device that has its driver
 * @dev: the device
 * @hw: its registers
 * @irq: its interrupt
 * @users: one for the driver, one for each request and whoever else is busy here
 * @idle: the last of them is gone
 * @resetting: held by who stops and starts the hardware
 * @lock: guards the fields up to @backlog, and what the hardware has of @sq
 * @running: the hardware has its rings
 * @gone: it will never have them again
 * @slots: SIM_SQ_SIZE of them
 * @used: how many are not free
 * @free: which are; but for the last @used ones. The last one freed is taken first
 * @sq: ring of descriptors, coherent
 * @sq_dma: of the bus
 * @tail: behind the last descriptor, counting on
 * @cq: ring of answers, coherent
 * @cq_dma: of the bus
 * @answered: answers seen, counting on
 * @backlog: requests without a slot, oldest first
 * @soft: completes in softirq
 * @promote: looks after the backlog
 * @watchdog: looks for requests that are too old
 */
struct sim_dev {
	struct device *dev;
	struct sim_hw *hw;
	int irq;
	refcount_t users;
	struct completion idle;
	struct mutex resetting;	/* held by who stops and starts the hardware */

	spinlock_t lock;	/* guards the fields up to backlog */
	bool running;
	bool gone;
	struct sim_slot *slots;
	unsigned int used;
	u16 free[SIM_SQ_SIZE];
	struct sim_desc *sq;
	dma_addr_t sq_dma;
	u32 tail;
	struct sim_answer *cq;
	dma_addr_t cq_dma;
	u32 answered;
	struct list_head backlog;

	struct work_struct soft;
	struct work_struct promote;
	struct delayed_work watchdog;
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

/* sim.c */
struct sim_dev *sim_dev_get(void);
void sim_dev_put(struct sim_dev *sd);
void sim_kick(void);
void sim_release(unsigned int n);
unsigned int sim_held(void);
int sim_reset(void);

/* alg.c */
int sim_register_algs(void);
void sim_unregister_algs(void);

/* map.c */
int sim_map(struct device *dev, struct sim_req *sr);
void sim_unmap(struct device *dev, struct sim_req *sr);
void sim_describe(const struct sim_req *sr, struct sim_desc *desc);

/* ring.c */
int sim_submit(struct sim_req *sr);
int sim_ring_init(struct sim_dev *sd);
void sim_ring_start(struct sim_dev *sd);
void sim_ring_poll(struct sim_dev *sd);
void sim_ring_promote(struct sim_dev *sd);
void sim_ring_reset(struct sim_dev *sd);
void sim_ring_shut(struct sim_dev *sd);
bool sim_ring_stuck(struct sim_dev *sd, unsigned long age);

#endif /* _ACCEL_SIM_H */
