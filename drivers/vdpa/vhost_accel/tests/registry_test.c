// SPDX-License-Identifier: GPL-2.0
/*
 * Providers that register, and what they can't be given.
 */
#include "../registry.h"

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/numa.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/virtio_crypto.h>

#include "../vha.h"

#define REG_NAME	"kunit-provider"

static int reg_create(const struct vhost_accel_session_param *param,
		      void **session)
{
	return 0;
}

static void reg_destroy(void *session)
{
}

static int reg_submit(void *session, struct vhost_accel_request *req)
{
	return 0;
}

static int reg_probe(const struct vhost_accel_provider *provider,
		     enum accel_alg_id id, struct vhost_accel_alg_info *info)
{
	info->ctx_size = 7;
	return id == ACCEL_ALG_GCM_AES ? 0 : -EIO;
}

static const struct vhost_accel_provider_ops reg_ops = {
	.session_create = reg_create,
	.session_destroy = reg_destroy,
	.submit = reg_submit,
};

static const struct vhost_accel_provider_ops reg_ops_probe = {
	.probe = reg_probe,
	.session_create = reg_create,
	.session_destroy = reg_destroy,
	.submit = reg_submit,
};

static const struct vhost_accel_provider_ops reg_ops_no_create = {
	.session_destroy = reg_destroy,
	.submit = reg_submit,
};

static const struct vhost_accel_provider_ops reg_ops_no_destroy = {
	.session_create = reg_create,
	.submit = reg_submit,
};

static const struct vhost_accel_provider_ops reg_ops_no_submit = {
	.session_create = reg_create,
	.session_destroy = reg_destroy,
};

static int reg_sa_create(const struct vhost_accel_sa_param *param, void **sa)
{
	return -EOPNOTSUPP;
}

static const struct vhost_accel_provider_ops reg_ops_no_sa_destroy = {
	.session_create = reg_create,
	.session_destroy = reg_destroy,
	.submit = reg_submit,
	.sa_create = reg_sa_create,
	.sa_submit = reg_submit,
};

static const struct vhost_accel_provider_ops reg_ops_no_sa_submit = {
	.session_create = reg_create,
	.session_destroy = reg_destroy,
	.submit = reg_submit,
	.sa_create = reg_sa_create,
	.sa_destroy = reg_destroy,
};

#define REG_CBC		.caps.algs[VIRTIO_CRYPTO_SERVICE_CIPHER] =	\
				BIT_ULL(VIRTIO_CRYPTO_CIPHER_AES_CBC)
#define REG_GOOD	.name = REG_NAME, .ops = &reg_ops, REG_CBC,	\
			.node = NUMA_NO_NODE

static const struct vhost_accel_provider reg_good = { REG_GOOD };

/* ---- what may be registered --------------------------------------------- */

struct reg_flaw {
	const char *what;
	struct vhost_accel_provider provider;
	bool ok;
};

static const struct reg_flaw reg_flaws[] = {
	{ "none", { REG_GOOD }, true },
	{ "no name", { .ops = &reg_ops, REG_CBC } },
	{ "empty name", { .name = "", .ops = &reg_ops, REG_CBC } },
	{ "longest name", { .name = "0123456789012345678901234567890",
			    .ops = &reg_ops, REG_CBC }, true },
	{ "name too long", { .name = "01234567890123456789012345678901",
			     .ops = &reg_ops, REG_CBC } },
	{ "path for a name", { .name = "a/b", .ops = &reg_ops, REG_CBC } },
	{ "parent directory", { .name = "..", .ops = &reg_ops, REG_CBC } },
	{ "line feed in the name", { .name = "a\n", .ops = &reg_ops, REG_CBC } },
	{ "no operations", { .name = REG_NAME, REG_CBC } },
	{ "no session_create", { .name = REG_NAME, .ops = &reg_ops_no_create,
				 REG_CBC } },
	{ "no session_destroy", { .name = REG_NAME, .ops = &reg_ops_no_destroy,
				  REG_CBC } },
	{ "no submit", { .name = REG_NAME, .ops = &reg_ops_no_submit,
			 REG_CBC } },
	{ "SAs without an end", { .name = REG_NAME, .ops = &reg_ops_no_sa_destroy,
				  REG_CBC } },
	{ "SAs without packets", { .name = REG_NAME, .ops = &reg_ops_no_sa_submit,
				   REG_CBC } },
	{ "no algorithms", { .name = REG_NAME, .ops = &reg_ops } },
	{ "no algorithms, but probe", { .name = REG_NAME,
					.ops = &reg_ops_probe }, true },
	{ "unknown algorithm", { .name = REG_NAME, .ops = &reg_ops,
		.caps.algs[VIRTIO_CRYPTO_SERVICE_AEAD] = BIT_ULL(63) } },
	{ "one segment", { REG_GOOD, .limits.max_segs = 1 } },
	{ "two segments", { REG_GOOD, .limits.max_segs = 2 }, true },
	{ "alignment of 3", { REG_GOOD, .limits.align = 3 } },
	{ "alignment of a page", { REG_GOOD, .limits.align = PAGE_SIZE }, true },
	{ "alignment of two", { REG_GOOD, .limits.align = 2 * PAGE_SIZE } },
	{ "4095 bytes", { REG_GOOD, .limits.max_len = 4095 } },
	{ "4096 bytes", { REG_GOOD, .limits.max_len = 4096 }, true },
	{ "node -2", { .name = REG_NAME, .ops = &reg_ops, REG_CBC, .node = -2 } },
	{ "no such node", { .name = REG_NAME, .ops = &reg_ops, REG_CBC,
			    .node = MAX_NUMNODES } },
};

KUNIT_ARRAY_PARAM_DESC(reg_flaw, reg_flaws, what);

static void reg_test_flaws(struct kunit *test)
{
	const struct reg_flaw *param = test->param_value;
	const char *flaw = vha_provider_flaw(&param->provider);
	struct vha_provider *provider;

	KUNIT_EXPECT_EQ(test, !flaw, param->ok);
	if (param->ok)
		return;
	provider = vhost_accel_register_provider(&param->provider);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(provider), -EINVAL);
}

static void reg_test_twice(struct kunit *test)
{
	const struct vhost_accel_provider soft = {
		.name = "soft", .ops = &reg_ops, REG_CBC, .node = NUMA_NO_NODE,
	};
	struct vha_provider *provider, *again;

	again = vhost_accel_register_provider(&soft);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(again), -EEXIST);
	provider = vhost_accel_register_provider(&reg_good);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, provider);
	again = vhost_accel_register_provider(&reg_good);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(again), -EEXIST);
	vhost_accel_unregister_provider(provider);
	KUNIT_EXPECT_FALSE(test, vha_provider_get(provider));
	/* Devices that it had know the record */
	again = vhost_accel_register_provider(&reg_good);
	KUNIT_ASSERT_PTR_EQ(test, again, provider);
	KUNIT_EXPECT_TRUE(test, vha_provider_get(provider));
	vha_provider_put(provider);
	vhost_accel_unregister_provider(provider);
}

/* ---- what it says that it can do ----------------------------------------- */

static struct vha_provider *reg_new(struct kunit *test,
				    const struct vhost_accel_provider *api)
{
	struct vha_provider *provider =
		kunit_kzalloc(test, sizeof(*provider), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, provider);
	vha_provider_init(provider, api);
	return provider;
}

static void reg_test_caps(struct kunit *test)
{
	struct vha_provider *provider = reg_new(test, &reg_good);
	struct vhost_accel_alg_info info;

	KUNIT_EXPECT_EQ(test, vha_provider_ask(provider, ACCEL_ALG_CBC_AES,
					       &info), 0);
	KUNIT_EXPECT_STREQ(test, info.driver, REG_NAME);
	KUNIT_EXPECT_EQ(test, info.ctx_size, 1);
	KUNIT_EXPECT_PTR_EQ(test, vha_provider_of(info.provider), provider);
	KUNIT_EXPECT_NE(test, vha_provider_ask(provider, ACCEL_ALG_ECB_AES,
					       &info), 0);
	KUNIT_EXPECT_EQ(test, info.ctx_size, 0);
	provider->api.caps.ctx_size = 99;
	vha_provider_ask(provider, ACCEL_ALG_CBC_AES, &info);
	KUNIT_EXPECT_EQ(test, info.ctx_size, 99);
	/* A provider that is asked has the last word */
	provider->api.ops = &reg_ops_probe;
	KUNIT_EXPECT_EQ(test, vha_provider_ask(provider, ACCEL_ALG_GCM_AES,
					       &info), 0);
	KUNIT_EXPECT_EQ(test, info.ctx_size, 7);
	KUNIT_EXPECT_NE(test, vha_provider_ask(provider, ACCEL_ALG_CBC_AES,
					       &info), 0);
	KUNIT_EXPECT_EQ(test, info.ctx_size, 0);
	provider->registered = false;
	KUNIT_EXPECT_NE(test, vha_provider_ask(provider, ACCEL_ALG_GCM_AES,
					       &info), 0);
	KUNIT_EXPECT_EQ(test, info.ctx_size, 0);
}

/* ---- requests ------------------------------------------------------------ */

static void reg_test_limits(struct kunit *test)
{
	struct vha_provider *provider = reg_new(test, &reg_good);
	struct vhost_accel_limits *limits = &provider->api.limits;
	u8 *mem = kunit_kzalloc(test, 8192, GFP_KERNEL);
	struct vhost_accel_request op = {};
	struct scatterlist src[3], dst[3];
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	sg_init_table(src, 3);
	sg_init_table(dst, 3);
	for (i = 0; i < 3; i++) {
		sg_set_buf(&src[i], mem + 1024 * i, 1024);
		sg_set_buf(&dst[i], mem + 4096 + 1024 * i, 1024);
	}
	op.src = src;
	op.dst = dst;
	op.assoclen = 1024;
	op.cryptlen = 2000;
	op.dst_len = 2000;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), 0);
	limits->max_len = 3024;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), 0);
	limits->max_len = 3023;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), -E2BIG);
	limits->max_len = 0;
	limits->max_segs = 3;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), 0);
	limits->max_segs = 2;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), -E2BIG);
	/* Entries behind the end don't count */
	op.cryptlen = 1024;
	op.dst_len = 1024;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), 0);
	op.dst_len = 1025;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), -E2BIG);
	/* A digest is no list */
	op.dst = NULL;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), 0);
	provider->sick = true;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), -EHOSTDOWN);
}

static void reg_test_align(struct kunit *test)
{
	struct vha_provider *provider = reg_new(test, &reg_good);
	u8 *mem = kunit_kzalloc(test, 4096, GFP_KERNEL);
	struct vhost_accel_request op = {};
	struct scatterlist sg[2];

	KUNIT_ASSERT_NOT_NULL(test, mem);
	provider->api.limits.align = 16;
	sg_init_table(sg, 2);
	sg_set_buf(&sg[0], mem, 32);
	sg_set_buf(&sg[1], mem + 1024, 32);
	op.src = sg;
	op.cryptlen = 50;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), 0);
	sg_set_buf(&sg[0], mem, 24);
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), -E2BIG);
	op.cryptlen = 24;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), 0);
	sg_set_buf(&sg[0], mem + 8, 32);
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), -E2BIG);
	op.src = &sg[1];
	op.dst = sg;
	op.dst_len = 24;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), -E2BIG);
	provider->api.limits.align = 8;
	KUNIT_EXPECT_EQ(test, vha_provider_judge(provider, &op), 0);
}

/* Those that wait are woken, and nobody else */
static void reg_test_room(struct kunit *test)
{
	struct vha_provider *provider = reg_new(test, &reg_good);
	struct vha_provider *other = reg_new(test, &reg_good);
	struct vha_run *run = kunit_kzalloc(test, sizeof(*run), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, run);
	init_waitqueue_head(&run->wait);
	vhost_accel_provider_room(NULL);
	vhost_accel_provider_room(provider);
	KUNIT_EXPECT_FALSE(test, run->kicked);
	vha_provider_await_room(provider, run);
	vha_provider_await_room(provider, run);
	vhost_accel_provider_room(provider);
	KUNIT_EXPECT_TRUE(test, run->kicked);
	run->kicked = false;
	/* A request of another session */
	vha_provider_await_room(other, run);
	vhost_accel_provider_room(provider);
	KUNIT_EXPECT_FALSE(test, run->kicked);
	vhost_accel_provider_room(other);
	KUNIT_EXPECT_TRUE(test, run->kicked);
	run->kicked = false;
	vha_provider_await_no_room(run);
	vha_provider_await_no_room(run);
	vhost_accel_provider_room(other);
	KUNIT_EXPECT_FALSE(test, run->kicked);
}

static struct kunit_case reg_cases[] = {
	KUNIT_CASE_PARAM(reg_test_flaws, reg_flaw_gen_params),
	KUNIT_CASE(reg_test_twice),
	KUNIT_CASE(reg_test_caps),
	KUNIT_CASE(reg_test_limits),
	KUNIT_CASE(reg_test_align),
	KUNIT_CASE(reg_test_room),
	{}
};

static struct kunit_suite reg_suite = {
	.name = "vhost_accel_registry",
	.test_cases = reg_cases,
};

kunit_test_suite(reg_suite);
