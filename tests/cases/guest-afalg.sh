#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --smp 1 --timeout 1800
# batch: yes
#
# A user's programs in the guest, by AF_ALG: libkcapi's kcapi-enc with vectors that
# NIST, the IEEE and the IETF have published, in both directions, and cryptsetup's
# benchmark. The device does them, and refuses what was changed.

. tests/lib.sh
. tests/cases/guest.inc

# SOURCE | DRIVER | KEY | IV | AAD | PLAINTEXT | CIPHERTEXT | TAG
vectors()
{
	cat <<-'END'
	SP 800-38A F.1.1|ecb-aes|2b7e151628aed2a6abf7158809cf4f3c|||6bc1bee22e409f96e93d7e117393172a|3ad77bb40d7a3660a89ecaf32466ef97|
	SP 800-38A F.2.1|cbc-aes|2b7e151628aed2a6abf7158809cf4f3c|000102030405060708090a0b0c0d0e0f||6bc1bee22e409f96e93d7e117393172a|7649abac8119b246cee98e9b12e9197d|
	SP 800-38A F.5.1|ctr-aes|2b7e151628aed2a6abf7158809cf4f3c|f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff||6bc1bee22e409f96e93d7e117393172a|874d6191b620e3261bef6864990db6ce|
	IEEE 1619 vector 2|xts-aes|1111111111111111111111111111111122222222222222222222222222222222|33333333330000000000000000000000||4444444444444444444444444444444444444444444444444444444444444444|c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0|
	SP 800-67 B.1|ecb-des3|0123456789abcdef23456789abcdef01456789abcdef0123|||5468652071756663 6b2062726f776e20 666f78206a756d70|a826fd8ce53b855f cce21c8112256fe6 68d5c05dd9b6b900|
	FIPS 81, table B1|ecb-des|0123456789abcdef|||4e6f77206973207468652074696d6520666f7220616c6c20|3fa40e8a984d48156a271787ab8883f9893d51ec4b563b53|
	FIPS 81, table C1|cbc-des|0123456789abcdef|1234567890abcdef||4e6f77206973207468652074696d6520666f7220616c6c20|e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6|
	GCM submission, test case 4|gcm-aes|feffe9928665731c6d6a8f9467308308|cafebabefacedbaddecaf888|feedfacedeadbeeffeedfacedeadbeefabaddad2|d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39|42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091|5bc94fbc3221a5db94fae95ae7121a47
	RFC 3610 packet vector 1|ccm-aes|c0c1c2c3c4c5c6c7c8c9cacbcccdcecf|0100000003020100a0a1a2a3a4a50000|0001020304050607|08090a0b0c0d0e0f101112131415161718191a1b1c1d1e|588c979a61c663d2f066d0c2c0f989806d5f6b61dac384|17e8d12cfdf926e0
	RFC 8439 2.8.2|rfc7539-chacha20-poly1305|808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f|070000004041424344454647|50515253c0c1c2c3c4c5c6c7|4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f756c642062652069742e|d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116|1ae10b594f09e26a7e902ecbd0600691
	END
}

work=$(mktemp -d)
ebadmsg=182	# kcapi-enc's status: -EBADMSG in eight bits

# hex TEXT: as bytes
hex()
{
	xxd -r -p <<<"$1"
}

# kcapi OPTIONS...: kcapi-enc on $work/in; prints $work/out in hexadecimal
kcapi()
{
	rm -f "$work/out"
	kcapi-enc -q -c "$driver" --keyfd 3 -i "$work/in" -o "$work/out" \
		${iv:+--iv "$iv"} "$@" 3<"$work/key" &&
		xxd -p "$work/out" | tr -d '\n'
}

cipher()
{
	hex "$plain" >"$work/in"
	is "$(kcapi -e)" "$cipher" "$source: encrypted by $driver"
	hex "$cipher" >"$work/in"
	is "$(kcapi -d --nounpad)" "$plain" "$source: and decrypted"
}

aead()
{
	hex "$plain" >"$work/in"
	is "$(kcapi -e --aad "$aad" --taglen $((${#tag} / 2)))" \
		"$aad$cipher$tag" "$source: encrypted by $driver"
	hex "$cipher" >"$work/in"
	is "$(kcapi -d --nounpad --aad "$aad" --tag "$tag")" "$aad$plain" \
		"$source: and decrypted"
	kcapi -d --nounpad --aad "$aad" --tag "${tag/[0-7]/8}" 2>/dev/null
	is $? $ebadmsg "$source: another tag is refused"
}

load_software
load_driver fallback=never
modprobe -a algif_skcipher algif_aead || bail_out "no AF_ALG"
while IFS='|' read -r source driver key iv aad plain cipher tag; do
	driver+=-virtio-accel plain=${plain// } cipher=${cipher// }
	hex "$key" >"$work/key"
	before=$(stat "$driver" requests)
	if [ -n "$tag" ]; then aead; else cipher; fi
	at_least "$(stat "$driver" requests)" $((before + 2)) \
		"$source: on the device"
	is "$(stat "$driver" errors)" 0 "$source: without an error"
done < <(vectors)

# Those without vectors above are compared with software. kcapi-enc takes at most 32
# bytes of key: rfc7539esp and authenc have their own cases.
# DRIVER | LENGTH OF THE KEY | SOFTWARE | IPSEC'S AAD
others()
{
	cat <<-'END'
	cbc-des3|24|cbc(des3_ede-generic)|
	ctr-des3|24|ctr(des3_ede-generic)|
	rfc4106-gcm-aes|20|rfc4106(gcm_base(ctr(aes-generic),ghash-generic))|00000001000000020001020304050607
	rfc4543-gcm-aes|20|rfc4543(gcm_base(ctr(aes-generic),ghash-generic))|00000001000000020001020304050607
	rfc4309-ccm-aes|19|rfc4309(ccm_base(ctr(aes-generic),cbcmac(aes-generic)))|00000001000000020001020304050607
	END
}

# repeat LENGTH: a key
repeat()
{
	head -c "$1" /dev/zero | tr '\0' k
}

head -c 4096 /bin/bash >"$work/in"
iv=0001020304050607
while IFS='|' read -r driver key_len software aad; do
	driver+=-virtio-accel
	repeat "$key_len" >"$work/key"
	before=$(stat "$driver" requests)
	want=$(driver=$software kcapi -e ${aad:+--aad "$aad" --taglen 16})
	is "$(kcapi -e ${aad:+--aad "$aad" --taglen 16})" "${want:-nothing}" \
		"$driver: as $software"
	at_least "$(stat "$driver" requests)" $((before + 1)) \
		"$driver: on the device"
done < <(others)

# dgst DRIVER: kcapi-dgst gives a message in pieces, which are software's
dgst()
{
	local key=()

	case $1 in
	*des3*) key=(--keyfd 3) && repeat 24 >"$work/key" ;;
	*mac*|*xcbc*) key=(--keyfd 3) && repeat 16 >"$work/key" ;;
	esac
	kcapi-dgst -q --hex -c "$1" "${key[@]}" -i "$work/in" 3<"$work/key"
}

# DRIVER's algorithm, made of the kernel's generic drivers
generic()
{
	sed -E 's/^hmac-(.*)/hmac(\1-generic)/; t
		s/^(cmac|xcbc|cbcmac)-aes$/\1(aes-generic)/; t
		s/^cmac-des3$/cmac(des3_ede-generic)/; t
		s/$/-generic/' <<<"${1%-virtio-accel}"
}

for driver in $(registered | grep -E '^(md5|sha|hmac|cmac|xcbc|cbcmac)'); do
	want=$(dgst "$(generic "$driver")")
	is "$(dgst "$driver")" "${want:-nothing}" "kcapi-dgst: $driver"
done

before=$(stat xts-aes-virtio-accel bytes)
run_case "cryptsetup benchmark" cryptsetup benchmark --cipher aes-xts \
	--key-size 512
at_least "$(stat xts-aes-virtio-accel bytes)" $((before + 1024 * 1024)) \
	"is done by the device"
run_case "the module can be removed" modprobe -r virtio_accel
done_testing
