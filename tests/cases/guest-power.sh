#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --timeout 1800
# batch: yes
#
# The device sleeps and wakes up, as in a suspend of the guest, under a dm-crypt
# volume: software takes over, and the device gets its work back.

. tests/lib.sh
. tests/cases/guest.inc

driver=xts-aes-virtio-accel
power=/sys/module/accel_power/parameters

load_software
load_driver
load accel_power
disk_load_start
id=$(device) || bail_out "no device"
fails "there is no such device" sh -c "echo virtio99 >$power/freeze"

for _ in 1 2 3; do
	without_device $driver "$dir" "echo $id >$power/freeze" \
		"echo $id >$power/restore"
done

echo "$id" >$power/freeze
like "$(grep "^xts(aes)" /sys/kernel/debug/virtio_accel/algorithms)" \
	"device is stopped" "the driver says why"
disk_load_stop $driver
done_testing
