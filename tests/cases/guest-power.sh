#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --timeout 900
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
modprobe brd rd_nr=1 rd_size=16384
node=$(volume_open disk 16384 aes-xts-plain64) || bail_out "no volume"
dir=$(mktemp -d)
disk_load "$node" "$dir" >"$dir/log" 2>&1 &
load=$!
more_rounds "$dir" || bail_out "the load does not run: $(cat "$dir/log")"
id=$(device) || bail_out "no device"
fails "there is no such device" sh -c "echo virtio99 >$power/freeze"

for i in 1 2 3; do
	run_case "freeze $i" sh -c "echo $id >$power/freeze"
	before=$(stat $driver fallback)
	run_case "the volume goes on" more_rounds "$dir"
	at_least "$(stat $driver fallback)" $((before + 1)) "in software"
	like "$(grep "^xts(aes)" /sys/kernel/debug/virtio_accel/algorithms)" \
		"device is stopped" "the driver says why"
	run_case "restore $i" sh -c "echo $id >$power/restore"
	more_rounds "$dir"
	before=$(stat $driver requests) software=$(stat $driver fallback)
	run_case "the volume goes on" more_rounds "$dir"
	at_least "$(stat $driver requests)" $((before + 1)) "on the device again"
	is "$(stat $driver fallback)" "$software" "and not in software"
done

touch "$dir/stop"
wait $load
is $? 0 "no request failed, no byte was wrong"
[ ! -s "$dir/log" ] || diag "$(cat "$dir/log")"
is "$(stat $driver errors)" 0 "no error is counted"
is "$(stat $driver iolost)" 0 "nothing was lost"
volume_close disk
run_case "the module goes when the volume is closed" modprobe -r virtio_accel
done_testing
