// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors and indices that no correct driver writes. Each must be answered
 * by a status or make the device ask for a reset; no answer at all is a
 * failure, and so is a result where the data was out of reach.
 */
#include "test.h"

#include <endian.h>
#include <errno.h>
#include <sys/mman.h>

#define A_OK	1		/* done, as if nothing was wrong */
#define A_ERR	2		/* a status other than OK, or none */
#define A_RESET	4		/* the device needs a reset */
#define A_ANY	(A_OK | A_ERR | A_RESET)

#define MAX_CHAIN	16

/**
 * struct attack - one correct chain, to be spoilt
 * @dev: the device
 * @vq: a queue of it
 * @r: the request
 * @d: the descriptors of the chain, wherever they are
 * @n: how many
 * @head: to be published
 * @skip: added to the available index, beyond the one for @head
 */
struct attack {
	struct vd_dev *dev;
	struct vd_vq *vq;
	struct cr_req r;
	struct vring_desc *d[MAX_CHAIN];
	u16 id[MAX_CHAIN];
	unsigned int n;
	u16 head;
	u16 skip;
};

struct attack_row {
	const char *name;
	void (*spoil)(struct attack *a, u64 arg);
	u64 arg;
	unsigned int allow;
	bool indirect;
};

static void set_flag(struct attack *a, unsigned int i, u16 set, u16 clear)
{
	a->d[i]->flags = htole16((le16toh(a->d[i]->flags) & ~clear) | set);
}

static void loop_to(struct attack *a, u64 to)
{
	unsigned int last = a->n - 1;

	set_flag(a, last, VRING_DESC_F_NEXT, 0);
	a->d[last]->next = htole16(a->id[to == ~0ULL ? last : to]);
}

/* No descriptor of it counts, so that only the steps can be counted */
static void loop_of_nothing(struct attack *a, u64 to)
{
	unsigned int i;

	for (i = 0; i < a->n; i++)
		a->d[i]->len = 0;
	loop_to(a, to);
}

static void next_is(struct attack *a, u64 next)
{
	set_flag(a, 0, VRING_DESC_F_NEXT, 0);
	a->d[0]->next = htole16(next ? next : a->vq->num);
}

static void head_is(struct attack *a, u64 head)
{
	a->head = head ? head : a->vq->num;
}

static void index_jumps(struct attack *a, u64 by)
{
	a->skip = by ? by : a->vq->num;
}

/* @arg: descriptor << 32 | length */
static void length_is(struct attack *a, u64 arg)
{
	unsigned int i = arg >> 32;

	a->d[i < a->n ? i : a->n - 1]->len = htole32(arg);
}

#define AT(i)	((u64)(i) << 32)
#define LAST	0xff

static void unmapped(struct attack *a, u64 i)
{
	a->d[i < a->n ? i : a->n - 1]->addr = htole64(0x7000000000ULL);
}

/* The process's own address: right only if the device mixes up the two */
static void own_address(struct attack *a, u64 i)
{
	struct vring_desc *d = a->d[i < a->n ? i : a->n - 1];
	u64 va = le64toh(d->addr) - VD_IOVA + (unsigned long)a->dev->mem;

	d->addr = htole64(va);
}

/* Its physical address: right only if the device has identity mapping */
static void physical(struct attack *a, u64 i)
{
	struct vring_desc *d = a->d[i < a->n ? i : a->n - 1];
	u64 va = le64toh(d->addr) - VD_IOVA + (unsigned long)a->dev->mem;

	d->addr = htole64(vd_phys((void *)(unsigned long)va));
}

static void wraps(struct attack *a, u64 i)
{
	a->d[i < a->n ? i : a->n - 1]->addr = htole64(~0ULL - 7);
}

static void over_the_end(struct attack *a, u64 i)
{
	struct vring_desc *d = a->d[i < a->n ? i : a->n - 1];
	u32 len = le32toh(d->len);

	d->addr = htole64(VD_IOVA + VD_ARENA - (len > 1 ? len - 1 : 0));
}

static void writable_first(struct attack *a, u64 arg)
{
	(void)arg;
	set_flag(a, 0, VRING_DESC_F_WRITE, 0);
}

static void all_writable(struct attack *a, u64 arg)
{
	unsigned int i;

	(void)arg;
	for (i = 0; i < a->n; i++)
		set_flag(a, i, VRING_DESC_F_WRITE, 0);
}

static void none_writable(struct attack *a, u64 arg)
{
	unsigned int i;

	(void)arg;
	for (i = 0; i < a->n; i++)
		set_flag(a, i, 0, VRING_DESC_F_WRITE);
}

static void status_readable(struct attack *a, u64 arg)
{
	(void)arg;
	set_flag(a, a->n - 1, 0, VRING_DESC_F_WRITE);
}

static void source_writable(struct attack *a, u64 arg)
{
	(void)arg;
	set_flag(a, a->r.i_src, VRING_DESC_F_WRITE, 0);
}

static void cut_after(struct attack *a, u64 i)
{
	set_flag(a, i, 0, VRING_DESC_F_NEXT);
}

/* What remains concerns the table's own descriptor, which is the ring's */
static struct vring_desc *table_of(struct attack *a)
{
	return &a->vq->desc[a->head];
}

static void table_len(struct attack *a, u64 len)
{
	table_of(a)->len = htole32(len);
}

static void table_longer_by(struct attack *a, u64 len)
{
	table_of(a)->len = htole32(16 * a->n + len);
}

static void table_flags(struct attack *a, u64 flags)
{
	table_of(a)->flags = htole16(VRING_DESC_F_INDIRECT | flags);
	table_of(a)->next = htole16(a->head);
}

static void table_addr(struct attack *a, u64 addr)
{
	table_of(a)->addr = htole64(addr);
}

/*
 * The rest of the chain is in a second table, which is complete: a device that
 * follows it finds nothing else wrong.
 */
static void nested(struct attack *a, u64 i)
{
	struct vring_desc *inner = a->vq->table + VD_INDIRECT *
				   ((a->head + 1) % a->vq->num);
	unsigned int k;

	for (k = i; k < a->n; k++) {
		inner[k - i] = *a->d[k];
		inner[k - i].next = htole16(k - i + 1);
	}
	a->d[i]->addr = htole64(vd_iova(a->dev, inner));
	a->d[i]->len = htole32(16 * (a->n - i));
	a->d[i]->flags = htole16(VRING_DESC_F_INDIRECT);
}

static void table_in_itself(struct attack *a, u64 i)
{
	a->d[i]->addr = table_of(a)->addr;
	a->d[i]->len = table_of(a)->len;
	a->d[i]->flags = htole16(VRING_DESC_F_INDIRECT);
}

/* A table of more descriptors than the queue has, each with its next */
static void table_too_long(struct attack *a, u64 n)
{
	struct vring_desc *t = vd_alloc(a->dev, 16 * n, VD_PAGE);
	u64 i;

	for (i = 0; i < n; i++) {
		t[i] = *a->d[0];
		t[i].len = htole32(1);
		t[i].flags = htole16(i + 1 < n ? VRING_DESC_F_NEXT :
						 VRING_DESC_F_WRITE);
		t[i].next = htole16(i + 1);
	}
	t[0].len = a->d[0]->len;
	t[n - 1].addr = htole64(vd_iova(a->dev, a->r.out));
	table_of(a)->addr = htole64(vd_iova(a->dev, t));
	table_of(a)->len = htole32(16 * n);
}

static const struct attack_row attacks[] = {
	{ "loop to itself", loop_to, ~0ULL, A_RESET },
	{ "loop to the head", loop_to, 0, A_RESET },
	{ "loop to the middle", loop_to, 1, A_RESET },
	{ "loop of empty descriptors", loop_of_nothing, ~0ULL, A_RESET },
	{ "next is the queue size", next_is, 0, A_RESET },
	{ "next is 65535", next_is, 65535, A_RESET },
	{ "head is the queue size", head_is, 0, A_RESET },
	{ "head is 65535", head_is, 65535, A_RESET },
	{ "available index beyond the queue", index_jumps, 0, A_RESET },
	{ "available index 32768 ahead", index_jumps, 32768, A_RESET },
	{ "available index goes back", index_jumps, 65534, A_RESET },
	{ "header of no length", length_is, AT(0), A_ERR | A_RESET },
	{ "header of one byte", length_is, AT(0) | 1, A_ERR | A_RESET },
	{ "header cut by one byte", length_is, AT(0) | 71, A_ERR | A_RESET },
	{ "header of 2^31 bytes", length_is, AT(0) | 1U << 31, A_ANY },
	{ "header of 2^32-1 bytes", length_is, AT(0) | ~0U, A_ANY },
	{ "second part of no length", length_is, AT(1), A_ERR | A_RESET },
	{ "second part of one byte", length_is, AT(1) | 1, A_ERR | A_RESET },
	{ "second part of 2^31 bytes", length_is, AT(1) | 1U << 31,
	  A_ANY },
	{ "second part of 2^32-1 bytes", length_is, AT(1) | ~0U, A_ANY },
	{ "status of no length", length_is, AT(LAST), A_ERR | A_RESET },
	{ "status of 2^31 bytes", length_is, AT(LAST) | 1U << 31, A_ANY },
	{ "status of 2^32-1 bytes", length_is, AT(LAST) | ~0U, A_ANY },
	{ "header unmapped", unmapped, 0, A_ERR | A_RESET },
	{ "second part unmapped", unmapped, 1, A_ERR | A_RESET },
	{ "status unmapped", unmapped, LAST, A_ERR | A_RESET },
	{ "header at the process's address", own_address, 0, A_ERR | A_RESET },
	{ "second part at the process's address", own_address, 1,
	  A_ERR | A_RESET },
	{ "status at the process's address", own_address, LAST,
	  A_ERR | A_RESET },
	{ "header at its physical address", physical, 0, A_ERR | A_RESET },
	{ "second part at its physical address", physical, 1,
	  A_ERR | A_RESET },
	{ "status at its physical address", physical, LAST, A_ERR | A_RESET },
	{ "header wraps around", wraps, 0, A_ERR | A_RESET },
	{ "second part wraps around", wraps, 1, A_ERR | A_RESET },
	{ "header over the end of the map", over_the_end, 0,
	  A_ERR | A_RESET },
	{ "second part over the end of the map", over_the_end, 1,
	  A_ERR | A_RESET },
	{ "writable before readable", writable_first, 0, A_ERR | A_RESET },
	{ "all writable", all_writable, 0, A_ERR | A_RESET },
	{ "none writable: no status", none_writable, 0, A_ERR | A_RESET },
	{ "readable behind writable", status_readable, LAST,
	  A_ERR | A_RESET },
	{ "source is writable", source_writable, 0, A_ERR | A_RESET },
	{ "chain ends behind the header", cut_after, 0, A_ERR | A_RESET },
	{ "chain ends behind the second part", cut_after, 1,
	  A_ERR | A_RESET },

	{ "table of no length", table_len, 0, A_ERR | A_RESET, true },
	{ "table of 15 bytes", table_len, 15, A_ERR | A_RESET, true },
	{ "table of 17 bytes", table_len, 17, A_ERR | A_RESET, true },
	{ "table of 2^31 bytes", table_len, 1U << 31, A_ERR | A_RESET, true },
	{ "table of 2^32-16 bytes", table_len, 0xfffffff0, A_ERR | A_RESET,
	  true },
	{ "table of 2^32-1 bytes", table_len, ~0U, A_ERR | A_RESET, true },
	{ "table cut to one descriptor", table_len, 16, A_ERR | A_RESET,
	  true },
	{ "table longer by a byte", table_longer_by, 1, A_ERR | A_RESET,
	  true },
	{ "table shorter by a byte", table_longer_by, -1, A_ERR | A_RESET,
	  true },
	{ "table with a next", table_flags, VRING_DESC_F_NEXT,
	  A_ERR | A_RESET, true },
	{ "table marked writable", table_flags, VRING_DESC_F_WRITE,
	  A_ANY, true },
	{ "table unmapped", table_addr, 0x7000000000ULL, A_ERR | A_RESET,
	  true },
	{ "table wraps around", table_addr, ~0ULL - 15, A_ERR | A_RESET,
	  true },
	{ "table over the end of the map", table_addr,
	  VD_IOVA + VD_ARENA - 16, A_ERR | A_RESET, true },
	{ "table in the table", nested, 0, A_ERR | A_RESET, true },
	{ "table behind the first descriptor", nested, 1, A_ERR | A_RESET,
	  true },
	{ "table in itself", table_in_itself, 0, A_ERR | A_RESET, true },
	{ "loop of empty descriptors in the table", loop_of_nothing, ~0ULL,
	  A_ERR | A_RESET, true },
	{ "table longer than the queue", table_too_long, 257,
	  A_ERR | A_RESET, true },
	{ "table of 4096 descriptors", table_too_long, 4096,
	  A_ERR | A_RESET, true },
	{ "loop in the table to itself", loop_to, ~0ULL, A_ERR | A_RESET,
	  true },
	{ "loop in the table to the first", loop_to, 0, A_ERR | A_RESET,
	  true },
	{ "next beyond the table", next_is, 0, A_ERR | A_RESET, true },
	{ "next in the table is 65535", next_is, 65535, A_ERR | A_RESET,
	  true },
};

/* Where vd_add() has put the chain */
static void find_chain(struct attack *a, bool indirect)
{
	u16 at = a->head;

	for (a->n = 0; a->n < a->r.n; a->n++) {
		if (indirect) {
			a->id[a->n] = a->n;
			a->d[a->n] = a->vq->table + VD_INDIRECT * a->head +
				     a->n;
		} else {
			a->id[a->n] = at;
			a->d[a->n] = &a->vq->desc[at];
			at = le16toh(a->d[a->n]->next);
		}
	}
}

static unsigned int outcome(int status)
{
	if (status == VD_NEEDS_RESET)
		return A_RESET;
	if (status == VIRTIO_CRYPTO_OK)
		return A_OK;
	return status >= 0 || status == CR_NO_STATUS ? A_ERR : 0;
}

static int fire(struct attack *a, const struct attack_row *row)
{
	int head, status;

	head = vd_add(a->vq, a->r.buf, a->r.n, row->indirect);
	EXPECT(head >= 0, "add: %d", head);
	a->head = head;
	a->skip = 0;
	find_chain(a, row->indirect);
	row->spoil(a, row->arg);

	if (a->skip) {
		a->vq->avail->ring[a->vq->avail_idx & (a->vq->num - 1)] =
			htole16(a->head);
		a->vq->avail_idx += a->skip;
	}
	vd_publish(a->vq, a->head);
	vd_kick_always(a->vq);
	status = vd_wait(a->vq, NULL, CR_MS);
	if (status >= 0)
		status = cr_status(&a->r);
	EXPECT(outcome(status) & row->allow, "%s (%s queue, %s): %s",
	       row->name, a->vq == vd_ctrlq(a->dev) ? "control" : "data",
	       vd_has(a->dev, 0) ? "REVISION_1" : "legacy", cr_name(status));
	/* That a status can't be written shows when everything else is done */
	if (outcome(status) != A_OK && a->r.dst && row->arg != LAST &&
	    row->arg >> 32 != LAST)
		EXPECT(cr_dst_untouched(&a->r), "%s: destination changed",
		       row->name);
	return PASS;
}

static int run_attacks(const struct test_ctx *ctx, bool ctrl, u64 mask)
{
	u8 key[16] = "not the real one";
	struct cr_session s;
	struct vd_dev dev;
	struct attack a;
	u64 seed = 1;
	unsigned int i;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = mask;
	EXPECT(!vd_start(&dev), "start");
	EXPECT(!cr_works(&dev), "device does not work");
	for (i = 0; i < ARRAY_SIZE(attacks); i++) {
		if (attacks[i].indirect &&
		    !vd_has(&dev, VIRTIO_RING_F_INDIRECT_DESC))
			continue;
		a.dev = &dev;
		a.vq = ctrl ? vd_ctrlq(&dev) : &dev.vqs[0];
		if (ctrl) {
			cr_create_cipher(&dev, &a.r,
					 VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
					 key, sizeof(key));
		} else {
			EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed),
			       "create");
			cr_cipher(&dev, &a.r, a.vq, &s, 512);
		}
		if (fire(&a, &attacks[i]))
			return FAIL;
		/* The ring may be out of step even when it was answered */
		EXPECT(!vd_restart(&dev), "restart after: %s",
		       attacks[i].name);
		EXPECT(!cr_works(&dev), "device is lost after: %s",
		       attacks[i].name);
	}
	return PASS;
}

static int ring_data(const struct test_ctx *ctx)
{
	return run_attacks(ctx, false, 0);
}

static int ring_ctrl(const struct test_ctx *ctx)
{
	return run_attacks(ctx, true, 0);
}

static int ring_data_plain(const struct test_ctx *ctx)
{
	return run_attacks(ctx, false, VD_BIT(VIRTIO_RING_F_EVENT_IDX) |
			   VD_BIT(VIRTIO_RING_F_INDIRECT_DESC) | 1);
}

/* A table where INDIRECT was not negotiated, as DPDK's driver makes */
static int ring_unnegotiated(const struct test_ctx *ctx)
{
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	u64 seed = 1;
	int ret;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = VD_BIT(VIRTIO_RING_F_INDIRECT_DESC);
	EXPECT(!vd_start(&dev), "start");
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
	cr_cipher(&dev, &r, &dev.vqs[0], &s, 512);
	r.indirect = true;
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == VIRTIO_CRYPTO_OK, "%s", cr_name(ret));
	EXPECT(cr_dst_right(&r, &s), "wrong result");
	STILL_WORKS(dev);
	return PASS;
}

/* The arena without [@hole, @hole + @size), which gets @perm, or nothing */
static int map_around(struct vd_dev *dev, u8 *hole, u64 size, u8 perm)
{
	u64 before = hole - dev->mem, after = VD_ARENA - before - size;
	int ret = 0;

	if (before)
		ret = vd_map(dev, VD_IOVA, dev->mem, before, VHOST_ACCESS_RW);
	if (!ret && perm)
		ret = vd_map(dev, VD_IOVA + before, hole, size, perm);
	if (!ret)
		ret = vd_map(dev, VD_IOVA + before + size, hole + size, after,
			     VHOST_ACCESS_RW);
	return ret;
}

/* A part of a ring is out of reach: the device must say so and survive */
static int bad_ring(const struct test_ctx *ctx, unsigned int which, u8 perm)
{
	struct vd_dev dev;
	struct cr_req r;
	u8 *area;
	int ret;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	EXPECT(!vd_negotiate(&dev), "negotiate");
	EXPECT(!vd_setup_vqs(&dev), "rings");
	area = which == 0 ? (u8 *)dev.vqs[0].desc :
	       which == 1 ? (u8 *)dev.vqs[0].avail : (u8 *)dev.vqs[0].used;
	EXPECT(!map_around(&dev, area, VD_PAGE, perm), "map");
	ret = vd_set_status(&dev, VD_STATUS_OK);
	EXPECT(!ret || ret == -EINVAL || ret == -EFAULT, "DRIVER_OK: %d", ret);
	cr_create_cipher(&dev, &r, VIRTIO_CRYPTO_CIPHER_AES_CBC, true, NULL,
			 16);
	r.vq = &dev.vqs[0];
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == VD_NEEDS_RESET, "ring area %u with permission %u: %s",
	       which, perm, cr_name(ret));
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	vd_close(&dev);
	return PASS;
}

static int ring_out_of_reach(const struct test_ctx *ctx)
{
	unsigned int which;

	for (which = 0; which < 3; which++)
		if (bad_ring(ctx, which, 0))
			return FAIL;
	/* The device reads the first two and writes the third */
	return bad_ring(ctx, 0, VHOST_ACCESS_WO) ||
	       bad_ring(ctx, 1, VHOST_ACCESS_WO) ||
	       bad_ring(ctx, 2, VHOST_ACCESS_RO);
}

/* Pages of a file that was opened for reading: the worst to write to */
static int ring_read_only_page(const struct test_ctx *ctx)
{
	u64 iova = VD_IOVA - (1ULL << 30), wo = iova + (1 << 24);
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	u64 seed = 1;
	unsigned int i;
	u8 *ro;
	int ret;

	START(dev, ctx);
	ro = mmap(NULL, VD_PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(ro != MAP_FAILED, "mmap");
	for (i = 0; i < VD_PAGE; i++)
		ro[i] = CR_UNTOUCHED;
	for (i = 0; i < 6; i++) {
		EXPECT(!vd_map(&dev, iova, ro, VD_PAGE, VHOST_ACCESS_RO),
		       "map");
		EXPECT(!vd_map(&dev, wo, ro, VD_PAGE, VHOST_ACCESS_WO), "map");
		EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
		cr_cipher(&dev, &r, &dev.vqs[0], &s, 512);
		if (i == 0)
			r.buf[r.i_dst].iova = iova;
		else if (i == 1)
			r.buf[r.i_out].iova = iova;
		else if (i == 2)
			r.buf[r.i_src].iova = wo;
		else if (i == 3)
			r.buf[0].iova = wo;
		else if (i == 4)	/* the source may be read-only */
			r.buf[r.i_src].iova = iova;
		else			/* and the destination write-only */
			r.buf[r.i_dst].iova = wo;
		ret = cr_run(&r, CR_MS);
		if (i >= 4) {
			EXPECT(ret == VIRTIO_CRYPTO_OK, "access %u: %s", i,
			       cr_name(ret));
			break;
		}
		EXPECT(ret != VIRTIO_CRYPTO_OK && ret != VD_TIMEOUT,
		       "access %u: %s", i, cr_name(ret));
		for (ret = 0; ret < VD_PAGE; ret++)
			EXPECT(ro[ret] == CR_UNTOUCHED, "access %u wrote", i);
		EXPECT(!vd_restart(&dev), "restart");
	}
	return PASS;
}

/* A chain of as many descriptors as the queue has is long, but legal */
static int ring_longest_chain(const struct test_ctx *ctx)
{
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	u64 seed = 1;
	int ret;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	EXPECT(!vd_start(&dev), "start");
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
	cr_cipher(&dev, &r, &dev.vqs[0], &s, 80);
	cr_scatter(&r, &seed, 1);
	EXPECT(r.n == 72 + 16 + 80 + 80 + 1, "%u pieces", r.n);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "%u pieces in a queue of %u: %s", r.n, dev.num,
	       cr_name(ret));
	EXPECT(cr_dst_right(&r, &s), "wrong result");
	return PASS;
}

/* SET_VRING_BASE with an index that the ring has never had */
static int ring_bad_base(const struct test_ctx *ctx)
{
	static const u16 base[] = { 1, 0x1234, 0x8000, 0xffff };
	struct vd_dev dev;
	struct cr_req r;
	unsigned int i;
	int ret;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	for (i = 0; i < ARRAY_SIZE(base); i++) {
		EXPECT(!vd_reset(&dev), "reset");
		vd_unmap(&dev, 0, ~0ULL);
		EXPECT(!vd_negotiate(&dev), "negotiate");
		dev.pos = 0;
		vd_ctrlq(&dev)->desc = NULL;
		dev.vqs[0].desc = NULL;
		EXPECT(!vd_setup_vqs(&dev), "rings");
		/* said to the device, while the ring starts at 0 */
		vd_ctrlq(&dev)->avail_idx = base[i];
		EXPECT(!vd_setup_vqs(&dev), "rings");
		vd_ctrlq(&dev)->avail_idx = 0;
		EXPECT(!vd_map(&dev, VD_IOVA, dev.mem, VD_ARENA,
			       VHOST_ACCESS_RW), "map");
		vd_set_status(&dev, VD_STATUS_OK);
		cr_create_cipher(&dev, &r, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
				 NULL, 16);
		ret = cr_submit(&r);
		EXPECT(ret >= 0, "add");
		vd_kick_always(r.vq);
		/* 65535 is one behind: two entries, the first one stale */
		ret = vd_wait(r.vq, NULL, base[i] == 1 ? 200 : CR_MS);
		if (base[i] != 1)
			EXPECT(ret != VD_TIMEOUT, "base %#x: no answer",
			       base[i]);
	}
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

const struct test_case ring_cases[] = {
	{ "ring-data-queue", ring_data, .limit = 300 },
	{ "ring-data-queue-plain", ring_data_plain, .limit = 300 },
	{ "ring-control-queue", ring_ctrl, .limit = 300 },
	{ "ring-indirect-unnegotiated", ring_unnegotiated },
	{ "ring-out-of-reach", ring_out_of_reach },
	{ "ring-read-only-page", ring_read_only_page },
	{ "ring-longest-chain", ring_longest_chain },
	{ "ring-bad-base", ring_bad_base },
	{}
};
