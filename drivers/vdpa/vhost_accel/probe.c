// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of our own, by which it is found out whether a provider works again that
 * has lost what it had. Nobody's data is in them, so that nobody waits for those that
 * don't come back either.
 *
 * A probe holds the provider, its module and this one, until it is back.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "health.h"
#include "registry.h"
#include "session.h"

/* Whole blocks of all ciphers */
#define VHA_PROBE_LEN	64
/* Of a key without a length of its own */
#define VHA_PROBE_KEY	16

/**
 * struct vha_probe - a probe
 * @op: the request
 * @back: on &vha_health.probes_back
 * @provider: who has it
 * @session: of its own
 * @result: what came back
 * @sg: of @text
 * @text: source and destination, a page, for providers that want it aligned
 * @iv: of the request
 * @digest: if it is a hash
 * @ctx: the provider's
 */
struct vha_probe {
	struct vhost_accel_request op;
	struct llist_node back;
	struct vha_provider *provider;
	struct vha_session *session;
	int result;
	struct scatterlist sg;
	void *text;
	/* DMA may be done to what follows, apart from the rest */
	u8 iv[ACCEL_MAX_IV_LEN] __aligned(ARCH_DMA_MINALIGN);
	u8 digest[ACCEL_MAX_DIGEST_LEN] __aligned(ARCH_DMA_MINALIGN);
	u8 ctx[] __aligned(ARCH_DMA_MINALIGN);
};

static void vha_probe_free(struct vha_probe *probe)
{
	if (probe->session)
		vha_session_put(probe->session);
	free_page((unsigned long)probe->text);
	kfree_sensitive(probe);
	module_put(THIS_MODULE);
}

static struct vha_probe *vha_probe_alloc(struct vha_provider *provider,
					 u32 ctx_size)
{
	struct vha_probe *probe;

	probe = kzalloc(struct_size(probe, ctx, ctx_size), GFP_KERNEL);
	if (!probe)
		return NULL;
	probe->text = (void *)get_zeroed_page(GFP_KERNEL);
	if (!probe->text) {
		kfree(probe);
		return NULL;
	}
	probe->provider = provider;
	__module_get(THIS_MODULE);
	return probe;
}

/* In any context. The module can't go before this has left, as it waits for RCU */
static void vha_probe_done(struct vhost_accel_request *op, int err)
{
	struct vha_probe *probe = container_of(op, struct vha_probe, op);
	struct vha_provider *provider = probe->provider;

	rcu_read_lock();
	probe->result = err;
	llist_add(&probe->back, &provider->health.probes_back);
	queue_work(system_wq, &provider->work);
	rcu_read_unlock();
}

static void vha_probe_set_op(struct vha_probe *probe,
			     const struct accel_alg *alg)
{
	struct vhost_accel_request *op = &probe->op;
	u32 tag_len = alg->max_tag_size;

	sg_init_one(&probe->sg, probe->text, VHA_PROBE_LEN + tag_len);
	op->src = &probe->sg;
	op->dst = alg->digest_size ? NULL : &probe->sg;
	op->iv = probe->iv;
	op->digest = probe->digest;
	op->cryptlen = VHA_PROBE_LEN;
	op->encrypt = true;
	op->dst_len = alg->digest_size ?: VHA_PROBE_LEN + tag_len;
	op->ctx = probe->ctx;
	op->complete = vha_probe_done;
}

/* One that needs no more than a key of any contents, and that the provider has */
static bool vha_probe_choose(struct vha_provider *provider,
			     struct vhost_accel_session_param *param,
			     struct vhost_accel_alg_info *info)
{
	const struct accel_alg *alg;
	unsigned int i;

	for (i = 0; i < ACCEL_ALG_NR; i++) {
		alg = &accel_algs[i];
		if (alg->service == VIRTIO_CRYPTO_SERVICE_AKCIPHER ||
		    alg->min_iv_size || vha_provider_ask(provider, i, info))
			continue;
		param->alg = alg;
		param->alg_id = i;
		param->info = info;
		param->key_len = alg->key_sizes[0];
		if (alg->any_key)
			param->key_len = VHA_PROBE_KEY;
		param->tag_len = alg->max_tag_size ?: alg->digest_size;
		return true;
	}
	return false;
}

static int vha_probe_submit(struct vha_provider *provider,
			    const struct vhost_accel_session_param *param,
			    struct vha_probe **result)
{
	struct vha_probe *probe;
	struct vha_handle *handle;
	int err;

	probe = vha_probe_alloc(provider, param->info->ctx_size);
	*result = probe;
	if (!probe)
		return -ENOMEM;
	err = vha_session_bare(param, NULL, true, &probe->session);
	if (err)
		return err;
	vha_probe_set_op(probe, param->alg);
	handle = &probe->session->handle[VHA_STEP_MAIN];
	return handle->submit(handle->priv, &probe->op);
}

static void vha_probe_ended(struct vha_provider *provider, int result)
{
	spin_lock_irq(&provider->lock);
	provider->health.probes--;
	spin_unlock_irq(&provider->lock);
	if (!result)
		vha_health_probed(provider);
}

/**
 * vha_probe_send() - find out whether a provider works
 * @provider: its record, with one more in &vha_health.probes
 *
 * If the probe succeeds, now or later, the provider has recovered.
 *
 * Context: process.
 */
void vha_probe_send(struct vha_provider *provider)
{
	/* The halves of a key differ, and its parts: no driver takes it for weak */
	u8 key[ACCEL_MAX_KEY_LEN];
	struct vhost_accel_session_param param = { .key = key };
	struct vhost_accel_alg_info info;
	struct vha_probe *probe = NULL;
	unsigned int i;
	int err = -ENOENT;

	for (i = 0; i < sizeof(key); i++)
		key[i] = i;
	if (vha_probe_choose(provider, &param, &info))
		err = vha_probe_submit(provider, &param, &probe);
	if (err == -EINPROGRESS)
		return;
	if (probe)
		vha_probe_free(probe);
	vha_probe_ended(provider, err);
}

/**
 * vha_probes_collect() - see what has come back
 * @provider: its record
 *
 * Context: process, the provider's work item.
 */
void vha_probes_collect(struct vha_provider *provider)
{
	struct llist_node *back = llist_del_all(&provider->health.probes_back);
	struct vha_probe *probe, *next;
	int result;

	llist_for_each_entry_safe(probe, next, back, back) {
		result = probe->result;
		vha_probe_ended(provider, result);
		vha_probe_free(probe);
	}
}
