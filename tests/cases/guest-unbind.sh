#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --smp 1 --timeout 1800
# run: --topology pair --kernel 6.12 --timeout 1800
# batch: yes
#
# The driver is unbound from its device and bound again while a dm-crypt volume
# is written and read: no request fails, data stay right, software steps in and
# the device comes back.

. tests/lib.sh
. tests/cases/guest.inc

driver=xts-aes-virtio-accel

load_software
load_driver
disk_load_start
id=$(device) || bail_out "no device"

for _ in 1 2 3; do
	without_device $driver "$dir" "echo $id >$virtio/unbind" \
		"echo $id >$virtio/bind"
done

# As fast as it goes: sessions are being made and destroyed all the time
for i in $(seq 20); do
	echo "$id" >$virtio/unbind
	echo "$id" >$virtio/bind
done
run_case "after twenty more, the volume goes on" more_rounds "$dir"

disk_load_stop $driver

# The last case of its batch: no device is left for others.
#
# virtio acknowledges a device once more when its driver has gone: that must not
# count as use of the host's module.
if [ -e /sys/bus/vdpa/devices/acc0 ]; then
	run_case "vdpa dev del" timeout 60 vdpa dev del acc0
	run_case "rmmod vhost_accel" rmmod vhost_accel
fi
done_testing
