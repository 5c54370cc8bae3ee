// SPDX-License-Identifier: GPL-2.0-only
/*
 * What only netlink tells: management devices of vDPA, and IPsec's states.
 */
#include "accelctl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/vdpa.h>
#include <linux/virtio_ids.h>
#include <linux/xfrm.h>

/* Sends a request and hands each answer to fn; returns 0, or -1 with errno */
static int talk(int bus, struct nlmsghdr *nlh, mnl_cb_t fn, void *data)
{
	char buffer[32768];
	struct mnl_socket *nl;
	unsigned int portid;
	int ret = -1, err;

	nl = mnl_socket_open2(bus, SOCK_CLOEXEC);
	if (!nl)
		return -1;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		goto out;
	portid = mnl_socket_get_portid(nl);
	nlh->nlmsg_seq = time(NULL);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		goto out;
	do {
		ret = mnl_socket_recvfrom(nl, buffer, sizeof(buffer));
		if (ret > 0)
			ret = mnl_cb_run(buffer, ret, nlh->nlmsg_seq, portid,
					 fn, data);
	} while (ret > 0);
out:
	err = errno;
	mnl_socket_close(nl);
	errno = err;
	return ret;
}

/* ---- vDPA --------------------------------------------------------------- */

static int id_attr(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
	    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
		*(uint16_t *)data = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static int id_answer(const struct nlmsghdr *nlh, void *data)
{
	return mnl_attr_parse(nlh, sizeof(struct genlmsghdr), id_attr, data);
}

static struct nlmsghdr *request(void *buffer, uint16_t type, uint16_t flags,
				uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

/* 0 when the kernel has no vDPA */
static uint16_t vdpa_family(void)
{
	char buffer[256];
	struct nlmsghdr *nlh;
	uint16_t id = 0;

	nlh = request(buffer, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, VDPA_GENL_NAME);
	if (talk(NETLINK_GENERIC, nlh, id_answer, &id) < 0)
		return 0;
	return id;
}

static int vdpa_attr(const struct nlattr *attr, void *data)
{
	const struct nlattr **table = data;

	if (mnl_attr_type_valid(attr, VDPA_ATTR_MAX) > 0)
		table[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

struct feature {
	unsigned int bit;
	const char *name;
};

static const struct feature features[] = {
	{ 0, "REVISION_1" },
	{ 1, "CIPHER_STATELESS_MODE" },
	{ 2, "HASH_STATELESS_MODE" },
	{ 3, "MAC_STATELESS_MODE" },
	{ 4, "AEAD_STATELESS_MODE" },
	{ 5, "AKCIPHER_STATELESS_MODE" },
	{ 28, "RING_INDIRECT_DESC" },
	{ 29, "RING_EVENT_IDX" },
	{ 32, "VERSION_1" },
	{ 33, "ACCESS_PLATFORM" },
	{ 56, "ACCEL_CTRL" },
};

static char *feature_name(unsigned int bit)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		if (features[i].bit == bit)
			return text("%s", features[i].name);
	return text("bit_%u", bit);
}

static struct json_object *feature_names(uint64_t mask)
{
	struct json_object *names = json_object_new_array();
	unsigned int bit;
	char *name;

	for (bit = 0; bit < 64; bit++) {
		if (!(mask >> bit & 1))
			continue;
		name = feature_name(bit);
		json_object_array_add(names, json_object_new_string(name));
		free(name);
	}
	return names;
}

static void add_number(struct json_object *object, const char *key, uint64_t n)
{
	json_object_object_add(object, key, json_object_new_uint64(n));
}

static int management_answer(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *a[VDPA_ATTR_MAX + 1] = {};
	struct json_object *management;
	uint64_t mask;

	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), vdpa_attr, a);
	if (!a[VDPA_ATTR_MGMTDEV_DEV_NAME] ||
	    !a[VDPA_ATTR_MGMTDEV_SUPPORTED_CLASSES] ||
	    !(mnl_attr_get_u64(a[VDPA_ATTR_MGMTDEV_SUPPORTED_CLASSES]) >>
	      VIRTIO_ID_CRYPTO & 1))
		return MNL_CB_OK;
	management = json_object_new_object();
	json_object_array_add(data, management);
	add_text(management, "name",
		 text("%s", mnl_attr_get_str(a[VDPA_ATTR_MGMTDEV_DEV_NAME])));
	if (a[VDPA_ATTR_DEV_MGMTDEV_MAX_VQS])
		add_number(management, "max_virtqueues",
			   mnl_attr_get_u32(a[VDPA_ATTR_DEV_MGMTDEV_MAX_VQS]));
	if (a[VDPA_ATTR_DEV_SUPPORTED_FEATURES]) {
		mask = mnl_attr_get_u64(a[VDPA_ATTR_DEV_SUPPORTED_FEATURES]);
		json_object_object_add(management, "features",
				       feature_names(mask));
	}
	return MNL_CB_OK;
}

struct json_object *vdpa_managements(void)
{
	struct json_object *managements = json_object_new_array();
	uint16_t family = vdpa_family();
	char buffer[256];

	if (family &&
	    talk(NETLINK_GENERIC, request(buffer, family, NLM_F_DUMP,
					  VDPA_CMD_MGMTDEV_GET),
		 management_answer, managements) < 0)
		complain("vDPA does not list its management devices: %s",
			 strerror(errno));
	return managements;
}

static int device_answer(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *a[VDPA_ATTR_MAX + 1] = {};
	struct json_object *device = data;

	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), vdpa_attr, a);
	if (a[VDPA_ATTR_MGMTDEV_DEV_NAME])
		add_text(device, "management",
			 text("%s", mnl_attr_get_str(a[VDPA_ATTR_MGMTDEV_DEV_NAME])));
	if (a[VDPA_ATTR_DEV_MAX_VQS])
		add_number(device, "virtqueues",
			   mnl_attr_get_u32(a[VDPA_ATTR_DEV_MAX_VQS]));
	return MNL_CB_OK;
}

/* A device that is just being removed has nothing to be added */
void vdpa_describe(const char *name, struct json_object *device)
{
	uint16_t family = vdpa_family();
	struct nlmsghdr *nlh;
	char buffer[512];

	if (!family || strlen(name) > 128)
		return;
	nlh = request(buffer, family, NLM_F_ACK, VDPA_CMD_DEV_GET);
	mnl_attr_put_strz(nlh, VDPA_ATTR_DEV_NAME, name);
	talk(NETLINK_GENERIC, nlh, device_answer, device);
}

/* ---- IPsec -------------------------------------------------------------- */

static char *address(int family, const xfrm_address_t *a)
{
	char s[INET6_ADDRSTRLEN];

	return text("%s", inet_ntop(family, a, s, sizeof(s)) ? s : "?");
}

static const char *mode_name(unsigned int mode)
{
	static const char *const names[] = {
		[XFRM_MODE_TRANSPORT] = "transport",
		[XFRM_MODE_TUNNEL] = "tunnel",
		[XFRM_MODE_BEET] = "beet",
	};

	return mode < ARRAY_SIZE(names) && names[mode] ?
		names[mode] : "other";
}

static void add_offload(struct json_object *state,
			const struct xfrm_user_offload *offload)
{
	char name[IF_NAMESIZE];

	add_text(state, "offload",
		 text("%s", offload->flags & XFRM_OFFLOAD_PACKET ? "packet" :
								   "crypto"));
	add_text(state, "direction",
		 text("%s", offload->flags & XFRM_OFFLOAD_INBOUND ? "in" :
								    "out"));
	if (if_indextoname(offload->ifindex, name))
		add_text(state, "device", text("%s", name));
}

static int state_attr(const struct nlattr *attr, void *data)
{
	const void *payload = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);
	const char *key = NULL;

	switch (mnl_attr_get_type(attr)) {
	case XFRMA_ALG_AEAD:
		key = "aead";
		break;
	case XFRMA_ALG_CRYPT:
		key = "cipher";
		break;
	case XFRMA_ALG_AUTH_TRUNC:
		key = "mac";
		break;
	case XFRMA_OFFLOAD_DEV:
		if (len >= sizeof(struct xfrm_user_offload))
			add_offload(data, payload);
		break;
	default:
		break;
	}
	/* Each begins with a name of 64 bytes; what follows, the key, is left */
	if (key && len >= sizeof(struct xfrm_algo))
		add_text(data, key, text("%.63s", (const char *)payload));
	return MNL_CB_OK;
}

static int state_answer(const struct nlmsghdr *nlh, void *data)
{
	const struct xfrm_usersa_info *sa = mnl_nlmsg_get_payload(nlh);
	struct json_object *state;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*sa))
		return MNL_CB_OK;
	state = json_object_new_object();
	json_object_array_add(data, state);
	add_text(state, "source", address(sa->family, &sa->saddr));
	add_text(state, "destination", address(sa->family, &sa->id.daddr));
	add_text(state, "protocol",
		 text("%s", sa->id.proto == IPPROTO_ESP ? "esp" :
			    sa->id.proto == IPPROTO_AH ? "ah" : "other"));
	add_text(state, "spi", text("0x%08x", ntohl(sa->id.spi)));
	add_text(state, "mode", text("%s", mode_name(sa->mode)));
	add_number(state, "packets", sa->curlft.packets);
	add_number(state, "bytes", sa->curlft.bytes);
	mnl_attr_parse(nlh, sizeof(*sa), state_attr, state);
	if (!get(state, "offload"))
		add_text(state, "offload", text("none"));
	return MNL_CB_OK;
}

struct json_object *xfrm_states(void)
{
	struct json_object *states = json_object_new_array();
	char buffer[256];
	struct nlmsghdr *nlh;

	nlh = mnl_nlmsg_put_header(buffer);
	nlh->nlmsg_type = XFRM_MSG_GETSA;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (!talk(NETLINK_XFRM, nlh, state_answer, states))
		return states;
	/* A kernel without IPsec has no states */
	if (errno == EPROTONOSUPPORT)
		return states;
	json_object_put(states);
	return NULL;
}
