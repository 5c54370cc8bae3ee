#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12,uml --device none --timeout 1800
# batch: provider
#
# Devices are moved from one provider to another and back, in use, with sessions and
# SAs; and what a provider can't do or won't take is done by the fallback.

. tests/lib.sh
. tests/cases/host-vdpa.inc

sim=/sys/module/accel_sim/parameters
settings=/sys/devices/vhost_accel
faults="nospc_every busy_every nomem_every"

# file NAME ATTRIBUTE
file()
{
	echo "$bus/devices/$1/accel/$2"
}

# set_attr NAME ATTRIBUTE VALUE
set_attr()
{
	echo "$3" >"$(file "$1" "$2")"
}

# done_by_sim_grows BEFORE: accel_sim has done more than that
done_by_sim_grows()
{
	[ "$(cat $sim/completed)" -gt "$1" ]
}

# refuses NAME ATTRIBUTE VALUE WHAT: it is not taken, and the log has a reason
refuses()
{
	local before

	before=$(cat "$(file "$1" "$2")")
	fails "$2: $4" set_attr "$1" "$2" "$3"
	is "$(cat "$(file "$1" "$2")")" "$before" "it stays as it was"
}

test_bad_values()
{
	refuses acc0 provider rot13 "no such provider"
	like "$(dmesg | tail -n 1)" "provider: rot13 is none" "the log says so"
	refuses acc0 provider "" "empty"
	refuses acc0 provider "soft soft" "two"
	refuses acc0 provider "$(printf '%4000d' 0)" "too long"
	refuses acc0 provider "$(printf 'sof\001')" "garbage"
	refuses acc0 provider accel-sim "one that is not there"
	refuses acc0 fallback maybe "neither soft nor none"
	like "$(dmesg | tail -n 1)" "fallback: maybe is not soft or none" \
		"the log says so"
	refuses acc0 fallback "" "empty"
	refuses acc0 fallback "$(printf '%4000d' 0)" "too long"
	fails "fallback of the next device: neither soft nor none" \
		sh -c "echo hard >$settings/soft/fallback"
	is "$(cat $settings/soft/fallback)" soft "it stays as it was"
	run_case "the provider that it has is no move" set_attr acc0 provider soft
}

# Under a load whose every result is checked
test_under_load()
{
	local before i

	neighbour_start acc0
	load accel_sim
	before=$(cat $sim/completed)
	run_case "a device in use is moved to the vendor" \
		set_attr acc0 provider accel-sim
	is "$(attr acc0 provider)" accel-sim "it says so"
	run_case "which does the work now" \
		wait_for 60 done_by_sim_grows "$before"
	fails "whose module is in use" rmmod accel_sim
	run_case "and back to soft" set_attr acc0 provider soft
	run_case "and then it is not" rmmod accel_sim
	load accel_sim
	for i in 1 2 3 4 5 6 7 8; do
		set_attr acc0 provider accel-sim && sleep 0.2 &&
			set_attr acc0 provider soft && sleep 0.2 ||
			not_ok "move $i"
	done
	run_case "to the vendor" set_attr acc0 provider accel-sim
}

# A provider that keeps requests is not left
test_held()
{
	echo 1 >$sim/hold
	run_case "the vendor keeps requests" \
		wait_for 60 grep -q "[1-9]" $sim/held
	fails "a move away fails" set_attr acc0 provider soft
	is "$(attr acc0 provider)" accel-sim "the device stays where it is"
	echo 0 >$sim/hold
	run_case "when they are back, it succeeds" set_attr acc0 provider soft
	neighbour_stop
}

# Everything that a device can do, while it is moved there and back
test_everything()
{
	local stop=/tmp/stop mover

	rm -f $stop
	(while [ ! -e $stop ]; do
		set_attr acc0 provider accel-sim && echo "there"
		sleep 0.1
		set_attr acc0 provider soft && echo "and back"
		sleep 0.1
	done >/tmp/moves 2>&1) &
	mover=$!
	embed vdpa-attack acc0 good-revision-1 good-depth good-bad-tag chain-good \
		stateless-good stateless-mixed akcipher-vectors ipsec-kernel \
		ipsec-many ipsec-limits life-suspend-under-load \
		life-resets-under-load session-limit
	touch $stop
	wait "$mover"
	is "$(grep -v "there\|back" /tmp/moves)" "" "no move failed"
	is "$(attr acc0 sessions)" 0 "no session is left"
	at_least "$(grep -c back /tmp/moves)" 10 "it was moved there and back"
	is "$(attr acc0 provider)" soft "the last move was to soft"
	# The kernel lets go of its states some time after they are flushed
	run_case "and the vendor's module is not in use" \
		wait_for 60 rmmod accel_sim
}

test_fallback()
{
	load accel_sim
	run_case "no fallback for a device that needs none" \
		set_attr acc0 fallback none
	fails "it can't be moved to a vendor that lacks what it offers" \
		set_attr acc0 provider accel-sim
	like "$(dmesg | tail -n 1)" "accel-sim can't do ecb\(des3_ede\)" \
		"the log has the first that is missing"
	is "$(attr acc0 provider)" soft "it is where it was"
	run_case "with one, it can" set_attr acc0 fallback soft
	run_case "be moved" set_attr acc0 provider accel-sim
	fails "and it can't do without" set_attr acc0 fallback none
	is "$(attr acc0 fallback)" soft "it still has one"
	embed vdpa-attack acc0 good-revision-1

	run_case "devices of the vendor's alone" \
		sh -c "echo none >$settings/accel-sim/fallback"
	run_case "such a device" vdpa_add acc1 vhost_vdpa accel-sim
	is "$(attr acc1 algorithms)" \
		"ecb(aes) cbc(aes) ctr(aes) xts(aes) gcm(aes)" \
		"it offers what the vendor has"
	run_case "it can be moved to soft" set_attr acc1 provider soft
	run_case "and back" set_attr acc1 provider accel-sim
}

# total PROVIDER COUNTER
total()
{
	cat "$settings/$1/$2"
}

# A provider's counters have what its devices did as long as they were its
test_totals()
{
	local soft vendor first second third bytes

	run_case "another device" vdpa_add acc2
	soft=$(total soft requests) vendor=$(total accel-sim requests)
	bytes=$(total soft bytes)
	run_case "is at work" vdpa-load acc2 1 1
	first=$(attr acc2 requests)
	is "$(total soft requests)" $((soft + first)) "what it did is soft's"
	is "$(total soft bytes)" $((bytes + $(attr acc2 bytes))) "each byte"
	run_case "it is moved" set_attr acc2 provider accel-sim
	is "$(total soft requests) $(total accel-sim requests)" \
		"$((soft + first)) $vendor" "that stays soft's"
	run_case "it goes on" vdpa-load acc2 1 1
	second=$(($(attr acc2 requests) - first))
	is "$(total soft requests) $(total accel-sim requests)" \
		"$((soft + first)) $((vendor + second))" \
		"what it did since is the vendor's"
	is "$(total accel-sim inflight)" 0 "nothing is in flight"
	run_case "it is moved back" set_attr acc2 provider soft
	run_case "it works there" vdpa-load acc2 1 1
	third=$(($(attr acc2 requests) - first - second))
	run_case "it is deleted" timeout 60 vdpa dev del acc2
	is "$(total soft requests) $(total accel-sim requests)" \
		"$((soft + first + third)) $((vendor + second))" \
		"what it did is still counted"
}

# refused FAULT: acc0 goes on with its fallback while accel_sim takes nothing, acc1
# without one fails, but neither at once nor never
refused()
{
	local before

	before=$(attr acc0 fallbacks)
	neighbour_start acc0
	echo 1 >"$sim/$1"
	run_case "$1: the fallback does the work" \
		wait_for 60 grows acc0 fallbacks "$before"
	echo 0 >"$sim/$1"
	before=$(cat $sim/completed)
	run_case "$1: the vendor does it again" \
		wait_for 60 done_by_sim_grows "$before"
	neighbour_stop

	before=$(attr acc1 errors)
	background_load /tmp/alone acc1 60
	echo 1 >"$sim/$1"
	wait $!
	isnt $? 0 "$1: without one, there is an error in the end"
	run_case "$1: counted" grows acc1 errors "$before"
	echo 0 >"$sim/$1"
	is "$(attr acc1 fallbacks)" 0 "$1: and nothing done by another"
	run_case "$1: then all is well again" vdpa-load acc1 1
}

# grows NAME COUNTER BEFORE
grows()
{
	[ "$(attr "$1" "$2")" -gt "$3" ]
}

# All moves of a device that is in use, or not
test_moves()
{
	test_under_load
	test_held
	test_everything
}

# What the vendor lacks or won't take
test_spare()
{
	local fault

	test_fallback
	test_totals
	for fault in $faults; do
		refused $fault
	done
	run_case "back to soft" set_attr acc0 provider soft
	run_case "vdpa dev del acc1" timeout 60 vdpa dev del acc1
	run_case "rmmod accel_sim" wait_for 60 rmmod accel_sim
}

# The same, when it is full
test_full()
{
	faults=nospc_every test_spare
}

load vhost_accel
modprobe -aq tun esp4 xfrm_user authenc authencesn seqiv echainiv
run_case "a device" vdpa_add acc0
# All, or those that are named, for tests/mutate.sh
[ $# -gt 0 ] || set -- bad_values moves spare
for part; do
	"test_$part"
done
run_case "vdpa dev del acc0" timeout 60 vdpa dev del acc0
run_case "rmmod vhost_accel" rmmod vhost_accel
done_testing
