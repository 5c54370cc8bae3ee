#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12,uml --device none --timeout 1800
# batch: yes
#
# The simulated accelerator: passes the kernel's self-tests without faults, and
# every fault does what it says. Other cases rely on it.

. tests/lib.sh
. tests/cases/sim.inc

test_selftests()
{
	local mode

	wait_for_selftests 300 || not_ok "self-tests come to an end"
	for mode in ecb cbc ctr xts gcm; do
		run_case "$mode-aes-accelsim passed its self-test" \
			have_crypto_driver $mode-aes-accelsim
		is "$(crypto_field $mode-aes-accelsim async)" yes \
			"$mode-aes-accelsim is asynchronous"
	done
	is "$(dmesg | grep -c 'alg:.*accelsim')" 0 "no complaint of a self-test"
	isnt "$(cat $sim/submitted)" 0 "self-tests went through the engine"
	run_case "nothing is left in flight" sim_idle
	is "$(cat $sim/errors)" 0 "no error was injected"
}

test_clean()
{
	local driver irq

	for irq in 0 1 2; do
		set_sim irq=$irq
		for driver in {ecb,cbc,ctr}-aes-accelsim; do
			run_case "$driver, irq=$irq" generate "$driver" 16 100
		done
	done
	is "$(result reordered)" 0 "answers come in order"
	is "$(result sync)" 0 "no answer is a return value"
	reset_sim
}

test_hold()
{
	local bytes pid

	bytes=$(cat $sim/bytes)
	set_sim hold=1
	generate cbc-aes-accelsim 8 8 &
	pid=$!
	run_case "hold: requests wait" wait_for 30 sim_is held 8
	is "$(cat $sim/in_flight)" 8 "hold: they are in flight"
	is "$(sim_grown bytes "$bytes")" 0 "hold: none was executed"
	fails "hold: the module is in use" rmmod accel_sim
	set_sim release=3
	run_case "release: three of them go" wait_for 30 sim_is in_flight 5
	is "$(cat $sim/held)" 5 "release: the others wait"
	is "$(sim_grown bytes "$bytes")" 1536 "release: three were executed"
	set_sim release=all
	run_case "release all: the measured requests follow" \
		wait_for 30 sim_is held 8
	set_sim hold=0
	ended $pid "hold=0: all go, with the right data"
	run_case "hold=0: nothing is left" sim_idle
	reset_sim
}

test_queue_depth()
{
	local refused backlogged pid

	refused=$(cat $sim/refused)
	set_sim hold=1 queue_depth=4
	generate cbc-aes-accelsim 8 8 &
	pid=$!
	run_case "queue_depth: four fit" wait_for 30 sim_is held 4
	run_case "queue_depth: the fifth is refused" wait_for 30 \
		sim_is refused $((refused + 1))
	is "$(cat $sim/in_flight)" 4 "queue_depth: it is not accepted"
	set_sim hold=0
	ended $pid "queue_depth: refused requests succeed later"
	isnt "$(result refused)" 0 "queue_depth: the caller saw it"

	backlogged=$(cat $sim/backlogged)
	echo 1 >$bench/backlog
	set_sim hold=1
	generate cbc-aes-accelsim 8 8 &
	pid=$!
	run_case "backlog: the fifth waits for a slot" wait_for 30 \
		sim_is in_flight 5
	is "$(cat $sim/held)" 4 "backlog: it is not in the queue"
	is "$(sim_grown backlogged "$backlogged")" 1 "backlog: it is counted"
	set_sim hold=0
	ended $pid "backlog: all are answered"
	is "$(result refused)" 0 "backlog: none was refused"
	isnt "$(result backlogged)" 0 "backlog: the caller saw it"
	run_case "backlog: nothing is left" sim_idle
	echo 0 >$bench/backlog
	reset_sim
}

# refused_each FAULT: depth 1, so that each refusal is one missed submission.
refused_each()
{
	set_sim "$1_every=5"
	run_case "$1_every: all are answered in the end" \
		generate cbc-aes-accelsim 1 80
	# 18 and 80 were accepted, every fifth submission was not.
	is "$(result refused)" 20 "$1_every: each fifth is refused"
	reset_sim
}

test_refusals()
{
	local refused

	refused=$(cat $sim/refused)
	refused_each busy
	refused_each nospc
	refused_each nomem
	is "$(sim_grown refused "$refused")" 72 "refusals are counted"

	echo 1 >$bench/backlog
	set_sim busy_every=2
	run_case "busy_every with a backlog: all are answered" \
		generate cbc-aes-accelsim 1 80
	is "$(result refused) $(result backlogged)" "0 40" \
		"busy_every with a backlog: each second waits there"
	echo 0 >$bench/backlog
	reset_sim
}

test_errors()
{
	set_sim error_every=4
	fails "error_every: the caller sees an error" \
		generate cbc-aes-accelsim 1 80
	is "$(result errors)" 20 "error_every: each fourth request"
	is "$(result mismatches)" 0 "error_every: the others are right"
	reset_sim
}

test_order_and_time()
{
	set_sim reorder=8 delay_us=5000
	run_case "reorder: all are answered" generate cbc-aes-accelsim 8 80
	isnt "$(result reordered)" 0 "reorder: in another order"
	reset_sim

	set_sim delay_us=2000
	run_case "delay_us: all are answered" generate cbc-aes-accelsim 1 20
	at_least "$(result ns)" 40000000 "delay_us: not before their time"
	reset_sim

	set_sim sync_every=1
	run_case "sync_every: all are answered" generate cbc-aes-accelsim 16 80
	is "$(result waits) $(result sync)" "0 0" \
		"sync_every: by the callback, before the submission returns"
	reset_sim
}

test_everything()
{
	echo 1 >$bench/backlog
	set_sim queue_depth=7 delay_us=100 reorder=3 busy_every=5 sync_every=11
	for irq in 0 1 2; do
		set_sim irq=$irq
		run_case "all at once, irq=$irq" generate ctr-aes-accelsim 32 300
	done
	run_case "all at once: nothing is left" sim_idle
	is "$(cat $sim/submitted)" "$(cat $sim/completed)" "counters agree"
	echo 0 >$bench/backlog
	reset_sim
}

refuses()
{
	fails "$1 is refused" set_sim "$1"
	like "$(dmesg | tail -n 1)" "accel_sim: ${1%%=*} must be" \
		"the log says so"
}

test_bad_values()
{
	refuses queue_depth=0
	refuses queue_depth=1025
	refuses delay_us=-1
	refuses reorder=many
	refuses irq=3
	refuses hold=2
	refuses release=some
	refuses busy_every=x
	is "$(cat $sim/queue_depth)" 128 "a refused value changes nothing"
}

run_selftests
load accel_sim
load accel_bench
echo 1 >$bench/verify
test_selftests
run_selftests no
test_clean
test_hold
test_queue_depth
test_refusals
test_errors
test_order_and_time
test_everything
test_bad_values
run_case "the module can be removed when idle" rmmod accel_sim
is "$(grep -c accelsim /proc/crypto)" 0 "it leaves no algorithm behind"
done_testing
