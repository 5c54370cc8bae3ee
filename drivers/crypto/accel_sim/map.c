// SPDX-License-Identifier: GPL-2.0
/*
 * Simulated accelerator: what a request maps for DMA.
 *
 * Callers' buffers begin and end anywhere, so those of two requests, or two
 * entries of one list, may share a cache line. The device is coherent, so that is
 * no harm, but nothing of the DMA API says so but that the CPU's view is synced by
 * hand (DMA_ATTR_SKIP_CPU_SYNC).
 */
#include "sim.h"

#include <linux/cache.h>
#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

/* In place, one list is read and written */
static enum dma_data_direction sim_src_dir(const struct sim_req *sr)
{
	return sr->nr_dst ? DMA_TO_DEVICE : DMA_BIDIRECTIONAL;
}

static int sim_map_sg(struct device *dev, struct scatterlist *sg,
		      unsigned int nr, enum dma_data_direction dir)
{
	unsigned int segs;

	if (!nr)
		return 0;
	segs = dma_map_sg_attrs(dev, sg, nr, dir, DMA_ATTR_SKIP_CPU_SYNC);
	if (!segs)
		return -ENOMEM;
	dma_sync_sg_for_device(dev, sg, nr, dir);
	return segs;
}

static void sim_unmap_sg(struct device *dev, struct scatterlist *sg,
			 unsigned int nr, enum dma_data_direction dir)
{
	if (!nr)
		return;
	dma_sync_sg_for_cpu(dev, sg, nr, dir);
	dma_unmap_sg_attrs(dev, sg, nr, dir, DMA_ATTR_SKIP_CPU_SYNC);
}

/* Of the destination, associated data is left as it is: it is not all written */
static int sim_map_data(struct device *dev, struct sim_req *sr)
{
	int segs;

	segs = sim_map_sg(dev, sr->src, sr->nr_src, sim_src_dir(sr));
	if (segs < 0)
		return segs;
	sr->segs_src = segs;
	segs = sim_map_sg(dev, sr->dst, sr->nr_dst, DMA_BIDIRECTIONAL);
	if (segs < 0) {
		sim_unmap_sg(dev, sr->src, sr->nr_src, sim_src_dir(sr));
		return segs;
	}
	sr->segs_dst = segs;
	return 0;
}

static void sim_unmap_data(struct device *dev, struct sim_req *sr)
{
	sim_unmap_sg(dev, sr->dst, sr->nr_dst, DMA_BIDIRECTIONAL);
	sim_unmap_sg(dev, sr->src, sr->nr_src, sim_src_dir(sr));
}

static struct sim_seg *sim_write_segs(struct sim_seg *seg,
				      struct scatterlist *sgl, unsigned int nr)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sg(sgl, sg, nr, i) {
		seg->addr = cpu_to_le64(sg_dma_address(sg));
		seg->len = cpu_to_le32(sg_dma_len(sg));
		seg->reserved = 0;
		seg++;
	}
	return seg;
}

/*
 * A power of two, and not less than a cache line, so that slab gives it lines of
 * its own: it is written by the device.
 */
static int sim_alloc_io(struct sim_req *sr)
{
	gfp_t gfp = sr->base->flags & CRYPTO_TFM_REQ_MAY_SLEEP ? GFP_KERNEL :
								 GFP_ATOMIC;
	size_t size = struct_size(sr->io, seg,
				  (size_t)sr->nr_src + sr->nr_dst);

	sr->io_size = roundup_pow_of_two(max_t(size_t, size, SMP_CACHE_BYTES));
	sr->io = kmalloc(sr->io_size, gfp | __GFP_NOWARN);
	return sr->io ? 0 : -ENOMEM;
}

static int sim_count(struct sim_req *sr)
{
	u64 src_len = (u64)sr->assoclen + sr->cryptlen;
	u64 dst_len = (u64)sr->assoclen + sr->outlen;
	int nr;

	sr->nr_dst = 0;
	if (sr->src == sr->dst)
		src_len = max(src_len, dst_len);
	nr = src_len ? sg_nents_for_len(sr->src, src_len) : 0;
	if (nr < 0 || nr > U16_MAX)
		return -EINVAL;
	sr->nr_src = nr;
	if (sr->src == sr->dst || !dst_len)
		return 0;
	nr = sg_nents_for_len(sr->dst, dst_len);
	if (nr < 0 || nr > U16_MAX)
		return -EINVAL;
	sr->nr_dst = nr;
	return 0;
}

static int sim_map_io(struct device *dev, struct sim_req *sr)
{
	struct sim_seg *seg = sr->io->seg;

	memset(sr->io->iv, 0, sizeof(sr->io->iv));
	memcpy(sr->io->iv, sr->iv, sr->ivsize);
	seg = sim_write_segs(seg, sr->src, sr->segs_src);
	sim_write_segs(seg, sr->dst, sr->segs_dst);
	sr->io_dma = dma_map_single(dev, sr->io, sr->io_size,
				    DMA_BIDIRECTIONAL);
	return dma_mapping_error(dev, sr->io_dma);
}

/**
 * sim_map() - make a request's memory accessible to the device
 * @dev: the device
 * @sr: the request
 *
 * Nothing of it is changed if that fails.
 *
 * Context: may sleep if the caller of the request may.
 * Return: 0, -EINVAL for lists that are too short, or -ENOMEM.
 */
int sim_map(struct device *dev, struct sim_req *sr)
{
	int err;

	err = sim_count(sr);
	if (err)
		return err;
	err = sim_alloc_io(sr);
	if (err)
		return err;
	err = sim_map_data(dev, sr);
	if (err)
		goto err_free_io;
	err = sim_map_io(dev, sr);
	if (err)
		goto err_unmap_data;
	sr->key_dma = dma_map_single(dev, (void *)sr->key, sr->keylen,
				     DMA_TO_DEVICE);
	err = dma_mapping_error(dev, sr->key_dma);
	if (err)
		goto err_unmap_io;
	return 0;

err_unmap_io:
	dma_unmap_single(dev, sr->io_dma, sr->io_size, DMA_BIDIRECTIONAL);
err_unmap_data:
	sim_unmap_data(dev, sr);
err_free_io:
	kfree_sensitive(sr->io);
	return err;
}

/**
 * sim_unmap() - undo sim_map(), and take the IV of the next block over
 * @dev: the device, which accesses nothing of it any more
 * @sr: the request; an IV is there if it was done (@sr->err)
 *
 * Context: any.
 */
void sim_unmap(struct device *dev, struct sim_req *sr)
{
	dma_unmap_single(dev, sr->key_dma, sr->keylen, DMA_TO_DEVICE);
	dma_unmap_single(dev, sr->io_dma, sr->io_size, DMA_BIDIRECTIONAL);
	sim_unmap_data(dev, sr);
	if (!sr->err)
		memcpy(sr->iv, sr->io->iv, sr->ivsize);
	kfree_sensitive(sr->io);
	sr->io = NULL;
}

/**
 * sim_describe() - write the descriptor of a request
 * @sr: the request, mapped, with its tag
 * @desc: written
 *
 * Context: any.
 */
void sim_describe(const struct sim_req *sr, struct sim_desc *desc)
{
	*desc = (struct sim_desc) {
		.tag = cpu_to_le32(sr->tag),
		.mode = sr->mode,
		.flags = sr->encrypt ? SIM_DESC_ENCRYPT : 0,
		.keylen = sr->keylen,
		.taglen = sr->taglen,
		.key = cpu_to_le64(sr->key_dma),
		.io = cpu_to_le64(sr->io_dma),
		.nr_src = cpu_to_le16(sr->segs_src),
		.nr_dst = cpu_to_le16(sr->segs_dst),
		.assoclen = cpu_to_le32(sr->assoclen),
		.cryptlen = cpu_to_le32(sr->cryptlen),
	};
}
