// SPDX-License-Identifier: GPL-2.0
/*
 * A good neighbour: keeps a device busy with requests, checks each result, and
 * fails if one is wrong, refused or does not come back.
 *
 *	vdpa-load [-e] DEVICE [SECONDS [KINDS]]
 *
 * With -e, the device may fail requests: those are counted, the others are checked, and
 * it works without breaks.
 *
 * Runs until SIGTERM, or for SECONDS. Its sessions are made once, at the start. With
 * KINDS it has only the first ones of its kinds of requests; the first is AES-CBC.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#define DEPTH	16

static volatile sig_atomic_t stop;
static bool may_fail;
static unsigned long failed;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static const struct {
	u32 service, wire, keylen, aad;
	bool enc;
} kinds[] = {
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CBC, 16, 0,
	  true },
	{ VIRTIO_CRYPTO_SERVICE_AEAD, VIRTIO_CRYPTO_AEAD_GCM, 32, 20, true },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_XTS, 64, 0,
	  false },
	{ VIRTIO_CRYPTO_SERVICE_AEAD, VIRTIO_CRYPTO_AEAD_GCM, 16, 8, false },
};

static unsigned int nr_kinds = ARRAY_SIZE(kinds);
static struct cr_session sessions[ARRAY_SIZE(kinds)];
static struct cr_req reqs[DEPTH];

/* One batch of requests on one queue */
static int batch(struct vd_dev *dev, struct vd_vq *vq, u64 *seed)
{
	unsigned int i, k, which[DEPTH];
	int ret;

	for (i = 0; i < DEPTH; i++) {
		u32 len = 16 * (1 + rnd(seed) % 128);

		k = rnd(seed) % nr_kinds;
		which[i] = k;
		if (kinds[k].service == VIRTIO_CRYPTO_SERVICE_AEAD)
			cr_aead(dev, &reqs[i], vq, &sessions[k], kinds[k].aad,
				len);
		else
			cr_cipher(dev, &reqs[i], vq, &sessions[k], len);
		reqs[i].indirect = i & 1;
		ret = cr_submit(&reqs[i]);
		EXPECT(ret >= 0, "add: %d", ret);
	}
	vd_kick(vq);
	for (i = 0; i < DEPTH; i++) {
		ret = vd_wait(vq, NULL, 2 * CR_MS);
		EXPECT(ret >= 0, "%s", cr_name(ret));
	}
	for (i = 0; i < DEPTH; i++) {
		ret = cr_status(&reqs[i]);
		if (ret == VIRTIO_CRYPTO_ERR && may_fail) {
			failed++;
			continue;
		}
		EXPECT(!ret, "%s", cr_name(ret));
		EXPECT(cr_dst_right(&reqs[i], &sessions[which[i]]),
		       "wrong result");
	}
	cr_free(dev, &reqs[0]);
	return PASS;
}

int main(int argc, char **argv)
{
	struct test_ctx ctx = {};
	unsigned long done = 0;
	struct vd_dev dev;
	u64 seed = 1, end;
	unsigned int i;
	int ret;

	if (argc > 1 && !strcmp(argv[1], "-e")) {
		may_fail = true;
		argc--;
		argv++;
	}
	if (argc < 2) {
		fprintf(stderr,
			"usage: vdpa-load [-e] DEVICE [SECONDS [KINDS]]\n");
		return 2;
	}
	if (argc > 3)
		nr_kinds = strtoul(argv[3], NULL, 10);
	EXPECT(nr_kinds && nr_kinds <= ARRAY_SIZE(kinds), "%s kinds", argv[3]);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	setvbuf(stdout, NULL, _IOLBF, 0);
	ctx.name = argv[1];
	ret = test_find_chardev(&ctx);
	EXPECT(!ret, "%s is not bound to vhost_vdpa", ctx.name);
	end = argc > 2 ? vd_now_ms() + 1000 * strtoull(argv[2], NULL, 10) :
			 ~0ULL;
	/* Without a try: the device may have none but the first kinds */
	ret = vd_open(&dev, ctx.path) ?: vd_start(&dev);
	EXPECT(!ret, "start %s: %d", ctx.path, ret);
	for (i = 0; i < nr_kinds; i++) {
		ret = cr_open_session(&dev, &sessions[i], kinds[i].service,
				      kinds[i].wire, kinds[i].enc,
				      kinds[i].keylen, &seed);
		EXPECT(!ret, "create: %s", cr_name(ret));
	}
	printf("# %s: started\n", ctx.name);
	for (i = 0; !stop && vd_now_ms() < end; i++) {
		u64 start = vd_now_ms();

		if (batch(&dev, &dev.vqs[i % (dev.nvqs - 1)], &seed)) {
			printf("# after %lu requests\n", done);
			return 1;
		}
		done += DEPTH;
		/* leave most of the machine to the others, however slow it is */
		usleep(1000 * (2 + (may_fail ? 0 : 9) * (vd_now_ms() - start)));
	}
	if (may_fail)
		printf("# %s: %lu requests, %lu failed, the others are right\n",
		       ctx.name, done, failed);
	else
		printf("# %s: %lu requests, all right\n", ctx.name, done);
	return 0;
}
