// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions: an id names one key for as long as the device exists. A driver
 * that comes back from a reset with an old id must get INVSESS, never the data
 * encrypted with somebody else's key.
 */
#include "test.h"

#include <stdlib.h>

static int stale(struct vd_dev *dev, const struct cr_session *s)
{
	struct cr_req r;
	int ret;

	if (s->service == VIRTIO_CRYPTO_SERVICE_AEAD)
		cr_aead(dev, &r, &dev->vqs[0], s, 16, 256);
	else
		cr_cipher(dev, &r, &dev->vqs[0], s, 256);
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == VIRTIO_CRYPTO_INVSESS, "id %llu: %s",
	       (unsigned long long)s->id, cr_name(ret));
	EXPECT(cr_dst_untouched(&r), "INVSESS, but the destination changed");
	cr_free(dev, &r);
	return PASS;
}

static int session_stale(const struct test_ctx *ctx)
{
	struct cr_session s, t, u;
	struct vd_dev dev;
	u64 seed = 1;
	int ret;

	START(dev, ctx);
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
	EXPECT(!cr_open_gcm(&dev, &t, false, 16, &seed), "create");
	EXPECT(!cr_one(&dev, &dev.vqs[0], &s, 0, 256), "data");
	EXPECT(!cr_close_session(&dev, &s), "destroy");
	if (stale(&dev, &s))
		return FAIL;
	ret = cr_close_session(&dev, &s);
	EXPECT(ret > 0, "destroyed twice: %s", cr_name(ret));
	EXPECT(!cr_open_cbc(&dev, &u, true, 16, &seed), "create");
	if (stale(&dev, &s))
		return FAIL;
	EXPECT(!cr_one(&dev, &dev.vqs[0], &t, 16, 256), "data");

	EXPECT(!vd_restart(&dev), "restart");
	if (stale(&dev, &s) || stale(&dev, &t) || stale(&dev, &u))
		return FAIL;
	/* new sessions in the old ones' places, with other keys */
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
	if (stale(&dev, &t) || stale(&dev, &u))
		return FAIL;
	vd_close(&dev);
	START(dev, ctx);
	if (stale(&dev, &t) || stale(&dev, &u) || stale(&dev, &s))
		return FAIL;
	return PASS;
}

static int by_value(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static int session_ids_unique(const struct test_ctx *ctx)
{
	enum { ROUNDS = 24, EACH = 40 };
	u64 *ids = calloc(ROUNDS * EACH, sizeof(*ids)), seed = 1;
	struct cr_session s;
	struct vd_dev dev;
	unsigned int i, k, n = 0;

	START(dev, ctx);
	for (i = 0; i < ROUNDS; i++) {
		for (k = 0; k < EACH; k++) {
			EXPECT(!cr_open_cbc(&dev, &s, k & 1, 16, &seed),
			       "create");
			ids[n++] = s.id;
			if (k % 3)
				EXPECT(!cr_close_session(&dev, &s), "destroy");
		}
		if (i % 4 == 3) {
			vd_close(&dev);
			START(dev, ctx);
		} else {
			EXPECT(!vd_restart(&dev), "restart");
		}
	}
	qsort(ids, n, sizeof(*ids), by_value);
	for (i = 1; i < n; i++)
		EXPECT(ids[i] != ids[i - 1], "id %llu was given twice",
		       (unsigned long long)ids[i]);
	return PASS;
}

static int fill_up(const struct test_ctx *ctx, u64 mask)
{
	struct cr_session s, first;
	struct vd_dev dev;
	unsigned int n;
	u64 seed = 1;
	int ret;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = mask;
	EXPECT(!vd_start(&dev), "start");
	EXPECT(!cr_open_cbc(&dev, &first, true, 16, &seed), "create");
	for (n = 1; n < 200000; n++) {
		ret = cr_open_cbc(&dev, &s, true, 16, &seed);
		if (ret)
			break;
	}
	printf("# %s: %u sessions, then %s\n", mask ? "legacy" : "REVISION_1",
	       n, cr_name(ret));
	/* NOSPC is a status of REVISION_1 only */
	EXPECT(ret == VIRTIO_CRYPTO_NOSPC || (mask && ret == VIRTIO_CRYPTO_ERR),
	       "%u sessions, then %s", n, cr_name(ret));
	EXPECT(!cr_one(&dev, &dev.vqs[0], &first, 0, 64), "data at the limit");
	EXPECT(!cr_close_session(&dev, &first), "destroy");
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed),
	       "no room, though one was destroyed");
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	vd_close(&dev);
	return PASS;
}

/* A session of what is offered, and of nothing else */
static int session_offered(const struct test_ctx *ctx)
{
	static const struct {
		u32 service, wire, keylen;
	} algs[] = {
		{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_ECB, 16 },
		{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CBC, 16 },
		{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CTR, 16 },
		{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_XTS, 64 },
		{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_3DES_ECB, 24 },
		{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_3DES_CBC, 24 },
		{ VIRTIO_CRYPTO_SERVICE_HASH, VIRTIO_CRYPTO_HASH_SHA_256, 0 },
		{ VIRTIO_CRYPTO_SERVICE_HASH, VIRTIO_CRYPTO_HASH_SHA3_512, 0 },
		{ VIRTIO_CRYPTO_SERVICE_HASH, VIRTIO_CRYPTO_HASH_SHA3_SHAKE128, 0 },
		{ VIRTIO_CRYPTO_SERVICE_MAC, VIRTIO_CRYPTO_MAC_HMAC_SHA_256, 20 },
		{ VIRTIO_CRYPTO_SERVICE_MAC, VIRTIO_CRYPTO_MAC_CMAC_AES, 16 },
		{ VIRTIO_CRYPTO_SERVICE_MAC, VIRTIO_CRYPTO_MAC_GMAC_AES, 16 },
	};
	struct virtio_crypto_config *c;
	struct cr_session s;
	struct vd_dev dev;
	u64 seed = 3, offered[3];
	unsigned int i, is_offered;
	int ret;

	START(dev, ctx);
	c = &dev.config;
	offered[VIRTIO_CRYPTO_SERVICE_CIPHER] = c->cipher_algo_l;
	offered[VIRTIO_CRYPTO_SERVICE_HASH] = c->hash_algo;
	offered[VIRTIO_CRYPTO_SERVICE_MAC] = c->mac_algo_l |
					     (u64)c->mac_algo_h << 32;
	for (i = 0; i < ARRAY_SIZE(algs); i++) {
		is_offered = offered[algs[i].service] >> algs[i].wire & 1;
		ret = cr_open_session(&dev, &s, algs[i].service, algs[i].wire,
				      true, algs[i].keylen, &seed);
		EXPECT(ret == (is_offered ? VIRTIO_CRYPTO_OK :
					    VIRTIO_CRYPTO_NOTSUPP),
		       "service %u, algorithm %u, %soffered: %s",
		       algs[i].service, algs[i].wire,
		       is_offered ? "" : "not ", cr_name(ret));
	}
	/* Algorithm chaining needs both halves */
	is_offered = offered[VIRTIO_CRYPTO_SERVICE_CIPHER] >>
		     VIRTIO_CRYPTO_CIPHER_AES_CBC &
		     offered[VIRTIO_CRYPTO_SERVICE_MAC] >>
		     VIRTIO_CRYPTO_MAC_HMAC_SHA_256 & 1;
	ret = cr_open_chain(&dev, &s, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
			    VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_CIPHER_THEN_HASH,
			    VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH, &seed);
	EXPECT(ret == (is_offered ? VIRTIO_CRYPTO_OK : VIRTIO_CRYPTO_NOTSUPP),
	       "chain, %soffered: %s", is_offered ? "" : "not ", cr_name(ret));
	return PASS;
}

static int session_limit(const struct test_ctx *ctx)
{
	return fill_up(ctx, 0) || fill_up(ctx, 1);
}

/*
 * Destroyed with requests in flight: each is answered, by its result or by
 * INVSESS, and with the session's own key.
 */
static int session_destroyed_busy(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(32, sizeof(*r)), d;
	unsigned int i, round, good = 0, late = 0;
	struct cr_session s;
	struct vd_dev dev;
	u64 seed = 1;
	int ret, head[32];

	START(dev, ctx);
	for (round = 0; round < 30; round++) {
		EXPECT(!cr_open_cbc(&dev, &s, true, 32, &seed), "create");
		for (i = 0; i < 32; i++) {
			cr_cipher(&dev, &r[i], &dev.vqs[0], &s, 4096);
			head[i] = cr_submit(&r[i]);
			EXPECT(head[i] >= 0, "add");
		}
		cr_destroy(&dev, &d, s.service, s.id);
		EXPECT(cr_submit(&d) >= 0, "add");
		vd_kick(&dev.vqs[0]);
		vd_kick(d.vq);
		for (i = 0; i < 32; i++) {
			ret = vd_wait(&dev.vqs[0], NULL, CR_MS);
			EXPECT(ret >= 0, "%s", cr_name(ret));
		}
		ret = vd_wait(d.vq, NULL, CR_MS);
		EXPECT(ret >= 0 && !cr_status(&d), "destroy: %s",
		       cr_name(ret < 0 ? ret : cr_status(&d)));
		for (i = 0; i < 32; i++) {
			ret = cr_status(&r[i]);
			if (!ret) {
				EXPECT(cr_dst_right(&r[i], &s), "wrong result");
				good++;
			} else {
				EXPECT(ret == VIRTIO_CRYPTO_INVSESS, "%s",
				       cr_name(ret));
				EXPECT(cr_dst_untouched(&r[i]),
				       "INVSESS, but the destination changed");
				late++;
			}
		}
		cr_free(&dev, &r[0]);
	}
	printf("# %u done, %u too late\n", good, late);
	return PASS;
}

const struct test_case session_cases[] = {
	{ "session-stale", session_stale },
	{ "session-ids-unique", session_ids_unique, .limit = 180 },
	{ "session-offered", session_offered },
	{ "session-limit", session_limit, .limit = 300 },
	{ "session-destroyed-busy", session_destroyed_busy, .limit = 120 },
	{}
};
