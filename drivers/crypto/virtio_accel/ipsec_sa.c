// SPDX-License-Identifier: GPL-2.0
/*
 * SAs of the stacked network device.
 *
 * Who has a reference: the kernel's state until it is freed, which may be before
 * its last packet is through, and each packet.  The last one may go in a softirq:
 * a work item then frees the transform and lets the network device go.
 */
#include "ipsec_sa.h"

#include <crypto/aead.h>
#include <kunit/visibility.h>
#include <linux/err.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "alg.h"
#include "vaccel.h"

void vaccel_order_init(struct vaccel_order *o)
{
	spin_lock_init(&o->lock);
	INIT_LIST_HEAD(&o->waiting);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_order_init);

void vaccel_order_enter(struct vaccel_order *o, struct vaccel_turn *t)
{
	t->done = false;
	spin_lock_bh(&o->lock);
	list_add_tail(&t->node, &o->waiting);
	spin_unlock_bh(&o->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_order_enter);

void vaccel_order_done(struct vaccel_order *o, struct vaccel_turn *t,
		       void (*go)(struct vaccel_turn *t))
{
	struct vaccel_turn *first;

	spin_lock_bh(&o->lock);
	t->done = true;
	while (!list_empty(&o->waiting)) {
		first = list_first_entry(&o->waiting, struct vaccel_turn, node);
		if (!first->done)
			break;
		list_del(&first->node);
		go(first);
	}
	spin_unlock_bh(&o->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_order_done);

static void vaccel_sa_free(struct work_struct *work)
{
	struct vaccel_sa *sa = container_of(work, struct vaccel_sa, work);

	crypto_free_aead(sa->aead);
	netdev_put(sa->dev, &sa->tracker);
	kfree_rcu(sa, rcu);
}

static void vaccel_sa_release(struct kref *ref)
{
	struct vaccel_sa *sa = container_of(ref, struct vaccel_sa, ref);

	queue_work(vaccel_wq, &sa->work);
}

void vaccel_sa_put(struct vaccel_sa *sa)
{
	kref_put(&sa->ref, vaccel_sa_release);
}

static int vaccel_sa_set_key(struct vaccel_sa *sa,
			     const struct vaccel_sa_params *p)
{
	int err;

	err = crypto_aead_setkey(sa->aead, p->key, p->key_len);
	if (!err)
		err = crypto_aead_setauthsize(sa->aead, p->icv_len);
	if (!err && (sa->iv_len > VACCEL_SA_MAX_IV ||
		     p->icv_len > VACCEL_SA_MAX_ICV))
		err = -EINVAL;
	return err;
}

struct vaccel_sa *vaccel_sa_create(struct net_device *dev,
				   const struct vaccel_sa_params *p)
{
	const char *driver = vaccel_alg_aead_driver(p->alg);
	struct vaccel_sa *sa;
	int err;

	if (!driver)
		return ERR_PTR(-ENOENT);
	sa = kzalloc(sizeof(*sa), GFP_KERNEL);
	if (!sa)
		return ERR_PTR(-ENOMEM);
	sa->aead = crypto_alloc_aead(driver, 0, 0);
	if (IS_ERR(sa->aead)) {
		err = PTR_ERR(sa->aead);
		goto err_sa;
	}
	sa->iv_len = crypto_aead_ivsize(sa->aead);
	err = vaccel_sa_set_key(sa, p);
	if (err)
		goto err_aead;
	sa->dev = dev;
	sa->iv_salt = get_random_u64();
	sa->icv_len = p->icv_len;
	sa->esn = p->esn;
	sa->random_iv = p->random_iv;
	sa->out = p->out;
	vaccel_order_init(&sa->order);
	kref_init(&sa->ref);
	INIT_WORK(&sa->work, vaccel_sa_free);
	netdev_hold(dev, &sa->tracker, GFP_KERNEL);
	return sa;

err_aead:
	crypto_free_aead(sa->aead);
err_sa:
	kfree(sa);
	return ERR_PTR(err);
}
