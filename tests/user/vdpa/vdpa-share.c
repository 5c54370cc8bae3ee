// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that share a provider: what each gets when all have always something to do,
 * and how many requests of others come before one's own.
 *
 *	vdpa-share shares DEPTH REQUESTS DEVICE:BYTES:QUEUED...
 *	vdpa-share light DEPTH REQUESTS FLOOD:BYTES:QUEUED LIGHT:BYTES
 *
 * The provider is accel_sim with DEPTH slots. It holds what it gets, and is let go on
 * only when its slots are full: so no device runs dry, however slow this program or the
 * machine is, and nothing depends on time.
 *
 * "shares" ends when each device has had REQUESTS; it prints "DEVICE REQUESTS BYTES" of
 * each. "light" has LIGHT send one request after the other; it prints "foreign N COUNT":
 * how often N requests of the other were done between the moment that the device wanted
 * to submit one and that it was done.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#define MAX_DEVICES	8
#define MAX_DEPTH	1024
#define SIM		"/sys/module/accel_sim/parameters/"
#define PATIENCE	(6 * CR_MS)

/**
 * struct load - a device, and what it is asked for
 * @dev: the device
 * @name: of it
 * @bytes: of a request
 * @queued: how many it always has
 * @pending: how many it has
 * @done: how many it has done
 * @session: a key
 * @req: the request, which is sent again and again
 */
struct load {
	struct vd_dev dev;
	char name[32];
	u32 bytes;
	unsigned int queued;
	unsigned int pending;
	unsigned long done;
	struct cr_session session;
	struct cr_req req;
};

static struct load loads[MAX_DEVICES];
static unsigned int nr_loads;
static unsigned int depth;
static int completed;	/* by accel_sim before the first request */

static int sim_read(const char *name)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), SIM "%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return atoi(text);
}

static int sim_write(const char *name, unsigned int value)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), SIM "%s", name);
	f = fopen(path, "w");
	if (!f)
		return -1;
	fprintf(f, "%u", value);
	return fclose(f);
}

static bool is_saturated(const struct load *l)
{
	char path[128], c = '0';
	int fd;

	snprintf(path, sizeof(path),
		 "/sys/bus/vdpa/devices/%s/accel/saturated", l->name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return false;
	if (read(fd, &c, 1) < 0)
		c = '0';
	close(fd);
	return c == '1';
}

static int load_open(struct load *l, const char *arg)
{
	struct test_ctx ctx = { .name = l->name };
	u64 seed = 1;
	int ret;

	ret = sscanf(arg, "%31[^:]:%u:%u", l->name, &l->bytes, &l->queued);
	EXPECT(ret >= 2, "%s is not DEVICE:BYTES[:QUEUED]", arg);
	ret = test_find_chardev(&ctx);
	EXPECT(!ret, "%s is not bound to vhost_vdpa", l->name);
	ret = vd_open(&l->dev, strdup(ctx.path));
	EXPECT(!ret, "open %s: %d", ctx.path, ret);
	while (l->dev.num < l->queued)
		l->dev.num *= 2;
	ret = vd_start(&l->dev);
	EXPECT(!ret, "start %s: %d", ctx.path, ret);
	ret = cr_open_cbc(&l->dev, &l->session, true, 16, &seed);
	EXPECT(!ret, "create: %s", cr_name(ret));
	cr_cipher(&l->dev, &l->req, &l->dev.vqs[0], &l->session, l->bytes);
	l->req.indirect = true;
	return PASS;
}

/* Sends until there are @n */
static int load_fill(struct load *l, unsigned int n)
{
	int ret;

	if (l->pending >= n)
		return PASS;
	for (; l->pending < n; l->pending++) {
		ret = cr_submit(&l->req);
		EXPECT(ret >= 0, "%s: add: %d", l->name, ret);
	}
	vd_kick(l->req.vq);
	return PASS;
}

static int load_harvest(struct load *l)
{
	int ret;

	while ((ret = vd_poll(l->req.vq, NULL)) >= 0) {
		EXPECT(!cr_status(&l->req), "%s: %s", l->name,
		       cr_name(cr_status(&l->req)));
		l->pending--;
		l->done++;
	}
	EXPECT(ret == -EAGAIN, "%s: %s", l->name, cr_name(ret));
	return PASS;
}

/* Whether all slots are full, and all that was done has come back */
static bool is_settled(unsigned long done)
{
	return sim_read("held") == (int)depth &&
	       sim_read("completed") - completed == (int)done;
}

/* Until it is, and all devices have what they always have */
static int settle(void)
{
	u64 end = vd_now_ms() + PATIENCE;
	unsigned long done;
	unsigned int i;

	for (;;) {
		done = 0;
		for (i = 0; i < nr_loads; i++) {
			if (load_harvest(&loads[i]) ||
			    load_fill(&loads[i], loads[i].queued))
				return FAIL;
			done += loads[i].done;
		}
		if (is_settled(done))
			return PASS;
		EXPECT(vd_now_ms() < end, "%d held of %u", sim_read("held"),
		       depth);
		usleep(20);
	}
}

/* What the last device has is nobody's business any more */
static int end(void)
{
	u64 limit = vd_now_ms() + PATIENCE;
	unsigned int i, pending;

	EXPECT(!sim_write("hold", 0), "hold");
	do {
		pending = 0;
		for (i = 0; i < nr_loads; i++) {
			if (load_harvest(&loads[i]))
				return FAIL;
			pending += loads[i].pending;
		}
		EXPECT(vd_now_ms() < limit, "%u do not come back", pending);
		usleep(100);
	} while (pending);
	for (i = 0; i < nr_loads; i++)
		vd_close(&loads[i].dev);
	return PASS;
}

static int run_shares(unsigned long requests)
{
	unsigned long least;
	unsigned int i;

	do {
		if (settle())
			return FAIL;
		EXPECT(!sim_write("release", depth), "release");
		least = loads[0].done;
		for (i = 1; i < nr_loads; i++)
			if (loads[i].done < least)
				least = loads[i].done;
	} while (least < requests);
	for (i = 0; i < nr_loads; i++)
		printf("%s %lu %lu\n", loads[i].name, loads[i].done,
		       loads[i].done * loads[i].bytes);
	return PASS;
}

/* One request; returns how many of the other's were done before it, or -1 */
static int light_one(struct load *light)
{
	u64 limit = vd_now_ms() + PATIENCE;
	unsigned long done = light->done;
	int released = 0;

	if (settle() || load_fill(light, 1))
		return -1;
	while (!is_saturated(light)) {
		if (vd_now_ms() > limit)
			return -1;
		usleep(20);
	}
	for (;;) {
		if (settle() || sim_write("release", 1))
			return -1;
		released++;
		if (settle())
			return -1;
		if (light->done != done)
			return released - 1;
	}
}

static int run_light(unsigned long requests)
{
	struct load *light = &loads[1];
	static unsigned long count[MAX_DEPTH + 2];
	unsigned int i;
	int foreign;

	light->queued = 0;
	while (requests--) {
		foreign = light_one(light);
		EXPECT(foreign >= 0, "after %lu", light->done);
		if (foreign > MAX_DEPTH)
			foreign = MAX_DEPTH + 1;
		count[foreign]++;
	}
	for (i = 0; i < ARRAY_SIZE(count); i++)
		if (count[i])
			printf("foreign %u %lu\n", i, count[i]);
	return PASS;
}

int main(int argc, char **argv)
{
	unsigned long requests;
	bool light;
	int i, ret;

	if (argc < 6 || argc - 4 > MAX_DEVICES) {
		fprintf(stderr,
			"usage: vdpa-share shares|light DEPTH REQUESTS DEVICE:BYTES:QUEUED...\n");
		return 2;
	}
	light = !strcmp(argv[1], "light");
	depth = strtoul(argv[2], NULL, 10);
	requests = strtoul(argv[3], NULL, 10);
	EXPECT(depth && depth <= MAX_DEPTH, "%s slots", argv[2]);
	EXPECT(!sim_write("hold", 1), "no accel_sim");
	for (i = 4; i < argc; i++) {
		ret = load_open(&loads[nr_loads++], argv[i]);
		if (ret)
			return ret;
	}
	completed = sim_read("completed");
	ret = light ? run_light(requests) : run_shares(requests);
	return end() || ret ? FAIL : PASS;
}
