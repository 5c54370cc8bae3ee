// SPDX-License-Identifier: GPL-2.0
/*
 * States of the kernel's IPsec on the stacked device.
 *
 * In crypto offload the kernel builds and parses packets, and keeps sequence numbers,
 * replay windows, lifetimes and policies; ciphers and integrity are ours.  In packet
 * offload (ipsec_packet.c) lifetimes and policies are the kernel's.
 *
 * A refusal is -EINVAL: at -EOPNOTSUPP the kernel would say nothing and use software.
 */
#include "ipsec_xfrm.h"

#include <crypto/authenc.h>
#include <linux/crypto.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/xfrm.h>

#include "ipsec_netdev.h"
#include "ipsec_packet.h"
#include "ipsec_policy.h"
#include "ipsec_sa.h"

static bool vaccel_xfrm_iv_known(const struct xfrm_state *x)
{
	return x->geniv && (!strcmp(x->geniv, "seqiv") ||
			    !strcmp(x->geniv, "echainiv"));
}

static int vaccel_xfrm_check(const struct xfrm_state *x,
			     struct netlink_ext_ack *extack)
{
	const char *why = NULL;

	/* A bond hands the states that it gets to the devices below it */
	if (!vaccel_netdev_is(x->xso.dev))
		why = "vaccel: through a device above it nothing is offloaded";
	else if (x->id.proto != IPPROTO_ESP)
		why = "vaccel: only ESP can be offloaded";
	else if (x->props.mode != XFRM_MODE_TUNNEL &&
		 x->props.mode != XFRM_MODE_TRANSPORT)
		why = "vaccel: only the modes tunnel and transport can be offloaded";
	else if (x->encap && x->xso.type != XFRM_DEV_OFFLOAD_PACKET)
		why = "vaccel: encapsulation (encap) can only be offloaded in packet mode";
	else if (x->props.extra_flags & XFRM_SA_XFLAG_OSEQ_MAY_WRAP)
		why = "vaccel: numbers that come twice (oseq-may-wrap) cannot be offloaded";
	else if (x->tfcpad)
		why = "vaccel: TFC padding cannot be offloaded";
	else if (!x->aead && !(x->ealg && x->aalg))
		why = "vaccel: without a cipher and a MAC, or an AEAD, nothing is offloaded";
	else if (x->xso.type == XFRM_DEV_OFFLOAD_CRYPTO &&
		 !vaccel_xfrm_iv_known(x))
		why = "vaccel: a cipher without a known kind of IV cannot be offloaded";
	if (!why)
		return 0;
	/* NULL when the kernel itself adds a state */
	if (extack)
		extack->_msg = why;
	return -EINVAL;
}

static unsigned int vaccel_xfrm_bytes(unsigned int bits)
{
	return DIV_ROUND_UP(bits, 8);
}

/* Of a cipher and a MAC: both keys in the form that authenc() wants, to be freed */
static u8 *vaccel_xfrm_authenc_key(const struct xfrm_state *x, unsigned int *len)
{
	unsigned int auth_len = vaccel_xfrm_bytes(x->aalg->alg_key_len);
	unsigned int enc_len = vaccel_xfrm_bytes(x->ealg->alg_key_len);
	struct crypto_authenc_key_param *param;
	struct rtattr *rta;
	u8 *key, *to;

	*len = RTA_SPACE(sizeof(*param)) + auth_len + enc_len;
	key = kmalloc(*len, GFP_KERNEL);
	if (!key)
		return NULL;
	rta = (struct rtattr *)key;
	rta->rta_type = CRYPTO_AUTHENC_KEYA_PARAM;
	rta->rta_len = RTA_LENGTH(sizeof(*param));
	param = RTA_DATA(rta);
	param->enckeylen = cpu_to_be32(enc_len);
	to = key + RTA_SPACE(sizeof(*param));
	memcpy(to, x->aalg->alg_key, auth_len);
	memcpy(to + auth_len, x->ealg->alg_key, enc_len);
	return key;
}

static struct vaccel_sa *vaccel_xfrm_aead(const struct xfrm_state *x,
					  struct vaccel_sa_params *p)
{
	p->alg = x->aead->alg_name;
	p->key = x->aead->alg_key;
	p->key_len = vaccel_xfrm_bytes(x->aead->alg_key_len);
	p->icv_len = x->aead->alg_icv_len / 8;
	return vaccel_sa_create(x->xso.dev, p);
}

static struct vaccel_sa *vaccel_xfrm_authenc(const struct xfrm_state *x,
					     struct vaccel_sa_params *p)
{
	char name[CRYPTO_MAX_ALG_NAME];
	struct vaccel_sa *sa;
	u8 *key;

	if (snprintf(name, sizeof(name), "%s(%s,%s)",
		     p->esn ? "authencesn" : "authenc", x->aalg->alg_name,
		     x->ealg->alg_name) >= sizeof(name))
		return ERR_PTR(-ENAMETOOLONG);
	key = vaccel_xfrm_authenc_key(x, &p->key_len);
	if (!key)
		return ERR_PTR(-ENOMEM);
	p->alg = name;
	p->key = key;
	p->icv_len = x->aalg->alg_trunc_len / 8;
	sa = vaccel_sa_create(x->xso.dev, p);
	kfree_sensitive(key);
	return sa;
}

static int vaccel_xfrm_state_add(struct xfrm_state *x,
				 struct netlink_ext_ack *extack)
{
	struct vaccel_sa_params p = {
		.esn = x->props.flags & XFRM_STATE_ESN,
		.random_iv = x->geniv && !strcmp(x->geniv, "echainiv"),
		.out = x->xso.dir == XFRM_DEV_OFFLOAD_OUT,
	};
	struct vaccel_sa *sa;
	int err;

	/* The kernel waits for keys */
	if (x->xso.flags & XFRM_DEV_OFFLOAD_FLAG_ACQ)
		return 0;
	err = vaccel_xfrm_check(x, extack);
	if (err)
		return err;
	if (x->xso.type == XFRM_DEV_OFFLOAD_PACKET)
		return vaccel_packet_state_add(x, extack);
	sa = x->aead ? vaccel_xfrm_aead(x, &p) : vaccel_xfrm_authenc(x, &p);
	err = PTR_ERR_OR_ZERO(sa);
	if (err == -ENOENT) {
		NL_SET_ERR_MSG(extack,
			       "vaccel: no crypto device offers this algorithm");
		return -EINVAL;
	}
	if (err) {
		NL_SET_ERR_MSG(extack,
			       "vaccel: the driver of the algorithm refused key or length of the ICV");
		return err == -ENOMEM ? err : -EINVAL;
	}
	vaccel_netdev_count_sa(netdev_priv(x->xso.dev), sa, 1);
	WRITE_ONCE(x->xso.offload_handle, (unsigned long)sa);
	return 0;
}

/*
 * Nothing is given to the SA any more; what the stack has given to it before is
 * still sent, so that new keys cost no packet.
 */
static void vaccel_xfrm_state_delete(struct xfrm_state *x)
{
}

static void vaccel_xfrm_state_free(struct xfrm_state *x)
{
	struct vaccel_sa *sa = (struct vaccel_sa *)x->xso.offload_handle;

	if (!sa)
		return;
	if (x->xso.type == XFRM_DEV_OFFLOAD_PACKET) {
		vaccel_packet_state_free(x);
		return;
	}
	WRITE_ONCE(x->xso.offload_handle, 0);
	vaccel_netdev_count_sa(netdev_priv(sa->dev), sa, -1);
	vaccel_sa_put(sa);
}

/* The upper half of the sequence number is taken from the state for each packet */
static void vaccel_xfrm_state_advance_esn(struct xfrm_state *x)
{
}

static bool vaccel_xfrm_offload_ok(struct sk_buff *skb, struct xfrm_state *x)
{
	return x->xso.type != XFRM_DEV_OFFLOAD_PACKET ||
	       vaccel_packet_offload_ok(skb, x);
}

const struct xfrmdev_ops vaccel_xfrmdev_ops = {
	.xdo_dev_state_add = vaccel_xfrm_state_add,
	.xdo_dev_state_delete = vaccel_xfrm_state_delete,
	.xdo_dev_state_free = vaccel_xfrm_state_free,
	.xdo_dev_offload_ok = vaccel_xfrm_offload_ok,
	.xdo_dev_state_advance_esn = vaccel_xfrm_state_advance_esn,
	.xdo_dev_policy_add = vaccel_policy_add,
	.xdo_dev_policy_delete = vaccel_policy_delete,
	.xdo_dev_policy_free = vaccel_policy_free,
};
