/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_ALG_H
#define _VACCEL_ALG_H

#include <crypto/internal/aead.h>
#include <crypto/internal/akcipher.h>
#include <crypto/internal/hash.h>
#include <crypto/internal/skcipher.h>
#include <linux/types.h>

#include <accel/alg_table.h>

#include "stats.h"

struct vaccel_alg;
struct vaccel_data_hdr;
struct vaccel_req;
struct vaccel_slot;
struct vaccel_tfm;

/**
 * struct vaccel_family - one interface of the crypto API, and its algorithms
 * @algs: the rows
 * @nr: number of entries in @algs
 * @base: offset of the part common to all families in &struct vaccel_alg
 * @error: what a caller gets when a device answers VIRTIO_CRYPTO_ERR, 0 for -EIO
 * @add: registers a row; returns 0 or an error
 * @del: unregisters it
 * @fill: writes the header of a request; returns its length with all that is
 *	in the same buffer. @session is the device's name for the session
 * @fallback: does a request in software; returns as the fallback, and calls
 *	@done if that is not done at once. @flags are CRYPTO_TFM_REQ_*
 * @finish: a device has done a request: what is left to do for its caller
 * @src: with VACCEL_REQ_LISTS: fills a list with the source; returns the entry
 *	behind the last one
 * @dst: likewise with the destination, which may be in the slot
 * @take: likewise, looks at what a device has written to the slot, before that is
 *	used again; may change &vaccel_req.status
 */
struct vaccel_family {
	struct vaccel_alg *algs;
	unsigned int nr;
	size_t base;
	int error;
	int (*add)(struct vaccel_alg *alg);
	void (*del)(struct vaccel_alg *alg);
	unsigned int (*fill)(struct vaccel_data_hdr *h, struct vaccel_tfm *t,
			     struct vaccel_req *req, bool rev1, __le64 session);
	int (*fallback)(struct vaccel_tfm *t, struct vaccel_req *req, u32 flags,
			crypto_completion_t done);
	void (*finish)(struct vaccel_tfm *t, struct vaccel_req *req);
	struct scatterlist *(*src)(struct vaccel_tfm *t, struct vaccel_req *req,
				   struct scatterlist *to);
	struct scatterlist *(*dst)(struct vaccel_tfm *t, struct vaccel_req *req,
				   struct vaccel_slot *slot,
				   struct scatterlist *to);
	void (*take)(struct vaccel_tfm *t, struct vaccel_req *req,
		     struct vaccel_slot *slot);
};

extern const struct vaccel_family vaccel_skcipher_family;
extern const struct vaccel_family vaccel_hash_family;
extern const struct vaccel_family vaccel_aead_family;
extern const struct vaccel_family vaccel_akcipher_family;
extern const struct vaccel_family vaccel_authenc_family;

/**
 * enum vaccel_next_iv - what a mode leaves in the IV of a finished request
 * @VACCEL_IV_KEEP: what was there
 * @VACCEL_IV_LAST_BLOCK: the last block of ciphertext
 * @VACCEL_IV_COUNTER: the counter behind the last block
 */
enum vaccel_next_iv {
	VACCEL_IV_KEEP,
	VACCEL_IV_LAST_BLOCK,
	VACCEL_IV_COUNTER,
};

/**
 * struct vaccel_alg - a driver that is registered with the crypto API
 * @family: the interface of the crypto API that it is for
 * @id: enum accel_alg_id: what the device does
 * @auth_id: algorithm chaining: enum accel_alg_id of the MAC beside the cipher @id;
 *	0, which is none, without
 * @esn: algorithm chaining: the MAC has the extended sequence number of IPsec at its
 *	end (RFC 4303)
 * @next_iv: enum vaccel_next_iv
 * @verifies: its users share no secret with the device, and believe by its answer:
 *	ranked by verify_priority
 * @unranked: software for it has priority 0, below which there is none: not
 *	registered below other software
 * @salt: IPsec's forms: length of the salt behind the key, with which the device's
 *	IV begins; the rest of it is the caller's, and is at the end of the AAD too
 * @rsa_padding: VIRTIO_CRYPTO_RSA_*_PADDING
 * @rsa_hash: with padding, VIRTIO_CRYPTO_RSA_*
 * @auth_only: AEAD: the text is authenticated and not encrypted
 * @check_authsize: AEAD: is this a length of the tag?
 * @check_assoclen: with @salt: is this a length of the AAD?
 * @row: the row of @id in the table shared with the host
 * @auth: that of @auth_id, or NULL
 * @skcipher: the driver, if it is of vaccel_skcipher_family
 * @hash: the driver, if it is of vaccel_hash_family
 * @aead: the driver, if it is of vaccel_aead_family
 * @akcipher: the driver, if it is of vaccel_akcipher_family
 * @stats: counters
 * @min_size: data shorter than this is for software, in bytes
 * @registered: is it?
 */
struct vaccel_alg {
	const struct vaccel_family *family;
	u8 id;
	u8 auth_id;
	bool esn;
	u8 next_iv;
	bool verifies;
	bool unranked;
	u8 salt;
	u8 rsa_padding;
	u8 rsa_hash;
	bool auth_only;
	int (*check_authsize)(unsigned int authsize);
	int (*check_assoclen)(unsigned int assoclen);
	const struct accel_alg *row;
	const struct accel_alg *auth;
	union {
		struct skcipher_alg skcipher;
		struct ahash_alg hash;
		struct aead_alg aead;
		struct akcipher_alg akcipher;
	};
	struct vaccel_stats __percpu *stats;
	u32 min_size;
	bool registered;
};

/* Of all that we register: never used where software must be, may be async */
#define VACCEL_ALG_FLAGS	(CRYPTO_ALG_ASYNC | CRYPTO_ALG_KERN_DRIVER_ONLY | \
				 CRYPTO_ALG_NEED_FALLBACK)
/* Initialises the part common to all families */
#define VACCEL_CRA(_name, _driver, _block)				\
	{								\
		.cra_name = _name,					\
		.cra_driver_name = _driver,				\
		.cra_flags = VACCEL_ALG_FLAGS,				\
		.cra_blocksize = _block,				\
		.cra_ctxsize = sizeof(struct vaccel_ctx),		\
		.cra_module = THIS_MODULE,				\
	}
/* Of the fallbacks: software, and as quiet with memory as we are */
#define VACCEL_FALLBACK_MASK	(CRYPTO_ALG_NEED_FALLBACK | \
				 CRYPTO_ALG_ALLOCATES_MEMORY)

/**
 * vaccel_alg_base() - the part common to all families
 * @alg: the driver
 *
 * Return: that part.
 */
static inline struct crypto_alg *vaccel_alg_base(struct vaccel_alg *alg)
{
	return (void *)alg + alg->family->base;
}

/**
 * vaccel_alg_set() - what a device must have for a driver
 * @alg: the driver
 *
 * Return: the set, see ACCEL_ALG_BIT().
 */
static inline u64 vaccel_alg_set(const struct vaccel_alg *alg)
{
	return ACCEL_ALG_BIT(alg->id) |
	       (alg->auth_id ? ACCEL_ALG_BIT(alg->auth_id) : 0);
}

/**
 * vaccel_algs_init() - prepare the rows
 *
 * Return: 0 or -ENOMEM.
 */
int vaccel_algs_init(void);

/**
 * vaccel_algs_exit() - unregister everything
 *
 * No transform is left: each holds a reference on the module.
 */
void vaccel_algs_exit(void);

/**
 * vaccel_algs_offer() - register what a device offers and is not registered
 * @algs: bit mask of enum accel_alg_id, see ACCEL_ALG_BIT()
 *
 * From a work item, as the self-tests that the crypto API starts then want the
 * device to be ready.
 *
 * Context: any.
 */
void vaccel_algs_offer(u64 algs);

/**
 * vaccel_alg_for_each() - call a function for each row
 * @fn: the function; a return value other than 0 ends the loop
 * @data: passed to @fn
 */
void vaccel_alg_for_each(int (*fn)(struct vaccel_alg *alg, void *data),
			 void *data);

/**
 * vaccel_alg_aead_driver() - find our driver of an AEAD
 * @name: of the AEAD
 *
 * Return: the driver's name, or NULL if it is not registered.
 */
const char *vaccel_alg_aead_driver(const char *name);

#endif /* _VACCEL_ALG_H */
