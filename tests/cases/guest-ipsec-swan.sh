#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# run: --topology pair --kernel 6.12 --timeout 1800
#
# strongSwan with hw_offload on a stacked device, against strongSwan with the
# kernel's own software: IKEv2, rekeying under load, acquire, a peer that is gone. In
# pair, which is slow, not with all algorithms.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc
. tests/cases/swan.inc

# begin NAME ARGUMENTS OF swan_start...: a tunnel is up and watched
begin()
{
	local name=$1

	shift
	run_case "$name: namespaces" namespaces
	run_case "$name: two daemons" swan_start "$@"
	watch
	run_case "$name: a child is made" swan a --initiate --child net || swan_says a
	is "$(ip -n a xfrm state | grep -c "mode ${3/auto/packet}$")" 2 \
		"$name: both of its states are offloaded" || swan_says a
	is "$(ip -n b xfrm state | grep -c offload)" 0 \
		"$name: the peer's are not"
	peer=$(inside 4 "$1")2
}

# end NAME [ERRORS]: what holds of all of them; a kernel without states had ERRORS
end()
{
	local name=$1

	unwatch
	no_clear_text "$name: no clear text on the wire"
	at_least "$(counter tx_esp_packets)" 10 "$name: encrypted by us"
	at_least "$(counter rx_esp_packets)" 10 "$name: decrypted by us"
	is "$(dropped)" 0 "$name: nothing went wrong"
	is "$(xfrm_errors a)" "${2:-0}" "$name: no errors in a" ||
		diag "$(in_a grep -v '0$' /proc/net/xfrm_stat)"
	is "$(xfrm_errors b)" 0 "$name: no errors in b" ||
		diag "$(in_b grep -v '0$' /proc/net/xfrm_stat)"
	swan_stop
	all_gone
	namespaces_gone
}

# works NAME MODE ESP OFFLOAD: a child of these
works()
{
	local name=$1

	shift
	begin "$name" "$@"
	run_case "$name: ping" in_a ping -c 20 -i 0.02 -w 30 -s 1300 "$peer"
	server
	run_case "$name: TCP to b" in_a timeout 60 iperf3 -c "$peer" -n 1M
	run_case "$name: TCP to a" in_a timeout 60 iperf3 -c "$peer" -n 1M -R
	run_case "$name: the child is closed" swan a --terminate --child net
	is "$(ip -n a xfrm state | grep -c offload)" 0 \
		"$name: and its states are gone"
	end "$name"
}

# lossless PACKETS ADDRESS: twenty a second
lossless()
{
	in_a ping -i 0.05 -c "$1" "$2" | tail -n 3 | grep " 0% packet loss"
}

# rekeyed TIMES
rekeyed()
{
	[ "$(said a 'CHILD_SA net\{[0-9]+\} established')" -gt "$1" ]
}

# Packets go all the time, and none is lost
rekeyed_by_time()
{
	local name="rekeyed by time"

	begin "$name" tunnel aes128gcm16 crypto \
		"rekey_time = 4s
		life_time = 60s
		rand_time = 0"
	run_case "$name: no packet is lost" lossless 400 "$peer"
	run_case "$name: three times" rekeyed 3 || swan_says a
	end "$name"
}

rekeyed_by_bytes()
{
	local name="rekeyed by bytes"

	begin "$name" tunnel aes128-sha256 crypto \
		"rekey_time = 0
		rekey_bytes = 500000
		life_bytes = 50000000
		rand_bytes = 0"
	server
	run_case "$name: TCP goes on" in_a timeout 120 \
		iperf3 -c "$peer" -b 4M -n 4M
	run_case "$name: three times" rekeyed 3 || swan_says a
	end "$name"
}

acquired()
{
	local name="acquire" errors

	run_case "$name: namespaces" namespaces
	run_case "$name: two daemons" swan_start tunnel aes128gcm16 crypto \
		"start_action = trap"
	watch
	run_case "$name: a packet makes the child" \
		wait_for 60 in_a ping -c 1 -W 1 10.9.0.2
	errors=$(xfrm_errors a)
	is "$(ip -n a xfrm state | grep -c "mode crypto$")" 2 \
		"$name: offloaded"
	run_case "$name: ping" in_a ping -c 20 -i 0.02 -w 30 10.9.0.2
	end "$name" "$errors"
}

no_states()
{
	! ip -n a xfrm state | grep -q "offload"
}

peer_gone()
{
	local name="peer gone" dpd=1s tries=1

	begin "$name" tunnel aes128gcm16 crypto
	in_a ping -c 20 -i 0.02 -w 30 "$peer" >/dev/null
	kill -9 "$(daemon b)"
	run_case "$name: its states are deleted" wait_for 120 no_states
	fails "$name: nothing gets through" in_a ping -c 2 -w 3 "$peer"
	end "$name" "$(xfrm_errors a)"
}

ipsec_start
works "tunnel, GCM, ESN" tunnel aes256gcm16-esn crypto
works "transport, CBC and HMAC" transport aes128-sha256 crypto
if [ "$ACCEL_KERNEL" = uml ]; then
	works "tunnel, CBC and HMAC, ESN" tunnel aes256-sha256-esn crypto
	works "transport, GCM" transport aes128gcm16 crypto
fi
rekeyed_by_time
rekeyed_by_bytes
acquired
peer_gone
ipsec_end
done_testing
