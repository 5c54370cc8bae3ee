#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The part of the demonstration that runs where vhost_accel is: on the host of
# `pair`, or in the one machine of `loop`.  Has guest.sh do the work, looks at
# the host's counters before and after each step, and prints the table.
#
# Everything claimed is left in /run/demo/host/claims, a line "ok|SENTENCE" or
# "wrong|SENTENCE" each.  Exits with 1 if anything was wrong.

set -u
cd "$(dirname "$0")/../.." || exit
. tools/demo/lib.sh

sysfs=/sys/bus/vdpa/devices/acc0/accel
algorithms=/sys/kernel/debug/vhost_accel/acc0/algorithms

# In `loop` the guest is this machine.
[ "${ACCEL_TOPOLOGY:-loop}" = pair ] || guest() { "$@"; }

# ---- counters -------------------------------------------------------------

# A counter that cannot be read must not look like a zero.
device_counter()
{
	cat "$sysfs/$1" 2>/dev/null || echo unreadable
}

# algorithm_field NAME FIELD: column of the line of an algorithm
algorithm_field()
{
	awk -v name="$1" -v n="$2" '$1 == name { print $n; exit }' "$algorithms"
}

algorithm_names()
{
	awk '/\(/ { print $1 }' "$algorithms"
}

# snapshot WHEN: all counters of the host
snapshot()
{
	local name counter

	for counter in kicks notifications payload_copied; do
		put "$1.$counter" "$(device_counter $counter)"
	done
	for name in $(algorithm_names); do
		put "$1.$name.requests" "$(algorithm_field "$name" 3)"
		put "$1.$name.bytes" "$(algorithm_field "$name" 4)"
		put "$1.$name.errors" "$(algorithm_field "$name" 5)"
	done
}

# delta FROM TO COUNTER
delta()
{
	local from to

	from=$(get "$1.$3")
	to=$(get "$2.$3")
	if [[ $from =~ ^[0-9]+$ && $to =~ ^[0-9]+$ ]]; then
		echo $((to - from))
	else
		echo unreadable
	fi
}

# ---- steps ----------------------------------------------------------------

show_host()
{
	heading "0. The host: one device, made of the kernel's own crypto drivers"
	tell "The device was made with: vdpa dev add name acc0 mgmtdev soft"
	show vdpa dev show acc0
	if [ -n "${QEMU_PID:-}" ]; then
		tell "It was given to the guest with QEMU's stock options:"
		tr '\0' '\n' <"/proc/$QEMU_PID/cmdline" |
			grep -A1 -xE -e '-(accel|cpu|m|smp|device)' |
			grep -B1 -E '^(kvm|host|vhost-vdpa)' |
			grep -v '^--$' | paste -sd ' ' | indent
	fi
	[ -r "$algorithms" ] ||
		broken "the device acc0 has no counters (is vhost_accel loaded?)"
}

show_algorithms()
{
	tell "The other side of it, on the host: the drivers that did these tests' work."
	show cat "$algorithms"
}

# step NAME: one step of guest.sh; its claims and values become ours.
step()
{
	local status

	snapshot "before_$1"
	guest env DEMO_START="$DEMO_START" DEMO_COLOR="$DEMO_COLOR" \
		DEMO_FILE_MB="${DEMO_FILE_MB:-32}" \
		DEMO_SECONDS="${DEMO_SECONDS:-5}" /mnt/src/tools/demo/guest.sh "$1"
	status=$?
	snapshot "after_$1"
	guest cat /run/demo/guest/values >"$demo_dir/guest.values"
	[ $status -eq 0 ] && return
	heading "The step '$1' ended with status $status"
	tell "The device on the host says: $(device_counter state)"
	return 1
}

guest_value()
{
	sed -n "s/^$1=//p" "$demo_dir/guest.values" | tail -n 1
}

# same_work STEP ALGORITHM PREFIX: what the guest says it handed to the device
# is what the host says it did.
same_work()
{
	local requests bytes errors copied

	requests=$(delta "before_$1" "after_$1" "$2.requests")
	bytes=$(delta "before_$1" "after_$1" "$2.bytes")
	errors=$(delta "before_$1" "after_$1" "$2.errors")
	copied=$(delta "before_$1" "after_$1" payload_copied)
	claim "the host's $(algorithm_field "$2" 2) did all $(guest_value "$3_requests") requests" \
	      "the host counted $requests" \
	      test "$requests" = "$(guest_value "$3_requests")"
	claim "the host counted no error" "it counted $errors" \
	      test "$errors" = 0
	claim "the relay copied no payload: it works on the guest's own pages" \
	      "it copied $copied bytes of $bytes" test "$copied" = 0
}

host_stands_still()
{
	local requests

	requests=$(delta before_software after_software "xts(aes).requests")
	claim "the host's counter stood still meanwhile" \
	      "the host did $requests requests" test "$requests" = 0
}

# ---- the table ------------------------------------------------------------

# line LABEL DISK TUNNEL OFFLOAD
line()
{
	printf '  %-38s %-19s %-23s %s\n' "$@"
}

# LABEL COUNTER: a line of a counter of the device, or of the algorithms
of_device()
{
	line "$1" "$(delta before_disk after_disk "$2")" \
	     "$(delta before_tunnel after_tunnel "$2")" \
	     "$(delta before_offload after_offload "$2")"
}

of_algorithms()
{
	line "$1" "$(delta before_disk after_disk "xts(aes).$2")" \
	     "$(delta before_tunnel after_tunnel "gcm(aes).$2")" \
	     "$(delta before_offload after_offload "gcm(aes).$2")"
}

# ratio_of STEP COUNTER ALGORITHM
ratio_of()
{
	ratio "$(delta "before_$1" "after_$1" "$2")" \
	      "$(delta "before_$1" "after_$1" "$3.requests")"
}

per_request()
{
	line "$1" "$(ratio_of disk "$2" "xts(aes)")" \
	     "$(ratio_of tunnel "$2" "gcm(aes)")" \
	     "$(ratio_of offload "$2" "gcm(aes)")"
}

table()
{
	local disk_bytes disk_us

	disk_bytes=$((2 * (${DEMO_FILE_MB:-32} << 20)))
	disk_us=$(($(guest_value disk_write_us) + $(guest_value disk_read_us)))
	line "" "disk: dm-crypt" "tunnel: ESP" "tunnel: packet offload"
	line "algorithm" "xts(aes)" "gcm(aes)" "gcm(aes)"
	line "driver on the host" "$(algorithm_field "xts(aes)" 2)" \
	     "$(algorithm_field "gcm(aes)" 2)" "$(algorithm_field "gcm(aes)" 2)"
	line "whole packets made or taken apart" - - \
	     "$(guest_value offload_packets)"
	of_algorithms "requests" requests
	of_algorithms "bytes" bytes
	of_algorithms "errors" errors
	line "fallbacks to software in the guest" "$(guest_value disk_fallback)" \
	     "$(guest_value esp_fallback)" "$(guest_value offload_fallback)"
	of_device "payload bytes copied by the relay" payload_copied
	line "throughput" "$(rate "$disk_bytes" "$disk_us")" \
	     "$(rate "$(guest_value esp_payload)" "$(guest_value esp_us)")" \
	     "$(rate "$(guest_value offload_payload)" "$(guest_value offload_us)")"
	per_request "notifications of the host / request" kicks
	per_request "interrupts of the guest / request" notifications
}

print_table()
{
	heading "6. What was done, by the host's counters"
	echo
	table
	echo
	! grep -q 'TCG CPU' /proc/cpuinfo ||
		tell "(The throughput is that of an emulated processor: compare it with nothing.)"
}

all_steps()
{
	show_host
	step algorithms || return
	show_algorithms
	step disk || return
	same_work disk "xts(aes)" disk
	step tunnel || return
	same_work tunnel "gcm(aes)" esp
	step offload || return
	same_work offload "gcm(aes)" offload
	step software || return
	host_stands_still
	print_table
}

verdict()
{
	local status=$1 right wrong

	guest cat /run/demo/guest/claims >>"$demo_dir/claims"
	right=$(grep -c '^ok|' "$demo_dir/claims")
	wrong=$(grep -c '^wrong|' "$demo_dir/claims")
	heading "Verdict"
	if [ "$wrong" -eq 0 ] && [ "$status" -eq 0 ] && [ "$right" -gt 0 ]; then
		tell "${green}All $right claims hold.${plain} The guest's disk and its IPsec traffic were" \
		     "encrypted and decrypted by the host's crypto drivers."
		return
	fi
	tell "${red}$wrong of $((right + wrong)) claims do not hold:${plain}"
	sed -n 's/^wrong|/         - /p' "$demo_dir/claims"
	[ "$status" -eq 0 ] ||
		tell "and the demonstration did not reach its end (status $status)."
	return 1
}

main()
{
	start_results /run/demo/host
	all_steps
	verdict $?
	exit
}

main
