// SPDX-License-Identifier: GPL-2.0
/*
 * A bounded, repeatable run of the fuzzers, and a driver on another CPU.
 *
 * Environment: FUZZ_SEED (default fixed), FUZZ_INPUTS (number of inputs).
 */
#include "fuzz.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include <kunit/test.h>

#include "../../../drivers/vdpa/vhost_accel/ring.h"

#define INPUT_SIZE	2048

static u64 rng_state;

/* splitmix64: public domain, by Sebastiano Vigna */
static u64 rng(void)
{
	u64 z = rng_state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static u64 setting(const char *name, u64 val)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : val;
}

/* An input that ends the program is named before it does */
static void run_inputs(const char *name, int (*fn)(const u8 *, size_t),
		       u64 inputs)
{
	u64 seed = setting("FUZZ_SEED", 0xacce1), i;
	u64 buf[INPUT_SIZE / 8];
	unsigned int j;

	inputs = setting("FUZZ_INPUTS", inputs);
	printf("# %s: %llu inputs of %u bytes, FUZZ_SEED=%#llx\n", name,
	       (unsigned long long)inputs, INPUT_SIZE,
	       (unsigned long long)seed);
	fflush(stdout);
	rng_state = seed;
	for (i = 0; i < inputs; i++) {
		for (j = 0; j < ARRAY_SIZE(buf); j++)
			buf[j] = rng();
		fn((u8 *)buf, sizeof(buf));
	}
}

static void fuzz_test_ring(struct kunit *test)
{
	struct fuzz_ring_stats *s = &fuzz_ring_stats;

	run_inputs("ring", fuzz_ring, 10000);
	printf("# popped %lu, empty %lu, EPROTO %lu, EFAULT %lu\n", s->popped,
	       s->empty, s->proto, s->fault);
	printf("# flushed %lu, signalled %lu, rewound %lu\n", s->flushed,
	       s->signalled, s->rewound);
	KUNIT_EXPECT_TRUE(test, s->popped > 10000);
	KUNIT_EXPECT_TRUE(test, s->empty > 10000);
	KUNIT_EXPECT_TRUE(test, s->proto > 10000);
	KUNIT_EXPECT_TRUE(test, s->fault > 100);
	KUNIT_EXPECT_TRUE(test, s->flushed > 10000);
	KUNIT_EXPECT_TRUE(test, s->signalled > 1000);
	KUNIT_EXPECT_TRUE(test, s->flushed - s->signalled > 1000);
	KUNIT_EXPECT_TRUE(test, s->rewound > 1000);
}

static void fuzz_test_chain(struct kunit *test)
{
	struct fuzz_chain_stats *s = &fuzz_chain_stats;

	run_inputs("chain", fuzz_chain, 10000);
	printf("# pulled %lu, mapped %lu, merged %lu, skipped %lu\n", s->pulled,
	       s->mapped, s->merged, s->skipped);
	printf("# EFAULT %lu, E2BIG %lu, EINVAL %lu\n", s->fault, s->full,
	       s->too_short);
	KUNIT_EXPECT_TRUE(test, s->pulled > 10000);
	KUNIT_EXPECT_TRUE(test, s->mapped > 10000);
	KUNIT_EXPECT_TRUE(test, s->merged > 1000);
	KUNIT_EXPECT_TRUE(test, s->skipped > 1000);
	KUNIT_EXPECT_TRUE(test, s->fault > 1000);
	KUNIT_EXPECT_TRUE(test, s->full > 1000);
	KUNIT_EXPECT_TRUE(test, s->too_short > 1000);
}

static void fuzz_test_esp(struct kunit *test)
{
	struct fuzz_esp_stats *s = &fuzz_esp_stats;

	run_inputs("esp", fuzz_esp, 5000);
	printf("# sent %lu of %lu, parsed %lu (AH: %lu) of %lu, opened %lu of %lu, same %lu\n",
	       s->sent, s->sent + s->not_sent, s->parsed, s->ah,
	       s->parsed + s->not_parsed, s->opened, s->opened + s->not_opened,
	       s->same);
	KUNIT_EXPECT_TRUE(test, s->sent > 10000);
	KUNIT_EXPECT_TRUE(test, s->not_sent > 10000);
	KUNIT_EXPECT_TRUE(test, s->parsed > 10000);
	KUNIT_EXPECT_TRUE(test, s->ah > 10000);
	KUNIT_EXPECT_TRUE(test, s->not_parsed > 10000);
	KUNIT_EXPECT_TRUE(test, s->opened > 10000);
	KUNIT_EXPECT_TRUE(test, s->not_opened > 1000);
	KUNIT_EXPECT_TRUE(test, s->same > 5000);
}

/*
 * The ring while another CPU writes whatever it likes to it: what comes out may
 * be anything that the rules allow, and nothing else.
 */
#define RACE_NUM	8
#define RACE_POPS	50000
#define RACE_SECONDS	20

struct race {
	struct vring_desc desc[RACE_NUM];
	struct vring_avail *avail;
	struct vring_used *used;
	struct vring_desc table[RACE_NUM];
	bool stop;
};

/* Mostly legal values, so that the second look would find another legal one */
static void *race_driver(void *arg)
{
	static const u16 flags[] = { 0, VRING_DESC_F_NEXT, VRING_DESC_F_WRITE,
				     VRING_DESC_F_NEXT | VRING_DESC_F_WRITE,
				     VRING_DESC_F_INDIRECT, 0, 0, 0 };
	struct race *race = arg;
	u64 x = 1;

	while (!__atomic_load_n(&race->stop, __ATOMIC_RELAXED)) {
		struct vring_desc *d;

		x = x * 6364136223846793005 + 1442695040888963407;
		d = x >> 63 ? &race->desc[(x >> 60) % RACE_NUM] :
			      &race->table[(x >> 60) % RACE_NUM];
		WRITE_ONCE(d->flags, flags[(x >> 50) % ARRAY_SIZE(flags)]);
		WRITE_ONCE(d->next, x & BIT(40) ? (x >> 41) % RACE_NUM :
						  (x >> 41));
		WRITE_ONCE(d->len, x & BIT(30) ? 16 * ((x >> 31) % 9) : 0);
		WRITE_ONCE(race->avail->ring[(x >> 27) % RACE_NUM],
			   (x >> 22) % (RACE_NUM + (x & 1)));
		/* More than fit would only break the ring, again and again */
		if ((u16)(race->avail->idx - READ_ONCE(race->used->idx)) <
		    RACE_NUM)
			WRITE_ONCE(race->avail->idx, race->avail->idx + 1);
	}
	return NULL;
}

static int race_read(void *ctx, u64 addr, void *dst, u32 len)
{
	struct race *race = ctx;

	(void)addr;
	if (len > sizeof(race->table))
		return -EFAULT;
	memcpy(dst, race->table, len);
	return 0;
}

static void race_pop(struct vha_ring *ring, struct vha_ring_chain *chain,
		     unsigned long *popped)
{
	u16 idx = READ_ONCE(ring->avail->idx);
	unsigned int i;
	int ret;

	ret = ring->ops->pop(ring, chain);
	if (ret < 0) {
		WRITE_ONCE(ring->used->idx, idx);
		vha_ring_split_start(ring, idx, idx);
	}
	if (ret <= 0)
		return;
	fuzz_check(chain->head < RACE_NUM);
	fuzz_check(chain->nr_out + chain->nr_in <= 2 * RACE_NUM);
	for (i = 0; i < chain->nr_out + chain->nr_in; i++)
		fuzz_check(chain->desc[i].len);
	ring->ops->push(ring, chain->head, 0);
	ring->ops->flush(ring);
	++*popped;
}

static void fuzz_test_race(struct kunit *test)
{
	struct vha_ring_chain *chain = calloc(1, sizeof(*chain));
	struct vha_ring *ring = calloc(1, sizeof(*ring));
	struct race race = {};
	unsigned long popped = 0;
	time_t stop = time(NULL) + RACE_SECONDS;
	pthread_t thread;

	race.avail = calloc(1, vha_ring_split_driver_size(RACE_NUM, true));
	race.used = calloc(1, vha_ring_split_device_size(RACE_NUM, true));
	*ring = (struct vha_ring){
		.num = RACE_NUM, .event_idx = true,
		.desc = race.desc, .avail = race.avail, .used = race.used,
		.read = race_read, .read_ctx = &race,
	};
	vha_ring_split_start(ring, 0, 0);
	KUNIT_EXPECT_EQ(test, ring->broken, 0);
	pthread_create(&thread, NULL, race_driver, &race);
	while (popped < RACE_POPS && time(NULL) < stop)
		race_pop(ring, chain, &popped);
	__atomic_store_n(&race.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	printf("# popped %lu\n", popped);
	KUNIT_EXPECT_TRUE(test, popped > 1000);
	free(race.avail);
	free(race.used);
	free(ring);
	free(chain);
}

static struct kunit_case fuzz_test_cases[] = {
	KUNIT_CASE(fuzz_test_ring),
	KUNIT_CASE(fuzz_test_chain),
	KUNIT_CASE(fuzz_test_esp),
	KUNIT_CASE(fuzz_test_race),
	{}
};

static struct kunit_suite fuzz_test_suite = {
	.name = "fuzz",
	.test_cases = fuzz_test_cases,
};

kunit_test_suite(fuzz_test_suite);
