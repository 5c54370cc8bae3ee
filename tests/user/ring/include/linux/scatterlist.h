/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STUB_LINUX_SCATTERLIST_H
#define _STUB_LINUX_SCATTERLIST_H

#include <string.h>

#include <linux/pfn.h>
#include <linux/types.h>

struct scatterlist {
	struct page *page;
	unsigned int offset;
	unsigned int length;
	bool end;
};

/* As in the kernel, the end mark survives */
static inline void sg_set_page(struct scatterlist *sg, struct page *page,
			       unsigned int len, unsigned int offset)
{
	sg->page = page;
	sg->offset = offset;
	sg->length = len;
}

static inline struct page *sg_page(struct scatterlist *sg)
{
	return sg->page;
}

static inline phys_addr_t sg_phys(struct scatterlist *sg)
{
	return PFN_PHYS(page_to_pfn(sg->page)) + sg->offset;
}

static inline void sg_mark_end(struct scatterlist *sg)
{
	sg->end = true;
}

static inline void sg_unmark_end(struct scatterlist *sg)
{
	sg->end = false;
}

static inline bool sg_is_last(struct scatterlist *sg)
{
	return sg->end;
}

static inline void sg_init_table(struct scatterlist *sg, unsigned int nents)
{
	memset(sg, 0, sizeof(*sg) * nents);
	sg_mark_end(&sg[nents - 1]);
}

#endif
