// SPDX-License-Identifier: GPL-2.0
/*
 * Driver side of a split virtqueue. It kicks and waits exactly when the
 * standard says it has to, so that a device which forgets a notification
 * makes it time out.
 */
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "vdpa.h"

#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)

static u16 *used_event(struct vd_vq *vq)
{
	return &vq->avail->ring[vq->num];
}

static u16 *avail_event(struct vd_vq *vq)
{
	return (u16 *)&vq->used->ring[vq->num];
}

static void fill(struct vring_desc *d, const struct vd_buf *b, bool more,
		 u16 next)
{
	d->addr = htole64(b->iova);
	d->len = htole32(b->len);
	d->flags = htole16((b->write ? VRING_DESC_F_WRITE : 0) |
			   (more ? VRING_DESC_F_NEXT : 0));
	d->next = htole16(more ? next : 0);
}

/* Fills descriptors in, returns the head. Visible only after vd_publish(). */
int vd_add(struct vd_vq *vq, const struct vd_buf *b, unsigned int n,
	   bool indirect)
{
	unsigned int i, need = indirect ? 1 : n;
	u16 head, next = 0;

	if (!n || need > vq->nr_free || (indirect && n > VD_INDIRECT))
		return -ENOSPC;
	head = vq->free[vq->nr_free - 1];
	vq->used_by[head] = need;
	if (indirect) {
		struct vring_desc *t = vq->table + VD_INDIRECT * head;

		for (i = 0; i < n; i++)
			fill(&t[i], &b[i], i + 1 < n, i + 1);
		vq->desc[head].addr = htole64(vd_iova(vq->dev, t));
		vq->desc[head].len = htole32(16 * n);
		vq->desc[head].flags = htole16(VRING_DESC_F_INDIRECT);
		vq->desc[head].next = 0;
		vq->nr_free--;
		return head;
	}
	for (i = 0; i < n; i++) {
		u16 cur = vq->free[vq->nr_free - 1 - i];

		if (i + 1 < n)
			next = vq->free[vq->nr_free - 2 - i];
		fill(&vq->desc[cur], &b[i], i + 1 < n, next);
	}
	vq->nr_free -= n;
	return head;
}

void vd_publish(struct vd_vq *vq, u16 head)
{
	vq->avail->ring[vq->avail_idx & (vq->num - 1)] = htole16(head);
	vq->avail_idx++;
	__atomic_store_n(&vq->avail->idx, htole16(vq->avail_idx),
			 __ATOMIC_RELEASE);
}

void vd_kick_always(struct vd_vq *vq)
{
	u64 one = 1;

	vq->kicked = vq->avail_idx;
	vq->kicks++;
	if (write(vq->kick, &one, sizeof(one)) < 0)
		return;		/* EAGAIN: it is signalled anyway */
}

void vd_kick(struct vd_vq *vq)
{
	bool need;

	smp_mb();	/* the index before the device's wish; theirs mirrors it */
	if (vd_has(vq->dev, VIRTIO_RING_F_EVENT_IDX))
		need = vring_need_event(le16toh(*(volatile u16 *)avail_event(vq)),
					vq->avail_idx, vq->kicked);
	else
		need = !(le16toh(*(volatile u16 *)&vq->used->flags) &
			 VRING_USED_F_NO_NOTIFY);
	if (need)
		vd_kick_always(vq);
}

/* Takes a used element: its head, or -EAGAIN, or VD_BAD_USED */
int vd_poll(struct vd_vq *vq, u32 *len)
{
	struct vring_used_elem *e;
	u16 idx, todo, head, at;
	unsigned int i;

	idx = le16toh(__atomic_load_n(&vq->used->idx, __ATOMIC_ACQUIRE));
	todo = idx - vq->last_used;
	if (!todo)
		return -EAGAIN;
	if (todo > vq->num)
		return VD_BAD_USED;
	e = (struct vring_used_elem *)
		&vq->used->ring[vq->last_used & (vq->num - 1)];
	if (le32toh(e->id) >= vq->num || !vq->used_by[le32toh(e->id)])
		return VD_BAD_USED;
	head = le32toh(e->id);
	if (len)
		*len = le32toh(e->len);
	vq->last_used++;
	for (i = 0, at = head; i < vq->used_by[head]; i++) {
		vq->free[vq->nr_free++] = at;
		at = le16toh(vq->desc[at].next) & (vq->num - 1);
	}
	vq->used_by[head] = 0;
	return head;
}

static bool read_config_call(struct vd_dev *dev)
{
	u64 n;

	if (read(dev->config_call, &n, sizeof(n)) < 0)
		return false;
	dev->config_calls += n;
	return true;
}

/*
 * Waits for the next used element. Sleeps on the eventfd only, but looks at
 * the device's status now and then: marking the device broken is an answer.
 */
int vd_wait(struct vd_vq *vq, u32 *len, unsigned int ms)
{
	u64 end = vd_now_ms() + ms, now, drain;
	struct pollfd fds[2] = {
		{ .fd = vq->call, .events = POLLIN },
		{ .fd = vq->dev->config_call, .events = POLLIN },
	};
	int ret;

	for (;;) {
		ret = vd_poll(vq, len);
		if (ret != -EAGAIN)
			return ret;
		if (vd_has(vq->dev, VIRTIO_RING_F_EVENT_IDX)) {
			*(volatile u16 *)used_event(vq) = htole16(vq->last_used);
			smp_mb();	/* our wish before a last look */
			ret = vd_poll(vq, len);
			if (ret != -EAGAIN)
				return ret;
		}
		if (vd_needs_reset(vq->dev))
			return VD_NEEDS_RESET;
		now = vd_now_ms();
		if (now >= end)
			return VD_TIMEOUT;
		poll(fds, ARRAY_SIZE(fds), end - now);
		if (fds[0].revents && read(vq->call, &drain, sizeof(drain)) < 0)
			return VD_TIMEOUT;
		if (fds[1].revents && !read_config_call(vq->dev))
			return VD_TIMEOUT;
	}
}

/* Since this was asked last; if not, it may still come */
bool vd_config_changed(struct vd_dev *dev, unsigned int ms)
{
	struct pollfd fd = { .fd = dev->config_call, .events = POLLIN };
	bool changed;

	if (!dev->config_calls)
		poll(&fd, 1, ms);
	read_config_call(dev);
	changed = dev->config_calls;
	dev->config_calls = 0;
	return changed;
}
