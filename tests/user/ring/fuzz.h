/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzzers share: input as a stream of small decisions, and checks that
 * end the program.
 */
#ifndef _FUZZ_H
#define _FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include <linux/types.h>

struct fuzz_input {
	const u8 *data;
	size_t size;
};

static inline u32 fuzz_byte(struct fuzz_input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->data++;
}

static inline u32 fuzz_u16(struct fuzz_input *in)
{
	u32 low = fuzz_byte(in);

	return low | fuzz_byte(in) << 8;
}

/* 0 to max - 1; max up to 65536 */
static inline u32 fuzz_below(struct fuzz_input *in, u32 max)
{
	return (max > 256 ? fuzz_u16(in) : fuzz_byte(in)) % max;
}

/* True once in so many times */
static inline bool fuzz_once_in(struct fuzz_input *in, u32 times)
{
	return fuzz_below(in, times) == times - 1;
}

#define fuzz_check(cond)						\
do {									\
	if (!(cond)) {							\
		fflush(stdout);						\
		fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__,	\
			__LINE__, #cond);				\
		abort();						\
	}								\
} while (0)

int fuzz_ring(const u8 *data, size_t size);
int fuzz_chain(const u8 *data, size_t size);
int fuzz_esp(const u8 *data, size_t size);

/* How often the interesting things happened, to know that they did */
struct fuzz_ring_stats {
	unsigned long popped;
	unsigned long empty;
	unsigned long proto;
	unsigned long fault;
	unsigned long flushed;
	unsigned long signalled;
	unsigned long rewound;
};

struct fuzz_chain_stats {
	unsigned long pulled;
	unsigned long mapped;
	unsigned long merged;
	unsigned long fault;
	unsigned long full;
	unsigned long too_short;
	unsigned long skipped;
};

struct fuzz_esp_stats {
	unsigned long sent;
	unsigned long not_sent;
	unsigned long parsed;
	unsigned long ah;
	unsigned long not_parsed;
	unsigned long opened;
	unsigned long not_opened;
	unsigned long same;
};

extern struct fuzz_ring_stats fuzz_ring_stats;
extern struct fuzz_chain_stats fuzz_chain_stats;
extern struct fuzz_esp_stats fuzz_esp_stats;

#endif
