#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What IPsec costs per packet of 1,400 bytes, in instructions; in one machine that
# runs under `tests/vm/run --icount`.  All is done on its one CPU:
#
#	gen 10.1.0.9 -- gw 192.0.2.1 ==== 192.0.2.2 peer -- 10.2.0.9 sink
#
# gw encrypts into a tunnel to 198.51.100.1.  That is peer, which decrypts, or it is
# behind peer, which forwards ESP like all else: the difference between the two is
# what decryption costs, and that to packets without IPsec what encryption costs.
#
# The device's workers raise the driver's interrupts in such a machine, and in these it
# takes its packets back: what is counted as theirs is a part of the guest's work, too.
#
# Sourced by measure.sh and by test cases, after lib.sh.

ipsec_packets=${ACCEL_BENCH_PACKETS:-1600}
ipsec_burst=32

# Instructions of crypto offload, relay included, more than of software: the claim. It
# is what mainline's virtio_crypto costs below the kernel's ESP at worst.
# shellcheck disable=SC2034  # used by the scripts that source this file
ipsec_limit=${ACCEL_BENCH_IPSEC_LIMIT:-18000}
ipsec_key=0x$(printf '%040d' 7)

declare -A ipsec

in_ns() { ip netns exec "$@"; }

# ipsec_pair NAMESPACE DEVICE NAMESPACE DEVICE
ipsec_pair()
{
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3" &&
	ip -n "$1" link set "$2" up && ip -n "$3" link set "$4" up
}

# ipsec_stack NAMESPACE: its device for the tunnel is a stacked one of ours
ipsec_stack()
{
	ip -n "$1" link add vaccel0 link eth0 type vaccel &&
	ip -n "$1" link set vaccel0 up
}

# ipsec_lladdr NAMESPACE DEVICE
ipsec_lladdr()
{
	in_ns "$1" cat /sys/class/net/"$2"/address
}

# ipsec_network GW'S DEVICE PEER'S DEVICE
ipsec_network()
{
	local ns

	for ns in gen gw peer sink; do
		ip netns add $ns && ip -n $ns link set lo up || return
	done
	ipsec_pair gen eth0 gw lan && ipsec_pair gw eth0 peer eth0 &&
	ipsec_pair peer lan sink eth0 || return
	[ "$1" = eth0 ] || ipsec_stack gw || return
	[ "$2" = eth0 ] || ipsec_stack peer || return
	for ns in gw peer; do
		in_ns $ns sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward" || return
	done
	ip -n gen addr add 10.1.0.9/24 dev eth0 &&
	ip -n gw addr add 10.1.0.1/24 dev lan &&
	ip -n gw addr add 192.0.2.1/24 dev "$1" &&
	ip -n peer addr add 192.0.2.2/24 dev "$2" &&
	ip -n gen route add default via 10.1.0.1 &&
	ip -n gw route add default via 192.0.2.2 &&
	ip -n peer route add default dev lan &&
	ip -n peer neigh add 10.2.0.9 dev lan nud permanent \
		lladdr "$(ipsec_lladdr sink eth0)" &&
	ip -n peer neigh add 198.51.100.1 dev lan nud permanent \
		lladdr "$(ipsec_lladdr sink eth0)"
}

ipsec_network_gone()
{
	local ns

	for ns in gen gw peer sink; do
		ip netns del $ns
	done
}

# ipsec_tunnel NAMESPACE in|out DEVICE software|crypto|packet
ipsec_tunnel()
{
	local tmpl="tmpl src 192.0.2.1 dst 198.51.100.1 proto esp mode tunnel"
	local offload=() policy=()

	[ "$3" = eth0 ] || offload=(offload "$4" dev "$3" dir "$2")
	# The kernel uses a state in packet mode for such a policy only
	[ "$4-$2" != packet-out ] || policy=("${offload[@]:0:4}")
	ip -n "$1" xfrm state add src 192.0.2.1 dst 198.51.100.1 proto esp \
		spi 0x1001 mode tunnel aead 'rfc4106(gcm(aes))' "$ipsec_key" \
		128 "${offload[@]}" || return
	# shellcheck disable=SC2086  # words
	if [ "$2" = out ]; then
		ip -n "$1" xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 \
			dir out "${policy[@]}" $tmpl
	else
		ip -n "$1" addr add 198.51.100.1/32 dev lo &&
		ip -n "$1" xfrm policy add src 10.1.0.0/24 dst 10.2.0.0/24 \
			dir fwd $tmpl
	fi
}

# ipsec_now: sets now, the machine's time, idle, and relay, what its workers have run,
# all in nanoseconds
ipsec_now()
{
	local task

	read -r now idle < <(awk '
		/^now at/ { now = $3 }
		/\.(idle|iowait)_sleeptime/ { idle += $3 }
		END { printf "%.0f %.0f\n", now, idle }' /proc/timer_list)
	relay=0
	for task in $(pgrep '^vha-'); do
		relay=$((relay + $(cut -d ' ' -f 1 "/proc/$task/schedstat")))
	done
}

# Bursts, so that a queue has more than one packet, and none overflows
ipsec_send()
{
	in_ns gen python3 - "$ipsec_packets" $ipsec_burst <<-'END'
	import socket, sys, time
	packets, burst = map(int, sys.argv[1:])
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.connect(("10.2.0.9", 9))
	data = bytes(1372)
	for i in range(packets // burst):
	    for j in range(burst):
	        s.send(data)
	    time.sleep(0.01)
	END
}

ipsec_arrived()
{
	in_ns sink cat /sys/class/net/eth0/statistics/rx_packets
}

# ipsec_once NAME: sets cost, and of_relay, which is a part of it
ipsec_once()
{
	local now idle relay before start was_idle had_run arrived

	before=$(ipsec_arrived)
	ipsec_now
	start=$now was_idle=$idle had_run=$relay
	ipsec_send || bench_die "cannot send"
	ipsec_now
	arrived=$(($(ipsec_arrived) - before))
	[ $arrived -ge "$ipsec_packets" ] ||
		bench_die "$1: $arrived of $ipsec_packets packets arrived"
	# Two nanoseconds are an instruction
	cost=$(((now - start - idle + was_idle) / 2 / ipsec_packets))
	of_relay=$(((relay - had_run) / 2 / ipsec_packets))
}

# ipsec_measure NAME: the least of some rounds, as what others do only adds
ipsec_measure()
{
	local round cost of_relay

	for ((round = 0; round < bench_rounds; round++)); do
		ipsec_once "$1"
		[ "${ipsec[$1]:-$cost}" -ge $cost ] || continue
		ipsec[$1]=$cost
		ipsec[$1.relay]=$of_relay
	done
}

# ipsec_case NAME GW'S DEVICE|none PEER'S DEVICE|none [crypto|packet]
ipsec_case()
{
	local out=${2/none/eth0} in=${3/none/eth0}

	ipsec_network "$out" "$in" || bench_die "no network"
	[ "$2" = none ] || ipsec_tunnel gw out "$2" "${4:-}" || bench_die "no tunnel"
	[ "$3" = none ] || ipsec_tunnel peer in "$3" "${4:-}" || bench_die "no tunnel"
	ipsec_measure "$1"
	ipsec_network_gone
}

ipsec_all()
{
	local kind

	bench_setup
	modprobe -aq ghash_clmulni_intel gcm esp4 esp4_offload xfrm_user veth
	# With a low priority, so that the kernel's own ESP uses software
	modprobe virtio_accel priority=10 || bench_die "cannot load virtio_accel"
	bench_wait_driver rfc4106-gcm-aes-virtio-accel
	ipsec_case forwarding none none
	ipsec_case software.out eth0 none
	ipsec_case software.in eth0 eth0
	for kind in crypto packet; do
		ipsec_case $kind.out vaccel0 none $kind
		ipsec_case $kind.in eth0 vaccel0 $kind
	done
	ipsec_unload
}

# States are gone a little later than their namespaces
ipsec_unload()
{
	local i

	for ((i = 0; i < 100; i++)); do
		! rmmod virtio_accel 2>/dev/null || return
		sleep 0.1
	done
	bench_die "cannot remove virtio_accel"
}

# ipsec_cost software|crypto|packet out|in: instructions beyond forwarding
ipsec_cost()
{
	local base=forwarding

	[ "$2" = out ] || base=software.out
	echo "$((${ipsec[$1.$2]} - ${ipsec[$base]}))"
}

# ipsec_beyond crypto|packet out|in: of offload beyond software
ipsec_beyond()
{
	echo "$(($(ipsec_cost "$@") - $(ipsec_cost software "$2")))"
}

ipsec_table()
{
	local kind direction

	cat <<-END

	  IPsec, instructions per packet of 1,400 bytes beyond forwarding: AES-128-GCM,
	  tunnel, IPv4; the least of $bench_rounds times $ipsec_packets packets in bursts of $ipsec_burst.

	END
	printf '  %-15s %-9s %7s %7s %15s\n' '' direction all beyond 'by the worker'
	for kind in software crypto packet; do
		for direction in out in; do
			printf '  %-15s %-9s %7s %7s %15s\n' "$kind" $direction \
				"$(ipsec_cost $kind $direction)" \
				"$(ipsec_beyond $kind $direction)" \
				"${ipsec[$kind.$direction.relay]}"
		done
	done
	cat <<-END

	  software: the kernel's own ESP.  crypto, packet: offload by a vaccel device,
	  the relay and its cipher included.  beyond: more than software.  by the
	  worker: of all, in the device's thread and in the interrupts that it raises.

	END
}

ipsec_json()
{
	local kind direction separator=''

	for kind in software crypto packet; do
		for direction in out in; do
			printf '%s"%s.%s": {"all": %s, "worker": %s}' \
				"$separator" $kind $direction \
				"$(ipsec_cost $kind $direction)" \
				"${ipsec[$kind.$direction.relay]}"
			separator=', '
		done
	done
}
