// SPDX-License-Identifier: GPL-2.0
/*
 * Keys and their sessions on a device.
 *
 * A key object dies in three steps: its transform lets it go, the last request
 * that uses it ends, and its sessions are destroyed on the device.  Nothing of
 * that waits, and all memory it takes is in the object.
 */
#include "session.h"

#include <kunit/visibility.h>
#include <linux/bits.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/virtio_crypto.h>

#include "encode.h"
#include "route.h"
#include "vaccel.h"

static void vaccel_key_free_rcu(struct rcu_head *rcu)
{
	struct vaccel_key *key = container_of(rcu, struct vaccel_key, rcu);

	kfree_sensitive(key);
}

static void vaccel_key_free(struct vaccel_key *key)
{
	if (key->dev) {
		atomic_dec(&key->dev->nr_keys);
		vaccel_dev_put(key->dev);
	}
	call_rcu(&key->rcu, vaccel_key_free_rcu);
}

static void vaccel_key_cmd_done(struct vaccel_key *key)
{
	if (atomic_dec_and_test(&key->nr_cmds))
		vaccel_key_free(key);
}

/* There is nothing to do about a session that cannot be destroyed */
static void vaccel_session_destroyed(struct vaccel_cmd *cmd, int status)
{
	struct vaccel_session *sess = container_of(cmd, struct vaccel_session,
						   cmd);

	vaccel_key_cmd_done(sess->key);
}

static void vaccel_session_destroy(struct vaccel_session *sess)
{
	struct vaccel_key *key = sess->key;
	struct vaccel_cmd *cmd = &sess->cmd;

	if (sess->state != VACCEL_SESS_READY ||
	    sess->gen != READ_ONCE(key->dev->gen))
		return;
	sess->state = VACCEL_SESS_NONE;
	cmd->key = NULL;
	cmd->session = sess->id;
	cmd->done = vaccel_session_destroyed;
	atomic_inc(&key->nr_cmds);
	if (vaccel_ctrl_submit(&key->dev->ctrl, cmd))
		vaccel_key_cmd_done(key);
}

/* The last reference is gone: nobody finds the key any more. */
static void vaccel_key_release(struct vaccel_key *key)
{
	/* Ours keeps the key until both commands are on their way */
	atomic_set(&key->nr_cmds, 1);
	vaccel_session_destroy(&key->sess[0]);
	vaccel_session_destroy(&key->sess[1]);
	vaccel_key_cmd_done(key);
}

void __vaccel_key_put(struct vaccel_key *key, int left)
{
	if (!left) {
		vaccel_key_release(key);
		return;
	}
	if (left > 2)
		return;
	spin_lock_bh(&key->lock);
	if (key->tfm)
		vaccel_route_wake(key->tfm);
	spin_unlock_bh(&key->lock);
}

void vaccel_key_put_quiet(struct vaccel_key *key)
{
	if (atomic_dec_and_test(&key->refs))
		vaccel_key_release(key);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_key_put_quiet);

void vaccel_key_detach(struct vaccel_key *key)
{
	spin_lock_bh(&key->lock);
	key->tfm = NULL;
	spin_unlock(&key->lock);
	if (atomic_dec_and_test(&key->refs))
		vaccel_key_release(key);
	local_bh_enable();
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_key_detach);

bool vaccel_key_drained(struct vaccel_key *key)
{
	WRITE_ONCE(key->draining, 1);
	/* Pairs with atomic_dec_return() in vaccel_key_put() */
	smp_mb();
	if (atomic_read(&key->refs) > 2)
		return false;
	WRITE_ONCE(key->draining, 0);
	return true;
}

void vaccel_key_set_dev(struct vaccel_key *key, struct vaccel_dev *vd)
{
	struct vaccel_dev *old = key->dev;

	spin_lock_bh(&key->lock);
	key->sess[0].state = VACCEL_SESS_NONE;
	key->sess[1].state = VACCEL_SESS_NONE;
	key->dev = vd;
	spin_unlock_bh(&key->lock);
	if (vd)
		atomic_inc(&vd->nr_keys);
	if (old) {
		atomic_dec(&old->nr_keys);
		vaccel_dev_put(old);
	}
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_key_set_dev);

struct vaccel_key *vaccel_key_alloc(struct vaccel_tfm *t,
				    const struct accel_alg *alg,
				    const u8 *bytes, unsigned int len,
				    unsigned int tag_len, gfp_t gfp)
{
	struct vaccel_key *key;
	unsigned int i;

	/* kmalloc aligns powers of two to their size */
	key = kzalloc(roundup_pow_of_two(struct_size(key, bytes, len)), gfp);
	if (!key)
		return NULL;
	atomic_set(&key->refs, 1);
	spin_lock_init(&key->lock);
	key->tfm = t;
	key->alg = alg;
	key->len = len;
	key->auth_len = t->auth_len;
	key->tag_len = tag_len;
	key->para = t->para;
	memcpy(key->bytes, bytes, len);
	for (i = 0; i < 2; i++) {
		key->sess[i].key = key;
		key->sess[i].enc = i;
		key->sess[i].cmd.alg = alg;
		key->sess[i].cmd.auth = t->alg->auth;
	}
	return key;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_key_alloc);

bool vaccel_session_usable(const struct vaccel_session *sess)
{
	const struct vaccel_dev *vd = sess->key->dev;
	u8 state = vaccel_session_state(sess);

	if (state == VACCEL_SESS_STATELESS) {
		if (time_after_eq(jiffies, sess->retry))
			return false;
	} else if (state != VACCEL_SESS_READY) {
		return false;
	}
	return vd && vaccel_dev_usable(vd) &&
	       sess->gen == READ_ONCE(vd->gen);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_session_usable);

/* The device has no room for a session: can it do without? */
static bool vaccel_key_stateless(const struct vaccel_key *key)
{
	return key->dev->caps.stateless & BIT(key->alg->service);
}

/* The answer to a CREATE, or the news that there will be none. */
static void vaccel_session_done(struct vaccel_cmd *cmd, int status)
{
	struct vaccel_session *sess = container_of(cmd, struct vaccel_session,
						   cmd);
	struct vaccel_key *key = sess->key;
	u8 state = VACCEL_SESS_REFUSED;

	if (status == VIRTIO_CRYPTO_OK)
		state = VACCEL_SESS_READY;
	else if (status < 0)
		state = VACCEL_SESS_NONE;
	else if (status == VIRTIO_CRYPTO_NOSPC && vaccel_key_stateless(key))
		state = VACCEL_SESS_STATELESS;

	rcu_read_lock();
	spin_lock_bh(&key->lock);
	sess->id = cmd->session;
	sess->gen = cmd->gen;
	sess->retry = jiffies + VACCEL_RETRY;
	/* After the id: pairs with the acquire in vaccel_session_state() */
	smp_store_release(&sess->state, state);
	if (key->tfm)
		vaccel_route_wake(key->tfm);
	spin_unlock(&key->lock);
	vaccel_key_put(key);
	local_bh_enable();
	rcu_read_unlock();
}

int vaccel_session_create(struct vaccel_session *sess)
{
	struct vaccel_key *key = sess->key;
	struct vaccel_cmd *cmd = &sess->cmd;

	spin_lock_bh(&key->lock);
	sess->state = VACCEL_SESS_CREATING;
	spin_unlock_bh(&key->lock);

	cmd->key = key->bytes;
	cmd->key_len = key->len;
	cmd->auth_len = key->auth_len;
	cmd->tag_len = key->tag_len;
	cmd->para = &key->para;
	cmd->enc = sess->enc;
	cmd->done = vaccel_session_done;
	atomic_inc(&key->refs);
	if (!vaccel_ctrl_submit(&key->dev->ctrl, cmd))
		return 0;

	spin_lock_bh(&key->lock);
	sess->state = VACCEL_SESS_NONE;
	spin_unlock_bh(&key->lock);
	/* The caller has a reference of its own */
	atomic_dec(&key->refs);
	return -ENODEV;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_session_create);

void vaccel_session_invalid(struct vaccel_session *sess)
{
	struct vaccel_key *key = sess->key;

	spin_lock_bh(&key->lock);
	if (sess->state == VACCEL_SESS_READY ||
	    sess->state == VACCEL_SESS_STATELESS)
		sess->state = VACCEL_SESS_NONE;
	spin_unlock_bh(&key->lock);
}
