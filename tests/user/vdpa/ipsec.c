// SPDX-License-Identifier: GPL-2.0
#include "ipsec.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#define IP_SHA1		"auth-trunc 'hmac(sha1)' 0x%2$s 96"
#define IP_SHA256	"auth-trunc 'hmac(sha256)' 0x%2$s 128"

const struct es_suite es_suites[ES_SUITES] = {
	{ "aead 'rfc4106(gcm(aes))' 0x%1$s 128", 0,
	  AEAD(VIRTIO_CRYPTO_AEAD_GCM), 16, 4, 0 },
	{ "aead 'rfc4106(gcm(aes))' 0x%1$s 128", 0,
	  AEAD(VIRTIO_CRYPTO_AEAD_GCM), 24, 4, 0 },
	{ "aead 'rfc4106(gcm(aes))' 0x%1$s 128", 0,
	  AEAD(VIRTIO_CRYPTO_AEAD_GCM), 32, 4, 0 },
	{ "aead 'rfc7539esp(chacha20,poly1305)' 0x%1$s 128", 0,
	  AEAD(VIRTIO_CRYPTO_AEAD_CHACHA20_POLY1305), 32, 4, 0 },
	{ "enc 'cbc(aes)' 0x%1$s " IP_SHA1, VIRTIO_CRYPTO_CIPHER_AES_CBC,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA1, 16, 0, 20 },
	{ "enc 'cbc(aes)' 0x%1$s " IP_SHA256, VIRTIO_CRYPTO_CIPHER_AES_CBC,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA_256, 32, 0, 32 },
	{ "enc 'rfc3686(ctr(aes))' 0x%1$s " IP_SHA1, VIRTIO_CRYPTO_CIPHER_AES_CTR,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA1, 24, 4, 20 },
	{ "enc 'rfc3686(ctr(aes))' 0x%1$s " IP_SHA256, VIRTIO_CRYPTO_CIPHER_AES_CTR,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA_256, 16, 4, 32 },
	{ "enc 'ecb(cipher_null)' '%1$s' " IP_SHA1, 0,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA1, 0, 0, 20, "auth-trunc 'hmac(sha1)' 0x%s 96" },
	{ "enc 'ecb(cipher_null)' '%1$s' " IP_SHA256, 0,
	  VIRTIO_CRYPTO_MAC_HMAC_SHA_256, 0, 0, 32,
	  "auth-trunc 'hmac(sha256)' 0x%s 128" },
};

int es_extension(struct vd_dev *dev, u32 opcode, const void *data, u32 len,
		 void *result, u32 room)
{
	struct cr_req r;
	int ret;

	cr_extension(dev, &r, opcode, data, len, room);
	ret = cr_run(&r, CR_MS);
	if (!ret)
		memcpy(result, r.out + 16, room);
	cr_free(dev, &r);
	return ret;
}

/* An administration command; returns its length */
u32 es_fill_admin(u8 *cmd, u16 opcode, const void *data, u32 len)
{
	opcode = htole16(opcode);
	memset(cmd, 0, 24);
	memcpy(cmd, &opcode, 2);
	memcpy(cmd + 24, data, len);
	return 24 + len;
}

/* Returns VIRTIO_ADMIN_STATUS_*, or as cr_run() if it got no such */
int es_admin(struct vd_dev *dev, u16 opcode, const void *data, u32 len,
	     void *result, u32 room)
{
	u8 cmd[1024], answer[1024];
	u16 status;
	int ret;

	len = es_fill_admin(cmd, opcode, data, len);
	ret = es_extension(dev, VIRTIO_ACCEL_CTRL_ADMIN, cmd, len, answer,
			   8 + room);
	if (ret)
		return -ret;
	memcpy(&status, answer, 2);
	if (result)
		memcpy(result, answer + 8, room);
	return le16toh(status);
}

static int set_cap(struct vd_dev *dev, u16 id, u32 len)
{
	u8 cap[8 + 512] = {};
	int ret;

	id = htole16(id);
	memcpy(cap, &id, 2);
	ret = es_admin(dev, VIRTIO_ADMIN_CMD_DEVICE_CAP_GET, cap, 8, cap + 8, len);
	return ret ?: es_admin(dev, VIRTIO_ADMIN_CMD_DRIVER_CAP_SET, cap, 8 + len,
			    NULL, 0);
}

/* What a driver does before it makes SAs */
int es_begin(struct vd_dev *dev)
{
	u64 commands = htole64(0x3f83);
	int ret;

	ret = es_admin(dev, VIRTIO_ADMIN_CMD_LIST_USE, &commands, 8, NULL, 0);
	ret = ret ?: set_cap(dev, VIRTIO_CRYPTO_IPSEC_RESOURCE_CAP, 8);
	return ret ?: set_cap(dev, VIRTIO_CRYPTO_IPSEC_SA_CAP, 8 + 4 * 44);
}

int es_open(struct vd_dev *dev, const struct test_ctx *ctx)
{
	EXPECT(!vd_open(dev, ctx->path), "open");
	dev->want |= VD_BIT(VIRTIO_ACCEL_F_CTRL);
	EXPECT(!vd_start(dev), "start");
	if (!vd_has(dev, VIRTIO_ACCEL_F_CTRL)) {
		printf("# IPSEC is not offered\n");
		return FAIL;
	}
	EXPECT(!cr_works(dev), "device does not work");
	EXPECT(!es_begin(dev), "capabilities");
	return PASS;
}

void es_fill_object(struct es_object *obj,
		    const struct virtio_crypto_resource_obj_ipsec_sa_256b_key *sa)
{
	*obj = (struct es_object){ .sa = *sa };
	obj->hdr.type = htole16(sa->direction == VIRTIO_CRYPTO_IPSEC_DIR_OUTBOUND ?
				ES_OUT_TYPE : ES_IN_TYPE);
	obj->hdr.id = sa->obj_id;
}

int es_sa_command(struct vd_dev *dev, u16 opcode,
		  const struct virtio_crypto_resource_obj_ipsec_sa_256b_key *sa)
{
	struct es_object obj;
	u32 len = sizeof(obj);

	es_fill_object(&obj, sa);
	if (opcode == VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY)
		len = sizeof(obj.hdr);
	return es_admin(dev, opcode, &obj, len, NULL, 0);
}

void es_fill_sa(const struct es_world *w,
		struct virtio_crypto_resource_obj_ipsec_sa_256b_key *sa,
		bool out)
{
	const struct es_suite *suite = w->suite;
	u32 keys = suite->cipher_len + suite->salt_len;

	memset(sa, 0, sizeof(*sa));
	sa->mode = w->tunnel ? VIRTIO_CRYPTO_IPSEC_MODE_ESP_TUNNEL :
			       VIRTIO_CRYPTO_IPSEC_MODE_ESP_TRANSPORT;
	if (w->ah)
		sa->mode += 2;
	sa->direction = out ? VIRTIO_CRYPTO_IPSEC_DIR_OUTBOUND :
			      VIRTIO_CRYPTO_IPSEC_DIR_INBOUND;
	sa->obj_id = htole32(out ? 3 : 5);
	sa->spi = htole32(out ? SPI_TO_KERNEL : SPI_TO_DEVICE);
	sa->options = htole64(w->esn ? OPT(ESN) : 0);
	if (out && w->tunnel && w->ip6) {
		sa->param.type = VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV6;
		inet_pton(AF_INET6, ES_OUTER6_THEIRS, sa->param.ipv6.src_addr);
		inet_pton(AF_INET6, ES_OUTER6_MINE, sa->param.ipv6.dst_addr);
		sa->param.ipv6.hlimit = 64;
	} else if (out && w->tunnel) {
		sa->param.type = VIRTIO_CRYPTO_IPSEC_TUNNEL_IPV4;
		sa->param.ipv4.src_ip = htole32(0xc0000202);
		sa->param.ipv4.dst_ip = htole32(0xc0000201);
		sa->param.ipv4.ttl = 64;
	}
	if (!out)
		sa->replay_win_sz = htole32(64);
	sa->cipher_algo = htole64(suite->cipher);
	sa->auth_algo = htole64(suite->auth);
	memcpy(sa->salt, w->key + suite->cipher_len, suite->salt_len);
	sa->cipher_key.length = htole16(suite->cipher_len);
	memcpy(sa->cipher_key.data, w->key, suite->cipher_len);
	sa->auth_key.length = htole16(suite->auth_len);
	memcpy(sa->auth_key.data, w->key + keys, suite->auth_len);
}

int es_make_sas(struct es_world *w)
{
	int ret;

	es_fill_sa(w, &w->out, true);
	es_fill_sa(w, &w->in, false);
	ret = es_sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, &w->out);
	return ret ?: es_sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE,
				 &w->in);
}

int es_destroy_sas(struct es_world *w)
{
	return es_sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY,
			  &w->out) ?:
	       es_sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_DESTROY, &w->in);
}

void es_out(struct es_world *w, struct cr_req *r, const u8 *pkt, u32 len)
{
	cr_packet(&w->dev, r, &w->dev.vqs[0], VIRTIO_CRYPTO_IPSEC_OUTBOUND,
		  le32toh(w->out.obj_id), pkt, len, len + ROOM);
}

void es_in(struct es_world *w, struct cr_req *r, const u8 *pkt, u32 len,
	   u32 room)
{
	cr_packet(&w->dev, r, &w->dev.vqs[0], VIRTIO_CRYPTO_IPSEC_INBOUND,
		  le32toh(w->in.obj_id), pkt, len, room);
}

u32 es_ip_len(const u8 *pkt)
{
	if (pkt[0] >> 4 == 6)
		return 40 + (pkt[4] << 8 | pkt[5]);
	return pkt[2] << 8 | pkt[3];
}

u32 es_ip_sum(const u8 *pkt)
{
	u32 sum = 0, i;

	for (i = 0; i < 20; i += 2)
		sum += pkt[i] << 8 | pkt[i + 1];
	return (sum & 0xffff) + (sum >> 16);
}

const u64 es_no_limits[4];

/* Both ends; @limits are those of the one that goes out, in the order of an SA */
int es_make_pair(struct es_world *w, unsigned int suite, bool tunnel,
		 const u64 *limits)
{
	u64 seed = 80 + suite, life[4];
	unsigned int i;
	int ret;

	w->suite = &es_suites[suite];
	w->tunnel = tunnel;
	rnd_fill(&seed, w->key, sizeof(w->key));
	es_fill_sa(w, &w->out, true);
	es_fill_sa(w, &w->in, false);
	w->in.spi = w->out.spi;
	for (i = 0; i < 4; i++) {
		life[i] = htole64(limits[i]);
		if (life[i])
			w->out.options = htole64(OPT(SA_LIFETIME));
	}
	memcpy(&w->out.life, life, sizeof(life));
	ret = es_sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE,
			    &w->out);
	EXPECT(!ret, "outbound SA: %d", ret);
	ret = es_sa_command(&w->dev, VIRTIO_ADMIN_CMD_RESOURCE_OBJ_CREATE, &w->in);
	EXPECT(!ret, "inbound SA: %d", ret);
	return PASS;
}

void es_inner(u8 *pkt)
{
	u32 i, sum;

	memset(pkt, 0, 20);
	pkt[0] = 0x45;
	pkt[2] = ES_LEN >> 8;
	pkt[3] = ES_LEN & 0xff;
	pkt[8] = 33;
	pkt[9] = 253;
	pkt[12] = 10;
	pkt[16] = 10;
	pkt[19] = 7;
	sum = ~es_ip_sum(pkt);
	pkt[10] = sum >> 8;
	pkt[11] = sum;
	for (i = 20; i < ES_LEN; i++)
		pkt[i] = 'a' + i % 16;
}

/* Returns the length, 0 on failure */
u32 es_sealed(struct es_world *w, u8 *esp)
{
	struct cr_req r;
	u8 pkt[ES_LEN];
	u32 len = 0;
	int ret;

	es_inner(pkt);
	es_out(w, &r, pkt, ES_LEN);
	ret = cr_run(&r, CR_MS);
	if (!ret) {
		len = es_ip_len(r.dst);
		memcpy(esp, r.dst, len);
	} else {
		printf("# outbound: %s\n", cr_name(ret));
	}
	cr_free(&w->dev, &r);
	return len;
}

int es_gives(struct es_world *w, const u8 *esp, u32 len, u32 room, const u8 *want,
	     u32 want_len, const char *what)
{
	struct cr_req r;
	int ret;

	es_in(w, &r, esp, len, room);
	ret = cr_run(&r, CR_MS);
	EXPECT(!ret, "%s: %s", what, cr_name(ret));
	EXPECT(r.used == want_len + 1 && !memcmp(r.dst, want, want_len),
	       "%s: wrong result", what);
	cr_free(&w->dev, &r);
	return PASS;
}

int es_accepted(struct es_world *w, const u8 *esp, u32 len, u32 room,
		const char *what)
{
	u8 pkt[ES_LEN];

	es_inner(pkt);
	return es_gives(w, esp, len, room, pkt, ES_LEN, what);
}

void es_fix_sum(u8 *pkt)
{
	u32 sum;

	pkt[10] = 0;
	pkt[11] = 0;
	sum = ~es_ip_sum(pkt);
	pkt[10] = sum >> 8;
	pkt[11] = sum;
}

/* Nothing of what the packet had is in the destination */
static bool leaks(const struct cr_req *r)
{
	u32 i;

	for (i = 0; i < r->dst_len; i++)
		if (r->dst[i] && r->dst[i] != CR_UNTOUCHED)
			return true;
	return false;
}

int es_refused(struct es_world *w, const u8 *esp, u32 len, u32 room, int want,
	       const char *what)
{
	struct cr_req r;
	int ret;

	es_in(w, &r, esp, len, room);
	ret = cr_run(&r, CR_MS);
	EXPECT(ret == want, "%s: %s", what, cr_name(ret));
	EXPECT(!leaks(&r), "%s: something is in the destination", what);
	EXPECT(r.used == 1, "%s: %u used", what, r.used);
	cr_free(&w->dev, &r);
	return PASS;
}

int es_get_state(struct es_world *w, u16 type,
		 struct virtio_accel_sa_state *state)
{
	struct virtio_accel_sa_ref ref = { .type = htole16(type) };

	ref.id = type == ES_OUT_TYPE ? w->out.obj_id : w->in.obj_id;
	return es_extension(&w->dev, VIRTIO_ACCEL_CTRL_SA_GET, &ref, sizeof(ref),
			    state, sizeof(*state));
}
