/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Security associations: resource objects of virtio 1.4's IPSEC service. The driver
 * chooses their numbers, apart for each direction.
 *
 * An SA is found under RCU and lives as long as somebody holds it: the table, and each
 * packet in flight. A reset empties the table; packets in flight keep theirs until
 * they are done. Keys are in the session, and with the provider.
 *
 * Locks: &vha_sa.lock guards what packets change, &vha_sas.lock the table and the
 * events; both are innermost and never nested. What the driver has set
 * (&vha_sas.cap) belongs to the control queue's worker.
 */
#ifndef _VHA_IPSEC_SA_H
#define _VHA_IPSEC_SA_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vhost_accel.h>

#include <accel/ipsec.h>

#include "ipsec_esp.h"
#include "ipsec_replay.h"

struct vha_choice;
struct vha_session;

#define VHA_SAS_MAX		65536

/* Index of a direction: the type, less that of outbound SAs */
#define VHA_SA_OUT		0
#define VHA_SA_IN		1
#define VHA_SA_DIRS		2

/* The kinds of SAs that there are: ESP and AH, each in a tunnel and without */
#define VHA_SA_MODES		4

/**
 * struct vha_sa_config - an SA as the driver has it, under a name that fits
 * @wire: packed
 */
struct vha_sa_config {
	struct virtio_crypto_resource_obj_ipsec_sa_256b_key wire;
};

/**
 * struct vha_sa_mode - what SAs of a mode may have
 * @options: mask of VIRTIO_CRYPTO_IPSEC_ESN and so on
 * @window: packets
 * @cipher: mask of VIRTIO_CRYPTO_CIPHER_*
 * @mac: mask of VIRTIO_CRYPTO_MAC_*
 * @aead: mask of VIRTIO_CRYPTO_AEAD_*
 * @cipher_key: longest key, in bytes
 * @auth_key: longest key, in bytes
 */
struct vha_sa_mode {
	u32 options;
	u32 window;
	u64 cipher;
	u64 mac;
	u32 aead;
	u32 cipher_key;
	u32 auth_key;
};

/**
 * struct vha_sa_caps - capabilities, of the device or set by the driver
 * @limit: SAs of each direction
 * @mode: by VIRTIO_CRYPTO_IPSEC_MODE_*, less 1; without options or algorithms if
 *	there are no such SAs
 */
struct vha_sa_caps {
	u32 limit[VHA_SA_DIRS];
	struct vha_sa_mode mode[VHA_SA_MODES];
};

/**
 * struct vha_sa_life - limits, U64_MAX for none
 * @soft_packets: after which the driver is told
 * @soft_bytes: after which it is told
 * @hard_packets: that may be processed
 * @hard_bytes: that may be processed
 */
struct vha_sa_life {
	u64 soft_packets;
	u64 soft_bytes;
	u64 hard_packets;
	u64 hard_bytes;
};

/**
 * struct vha_sa - one SA
 * @ref: one for the table, one for each packet in flight
 * @rcu: for the memory
 * @dir: VHA_SA_OUT or VHA_SA_IN
 * @id: its number
 * @alg: its algorithms
 * @salt: what the nonce begins with
 * @session: the provider's part
 * @config: as the driver gave it, without keys. Belongs to the control queue's worker
 * @lock: guards what follows, but for @event and @events
 * @esp: how its packets look
 * @life: its limits
 * @seq: outbound: sequence numbers
 * @replay: inbound: the window
 * @packets: that were processed
 * @bytes: that were processed
 * @errors: packets that were refused, by VIRTIO_ACCEL_SA_ERR_*
 * @flags: VIRTIO_ACCEL_SA_* that were raised
 * @event: on &vha_sas.events. Guarded by &vha_sas.lock, as is
 * @events: flags that the driver has not read
 */
struct vha_sa {
	struct kref ref;
	struct rcu_head rcu;
	u8 dir;
	u32 id;
	const struct accel_ipsec_alg *alg;
	u8 salt[ACCEL_IPSEC_SALT_MAX];
	struct vha_session *session;
	struct vha_sa_config config;

	spinlock_t lock; /* see above */
	struct accel_sa_form esp;
	struct vha_sa_life life;
	struct vha_seq seq;
	struct vha_replay replay;
	u64 packets;
	u64 bytes;
	u64 errors[VIRTIO_ACCEL_SA_ERR_NR];
	u32 flags;

	struct list_head event;
	u32 events;
};

/**
 * struct vha_sas - the SAs of a device
 * @choice: who makes what they need
 * @announce: tells the driver that there are events; from a worker, which may hold
 *	&vha_iotlb.lock for reading
 * @offered: what the device has
 * @cap: what the driver has set; all zero is nothing
 * @has_cap: which of the two capabilities it has set: BIT(id & 1)
 * @commands: administration commands that the driver uses
 * @lock: guards what follows, and &vha_sa.event
 * @epoch: counts resets
 * @limit: how many there may be of each direction; changed without @lock
 * @count: SAs of each direction
 * @slot: the SAs, by number
 * @events: SAs with something to tell
 */
struct vha_sas {
	const struct vha_choice *choice;
	void (*announce)(struct vha_sas *sas);
	struct vha_sa_caps offered;
	struct vha_sa_caps cap;
	u8 has_cap;
	u64 commands;

	spinlock_t lock; /* see above */
	u64 epoch;
	u32 limit;
	u32 count[VHA_SA_DIRS];
	struct vha_sa __rcu **slot[VHA_SA_DIRS];
	struct list_head events;
};

int vha_sas_init(struct vha_sas *sas,
		 const struct vha_choice *choice, u64 algs, u32 limit);
void vha_sas_reset(struct vha_sas *sas);
void vha_sas_destroy(struct vha_sas *sas);
int vha_sas_remake(struct vha_sas *sas,
		   int (*how)(struct vha_session *session,
			      const struct vhost_accel_alg_info *infos),
		   const struct vhost_accel_alg_info *infos);
void vha_sas_each(struct vha_sas *sas, void (*fn)(struct vha_session *session));
struct vha_sa *vha_sas_nth(struct vha_sas *sas, u64 n);
void vha_sas_flush(struct vha_sas *sas, u8 dir);
u32 vha_sas_events(struct vha_sas *sas, struct virtio_accel_event *event,
		   u32 nr);

int vha_sa_create(struct vha_sas *sas, u8 dir, u32 id,
		  const struct vha_sa_config *config);
int vha_sa_modify(struct vha_sas *sas, struct vha_sa *sa,
		  const struct vha_sa_config *config);
int vha_sa_remove(struct vha_sas *sas, u8 dir, u32 id);
struct vha_sa *vha_sa_get(struct vha_sas *sas, u8 dir, u32 id);
struct vha_sa *vha_sa_next(struct vha_sas *sas, u8 dir, u32 id);
void vha_sa_put(struct vha_sa *sa);
void vha_sa_put_later(struct vha_sa *sa, struct llist_head *dead);
bool vha_sas_can(const struct vha_sas *sas);
void vha_sa_state(struct vha_sa *sa, struct virtio_accel_sa_state *state);
int vha_sa_set_state(struct vha_sa *sa,
		     const struct virtio_accel_sa_state *state);

/* ipsec_config.c */
int vha_sa_check(const struct vha_sa_caps *cap, u8 dir, u32 id,
		 const struct vha_sa_config *config);
bool vha_sa_may_change(const struct vha_sa_config *from,
		       const struct vha_sa_config *to);
void vha_sa_parse(const struct vha_sa_config *config, struct accel_sa_form *esp,
		  struct vha_sa_life *life);

/* Packets */
int vha_sa_number(struct vha_sas *sas, struct vha_sa *sa,
		  struct vha_esp_out *out, const u8 *pkt, u32 len, u32 room,
		  u64 *seq, bool *soft);
int vha_sa_dress(struct vha_sa *sa, struct vha_esp_out *out, const u8 *pkt,
		 u32 len, u32 room, const u8 *iv, u64 seq);
int vha_sa_send(struct vha_sas *sas, struct vha_sa *sa, struct vha_esp_out *out,
		const u8 *pkt, u32 len, u32 room, const u8 *iv, u64 *seq,
		bool *soft);
int vha_sa_receive(struct vha_sas *sas, struct vha_sa *sa, struct vha_esp_in *in,
		   const u8 *pkt, u32 len, u64 *seq);
int vha_sa_received(struct vha_sas *sas, struct vha_sa *sa,
		    struct vha_esp_plain *plain, const struct vha_esp_in *in,
		    const u8 *pkt, const u8 *text, const u8 *tail, u64 seq,
		    u32 room, bool *soft);
int vha_sa_received_whole(struct vha_sas *sas, struct vha_sa *sa, u32 len,
			  u64 seq, int reason, bool *soft);
void vha_sa_refused(struct vha_sa *sa, int reason);

#endif /* _VHA_IPSEC_SA_H */
