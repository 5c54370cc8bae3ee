/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STUB_LINUX_VHOST_IOTLB_H
#define _STUB_LINUX_VHOST_IOTLB_H

#define VHOST_MAP_RO	0x1
#define VHOST_MAP_WO	0x2
#define VHOST_MAP_RW	0x3

struct vhost_iotlb {
	int unused;
};

#endif
