// SPDX-License-Identifier: GPL-2.0
/*
 * Simulated accelerator: its execution units, one per mode.
 *
 * A unit keeps the key that it was used with last. The software transforms in it
 * are the silicon: they see pages that the bus addresses of a descriptor lead to,
 * never a request of the driver's or its lists.
 */
#include "hw.h"

#include <crypto/aead.h>
#include <crypto/skcipher.h>
#include <linux/dma-direct.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "sim.h"

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

/*
 * The software below us: synchronous, which excludes ourselves, and not a
 * driver that needs a software below it.
 */
#define SIM_CHILD_MASK	(CRYPTO_ALG_ASYNC | CRYPTO_ALG_NEED_FALLBACK)

/* Segments that need no allocation */
#define SIM_SEGS	32

/**
 * struct sim_unit - does one mode
 * @skcipher: a cipher's, with its request
 * @skcipher_req: only one is executed at a time
 * @aead: an AEAD's, with its request
 * @aead_req: only one is executed at a time
 * @key: set in the transform
 * @keylen: of @key, 0 for none
 * @taglen: set in the transform
 */
struct sim_unit {
	struct crypto_skcipher *skcipher;
	struct skcipher_request *skcipher_req;
	struct crypto_aead *aead;
	struct aead_request *aead_req;
	u8 key[SIM_MAX_KEY];
	unsigned int keylen;
	unsigned int taglen;
};

/**
 * struct sim_exec - the units
 * @unit: by mode
 * @sg: pages of the descriptor that is being executed
 * @nr_sg: room in @sg
 */
struct sim_exec {
	struct sim_unit unit[SIM_MODES];
	struct scatterlist *sg;
	unsigned int nr_sg;
};

static const char *const sim_mode_names[] = {
	[SIM_ECB] = "ecb(aes)",
	[SIM_CBC] = "cbc(aes)",
	[SIM_CTR] = "ctr(aes)",
	[SIM_XTS] = "xts(aes)",
	[SIM_GCM] = "gcm(aes)",
};

/**
 * sim_bus_virt() - memory behind an address of the bus
 * @dev: the device that has it
 * @addr: the address
 *
 * Context: any.
 * Return: where the CPU sees it.
 */
void *sim_bus_virt(struct device *dev, dma_addr_t addr)
{
	return phys_to_virt(dma_to_phys(dev, addr));
}

static int sim_unit_init_aead(struct sim_unit *unit, const char *name)
{
	unit->aead = crypto_alloc_aead(name, 0, SIM_CHILD_MASK);
	if (IS_ERR(unit->aead)) {
		int err = PTR_ERR(unit->aead);

		unit->aead = NULL;
		return err;
	}
	unit->aead_req = aead_request_alloc(unit->aead, GFP_KERNEL);
	return unit->aead_req ? 0 : -ENOMEM;
}

static int sim_unit_init_skcipher(struct sim_unit *unit, const char *name)
{
	unit->skcipher = crypto_alloc_skcipher(name, 0, SIM_CHILD_MASK);
	if (IS_ERR(unit->skcipher)) {
		int err = PTR_ERR(unit->skcipher);

		unit->skcipher = NULL;
		return err;
	}
	unit->skcipher_req = skcipher_request_alloc(unit->skcipher, GFP_KERNEL);
	return unit->skcipher_req ? 0 : -ENOMEM;
}

static void sim_unit_destroy(struct sim_unit *unit)
{
	aead_request_free(unit->aead_req);
	if (unit->aead)
		crypto_free_aead(unit->aead);
	skcipher_request_free(unit->skcipher_req);
	if (unit->skcipher)
		crypto_free_skcipher(unit->skcipher);
}

/**
 * sim_exec_create() - make the units
 *
 * Before the driver's algorithms are registered: a look-up during their self-test
 * would wait for that self-test.
 *
 * Context: may sleep.
 * Return: the units, or an ERR_PTR.
 */
struct sim_exec *sim_exec_create(void)
{
	struct sim_exec *exec = kzalloc(sizeof(*exec), GFP_KERNEL);
	const char *name;
	unsigned int i;
	int err = -ENOMEM;

	if (!exec)
		return ERR_PTR(-ENOMEM);
	exec->nr_sg = 2 * SIM_SEGS;
	exec->sg = kvmalloc_array(exec->nr_sg, sizeof(*exec->sg), GFP_KERNEL);
	if (!exec->sg)
		goto err_destroy;
	for (i = 0; i < SIM_MODES; i++) {
		name = sim_mode_names[i];
		err = i == SIM_GCM ?
			sim_unit_init_aead(&exec->unit[i], name) :
			sim_unit_init_skcipher(&exec->unit[i], name);
		if (err) {
			pr_err("no synchronous %s: %d\n", name, err);
			goto err_destroy;
		}
	}
	return exec;

err_destroy:
	sim_exec_destroy(exec);
	return ERR_PTR(err);
}

/**
 * sim_exec_destroy() - undo sim_exec_create()
 * @exec: the units, idle
 *
 * Context: may sleep.
 */
void sim_exec_destroy(struct sim_exec *exec)
{
	unsigned int i;

	for (i = 0; i < SIM_MODES; i++)
		sim_unit_destroy(&exec->unit[i]);
	kvfree(exec->sg);
	kfree_sensitive(exec);
}

static int sim_unit_set_key(struct sim_unit *unit, const u8 *key,
			    unsigned int keylen)
{
	int err;

	/* Without a key until it has this one */
	unit->keylen = 0;
	memcpy(unit->key, key, keylen);
	err = unit->aead ? crypto_aead_setkey(unit->aead, unit->key, keylen) :
			   crypto_skcipher_setkey(unit->skcipher, unit->key,
						  keylen);
	if (!err)
		unit->keylen = keylen;
	return err;
}

static int sim_unit_set_taglen(struct sim_unit *unit, unsigned int taglen)
{
	int err;

	err = crypto_aead_setauthsize(unit->aead, taglen);
	if (!err)
		unit->taglen = taglen;
	return err;
}

static bool sim_unit_has(const struct sim_unit *unit, const u8 *key,
			 unsigned int keylen, unsigned int taglen)
{
	return unit->keylen == keylen && !memcmp(unit->key, key, keylen) &&
	       unit->taglen == taglen;
}

static int sim_exec_grow(struct sim_exec *exec, unsigned int nr)
{
	struct scatterlist *sg;

	sg = kvmalloc_array(nr, sizeof(*sg), GFP_KERNEL);
	if (!sg)
		return -ENOMEM;
	kvfree(exec->sg);
	exec->sg = sg;
	exec->nr_sg = nr;
	return 0;
}

/**
 * sim_exec_prepare() - load what a descriptor needs
 * @exec: the units
 * @dev: the device
 * @work: the descriptor
 *
 * Context: if @work may sleep, so may this; else any.
 * Return: 0, -EAGAIN: only if it might sleep, or another error: never.
 */
int sim_exec_prepare(struct sim_exec *exec, struct device *dev,
		     const struct sim_work *work)
{
	const struct sim_desc *desc = work->desc;
	/* No list is shorter than one entry */
	unsigned int nr = max_t(unsigned int, le16_to_cpu(desc->nr_src), 1) +
			  le16_to_cpu(desc->nr_dst);
	struct sim_unit *unit;
	const u8 *key;
	int err = 0;

	if (desc->mode >= SIM_MODES || desc->keylen > SIM_MAX_KEY)
		return -EINVAL;
	unit = &exec->unit[desc->mode];
	key = sim_bus_virt(dev, le64_to_cpu(desc->key));
	if (nr <= exec->nr_sg &&
	    sim_unit_has(unit, key, desc->keylen, desc->taglen))
		return 0;
	if (!work->may_sleep)
		return -EAGAIN;
	if (nr > exec->nr_sg)
		err = sim_exec_grow(exec, nr);
	if (!err && unit->aead && unit->taglen != desc->taglen)
		err = sim_unit_set_taglen(unit, desc->taglen);
	if (!err)
		err = sim_unit_set_key(unit, key, desc->keylen);
	return err;
}

static void sim_exec_pages(struct device *dev, const struct sim_seg *seg,
			   unsigned int nr, struct scatterlist *sg)
{
	phys_addr_t phys;
	unsigned int i;

	/* Of no segments, an empty one */
	sg_init_table(sg, max(nr, 1U));
	for (i = 0; i < nr; i++) {
		phys = dma_to_phys(dev, le64_to_cpu(seg[i].addr));
		sg_set_page(&sg[i], pfn_to_page(PHYS_PFN(phys)),
			    le32_to_cpu(seg[i].len), offset_in_page(phys));
	}
}

static int sim_unit_skcipher(struct sim_unit *unit, struct sim_work *work,
			     struct scatterlist *src, struct scatterlist *dst,
			     u8 *iv)
{
	struct skcipher_request *req = unit->skcipher_req;

	skcipher_request_set_callback(req, work->may_sleep ?
				      CRYPTO_TFM_REQ_MAY_SLEEP : 0, NULL, NULL);
	skcipher_request_set_crypt(req, src, dst, work->done, iv);
	return work->desc->flags & SIM_DESC_ENCRYPT ?
		crypto_skcipher_encrypt(req) : crypto_skcipher_decrypt(req);
}

static int sim_unit_aead(struct sim_unit *unit, struct sim_work *work,
			 struct scatterlist *src, struct scatterlist *dst,
			 u8 *iv)
{
	const struct sim_desc *desc = work->desc;
	struct aead_request *req = unit->aead_req;

	aead_request_set_callback(req, work->may_sleep ?
				  CRYPTO_TFM_REQ_MAY_SLEEP : 0, NULL, NULL);
	aead_request_set_ad(req, le32_to_cpu(desc->assoclen));
	aead_request_set_crypt(req, src, dst, le32_to_cpu(desc->cryptlen), iv);
	return desc->flags & SIM_DESC_ENCRYPT ? crypto_aead_encrypt(req) :
						crypto_aead_decrypt(req);
}

/* A hurt unit leaves the end of the text out, and says so */
static void sim_exec_cut(struct sim_work *work)
{
	work->done -= min(work->done, work->short_by);
}

static int sim_exec_crypt(struct sim_exec *exec, struct sim_work *work,
			  struct scatterlist *src, struct scatterlist *dst,
			  u8 *iv)
{
	const struct sim_desc *desc = work->desc;
	struct sim_unit *unit = &exec->unit[desc->mode];
	int err;

	work->done = le32_to_cpu(desc->cryptlen);
	if (!unit->aead) {
		sim_exec_cut(work);
		return work->done ? sim_unit_skcipher(unit, work, src, dst, iv)
				  : 0;
	}
	err = sim_unit_aead(unit, work, src, dst, iv);
	if (desc->flags & SIM_DESC_ENCRYPT)
		work->done += desc->taglen;
	else
		work->done -= min_t(unsigned int, work->done, desc->taglen);
	sim_exec_cut(work);
	return err;
}

/**
 * sim_exec_run() - execute a descriptor
 * @exec: the units, prepared for it
 * @dev: the device
 * @work: the descriptor
 *
 * Context: as sim_exec_prepare().
 * Return: what the answer has to say.
 */
enum sim_status sim_exec_run(struct sim_exec *exec, struct device *dev,
			     struct sim_work *work)
{
	const struct sim_desc *desc = work->desc;
	unsigned int nr_src = le16_to_cpu(desc->nr_src);
	unsigned int nr_dst = le16_to_cpu(desc->nr_dst);
	struct scatterlist *src = exec->sg, *dst = src + max(nr_src, 1U);
	struct sim_io *io = sim_bus_virt(dev, le64_to_cpu(desc->io));

	sim_exec_pages(dev, io->seg, nr_src, src);
	if (nr_dst)
		sim_exec_pages(dev, io->seg + nr_src, nr_dst, dst);
	else
		dst = src;
	switch (sim_exec_crypt(exec, work, src, dst, io->iv)) {
	case 0:
		return SIM_STATUS_OK;
	case -EBADMSG:
		return SIM_STATUS_BADMSG;
	default:
		return SIM_STATUS_ERROR;
	}
}
