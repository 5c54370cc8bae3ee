// SPDX-License-Identifier: GPL-2.0
/**
 * DOC: Load generator for asynchronous ciphers
 *
 * Keeps up to DEPTH requests in flight at one driver of the kernel crypto API
 * and measures, from files of /sys/module/accel_bench/parameters/:
 *
 * run
 *	Write "DRIVER DEPTH REQUESTS [SIZE [KEYLEN]]", for example
 *	"cbc-aes-aesni 32 10000", default 1424 bytes and a key of 16. The write
 *	returns when the last request is answered; its error is that of the
 *	first request that failed, if any.
 * backlog
 *	1: requests are allowed to wait in the driver's backlog.
 * verify
 *	1: every answer is compared with the software's, not only the last one
 *	of every slot. Costs time within the measurement.
 * result
 *	One "name=value" per line about the last run:
 *	driver, depth, requests, size;
 *	ns, idle_ns: elapsed time, and how much of it all CPUs together idled
 *	(-1 if the kernel can't tell);
 *	sync: requests whose answer was the return value;
 *	refused: submissions that were not accepted and tried again;
 *	backlogged: those that went to the backlog;
 *	reordered: answers that came after the answer of a later request;
 *	waits: how often the generator had to sleep;
 *	errors: requests that failed; mismatches: wrong output.
 *
 * Requests go out from process context, as those of dm-crypt and of a socket's
 * ESP do. Answers wake the generator once for as many as have come until it
 * runs. It does the same work per request whatever the driver does, so that
 * the difference of two runs is that of their drivers.
 */
#include <crypto/internal/skcipher.h>
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/llist.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/tick.h>
#include <linux/wait.h>

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#define BENCH_MAX_DEPTH		4096
#define BENCH_MAX_SIZE		65536
#define BENCH_MAX_KEY		64
#define BENCH_MAX_IV		16

static bool bench_backlog;
module_param_named(backlog, bench_backlog, bool, 0644);
MODULE_PARM_DESC(backlog, "let requests wait in the driver's backlog (0)");

static bool bench_verify;
module_param_named(verify, bench_verify, bool, 0644);
MODULE_PARM_DESC(verify, "compare every answer, not only the last ones (0)");

/**
 * struct bench_config - what to do
 * @driver: driver name
 * @depth: most requests in flight
 * @requests: how many in all
 * @size: bytes of each
 * @keylen: in bytes
 */
struct bench_config {
	char driver[CRYPTO_MAX_ALG_NAME];
	unsigned int depth;
	unsigned int requests;
	unsigned int size;
	unsigned int keylen;
};

/* What came out, see the top */
struct bench_result {
	struct bench_config cfg;
	u64 ns;
	s64 idle_ns;
	unsigned int sync;
	unsigned int refused;
	unsigned int backlogged;
	unsigned int reordered;
	unsigned int waits;
	unsigned int errors;
	unsigned int mismatches;
	int first_error;
};

/**
 * struct bench_slot - one of the requests that are kept in flight
 * @b: the run
 * @node: in the list of answers
 * @next: in the stack of free slots
 * @seq: number of the last request, from 1
 * @err: its result
 * @req: the request
 * @src: one entry for @buf
 * @dst: one entry for @buf + size
 * @buf: input, output, expected output, @size bytes each
 * @iv: of the request, overwritten by the driver
 */
struct bench_slot {
	struct bench *b;
	struct llist_node node;
	struct bench_slot *next;
	unsigned int seq;
	int err;
	struct skcipher_request *req;
	struct scatterlist src;
	struct scatterlist dst;
	u8 *buf;
	u8 iv[BENCH_MAX_IV];
};

/**
 * struct bench - one run
 * @cfg: what to do
 * @res: what came out
 * @tfm: the driver under test
 * @ivsize: of @tfm
 * @backlog: requests may be backlogged
 * @verify: compare every answer
 * @slots: cfg.depth of them
 * @free: those not in flight; only the generator touches it
 * @in_flight: the others
 * @submitted: requests accepted in this phase
 * @last_seq: of the answer before
 * @stalled: backlogged requests that -EINPROGRESS has not come for. Can be
 *	negative for a moment, when it comes before -EBUSY is returned
 * @done: answers, filled by callbacks
 * @wait: the generator sleeps here
 */
struct bench {
	struct bench_config cfg;
	struct bench_result *res;
	struct crypto_skcipher *tfm;
	unsigned int ivsize;
	bool backlog;
	bool verify;
	struct bench_slot *slots;
	struct bench_slot *free;
	unsigned int in_flight;
	unsigned int submitted;
	unsigned int last_seq;

	atomic_t stalled ____cacheline_aligned_in_smp;
	struct llist_head done;
	wait_queue_head_t wait;
};

/* Guarded by the module's parameter lock, as both users are parameters */
static struct bench_result bench_last;

static const u8 bench_iv[BENCH_MAX_IV] = "accel_bench's iv";

static void bench_callback(void *data, int err)
{
	struct bench_slot *slot = data;
	struct bench *b = slot->b;

	if (err == -EINPROGRESS) {
		atomic_dec(&b->stalled);
		wake_up(&b->wait);
		return;
	}
	slot->err = err;
	/* Somebody who found the list filled has woken the generator. */
	if (llist_add(&slot->node, &b->done))
		wake_up(&b->wait);
}

static void bench_check(struct bench *b, struct bench_slot *slot)
{
	unsigned int size = b->cfg.size;

	if (memcmp(slot->buf + size, slot->buf + 2 * size, size))
		b->res->mismatches++;
	memset(slot->buf + size, 0, size);
}

static void bench_answer(struct bench *b, struct bench_slot *slot, int err)
{
	if (err) {
		b->res->errors++;
		if (!b->res->first_error)
			b->res->first_error = err;
	} else if (b->verify) {
		bench_check(b, slot);
	}
	if (slot->seq < b->last_seq)
		b->res->reordered++;
	b->last_seq = slot->seq;
	slot->next = b->free;
	b->free = slot;
}

static void bench_accepted(struct bench *b)
{
	b->submitted++;
	b->in_flight++;
}

/* Returns whether to go on submitting */
static bool bench_submit(struct bench *b)
{
	struct bench_slot *slot = b->free;
	int err;

	b->free = slot->next;
	slot->seq = b->submitted + 1;
	memcpy(slot->iv, bench_iv, b->ivsize);
	err = crypto_skcipher_encrypt(slot->req);
	if (likely(err == -EINPROGRESS)) {
		bench_accepted(b);
		return true;
	}
	if (err == -EBUSY && b->backlog) {
		bench_accepted(b);
		b->res->backlogged++;
		atomic_inc(&b->stalled);
		return false;
	}
	if (err == -EBUSY || err == -ENOSPC || err == -ENOMEM) {
		b->res->refused++;
		slot->next = b->free;
		b->free = slot;
		return false;
	}
	b->submitted++;
	b->res->sync++;
	bench_answer(b, slot, err);
	return true;
}

static void bench_reap(struct bench *b)
{
	struct llist_node *list;
	struct bench_slot *slot, *next;

	if (llist_empty(&b->done)) {
		b->res->waits++;
		wait_event(b->wait, !llist_empty(&b->done));
	}
	list = llist_reverse_order(llist_del_all(&b->done));
	llist_for_each_entry_safe(slot, next, list, node) {
		b->in_flight--;
		bench_answer(b, slot, slot->err);
	}
}

static void bench_send(struct bench *b, unsigned int requests)
{
	b->submitted = 0;
	b->last_seq = 0;
	while (b->submitted < requests || b->in_flight) {
		while (b->free && b->submitted < requests &&
		       atomic_read(&b->stalled) <= 0 && bench_submit(b))
			;
		if (b->in_flight)
			bench_reap(b);
		else if (b->submitted < requests && b->res->refused)
			schedule_timeout_uninterruptible(1);
		if (fatal_signal_pending(current))
			requests = b->submitted;
		cond_resched();
	}
}

static s64 bench_idle_ns(void)
{
	s64 us = 0;
	int cpu;

	for_each_online_cpu(cpu) {
		u64 idle = get_cpu_idle_time_us(cpu, NULL);
		u64 iowait = get_cpu_iowait_time_us(cpu, NULL);

		if (idle == U64_MAX || iowait == U64_MAX)
			return -1;
		us += idle + iowait;
	}
	return us * NSEC_PER_USEC;
}

/* Sessions, caches and slots are made by what is sent before the clock runs. */
static void bench_measure(struct bench *b)
{
	struct bench_result warm_up = {}, *res = b->res;
	u64 start;
	s64 idle;

	b->res = &warm_up;
	bench_send(b, min(b->cfg.requests, 2 * b->cfg.depth + 16));
	b->res = res;

	idle = bench_idle_ns();
	start = ktime_get_ns();
	bench_send(b, b->cfg.requests);
	res->ns = ktime_get_ns() - start;
	res->idle_ns = idle < 0 ? idle : bench_idle_ns() - idle;
}

static void bench_verify_slots(struct bench *b)
{
	unsigned int i;

	if (b->verify)
		return;
	for (i = 0; i < b->cfg.depth; i++)
		if (b->slots[i].seq)
			bench_check(b, &b->slots[i]);
}

/* What the software makes of the slot's input, to compare with */
static int bench_expect(struct bench *b, struct bench_slot *slot,
			struct crypto_skcipher *soft)
{
	struct skcipher_request *req;
	struct scatterlist want;
	int err;

	req = skcipher_request_alloc(soft, GFP_KERNEL);
	if (!req)
		return -ENOMEM;
	sg_init_one(&want, slot->buf + 2 * b->cfg.size, b->cfg.size);
	memcpy(slot->iv, bench_iv, b->ivsize);
	skcipher_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP, NULL,
				      NULL);
	skcipher_request_set_crypt(req, &slot->src, &want, b->cfg.size,
				   slot->iv);
	err = crypto_skcipher_encrypt(req);
	skcipher_request_free(req);
	return err;
}

static int bench_slot_init(struct bench *b, struct bench_slot *slot,
			   struct crypto_skcipher *soft)
{
	unsigned int size = b->cfg.size;

	slot->b = b;
	slot->buf = kcalloc(3, size, GFP_KERNEL);
	slot->req = skcipher_request_alloc(b->tfm, GFP_KERNEL);
	if (!slot->buf || !slot->req)
		return -ENOMEM;
	memset(slot->buf, slot - b->slots, size);
	sg_init_one(&slot->src, slot->buf, size);
	sg_init_one(&slot->dst, slot->buf + size, size);
	skcipher_request_set_callback(slot->req, b->backlog ?
				      CRYPTO_TFM_REQ_MAY_BACKLOG : 0,
				      bench_callback, slot);
	skcipher_request_set_crypt(slot->req, &slot->src, &slot->dst, size,
				   slot->iv);
	slot->next = b->free;
	b->free = slot;
	return bench_expect(b, slot, soft);
}

static void bench_free_slots(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->cfg.depth; i++) {
		skcipher_request_free(b->slots[i].req);
		kfree(b->slots[i].buf);
	}
	kvfree(b->slots);
}

static int bench_alloc_slots(struct bench *b, struct crypto_skcipher *soft)
{
	unsigned int i;
	int err;

	b->slots = kvcalloc(b->cfg.depth, sizeof(*b->slots), GFP_KERNEL);
	if (!b->slots)
		return -ENOMEM;
	for (i = 0; i < b->cfg.depth; i++) {
		err = bench_slot_init(b, &b->slots[i], soft);
		if (err)
			goto err_free;
	}
	return 0;

err_free:
	bench_free_slots(b);
	return err;
}

static int bench_run_tfm(struct bench *b, struct crypto_skcipher *soft)
{
	u8 key[BENCH_MAX_KEY];
	unsigned int i;
	int err;

	for (i = 0; i < sizeof(key); i++)
		key[i] = i;
	err = crypto_skcipher_setkey(b->tfm, key, b->cfg.keylen);
	if (err)
		return err;
	err = crypto_skcipher_setkey(soft, key, b->cfg.keylen);
	if (err)
		return err;
	err = bench_alloc_slots(b, soft);
	if (err)
		return err;
	bench_measure(b);
	bench_verify_slots(b);
	bench_free_slots(b);
	if (b->res->first_error)
		return b->res->first_error;
	return b->res->mismatches ? -EBADMSG : 0;
}

static int bench_run_driver(struct bench *b)
{
	struct crypto_skcipher *soft;
	const char *name;
	int err;

	b->tfm = crypto_alloc_skcipher(b->cfg.driver, 0, 0);
	if (IS_ERR(b->tfm)) {
		pr_err("no driver %s\n", b->cfg.driver);
		return PTR_ERR(b->tfm);
	}
	err = -EINVAL;
	b->ivsize = crypto_skcipher_ivsize(b->tfm);
	if (b->ivsize > BENCH_MAX_IV)
		goto err_free_tfm;

	name = crypto_tfm_alg_name(crypto_skcipher_tfm(b->tfm));
	soft = crypto_alloc_skcipher(name, 0, CRYPTO_ALG_ASYNC |
				     CRYPTO_ALG_NEED_FALLBACK);
	err = PTR_ERR_OR_ZERO(soft);
	if (err)
		goto err_free_tfm;
	err = bench_run_tfm(b, soft);
	crypto_free_skcipher(soft);

err_free_tfm:
	crypto_free_skcipher(b->tfm);
	return err;
}

static int bench_parse(const char *val, struct bench_config *cfg)
{
	cfg->size = 1424;
	cfg->keylen = 16;
	if (sscanf(val, "%127s %u %u %u %u", cfg->driver, &cfg->depth,
		   &cfg->requests, &cfg->size, &cfg->keylen) < 3)
		return -EINVAL;
	if (!cfg->depth || cfg->depth > BENCH_MAX_DEPTH || !cfg->requests ||
	    cfg->requests > INT_MAX || !cfg->size ||
	    cfg->size > BENCH_MAX_SIZE || cfg->keylen > BENCH_MAX_KEY)
		return -EINVAL;
	return 0;
}

static int bench_set_run(const char *val, const struct kernel_param *kp)
{
	struct bench *b;
	int err;

	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	err = bench_parse(val, &b->cfg);
	if (err) {
		pr_err("run takes: DRIVER DEPTH REQUESTS [SIZE [KEYLEN]]\n");
		goto out;
	}
	b->backlog = bench_backlog;
	b->verify = bench_verify;
	init_llist_head(&b->done);
	init_waitqueue_head(&b->wait);
	memset(&bench_last, 0, sizeof(bench_last));
	bench_last.cfg = b->cfg;
	b->res = &bench_last;
	err = bench_run_driver(b);
out:
	kfree(b);
	return err;
}

static const struct kernel_param_ops bench_run_ops = {
	.set = bench_set_run,
};
module_param_cb(run, &bench_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "DRIVER DEPTH REQUESTS [SIZE [KEYLEN]]: do it");

static int bench_get_result(char *buf, const struct kernel_param *kp)
{
	const struct bench_result *res = &bench_last;
	int len;

	len = sysfs_emit(buf, "driver=%s\ndepth=%u\nrequests=%u\nsize=%u\n",
			 res->cfg.driver, res->cfg.depth, res->cfg.requests,
			 res->cfg.size);
	len += sysfs_emit_at(buf, len, "ns=%llu\nidle_ns=%lld\n", res->ns,
			     res->idle_ns);
	len += sysfs_emit_at(buf, len, "sync=%u\nrefused=%u\nbacklogged=%u\n",
			     res->sync, res->refused, res->backlogged);
	len += sysfs_emit_at(buf, len, "reordered=%u\nwaits=%u\n",
			     res->reordered, res->waits);
	len += sysfs_emit_at(buf, len, "errors=%u\nmismatches=%u\n",
			     res->errors, res->mismatches);
	return len;
}

static const struct kernel_param_ops bench_result_ops = {
	.get = bench_get_result,
};
module_param_cb(result, &bench_result_ops, NULL, 0444);
MODULE_PARM_DESC(result, "of the last run, name=value");

static int __init bench_init(void)
{
	return 0;
}

static void __exit bench_exit(void)
{
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Load generator for asynchronous ciphers");
MODULE_LICENSE("GPL");
