/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_SLOT_H
#define _VACCEL_SLOT_H

#include <linux/cache.h>
#include <linux/minmax.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <linux/types.h>

#include "encode.h"

struct vaccel_req;

/*
 * What a device writes shares no cache line with anything else, also where DMA
 * is coherent: the status bytes of two requests would bounce.
 */
#define VACCEL_DMA_ALIGN	MAX(ARCH_DMA_MINALIGN, SMP_CACHE_BYTES)

/* Longest result: a digest, behind one word of algorithm chaining's */
#define VACCEL_SLOT_RESULT	(4 + ACCEL_MAX_DIGEST_LEN)

/* Segments per direction that every slot has room for */
#define VACCEL_SG_INLINE	16
/* Larger tables of one queue; requests wait for one as for a slot */
#define VACCEL_NR_TABLES	4

/**
 * struct vaccel_table - room for the segments of one large request
 * @next: entry in the list of free tables
 * @src: what the device reads
 * @dst: what the device writes
 */
struct vaccel_table {
	struct vaccel_table *next;
	struct scatterlist *src;
	struct scatterlist *dst;
};

/**
 * struct vaccel_slot - what a request needs while a device has it
 * @req: the request, NULL while the slot is free
 * @table: large segment table, NULL if the inline ones serve
 * @answer: where the device writes the status; mostly @status
 * @gen: counts the uses of the slot
 * @nr_desc: descriptors taken from the ring
 * @hdr_sg: a list of one, for @hdr
 * @key_sg: without a session: a list of one, for the key of the request
 * @iv_sg: without a session: a list of one, for the IV in @hdr
 * @status_sg: a list of one, for @status
 * @src: what the device reads
 * @dst: what the device writes
 * @hdr: header, fixed part and IV
 * @status: the answer
 * @digest: a result that a caller may want in memory that is not for DMA, see
 *	vaccel_slot_result()
 */
struct vaccel_slot {
	struct vaccel_req *req;
	struct vaccel_table *table;
	u8 *answer;
	u32 gen;
	u16 nr_desc;
	struct scatterlist hdr_sg;
	struct scatterlist key_sg;
	struct scatterlist iv_sg;
	struct scatterlist status_sg;
	struct scatterlist src[VACCEL_SG_INLINE];
	struct scatterlist dst[VACCEL_SG_INLINE];
	struct vaccel_data_hdr hdr __aligned(VACCEL_DMA_ALIGN);
	u8 status __aligned(VACCEL_DMA_ALIGN);
	u8 digest[VACCEL_SLOT_RESULT] __aligned(VACCEL_DMA_ALIGN);
};

/**
 * struct vaccel_slots - the slots of one queue
 * @free: the free slots, a stack: the last one used is still in the cache
 * @nr_free: number of entries in @free
 * @nr: number of slots
 * @max_sg: segments per direction that a large table has room for
 * @tables: free large tables
 * @all_tables: all of them
 *
 * Without a lock: the queue's lock guards it.
 */
struct vaccel_slots {
	struct vaccel_slot **free;
	unsigned int nr_free;
	unsigned int nr;
	unsigned int max_sg;
	struct vaccel_table *tables;
	struct vaccel_table *all_tables;
};

/**
 * vaccel_slots_init() - allocate the slots of a queue
 * @s: the slots
 * @nr: how many
 * @max_sg: segments per direction of the largest request
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vaccel_slots_init(struct vaccel_slots *s, unsigned int nr,
		      unsigned int max_sg);

/**
 * vaccel_slots_exit() - free the slots of a queue
 * @s: the slots, all of them free
 */
void vaccel_slots_exit(struct vaccel_slots *s);

/**
 * vaccel_slot_get() - take a slot for a request
 * @s: the slots
 * @req: the request
 * @nr_sg: segments in its longer direction
 *
 * Return: the slot, or NULL if none is free or no large table is.
 */
static inline struct vaccel_slot *vaccel_slot_get(struct vaccel_slots *s,
						  struct vaccel_req *req,
						  unsigned int nr_sg)
{
	struct vaccel_slot *slot;

	if (!s->nr_free)
		return NULL;
	slot = s->free[s->nr_free - 1];
	if (unlikely(nr_sg > VACCEL_SG_INLINE)) {
		if (!s->tables)
			return NULL;
		slot->table = s->tables;
		s->tables = slot->table->next;
	}
	s->nr_free--;
	slot->req = req;
	slot->gen++;
	return slot;
}

/**
 * vaccel_slot_put() - give a slot back
 * @s: the slots
 * @slot: the slot
 */
static inline void vaccel_slot_put(struct vaccel_slots *s,
				   struct vaccel_slot *slot)
{
	if (unlikely(slot->table)) {
		slot->table->next = s->tables;
		s->tables = slot->table;
		slot->table = NULL;
	}
	slot->req = NULL;
	s->free[s->nr_free++] = slot;
}

/**
 * vaccel_sg_count() - count the segments of a part of a list
 * @sg: the list
 * @off: where the part begins, in bytes
 * @len: length of the part
 *
 * Return: the number, or -EINVAL if the list is too short.
 */
int vaccel_sg_count(struct scatterlist *sg, unsigned int off, unsigned int len);

/**
 * vaccel_sg_segs() - count the segments of a part of a list, mostly one
 * @sg: the list
 * @off: where the part begins, in bytes
 * @len: length of the part
 *
 * Return: the number, or -EINVAL if the list is too short.
 */
static inline int vaccel_sg_segs(struct scatterlist *sg, unsigned int off,
				 unsigned int len)
{
	if (likely(len && off < sg->length && len <= sg->length - off))
		return 1;
	return vaccel_sg_count(sg, off, len);
}

/**
 * vaccel_sg_copy() - copy a part of a list
 * @to: the copy, without an end mark
 * @sg: the list
 * @off: where the part begins, in bytes
 * @len: length of the part; the list is long enough
 *
 * Return: the entry behind the last one written.
 */
struct scatterlist *vaccel_sg_copy(struct scatterlist *to,
				   struct scatterlist *sg, unsigned int off,
				   unsigned int len);

int vaccel_slot_cache_init(void);
void vaccel_slot_cache_exit(void);

/**
 * vaccel_slot_result() - have the device write a result into the slot
 * @slot: the slot
 * @to: entry of the list that the device writes
 * @len: of the result, at most VACCEL_SLOT_RESULT
 *
 * Zeros at first, so that a device that writes nothing does not give away another's.
 *
 * Return: the entry behind.
 */
static inline struct scatterlist *vaccel_slot_result(struct vaccel_slot *slot,
						     struct scatterlist *to,
						     unsigned int len)
{
	memset(slot->digest, 0, len);
	to->page_link = 0;
	sg_set_buf(to, slot->digest, len);
	return to + 1;
}

#endif /* _VACCEL_SLOT_H */
