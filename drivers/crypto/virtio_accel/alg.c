// SPDX-License-Identifier: GPL-2.0
/*
 * Registration with the crypto API.
 *
 * Algorithms live as long as the module: registered when the first device
 * offers them, unregistered when the module goes.  Devices come and go below
 * them.
 */
#include "alg.h"

#include <linux/array_size.h>
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "vaccel.h"

static int priority = 3000;
module_param(priority, int, 0444);
MODULE_PARM_DESC(priority,
		 "Priority of the algorithms; software has at most 800 (default 3000)");

/* Below what software has at least, but for some, see &vaccel_alg.unranked */
#define VACCEL_SOFTWARE_PRIORITY	100

static int verify_priority = 50;
module_param(verify_priority, int, 0444);
MODULE_PARM_DESC(verify_priority,
		 "Priority of hashes and public keys, by which a kernel checks what to believe; software has 100 (default 50: only asked for by driver name)");

/* Serialises registration; guards vaccel_alg.registered */
static DEFINE_MUTEX(vaccel_alg_mutex);

/* Offered by some device since the module was loaded */
static atomic64_t vaccel_algs_offered = ATOMIC64_INIT(0);

static const struct vaccel_family *const vaccel_families[] = {
	&vaccel_skcipher_family, &vaccel_hash_family, &vaccel_aead_family,
	&vaccel_authenc_family, &vaccel_akcipher_family,
};

void vaccel_alg_for_each(int (*fn)(struct vaccel_alg *alg, void *data),
			 void *data)
{
	const struct vaccel_family *family;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(vaccel_families); i++) {
		family = vaccel_families[i];
		for (k = 0; k < family->nr; k++)
			if (fn(&family->algs[k], data))
				return;
	}
}

struct vaccel_alg_wanted {
	const char *name;
	const char *driver;
};

static int vaccel_alg_is_wanted(struct vaccel_alg *alg, void *data)
{
	const struct crypto_alg *base = vaccel_alg_base(alg);
	struct vaccel_alg_wanted *w = data;

	if (alg->family != &vaccel_aead_family &&
	    alg->family != &vaccel_authenc_family)
		return 0;
	/* It stays registered, as long as our caller is in this module */
	if (!READ_ONCE(alg->registered) || strcmp(base->cra_name, w->name))
		return 0;
	w->driver = base->cra_driver_name;
	return 1;
}

const char *vaccel_alg_aead_driver(const char *name)
{
	struct vaccel_alg_wanted w = { .name = name };

	vaccel_alg_for_each(vaccel_alg_is_wanted, &w);
	return w.driver;
}

/*
 * Software first, for what ranks below it: what is looked for by name is found by
 * priority among what is there, and while ours is, the kernel neither loads nor
 * builds another one. Who verifies a signature would get us, whatever our priority.
 */
static int vaccel_alg_add(struct vaccel_alg *alg)
{
	if (alg->verifies && !crypto_has_alg(vaccel_alg_base(alg)->cra_name, 0,
					     VACCEL_FALLBACK_MASK))
		return -ENOENT;
	return alg->family->add(alg);
}

static int vaccel_alg_register(struct vaccel_alg *alg, void *data)
{
	int err;

	if (alg->registered ||
	    (vaccel_alg_set(alg) & ~atomic64_read(&vaccel_algs_offered)))
		return 0;
	if (alg->unranked && verify_priority < VACCEL_SOFTWARE_PRIORITY)
		return 0;
	err = vaccel_alg_add(alg);
	if (err)
		pr_err("virtio_accel: %s cannot be registered: %d\n",
		       vaccel_alg_base(alg)->cra_driver_name, err);
	else
		WRITE_ONCE(alg->registered, true);
	return 0;
}

static int vaccel_alg_unregister(struct vaccel_alg *alg, void *data)
{
	if (!alg->registered)
		return 0;
	alg->family->del(alg);
	alg->registered = false;
	return 0;
}

static void vaccel_algs_work(struct work_struct *work)
{
	mutex_lock(&vaccel_alg_mutex);
	vaccel_alg_for_each(vaccel_alg_register, NULL);
	mutex_unlock(&vaccel_alg_mutex);
}

static DECLARE_WORK(vaccel_register_work, vaccel_algs_work);

void vaccel_algs_offer(u64 algs)
{
	atomic64_or(algs, &vaccel_algs_offered);
	/*
	 * Not on vaccel_wq: registration waits for module loading, which must
	 * not hold up the requests of transforms.
	 */
	queue_work(system_long_wq, &vaccel_register_work);
}

/*
 * A template of the kernel's ranks by what it is made of, ten times the cipher and
 * the hash: what stands in for it is one above that of our own cipher and hash.
 */
static int vaccel_alg_priority(const struct vaccel_alg *alg)
{
	if (alg->auth_id)
		return clamp_t(s64, 11LL * priority + 1, INT_MIN, INT_MAX);
	return alg->verifies ? verify_priority : priority;
}

static int vaccel_alg_init(struct vaccel_alg *alg, void *data)
{
	int *err = data;

	alg->row = &accel_algs[alg->id];
	alg->auth = alg->auth_id ? &accel_algs[alg->auth_id] : NULL;
	vaccel_alg_base(alg)->cra_priority = vaccel_alg_priority(alg);
	alg->stats = alloc_percpu(struct vaccel_stats);
	if (!alg->stats)
		*err = -ENOMEM;
	return *err;
}

static int vaccel_alg_exit(struct vaccel_alg *alg, void *data)
{
	free_percpu(alg->stats);
	return 0;
}

int vaccel_algs_init(void)
{
	int err = 0;

	vaccel_alg_for_each(vaccel_alg_init, &err);
	if (err)
		vaccel_alg_for_each(vaccel_alg_exit, NULL);
	return err;
}

void vaccel_algs_exit(void)
{
	cancel_work_sync(&vaccel_register_work);
	mutex_lock(&vaccel_alg_mutex);
	vaccel_alg_for_each(vaccel_alg_unregister, NULL);
	mutex_unlock(&vaccel_alg_mutex);
	/* The work of transforms may outlive them, and uses the statistics */
	flush_workqueue(vaccel_wq);
	vaccel_alg_for_each(vaccel_alg_exit, NULL);
}
