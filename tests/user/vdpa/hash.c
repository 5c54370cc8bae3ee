// SPDX-License-Identifier: GPL-2.0
#include "hash.h"

#include <string.h>

#include "aes.h"

#define BLOCK	64

struct sha256 {
	u32 h[8];
	u8 buf[BLOCK];
	u64 len;
};

static const u32 sha256_start[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static const u32 sha256_k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static u32 ror(u32 x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

static void sha256_block(struct sha256 *s)
{
	u32 w[64], v[8], a, e, t1, t2;
	unsigned int i;

	for (i = 0; i < 16; i++)
		w[i] = (u32)s->buf[4 * i] << 24 | s->buf[4 * i + 1] << 16 |
		       s->buf[4 * i + 2] << 8 | s->buf[4 * i + 3];
	for (; i < 64; i++) {
		a = w[i - 15];
		e = w[i - 2];
		w[i] = w[i - 16] + w[i - 7] +
		       (ror(a, 7) ^ ror(a, 18) ^ a >> 3) +
		       (ror(e, 17) ^ ror(e, 19) ^ e >> 10);
	}
	memcpy(v, s->h, sizeof(v));
	for (i = 0; i < 64; i++) {
		a = v[0];
		e = v[4];
		t1 = v[7] + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) +
		     ((e & v[5]) ^ (~e & v[6])) + sha256_k[i] + w[i];
		t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) +
		     ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
		memmove(v + 1, v, 7 * sizeof(*v));
		v[0] = t1 + t2;
		v[4] += t1;
	}
	for (i = 0; i < 8; i++)
		s->h[i] += v[i];
}

static void sha256_init(struct sha256 *s)
{
	memcpy(s->h, sha256_start, sizeof(s->h));
	s->len = 0;
}

static void sha256_add(struct sha256 *s, const u8 *src, unsigned int len)
{
	while (len--) {
		s->buf[s->len++ % BLOCK] = *src++;
		if (!(s->len % BLOCK))
			sha256_block(s);
	}
}

static void sha256_end(struct sha256 *s, u8 *digest)
{
	static const u8 zero, one = 0x80;
	u64 bits = s->len * 8;
	unsigned int i;
	u8 byte;

	sha256_add(s, &one, 1);
	while (s->len % BLOCK != BLOCK - 8)
		sha256_add(s, &zero, 1);
	for (i = 8; i--;) {
		byte = bits >> (8 * i);
		sha256_add(s, &byte, 1);
	}
	for (i = 0; i < 32; i++)
		digest[i] = s->h[i / 4] >> (24 - 8 * (i % 4));
}

void ref_sha256(u8 *digest, const u8 *src, unsigned int len)
{
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, src, len);
	sha256_end(&s, digest);
}

static void hmac_pad(struct sha256 *s, const u8 *key, u8 byte)
{
	u8 pad[BLOCK];
	unsigned int i;

	for (i = 0; i < BLOCK; i++)
		pad[i] = key[i] ^ byte;
	sha256_init(s);
	sha256_add(s, pad, BLOCK);
}

void ref_hmac_sha256(const u8 *key, unsigned int keylen, u8 *mac, const u8 *src,
		     unsigned int len)
{
	u8 k[BLOCK] = {};
	struct sha256 s;

	if (keylen > BLOCK)
		ref_sha256(k, key, keylen);
	else if (keylen)
		memcpy(k, key, keylen);
	hmac_pad(&s, k, 0x36);
	sha256_add(&s, src, len);
	sha256_end(&s, mac);
	hmac_pad(&s, k, 0x5c);
	sha256_add(&s, mac, 32);
	sha256_end(&s, mac);
}

/* Doubling in the field of CMAC */
static void cmac_double(u8 *k)
{
	u8 carry = k[0] >> 7;
	unsigned int i;

	for (i = 0; i < 15; i++)
		k[i] = k[i] << 1 | k[i + 1] >> 7;
	k[15] = k[15] << 1 ^ (carry ? 0x87 : 0);
}

void ref_cmac_aes(const u8 *key, unsigned int keylen, u8 *mac, const u8 *src,
		  unsigned int len)
{
	u8 k[16] = {}, last[16] = {};
	struct ref_aes aes;
	unsigned int i;

	ref_aes_key(&aes, key, keylen);
	ref_aes_encrypt(&aes, k, k);
	cmac_double(k);
	memset(mac, 0, 16);
	for (; len > 16; len -= 16, src += 16) {
		for (i = 0; i < 16; i++)
			mac[i] ^= src[i];
		ref_aes_encrypt(&aes, mac, mac);
	}
	memcpy(last, src, len);
	if (len < 16) {
		last[len] = 0x80;
		cmac_double(k);
	}
	for (i = 0; i < 16; i++)
		mac[i] ^= last[i] ^ k[i];
	ref_aes_encrypt(&aes, mac, mac);
}
