/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VACCEL_IPSEC_XFRM_H
#define _VACCEL_IPSEC_XFRM_H

#include <linux/netdevice.h>

/* What the kernel's IPsec asks of the stacked device: crypto offload */
extern const struct xfrmdev_ops vaccel_xfrmdev_ops;

#endif /* _VACCEL_IPSEC_XFRM_H */
