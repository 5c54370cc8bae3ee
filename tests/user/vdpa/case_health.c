// SPDX-License-Identifier: GPL-2.0
/*
 * A provider that keeps requests for longer than it may, of which the time limit
 * (timeout_ms) is set to less than a second by who runs this, and which has a fallback.
 * With "bounce" what is overdue is answered, and what comes later harms nobody; without,
 * it is answered when it has come back.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELD	8
#define MOST	16	/* the most that a case has */
#define LEN	4096
#define PATTERN	0x5c
#define WORKS	4	/* requests of cr_works() */

static bool all_held(void *arg)
{
	return sim_get(arg, "held") >= HELD;
}

static bool none_in_flight(void *arg)
{
	return sim_get(arg, "in_flight") == 0;
}

static bool none_orphaned(void *arg)
{
	return attr_num(arg, "orphans") == 0;
}

static bool health_is(const struct test_ctx *ctx, const char *want)
{
	char health[32];

	return provider_read(ctx, "health", health, sizeof(health)) > 0 &&
	       !strcmp(health, want);
}

static bool sick(void *arg)
{
	return health_is(arg, "sick");
}

static bool well(void *arg)
{
	return health_is(arg, "well");
}

static long provider_num(const struct test_ctx *ctx, const char *attr)
{
	char buf[32];

	return provider_read(ctx, attr, buf, sizeof(buf)) > 0 ?
	       strtol(buf, NULL, 0) : -1;
}

/* Their sources: those in place lose them */
static u8 source[MOST][LEN];

/* @n requests, each second one in place, which the provider keeps */
static int hold(const struct test_ctx *ctx, struct vd_dev *dev,
		struct cr_req *r, unsigned int n, struct cr_session *s)
{
	u64 seed = 1;
	unsigned int i;

	EXPECT(wait_for(well, (void *)ctx, 3 * CR_MS), "the provider is sick");
	EXPECT(!cr_open_cbc(dev, s, true, 16, &seed), "create");
	EXPECT(!sim_set(ctx, "hold", "1"), "hold");
	for (i = 0; i < n; i++) {
		cr_cipher(dev, &r[i], &dev->vqs[0], s, LEN);
		if (i & 1)
			cr_in_place(&r[i]);
		memcpy(source[i], r[i].src, LEN);
		r[i].indirect = true;
		EXPECT(cr_submit(&r[i]) >= 0, "add");
	}
	vd_kick(&dev->vqs[0]);
	EXPECT(wait_for(all_held, (void *)ctx, CR_MS),
	       "the provider got %ld of %u", sim_get(ctx, "held"), n);
	return PASS;
}

/* Has request @i the right result? Nothing, in its destination? */
static bool right(const struct cr_req *r, unsigned int i,
		  const struct cr_session *s)
{
	struct cr_req with_source = r[i];

	with_source.src = source[i];
	return cr_dst_right(&with_source, s);
}

static bool untouched(const struct cr_req *r, unsigned int i)
{
	return r[i].src == r[i].dst ? !memcmp(r[i].src, source[i], LEN) :
				      cr_dst_untouched(&r[i]);
}

/* What is not submitted yet is done by the fallback */
static int works_meanwhile(const struct test_ctx *ctx, struct vd_dev *dev)
{
	long before;

	EXPECT(wait_for(sick, (void *)ctx, CR_MS), "it is not sick");
	before = attr_num(ctx, "fallbacks");
	EXPECT(!cr_works(dev), "device does not work");
	EXPECT(attr_num(ctx, "fallbacks") == before + WORKS,
	       "it was not the fallback that did it");
	return PASS;
}

static int release(const struct test_ctx *ctx)
{
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	EXPECT(wait_for(none_in_flight, (void *)ctx, CR_MS), "still in flight");
	EXPECT(wait_for(none_orphaned, (void *)ctx, CR_MS), "orphans: %ld",
	       attr_num(ctx, "orphans"));
	EXPECT(wait_for(well, (void *)ctx, 3 * CR_MS), "it does not recover");
	EXPECT(provider_num(ctx, "overdue") == 0, "overdue: %ld",
	       provider_num(ctx, "overdue"));
	EXPECT(provider_num(ctx, "orphans") == 0, "orphans of the provider: %ld",
	       provider_num(ctx, "orphans"));
	return PASS;
}

/* Work goes back */
static int done_by_provider(const struct test_ctx *ctx, struct vd_dev *dev)
{
	long before = sim_get(ctx, "completed");
	long fallbacks = attr_num(ctx, "fallbacks");

	EXPECT(!cr_works(dev), "device is lost");
	EXPECT(sim_get(ctx, "completed") > before,
	       "the provider gets nothing");
	EXPECT(attr_num(ctx, "fallbacks") == fallbacks, "the fallback works on");
	return PASS;
}

/* Without copies: not answered before they come back; then right, and once */
static int health_kept(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(HELD, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i;
	int ret;

	START(dev, ctx);
	if (hold(ctx, &dev, r, HELD, &s) || works_meanwhile(ctx, &dev))
		return FAIL;
	/* Another device may have lost some to it, too */
	EXPECT(provider_num(ctx, "overdue") >= HELD, "overdue: %ld",
	       provider_num(ctx, "overdue"));
	EXPECT(attr_num(ctx, "orphans") == 0, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	usleep(500000);
	for (i = 0; i < HELD; i++)
		EXPECT(cr_status(&r[i]) == CR_NO_STATUS,
		       "request %u was answered while held", i);
	EXPECT(vd_poll(&dev.vqs[0], NULL) < 0, "answered while held");
	if (release(ctx))
		return FAIL;
	for (i = 0; i < HELD; i++) {
		ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
		EXPECT(ret >= 0, "request %u: %s", i, cr_name(ret));
	}
	for (i = 0; i < HELD; i++)
		EXPECT(!cr_status(&r[i]) && right(r, i, &s),
		       "request %u: %s", i, cr_name(cr_status(&r[i])));
	EXPECT(vd_poll(&dev.vqs[0], NULL) < 0, "answered twice");
	return done_by_provider(ctx, &dev);
}

/* With copies: answered while held; the buffers are the guest's again */
static int health_answered(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(HELD, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i, k;
	int ret;

	START(dev, ctx);
	if (hold(ctx, &dev, r, HELD, &s))
		return FAIL;
	for (i = 0; i < HELD; i++) {
		ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
		EXPECT(ret >= 0, "request %u: %s", i, cr_name(ret));
	}
	EXPECT(sim_get(ctx, "held") >= HELD, "only %ld held at this point",
	       sim_get(ctx, "held"));
	EXPECT(attr_num(ctx, "orphans") == HELD, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	/* One page each, and another one if it is not in place */
	EXPECT(attr_num(ctx, "orphan_pages") == HELD / 2 * 3, "pages: %ld",
	       attr_num(ctx, "orphan_pages"));
	for (i = 0; i < HELD; i++) {
		EXPECT(cr_status(&r[i]) == VIRTIO_CRYPTO_ERR, "request %u: %s",
		       i, cr_name(cr_status(&r[i])));
		EXPECT(untouched(r, i),
		       "request %u was written to", i);
		memset(r[i].src, PATTERN, LEN);
		memset(r[i].dst, PATTERN, LEN);
	}
	if (works_meanwhile(ctx, &dev) || release(ctx))
		return FAIL;
	for (i = 0; i < HELD; i++)
		for (k = 0; k < LEN; k++)
			EXPECT(r[i].dst[k] == PATTERN && r[i].src[k] == PATTERN,
			       "request %u: byte %u was written late", i, k);
	EXPECT(vd_poll(&dev.vqs[0], NULL) < 0, "answered twice");
	return done_by_provider(ctx, &dev);
}

/* As many strays as the queue has entries, twice, and there is still room */
static int health_refilled(const struct test_ctx *ctx)
{
	enum { NUM = MOST };
	struct cr_req *r = calloc(NUM, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i;
	int ret;

	ret = vd_open(&dev, ctx->path);
	EXPECT(!ret, "open: %d", ret);
	dev.num = NUM;
	EXPECT(!vd_start(&dev), "start");
	if (hold(ctx, &dev, r, NUM, &s))
		return FAIL;
	for (i = 0; i < NUM; i++) {
		ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
		EXPECT(ret >= 0, "request %u: %s", i, cr_name(ret));
	}
	EXPECT(attr_num(ctx, "orphans") == NUM, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	for (i = 0; i < 2 * NUM; i++)
		if (works_meanwhile(ctx, &dev))
			return FAIL;
	if (release(ctx))
		return FAIL;
	return done_by_provider(ctx, &dev);
}

/* A user goes and leaves @r with the provider, which the next one does not wait for */
static int leave_behind(const struct test_ctx *ctx, struct vd_dev *dev,
			struct cr_req *r)
{
	struct cr_session s;

	if (hold(ctx, dev, r, HELD, &s))
		return FAIL;
	EXPECT(!vd_reset(dev), "reset");
	EXPECT(sim_get(ctx, "held") >= HELD, "only %ld held at this point",
	       sim_get(ctx, "held"));
	EXPECT(attr_num(ctx, "orphans") == HELD, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	EXPECT(vd_hw_ready(dev), "not ready");
	EXPECT(!vd_restart(dev), "restart");
	return PASS;
}

/* Then they come back, to nobody */
static int not_written_late(const struct test_ctx *ctx, struct vd_dev *dev,
			    struct cr_req *r)
{
	unsigned int i;

	if (release(ctx))
		return FAIL;
	for (i = 0; i < HELD; i++)
		EXPECT(untouched(r, i),
		       "request %u was written late", i);
	return done_by_provider(ctx, dev);
}

static int health_next_user(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(HELD, sizeof(*r));
	struct vd_dev dev;

	START(dev, ctx);
	if (leave_behind(ctx, &dev, r) || works_meanwhile(ctx, &dev))
		return FAIL;
	/* and suspends, which has nothing to wait for */
	EXPECT(!vd_suspend(&dev), "suspend");
	EXPECT(!vd_restart(&dev), "restart");
	return not_written_late(ctx, &dev, r);
}

/* Without a time limit, so that the provider is not sick */
static int health_hang(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(HELD, sizeof(*r));
	struct vd_dev dev;

	START(dev, ctx);
	if (leave_behind(ctx, &dev, r))
		return FAIL;
	EXPECT(attr_num(ctx, "orphan_pages") == HELD / 2 * 3, "pages: %ld",
	       attr_num(ctx, "orphan_pages"));
	EXPECT(sim_get(ctx, "held") >= HELD, "only %ld held at this point",
	       sim_get(ctx, "held"));
	return not_written_late(ctx, &dev, r);
}

/* With max_orphans at half of them, the others are not answered */
static int health_capped(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(HELD, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i, failed = 0;
	int ret;

	START(dev, ctx);
	if (hold(ctx, &dev, r, HELD, &s))
		return FAIL;
	for (i = 0; i < HELD / 2; i++) {
		ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
		EXPECT(ret >= 0, "request %u: %s", i, cr_name(ret));
	}
	usleep(1500000);
	EXPECT(vd_poll(&dev.vqs[0], NULL) < 0, "more than max_orphans");
	EXPECT(attr_num(ctx, "orphans") == HELD / 2, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	if (works_meanwhile(ctx, &dev) || release(ctx))
		return FAIL;
	for (i = 0; i < HELD / 2; i++) {
		ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
		EXPECT(ret >= 0, "late request %u: %s", i, cr_name(ret));
	}
	for (i = 0; i < HELD; i++) {
		ret = cr_status(&r[i]);
		EXPECT(ret == VIRTIO_CRYPTO_ERR ||
		       (!ret && right(r, i, &s)), "request %u: %s", i,
		       cr_name(ret));
		failed += ret != 0;
	}
	EXPECT(failed == HELD / 2, "%u failed", failed);
	return done_by_provider(ctx, &dev);
}

const struct test_case health_cases[] = {
	{ "health-kept", health_kept, 240, T_SIM },
	{ "health-answered", health_answered, 240, T_SIM },
	{ "health-refilled", health_refilled, 240, T_SIM },
	{ "health-next-user", health_next_user, 240, T_SIM },
	{ "health-hang", health_hang, 240, T_SIM },
	{ "health-capped", health_capped, 240, T_SIM },
	{}
};
