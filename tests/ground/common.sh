# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What all scripts of the test ground share: paths, messages, locks and the
# private mount namespace.  Sourced by bash scripts; sets no shell options.

SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034  # used by the scripts that source this file
{
BUILD=$SRC/build
ROOTFS=$BUILD/rootfs
LOGS=$BUILD/logs
# The encrypted root of tests: what its initramfs has to know
ROOT_UUID=6f1c1c0e-5b0a-4c43-9d5d-0a6f4f1f8f10
ROOT_KEY='the key of a test volume: no secret'
}
ACCEL_START=${ACCEL_START:-$(date +%s)}
export ACCEL_START

# say MESSAGE: progress, with the time since the first script of this command.
say()
{
	printf '[%4ds] %s\n' $(($(date +%s) - ACCEL_START)) "$*" >&2
}

# die MESSAGE...: each argument is a line; the last ones say what to do.
die()
{
	printf 'error: %s\n' "$1" >&2
	shift
	[ $# -eq 0 ] || printf '       %s\n' "$@" >&2
	exit 1
}

# need_root COMMAND...: mounts, chroots and mmdebstrap need root.
need_root()
{
	[ "$(id -u)" -eq 0 ] && return
	die "this needs root (it uses chroot and private mounts)" \
	    "run: sudo $*"
}

# need_program PROGRAM PACKAGE: installs PACKAGE when PROGRAM is missing.
need_program()
{
	command -v "$1" >/dev/null && return
	local install="apt-get install -y --no-install-recommends $2"

	[ "$(id -u)" -eq 0 ] || die "$1 is missing" "run: sudo $install"
	command -v apt-get >/dev/null ||
		die "$1 is missing and this system has no apt-get" \
		    "install $1 by hand"
	say "installing $2 (for $1)"
	mkdir -p "$LOGS"
	{
		apt-get update && DEBIAN_FRONTEND=noninteractive $install
	} </dev/null >"$LOGS/apt.log" 2>&1 ||
		die "cannot install $2, see $LOGS/apt.log"
}

# with_lock FILE COMMAND...: one at a time; says so when it has to wait.
with_lock()
{
	local lock=$1 fd status

	shift
	mkdir -p "$(dirname "$lock")"
	exec {fd}>>"$lock"
	if ! flock -n "$fd"; then
		say "waiting for another run that holds ${lock#"$SRC"/}"
		flock "$fd"
	fi
	"$@"
	status=$?
	exec {fd}>&-
	return $status
}

# in_private_mounts SCRIPT ARGS...: runs SCRIPT again in a mount namespace of
# its own, so that no mount outlives it, however it ends.
in_private_mounts()
{
	[ -n "${ACCEL_PRIVATE:-}" ] && return
	ACCEL_PRIVATE=1 exec unshare -m --propagation private -- "$@"
}

# with_ticker LABEL DIR COMMAND...: prints every 20 s that COMMAND still runs,
# and how big DIR has become.
with_ticker()
{
	local label=$1 dir=$2 pid ticker status

	shift 2
	"$@" &
	pid=$!
	{
		while sleep 20 && kill -0 $pid 2>/dev/null; do
			say "$label: $(du -sm "$dir" 2>/dev/null | cut -f1) MB so far"
		done
	} &
	ticker=$!
	wait $pid
	status=$?
	kill $ticker 2>/dev/null
	wait $ticker 2>/dev/null
	return $status
}

# kernel_release KERNEL: what `uname -r` says on 6.12, debug or uml.
kernel_release()
{
	if [ "$1" = 6.12 ]; then
		basename "$ROOTFS"/boot/vmlinuz-* | sed s/vmlinuz-//
	else
		cat "$BUILD/kernel-$1/include/config/kernel.release"
	fi
}
