// SPDX-License-Identifier: GPL-2.0
/*
 * The data queue: who gets in, who waits, and in which order they come out.
 */
#include "fake.h"

#define GEN	7	/* of the fake device */

static void queue_full(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct fake_req *r[FAKE_SLOTS + 3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(r); i++)
		r[i] = fake_request(test, fake, true, i > FAKE_SLOTS);
	for (i = 0; i < FAKE_SLOTS; i++)
		KUNIT_EXPECT_EQ(test, fake_submit(fake, r[i], GEN),
				-EINPROGRESS);
	/* No room, and not allowed to wait */
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r[i], GEN), -ENOSPC);
	/* Allowed to wait */
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r[i + 1], GEN), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r[i + 2], GEN), -EBUSY);

	KUNIT_EXPECT_GE(test, fake_serve(fake, VIRTIO_CRYPTO_OK), 0);
	fake_interrupt_data(fake);
	KUNIT_EXPECT_EQ(test, r[0]->done, 1);
	KUNIT_EXPECT_EQ(test, r[i + 1]->notices, 1);
	KUNIT_EXPECT_EQ(test, r[i + 1]->done, 0);
	KUNIT_EXPECT_EQ(test, r[i + 2]->notices, 0);
	/* One waits: there may be room, but nobody passes it */
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r[i], GEN), -ENOSPC);

	while (fake_serve(fake, VIRTIO_CRYPTO_OK) >= 0)
		fake_interrupt_data(fake);
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		bool refused = i == FAKE_SLOTS;

		KUNIT_EXPECT_EQ(test, r[i]->done, refused ? 0 : 1);
		KUNIT_EXPECT_EQ(test, r[i]->err, 0);
		KUNIT_EXPECT_EQ(test, r[i]->notices, i > FAKE_SLOTS);
		KUNIT_EXPECT_EQ(test, r[i]->order,
				refused ? 0 : i < FAKE_SLOTS ? i + 1 : i);
	}
	KUNIT_EXPECT_TRUE(test, vaccel_vq_idle(&fake->vd->vqs[0]));
	fake_stop(fake);
}

static void queue_generation(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct fake_req *r = fake_request(test, fake, true, true);

	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN - 1), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN + 1), -ENODEV);
	vaccel_vq_close(&fake->vd->vqs[0]);
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_take(&fake->data), -1);
	fake_stop(fake);
}

/* The device is told of several requests with the last one, or at the end */
static void queue_more(struct kunit *test)
{
	/* Kicks, when it was given to the queue and after the end */
	static const struct {
		bool more;
		u64 kicks;
		u64 end;
	} steps[FAKE_SLOTS] = {
		{ true, 0, 1 }, { true, 1, 2 }, { false, 3, 3 }, { true, 3, 4 },
	};
	struct fake *fake = fake_start(test);
	struct vaccel_vq *q = &fake->vd->vqs[0];
	unsigned int i;

	for (i = 0; i < FAKE_SLOTS; i++) {
		struct fake_req *r = fake_request(test, fake, true, false);

		if (steps[i].more)
			r->req->flags |= VACCEL_REQ_MORE;
		KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN), -EINPROGRESS);
		KUNIT_EXPECT_EQ(test, q->stats.kicks, steps[i].kicks);
		local_bh_disable();
		vaccel_vq_kick(q);
		local_bh_enable();
		KUNIT_EXPECT_EQ(test, q->stats.kicks, steps[i].end);
	}
	while (fake_serve(fake, VIRTIO_CRYPTO_OK) >= 0)
		fake_interrupt_data(fake);
	fake_stop(fake);
}

static void queue_answers(struct kunit *test)
{
	static const struct {
		u8 status;
		int err;
	} answers[] = {
		{ VIRTIO_CRYPTO_OK, 0 },
		{ VIRTIO_CRYPTO_ERR, -EIO },
		/* A cipher has nothing to authenticate */
		{ VIRTIO_CRYPTO_BADMSG, -EIO },
		{ 0xff, -EIO },
	};
	struct fake *fake = fake_start(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		struct fake_req *r = fake_request(test, fake, true, false);

		KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN), -EINPROGRESS);
		fake_serve(fake, answers[i].status);
		fake_interrupt_data(fake);
		KUNIT_EXPECT_EQ(test, r->done, 1);
		KUNIT_EXPECT_EQ(test, r->err, answers[i].err);
	}
	fake_stop(fake);
}

/* A device that returns a request without having written anything */
static void queue_no_status(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct fake_req *r = fake_request(test, fake, true, false);

	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN), -EINPROGRESS);
	fake_answer(&fake->data, fake_take(&fake->data), NULL, 0);
	fake_interrupt_data(fake);
	KUNIT_EXPECT_EQ(test, r->done, 1);
	KUNIT_EXPECT_EQ(test, r->err, -EIO);
	fake_stop(fake);
}

static void queue_descriptors(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct fake_req *r = fake_request(test, fake, false, false);
	int head;
	u32 len;

	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN), -EINPROGRESS);
	head = fake_take(&fake->data);
	KUNIT_ASSERT_GE(test, head, 0);
	fake_desc(&fake->data, head, 0, &len);
	KUNIT_EXPECT_EQ(test, len, 72);
	KUNIT_EXPECT_PTR_EQ(test, fake_desc(&fake->data, head, 1, &len),
			    (void *)r->buf);
	KUNIT_EXPECT_EQ(test, len, 16);
	KUNIT_EXPECT_PTR_EQ(test, fake_desc(&fake->data, head, 2, &len),
			    (void *)r->out);
	KUNIT_EXPECT_EQ(test, len, 16);
	fake_desc(&fake->data, head, 3, &len);
	KUNIT_EXPECT_EQ(test, len, 1);
	fake_stop(fake);
}

/* The device reads the key where it is: it is never copied */
static void queue_stateless(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct fake_req *r = fake_request(test, fake, false, false);
	int head;
	u32 len;

	r->req->flags |= VACCEL_REQ_STATELESS;
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN), -EINPROGRESS);
	head = fake_take(&fake->data);
	KUNIT_ASSERT_GE(test, head, 0);
	fake_desc(&fake->data, head, 0, &len);
	KUNIT_EXPECT_EQ(test, len, 24 + 76);
	KUNIT_EXPECT_PTR_EQ(test, fake_desc(&fake->data, head, 1, &len),
			    (void *)fake->key->bytes);
	KUNIT_EXPECT_EQ(test, len, 16);
	KUNIT_EXPECT_PTR_EQ(test, fake_desc(&fake->data, head, 2, &len),
			    (void *)r->buf);
	/* It stays as long as the request */
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->key->refs), 2);
	fake_answer(&fake->data, head, "", 1);
	fake_interrupt_data(fake);
	KUNIT_EXPECT_EQ(test, r->done, 1);
	KUNIT_EXPECT_EQ(test, r->err, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->key->refs), 1);

	/* No room for that either: not done, and not to be asked again */
	r = fake_request(test, fake, true, false);
	r->req->flags |= VACCEL_REQ_STATELESS;
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN), -EINPROGRESS);
	fake_serve(fake, VIRTIO_CRYPTO_NOSPC);
	fake_interrupt_data(fake);
	KUNIT_EXPECT_EQ(test, r->done, 0);
	KUNIT_EXPECT_TRUE(test, r->req->flags & VACCEL_REQ_SOFT);
	fake_stop(fake);
}

/* The device knows no such session: nothing is done, the caller hears nothing */
static void queue_invalid_session(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct fake_req *r = fake_request(test, fake, true, false);

	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN), -EINPROGRESS);
	fake_serve(fake, VIRTIO_CRYPTO_INVSESS);
	fake_interrupt_data(fake);
	KUNIT_EXPECT_EQ(test, r->done, 0);
	KUNIT_EXPECT_PTR_EQ(test, fake->t->returned.next, &r->req->node);
	KUNIT_EXPECT_EQ(test, fake->t->route, VACCEL_ROUTE_HOLD);
	KUNIT_EXPECT_TRUE(test, fake->t->drain);
	KUNIT_EXPECT_FALSE(test, r->req->flags & VACCEL_REQ_SOFT);

	/* A second time is the last with a device */
	list_del_init(&r->req->node);
	KUNIT_EXPECT_EQ(test, fake_submit(fake, r, GEN), -EINPROGRESS);
	fake_serve(fake, VIRTIO_CRYPTO_INVSESS);
	fake_interrupt_data(fake);
	KUNIT_EXPECT_EQ(test, r->done, 0);
	KUNIT_EXPECT_TRUE(test, r->req->flags & VACCEL_REQ_SOFT);
	fake_stop(fake);
}

static void queue_lost(struct kunit *test)
{
	struct fake *fake = fake_start(test);
	struct fake_req *r[FAKE_SLOTS + 1];
	unsigned int i;

	/* Every second one in place; the last waits for room */
	for (i = 0; i <= FAKE_SLOTS; i++) {
		r[i] = fake_request(test, fake, i % 2 == 0, true);
		/* The counter may wrap */
		r[i]->req->ticket = U32_MAX - 2 + i;
		/* Or in the source somewhere else than at its start */
		if (i == 3)
			r[i]->req->flags |= VACCEL_REQ_ALIAS;
		KUNIT_EXPECT_EQ(test, fake_submit(fake, r[i], GEN),
				i < FAKE_SLOTS ? -EINPROGRESS : -EBUSY);
	}
	/* An answer that nobody has looked at is still an answer */
	fake_serve(fake, VIRTIO_CRYPTO_OK);

	vaccel_vq_close(&fake->vd->vqs[0]);
	KUNIT_EXPECT_FALSE(test, vaccel_vq_idle(&fake->vd->vqs[0]));
	vaccel_vq_reclaim(&fake->vd->vqs[0]);
	KUNIT_EXPECT_TRUE(test, vaccel_vq_idle(&fake->vd->vqs[0]));

	KUNIT_EXPECT_EQ(test, r[0]->done, 1);
	KUNIT_EXPECT_EQ(test, r[0]->err, 0);
	/* In place: perhaps half done */
	KUNIT_EXPECT_EQ(test, r[2]->done, 1);
	KUNIT_EXPECT_EQ(test, r[2]->err, -EIO);
	KUNIT_EXPECT_EQ(test, r[3]->done, 1);
	KUNIT_EXPECT_EQ(test, r[3]->err, -EIO);
	/* Out of place, or never seen by the device: to be done again */
	KUNIT_EXPECT_EQ(test, r[1]->done, 0);
	KUNIT_EXPECT_EQ(test, r[4]->done, 0);
	KUNIT_EXPECT_EQ(test, r[4]->notices, 0);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&fake->t->returned), 2);
	/* In order, though the one that waited came back first */
	KUNIT_EXPECT_PTR_EQ(test, r[1]->req->node.next, &r[4]->req->node);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->key->refs), 1);
	fake_stop(fake);
}

/* A request of a hash, with the place for its result; 33 bytes of 0xaa */
static struct fake_req *digest_request(struct kunit *test, struct fake *fake,
				       u8 **result)
{
	struct fake_req *r = fake_request(test, fake, false, false);
	struct ahash_request *hreq;
	struct vaccel_req *req;

	fake->alg.family = &vaccel_hash_family;
	fake->alg.id = ACCEL_ALG_SHA256;
	fake->alg.row = &accel_algs[ACCEL_ALG_SHA256];
	hreq = kunit_kzalloc(test, sizeof(*hreq) + sizeof(*req), GFP_KERNEL);
	*result = kunit_kmalloc(test, 33, GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, hreq && *result);
	memset(*result, 0xaa, 33);
	hreq->base = r->sreq->base;
	hreq->result = *result;
	req = (void *)hreq->__ctx;
	req->base = &hreq->base;
	req->src = &r->src;
	req->src_len = 16;
	req->dst_len = 32;
	req->flags = VACCEL_REQ_ENC | VACCEL_REQ_LISTS;
	KUNIT_ASSERT_EQ(test, vaccel_req_prepare(fake->t, req), 0);
	KUNIT_ASSERT_EQ(test, req->nr_dst, 1);
	r->req = req;
	return r;
}

/* What a device writes with a result goes to the caller, and only with one */
static void queue_digest(struct kunit *test)
{
	static const u8 status[] = { VIRTIO_CRYPTO_OK, VIRTIO_CRYPTO_ERR,
				     VIRTIO_CRYPTO_OK };
	struct fake *fake = fake_start(test);
	struct fake_req *r;
	u8 *digest, *result;
	unsigned int i;
	u32 len;
	int head;

	for (i = 0; i < ARRAY_SIZE(status); i++) {
		r = digest_request(test, fake, &result);
		KUNIT_ASSERT_EQ(test, fake_submit(fake, r, GEN), -EINPROGRESS);
		head = fake_take(&fake->data);
		KUNIT_ASSERT_GE(test, head, 0);
		digest = fake_desc(&fake->data, head, 2, &len);
		KUNIT_EXPECT_EQ(test, len, 32);
		/* Nothing of the request before in the same slot */
		KUNIT_EXPECT_PTR_EQ(test, memchr_inv(digest, 0, len), NULL);
		if (i < 2)
			memset(digest, 0x5c, len);
		fake_answer(&fake->data, head, &status[i], 1);
		fake_interrupt_data(fake);
		KUNIT_EXPECT_EQ(test, r->done, 1);
		KUNIT_EXPECT_EQ(test, r->err, status[i] ? -EIO : 0);
		KUNIT_EXPECT_PTR_EQ(test,
				    memchr_inv(result, status[i] ? 0xaa :
					       i ? 0 : 0x5c, 32), NULL);
		KUNIT_EXPECT_EQ(test, result[32], 0xaa);
	}
	fake_stop(fake);
}

static struct kunit_case vq_cases[] = {
	KUNIT_CASE(queue_full),
	KUNIT_CASE(queue_generation),
	KUNIT_CASE(queue_more),
	KUNIT_CASE(queue_answers),
	KUNIT_CASE(queue_no_status),
	KUNIT_CASE(queue_descriptors),
	KUNIT_CASE(queue_stateless),
	KUNIT_CASE(queue_invalid_session),
	KUNIT_CASE(queue_lost),
	KUNIT_CASE(queue_digest),
	{}
};

static struct kunit_suite vq_suite = {
	.name = "vaccel_vq",
	.test_cases = vq_cases,
};

kunit_test_suite(vq_suite);
