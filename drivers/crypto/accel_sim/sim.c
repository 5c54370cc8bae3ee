// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Simulated accelerator
 *
 * accel_sim is a platform device "accel_sim" and its driver, which registers
 * skcipher ecb(aes), cbc(aes), ctr(aes), xts(aes) and aead gcm(aes) as
 * "ecb-aes-accelsim" and so on, asynchronous, with the flags and the queueing rules
 * of drivers for real accelerators. The driver maps each buffer for DMA, writes
 * descriptors to a ring, and has an interrupt. The hardware fetches them, executes
 * them with software, and reaches memory through addresses of the bus only.
 *
 * All knobs and counters are files of /sys/module/accel_sim/parameters/, and
 * the knobs may be given to modprobe as well.
 *
 * priority
 *	Priority of the algorithms, only when loading.
 * queue_depth
 *	Slots of the driver. A request uses one from its acceptance until its
 *	callback is called. Without a slot the answer is -EBUSY, the request is
 *	in the backlog and -EINPROGRESS follows if CRYPTO_TFM_REQ_MAY_BACKLOG is
 *	set; else it is -ENOSPC and the request is not accepted.
 * delay_us
 *	Latency: a request is executed at least that long after the device got it.
 * bandwidth
 *	Bytes per second that the device does at most, 0 for any number.
 * reorder
 *	Executes up to N requests at a time, in reverse order. It doesn't wait
 *	for N of them: combine it with delay_us or hold.
 * irq
 *	Completion callbacks run in 0: the interrupt's thread, 1: softirq, 2: hard
 *	interrupt.
 * irq_batch
 *	An interrupt for each N answers, or when nothing is left to do.
 * hold, release, held
 *	While hold is 1 nothing is executed, so neither the source is read nor
 *	the destination written. Writing N or "all" to release executes that
 *	many, oldest first; held tells how many wait. Writing 0 to hold lets
 *	everything go.
 * busy_every, nospc_every, nomem_every
 *	Each Nth submission answers -EBUSY (and goes to the backlog if it has
 *	CRYPTO_TFM_REQ_MAY_BACKLOG, else it is not accepted), -ENOSPC, -ENOMEM
 *	(not accepted). 0 is never, 1 always. Writing starts the count again.
 * sync_every
 *	Each Nth submission is executed and its callback called before the
 *	submission returns -EINPROGRESS, unless it may not sleep and would have
 *	to. Not while hold is 1.
 * error_every
 *	Each Nth execution is left out and completes with -EIO.
 * short_every
 *	Each Nth execution is answered with a length that is too short by 16; of a
 *	cipher's output, so much is missing. Completes with -EIO.
 * hang_every
 *	Before each Nth execution, the device stops doing anything.
 * lost_every
 *	Each Nth execution is done and never answered.
 * late_every
 *	Each Nth execution is done, but answered after the next reset.
 * timeout_ms
 *	The driver resets the device when that has had a request for so long. 0:
 *	never.
 * reset
 *	Writing 1 resets the device. What the device has completes with -EIO, the
 *	others go on.
 * submitted, completed, refused, absent, backlogged, bytes
 *	Counters since loading: accepted requests, answered requests (callback
 *	is being called), requests that were not accepted, of those because
 *	there was no device, those that went to the backlog, and bytes that were
 *	written without AAD.
 * errors, shorts, hangs, lost, late
 *	How often error_every and so on had their effect.
 * resets, aborted, stale
 *	Resets, requests that failed because of one or as the device was taken
 *	away, and answers of the device to requests that there were no more.
 * in_flight
 *	submitted - completed.
 *
 * The device is taken from its driver, and given back, by the files unbind and bind
 * of /sys/bus/platform/drivers/accel_sim/. Requests in flight complete with -ENODEV
 * then, and so do new ones until it is there again.
 *
 * The module can be removed when no transform uses it.
 */
#include "sim.h"

#include <linux/bottom_half.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/rcupdate.h>

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#define SIM_NAME	"accel_sim"

/* The hardware is there while the module is; the device that has its driver, or NULL */
static struct sim_hw *sim_hw;
static struct sim_dev __rcu *sim_dev;

/**
 * sim_dev_get() - the device, with a reference
 *
 * Context: any.
 * Return: NULL if it has no driver.
 */
struct sim_dev *sim_dev_get(void)
{
	struct sim_dev *sd;

	rcu_read_lock();
	sd = rcu_dereference(sim_dev);
	if (sd && !refcount_inc_not_zero(&sd->users))
		sd = NULL;
	rcu_read_unlock();
	return sd;
}

/**
 * sim_dev_put() - end a reference
 * @sd: the device
 *
 * Context: any.
 */
void sim_dev_put(struct sim_dev *sd)
{
	if (refcount_dec_and_test(&sd->users))
		complete(&sd->idle);
}

/* ---- interrupts --------------------------------------------------------- */

static irqreturn_t sim_interrupt(int irq, void *data)
{
	struct sim_dev *sd = data;

	switch (READ_ONCE(sim_params.irq)) {
	case SIM_IRQ_HARD:
		sim_ring_poll(sd);
		return IRQ_HANDLED;
	case SIM_IRQ_SOFT:
		queue_work(system_bh_wq, &sd->soft);
		return IRQ_HANDLED;
	default:
		return IRQ_WAKE_THREAD;
	}
}

static irqreturn_t sim_interrupt_thread(int irq, void *data)
{
	local_bh_disable();
	sim_ring_poll(data);
	local_bh_enable();
	return IRQ_HANDLED;
}

static void sim_soft(struct work_struct *work)
{
	sim_ring_poll(container_of(work, struct sim_dev, soft));
}

static void sim_promote(struct work_struct *work)
{
	sim_ring_promote(container_of(work, struct sim_dev, promote));
}

static void sim_watchdog(struct work_struct *work)
{
	struct sim_dev *sd = container_of(to_delayed_work(work),
					  struct sim_dev, watchdog);
	unsigned long timeout =
		msecs_to_jiffies(READ_ONCE(sim_params.timeout_ms));

	if (!timeout)
		return;
	if (sim_ring_stuck(sd, timeout)) {
		dev_notice(sd->dev, "a request was not answered: reset\n");
		sim_ring_reset(sd);
	}
	queue_delayed_work(system_unbound_wq, &sd->watchdog, timeout / 4 + 1);
}

/* ---- what tests do to it ------------------------------------------------ */

/**
 * sim_kick() - a parameter has changed that somebody may be waiting for
 *
 * Context: may sleep.
 */
void sim_kick(void)
{
	struct sim_dev *sd = sim_dev_get();

	/* Parameters given at load time come before the device. */
	if (!sd)
		return;
	sim_hw_kick(sd->hw);
	local_bh_disable();
	sim_ring_promote(sd);
	local_bh_enable();
	mod_delayed_work(system_unbound_wq, &sd->watchdog, 0);
	sim_dev_put(sd);
}

/**
 * sim_release() - let held requests go, oldest first
 * @n: how many; those that are not held yet don't count
 *
 * Context: any.
 */
void sim_release(unsigned int n)
{
	struct sim_dev *sd = sim_dev_get();

	if (!sd)
		return;
	sim_hw_release(sd->hw, n);
	sim_dev_put(sd);
}

/**
 * sim_held() - how many requests only sim_release() lets go
 *
 * Context: any.
 */
unsigned int sim_held(void)
{
	struct sim_dev *sd = sim_dev_get();
	unsigned int n;

	if (!sd)
		return 0;
	n = sim_hw_held(sd->hw);
	sim_dev_put(sd);
	return n;
}

/**
 * sim_reset() - reset the device
 *
 * Context: may sleep.
 * Return: 0, or -ENODEV if it has no driver.
 */
int sim_reset(void)
{
	struct sim_dev *sd = sim_dev_get();

	if (!sd)
		return -ENODEV;
	sim_ring_reset(sd);
	sim_dev_put(sd);
	return 0;
}

/* ---- the driver --------------------------------------------------------- */

/* Buffers may be anywhere, and of any length */
static int sim_init_dma(struct device *dev)
{
	int err;

	err = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));
	if (err)
		return err;
	dma_set_max_seg_size(dev, UINT_MAX);
	dma_set_seg_boundary(dev, ULONG_MAX);
	return 0;
}

static int sim_probe(struct platform_device *pdev)
{
	struct sim_dev *sd;
	int err;

	sd = devm_kzalloc(&pdev->dev, sizeof(*sd), GFP_KERNEL);
	if (!sd)
		return -ENOMEM;
	sd->dev = &pdev->dev;
	sd->hw = *(struct sim_hw **)dev_get_platdata(&pdev->dev);
	refcount_set(&sd->users, 1);
	init_completion(&sd->idle);
	mutex_init(&sd->resetting);
	INIT_WORK(&sd->soft, sim_soft);
	INIT_WORK(&sd->promote, sim_promote);
	INIT_DELAYED_WORK(&sd->watchdog, sim_watchdog);

	err = sim_init_dma(&pdev->dev);
	if (err)
		return err;
	err = sim_ring_init(sd);
	if (err)
		return err;
	sd->irq = platform_get_irq(pdev, 0);
	if (sd->irq < 0)
		return sd->irq;
	err = request_threaded_irq(sd->irq, sim_interrupt, sim_interrupt_thread,
				   0, SIM_NAME, sd);
	if (err)
		return err;
	platform_set_drvdata(pdev, sd);
	sim_ring_start(sd);
	rcu_assign_pointer(sim_dev, sd);
	sim_kick();
	return 0;
}

/* Requests end before what answers them does */
static void sim_remove(struct platform_device *pdev)
{
	struct sim_dev *sd = platform_get_drvdata(pdev);

	RCU_INIT_POINTER(sim_dev, NULL);
	sim_ring_shut(sd);
	/* Who is on its way into the device, and who in a callback */
	synchronize_rcu();
	sim_dev_put(sd);
	wait_for_completion(&sd->idle);
	free_irq(sd->irq, sd);
	cancel_work_sync(&sd->soft);
	cancel_work_sync(&sd->promote);
	cancel_delayed_work_sync(&sd->watchdog);
}

static struct platform_driver sim_driver = {
	.probe = sim_probe,
	.remove = sim_remove,
	.driver = {
		.name = SIM_NAME,
		/* The algorithms are registered when it is there */
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
};

/* ---- the board ---------------------------------------------------------- */

static struct platform_device *sim_pdev;

static int sim_add_device(void)
{
	struct resource irq = DEFINE_RES_IRQ(sim_hw_irq(sim_hw));
	int err;

	sim_pdev = platform_device_alloc(SIM_NAME, PLATFORM_DEVID_NONE);
	if (!sim_pdev)
		return -ENOMEM;
	err = platform_device_add_resources(sim_pdev, &irq, 1);
	if (err)
		goto err_put;
	err = platform_device_add_data(sim_pdev, &sim_hw, sizeof(sim_hw));
	if (err)
		goto err_put;
	sim_hw_plug(sim_hw, &sim_pdev->dev);
	err = platform_device_add(sim_pdev);
	if (err)
		goto err_put;
	return 0;

err_put:
	platform_device_put(sim_pdev);
	return err;
}

static int __init sim_init(void)
{
	int err;

	sim_hw = sim_hw_create();
	if (IS_ERR(sim_hw))
		return PTR_ERR(sim_hw);
	err = sim_add_device();
	if (err)
		goto err_destroy_hw;
	err = platform_driver_register(&sim_driver);
	if (err)
		goto err_del_device;
	/* What probe says is only logged */
	err = -ENODEV;
	if (!rcu_access_pointer(sim_dev))
		goto err_unregister_driver;
	err = sim_register_algs();
	if (err)
		goto err_unregister_driver;
	return 0;

err_unregister_driver:
	platform_driver_unregister(&sim_driver);
err_del_device:
	platform_device_unregister(sim_pdev);
err_destroy_hw:
	sim_hw_destroy(sim_hw);
	return err;
}

static void __exit sim_exit(void)
{
	sim_unregister_algs();
	platform_driver_unregister(&sim_driver);
	platform_device_unregister(sim_pdev);
	sim_hw_destroy(sim_hw);
}

module_init(sim_init);
module_exit(sim_exit);

MODULE_DESCRIPTION("Simulated asynchronous crypto accelerator (for tests)");
MODULE_LICENSE("GPL");
