// SPDX-License-Identifier: GPL-2.0
/*
 * The state of SAs in sysfs: of a suspended device, as the control queue has it; what is
 * written there is what the device goes on with.
 */
#include "ipsec.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEN	ES_LEN
#define AHEAD	1000		/* numbers that are left out */

static int open_state(const struct test_ctx *ctx)
{
	char path[160];

	snprintf(path, sizeof(path), "/sys/bus/vdpa/devices/%s/accel/sa_state",
		 ctx->name);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* An error is -errno */
static ssize_t put(int fd, const void *data, size_t len)
{
	ssize_t n = pwrite(fd, data, len, 0);

	return n < 0 ? -errno : n;
}

static u32 number(const u8 *esp)
{
	return esp[24] << 24 | esp[25] << 16 | esp[26] << 8 | esp[27];
}

/* While the device runs, nothing is to be had */
static int state_of_running(int fd)
{
	struct virtio_accel_sa_state state;

	EXPECT(pread(fd, &state, sizeof(state), 0) < 0 && errno == EBUSY,
	       "read of a device that runs");
	EXPECT(put(fd, &state, sizeof(state)) == -EBUSY,
	       "written to a device that runs");
	return PASS;
}

/* All at once, and in pieces that begin and end anywhere; to the end and no further */
static int state_is(int fd, const struct virtio_accel_sa_state *want)
{
	u8 buf[3 * sizeof(*want)];
	size_t at;
	ssize_t n;

	n = pread(fd, buf, sizeof(buf), 0);
	EXPECT(n == 2 * sizeof(*want), "%zd bytes", n);
	EXPECT(!memcmp(buf, want, n), "not what the control queue has");
	memset(buf, 0xaa, sizeof(buf));
	for (at = 0; at < 2 * sizeof(*want); at += n) {
		n = pread(fd, buf + at, 101, at);
		EXPECT(n > 0, "nothing at %zu", at);
	}
	EXPECT(at == 2 * sizeof(*want) && !memcmp(buf, want, at), "pieces differ");
	EXPECT(!pread(fd, buf, 1, at) && !pread(fd, buf, 1, 1LL << 62),
	       "something behind the end");
	return PASS;
}

/* In the order of bad_states() */
static void spoil(struct virtio_accel_sa_state *bad,
		  const struct virtio_accel_sa_state *good, unsigned int kind)
{
	*bad = *good;
	switch (kind) {
	case 0:
		bad->spi ^= 1;
		break;
	case 1:
		bad->seq = htole64(le64toh(bad->seq) - 1);
		break;
	case 2:
		bad->flags = htole32(1U << 31);
		break;
	case 3:
		bad->replay_win_sz = htole32(4096);
		break;
	case 4:
		bad->reserved = 1;
		break;
	case 5:
		bad->ref.type = htole16(0xffff);
		break;
	case 6:
		bad->ref.id = htole32(4000);
		break;
	case 7:
		bad->ref.id = 0xffffffff;
		break;
	}
}

static int bad_states(int fd, const struct virtio_accel_sa_state *have)
{
	static const struct {
		const char *what;
		int want;
	} kinds[] = {
		{ "another SPI", -EINVAL },
		{ "numbers taken back", -EINVAL },
		{ "a flag that is none", -EINVAL },
		{ "another window", -EINVAL },
		{ "reserved bits", -EINVAL },
		{ "a type that is none", -EINVAL },
		{ "a number that is none", -ENOENT },
		{ "the largest number", -ENOENT },
	};
	struct virtio_accel_sa_state bad;
	unsigned int i;
	ssize_t n;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		spoil(&bad, &have[0], i);
		n = put(fd, &bad, sizeof(bad));
		EXPECT(n == kinds[i].want, "%s: %zd", kinds[i].what, n);
	}
	n = put(fd, have, sizeof(*have) - 1);
	EXPECT(n == -EINVAL, "a piece of one: %zd", n);
	n = put(fd, have, sizeof(*have) + 1);
	EXPECT(n == sizeof(*have), "one and a piece: %zd", n);
	return state_is(fd, have);
}

/* The first is taken, the second is not, and says so when it is the first */
static int stops_at_the_bad_one(int fd, const struct virtio_accel_sa_state *have)
{
	struct virtio_accel_sa_state two[2] = { have[1], have[0] };
	ssize_t n;

	two[1].spi ^= 1;
	n = put(fd, two, sizeof(two));
	EXPECT(n == sizeof(*two), "a good one and a bad one: %zd", n);
	n = put(fd, two + 1, sizeof(*two));
	EXPECT(n == -EINVAL, "the bad one: %zd", n);
	return PASS;
}

static int ipsec_state(const struct test_ctx *ctx)
{
	u8 esp[3][LEN + ROOM], next[LEN + ROOM];
	struct es_world w = {};
	struct virtio_accel_sa_state have[2];
	unsigned int i;
	u32 len = 0;
	int fd;

	if (es_open(&w.dev, ctx) || es_make_pair(&w, ES_GCM, true, es_no_limits))
		return FAIL;
	fd = open_state(ctx);
	EXPECT(fd >= 0, "open: %d", errno);
	for (i = 0; i < 3; i++) {
		len = es_sealed(&w, esp[i]);
		EXPECT(len, "no packet");
	}
	if (es_accepted(&w, esp[0], len, LEN, "the first") || state_of_running(fd))
		return FAIL;
	EXPECT(!es_get_state(&w, ES_OUT_TYPE, &have[0]) &&
	       !es_get_state(&w, ES_IN_TYPE, &have[1]), "state");
	EXPECT(le64toh(have[0].seq) == 3 && le64toh(have[1].seq) == 1, "numbers");

	EXPECT(!vd_suspend(&w.dev), "suspend");
	if (state_is(fd, have) || bad_states(fd, have) ||
	    stops_at_the_bad_one(fd, have))
		return FAIL;
	/* As of a device that has sent more, and has got the third but not the second */
	have[0].seq = htole64(le64toh(have[0].seq) + AHEAD);
	have[1].seq = htole64(3);
	have[1].replay[0] = htole64(1 | 1 << 2);
	EXPECT(put(fd, have, sizeof(have)) == sizeof(have), "not written");
	if (state_is(fd, have))
		return FAIL;

	EXPECT(!vd_resume(&w.dev), "resume");
	if (state_of_running(fd))
		return FAIL;
	EXPECT(es_sealed(&w, next) && number(next) == 3 + AHEAD + 1,
	       "the next one has number %u", number(next));
	if (es_refused(&w, esp[2], len, len, VIRTIO_CRYPTO_ERR, "the third") ||
	    es_refused(&w, esp[0], len, len, VIRTIO_CRYPTO_ERR, "the first") ||
	    es_accepted(&w, esp[1], len, LEN, "the second"))
		return FAIL;
	EXPECT(!vd_suspend(&w.dev) && !vd_restart(&w.dev), "restart");
	if (state_of_running(fd))
		return FAIL;
	close(fd);
	STILL_WORKS(w.dev);
	return PASS;
}

const struct test_case ipsec_state_cases[] = {
	{ "ipsec-state", ipsec_state },
	{}
};
