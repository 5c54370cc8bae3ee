/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What vhost_accel asks of whatever does the work: a provider.
 *
 * A provider turns sessions and requests of the virtio crypto device ("Crypto
 * Device" in virtio 1.4) into work for an accelerator. Those over the kernel crypto
 * API come with vhost_accel; a module that drives its hardware itself registers one
 * of its own. Documentation/provider.rst explains it, with an example.
 */
#ifndef _LINUX_VHOST_ACCEL_H
#define _LINUX_VHOST_ACCEL_H

#include <linux/types.h>

#include <accel/alg_table.h>
#include <accel/ipsec.h>
#include <accel/sa_form.h>

struct module;
struct scatterlist;
struct vha_provider;
struct vhost_accel_provider;

/* Longest name of a driver, its terminating zero included */
#define VHOST_ACCEL_DRIVER_LEN	128
/* The same of a provider */
#define VHOST_ACCEL_NAME_LEN	32

/* Services that algorithms may be of: numbers are less */
#define VHOST_ACCEL_SERVICES	(VIRTIO_CRYPTO_SERVICE_AKCIPHER + 1)

/* Least of a limit that a provider may have */
#define VHOST_ACCEL_MIN_SEGS	2
#define VHOST_ACCEL_MIN_LEN	4096

/**
 * struct vhost_accel_alg_info - what a provider says about an algorithm
 * @provider: that says so
 * @driver: name of the driver that does the work, as an administrator knows it
 * @ctx_size: bytes of private memory that a request needs, see
 *	&vhost_accel_request.ctx; never 0
 */
struct vhost_accel_alg_info {
	const struct vhost_accel_provider *provider;
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
 * struct vhost_accel_sa_param - what an SA is made of, for a provider of whole packets
 * @provider: that is asked
 * @outbound: direction
 * @alg: the combination of algorithms, never NULL
 * @form: how its packets look
 * @cipher_key: of the cipher or AEAD, valid during the call only, as all that is here
 * @cipher_key_len: in bytes, 0 without encryption
 * @auth_key: of the MAC
 * @auth_key_len: in bytes, 0 for an AEAD
 * @salt: &accel_ipsec_alg.salt_len bytes
 */
struct vhost_accel_sa_param {
	const struct vhost_accel_provider *provider;
	bool outbound;
	const struct accel_ipsec_alg *alg;
	const struct accel_sa_form *form;
	const u8 *cipher_key;
	u32 cipher_key_len;
	const u8 *auth_key;
	u32 auth_key_len;
	const u8 *salt;
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
 *	room for, and the provider makes it the length of the result; so with packets
 * @seq: packets: the sequence number. Outbound: that the packet is to get, and no other
 *	one. Inbound: that its header had when vhost_accel read it, with the upper half
 *	that follows from the window; the provider makes it what it has authenticated
 * @sa_error: packets that fail: VIRTIO_ACCEL_SA_ERR_*, why. 0 at first, which is
 *	PROVIDER. -EBADMSG is always ICV
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
	u64 seq;
	u8 sa_error;
	void *ctx;
	void (*complete)(struct vhost_accel_request *req, int err);
};

/**
 * struct vhost_accel_provider_ops - what a provider implements
 * @present: is there anything at present that the provider could work with? Without
 *	holding or using it. May sleep. Optional: NULL if there is as long as the
 *	provider is registered.
 * @probe: can the provider do this algorithm, a row of &accel_algs, at present? Fills
 *	in the driver that it would use, and what that needs. @info has the provider
 *	already. Keeps no hold on that driver. Returns 0, -ENOENT if not, or another
 *	error. May sleep. Optional: without it &vhost_accel_provider.caps says so.
 * @session_create: make a session, whose handle goes to @session. Errors:
 *	-EOPNOTSUPP or -ENOENT if the driver can't do this algorithm or size (any
 *	more), -EINVAL for a key that it refuses, -ENOMEM. May sleep, but does not wait
 *	for hardware that is sick.
 * @session_destroy: end a session; no request uses it. May sleep, as above.
 * @submit: do a request. Returns
 *
 *	* 0 or a negative result: done, &vhost_accel_request.complete is not
 *	  called. -EBADMSG: authentication failed. -EKEYREJECTED: this is not the
 *	  signature.
 *	* -EINPROGRESS: accepted, &vhost_accel_request.complete will be or has
 *	  been called.
 *	* -EBUSY, -ENOSPC, -EAGAIN: full. Not accepted, to be tried again: when
 *	  a request of the same queue has come back, when vhost_accel_provider_room()
 *	  is called, and now and then.
 *	* -ENOMEM: no memory for this request. Not accepted, to be tried again a
 *	  few times.
 *
 *	Called from the queue's worker, never from two at once for one request;
 *	may sleep. Takes no lock of the vDPA device.
 * @quiesce: have every request that was accepted come back: those that are done, with
 *	their results, the others with -EIO, once the hardware is proven to have let
 *	go of their memory. When it returns, &vhost_accel_request.complete has been
 *	called for all that were accepted before. May sleep; bounded. Called when the
 *	provider unregisters, when a request is overdue, and when the provider is sick
 *	and a device of it waits for its requests; nothing new is submitted by
 *	those. Optional: without it, requests are waited for.
 * @sa_create: make an SA of the IPSEC service, for whole packets. The handle goes to
 *	@sa. Any error, such as -EOPNOTSUPP for a mode or algorithm that it has not,
 *	means that vhost_accel does headers itself, and the algorithms' sessions the
 *	rest. The provider need not have the SA's algorithms. May sleep, as
 *	session_create. Optional, as the next two, which go along.
 * @sa_destroy: end an SA; no request uses it. May sleep.
 * @sa_submit: do a packet, as @submit. &vhost_accel_request.src has an IP packet, and
 *	@dst, apart from it, gets another one: outbound, with ESP or AH around it;
 *	inbound, without, if it is authentic. Sequence numbers, windows and lifetimes
 *	are vhost_accel's, headers are the provider's; what they have to be is in
 *	Documentation/ipsec-wire.rst. A packet that is not accepted, for -EOPNOTSUPP at
 *	once, is done as if there were no SA, with the number that it has. One that comes
 *	in and fails with TRAILER, INNER, DUMMY, ECN, TTL or ROOM is authentic.
 *
 * All but @present and @quiesce may be called for several sessions at once.
 */
struct vhost_accel_provider_ops {
	bool (*present)(const struct vhost_accel_provider *provider);
	int (*probe)(const struct vhost_accel_provider *provider,
		     enum accel_alg_id id, struct vhost_accel_alg_info *info);
	int (*session_create)(const struct vhost_accel_session_param *param,
			      void **session);
	void (*session_destroy)(void *session);
	int (*submit)(void *session, struct vhost_accel_request *req);
	void (*quiesce)(const struct vhost_accel_provider *provider);
	int (*sa_create)(const struct vhost_accel_sa_param *param, void **sa);
	void (*sa_destroy)(void *sa);
	int (*sa_submit)(void *sa, struct vhost_accel_request *req);
};

/**
 * struct vhost_accel_caps - what a provider can do that does not ask others
 * @algs: by service (VIRTIO_CRYPTO_SERVICE_*), the algorithms, as the device's
 *	configuration has them: BIT_ULL(&accel_alg.wire). Bits that no row of
 *	&accel_algs has are refused. Both curves of ECDSA are one bit
 * @ctx_size: bytes of private memory that any of its requests needs, see
 *	&vhost_accel_request.ctx; may be 0. Of packets also if there is a probe
 *
 * SAs of the IPSEC service need no bit of their own: they have the algorithms that there
 * are. Without sa_create, headers are vhost_accel's, too, and the provider gets each packet
 * as requests of the cipher, MAC or AEAD of the SA.
 */
struct vhost_accel_caps {
	u64 algs[VHOST_ACCEL_SERVICES];
	u32 ctx_size;
};

/**
 * struct vhost_accel_limits - which requests a provider can't be given
 * @depth: how many requests it accepts before it is full, all devices together; 0 if
 *	it can't say. It is given no more at a time, and devices share it by weight; it
 *	says that it is full itself all the same
 * @request_cost: what a request costs it beside its bytes, as the bytes that it could do
 *	in the same time, up to 1 MiB; 0 for 512. So shares are of what it really does
 * @max_segs: entries that a list may have, at least %VHOST_ACCEL_MIN_SEGS
 * @align: of the offset and, but for the last, the length of each entry: a power of
 *	two up to PAGE_SIZE
 * @max_len: bytes of a request, AAD included, at least %VHOST_ACCEL_MIN_LEN
 *
 * 0 is no limit. A whole packet beyond one is done in steps, any other request by the
 * fallback. Without fallback it
 * fails, but for @max_len, which such a device tells its guest.
 */
struct vhost_accel_limits {
	u32 depth;
	u32 request_cost;
	u32 max_segs;
	u32 align;
	u32 max_len;
};

/**
 * struct vhost_accel_provider - a provider
 * @name: of the provider, and of the management device that stands for it: letters,
 *	digits, and "-_." behind the first, less than %VHOST_ACCEL_NAME_LEN
 * @owner: THIS_MODULE, which is in use while there are sessions
 * @ops: what it does
 * @priv: the provider's own
 * @caps: what it can do, if @ops has no probe
 * @limits: what it can't
 * @node: NUMA node that it is near to, or NUMA_NO_NODE
 * @nested: it works with devices of this kind that the kernel's own driver has. A
 *	device of the provider's for that driver would be one below itself.
 */
struct vhost_accel_provider {
	const char *name;
	struct module *owner;
	const struct vhost_accel_provider_ops *ops;
	void *priv;
	struct vhost_accel_caps caps;
	struct vhost_accel_limits limits;
	int node;
	bool nested;
};

struct vha_provider *
vhost_accel_register_provider(const struct vhost_accel_provider *provider);
void vhost_accel_unregister_provider(struct vha_provider *provider);
void vhost_accel_provider_room(struct vha_provider *provider);
void vhost_accel_provider_set_sick(struct vha_provider *provider, bool sick);

#endif /* _LINUX_VHOST_ACCEL_H */
