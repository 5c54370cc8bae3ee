/* SPDX-License-Identifier: GPL-2.0 */
/*
 * AES and its modes, written to be read and not to be fast: what the device
 * answers is compared with this, so it shares no code with any kernel driver.
 */
#ifndef _VDPA_AES_H
#define _VDPA_AES_H

#include <stdbool.h>

#include "types.h"

struct ref_aes {
	u8 rk[15][16];
	unsigned int rounds;
};

void ref_aes_key(struct ref_aes *aes, const u8 *key, unsigned int len);
void ref_aes_encrypt(const struct ref_aes *aes, u8 *out, const u8 *in);
void ref_aes_decrypt(const struct ref_aes *aes, u8 *out, const u8 *in);

/* @wire: VIRTIO_CRYPTO_CIPHER_AES_*; @len: whole blocks but for CTR */
void ref_cipher(u32 wire, bool enc, const u8 *key, unsigned int keylen,
		const u8 *iv, u8 *dst, const u8 *src, unsigned int len);

/* 12 byte IV. The tag is computed in both directions; comparing is up to you */
void ref_gcm(bool enc, const u8 *key, unsigned int keylen, const u8 *iv,
	     const u8 *aad, unsigned int aadlen, u8 *dst, const u8 *src,
	     unsigned int len, u8 *tag);

#endif /* _VDPA_AES_H */
