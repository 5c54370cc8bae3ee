// SPDX-License-Identifier: GPL-2.0
/*
 * Packets in packet mode on a data queue: a packet goes to the device, and what belongs
 * on the other side of the tunnel comes back, in another buffer.
 */
#include "ipsec_data.h"

#include <kunit/visibility.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "encode.h"
#include "fill.h"
#include "ipsec_netdev.h"
#include "slot.h"

/* So many bytes of a result are in one piece */
#define VACCEL_PPKT_LINEAR	SZ_2K

/* The header of a request */
#define VACCEL_PPKT_HDR							\
	(sizeof_field(struct vaccel_data_hdr, op) +			\
	 sizeof_field(struct vaccel_data_hdr, ipsec))

unsigned int vaccel_ppkt_fill_hdr(struct vaccel_data_hdr *h, bool out,
				  __le64 session, u32 src_len, u32 dst_len)
{
	h->op = (struct virtio_crypto_op_header){
		.opcode = cpu_to_le32(out ? VIRTIO_CRYPTO_IPSEC_OUTBOUND :
					    VIRTIO_CRYPTO_IPSEC_INBOUND),
		.session_id = session,
		.flag = cpu_to_le32(VIRTIO_CRYPTO_FLAG_SESSION_MODE),
	};
	h->ipsec.src_data_len = cpu_to_le32(src_len);
	h->ipsec.dst_data_len = cpu_to_le32(dst_len);
	return sizeof(h->op) + sizeof(h->ipsec);
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ppkt_fill_hdr);

int vaccel_ppkt_errno(u8 status)
{
	switch (status) {
	case VIRTIO_CRYPTO_OK:
	/* The packet was done. Limits are the kernel's to check */
	case VIRTIO_CRYPTO_IPSEC_SA_SOFT_EXPIRY:
		return 0;
	case VIRTIO_CRYPTO_BADMSG:
		return -EBADMSG;
	case VIRTIO_CRYPTO_INVSESS:
		return -ESTALE;
	case VIRTIO_CRYPTO_ERR:
		return -EREMOTEIO;
	default:
		return -EIO;
	}
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ppkt_errno);

unsigned int vaccel_ip_len(struct sk_buff *skb, u8 *version)
{
	const struct ipv6hdr *ip6;
	const struct iphdr *ip4;
	unsigned int len, min;

	if (!pskb_may_pull(skb, sizeof(*ip4)))
		return 0;
	ip4 = (const struct iphdr *)skb->data;
	*version = ip4->version;
	if (ip4->version == 4) {
		min = ip4->ihl * 4;
		len = ntohs(ip4->tot_len);
		if (ip4->ihl < 5)
			return 0;
	} else {
		min = sizeof(*ip6);
		if (ip4->version != 6 || !pskb_may_pull(skb, sizeof(*ip6)))
			return 0;
		ip6 = (const struct ipv6hdr *)skb->data;
		len = sizeof(*ip6) + ntohs(ip6->payload_len);
	}
	return len >= min && len <= skb->len ? len : 0;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_ip_len);

static void vaccel_ppkt_fill(struct vaccel_slot *slot, struct vaccel_req *req,
			     struct scatterlist **sgs, unsigned int *nr_out,
			     unsigned int *nr_in)
{
	struct vaccel_ppkt *pkt = container_of(req, struct vaccel_ppkt, req);
	unsigned int n = 0;

	slot->hdr_sg.length = vaccel_ppkt_fill_hdr(&slot->hdr, pkt->psa->out,
						   pkt->session, pkt->src_len,
						   pkt->dst_len);
	if (likely(pkt->hdr))
		memcpy(pkt->hdr, &slot->hdr, VACCEL_PPKT_HDR);
	else
		sgs[n++] = &slot->hdr_sg;
	sgs[n++] = pkt->src;
	*nr_out = n;
	sgs[n++] = pkt->dst;
	if (likely(pkt->status)) {
		*pkt->status = VACCEL_NO_STATUS;
		slot->answer = pkt->status;
	} else {
		sgs[n++] = &slot->status_sg;
	}
	*nr_in = n - *nr_out;
}

/* Its turn has come */
static void vaccel_ppkt_go(struct vaccel_turn *turn)
{
	struct vaccel_ppkt *pkt = container_of(turn, struct vaccel_ppkt, turn);
	struct vaccel_netdev *vn = netdev_priv(pkt->psa->dev);

	spin_lock(&vn->lock);
	list_add_tail(&turn->node,
		      pkt->psa->out ? &vn->ptx_ready : &vn->prx_ready);
	/* In the lock: without it, the packet and the device may be gone */
	napi_schedule(&vn->napi);
	spin_unlock(&vn->lock);
}

static void vaccel_ppkt_end(struct vaccel_ppkt *pkt, int err)
{
	pkt->err = err;
	if (err == -ESTALE)
		vaccel_psa_stale(pkt->psa);
	/* The SA, with the lock of its order, may be let go by others meanwhile */
	rcu_read_lock();
	vaccel_order_done(&pkt->psa->order, &pkt->turn, vaccel_ppkt_go);
	rcu_read_unlock();
}

static void vaccel_ppkt_done(struct vaccel_req *req)
{
	vaccel_ppkt_end(container_of(req, struct vaccel_ppkt, req),
			vaccel_ppkt_errno(req->status));
}

static void vaccel_ppkt_lost(struct vaccel_req *req)
{
	vaccel_ppkt_end(container_of(req, struct vaccel_ppkt, req), -ENODEV);
}

static const struct vaccel_req_kind vaccel_ppkt_kind = {
	.name = "ipsec",
	.fill = vaccel_ppkt_fill,
	.done = vaccel_ppkt_done,
	.lost = vaccel_ppkt_lost,
};

static struct sk_buff *vaccel_ppkt_room(struct vaccel_netdev *vn,
					unsigned int front, unsigned int len)
{
	unsigned int linear = min_t(unsigned int, len, VACCEL_PPKT_LINEAR);
	struct sk_buff *skb;
	int err;

	/* And the status */
	if (likely(linear == len))
		skb = napi_alloc_skb(&vn->napi, front + linear + 1);
	else
		skb = alloc_skb_with_frags(front + linear + 1, len - linear, 0,
					   &err, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, front);
	skb_put(skb, linear);
	skb->data_len = len - linear;
	skb->len += skb->data_len;
	return skb;
}

/* Most packets are in one piece */
static int vaccel_ppkt_list(struct sk_buff *skb, struct scatterlist *sg,
			    unsigned int len)
{
	if (likely(len <= skb_headlen(skb))) {
		sg_init_one(sg, skb->data, len);
		return 1;
	}
	sg_init_table(sg, skb_shinfo(skb)->nr_frags + 1);
	return skb_to_sgvec(skb, sg, 0, len);
}

/*
 * Header and status are in one piece with the packets if they may be: the device
 * does not care, and a descriptor less is less work for both sides.
 */
static bool vaccel_ppkt_map_dst(struct vaccel_ppkt *pkt)
{
	struct sk_buff *to = pkt->to;
	int nr;

	nr = vaccel_ppkt_list(to, pkt->dst, pkt->dst_len);
	if (nr <= 0)
		return false;
	pkt->req.nr_dst = nr;
	if (likely(!skb_is_nonlinear(to))) {
		pkt->status = skb_tail_pointer(to);
		pkt->dst->length++;
	}
	return true;
}

static bool vaccel_ppkt_map_src(struct vaccel_ppkt *pkt)
{
	struct sk_buff *from = pkt->from;
	int nr;

	nr = vaccel_ppkt_list(from, pkt->src, pkt->src_len);
	if (nr <= 0)
		return false;
	pkt->req.nr_src = nr;
	/* The room before a packet may be somebody else's, who captures it */
	if (likely(!skb_header_cloned(from) &&
		   skb_headroom(from) >= VACCEL_PPKT_HDR)) {
		pkt->hdr = from->data - VACCEL_PPKT_HDR;
		sg_set_buf(pkt->src, pkt->hdr,
			   pkt->src->length + VACCEL_PPKT_HDR);
	}
	return true;
}

/* Without its source; with @extra bytes behind its lists, where @hdr is then */
static struct vaccel_ppkt *vaccel_ppkt_new(struct vaccel_psa *psa,
					   struct sk_buff *from,
					   unsigned int nr_src,
					   unsigned int extra, unsigned int len,
					   unsigned int front, unsigned int room)
{
	struct vaccel_ppkt *pkt;
	unsigned int nr_dst;
	struct sk_buff *to;

	to = vaccel_ppkt_room(netdev_priv(psa->dev), front, room);
	if (!to)
		return NULL;
	nr_dst = skb_shinfo(to)->nr_frags + 1;
	pkt = kmalloc(struct_size(pkt, src, nr_src + nr_dst) + extra,
		      GFP_ATOMIC);
	if (!pkt)
		goto err_free_to;
	memset(pkt, 0, sizeof(*pkt));
	pkt->dst = pkt->src + nr_src;
	pkt->from = from;
	pkt->to = to;
	pkt->src_len = len;
	pkt->dst_len = room;
	pkt->req.kind = &vaccel_ppkt_kind;
	pkt->req.flags = VACCEL_REQ_KIND | (psa->out ? VACCEL_REQ_ENC : 0);
	pkt->req.src_len = len;
	pkt->req.dst_len = room;
	if (extra)
		pkt->hdr = (u8 *)(pkt->dst + nr_dst);
	if (!vaccel_ppkt_map_dst(pkt))
		goto err_free_pkt;
	kref_get(&psa->ref);
	pkt->psa = psa;
	return pkt;

err_free_pkt:
	kfree(pkt);
err_free_to:
	kfree_skb(to);
	return NULL;
}

/* All but @from */
static void vaccel_ppkt_abort(struct vaccel_ppkt *pkt)
{
	kfree_skb(pkt->to);
	vaccel_ppkt_free(pkt);
}

struct vaccel_ppkt *vaccel_ppkt_alloc(struct vaccel_psa *psa, struct sk_buff *from,
				      unsigned int len, unsigned int front,
				      unsigned int room)
{
	struct vaccel_ppkt *pkt;

	if (skb_has_frag_list(from) && skb_linearize(from))
		return NULL;
	/* What is linear, and pages */
	pkt = vaccel_ppkt_new(psa, from, skb_shinfo(from)->nr_frags + 1, 0, len,
			      front, room);
	if (!pkt)
		return NULL;
	if (!psa->out)
		memcpy(pkt->link, skb_mac_header(from), ETH_HLEN);
	if (!vaccel_ppkt_map_src(pkt)) {
		vaccel_ppkt_abort(pkt);
		return NULL;
	}
	return pkt;
}

struct vaccel_ppkt *vaccel_ppkt_alloc_part(struct vaccel_psa *psa,
					   struct sk_buff *from,
					   unsigned int off, unsigned int len,
					   unsigned int head_len,
					   unsigned int front)
{
	unsigned int nr_src = skb_shinfo(from)->nr_frags + 2, all = head_len + len;
	struct vaccel_ppkt *pkt;
	int nr;

	pkt = vaccel_ppkt_new(psa, from, nr_src, VACCEL_PPKT_HDR + head_len,
			      all, front, all + psa->overhead);
	if (!pkt)
		return NULL;
	sg_init_table(pkt->src, nr_src);
	sg_set_buf(pkt->src, pkt->hdr, VACCEL_PPKT_HDR + head_len);
	nr = skb_to_sgvec(from, pkt->src + 1, off, len);
	if (nr <= 0) {
		vaccel_ppkt_abort(pkt);
		return NULL;
	}
	pkt->req.nr_src = nr + 1;
	skb_get(from);
	return pkt;
}

u8 *vaccel_ppkt_head(struct vaccel_ppkt *pkt)
{
	return pkt->hdr + VACCEL_PPKT_HDR;
}

void vaccel_ppkt_free(struct vaccel_ppkt *pkt)
{
	vaccel_psa_put(pkt->psa);
	kfree(pkt);
}

void vaccel_ppkt_submit(struct vaccel_ppkt *pkt, struct vaccel_untold *untold)
{
	int err;

	vaccel_order_enter(&pkt->psa->order, &pkt->turn);
	err = vaccel_psa_submit(pkt->psa, &pkt->req,
				pkt->src_len + pkt->dst_len, &pkt->session,
				untold);
	if (err != -EINPROGRESS)
		vaccel_ppkt_end(pkt, err);
}
