// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands.
 */
#include "accelctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say_nothing_there(void)
{
	if (!module_loaded("vhost_accel") && !module_loaded("virtio_accel"))
		complain("no devices, and neither module is loaded: \"modprobe vhost_accel\" on a host, \"modprobe virtio_accel\" in a guest");
	else if (module_loaded("vhost_accel"))
		complain("no devices: \"vdpa dev add name NAME mgmtdev soft\" makes one");
	else
		complain("no devices: the host has given no virtio crypto device to this machine");
}

static void say_no_such_device(const char *name, struct json_object *all)
{
	char *known = text("%s", ""), *longer;
	size_t i;

	for (i = 0; i < length(all); i++) {
		longer = text("%s %s", known,
			      get_text(item(all, i),
				       "name"));
		free(known);
		known = longer;
	}
	complain("there is no device \"%s\"; there %s%s", name,
		 *known ? "are:" : "is none", known);
	free(known);
}

/* Of both sides; NULL, and said why, if the one asked for is not there */
struct json_object *collect_devices(const struct options *options, bool details)
{
	struct json_object *all = host_devices(details), *guest, *one;
	struct json_object *found = NULL;
	size_t i;

	guest = guest_devices();
	for (i = 0; i < length(guest); i++)
		json_object_array_add(all,
				      json_object_get(item(guest, i)));
	json_object_put(guest);
	if (!options->device) {
		if (!length(all) && !options->again)
			say_nothing_there();
		return all;
	}
	one = find(all, "name", options->device);
	if (one) {
		found = json_object_new_array();
		json_object_array_add(found, json_object_get(one));
	} else {
		say_no_such_device(options->device, all);
	}
	json_object_put(all);
	return found;
}

/* {"devices": [...]}, and more */
static struct json_object *answer(struct json_object *devices)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "devices", devices);
	return object;
}

/* ---- list --------------------------------------------------------------- */

static const struct column list_columns[] = {
	{ "NAME", "name", CELL_TEXT },
	{ "SIDE", "side", CELL_TEXT },
	{ "DRIVER", "driver", CELL_TEXT },
	{ "PROVIDER", "attributes.provider", CELL_TEXT },
	{ "HEALTH", "health", CELL_STATE },
	{ "REQUESTS", "attributes.requests", CELL_NUMBER },
	{ "ERRORS", "attributes.errors", CELL_NUMBER },
	{ "STATE", "attributes.state", CELL_STATE },
};

int command_list(const struct options *options)
{
	struct json_object *devices = collect_devices(options, false);

	if (!devices)
		return FAILED;
	if (options->json) {
		print_json(answer(devices), false);
		return 0;
	}
	if (length(devices))
		text_table(devices, list_columns, ARRAY_SIZE(list_columns));
	json_object_put(devices);
	return 0;
}

/* ---- show --------------------------------------------------------------- */

static void show_device(struct json_object *device)
{
	text_title(get_text(device, "name"));
	text_values(device);
	if (get(device, "attributes"))
		text_values(get(device, "attributes"));
}

int command_show(const struct options *options)
{
	struct json_object *devices = collect_devices(options, false);
	size_t i;

	if (!devices)
		return FAILED;
	if (options->json) {
		print_json(answer(devices), false);
		return 0;
	}
	for (i = 0; i < length(devices); i++)
		show_device(item(devices, i));
	json_object_put(devices);
	return 0;
}

/* ---- stats -------------------------------------------------------------- */

static const struct column counter_columns[] = {
	{ "COUNTER", "counter", CELL_TEXT },
	{ "VALUE", "value", CELL_NUMBER },
};

static const struct column queue_columns[] = {
	{ "QUEUE", "queue", CELL_TEXT },
	{ "REQUESTS", "requests", CELL_NUMBER },
	{ "BYTES", "bytes", CELL_NUMBER },
	{ "ERRORS", "errors", CELL_NUMBER },
	{ "IN FLIGHT", "inflight", CELL_NUMBER },
	{ "KICKS", "kicks", CELL_NUMBER },
	{ "NOTIFICATIONS", "notifications", CELL_NUMBER },
	{ "SATURATIONS", "saturations", CELL_NUMBER },
};

static const struct column service_columns[] = {
	{ "SESSIONS", "service", CELL_TEXT },
	{ "REQUESTS", "requests", CELL_NUMBER },
	{ "BYTES", "bytes", CELL_NUMBER },
	{ "ERRORS", "errors", CELL_NUMBER },
};

static const struct column host_algorithm_columns[] = {
	{ "ALGORITHM", "algorithm", CELL_TEXT },
	{ "DRIVER", "driver", CELL_TEXT },
	{ "REQUESTS", "requests", CELL_NUMBER },
	{ "BYTES", "bytes", CELL_NUMBER },
	{ "ERRORS", "errors", CELL_NUMBER },
};

static const struct column guest_algorithm_columns[] = {
	{ "ALGORITHM", "algorithm", CELL_TEXT },
	{ "DEVICE", "device", CELL_TEXT },
	{ "REQUESTS", "requests", CELL_NUMBER },
	{ "BYTES", "bytes", CELL_NUMBER },
	{ "ERRORS", "errors", CELL_NUMBER },
	{ "FALLBACK", "fallback", CELL_NUMBER },
	{ "SHAPE", "fallback_shape", CELL_NUMBER },
	{ "SMALL", "small", CELL_NUMBER },
	{ "BACKLOG", "backlog", CELL_NUMBER },
	{ "LOST", "iolost", CELL_NUMBER },
};

static const struct column latency_columns[] = {
	{ "BELOW (us)", "below", CELL_NUMBER },
	{ "REQUESTS", "requests", CELL_NUMBER },
};

static const struct column provider_columns[] = {
	{ "PROVIDER", "provider", CELL_TEXT },
	{ "DEVICES", "devices", CELL_NUMBER },
	{ "REQUESTS", "requests", CELL_NUMBER },
	{ "BYTES", "bytes", CELL_NUMBER },
	{ "ERRORS", "errors", CELL_NUMBER },
	{ "FALLBACKS", "fallbacks", CELL_NUMBER },
};

static void print_section(struct json_object *rows,
			  const struct column *columns, unsigned int count)
{
	if (!rows || !length(rows))
		return;
	text_table(rows, columns, count);
	putchar('\n');
}

/* Rows of those that have done something */
static struct json_object *busy(struct json_object *algorithms)
{
	struct json_object *result = json_object_new_array(), *row;
	size_t i;

	for (i = 0; algorithms && i < length(algorithms); i++) {
		row = item(algorithms, i);
		if (get_number(row, "requests") || get_number(row, "fallback") ||
		    get_number(row, "fallback_shape") ||
		    get_number(row, "small"))
			json_object_array_add(result, json_object_get(row));
	}
	return result;
}

static void print_counters(struct json_object *attributes)
{
	struct json_object *rows = json_object_new_array(), *row;

	json_object_object_foreach(attributes, key, value) {
		if (!json_object_is_type(value, json_type_int))
			continue;
		row = json_object_new_object();
		add_text(row, "counter", text("%s", key));
		json_object_object_add(row, "value", json_object_get(value));
		json_object_array_add(rows, row);
	}
	print_section(rows, counter_columns, ARRAY_SIZE(counter_columns));
	json_object_put(rows);
}

/* Powers of two of a microsecond; the last one has no end */
static void print_latency(struct json_object *latency)
{
	struct json_object *rows, *row;
	size_t i, last;

	if (!json_object_is_type(latency, json_type_array))
		return;
	rows = json_object_new_array();
	last = length(latency) - 1;
	for (i = 0; i <= last; i++) {
		if (!json_object_get_uint64(item(latency, i)))
			continue;
		row = json_object_new_object();
		add_text(row, "below",
			 i == last ? text("more") : text("%llu", 1ULL << i));
		json_object_object_add(row, "requests",
				       json_object_get(item(latency, i)));
		json_object_array_add(rows, row);
	}
	print_section(rows, latency_columns, ARRAY_SIZE(latency_columns));
	json_object_put(rows);
}

static void print_stats(struct json_object *device)
{
	struct json_object *algorithms = busy(get(device, "algorithms"));

	text_title(get_text(device, "name"));
	if (get(device, "attributes"))
		print_counters(get(device, "attributes"));
	print_section(get(device, "queues"), queue_columns, ARRAY_SIZE(queue_columns));
	print_latency(get(device, "attributes.latency"));
	print_section(get(device, "services"), service_columns,
		      ARRAY_SIZE(service_columns));
	print_section(algorithms, host_algorithm_columns, ARRAY_SIZE(host_algorithm_columns));
	json_object_put(algorithms);
}

static struct json_object *provider_row(struct json_object *rows,
					const char *provider)
{
	struct json_object *row = find(rows, "provider", provider);

	if (row)
		return row;
	row = json_object_new_object();
	add_text(row, "provider", text("%s", provider));
	json_object_array_add(rows, row);
	return row;
}

static void add_to(struct json_object *row, const char *key, uint64_t n)
{
	json_object_object_add(row, key,
			       json_object_new_uint64(get_number(row, key) + n));
}

/* A device counts for the provider that it has now */
static struct json_object *providers(struct json_object *devices)
{
	static const char *const keys[] = {
		"requests", "bytes", "errors", "fallbacks",
	};
	struct json_object *rows = json_object_new_array(), *attrs, *row;
	size_t i, k;

	for (i = 0; i < length(devices); i++) {
		attrs = get(item(devices, i), "attributes");
		if (!get(attrs, "provider"))
			continue;
		row = provider_row(rows, get_text(attrs, "provider"));
		add_to(row, "devices", 1);
		for (k = 0; k < ARRAY_SIZE(keys); k++)
			add_to(row, keys[k], get_number(attrs, keys[k]));
	}
	return rows;
}

/* What tables need, and users without privileges don't have */
static void say_no_tables(void)
{
	if (geteuid())
		complain("what each algorithm did is for root only: run accelctl as root");
	else
		complain("what each algorithm did is in debugfs, which is not mounted: mount -t debugfs none /sys/kernel/debug");
}

int command_stats(const struct options *options)
{
	struct json_object *devices = collect_devices(options, true);
	struct json_object *object, *algorithms = NULL, *rows;
	size_t i;

	if (!devices)
		return FAILED;
	object = answer(devices);
	json_object_object_add(object, "providers", providers(devices));
	if (module_loaded("virtio_accel"))
		algorithms = guest_algorithms();
	if (algorithms)
		json_object_object_add(object, "guest_algorithms", algorithms);
	if (length(devices) &&
	    access("/sys/kernel/debug/vhost_accel", F_OK) &&
	    access("/sys/kernel/debug/virtio_accel", F_OK))
		say_no_tables();
	if (options->json) {
		print_json(object, false);
		return 0;
	}
	for (i = 0; i < length(devices); i++)
		print_stats(item(devices, i));
	print_section(get(object, "providers"), provider_columns, ARRAY_SIZE(provider_columns));
	rows = busy(algorithms);
	print_section(rows, guest_algorithm_columns, ARRAY_SIZE(guest_algorithm_columns));
	json_object_put(rows);
	json_object_put(object);
	return 0;
}

/* ---- why ---------------------------------------------------------------- */

static const struct column why_columns[] = {
	{ "ALGORITHM", "algorithm", CELL_TEXT },
	{ "USED", "used", CELL_STATE },
	{ "WHY", "reason", CELL_TEXT },
};

static struct json_object *reasons_of(struct json_object *device,
				      struct json_object *drivers)
{
	struct json_object *row = json_object_new_object();
	const char *reason = get_text(device, "reason");

	add_text(row, "name", text("%s", get_text(device, "name")));
	add_text(row, "side", text("%s", get_text(device, "side")));
	json_object_object_add(row, "used", json_object_new_boolean(!reason));
	add_text(row, "reason", text("%s", reason ?: "it can be used"));
	if (is(device, "side", "host"))
		json_object_object_add(row, "algorithms",
				       host_reasons(device, drivers));
	return row;
}

static struct json_object *collect_reasons(struct json_object *devices)
{
	struct json_object *object = json_object_new_object(), *rows, *drivers;
	size_t i;

	drivers = crypto_drivers();
	rows = json_object_new_array();
	for (i = 0; i < length(devices); i++)
		json_object_array_add(rows,
				      reasons_of(item(devices, i),
						 drivers));
	json_object_object_add(object, "devices", rows);
	json_object_object_add(object, "guest_algorithms",
			       guest_reasons(drivers));
	json_object_put(drivers);
	return object;
}

static void print_reasons(struct json_object *object)
{
	struct json_object *devices = get(object, "devices"), *device;
	struct json_object *guest = get(object, "guest_algorithms");
	size_t i;

	for (i = 0; i < length(devices); i++) {
		device = item(devices, i);
		printf("%s (%s): %s\n", get_text(device, "name"),
		       get_text(device, "side"), get_text(device, "reason"));
		print_section(get(device, "algorithms"), why_columns, ARRAY_SIZE(why_columns));
	}
	if (length(guest)) {
		text_title("algorithms of this machine");
		print_section(guest, why_columns, ARRAY_SIZE(why_columns));
	}
}

int command_why(const struct options *options)
{
	struct json_object *devices = collect_devices(options, true), *object;

	if (!devices)
		return FAILED;
	object = collect_reasons(devices);
	if (length(devices) &&
	    access("/sys/kernel/debug/vhost_accel", F_OK) &&
	    access("/sys/kernel/debug/virtio_accel", F_OK))
		say_no_tables();
	json_object_put(devices);
	if (options->json) {
		print_json(object, false);
		return 0;
	}
	print_reasons(object);
	json_object_put(object);
	return 0;
}

/* ---- inventory ---------------------------------------------------------- */

static const struct column driver_columns[] = {
	{ "ALGORITHM", "name", CELL_TEXT },
	{ "DRIVER", "driver", CELL_TEXT },
	{ "PRIORITY", "priority", CELL_NUMBER },
	{ "TYPE", "type", CELL_TEXT },
	{ "ASYNC", "async", CELL_TEXT },
	{ "MODULE", "module", CELL_TEXT },
};

static struct json_object *module_of(const char *name)
{
	struct json_object *module = json_object_new_object(), *parameters;
	bool loaded = module_loaded(name);

	add_text(module, "name", text("%s", name));
	json_object_object_add(module, "loaded",
			       json_object_new_boolean(loaded));
	add_text(module, "srcversion",
		 read_text("/sys/module/%s/srcversion", name));
	parameters = read_attrs("/sys/module/%s/parameters", name);
	if (parameters)
		json_object_object_add(module, "parameters", parameters);
	return module;
}

static struct json_object *managements(void)
{
	struct json_object *all = vdpa_managements(), *one, *settings;
	size_t i;

	for (i = length(all); i--;) {
		one = item(all, i);
		settings = host_settings(get_text(one, "name"));
		if (settings)
			json_object_object_add(one, "settings", settings);
		else
			json_object_array_del_idx(all, i, 1);
	}
	return all;
}

/* Those of kinds that a device can have; takes the array */
static struct json_object *usable(struct json_object *drivers)
{
	static const char *const kinds[] = {
		"skcipher", "lskcipher", "aead", "ahash", "shash", "akcipher",
	};
	struct json_object *result = json_object_new_array(), *driver;
	const char *kind;
	size_t i, k;

	for (i = 0; i < length(drivers); i++) {
		driver = item(drivers, i);
		kind = get_text(driver, "type") ?: "";
		for (k = 0; k < ARRAY_SIZE(kinds); k++)
			if (!strcmp(kind, kinds[k]))
				json_object_array_add(result,
						      json_object_get(driver));
	}
	json_object_put(drivers);
	return result;
}

static void print_inventory(struct json_object *object)
{
	struct json_object *rows, *row;
	size_t i;

	rows = get(object, "modules");
	for (i = 0; i < length(rows); i++) {
		row = item(rows, i);
		text_title(get_text(row, "name"));
		text_values(row);
		if (get(row, "parameters"))
			text_values(get(row, "parameters"));
	}
	rows = get(object, "management");
	for (i = 0; i < length(rows); i++) {
		row = item(rows, i);
		text_title(get_text(row, "name"));
		text_values(row);
		text_values(get(row, "settings"));
	}
	putchar('\n');
	print_section(get(object, "devices"), list_columns, ARRAY_SIZE(list_columns));
	print_section(get(object, "drivers"), driver_columns, ARRAY_SIZE(driver_columns));
}

int command_inventory(const struct options *options)
{
	struct json_object *devices = collect_devices(options, false), *object;
	struct json_object *modules = json_object_new_array();

	json_object_array_add(modules, module_of("vhost_accel"));
	json_object_array_add(modules, module_of("virtio_accel"));
	object = answer(devices);
	json_object_object_add(object, "modules", modules);
	json_object_object_add(object, "management", managements());
	json_object_object_add(object, "drivers", usable(crypto_drivers()));
	if (options->json) {
		print_json(object, false);
		return 0;
	}
	print_inventory(object);
	json_object_put(object);
	return 0;
}

/* ---- sas ---------------------------------------------------------------- */

static const struct column state_columns[] = {
	{ "SOURCE", "source", CELL_TEXT },
	{ "DESTINATION", "destination", CELL_TEXT },
	{ "PROTOCOL", "protocol", CELL_TEXT },
	{ "SPI", "spi", CELL_TEXT },
	{ "MODE", "mode", CELL_TEXT },
	{ "OFFLOAD", "offload", CELL_TEXT },
	{ "DIR", "direction", CELL_TEXT },
	{ "DEVICE", "device", CELL_TEXT },
	{ "PACKETS", "packets", CELL_NUMBER },
	{ "BYTES", "bytes", CELL_NUMBER },
};

int command_sas(const struct options *options)
{
	struct json_object *states = xfrm_states(), *object;

	if (!states) {
		complain("the kernel does not tell its IPsec states: %s%s",
			 strerror(errno), errno == EPERM ?
			 ": run accelctl as root" : "");
		return FAILED;
	}
	if (options->json) {
		object = json_object_new_object();
		json_object_object_add(object, "sas", states);
		print_json(object, false);
		return 0;
	}
	if (length(states))
		text_table(states, state_columns, ARRAY_SIZE(state_columns));
	json_object_put(states);
	return 0;
}
