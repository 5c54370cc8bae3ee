/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a data request says, before anything is done about it. Apart from the
 * rest for the tests' sake.
 */
#ifndef _VHA_DATAQ_H
#define _VHA_DATAQ_H

#include <linux/build_bug.h>
#include <linux/types.h>
#include <linux/virtio_crypto_ipsec.h>

#include <accel/wire.h>

struct vha_chain;
struct vha_pool;
struct vha_req;
struct vha_run;
struct vha_session;
struct vha_session_parts;

/**
 * union vha_data_flf - fixed part of a data request, all formats
 * @sym: of the CIPHER service
 * @hash: of the HASH and MAC services
 * @aead: of the AEAD service, with REVISION_1
 * @aead_legacy: of the AEAD service, without
 * @sym_stateless: of a stateless request of the CIPHER service
 * @hash_stateless: of a stateless request of the HASH service
 * @mac_stateless: of a stateless request of the MAC service
 * @aead_stateless: of a stateless request of the AEAD service
 * @akcipher: of the AKCIPHER service
 * @akcipher_stateless: of a stateless request of the AKCIPHER service
 * @ipsec: of the IPSEC service
 * @bytes: the longest of them
 */
union vha_data_flf {
	struct virtio_crypto_sym_data_req sym;
	struct virtio_crypto_hash_para hash;
	struct accel_aead_data_flf aead;
	struct virtio_crypto_aead_para aead_legacy;
	struct accel_sym_stateless sym_stateless;
	struct accel_hash_stateless hash_stateless;
	struct accel_mac_stateless mac_stateless;
	struct accel_aead_stateless aead_stateless;
	struct virtio_crypto_akcipher_para akcipher;
	struct accel_akcipher_stateless akcipher_stateless;
	struct virtio_crypto_ipsec_data_flf ipsec;
	u8 bytes[ACCEL_STATELESS_FLF_SYM];
};

static_assert(sizeof(union vha_data_flf) == ACCEL_STATELESS_FLF_SYM);

/**
 * struct vha_params - a data request in the machine's byte order
 * @session_id: as the guest gave it, in session mode; IPSEC: of an SA
 * @service: VIRTIO_CRYPTO_SERVICE_*
 * @stateless: the request brings its key along
 * @encrypt: or decrypt; false for AKCIPHER, whose sessions have no direction
 * @op: lower byte of the opcode
 * @check_tag: the request names a tag length
 * @copy_src: the source is to be copied, because providers read it twice
 * @chained: algorithm chaining, which all from @cipher_off on is about; AAD is behind
 *	the source, but in stateless mode before it
 * @verify: the result is there and to be compared, not to be written
 * @iv_len: of the IV
 * @aad_len: of the additional authenticated data
 * @src_len: of the source
 * @dst_len: of the destination; of the digest that is asked for
 * @tag_len: of the tag, with @check_tag
 * @sig_len: AKCIPHER: of the signature, with which the source begins
 * @cipher_off: where in source and destination the cipher begins
 * @cipher_len: how much it does
 * @hash_off: where the hash begins
 * @hash_len: how much it does
 * @result_len: of its result
 */
struct vha_params {
	u64 session_id;
	u8 service;
	bool stateless;
	bool encrypt;
	u8 op;
	bool check_tag;
	bool copy_src;
	bool chained;
	bool verify;
	u32 iv_len;
	u32 aad_len;
	u32 src_len;
	u32 dst_len;
	u32 tag_len;
	u32 sig_len;
	u32 cipher_off;
	u32 cipher_len;
	u32 hash_off;
	u32 hash_len;
	u32 result_len;
};

/**
 * struct vha_lens - lengths of a request that were found to be legal
 * @text: of the data proper; with algorithm chaining, of the cipher's part
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
 *	exceeds the device's @max_size, but for a tag. NULL for IPSEC, which has no
 *	sessions
 * @feature: VIRTIO_CRYPTO_F_*_STATELESS_MODE, 0 for a service without it
 * @stateless_len: length of the fixed part of a stateless request
 * @parse_stateless: as @parse, for a stateless request, which says as well what
 *	its session is made of
 */
struct vha_service {
	u8 flf_len;
	u8 nr_ops;
	u8 (*parse)(struct vha_params *p, const union vha_data_flf *flf,
		    bool revision_1);
	bool (*split)(const struct vha_params *p,
		      const struct vha_session *session, struct vha_lens *lens);
	u8 feature;
	u8 stateless_len;
	u8 (*parse_stateless)(struct vha_params *p,
			      struct vha_session_parts *parts,
			      const union vha_data_flf *flf);
};

/**
 * vha_params_is_stateless() - does a request bring its key along?
 * @hdr: its header, private memory
 * @revision_1: VIRTIO_CRYPTO_F_REVISION_1 was negotiated; without, nothing is
 *	said about that
 *
 * Context: any.
 * Return: true if it does, whether that was negotiated or not.
 */
static inline bool
vha_params_is_stateless(const struct virtio_crypto_op_header *hdr,
			bool revision_1)
{
	return revision_1 && !(hdr->flag &
			       cpu_to_le32(VIRTIO_CRYPTO_FLAG_SESSION_MODE));
}

const struct vha_service *vha_service_find(u32 opcode);
u8 vha_params_parse(struct vha_params *p,
		    const struct virtio_crypto_op_header *hdr,
		    const union vha_data_flf *flf, bool revision_1);
u8 vha_params_parse_stateless(struct vha_params *p,
			      struct vha_session_parts *parts,
			      const struct virtio_crypto_op_header *hdr,
			      const union vha_data_flf *flf);
u32 vha_stateless_len(u32 opcode, u32 services);
u32 vha_stateless_services(u64 features);
u64 vha_stateless_features(u32 services);
u8 vha_params_check(const struct vha_params *p,
		    const struct vha_session *session, u32 max_size,
		    struct vha_lens *lens);

/* Beside the statuses that there are: wait until another request has ended */
#define VHA_BUILD_WAIT		0xff

void vha_data_init_lists(struct vha_req *req);
u8 vha_data_build(struct vha_run *run, struct vha_req *req,
		  struct vha_chain *chain);

/* dataq_alloc.c */
int vha_data_alloc_pool(struct vha_run *run, u32 ctx_size,
			struct vha_pool *pool);
int vha_data_alloc(struct vha_run *run);
void vha_data_free(struct vha_run *run);

#endif /* _VHA_DATAQ_H */
