#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --timeout 1800
# run: --topology pair --kernel 6.12 --timeout 900 --guest-smp 2
# batch: yes
#
# CPUs go away and come back while requests are in flight on every queue, and each
# queue's worker on the host is where the queue's driver is.

. tests/lib.sh
. tests/cases/guest.inc

driver=cbc-aes-virtio-accel
bench=/sys/module/accel_bench/parameters
cpu=/sys/devices/system/cpu/cpu1/online

load_software
load_driver fallback=never
load accel_bench
[ -e $cpu ] || bail_out "there is no second CPU to take away"
echo 1 >$bench/verify

# worker_cpus QUEUE: where the host's worker may run; for loop, which has both
worker_cpus()
{
	sed -n 's/^Cpus_allowed_list:\t*//p' "/proc/$(worker "$1")/status"
}

check_workers()
{
	local n

	[ -e /sys/bus/vdpa/devices/acc0 ] || return
	for n in 0 1; do
		is "$(worker_cpus $n)" $n "queue $n's worker is on CPU $n $1"
	done
}

check_workers "from the start"
before=$(stat $driver requests)
rm -f /tmp/stop
(
	status=0
	until [ -e /tmp/stop ]; do
		for n in 0 1; do
			# While the CPU is away, anywhere
			taskset -pc $n $BASHPID >/dev/null 2>&1
			echo "$driver 32 2000" >$bench/run || status=1
			grep -qx mismatches=0 $bench/result || status=1
		done
	done
	exit $status
) &
load=$!
failed=0
for i in $(seq 6); do
	echo 0 >$cpu || failed=1
	sleep 0.5
	echo 1 >$cpu || failed=1
	sleep 0.5
done
touch /tmp/stop
wait $load
is $? 0 "no request failed, no byte was wrong"
is $failed 0 "the CPU went and came six times"
at_least "$(stat $driver requests)" $((before + 2000)) "the device was at work"
is "$(stat $driver errors)" 0 "no errors"
is "$(stat $driver fallback)" 0 "nothing in software"

echo 0 >$cpu
run_case "requests with a CPU offline" \
	sh -c "echo '$driver 32 500' >$bench/run"
echo 1 >$cpu
run_case "requests with it online again" \
	taskset -c 1 sh -c "echo '$driver 32 500' >$bench/run"
check_workers "at the end"
echo 0 >$bench/verify
run_case "the modules can be removed" modprobe -r accel_bench virtio_accel
done_testing
