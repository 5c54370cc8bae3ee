// SPDX-License-Identifier: GPL-2.0
/*
 * What a driver may say about an SA. Documentation/ipsec-wire.rst has the reasons.
 *
 * What the driver wrote is in private memory and checked before an SA is made: field by
 * field, so that none is ignored.
 */
#include <kunit/visibility.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "ipsec_sa.h"

#define VHA_SA_DSCP_MAX		63
#define VHA_SA_FLABEL_MAX	0xfffff

static bool vha_sa_is_zero(const void *p, size_t len)
{
	return !memchr_inv(p, 0, len);
}

static bool vha_sa_option(const struct vha_sa_config *config, unsigned int bit)
{
	return le64_to_cpu(config->wire.options) & BIT_ULL(bit);
}

static const struct accel_ipsec_alg *
vha_sa_alg(const struct vha_sa_config *config)
{
	return accel_ipsec_alg_find(le64_to_cpu(config->wire.cipher_algo),
				    le64_to_cpu(config->wire.auth_algo));
}

static bool vha_sa_key_ok(const struct virtio_crypto_ipsec_key *key, u32 max)
{
	u32 len = le16_to_cpu(key->length);

	return !key->reserved && len <= max && len <= sizeof(key->data) &&
	       vha_sa_is_zero(key->data + len, sizeof(key->data) - len);
}

static bool vha_sa_algs_ok(const struct vha_sa_mode *mode,
			   const struct vha_sa_config *config)
{
	const struct accel_ipsec_alg *alg = vha_sa_alg(config);
	u32 len = le16_to_cpu(config->wire.cipher_key.length);

	if (!alg || !accel_ipsec_alg_offered(alg, mode->cipher, mode->mac,
					     mode->aead))
		return false;
	if (!vha_sa_key_ok(&config->wire.cipher_key, mode->cipher_key) ||
	    !vha_sa_key_ok(&config->wire.auth_key, mode->auth_key) ||
	    le16_to_cpu(config->wire.auth_key.length) != alg->auth_key_len)
		return false;
	if (alg->cipher == ACCEL_ALG_NR ? len :
	    !accel_alg_key_ok(&accel_algs[alg->cipher], len))
		return false;
	return vha_sa_is_zero(config->wire.salt + alg->salt_len,
			      sizeof(config->wire.salt) - alg->salt_len);
}

static bool vha_sa_tunnel4_ok(const struct virtio_crypto_ipsec_tunnel_param *param)
{
	const size_t used = sizeof(param->ipv4);

	return param->ipv4.src_ip && param->ipv4.dst_ip &&
	       param->ipv4.dscp <= VHA_SA_DSCP_MAX && param->ipv4.df <= 1 &&
	       param->ipv4.ttl && !param->ipv4.reserved1 &&
	       vha_sa_is_zero((const u8 *)&param->ipv4 + used,
			      sizeof(param->ipv6) - used);
}

static bool vha_sa_tunnel6_ok(const struct virtio_crypto_ipsec_tunnel_param *param)
{
	return !vha_sa_is_zero(param->ipv6.src_addr, 16) &&
	       !vha_sa_is_zero(param->ipv6.dst_addr, 16) &&
	       le32_to_cpu(param->ipv6.flabel) <= VHA_SA_FLABEL_MAX &&
	       param->ipv6.hlimit && param->ipv6.dscp <= VHA_SA_DSCP_MAX &&
	       vha_sa_is_zero(param->ipv6.reserved2,
			      sizeof(param->ipv6.reserved2));
}

static bool vha_sa_is_tunnel(const struct vha_sa_config *config)
{
	return config->wire.mode == VIRTIO_CRYPTO_IPSEC_MODE_ESP_TUNNEL ||
	       config->wire.mode == VIRTIO_CRYPTO_IPSEC_MODE_AH_TUNNEL;
}

static bool vha_sa_param_ok(const struct vha_sa_config *config, u8 dir)
{
	const struct virtio_crypto_ipsec_tunnel_param *param =
		&config->wire.param;

	if (dir != VHA_SA_OUT || !vha_sa_is_tunnel(config))
		return vha_sa_is_zero(param, sizeof(*param));
	if (!vha_sa_is_zero(param->reserved, sizeof(param->reserved)))
		return false;
	switch (param->type) {
	case VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4:
		return vha_sa_tunnel4_ok(param);
	case VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV6:
		/* UDP would need a checksum of what is encrypted */
		return !vha_sa_option(config, VIRTIO_CRYPTO_IPSEC_UDP_ENCAP) &&
		       vha_sa_tunnel6_ok(param);
	default:
		return false;
	}
}

static bool vha_sa_ports_ok(const struct vha_sa_config *config, u8 dir)
{
	bool has = dir == VHA_SA_OUT &&
		   vha_sa_option(config, VIRTIO_CRYPTO_IPSEC_UDP_ENCAP);

	return !config->wire.udp_sport == !has && !config->wire.udp_dport == !has;
}

static bool vha_sa_window_ok(const struct vha_sa_mode *mode,
			     const struct vha_sa_config *config, u8 dir)
{
	u32 window = le32_to_cpu(config->wire.replay_win_sz);

	if (dir == VHA_SA_OUT)
		return !window;
	return window <= mode->window &&
	       (window || !vha_sa_option(config, VIRTIO_CRYPTO_IPSEC_ESN));
}

/**
 * vha_sa_check() - may there be such an SA?
 * @cap: what the driver has set
 * @dir: VHA_SA_OUT or VHA_SA_IN, as the command says
 * @id: as the command says
 * @config: from the guest, private memory
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vha_sa_check(const struct vha_sa_caps *cap, u8 dir, u32 id,
		 const struct vha_sa_config *config)
{
	u8 want = dir == VHA_SA_OUT ? VIRTIO_CRYPTO_IPSEC_DIR_OUTBOUND :
				      VIRTIO_CRYPTO_IPSEC_DIR_INBOUND;
	u8 index = config->wire.mode - 1;
	const struct vha_sa_mode *mode;

	if (index >= VHA_SA_MODES || id >= cap->limit[dir])
		return -EINVAL;
	mode = &cap->mode[index];
	if (config->wire.direction != want ||
	    !vha_sa_is_zero(config->wire.reserved,
			    sizeof(config->wire.reserved)) ||
	    le32_to_cpu(config->wire.obj_id) != id || !config->wire.spi ||
	    (le64_to_cpu(config->wire.options) & ~(u64)mode->options))
		return -EINVAL;
	if (!vha_sa_algs_ok(mode, config) || !vha_sa_param_ok(config, dir) ||
	    !vha_sa_ports_ok(config, dir) ||
	    !vha_sa_window_ok(mode, config, dir))
		return -EINVAL;
	if (!vha_sa_option(config, VIRTIO_CRYPTO_IPSEC_SA_LIFETIME) &&
	    !vha_sa_is_zero(&config->wire.life, sizeof(config->wire.life)))
		return -EINVAL;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_check);

/**
 * vha_sa_may_change() - is a change of an SA one that it can live through?
 * @from: as it is, keys zero
 * @to: as the driver wants it
 *
 * Lifetimes, the window, ports and the tunnel's addresses may change.
 *
 * Context: any.
 * Return: whether it is.
 */
bool vha_sa_may_change(const struct vha_sa_config *from,
		       const struct vha_sa_config *to)
{
	struct vha_sa_config want = *from;

	want.wire.life = to->wire.life;
	want.wire.replay_win_sz = to->wire.replay_win_sz;
	want.wire.udp_sport = to->wire.udp_sport;
	want.wire.udp_dport = to->wire.udp_dport;
	if (want.wire.param.type == VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4) {
		want.wire.param.ipv4.src_ip = to->wire.param.ipv4.src_ip;
		want.wire.param.ipv4.dst_ip = to->wire.param.ipv4.dst_ip;
	} else if (want.wire.param.type == VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV6) {
		memcpy(want.wire.param.ipv6.src_addr,
		       to->wire.param.ipv6.src_addr, 16);
		memcpy(want.wire.param.ipv6.dst_addr,
		       to->wire.param.ipv6.dst_addr, 16);
	}
	return !memcmp(&want, to, sizeof(want));
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_may_change);

static void vha_sa_parse_tunnel(const struct virtio_crypto_ipsec_tunnel_param *param,
				struct accel_sa_form *esp)
{
	esp->version = param->type;
	if (param->type == VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4) {
		put_unaligned_be32(le32_to_cpu(param->ipv4.src_ip), esp->src);
		put_unaligned_be32(le32_to_cpu(param->ipv4.dst_ip), esp->dst);
		esp->dscp = param->ipv4.dscp;
		esp->df = param->ipv4.df;
		esp->ttl = param->ipv4.ttl;
	} else {
		memcpy(esp->src, param->ipv6.src_addr, sizeof(esp->src));
		memcpy(esp->dst, param->ipv6.dst_addr, sizeof(esp->dst));
		esp->flabel = le32_to_cpu(param->ipv6.flabel);
		esp->dscp = param->ipv6.dscp;
		esp->ttl = param->ipv6.hlimit;
	}
}

/* 0 is no limit */
static u64 vha_sa_limit(__le64 limit)
{
	return le64_to_cpu(limit) ?: U64_MAX;
}

/**
 * vha_sa_parse() - what an SA's configuration means for its packets
 * @config: legal
 * @esp: filled in
 * @life: filled in
 *
 * Context: any.
 */
void vha_sa_parse(const struct vha_sa_config *config, struct accel_sa_form *esp,
		  struct vha_sa_life *life)
{
	const struct accel_ipsec_alg *alg = vha_sa_alg(config);

	*esp = (struct accel_sa_form){
		.spi = le32_to_cpu(config->wire.spi),
		.options = le64_to_cpu(config->wire.options),
		.ah = config->wire.mode >= VIRTIO_CRYPTO_IPSEC_MODE_AH_TUNNEL,
		.tunnel = vha_sa_is_tunnel(config),
		.sport = le16_to_cpu(config->wire.udp_sport),
		.dport = le16_to_cpu(config->wire.udp_dport),
		.iv_len = alg->iv_len,
		.align = alg->align,
		.icv_len = alg->icv_len,
	};
	if (config->wire.param.type)
		vha_sa_parse_tunnel(&config->wire.param, esp);
	*life = (struct vha_sa_life){
		.soft_packets = vha_sa_limit(config->wire.life.packets_soft_limit),
		.soft_bytes = vha_sa_limit(config->wire.life.bytes_soft_limit),
		.hard_packets = vha_sa_limit(config->wire.life.packets_hard_limit),
		.hard_bytes = vha_sa_limit(config->wire.life.bytes_hard_limit),
	};
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_parse);
