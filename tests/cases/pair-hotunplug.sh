#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology pair --kernel 6.12 --device none --timeout 1500
# batch: yes
#
# The device is unplugged and comes back while dm-crypt uses it: no request
# fails, the volume goes on in software, and returns to the device.

. tests/lib.sh
. tests/cases/host-vdpa.inc
. tests/cases/pair-vdpa.inc

driver=xts-aes-virtio-accel

need_guest
guest_driver || bail_out "no driver in the guest"

unplugged()
{
	! qmp query-pci | grep -q '"crypto"'
}

# device_works: requests of the guest reach the device
device_works()
{
	[ "$(guest_stat $driver requests)" -gt "$1" ]
}

load_start "a load on dm-crypt starts" \
	bash tests/cases/pair-disk-load.bash $share
run_case "on the device" device_works 100
for round in 1 2 3; do
	run_case "device_del, round $round" qmp device_del '{"id": "crypto"}'
	run_case "the guest lets go of it" wait_for 60 unplugged
	software=$(guest_stat $driver fallback)
	load_goes_on 1 || not_ok "the load goes on without the device"
	at_least "$(guest_stat $driver fallback)" $((software + 1)) \
		"in software"
	device=$(guest_stat $driver requests)
	run_case "device_add" qmp device_add "{\"driver\": \"vhost-vdpa-device-pci\",
		\"disable-legacy\": \"on\", \"id\": \"crypto\",
		\"vhostdev\": \"$(chardev acc0)\"}"
	run_case "the load returns to the device" \
		wait_for 60 device_works "$device"
	load_goes_on || not_ok "the load goes on with the device"
done
is "$(guest_stat $driver errors)" 0 "no request failed"
is "$(guest_stat $driver iolost)" 0 "none was given up"
load_stop "every byte is right, for software too"
done_testing
