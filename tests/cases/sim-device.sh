#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --smp 1 --device none --timeout 1800
# batch: yes
#
# The simulated accelerator as a device: interrupts, DMA, hangs, answers that are lost,
# late or short, resets, and the device taken away with requests in flight. Whatever
# happens, each request is answered once, and what succeeds is right.

. tests/lib.sh
. tests/cases/sim.inc

driver=/sys/bus/platform/drivers/accel_sim

# load_start DEPTH REQUESTS: requests of CBC, verified, in the background
load_start()
{
	generate cbc-aes-accelsim "$1" "$2" &
	load=$!
}

# load_end: whether or not requests failed, those that did not are right
load_end()
{
	wait $load
	is "$(result mismatches)" 0 "$1: what succeeded is right"
	run_case "$1: nothing is left" wait_for 60 sim_idle
	is "$(cat $sim/submitted)" "$(cat $sim/completed)" \
		"$1: each was answered once"
}

interrupts()
{
	awk '$NF == "accel_sim" { for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i }
		END { print n + 0 }' /proc/interrupts
}

test_device()
{
	local before

	is "$(readlink /sys/bus/platform/devices/accel_sim/driver |
		xargs basename)" accel_sim "a platform device has a driver"
	before=$(interrupts)
	run_case "40 requests, one by one" generate cbc-aes-accelsim 1 40
	# and 18 of warm-up
	is $(($(interrupts) - before)) 58 "have an interrupt each"

	set_sim hold=1 irq_batch=8
	load_start 8 8
	wait_for 60 sim_is held 8 || not_ok "irq_batch: requests wait"
	before=$(interrupts)
	set_sim release=all
	wait_for 60 sim_is held 8 || not_ok "irq_batch: the others follow"
	is $(($(interrupts) - before)) 1 "irq_batch: eight have one together"
	set_sim hold=0
	load_end "irq_batch"
	reset_sim

	set_sim bandwidth=512000
	run_case "bandwidth: 100 requests of 512 bytes" \
		generate cbc-aes-accelsim 4 100
	# It can only take longer: the first of them does not wait
	at_least "$(result ns)" 95000000 "bandwidth: take what they take"
	reset_sim
}

test_short()
{
	local before

	before=$(cat $sim/shorts)
	set_sim short_every=7
	fails "short_every: the caller sees an error" \
		generate cbc-aes-accelsim 1 80
	# Of 18 and 80, the ninth seventh is the first behind the warm-up
	is "$(result errors)" 12 "short_every: each seventh request fails"
	is "$(sim_grown shorts "$before")" 14 "short_every: counted"
	is "$(result mismatches)" 0 "short_every: the others are right"
	reset_sim
}

# stuck FAULT COUNTER: with one request at a time, each fault needs a reset, and is
# the only one to fail
stuck()
{
	local before aborted resets n

	before=$(cat "$sim/$2") aborted=$(cat $sim/aborted)
	resets=$(cat $sim/resets)
	set_sim "$1=20"
	load_start 1 82
	for n in 1 2 3 4 5; do
		wait_for 60 sim_beyond "$2" $((before + n - 1)) ||
			not_ok "$1: the device gets stuck"
		set_sim reset=1
	done
	load_end "$1"
	is "$(sim_grown "$2" "$before")" 5 "$1: each twentieth of 100"
	is "$(sim_grown resets "$resets")" 5 "$1: the driver resets the device"
	is "$(sim_grown aborted "$aborted")" 5 "$1: those fail, and no others"
	is "$(result errors)" 5 "$1: as the caller sees it"
	reset_sim
}

test_stuck()
{
	local stale late

	stuck hang_every hangs
	stuck lost_every lost
	stale=$(cat $sim/stale) late=$(cat $sim/late)
	stuck late_every late
	is "$(sim_grown stale "$stale")" "$(sim_grown late "$late")" \
		"late_every: each late answer finds nobody"
}

# By itself, with several requests in flight in each of which an answer may be late
test_watchdog()
{
	local irq aborted stale late resets

	for irq in 0 1 2; do
		aborted=$(cat $sim/aborted) resets=$(cat $sim/resets)
		stale=$(cat $sim/stale) late=$(cat $sim/late)
		set_sim irq=$irq reorder=3 timeout_ms=300 hang_every=70 \
			lost_every=47 late_every=31
		load_start 8 120
		load_end "timeout_ms, irq=$irq"
		isnt "$(sim_grown resets "$resets")" 0 \
			"timeout_ms, irq=$irq: the driver has reset the device"
		at_least "$(sim_grown aborted "$aborted")" "$(result errors)" \
			"timeout_ms, irq=$irq: that alone makes requests fail"
		set_sim reset=1
		is "$(sim_grown stale "$stale")" "$(sim_grown late "$late")" \
			"timeout_ms, irq=$irq: late answers find nobody"
		reset_sim
	done
}

# Resets without a need, as fast as they can
test_resets()
{
	local irq aborted

	echo 1 >$bench/backlog
	for irq in 0 1 2; do
		aborted=$(cat $sim/aborted)
		set_sim irq=$irq queue_depth=8 reorder=3 sync_every=5 \
			busy_every=7 late_every=3
		load_start 32 400
		while kill -0 $load 2>/dev/null; do
			set_sim reset=1
			sleep 0.01
		done
		set_sim late_every=0 reset=1
		load_end "resets, irq=$irq"
		at_least "$(sim_grown aborted "$aborted")" "$(result errors)" \
			"resets, irq=$irq: nothing else makes requests fail"
		reset_sim
	done
	echo 0 >$bench/backlog
	is "$(cat $sim/stale)" "$(cat $sim/late)" \
		"resets: all late answers have come"
}

# gone NAME: the device is taken away while a load of 8 requests is held
gone()
{
	local aborted

	aborted=$(cat $sim/aborted)
	run_case "$1: the device is taken away" unplug
	run_case "$1: requests end" wait_for 60 sim_is in_flight 0
	wait $load
	isnt $? 0 "$1: with an error"
	is "$(sim_grown aborted "$aborted")" 8 "$1: eight were in flight"
	fails "$1: there is no device for new ones" \
		generate cbc-aes-accelsim 1 1
	run_case "$1: it is given back" plug
	set_sim hold=0
	run_case "$1: and works" generate cbc-aes-accelsim 8 40
}

test_removal()
{
	local absent stale late

	absent=$(cat $sim/absent)
	set_sim hold=1
	load_start 8 8
	wait_for 60 sim_is held 8 || not_ok "removal: requests wait"
	fails "removal: the module is in use" rmmod accel_sim
	gone "removal"
	isnt "$(sim_grown absent "$absent")" 0 "removal: counted"

	echo 1 >$bench/backlog
	set_sim hold=1 queue_depth=7
	load_start 8 8
	wait_for 60 sim_is in_flight 8 || not_ok "removal: one has no slot"
	gone "removal with a backlog"
	echo 0 >$bench/backlog
	reset_sim

	# What has no power forgets
	stale=$(cat $sim/stale) late=$(cat $sim/late)
	set_sim late_every=1
	load_start 8 8
	wait_for 60 sim_is in_flight 8 || not_ok "removal: answers are late"
	wait_for 60 sim_beyond late $((late + 7)) ||
		not_ok "removal: answers are kept"
	set_sim late_every=0
	gone "removal with late answers"
	is "$(cat $sim/stale)" "$stale" "removal: they never come"
}

test_removal_under_load()
{
	local irq i

	echo 1 >$bench/backlog
	for irq in 0 1 2; do
		set_sim irq=$irq queue_depth=16 reorder=2 sync_every=5 \
			busy_every=9
		load_start 32 1500
		for i in 1 2 3 4 5; do
			unplug || not_ok "irq=$irq: taken away, $i"
			plug || not_ok "irq=$irq: given back, $i"
		done
		load_end "removal under load, irq=$irq"
	done
	echo 0 >$bench/backlog
	reset_sim
	run_case "removal under load: then all is well" \
		generate cbc-aes-accelsim 16 100
}

refuses()
{
	fails "$1 is refused" set_sim "$1"
	like "$(dmesg | tail -n 1)" "accel_sim: ${1%%=*} must be" \
		"the log says so"
}

test_bad_values()
{
	local long

	long=$(printf '9%.0s' {1..3000})
	refuses bandwidth=-1
	refuses bandwidth=4294967296
	refuses irq_batch=0
	refuses irq_batch=1025
	refuses timeout_ms=600001
	refuses timeout_ms=
	refuses reset=0
	refuses reset=now
	refuses short_every=
	refuses hang_every=x
	refuses lost_every=-1
	refuses late_every=4294967296
	fails "too long a value is refused" set_sim "timeout_ms=$long"
	is "$(cat $sim/timeout_ms) $(cat $sim/irq_batch)" "0 1" \
		"a refused value changes nothing"
	fails "a module with a bad value does not load" \
		sh -c "rmmod accel_sim && modprobe accel_sim irq_batch=0"
	load accel_sim timeout_ms=5000 irq_batch=4
	is "$(cat $sim/timeout_ms) $(cat $sim/irq_batch)" "5000 4" \
		"values may be given when it is loaded"
	run_case "without a device, there is none to reset" sh -c "
		echo accel_sim >$driver/unbind && ! echo 1 >$sim/reset"
	run_case "it can be removed without one" rmmod accel_sim
	load accel_sim
}

load accel_sim
load accel_bench
echo 1 >$bench/verify
test_device
test_short
test_stuck
test_watchdog
test_resets
test_removal
test_removal_under_load
dma_is_clean 2
test_bad_values
run_case "the module can be removed when idle" rmmod accel_sim
dma_is_clean 0
is "$(grep -c accelsim /proc/crypto)" 0 "it leaves no algorithm behind"
is "$(interrupts)" 0 "and no interrupt"
run_case "accel_bench goes" rmmod accel_bench
done_testing
