/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The IPSEC service of virtio 1.4's crypto device, and the group administration
 * commands that it needs, as far as <linux/virtio_crypto.h> and
 * <linux/virtio_pci.h> do not have them.
 *
 * All structures are packed: the text says that there is no padding besides what is
 * named. What it leaves open is in Documentation/ipsec-wire.rst.
 */
#ifndef _UAPI_LINUX_VIRTIO_CRYPTO_IPSEC_H
#define _UAPI_LINUX_VIRTIO_CRYPTO_IPSEC_H

#ifdef __KERNEL__
#include <linux/build_bug.h>
#include <linux/stddef.h>
#endif
#include <linux/types.h>
#include <linux/virtio_crypto.h>
#include <linux/virtio_pci.h>

#ifndef VIRTIO_CRYPTO_SERVICE_IPSEC
#define VIRTIO_CRYPTO_SERVICE_IPSEC		5
#endif

/* Data requests. The session is an SA's resource object id */
#define VIRTIO_CRYPTO_IPSEC_OUTBOUND \
	VIRTIO_CRYPTO_OPCODE(VIRTIO_CRYPTO_SERVICE_IPSEC, 0x00)
#define VIRTIO_CRYPTO_IPSEC_INBOUND \
	VIRTIO_CRYPTO_OPCODE(VIRTIO_CRYPTO_SERVICE_IPSEC, 0x01)

/* Status of a data request that was done, when a soft limit has been reached */
#define VIRTIO_CRYPTO_IPSEC_SA_SOFT_EXPIRY	7

/* Capabilities */
#define VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP	0x0800
#define VIRTIO_CRYPTO_IPSEC_SA_CAP		0x0801

/* Resource objects */
#define VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_OUTBOUND_SA	0x0200
#define VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_INBOUND_SA	0x0201

/* Modes */
#define VIRTIO_CRYPTO_IPSEC_MODE_ESP_TUNNEL	1
#define VIRTIO_CRYPTO_IPSEC_MODE_ESP_TRANSPORT	2
#define VIRTIO_CRYPTO_IPSEC_MODE_AH_TUNNEL	3
#define VIRTIO_CRYPTO_IPSEC_MODE_AH_TRANSPORT	4

/* Options: bit numbers */
#define VIRTIO_CRYPTO_IPSEC_ESN			0
#define VIRTIO_CRYPTO_IPSEC_UDP_ENCAP		1
#define VIRTIO_CRYPTO_IPSEC_COPY_DSCP		2
#define VIRTIO_CRYPTO_IPSEC_DEC_TTL		3
#define VIRTIO_CRYPTO_IPSEC_COPY_DF		4
#define VIRTIO_CRYPTO_IPSEC_ECN			5
#define VIRTIO_CRYPTO_IPSEC_SA_LIFETIME		6

/* Directions */
#define VIRTIO_CRYPTO_IPSEC_DIR_OUTBOUND	1
#define VIRTIO_CRYPTO_IPSEC_DIR_INBOUND		2

/* Types of a tunnel. The text gives no values: the version of IP */
#define VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4		4
#define VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV6		6

/* In auth_algo: the identifier is an AEAD's, and there is no cipher_algo */
#define VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD	(1ULL << 63)

#define VIRTIO_CRYPTO_IPSEC_KEY_MAX		32

/**
 * struct virtio_crypto_ipsec_resource_cap - VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP
 * @inb_sa_limit: inbound SAs; their ids are below it
 * @outb_sa_limit: outbound SAs, likewise
 */
struct virtio_crypto_ipsec_resource_cap {
	__le32 inb_sa_limit;
	__le32 outb_sa_limit;
};

/**
 * struct virtio_crypto_ipsec_mode_cap - what is supported in one mode
 * @mode: VIRTIO_CRYPTO_IPSEC_MODE_*
 * @reserved: zero
 * @max_replay_win_sz: largest window, in packets
 * @options: mask of VIRTIO_CRYPTO_IPSEC_ESN and so on
 * @reserved1: zero
 * @cipher_algo: mask of VIRTIO_CRYPTO_CIPHER_*; bit 0 is NULL encryption
 * @hmac_algo: mask of VIRTIO_CRYPTO_MAC_*
 * @aead_algo: mask of VIRTIO_CRYPTO_AEAD_*
 * @max_cipher_key_len: in bytes
 * @max_auth_key_len: in bytes
 */
struct virtio_crypto_ipsec_mode_cap {
	__u8 mode;
	__u8 reserved[3];
	__le32 max_replay_win_sz;
	__le32 options;
	__le32 reserved1;
	__le64 cipher_algo;
	__le64 hmac_algo;
	__le32 aead_algo;
	__le32 max_cipher_key_len;
	__le32 max_auth_key_len;
} __attribute__((packed));

/**
 * struct virtio_crypto_ipsec_sa_cap_data - VIRTIO_CRYPTO_IPSEC_SA_CAP
 * @count: entries of @cap_mode
 * @reserved: zero
 * @cap_mode: one per mode
 */
struct virtio_crypto_ipsec_sa_cap_data {
	__u8 count;
	__u8 reserved[7];
	struct virtio_crypto_ipsec_mode_cap cap_mode[];
} __attribute__((packed));

/**
 * struct virtio_crypto_ipsec_tunnel_ipv4 - outer header of an IPv4 tunnel
 * @src_ip: address, as a number: 192.0.2.1 is 0xc0000201
 * @dst_ip: the same
 * @dscp: 0 to 63; not used with VIRTIO_CRYPTO_IPSEC_COPY_DSCP
 * @df: 0 or 1; not used with VIRTIO_CRYPTO_IPSEC_COPY_DF
 * @ttl: 1 to 255
 * @reserved1: zero
 */
struct virtio_crypto_ipsec_tunnel_ipv4 {
	__le32 src_ip;
	__le32 dst_ip;
	__u8 dscp;
	__u8 df;
	__u8 ttl;
	__u8 reserved1;
} __attribute__((packed));

/**
 * struct virtio_crypto_ipsec_tunnel_ipv6 - outer header of an IPv6 tunnel
 * @src_addr: address, as in the packet
 * @dst_addr: the same
 * @flabel: flow label, 20 bits, as a number
 * @hlimit: 1 to 255
 * @dscp: 0 to 63; not used with VIRTIO_CRYPTO_IPSEC_COPY_DSCP
 * @reserved2: zero
 */
struct virtio_crypto_ipsec_tunnel_ipv6 {
	__u8 src_addr[16];
	__u8 dst_addr[16];
	__le32 flabel;
	__u8 hlimit;
	__u8 dscp;
	__u8 reserved2[2];
} __attribute__((packed));

/**
 * struct virtio_crypto_ipsec_tunnel_param - outer header of a tunnel
 * @type: VIRTIO_CRYPTO_IPSEC_TUNNEL_*
 * @reserved: zero
 * @ipv4: by @type
 * @ipv6: by @type
 */
struct virtio_crypto_ipsec_tunnel_param {
	__u8 type;
	__u8 reserved[3];
	union {
		struct virtio_crypto_ipsec_tunnel_ipv4 ipv4;
		struct virtio_crypto_ipsec_tunnel_ipv6 ipv6;
	};
} __attribute__((packed));

/**
 * struct virtio_crypto_ipsec_key - a key
 * @length: bytes of @data
 * @reserved: zero
 * @data: the key; zero in answers
 */
struct virtio_crypto_ipsec_key {
	__le16 length;
	__le16 reserved;
	__u8 data[VIRTIO_CRYPTO_IPSEC_KEY_MAX];
} __attribute__((packed));

/**
 * struct virtio_crypto_ipsec_lifetime - limits of an SA, 0 for none
 * @packets_soft_limit: packets after which the driver is told
 * @bytes_soft_limit: bytes after which it is told
 * @packets_hard_limit: packets that may be processed
 * @bytes_hard_limit: bytes that may be processed
 */
struct virtio_crypto_ipsec_lifetime {
	__le64 packets_soft_limit;
	__le64 bytes_soft_limit;
	__le64 packets_hard_limit;
	__le64 bytes_hard_limit;
} __attribute__((packed));

/**
 * struct virtio_crypto_resource_obj_ipsec_sa_256b_key - an SA of either direction
 * @mode: VIRTIO_CRYPTO_IPSEC_MODE_*
 * @direction: VIRTIO_CRYPTO_IPSEC_DIR_*, which the object's type has said already
 * @reserved: zero
 * @obj_id: the object's id, which the command has said already
 * @spi: as a number: 1 is on the wire as 00 00 00 01
 * @salt: bytes as they are in the nonce; zero where the algorithm has none
 * @options: mask of VIRTIO_CRYPTO_IPSEC_ESN and so on
 * @param: tunnel, outbound; else zero
 * @udp_sport: with VIRTIO_CRYPTO_IPSEC_UDP_ENCAP, outbound
 * @udp_dport: with VIRTIO_CRYPTO_IPSEC_UDP_ENCAP, outbound
 * @replay_win_sz: inbound, 0 for none
 * @cipher_algo: VIRTIO_CRYPTO_CIPHER_*
 * @cipher_key: of the cipher, or the AEAD
 * @auth_algo: VIRTIO_CRYPTO_MAC_*, or VIRTIO_CRYPTO_AEAD_* with
 *	%VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD
 * @auth_key: of the MAC
 * @life: with VIRTIO_CRYPTO_IPSEC_SA_LIFETIME
 */
struct virtio_crypto_resource_obj_ipsec_sa_256b_key {
	__u8 mode;
	__u8 direction;
	__u8 reserved[2];
	__le32 obj_id;
	__le32 spi;
	__u8 salt[4];
	__le64 options;
	struct virtio_crypto_ipsec_tunnel_param param;
	__le16 udp_sport;
	__le16 udp_dport;
	__le32 replay_win_sz;
	__le64 cipher_algo;
	struct virtio_crypto_ipsec_key cipher_key;
	__le64 auth_algo;
	struct virtio_crypto_ipsec_key auth_key;
	struct virtio_crypto_ipsec_lifetime life;
} __attribute__((packed));

/**
 * struct virtio_crypto_ipsec_data_flf - fixed part of a data request
 * @src_data_len: of the source, a whole packet
 * @dst_data_len: room for the result, whose own header tells its length
 */
struct virtio_crypto_ipsec_data_flf {
	__le32 src_data_len;
	__le32 dst_data_len;
};

/* Group administration commands that came after Linux 6.12 */
#ifndef VIRTIO_ADMIN_GROUP_TYPE_SELF
#define VIRTIO_ADMIN_GROUP_TYPE_SELF		0x0
#endif

#ifndef VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY
#define VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY	0x7
#define VIRTIO_ADMIN_CMD_DEVICE_CAP_GET		0x8
#define VIRTIO_ADMIN_CMD_DRIVER_CAP_SET		0x9
#define VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE	0xa
#define VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY	0xd

/**
 * struct virtio_admin_cmd_cap_get_data - VIRTIO_ADMIN_CMD_DEVICE_CAP_GET
 * @id: of the capability
 * @reserved: zero
 */
struct virtio_admin_cmd_cap_get_data {
	__le16 id;
	__u8 reserved[6];
};

/**
 * struct virtio_admin_cmd_cap_set_data - VIRTIO_ADMIN_CMD_DRIVER_CAP_SET
 * @id: of the capability
 * @reserved: zero
 * @cap_specific_data: as the device has it, or less
 */
struct virtio_admin_cmd_cap_set_data {
	__le16 id;
	__u8 reserved[6];
	__u8 cap_specific_data[];
};

/**
 * struct virtio_admin_cmd_resource_obj_cmd_hdr - names a resource object
 * @type: of the object
 * @reserved: zero
 * @id: unique per type
 */
struct virtio_admin_cmd_resource_obj_cmd_hdr {
	__le16 type;
	__u8 reserved[2];
	__le32 id;
};

/**
 * struct virtio_admin_cmd_resource_obj_create_data - CREATE; MODIFY and QUERY too
 * @hdr: names the object
 * @flags: zero
 * @resource_obj_specific_data: by type; none with QUERY
 */
struct virtio_admin_cmd_resource_obj_create_data {
	struct virtio_admin_cmd_resource_obj_cmd_hdr hdr;
	__le64 flags;
	__u8 resource_obj_specific_data[];
};
#endif

/* The text's table of commands has these two the other way round */
#ifndef VIRTIO_ADMIN_CMD_RESOURCE_OBJ_MODIFY
#define VIRTIO_ADMIN_CMD_RESOURCE_OBJ_MODIFY	0xb
#endif
#ifndef VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY
#define VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY	0xc
#endif

/* Status: numbers of Linux's errors; the text's table lacks EEXIST */
#ifndef VIRTIO_ADMIN_STATUS_ENXIO
#define VIRTIO_ADMIN_STATUS_ENXIO		6
#define VIRTIO_ADMIN_STATUS_ENOMEM		12
#define VIRTIO_ADMIN_STATUS_EBUSY		16
#define VIRTIO_ADMIN_STATUS_EEXIST		17
#define VIRTIO_ADMIN_STATUS_EINVAL		22
#define VIRTIO_ADMIN_STATUS_ENOSPC		28
#endif

#ifndef VIRTIO_ADMIN_STATUS_Q_OK
#define VIRTIO_ADMIN_STATUS_Q_OK		0x0
#define VIRTIO_ADMIN_STATUS_Q_INVALID_COMMAND	0x1
#define VIRTIO_ADMIN_STATUS_Q_INVALID_OPCODE	0x2
#define VIRTIO_ADMIN_STATUS_Q_INVALID_FIELD	0x3
#define VIRTIO_ADMIN_STATUS_Q_INVALID_GROUP	0x4
#define VIRTIO_ADMIN_STATUS_Q_INVALID_MEMBER	0x5
#define VIRTIO_ADMIN_STATUS_Q_NORESOURCE	0x6
#define VIRTIO_ADMIN_STATUS_Q_TRYAGAIN		0x7
#endif

#ifdef __KERNEL__
#define VIRTIO_CRYPTO_IPSEC_SIZE(type, size) \
	static_assert(sizeof(struct type) == (size))
#define VIRTIO_CRYPTO_IPSEC_AT(type, field, offset) \
	static_assert(offsetof(struct type, field) == (offset))

VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_ipsec_resource_cap, 8);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_resource_cap, inb_sa_limit, 0);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_resource_cap, outb_sa_limit, 4);

#define VIRTIO_CRYPTO_IPSEC_CAP_AT(field, offset) \
	VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_mode_cap, field, offset)
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_ipsec_mode_cap, 44);
VIRTIO_CRYPTO_IPSEC_CAP_AT(mode, 0);
VIRTIO_CRYPTO_IPSEC_CAP_AT(max_replay_win_sz, 4);
VIRTIO_CRYPTO_IPSEC_CAP_AT(options, 8);
VIRTIO_CRYPTO_IPSEC_CAP_AT(cipher_algo, 16);
VIRTIO_CRYPTO_IPSEC_CAP_AT(hmac_algo, 24);
VIRTIO_CRYPTO_IPSEC_CAP_AT(aead_algo, 32);
VIRTIO_CRYPTO_IPSEC_CAP_AT(max_cipher_key_len, 36);
VIRTIO_CRYPTO_IPSEC_CAP_AT(max_auth_key_len, 40);
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_ipsec_sa_cap_data, 8);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_sa_cap_data, cap_mode, 8);

VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_ipsec_tunnel_ipv4, 12);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_ipv4, dst_ip, 4);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_ipv4, dscp, 8);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_ipv4, df, 9);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_ipv4, ttl, 10);
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_ipsec_tunnel_ipv6, 40);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_ipv6, dst_addr, 16);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_ipv6, flabel, 32);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_ipv6, hlimit, 36);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_ipv6, dscp, 37);
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_ipsec_tunnel_param, 44);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_param, ipv4, 4);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_tunnel_param, ipv6, 4);
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_ipsec_key, 36);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_key, data, 4);
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_ipsec_lifetime, 32);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_lifetime, bytes_soft_limit, 8);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_lifetime, packets_hard_limit, 16);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_lifetime, bytes_hard_limit, 24);

#define VIRTIO_CRYPTO_IPSEC_SA_AT(field, offset) \
	VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_resource_obj_ipsec_sa_256b_key, \
			       field, offset)
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_resource_obj_ipsec_sa_256b_key, 196);
VIRTIO_CRYPTO_IPSEC_SA_AT(mode, 0);
VIRTIO_CRYPTO_IPSEC_SA_AT(direction, 1);
VIRTIO_CRYPTO_IPSEC_SA_AT(obj_id, 4);
VIRTIO_CRYPTO_IPSEC_SA_AT(spi, 8);
VIRTIO_CRYPTO_IPSEC_SA_AT(salt, 12);
VIRTIO_CRYPTO_IPSEC_SA_AT(options, 16);
VIRTIO_CRYPTO_IPSEC_SA_AT(param, 24);
VIRTIO_CRYPTO_IPSEC_SA_AT(udp_sport, 68);
VIRTIO_CRYPTO_IPSEC_SA_AT(udp_dport, 70);
VIRTIO_CRYPTO_IPSEC_SA_AT(replay_win_sz, 72);
VIRTIO_CRYPTO_IPSEC_SA_AT(cipher_algo, 76);
VIRTIO_CRYPTO_IPSEC_SA_AT(cipher_key, 84);
VIRTIO_CRYPTO_IPSEC_SA_AT(auth_algo, 120);
VIRTIO_CRYPTO_IPSEC_SA_AT(auth_key, 128);
VIRTIO_CRYPTO_IPSEC_SA_AT(life, 164);

VIRTIO_CRYPTO_IPSEC_SIZE(virtio_crypto_ipsec_data_flf, 8);
VIRTIO_CRYPTO_IPSEC_AT(virtio_crypto_ipsec_data_flf, dst_data_len, 4);

VIRTIO_CRYPTO_IPSEC_SIZE(virtio_admin_cmd_cap_get_data, 8);
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_admin_cmd_cap_set_data, 8);
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_admin_cmd_resource_obj_cmd_hdr, 8);
VIRTIO_CRYPTO_IPSEC_AT(virtio_admin_cmd_resource_obj_cmd_hdr, id, 4);
VIRTIO_CRYPTO_IPSEC_SIZE(virtio_admin_cmd_resource_obj_create_data, 16);
VIRTIO_CRYPTO_IPSEC_AT(virtio_admin_cmd_resource_obj_create_data, flags, 8);
#endif

#endif /* _UAPI_LINUX_VIRTIO_CRYPTO_IPSEC_H */
