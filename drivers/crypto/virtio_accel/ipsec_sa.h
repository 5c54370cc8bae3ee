/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the stacked network device keeps of an IPsec state (SA): its transform and
 * the order of its packets.
 *
 * This is the back end of crypto offload, on an AEAD of this module.  The IPSEC service
 * of virtio 1.4 would be one beside it: chosen in vaccel_xfrm_state_add(), with its own
 * ipsec_pkt.c; the order of packets, and what comes before and after, are the
 * same.
 */
#ifndef _VACCEL_IPSEC_SA_H
#define _VACCEL_IPSEC_SA_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct crypto_aead;

#define VACCEL_SA_MAX_IV	16	/* of AES-CBC; counters have 8 bytes */
#define VACCEL_SA_MAX_ICV	64	/* of HMAC-SHA512, not truncated */
#define VACCEL_SA_HDR		8	/* ESP's header: SPI, sequence number */
#define VACCEL_SA_MAX_AAD	(VACCEL_SA_HDR + 4 + VACCEL_SA_MAX_IV)

/**
 * struct vaccel_turn - a packet in an order
 * @node: entry in the order; free for other use when its turn has come
 * @done: it may go when those before it are gone
 */
struct vaccel_turn {
	struct list_head node;
	bool done;
};

/**
 * struct vaccel_order - lets go in order what ends in any order
 * @lock: guards all here, and @done of what waits; while it is held, the lock of
 *	the network device may be taken
 * @waiting: what has entered and may not go yet
 */
struct vaccel_order {
	spinlock_t lock; /* see above */
	struct list_head waiting;
};

/**
 * vaccel_order_init() - make an order in which nothing waits
 * @o: the order
 */
void vaccel_order_init(struct vaccel_order *o);

/**
 * vaccel_order_enter() - take the last place
 * @o: the order
 * @t: what takes it
 *
 * Context: any but hard interrupts.
 */
void vaccel_order_enter(struct vaccel_order *o, struct vaccel_turn *t);

/**
 * vaccel_order_done() - what has a place is done
 * @o: the order
 * @t: what is done
 * @go: called for all whose turn has come, in order and with the order's lock
 *	held
 *
 * Context: any but hard interrupts.
 */
void vaccel_order_done(struct vaccel_order *o, struct vaccel_turn *t,
		       void (*go)(struct vaccel_turn *t));

/**
 * struct vaccel_sa_params - what makes an SA
 * @alg: name of the AEAD in the crypto API
 * @key: as the AEAD wants it
 * @key_len: its length
 * @icv_len: length of the integrity check value
 * @esn: does it have extended sequence numbers?
 * @random_iv: may nobody foresee an IV (CBC)? Else it is made of the sequence number
 * @out: is it for packets that leave?
 */
struct vaccel_sa_params {
	const char *alg;
	const u8 *key;
	unsigned int key_len;
	u8 icv_len;
	bool esn;
	bool random_iv;
	bool out;
};

/**
 * struct vaccel_sa - one SA; constant but for its order
 * @aead: the transform
 * @dev: the stacked device, referenced
 * @iv_salt: what the sequence number is combined with to be an IV
 * @iv_len: length of the IV in a packet
 * @icv_len: see &struct vaccel_sa_params, as the following
 * @esn: -
 * @random_iv: -
 * @out: -
 * @order: of its packets
 * @ref: held by the kernel's state and by each packet
 * @tracker: of the reference on @dev
 * @work: frees it
 * @rcu: for those who find it by the kernel's state
 */
struct vaccel_sa {
	struct crypto_aead *aead;
	struct net_device *dev;
	u64 iv_salt;
	u8 iv_len;
	u8 icv_len;
	bool esn;
	bool random_iv;
	bool out;

	struct vaccel_order order;

	struct kref ref;
	netdevice_tracker tracker;
	struct work_struct work;
	struct rcu_head rcu;
};

/**
 * vaccel_sa_create() - make an SA on an AEAD of this module
 * @dev: the stacked device
 * @p: what it is to be
 *
 * Context: process.
 * Return: the SA with one reference; -ENOENT if no device has offered the
 *	algorithm yet, or another error as a pointer.
 */
struct vaccel_sa *vaccel_sa_create(struct net_device *dev,
				   const struct vaccel_sa_params *p);

/**
 * vaccel_sa_put() - let a reference go
 * @sa: the SA
 *
 * Context: any but hard interrupts.
 */
void vaccel_sa_put(struct vaccel_sa *sa);

#endif /* _VACCEL_IPSEC_SA_H */
