// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory: who holds which page, copies, and ring memory in the kernel.
 */
#include "../iotlb.h"

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#include "guest_mem.h"

/* References: one for each folio and range */

static void guest_mem_test_refs_folio(struct kunit *test)
{
	struct guest_mem *mem = test->priv;

	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA,
					    NR_PAGES * PAGE_SIZE, folio_pa(mem),
					    RW), 0);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 1);
	/* From inside the folio to its end, and a few bytes of one page */
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, 0, 3 * PAGE_SIZE,
					    folio_pa(mem) + 13 * PAGE_SIZE, RO),
			0);
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, 0x10000000, 100,
					    folio_pa(mem) + 5000, RO), 0);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 3);
	vha_iotlb_unmap(&mem->tlb, IOVA, NR_PAGES * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 2);
	vha_iotlb_unmap(&mem->tlb, 0x10000000, 100);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 1);
	vha_iotlb_unmap(&mem->tlb, 0, 3 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 0);
}

static void guest_mem_test_refs_split(struct kunit *test)
{
	struct guest_mem *mem = test->priv;

	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, 5 * PAGE_SIZE,
					    split_pa(mem) + PAGE_SIZE, RW), 0);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 5);
	KUNIT_EXPECT_EQ(test, page_ref_count(mem->split), 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(mem->split + 1), 2);
	KUNIT_EXPECT_EQ(test, page_ref_count(mem->split + 5), 2);
	KUNIT_EXPECT_EQ(test, page_ref_count(mem->split + 6), 1);

	/* Two bytes on two pages */
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, 0, 2,
					    split_pa(mem) + PAGE_SIZE - 1, RW),
			0);
	KUNIT_EXPECT_EQ(test, page_ref_count(mem->split), 2);
	KUNIT_EXPECT_EQ(test, page_ref_count(mem->split + 1), 3);
	vha_iotlb_unmap(&mem->tlb, 0, 2);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 5);
}

/* Pages that nobody holds, as no caller may name them, are refused */
static void guest_mem_test_refs_free_page(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	KUNIT_ASSERT_NOT_NULL(test, page);
	/* Not compound: the second page's count is 0 */
	KUNIT_ASSERT_EQ(test, page_ref_count(page + 1), 0);
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, 4 * PAGE_SIZE,
					    page_to_phys(page), RW), -EINVAL);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	KUNIT_EXPECT_EQ(test, page_ref_count(page + 1), 0);
	expect_fault(test, IOVA);
	__free_pages(page, 2);
}

/* The map and the owner go, the reference of a request stays */
static void guest_mem_test_refs_in_flight(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	struct scatterlist sg;
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, PAGE_SIZE,
					    page_to_phys(page), RW), 0);
	sg_init_table(&sg, 1);
	sg_set_page(&sg, page, PAGE_SIZE, 0);
	vha_pages_get(&sg);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 3);
	/* As vhost-vdpa does it: the pins first */
	put_page(page);
	vha_iotlb_unmap(&mem->tlb, IOVA, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 1);
	vha_pages_put(&sg);
}

struct entry_case {
	const char *name;
	bool split;
	u32 offset;
	u32 length;
	int refs;
};

static const struct entry_case entry_cases[] = {
	{ "a byte", true, 0, 1, 1 },
	{ "a page", true, 0, PAGE_SIZE, 1 },
	{ "end of a page", true, PAGE_SIZE - 1, 1, 1 },
	{ "two bytes on two pages", true, PAGE_SIZE - 1, 2, 2 },
	{ "three pages", true, 100, 2 * PAGE_SIZE, 3 },
	{ "offset beyond the page", true, PAGE_SIZE + 1, PAGE_SIZE, 2 },
	{ "all pages", true, 0, NR_PAGES * PAGE_SIZE, NR_PAGES },
	{ "two pages of a folio", false, PAGE_SIZE - 1, 2, 1 },
	{ "a folio", false, 0, NR_PAGES * PAGE_SIZE, 1 },
};

static void entry_case_desc(const struct entry_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(entry, entry_cases, entry_case_desc);

static void guest_mem_test_entry(struct kunit *test)
{
	const struct entry_case *c = test->param_value;
	struct guest_mem *mem = test->priv;
	struct scatterlist sg;

	sg_init_table(&sg, 1);
	sg_set_page(&sg, c->split ? mem->split : folio_page(mem->folio, 0),
		    c->length, c->offset);
	vha_pages_get(&sg);
	KUNIT_EXPECT_EQ(test, c->split ? split_refs(mem) : folio_refs(mem),
			c->refs);
	vha_pages_put(&sg);
	KUNIT_EXPECT_EQ(test, split_refs(mem) + folio_refs(mem), 0);
}

/* Copies */

static void guest_mem_test_copy(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	const u32 len = 3 * PAGE_SIZE + 77;
	u8 *src = kunit_kzalloc(test, len, GFP_KERNEL);
	u8 *dst = kunit_kzalloc(test, len, GFP_KERNEL);
	u8 *page;

	KUNIT_ASSERT_NOT_NULL(test, src);
	KUNIT_ASSERT_NOT_NULL(test, dst);
	map_reversed(test);
	fill(src, len);
	down_read(&mem->tlb.lock);
	KUNIT_EXPECT_EQ(test, vha_iotlb_write(&mem->tlb, &mem->hint,
					      IOVA + PAGE_SIZE - 50, src, len),
			0);
	KUNIT_EXPECT_EQ(test, vha_iotlb_read(&mem->tlb, &mem->hint,
					     IOVA + PAGE_SIZE - 50, dst, len),
			0);
	up_read(&mem->tlb.lock);
	KUNIT_EXPECT_MEMEQ(test, src, dst, len);
	page = page_address(mem->split + NR_PAGES - 2);
	KUNIT_EXPECT_MEMEQ(test, page, src + 50, PAGE_SIZE);
	page = page_address(mem->split + NR_PAGES - 1);
	KUNIT_EXPECT_EQ(test, page[PAGE_SIZE - 51], 0);
}

static void guest_mem_test_copy_large(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	const u32 len = NR_PAGES * PAGE_SIZE;
	u8 *src = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, src);
	fill(src, len);
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, len, folio_pa(mem),
					    RW), 0);
	down_read(&mem->tlb.lock);
	KUNIT_EXPECT_EQ(test, vha_iotlb_write(&mem->tlb, &mem->hint, IOVA, src,
					      len), 0);
	up_read(&mem->tlb.lock);
	KUNIT_EXPECT_MEMEQ(test, (u8 *)folio_address(mem->folio), src, len);
}

static void guest_mem_test_copy_fault(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	u8 buf[16] = {};

	map_reversed(test);
	vha_iotlb_unmap(&mem->tlb, IOVA + PAGE_SIZE, PAGE_SIZE);
	down_read(&mem->tlb.lock);
	KUNIT_EXPECT_EQ(test, vha_iotlb_read(&mem->tlb, &mem->hint,
					     IOVA + PAGE_SIZE - 8, buf, 16),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, vha_iotlb_write(&mem->tlb, &mem->hint,
					      IOVA + PAGE_SIZE - 8, buf, 16),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, vha_iotlb_read(&mem->tlb, &mem->hint,
					     U64_MAX - 3, buf, 16), -EFAULT);
	KUNIT_EXPECT_EQ(test, vha_iotlb_read(&mem->tlb, &mem->hint, 0, buf, 0),
			0);
	up_read(&mem->tlb.lock);
}

/* Ring memory */

static int vmap_get(struct guest_mem *mem, u64 iova, u32 len,
		    struct vha_vmap *map)
{
	int err;

	down_read(&mem->tlb.lock);
	err = vha_vmap_get(&mem->tlb, iova, len, RW, map);
	up_read(&mem->tlb.lock);
	return err;
}

static void guest_mem_test_vmap_linear(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	struct vha_vmap map;

	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA,
					    NR_PAGES * PAGE_SIZE, split_pa(mem),
					    RW), 0);
	KUNIT_ASSERT_EQ(test, vmap_get(mem, IOVA + 16, 2 * PAGE_SIZE, &map), 0);
	KUNIT_EXPECT_PTR_EQ(test, map.va,
			    page_address(mem->split) + 16);
	KUNIT_EXPECT_NULL(test, map.base);
	KUNIT_EXPECT_EQ(test, split_refs(mem), NR_PAGES + 3);

	/* It survives the range */
	vha_iotlb_reset(&mem->tlb);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 3);
	memset(map.va, 0x11, 2 * PAGE_SIZE);
	vha_vmap_put(&map);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 0);
	KUNIT_EXPECT_NULL(test, map.va);
	vha_vmap_put(&map);
}

static void guest_mem_test_vmap_scattered(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	const u32 len = 3 * PAGE_SIZE;
	struct vha_vmap map;
	u8 *page;

	map_reversed(test);
	KUNIT_ASSERT_EQ(test, vmap_get(mem, IOVA + 64, len, &map), 0);
	KUNIT_EXPECT_NOT_NULL(test, map.base);
	KUNIT_EXPECT_EQ(test, offset_in_page(map.va), 64);
	KUNIT_EXPECT_EQ(test, split_refs(mem), NR_PAGES + 4);
	fill(map.va, len);
	page = page_address(mem->split + NR_PAGES - 2);
	KUNIT_EXPECT_MEMEQ(test, page, (u8 *)map.va + PAGE_SIZE - 64,
			   PAGE_SIZE);
	vha_iotlb_reset(&mem->tlb);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 4);
	vha_vmap_put(&map);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 0);
}

static void guest_mem_test_vmap_identity(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	struct vha_vmap map;

	vha_iotlb_set_identity(&mem->tlb, true);
	KUNIT_ASSERT_EQ(test, vmap_get(mem, folio_pa(mem) + 4, 2 * PAGE_SIZE,
				       &map), 0);
	KUNIT_EXPECT_PTR_EQ(test, map.va, folio_address(mem->folio) + 4);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 0);
	vha_iotlb_set_identity(&mem->tlb, false);
	vha_vmap_put(&map);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 0);
}

static void guest_mem_test_vmap_refused(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	struct vha_vmap map;

	map_reversed(test);
	KUNIT_EXPECT_EQ(test, vmap_get(mem, IOVA, 0, &map), -EINVAL);
	KUNIT_EXPECT_EQ(test, vmap_get(mem, IOVA + 15 * PAGE_SIZE,
				       PAGE_SIZE + 1, &map), -EFAULT);
	KUNIT_EXPECT_NULL(test, map.pages);
	vha_vmap_put(&map);
	KUNIT_EXPECT_EQ(test, vmap_get(mem, U64_MAX, 16, &map), -EFAULT);
	/* A range that lies otherwise in its pages than in its addresses */
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, 0, PAGE_SIZE,
					    folio_pa(mem) + 16, RW), 0);
	KUNIT_EXPECT_EQ(test, vmap_get(mem, 0, 16, &map), -EINVAL);
	KUNIT_EXPECT_EQ(test, split_refs(mem), NR_PAGES);
}

static struct kunit_case guest_mem_test_cases[] = {
	KUNIT_CASE(guest_mem_test_refs_folio),
	KUNIT_CASE(guest_mem_test_refs_split),
	KUNIT_CASE(guest_mem_test_refs_free_page),
	KUNIT_CASE(guest_mem_test_refs_in_flight),
	KUNIT_CASE_PARAM(guest_mem_test_entry, entry_gen_params),
	KUNIT_CASE(guest_mem_test_copy),
	KUNIT_CASE(guest_mem_test_copy_large),
	KUNIT_CASE(guest_mem_test_copy_fault),
	KUNIT_CASE(guest_mem_test_vmap_linear),
	KUNIT_CASE(guest_mem_test_vmap_scattered),
	KUNIT_CASE(guest_mem_test_vmap_identity),
	KUNIT_CASE(guest_mem_test_vmap_refused),
	{}
};

static struct kunit_suite guest_mem_test_suite = {
	.name = "vhost_accel_guest_mem",
	.init = guest_mem_init,
	.exit = guest_mem_exit,
	.test_cases = guest_mem_test_cases,
};

kunit_test_suite(guest_mem_test_suite);
