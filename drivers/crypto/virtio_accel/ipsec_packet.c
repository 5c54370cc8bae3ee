// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the stacked network device, in packet offload: down and up.
 *
 * Down, a packet comes through the stack as it is, and a device makes ESP of it. Its
 * link header is nobody's: in a tunnel the stack has looked for the inner
 * destination, and may have made none. So it is made here, for the outer one.
 *
 * Up, a device makes a plain packet, and the stack gets it with its state, but without
 * saying that the policy has been checked: the kernel then checks it. The kernel's
 * replay window is kept too, see ipsec_window.h; what a device cannot do goes to the
 * kernel's software.
 */
#include "ipsec_packet.h"

#include <linux/err.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netlink.h>
#include <net/dst.h>
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "ipsec_data.h"
#include "ipsec_gso.h"
#include "ipsec_netdev.h"
#include "ipsec_pkt.h"
#include "ipsec_psa.h"
#include "ipsec_rxtx.h"
#include "ipsec_state.h"
#include "ipsec_udp.h"
#include "ipsec_window.h"

/* States */

static void vaccel_packet_count_sa(struct vaccel_netdev *vn,
				   const struct vaccel_psa *psa, int n)
{
	if (psa->out)
		return;
	atomic_add(n, &vn->nr_in);
	if (psa->udp)
		atomic_add(n, &vn->nr_in_udp);
}

int vaccel_packet_state_add(struct xfrm_state *x, struct netlink_ext_ack *extack)
{
	struct vaccel_netdev *vn;
	struct vaccel_ipsec_sa sa;
	struct vaccel_psa *psa;
	const char *why;
	u64 seq;
	int err;

	why = vaccel_state_read(x, &sa, &seq);
	if (why) {
		memzero_explicit(&sa, sizeof(sa));
		if (extack)
			extack->_msg = why;
		return -EINVAL;
	}
	/*
	 * A key daemon deletes a state and adds it again to change its addresses, with the
	 * number that it has read before that. It must not be a nonce once more.
	 */
	psa = vaccel_psa_create(x->xso.dev, &sa, x->props.family, seq,
				vaccel_state_was_used(x, seq));
	memzero_explicit(&sa, sizeof(sa));
	err = PTR_ERR_OR_ZERO(psa);
	if (err == -ENODEV) {
		NL_SET_ERR_MSG(extack,
			       "vaccel: no device has the IPSEC service with this algorithm, window and options");
		return -EINVAL;
	}
	if (err == -EOVERFLOW) {
		NL_SET_ERR_MSG(extack,
			       "vaccel: too few sequence numbers are left for a state that was in use");
		return -EINVAL;
	}
	if (err) {
		NL_SET_ERR_MSG(extack, "vaccel: the device refused the state");
		return err == -ENOMEM ? err : -EINVAL;
	}
	vn = netdev_priv(psa->dev);
	vaccel_packet_count_sa(vn, psa, 1);
	WRITE_ONCE(x->xso.offload_handle, (unsigned long)psa);
	return 0;
}

void vaccel_packet_state_free(struct xfrm_state *x)
{
	struct vaccel_psa *psa = (struct vaccel_psa *)x->xso.offload_handle;
	struct vaccel_netdev *vn;

	if (!psa)
		return;
	vn = netdev_priv(psa->dev);
	WRITE_ONCE(x->xso.offload_handle, 0);
	vaccel_packet_count_sa(vn, psa, -1);
	vaccel_psa_put(psa);
}

/* The SA behind a state, referenced, if it is in use on this device */
static struct vaccel_psa *vaccel_psa_of(const struct xfrm_state *x,
					const struct net_device *dev, u8 dir)
{
	struct vaccel_psa *psa;

	if (READ_ONCE(x->xso.dev) != dev || x->xso.dir != dir ||
	    x->xso.type != XFRM_DEV_OFFLOAD_PACKET)
		return NULL;
	/* Freed by RCU, and we are in softirq context */
	psa = (struct vaccel_psa *)READ_ONCE(x->xso.offload_handle);
	return psa && kref_get_unless_zero(&psa->ref) ? psa : NULL;
}

/* Without its packets, which have gone on or are dropped */
static void vaccel_packet_end(struct vaccel_ppkt *pkt)
{
	xfrm_state_put(pkt->x);
	vaccel_ppkt_free(pkt);
}

static void vaccel_packet_drop(struct vaccel_ppkt *pkt)
{
	kfree_skb(pkt->from);
	kfree_skb(pkt->to);
	vaccel_packet_end(pkt);
}

static void vaccel_packet_count(struct xfrm_state *x, unsigned int len)
{
	lockdep_assert_held(&x->lock);
	x->curlft.bytes += len;
	x->curlft.packets++;
	x->lastused = ktime_get_real_seconds();
}

/*
 * Down.
 */

bool vaccel_packet_offload_ok(struct sk_buff *skb, struct xfrm_state *x)
{
	const struct dst_entry *dst = skb_dst(skb);
	u16 family = skb->protocol == htons(ETH_P_IP) ? AF_INET : AF_INET6;
	struct sec_path *sp;

	/* The kernel does not look where the packet will leave, nor what it is */
	if (!READ_ONCE(x->xso.offload_handle) ||
	    xfrm_dst_path(dst)->dev != x->xso.dev || xfrm_dst_child(dst)->xfrm ||
	    family != x->props.family)
		return false;
	secpath_reset(skb);
	sp = secpath_set(skb);
	if (!sp)
		return false;
	xfrm_state_hold(x);
	sp->xvec[sp->len++] = x;
	sp->olen++;
	/* Nobody but us does anything about it */
	xfrm_offload(skb)->flags = XFRM_XMIT;
	/*
	 * Only for what has no socket the kernel leaves the link header to the device.
	 * For the others it would ask the link for the inner destination.
	 */
	if (x->props.mode == XFRM_MODE_TUNNEL)
		skb_orphan(skb);
	return true;
}

static bool vaccel_packet_may_send(struct xfrm_state *x, unsigned int len)
{
	bool ok = false;

	spin_lock(&x->lock);
	if (unlikely(x->km.state != XFRM_STATE_VALID)) {
		XFRM_INC_STATS(xs_net(x), LINUX_MIB_XFRMOUTSTATEINVALID);
	} else if (unlikely(xfrm_state_check_expire(x))) {
		XFRM_INC_STATS(xs_net(x), LINUX_MIB_XFRMOUTSTATEEXPIRED);
	} else {
		vaccel_packet_count(x, len);
		ok = true;
	}
	spin_unlock(&x->lock);
	return ok;
}

static void vaccel_packet_submit(struct vaccel_netdev *vn,
				 struct vaccel_ppkt *pkt, struct xfrm_state *x,
				 bool more)
{
	xfrm_state_hold(x);
	pkt->x = x;
	vaccel_tx_stop(vn);
	vaccel_ppkt_submit(pkt, more ? &vn->tx_untold : NULL);
}

static void vaccel_packet_xmit_one(struct vaccel_netdev *vn, struct sk_buff *skb,
				   struct vaccel_psa *psa, struct xfrm_state *x,
				   bool more)
{
	enum vaccel_netdev_stat why = VACCEL_TX_MALFORMED;
	struct vaccel_ppkt *pkt;
	u8 version;

	__skb_pull(skb, skb_network_offset(skb));
	/* A device makes ESP of a whole packet: it has to be complete */
	if ((skb->ip_summed == CHECKSUM_PARTIAL &&
	     skb_csum_hwoffload_help(skb, 0)) ||
	    vaccel_ip_len(skb, &version) != skb->len)
		goto err_drop;
	why = VACCEL_TX_STATE;
	if (!vaccel_packet_may_send(x, skb->len))
		goto err_drop;
	why = VACCEL_TX_NO_MEMORY;
	pkt = vaccel_ppkt_alloc(psa, skb, skb->len,
				LL_RESERVED_SPACE(vn->dev),
				skb->len + psa->overhead);
	if (!pkt)
		goto err_drop;
	vaccel_packet_submit(vn, pkt, x, more);
	return;

err_drop:
	vaccel_tx_drop(vn, skb, why);
}

/* Each part has a reference on the super-packet, and the last one lets it go */
static void vaccel_packet_xmit_parts(struct vaccel_netdev *vn,
				     struct vaccel_gso *gso,
				     struct vaccel_psa *psa,
				     struct xfrm_state *x, bool more)
{
	enum vaccel_netdev_stat why;
	struct vaccel_ppkt *pkt;
	unsigned int len;

	vaccel_netdev_inc(vn, VACCEL_TX_SUPER);
	while ((len = vaccel_gso_len(gso))) {
		pkt = NULL;
		why = VACCEL_TX_STATE;
		if (vaccel_packet_may_send(x, len)) {
			why = VACCEL_TX_NO_MEMORY;
			pkt = vaccel_gso_alloc(gso, psa,
					       LL_RESERVED_SPACE(vn->dev));
		}
		vaccel_gso_next(gso);
		if (pkt) {
			vaccel_packet_submit(vn, pkt, x,
					     vaccel_gso_len(gso) || more);
		} else {
			vaccel_netdev_inc(vn, why);
			DEV_STATS_INC(vn->dev, tx_dropped);
		}
	}
	consume_skb(gso->skb);
}

void vaccel_packet_xmit(struct vaccel_netdev *vn, struct sk_buff *skb,
			struct xfrm_state *x, bool more)
{
	struct sk_buff *segs = skb, *next;
	struct vaccel_psa *psa;
	struct vaccel_gso gso;

	psa = vaccel_psa_of(x, vn->dev, XFRM_DEV_OFFLOAD_OUT);
	if (!psa) {
		vaccel_tx_drop(vn, skb, VACCEL_TX_NO_SA);
		return;
	}
	if (skb_is_gso(skb)) {
		if (vaccel_gso_start(&gso, skb)) {
			vaccel_packet_xmit_parts(vn, &gso, psa, x, more);
			goto out_put;
		}
		segs = vaccel_gso_segment(vn, skb);
	}
	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		vaccel_packet_xmit_one(vn, skb, psa, x, next || more);
	}
out_put:
	vaccel_psa_put(psa);
}

/* Where ESP is in what the device has made; 0: nowhere */
static unsigned int vaccel_packet_esp_off(struct vaccel_ppkt *pkt, u8 version)
{
	struct sk_buff *skb = pkt->to;
	const struct iphdr *ip4 = (const struct iphdr *)skb->data;
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)skb->data;
	unsigned int at = ip4->ihl * 4;
	__be16 frag;
	u8 next;
	int off;

	if (pkt->psa->udp)
		return vaccel_udp_made(skb, pkt->x, &at) ? at : 0;
	if (version == 4)
		return ip4->protocol == IPPROTO_ESP ? at : 0;
	next = ip6->nexthdr;
	off = ipv6_skip_exthdr(skb, sizeof(*ip6), &next, &frag);
	return off > 0 && next == IPPROTO_ESP ? off : 0;
}

/* Is the result what was to be made? Nothing that is clear text goes on */
static bool vaccel_packet_made(struct vaccel_ppkt *pkt)
{
	struct vaccel_psa *psa = pkt->psa;
	struct sk_buff *skb = pkt->to;
	struct vaccel_esp esp;
	unsigned int len;
	u8 version;

	len = vaccel_ip_len(skb, &version);
	if (!len || version != (psa->family == AF_INET ? 4 : 6) ||
	    pskb_trim(skb, len))
		return false;
	esp.off = vaccel_packet_esp_off(pkt, version);
	if (!esp.off || !vaccel_esp_read(skb, &esp) || esp.spi != psa->spi)
		return false;
	pkt->seq = ntohl(esp.seq);
	return true;
}

static void vaccel_packet_sent_seq(struct vaccel_ppkt *pkt)
{
	u64 seq = vaccel_psa_used(pkt->psa, pkt->seq);
	struct xfrm_state *x = pkt->x;

	spin_lock(&x->lock);
	if (!x->replay_esn) {
		x->replay.oseq = seq;
	} else {
		x->replay_esn->oseq = seq;
		x->replay_esn->oseq_hi = seq >> 32;
	}
	spin_unlock(&x->lock);
}

static enum vaccel_netdev_stat vaccel_packet_tx_why(struct vaccel_ppkt *pkt)
{
	struct vaccel_psa *psa = pkt->psa;
	struct net *net = xs_net(pkt->x);

	switch (pkt->err) {
	case -EREMOTEIO:
		/* With the last number used, there is nothing else that it can mean */
		if (atomic64_read(&psa->seq) ==
		    (s64)(psa->esn ? U64_MAX : U32_MAX))
			XFRM_INC_STATS(net, LINUX_MIB_XFRMOUTSTATESEQERROR);
		else
			XFRM_INC_STATS(net, LINUX_MIB_XFRMOUTSTATEPROTOERROR);
		return VACCEL_TX_REFUSED;
	case -ENODEV:
	case -ESTALE:
		XFRM_INC_STATS(net, LINUX_MIB_XFRMOUTERROR);
		return VACCEL_TX_NO_DEVICE;
	default:
		XFRM_INC_STATS(net, LINUX_MIB_XFRMOUTSTATEPROTOERROR);
		return VACCEL_TX_ERRORS;
	}
}

static void vaccel_packet_tx(struct vaccel_netdev *vn, struct vaccel_ppkt *pkt)
{
	struct sk_buff *skb = pkt->to;

	vaccel_tx_wake(vn);
	if (!pkt->err && !vaccel_packet_made(pkt))
		pkt->err = -EIO;
	if (unlikely(pkt->err)) {
		vaccel_netdev_inc(vn, vaccel_packet_tx_why(pkt));
		DEV_STATS_INC(vn->dev, tx_dropped);
		vaccel_packet_drop(pkt);
		return;
	}
	vaccel_packet_sent_seq(pkt);
	if (unlikely(!netif_running(vn->dev))) {
		DEV_STATS_INC(vn->dev, tx_dropped);
		vaccel_packet_drop(pkt);
		return;
	}
	vaccel_netdev_inc(vn, VACCEL_TX_PACKETS);
	vaccel_netdev_add(vn, VACCEL_TX_BYTES, pkt->src_len);
	vaccel_netdev_inc(vn, VACCEL_TX_PACKET_MODE);
	skb->priority = pkt->from->priority;
	skb->mark = pkt->from->mark;
	skb_dst_copy(skb, pkt->from);
	/* Of a super-packet, the last one */
	if (!skb_shared(pkt->from))
		vaccel_tx_swap_owner(pkt->from, skb);
	napi_consume_skb(pkt->from, 1);
	vaccel_tx_route(vn, skb, pkt->psa->family);
	vaccel_packet_end(pkt);
}

/*
 * Up.
 */

static bool vaccel_packet_may_receive(struct xfrm_state *x)
{
	bool ok = true;

	spin_lock(&x->lock);
	if (unlikely(xfrm_state_check_expire(x))) {
		XFRM_INC_STATS(xs_net(x), LINUX_MIB_XFRMINSTATEEXPIRED);
		ok = false;
	}
	spin_unlock(&x->lock);
	return ok;
}

bool vaccel_packet_rx(struct vaccel_netdev *vn, struct sk_buff *skb,
		      struct xfrm_state *x, const struct vaccel_esp *esp)
{
	enum vaccel_netdev_stat why;
	struct vaccel_ppkt *pkt;
	struct vaccel_psa *psa;

	psa = vaccel_psa_of(x, vn->dev, XFRM_DEV_OFFLOAD_IN);
	if (!psa)
		return false;
	if (READ_ONCE(x->km.state) != XFRM_STATE_VALID) {
		vaccel_psa_put(psa);
		return false;
	}
	why = VACCEL_RX_STATE;
	if (!vaccel_packet_may_receive(x))
		goto err_drop;
	why = VACCEL_RX_FULL;
	if (atomic_inc_return(&vn->rx_flight) > VACCEL_RX_MAX)
		goto err_flight;
	why = VACCEL_RX_NO_MEMORY;
	pkt = vaccel_ppkt_alloc(psa, skb, esp->end, NET_SKB_PAD + ETH_HLEN,
				esp->end);
	if (!pkt)
		goto err_flight;
	pkt->x = x;
	pkt->seq = ntohl(esp->seq);
	vaccel_ppkt_submit(pkt, NULL);
	vaccel_psa_put(psa);
	return true;

err_flight:
	atomic_dec(&vn->rx_flight);
err_drop:
	vaccel_psa_put(psa);
	vaccel_rx_drop(vn, skb, why);
	xfrm_state_put(x);
	return true;
}

static int vaccel_packet_take_seq(struct xfrm_state *x, u32 low, u64 *seq)
{
	struct xfrm_replay_state_esn *esn = x->replay_esn;
	u64 top;
	int err;

	*seq = low;
	if (!esn) {
		if (!x->props.replay_window)
			return 0;
		err = vaccel_window_take(&x->replay.bitmap,
					 x->props.replay_window, x->replay.seq,
					 low);
		if (!err && low > x->replay.seq)
			x->replay.seq = low;
		return err;
	}
	if (!esn->replay_window)
		return 0;
	top = esn->seq;
	if (x->props.flags & XFRM_STATE_ESN) {
		*seq |= (u64)xfrm_replay_seqhi(x, htonl(low)) << 32;
		top |= (u64)esn->seq_hi << 32;
	}
	err = vaccel_window_take(esn->bmp, esn->replay_window, top, *seq);
	if (!err && *seq > top) {
		esn->seq = *seq;
		esn->seq_hi = *seq >> 32;
	}
	return err;
}

/* It is authentic: is it new, and still wanted? */
static bool vaccel_packet_accept(struct vaccel_netdev *vn,
				 struct vaccel_ppkt *pkt, unsigned int len)
{
	struct xfrm_state *x = pkt->x;
	bool ok = false;
	int err = 0;
	u64 seq;

	spin_lock(&x->lock);
	if (unlikely(x->km.state != XFRM_STATE_VALID)) {
		XFRM_INC_STATS(xs_net(x), LINUX_MIB_XFRMINSTATEINVALID);
		goto out_unlock;
	}
	err = vaccel_packet_take_seq(x, pkt->seq, &seq);
	if (unlikely(err)) {
		if (err == -ERANGE)
			x->stats.replay_window++;
		else
			x->stats.replay++;
		XFRM_INC_STATS(xs_net(x), LINUX_MIB_XFRMINSTATESEQERROR);
		goto out_unlock;
	}
	vaccel_packet_count(x, len);
	ok = true;
out_unlock:
	spin_unlock(&x->lock);
	if (ok)
		vaccel_netdev_inc(vn, VACCEL_RX_PACKETS);
	else
		vaccel_netdev_inc(vn, err ? VACCEL_RX_REPLAY : VACCEL_RX_STATE);
	return ok;
}

/* May it have been refused for its number, which is not beyond the highest one? */
static bool vaccel_packet_is_old(struct xfrm_state *x, u32 low)
{
	const struct xfrm_replay_state_esn *esn = x->replay_esn;
	u64 top, seq = low;

	if (!esn)
		return x->props.replay_window && low <= x->replay.seq;
	top = esn->seq;
	if (x->props.flags & XFRM_STATE_ESN) {
		seq |= (u64)xfrm_replay_seqhi(x, htonl(low)) << 32;
		top |= (u64)esn->seq_hi << 32;
	}
	return esn->replay_window && seq <= top;
}

/* A device has refused it: not authentic, seen before, or not as ESP is */
static void vaccel_packet_refused(struct vaccel_ppkt *pkt)
{
	int why = LINUX_MIB_XFRMINSTATEPROTOERROR;
	struct xfrm_state *x = pkt->x;

	spin_lock(&x->lock);
	if (pkt->err == -EBADMSG) {
		x->stats.integrity_failed++;
	} else if (vaccel_packet_is_old(x, pkt->seq)) {
		x->stats.replay++;
		why = LINUX_MIB_XFRMINSTATESEQERROR;
	}
	spin_unlock(&x->lock);
	XFRM_INC_STATS(xs_net(x), why);
}

/* A plain packet, with the link header that it came with */
static bool vaccel_packet_dress(struct vaccel_netdev *vn, struct vaccel_ppkt *pkt,
				u8 version)
{
	struct sk_buff *skb = pkt->to;
	struct sec_path *sp;

	skb->protocol = htons(version == 4 ? ETH_P_IP : ETH_P_IPV6);
	skb->dev = vn->dev;
	skb->mark = pkt->from->mark;
	skb->priority = pkt->from->priority;
	skb->pkt_type = PACKET_HOST;
	memcpy(skb->data - ETH_HLEN, pkt->link, ETH_HLEN);
	skb_set_mac_header(skb, -ETH_HLEN);
	eth_hdr(skb)->h_proto = skb->protocol;
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	/* A checksum is of the addresses that were there before a NAT; RFC 3948, 3.1.2 */
	if (pkt->psa->udp && pkt->x->props.mode == XFRM_MODE_TRANSPORT)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	sp = secpath_set(skb);
	if (!sp)
		return false;
	/*
	 * ->olen stays 0: with it, the kernel would take our word for the policy, and who
	 * has one SA could send as anybody
	 */
	sp->xvec[sp->len++] = pkt->x;
	xfrm_state_hold(pkt->x);
	return true;
}

static bool vaccel_packet_is_tcp(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->protocol == IPPROTO_TCP;
	return ipv6_hdr(skb)->nexthdr == IPPROTO_TCP;
}

/*
 * GRO does not compare states. It would join packets of different ones, and the kernel
 * would check the policy for the first: so GRO never holds packets of two. What it holds
 * has references on its state, whose address is of no other one meanwhile. Of ESP in
 * ESP, GRO would forget the outer one; it gets only what it is made for.
 */
static void vaccel_packet_gro(struct vaccel_netdev *vn, struct sk_buff *skb,
			      const struct xfrm_state *x)
{
	if (!vaccel_packet_is_tcp(skb)) {
		netif_receive_skb(skb);
		return;
	}
	if (vn->gro_x != x) {
		napi_gro_flush(&vn->napi, false);
		vn->gro_x = x;
	}
	napi_gro_receive(&vn->napi, skb);
}

static void vaccel_packet_up(struct vaccel_netdev *vn, struct vaccel_ppkt *pkt)
{
	struct sk_buff *skb = pkt->to;
	unsigned int len;
	u8 version;

	len = vaccel_ip_len(skb, &version);
	if (!len || pskb_trim(skb, len) ||
	    (pkt->x->props.mode == XFRM_MODE_TRANSPORT &&
	     version != (pkt->psa->family == AF_INET ? 4 : 6))) {
		XFRM_INC_STATS(xs_net(pkt->x), LINUX_MIB_XFRMINSTATEPROTOERROR);
		vaccel_rx_drop(vn, skb, VACCEL_RX_REFUSED);
		return;
	}
	if (!vaccel_packet_accept(vn, pkt, len)) {
		DEV_STATS_INC(vn->dev, rx_dropped);
		kfree_skb(skb);
		return;
	}
	vaccel_psa_used(pkt->psa, pkt->seq);
	if (pkt->psa->udp)
		vaccel_udp_received(pkt->x, pkt->from);
	if (!vaccel_packet_dress(vn, pkt, version)) {
		vaccel_rx_drop(vn, skb, VACCEL_RX_NO_MEMORY);
		return;
	}
	vaccel_netdev_add(vn, VACCEL_RX_BYTES, len);
	vaccel_netdev_inc(vn, VACCEL_RX_PACKET_MODE);
	vaccel_packet_gro(vn, skb, pkt->x);
}

static void vaccel_packet_rx_finish(struct vaccel_netdev *vn,
				    struct vaccel_ppkt *pkt)
{
	atomic_dec(&vn->rx_flight);
	if (unlikely(!netif_running(vn->dev))) {
		vaccel_packet_drop(pkt);
		return;
	}
	switch (pkt->err) {
	case 0:
		vaccel_packet_up(vn, pkt);
		napi_consume_skb(pkt->from, 1);
		break;
	case -EBADMSG:
	case -EREMOTEIO:
		vaccel_packet_refused(pkt);
		vaccel_rx_drop(vn, pkt->from, pkt->err == -EBADMSG ?
				       VACCEL_RX_BADMSG : VACCEL_RX_REFUSED);
		kfree_skb(pkt->to);
		break;
	default:
		/* No device: the kernel's software has the same window */
		vaccel_netdev_inc(vn, VACCEL_RX_SOFTWARE);
		if (pkt->hdr)
			memcpy(skb_mac_header(pkt->from), pkt->link, ETH_HLEN);
		gro_cells_receive(&vn->cells, pkt->from);
		kfree_skb(pkt->to);
		break;
	}
	vaccel_packet_end(pkt);
}

void vaccel_packet_finish(struct vaccel_netdev *vn, struct list_head *tx,
			  struct list_head *rx)
{
	struct vaccel_ppkt *pkt, *next;

	list_for_each_entry_safe(pkt, next, tx, turn.node)
		vaccel_packet_tx(vn, pkt);
	list_for_each_entry_safe(pkt, next, rx, turn.node)
		vaccel_packet_rx_finish(vn, pkt);
}
