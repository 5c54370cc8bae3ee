#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology pair --on host --kernel 6.12 --guest-mem 600 --timeout 1500
# run: --topology loop --kernel 6.12 --smp 1 --device qemu --timeout 900
#
# A stranger's driver in the guest's user space: DPDK's crypto_virtio, on our device
# and, to compare, on QEMU's own. Its own tests, and NIST's vectors in bulk.

. tests/lib.sh
. tests/cases/host-vdpa.inc

# there COMMAND: where the driver is
there()
{
	local command=". tests/lib.sh; . tests/cases/guest.inc
		. tests/cases/peer-dpdk.inc; $1"

	if [ "$ACCEL_TOPOLOGY" = pair ]; then
		guest "$command"
	else
		bash -c "$command"
	fi
}

# What the driver can do without authentication: AES-CBC
wanted()
{
	cat <<-'END'
	AES-128-CBC Decryption
	AES-128-CBC Encryption
	AES-192-CBC Decryption
	AES-192-CBC Encryption
	AES-256-CBC Decryption
	AES-256-CBC Encryption
	AES-256-CBC OOP Decryption
	AES-256-CBC OOP Encryption
	END
}

# results OUTCOME: the tests that had it
results()
{
	sed -n "s/^ + TestCase \[ *[0-9]*\] : \(.*\) $1\r*$/\1/p" /tmp/tests |
		sort
}

run_case "DPDK gets the device" there dpdk_prepare
# The program crashes where its driver refuses a session for HMAC alone, on any
# device, after the tests of what it can do.
there dpdk_tests >/tmp/tests
is "$(results succeeded | comm -12 - <(wanted))" "$(wanted)" \
	"DPDK's own tests of AES-CBC pass"
# ESN needs a chain with HMAC, which a device may not have
is "$(results failed | grep -v esn_check)" "" "and none fails"
[ -n "$(results succeeded)" ] || diag "$(tail -n 30 /tmp/tests)"

for bits in 128 192 256; do
	for direction in encrypt decrypt; do
		is "$(there "dpdk_verify $bits $direction")" "2000 2000 0" \
			"AES-CBC with $bits bits, $direction: 2000 right results"
	done
done

if [ "$ACCEL_TOPOLOGY" = pair ]; then
	at_least "$(attr acc0 requests)" 12000 "our device did them"
	is "$(attr acc0 state)" ready "which is well"
fi
run_case "the kernel gets it back" there dpdk_undo
run_case "our driver uses it" there "load_software; load_driver &&
	have_crypto_driver cbc-aes-virtio-accel"
[ "$ACCEL_TOPOLOGY" != pair ] ||
	is "$(attr acc0 sessions)" 0 "no session of DPDK is left"
done_testing
