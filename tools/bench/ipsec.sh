#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What IPsec costs per packet of 1,400 bytes, in instructions; in one machine that
# runs under `tests/vm/run --icount`.  All is done on its one CPU:
#
#	gen 10.1.0.9 -- gw 192.0.2.1 ==== 192.0.2.2 peer -- 10.2.0.9 sink
#
# Packets are for 10.128.0.0 and so on, and gw encrypts them into a tunnel for each of
# these, to 198.18.0.0 and so on.  Those are peer, which decrypts, or they are behind
# peer, which forwards ESP like all else: the difference between the two is what
# decryption costs, and that to packets without IPsec what encryption costs.
#
# Guest and host are one kernel here, and the host's workers do a part of the guest's
# work: they raise the driver's interrupts, in which it takes its packets back.  So what
# the host costs is measured apart, with a program that gives the same packets to the
# device (tests/user/vdpa/vdpa-packets.c).  The rest is the guest's: its stack and driver.
#
# Sourced by measure.sh and by test cases, after lib.sh.

ipsec_packets=${ACCEL_BENCH_PACKETS:-1600}
ipsec_burst=32
# Packets of a super-packet: of UDP, and with 46 it has almost 64 KB
ipsec_segments=1
ipsec_settings=/sys/devices/vhost_accel/soft

# The claims. Instructions of offload, relay included, more than of software: it is what
# mainline's virtio_crypto costs below the kernel's ESP at worst.
# shellcheck disable=SC2034  # used by the scripts that source this file
{
ipsec_limit=${ACCEL_BENCH_IPSEC_LIMIT:-18000}
# Of an SA in packet mode, host included, more than in software
ipsec_set_up_limit=250000
# Per cent that a packet may cost more when there are many SAs
ipsec_many_limit=10
}
# SAs, each of which gets its turn
ipsec_sas=${ACCEL_BENCH_SAS:-4096}

declare -A ipsec
declare -A ipsec_algs=(
	[gcm]="aead rfc4106(gcm(aes)) 0x$(printf '%040d' 7) 128"
	[null]="auth digest_null \"\" enc ecb(cipher_null) \"\""
	[cbc]="auth-trunc hmac(sha256) 0x$(printf '%064d' 9) 128 enc cbc(aes) 0x$(printf '%032d' 5)"
)
# What is measured: of ipsec_algs, and how many tunnels
ipsec_alg=gcm
ipsec_tunnels=1

in_ns() { ip netns exec "$@"; }

# ipsec_pair NAMESPACE DEVICE NAMESPACE DEVICE
ipsec_pair()
{
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3" &&
	ip -n "$1" link set "$2" up && ip -n "$3" link set "$4" up
}

# ipsec_address NAMESPACE ADDRESS DEVICE: for the tunnel, on a stacked device or not
ipsec_address()
{
	if [ "$3" != eth0 ]; then
		ip -n "$1" addr flush dev eth0 &&
		ip -n "$1" link add vaccel0 link eth0 type vaccel &&
		ip -n "$1" link set vaccel0 up || return
	fi
	ip -n "$1" addr add "$2/24" dev "$3"
}

# ipsec_network GW'S DEVICE PEER'S DEVICE
ipsec_network()
{
	local ns

	for ns in gen gw peer sink; do
		ip netns add $ns && ip -n $ns link set lo up || return
	done
	ipsec_pair gen eth0 gw lan && ipsec_pair gw eth0 peer eth0 &&
	ipsec_pair peer lan sink eth0 &&
	ipsec_address gw 192.0.2.1 "$1" && ipsec_address peer 192.0.2.2 "$2" ||
		return
	for ns in gw peer; do
		in_ns $ns sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward" || return
	done
	ip -n gen addr add 10.1.0.9/24 dev eth0 &&
	ip -n gw addr add 10.1.0.1/24 dev lan &&
	ip -n gen route add default via 10.1.0.1 &&
	ip -n gw route add default via 192.0.2.2 &&
	ip -n peer addr add 10.2.0.1/24 dev lan &&
	ip -n peer route add default via 10.2.0.9 &&
	ip -n peer neigh add 10.2.0.9 dev lan nud permanent \
		lladdr "$(in_ns sink cat /sys/class/net/eth0/address)"
}

ipsec_network_gone()
{
	local ns

	for ns in gen gw peer sink; do
		ip netns del $ns
	done
}

# ipsec_batch TEXT FILE: TEXT for each tunnel, with its ends in place of OUTER and INNER,
# and its number of SPI
ipsec_batch()
{
	awk -v text="$1" -v n="$ipsec_tunnels" '
	function address(first, i) {
		return first + int(i / 65536) "." int(i / 256) % 256 "." i % 256
	}
	BEGIN {
		for (i = 0; i < n; i++) {
			line = text
			sub("OUTER", "198." address(18, i), line)
			sub("INNER", "10." address(128, i), line)
			sub("SPI", 4097 + i, line)
			print line
		}
	}' >"$2"
}

# ipsec_states NAMESPACE in|out DEVICE software|crypto|packet [NAME]: with a NAME, what
# each costs
ipsec_states()
{
	local text="xfrm state add src 192.0.2.1 dst OUTER proto esp spi SPI"

	text+=" mode tunnel ${ipsec_algs[$ipsec_alg]}"
	[ "$4" = software ] || text+=" offload $4 dev $3 dir $2"
	ipsec_batch "$text" /tmp/ipsec.batch || return
	if [ $# -gt 4 ]; then
		ipsec_set_up "$5" ip -n "$1" -batch /tmp/ipsec.batch
	else
		ip -n "$1" -batch /tmp/ipsec.batch
	fi
}

# ipsec_policies NAMESPACE in|out DEVICE software|crypto|packet
ipsec_policies()
{
	local text="xfrm policy add src 10.1.0.9/32 dst INNER/32 dir out"

	if [ "$2" = in ]; then
		# Whatever the other end of the tunnel is, one is for all
		ip -n "$1" xfrm policy add src 10.1.0.9/32 dst 10.128.0.0/9 dir fwd \
			tmpl src 192.0.2.1 dst 198.18.0.0 proto esp mode tunnel
		return
	fi
	# The kernel uses a state in packet mode for such a policy only
	[ "$4" != packet ] || text+=" offload packet dev $3"
	text+=" tmpl src 192.0.2.1 dst OUTER proto esp mode tunnel"
	ipsec_batch "$text" /tmp/ipsec.batch &&
	ip -n "$1" -batch /tmp/ipsec.batch
}

# ipsec_ends NAMESPACE in|out DEVICE software|crypto|packet [NAME]: of the tunnels
ipsec_ends()
{
	[ "$2" = out ] || ip -n "$1" route add local 198.18.0.0/15 dev lo || return
	ipsec_states "$@" && ipsec_policies "$@"
}

# ipsec_now: sets now, the machine's time, and idle, in nanoseconds
ipsec_now()
{
	read -r now idle < <(awk '
		/^now at/ { now = $3 }
		/\.(idle|iowait)_sleeptime/ { idle += $3 }
		END { printf "%.0f %.0f\n", now, idle }' /proc/timer_list)
}

# ipsec_busy N COMMAND...: sets cost, of each of N, in instructions
ipsec_busy()
{
	local n=$1 now idle start was_idle

	shift
	ipsec_now
	start=$now was_idle=$idle
	"$@" || return
	ipsec_now
	cost=$(((now - start - idle + was_idle) / 2 / n))
}

# Memory of the kernel that it cannot take back, in KiB
ipsec_memory()
{
	awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo
}

# ipsec_set_up NAME COMMAND...: what makes a state for each tunnel
ipsec_set_up()
{
	local name=$1 cost memory

	shift
	memory=$(ipsec_memory)
	ipsec_busy "$ipsec_tunnels" "$@" || return
	ipsec[$name.set-up]=$cost
	ipsec[$name.bytes]=$((($(ipsec_memory) - memory) * 1024 / ipsec_tunnels))
}

# ipsec_send: prints how long the machine was busy with the packets, in nanoseconds. In
# bursts, so that a queue has more than one packet, and none overflows.
ipsec_send()
{
	in_ns gen python3 - "$ipsec_packets" $ipsec_burst "$ipsec_tunnels" \
		"$ipsec_segments" <<-'END'
	import re, socket, sys, time

	def busy():
	    with open("/proc/timer_list") as f:
	        text = f.read()
	    now = int(re.search(r"^now at (\d+)", text, re.M).group(1))
	    idle = re.findall(r"\.(?:idle|iowait)_sleeptime *: (\d+)", text)
	    return now - sum(map(int, idle))

	packets, burst, tunnels, segments = map(int, sys.argv[1:])
	# Without a factor in common with any number of tunnels that is a power of two
	to = [(10 << 24) + (128 << 16) + i * 40503 % tunnels
	      for i in range(packets // segments)]
	to = [("%d.%d.%d.%d" % tuple(a.to_bytes(4, "big")), 9) for a in to]
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	if segments > 1:
	    UDP_SEGMENT = 103
	    s.setsockopt(socket.SOL_UDP, UDP_SEGMENT, 1372)
	data = bytes(1372 * segments)
	burst = max(burst // segments, 1)
	start = busy()
	for i in range(0, len(to), burst):
	    for address in to[i:i + burst]:
	        s.sendto(data, address)
	    time.sleep(0.01)
	print(busy() - start)
	END
}

ipsec_arrived()
{
	in_ns sink cat /sys/class/net/eth0/statistics/rx_packets
}

# ipsec_once NAME: sets cost
ipsec_once()
{
	local before arrived busy

	before=$(ipsec_arrived)
	busy=$(ipsec_send) || bench_die "cannot send"
	# Two nanoseconds are an instruction
	cost=$((busy / 2 / ipsec_packets))
	arrived=$(($(ipsec_arrived) - before))
	[ $arrived -ge "$ipsec_packets" ] ||
		bench_die "$1: $arrived of $ipsec_packets packets arrived"
}

# ipsec_measure NAME: the least of some rounds, as what others do only adds
ipsec_measure()
{
	local round cost

	for ((round = 0; round < bench_rounds; round++)); do
		ipsec_once "$1"
		[ "${ipsec[$1]:-$cost}" -lt $cost ] || ipsec[$1]=$cost
	done
}

# ipsec_case NAME GW'S DEVICE|none PEER'S DEVICE|none [crypto|packet]: on devices that
# are not stacked there is no offload
ipsec_case()
{
	local out=${2/none/eth0} in=${3/none/eth0} kind

	ipsec_network "$out" "$in" || bench_die "no network"
	kind=${4:-software}
	[ "$out" != eth0 ] || kind=software
	[ "$2" = none ] || ipsec_ends gw out "$out" $kind || bench_die "no tunnel"
	kind=${4:-software}
	[ "$in" != eth0 ] || kind=software
	[ "$3" = none ] || ipsec_ends peer in "$in" $kind || bench_die "no tunnel"
	# What is not for IPsec is cut in software there
	[ "$ipsec_segments" = 1 ] ||
		in_ns gw ethtool -K eth0 tx-udp-segmentation off ||
		bench_die "no software"
	ipsec_measure "$1"
	ipsec_network_gone
}

# The same for super-packets, that the first machine gives to gw as they are
ipsec_super()
{
	local ipsec_segments=46 ipsec_packets

	ipsec_packets=$((${ACCEL_BENCH_PACKETS:-1600} / ipsec_segments * ipsec_segments))
	ipsec_case super.forwarding none none
	ipsec_case super.packet.out vaccel0 none packet
}

# ipsec_many: the same for many SAs at a time, and what it takes to make them
ipsec_many()
{
	local ipsec_tunnels=$ipsec_sas

	ipsec_network eth0 eth0 || bench_die "no network"
	ipsec_measure many.forwarding
	ipsec_ends gw out eth0 software many.software || bench_die "no tunnels"
	ipsec_measure many.software.out
	ipsec_address peer 192.0.2.2 vaccel0 &&
		ip -n peer neigh flush all nud reachable &&
		ipsec_ends peer in vaccel0 packet many.packet.in ||
		bench_die "no tunnels that come in"
	ipsec_measure many.packet.in
	ipsec_network_gone
	ipsec_network vaccel0 eth0 &&
		ipsec_ends gw out vaccel0 packet many.packet.out ||
		bench_die "no tunnels that go out"
	ipsec_measure many.packet.out
	ipsec_network_gone
}

# ipsec_device DRIVER: acc0 again, with room for all SAs, for a driver of vDPA's
ipsec_device()
{
	local bus=/sys/bus/vdpa

	modprobe "$1" && vdpa dev del acc0 &&
	echo "$ipsec_sas" >$ipsec_settings/max_sas &&
	echo 0 >$bus/drivers_autoprobe &&
	vdpa dev add name acc0 mgmtdev soft &&
	echo "$1" >$bus/devices/acc0/driver_override &&
	echo acc0 >$bus/drivers_probe && echo 1 >$bus/drivers_autoprobe &&
	[ -e $bus/drivers/"$1"/acc0 ] || bench_die "no device for $1"
}

# ipsec_prefer DRIVER: by a priority above all others'
ipsec_prefer()
{
	modprobe crypto_user && python3 - "$1" <<-'END'
	import socket, struct, sys

	def request(kind, flags, body):
	    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 21)
	    s.send(struct.pack("=IHHII", 16 + len(body), kind, flags, 1, 0) + body)
	    error = struct.unpack_from("=i", s.recv(4096), 16)[0]
	    if error:
	        sys.exit("error %d" % error)

	# CRYPTO_MSG_UPDATEALG with a struct crypto_user_alg and CRYPTOCFGA_PRIORITY_VAL
	request(0x12, 5, struct.pack("=64s64s64sIIII", b"", sys.argv[1].encode(), b"",
	                             0, 0, 0, 0) + struct.pack("=HHI", 8, 1, 10000))
	END
}

# ipsec_mainline: the kernel's own driver on our device, below the kernel's ESP; of what
# ESP can use it has AES-CBC. Its module is blacklisted, by name it loads.
ipsec_mainline()
{
	local requests

	modprobe virtio_crypto || bench_die "cannot load virtio_crypto"
	bench_wait_driver virtio_crypto_aes_cbc
	ipsec_prefer virtio_crypto_aes_cbc || bench_die "cannot prefer virtio_crypto"
	requests=$(bench_host_requests)
	ipsec_case cbc.mainline.out eth0 none
	ipsec_case cbc.mainline.in eth0 eth0
	requests=$(($(bench_host_requests) - requests))
	[ $requests -ge $((3 * bench_rounds * ipsec_packets)) ] ||
		bench_die "virtio_crypto: the host did only $requests requests"
	ipsec_unload virtio_crypto
}

# ipsec_cbc: the others with the same algorithms
ipsec_cbc()
{
	local kind

	ipsec_case cbc.software.out eth0 none
	ipsec_case cbc.software.in eth0 eth0
	for kind in crypto packet; do
		ipsec_case cbc.$kind.out vaccel0 none $kind
		ipsec_case cbc.$kind.in eth0 vaccel0 $kind
	done
}

# The host alone: what its workers run
ipsec_host()
{
	local round name value sas=1024

	[ $sas -le "$ipsec_sas" ] || sas=$ipsec_sas
	ipsec_device vhost_vdpa
	for ((round = 0; round < bench_rounds; round++)); do
		vdpa-packets acc0 "$ipsec_packets" $sas >/tmp/ipsec.host ||
			bench_die "host: $(paste -sd ' ' /tmp/ipsec.host)"
		while read -r name value; do
			case $name in
			bytes) value=$((value / sas)) ;;
			sas) value=$((value / 2 / sas)) ;;
			*) value=$((value / 2 / ipsec_packets)) ;;
			esac
			[ "${ipsec[host.$name]:-$value}" -lt $value ] ||
				ipsec[host.$name]=$value
		done </tmp/ipsec.host
	done
	ipsec_device virtio_vdpa
}

# ipsec_all [cbc]: with AES-GCM, and with AES-CBC and HMAC-SHA256
ipsec_all()
{
	local kind ipsec_alg

	bench_setup
	modprobe -aq ghash_clmulni_intel gcm sha256_ssse3 authenc echainiv \
		crypto_null esp4 esp4_offload xfrm_user veth
	ipsec_host
	ipsec_alg=cbc
	[ -z "${1:-}" ] || ipsec_mainline
	# With a low priority, so that the kernel's own ESP uses software
	modprobe virtio_accel priority=10 || bench_die "cannot load virtio_accel"
	bench_wait_driver rfc4106-gcm-aes-virtio-accel
	[ -z "${1:-}" ] || ipsec_cbc
	ipsec_alg=null
	ipsec_case null.software.out eth0 none
	ipsec_case null.software.in eth0 eth0
	ipsec_alg=gcm
	ipsec_case forwarding none none
	ipsec_case software.out eth0 none
	ipsec_case software.in eth0 eth0
	for kind in crypto packet; do
		ipsec_case $kind.out vaccel0 none $kind
		ipsec_case $kind.in eth0 vaccel0 $kind
	done
	ipsec_super
	ipsec_many
	ipsec_unload virtio_accel
}

# ipsec_unload DRIVER: states are gone a little later than their namespaces
ipsec_unload()
{
	local i

	for ((i = 0; i < 600; i++)); do
		! rmmod "$1" 2>/dev/null || return
		sleep 0.1
	done
	bench_die "cannot remove $1"
}

# ipsec_cost [many.|cbc.|null.|super.]software|mainline|crypto|packet out|in: instructions
# beyond forwarding
ipsec_cost()
{
	local base

	case $1-$2 in
	many.*-out) base=many.forwarding ;;
	many.*-in) base=many.software.out ;;
	super.*) base=super.forwarding ;;
	*-out) base=forwarding ;;
	cbc.mainline-in) base=cbc.mainline.out ;;
	cbc.*-in) base=cbc.software.out ;;
	null.*-in) base=null.software.out ;;
	*-in) base=software.out ;;
	esac
	echo "$((${ipsec[$1.$2]} - ${ipsec[$base]}))"
}

# ipsec_beyond crypto|packet out|in: of offload beyond software
ipsec_beyond()
{
	echo "$(($(ipsec_cost "$@") - $(ipsec_cost software "$2")))"
}

# ipsec_guest crypto|packet|super.packet out|in: what is not the host's
ipsec_guest()
{
	echo "$(($(ipsec_cost "$@") - ${ipsec[host.${1#super.}.$2]}))"
}

# ipsec_driver crypto|packet out|in: and not the kernel's IPsec
ipsec_driver()
{
	echo "$(($(ipsec_guest "$@") - $(ipsec_cost null.software "$2")))"
}

# ipsec_more out|in: what many SAs add to a packet, in per cent
ipsec_more()
{
	local one

	one=$(ipsec_cost packet "$1")
	echo "$((($(ipsec_cost many.packet "$1") - one) * 100 / one))"
}

# ipsec_made out|in: what it takes to make an SA, beyond software
ipsec_made()
{
	echo "$((${ipsec[many.packet.$1.set-up]} - ${ipsec[many.software.set-up]}))"
}

ipsec_table()
{
	local kind direction

	cat <<-END

	  IPsec, instructions per packet of 1,400 bytes beyond forwarding, which takes
	  ${ipsec[forwarding]}: AES-128-GCM, tunnel, IPv4; the least of $bench_rounds times
	  $ipsec_packets packets in bursts of $ipsec_burst.

	END
	printf '  %-9s %-9s %7s %7s %7s %7s %7s\n' '' direction all host guest driver \
		beyond
	for direction in out in; do
		printf '  %-9s %-9s %7s\n' \
			null $direction "$(ipsec_cost null.software $direction)" \
			software $direction "$(ipsec_cost software $direction)"
		for kind in crypto packet; do
			printf '  %-9s %-9s %7s %7s %7s %7s %7s\n' "$kind" $direction \
				"$(ipsec_cost $kind $direction)" \
				"${ipsec[host.$kind.$direction]}" \
				"$(ipsec_guest $kind $direction)" \
				"$(ipsec_driver $kind $direction)" \
				"$(ipsec_beyond $kind $direction)"
		done
	done
	printf '  %-9s %-9s %7s %7s %7s\n' super out "$(ipsec_cost super.packet out)" \
		"${ipsec[host.packet.out]}" "$(ipsec_guest super.packet out)"
	cat <<-END

	  null: the kernel's own ESP with algorithms that do nothing.  software: the
	  kernel's own.  crypto, packet: offload by a vaccel device.  super: packet
	  offload of super-packets of almost 64 KB, beyond forwarding where they are
	  cut in software.
	  host: of all, what the device's workers run, cipher included, if a program
	  gives them the same packets.  guest: the rest, stack and driver.  driver: of
	  that, more than null, which is the kernel's IPsec.  beyond: of all, more than
	  software.

	  Packet offload:              out      in
	END
	printf '  %-24s %7s %7s\n' "with 1 SA" "$(ipsec_cost packet out)" \
		"$(ipsec_cost packet in)" \
		"with $ipsec_sas SAs" "$(ipsec_cost many.packet out)" \
		"$(ipsec_cost many.packet in)" \
		"an SA is made by" "$(ipsec_made out)" "$(ipsec_made in)"
	cat <<-END

	  The last line is beyond software, ${ipsec[host.sas]} of it the host's.  Kernel
	  memory for an SA: $((${ipsec[many.packet.out.bytes]} - ${ipsec[host.bytes]})) bytes in the guest (in software ${ipsec[many.software.bytes]}), ${ipsec[host.bytes]} in
	  the host.

	END
}

ipsec_table_cbc()
{
	local kind

	printf '  %-34s %7s %7s\n' 'AES-128-CBC with HMAC-SHA256:' out in
	for kind in software mainline crypto packet; do
		printf '  %-34s %7s %7s\n' \
			"${kind/mainline/virtio_crypto, below ESP}" \
			"$(ipsec_cost cbc.$kind out)" "$(ipsec_cost cbc.$kind in)"
	done
	echo
}

ipsec_json()
{
	local kind direction

	printf '"forwarding": %s' "${ipsec[forwarding]}"
	for direction in out in; do
		printf ', "null.%s": {"all": %s}, "software.%s": {"all": %s}' \
			$direction "$(ipsec_cost null.software $direction)" \
			$direction "$(ipsec_cost software $direction)"
		for kind in crypto packet; do
			printf ', "%s.%s": {"all": %s, "host": %s, "guest": %s, "driver": %s}' \
				$kind $direction "$(ipsec_cost $kind $direction)" \
				"${ipsec[host.$kind.$direction]}" \
				"$(ipsec_guest $kind $direction)" \
				"$(ipsec_driver $kind $direction)"
		done
		printf ', "many.%s": {"sas": %s, "all": %s, "made": %s}' \
			$direction "$ipsec_sas" \
			"$(ipsec_cost many.packet $direction)" \
			"$(ipsec_made $direction)"
	done
	printf ', "super.out": {"all": %s, "guest": %s}' \
		"$(ipsec_cost super.packet out)" "$(ipsec_guest super.packet out)"
	for kind in software mainline crypto packet; do
		printf ', "cbc.%s": {"out": %s, "in": %s}' $kind \
			"$(ipsec_cost cbc.$kind out)" "$(ipsec_cost cbc.$kind in)"
	done
	printf ', "bytes": {"software": %s, "both": %s, "host": %s}' \
		"${ipsec[many.software.bytes]}" "${ipsec[many.packet.out.bytes]}" \
		"${ipsec[host.bytes]}"
}
