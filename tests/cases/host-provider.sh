#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12,uml --device none --timeout 1800
# batch: provider
#
# A provider of another module (tools/provider, the example of
# Documentation/provider.rst): its requests and limits, full, sick and well again,
# gone while devices use it, whole packets, and what is refused.

. tests/lib.sh
. tests/cases/host-vdpa.inc

example=/sys/devices/platform/accel_example
driver=/sys/bus/platform/drivers/accel_example
settings=/sys/devices/vhost_accel/example

mgmtdevs_are()
{
	[ "$(vdpa mgmtdev show | sed -n 's/^\([^ ].*\):.*/\1/p' | sort |
		xargs)" = "$1" ]
}

# grows COUNTER BEFORE: of acc0
grows()
{
	[ "$(attr acc0 "$1")" -gt "$2" ]
}

# done_grows BEFORE: the example has done more than that
done_grows()
{
	[ "$(cat $example/done)" -gt "$1" ]
}

health_is()
{
	[ "$(cat $settings/health)" = "$1" ]
}

# logged TEXT NAME
logged()
{
	like "$(dmesg | tail -n 5)" "$1" "$2"
}

test_comes()
{
	local before

	load accel_example
	run_case "a management device appears" \
		wait_for 60 mgmtdevs_are "example soft"
	run_case "its provider is well" health_is well
	run_case "a device of it" vdpa_add acc0 vhost_vdpa example
	like "$(attr acc0 algorithms)" "cbc\(aes\).*gcm\(aes\)" \
		"what the provider lacks, the fallback has"
	like "$(cat /sys/kernel/debug/vhost_accel/acc0/algorithms)" \
		"cbc\(aes\) +example " "the driver is the provider"
	before=$(cat $example/done)
	run_case "it works" vdpa-load acc0 1
	run_case "the provider does the work" done_grows "$before"
	is "$(attr acc0 fallbacks)" 0 "all that it can"
}

# Those of 60 KB are longer than it takes
test_limits()
{
	embed vdpa-attack acc0 good-revision-1 good-in-place good-depth
	at_least "$(attr acc0 fallbacks)" 1 \
		"requests beyond its limits are done by the fallback"

	echo none >$settings/fallback
	run_case "a device without fallback" vdpa_add acc1 vhost_vdpa example
	is "$(attr acc1 algorithms)" "cbc(aes)" "it offers what the provider has"
	is "$(attr acc1 max_size)" 4096 "and requests of its longest"
	run_case "it works" vdpa-load acc1 1 1
	is "$(attr acc1 fallbacks)" 0 "with nobody's help"

	echo "cbc(aes)" >/sys/devices/vhost_accel/soft/algorithms
	run_case "a device of soft's with longer requests" vdpa_add acc2
	echo all >/sys/devices/vhost_accel/soft/algorithms
	run_case "without fallback" \
		sh -c "echo none >$bus/devices/acc2/accel/fallback"
	fails "it can't be moved there" use_example acc2
	logged "acc2: provider: example takes 4096 bytes and not" \
		"the log has the limit"
	run_case "it is deleted" timeout 60 vdpa dev del acc2
}

use_example()
{
	echo example >$bus/devices/"$1"/accel/provider
}

test_sick()
{
	local before

	neighbour_start acc0
	before=$(attr acc0 fallbacks)
	echo 1 >$example/sick
	run_case "sick: the fallback does the work" \
		wait_for 60 grows fallbacks "$before"
	run_case "sick: it can be seen" wait_for 60 health_is sick
	logged "provider example is sick" "sick: the log says so"
	echo 0 >$example/sick
	before=$(cat $example/done)
	run_case "well again: the provider does the work" \
		wait_for 60 done_grows "$before"
	run_case "well again: it can be seen" health_is well
	logged "provider example has recovered" "well again: the log says so"
	neighbour_stop
}

# For a while requests wait; not for ever
test_sick_alone()
{
	local before

	background_load /tmp/alone acc1 600 1
	echo 1 >$example/sick
	sleep 2
	before=$(cat $example/done)
	echo 0 >$example/sick
	run_case "without fallback, requests wait until it is well" \
		wait_for 60 done_grows "$before"
	is "$(attr acc1 errors)" 0 "and none fails"
	echo 1 >$example/sick
	wait $!
	isnt $? 0 "in the end they fail"
	at_least "$(attr acc1 errors)" 1 "counted"
	is "$(attr acc1 fallbacks)" 0 "not done by another"
	echo 0 >$example/sick
	wait_for 60 health_is well
	run_case "then all is well again" vdpa-load acc1 1 1
}

# Any errno is an error of the request, and none is taken for one of vhost_accel's own:
# 5 is EIO, 22 EINVAL, 85 ERESTART, 95 EOPNOTSUPP
test_submit_error()
{
	local bad error before

	for bad in "" -1 4096 EIO "$(printf '%4000d' 7)"; do
		fails "submit_error: '${bad:0:8}'" \
			sh -c "echo '$bad' >$example/submit_error"
	done
	for error in 5 22 85 95; do
		before=$(attr acc1 errors)
		echo $error >$example/submit_error
		fails "submit says $error: the request fails" vdpa-load acc1 1 1
		at_least "$(attr acc1 errors)" $((before + 1)) "counted"
	done
	is "$(attr acc1 state)" ready "the device does not mind"
	echo 0 >$example/submit_error
	run_case "then all is well again" vdpa-load acc1 1 1
}

test_in_use()
{
	neighbour_start acc0
	fails "the module of a provider with sessions is not unloaded" \
		rmmod accel_example
	run_case "it works on" test -e $example/done
	neighbour_stop
}

# The hardware is taken away under a load
test_taken_away()
{
	neighbour_start acc0
	# Requests that wait may fail before the device is told: that is not the end
	background_load /tmp/alone -e acc1 600 1
	run_case "the provider leaves while devices use it" \
		sh -c "echo accel_example >$driver/unbind"
	wait $!
	isnt $? 0 "the device without fallback fails"
	like "$(cat /tmp/alone)" "device needs reset" "it is told so"
	is "$(attr acc1 resets_needed)" 1 "it needs a reset"
	like "$(dmesg | tail -n 5)" "acc1: needs-reset: provider example is gone" \
		"and says why"
	is "$(cat $settings/health)" gone "so does the management device"
	fails "it makes no new devices" vdpa dev add name acc2 mgmtdev example
	logged "acc2: the provider is gone" "and says why"
	fails "no device is moved there" use_example acc0
	neighbour_stop

	neighbour_start acc0
	run_case "the provider is back" \
		sh -c "echo accel_example >$driver/bind"
	run_case "it is well" wait_for 60 health_is well
	run_case "a device in use goes back to it" use_example acc0
	run_case "which does the work" wait_for 60 done_grows 0
	neighbour_stop
	run_case "a device that was reset has it too" vdpa-load acc1 1 1
	is "$(attr acc1 state)" ready "and is ready"
}

test_goes()
{
	run_case "idle devices don't hold the module" rmmod accel_example
	run_case "the management device stays while it has devices" \
		mgmtdevs_are "example soft"
	run_case "with a fallback, a device works without the provider" \
		vdpa-load acc0 1
	run_case "one device is deleted" timeout 60 vdpa dev del acc0
	run_case "and the other" timeout 60 vdpa dev del acc1
	run_case "and the management device goes with them" \
		wait_for 60 mgmtdevs_are soft
}

# Always full: one request at a time, two devices
test_full()
{
	load accel_example depth=1
	wait_for 60 mgmtdevs_are "example soft"
	run_case "a provider with a short queue" vdpa_add acc0 vhost_vdpa example
	run_case "another device of it" vdpa_add acc1 vhost_vdpa example
	neighbour_start acc1
	run_case "all requests are done" vdpa-load acc0 2
	neighbour_stop
	at_least "$(attr acc0 saturations)" 1 "although it was full"
	is "$(attr acc0 errors) $(attr acc1 errors)" "0 0" "none failed"
	is "$(attr acc0 saturated)" 0 "it is not full any more"
	timeout 60 vdpa dev del acc0
	timeout 60 vdpa dev del acc1
	run_case "it leaves" rmmod accel_example
	wait_for 60 mgmtdevs_are soft
}

# packets: that the example has done whole
packets()
{
	cat $example/packets
}

# The provider does packets of some SAs; to the guest, no difference
test_packets()
{
	local before

	modprobe -aq tun esp4 esp6 ah4 ah6 xfrm_user authenc authencesn seqiv \
		echainiv ctr gcm chacha20poly1305 crypto_null
	load accel_example
	wait_for 60 mgmtdevs_are "example soft"
	run_case "a provider that does whole packets" \
		vdpa_add acc0 vhost_vdpa example
	embed vdpa-attack acc0 ipsec-few ipsec-kernel-ip6 ipsec-bad ipsec-pieces \
		ipsec-limits ipsec-state
	before=$(packets)
	at_least "$before" 50 "it has done whole packets"
	is "$(attr acc0 whole_packets)" "$before" "and they are counted"
	at_least "$(attr acc0 taken_apart)" 1 "some it would not have"
}

# Sick, the fallback makes the headers too, and well again, it does not
test_packets_sick()
{
	local before

	echo 1 >$example/sick
	wait_for 60 health_is sick
	before=$(packets)
	embed vdpa-attack acc0 ipsec-few ipsec-limits
	is "$(packets)" "$before" "sick: it has done none of them"
	echo 0 >$example/sick
	wait_for 60 health_is well
	embed vdpa-attack acc0 ipsec-few
	at_least "$(packets)" $((before + 1)) "well again: it does packets"
}

# whole_between BEFORE: until it has done more than these, as some come while it is away
whole_between()
{
	local i

	for i in $(seq 20); do
		vdpa-attack acc0 ipsec-few || return
		[ "$(packets)" -le "$1" ] || return 0
	done
	return 1
}

# From and to soft, which does no packets, with SAs in use
test_packets_moved()
{
	local before stop=/tmp/stop mover

	before=$(packets)
	rm -f $stop
	(while [ ! -e $stop ]; do
		echo soft >$bus/devices/acc0/accel/provider && echo "there"
		sleep 0.1
		use_example acc0 && echo "and back"
		sleep 0.1
	done >/tmp/moves 2>&1) &
	mover=$!
	embed vdpa-attack acc0 ipsec-many ipsec-limits
	run_case "and did packets in between" whole_between "$before"
	touch $stop
	wait "$mover"
	is "$(grep -v "there\|back" /tmp/moves)" "" "no move failed"
	at_least "$(grep -c back /tmp/moves)" 3 "it was moved there and back"
	run_case "the device is deleted" timeout 60 vdpa dev del acc0
	run_case "and holds nothing" rmmod accel_example
	wait_for 60 mgmtdevs_are soft
}

# With room for one at a time, and in memory of ours
test_packets_full()
{
	load accel_example depth=1
	wait_for 60 mgmtdevs_are "example soft"
	vdpa_add acc0 vhost_vdpa example
	run_case "a device with bounce" \
		sh -c "echo 1 >$bus/devices/acc0/accel/bounce"
	embed vdpa-attack acc0 ipsec-few ipsec-many
	at_least "$(packets)" 1 "it has done packets"
	at_least "$(attr acc0 saturations)" 1 "although it was full"
	timeout 60 vdpa dev del acc0
	run_case "it leaves" rmmod accel_example
	wait_for 60 mgmtdevs_are soft
}

# refused WHAT WHY PARAMETERS...
refused()
{
	local what=$1 why=$2

	shift 2
	load accel_example "$@"
	logged "provider .*not registered: $why" "$what is refused"
	run_case "$what: nothing was made" mgmtdevs_are soft
	run_case "$what: the module leaves" rmmod accel_example
}

test_refused()
{
	refused "a second provider of a name" "there is one already" name=soft
	refused "a path for a name" "no proper name" name=../soft
	refused "an empty name" "no proper name" "name="
	refused "too long a name" "no proper name" \
		name=0123456789012345678901234567890123456789
}

# From the first device to the last
test_life()
{
	test_comes
	test_limits
	test_sick
	test_sick_alone
	test_submit_error
	test_in_use
	test_taken_away
	test_goes
}

# A device of packets, from its first to its last
test_whole()
{
	test_packets
	test_packets_sick
	test_packets_moved
	test_packets_full
}

load vhost_accel
# All, or those that are named, for tests/mutate.sh
[ $# -gt 0 ] || set -- life full whole refused
for part; do
	"test_$part"
done
run_case "rmmod vhost_accel" rmmod vhost_accel
done_testing
