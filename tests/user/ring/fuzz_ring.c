// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that misbehaves, and a second opinion on what the device should do
 * about it: written from the specification, without a thought about speed.
 */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include <linux/virtio_byteorder.h>

#include "../../../drivers/vdpa/vhost_accel/ring.h"

#define TABLE_ADDR	0x4000
#define TABLE_ENTRIES	8
#define MAX_NUM		32

struct fuzz_ring_stats fuzz_ring_stats;

/*
 * struct model - the state that a device has to have
 * @avail_idx: the driver's index when it was last looked at
 * @poppable: chains that may be rewound
 * @out: chains popped and not pushed
 */
struct model {
	struct fuzz_input in;
	struct vha_ring ring;
	struct vha_ring_chain chain;
	struct vring_desc table[TABLE_ENTRIES];
	int broken;
	u16 last_avail;
	u16 avail_idx;
	u16 used_idx;
	u16 flushed_idx;
	bool signalled;
	u16 out;
	u16 poppable;
};

/* Large, and the same for each input */
static struct model the_model;

static int model_read(void *ctx, u64 addr, void *dst, u32 len)
{
	struct model *m = ctx;

	fuzz_check(len && len <= sizeof(m->ring.table) && len % 16 == 0);
	if (addr < TABLE_ADDR || addr - TABLE_ADDR > sizeof(m->table) ||
	    len > sizeof(m->table) - (addr - TABLE_ADDR))
		return -EFAULT;
	memcpy(dst, (u8 *)m->table + (addr - TABLE_ADDR), len);
	return 0;
}

static u16 get16(const void *p)
{
	__le16 val;

	memcpy(&val, p, 2);
	return le16toh(val);
}

static void put16(void *p, u16 val)
{
	__le16 le = htole16(val);

	memcpy(p, &le, 2);
}

/* Second opinion: which descriptors a chain is made of, in order */
struct opinion {
	struct vring_desc desc[MAX_NUM + TABLE_ENTRIES];
	u32 nr;
	bool in;
};

static int judge_desc(struct opinion *o, const struct vring_desc *d)
{
	bool in = le16toh(d->flags) & VRING_DESC_F_WRITE;

	if (o->in && !in)
		return -EPROTO;
	o->in = in;
	if (d->len)
		o->desc[o->nr++] = *d;
	return 0;
}

static int judge_table(struct model *m, struct opinion *o, u64 addr, u32 len)
{
	struct vring_desc table[TABLE_ENTRIES];
	u32 i, steps, n = len / 16;
	int err;

	if (!len || len % 16 || n > VHA_RING_MAX)
		return -EPROTO;
	if (addr < TABLE_ADDR || addr + len > TABLE_ADDR + sizeof(table) ||
	    addr + len < addr)
		return -EFAULT;
	memcpy(table, (u8 *)m->table + (addr - TABLE_ADDR), len);
	for (i = 0, steps = 0; ; steps++) {
		u16 flags;

		if (i >= n || steps >= n)
			return -EPROTO;
		flags = le16toh(table[i].flags);
		if (flags & VRING_DESC_F_INDIRECT)
			return -EPROTO;
		err = judge_desc(o, &table[i]);
		if (err || !(flags & VRING_DESC_F_NEXT))
			return err;
		i = le16toh(table[i].next);
	}
}

static int judge_chain(struct model *m, struct opinion *o, u32 i)
{
	const struct vring_desc *d;
	u32 steps;
	int err;

	for (steps = 0; ; steps++) {
		u16 flags;

		if (i >= m->ring.num || steps >= m->ring.num)
			return -EPROTO;
		d = &m->ring.desc[i];
		flags = le16toh(d->flags);
		if (flags & VRING_DESC_F_INDIRECT) {
			if (flags & VRING_DESC_F_NEXT)
				return -EPROTO;
			return judge_table(m, o, le64toh(d->addr),
					   le32toh(d->len));
		}
		err = judge_desc(o, d);
		if (err || !(flags & VRING_DESC_F_NEXT))
			return err;
		i = le16toh(d->next);
	}
}

static int judge_pop(struct model *m, struct opinion *o)
{
	int err;

	if (m->broken)
		return m->broken;
	if (m->avail_idx == m->last_avail) {
		u16 idx = get16(&m->ring.avail->idx);
		u16 taken = m->last_avail - m->used_idx;

		if (taken + (u16)(idx - m->last_avail) > m->ring.num)
			return m->broken = -EPROTO;
		m->avail_idx = idx;
		if (idx == m->last_avail)
			return 0;
	}
	err = judge_chain(m, o, get16(&m->ring.avail->ring[m->last_avail %
							   m->ring.num]));
	if (err)
		return m->broken = err;
	m->last_avail++;
	m->out++;
	m->poppable++;
	return 1;
}

static void do_pop(struct model *m)
{
	struct opinion o = {};
	u32 i, nr_out = 0;
	int want = judge_pop(m, &o), got;

	got = m->ring.ops->pop(&m->ring, &m->chain);
	fuzz_check(got == want);
	fuzz_check(m->ring.last_avail == m->last_avail);
	if (got <= 0) {
		fuzz_ring_stats.empty += got == 0;
		fuzz_ring_stats.proto += got == -EPROTO;
		fuzz_ring_stats.fault += got == -EFAULT;
		return;
	}
	fuzz_ring_stats.popped++;
	fuzz_check(m->chain.head < m->ring.num);
	fuzz_check(m->chain.nr_out + m->chain.nr_in == o.nr);
	for (i = 0; i < o.nr; i++) {
		fuzz_check(m->chain.desc[i].len == le32toh(o.desc[i].len));
		fuzz_check(m->chain.desc[i].addr == le64toh(o.desc[i].addr));
		nr_out += !(le16toh(o.desc[i].flags) & VRING_DESC_F_WRITE);
	}
	fuzz_check(m->chain.nr_out == nr_out);
}

static void do_push(struct model *m)
{
	u16 head = fuzz_below(&m->in, m->ring.num);
	u32 len = fuzz_u16(&m->in), slot = m->used_idx % m->ring.num;

	if (!m->out)
		return;
	m->ring.ops->push(&m->ring, head, len);
	m->out--;
	m->poppable = 0;
	m->used_idx++;
	fuzz_check(le32toh(m->ring.used->ring[slot].id) == head);
	fuzz_check(le32toh(m->ring.used->ring[slot].len) == len);
}

/* "If the idx field [...] was equal to used_event, MUST send", for each */
static bool judge_flush(struct model *m)
{
	bool ret = false;
	u16 idx, event;

	if (m->flushed_idx == m->used_idx)
		return false;
	if (!m->ring.event_idx) {
		m->flushed_idx = m->used_idx;
		return !(get16(&m->ring.avail->flags) & 1);
	}
	event = get16(&m->ring.avail->ring[m->ring.num]);
	for (idx = m->flushed_idx; idx != m->used_idx; idx++)
		ret |= idx == event;
	ret |= !m->signalled;
	m->signalled = true;
	m->flushed_idx = m->used_idx;
	return ret;
}

static void do_flush(struct model *m)
{
	u16 before = get16(&m->ring.used->idx);
	bool some = m->flushed_idx != m->used_idx;
	bool want = judge_flush(m);

	fuzz_check(m->ring.ops->flush(&m->ring) == want);
	fuzz_check(get16(&m->ring.used->idx) == (some ? m->used_idx : before));
	fuzz_ring_stats.flushed += some;
	fuzz_ring_stats.signalled += want;
}

static void do_rewind(struct model *m)
{
	u16 n = m->poppable ? fuzz_below(&m->in, m->poppable + 1) : 0;

	m->ring.ops->rewind(&m->ring, n);
	m->last_avail -= n;
	m->out -= n;
	m->poppable -= n;
	fuzz_ring_stats.rewound += n;
}

static void do_notify(struct model *m)
{
	bool want, enable = fuzz_once_in(&m->in, 2);

	if (!enable) {
		m->ring.ops->notify_disable(&m->ring);
		fuzz_check(get16(&m->ring.used->flags) == !m->ring.event_idx);
		return;
	}
	want = !m->broken && get16(&m->ring.avail->idx) != m->last_avail;
	fuzz_check(m->ring.ops->notify_enable(&m->ring) == want);
	if (m->broken)
		return;
	fuzz_check(get16(&m->ring.used->flags) == 0);
	if (m->ring.event_idx)
		fuzz_check(get16(&m->ring.used->ring[m->ring.num]) ==
			   m->last_avail);
}

/* Mostly what could be meant, sometimes anything */
static void write_desc(struct model *m, struct vring_desc *d, u32 num)
{
	u16 flags = fuzz_byte(&m->in) % 4;
	u64 addr = fuzz_u16(&m->in);
	u32 len = fuzz_below(&m->in, 4);

	if (fuzz_once_in(&m->in, 8)) {
		flags = (flags & VRING_DESC_F_WRITE) | VRING_DESC_F_INDIRECT;
		addr = TABLE_ADDR + 16 * fuzz_below(&m->in, 3);
		len = 16 * fuzz_below(&m->in, TABLE_ENTRIES);
	}
	if (fuzz_once_in(&m->in, 32))
		flags = fuzz_u16(&m->in);
	if (fuzz_once_in(&m->in, 32))
		len = fuzz_u16(&m->in) << 16 | fuzz_u16(&m->in);
	if (fuzz_once_in(&m->in, 32))
		addr = ~addr;
	d->addr = htole64(addr);
	d->len = htole32(len);
	d->flags = htole16(flags);
	d->next = htole16(fuzz_below(&m->in, fuzz_once_in(&m->in, 16) ?
					     65536 : num));
}

/* A chain of some readable and some writable descriptors, as it should be */
static void write_chain(struct model *m)
{
	u32 i = fuzz_below(&m->in, m->ring.num), n, out;
	u16 idx = get16(&m->ring.avail->idx);

	put16(&m->ring.avail->ring[idx % m->ring.num], i);
	put16(&m->ring.avail->idx, idx + 1);
	n = 1 + fuzz_below(&m->in, m->ring.num);
	out = fuzz_below(&m->in, n + 1);
	for (; n; n--, out -= !!out, i = (i + 1) % m->ring.num) {
		struct vring_desc *d = &m->ring.desc[i];

		d->addr = htole64(fuzz_u16(&m->in));
		d->len = htole32(fuzz_below(&m->in, 16));
		d->flags = htole16((n > 1 ? VRING_DESC_F_NEXT : 0) |
				   (out ? 0 : VRING_DESC_F_WRITE));
		d->next = htole16((i + 1) % m->ring.num);
	}
}

static void do_driver(struct model *m)
{
	struct vring_avail *avail = m->ring.avail;

	switch (fuzz_below(&m->in, 8)) {
	case 0:
	case 1:
		write_chain(m);
		break;
	case 2:
		write_desc(m, &m->ring.desc[fuzz_below(&m->in, m->ring.num)],
			   m->ring.num);
		break;
	case 3:
		write_desc(m, &m->table[fuzz_below(&m->in, TABLE_ENTRIES)],
			   TABLE_ENTRIES);
		break;
	case 4:
		put16(&avail->ring[fuzz_below(&m->in, m->ring.num)],
		      fuzz_below(&m->in, m->ring.num +
					 fuzz_once_in(&m->in, 16)));
		break;
	case 5:
		put16(&avail->idx, get16(&avail->idx) + 1);
		break;
	case 6:
		if (fuzz_once_in(&m->in, 32))
			put16(&avail->idx, fuzz_u16(&m->in));
		put16(&avail->flags, fuzz_below(&m->in, 2));
		break;
	case 7:
		if (m->ring.event_idx)
			put16(&avail->ring[m->ring.num],
			      m->flushed_idx + fuzz_below(&m->in, 8) - 2);
		break;
	}
}

static void start(struct model *m)
{
	u16 idx = fuzz_once_in(&m->in, 2) ? 0 - fuzz_below(&m->in, 64) :
					    fuzz_u16(&m->in);

	/* A driver that starts anew, or a device that goes on */
	put16(&m->ring.avail->idx, idx);
	put16(&m->ring.used->idx, idx);
	vha_ring_split_start(&m->ring, idx, idx);
	m->broken = 0;
	m->last_avail = idx;
	m->avail_idx = idx;
	m->used_idx = idx;
	m->flushed_idx = idx;
	m->signalled = false;
	m->out = 0;
	m->poppable = 0;
}

static void step(struct model *m)
{
	switch (fuzz_below(&m->in, 8)) {
	case 0:
	case 1:
		do_pop(m);
		break;
	case 2:
		do_push(m);
		break;
	case 3:
		do_flush(m);
		break;
	case 4:
		do_notify(m);
		break;
	case 5:
		if (fuzz_once_in(&m->in, 4))
			do_rewind(m);
		break;
	default:
		do_driver(m);
		break;
	}
	if (m->broken && fuzz_once_in(&m->in, 4))
		start(m);
}

/* Each area has exactly its size, so that the sanitizer sees its end */
int fuzz_ring(const u8 *data, size_t size)
{
	struct model *m = &the_model;

	*m = (struct model){ .in = { data, size } };
	m->ring.num = 1 << fuzz_below(&m->in, 6);
	m->ring.event_idx = fuzz_below(&m->in, 2);
	m->ring.desc = calloc(1, vha_ring_split_desc_size(m->ring.num));
	size = vha_ring_split_driver_size(m->ring.num, m->ring.event_idx);
	m->ring.avail = calloc(1, size);
	size = vha_ring_split_device_size(m->ring.num, m->ring.event_idx);
	m->ring.used = calloc(1, size);
	m->ring.read = model_read;
	m->ring.read_ctx = m;
	start(m);
	while (m->in.size)
		step(m);
	free(m->ring.desc);
	free(m->ring.avail);
	free(m->ring.used);
	return 0;
}
