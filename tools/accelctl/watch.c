// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the devices do at the moment, again and again.
 */
#include "accelctl.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t stopped;

static const struct column columns[] = {
	{ "NAME", "name", CELL_TEXT },
	{ "SIDE", "side", CELL_TEXT },
	{ "REQUESTS/S", "requests_per_s", CELL_NUMBER },
	{ "KB/S", "kbytes_per_s", CELL_NUMBER },
	{ "ERRORS/S", "errors_per_s", CELL_NUMBER },
	{ "KICKS/S", "kicks_per_s", CELL_NUMBER },
	{ "IN FLIGHT", "inflight", CELL_NUMBER },
	{ "FULL", "saturated", CELL_NUMBER },
	{ "STATE", "state", CELL_STATE },
};

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void pause_for(double seconds)
{
	struct timespec ts = { .tv_sec = seconds };

	ts.tv_nsec = (seconds - ts.tv_sec) * 1e9;
	/* A signal ends it, and then everything */
	nanosleep(&ts, NULL);
}

/* A counter that went back belongs to a new device of the same name */
static void add_rate(struct json_object *row, const char *key,
		     struct json_object *before, struct json_object *after,
		     const char *path, double scale)
{
	uint64_t a = get_number(before, path), b = get_number(after, path);

	if (get(after, path))
		json_object_object_add(row, key,
				       json_object_new_double(b < a ? 0 :
							      (b - a) * scale));
}

static void copy(struct json_object *row, const char *key,
		 struct json_object *device, const char *path)
{
	struct json_object *value = get(device, path);

	if (value)
		json_object_object_add(row, key, json_object_get(value));
}

static struct json_object *row_of(struct json_object *before,
				  struct json_object *after, double seconds)
{
	struct json_object *row = json_object_new_object();

	copy(row, "name", after, "name");
	copy(row, "side", after, "side");
	add_rate(row, "requests_per_s", before, after, "attributes.requests",
		 1 / seconds);
	add_rate(row, "kbytes_per_s", before, after, "attributes.bytes",
		 1 / (1000 * seconds));
	add_rate(row, "errors_per_s", before, after, "attributes.errors",
		 1 / seconds);
	add_rate(row, "kicks_per_s", before, after, "attributes.kicks",
		 1 / seconds);
	copy(row, "inflight", after, "attributes.inflight");
	copy(row, "saturated", after, "attributes.saturated");
	copy(row, "state", after, "attributes.state");
	return row;
}

static struct json_object *rates(struct json_object *before,
				 struct json_object *after, double seconds)
{
	struct json_object *rows = json_object_new_array(), *device, *old;
	size_t i;

	for (i = 0; i < length(after); i++) {
		device = item(after, i);
		old = find(before, "name", get_text(device, "name"));
		/* New ones from their second time on */
		if (old)
			json_object_array_add(rows,
					      row_of(old, device, seconds));
	}
	return rows;
}

static void print(const struct options *options, struct json_object *rows)
{
	struct json_object *object;

	if (options->json) {
		object = json_object_new_object();
		json_object_object_add(object, "devices", rows);
		print_json(object, true);
		return;
	}
	if (text_is_terminal())
		fputs("\033[H\033[2J", stdout);
	text_table(rows, columns, ARRAY_SIZE(columns));
	if (!text_is_terminal())
		putchar('\n');
	fflush(stdout);
	json_object_put(rows);
}

int command_watch(const struct options *options)
{
	struct sigaction action = { .sa_handler = stop };
	struct json_object *before, *after;
	struct options again = *options;
	double then = now(), time;
	unsigned long n;

	again.again = true;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	before = collect_devices(options, false);
	for (n = 0; before && (!options->count || n < options->count); n++) {
		pause_for(options->interval);
		if (stopped)
			break;
		after = collect_devices(&again, false);
		time = now();
		if (after)
			print(options, rates(before, after, time - then));
		json_object_put(before);
		before = after;
		then = time;
	}
	if (!before)
		return FAILED;
	json_object_put(before);
	return 0;
}
