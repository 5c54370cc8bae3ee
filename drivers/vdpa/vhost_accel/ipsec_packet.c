// SPDX-License-Identifier: GPL-2.0
/*
 * What packets do to an SA: sequence numbers, limits, counters and events; and how the
 * driver reads and writes that.
 */
#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>

#include "ipsec_ah.h"
#include "ipsec_sa.h"

static_assert(VHA_REPLAY_MAX == VIRTIO_ACCEL_REPLAY_MAX);

/* Flags that were raised: each is told once, and only of SAs in the table */
static void vha_sa_tell(struct vha_sas *sas, struct vha_sa *sa, u32 raised)
{
	bool told = false;

	if (likely(!raised))
		return;
	spin_lock(&sas->lock);
	if (rcu_access_pointer(sas->slot[sa->dir][sa->id]) == sa) {
		sa->events |= raised;
		if (list_empty(&sa->event))
			list_add_tail(&sa->event, &sas->events);
		told = true;
	}
	spin_unlock(&sas->lock);
	if (told && sas->announce)
		sas->announce(sas);
}

static u32 vha_sa_raise(struct vha_sa *sa, u32 flags)
{
	u32 raised = flags & ~sa->flags;

	lockdep_assert_held(&sa->lock);
	sa->flags |= raised;
	return raised;
}

static void vha_sa_count_error(struct vha_sa *sa, int reason)
{
	lockdep_assert_held(&sa->lock);
	sa->errors[VIRTIO_ACCEL_SA_ERR_ALL]++;
	sa->errors[reason]++;
}

/**
 * vha_sa_refused() - count a packet that was refused
 * @sa: its SA
 * @reason: VIRTIO_ACCEL_SA_ERR_*
 *
 * Context: any.
 */
void vha_sa_refused(struct vha_sa *sa, int reason)
{
	spin_lock(&sa->lock);
	vha_sa_count_error(sa, reason);
	spin_unlock(&sa->lock);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_refused);

static int vha_sa_check_life(struct vha_sa *sa, u32 *raised)
{
	int reason = 0;

	if (unlikely(sa->packets >= sa->life.hard_packets))
		reason = VIRTIO_ACCEL_SA_ERR_PACKETS;
	else if (unlikely(sa->bytes >= sa->life.hard_bytes))
		reason = VIRTIO_ACCEL_SA_ERR_BYTES;
	if (unlikely(reason))
		*raised |= vha_sa_raise(sa, VIRTIO_ACCEL_SA_HARD_EXPIRED);
	return reason;
}

static void vha_sa_count(struct vha_sa *sa, u32 len, u32 *raised)
{
	sa->packets++;
	sa->bytes += len;
	if (unlikely(sa->packets >= sa->life.soft_packets ||
		     sa->bytes >= sa->life.soft_bytes))
		*raised |= vha_sa_raise(sa, VIRTIO_ACCEL_SA_SOFT_EXPIRED);
}

static int vha_sa_out_init(const struct vha_sa *sa, struct vha_esp_out *out,
			   const u8 *pkt, u32 len, u32 room)
{
	int reason;

	reason = sa->esp.ah ? vha_ah_out_init(out, &sa->esp, pkt, len) :
			      vha_esp_out_init(out, &sa->esp, pkt, len);
	if (!reason && out->len > room)
		reason = VIRTIO_ACCEL_SA_ERR_ROOM;
	return reason;
}

static void vha_sa_out_finish(const struct vha_sa *sa, struct vha_esp_out *out,
			      u64 seq, const u8 *iv)
{
	if (sa->esp.ah)
		vha_ah_out_finish(out, &sa->esp, seq);
	else
		vha_esp_out_finish(out, &sa->esp, seq, iv);
}

static int vha_sa_number_locked(struct vha_sa *sa, struct vha_esp_out *out,
				const u8 *pkt, u32 len, u32 room, u64 *seq,
				u32 *raised)
{
	int reason;

	reason = vha_sa_out_init(sa, out, pkt, len, room);
	if (!reason)
		reason = vha_sa_check_life(sa, raised);
	if (reason)
		return reason;
	if (vha_seq_next(&sa->seq, seq)) {
		*raised |= vha_sa_raise(sa, VIRTIO_ACCEL_SA_SEQ_OVERFLOW);
		return VIRTIO_ACCEL_SA_ERR_SEQ;
	}
	vha_sa_count(sa, len, raised);
	return 0;
}

/**
 * vha_sa_send() - give a packet that goes out its headers and sequence number
 * @sas: the table
 * @sa: an outbound SA
 * @out: filled in on success
 * @pkt: as vha_esp_out_init()
 * @len: likewise
 * @room: what the packet may be long with ESP or AH
 * @iv: as vha_esp_out_finish()
 * @seq: set on success
 * @soft: set on success: with this packet a soft limit is reached
 *
 * Refused packets are counted, and have used no sequence number.
 *
 * Context: process, a worker.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_sa_send(struct vha_sas *sas, struct vha_sa *sa, struct vha_esp_out *out,
		const u8 *pkt, u32 len, u32 room, const u8 *iv, u64 *seq,
		bool *soft)
{
	u32 raised = 0;
	int reason;

	spin_lock(&sa->lock);
	reason = vha_sa_number_locked(sa, out, pkt, len, room, seq, &raised);
	if (reason)
		vha_sa_count_error(sa, reason);
	else
		vha_sa_out_finish(sa, out, *seq, iv);
	spin_unlock(&sa->lock);
	*soft = raised & VIRTIO_ACCEL_SA_SOFT_EXPIRED;
	vha_sa_tell(sas, sa, raised);
	return reason;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_send);

/**
 * vha_sa_number() - give a packet that goes out its sequence number
 * @sas: the table
 * @sa: an outbound SA
 * @out: what its headers would be like, which are the provider's to make
 * @pkt: as vha_esp_out_init()
 * @len: likewise
 * @room: what the packet may be long with ESP or AH
 * @seq: set on success
 * @soft: set on success: with this packet a soft limit is reached
 *
 * Refused packets are counted, and have used no sequence number.
 *
 * Context: process, a worker.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_sa_number(struct vha_sas *sas, struct vha_sa *sa,
		  struct vha_esp_out *out, const u8 *pkt, u32 len, u32 room,
		  u64 *seq, bool *soft)
{
	u32 raised = 0;
	int reason;

	spin_lock(&sa->lock);
	reason = vha_sa_number_locked(sa, out, pkt, len, room, seq, &raised);
	if (reason)
		vha_sa_count_error(sa, reason);
	spin_unlock(&sa->lock);
	*soft = raised & VIRTIO_ACCEL_SA_SOFT_EXPIRED;
	vha_sa_tell(sas, sa, raised);
	return reason;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_number);

/**
 * vha_sa_dress() - give a packet that goes out its headers
 * @sa: an outbound SA
 * @out: filled in on success
 * @pkt: as vha_esp_out_init()
 * @len: likewise
 * @room: what the packet may be long with ESP or AH
 * @iv: as vha_esp_out_finish()
 * @seq: of vha_sa_number()
 *
 * For one that the provider would not take whole. It is refused only if the SA has
 * changed since; that is counted, and the number is lost.
 *
 * Context: process, a worker.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_sa_dress(struct vha_sa *sa, struct vha_esp_out *out, const u8 *pkt,
		 u32 len, u32 room, const u8 *iv, u64 seq)
{
	int reason;

	spin_lock(&sa->lock);
	reason = vha_sa_out_init(sa, out, pkt, len, room);
	if (reason)
		vha_sa_count_error(sa, reason);
	else
		vha_sa_out_finish(sa, out, seq, iv);
	spin_unlock(&sa->lock);
	return reason;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_dress);

static int vha_sa_receive_locked(struct vha_sa *sa, struct vha_esp_in *in,
				 const u8 *pkt, u32 len, u64 *seq, u32 *raised)
{
	int reason;

	reason = sa->esp.ah ? vha_ah_in_parse(in, &sa->esp, pkt, len) :
			      vha_esp_in_parse(in, &sa->esp, pkt, len);
	if (reason)
		return reason;
	if (vha_replay_infer(&sa->replay, in->seq, seq) ||
	    vha_replay_check(&sa->replay, *seq))
		return VIRTIO_ACCEL_SA_ERR_REPLAY;
	return vha_sa_check_life(sa, raised);
}

/**
 * vha_sa_receive() - is a packet that comes in worth being decrypted?
 * @sas: the table
 * @sa: an inbound SA
 * @in: filled in on success
 * @pkt: as vha_esp_in_parse()
 * @len: likewise
 * @seq: set on success
 *
 * Refused packets are counted.
 *
 * Context: process, a worker.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_sa_receive(struct vha_sas *sas, struct vha_sa *sa, struct vha_esp_in *in,
		   const u8 *pkt, u32 len, u64 *seq)
{
	u32 raised = 0;
	int reason;

	spin_lock(&sa->lock);
	reason = vha_sa_receive_locked(sa, in, pkt, len, seq, &raised);
	if (reason)
		vha_sa_count_error(sa, reason);
	spin_unlock(&sa->lock);
	vha_sa_tell(sas, sa, raised);
	return reason;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_receive);

/* It is authentic: the window moves, whatever is inside */
static int vha_sa_received_locked(struct vha_sa *sa, struct vha_esp_plain *plain,
				  const struct vha_esp_in *in, const u8 *pkt,
				  const u8 *text, const u8 *tail, u64 seq,
				  u32 room, u32 *raised)
{
	int reason;

	if (vha_replay_update(&sa->replay, seq))
		return VIRTIO_ACCEL_SA_ERR_REPLAY;
	reason = vha_sa_check_life(sa, raised);
	if (reason)
		return reason;
	reason = sa->esp.ah ?
		 vha_ah_in_finish(plain, &sa->esp, in, pkt, text) :
		 vha_esp_in_finish(plain, &sa->esp, in, pkt, text, tail);
	if (reason)
		return reason;
	if (plain->len > room)
		return VIRTIO_ACCEL_SA_ERR_ROOM;
	vha_sa_count(sa, plain->len, raised);
	return 0;
}

/**
 * vha_sa_received() - a packet that came in is authentic and decrypted
 * @sas: the table
 * @sa: an inbound SA
 * @plain: filled in on success
 * @in: of vha_sa_receive()
 * @pkt: the same
 * @text: as vha_esp_in_finish()
 * @tail: likewise
 * @seq: of vha_sa_receive()
 * @room: what the result may be long
 * @soft: set on success: with this packet a soft limit is reached
 *
 * Another packet may have come between: then this one is a replay, or too late.
 * Refused packets are counted.
 *
 * Context: process, a worker.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_sa_received(struct vha_sas *sas, struct vha_sa *sa,
		    struct vha_esp_plain *plain, const struct vha_esp_in *in,
		    const u8 *pkt, const u8 *text, const u8 *tail, u64 seq,
		    u32 room, bool *soft)
{
	u32 raised = 0;
	int reason;

	spin_lock(&sa->lock);
	reason = vha_sa_received_locked(sa, plain, in, pkt, text, tail, seq,
					room, &raised);
	if (reason)
		vha_sa_count_error(sa, reason);
	spin_unlock(&sa->lock);
	*soft = raised & VIRTIO_ACCEL_SA_SOFT_EXPIRED;
	vha_sa_tell(sas, sa, raised);
	return reason;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_received);

/**
 * vha_sa_received_whole() - a provider has found a packet that came in authentic
 * @sas: the table
 * @sa: an inbound SA
 * @len: of what was in it
 * @seq: that the provider has authenticated
 * @reason: 0, or VIRTIO_ACCEL_SA_ERR_* if it refused what was in it
 * @soft: set on success: with this packet a soft limit is reached
 *
 * As vha_sa_received().
 *
 * Context: process, a worker.
 * Return: 0 or VIRTIO_ACCEL_SA_ERR_*.
 */
int vha_sa_received_whole(struct vha_sas *sas, struct vha_sa *sa, u32 len,
			  u64 seq, int reason, bool *soft)
{
	u32 raised = 0;

	spin_lock(&sa->lock);
	if (vha_replay_update(&sa->replay, seq))
		reason = VIRTIO_ACCEL_SA_ERR_REPLAY;
	else
		reason = vha_sa_check_life(sa, &raised) ?: reason;
	if (reason)
		vha_sa_count_error(sa, reason);
	else
		vha_sa_count(sa, len, &raised);
	spin_unlock(&sa->lock);
	*soft = raised & VIRTIO_ACCEL_SA_SOFT_EXPIRED;
	vha_sa_tell(sas, sa, raised);
	return reason;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_received_whole);

static void vha_sa_set_ref(const struct vha_sa *sa,
			   struct virtio_accel_sa_ref *ref)
{
	ref->type = cpu_to_le16(VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_OUTBOUND_SA +
				sa->dir);
	ref->id = cpu_to_le32(sa->id);
}

/**
 * vha_sas_events() - read, and forget, what happened
 * @sas: the table
 * @event: room for entries
 * @nr: how many
 *
 * Context: process.
 * Return: how many there are.
 */
u32 vha_sas_events(struct vha_sas *sas, struct virtio_accel_event *event,
		   u32 nr)
{
	struct vha_sa *sa;
	u32 i;

	spin_lock(&sas->lock);
	for (i = 0; i < nr && !list_empty(&sas->events); i++) {
		sa = list_first_entry(&sas->events, struct vha_sa, event);
		list_del_init(&sa->event);
		memset(&event[i], 0, sizeof(event[i]));
		vha_sa_set_ref(sa, &event[i].ref);
		event[i].spi = sa->config.wire.spi;
		event[i].events = cpu_to_le32(sa->events);
		sa->events = 0;
	}
	spin_unlock(&sas->lock);
	return i;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sas_events);

/**
 * vha_sa_state() - read an SA's state
 * @sa: the SA
 * @state: filled in
 *
 * Context: process.
 */
void vha_sa_state(struct vha_sa *sa, struct virtio_accel_sa_state *state)
{
	u64 bits[VHA_REPLAY_MAX / 64];
	unsigned int i;

	memset(state, 0, sizeof(*state));
	vha_sa_set_ref(sa, &state->ref);
	spin_lock(&sa->lock);
	state->spi = cpu_to_le32(sa->esp.spi);
	state->flags = cpu_to_le32(sa->flags);
	state->seq = cpu_to_le64(sa->dir == VHA_SA_OUT ? sa->seq.last :
							 sa->replay.top);
	state->packets = cpu_to_le64(sa->packets);
	state->bytes = cpu_to_le64(sa->bytes);
	for (i = 0; i < VIRTIO_ACCEL_SA_ERR_NR; i++)
		state->errors[i] = cpu_to_le64(sa->errors[i]);
	state->replay_win_sz = cpu_to_le32(sa->replay.window);
	vha_replay_get(&sa->replay, bits);
	spin_unlock(&sa->lock);
	for (i = 0; i < ARRAY_SIZE(bits); i++)
		state->replay[i] = cpu_to_le64(bits[i]);
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_state);

static int vha_sa_set_seq(struct vha_sa *sa, u64 seq, const u64 *bits)
{
	if (sa->dir == VHA_SA_OUT)
		return vha_seq_advance(&sa->seq, seq);
	return vha_replay_set(&sa->replay, seq, bits);
}

/**
 * vha_sa_set_state() - write an SA's state
 * @sa: the SA
 * @state: from the guest, private memory, unchecked but for which SA it is
 *
 * Context: process.
 * Return: 0, or -EINVAL if it is another SA's, or takes sequence numbers back; then
 * nothing has changed.
 */
int vha_sa_set_state(struct vha_sa *sa,
		     const struct virtio_accel_sa_state *state)
{
	const u32 known = VIRTIO_ACCEL_SA_SOFT_EXPIRED |
			  VIRTIO_ACCEL_SA_HARD_EXPIRED |
			  VIRTIO_ACCEL_SA_SEQ_OVERFLOW;
	u64 bits[VHA_REPLAY_MAX / 64];
	unsigned int i;
	int err = -EINVAL;

	for (i = 0; i < ARRAY_SIZE(bits); i++)
		bits[i] = le64_to_cpu(state->replay[i]);
	spin_lock(&sa->lock);
	if (le32_to_cpu(state->spi) == sa->esp.spi && !state->reserved &&
	    le32_to_cpu(state->replay_win_sz) == sa->replay.window &&
	    !(le32_to_cpu(state->flags) & ~known))
		err = vha_sa_set_seq(sa, le64_to_cpu(state->seq), bits);
	if (!err) {
		sa->flags = le32_to_cpu(state->flags);
		sa->packets = le64_to_cpu(state->packets);
		sa->bytes = le64_to_cpu(state->bytes);
		for (i = 0; i < VIRTIO_ACCEL_SA_ERR_NR; i++)
			sa->errors[i] = le64_to_cpu(state->errors[i]);
	}
	spin_unlock(&sa->lock);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(vha_sa_set_state);
