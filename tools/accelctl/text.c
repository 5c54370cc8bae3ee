// SPDX-License-Identifier: GPL-2.0-only
/*
 * Output for people, and the other one.
 */
#include "accelctl.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define RED	"\033[31m"
#define BOLD	"\033[1m"
#define PLAIN	"\033[0m"

static bool terminal;
static bool colours;

/* https://no-color.org: any value but the empty one */
void text_init(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	terminal = isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
	colours = terminal && !(no_color && *no_color);
}

bool text_is_terminal(void)
{
	return terminal;
}

void complain(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fputs("accelctl: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

static const char *colour_of(const char *state)
{
	static const char *const bad[] = {
		"broken", "gone", "needs-reset", "no", "not-started", "sick",
	};
	static const char *const good[] = {
		"ready", "well", "yes",
	};
	size_t i, len = strcspn(state, " :");

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (len == strlen(bad[i]) && !strncmp(state, bad[i], len))
			return RED;
	for (i = 0; i < ARRAY_SIZE(good); i++)
		if (!strcmp(state, good[i]))
			return GREEN;
	return YELLOW;
}

static char *joined(struct json_object *array)
{
	char *result = text("%s", ""), *longer;
	size_t i;

	for (i = 0; i < length(array); i++) {
		longer = text("%s%s%s", result, i ? " " : "",
			      item_text(array, i));
		free(result);
		result = longer;
	}
	return result;
}

static char *cell_text(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return text("-");
	case json_type_boolean:
		return text("%s", json_object_get_boolean(value) ? "yes" : "no");
	case json_type_double:
		return text("%.1f", json_object_get_double(value));
	case json_type_array:
		return joined(value);
	default:
		return text("%s", json_object_get_string(value));
	}
}

static char *cell_of(struct json_object *row, const struct column *column)
{
	return cell_text(get(row, column->path));
}

static void put_cell(const char *s, enum cell cell, int width, bool last)
{
	const char *colour = cell == CELL_STATE && colours ? colour_of(s) : "";
	const char *plain = *colour ? PLAIN : "";
	int pad = width - (int)strlen(s);

	if (cell == CELL_NUMBER)
		printf("%*s", width, s);
	else
		printf("%s%s%s%*s", colour, s, plain, last ? 0 : pad, "");
	fputs(last ? "\n" : "  ", stdout);
}

void text_table(struct json_object *rows, const struct column *columns,
		unsigned int count)
{
	size_t nr = length(rows), i;
	unsigned int c;
	int width[16];
	char *s;

	for (c = 0; c < count; c++)
		width[c] = strlen(columns[c].title);
	for (i = 0; i < nr; i++) {
		for (c = 0; c < count; c++) {
			s = cell_of(item(rows, i),
				    &columns[c]);
			if (width[c] < (int)strlen(s))
				width[c] = strlen(s);
			free(s);
		}
	}
	fputs(colours ? BOLD : "", stdout);
	for (c = 0; c < count; c++)
		put_cell(columns[c].title,
			 columns[c].cell == CELL_NUMBER ? CELL_NUMBER :
							  CELL_TEXT,
			 width[c], c + 1 == count);
	fputs(colours ? PLAIN : "", stdout);
	for (i = 0; i < nr; i++) {
		for (c = 0; c < count; c++) {
			s = cell_of(item(rows, i),
				    &columns[c]);
			put_cell(s, columns[c].cell, width[c], c + 1 == count);
			free(s);
		}
	}
}

void text_title(const char *title)
{
	printf("%s%s%s\n", colours ? BOLD : "", title, colours ? PLAIN : "");
}

/* An array of objects is a table of its own */
static bool is_value(struct json_object *value)
{
	if (json_object_is_type(value, json_type_array))
		return !json_object_is_type(item(value, 0),
					    json_type_object);
	return !json_object_is_type(value, json_type_object);
}

void text_values(struct json_object *object)
{
	int width = 0;
	char *s;

	json_object_object_foreach(object, key, value)
		if (is_value(value) && width < (int)strlen(key))
			width = strlen(key);
	json_object_object_foreach(object, name, member) {
		if (!is_value(member))
			continue;
		s = cell_text(member);
		printf("  %-*s  ", width, name);
		put_cell(s, strcmp(name, "state") ? CELL_TEXT : CELL_STATE, 0,
			 true);
		free(s);
	}
}

void print_json(struct json_object *object, bool one_line)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	if (!one_line)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	puts(json_object_to_json_string_ext(object, flags));
	fflush(stdout);
	json_object_put(object);
}
