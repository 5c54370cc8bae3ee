// SPDX-License-Identifier: GPL-2.0
/*
 * Health of a provider, see health.h.
 */
#include "health.h"

#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/spinlock.h>

#include "registry.h"
#include "trace.h"
#include "vha.h"

/* ---- what others see ---------------------------------------------------- */

/* Under @lock. Those who have no lock are told by the work item */
static void vha_health_set_causes(struct vha_provider *provider, u8 causes)
{
	lockdep_assert_held(&provider->lock);
	WRITE_ONCE(provider->health.causes, causes);
	/* Also while it unregisters, for which there is no cause */
	WRITE_ONCE(provider->sick,
		   causes || !READ_ONCE(provider->registered));
	queue_work(system_wq, &provider->work);
}

static void vha_health_log(const struct vha_provider *provider, u8 causes,
			   u8 before)
{
	const struct vha_health *health = &provider->health;

	if ((causes & ~before) & VHA_SICK_ORPHANS)
		pr_warn("vhost_accel: provider %s keeps %u requests of devices that were reset or deleted (max_orphans is %u), and gets no more until some have come back: reset its hardware, or raise max_orphans\n",
			provider->name, READ_ONCE(health->orphans),
			READ_ONCE(health->max_orphans));
	if (causes && !before)
		pr_warn("vhost_accel: provider %s is sick (%s)\n",
			provider->name, vha_health_text(causes));
	else if (!causes && before)
		pr_info("vhost_accel: provider %s has recovered\n",
			provider->name);
}

static void vha_health_work(struct work_struct *work)
{
	struct vha_provider *provider =
		container_of(work, struct vha_provider, work);
	u8 causes, before = provider->known_causes;

	vha_probes_collect(provider);
	causes = READ_ONCE(provider->health.causes);
	/* Who unregisters has seen to it that nobody uses it */
	if (before == causes || !READ_ONCE(provider->registered))
		return;
	if (!before != !causes)
		vha_provider_set_choosy(causes);
	/* Whoever reads that, finds it so */
	WRITE_ONCE(provider->known_causes, causes);
	vha_health_log(provider, causes, before);
	trace_vha_health(provider->name, vha_health_text(causes),
			 READ_ONCE(provider->health.overdue),
			 READ_ONCE(provider->health.orphans));
	vha_mgmt_changed();
	vha_devs_tell_health(provider, vha_health_text(causes));
}

/**
 * vhost_accel_provider_set_sick() - a provider does not work any more, or works again
 * @provider: of vhost_accel_register_provider(), or NULL, as for
 *	vhost_accel_provider_room()
 * @sick: it does not work
 *
 * Soon after, a provider that is sick is given no requests: the fallback does them, or
 * they wait, for as long as for one that is full. It makes sessions all the same.
 * What it has accepted is not touched; see &vhost_accel_provider_ops.quiesce.
 *
 * A provider that says that it is well is also believed when requests are overdue:
 * those that it has are not waited for any more, though they are not answered either
 * before they come back.
 *
 * Not while or after the provider unregisters.
 *
 * Context: any.
 */
void vhost_accel_provider_set_sick(struct vha_provider *provider, bool sick)
{
	unsigned long flags;
	u8 causes;

	if (!provider)
		return;
	if (!sick)
		vha_health_forgive(provider);
	spin_lock_irqsave(&provider->lock, flags);
	causes = provider->health.causes & ~VHA_SICK_VENDOR;
	vha_health_set_causes(provider,
			      causes | (sick ? VHA_SICK_VENDOR : 0));
	spin_unlock_irqrestore(&provider->lock, flags);
}
EXPORT_SYMBOL_GPL(vhost_accel_provider_set_sick);

/* ---- requests that are overdue ------------------------------------------ */

static void vha_health_attend_at(struct vha_provider *provider,
				 unsigned long when)
{
	lockdep_assert_held(&provider->lock);
	if (READ_ONCE(provider->registered))
		mod_delayed_work(system_unbound_wq, &provider->health.attend,
				 max_t(long, when - jiffies, 0));
}

static void vha_health_fall_ill(struct vha_provider *provider)
{
	struct vha_health *health = &provider->health;
	unsigned long now = jiffies;
	bool again = health->relapsed &&
		     time_before(now, health->well_at +
				      VHA_HEALTH_CALM * health->limit);

	health->relapses = again ?
		min_t(u32, health->relapses + 1, VHA_HEALTH_DOUBLED + 1) : 0;
	health->relapsed = true;
	health->not_before = now;
	if (health->relapses)
		health->not_before += health->limit << (health->relapses - 1);
	health->probe_delay = health->limit;
	health->probe_at = max(now + health->limit, health->not_before);
	health->quiesced = false;
	vha_health_set_causes(provider, health->causes | VHA_SICK_TIMEOUT);
	vha_health_attend_at(provider, now);
}

static void vha_health_recover(struct vha_provider *provider)
{
	struct vha_health *health = &provider->health;

	health->overdue = 0;
	health->stuck = 0;
	health->since = jiffies;
	health->well_at = jiffies;
	vha_health_set_causes(provider, health->causes & ~(VHA_SICK_TIMEOUT |
							   VHA_SICK_STUCK));
}

/* Whether it has, or else whether it will be looked at again at the right time */
static void vha_health_try_recover(struct vha_provider *provider)
{
	struct vha_health *health = &provider->health;

	if (!(health->causes & VHA_SICK_TIMEOUT) || health->overdue)
		return;
	if (time_before(jiffies, health->not_before))
		vha_health_attend_at(provider, health->not_before);
	else
		vha_health_recover(provider);
}

/* Whether what the provider has had since then counts as overdue, as it now does */
static bool vha_health_count(struct vha_provider *provider, unsigned long since)
{
	struct vha_health *health = &provider->health;

	lockdep_assert_held(&provider->lock);
	if (!health->limit || time_before(since, health->since))
		return false;
	health->overdue++;
	if (!(health->causes & VHA_SICK_TIMEOUT))
		vha_health_fall_ill(provider);
	return true;
}

/**
 * vha_health_late() - a request is overdue
 * @provider: who has it
 * @accepted: since when, in jiffies
 *
 * Context: any.
 * Return: whether that counts; then vha_health_back() says that it came back.
 */
bool vha_health_late(struct vha_provider *provider, unsigned long accepted)
{
	unsigned long flags;
	bool counts;

	spin_lock_irqsave(&provider->lock, flags);
	counts = vha_health_count(provider, accepted);
	spin_unlock_irqrestore(&provider->lock, flags);
	return counts;
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_late);

/**
 * vha_health_back() - a request that was overdue has come back
 * @provider: who had it
 * @accepted: since when, in jiffies
 *
 * Context: any.
 */
void vha_health_back(struct vha_provider *provider, unsigned long accepted)
{
	struct vha_health *health = &provider->health;
	unsigned long flags;

	spin_lock_irqsave(&provider->lock, flags);
	/* Else it has been forgiven */
	if (!time_before(accepted, health->since)) {
		health->overdue--;
		vha_health_try_recover(provider);
	}
	spin_unlock_irqrestore(&provider->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_back);

/**
 * vha_health_stuck() - a worker does not return from a provider's function
 * @provider: whose
 * @since: when it was called, in jiffies
 *
 * Context: any.
 * Return: whether that counts; then vha_health_unstuck() says that it has returned.
 */
bool vha_health_stuck(struct vha_provider *provider, unsigned long since)
{
	struct vha_health *health = &provider->health;
	unsigned long flags;
	bool counts;

	spin_lock_irqsave(&provider->lock, flags);
	counts = vha_health_count(provider, since);
	if (counts) {
		health->stuck++;
		vha_health_set_causes(provider,
				      health->causes | VHA_SICK_STUCK);
	}
	spin_unlock_irqrestore(&provider->lock, flags);
	return counts;
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_stuck);

/**
 * vha_health_unstuck() - a worker has returned from a provider's function
 * @provider: whose
 * @since: when it was called, in jiffies
 *
 * Context: any.
 */
void vha_health_unstuck(struct vha_provider *provider, unsigned long since)
{
	struct vha_health *health = &provider->health;
	unsigned long flags;

	spin_lock_irqsave(&provider->lock, flags);
	/* Else it has been forgiven */
	if (!time_before(since, health->since)) {
		health->overdue--;
		if (!--health->stuck) {
			vha_health_set_causes(provider, health->causes &
							~VHA_SICK_STUCK);
			/* There may be probes again */
			vha_health_attend_at(provider, jiffies);
		}
		vha_health_try_recover(provider);
	}
	spin_unlock_irqrestore(&provider->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_unstuck);

/**
 * vha_health_forgive() - what a provider has accepted so far does not count
 * @provider: which works
 *
 * Context: any.
 */
void vha_health_forgive(struct vha_provider *provider)
{
	unsigned long flags;

	spin_lock_irqsave(&provider->lock, flags);
	vha_health_recover(provider);
	spin_unlock_irqrestore(&provider->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_forgive);

/**
 * vha_health_probed() - a request of our own has succeeded
 * @provider: whose
 *
 * Context: any.
 */
void vha_health_probed(struct vha_provider *provider)
{
	unsigned long flags;

	spin_lock_irqsave(&provider->lock, flags);
	/* Whoever is stuck in it shows that it does not work */
	if (!provider->health.stuck)
		vha_health_recover(provider);
	spin_unlock_irqrestore(&provider->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_probed);

/* Whether it is to be asked to return what it has; once for each time it is sick */
static bool vha_health_may_quiesce(struct vha_provider *provider)
{
	struct vha_health *health = &provider->health;
	unsigned long flags;
	bool may;

	spin_lock_irqsave(&provider->lock, flags);
	may = (health->causes & VHA_SICK_TIMEOUT) && !health->quiesced;
	health->quiesced = true;
	spin_unlock_irqrestore(&provider->lock, flags);
	return may;
}

/* Whether it is time for a probe, which the caller sends */
static bool vha_health_may_probe(struct vha_provider *provider)
{
	struct vha_health *health = &provider->health;

	lockdep_assert_held(&provider->lock);
	if (time_before(jiffies, health->probe_at))
		return false;
	health->probe_at = jiffies + health->probe_delay;
	health->probe_delay = min(2 * health->probe_delay,
				  health->limit << VHA_HEALTH_DOUBLED);
	if (health->probes == VHA_HEALTH_PROBES)
		return false;
	health->probes++;
	return true;
}

static void vha_health_attend(struct work_struct *work)
{
	struct vha_health *health =
		container_of(work, struct vha_health, attend.work);
	struct vha_provider *provider =
		container_of(health, struct vha_provider, health);
	bool probe = false;

	if (vha_health_may_quiesce(provider))
		vha_provider_quiesce(provider);

	spin_lock_irq(&provider->lock);
	vha_health_try_recover(provider);
	if (health->overdue && !health->stuck &&
	    (health->causes & VHA_SICK_TIMEOUT)) {
		probe = vha_health_may_probe(provider);
		vha_health_attend_at(provider, health->probe_at);
	}
	spin_unlock_irq(&provider->lock);
	if (probe)
		vha_probe_send(provider);
}

/**
 * vha_health_set_timeout() - have requests of a provider have a time limit
 * @provider: whose
 * @ms: VHA_TIMEOUT_MIN to VHA_TIMEOUT_MAX, or 0 for none
 *
 * Also those that it has.
 *
 * Context: process.
 */
void vha_health_set_timeout(struct vha_provider *provider, u32 ms)
{
	struct vha_health *health = &provider->health;

	spin_lock_irq(&provider->lock);
	WRITE_ONCE(health->timeout_ms, ms);
	WRITE_ONCE(health->limit, msecs_to_jiffies(ms));
	if (!ms)
		vha_health_recover(provider);
	spin_unlock_irq(&provider->lock);
	vha_devs_check();
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_set_timeout);

/* ---- orphans ------------------------------------------------------------ */

static void vha_health_count_orphans(struct vha_provider *provider)
{
	struct vha_health *health = &provider->health;
	bool crowded = health->orphans >= health->max_orphans;

	if (crowded != !!(health->causes & VHA_SICK_ORPHANS))
		vha_health_set_causes(provider,
				      health->causes ^ VHA_SICK_ORPHANS);
}

/**
 * vha_health_add_orphans() - requests have become orphans, or have come back
 * @provider: who has them
 * @n: how many more
 *
 * With as many as it may have, the provider gets no more requests.
 *
 * Context: any.
 */
void vha_health_add_orphans(struct vha_provider *provider, int n)
{
	unsigned long flags;

	spin_lock_irqsave(&provider->lock, flags);
	WRITE_ONCE(provider->health.orphans, provider->health.orphans + n);
	vha_health_count_orphans(provider);
	spin_unlock_irqrestore(&provider->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_add_orphans);

/**
 * vha_health_set_max_orphans() - bound a provider's orphans
 * @provider: whose
 * @max: VHA_ORPHANS_MIN to VHA_ORPHANS_MAX
 *
 * Context: process.
 */
void vha_health_set_max_orphans(struct vha_provider *provider, u32 max)
{
	spin_lock_irq(&provider->lock);
	WRITE_ONCE(provider->health.max_orphans, max);
	vha_health_count_orphans(provider);
	spin_unlock_irq(&provider->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_set_max_orphans);

/**
 * vha_health_crowded() - has a provider as many orphans as it may have?
 * @provider: its record
 *
 * Context: any.
 * Return: whether it has.
 */
bool vha_health_crowded(const struct vha_provider *provider)
{
	return READ_ONCE(provider->health.causes) & VHA_SICK_ORPHANS;
}
EXPORT_SYMBOL_IF_KUNIT(vha_health_crowded);

/* ---- life --------------------------------------------------------------- */

/**
 * vha_health_init() - of a new record
 * @provider: the record
 *
 * Context: any.
 */
void vha_health_init(struct vha_provider *provider)
{
	struct vha_health *health = &provider->health;

	INIT_WORK(&provider->work, vha_health_work);
	INIT_DELAYED_WORK(&health->attend, vha_health_attend);
	init_llist_head(&health->probes_back);
	health->timeout_ms = VHA_TIMEOUT_DEFAULT;
	health->limit = msecs_to_jiffies(VHA_TIMEOUT_DEFAULT);
	health->max_orphans = VHA_ORPHANS_DEFAULT;
}

/**
 * vha_health_begin() - a provider registers, and is well
 * @provider: its record; an earlier one of that name has nothing any more
 *
 * Limits stay as they were set.
 *
 * Context: any.
 */
void vha_health_begin(struct vha_provider *provider)
{
	struct vha_health *health = &provider->health;

	health->causes = 0;
	health->overdue = 0;
	health->stuck = 0;
	health->since = jiffies;
	health->relapsed = false;
	provider->sick = false;
	provider->known_causes = 0;
}

/**
 * vha_health_end() - a provider unregisters: it counts as sick from now on
 * @provider: not registered any more
 *
 * Context: process.
 */
void vha_health_end(struct vha_provider *provider)
{
	spin_lock_irq(&provider->lock);
	vha_health_set_causes(provider, provider->health.causes);
	spin_unlock_irq(&provider->lock);
	cancel_work_sync(&provider->work);
	cancel_delayed_work_sync(&provider->health.attend);
}

/**
 * vha_health_ended() - a provider has returned all that it had
 * @provider: after vha_health_end()
 *
 * Context: process.
 */
void vha_health_ended(struct vha_provider *provider)
{
	/* It has collected the last probe, without which we would not be here */
	flush_work(&provider->work);
	if (provider->known_causes)
		vha_provider_set_choosy(false);
}
