// SPDX-License-Identifier: GPL-2.0
/*
 * Request slots, and parts of scatterlists.
 */
#include <kunit/test.h>

#include "../slot.h"

#define NR	6
#define MAX_SG	40

/* Slots never look into the request */
static struct vaccel_req *some_req(unsigned long i)
{
	return (struct vaccel_req *)(i + 1);
}

static void slots_run_out(struct kunit *test)
{
	struct vaccel_slot *slot[NR];
	struct vaccel_slots s;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, vaccel_slots_init(&s, NR, MAX_SG), 0);
	for (i = 0; i < NR; i++) {
		slot[i] = vaccel_slot_get(&s, some_req(i), 1);
		KUNIT_ASSERT_NOT_NULL(test, slot[i]);
		KUNIT_EXPECT_PTR_EQ(test, slot[i]->req, some_req(i));
		KUNIT_EXPECT_NULL(test, slot[i]->table);
	}
	KUNIT_EXPECT_NULL(test, vaccel_slot_get(&s, some_req(0), 1));

	vaccel_slot_put(&s, slot[3]);
	KUNIT_EXPECT_NULL(test, slot[3]->req);
	KUNIT_EXPECT_PTR_EQ(test, vaccel_slot_get(&s, some_req(9), 1), slot[3]);
	for (i = 0; i < NR; i++)
		vaccel_slot_put(&s, slot[i]);
	vaccel_slots_exit(&s);
}

static void slot_generation(struct kunit *test)
{
	struct vaccel_slot *slot;
	struct vaccel_slots s;
	u32 gen;

	KUNIT_ASSERT_EQ(test, vaccel_slots_init(&s, 1, 1), 0);
	slot = vaccel_slot_get(&s, some_req(0), 1);
	KUNIT_ASSERT_NOT_NULL(test, slot);
	gen = slot->gen;
	vaccel_slot_put(&s, slot);
	slot = vaccel_slot_get(&s, some_req(0), 1);
	KUNIT_ASSERT_NOT_NULL(test, slot);
	KUNIT_EXPECT_NE(test, slot->gen, gen);
	vaccel_slot_put(&s, slot);
	vaccel_slots_exit(&s);
}

static void large_tables_run_out(struct kunit *test)
{
	struct vaccel_slot *slot[NR];
	struct vaccel_slots s;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, vaccel_slots_init(&s, NR, MAX_SG), 0);
	for (i = 0; i < VACCEL_NR_TABLES; i++) {
		slot[i] = vaccel_slot_get(&s, some_req(i), MAX_SG);
		KUNIT_ASSERT_NOT_NULL(test, slot[i]);
		KUNIT_ASSERT_NOT_NULL(test, slot[i]->table);
	}
	/* There are slots left, but no table */
	KUNIT_EXPECT_NULL(test, vaccel_slot_get(&s, some_req(i),
						VACCEL_SG_INLINE + 1));
	slot[i] = vaccel_slot_get(&s, some_req(i), VACCEL_SG_INLINE);
	KUNIT_ASSERT_NOT_NULL(test, slot[i]);
	vaccel_slot_put(&s, slot[i]);

	vaccel_slot_put(&s, slot[0]);
	KUNIT_EXPECT_NULL(test, slot[0]->table);
	slot[0] = vaccel_slot_get(&s, some_req(0), MAX_SG);
	KUNIT_EXPECT_NOT_NULL(test, slot[0]);
	for (i = 0; i < VACCEL_NR_TABLES; i++)
		vaccel_slot_put(&s, slot[i]);
	vaccel_slots_exit(&s);
}

struct part_param {
	const char *name;
	unsigned int off;
	unsigned int len;
	int nr;
	unsigned int part[4];
};

/* Parts of a list of 10, 0, 20 and 5 bytes */
static const struct part_param part_params[] = {
	{ "nothing", 0, 0, 0 },
	{ "nothing at the end", 35, 0, 0 },
	{ "all", 0, 35, 3, { 10, 20, 5 } },
	{ "one", 0, 10, 1, { 10 } },
	{ "inside one", 12, 3, 1, { 3 } },
	{ "from a border", 10, 21, 2, { 20, 1 } },
	{ "across", 9, 3, 2, { 1, 2 } },
	{ "too long", 0, 36, -EINVAL },
	{ "behind the end", 36, 1, -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(part, part_params, name);

static void sg_part(struct kunit *test)
{
	const struct part_param *p = test->param_value;
	struct scatterlist sg[4], to[4], *end;
	u8 *buf = kunit_kzalloc(test, 64, GFP_KERNEL);
	unsigned int pos = p->off;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	sg_init_table(sg, 4);
	sg_set_buf(&sg[0], buf, 10);
	sg_set_buf(&sg[1], buf + 10, 0);
	sg_set_buf(&sg[2], buf + 10, 20);
	sg_set_buf(&sg[3], buf + 30, 5);
	/* What an earlier use left behind must not matter */
	sg_init_table(to, 4);
	sg_mark_end(&to[0]);

	KUNIT_EXPECT_EQ(test, vaccel_sg_count(sg, p->off, p->len), p->nr);
	if (p->nr < 0)
		return;
	end = vaccel_sg_copy(to, sg, p->off, p->len);
	KUNIT_EXPECT_EQ(test, end - to, p->nr);
	for (i = 0; i < p->nr; i++) {
		KUNIT_EXPECT_EQ(test, to[i].length, p->part[i]);
		KUNIT_EXPECT_PTR_EQ(test, (u8 *)sg_virt(&to[i]), buf + pos);
		KUNIT_EXPECT_FALSE(test, sg_is_last(&to[i]));
		pos += p->part[i];
	}
}

static struct kunit_case slot_cases[] = {
	KUNIT_CASE(slots_run_out),
	KUNIT_CASE(slot_generation),
	KUNIT_CASE(large_tables_run_out),
	KUNIT_CASE_PARAM(sg_part, part_gen_params),
	{}
};

static struct kunit_suite slot_suite = {
	.name = "vaccel_slot",
	.test_cases = slot_cases,
};

kunit_test_suite(slot_suite);
