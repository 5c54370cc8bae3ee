/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SHA-256 and two MACs, written to be read and not to be fast, for the same
 * reason as those in aes.h.
 */
#ifndef _VDPA_HASH_H
#define _VDPA_HASH_H

#include "types.h"

void ref_sha256(u8 *digest, const u8 *src, unsigned int len);
void ref_hmac_sha256(const u8 *key, unsigned int keylen, u8 *mac, const u8 *src,
		     unsigned int len);
void ref_cmac_aes(const u8 *key, unsigned int keylen, u8 *mac, const u8 *src,
		  unsigned int len);

#endif /* _VDPA_HASH_H */
