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
#define OPT(name)	(1ULL << VIRTIO_CRYPTO_IPSEC_##name)

/**
 * struct es_suite - algorithms of an SA
 * @ip: as iproute2 has them, with %s for the keys
 * @cipher: as an SA has them
 * @auth: likewise
 * @cipher_len: of the cipher's or AEAD's key
 * @salt_len: of what iproute2 has behind it
 * @auth_len: of the MAC's key
 */
struct es_suite {
	const char *ip;
	u64 cipher, auth;
	u32 cipher_len, salt_len, auth_len;
};

#define ES_SUITES	10

extern const struct es_suite es_suites[ES_SUITES];

/**
 * struct es_world - the device, and the kernel on the other side
 * @dev: the device
 * @tun: what the kernel sends and receives
 * @sock: in the tunnel
 * @suite: of the SAs
 * @key: the cipher's key, salt and all, then the MAC's
 * @tunnel: in tunnel mode
 * @esn: with extended sequence numbers
 * @out: SA of the device's that goes out
 * @in: that comes in
 */
struct es_world {
	struct vd_dev dev;
	int tun, sock;
	const struct es_suite *suite;
	u8 key[36 + 32];
	bool tunnel, esn;
	struct virtio_crypto_resource_obj_ipsec_sa_256b_key out, in;
};

int es_extension(struct vd_dev *dev, u32 opcode, const void *data, u32 len,
		 void *result, u32 room);
int es_admin(struct vd_dev *dev, u16 opcode, const void *data, u32 len,
	     void *result, u32 room);
int es_open(struct vd_dev *dev, const struct test_ctx *ctx);
int es_sa_command(struct vd_dev *dev, u16 opcode,
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

#endif /* _VDPA_IPSEC_H */
