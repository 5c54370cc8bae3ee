#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --smp 1 --timeout 1800
# run: --topology loop --kernel debug --smp 1 --timeout 1800
# batch: yes
#
# ESP tunnels between two network namespaces: the kernel chooses our native
# rfc4106(gcm(aes)), with aesni_intel's loaded first, rfc4543(gcm(aes)), which only
# authenticates, then authenc() and, with extended
# sequence numbers, authencesn().
#
#	[ a 10.9.0.1 ]== ESP over 192.0.2.1 -- 192.0.2.2 ==[ b 10.9.0.2 ]

. tests/lib.sh
. tests/cases/guest.inc

key=0x$(printf '%040d' 7)
auth_key=0x$(printf '%064d' 9)
enc_key=0x$(printf '%032d' 5)

load_software
load_driver
modprobe -aq esp4 xfrm_user veth dummy echainiv

# state_and_policies NAMESPACE MINE THEIRS NET_MINE NET_THEIRS SPI_OUT SPI_IN, with
# the algorithms in $algorithms
state_and_policies()
{
	local x="ip -n $1 xfrm" tmpl

	$x state add src "$2" dst "$3" proto esp spi "$6" mode tunnel \
		"${algorithms[@]}" || return
	$x state add src "$3" dst "$2" proto esp spi "$7" mode tunnel \
		"${algorithms[@]}" || return
	tmpl="tmpl src $2 dst $3 proto esp mode tunnel"
	# shellcheck disable=SC2086  # words
	$x policy add src "$4" dst "$5" dir out $tmpl || return
	tmpl="tmpl src $3 dst $2 proto esp mode tunnel"
	# shellcheck disable=SC2086  # words
	$x policy add src "$5" dst "$4" dir in $tmpl
}

tunnel()
{
	ip netns add a && ip netns add b &&
	ip -n a link add eth0 type veth peer name eth0 netns b &&
	ip -n a addr add 192.0.2.1/24 dev eth0 &&
	ip -n b addr add 192.0.2.2/24 dev eth0 &&
	ip -n a addr add 10.9.0.1/32 dev lo &&
	ip -n b addr add 10.9.0.2/32 dev lo &&
	ip -n a link set lo up && ip -n b link set lo up &&
	ip -n a link set eth0 up && ip -n b link set eth0 up &&
	ip -n a route add 10.9.0.2/32 via 192.0.2.2 src 10.9.0.1 &&
	ip -n b route add 10.9.0.1/32 via 192.0.2.1 src 10.9.0.2 &&
	state_and_policies a 192.0.2.1 192.0.2.2 10.9.0.1/32 10.9.0.2/32 \
		0x1001 0x1002 &&
	state_and_policies b 192.0.2.2 192.0.2.1 10.9.0.2/32 10.9.0.1/32 \
		0x1002 0x1001
}

# through DRIVER ALGORITHMS...: packets, in both directions
through()
{
	local driver=$1 badmsg before ns

	shift
	algorithms=("$@")
	# The self-tests have some that are not
	badmsg=$(stat "$driver" badmsg)
	before=$(stat "$driver" requests)
	run_case "$driver: set up the tunnel" tunnel
	run_case "ping through it" ip netns exec a ping -c 20 -i 0.05 -w 20 \
		-s 1300 10.9.0.2
	# Out, in, and both again for the answers
	at_least $(($(stat "$driver" requests) - before)) 80 \
		"the device did every packet in both directions"
	at_least "$(crypto_field "$driver" refcnt)" 5 "four states hold it"
	is "$(stat "$driver" fallback)" 0 "nothing in software"
	is "$(stat "$driver" errors)" 0 "no errors"

	if command -v iperf3 >/dev/null; then
		ip netns exec b iperf3 -s -1 -D >/dev/null
		sleep 1
		run_case "TCP through it" timeout 60 ip netns exec a iperf3 \
			-c 10.9.0.2 -t 3
	fi
	for ns in a b; do
		[ -e /proc/net/xfrm_stat ] || continue
		is "$(ip netns exec $ns awk '
			/XfrmInError|XfrmInState(Proto|Mode|Seq)Error|XfrmOutError|XfrmOutStateProtoError/ {
				n += $2 } END { print n + 0 }' \
			/proc/net/xfrm_stat)" 0 \
			"$ns: no packet was refused or out of order"
	done
	is "$(stat "$driver" fallback)" 0 "still nothing in software"
	is "$(stat "$driver" badmsg)" "$badmsg" "every packet was authentic"
	ip netns del a
	ip netns del b
}

through rfc4106-gcm-aes-virtio-accel aead 'rfc4106(gcm(aes))' "$key" 128
through rfc4543-gcm-aes-virtio-accel aead 'rfc4543(gcm(aes))' "$key" 128
through authenc-hmac-sha256-cbc-aes-virtio-accel \
	auth-trunc 'hmac(sha256)' "$auth_key" 128 enc 'cbc(aes)' "$enc_key"
through authencesn-hmac-sha256-cbc-aes-virtio-accel \
	auth-trunc 'hmac(sha256)' "$auth_key" 128 enc 'cbc(aes)' "$enc_key" \
	flag esn replay-window 1024
run_case "the module goes when the states are gone" \
	wait_for 30 modprobe -r virtio_accel
done_testing
