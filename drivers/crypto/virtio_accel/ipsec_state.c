// SPDX-License-Identifier: GPL-2.0
/*
 * From a state of the kernel's IPsec to an SA of the IPSEC service, for packet mode.
 *
 * The device does what the kernel's ESP would: what it cannot do is refused.
 */
#include "ipsec_state.h"

#include <linux/string.h>
#include <linux/timekeeping.h>
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "ipsec_udp.h"

/**
 * struct vaccel_state_alg - how the kernel calls what &accel_ipsec_algs has
 * @name: of the AEAD, or the cipher
 * @auth: of the MAC, or NULL
 * @icv_bits: length of the ICV
 * @cipher_algo: as in an SA
 * @auth_algo: as in an SA
 */
struct vaccel_state_alg {
	const char *name;
	const char *auth;
	u16 icv_bits;
	u64 cipher_algo;
	u64 auth_algo;
};

#define VACCEL_STATE_AEAD(_name, _wire)					\
	{								\
		.name = _name,						\
		.icv_bits = 128,					\
		.cipher_algo = VIRTIO_CRYPTO_NO_CIPHER,			\
		.auth_algo = VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD | (_wire), \
	}
#define VACCEL_STATE_AUTH(_name, _wire, _auth, _icv, _auth_wire)	\
	{								\
		.name = _name,						\
		.auth = _auth,						\
		.icv_bits = _icv,					\
		.cipher_algo = _wire,					\
		.auth_algo = _auth_wire,				\
	}

static const struct vaccel_state_alg vaccel_state_algs[] = {
	VACCEL_STATE_AEAD("rfc4106(gcm(aes))", VIRTIO_CRYPTO_AEAD_GCM),
	VACCEL_STATE_AEAD("rfc7539esp(chacha20,poly1305)",
			  VIRTIO_CRYPTO_AEAD_CHACHA20_POLY1305),
	VACCEL_STATE_AUTH("cbc(aes)", VIRTIO_CRYPTO_CIPHER_AES_CBC,
			  "hmac(sha1)", 96, VIRTIO_CRYPTO_MAC_HMAC_SHA1),
	VACCEL_STATE_AUTH("cbc(aes)", VIRTIO_CRYPTO_CIPHER_AES_CBC,
			  "hmac(sha256)", 128, VIRTIO_CRYPTO_MAC_HMAC_SHA_256),
	VACCEL_STATE_AUTH("rfc3686(ctr(aes))", VIRTIO_CRYPTO_CIPHER_AES_CTR,
			  "hmac(sha1)", 96, VIRTIO_CRYPTO_MAC_HMAC_SHA1),
	VACCEL_STATE_AUTH("rfc3686(ctr(aes))", VIRTIO_CRYPTO_CIPHER_AES_CTR,
			  "hmac(sha256)", 128, VIRTIO_CRYPTO_MAC_HMAC_SHA_256),
	VACCEL_STATE_AUTH("ecb(cipher_null)", VIRTIO_CRYPTO_NO_CIPHER,
			  "hmac(sha1)", 96, VIRTIO_CRYPTO_MAC_HMAC_SHA1),
	VACCEL_STATE_AUTH("ecb(cipher_null)", VIRTIO_CRYPTO_NO_CIPHER,
			  "hmac(sha256)", 128, VIRTIO_CRYPTO_MAC_HMAC_SHA_256),
};

static const struct vaccel_state_alg *
vaccel_state_find_alg(const struct xfrm_state *x)
{
	const char *name = x->aead ? x->aead->alg_name : x->ealg->alg_name;
	const char *auth = x->aead ? NULL : x->aalg->alg_name;
	unsigned int icv = x->aead ? x->aead->alg_icv_len :
				     x->aalg->alg_trunc_len;
	const struct vaccel_state_alg *alg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vaccel_state_algs); i++) {
		alg = &vaccel_state_algs[i];
		if (!strcmp(alg->name, name) && alg->icv_bits == icv &&
		    !alg->auth == !auth && (!auth || !strcmp(alg->auth, auth)))
			return alg;
	}
	return NULL;
}

static bool vaccel_state_put_key(struct virtio_crypto_ipsec_key *key,
				 const char *bytes, unsigned int len)
{
	if (len > sizeof(key->data))
		return false;
	key->length = cpu_to_le16(len);
	memcpy(key->data, bytes, len);
	return true;
}

/* A salt is the end of the kernel's key */
static bool vaccel_state_put_cipher(struct vaccel_ipsec_sa *sa, unsigned int salt,
				    const char *bytes, unsigned int bits)
{
	unsigned int len = bits / 8;

	if (len < salt)
		return false;
	len -= salt;
	memcpy(sa->wire.salt, bytes + len, salt);
	return vaccel_state_put_key(&sa->wire.cipher_key, bytes, len);
}

static const char *vaccel_state_read_algs(const struct xfrm_state *x,
					  struct vaccel_ipsec_sa *sa)
{
	const struct vaccel_state_alg *name;
	const struct accel_ipsec_alg *alg;
	bool ok;

	if (!x->aead && !(x->ealg && x->aalg))
		return "vaccel: without a cipher and a MAC, or an AEAD, nothing is offloaded";
	name = vaccel_state_find_alg(x);
	alg = name ? accel_ipsec_alg_find(name->cipher_algo, name->auth_algo) :
		     NULL;
	if (!alg)
		return "vaccel: packet offload lacks this algorithm, or this length of the ICV";
	sa->wire.cipher_algo = cpu_to_le64(alg->cipher_algo);
	sa->wire.auth_algo = cpu_to_le64(alg->auth_algo);
	if (x->aead)
		ok = vaccel_state_put_cipher(sa, alg->salt_len,
					     x->aead->alg_key,
					     x->aead->alg_key_len);
	else
		ok = vaccel_state_put_cipher(sa, alg->salt_len,
					     x->ealg->alg_key,
					     x->ealg->alg_key_len) &&
		     x->aalg->alg_key_len == alg->auth_key_len * 8 &&
		     vaccel_state_put_key(&sa->wire.auth_key, x->aalg->alg_key,
					  alg->auth_key_len);
	return ok ? NULL : "vaccel: packet offload lacks keys of this length";
}

/* What has no place in an SA, or would be done in another way */
static const char *vaccel_state_check(const struct xfrm_state *x)
{
	if (x->props.flags & XFRM_STATE_DECAP_DSCP)
		return "vaccel: decap-dscp cannot be offloaded in packet mode";
	if (x->props.smark.m)
		return "vaccel: output-mark cannot be offloaded in packet mode";
	if (x->if_id)
		return "vaccel: if_id cannot be offloaded in packet mode";
	if (x->props.mode == XFRM_MODE_TUNNEL && x->sel.family != AF_UNSPEC &&
	    x->sel.family != x->props.family)
		return "vaccel: a tunnel of another family cannot be offloaded in packet mode";
	return NULL;
}

static u64 vaccel_state_options(const struct xfrm_state *x, bool tunnel)
{
	u64 options = 0;

	if (x->props.flags & XFRM_STATE_ESN)
		options |= BIT(VIRTIO_CRYPTO_IPSEC_ESN);
	if (!tunnel)
		return options;
	if (!(x->props.flags & XFRM_STATE_NOECN))
		options |= BIT(VIRTIO_CRYPTO_IPSEC_ECN);
	if (x->xso.dir != XFRM_DEV_OFFLOAD_OUT)
		return options;
	if (!(x->props.extra_flags & XFRM_SA_XFLAG_DONT_ENCAP_DSCP))
		options |= BIT(VIRTIO_CRYPTO_IPSEC_COPY_DSCP);
	if (!(x->props.flags & XFRM_STATE_NOPMTUDISC) &&
	    x->props.family == AF_INET)
		options |= BIT(VIRTIO_CRYPTO_IPSEC_COPY_DF);
	return options;
}

static void vaccel_state_read_tunnel(const struct xfrm_state *x,
				     struct virtio_crypto_ipsec_tunnel_param *param)
{
	const struct net *net = read_pnet(&x->xs_net);

	if (x->props.family == AF_INET) {
		param->type = VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4;
		param->ipv4.src_ip =
			cpu_to_le32(ntohl(x->props.saddr.a4));
		param->ipv4.dst_ip = cpu_to_le32(ntohl(x->id.daddr.a4));
		param->ipv4.ttl = READ_ONCE(net->ipv4.sysctl_ip_default_ttl);
		return;
	}
	param->type = VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV6;
	memcpy(param->ipv6.src_addr, &x->props.saddr, 16);
	memcpy(param->ipv6.dst_addr, &x->id.daddr, 16);
	param->ipv6.hlimit = IPV6_DEFAULT_HOPLIMIT;
}

static u32 vaccel_state_window(const struct xfrm_state *x)
{
	return x->replay_esn ? x->replay_esn->replay_window :
			       x->props.replay_window;
}

static u64 vaccel_state_seq(const struct xfrm_state *x, bool out)
{
	const struct xfrm_replay_state_esn *esn = x->replay_esn;

	if (!esn)
		return out ? x->replay.oseq : x->replay.seq;
	if (!(x->props.flags & XFRM_STATE_ESN))
		return out ? esn->oseq : esn->seq;
	return out ? (u64)esn->oseq_hi << 32 | esn->oseq :
		     (u64)esn->seq_hi << 32 | esn->seq;
}

const char *vaccel_state_read(const struct xfrm_state *x,
			      struct vaccel_ipsec_sa *sa, u64 *seq)
{
	bool out = x->xso.dir == XFRM_DEV_OFFLOAD_OUT;
	bool tunnel = x->props.mode == XFRM_MODE_TUNNEL;
	const char *why;

	why = vaccel_state_check(x);
	if (why)
		return why;
	memset(sa, 0, sizeof(*sa));
	sa->wire.mode = tunnel ? VIRTIO_CRYPTO_IPSEC_MODE_ESP_TUNNEL :
				 VIRTIO_CRYPTO_IPSEC_MODE_ESP_TRANSPORT;
	sa->wire.direction = out ? VIRTIO_CRYPTO_IPSEC_DIR_OUTBOUND :
				   VIRTIO_CRYPTO_IPSEC_DIR_INBOUND;
	sa->wire.spi = cpu_to_le32(ntohl(x->id.spi));
	sa->wire.options = cpu_to_le64(vaccel_state_options(x, tunnel));
	if (out && tunnel)
		vaccel_state_read_tunnel(x, &sa->wire.param);
	if (!out)
		sa->wire.replay_win_sz = cpu_to_le32(vaccel_state_window(x));
	*seq = vaccel_state_seq(x, out);
	return vaccel_udp_state(x, sa) ?: vaccel_state_read_algs(x, sa);
}

bool vaccel_state_was_used(const struct xfrm_state *x, u64 seq)
{
	/* The kernel sets the time just before, if the daemon has none from before */
	return seq || x->curlft.packets ||
	       ktime_get_real_seconds() - (time64_t)x->curlft.add_time > 1;
}
