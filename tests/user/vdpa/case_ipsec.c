// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the IPSEC service. The kernel's own ESP says what is right: a tunnel
 * between it and the device, with a TUN device as the wire and this program in
 * between. Then packets and SAs that are wrong.
 *
 *	[ 10.9.0.1, kernel, 192.0.2.1 ]== TUN ==[ 192.0.2.2, device, 10.9.0.2 ]
 */
#include "test.h"

#include <arpa/inet.h>
#include <endian.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/virtio_accel.h>
#include <linux/virtio_crypto_ipsec.h>

#define SPI_TO_DEVICE	0x1001
#define SPI_TO_KERNEL	0x1002
#define PACKET_MAX	4096
#define ROOM		300		/* more than ESP ever adds */
#define AEAD(wire)	(VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD | (wire))
#define OPT(name)	(1ULL << VIRTIO_CRYPTO_IPSEC_##name)

/**
 * struct suite - algorithms of an SA
 * @ip: as iproute2 has them, with %s for the keys
 * @cipher: as an SA has them
 * @auth: likewise
 * @cipher_len: of the cipher's or AEAD's key
 * @salt_len: of what iproute2 has behind it
 * @auth_len: of the MAC's key
 */
struct suite {
	const char *ip;
	u64 cipher, auth;
	u32 cipher_len, salt_len, auth_len;
};

#define IP_SHA1		"auth-trunc 'hmac(sha1)' 0x%2$s 96"
#define IP_SHA256	"auth-trunc 'hmac(sha256)' 0x%2$s 128"

static const struct suite suites[] = {
	{ "aead 'rfc4106(gcm(aes))' 0x%1$s 128", 0,
	  AEAD(VIRTIO_CRYPTO_AEAD_GCM), 16, 4, 0 },
	{ "aead 'rfc4106(gcm(aes))' 0x%1$s 128", 0,
	  AEAD(VIRTIO_CRYPTO_AEAD_GCM), 24, 4, 0 },
	{ "aead 'rfc4106(gcm(aes))' 0x%1$s 128", 0,
	  AEAD(VIRTIO_CRYPTO_AEAD_GCM), 32, 4, 0 },
	{ "aead 'rfc7539esp(chacha20,poly1305)' 0x%1$s 128", 0,
	  AEAD(VIRTIO_CRYPTO_AEAD_CHACHA20_POLY1305), 32, 4, 0 },
	{ "enc 'cbc(aes)' 0x%1$s " IP_SHA1, VIRTIO_CRYPTO_CIPHER_AES_CBC,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA1, 16, 0, 20 },
	{ "enc 'cbc(aes)' 0x%1$s " IP_SHA256, VIRTIO_CRYPTO_CIPHER_AES_CBC,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA_256, 32, 0, 32 },
	{ "enc 'rfc3686(ctr(aes))' 0x%1$s " IP_SHA1, VIRTIO_CRYPTO_CIPHER_AES_CTR,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA1, 24, 4, 20 },
	{ "enc 'rfc3686(ctr(aes))' 0x%1$s " IP_SHA256, VIRTIO_CRYPTO_CIPHER_AES_CTR,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA_256, 16, 4, 32 },
	{ "enc 'ecb(cipher_null)' '%1$s' " IP_SHA1, 0,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA1, 0, 0, 20 },
	{ "enc 'ecb(cipher_null)' '%1$s' " IP_SHA256, 0,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA_256, 0, 0, 32 },
};

/**
 * struct world - the device, and the kernel on the other side
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
struct world {
	struct vd_dev dev;
	int tun, sock;
	const struct suite *suite;
	u8 key[36 + 32];
	bool tunnel, esn;
	struct virtio_crypto_resource_obj_ipsec_sa_256b_key out, in;
};

/* The device's side */

static int extension(struct vd_dev *dev, u32 opcode, const void *data, u32 len,
		     void *result, u32 room)
{
	struct cr_req r;
	int ret;

	cr_extension(dev, &r, opcode, data, len, room);
	ret = cr_run(&r, CR_MS);
	if (!ret)
		memcpy(result, r.out + 16, room);
	cr_free(dev, &r);
	return ret;
}

/* Returns VIRTIO_ADMIN_STATUS_*, or as cr_run() if it got no such */
static int admin(struct vd_dev *dev, u16 opcode, const void *data, u32 len,
		 void *result, u32 room)
{
	u8 cmd[1024] = {}, answer[1024];
	u16 status;
	int ret;

	opcode = htole16(opcode);
	memcpy(cmd, &opcode, 2);
	memcpy(cmd + 24, data, len);
	ret = extension(dev, VIRTIO_ACCEL_CTRL_ADMIN, cmd, 24 + len, answer,
			8 + room);
	if (ret)
		return -ret;
	memcpy(&status, answer, 2);
	if (result)
		memcpy(result, answer + 8, room);
	return le16toh(status);
}

static int set_cap(struct vd_dev *dev, u16 id, u32 len)
{
	u8 cap[8 + 512] = {};
	int ret;

	id = htole16(id);
	memcpy(cap, &id, 2);
	ret = admin(dev, VIRTIO_ADMIN_CMD_DEVICE_CAP_GET, cap, 8, cap + 8, len);
	return ret ?: admin(dev, VIRTIO_ADMIN_CMD_DRIVER_CAP_SET, cap, 8 + len,
			    NULL, 0);
}

static int begin(struct vd_dev *dev)
{
	u64 commands = htole64(0x3f83);
	int ret;

	ret = admin(dev, VIRTIO_ADMIN_CMD_LIST_USE, &commands, 8, NULL, 0);
	ret = ret ?: set_cap(dev, VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP, 8);
	return ret ?: set_cap(dev, VIRTIO_CRYPTO_IPSEC_SA_CAP, 8 + 2 * 44);
}

static int open_dev(struct vd_dev *dev, const struct test_ctx *ctx)
{
	EXPECT(!vd_open(dev, ctx->path), "open");
	dev->want |= VD_BIT(VIRTIO_ACCEL_F_CTRL);
	EXPECT(!vd_start(dev), "start");
	if (!vd_has(dev, VIRTIO_ACCEL_F_CTRL)) {
		printf("# IPSEC is not offered\n");
		return FAIL;
	}
	EXPECT(!cr_works(dev), "device does not work");
	EXPECT(!begin(dev), "capabilities");
	return PASS;
}

static int sa_command(struct vd_dev *dev, u16 opcode,
		      const struct virtio_crypto_resource_obj_ipsec_sa_256b_key *sa)
{
	struct {
		struct virtio_admin_cmd_resource_obj_cmd_hdr hdr;
		u64 flags;
		struct virtio_crypto_resource_obj_ipsec_sa_256b_key sa;
	} __attribute__((packed)) obj = { .sa = *sa };
	u32 len = sizeof(obj);

	obj.hdr.type = htole16(sa->direction == VIRTIO_CRYPTO_IPSEC_DIR_OUTBOUND ?
			       VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_OUTBOUND_SA :
			       VIRTIO_CRYPTO_RESOURCE_OBJ_IPSEC_INBOUND_SA);
	obj.hdr.id = sa->obj_id;
	if (opcode == VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY)
		len = sizeof(obj.hdr);
	return admin(dev, opcode, &obj, len, NULL, 0);
}

static void fill_sa(const struct world *w,
		    struct virtio_crypto_resource_obj_ipsec_sa_256b_key *sa,
		    bool out)
{
	const struct suite *suite = w->suite;
	u32 keys = suite->cipher_len + suite->salt_len;

	memset(sa, 0, sizeof(*sa));
	sa->mode = w->tunnel ? VIRTIO_CRYPTO_IPSEC_MODE_ESP_TUNNEL :
			       VIRTIO_CRYPTO_IPSEC_MODE_ESP_TRANSPORT;
	sa->direction = out ? VIRTIO_CRYPTO_IPSEC_DIR_OUTBOUND :
			      VIRTIO_CRYPTO_IPSEC_DIR_INBOUND;
	sa->obj_id = htole32(out ? 3 : 5);
	sa->spi = htole32(out ? SPI_TO_KERNEL : SPI_TO_DEVICE);
	sa->options = htole64(w->esn ? OPT(ESN) : 0);
	if (out && w->tunnel) {
		sa->param.type = VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4;
		sa->param.ipv4.src_ip = htole32(0xc0000202);
		sa->param.ipv4.dst_ip = htole32(0xc0000201);
		sa->param.ipv4.ttl = 64;
	}
	if (!out)
		sa->replay_win_sz = htole32(64);
	sa->cipher_algo = htole64(suite->cipher);
	sa->auth_algo = htole64(suite->auth);
	memcpy(sa->salt, w->key + suite->cipher_len, suite->salt_len);
	sa->cipher_key.length = htole16(suite->cipher_len);
	memcpy(sa->cipher_key.data, w->key, suite->cipher_len);
	sa->auth_key.length = htole16(suite->auth_len);
	memcpy(sa->auth_key.data, w->key + keys, suite->auth_len);
}

static int make_sas(struct world *w)
{
	int ret;

	fill_sa(w, &w->out, true);
	fill_sa(w, &w->in, false);
	ret = sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, &w->out);
	return ret ?: sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE,
				 &w->in);
}

static int destroy_sas(struct world *w)
{
	return sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY,
			  &w->out) ?:
	       sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY, &w->in);
}

static void out_packet(struct world *w, struct cr_req *r, const u8 *pkt, u32 len)
{
	cr_packet(&w->dev, r, &w->dev.vqs[0], VIRTIO_CRYPTO_IPSEC_OUTBOUND,
		  le32toh(w->out.obj_id), pkt, len, len + ROOM);
}

static void in_packet(struct world *w, struct cr_req *r, const u8 *pkt, u32 len,
		      u32 room)
{
	cr_packet(&w->dev, r, &w->dev.vqs[0], VIRTIO_CRYPTO_IPSEC_INBOUND,
		  le32toh(w->in.obj_id), pkt, len, room);
}

static u32 ip_len(const u8 *pkt)
{
	return pkt[2] << 8 | pkt[3];
}

static u32 ip_sum(const u8 *pkt)
{
	u32 sum = 0, i;

	for (i = 0; i < 20; i += 2)
		sum += pkt[i] << 8 | pkt[i + 1];
	return (sum & 0xffff) + (sum >> 16);
}

/* The kernel's side */

static int ip(const char *fmt, ...)
{
	char cmd[1024] = "ip ";
	va_list args;

	va_start(args, fmt);
	vsnprintf(cmd + 3, sizeof(cmd) - 3, fmt, args);
	va_end(args);
	return system(cmd);
}

static int open_wire(struct world *w)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	struct sockaddr_in here = { .sin_family = AF_INET };
	struct timeval limit = { .tv_sec = 20 };

	strcpy(ifr.ifr_name, "esp0");
	w->tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	EXPECT(w->tun >= 0 && !ioctl(w->tun, TUNSETIFF, &ifr), "no TUN device");
	EXPECT(!ip("addr add 192.0.2.1/24 dev esp0") &&
	       !ip("link set esp0 up mtu 4000") && !ip("link set lo up"),
	       "addresses");
	ip("addr add 10.9.0.1/32 dev lo 2>/dev/null");
	EXPECT(!ip("route replace 10.9.0.2/32 dev esp0 src 10.9.0.1"), "route");
	w->sock = socket(AF_INET, SOCK_DGRAM, 0);
	here.sin_port = htons(7000);
	EXPECT(!bind(w->sock, (void *)&here, sizeof(here)) &&
	       !setsockopt(w->sock, SOL_SOCKET, SO_RCVTIMEO, &limit,
			   sizeof(limit)), "socket");
	return PASS;
}

static void hex(char *to, const u8 *from, u32 len)
{
	*to = 0;
	while (len--)
		to += sprintf(to, "%02x", *from++);
}

static int state(const struct world *w, const char *src, const char *dst, u32 spi)
{
	u32 len = w->suite->cipher_len + w->suite->salt_len;
	char cipher[80], auth[80], algs[400];

	hex(cipher, w->key, len);
	hex(auth, w->key + len, w->suite->auth_len);
	snprintf(algs, sizeof(algs), w->suite->ip, cipher, auth);
	return ip("xfrm state add src %s dst %s proto esp spi %u mode %s "
		  "replay-window 64 %s %s", src, dst, spi,
		  w->tunnel ? "tunnel" : "transport",
		  w->esn ? "flag esn" : "", algs);
}

static const char *mine(const struct world *w)
{
	return w->tunnel ? "10.9.0.1" : "192.0.2.1";
}

static const char *theirs(const struct world *w)
{
	return w->tunnel ? "10.9.0.2" : "192.0.2.2";
}

static int policy(const struct world *w, const char *dir, bool out)
{
	return ip("xfrm policy add src %s dst %s dir %s tmpl src 192.0.2.%u "
		  "dst 192.0.2.%u proto esp mode %s",
		  out ? mine(w) : theirs(w), out ? theirs(w) : mine(w), dir,
		  out ? 1 : 2, out ? 2 : 1, w->tunnel ? "tunnel" : "transport");
}

static int set_kernel(const struct world *w)
{
	ip("xfrm state flush");
	ip("xfrm policy flush");
	return state(w, "192.0.2.1", "192.0.2.2", SPI_TO_DEVICE) ?:
	       state(w, "192.0.2.2", "192.0.2.1", SPI_TO_KERNEL) ?:
	       policy(w, "out", true) ?: policy(w, "in", false);
}

/* What comes out of the kernel, but for what it says unasked */
static int from_kernel(struct world *w, u8 *pkt)
{
	struct pollfd fd = { .fd = w->tun, .events = POLLIN };
	int len;

	while (poll(&fd, 1, 20000) > 0) {
		len = read(w->tun, pkt, PACKET_MAX);
		if (len > 20 && pkt[0] == 0x45 && pkt[9] == 50)
			return len;
	}
	return -1;
}

/* A datagram with @data, to the kernel's socket */
static u32 datagram(const struct world *w, u8 *pkt, const u8 *data, u32 len)
{
	u32 total = 28 + len, sum;

	memset(pkt, 0, 28);
	pkt[0] = 0x45;
	pkt[2] = total >> 8;
	pkt[3] = total;
	pkt[8] = 33;
	pkt[9] = 17;
	inet_pton(AF_INET, theirs(w), pkt + 12);
	inet_pton(AF_INET, mine(w), pkt + 16);
	sum = ~ip_sum(pkt);
	pkt[10] = sum >> 8;
	pkt[11] = sum;
	pkt[20] = 7001 >> 8;
	pkt[21] = 7001 & 0xff;
	pkt[22] = 7000 >> 8;
	pkt[23] = 7000 & 0xff;
	pkt[24] = (8 + len) >> 8;
	pkt[25] = 8 + len;
	memcpy(pkt + 28, data, len);
	return total;
}

/* The kernel encrypts, the device decrypts */
static int kernel_to_device(struct world *w, const u8 *data, u32 len, u32 room)
{
	struct sockaddr_in there = { .sin_family = AF_INET };
	u8 pkt[PACKET_MAX];
	struct cr_req r;
	int n, ret;

	there.sin_port = htons(7001);
	inet_pton(AF_INET, theirs(w), &there.sin_addr);
	EXPECT(sendto(w->sock, data, len, 0, (void *)&there, sizeof(there)) ==
	       (int)len, "sendto");
	n = from_kernel(w, pkt);
	EXPECT(n > 0, "nothing from the kernel");
	in_packet(w, &r, pkt, n, room ? 28 + len : (u32)n);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "length %u inbound: %s", len, cr_name(ret));
	EXPECT(ip_len(r.dst) == 28 + len && ip_sum(r.dst) == 0xffff &&
	       r.dst[9] == 17, "length %u: header of the result", len);
	EXPECT(!memcmp(r.dst + 16, &there.sin_addr, 4), "destination");
	EXPECT(!memcmp(r.dst + 28, data, len), "length %u: wrong text", len);
	cr_free(&w->dev, &r);
	return PASS;
}

/* The device encrypts, the kernel decrypts */
static int device_to_kernel(struct world *w, const u8 *data, u32 len, u64 *seed)
{
	u8 pkt[PACKET_MAX], got[PACKET_MAX];
	struct cr_req r;
	int ret;
	u32 n;

	n = datagram(w, pkt, data, len);
	out_packet(w, &r, pkt, n);
	if (seed)
		cr_scatter(&r, seed, 1 + rnd(seed) % 200);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "length %u outbound: %s", len, cr_name(ret));
	n = ip_len(r.dst);
	EXPECT(ip_sum(r.dst) == 0xffff && r.used == n + 1,
	       "length %u: %u used, %u in the header", len, r.used, n);
	EXPECT(r.dst[n] == CR_UNTOUCHED, "length %u: written behind", len);
	EXPECT(write(w->tun, r.dst, n) == (int)n, "write");
	ret = recv(w->sock, got, sizeof(got), 0);
	EXPECT(ret == (int)len && !memcmp(got, data, len),
	       "length %u: the kernel got %d", len, ret);
	cr_free(&w->dev, &r);
	return PASS;
}

static int both_ways(struct world *w)
{
	static const u32 lengths[] = { 1, 2, 3, 4, 13, 14, 15, 16, 17, 99, 256,
				       1000, 1400, 3500 };
	u8 data[PACKET_MAX];
	u64 seed = 71;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		rnd_fill(&seed, data, lengths[i]);
		if (kernel_to_device(w, data, lengths[i], i & 1) ||
		    device_to_kernel(w, data, lengths[i], i & 2 ? &seed : NULL))
			return FAIL;
	}
	return PASS;
}

static int ipsec_kernel(const struct test_ctx *ctx)
{
	struct world w = {};
	unsigned int i;
	u64 seed = 70;
	int ret;

	if (open_dev(&w.dev, ctx) || open_wire(&w))
		return FAIL;
	for (i = 0; i < ARRAY_SIZE(suites) * 4; i++) {
		w.suite = &suites[i / 4];
		w.tunnel = i & 1;
		w.esn = i & 2;
		rnd_fill(&seed, w.key, sizeof(w.key));
		EXPECT(!set_kernel(&w), "%s: the kernel refuses", w.suite->ip);
		ret = make_sas(&w);
		EXPECT(!ret, "%s: SA: %d", w.suite->ip, ret);
		ret = both_ways(&w);
		EXPECT(!ret, "%s%s%s", w.suite->ip, w.tunnel ? ", tunnel" : "",
		       w.esn ? ", ESN" : "");
		EXPECT(!destroy_sas(&w), "destroy");
	}
	return PASS;
}

const struct test_case ipsec_cases[] = {
	{ "ipsec-kernel", ipsec_kernel, .limit = 300 },
	{}
};
