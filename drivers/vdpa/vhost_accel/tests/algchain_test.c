// SPDX-License-Identifier: GPL-2.0
/*
 * Algorithm chaining: what the cipher and the hash get to see of a request, and in
 * which order.
 */
#include "../algchain.h"

#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "guest_mem.h"

/* Where the parts are in the guest's memory, each in some page of its own */
#define SRC		0
#define AAD		(2 * PAGE_SIZE)
#define DST		(4 * PAGE_SIZE)
#define RESULT		(8 * PAGE_SIZE)

#define LEN		100
#define AAD_LEN		8
#define RESULT_LEN	12

/* All that a request of one test needs */
struct algchain_ctx {
	struct vha_ring_chain rc;
	struct vha_session session;
	struct vha_params p;
	struct vha_req req;
	u8 seen[2 * LEN];
	bool gaps;
};

static u8 *page_at(struct kunit *test, unsigned long off)
{
	struct guest_mem *mem = test->priv;

	return (u8 *)page_address(mem->split) + off;
}

static struct algchain_ctx *algchain_new(struct kunit *test, bool auth_first)
{
	struct guest_mem *mem = test->priv;
	struct algchain_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	KUNIT_ASSERT_EQ(test, vha_iotlb_map(&mem->tlb, IOVA,
					    NR_PAGES * PAGE_SIZE, split_pa(mem),
					    RW), 0);
	for (i = 0; i < LEN; i++) {
		page_at(test, SRC)[i] = i;
		page_at(test, DST)[i] = 0x80 + i;
	}
	memset(page_at(test, AAD), 0xaa, AAD_LEN);
	memset(page_at(test, RESULT), 0xff, RESULT_LEN);
	ctx->session.alg = &accel_algs[ACCEL_ALG_CBC_AES];
	ctx->session.auth = &accel_algs[ACCEL_ALG_HMAC_SHA1];
	ctx->session.auth_first = auth_first;
	ctx->session.tag_len = RESULT_LEN;
	ctx->p = (struct vha_params) {
		.chained = true,
		.src_len = LEN,
		.dst_len = LEN,
		.result_len = RESULT_LEN,
	};
	ctx->req.session = &ctx->session;
	ctx->req.op.digest = ctx->req.digest;
	sg_init_table(ctx->req.src_sg, ARRAY_SIZE(ctx->req.src_sg));
	sg_init_table(ctx->req.dst_sg, ARRAY_SIZE(ctx->req.dst_sg));
	sg_init_table(ctx->req.auth_sg, ARRAY_SIZE(ctx->req.auth_sg));
	return ctx;
}

static void parts(struct algchain_ctx *ctx, u32 c_off, u32 c_len, u32 h_off,
		  u32 h_len)
{
	ctx->p.cipher_off = c_off;
	ctx->p.cipher_len = c_len;
	ctx->p.hash_off = h_off;
	ctx->p.hash_len = h_len;
}

/* Every part is cut in descriptors of @piece; with gaps, none continues another */
static void add(struct algchain_ctx *ctx, u64 iova, u32 len, u32 piece, bool in)
{
	u16 *nr = in ? &ctx->rc.nr_in : &ctx->rc.nr_out;
	u32 n;

	for (; len; len -= n, iova += ctx->gaps ? 2 * n : n) {
		n = min(len, piece);
		ctx->rc.desc[ctx->rc.nr_out + (in ? ctx->rc.nr_in : 0)] =
			(struct vha_desc){ iova, n };
		++*nr;
	}
}

static int map(struct kunit *test, struct algchain_ctx *ctx, u32 piece)
{
	struct guest_mem *mem = test->priv;
	struct vha_req *req = &ctx->req;
	struct vha_chain chain;
	int err;

	memset(&ctx->rc, 0, sizeof(ctx->rc));
	/* In stateless mode AAD is first */
	if (ctx->p.stateless)
		add(ctx, IOVA + AAD, ctx->p.aad_len, piece, false);
	add(ctx, IOVA + SRC, LEN, piece, false);
	if (!ctx->p.stateless)
		add(ctx, IOVA + AAD, ctx->p.aad_len, piece, false);
	add(ctx, IOVA + DST, LEN, piece, true);
	add(ctx, IOVA + RESULT, RESULT_LEN, piece, true);
	vha_sgl_init(&req->src, req->src_sg, ARRAY_SIZE(req->src_sg));
	vha_sgl_init(&req->dst, req->dst_sg, ARRAY_SIZE(req->dst_sg));
	down_read(&mem->tlb.lock);
	err = vha_chain_start(&chain, &mem->tlb, &mem->hint, &ctx->rc);
	if (!err)
		err = vha_algchain_map(req, &chain, &ctx->p);
	up_read(&mem->tlb.lock);
	return err;
}

static void release(struct algchain_ctx *ctx)
{
	vha_sgl_release(&ctx->req.src);
	vha_sgl_release(&ctx->req.dst);
	vha_sgl_release(&ctx->req.steps.auth);
}

/* What a list has, as far as a provider reads it */
static const u8 *seen(struct algchain_ctx *ctx, struct vha_sgl *sgl, u32 len)
{
	memset(ctx->seen, 0xee, sizeof(ctx->seen));
	sg_copy_to_buffer(sgl->sg, sgl->nents, ctx->seen, len);
	return ctx->seen;
}

struct algchain_row {
	const char *name;
	bool auth_first;
	u32 c_off, c_len, h_off, h_len, aad_len;
	/* The part of the message that is the cipher's work */
	u32 from, to;
};

static const struct algchain_row algchain_rows[] = {
	{ "all", false, 0, 96, 0, 100, 0, 0, 96 },
	{ "all, hash first", true, 0, 96, 0, 100, 0, 0, 0 },
	{ "with a header", false, 20, 80, 0, 100, AAD_LEN, 20, 100 },
	{ "with a header, hash first", true, 20, 80, 0, 100, AAD_LEN, 0, 0 },
	{ "something behind", false, 20, 64, 0, 100, 0, 20, 84 },
	{ "the hash begins in the text", false, 16, 48, 30, 70, 3, 30, 64 },
	{ "the hash ends in the text", false, 32, 48, 10, 50, 3, 32, 60 },
	{ "the hash is in the text", false, 16, 80, 30, 20, 0, 30, 50 },
	{ "the hash is before the text", false, 48, 48, 4, 40, 0, 4, 4 },
	{ "the hash is behind the text", false, 4, 16, 48, 40, 0, 48, 48 },
	{ "nothing to hash", false, 4, 16, 48, 0, 0, 48, 48 },
	{ "nothing but AAD", false, 4, 16, 100, 0, AAD_LEN, 100, 100 },
};

KUNIT_ARRAY_PARAM_DESC(algchain, algchain_rows, name);

static void expect_lists(struct kunit *test, const struct algchain_row *row,
			 bool stateless)
{
	struct algchain_ctx *ctx = algchain_new(test, row->auth_first);
	struct vha_req *req = &ctx->req;
	u8 want[LEN + AAD_LEN];
	u32 piece, i;

	parts(ctx, row->c_off, row->c_len, row->h_off, row->h_len);
	ctx->p.aad_len = row->aad_len;
	ctx->p.stateless = stateless;
	memset(want, 0xaa, row->aad_len);
	for (i = 0; i < row->h_len; i++) {
		bool text = row->h_off + i >= row->from &&
			    row->h_off + i < row->to;

		want[row->aad_len + i] = row->h_off + i + (text ? 0x80 : 0);
	}
	for (piece = 23; piece <= LEN; piece += 77) {
		KUNIT_ASSERT_EQ(test, map(test, ctx, piece), 0);
		KUNIT_EXPECT_MEMEQ(test, seen(ctx, &req->src, row->c_len),
				   page_at(test, SRC) + row->c_off, row->c_len);
		KUNIT_EXPECT_MEMEQ(test, seen(ctx, &req->dst, row->c_len),
				   page_at(test, DST) + row->c_off, row->c_len);
		/* Room for the hash is right behind */
		sg_pcopy_to_buffer(req->dst.sg, req->dst.nents, ctx->seen,
				   RESULT_LEN, row->c_len);
		KUNIT_EXPECT_MEMEQ(test, ctx->seen, page_at(test, RESULT),
				   RESULT_LEN);
		KUNIT_EXPECT_MEMEQ(test, seen(ctx, &req->steps.auth,
					      row->aad_len + row->h_len),
				   want, row->aad_len + row->h_len);
		release(ctx);
	}
}

static void algchain_lists(struct kunit *test)
{
	expect_lists(test, test->param_value, false);
}

static void algchain_lists_stateless(struct kunit *test)
{
	expect_lists(test, test->param_value, true);
}

/* What does not fit holds nothing; guest_mem_exit() counts */
static void algchain_no_room(struct kunit *test)
{
	struct algchain_ctx *ctx = algchain_new(test, false);

	parts(ctx, 20, 80, 0, 100);
	ctx->gaps = true;
	KUNIT_EXPECT_EQ(test, map(test, ctx, 4), -E2BIG);
	ctx->gaps = false;
	KUNIT_EXPECT_EQ(test, ctx->req.src.nents, 0);
	KUNIT_EXPECT_EQ(test, ctx->req.dst.nents, 0);
	KUNIT_EXPECT_EQ(test, ctx->req.steps.auth.nents, 0);
	/* Less in the chain than the request says */
	ctx->p.aad_len = 1;
	KUNIT_EXPECT_EQ(test, map(test, ctx, LEN), 0);
	release(ctx);
	ctx->p.result_len = RESULT_LEN + 1;
	KUNIT_EXPECT_EQ(test, map(test, ctx, LEN), -EINVAL);
}

/* The operation of the step at hand: the hash's has no destination */
static void expect_step(struct kunit *test, struct algchain_ctx *ctx, bool hash)
{
	struct vhost_accel_request *op = &ctx->req.op;

	KUNIT_EXPECT_PTR_EQ(test, op->src,
			    hash ? ctx->req.auth_sg : ctx->req.src_sg);
	KUNIT_EXPECT_PTR_EQ(test, op->dst, hash ? NULL : ctx->req.dst_sg);
	KUNIT_EXPECT_EQ(test, op->cryptlen, hash ? 100 : 80);
	KUNIT_EXPECT_EQ(test, vha_algchain_step(&ctx->req),
			hash ? VHA_STEP_AUTH : VHA_STEP_MAIN);
}

static void begin(struct kunit *test, struct algchain_ctx *ctx)
{
	struct vha_req *req = &ctx->req;

	parts(ctx, 20, 80, 0, 100);
	KUNIT_ASSERT_EQ(test, map(test, ctx, LEN), 0);
	req->op.src = req->src.sg;
	req->op.dst = req->dst.sg;
	req->text_len = ctx->p.cipher_len;
	req->result = 0;
	vha_algchain_start(req, &ctx->p);
}

static void algchain_steps(struct kunit *test)
{
	struct algchain_ctx *ctx = algchain_new(test, false);
	struct vha_req *req = &ctx->req;

	begin(test, ctx);
	KUNIT_EXPECT_EQ(test, req->digest_len, RESULT_LEN);
	expect_step(test, ctx, false);
	req->retries = 5;
	KUNIT_EXPECT_TRUE(test, vha_algchain_next(req));
	KUNIT_EXPECT_EQ(test, req->retries, 0);
	expect_step(test, ctx, true);
	KUNIT_EXPECT_FALSE(test, vha_algchain_next(req));
	KUNIT_EXPECT_EQ(test, req->result, 0);
	release(ctx);

	ctx->session.auth_first = true;
	begin(test, ctx);
	expect_step(test, ctx, true);
	KUNIT_EXPECT_TRUE(test, vha_algchain_next(req));
	expect_step(test, ctx, false);
	KUNIT_EXPECT_FALSE(test, vha_algchain_next(req));
	release(ctx);
}

/* Without text there is one step, in either order */
static void algchain_no_text(struct kunit *test)
{
	struct algchain_ctx *ctx = algchain_new(test, false);

	begin(test, ctx);
	ctx->p.cipher_len = 0;
	vha_algchain_start(&ctx->req, &ctx->p);
	expect_step(test, ctx, true);
	KUNIT_EXPECT_FALSE(test, vha_algchain_next(&ctx->req));
	release(ctx);
}

/* The device compares: what is not authentic is not decrypted */
static void algchain_verify(struct kunit *test)
{
	struct algchain_ctx *ctx = algchain_new(test, true);
	struct vha_req *req = &ctx->req;
	unsigned int i;

	ctx->p.verify = true;
	begin(test, ctx);
	KUNIT_EXPECT_EQ(test, req->digest_len, 0);
	memset(req->digest, 0xff, RESULT_LEN);
	KUNIT_EXPECT_TRUE(test, vha_algchain_next(req));
	expect_step(test, ctx, false);
	KUNIT_EXPECT_FALSE(test, vha_algchain_next(req));
	KUNIT_EXPECT_EQ(test, req->result, 0);

	for (i = 0; i < RESULT_LEN; i++) {
		vha_algchain_start(req, &ctx->p);
		req->result = 0;
		req->digest[i] ^= 1;
		KUNIT_EXPECT_FALSE(test, vha_algchain_next(req));
		KUNIT_EXPECT_EQ(test, req->result, -EBADMSG);
		req->digest[i] ^= 1;
	}
	/* More of the hash than that is not asked for */
	vha_algchain_start(req, &ctx->p);
	req->digest[RESULT_LEN] ^= 1;
	KUNIT_EXPECT_TRUE(test, vha_algchain_next(req));
	release(ctx);
}

static struct kunit_case algchain_test_cases[] = {
	KUNIT_CASE_PARAM(algchain_lists, algchain_gen_params),
	KUNIT_CASE_PARAM(algchain_lists_stateless, algchain_gen_params),
	KUNIT_CASE(algchain_no_room),
	KUNIT_CASE(algchain_steps),
	KUNIT_CASE(algchain_no_text),
	KUNIT_CASE(algchain_verify),
	{}
};

static struct kunit_suite algchain_test_suite = {
	.name = "vhost_accel_algchain",
	.init = guest_mem_init,
	.exit = guest_mem_exit,
	.test_cases = algchain_test_cases,
};

kunit_test_suite(algchain_test_suite);
