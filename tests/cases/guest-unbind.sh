#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12,debug --timeout 900
# run: --topology pair --kernel 6.12 --timeout 900
#
# The driver is unbound from its device and bound again while a dm-crypt volume
# is written and read: no request fails, data stay right, software steps in and
# the device comes back.

. tests/lib.sh
. tests/cases/guest.inc

driver=xts-aes-virtio-accel

load_software
load_driver
modprobe brd rd_nr=1 rd_size=16384
node=$(volume_open disk 16384 aes-xts-plain64) || bail_out "no volume"
dir=$(mktemp -d)
disk_load "$node" "$dir" >"$dir/log" 2>&1 &
load=$!
more_rounds "$dir" || bail_out "the load does not run: $(cat "$dir/log")"
id=$(device) || bail_out "no device"

for i in 1 2 3; do
	run_case "unbind $i" sh -c "echo $id >$virtio/unbind"
	before=$(stat $driver fallback)
	run_case "the volume goes on without the device" more_rounds "$dir"
	at_least "$(stat $driver fallback)" $((before + 1)) "in software"
	fails "the module stays: a volume uses it" modprobe -r virtio_accel
	run_case "bind $i" sh -c "echo $id >$virtio/bind"
	more_rounds "$dir"
	before=$(stat $driver requests) software=$(stat $driver fallback)
	run_case "the volume goes on" more_rounds "$dir"
	at_least "$(stat $driver requests)" $((before + 1)) "on the device again"
	is "$(stat $driver fallback)" "$software" "and not in software"
done

# As fast as it goes: sessions are being made and destroyed all the time
for i in $(seq 20); do
	echo "$id" >$virtio/unbind
	echo "$id" >$virtio/bind
done
run_case "after twenty more, the volume goes on" more_rounds "$dir"

touch "$dir/stop"
wait $load
is $? 0 "no request failed, no byte was wrong"
[ ! -s "$dir/log" ] || diag "$(cat "$dir/log")"
is "$(stat $driver errors)" 0 "no error is counted"
is "$(stat $driver iolost)" 0 "nothing was lost"
volume_close disk
run_case "the module goes when the volume is closed" modprobe -r virtio_accel

# virtio acknowledges a device once more when its driver has gone: that must not
# count as use of the host's module.
if [ -e /sys/bus/vdpa/devices/acc0 ]; then
	run_case "vdpa dev del" timeout 60 vdpa dev del acc0
	run_case "rmmod vhost_accel" rmmod vhost_accel
fi
done_testing
