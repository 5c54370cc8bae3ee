// SPDX-License-Identifier: GPL-2.0
/*
 * Sequence numbers of an IPsec SA: RFC 4303, 3.3.3, 3.4.3 and appendix A.
 *
 * The window's bitmap has one word more than the window needs, as in RFC 6479: going
 * on then clears words and never shifts any.
 */
#include "ipsec_replay.h"

#include <kunit/visibility.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>

#define VHA_REPLAY_BITS		64

/**
 * vha_seq_next() - give out a sequence number
 * @seq: of the SA
 * @next: where it goes
 *
 * Context: any, with the SA's lock held.
 * Return: 0, or -EOVERFLOW if there is none left: the SA has come to its end.
 */
int vha_seq_next(struct vha_seq *seq, u64 *next)
{
	if (seq->last == (seq->esn ? U64_MAX : U32_MAX))
		return -EOVERFLOW;
	*next = ++seq->last;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_seq_next);

/**
 * vha_seq_advance() - go on behind a sequence number
 * @seq: of the SA
 * @last: which may have been given out elsewhere
 *
 * Context: any, with the SA's lock held.
 * Return: 0, or -EINVAL if that went back, or is no sequence number.
 */
int vha_seq_advance(struct vha_seq *seq, u64 last)
{
	if (last < seq->last || (!seq->esn && last > U32_MAX))
		return -EINVAL;
	seq->last = last;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_seq_advance);

/**
 * vha_replay_words() - words of a window's bitmap
 * @window: packets, up to %VHA_REPLAY_MAX
 *
 * Context: any.
 * Return: a power of two, up to %VHA_REPLAY_WORDS_MAX; 0 without a window.
 */
u32 vha_replay_words(u32 window)
{
	u32 words = 1;

	if (!window)
		return 0;
	/* The window may begin in the middle of a word */
	while (words * VHA_REPLAY_BITS < window + VHA_REPLAY_BITS)
		words *= 2;
	return words;
}
EXPORT_SYMBOL_IF_KUNIT(vha_replay_words);

/**
 * vha_replay_init() - a window that has seen nothing
 * @replay: the window
 * @bitmap: vha_replay_words() words, which it keeps
 * @window: packets, up to %VHA_REPLAY_MAX; not 0 with @esn
 * @esn: sequence numbers have 64 bits
 *
 * Context: any.
 */
void vha_replay_init(struct vha_replay *replay, u64 *bitmap, u32 window,
		     bool esn)
{
	u32 words = vha_replay_words(window);

	*replay = (struct vha_replay){
		.window = window,
		.mask = words ? words - 1 : 0,
		.esn = esn,
		.bitmap = bitmap,
	};
	memset(bitmap, 0, words * sizeof(*bitmap));
}
EXPORT_SYMBOL_IF_KUNIT(vha_replay_init);

/**
 * vha_replay_infer() - the sequence number of a packet that has half of it
 * @replay: the window
 * @low: from the packet
 * @seq: where all of it goes
 *
 * RFC 4303, appendix A2.2. A wrong guess makes the authentication fail.
 *
 * Context: any, with the SA's lock held.
 * Return: 0, or -EINVAL if there is no such number: it would be before the first or
 * behind the last.
 */
int vha_replay_infer(const struct vha_replay *replay, u32 low, u64 *seq)
{
	u32 top_low = replay->top, top_high = replay->top >> 32;
	u32 bottom = top_low - replay->window + 1;
	u32 high = top_high;

	if (!replay->esn) {
		*seq = low;
		return 0;
	}
	if (top_low >= replay->window - 1) {
		/* All of the window has one high half */
		if (low < bottom && ++high == 0)
			return -EINVAL;
	} else if (low >= bottom && high-- == 0) {
		return -EINVAL;
	}
	*seq = (u64)high << 32 | low;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_replay_infer);

static u64 *vha_replay_word(const struct vha_replay *replay, u64 seq)
{
	return &replay->bitmap[(seq / VHA_REPLAY_BITS) & replay->mask];
}

static u64 vha_replay_bit(u64 seq)
{
	return 1ULL << (seq % VHA_REPLAY_BITS);
}

/**
 * vha_replay_check() - may a packet be new?
 * @replay: the window
 * @seq: its sequence number
 *
 * Context: any, with the SA's lock held.
 * Return: 0, -EINVAL if it is no sequence number, -EEXIST if it was seen, or -ESTALE
 * if it is too old to tell.
 */
int vha_replay_check(const struct vha_replay *replay, u64 seq)
{
	if (!seq || (!replay->esn && seq > U32_MAX))
		return -EINVAL;
	if (!replay->window || seq > replay->top)
		return 0;
	if (replay->top - seq >= replay->window)
		return -ESTALE;
	return *vha_replay_word(replay, seq) & vha_replay_bit(seq) ? -EEXIST :
								      0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_replay_check);

/* What the window leaves behind is what it comes to: the words are a circle */
static void vha_replay_move(struct vha_replay *replay, u64 top)
{
	u64 from = replay->top / VHA_REPLAY_BITS;
	u64 words = min(top / VHA_REPLAY_BITS - from, (u64)replay->mask + 1);

	while (words--)
		replay->bitmap[++from & replay->mask] = 0;
	replay->top = top;
}

/**
 * vha_replay_update() - a packet is authentic: remember it
 * @replay: the window
 * @seq: its sequence number
 *
 * Context: any, with the SA's lock held.
 * Return: as vha_replay_check(); then another packet of that number was faster, and
 * this one is to be dropped.
 */
int vha_replay_update(struct vha_replay *replay, u64 seq)
{
	int err = vha_replay_check(replay, seq);

	if (err)
		return err;
	if (!replay->window) {
		replay->top = seq > replay->top ? seq : replay->top;
		return 0;
	}
	if (seq > replay->top)
		vha_replay_move(replay, seq);
	*vha_replay_word(replay, seq) |= vha_replay_bit(seq);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_replay_update);

/**
 * vha_replay_get() - the window as others know it
 * @replay: the window
 * @bits: %VHA_REPLAY_MAX bits; bit n % 64 of word n / 64 is sequence number top - n
 *
 * Context: any, with the SA's lock held.
 */
void vha_replay_get(const struct vha_replay *replay, u64 *bits)
{
	u64 seq;
	u32 n;

	memset(bits, 0, VHA_REPLAY_MAX / 8);
	for (n = 0; n < replay->window; n++) {
		seq = replay->top - n;
		if (*vha_replay_word(replay, seq) & vha_replay_bit(seq))
			bits[n / VHA_REPLAY_BITS] |= vha_replay_bit(n);
	}
}
EXPORT_SYMBOL_IF_KUNIT(vha_replay_get);

/**
 * vha_replay_set() - go on where another window was
 * @replay: the window
 * @top: highest sequence number seen there
 * @bits: as vha_replay_get(); what is outside of this window is not looked at
 *
 * What this window has seen stays seen.
 *
 * Context: any, with the SA's lock held.
 * Return: 0, or -EINVAL if that went back, or is no sequence number.
 */
int vha_replay_set(struct vha_replay *replay, u64 top, const u64 *bits)
{
	u64 seq;
	u32 n;

	if (top < replay->top || (!replay->esn && top > U32_MAX))
		return -EINVAL;
	if (!replay->window) {
		replay->top = top;
		return 0;
	}
	vha_replay_move(replay, top);
	for (n = 0; n < replay->window && n < top; n++) {
		seq = top - n;
		if (bits[n / VHA_REPLAY_BITS] & vha_replay_bit(n))
			*vha_replay_word(replay, seq) |= vha_replay_bit(seq);
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vha_replay_set);
