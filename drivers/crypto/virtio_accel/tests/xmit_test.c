// SPDX-License-Identifier: GPL-2.0
/*
 * What the stacked network device does not send: packets of a state that is not, or no
 * longer, offloaded to it.  Only a race with a device that is set down has such ones.
 */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <net/xfrm.h>

#include "../ipsec_netdev.h"
#include "../ipsec_rxtx.h"
#include "../ipsec_sa.h"

#define XMIT_LEN	200

struct xmit_param {
	const char *name;
	bool other_dev;
	u8 type;
	u32 flags;
	bool no_sa;
	bool dead_sa;
	enum vaccel_netdev_stat stat;
};

static const struct xmit_param xmit_params[] = {
	{ "another device", .other_dev = true, .type = XFRM_DEV_OFFLOAD_CRYPTO,
	  .flags = XFRM_XMIT, .stat = VACCEL_TX_NO_SA },
	{ "another kind of offload", .type = XFRM_DEV_OFFLOAD_PACKET,
	  .flags = XFRM_XMIT, .stat = VACCEL_TX_NO_SA },
	{ "not made by ESP", .type = XFRM_DEV_OFFLOAD_CRYPTO,
	  .stat = VACCEL_TX_NO_SA },
	{ "a state that is freed", .type = XFRM_DEV_OFFLOAD_CRYPTO,
	  .flags = XFRM_XMIT, .no_sa = true, .stat = VACCEL_TX_NO_SA },
	{ "an SA that is freed", .type = XFRM_DEV_OFFLOAD_CRYPTO,
	  .flags = XFRM_XMIT, .dead_sa = true, .stat = VACCEL_TX_NO_SA },
	{ "another SPI", .type = XFRM_DEV_OFFLOAD_CRYPTO, .flags = XFRM_XMIT,
	  .stat = VACCEL_TX_MALFORMED },
};

KUNIT_ARRAY_PARAM_DESC(xmit, xmit_params, name);

/* A packet for a state, with what the stack says of it */
static struct sk_buff *xmit_skb(struct kunit *test, struct xfrm_state *x, u32 flags)
{
	struct sk_buff *skb = alloc_skb(XMIT_LEN, GFP_KERNEL);
	struct sec_path *sp;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, XMIT_LEN);
	skb_reset_mac_header(skb);
	skb_set_transport_header(skb, ETH_HLEN);
	sp = secpath_set(skb);
	KUNIT_ASSERT_NOT_NULL(test, sp);
	sp->xvec[sp->len++] = x;
	sp->olen++;
	xfrm_offload(skb)->flags = flags;
	return skb;
}

static u64 xmit_stat(const struct vaccel_netdev *vn, enum vaccel_netdev_stat stat)
{
	unsigned int cpu;
	u64 n = 0;

	for_each_possible_cpu(cpu)
		n += per_cpu_ptr(vn->stats, cpu)->v[stat];
	return n;
}

static void xmit_dropped(struct kunit *test)
{
	const struct xmit_param *p = test->param_value;
	struct net_device *dev = alloc_etherdev(sizeof(struct vaccel_netdev));
	struct vaccel_netdev *vn;
	struct xfrm_state *x;
	struct vaccel_sa *sa;
	struct sk_buff *skb;
	unsigned int stat;

	KUNIT_ASSERT_NOT_NULL(test, dev);
	vn = netdev_priv(dev);
	vn->dev = dev;
	vn->stats = alloc_percpu(struct vaccel_netdev_stats);
	x = kunit_kzalloc(test, sizeof(*x), GFP_KERNEL);
	sa = kunit_kzalloc(test, sizeof(*sa), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vn->stats);
	KUNIT_ASSERT_NOT_NULL(test, x);
	KUNIT_ASSERT_NOT_NULL(test, sa);
	refcount_set(&sa->ref.refcount, p->dead_sa ? 0 : 2);
	/* Never the last: nobody frees it */
	refcount_set(&x->refcnt, 2);
	x->id.spi = htonl(0x1001);
	x->xso.dev = p->other_dev ? NULL : dev;
	x->xso.dir = XFRM_DEV_OFFLOAD_OUT;
	x->xso.type = p->type;
	x->xso.offload_handle = p->no_sa ? 0 : (unsigned long)sa;

	skb = xmit_skb(test, x, p->flags);
	local_bh_disable();
	vaccel_xmit(skb, dev);
	local_bh_enable();

	for (stat = 0; stat < VACCEL_NETDEV_STAT_NR; stat++)
		KUNIT_EXPECT_EQ(test, xmit_stat(vn, stat), stat == p->stat);
	KUNIT_EXPECT_EQ(test, refcount_read(&x->refcnt), 1);
	KUNIT_EXPECT_EQ(test, kref_read(&sa->ref), p->dead_sa ? 0 : 2);
	free_percpu(vn->stats);
	free_netdev(dev);
}

static struct kunit_case xmit_cases[] = {
	KUNIT_CASE_PARAM(xmit_dropped, xmit_gen_params),
	{}
};

static struct kunit_suite xmit_suite = {
	.name = "vaccel_xmit",
	.test_cases = xmit_cases,
};

kunit_test_suite(xmit_suite);
