// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of data queues.
 */
#include "dataq.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "bounce.h"
#include "turn.h"
#include "vha.h"

/**
 * vha_data_alloc_pool() - allocate the request slots of a data queue
 * @run: of the queue
 * @ctx_size: bytes that a provider needs in each
 * @pool: filled in
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vha_data_alloc_pool(struct vha_run *run, u32 ctx_size,
			struct vha_pool *pool)
{
	struct vha_dev *dev = run->dev;
	int err;

	err = vha_pool_init(pool, run, run->size, ctx_size,
			    dev->settings.max_size, run->ipsec);
	if (err)
		return err;
	/* The queues together have no more than there may be sessions */
	pool->max_temp = max(dev->settings.max_sessions / dev->settings.queues,
			     1U);
	return 0;
}

/**
 * vha_data_alloc() - allocate what a data queue needs
 * @run: of the queue
 *
 * Context: process; charged to the caller's memory cgroup.
 * Return: 0 or -ENOMEM.
 */
int vha_data_alloc(struct vha_run *run)
{
	struct vha_dev *dev = run->dev;
	int err;

	run->batch = kvcalloc(run->size, sizeof(*run->batch),
			      GFP_KERNEL_ACCOUNT);
	if (!run->batch)
		return -ENOMEM;
	err = vha_sched_queue_init(&run->sched, &dev->share, run->size,
				   vha_turn_wake);
	if (err)
		goto err_free_batch;
	err = vha_bounces_alloc(run);
	if (err)
		goto err_destroy_queue;
	err = vha_data_alloc_pool(run, vha_provider_ctx_size(&dev->choice),
				  &run->pool);
	if (err)
		goto err_free_bounces;
	return 0;

err_free_bounces:
	vha_bounces_free(run);
err_destroy_queue:
	vha_sched_queue_destroy(&run->sched);
err_free_batch:
	kvfree(run->batch);
	return err;
}

/**
 * vha_data_free() - undo vha_data_alloc()
 * @run: of the queue, which no worker has
 *
 * Context: process.
 */
void vha_data_free(struct vha_run *run)
{
	vha_pool_destroy(&run->pool);
	vha_bounces_free(run);
	vha_sched_queue_destroy(&run->sched);
	kvfree(run->batch);
}
