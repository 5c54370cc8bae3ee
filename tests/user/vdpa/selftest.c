// SPDX-License-Identifier: GPL-2.0
/*
 * The reference against published vectors: a mistake in it would be blamed on
 * the device. Runs on the developer's machine, without any module.
 */
#include <stdio.h>
#include <string.h>

#include <linux/virtio_crypto.h>

#include "aes.h"
#include "hash.h"

static unsigned int count, failed;

static void check(const char *what, const u8 *got, const u8 *want,
		  unsigned int len)
{
	bool good = !memcmp(got, want, len);

	failed += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", ++count, what);
}

static unsigned int unhex(const char *hex, u8 *out)
{
	unsigned int n, v;

	for (n = 0; sscanf(hex + 2 * n, "%2x", &v) == 1; n++)
		out[n] = v;
	return n;
}

struct vector {
	const char *what;
	u32 wire;
	const char *key, *iv, *plain, *cipher;
};

/* NIST SP 800-38A, F.1.1, F.2.1, F.2.5, F.5.1, F.5.5; IEEE 1619, vector 2 */
static const struct vector vectors[] = {
	{ "ecb, 128 bit key", VIRTIO_CRYPTO_CIPHER_AES_ECB,
	  "2b7e151628aed2a6abf7158809cf4f3c", "",
	  "6bc1bee22e409f96e93d7e117393172a",
	  "3ad77bb40d7a3660a89ecaf32466ef97" },
	{ "cbc, 128 bit key", VIRTIO_CRYPTO_CIPHER_AES_CBC,
	  "2b7e151628aed2a6abf7158809cf4f3c",
	  "000102030405060708090a0b0c0d0e0f",
	  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
	  "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2" },
	{ "cbc, 256 bit key", VIRTIO_CRYPTO_CIPHER_AES_CBC,
	  "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
	  "000102030405060708090a0b0c0d0e0f",
	  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
	  "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d" },
	{ "ctr, 128 bit key", VIRTIO_CRYPTO_CIPHER_AES_CTR,
	  "2b7e151628aed2a6abf7158809cf4f3c",
	  "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
	  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
	  "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff" },
	{ "ctr, 256 bit key", VIRTIO_CRYPTO_CIPHER_AES_CTR,
	  "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
	  "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
	  "6bc1bee22e409f96e93d7e117393172a",
	  "601ec313775789a5b7a7f504bbf3d228" },
	{ "xts, 256 bit key", VIRTIO_CRYPTO_CIPHER_AES_XTS,
	  "1111111111111111111111111111111122222222222222222222222222222222",
	  "33333333330000000000000000000000",
	  "4444444444444444444444444444444444444444444444444444444444444444",
	  "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0" },
};

static const char * const gcm_plain[] = {
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da",
	"2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525",
	"b16aedf5aa0de657ba637b39",
};

static const char * const gcm_cipher[] = {
	"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e0",
	"35c17e2329aca12e21d514b25466931c7d8f6a5aac84aa05",
	"1ba30b396a0aac973d58e091",
};

int main(void)
{
	u8 key[64], iv[16], p[64], c[64], out[64], tag[16], aad[32], want[16];
	unsigned int i, keylen, len, aadlen;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		const struct vector *v = &vectors[i];
		char what[64];

		keylen = unhex(v->key, key);
		unhex(v->iv, iv);
		len = unhex(v->plain, p);
		unhex(v->cipher, c);
		ref_cipher(v->wire, true, key, keylen, iv, out, p, len);
		snprintf(what, sizeof(what), "%s, encrypt", v->what);
		check(what, out, c, len);
		ref_cipher(v->wire, false, key, keylen, iv, out, c, len);
		snprintf(what, sizeof(what), "%s, decrypt", v->what);
		check(what, out, p, len);
	}

	/* The GCM specification's test case 4 */
	keylen = unhex("feffe9928665731c6d6a8f9467308308", key);
	unhex("cafebabefacedbaddecaf888", iv);
	aadlen = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2", aad);
	for (i = 0, len = 0; i < ARRAY_SIZE(gcm_plain); i++) {
		unhex(gcm_cipher[i], c + len);
		len += unhex(gcm_plain[i], p + len);
	}
	ref_gcm(true, key, keylen, iv, aad, aadlen, out, p, len, tag);
	check("gcm, encrypt", out, c, len);
	unhex("5bc94fbc3221a5db94fae95ae7121a47", want);
	check("gcm, tag", tag, want, 16);
	ref_gcm(false, key, keylen, iv, aad, aadlen, out, c, len, tag);
	check("gcm, tag when decrypting", tag, want, 16);

	/* FIPS 180, two blocks; RFC 4231 tests 2 and 6; RFC 4493 */
	static const char two[] =
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	static const char jefe[] = "what do ya want for nothing?";
	static const char large[] =
		"Test Using Larger Than Block-Size Key - Hash Key First";
	u8 longkey[131];

	ref_sha256(out, (const u8 *)two, strlen(two));
	unhex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	      c);
	check("sha256", out, c, 32);
	ref_hmac_sha256((const u8 *)"Jefe", 4, out, (const u8 *)jefe,
			strlen(jefe));
	unhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	      c);
	check("hmac", out, c, 32);
	memset(longkey, 0xaa, sizeof(longkey));
	ref_hmac_sha256(longkey, sizeof(longkey), out, (const u8 *)large,
			strlen(large));
	unhex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
	      c);
	check("hmac, long key", out, c, 32);
	keylen = unhex("2b7e151628aed2a6abf7158809cf4f3c", key);
	len = unhex("6bc1bee22e409f96e93d7e117393172a", p);
	len += unhex("ae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
		     p + len);
	ref_cmac_aes(key, keylen, out, p, len);
	unhex("dfa66747de9ae63030ca32611497c827", c);
	check("cmac", out, c, 16);
	ref_cmac_aes(key, keylen, out, p, 16);
	unhex("070a16b46b4d4144f79bdd9dd04a287c", c);
	check("cmac, one block", out, c, 16);

	printf("1..%u\n", count);
	return failed ? 1 : 0;
}
