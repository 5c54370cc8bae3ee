// SPDX-License-Identifier: GPL-2.0
/*
 * Request slots: all the memory that a request needs while a device has it,
 * allocated when the queue is set up, so that no request ever allocates.
 */
#include "slot.h"

#include <kunit/visibility.h>
#include <linux/slab.h>

static struct kmem_cache *vaccel_slot_cache;

int vaccel_slot_cache_init(void)
{
	vaccel_slot_cache = KMEM_CACHE(vaccel_slot, 0);
	return vaccel_slot_cache ? 0 : -ENOMEM;
}

void vaccel_slot_cache_exit(void)
{
	kmem_cache_destroy(vaccel_slot_cache);
}

static int vaccel_tables_init(struct vaccel_slots *s)
{
	struct vaccel_table *t;
	unsigned int i;

	s->all_tables = kcalloc(VACCEL_NR_TABLES, sizeof(*t), GFP_KERNEL);
	if (!s->all_tables)
		return -ENOMEM;
	for (i = 0; i < VACCEL_NR_TABLES; i++) {
		t = &s->all_tables[i];
		t->src = kvcalloc(2 * s->max_sg, sizeof(*t->src), GFP_KERNEL);
		if (!t->src)
			return -ENOMEM;
		t->dst = t->src + s->max_sg;
		t->next = s->tables;
		s->tables = t;
	}
	return 0;
}

static struct vaccel_slot *vaccel_slot_alloc(void)
{
	struct vaccel_slot *slot;

	slot = kmem_cache_zalloc(vaccel_slot_cache, GFP_KERNEL);
	if (!slot)
		return NULL;
	sg_init_one(&slot->hdr_sg, &slot->hdr, sizeof(slot->hdr));
	sg_init_one(&slot->status_sg, &slot->status, sizeof(slot->status));
	sg_init_table(slot->src, VACCEL_SG_INLINE);
	sg_init_table(slot->dst, VACCEL_SG_INLINE);
	return slot;
}

int vaccel_slots_init(struct vaccel_slots *s, unsigned int nr,
		      unsigned int max_sg)
{
	memset(s, 0, sizeof(*s));
	s->max_sg = max_sg;
	s->free = kcalloc(nr, sizeof(*s->free), GFP_KERNEL);
	if (!s->free)
		return -ENOMEM;
	while (s->nr < nr) {
		struct vaccel_slot *slot = vaccel_slot_alloc();

		if (!slot)
			goto err;
		s->nr++;
		vaccel_slot_put(s, slot);
	}
	if (max_sg > VACCEL_SG_INLINE && vaccel_tables_init(s))
		goto err;
	return 0;
err:
	vaccel_slots_exit(s);
	return -ENOMEM;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_slots_init);

void vaccel_slots_exit(struct vaccel_slots *s)
{
	unsigned int i;

	WARN_ON_ONCE(s->nr_free != s->nr);
	for (i = 0; i < s->nr_free; i++)
		kmem_cache_free(vaccel_slot_cache, s->free[i]);
	kfree(s->free);
	for (i = 0; s->all_tables && i < VACCEL_NR_TABLES; i++)
		kvfree(s->all_tables[i].src);
	kfree(s->all_tables);
	memset(s, 0, sizeof(*s));
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_slots_exit);

int vaccel_sg_count(struct scatterlist *sg, unsigned int off, unsigned int len)
{
	int n = 0;

	for (; len; sg = sg_next(sg)) {
		unsigned int part;

		if (unlikely(!sg))
			return -EINVAL;
		if (off >= sg->length) {
			off -= sg->length;
			continue;
		}
		part = min(sg->length - off, len);
		len -= part;
		off = 0;
		n++;
	}
	return n;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_sg_count);

struct scatterlist *vaccel_sg_copy(struct scatterlist *to,
				   struct scatterlist *sg, unsigned int off,
				   unsigned int len)
{
	for (; len; sg = sg_next(sg)) {
		unsigned int part;

		if (off >= sg->length) {
			off -= sg->length;
			continue;
		}
		part = min(sg->length - off, len);
		/* An end mark of the previous use goes away */
		to->page_link = 0;
		sg_set_page(to, sg_page(sg), part, sg->offset + off);
		len -= part;
		off = 0;
		to++;
	}
	return to;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_sg_copy);
