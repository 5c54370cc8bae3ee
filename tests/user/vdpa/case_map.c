// SPDX-License-Identifier: GPL-2.0
/*
 * The address map: nothing is reachable that was not mapped, whatever is
 * mapped is, and no number or order of map calls upsets the device.
 */
#include "test.h"

#include <endian.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define FAR	0x900000000ULL		/* I/O virtual, away from the arena */

/*
 * A driver without any map, which gives physical addresses. Were they right,
 * every process that opens the device could read and write all memory.
 */
static int physical_fails(const struct test_ctx *ctx, struct vd_dev *dev)
{
	char state[256] = "";
	struct cr_req r;
	int ret;

	cr_create_cipher(dev, &r, VIRTIO_CRYPTO_CIPHER_AES_CBC, true, NULL, 16);
	EXPECT(vd_iova(dev, r.out) != 0, "no physical addresses: not root?");
	ret = vd_set_status(dev, VD_STATUS_OK);
	/* Refusing to start is as good as failing on the first access */
	if (!ret && vd_get_status(dev) & VIRTIO_CONFIG_S_DRIVER_OK) {
		ret = cr_run(&r, CR_MS);
		EXPECT(ret == VD_NEEDS_RESET, "without a map: %s",
		       cr_name(ret));
	}
	EXPECT(vd_ctrlq(dev)->used->idx == 0 && dev->vqs[0].used->idx == 0,
	       "the device wrote to physical memory");
	EXPECT(cr_status(&r) == CR_NO_STATUS,
	       "the device wrote to physical memory");
	EXPECT(attr_read(ctx, "state", state, sizeof(state)) > 0,
	       "no attribute `state'");
	printf("# state: %s\n", state);
	EXPECT(strcmp(state, "running") && strcmp(state, "ok") &&
	       strcmp(state, "ready"), "state is only `%s'", state);
	return PASS;
}

static int map_none(const struct test_ctx *ctx)
{
	struct vd_dev dev;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.physical = true;
	memset(dev.mem, 0, 1 << 20);
	EXPECT(!vd_negotiate(&dev), "negotiate");
	EXPECT(!vd_setup_vqs(&dev), "rings");
	if (physical_fails(ctx, &dev))
		return FAIL;
	dev.physical = false;
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

/* The map goes with a reset, and does not become identity by it */
static int map_none_after_reset(const struct test_ctx *ctx)
{
	struct vd_dev dev;
	unsigned int i;

	START(dev, ctx);
	EXPECT(!vd_reset(&dev), "reset");
	for (i = 0; i < dev.nvqs; i++)
		dev.vqs[i].desc = NULL;
	dev.pos = 0;
	dev.physical = true;
	EXPECT(!vd_negotiate(&dev), "negotiate");
	EXPECT(!vd_setup_vqs(&dev), "rings");
	vd_unmap(&dev, 0, ~0ULL);
	if (physical_fails(ctx, &dev))
		return FAIL;
	vd_close(&dev);
	/* nor by closing */
	return map_none(ctx);
}

/* An old I/O virtual address, without IOTLB_PERSIST: gone */
static int map_gone_after_reset(const struct test_ctx *ctx)
{
	struct vd_dev dev;
	struct cr_req r;
	int ret;

	START(dev, ctx);
	EXPECT(!vd_reset(&dev), "reset");
	EXPECT(!vd_negotiate(&dev), "negotiate");
	dev.pos = 0;
	vd_ctrlq(&dev)->desc = NULL;
	dev.vqs[0].desc = NULL;
	EXPECT(!vd_setup_vqs(&dev), "rings");
	if (vd_set_status(&dev, VD_STATUS_OK))
		return PASS;
	cr_create_cipher(&dev, &r, VIRTIO_CRYPTO_CIPHER_AES_CBC, true, NULL,
			 16);
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == VD_NEEDS_RESET, "%s", cr_name(ret));
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

/* With IOTLB_PERSIST the map stays, which is what QEMU relies on */
static int map_persists(const struct test_ctx *ctx)
{
	struct vd_dev dev;
	unsigned int i;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.backend |= VD_BIT(VHOST_BACKEND_F_IOTLB_PERSIST);
	EXPECT(!vd_start(&dev), "start");
	EXPECT(!cr_works(&dev), "does not work");
	EXPECT(!vd_reset(&dev), "reset");
	for (i = 0; i < dev.nvqs; i++)
		dev.vqs[i].desc = NULL;
	dev.pos = 0;
	EXPECT(!vd_negotiate(&dev), "negotiate");
	EXPECT(!vd_setup_vqs(&dev), "rings");
	EXPECT(!vd_set_status(&dev, VD_STATUS_OK), "DRIVER_OK");
	EXPECT(!cr_works(&dev), "the map did not survive the reset");
	return PASS;
}

/* @n ranges of one page each; data spread over them at random */
static int many_ranges(const struct test_ctx *ctx, unsigned int n)
{
	unsigned int i, k, round, pages = 64;
	u64 seed = n, step = 3 * VD_PAGE, iova[8];
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	bool gone;
	int ret;
	u8 *mem;

	START(dev, ctx);
	mem = mmap(NULL, pages * VD_PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	EXPECT(mem != MAP_FAILED, "mmap");
	for (i = 0; i < n; i++) {
		ret = vd_map(&dev, FAR + i * step, mem + i % pages * VD_PAGE,
			     VD_PAGE, VHOST_ACCESS_RW);
		EXPECT(!ret, "range %u of %u: %d", i, n, ret);
	}
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
	for (round = 0; round < 50; round++) {
		cr_cipher(&dev, &r, &dev.vqs[0], &s, 8 * 128);
		r.n = r.i_src;
		for (k = 0; k < 8; k++) {
			i = rnd(&seed) % n;
			iova[k] = FAR + i * step + k * 128;
			memcpy(mem + i % pages * VD_PAGE + k * 128,
			       r.src + k * 128, 128);
			r.buf[r.n++] = (struct vd_buf){ iova[k], 128, false };
		}
		r.buf[r.n++] = (struct vd_buf){ vd_iova(&dev, r.dst), r.dst_len,
						true };
		r.buf[r.n++] = (struct vd_buf){ vd_iova(&dev, r.out), 1, true };
		ret = cr_run(&r, CR_MS);
		EXPECT(!ret, "%u ranges: %s", n, cr_name(ret));
		EXPECT(cr_dst_right(&r, &s), "%u ranges: wrong result", n);
		cr_free(&dev, &r);
	}
	/* every second one goes: those are out of reach, the others are not */
	for (i = 1; i < n; i += 2)
		EXPECT(!vd_unmap(&dev, FAR + i * step, VD_PAGE), "unmap");
	for (i = 0; i < n && i < 40; i++) {
		cr_cipher(&dev, &r, &dev.vqs[0], &s, 512);
		r.buf[r.i_dst].iova = FAR + i * step;
		ret = cr_run(&r, CR_MS);
		gone = ret == VIRTIO_CRYPTO_ERR || ret == VD_NEEDS_RESET;
		EXPECT(i & 1 ? gone : !ret,
		       "range %u after every second unmap: %s", i,
		       cr_name(ret));
		if (ret == VD_NEEDS_RESET)
			break;
		cr_free(&dev, &r);
	}
	STILL_WORKS(dev);
	vd_close(&dev);
	munmap(mem, pages * VD_PAGE);
	return PASS;
}

static int map_many(const struct test_ctx *ctx)
{
	return many_ranges(ctx, 1) || many_ranges(ctx, 2) ||
	       many_ranges(ctx, 100) || many_ranges(ctx, 1000);
}

static int map_10000(const struct test_ctx *ctx)
{
	return many_ranges(ctx, 10000);
}

/* Until it is refused: which must happen, and must not hurt */
static int map_limit(const struct test_ctx *ctx)
{
	struct vd_dev dev;
	unsigned int i;
	int ret = 0;
	u8 *mem;

	START(dev, ctx);
	mem = mmap(NULL, 256 * VD_PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	EXPECT(mem != MAP_FAILED, "mmap");
	for (i = 0; i < 70000 && !ret; i++)
		ret = vd_map(&dev, FAR + 2ULL * i * VD_PAGE,
			     mem + i % 256 * VD_PAGE, VD_PAGE, VHOST_ACCESS_RW);
	printf("# refused after %u ranges: %d\n", i, ret);
	EXPECT(ret, "70000 ranges and no limit");
	EXPECT(!cr_works(&dev), "does not work with a full map");
	EXPECT(!vd_unmap(&dev, FAR, 2ULL * i * VD_PAGE), "unmap all");
	EXPECT(!vd_map(&dev, FAR, mem, VD_PAGE, VHOST_ACCESS_RW),
	       "no room after unmapping all");
	EXPECT(!cr_works(&dev), "does not work");
	return PASS;
}

/* One descriptor over ranges that only touch in I/O virtual addresses */
static int map_across(const struct test_ctx *ctx)
{
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	unsigned int i;
	u64 seed = 4;
	u8 *mem;
	int ret;

	START(dev, ctx);
	mem = mmap(NULL, 16 * VD_PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	EXPECT(mem != MAP_FAILED, "mmap");
	for (i = 0; i < 16; i++)	/* backwards, so that none merge */
		EXPECT(!vd_map(&dev, FAR + i * VD_PAGE,
			       mem + (15 - i) * VD_PAGE, VD_PAGE,
			       VHOST_ACCESS_RW), "map");
	EXPECT(!cr_open_session(&dev, &s, VIRTIO_CRYPTO_SERVICE_CIPHER,
				VIRTIO_CRYPTO_CIPHER_AES_XTS, true, 32, &seed),
	       "create");
	cr_cipher(&dev, &r, &dev.vqs[0], &s, 15 * VD_PAGE);
	for (i = 0; i < r.src_len; i++)
		mem[(15 - (i + 100) / VD_PAGE) * VD_PAGE +
		    (i + 100) % VD_PAGE] = r.src[i];
	r.buf[r.i_src].iova = FAR + 100;
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "source over 16 ranges: %s", cr_name(ret));
	EXPECT(cr_dst_right(&r, &s), "wrong result");
	/* the header over two of them */
	memcpy(mem + 15 * VD_PAGE + VD_PAGE - 50, r.hdr, 50);
	memcpy(mem + 14 * VD_PAGE, r.hdr + 50, r.hdr_len - 50);
	r.buf[0].iova = FAR + VD_PAGE - 50;
	r.buf[r.i_src].iova = vd_iova(&dev, r.src);
	memset(r.dst, CR_UNTOUCHED, r.dst_len);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret && cr_dst_right(&r, &s), "header over two ranges: %s",
	       cr_name(ret));
	return PASS;
}

/* Map calls that make no sense; whether they fail is vhost's choice */
static int map_nonsense(const struct test_ctx *ctx)
{
	static const u64 at[] = {
		0, 1, VD_PAGE - 1, VD_PAGE, FAR, FAR + 7, 1ULL << 63,
		~0ULL - VD_PAGE + 1, ~0ULL,
	};
	static const u64 sizes[] = {
		0, 1, VD_PAGE - 1, VD_PAGE, VD_PAGE + 1, 1ULL << 32, 1ULL << 63,
		~0ULL,
	};
	static const u8 perms[] = { 0, 1, 2, 3, 4, 0x83, 0xff };
	unsigned int a, s, p, mapped = 0;
	struct vd_dev dev;
	u8 *mem;

	START(dev, ctx);
	mem = mmap(NULL, 4 * VD_PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	EXPECT(mem != MAP_FAILED, "mmap");
	for (a = 0; a < ARRAY_SIZE(at); a++) {
		for (s = 0; s < ARRAY_SIZE(sizes); s++) {
			for (p = 0; p < ARRAY_SIZE(perms); p++) {
				mapped += !vd_map(&dev, at[a], mem, sizes[s],
						  perms[p]);
				mapped += !vd_map(&dev, at[a], mem + 5,
						  sizes[s], perms[p]);
				vd_unmap(&dev, at[a] + 1, sizes[s]);
				vd_unmap(&dev, at[a], sizes[s] - 1);
			}
			if (at[a] + sizes[s] < VD_IOVA ||
			    at[a] > VD_IOVA + VD_ARENA)
				EXPECT(!vd_needs_reset(&dev), "%#llx+%#llx",
				       (unsigned long long)at[a],
				       (unsigned long long)sizes[s]);
		}
	}
	printf("# %u were accepted\n", mapped);
	/* one of the unmaps has hit the arena, as its range asked for */
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

static int map_twice(const struct test_ctx *ctx)
{
	struct vd_dev dev;

	START(dev, ctx);
	EXPECT(vd_map(&dev, VD_IOVA, dev.mem, VD_PAGE, VHOST_ACCESS_RW),
	       "the same range twice");
	EXPECT(vd_map(&dev, VD_IOVA - VD_PAGE, dev.mem, 2 * VD_PAGE,
		      VHOST_ACCESS_RW), "a range that overlaps");
	vd_unmap(&dev, FAR, VD_PAGE);
	vd_unmap(&dev, FAR, 1ULL << 34);
	vd_unmap(&dev, 0, VD_IOVA - 1);
	EXPECT(!cr_works(&dev), "does not work");
	return PASS;
}

struct mapper {
	struct vd_dev *dev;
	u8 *mem;
	u64 iova;
	volatile bool stop;
	unsigned int rounds;
};

static void *map_unmap(void *arg)
{
	struct mapper *m = arg;

	while (!m->stop) {
		vd_map(m->dev, m->iova, m->mem, 16 * VD_PAGE, VHOST_ACCESS_RW);
		vd_unmap(m->dev, m->iova, 16 * VD_PAGE);
		m->rounds++;
	}
	return NULL;
}

/*
 * A thread changes the map all the time. What is always mapped must always
 * work; what comes and goes gives either the right result or an error.
 */
static int map_while_busy(const struct test_ctx *ctx)
{
	unsigned int i, good = 0, bad = 0;
	struct mapper m = { .iova = FAR };
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	pthread_t thread;
	u64 seed = 2;
	int ret;

	START(dev, ctx);
	m.dev = &dev;
	m.mem = mmap(NULL, 16 * VD_PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	EXPECT(m.mem != MAP_FAILED, "mmap");
	EXPECT(!cr_open_session(&dev, &s, VIRTIO_CRYPTO_SERVICE_CIPHER,
				VIRTIO_CRYPTO_CIPHER_AES_CTR, true, 16, &seed),
	       "create");
	EXPECT(!pthread_create(&thread, NULL, map_unmap, &m), "thread");
	for (i = 0; i < 600; i++) {
		cr_cipher(&dev, &r, &dev.vqs[0], &s, 4096);
		if (i & 1) {
			r.buf[r.i_dst].iova = FAR + 32;
			r.dst = m.mem + 32;
		}
		ret = cr_run(&r, CR_MS);
		if (!ret)
			EXPECT(cr_dst_right(&r, &s), "wrong result");
		else
			EXPECT(i & 1 && ret == VIRTIO_CRYPTO_ERR, "%s",
			       cr_name(ret));
		if (ret)
			bad++;
		else
			good++;
		cr_free(&dev, &r);
	}
	m.stop = true;
	pthread_join(thread, NULL);
	printf("# %u good, %u refused, %u maps\n", good, bad, m.rounds);
	EXPECT(good >= 300, "only %u good ones", good);
	STILL_WORKS(dev);
	return PASS;
}

/* The map of a ring is changed while the ring is used */
static int map_ring_goes(const struct test_ctx *ctx)
{
	struct vd_dev dev;
	struct cr_req r;
	unsigned int i;
	int ret;

	for (i = 0; i < 3; i++) {
		START(dev, ctx);
		EXPECT(!vd_unmap(&dev, VD_IOVA, VD_ARENA), "unmap");
		cr_create_cipher(&dev, &r, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
				 NULL, 16);
		ret = cr_run(&r, CR_MS);
		EXPECT(ret == VD_NEEDS_RESET, "without its rings: %s",
		       cr_name(ret));
		EXPECT(vd_ctrlq(&dev)->used->idx == vd_ctrlq(&dev)->last_used,
		       "wrote to a ring that is not mapped");
		EXPECT(!vd_restart(&dev), "restart");
		EXPECT(!cr_works(&dev), "device is lost");
		/* moved, with nothing lost: this is legal */
		EXPECT(!vd_unmap(&dev, VD_IOVA, VD_ARENA), "unmap");
		EXPECT(!vd_map(&dev, VD_IOVA, dev.mem, VD_ARENA,
			       VHOST_ACCESS_RW), "map");
		STILL_WORKS(dev);
		vd_close(&dev);
	}
	return PASS;
}

const struct test_case map_cases[] = {
	{ "map-none", map_none },
	{ "map-none-after-reset", map_none_after_reset },
	{ "map-gone-after-reset", map_gone_after_reset },
	{ "map-persists", map_persists },
	{ "map-many", map_many, .limit = 120 },
	{ "map-10000", map_10000, .limit = 120 },
	{ "map-limit", map_limit, .limit = 180 },
	{ "map-across", map_across },
	{ "map-nonsense", map_nonsense },
	{ "map-twice", map_twice },
	{ "map-while-busy", map_while_busy, .limit = 120 },
	{ "map-ring-goes", map_ring_goes },
	{}
};
