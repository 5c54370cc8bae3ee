#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12,uml --device none --timeout 1800
# batch: yes
#
# A hostile VMM on one device, a neighbour with a verified load on another:
# rings, requests, maps, sessions and life cycle.

. tests/lib.sh
. tests/cases/host-vdpa.inc

vdpa_add acc0 || bail_out "no device"
vdpa_add acc1 || bail_out "no second device"

embed vdpa-attack acc0 good
neighbour_start acc1
embed vdpa-attack acc0 ring req chain map session life stateless akcipher
neighbour_stop
is "$(attr acc0 orphans)" 0 "nothing is left behind"

# Identity mapping is for the kernel's own driver: it must not stay behind
# when the device goes to a program.
if modprobe virtio_accel && vdpa_rebind acc0 virtio_vdpa; then
	wait_for_selftests 120
	sleep 1
	run_case "from virtio_vdpa to vhost_vdpa" vdpa_rebind acc0 vhost_vdpa
	embed vdpa-attack acc0 map-none
else
	not_ok "acc0 goes to virtio_vdpa"
fi

modprobe -rq virtio_accel
run_case "vdpa dev del acc0" timeout 60 vdpa dev del acc0
run_case "vdpa dev del acc1" timeout 60 vdpa dev del acc1
run_case "rmmod vhost_accel" rmmod vhost_accel
done_testing
