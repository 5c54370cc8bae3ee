/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What vhost_accel asks of whatever does the work: a provider.
 *
 * A provider turns sessions and requests of the virtio crypto device ("Crypto
 * Device" in virtio 1.4) into work for an accelerator. The one there is drives
 * the kernel crypto API; a provider with a back end of its own is another file
 * with these operations.
 */
#ifndef _LINUX_VHOST_ACCEL_H
#define _LINUX_VHOST_ACCEL_H

#include <linux/types.h>

#include <accel/alg_table.h>

struct scatterlist;

/* Longest name of a driver, its terminating zero included */
#define VHOST_ACCEL_DRIVER_LEN	128

/**
 * struct vhost_accel_alg_info - what a provider says about an algorithm
 * @driver: name of the driver that does the work, as an administrator knows it
 * @ctx_size: bytes of private memory that a request needs, see
 *	&vhost_accel_request.ctx
 */
struct vhost_accel_alg_info {
	char driver[VHOST_ACCEL_DRIVER_LEN];
	u32 ctx_size;
};

/**
 * struct vhost_accel_session_param - what a session is made of
 * @alg: the algorithm, never NULL
 * @alg_id: its row
 * @info: what &vhost_accel_provider_ops.probe said about it; the session uses
 *	this driver and no other
 * @key: the key, valid during the call only, never kept or logged
 * @key_len: in bytes, one of the algorithm's sizes
 * @tag_len: of the authentication tag in bytes, 0 for ciphers; of a digest or MAC,
 *	how much of it the guest wants at most, which concerns no provider
 * @private_key: AKCIPHER: @key is a private key, else a public one
 * @padding: RSA: VIRTIO_CRYPTO_RSA_RAW_PADDING or VIRTIO_CRYPTO_RSA_PKCS1_PADDING
 * @hash: RSA with padding: VIRTIO_CRYPTO_RSA_*, not checked
 */
struct vhost_accel_session_param {
	const struct accel_alg *alg;
	enum accel_alg_id alg_id;
	const struct vhost_accel_alg_info *info;
	const u8 *key;
	u32 key_len;
	u32 tag_len;
	bool private_key;
	u8 padding;
	u32 hash;
};

/**
 * struct vhost_accel_request - one request as a provider sees it
 * @src: source. For AEAD the additional authenticated data comes first, in
 *	private memory, then the text; on decryption the tag is last. The rest
 *	are pages of the guest, who may change them at any time.
 * @dst: destination, the same list as @src when in place; NULL for HASH and MAC.
 *	For AEAD the additional data comes first, in the same private memory as in
 *	@src. Nothing may be written behind the output: text, and tag on encryption.
 * @iv: as the kernel crypto API has it for this algorithm, in memory that DMA can
 *	reach; may be changed
 * @digest: HASH and MAC: where the whole result goes, whose length is
 *	&accel_alg.digest_size; private memory that DMA can reach
 * @assoclen: bytes of additional authenticated data
 * @cryptlen: bytes of source behind them
 * @encrypt: or decrypt
 * @op: AKCIPHER: ACCEL_AKCIPHER_OP_*
 * @sig_len: AKCIPHER: bytes of signature at the start of the source, which is all
 *	private memory. The digest is behind it
 * @dst_len: bytes of destination that success writes. AKCIPHER: bytes there are
 *	room for, and the provider makes it the length of the result
 * @ctx: &vhost_accel_alg_info.ctx_size bytes, the provider's from submission to
 *	completion, aligned for DMA. Zero at first, then as the last request
 *	left it.
 * @complete: called by the provider when a request that was accepted is done:
 *	exactly once, from any context, also before submit returns. From then on
 *	the provider must not touch the request or its pages.
 *
 * Lists may be longer than the lengths say.
 */
struct vhost_accel_request {
	struct scatterlist *src;
	struct scatterlist *dst;
	u8 *iv;
	u8 *digest;
	u32 assoclen;
	u32 cryptlen;
	bool encrypt;
	u8 op;
	u32 sig_len;
	u32 dst_len;
	void *ctx;
	void (*complete)(struct vhost_accel_request *req, int err);
};

/**
 * struct vhost_accel_provider_ops - what a provider implements
 * @probe: can the provider do this algorithm at present? Fills in the driver
 *	that it would use. Keeps no hold on that driver. Returns 0, -ENOENT if
 *	not, or another error. May sleep.
 * @session_create: make a session, whose handle goes to @session. Errors:
 *	-EOPNOTSUPP or -ENOENT if the driver can't do this algorithm or size (any
 *	more), -EINVAL for a key that it refuses, -ENOMEM. May sleep.
 * @session_destroy: end a session; no request uses it. May sleep.
 * @submit: do a request. Returns
 *
 *	* 0 or a negative result: done, &vhost_accel_request.complete is not
 *	  called. -EBADMSG: authentication failed. -EKEYREJECTED: this is not the
 *	  signature.
 *	* -EINPROGRESS: accepted, &vhost_accel_request.complete will be or has
 *	  been called.
 *	* -EBUSY, -ENOSPC, -EAGAIN: full. Not accepted, to be tried again.
 *	* -ENOMEM: no memory for this request. Not accepted, to be tried again a
 *	  few times.
 *
 *	Called from the queue's worker, never from two at once for one request;
 *	may sleep. Takes no lock of the vDPA device.
 */
struct vhost_accel_provider_ops {
	int (*probe)(const struct accel_alg *alg,
		     struct vhost_accel_alg_info *info);
	int (*session_create)(const struct vhost_accel_session_param *param,
			      void **session);
	void (*session_destroy)(void *session);
	int (*submit)(void *session, struct vhost_accel_request *req);
};

/**
 * struct vhost_accel_provider - a provider
 * @name: of the provider, and of the management device that stands for it
 * @ops: what it does
 */
struct vhost_accel_provider {
	const char *name;
	const struct vhost_accel_provider_ops *ops;
};

#endif /* _LINUX_VHOST_ACCEL_H */
