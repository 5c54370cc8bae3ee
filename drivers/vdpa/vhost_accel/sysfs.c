// SPDX-License-Identifier: GPL-2.0
/*
 * The group "accel" of a vDPA device in sysfs. Described in
 * Documentation/ABI/testing/sysfs-bus-vdpa-accel.
 */
#include "sysfs.h"

#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <uapi/linux/virtio_config.h>

#include "bounce.h"
#include "health.h"
#include "latency.h"
#include "vha.h"

/* Of what an administrator wrote, as much as the log needs */
static int vha_log_len(const char *buf)
{
	return min_t(size_t, strcspn(buf, "\n"), 64);
}

static bool vha_range_has(const struct vha_range *range, u64 number)
{
	if (range->or_zero && !number)
		return true;
	return number >= range->min && number <= range->max &&
	       (!range->power_of_2 || is_power_of_2(number));
}

/**
 * vha_parse_number() - read a number that an administrator wrote
 * @device: to complain about
 * @name: of the sysfs file
 * @buf: what was written
 * @range: what it may be
 * @value: filled in on success
 *
 * Context: any.
 * Return: 0, or -EINVAL with a line in the log.
 */
int vha_parse_number(struct device *device, const char *name, const char *buf,
		     const struct vha_range *range, u64 *value)
{
	u64 number;

	if (kstrtou64(buf, 0, &number) || !vha_range_has(range, number)) {
		dev_warn_ratelimited(device,
				     "%s: %.*s is not %sa %s from %llu to %llu\n",
				     name, vha_log_len(buf), buf,
				     range->or_zero ? "0 or " : "",
				     range->power_of_2 ? "power of two" :
							 "number",
				     range->min, range->max);
		return -EINVAL;
	}
	*value = number;
	return 0;
}

static struct vha_dev *vha_sysfs_dev(struct device *device)
{
	return vha_dev_of(dev_to_vdpa(device));
}

/* ---- what it is and how it is ------------------------------------------- */

static ssize_t provider_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n",
			  READ_ONCE(vha_sysfs_dev(device)->provider)->name);
}

static ssize_t provider_store(struct device *device,
			      struct device_attribute *attr, const char *buf,
			      size_t count)
{
	struct vha_provider *provider = vha_provider_find(buf);
	struct vha_dev *dev = vha_sysfs_dev(device);
	int err;

	if (!provider) {
		dev_warn_ratelimited(device, "provider: %.*s is none\n",
				     vha_log_len(buf), buf);
		return -EINVAL;
	}
	err = vha_dev_move(dev, provider, READ_ONCE(dev->fallback));
	return err ?: count;
}
static DEVICE_ATTR_RW(provider);

static const char *const vha_fallbacks[] = { "none", "soft" };

/**
 * vha_emit_fallback() - print who does what the provider doesn't
 * @buf: a sysfs buffer
 * @fallback: soft does
 *
 * Context: any.
 * Return: length in bytes.
 */
ssize_t vha_emit_fallback(char *buf, bool fallback)
{
	return sysfs_emit(buf, "%s\n", vha_fallbacks[fallback]);
}

/**
 * vha_parse_fallback() - read what vha_emit_fallback() prints
 * @device: to complain about
 * @buf: from the administrator
 * @fallback: filled in on success
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vha_parse_fallback(struct device *device, const char *buf, bool *fallback)
{
	int i = sysfs_match_string(vha_fallbacks, buf);

	if (i < 0) {
		dev_warn_ratelimited(device,
				     "fallback: %.*s is not soft or none\n",
				     vha_log_len(buf), buf);
		return i;
	}
	*fallback = i;
	return 0;
}

static ssize_t fallback_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return vha_emit_fallback(buf,
				 READ_ONCE(vha_sysfs_dev(device)->fallback));
}

static ssize_t fallback_store(struct device *device,
			      struct device_attribute *attr, const char *buf,
			      size_t count)
{
	struct vha_dev *dev = vha_sysfs_dev(device);
	bool fallback;
	int err;

	err = vha_parse_fallback(device, buf, &fallback);
	if (!err)
		err = vha_dev_move(dev, READ_ONCE(dev->provider), fallback);
	return err ?: count;
}
static DEVICE_ATTR_RW(fallback);

static ssize_t bounce_show(struct device *device, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(vha_sysfs_dev(device)->settings.bounce));
}

static ssize_t bounce_store(struct device *device,
			    struct device_attribute *attr, const char *buf,
			    size_t count)
{
	bool bounce;
	int err;

	err = kstrtobool(buf, &bounce);
	if (err) {
		dev_warn_ratelimited(device, "bounce: %.*s is not 0 or 1\n",
				     vha_log_len(buf), buf);
		return err;
	}
	err = vha_dev_set_bounce(vha_sysfs_dev(device), bounce);
	return err ?: count;
}
static DEVICE_ATTR_RW(bounce);

static ssize_t queues_show(struct device *device, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%u\n", vha_sysfs_dev(device)->settings.queues);
}
static DEVICE_ATTR_RO(queues);

static ssize_t queue_size_show(struct device *device,
			       struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  vha_sysfs_dev(device)->settings.queue_size);
}
static DEVICE_ATTR_RO(queue_size);

static ssize_t max_sessions_show(struct device *device,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(vha_sysfs_dev(device)->sessions.limit));
}

static ssize_t max_sessions_store(struct device *device,
				  struct device_attribute *attr,
				  const char *buf, size_t count)
{
	struct vha_dev *dev = vha_sysfs_dev(device);
	struct vha_range range = { 0, dev->sessions.max };
	u64 value;
	int err;

	err = vha_parse_number(device, "max_sessions", buf, &range, &value);
	if (!err)
		WRITE_ONCE(dev->sessions.limit, value);
	return err ?: count;
}
static DEVICE_ATTR_RW(max_sessions);

static ssize_t max_size_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  vha_sysfs_dev(device)->settings.max_size);
}
static DEVICE_ATTR_RO(max_size);

static ssize_t max_sas_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(vha_sysfs_dev(device)->sas.limit));
}

static ssize_t max_sas_store(struct device *device,
			     struct device_attribute *attr, const char *buf,
			     size_t count)
{
	struct vha_dev *dev = vha_sysfs_dev(device);
	struct vha_range range = { 0, dev->settings.max_sas };
	u64 value;
	int err;

	err = vha_parse_number(device, "max_sas", buf, &range, &value);
	if (!err)
		WRITE_ONCE(dev->sas.limit, value);
	return err ?: count;
}
static DEVICE_ATTR_RW(max_sas);

static ssize_t vha_limit_show(struct device *device,
			      struct device_attribute *attr, char *buf)
{
	const struct vha_dev *dev = vha_sysfs_dev(device);

	return sysfs_emit(buf, "%llu\n",
			  READ_ONCE(dev->qos.value[vha_qos_what(attr)]));
}

static ssize_t vha_limit_store(struct device *device,
			       struct device_attribute *attr, const char *buf,
			       size_t count)
{
	enum vha_qos_what what = vha_qos_what(attr);
	u64 value;
	int err;

	err = vha_qos_parse(device, what, buf, &value);
	if (err)
		return err;
	vha_qos_set(vha_sysfs_dev(device), what, value);
	return count;
}

static struct vha_qos_attr vha_limits[] = VHA_QOS_ATTRS;

static ssize_t pinned_show(struct device *device, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%lld\n",
			  atomic64_read(&vha_sysfs_dev(device)->qos.pinned));
}
static DEVICE_ATTR_RO(pinned);

static ssize_t throttled_show(struct device *device,
			      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%lld\n",
			  atomic64_read(&vha_sysfs_dev(device)->qos.throttled));
}
static DEVICE_ATTR_RO(throttled);

/**
 * vha_emit_algorithms() - print the names of algorithms on one line
 * @buf: a sysfs buffer
 * @algs: see ACCEL_ALG_BIT()
 *
 * Context: any.
 * Return: length in bytes.
 */
ssize_t vha_emit_algorithms(char *buf, u64 algs)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < ACCEL_ALG_NR; i++)
		if (algs & ACCEL_ALG_BIT(i))
			len += sysfs_emit_at(buf, len, "%s%s", len ? " " : "",
					     accel_algs[i].name);
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t algorithms_show(struct device *device,
			       struct device_attribute *attr, char *buf)
{
	return vha_emit_algorithms(buf, vha_sysfs_dev(device)->offered);
}
static DEVICE_ATTR_RO(algorithms);

static ssize_t vha_show_orphans(struct vha_dev *dev, char *buf)
{
	u32 per_alg[ACCEL_ALG_NR] = {};
	u32 total = vha_stats_orphans(dev, NULL, per_alg);
	const char *sep = " held by ";
	unsigned int i;
	int len;

	len = sysfs_emit(buf, "draining: %u request%s", total,
			 total == 1 ? "" : "s");
	for (i = 0; i < ACCEL_ALG_NR; i++) {
		if (!per_alg[i])
			continue;
		len += sysfs_emit_at(buf, len, "%s%s", sep,
				     dev->choice.alg[i].driver);
		sep = ", ";
	}
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t state_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	struct vha_dev *dev = vha_sysfs_dev(device);
	char reason[VHA_REASON_LEN];
	const char *stuck_in;
	u32 queue;

	spin_lock(&dev->state_lock);
	strscpy(reason, dev->reason, sizeof(reason));
	spin_unlock(&dev->state_lock);

	if (reason[0])
		return sysfs_emit(buf, "%s\n", reason);
	stuck_in = vha_health_stuck_in(dev, &queue);
	if (stuck_in)
		return sysfs_emit(buf, "stuck: %s does not return (queue %u)\n",
				  stuck_in, queue);
	if (vha_dev_has_orphans(dev))
		return vha_show_orphans(dev, buf);
	if (READ_ONCE(dev->suspended))
		return sysfs_emit(buf, "suspended\n");
	return sysfs_emit(buf, "ready\n");
}
static DEVICE_ATTR_RO(state);

static ssize_t saturated_show(struct device *device,
			      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  !!atomic_read(&vha_sysfs_dev(device)->saturated));
}
static DEVICE_ATTR_RO(saturated);

/* ---- counters ----------------------------------------------------------- */

static ssize_t sessions_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(vha_sysfs_dev(device)->sessions.count));
}
static DEVICE_ATTR_RO(sessions);

static ssize_t sas_show(struct device *device, struct device_attribute *attr,
			char *buf)
{
	const struct vha_sas *sas = &vha_sysfs_dev(device)->sas;

	return sysfs_emit(buf, "%u\n", READ_ONCE(sas->count[VHA_SA_OUT]) +
				       READ_ONCE(sas->count[VHA_SA_IN]));
}
static DEVICE_ATTR_RO(sas);

static ssize_t kicks_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%llu\n",
			  vha_stats_kicks(vha_sysfs_dev(device)));
}
static DEVICE_ATTR_RO(kicks);

static ssize_t orphans_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  vha_stats_orphans(vha_sysfs_dev(device), NULL, NULL));
}
static DEVICE_ATTR_RO(orphans);

static ssize_t orphan_pages_show(struct device *device,
				 struct device_attribute *attr, char *buf)
{
	u32 pages;

	vha_stats_orphans(vha_sysfs_dev(device), &pages, NULL);
	return sysfs_emit(buf, "%u\n", pages);
}
static DEVICE_ATTR_RO(orphan_pages);

static ssize_t resets_needed_show(struct device *device,
				  struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  atomic_read(&vha_sysfs_dev(device)->resets_needed));
}
static DEVICE_ATTR_RO(resets_needed);

static ssize_t inflight_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  vha_stats_inflight(vha_sysfs_dev(device)));
}
static DEVICE_ATTR_RO(inflight);

static ssize_t saturated_ms_show(struct device *device,
				 struct device_attribute *attr, char *buf)
{
	u64 ns = vha_stats_sum(vha_sysfs_dev(device),
			       offsetof(struct vha_vq_stats, saturated_ns));

	return sysfs_emit(buf, "%llu\n", div_u64(ns, NSEC_PER_MSEC));
}
static DEVICE_ATTR_RO(saturated_ms);

static ssize_t measure_latency_show(struct device *device,
				    struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  !!READ_ONCE(vha_sysfs_dev(device)->latency_since));
}

static ssize_t measure_latency_store(struct device *device,
				     struct device_attribute *attr,
				     const char *buf, size_t count)
{
	bool on;
	int err;

	err = kstrtobool(buf, &on);
	if (err) {
		dev_warn_ratelimited(device,
				     "measure_latency: %.*s is not 0 or 1\n",
				     vha_log_len(buf), buf);
		return err;
	}
	vha_latency_set(vha_sysfs_dev(device), on);
	return count;
}
static DEVICE_ATTR_RW(measure_latency);

/**
 * vha_emit_latency() - print the buckets of times
 * @buf: a sysfs buffer
 * @buckets: %VHA_LATENCY_NR numbers
 *
 * Context: any.
 * Return: length in bytes.
 */
ssize_t vha_emit_latency(char *buf, const u64 *buckets)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < VHA_LATENCY_NR; i++)
		len += sysfs_emit_at(buf, len, "%s%llu", i ? " " : "",
				     READ_ONCE(buckets[i]));
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t latency_show(struct device *device,
			    struct device_attribute *attr, char *buf)
{
	u64 buckets[VHA_LATENCY_NR];

	vha_latency_sum(vha_sysfs_dev(device), buckets);
	return vha_emit_latency(buf, buckets);
}
static DEVICE_ATTR_RO(latency);

static ssize_t vha_counter_show(struct device *device,
				struct device_attribute *attr, char *buf)
{
	struct vha_counter *counter =
		container_of(attr, struct vha_counter, attr);

	return sysfs_emit(buf, "%llu\n",
			  vha_stats_sum(vha_sysfs_dev(device),
					counter->offset));
}

static struct vha_counter vha_counters[] = {
	{ __ATTR(requests, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, requests) },
	{ __ATTR(bytes, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, bytes) },
	{ __ATTR(errors, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, errors) },
	{ __ATTR(auth_failures, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, auth_failures) },
	{ __ATTR(unanswered, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, unanswered) },
	{ __ATTR(notifications, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, notifications) },
	{ __ATTR(saturations, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, saturations) },
	{ __ATTR(nomem, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, nomem) },
	{ __ATTR(fallbacks, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, fallbacks) },
	{ __ATTR(whole_packets, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, whole_packets) },
	{ __ATTR(taken_apart, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, taken_apart) },
	{ __ATTR(payload_copied, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, payload_copied) },
	{ __ATTR(errors_unsupported, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, errors_unsupported) },
	{ __ATTR(errors_no_session, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, errors_no_session) },
	{ __ATTR(errors_no_space, 0444, vha_counter_show, NULL),
	  offsetof(struct vha_vq_stats, errors_no_space) },
};

static struct attribute *vha_dev_attrs[] = {
	&dev_attr_provider.attr,
	&dev_attr_fallback.attr,
	&dev_attr_bounce.attr,
	&dev_attr_queues.attr,
	&dev_attr_queue_size.attr,
	&dev_attr_max_sessions.attr,
	&dev_attr_max_size.attr,
	&dev_attr_max_sas.attr,
	&vha_limits[VHA_QOS_WEIGHT].attr.attr,
	&vha_limits[VHA_QOS_BYTES].attr.attr,
	&vha_limits[VHA_QOS_REQUESTS].attr.attr,
	&vha_limits[VHA_QOS_BURST].attr.attr,
	&vha_limits[VHA_QOS_PINNED].attr.attr,
	&dev_attr_pinned.attr,
	&dev_attr_throttled.attr,
	&dev_attr_algorithms.attr,
	&dev_attr_state.attr,
	&dev_attr_saturated.attr,
	&dev_attr_sessions.attr,
	&dev_attr_sas.attr,
	&dev_attr_kicks.attr,
	&dev_attr_orphans.attr,
	&dev_attr_orphan_pages.attr,
	&dev_attr_resets_needed.attr,
	&dev_attr_inflight.attr,
	&dev_attr_saturated_ms.attr,
	&dev_attr_measure_latency.attr,
	&dev_attr_latency.attr,
	&vha_counters[0].attr.attr,
	&vha_counters[1].attr.attr,
	&vha_counters[2].attr.attr,
	&vha_counters[3].attr.attr,
	&vha_counters[4].attr.attr,
	&vha_counters[5].attr.attr,
	&vha_counters[6].attr.attr,
	&vha_counters[7].attr.attr,
	&vha_counters[8].attr.attr,
	&vha_counters[9].attr.attr,
	&vha_counters[10].attr.attr,
	&vha_counters[11].attr.attr,
	&vha_counters[12].attr.attr,
	&vha_counters[13].attr.attr,
	&vha_counters[14].attr.attr,
	NULL
};

static_assert(ARRAY_SIZE(vha_counters) == 15);

static const struct attribute_group vha_dev_group = {
	.name = "accel",
	.attrs = vha_dev_attrs,
	.bin_attrs = vha_dev_bin_attrs,
};

const struct attribute_group *vha_dev_groups[] = {
	&vha_dev_group,
	NULL
};
