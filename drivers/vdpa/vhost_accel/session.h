/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions: a key, an algorithm and a direction, known to the guest by a number.
 *
 * A number is never given out twice in a device's lifetime, resets included. A
 * guest that lost track (its VMM stopped and continued it) thus gets an error
 * and never another session's key. virtio 1.4, "Session operation".
 */
#ifndef _VHA_SESSION_H
#define _VHA_SESSION_H

#include <linux/bits.h>
#include <linux/kref.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vhost_accel.h>

struct vha_sa;

/* Slots are the low bits of a session's number */
#define VHA_SESSION_SLOT_BITS	16
#define VHA_SESSIONS_MAX	BIT(VHA_SESSION_SLOT_BITS)

/**
 * struct vha_session_key - what a session is made of, to make it again
 * @hash: AKCIPHER: RSA's with padding, VIRTIO_CRYPTO_RSA_*
 * @auth_len: algorithm chaining: how much of @bytes is the MAC's key, behind the
 *	cipher's
 * @len: of @bytes
 * @bytes: the key
 */
struct vha_session_key {
	u32 hash;
	u32 auth_len;
	u32 len;
	u8 bytes[] __counted_by(len);
};

/*
 * Steps of a session: its algorithm; the hash or MAC of algorithm chaining. An SA whose
 * provider does whole packets has one for these, and the others for what it won't take.
 */
#define VHA_STEP_MAIN	0
#define VHA_STEP_AUTH	1
#define VHA_STEP_PACKET	2
#define VHA_STEPS	3

/* Behind what is said of each algorithm: who does whole packets */
#define VHA_INFO_SA	ACCEL_ALG_NR
#define VHA_INFOS	(ACCEL_ALG_NR + 1)

/**
 * struct vha_choice - who does what
 * @provider: of the device
 * @fallback: somebody else does what that one won't
 * @alg: of each algorithm, who does it; ctx_size 0 means that nobody can. At
 *	%VHA_INFO_SA, who does whole packets
 * @spare: and who does it when that one takes no request; ctx_size 0 for nobody
 */
struct vha_choice {
	struct vha_provider *provider;
	bool fallback;
	struct vhost_accel_alg_info alg[VHA_INFOS];
	struct vhost_accel_alg_info spare[VHA_INFOS];
};

/**
 * struct vha_handle - a step of a session, as its provider has it
 * @submit: the provider's operation for requests
 * @destroy: and for the end
 * @priv: the provider's handle
 * @provider: whose, kept from going; NULL while it has not been made
 */
struct vha_handle {
	int (*submit)(void *priv, struct vhost_accel_request *req);
	void (*destroy)(void *priv);
	void *priv;
	struct vha_provider *provider;
};

/**
 * struct vha_session - one session
 * @ref: one for the table, one for each request in flight
 * @rcu: for the memory; the provider's part goes with the last reference
 * @dead: on a list of vha_session_put_later()
 * @id: its number
 * @alg: the algorithm
 * @alg_id: its row
 * @encrypt: direction
 * @tag_len: of the authentication tag, 0 for ciphers; of a digest or MAC, the
 *	most that a request may ask for
 * @private_key: AKCIPHER: the key is a private one
 * @raw: AKCIPHER: RSA without padding, which does not sign
 * @temp: a temporary session, which has no number and belongs to stateless requests
 *	alone. Made when it is first used, by the queue's worker
 * @auth: algorithm chaining: the HASH or MAC algorithm beside the cipher @alg, else
 *	NULL
 * @auth_id: its row
 * @auth_first: it comes before the cipher
 * @sa: of an SA: how its packets look, for who does whole ones; it is there while
 *	providers are asked. NULL of others
 * @sa_changed: they look otherwise since its provider was told. Set under
 *	&vha_sa.lock, read without, cleared while no worker runs
 * @key: what the provider was given
 * @handle: the provider's part. Changed while no worker runs
 * @next: the same with the provider that the device is being moved to
 * @spare: the same with the fallback, made when the provider would not take a request;
 *	NULL before. Workers may make it at the same time
 *
 * All but @ref, @rcu, @dead and what says so is constant once it is in the table.
 */
struct vha_session {
	struct kref ref;
	struct rcu_head rcu;
	struct llist_node dead;
	u64 id;
	const struct accel_alg *alg;
	enum accel_alg_id alg_id;
	bool encrypt;
	u8 tag_len;
	bool private_key;
	bool raw;
	bool temp;
	const struct accel_alg *auth;
	enum accel_alg_id auth_id;
	bool auth_first;
	const struct vha_sa *sa;
	bool sa_changed;
	struct vha_session_key *key;
	struct vha_handle handle[VHA_STEPS];
	struct vha_handle next[VHA_STEPS];
	struct vha_handle *spare[VHA_STEPS];
};

/**
 * struct vha_session_parts - what a session may be made of
 * @param: the algorithm, the lengths of key and tag
 * @auth: algorithm chaining: those of the hash or MAC, beside the cipher of @param;
 *	without an algorithm otherwise
 * @auth_first: it comes before the cipher
 *
 * Without the keys.
 */
struct vha_session_parts {
	struct vhost_accel_session_param param;
	struct vhost_accel_session_param auth;
	bool auth_first;
};

/**
 * struct vha_sessions - the sessions of a device
 * @lock: guards @used, @count, @serial, @epoch and changes of @slot
 * @max: how many there is room for
 * @limit: how many there may be
 * @count: how many there are
 * @serial: upper part of the next number; only ever grows
 * @epoch: how often the table was reset
 * @used: which of @slot are taken
 * @slot: the sessions, by the low bits of their numbers; read under RCU
 */
struct vha_sessions {
	spinlock_t lock; /* see above */
	u32 max;
	u32 limit;
	u32 count;
	u64 serial;
	u64 epoch;
	unsigned long *used;
	struct vha_session __rcu **slot;
};

int vha_sessions_init(struct vha_sessions *table, u32 max);
void vha_sessions_destroy(struct vha_sessions *table);
void vha_sessions_reset(struct vha_sessions *table);

bool vha_session_param_ok(const struct vhost_accel_session_param *param);
u8 vha_session_param_alg(struct vhost_accel_session_param *param, u8 service,
			 u32 wire, u32 curve);
u8 vha_session_param_akcipher(struct vhost_accel_session_param *param,
			      const struct virtio_crypto_akcipher_session_para *para);

int vha_session_create(struct vha_sessions *table,
		       const struct vhost_accel_session_param *param,
		       bool encrypt, u64 *id);
int vha_session_create_chain(struct vha_sessions *table,
			     const struct vhost_accel_session_param *cipher,
			     const struct vhost_accel_session_param *auth,
			     bool auth_first, bool encrypt, u64 *id);
int vha_session_destroy(struct vha_sessions *table, u64 id, u8 service);
struct vha_session *vha_session_get(struct vha_sessions *table, u64 id);
int vha_session_bare(const struct vhost_accel_session_param *param,
		     const struct vhost_accel_session_param *auth,
		     bool encrypt, struct vha_session **session);
void vha_session_make_packets(struct vha_session *session,
			      const struct vha_sa *sa,
			      const struct vhost_accel_alg_info *infos);
struct vha_session *vha_session_temp(const struct vha_session_parts *parts,
				     bool encrypt);
bool vha_session_same(const struct vha_session *a, const struct vha_session *b);
int vha_sessions_remake(struct vha_sessions *table,
			int (*how)(struct vha_session *session,
				   const struct vhost_accel_alg_info *infos),
			const struct vhost_accel_alg_info *infos);
void vha_sessions_each(struct vha_sessions *table,
		       void (*fn)(struct vha_session *session));
void vha_session_put(struct vha_session *session);
void vha_session_put_later(struct vha_session *session, struct llist_head *dead);
void vha_sessions_bury(struct llist_head *dead);

/* session_make.c */
const struct vhost_accel_alg_info *
vha_choice_infos(const struct vha_choice *choice);
int vha_session_make_first(struct vha_session *session,
			   const struct vhost_accel_session_param *param,
			   const struct vhost_accel_session_param *auth);
int vha_session_prepare(struct vha_session *session,
			const struct vhost_accel_alg_info *infos);
void vha_session_commit(struct vha_session *session);
void vha_session_revert(struct vha_session *session);
int vha_session_lose(struct vha_session *session,
		     const struct vhost_accel_alg_info *infos);
struct vha_handle *
vha_session_spare(struct vha_session *session, unsigned int step,
		  const struct vhost_accel_alg_info *infos);
int vha_session_make(struct vha_session *session,
		     const struct vhost_accel_alg_info *infos);
void vha_session_unmake(struct vha_session *session);

#endif /* _VHA_SESSION_H */
