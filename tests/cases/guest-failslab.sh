#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --smp 1 --timeout 900 --cmdline dma_debug=off
#
# Every allocation that has the driver's code among its callers fails, while a
# dm-crypt volume is used for the first time: sessions are made, requests go
# and come, and none of that allocates. What the debug kernel's own checkers
# allocate does not count: for each DMA mapping (switched off) and for each
# object freed (such callers are left alone).

. tests/lib.sh
. tests/cases/guest.inc

driver=xts-aes-virtio-accel
fail=/sys/kernel/debug/failslab
sections=/sys/module/virtio_accel/sections
many=1000000

# The driver's code, from the lowest to the highest address of its sections
code_range()
{
	local low high

	low=$(cat $sections/.text)
	high=$(awk '$4 == "[virtio_accel]" && $2 ~ /[tT]/ { print "0x" $1 }' \
		/proc/kallsyms | sort | tail -n 1)
	echo "$low" >$fail/require-start &&
	printf '%#x\n' $((high + 4096)) >$fail/require-end
}

# function_range NAME: its first address, and that of the function behind it
function_range()
{
	sort /proc/kallsyms | awk -v name="$1" '
		found { print "0x" $1; exit }
		$3 == name { print "0x" $1; found = 1 }'
}

# SLUB allocates while it frees, to find uses after an RCU grace period.
leave_frees_alone()
{
	local start end

	{ read -r start; read -r end; } < <(function_range kmem_cache_free)
	echo "$start" >$fail/reject-start && echo "$end" >$fail/reject-end
}

faults_on()
{
	echo N >$fail/ignore-gfp-wait
	echo 16 >$fail/stacktrace-depth
	echo 2 >$fail/verbose && echo 0 >$fail/verbose_ratelimit_interval_ms
	echo $many >$fail/times
	echo 100 >$fail/probability
}

faults_off()
{
	echo 0 >$fail/probability
}

hits()
{
	echo $((many - $(cat $fail/times)))
}

[ -e $fail/require-start ] || bail_out "the kernel has no failslab"
load_software
load_driver
run_case "the driver's code is known" code_range
run_case "frees are left alone" leave_frees_alone
modprobe brd rd_nr=1 rd_size=16384
# Opened before: a transform and its key are allocated, rightly
node=$(volume_open disk 16384 aes-xts-plain64) || bail_out "no volume"
head -c 2M /dev/urandom >/tmp/data
before=$(stat $driver requests)

# That it fails at all: setting a key allocates
load accel_bench
faults_on
fails "a key cannot be set" \
	sh -c "echo '$driver 1 1 512 32' >/sys/module/accel_bench/parameters/run"
faults_off
at_least "$(hits)" 1 "as an allocation of the driver was made to fail"
dmesg -C

faults_on
run_case "write" dd if=/tmp/data of="$node" bs=64k oflag=direct status=none
run_case "read" dd if="$node" of=/tmp/back bs=64k iflag=direct count=32 \
	status=none
faults_off
is "$(hits)" 0 "no request allocated anything"
[ "$(hits)" -eq 0 ] || diag "$(dmesg | grep -A25 FAULT_INJECTION | head -n 60)"
run_case "what was written comes back" cmp /tmp/data /tmp/back
at_least $(($(stat $driver requests) - before)) 1024 "the device did it"
is "$(stat $driver fallback)" 0 "nothing in software"
is "$(stat $driver errors)" 0 "no errors"

# A full queue, without faults: there a run allocates its own memory
echo 1 >/sys/module/accel_bench/parameters/backlog
run_case "a full queue with waiting requests" \
	sh -c "echo '$driver 1000 5000 512 32' >/sys/module/accel_bench/parameters/run"
at_least "$(stat $driver backlog)" 1 "some waited"
volume_close disk
run_case "the modules can be removed" modprobe -r accel_bench virtio_accel

# Each allocation of a call fails in turn: what was done is undone, nothing stays.
# fail_each NAME ARGUMENTS OF fail_nth.py...
fail_each()
{
	local name=$1 last failed

	shift
	read -r last failed < <(python3 tests/cases/fail_nth.py "$@")
	at_least "${failed:-0}" 10 "$name"
	diag "$failed calls failed; the last allocation to fail was number $last"
}

# Whoever allocates; and nobody reads what hundreds of meant failures say
echo 0 >$fail/require-start && echo 0xffffffffffffffff >$fail/require-end
echo 0 >$fail/stacktrace-depth
echo 0 >$fail/verbose
load_driver
id=$(device) || bail_out "no device"
echo "$id" >$virtio/unbind
fail_each "each allocation of probe fails" \
	write $virtio/bind "$id" $virtio/unbind "$id"
run_case "then the driver is bound" sh -c "echo $id >$virtio/bind"
verified_load cbc-aes-virtio-accel
# No driver for acc1: it is the host's part that is to fail
echo 0 >/sys/bus/vdpa/drivers_autoprobe
fail_each "each allocation of vdpa dev add fails" vdpa-add soft acc1
run_case "then a device is added" vdpa dev add name acc1 mgmtdev soft
run_case "and deleted" vdpa dev del acc1
run_case "the module goes" modprobe -r accel_bench virtio_accel
done_testing
