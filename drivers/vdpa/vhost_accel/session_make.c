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

static int vha_handle_make(struct vha_handle *handle,
			   const struct vhost_accel_session_param *param)
{
	struct vha_provider *provider = vha_provider_of(param->info->provider);
	const struct vhost_accel_provider *api = &provider->api;
	int err = -ENOENT;

	/* It was not there when the guest started, or is not any more */
	if (!param->info->ctx_size || !vha_provider_get(provider))
		return err;
	if (!try_module_get(api->owner))
		goto err_put_provider;
	err = api->ops->session_create(param, &handle->priv);
	if (err)
		goto err_put_module;
	handle->ops = api->ops;
	handle->provider = provider;
	return 0;

err_put_module:
	module_put(api->owner);
err_put_provider:
	vha_provider_put(provider);
	return err;
}

static void vha_handle_destroy(struct vha_handle *handle)
{
	if (handle->ops) {
		handle->ops->session_destroy(handle->priv);
		module_put(handle->provider->api.owner);
		vha_provider_put(handle->provider);
	}
	*handle = (struct vha_handle){};
}

static void vha_handles_destroy(struct vha_handle *handles)
{
	vha_handle_destroy(&handles[VHA_STEP_MAIN]);
	vha_handle_destroy(&handles[VHA_STEP_AUTH]);
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

	if (session->handle[VHA_STEP_MAIN].ops)
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
	return vha_session_make_both(session, session->next, infos);
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
	return handle->ops && !READ_ONCE(handle->provider->registered);
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
	if (!vha_handle_leaves(&session->handle[VHA_STEP_MAIN]) &&
	    !vha_handle_leaves(&session->handle[VHA_STEP_AUTH]))
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
