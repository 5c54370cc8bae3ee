// SPDX-License-Identifier: GPL-2.0
/*
 * Calls and bytes in random order, with fixed seeds: no expectation but that
 * the device is there afterwards and that the kernel has nothing to say.
 */
#include "ipsec.h"

#include <endian.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "keys.h"

/* A slow machine gets fewer rounds, not a failure */
#define BUDGET_MS	10000

static u32 odd_u32(u64 *seed)
{
	static const u32 odd[] = {
		0, 1, 2, 3, 8, 255, 256, 1024, 4096, 32768, 65535, 65536,
		0x7fffffff, 0x80000000, 0xffffffff,
	};

	return rnd(seed) & 1 ? odd[rnd(seed) % ARRAY_SIZE(odd)] :
			       rnd(seed) % 16;
}

static u64 odd_addr(struct vd_dev *dev, u64 *seed)
{
	switch (rnd(seed) % 6) {
	case 0:
		return 0;
	case 1:
		return ~0ULL - rnd(seed) % 8192;
	case 2:
		return VD_IOVA + VD_ARENA - (rnd(seed) % 4096 & ~15);
	case 3:
		return (unsigned long)dev->mem;
	default:
		return VD_IOVA + (rnd(seed) % VD_ARENA & ~15);
	}
}

static void one_call(struct vd_dev *dev, u64 *seed)
{
	struct vhost_vring_state state = { rnd(seed) % (dev->nvqs + 1),
					   odd_u32(seed) };
	struct vhost_vring_addr addr = { .index = state.index };
	struct vhost_vring_file file = { .index = state.index, .fd = -1 };
	struct vd_vq *vq = &dev->vqs[state.index % dev->nvqs];
	u8 status = rnd(seed);
	u64 features;

	switch (rnd(seed) % 20) {
	case 0:
		vd_reset(dev);
		break;
	case 1:
		vd_set_status(dev, VD_STATUS_OK);
		break;
	case 2:
		vd_set_status(dev, status);
		break;
	case 3:
		vd_set_status(dev, VD_STATUS_UP);
		ioctl(dev->fd, VHOST_GET_FEATURES, &features);
		if (rnd(seed) & 1)
			features &= (u64)rnd(seed) << 32 | rnd(seed);
		ioctl(dev->fd, VHOST_SET_FEATURES, &features);
		break;
	case 4:
		ioctl(dev->fd, VHOST_SET_VRING_NUM, &state);
		break;
	case 5:
		ioctl(dev->fd, VHOST_SET_VRING_BASE, &state);
		break;
	case 6:
		ioctl(dev->fd, VHOST_GET_VRING_BASE, &state);
		break;
	case 7:
		addr.desc_user_addr = odd_addr(dev, seed);
		addr.avail_user_addr = odd_addr(dev, seed);
		addr.used_user_addr = odd_addr(dev, seed);
		ioctl(dev->fd, VHOST_SET_VRING_ADDR, &addr);
		break;
	case 8:
		state.num = rnd(seed) & 1;
		ioctl(dev->fd, VHOST_VDPA_SET_VRING_ENABLE, &state);
		break;
	case 9:
		ioctl(dev->fd, VHOST_SET_VRING_CALL, &file);
		break;
	case 10:
		file.fd = vq->call;
		ioctl(dev->fd, VHOST_SET_VRING_CALL, &file);
		break;
	case 11:
		vd_suspend(dev);
		break;
	case 12:
		ioctl(dev->fd, VHOST_VDPA_RESUME, NULL);
		break;
	case 13:
		vd_map(dev, odd_addr(dev, seed) & ~4095ULL, dev->mem,
		       4096 * (1 + rnd(seed) % 64), 1 + rnd(seed) % 3);
		break;
	case 14:
		vd_unmap(dev, odd_addr(dev, seed), odd_u32(seed));
		break;
	case 15:
		vd_unmap(dev, 0, ~0ULL);
		break;
	case 16:
		vd_map(dev, VD_IOVA, dev->mem, VD_ARENA, VHOST_ACCESS_RW);
		break;
	case 17:
		rnd_fill(seed, dev->mem + rnd(seed) % (VD_ARENA - 64), 64);
		break;
	case 18:
		vd_read_config(dev);
		break;
	default:
		vd_kick_always(vq);
	}
}

static int fuzz_calls(const struct test_ctx *ctx)
{
	u64 seed, end = vd_now_ms() + BUDGET_MS;
	unsigned int round, i;
	struct vd_dev dev;

	for (round = 0; round < 30 && vd_now_ms() < end; round++) {
		seed = round;
		EXPECT(!vd_open(&dev, ctx->path), "open, round %u", round);
		for (i = 0; i < dev.nvqs; i++)
			dev.vqs[i].desc = NULL;
		if (round & 1)
			EXPECT(!vd_start(&dev), "start, round %u", round);
		for (i = 0; i < 300; i++)
			one_call(&dev, &seed);
		memset(dev.mem, 0, VD_ARENA);
		EXPECT(!vd_restart(&dev), "restart, round %u", round);
		EXPECT(!cr_works(&dev), "device is lost in round %u", round);
		vd_close(&dev);
	}
	printf("# %u rounds\n", round);
	return PASS;
}

struct scribbler {
	u8 *at;
	size_t size;
	volatile bool stop;
};

static void *scribble(void *arg)
{
	struct scribbler *s = arg;
	u64 seed = 99;

	while (!s->stop) {
		volatile u32 *p = (u32 *)(s->at + (rnd(&seed) % s->size & ~3));
		u32 old = *p;

		*p = odd_u32(&seed);
		if (rnd(&seed) & 7)
			*p = old;
	}
	return NULL;
}

/*
 * Another thread writes to the ring or to the requests while the device reads
 * them: what is checked and then read again comes out different.
 */
static int scribbled(const struct test_ctx *ctx, bool rings)
{
	struct scribbler sc = {};
	struct cr_session s;
	struct vd_dev dev;
	struct cr_req r;
	pthread_t thread;
	u64 seed = 1, end = vd_now_ms() + 2500;
	unsigned int n = 0, resets = 0;
	int ret;

	START(dev, ctx);
	sc.at = rings ? (u8 *)dev.vqs[0].desc : dev.mem + dev.pos;
	sc.size = rings ? 3 * VD_PAGE : 256;
	EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed), "create");
	EXPECT(!pthread_create(&thread, NULL, scribble, &sc), "thread");
	while (vd_now_ms() < end) {
		cr_cipher(&dev, &r, &dev.vqs[0], &s, 256);
		r.indirect = n & 1;
		if (cr_submit(&r) >= 0) {
			vd_kick_always(&dev.vqs[0]);
			ret = vd_wait(&dev.vqs[0], NULL, 20);
		} else {
			ret = VD_TIMEOUT;
		}
		n++;
		cr_free(&dev, &r);
		/* our own indices may be wrong by now: nothing is proven */
		if (ret < 0) {
			sc.stop = true;
			pthread_join(thread, NULL);
			EXPECT(!vd_restart(&dev), "restart");
			EXPECT(!cr_open_cbc(&dev, &s, true, 16, &seed),
			       "create");
			resets++;
			sc.stop = false;
			EXPECT(!pthread_create(&thread, NULL, scribble, &sc),
			       "thread");
		}
	}
	sc.stop = true;
	pthread_join(thread, NULL);
	printf("# %u requests, %u resets\n", n, resets);
	EXPECT(!vd_restart(&dev), "restart");
	EXPECT(!cr_works(&dev), "device is lost");
	vd_close(&dev);
	return PASS;
}

static int fuzz_race_rings(const struct test_ctx *ctx)
{
	return scribbled(ctx, true);
}

static int fuzz_race_requests(const struct test_ctx *ctx)
{
	return scribbled(ctx, false);
}

/* Whose sessions there are, and those who need none */
struct fuzz_keys {
	struct cr_session cbc, sha, mac, chain, rsa;
	struct cr_session cbc0, gcm0, mac0, chain0, rsa0;
};

static const struct cr_pkey fuzz_rsa = {
	CR_RSA, CR_PUBLIC, { CR_PKCS1, VIRTIO_CRYPTO_RSA_SHA1 }, labs_pub,
	sizeof(labs_pub),
};

static int fuzz_open(struct vd_dev *dev, struct fuzz_keys *k, u64 *seed)
{
	return cr_open_cbc(dev, &k->cbc, true, 16, seed) ||
	       cr_open_session(dev, &k->sha, VIRTIO_CRYPTO_SERVICE_HASH,
			       VIRTIO_CRYPTO_HASH_SHA_256, true, 0, seed) ||
	       cr_open_session(dev, &k->mac, VIRTIO_CRYPTO_SERVICE_MAC,
			       VIRTIO_CRYPTO_MAC_HMAC_SHA_256, true, 100,
			       seed) ||
	       cr_open_chain(dev, &k->chain, VIRTIO_CRYPTO_CIPHER_AES_CBC, true,
			     VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_CIPHER_THEN_HASH,
			     VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH, seed) ||
	       cr_open_akcipher(dev, &k->rsa, &fuzz_rsa);
}

static void fuzz_no_session(struct fuzz_keys *k, u64 *seed)
{
	cr_no_session(&k->cbc0, VIRTIO_CRYPTO_SERVICE_CIPHER,
		      VIRTIO_CRYPTO_CIPHER_AES_CBC, false, 24, seed);
	cr_no_session(&k->gcm0, VIRTIO_CRYPTO_SERVICE_AEAD,
		      VIRTIO_CRYPTO_AEAD_GCM, true, 32, seed);
	cr_no_session(&k->mac0, VIRTIO_CRYPTO_SERVICE_MAC,
		      VIRTIO_CRYPTO_MAC_CMAC_AES, true, 24, seed);
	cr_no_chain(&k->chain0, VIRTIO_CRYPTO_CIPHER_AES_CTR, false,
		    VIRTIO_CRYPTO_SYM_ALG_CHAIN_ORDER_HASH_THEN_CIPHER,
		    VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH, seed);
	cr_no_akcipher(&k->rsa0, &fuzz_rsa);
}

static void fuzz_verify(struct vd_dev *dev, struct cr_req *r,
			const struct cr_session *s)
{
	cr_verify(dev, r, &dev->vqs[0], s, labs_sig, sizeof(labs_sig),
		  labs_digest, sizeof(labs_digest));
}

/* A correct request, of every kind in turn */
static void fuzz_build(struct vd_dev *dev, struct cr_req *r,
		       const struct fuzz_keys *k, unsigned int kind, u64 *seed)
{
	static const struct cr_shape shape = { 280, 24, 256, 0, 280, 8 };
	struct vd_vq *vq = &dev->vqs[0];

	switch (kind) {
	case 0:
		cr_create_aead(dev, r, true, NULL, 16, 0);
		break;
	case 1:
		cr_create_mac(dev, r, VIRTIO_CRYPTO_MAC_HMAC_SHA_256, NULL, 100,
			      32);
		break;
	case 2:
		cr_create_chain(dev, r, &k->chain);
		break;
	case 3:
		cr_create_akcipher(dev, r, &fuzz_rsa);
		break;
	case 4:
		cr_cipher(dev, r, vq, &k->cbc, 16 * (1 + rnd(seed) % 32));
		break;
	case 5:
		cr_cipher(dev, r, vq, &k->cbc0, 16 * (1 + rnd(seed) % 32));
		break;
	case 6:
		cr_aead(dev, r, vq, &k->gcm0, rnd(seed) % 100, rnd(seed) % 64);
		break;
	case 7:
		cr_digest(dev, r, vq, &k->sha, rnd(seed) % 600, 32);
		break;
	case 8:
		cr_digest(dev, r, vq, &k->mac, rnd(seed) % 600, 32);
		break;
	case 9:
		cr_digest(dev, r, vq, &k->mac0, rnd(seed) % 600, 16);
		break;
	case 10:
		cr_chain(dev, r, vq, &k->chain, &shape);
		break;
	case 11:
		cr_chain(dev, r, vq, &k->chain0, &shape);
		break;
	case 12:
		fuzz_verify(dev, r, &k->rsa);
		break;
	default:
		fuzz_verify(dev, r, &k->rsa0);
	}
}

#define FUZZ_KINDS	14

/* SAs, a packet of theirs, and one more SA that takes it again and again */
struct fuzz_sas {
	struct es_world *w;
	u8 esp[ES_LEN + ROOM];
	u32 len;
};

static int fuzz_open_sas(struct fuzz_sas *sas)
{
	struct es_world *w = sas->w;

	EXPECT(!es_begin(&w->dev), "capabilities");
	w->ah = !w->ah;
	if (es_make_pair(w, w->ah ? ES_NONE : ES_GCM, true, es_no_limits))
		return FAIL;
	sas->len = es_sealed(w, sas->esp);
	EXPECT(sas->len, "no packet");
	w->in.obj_id = htole32(6);
	w->in.replay_win_sz = 0;
	EXPECT(!es_sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, &w->in),
	       "create");
	return PASS;
}

/* An SA of one of a few numbers, in which some bytes are anything */
static u32 fuzz_object(const struct fuzz_sas *sas, struct es_object *obj, u64 *seed)
{
	const struct es_world *w = sas->w;
	bool out = rnd(seed) & 1;
	unsigned int n = rnd(seed) % 4;
	u8 *at = (u8 *)&obj->sa;

	es_fill_object(obj, out ? &w->out : &w->in);
	obj->sa.obj_id = htole32(8 + rnd(seed) % 4);
	obj->hdr.id = obj->sa.obj_id;
	while (n--)
		at[rnd(seed) % sizeof(obj->sa)] = odd_u32(seed);
	return sizeof(*obj);
}

static void fuzz_admin(struct fuzz_sas *sas, struct cr_req *r, u64 *seed)
{
	static const u16 commands[] = {
		VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE,
		VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE,
		VIRTIO_ADMIN_CMD_RESOURCE_OBJ_MODIFY,
		VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY,
		VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY,
		VIRTIO_ADMIN_CMD_LIST_QUERY, VIRTIO_ADMIN_CMD_LIST_USE,
		VIRTIO_ADMIN_CMD_CAP_ID_LIST_QUERY,
		VIRTIO_ADMIN_CMD_DEVICE_CAP_GET, VIRTIO_ADMIN_CMD_DRIVER_CAP_SET,
	};
	u16 opcode = commands[rnd(seed) % ARRAY_SIZE(commands)];
	u8 cmd[1024], data[512] = {};
	struct es_object obj;
	u32 len;

	if (opcode >= VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE &&
	    opcode <= VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY) {
		len = fuzz_object(sas, &obj, seed);
		memcpy(data, &obj, len);
		if (opcode == VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY)
			len = sizeof(obj.hdr);
		else if (opcode == VIRTIO_ADMIN_CMD_RESOURCE_OBJ_QUERY)
			len = sizeof(obj.hdr) + sizeof(obj.flags);
	} else {
		len = rnd(seed) % sizeof(data);
		data[0] = rnd(seed) & 1;
		data[1] = 8;
		rnd_fill(seed, data + 8, rnd(seed) % (sizeof(data) - 8));
	}
	cr_extension(&sas->w->dev, r, VIRTIO_ACCEL_CTRL_ADMIN, cmd,
		     es_fill_admin(cmd, opcode, data, len), rnd(seed) % 400);
}

static void fuzz_control(struct fuzz_sas *sas, struct cr_req *r, u64 *seed)
{
	struct virtio_accel_sa_state state = {};
	u32 opcode = VIRTIO_ACCEL_CTRL_SA_GET + rnd(seed) % 5;

	state.ref.type = htole16(rnd(seed) & 1 ? ES_OUT_TYPE : ES_IN_TYPE);
	if (opcode != VIRTIO_ACCEL_CTRL_SA_FLUSH || !(rnd(seed) % 8))
		state.ref.id = htole32(rnd(seed) % 12);
	state.spi = sas->w->out.spi;
	state.seq = htole64(odd_u32(seed));
	rnd_fill(seed, (u8 *)state.replay, rnd(seed) & 1 ? 8 : 0);
	cr_extension(&sas->w->dev, r, opcode, (u8 *)&state,
		     opcode == VIRTIO_ACCEL_CTRL_SA_SET ? sizeof(state) :
							  sizeof(state.ref),
		     rnd(seed) & 1 ? sizeof(state) : rnd(seed) % 64);
}

/* Of the IPSEC service, or a control request about its SAs */
static void fuzz_build_ipsec(struct fuzz_sas *sas, struct cr_req *r,
			     unsigned int kind, u64 *seed)
{
	struct es_world *w = sas->w;
	u8 pkt[ES_LEN];

	switch (kind) {
	case 0:
		es_inner(pkt);
		cr_packet(&w->dev, r, &w->dev.vqs[0], VIRTIO_CRYPTO_IPSEC_OUTBOUND,
			  rnd(seed) & 3 ? 3 : 8 + rnd(seed) % 4, pkt, ES_LEN,
			  ES_LEN + rnd(seed) % ROOM);
		break;
	case 1:
		cr_packet(&w->dev, r, &w->dev.vqs[0], VIRTIO_CRYPTO_IPSEC_INBOUND,
			  rnd(seed) & 3 ? 6 : 8 + rnd(seed) % 4, sas->esp,
			  sas->len, ES_LEN + rnd(seed) % 32);
		break;
	case 2:
		fuzz_admin(sas, r, seed);
		break;
	default:
		fuzz_control(sas, r, seed);
	}
}

#define FUZZ_KINDS_IPSEC	4

/* Random bytes for a header or for what follows it, a random cut into descriptors */
static void fuzz_spoil(struct cr_req *r, u64 *seed)
{
	switch (rnd(seed) % 5) {
	case 0:
		rnd_fill(seed, r->hdr, r->hdr_len);
		break;
	case 1:
		rnd_fill(seed, r->hdr + 16, r->hdr_len - 16);
		break;
	case 2:
		cr_set32(r, rnd(seed) % r->hdr_len & ~3, odd_u32(seed));
		break;
	case 3:
		if (r->src_len)
			r->src[rnd(seed) % min_u32(r->src_len, 64)] =
				odd_u32(seed);
		break;
	default:
		if (r->src_len)
			r->src[rnd(seed) % r->src_len] ^= 1 << rnd(seed) % 8;
	}
	if (rnd(seed) & 1)
		cr_scatter(r, seed, 1 + rnd(seed) % 100);
	if (rnd(seed) % 4 == 0)
		r->buf[rnd(seed) % r->n].len = 1 + odd_u32(seed);
	if (rnd(seed) % 4 == 0)
		r->buf[rnd(seed) % r->n].write ^= 1;
	r->indirect = rnd(seed) & 1;
}

/* Answers, by their status; the last is for all others */
#define FUZZ_ANSWERS	9

/* Returns what cr_run() did, if that is an answer or the end of a ring */
static int fuzz_one(struct vd_dev *dev, struct cr_req *r, unsigned int *answers)
{
	int ret = cr_run(r, CR_MS);

	EXPECT(ret != VD_TIMEOUT && ret != VD_BAD_USED, "%s", cr_name(ret));
	cr_free(dev, r);
	answers[ret >= 0 && ret < FUZZ_ANSWERS - 1 ? ret : FUZZ_ANSWERS - 1]++;
	if (ret != VD_NEEDS_RESET && ret != -28)
		return PASS;
	EXPECT(!vd_restart(dev), "restart");
	return SKIP;
}

static int fuzz_end(struct vd_dev *dev, unsigned int n, const unsigned int *answers)
{
	unsigned int i;

	printf("# %u requests\n", n);
	for (i = 0; i < FUZZ_ANSWERS - 1; i++)
		printf("# %s: %u\n", cr_name(i), answers[i]);
	printf("# other: %u\n", answers[i]);
	EXPECT(!vd_restart(dev), "restart");
	EXPECT(!cr_works(dev), "device is lost");
	return PASS;
}

static int fuzz_requests(const struct test_ctx *ctx)
{
	unsigned int i, answers[FUZZ_ANSWERS] = {};
	struct fuzz_keys keys;
	struct vd_dev dev;
	struct cr_req r;
	u64 seed = 31, end = vd_now_ms() + BUDGET_MS;
	int ret;

	START(dev, ctx);
	EXPECT(!fuzz_open(&dev, &keys, &seed), "create");
	fuzz_no_session(&keys, &seed);
	for (i = 0; i < 6000 && vd_now_ms() < end; i++) {
		fuzz_build(&dev, &r, &keys, i % FUZZ_KINDS, &seed);
		fuzz_spoil(&r, &seed);
		ret = fuzz_one(&dev, &r, answers);
		EXPECT(ret != FAIL, "request %u", i);
		if (ret == SKIP)
			EXPECT(!fuzz_open(&dev, &keys, &seed), "create");
	}
	return fuzz_end(&dev, i, answers);
}

/* Anew now and then: a flush may take all SAs, a changed list all commands */
static int fuzz_ipsec(const struct test_ctx *ctx)
{
	unsigned int i, answers[FUZZ_ANSWERS] = {};
	struct es_world w = {};
	struct fuzz_sas sas = { &w };
	struct cr_req r;
	u64 seed = 32, end = vd_now_ms() + BUDGET_MS;
	int ret;

	if (es_open(&w.dev, ctx) || fuzz_open_sas(&sas))
		return FAIL;
	for (i = 0; i < 6000 && vd_now_ms() < end; i++) {
		fuzz_build_ipsec(&sas, &r, i % FUZZ_KINDS_IPSEC, &seed);
		if (rnd(&seed) & 3)
			fuzz_spoil(&r, &seed);
		ret = fuzz_one(&w.dev, &r, answers);
		EXPECT(ret != FAIL, "request %u", i);
		if (ret == PASS && i % 64 == 63) {
			EXPECT(!vd_restart(&w.dev), "restart");
			ret = SKIP;
		}
		if (ret == SKIP && fuzz_open_sas(&sas))
			return FAIL;
	}
	return fuzz_end(&w.dev, i, answers);
}

const struct test_case fuzz_cases[] = {
	{ "fuzz-calls", fuzz_calls, .limit = 240 },
	{ "fuzz-requests", fuzz_requests, .limit = 240 },
	{ "fuzz-ipsec", fuzz_ipsec, .limit = 240 },
	{ "fuzz-race-rings", fuzz_race_rings, .limit = 120 },
	{ "fuzz-race-requests", fuzz_race_requests, .limit = 120 },
	{}
};
