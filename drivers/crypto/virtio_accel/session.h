/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_SESSION_H
#define _VACCEL_SESSION_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <accel/alg_table.h>

#include "ctrl.h"
#include "encode.h"
#include "slot.h"

struct vaccel_dev;
struct vaccel_tfm;

/**
 * enum vaccel_sess_state - what is known of a session
 * @VACCEL_SESS_NONE: the device has none (any more)
 * @VACCEL_SESS_CREATING: the device has been asked for one
 * @VACCEL_SESS_REFUSED: the device did not want to
 * @VACCEL_SESS_READY: requests may use it
 * @VACCEL_SESS_STATELESS: the device had no room for it, but does requests that
 *	take their key along
 */
enum vaccel_sess_state {
	VACCEL_SESS_NONE,
	VACCEL_SESS_CREATING,
	VACCEL_SESS_REFUSED,
	VACCEL_SESS_READY,
	VACCEL_SESS_STATELESS,
};

/**
 * struct vaccel_session - one direction of a key on a device
 * @state: enum vaccel_sess_state; written under the key's lock, read without
 *	it by vaccel_session_state()
 * @enc: encrypt or decrypt
 * @gen: start of the device in which it was made
 * @retry: STATELESS: when to ask for a session again, in jiffies; written before
 *	@state
 * @id: the device's name for it
 * @cmd: the command that makes or destroys it, one at a time
 * @key: the key
 */
struct vaccel_session {
	u8 state;
	bool enc;
	u32 gen;
	unsigned long retry;
	__le64 id;
	struct vaccel_cmd cmd;
	struct vaccel_key *key;
};

/**
 * struct vaccel_key - a key, its sessions, and the requests that use it
 * @refs: one of the transform, one of the route's work while it looks, one of
 *	each request with a device or the fallback, one of each session being
 *	made; so the last two tell that nothing is in flight, and requests keep
 *	their key when the transform gets another one
 * @draining: the route's work waits for @refs to fall to its own two
 * @dev: device of the sessions, referenced; changes only in the route's work
 *	while nothing is in flight
 * @sess: the sessions, decrypt and encrypt
 * @alg: the algorithm on the wire
 * @lock: guards @tfm and the states of @sess
 * @tfm: the transform, NULL once it has gone or has another key
 * @nr_cmds: destroy commands under way, the last of which frees the key
 * @len: length of @bytes
 * @auth_len: algorithm chaining: how much of it is the MAC's key, behind the cipher's
 * @tag_len: length of the tag, AEAD only
 * @para: what it is for, AKCIPHER only
 * @rcu: for the submitters that find the key without a lock
 * @bytes: the key, which devices read, apart from what changes meanwhile; one that
 *	is too long for every device is never sent to one
 */
struct vaccel_key {
	atomic_t refs;
	u8 draining;
	struct vaccel_dev *dev;
	struct vaccel_session sess[2];
	const struct accel_alg *alg;
	spinlock_t lock; /* see above */
	struct vaccel_tfm *tfm;
	atomic_t nr_cmds;
	u32 len;
	u32 auth_len;
	u8 tag_len;
	struct vaccel_akcipher_para para;
	struct rcu_head rcu;
	u8 bytes[] __counted_by(len) __aligned(VACCEL_DMA_ALIGN);
};

/**
 * vaccel_key_alloc() - a key without sessions
 * @t: the transform, whose parameters it gets
 * @alg: the algorithm on the wire
 * @bytes: the key
 * @len: its length
 * @tag_len: length of the tag, AEAD only
 * @gfp: as the caller of setkey allows
 *
 * Return: the key with one reference, or NULL.
 */
struct vaccel_key *vaccel_key_alloc(struct vaccel_tfm *t,
				    const struct accel_alg *alg,
				    const u8 *bytes, unsigned int len,
				    unsigned int tag_len, gfp_t gfp);

/**
 * vaccel_key_detach() - the transform lets a key go
 * @key: the key; the transform's reference goes with it
 *
 * Context: any but hard interrupts.
 */
void vaccel_key_detach(struct vaccel_key *key);

void __vaccel_key_put(struct vaccel_key *key, int left);

/**
 * vaccel_key_get() - take a reference for a request
 * @key: the key, found under RCU
 *
 * Orders, as a full barrier, the reference before what the caller reads next.
 *
 * Return: false if the key is on its way out.
 */
static inline bool vaccel_key_get(struct vaccel_key *key)
{
	return atomic_inc_not_zero(&key->refs);
}

/**
 * vaccel_key_put() - a request does not use a key any more
 * @key: the key
 *
 * The caller is an RCU reader: without a reference the key may be on its way
 * out, but not freed.  Pairs with the barrier in vaccel_key_drained().
 *
 * Context: bottom halves off.
 */
static inline void vaccel_key_put(struct vaccel_key *key)
{
	int left = atomic_dec_return(&key->refs);

	if (unlikely(!left || READ_ONCE(key->draining)))
		__vaccel_key_put(key, left);
}

/**
 * vaccel_key_put_quiet() - the route's work does not look at a key any more
 * @key: the key
 *
 * Unlike vaccel_key_put() it does not wake the work.
 */
void vaccel_key_put_quiet(struct vaccel_key *key);

/**
 * vaccel_key_drained() - is nothing in flight?
 * @key: the key; the caller is the route's work
 *
 * Return: true if so; if not, the work is queued again when it is.
 */
bool vaccel_key_drained(struct vaccel_key *key);

/**
 * vaccel_key_idle() - is nothing in flight?
 * @key: the key; the caller has a reference, besides the transform's
 *
 * Unlike vaccel_key_drained() it asks for nothing.
 *
 * Return: true if so.
 */
static inline bool vaccel_key_idle(const struct vaccel_key *key)
{
	return atomic_read(&key->refs) <= 2;
}

/**
 * vaccel_key_set_dev() - choose a device for a key
 * @key: the key, drained
 * @vd: the device, whose reference goes to the key, or NULL
 *
 * Context: process.
 */
void vaccel_key_set_dev(struct vaccel_key *key, struct vaccel_dev *vd);

/**
 * vaccel_session_state() - read the state of a session
 * @sess: the session
 *
 * Return: enum vaccel_sess_state.
 */
static inline u8 vaccel_session_state(const struct vaccel_session *sess)
{
	/* Before the id: pairs with the release in vaccel_session_done() */
	return smp_load_acquire(&sess->state);
}

/**
 * vaccel_session_usable() - may a session be used?
 * @sess: the session
 *
 * Context: any, with a reference on the key.
 * Return: true if so.
 */
bool vaccel_session_usable(const struct vaccel_session *sess);

/**
 * vaccel_session_create() - ask the device for a session
 * @sess: the session, in state NONE
 *
 * Context: any but hard interrupts.
 * Return: 0 if the route's work will be queued, or -ENODEV.
 */
int vaccel_session_create(struct vaccel_session *sess);

/**
 * vaccel_session_invalid() - the device does not know a session any more
 * @sess: the session
 *
 * Context: bottom halves off.
 */
void vaccel_session_invalid(struct vaccel_session *sess);

#endif /* _VACCEL_SESSION_H */
