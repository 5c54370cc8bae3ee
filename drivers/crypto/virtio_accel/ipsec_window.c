// SPDX-License-Identifier: GPL-2.0
/*
 * The replay window of a kernel's state. The bit of a number is that of the highest one
 * seen, less the distance, around the end.
 */
#include "ipsec_window.h"

#include <kunit/visibility.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/string.h>

/*
 * Those between @top and @seq have not been seen. With a length that is not a power of
 * two, numbers have other places when the lower half begins anew: then all that came
 * before is taken for seen.
 */
static void vaccel_window_move(u32 *bmp, u32 window, u64 top, u64 seq)
{
	u32 at = ((u32)seq - 1) % window, i, bit;
	size_t size = DIV_ROUND_UP(window, 32) * sizeof(*bmp);

	if (seq - top >= window) {
		memset(bmp, 0, size);
		return;
	}
	if (seq >> 32 != top >> 32 && !is_power_of_2(window)) {
		memset(bmp, 0xff, size);
		return;
	}
	for (i = 1; i < seq - top; i++) {
		bit = (at + window - i) % window;
		bmp[bit / 32] &= ~BIT(bit % 32);
	}
}

int vaccel_window_take(u32 *bmp, u32 window, u64 top, u64 seq)
{
	u32 bit, behind;

	if (!seq || (seq <= top && top - seq >= window))
		return -ERANGE;
	if (seq > top) {
		vaccel_window_move(bmp, window, top, seq);
		bit = ((u32)seq - 1) % window;
	} else {
		behind = top - seq;
		bit = (((u32)top - 1) % window + window - behind) % window;
		if (bmp[bit / 32] & BIT(bit % 32))
			return -EEXIST;
	}
	bmp[bit / 32] |= BIT(bit % 32);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vaccel_window_take);
