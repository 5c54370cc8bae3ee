// SPDX-License-Identifier: GPL-2.0
/*
 * Is a data request legal? virtio 1.4, "Data Virtqueue", "Symmetric algorithms
 * Operation", "HASH Service Operation", "MAC Service Operation", "AEAD Service
 * Operation" and "AKCIPHER Service Operation".
 *
 * Where stateless mode was negotiated, the specification names the layout of
 * stateless requests only. As a service then takes both kinds of requests, and
 * the header tells which one this is, each kind has its own layout here.
 */
#include "dataq.h"

#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/export.h>
#include <linux/nospec.h>
#include <linux/overflow.h>

#include "session.h"

/* See ACCEL_CHAIN_VERIFIES() */
static void
vha_params_set_chain(struct vha_params *p,
		     const struct virtio_crypto_alg_chain_data_para *para,
		     bool revision_1)
{
	p->chained = true;
	p->verify = ACCEL_CHAIN_VERIFIES(revision_1, p->encrypt);
	p->iv_len = le32_to_cpu(para->iv_len);
	p->src_len = le32_to_cpu(para->src_data_len);
	p->dst_len = le32_to_cpu(para->dst_data_len);
	p->cipher_off = le32_to_cpu(para->cipher_start_src_offset);
	p->cipher_len = le32_to_cpu(para->len_to_cipher);
	p->hash_off = le32_to_cpu(para->hash_start_src_offset);
	p->hash_len = le32_to_cpu(para->len_to_hash);
	p->aad_len = le32_to_cpu(para->aad_len);
	p->result_len = le32_to_cpu(para->hash_result_len);
}

static u8 vha_params_parse_sym(struct vha_params *p,
			       const union vha_data_flf *flf, bool revision_1)
{
	const struct virtio_crypto_cipher_para *para =
		&flf->sym.u.cipher.para;
	u32 op_type = le32_to_cpu(flf->sym.op_type);

	if (unlikely(op_type == VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING)) {
		vha_params_set_chain(p, &flf->sym.u.chain.para, revision_1);
		return VIRTIO_CRYPTO_OK;
	}
	if (op_type != VIRTIO_CRYPTO_SYM_OP_CIPHER)
		return VIRTIO_CRYPTO_NOTSUPP;
	p->iv_len = le32_to_cpu(para->iv_len);
	p->src_len = le32_to_cpu(para->src_data_len);
	p->dst_len = le32_to_cpu(para->dst_data_len);
	return VIRTIO_CRYPTO_OK;
}

/* The legacy format is a prefix of the new one, which names the tag's length */
static u8 vha_params_parse_aead(struct vha_params *p,
				const union vha_data_flf *flf, bool revision_1)
{
	p->iv_len = le32_to_cpu(flf->aead.iv_len);
	p->src_len = le32_to_cpu(flf->aead.src_data_len);
	p->dst_len = le32_to_cpu(flf->aead.dst_data_len);
	p->aad_len = le32_to_cpu(flf->aead.aad_len);
	p->tag_len = le32_to_cpu(flf->aead.tag_len);
	p->check_tag = revision_1;
	return VIRTIO_CRYPTO_OK;
}

/* A MAC's fixed part is a hash's, in both formats */
static u8 vha_params_parse_hash(struct vha_params *p,
				const union vha_data_flf *flf, bool revision_1)
{
	p->src_len = le32_to_cpu(flf->hash.src_data_len);
	p->dst_len = le32_to_cpu(flf->hash.hash_result_len);
	return VIRTIO_CRYPTO_OK;
}

/* The direction is said twice */
static u8 vha_params_check_op(const struct vha_params *p, __le32 op)
{
	u32 want = p->encrypt ? VIRTIO_CRYPTO_OP_ENCRYPT :
				VIRTIO_CRYPTO_OP_DECRYPT;

	return le32_to_cpu(op) == want ? VIRTIO_CRYPTO_OK : VIRTIO_CRYPTO_ERR;
}

/* AKCIPHER has its own, see vha_session_param_akcipher() */
static u8 vha_stateless_set_alg(struct vhost_accel_session_param *param,
				u8 service, __le32 algo)
{
	return vha_session_param_alg(param, service, le32_to_cpu(algo), 0);
}

/* See accel_chain_stateless: AAD's length, too, is said twice */
static u8 vha_stateless_parse_chain(struct vha_params *p,
				    struct vha_session_parts *parts,
				    const union vha_data_flf *flf)
{
	const struct accel_chain_stateless *chain = &flf->sym_stateless.chain;
	u32 order = le32_to_cpu(chain->order);
	u32 mode = le32_to_cpu(chain->hash_mode);
	u8 service = VIRTIO_CRYPTO_SERVICE_MAC;
	u8 status;

	if (order != ACCEL_HASH_THEN_CIPHER && order != ACCEL_CIPHER_THEN_HASH)
		return VIRTIO_CRYPTO_NOTSUPP;
	if (mode != VIRTIO_CRYPTO_SYM_HASH_MODE_PLAIN &&
	    mode != VIRTIO_CRYPTO_SYM_HASH_MODE_AUTH)
		return VIRTIO_CRYPTO_NOTSUPP;
	if (mode == VIRTIO_CRYPTO_SYM_HASH_MODE_PLAIN)
		service = VIRTIO_CRYPTO_SERVICE_HASH;
	status = vha_stateless_set_alg(&parts->param, p->service,
				       chain->cipher_algo);
	if (!status)
		status = vha_stateless_set_alg(&parts->auth, service,
					       chain->hash_algo);
	if (status)
		return status;
	vha_params_set_chain(p, &chain->para, true);
	parts->auth_first = order == ACCEL_HASH_THEN_CIPHER;
	parts->param.key_len = le32_to_cpu(chain->cipher_key_len);
	parts->auth.key_len = le32_to_cpu(chain->auth_key_len);
	parts->auth.tag_len = p->result_len;
	if (le32_to_cpu(chain->aad_len) != p->aad_len ||
	    !vha_session_param_ok(&parts->auth))
		return VIRTIO_CRYPTO_ERR;
	return vha_params_check_op(p, chain->op);
}

static u8 vha_stateless_parse_sym(struct vha_params *p,
				  struct vha_session_parts *parts,
				  const union vha_data_flf *flf)
{
	const struct accel_cipher_stateless *cipher =
		&flf->sym_stateless.cipher;
	struct vhost_accel_session_param *param = &parts->param;
	u32 op_type = le32_to_cpu(flf->sym_stateless.op_type);
	u8 status;

	if (op_type == VIRTIO_CRYPTO_SYM_OP_ALGORITHM_CHAINING)
		return vha_stateless_parse_chain(p, parts, flf);
	if (op_type != VIRTIO_CRYPTO_SYM_OP_CIPHER)
		return VIRTIO_CRYPTO_NOTSUPP;
	status = vha_stateless_set_alg(param, p->service, cipher->algo);
	if (status)
		return status;
	param->key_len = le32_to_cpu(cipher->key_len);
	p->iv_len = le32_to_cpu(cipher->iv_len);
	p->src_len = le32_to_cpu(cipher->src_data_len);
	p->dst_len = le32_to_cpu(cipher->dst_data_len);
	return vha_params_check_op(p, cipher->op);
}

static u8 vha_stateless_parse_aead(struct vha_params *p,
				   struct vha_session_parts *parts,
				   const union vha_data_flf *flf)
{
	const struct accel_aead_stateless *aead = &flf->aead_stateless;
	struct vhost_accel_session_param *param = &parts->param;
	u8 status;

	status = vha_stateless_set_alg(param, p->service, aead->algo);
	if (status)
		return status;
	param->key_len = le32_to_cpu(aead->key_len);
	param->tag_len = le32_to_cpu(aead->tag_len);
	p->iv_len = le32_to_cpu(aead->iv_len);
	p->src_len = le32_to_cpu(aead->src_data_len);
	p->dst_len = le32_to_cpu(aead->dst_data_len);
	p->aad_len = le32_to_cpu(aead->aad_len);
	return vha_params_check_op(p, aead->op);
}

/* The session is made for what this request asks for */
static u8 vha_stateless_parse_hash(struct vha_params *p,
				   struct vha_session_parts *parts,
				   const union vha_data_flf *flf)
{
	const struct accel_hash_stateless *hash = &flf->hash_stateless;
	struct vhost_accel_session_param *param = &parts->param;

	p->src_len = le32_to_cpu(hash->src_data_len);
	p->dst_len = le32_to_cpu(hash->hash_result_len);
	param->tag_len = p->dst_len;
	return vha_stateless_set_alg(param, p->service, hash->algo);
}

static u8 vha_stateless_parse_mac(struct vha_params *p,
				  struct vha_session_parts *parts,
				  const union vha_data_flf *flf)
{
	const struct accel_mac_stateless *mac = &flf->mac_stateless;
	struct vhost_accel_session_param *param = &parts->param;

	p->src_len = le32_to_cpu(mac->src_data_len);
	p->dst_len = le32_to_cpu(mac->hash_result_len);
	param->key_len = le32_to_cpu(mac->auth_key_len);
	param->tag_len = p->dst_len;
	return vha_stateless_set_alg(param, p->service, mac->algo);
}

/* Both parts lie in the source, whose picture the destination is */
static bool vha_params_split_chain(const struct vha_params *p,
				   const struct vha_session *session,
				   struct vha_lens *lens)
{
	lens->text = p->cipher_len;
	lens->out = p->cipher_len;
	lens->in = p->cipher_len + session->tag_len;
	return p->dst_len == p->src_len && p->result_len == session->tag_len &&
	       (u64)p->cipher_off + p->cipher_len <= p->src_len &&
	       (u64)p->hash_off + p->hash_len <= p->src_len;
}

/* A cipher's output is as long as its input, no more and no less */
static bool vha_params_split_sym(const struct vha_params *p,
				 const struct vha_session *session,
				 struct vha_lens *lens)
{
	if (unlikely(p->chained || session->auth))
		return p->chained && session->auth &&
		       vha_params_split_chain(p, session, lens);
	lens->text = p->src_len;
	lens->out = p->src_len;
	lens->in = p->src_len;
	return p->src_len == p->dst_len;
}

/* Less of a digest may be asked for than the session was made for, but not none */
static bool vha_params_split_hash(const struct vha_params *p,
				  const struct vha_session *session,
				  struct vha_lens *lens)
{
	lens->text = p->src_len;
	lens->out = p->src_len;
	lens->in = p->dst_len;
	return p->dst_len && p->dst_len <= session->tag_len;
}

/*
 * The tag is behind the ciphertext: in the destination of an encryption, in the
 * source of a decryption.
 */
static bool vha_params_split_aead(const struct vha_params *p,
				  const struct vha_session *session,
				  struct vha_lens *lens)
{
	u32 tag_len = session->tag_len;

	if (p->check_tag && p->tag_len != tag_len)
		return false;
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

/* The digest of a verification is the rest of its source */
static u8 vha_params_set_akcipher(struct vha_params *p, u32 src, u32 dst)
{
	p->encrypt = false;
	p->copy_src = true;
	if (p->op != ACCEL_AKCIPHER_OP_VERIFY) {
		p->src_len = src;
		p->dst_len = dst;
		return VIRTIO_CRYPTO_OK;
	}
	p->sig_len = src;
	return check_add_overflow(src, dst, &p->src_len) ? VIRTIO_CRYPTO_ERR :
							   VIRTIO_CRYPTO_OK;
}

static u8 vha_params_parse_akcipher(struct vha_params *p,
				    const union vha_data_flf *flf,
				    bool revision_1)
{
	return vha_params_set_akcipher(p,
				       le32_to_cpu(flf->akcipher.src_data_len),
				       le32_to_cpu(flf->akcipher.dst_data_len));
}

static u8 vha_stateless_parse_akcipher(struct vha_params *p,
				       struct vha_session_parts *parts,
				       const union vha_data_flf *flf)
{
	const struct accel_akcipher_stateless *ak = &flf->akcipher_stateless;
	u8 status;

	status = vha_session_param_akcipher(&parts->param, &ak->para);
	if (status)
		return status;
	return vha_params_set_akcipher(p, le32_to_cpu(ak->src_data_len),
				       le32_to_cpu(ak->dst_data_len));
}

/* Who has a private key has the public one too */
static bool vha_params_akcipher_may(const struct vha_session *session, u8 op)
{
	/* A signature scheme */
	if (session->alg->curve && op <= ACCEL_AKCIPHER_OP_DECRYPT)
		return false;
	switch (op) {
	case ACCEL_AKCIPHER_OP_ENCRYPT:
		return true;
	case ACCEL_AKCIPHER_OP_DECRYPT:
		return session->private_key;
	case ACCEL_AKCIPHER_OP_SIGN:
		return session->private_key && !session->raw;
	default:
		return !session->raw;
	}
}

static bool vha_params_split_akcipher(const struct vha_params *p,
				      const struct vha_session *session,
				      struct vha_lens *lens)
{
	bool verify = p->op == ACCEL_AKCIPHER_OP_VERIFY;

	lens->text = p->src_len;
	lens->out = p->src_len;
	lens->in = p->dst_len;
	return p->src_len <= ACCEL_MAX_AKCIPHER_SRC &&
	       (verify ? p->sig_len && p->sig_len < p->src_len :
			 p->dst_len) &&
	       vha_params_akcipher_may(session, p->op);
}

/* The rest is in the SA; see ipsec_data.c */
static u8 vha_params_parse_ipsec(struct vha_params *p,
				 const union vha_data_flf *flf, bool revision_1)
{
	if (!revision_1)
		return VIRTIO_CRYPTO_NOTSUPP;
	p->src_len = le32_to_cpu(flf->ipsec.src_data_len);
	p->dst_len = le32_to_cpu(flf->ipsec.dst_data_len);
	return VIRTIO_CRYPTO_OK;
}

/* By number, VIRTIO_CRYPTO_SERVICE_* */
static const struct vha_service vha_services[] = {
	[VIRTIO_CRYPTO_SERVICE_CIPHER] = {
		.flf_len = ACCEL_DATA_FLF_SYM,
		.nr_ops = 2,
		.parse = vha_params_parse_sym,
		.split = vha_params_split_sym,
		.feature = VIRTIO_CRYPTO_F_CIPHER_STATELESS_MODE,
		.stateless_len = ACCEL_STATELESS_FLF_SYM,
		.parse_stateless = vha_stateless_parse_sym,
	},
	[VIRTIO_CRYPTO_SERVICE_HASH] = {
		.flf_len = ACCEL_DATA_FLF_HASH,
		.nr_ops = 1,
		.parse = vha_params_parse_hash,
		.split = vha_params_split_hash,
		.feature = VIRTIO_CRYPTO_F_HASH_STATELESS_MODE,
		.stateless_len = ACCEL_STATELESS_FLF_HASH,
		.parse_stateless = vha_stateless_parse_hash,
	},
	[VIRTIO_CRYPTO_SERVICE_MAC] = {
		.flf_len = ACCEL_DATA_FLF_HASH,
		.nr_ops = 1,
		.parse = vha_params_parse_hash,
		.split = vha_params_split_hash,
		.feature = VIRTIO_CRYPTO_F_MAC_STATELESS_MODE,
		.stateless_len = ACCEL_STATELESS_FLF_MAC,
		.parse_stateless = vha_stateless_parse_mac,
	},
	[VIRTIO_CRYPTO_SERVICE_AEAD] = {
		.flf_len = ACCEL_DATA_FLF_AEAD,
		.nr_ops = 2,
		.parse = vha_params_parse_aead,
		.split = vha_params_split_aead,
		.feature = VIRTIO_CRYPTO_F_AEAD_STATELESS_MODE,
		.stateless_len = ACCEL_STATELESS_FLF_AEAD,
		.parse_stateless = vha_stateless_parse_aead,
	},
	[VIRTIO_CRYPTO_SERVICE_AKCIPHER] = {
		.flf_len = ACCEL_DATA_FLF_AKCIPHER,
		.nr_ops = 4,
		.parse = vha_params_parse_akcipher,
		.split = vha_params_split_akcipher,
		.feature = VIRTIO_CRYPTO_F_AKCIPHER_STATELESS_MODE,
		.stateless_len = ACCEL_STATELESS_FLF_AKCIPHER,
		.parse_stateless = vha_stateless_parse_akcipher,
	},
	[VIRTIO_CRYPTO_SERVICE_IPSEC] = {
		.flf_len = sizeof(struct virtio_crypto_ipsec_data_flf),
		.nr_ops = 2,
		.parse = vha_params_parse_ipsec,
	},
};

/**
 * vha_service_find() - the service of a data request
 * @opcode: from the guest, unchecked
 *
 * Context: any.
 * Return: the service, or NULL if there is no such request.
 */
const struct vha_service *vha_service_find(u32 opcode)
{
	u32 service = opcode >> 8;

	if (service >= ARRAY_SIZE(vha_services))
		return NULL;
	service = array_index_nospec(service, ARRAY_SIZE(vha_services));
	if ((opcode & 0xff) >= vha_services[service].nr_ops)
		return NULL;
	return &vha_services[service];
}
EXPORT_SYMBOL_IF_KUNIT(vha_service_find);

/**
 * vha_params_parse() - take the fields out of a data request in session mode
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
	u32 opcode = le32_to_cpu(hdr->opcode);
	const struct vha_service *service = vha_service_find(opcode);

	if (!service)
		return VIRTIO_CRYPTO_NOTSUPP;
	*p = (struct vha_params){
		.session_id = le64_to_cpu(hdr->session_id),
		.service = opcode >> 8,
		/* DECRYPT follows ENCRYPT in every service that has both */
		.encrypt = !(opcode & 0xff),
		.op = opcode & 0xff,
	};
	return service->parse(p, flf, revision_1);
}
EXPORT_SYMBOL_IF_KUNIT(vha_params_parse);

/**
 * vha_stateless_len() - length of the fixed part of a stateless request
 * @opcode: from the guest, unchecked
 * @services: where stateless mode was negotiated, see vha_stateless_services()
 *
 * Context: any.
 * Return: in bytes, or 0 if there is no such request.
 */
u32 vha_stateless_len(u32 opcode, u32 services)
{
	const struct vha_service *service = vha_service_find(opcode);

	if (!service || !(services & BIT(opcode >> 8)))
		return 0;
	return service->stateless_len;
}
EXPORT_SYMBOL_IF_KUNIT(vha_stateless_len);

/**
 * vha_params_parse_stateless() - take the fields out of a stateless request
 * @p: filled in on success
 * @parts: what its session is made of, filled in on success
 * @hdr: the header, private memory; vha_stateless_len() knows its opcode
 * @flf: the fixed part, private memory
 *
 * Context: any.
 * Return: VIRTIO_CRYPTO_OK, VIRTIO_CRYPTO_NOTSUPP, or VIRTIO_CRYPTO_ERR if it
 * contradicts itself, or has a length that no key or tag of its algorithm has.
 */
u8 vha_params_parse_stateless(struct vha_params *p,
			      struct vha_session_parts *parts,
			      const struct virtio_crypto_op_header *hdr,
			      const union vha_data_flf *flf)
{
	u32 opcode = le32_to_cpu(hdr->opcode);
	u8 status;

	*p = (struct vha_params){
		.service = opcode >> 8,
		.stateless = true,
		.encrypt = !(opcode & 0xff),
		.op = opcode & 0xff,
	};
	*parts = (struct vha_session_parts){};
	status = vha_services[p->service].parse_stateless(p, parts, flf);
	if (status)
		return status;
	return vha_session_param_ok(&parts->param) ? VIRTIO_CRYPTO_OK :
					     VIRTIO_CRYPTO_ERR;
}
EXPORT_SYMBOL_IF_KUNIT(vha_params_parse_stateless);

/**
 * vha_stateless_services() - which services have stateless mode?
 * @features: feature bits
 *
 * Context: any.
 * Return: BIT(VIRTIO_CRYPTO_SERVICE_*).
 */
u32 vha_stateless_services(u64 features)
{
	u32 services = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vha_services); i++)
		if (vha_services[i].feature &&
		    (features & BIT_ULL(vha_services[i].feature)))
			services |= BIT(i);
	return services;
}
EXPORT_SYMBOL_IF_KUNIT(vha_stateless_services);

/**
 * vha_stateless_features() - the reverse of vha_stateless_services()
 * @services: BIT(VIRTIO_CRYPTO_SERVICE_*)
 *
 * Context: any.
 * Return: the feature bits of those that can have stateless mode.
 */
u64 vha_stateless_features(u32 services)
{
	u64 features = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vha_services); i++)
		if (vha_services[i].feature && (services & BIT(i)))
			features |= BIT_ULL(vha_services[i].feature);
	return features;
}
EXPORT_SYMBOL_IF_KUNIT(vha_stateless_features);

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
	u64 most = max_size;

	if (alg->service != p->service)
		return VIRTIO_CRYPTO_INVSESS;
	if (session->encrypt != p->encrypt || !accel_alg_iv_ok(alg, p->iv_len))
		return VIRTIO_CRYPTO_ERR;
	if (alg->max_tag_size)
		most += session->tag_len;
	if ((u64)p->iv_len + p->aad_len + p->src_len > most ||
	    p->dst_len > most)
		return VIRTIO_CRYPTO_ERR;
	if (!vha_services[p->service].split(p, session, lens) ||
	    !accel_alg_len_ok(alg, lens->text))
		return VIRTIO_CRYPTO_ERR;
	return VIRTIO_CRYPTO_OK;
}
EXPORT_SYMBOL_IF_KUNIT(vha_params_check);
