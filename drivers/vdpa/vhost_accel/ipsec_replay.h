/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sequence numbers of an IPsec SA: giving them out, and refusing those that were
 * seen. Pure: no memory is allocated, no lock taken.
 *
 * Many packets of an SA are in flight on several workers. The SA's lock is held
 * around each call here, and never while something is encrypted or decrypted:
 *
 *	outbound	vha_seq_next() when the packet is built. A number that was
 *			given out is never taken back, whatever becomes of its packet.
 *	inbound		vha_replay_check() before the packet is decrypted, so that
 *			replays cost little; vha_replay_update() once it is
 *			authentic. Two copies may both pass the first; the second
 *			lets one through.
 */
#ifndef _VHA_IPSEC_REPLAY_H
#define _VHA_IPSEC_REPLAY_H

#include <linux/types.h>

/* Packets of the largest window, and words of its bitmap */
#define VHA_REPLAY_MAX		4096
#define VHA_REPLAY_WORDS_MAX	128

/**
 * struct vha_seq - sequence numbers of an outbound SA
 * @last: the last one given out, 0 at first
 * @esn: there are 64 bits of them, else 32
 */
struct vha_seq {
	u64 last;
	bool esn;
};

int vha_seq_next(struct vha_seq *seq, u64 *next);
int vha_seq_advance(struct vha_seq *seq, u64 last);

/**
 * struct vha_replay - the anti-replay window of an inbound SA
 * @top: highest sequence number seen, 0 at first
 * @window: packets, 0 for no check at all
 * @mask: words of @bitmap, less one
 * @esn: sequence numbers have 64 bits, half of which are in the packet
 * @bitmap: the window, in words that are used in a circle: bit n % 64 of word
 *	(n / 64) & @mask is sequence number n
 */
struct vha_replay {
	u64 top;
	u32 window;
	u32 mask;
	bool esn;
	u64 *bitmap;
};

u32 vha_replay_words(u32 window);
void vha_replay_init(struct vha_replay *replay, u64 *bitmap, u32 window,
		     bool esn);
int vha_replay_infer(const struct vha_replay *replay, u32 low, u64 *seq);
int vha_replay_check(const struct vha_replay *replay, u64 seq);
int vha_replay_update(struct vha_replay *replay, u64 seq);
void vha_replay_get(const struct vha_replay *replay, u64 *bits);
int vha_replay_set(struct vha_replay *replay, u64 top, const u64 *bits);

#endif /* _VHA_IPSEC_REPLAY_H */
