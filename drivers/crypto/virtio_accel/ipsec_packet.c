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

#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netlink.h>
#include <net/dst.h>
#include <net/ipv6.h>
#include <net/neighbour.h>
#include <net/xfrm.h>

#include "ipsec_data.h"
#include "ipsec_netdev.h"
#include "ipsec_pkt.h"
#include "ipsec_psa.h"
#include "ipsec_rxtx.h"
#include "ipsec_state.h"
#include "ipsec_window.h"

/* States */

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
	psa = vaccel_psa_create(x->xso.dev, &sa, x->props.family, seq);
	memzero_explicit(&sa, sizeof(sa));
	err = PTR_ERR_OR_ZERO(psa);
	if (err == -ENODEV) {
		NL_SET_ERR_MSG(extack,
			       "vaccel: no device has the IPSEC service with this algorithm, window and options");
		return -EINVAL;
	}
	if (err) {
		NL_SET_ERR_MSG(extack, "vaccel: the device refused the state");
		return err == -ENOMEM ? err : -EINVAL;
	}
	vn = netdev_priv(psa->dev);
	if (!psa->out)
		atomic_inc(&vn->nr_in);
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
	if (!psa->out)
		atomic_dec(&vn->nr_in);
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
	struct xfrm_offload *xo;
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
	xo = xfrm_offload(skb);
	/* Nobody but us does anything about it */
	xo->flags = XFRM_XMIT;
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

void vaccel_packet_xmit(struct vaccel_netdev *vn, struct sk_buff *skb,
			struct xfrm_state *x)
{
	enum vaccel_netdev_stat why = VACCEL_TX_NO_SA;
	struct vaccel_ppkt *pkt;
	struct vaccel_psa *psa;
	u8 version;

	psa = vaccel_psa_of(x, vn->dev, XFRM_DEV_OFFLOAD_OUT);
	if (!psa)
		goto err_drop;
	why = VACCEL_TX_MALFORMED;
	__skb_pull(skb, skb_network_offset(skb));
	/* ->ndo_features_check has seen to both */
	if (skb_is_gso(skb) || skb->ip_summed == CHECKSUM_PARTIAL ||
	    vaccel_ip_len(skb, &version) != skb->len)
		goto err_put;
	why = VACCEL_TX_STATE;
	if (!vaccel_packet_may_send(x, skb->len))
		goto err_put;
	why = VACCEL_TX_NO_MEMORY;
	pkt = vaccel_ppkt_alloc(psa, skb, skb->len,
				LL_RESERVED_SPACE(vn->dev),
				skb->len + psa->overhead);
	if (!pkt)
		goto err_put;
	xfrm_state_hold(x);
	pkt->x = x;
	vaccel_tx_stop(vn);
	vaccel_ppkt_submit(pkt);
	vaccel_psa_put(psa);
	return;

err_put:
	vaccel_psa_put(psa);
err_drop:
	vaccel_tx_drop(vn, skb, why);
}

/* Where ESP is in what the device has made; 0: nowhere */
static unsigned int vaccel_packet_esp_off(struct sk_buff *skb, u8 version)
{
	const struct iphdr *ip4 = (const struct iphdr *)skb->data;
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)skb->data;
	__be16 frag;
	u8 next;
	int off;

	if (version == 4)
		return ip4->protocol == IPPROTO_ESP ? ip4->ihl * 4 : 0;
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
	esp.off = vaccel_packet_esp_off(skb, version);
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

static struct neighbour *vaccel_packet_neigh(const struct dst_entry *dst,
					     const struct sk_buff *skb,
					     u16 family)
{
	struct neighbour *n;

	if (family == AF_INET)
		n = dst_neigh_lookup(dst, &((struct iphdr *)skb->data)->daddr);
	else
		n = dst_neigh_lookup(dst, &((struct ipv6hdr *)skb->data)->daddr);
	return IS_ERR(n) ? NULL : n;
}

/* The link header; and down, unless the neighbour has to be asked first */
static void vaccel_packet_down(struct vaccel_netdev *vn, struct sk_buff *skb,
			       u16 family)
{
	const struct dst_entry *dst = skb_dst(skb);
	unsigned char ha[MAX_ADDR_LEN];
	struct neighbour *n;

	n = dst ? vaccel_packet_neigh(dst, skb, family) : NULL;
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
	vaccel_tx_swap_owner(pkt->from, skb);
	consume_skb(pkt->from);
	vaccel_packet_down(vn, skb, pkt->psa->family);
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
	vaccel_ppkt_submit(pkt);
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
	memcpy(skb->data - ETH_HLEN, skb_mac_header(pkt->from), ETH_HLEN);
	skb_set_mac_header(skb, -ETH_HLEN);
	eth_hdr(skb)->h_proto = skb->protocol;
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
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
	if (!vaccel_packet_dress(vn, pkt, version)) {
		vaccel_rx_drop(vn, skb, VACCEL_RX_NO_MEMORY);
		return;
	}
	vaccel_netdev_add(vn, VACCEL_RX_BYTES, len);
	vaccel_netdev_inc(vn, VACCEL_RX_PACKET_MODE);
	/* Not through GRO, which would join packets of different SAs */
	netif_receive_skb(skb);
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
		kfree_skb(pkt->from);
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
