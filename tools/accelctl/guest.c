// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest: virtio crypto devices, and the algorithms of virtio_accel.
 */
#include "accelctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEVICES		"/sys/bus/virtio/devices"
#define PARAMETERS	"/sys/module/virtio_accel/parameters"
#define TABLES		"/sys/kernel/debug/virtio_accel"

/* As in sysfs: the virtio ID of crypto devices */
#define CRYPTO_ID	"0x0014"

/* What the module writes for an algorithm that has a device */
#define IN_USE		"in use"

static char *device_reason(struct json_object *device)
{
	const char *state = get_text(device, "attributes.state");
	const char *driver = get_text(device, "driver");

	if (!driver)
		return text("no driver is bound: modprobe virtio_accel");
	if (strcmp(driver, "virtio_accel"))
		return text("%s has it: blacklist that module (modprobe.d), and unbind the device from it",
			    driver);
	if (!state)
		return text("virtio_accel is older than accelctl: install both from the same sources");
	if (strcmp(state, "ready"))
		return text("device is %s", state);
	return NULL;
}

static struct json_object *device_of(const char *name)
{
	char *id = read_text(DEVICES "/%s/device", name);
	struct json_object *device = NULL, *attrs;

	if (!id || strcmp(id, CRYPTO_ID))
		goto out;
	device = json_object_new_object();
	add_text(device, "name", text("%s", name));
	add_text(device, "side", text("guest"));
	add_text(device, "driver", read_link(DEVICES "/%s/driver", name));
	/* What it is a virtio device of: a PCI function, a vDPA device */
	add_text(device, "parent", read_link(DEVICES "/%s/../subsystem", name));
	attrs = read_attrs(DEVICES "/%s/accel", name);
	if (attrs)
		json_object_object_add(device, "attributes", attrs);
	add_text(device, "reason", device_reason(device));
out:
	free(id);
	return device;
}

struct json_object *guest_devices(void)
{
	struct json_object *devices = json_object_new_array(), *names, *device;
	size_t i;

	names = read_names(DEVICES);
	for (i = 0; i < length(names); i++) {
		device = device_of(item_text(names, i));
		if (device)
			json_object_array_add(devices, device);
	}
	json_object_put(names);
	return devices;
}

/* "DRIVER name=value ..." */
static void add_counters(struct json_object *algorithm, char *counters)
{
	char *word, *value;

	while ((word = strsep(&counters, " "))) {
		value = strchr(word, '=');
		if (!value)
			continue;
		*value++ = '\0';
		json_object_object_add(algorithm, word,
				       json_object_new_uint64(strtoull(value, NULL, 10)));
	}
}

static void add_stats(struct json_object *algorithms)
{
	char *stats = read_text(TABLES "/stats"), *rest = stats, *line, *driver;
	struct json_object *algorithm;

	while (rest && (line = strsep(&rest, "\n"))) {
		driver = strsep(&line, " ");
		algorithm = crypto_driver(algorithms, driver);
		if (algorithm)
			add_counters(algorithm, line);
	}
	free(stats);
}

static struct json_object *algorithm_of(const char *line)
{
	char name[64], driver[128], device[16];
	struct json_object *algorithm;
	unsigned long long requests;
	int state = 0;

	if (sscanf(line, "%63s %127s %15s %llu %*u %*u %*u %n", name, driver,
		   device, &requests, &state) != 4 || !state)
		return NULL;
	algorithm = json_object_new_object();
	add_text(algorithm, "algorithm", text("%s", name));
	add_text(algorithm, "driver", text("%s", driver));
	if (strcmp(device, "-"))
		add_text(algorithm, "device", text("%s", device));
	add_text(algorithm, "state", text("%s", line + state));
	return algorithm;
}

struct json_object *guest_algorithms(void)
{
	char *table = read_text(TABLES "/algorithms"), *rest, *line;
	struct json_object *algorithms, *algorithm;

	if (!table)
		return NULL;
	algorithms = json_object_new_array();
	rest = table;
	while ((line = strsep(&rest, "\n"))) {
		algorithm = algorithm_of(line);
		if (algorithm)
			json_object_array_add(algorithms, algorithm);
	}
	free(table);
	add_stats(algorithms);
	return algorithms;
}

static char *software_reason(struct json_object *algorithm)
{
	unsigned long long no_device = get_number(algorithm, "fallback");
	unsigned long long shape = get_number(algorithm, "fallback_shape");
	unsigned long long small = get_number(algorithm, "small");
	unsigned long long all;

	if (!no_device && !shape && !small)
		return text("%s", IN_USE);
	all = get_number(algorithm, "requests") + no_device + shape + small;
	return text("in use; of %llu requests, software did %llu for want of a device, %llu too large or in pieces, %llu below min_size",
		    all, no_device, shape, small);
}

static char *algorithm_reason(struct json_object *algorithm,
			      struct json_object *drivers, bool *used)
{
	const char *driver = get_text(algorithm, "driver");
	const char *state = get_text(algorithm, "state");
	struct json_object *ours, *first;

	*used = false;
	if (!strcmp(state, "not registered"))
		return text("not registered: it would rank below software; modprobe virtio_accel verify_priority=3000, if the host is trusted with it");
	if (strcmp(state, IN_USE))
		return text("%s", state);
	ours = crypto_driver(drivers, driver);
	if (!ours)
		return text("the kernel has thrown it out: see dmesg for its self-test");
	if (!is(ours, "selftest", "passed"))
		return text("its self-test is not over");
	first = crypto_preferred(drivers, get_text(algorithm, "algorithm"));
	if (first && first != ours)
		return text("only for those who ask for %s: %s has priority %s, this one %s (priority, verify_priority)",
			    driver, get_text(first, "driver"),
			    get_text(first, "priority"),
			    get_text(ours, "priority"));
	*used = true;
	return software_reason(algorithm);
}

struct json_object *guest_reasons(struct json_object *drivers)
{
	struct json_object *result = json_object_new_array(), *all, *row, *from;
	char *reason;
	bool used;
	size_t i;

	all = guest_algorithms();
	for (i = 0; all && i < length(all); i++) {
		from = item(all, i);
		reason = algorithm_reason(from, drivers, &used);
		row = json_object_new_object();
		add_text(row, "algorithm",
			 text("%s", get_text(from, "algorithm")));
		json_object_object_add(row, "used",
				       json_object_new_boolean(used));
		add_text(row, "reason", reason);
		json_object_array_add(result, row);
	}
	json_object_put(all);
	return result;
}
