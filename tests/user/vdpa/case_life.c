// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers that come and go at the wrong moment.
 */
#include "test.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Fill a ring, wait for nothing */
static int flood(struct vd_dev *dev, struct vd_vq *vq,
		 const struct cr_session *s, struct cr_req *r, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		cr_cipher(dev, &r[i], vq, s, 4096);
		r[i].indirect = true;
		if (cr_submit(&r[i]) < 0)
			return i;
	}
	vd_kick(vq);
	return n;
}

static int life_resets_under_load(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(64, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i, q;
	u64 seed = 77;

	START(dev, ctx);
	for (i = 0; i < 100; i++) {
		EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed),
		       "create, round %u", i);
		for (q = 0; q < dev.nvqs - 1 && q < 4; q++)
			flood(&dev, &dev.vqs[q], &s, r, 64);
		if (rnd(&seed) & 1)
			usleep(rnd(&seed) % 3000);
		EXPECT(!vd_restart(&dev), "restart, round %u", i);
	}
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

static void be_a_vmm(const struct test_ctx *ctx, unsigned int mb)
{
	struct cr_req *r = calloc(128, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	u64 seed = 3;
	u8 *mem;

	if (vd_open(&dev, ctx->path) || vd_start(&dev))
		_exit(1);
	if (mb) {
		mem = mmap(NULL, (size_t)mb << 20, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (mem == MAP_FAILED ||
		    vd_map(&dev, 0x900000000ULL, mem, (u64)mb << 20,
			   VHOST_ACCESS_RW))
			_exit(1);
	}
	if (cr_open_cbc(&dev, &s, true, 16, &seed))
		_exit(1);
	for (;;) {
		size_t pos = dev.pos;
		int n = flood(&dev, &dev.vqs[0], &s, r, 128);

		while (n--)
			if (vd_wait(&dev.vqs[0], NULL, CR_MS) < 0)
				_exit(1);
		vd_free_all(&dev, pos);
	}
}

/* kill -9 with requests in flight: the next one finds a device as new */
static int kill_rounds(const struct test_ctx *ctx, unsigned int rounds,
		       unsigned int mb)
{
	struct vd_dev dev;
	unsigned int i;
	u64 seed = 13;
	int status;
	pid_t pid;

	for (i = 0; i < rounds; i++) {
		pid = fork();
		if (!pid)
			be_a_vmm(ctx, mb);
		usleep(100000 + rnd(&seed) % 100000);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		EXPECT(WIFSIGNALED(status), "round %u: exits with %d", i,
		       WEXITSTATUS(status));
		START(dev, ctx);
		vd_close(&dev);
	}
	return PASS;
}

static int life_kill(const struct test_ctx *ctx)
{
	if (kill_rounds(ctx, 20, 0))
		return FAIL;
	EXPECT(attr_num(ctx, "orphans") == 0, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	return PASS;
}

/* 20 times 32 MB would show, were they not given back */
static int life_no_leak(const struct test_ctx *ctx)
{
	long before, after;

	if (kill_rounds(ctx, 3, 32))
		return FAIL;
	before = mem_available_kb();
	if (kill_rounds(ctx, 20, 32))
		return FAIL;
	after = mem_available_kb();
	printf("# %ld MB available before, %ld after\n", before / 1024,
	       after / 1024);
	EXPECT(before - after < 10L * 32 * 1024, "%ld MB are lost",
	       (before - after) / 1024);
	return PASS;
}

struct swapper {
	struct vd_dev *dev;
	volatile bool stop;
};

static void *swap_calls(void *arg)
{
	struct swapper *s = arg;
	unsigned int i = 0;

	while (!s->stop) {
		struct vd_vq *vq = &s->dev->vqs[i++ % s->dev->nvqs];
		struct vhost_vring_file f = { vq->index, vq->call };
		struct vhost_vring_file none = { vq->index, -1 };

		ioctl(s->dev->fd, VHOST_SET_VRING_CALL, &none);
		ioctl(s->dev->fd, VHOST_SET_VRING_CALL, &f);
		/* an interrupt may have gone nowhere: what irqfd does, too */
		eventfd_write(f.fd, 1);
	}
	return NULL;
}

/* QEMU swaps the call eventfds while the device runs */
static int life_swap_callbacks(const struct test_ctx *ctx)
{
	struct swapper sw = {};
	struct cr_session s;
	struct vd_dev dev;
	pthread_t thread;
	unsigned int i;
	u64 seed = 2;
	int ret;

	START(dev, ctx);
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
	sw.dev = &dev;
	EXPECT(!pthread_create(&thread, NULL, swap_calls, &sw), "thread");
	for (i = 0; i < 1000; i++) {
		ret = cr_one(&dev, &dev.vqs[i % (dev.nvqs - 1)], &s, 0, 64);
		EXPECT(!ret, "request %u: %s", i, cr_name(ret));
	}
	sw.stop = true;
	pthread_join(thread, NULL);
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

static void *storm(void *arg)
{
	struct swapper *s = arg;
	unsigned int i = 0;

	while (!s->stop)
		eventfd_write(s->dev->vqs[i++ % s->dev->nvqs].kick, 1);
	return NULL;
}

/* Notifications without end and without reason, in every state */
static int life_kick_storm(const struct test_ctx *ctx)
{
	struct swapper sw = {};
	struct vd_dev dev;
	pthread_t thread;
	unsigned int i;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	EXPECT(!vd_negotiate(&dev), "negotiate");
	EXPECT(!vd_setup_vqs(&dev), "rings");
	sw.dev = &dev;
	EXPECT(!pthread_create(&thread, NULL, storm, &sw), "thread");
	for (i = 0; i < 20; i++) {
		EXPECT(!vd_restart(&dev), "restart");
		EXPECT(!cr_works(&dev), "does not work under a storm");
	}
	sw.stop = true;
	pthread_join(thread, NULL);
	return PASS;
}

/* Ring sizes and states that the ioctls let through */
static int life_bad_setup(const struct test_ctx *ctx)
{
	static const u32 nums[] = { 1, 2, 2048, 32768 };
	struct vhost_vring_state state;
	struct vhost_vring_addr addr;
	struct vd_dev dev;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nums); i++) {
		EXPECT(!vd_open(&dev, ctx->path), "open");
		EXPECT(!vd_negotiate(&dev), "negotiate");
		EXPECT(!vd_setup_vqs(&dev), "rings");
		state.index = 0;
		state.num = nums[i];
		ioctl(dev.fd, VHOST_SET_VRING_NUM, &state);
		EXPECT(!vd_map(&dev, VD_IOVA, dev.mem, VD_ARENA,
			       VHOST_ACCESS_RW), "map");
		vd_set_status(&dev, VD_STATUS_OK);
		vd_kick_always(&dev.vqs[0]);
		usleep(1000);
		EXPECT(!vd_restart(&dev), "restart after size %u", nums[i]);
		EXPECT(!cr_works(&dev), "lost after size %u", nums[i]);
		vd_close(&dev);
	}
	/* DRIVER_OK with no ring set up, or none enabled, or at addresses */
	for (i = 0; i < 4; i++) {
		EXPECT(!vd_open(&dev, ctx->path), "open");
		EXPECT(!vd_negotiate(&dev), "negotiate");
		if (i == 1) {
			EXPECT(!vd_setup_vqs(&dev), "rings");
			state.index = 0;
			state.num = 0;
			ioctl(dev.fd, VHOST_VDPA_SET_VRING_ENABLE, &state);
		} else if (i) {
			EXPECT(!vd_setup_vqs(&dev), "rings");
			memset(&addr, 0, sizeof(addr));
			addr.desc_user_addr = i == 2 ? 0 : ~0ULL << 4;
			addr.avail_user_addr = addr.desc_user_addr;
			addr.used_user_addr = addr.desc_user_addr;
			ioctl(dev.fd, VHOST_SET_VRING_ADDR, &addr);
		}
		EXPECT(!vd_map(&dev, VD_IOVA, dev.mem, VD_ARENA,
			       VHOST_ACCESS_RW), "map");
		vd_set_status(&dev, VD_STATUS_OK);
		vd_kick_always(&dev.vqs[0]);
		usleep(1000);
		EXPECT(!vd_restart(&dev), "restart, set-up %u", i);
		EXPECT(!cr_works(&dev), "lost after set-up %u", i);
		vd_close(&dev);
	}
	return PASS;
}

/* Features that were not offered, or make no sense together */
static int life_bad_features(const struct test_ctx *ctx)
{
	struct vd_dev dev;
	u64 features;
	unsigned int i;
	int ret;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	for (i = 0; i < 64; i++) {
		EXPECT(!vd_reset(&dev), "reset");
		EXPECT(!vd_set_status(&dev, VD_STATUS_UP), "status");
		EXPECT(!ioctl(dev.fd, VHOST_GET_FEATURES, &features),
		       "features");
		if (features >> i & 1)
			continue;
		features |= VD_BIT(i);
		ret = ioctl(dev.fd, VHOST_SET_FEATURES, &features);
		EXPECT(ret < 0, "feature %u was not offered, but accepted", i);
	}
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

/* Suspended, the device takes nothing more; a reset brings it back */
static int life_suspend_under_load(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(100, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i, n, k;
	u64 seed = 17;
	int base, ret;

	START(dev, ctx);
	for (i = 0; i < 20; i++) {
		EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
		n = flood(&dev, &dev.vqs[0], &s, r, 100);
		EXPECT(n == 100, "only %u added", n);
		usleep(rnd(&seed) % 2000);
		EXPECT(!vd_suspend(&dev), "suspend");
		base = vd_vring_base(&dev, 0);
		EXPECT(base >= 0, "base: %d", base);
		/* what was taken is answered; what was not is untouched */
		for (n = 0; dev.vqs[0].last_used != (u16)base; n++) {
			ret = vd_poll(&dev.vqs[0], NULL);
			EXPECT(ret >= 0, "taken, but not answered");
		}
		for (k = 0; k < n; k++)
			EXPECT(!cr_status(&r[k]) && cr_dst_right(&r[k], &s),
			       "request %u: %s", k, cr_name(cr_status(&r[k])));
		for (; k < 100; k++)
			EXPECT(cr_status(&r[k]) == CR_NO_STATUS &&
			       cr_dst_untouched(&r[k]), "touched later");
		EXPECT(!vd_restart(&dev), "restart");
	}
	return PASS;
}

const struct test_case life_cases[] = {
	{ "life-resets-under-load", life_resets_under_load, .limit = 180 },
	{ "life-kill", life_kill, .limit = 120 },
	{ "life-no-leak", life_no_leak, .limit = 180 },
	{ "life-swap-callbacks", life_swap_callbacks },
	{ "life-kick-storm", life_kick_storm },
	{ "life-bad-setup", life_bad_setup },
	{ "life-bad-features", life_bad_features },
	{ "life-suspend-under-load", life_suspend_under_load },
	{}
};
