// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host: vDPA devices of vhost_accel, and where they are made.
 */
#include "accelctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEVICES		"/sys/bus/vdpa/devices"
#define MANAGEMENTS	"/sys/devices/vhost_accel"
#define TABLES		"/sys/kernel/debug/vhost_accel"

static bool is_open_in(const char *process, const char *node)
{
	struct json_object *fds = read_names("/proc/%s/fd", process);
	bool found = false;
	char *target;
	size_t i;

	for (i = 0; i < length(fds) && !found; i++) {
		target = read_link("/proc/%s/fd/%s", process,
				   item_text(fds, i));
		found = target && !strcmp(target, node);
		free(target);
	}
	json_object_put(fds);
	return found;
}

/* The process that has the device; other people's are hidden from users */
static void add_user(struct json_object *device, const char *node)
{
	struct json_object *processes = read_names("/proc");
	const char *process;
	size_t i;

	for (i = 0; i < length(processes); i++) {
		process = item_text(processes, i);
		if (!strspn(process, "123456789") ||
		    !is_open_in(process, node))
			continue;
		json_object_object_add(device, "user_pid",
				       json_object_new_int(atoi(process)));
		add_text(device, "user", read_text("/proc/%s/comm", process));
		break;
	}
	json_object_put(processes);
}

static void add_node(struct json_object *device, const char *name)
{
	struct json_object *files = read_names(DEVICES "/%s", name);
	const char *file;
	size_t i;

	for (i = 0; i < length(files); i++) {
		file = item_text(files, i);
		if (strncmp(file, "vhost-vdpa-", 11))
			continue;
		add_text(device, "node", text("/dev/%s", file));
		add_user(device, file);
	}
	json_object_put(files);
}

/* Why nobody uses a device; NULL if somebody can */
static char *device_reason(struct json_object *device)
{
	const char *state = get_text(device, "attributes.state");
	const char *driver = get_text(device, "driver");

	if (!state)
		return text("vhost_accel is older than accelctl: install both from the same sources");
	if (strcmp(state, "ready"))
		return text("%s", state);
	if (!driver)
		return text("no driver is bound: modprobe vhost_vdpa, or virtio_vdpa for this machine itself");
	/* Without privileges nobody is seen, which tells nothing */
	if (!strcmp(driver, "vhost_vdpa") && !get(device, "user") &&
	    !geteuid())
		return text("no program has %s open",
			    get_text(device, "node") ?: "its node");
	return NULL;
}

/* A folder of folders: an array of what is in these, with their names */
static void add_folders(struct json_object *device, const char *name,
			const char *folders, const char *key)
{
	struct json_object *rows = json_object_new_array(), *names, *row;
	size_t i;

	names = read_names(DEVICES "/%s/%s", name, folders);
	for (i = 0; i < length(names); i++) {
		row = read_attrs(DEVICES "/%s/%s/%s", name, folders,
				 item_text(names, i));
		if (!row)
			continue;
		add_text(row, key, text("%s", item_text(names, i)));
		json_object_array_add(rows, row);
	}
	json_object_put(names);
	json_object_object_add(device, folders, rows);
}

static struct json_object *algorithm_of(const char *line)
{
	unsigned long long requests, bytes, errors;
	struct json_object *algorithm;
	char name[64], driver[128];

	if (sscanf(line, "%63s %127s %llu %llu %llu", name,
		   driver, &requests, &bytes, &errors) != 5)
		return NULL;
	algorithm = json_object_new_object();
	add_text(algorithm, "algorithm", text("%s", name));
	if (strcmp(driver, "-"))
		add_text(algorithm, "driver", text("%s", driver));
	json_object_object_add(algorithm, "requests",
			       json_object_new_uint64(requests));
	json_object_object_add(algorithm, "bytes",
			       json_object_new_uint64(bytes));
	json_object_object_add(algorithm, "errors",
			       json_object_new_uint64(errors));
	return algorithm;
}

/* Not there for users, and where debugfs is not mounted */
static void add_algorithms(struct json_object *device, const char *name)
{
	char *table = read_text(TABLES "/%s/algorithms", name), *rest, *line;
	struct json_object *algorithms, *algorithm;

	if (!table)
		return;
	algorithms = json_object_new_array();
	rest = table;
	while ((line = strsep(&rest, "\n"))) {
		algorithm = algorithm_of(line);
		if (algorithm)
			json_object_array_add(algorithms, algorithm);
	}
	json_object_object_add(device, "algorithms", algorithms);
	free(table);
}

/* How its provider is, as its management device says */
static void add_health(struct json_object *device)
{
	const char *provider = get_text(device, "attributes.provider");

	if (!provider)
		return;
	add_text(device, "health",
		 read_text(MANAGEMENTS "/%s/health", provider));
	add_text(device, "sick_because",
		 read_text(MANAGEMENTS "/%s/sick_because", provider));
}

static bool is_sick(struct json_object *device)
{
	return is(device, "health", "sick");
}

static struct json_object *device_of(const char *name, bool details)
{
	struct json_object *attrs, *device;

	attrs = read_attrs(DEVICES "/%s/accel", name);
	if (!attrs)
		return NULL;
	device = json_object_new_object();
	add_text(device, "name", text("%s", name));
	add_text(device, "side", text("host"));
	add_text(device, "driver", read_link(DEVICES "/%s/driver", name));
	json_object_object_add(device, "attributes", attrs);
	add_health(device);
	add_node(device, name);
	vdpa_describe(name, device);
	add_text(device, "reason", device_reason(device));
	if (details) {
		add_folders(device, name, "queues", "queue");
		add_folders(device, name, "services", "service");
		add_algorithms(device, name);
	}
	return device;
}

struct json_object *host_devices(bool details)
{
	struct json_object *devices = json_object_new_array(), *names, *device;
	size_t i;

	names = read_names(DEVICES);
	for (i = 0; i < length(names); i++) {
		device = device_of(item_text(names, i),
				   details);
		if (device)
			json_object_array_add(devices, device);
	}
	json_object_put(names);
	return devices;
}

struct json_object *host_settings(const char *management)
{
	struct json_object *settings;

	settings = read_attrs(MANAGEMENTS "/%s", management);
	if (settings)
		json_object_object_del(settings, "uevent");
	return settings;
}

static bool offers(struct json_object *device, const char *name)
{
	struct json_object *list = get(device, "attributes.algorithms");
	size_t i;

	if (!json_object_is_type(list, json_type_array))
		return false;
	for (i = 0; i < length(list); i++)
		if (!strcmp(item_text(list, i),
			    name))
			return true;
	return false;
}

static bool has_fallback(struct json_object *device)
{
	return is(device, "attributes.fallback", "soft");
}

static char *algorithm_reason(struct json_object *device,
			      struct json_object *algorithm,
			      struct json_object *drivers)
{
	const char *name = get_text(algorithm, "algorithm");
	const char *provider = get_text(device, "attributes.provider");
	const char *reason = get_text(device, "reason");
	const char *driver = get_text(algorithm, "driver");

	if (!offers(device, name))
		return crypto_preferred(drivers, name) ?
			text("not offered: when the device was made, neither %s nor its fallback had it, or \"algorithms\" left it out",
			     provider) :
			text("not offered: the kernel has no driver for it");
	if (reason)
		return text("%s", reason);
	if (!driver)
		return text("neither %s nor its fallback has it any more",
			    provider);
	if (!is_sick(device))
		return text("done by %s", driver);
	if (has_fallback(device))
		return text("done by the fallback: %s is sick (%s)", provider,
			    get_text(device, "sick_because") ?: "?");
	return text("%s is sick (%s), and there is no fallback", provider,
		    get_text(device, "sick_because") ?: "?");
}

struct json_object *host_reasons(struct json_object *device,
				 struct json_object *drivers)
{
	struct json_object *result = json_object_new_array(), *all, *row, *from;
	bool used;
	size_t i;

	all = get(device, "algorithms");
	if (!all)
		return result;
	for (i = 0; i < length(all); i++) {
		from = item(all, i);
		used = offers(device, get_text(from, "algorithm")) &&
		       !get(device, "reason") && get(from, "driver") &&
		       (!is_sick(device) || has_fallback(device));
		row = json_object_new_object();
		add_text(row, "algorithm",
			 text("%s", get_text(from, "algorithm")));
		json_object_object_add(row, "used",
				       json_object_new_boolean(used));
		add_text(row, "reason",
			 algorithm_reason(device, from, drivers));
		json_object_array_add(result, row);
	}
	return result;
}
