#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --smp 1 --device none --timeout 1800
# batch: faults
#
# Each fault of the simulated accelerator, below a device with the kernel's own driver,
# under dm-crypt: what fails is an I/O error, and what does not is right; software reads
# the same.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc
. tests/cases/sim.inc
. tests/cases/faults.inc

driver=xts-aes-virtio-accel
sectors=$((16 * 16384 / 512))

load_start()
{
	before=$(stat $driver requests) before_errors=$(stat $driver errors)
	rm -f /tmp/load
	python3 tests/cases/disk.py "$node" /tmp/contents >/tmp/load 2>&1 &
	load=$!
	wait_for 60 grep -qs round /tmp/load || not_ok "the load starts"
}

load_stop()
{
	kill -TERM $load
	wait $load
	is $? 0 "$1: what did not fail is right" || diag "$(cat /tmp/load)"
	answered=$(($(stat $driver requests) - before))
	is $(($(stat $driver errors) - before_errors)) \
		$(($(attr acc0 errors) - was[host_errors])) \
		"$1: the driver sees the errors that the device has counted"
	is "$(stat $driver fallback)" 0 "$1: nothing in software"
}

# software_reads: what was written last
software_reads()
{
	dd if="$node" bs=64k iflag=direct status=none | cmp - /tmp/contents
}

load_software
load accel_sim
vdpa_add acc0 virtio_vdpa || bail_out "no device"
use_sim acc0 || bail_out "accel_sim can't be used"
load_driver
modprobe brd rd_nr=1 rd_size=16384
node=$(volume_open disk $sectors aes-xts-plain64) ||
	bail_out "no dm-crypt volume"
for fault in $faults; do
	under "$fault"
done
dma_is_clean 2
volume_close disk
run_case "the guest's driver goes" wait_for 60 modprobe -r virtio_accel
run_case "vdpa dev del acc0" timeout 60 vdpa dev del acc0
run_case "rmmod vhost_accel" rmmod vhost_accel
run_case "rmmod accel_sim" rmmod accel_sim
node=$(volume_open disk $sectors aes-xts-plain64) ||
	bail_out "no dm-crypt volume in software"
run_case "software reads what the device wrote" software_reads
volume_close disk
rmmod brd
done_testing
