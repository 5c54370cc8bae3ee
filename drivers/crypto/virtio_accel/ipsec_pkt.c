// SPDX-License-Identifier: GPL-2.0
/*
 * A packet of an SA on its way through the crypto API.
 *
 * It gets a twin, into which the device encrypts or decrypts: what is encrypted may
 * lie in pages of files, what is decrypted in pages that others have too, and neither
 * may be written to.
 */
#include "ipsec_pkt.h"

#include <crypto/aead.h>
#include <linux/netdevice.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "ipsec_netdev.h"

/* Of a twin, so many bytes are in one piece, and its headers in any case */
#define VACCEL_TWIN_LINEAR	SZ_2K

bool vaccel_esp_read(const struct sk_buff *skb, struct vaccel_esp *esp)
{
	__be32 hdr[2];

	BUILD_BUG_ON(sizeof(hdr) != VACCEL_SA_HDR);
	if (skb_copy_bits(skb, esp->off, hdr, sizeof(hdr)))
		return false;
	esp->spi = hdr[0];
	esp->seq = hdr[1];
	return true;
}

/* A packet with the headers of another one, at the same place, and room for its text */
static struct sk_buff *vaccel_twin(struct sk_buff *from, unsigned int hdr_len,
				   unsigned int len)
{
	unsigned int linear = min(len, max_t(unsigned int, hdr_len,
					     VACCEL_TWIN_LINEAR));
	unsigned int mac_len = from->data - skb_mac_header(from);
	unsigned int front = skb_headroom(from);
	struct sk_buff *twin;
	int err;

	twin = alloc_skb_with_frags(front + linear, len - linear, 0, &err,
				    GFP_ATOMIC);
	if (!twin)
		return NULL;
	skb_reserve(twin, front);
	skb_put(twin, linear);
	twin->data_len = len - linear;
	twin->len += twin->data_len;
	skb_copy_header(twin, from);
	/* Cannot fail: both have that much */
	if (skb_copy_bits(from, -mac_len, twin->data - mac_len,
			  mac_len + hdr_len)) {
		kfree_skb(twin);
		return NULL;
	}
	twin->ip_summed = CHECKSUM_NONE;
	return twin;
}

struct vaccel_pkt *vaccel_pkt_alloc(struct vaccel_sa *sa, struct sk_buff *from,
				    const struct vaccel_esp *esp)
{
	unsigned int hdr_len = esp->off + VACCEL_SA_HDR + sa->iv_len;
	unsigned int nr_src, nr_dst, req_off, src_off;
	struct vaccel_pkt *pkt;
	struct sk_buff *twin;

	if (skb_has_frag_list(from) && skb_linearize(from))
		return NULL;
	twin = vaccel_twin(from, hdr_len, esp->end);
	if (!twin)
		return NULL;
	/* The AAD, what is linear, and pages */
	nr_src = skb_shinfo(from)->nr_frags + 2;
	nr_dst = skb_shinfo(twin)->nr_frags + 2;
	req_off = ALIGN(sizeof(*pkt), CRYPTO_MINALIGN);
	src_off = ALIGN(req_off + sizeof(struct aead_request) +
			crypto_aead_reqsize(sa->aead),
			__alignof__(struct scatterlist));
	pkt = kmalloc(src_off + (nr_src + nr_dst) * sizeof(*pkt->src),
		      GFP_ATOMIC);
	if (!pkt) {
		kfree_skb(twin);
		return NULL;
	}
	kref_get(&sa->ref);
	pkt->sa = sa;
	pkt->x = NULL;
	pkt->from = from;
	pkt->twin = twin;
	pkt->req = (void *)pkt + req_off;
	pkt->src = (void *)pkt + src_off;
	pkt->dst = pkt->src + nr_src;
	sg_init_table(pkt->src, nr_src);
	sg_init_table(pkt->dst, nr_dst);
	pkt->text_off = hdr_len;
	pkt->text_len = esp->end - hdr_len - sa->icv_len;
	return pkt;
}

void vaccel_pkt_free(struct vaccel_pkt *pkt)
{
	vaccel_sa_put(pkt->sa);
	kfree(pkt);
}

/* Its turn has come */
static void vaccel_pkt_go(struct vaccel_turn *turn)
{
	struct vaccel_pkt *pkt = container_of(turn, struct vaccel_pkt, turn);
	struct vaccel_netdev *vn = netdev_priv(pkt->sa->dev);

	spin_lock(&vn->lock);
	list_add_tail(&turn->node,
		      pkt->sa->out ? &vn->tx_ready : &vn->rx_ready);
	/* In the lock: without it, the packet and the device may be gone */
	napi_schedule(&vn->napi);
	spin_unlock(&vn->lock);
}

static void vaccel_pkt_done(void *data, int err)
{
	struct vaccel_pkt *pkt = data;

	/* It was accepted, and now it has begun */
	if (err == -EINPROGRESS)
		return;
	pkt->err = err;
	/* The SA, with the lock of its order, may be let go by others meanwhile */
	rcu_read_lock();
	vaccel_order_done(&pkt->sa->order, &pkt->turn, vaccel_pkt_go);
	rcu_read_unlock();
}

int vaccel_pkt_map(struct vaccel_pkt *pkt, const struct vaccel_esp *esp)
{
	struct vaccel_sa *sa = pkt->sa;
	unsigned int dst_len = pkt->text_len + sa->icv_len;
	unsigned int src_len = sa->out ? pkt->text_len : dst_len;
	unsigned int aad_len;
	u8 *p = pkt->aad;

	memcpy(p, &esp->spi, sizeof(esp->spi));
	p += sizeof(esp->spi);
	if (sa->esn) {
		put_unaligned_be32(pkt->seq_hi, p);
		p += sizeof(pkt->seq_hi);
	}
	memcpy(p, &esp->seq, sizeof(esp->seq));
	p += sizeof(esp->seq);
	memcpy(p, pkt->iv, sa->iv_len);
	aad_len = p + sa->iv_len - pkt->aad;
	memcpy(pkt->aad_out, pkt->aad, aad_len);

	sg_set_buf(pkt->src, pkt->aad, aad_len);
	sg_set_buf(pkt->dst, pkt->aad_out, aad_len);
	if (skb_to_sgvec(pkt->from, pkt->src + 1, pkt->text_off, src_len) < 0 ||
	    skb_to_sgvec(pkt->twin, pkt->dst + 1, pkt->text_off, dst_len) < 0)
		return -EINVAL;

	aead_request_set_tfm(pkt->req, sa->aead);
	aead_request_set_callback(pkt->req, CRYPTO_TFM_REQ_MAY_BACKLOG,
				  vaccel_pkt_done, pkt);
	aead_request_set_crypt(pkt->req, pkt->src, pkt->dst, src_len, pkt->iv);
	aead_request_set_ad(pkt->req, aad_len);
	return 0;
}

void vaccel_pkt_submit(struct vaccel_pkt *pkt)
{
	int err;

	vaccel_order_enter(&pkt->sa->order, &pkt->turn);
	err = pkt->sa->out ? crypto_aead_encrypt(pkt->req) :
			     crypto_aead_decrypt(pkt->req);
	if (err != -EINPROGRESS && err != -EBUSY)
		vaccel_pkt_done(pkt, err);
}
