// SPDX-License-Identifier: GPL-2.0
/*
 * Sequence numbers and the anti-replay window, against a model that remembers every
 * number it has seen.
 *
 * Also built in user space (tests/user/ring).
 */
#include "../ipsec_replay.h"

#include <kunit/test.h>
#include <linux/string.h>

struct replay_ctx {
	struct vha_replay replay;
	u64 bitmap[VHA_REPLAY_WORDS_MAX];
	u64 bits[VHA_REPLAY_MAX / 64];
};

static struct replay_ctx *replay_ctx_new(struct kunit *test, u32 window,
					 bool esn, u64 top)
{
	struct replay_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	vha_replay_init(&ctx->replay, ctx->bitmap, window, esn);
	if (top)
		KUNIT_ASSERT_EQ(test, vha_replay_update(&ctx->replay, top), 0);
	return ctx;
}

/* Giving numbers out */

static void ipsec_replay_test_seq(struct kunit *test)
{
	struct vha_seq seq = {};
	u64 next;

	KUNIT_EXPECT_EQ(test, vha_seq_next(&seq, &next), 0);
	KUNIT_EXPECT_EQ(test, next, 1ULL);
	KUNIT_EXPECT_EQ(test, vha_seq_next(&seq, &next), 0);
	KUNIT_EXPECT_EQ(test, next, 2ULL);
}

static void ipsec_replay_test_seq_overflow(struct kunit *test)
{
	struct vha_seq seq = { .last = U32_MAX - 1 };
	u64 next;

	KUNIT_EXPECT_EQ(test, vha_seq_next(&seq, &next), 0);
	KUNIT_EXPECT_EQ(test, next, (u64)U32_MAX);
	KUNIT_EXPECT_EQ(test, vha_seq_next(&seq, &next), -EOVERFLOW);
	KUNIT_EXPECT_EQ(test, vha_seq_next(&seq, &next), -EOVERFLOW);

	seq.esn = true;
	KUNIT_EXPECT_EQ(test, vha_seq_next(&seq, &next), 0);
	KUNIT_EXPECT_EQ(test, next, 1ULL << 32);
	seq.last = U64_MAX - 1;
	KUNIT_EXPECT_EQ(test, vha_seq_next(&seq, &next), 0);
	KUNIT_EXPECT_EQ(test, next, U64_MAX);
	KUNIT_EXPECT_EQ(test, vha_seq_next(&seq, &next), -EOVERFLOW);
}

static void ipsec_replay_test_seq_advance(struct kunit *test)
{
	struct vha_seq seq = { .last = 100 };
	u64 next;

	KUNIT_EXPECT_EQ(test, vha_seq_advance(&seq, 99), -EINVAL);
	KUNIT_EXPECT_EQ(test, vha_seq_advance(&seq, 1ULL << 32), -EINVAL);
	KUNIT_EXPECT_EQ(test, vha_seq_advance(&seq, 100), 0);
	KUNIT_EXPECT_EQ(test, vha_seq_advance(&seq, 200), 0);
	KUNIT_EXPECT_EQ(test, vha_seq_next(&seq, &next), 0);
	KUNIT_EXPECT_EQ(test, next, 201ULL);
}

/* The bitmap */

static void ipsec_replay_test_words(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, vha_replay_words(0), 0U);
	KUNIT_EXPECT_EQ(test, vha_replay_words(1), 2U);
	KUNIT_EXPECT_EQ(test, vha_replay_words(64), 2U);
	KUNIT_EXPECT_EQ(test, vha_replay_words(65), 4U);
	KUNIT_EXPECT_EQ(test, vha_replay_words(VHA_REPLAY_MAX),
			(u32)VHA_REPLAY_WORDS_MAX);
}

struct window_case {
	const char *name;
	u32 window;
	u64 top;
	u64 seq;
	int ret;
};

static const struct window_case window_cases[] = {
	{ "zero", 64, 100, 0, -EINVAL },
	{ "zero without a window", 0, 100, 0, -EINVAL },
	{ "too large", 64, 100, 1ULL << 32, -EINVAL },
	{ "the first", 64, 0, 1, 0 },
	{ "the last", 64, 0, U32_MAX, 0 },
	{ "the next", 64, 100, 101, 0 },
	{ "the same", 64, 100, 100, -EEXIST },
	{ "the same without a window", 0, 100, 100, 0 },
	{ "left edge", 64, 100, 37, 0 },
	{ "left of it", 64, 100, 36, -ESTALE },
	{ "window of one: before", 1, 100, 99, -ESTALE },
	{ "window of one: next", 1, 100, 101, 0 },
	{ "longest window: left edge", 4096, 5000, 905, 0 },
	{ "longest window: left of it", 4096, 5000, 904, -ESTALE },
	{ "no multiple of a word: left edge", 33, 100, 68, 0 },
	{ "no multiple of a word: left of it", 33, 100, 67, -ESTALE },
	{ "far ahead", 64, 100, 1000000, 0 },
};

static void window_case_desc(const struct window_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(window, window_cases, window_case_desc);

static void ipsec_replay_test_window(struct kunit *test)
{
	const struct window_case *c = test->param_value;
	struct replay_ctx *ctx = replay_ctx_new(test, c->window, false, c->top);

	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, c->seq), c->ret);
	KUNIT_EXPECT_EQ(test, vha_replay_update(&ctx->replay, c->seq), c->ret);
	if (!c->ret && c->window)
		KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, c->seq),
				-EEXIST);
}

/* Both pass the check, as they are in flight at once; one gets through */
static void ipsec_replay_test_two_in_flight(struct kunit *test)
{
	struct replay_ctx *ctx = replay_ctx_new(test, 64, false, 10);

	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, 11), 0);
	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, 11), 0);
	KUNIT_EXPECT_EQ(test, vha_replay_update(&ctx->replay, 11), 0);
	KUNIT_EXPECT_EQ(test, vha_replay_update(&ctx->replay, 11), -EEXIST);

	/* One that was in the window when it was checked, and is not any more */
	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, 5), 0);
	KUNIT_EXPECT_EQ(test, vha_replay_update(&ctx->replay, 500), 0);
	KUNIT_EXPECT_EQ(test, vha_replay_update(&ctx->replay, 5), -ESTALE);
}

/* A forged packet is checked and never authentic: it must not move the window */
static void ipsec_replay_test_check_changes_nothing(struct kunit *test)
{
	struct replay_ctx *ctx = replay_ctx_new(test, 64, false, 10);

	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, U32_MAX), 0);
	KUNIT_EXPECT_EQ(test, ctx->replay.top, 10ULL);
	KUNIT_EXPECT_EQ(test, vha_replay_update(&ctx->replay, 9), 0);
}

/* Extended sequence numbers */

struct infer_case {
	const char *name;
	u32 window;
	u64 top;
	u32 low;
	int ret;
	u64 seq;
};

static const struct infer_case infer_cases[] = {
	{ "at first", 64, 0, 1, 0, 1 },
	{ "before the first", 64, 0, 0xfffffff0, -EINVAL },
	{ "same half", 64, 0x1000, 0x1001, 0, 0x1001 },
	{ "left edge", 64, 0x1000, 0xfc1, 0, 0xfc1 },
	{ "left of it: next half", 64, 0x1000, 0xfc0, 0, 0x100000fc0 },
	{ "over the edge", 64, 0xffffffff, 0, 0, 0x100000000 },
	{ "over the edge by more", 64, 0xfffffff0, 5, 0, 0x100000005 },
	{ "behind the edge: this half", 64, 0x100000005, 6, 0, 0x100000006 },
	{ "behind the edge: in the window", 64, 0x100000005, 0xfffffff0, 0,
	  0xfffffff0 },
	{ "behind the edge: left edge", 64, 0x100000005, 0xffffffc6, 0,
	  0xffffffc6 },
	{ "behind the edge: left of it", 64, 0x100000005, 0xffffffc5, 0,
	  0x1ffffffc5 },
	{ "window begins with the half", 64, 0x10000003f, 0, 0, 0x100000000 },
	{ "window begins with the half: before", 64, 0x10000003f, 0xffffffff, 0,
	  0x1ffffffff },
	{ "longest window", 4096, 0x700000800, 0xffffffff, 0, 0x6ffffffff },
	{ "the last half", 64, 0xffffffff00001000, 0x1001, 0,
	  0xffffffff00001001 },
	{ "behind the last", 64, U64_MAX, 5, -EINVAL },
};

static void infer_case_desc(const struct infer_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(infer, infer_cases, infer_case_desc);

static void ipsec_replay_test_infer(struct kunit *test)
{
	const struct infer_case *c = test->param_value;
	struct replay_ctx *ctx = replay_ctx_new(test, c->window, true, c->top);
	u64 seq = 0;

	KUNIT_EXPECT_EQ(test, vha_replay_infer(&ctx->replay, c->low, &seq),
			c->ret);
	if (!c->ret)
		KUNIT_EXPECT_EQ(test, seq, c->seq);
}

static void ipsec_replay_test_no_esn(struct kunit *test)
{
	struct replay_ctx *ctx = replay_ctx_new(test, 64, false, 0xfffffff0);
	u64 seq;

	KUNIT_EXPECT_EQ(test, vha_replay_infer(&ctx->replay, 5, &seq), 0);
	KUNIT_EXPECT_EQ(test, seq, 5ULL);
	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, seq), -ESTALE);
}

/* Every number in an order that is not theirs, twice, across a half */
static void ipsec_replay_test_model(struct kunit *test)
{
	const u64 first = 0xffffff80;
	struct replay_ctx *ctx = replay_ctx_new(test, 100, true, first);
	u32 state = 1, i;
	u64 seq, back, whole;
	bool *seen;
	int want;

	seen = kunit_kzalloc(test, 4096, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, seen);
	seen[0] = true;
	for (i = 0; i < 20000; i++) {
		state = state * 1664525 + 1013904223;
		/* Mostly near the top, on both sides; now and then far ahead */
		back = (state >> 16) % 160;
		seq = ctx->replay.top + 20 - back;
		if (state >> 28 == 15)
			seq = ctx->replay.top + (state >> 8) % 300;
		if (seq < first || seq >= first + 4096)
			continue;
		want = 0;
		if (seq + 100 <= ctx->replay.top)
			want = -ESTALE;
		else if (seen[seq - first])
			want = -EEXIST;
		KUNIT_ASSERT_EQ(test, vha_replay_check(&ctx->replay, seq), want);
		KUNIT_ASSERT_EQ(test, vha_replay_update(&ctx->replay, seq), want);
		seen[seq - first] |= !want;
		if (want != -ESTALE) {
			KUNIT_ASSERT_EQ(test,
					vha_replay_infer(&ctx->replay, seq, &whole),
					0);
			KUNIT_ASSERT_EQ(test, whole, seq);
		}
	}
	KUNIT_EXPECT_TRUE(test, ctx->replay.top > first + 3800);
}

/* The state for others */

static void ipsec_replay_test_state(struct kunit *test)
{
	struct replay_ctx *ctx = replay_ctx_new(test, 200, true, 0x100000005);
	struct replay_ctx *to = replay_ctx_new(test, 200, true, 0);
	u64 seq;

	KUNIT_ASSERT_EQ(test, vha_replay_update(&ctx->replay, 0x100000002), 0);
	KUNIT_ASSERT_EQ(test, vha_replay_update(&ctx->replay, 0xffffffc0), 0);
	vha_replay_get(&ctx->replay, ctx->bits);
	KUNIT_EXPECT_EQ(test, ctx->bits[0], 0x9ULL);
	KUNIT_EXPECT_EQ(test, ctx->bits[1], 0x20ULL);
	KUNIT_EXPECT_EQ(test, ctx->bits[2], 0ULL);

	KUNIT_EXPECT_EQ(test, vha_replay_set(&to->replay, 0x100000005,
					     ctx->bits), 0);
	for (seq = 0x100000005 - 210; seq < 0x100000010; seq++)
		KUNIT_EXPECT_EQ(test, vha_replay_check(&to->replay, seq),
				vha_replay_check(&ctx->replay, seq));
}

static void ipsec_replay_test_state_bounds(struct kunit *test)
{
	struct replay_ctx *ctx = replay_ctx_new(test, 64, false, 1000);

	KUNIT_EXPECT_EQ(test, vha_replay_set(&ctx->replay, 999, ctx->bits),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, vha_replay_set(&ctx->replay, 1ULL << 32,
					     ctx->bits), -EINVAL);
	/* What was seen stays seen; what is outside of the window is not read */
	memset(ctx->bits + 1, 0xff, sizeof(ctx->bits) - sizeof(ctx->bits[0]));
	KUNIT_EXPECT_EQ(test, vha_replay_set(&ctx->replay, 1010, ctx->bits), 0);
	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, 1000), -EEXIST);
	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, 999), 0);
	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, 947), 0);
	KUNIT_EXPECT_EQ(test, vha_replay_check(&ctx->replay, 946), -ESTALE);
}

static struct kunit_case ipsec_replay_test_cases[] = {
	KUNIT_CASE(ipsec_replay_test_seq),
	KUNIT_CASE(ipsec_replay_test_seq_overflow),
	KUNIT_CASE(ipsec_replay_test_seq_advance),
	KUNIT_CASE(ipsec_replay_test_words),
	KUNIT_CASE_PARAM(ipsec_replay_test_window, window_gen_params),
	KUNIT_CASE(ipsec_replay_test_two_in_flight),
	KUNIT_CASE(ipsec_replay_test_check_changes_nothing),
	KUNIT_CASE_PARAM(ipsec_replay_test_infer, infer_gen_params),
	KUNIT_CASE(ipsec_replay_test_no_esn),
	KUNIT_CASE(ipsec_replay_test_model),
	KUNIT_CASE(ipsec_replay_test_state),
	KUNIT_CASE(ipsec_replay_test_state_bounds),
	{}
};

static struct kunit_suite ipsec_replay_test_suite = {
	.name = "vhost_accel_ipsec_replay",
	.test_cases = ipsec_replay_test_cases,
};

kunit_test_suite(ipsec_replay_test_suite);
