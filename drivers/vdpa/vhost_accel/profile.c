// SPDX-License-Identifier: GPL-2.0
/*
 * Vendors and their drivers: one row each, and no vendor's name anywhere else.
 *
 * Names are those of Linux 6.12 (cra_driver_name); tests/lint/vendors compares
 * them with its sources. A driver that is not there is not offered, so a row may
 * have what only some models can do.
 */
#include "provider_kcapi.h"

#include <linux/array_size.h>

const struct vha_profile vha_profiles[] = {
	{
		/*
		 * What this kernel and its processors do themselves. Most
		 * vendors' drivers of RSA don't say that they are of hardware
		 */
		.name = "soft",
		.quirks = VHA_QUIRK_BY_PRIORITY,
		.driver = {
			[ACCEL_ALG_RSA] = "rsa-generic",
		},
	},
	{
		/* NXP CAAM, job rings */
		.name = "caam-jr",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "ecb-aes-caam",
			[ACCEL_ALG_CBC_AES] = "cbc-aes-caam",
			[ACCEL_ALG_CTR_AES] = "ctr-aes-caam",
			[ACCEL_ALG_XTS_AES] = "xts-aes-caam",
			[ACCEL_ALG_ECB_3DES] = "ecb-des3-caam",
			[ACCEL_ALG_CBC_3DES] = "cbc-3des-caam",
			[ACCEL_ALG_ECB_DES] = "ecb-des-caam",
			[ACCEL_ALG_CBC_DES] = "cbc-des-caam",
			[ACCEL_ALG_GCM_AES] = "gcm-aes-caam",
			[ACCEL_ALG_CHACHA20_POLY1305] =
				"rfc7539-chacha20-poly1305-caam",
			[ACCEL_ALG_MD5] = "md5-caam",
			[ACCEL_ALG_SHA1] = "sha1-caam",
			[ACCEL_ALG_SHA224] = "sha224-caam",
			[ACCEL_ALG_SHA256] = "sha256-caam",
			[ACCEL_ALG_SHA384] = "sha384-caam",
			[ACCEL_ALG_SHA512] = "sha512-caam",
			[ACCEL_ALG_HMAC_MD5] = "hmac-md5-caam",
			[ACCEL_ALG_HMAC_SHA1] = "hmac-sha1-caam",
			[ACCEL_ALG_HMAC_SHA224] = "hmac-sha224-caam",
			[ACCEL_ALG_HMAC_SHA256] = "hmac-sha256-caam",
			[ACCEL_ALG_HMAC_SHA384] = "hmac-sha384-caam",
			[ACCEL_ALG_HMAC_SHA512] = "hmac-sha512-caam",
			[ACCEL_ALG_CMAC_AES] = "cmac-aes-caam",
			[ACCEL_ALG_XCBC_AES] = "xcbc-aes-caam",
			[ACCEL_ALG_RSA] = "rsa-caam",
		},
	},
	{
		/* NXP CAAM, queue interface of DPAA1 */
		.name = "caam-qi",
		.driver = {
			[ACCEL_ALG_CBC_AES] = "cbc-aes-caam-qi",
			[ACCEL_ALG_CTR_AES] = "ctr-aes-caam-qi",
			[ACCEL_ALG_XTS_AES] = "xts-aes-caam-qi",
			[ACCEL_ALG_CBC_3DES] = "cbc-3des-caam-qi",
			[ACCEL_ALG_CBC_DES] = "cbc-des-caam-qi",
			[ACCEL_ALG_GCM_AES] = "gcm-aes-caam-qi",
		},
	},
	{
		/* NXP CAAM, DPSECI of DPAA2 */
		.name = "caam-dpaa2",
		/* dpaa2_caam_enqueue() has -EIO for whatever keeps a frame out */
		.quirks = VHA_QUIRK_EIO_IS_FULL,
		.driver = {
			[ACCEL_ALG_CBC_AES] = "cbc-aes-caam-qi2",
			[ACCEL_ALG_CTR_AES] = "ctr-aes-caam-qi2",
			[ACCEL_ALG_XTS_AES] = "xts-aes-caam-qi2",
			[ACCEL_ALG_CBC_3DES] = "cbc-3des-caam-qi2",
			[ACCEL_ALG_CBC_DES] = "cbc-des-caam-qi2",
			[ACCEL_ALG_GCM_AES] = "gcm-aes-caam-qi2",
			[ACCEL_ALG_CHACHA20_POLY1305] =
				"rfc7539-chacha20-poly1305-caam-qi2",
			[ACCEL_ALG_MD5] = "md5-caam-qi2",
			[ACCEL_ALG_SHA1] = "sha1-caam-qi2",
			[ACCEL_ALG_SHA224] = "sha224-caam-qi2",
			[ACCEL_ALG_SHA256] = "sha256-caam-qi2",
			[ACCEL_ALG_SHA384] = "sha384-caam-qi2",
			[ACCEL_ALG_SHA512] = "sha512-caam-qi2",
			[ACCEL_ALG_HMAC_MD5] = "hmac-md5-caam-qi2",
			[ACCEL_ALG_HMAC_SHA1] = "hmac-sha1-caam-qi2",
			[ACCEL_ALG_HMAC_SHA224] = "hmac-sha224-caam-qi2",
			[ACCEL_ALG_HMAC_SHA256] = "hmac-sha256-caam-qi2",
			[ACCEL_ALG_HMAC_SHA384] = "hmac-sha384-caam-qi2",
			[ACCEL_ALG_HMAC_SHA512] = "hmac-sha512-caam-qi2",
		},
	},
	{
		/* Intel QuickAssist */
		.name = "qat",
		.driver = {
			[ACCEL_ALG_CBC_AES] = "qat_aes_cbc",
			[ACCEL_ALG_CTR_AES] = "qat_aes_ctr",
			[ACCEL_ALG_XTS_AES] = "qat_aes_xts",
			[ACCEL_ALG_RSA] = "qat-rsa",
		},
	},
	{
		/* HiSilicon SEC, first generation (Hip06, Hip07) */
		.name = "hisi-sec",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "hisi_sec_aes_ecb",
			[ACCEL_ALG_CBC_AES] = "hisi_sec_aes_cbc",
			[ACCEL_ALG_CTR_AES] = "hisi_sec_aes_ctr",
			[ACCEL_ALG_XTS_AES] = "hisi_sec_aes_xts",
			[ACCEL_ALG_ECB_3DES] = "hisi_sec_3des_ecb",
			[ACCEL_ALG_CBC_3DES] = "hisi_sec_3des_cbc",
			[ACCEL_ALG_ECB_DES] = "hisi_sec_des_ecb",
			[ACCEL_ALG_CBC_DES] = "hisi_sec_des_cbc",
		},
	},
	{
		/* HiSilicon SEC, second generation (Kunpeng) */
		.name = "hisi-sec2",
		/*
		 * sec_bd_send() says -EBUSY of the request that made the queue
		 * full, and sec_process() takes it back, although the hardware
		 * has it, unless it may be in a backlog.
		 */
		.quirks = VHA_QUIRK_BACKLOG,
		.driver = {
			[ACCEL_ALG_ECB_AES] = "hisi_sec_ecb(aes)",
			[ACCEL_ALG_CBC_AES] = "hisi_sec_cbc(aes)",
			[ACCEL_ALG_CTR_AES] = "hisi_sec_ctr(aes)",
			[ACCEL_ALG_XTS_AES] = "hisi_sec_xts(aes)",
			[ACCEL_ALG_ECB_3DES] = "hisi_sec_ecb(des3_ede)",
			[ACCEL_ALG_CBC_3DES] = "hisi_sec_cbc(des3_ede)",
			[ACCEL_ALG_GCM_AES] = "hisi_sec_gcm(aes)",
			[ACCEL_ALG_CCM_AES] = "hisi_sec_ccm(aes)",
		},
	},
	{
		/* HiSilicon HPRE (Kunpeng) */
		.name = "hisi-hpre",
		.driver = {
			[ACCEL_ALG_RSA] = "hpre-rsa",
		},
	},
	{
		/* AMD CCP */
		.name = "ccp",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "ecb-aes-ccp",
			[ACCEL_ALG_CBC_AES] = "cbc-aes-ccp",
			[ACCEL_ALG_CTR_AES] = "ctr-aes-ccp",
			[ACCEL_ALG_XTS_AES] = "xts-aes-ccp",
			[ACCEL_ALG_ECB_3DES] = "ecb-des3-ccp",
			[ACCEL_ALG_CBC_3DES] = "cbc-des3-ccp",
			[ACCEL_ALG_GCM_AES] = "gcm-aes-ccp",
			[ACCEL_ALG_SHA1] = "sha1-ccp",
			[ACCEL_ALG_SHA224] = "sha224-ccp",
			[ACCEL_ALG_SHA256] = "sha256-ccp",
			[ACCEL_ALG_SHA384] = "sha384-ccp",
			[ACCEL_ALG_SHA512] = "sha512-ccp",
			[ACCEL_ALG_HMAC_SHA1] = "hmac-sha1-ccp",
			[ACCEL_ALG_HMAC_SHA224] = "hmac-sha224-ccp",
			[ACCEL_ALG_HMAC_SHA256] = "hmac-sha256-ccp",
			[ACCEL_ALG_HMAC_SHA384] = "hmac-sha384-ccp",
			[ACCEL_ALG_HMAC_SHA512] = "hmac-sha512-ccp",
			[ACCEL_ALG_CMAC_AES] = "cmac-aes-ccp",
			[ACCEL_ALG_RSA] = "rsa-ccp",
		},
	},
	{
		/* Marvell OcteonTX and OcteonTX2 CPT, whose drivers' names are the same */
		.name = "octeontx-cpt",
		/*
		 * process_request() says -EBUSY of a request that it has sent
		 * when the queue gets full, to callers that may sleep.
		 */
		.quirks = VHA_QUIRK_BACKLOG,
		.driver = {
			[ACCEL_ALG_ECB_AES] = "cpt_ecb_aes",
			[ACCEL_ALG_CBC_AES] = "cpt_cbc_aes",
			[ACCEL_ALG_XTS_AES] = "cpt_xts_aes",
			[ACCEL_ALG_ECB_3DES] = "cpt_ecb_des3_ede",
			[ACCEL_ALG_CBC_3DES] = "cpt_cbc_des3_ede",
		},
	},
	{
		/* Marvell CESA */
		.name = "cesa",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "mv-ecb-aes",
			[ACCEL_ALG_CBC_AES] = "mv-cbc-aes",
			[ACCEL_ALG_ECB_3DES] = "mv-ecb-des3-ede",
			[ACCEL_ALG_CBC_3DES] = "mv-cbc-des3-ede",
			[ACCEL_ALG_ECB_DES] = "mv-ecb-des",
			[ACCEL_ALG_CBC_DES] = "mv-cbc-des",
			[ACCEL_ALG_MD5] = "mv-md5",
			[ACCEL_ALG_SHA1] = "mv-sha1",
			[ACCEL_ALG_SHA256] = "mv-sha256",
			[ACCEL_ALG_HMAC_MD5] = "mv-hmac-md5",
			[ACCEL_ALG_HMAC_SHA1] = "mv-hmac-sha1",
			[ACCEL_ALG_HMAC_SHA256] = "mv-hmac-sha256",
		},
	},
	{
		/* Chelsio T6 */
		.name = "chcr",
		.driver = {
			[ACCEL_ALG_CBC_AES] = "cbc-aes-chcr",
			[ACCEL_ALG_CTR_AES] = "ctr-aes-chcr",
			[ACCEL_ALG_XTS_AES] = "xts-aes-chcr",
			[ACCEL_ALG_GCM_AES] = "gcm-aes-chcr",
			[ACCEL_ALG_CCM_AES] = "ccm-aes-chcr",
			[ACCEL_ALG_SHA1] = "sha1-chcr",
			[ACCEL_ALG_SHA224] = "sha224-chcr",
			[ACCEL_ALG_SHA256] = "sha256-chcr",
			[ACCEL_ALG_SHA384] = "sha384-chcr",
			[ACCEL_ALG_SHA512] = "sha512-chcr",
			[ACCEL_ALG_HMAC_SHA1] = "hmac-sha1-chcr",
			[ACCEL_ALG_HMAC_SHA224] = "hmac-sha224-chcr",
			[ACCEL_ALG_HMAC_SHA256] = "hmac-sha256-chcr",
			[ACCEL_ALG_HMAC_SHA384] = "hmac-sha384-chcr",
			[ACCEL_ALG_HMAC_SHA512] = "hmac-sha512-chcr",
		},
	},
	{
		/* Inside Secure EIP-97, EIP-197 (SafeXcel) */
		.name = "safexcel",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "safexcel-ecb-aes",
			[ACCEL_ALG_CBC_AES] = "safexcel-cbc-aes",
			[ACCEL_ALG_CTR_AES] = "safexcel-ctr-aes",
			[ACCEL_ALG_XTS_AES] = "safexcel-xts-aes",
			[ACCEL_ALG_ECB_3DES] = "safexcel-ecb-des3_ede",
			[ACCEL_ALG_CBC_3DES] = "safexcel-cbc-des3_ede",
			[ACCEL_ALG_ECB_DES] = "safexcel-ecb-des",
			[ACCEL_ALG_CBC_DES] = "safexcel-cbc-des",
			[ACCEL_ALG_GCM_AES] = "safexcel-gcm-aes",
			[ACCEL_ALG_CCM_AES] = "safexcel-ccm-aes",
			[ACCEL_ALG_CHACHA20_POLY1305] =
				"safexcel-chacha20-poly1305",
			[ACCEL_ALG_MD5] = "safexcel-md5",
			[ACCEL_ALG_SHA1] = "safexcel-sha1",
			[ACCEL_ALG_SHA224] = "safexcel-sha224",
			[ACCEL_ALG_SHA256] = "safexcel-sha256",
			[ACCEL_ALG_SHA384] = "safexcel-sha384",
			[ACCEL_ALG_SHA512] = "safexcel-sha512",
			[ACCEL_ALG_SHA3_224] = "safexcel-sha3-224",
			[ACCEL_ALG_SHA3_256] = "safexcel-sha3-256",
			[ACCEL_ALG_SHA3_384] = "safexcel-sha3-384",
			[ACCEL_ALG_SHA3_512] = "safexcel-sha3-512",
			[ACCEL_ALG_HMAC_MD5] = "safexcel-hmac-md5",
			[ACCEL_ALG_HMAC_SHA1] = "safexcel-hmac-sha1",
			[ACCEL_ALG_HMAC_SHA224] = "safexcel-hmac-sha224",
			[ACCEL_ALG_HMAC_SHA256] = "safexcel-hmac-sha256",
			[ACCEL_ALG_HMAC_SHA384] = "safexcel-hmac-sha384",
			[ACCEL_ALG_HMAC_SHA512] = "safexcel-hmac-sha512",
			[ACCEL_ALG_CMAC_AES] = "safexcel-cmac-aes",
			[ACCEL_ALG_XCBC_AES] = "safexcel-xcbc-aes",
			[ACCEL_ALG_CBCMAC_AES] = "safexcel-cbcmac-aes",
		},
	},
	{
		/* TI K3 SA2UL */
		.name = "sa2ul",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "ecb-aes-sa2ul",
			[ACCEL_ALG_CBC_AES] = "cbc-aes-sa2ul",
			[ACCEL_ALG_ECB_3DES] = "ecb-des3-sa2ul",
			[ACCEL_ALG_CBC_3DES] = "cbc-des3-sa2ul",
			[ACCEL_ALG_SHA1] = "sha1-sa2ul",
			[ACCEL_ALG_SHA256] = "sha256-sa2ul",
			[ACCEL_ALG_SHA512] = "sha512-sa2ul",
		},
	},
	{
		/* TI OMAP */
		.name = "omap",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "ecb-aes-omap",
			[ACCEL_ALG_CBC_AES] = "cbc-aes-omap",
			[ACCEL_ALG_CTR_AES] = "ctr-aes-omap",
			[ACCEL_ALG_ECB_3DES] = "ecb-des3-omap",
			[ACCEL_ALG_CBC_3DES] = "cbc-des3-omap",
			[ACCEL_ALG_ECB_DES] = "ecb-des-omap",
			[ACCEL_ALG_CBC_DES] = "cbc-des-omap",
			[ACCEL_ALG_GCM_AES] = "gcm-aes-omap",
			[ACCEL_ALG_MD5] = "omap-md5",
			[ACCEL_ALG_SHA1] = "omap-sha1",
			[ACCEL_ALG_SHA224] = "omap-sha224",
			[ACCEL_ALG_SHA256] = "omap-sha256",
			[ACCEL_ALG_SHA384] = "omap-sha384",
			[ACCEL_ALG_SHA512] = "omap-sha512",
			[ACCEL_ALG_HMAC_MD5] = "omap-hmac-md5",
			[ACCEL_ALG_HMAC_SHA1] = "omap-hmac-sha1",
			[ACCEL_ALG_HMAC_SHA224] = "omap-hmac-sha224",
			[ACCEL_ALG_HMAC_SHA256] = "omap-hmac-sha256",
			[ACCEL_ALG_HMAC_SHA384] = "omap-hmac-sha384",
			[ACCEL_ALG_HMAC_SHA512] = "omap-hmac-sha512",
		},
	},
	{
		/* Qualcomm crypto engine */
		.name = "qce",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "ecb-aes-qce",
			[ACCEL_ALG_CBC_AES] = "cbc-aes-qce",
			[ACCEL_ALG_CTR_AES] = "ctr-aes-qce",
			[ACCEL_ALG_XTS_AES] = "xts-aes-qce",
			[ACCEL_ALG_ECB_3DES] = "ecb-3des-qce",
			[ACCEL_ALG_CBC_3DES] = "cbc-3des-qce",
			[ACCEL_ALG_ECB_DES] = "ecb-des-qce",
			[ACCEL_ALG_CBC_DES] = "cbc-des-qce",
			[ACCEL_ALG_CCM_AES] = "ccm-aes-qce",
			[ACCEL_ALG_SHA1] = "sha1-qce",
			[ACCEL_ALG_SHA256] = "sha256-qce",
			[ACCEL_ALG_HMAC_SHA1] = "hmac-sha1-qce",
			[ACCEL_ALG_HMAC_SHA256] = "hmac-sha256-qce",
		},
	},
	{
		/* StarFive JH7110 */
		.name = "starfive",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "starfive-ecb-aes",
			[ACCEL_ALG_CBC_AES] = "starfive-cbc-aes",
			[ACCEL_ALG_CTR_AES] = "starfive-ctr-aes",
			[ACCEL_ALG_GCM_AES] = "starfive-gcm-aes",
			[ACCEL_ALG_CCM_AES] = "starfive-ccm-aes",
			[ACCEL_ALG_SHA224] = "sha224-starfive",
			[ACCEL_ALG_SHA256] = "sha256-starfive",
			[ACCEL_ALG_SHA384] = "sha384-starfive",
			[ACCEL_ALG_SHA512] = "sha512-starfive",
			[ACCEL_ALG_HMAC_SHA224] = "sha224-hmac-starfive",
			[ACCEL_ALG_HMAC_SHA256] = "sha256-hmac-starfive",
			[ACCEL_ALG_HMAC_SHA384] = "sha384-hmac-starfive",
			[ACCEL_ALG_HMAC_SHA512] = "sha512-hmac-starfive",
			[ACCEL_ALG_RSA] = "starfive-rsa",
		},
	},
	{
		/* Rockchip RK3288, RK3328, RK3399 */
		.name = "rockchip",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "ecb-aes-rk",
			[ACCEL_ALG_CBC_AES] = "cbc-aes-rk",
			[ACCEL_ALG_ECB_3DES] = "ecb-des3-ede-rk",
			[ACCEL_ALG_CBC_3DES] = "cbc-des3-ede-rk",
			[ACCEL_ALG_ECB_DES] = "ecb-des-rk",
			[ACCEL_ALG_CBC_DES] = "cbc-des-rk",
			[ACCEL_ALG_MD5] = "rk-md5",
			[ACCEL_ALG_SHA1] = "rk-sha1",
			[ACCEL_ALG_SHA256] = "rk-sha256",
		},
	},
	{
		/*
		 * A virtio crypto device under the kernel's own driver. It gives
		 * back a device that it takes when it gets a key
		 */
		.name = "virtio-crypto",
		.nested = true,
		.quirks = VHA_QUIRK_FREE_NEEDS_KEY,
		.driver = {
			[ACCEL_ALG_CBC_AES] = "virtio_crypto_aes_cbc",
			[ACCEL_ALG_RSA] = "virtio-crypto-rsa",
		},
	},
	{
		/* The same under our driver for guests: this host is one */
		.name = "virtio-accel",
		.nested = true,
		.driver = {
			[ACCEL_ALG_ECB_AES] = "ecb-aes-virtio-accel",
			[ACCEL_ALG_CBC_AES] = "cbc-aes-virtio-accel",
			[ACCEL_ALG_CTR_AES] = "ctr-aes-virtio-accel",
			[ACCEL_ALG_XTS_AES] = "xts-aes-virtio-accel",
			[ACCEL_ALG_ECB_3DES] = "ecb-des3-virtio-accel",
			[ACCEL_ALG_CBC_3DES] = "cbc-des3-virtio-accel",
			[ACCEL_ALG_CTR_3DES] = "ctr-des3-virtio-accel",
			[ACCEL_ALG_ECB_DES] = "ecb-des-virtio-accel",
			[ACCEL_ALG_CBC_DES] = "cbc-des-virtio-accel",
			[ACCEL_ALG_GCM_AES] = "gcm-aes-virtio-accel",
			[ACCEL_ALG_CCM_AES] = "ccm-aes-virtio-accel",
			[ACCEL_ALG_CHACHA20_POLY1305] =
				"rfc7539-chacha20-poly1305-virtio-accel",
			[ACCEL_ALG_MD5] = "md5-virtio-accel",
			[ACCEL_ALG_SHA1] = "sha1-virtio-accel",
			[ACCEL_ALG_SHA224] = "sha224-virtio-accel",
			[ACCEL_ALG_SHA256] = "sha256-virtio-accel",
			[ACCEL_ALG_SHA384] = "sha384-virtio-accel",
			[ACCEL_ALG_SHA512] = "sha512-virtio-accel",
			[ACCEL_ALG_SHA3_224] = "sha3-224-virtio-accel",
			[ACCEL_ALG_SHA3_256] = "sha3-256-virtio-accel",
			[ACCEL_ALG_SHA3_384] = "sha3-384-virtio-accel",
			[ACCEL_ALG_SHA3_512] = "sha3-512-virtio-accel",
			[ACCEL_ALG_HMAC_MD5] = "hmac-md5-virtio-accel",
			[ACCEL_ALG_HMAC_SHA1] = "hmac-sha1-virtio-accel",
			[ACCEL_ALG_HMAC_SHA224] = "hmac-sha224-virtio-accel",
			[ACCEL_ALG_HMAC_SHA256] = "hmac-sha256-virtio-accel",
			[ACCEL_ALG_HMAC_SHA384] = "hmac-sha384-virtio-accel",
			[ACCEL_ALG_HMAC_SHA512] = "hmac-sha512-virtio-accel",
			[ACCEL_ALG_CMAC_AES] = "cmac-aes-virtio-accel",
			[ACCEL_ALG_CMAC_3DES] = "cmac-des3-virtio-accel",
			[ACCEL_ALG_XCBC_AES] = "xcbc-aes-virtio-accel",
			[ACCEL_ALG_CBCMAC_AES] = "cbcmac-aes-virtio-accel",
			[ACCEL_ALG_RSA] = "rsa-virtio-accel",
			[ACCEL_ALG_ECDSA_P256] = "ecdsa-nist-p256-virtio-accel",
			[ACCEL_ALG_ECDSA_P384] = "ecdsa-nist-p384-virtio-accel",
		},
	},
	{
		/* The simulated accelerator of the tests */
		.name = "accel-sim",
		.driver = {
			[ACCEL_ALG_ECB_AES] = "ecb-aes-accelsim",
			[ACCEL_ALG_CBC_AES] = "cbc-aes-accelsim",
			[ACCEL_ALG_CTR_AES] = "ctr-aes-accelsim",
			[ACCEL_ALG_XTS_AES] = "xts-aes-accelsim",
			[ACCEL_ALG_GCM_AES] = "gcm-aes-accelsim",
		},
	},
};

const unsigned int vha_profile_nr = ARRAY_SIZE(vha_profiles);
