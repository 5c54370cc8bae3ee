// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of a packet's parts, see ipsec_list.h.
 */
#include "ipsec_list.h"

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "chain.h"

static int vha_ipsec_append(struct vha_ipsec_list *list, struct page *page,
			    u32 off, u32 len)
{
	struct scatterlist *sg = &list->sg[list->nents];

	/* Each list is as long as the longest that it is made of */
	if (WARN_ON_ONCE(list->nents == list->max))
		return -E2BIG;
	sg_unmark_end(sg);
	sg_set_page(sg, page, len, off);
	list->nents++;
	return 0;
}

/**
 * vha_ipsec_add() - add private memory to a list
 * @list: the list
 * @buf: the memory, in one page; it stays until the provider is done
 * @len: of it; nothing is added of none
 *
 * Context: any.
 * Return: 0, or -E2BIG, which is a bug.
 */
int vha_ipsec_add(struct vha_ipsec_list *list, void *buf, u32 len)
{
	if (!len)
		return 0;
	return vha_ipsec_append(list, virt_to_page(buf), offset_in_page(buf),
				len);
}

/**
 * vha_ipsec_add_part() - add a part of the guest's pages to a list
 * @list: the list
 * @from: the pages, which the request holds
 * @off: where the part begins
 * @len: of it
 *
 * Context: any.
 * Return: 0, -EINVAL if there is not as much, or -E2BIG, which is a bug.
 */
int vha_ipsec_add_part(struct vha_ipsec_list *list, const struct vha_sgl *from,
		       u32 off, u32 len)
{
	struct scatterlist *sg;
	u32 n, start;
	u16 i;
	int err;

	for (i = 0; len && i < from->nents; i++) {
		sg = &from->sg[i];
		if (off >= sg->length) {
			off -= sg->length;
			continue;
		}
		n = min(len, sg->length - off);
		start = sg->offset + off;
		err = vha_ipsec_append(list, sg_page(sg) + (start >> PAGE_SHIFT),
				       offset_in_page(start), n);
		if (err)
			return err;
		len -= n;
		off = 0;
	}
	return len ? -EINVAL : 0;
}

/*
 * Between a part of a list and @buf. There is no high memory here that would have to be
 * mapped, as sg_pcopy_to_buffer() does page by page.
 */
static void vha_ipsec_copy_part(struct scatterlist *sg, u32 nents, u32 off,
				void *buf, u32 len, bool to_list)
{
	void *at;
	u32 n, i;

	for (i = 0; len && i < nents; i++) {
		if (off >= sg[i].length) {
			off -= sg[i].length;
			continue;
		}
		n = min(len, sg[i].length - off);
		at = sg_virt(&sg[i]) + off;
		if (to_list)
			memcpy(at, buf, n);
		else
			memcpy(buf, at, n);
		buf += n;
		len -= n;
		off = 0;
	}
}

/**
 * vha_ipsec_read() - copy out of a part of a list
 * @sg: its entries, one behind the other
 * @nents: how many there are
 * @off: where the part begins
 * @buf: where it goes
 * @len: of it; what the list does not have is not written
 *
 * Context: any.
 */
void vha_ipsec_read(struct scatterlist *sg, u32 nents, u32 off, void *buf,
		    u32 len)
{
	vha_ipsec_copy_part(sg, nents, off, buf, len, false);
}

/**
 * vha_ipsec_write() - copy into a part of a list
 * @sg: its entries, one behind the other
 * @nents: how many there are
 * @off: where the part begins
 * @buf: what is copied
 * @len: of it; what the list has no room for is left out
 *
 * Context: any.
 */
void vha_ipsec_write(struct scatterlist *sg, u32 nents, u32 off,
		     const void *buf, u32 len)
{
	vha_ipsec_copy_part(sg, nents, off, (void *)buf, len, true);
}
