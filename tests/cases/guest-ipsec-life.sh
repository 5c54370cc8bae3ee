#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# batch: offload
#
# Crypto offload on a stacked device: all that may happen under traffic. See
# guest-ipsec.sh.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc

driver=rfc4106-gcm-aes-virtio-accel

crypto=(offload crypto dev vaccel0 dir out)

# stream: TCP from a to b in the background, until stream_ends
stream()
{
	ip netns exec b $traffic serve &
	wait_for 30 in_b sh -c "ss -ltn | grep -q :5202" ||
		bail_out "no server"
	rm -f /tmp/stream.stop
	ip netns exec a $traffic send 10.9.0.2 /tmp/stream.stop >/tmp/stream.log 2>&1 &
	client=$!
	more_packets || bail_out "no traffic: $(cat /tmp/stream.log)"
}

# stream_ends NAME: and all of it has come
stream_ends()
{
	touch /tmp/stream.stop
	wait $client
	is $? 0 "$1" || diag "$(cat /tmp/stream.log)"
}

# more_packets: are encrypted than until now
more_packets()
{
	wait_for 60 counter_beyond $(($(counter tx_esp_packets) + 20))
}

counter_beyond()
{
	[ "$(counter tx_esp_packets)" -gt "$1" ]
}

# more_of FIELD: requests of the driver, those that the device or software does
more_of()
{
	wait_for 60 stat_beyond "$1" $(($(stat $driver "$1") + 20))
}

stat_beyond()
{
	[ "$(stat $driver "$1")" -gt "$2" ]
}

# uses SPI: a's state is in use
uses()
{
	ip -n a -s xfrm state get src 192.0.2.1 dst 192.0.2.2 proto esp \
		spi "$1" | grep -q "[1-9][0-9]*(packets)"
}

rekey()
{
	local old new round

	run_case "namespaces" namespaces
	run_case "states and policies" ipsec 4 tunnel "${gcm[@]}"
	stream
	old=100
	for round in 1 2 3; do
		new=20$round
		# The kernel prefers the youngest, counted in seconds
		sleep 1.1
		sa a 192.0.2.2 192.0.2.1 0x${new}2 in mode tunnel "${gcm[@]}" &&
		sa b 192.0.2.1 192.0.2.2 0x${new}1 in mode tunnel "${gcm[@]}" &&
		sa a 192.0.2.1 192.0.2.2 0x${new}1 out mode tunnel "${gcm[@]}" &&
		sa b 192.0.2.2 192.0.2.1 0x${new}2 out mode tunnel "${gcm[@]}" ||
			not_ok "new keys, $round"
		# What comes in with the old ones is welcome to the end
		ip -n a xfrm state del src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x${old}1
		ip -n b xfrm state del src 192.0.2.2 dst 192.0.2.1 proto esp spi 0x${old}2
		run_case "new keys are used, $round" wait_for 60 uses 0x${new}1
		old=$new
	done
	stream_ends "TCP survives three changes of keys"
	# The stack drops what is between its look at the state and its use
	is "$(xfrm_errors a XfrmOutStateInvalid)" 0 "no errors in a"
	is "$(xfrm_errors b XfrmOutStateInvalid)" 0 "no errors in b"
	is "$(dropped)" 0 "nothing dropped"
	all_gone
	namespaces_gone
}

# The crypto device goes and comes back: GCM's sequence numbers are its nonces
device_lost()
{
	local id

	run_case "namespaces" namespaces
	run_case "states and policies" ipsec 4 tunnel "${gcm[@]}"
	id=$(device) || bail_out "no device"
	watch
	stream
	run_case "the crypto device goes" sh -c "echo $id >$virtio/unbind"
	run_case "packets go on in software" more_of fallback
	run_case "it comes back" sh -c "echo $id >$virtio/bind"
	run_case "packets go on on the device" more_of requests
	stream_ends "TCP survives"
	unwatch
	no_clear_text "no clear text"
	at_least "$(sequence 1001 | wc -l)" 60 "packets were seen"
	run_case "no number comes twice, all in order" in_order 1001
	is "$(xfrm_errors a) $(xfrm_errors b)" "0 0" "no errors"
	is "$(dropped)" 0 "nothing dropped"
	all_gone
	namespaces_gone
}

# gone NAME COMMAND...: under traffic in both directions; when there is no state, policies
# let nothing out, whatever way packets take then
gone()
{
	local name=$1

	shift
	run_case "$name: namespaces" namespaces
	run_case "$name: states and policies" ipsec 4 tunnel "${gcm[@]}"
	watch
	server
	ip netns exec a iperf3 -c 10.9.0.2 -t 600 --bidir >/dev/null 2>&1 &
	more_packets || not_ok "$name: no traffic"
	run_case "$name" "$@"
	around
	fails "$name: nothing gets out" in_a ping -c 2 -W 1 10.9.0.2
	at_least "$(xfrm_errors a)" 1 "$name: policies stop it"
	unwatch
	at_least "$(seen esp)" 20 "$name: there was traffic"
	no_clear_text "$name: no clear text"
	all_gone
	namespaces_gone
}

# around: another way to b
around()
{
	local dev=eth0

	if ! ip -n a link show eth0 >/dev/null 2>&1; then
		dev=eth1
		ip -n a link add eth1 type veth peer name eth1 netns b
		ip -n a link set eth1 up
		ip -n b link set eth1 up
	fi
	ip -n a addr add 192.0.2.1/24 dev $dev
	ip -n a route replace 10.9.0.2 dev $dev src 10.9.0.1
}

ipsec_start
rekey
device_lost
gone "states flushed" ip -n a xfrm state flush
gone "set down" ip -n a link set vaccel0 down
gone "link deleted" ip -n a link del vaccel0
gone "device below deleted" ip -n a link del eth0
run_case "namespaces" namespaces
run_case "a state" state mode tunnel "${gcm[@]}" "${crypto[@]}"
fails "the module stays: a state uses it" modprobe -r virtio_accel
ip -n a xfrm state flush
run_case "without states it goes" wait_for 30 modprobe -r virtio_accel
fails "and the link with it" ip -n a link show vaccel0
namespaces_gone
done_testing
