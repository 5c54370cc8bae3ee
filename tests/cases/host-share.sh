#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --device none --timeout 1800
# batch: share
#
# Devices share a provider by weight: what each gets of it, and how long one that asks
# for little waits beside one that asks for everything; rates, pinned memory, limits that
# become less while they are used; how saturation is told; bad values.

. tests/lib.sh
. tests/cases/host-vdpa.inc

sim=/sys/module/accel_sim/parameters
settings=/sys/devices/vhost_accel
requests=10000
# What a request costs beside its bytes
cost=512

# set_attr NAME ATTRIBUTE VALUE
set_attr()
{
	echo "$3" >"$bus/devices/$1/accel/$2"
}

# attr_is NAME ATTRIBUTE VALUE
attr_is()
{
	[ "$(attr "$1" "$2")" = "$3" ]
}

# grows NAME COUNTER BEFORE
grows()
{
	[ "$(attr "$1" "$2")" -gt "$3" ]
}

# set_depth N: slots of accel-sim
set_depth()
{
	echo "$1" >$settings/accel-sim/depth
}

# uptime_ms: a clock that does not jump
uptime_ms()
{
	local up

	read -r up _ </proc/uptime
	echo $((10#${up/./} * 10))
}

# ---- shares ---------------------------------------------------------------

# within_5 WHAT: the output of vdpa-share in /tmp/shares, against weights
within_5()
{
	local name n bytes units=0 weights=0 off
	local -A unit

	while read -r name n bytes; do
		unit[$name]=$((bytes + n * cost))
		units=$((units + unit[$name]))
		weights=$((weights + $(attr "$name" weight)))
		at_least "$n" $requests "$1: $name has done $n"
	done </tmp/shares
	for name in "${!unit[@]}"; do
		# in 1/1000 of what it should be
		off=$((unit[$name] * 1000 * weights / units /
		       $(attr "$name" weight) - 1000))
		if [ ${off#-} -le 50 ]; then
			ok "$1: $name has its share ($off of 1000 off)"
		else
			not_ok "$1: $name is $off of 1000 off"
		fi
	done
}

# shares WHAT DEPTH DEVICE:BYTES:QUEUED...
shares()
{
	local what=$1 depth=$2 bytes

	shift 2
	set_depth "$depth"
	bytes=$(cat $sim/bytes)
	if vdpa-share shares "$depth" $requests "$@" >/tmp/shares; then
		within_5 "$what"
		at_least $(($(cat $sim/bytes) - bytes)) \
			"$(awk '{ sum += $3 } END { print sum }' /tmp/shares)" \
			"$what: the accelerator has done all of that"
	else
		not_ok "$what" "$(cat /tmp/shares)"
	fi
}

make_devices()
{
	local i

	# What is held for long is not to be done by others
	echo none >$settings/accel-sim/fallback
	for i in 1 2 3 4; do
		run_case "device $i" vdpa_add acc$i vhost_vdpa accel-sim
		set_attr acc$i weight $((i * 100))
	done
	echo soft >$settings/accel-sim/fallback
	is "$(attr acc3 weight)" 300 "a weight"
	like "$(accelctl show acc3)" "weight +300" "which accelctl shows"
}

test_shares()
{
	local i

	shares "large ones for the heavy" 16 \
		acc1:512:64 acc2:1536:128 acc3:2560:256 acc4:3584:512
	# The same number of requests of all
	for i in 1 2 3 4; do
		set_attr acc$i weight $((500 - i * 100))
	done
	shares "the other way round" 8 \
		acc1:3584:512 acc2:2560:64 acc3:1536:128 acc4:512:256
	for i in 1 2 3 4; do
		set_attr acc$i weight 100
	done
	# Its steps are of one request
	requests=500 shares "the same for all, one slot" 1 \
		acc1:64:32 acc2:64:64 acc3:64:32 acc4:576:512
}

# Two of four: those that do nothing have no part in it
test_idle()
{
	local before

	before=$(attr acc1 requests)
	set_attr acc1 weight 1000
	set_attr acc2 weight 1
	requests=1000 shares "beside idle devices" 8 \
		acc3:1024:128 acc4:1024:128
	is "$(attr acc1 requests)" "$before" "an idle device is idle"
	set_attr acc1 weight 100
	set_attr acc2 weight 100
}

# ---- one that asks for little ---------------------------------------------

# light DEPTH REQUESTS FLOOD_BYTES LIGHT_BYTES: there are DEPTH others for each
light()
{
	local most

	set_depth "$1"
	if vdpa-share light "$1" "$2" "acc1:$3:256" "acc2:$4" >/tmp/light; then
		diag "$(cat /tmp/light)"
		most=$(awk '$1 == "foreign" { print $2 }' /tmp/light | tail -n 1)
		at_least "$1" "${most:-9999}" \
			"with $1 slots, at most $1 requests of others come before ($most)"
		is "$(awk '{ sum += $3 } END { print sum }' /tmp/light)" "$2" \
			"all of its requests were done"
	else
		not_ok "with $1 slots" "$(cat /tmp/light)"
	fi
}

test_light()
{
	light 1 200 64 64
	light 4 200 64 64
	# A heavier flood: with so many slots, the other is still below its share
	set_attr acc1 weight 1000
	light 16 100 4096 64
	light 64 50 64 64
	set_attr acc1 weight 100
}

# ---- when it is full -------------------------------------------------------

# polled VALUES: that is what poll() has said so far
polled()
{
	[ "$(xargs </tmp/polled)" = "$1" ]
}

# Uevents of acc1, and what poll() says about its saturated
test_saturation()
{
	local before

	set_depth 4
	before=$(attr acc1 saturations)
	rm -f /tmp/uevents /tmp/polled
	udevadm monitor --kernel --property --subsystem-match=vdpa \
		>/tmp/uevents 2>&1 &
	monitor=$!
	wait_for 60 grep -qs "KERNEL - the kernel uevent" /tmp/uevents
	python3 - $bus/devices/acc1/accel/saturated >/tmp/polled <<-'END' &
		import select, sys
		with open(sys.argv[1]) as f:
		    poll = select.poll()
		    poll.register(f, select.POLLPRI | select.POLLERR)
		    want = "1"
		    print(f.read().strip(), flush=True)
		    while True:
		        poll.poll()
		        f.seek(0)
		        now = f.read().strip()
		        if now == want:
		            print(now, flush=True)
		            if want == "0":
		                break
		            want = "0"
	END
	poller=$!
	wait_for 60 grep -qs 0 /tmp/polled
	echo 1 >/sys/kernel/tracing/events/vhost_accel/vha_saturated/enable
	echo 1 >$sim/hold
	vdpa-load acc1 600 1 >/tmp/full 2>&1 &
	load=$!
	run_case "more than it has slots: saturated" \
		wait_for 60 attr_is acc1 saturated 1
	is "$(attr acc1 inflight)" 4 "it has as many as it has slots"
	run_case "a uevent" wait_for 60 grep -q SATURATED=1 /tmp/uevents
	run_case "poll() says so" wait_for 60 grep -q 1 /tmp/polled
	run_case "counted" grows acc1 saturations "$before"
	echo 0 >$sim/hold
	kill -TERM $load
	wait $load
	is $? 0 "all is done in the end, and right"
	run_case "then it is not any more" attr_is acc1 saturated 0
	run_case "a uevent of that" wait_for 60 grep -q SATURATED=0 /tmp/uevents
	wait_for 60 polled "0 1 0"
	kill $poller 2>/dev/null
	wait $poller
	is "$(xargs </tmp/polled)" "0 1 0" "and poll() says so"
	echo 0 >/sys/kernel/tracing/events/vhost_accel/vha_saturated/enable
	like "$(cat /sys/kernel/tracing/trace)" \
		"vha_saturated: acc1 saturated=1" "a tracepoint"
	test_uevents_are_few
	kill $monitor
	wait $monitor
}

# However often it changes
test_uevents_are_few()
{
	local start before

	start=$(uptime_ms)
	: >/tmp/uevents
	before=$(attr acc1 saturations)
	echo 50 >$sim/delay_us
	vdpa-load acc1 4 1 >/tmp/full 2>&1
	echo 0 >$sim/delay_us
	at_least $(($(attr acc1 saturations) - before)) 10 "often saturated"
	at_least $((($(uptime_ms) - start) / 1000 + 2)) \
		"$(grep -c SATURATED /tmp/uevents)" \
		"and not more uevents than one per second"
}

# ---- limits ----------------------------------------------------------------

# What a load does in some seconds is no more than the rate, whatever the machine; but it
# gets on. It ends by itself when nothing comes back, not when little does.
test_rates()
{
	local before start

	set_depth 0
	before=$(attr acc1 requests)
	set_attr acc1 burst_ms 10
	set_attr acc1 max_requests_per_sec 200
	start=$(uptime_ms)
	run_case "with a rate, requests are done" \
		timeout -s KILL 60 vdpa-load acc1 3 1
	at_least $((($(uptime_ms) - start) / 5 + 20)) \
		$(($(attr acc1 requests) - before)) "and no more than that"
	at_least "$(attr acc1 throttled)" 1 "it was throttled"
	is "$(attr acc1 saturated)" 0 "which is not saturation"
	set_attr acc1 max_requests_per_sec 0

	before=$(attr acc1 bytes)
	set_attr acc1 max_bytes_per_sec 100000
	start=$(uptime_ms)
	run_case "with a rate in bytes, requests are done" \
		timeout -s KILL 60 vdpa-load acc1 3 1
	# And one more request
	at_least $((($(uptime_ms) - start) * 100 + 4096)) \
		$(($(attr acc1 bytes) - before)) "and no more than that"
	set_attr acc1 max_bytes_per_sec 0
}

# Whoever waits for a rate is woken when it is taken away, and ended by a reset
test_throttled()
{
	local before

	before=$(attr acc1 throttled)
	set_attr acc1 max_bytes_per_sec 1
	vdpa-load acc1 1 1 >/tmp/throttled 2>&1 &
	load=$!
	run_case "next to nothing" wait_for 60 grows acc1 throttled "$before"
	set_attr acc1 max_bytes_per_sec 0
	wait $load
	is $? 0 "nothing fails, and without limit all is done"

	before=$(attr acc1 throttled)
	set_attr acc1 max_bytes_per_sec 1
	vdpa-load acc1 600 1 >/tmp/throttled 2>&1 &
	load=$!
	run_case "again" wait_for 60 grows acc1 throttled "$before"
	kill -KILL $load
	wait $load
	run_case "a reset does not wait for it" \
		wait_for 60 attr_is acc1 inflight 0
	embed vdpa-attack acc2 life-suspend-under-load
	set_attr acc2 max_requests_per_sec 1000
	embed vdpa-attack acc2 life-suspend-under-load
	set_attr acc2 max_requests_per_sec 0
	set_attr acc1 max_bytes_per_sec 0
	run_case "then all is well" vdpa-load acc1 1 1
}

test_pinned()
{
	local before

	echo 1 >$sim/hold
	set_attr acc1 max_pinned 32768
	before=$(attr acc1 throttled)
	vdpa-load acc1 600 1 >/tmp/pinned 2>&1 &
	load=$!
	run_case "it stops at the limit of pinned memory" \
		wait_for 60 grows acc1 throttled "$before"
	at_least 32768 "$(attr acc1 pinned)" "which it does not exceed"
	at_least "$(attr acc1 pinned)" 4096 "but uses"
	set_attr acc1 max_pinned 4096
	echo 0 >$sim/hold
	before=$(attr acc1 requests)
	run_case "less than one request has: one at a time" \
		wait_for 60 grows acc1 requests "$before"
	set_attr acc1 max_pinned 0
	kill -TERM $load
	wait $load
	is $? 0 "none has failed"
	is "$(attr acc1 pinned)" 0 "nothing is pinned any more"
}

# Below what there is: what there is stays, nothing is added
test_max_sessions()
{
	local before

	is "$(attr acc1 max_sessions)" 4096 "as it was made"
	background_load /tmp/sessions acc1 600
	load=$!
	at_least "$(attr acc1 sessions)" 4 "a device with some sessions"
	run_case "may have one" set_attr acc1 max_sessions 1
	before=$(attr acc1 requests)
	run_case "those that it has are worked with" \
		wait_for 60 grows acc1 requests "$before"
	at_least "$(attr acc1 sessions)" 4 "and are still there"
	kill -TERM $load
	wait $load
	is $? 0 "nothing has failed"
	vdpa-load acc1 1 2 >/tmp/sessions 2>&1
	isnt $? 0 "a second one is refused"
	like "$(cat /tmp/sessions)" "NOSPC" "because there is no space"
	run_case "one is not" vdpa-load acc1 1 1
	fails "it can't have more than it was made with" \
		set_attr acc1 max_sessions 4097
	run_case "but as many" set_attr acc1 max_sessions 4096
	run_case "and then has" vdpa-load acc1 1
}

test_max_sas()
{
	run_case "SAs" vdpa-packets acc1 64 4
	run_case "none from now on" set_attr acc1 max_sas 0
	fails "one is refused" vdpa-packets acc1 64 4
	is "$(attr acc1 sas)" 0 "there is none"
	run_case "as many as it was made with" set_attr acc1 max_sas 4096
	run_case "SAs again" vdpa-packets acc1 64 4
}

# ---- bad values -------------------------------------------------------------

# What may be written to each attribute: its least and its most
limits()
{
	local dir device=$bus/devices/acc1/accel

	for dir in $device $settings/accel-sim; do
		echo $dir/weight 1 1000
		echo $dir/max_bytes_per_sec 0 1099511627776
		echo $dir/max_requests_per_sec 0 1073741824
		echo $dir/burst_ms 1 60000
		echo $dir/max_pinned 0 1099511627776
	done
	echo $device/max_sessions 0 4096
	echo $device/max_sas 0 4096
	echo $settings/accel-sim/depth 0 65536
	echo $settings/accel-sim/request_cost 1 1048576
}

# bad FILE LEAST MOST
bad()
{
	not_taken "$1" $(($3 + 1)) "too large"
	[ "$2" = 0 ] || not_taken "$1" $(($2 - 1)) "too small"
	not_taken "$1" -1 "negative"
	not_taken "$1" 18446744073709551616 "more than a number holds"
	not_taken "$1" "" "empty"
	not_taken "$1" "many" "garbage"
	not_taken "$1" "1 2" "two"
	not_taken "$1" "1x" "with a rest"
	not_taken "$1" "$too_long" "too long"
}

test_bad_values()
{
	local file least most too_long

	printf -v too_long '%4000d' 7
	background_load /tmp/bad acc1 600 1
	load=$!
	# First: soon the log has too many of these lines
	while read -r file least most; do
		run_case "${file##*/}: the log says so" \
			wait_for 60 refused_because "$file" 1x \
			"${file##*/}: 1x is not a number from $least to $most"
	done < <(limits)
	while read -r file least most; do
		bad "$file" "$least" "$most"
	done < <(limits)
	kill -TERM $load
	wait $load
	is $? 0 "a load has noticed nothing of that"
}

# What the next device is made with
test_defaults()
{
	echo 7 >$settings/accel-sim/weight
	echo 1000000 >$settings/accel-sim/max_bytes_per_sec
	run_case "another device" vdpa_add acc5 vhost_vdpa accel-sim
	echo 100 >$settings/accel-sim/weight
	echo 0 >$settings/accel-sim/max_bytes_per_sec
	is "$(attr acc5 weight) $(attr acc5 max_bytes_per_sec)" "7 1000000" \
		"it has what was set before"
	timeout 60 vdpa dev del acc5
}

# ---- while it is in use ------------------------------------------------------

# The scheduler is there and gone, devices come, go and move
test_in_use()
{
	local i

	for i in 1 2; do
		set_attr acc$i fallback soft || not_ok "fallback"
	done
	run_case "a device that has a fallback" \
		vdpa_add acc5 vhost_vdpa accel-sim
	neighbour_start acc2
	background_load /tmp/in-use acc1 600
	load=$!
	for i in 1 2 3 4 5 6 7 8; do
		set_depth $((i % 4)) || not_ok "depth $((i % 4))"
		set_attr acc1 weight $((i * 100)) || not_ok "weight"
		set_attr acc1 provider soft || not_ok "to soft"
		set_attr acc1 provider accel-sim || not_ok "and back"
		sleep 0.1
	done
	set_depth 2
	embed vdpa-attack acc5 life-suspend-under-load life-resets-under-load \
		good-depth chain-good stateless-good session-stale
	kill -TERM $load
	wait $load
	is $? 0 "depth, weight and provider change under a load"
	neighbour_stop
	timeout 60 vdpa dev del acc5
}

# All slots are with requests that do not come back: the fallback does the rest
test_stuck()
{
	local before

	set_depth 4
	echo 1 >$sim/hold
	vdpa-load acc1 600 1 >/tmp/stuck 2>&1 &
	load=$!
	run_case "all slots are taken" wait_for 60 attr_is acc1 inflight 4
	before=$(attr acc2 fallbacks)
	run_case "nothing comes back: another device uses its fallback" \
		vdpa-load acc2 1 1
	run_case "counted" grows acc2 fallbacks "$before"
	kill -KILL $load
	wait $load
	run_case "a reset of the first leaves orphans" \
		wait_for 60 attr_is acc1 orphans 4
	echo 0 >$sim/hold
	run_case "which come back" wait_for 60 attr_is acc1 orphans 0
	before=$(attr acc2 fallbacks)
	run_case "and so do the slots" vdpa-load acc2 1 1
	is "$(attr acc2 fallbacks)" "$before" "no fallback is needed"
}

load accel_sim
load vhost_accel
modprobe -aq tun esp4
make_devices
# All, or those that are named, for tests/mutate.sh
[ $# -gt 0 ] || set -- shares idle light saturation rates throttled pinned \
	max_sessions max_sas bad_values defaults in_use stuck
for part; do
	"test_$part"
done
for name in acc1 acc2 acc3 acc4; do
	run_case "vdpa dev del $name" timeout 60 vdpa dev del $name
done
run_case "rmmod vhost_accel" rmmod vhost_accel
run_case "rmmod accel_sim" rmmod accel_sim
done_testing
