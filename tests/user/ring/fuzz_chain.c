// SPDX-License-Identifier: GPL-2.0
/*
 * Random chains over random maps, and a second opinion byte by byte: which
 * bytes come out, which pages are held, which entry is the last.
 */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

#include "../../../drivers/vdpa/vhost_accel/chain.h"

#define NR_PAGES	32
#define FIRST_PFN	1000
#define NR_IOVA		32
#define IOVA		0x10000000
#define NR_DESC		12
#define NR_SG		12
#define MAX_BYTES	4096

struct fuzz_chain_stats fuzz_chain_stats;

/* Guest memory: pages, and how many references their folios have */
static struct page pages[NR_PAGES];
static u8 memory[NR_PAGES * PAGE_SIZE];
static int refs[NR_PAGES];

/* Where private entries point to */
static struct page private_page;

/*
 * struct slot - a page of I/O virtual addresses
 * @page: of guest memory
 * @perm: 0 if it isn't mapped
 * @joined: in one range with the next one
 */
struct slot {
	int page;
	u32 perm;
	bool joined;
};

static struct slot map[NR_IOVA];

struct page *pfn_to_page(unsigned long pfn)
{
	fuzz_check(pfn - FIRST_PFN < NR_PAGES);
	return &pages[pfn - FIRST_PFN];
}

unsigned long page_to_pfn(const struct page *page)
{
	return page == &private_page ? 1 : FIRST_PFN + (page - pages);
}

struct page *virt_to_page(const void *p)
{
	(void)p;
	return &private_page;
}

static struct slot *slot_of(u64 iova)
{
	u64 nr = (iova - IOVA) / PAGE_SIZE;

	return iova >= IOVA && nr < NR_IOVA && map[nr].perm ? &map[nr] : NULL;
}

/* The physical address of a byte, or 0 */
static u64 pa_of(u64 iova, u32 perm)
{
	struct slot *slot = slot_of(iova);

	if (!slot || (slot->perm & perm) != perm)
		return 0;
	return PFN_PHYS(FIRST_PFN + slot->page) + offset_in_page(iova);
}

static u8 *byte_at(u64 pa)
{
	fuzz_check(pa - PFN_PHYS(FIRST_PFN) < sizeof(memory));
	return &memory[pa - PFN_PHYS(FIRST_PFN)];
}

/* What chain.c calls; the kernel's own has its own tests */

int vha_iotlb_translate(struct vha_iotlb *tlb, struct vha_iotlb_hint *hint,
			u64 iova, u32 len, u32 perm, u64 *pa, u32 *run)
{
	struct slot *slot = slot_of(iova);
	u64 n = PAGE_SIZE - offset_in_page(iova);

	(void)tlb;
	(void)hint;
	fuzz_check(len);
	*pa = pa_of(iova, perm);
	if (!*pa)
		return -EFAULT;
	for (; n < len && slot->joined; slot++)
		n += PAGE_SIZE;
	*run = n < len ? n : len;
	return 0;
}

int vha_iotlb_read(struct vha_iotlb *tlb, struct vha_iotlb_hint *hint,
		   u64 iova, void *dst, u32 len)
{
	u32 i;

	(void)tlb;
	(void)hint;
	for (i = 0; i < len; i++) {
		u64 pa = pa_of(iova + i, VHOST_MAP_RO);

		if (!pa)
			return -EFAULT;
		((u8 *)dst)[i] = *byte_at(pa);
	}
	return 0;
}

int vha_iotlb_write(struct vha_iotlb *tlb, struct vha_iotlb_hint *hint,
		    u64 iova, const void *src, u32 len)
{
	u32 i;

	(void)tlb;
	(void)hint;
	for (i = 0; i < len; i++) {
		u64 pa = pa_of(iova + i, VHOST_MAP_WO);

		if (!pa)
			return -EFAULT;
		*byte_at(pa) = ((const u8 *)src)[i];
	}
	return 0;
}

static void count_refs(struct scatterlist *sg, int *count, int n)
{
	struct page *page = sg->page + sg->offset / PAGE_SIZE;
	struct page *last = sg->page + (sg->offset + sg->length - 1) / PAGE_SIZE;
	int folio = -1;

	for (; page <= last; page++) {
		if (page->folio != folio)
			count[page->folio] += n;
		folio = page->folio;
	}
}

void vha_pages_get(struct scatterlist *sg)
{
	count_refs(sg, refs, 1);
}

void vha_pages_put(struct scatterlist *sg)
{
	count_refs(sg, refs, -1);
}

/*
 * struct half - the bytes of one half of a chain
 * @perm: how they must be mapped
 * @taken: from the front
 * @dead: a function of its cursor failed
 */
struct half {
	u32 perm;
	u64 iova[MAX_BYTES];
	u32 nr;
	u32 taken;
	bool dead;
};

/* A list as it should be */
struct list {
	struct vha_sgl sgl;
	struct scatterlist sg[NR_SG];
	u64 pa[2 * MAX_BYTES];
	u32 nr;
	u16 nents;
	u16 nr_private;
};

struct model {
	struct fuzz_input in;
	struct vha_iotlb tlb;
	struct vha_iotlb_hint hint;
	struct vha_ring_chain rc;
	struct vha_chain chain;
	struct half out;
	struct half writable;
	struct list list[2];
};

static struct model the_model;
static u8 buf[MAX_BYTES];

static void make_map(struct model *m)
{
	int i, page = 0;

	for (i = 0; i < NR_PAGES; i++)
		pages[i].folio = i && fuzz_once_in(&m->in, 2) ?
				 pages[i - 1].folio : i;
	for (i = 0; i < NR_IOVA; i++) {
		page = fuzz_once_in(&m->in, 2) ? (page + 1) % NR_PAGES :
						 fuzz_below(&m->in, NR_PAGES);
		map[i].page = page;
		map[i].perm = fuzz_once_in(&m->in, 4) ?
			      fuzz_below(&m->in, 4) : VHOST_MAP_RW;
		map[i].joined = false;
		if (i && map[i].page == map[i - 1].page + 1 &&
		    map[i].perm == map[i - 1].perm && map[i].perm)
			map[i - 1].joined = fuzz_once_in(&m->in, 2);
	}
}

static void add_bytes(struct half *half, const struct vha_desc *d)
{
	u32 i;

	for (i = 0; i < d->len; i++)
		half->iova[half->nr++] = d->addr + i;
}

static void make_chain(struct model *m)
{
	int i, n = fuzz_below(&m->in, NR_DESC + 1);

	m->rc.nr_out = fuzz_below(&m->in, n + 1);
	m->rc.nr_in = n - m->rc.nr_out;
	for (i = 0; i < n; i++) {
		struct vha_desc *d = &m->rc.desc[i];

		d->addr = IOVA + fuzz_below(&m->in, NR_IOVA * PAGE_SIZE);
		/* Often where the one before ended */
		if (i && fuzz_once_in(&m->in, 2))
			d->addr = d[-1].addr + d[-1].len;
		d->len = 1 + fuzz_below(&m->in, 200);
		add_bytes(i < m->rc.nr_out ? &m->out : &m->writable, d);
	}
}

static void check_list(struct list *list)
{
	u32 n = 0, i, j;

	fuzz_check(list->sgl.nents == list->nents);
	fuzz_check(list->sgl.nents <= list->sgl.max);
	for (i = 0; i < list->nents; i++) {
		fuzz_check(sg_is_last(&list->sg[i]) == (i + 1 == list->nents));
		fuzz_check(list->sg[i].length);
		if (i < list->nr_private)
			continue;
		for (j = 0; j < list->sg[i].length; j++)
			fuzz_check(list->pa[n++] == sg_phys(&list->sg[i]) + j);
	}
	fuzz_check(n == list->nr);
	if (!list->nents)
		fuzz_check(sg_is_last(list->sg) && !list->sg[0].length);
}

static void check_refs(struct model *m)
{
	int count[NR_PAGES] = {};
	u32 i, j;

	for (i = 0; i < 2 && !m->tlb.identity; i++) {
		struct list *list = &m->list[i];

		for (j = list->nr_private; j < list->nents; j++)
			count_refs(&list->sg[j], count, 1);
	}
	fuzz_check(!memcmp(count, refs, sizeof(count)));
}

static enum vha_overlap judge_overlap(struct list *a, struct list *b)
{
	bool used[NR_PAGES * PAGE_SIZE] = {};
	u32 i, n = a->nr < b->nr ? a->nr : b->nr;

	if (!n)
		return VHA_OVERLAP_NONE;
	if (!memcmp(a->pa, b->pa, n * sizeof(*a->pa)))
		return VHA_OVERLAP_EXACT;
	for (i = 0; i < a->nr; i++)
		used[a->pa[i] - PFN_PHYS(FIRST_PFN)] = true;
	for (i = 0; i < b->nr; i++)
		if (used[b->pa[i] - PFN_PHYS(FIRST_PFN)])
			return VHA_OVERLAP_PARTIAL;
	return VHA_OVERLAP_NONE;
}

/* A length that is right, or nearly so */
static u32 some_len(struct model *m, struct half *half)
{
	u32 left = half->nr - half->taken;

	if (fuzz_once_in(&m->in, 16))
		return left + fuzz_below(&m->in, 2);
	return fuzz_below(&m->in, left + 1 > 256 ? 256 : left + 1);
}

static void do_copy(struct model *m)
{
	bool pull = fuzz_below(&m->in, 2);
	struct half *half = pull ? &m->out : &m->writable;
	u32 len = some_len(m, half), i;
	int want = 0, got;

	if (half->dead)
		return;
	for (i = 0; i < MAX_BYTES; i++)
		buf[i] = i * 7;
	got = pull ? vha_chain_pull(&m->chain, buf, len) :
		     vha_chain_push(&m->chain, buf, len);
	if (len > half->nr - half->taken) {
		fuzz_check(got == -EINVAL);
		fuzz_chain_stats.too_short++;
		return;
	}
	for (i = 0; i < len; i++)
		if (!pa_of(half->iova[half->taken + i], half->perm))
			want = -EFAULT;
	fuzz_check(got == want);
	half->dead = want;
	/* What is written twice has its last value: only reads are compared */
	for (i = 0; !want && pull && i < len; i++)
		fuzz_check(buf[i] == *byte_at(pa_of(half->iova[half->taken + i],
						    half->perm)));
	half->taken += len;
	fuzz_chain_stats.fault += !!want;
	fuzz_chain_stats.pulled += !want;
}

/* What mapping @len bytes has to end with; the list is as it should be then */
static int judge_map(struct list *list, struct half *half, u32 len)
{
	u32 i, nr = list->nr, nents = list->nents;
	u64 last = 0, pa;

	for (i = 0; i < len; i++) {
		pa = pa_of(half->iova[half->taken + i], half->perm);
		if (!pa)
			return -EFAULT;
		if (pa != last + 1 && ++nents > list->sgl.max)
			return -E2BIG;
		last = pa;
		list->pa[nr++] = pa;
	}
	list->nr = nr;
	list->nents = nents;
	return 0;
}

static void do_map(struct model *m)
{
	bool out = fuzz_below(&m->in, 2);
	struct half *half = out ? &m->out : &m->writable;
	struct list *list = &m->list[fuzz_below(&m->in, 2)];
	u32 len = some_len(m, half);
	int want, got;

	if (half->dead || list->nr + len > ARRAY_SIZE(list->pa))
		return;
	got = out ? vha_chain_map_out(&m->chain, &list->sgl, len) :
		    vha_chain_map_in(&m->chain, &list->sgl, len);
	if (len > half->nr - half->taken) {
		fuzz_check(got == -EINVAL);
		fuzz_chain_stats.too_short++;
		return;
	}
	want = judge_map(list, half, len);
	fuzz_check(got == want);
	half->dead = want;
	half->taken += len;
	fuzz_chain_stats.mapped += !want && len;
	fuzz_chain_stats.merged += !want && len > PAGE_SIZE;
	fuzz_chain_stats.fault += want == -EFAULT;
	fuzz_chain_stats.full += want == -E2BIG;
}

/* As algorithm chaining does, whose lists begin anywhere: nothing is looked up */
static void do_skip(struct model *m)
{
	bool out = fuzz_below(&m->in, 2);
	struct half *half = out ? &m->out : &m->writable;
	u32 len = some_len(m, half);
	int got;

	if (half->dead)
		return;
	got = out ? vha_chain_skip_out(&m->chain, len) :
		    vha_chain_skip_in(&m->chain, len);
	fuzz_check(got == (len > half->nr - half->taken ? -EINVAL : 0));
	if (got)
		return;
	half->taken += len;
	fuzz_chain_stats.skipped += !!len;
}

static void do_private(struct model *m)
{
	struct list *list = &m->list[fuzz_below(&m->in, 2)];
	u32 len = fuzz_below(&m->in, 40);
	int want = len && list->nents == list->sgl.max ? -E2BIG : 0;

	if (list->nents > list->nr_private)
		return;
	fuzz_check(vha_sgl_add_private(&list->sgl, buf, len) == want);
	if (want || !len)
		return;
	list->nents++;
	list->nr_private++;
}

static void do_release(struct model *m)
{
	struct list *list = &m->list[fuzz_below(&m->in, 2)];

	vha_sgl_release(&list->sgl);
	list->nr = 0;
	list->nents = 0;
	list->nr_private = 0;
}

static void start(struct model *m)
{
	u32 len = fuzz_below(&m->in, 20), last;
	u64 iova;
	int ret;

	fuzz_check(!vha_chain_start(&m->chain, &m->tlb, &m->hint, &m->rc));
	m->out.taken = 0;
	m->out.dead = false;
	m->writable.taken = 0;
	m->writable.dead = false;
	if (fuzz_once_in(&m->in, 2))
		return;
	last = m->rc.nr_in ? m->rc.desc[m->rc.nr_out + m->rc.nr_in - 1].len : 0;
	ret = vha_chain_tail(&m->chain, len, &iova);
	fuzz_check(ret == (!len || len > last ? -EINVAL : 0));
	if (ret)
		return;
	fuzz_check(iova == m->writable.iova[m->writable.nr - len]);
	m->writable.nr -= len;
}

static void step(struct model *m)
{
	switch (fuzz_below(&m->in, 9)) {
	case 0:
	case 1:
		do_copy(m);
		break;
	case 2:
	case 3:
	case 4:
		do_map(m);
		break;
	case 5:
		do_private(m);
		break;
	case 6:
		do_release(m);
		break;
	case 7:
		do_skip(m);
		break;
	case 8:
		if (!fuzz_once_in(&m->in, 8))
			break;
		m->out.nr = 0;
		m->writable.nr = 0;
		make_chain(m);
		start(m);
		break;
	}
	check_list(&m->list[0]);
	check_list(&m->list[1]);
	check_refs(m);
	if (fuzz_once_in(&m->in, 4)) {
		enum vha_overlap want = judge_overlap(&m->list[0], &m->list[1]);

		fuzz_check(vha_sgl_overlap(&m->list[0].sgl,
					   &m->list[1].sgl) == want);
	}
}

int fuzz_chain(const u8 *data, size_t size)
{
	struct model *m = &the_model;
	u32 i;

	memset(m, 0, sizeof(*m));
	m->in = (struct fuzz_input){ data, size };
	m->out.perm = VHOST_MAP_RO;
	m->writable.perm = VHOST_MAP_WO;
	m->tlb.identity = fuzz_once_in(&m->in, 8);
	for (i = 0; i < sizeof(memory); i++)
		memory[i] = i ^ (i >> 8);
	make_map(m);
	make_chain(m);
	for (i = 0; i < 2; i++) {
		sg_init_table(m->list[i].sg, NR_SG);
		vha_sgl_init(&m->list[i].sgl, m->list[i].sg,
			     1 + fuzz_below(&m->in, NR_SG));
	}
	start(m);
	while (m->in.size)
		step(m);
	for (i = 0; i < 2; i++) {
		vha_sgl_release(&m->list[i].sgl);
		vha_sgl_release(&m->list[i].sgl);
	}
	for (i = 0; i < NR_PAGES; i++)
		fuzz_check(!refs[i]);
	return 0;
}
