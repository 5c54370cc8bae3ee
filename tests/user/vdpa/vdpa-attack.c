// SPDX-License-Identifier: GPL-2.0
/*
 * What a hostile or broken VMM and guest can do to a vhost-vdpa device.
 *
 *	vdpa-attack [-v] [-l] DEVICE [CASE|PREFIX...]
 *
 * DEVICE is the name that `vdpa dev add` gave it, bound to vhost_vdpa. Cases
 * which hold requests back want the test driver (module accel_sim) loaded
 * before; without it they are skipped.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define SIM_DIR		"/sys/module/accel_sim/parameters"
#define DEFAULT_LIMIT	60

static const struct test_case * const tables[] = {
	good_cases, ring_cases, req_cases, map_cases, session_cases,
	life_cases, stateless_cases, held_cases, fuzz_cases,
	akcipher_cases, chain_cases, ipsec_cases, ipsec_bad_cases,
	ipsec_ah_cases, ipsec_ctrl_cases, ipsec_state_cases,
	held_ipsec_cases, health_cases,
};

static bool wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		if (!strncmp(name, argv[i], strlen(argv[i])))
			return true;
	return !argc;
}

/* 0..2 as the case says, -1 if it hung, -2 if it is stuck in the kernel */
static int run_case(const struct test_ctx *ctx, const struct test_case *c)
{
	unsigned int limit = c->limit ? c->limit : DEFAULT_LIMIT;
	u64 end = vd_now_ms() + 1000ULL * limit;
	int status, result = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		result = c->fn(ctx);
		fflush(stdout);
		_exit(result);
	}
	setpgid(pid, pid);
	while (vd_now_ms() < end) {
		if (waitpid(pid, &status, WNOHANG) == pid) {
			if (WIFSIGNALED(status))
				printf("# killed by signal %d\n",
				       WTERMSIG(status));
			result = WIFEXITED(status) ? WEXITSTATUS(status) :
						     FAIL;
			kill(-pid, SIGKILL);
			return result;
		}
		usleep(10000);
	}
	/* It may be waiting in the kernel for what is held */
	if (c->flags & T_SIM)
		sim_set(ctx, "hold", "0");
	kill(-pid, SIGKILL);
	for (end = vd_now_ms() + 60000; vd_now_ms() < end; usleep(10000))
		if (waitpid(pid, &status, WNOHANG) == pid)
			return -1;
	return -2;
}

int main(int argc, char **argv)
{
	unsigned int t, n = 0, failed = 0;
	struct test_ctx ctx = {};
	bool list = false, verbose = false;
	u64 started;
	int opt, ret;

	while ((opt = getopt(argc, argv, "lv")) != -1) {
		if (opt == 'l')
			list = true;
		else if (opt == 'v')
			verbose = true;
		else
			return 2;
	}
	if (!list) {
		if (optind >= argc) {
			fprintf(stderr, "usage: vdpa-attack DEVICE [CASE...]\n");
			return 2;
		}
		ctx.name = argv[optind++];
		ret = test_find_chardev(&ctx);
		if (ret) {
			printf("Bail out! %s is not bound to vhost_vdpa: %s\n",
			       ctx.name, strerror(-ret));
			return 2;
		}
		if (!access(SIM_DIR, X_OK))
			ctx.sim = SIM_DIR;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (t = 0; t < ARRAY_SIZE(tables); t++) {
		const struct test_case *c;

		for (c = tables[t]; c->name; c++) {
			if (!wanted(c->name, argc - optind, argv + optind))
				continue;
			if (list) {
				printf("%s\n", c->name);
				continue;
			}
			n++;
			started = vd_now_ms();
			if (c->flags & T_SIM && !ctx.sim) {
				printf("ok %u - %s # SKIP accel_sim is not loaded\n",
				       n, c->name);
				continue;
			}
			ret = run_case(&ctx, c);
			if (c->flags & T_SIM)
				sim_set(&ctx, "hold", "0");
			if (verbose)
				printf("# %llu ms\n", (unsigned long long)
				       (vd_now_ms() - started));
			if (ret == SKIP)
				printf("ok %u - %s # SKIP see above\n", n,
				       c->name);
			else
				printf("%sok %u - %s%s\n", ret ? "not " : "", n,
				       c->name, ret < 0 ? " (hangs)" : "");
			failed += ret != PASS && ret != SKIP;
			if (ret == -2) {
				printf("Bail out! %s can't be killed\n",
				       c->name);
				return 1;
			}
		}
	}
	if (!list)
		printf("1..%u\n", n);
	return failed || (!n && !list);
}
