/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VDPA_TYPES_H
#define _VDPA_TYPES_H

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static inline u32 min_u32(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* Repeatable: every program prints or fixes its seed */
static inline u32 rnd(u64 *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

static inline void rnd_fill(u64 *state, void *buf, unsigned int len)
{
	u8 *p = buf;

	while (len--)
		*p++ = rnd(state);
}

#endif /* _VDPA_TYPES_H */
