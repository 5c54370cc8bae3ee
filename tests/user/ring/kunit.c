// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the suites that were linked in; prints TAP, one line per case.
 */
#include <kunit/test.h>

#include <linux/string.h>

static struct kunit_suite *suites;
static unsigned int count, failed;

void kunit_add_suite(struct kunit_suite *suite)
{
	suite->next = suites;
	suites = suite;
}

void *kunit_kzalloc(struct kunit *test, size_t size, int gfp)
{
	if (test->nr_allocated == ARRAY_SIZE(test->allocated))
		abort();
	(void)gfp;
	return test->allocated[test->nr_allocated++] = calloc(1, size);
}

static void run(struct kunit_suite *suite, struct kunit_case *c,
		const void *param, const char *desc)
{
	struct kunit test = { .param_value = param };

	if (!setjmp(test.abort))
		c->run_case(&test);
	while (test.nr_allocated)
		free(test.allocated[--test.nr_allocated]);
	failed += test.failed;
	printf("%sok %u - %s: %s%s%s\n", test.failed ? "not " : "", ++count,
	       suite->name, c->name, *desc ? ": " : "", desc);
	fflush(stdout);
}

int main(void)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	struct kunit_suite *suite;
	struct kunit_case *c;
	const void *param;

	for (suite = suites; suite; suite = suite->next) {
		for (c = suite->test_cases; c->name; c++) {
			if (!c->generate_params) {
				run(suite, c, NULL, "");
				continue;
			}
			param = NULL;
			while ((param = c->generate_params(param, desc)))
				run(suite, c, param, desc);
		}
	}
	printf("1..%u\n", count);
	return failed ? 1 : 0;
}
