#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --smp 1 --timeout 900
#
# A stranger's driver on our device: mainline's virtio_crypto, which speaks the
# legacy format. Then ours takes the device over.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

driver=virtio_crypto_aes_cbc

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

run_case "it is removed" modprobe -r accel_bench virtio_crypto
is "$(attr acc0 sessions)" 0 "no session is left"
load_driver fallback=never
run_case "our driver takes the device over" \
	have_crypto_driver cbc-aes-virtio-accel
at_least "$(stat cbc-aes-virtio-accel requests)" 90 "and uses it"
done_testing
