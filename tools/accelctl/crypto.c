// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/crypto: the drivers that the kernel has.
 */
#include "accelctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* "key          : value" */
static void add_line(struct json_object *driver, char *line)
{
	char *value = strstr(line, ": ");

	if (!value)
		return;
	*value = '\0';
	value += 2;
	line[strcspn(line, " ")] = '\0';
	if (!strcmp(line, "priority"))
		json_object_object_add(driver, line,
				       json_object_new_int64(atoll(value)));
	else if (!strcmp(line, "name") || !strcmp(line, "driver") ||
		 !strcmp(line, "module") || !strcmp(line, "selftest") ||
		 !strcmp(line, "internal") || !strcmp(line, "type") ||
		 !strcmp(line, "async"))
		json_object_object_add(driver, line,
				       json_object_new_string(value));
}

struct json_object *crypto_drivers(void)
{
	struct json_object *drivers = json_object_new_array(), *driver = NULL;
	char *content, *rest, *line;

	content = read_text("/proc/crypto");
	if (!content) {
		complain("cannot read /proc/crypto: %s", strerror(errno));
		return drivers;
	}
	rest = content;
	while ((line = strsep(&rest, "\n"))) {
		if (!*line) {
			driver = NULL;
			continue;
		}
		if (!driver) {
			driver = json_object_new_object();
			json_object_array_add(drivers, driver);
		}
		add_line(driver, line);
	}
	free(content);
	return drivers;
}

struct json_object *crypto_driver(struct json_object *drivers,
				  const char *name)
{
	struct json_object *driver;
	size_t i;

	for (i = 0; i < length(drivers); i++) {
		driver = item(drivers, i);
		if (is(driver, "driver", name) && !is(driver, "type", "larval"))
			return driver;
	}
	return NULL;
}

static int64_t priority(struct json_object *driver)
{
	return json_object_get_int64(get(driver, "priority"));
}

/* The kernel's rule: the highest priority, of equal ones the first */
struct json_object *crypto_preferred(struct json_object *drivers,
				     const char *name)
{
	struct json_object *driver, *best = NULL;
	size_t i;

	for (i = 0; i < length(drivers); i++) {
		driver = item(drivers, i);
		if (!is(driver, "name", name) ||
		    is(driver, "type", "larval") ||
		    is(driver, "internal", "yes") ||
		    !is(driver, "selftest", "passed"))
			continue;
		if (!best || priority(driver) > priority(best))
			best = driver;
	}
	return best;
}
