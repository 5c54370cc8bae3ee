// SPDX-License-Identifier: GPL-2.0
/*
 * What the host's part of IPsec costs, without a guest: packets of 1,400 bytes through a
 * device, in bursts, as `make bench` sends them through a guest.
 *
 *	vdpa-packets DEVICE PACKETS SAS
 *
 * Prints lines "NAME NANOSECONDS" with what the device's workers have run: for all
 * packets of crypto and packet offload, out and in, and for making SAS SAs ("sas"); and
 * "bytes N", the kernel memory of those.
 */
#include <dirent.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipsec.h"

#define BURST	32
#define INNER	1400
#define SEALED	(INNER + 57)	/* IP, ESP, IV, trailer and ICV */
#define TEXT	1404		/* of ESP: with its trailer */
#define AAD	8

/**
 * struct load - what is sent
 * @w: the device, and its two SAs
 * @session: of crypto offload
 * @inner: a packet
 * @sealed: of each packet, what the device has made of it; for those that come in
 */
struct load {
	struct es_world w;
	struct cr_session session;
	u8 inner[INNER];
	u8 (*sealed)[SEALED];
};

/**
 * struct kind - packets of a kind
 * @name: of the line
 * @build: makes a request of packet number @n
 * @take: looks at the answer
 */
struct kind {
	const char *name;
	void (*build)(struct load *l, struct cr_req *r, unsigned int n);
	int (*take)(struct load *l, const struct cr_req *r, unsigned int n);
};

static struct cr_req reqs[BURST];

static u64 task_ns(const char *pid)
{
	char path[300], comm[32] = "";
	u64 ns = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (!fgets(comm, sizeof(comm), f))
		comm[0] = 0;
	fclose(f);
	if (strncmp(comm, "vha-", 4))
		return 0;
	snprintf(path, sizeof(path), "/proc/%s/schedstat", pid);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	fclose(f);
	return ns;
}

/* What all workers have run; they are given the time to go to sleep */
static u64 workers_ns(void)
{
	struct dirent *entry;
	u64 ns = 0;
	DIR *dir;

	usleep(100000);
	dir = opendir("/proc");
	if (!dir)
		return 0;
	while ((entry = readdir(dir)))
		if (atoi(entry->d_name) > 0)
			ns += task_ns(entry->d_name);
	closedir(dir);
	return ns;
}

/* Kernel memory that is not reclaimable, in bytes */
static long slab_bytes(void)
{
	char line[128];
	long kb = 0;
	FILE *f;

	f = fopen("/proc/meminfo", "r");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "SUnreclaim: %ld kB", &kb) == 1)
			break;
	fclose(f);
	return kb * 1024;
}

/* All are the same one: the AES that says what is right takes its time */
static void build_crypto(struct load *l, struct cr_req *r, unsigned int n)
{
	static u8 iv[12], aad[AAD], src[TEXT + CR_TAG];

	if (!n) {
		cr_aead(&l->w.dev, r, &l->w.dev.vqs[0], &l->session, AAD, TEXT);
		memcpy(iv, r->iv, sizeof(iv));
		memcpy(aad, r->aad, sizeof(aad));
		memcpy(src, r->src, r->src_len);
		return;
	}
	cr_aead_untagged(&l->w.dev, r, &l->w.dev.vqs[0], &l->session, AAD, TEXT);
	memcpy(r->iv, iv, sizeof(iv));
	memcpy(r->aad, aad, sizeof(aad));
	memcpy(r->src, src, r->src_len);
}

static int take_crypto(struct load *l, const struct cr_req *r, unsigned int n)
{
	EXPECT(n || cr_dst_right(r, &l->session), "wrong result");
	return PASS;
}

static void build_out(struct load *l, struct cr_req *r, unsigned int n)
{
	(void)n;
	cr_packet(&l->w.dev, r, &l->w.dev.vqs[0], VIRTIO_CRYPTO_IPSEC_OUTBOUND,
		  le32toh(l->w.out.obj_id), l->inner, INNER, SEALED);
}

static int take_out(struct load *l, const struct cr_req *r, unsigned int n)
{
	u32 len = es_ip_len(r->dst);

	EXPECT(len > INNER && len <= SEALED, "%u bytes of ESP", len);
	memcpy(l->sealed[n], r->dst, len);
	return PASS;
}

static void build_in(struct load *l, struct cr_req *r, unsigned int n)
{
	u32 len = es_ip_len(l->sealed[n]);

	cr_packet(&l->w.dev, r, &l->w.dev.vqs[0], VIRTIO_CRYPTO_IPSEC_INBOUND,
		  le32toh(l->w.in.obj_id), l->sealed[n], len, len);
}

static int take_in(struct load *l, const struct cr_req *r, unsigned int n)
{
	(void)n;
	EXPECT(!memcmp(r->dst, l->inner, INNER), "wrong packet");
	return PASS;
}

static const struct kind kind_crypto[] = {
	{ "crypto.in", build_crypto, take_crypto },
	{ "crypto.out", build_crypto, take_crypto },
};

static const struct kind kind_packet[] = {
	{ "packet.out", build_out, take_out },
	{ "packet.in", build_in, take_in },
};

static int burst(struct load *l, const struct kind *kind, unsigned int first)
{
	struct vd_vq *vq = &l->w.dev.vqs[0];
	unsigned int i;
	int ret;

	for (i = 0; i < BURST; i++) {
		kind->build(l, &reqs[i], first + i);
		ret = cr_submit(&reqs[i]);
		EXPECT(ret >= 0, "add: %d", ret);
	}
	vd_kick(vq);
	for (i = 0; i < BURST; i++) {
		ret = vd_wait(vq, NULL, CR_MS);
		EXPECT(ret >= 0, "%s", cr_name(ret));
	}
	for (i = 0; i < BURST; i++) {
		ret = cr_status(&reqs[i]);
		EXPECT(!ret, "%s", cr_name(ret));
		if (kind->take(l, &reqs[i], first + i))
			return FAIL;
	}
	cr_free(&l->w.dev, &reqs[0]);
	return PASS;
}

static int run(struct load *l, const struct kind *kind, unsigned int packets)
{
	u64 before = workers_ns();
	unsigned int n;

	for (n = 0; n < packets; n += BURST)
		EXPECT(!burst(l, kind, n), "%s, packet %u", kind->name, n);
	printf("%s %llu\n", kind->name, workers_ns() - before);
	return PASS;
}

static void fill_inner(u8 *pkt)
{
	u32 sum, i;

	for (i = 20; i < INNER; i++)
		pkt[i] = i;
	memset(pkt, 0, 20);
	pkt[0] = 0x45;
	pkt[2] = INNER >> 8;
	pkt[3] = INNER & 0xff;
	pkt[8] = 33;
	pkt[9] = 17;
	pkt[12] = 10;
	pkt[16] = 10;
	sum = ~es_ip_sum(pkt);
	pkt[10] = sum >> 8;
	pkt[11] = sum;
}

static int run_crypto(struct load *l, unsigned int packets)
{
	u64 seed = 1;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kind_crypto); i++) {
		EXPECT(!cr_open_gcm(&l->w.dev, &l->session, i, 16, &seed),
		       "no session");
		if (run(l, &kind_crypto[i], packets))
			return FAIL;
		EXPECT(!cr_close_session(&l->w.dev, &l->session), "close");
	}
	return PASS;
}

static int run_packet(struct load *l, unsigned int packets)
{
	unsigned int i;

	if (es_make_pair(&l->w, ES_GCM, true, es_no_limits))
		return FAIL;
	fill_inner(l->inner);
	for (i = 0; i < ARRAY_SIZE(kind_packet); i++)
		if (run(l, &kind_packet[i], packets))
			return FAIL;
	EXPECT(!es_destroy_sas(&l->w), "destroy");
	return PASS;
}

static int make_sas(struct load *l, unsigned int sas)
{
	struct virtio_crypto_resource_obj_ipsec_sa_256b_key sa = l->w.out;
	u64 before = workers_ns();
	long bytes = slab_bytes();
	unsigned int i;
	int ret;

	for (i = 0; i < sas; i++) {
		sa.obj_id = htole32(i);
		sa.spi = htole32(0x1001 + i);
		ret = es_sa_command(&l->w.dev,
				    VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, &sa);
		EXPECT(!ret, "SA %u: %d", i, ret);
	}
	printf("sas %llu\nbytes %ld\n", workers_ns() - before,
	       slab_bytes() - bytes);
	return PASS;
}

int main(int argc, char **argv)
{
	static struct load l;
	struct test_ctx ctx = {};
	unsigned int packets, sas;

	if (argc != 4) {
		fprintf(stderr, "usage: vdpa-packets DEVICE PACKETS SAS\n");
		return 2;
	}
	ctx.name = argv[1];
	EXPECT(!test_find_chardev(&ctx), "%s is not bound to vhost_vdpa",
	       ctx.name);
	packets = (strtoul(argv[2], NULL, 10) + BURST - 1) / BURST * BURST;
	sas = strtoul(argv[3], NULL, 10);
	l.sealed = calloc(packets, sizeof(*l.sealed));
	EXPECT(l.sealed, "no memory");
	return es_open(&l.w.dev, &ctx) || run_crypto(&l, packets) ||
	       run_packet(&l, packets) || make_sas(&l, sas);
}
