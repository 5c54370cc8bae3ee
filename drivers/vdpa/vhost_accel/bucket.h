/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A token bucket, as times: what has been used at a rate is used up to some moment, and
 * that may lie ahead by as much as may come in a burst. (Also known as the generic cell
 * rate algorithm.) Nothing is to be filled, and nothing overflows.
 */
#ifndef _VHA_BUCKET_H
#define _VHA_BUCKET_H

#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/types.h>

/**
 * struct vha_bucket - what may be used by time
 * @rate: per second; 0 is no limit
 * @burst_ns: what may be used at once, as the time in which it comes
 * @until: all that comes until then has been used, in nanoseconds
 * @rest: of a nanosecond, in parts of which @rate are one
 */
struct vha_bucket {
	u64 rate;
	u64 burst_ns;
	u64 until;
	u64 rest;
};

/**
 * vha_bucket_set() - begin with another rate, and with all of a burst left
 * @bucket: the bucket
 * @rate: per second; 0 is no limit
 * @burst_ns: see &vha_bucket.burst_ns
 *
 * Context: any.
 */
static inline void vha_bucket_set(struct vha_bucket *bucket, u64 rate,
				  u64 burst_ns)
{
	bucket->rate = rate;
	bucket->burst_ns = burst_ns;
	bucket->until = 0;
	bucket->rest = 0;
}

/**
 * vha_bucket_wait() - when may something be used?
 * @bucket: the bucket
 * @now: in nanoseconds
 *
 * However much it is: whoever uses more than there is, waits the longer afterwards.
 *
 * Context: any.
 * Return: nanoseconds from now, 0 for now.
 */
static inline u64 vha_bucket_wait(const struct vha_bucket *bucket, u64 now)
{
	u64 then = now + bucket->burst_ns;

	if (!bucket->rate || bucket->until < then)
		return 0;
	return bucket->until - then + 1;
}

/**
 * vha_bucket_use() - use something
 * @bucket: the bucket
 * @now: in nanoseconds
 * @n: how much, less than 2^32
 *
 * Context: any.
 */
static inline void vha_bucket_use(struct vha_bucket *bucket, u64 now, u32 n)
{
	u64 ns, rest;

	if (!bucket->rate)
		return;
	if (bucket->until < now) {
		bucket->until = now;
		bucket->rest = 0;
	}
	ns = div64_u64_rem((u64)n * NSEC_PER_SEC, bucket->rate, &rest);
	bucket->rest += rest;
	if (bucket->rest >= bucket->rate) {
		bucket->rest -= bucket->rate;
		ns++;
	}
	bucket->until += ns;
}

/**
 * vha_bucket_return() - something that was used was not needed after all
 * @bucket: the bucket
 * @n: how much
 *
 * Context: any.
 */
static inline void vha_bucket_return(struct vha_bucket *bucket, u32 n)
{
	if (bucket->rate)
		bucket->until -= min(bucket->until,
				     div64_u64((u64)n * NSEC_PER_SEC,
					       bucket->rate));
}

#endif /* _VHA_BUCKET_H */
