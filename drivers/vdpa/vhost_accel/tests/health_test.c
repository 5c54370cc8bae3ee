// SPDX-License-Identifier: GPL-2.0
/*
 * Why a provider is sick, and when it recovers.
 */
#include "../health.h"

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/numa.h>
#include <linux/virtio_crypto.h>

#include "../health_run.h"
#include "../vha.h"

/* Far above what anything here takes */
#define HEALTH_WAIT	(60 * HZ)
/* A limit that is not reached while a test runs, and one that soon is */
#define HEALTH_LONG	VHA_TIMEOUT_MAX
#define HEALTH_SHORT	VHA_TIMEOUT_MIN

/* The provider: keeps a request until it is told what becomes of it */
static struct completion health_submitted;
static struct completion health_quiesced;
static struct vhost_accel_request *health_kept;
static int health_answer;

static int health_create(const struct vhost_accel_session_param *param,
			 void **session)
{
	return param->key_len == 16 ? 0 : -EINVAL;
}

static void health_destroy(void *session)
{
}

static int health_submit(void *session, struct vhost_accel_request *req)
{
	if (health_answer != -EINPROGRESS)
		return health_answer;
	health_kept = req;
	complete(&health_submitted);
	return -EINPROGRESS;
}

static void health_quiesce(const struct vhost_accel_provider *provider)
{
	complete(&health_quiesced);
}

static const struct vhost_accel_provider_ops health_ops = {
	.session_create = health_create,
	.session_destroy = health_destroy,
	.submit = health_submit,
	.quiesce = health_quiesce,
};

static const struct vhost_accel_provider health_api = {
	.name = "kunit-health",
	.ops = &health_ops,
	.caps.algs[VIRTIO_CRYPTO_SERVICE_CIPHER] =
		BIT_ULL(VIRTIO_CRYPTO_CIPHER_AES_CBC),
	.node = NUMA_NO_NODE,
};

static int health_init(struct kunit *test)
{
	struct vha_provider *provider;

	init_completion(&health_submitted);
	init_completion(&health_quiesced);
	health_kept = NULL;
	health_answer = -EINPROGRESS;
	provider = vhost_accel_register_provider(&health_api);
	if (IS_ERR(provider))
		return PTR_ERR(provider);
	vha_health_set_timeout(provider, HEALTH_LONG);
	test->priv = provider;
	return 0;
}

static void health_exit(struct kunit *test)
{
	if (test->priv)
		vhost_accel_unregister_provider(test->priv);
}

static bool health_is_sick(struct vha_provider *provider)
{
	struct vhost_accel_request op = {};

	return vha_provider_judge(provider, &op) == -EHOSTDOWN;
}

/* Changes that others make are seen after a while */
static bool health_becomes(struct vha_provider *provider, u8 causes)
{
	unsigned long end = jiffies + HEALTH_WAIT;

	while (READ_ONCE(provider->health.causes) != causes) {
		if (time_after(jiffies, end))
			return false;
		schedule_timeout_idle(1);
	}
	return true;
}

static bool health_waits(struct completion *done)
{
	return wait_for_completion_timeout(done, HEALTH_WAIT);
}

/* Requests that come back; the last one of them counts */
static void health_test_back(struct kunit *test)
{
	struct vha_provider *provider = test->priv;
	unsigned long accepted = jiffies;

	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
	KUNIT_EXPECT_TRUE(test, vha_health_late(provider, accepted));
	KUNIT_EXPECT_TRUE(test, vha_health_late(provider, accepted));
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	KUNIT_EXPECT_EQ(test, provider->health.overdue, 2);
	vha_health_back(provider, accepted);
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	vha_health_back(provider, accepted);
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
	KUNIT_EXPECT_EQ(test, provider->health.overdue, 0);
}

/* Neither cause ends the other */
static void health_test_causes(struct kunit *test)
{
	struct vha_provider *provider = test->priv;
	unsigned long accepted = jiffies;

	vhost_accel_provider_set_sick(provider, true);
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	vha_health_late(provider, accepted);
	KUNIT_EXPECT_EQ(test, provider->health.causes,
			VHA_SICK_VENDOR | VHA_SICK_TIMEOUT);
	vha_health_back(provider, accepted);
	KUNIT_EXPECT_EQ(test, provider->health.causes, VHA_SICK_VENDOR);
	vha_health_forgive(provider);
	KUNIT_EXPECT_EQ(test, provider->health.causes, VHA_SICK_VENDOR);
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	vhost_accel_provider_set_sick(provider, false);
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
}

/* The vendor is believed; what it had does not count any more, what it gets does */
static void health_test_vendor(struct kunit *test)
{
	struct vha_provider *provider = test->priv;
	unsigned long accepted = jiffies - 1;

	vha_health_set_timeout(provider, 0);
	vha_health_set_timeout(provider, HEALTH_LONG);
	provider->health.since = accepted;
	KUNIT_EXPECT_TRUE(test, vha_health_late(provider, accepted));
	vhost_accel_provider_set_sick(provider, false);
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
	KUNIT_EXPECT_FALSE(test, vha_health_late(provider, accepted));
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
	vha_health_back(provider, accepted);
	KUNIT_EXPECT_EQ(test, provider->health.overdue, 0);
	KUNIT_EXPECT_TRUE(test, vha_health_late(provider, jiffies));
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
}

static void health_test_no_limit(struct kunit *test)
{
	struct vha_provider *provider = test->priv;

	KUNIT_EXPECT_TRUE(test, vha_health_late(provider, jiffies));
	vha_health_set_timeout(provider, 0);
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
	KUNIT_EXPECT_FALSE(test, vha_health_late(provider, jiffies));
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
}

/* Whoever falls ill again and again, stays so for longer each time */
static void health_test_flapping(struct kunit *test)
{
	struct vha_provider *provider = test->priv;
	struct vha_health *health = &provider->health;
	unsigned long stays, before = 0;
	unsigned int i;

	for (i = 0; i < VHA_HEALTH_DOUBLED + 3; i++) {
		vha_health_late(provider, jiffies);
		stays = health->not_before - jiffies;
		if (i == 0)
			KUNIT_EXPECT_LE(test, (long)stays, 0);
		else if (i == 1)
			KUNIT_EXPECT_LE(test, stays, health->limit);
		else if (i <= VHA_HEALTH_DOUBLED + 1)
			KUNIT_EXPECT_GT(test, stays, before);
		else
			KUNIT_EXPECT_LE(test, stays,
					health->limit << VHA_HEALTH_DOUBLED);
		before = stays;
		vha_health_back(provider, health->since);
		KUNIT_EXPECT_EQ(test, health->overdue, 0);
		/* All is back, but it was sick just now */
		KUNIT_EXPECT_EQ(test, health_is_sick(provider), i > 0);
		vha_health_forgive(provider);
	}
	health->well_at -= VHA_HEALTH_CALM * health->limit;
	vha_health_late(provider, jiffies);
	vha_health_back(provider, health->since);
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
}

static void health_test_orphans(struct kunit *test)
{
	struct vha_provider *provider = test->priv;

	vha_health_set_max_orphans(provider, 3);
	vha_health_add_orphans(provider, 2);
	KUNIT_EXPECT_FALSE(test, vha_health_crowded(provider));
	vha_health_add_orphans(provider, 1);
	KUNIT_EXPECT_TRUE(test, vha_health_crowded(provider));
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	vhost_accel_provider_set_sick(provider, false);
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	vha_health_set_max_orphans(provider, 4);
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
	vha_health_set_max_orphans(provider, 1);
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	vha_health_add_orphans(provider, -3);
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
	vha_health_set_max_orphans(provider, VHA_ORPHANS_DEFAULT);
}

/* It is asked to return what it has, then probed; the probe that succeeds mends it */
static void health_test_probe(struct kunit *test)
{
	struct vha_provider *provider = test->priv;

	vha_health_set_timeout(provider, HEALTH_SHORT);
	KUNIT_EXPECT_TRUE(test, vha_health_late(provider, jiffies));
	KUNIT_EXPECT_TRUE(test, health_waits(&health_quiesced));
	KUNIT_ASSERT_TRUE(test, health_waits(&health_submitted));
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	health_kept->complete(health_kept, 0);
	KUNIT_EXPECT_TRUE(test, health_becomes(provider, 0));
}

/* One that fails does not; those that are lost are not sent for ever */
static void health_test_bad_probes(struct kunit *test)
{
	struct vhost_accel_request *kept[VHA_HEALTH_PROBES];
	struct vha_provider *provider = test->priv;
	unsigned int i;

	vha_health_set_timeout(provider, HEALTH_SHORT);
	KUNIT_EXPECT_TRUE(test, vha_health_late(provider, jiffies));
	KUNIT_ASSERT_TRUE(test, health_waits(&health_submitted));
	health_kept->complete(health_kept, -EIO);
	for (i = 0; i < VHA_HEALTH_PROBES; i++) {
		KUNIT_ASSERT_TRUE(test, health_waits(&health_submitted));
		kept[i] = health_kept;
	}
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	KUNIT_EXPECT_FALSE(test,
			   wait_for_completion_timeout(&health_submitted, HZ));
	/* A late one will do */
	for (i = VHA_HEALTH_PROBES; i--;)
		kept[i]->complete(kept[i], i ? -EIO : 0);
	KUNIT_EXPECT_TRUE(test, health_becomes(provider, 0));
}

/* Done at once, or refused at first */
static void health_test_quick_probe(struct kunit *test)
{
	struct vha_provider *provider = test->priv;

	vha_health_set_timeout(provider, HEALTH_SHORT);
	health_answer = 0;
	vha_health_late(provider, jiffies);
	KUNIT_EXPECT_TRUE(test, health_becomes(provider, 0));
	health_answer = -EBUSY;
	vha_health_late(provider, jiffies);
	schedule_timeout_idle(HZ / 2);
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	KUNIT_EXPECT_EQ(test, provider->health.probes, 0);
	WRITE_ONCE(health_answer, 0);
	KUNIT_EXPECT_TRUE(test, health_becomes(provider, 0));
}

/* While a worker is stuck, there are no probes, and none is believed */
static void health_test_stuck(struct kunit *test)
{
	struct vha_provider *provider = test->priv;
	unsigned long since = jiffies;

	vha_health_set_timeout(provider, HEALTH_SHORT);
	health_answer = 0;
	KUNIT_EXPECT_TRUE(test, vha_health_stuck(provider, since));
	KUNIT_EXPECT_TRUE(test, vha_health_stuck(provider, since));
	KUNIT_EXPECT_TRUE(test, health_waits(&health_quiesced));
	schedule_timeout_idle(HZ / 2);
	KUNIT_EXPECT_EQ(test, provider->health.causes,
			VHA_SICK_TIMEOUT | VHA_SICK_STUCK);
	vha_health_probed(provider);
	vha_health_unstuck(provider, since);
	KUNIT_EXPECT_EQ(test, provider->health.causes,
			VHA_SICK_TIMEOUT | VHA_SICK_STUCK);
	KUNIT_EXPECT_EQ(test, provider->health.overdue, 1);
	vha_health_unstuck(provider, since);
	KUNIT_EXPECT_EQ(test, provider->health.overdue, 0);
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
}

/* Others' requests are overdue, too: then there are probes when it has returned */
static void health_test_stuck_and_late(struct kunit *test)
{
	struct vha_provider *provider = test->priv;
	unsigned long since = jiffies;

	vha_health_set_timeout(provider, HEALTH_SHORT);
	vha_health_late(provider, since);
	vha_health_stuck(provider, since);
	vha_health_unstuck(provider, since);
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	KUNIT_ASSERT_TRUE(test, health_waits(&health_submitted));
	KUNIT_EXPECT_EQ(test, provider->health.causes, VHA_SICK_TIMEOUT);
	health_kept->complete(health_kept, 0);
	KUNIT_EXPECT_TRUE(test, health_becomes(provider, 0));
}

/* The vendor is believed all the same, and what returns later does not count */
static void health_test_stuck_forgiven(struct kunit *test)
{
	struct vha_provider *provider = test->priv;
	unsigned long since = jiffies - 1;

	provider->health.since = since;
	KUNIT_EXPECT_TRUE(test, vha_health_stuck(provider, since));
	vhost_accel_provider_set_sick(provider, false);
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
	vha_health_unstuck(provider, since);
	KUNIT_EXPECT_EQ(test, provider->health.stuck, 0);
	KUNIT_EXPECT_EQ(test, provider->health.overdue, 0);
	vha_health_set_timeout(provider, 0);
	KUNIT_EXPECT_FALSE(test, vha_health_stuck(provider, jiffies));
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
}

/* Whoever waits for a CPU is not stuck; whoever sleeps or spins is */
static void health_test_stays(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, vha_health_stays(false, 0, HZ));
	KUNIT_EXPECT_FALSE(test, vha_health_stays(true, 0, HZ));
	KUNIT_EXPECT_FALSE(test,
			   vha_health_stays(true, NSEC_PER_SEC - 1, HZ));
	KUNIT_EXPECT_TRUE(test, vha_health_stays(true, NSEC_PER_SEC, HZ));
}

/* A provider that registers again is well */
static void health_test_again(struct kunit *test)
{
	struct vha_provider *provider = test->priv;

	vha_health_late(provider, jiffies);
	vhost_accel_provider_set_sick(provider, true);
	vhost_accel_unregister_provider(provider);
	KUNIT_EXPECT_TRUE(test, health_is_sick(provider));
	test->priv = NULL;
	KUNIT_ASSERT_PTR_EQ(test, vhost_accel_register_provider(&health_api),
			    provider);
	test->priv = provider;
	KUNIT_EXPECT_FALSE(test, health_is_sick(provider));
	KUNIT_EXPECT_EQ(test, provider->health.overdue, 0);
	KUNIT_EXPECT_EQ(test, provider->health.timeout_ms, HEALTH_LONG);
}

static struct kunit_case health_cases[] = {
	KUNIT_CASE(health_test_back),
	KUNIT_CASE(health_test_causes),
	KUNIT_CASE(health_test_vendor),
	KUNIT_CASE(health_test_no_limit),
	KUNIT_CASE(health_test_flapping),
	KUNIT_CASE(health_test_orphans),
	KUNIT_CASE(health_test_probe),
	KUNIT_CASE(health_test_bad_probes),
	KUNIT_CASE(health_test_quick_probe),
	KUNIT_CASE(health_test_stuck),
	KUNIT_CASE(health_test_stuck_and_late),
	KUNIT_CASE(health_test_stuck_forgiven),
	KUNIT_CASE(health_test_stays),
	KUNIT_CASE(health_test_again),
	{}
};

static struct kunit_suite health_suite = {
	.name = "vhost_accel_health",
	.init = health_init,
	.exit = health_exit,
	.test_cases = health_cases,
};

kunit_test_suite(health_suite);
