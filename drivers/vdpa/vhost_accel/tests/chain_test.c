// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptor chains: private copies, lists of the guest's pages, overlaps.
 */
#include "../chain.h"

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "guest_mem.h"

#define MAX_NENTS	8

/* A chain by hand: up to eight descriptors, the first nr_out readable */
struct chain_ctx {
	struct vha_ring_chain rc;
	struct vha_chain chain;
	struct scatterlist sg[MAX_NENTS];
	struct vha_sgl sgl;
};

static struct guest_mem *mem_of(struct kunit *test)
{
	return test->priv;
}

static struct chain_ctx *chain_ctx_new(struct kunit *test)
{
	struct chain_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	sg_init_table(ctx->sg, MAX_NENTS);
	vha_sgl_init(&ctx->sgl, ctx->sg, MAX_NENTS);
	return ctx;
}

static void add_out(struct chain_ctx *ctx, u64 addr, u32 len)
{
	ctx->rc.desc[ctx->rc.nr_out++] = (struct vha_desc){ addr, len };
}

static void add_in(struct chain_ctx *ctx, u64 addr, u32 len)
{
	u16 nr = ctx->rc.nr_out + ctx->rc.nr_in++;

	ctx->rc.desc[nr] = (struct vha_desc){ addr, len };
}

/* The lock stays taken until end() */
static void start(struct kunit *test, struct chain_ctx *ctx)
{
	struct guest_mem *mem = mem_of(test);

	down_read(&mem->tlb.lock);
	KUNIT_EXPECT_EQ(test, vha_chain_start(&ctx->chain, &mem->tlb,
					      &mem->hint, &ctx->rc), 0);
}

static void end(struct kunit *test)
{
	up_read(&mem_of(test)->tlb.lock);
}

/* Pages 0 to 15: page n of IOVA is page n of the split ones */
static void map_split(struct kunit *test, u32 perm)
{
	struct guest_mem *mem = mem_of(test);

	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA,
					    NR_PAGES * PAGE_SIZE, split_pa(mem),
					    perm), 0);
}

static void map_folio(struct kunit *test, u32 perm)
{
	struct guest_mem *mem = mem_of(test);

	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA,
					    NR_PAGES * PAGE_SIZE, folio_pa(mem),
					    perm), 0);
}

/* What the crypto API relies on, and nothing more than that */
static void expect_list(struct kunit *test, struct chain_ctx *ctx, int nents,
			u32 len)
{
	struct scatterlist *sg;
	u32 sum = 0;
	int i;

	KUNIT_EXPECT_EQ(test, ctx->sgl.nents, nents);
	KUNIT_EXPECT_EQ(test, sg_nents(ctx->sg), nents ?: 1);
	for_each_sg(ctx->sg, sg, nents ?: 1, i) {
		KUNIT_ASSERT_NOT_NULL(test, sg);
		sum += sg->length;
	}
	KUNIT_EXPECT_EQ(test, sum, len);
	KUNIT_EXPECT_TRUE(test, sg_is_last(&ctx->sg[nents ? nents - 1 : 0]));
}

/* Copies */

static void chain_test_pull(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	struct guest_mem *mem = mem_of(test);
	u8 *pages = page_address(mem->split);
	u8 buf[40] = {};

	map_split(test, RO);
	fill(pages, NR_PAGES * PAGE_SIZE);
	add_out(ctx, IOVA + 100, 10);
	add_out(ctx, IOVA + PAGE_SIZE - 2, 4);
	add_out(ctx, IOVA + 7, 1);
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, ctx->chain.out.left, 15);
	KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, buf, 0), 0);
	KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, buf, 3), 0);
	KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, buf + 3, 9), 0);
	KUNIT_EXPECT_EQ(test, ctx->chain.out.left, 3);
	KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, buf + 12, 4),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, buf + 12, 3), 0);
	KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, buf, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, buf, 0), 0);
	KUNIT_EXPECT_EQ(test, ctx->chain.copied, 15);
	end(test);
	KUNIT_EXPECT_MEMEQ(test, buf, pages + 100, 10);
	KUNIT_EXPECT_MEMEQ(test, buf + 10, pages + PAGE_SIZE - 2, 4);
	KUNIT_EXPECT_EQ(test, buf[14], pages[7]);
	KUNIT_EXPECT_EQ(test, buf[15], 0);
}

static void chain_test_push(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	u8 *pages = page_address(mem_of(test)->split);
	u8 buf[16];

	map_split(test, WO);
	fill(buf, 16);
	add_out(ctx, IOVA, 1);
	add_in(ctx, IOVA + 100, 10);
	add_in(ctx, IOVA + PAGE_SIZE - 2, 7);
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_chain_push(&ctx->chain, buf, 18), -EINVAL);
	KUNIT_EXPECT_EQ(test, vha_chain_push(&ctx->chain, buf, 16), 0);
	KUNIT_EXPECT_EQ(test, ctx->chain.in.left, 1);
	end(test);
	KUNIT_EXPECT_MEMEQ(test, pages + 100, buf, 10);
	KUNIT_EXPECT_MEMEQ(test, pages + PAGE_SIZE - 2, buf + 10, 6);
	KUNIT_EXPECT_EQ(test, pages[110], 0);
	KUNIT_EXPECT_EQ(test, pages[PAGE_SIZE + 4], 0);
}

static void chain_test_copy_fault(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	u8 buf[16] = {};

	map_split(test, RO);
	add_out(ctx, IOVA + NR_PAGES * PAGE_SIZE - 8, 16);
	add_in(ctx, IOVA, 16);
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, buf, 16), -EFAULT);
	KUNIT_EXPECT_EQ(test, vha_chain_push(&ctx->chain, buf, 16), -EFAULT);
	end(test);
}

static void chain_test_too_long(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	struct guest_mem *mem = mem_of(test);

	add_out(ctx, IOVA, U32_MAX);
	add_in(ctx, IOVA, 1);
	start(test, ctx);
	ctx->rc.desc[1].len = 2;
	KUNIT_EXPECT_EQ(test, vha_chain_start(&ctx->chain, &mem->tlb,
					      &mem->hint, &ctx->rc), -EINVAL);
	end(test);
}

/* The tail */

struct tail_case {
	const char *name;
	u32 in[3];
	u32 len;
	int ret;
	u32 offset;
};

/* Descriptors are a page apart */
static const struct tail_case tail_cases[] = {
	{ "a byte of its own", { 100, 1 }, 1, 0, PAGE_SIZE },
	{ "last byte of the data", { 100 }, 1, 0, 99 },
	{ "nothing but it", { 16 }, 16, 0, 0 },
	{ "in three", { 1, 2, 20 }, 16, 0, 2 * PAGE_SIZE + 4 },
	{ "straddling", { 100, 15 }, 16, -EINVAL, 0 },
	{ "too short", { 15 }, 16, -EINVAL, 0 },
	{ "nothing writable", { 0 }, 1, -EINVAL, 0 },
	{ "no length", { 1 }, 0, -EINVAL, 0 },
	{ "4 GB", { 100 }, U32_MAX, -EINVAL, 0 },
};

static void tail_case_desc(const struct tail_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tail, tail_cases, tail_case_desc);

static void chain_test_tail(struct kunit *test)
{
	const struct tail_case *c = test->param_value;
	struct chain_ctx *ctx = chain_ctx_new(test);
	u64 iova = 0;
	u32 sum = 0;
	int i;

	map_split(test, RW);
	for (i = 0; i < 3 && c->in[i]; i++) {
		add_in(ctx, IOVA + i * PAGE_SIZE, c->in[i]);
		sum += c->in[i];
	}
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_chain_tail(&ctx->chain, c->len, &iova),
			c->ret);
	if (!c->ret) {
		u32 left = sum - c->len;

		KUNIT_EXPECT_EQ(test, iova, IOVA + c->offset);
		/* Nothing else reaches it */
		KUNIT_EXPECT_EQ(test, ctx->chain.in.left, left);
		KUNIT_EXPECT_EQ(test, vha_chain_map_in(&ctx->chain, &ctx->sgl,
						       left + 1), -EINVAL);
		KUNIT_EXPECT_EQ(test, vha_chain_map_in(&ctx->chain, &ctx->sgl,
						       left), 0);
		KUNIT_EXPECT_EQ(test, vha_chain_map_in(&ctx->chain, &ctx->sgl,
						       1), -EINVAL);
		expect_list(test, ctx, ctx->sgl.nents, left);
	}
	end(test);
	vha_sgl_release(&ctx->sgl);
}

/* Lists */

struct map_case {
	const char *name;
	/* Offsets into the guest's memory and lengths */
	u32 desc[4][2];
	u32 skip;
	u32 len;
	int ret;
	u16 nents;
	int split_refs;
};

#define P(n)	((n) * PAGE_SIZE)

static const struct map_case map_cases[] = {
	{ "nothing", { { 0, 16 } }, 0, 0, 0, 0, 0 },
	{ "a byte", { { P(3) - 1, 1 } }, 0, 1, 0, 1, 1 },
	{ "a page", { { 0, P(1) } }, 0, P(1), 0, 1, 1 },
	{ "two bytes on two pages", { { P(3) - 1, 2 } }, 0, 2, 0, 1, 2 },
	{ "everything", { { 0, P(16) } }, 0, P(16), 0, 1, 16 },
	{ "part of a descriptor", { { 16, P(2) } }, 32, 64, 0, 1, 1 },
	{ "two neighbours", { { 0, P(1) }, { P(1), P(1) } }, 0, P(2), 0, 1, 2 },
	{ "neighbours in a page", { { 5, 7 }, { 12, 9 } }, 0, 16, 0, 1, 1 },
	{ "neighbours, wrong order", { { P(1), P(1) }, { 0, P(1) } }, 0, P(2),
	  0, 2, 2 },
	{ "a byte between", { { 5, 7 }, { 13, 9 } }, 0, 16, 0, 2, 2 },
	{ "same page twice", { { 0, P(1) }, { 0, P(1) } }, 0, P(2), 0, 2, 2 },
	{ "two, two", { { P(2), 10 }, { P(2) + 10, 10 }, { P(4), 10 },
			{ P(4) + 10, 10 } }, 5, 30, 0, 2, 2 },
	{ "beyond the map", { { P(15), P(2) } }, 0, P(2), -EFAULT, 0, 0 },
	{ "beyond the map, second", { { 0, P(1) }, { P(16), 1 } }, 0,
	  P(1) + 1, -EFAULT, 0, 0 },
	{ "longer than the chain", { { 0, P(1) } }, 0, P(1) + 1, -EINVAL, 0,
	  0 },
	{ "longer than what is left", { { 0, P(1) } }, 1, P(1), -EINVAL, 0, 0 },
};

static void map_case_desc(const struct map_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(map, map_cases, map_case_desc);

static void chain_test_map(struct kunit *test)
{
	const struct map_case *c = test->param_value;
	struct chain_ctx *ctx = chain_ctx_new(test);
	struct guest_mem *mem = mem_of(test);
	u8 *skipped = kunit_kzalloc(test, 64, GFP_KERNEL);
	u8 *got = kunit_kzalloc(test, P(16), GFP_KERNEL);
	u8 *want = kunit_kzalloc(test, P(16), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, skipped);
	KUNIT_ASSERT_NOT_NULL(test, got);
	KUNIT_ASSERT_NOT_NULL(test, want);
	map_split(test, RO);
	fill(page_address(mem->split), P(16));
	for (i = 0; i < 4 && c->desc[i][1]; i++)
		add_out(ctx, IOVA + c->desc[i][0], c->desc[i][1]);
	start(test, ctx);
	KUNIT_ASSERT_EQ(test, vha_chain_pull(&ctx->chain, skipped, c->skip), 0);
	KUNIT_EXPECT_EQ(test, vha_chain_map_out(&ctx->chain, &ctx->sgl, c->len),
			c->ret);
	expect_list(test, ctx, c->nents, c->ret ? 0 : c->len);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 16 + c->split_refs);
	end(test);
	if (!c->ret) {
		start(test, ctx);
		KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, want,
						     c->skip), 0);
		KUNIT_EXPECT_EQ(test, vha_chain_pull(&ctx->chain, want, c->len),
				0);
		end(test);
		sg_copy_to_buffer(ctx->sg, sg_nents(ctx->sg), got, c->len);
		KUNIT_EXPECT_MEMEQ(test, got, want, c->len);
	}
	vha_sgl_release(&ctx->sgl);
	expect_list(test, ctx, 0, 0);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 16);
}

/* One reference per folio and entry, not per page or descriptor */
static void chain_test_map_folio(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	struct guest_mem *mem = mem_of(test);

	map_folio(test, RW);
	add_in(ctx, IOVA + 10, P(2));
	add_in(ctx, IOVA + P(2) + 10, P(2));
	add_in(ctx, IOVA + P(8), P(2));
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_chain_map_in(&ctx->chain, &ctx->sgl, P(6)),
			0);
	end(test);
	expect_list(test, ctx, 2, P(6));
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 1 + 2);
	/* The range goes, the request keeps its pages */
	vha_iotlb_unmap(&mem->tlb, IOVA, 1);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 2);
	vha_sgl_release(&ctx->sgl);
	KUNIT_EXPECT_EQ(test, folio_refs(mem), 0);
	vha_sgl_release(&ctx->sgl);
}

static void chain_test_map_perm(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	struct guest_mem *mem = mem_of(test);

	/* What can't be written is no destination, not even its last byte */
	map_folio(test, RW);
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA + P(16), PAGE_SIZE,
					    split_pa(mem), RO), 0);
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA + P(17), PAGE_SIZE,
					    split_pa(mem), WO), 0);
	add_out(ctx, IOVA + P(16) - 1, PAGE_SIZE + 2);
	add_in(ctx, IOVA + P(16) - 100, 101);
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_chain_map_in(&ctx->chain, &ctx->sgl, 101),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, vha_chain_map_out(&ctx->chain, &ctx->sgl,
						PAGE_SIZE + 2), -EFAULT);
	end(test);
	expect_list(test, ctx, 0, 0);
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_chain_map_in(&ctx->chain, &ctx->sgl, 100), 0);
	KUNIT_EXPECT_EQ(test, vha_chain_map_out(&ctx->chain, &ctx->sgl,
						PAGE_SIZE + 1), 0);
	end(test);
	vha_sgl_release(&ctx->sgl);
}

static void chain_test_map_full(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	struct guest_mem *mem = mem_of(test);
	int i;

	map_split(test, RO);
	for (i = 0; i < 16; i++)
		add_out(ctx, IOVA + P(15 - i), PAGE_SIZE);
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_chain_map_out(&ctx->chain, &ctx->sgl,
						P(3)), 0);
	/* The rest doesn't fit; the first three stay as they are */
	KUNIT_EXPECT_EQ(test, vha_chain_map_out(&ctx->chain, &ctx->sgl,
						P(6)), -E2BIG);
	expect_list(test, ctx, 3, P(3));
	KUNIT_EXPECT_EQ(test, split_refs(mem), 16 + 3);
	end(test);
	vha_sgl_release(&ctx->sgl);
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_chain_map_out(&ctx->chain, &ctx->sgl,
						P(8)), 0);
	expect_list(test, ctx, 8, P(8));
	end(test);
	vha_sgl_release(&ctx->sgl);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 16);
}

static void chain_test_identity(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	struct guest_mem *mem = mem_of(test);

	vha_iotlb_set_identity(&mem->tlb, true);
	add_out(ctx, split_pa(mem), P(2));
	add_in(ctx, split_pa(mem) + P(2), P(2));
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_chain_map_out(&ctx->chain, &ctx->sgl, P(2)),
			0);
	expect_list(test, ctx, 1, P(2));
	KUNIT_EXPECT_PTR_EQ(test, sg_page(ctx->sg), mem->split);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 0);
	end(test);
	/* Not even if the map is another one by now */
	vha_iotlb_set_identity(&mem->tlb, false);
	vha_sgl_release(&ctx->sgl);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 0);
}

/* AAD in front, the guest's pages behind */
static void chain_test_private(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	struct guest_mem *mem = mem_of(test);
	u8 *aad = kunit_kzalloc(test, 32, GFP_KERNEL);
	int refs;

	KUNIT_ASSERT_NOT_NULL(test, aad);
	refs = page_ref_count(virt_to_head_page(aad));
	map_split(test, RW);
	add_out(ctx, IOVA + 8, 20);
	start(test, ctx);
	KUNIT_EXPECT_EQ(test, vha_sgl_add_private(&ctx->sgl, aad, 0), 0);
	expect_list(test, ctx, 0, 0);
	KUNIT_EXPECT_EQ(test, vha_sgl_add_private(&ctx->sgl, aad, 20), 0);
	expect_list(test, ctx, 1, 20);
	KUNIT_EXPECT_PTR_EQ(test, sg_virt(ctx->sg), (void *)aad);
	KUNIT_EXPECT_EQ(test, vha_chain_map_out(&ctx->chain, &ctx->sgl, 20), 0);
	expect_list(test, ctx, 2, 40);
	end(test);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 17);
	vha_sgl_release(&ctx->sgl);
	KUNIT_EXPECT_EQ(test, split_refs(mem), 16);
	KUNIT_EXPECT_EQ(test, page_ref_count(virt_to_head_page(aad)), refs);

	/* Only private, and full */
	while (ctx->sgl.nents < MAX_NENTS)
		KUNIT_ASSERT_EQ(test, vha_sgl_add_private(&ctx->sgl, aad, 1),
				0);
	KUNIT_EXPECT_EQ(test, vha_sgl_add_private(&ctx->sgl, aad, 1), -E2BIG);
	expect_list(test, ctx, MAX_NENTS, MAX_NENTS);
	vha_sgl_release(&ctx->sgl);
	expect_list(test, ctx, 0, 0);
}

/* The end mark is right whatever a list was before; DEBUG_SG looks, too */
static void chain_test_reuse(struct kunit *test)
{
	struct chain_ctx *ctx = chain_ctx_new(test);
	struct guest_mem *mem = mem_of(test);
	unsigned int i, j, seed = 1;

	map_split(test, RO);
	for (i = 0; i < 16; i++)
		add_out(ctx, IOVA + P(15 - i), PAGE_SIZE);
	for (i = 0; i < 500; i++) {
		u16 nents = 0;

		start(test, ctx);
		while (nents < MAX_NENTS && seed % 5) {
			seed = seed * 1103515245 + 12345;
			j = 1 + (seed >> 16) % (MAX_NENTS - nents);
			KUNIT_ASSERT_EQ(test,
					vha_chain_map_out(&ctx->chain,
							  &ctx->sgl, P(j)), 0);
			nents += j;
			expect_list(test, ctx, nents, P(nents));
		}
		end(test);
		seed = seed * 1103515245 + 12345;
		KUNIT_ASSERT_EQ(test, split_refs(mem), 16 + nents);
		if (seed & BIT(20))
			vha_sgl_release(&ctx->sgl);
		vha_sgl_release(&ctx->sgl);
		if (seed & BIT(21))
			vha_sgl_init(&ctx->sgl, ctx->sg, MAX_NENTS);
		KUNIT_ASSERT_EQ(test, split_refs(mem), 16);
	}
}

static void chain_test_release_zero(struct kunit *test)
{
	struct vha_sgl sgl = {};

	vha_sgl_release(&sgl);
	KUNIT_EXPECT_EQ(test, sgl.nents, 0);
}

static struct kunit_case chain_test_cases[] = {
	KUNIT_CASE(chain_test_pull),
	KUNIT_CASE(chain_test_push),
	KUNIT_CASE(chain_test_copy_fault),
	KUNIT_CASE(chain_test_too_long),
	KUNIT_CASE_PARAM(chain_test_tail, tail_gen_params),
	KUNIT_CASE_PARAM(chain_test_map, map_gen_params),
	KUNIT_CASE(chain_test_map_folio),
	KUNIT_CASE(chain_test_map_perm),
	KUNIT_CASE(chain_test_map_full),
	KUNIT_CASE(chain_test_identity),
	KUNIT_CASE(chain_test_private),
	KUNIT_CASE(chain_test_reuse),
	KUNIT_CASE(chain_test_release_zero),
	{}
};

static struct kunit_suite chain_test_suite = {
	.name = "vhost_accel_chain",
	.init = guest_mem_init,
	.exit = guest_mem_exit,
	.test_cases = chain_test_cases,
};

kunit_test_suite(chain_test_suite);
