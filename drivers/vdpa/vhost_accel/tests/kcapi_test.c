// SPDX-License-Identifier: GPL-2.0
/*
 * What a driver's answers to a submission mean.
 */
#include <kunit/test.h>
#include <linux/errno.h>

#include "../provider_kcapi.h"

struct kcapi_answer {
	const char *name;
	struct vha_kcapi_session session;
	int answer;
	int want;
};

static const struct kcapi_answer kcapi_answers[] = {
	{ "done", {}, 0, 0 },
	{ "accepted", {}, -EINPROGRESS, -EINPROGRESS },
	{ "full", {}, -ENOSPC, -ENOSPC },
	{ "busy", {}, -EBUSY, -EBUSY },
	{ "busy and accepted", { .quirks = VHA_QUIRK_BACKLOG }, -EBUSY,
	  -EINPROGRESS },
	{ "backlog and full", { .quirks = VHA_QUIRK_BACKLOG }, -ENOBUFS,
	  -ENOSPC },
	{ "no memory before it began", { .allocates = true }, -ENOMEM,
	  -ENOMEM },
	{ "no memory in the middle", {}, -ENOMEM, -EIO },
	{ "failed", {}, -EIO, -EIO },
	{ "failed or full", { .quirks = VHA_QUIRK_EIO_IS_FULL }, -EIO,
	  -ENOMEM },
	{ "not authentic", { .quirks = VHA_QUIRK_EIO_IS_FULL }, -EBADMSG,
	  -EBADMSG },
};

KUNIT_ARRAY_PARAM_DESC(kcapi_answer, kcapi_answers, name);

static void kcapi_test_answer(struct kunit *test)
{
	const struct kcapi_answer *param = test->param_value;

	KUNIT_EXPECT_EQ(test, vha_kcapi_result(&param->session, param->answer),
			param->want);
}

static struct kunit_case kcapi_cases[] = {
	KUNIT_CASE_PARAM(kcapi_test_answer, kcapi_answer_gen_params),
	{}
};

static struct kunit_suite kcapi_suite = {
	.name = "vhost_accel_kcapi",
	.test_cases = kcapi_cases,
};

kunit_test_suite(kcapi_suite);
