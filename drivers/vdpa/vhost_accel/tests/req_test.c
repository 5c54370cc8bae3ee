// SPDX-License-Identifier: GPL-2.0
/*
 * Request slots: what is allocated is there, distinct, and comes back.
 */
#include "../req.h"

#include <kunit/test.h>
#include <linux/slab.h>

#include "../registry.h"
#include "../session.h"

#define POOL_SIZE	16
#define CTX_SIZE	333
#define MAX_SIZE	(3 * PAGE_SIZE + 1)

static struct vha_pool *pool_of(struct kunit *test)
{
	return test->priv;
}

static void req_all_slots(struct kunit *test)
{
	struct vha_pool *pool = pool_of(test);
	struct vha_req *req[POOL_SIZE];
	unsigned int i, k;

	for (i = 0; i < POOL_SIZE; i++) {
		req[i] = vha_req_get(pool);
		KUNIT_ASSERT_NOT_NULL(test, req[i]);
		KUNIT_EXPECT_EQ(test, req[i]->state, VHA_REQ_TAKEN);
		for (k = 0; k < i; k++)
			KUNIT_EXPECT_PTR_NE(test, req[i], req[k]);
	}
	KUNIT_EXPECT_NULL(test, vha_req_get(pool));
	for (i = 0; i < POOL_SIZE; i++)
		vha_req_put(pool, req[i]);
	KUNIT_EXPECT_EQ(test, pool->nr_free, POOL_SIZE);
	KUNIT_EXPECT_EQ(test, req[0]->state, VHA_REQ_FREE);
}

/* Drivers map these for DMA: no cache line is shared with what the CPU writes */
static void req_buffers_apart(struct kunit *test)
{
	struct vha_req *req = vha_req_get(pool_of(test));

	KUNIT_ASSERT_NOT_NULL(test, req);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)req->iv,
					   ARCH_DMA_MINALIGN));
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)req->aad,
					   ARCH_DMA_MINALIGN));
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)req->op.ctx,
					   ARCH_DMA_MINALIGN));
	KUNIT_EXPECT_TRUE(test, req->op.ctx >= (void *)(req + 1));
	KUNIT_EXPECT_PTR_EQ(test, req->op.iv, &req->iv[0]);
	KUNIT_EXPECT_TRUE(test, virt_addr_valid(req->iv));
	memset(req->op.ctx, 0xff, CTX_SIZE);
	vha_req_put(pool_of(test), req);
}

static void req_starts_clean(struct kunit *test)
{
	struct vha_pool *pool = pool_of(test);
	struct vha_req *req = vha_req_get(pool);

	KUNIT_ASSERT_NOT_NULL(test, req);
	req->answered = true;
	req->has_status = true;
	req->retries = 3;
	vha_req_put(pool, req);
	/* The last one used is the next */
	KUNIT_ASSERT_PTR_EQ(test, vha_req_get(pool), req);
	KUNIT_EXPECT_FALSE(test, req->answered);
	KUNIT_EXPECT_FALSE(test, req->has_status);
	KUNIT_EXPECT_EQ(test, req->retries, 0);
	KUNIT_EXPECT_NULL(test, req->session);
	KUNIT_EXPECT_NULL(test, req->large);
	vha_req_put(pool, req);
}

static void req_large_tables(struct kunit *test)
{
	struct vha_req *req[VHA_POOL_LARGE + 1];
	struct vha_pool *pool = pool_of(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(req); i++)
		req[i] = vha_req_get(pool);
	for (i = 0; i < VHA_POOL_LARGE; i++) {
		KUNIT_EXPECT_TRUE(test, vha_req_enlarge(pool, req[i]));
		KUNIT_ASSERT_NOT_NULL(test, req[i]->large);
		KUNIT_EXPECT_EQ(test, req[i]->large->nr_aad, 4);
		KUNIT_EXPECT_NOT_NULL(test, req[i]->large->aad[3]);
	}
	KUNIT_EXPECT_FALSE(test, vha_req_enlarge(pool, req[i]));
	KUNIT_EXPECT_NULL(test, req[i]->large);

	vha_req_put(pool, req[0]);
	KUNIT_EXPECT_TRUE(test, vha_req_enlarge(pool, req[i]));
	for (i = 1; i < ARRAY_SIZE(req); i++)
		vha_req_put(pool, req[i]);
	KUNIT_EXPECT_EQ(test, pool->nr_large, VHA_POOL_LARGE);
}

/* A slot that goes back lets go of its session */
static int req_test_destroyed;

static int req_test_create(const struct vhost_accel_session_param *param,
			   void **session)
{
	return 0;
}

static void req_test_destroy(void *session)
{
	req_test_destroyed++;
}

static void req_returns_session(struct kunit *test)
{
	static const struct vhost_accel_provider_ops ops = {
		.session_create = req_test_create,
		.session_destroy = req_test_destroy,
	};
	static struct vha_provider provider = {
		.api.ops = &ops,
		.registered = true,
		.users = REFCOUNT_INIT(1),
	};
	static const struct vhost_accel_alg_info info = {
		.provider = &provider.api,
		.ctx_size = 1,
	};
	const struct vhost_accel_session_param param = {
		.alg = &accel_algs[ACCEL_ALG_ECB_AES],
		.info = &info,
	};
	struct vha_pool *pool = pool_of(test);
	struct vha_sessions table;
	struct vha_req *req;
	u64 id;

	req_test_destroyed = 0;
	KUNIT_ASSERT_EQ(test, vha_sessions_init(&table, 1), 0);
	KUNIT_EXPECT_EQ(test, vha_session_create(&table, &param, true, &id), 0);
	req = vha_req_get(pool);
	req->session = vha_session_get(&table, id);
	KUNIT_EXPECT_NOT_NULL(test, req->session);
	vha_sessions_destroy(&table);
	KUNIT_EXPECT_EQ(test, req_test_destroyed, 0);
	vha_req_put(pool, req);
	/* The provider is not called where slots are given back */
	KUNIT_EXPECT_EQ(test, req_test_destroyed, 0);
	vha_sessions_bury(&pool->dead);
	KUNIT_EXPECT_EQ(test, req_test_destroyed, 1);
	KUNIT_EXPECT_TRUE(test, llist_empty(&pool->dead));
}

static struct vha_req *req_with_key(struct kunit *test, u8 last_byte,
				    bool encrypt)
{
	const struct vha_session_parts parts = {
		.param.alg = &accel_algs[ACCEL_ALG_CBC_AES],
		.param.alg_id = ACCEL_ALG_CBC_AES,
		.param.key_len = 16,
	};
	struct vha_session *session;
	struct vha_req *req;

	session = vha_session_temp(&parts, encrypt);
	KUNIT_ASSERT_NOT_NULL(test, session);
	session->key->bytes[15] = last_byte;
	req = vha_req_get(pool_of(test));
	vha_req_set_temp(pool_of(test), req, session);
	return req;
}

/* Requests with one key share a session, as long as there is one of them */
static void req_shares_session(struct kunit *test)
{
	struct vha_pool *pool = pool_of(test);
	struct vha_req *req[4];
	unsigned int i;

	req[0] = req_with_key(test, 1, true);
	req[1] = req_with_key(test, 1, true);
	KUNIT_EXPECT_PTR_EQ(test, req[0]->session, req[1]->session);
	req[2] = req_with_key(test, 2, true);
	KUNIT_EXPECT_PTR_NE(test, req[1]->session, req[2]->session);
	KUNIT_EXPECT_EQ(test, req[2]->session->key->bytes[15], 2);
	req[3] = req_with_key(test, 2, false);
	KUNIT_EXPECT_PTR_NE(test, req[2]->session, req[3]->session);
	KUNIT_EXPECT_FALSE(test, req[3]->session->encrypt);
	KUNIT_EXPECT_EQ(test, pool->nr_temp, 4);
	/* All have left the pool's hands but the last one */
	KUNIT_EXPECT_EQ(test, kref_read(&req[0]->session->ref), 2);
	KUNIT_EXPECT_EQ(test, kref_read(&req[2]->session->ref), 1);
	KUNIT_EXPECT_EQ(test, kref_read(&req[3]->session->ref), 2);

	for (i = 0; i < ARRAY_SIZE(req); i++)
		vha_req_put(pool, req[i]);
	KUNIT_EXPECT_EQ(test, pool->nr_temp, 0);
	KUNIT_EXPECT_NOT_NULL(test, pool->temp);
	vha_pool_drop_temp(pool);
	KUNIT_EXPECT_NULL(test, pool->temp);
	vha_sessions_bury(&pool->dead);
}

static int req_test_init(struct kunit *test)
{
	struct vha_pool *pool;

	pool = kunit_kzalloc(test, sizeof(*pool), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pool);
	KUNIT_ASSERT_EQ(test, vha_pool_init(pool, NULL, POOL_SIZE, CTX_SIZE,
					    MAX_SIZE, true), 0);
	test->priv = pool;
	return 0;
}

static void req_test_exit(struct kunit *test)
{
	vha_pool_destroy(test->priv);
}

static struct kunit_case req_test_cases[] = {
	KUNIT_CASE(req_all_slots),
	KUNIT_CASE(req_buffers_apart),
	KUNIT_CASE(req_starts_clean),
	KUNIT_CASE(req_large_tables),
	KUNIT_CASE(req_returns_session),
	KUNIT_CASE(req_shares_session),
	{}
};

static struct kunit_suite req_test_suite = {
	.name = "vhost_accel_req",
	.init = req_test_init,
	.exit = req_test_exit,
	.test_cases = req_test_cases,
};

kunit_test_suite(req_test_suite);
