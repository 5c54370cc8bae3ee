/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_NETDEV_H
#define _VACCEL_IPSEC_NETDEV_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <net/gro_cells.h>

#include "ipsec_policy.h"
#include "ipsec_psa.h"

struct vaccel_sa;
struct xfrm_state;

/* Packets of SAs that are being encrypted: then the queue stops, and wakes again */
#define VACCEL_TX_STOP		256
#define VACCEL_TX_WAKE		128
/* Of a super-packet, so many at most; the queue may be stopped in the middle */
#define VACCEL_TX_SEGS		64
/* And being decrypted: more are dropped */
#define VACCEL_RX_MAX		1024

/**
 * enum vaccel_netdev_stat - what is counted for each stacked device
 * @VACCEL_TX_PACKETS: packets encrypted and given to the device below
 * @VACCEL_TX_BYTES: their text, with ESP's trailer
 * @VACCEL_TX_ERRORS: packets dropped as the encryption failed
 * @VACCEL_TX_NO_SA: packets dropped as their state is not offloaded here, or no
 *	more: they are not encrypted
 * @VACCEL_TX_MALFORMED: packets dropped that do not look as the stack makes them
 * @VACCEL_TX_NO_MEMORY: packets dropped for want of memory
 * @VACCEL_TX_STOPS: how often the queue was stopped
 * @VACCEL_RX_PACKETS: packets decrypted and found to be authentic
 * @VACCEL_RX_BYTES: their text, with ESP's trailer
 * @VACCEL_RX_BADMSG: packets that are not authentic, which the stack drops
 * @VACCEL_RX_REPLAY: packets dropped as what is left of the replay window came
 *	after they were decrypted, with another upper half of the sequence number
 * @VACCEL_RX_SOFTWARE: packets of offloaded SAs left to the stack's software:
 *	fragments, too short ones, errors of the device
 * @VACCEL_RX_NO_MEMORY: packets dropped for want of memory
 * @VACCEL_RX_FULL: packets dropped as VACCEL_RX_MAX are being decrypted
 * @VACCEL_TX_PACKET_MODE: of VACCEL_TX_PACKETS, those made by a device in packet mode
 * @VACCEL_TX_REFUSED: packet mode: packets dropped as the device refused them
 * @VACCEL_TX_NO_DEVICE: packet mode: packets dropped as there is no device for their
 *	state, or it was lost with them
 * @VACCEL_TX_STATE: packet mode: packets dropped as their state is expired or going
 * @VACCEL_TX_NO_ROUTE: packet mode: packets dropped as there is no neighbour for them
 * @VACCEL_RX_PACKET_MODE: of VACCEL_RX_PACKETS, those taken apart by a device in packet
 *	mode
 * @VACCEL_RX_REFUSED: packet mode: packets dropped as the device refused them
 * @VACCEL_RX_STATE: packet mode: packets dropped as their state is expired or going
 * @VACCEL_RX_PLAIN: plain packets dropped that an offloaded policy wants protected
 * @VACCEL_TX_SUPER: packet mode: super-packets that were cut
 * @VACCEL_NETDEV_STAT_NR: how many there are
 */
enum vaccel_netdev_stat {
	VACCEL_TX_PACKETS,
	VACCEL_TX_BYTES,
	VACCEL_TX_ERRORS,
	VACCEL_TX_NO_SA,
	VACCEL_TX_MALFORMED,
	VACCEL_TX_NO_MEMORY,
	VACCEL_TX_STOPS,
	VACCEL_RX_PACKETS,
	VACCEL_RX_BYTES,
	VACCEL_RX_BADMSG,
	VACCEL_RX_REPLAY,
	VACCEL_RX_SOFTWARE,
	VACCEL_RX_NO_MEMORY,
	VACCEL_RX_FULL,
	VACCEL_TX_PACKET_MODE,
	VACCEL_TX_REFUSED,
	VACCEL_TX_NO_DEVICE,
	VACCEL_TX_STATE,
	VACCEL_TX_NO_ROUTE,
	VACCEL_RX_PACKET_MODE,
	VACCEL_RX_REFUSED,
	VACCEL_RX_STATE,
	VACCEL_RX_PLAIN,
	VACCEL_TX_SUPER,
	VACCEL_NETDEV_STAT_NR
};

/**
 * struct vaccel_netdev_stats - counters of one device on one CPU
 * @v: indexed by enum vaccel_netdev_stat
 */
struct vaccel_netdev_stats {
	u64 v[VACCEL_NETDEV_STAT_NR];
};

/**
 * struct vaccel_netdev - a stacked device
 * @dev: itself
 * @lower: the device below, referenced until it is unregistered itself
 * @stats: counters
 * @nr_in: inbound SAs
 * @nr_in_udp: those of them that are in UDP
 * @tx_untold: packet mode: none out of ->ndo_start_xmit, unless another packet follows
 * @tx_flight: packets that are being encrypted
 * @rx_flight: packets that are being decrypted
 * @cells: gives plain packets to the stack
 * @napi: lets packets go that are through
 * @gro_x: packet mode: state of the last packet that went through GRO; only compared
 * @lock: guards all lists
 * @tx_ready: encrypted packets, each SA's in its order
 * @rx_ready: decrypted packets, likewise
 * @ptx_ready: packet mode: packets to be sent, likewise
 * @prx_ready: packet mode: packets to be received, likewise
 * @policies: policies for packets that come in
 * @lower_gro: GRO of @lower was switched off, see vaccel_newlink(); under RTNL
 * @lower_tracker: of the reference on @lower
 */
struct vaccel_netdev {
	struct net_device *dev;
	struct net_device *lower;
	struct vaccel_netdev_stats __percpu *stats;
	struct vaccel_untold tx_untold;
	atomic_t nr_in;
	atomic_t nr_in_udp;
	atomic_t tx_flight;
	atomic_t rx_flight;
	struct gro_cells cells;
	struct napi_struct napi;
	const struct xfrm_state *gro_x;

	spinlock_t lock; /* see above */
	struct list_head tx_ready;
	struct list_head rx_ready;
	struct list_head ptx_ready;
	struct list_head prx_ready;
	struct vaccel_policies policies;

	bool lower_gro;
	netdevice_tracker lower_tracker;
};

#define vaccel_netdev_add(vn, stat, n)	this_cpu_add((vn)->stats->v[stat], n)
#define vaccel_netdev_inc(vn, stat)	vaccel_netdev_add(vn, stat, 1)

/**
 * vaccel_netdev_is() - is a device a stacked one of ours?
 * @dev: any device
 *
 * Return: true if it is.
 */
bool vaccel_netdev_is(const struct net_device *dev);

/**
 * vaccel_netdev_count_sa() - there is an SA more or less
 * @vn: the device
 * @sa: the SA
 * @n: 1 or -1
 */
void vaccel_netdev_count_sa(struct vaccel_netdev *vn, const struct vaccel_sa *sa,
			    int n);

#if IS_ENABLED(CONFIG_XFRM_OFFLOAD)

/**
 * vaccel_netdev_init() - let links of type vaccel be made
 *
 * Return: 0 or an error.
 */
int vaccel_netdev_init(void);

/**
 * vaccel_netdev_exit() - remove all links, and let no more be made
 */
void vaccel_netdev_exit(void);

#else

static inline int vaccel_netdev_init(void)
{
	return 0;
}

static inline void vaccel_netdev_exit(void)
{
}

#endif

#endif /* _VACCEL_IPSEC_NETDEV_H */
