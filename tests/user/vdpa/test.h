/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Test cases: each runs in a process of its own with a limit on its time, so
 * that a device which hangs fails one case. TAP on stdout.
 */
#ifndef _VDPA_TEST_H
#define _VDPA_TEST_H

#include <stdio.h>

#include "req.h"

#define PASS	0
#define FAIL	1
#define SKIP	2

/**
 * struct test_ctx - what all cases get
 * @name: of the vdpa device
 * @path: /dev/vhost-vdpa-N
 * @sim: folder of the test driver's controls, NULL without it
 */
struct test_ctx {
	const char *name;
	char path[64];
	const char *sim;
};

/**
 * struct test_case - one row
 * @name: on the command line and in the output
 * @fn: returns PASS, FAIL or SKIP
 * @limit: in seconds, 0 for the default
 * @flags: T_*
 */
struct test_case {
	const char *name;
	int (*fn)(const struct test_ctx *ctx);
	unsigned int limit;
	unsigned int flags;
};

#define T_SIM	1		/* needs requests that can be held back */

extern const struct test_case good_cases[], ring_cases[], req_cases[],
			      map_cases[], session_cases[], life_cases[],
			      stateless_cases[], held_cases[], fuzz_cases[],
			      akcipher_cases[], chain_cases[], ipsec_cases[],
			      ipsec_bad_cases[], ipsec_ctrl_cases[],
			      ipsec_ah_cases[], held_ipsec_cases[],
			      ipsec_state_cases[], health_cases[];

#define EXPECT(cond, fmt, ...)						\
	do {								\
		if (!(cond)) {						\
			printf("# %s:%d: " fmt "\n", __FILE__, __LINE__, \
			       ##__VA_ARGS__);				\
			return FAIL;					\
		}							\
	} while (0)

/* Open, negotiate, map, DRIVER_OK, and see that the device does its work */
#define START(dev, ctx)							\
	do {								\
		int __ret = vd_open(&(dev), (ctx)->path);		\
									\
		EXPECT(!__ret, "open %s: %d", (ctx)->path, __ret);	\
		__ret = vd_start(&(dev));				\
		EXPECT(!__ret, "start: %d", __ret);			\
		EXPECT(!cr_works(&(dev)), "device does not work");	\
	} while (0)

/* After an attack: if it broke the device, a reset must mend it */
#define STILL_WORKS(dev)						\
	do {								\
		if (vd_needs_reset(&(dev)))				\
			EXPECT(!vd_restart(&(dev)), "restart fails");	\
		EXPECT(!cr_works(&(dev)), "device is lost");		\
	} while (0)

int test_find_chardev(struct test_ctx *ctx);
int attr_read(const struct test_ctx *ctx, const char *attr, char *buf,
	      size_t size);
long attr_num(const struct test_ctx *ctx, const char *attr);
int provider_read(const struct test_ctx *ctx, const char *attr, char *buf,
		  size_t size);
int sim_set(const struct test_ctx *ctx, const char *attr, const char *value);
long sim_get(const struct test_ctx *ctx, const char *attr);
bool wait_for(bool (*fn)(void *), void *arg, unsigned int ms);
long mem_available_kb(void);

#endif /* _VDPA_TEST_H */
