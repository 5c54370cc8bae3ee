// SPDX-License-Identifier: GPL-2.0
/*
 * Simulated accelerator: the hardware.
 *
 * It fetches descriptors from the ring whose bus address it was given, executes
 * them (exec.c), writes an answer to the other ring, and raises its interrupt,
 * which is one of the kernel's. All that it remembers of a request is the
 * descriptor; a tag means nothing to it.
 *
 * Stopping it is what resets real hardware: when that has returned, it reads and
 * writes nothing any more. Answers that it has kept back (late_every) it gives
 * when it is started the next time, unless it had no power meanwhile.
 */
#include "hw.h"

#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "sim.h"

/**
 * struct sim_fetched - a descriptor in the hardware
 * @desc: the descriptor
 * @due: when it may be executed
 */
struct sim_fetched {
	struct sim_desc desc;
	ktime_t due;
};

/**
 * struct sim_hw - the hardware
 * @dev: whose addresses it uses
 * @irq: its line
 * @exec: execution units, used with @executing
 * @executing: held while a descriptor is executed. No mutex: the quick path of
 *	sim_hw_express() may be in a softirq, and tries
 * @lock: guards the fields up to @due. Interrupts are off: completion callbacks
 *	submit requests, and run in hard interrupts with irq=2
 * @on: the rings are there
 * @hung: nothing is executed until the next start
 * @life: how often it has been started
 * @sq: ring of descriptors
 * @head: next one to fetch, counting on
 * @tail: behind the last one to fetch
 * @credits: how many of them are released while hold is set
 * @cq: ring of answers
 * @answered: answers written, counting on
 * @quiet: of those, since the last interrupt
 * @late: kept back
 * @nr_late: how many
 * @due: of each descriptor
 * @free_at: when the bandwidth allows the next one; the thread's
 * @fetched: what is executed together; the thread's
 * @wait: the thread sleeps here
 * @thread: executes
 * @hard: raises the interrupt from a hard interrupt
 */
struct sim_hw {
	struct device *dev;
	int irq;
	struct sim_exec *exec;
	struct semaphore executing;

	spinlock_t lock;	/* guards the fields up to due */
	bool on;
	bool hung;
	unsigned int life;
	const struct sim_desc *sq;
	u32 head;
	u32 tail;
	unsigned int credits;
	struct sim_answer *cq;
	u32 answered;
	u32 quiet;
	struct sim_answer late[SIM_SQ_SIZE];
	unsigned int nr_late;
	ktime_t due[SIM_SQ_SIZE];

	ktime_t free_at;
	struct sim_fetched fetched[SIM_SQ_SIZE];

	wait_queue_head_t wait;
	struct task_struct *thread;
	struct irq_work hard;
};

/* How much of the ring may be executed */
static unsigned int sim_hw_allowed(const struct sim_hw *hw)
{
	lockdep_assert_held(&hw->lock);
	if (!hw->on || hw->hung)
		return 0;
	return READ_ONCE(sim_params.hold) ? hw->credits : hw->tail - hw->head;
}

static bool sim_hw_runnable(struct sim_hw *hw)
{
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(&hw->lock, flags);
	ret = sim_hw_allowed(hw);
	spin_unlock_irqrestore(&hw->lock, flags);
	return ret;
}

/* ---- answers ------------------------------------------------------------ */

static void sim_hw_hard(struct irq_work *work)
{
	struct sim_hw *hw = container_of(work, struct sim_hw, hard);

	generic_handle_irq(hw->irq);
}

/*
 * An interrupt that is raised by a thread runs with interrupts disabled, but in no
 * interrupt as far as the kernel can see. Who wants the latter gets it.
 */
static void sim_hw_raise(struct sim_hw *hw)
{
	if (READ_ONCE(sim_params.irq) == SIM_IRQ_HARD)
		irq_work_queue(&hw->hard);
	else
		generic_handle_irq_safe(hw->irq);
}

static void sim_hw_write_answer(struct sim_hw *hw, struct sim_answer answer)
{
	u32 n = hw->answered++;
	struct sim_answer *to = &hw->cq[n % SIM_CQ_SIZE];

	lockdep_assert_held(&hw->lock);
	to->tag = answer.tag;
	to->len = answer.len;
	to->status = answer.status;
	/* The driver reads the phase first: sim_ring_next_answer() */
	dma_wmb();
	WRITE_ONCE(to->phase, cpu_to_le16(!(n / SIM_CQ_SIZE & 1)));
	hw->quiet++;
}

/* @last: there is nothing else to do, so no further answer to wait for */
static void sim_hw_notify(struct sim_hw *hw, bool last)
{
	unsigned long flags;
	bool raise;

	spin_lock_irqsave(&hw->lock, flags);
	raise = hw->quiet &&
		(last || hw->quiet >= READ_ONCE(sim_params.irq_batch));
	if (raise)
		hw->quiet = 0;
	spin_unlock_irqrestore(&hw->lock, flags);
	if (raise)
		sim_hw_raise(hw);
}

/* Keeps an answer back until the next start. False if there is no room */
static bool sim_hw_keep(struct sim_hw *hw, struct sim_answer answer)
{
	lockdep_assert_held(&hw->lock);
	if (hw->nr_late == ARRAY_SIZE(hw->late))
		return false;
	hw->late[hw->nr_late++] = answer;
	return true;
}

static void sim_hw_answer(struct sim_hw *hw, struct sim_answer answer)
{
	unsigned long flags;

	spin_lock_irqsave(&hw->lock, flags);
	if (sim_fault(&sim_params.lost))
		atomic64_inc(&sim_stats.lost);
	else if (sim_fault(&sim_params.late) && sim_hw_keep(hw, answer))
		atomic64_inc(&sim_stats.late);
	else
		sim_hw_write_answer(hw, answer);
	spin_unlock_irqrestore(&hw->lock, flags);
}

/* ---- execution ---------------------------------------------------------- */

static enum sim_status sim_hw_run(struct sim_hw *hw, struct sim_work *work)
{
	enum sim_status status;

	if (sim_fault(&sim_params.error)) {
		atomic64_inc(&sim_stats.errors);
		return SIM_STATUS_ERROR;
	}
	if (sim_fault(&sim_params.shorten)) {
		atomic64_inc(&sim_stats.shorts);
		work->short_by = SIM_SHORT_BY;
	}
	status = sim_exec_run(hw->exec, hw->dev, work);
	atomic64_add(work->done, &sim_stats.bytes);
	return status;
}

/* From here on it does nothing, until it is stopped and started */
static void sim_hw_hang(struct sim_hw *hw)
{
	unsigned long flags;

	spin_lock_irqsave(&hw->lock, flags);
	hw->hung = true;
	spin_unlock_irqrestore(&hw->lock, flags);
	atomic64_inc(&sim_stats.hangs);
}

static void sim_hw_execute(struct sim_hw *hw, struct sim_work *work, int err)
{
	enum sim_status status = SIM_STATUS_ERROR;

	if (sim_fault(&sim_params.hang)) {
		sim_hw_hang(hw);
		return;
	}
	if (!err)
		status = sim_hw_run(hw, work);
	sim_hw_answer(hw, (struct sim_answer) {
		.tag = work->desc->tag,
		.len = cpu_to_le32(work->done),
		.status = cpu_to_le16(status),
	});
}

/* Whether what was fetched in @life may still be executed */
static bool sim_hw_lives(struct sim_hw *hw, unsigned int life)
{
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(&hw->lock, flags);
	ret = hw->on && !hw->hung && hw->life == life;
	spin_unlock_irqrestore(&hw->lock, flags);
	return ret;
}

/* The time that this one takes counts from when it could begin, not from now */
static void sim_hw_use_bandwidth(struct sim_hw *hw, ktime_t due, u32 len)
{
	unsigned int bandwidth = READ_ONCE(sim_params.bandwidth);

	if (!bandwidth)
		return;
	if (ktime_before(hw->free_at, due))
		hw->free_at = due;
	hw->free_at = ktime_add_ns(hw->free_at,
				   div_u64((u64)len * NSEC_PER_SEC, bandwidth));
}

static void sim_hw_one(struct sim_hw *hw, const struct sim_fetched *fetched,
		       unsigned int life)
{
	struct sim_work work = { .desc = &fetched->desc, .may_sleep = true };

	down(&hw->executing);
	if (sim_hw_lives(hw, life))
		sim_hw_execute(hw, &work, sim_exec_prepare(hw->exec, hw->dev,
							   &work));
	up(&hw->executing);
	sim_hw_use_bandwidth(hw, fetched->due, work.done);
	sim_hw_notify(hw, false);
}

/* When the next one may be executed; the past, if nothing is to be waited for */
static ktime_t sim_hw_next(struct sim_hw *hw)
{
	unsigned long flags;
	ktime_t due = 0;

	spin_lock_irqsave(&hw->lock, flags);
	if (sim_hw_allowed(hw)) {
		due = hw->due[hw->head % SIM_SQ_SIZE];
		if (READ_ONCE(sim_params.bandwidth) &&
		    ktime_before(due, hw->free_at))
			due = hw->free_at;
	}
	spin_unlock_irqrestore(&hw->lock, flags);
	return due;
}

static bool sim_hw_is_due(struct sim_hw *hw)
{
	return kthread_should_stop() ||
	       !ktime_after(sim_hw_next(hw), ktime_get());
}

static void sim_hw_sleep_until_due(struct sim_hw *hw)
{
	while (!sim_hw_is_due(hw))
		wait_event_hrtimeout(hw->wait, sim_hw_is_due(hw),
				     ktime_sub(sim_hw_next(hw), ktime_get()));
}

/* Takes what is executed together */
static unsigned int sim_hw_fetch(struct sim_hw *hw, unsigned int *life)
{
	unsigned int i, n = max(READ_ONCE(sim_params.reorder), 1U);
	unsigned long flags;
	u32 at;

	spin_lock_irqsave(&hw->lock, flags);
	n = min3(n, sim_hw_allowed(hw), (unsigned int)SIM_SQ_SIZE);
	for (i = 0; i < n; i++) {
		at = hw->head++ % SIM_SQ_SIZE;
		hw->fetched[i].desc = hw->sq[at];
		hw->fetched[i].due = hw->due[at];
	}
	hw->credits -= min(n, hw->credits);
	*life = hw->life;
	spin_unlock_irqrestore(&hw->lock, flags);
	return n;
}

static int sim_hw_thread(void *data)
{
	struct sim_hw *hw = data;
	unsigned int life, n;

	while (!kthread_should_stop()) {
		wait_event_idle(hw->wait,
				sim_hw_runnable(hw) || kthread_should_stop());
		sim_hw_sleep_until_due(hw);
		n = sim_hw_fetch(hw, &life);
		/* The last one first: in another order, if there are several */
		while (n--)
			sim_hw_one(hw, &hw->fetched[n], life);
		sim_hw_notify(hw, !sim_hw_runnable(hw));
		cond_resched();
	}
	return 0;
}

/* ---- registers ---------------------------------------------------------- */

/**
 * sim_hw_start() - give the hardware its rings, both empty
 * @hw: the hardware, stopped
 * @sq: of SIM_SQ_SIZE descriptors
 * @cq: of SIM_CQ_SIZE answers, all 0
 *
 * Context: any, but without locks that the interrupt handler takes.
 */
void sim_hw_start(struct sim_hw *hw, dma_addr_t sq, dma_addr_t cq)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&hw->lock, flags);
	hw->sq = sim_bus_virt(hw->dev, sq);
	hw->cq = sim_bus_virt(hw->dev, cq);
	hw->head = 0;
	hw->tail = 0;
	hw->credits = 0;
	hw->answered = 0;
	hw->quiet = 0;
	hw->hung = false;
	hw->life++;
	hw->on = true;
	for (i = 0; i < hw->nr_late; i++)
		sim_hw_write_answer(hw, hw->late[i]);
	hw->nr_late = 0;
	spin_unlock_irqrestore(&hw->lock, flags);
	sim_hw_notify(hw, true);
}

/**
 * sim_hw_stop() - make the hardware forget what it was given
 * @hw: the hardware
 *
 * When it returns, the last answer is written and no memory is accessed any more.
 *
 * Context: may sleep.
 */
void sim_hw_stop(struct sim_hw *hw)
{
	unsigned long flags;

	spin_lock_irqsave(&hw->lock, flags);
	hw->on = false;
	spin_unlock_irqrestore(&hw->lock, flags);
	/* What is being executed is the last */
	down(&hw->executing);
	up(&hw->executing);
}

/**
 * sim_hw_power_off() - stop the hardware for good: late answers are lost, too
 * @hw: the hardware
 *
 * Context: may sleep. When it returns, no interrupt comes any more.
 */
void sim_hw_power_off(struct sim_hw *hw)
{
	unsigned long flags;

	sim_hw_stop(hw);
	spin_lock_irqsave(&hw->lock, flags);
	hw->nr_late = 0;
	hw->quiet = 0;
	spin_unlock_irqrestore(&hw->lock, flags);
	irq_work_sync(&hw->hard);
}

/**
 * sim_hw_doorbell() - there are descriptors
 * @hw: the hardware
 * @tail: behind the last one, counting on
 *
 * Context: any. One caller at a time.
 */
void sim_hw_doorbell(struct sim_hw *hw, u32 tail)
{
	unsigned int delay_us = READ_ONCE(sim_params.delay_us);
	unsigned long flags;

	spin_lock_irqsave(&hw->lock, flags);
	while (hw->tail != tail)
		hw->due[hw->tail++ % SIM_SQ_SIZE] =
			ktime_add_us(ktime_get(), delay_us);
	spin_unlock_irqrestore(&hw->lock, flags);
	wake_up(&hw->wait);
}

/**
 * sim_hw_life() - how often the hardware has been started
 * @hw: the hardware
 *
 * Context: any.
 */
unsigned int sim_hw_life(struct sim_hw *hw)
{
	unsigned long flags;
	unsigned int life;

	spin_lock_irqsave(&hw->lock, flags);
	life = hw->life;
	spin_unlock_irqrestore(&hw->lock, flags);
	return life;
}

/**
 * sim_hw_express() - execute a descriptor at once, beside the ring
 * @hw: the hardware
 * @desc: the descriptor
 * @life: from sim_hw_life(), when the memory was known to be there
 * @may_sleep: whether the caller may
 *
 * Context: as @may_sleep says. No interrupt is raised for the answer.
 * Return: false if nothing was done.
 */
bool sim_hw_express(struct sim_hw *hw, const struct sim_desc *desc,
		    unsigned int life, bool may_sleep)
{
	struct sim_work work = { .desc = desc, .may_sleep = may_sleep };
	bool ret = false;
	int err;

	if (may_sleep)
		down(&hw->executing);
	else if (down_trylock(&hw->executing))
		return false;
	if (!sim_hw_lives(hw, life))
		goto out;
	err = sim_exec_prepare(hw->exec, hw->dev, &work);
	if (err == -EAGAIN)
		goto out;
	sim_hw_execute(hw, &work, err);
	ret = true;
out:
	up(&hw->executing);
	return ret;
}

/* ---- what tests do to it ------------------------------------------------ */

/**
 * sim_hw_kick() - a parameter has changed that the thread may be waiting for
 * @hw: the hardware
 *
 * Context: any.
 */
void sim_hw_kick(struct sim_hw *hw)
{
	wake_up(&hw->wait);
}

/**
 * sim_hw_release() - let held descriptors go, oldest first
 * @hw: the hardware
 * @n: how many; those that are not held yet don't count
 *
 * Context: any.
 */
void sim_hw_release(struct sim_hw *hw, unsigned int n)
{
	unsigned long flags;

	spin_lock_irqsave(&hw->lock, flags);
	hw->credits += min(n, hw->tail - hw->head - hw->credits);
	spin_unlock_irqrestore(&hw->lock, flags);
	wake_up(&hw->wait);
}

/**
 * sim_hw_held() - how many descriptors only sim_hw_release() lets go
 * @hw: the hardware
 *
 * Context: any.
 */
unsigned int sim_hw_held(struct sim_hw *hw)
{
	unsigned int n = 0;
	unsigned long flags;

	spin_lock_irqsave(&hw->lock, flags);
	if (hw->on && READ_ONCE(sim_params.hold))
		n = hw->tail - hw->head - hw->credits;
	spin_unlock_irqrestore(&hw->lock, flags);
	return n;
}

/* ---- how it is made ----------------------------------------------------- */

static int sim_hw_init_irq(struct sim_hw *hw)
{
	/* Owned by nobody: who requests it would hold the module, that is, itself */
	hw->irq = __irq_alloc_descs(-1, 1, 1, NUMA_NO_NODE, NULL, NULL);
	if (hw->irq < 0)
		return hw->irq;
	irq_set_chip_and_handler_name(hw->irq, &dummy_irq_chip,
				      handle_simple_irq, "accel_sim");
	irq_clear_status_flags(hw->irq, IRQ_NOREQUEST);
	irq_set_status_flags(hw->irq, IRQ_NOPROBE);
	return 0;
}

/**
 * sim_hw_create() - make the hardware
 *
 * Context: may sleep.
 * Return: the hardware, stopped, or an ERR_PTR.
 */
struct sim_hw *sim_hw_create(void)
{
	struct sim_hw *hw = kvzalloc(sizeof(*hw), GFP_KERNEL);
	int err;

	if (!hw)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&hw->lock);
	sema_init(&hw->executing, 1);
	init_waitqueue_head(&hw->wait);
	init_irq_work(&hw->hard, sim_hw_hard);
	hw->exec = sim_exec_create();
	if (IS_ERR(hw->exec)) {
		err = PTR_ERR(hw->exec);
		goto err_free;
	}
	err = sim_hw_init_irq(hw);
	if (err)
		goto err_destroy_exec;
	hw->thread = kthread_run(sim_hw_thread, hw, "accel_sim");
	if (IS_ERR(hw->thread)) {
		err = PTR_ERR(hw->thread);
		goto err_free_irq;
	}
	return hw;

err_free_irq:
	irq_free_desc(hw->irq);
err_destroy_exec:
	sim_exec_destroy(hw->exec);
err_free:
	kvfree(hw);
	return ERR_PTR(err);
}

/**
 * sim_hw_destroy() - undo sim_hw_create()
 * @hw: the hardware, without power
 *
 * Context: may sleep.
 */
void sim_hw_destroy(struct sim_hw *hw)
{
	kthread_stop(hw->thread);
	irq_work_sync(&hw->hard);
	irq_free_desc(hw->irq);
	sim_exec_destroy(hw->exec);
	kvfree(hw);
}

/**
 * sim_hw_irq() - the line of its interrupt
 * @hw: the hardware
 *
 * Context: any.
 */
int sim_hw_irq(const struct sim_hw *hw)
{
	return hw->irq;
}

/**
 * sim_hw_plug() - say which device it is
 * @hw: the hardware, not started yet
 * @dev: the device, in whose driver's addresses it will be given memory
 *
 * Context: any.
 */
void sim_hw_plug(struct sim_hw *hw, struct device *dev)
{
	hw->dev = dev;
}
