/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_STATE_H
#define _VACCEL_IPSEC_STATE_H

#include <linux/types.h>

#include "ipsec_ctrl.h"

struct xfrm_state;

/**
 * vaccel_state_read() - what a kernel's state is as a device's SA
 * @x: the state
 * @sa: filled in, with keys, but for the number
 * @seq: set to the last sequence number that was used, or seen
 *
 * Context: any.
 * Return: NULL, or a sentence that names what cannot be offloaded.
 */
const char *vaccel_state_read(const struct xfrm_state *x,
			      struct vaccel_ipsec_sa *sa, u64 *seq);

/**
 * vaccel_state_was_used() - may a state that is added have been in use before?
 * @x: the state
 * @seq: the last sequence number, as it says
 *
 * Context: process.
 * Return: true if others than that may have been used.
 */
bool vaccel_state_was_used(const struct xfrm_state *x, u64 seq);

#endif /* _VACCEL_IPSEC_STATE_H */
