// SPDX-License-Identifier: GPL-2.0
/*
 * SAs: their life, their sequence numbers and limits, and what they tell.
 */
#include "ipsec_sa.h"

#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "session.h"

/* Of a tunnel; what is about an outer header concerns no transport */
#define VHA_SA_OPTIONS_TUNNEL						\
	(BIT(VIRTIO_CRYPTO_IPSEC_COPY_DSCP) |				\
	 BIT(VIRTIO_CRYPTO_IPSEC_DEC_TTL) |				\
	 BIT(VIRTIO_CRYPTO_IPSEC_COPY_DF) |				\
	 BIT(VIRTIO_CRYPTO_IPSEC_ECN))
/* Of ESP: RFC 3948 has no AH in UDP */
#define VHA_SA_OPTIONS_ESP						\
	BIT(VIRTIO_CRYPTO_IPSEC_UDP_ENCAP)
#define VHA_SA_OPTIONS							\
	(BIT(VIRTIO_CRYPTO_IPSEC_ESN) |					\
	 BIT(VIRTIO_CRYPTO_IPSEC_SA_LIFETIME))

static bool vha_sa_alg_there(u64 algs, u8 id)
{
	return id == ACCEL_ALG_NR || (algs & ACCEL_ALG_BIT(id));
}

/*
 * A capability has masks, and masks have combinations: a row is in it only with all
 * that its parts go with. AH has the rows without a cipher.
 */
static void vha_sas_offer(struct vha_sa_mode *mode, u64 algs, bool ah)
{
	const u64 bit = VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD;
	const struct accel_ipsec_alg *alg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(accel_ipsec_algs); i++) {
		alg = &accel_ipsec_algs[i];
		if (ah && alg->cipher != ACCEL_ALG_NR)
			continue;
		if (!vha_sa_alg_there(algs, alg->cipher) ||
		    !vha_sa_alg_there(algs, alg->auth))
			continue;
		if (alg->auth_algo & bit) {
			mode->aead |= BIT_ULL(alg->auth_algo & ~bit);
		} else {
			mode->cipher |= BIT_ULL(alg->cipher_algo);
			mode->mac |= BIT_ULL(alg->auth_algo);
		}
	}
	mode->options = ah ? VHA_SA_OPTIONS : VHA_SA_OPTIONS | VHA_SA_OPTIONS_ESP;
	mode->window = VHA_REPLAY_MAX;
	mode->cipher_key = ah ? 0 : VIRTIO_CRYPTO_IPSEC_KEY_MAX;
	mode->auth_key = VIRTIO_CRYPTO_IPSEC_KEY_MAX;
}

/**
 * vha_sas_init() - prepare a device's table
 * @sas: zero
 * @choice: who makes what they need; stays where it is
 * @algs: those that it can do, see ACCEL_ALG_BIT()
 * @limit: SAs of each direction, up to %VHA_SAS_MAX
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vha_sas_init(struct vha_sas *sas,
		 const struct vha_choice *choice, u64 algs, u32 limit)
{
	struct vha_sa_caps *cap = &sas->offered;
	unsigned int i;

	spin_lock_init(&sas->lock);
	INIT_LIST_HEAD(&sas->events);
	sas->choice = choice;
	sas->limit = limit;
	for (i = 0; i < VHA_SA_DIRS; i++)
		cap->limit[i] = limit;
	for (i = 0; i < VHA_SA_MODES; i++)
		vha_sas_offer(&cap->mode[i], algs,
			      i >= VIRTIO_CRYPTO_IPSEC_MODE_AH_TUNNEL - 1);
	cap->mode[VIRTIO_CRYPTO_IPSEC_MODE_ESP_TUNNEL - 1].options |=
		VHA_SA_OPTIONS_TUNNEL;
	cap->mode[VIRTIO_CRYPTO_IPSEC_MODE_AH_TUNNEL - 1].options |=
		VHA_SA_OPTIONS_TUNNEL;
	for (i = 0; i < VHA_SA_DIRS; i++) {
		sas->slot[i] = kvcalloc(limit, sizeof(*sas->slot[i]),
					GFP_KERNEL_ACCOUNT);
		if (!sas->slot[i])
			goto err_free_slots;
	}
	return 0;

err_free_slots:
	while (i--) {
		kvfree(sas->slot[i]);
		sas->slot[i] = NULL;
	}
	return -ENOMEM;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sas_init);

/**
 * vha_sas_can() - is there anything that SAs could be made of?
 * @sas: the table
 *
 * Context: any.
 * Return: whether the device has the IPSEC service.
 */
bool vha_sas_can(const struct vha_sas *sas)
{
	const struct vha_sa_mode *mode = &sas->offered.mode[0];

	return sas->offered.limit[VHA_SA_OUT] && (mode->aead || mode->mac);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sas_can);

static void vha_sa_free(struct vha_sa *sa)
{
	kfree(sa->replay.bitmap);
	/* The salt is a part of the key */
	memzero_explicit(sa->salt, sizeof(sa->salt));
	memzero_explicit(&sa->config, sizeof(sa->config));
	kfree_rcu(sa, rcu);
}

static void vha_sa_release(struct kref *ref)
{
	struct vha_sa *sa = container_of(ref, struct vha_sa, ref);

	vha_session_put(sa->session);
	vha_sa_free(sa);
}

/**
 * vha_sa_put() - give back a reference
 * @sa: the SA
 *
 * Context: process; the last one frees the provider's part.
 */
void vha_sa_put(struct vha_sa *sa)
{
	kref_put(&sa->ref, vha_sa_release);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_put);

/**
 * vha_sa_put_later() - give back a reference, where no provider may be called
 * @sa: the SA
 * @dead: where its session goes if that was the last one, for vha_sessions_bury()
 *
 * Context: any.
 */
void vha_sa_put_later(struct vha_sa *sa, struct llist_head *dead)
{
	if (refcount_dec_and_test(&sa->ref.refcount)) {
		vha_session_put_later(sa->session, dead);
		vha_sa_free(sa);
	}
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_put_later);

/* Takes an SA out of the table, and from the list of those with events */
static struct vha_sa *vha_sas_take(struct vha_sas *sas, u8 dir, u32 id)
{
	struct vha_sa *sa;

	spin_lock(&sas->lock);
	sa = rcu_dereference_protected(sas->slot[dir][id],
				       lockdep_is_held(&sas->lock));
	if (sa) {
		RCU_INIT_POINTER(sas->slot[dir][id], NULL);
		sas->count[dir]--;
		list_del_init(&sa->event);
	}
	spin_unlock(&sas->lock);
	return sa;
}

/**
 * vha_sas_flush() - end all SAs of a direction
 * @sas: the table
 * @dir: VHA_SA_OUT or VHA_SA_IN
 *
 * Packets in flight keep theirs until they are done.
 *
 * Context: process.
 */
void vha_sas_flush(struct vha_sas *sas, u8 dir)
{
	struct vha_sa *sa;
	u32 id;

	for (id = 0; id < sas->offered.limit[dir]; id++) {
		if (!rcu_access_pointer(sas->slot[dir][id]))
			continue;
		sa = vha_sas_take(sas, dir, id);
		if (sa)
			vha_sa_put(sa);
	}
}
EXPORT_SYMBOL_IF_KUNIT(vha_sas_flush);

/**
 * vha_sas_reset() - end all SAs, and forget what the driver has set
 * @sas: the table
 *
 * An SA that is being made at this time comes to nothing.
 *
 * Context: process.
 */
void vha_sas_reset(struct vha_sas *sas)
{
	u8 dir;

	spin_lock(&sas->lock);
	sas->epoch++;
	spin_unlock(&sas->lock);
	for (dir = 0; dir < VHA_SA_DIRS; dir++)
		vha_sas_flush(sas, dir);
	memset(&sas->cap, 0, sizeof(sas->cap));
	sas->has_cap = 0;
	sas->commands = 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sas_reset);

/**
 * vha_sas_destroy() - free a table
 * @sas: the table; initialized or zero. Nobody looks anything up any more.
 *
 * Context: process.
 */
void vha_sas_destroy(struct vha_sas *sas)
{
	u8 dir;

	if (!sas->slot[0])
		return;
	vha_sas_reset(sas);
	for (dir = 0; dir < VHA_SA_DIRS; dir++) {
		kvfree(sas->slot[dir]);
		sas->slot[dir] = NULL;
	}
}
EXPORT_SYMBOL_IF_KUNIT(vha_sas_destroy);

/* While no worker runs, nobody makes or ends SAs */
static struct vha_sa *vha_sas_at(struct vha_sas *sas, u8 dir, u32 id)
{
	return rcu_dereference_protected(sas->slot[dir][id], true);
}

/**
 * vha_sas_each() - do something with the session of each SA
 * @sas: the table
 * @fn: what
 *
 * Context: process, while no worker runs.
 */
void vha_sas_each(struct vha_sas *sas, void (*fn)(struct vha_session *session))
{
	u32 id;
	u8 dir;

	for (dir = 0; dir < VHA_SA_DIRS; dir++)
		for (id = 0; id < sas->offered.limit[dir]; id++)
			if (vha_sas_at(sas, dir, id))
				fn(vha_sas_at(sas, dir, id)->session);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sas_each);

/**
 * vha_sas_nth() - an SA by its place among all, outbound ones first, by number
 * @sas: the table
 * @n: how many are before it
 *
 * Context: process, while no worker runs.
 * Return: the SA, without a reference, or NULL.
 */
struct vha_sa *vha_sas_nth(struct vha_sas *sas, u64 n)
{
	u32 id;
	u8 dir;

	for (dir = 0; dir < VHA_SA_DIRS; dir++) {
		if (n >= sas->count[dir]) {
			n -= sas->count[dir];
			continue;
		}
		for (id = 0; id < sas->offered.limit[dir]; id++)
			if (vha_sas_at(sas, dir, id) && !n--)
				return vha_sas_at(sas, dir, id);
	}
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sas_nth);

/**
 * vha_sas_remake() - have the sessions of all SAs made by other providers
 * @sas: the table
 * @how: vha_session_prepare() or vha_session_lose()
 * @infos: see there
 *
 * Context: process, while no worker runs.
 * Return: 0, or an error of @how, with which it ends.
 */
int vha_sas_remake(struct vha_sas *sas,
		   int (*how)(struct vha_session *session,
			      const struct vhost_accel_alg_info *infos),
		   const struct vhost_accel_alg_info *infos)
{
	struct vha_sa *sa;
	u32 id;
	u8 dir;
	int err;

	for (dir = 0; dir < VHA_SA_DIRS; dir++) {
		for (id = 0; id < sas->offered.limit[dir]; id++) {
			sa = vha_sas_at(sas, dir, id);
			err = sa ? how(sa->session, infos) : 0;
			if (err)
				return err;
		}
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sas_remake);

static void vha_sa_set_param(const struct vhost_accel_alg_info *infos, u8 id,
			     const struct virtio_crypto_ipsec_key *key,
			     struct vhost_accel_session_param *param)
{
	*param = (struct vhost_accel_session_param){
		.alg = &accel_algs[id],
		.alg_id = id,
		.info = &infos[id],
		.key = key->data,
		.key_len = le16_to_cpu(key->length),
	};
}

/* An AEAD, a cipher and a MAC behind it, or a MAC alone */
static int vha_sa_make_session(struct vha_sa *sa,
			       const struct vhost_accel_alg_info *infos,
			       const struct vha_sa_config *config)
{
	const struct accel_ipsec_alg *alg = sa->alg;
	struct vhost_accel_session_param cipher, auth;
	bool encrypt = sa->dir == VHA_SA_OUT;
	bool has_cipher = alg->cipher != ACCEL_ALG_NR;
	bool has_auth = alg->auth != ACCEL_ALG_NR;

	if (has_cipher)
		vha_sa_set_param(infos, alg->cipher, &config->wire.cipher_key,
				 &cipher);
	if (has_auth) {
		vha_sa_set_param(infos, alg->auth, &config->wire.auth_key, &auth);
		auth.tag_len = alg->icv_len;
	} else {
		cipher.tag_len = alg->icv_len;
	}
	return vha_session_bare(has_cipher ? &cipher : &auth,
				has_cipher && has_auth ? &auth : NULL, encrypt,
				&sa->session);
}

static int vha_sa_set_window(struct vha_sa *sa, struct vha_replay *replay,
			     u32 window)
{
	u32 words = vha_replay_words(window);
	u64 *bitmap = NULL;

	if (words) {
		bitmap = kcalloc(words, sizeof(*bitmap), GFP_KERNEL_ACCOUNT);
		if (!bitmap)
			return -ENOMEM;
	}
	vha_replay_init(replay, bitmap, window,
			sa->esp.options & BIT(VIRTIO_CRYPTO_IPSEC_ESN));
	return 0;
}

static int vha_sas_publish(struct vha_sas *sas, struct vha_sa *sa, u64 epoch)
{
	int err = 0;

	spin_lock(&sas->lock);
	if (sas->epoch == epoch) {
		rcu_assign_pointer(sas->slot[sa->dir][sa->id], sa);
		sas->count[sa->dir]++;
	} else {
		err = -ECANCELED;
	}
	spin_unlock(&sas->lock);
	return err;
}

/**
 * vha_sa_create() - make an SA
 * @sas: the table
 * @dir: VHA_SA_OUT or VHA_SA_IN
 * @id: from the guest, unchecked
 * @config: from the guest, private memory, unchecked; with keys, which are not kept
 *
 * Context: process, the control queue's worker.
 * Return: 0, -EINVAL, -EEXIST if there is one of that number, -ENOSPC if there may be no
 * more at present, -ECANCELED if the table was reset meanwhile, or what
 * &vhost_accel_provider_ops.session_create returned.
 */
int vha_sa_create(struct vha_sas *sas, u8 dir, u32 id,
		  const struct vha_sa_config *config)
{
	const struct vhost_accel_alg_info *infos;
	struct vha_sa *sa;
	u64 epoch;
	int err;

	err = vha_sa_check(&sas->cap, dir, id, config);
	if (err)
		return err;
	if (rcu_access_pointer(sas->slot[dir][id]))
		return -EEXIST;
	/* It may have become less than there are, and than the driver was told */
	if (sas->count[dir] >= READ_ONCE(sas->limit))
		return -ENOSPC;
	spin_lock(&sas->lock);
	epoch = sas->epoch;
	spin_unlock(&sas->lock);

	sa = kzalloc(sizeof(*sa), GFP_KERNEL_ACCOUNT);
	if (!sa)
		return -ENOMEM;
	kref_init(&sa->ref);
	spin_lock_init(&sa->lock);
	INIT_LIST_HEAD(&sa->event);
	sa->dir = dir;
	sa->id = id;
	sa->alg = accel_ipsec_alg_find(le64_to_cpu(config->wire.cipher_algo),
				       le64_to_cpu(config->wire.auth_algo));
	vha_sa_parse(config, &sa->esp, &sa->life);
	sa->seq.esn = sa->esp.options & BIT(VIRTIO_CRYPTO_IPSEC_ESN);
	err = vha_sa_set_window(sa, &sa->replay,
				le32_to_cpu(config->wire.replay_win_sz));
	if (err)
		goto err_free_sa;
	infos = vha_choice_infos(sas->choice);
	err = vha_sa_make_session(sa, infos, config);
	if (err)
		goto err_free_window;
	memcpy(sa->salt, config->wire.salt, sizeof(sa->salt));
	vha_session_make_packets(sa->session, sa, infos);
	sa->config = *config;
	memzero_explicit(sa->config.wire.cipher_key.data,
			 sizeof(sa->config.wire.cipher_key.data));
	memzero_explicit(sa->config.wire.auth_key.data,
			 sizeof(sa->config.wire.auth_key.data));
	memzero_explicit(sa->config.wire.salt, sizeof(sa->config.wire.salt));
	err = vha_sas_publish(sas, sa, epoch);
	if (err)
		vha_sa_put(sa);
	return err;

err_free_window:
	kfree(sa->replay.bitmap);
err_free_sa:
	kfree(sa);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_create);

/*
 * What the old window had already left behind, the new one does not know: it takes all
 * of that for seen.
 */
static void vha_sa_move_window(struct vha_sa *sa, struct vha_replay *to, u64 *bits)
{
	const struct vha_replay *from = &sa->replay;
	u32 n;

	vha_replay_get(from, bits);
	for (n = from->window; n < to->window; n++)
		bits[n / 64] |= BIT_ULL(n % 64);
	/* Never fails: the new one is at the start */
	WARN_ON_ONCE(vha_replay_set(to, from->top, bits));
}

static bool vha_sa_looks_change(const struct vha_sa_config *from,
				const struct vha_sa_config *to)
{
	return from->wire.udp_sport != to->wire.udp_sport ||
	       from->wire.udp_dport != to->wire.udp_dport ||
	       memcmp(&from->wire.param, &to->wire.param,
		      sizeof(to->wire.param));
}

/**
 * vha_sa_modify() - change an SA
 * @sas: the table
 * @sa: the SA
 * @config: from the guest, private memory, unchecked; keys zero
 *
 * A provider that does its packets whole has been told how they looked, and is not told
 * again: from then on vhost_accel makes the headers, until the device is moved.
 *
 * Context: process, the control queue's worker.
 * Return: 0, -EINVAL or -ENOMEM; then nothing has changed.
 */
int vha_sa_modify(struct vha_sas *sas, struct vha_sa *sa,
		  const struct vha_sa_config *config)
{
	struct vha_replay replay;
	u64 *bits;
	int err;

	err = vha_sa_check(&sas->cap, sa->dir, sa->id, config);
	if (err)
		return err;
	if (!vha_sa_may_change(&sa->config, config))
		return -EINVAL;
	bits = kmalloc(VHA_REPLAY_MAX / 8, GFP_KERNEL_ACCOUNT);
	if (!bits)
		return -ENOMEM;
	err = vha_sa_set_window(sa, &replay,
				le32_to_cpu(config->wire.replay_win_sz));
	if (err)
		goto out_free_bits;
	spin_lock(&sa->lock);
	vha_sa_move_window(sa, &replay, bits);
	swap(sa->replay, replay);
	if (vha_sa_looks_change(&sa->config, config))
		WRITE_ONCE(sa->session->sa_changed, true);
	vha_sa_parse(config, &sa->esp, &sa->life);
	/* Other limits are reached, and told, anew */
	sa->flags &= ~(VIRTIO_ACCEL_SA_SOFT_EXPIRED |
		       VIRTIO_ACCEL_SA_HARD_EXPIRED);
	spin_unlock(&sa->lock);
	sa->config = *config;
	kfree(replay.bitmap);
out_free_bits:
	kfree(bits);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_modify);

/**
 * vha_sa_remove() - end an SA
 * @sas: the table
 * @dir: VHA_SA_OUT or VHA_SA_IN
 * @id: from the guest, unchecked
 *
 * Context: process, the control queue's worker.
 * Return: 0, or -ENXIO if there is none.
 */
int vha_sa_remove(struct vha_sas *sas, u8 dir, u32 id)
{
	struct vha_sa *sa;

	if (id >= sas->offered.limit[dir])
		return -ENXIO;
	sa = vha_sas_take(sas, dir, array_index_nospec(id, sas->offered.limit[dir]));
	if (!sa)
		return -ENXIO;
	vha_sa_put(sa);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_remove);

/**
 * vha_sa_get() - look up an SA
 * @sas: the table
 * @dir: VHA_SA_OUT or VHA_SA_IN
 * @id: from the guest, unchecked
 *
 * Context: any.
 * Return: the SA with a reference for the caller, or NULL.
 */
struct vha_sa *vha_sa_get(struct vha_sas *sas, u8 dir, u32 id)
{
	struct vha_sa *sa;

	if (id >= sas->offered.limit[dir])
		return NULL;
	id = array_index_nospec(id, sas->offered.limit[dir]);
	rcu_read_lock();
	sa = rcu_dereference(sas->slot[dir][id]);
	if (sa && !kref_get_unless_zero(&sa->ref))
		sa = NULL;
	rcu_read_unlock();
	return sa;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_get);

/**
 * vha_sa_next() - look for an SA
 * @sas: the table
 * @dir: VHA_SA_OUT or VHA_SA_IN
 * @id: the lowest number that it may have
 *
 * Context: process.
 * Return: the SA with a reference for the caller, or NULL if there is none.
 */
struct vha_sa *vha_sa_next(struct vha_sas *sas, u8 dir, u32 id)
{
	struct vha_sa *sa;

	for (; id < sas->offered.limit[dir]; id++) {
		sa = vha_sa_get(sas, dir, id);
		if (sa)
			return sa;
	}
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_next);
