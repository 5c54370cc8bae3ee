// SPDX-License-Identifier: GPL-2.0
/*
 * The order of an SA's packets.
 */
#include <kunit/test.h>
#include <linux/array_size.h>

#include "../ipsec_sa.h"

#define ORDER_TURNS	5

struct order_param {
	const char *name;
	u8 done[ORDER_TURNS];	/* which ends first, second, ... */
	u8 gone[ORDER_TURNS];	/* how many have gone after that */
};

static const struct order_param order_params[] = {
	{ "in order", { 0, 1, 2, 3, 4 }, { 1, 2, 3, 4, 5 } },
	{ "the other way round", { 4, 3, 2, 1, 0 }, { 0, 0, 0, 0, 5 } },
	{ "the first is late", { 1, 2, 0, 3, 4 }, { 0, 0, 3, 4, 5 } },
	{ "two gaps", { 0, 2, 4, 1, 3 }, { 1, 1, 1, 3, 5 } },
};

KUNIT_ARRAY_PARAM_DESC(order, order_params, name);

struct order_item {
	struct vaccel_turn turn;
	unsigned int *gone;
	unsigned int place;
};

static void order_go(struct vaccel_turn *turn)
{
	struct order_item *item = container_of(turn, struct order_item, turn);

	item->place = (*item->gone)++;
}

static void order_kept(struct kunit *test)
{
	const struct order_param *p = test->param_value;
	struct order_item item[ORDER_TURNS];
	struct vaccel_order order;
	unsigned int i, gone = 0;

	vaccel_order_init(&order);
	for (i = 0; i < ORDER_TURNS; i++) {
		item[i].gone = &gone;
		vaccel_order_enter(&order, &item[i].turn);
	}
	for (i = 0; i < ORDER_TURNS; i++) {
		vaccel_order_done(&order, &item[p->done[i]].turn, order_go);
		KUNIT_EXPECT_EQ(test, gone, p->gone[i]);
	}
	for (i = 0; i < ORDER_TURNS; i++)
		KUNIT_EXPECT_EQ(test, item[i].place, i);
}

/* What enters when all before it have gone waits for nobody */
static void order_again(struct kunit *test)
{
	struct order_item item;
	struct vaccel_order order;
	unsigned int gone = 0;

	vaccel_order_init(&order);
	item.gone = &gone;
	vaccel_order_enter(&order, &item.turn);
	vaccel_order_done(&order, &item.turn, order_go);
	vaccel_order_enter(&order, &item.turn);
	KUNIT_EXPECT_EQ(test, gone, 1);
	vaccel_order_done(&order, &item.turn, order_go);
	KUNIT_EXPECT_EQ(test, gone, 2);
}

static struct kunit_case order_cases[] = {
	KUNIT_CASE_PARAM(order_kept, order_gen_params),
	KUNIT_CASE(order_again),
	{}
};

static struct kunit_suite order_suite = {
	.name = "vaccel_order",
	.test_cases = order_cases,
};

kunit_test_suite(order_suite);
