// SPDX-License-Identifier: GPL-2.0
/*
 * Is a data request legal? virtio 1.4, "Data Virtqueue", "Symmetric algorithms
 * Operation" and "AEAD Service Operation".
 *
 * VIRTIO_CRYPTO_FLAG_SESSION_MODE is not asked for: the specification demands it
 * of drivers only where stateless mode exists, which is not offered.
 */
#include "dataq.h"

#include <kunit/visibility.h>
#include <linux/export.h>

#include "session.h"

static u8 vha_params_parse_sym(struct vha_params *p,
			       const struct virtio_crypto_sym_data_req *sym)
{
	const struct virtio_crypto_cipher_para *para = &sym->u.cipher.para;

	if (le32_to_cpu(sym->op_type) != VIRTIO_CRYPTO_SYM_OP_CIPHER)
		return VIRTIO_CRYPTO_NOTSUPP;
	p->iv_len = le32_to_cpu(para->iv_len);
	p->src_len = le32_to_cpu(para->src_data_len);
	p->dst_len = le32_to_cpu(para->dst_data_len);
	p->aad_len = 0;
	p->check_tag = false;
	return VIRTIO_CRYPTO_OK;
}

/* The legacy format is a prefix of the new one, which names the tag's length */
static u8 vha_params_parse_aead(struct vha_params *p,
				const struct accel_aead_data_flf *flf,
				bool revision_1)
{
	p->iv_len = le32_to_cpu(flf->iv_len);
	p->src_len = le32_to_cpu(flf->src_data_len);
	p->dst_len = le32_to_cpu(flf->dst_data_len);
	p->aad_len = le32_to_cpu(flf->aad_len);
	p->tag_len = le32_to_cpu(flf->tag_len);
	p->check_tag = revision_1;
	return VIRTIO_CRYPTO_OK;
}

/**
 * vha_params_parse() - take the fields out of a data request
 * @p: filled in on success
 * @hdr: the header, private memory
 * @flf: the fixed part, private memory
 * @revision_1: VIRTIO_CRYPTO_F_REVISION_1 was negotiated
 *
 * Context: any.
 * Return: VIRTIO_CRYPTO_OK or VIRTIO_CRYPTO_NOTSUPP.
 */
u8 vha_params_parse(struct vha_params *p,
		    const struct virtio_crypto_op_header *hdr,
		    const union vha_data_flf *flf, bool revision_1)
{
	p->session_id = le64_to_cpu(hdr->session_id);
	switch (le32_to_cpu(hdr->opcode)) {
	case VIRTIO_CRYPTO_CIPHER_ENCRYPT:
	case VIRTIO_CRYPTO_AEAD_ENCRYPT:
		p->encrypt = true;
		break;
	case VIRTIO_CRYPTO_CIPHER_DECRYPT:
	case VIRTIO_CRYPTO_AEAD_DECRYPT:
		p->encrypt = false;
		break;
	default:
		return VIRTIO_CRYPTO_NOTSUPP;
	}
	p->service = le32_to_cpu(hdr->opcode) >> 8;
	if (p->service == VIRTIO_CRYPTO_SERVICE_CIPHER)
		return vha_params_parse_sym(p, &flf->sym);
	return vha_params_parse_aead(p, &flf->aead, revision_1);
}
EXPORT_SYMBOL_IF_KUNIT(vha_params_parse);

/*
 * The tag is behind the ciphertext: in the destination of an encryption, in the
 * source of a decryption.
 */
static bool vha_params_split(const struct vha_params *p, u32 tag_len,
			     struct vha_lens *lens)
{
	if (p->encrypt) {
		lens->text = p->src_len;
		lens->out = p->src_len;
		lens->in = p->src_len + tag_len;
		return p->dst_len >= (u64)p->src_len + tag_len;
	}
	if (p->src_len < tag_len)
		return false;
	lens->text = p->src_len - tag_len;
	lens->out = p->src_len;
	lens->in = lens->text;
	return p->dst_len >= lens->text;
}

/**
 * vha_params_check() - may a request be done with a session?
 * @p: what the guest asks for
 * @session: the session of that number
 * @max_size: of the device: how much variable-length data a request may have in
 *	each direction, tag not counted
 * @lens: filled in on success
 *
 * Context: any.
 * Return: VIRTIO_CRYPTO_OK, VIRTIO_CRYPTO_INVSESS if the session is another
 * service's, or VIRTIO_CRYPTO_ERR.
 */
u8 vha_params_check(const struct vha_params *p,
		    const struct vha_session *session, u32 max_size,
		    struct vha_lens *lens)
{
	const struct accel_alg *alg = session->alg;

	if (alg->service != p->service)
		return VIRTIO_CRYPTO_INVSESS;
	if (session->encrypt != p->encrypt || !accel_alg_iv_ok(alg, p->iv_len) ||
	    (p->check_tag && p->tag_len != session->tag_len))
		return VIRTIO_CRYPTO_ERR;
	if ((u64)p->iv_len + p->aad_len + p->src_len >
	    (u64)max_size + session->tag_len ||
	    p->dst_len > (u64)max_size + session->tag_len)
		return VIRTIO_CRYPTO_ERR;
	/* A cipher's output is as long as its input, no more and no less */
	if (!alg->max_tag_size && p->src_len != p->dst_len)
		return VIRTIO_CRYPTO_ERR;
	if (!vha_params_split(p, session->tag_len, lens) ||
	    !accel_alg_len_ok(alg, lens->text))
		return VIRTIO_CRYPTO_ERR;
	return VIRTIO_CRYPTO_OK;
}
EXPORT_SYMBOL_IF_KUNIT(vha_params_check);
