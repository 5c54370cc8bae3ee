// SPDX-License-Identifier: GPL-2.0
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	while (n && buf[n - 1] == '\n')
		n--;
	buf[n] = 0;
	return n;
}

/* An attribute of the device, in its folder or in a group below */
int attr_read(const struct test_ctx *ctx, const char *attr, char *buf,
	      size_t size)
{
	char dir[160], path[512];
	struct dirent *e;
	DIR *d;
	int ret;

	snprintf(dir, sizeof(dir), "/sys/bus/vdpa/devices/%s", ctx->name);
	snprintf(path, sizeof(path), "%s/%s", dir, attr);
	ret = read_file(path, buf, size);
	if (ret != -ENOENT)
		return ret;
	d = opendir(dir);
	if (!d)
		return -errno;
	while (ret == -ENOENT && (e = readdir(d))) {
		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s", dir, e->d_name, attr);
		ret = read_file(path, buf, size);
	}
	closedir(d);
	return ret;
}

long attr_num(const struct test_ctx *ctx, const char *attr)
{
	char buf[64];
	int ret = attr_read(ctx, attr, buf, sizeof(buf));

	return ret < 0 ? ret : strtol(buf, NULL, 0);
}

/* An attribute of the management device of its provider */
int provider_read(const struct test_ctx *ctx, const char *attr, char *buf,
		  size_t size)
{
	char name[64], path[256];
	int ret;

	ret = attr_read(ctx, "provider", name, sizeof(name));
	if (ret < 0)
		return ret;
	snprintf(path, sizeof(path), "/sys/devices/vhost_accel/%s/%s", name,
		 attr);
	return read_file(path, buf, size);
}

int sim_set(const struct test_ctx *ctx, const char *attr, const char *value)
{
	char path[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", ctx->sim, attr);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, value, strlen(value));
	if (n < 0)
		n = -errno;
	close(fd);
	return n < 0 ? n : 0;
}

long sim_get(const struct test_ctx *ctx, const char *attr)
{
	char path[256], buf[64];

	snprintf(path, sizeof(path), "%s/%s", ctx->sim, attr);
	return read_file(path, buf, sizeof(buf)) < 0 ? -1 :
						       strtol(buf, NULL, 0);
}

bool wait_for(bool (*fn)(void *), void *arg, unsigned int ms)
{
	u64 end = vd_now_ms() + ms;

	while (!fn(arg)) {
		if (vd_now_ms() >= end)
			return false;
		usleep(5000);
	}
	return true;
}

long mem_available_kb(void)
{
	char buf[2048], *p;

	if (read_file("/proc/meminfo", buf, sizeof(buf)) < 0)
		return -1;
	p = strstr(buf, "MemAvailable:");
	return p ? strtol(p + 13, NULL, 10) : -1;
}

/* /dev/vhost-vdpa-N of a device that is bound to vhost_vdpa */
int test_find_chardev(struct test_ctx *ctx)
{
	char dir[160];
	struct dirent *e;
	int ret = -ENOENT;
	DIR *d;

	snprintf(dir, sizeof(dir), "/sys/bus/vdpa/devices/%s", ctx->name);
	d = opendir(dir);
	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		if (strncmp(e->d_name, "vhost-vdpa-", 11))
			continue;
		snprintf(ctx->path, sizeof(ctx->path), "/dev/%.40s", e->d_name);
		ret = 0;
	}
	closedir(d);
	return ret;
}
