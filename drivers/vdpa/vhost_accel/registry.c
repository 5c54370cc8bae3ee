// SPDX-License-Identifier: GPL-2.0
/*
 * Providers come and go, fall ill and recover, and have limits.
 *
 * The end of a provider, in vhost_accel_unregister_provider():
 *
 *  1. It is not registered any more: nothing new leads into it. It counts as sick, so
 *     that what has not been submitted goes to the fallback.
 *  2. It returns what it has accepted.
 *  3. Devices that have sessions of it make them with the fallback, or make them fail
 *     (vha_dev_lose()).
 *  4. What others hold is waited for: calls that were under way, and the sessions
 *     of requests that come back after their device was reset.
 */
#include "registry.h"

#include <kunit/visibility.h>
#include <linux/build_bug.h>
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/printk.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vha.h"

DEFINE_STATIC_KEY_FALSE(vha_provider_choosy);

/* Guards the list, which only grows, and who is registered. Innermost */
static DEFINE_MUTEX(vha_registry_mutex);
static LIST_HEAD(vha_registry);

/* ---- what may be registered --------------------------------------------- */

static bool vha_provider_name_ok(const char *name)
{
	size_t len = name ? strlen(name) : 0;
	size_t i;

	if (!len || len >= VHOST_ACCEL_NAME_LEN || !isalnum(name[0]))
		return false;
	for (i = 1; i < len; i++)
		if (!isalnum(name[i]) && !strchr("-_.", name[i]))
			return false;
	return true;
}

static bool vha_provider_caps_ok(const struct vhost_accel_caps *caps)
{
	u64 known[VHOST_ACCEL_SERVICES] = {};
	u64 any = 0;
	unsigned int i;

	for (i = 0; i < ACCEL_ALG_NR; i++)
		known[accel_algs[i].service] |= BIT_ULL(accel_algs[i].wire);
	for (i = 0; i < VHOST_ACCEL_SERVICES; i++) {
		if (caps->algs[i] & ~known[i])
			return false;
		any |= caps->algs[i];
	}
	return any;
}

static bool vha_provider_limits_ok(const struct vhost_accel_limits *limits)
{
	if (limits->max_segs && limits->max_segs < VHOST_ACCEL_MIN_SEGS)
		return false;
	if (limits->max_len && limits->max_len < VHOST_ACCEL_MIN_LEN)
		return false;
	if (limits->request_cost > VHA_REQUEST_COST_MAX)
		return false;
	return !limits->align || (is_power_of_2(limits->align) &&
				  limits->align <= PAGE_SIZE);
}

/**
 * vha_provider_flaw() - why a provider can't be registered
 * @provider: the provider
 *
 * Context: any.
 * Return: text for the log, or NULL if it can.
 */
const char *vha_provider_flaw(const struct vhost_accel_provider *provider)
{
	const struct vhost_accel_provider_ops *ops = provider->ops;

	static_assert(VHOST_ACCEL_MIN_LEN == VHA_SIZE_MIN);
	if (!vha_provider_name_ok(provider->name))
		return "no proper name";
	if (!ops || !ops->session_create || !ops->session_destroy ||
	    !ops->submit)
		return "an operation is missing";
	if (!ops->sa_create != !ops->sa_submit ||
	    !ops->sa_create != !ops->sa_destroy)
		return "an operation for SAs is missing";
	if (!ops->probe && !vha_provider_caps_ok(&provider->caps))
		return "no algorithms, or some that there are not";
	if (!vha_provider_limits_ok(&provider->limits))
		return "a limit is out of range";
	if (provider->node != NUMA_NO_NODE &&
	    (provider->node < 0 || provider->node >= MAX_NUMNODES ||
	     !node_possible(provider->node)))
		return "no such NUMA node";
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(vha_provider_flaw);

static bool vha_provider_limited(const struct vha_provider *provider)
{
	const struct vhost_accel_limits *limits = &provider->api.limits;

	return limits->max_segs || limits->max_len || limits->align > 1;
}

/* ---- calls of a provider ------------------------------------------------ */

/**
 * vha_provider_get() - keep a provider from going, if it has not gone
 * @provider: its record
 *
 * Context: any.
 * Return: whether it is there, until vha_provider_put().
 */
bool vha_provider_get(struct vha_provider *provider)
{
	if (!refcount_inc_not_zero(&provider->users))
		return false;
	/* Pairs with vha_provider_begin() */
	if (smp_load_acquire(&provider->registered))
		return true;
	vha_provider_put(provider);
	return false;
}
EXPORT_SYMBOL_IF_KUNIT(vha_provider_get);

/**
 * vha_provider_put() - let a provider go
 * @provider: after vha_provider_get()
 *
 * Context: any.
 */
void vha_provider_put(struct vha_provider *provider)
{
	if (refcount_dec_and_test(&provider->users))
		complete_all(&provider->unused);
}
EXPORT_SYMBOL_IF_KUNIT(vha_provider_put);

/**
 * vha_provider_present() - is there anything that a provider could work with?
 * @provider: its record
 *
 * Context: process, may sleep long.
 * Return: whether there is.
 */
bool vha_provider_present(struct vha_provider *provider)
{
	const struct vhost_accel_provider *api = &provider->api;
	bool present;

	if (!vha_provider_get(provider))
		return false;
	present = !api->ops->present || api->ops->present(api);
	vha_provider_put(provider);
	return present;
}

/**
 * vha_provider_quiesce() - have a sick provider return what it has
 * @provider: its record
 *
 * Context: process.
 */
void vha_provider_quiesce(struct vha_provider *provider)
{
	const struct vhost_accel_provider *api = &provider->api;

	/* Also while it unregisters */
	if (!READ_ONCE(provider->sick) ||
	    !refcount_inc_not_zero(&provider->users))
		return;
	if (api->ops->quiesce) {
		mutex_lock(&provider->quiesce_mutex);
		api->ops->quiesce(api);
		mutex_unlock(&provider->quiesce_mutex);
	}
	vha_provider_put(provider);
}

static int vha_provider_look_up(const struct vhost_accel_provider *api,
				enum accel_alg_id id,
				struct vhost_accel_alg_info *info)
{
	const struct accel_alg *alg = &accel_algs[id];

	if (!(api->caps.algs[alg->service] & BIT_ULL(alg->wire)))
		return -ENOENT;
	strscpy(info->driver, api->name, sizeof(info->driver));
	info->ctx_size = api->caps.ctx_size ?: 1;
	return 0;
}

/**
 * vha_provider_ask() - can a provider do an algorithm?
 * @provider: its record
 * @id: the algorithm
 * @info: filled in; with a ctx_size of 0 if not
 *
 * Context: process, may sleep long.
 * Return: 0 or an error.
 */
int vha_provider_ask(struct vha_provider *provider, enum accel_alg_id id,
		     struct vhost_accel_alg_info *info)
{
	const struct vhost_accel_provider *api = &provider->api;
	int err = -ENOENT;

	memset(info, 0, sizeof(*info));
	info->provider = api;
	if (vha_provider_get(provider)) {
		if (api->ops->probe)
			err = api->ops->probe(api, id, info);
		else
			err = vha_provider_look_up(api, id, info);
		vha_provider_put(provider);
	}
	if (err)
		info->ctx_size = 0;
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_provider_ask);

/**
 * vha_provider_ask_sa() - does a provider do whole packets?
 * @provider: its record
 * @info: filled in; with a ctx_size of 0 if not
 *
 * It may have no SA that it is asked for.
 *
 * Context: any.
 */
void vha_provider_ask_sa(struct vha_provider *provider,
			 struct vhost_accel_alg_info *info)
{
	const struct vhost_accel_provider *api = &provider->api;

	memset(info, 0, sizeof(*info));
	info->provider = api;
	if (!vha_provider_get(provider))
		return;
	strscpy(info->driver, api->name, sizeof(info->driver));
	if (api->ops->sa_create)
		info->ctx_size = api->caps.ctx_size ?: 1;
	vha_provider_put(provider);
}
EXPORT_SYMBOL_IF_KUNIT(vha_provider_ask_sa);

/* ---- requests that it can't be given ------------------------------------ */

static bool vha_provider_takes(const struct vhost_accel_limits *limits,
			       struct scatterlist *sg, u32 len)
{
	u32 misaligned = 0;
	u32 segs = 0;

	for (; sg && len; sg = sg_next(sg), segs++) {
		misaligned |= sg->offset;
		if (sg->length < len)
			misaligned |= sg->length;
		len -= min(sg->length, len);
	}
	if (limits->max_segs && segs > limits->max_segs)
		return false;
	return limits->align <= 1 || !(misaligned & (limits->align - 1));
}

/**
 * vha_provider_judge() - the long form of vha_provider_hinders()
 * @provider: of the session
 * @op: the request
 *
 * Context: any.
 * Return: see there.
 */
int vha_provider_judge(const struct vha_provider *provider,
		       const struct vhost_accel_request *op)
{
	const struct vhost_accel_limits *limits = &provider->api.limits;
	u64 len = (u64)op->assoclen + op->cryptlen;

	if (READ_ONCE(provider->sick))
		return -EHOSTDOWN;
	if (!vha_provider_limited(provider))
		return 0;
	if (limits->max_len && len > limits->max_len)
		return -E2BIG;
	if (!vha_provider_takes(limits, op->src, len))
		return -E2BIG;
	/* In place, too: the output may be longer */
	if (op->dst && op->dst_len &&
	    !vha_provider_takes(limits, op->dst, op->assoclen + op->dst_len))
		return -E2BIG;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_provider_judge);

/* ---- room --------------------------------------------------------------- */

/**
 * vha_provider_await_room() - wake a worker when its provider has room
 * @provider: which was full
 * @run: the worker's
 *
 * Until vha_provider_await_no_room(). The worker looks again now and then in any
 * case: not all providers say so, and one may have said so too soon.
 *
 * Context: the worker.
 */
void vha_provider_await_room(struct vha_provider *provider,
			     struct vha_run *run)
{
	unsigned long flags;

	if (run->full_provider == provider)
		return;
	vha_provider_await_no_room(run);
	run->full_provider = provider;
	spin_lock_irqsave(&provider->lock, flags);
	list_add_tail(&run->room, &provider->waiting);
	spin_unlock_irqrestore(&provider->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_provider_await_room);

/**
 * vha_provider_await_no_room() - a worker is not waiting for room any more
 * @run: the worker's
 *
 * Context: the worker.
 */
void vha_provider_await_no_room(struct vha_run *run)
{
	struct vha_provider *provider = run->full_provider;
	unsigned long flags;

	if (!provider)
		return;
	spin_lock_irqsave(&provider->lock, flags);
	list_del(&run->room);
	spin_unlock_irqrestore(&provider->lock, flags);
	run->full_provider = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(vha_provider_await_no_room);

/**
 * vhost_accel_provider_room() - a provider that was full has room again
 * @provider: of vhost_accel_register_provider(); NULL does nothing, as a provider may
 *	be at work before that has returned
 *
 * Need not be called: when a request comes back, its queue tries again by itself. It
 * makes others try sooner.
 *
 * Context: any.
 */
void vhost_accel_provider_room(struct vha_provider *provider)
{
	struct vha_run *run;
	unsigned long flags;

	if (!provider)
		return;
	spin_lock_irqsave(&provider->lock, flags);
	list_for_each_entry(run, &provider->waiting, room) {
		WRITE_ONCE(run->kicked, true);
		vha_run_wake(run);
	}
	spin_unlock_irqrestore(&provider->lock, flags);
}
EXPORT_SYMBOL_GPL(vhost_accel_provider_room);

/**
 * vha_provider_set_choosy() - requests are looked at, or not any more
 * @choosy: some provider more, or less, can't be given all of them
 *
 * Context: process.
 */
void vha_provider_set_choosy(bool choosy)
{
	if (choosy)
		static_branch_inc(&vha_provider_choosy);
	else
		static_branch_dec(&vha_provider_choosy);
}

/* ---- registration ------------------------------------------------------- */

static void vha_provider_begin(struct vha_provider *record,
			       const struct vhost_accel_provider *provider)
{
	record->api = *provider;
	record->api.name = record->name;
	vha_health_begin(record);
	reinit_completion(&record->unused);
	record->sched.request_cost = provider->limits.request_cost ?:
				     VHA_REQUEST_COST;
	vha_sched_set_depth(&record->sched, provider->limits.depth);
	refcount_set(&record->users, 1);
	/* Whoever sees that, sees the rest: pairs with vha_provider_get() */
	smp_store_release(&record->registered, true);
}

/**
 * vha_provider_init() - make a record of a provider
 * @record: zero
 * @provider: without flaws
 *
 * Context: any.
 */
void vha_provider_init(struct vha_provider *record,
		       const struct vhost_accel_provider *provider)
{
	strscpy(record->name, provider->name, sizeof(record->name));
	init_completion(&record->unused);
	mutex_init(&record->quiesce_mutex);
	spin_lock_init(&record->lock);
	vha_health_init(record);
	INIT_LIST_HEAD(&record->waiting);
	vha_sched_init(&record->sched);
	vha_totals_init(&record->totals);
	vha_provider_begin(record, provider);
}
EXPORT_SYMBOL_IF_KUNIT(vha_provider_init);

static struct vha_provider *vha_registry_find(const char *name)
{
	struct vha_provider *record;

	lockdep_assert_held(&vha_registry_mutex);
	list_for_each_entry(record, &vha_registry, node)
		if (sysfs_streq(name, record->name))
			return record;
	return NULL;
}

/**
 * vha_provider_find() - the provider of a name
 * @name: as an administrator writes it, a line feed at its end or not
 *
 * Context: process.
 * Return: its record, or NULL; whether it is there and has anything to work with is
 * another question.
 */
struct vha_provider *vha_provider_find(const char *name)
{
	struct vha_provider *record;

	mutex_lock(&vha_registry_mutex);
	record = vha_registry_find(name);
	mutex_unlock(&vha_registry_mutex);
	return record;
}

/**
 * vha_provider_next() - the providers, one after the other
 * @record: one, or NULL for the first
 *
 * Context: process.
 * Return: the next one's record, or NULL.
 */
struct vha_provider *vha_provider_next(struct vha_provider *record)
{
	struct list_head *node = record ? &record->node : &vha_registry;

	mutex_lock(&vha_registry_mutex);
	node = list_is_last(node, &vha_registry) ? NULL : node->next;
	mutex_unlock(&vha_registry_mutex);
	return node ? list_entry(node, struct vha_provider, node) : NULL;
}

static struct vha_provider *
vha_registry_add(const struct vhost_accel_provider *provider)
{
	struct vha_provider *record = vha_registry_find(provider->name);

	/* Or about to go */
	if (record && refcount_read(&record->users))
		return ERR_PTR(-EEXIST);
	if (record) {
		vha_provider_begin(record, provider);
		return record;
	}
	record = kzalloc(sizeof(*record), GFP_KERNEL);
	if (!record)
		return ERR_PTR(-ENOMEM);
	vha_provider_init(record, provider);
	list_add_tail(&record->node, &vha_registry);
	return record;
}

/**
 * vhost_accel_register_provider() - a provider is there
 * @provider: which; copied
 *
 * Its operations may be called from now on. A management device of its name appears
 * soon after. Each failure has a line in the log.
 *
 * Context: process.
 * Return: what the other functions take; or -EINVAL if something is missing or out of
 * range, -EEXIST if there is a provider of that name, -ENOMEM.
 */
struct vha_provider *
vhost_accel_register_provider(const struct vhost_accel_provider *provider)
{
	const char *flaw = vha_provider_flaw(provider);
	struct vha_provider *record;

	if (flaw) {
		pr_err("vhost_accel: provider %.*s not registered: %s\n",
		       VHOST_ACCEL_NAME_LEN, provider->name ?: "without a name",
		       flaw);
		return ERR_PTR(-EINVAL);
	}
	mutex_lock(&vha_registry_mutex);
	record = vha_registry_add(provider);
	mutex_unlock(&vha_registry_mutex);
	if (IS_ERR(record)) {
		pr_err("vhost_accel: provider %s not registered: %s\n",
		       provider->name,
		       PTR_ERR(record) == -EEXIST ? "there is one already" :
						    "no memory");
		return record;
	}
	if (vha_provider_limited(record))
		vha_provider_set_choosy(true);
	vha_mgmt_changed();
	return record;
}
EXPORT_SYMBOL_GPL(vhost_accel_register_provider);

/**
 * vhost_accel_unregister_provider() - a provider goes
 * @provider: of vhost_accel_register_provider()
 *
 * Devices that are in use are done by their fallback from now on, or need a reset.
 * Returns when nothing leads into the provider any more, which takes as long as its
 * requests need to come back.
 *
 * The provider's module can't be unloaded while devices have sessions of it: they are
 * moved away, or deleted, first. This is for hardware that is taken away.
 *
 * Context: process.
 */
void vhost_accel_unregister_provider(struct vha_provider *provider)
{
	bool limited = vha_provider_limited(provider);

	WRITE_ONCE(provider->registered, false);
	vha_health_end(provider);
	vha_provider_set_choosy(true);
	vha_provider_quiesce(provider);
	vha_devs_lose(provider);
	vha_provider_put(provider);
	wait_for_completion(&provider->unused);
	vha_sched_set_depth(&provider->sched, 0);

	vha_health_ended(provider);
	vha_provider_set_choosy(false);
	if (limited)
		vha_provider_set_choosy(false);
	vha_mgmt_changed();
}
EXPORT_SYMBOL_GPL(vhost_accel_unregister_provider);

/**
 * vha_registry_exit() - forget the providers
 *
 * Context: module exit, when none is registered and there are no devices.
 */
void vha_registry_exit(void)
{
	struct vha_provider *record, *next;

	list_for_each_entry_safe(record, next, &vha_registry, node) {
		/* The last of its orphans may have said something */
		flush_work(&record->work);
		kfree(record);
	}
}
