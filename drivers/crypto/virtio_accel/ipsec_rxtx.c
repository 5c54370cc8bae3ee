// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the stacked network device, in crypto offload: down and up.
 *
 * The socket of a packet is charged for it until its twin (ipsec_pkt.c) has left, and
 * what a device failed to decrypt goes to the stack's software as it came.
 *
 * Packets of an SA go on in the order in which they came, whatever queue of the
 * device did them: one NAPI context per stacked device sends them down and up.
 */
#include "ipsec_rxtx.h"

#include <kunit/visibility.h>
#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/random.h>
#include <linux/unaligned.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/neighbour.h>
#include <net/xfrm.h>

#include "ipsec_netdev.h"
#include "ipsec_packet.h"
#include "ipsec_pkt.h"
#include "ipsec_policy.h"
#include "ipsec_sa.h"
#include "ipsec_udp.h"

/* Without its packets, which have gone on or are dropped */
static void vaccel_pkt_end(struct vaccel_pkt *pkt)
{
	if (pkt->x)
		xfrm_state_put(pkt->x);
	vaccel_pkt_free(pkt);
}

static void vaccel_pkt_drop(struct vaccel_pkt *pkt)
{
	kfree_skb(pkt->from);
	kfree_skb(pkt->twin);
	vaccel_pkt_end(pkt);
}

/* The SA behind a state, referenced, if it is in use on this device */
static struct vaccel_sa *vaccel_sa_of(const struct xfrm_state *x,
				      const struct net_device *dev, u8 dir)
{
	struct vaccel_sa *sa;

	if (READ_ONCE(x->xso.dev) != dev || x->xso.dir != dir ||
	    x->xso.type != XFRM_DEV_OFFLOAD_CRYPTO)
		return NULL;
	/* Freed by RCU, and we are in softirq context */
	sa = (struct vaccel_sa *)READ_ONCE(x->xso.offload_handle);
	return sa && kref_get_unless_zero(&sa->ref) ? sa : NULL;
}

static bool vaccel_crosses(const struct vaccel_netdev *vn)
{
	return !net_eq(dev_net(vn->dev), dev_net(vn->lower));
}

/*
 * Down.
 */

void vaccel_tx_down(struct vaccel_netdev *vn, struct sk_buff *skb)
{
	unsigned int len = skb->len;
	int ret;

	if (vaccel_crosses(vn))
		skb_scrub_packet(skb, true);
	skb->dev = vn->lower;
	ret = dev_queue_xmit(skb);
	if (likely(ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN))
		dev_sw_netstats_tx_add(vn->dev, 1, len);
	else
		DEV_STATS_INC(vn->dev, tx_dropped);
}

static struct neighbour *vaccel_tx_neigh(const struct dst_entry *dst,
					 const struct sk_buff *skb, u16 family)
{
	struct neighbour *n;

	if (family == AF_INET)
		n = dst_neigh_lookup(dst, &((struct iphdr *)skb->data)->daddr);
	else
		n = dst_neigh_lookup(dst, &((struct ipv6hdr *)skb->data)->daddr);
	return IS_ERR(n) ? NULL : n;
}

void vaccel_tx_route(struct vaccel_netdev *vn, struct sk_buff *skb, u16 family)
{
	const struct dst_entry *dst = skb_dst(skb);
	unsigned char ha[MAX_ADDR_LEN];
	struct neighbour *n;

	n = dst ? vaccel_tx_neigh(dst, skb, family) : NULL;
	if (!n) {
		vaccel_tx_drop(vn, skb, VACCEL_TX_NO_ROUTE);
		return;
	}
	skb->dev = vn->dev;
	skb->protocol = htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	skb_reset_network_header(skb);
	/* It comes back as a packet without a state, or is dropped there */
	if (neigh_event_send(n, skb))
		goto out_release;
	neigh_ha_snapshot((char *)ha, n, vn->dev);
	if (dev_hard_header(skb, vn->dev, ntohs(skb->protocol), ha, NULL,
			    skb->len) < 0)
		vaccel_tx_drop(vn, skb, VACCEL_TX_NO_ROUTE);
	else
		vaccel_tx_down(vn, skb);
out_release:
	neigh_release(n);
}

void vaccel_tx_drop(struct vaccel_netdev *vn, struct sk_buff *skb,
		    enum vaccel_netdev_stat why)
{
	vaccel_netdev_inc(vn, why);
	DEV_STATS_INC(vn->dev, tx_dropped);
	kfree_skb(skb);
}

void vaccel_tx_stop(struct vaccel_netdev *vn)
{
	if (atomic_inc_return(&vn->tx_flight) < VACCEL_TX_STOP)
		return;
	netif_stop_queue(vn->dev);
	vaccel_netdev_inc(vn, VACCEL_TX_STOPS);
	/* Pairs with that of atomic_dec_return(): one of both wakes it */
	smp_mb();
	if (atomic_read(&vn->tx_flight) <= VACCEL_TX_WAKE)
		netif_wake_queue(vn->dev);
}

void vaccel_tx_wake(struct vaccel_netdev *vn)
{
	if (atomic_dec_return(&vn->tx_flight) <= VACCEL_TX_WAKE &&
	    netif_queue_stopped(vn->dev) && netif_running(vn->dev))
		netif_wake_queue(vn->dev);
}

/*
 * The header has the lower half of the sequence number.  Where the stack has cut a
 * super-packet, its own count is one ahead, and so may be the upper half.
 */
static u32 vaccel_tx_seq_hi(const struct xfrm_offload *xo, u32 seq)
{
	if (xo->flags & XFRM_GSO_SEGMENT && xo->seq.low < seq)
		return xo->seq.hi - 1;
	return xo->seq.hi;
}

/*
 * The IV of a counter mode may be foreseen but not come twice, like the sequence number.
 * A key daemon that deletes a state and adds it again, to change its addresses, has read
 * the number some packets ago: so another state never has the same IVs for the same
 * numbers.  The IV of CBC may not be foreseen.
 */
static void vaccel_tx_iv(struct vaccel_pkt *pkt)
{
	if (!pkt->sa->random_iv) {
		put_unaligned_be64(((u64)pkt->seq_hi << 32 | pkt->seq) ^
				   pkt->sa->iv_salt, pkt->iv);
		return;
	}
	put_unaligned(get_random_u64(), (u64 *)pkt->iv);
	put_unaligned(get_random_u64(), (u64 *)(pkt->iv + sizeof(u64)));
}

static void vaccel_tx_encrypt(struct vaccel_netdev *vn, struct vaccel_sa *sa,
			      struct sk_buff *skb, const struct xfrm_state *x)
{
	struct vaccel_esp esp = {
		.off = skb_transport_offset(skb),
		.end = skb->len,
	};
	struct vaccel_pkt *pkt;

	if (!vaccel_esp_read(skb, &esp) || esp.spi != x->id.spi ||
	    esp.end <= esp.off + VACCEL_SA_HDR + sa->iv_len + sa->icv_len) {
		vaccel_tx_drop(vn, skb, VACCEL_TX_MALFORMED);
		return;
	}
	pkt = vaccel_pkt_alloc(sa, skb, &esp);
	if (!pkt) {
		vaccel_tx_drop(vn, skb, VACCEL_TX_NO_MEMORY);
		return;
	}
	pkt->seq = ntohl(esp.seq);
	pkt->seq_hi = vaccel_tx_seq_hi(xfrm_offload(skb), pkt->seq);
	vaccel_tx_iv(pkt);
	if (vaccel_pkt_map(pkt, &esp)) {
		pkt->from = NULL;
		vaccel_pkt_drop(pkt);
		vaccel_tx_drop(vn, skb, VACCEL_TX_MALFORMED);
		return;
	}
	memcpy(pkt->twin->data + esp.off + VACCEL_SA_HDR, pkt->iv, sa->iv_len);
	secpath_reset(pkt->twin);
	pkt->twin->encapsulation = 0;
	skb_clear_hash(pkt->twin);
	vaccel_tx_stop(vn);
	vaccel_pkt_submit(pkt);
}

static void vaccel_crypto_xmit(struct vaccel_netdev *vn, struct sk_buff *skb,
			       const struct xfrm_offload *xo, struct xfrm_state *x)
{
	struct vaccel_sa *sa;

	/* Without XFRM_XMIT the stack has not made room for what ESP adds */
	sa = xo->flags & XFRM_XMIT ?
	     vaccel_sa_of(x, vn->dev, XFRM_DEV_OFFLOAD_OUT) : NULL;
	if (!sa) {
		vaccel_tx_drop(vn, skb, VACCEL_TX_NO_SA);
		return;
	}
	vaccel_tx_encrypt(vn, sa, skb, x);
	vaccel_sa_put(sa);
}

netdev_tx_t vaccel_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct vaccel_netdev *vn = netdev_priv(dev);
	struct xfrm_offload *xo = xfrm_offload(skb);
	bool more = netdev_xmit_more();
	struct xfrm_state *x;

	x = xo ? xfrm_input_state(skb) : NULL;
	if (x && x->xso.type == XFRM_DEV_OFFLOAD_PACKET &&
	    x->xso.dir == XFRM_DEV_OFFLOAD_OUT)
		vaccel_packet_xmit(vn, skb, x, more);
	/* What was received and goes on has its text in clear by right */
	else if (!x || xo->flags & XFRM_GRO || x->xso.dir == XFRM_DEV_OFFLOAD_IN)
		vaccel_tx_down(vn, skb);
	else
		vaccel_crypto_xmit(vn, skb, xo, x);
	if (!more || netif_queue_stopped(dev))
		vaccel_packet_flush(vn);
	return NETDEV_TX_OK;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_xmit);

/* The socket goes on paying: for the twin what it paid for the packet */
void vaccel_tx_swap_owner(struct sk_buff *from, struct sk_buff *to)
{
	swap(from->truesize, to->truesize);
	swap(from->destructor, to->destructor);
	swap(from->sk, to->sk);
}

static void vaccel_tx_finish(struct vaccel_netdev *vn, struct vaccel_pkt *pkt)
{
	if (unlikely(pkt->err || !netif_running(vn->dev))) {
		if (pkt->err)
			vaccel_netdev_inc(vn, VACCEL_TX_ERRORS);
		DEV_STATS_INC(vn->dev, tx_dropped);
		vaccel_tx_wake(vn);
		vaccel_pkt_drop(pkt);
		return;
	}
	vaccel_netdev_inc(vn, VACCEL_TX_PACKETS);
	vaccel_netdev_add(vn, VACCEL_TX_BYTES, pkt->text_len);
	vaccel_tx_swap_owner(pkt->from, pkt->twin);
	consume_skb(pkt->from);
	vaccel_tx_down(vn, pkt->twin);
	vaccel_tx_wake(vn);
	vaccel_pkt_end(pkt);
}

/*
 * Up.
 */

/* Where is ESP in an IPv4 packet, if it has any? In UDP, only if that is asked for */
static bool vaccel_rx_find_v4(struct sk_buff *skb, bool in_udp,
			      struct vaccel_esp *esp)
{
	const struct iphdr *iph;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return false;
	iph = (const struct iphdr *)skb->data;
	esp->off = iph->ihl * 4;
	esp->end = ntohs(iph->tot_len);
	esp->dport = 0;
	if (iph->version != 4 || iph->ihl < 5 || ip_is_fragment(iph) ||
	    esp->end > skb->len)
		return false;
	return iph->protocol == IPPROTO_ESP ||
	       (in_udp && iph->protocol == IPPROTO_UDP &&
		vaccel_udp_find(skb, esp));
}

/* And in one of IPv6? Behind extension headers it is for software */
static bool vaccel_rx_find_v6(struct sk_buff *skb, struct vaccel_esp *esp)
{
	const struct ipv6hdr *iph;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return false;
	iph = (const struct ipv6hdr *)skb->data;
	esp->dport = 0;
	esp->off = sizeof(*iph);
	esp->end = esp->off + ntohs(iph->payload_len);
	return iph->version == 6 && iph->nexthdr == IPPROTO_ESP &&
	       esp->end <= skb->len;
}

/* The kernel's state for a packet, referenced, if it may be for an offloaded SA */
static struct xfrm_state *vaccel_rx_state(struct vaccel_netdev *vn,
					  struct sk_buff *skb,
					  struct vaccel_esp *esp)
{
	unsigned short family;
	xfrm_address_t daddr;
	struct xfrm_state *x;

	switch (skb->protocol) {
	case htons(ETH_P_IP):
		if (!vaccel_rx_find_v4(skb, atomic_read(&vn->nr_in_udp), esp))
			return NULL;
		family = AF_INET;
		daddr.a4 = ((const struct iphdr *)skb->data)->daddr;
		break;
	case htons(ETH_P_IPV6):
		if (!vaccel_rx_find_v6(skb, esp))
			return NULL;
		family = AF_INET6;
		daddr.in6 = ((const struct ipv6hdr *)skb->data)->daddr;
		break;
	default:
		return NULL;
	}
	if (!vaccel_esp_read(skb, esp) || !esp->spi)
		return NULL;
	/*
	 * Not xfrm_input_state_lookup(), which keeps all states that it has found in a
	 * list, and walks along that first
	 */
	x = xfrm_state_lookup(dev_net(vn->dev), skb->mark, &daddr, esp->spi,
			      IPPROTO_ESP, family);
	if (x && !vaccel_udp_fits(x, esp)) {
		xfrm_state_put(x);
		return NULL;
	}
	return x;
}

static u32 vaccel_rx_seq_hi(struct xfrm_state *x, u32 seq)
{
	u32 hi;

	spin_lock(&x->lock);
	hi = xfrm_replay_seqhi(x, htonl(seq));
	spin_unlock(&x->lock);
	return hi;
}

void vaccel_rx_drop(struct vaccel_netdev *vn, struct sk_buff *skb,
		    enum vaccel_netdev_stat why)
{
	vaccel_netdev_inc(vn, why);
	DEV_STATS_INC(vn->dev, rx_dropped);
	kfree_skb(skb);
}

/* The stack cuts the ICV off, but until then nothing may be there that is not the packet's */
static int vaccel_rx_copy_icv(struct vaccel_pkt *pkt)
{
	unsigned int off = pkt->text_off + pkt->text_len;
	u8 icv[VACCEL_SA_MAX_ICV];

	return skb_copy_bits(pkt->from, off, icv, pkt->sa->icv_len) ?:
	       skb_store_bits(pkt->twin, off, icv, pkt->sa->icv_len);
}

/* Takes the packet, and the reference on the state, or leaves both: false */
static bool vaccel_rx_decrypt(struct vaccel_netdev *vn, struct vaccel_sa *sa,
			      struct sk_buff *skb, struct xfrm_state *x,
			      const struct vaccel_esp *esp)
{
	struct vaccel_pkt *pkt;

	if (esp->end <= esp->off + VACCEL_SA_HDR + sa->iv_len + sa->icv_len)
		return false;
	if (atomic_inc_return(&vn->rx_flight) > VACCEL_RX_MAX) {
		atomic_dec(&vn->rx_flight);
		vaccel_rx_drop(vn, skb, VACCEL_RX_FULL);
		goto out_put;
	}
	pkt = vaccel_pkt_alloc(sa, skb, esp);
	if (!pkt) {
		atomic_dec(&vn->rx_flight);
		vaccel_rx_drop(vn, skb, VACCEL_RX_NO_MEMORY);
		goto out_put;
	}
	pkt->seq = ntohl(esp->seq);
	pkt->seq_hi = sa->esn ? vaccel_rx_seq_hi(x, pkt->seq) : 0;
	memcpy(pkt->iv, pkt->twin->data + esp->off + VACCEL_SA_HDR, sa->iv_len);
	if (vaccel_rx_copy_icv(pkt) || vaccel_pkt_map(pkt, esp)) {
		atomic_dec(&vn->rx_flight);
		pkt->from = NULL;
		vaccel_pkt_drop(pkt);
		return false;
	}
	pkt->x = x;
	vaccel_pkt_submit(pkt);
	return true;

out_put:
	xfrm_state_put(x);
	return true;
}

/* Is it for an SA of this device? Then it is taken */
static bool vaccel_rx_esp(struct vaccel_netdev *vn, struct sk_buff *skb)
{
	struct vaccel_esp esp;
	struct xfrm_state *x;
	struct vaccel_sa *sa;
	bool taken = false;

	if (!atomic_read(&vn->nr_in) || !(vn->dev->features & NETIF_F_HW_ESP) ||
	    skb->pkt_type != PACKET_HOST || skb_vlan_tag_present(skb) ||
	    skb_is_gso(skb) || secpath_exists(skb))
		return false;
	x = vaccel_rx_state(vn, skb, &esp);
	if (!x)
		return false;
	if (x->xso.type == XFRM_DEV_OFFLOAD_PACKET) {
		if (vaccel_packet_rx(vn, skb, x, &esp))
			return true;
		if (x->xso.dev == vn->dev)
			vaccel_netdev_inc(vn, VACCEL_RX_SOFTWARE);
	}
	sa = vaccel_sa_of(x, vn->dev, XFRM_DEV_OFFLOAD_IN);
	if (sa) {
		if (READ_ONCE(x->km.state) == XFRM_STATE_VALID)
			taken = vaccel_rx_decrypt(vn, sa, skb, x, &esp);
		if (!taken)
			vaccel_netdev_inc(vn, VACCEL_RX_SOFTWARE);
		vaccel_sa_put(sa);
	}
	if (!taken)
		xfrm_state_put(x);
	return taken;
}

rx_handler_result_t vaccel_rx_handler(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct vaccel_netdev *vn;
	struct net_device *dev;
	u8 pkt_type;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	dev = rcu_dereference(skb->dev->rx_handler_data);
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb)) {
		DEV_STATS_INC(dev, rx_dropped);
		return RX_HANDLER_CONSUMED;
	}
	*pskb = skb;
	vn = netdev_priv(dev);
	if (unlikely(!netif_running(dev))) {
		kfree_skb(skb);
		return RX_HANDLER_CONSUMED;
	}
	if (vaccel_crosses(vn)) {
		pkt_type = skb->pkt_type;
		skb_scrub_packet(skb, true);
		skb->pkt_type = pkt_type;
	}
	skb->dev = dev;
	dev_sw_netstats_rx_add(dev, skb->len + ETH_HLEN);
	if (vaccel_rx_esp(vn, skb))
		return RX_HANDLER_CONSUMED;
	if (unlikely(vaccel_policy_drops(vn, skb)))
		vaccel_rx_drop(vn, skb, VACCEL_RX_PLAIN);
	else
		gro_cells_receive(&vn->cells, skb);
	return RX_HANDLER_CONSUMED;
}

static u32 vaccel_rx_bad_status(const struct xfrm_state *x)
{
	return x->props.mode == XFRM_MODE_TUNNEL ?
	       CRYPTO_TUNNEL_ESP_AUTH_FAILED : CRYPTO_TRANSPORT_ESP_AUTH_FAILED;
}

/* Tell the stack what was done; takes the reference on the state, if there is memory */
static bool vaccel_rx_mark(struct sk_buff *skb, struct vaccel_pkt *pkt, u32 status)
{
	struct sec_path *sp = secpath_set(skb);
	struct xfrm_offload *xo;

	if (!sp)
		return false;
	sp->xvec[sp->len++] = pkt->x;
	sp->olen++;
	pkt->x = NULL;
	xo = xfrm_offload(skb);
	xo->flags = CRYPTO_DONE;
	xo->status = status;
	return true;
}

/*
 * The upper half of the sequence number was a guess by the replay window.  The
 * stack guesses again, and must not take one that was not authenticated.
 */
static bool vaccel_rx_replayed(struct vaccel_pkt *pkt)
{
	return pkt->sa->esn &&
	       vaccel_rx_seq_hi(pkt->x, pkt->seq) != pkt->seq_hi;
}

static void vaccel_rx_finish(struct vaccel_netdev *vn, struct vaccel_pkt *pkt)
{
	struct sk_buff *skb = pkt->twin;
	u32 status = CRYPTO_SUCCESS;

	atomic_dec(&vn->rx_flight);
	if (unlikely(!netif_running(vn->dev))) {
		vaccel_pkt_drop(pkt);
		return;
	}
	if (unlikely(pkt->err)) {
		/* What a device has not authenticated nobody gets to see */
		kfree_skb(skb);
		skb = pkt->from;
		status = vaccel_rx_bad_status(pkt->x);
	} else {
		consume_skb(pkt->from);
	}

	if (unlikely(pkt->err && pkt->err != -EBADMSG)) {
		vaccel_netdev_inc(vn, VACCEL_RX_SOFTWARE);
	} else if (unlikely(!pkt->err && vaccel_rx_replayed(pkt))) {
		vaccel_rx_drop(vn, skb, VACCEL_RX_REPLAY);
		skb = NULL;
	} else if (unlikely(!vaccel_rx_mark(skb, pkt, status))) {
		vaccel_rx_drop(vn, skb, VACCEL_RX_NO_MEMORY);
		skb = NULL;
	} else if (unlikely(pkt->err)) {
		vaccel_netdev_inc(vn, VACCEL_RX_BADMSG);
	} else {
		vaccel_netdev_inc(vn, VACCEL_RX_PACKETS);
		vaccel_netdev_add(vn, VACCEL_RX_BYTES, pkt->text_len);
	}
	vaccel_pkt_end(pkt);
	if (skb)
		napi_gro_receive(&vn->napi, skb);
}

int vaccel_rxtx_poll(struct napi_struct *napi, int budget)
{
	struct vaccel_netdev *vn = container_of(napi, struct vaccel_netdev, napi);
	struct vaccel_pkt *pkt, *next;
	LIST_HEAD(tx);
	LIST_HEAD(rx);
	LIST_HEAD(ptx);
	LIST_HEAD(prx);
	int nr = 0;

	spin_lock(&vn->lock);
	list_splice_init(&vn->tx_ready, &tx);
	list_splice_init(&vn->ptx_ready, &ptx);
	while (nr < budget && !list_empty(&vn->rx_ready)) {
		list_move_tail(vn->rx_ready.next, &rx);
		nr++;
	}
	while (nr < budget && !list_empty(&vn->prx_ready)) {
		list_move_tail(vn->prx_ready.next, &prx);
		nr++;
	}
	spin_unlock(&vn->lock);

	list_for_each_entry_safe(pkt, next, &tx, turn.node)
		vaccel_tx_finish(vn, pkt);
	list_for_each_entry_safe(pkt, next, &rx, turn.node)
		vaccel_rx_finish(vn, pkt);
	vaccel_packet_finish(vn, &ptx, &prx);
	if (nr < budget)
		napi_complete_done(napi, nr);
	return nr;
}
