#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --smp 1 --device qemu --timeout 900
# run: --topology loop --kernel 6.12 --smp 1 --device qemu,packed=on --timeout 900
#
# Our driver on a stranger's device: QEMU's own, which speaks the legacy format
# and offers AES-CBC; with packed rings too. Its builtin back end has one queue.
# RSA it offers only when it was built with libgcrypt, which Debian's was not. It
# says that it has SHA-1, and makes no session for it: that is software's.

. tests/lib.sh
. tests/cases/guest.inc

driver=cbc-aes-virtio-accel
bench=/sys/module/accel_bench/parameters

load_software
run_selftests
load_driver
is "$(registered | xargs)" "$driver sha1-virtio-accel" \
	"what the device offers is registered, and nothing else"
is "$(crypto_field sha1-virtio-accel selftest)" passed \
	"what it refuses to do is done all the same"
is "$(stat sha1-virtio-accel requests)" 0 "in software"
is "$(crypto_field $driver selftest)" passed "the kernel's self-tests passed"
at_least "$(stat $driver requests)" 90 "the device did them"

verified_load $driver
is "$(stat $driver errors)" 0 "no request failed"
is "$(stat $driver fallback)" 0 "nothing in software"

id=$(device)
ring="split"
[[ $ACCEL_DEVICE != *packed=on* ]] || ring="packed"
# VIRTIO_F_RING_PACKED is bit 34
[ "$(cut -c35 "/sys/bus/virtio/devices/$id/features")" = 1 ] && got="packed" ||
	got="split"
is "$got" $ring "the rings are $ring"
like "$(dmesg | grep "$id.*data queue")" "1 data queue.*legacy format" \
	"one queue, legacy format"

run_case "unbind and bind" sh -c "echo $id >$virtio/unbind; echo $id >$virtio/bind"
run_case "the device is used again" \
	sh -c "echo '$driver 32 500' >$bench/run"
run_case "the modules can be removed" modprobe -r accel_bench virtio_accel
done_testing
