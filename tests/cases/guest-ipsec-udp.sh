#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# batch: packet
#
# Packet offload on a stacked device with ESP in UDP, as for peers behind a NAT, against
# the kernel's own software: a's port is 4501, b's 4500. See guest-ipsec-packet.sh.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc

offload=packet window=1024
clear_text="($clear_text) and not (udp port 4500 and udp port 4501)"
in_udp='udp src port 4501 and udp dst port 4500'
on_wire=$in_udp
to_us='udp src port 4500 and udp dst port 4501'

eval "plain_$(declare -f sa_line)"

# sa_line NAMESPACE FROM TO SPI in|out ARGUMENTS...: in UDP
sa_line()
{
	local ports=(4501 4500)

	[ "$2" = 192.0.2.1 ] || ports=(4500 4501)
	plain_sa_line "$@" encap espinudp "${ports[@]}" 0.0.0.0
}

# sockets: of the key daemons in both, which keep what is not ESP
sockets()
{
	local log_a log_b

	messages=$(mktemp) log_b=$(mktemp)
	ip netns exec a $traffic encap 0.0.0.0 4501 "$messages" &
	ip netns exec b $traffic encap 0.0.0.0 4500 "$log_b" &
	wait_for 20 grep -q ready "$messages" && wait_for 20 grep -q ready "$log_b"
}

# connected NAME MODE ARGUMENTS...: a and b, with states and policies
connected()
{
	local name=$1

	shift
	run_case "$name: namespaces" namespaces
	sockets || not_ok "$name: sockets"
	run_case "$name: states and policies" ipsec 4 "$@"
}

# gone: all that connected has made
gone()
{
	all_gone
	namespaces_gone
}

# works NAME MODE ARGUMENTS...: packets go through such states
works()
{
	local name=$1

	connected "$@"
	carries "$name" "$(inside 4 "$2")2"
	is "$(seen "$in_udp and (udp[8:4] != 0x1001 or udp[6:2] != 0)")" 0 \
		"$name: all in UDP, and without a checksum"
	is "$(seen esp)" 0 "$name: and no ESP outside of it"
	gone
}

udp=(encap espinudp 4500 4500 0.0.0.0)
packet=(offload packet dev vaccel0 dir out)

refusals()
{
	run_case "refusals: namespaces" namespaces
	like "$(state mode tunnel "${gcm[@]}" encap espinudp 0 4500 0.0.0.0 \
		"${packet[@]}")" "without ports" "no source port"
	like "$(state mode tunnel "${gcm[@]}" encap espinudp 4500 0 0.0.0.0 \
		"${packet[@]}")" "without ports" "no destination port"
	like "$(ip -n a xfrm state add src 2001:db8::1 dst 2001:db8::2 proto esp \
		spi 0x99 mode tunnel "${gcm[@]}" "${udp[@]}" "${packet[@]}" 2>&1)" \
		"UDP over IPv6" "IPv6"
	is "$(state mode tunnel "${gcm[@]}" "${udp[@]}" "${packet[@]}")" "" \
		"what is left is taken"
	namespaces_gone
}

# to_a PORT HEX: a datagram from b's port
to_a()
{
	in_b $traffic datagram 192.0.2.2 4500 192.0.2.1 "$@"
}

# A packet of the SA that a has for what comes in, without anything true in it
forged=00001002000001ff$(printf '%096d' 7)

strangers()
{
	local other

	connected "strangers" tunnel "${gcm[@]}"
	other=$(mktemp)
	ip netns exec a $traffic encap 0.0.0.0 4502 "$other" &
	watch
	run_case "strangers: ping" ping_a -s 600
	unwatch
	counts "a keepalive" rx_packet_refused 0 to_a 4501 ff
	run_case "a message" to_a 4501 0000000000aabb
	run_case "goes to the daemon" wait_for 20 grep -q 00aabb "$messages"
	is "$(grep -c ff "$messages")" 0 "the keepalive did not"
	counts "to another port" rx_esp_badmsg 0 to_a 4502 "$forged"
	is "$(mib a XfrmInStateProtoError)" 1 "was not for us"
	errors "another SPI" XfrmInNoStates 1 to_a 4501 "00009999${forged:8}"
	errors "ESP outside of UDP" XfrmInStateMismatch 1 \
		in_b $traffic esp 192.0.2.2 192.0.2.1 "$forged"
	is "$(dropped)" 0 "none was for us"
	counts "a forged packet" rx_esp_badmsg 1 to_a 4501 "$forged"
	counts "one that is too short" rx_packet_refused 1 to_a 4501 "${forged::18}"
	counts "packets that come again" rx_packet_refused 10 again "$to_us"
	is "$(mib a XfrmInStateSeqError)" 10 "the kernel counts them"
	errors "as fragments" XfrmInStateSeqError 10 again "$to_us" fragment
	is "$(counter rx_packet_mode)" 10 "none came in twice"
	run_case "strangers: ping goes on" ping_a
	gone
}

# A NAT gives the peer another port, and nobody tells a
nat_moves()
{
	local events

	connected "moved" tunnel "${gcm[@]}"
	events=$(mktemp)
	ip -n a xfrm monitor >"$events" &
	sleep 0.5
	run_case "moved: ping" ping_a
	is "$(grep -ci mapping "$events")" 0 "no event"
	run_case "b has another port" \
		ip -n b xfrm state update src 192.0.2.2 dst 192.0.2.1 proto esp \
		spi 0x1002 mode tunnel "${gcm[@]}" encap espinudp 4600 4501 0.0.0.0
	counts "b has another port: ping" rx_packet_mode 10 ping_a
	run_case "the key daemon is told" wait_for 20 grep -i mapping "$events"
	watch
	run_case "it changes the port" \
		ip -n a xfrm state update src 192.0.2.1 dst 192.0.2.2 proto esp \
		spi 0x1001 mode tunnel "${gcm[@]}" "${packet[@]}" \
		encap espinudp 4501 4600 0.0.0.0
	ping_a >/dev/null
	unwatch
	is "$(seen "udp src port 4501 and dst port 4600")" 10 \
		"which packets have from then on"
	gone
}

# Without a device, what comes in goes the way of the kernel's
software()
{
	local id software

	connected "no device" tunnel "${gcm[@]}"
	run_case "no device: ping" ping_a
	id=$(device) || bail_out "no device"
	echo "$id" >$virtio/unbind
	software=$(counter rx_esp_software)
	run_case "nothing leaves" no ping_a
	in_b ping -c 10 -i 0.02 -W 1 -I 10.9.0.2 10.9.0.1 >/dev/null
	is $(($(counter rx_esp_software) - software)) 10 \
		"what comes in is done in software"
	is "$(xfrm_errors a XfrmOutError)" 0 "and let in"
	echo "$id" >$virtio/bind
	run_case "the device is back" wait_for 30 ping_a
	gone
}

ipsec_start
refusals
works "tunnel: GCM, ESN" tunnel "${gcm[@]}" "${esn[@]}"
works "tunnel: CBC and HMAC" tunnel "${cbc[@]}"
works "transport: GCM" transport "${gcm[@]}"
works "transport: CBC and HMAC, ESN" transport "${cbc[@]}" "${esn[@]}"
strangers
nat_moves
software
ipsec_end
done_testing
