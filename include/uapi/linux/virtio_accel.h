/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * A vendor extension of the virtio crypto device: group administration commands on
 * the control queue, for transports without an administration virtqueue, and what
 * the IPSEC service has no way to say: an SA's sequence numbers, counters and events.
 *
 * All of it is there if VIRTIO_ACCEL_F_CTRL is negotiated, which needs
 * VIRTIO_CRYPTO_F_REVISION_1. See Documentation/ipsec-wire.rst.
 */
#ifndef _UAPI_LINUX_VIRTIO_ACCEL_H
#define _UAPI_LINUX_VIRTIO_ACCEL_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/stddef.h>
#endif
#include <linux/types.h>
#include <linux/virtio_crypto.h>

/* Feature bit: outside of what the standard is filling, inside of vDPA's 64 */
#define VIRTIO_ACCEL_F_CTRL		56

/* No bit of crypto_services stands for it */
#define VIRTIO_ACCEL_SERVICE		0xacce

/* Control requests, each of which is a struct virtio_accel_ctrl_flf */
#define VIRTIO_ACCEL_CTRL_INFO \
	VIRTIO_CRYPTO_OPCODE(VIRTIO_ACCEL_SERVICE, 0x00)
#define VIRTIO_ACCEL_CTRL_ADMIN \
	VIRTIO_CRYPTO_OPCODE(VIRTIO_ACCEL_SERVICE, 0x01)
#define VIRTIO_ACCEL_CTRL_SA_GET \
	VIRTIO_CRYPTO_OPCODE(VIRTIO_ACCEL_SERVICE, 0x02)
#define VIRTIO_ACCEL_CTRL_SA_SET \
	VIRTIO_CRYPTO_OPCODE(VIRTIO_ACCEL_SERVICE, 0x03)
#define VIRTIO_ACCEL_CTRL_SA_NEXT \
	VIRTIO_CRYPTO_OPCODE(VIRTIO_ACCEL_SERVICE, 0x04)
#define VIRTIO_ACCEL_CTRL_SA_FLUSH \
	VIRTIO_CRYPTO_OPCODE(VIRTIO_ACCEL_SERVICE, 0x05)
#define VIRTIO_ACCEL_CTRL_EVENTS \
	VIRTIO_CRYPTO_OPCODE(VIRTIO_ACCEL_SERVICE, 0x06)

#define VIRTIO_ACCEL_VERSION		1

/* The longest data and result of a request */
#define VIRTIO_ACCEL_DATA_MAX		1024

/**
 * struct virtio_accel_ctrl_flf - fixed part of a control request
 * @version: VIRTIO_ACCEL_VERSION; another one is answered with NOTSUPP
 * @data_len: of the request's data, which follows
 * @result_len: room for the result, behind the answer
 * @reserved: zero
 */
struct virtio_accel_ctrl_flf {
	__le32 version;
	__le32 data_len;
	__le32 result_len;
	__le32 reserved;
};

/**
 * struct virtio_accel_ctrl_answer - what the device writes before the result
 * @result_len: of the result that follows
 * @status: VIRTIO_CRYPTO_*, where the answer to a session's creation has it: so a
 *	device that does not know the request refuses it in the right place
 * @reserved: zero
 *
 * Whether an administration command has failed is in its own status, at the start
 * of the result.
 */
struct virtio_accel_ctrl_answer {
	__le64 result_len;
	__le32 status;
	__le32 reserved;
};

/**
 * struct virtio_accel_info - result of VIRTIO_ACCEL_CTRL_INFO, which has no data
 * @min_version: the oldest version that the device knows
 * @max_version: the newest
 */
struct virtio_accel_info {
	__le32 min_version;
	__le32 max_version;
};

/**
 * struct virtio_accel_sa_ref - names an SA; data of SA_GET, SA_NEXT, SA_FLUSH
 * @type: VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_*_SA
 * @reserved: zero
 * @id: its id; SA_NEXT: the lowest that the SA may have; SA_FLUSH: zero
 */
struct virtio_accel_sa_ref {
	__le16 type;
	__u8 reserved[2];
	__le32 id;
};

/* Why an SA refused a packet: index in virtio_accel_sa_state.errors */
#define VIRTIO_ACCEL_SA_ERR_ALL		0	/* for any of the reasons */
#define VIRTIO_ACCEL_SA_ERR_PACKET	1	/* outer packet is not what it says */
#define VIRTIO_ACCEL_SA_ERR_FRAGMENT	2	/* it is a fragment */
#define VIRTIO_ACCEL_SA_ERR_SPI		3	/* another SPI */
#define VIRTIO_ACCEL_SA_ERR_REPLAY	4	/* seen before, or too old */
#define VIRTIO_ACCEL_SA_ERR_ICV		5	/* authentication failed */
#define VIRTIO_ACCEL_SA_ERR_TRAILER	6	/* padding, or next header */
#define VIRTIO_ACCEL_SA_ERR_INNER	7	/* inner packet is not what it says */
#define VIRTIO_ACCEL_SA_ERR_DUMMY	8	/* a packet that is to be ignored */
#define VIRTIO_ACCEL_SA_ERR_ECN		9	/* RFC 6040 wants it to be dropped */
#define VIRTIO_ACCEL_SA_ERR_TTL		10	/* nothing left to take off it */
#define VIRTIO_ACCEL_SA_ERR_SEQ		11	/* no sequence number left */
#define VIRTIO_ACCEL_SA_ERR_PACKETS	12	/* hard limit */
#define VIRTIO_ACCEL_SA_ERR_BYTES	13	/* hard limit */
#define VIRTIO_ACCEL_SA_ERR_ROOM	14	/* destination too short */
#define VIRTIO_ACCEL_SA_ERR_PROVIDER	15	/* the accelerator failed */
#define VIRTIO_ACCEL_SA_ERR_NR		16

/* Events of an SA, and its flags; each is raised once, expiry again after MODIFY */
#define VIRTIO_ACCEL_SA_SOFT_EXPIRED	(1 << 0)
#define VIRTIO_ACCEL_SA_HARD_EXPIRED	(1 << 1)
#define VIRTIO_ACCEL_SA_SEQ_OVERFLOW	(1 << 2)

/* Packets of the largest replay window */
#define VIRTIO_ACCEL_REPLAY_MAX		4096

/**
 * struct virtio_accel_sa_state - data of SA_SET, result of SA_GET and SA_NEXT
 * @ref: the SA
 * @spi: of the SA; SA_SET: has to be the same
 * @flags: VIRTIO_ACCEL_SA_* that were raised
 * @seq: the last sequence number given out, or the highest one authenticated; all
 *	64 bits with extended sequence numbers
 * @packets: that were processed
 * @bytes: that were processed: lengths of the packets without ESP
 * @errors: packets refused, by VIRTIO_ACCEL_SA_ERR_*
 * @replay_win_sz: of the SA
 * @reserved: zero
 * @replay: bit n % 64 of word n / 64: sequence number @seq - n was seen; zero from
 *	@replay_win_sz on
 *
 * An SA_SET that takes sequence numbers back is answered with VIRTIO_CRYPTO_ERR.
 */
struct virtio_accel_sa_state {
	struct virtio_accel_sa_ref ref;
	__le32 spi;
	__le32 flags;
	__le64 seq;
	__le64 packets;
	__le64 bytes;
	__le64 errors[VIRTIO_ACCEL_SA_ERR_NR];
	__le32 replay_win_sz;
	__le32 reserved;
	__le64 replay[VIRTIO_ACCEL_REPLAY_MAX / 64];
};

/**
 * struct virtio_accel_event - one entry of the result of VIRTIO_ACCEL_CTRL_EVENTS
 * @ref: the SA
 * @spi: of the SA
 * @events: VIRTIO_ACCEL_SA_* raised since they were read last
 *
 * The request has no data. As many entries as there is room for; an entry that was
 * read is gone. The device announces events with a configuration change.
 */
struct virtio_accel_event {
	struct virtio_accel_sa_ref ref;
	__le32 spi;
	__le32 events;
};

#ifdef __KERNEL__
#define VIRTIO_ACCEL_SIZE(type, size) \
	static_assert(sizeof(struct type) == (size))
#define VIRTIO_ACCEL_AT(type, field, offset) \
	static_assert(offsetof(struct type, field) == (offset))

VIRTIO_ACCEL_SIZE(virtio_accel_ctrl_flf, 16);
VIRTIO_ACCEL_AT(virtio_accel_ctrl_flf, data_len, 4);
VIRTIO_ACCEL_AT(virtio_accel_ctrl_flf, result_len, 8);
VIRTIO_ACCEL_SIZE(virtio_accel_ctrl_answer, 16);
VIRTIO_ACCEL_AT(virtio_accel_ctrl_answer, status, 8);
static_assert(sizeof(struct virtio_crypto_session_input) == 16);
static_assert(offsetof(struct virtio_crypto_session_input, status) == 8);
VIRTIO_ACCEL_SIZE(virtio_accel_info, 8);
VIRTIO_ACCEL_AT(virtio_accel_info, max_version, 4);
VIRTIO_ACCEL_SIZE(virtio_accel_sa_ref, 8);
VIRTIO_ACCEL_AT(virtio_accel_sa_ref, id, 4);
VIRTIO_ACCEL_SIZE(virtio_accel_sa_state, 688);
VIRTIO_ACCEL_AT(virtio_accel_sa_state, spi, 8);
VIRTIO_ACCEL_AT(virtio_accel_sa_state, flags, 12);
VIRTIO_ACCEL_AT(virtio_accel_sa_state, seq, 16);
VIRTIO_ACCEL_AT(virtio_accel_sa_state, packets, 24);
VIRTIO_ACCEL_AT(virtio_accel_sa_state, bytes, 32);
VIRTIO_ACCEL_AT(virtio_accel_sa_state, errors, 40);
VIRTIO_ACCEL_AT(virtio_accel_sa_state, replay_win_sz, 168);
VIRTIO_ACCEL_AT(virtio_accel_sa_state, replay, 176);
VIRTIO_ACCEL_SIZE(virtio_accel_event, 16);
VIRTIO_ACCEL_AT(virtio_accel_event, spi, 8);
VIRTIO_ACCEL_AT(virtio_accel_event, events, 12);
#endif

#endif /* _UAPI_LINUX_VIRTIO_ACCEL_H */
