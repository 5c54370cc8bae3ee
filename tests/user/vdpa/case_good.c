// SPDX-License-Identifier: GPL-2.0
/*
 * What a correct driver gets. Without these the attacks would prove nothing:
 * a device that answers ERR to everything survives them all.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	u32 service, wire;
	u32 keylen[3];
	u32 align;
} algs[] = {
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_ECB,
	  { 16, 24, 32 }, 16 },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CBC,
	  { 16, 24, 32 }, 16 },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_CTR,
	  { 16, 24, 32 }, 1 },
	{ VIRTIO_CRYPTO_SERVICE_CIPHER, VIRTIO_CRYPTO_CIPHER_AES_XTS,
	  { 32, 64, 0 }, 16 },
	{ VIRTIO_CRYPTO_SERVICE_AEAD, VIRTIO_CRYPTO_AEAD_GCM,
	  { 16, 24, 32 }, 1 },
	{ VIRTIO_CRYPTO_SERVICE_MAC, VIRTIO_CRYPTO_MAC_HMAC_SHA_256,
	  { 20, 131, 256 }, 1 },
	{ VIRTIO_CRYPTO_SERVICE_MAC, VIRTIO_CRYPTO_MAC_CMAC_AES,
	  { 16, 24, 32 }, 1 },
};

/* The last ones only once per algorithm: the reference is slow */
static const u32 lengths[] = { 16, 32, 1424, 4096, 61440 };

/* Every algorithm, key size and direction, some lengths */
static int all_algs(struct vd_dev *dev)
{
	struct cr_session s;
	unsigned int a, k, l, enc;
	u64 seed = 3;
	int ret;

	for (a = 0; a < ARRAY_SIZE(algs); a++) {
		for (k = 0; k < 3 && algs[a].keylen[k]; k++) {
			for (enc = 0; enc < 2; enc++) {
				ret = cr_open_session(dev, &s, algs[a].service,
						      algs[a].wire, enc,
						      algs[a].keylen[k], &seed);
				EXPECT(!ret, "service %u/%u key %u: create %s",
				       algs[a].service, algs[a].wire,
				       algs[a].keylen[k], cr_name(ret));
				for (l = 0; l < ARRAY_SIZE(lengths); l++) {
					u32 len = lengths[l];

					if (len > 1424 && (k || !enc))
						continue;

					if (algs[a].align == 1)
						len -= 3;
					ret = cr_one(dev,
						     &dev->vqs[l % (dev->nvqs - 1)],
						     &s, 8 + 4 * l, len);
					EXPECT(!ret, "service %u/%u key %u enc %u length %u: %s",
					       algs[a].service, algs[a].wire,
					       algs[a].keylen[k], enc, len,
					       cr_name(ret));
				}
				ret = cr_close_session(dev, &s);
				EXPECT(!ret, "destroy: %s", cr_name(ret));
			}
		}
	}
	return PASS;
}

static int good_revision_1(const struct test_ctx *ctx)
{
	struct vd_dev dev;

	START(dev, ctx);
	EXPECT(vd_has(&dev, 0), "REVISION_1 is not offered");
	EXPECT(vd_has(&dev, VIRTIO_F_VERSION_1), "VERSION_1 is not offered");
	EXPECT(dev.config.status & VIRTIO_CRYPTO_S_HW_READY, "not ready");
	EXPECT(dev.config.max_dataqueues + 1 == dev.nvqs, "%u queues of %u",
	       dev.config.max_dataqueues, dev.nvqs);
	return all_algs(&dev);
}

static int good_legacy(const struct test_ctx *ctx)
{
	struct vd_dev dev;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = 1;
	EXPECT(!vd_start(&dev), "start");
	return all_algs(&dev);
}

/* Neither INDIRECT nor EVENT_IDX; smallest and largest rings */
static int good_plain_ring(const struct test_ctx *ctx)
{
	u16 nums[] = { 16, 0 };
	struct vd_dev dev;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nums); i++) {
		EXPECT(!vd_open(&dev, ctx->path), "open");
		dev.mask = VD_BIT(VIRTIO_RING_F_INDIRECT_DESC) |
			   VD_BIT(VIRTIO_RING_F_EVENT_IDX);
		dev.num = nums[i] ? nums[i] : dev.max_num;
		EXPECT(!vd_start(&dev), "start with rings of %u", dev.num);
		EXPECT(!cr_works(&dev), "rings of %u", dev.num);
		if (!i && all_algs(&dev))
			return FAIL;
		vd_close(&dev);
	}
	return PASS;
}

static int one_scattered(struct vd_dev *dev, const struct cr_session *s,
			 u64 *seed, u32 max, u32 len, bool indirect)
{
	struct cr_req r;
	int ret;

	if (s->service == VIRTIO_CRYPTO_SERVICE_AEAD)
		cr_aead(dev, &r, &dev->vqs[0], s, 1 + len % 40, len);
	else
		cr_cipher(dev, &r, &dev->vqs[0], s, len);
	cr_scatter(&r, seed, max);
	r.indirect = indirect;
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "%u bytes in %u pieces up to %u: %s", len, r.n, max,
	       cr_name(ret));
	EXPECT(cr_dst_right(&r, s), "wrong result, %u bytes in %u pieces",
	       len, r.n);
	cr_free(dev, &r);
	return PASS;
}

/* A driver may cut a request wherever it likes, within its header too */
static int good_any_layout(const struct test_ctx *ctx)
{
	static const u32 max[] = { 1, 3, 7, 16, 40, 100, 5000 };
	struct cr_session s[2];
	struct vd_dev dev;
	u64 seed = 11;
	unsigned int i, round;

	START(dev, ctx);
	EXPECT(!cr_open_cbc(&dev, &s[0], true, 16, &seed), "create");
	EXPECT(!cr_open_gcm(&dev, &s[1], false, 16, &seed), "create");
	for (round = 0; round < 40; round++)
		for (i = 0; i < ARRAY_SIZE(max); i++)
			if (one_scattered(&dev, &s[round & 1], &seed, max[i],
					  max[i] < 40 ? 32 : 1024, round & 2))
				return FAIL;
	return PASS;
}

static int good_in_place(const struct test_ctx *ctx)
{
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r, twin;
	u64 seed = 5;
	int ret;

	START(dev, ctx);
	EXPECT(!cr_open_cbc(&dev, &s, true, 32, &seed), "create");
	cr_cipher(&dev, &r, &dev.vqs[0], &s, 2048);
	cr_cipher(&dev, &twin, &dev.vqs[0], &s, 2048);
	memcpy(twin.src, r.src, r.src_len);
	memcpy(twin.iv, r.iv, r.iv_len);
	cr_in_place(&r);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "in place: %s", cr_name(ret));
	memcpy(twin.dst, r.dst, r.dst_len);
	EXPECT(cr_dst_right(&twin, &s), "wrong result in place");
	return PASS;
}

/* Of the data, large or small, in few pieces or many, nothing is copied */
static int good_no_copy(const struct test_ctx *ctx)
{
	struct cr_session cbc, gcm;
	struct vd_dev dev;
	long copied, bytes;
	u64 seed = 12;

	START(dev, ctx);
	copied = attr_num(ctx, "payload_copied");
	bytes = attr_num(ctx, "bytes");
	EXPECT(copied >= 0 && bytes >= 0, "the counters cannot be read");
	EXPECT(!cr_open_cbc(&dev, &cbc, true, 16, &seed), "create");
	EXPECT(!cr_open_gcm(&dev, &gcm, true, 16, &seed), "create");
	EXPECT(!cr_one(&dev, &dev.vqs[0], &cbc, 0, 16), "CBC, a block");
	EXPECT(!cr_one(&dev, &dev.vqs[0], &cbc, 0, 4096), "CBC, a page");
	EXPECT(!cr_one(&dev, &dev.vqs[0], &gcm, 20, 1424), "GCM, a packet");
	if (one_scattered(&dev, &gcm, &seed, 100, 3000, true))
		return FAIL;
	EXPECT(attr_num(ctx, "bytes") == bytes + 16 + 4096 + 1424 + 3000,
	       "%ld bytes counted", attr_num(ctx, "bytes") - bytes);
	EXPECT(attr_num(ctx, "payload_copied") == copied, "%ld were copied",
	       attr_num(ctx, "payload_copied") - copied);
	return PASS;
}

/* Many requests in the ring at once, answered in any order, each right */
static int good_depth(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(128, sizeof(*r));
	int head, heads[128], done;
	struct cr_session s;
	struct vd_dev dev;
	u64 seed = 9;
	unsigned int i, round;

	START(dev, ctx);
	EXPECT(!cr_open_gcm(&dev, &s, true, 16, &seed), "create");
	for (round = 0; round < 8; round++) {
		for (i = 0; i < 128; i++) {
			cr_aead(&dev, &r[i], &dev.vqs[0], &s, 16, 64 + i * 8);
			r[i].indirect = true;
			heads[i] = cr_submit(&r[i]);
			EXPECT(heads[i] >= 0, "add: %d", heads[i]);
		}
		vd_kick(&dev.vqs[0]);
		for (done = 0; done < 128; done++) {
			head = vd_wait(&dev.vqs[0], NULL, CR_MS);
			EXPECT(head >= 0, "request %d of 128: %s", done,
			       cr_name(head));
			for (i = 0; i < 128 && heads[i] != head; i++)
				;
			EXPECT(i < 128, "a head that was not given: %d", head);
			heads[i] = -1;
			EXPECT(!cr_status(&r[i]), "%s",
			       cr_name(cr_status(&r[i])));
			EXPECT(cr_dst_right(&r[i], &s), "wrong result");
		}
		cr_free(&dev, &r[0]);
	}
	return PASS;
}

static int digests(const struct test_ctx *ctx, u64 mask)
{
	static const u32 lens[] = { 0, 1, 63, 64, 4096, 65521 };
	struct cr_session s[3];
	struct vd_dev dev;
	struct cr_req r;
	u8 keep[300];
	u64 seed = 14;
	unsigned int i, k;
	int ret;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.mask = mask;
	EXPECT(!vd_start(&dev), "start");
	EXPECT(!cr_open_session(&dev, &s[0], VIRTIO_CRYPTO_SERVICE_HASH,
				VIRTIO_CRYPTO_HASH_SHA_256, true, 0, &seed),
	       "create");
	EXPECT(!cr_open_session(&dev, &s[1], VIRTIO_CRYPTO_SERVICE_MAC,
				VIRTIO_CRYPTO_MAC_HMAC_SHA_256, true, 0, &seed),
	       "create without a key");
	EXPECT(!cr_open_session(&dev, &s[2], VIRTIO_CRYPTO_SERVICE_MAC,
				VIRTIO_CRYPTO_MAC_CMAC_AES, true, 16, &seed),
	       "create");
	for (k = 0; k < ARRAY_SIZE(s); k++) {
		for (i = 0; i < ARRAY_SIZE(lens); i++) {
			ret = cr_one(&dev, &dev.vqs[0], &s[k], 0, lens[i]);
			EXPECT(!ret, "session %u, %u bytes: %s", k, lens[i],
			       cr_name(ret));
		}
		/* A part of the result, and not a byte more */
		cr_digest(&dev, &r, &dev.vqs[0], &s[k], 100, 16);
		cr_set32(&r, 28, 12);
		EXPECT(!cr_run(&r, CR_MS), "12 bytes of the result");
		for (i = 12; i < 16; i++)
			EXPECT(r.dst[i] == CR_UNTOUCHED, "byte %u written", i);
		r.dst_len = 12;
		EXPECT(cr_dst_right(&r, &s[k]), "wrong result");
		/* In many pieces, the result too */
		cr_digest(&dev, &r, &dev.vqs[0], &s[k], 3000, 16);
		cr_scatter(&r, &seed, 40);
		EXPECT(!cr_run(&r, CR_MS), "in pieces");
		EXPECT(cr_dst_right(&r, &s[k]), "wrong result in pieces");
		/* The result over its own source: computed before it is written */
		cr_digest(&dev, &r, &dev.vqs[0], &s[k], 300, 16);
		memcpy(keep, r.src, r.src_len);
		r.buf[r.i_dst].iova = r.buf[r.i_src].iova + 5;
		EXPECT(!cr_run(&r, CR_MS), "over the source");
		memcpy(r.dst, r.src + 5, 16);
		memcpy(r.src, keep, r.src_len);
		EXPECT(cr_dst_right(&r, &s[k]), "wrong result over the source");
		EXPECT(!cr_close_session(&dev, &s[k]), "destroy");
	}
	EXPECT(!cr_works(&dev), "device is lost");
	vd_close(&dev);
	return PASS;
}

static int good_digest(const struct test_ctx *ctx)
{
	long copied = attr_num(ctx, "payload_copied");

	if (digests(ctx, 0) || digests(ctx, 1))
		return FAIL;
	EXPECT(attr_num(ctx, "payload_copied") == copied,
	       "%ld bytes of messages were copied",
	       attr_num(ctx, "payload_copied") - copied);
	return PASS;
}

static int good_bad_tag(const struct test_ctx *ctx)
{
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	u64 seed = 6;
	int ret;

	START(dev, ctx);
	EXPECT(!cr_open_gcm(&dev, &s, false, 16, &seed), "create");
	cr_aead(&dev, &r, &dev.vqs[0], &s, 16, 256);
	r.src[256 + 15] ^= 1;
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == VIRTIO_CRYPTO_BADMSG, "changed tag: %s", cr_name(ret));
	cr_aead(&dev, &r, &dev.vqs[0], &s, 16, 256);
	r.aad[3] ^= 1;
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == VIRTIO_CRYPTO_BADMSG, "changed AAD: %s", cr_name(ret));
	STILL_WORKS(dev);
	return PASS;
}

/*
 * What QEMU's stop and cont do: the ring goes on where it was. With nothing in
 * flight it has nothing to wait for: so many rounds that waiting each time for
 * the longest time that there is exceeds the case's limit.
 */
static int good_stop_cont(const struct test_ctx *ctx)
{
	struct cr_session s, again;
	struct vd_dev dev;
	u64 seed = 8;
	unsigned int i, j;
	int ret;

	START(dev, ctx);
	for (i = 0; i < 12; i++) {
		EXPECT(!cr_open_session(&dev, &s, VIRTIO_CRYPTO_SERVICE_CIPHER,
					VIRTIO_CRYPTO_CIPHER_AES_CTR, true, 16,
					&seed), "create");
		for (j = 0; j < 3 + i; j++)
			EXPECT(!cr_one(&dev, &dev.vqs[0], &s, 0, 1000), "data");
		EXPECT(!vd_suspend(&dev), "suspend");
		for (j = 0; j < dev.nvqs; j++) {
			ret = vd_vring_base(&dev, j);
			EXPECT(ret == dev.vqs[j].avail_idx,
			       "queue %u: base %d, %u published", j, ret,
			       dev.vqs[j].avail_idx);
		}
		EXPECT(!vd_reset(&dev), "reset");
		EXPECT(!vd_negotiate(&dev), "features");
		EXPECT(!vd_setup_vqs(&dev), "rings");
		vd_unmap(&dev, 0, ~0ULL);
		EXPECT(!vd_map(&dev, VD_IOVA, dev.mem, VD_ARENA,
			       VHOST_ACCESS_RW), "map");
		EXPECT(!vd_set_status(&dev, VD_STATUS_OK), "DRIVER_OK");
		ret = cr_one(&dev, &dev.vqs[0], &s, 0, 64);
		EXPECT(ret == VIRTIO_CRYPTO_INVSESS,
		       "a session from before the reset: %s", cr_name(ret));
		again = s;
		EXPECT(!cr_open_session(&dev, &again,
					VIRTIO_CRYPTO_SERVICE_CIPHER,
					VIRTIO_CRYPTO_CIPHER_AES_CTR, true, 16,
					&seed), "create");
		EXPECT(again.id != s.id, "id %llu is used again",
		       (unsigned long long)s.id);
		EXPECT(!cr_works(&dev), "does not work after stop and cont");
	}
	return PASS;
}

const struct test_case good_cases[] = {
	{ "good-revision-1", good_revision_1, .limit = 120 },
	{ "good-legacy", good_legacy, .limit = 120 },
	{ "good-plain-ring", good_plain_ring, .limit = 240 },
	{ "good-any-layout", good_any_layout },
	{ "good-in-place", good_in_place },
	{ "good-no-copy", good_no_copy },
	{ "good-depth", good_depth },
	{ "good-digest", good_digest, .limit = 60 },
	{ "good-bad-tag", good_bad_tag },
	{ "good-stop-cont", good_stop_cont },
	{}
};
