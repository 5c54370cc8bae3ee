#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# batch: yes
#
# Algorithm chaining by AF_ALG: authenc() and authencesn() as IPsec has them, of which
# the kernel's self-tests know a few, against a cipher and a hash. The device does
# them, in both formats of requests and without sessions, and refuses what was changed.
# So it does when the host's cipher is asynchronous and often full, and the hash is not.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

hashes="sha1 sha256 sha384 sha512"
ciphers="cbc-aes rfc3686-ctr-aes"
sim=/sys/module/accel_sim/parameters
settings=/sys/devices/vhost_accel/soft
failures=/sys/bus/vdpa/devices/acc0/accel/auth_failures

# against_reference SEED COUNT
against_reference()
{
	local form hash cipher driver before

	for form in authenc authencesn; do
		for hash in $hashes; do
			for cipher in $ciphers; do
				driver=$form-hmac-$hash-$cipher-virtio-accel
				before=$(stat "$driver" requests)
				run_case "$driver: $2 transforms" env \
					PYTHONPATH=tests/cases \
					python3 tests/cases/authenc.py $form \
					"$hash" "$cipher" "$2" "$1"
				is $(($(stat "$driver" requests) - before)) \
					$(($2 * 10)) "$driver: on the device"
				is "$(stat "$driver" errors)" 0 \
					"$driver: without an error"
			done
		done
	done
}

load_software
load_driver fallback=never
modprobe -a algif_skcipher algif_aead || bail_out "no AF_ALG"
before=$(cat $failures)
against_reference 1 12
is "$(cat $failures)" "$before" "with REVISION_1 it is the driver that compares"
at_least "$(crypto_field authenc-hmac-sha256-cbc-aes-virtio-accel priority)" \
	33001 "they rank above what a template makes of a cipher and a hash"
before=$(stat authenc-hmac-sha256-cbc-aes-virtio-accel requests)
run_case "the name is ours" env PYTHONPATH=tests/cases python3 -c '
from afalg import Aead
Aead("authenc(hmac(sha256),cbc(aes))", b"\x08\0\1\0\0\0\0\x10" + bytes(48),
     16).seal(bytes(16), bytes(16), bytes(16))'
is "$(stat authenc-hmac-sha256-cbc-aes-virtio-accel requests)" $((before + 1)) \
	"and not a template's over ours"
run_case "the module can be removed" modprobe -r virtio_accel

# Without a session: both keys come with each request.
run_case "vdpa dev del" vdpa dev del acc0
echo 0 >$settings/max_sessions || bail_out "no limit of sessions"
run_case "a device without sessions" vdpa dev add name acc0 mgmtdev soft
load_driver fallback=never
against_reference 3 4
is "$(sum stateless)" "$(sum requests)" "all without a session"
at_least "$(sum stateless)" 640 "and those were all of them"
run_case "the module can be removed" modprobe -r virtio_accel
echo 4096 >$settings/max_sessions

# The legacy format, in which the device compares; VIRTIO_F_VERSION_1 and
# ACCESS_PLATFORM alone
run_case "vdpa dev del" vdpa dev del acc0
load accel_sim
wait_for_selftests 120 || bail_out "self-tests of accel_sim do not end"
run_case "a device with few features" \
	vdpa dev add name acc0 mgmtdev soft device_features 0x300000000
run_case "on accel_sim" use_sim acc0
load_driver fallback=never
like "$(dmesg | grep 'data queue' | tail -n 1)" "legacy format" \
	"the older format is spoken"
is "$(cat $failures)" 0 "the device has compared nothing yet"
for faults in irq=0 irq=1 "irq=2 delay_us=200" "busy_every=2 nospc_every=3" \
	"nomem_every=3 sync_every=2"; do
	before=$(cat $sim/completed)
	for fault in irq=0 delay_us=0 busy_every=0 nospc_every=0 nomem_every=0 \
		sync_every=0 $faults; do
		echo "${fault#*=}" >"$sim/${fault%%=*}"
	done
	diag "accel_sim: $faults"
	hashes="sha256" against_reference 2 2
	at_least $(($(cat $sim/completed) - before)) 16 "accel_sim was the cipher"
done
# 8 for each of two transforms
is "$(cat $failures)" $((5 * 4 * 2 * 8)) "it has found all that was changed"
run_case "the module can be removed" modprobe -r virtio_accel
done_testing
