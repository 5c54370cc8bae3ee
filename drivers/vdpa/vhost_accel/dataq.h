/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a data request says, before anything is done about it. Apart from the
 * rest for the tests' sake.
 */
#ifndef _VHA_DATAQ_H
#define _VHA_DATAQ_H

#include <linux/types.h>

#include <accel/wire.h>

struct vha_session;

/**
 * union vha_data_flf - fixed part of a data request, all formats
 * @sym: of the CIPHER service
 * @aead: of the AEAD service, with REVISION_1
 * @aead_legacy: of the AEAD service, without
 * @bytes: the longest of them
 */
union vha_data_flf {
	struct virtio_crypto_sym_data_req sym;
	struct accel_aead_data_flf aead;
	struct virtio_crypto_aead_para aead_legacy;
	u8 bytes[ACCEL_DATA_FLF_LEGACY];
};

/**
 * struct vha_params - a data request in the machine's byte order
 * @session_id: as the guest gave it
 * @service: VIRTIO_CRYPTO_SERVICE_*
 * @encrypt: or decrypt
 * @check_tag: the request names a tag length
 * @iv_len: of the IV
 * @aad_len: of the additional authenticated data
 * @src_len: of the source
 * @dst_len: of the destination
 * @tag_len: of the tag, with @check_tag
 */
struct vha_params {
	u64 session_id;
	u8 service;
	bool encrypt;
	bool check_tag;
	u32 iv_len;
	u32 aad_len;
	u32 src_len;
	u32 dst_len;
	u32 tag_len;
};

/**
 * struct vha_lens - lengths of a request that were found to be legal
 * @text: of the data proper
 * @out: of what goes into the source list behind the AAD
 * @in: of what goes into the destination list behind the AAD
 */
struct vha_lens {
	u32 text;
	u32 out;
	u32 in;
};

/**
 * struct vha_service - what data requests of a service look like
 * @flf_len: length of the fixed part, with REVISION_1
 * @nr_ops: how many operations there are; the first is the lower byte 0 of
 *	the opcode
 * @parse: takes the fields out of the fixed part, which @p has zeros for;
 *	returns VIRTIO_CRYPTO_*
 * @split: says what the lengths mean, or that they are illegal. None of them
 *	exceeds the device's @max_size, but for a tag
 */
struct vha_service {
	u8 flf_len;
	u8 nr_ops;
	u8 (*parse)(struct vha_params *p, const union vha_data_flf *flf,
		    bool revision_1);
	bool (*split)(const struct vha_params *p,
		      const struct vha_session *session, struct vha_lens *lens);
};

const struct vha_service *vha_service_find(u32 opcode);
u8 vha_params_parse(struct vha_params *p,
		    const struct virtio_crypto_op_header *hdr,
		    const union vha_data_flf *flf, bool revision_1);
u8 vha_params_check(const struct vha_params *p,
		    const struct vha_session *session, u32 max_size,
		    struct vha_lens *lens);

#endif /* _VHA_DATAQ_H */
