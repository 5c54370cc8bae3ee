// SPDX-License-Identifier: GPL-2.0
/*
 * How two lists of guest pages lie to each other.
 */
#include "../chain.h"

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>

#define NR_ENTRIES	128

/* Entries are offset and length in 16 pages, up to the first of no length */
struct overlap_case {
	const char *name;
	u32 a[4][2];
	u32 b[4][2];
	enum vha_overlap ret;
	/* Entries in front of a list that are private, and don't count */
	u16 private_a;
	u16 private_b;
};

#define P(n)		((n) * PAGE_SIZE)
#define NONE		VHA_OVERLAP_NONE
#define SAME		VHA_OVERLAP_EXACT
#define PARTIAL		VHA_OVERLAP_PARTIAL

static const struct overlap_case overlap_cases[] = {
	{ "two pages", { { 0, P(1) } }, { { P(1), P(1) } }, NONE },
	{ "neighbours in a page", { { 0, 16 } }, { { 16, 16 } }, NONE },
	{ "the same", { { 8, 16 } }, { { 8, 16 } }, SAME },
	{ "the same, longer", { { 8, 16 } }, { { 8, 32 } }, SAME },
	{ "shifted by a byte", { { 8, 16 } }, { { 9, 16 } }, PARTIAL },
	{ "last byte on first byte", { { 8, 16 } }, { { 23, 16 } }, PARTIAL },
	{ "inside", { { 8, 16 } }, { { 12, 4 } }, PARTIAL },
	{ "the same, cut differently", { { 0, 16 }, { 16, 16 } },
	  { { 0, 8 }, { 8, 24 } }, SAME },
	{ "the same entries", { { 0, 16 }, { P(3), 16 } },
	  { { 0, 16 }, { P(3), 16 } }, SAME },
	{ "the same entries and a tag", { { 0, 16 }, { P(3), 16 } },
	  { { 0, 16 }, { P(3), 16 }, { P(9), 16 } }, SAME },
	{ "other order", { { 0, 16 }, { P(3), 16 } },
	  { { P(3), 16 }, { 0, 16 } }, PARTIAL },
	{ "same begin, other end", { { 0, 16 }, { P(3), 16 } },
	  { { 0, 16 }, { P(4), 16 } }, PARTIAL },
	{ "other begin, same end", { { 0, 16 }, { P(3), 16 } },
	  { { P(1), 16 }, { P(3), 16 } }, PARTIAL },
	{ "interleaved", { { 0, P(1) }, { P(2), P(1) } },
	  { { P(1), P(1) }, { P(3), P(1) } }, NONE },
	{ "interleaved, last byte", { { 0, P(1) }, { P(2), P(1) + 1 } },
	  { { P(1), P(1) }, { P(3), P(1) } }, PARTIAL },
	{ "later entries meet", { { 0, 16 }, { P(1), 16 }, { P(2), 16 } },
	  { { P(5), 16 }, { P(6), 16 }, { P(2) + 15, 1 } }, PARTIAL },
	{ "over pages", { { P(1) - 8, 16 } }, { { P(1), 16 } }, PARTIAL },
	{ "empty", { { 0, 0 } }, { { 0, 16 } }, NONE },
	{ "both empty", { { 0, 0 } }, { { 0, 0 } }, NONE },
	{ "behind the same AAD", { { 0, 16 }, { P(1), 16 } },
	  { { 0, 16 }, { P(2), 16 } }, NONE, 1, 1 },
	{ "in place behind AAD", { { 0, 16 }, { P(1), 16 } },
	  { { 16, 16 }, { P(1), 32 } }, SAME, 1, 1 },
	{ "AAD on one side", { { 0, 16 }, { P(1), 16 } }, { { P(1), 32 } },
	  SAME, 1, 0 },
	{ "partial behind AAD", { { 0, 16 }, { P(1), 16 } },
	  { { 0, 16 }, { P(1) + 4, 16 } }, PARTIAL, 1, 1 },
	{ "nothing but AAD", { { 0, 16 } }, { { 0, 16 } }, NONE, 1, 0 },
};

static void overlap_case_desc(const struct overlap_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(overlap, overlap_cases, overlap_case_desc);

struct overlap_list {
	struct vha_sgl sgl;
	struct scatterlist sg[NR_ENTRIES];
};

static int overlap_test_init(struct kunit *test)
{
	test->priv = alloc_pages(GFP_KERNEL, 4);
	KUNIT_ASSERT_NOT_NULL(test, test->priv);
	return 0;
}

static void overlap_test_exit(struct kunit *test)
{
	if (test->priv)
		__free_pages(test->priv, 4);
}

static struct overlap_list *list_new(struct kunit *test)
{
	struct overlap_list *list = kunit_kzalloc(test, sizeof(*list),
						  GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, list);
	sg_init_table(list->sg, NR_ENTRIES);
	vha_sgl_init(&list->sgl, list->sg, NR_ENTRIES);
	return list;
}

static void add_entry(struct kunit *test, struct overlap_list *list, u32 offset,
		      u32 len)
{
	struct page *pages = test->priv;

	sg_set_page(&list->sg[list->sgl.nents++], pages + offset / PAGE_SIZE,
		    len, offset % PAGE_SIZE);
}

static void overlap_test_cases_run(struct kunit *test)
{
	const struct overlap_case *c = test->param_value;
	struct overlap_list *a = list_new(test), *b = list_new(test);
	int i;

	for (i = 0; i < 4 && c->a[i][1]; i++)
		add_entry(test, a, c->a[i][0], c->a[i][1]);
	for (i = 0; i < 4 && c->b[i][1]; i++)
		add_entry(test, b, c->b[i][0], c->b[i][1]);
	a->sgl.first_held = c->private_a;
	b->sgl.first_held = c->private_b;
	KUNIT_EXPECT_EQ(test, vha_sgl_overlap(&a->sgl, &b->sgl), c->ret);
	KUNIT_EXPECT_EQ(test, vha_sgl_overlap(&b->sgl, &a->sgl), c->ret);
}

/* The longest lists, and the two entries that meet are the last of each */
static void overlap_test_long(struct kunit *test)
{
	struct overlap_list *a = list_new(test), *b = list_new(test);
	int i;

	for (i = 0; i < NR_ENTRIES; i++) {
		add_entry(test, a, i * 256, 64);
		add_entry(test, b, i * 256 + 128, 64);
	}
	KUNIT_EXPECT_EQ(test, vha_sgl_overlap(&a->sgl, &b->sgl), NONE);
	KUNIT_EXPECT_EQ(test, vha_sgl_overlap(&a->sgl, &a->sgl), SAME);
	a->sg[NR_ENTRIES - 1].length += 65;
	KUNIT_EXPECT_EQ(test, vha_sgl_overlap(&a->sgl, &b->sgl), PARTIAL);
	KUNIT_EXPECT_EQ(test, vha_sgl_overlap(&b->sgl, &a->sgl), PARTIAL);
}

/* What the definition says, byte by byte */
static enum vha_overlap overlap_by_bytes(struct overlap_list *a,
					 struct overlap_list *b, u64 *byte_a,
					 u64 *byte_b)
{
	u32 na = 0, nb = 0, i, j;

	for (i = 0; i < a->sgl.nents; i++)
		for (j = 0; j < a->sg[i].length; j++)
			byte_a[na++] = sg_phys(&a->sg[i]) + j;
	for (i = 0; i < b->sgl.nents; i++)
		for (j = 0; j < b->sg[i].length; j++)
			byte_b[nb++] = sg_phys(&b->sg[i]) + j;
	if (!na || !nb)
		return NONE;
	if (!memcmp(byte_a, byte_b, min(na, nb) * sizeof(*byte_a)))
		return SAME;
	for (i = 0; i < na; i++)
		for (j = 0; j < nb; j++)
			if (byte_a[i] == byte_b[j])
				return PARTIAL;
	return NONE;
}

static u32 overlap_random(u32 *seed, u32 max)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 16) % max;
}

static void overlap_test_random(struct kunit *test)
{
	struct overlap_list *a = list_new(test), *b = list_new(test);
	u64 *byte_a = kunit_kcalloc(test, 64, sizeof(u64), GFP_KERNEL);
	u64 *byte_b = kunit_kcalloc(test, 64, sizeof(u64), GFP_KERNEL);
	u32 count[3] = {}, seed = 20240607, i, j, n;

	KUNIT_ASSERT_NOT_NULL(test, byte_a);
	KUNIT_ASSERT_NOT_NULL(test, byte_b);
	for (i = 0; i < 20000; i++) {
		enum vha_overlap ret;

		a->sgl.nents = 0;
		b->sgl.nents = 0;
		n = overlap_random(&seed, 5);
		for (j = 0; j < n; j++)
			add_entry(test, a, overlap_random(&seed, 48),
				  1 + overlap_random(&seed, 5));
		/* Often the same, sometimes with one thing changed */
		for (j = 0; j < n && overlap_random(&seed, 8); j++)
			add_entry(test, b, a->sg[j].offset, a->sg[j].length);
		if (j && !overlap_random(&seed, 2))
			b->sg[overlap_random(&seed, j)].length =
				1 + overlap_random(&seed, 5);
		if (!overlap_random(&seed, 2))
			add_entry(test, b, overlap_random(&seed, 48),
				  1 + overlap_random(&seed, 5));
		ret = overlap_by_bytes(a, b, byte_a, byte_b);
		count[ret]++;
		KUNIT_ASSERT_EQ(test, vha_sgl_overlap(&a->sgl, &b->sgl), ret);
		KUNIT_ASSERT_EQ(test, vha_sgl_overlap(&b->sgl, &a->sgl), ret);
	}
	/* It did try all of them */
	KUNIT_EXPECT_GT(test, count[NONE], 1000);
	KUNIT_EXPECT_GT(test, count[SAME], 1000);
	KUNIT_EXPECT_GT(test, count[PARTIAL], 1000);
}

static struct kunit_case overlap_test_cases[] = {
	KUNIT_CASE_PARAM(overlap_test_cases_run, overlap_gen_params),
	KUNIT_CASE(overlap_test_long),
	KUNIT_CASE(overlap_test_random),
	{}
};

static struct kunit_suite overlap_test_suite = {
	.name = "vhost_accel_overlap",
	.init = overlap_test_init,
	.exit = overlap_test_exit,
	.test_cases = overlap_test_cases,
};

kunit_test_suite(overlap_test_suite);
