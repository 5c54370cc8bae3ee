/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of KUnit as the suites of the ring use, so that the same files run
 * under sanitizers.
 */
#ifndef _STUB_KUNIT_TEST_H
#define _STUB_KUNIT_TEST_H

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/types.h>

#define KUNIT_PARAM_DESC_SIZE	128
#define GFP_KERNEL		0

struct kunit {
	const void *param_value;
	void *priv;
	bool failed;
	jmp_buf abort;
	void *allocated[16];
	unsigned int nr_allocated;
};

struct kunit_case {
	const char *name;
	void (*run_case)(struct kunit *test);
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char *name;
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

void kunit_add_suite(struct kunit_suite *suite);
void *kunit_kzalloc(struct kunit *test, size_t size, int gfp);

#define kunit_test_suite(suite)						\
static void __attribute__((constructor)) suite##_add(void)		\
{									\
	kunit_add_suite(&suite);					\
}

#define KUNIT_CASE(fn)			{ #fn, fn, NULL }
#define KUNIT_CASE_PARAM(fn, gen)	{ #fn, fn, gen }

#define KUNIT_ARRAY_PARAM(name, array, get_desc)			\
static const void *name##_gen_params(const void *prev, char *desc)	\
{									\
	typeof((array)[0]) *next = prev ? (typeof(next))prev + 1 : (array); \
									\
	if (next == (array) + ARRAY_SIZE(array))			\
		return NULL;						\
	get_desc(next, desc);						\
	return next;							\
}

#define KUNIT_FAIL(test, text)						\
do {									\
	printf("# %s:%d: expected %s\n", __FILE__, __LINE__, text);	\
	(test)->failed = true;						\
} while (0)

#define KUNIT_EXPECT_TRUE(test, cond)					\
do {									\
	if (!(cond))							\
		KUNIT_FAIL(test, #cond);				\
} while (0)

#define KUNIT_ASSERT_TRUE(test, cond)					\
do {									\
	if (!(cond)) {							\
		KUNIT_FAIL(test, #cond);				\
		longjmp((test)->abort, 1);				\
	}								\
} while (0)

#define KUNIT_EXPECT_FALSE(test, cond)	KUNIT_EXPECT_TRUE(test, !(cond))
#define KUNIT_EXPECT_EQ(test, a, b)	KUNIT_EXPECT_TRUE(test, (a) == (b))
#define KUNIT_ASSERT_EQ(test, a, b)	KUNIT_ASSERT_TRUE(test, (a) == (b))
#define KUNIT_ASSERT_NOT_NULL(test, p)	KUNIT_ASSERT_TRUE(test, (p))

#endif
