/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of a packet's parts, as a provider gets them: pieces of the guest's pages, which
 * the request holds, and private memory between them.
 */
#ifndef _VHA_IPSEC_LIST_H
#define _VHA_IPSEC_LIST_H

#include <linux/scatterlist.h>
#include <linux/types.h>

struct vha_sgl;

/**
 * struct vha_ipsec_list - a list being made
 * @sg: entries, which went through sg_init_table() once in their life
 * @nents: entries used
 * @max: entries there are
 */
struct vha_ipsec_list {
	struct scatterlist *sg;
	u16 nents;
	u16 max;
};

int vha_ipsec_add(struct vha_ipsec_list *list, void *buf, u32 len);
int vha_ipsec_add_part(struct vha_ipsec_list *list, const struct vha_sgl *from,
		       u32 off, u32 len);
void vha_ipsec_read(struct scatterlist *sg, u32 nents, u32 off, void *buf,
		    u32 len);
void vha_ipsec_write(struct scatterlist *sg, u32 nents, u32 off,
		     const void *buf, u32 len);

#endif /* _VHA_IPSEC_LIST_H */
