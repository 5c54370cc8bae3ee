#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --device none --timeout 1800
# batch: share
#
# A provider that keeps requests for too long: it is sick, others do its work, and it
# recovers; what it keeps is answered when it comes back, or at once if it has copies;
# what is left of former users is counted and bounded.

. tests/lib.sh
. tests/cases/host-vdpa.inc

sim=/sys/module/accel_sim/parameters
example=/sys/devices/platform/accel_example
root=/sys/devices/vhost_accel
settings=$root/accel-sim
# No answer takes as long, but those that are kept. The longer, the longer does the
# provider stay sick that has just been so.
limit=600
tracing=/sys/kernel/tracing

# set_attr NAME ATTRIBUTE VALUE
set_attr()
{
	echo "$3" >$bus/devices/"$1"/accel/"$2"
}

# health_is VALUE [PROVIDER]
health_is()
{
	[ "$(cat $root/"${2:-accel-sim}"/health)" = "$1" ]
}

# grows NAME COUNTER BEFORE
grows()
{
	[ "$(attr "$1" "$2")" -gt "$3" ]
}

# done_by_sim_grows BEFORE
done_by_sim_grows()
{
	[ "$(cat $sim/completed)" -gt "$1" ]
}

orphans_are()
{
	[ "$(cat $settings/orphans)" = "$1" ]
}

test_values()
{
	local file too_long

	printf -v too_long '%4000d' 7
	is "$default" 10000 "the time limit is ten seconds"
	is "$(cat $settings/max_orphans)" 1024 "1024 orphans are allowed"
	is "$(cat $settings/sick_because)" none "a provider that is well"
	# First: soon the log has too many of these lines
	run_case "the log says what it may be" \
		wait_for 60 refused_because $settings/timeout_ms 3600001 \
		"timeout_ms: 3600001 is not 0 or a number from 10 to 3600000"
	run_case "also of a power of two" \
		wait_for 60 refused_because $settings/queue_size 17 \
		"queue_size: 17 is not a power of two from 16 to 1024"
	for file in timeout_ms max_orphans bounce; do
		not_taken $settings/$file "" "empty"
		not_taken $settings/$file -1 "negative"
		not_taken $settings/$file 1x "garbage"
		not_taken $settings/$file 4294967296 "longer than 32 bits"
		not_taken $settings/$file "$too_long" "too long"
	done
	not_taken $settings/timeout_ms 9 "too short"
	not_taken $settings/timeout_ms 3600001 "too long a time"
	not_taken $settings/max_orphans 0 "none"
	not_taken $settings/max_orphans 1048577 "too many"
	not_taken $settings/bounce 2 "neither 0 nor 1"
	not_taken $settings/queue_size 0 "not even with a power of two"
	not_taken $settings/queue_size 17 "not a power of two"
	run_case "no time limit" sh -c "echo 0 >$settings/timeout_ms"
	run_case "the longest" sh -c "echo 3600000 >$settings/timeout_ms"
	run_case "a short one" sh -c "echo $limit >$settings/timeout_ms"

	is "$(attr acc0 bounce)" 0 "a device has no copies"
	for file in "" 2 maybe "$too_long"; do
		not_taken $bus/devices/acc0/accel/bounce "$file" "'${file:0:8}'"
	done
	run_case "the log says so" \
		wait_for 60 refused_because $bus/devices/acc0/accel/bounce \
		maybe "bounce: maybe is not 0 or 1"
	run_case "copies for the next device" sh -c "echo 1 >$settings/bounce"
	run_case "it" vdpa_add acc9 vhost_vdpa accel-sim
	is "$(attr acc9 bounce)" 1 "has them"
	timeout 60 vdpa dev del acc9
	echo 0 >$settings/bounce
}

# Two devices of the provider, and one that has nothing to do with it
test_overdue()
{
	local before completed

	neighbour_start acc2
	background_load /tmp/load acc1
	load=$!
	trace_on
	embed vdpa-attack acc0 health-kept
	like "$(grep vha_overdue: $tracing/trace)" "acc0 queue=0" \
		"requests that are overdue are traced"
	like "$(grep vha_health: $tracing/trace)" \
		"accel-sim causes=timeout overdue=[1-9]" "so is that it is sick"
	like "$(grep vha_health: $tracing/trace)" \
		"accel-sim causes=none overdue=0" "and that it is not any more"
	trace_off
	like "$(dmesg)" "provider accel-sim is sick \(timeout\)" \
		"the log says that it is sick"
	like "$(dmesg)" "provider accel-sim has recovered" \
		"and that it has recovered"
	completed=$(cat $sim/completed)
	run_case "the provider works for the other device again" \
		wait_for 60 done_by_sim_grows "$completed"
	kill -TERM $load
	wait $load
	is $? 0 "a second device of the provider lost nothing"
	is "$(attr acc1 errors)" 0 "and has had no error"
	before=$(attr acc1 fallbacks)
	at_least "$before" 0 "the fallback did $before of its requests"
	neighbour_stop
	is "$(attr acc2 fallbacks)" 0 "nor did it need a fallback"
}

trace_on()
{
	mountpoint -q $tracing || mount -t tracefs tracefs $tracing
	echo >$tracing/trace
	echo 1 >$tracing/events/vhost_accel/vha_overdue/enable
	echo 1 >$tracing/events/vhost_accel/vha_health/enable
}

trace_off()
{
	echo 0 >$tracing/events/enable
	echo >$tracing/trace
}

# An event for user space
test_uevent()
{
	local monitor

	rm -f /tmp/uevents
	udevadm monitor --kernel --property --subsystem-match=vdpa \
		>/tmp/uevents 2>&1 &
	monitor=$!
	wait_for 60 grep -qs "KERNEL - the kernel uevent" /tmp/uevents
	hold_one acc0
	wait_for 60 health_is sick
	wait_for 60 grep -q "ACCEL_SICK=timeout" /tmp/uevents
	like "$(cat /tmp/uevents)" "ACCEL_SICK=timeout" "an event for a device"
	like "$(cat /tmp/uevents)" "ACCEL_PROVIDER=accel-sim" \
		"says which provider"
	run_case "accelctl shows it" sh -c \
		"accelctl list | grep -q 'accel-sim.* sick'"
	like "$(accelctl show acc0)" "sick_because +timeout" \
		"with the cause"
	like "$(accelctl why acc0)" "done by the fallback.*accel-sim is sick" \
		"accelctl why says who does the work"
	let_go
	wait_for 60 grep -q "ACCEL_SICK=none" /tmp/uevents
	like "$(cat /tmp/uevents)" "ACCEL_SICK=none" "one when it has recovered"
	kill $monitor
	wait $monitor 2>/dev/null
}

# hold_one NAME: a load on it whose requests the provider keeps
hold_one()
{
	wait_for 60 health_is well
	background_load /tmp/holder "$1" 600 1
	holder=$!
	echo 1 >$sim/hold
	wait_for 60 grep -q "[1-9]" $sim/held || not_ok "the provider keeps some"
}

# let_go: and ends it, which has got all that it asked for
let_go()
{
	echo 0 >$sim/hold
	wait_for 60 health_is well || not_ok "it recovers"
	kill -TERM $holder
	wait $holder
	is $? 0 "the load has lost nothing"
}

# Both causes at a time; and limits that change while requests are held
test_causes()
{
	echo 0 >$settings/timeout_ms
	hold_one acc0
	sleep 1
	run_case "without a time limit, nothing is overdue" health_is well
	echo $limit >$settings/timeout_ms
	run_case "with one, what it has is" wait_for 60 health_is sick
	is "$(cat $settings/sick_because)" timeout "that is the cause"
	at_least "$(cat $settings/overdue)" 1 "it can be seen how many"
	echo 0 >$settings/timeout_ms
	run_case "and not any more without" wait_for 60 health_is well
	is "$(cat $settings/overdue)" 0 "there is nothing to be seen"
	echo $limit >$settings/timeout_ms
	let_go
}

# A device without a fallback: its requests wait, and fail
test_alone()
{
	local alone why

	set_attr acc1 bounce 0
	echo none >$settings/fallback
	run_case "a device without fallback" vdpa_add acc3 vhost_vdpa accel-sim
	echo soft >$settings/fallback
	hold_one acc0
	wait_for 60 health_is sick
	background_load /tmp/alone acc3 600 1
	alone=$!
	why=$(accelctl why acc3)
	# This takes as long
	fails "a device of it is not moved away" \
		timeout 60 sh -c "echo soft >$bus/devices/acc0/accel/provider"
	is "$(attr acc0 provider)" accel-sim "it stays where it is"
	wait $alone
	isnt $? 0 "its requests fail in the end"
	at_least "$(attr acc3 errors)" 1 "counted"
	is "$(attr acc3 fallbacks)" 0 "not done by another"
	is "$(attr acc3 inflight)" 0 "and the provider did not get them"
	like "$why" "cbc\(aes\) +no +accel-sim is sick \(timeout\)" \
		"accelctl why says why"
	let_go
	run_case "then all is well again" vdpa-load acc3 1 1
	timeout 60 vdpa dev del acc3
}

# Nobody waits for a provider that is sick longer than for one that is well
test_bounded()
{
	hold_one acc0
	wait_for 60 health_is sick
	kill -9 $holder
	wait $holder 2>/dev/null
	at_least "$(attr acc0 orphans)" 1 "its user goes, and leaves orphans"
	is "$(attr acc0 orphans)" "$(cat $settings/orphans)" \
		"the provider has the same"
	like "$(attr acc0 state)" "draining" "it is not ready"
	run_case "it is still sick" health_is sick
	run_case "the device is deleted" timeout 60 vdpa dev del acc0
	at_least "$(cat $settings/orphans)" 1 "what is left is still counted"
	fails "the module is in use" timeout 30 rmmod vhost_accel
	echo 0 >$sim/hold
	run_case "they come back" wait_for 60 orphans_are 0
	run_case "it recovers" wait_for 60 health_is well
	run_case "the device again" vdpa_add acc0 vhost_vdpa accel-sim
	run_case "works" vdpa-load acc0 1
}

# It fails in its bound, and the device goes on. That is mostly waiting, so that
# another provider is looked at meanwhile.
test_suspend()
{
	local attack

	vdpa-attack acc0 held-suspend >/tmp/suspend 2>&1 &
	attack=$!
	test_quiesce
	wait $attack
	embed cat /tmp/suspend
	run_case "after a suspension, it recovers" wait_for 60 health_is well
}

# As many orphans as there may be
test_cap()
{
	echo 0 >$settings/timeout_ms
	echo 4 >$settings/max_orphans
	hold_one acc0
	kill -9 $holder
	wait $holder 2>/dev/null
	at_least "$(cat $settings/orphans)" 4 "orphans, and no time limit"
	run_case "the provider is not used any more" wait_for 60 health_is sick
	is "$(cat $settings/sick_because)" orphans "this is why"
	like "$(dmesg)" "accel-sim keeps .* requests .*max_orphans is 4.*reset its hardware, or raise max_orphans" \
		"the log says what to do"
	fails "it makes no devices" vdpa dev add name acc9 mgmtdev accel-sim
	like "$(dmesg | tail -n 3)" "acc9: the provider has max_orphans" \
		"and says why"
	fails "none is moved there" set_attr acc2 provider accel-sim
	run_case "a device of it works with its fallback" vdpa-load acc1 1
	is "$(dmesg | grep -c "max_orphans is 4")" 1 "the log said so once"
	echo 100000 >$settings/max_orphans
	run_case "with more allowed, it is used" wait_for 60 health_is well
	echo 4 >$settings/max_orphans
	run_case "with fewer, it is not" wait_for 60 health_is sick
	echo 0 >$sim/hold
	run_case "they come back" wait_for 60 orphans_are 0
	run_case "it is used again" wait_for 60 health_is well
	run_case "the device is ready" wait_for 60 \
		grep -qx ready $bus/devices/acc0/accel/state
	echo $limit >$settings/timeout_ms
}

# Copies: everything that a device does, by both providers; then late answers
test_bounce()
{
	local before name

	background_load /tmp/holder acc1 600
	holder=$!
	fails "copies are not switched on while the device is in use" \
		set_attr acc1 bounce 1
	like "$(dmesg | tail -n 1)" "bounce: the device is in use" \
		"the log says so"
	run_case "what is so already, is no change" set_attr acc1 bounce 0
	kill -TERM $holder
	wait $holder
	is "$(attr acc1 payload_copied)" 0 "nothing was copied so far"
	for name in acc1 acc2; do
		run_case "$name: copies" set_attr $name bounce 1
		before=$(attr $name payload_copied)
		embed vdpa-attack $name good-revision-1 good-in-place good-depth \
			good-bad-tag chain-good stateless-good \
			akcipher-vectors ipsec-kernel ipsec-bad-packets \
			life-suspend-under-load life-resets-under-load
		run_case "$name: they are counted" \
			grows $name payload_copied "$before"
	done
	echo 4 >$settings/max_orphans
	embed vdpa-attack acc1 health-capped
	echo 1024 >$settings/max_orphans
	embed vdpa-attack acc1 health-answered health-refilled health-next-user
	echo 0 >$settings/timeout_ms
	embed vdpa-attack acc1 health-hang
	echo $limit >$settings/timeout_ms
	test_strays_keep_session
	run_case "copies off" set_attr acc1 bounce 0
}

# A stray has its session: the device is not moved before it is back
test_strays_keep_session()
{
	background_load /tmp/holder acc1 600 1
	holder=$!
	wait_for 60 health_is well
	echo 1 >$sim/hold
	wait $holder
	isnt $? 0 "a load gets an error"
	at_least "$(attr acc1 errors)" 1 "counted"
	at_least "$(attr acc1 orphans)" 1 "the provider still has the request"
	neighbour_start acc1
	echo 0 >$sim/hold
	wait_for 60 orphans_are 0 || not_ok "they come back"
	wait_for 60 health_is well
	# The load of a device that is moved has nothing to lose by that
	run_case "it is moved away" set_attr acc1 provider soft
	run_case "and back" set_attr acc1 provider accel-sim
	neighbour_stop
}

example_grows()
{
	[ "$(cat $example/done)" -gt "$1" ]
}

# A provider that can stop its hardware returns what it has when it is asked to
test_quiesce()
{
	local before

	load accel_example
	wait_for 60 test -e $root/example/timeout_ms
	run_case "a device of another provider" vdpa_add acc4 vhost_vdpa example
	is "$(cat $root/example/timeout_ms)" 10000 "it has a limit of its own"

	# Asked because something is overdue
	background_load /tmp/holder acc4 600 1
	holder=$!
	echo $limit >$root/example/timeout_ms
	before=$(cat $example/stopped)
	echo 1 >$example/hung
	wait $holder
	isnt $? 0 "what was overdue, failed"
	at_least "$(cat $example/stopped)" $((before + 1)) \
		"because the hardware was stopped"
	is "$(attr acc4 inflight)" 0 "nothing is left with it"
	echo 0 >$example/hung
	run_case "it recovers" wait_for 60 health_is well example

	# Asked because a device of it is moved, suspended or reset, and it says so
	echo 0 >$root/example/timeout_ms
	for what in move close; do
		background_load /tmp/holder acc4 600 1
		holder=$!
		echo 1 >$example/hung
		wait_for 60 grep -q "[1-9]" $bus/devices/acc4/accel/inflight
		echo 1 >$example/sick
		wait_for 60 health_is sick example
		before=$(cat $example/stopped)
		if [ $what = move ]; then
			run_case "a device of a sick provider is moved away" \
				timeout 60 sh -c "echo soft >$bus/devices/acc4/accel/provider"
		else
			kill -9 $holder
		fi
		wait $holder 2>/dev/null
		at_least "$(cat $example/stopped)" $((before + 1)) \
			"$what: the hardware was stopped"
		is "$(attr acc4 orphans)" 0 "$what: no orphans"
		is "$(attr acc4 state)" ready "$what: the device is ready"
		echo 0 >$example/hung
		echo 0 >$example/sick
		run_case "$what: it recovers" wait_for 60 health_is well example
		[ $what != move ] || set_attr acc4 provider example
		before=$(cat $example/done)
		run_case "$what: then all is well" vdpa-load acc4 1 1
		run_case "$what: it does the work" example_grows "$before"
	done
	run_case "a second device of it" vdpa_add acc5 vhost_vdpa example
	echo $limit >$root/example/timeout_ms
	test_stuck_in_submit
	test_busy_in_submit
	test_stuck_with_key
	timeout 60 vdpa dev del acc5
	timeout 60 vdpa dev del acc4
	run_case "it leaves" rmmod accel_example
}

# stuck_start HOW: of the provider's two devices, one is stuck in its submit function
stuck_start()
{
	background_load /tmp/holder acc4 600 1
	holder=$!
	echo "$1" >$example/stuck
	run_case "$1 in submit: the provider is sick" \
		wait_for 60 health_is sick example
}

# What an administrator sees, and what the provider's other device does
test_stuck_in_submit()
{
	local before

	stuck_start asleep
	is "$(cat $root/example/sick_because)" "timeout stuck" "that is why"
	is "$(cat $root/example/overdue)" 1 "it can be seen how often"
	is "$(attr acc4 state)" \
		"stuck: example does not return (queue 0)" \
		"the device says so"
	like "$(accelctl show acc4)" "stuck: example" "and accelctl"
	before=$(attr acc5 fallbacks)
	run_case "another device has its work done" vdpa-load acc5 1 1
	run_case "by the fallback" grows acc5 fallbacks "$before"
	before=$(attr acc4 requests)
	sleep 1
	is "$(attr acc4 requests)" "$before" "that one stands still"
	run_case "it is still sick" health_is sick example
	echo fine >$example/stuck
	run_case "it returns, and has recovered" \
		wait_for 60 health_is well example
	is "$(attr acc4 state)" ready "the device is ready"
	kill -TERM $holder
	wait $holder
	is $? 0 "nothing was lost"
	is "$(dmesg | grep -c "acc4: queue 0: provider example does not return")" 1 \
		"the log said so once"
}

# Also when it does not sleep; and a reset meanwhile
test_busy_in_submit()
{
	stuck_start busy
	kill -9 $holder
	wait $holder 2>/dev/null
	like "$(attr acc4 state)" "^stuck: example" \
		"after a reset, it can be seen who is stuck"
	at_least "$(attr acc4 orphans)" 1 "with a request"
	fails "the device does not start" vdpa-load acc4 1 1
	echo fine >$example/stuck
	run_case "it returns" wait_for 60 \
		grep -qx ready $bus/devices/acc4/accel/state
	is "$(attr acc4 orphans)" 0 "with what it had"
	run_case "it recovers" wait_for 60 health_is well example
	run_case "the device works" vdpa-load acc4 1 1
}

# stuck_with_key NAME: the control queue waits for a session
stuck_with_key()
{
	rm -f /tmp/holder
	echo keys >$example/stuck
	vdpa-load acc4 600 1 >/tmp/holder 2>&1 &
	holder=$!
	run_case "$1: the provider is sick" wait_for 60 health_is sick example
}

test_stuck_with_key()
{
	local before fallbacks

	stuck_with_key "a key"
	is "$(cat $root/example/sick_because)" "timeout stuck" "that is why"
	is "$(attr acc4 state)" "stuck: example does not return (queue 1)" \
		"the device says so"
	before=$(cat $example/done)
	fallbacks=$(attr acc5 fallbacks)
	run_case "another device has sessions made, and its work done" \
		vdpa-load acc5 1 1
	is "$(cat $example/done)" "$before" "not by the provider"
	run_case "but by the fallback" grows acc5 fallbacks "$fallbacks"
	run_case "it is still sick" health_is sick example
	echo fine >$example/stuck
	run_case "it has recovered" wait_for 60 health_is well example
	run_case "and the device works" wait_for 60 grep -q started /tmp/holder
	is "$(attr acc4 state)" ready "it says so"
	kill -TERM $holder
	wait $holder
	is $? 0 "nothing was lost"

	stuck_with_key "a key, and a reset"
	kill -9 $holder
	wait $holder 2>/dev/null
	like "$(attr acc4 state)" "^stuck: example" "after a reset, it can be seen"
	echo fine >$example/stuck
	run_case "it returns" wait_for 60 \
		grep -qx ready $bus/devices/acc4/accel/state
	run_case "it recovers" wait_for 60 health_is well example
	before=$(cat $example/done)
	run_case "the device works" vdpa-load acc4 1 1
	run_case "with the provider" example_grows "$before"
	is "$(attr acc4 sessions)" 0 "no session is left"
}

# Requests that never come back: a request of the host's own shows that it works again
test_lost()
{
	local before failed

	wait_for 60 health_is well
	background_load /tmp/holder acc0 600 1
	holder=$!
	before=$(cat $sim/lost)
	failed=$(cat $sim/errors)
	echo 1 >$sim/error_every
	echo 1 >$sim/lost_every
	run_case "requests are lost: sick" wait_for 60 health_is sick
	at_least "$(cat $sim/lost)" $((before + 1)) "they are"
	echo 0 >$sim/lost_every
	run_case "a request of the host's own fails" \
		wait_for 60 counts_beyond $sim/errors "$failed"
	failed=$(cat $sim/errors)
	run_case "and another one" \
		wait_for 60 counts_beyond $sim/errors "$failed"
	run_case "so it stays sick" health_is sick
	is "$(cat $settings/sick_because)" timeout "for the same reason"
	echo 0 >$sim/error_every
	run_case "one succeeds: it has recovered" wait_for 60 health_is well
	at_least "$(attr acc0 inflight)" 1 "though what was lost is not back"
	kill -9 $holder
	wait $holder 2>/dev/null
	at_least "$(attr acc0 orphans)" 1 "it is never"
	echo 100 >$sim/timeout_ms
	run_case "before the driver resets its hardware" \
		wait_for 60 orphans_are 0
	echo 0 >$sim/timeout_ms
	run_case "it is well" wait_for 60 health_is well
	run_case "the device works" vdpa-load acc0 1
}

counts_beyond()
{
	[ "$(cat "$1")" -gt "$2" ]
}

load vhost_accel
load accel_sim
modprobe -aq tun esp4 esp6 ah4 ah6 xfrm_user authenc authencesn seqiv echainiv
wait_for 60 test -e $settings/timeout_ms || bail_out "no management device"
vdpa_add acc0 vhost_vdpa accel-sim || bail_out "no device"
vdpa_add acc1 vhost_vdpa accel-sim || bail_out "no second device"
vdpa_add acc2 || bail_out "no third device"
default=$(cat $settings/timeout_ms)
echo $limit >$settings/timeout_ms
# All, or those that are named, for tests/mutate.sh
[ $# -gt 0 ] || set -- values lost overdue uevent causes alone bounded cap bounce \
	suspend
for part; do
	"test_$part"
done
for name in acc0 acc1 acc2; do
	run_case "vdpa dev del $name" timeout 60 vdpa dev del $name
done
run_case "rmmod vhost_accel" rmmod vhost_accel
run_case "rmmod accel_sim" rmmod accel_sim
done_testing
