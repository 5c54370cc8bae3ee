// SPDX-License-Identifier: GPL-2.0
/*
 * The control queue: sessions are made and destroyed without waiting, from any
 * context, and a device that does not answer is given up.
 */
#include "ctrl.h"

#include <kunit/visibility.h>
#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "encode.h"
#include "vaccel.h"
#include "vq.h"

/* Longer than a host takes that has to load a module for the algorithm */
#define VACCEL_CTRL_TIMEOUT	(10 * HZ)

/*
 * What the device reads and what it writes are on cache lines of their own;
 * the rest is never shown to it. It reads keys, which may be long, where they are.
 */
struct vaccel_ctrl_slot {
	struct vaccel_cmd *cmd;
	unsigned long deadline;
	struct scatterlist out_sg[2];
	struct scatterlist in_sg;
	struct vaccel_ctrl_out out __aligned(VACCEL_DMA_ALIGN);
	union {
		struct virtio_crypto_session_input session;
		struct virtio_crypto_inhdr hdr;
	} in __aligned(VACCEL_DMA_ALIGN);
	u8 end __aligned(VACCEL_DMA_ALIGN);
};

static struct vaccel_dev *ctrl_to_dev(struct vaccel_ctrl *ctrl)
{
	return container_of(ctrl, struct vaccel_dev, ctrl);
}

/* Fill a slot. The status is preset: a device that writes nothing has failed. */
static void vaccel_ctrl_fill(struct vaccel_ctrl *ctrl,
			     struct vaccel_ctrl_slot *slot,
			     struct vaccel_cmd *cmd)
{
	bool rev1 = ctrl_to_dev(ctrl)->caps.rev1;
	unsigned int len, nr = 1;

	slot->cmd = cmd;
	slot->deadline = jiffies + VACCEL_CTRL_TIMEOUT;
	memset(&slot->in, 0xff, sizeof(slot->in));
	if (cmd->raw) {
		sg_init_one(&slot->out_sg[0], cmd->raw->out, cmd->raw->out_len);
		sg_init_one(&slot->in_sg, cmd->raw->in, cmd->raw->in_len);
		return;
	}
	if (cmd->key) {
		if (cmd->auth)
			len = vaccel_encode_create_chain(&slot->out, cmd->alg,
							 cmd->auth, cmd->enc,
							 cmd->key_len,
							 cmd->auth_len,
							 cmd->tag_len);
		else
			len = vaccel_encode_create(&slot->out, cmd->alg, rev1,
						   cmd->enc, cmd->key_len,
						   cmd->tag_len, cmd->para);
		if (cmd->key_len)
			nr = 2;
		sg_init_one(&slot->in_sg, &slot->in.session,
			    sizeof(slot->in.session));
	} else {
		len = vaccel_encode_destroy(&slot->out, cmd->alg, rev1,
					    cmd->session);
		sg_init_one(&slot->in_sg, &slot->in.hdr, sizeof(slot->in.hdr));
	}
	sg_init_table(slot->out_sg, nr);
	sg_set_buf(&slot->out_sg[0], &slot->out, len);
	if (nr == 2)
		sg_set_buf(&slot->out_sg[1], cmd->key, cmd->key_len);
}

static void vaccel_ctrl_put_slot(struct vaccel_ctrl *ctrl,
				 struct vaccel_ctrl_slot *slot)
{
	slot->cmd = NULL;
	__set_bit(slot - ctrl->slots, &ctrl->free);
}

/* Why was a command not added? */
static int vaccel_ctrl_add_error(struct vaccel_ctrl *ctrl, int err)
{
	if (err == -EIO) {
		vaccel_dev_break(ctrl_to_dev(ctrl),
				 "the control queue is broken");
		return -ENODEV;
	}
	/* Like a refusal, so that it is tried again, but not at once */
	return VIRTIO_CRYPTO_NOSPC;
}

/*
 * Move waiting commands to the device. Those that it does not take are moved
 * to @failed. Returns whether the device wants to be told.
 */
static bool vaccel_ctrl_push(struct vaccel_ctrl *ctrl, struct list_head *failed)
{
	bool added = false;
	int err;

	lockdep_assert_held(&ctrl->lock);

	while (ctrl->free && !list_empty(&ctrl->waiting)) {
		struct vaccel_cmd *cmd = list_first_entry(&ctrl->waiting,
							  struct vaccel_cmd,
							  node);
		struct vaccel_ctrl_slot *slot =
			&ctrl->slots[__ffs(ctrl->free)];

		if (!vaccel_virtqueue_room(ctrl->vq, VACCEL_CTRL_DESCS))
			break;
		list_del(&cmd->node);
		__clear_bit(slot - ctrl->slots, &ctrl->free);
		vaccel_ctrl_fill(ctrl, slot, cmd);
		err = vaccel_virtqueue_add_pair(ctrl->vq, slot->out_sg,
						&slot->in_sg, slot);
		if (err) {
			vaccel_ctrl_put_slot(ctrl, slot);
			cmd->status = vaccel_ctrl_add_error(ctrl, err);
			list_add_tail(&cmd->node, failed);
			continue;
		}
		added = true;
	}
	if (!added)
		return false;
	/* Never later than it is set: an earlier command may be stuck */
	queue_delayed_work(vaccel_wq, &ctrl->timer, VACCEL_CTRL_TIMEOUT);
	return vaccel_virtqueue_kick_prepare(ctrl->vq);
}

static void vaccel_ctrl_fail(struct list_head *failed)
{
	struct vaccel_cmd *cmd, *tmp;

	list_for_each_entry_safe(cmd, tmp, failed, node) {
		list_del(&cmd->node);
		cmd->done(cmd, cmd->status);
	}
}

int vaccel_ctrl_submit(struct vaccel_ctrl *ctrl, struct vaccel_cmd *cmd)
{
	struct virtqueue *vq;
	LIST_HEAD(failed);
	bool kick;

	/* Bottom halves stay off until the kick, see vaccel_dev_quiesce() */
	spin_lock_bh(&ctrl->lock);
	vq = ctrl->vq;
	if (!ctrl->open) {
		spin_unlock_bh(&ctrl->lock);
		return -ENODEV;
	}
	cmd->gen = ctrl->gen;
	list_add_tail(&cmd->node, &ctrl->waiting);
	kick = vaccel_ctrl_push(ctrl, &failed);
	spin_unlock(&ctrl->lock);
	if (kick)
		vaccel_virtqueue_notify(ctrl_to_dev(ctrl), vq);
	vaccel_ctrl_fail(&failed);
	local_bh_enable();
	return 0;
}

/* Read an answer once, then give the slot back. */
static int vaccel_ctrl_answer(struct vaccel_ctrl *ctrl,
			      struct vaccel_ctrl_slot *slot)
{
	struct vaccel_cmd *cmd = slot->cmd;
	int status;

	if (cmd->raw) {
		status = 0;
	} else if (cmd->key) {
		cmd->session = READ_ONCE(slot->in.session.session_id);
		/* Nonsense stays nonsense when it becomes an int */
		status = min(le32_to_cpu(READ_ONCE(slot->in.session.status)),
			     0xffU);
	} else {
		status = READ_ONCE(slot->in.hdr.status);
	}
	vaccel_ctrl_put_slot(ctrl, slot);
	return status;
}

static void vaccel_ctrl_work(struct work_struct *work)
{
	struct vaccel_ctrl *ctrl = container_of(work, struct vaccel_ctrl, work);
	struct vaccel_ctrl_slot *slot;
	struct virtqueue *vq;
	LIST_HEAD(failed);
	bool kick, broken;

	spin_lock_bh(&ctrl->lock);
	vq = ctrl->vq;
	while (vq) {
		while ((slot = vaccel_virtqueue_get(vq))) {
			struct vaccel_cmd *cmd = slot->cmd;
			int status = vaccel_ctrl_answer(ctrl, slot);

			spin_unlock(&ctrl->lock);
			cmd->done(cmd, status);
			spin_lock(&ctrl->lock);
		}
		if (vaccel_virtqueue_rearm(vq))
			break;
	}
	broken = vq && vaccel_virtqueue_broken(vq);
	if (ctrl->free == GENMASK(VACCEL_CTRL_SLOTS - 1, 0))
		cancel_delayed_work(&ctrl->timer);
	kick = vaccel_ctrl_push(ctrl, &failed);
	spin_unlock(&ctrl->lock);
	if (kick)
		vaccel_virtqueue_notify(ctrl_to_dev(ctrl), vq);
	if (broken)
		vaccel_dev_break(ctrl_to_dev(ctrl),
				 "the control queue is broken");
	vaccel_ctrl_fail(&failed);
	local_bh_enable();
}

void vaccel_ctrl_interrupt(struct virtqueue *vq)
{
	struct vaccel_dev *vd = vq->vdev->priv;

	queue_work(system_bh_wq, &vd->ctrl.work);
}

/* Every command has a time of its own, so that a trickle of answers is no excuse */
static void vaccel_ctrl_timer(struct work_struct *work)
{
	struct vaccel_ctrl *ctrl = container_of(to_delayed_work(work),
						struct vaccel_ctrl, timer);
	unsigned long next = 0;
	bool late = false;
	unsigned int i;

	spin_lock_bh(&ctrl->lock);
	for (i = 0; ctrl->vq && i < VACCEL_CTRL_SLOTS; i++) {
		unsigned long deadline = ctrl->slots[i].deadline;

		if (!ctrl->slots[i].cmd)
			continue;
		if (time_after_eq(jiffies, deadline))
			late = true;
		else if (!next || time_before(deadline, next))
			next = deadline;
	}
	if (next && !late)
		mod_delayed_work(vaccel_wq, &ctrl->timer, next - jiffies + 1);
	spin_unlock_bh(&ctrl->lock);

	if (late)
		vaccel_dev_break(ctrl_to_dev(ctrl),
				 "the control queue does not answer");
}

void vaccel_ctrl_open(struct vaccel_ctrl *ctrl, struct virtqueue *vq, u32 gen)
{
	spin_lock_bh(&ctrl->lock);
	ctrl->vq = vq;
	ctrl->gen = gen;
	ctrl->open = true;
	spin_unlock_bh(&ctrl->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ctrl_open);

void vaccel_ctrl_close(struct vaccel_ctrl *ctrl)
{
	struct vaccel_cmd *cmd;
	LIST_HEAD(failed);

	spin_lock_bh(&ctrl->lock);
	ctrl->open = false;
	list_splice_init(&ctrl->waiting, &failed);
	list_for_each_entry(cmd, &failed, node)
		cmd->status = -ENODEV;
	spin_unlock(&ctrl->lock);
	vaccel_ctrl_fail(&failed);
	local_bh_enable();
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ctrl_close);

void vaccel_ctrl_flush(struct vaccel_ctrl *ctrl)
{
	struct virtqueue *vq = ctrl->vq;
	struct vaccel_ctrl_slot *slot;

	if (!vq)
		return;

	cancel_delayed_work_sync(&ctrl->timer);
	cancel_work_sync(&ctrl->work);

	/* An answer that came before the reset is still an answer */
	spin_lock_bh(&ctrl->lock);
	while ((slot = vaccel_virtqueue_get(vq))) {
		struct vaccel_cmd *cmd = slot->cmd;
		int status = vaccel_ctrl_answer(ctrl, slot);

		spin_unlock(&ctrl->lock);
		cmd->done(cmd, status);
		spin_lock(&ctrl->lock);
	}
	while ((slot = vaccel_virtqueue_detach(vq))) {
		struct vaccel_cmd *cmd = slot->cmd;

		vaccel_ctrl_put_slot(ctrl, slot);
		spin_unlock(&ctrl->lock);
		cmd->done(cmd, -ENODEV);
		spin_lock(&ctrl->lock);
	}
	/* A callback that is still on its way finds nothing */
	ctrl->vq = NULL;
	spin_unlock_bh(&ctrl->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ctrl_flush);

int vaccel_ctrl_init(struct vaccel_ctrl *ctrl)
{
	spin_lock_init(&ctrl->lock);
	INIT_LIST_HEAD(&ctrl->waiting);
	INIT_WORK(&ctrl->work, vaccel_ctrl_work);
	INIT_DELAYED_WORK(&ctrl->timer, vaccel_ctrl_timer);
	ctrl->free = GENMASK(VACCEL_CTRL_SLOTS - 1, 0);
	/* kmalloc aligns powers of two to their size */
	BUILD_BUG_ON_NOT_POWER_OF_2(VACCEL_CTRL_SLOTS);
	ctrl->slots = kcalloc(VACCEL_CTRL_SLOTS,
			      roundup_pow_of_two(sizeof(*ctrl->slots)),
			      GFP_KERNEL);
	return ctrl->slots ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ctrl_init);

void vaccel_ctrl_exit(struct vaccel_ctrl *ctrl)
{
	kfree(ctrl->slots);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ctrl_exit);
