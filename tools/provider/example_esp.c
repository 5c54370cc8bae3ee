// SPDX-License-Identifier: GPL-2.0
/*
 * Whole packets: ESP with AES-GCM in IPv4, without a tunnel (RFC 4303, 4106). What
 * else a guest may ask for is refused, SA by SA or packet by packet, and vhost_accel
 * does it without us.
 *
 * The hardware has memory of its own: a packet goes there, is changed, and comes back.
 * What a guest may still write to is read once.
 */
#include "example.h"

#include <crypto/aead.h>
#include <linux/align.h>
#include <linux/bits.h>
#include <linux/crypto.h>
#include <linux/err.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/virtio_accel.h>
#include <net/ip.h>

/* SPI and sequence number, and an IV */
#define EXAMPLE_ESP_LEN		8
#define EXAMPLE_IV_LEN		8
#define EXAMPLE_ICV_LEN		16
#define EXAMPLE_SALT_LEN	4
/* Padding, its length and the next header */
#define EXAMPLE_TAIL_MAX	5
/* What ESP adds, and the upper half of a sequence number */
#define EXAMPLE_OVERHEAD	(EXAMPLE_ESP_LEN + 4 + EXAMPLE_IV_LEN +	\
				 EXAMPLE_TAIL_MAX + EXAMPLE_ICV_LEN)

/**
 * struct example_sa - an SA
 * @example: the device
 * @outbound: direction
 * @esn: extended sequence numbers
 * @spi: of its packets
 * @tfm: the key
 * @lock: one packet at a time: guards what follows
 * @req: for @tfm
 * @ip: the header of a packet
 * @pkt: what is behind it, as @tfm has it: SPI, sequence number with both of its halves
 *	if @esn, IV, text, ICV
 */
struct example_sa {
	struct example *example;
	bool outbound;
	bool esn;
	u32 spi;
	struct crypto_aead *tfm;
	struct mutex lock; /* see above */
	struct aead_request *req;
	struct iphdr ip;
	u8 pkt[EXAMPLE_MAX_LEN + EXAMPLE_OVERHEAD];
};

/* SPI, sequence number and IV */
static u32 example_aad_len(const struct example_sa *sa)
{
	return EXAMPLE_ESP_LEN + (sa->esn ? 4 : 0) + EXAMPLE_IV_LEN;
}

static void example_set_aad(struct example_sa *sa, u64 seq, u64 iv)
{
	u8 *at = sa->pkt;

	put_unaligned_be32(sa->spi, at);
	if (sa->esn)
		put_unaligned_be64(seq, at + 4);
	else
		put_unaligned_be32(seq, at + 4);
	put_unaligned_be64(iv, at + example_aad_len(sa) - EXAMPLE_IV_LEN);
}

/* @len bytes of text, and ICV if there is one */
static int example_gcm(struct example_sa *sa, u32 len)
{
	u32 aad = example_aad_len(sa);
	struct scatterlist sg;
	u8 iv[EXAMPLE_IV_LEN];

	memcpy(iv, sa->pkt + aad - sizeof(iv), sizeof(iv));
	sg_init_one(&sg, sa->pkt, sizeof(sa->pkt));
	aead_request_set_crypt(sa->req, &sg, &sg, len, iv);
	aead_request_set_ad(sa->req, aad);
	return sa->outbound ? crypto_aead_encrypt(sa->req) :
			      crypto_aead_decrypt(sa->req);
}

static int example_refuse(struct vhost_accel_request *req, u8 reason)
{
	req->sa_error = reason;
	return -EINVAL;
}

/* Of @len bytes; the header may have changed since vhost_accel or we looked at it */
static int example_read_ip(struct example_sa *sa,
			   struct vhost_accel_request *req)
{
	struct iphdr *ip = &sa->ip;

	sg_copy_to_buffer(req->src, sg_nents(req->src), ip, sizeof(*ip));
	if (req->cryptlen < sizeof(*ip) || ip->version != 4 || ip->ihl != 5 ||
	    ntohs(ip->tot_len) != req->cryptlen)
		return example_refuse(req, VIRTIO_ACCEL_SA_ERR_PACKET);
	if (ip_is_fragment(ip))
		return example_refuse(req, VIRTIO_ACCEL_SA_ERR_FRAGMENT);
	return 0;
}

static void example_write_ip(struct example_sa *sa,
			     struct vhost_accel_request *req, u8 proto, u32 len)
{
	struct iphdr *ip = &sa->ip;

	ip->protocol = proto;
	ip->tot_len = htons(len);
	ip_send_check(ip);
	sg_copy_from_buffer(req->dst, sg_nents(req->dst), ip, sizeof(*ip));
	req->dst_len = len;
}

/* 1, 2, 3, ..., their number, and what the text is. Returns the length of all */
static u32 example_add_tail(u8 *text, u32 len, u8 next)
{
	u32 end = ALIGN(len + 2, 4);
	u32 i;

	for (i = len; i < end - 2; i++)
		text[i] = i - len + 1;
	text[end - 2] = end - 2 - len;
	text[end - 1] = next;
	return end;
}

static int example_out(struct example_sa *sa, struct vhost_accel_request *req)
{
	u32 text_len = req->cryptlen - sizeof(sa->ip);
	u32 aad = example_aad_len(sa);
	u8 *text = sa->pkt + aad;
	u8 seq[4];
	u32 len;
	int err;

	sg_pcopy_to_buffer(req->src, sg_nents(req->src), text, text_len,
			   sizeof(sa->ip));
	text_len = example_add_tail(text, text_len, sa->ip.protocol);
	len = sizeof(sa->ip) + EXAMPLE_ESP_LEN + EXAMPLE_IV_LEN + text_len +
	      EXAMPLE_ICV_LEN;
	if (len > req->dst_len)
		return example_refuse(req, VIRTIO_ACCEL_SA_ERR_ROOM);
	example_set_aad(sa, req->seq, req->seq);
	err = example_gcm(sa, text_len);
	if (err)
		return err;
	/* On the wire there is no upper half */
	put_unaligned_be32(req->seq, seq);
	sg_pcopy_from_buffer(req->dst, sg_nents(req->dst), sa->pkt, 4,
			     sizeof(sa->ip));
	sg_pcopy_from_buffer(req->dst, sg_nents(req->dst), seq, sizeof(seq),
			     sizeof(sa->ip) + 4);
	sg_pcopy_from_buffer(req->dst, sg_nents(req->dst), text - EXAMPLE_IV_LEN,
			     EXAMPLE_IV_LEN + text_len + EXAMPLE_ICV_LEN,
			     sizeof(sa->ip) + EXAMPLE_ESP_LEN);
	example_write_ip(sa, req, IPPROTO_ESP, len);
	return 0;
}

/* Returns how long the text is without padding */
static int example_check_tail(const u8 *text, u32 len,
			      struct vhost_accel_request *req)
{
	u32 pad = text[len - 2], i;

	if (pad > len - 2)
		return example_refuse(req, VIRTIO_ACCEL_SA_ERR_TRAILER);
	for (i = 0; i < pad; i++)
		if (text[len - 2 - pad + i] != i + 1)
			return example_refuse(req, VIRTIO_ACCEL_SA_ERR_TRAILER);
	if (text[len - 1] == IPPROTO_NONE)
		return example_refuse(req, VIRTIO_ACCEL_SA_ERR_DUMMY);
	return len - 2 - pad;
}

static int example_in(struct example_sa *sa, struct vhost_accel_request *req)
{
	u32 head = sizeof(sa->ip) + EXAMPLE_ESP_LEN + EXAMPLE_IV_LEN;
	u8 esp[EXAMPLE_ESP_LEN + EXAMPLE_IV_LEN];
	u8 *text = sa->pkt + example_aad_len(sa);
	u32 text_len;
	int len, err;

	if (sa->ip.protocol != IPPROTO_ESP ||
	    req->cryptlen < head + 4 + EXAMPLE_ICV_LEN)
		return example_refuse(req, VIRTIO_ACCEL_SA_ERR_PACKET);
	text_len = req->cryptlen - head - EXAMPLE_ICV_LEN;
	sg_pcopy_to_buffer(req->src, sg_nents(req->src), esp, sizeof(esp),
			   sizeof(sa->ip));
	sg_pcopy_to_buffer(req->src, sg_nents(req->src), text,
			   text_len + EXAMPLE_ICV_LEN, head);
	if (get_unaligned_be32(esp) != sa->spi)
		return example_refuse(req, VIRTIO_ACCEL_SA_ERR_SPI);
	req->seq = (req->seq & ~(u64)U32_MAX) | get_unaligned_be32(esp + 4);
	example_set_aad(sa, req->seq,
			get_unaligned_be64(esp + EXAMPLE_ESP_LEN));
	err = example_gcm(sa, text_len + EXAMPLE_ICV_LEN);
	if (err)
		return err;
	len = example_check_tail(text, text_len, req);
	if (len < 0)
		return len;
	if (sizeof(sa->ip) + len > req->dst_len)
		return example_refuse(req, VIRTIO_ACCEL_SA_ERR_ROOM);
	sg_pcopy_from_buffer(req->dst, sg_nents(req->dst), text, len,
			     sizeof(sa->ip));
	example_write_ip(sa, req, text[text_len - 1], sizeof(sa->ip) + len);
	return 0;
}

static int example_packet(void *priv, struct vhost_accel_request *req)
{
	struct example_sa *sa = priv;
	int err;

	mutex_lock(&sa->lock);
	err = example_read_ip(sa, req);
	if (!err)
		err = sa->outbound ? example_out(sa, req) :
				     example_in(sa, req);
	/* What was in there is the guest's */
	memzero_explicit(sa->pkt, sizeof(sa->pkt));
	mutex_unlock(&sa->lock);
	atomic_inc(&sa->example->packets);
	return err;
}

/* A header with options, or of IPv6, is not ours to change */
int example_sa_submit(void *priv, struct vhost_accel_request *req)
{
	struct example_sa *sa = priv;
	u8 first;

	sg_copy_to_buffer(req->src, sg_nents(req->src), &first, sizeof(first));
	if (first != 0x45)
		return -EOPNOTSUPP;
	return example_submit(sa->example, req, example_packet, sa);
}

static bool example_can(const struct vhost_accel_sa_param *param)
{
	const u32 known = BIT(VIRTIO_CRYPTO_IPSEC_ESN) |
			  BIT(VIRTIO_CRYPTO_IPSEC_SA_LIFETIME);

	return !param->form->tunnel && !param->form->ah &&
	       !(param->form->options & ~known) &&
	       param->alg->cipher == ACCEL_ALG_GCM_AES;
}

/* As rfc4106 has it, with the salt behind the key */
static int example_set_key(struct crypto_aead *tfm,
			   const struct vhost_accel_sa_param *param)
{
	u8 key[ACCEL_MAX_KEY_LEN + EXAMPLE_SALT_LEN];
	int err;

	if (param->cipher_key_len > ACCEL_MAX_KEY_LEN)
		return -EINVAL;
	memcpy(key, param->cipher_key, param->cipher_key_len);
	memcpy(key + param->cipher_key_len, param->salt, EXAMPLE_SALT_LEN);
	err = crypto_aead_setkey(tfm, key,
				 param->cipher_key_len + EXAMPLE_SALT_LEN) ?:
	      crypto_aead_setauthsize(tfm, EXAMPLE_ICV_LEN);
	memzero_explicit(key, sizeof(key));
	return err;
}

int example_sa_create(const struct vhost_accel_sa_param *param, void **result)
{
	struct example_sa *sa;
	int err;

	if (!example_can(param))
		return -EOPNOTSUPP;
	sa = kzalloc(sizeof(*sa), GFP_KERNEL_ACCOUNT);
	if (!sa)
		return -ENOMEM;
	/* The kernel's own, and what it does is done when it returns */
	sa->tfm = crypto_alloc_aead("rfc4106(gcm(aes))", 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(sa->tfm)) {
		err = PTR_ERR(sa->tfm);
		goto err_free;
	}
	err = example_set_key(sa->tfm, param);
	if (err)
		goto err_free_tfm;
	sa->req = aead_request_alloc(sa->tfm, GFP_KERNEL_ACCOUNT);
	if (!sa->req) {
		err = -ENOMEM;
		goto err_free_tfm;
	}
	aead_request_set_callback(sa->req, CRYPTO_TFM_REQ_MAY_SLEEP, NULL, NULL);
	mutex_init(&sa->lock);
	sa->example = param->provider->priv;
	sa->outbound = param->outbound;
	sa->esn = param->form->options & BIT(VIRTIO_CRYPTO_IPSEC_ESN);
	sa->spi = param->form->spi;
	*result = sa;
	return 0;

err_free_tfm:
	crypto_free_aead(sa->tfm);
err_free:
	kfree(sa);
	return err;
}

void example_sa_destroy(void *priv)
{
	struct example_sa *sa = priv;

	aead_request_free(sa->req);
	crypto_free_aead(sa->tfm);
	kfree_sensitive(sa);
}
