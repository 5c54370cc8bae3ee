#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# run: --topology loop --kernel 6.12 --smp 1 --timeout 1800
# run: --topology pair --kernel 6.12 --timeout 1800
# batch: yes
#
# The kernel's own tests of every algorithm, on the device and nowhere else:
# with fallback=never, a request that went to software would fail. UML and the
# debug kernel add the fuzz tests.

. tests/lib.sh
. tests/cases/guest.inc

load_software
run_selftests
load_driver fallback=never verify_priority=3000

# Requests that the tests make at least: one per vector and configuration. Of a
# hash's configurations the device gets five, those of a message in one piece.
while read -r driver least pieces; do
	is "$(crypto_field "$driver" selftest)" passed "$driver: self-tests passed"
	at_least "$(stat "$driver" requests)" "$least" \
		"$driver: the device did its test vectors"
	is "$(stat "$driver" errors)" 0 "$driver: no request failed"
	is "$(stat "$driver" fallback)" 0 "$driver: nothing in software"
	[ -z "$pieces" ] && is "$(stat "$driver" fallback_shape)" 0 \
		"$driver: no request had a shape that the device cannot take"
	[ -n "$pieces" ] && at_least "$(stat "$driver" fallback_shape)" 1 \
		"$driver: messages in pieces were not the device's"
done <<END
ecb-aes-virtio-accel 60
cbc-aes-virtio-accel 90
ctr-aes-virtio-accel 90
xts-aes-virtio-accel 60
ecb-des3-virtio-accel 30
cbc-des3-virtio-accel 30
ctr-des3-virtio-accel 30
ecb-des-virtio-accel 20
cbc-des-virtio-accel 20
gcm-aes-virtio-accel 200
rfc4106-gcm-aes-virtio-accel 400
rfc4543-gcm-aes-virtio-accel 20
ccm-aes-virtio-accel 100
rfc4309-ccm-aes-virtio-accel 100
rfc7539-chacha20-poly1305-virtio-accel 30
rfc7539esp-chacha20-poly1305-virtio-accel 15
authenc-hmac-sha1-cbc-aes-virtio-accel 100
authenc-hmac-sha256-cbc-aes-virtio-accel 100
authenc-hmac-sha512-cbc-aes-virtio-accel 100
md5-virtio-accel 35 pieces
sha1-virtio-accel 30 pieces
sha224-virtio-accel 25 pieces
sha256-virtio-accel 25 pieces
sha384-virtio-accel 30 pieces
sha512-virtio-accel 30 pieces
sha3-224-virtio-accel 20 pieces
sha3-256-virtio-accel 20 pieces
sha3-384-virtio-accel 20 pieces
sha3-512-virtio-accel 20 pieces
hmac-md5-virtio-accel 35 pieces
hmac-sha1-virtio-accel 35 pieces
hmac-sha224-virtio-accel 20 pieces
hmac-sha256-virtio-accel 50 pieces
hmac-sha384-virtio-accel 20 pieces
hmac-sha512-virtio-accel 20 pieces
cmac-aes-virtio-accel 30 pieces
cmac-des3-virtio-accel 20 pieces
xcbc-aes-virtio-accel 30 pieces
cbcmac-aes-virtio-accel 20 pieces
rsa-virtio-accel 3
pkcs1-rsa-sha256-virtio-accel 2
ecdsa-nist-p256-virtio-accel 5
ecdsa-nist-p384-virtio-accel 5
END

# A stream that is read in pieces: the kernel may only cut it between blocks.
pieces()
{
	modprobe algif_skcipher &&
		PYTHONPATH=tests/cases python3 - ctr-aes-virtio-accel <<-'END'
	import sys
	from afalg import Transform
	def stream(name):
	    return Transform(name, bytes(16)).encrypt(bytes(16), bytes(64), 20)
	sys.exit(stream(sys.argv[1]) != stream("ctr(aes-generic)"))
	END
}
run_case "CTR in odd pieces is the same stream" pieces

documented()
{
	sed -n 's/^``.*`` *``\(.*-virtio-accel\)``.*/\1/p' Documentation/guest.rst
}
is "$(registered)" "$(documented | sort)" \
	"exactly the documented drivers are registered"
is "$(crypto_field xts-aes-virtio-accel async)" yes "they say that they are asynchronous"

fails "a wrong value of a parameter is refused" \
	sh -c 'echo sometimes >/sys/module/virtio_accel/parameters/fallback'
is "$(cat /sys/module/virtio_accel/parameters/fallback)" never \
	"and changes nothing"
run_selftests no
run_case "nobody uses the module: it can be removed" modprobe -r virtio_accel
run_case "and loaded again" modprobe virtio_accel
wait_for_selftests 250

# What the crypto API chooses by name. MD5's and SHA-3's software has priority 0.
is "$(crypto_field sha256-virtio-accel priority)" 50 \
	"hashes without a key rank below software, which has 100"
is "$(crypto_field sha3-256-virtio-accel priority)$(crypto_field md5-virtio-accel priority)" \
	"" "or are not there, where it has 0"
is "$(crypto_field hmac-sha256-virtio-accel priority)" 3000 \
	"MACs, whose key the device has, rank above"
run_case "and removed" modprobe -r virtio_accel
done_testing
