#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology pair --kernel 6.12 --device none --guest-disk --mem 2560 --timeout 1800
#
# A guest migrates to another QEMU, with tools/migrate/accel-migrate: its device is
# unplugged, and it gets one of another provider where it arrives. dm-crypt and IPsec go
# on all the time. Then what stands in the way of a migration, and what happens then.

. tests/lib.sh
. tests/cases/host-vdpa.inc
. tests/cases/pair-vdpa.inc

xts="xts-aes-virtio-accel"
gcm="rfc4106-gcm-aes-virtio-accel"
# In the guest, which has no shares
load=/run/load
socket=unix:/run/accel/migration
sim=/sys/module/accel_sim/parameters

# migrate [OPTIONS...]: to the target that waits
migrate()
{
	tools/migrate/accel-migrate --timeout 200 --downtime 20000 \
		"$@" "$QMP_SOCK" /run/accel/target.sock $socket
}

# status STATUS COMMAND...: it exits with that status
status()
{
	local want=$1 got

	shift
	"$@"
	got=$?
	[ $got = "$want" ] || { echo "status $got"; return 1; }
}

# guest_progress, guest_beyond: as progress and beyond of pair-vdpa.inc
guest_progress()
{
	guest cat $load/progress 2>/dev/null || echo 0
}

guest_beyond()
{
	[ "$(guest_progress)" -gt "$1" ]
}

guest_goes_on()
{
	wait_for 200 guest_beyond "$(guest_progress)"
}

# beyond_stat DRIVER FIELD N
beyond_stat()
{
	[ "$(guest_stat "$1" "$2")" -gt "$3" ]
}

# grows FIELD NAME: both loads', from now on
grows()
{
	local driver before

	for driver in $xts $gcm; do
		before=$(guest_stat $driver "$1")
		run_case "$2 ($driver)" wait_for 200 beyond_stat $driver "$1" "$before"
	done
}

# stands_still FIELD NAME COMMAND...: while COMMAND runs
stands_still()
{
	local field=$1 name=$2 disk packets

	shift 2
	disk=$(guest_stat $xts "$field") packets=$(guest_stat $gcm "$field")
	"$@"
	is "$(guest_stat $xts "$field") $(guest_stat $gcm "$field")" \
		"$disk $packets" "$name"
}

start_load()
{
	guest "mkdir $load; setsid -f bash tests/cases/pair-both-load.bash $load \
		>$load/log 2>&1 </dev/null"
	run_case "dm-crypt and IPsec are at work" wait_for 200 guest_beyond 0
	grows requests "on the device"
}

test_bad_input()
{
	run_case "no such device: nothing happens" status 1 \
		migrate --device nothing="$(chardev acc1)"
	run_case "a device of another kind: neither" status 1 \
		migrate --device disk="$(chardev acc1)"
	run_case "no target: neither" status 1 tools/migrate/accel-migrate \
		--device crypto="$(chardev acc1)" "$QMP_SOCK" /run/nobody $socket
	fails "no device at all is wrong use" migrate
	like "$(qmp query-pci)" '"crypto"' "the guest has its device"
}

# The target can't be reached: after the device is gone, and before the guest is
test_fails()
{
	run_case "a migration that fails says so" status 1 \
		migrate --device crypto="$(chardev acc1)" --listen $socket.other
	is "$(qmp query-status | jq -r .status)" running "the guest has stayed"
	like "$(qmp query-pci)" '"crypto"' "and has its device again"
	grows requests "which does the work again"
}

test_migrates()
{
	local before

	before=$(attr acc1 requests)
	# The target listens since then, and there
	socket=$socket.other
	run_case "the guest migrates" migrate --device crypto="$(chardev acc1)" \
		--listening
	is "$(qmp query-status | jq -r .status)" postmigrate \
		"the source has lost it"
	run_case "a target that does not wait: nothing happens" status 1 \
		tools/migrate/accel-migrate --device crypto="$(chardev acc1)" \
		/run/accel/target.sock "$QMP_SOCK" $socket
	guest-follow || return
	is "$(qmp query-status | jq -r .status)" running "the guest runs there"
	run_case "and works" guest_goes_on
	grows requests "on the device there"
	isnt "$(attr acc1 requests)" "$before" "which is acc1"
	isnt "$(cat $sim/completed)" 0 "whose provider does the work"
	stands_still fallback "nothing is done in software any more" guest_goes_on
	is "$(attr acc0 sessions)" 0 "acc0 has nothing of it any more"
	run_case "acc0 can be deleted" timeout 60 vdpa dev del acc0
}

# It migrates back, and the device there is not to be had
test_without()
{
	run_case "another target" target
	run_case "a guest that migrates without getting a device" status 3 \
		migrate --device crypto=/dev/vhost-vdpa-99
	guest-follow || bail_out "the guest has not migrated again"
	grows fallback "it works in software"
	run_case "until it gets one" qmp device_add "{\"driver\": \"vhost-vdpa-device-pci\",
		\"disable-legacy\": \"on\", \"id\": \"crypto\",
		\"vhostdev\": \"$(chardev acc1)\"}"
	grows requests "and then on that"
}

target()
{
	guest-start --target >/dev/null &&
		wait_for 60 test -S /run/accel/target.sock
}

no_failure()
{
	local driver

	for driver in $xts $gcm; do
		is "$(guest_stat $driver errors)" 0 "no request failed ($driver)"
		is "$(guest_stat $driver iolost)" 0 "none was given up ($driver)"
	done
}


stop_load()
{
	# Once when a migration has failed, and after each of two
	guest "echo 3 >$load/plugged; touch $load/stop"
	run_case "the loads end" wait_for 200 guest_log '# .* rounds'
	run_case "and IPsec's" wait_for 60 guest_log '# .* packets, .* came back'
	diag "$(guest cat $load/log)"
	run_case "no byte was wrong, no packet lost" guest \
		"! grep -E 'fails|else|lost|errors' $load/log"
	run_case "and the stacked device's" wait_for 200 guest_has_checks
	embed guest cat $load/checks
}

guest_has_checks()
{
	guest grep -q '^1\.\.' $load/checks
}

guest_log()
{
	guest grep -q "$1" $load/log
}

load vhost_accel
load accel_sim
run_case "two providers" wait_for 60 has_mgmtdev accel-sim
run_case "a device of soft" vdpa_add acc0
run_case "and one of accel-sim" vdpa_add acc1 vhost_vdpa accel-sim
boot_guest || bail_out "no guest"
guest_driver || bail_out "no driver in the guest"
start_load
test_bad_input
run_case "a QEMU for the guest to go to" target
test_fails
test_migrates || bail_out "the guest has not migrated"
test_without
no_failure
stop_load
done_testing
