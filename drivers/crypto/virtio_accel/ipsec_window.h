/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_WINDOW_H
#define _VACCEL_IPSEC_WINDOW_H

#include <linux/types.h>

/**
 * vaccel_window_take() - is a sequence number new? Then it is not any more
 * @bmp: the window, as the kernel's IPsec has it
 * @window: its length, in bits, not zero
 * @top: the highest number that was seen
 * @seq: the number
 *
 * In packet mode a device has the window, and the kernel's own would stay empty. Since
 * the kernel takes packets that do not come through us (fragments, other interfaces),
 * those that we have seen would be new to it.
 *
 * Context: any, with the state's lock held.
 * Return: 0 if it is new, -EEXIST if it was seen, -ERANGE if it is too old.
 */
int vaccel_window_take(u32 *bmp, u32 window, u64 top, u64 seq);

#endif /* _VACCEL_IPSEC_WINDOW_H */
