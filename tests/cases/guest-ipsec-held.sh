#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --device none --timeout 1800
# batch: yes
#
# Crypto offload on a stacked device: packets that the crypto device keeps for a while,
# in the host's test driver accel_sim, and IVs. See guest-ipsec.sh.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc
. tests/cases/ipsec.inc

sim=/sys/module/accel_sim/parameters

counter_is()
{
	[ "$(counter "$1")" = "$2" ]
}

# grows_to COUNTER N NAME
grows_to()
{
	wait_for 60 counter_is "$1" "$2"
	is "$(counter "$1")" "$2" "$3"
}

# The queue stops at 256 packets, and wakes: 300 go through
stops_and_wakes()
{
	local before

	before=$(counter tx_esp_packets)
	echo 1 >$sim/hold
	run_case "300 packets" in_a $traffic flood 10.9.0.2 300
	is "$(counter tx_queue_stops)" 1 "the queue is stopped once"
	is "$(counter tx_esp_packets)" "$before" "none has left"
	echo 0 >$sim/hold
	grows_to tx_esp_packets $((before + 300)) "all leave"
}

# Of 1,100 that come in, 1,024 may wait
full()
{
	local before

	before=$(counter rx_esp_packets)
	echo 1 >$sim/hold
	run_case "1100 packets" in_b $traffic flood 10.9.0.1 1100
	grows_to rx_esp_full 76 "those beyond 1024 are dropped"
	is "$(counter rx_esp_packets)" "$before" "none has come through"
	echo 0 >$sim/hold
	grows_to rx_esp_packets $((before + 1024)) "all others come through"
}

window_is()
{
	ip -n a xfrm state get src 192.0.2.2 dst 192.0.2.1 proto esp \
		spi 0x1002 | grep -qE "seq-hi 0x0, seq (0x0*)?$1"
}

# A packet waits until the replay window is so far that its number would mean one of
# the next four billion: had the stack that, it took no other packet any more.
late()
{
	echo 1 >$sim/hold
	run_case "a packet" in_b $traffic flood 10.9.0.1 1
	run_case "it waits" wait_for 60 grep -qx 1 $sim/held
	in_a ethtool -K vaccel0 esp-hw-offload off
	ip -n b xfrm state del src 192.0.2.2 dst 192.0.2.1 proto esp spi 0x1002
	sa b 192.0.2.2 192.0.2.1 0x1002 out mode tunnel "${gcm[@]}" \
		"${esn[@]}" replay-oseq 0x8000
	run_case "a packet far ahead" in_b $traffic flood 10.9.0.1 1
	run_case "the window is there" wait_for 60 window_is 8001
	echo 0 >$sim/hold
	grows_to rx_esp_replay 1 "the late one is dropped"
	in_a ethtool -K vaccel0 esp-hw-offload on
	run_case "others come through" in_a ping -c 3 -i 0.02 -w 30 10.9.0.2
	is "$(xfrm_errors a) $(xfrm_errors b)" "0 0" "no errors"
}

held()
{
	run_case "namespaces" namespaces
	run_case "states and policies" ipsec 4 tunnel "${gcm[@]}" "${esn[@]}"
	ip netns exec a $traffic sink 10.9.0.1 &
	ip netns exec b $traffic sink 10.9.0.2 &
	wait_for 30 in_a sh -c "ss -lun | grep -q :9" &&
	wait_for 30 in_b sh -c "ss -lun | grep -q :9" || not_ok "no receivers"
	before=$(cat $sim/completed)
	run_case "ping" in_a ping -c 3 -i 0.02 -w 30 10.9.0.2
	is "$(cat $sim/completed)" $((before + 6)) "accel_sim does the work"
	echo 10000 >/proc/sys/net/core/netdev_max_backlog
	stops_and_wakes
	full
	late
	all_gone
	namespaces_gone
}

# ivs ALGORITHM...: of 20 packets
ivs()
{
	run_case "namespaces" namespaces
	run_case "states and policies" ipsec 4 tunnel "$@"
	watch
	run_case "ping" in_a ping -c 20 -i 0.02 -w 30 10.9.0.2
	unwatch
	namespaces_gone
}

# salt: what the IVs are the sequence number with, if that is one for all
salt()
{
	$traffic salts "$wire" 192.0.2.1 |
		awk '{ salt = $2 } END { print NR == 1 ? salt : "none" }'
}

# Have two states with the same key and numbers other IVs? A key daemon that changes
# addresses makes the second one of the first
other_ivs()
{
	[ "$1" != none ] && [ "$2" != none ] && [ "$1" != "$2" ] &&
		[[ ! $1$2 = *0000000000* ]]
}

# Do no two halves of IVs of 16 bytes agree, with each other or a sequence number?
random()
{
	$traffic ivs "$wire" 192.0.2.1 16 | awk '
		seen[sprintf("%016x", $1)]++ { exit 1 }
		seen[substr($2, 1, 16)]++ || seen[substr($2, 17)]++ { exit 1 }'
}

# received: IPv4 packets that a's stack has seen
received()
{
	in_a nstat -asz IpInReceives | awk '$1 == "IpInReceives" { print $2 }'
}

# two_in: b has two SAs for the same addresses, and a mark says which one it is; a has
# a policy for the first only
two_in()
{
	local spi

	ip -n a xfrm policy add src 10.9.0.2/32 dst 10.9.0.1/32 dir in \
		tmpl src 192.0.2.2 dst 192.0.2.1 proto esp spi 0x1001 mode tunnel \
		|| return
	for spi in 1 2; do
		sa a 192.0.2.2 192.0.2.1 0x100$spi in mode tunnel "${gcm[@]}" &&
		sa b 192.0.2.2 192.0.2.1 0x100$spi out mode tunnel "${gcm[@]}" &&
		ip -n b xfrm policy add src 10.9.0.2/32 dst 10.9.0.1/32 dir out \
			mark $spi tmpl src 192.0.2.2 dst 192.0.2.1 proto esp \
			spi 0x100$spi mode tunnel || return
	done
}

joined()
{
	local before modes offload=packet window=1024

	run_case "GRO: namespaces" namespaces
	run_case "GRO: states and policies" two_in
	modes=$(counter rx_packet_mode) before=$(received)
	echo 1 >$sim/hold
	run_case "GRO: of one state" in_b $traffic segments \
		10.9.0.2 10.9.0.1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
	echo 0 >$sim/hold
	run_case "GRO: of one state, all come in" \
		wait_for 20 counter_is rx_packet_mode $((modes + 16))
	# Each of ESP is one, too
	at_least $((before + 16 + 15)) "$(received)" "GRO: some were joined"
	is "$(xfrm_errors a)" 0 "GRO: and have a policy"
	echo 1 >$sim/hold
	run_case "GRO: of two states" in_b $traffic segments \
		10.9.0.2 10.9.0.1 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2
	echo 0 >$sim/hold
	run_case "GRO: of two states, all come in" \
		wait_for 20 counter_is rx_packet_mode $((modes + 32))
	is "$(mib a XfrmInTmplMismatch)" 8 "GRO: those of the other one do not"
	is "$(xfrm_errors a)" 8 "GRO: and nothing else is wrong"
	namespaces_gone
}

# with_sim: a device on accel_sim, which nobody else uses: there is an instance of
# software for each name before
with_sim()
{
	modprobe -aq esp4 xfrm_user echainiv seqiv
	ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 "${gcm[@]}" &&
	ip xfrm state flush &&
	modprobe accel_sim && wait_for_selftests || return
	! vdpa dev show acc0 >/dev/null 2>&1 || vdpa dev del acc0 || return
	vdpa_add acc0 virtio_vdpa && use_sim acc0
}

load_software
with_sim || bail_out "no device on accel_sim"
ipsec_start
ivs "${gcm[@]}"
is "$($traffic ivs "$wire" 192.0.2.1 8 | wc -l)" 20 "GCM: packets were seen"
first=$(salt)
ivs "${gcm[@]}"
run_case "GCM: the IV is the sequence number and a salt of the state" \
	other_ivs "$first" "$(salt)"
ivs "${cbc[@]}"
is "$($traffic ivs "$wire" 192.0.2.1 16 | wc -l)" 20 "CBC: packets were seen"
run_case "CBC: the IV cannot be foreseen" random
held
joined
ipsec_end
run_case "and the device, and accel_sim" sh -c "timeout 60 vdpa dev del acc0 &&
	rmmod vhost_accel accel_sim"
done_testing
