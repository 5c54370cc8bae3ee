// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions of a device.
 *
 * The low bits of a session's number are its slot in a table, the rest is a
 * serial number that only grows: looking one up is one load and one comparison,
 * and a number whose session is gone can't be met again.
 */
#include "session.h"

#include <crypto/utils.h>
#include <kunit/visibility.h>
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#define VHA_SERIAL_MAX	(U64_MAX >> VHA_SESSION_SLOT_BITS)

/**
 * vha_sessions_init() - make an empty table
 * @table: the table
 * @max: how many sessions it may hold, from none to %VHA_SESSIONS_MAX
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vha_sessions_init(struct vha_sessions *table, u32 max)
{
	spin_lock_init(&table->lock);
	table->max = max;
	table->limit = max;
	table->count = 0;
	/* 0 is never a session's number */
	table->serial = 1;
	table->used = bitmap_zalloc(max, GFP_KERNEL_ACCOUNT);
	if (!table->used)
		return -ENOMEM;
	table->slot = kvcalloc(max, sizeof(*table->slot), GFP_KERNEL_ACCOUNT);
	if (!table->slot)
		goto err_free_used;
	return 0;

err_free_used:
	bitmap_free(table->used);
	table->used = NULL;
	return -ENOMEM;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sessions_init);

/**
 * vha_sessions_destroy() - free a table
 * @table: the table; initialized or zero. Nobody looks anything up any more.
 *
 * Context: process.
 */
void vha_sessions_destroy(struct vha_sessions *table)
{
	if (!table->slot)
		return;
	vha_sessions_reset(table);
	kvfree(table->slot);
	table->slot = NULL;
	bitmap_free(table->used);
	table->used = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sessions_destroy);

static void vha_sessions_unreserve(struct vha_sessions *table, u32 slot)
{
	lockdep_assert_held(&table->lock);
	RCU_INIT_POINTER(table->slot[slot], NULL);
	__clear_bit(slot, table->used);
	table->count--;
}

/* Takes the session out of a slot, if there is one and it is called @id */
static struct vha_session *vha_sessions_take(struct vha_sessions *table,
					     u32 slot, u64 id)
{
	struct vha_session *session;

	spin_lock(&table->lock);
	session = rcu_dereference_protected(table->slot[slot],
					    lockdep_is_held(&table->lock));
	if (session && (!id || session->id == id))
		vha_sessions_unreserve(table, slot);
	else
		session = NULL;
	spin_unlock(&table->lock);
	return session;
}

/**
 * vha_sessions_reset() - end all sessions
 * @table: the table
 *
 * Requests in flight keep theirs until they are done. A session that is being
 * made at this time comes to nothing. Numbers go on where they were.
 *
 * Context: process.
 */
void vha_sessions_reset(struct vha_sessions *table)
{
	struct vha_session *session;
	u32 slot;

	spin_lock(&table->lock);
	table->epoch++;
	spin_unlock(&table->lock);

	for (slot = 0; slot < table->max; slot++) {
		if (!rcu_access_pointer(table->slot[slot]))
			continue;
		session = vha_sessions_take(table, slot, 0);
		if (session)
			vha_session_put(session);
	}
}
EXPORT_SYMBOL_IF_KUNIT(vha_sessions_reset);

/* Reserve a slot and a number, so that a full table costs the provider nothing */
static int vha_sessions_reserve(struct vha_sessions *table, u64 *id, u64 *epoch)
{
	unsigned long slot;

	spin_lock(&table->lock);
	slot = find_first_zero_bit(table->used, table->max);
	/* It may have become less than there are */
	if (slot >= table->max || table->count >= READ_ONCE(table->limit) ||
	    table->serial > VHA_SERIAL_MAX) {
		spin_unlock(&table->lock);
		return -ENOSPC;
	}
	__set_bit(slot, table->used);
	table->count++;
	*id = table->serial++ << VHA_SESSION_SLOT_BITS | slot;
	*epoch = table->epoch;
	spin_unlock(&table->lock);
	return 0;
}

static u32 vha_session_slot(u64 id)
{
	return id & (VHA_SESSIONS_MAX - 1);
}

static int vha_sessions_publish(struct vha_sessions *table,
				struct vha_session *session, u64 epoch)
{
	int err = 0;

	spin_lock(&table->lock);
	if (table->epoch == epoch)
		rcu_assign_pointer(table->slot[vha_session_slot(session->id)],
				   session);
	else
		err = -ECANCELED;
	spin_unlock(&table->lock);
	return err;
}

/**
 * vha_session_param_ok() - may there be a session of such a key?
 * @param: algorithm, lengths of key and tag, from the guest; the key itself is not
 *	looked at
 *
 * Context: any.
 * Return: whether the lengths are legal.
 */
bool vha_session_param_ok(const struct vhost_accel_session_param *param)
{
	const struct accel_alg *alg = param->alg;
	u32 max_tag = alg->digest_size ?: alg->max_tag_size;

	if (alg->service == VIRTIO_CRYPTO_SERVICE_AKCIPHER)
		return param->key_len &&
		       param->key_len <= ACCEL_MAX_AKCIPHER_KEY_LEN;
	return accel_alg_key_ok(alg, param->key_len) &&
	       param->tag_len <= max_tag && !param->tag_len == !max_tag;
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_param_ok);

/**
 * vha_session_param_alg() - find the algorithm that a guest has named
 * @param: gets the row
 * @service: VIRTIO_CRYPTO_SERVICE_*
 * @wire: its number, from the guest
 * @curve: VIRTIO_CRYPTO_CURVE_*, from the guest; 0 for algorithms without
 *
 * Context: any.
 * Return: VIRTIO_CRYPTO_OK or VIRTIO_CRYPTO_NOTSUPP.
 */
u8 vha_session_param_alg(struct vhost_accel_session_param *param, u8 service,
			 u32 wire, u32 curve)
{
	param->alg = accel_alg_find(service, wire, curve);
	if (!param->alg)
		return VIRTIO_CRYPTO_NOTSUPP;
	param->alg_id = param->alg - accel_algs;
	return VIRTIO_CRYPTO_OK;
}

/**
 * vha_session_param_akcipher() - read the parameters of an AKCIPHER session
 * @param: filled in on success, but for the key itself
 * @para: from the guest, private memory
 *
 * Context: any.
 * Return: VIRTIO_CRYPTO_OK or VIRTIO_CRYPTO_NOTSUPP.
 */
u8 vha_session_param_akcipher(struct vhost_accel_session_param *param,
			      const struct virtio_crypto_akcipher_session_para *para)
{
	u32 wire = le32_to_cpu(para->algo), keytype = le32_to_cpu(para->keytype);
	u32 curve = 0, padding = VIRTIO_CRYPTO_RSA_PKCS1_PADDING;

	if (wire == ACCEL_AKCIPHER_RSA)
		padding = le32_to_cpu(para->u.rsa.padding_algo);
	else
		curve = le32_to_cpu(para->u.ecdsa.curve_id);
	if (vha_session_param_alg(param, VIRTIO_CRYPTO_SERVICE_AKCIPHER, wire,
				  curve) ||
	    padding > VIRTIO_CRYPTO_RSA_PKCS1_PADDING ||
	    (keytype != VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PUBLIC &&
	     keytype != VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PRIVATE))
		return VIRTIO_CRYPTO_NOTSUPP;
	param->key_len = le32_to_cpu(para->keylen);
	param->private_key = keytype == VIRTIO_CRYPTO_AKCIPHER_KEY_TYPE_PRIVATE;
	param->padding = padding;
	param->hash = le32_to_cpu(para->u.rsa.hash_algo);
	return VIRTIO_CRYPTO_OK;
}

/* The provider has not made it yet. @auth is NULL without algorithm chaining */
static struct vha_session *
vha_session_alloc(const struct vhost_accel_session_param *param,
		  const struct vhost_accel_session_param *auth, bool auth_first,
		  bool encrypt)
{
	u32 auth_len = auth ? auth->key_len : 0;
	struct vha_session *session;

	session = kzalloc(sizeof(*session), GFP_KERNEL_ACCOUNT);
	if (!session)
		return NULL;
	session->key = kzalloc(struct_size(session->key, bytes,
					   param->key_len + auth_len),
			       GFP_KERNEL_ACCOUNT);
	if (!session->key) {
		kfree(session);
		return NULL;
	}
	session->key->len = param->key_len + auth_len;
	session->key->auth_len = auth_len;
	session->key->hash = param->hash;
	kref_init(&session->ref);
	session->alg = param->alg;
	session->alg_id = param->alg_id;
	session->encrypt = encrypt;
	session->tag_len = param->tag_len;
	session->private_key = param->private_key;
	session->raw = param->padding == VIRTIO_CRYPTO_RSA_RAW_PADDING;
	if (auth) {
		session->auth = auth->alg;
		session->auth_id = auth->alg_id;
		session->tag_len = auth->tag_len;
		session->auth_first = auth_first;
	}
	return session;
}

static void vha_session_free(struct vha_session *session)
{
	kfree_sensitive(session->key);
	kfree_rcu(session, rcu);
}

static int vha_session_add(struct vha_sessions *table,
			   const struct vhost_accel_session_param *param,
			   const struct vhost_accel_session_param *auth,
			   bool auth_first, bool encrypt, u64 *id)
{
	struct vha_session *session;
	u64 epoch;
	int err;

	err = vha_sessions_reserve(table, id, &epoch);
	if (err)
		return err;
	err = -ENOMEM;
	session = vha_session_alloc(param, auth, auth_first, encrypt);
	if (!session)
		goto err_unreserve;
	err = vha_session_make_first(session, param, auth);
	if (err)
		goto err_free_session;
	session->id = *id;
	err = vha_sessions_publish(table, session, epoch);
	if (err)
		goto err_put_session;
	return 0;

err_put_session:
	vha_session_put(session);
	goto err_unreserve;
err_free_session:
	vha_session_free(session);
err_unreserve:
	spin_lock(&table->lock);
	vha_sessions_unreserve(table, vha_session_slot(*id));
	spin_unlock(&table->lock);
	return err;
}

/**
 * vha_session_create() - make a session and give it a number
 * @table: the device's table
 * @param: algorithm, driver and key, checked against the algorithm's sizes
 * @encrypt: direction
 * @id: where its number goes
 *
 * Context: process, the control queue's worker.
 * Return: 0, -ENOSPC if the table is full, -ECANCELED if the table was reset
 * meanwhile, or what &vhost_accel_provider_ops.session_create returned.
 */
int vha_session_create(struct vha_sessions *table,
		       const struct vhost_accel_session_param *param,
		       bool encrypt, u64 *id)
{
	return vha_session_add(table, param, NULL, false, encrypt, id);
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_create);

/**
 * vha_session_create_chain() - make a session of algorithm chaining
 * @table: the device's table
 * @cipher: cipher, driver and key, checked against the algorithm's sizes
 * @auth: hash or MAC and key, checked likewise
 * @auth_first: order
 * @encrypt: direction of the cipher
 * @id: where its number goes
 *
 * Context: as vha_session_create().
 * Return: as vha_session_create().
 */
int vha_session_create_chain(struct vha_sessions *table,
			     const struct vhost_accel_session_param *cipher,
			     const struct vhost_accel_session_param *auth,
			     bool auth_first, bool encrypt, u64 *id)
{
	return vha_session_add(table, cipher, auth, auth_first, encrypt, id);
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_create_chain);

/**
 * vha_session_temp() - prepare a session that has no number
 * @parts: what it is to be made of
 * @encrypt: direction
 *
 * The caller fills in the key (&vha_session.key), with algorithm chaining the MAC's
 * behind the cipher's. vha_session_make() does the rest, when no lock is held any more.
 *
 * Context: process, the worker of a data queue.
 * Return: the session with a reference for the caller, or NULL for want of memory.
 */
struct vha_session *vha_session_temp(const struct vha_session_parts *parts,
				     bool encrypt)
{
	const struct vhost_accel_session_param *auth = &parts->auth;
	struct vha_session *session;

	session = vha_session_alloc(&parts->param, auth->alg ? auth : NULL,
				    parts->auth_first, encrypt);
	if (session)
		session->temp = true;
	return session;
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_temp);

/**
 * vha_session_bare() - make a session that has no number: an SA's
 * @param: algorithm, driver and key, checked against the algorithm's sizes
 * @auth: MAC and key beside a cipher, or NULL
 * @encrypt: direction; the MAC is of what is encrypted
 * @session: where it goes, with a reference for the caller
 *
 * Context: process.
 * Return: 0, -ENOMEM, or what &vhost_accel_provider_ops.session_create returned.
 */
int vha_session_bare(const struct vhost_accel_session_param *param,
		     const struct vhost_accel_session_param *auth,
		     bool encrypt, struct vha_session **session)
{
	struct vha_session *bare;
	int err;

	bare = vha_session_alloc(param, auth, !encrypt, encrypt);
	if (!bare)
		return -ENOMEM;
	err = vha_session_make_first(bare, param, auth);
	if (err)
		vha_session_free(bare);
	else
		*session = bare;
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_bare);

/**
 * vha_session_same() - do two temporary sessions do the same?
 * @a: one of them
 * @b: another one
 *
 * In a time that says nothing about their keys.
 *
 * Context: process, the worker that both belong to.
 * Return: whether they do.
 */
bool vha_session_same(const struct vha_session *a, const struct vha_session *b)
{
	return a->alg_id == b->alg_id && a->encrypt == b->encrypt &&
	       a->tag_len == b->tag_len && a->private_key == b->private_key &&
	       a->raw == b->raw && a->key->hash == b->key->hash &&
	       !a->auth == !b->auth && a->auth_id == b->auth_id &&
	       a->auth_first == b->auth_first &&
	       a->key->auth_len == b->key->auth_len &&
	       a->key->len == b->key->len &&
	       !crypto_memneq(a->key->bytes, b->key->bytes, a->key->len);
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_same);

/* While no worker runs, nobody makes or ends sessions */
static struct vha_session *vha_sessions_at(struct vha_sessions *table, u32 slot)
{
	return rcu_dereference_protected(table->slot[slot], true);
}

/**
 * vha_sessions_each() - do something with each session
 * @table: the device's table
 * @fn: what
 *
 * Context: process, while no worker runs.
 */
void vha_sessions_each(struct vha_sessions *table,
		       void (*fn)(struct vha_session *session))
{
	u32 slot;

	for (slot = 0; slot < table->max; slot++)
		if (vha_sessions_at(table, slot))
			fn(vha_sessions_at(table, slot));
}
EXPORT_SYMBOL_IF_KUNIT(vha_sessions_each);

/**
 * vha_sessions_remake() - have the sessions made by other providers
 * @table: the device's table
 * @how: vha_session_prepare() or vha_session_lose()
 * @infos: see there
 *
 * Context: process, while no worker runs.
 * Return: 0, or an error of @how, with which it ends.
 */
int vha_sessions_remake(struct vha_sessions *table,
			int (*how)(struct vha_session *session,
				   const struct vhost_accel_alg_info *infos),
			const struct vhost_accel_alg_info *infos)
{
	u32 slot;
	int err;

	for (slot = 0; slot < table->max; slot++) {
		if (!vha_sessions_at(table, slot))
			continue;
		err = how(vha_sessions_at(table, slot), infos);
		if (err)
			return err;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sessions_remake);

/**
 * vha_session_get() - look up a session by its number
 * @table: the device's table
 * @id: from the guest, unchecked
 *
 * Context: any.
 * Return: the session with a reference for the caller, or NULL.
 */
struct vha_session *vha_session_get(struct vha_sessions *table, u64 id)
{
	struct vha_session *session;
	u32 slot = vha_session_slot(id);

	if (slot >= table->max)
		return NULL;
	slot = array_index_nospec(slot, table->max);

	rcu_read_lock();
	session = rcu_dereference(table->slot[slot]);
	if (session &&
	    (session->id != id || !kref_get_unless_zero(&session->ref)))
		session = NULL;
	rcu_read_unlock();
	return session;
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_get);

static void vha_session_release(struct kref *ref)
{
	struct vha_session *session =
		container_of(ref, struct vha_session, ref);

	vha_session_unmake(session);
	vha_session_free(session);
}

/**
 * vha_session_put() - give back a reference
 * @session: the session
 *
 * Context: process; the last one frees the provider's part.
 */
void vha_session_put(struct vha_session *session)
{
	kref_put(&session->ref, vha_session_release);
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_put);

/**
 * vha_session_put_later() - give back a reference, where no provider may be called
 * @session: the session
 * @dead: where it goes if that was the last one, for vha_sessions_bury()
 *
 * Context: any.
 */
void vha_session_put_later(struct vha_session *session, struct llist_head *dead)
{
	if (refcount_dec_and_test(&session->ref.refcount))
		llist_add(&session->dead, dead);
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_put_later);

/**
 * vha_sessions_bury() - free sessions that nobody has any more
 * @dead: the sessions; empty afterwards
 *
 * Context: process, without locks: the provider may take its time.
 */
void vha_sessions_bury(struct llist_head *dead)
{
	struct vha_session *session, *next;

	llist_for_each_entry_safe(session, next, llist_del_all(dead), dead)
		vha_session_release(&session->ref);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sessions_bury);

/**
 * vha_session_destroy() - end a session
 * @table: the device's table
 * @id: from the guest, unchecked
 * @service: VIRTIO_CRYPTO_SERVICE_* that the guest named
 *
 * Requests in flight keep it until they are done.
 *
 * Context: process, the control queue's worker.
 * Return: 0, or -ENOENT if that service has no such session.
 */
int vha_session_destroy(struct vha_sessions *table, u64 id, u8 service)
{
	struct vha_session *session;
	int err = -ENOENT;

	session = vha_session_get(table, id);
	if (!session)
		return err;
	if (session->alg->service == service &&
	    vha_sessions_take(table, vha_session_slot(id), id)) {
		/* The table's */
		vha_session_put(session);
		err = 0;
	}
	vha_session_put(session);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_destroy);
