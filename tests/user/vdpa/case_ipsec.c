// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the IPSEC service. The kernel's own ESP says what is right: a tunnel
 * between it and the device, with a TUN device as the wire and this program in
 * between.
 *
 *	[ 10.9.0.1, kernel, 192.0.2.1 ]== TUN ==[ 192.0.2.2, device, 10.9.0.2 ]
 */
#include "ipsec.h"

#include <arpa/inet.h>
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

static int iproute(const char *fmt, ...)
{
	char cmd[1024] = "ip ";
	va_list args;

	va_start(args, fmt);
	vsnprintf(cmd + 3, sizeof(cmd) - 3, fmt, args);
	va_end(args);
	return system(cmd);
}

static int open_wire(struct es_world *w)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	struct sockaddr_in here = { .sin_family = AF_INET };
	struct timeval limit = { .tv_sec = 20 };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "esp0");
	w->tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	EXPECT(w->tun >= 0 && !ioctl(w->tun, TUNSETIFF, &ifr), "no TUN device");
	EXPECT(!iproute("addr add 192.0.2.1/24 dev esp0") &&
	       !iproute("link set esp0 up mtu 4000") && !iproute("link set lo up"),
	       "addresses");
	iproute("addr add 10.9.0.1/32 dev lo 2>/dev/null");
	EXPECT(!iproute("route replace 10.9.0.2/32 dev esp0 src 10.9.0.1"), "route");
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

static int add_state(const struct es_world *w, const char *src, const char *dst, u32 spi)
{
	u32 len = w->suite->cipher_len + w->suite->salt_len;
	char cipher[80], auth[80], algs[400];

	hex(cipher, w->key, len);
	hex(auth, w->key + len, w->suite->auth_len);
	snprintf(algs, sizeof(algs), w->suite->ip, cipher, auth);
	return iproute("xfrm state add src %s dst %s proto esp spi %u mode %s %s %s",
		       src, dst, spi, w->tunnel ? "tunnel" : "transport",
		       w->esn ? "replay-window 64 flag esn" : "replay-window 64",
		       algs);
}

static const char *mine(const struct es_world *w)
{
	return w->tunnel ? "10.9.0.1" : "192.0.2.1";
}

static const char *theirs(const struct es_world *w)
{
	return w->tunnel ? "10.9.0.2" : "192.0.2.2";
}

static int add_policy(const struct es_world *w, const char *dir, bool out)
{
	const char *ends = out ? "src 192.0.2.1 dst 192.0.2.2" :
				 "src 192.0.2.2 dst 192.0.2.1";

	return iproute("xfrm policy add src %s dst %s dir %s tmpl %s proto esp mode %s",
		       out ? mine(w) : theirs(w), out ? theirs(w) : mine(w), dir,
		       ends, w->tunnel ? "tunnel" : "transport");
}

static int set_kernel(const struct es_world *w)
{
	iproute("xfrm state flush");
	iproute("xfrm policy flush");
	return add_state(w, "192.0.2.1", "192.0.2.2", SPI_TO_DEVICE) ?:
	       add_state(w, "192.0.2.2", "192.0.2.1", SPI_TO_KERNEL) ?:
	       add_policy(w, "out", true) ?: add_policy(w, "in", false);
}

/* What comes out of the kernel, but for what it says unasked */
static int from_kernel(struct es_world *w, u8 *pkt)
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
static u32 datagram(const struct es_world *w, u8 *pkt, const u8 *data, u32 len)
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
	sum = ~es_ip_sum(pkt);
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
static int kernel_to_device(struct es_world *w, const u8 *data, u32 len, u32 room)
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
	es_in(w, &r, pkt, n, room ? 28 + len : (u32)n);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "length %u inbound: %s", len, cr_name(ret));
	EXPECT(es_ip_len(r.dst) == 28 + len && es_ip_sum(r.dst) == 0xffff &&
	       r.dst[9] == 17, "length %u: header of the result", len);
	EXPECT(!memcmp(r.dst + 16, &there.sin_addr, 4), "destination");
	EXPECT(!memcmp(r.dst + 28, data, len), "length %u: wrong text", len);
	cr_free(&w->dev, &r);
	return PASS;
}

/* The device encrypts, the kernel decrypts */
static int device_to_kernel(struct es_world *w, const u8 *data, u32 len, u64 *seed)
{
	u8 pkt[PACKET_MAX], got[PACKET_MAX];
	struct cr_req r;
	int ret;
	u32 n;

	n = datagram(w, pkt, data, len);
	es_out(w, &r, pkt, n);
	if (seed)
		cr_scatter(&r, seed, 1 + rnd(seed) % 200);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "length %u outbound: %s", len, cr_name(ret));
	n = es_ip_len(r.dst);
	EXPECT(es_ip_sum(r.dst) == 0xffff && r.used == n + 1,
	       "length %u: %u used, %u in the header", len, r.used, n);
	EXPECT(r.dst[n] == CR_UNTOUCHED, "length %u: written behind", len);
	EXPECT(write(w->tun, r.dst, n) == (int)n, "write");
	ret = recv(w->sock, got, sizeof(got), 0);
	EXPECT(ret == (int)len && !memcmp(got, data, len),
	       "length %u: the kernel got %d", len, ret);
	cr_free(&w->dev, &r);
	return PASS;
}

static int both_ways(struct es_world *w)
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
	struct es_world w = {};
	unsigned int i;
	u64 seed = 70;
	int ret;

	if (es_open(&w.dev, ctx) || open_wire(&w))
		return FAIL;
	for (i = 0; i < ARRAY_SIZE(es_suites) * 4; i++) {
		w.suite = &es_suites[i / 4];
		w.tunnel = i & 1;
		w.esn = i & 2;
		rnd_fill(&seed, w.key, sizeof(w.key));
		EXPECT(!set_kernel(&w), "%s: the kernel refuses", w.suite->ip);
		ret = es_make_sas(&w);
		EXPECT(!ret, "%s: SA: %d", w.suite->ip, ret);
		ret = both_ways(&w);
		EXPECT(!ret, "%s%s%s", w.suite->ip, w.tunnel ? ", tunnel" : "",
		       w.esn ? ", ESN" : "");
		EXPECT(!es_destroy_sas(&w), "destroy");
	}
	return PASS;
}

const struct test_case ipsec_cases[] = {
	{ "ipsec-kernel", ipsec_kernel, .limit = 300 },
	{}
};
