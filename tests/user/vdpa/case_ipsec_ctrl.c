// SPDX-License-Identifier: GPL-2.0
/*
 * The vendor extension: who has it, and control requests that are wrong.
 */
#include "ipsec.h"

#include <endian.h>
#include <string.h>

#define INFO	VIRTIO_ACCEL_CTRL_INFO
#define GET	VIRTIO_ACCEL_CTRL_SA_GET
#define ERR	VIRTIO_CRYPTO_ERR
#define NOTSUPP	VIRTIO_CRYPTO_NOTSUPP

/* Where the fields are */
#define OPCODE	0
#define VERSION	16
#define DATA	20
#define RESULT	24
#define RESERVED 28

/* Each is a right request but for one field, which has something else */
static const struct {
	const char *what;
	u32 opcode;
	u32 len, room;		/* of data and result */
	u32 at, value;
	int want;
} bad_requests[] = {
	{ "nothing wrong", INFO, 0, 8, VERSION, 1, 0 },
	{ "any version for INFO", INFO, 0, 8, VERSION, 7, 0 },
	{ "another version", GET, 8, 688, VERSION, 2, NOTSUPP },
	{ "an opcode too high", INFO, 0, 8, OPCODE, 0xacceff, NOTSUPP },
	{ "an opcode of another service", INFO, 0, 8, OPCODE, 0xaccd00, NOTSUPP },
	{ "a reserved field", INFO, 0, 8, RESERVED, 1, ERR },
	{ "its last bit", INFO, 0, 8, RESERVED, 0x80000000, ERR },
	{ "more room than there is", INFO, 0, 8, RESULT, 9, ERR },
	{ "much more", INFO, 0, 8, RESULT, 0xffffffff, ERR },
	{ "more, less 16", INFO, 0, 8, RESULT, 0xfffffff0, ERR },
	{ "less room than it takes", INFO, 0, 8, RESULT, 7, ERR },
	{ "room for a part of the answer", INFO, 0, 8, RESULT, 0, ERR },
	{ "more data than there is", GET, 8, 688, DATA, 9, ERR },
	{ "much more", GET, 8, 688, DATA, 0xffffffff, ERR },
	{ "less data than it takes", GET, 8, 688, DATA, 7, ERR },
	{ "data where there is none", INFO, 8, 8, VERSION, 1, ERR },
	{ "the most data", VIRTIO_ACCEL_CTRL_ADMIN, 1024, 8, VERSION, 1, 0 },
	{ "more than that", VIRTIO_ACCEL_CTRL_ADMIN, 1025, 8, VERSION, 1, ERR },
};

static int ipsec_bad_control(const struct test_ctx *ctx)
{
	struct es_world w = {};
	u8 data[1025] = {};
	unsigned int i;
	struct cr_req r;
	int ret;

	if (es_open(&w.dev, ctx))
		return FAIL;
	for (i = 0; i < ARRAY_SIZE(bad_requests); i++) {
		cr_extension(&w.dev, &r, bad_requests[i].opcode, data,
			     bad_requests[i].len, bad_requests[i].room);
		cr_set32(&r, bad_requests[i].at, bad_requests[i].value);
		ret = cr_run(&r, CR_MS);
		EXPECT(ret == bad_requests[i].want, "%s: %s",
		       bad_requests[i].what, cr_name(ret));
		EXPECT(!ret || r.used == 16, "%s: %u used", bad_requests[i].what,
		       r.used);
		cr_free(&w.dev, &r);
	}
	STILL_WORKS(w.dev);
	return PASS;
}

/* As many events as a result has room for, however much the driver has */
static int ipsec_many_events(const struct test_ctx *ctx)
{
	enum { N = 70, MOST = VIRTIO_ACCEL_DATA_MAX / 16 };
	static const u64 limits[4] = { 1 };
	unsigned int i, n, left = N;
	struct es_world w = {};
	u8 pkt[ES_LEN];
	struct cr_req r;
	u64 len;
	int ret;

	if (es_open(&w.dev, ctx) || es_make_pair(&w, ES_GCM, true, limits))
		return FAIL;
	es_inner(pkt);
	for (i = 0; i < N; i++) {
		w.out.obj_id = htole32(100 + i);
		w.out.spi = htole32(5000 + i);
		ret = es_sa_command(&w.dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE,
				    &w.out);
		EXPECT(!ret, "SA %u: %d", i, ret);
		es_out(&w, &r, pkt, ES_LEN);
		ret = cr_run(&r, CR_MS);
		EXPECT(ret == VIRTIO_CRYPTO_IPSEC_SA_SOFT_EXPIRY, "packet: %s",
		       cr_name(ret));
		cr_free(&w.dev, &r);
	}
	while (left) {
		cr_extension(&w.dev, &r, VIRTIO_ACCEL_CTRL_EVENTS, NULL, 0, 2048);
		ret = cr_run(&r, CR_MS);
		EXPECT(!ret, "events: %s", cr_name(ret));
		memcpy(&len, r.out, sizeof(len));
		len = le64toh(len);
		n = left < MOST ? left : MOST;
		EXPECT(len == n * 16 && r.used == 16 + len,
		       "%u events left: %llu bytes, %u used", left,
		       (unsigned long long)len, r.used);
		for (i = len; i < 2048; i++)
			EXPECT(r.out[16 + i] == CR_UNWRITTEN, "written behind");
		cr_free(&w.dev, &r);
		left -= n;
	}
	STILL_WORKS(w.dev);
	return PASS;
}

/* A device without SAs is as if there was no such service */
static int ipsec_offered(const struct test_ctx *ctx)
{
	bool has = attr_num(ctx, "max_sas") > 0, offered, listed;
	struct vd_dev dev;

	EXPECT(!vd_open(&dev, ctx->path), "open");
	dev.want |= VD_BIT(VIRTIO_ACCEL_F_CTRL);
	EXPECT(!vd_start(&dev), "start");
	offered = vd_has(&dev, VIRTIO_ACCEL_F_CTRL);
	listed = le32toh(dev.config.crypto_services) &
		 VD_BIT(VIRTIO_CRYPTO_SERVICE_IPSEC);
	EXPECT(offered == has && listed == has,
	       "max_sas: %d, feature bit: %d, service: %d", has, offered, listed);
	EXPECT(!cr_works(&dev), "device does not work");
	return PASS;
}

const struct test_case ipsec_ctrl_cases[] = {
	{ "ipsec-offered", ipsec_offered },
	{ "ipsec-bad-control", ipsec_bad_control },
	{ "ipsec-many-events", ipsec_many_events },
	{}
};
