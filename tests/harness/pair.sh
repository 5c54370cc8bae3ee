#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The contract of tests/vm/run for pairs, with QEMU's own crypto device so that
# our modules do not matter: where commands run, the helpers on the host, and
# complaints of the inner kernel; a guest without shares, which migrates.

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

# The same guest, in one QEMU after the other
migration_script()
{
	cat <<-'END'
	cat /sys/bus/pci/devices/*/device | grep -c 0x1054
	guest-start >/dev/null && guest-wait && guest hostname
	guest grep -c 9p /proc/mounts
	guest sh -c 'exit 9'; echo "status $?"
	guest 'echo "two
	lines"'
	guest printf '<%s>' 'a b' ' '; echo
	echo to-guest | guest -i cat
	guest-follow 2>/dev/null; echo "status $?"
	guest 'echo it is the same >/run/it'
	for i in 1 2; do
		guest-start --target >/dev/null
		until [ -S /run/accel/target.sock ]; do sleep 0.1; done
		QMP_SOCK=/run/accel/target.sock qmp migrate-incoming '{"uri": "unix:/run/m"}' >/dev/null
		qmp migrate-set-parameters '{"downtime-limit": 20000}' >/dev/null
		qmp migrate '{"uri": "unix:/run/m"}' >/dev/null
		until qmp query-migrate | grep -E 'completed|failed' >/dev/null; do sleep 0.5; done
		guest-follow && guest cat /run/it
	done
	guest-stop && echo stopped
	END
}

test_migration()
{
	migration_script >"$work/share/script"
	tests/vm/run --no-build --topology pair --device none --host-crypto \
		--guest-disk --timeout 900 --share "$work/share" -- \
		bash /mnt/share/script >"$work/out" 2>"$work/err"
	status=$?
	expect 0 "a guest without shares"
	is "$(tr '\n' ' ' <"$work/out")" "1 accel-guest 0 status 9 two lines <a b>< > to-guest status 1 it is the same it is the same stopped " \
		"takes commands, and goes to another QEMU and on to a third" ||
		explain
}

test_guest
test_host
test_migration
done_testing
