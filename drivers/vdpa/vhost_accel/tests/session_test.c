// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: numbers that never come back, limits, references.
 */
#include "../session.h"

#include <kunit/test.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "../registry.h"

#define MAX_SESSIONS	8

/* A provider that counts */
static int fake_alive;
static int fake_error;
static int fake_left;	/* this many succeed; negative for all */
static struct vhost_accel_session_param fake_param;
static struct vha_sessions *fake_reset_inside;

static int fake_create(const struct vhost_accel_session_param *param,
		       void **session)
{
	if (fake_reset_inside)
		vha_sessions_reset(fake_reset_inside);
	if (fake_error)
		return fake_error;
	if (!fake_left)
		return -ENOENT;
	fake_left--;
	fake_param = *param;
	fake_alive++;
	return 0;
}

static void fake_destroy(void *session)
{
	fake_alive--;
}

static const struct vhost_accel_provider_ops fake_ops = {
	.session_create = fake_create,
	.session_destroy = fake_destroy,
};

static struct vha_provider fake_provider = {
	.api.ops = &fake_ops,
	.registered = true,
	.users = REFCOUNT_INIT(1),
};

static const struct vhost_accel_alg_info fake_infos[VHA_INFOS] = {
	[0 ... ACCEL_ALG_NR - 1] = { .provider = &fake_provider.api, .ctx_size = 1 },
};

static const struct vhost_accel_session_param cbc = {
	.info = &fake_infos[ACCEL_ALG_CBC_AES],
	.alg = &accel_algs[ACCEL_ALG_CBC_AES],
	.alg_id = ACCEL_ALG_CBC_AES,
};

static struct vha_sessions *table_of(struct kunit *test)
{
	return test->priv;
}

static u64 create(struct kunit *test)
{
	u64 id = 0;

	KUNIT_ASSERT_EQ(test, vha_session_create(table_of(test), &cbc, true, &id), 0);
	return id;
}

static bool exists(struct kunit *test, u64 id)
{
	struct vha_session *session = vha_session_get(table_of(test), id);

	if (session)
		vha_session_put(session);
	return session;
}

static void session_found_by_its_number(struct kunit *test)
{
	u64 id = create(test);
	struct vha_session *session = vha_session_get(table_of(test), id);

	KUNIT_ASSERT_NOT_NULL(test, session);
	KUNIT_EXPECT_EQ(test, session->id, id);
	KUNIT_EXPECT_EQ(test, session->alg_id, ACCEL_ALG_CBC_AES);
	KUNIT_EXPECT_TRUE(test, session->encrypt);
	vha_session_put(session);
}

/* Numbers that differ from a good one in any bit */
static void session_not_found_by_another(struct kunit *test)
{
	u64 id = create(test);
	unsigned int bit;

	KUNIT_EXPECT_FALSE(test, exists(test, 0));
	KUNIT_EXPECT_FALSE(test, exists(test, U64_MAX));
	for (bit = 0; bit < 64; bit++)
		KUNIT_EXPECT_FALSE_MSG(test, exists(test, id ^ BIT_ULL(bit)),
				       "bit %u", bit);
}

static void session_number_never_again(struct kunit *test)
{
	u64 first, id, last = 0;
	unsigned int i;

	first = create(test);
	vha_session_destroy(table_of(test), first, VIRTIO_CRYPTO_SERVICE_CIPHER);
	for (i = 0; i < 10000; i++) {
		id = create(test);
		KUNIT_ASSERT_NE(test, id, first);
		KUNIT_ASSERT_GT(test, id, last);
		KUNIT_ASSERT_FALSE(test, exists(test, first));
		last = id;
		if (i % 100 == 99)
			vha_sessions_reset(table_of(test));
		else
			vha_session_destroy(table_of(test), id,
					    VIRTIO_CRYPTO_SERVICE_CIPHER);
	}
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
}

static void session_numbers_run_out(struct kunit *test)
{
	struct vha_sessions *table = table_of(test);
	u64 id;

	table->serial = U64_MAX >> VHA_SESSION_SLOT_BITS;
	id = create(test);
	KUNIT_EXPECT_TRUE(test, exists(test, id));
	KUNIT_EXPECT_EQ(test, vha_session_create(table, &cbc,
						 true, &id), -ENOSPC);
	vha_sessions_reset(table);
	KUNIT_EXPECT_EQ(test, vha_session_create(table, &cbc,
						 true, &id), -ENOSPC);
}

static void session_limit(struct kunit *test)
{
	struct vha_sessions *table = table_of(test);
	u64 id[MAX_SESSIONS], extra;
	unsigned int i;

	for (i = 0; i < MAX_SESSIONS; i++)
		id[i] = create(test);
	KUNIT_EXPECT_EQ(test, vha_session_create(table, &cbc,
						 true, &extra), -ENOSPC);
	KUNIT_EXPECT_EQ(test, fake_alive, MAX_SESSIONS);
	vha_session_destroy(table, id[3], VIRTIO_CRYPTO_SERVICE_CIPHER);
	extra = create(test);
	KUNIT_EXPECT_TRUE(test, exists(test, extra));
	KUNIT_EXPECT_FALSE(test, exists(test, id[3]));
	KUNIT_EXPECT_EQ(test, table->count, MAX_SESSIONS);
}

/* A failure takes neither a slot nor memory for ever */
static void session_provider_refuses(struct kunit *test)
{
	struct vha_sessions *table = table_of(test);
	unsigned int i;
	u64 id;

	fake_error = -EOPNOTSUPP;
	for (i = 0; i < 3 * MAX_SESSIONS; i++)
		KUNIT_EXPECT_EQ(test, vha_session_create(table, &cbc, true, &id),
				-EOPNOTSUPP);
	fake_error = 0;
	KUNIT_EXPECT_EQ(test, table->count, 0);
	create(test);
}

static void session_destroyed_while_used(struct kunit *test)
{
	struct vha_sessions *table = table_of(test);
	u64 id = create(test);
	struct vha_session *session = vha_session_get(table, id);

	KUNIT_ASSERT_NOT_NULL(test, session);
	KUNIT_EXPECT_EQ(test, vha_session_destroy(table, id,
						  VIRTIO_CRYPTO_SERVICE_CIPHER),
			0);
	KUNIT_EXPECT_FALSE(test, exists(test, id));
	KUNIT_EXPECT_EQ(test, fake_alive, 1);
	vha_session_put(session);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
}

static void session_reset_while_used(struct kunit *test)
{
	struct vha_sessions *table = table_of(test);
	u64 id = create(test);
	struct vha_session *session = vha_session_get(table, id);

	create(test);
	vha_sessions_reset(table);
	KUNIT_EXPECT_EQ(test, fake_alive, 1);
	KUNIT_EXPECT_EQ(test, table->count, 0);
	vha_session_put(session);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
}

/* A provider that is slow may be overtaken by a reset */
static void session_reset_while_made(struct kunit *test)
{
	struct vha_sessions *table = table_of(test);
	u64 id;

	fake_reset_inside = table;
	KUNIT_EXPECT_EQ(test, vha_session_create(table, &cbc,
						 true, &id), -ECANCELED);
	fake_reset_inside = NULL;
	KUNIT_EXPECT_FALSE(test, exists(test, id));
	KUNIT_EXPECT_EQ(test, table->count, 0);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
}

static void session_destroy_needs_service(struct kunit *test)
{
	struct vha_sessions *table = table_of(test);
	u64 id = create(test);

	KUNIT_EXPECT_EQ(test, vha_session_destroy(table, id,
						  VIRTIO_CRYPTO_SERVICE_AEAD),
			-ENOENT);
	KUNIT_EXPECT_TRUE(test, exists(test, id));
	KUNIT_EXPECT_EQ(test, vha_session_destroy(table, id,
						  VIRTIO_CRYPTO_SERVICE_CIPHER),
			0);
	KUNIT_EXPECT_EQ(test, vha_session_destroy(table, id,
						  VIRTIO_CRYPTO_SERVICE_CIPHER),
			-ENOENT);
}

static int session_test_init(struct kunit *test)
{
	struct vha_sessions *table;

	table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, table);
	KUNIT_ASSERT_EQ(test, vha_sessions_init(table, MAX_SESSIONS), 0);
	fake_alive = 0;
	fake_error = 0;
	fake_left = -1;
	test->priv = table;
	return 0;
}

static void session_test_exit(struct kunit *test)
{
	vha_sessions_destroy(test->priv);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
}

/* A device for requests that bring their key along */
static void session_none(struct kunit *test)
{
	struct vha_sessions table;
	u64 id;

	KUNIT_ASSERT_EQ(test, vha_sessions_init(&table, 0), 0);
	KUNIT_EXPECT_EQ(test, vha_session_create(&table, &cbc,
						 true, &id), -ENOSPC);
	KUNIT_EXPECT_NULL(test, vha_session_get(&table, 0));
	KUNIT_EXPECT_NULL(test, vha_session_get(&table, U64_MAX));
	KUNIT_EXPECT_EQ(test, vha_session_destroy(&table, 0,
						  VIRTIO_CRYPTO_SERVICE_CIPHER),
			-ENOENT);
	vha_sessions_reset(&table);
	vha_sessions_destroy(&table);
}

/* Made at the second attempt, once, and gone with the last request */
static void session_temporary(struct kunit *test)
{
	static const struct vha_session_parts parts = {
		.param.alg = &accel_algs[ACCEL_ALG_CBC_AES],
		.param.alg_id = ACCEL_ALG_CBC_AES,
		.param.key_len = 16,
	};
	struct vha_session *session;
	LLIST_HEAD(dead);

	session = vha_session_temp(&parts, false);
	KUNIT_ASSERT_NOT_NULL(test, session);
	KUNIT_ASSERT_TRUE(test, session->temp);
	KUNIT_EXPECT_FALSE(test, session->encrypt);
	KUNIT_EXPECT_EQ(test, session->key->len, 16);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
	fake_error = -ENOMEM;
	KUNIT_EXPECT_EQ(test, vha_session_make(session, fake_infos), -ENOMEM);
	fake_error = -ENOENT;
	KUNIT_EXPECT_EQ(test, vha_session_make(session, fake_infos), -EOPNOTSUPP);
	fake_error = -EBADMSG;
	KUNIT_EXPECT_EQ(test, vha_session_make(session, fake_infos), -EINVAL);
	fake_error = 0;
	KUNIT_EXPECT_EQ(test, vha_session_make(session, fake_infos), 0);
	KUNIT_EXPECT_EQ(test, vha_session_make(session, fake_infos), 0);
	KUNIT_EXPECT_EQ(test, fake_alive, 1);
	/* It takes no room in the table, and a reset does not find it */
	KUNIT_EXPECT_EQ(test, table_of(test)->count, 0);
	vha_sessions_reset(table_of(test));
	KUNIT_EXPECT_EQ(test, fake_alive, 1);
	vha_session_put_later(session, &dead);
	vha_sessions_bury(&dead);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);

	/* One that the provider never made is not destroyed by it */
	session = vha_session_temp(&parts, true);
	KUNIT_ASSERT_NOT_NULL(test, session);
	vha_session_put(session);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
}

/* To the provider it is two; the second may fail */
static void session_of_two(struct kunit *test)
{
	static const struct vhost_accel_session_param mac = {
		.alg = &accel_algs[ACCEL_ALG_HMAC_SHA1],
		.alg_id = ACCEL_ALG_HMAC_SHA1,
		.info = &fake_infos[ACCEL_ALG_HMAC_SHA1],
		.tag_len = 12,
	};
	struct vha_sessions *table = table_of(test);
	struct vha_session *session;
	u64 id;

	fake_left = 1;
	KUNIT_EXPECT_EQ(test, vha_session_create_chain(table, &cbc, &mac, true, true,
						       &id), -ENOENT);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
	KUNIT_EXPECT_EQ(test, table->count, 0);

	fake_left = 2;
	KUNIT_ASSERT_EQ(test, vha_session_create_chain(table, &cbc, &mac, true, true,
						       &id), 0);
	KUNIT_EXPECT_EQ(test, fake_alive, 2);
	KUNIT_EXPECT_EQ(test, table->count, 1);
	session = vha_session_get(table, id);
	KUNIT_ASSERT_NOT_NULL(test, session);
	KUNIT_EXPECT_PTR_EQ(test, session->alg, cbc.alg);
	KUNIT_EXPECT_PTR_EQ(test, session->auth, mac.alg);
	KUNIT_EXPECT_TRUE(test, session->auth_first);
	KUNIT_EXPECT_EQ(test, session->tag_len, 12);
	vha_session_put(session);
	KUNIT_EXPECT_EQ(test, vha_session_destroy(table, id,
						  VIRTIO_CRYPTO_SERVICE_MAC),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, vha_session_destroy(table, id,
						  VIRTIO_CRYPTO_SERVICE_CIPHER),
			0);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
}

/* Both are made, or none is; each with its part of the key */
static void session_temporary_of_two(struct kunit *test)
{
	static const struct vha_session_parts parts = {
		.param.alg = &accel_algs[ACCEL_ALG_CBC_AES],
		.param.alg_id = ACCEL_ALG_CBC_AES,
		.param.key_len = 16,
		.auth.alg = &accel_algs[ACCEL_ALG_HMAC_SHA1],
		.auth.alg_id = ACCEL_ALG_HMAC_SHA1,
		.auth.key_len = 20,
		.auth.tag_len = 12,
	};
	struct vha_session *session, *other;
	struct vha_session_parts twin = parts;

	session = vha_session_temp(&parts, true);
	KUNIT_ASSERT_NOT_NULL(test, session);
	KUNIT_EXPECT_EQ(test, session->key->len, 36);
	KUNIT_EXPECT_EQ(test, session->tag_len, 12);
	fake_left = 1;
	KUNIT_EXPECT_EQ(test, vha_session_make(session, fake_infos),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
	fake_left = 2;
	KUNIT_EXPECT_EQ(test, vha_session_make(session, fake_infos), 0);
	KUNIT_EXPECT_EQ(test, fake_alive, 2);
	KUNIT_EXPECT_PTR_EQ(test, fake_param.alg, parts.auth.alg);
	KUNIT_EXPECT_EQ(test, fake_param.alg_id, ACCEL_ALG_HMAC_SHA1);
	KUNIT_EXPECT_PTR_EQ(test, fake_param.info,
			    &fake_infos[ACCEL_ALG_HMAC_SHA1]);
	KUNIT_EXPECT_PTR_EQ(test, fake_param.key,
			    (const u8 *)session->key->bytes + 16);
	KUNIT_EXPECT_EQ(test, fake_param.key_len, 20);
	KUNIT_EXPECT_EQ(test, fake_param.tag_len, 12);

	/* The same key cut elsewhere, and the other order, are not the same */
	twin.param.key_len = 24;
	twin.auth.key_len = 12;
	other = vha_session_temp(&twin, true);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_FALSE(test, vha_session_same(session, other));
	vha_session_put(other);
	twin = parts;
	twin.auth_first = true;
	other = vha_session_temp(&twin, true);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_FALSE(test, vha_session_same(session, other));
	vha_session_put(other);
	twin = parts;
	twin.auth.alg = &accel_algs[ACCEL_ALG_HMAC_SHA256];
	twin.auth.alg_id = ACCEL_ALG_HMAC_SHA256;
	other = vha_session_temp(&twin, true);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_FALSE(test, vha_session_same(session, other));
	vha_session_put(other);
	other = vha_session_temp(&parts, true);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_TRUE(test, vha_session_same(session, other));
	vha_session_put(other);
	vha_session_put(session);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
}

/* Requests share a session if it does the same for them, down to the padding */
static void session_temporary_same(struct kunit *test)
{
	static const struct vhost_accel_session_param params[] = {
		{ .hash = VIRTIO_CRYPTO_RSA_SHA1 },
		{ .hash = VIRTIO_CRYPTO_RSA_SHA256 },
		{ .hash = VIRTIO_CRYPTO_RSA_SHA1, .private_key = true },
		{ .hash = VIRTIO_CRYPTO_RSA_SHA1,
		  .padding = VIRTIO_CRYPTO_RSA_PKCS1_PADDING },
		{ .hash = VIRTIO_CRYPTO_RSA_SHA1, .tag_len = 4 },
		{ .hash = VIRTIO_CRYPTO_RSA_SHA1, .key_len = 4 },
	};
	struct vha_session *session[ARRAY_SIZE(params)];
	struct vhost_accel_session_param param;
	struct vha_session_parts parts = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(params); i++) {
		param = params[i];
		param.alg = &accel_algs[ACCEL_ALG_RSA];
		param.alg_id = ACCEL_ALG_RSA;
		parts.param = param;
		session[i] = vha_session_temp(&parts, false);
		KUNIT_ASSERT_NOT_NULL(test, session[i]);
		KUNIT_EXPECT_EQ(test, vha_session_same(session[0], session[i]),
				!i);
		KUNIT_EXPECT_EQ(test, vha_session_make(session[i], fake_infos), 0);
		KUNIT_EXPECT_EQ(test, fake_param.hash, param.hash);
		KUNIT_EXPECT_EQ(test, fake_param.padding, param.padding);
		KUNIT_EXPECT_EQ(test, fake_param.private_key,
				param.private_key);
	}
	for (i = 0; i < ARRAY_SIZE(params); i++)
		vha_session_put(session[i]);
	KUNIT_EXPECT_EQ(test, fake_alive, 0);
}

static struct kunit_case session_test_cases[] = {
	KUNIT_CASE(session_found_by_its_number),
	KUNIT_CASE(session_not_found_by_another),
	KUNIT_CASE_SLOW(session_number_never_again),
	KUNIT_CASE(session_numbers_run_out),
	KUNIT_CASE(session_limit),
	KUNIT_CASE(session_provider_refuses),
	KUNIT_CASE(session_destroyed_while_used),
	KUNIT_CASE(session_reset_while_used),
	KUNIT_CASE(session_reset_while_made),
	KUNIT_CASE(session_destroy_needs_service),
	KUNIT_CASE(session_none),
	KUNIT_CASE(session_temporary),
	KUNIT_CASE(session_temporary_of_two),
	KUNIT_CASE(session_of_two),
	KUNIT_CASE(session_temporary_same),
	{}
};

static struct kunit_suite session_test_suite = {
	.name = "vhost_accel_session",
	.init = session_test_init,
	.exit = session_test_exit,
	.test_cases = session_test_cases,
};

kunit_test_suite(session_test_suite);
