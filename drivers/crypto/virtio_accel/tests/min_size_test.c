// SPDX-License-Identifier: GPL-2.0
/*
 * What is too small for a device: the parameter, and the order of requests when
 * some are.
 */
#include "fake.h"

#include <linux/string.h>

#include "../min_size.h"

struct list_param {
	const char *list;
	int nr;
	const char *name;
	u32 bytes;
};

/* The last entry of each; a negative number of entries is an error */
static const struct list_param list_params[] = {
	{ "", 0 },
	{ "\n", 0 },
	{ "cbc(aes):256", 1, "cbc(aes)", 256 },
	{ "cbc(aes):256\n", 1, "cbc(aes)", 256 },
	{ "cbc(aes):256,gcm(aes):512\n", 2, "gcm(aes)", 512 },
	{ "all:0,rfc7539(chacha20,poly1305):4294967295", 2,
	  "rfc7539(chacha20,poly1305)", 4294967295U },
	{ "cbc(aes)", -EINVAL },
	{ "cbc(aes):", -EINVAL },
	{ "cbc(aes):x", -EINVAL },
	{ "cbc(aes):-1", -EINVAL },
	{ "cbc(aes):4294967296", -EINVAL },
	{ "cbc(aes):99999999999999999999", -EINVAL },
	{ "cbc(aes):16k", -EINVAL },
	{ "cbc(aes):16,", -EINVAL },
	{ "cbc(aes):16,\n", -EINVAL },
	{ "cbc(aes):16 gcm(aes):16", -EINVAL },
	{ ":16", -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(list, list_params, list);

static void min_size_list(struct kunit *test)
{
	const struct list_param *p = test->param_value;
	struct vaccel_min_size entry = {};
	const char *pos = p->list;
	int ret, nr = 0;

	while ((ret = vaccel_min_size_next(&pos, &entry)) > 0)
		KUNIT_ASSERT_LT(test, nr++, 3);
	KUNIT_EXPECT_EQ(test, ret < 0 ? ret : nr, p->nr);
	if (!p->name)
		return;
	KUNIT_EXPECT_EQ(test, entry.len, strlen(p->name));
	KUNIT_EXPECT_MEMEQ(test, entry.name, p->name, entry.len);
	KUNIT_EXPECT_EQ(test, entry.bytes, p->bytes);
}

/* A fallback that takes its time */
static struct vaccel_req *soft_req;
static crypto_completion_t soft_done;
static int soft_nr;

static int soft_fallback(struct vaccel_tfm *t, struct vaccel_req *req,
			 u32 flags, crypto_completion_t done)
{
	soft_req = req;
	soft_done = done;
	soft_nr++;
	return -EINPROGRESS;
}

static struct vaccel_family soft_family;

/* A transform whose requests go to the device */
static void open_route(struct kunit *test, struct fake *fake)
{
	static const u8 bytes[16];
	struct vaccel_key *key;

	soft_family = vaccel_skcipher_family;
	soft_family.fallback = soft_fallback;
	soft_nr = 0;
	fake->alg.family = &soft_family;
	KUNIT_ASSERT_EQ(test, vaccel_route_set_key(fake->t, bytes, 16,
						   GFP_KERNEL), 0);
	key = rcu_dereference_protected(fake->t->key, true);
	vaccel_dev_get(fake->vd);
	vaccel_key_set_dev(key, fake->vd);
	key->sess[1].gen = fake->vd->gen;
	key->sess[1].state = VACCEL_SESS_READY;
	fake->t->route = VACCEL_ROUTE_DEVICE;
}

static struct fake_req *submit(struct kunit *test, struct fake *fake,
			       u32 min_size)
{
	struct fake_req *r;

	fake->alg.min_size = min_size;
	r = fake_request(test, fake, false, false);
	KUNIT_EXPECT_EQ(test, vaccel_req_submit(fake->t, r->req), -EINPROGRESS);
	flush_work(&fake->t->work);
	return r;
}

#define SMALL	17	/* so that 16 bytes are less */
#define LARGE	16

static void min_size_order(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct fake_req *r[6];

	open_route(test, fake);
	/* Behind a large one, a small one goes with it */
	r[0] = submit(test, fake, LARGE);
	r[1] = submit(test, fake, SMALL);
	KUNIT_EXPECT_GE(test, fake_serve(fake, VIRTIO_CRYPTO_OK), 0);
	KUNIT_EXPECT_GE(test, fake_serve(fake, VIRTIO_CRYPTO_OK), 0);
	fake_interrupt_data(fake);
	KUNIT_EXPECT_EQ(test, soft_nr, 0);

	/* Alone, it is done in software */
	r[2] = submit(test, fake, SMALL);
	KUNIT_EXPECT_EQ(test, soft_nr, 1);
	KUNIT_EXPECT_PTR_EQ(test, soft_req, r[2]->req);
	/* A large one waits for it, and the next small one for that */
	r[3] = submit(test, fake, LARGE);
	r[4] = submit(test, fake, SMALL);
	KUNIT_EXPECT_EQ(test, soft_nr, 1);
	KUNIT_EXPECT_EQ(test, fake_take(&fake->data), -1);

	soft_done(soft_req, 0);
	flush_work(&fake->t->work);
	KUNIT_EXPECT_GE(test, fake_serve(fake, VIRTIO_CRYPTO_OK), 0);
	KUNIT_EXPECT_GE(test, fake_serve(fake, VIRTIO_CRYPTO_OK), 0);
	fake_interrupt_data(fake);
	KUNIT_EXPECT_EQ(test, soft_nr, 1);

	/* And small ones follow each other without the work */
	r[5] = submit(test, fake, SMALL);
	KUNIT_EXPECT_PTR_EQ(test, soft_req, r[5]->req);
	KUNIT_EXPECT_EQ(test, fake->t->nr_parked, 0);
	KUNIT_EXPECT_EQ(test, fake->t->route, VACCEL_ROUTE_SOFTWARE);
	soft_done(soft_req, 0);

	for (unsigned int i = 0; i < ARRAY_SIZE(r); i++) {
		KUNIT_EXPECT_EQ(test, r[i]->done, 1);
		KUNIT_EXPECT_EQ(test, r[i]->err, 0);
		KUNIT_EXPECT_EQ(test, r[i]->order, i + 1);
	}
	fake_stop(fake);
}

static struct kunit_case min_size_cases[] = {
	KUNIT_CASE_PARAM(min_size_list, list_gen_params),
	KUNIT_CASE(min_size_order),
	{}
};

static struct kunit_suite min_size_suite = {
	.name = "vaccel_min_size",
	.test_cases = min_size_cases,
};

kunit_test_suite(min_size_suite);
