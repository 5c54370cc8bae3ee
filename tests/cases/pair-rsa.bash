#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In the guest, for pair-foreign.sh: what RSA of the device does, OpenSSL undoes, and the
# other way round.

. tests/cases/keys.inc
. tests/lib.sh

keys_start
key=$(new_key rsa2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048) ||
	bail_out "no RSA key"
run_case "RSA without padding, both ways" raw_both_ways rsa2048 "$key" 2048
run_case "RSA with SHA-256, signed and verified as by OpenSSL" \
	sign_and_verify rsa2048 "$key" sha256
changed signature >forged
run_case "a changed signature is rejected" rejected \
	keyctl pkey_verify "$key" 0 digest forged enc=pkcs1 hash=sha256
keyctl clear @s
done_testing
