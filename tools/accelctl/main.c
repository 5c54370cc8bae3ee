// SPDX-License-Identifier: GPL-2.0-only
/*
 * accelctl [OPTIONS] COMMAND [DEVICE]
 */
#include "accelctl.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct command {
	const char *name;
	int (*run)(const struct options *options);
	bool takes_device;
	const char *help;
};

static const struct command commands[] = {
	{ "list", command_list, false, "one line for each device" },
	{ "show", command_show, true, "all of a device, or of each" },
	{ "stats", command_stats, true,
	  "counters: devices, queues, algorithms, providers" },
	{ "watch", command_watch, true, "what they do now, until stopped" },
	{ "why", command_why, true,
	  "for each algorithm, why a device is not used" },
	{ "inventory", command_inventory, false,
	  "modules, management devices, devices, drivers" },
	{ "sas", command_sas, false, "IPsec states, and what is offloaded" },
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "interval", required_argument, NULL, 'i' },
	{ "count", required_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },
	{ }
};

static void usage(void)
{
	size_t i;

	puts("Usage: accelctl [OPTIONS] COMMAND [DEVICE]\n\nCommands:");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-9s  %-8s  %s\n", commands[i].name,
		       commands[i].takes_device ? "[DEVICE]" : "",
		       commands[i].help);
	puts("\nOptions:\n"
	     "  -j, --json        JSON instead of text\n"
	     "  -i, --interval S  watch: seconds between two looks (1)\n"
	     "  -n, --count N     watch: end after so many\n"
	     "  -h, --help        this text");
}

static int bad_usage(void)
{
	fputs("accelctl: see accelctl --help\n", stderr);
	return USAGE;
}

static const struct command *command_of(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static bool parse_interval(const char *s, struct options *options)
{
	char *end;

	errno = 0;
	options->interval = strtod(s, &end);
	if (!errno && end != s && !*end && options->interval >= 0.01 &&
	    options->interval <= 86400)
		return true;
	complain("\"%s\" is not a number of seconds from 0.01 to 86400", s);
	return false;
}

static bool parse_count(const char *s, struct options *options)
{
	char *end;

	errno = 0;
	options->count = strtoul(s, &end, 10);
	if (!errno && *s >= '1' && *s <= '9' && !*end)
		return true;
	complain("\"%s\" is not a number from 1 on", s);
	return false;
}

static int run(const struct options *options, bool watch_only, int argc,
	       char **argv)
{
	const struct command *command;

	if (!argc) {
		complain("a command is missing");
		return bad_usage();
	}
	command = command_of(argv[0]);
	if (!command) {
		complain("there is no command \"%s\"", argv[0]);
		return bad_usage();
	}
	if (argc > (command->takes_device ? 2 : 1)) {
		complain("\"%s\" is one argument too many", argv[argc - 1]);
		return bad_usage();
	}
	if (watch_only && command->run != command_watch) {
		complain("--interval and --count are for watch");
		return bad_usage();
	}
	return command->run(options);
}

/* What could not be written has not been said */
static int finish(int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	complain("cannot write: %s", strerror(errno));
	return FAILED;
}

int main(int argc, char **argv)
{
	struct options options = { .interval = 1 };
	bool watch_only = false;
	int c;

	text_init();
	while ((c = getopt_long(argc, argv, "ji:n:h", long_options, NULL)) != -1) {
		switch (c) {
		case 'j':
			options.json = true;
			break;
		case 'i':
			watch_only = true;
			if (!parse_interval(optarg, &options))
				return bad_usage();
			break;
		case 'n':
			watch_only = true;
			if (!parse_count(optarg, &options))
				return bad_usage();
			break;
		case 'h':
			usage();
			return finish(0);
		default:
			return bad_usage();
		}
	}
	if (argc - optind == 2)
		options.device = argv[optind + 1];
	return finish(run(&options, watch_only, argc - optind, argv + optind));
}
