// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions that go from one provider to another, and to the fallback.
 */
#include "../session.h"

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "../registry.h"

/**
 * struct make_provider - a provider that counts
 * @provider: what sessions know
 * @alive: its sessions
 * @made: how many it has made, ever
 * @left: how many more it makes; negative for all
 * @key: of the last one
 * @key_len: of @key
 */
struct make_provider {
	struct vha_provider provider;
	int alive;
	int made;
	int left;
	u8 key[64];
	u32 key_len;
};

static struct make_provider from, to;

static int make_create(const struct vhost_accel_session_param *param,
		       void **session)
{
	struct make_provider *p =
		param->info->provider == &from.provider.api ? &from : &to;

	if (!p->left)
		return -EOPNOTSUPP;
	p->left--;
	p->alive++;
	p->made++;
	p->key_len = param->key_len;
	memcpy(p->key, param->key, param->key_len);
	*session = p;
	return 0;
}

static void make_destroy(void *session)
{
	struct make_provider *p = session;

	p->alive--;
}

static const struct vhost_accel_provider_ops make_ops = {
	.session_create = make_create,
	.session_destroy = make_destroy,
};

static struct vhost_accel_alg_info from_infos[VHA_INFOS];
static struct vhost_accel_alg_info to_infos[VHA_INFOS];

static const u8 cipher_key[16] = "a cipher's key..";
static const u8 mac_key[20] = "a MAC's key.........";

static const struct vhost_accel_session_param cipher = {
	.alg = &accel_algs[ACCEL_ALG_CBC_AES],
	.alg_id = ACCEL_ALG_CBC_AES,
	.info = &from_infos[ACCEL_ALG_CBC_AES],
	.key = cipher_key,
	.key_len = sizeof(cipher_key),
};

static const struct vhost_accel_session_param mac = {
	.alg = &accel_algs[ACCEL_ALG_HMAC_SHA1],
	.alg_id = ACCEL_ALG_HMAC_SHA1,
	.info = &from_infos[ACCEL_ALG_HMAC_SHA1],
	.key = mac_key,
	.key_len = sizeof(mac_key),
	.tag_len = 20,
};

static void expect_alive(struct kunit *test, int at_from, int at_to)
{
	KUNIT_EXPECT_EQ(test, from.alive, at_from);
	KUNIT_EXPECT_EQ(test, to.alive, at_to);
}

static void make_test_move(struct kunit *test)
{
	struct vha_sessions *table = test->priv;
	u64 id[2];

	KUNIT_ASSERT_EQ(test, vha_session_create(table, &cipher, true, &id[0]),
			0);
	KUNIT_ASSERT_EQ(test, vha_session_create_chain(table, &cipher, &mac,
						       true, true, &id[1]), 0);
	expect_alive(test, 3, 0);
	KUNIT_EXPECT_EQ(test, vha_sessions_remake(table, vha_session_prepare, to_infos), 0);
	expect_alive(test, 3, 3);
	/* The last was the MAC, whose key is behind the cipher's */
	KUNIT_EXPECT_EQ(test, to.key_len, sizeof(mac_key));
	KUNIT_EXPECT_MEMEQ(test, to.key, mac_key, sizeof(mac_key));
	vha_sessions_each(table, vha_session_commit);
	expect_alive(test, 0, 3);
	KUNIT_EXPECT_EQ(test, vha_sessions_remake(table, vha_session_prepare, from_infos), 0);
	vha_sessions_each(table, vha_session_commit);
	expect_alive(test, 3, 0);
	KUNIT_EXPECT_EQ(test, vha_session_destroy(table, id[1],
						  VIRTIO_CRYPTO_SERVICE_CIPHER),
			0);
	expect_alive(test, 1, 0);
}

/* What fails in the middle, is as if it had not been tried */
static void make_test_move_fails(struct kunit *test)
{
	struct vha_sessions *table = test->priv;
	unsigned int i;
	u64 id;

	for (i = 0; i < 3; i++)
		KUNIT_ASSERT_EQ(test, vha_session_create_chain(table, &cipher,
							       &mac, true, true,
							       &id), 0);
	/* In the second step of the second session */
	to.left = 3;
	KUNIT_EXPECT_EQ(test, vha_sessions_remake(table, vha_session_prepare, to_infos),
			-EOPNOTSUPP);
	vha_sessions_each(table, vha_session_revert);
	expect_alive(test, 6, 0);
	/* An algorithm that it has not */
	to.left = -1;
	to_infos[ACCEL_ALG_HMAC_SHA1].ctx_size = 0;
	KUNIT_EXPECT_EQ(test, vha_sessions_remake(table, vha_session_prepare, to_infos), -ENOENT);
	vha_sessions_each(table, vha_session_revert);
	expect_alive(test, 6, 0);
}

/* Made once, for the step that needs it, and gone with the provider */
static void make_test_spare(struct kunit *test)
{
	struct vha_sessions *table = test->priv;
	struct vha_session *session;
	struct vha_handle *spare;
	u64 id;

	KUNIT_ASSERT_EQ(test, vha_session_create_chain(table, &cipher, &mac,
						       true, true, &id), 0);
	session = vha_session_get(table, id);
	KUNIT_ASSERT_NOT_NULL(test, session);
	spare = vha_session_spare(session, VHA_STEP_MAIN, to_infos);
	KUNIT_ASSERT_NOT_NULL(test, spare);
	KUNIT_EXPECT_PTR_EQ(test, spare->priv, (void *)&to);
	KUNIT_EXPECT_MEMEQ(test, to.key, cipher_key, sizeof(cipher_key));
	KUNIT_EXPECT_PTR_EQ(test, vha_session_spare(session, VHA_STEP_MAIN,
						    to_infos), spare);
	expect_alive(test, 2, 1);
	to.left = 0;
	KUNIT_EXPECT_NULL(test, vha_session_spare(session, VHA_STEP_AUTH,
						  to_infos));
	KUNIT_EXPECT_EQ(test, vha_sessions_remake(table, vha_session_prepare, from_infos), 0);
	vha_sessions_each(table, vha_session_commit);
	expect_alive(test, 2, 0);
	to.left = -1;
	to_infos[ACCEL_ALG_CBC_AES].ctx_size = 0;
	KUNIT_EXPECT_NULL(test, vha_session_spare(session, VHA_STEP_MAIN,
						  to_infos));
	vha_session_put(session);
}

static int make_submit(struct kunit *test, u64 id, unsigned int step)
{
	struct vha_session *session = vha_session_get(test->priv, id);
	struct vha_handle *handle;
	int ret = 1;

	KUNIT_ASSERT_NOT_NULL(test, session);
	handle = &session->handle[step];
	if (handle->submit)
		ret = handle->submit(handle->priv, NULL);
	vha_session_put(session);
	return ret;
}

/* A provider that goes takes only its own sessions with it */
static void make_test_lose(struct kunit *test)
{
	struct vha_sessions *table = test->priv;
	u64 chain, kept, lost;

	KUNIT_ASSERT_EQ(test, vha_session_create_chain(table, &cipher, &mac,
						       true, true, &chain), 0);
	KUNIT_EXPECT_EQ(test, vha_sessions_remake(table, vha_session_lose,
						  to_infos), 0);
	expect_alive(test, 2, 0);
	from.provider.registered = false;
	KUNIT_EXPECT_EQ(test, vha_session_create(table, &cipher, true, &lost),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, vha_sessions_remake(table, vha_session_lose,
						  to_infos), 0);
	expect_alive(test, 0, 2);
	KUNIT_EXPECT_EQ(test, make_submit(test, chain, VHA_STEP_AUTH), 1);

	from.provider.registered = true;
	KUNIT_ASSERT_EQ(test, vha_session_create(table, &cipher, true, &lost),
			0);
	from.provider.registered = false;
	to.left = 0;
	KUNIT_EXPECT_EQ(test, vha_sessions_remake(table, vha_session_lose,
						  to_infos), 0);
	expect_alive(test, 0, 2);
	KUNIT_EXPECT_EQ(test, make_submit(test, lost, VHA_STEP_MAIN), -ENODEV);
	KUNIT_EXPECT_EQ(test, make_submit(test, chain, VHA_STEP_MAIN), 1);
	/* Until the provider is there again */
	from.provider.registered = true;
	KUNIT_EXPECT_EQ(test, vha_sessions_remake(table, vha_session_prepare,
						  from_infos), 0);
	vha_sessions_each(table, vha_session_commit);
	expect_alive(test, 3, 0);
	KUNIT_EXPECT_EQ(test, vha_session_create(table, &cipher, true, &kept),
			0);
	expect_alive(test, 4, 0);
	KUNIT_EXPECT_EQ(test, refcount_read(&from.provider.users), 5);
}

static void make_set(struct make_provider *p, struct vhost_accel_alg_info *infos)
{
	unsigned int i;

	*p = (struct make_provider){ .left = -1 };
	vha_provider_init(&p->provider, &(const struct vhost_accel_provider){
		.name = "counts",
		.ops = &make_ops,
	});
	for (i = 0; i < ACCEL_ALG_NR; i++) {
		infos[i].provider = &p->provider.api;
		infos[i].ctx_size = 1;
	}
}

static int make_test_init(struct kunit *test)
{
	struct vha_sessions *table;

	make_set(&from, from_infos);
	make_set(&to, to_infos);
	table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	test->priv = table;
	return vha_sessions_init(table, 8);
}

static void make_test_exit(struct kunit *test)
{
	if (test->priv)
		vha_sessions_destroy(test->priv);
	expect_alive(test, 0, 0);
}

static struct kunit_case make_cases[] = {
	KUNIT_CASE(make_test_move),
	KUNIT_CASE(make_test_move_fails),
	KUNIT_CASE(make_test_spare),
	KUNIT_CASE(make_test_lose),
	{}
};

static struct kunit_suite make_suite = {
	.name = "vhost_accel_session_make",
	.init = make_test_init,
	.exit = make_test_exit,
	.test_cases = make_cases,
};

kunit_test_suite(make_suite);
