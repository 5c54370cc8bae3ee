/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages of 64 bytes, so that a few bytes are enough to cross some.
 */
#ifndef _STUB_LINUX_MM_H
#define _STUB_LINUX_MM_H

#include <linux/types.h>

#define PAGE_SHIFT		6
#define PAGE_SIZE		(1UL << PAGE_SHIFT)
#define PAGE_MASK		(~(PAGE_SIZE - 1))
#define offset_in_page(p)	((unsigned long)(p) & ~PAGE_MASK)

struct page {
	int folio;
};

struct page *pfn_to_page(unsigned long pfn);
unsigned long page_to_pfn(const struct page *page);
struct page *virt_to_page(const void *p);

#endif
