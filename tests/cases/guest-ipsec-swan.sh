#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# run: --topology pair --kernel 6.12 --timeout 1800
#
# strongSwan with hw_offload on a stacked device, against strongSwan with the
# kernel's own software: IKEv2 in each mode, rekeying under load, acquire, a peer that is
# gone. Two daemons are there for all of it; in pair, which is slow, not with all
# algorithms.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc
. tests/cases/swan.inc

# A pair cannot have all
all=""
[ "$ACCEL_KERNEL" != uml ] || all=yes

# swan_children NAMESPACE: offload and new keys are a's business, so that no two make new
# keys at the same time
swan_children()
{
	local mode

	if [ "$1" = b ]; then
		swan_child tunnel tunnel \
			"aes256gcm16-esn, aes256-sha256-esn, aes128gcm16, aes128-sha256"
		swan_child transport transport "aes128gcm16, aes128-sha256"
		return
	fi
	for mode in crypto packet auto; do
		swan_child $mode-gcm tunnel aes256gcm16-esn "hw_offload = $mode"
		swan_child $mode-cbc tunnel aes256-sha256-esn "hw_offload = $mode"
		swan_child $mode-tr-gcm transport aes128gcm16 "hw_offload = $mode"
		swan_child $mode-tr-cbc transport aes128-sha256 \
			"hw_offload = $mode"
		swan_child $mode-time tunnel aes128gcm16 "hw_offload = $mode
			rekey_time = 2s
			life_time = 60s
			rand_time = 0"
		swan_child $mode-bytes tunnel aes128-sha256 "hw_offload = $mode
			rekey_bytes = 500000
			life_bytes = 50000000
			rand_bytes = 0"
	done
}

# rekeyed TIMES CHILD
rekeyed()
{
	[ "$(said a "CHILD_SA $2\{[0-9]+\} established")" -gt "$1" ]
}

# lossless: pings twenty times a second until lossless_ends
lossless()
{
	pings=$(mktemp)
	ip netns exec a ping -i 0.05 "$1" >"$pings" 2>&1 &
	pinger=$!
}

# lossless_ends NAME: the last one's answer may still be on its way
lossless_ends()
{
	kill -INT $pinger
	wait $pinger
	is "$(awk '
		/ bytes from / { sub(/.*icmp_seq=/, ""); n++
				 if ($1 + 0 > last) last = $1 + 0 }
		/ packets transmitted/ { sent = $1 }
		END { print n && sent <= last + 1 ? last - n : "many" }' \
			"$pings")" 0 "$1"
}

# rekeyed_by_time MODE
rekeyed_by_time()
{
	begin "$1, rekeyed by time" "$1-time" "$1"
	lossless 10.9.0.2
	run_case "$name: three times" wait_for 60 rekeyed 3 "$child" ||
		swan_says a
	lossless_ends "$name: no packet is lost"
	end
}

# rekeyed_by_bytes MODE
rekeyed_by_bytes()
{
	begin "$1, rekeyed by bytes" "$1-bytes" "$1"
	lossless 10.9.0.2
	run_case "$name: TCP goes on" in_a timeout 120 \
		iperf3 -c 10.9.0.2 -b 4M -n 2500K
	lossless_ends "$name: no packet is lost"
	run_case "$name: three times" rekeyed 3 "$child" || swan_says a
	end
}

# acquired MODE
acquired()
{
	name="$1, acquire"
	run_case "$name: a policy" swan a --install --child "$1-gcm"
	run_case "$name: a packet makes the child" \
		wait_for 60 in_a ping -c 1 -W 1 10.9.0.2 || swan_says a
	is "$(states_with a "mode $1$")" 2 "$name: offloaded" || swan_says a
	run_case "$name: ping" in_a ping -c 20 -i 0.02 -w 30 10.9.0.2
	run_case "$name: no policy" swan a --uninstall --child "$1-gcm"
	run_case "$name: the child is closed" \
		swan a --terminate --child "$1-gcm"
}

# The peer's end is found by messages of IKE, of which one without an answer is enough
peer_gone()
{
	local dpd=1s tries=1

	name="peer gone"
	run_case "$name: the connection is closed" swan a --terminate --ike net
	swan_write a
	run_case "$name: new settings" swan a --reload-settings
	run_case "$name: of the connection, too" swan_load a
	begin "$name" packet-gcm packet
	run_case "$name: ping" in_a ping -c 20 -i 0.02 -w 30 10.9.0.2
	kill -9 "$(daemon b)"
	run_case "$name: its states are deleted" wait_for 120 no_states
	fails "$name: nothing gets through" in_a ping -c 2 -w 3 10.9.0.2
}

ipsec_start
run_case "namespaces" namespaces
run_case "two daemons" swan_start
server
watch
for mode in crypto packet; do
	works "$mode, tunnel, GCM, ESN" $mode-gcm $mode 10.9.0.2
	works "$mode, transport, CBC and HMAC" $mode-tr-cbc $mode 192.0.2.2
	if [ "$all" ]; then
		works "$mode, tunnel, CBC and HMAC, ESN" $mode-cbc $mode 10.9.0.2
		works "$mode, transport, GCM" $mode-tr-gcm $mode 192.0.2.2
	fi
	rekeyed_by_time $mode
	rekeyed_by_bytes $mode
done
works "auto" auto-gcm packet 10.9.0.2
nothing_lost
acquired crypto
acquired packet
peer_gone
unwatch
no_clear_text "no clear text on the wire"
swan_stop
all_gone
namespaces_gone
ipsec_end
done_testing
