// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of the kernel, and objects made of them.
 */
#include "accelctl.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *check_memory(void *p)
{
	if (!p) {
		complain("out of memory");
		exit(FAILED);
	}
	return p;
}

static char *vtext(const char *fmt, va_list args)
{
	char *result;

	if (vasprintf(&result, fmt, args) < 0)
		result = NULL;
	return check_memory(result);
}

char *text(const char *fmt, ...)
{
	va_list args;
	char *result;

	va_start(args, fmt);
	result = vtext(fmt, args);
	va_end(args);
	return result;
}

/* A program's name is what it likes, also what a terminal obeys, and no UTF-8 */
static void make_plain(char *buffer, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (buffer[i] != '\n' && buffer[i] != '\t' &&
		    (buffer[i] < ' ' || buffer[i] > '~'))
			buffer[i] = '?';
}

/* Files of sysfs have no size, and those of procfs and debugfs no limit */
static char *read_path(const char *path)
{
	size_t size = 0, room = 4096;
	char *buffer = NULL;
	FILE *file;
	int err;

	file = fopen(path, "re");
	if (!file)
		return NULL;
	do {
		room *= 2;
		buffer = check_memory(realloc(buffer, room));
		size += fread(buffer + size, 1, room - size - 1, file);
	} while (size == room - 1);
	err = ferror(file) ? errno : 0;
	fclose(file);
	if (err) {
		free(buffer);
		errno = err;
		return NULL;
	}
	while (size && buffer[size - 1] == '\n')
		size--;
	make_plain(buffer, size);
	buffer[size] = '\0';
	return buffer;
}

char *read_text(const char *fmt, ...)
{
	char *path, *result;
	va_list args;
	int err;

	va_start(args, fmt);
	path = vtext(fmt, args);
	va_end(args);
	result = read_path(path);
	err = errno;
	free(path);
	errno = err;
	return result;
}

char *read_link(const char *fmt, ...)
{
	char target[PATH_MAX], *path;
	va_list args;
	ssize_t len;

	va_start(args, fmt);
	path = vtext(fmt, args);
	va_end(args);
	len = readlink(path, target, sizeof(target) - 1);
	free(path);
	if (len < 0)
		return NULL;
	target[len] = '\0';
	return text("%s", basename(target));
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static struct json_object *names_of(const char *path)
{
	struct json_object *names = json_object_new_array();
	struct dirent **entries;
	int i, count;

	count = scandir(path, &entries, not_hidden, versionsort);
	if (count < 0)
		return names;
	for (i = 0; i < count; i++) {
		json_object_array_add(names,
				      json_object_new_string(entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return names;
}

struct json_object *read_names(const char *fmt, ...)
{
	struct json_object *names;
	va_list args;
	char *path;

	va_start(args, fmt);
	path = vtext(fmt, args);
	va_end(args);
	names = names_of(path);
	free(path);
	return names;
}

static bool is_number(const char *s)
{
	return *s && strlen(s) < 20 && s[strspn(s, "0123456789")] == '\0';
}

static struct json_object *word_value(const char *word)
{
	if (is_number(word))
		return json_object_new_uint64(strtoull(word, NULL, 10));
	return json_object_new_string(word);
}

static struct json_object *words(char *s)
{
	struct json_object *array = json_object_new_array();
	char *word, *rest = s;

	while ((word = strsep(&rest, "\n ")))
		if (*word)
			json_object_array_add(array, word_value(word));
	return array;
}

/* A number, a sentence, or a list: of names, or of numbers */
static struct json_object *attr_value(const char *name, char *value)
{
	if (!strcmp(name, "algorithms") ||
	    (strchr(value, ' ') && !value[strspn(value, "0123456789 ")]))
		return words(value);
	return word_value(value);
}

static struct json_object *attrs_of(const char *path)
{
	struct json_object *names, *attrs;
	const char *name;
	struct stat st;
	char *value;
	size_t i;

	if (stat(path, &st))
		return NULL;
	attrs = json_object_new_object();
	names = names_of(path);
	for (i = 0; i < length(names); i++) {
		name = item_text(names, i);
		value = read_text("%s/%s", path, name);
		/* A directory, a link to one, or not for everybody */
		if (!value)
			continue;
		json_object_object_add(attrs, name, attr_value(name, value));
		free(value);
	}
	json_object_put(names);
	return attrs;
}

struct json_object *read_attrs(const char *fmt, ...)
{
	struct json_object *attrs;
	va_list args;
	char *path;

	va_start(args, fmt);
	path = vtext(fmt, args);
	va_end(args);
	attrs = attrs_of(path);
	free(path);
	return attrs;
}

bool module_loaded(const char *name)
{
	char *path = text("/sys/module/%s", name);
	bool loaded = !access(path, F_OK);

	free(path);
	return loaded;
}

void add_text(struct json_object *object, const char *key, char *value)
{
	if (value)
		json_object_object_add(object, key,
				       json_object_new_string(value));
	free(value);
}

struct json_object *get(struct json_object *object, const char *path)
{
	char *copy = text("%s", path), *rest = copy, *key;

	while (object && (key = strsep(&rest, ".")))
		if (!json_object_object_get_ex(object, key, &object))
			object = NULL;
	free(copy);
	return object;
}

const char *get_text(struct json_object *object, const char *path)
{
	object = get(object, path);
	return object ? json_object_get_string(object) : NULL;
}

uint64_t get_number(struct json_object *object, const char *path)
{
	object = get(object, path);
	return object ? json_object_get_uint64(object) : 0;
}

bool is(struct json_object *object, const char *path, const char *value)
{
	const char *s = get_text(object, path);

	return s && !strcmp(s, value);
}

size_t length(struct json_object *array)
{
	return json_object_array_length(array);
}

struct json_object *item(struct json_object *array, size_t i)
{
	return json_object_array_get_idx(array, i);
}

const char *item_text(struct json_object *array, size_t i)
{
	return json_object_get_string(item(array, i));
}

struct json_object *find(struct json_object *array, const char *key,
			 const char *value)
{
	size_t i;

	for (i = 0; i < length(array); i++)
		if (is(item(array, i), key, value))
			return item(array, i);
	return NULL;
}
