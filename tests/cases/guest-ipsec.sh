#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# run: --topology loop --kernel 6.12 --smp 1 --timeout 1800
# batch: offload
#
# Crypto offload on a stacked device (ip link add ... type vaccel) against the
# kernel's own software:
#
#	a: vaccel0 on eth0 -- veth -- eth0 :b

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc

# others: what else the kernel's ESP has
others()
{
	through "tunnel over IPv4: GMAC" 4 tunnel aead 'rfc4543(gcm(aes))' \
		"$key" 128
	through "tunnel over IPv4: CCM" 4 tunnel aead 'rfc4309(ccm(aes))' \
		"0x$(printf '%038d' 7)" 64
	through "tunnel over IPv4: ChaCha20-Poly1305" 4 tunnel \
		aead 'rfc7539esp(chacha20,poly1305)' "0x$(printf '%072d' 7)" 128
	through "tunnel over IPv4: CTR and HMAC-SHA1" 4 tunnel \
		auth-trunc 'hmac(sha1)' "$key" 96 enc 'rfc3686(ctr(aes))' "$key"
	through "tunnel, IPv6 in IPv4: GCM" 46 tunnel "${gcm[@]}" flag af-unspec
}

ipsec_start
matrix
[ "$ACCEL_KERNEL" != uml ] || others
below=low
through "the device below in another namespace" 4 tunnel "${gcm[@]}"
ipsec_end
done_testing
