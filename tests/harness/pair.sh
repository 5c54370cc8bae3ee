#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The contract of tests/vm/run for pairs, with QEMU's own crypto device so that
# our modules do not matter: where commands run, the helpers on the host, and
# complaints of the inner kernel.

cd "$(dirname "$0")/../.." || exit
. tests/lib.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pair()
{
	tests/vm/run --no-build --topology pair --device qemu --timeout 900 "$@" \
		>"$work/out" 2>"$work/err"
	status=$?
}

explain()
{
	diag "status $status" "$(tail -n 15 "$work/out")" "$(tail -n 15 "$work/err")"
}

expect()
{
	is "$status" "$1" "$2" || explain
}

test_guest()
{
	pair -- sh -c 'hostname; cat /sys/bus/virtio/devices/*/device | grep -c 0x0014
		test -w /mnt/share && echo share
		echo "<3>WARNING: of the inner kernel" >/dev/kmsg
		echo 64 >/proc/sys/kernel/tainted; exit 5'
	expect 5 "the status of a command in the guest comes back"
	is "$(tr '\n' ' ' <"$work/out")" "accel-guest 1 share " \
		"it runs in the inner guest, which has the device and the share"
	like "$(cat "$work/err")" "kernel complaint on guest-1.console" \
		"a complaint of the inner kernel is one"
	like "$(cat "$work/err")" "kernel taint .* in guest" "and so is its taint"
}

# One boot for all helpers: each prints a line that is compared below. The inner
# kernel's panic ends its QEMU, and the command that waits for it.
host_script()
{
	cat <<-'END'
	hostname
	guest hostname
	guest sh -c 'exit 9'; echo "status $?"
	guest sh -c 'sleep 2; echo late' >/tmp/late & first=$!
	guest echo early
	wait $first; cat /tmp/late
	echo to-guest | guest -i cat
	kill -0 "$QEMU_PID" && echo qemu-runs
	qmp stop >/dev/null; qmp query-status | jq -r .status
	qmp cont >/dev/null; guest echo alive
	guest 'echo c >/proc/sysrq-trigger; sleep 1000' 2>/dev/null
	echo "status $?"
	guest-wait --exit && echo gone
	guest true 2>/dev/null; echo "status $?"
	QEMU_PID=$(guest-start -name again)
	guest-wait && guest echo again
	guest-stop && echo stopped
	exit 6
	END
}

test_host()
{
	host_script >"$work/script"
	mkdir "$work/share"
	cp "$work/script" "$work/share"
	pair --on host --share "$work/share" -- bash /mnt/share/script
	expect 6 "the status of a command on the host comes back"
	is "$(tr '\n' ' ' <"$work/out")" "accel-host accel-guest status 9 early late to-guest qemu-runs paused alive status 125 gone status 125 again stopped " \
		"guest, guest-start, guest-wait, guest-stop and qmp do what they say" ||
		explain
}

test_guest
test_host
done_testing
