#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# batch: yes
#
# Public and private keys in the guest, by keyctl: what the device does with a
# key, OpenSSL undoes, and the other way round. RSA with PKCS #1 padding and
# without, ECDSA signatures. Without the operator's leave software does it all.

. tests/cases/keys.inc
. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

keys_start

# on_device DRIVER COMMAND...: succeeds, and the device is asked
on_device()
{
	local before driver=$1-virtio-accel

	shift
	before=$(stat "$driver" requests)
	"$@" && [ "$(stat "$driver" requests)" -gt "$before" ]
}

no_errors()
{
	local driver

	for driver in $(registered | grep -E '^(pkcs1-)?rsa|^ecdsa'); do
		is "$(stat "$driver" errors)" 0 "$driver: no request failed"
		is "$(stat "$driver" fallback_shape)" 0 \
			"$driver: nothing in software"
	done
}

load_software
load_driver fallback=never verify_priority=3000

for bits in 1024 2048 4096; do
	key=$(new_key rsa$bits -algorithm RSA -pkeyopt rsa_keygen_bits:$bits) ||
		bail_out "no RSA key of $bits bits"
	run_case "RSA-$bits: signed and verified as by OpenSSL" \
		on_device pkcs1-rsa-sha256 sign_and_verify rsa$bits "$key" sha256
	run_case "RSA-$bits: PKCS #1 encryption, both ways" \
		on_device pkcs1-rsa pkcs1_both_ways rsa$bits "$key"
	run_case "RSA-$bits: without padding, both ways" \
		on_device rsa raw_both_ways rsa$bits "$key" $bits
done
# virtio 1.4 wants zeros in front, which the kernel's callers may leave out
before=$(attr acc0 bytes)
printf '\002' >short
run_case "a number shorter than the modulus" sh -c \
	"keyctl pkey_encrypt $key 0 short enc=raw >sealed"
is $(($(attr acc0 bytes) - before)) 512 "is sent in its length"

for hash in md5 sha1 sha224 sha384 sha512; do
	run_case "RSA-4096 with $hash" on_device pkcs1-rsa-$hash \
		sign_and_verify rsa4096 "$key" $hash
done

# The last digest and signature are those of sha512
changed signature >forged
run_case "a changed signature is rejected" rejected \
	keyctl pkey_verify "$key" 0 digest forged enc=pkcs1 hash=sha512
changed digest >other
run_case "another digest is rejected" rejected \
	keyctl pkey_verify "$key" 0 other signature enc=pkcs1 hash=sha512
is "$(stat pkcs1-rsa-sha512-virtio-accel badmsg)" 2 "both by the device"
run_case "the signature of another hash is rejected" rejected \
	keyctl pkey_verify "$key" 0 digest signature enc=pkcs1 hash=sha256
no_errors

public=$(keyctl padd asymmetric public @s <rsa4096.der)
run_case "a certificate's key verifies" \
	keyctl pkey_verify "$public" 0 digest signature enc=pkcs1 hash=sha512
run_case "and does not sign" refused \
	keyctl pkey_sign "$public" 0 digest enc=pkcs1 hash=sha512
run_case "and does not decrypt" refused \
	keyctl pkey_decrypt "$public" 0 sealed enc=pkcs1
head -c 512 /dev/zero | sed 's/^./\x01/' >sealed
run_case "what is no ciphertext has no text" refused \
	keyctl pkey_decrypt "$key" 0 sealed enc=pkcs1

while read -r curve hash driver; do
	key=$(new_key "$curve" -algorithm EC -pkeyopt "ec_paramgen_curve:$curve") ||
		bail_out "no key on $curve"
	openssl dgst "-$hash" -binary text >digest
	openssl pkeyutl -sign -inkey "$curve.pem" -in digest -out signature
	run_case "$curve: OpenSSL's signature is verified" \
		on_device "$driver" keyctl pkey_verify "$key" 0 digest \
		signature enc=x962 "hash=$hash"
	changed digest >other
	run_case "$curve: but not of another digest" rejected \
		keyctl pkey_verify "$key" 0 other signature enc=x962 "hash=$hash"
	is "$(stat "$driver-virtio-accel" badmsg)" 1 "by the device"
done <<END
P-256 sha256 ecdsa-nist-p256
P-384 sha384 ecdsa-nist-p384
END

keyctl clear @s
run_case "the module can be removed" modprobe -r virtio_accel

# What signs kernel modules and certificates is not left to a device unasked.
load_driver
key=$(new_key rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048)
run_case "with the default priority, the kernel's own" \
	sign_and_verify rsa "$key" sha256
is "$(sum requests)" 0 "is what software does"
keyctl clear @s
run_case "the module can be removed again" modprobe -r virtio_accel
done_testing
