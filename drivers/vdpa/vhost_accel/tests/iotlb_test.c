// SPDX-License-Identifier: GPL-2.0
/*
 * Address maps: what translates to what.
 */
#include "../iotlb.h"

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/mm.h>

#include "guest_mem.h"

/* Arguments of map that are refused, whatever is mapped */

struct refuse_case {
	const char *name;
	u64 iova;
	u64 size;
	u64 pa_offset;
	u32 perm;
};

static const struct refuse_case refuse_cases[] = {
	{ "no size", IOVA, 0, 0, RW },
	{ "no permission", IOVA, PAGE_SIZE, 0, 0 },
	{ "unknown permission", IOVA, PAGE_SIZE, 0, RW | 4 },
	{ "address wraps", U64_MAX - PAGE_SIZE + 2, PAGE_SIZE, 0, RW },
	{ "all of the address space but a byte", 1, U64_MAX, 0, RW },
	{ "size wraps physically", 0, U64_MAX, 0, RW },
	{ "no such page", IOVA, PAGE_SIZE, 1ULL << 60, RW },
	{ "no such page at the very end", IOVA, 1, U64_MAX, RW },
};

static void refuse_case_desc(const struct refuse_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refuse, refuse_cases, refuse_case_desc);

static void iotlb_test_refuse(struct kunit *test)
{
	const struct refuse_case *c = test->param_value;
	struct guest_mem *mem = test->priv;
	u64 pa = c->pa_offset == U64_MAX ? U64_MAX :
					   folio_pa(mem) + c->pa_offset;

	KUNIT_EXPECT_EQ(test,
			vha_iotlb_map(&mem->tlb, c->iova, c->size, pa, c->perm),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, mem->tlb.generation, 1);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 0);
}

/* The first and the last byte of the address space are as good as others */
static void iotlb_test_limits(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	u64 last = U64_MAX - PAGE_SIZE + 1;
	u64 pa;
	u32 run;

	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, 0, PAGE_SIZE,
					    folio_pa(mem), RW), 0);
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, last, PAGE_SIZE,
					    folio_pa(mem) + PAGE_SIZE, RW), 0);
	expect_at(test, 0, folio_pa(mem));
	expect_at(test, U64_MAX, folio_pa(mem) + 2 * PAGE_SIZE - 1);
	KUNIT_EXPECT_EQ(test, translate(mem, U64_MAX, U32_MAX, RO, &pa, &run),
			0);
	KUNIT_EXPECT_EQ(test, run, 1);
	vha_iotlb_unmap(&mem->tlb, 1, U64_MAX);
	expect_fault(test, 0);
	expect_fault(test, U64_MAX);
}

struct overlap_case {
	const char *name;
	u64 page;
	u64 pages;
	int ret;
};

/* Beside a range of pages 4 to 7 */
static const struct overlap_case overlap_cases[] = {
	{ "the same", 4, 4, -EEXIST },
	{ "inside", 5, 2, -EEXIST },
	{ "around", 3, 6, -EEXIST },
	{ "first page", 2, 3, -EEXIST },
	{ "last page", 7, 3, -EEXIST },
	{ "before", 0, 4, 0 },
	{ "behind", 8, 4, 0 },
};

static void overlap_case_desc(const struct overlap_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(overlap, overlap_cases, overlap_case_desc);

static void iotlb_test_overlap(struct kunit *test)
{
	const struct overlap_case *c = test->param_value;
	struct guest_mem *mem = test->priv;
	u64 generation;

	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA + 4 * PAGE_SIZE,
					    4 * PAGE_SIZE, split_pa(mem), RW),
			0);
	generation = mem->tlb.generation;
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb,
					    IOVA + c->page * PAGE_SIZE,
					    c->pages * PAGE_SIZE,
					    split_pa(mem), RW), c->ret);
	KUNIT_EXPECT_EQ(test, split_refs(mem), c->ret ? 4 : 4 + c->pages);
	KUNIT_EXPECT_EQ(test, mem->tlb.generation != generation, !c->ret);
}

/* Maps of every size that a VMM makes */

static const unsigned int set_cases[] = { 1, 2, 3, 96, 2048, 6384, 10000 };

static void set_case_desc(const unsigned int *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u ranges", *c);
}

KUNIT_ARRAY_PARAM(set, set_cases, set_case_desc);

static u64 set_iova(unsigned int i)
{
	/* Not in order, with a hole behind each */
	return IOVA + ((u64)i * 7919 % 16384) * 2 * PAGE_SIZE;
}

static void iotlb_test_set(struct kunit *test)
{
	const unsigned int n = *(const unsigned int *)test->param_value;
	struct guest_mem *mem = test->priv;
	unsigned int i;

	for (i = 0; i < n; i++) {
		u64 pa = folio_pa(mem) + i % NR_PAGES * PAGE_SIZE;

		KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, set_iova(i),
						    PAGE_SIZE, pa, RW), 0);
	}
	KUNIT_EXPECT_EQ(test, folio_refs(mem), n);
	KUNIT_EXPECT_EQ(test, mem->tlb.generation, 1 + n);
	for (i = 0; i < n; i++) {
		u64 pa = folio_pa(mem) + i % NR_PAGES * PAGE_SIZE;

		expect_at(test, set_iova(i) + i % PAGE_SIZE,
			  pa + i % PAGE_SIZE);
		expect_fault(test, set_iova(i) + PAGE_SIZE);
	}
	for (i = 0; i < n; i += 2)
		vha_iotlb_unmap(&mem->tlb, set_iova(i), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), n / 2);
	for (i = 0; i < n; i += 2)
		expect_fault(test, set_iova(i));
	vha_iotlb_reset(&mem->tlb);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 0);
	expect_fault(test, set_iova(1));
}

static void iotlb_test_full(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	unsigned int i;

	for (i = 0; i < VHA_IOTLB_MAX_RANGES; i++)
		KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb,
						    IOVA + i * PAGE_SIZE,
						    PAGE_SIZE, folio_pa(mem),
						    RW), 0);
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, 0, PAGE_SIZE,
					    folio_pa(mem), RW), -ENOSPC);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), VHA_IOTLB_MAX_RANGES);
	vha_iotlb_unmap(&mem->tlb, IOVA, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, 0, PAGE_SIZE,
					    folio_pa(mem), RW), 0);
}

/* Unmapping */

static void iotlb_test_unmap(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	u64 generation;
	int i;

	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_EQ(test,
				vha_iotlb_map(&mem->tlb,
					      IOVA + i * 4 * PAGE_SIZE,
					      4 * PAGE_SIZE,
					      split_pa(mem) + i * 4 * PAGE_SIZE,
					      RW), 0);
	generation = mem->tlb.generation;
	/* What isn't there */
	vha_iotlb_unmap(&mem->tlb, 0, PAGE_SIZE);
	vha_iotlb_unmap(&mem->tlb, IOVA, 0);
	vha_iotlb_unmap(&mem->tlb, IOVA + NR_PAGES * PAGE_SIZE, U64_MAX);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 16);
	KUNIT_EXPECT_EQ(test, mem->tlb.generation, generation);
	/* A byte of one, and two bytes of two */
	vha_iotlb_unmap(&mem->tlb, IOVA + PAGE_SIZE, 1);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 12);
	KUNIT_EXPECT_NE(test, mem->tlb.generation, generation);
	expect_fault(test, IOVA);
	vha_iotlb_unmap(&mem->tlb, IOVA + 8 * PAGE_SIZE - 1, 2);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 4);
	expect_at(test, IOVA + 12 * PAGE_SIZE, split_pa(mem) + 12 * PAGE_SIZE);
	/* A size beyond the end of the address space means its end */
	vha_iotlb_unmap(&mem->tlb, IOVA, U64_MAX);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 0);
}

struct unmap_thread {
	struct vha_iotlb *tlb;
	struct completion started;
	struct completion done;
};

static int unmap_thread(void *priv)
{
	struct unmap_thread *thread = priv;

	complete(&thread->started);
	vha_iotlb_unmap(thread->tlb, IOVA, PAGE_SIZE);
	complete(&thread->done);
	return 0;
}

static void iotlb_test_unmap_waits(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	struct unmap_thread *thread;
	struct task_struct *task;

	thread = kunit_kzalloc(test, sizeof(*thread), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, thread);
	thread->tlb = &mem->tlb;
	init_completion(&thread->started);
	init_completion(&thread->done);
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, PAGE_SIZE,
					    folio_pa(mem), RW), 0);
	down_read(&mem->tlb.lock);
	task = kthread_run(unmap_thread, thread, "vha-unmap-test");
	if (!IS_ERR(task)) {
		wait_for_completion(&thread->started);
		KUNIT_EXPECT_EQ(test,
				wait_for_completion_timeout(&thread->done,
							    HZ / 10), 0);
		KUNIT_EXPECT_EQ(test, folio_refs(mem), 1);
	}
	up_read(&mem->tlb.lock);
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	wait_for_completion(&thread->done);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 0);
}

/* Permissions */

struct perm_case {
	u32 mapped;
	u32 asked;
	int ret;
};

static const struct perm_case perm_cases[] = {
	{ RO, RO, 0 }, { RO, WO, -EFAULT }, { RO, RW, -EFAULT },
	{ WO, RO, -EFAULT }, { WO, WO, 0 }, { WO, RW, -EFAULT },
	{ RW, RO, 0 }, { RW, WO, 0 }, { RW, RW, 0 },
};

static void perm_case_desc(const struct perm_case *c, char *desc)
{
	static const char * const names[] = { "", "r", "w", "rw" };

	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s as %s", names[c->mapped],
		 names[c->asked]);
}

KUNIT_ARRAY_PARAM(perm, perm_cases, perm_case_desc);

static void iotlb_test_perm(struct kunit *test)
{
	const struct perm_case *c = test->param_value;
	struct guest_mem *mem = test->priv;
	struct vha_vmap map;
	u8 byte = 0x5a;
	u64 pa;
	u32 run;
	int i;

	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, PAGE_SIZE,
					    folio_pa(mem), c->mapped), 0);
	/* With a hint and without */
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, translate(mem, IOVA, 1, c->asked, &pa,
						&run), c->ret);
	down_read(&mem->tlb.lock);
	KUNIT_EXPECT_EQ(test, vha_vmap_get(&mem->tlb, IOVA, 1, c->asked, &map),
			c->ret);
	if (c->asked == RO)
		KUNIT_EXPECT_EQ(test, vha_iotlb_read(&mem->tlb, &mem->hint,
						     IOVA, &byte, 1), c->ret);
	if (c->asked == WO)
		KUNIT_EXPECT_EQ(test, vha_iotlb_write(&mem->tlb, &mem->hint,
						      IOVA, &byte, 1), c->ret);
	up_read(&mem->tlb.lock);
	vha_vmap_put(&map);
	KUNIT_EXPECT_EQ(test, *(u8 *)folio_address(mem->folio),
			c->asked == WO && !c->ret ? 0x5a : 0);
}

/* Runs and hints */

static void iotlb_test_run(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	u64 pa;
	u32 run;

	/* Two ranges that could be one */
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, 2 * PAGE_SIZE,
					    folio_pa(mem), RW), 0);
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA + 2 * PAGE_SIZE,
					    PAGE_SIZE,
					    folio_pa(mem) + 2 * PAGE_SIZE, RW),
			0);
	KUNIT_EXPECT_EQ(test, translate(mem, IOVA + 10, U32_MAX, RO, &pa, &run),
			0);
	KUNIT_EXPECT_EQ(test, pa, folio_pa(mem) + 10);
	KUNIT_EXPECT_EQ(test, run, 2 * PAGE_SIZE - 10);
	KUNIT_EXPECT_EQ(test, translate(mem, IOVA + 10, 2 * PAGE_SIZE - 11, RO,
					&pa, &run), 0);
	KUNIT_EXPECT_EQ(test, run, 2 * PAGE_SIZE - 11);
	KUNIT_EXPECT_EQ(test, translate(mem, IOVA + 2 * PAGE_SIZE, U32_MAX, RO,
					&pa, &run), 0);
	KUNIT_EXPECT_EQ(test, run, PAGE_SIZE);
}

static void iotlb_test_hint(struct kunit *test)
{
	struct guest_mem *mem = test->priv;

	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, PAGE_SIZE,
					    folio_pa(mem), RW), 0);
	expect_at(test, IOVA, folio_pa(mem));
	KUNIT_EXPECT_EQ(test, mem->hint.generation, mem->tlb.generation);

	/* Something else changed: still right */
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, 0, PAGE_SIZE,
					    folio_pa(mem), RW), 0);
	expect_at(test, IOVA, folio_pa(mem));

	/* The same address, another page */
	vha_iotlb_unmap(&mem->tlb, IOVA, PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, PAGE_SIZE,
					    split_pa(mem), RW), 0);
	expect_at(test, IOVA, split_pa(mem));

	/* Gone, by all ways to go */
	vha_iotlb_unmap(&mem->tlb, IOVA, PAGE_SIZE);
	expect_fault(test, IOVA);
	expect_at(test, 0, folio_pa(mem));
	vha_iotlb_reset(&mem->tlb);
	expect_fault(test, 0);
	expect_fault(test, 0);
	vha_iotlb_set_identity(&mem->tlb, true);
	expect_at(test, folio_pa(mem), folio_pa(mem));
	vha_iotlb_set_identity(&mem->tlb, false);
	expect_fault(test, folio_pa(mem));
}

/* Identity */

static void iotlb_test_identity(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	u64 generation, pa;
	u32 run;
	u8 byte = 0xa5;

	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, PAGE_SIZE,
					    folio_pa(mem), RW), 0);
	generation = mem->tlb.generation;
	vha_iotlb_set_identity(&mem->tlb, false);
	KUNIT_EXPECT_EQ(test, mem->tlb.generation, generation);
	expect_at(test, IOVA, folio_pa(mem));

	vha_iotlb_set_identity(&mem->tlb, true);
	KUNIT_EXPECT_NE(test, mem->tlb.generation, generation);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 0);
	expect_at(test, folio_pa(mem) + 123, folio_pa(mem) + 123);
	KUNIT_EXPECT_EQ(test, translate(mem, folio_pa(mem), PAGE_SIZE, RW, &pa,
					&run), 0);
	KUNIT_EXPECT_EQ(test, run, PAGE_SIZE);
	down_read(&mem->tlb.lock);
	KUNIT_EXPECT_EQ(test, vha_iotlb_write(&mem->tlb, &mem->hint,
					      folio_pa(mem) + 7, &byte, 1), 0);
	up_read(&mem->tlb.lock);
	KUNIT_EXPECT_EQ(test, ((u8 *)folio_address(mem->folio))[7], 0xa5);
	expect_fault(test, 1ULL << 60);
	expect_fault(test, U64_MAX);
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, PAGE_SIZE,
					    folio_pa(mem), RW), -EBUSY);
	vha_iotlb_unmap(&mem->tlb, 0, U64_MAX);
	expect_at(test, folio_pa(mem), folio_pa(mem));

	/* A reset ends it */
	vha_iotlb_reset(&mem->tlb);
	expect_fault(test, folio_pa(mem));
	KUNIT_EXPECT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA, PAGE_SIZE,
					    folio_pa(mem), RW), 0);
}

/* Every page that the kernel knows, and none beyond, wherever memory ends */
static void iotlb_test_identity_limits(struct kunit *test)
{
	struct guest_mem *mem = test->priv;
	unsigned long pfn = folio_pfn(mem->folio);
	u64 pa;
	u32 run;

	vha_iotlb_set_identity(&mem->tlb, true);
	while (pfn_valid(pfn))
		pfn++;
	expect_fault(test, PFN_PHYS(pfn));
	expect_at(test, PFN_PHYS(pfn) - 1, PFN_PHYS(pfn) - 1);
	expect_fault(test, PFN_PHYS(pfn));
	KUNIT_EXPECT_EQ(test, translate(mem, PFN_PHYS(pfn) - PAGE_SIZE, U32_MAX,
					RO, &pa, &run), 0);
	KUNIT_EXPECT_EQ(test, run, PAGE_SIZE);
}

/* A fresh map gives access to nothing */
static void iotlb_test_empty(struct kunit *test)
{
	struct guest_mem *mem = test->priv;

	expect_fault(test, 0);
	expect_fault(test, folio_pa(mem));
	expect_fault(test, IOVA);
	expect_fault(test, U64_MAX);
	KUNIT_EXPECT_NE(test, mem->tlb.generation, 0);
}

static struct kunit_case iotlb_test_cases[] = {
	KUNIT_CASE(iotlb_test_empty),
	KUNIT_CASE_PARAM(iotlb_test_refuse, refuse_gen_params),
	KUNIT_CASE(iotlb_test_limits),
	KUNIT_CASE_PARAM(iotlb_test_overlap, overlap_gen_params),
	KUNIT_CASE_PARAM(iotlb_test_set, set_gen_params),
	KUNIT_CASE(iotlb_test_full),
	KUNIT_CASE(iotlb_test_unmap),
	KUNIT_CASE(iotlb_test_unmap_waits),
	KUNIT_CASE_PARAM(iotlb_test_perm, perm_gen_params),
	KUNIT_CASE(iotlb_test_run),
	KUNIT_CASE(iotlb_test_hint),
	KUNIT_CASE(iotlb_test_identity),
	KUNIT_CASE(iotlb_test_identity_limits),
	{}
};

static struct kunit_suite iotlb_test_suite = {
	.name = "vhost_accel_iotlb",
	.init = guest_mem_init,
	.exit = guest_mem_exit,
	.test_cases = iotlb_test_cases,
};

kunit_test_suite(iotlb_test_suite);
