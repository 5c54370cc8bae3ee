// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: what is asked of the device, and what becomes of its answers.
 */
#include "fake.h"

#include <linux/delay.h>

static void answer_create(struct fake *fake, u64 id, u32 status)
{
	struct virtio_crypto_session_input in = {
		.session_id = cpu_to_le64(id),
		.status = cpu_to_le32(status),
	};
	int head = fake_take(&fake->ctrl);

	fake_answer(&fake->ctrl, head, &in, sizeof(in));
	fake_interrupt_ctrl(fake);
}

struct create_param {
	const char *name;
	u32 status;
	u8 state;
};

static const struct create_param create_params[] = {
	{ "OK", VIRTIO_CRYPTO_OK, VACCEL_SESS_READY },
	{ "ERR", VIRTIO_CRYPTO_ERR, VACCEL_SESS_REFUSED },
	{ "NOTSUPP", VIRTIO_CRYPTO_NOTSUPP, VACCEL_SESS_REFUSED },
	{ "NOSPC", VIRTIO_CRYPTO_NOSPC, VACCEL_SESS_REFUSED },
	{ "nonsense", 0xdead, VACCEL_SESS_REFUSED },
	{ "nonsense with a low byte of 0", 0x100, VACCEL_SESS_REFUSED },
	{ "nonsense as a negative number", U32_MAX, VACCEL_SESS_REFUSED },
};

KUNIT_ARRAY_PARAM_DESC(create, create_params, name);

static void session_create(struct kunit *test)
{
	const struct create_param *p = test->param_value;
	struct fake *fake = fake_start(test);
	struct vaccel_session *sess = &fake->key->sess[1];

	KUNIT_EXPECT_FALSE(test, vaccel_session_usable(sess));
	KUNIT_ASSERT_EQ(test, vaccel_session_create(sess), 0);
	KUNIT_EXPECT_EQ(test, sess->state, VACCEL_SESS_CREATING);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->key->refs), 2);
	answer_create(fake, 42, p->status);
	KUNIT_EXPECT_EQ(test, sess->state, p->state);
	KUNIT_EXPECT_EQ(test, vaccel_session_usable(sess),
			p->state == VACCEL_SESS_READY);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->key->refs), 1);
	fake_stop(fake);
}

/* A device without room for a session, which can do without */
static void session_stateless(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct vaccel_session *sess = &fake->key->sess[1];

	fake->vd->caps.stateless = BIT(VIRTIO_CRYPTO_SERVICE_CIPHER);
	KUNIT_ASSERT_EQ(test, vaccel_session_create(sess), 0);
	answer_create(fake, 0, VIRTIO_CRYPTO_NOSPC);
	KUNIT_EXPECT_EQ(test, sess->state, VACCEL_SESS_STATELESS);
	KUNIT_EXPECT_TRUE(test, vaccel_session_usable(sess));
	/* Some time later it may have room */
	sess->retry = jiffies;
	KUNIT_EXPECT_FALSE(test, vaccel_session_usable(sess));
	/* Nothing to destroy */
	vaccel_key_detach(fake->key);
	fake->key = NULL;
	KUNIT_EXPECT_EQ(test, fake_take(&fake->ctrl), -1);
	fake_stop(fake);
}

/* What a device reads shares no cache line with what is written meanwhile */
static void key_apart(struct kunit *test)
{
	static const unsigned int lens[] = { 1, 16, 63, 64, 65, 256, 2349 };
	struct fake *fake = fake_start(test);
	static const u8 bytes[2349] = { 1, 2 };
	struct vaccel_key *key;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		key = vaccel_key_alloc(fake->t, fake->alg.row, bytes, lens[i], 0,
				       GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, key);
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)key->bytes,
						   VACCEL_DMA_ALIGN));
		KUNIT_EXPECT_MEMEQ(test, key->bytes, bytes, lens[i]);
		vaccel_key_detach(key);
	}
	fake_stop(fake);
}

/* Of this service, or of nothing but a lack of room, it says nothing */
static void session_not_stateless(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct vaccel_session *sess = &fake->key->sess[1];

	fake->vd->caps.stateless = BIT(VIRTIO_CRYPTO_SERVICE_AEAD);
	KUNIT_ASSERT_EQ(test, vaccel_session_create(sess), 0);
	answer_create(fake, 0, VIRTIO_CRYPTO_NOSPC);
	KUNIT_EXPECT_EQ(test, sess->state, VACCEL_SESS_REFUSED);

	fake->vd->caps.stateless = BIT(VIRTIO_CRYPTO_SERVICE_CIPHER);
	KUNIT_ASSERT_EQ(test, vaccel_session_create(sess), 0);
	answer_create(fake, 0, VIRTIO_CRYPTO_ERR);
	KUNIT_EXPECT_EQ(test, sess->state, VACCEL_SESS_REFUSED);
	fake_stop(fake);
}

/* Writes nothing, says that it is done */
static void session_no_answer(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct vaccel_session *sess = &fake->key->sess[0];

	KUNIT_ASSERT_EQ(test, vaccel_session_create(sess), 0);
	fake_answer(&fake->ctrl, fake_take(&fake->ctrl), NULL, 0);
	fake_interrupt_ctrl(fake);
	KUNIT_EXPECT_EQ(test, sess->state, VACCEL_SESS_REFUSED);
	fake_stop(fake);
}

static void session_other_generation(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct vaccel_session *sess = &fake->key->sess[0];

	KUNIT_ASSERT_EQ(test, vaccel_session_create(sess), 0);
	answer_create(fake, 42, VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_TRUE(test, vaccel_session_usable(sess));
	fake->vd->gen++;
	KUNIT_EXPECT_FALSE(test, vaccel_session_usable(sess));
	/* Nothing of an earlier start is destroyed: the id may be another's */
	vaccel_key_detach(fake->key);
	fake->key = NULL;
	KUNIT_EXPECT_EQ(test, fake_take(&fake->ctrl), -1);
	fake_stop(fake);
}

static void session_device_not_ready(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct vaccel_session *sess = &fake->key->sess[0];

	KUNIT_ASSERT_EQ(test, vaccel_session_create(sess), 0);
	answer_create(fake, 42, VIRTIO_CRYPTO_OK);
	fake->vd->state = VACCEL_NOT_READY;
	KUNIT_EXPECT_FALSE(test, vaccel_session_usable(sess));
	fake_stop(fake);
}

/* A queue that the virtio core has given up is no way to ask for ever */
static void session_queue_broken(struct kunit *test)
{
	struct fake *fake = fake_start(test);

	KUNIT_ASSERT_EQ(test, vaccel_session_create(&fake->key->sess[0]), 0);
	fake_answer(&fake->ctrl, fake_take(&fake->ctrl), NULL, 0);
	fake->ctrl.vring.used->ring[0].id =
		(__force __virtio32)cpu_to_le32(FAKE_RING);
	fake_interrupt_ctrl(fake);
	KUNIT_EXPECT_NOT_NULL(test, fake->vd->break_why);
	KUNIT_EXPECT_EQ(test, fake->key->sess[0].state, VACCEL_SESS_CREATING);

	fake->vd->break_why = NULL;
	KUNIT_EXPECT_EQ(test, vaccel_session_create(&fake->key->sess[1]), 0);
	KUNIT_EXPECT_NOT_NULL(test, fake->vd->break_why);
	KUNIT_EXPECT_EQ(test, fake->key->sess[1].state, VACCEL_SESS_NONE);
	fake_stop(fake);
}

/* One command is never answered; that others are is no excuse */
static void session_timeout(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	unsigned int i;

	KUNIT_ASSERT_EQ(test, vaccel_session_create(&fake->key->sess[0]), 0);
	KUNIT_ASSERT_GE(test, fake_take(&fake->ctrl), 0);
	KUNIT_ASSERT_EQ(test, vaccel_session_create(&fake->key->sess[1]), 0);
	answer_create(fake, 42, VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_EQ(test, fake->key->sess[1].state, VACCEL_SESS_READY);

	for (i = 0; i < 600 && !READ_ONCE(fake->vd->break_why); i++)
		msleep(100);
	KUNIT_EXPECT_NOT_NULL(test, fake->vd->break_why);
	KUNIT_EXPECT_EQ(test, fake->key->sess[0].state, VACCEL_SESS_CREATING);
	fake_stop(fake);
}

/* The device goes while it has the command, or before it gets it */
static void session_device_gone(struct kunit *test)
{
	struct fake *fake = fake_start(test);

	KUNIT_ASSERT_EQ(test, vaccel_session_create(&fake->key->sess[0]), 0);
	vaccel_ctrl_close(&fake->vd->ctrl);
	KUNIT_EXPECT_EQ(test, fake->key->sess[0].state, VACCEL_SESS_CREATING);
	KUNIT_EXPECT_EQ(test, vaccel_session_create(&fake->key->sess[1]),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, fake->key->sess[1].state, VACCEL_SESS_NONE);
	vaccel_ctrl_flush(&fake->vd->ctrl);
	KUNIT_EXPECT_EQ(test, fake->key->sess[0].state, VACCEL_SESS_NONE);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->key->refs), 1);
	fake_stop(fake);
}

/* A request keeps key and session until it ends, then the session goes */
static void session_destroyed_last(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct fake_req *r = fake_request(test, fake, true, false);
	const __le64 *id;
	int head;
	u32 len;

	KUNIT_ASSERT_EQ(test, vaccel_session_create(&fake->key->sess[1]), 0);
	answer_create(fake, 42, VIRTIO_CRYPTO_OK);
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, fake->vd->gen),
			-EINPROGRESS);
	vaccel_key_detach(fake->key);
	fake->key = NULL;
	KUNIT_EXPECT_EQ(test, fake_take(&fake->ctrl), -1);

	fake_serve(fake, VIRTIO_CRYPTO_OK);
	fake_interrupt_data(fake);
	KUNIT_EXPECT_EQ(test, r->done, 1);
	head = fake_take(&fake->ctrl);
	KUNIT_ASSERT_GE(test, head, 0);
	id = fake_desc(&fake->ctrl, head, 0, &len);
	/* 16 bytes of header, then the session */
	KUNIT_EXPECT_EQ(test, len, 24);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(id[2]), 42);
	fake_answer(&fake->ctrl, head, "", 1);
	fake_interrupt_ctrl(fake);
	fake_stop(fake);
}

/* More commands than slots: they wait, and none is lost */
static void session_many(struct kunit *test)
{
	struct vaccel_key *key[VACCEL_CTRL_SLOTS + 4];
	struct fake *fake = fake_start(test);
	static const u8 bytes[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(key); i++) {
		key[i] = vaccel_key_alloc(fake->t, fake->alg.row, bytes, 16, 0,
					  GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, key[i]);
		vaccel_dev_get(fake->vd);
		vaccel_key_set_dev(key[i], fake->vd);
		KUNIT_EXPECT_EQ(test, vaccel_session_create(&key[i]->sess[0]),
				0);
	}
	for (i = 0; i < ARRAY_SIZE(key); i++) {
		KUNIT_EXPECT_EQ(test, key[i]->sess[0].state,
				VACCEL_SESS_CREATING);
		answer_create(fake, 100 + i, VIRTIO_CRYPTO_OK);
		KUNIT_EXPECT_EQ(test, key[i]->sess[0].state,
				VACCEL_SESS_READY);
		KUNIT_EXPECT_EQ(test, le64_to_cpu(key[i]->sess[0].id), 100 + i);
	}
	/* No key may go with the device under it: as in life */
	vaccel_ctrl_close(&fake->vd->ctrl);
	for (i = 0; i < ARRAY_SIZE(key); i++)
		vaccel_key_detach(key[i]);
	fake_stop(fake);
}

/* The device reads a key where it is: no copy that would have to be wiped */
static void session_key_not_copied(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	int head;
	u32 len;

	KUNIT_ASSERT_EQ(test, vaccel_session_create(&fake->key->sess[0]), 0);
	head = fake_take(&fake->ctrl);
	KUNIT_ASSERT_GE(test, head, 0);
	fake_desc(&fake->ctrl, head, 0, &len);
	KUNIT_EXPECT_EQ(test, len, 16 + 56);
	KUNIT_EXPECT_PTR_EQ(test, fake_desc(&fake->ctrl, head, 1, &len),
			    (void *)fake->key->bytes);
	KUNIT_EXPECT_EQ(test, len, 16);
	fake_answer(&fake->ctrl, head, "", 1);
	fake_interrupt_ctrl(fake);
	fake_stop(fake);
}

static struct kunit_case session_cases[] = {
	KUNIT_CASE_PARAM(session_create, create_gen_params),
	KUNIT_CASE(session_stateless),
	KUNIT_CASE(session_not_stateless),
	KUNIT_CASE(key_apart),
	KUNIT_CASE(session_no_answer),
	KUNIT_CASE(session_other_generation),
	KUNIT_CASE(session_device_not_ready),
	KUNIT_CASE(session_queue_broken),
	KUNIT_CASE(session_timeout),
	KUNIT_CASE(session_device_gone),
	KUNIT_CASE(session_destroyed_last),
	KUNIT_CASE(session_many),
	KUNIT_CASE(session_key_not_copied),
	{}
};

static struct kunit_suite session_suite = {
	.name = "vaccel_session",
	.test_cases = session_cases,
};

kunit_test_suite(session_suite);
