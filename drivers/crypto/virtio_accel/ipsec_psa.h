/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SAs in packet mode: a device has them as resource objects, and makes and takes apart
 * their packets.
 *
 * When its device is lost an SA is made again, on any device that can have it, and goes
 * on far behind every sequence number that may have been used. Until then its packets
 * have no way to go.
 */
#ifndef _VACCEL_IPSEC_PSA_H
#define _VACCEL_IPSEC_PSA_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "ipsec_ctrl.h"
#include "ipsec_sa.h"

struct vaccel_req;
struct vaccel_vq;

/*
 * Sequence numbers that are left out when an SA is made again: more than requests can
 * be with a device.
 */
#define VACCEL_PSA_JUMP		65536U

/**
 * struct vaccel_psa_place - where an SA is; constant
 * @vd: the device, referenced
 * @vq: its data queue, one for all its packets: the device gives out numbers in the
 *	order of a queue
 * @gen: start of the device in which it was made
 * @sa: as the device has it, without keys
 * @rcu: for those who submit packets
 */
struct vaccel_psa_place {
	struct vaccel_dev *vd;
	struct vaccel_vq *vq;
	u32 gen;
	struct vaccel_ipsec_sa sa;
	struct rcu_head rcu;
};

/**
 * struct vaccel_psa - an SA in packet mode
 * @place: where it is, NULL for nowhere; changed by @work only
 * @order: of its packets
 * @seq: the highest sequence number that is known to be used, or seen
 * @dev: the stacked device, referenced
 * @out: is it for packets that leave?
 * @overhead: outbound: what a packet may become longer by
 * @esn: does it have extended sequence numbers?
 * @udp: is it in UDP?
 * @family: of the outer header
 * @spi: its SPI
 * @ref: held by the kernel's state and by each packet
 * @sa: as devices get it, with keys
 * @stale: the device has said that it does not know it
 * @placed: it has had a place, here or before; of @work, as is
 * @err: why there was no place the last time
 * @dead: nobody has a reference any more
 * @work: finds a place for it, or frees it
 * @node: in the list of all SAs
 * @tracker: of the reference on @dev
 * @rcu: for those who find it by the kernel's state
 */
struct vaccel_psa {
	struct vaccel_psa_place __rcu *place;
	struct vaccel_order order;
	atomic64_t seq;
	struct net_device *dev;
	bool out;
	bool esn;
	bool udp;
	u8 overhead;
	u16 family;
	__be32 spi;
	struct kref ref;

	struct vaccel_ipsec_sa sa;
	int stale;
	bool placed;
	int err;
	bool dead;
	struct work_struct work;
	struct list_head node;
	netdevice_tracker tracker;
	struct rcu_head rcu;
};

/**
 * struct vaccel_untold - packets that a device has not been told of
 * @vq: the queue that they are in; NULL: there are none
 * @psa: the SA of the first, referenced: so the queue stays while bottom halves are off
 */
struct vaccel_untold {
	struct vaccel_vq *vq;
	struct vaccel_psa *psa;
};

/**
 * vaccel_psa_create() - make an SA
 * @dev: the stacked device
 * @sa: what it is to be
 * @family: of the outer header
 * @seq: the last sequence number that is known to be used, or seen
 * @used: may others have been used?
 *
 * Context: process.
 * Return: the SA with one reference; -ENODEV if no device can have it, -EOVERFLOW if it
 *	has too few numbers left, or another error as a pointer.
 */
struct vaccel_psa *vaccel_psa_create(struct net_device *dev,
				     const struct vaccel_ipsec_sa *sa, u16 family,
				     u64 seq, bool used);

/**
 * vaccel_psa_put() - let a reference go
 * @psa: the SA
 *
 * Context: any but hard interrupts.
 */
void vaccel_psa_put(struct vaccel_psa *psa);

/**
 * vaccel_psa_used() - a sequence number was used, or seen
 * @psa: the SA
 * @low: its lower half
 *
 * Context: any.
 * Return: all of it.
 */
u64 vaccel_psa_used(struct vaccel_psa *psa, u32 low);

/**
 * vaccel_psa_stale() - the device does not know an SA any more
 * @psa: the SA
 *
 * Context: any.
 */
void vaccel_psa_stale(struct vaccel_psa *psa);

/**
 * vaccel_psa_submit() - give a packet to the device
 * @psa: the SA
 * @req: the request
 * @size: bytes of source and destination
 * @session: set to what the device calls the SA
 * @untold: NULL, or that more packets follow, and then vaccel_psa_tell()
 *
 * Context: bottom halves off, and until vaccel_psa_tell().
 * Return: -EINPROGRESS when accepted; -ENODEV if there is no device, -EMSGSIZE if the
 *	device does not take so much, or another error.
 */
int vaccel_psa_submit(struct vaccel_psa *psa, struct vaccel_req *req, u32 size,
		      __le64 *session, struct vaccel_untold *untold);

/**
 * vaccel_psa_tell() - tell a device of packets
 * @untold: those that it has not been told of; none afterwards
 *
 * Context: bottom halves off, as since there are some.
 */
void vaccel_psa_tell(struct vaccel_untold *untold);

/**
 * vaccel_psa_next_seq() - the whole of a sequence number
 * @last: the highest one known
 * @low: lower half of one that is near
 * @esn: are there upper halves?
 *
 * Context: any.
 * Return: the number.
 */
u64 vaccel_psa_next_seq(u64 last, u32 low, bool esn);

#if IS_ENABLED(CONFIG_XFRM_OFFLOAD)

/**
 * vaccel_psas_check() - look whether all SAs have a place
 *
 * Context: any.
 */
void vaccel_psas_check(void);

#else

static inline void vaccel_psas_check(void)
{
}

#endif

#endif /* _VACCEL_IPSEC_PSA_H */
