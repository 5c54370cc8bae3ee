// SPDX-License-Identifier: GPL-2.0
/*
 * Packets of the IPSEC service. The kernel's own ESP and AH say what is right: a tunnel
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

/* As many commands as it likes for one `ip': to start it is what takes time on UML */
static void add_line(FILE *batch, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(batch, fmt, args);
	va_end(args);
	fputc('\n', batch);
}

static int open_socket(struct es_world *w)
{
	struct sockaddr_in6 here6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in here = { .sin_family = AF_INET };
	struct timeval limit = { .tv_sec = 20 };
	int ret;

	here.sin_port = htons(7000);
	here6.sin6_port = htons(7000);
	w->sock = socket(w->ip6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	ret = w->ip6 ? bind(w->sock, (void *)&here6, sizeof(here6)) :
		       bind(w->sock, (void *)&here, sizeof(here));
	EXPECT(!ret && !setsockopt(w->sock, SOL_SOCKET, SO_RCVTIMEO, &limit,
				   sizeof(limit)), "socket");
	return PASS;
}

static int open_wire(struct es_world *w)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "esp0");
	w->tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	EXPECT(w->tun >= 0 && !ioctl(w->tun, TUNSETIFF, &ifr), "no TUN device");
	EXPECT(!iproute("addr add 192.0.2.1/24 dev esp0") &&
	       !iproute("link set esp0 up mtu 4000") && !iproute("link set lo up"),
	       "addresses");
	iproute("addr add 10.9.0.1/32 dev lo 2>/dev/null");
	EXPECT(!iproute("route replace 10.9.0.2/32 dev esp0 src 10.9.0.1"), "route");
	if (!w->ip6)
		return open_socket(w);
	EXPECT(!iproute("addr add " ES_OUTER6_MINE "/64 dev esp0 nodad"),
	       "addresses of IPv6");
	iproute("addr add fd09::1/128 dev lo nodad 2>/dev/null");
	EXPECT(!iproute("route replace fd09::2/128 dev esp0 src fd09::1"),
	       "route of IPv6");
	return open_socket(w);
}

static void hex(char *to, const u8 *from, u32 len)
{
	*to = 0;
	while (len--)
		to += sprintf(to, "%02x", *from++);
}

static const char *outer(const struct es_world *w, bool mine)
{
	if (w->ip6)
		return mine ? ES_OUTER6_MINE : ES_OUTER6_THEIRS;
	return mine ? "192.0.2.1" : "192.0.2.2";
}

static const char *inner(const struct es_world *w, bool mine)
{
	if (!w->tunnel)
		return outer(w, mine);
	if (w->ip6)
		return mine ? "fd09::1" : "fd09::2";
	return mine ? "10.9.0.1" : "10.9.0.2";
}

static void add_ah_state(const struct es_world *w, FILE *batch, bool out,
			 bool align4)
{
	static const char * const flags[] = {
		"", "flag esn", "flag align4", "flag esn align4",
	};
	char auth[80], alg[200];

	hex(auth, w->key, w->suite->auth_len);
	snprintf(alg, sizeof(alg), w->suite->ip_ah, auth);
	add_line(batch,
		 "xfrm state add src %s dst %s proto ah spi %u mode %s %s %s %s",
		 outer(w, out), outer(w, !out),
		 out ? SPI_TO_DEVICE : SPI_TO_KERNEL,
		 w->tunnel ? "tunnel" : "transport", "replay-window 64",
		 flags[w->esn | align4 << 1], alg);
}

static void add_state(const struct es_world *w, FILE *batch, bool out)
{
	u32 len = w->suite->cipher_len + w->suite->salt_len;
	char cipher[80], auth[80], algs[400];

	hex(cipher, w->key, len);
	hex(auth, w->key + len, w->suite->auth_len);
	snprintf(algs, sizeof(algs), w->suite->ip, cipher, auth);
	add_line(batch,
		 "xfrm state add src %s dst %s proto esp spi %u mode %s %s %s",
		 outer(w, out), outer(w, !out),
		 out ? SPI_TO_DEVICE : SPI_TO_KERNEL,
		 w->tunnel ? "tunnel" : "transport",
		 w->esn ? "replay-window 64 flag esn" : "replay-window 64",
		 algs);
}

static void add_policy(const struct es_world *w, FILE *batch, const char *dir,
		       bool out)
{
	add_line(batch,
		 "xfrm policy add src %s dst %s dir %s tmpl src %s dst %s proto %s mode %s",
		 inner(w, out), inner(w, !out), dir, outer(w, out),
		 outer(w, !out), w->ah ? "ah" : "esp",
		 w->tunnel ? "tunnel" : "transport");
}

/* The kernel's AH takes what it would send itself: the device's IPv4 has no padding */
static int set_kernel(const struct es_world *w)
{
	FILE *batch = popen("ip -batch -", "w");

	if (!batch)
		return -1;
	add_line(batch, "xfrm state flush");
	add_line(batch, "xfrm policy flush");
	if (w->ah) {
		add_ah_state(w, batch, true, w->align4);
		add_ah_state(w, batch, false, !w->ip6);
	} else {
		add_state(w, batch, true);
		add_state(w, batch, false);
	}
	add_policy(w, batch, "out", true);
	add_policy(w, batch, "in", false);
	return pclose(batch);
}

/* Its states would keep the drivers of algorithms from going, the device's among them */
static int forget_kernel(void)
{
	EXPECT(!iproute("xfrm state flush") && !iproute("xfrm policy flush"),
	       "flush");
	return PASS;
}

/* What comes out of the kernel, but for what it says unasked */
static int from_kernel(struct es_world *w, u8 *pkt)
{
	struct pollfd fd = { .fd = w->tun, .events = POLLIN };
	u8 proto = w->ah ? 51 : 50;
	int len;

	while (poll(&fd, 1, 20000) > 0) {
		len = read(w->tun, pkt, PACKET_MAX);
		if (len > 20 && pkt[0] == 0x45 && !w->ip6 && pkt[9] == proto)
			return len;
		if (len > 40 && pkt[0] >> 4 == 6 && w->ip6 && pkt[6] == proto)
			return len;
	}
	return -1;
}

/* What is before a datagram's data */
static u32 head_len(const struct es_world *w)
{
	return w->ip6 ? 48 : 28;
}

static void udp_sum6(u8 *pkt, u32 len)
{
	u32 sum = len - 40 + 17, i;

	for (i = 8; i < len; i++)
		sum += i & 1 ? pkt[i] : pkt[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = ~sum & 0xffff ?: 0xffff;
	pkt[46] = sum >> 8;
	pkt[47] = sum;
}

static u32 datagram6(const struct es_world *w, u8 *pkt, const u8 *data, u32 len)
{
	memset(pkt, 0, 48);
	pkt[0] = 0x60;
	pkt[4] = (8 + len) >> 8;
	pkt[5] = 8 + len;
	pkt[6] = 17;
	pkt[7] = 33;
	inet_pton(AF_INET6, inner(w, false), pkt + 8);
	inet_pton(AF_INET6, inner(w, true), pkt + 24);
	pkt[40] = 7001 >> 8;
	pkt[41] = 7001 & 0xff;
	pkt[42] = 7000 >> 8;
	pkt[43] = 7000 & 0xff;
	memcpy(pkt + 44, pkt + 4, 2);
	memcpy(pkt + 48, data, len);
	udp_sum6(pkt, 48 + len);
	return 48 + len;
}

/* A datagram with @data, to the kernel's socket */
static u32 datagram(const struct es_world *w, u8 *pkt, const u8 *data, u32 len)
{
	u32 total = 28 + len, sum;

	if (w->ip6)
		return datagram6(w, pkt, data, len);
	memset(pkt, 0, 28);
	pkt[0] = 0x45;
	pkt[2] = total >> 8;
	pkt[3] = total;
	pkt[8] = 33;
	pkt[9] = 17;
	inet_pton(AF_INET, inner(w, false), pkt + 12);
	inet_pton(AF_INET, inner(w, true), pkt + 16);
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

static int say(struct es_world *w, const u8 *data, u32 len)
{
	struct sockaddr_in6 there6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in there = { .sin_family = AF_INET };

	there.sin_port = htons(7001);
	there6.sin6_port = htons(7001);
	inet_pton(AF_INET, inner(w, false), &there.sin_addr);
	inet_pton(AF_INET6, inner(w, false), &there6.sin6_addr);
	return w->ip6 ? sendto(w->sock, data, len, 0, (void *)&there6,
			       sizeof(there6)) :
			sendto(w->sock, data, len, 0, (void *)&there,
			       sizeof(there));
}

/* Is it what say() has said? */
static bool heard(const struct es_world *w, const u8 *pkt, const u8 *data, u32 len)
{
	u8 to[16];

	if (es_ip_len(pkt) != head_len(w) + len ||
	    memcmp(pkt + head_len(w), data, len))
		return false;
	inet_pton(w->ip6 ? AF_INET6 : AF_INET, inner(w, false), to);
	if (w->ip6)
		return pkt[6] == 17 && !memcmp(pkt + 24, to, 16);
	return pkt[9] == 17 && es_ip_sum(pkt) == 0xffff &&
	       !memcmp(pkt + 16, to, 4);
}

/* The kernel encrypts, the device decrypts */
static int kernel_to_device(struct es_world *w, const u8 *data, u32 len, u32 room)
{
	u8 pkt[PACKET_MAX];
	struct cr_req r;
	int n, ret;

	EXPECT(say(w, data, len) == (int)len, "sendto");
	n = from_kernel(w, pkt);
	EXPECT(n > 0, "nothing from the kernel");
	es_in(w, &r, pkt, n, room ? head_len(w) + len : (u32)n);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "length %u inbound: %s", len, cr_name(ret));
	EXPECT(heard(w, r.dst, data, len), "length %u: wrong result", len);
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
	EXPECT((w->ip6 || es_ip_sum(r.dst) == 0xffff) && r.used == n + 1,
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

static int kernel_suites(const struct test_ctx *ctx, unsigned int suites)
{
	struct es_world w = {};
	unsigned int i;
	u64 seed = 70;
	int ret;

	if (es_open(&w.dev, ctx) || open_wire(&w))
		return FAIL;
	for (i = 0; i < suites * 4; i++) {
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
	return forget_kernel();
}

static int ipsec_kernel(const struct test_ctx *ctx)
{
	return kernel_suites(ctx, ARRAY_SIZE(es_suites));
}

/* Some of it, for what is tried again and again */
static int ipsec_few(const struct test_ctx *ctx)
{
	return kernel_suites(ctx, ES_GCM + 1);
}

static int ipsec_kernel_ip6(const struct test_ctx *ctx)
{
	struct es_world w = { .ip6 = true };
	unsigned int i;
	u64 seed = 73;
	int ret;

	if (es_open(&w.dev, ctx) || open_wire(&w))
		return FAIL;
	for (i = 0; i < 8; i++) {
		w.suite = &es_suites[i & 1 ? ES_CBC : ES_GCM];
		w.tunnel = i & 2;
		w.esn = i & 4;
		rnd_fill(&seed, w.key, sizeof(w.key));
		EXPECT(!set_kernel(&w), "%s: the kernel refuses", w.suite->ip);
		ret = es_make_sas(&w);
		EXPECT(!ret, "%s: SA: %d", w.suite->ip, ret);
		ret = both_ways(&w);
		EXPECT(!ret, "%s%s%s, IPv6", w.suite->ip,
		       w.tunnel ? ", tunnel" : "", w.esn ? ", ESN" : "");
		EXPECT(!es_destroy_sas(&w), "destroy");
	}
	return forget_kernel();
}

/* AH: no cipher, but IPv6, and IPv4 with padding */
static int ipsec_kernel_ah(const struct test_ctx *ctx)
{
	struct es_world w = { .ah = true, .ip6 = true };
	u64 seed = 72;
	unsigned int i;
	int ret;

	if (es_open(&w.dev, ctx) || open_wire(&w))
		return FAIL;
	for (i = 0; i < 32; i++) {
		w.suite = &es_suites[i & 1 ? ES_NONE : ES_NONE_SHA1];
		w.tunnel = i & 2;
		w.esn = i & 4;
		w.ip6 = i & 8;
		w.align4 = i & 16;
		if (w.ip6 && w.align4)
			continue;
		close(w.sock);
		rnd_fill(&seed, w.key, sizeof(w.key));
		EXPECT(!open_socket(&w) && !set_kernel(&w),
		       "%s: the kernel refuses", w.suite->ip_ah);
		ret = es_make_sas(&w);
		EXPECT(!ret, "%s: SA: %d", w.suite->ip_ah, ret);
		ret = both_ways(&w);
		EXPECT(!ret, "%s%s%s%s%s", w.suite->ip_ah,
		       w.tunnel ? ", tunnel" : "", w.esn ? ", ESN" : "",
		       w.ip6 ? ", IPv6" : "", w.align4 ? ", align4" : "");
		EXPECT(!es_destroy_sas(&w), "destroy");
	}
	return forget_kernel();
}

const struct test_case ipsec_cases[] = {
	{ "ipsec-few", ipsec_few, .limit = 300 },
	{ "ipsec-kernel", ipsec_kernel, .limit = 300 },
	{ "ipsec-kernel-ah", ipsec_kernel_ah, .limit = 300 },
	{ "ipsec-kernel-ip6", ipsec_kernel_ip6, .limit = 300 },
	{}
};
