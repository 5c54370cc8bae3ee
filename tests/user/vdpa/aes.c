// SPDX-License-Identifier: GPL-2.0
#include "aes.h"

#include <string.h>

#include <linux/virtio_crypto.h>

static u8 sbox[256], inv_sbox[256];

static u8 xtime(u8 a)
{
	return (a << 1) ^ (a & 0x80 ? 0x1b : 0);
}

static u8 mul(u8 a, u8 b)
{
	u8 r = 0;

	for (; b; b >>= 1, a = xtime(a))
		if (b & 1)
			r ^= a;
	return r;
}

static void make_sbox(void)
{
	u8 p = 1, q = 1, x;

	if (sbox[0])
		return;
	do {
		p ^= xtime(p);			/* times 3 */
		q ^= q << 1;			/* divided by 3 */
		q ^= q << 2;
		q ^= q << 4;
		if (q & 0x80)
			q ^= 0x09;
		x = q ^ (u8)(q << 1 | q >> 7) ^ (u8)(q << 2 | q >> 6) ^
		    (u8)(q << 3 | q >> 5) ^ (u8)(q << 4 | q >> 4) ^ 0x63;
		sbox[p] = x;
		inv_sbox[x] = p;
	} while (p != 1);
	sbox[0] = 0x63;
	inv_sbox[0x63] = 0;
}

void ref_aes_key(struct ref_aes *aes, const u8 *key, unsigned int len)
{
	unsigned int nk = len / 4, n, i;
	u8 *w = aes->rk[0], t[4], rcon = 1, first;

	make_sbox();
	aes->rounds = nk + 6;
	memcpy(w, key, len);
	for (n = nk; n < 4 * (aes->rounds + 1); n++) {
		memcpy(t, w + 4 * (n - 1), 4);
		if (n % nk == 0) {
			first = t[0];
			t[0] = sbox[t[1]] ^ rcon;
			t[1] = sbox[t[2]];
			t[2] = sbox[t[3]];
			t[3] = sbox[first];
			rcon = xtime(rcon);
		} else if (nk > 6 && n % nk == 4) {
			for (i = 0; i < 4; i++)
				t[i] = sbox[t[i]];
		}
		for (i = 0; i < 4; i++)
			w[4 * n + i] = w[4 * (n - nk) + i] ^ t[i];
	}
}

static void add_key(u8 *s, const u8 *k)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		s[i] ^= k[i];
}

static void mix(u8 *s, u8 a, u8 b, u8 c, u8 d)
{
	unsigned int i, j;
	u8 t[4];

	for (i = 0; i < 16; i += 4) {
		memcpy(t, s + i, 4);
		for (j = 0; j < 4; j++)
			s[i + j] = mul(t[j], a) ^ mul(t[(j + 1) & 3], b) ^
				   mul(t[(j + 2) & 3], c) ^
				   mul(t[(j + 3) & 3], d);
	}
}

void ref_aes_encrypt(const struct ref_aes *aes, u8 *out, const u8 *in)
{
	unsigned int r, i;
	u8 s[16], t[16];

	memcpy(s, in, 16);
	add_key(s, aes->rk[0]);
	for (r = 1; r <= aes->rounds; r++) {
		for (i = 0; i < 16; i++)
			t[i] = sbox[s[(i + 4 * (i & 3)) & 15]];
		memcpy(s, t, 16);
		if (r < aes->rounds)
			mix(s, 2, 3, 1, 1);
		add_key(s, aes->rk[r]);
	}
	memcpy(out, s, 16);
}

void ref_aes_decrypt(const struct ref_aes *aes, u8 *out, const u8 *in)
{
	unsigned int r, i;
	u8 s[16], t[16];

	memcpy(s, in, 16);
	for (r = aes->rounds; r >= 1; r--) {
		add_key(s, aes->rk[r]);
		if (r < aes->rounds)
			mix(s, 14, 11, 13, 9);
		for (i = 0; i < 16; i++)
			t[(i + 4 * (i & 3)) & 15] = inv_sbox[s[i]];
		memcpy(s, t, 16);
	}
	add_key(s, aes->rk[0]);
	memcpy(out, s, 16);
}

static void xor16(u8 *d, const u8 *a, const u8 *b, unsigned int n)
{
	while (n--)
		*d++ = *a++ ^ *b++;
}

static void inc_be(u8 *ctr, unsigned int bytes)
{
	unsigned int i = 16;

	while (i-- > 16 - bytes && !++ctr[i])
		;
}

static void ctr_mode(const struct ref_aes *aes, u8 *ctr, unsigned int width,
		     u8 *dst, const u8 *src, unsigned int len)
{
	u8 ks[16];

	for (; len; len -= min_u32(len, 16), dst += 16, src += 16) {
		ref_aes_encrypt(aes, ks, ctr);
		xor16(dst, src, ks, min_u32(len, 16));
		inc_be(ctr, width);
	}
}

static void xts_mode(bool enc, const u8 *key, unsigned int keylen,
		     const u8 *iv, u8 *dst, const u8 *src, unsigned int len)
{
	struct ref_aes k1, k2;
	unsigned int i;
	u8 t[16], b[16], carry, next;

	ref_aes_key(&k1, key, keylen / 2);
	ref_aes_key(&k2, key + keylen / 2, keylen / 2);
	ref_aes_encrypt(&k2, t, iv);
	for (; len; len -= 16, dst += 16, src += 16) {
		xor16(b, src, t, 16);
		if (enc)
			ref_aes_encrypt(&k1, b, b);
		else
			ref_aes_decrypt(&k1, b, b);
		xor16(dst, b, t, 16);
		for (i = 0, carry = 0; i < 16; i++, carry = next) {
			next = t[i] >> 7;
			t[i] = t[i] << 1 | carry;
		}
		if (carry)
			t[0] ^= 0x87;
	}
}

void ref_cipher(u32 wire, bool enc, const u8 *key, unsigned int keylen,
		const u8 *iv, u8 *dst, const u8 *src, unsigned int len)
{
	u8 chain[16] = {}, b[16], c[16];
	struct ref_aes aes;

	if (wire == VIRTIO_CRYPTO_CIPHER_AES_XTS) {
		xts_mode(enc, key, keylen, iv, dst, src, len);
		return;
	}
	ref_aes_key(&aes, key, keylen);
	if (wire != VIRTIO_CRYPTO_CIPHER_AES_ECB)
		memcpy(chain, iv, 16);
	if (wire == VIRTIO_CRYPTO_CIPHER_AES_CTR) {
		ctr_mode(&aes, chain, 16, dst, src, len);
		return;
	}
	for (; len; len -= 16, dst += 16, src += 16) {
		memcpy(c, src, 16);
		if (enc) {
			xor16(b, c, chain, 16);
			ref_aes_encrypt(&aes, dst, b);
			memcpy(b, dst, 16);
		} else {
			ref_aes_decrypt(&aes, b, c);
			xor16(dst, b, chain, 16);
			memcpy(b, c, 16);
		}
		if (wire == VIRTIO_CRYPTO_CIPHER_AES_CBC)
			memcpy(chain, b, 16);
	}
}

static void ghash_mul(u8 *y, const u8 *h)
{
	u8 z[16] = {}, v[16], lsb;
	unsigned int i, j;

	memcpy(v, h, 16);
	for (i = 0; i < 128; i++) {
		if (y[i / 8] >> (7 - i % 8) & 1)
			xor16(z, z, v, 16);
		lsb = v[15] & 1;
		for (j = 15; j > 0; j--)
			v[j] = v[j] >> 1 | v[j - 1] << 7;
		v[0] >>= 1;
		if (lsb)
			v[0] ^= 0xe1;
	}
	memcpy(y, z, 16);
}

static void ghash(u8 *y, const u8 *h, const u8 *p, unsigned int len)
{
	unsigned int n;

	for (; len; len -= n, p += n) {
		n = min_u32(len, 16);
		xor16(y, y, p, n);
		ghash_mul(y, h);
	}
}

static void put_be64(u8 *p, u64 v)
{
	unsigned int i;

	for (i = 8; i--; v >>= 8)
		p[i] = v;
}

void ref_gcm(bool enc, const u8 *key, unsigned int keylen, const u8 *iv,
	     const u8 *aad, unsigned int aadlen, u8 *dst, const u8 *src,
	     unsigned int len, u8 *tag)
{
	u8 h[16] = {}, ctr[16] = {}, y[16] = {}, lens[16], ek0[16];
	struct ref_aes aes;

	ref_aes_key(&aes, key, keylen);
	ref_aes_encrypt(&aes, h, h);
	memcpy(ctr, iv, 12);
	ctr[15] = 1;
	ref_aes_encrypt(&aes, ek0, ctr);
	inc_be(ctr, 4);

	ghash(y, h, aad, aadlen);
	if (!enc)
		ghash(y, h, src, len);
	ctr_mode(&aes, ctr, 4, dst, src, len);
	if (enc)
		ghash(y, h, dst, len);
	put_be64(lens, (u64)aadlen * 8);
	put_be64(lens + 8, (u64)len * 8);
	ghash(y, h, lens, 16);
	xor16(tag, y, ek0, 16);
}
