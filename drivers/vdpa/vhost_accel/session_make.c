// SPDX-License-Identifier: GPL-2.0
/*
 * What providers have of a session: made at first, made again with another provider
 * when the device is moved there, and with the fallback when the provider would not
 * take a request.
 */
#include "session.h"

#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "ipsec_sa.h"
#include "registry.h"

/* Of sessions that nobody can make any more: whatever they are asked, fails */
static int vha_lost_session_create(const struct vhost_accel_session_param *param,
				   void **session)
{
	return 0;
}

static void vha_lost_session_destroy(void *session)
{
}

static int vha_lost_submit(void *session, struct vhost_accel_request *req)
{
	return -ENODEV;
}

static const struct vhost_accel_provider_ops vha_lost_ops = {
	.session_create = vha_lost_session_create,
	.session_destroy = vha_lost_session_destroy,
	.submit = vha_lost_submit,
};

static struct vha_provider vha_lost = {
	.api.ops = &vha_lost_ops,
	.registered = true,
	.users = REFCOUNT_INIT(1),
};

static const struct vhost_accel_session_param vha_lost_param = {
	.info = &(const struct vhost_accel_alg_info){
		.provider = &vha_lost.api,
		.ctx_size = 1,
	},
};

/**
 * vha_choice_infos() - who is to make sessions and SAs at present
 * @choice: who does what
 *
 * While a worker is stuck in the provider, whoever asks it for a session may be stuck in
 * it next. Those that the fallback makes meanwhile stay with it until the device is moved,
 * also to the provider that it has.
 *
 * Context: any.
 * Return: what they say about each algorithm, and about SAs (%VHA_INFOS).
 */
const struct vhost_accel_alg_info *
vha_choice_infos(const struct vha_choice *choice)
{
	if (unlikely(READ_ONCE(choice->provider->health.causes) &
		     VHA_SICK_STUCK) && choice->fallback)
		return choice->spare;
	return choice->alg;
}

static void vha_session_set_key(struct vha_session *session,
				const struct vhost_accel_session_param *param,
				const struct vhost_accel_session_param *auth)
{
	if (param->key_len)
		memcpy(session->key->bytes, param->key, param->key_len);
	if (auth && auth->key_len)
		memcpy(session->key->bytes + param->key_len, auth->key,
		       auth->key_len);
}

static void
vha_session_get_param(const struct vha_session *session, unsigned int step,
		      const struct vhost_accel_alg_info *infos,
		      struct vhost_accel_session_param *param)
{
	const struct vha_session_key *key = session->key;
	u32 len = key->len - key->auth_len;

	if (step == VHA_STEP_MAIN)
		*param = (struct vhost_accel_session_param){
			.alg = session->alg,
			.alg_id = session->alg_id,
			.info = &infos[session->alg_id],
			.key = key->bytes,
			.key_len = len,
			.tag_len = session->auth ? 0 : session->tag_len,
			.private_key = session->private_key,
			.padding = session->raw ?
				   VIRTIO_CRYPTO_RSA_RAW_PADDING :
				   VIRTIO_CRYPTO_RSA_PKCS1_PADDING,
			.hash = key->hash,
		};
	else
		*param = (struct vhost_accel_session_param){
			.alg = session->auth,
			.alg_id = session->auth_id,
			.info = &infos[session->auth_id],
			.key = key->bytes + len,
			.key_len = key->auth_len,
			.tag_len = session->tag_len,
		};
}

/* Keeps its provider, and that one's module, from going */
static int vha_handle_hold(struct vha_handle *handle,
			   const struct vhost_accel_alg_info *info)
{
	struct vha_provider *provider = vha_provider_of(info->provider);

	/* It was not there when the guest started, or is not any more */
	if (!info->ctx_size || !vha_provider_get(provider))
		return -ENOENT;
	if (!try_module_get(provider->api.owner)) {
		vha_provider_put(provider);
		return -ENOENT;
	}
	handle->provider = provider;
	return 0;
}

static void vha_handle_let_go(struct vha_handle *handle)
{
	module_put(handle->provider->api.owner);
	vha_provider_put(handle->provider);
	*handle = (struct vha_handle){};
}

static int vha_handle_make(struct vha_handle *handle,
			   const struct vhost_accel_session_param *param)
{
	const struct vhost_accel_provider *api = param->info->provider;
	int err;

	err = vha_handle_hold(handle, param->info);
	if (err)
		return err;
	err = api->ops->session_create(param, &handle->priv);
	if (err) {
		vha_handle_let_go(handle);
		return err;
	}
	handle->submit = api->ops->submit;
	handle->destroy = api->ops->session_destroy;
	return 0;
}

static void vha_handle_destroy(struct vha_handle *handle)
{
	if (!handle->provider)
		return;
	handle->destroy(handle->priv);
	vha_handle_let_go(handle);
}

static void vha_handles_destroy(struct vha_handle *handles)
{
	unsigned int i;

	for (i = 0; i < VHA_STEPS; i++)
		vha_handle_destroy(&handles[i]);
}

/* Both or none; @auth is NULL without a second step */
static int vha_handles_make(struct vha_handle *handles,
			    const struct vhost_accel_session_param *param,
			    const struct vhost_accel_session_param *auth)
{
	int err;

	err = vha_handle_make(&handles[VHA_STEP_MAIN], param);
	if (err || !auth)
		return err;
	err = vha_handle_make(&handles[VHA_STEP_AUTH], auth);
	if (err)
		vha_handle_destroy(&handles[VHA_STEP_MAIN]);
	return err;
}

static int
vha_session_make_both(struct vha_session *session, struct vha_handle *handles,
		      const struct vhost_accel_alg_info *infos)
{
	struct vhost_accel_session_param param, auth;

	vha_session_get_param(session, VHA_STEP_MAIN, infos, &param);
	if (!session->auth)
		return vha_handles_make(handles, &param, NULL);
	vha_session_get_param(session, VHA_STEP_AUTH, infos, &auth);
	return vha_handles_make(handles, &param, &auth);
}

static void vha_session_get_sa_param(const struct vha_session *session,
				     struct vhost_accel_sa_param *param)
{
	const struct vha_session_key *key = session->key;
	u32 len = key->len - key->auth_len;
	bool mac_alone = session->sa->alg->cipher == ACCEL_ALG_NR;

	*param = (struct vhost_accel_sa_param){
		.outbound = session->encrypt,
		.alg = session->sa->alg,
		.form = &session->sa->esp,
		.cipher_key = key->bytes,
		.cipher_key_len = mac_alone ? 0 : len,
		.auth_key = mac_alone ? key->bytes : key->bytes + len,
		.auth_key_len = mac_alone ? len : key->auth_len,
		.salt = session->sa->salt,
	};
}

/* If it won't have the SA, nothing is lost */
static void vha_session_make_sa(struct vha_session *session,
				struct vha_handle *handles,
				const struct vhost_accel_alg_info *infos)
{
	const struct vhost_accel_alg_info *info = &infos[VHA_INFO_SA];
	struct vha_handle *handle = &handles[VHA_STEP_PACKET];
	struct vhost_accel_sa_param param;

	if (!session->sa || vha_handle_hold(handle, info))
		return;
	vha_session_get_sa_param(session, &param);
	param.provider = info->provider;
	if (info->provider->ops->sa_create(&param, &handle->priv)) {
		vha_handle_let_go(handle);
		return;
	}
	handle->submit = info->provider->ops->sa_submit;
	handle->destroy = info->provider->ops->sa_destroy;
}

/**
 * vha_session_make_packets() - have a provider do whole packets, if it can
 * @session: of an SA, which nobody uses yet
 * @sa: complete, but for the session; it outlives the session's place in the table
 * @infos: what providers have said
 *
 * Context: process.
 */
void vha_session_make_packets(struct vha_session *session,
			      const struct vha_sa *sa,
			      const struct vhost_accel_alg_info *infos)
{
	session->sa = sa;
	vha_session_make_sa(session, session->handle, infos);
}

/**
 * vha_session_make_first() - have the provider make a session
 * @session: new, with room for the key
 * @param: the algorithm, its driver and its key
 * @auth: those of the hash or MAC, or NULL
 *
 * Context: process.
 * Return: 0, or what &vhost_accel_provider_ops.session_create returned.
 */
int vha_session_make_first(struct vha_session *session,
			   const struct vhost_accel_session_param *param,
			   const struct vhost_accel_session_param *auth)
{
	vha_session_set_key(session, param, auth);
	return vha_handles_make(session->handle, param, auth);
}

/**
 * vha_session_make() - have the provider make a temporary session
 * @session: of vha_session_temp(), perhaps made before
 * @infos: what the provider said about each algorithm
 *
 * Context: process, the worker of a data queue, without locks: the provider may
 * take its time.
 * Return: 0, -EOPNOTSUPP if the provider can't do that, -ENOMEM if this may be
 * tried again, or -EINVAL for a key that it refuses.
 */
int vha_session_make(struct vha_session *session,
		     const struct vhost_accel_alg_info *infos)
{
	int err;

	if (session->handle[VHA_STEP_MAIN].provider)
		return 0;
	err = vha_session_make_both(session, session->handle, infos);
	switch (err) {
	case 0:
		return 0;
	case -ENOENT:
		return -EOPNOTSUPP;
	case -EOPNOTSUPP:
	case -ENOMEM:
		return err;
	default:
		/* -EBADMSG is a key that no parser likes, and not a message */
		return -EINVAL;
	}
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_make);

/**
 * vha_session_prepare() - have another provider make a session, too
 * @session: the session
 * @infos: what that provider has said about each algorithm
 *
 * Until vha_session_commit() or vha_session_revert() it is with both.
 *
 * Context: process, while no worker runs.
 * Return: 0, or what &vhost_accel_provider_ops.session_create returned.
 */
int vha_session_prepare(struct vha_session *session,
			const struct vhost_accel_alg_info *infos)
{
	int err = vha_session_make_both(session, session->next, infos);

	if (!err)
		vha_session_make_sa(session, session->next, infos);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_prepare);

static void vha_session_drop_spare(struct vha_session *session)
{
	unsigned int i;

	for (i = 0; i < VHA_STEPS; i++) {
		if (!session->spare[i])
			continue;
		vha_handle_destroy(session->spare[i]);
		kfree(session->spare[i]);
		session->spare[i] = NULL;
	}
}

/**
 * vha_session_commit() - leave the provider that a session had
 * @session: the session, after vha_session_prepare()
 *
 * Context: process, while no worker runs.
 */
void vha_session_commit(struct vha_session *session)
{
	vha_session_drop_spare(session);
	vha_handles_destroy(session->handle);
	memcpy(session->handle, session->next, sizeof(session->handle));
	memset(session->next, 0, sizeof(session->next));
	session->sa_changed = false;
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_commit);

/**
 * vha_session_revert() - undo vha_session_prepare(), if it was done
 * @session: the session
 *
 * Context: process, while no worker runs.
 */
void vha_session_revert(struct vha_session *session)
{
	vha_handles_destroy(session->next);
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_revert);

static bool vha_handle_leaves(const struct vha_handle *handle)
{
	return handle->provider && !READ_ONCE(handle->provider->registered);
}

static bool vha_handles_leave(const struct vha_handle *handles)
{
	return vha_handle_leaves(&handles[VHA_STEP_MAIN]) ||
	       vha_handle_leaves(&handles[VHA_STEP_AUTH]) ||
	       vha_handle_leaves(&handles[VHA_STEP_PACKET]);
}

/**
 * vha_session_lose() - leave a provider that goes, if it has this session
 * @session: the session
 * @infos: who can do what without it
 *
 * If nobody can, the session stays and its requests fail.
 *
 * Context: process, while no worker runs.
 * Return: 0
 */
int vha_session_lose(struct vha_session *session,
		     const struct vhost_accel_alg_info *infos)
{
	if (!vha_handles_leave(session->handle))
		return 0;
	/* The second can't fail */
	if (vha_session_prepare(session, infos))
		vha_handles_make(session->next, &vha_lost_param,
				 session->auth ? &vha_lost_param : NULL);
	vha_session_commit(session);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_lose);

/**
 * vha_session_spare() - a step of a session with the fallback
 * @session: the session
 * @step: VHA_STEP_*
 * @infos: what the fallback has said about each algorithm
 *
 * Context: process, the worker of a data queue, without locks.
 * Return: the handle, or NULL if there is no fallback or it can't do this.
 */
struct vha_handle *
vha_session_spare(struct vha_session *session, unsigned int step,
		  const struct vhost_accel_alg_info *infos)
{
	struct vhost_accel_session_param param;
	struct vha_handle *spare, *other;

	/* Pairs with cmpxchg(): what it points to is complete */
	spare = smp_load_acquire(&session->spare[step]);
	if (spare)
		return spare;
	vha_session_get_param(session, step, infos, &param);
	if (!param.info->ctx_size)
		return NULL;
	spare = kzalloc(sizeof(*spare), GFP_KERNEL_ACCOUNT);
	if (!spare)
		return NULL;
	if (vha_handle_make(spare, &param)) {
		kfree(spare);
		return NULL;
	}
	other = cmpxchg(&session->spare[step], NULL, spare);
	if (other) {
		vha_handle_destroy(spare);
		kfree(spare);
		return other;
	}
	return spare;
}
EXPORT_SYMBOL_IF_KUNIT(vha_session_spare);

/**
 * vha_session_unmake() - have no provider keep anything of a session
 * @session: the session
 *
 * Context: process.
 */
void vha_session_unmake(struct vha_session *session)
{
	vha_session_drop_spare(session);
	vha_handles_destroy(session->handle);
}
