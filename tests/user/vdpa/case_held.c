// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that the provider keeps: the test driver holds them back, which
 * stands for hardware that is slow, hangs, or writes late. A late write must
 * find the pages it was meant for, whatever the VMM did with them meanwhile.
 */
#include "test.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAR	0x900000000ULL
#define HELD	8		/* requests in flight in these tests */
#define BUF	(HELD * 8192)	/* their sources and destinations */
#define PAGES	(BUF / VD_PAGE)
#define PATTERN	0x5c
#define HUGE_SIZE	(2 << 20)

enum memory { SMALL, HUGE_PAGE, SHARED };
enum leave { INVALIDATE, CLOSE, KILL, RESET };

static bool all_held(void *arg)
{
	return sim_get(arg, "held") >= HELD;
}

static bool none_in_flight(void *arg)
{
	return sim_get(arg, "in_flight") == 0;
}

static bool none_orphaned(void *arg)
{
	return attr_num(arg, "orphans") == 0;
}

static void *buffer(enum memory kind, size_t *size)
{
	u8 *p;
	int fd;

	*size = BUF;
	if (kind == SHARED) {
		fd = memfd_create("buffer", MFD_CLOEXEC);
		if (fd < 0 || ftruncate(fd, BUF))
			return MAP_FAILED;
		p = mmap(NULL, BUF, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		close(fd);
	} else if (kind == HUGE_PAGE) {
		*size = 2 * HUGE_SIZE;
		p = mmap(NULL, *size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p != MAP_FAILED)
			madvise(p, *size, MADV_HUGEPAGE);
	} else {
		p = mmap(NULL, BUF, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p != MAP_FAILED)
			madvise(p, BUF, MADV_NOHUGEPAGE);
	}
	if (p != MAP_FAILED)
		memset(p, CR_UNTOUCHED, *size);
	return p;
}

/* HELD requests with data in @buf, taken by the provider and held there */
static int hold_requests(const struct test_ctx *ctx, struct vd_dev *dev,
			 struct cr_req *r, struct cr_session *s, u8 *buf,
			 size_t size)
{
	u64 seed = 1;
	unsigned int i;

	EXPECT(!vd_map(dev, FAR, buf, size, VHOST_ACCESS_RW), "map");
	EXPECT(!cr_open_cbc(dev, s, true, 16, &seed), "create");
	EXPECT(!sim_set(ctx, "hold", "1"), "hold");
	for (i = 0; i < HELD; i++) {
		cr_cipher(dev, &r[i], &dev->vqs[0], s, 4096);
		r[i].buf[r[i].i_src].iova = FAR + i * 8192;
		r[i].buf[r[i].i_dst].iova = FAR + i * 8192 + 4096;
		EXPECT(cr_submit(&r[i]) >= 0, "add");
	}
	vd_kick(&dev->vqs[0]);
	EXPECT(wait_for(all_held, (void *)ctx, CR_MS),
	       "the provider got %ld of %d requests", sim_get(ctx, "held"),
	       HELD);
	return PASS;
}

static unsigned int count_pfns(const u8 *p, size_t size, const u64 *pa,
			       unsigned int n)
{
	static u64 entries[4096];
	unsigned int i, k, hits = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	size_t done, chunk;

	for (done = 0; done < size; done += chunk * VD_PAGE) {
		chunk = min_u32(ARRAY_SIZE(entries), (size - done) / VD_PAGE);
		if (pread(fd, entries, chunk * 8,
			  ((unsigned long)p + done) / VD_PAGE * 8) <= 0)
			break;
		for (i = 0; i < chunk; i++)
			for (k = 0; k < n; k++)
				hits += entries[i] >> 63 &&
					(entries[i] & (VD_BIT(55) - 1)) ==
					pa[k] / VD_PAGE;
	}
	close(fd);
	return hits;
}

/* The kernel keeps pages that were freed for the CPU that freed them */
static int stay_on_one_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	return sched_setaffinity(0, sizeof(cpus), &cpus);
}

/*
 * Another process takes memory of the same kind until it has the pages that the
 * VMM gave up, or far more than the kernel keeps for the CPU, and fills it with a
 * pattern. Never inlined into the VMM's own process: these are somebody else's
 * data.
 */
struct other {
	int to, from;		/* pipes */
	pid_t pid;
};

static void other_process(int in, int out, enum memory kind, const u64 *pa)
{
	enum { CHUNK = 8 << 20, MAX = 24 };
	static u8 *chunk[MAX];
	unsigned int n = 0, hits = 0;
	size_t i, c;
	char go = 0;

	while (n < MAX && hits < PAGES) {
		chunk[n] = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (chunk[n] == MAP_FAILED)
			break;
		madvise(chunk[n], CHUNK, kind == HUGE_PAGE ? MADV_HUGEPAGE :
							     MADV_NOHUGEPAGE);
		memset(chunk[n], PATTERN, CHUNK);
		hits += count_pfns(chunk[n], CHUNK, pa, PAGES);
		n++;
	}
	if (write(out, &hits, sizeof(hits)) != sizeof(hits) ||
	    read(in, &go, 1) != 1)
		_exit(2);
	hits = 0;
	for (c = 0; c < n; c++)
		for (i = 0; i < CHUNK; i++)
			hits += chunk[c][i] != PATTERN;
	if (write(out, &hits, sizeof(hits)) != sizeof(hits))
		_exit(2);
	_exit(0);
}

static int start_other(struct other *o, enum memory kind, const u64 *pa,
		       unsigned int *reused)
{
	int in[2], out[2];

	if (pipe(in) || pipe(out))
		return -1;
	o->pid = fork();
	if (!o->pid)
		other_process(in[0], out[1], kind, pa);
	o->to = in[1];
	o->from = out[0];
	close(in[0]);
	close(out[1]);
	return read(o->from, reused, sizeof(*reused)) == sizeof(*reused) ?
	       0 : -1;
}

static int ask_other(struct other *o, unsigned int *spoilt)
{
	int ret = write(o->to, "g", 1) == 1 &&
		  read(o->from, spoilt, sizeof(*spoilt)) == sizeof(*spoilt) ?
		  0 : -1;

	kill(o->pid, SIGKILL);
	waitpid(o->pid, NULL, 0);
	return ret;
}

/* The VMM, in a process of its own so that it can be killed */
static int vmm(const struct test_ctx *ctx, enum memory kind, enum leave leave,
	       int out)
{
	struct cr_req *r = calloc(HELD, sizeof(*r));
	u64 pa[PAGES], last;
	struct cr_session s;
	struct vd_dev dev;
	size_t size;
	unsigned int i;
	u8 *buf;

	START(dev, ctx);
	buf = buffer(kind, &size);
	EXPECT(buf != MAP_FAILED, "memory");
	if (hold_requests(ctx, &dev, r, &s, buf, size))
		return FAIL;
	for (i = 0; i < PAGES; i++) {
		pa[i] = vd_phys(buf + i * VD_PAGE);
		EXPECT(pa[i], "no physical addresses: not root?");
	}
	EXPECT(kind != HUGE_PAGE ||
	       (!(pa[0] % HUGE_SIZE) && pa[PAGES - 1] == pa[0] + BUF - VD_PAGE),
	       "the kernel gave no huge page");
	if (leave == INVALIDATE) {
		EXPECT(!vd_unmap(&dev, FAR, size), "unmap");
		munmap(buf, size);
	} else if (leave == CLOSE) {
		vd_close(&dev);
		munmap(buf, size);
	} else if (leave == RESET) {
		EXPECT(!vd_reset(&dev), "reset");
		EXPECT(!vd_unmap(&dev, FAR, size), "unmap");
		munmap(buf, size);
	}
	EXPECT(write(out, pa, sizeof(pa)) == sizeof(pa), "pipe");
	if (leave == KILL)
		kill(getpid(), SIGKILL);
	if (leave != INVALIDATE)
		return PASS;
	/* the device went on, and these requests are answered in the end */
	for (i = 0; i < HELD; i++) {
		int ret = vd_wait(&dev.vqs[0], NULL, 3 * CR_MS);

		EXPECT(ret >= 0, "request %u: %s", i, cr_name(ret));
	}
	last = vd_now_ms() + CR_MS;
	while (!none_in_flight((void *)ctx) && vd_now_ms() < last)
		usleep(1000);
	STILL_WORKS(dev);
	return PASS;
}

static int reuse(const struct test_ctx *ctx, enum memory kind, enum leave leave)
{
	unsigned int reused = 0, spoilt = 0;
	struct vd_dev dev;
	struct other other;
	u64 pa[PAGES];
	int out[2], status;
	pid_t pid;

	EXPECT(!stay_on_one_cpu(), "affinity");
	EXPECT(!pipe(out), "pipe");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		close(out[0]);
		status = vmm(ctx, kind, leave, out[1]);
		fflush(stdout);
		_exit(status);
	}
	close(out[1]);
	EXPECT(read(out[0], pa, sizeof(pa)) == sizeof(pa), "the VMM failed");
	if (leave != INVALIDATE) {
		EXPECT(waitpid(pid, &status, 0) == pid, "wait");
		EXPECT(leave == KILL ? WIFSIGNALED(status) :
				       WIFEXITED(status) && !status,
		       "the VMM ends with %#x", status);
	}
	EXPECT(sim_get(ctx, "held") >= HELD, "only %ld held at this point",
	       sim_get(ctx, "held"));
	EXPECT(!start_other(&other, kind, pa, &reused), "other process");
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	EXPECT(wait_for(none_in_flight, (void *)ctx, CR_MS), "still in flight");
	EXPECT(!ask_other(&other, &spoilt), "other process");
	printf("# %u of %u pages went to another process, which finds %u bytes changed\n",
	       reused, PAGES, spoilt);
	EXPECT(!spoilt, "another process's memory was written to");
	EXPECT(!reused, "pages were given away while a request used them");
	if (leave == INVALIDATE) {
		EXPECT(waitpid(pid, &status, 0) == pid, "wait");
		EXPECT(WIFEXITED(status) && !WEXITSTATUS(status),
		       "the VMM ends with %#x", status);
	}
	EXPECT(wait_for(none_orphaned, (void *)ctx, CR_MS), "orphans: %ld",
	       attr_num(ctx, "orphans"));
	START(dev, ctx);
	vd_close(&dev);
	return PASS;
}

static int held_unmap_small(const struct test_ctx *ctx)
{
	return reuse(ctx, SMALL, INVALIDATE);
}

static int held_unmap_huge(const struct test_ctx *ctx)
{
	if (access("/sys/kernel/mm/transparent_hugepage", X_OK)) {
		printf("# this kernel has no huge pages\n");
		return SKIP;
	}
	return reuse(ctx, HUGE_PAGE, INVALIDATE);
}

static int held_unmap_shared(const struct test_ctx *ctx)
{
	return reuse(ctx, SHARED, INVALIDATE);
}

static int held_close_reuse(const struct test_ctx *ctx)
{
	return reuse(ctx, SMALL, CLOSE);
}

static int held_kill_reuse(const struct test_ctx *ctx)
{
	return reuse(ctx, SMALL, KILL) || reuse(ctx, SHARED, KILL);
}

static int held_reset_reuse(const struct test_ctx *ctx)
{
	return reuse(ctx, SMALL, RESET);
}

struct who {
	const struct test_ctx *ctx;
	struct vd_dev *dev;
};

static bool ready(void *arg)
{
	struct who *w = arg;

	return vd_hw_ready(w->dev);
}

/*
 * A provider that never completes. Reset returns, in a time that is bounded
 * (the case's own limit fails it otherwise); until the provider lets go the
 * device does not start again, and says why.
 */
static int held_reset(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(HELD, sizeof(*r));
	char state[256] = "";
	struct cr_session s;
	struct vd_dev dev;
	struct who who = { ctx, &dev };
	struct pollfd fd;
	size_t size;
	u64 drain;
	u8 *buf;
	int ret;

	START(dev, ctx);
	buf = buffer(SMALL, &size);
	EXPECT(buf != MAP_FAILED, "memory");
	if (hold_requests(ctx, &dev, r, &s, buf, size))
		return FAIL;
	ret = vd_reset(&dev);
	EXPECT(attr_num(ctx, "orphans") == HELD, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	EXPECT(attr_read(ctx, "state", state, sizeof(state)) > 0,
	       "no attribute `state'");
	printf("# reset: %d, state: %s\n", ret, state);
	EXPECT(strcmp(state, "ready") && strcmp(state, "running") &&
	       strcmp(state, "ok"), "state is only `%s'", state);
	EXPECT(!vd_hw_ready(&dev), "HW_READY, though not ready");
	EXPECT(vd_restart(&dev), "starts, though requests are out");
	EXPECT(!vd_hw_ready(&dev), "HW_READY, though not ready");
	EXPECT(sim_get(ctx, "held") >= HELD, "nothing held any more");
	if (read(dev.config_call, &drain, sizeof(drain)) < 0)
		drain = 0;
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	fd = (struct pollfd){ .fd = dev.config_call, .events = POLLIN };
	poll(&fd, 1, 1000);
	EXPECT(wait_for(ready, &who, CR_MS), "not ready after the release");
	EXPECT(attr_num(ctx, "orphans") == 0, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

static int held_close(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(HELD, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	size_t size;
	u8 *buf;

	START(dev, ctx);
	buf = buffer(SMALL, &size);
	EXPECT(buf != MAP_FAILED, "memory");
	if (hold_requests(ctx, &dev, r, &s, buf, size))
		return FAIL;
	vd_close(&dev);
	EXPECT(attr_num(ctx, "orphans") == HELD, "orphans: %ld",
	       attr_num(ctx, "orphans"));
	/* a new VMM is told at once, by open or by DRIVER_OK */
	if (!vd_open(&dev, ctx->path)) {
		EXPECT(vd_start(&dev), "starts, though requests are out");
		EXPECT(!vd_hw_ready(&dev), "HW_READY, though not ready");
		vd_close(&dev);
	}
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	EXPECT(wait_for(none_orphaned, (void *)ctx, CR_MS), "orphans: %ld",
	       attr_num(ctx, "orphans"));
	START(dev, ctx);
	return PASS;
}

/*
 * After a suspension that failed, the next one. At this priority, on one CPU, no
 * worker has moved in between: one that has parked already is parked again.
 */
static int held_suspend_again(const struct test_ctx *ctx)
{
	static const struct sched_param first = { .sched_priority = 1 };
	struct cr_req *r = calloc(HELD, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	size_t size;
	u8 *buf;

	START(dev, ctx);
	buf = buffer(SMALL, &size);
	EXPECT(buf != MAP_FAILED, "memory");
	if (hold_requests(ctx, &dev, r, &s, buf, size))
		return FAIL;
	EXPECT(!sched_setscheduler(0, SCHED_FIFO, &first), "priority");
	EXPECT(vd_suspend(&dev) < 0, "suspended, though requests are out");
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	EXPECT(!vd_suspend(&dev), "suspend");
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	return PASS;
}

/* Suspend can't drain: it fails, and the device goes on as if not asked */
static int held_suspend(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(HELD, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i;
	size_t size;
	u8 *buf;
	int ret;

	START(dev, ctx);
	buf = buffer(SMALL, &size);
	EXPECT(buf != MAP_FAILED, "memory");
	if (hold_requests(ctx, &dev, r, &s, buf, size))
		return FAIL;
	ret = vd_suspend(&dev);
	EXPECT(ret < 0, "suspended, though requests are out");
	ret = vd_vring_base(&dev, 0);
	EXPECT(ret < 0, "a ring state (%d) with requests out", ret);
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	for (i = 0; i < HELD; i++) {
		ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
		EXPECT(ret >= 0, "request %u: %s", i, cr_name(ret));
		EXPECT(!cr_status(&r[i]), "request %u: %s", i,
		       cr_name(cr_status(&r[i])));
	}
	EXPECT(!cr_works(&dev), "device is lost");
	EXPECT(!vd_suspend(&dev), "suspend");
	EXPECT(vd_vring_base(&dev, 0) == dev.vqs[0].avail_idx, "base");
	return PASS;
}

/* An answer is never given before the provider is done with the memory */
static int held_no_early_answer(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(HELD, sizeof(*r)), d;
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i;
	size_t size;
	u8 *buf;
	int ret;

	START(dev, ctx);
	buf = buffer(SMALL, &size);
	EXPECT(buf != MAP_FAILED, "memory");
	if (hold_requests(ctx, &dev, r, &s, buf, size))
		return FAIL;
	/* the session goes, its requests do not */
	cr_destroy(&dev, &d, s.service, s.id);
	ret = cr_run(&d, CR_MS);
	EXPECT(!ret, "destroy with requests out: %s", cr_name(ret));
	usleep(500000);
	EXPECT(vd_poll(&dev.vqs[0], NULL) < 0, "answered while held");
	for (i = 0; i < BUF; i++)
		EXPECT(buf[i] == CR_UNTOUCHED, "written to while held");
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	for (i = 0; i < HELD; i++) {
		ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
		EXPECT(ret >= 0, "request %u: %s", i, cr_name(ret));
	}
	for (i = 0; i < HELD; i++)
		EXPECT(buf[i * 8192 + 4096] != CR_UNTOUCHED ||
		       buf[i * 8192 + 4097] != CR_UNTOUCHED, "no result");
	STILL_WORKS(dev);
	return PASS;
}

/* The provider says no, in every way it can: nobody notices but the counters */
static int held_full_provider(const struct test_ctx *ctx)
{
	static const char * const knobs[] = {
		"busy_every", "nospc_every", "nomem_every", "sync_every",
	};
	struct cr_req *r = calloc(64, sizeof(*r));
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i, k;
	u64 seed = 4;
	long before;
	int ret;

	START(dev, ctx);
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
	for (k = 0; k <= ARRAY_SIZE(knobs); k++) {
		before = attr_num(ctx, "fallbacks");
		if (k < ARRAY_SIZE(knobs))
			EXPECT(!sim_set(ctx, knobs[k], "3"), "%s", knobs[k]);
		else
			EXPECT(!sim_set(ctx, "queue_depth", "4"), "depth");
		for (i = 0; i < 64; i++) {
			cr_cipher(&dev, &r[i], &dev.vqs[0], &s, 1024);
			r[i].indirect = true;
			EXPECT(cr_submit(&r[i]) >= 0, "add");
		}
		vd_kick(&dev.vqs[0]);
		for (i = 0; i < 64; i++) {
			ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
			EXPECT(ret >= 0, "%s, request %u: %s",
			       k < ARRAY_SIZE(knobs) ? knobs[k] : "depth", i,
			       cr_name(ret));
		}
		for (i = 0; i < 64; i++)
			EXPECT(!cr_status(&r[i]) && cr_dst_right(&r[i], &s),
			       "%s, request %u: %s",
			       k < ARRAY_SIZE(knobs) ? knobs[k] : "depth", i,
			       cr_name(cr_status(&r[i])));
		cr_free(&dev, &r[0]);
		/* What is counted and not timed is not done by another at once */
		EXPECT(k != 2 || attr_num(ctx, "fallbacks") == before,
		       "%s: done by the fallback", knobs[2]);
		if (k < ARRAY_SIZE(knobs))
			sim_set(ctx, knobs[k], "0");
		else
			sim_set(ctx, "queue_depth", "128");
	}
	/* an error is an answer too */
	EXPECT(!sim_set(ctx, "error_every", "1"), "error_every");
	ret = cr_one(&dev, &dev.vqs[0], &s, 0, 512);
	sim_set(ctx, "error_every", "0");
	EXPECT(ret == VIRTIO_CRYPTO_ERR, "the provider fails: %s",
	       cr_name(ret));
	STILL_WORKS(dev);
	return PASS;
}

const struct test_case held_cases[] = {
	{ "held-unmap-reuse", held_unmap_small, 120, T_SIM },
	{ "held-unmap-reuse-huge", held_unmap_huge, 120, T_SIM },
	{ "held-unmap-reuse-shared", held_unmap_shared, 120, T_SIM },
	{ "held-close-reuse", held_close_reuse, 120, T_SIM },
	{ "held-kill-reuse", held_kill_reuse, 240, T_SIM },
	{ "held-reset-reuse", held_reset_reuse, 120, T_SIM },
	{ "held-reset", held_reset, 120, T_SIM },
	{ "held-close", held_close, 120, T_SIM },
	{ "held-suspend", held_suspend, 120, T_SIM },
	{ "held-suspend-again", held_suspend_again, 120, T_SIM },
	{ "held-no-early-answer", held_no_early_answer, 120, T_SIM },
	{ "held-full-provider", held_full_provider, 120, T_SIM },
	{}
};
