#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# batch: packet
#
# Packet offload on a stacked device: what is refused, what must not come in or go out,
# limits, and all that may happen under traffic. See guest-ipsec-packet.sh.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc
. tests/cases/ipsec-life.inc

offload=packet window=1024 left_out=65536
packet=(offload packet dev vaccel0 dir out)

refusals()
{
	local id

	run_case "namespaces" namespaces
	like "$(state mode beet "${gcm[@]}" "${packet[@]}")" \
		"modes tunnel and transport" "mode beet is refused"
	like "$(state mode tunnel aead 'rfc4106(gcm(aes))' "$key" 64 \
		"${packet[@]}")" "length of the ICV" "a short ICV is refused"
	like "$(state mode tunnel auth-trunc 'hmac(md5)' "$enc_key" 96 \
		enc 'cbc(aes)' "$enc_key" "${packet[@]}")" \
		"lacks this algorithm" "an unknown pair is refused"
	like "$(state mode tunnel "${gcm[@]}" flag decap-dscp \
		offload packet dev vaccel0 dir in)" \
		"decap-dscp" "decap-dscp is refused"
	like "$(state mode tunnel "${gcm[@]}" extra-flag oseq-may-wrap \
		"${packet[@]}")" "oseq-may-wrap" "oseq-may-wrap is refused"
	like "$(state mode tunnel "${gcm[@]}" output-mark 5 "${packet[@]}")" \
		"output-mark" "output-mark is refused"
	like "$(state mode tunnel "${gcm[@]}" if_id 5 "${packet[@]}")" \
		"if_id" "if_id is refused"
	like "$(state mode tunnel "${gcm[@]}" sel src 2001:db8::1 \
		dst 2001:db8::2 "${packet[@]}")" "another family" \
		"a tunnel of another family is refused"
	id=$(device) || bail_out "no device"
	echo "$id" >$virtio/unbind
	like "$(state mode tunnel "${gcm[@]}" "${packet[@]}")" "no device has" \
		"without a device all are refused"
	echo "$id" >$virtio/bind
	is "$(state mode tunnel "${gcm[@]}" "${packet[@]}")" "" \
		"what is left is taken, as soon as the device is there"
	is "$(ip -n a xfrm state | grep -c '^src')" 1 "and nothing else was"
	fails "the module stays: a state uses it" modprobe -r virtio_accel
	namespaces_gone
}

ping_b() { in_b ping -c 10 -i 0.02 -W 1 "$@"; }

# to_port PORT: a plain datagram from b
to_port()
{
	in_b bash -c "echo >/dev/udp/10.9.0.1/$1"
}

clear_text_in()
{
	local before

	run_case "namespaces" namespaces
	run_case "states and policies" ipsec 4 tunnel "${gcm[@]}"
	run_case "ping" ping_a

	# The SA is for 10.9.0.2
	ip -n b addr add 10.8.0.2/32 dev lo
	ip -n b xfrm policy add src 10.8.0.2/32 dst 10.9.0.1/32 dir out \
		tmpl src 192.0.2.2 dst 192.0.2.1 proto esp mode tunnel
	before=$(counter rx_packet_mode)
	errors "another network's packets in an SA" XfrmInNoPols 10 \
		no ping_b -I 10.8.0.2 10.9.0.1
	is $(($(counter rx_packet_mode) - before)) 10 "they were authentic"

	ip -n b xfrm policy flush
	counts "plain packets that a policy wants protected" rx_packet_plain 10 \
		no ping_b -I 10.9.0.2 10.9.0.1
	counts "others" rx_packet_plain 0 ping_b 192.0.2.1
	ip -n a xfrm policy add src 10.9.0.2/32 dst 10.9.0.1/32 proto udp \
		dport 7777 dir in priority 5 offload packet dev vaccel0
	counts "a policy before it that lets them in" rx_packet_plain 0 \
		to_port 7777
	counts "and not others" rx_packet_plain 1 to_port 7778
	counts "key exchange" rx_packet_plain 0 to_port 500
	ip -n a xfrm policy flush
	counts "without policies" rx_packet_plain 0 to_port 7778
	namespaces_gone
}

replays()
{
	local from_b='esp and src 192.0.2.2' kind

	for kind in "window=1024" "window=32" "window=1024 esn"; do
		window=${kind#*=} window=${window% *}
		run_case "$kind: namespaces" namespaces
		if [[ $kind = *esn ]]; then
			run_case "$kind: states and policies" ipsec 4 tunnel \
				"${gcm[@]}" "${esn[@]}"
		else
			run_case "$kind: states and policies" ipsec 4 tunnel \
				"${gcm[@]}"
		fi
		watch
		run_case "$kind: ping" ping_a -s 600
		unwatch
		counts "$kind: packets that come again" rx_packet_refused 10 \
			again "$from_b"
		is "$(mib a XfrmInStateSeqError)" 10 "$kind: the kernel counts them"
		# The kernel puts them together, and does them in software
		errors "$kind: as fragments" XfrmInStateSeqError 10 \
			again "$from_b" fragment
		is "$(counter rx_packet_mode)" 10 "$kind: none came in twice"
		run_case "$kind: ping goes on" ping_a
		namespaces_gone
	done
	window=1024
}

forged()
{
	run_case "namespaces" namespaces
	run_case "states and policies" ipsec 4 tunnel "${gcm[@]}"
	ip -n b xfrm state del src 192.0.2.2 dst 192.0.2.1 proto esp spi 0x1002
	sa b 192.0.2.2 192.0.2.1 0x1002 out mode tunnel \
		aead 'rfc4106(gcm(aes))' "0x$(printf '%040d' 8)" 128
	counts "forged packets" rx_esp_badmsg 10 no ping_a
	is "$(mib a XfrmInStateProtoError)" 10 "the stack counts them"
	like "$(ip -n a -s xfrm state get src 192.0.2.2 dst 192.0.2.1 \
		proto esp spi 0x1002)" "failed 10" "and the state"
	is "$(counter rx_packet_mode)" 0 "none came in"
	namespaces_gone
}

# six_in_four: an IPv6 network behind an IPv4 peer, in a
six_in_four()
{
	local mode=tunnel outer=192.0.2. inner=2001:db8:9:: bits=128

	sa a 192.0.2.1 192.0.2.2 0x1001 out mode tunnel "${gcm[@]}" &&
		policy a out 1 2
}

clear_text_out()
{
	run_case "namespaces" namespaces
	run_case "states and policies" ipsec 4 tunnel "${gcm[@]}"
	run_case "ping" ping_a
	ip -n a link add dummy0 type dummy
	in_a sysctl -qw net.ipv6.conf.dummy0.disable_ipv6=1
	ip -n a link set dummy0 up
	ip -n a route add 192.0.2.2/32 dev dummy0 src 192.0.2.1
	in_a ping -c 1 -W 1 10.9.0.2 >/dev/null 2>&1
	errors "a route to the peer by another device" XfrmOutError 10 \
		no ping_a
	is "$(ip -n a -s -j link show dummy0 |
		python3 -c 'import json, sys
print(json.load(sys.stdin)[0]["stats64"]["tx"]["packets"])')" 0 \
		"nothing leaves there"
	ip -n a link del dummy0
	run_case "ping" ping_a
	watch
	ip -n a xfrm state flush
	run_case "without a state" no ping_a
	unwatch
	no_clear_text "no clear text"
	namespaces_gone

	run_case "IPv6 in IPv4: namespaces" namespaces
	watch
	run_case "IPv6 in IPv4: states and policies" six_in_four
	run_case "IPv6 in IPv4: nothing comes back" \
		no in_a ping -c 10 -i 0.02 -W 1 2001:db8:9::2
	unwatch
	no_clear_text "IPv6 in IPv4: no clear text"
	namespaces_gone
}

limits()
{
	local events

	run_case "limits: namespaces" namespaces
	run_case "limits: states and policies" ipsec 4 tunnel "${gcm[@]}" \
		limit packet-soft 15 limit packet-hard 25
	events=$(mktemp)
	ip -n a xfrm monitor expire >"$events" &
	sleep 0.5
	run_case "ping up to the soft limit" ping_a
	is "$(wc -l <"$events")" 0 "no event before it"
	run_case "ping over it" ping_a
	run_case "an event" wait_for 20 grep -q "hard 0" "$events"
	watch
	ping_a >/dev/null
	unwatch
	is "$(seen 'esp and src 192.0.2.1')" 5 "as many packets as it allows"
	run_case "an event" wait_for 20 grep -q "hard 1" "$events"
	no_clear_text "limits: no clear text"
	all_gone
	namespaces_gone

	run_case "the last number: namespaces" namespaces
	run_case "the last number: states and policies" ipsec 4 tunnel "${gcm[@]}"
	ip -n a xfrm state del src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001
	sa a 192.0.2.1 192.0.2.2 0x1001 out mode tunnel "${gcm[@]}" \
		replay-oseq $((0xfffffffb - left_out))
	watch
	errors "the last number" XfrmOutStateSeqError 6 ping_a
	unwatch
	is "$(seen 'esp and src 192.0.2.1')" 4 "the last number: none after it"
	like "$(ip -n a xfrm state)" "oseq 0xffffffff" "the last number: in the state"
	namespaces_gone
}

# A key daemon that changes addresses has read the number some time before
added_again()
{
	run_case "added again: namespaces" namespaces
	run_case "added again: states and policies" ipsec 4 tunnel "${gcm[@]}"
	watch
	run_case "added again: ping" ping_a
	ip -n a xfrm state del src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x1001
	sa a 192.0.2.1 192.0.2.2 0x1001 out mode tunnel "${gcm[@]}" \
		replay-oseq 7
	run_case "added again with a number of before: ping" ping_a
	unwatch
	is "$(sequence 1001 | head -n 1)" 1 "added again: a new one begins with 1"
	is "$(sequence 1001 | sort -n | uniq -d)" "" "no number comes twice"
	is "$(sequence 1001 | sed -n 11p)" $((7 + left_out + 1)) \
		"numbers were left out"
	namespaces_gone
	run_case "added again: namespaces" namespaces
	like "$(state mode tunnel "${gcm[@]}" replay-oseq 0xffff0000 \
		"${packet[@]}")" "too few sequence numbers" \
		"a state at its end is refused"
	namespaces_gone
}

acquire()
{
	local events

	run_case "acquire: namespaces" namespaces
	run_case "acquire: states and policies" ipsec 4 tunnel "${gcm[@]}"
	ip -n a xfrm state flush
	events=$(mktemp)
	ip -n a xfrm monitor acquire >"$events" &
	sleep 0.5
	run_case "acquire: without a state" no ping_a
	run_case "acquire: the key daemon is asked" \
		wait_for 20 grep -q "acquire proto esp" "$events"
	sa a 192.0.2.2 192.0.2.1 0x1002 in mode tunnel "${gcm[@]}" &&
		sa a 192.0.2.1 192.0.2.2 0x1001 out mode tunnel "${gcm[@]}" ||
		not_ok "acquire: states"
	run_case "acquire: with its answer" wait_for 20 ping_a
	all_gone
	namespaces_gone
}

# The device goes and comes back: GCM's sequence numbers are its nonces
device_lost()
{
	local id software

	run_case "lost: namespaces" namespaces
	run_case "lost: states and policies" ipsec 4 tunnel "${gcm[@]}"
	id=$(device) || bail_out "no device"
	watch
	stream
	run_case "the device goes" sh -c "echo $id >$virtio/unbind"
	software=$(counter rx_esp_software)
	run_case "what is to leave is dropped" no ping_a
	at_least "$(counter tx_packet_no_device)" 10 "and counted"
	in_b ping -c 10 -i 0.02 -W 1 -I 10.9.0.2 10.9.0.1 >/dev/null
	at_least $(($(counter rx_esp_software) - software)) 10 \
		"what comes in is done in software"
	run_case "it comes back" sh -c "echo $id >$virtio/bind"
	run_case "packets go on" more_packets
	stream_ends "TCP survives"
	unwatch
	no_clear_text "lost: no clear text"
	at_least "$(sequence 1001 | wc -l)" 200 "packets were seen"
	run_case "no number comes twice, all in order" in_order 1001
	at_least "$(sequence 1001 | tail -1)" 65537 "numbers were left out"
	is "$(xfrm_errors b) $(mib a XfrmInStateSeqError)" "0 0" \
		"the peer accepts them, and so do we"
	all_gone
	namespaces_gone
}

ipsec_start
modprobe dummy
refusals
clear_text_in
replays
forged
clear_text_out
limits
wrap
added_again
acquire
rekey
device_lost
gone "states flushed" ip -n a xfrm state flush
gone "set down" ip -n a link set vaccel0 down
gone "link deleted" ip -n a link del vaccel0
gone "device below deleted" ip -n a link del eth0
ipsec_end
done_testing
