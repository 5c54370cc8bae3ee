/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _STUB_LINUX_VIRTIO_BYTEORDER_H
#define _STUB_LINUX_VIRTIO_BYTEORDER_H

#include <endian.h>
#include <linux/types.h>
#include <linux/virtio_types.h>

/* Only little-endian rings are in use. */
#define STUB_VIRTIO(bits)						\
static inline u##bits __virtio##bits##_to_cpu(bool le, __virtio##bits val) \
{									\
	return le ? le##bits##toh(val) : be##bits##toh(val);		\
}									\
static inline __virtio##bits __cpu_to_virtio##bits(bool le, u##bits val) \
{									\
	return le ? htole##bits(val) : htobe##bits(val);		\
}

STUB_VIRTIO(16)
STUB_VIRTIO(32)
STUB_VIRTIO(64)

#endif
