#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --timeout 1800
# run: --topology loop --kernel debug --smp 1 --timeout 1800
# batch: yes
#
# dm-crypt, which takes no driver that allocates memory for its requests,
# chooses ours by itself, and what it writes is what software reads.

. tests/lib.sh
. tests/cases/guest.inc

driver=xts-aes-virtio-accel
size=$((8 * 1024 * 1024))

load_software
load_driver
modprobe brd rd_nr=1 rd_size=16384
head -c $size /dev/urandom >/tmp/data

before=$(stat $driver bytes)
node=$(volume_open disk $((size / 512)) aes-xts-plain64) ||
	bail_out "no dm-crypt volume"
at_least "$(crypto_field $driver refcnt)" 2 "dm-crypt holds $driver"
run_case "write" dd if=/tmp/data of="$node" bs=64k oflag=direct status=none
echo 3 >/proc/sys/vm/drop_caches
run_case "read" dd if="$node" of=/tmp/back bs=64k iflag=direct status=none
run_case "the same comes back" cmp /tmp/data /tmp/back
at_least $(($(stat $driver bytes) - before)) $((2 * size)) \
	"the device did every byte written and read"
is "$(stat $driver fallback)" 0 "nothing in software"
is "$(stat $driver fallback_shape)" 0 "not for its shape either"
is "$(stat $driver errors)" 0 "no errors"
fails "the module is in use" modprobe -r virtio_accel
volume_close disk
run_case "the module goes when the volume is closed" modprobe -r virtio_accel

node=$(volume_open disk $((size / 512)) aes-xts-plain64) ||
	bail_out "no dm-crypt volume in software"
dd if="$node" of=/tmp/back bs=64k iflag=direct status=none
run_case "software reads what the device wrote" cmp /tmp/data /tmp/back
volume_close disk
done_testing
