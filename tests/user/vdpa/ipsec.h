/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SAs and packets of the IPSEC service.
 */
#ifndef _VDPA_IPSEC_H
#define _VDPA_IPSEC_H

#include <linux/virtio_accel.h>
#include <linux/virtio_crypto_ipsec.h>

#include "test.h"

#define SPI_TO_DEVICE	0x1001
#define SPI_TO_KERNEL	0x1002
#define PACKET_MAX	4096
#define ROOM		300		/* more than ESP ever adds */
#define AEAD(wire)	(VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD | (wire))
#define ES_LEN		600		/* of a packet that the device makes for itself */
#define ES_OUT_TYPE	VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_OUTBOUND_SA
#define ES_IN_TYPE	VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_INBOUND_SA
#define ES_OUTER6_MINE	"2001:db8::1"	/* the kernel's, as in the tests of both */
#define ES_OUTER6_THEIRS "2001:db8::2"
#define OPT(name)	(1ULL << VIRTIO_CRYPTO_IPSEC_##name)

/**
 * struct es_suite - algorithms of an SA
 * @ip: as iproute2 has them, with %s for the keys
 * @cipher: as an SA has them
 * @auth: likewise
 * @cipher_len: of the cipher's or AEAD's key
 * @salt_len: of what iproute2 has behind it
 * @auth_len: of the MAC's key
 * @ip_ah: as @ip, with AH; without a cipher
 */
struct es_suite {
	const char *ip;
	u64 cipher, auth;
	u32 cipher_len, salt_len, auth_len;
	const char *ip_ah;
};

#define ES_SUITES	10
#define ES_GCM		0
#define ES_CBC		5
#define ES_CTR		6
#define ES_NONE_SHA1	8
#define ES_NONE		9

extern const struct es_suite es_suites[ES_SUITES];

/**
 * struct es_object - data of a command that makes or changes an SA
 * @hdr: names it
 * @flags: none
 * @sa: what it is to be
 */
struct es_object {
	struct virtio_admin_cmd_resource_obj_cmd_hdr hdr;
	u8 flags[8];
	struct virtio_crypto_resource_obj_ipsec_sa_256b_key sa;
};

/**
 * struct es_world - the device, and the kernel on the other side
 * @dev: the device
 * @tun: what the kernel sends and receives
 * @sock: in the tunnel
 * @suite: of the SAs
 * @key: the cipher's key, salt and all, then the MAC's
 * @ah: AH, else ESP
 * @ip6: IPv6 outside, and in AH inside
 * @tunnel: in tunnel mode
 * @esn: with extended sequence numbers
 * @align4: the kernel's AH of IPv4 has no more padding than is needed
 * @out: SA of the device's that goes out
 * @in: that comes in
 */
struct es_world {
	struct vd_dev dev;
	int tun, sock;
	const struct es_suite *suite;
	u8 key[36 + 32];
	bool ah, ip6, tunnel, esn, align4;
	struct virtio_crypto_resource_obj_ipsec_sa_256b_key out, in;
};

int es_extension(struct vd_dev *dev, u32 opcode, const void *data, u32 len,
		 void *result, u32 room);
int es_admin(struct vd_dev *dev, u16 opcode, const void *data, u32 len,
	     void *result, u32 room);
u32 es_fill_admin(u8 *cmd, u16 opcode, const void *data, u32 len);
int es_begin(struct vd_dev *dev);
int es_open(struct vd_dev *dev, const struct test_ctx *ctx);
int es_sa_command(struct vd_dev *dev, u16 opcode,
		  const struct virtio_crypto_resource_obj_ipsec_sa_256b_key *sa);
void es_fill_object(struct es_object *obj,
		    const struct virtio_crypto_resource_obj_ipsec_sa_256b_key *sa);
void es_fill_sa(const struct es_world *w,
		struct virtio_crypto_resource_obj_ipsec_sa_256b_key *sa,
		bool out);
int es_make_sas(struct es_world *w);
int es_destroy_sas(struct es_world *w);
void es_out(struct es_world *w, struct cr_req *r, const u8 *pkt, u32 len);
void es_in(struct es_world *w, struct cr_req *r, const u8 *pkt, u32 len,
	   u32 room);
u32 es_ip_len(const u8 *pkt);
u32 es_ip_sum(const u8 *pkt);

/* Packets that the device makes for itself: its two SAs are the two ends */
extern const u64 es_no_limits[4];
int es_make_pair(struct es_world *w, unsigned int suite, bool tunnel,
		 const u64 *limits);
void es_inner(u8 *pkt);
u32 es_sealed(struct es_world *w, u8 *esp);
int es_accepted(struct es_world *w, const u8 *esp, u32 len, u32 room,
		const char *what);
int es_refused(struct es_world *w, const u8 *esp, u32 len, u32 room, int want,
	       const char *what);
int es_gives(struct es_world *w, const u8 *esp, u32 len, u32 room, const u8 *want,
	     u32 want_len, const char *what);
void es_fix_sum(u8 *pkt);

/* A packet as it was, @bad; and what is refused of it, in a function of world @w */
#define FRESH(good) memcpy(bad, good, sizeof(bad))

#define REFUSED(len, room, want, what)					\
	do {								\
		if (es_refused(w, bad, len, room, want, what))		\
			return FAIL;					\
	} while (0)

int es_get_state(struct es_world *w, u16 type,
		 struct virtio_accel_sa_state *state);

#endif /* _VDPA_IPSEC_H */
