#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# batch: packet
#
# Packet offload on a stacked device: super-packets, what GRO may join, and queues. See
# guest-ipsec-packet.sh.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc

offload=packet window=1024
segments=40

# accel NAME: a counter of the driver's
accel()
{
	cat "$virtio/$(device)/accel/$1"
}

# host_queue N: requests that a data queue of the host has seen
host_queue()
{
	awk -v n="$1" '$1 == n { print $2 }' \
		/sys/kernel/debug/vhost_accel/acc0/queues
}

# counting ADDRESS N: b takes so many numbered datagrams, until counted
counting()
{
	total=$(mktemp)
	in_b $traffic count "$1" "$2" >"$total" &
	counter_pid=$!
	wait_for 20 in_b sh -c "ss -Huln | grep -q ':9 '"
}

# counted NAME N
counted()
{
	wait $counter_pid
	is "$(cat "$total")" "$2" "$1: all are there, in order"
}

# lan FAMILY: a network behind a, whose super-packets go through the tunnel; from its own
# sockets, the kernel sends UDP's super-packets not through IPsec. What comes before its
# addresses are usable (IPv6) and known, is lost
lan()
{
	local net=10.9.3. there=10.9.0.2 bits=24 outer=192.0.2. offload tmpl

	if [ "$1" = 6 ]; then
		net=2001:db8:93:: there=2001:db8:9::2 bits=64 outer=2001:db8::
	fi
	ip netns add c &&
	ip -n c link add eth0 type veth peer name lan netns a &&
	ip -n c link set eth0 up && ip -n a link set lan up &&
	ip -n a addr add ${net}1/$bits dev lan &&
	ip -n c addr add ${net}2/$bits dev eth0 &&
	ip -n c route add default via ${net}1 &&
	in_a sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 &&
		wait_for 60 ip netns exec c ping -q -c 1 -W 1 ${net}1 ||
		return
	offload=(offload packet dev vaccel0)
	tmpl=(tmpl src "${outer}1" dst "${outer}2" proto esp mode tunnel)
	ip -n a xfrm policy add src ${net}0/$bits dst $there dir out \
		"${offload[@]}" "${tmpl[@]}" &&
	ip -n b xfrm policy add src ${net}0/$bits dst $there dir in "${tmpl[@]}"
}

# numbered NAME ADDRESS N SEGMENTS: super-packets from c to b
numbered()
{
	counting "$2" $(($3 * $4))
	run_case "$1" ip netns exec c $traffic numbered "$2" "$3" "$4"
	counted "$1" $(($3 * $4))
}

# bad_checksums NAMESPACE: that its kernel has seen
bad_checksums()
{
	ip netns exec "$1" nstat -asz |
		awk '/^(Tcp|Udp|Udp6)InCsumErrors/ { n += $2 } END { print n + 0 }'
}

# once NAME ADDRESS CUT: a super-packet, with one notification
once()
{
	local before kicks requests made

	kicks=$(accel kicks) requests=$(accel requests)
	before=$(counter tx_packet_mode) made=$(counter tx_super_packets)
	numbered "$1" "$2" 1 $segments
	is $(($(counter tx_super_packets) - made)) "$3" "$1: cut by the driver"
	is $(($(counter tx_packet_mode) - before)) $segments \
		"$1: into so many packets"
	is $(($(accel requests) - requests)) $segments "$1: and as many requests"
	is $(($(accel kicks) - kicks)) 1 "$1: with one notification"
}

# super FAMILY MODE: super-packets, and checksums that the stack leaves to the device
super()
{
	local name="$2 over IPv$1" peer before

	peer=$(inside "$1" "$2")2
	run_case "$name: namespaces" namespaces
	run_case "$name: states and policies" ipsec "$1" "$2" "${gcm[@]}"
	run_case "$name: ping" in_a ping -c 3 -i 0.02 -w 30 "$peer"
	watch
	if [ "$2" = tunnel ]; then
		run_case "$name: a network behind a" lan "$1"
		like "$(ip -n a -d link show vaccel0)" "gso_max_segs 64 " \
			"$name: of at most 64 packets"
		# The neighbours are known then
		numbered "$name: single packets" "$peer" 20 1
		is "$(counter tx_super_packets)" 0 "$name: not cut"
		once "$name: a super-packet" "$peer" 1
		in_a ethtool -K vaccel0 tx-udp-segmentation off
		once "$name: cut by the stack" "$peer" 0
		in_a ethtool -K vaccel0 tx-udp-segmentation on
	fi

	server
	before=$(counter tx_super_packets)
	run_case "$name: TCP" in_a timeout 60 iperf3 -c "$peer" -n 2M
	run_case "$name: TCP, from pages of a file" in_a timeout 60 \
		iperf3 -c "$peer" -Z -n 2M
	at_least $(($(counter tx_super_packets) - before)) 20 \
		"$name: TCP, in super-packets"
	before=$(counter tx_super_packets)
	in_a ethtool -K vaccel0 tso off >/dev/null
	run_case "$name: TCP, cut by the stack" \
		in_a timeout 60 iperf3 -c "$peer" -n 2M
	in_a ethtool -K vaccel0 tx off >/dev/null
	run_case "$name: TCP, checksums by the stack" \
		in_a timeout 60 iperf3 -c "$peer" -n 2M
	run_case "$name: UDP" in_a timeout 60 \
		iperf3 -c "$peer" -u -l 1200 -b 4M -n 200K
	is $(($(counter tx_super_packets) - before)) 0 "$name: not by the driver"
	unwatch
	no_clear_text "$name: no clear text"
	is "$(bad_checksums b)" 0 "$name: all checksums are right"
	is "$(dropped)" 0 "$name: nothing went wrong"
	is "$(xfrm_errors a) $(xfrm_errors b)" "0 0" "$name: no errors"
	all_gone
	all_namespaces_gone
}

all_namespaces_gone()
{
	[ ! -e /run/netns/c ] || ip netns del c
	namespaces_gone
}

# Many super-packets at once: the ring has room for one, the queue stops, and goes on
full()
{
	local before

	run_case "full: namespaces" namespaces
	run_case "full: states and policies" ipsec 4 tunnel "${gcm[@]}"
	run_case "full: a network behind a" lan 4
	numbered "full: one" 10.9.0.2 3 1
	before=$(accel queue_full)
	watch
	numbered "full" 10.9.0.2 50 $segments
	unwatch
	at_least $(($(accel queue_full) - before)) 1 "full: the ring was"
	at_least "$(counter tx_queue_stops)" 1 "full: the stack was told to stop"
	run_case "full: numbers are in order" in_order 1001
	is "$(sequence 1001 | wc -l)" $((50 * segments)) "full: none is missing"
	is "$(dropped)" 0 "full: nothing dropped"
	is "$(xfrm_errors a) $(xfrm_errors b)" "0 0" "full: no errors"
	all_namespaces_gone
}

# A limit ends in the middle of a super-packet: what is before it goes
middle()
{
	run_case "a limit in the middle: namespaces" namespaces
	run_case "a limit in the middle: states and policies" ipsec 4 tunnel \
		"${gcm[@]}" limit packet-hard 25
	run_case "a limit in the middle: a network behind a" lan 4
	watch
	counting 10.9.0.2 25
	run_case "a limit in the middle" \
		ip netns exec c $traffic numbered 10.9.0.2 1 $segments
	counted "a limit in the middle" 25
	unwatch
	is "$(seen 'esp and src 192.0.2.1')" 25 "a limit in the middle: no more"
	is "$(counter tx_packet_state)" $((segments - 25)) \
		"a limit in the middle: the rest is dropped"
	no_clear_text "a limit in the middle: no clear text"
	all_namespaces_gone
}

# nested: ESP in ESP from b to a; a does the inner one in software
nested()
{
	local outer=(src 192.0.2.2 dst 192.0.2.1 proto esp mode tunnel)
	local inner=(src 10.9.0.2 dst 10.9.0.1 proto esp mode transport)

	sa a 192.0.2.2 192.0.2.1 0x1001 in mode tunnel "${gcm[@]}" &&
	sa b 192.0.2.2 192.0.2.1 0x1001 out mode tunnel "${gcm[@]}" &&
	ip -n a xfrm state add src 10.9.0.2 dst 10.9.0.1 proto esp spi 0x1002 \
		mode transport "${gcm[@]}" &&
	ip -n b xfrm state add src 10.9.0.2 dst 10.9.0.1 proto esp spi 0x1002 \
		mode transport "${gcm[@]}" &&
	ip -n b xfrm policy add src 10.9.0.2/32 dst 10.9.0.1/32 dir out \
		tmpl "${inner[@]}" tmpl "${outer[@]}" &&
	ip -n a xfrm policy add src 10.9.0.2/32 dst 10.9.0.1/32 dir in \
		tmpl "${inner[@]}" tmpl "${outer[@]}"
}

echoes()
{
	in_a nstat -asz IcmpInEchos | awk '$1 == "IcmpInEchos" { print $2 }'
}

inside_out()
{
	run_case "ESP in ESP: namespaces" namespaces
	run_case "ESP in ESP: states and policies" nested
	in_b ping -c 5 -i 0.02 -W 1 -I 10.9.0.2 10.9.0.1 >/dev/null
	is "$(counter rx_packet_mode)" 5 "ESP in ESP: the outer one by the host"
	is "$(echoes)" 5 "ESP in ESP: all come in"
	is "$(xfrm_errors a)" 0 "ESP in ESP: no errors"
	namespaces_gone
}

# with_queues N IN_USE: another device
with_queues()
{
	vdpa dev del acc0 && echo "$1" >$settings/queues &&
		vdpa dev add name acc0 mgmtdev soft && wait_for 20 has_queues "$2"
}

has_queues()
{
	[ "$(accel queues 2>/dev/null)" = "$1" ]
}

# uses NAME N COMMAND...: requests are for a queue only
uses()
{
	local name=$1 queue=$2 other=$((1 - $2)) before others

	shift 2
	before=$(host_queue "$queue") others=$(host_queue "$other")
	"$@"
	at_least $(($(host_queue "$queue") - before)) $segments "$name: its queue"
	is $(($(host_queue "$other") - others)) 0 "$name: no other one"
}

# from_a NAME ADDRESS: datagrams to b, which does not answer
from_a()
{
	counting "$2" $segments
	run_case "$1" in_a $traffic numbered "$2" $segments 1
	counted "$1" $segments
}

queues()
{
	# UML has one CPU
	run_case "four queues of a device are in use" with_queues 8 4
	run_case "a device with two queues" with_queues 2 2
	run_case "two queues: namespaces" namespaces
	# Each pair is one that leaves and one that comes in
	run_case "two queues: first pair" ipsec 4 tunnel "${gcm[@]}"
	run_case "two queues: second pair" ipsec 6 tunnel "${gcm[@]}"
	uses "two queues: the first" 0 from_a "two queues: the first" 10.9.0.2
	uses "two queues: the second" 1 \
		from_a "two queues: the second" 2001:db8:9::2
	# The next one is on the queue that has fewer now
	ip -n a xfrm state del src 2001:db8::1 dst 2001:db8::2 proto esp spi 0x1001
	ip -n b xfrm state del src 2001:db8::1 dst 2001:db8::2 proto esp spi 0x1001
	sa b 2001:db8::1 2001:db8::2 0x2001 in mode tunnel "${gcm[@]}"
	sa a 2001:db8::1 2001:db8::2 0x2001 out mode tunnel "${gcm[@]}"
	uses "two queues: another one in its place" 1 \
		from_a "two queues: another one in its place" 2001:db8:9::2
	is "$(dropped)" 0 "two queues: nothing dropped"
	is "$(xfrm_errors a) $(xfrm_errors b)" "0 0" "two queues: no errors"
	namespaces_gone
}

settings=/sys/devices/vhost_accel/soft
ipsec_start
for family in 4 6; do
	for mode in tunnel transport; do
		super $family $mode
	done
done
full
middle
inside_out
was=$(cat $settings/queues)
queues
run_case "a device as before" with_queues "$was" "$was"
ipsec_end
done_testing
