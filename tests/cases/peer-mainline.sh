#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --smp 1 --timeout 900
#
# A stranger's driver on our device: mainline's virtio_crypto, which speaks the
# legacy format. Then ours takes the device over.

. tests/cases/keys.inc
. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

driver=virtio_crypto_aes_cbc

# served COMMAND...: it succeeds, by requests to our device
served()
{
	local before

	before=$(attr acc0 requests)
	"$@" && [ "$(attr acc0 requests)" -gt "$before" ]
}

load_software
run_selftests
# Only its alias is blacklisted
load virtio_crypto
wait_for_selftests 120 || bail_out "the self-tests do not end"
run_case "mainline's driver has passed the kernel's self-tests" \
	have_crypto_driver $driver
before=$(attr acc0 requests)
at_least "$before" 90 "our device did them"

verified_load $driver
at_least "$(attr acc0 requests)" $((before + 2000)) "from our device"
is "$(attr acc0 state)" ready "which is well"

# Its priority is above software's: keyctl uses it
run_case "its RSA has passed the self-tests" \
	have_crypto_driver virtio-crypto-rsa
keys_start
key=$(new_key rsa2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048)
run_case "RSA without padding, both ways" \
	served raw_both_ways rsa2048 "$key" 2048
run_case "RSA with SHA-1, signed and verified as by OpenSSL" \
	served sign_and_verify rsa2048 "$key" sha1
changed signature >forged
run_case "a changed signature is rejected" rejected \
	keyctl pkey_verify "$key" 0 digest forged enc=pkcs1 hash=sha1
is "$(attr acc0 auth_failures)" 1 "by our device"
keyctl clear @s
cd - >/dev/null || exit 1

run_case "it is removed" modprobe -r accel_bench virtio_crypto
is "$(attr acc0 sessions)" 0 "no session is left"
load_driver fallback=never
run_case "our driver takes the device over" \
	have_crypto_driver cbc-aes-virtio-accel
at_least "$(stat cbc-aes-virtio-accel requests)" 90 "and uses it"
done_testing
