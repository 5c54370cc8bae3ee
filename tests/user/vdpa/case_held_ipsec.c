// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that the provider keeps, refuses or fails: the test driver has the
 * ciphers of SAs, but not their MACs.
 */
#include "ipsec.h"

#include <endian.h>
#include <linux/vhost.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define N	32		/* in flight in these tests */
#define LEN	ES_LEN

static const unsigned int kinds[] = { ES_GCM, ES_CBC, ES_CTR };

static bool all_held(void *arg)
{
	return sim_get(arg, "held") >= N;
}

static bool none_in_flight(void *arg)
{
	return sim_get(arg, "in_flight") == 0;
}

static bool none_orphaned(void *arg)
{
	return attr_num(arg, "orphans") == 0;
}

/* N packets; those that come in are those that went out */
static int submit(struct es_world *w, struct cr_req *r, u8 (*esp)[LEN + ROOM],
		  bool inbound)
{
	unsigned int i;
	u8 pkt[LEN];

	es_inner(pkt);
	for (i = 0; i < N; i++) {
		if (inbound)
			es_in(w, &r[i], esp[i], es_ip_len(esp[i]), LEN);
		else
			es_out(w, &r[i], pkt, LEN);
		r[i].indirect = true;
		EXPECT(cr_submit(&r[i]) >= 0, "add");
	}
	vd_kick(&w->dev.vqs[0]);
	return PASS;
}

static int wait_all(struct es_world *w, struct cr_req *r)
{
	unsigned int i;
	int ret;

	for (i = 0; i < N; i++) {
		ret = vd_wait(&w->dev.vqs[0], NULL, CR_MS);
		EXPECT(ret >= 0, "packet %u: %s", i, cr_name(ret));
	}
	for (i = 0; i < N; i++)
		EXPECT(!cr_status(&r[i]), "packet %u: %s", i,
		       cr_name(cr_status(&r[i])));
	return PASS;
}

/* Each has the next number, however often it was refused before */
static int sealed_all(struct es_world *w, struct cr_req *r,
		      u8 (*esp)[LEN + ROOM], u32 first)
{
	unsigned int i;

	if (wait_all(w, r))
		return FAIL;
	for (i = 0; i < N; i++) {
		memcpy(esp[i], r[i].dst, LEN + ROOM);
		EXPECT((u32)(esp[i][26] << 8 | esp[i][27]) == first + i,
		       "packet %u has number %u", i, esp[i][27]);
	}
	cr_free(&w->dev, &r[0]);
	return PASS;
}

static int opened_all(struct es_world *w, struct cr_req *r)
{
	unsigned int i;
	u8 pkt[LEN];

	if (wait_all(w, r))
		return FAIL;
	es_inner(pkt);
	for (i = 0; i < N; i++)
		EXPECT(!memcmp(r[i].dst, pkt, LEN), "packet %u is wrong", i);
	cr_free(&w->dev, &r[0]);
	return PASS;
}

static int there_and_back(struct es_world *w, u32 first)
{
	struct cr_req *r = calloc(N, sizeof(*r));
	static u8 esp[N][LEN + ROOM];
	int ret;

	ret = submit(w, r, esp, false) || sealed_all(w, r, esp, first) ||
	      submit(w, r, esp, true) || opened_all(w, r);
	free(r);
	return ret;
}

/* Nothing of a packet is given out when its provider fails, and it may come again */
static int provider_fails(const struct test_ctx *ctx, struct es_world *w)
{
	u8 pkt[LEN], esp[LEN + ROOM];
	struct virtio_accel_sa_state state;
	u32 len = es_sealed(w, esp), i, k;
	struct cr_req r;
	int ret;

	EXPECT(len, "no packet");
	es_inner(pkt);
	EXPECT(!sim_set(ctx, "error_every", "1"), "error_every");
	for (k = 0; k < 2; k++) {
		if (k)
			es_in(w, &r, esp, len, LEN);
		else
			es_out(w, &r, pkt, LEN);
		ret = cr_run(&r, CR_MS);
		EXPECT(ret == VIRTIO_CRYPTO_ERR && r.used == 1,
		       "the provider fails: %s", cr_name(ret));
		for (i = 0; i < r.dst_len; i++)
			EXPECT(!r.dst[i] || r.dst[i] == CR_UNTOUCHED,
			       "something is in the destination");
		cr_free(&w->dev, &r);
	}
	EXPECT(!sim_set(ctx, "error_every", "0"), "error_every");
	EXPECT(!es_get_state(w, ES_IN_TYPE, &state), "state");
	EXPECT(le64toh(state.errors[VIRTIO_ACCEL_SA_ERR_PROVIDER]) == 1,
	       "not counted");
	return es_accepted(w, esp, len, LEN, "once more");
}

static int held_ipsec_full(const struct test_ctx *ctx)
{
	static const struct {
		const char *name, *value, *back;
	} knobs[] = {
		{ "busy_every", "3", "0" }, { "nospc_every", "3", "0" },
		{ "nomem_every", "3", "0" }, { "sync_every", "3", "0" },
		{ "sync_every", "1", "0" }, { "queue_depth", "4", "128" },
		{ "reorder", "4", "0" },
	};
	struct es_world w = {};
	unsigned int i, k;
	int ret;

	if (es_open(&w.dev, ctx))
		return FAIL;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (es_make_pair(&w, kinds[i], true, es_no_limits))
			return FAIL;
		for (k = 0; k < ARRAY_SIZE(knobs); k++) {
			EXPECT(!sim_set(ctx, knobs[k].name, knobs[k].value),
			       "%s", knobs[k].name);
			ret = there_and_back(&w, 1 + k * N);
			sim_set(ctx, knobs[k].name, knobs[k].back);
			EXPECT(!ret, "%s, %s", w.suite->ip, knobs[k].name);
		}
		if (provider_fails(ctx, &w))
			return FAIL;
		EXPECT(!es_destroy_sas(&w), "destroy");
	}
	STILL_WORKS(w.dev);
	return PASS;
}

static int hold_packets(const struct test_ctx *ctx, struct es_world *w,
			struct cr_req *r, u8 (*esp)[LEN + ROOM], bool inbound)
{
	EXPECT(!sim_set(ctx, "hold", "1"), "hold");
	if (submit(w, r, esp, inbound))
		return FAIL;
	EXPECT(wait_for(all_held, (void *)ctx, CR_MS),
	       "the provider got %ld of %d packets", sim_get(ctx, "held"), N);
	EXPECT(vd_poll(&w->dev.vqs[0], NULL) < 0, "answered while held");
	return PASS;
}

/*
 * Suspended while packets are out: in vain at first, then they come back meanwhile,
 * one step of two done. SAs stay as they are.
 */
static int suspend_twice(const struct test_ctx *ctx, struct es_world *w)
{
	struct cr_req *r = calloc(N, sizeof(*r));
	static u8 esp[N][LEN + ROOM];
	pid_t pid;

	if (hold_packets(ctx, w, r, esp, false))
		return FAIL;
	EXPECT(vd_suspend(&w->dev) < 0, "suspended, though packets are out");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		usleep(500000);
		_exit(sim_set(ctx, "hold", "0") != 0);
	}
	EXPECT(!vd_suspend(&w->dev), "suspend");
	EXPECT(vd_vring_base(&w->dev, 0) == w->dev.vqs[0].avail_idx, "base");
	EXPECT(waitpid(pid, NULL, 0) == pid, "wait");
	if (sealed_all(w, r, esp, 1))
		return FAIL;
	EXPECT(!ioctl(w->dev.fd, VHOST_VDPA_RESUME, NULL), "resume");
	if (hold_packets(ctx, w, r, esp, true))
		return FAIL;
	EXPECT(!sim_set(ctx, "hold", "0"), "release");
	if (opened_all(w, r))
		return FAIL;
	free(r);
	return there_and_back(w, 1 + N);
}

static int held_ipsec_suspend(const struct test_ctx *ctx)
{
	struct es_world w = {};

	if (es_open(&w.dev, ctx) ||
	    es_make_pair(&w, ES_CBC, true, es_no_limits) || suspend_twice(ctx, &w))
		return FAIL;
	STILL_WORKS(w.dev);
	return PASS;
}

/* An SA goes while it has packets with the provider: they are done nevertheless */
static int held_ipsec_destroy(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(N, sizeof(*r));
	static u8 esp[N][LEN + ROOM];
	struct es_world w = {};
	unsigned int i;
	int ret;

	if (es_open(&w.dev, ctx))
		return FAIL;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (es_make_pair(&w, kinds[i], true, es_no_limits) ||
		    submit(&w, r, esp, false) || sealed_all(&w, r, esp, 1) ||
		    hold_packets(ctx, &w, r, esp, true))
			return FAIL;
		EXPECT(!es_destroy_sas(&w), "destroy");
		EXPECT(!sim_set(ctx, "hold", "0"), "release");
		if (opened_all(&w, r))
			return FAIL;
		es_in(&w, &r[0], esp[0], es_ip_len(esp[0]), LEN);
		ret = cr_run(&r[0], CR_MS);
		EXPECT(ret == VIRTIO_CRYPTO_INVSESS, "it is still there: %s",
		       cr_name(ret));
		cr_free(&w.dev, &r[0]);
	}
	STILL_WORKS(w.dev);
	return PASS;
}

/* A reset takes the SAs; what is out stays out until the provider lets go of it */
static int held_ipsec_reset(const struct test_ctx *ctx)
{
	struct cr_req *r = calloc(N, sizeof(*r));
	static u8 esp[N][LEN + ROOM];
	struct es_world w = {};
	unsigned int i, k;
	u8 pkt[LEN];
	int ret;

	if (es_open(&w.dev, ctx))
		return FAIL;
	for (i = 0; i < 2; i++) {
		/* The second step of these would come, the first of those was done */
		if (es_make_pair(&w, ES_CBC, true, es_no_limits) ||
		    submit(&w, r, esp, false) || sealed_all(&w, r, esp, 1) ||
		    hold_packets(ctx, &w, r, esp, i))
			return FAIL;
		vd_reset(&w.dev);
		EXPECT(attr_num(ctx, "orphans") == N, "orphans: %ld",
		       attr_num(ctx, "orphans"));
		EXPECT(!sim_set(ctx, "hold", "0"), "release");
		EXPECT(wait_for(none_in_flight, (void *)ctx, CR_MS),
		       "still in flight");
		EXPECT(wait_for(none_orphaned, (void *)ctx, CR_MS), "orphans: %ld",
		       attr_num(ctx, "orphans"));
		for (k = 0; k < N; k++)
			EXPECT(cr_status(&r[k]) == CR_NO_STATUS,
			       "answered after a reset");
		cr_free(&w.dev, &r[0]);
		EXPECT(!vd_restart(&w.dev), "restart");
		es_inner(pkt);
		es_out(&w, &r[0], pkt, LEN);
		ret = cr_run(&r[0], CR_MS);
		EXPECT(ret == VIRTIO_CRYPTO_INVSESS, "an SA from before: %s",
		       cr_name(ret));
		cr_free(&w.dev, &r[0]);
		EXPECT(!es_begin(&w.dev), "capabilities");
	}
	STILL_WORKS(w.dev);
	return PASS;
}

const struct test_case held_ipsec_cases[] = {
	{ "held-ipsec-full", held_ipsec_full, 240, T_SIM },
	{ "held-ipsec-suspend", held_ipsec_suspend, 120, T_SIM },
	{ "held-ipsec-destroy", held_ipsec_destroy, 120, T_SIM },
	{ "held-ipsec-reset", held_ipsec_reset, 120, T_SIM },
	{}
};
