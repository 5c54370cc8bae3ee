#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --smp 1 --device none --timeout 1800
# batch: faults
#
# Each fault of the simulated accelerator under a load of requests of a program's, whose
# every result is compared with software that is not the kernel's.

. tests/lib.sh
. tests/cases/host-vdpa.inc
. tests/cases/sim.inc
. tests/cases/faults.inc

load_start()
{
	background_load /tmp/load -e acc0
	load=$!
}

load_stop()
{
	kill -TERM $load
	wait $load
	is $? 0 "$1: what did not fail is right" || diag "$(cat /tmp/load)"
	answered=$(sed -n 's/.*: \([0-9]*\) requests, .*/\1/p' /tmp/load)
	is "$(sed -n 's/.* \([0-9]*\) failed.*/\1/p' /tmp/load)" \
		$(($(attr acc0 errors) - was[host_errors])) \
		"$1: the program sees the errors that the device has counted"
}

vdpa_add acc0 || bail_out "no device"
load accel_sim
use_sim acc0 || bail_out "accel_sim can't be used"
for fault in $faults; do
	under "$fault"
done
dma_is_clean 2
run_case "vdpa dev del acc0" timeout 60 vdpa dev del acc0
run_case "rmmod vhost_accel" rmmod vhost_accel
run_case "rmmod accel_sim" rmmod accel_sim
done_testing
