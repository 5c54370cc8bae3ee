#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The contract of tests/vm/run: status, output, shares, time-out, and above all
# that a kernel's complaint makes a run fail.  On UML where the kernel does not
# matter: it boots in a second.  Our modules do not matter at all.

cd "$(dirname "$0")/../.." || exit
. tests/lib.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# vm OPTIONS... -- COMMAND...: status in $status, output in $work/{out,err}.
vm()
{
	tests/vm/run --no-build --smp 1 --device none --timeout 120 "$@" >"$work/out" 2>"$work/err"
	status=$?
}

uml()
{
	vm --kernel uml "$@"
}

explain()
{
	diag "status $status" "$(tail -n 15 "$work/out")" "$(tail -n 15 "$work/err")"
}

# expect STATUS NAME
expect()
{
	is "$status" "$1" "$2" || explain
}

test_status()
{
	local kernel

	for kernel in uml 6.12; do
		vm --kernel $kernel -- true
		expect 0 "$kernel: success is status 0"
		vm --kernel $kernel -- sh -c 'exit 42'
		expect 42 "$kernel: the command's status comes back"
	done
	uml -- no-such-command
	expect 127 "a command that does not exist is status 127"
}

test_output()
{
	uml -- sh -c 'echo one; echo two >&2; printf three'
	is "$(cat "$work/out")" "$(printf 'one\ntwo\nthree')" \
		"output and errors are streamed, to the last byte"
	uml -- sh -c 'seq 100000 | md5sum; seq 100000'
	is "$(tail -n +2 "$work/out" | md5sum)" "$(head -n 1 "$work/out")" \
		"large output arrives whole (uml)"
	vm -- sh -c 'seq 100000 | md5sum; seq 100000'
	is "$(tail -n +2 "$work/out" | md5sum)" "$(head -n 1 "$work/out")" \
		"large output arrives whole (6.12)"
	uml -- printf '<%s>' 'a b' "c'd" '$HOME' '*'
	is "$(cat "$work/out")" "<a b><c'd><\$HOME><*>" \
		"arguments arrive as they were given"
	uml -- 'echo $((6 * 7)); exit 3'
	is "$status $(cat "$work/out")" "3 42" "a single argument is a shell command"
}

test_environment()
{
	uml -- sh -c 'pwd; id -u; ulimit -l; touch /mnt/src/x 2>/dev/null || echo ro'
	is "$(tr '\n' ' ' <"$work/out")" "/mnt/src 0 unlimited ro " \
		"root, in the read-only checkout, without memlock limit"
	uml -- sh -c 'lsmod | grep -c virtio_accel; modprobe -n -v virtio:d00000014v00000001 2>/dev/null | grep -c virtio_crypto'
	is "$(tr '\n' ' ' <"$work/out")" "0 0 " \
		"no guest driver is loaded, and mainline's would not be"
}

test_share()
{
	local kernel

	for kernel in uml 6.12; do
		mkdir "$work/share"
		echo to-vm >"$work/share/in"
		vm --kernel $kernel --share "$work/share" -- \
			sh -c 'cat /mnt/share/in; echo from-vm >/mnt/share/out'
		is "$(cat "$work/out" "$work/share/out")" "$(printf 'to-vm\nfrom-vm')" \
			"$kernel: the share is readable and writable"
		rm -r "$work/share"
	done
}

test_ends()
{
	uml --timeout 3 -- sleep 1000
	expect 124 "a command that takes too long is status 124"
	vm --timeout 5 -- sleep 1000
	expect 124 "also on 6.12"
	uml -- sh -c 'echo c >/proc/sysrq-trigger; sleep 60'
	expect 125 "a panic is status 125 (uml)"
	vm -- sh -c 'echo c >/proc/sysrq-trigger; sleep 60'
	expect 125 "a panic is status 125 (6.12)"
	uml -- busybox poweroff -f
	expect 125 "a machine that ends by itself is status 125"
	uml --cmdline rdinit=/none -- true
	expect 125 "so is one that does not boot"
	is "$(grep -c 'once more' "$work/err")" 2 "which is tried three times"
}

# Each phrase of the contract; then on the console of a run that is else good.
test_complaints()
{
	local text run=$work

	. tests/vm/verdict.sh
	for text in 'WARNING: CPU: 0 PID: 1 at x.c:1' 'BUG: sleeping function' \
		    'Oops: 0000' 'BUG: KASAN: slab-use-after-free' \
		    'UBSAN: shift-out-of-bounds in x.c' \
		    'WARNING: possible recursive locking detected' \
		    'INFO: task x:1 blocked for more than 120 seconds'; do
		echo "[   12.345678] $text" >"$work/console"
		run_case "'$text' is a complaint" console_complains \
			"$work/console"
	done
	echo "[   12.345678] all is well" >"$work/console"
	fails "any other message is none" console_complains "$work/console"
	uml -- sh -c "echo '<3>WARNING: x' >/dev/kmsg"
	expect 1 "a complaint on the console fails the run"
	uml -- sh -c "echo '<3>BUG: x' >/dev/kmsg; exit 7"
	expect 7 "a failed command's status is kept beside a complaint"
	vm -- sh -c "echo '<3>WARNING: x' >/dev/kmsg"
	expect 1 "also on 6.12"
}

# Taint is what the kernel remembers when nothing was printed: user taint (64).
test_taint()
{
	uml -- sh -c 'echo 64 >/proc/sys/kernel/tainted'
	expect 1 "a tainted kernel fails the run"
	uml -- sh -c "echo $((4096 + 8192 + 262144)) >/proc/sys/kernel/tainted"
	expect 0 "out-of-tree, unsigned and test modules do not"
}

test_usage()
{
	local options

	for options in "--topology nonsense" "--kernel 5.0" "--timeout soon" \
		       "--topology pair --kernel uml" "--frobnicate" \
		       "--icount --kernel uml" "--share /nonexistent" \
		       "--host-crypto" "--guest-disk --kernel uml" \
		       "--root nonsense --device none" \
		       "--root dracut --device none --kernel uml" \
		       "--root plain --device none --topology pair" \
		       "--root dracut --device soft"; do
		# shellcheck disable=SC2086  # several words
		tests/vm/run $options -- true >"$work/out" 2>"$work/err"
		is $? 2 "wrong use is status 2: $options"
	done
	tests/vm/run --topology loop >"$work/out" 2>"$work/err"
	is $? 2 "a missing command is status 2"
}

test_parallel()
{
	local i pids=() bad=0

	for i in 1 2 3; do
		tests/vm/run --no-build --kernel uml --device none --timeout 120 -- \
			sh -c "echo run $i; exit $i" >"$work/out$i" 2>/dev/null &
		pids+=($!)
	done
	for i in 1 2 3; do
		wait "${pids[$((i - 1))]}"
		[ "$? $(cat "$work/out$i")" = "$i run $i" ] || bad=1
	done
	is $bad 0 "three runs at once do not disturb each other"
}

machines_of()
{
	pgrep -P "$1" -f unshare
}

# Nothing is left: neither mounts, nor files, nor machines.
test_abort()
{
	local pid signal machine

	for signal in TERM KILL; do
		tests/vm/run --no-build --kernel uml --device none --timeout 120 -- \
			sh -c 'echo started; sleep 1000' >"$work/out" 2>/dev/null &
		pid=$!
		wait_for 600 grep -q started "$work/out" ||
			not_ok "$signal: the machine starts"
		machine=$(machines_of $pid)
		kill -$signal $pid
		wait $pid 2>/dev/null
		wait_for 60 sh -c "! kill -0 $machine 2>/dev/null" &&
			ok "$signal to a run ends its machine" ||
			not_ok "$signal to a run ends its machine"
		[ $signal = KILL ] ||
			is "$(ls -d build/run/$pid-* 2>/dev/null)" "" \
				"$signal: its files are removed"
	done
	is "$(grep -c "$PWD/build" /proc/self/mounts)" 0 "no mount is left"
}

test_status
test_output
test_environment
test_share
test_ends
test_complaints
test_taint
test_usage
test_parallel
test_abort
done_testing
