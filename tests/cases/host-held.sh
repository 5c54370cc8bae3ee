#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12,uml --device none --timeout 1800
# batch: yes
#
# A provider that keeps requests, writes late, refuses or is full, by the test
# driver accel_sim. The neighbour stays on soft.

. tests/lib.sh
. tests/cases/host-vdpa.inc

sim=/sys/module/accel_sim/parameters

vdpa_add acc0 || bail_out "no device"
vdpa_add acc1 || bail_out "no second device"
neighbour_start acc1
load accel_sim
use_sim acc0 || bail_out "accel_sim can't be used"

before=$(cat "$sim/completed")
embed vdpa-attack acc0 good-revision-1
at_least "$(cat "$sim/completed")" $((before + 1)) "accel_sim does the work"

embed vdpa-attack acc0 held

# rmmod while a program has the device says EBUSY instead of hanging.
background_load /tmp/holder acc0 60
holder=$!
fails "rmmod of a device in use" timeout 30 rmmod vhost_accel
like "$(rmmod vhost_accel 2>&1)" "in use|busy" "it says why"

# Killed with requests held: deleting the device must not wait for them.
echo 1 >$sim/hold
wait_for 30 grep -q "[1-9]" "$sim/held" || not_ok "requests reach the provider"
kill -9 $holder
wait $holder 2>/dev/null
isnt "$(attr acc0 orphans)" 0 "the requests held are shown"
diag "state: $(attr acc0 state)"
run_case "vdpa dev del with requests held" timeout 60 vdpa dev del acc0
echo 0 >$sim/hold
wait_for 30 grep -qx 0 "$sim/in_flight" || not_ok "the held requests end"
run_case "vdpa dev add again" vdpa_add acc0
run_case "with accel_sim" use_sim acc0
embed vdpa-attack acc0 good-revision-1

neighbour_stop
run_case "vdpa dev del acc0" timeout 60 vdpa dev del acc0
run_case "vdpa dev del acc1" timeout 60 vdpa dev del acc1
run_case "rmmod vhost_accel" rmmod vhost_accel
run_case "rmmod accel_sim: no transform is left" rmmod accel_sim
done_testing
