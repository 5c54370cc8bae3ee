#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --device none --timeout 1800
# batch: yes
#
# Calls, rings and requests at random with fixed seeds, once over the software
# drivers and once over accel_sim with delays, reordering and a small queue.

. tests/lib.sh
. tests/cases/host-vdpa.inc

sim=/sys/module/accel_sim/parameters

vdpa_add acc0 || bail_out "no device"
vdpa_add acc1 || bail_out "no second device"
neighbour_start acc1

embed vdpa-attack acc0 fuzz

load accel_sim
use_sim acc0 || bail_out "accel_sim can't be used"
for knob in queue_depth=8 delay_us=200 reorder=4 sync_every=7 nospc_every=11 \
	    nomem_every=13; do
	echo "${knob#*=}" >"$sim/${knob%=*}" || not_ok "accel_sim takes $knob"
done
embed vdpa-attack acc0 fuzz-calls fuzz-ipsec fuzz-race life-resets-under-load \
	life-kill life-suspend-under-load session-destroyed-busy map-while-busy

wait_for 30 grep -qx 0 "$sim/in_flight" || not_ok "the provider gets idle"
is "$(attr acc0 orphans)" 0 "nothing is left behind"
neighbour_stop
run_case "vdpa dev del acc0" timeout 60 vdpa dev del acc0
run_case "vdpa dev del acc1" timeout 60 vdpa dev del acc1
run_case "rmmod vhost_accel" rmmod vhost_accel
run_case "rmmod accel_sim: no transform is left" rmmod accel_sim
done_testing
