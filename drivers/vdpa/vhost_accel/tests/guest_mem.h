/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A map and some memory to be the guest's, for the suites beside this file.
 */
#ifndef _VHA_GUEST_MEM_H
#define _VHA_GUEST_MEM_H

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/pfn.h>

#include "../iotlb.h"

#define RO	VHOST_MAP_RO
#define WO	VHOST_MAP_WO
#define RW	VHOST_MAP_RW

/* Far from any physical address, so that nothing works by accident */
#define IOVA		0x7000000000ULL
#define NR_PAGES	16

/*
 * struct guest_mem - a map and some "guest" memory
 * @folio: %NR_PAGES pages in one folio
 * @split: %NR_PAGES contiguous pages that are a folio each
 */
struct guest_mem {
	struct vha_iotlb tlb;
	struct vha_iotlb_hint hint;
	struct folio *folio;
	struct page *split;
};

static inline int guest_mem_init(struct kunit *test)
{
	struct guest_mem *mem = kunit_kzalloc(test, sizeof(*mem), GFP_KERNEL);
	unsigned int order = get_order(NR_PAGES * PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	test->priv = mem;
	vha_iotlb_init(&mem->tlb);
	mem->folio = folio_alloc(GFP_KERNEL | __GFP_ZERO, order);
	KUNIT_ASSERT_NOT_NULL(test, mem->folio);
	mem->split = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
	KUNIT_ASSERT_NOT_NULL(test, mem->split);
	split_page(mem->split, order);
	return 0;
}

/* Whatever a test did, all references have to be back */
static inline void guest_mem_exit(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	unsigned int i;

	if (!mem)
		return;
	vha_iotlb_destroy(&mem->tlb);
	if (mem->folio) {
		KUNIT_EXPECT_EQ(test, folio_ref_count(mem->folio), 1);
		folio_put(mem->folio);
	}
	for (i = 0; mem->split && i < NR_PAGES; i++) {
		KUNIT_EXPECT_EQ(test, page_ref_count(mem->split + i), 1);
		__free_page(mem->split + i);
	}
}

static inline u64 folio_pa(struct guest_mem *mem)
{
	return PFN_PHYS(folio_pfn(mem->folio));
}

static inline u64 split_pa(struct guest_mem *mem)
{
	return PFN_PHYS(page_to_pfn(mem->split));
}

static inline int folio_refs(struct guest_mem *mem)
{
	return folio_ref_count(mem->folio) - 1;
}

static inline int split_refs(struct guest_mem *mem)
{
	unsigned int i;
	int refs = 0;

	for (i = 0; i < NR_PAGES; i++)
		refs += page_ref_count(mem->split + i) - 1;
	return refs;
}

static inline int translate(struct guest_mem *mem, u64 iova, u32 len, u32 perm,
			    u64 *pa, u32 *run)
{
	int err;

	down_read(&mem->tlb.lock);
	err = vha_iotlb_translate(&mem->tlb, &mem->hint, iova, len, perm, pa,
				  run);
	up_read(&mem->tlb.lock);
	return err;
}

static inline void expect_at(struct kunit *test, u64 iova, u64 pa)
{
	struct guest_mem *mem = test->priv;
	u64 got = 0;
	u32 run = 0;

	KUNIT_EXPECT_EQ(test, translate(mem, iova, 1, RO, &got, &run), 0);
	KUNIT_EXPECT_EQ(test, got, pa);
	KUNIT_EXPECT_EQ(test, run, 1);
}

static inline void expect_fault(struct kunit *test, u64 iova)
{
	u64 pa;
	u32 run;

	KUNIT_EXPECT_EQ(test, translate(test->priv, iova, 1, RO, &pa, &run),
			-EFAULT);
}

/* Ranges of one page each, adjacent, in reverse physical order */
static inline void map_reversed(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	int i;

	for (i = 0; i < NR_PAGES; i++)
		KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb,
						    IOVA + i * PAGE_SIZE,
						    PAGE_SIZE,
						    split_pa(mem) +
						    (NR_PAGES - 1 - i) *
						    PAGE_SIZE, RW), 0);
}

static inline void fill(u8 *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = i * 31 + (i >> 8);
}

#endif /* _VHA_GUEST_MEM_H */
