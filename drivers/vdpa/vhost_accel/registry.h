/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Providers as the rest of the module knows them.
 *
 * What a provider has registered is copied into a record, which stays when the
 * provider goes: devices, which outlive it, refer to the record. There is one for
 * each name as long as the module is loaded; who registers under a name that has been
 * there gets the same.
 */
#ifndef _VHA_REGISTRY_H
#define _VHA_REGISTRY_H

#include <linux/completion.h>
#include <linux/container_of.h>
#include <linux/jump_label.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vhost_accel.h>
#include <linux/workqueue.h>

#include "health.h"
#include "sched.h"
#include "totals.h"

struct vha_run;

/**
 * struct vha_provider - record of a provider
 * @node: on the list of them
 * @api: what it has registered; valid between vha_provider_get() and
 *	vha_provider_put(), and @api.name always
 * @name: where @api.name is
 * @registered: it is, and does not unregister
 * @users: calls that may lead into the provider, and sessions that it has made; one
 *	more while it is registered
 * @unused: there are no @users left
 * @quiesce_mutex: one quiesce at a time
 * @sick: it gets no requests, see health.h. Changed under @lock
 * @known_causes: why, as @work has seen it, and others see it
 * @work: tells others about @sick
 * @lock: guards @health and @waiting
 * @health: why it is sick, and since when
 * @waiting: runs whose request it had no room for
 * @sched: who may give it the next request
 * @totals: what its devices have counted
 */
struct vha_provider {
	struct list_head node;
	struct vhost_accel_provider api;
	char name[VHOST_ACCEL_NAME_LEN];
	bool registered;
	refcount_t users;
	struct completion unused;
	struct mutex quiesce_mutex; /* see above */
	bool sick;
	u8 known_causes;
	struct work_struct work;
	spinlock_t lock; /* see above */
	struct vha_health health;
	struct list_head waiting;
	struct vha_sched sched;
	struct vha_totals totals;
};

/* On while some provider has limits or is sick: each request is looked at */
DECLARE_STATIC_KEY_FALSE(vha_provider_choosy);

static inline struct vha_provider *
vha_provider_of(const struct vhost_accel_provider *provider)
{
	return container_of(provider, struct vha_provider, api);
}

void vha_registry_exit(void);
struct vha_provider *vha_provider_next(struct vha_provider *record);
struct vha_provider *vha_provider_find(const char *name);

void vha_provider_init(struct vha_provider *record,
		       const struct vhost_accel_provider *provider);
const char *vha_provider_flaw(const struct vhost_accel_provider *provider);
bool vha_provider_get(struct vha_provider *provider);
void vha_provider_put(struct vha_provider *provider);
bool vha_provider_present(struct vha_provider *provider);
void vha_provider_quiesce(struct vha_provider *provider);
int vha_provider_ask(struct vha_provider *provider, enum accel_alg_id id,
		     struct vhost_accel_alg_info *info);
void vha_provider_ask_sa(struct vha_provider *provider,
			 struct vhost_accel_alg_info *info);
int vha_provider_judge(const struct vha_provider *provider,
		       const struct vhost_accel_request *op);
void vha_provider_set_choosy(bool choosy);
void vha_provider_await_room(struct vha_provider *provider,
			     struct vha_run *run);
void vha_provider_await_no_room(struct vha_run *run);

/**
 * vha_provider_hinders() - is there a reason not to give the provider a request?
 * @provider: of the session
 * @op: the request
 *
 * Context: any.
 * Return: 0; -EHOSTDOWN if the provider is sick, -E2BIG if the request is beyond its
 * limits.
 */
static inline int vha_provider_hinders(const struct vha_provider *provider,
				       const struct vhost_accel_request *op)
{
	if (static_branch_unlikely(&vha_provider_choosy))
		return vha_provider_judge(provider, op);
	return 0;
}

#endif /* _VHA_REGISTRY_H */
