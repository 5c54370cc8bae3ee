#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# run: --topology loop --kernel 6.12 --smp 1 --timeout 1800
# batch: packet
#
# Packet offload on a stacked device, by the IPSEC service of the host, against the
# kernel's own software. See guest-ipsec.sh.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc

offload=packet window=1024
chacha=(aead 'rfc7539esp(chacha20,poly1305)' "0x$(printf '%072d' 7)" 128)
ctr=(auth-trunc 'hmac(sha1)' "$key" 96 enc 'rfc3686(ctr(aes))' "$key")
null=(auth-trunc 'hmac(sha1)' "$key" 96 enc 'ecb(cipher_null)' '')

# others: with the matrix, these show nothing new on another kernel
others()
{
	through "tunnel over IPv4: ChaCha20-Poly1305" 4 tunnel "${chacha[@]}"
	through "tunnel over IPv4: CTR and HMAC-SHA1" 4 tunnel "${ctr[@]}"
	through "tunnel over IPv4: only HMAC-SHA1" 4 tunnel "${null[@]}"
	window=32
	through "a short replay window" 4 tunnel "${gcm[@]}"
	window=0
	through "no replay window" 4 transport "${gcm[@]}"
	window=1024 offload_in=no
	through "policies for what comes in not offloaded, tunnel" 4 tunnel \
		"${gcm[@]}"
	through "the same, transport" 6 transport "${gcm[@]}"
}

ipsec_start
matrix
[ "$ACCEL_KERNEL" != uml ] || others
below=low
through "the device below in another namespace" 4 tunnel "${gcm[@]}"
ipsec_end
done_testing
