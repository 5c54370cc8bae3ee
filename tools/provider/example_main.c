// SPDX-License-Identifier: GPL-2.0
/*
 * A provider of vhost_accel that is as small as can be, and has what hardware has: it
 * comes and goes with a device, its queue can be full, it may hang, and requests are
 * done later. It does AES-CBC with the kernel's AES library, on a workqueue, and whole
 * packets of some SAs (example_esp.c). Documentation/provider.rst explains it.
 */
#include "example.h"

#include <crypto/aes.h>
#include <crypto/scatterwalk.h>
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/virtio_crypto.h>

static char *name = "example";
module_param(name, charp, 0444);
MODULE_PARM_DESC(name, "Name of the provider");

static unsigned int depth = 16;
module_param(depth, uint, 0444);
MODULE_PARM_DESC(depth, "How many requests its queue takes");

/* ---- the hardware ------------------------------------------------------- */

/**
 * struct example_session - a key
 * @example: the device
 * @aes: the key
 */
struct example_session {
	struct example *example;
	struct crypto_aes_ctx aes;
};

/**
 * struct example_request - a request, in memory that vhost_accel has for us
 * @work: on the queue
 * @kept: on the list of those that hang
 * @example: the device
 * @run: how it is done
 * @priv: with which key
 * @req: what is to be done
 */
struct example_request {
	struct work_struct work;
	struct list_head kept;
	struct example *example;
	int (*run)(void *priv, struct vhost_accel_request *req);
	void *priv;
	struct vhost_accel_request *req;
};

static int example_crypt(void *priv, struct vhost_accel_request *req)
{
	const struct example_session *session = priv;
	const struct crypto_aes_ctx *aes = &session->aes;
	u8 block[AES_BLOCK_SIZE], text[AES_BLOCK_SIZE];
	struct scatter_walk in, out;
	u32 left;

	scatterwalk_start(&in, req->src);
	scatterwalk_start(&out, req->dst);
	for (left = req->cryptlen; left; left -= AES_BLOCK_SIZE) {
		scatterwalk_copychunks(text, &in, sizeof(text), 0);
		if (req->encrypt) {
			crypto_xor(text, req->iv, sizeof(text));
			aes_encrypt(aes, block, text);
			memcpy(req->iv, block, sizeof(block));
		} else {
			aes_decrypt(aes, block, text);
			crypto_xor(block, req->iv, sizeof(block));
			memcpy(req->iv, text, sizeof(text));
		}
		scatterwalk_copychunks(block, &out, sizeof(block), 1);
	}
	scatterwalk_done(&in, 0, 0);
	scatterwalk_done(&out, 1, 0);
	return 0;
}

static void example_complete(struct example_request *ereq, int err)
{
	struct example *example = ereq->example;
	struct vhost_accel_request *req = ereq->req;

	atomic_inc(&example->room);
	/* From here on neither is ours any more */
	req->complete(req, err);
	vhost_accel_provider_room(example->provider);
}

static bool example_hangs(struct example *example, struct example_request *ereq)
{
	bool hangs;

	spin_lock(&example->lock);
	hangs = example->hung;
	if (hangs)
		list_add_tail(&ereq->kept, &example->kept);
	spin_unlock(&example->lock);
	return hangs;
}

static void example_work(struct work_struct *work)
{
	struct example_request *ereq =
		container_of(work, struct example_request, work);
	int err;

	if (example_hangs(ereq->example, ereq))
		return;
	err = ereq->run(ereq->priv, ereq->req);
	atomic_inc(&ereq->example->done);
	example_complete(ereq, err);
}

/* As a driver that waits, or asks its device again and again, without giving up */
static void example_wait(struct example *example)
{
	while (READ_ONCE(example->stuck) == EXAMPLE_BUSY)
		cond_resched();
	wait_event_idle(example->fine,
			READ_ONCE(example->stuck) != EXAMPLE_ASLEEP);
}

/* On the queue, if there is room */
int example_submit(struct example *example, struct vhost_accel_request *req,
		   int (*run)(void *priv, struct vhost_accel_request *req),
		   void *priv)
{
	unsigned int error = READ_ONCE(example->submit_error);
	struct example_request *ereq = req->ctx;

	if (unlikely(READ_ONCE(example->stuck)))
		example_wait(example);
	if (unlikely(error))
		return -(int)error;
	if (atomic_dec_if_positive(&example->room) < 0)
		return -ENOSPC;
	ereq->example = example;
	ereq->run = run;
	ereq->priv = priv;
	ereq->req = req;
	INIT_WORK(&ereq->work, example_work);
	queue_work(example->queue, &ereq->work);
	return -EINPROGRESS;
}

/* It hangs or not, but from now on it has none of those that it kept */
static void example_stop(struct example *example)
{
	struct example_request *ereq, *next;
	LIST_HEAD(kept);

	spin_lock(&example->lock);
	list_splice_init(&example->kept, &kept);
	spin_unlock(&example->lock);
	list_for_each_entry_safe(ereq, next, &kept, kept)
		example_complete(ereq, -EIO);
	atomic_inc(&example->stopped);
}

/* ---- the provider ------------------------------------------------------- */

static int example_session_create(const struct vhost_accel_session_param *param,
				  void **session)
{
	struct example *example = param->info->provider->priv;
	struct example_session *esession;

	/* As a driver whose device has to work on the key, and does not answer */
	wait_event_idle(example->fine,
			READ_ONCE(example->stuck) != EXAMPLE_KEYS);
	esession = kzalloc(sizeof(*esession), GFP_KERNEL_ACCOUNT);
	if (!esession)
		return -ENOMEM;
	esession->example = example;
	if (aes_expandkey(&esession->aes, param->key, param->key_len)) {
		kfree_sensitive(esession);
		return -EINVAL;
	}
	*session = esession;
	return 0;
}

static void example_session_destroy(void *session)
{
	kfree_sensitive(session);
}

static int example_session_submit(void *session,
				  struct vhost_accel_request *req)
{
	struct example_session *esession = session;

	return example_submit(esession->example, req, example_crypt, esession);
}

static void example_quiesce(const struct vhost_accel_provider *provider)
{
	struct example *example = provider->priv;

	/* What it is about to do is either done then, or kept */
	flush_workqueue(example->queue);
	example_stop(example);
}

static const struct vhost_accel_provider_ops example_ops = {
	.session_create = example_session_create,
	.session_destroy = example_session_destroy,
	.submit = example_session_submit,
	.quiesce = example_quiesce,
	.sa_create = example_sa_create,
	.sa_destroy = example_sa_destroy,
	.sa_submit = example_sa_submit,
};

/* ---- the driver --------------------------------------------------------- */

static int example_probe(struct platform_device *pdev)
{
	struct vhost_accel_provider provider = {
		.name = name,
		.owner = THIS_MODULE,
		.ops = &example_ops,
		.caps.algs[VIRTIO_CRYPTO_SERVICE_CIPHER] =
			BIT_ULL(VIRTIO_CRYPTO_CIPHER_AES_CBC),
		.caps.ctx_size = sizeof(struct example_request),
		.limits.depth = depth,
		.limits.max_len = EXAMPLE_MAX_LEN,
		.node = dev_to_node(&pdev->dev),
	};
	struct example *example;

	example = devm_kzalloc(&pdev->dev, sizeof(*example), GFP_KERNEL);
	if (!example)
		return -ENOMEM;
	atomic_set(&example->room, depth);
	init_waitqueue_head(&example->fine);
	spin_lock_init(&example->lock);
	INIT_LIST_HEAD(&example->kept);
	example->queue = alloc_workqueue("accel_example", WQ_UNBOUND, 0);
	if (!example->queue)
		return -ENOMEM;
	provider.priv = example;
	platform_set_drvdata(pdev, example);
	example->provider = vhost_accel_register_provider(&provider);
	if (IS_ERR(example->provider)) {
		destroy_workqueue(example->queue);
		return PTR_ERR(example->provider);
	}
	return 0;
}

static void example_remove(struct platform_device *pdev)
{
	struct example *example = platform_get_drvdata(pdev);

	vhost_accel_unregister_provider(example->provider);
	destroy_workqueue(example->queue);
}

/* Hardware finds out by itself; this one is told */
static ssize_t sick_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	struct example *example = dev_get_drvdata(dev);
	bool sick;
	int err;

	err = kstrtobool(buf, &sick);
	if (err)
		return err;
	vhost_accel_provider_set_sick(example->provider, sick);
	return count;
}
static DEVICE_ATTR_WO(sick);

/* 0: it works again, and what it kept is done */
static ssize_t hung_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	struct example *example = dev_get_drvdata(dev);
	struct example_request *ereq, *next;
	bool hung;
	int err;

	err = kstrtobool(buf, &hung);
	if (err)
		return err;
	spin_lock(&example->lock);
	example->hung = hung;
	list_for_each_entry_safe(ereq, next, &example->kept, kept) {
		if (hung)
			break;
		list_del(&ereq->kept);
		queue_work(example->queue, &ereq->work);
	}
	spin_unlock(&example->lock);
	return count;
}
static DEVICE_ATTR_WO(hung);

static const char *const example_stucks[] = {
	"fine", "asleep", "busy", "keys",
};

static ssize_t stuck_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	struct example *example = dev_get_drvdata(dev);
	int stuck = sysfs_match_string(example_stucks, buf);

	if (stuck < 0)
		return stuck;
	WRITE_ONCE(example->stuck, stuck);
	wake_up_all(&example->fine);
	return count;
}
static DEVICE_ATTR_WO(stuck);

static ssize_t submit_error_store(struct device *dev,
				  struct device_attribute *attr,
				  const char *buf, size_t count)
{
	struct example *example = dev_get_drvdata(dev);
	unsigned int error;
	int err;

	err = kstrtouint(buf, 10, &error);
	if (err)
		return err;
	if (error > MAX_ERRNO)
		return -ERANGE;
	WRITE_ONCE(example->submit_error, error);
	return count;
}
static DEVICE_ATTR_WO(submit_error);

static ssize_t stopped_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct example *example = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", atomic_read(&example->stopped));
}
static DEVICE_ATTR_RO(stopped);

static ssize_t done_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct example *example = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", atomic_read(&example->done));
}
static DEVICE_ATTR_RO(done);

static ssize_t packets_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct example *example = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", atomic_read(&example->packets));
}
static DEVICE_ATTR_RO(packets);

static struct attribute *example_attrs[] = {
	&dev_attr_done.attr,
	&dev_attr_hung.attr,
	&dev_attr_packets.attr,
	&dev_attr_sick.attr,
	&dev_attr_stopped.attr,
	&dev_attr_stuck.attr,
	&dev_attr_submit_error.attr,
	NULL
};
ATTRIBUTE_GROUPS(example);

static struct platform_driver example_driver = {
	.probe = example_probe,
	.remove = example_remove,
	.driver.name = "accel_example",
	.driver.dev_groups = example_groups,
};

static struct platform_device *example_device;

static int __init example_init(void)
{
	int err;

	err = platform_driver_register(&example_driver);
	if (err)
		return err;
	example_device = platform_device_register_simple("accel_example",
							 PLATFORM_DEVID_NONE,
							 NULL, 0);
	if (IS_ERR(example_device)) {
		platform_driver_unregister(&example_driver);
		return PTR_ERR(example_device);
	}
	return 0;
}

static void __exit example_exit(void)
{
	platform_device_unregister(example_device);
	platform_driver_unregister(&example_driver);
}

module_init(example_init);
module_exit(example_exit);

MODULE_DESCRIPTION("Example of a provider for vhost_accel");
MODULE_LICENSE("GPL");
