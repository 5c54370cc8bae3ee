// SPDX-License-Identifier: GPL-2.0
/*
 * The IPSEC service's control requests, byte by byte, and devices that answer with
 * nonsense.
 */
#include "fake.h"

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/unaligned.h>

#include "../ipsec_ctrl.h"

#define IPSEC_OUT_MAX	320
/* Answer and status of an administration command */
#define IPSEC_HEAD	16

/**
 * struct ipsec_step - what the device is asked, and what it says
 * @opcode: of the request
 * @admin: of the administration command
 * @status: VIRTIO_CRYPTO_*
 * @admin_status: VIRTIO_ADMIN_STATUS_*
 * @result: behind both
 * @len: its length
 * @claims: how long the device says that it is, if not 0
 */
struct ipsec_step {
	u32 opcode;
	u16 admin;
	u8 status;
	u16 admin_status;
	const void *result;
	u32 len;
	u64 claims;
};

/**
 * struct ipsec_device - the device's side
 * @fake: its queues
 * @step: what is to come
 * @nr: how many
 * @at: how many were done
 * @wrong: requests that were others
 * @out: the last request
 * @out_len: its length
 * @room: for its answer
 */
struct ipsec_device {
	struct fake *fake;
	const struct ipsec_step *step;
	unsigned int nr;
	unsigned int at;
	unsigned int wrong;
	u8 out[IPSEC_OUT_MAX];
	u32 out_len;
	u32 room;
};

static void ipsec_answer(struct ipsec_device *d, int head)
{
	const struct ipsec_step *s = &d->step[d->at];
	bool admin = s->opcode == VIRTIO_ACCEL_CTRL_ADMIN;
	u32 n = IPSEC_HEAD + (admin ? 8 : 0), len;
	u8 answer[512] = {};
	void *out;

	out = fake_desc(&d->fake->ctrl, head, 0, &len);
	d->out_len = len;
	memcpy(d->out, out, min_t(u32, len, sizeof(d->out)));
	fake_desc(&d->fake->ctrl, head, 1, &d->room);
	if (get_unaligned_le32(d->out) != s->opcode ||
	    (admin && get_unaligned_le16(d->out + 32) != s->admin))
		d->wrong++;
	put_unaligned_le64(s->claims ?: n - IPSEC_HEAD + s->len, answer);
	put_unaligned_le32(s->status, answer + 8);
	if (admin)
		put_unaligned_le16(s->admin_status, answer + IPSEC_HEAD);
	if (s->len)
		memcpy(answer + n, s->result, s->len);
	fake_answer(&d->fake->ctrl, head, answer, min(n + s->len, d->room));
	d->at++;
}

static int ipsec_device(void *data)
{
	struct ipsec_device *d = data;
	int head;

	while (!kthread_should_stop()) {
		head = d->at < d->nr ? fake_take(&d->fake->ctrl) : -1;
		if (head < 0) {
			usleep_range(100, 200);
			continue;
		}
		ipsec_answer(d, head);
		fake_interrupt_ctrl(d->fake);
	}
	return 0;
}

static const struct virtio_accel_info ipsec_info = {
	.min_version = cpu_to_le32(1),
	.max_version = cpu_to_le32(1),
};

static const __le64 ipsec_commands = cpu_to_le64(0x3f83);

static const u8 ipsec_limits[] = {
	/* inbound, outbound */
	0x02, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00,
};

/* Tunnel with all, and a mode that nobody knows */
static const u8 ipsec_modes[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x00,
	0x00, 0x10, 0x00, 0x00, 0x7f, 0x00, 0x00, 0x80,
	0x00, 0x00, 0x00, 0x00,
	0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x02, 0x00, 0x00, 0x00, 0x20, 0x00, 0x00, 0x00,
	0x20, 0x00, 0x00, 0x00,
	0x77, 0x00, 0x00, 0x00,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff,
};

#define IPSEC_ADMIN(_admin, ...)					\
	{ .opcode = VIRTIO_ACCEL_CTRL_ADMIN, .admin = (_admin), __VA_ARGS__ }
#define IPSEC_RESULT(_result)						\
	.result = &(_result), .len = sizeof(_result)

/* The steps of a device that agrees; more may follow */
#define IPSEC_AGREE_STEPS	7
static const struct ipsec_step ipsec_agree_steps[IPSEC_AGREE_STEPS] = {
	{ .opcode = VIRTIO_ACCEL_CTRL_INFO, IPSEC_RESULT(ipsec_info) },
	IPSEC_ADMIN(VIRTIO_ADMIN_CMD_LIST_QUERY, IPSEC_RESULT(ipsec_commands)),
	IPSEC_ADMIN(VIRTIO_ADMIN_CMD_LIST_USE),
	IPSEC_ADMIN(VIRTIO_ADMIN_CMD_DEVICE_CAP_GET, IPSEC_RESULT(ipsec_limits)),
	IPSEC_ADMIN(VIRTIO_ADMIN_CMD_DRIVER_CAP_SET),
	IPSEC_ADMIN(VIRTIO_ADMIN_CMD_DEVICE_CAP_GET, IPSEC_RESULT(ipsec_modes)),
	IPSEC_ADMIN(VIRTIO_ADMIN_CMD_DRIVER_CAP_SET),
};

static struct ipsec_device *ipsec_start(struct kunit *test,
					const struct ipsec_step *step,
					unsigned int nr,
					struct task_struct **thread)
{
	struct ipsec_device *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, d);
	d->fake = fake_start(test);
	d->step = step;
	d->nr = nr;
	vaccel_ipsec_init(d->fake->vd);
	d->fake->vd->caps.ipsec = true;
	*thread = kthread_run(ipsec_device, d, "ipsec_device");
	KUNIT_ASSERT_FALSE(test, IS_ERR(*thread));
	return d;
}

static void ipsec_stop(struct ipsec_device *d, struct task_struct *thread)
{
	kthread_stop(thread);
	vaccel_ipsec_stop(d->fake->vd);
	vaccel_ipsec_exit(d->fake->vd);
	fake_stop(d->fake);
}

/* What the device said, and we use of it */
static void ipsec_agree(struct kunit *test)
{
	static const u8 set[] = {
		/* request, fixed part */
		0x01, 0xce, 0xac, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x01, 0x00, 0x00, 0x00, 0x54, 0x00, 0x00, 0x00,
		0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		/* command */
		0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		/* capability */
		0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x01, 0x00, 0x00, 0x00,
		0x00, 0x10, 0x00, 0x00, 0x7f, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00,
		0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x02, 0x00, 0x00, 0x00, 0x20, 0x00, 0x00, 0x00,
		0x20, 0x00, 0x00, 0x00,
	};
	struct task_struct *thread;
	struct ipsec_device *d;
	struct vaccel_dev *vd;

	d = ipsec_start(test, ipsec_agree_steps, IPSEC_AGREE_STEPS, &thread);
	vd = d->fake->vd;
	KUNIT_EXPECT_FALSE(test, vaccel_ipsec_ready(vd));
	vaccel_ipsec_open(vd);
	flush_work(&vd->ipsec.work);
	KUNIT_EXPECT_TRUE(test, vaccel_ipsec_ready(vd));
	KUNIT_EXPECT_EQ(test, d->at, IPSEC_AGREE_STEPS);
	KUNIT_EXPECT_EQ(test, d->wrong, 0);
	KUNIT_EXPECT_EQ(test, vd->ipsec.caps.limit[VACCEL_IPSEC_OUT], 3);
	KUNIT_EXPECT_EQ(test, vd->ipsec.caps.limit[VACCEL_IPSEC_IN], 2);
	KUNIT_EXPECT_EQ(test, vd->ipsec.caps.mode[1].aead, 0);
	KUNIT_ASSERT_EQ(test, d->out_len, sizeof(set));
	KUNIT_EXPECT_MEMEQ(test, d->out, set, sizeof(set));
	KUNIT_EXPECT_EQ(test, d->room, 16 + 8);
	/* Another start, and it is not known any more */
	vd->gen++;
	KUNIT_EXPECT_FALSE(test, vaccel_ipsec_ready(vd));
	ipsec_stop(d, thread);
}

static const struct virtio_accel_info ipsec_newer = {
	.min_version = cpu_to_le32(2),
	.max_version = cpu_to_le32(3),
};

static const __le64 ipsec_few_commands = cpu_to_le64(0x3);

static const u8 ipsec_many_modes[] = {
	0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

/* A device that is not asked any more after the last step */
struct ipsec_bad {
	const char *name;
	struct ipsec_step last;
	unsigned int before;	/* good steps */
};

static const struct ipsec_bad ipsec_bads[] = {
	{ "does not know the extension",
	  { .opcode = VIRTIO_ACCEL_CTRL_INFO, .status = VIRTIO_CRYPTO_NOTSUPP },
	  0 },
	{ "only newer versions",
	  { .opcode = VIRTIO_ACCEL_CTRL_INFO, IPSEC_RESULT(ipsec_newer) }, 0 },
	{ "a short answer",
	  { .opcode = VIRTIO_ACCEL_CTRL_INFO, .result = &ipsec_info, .len = 4 },
	  0 },
	{ "no resource objects",
	  IPSEC_ADMIN(VIRTIO_ADMIN_CMD_LIST_QUERY,
		      IPSEC_RESULT(ipsec_few_commands)), 1 },
	{ "no status",
	  IPSEC_ADMIN(VIRTIO_ADMIN_CMD_LIST_USE, .claims = 1), 2 },
	{ "no capability",
	  IPSEC_ADMIN(VIRTIO_ADMIN_CMD_DEVICE_CAP_GET,
		      .admin_status = VIRTIO_ADMIN_STATUS_ENXIO), 3 },
	{ "half a capability",
	  IPSEC_ADMIN(VIRTIO_ADMIN_CMD_DEVICE_CAP_GET,
		      .result = ipsec_limits, .len = 4), 3 },
	{ "capability not accepted",
	  IPSEC_ADMIN(VIRTIO_ADMIN_CMD_DRIVER_CAP_SET,
		      .admin_status = VIRTIO_ADMIN_STATUS_EINVAL), 4 },
	{ "more modes than there are",
	  IPSEC_ADMIN(VIRTIO_ADMIN_CMD_DEVICE_CAP_GET,
		      IPSEC_RESULT(ipsec_many_modes)), 5 },
	{ "more modes than there are, and a lie about the length",
	  IPSEC_ADMIN(VIRTIO_ADMIN_CMD_DEVICE_CAP_GET,
		      IPSEC_RESULT(ipsec_many_modes), .claims = U64_MAX), 5 },
};

KUNIT_ARRAY_PARAM_DESC(ipsec_bad, ipsec_bads, name);

static void ipsec_disagree(struct kunit *test)
{
	const struct ipsec_bad *bad = test->param_value;
	struct ipsec_step steps[IPSEC_AGREE_STEPS];
	struct task_struct *thread;
	struct ipsec_device *d;

	memcpy(steps, ipsec_agree_steps, sizeof(steps));
	steps[bad->before] = bad->last;
	d = ipsec_start(test, steps, ARRAY_SIZE(steps), &thread);
	vaccel_ipsec_open(d->fake->vd);
	flush_work(&d->fake->vd->ipsec.work);
	KUNIT_EXPECT_FALSE(test, vaccel_ipsec_ready(d->fake->vd));
	KUNIT_EXPECT_EQ(test, d->at, bad->before + 1);
	KUNIT_EXPECT_EQ(test, d->wrong, 0);
	ipsec_stop(d, thread);
}

static void ipsec_fill_sa(struct vaccel_ipsec_sa *sa)
{
	memset(sa, 0, sizeof(*sa));
	sa->wire.mode = VIRTIO_CRYPTO_IPSEC_MODE_ESP_TUNNEL;
	sa->wire.direction = VIRTIO_CRYPTO_IPSEC_DIR_INBOUND;
	sa->wire.spi = cpu_to_le32(0x12345678);
	sa->wire.replay_win_sz = cpu_to_le32(70);
	sa->wire.auth_algo = cpu_to_le64(VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD |
					 VIRTIO_CRYPTO_AEAD_GCM);
	sa->wire.cipher_key.length = cpu_to_le16(16);
	memset(sa->wire.cipher_key.data, 0xc0, 16);
}

static void ipsec_objects(struct kunit *test)
{
	static const struct ipsec_step more[] = {
		IPSEC_ADMIN(VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE),
		{ .opcode = VIRTIO_ACCEL_CTRL_SA_SET },
		IPSEC_ADMIN(VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE,
			    .admin_status = VIRTIO_ADMIN_STATUS_ENOSPC),
		IPSEC_ADMIN(VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE),
		IPSEC_ADMIN(VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY),
		IPSEC_ADMIN(VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE),
	};
	struct ipsec_step steps[IPSEC_AGREE_STEPS + ARRAY_SIZE(more)];
	struct vaccel_ipsec_sa sa[3];
	struct task_struct *thread;
	struct ipsec_device *d;
	struct vaccel_dev *vd;
	unsigned int i;
	u32 gen = 0;

	memcpy(steps, ipsec_agree_steps, sizeof(ipsec_agree_steps));
	memcpy(steps + IPSEC_AGREE_STEPS, more, sizeof(more));
	d = ipsec_start(test, steps, ARRAY_SIZE(steps), &thread);
	vd = d->fake->vd;
	for (i = 0; i < ARRAY_SIZE(sa); i++)
		ipsec_fill_sa(&sa[i]);
	/* Nothing is known of the device yet */
	KUNIT_EXPECT_EQ(test, vaccel_ipsec_create(vd, &sa[0], &gen), -ENODEV);
	vaccel_ipsec_open(vd);
	flush_work(&vd->ipsec.work);

	KUNIT_EXPECT_EQ(test, vaccel_ipsec_create(vd, &sa[0], &gen), 0);
	KUNIT_EXPECT_EQ(test, gen, vd->gen);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(sa[0].wire.obj_id), 0);
	KUNIT_EXPECT_EQ(test, d->out_len, 32 + 24 + 16 + 196);
	/* Type and number, flags, and all of the SA */
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(d->out + 56), 0x201);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(d->out + 64), 0);
	KUNIT_EXPECT_MEMEQ(test, d->out + 72, &sa[0], sizeof(sa[0]));

	KUNIT_EXPECT_EQ(test, vaccel_ipsec_set_seq(vd, &sa[0], 0x123456789), 0);
	KUNIT_EXPECT_EQ(test, d->out_len, 32 + 688);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(d->out + 32 + 8), 0x12345678);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(d->out + 32 + 16), 0x123456789);
	KUNIT_EXPECT_EQ(test, get_unaligned_le32(d->out + 32 + 168), 70);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(d->out + 32 + 176), U64_MAX);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(d->out + 32 + 184), 0x3f);
	KUNIT_EXPECT_EQ(test, get_unaligned_le64(d->out + 32 + 192), 0);

	/* A number that was not used is free */
	KUNIT_EXPECT_EQ(test, vaccel_ipsec_create(vd, &sa[1], &gen), -ENOSPC);
	KUNIT_EXPECT_EQ(test, vaccel_ipsec_create(vd, &sa[1], &gen), 0);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(sa[1].wire.obj_id), 1);
	/* The device has two; it is not even asked */
	KUNIT_EXPECT_EQ(test, vaccel_ipsec_create(vd, &sa[2], &gen), -ENOSPC);
	vaccel_ipsec_destroy(vd, &sa[0]);
	KUNIT_EXPECT_EQ(test, d->out_len, 32 + 24 + 8);
	KUNIT_EXPECT_EQ(test, vaccel_ipsec_create(vd, &sa[2], &gen), 0);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(sa[2].wire.obj_id), 0);
	KUNIT_EXPECT_EQ(test, d->at, ARRAY_SIZE(steps));
	KUNIT_EXPECT_EQ(test, d->wrong, 0);
	ipsec_stop(d, thread);
}

/* A device that was given up answers nothing, and nobody waits for it */
static void ipsec_gone(struct kunit *test)
{
	struct task_struct *thread;
	struct vaccel_ipsec_sa sa;
	struct ipsec_device *d;
	struct vaccel_dev *vd;
	u32 gen;

	d = ipsec_start(test, ipsec_agree_steps, IPSEC_AGREE_STEPS, &thread);
	vd = d->fake->vd;
	ipsec_fill_sa(&sa);
	vaccel_ipsec_open(vd);
	flush_work(&vd->ipsec.work);
	vaccel_ctrl_close(&vd->ctrl);
	KUNIT_EXPECT_EQ(test, vaccel_ipsec_create(vd, &sa, &gen), -ENODEV);
	KUNIT_EXPECT_EQ(test, vaccel_ipsec_set_seq(vd, &sa, 1), -ENODEV);
	ipsec_stop(d, thread);
}

struct ipsec_takes {
	const char *name;
	void (*change)(struct vaccel_ipsec_sa *sa);
	bool takes;
};

static void change_nothing(struct vaccel_ipsec_sa *sa)
{
}

static void change_mode(struct vaccel_ipsec_sa *sa)
{
	sa->wire.mode = VIRTIO_CRYPTO_IPSEC_MODE_ESP_TRANSPORT;
}

static void change_unknown_mode(struct vaccel_ipsec_sa *sa)
{
	sa->wire.mode = 200;
}

static void change_window(struct vaccel_ipsec_sa *sa)
{
	sa->wire.replay_win_sz = cpu_to_le32(129);
}

static void change_option(struct vaccel_ipsec_sa *sa)
{
	sa->wire.options = cpu_to_le64(BIT(VIRTIO_CRYPTO_IPSEC_ECN));
}

static void change_alg(struct vaccel_ipsec_sa *sa)
{
	sa->wire.auth_algo = cpu_to_le64(VIRTIO_CRYPTO_IPSEC_AUTH_IS_AEAD |
					 VIRTIO_CRYPTO_AEAD_CHACHA20_POLY1305);
}

static void change_key(struct vaccel_ipsec_sa *sa)
{
	sa->wire.cipher_key.length = cpu_to_le16(32);
}

static const struct ipsec_takes ipsec_takes_params[] = {
	{ "as it is", change_nothing, true },
	{ "another mode", change_mode, false },
	{ "an unknown mode", change_unknown_mode, false },
	{ "a longer window", change_window, false },
	{ "an option", change_option, false },
	{ "another algorithm", change_alg, false },
	{ "a longer key", change_key, false },
};

KUNIT_ARRAY_PARAM_DESC(ipsec_takes, ipsec_takes_params, name);

static void ipsec_takes(struct kunit *test)
{
	static const struct vaccel_ipsec_caps caps = {
		.limit = { 1, 1 },
		.mode[0] = {
			.options = BIT(VIRTIO_CRYPTO_IPSEC_ESN),
			.window = 128,
			.aead = BIT(VIRTIO_CRYPTO_AEAD_GCM),
			.cipher_key = 16,
		},
	};
	const struct ipsec_takes *p = test->param_value;
	struct vaccel_ipsec_sa sa;

	ipsec_fill_sa(&sa);
	p->change(&sa);
	KUNIT_EXPECT_EQ(test, vaccel_ipsec_takes(&caps, &sa), p->takes);
}

static struct kunit_case ipsec_ctrl_cases[] = {
	KUNIT_CASE(ipsec_agree),
	KUNIT_CASE_PARAM(ipsec_disagree, ipsec_bad_gen_params),
	KUNIT_CASE(ipsec_objects),
	KUNIT_CASE(ipsec_gone),
	KUNIT_CASE_PARAM(ipsec_takes, ipsec_takes_gen_params),
	{}
};

static struct kunit_suite ipsec_ctrl_suite = {
	.name = "vaccel_ipsec_ctrl",
	.test_cases = ipsec_ctrl_cases,
};

kunit_test_suite(ipsec_ctrl_suite);
