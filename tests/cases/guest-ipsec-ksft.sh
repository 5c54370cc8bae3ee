#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --smp 1 --timeout 1800
# batch: offload
#
# What the kernel's own tests of IPsec (tools/testing/selftests/net) ask for:
#
#	rtnetlink.sh	states and policies of an offloading device, without a peer;
#			there of netdevsim, here of ours, in both modes
#	ipsec.c		a matrix of algorithms for tunnels between two namespaces. It
#			is compiled from the kernel's source, and gets the driver's
#			algorithms

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc
. tests/cases/host-vdpa.inc

here=192.168.123.3 there=192.168.123.4
# Digits that come twice nowhere
secret=3132333435363738393031323334353664636261
one_key=(aead 'rfc4106(gcm(aes))' "0x$secret" 128)

# one_state NAMESPACE FROM TO in|out MODE
one_state()
{
	ip -n "$1" xfrm state add proto esp src "$2" dst "$3" spi 9 \
		mode transport reqid 42 "${one_key[@]}" \
		sel src "$2/24" dst "$3/24" offload "$5" dev vaccel0 dir "$4"
}

# one_policy NAMESPACE FROM TO in|out [OFFLOAD...]
one_policy()
{
	local from=$2 to=$3 dir=$4 ns=$1

	shift 4
	ip -n "$ns" xfrm policy add dir "$dir" src "$from/24" dst "$to/24" "$@" \
		tmpl proto esp src "$from" dst "$to" spi 9 mode transport \
		reqid 42
}

# Nothing that the drivers show has the key; nor has the log
key_is_shown()
{
	{
		cat $stats /sys/kernel/debug/virtio_accel/algorithms \
			/sys/kernel/debug/vhost_accel/acc0/* \
			/sys/bus/vdpa/devices/acc0/accel/*
		in_a ethtool -S vaccel0
		dmesg
	} 2>/dev/null | grep -qiE '31323334|34333231|12345678'
}

# has_sas N: of the host
has_sas()
{
	[ "$(attr acc0 sas)" = "$1" ]
}

has_sessions()
{
	[ "$(attr acc0 sessions)" = "$1" ]
}

# without_peer MODE OFFLOAD-OF-POLICIES...
without_peer()
{
	local mode=$1 counter=tx_esp_packets sas=0 sessions

	shift
	[ "$mode" = crypto ] || { counter=tx_packet_mode sas=2; }
	sessions=$(attr acc0 sessions)
	run_case "$mode: a device" without_peer_device
	run_case "$mode: policy, out" one_policy a $here $there out "$@"
	run_case "$mode: policy, in" one_policy a $there $here in "$@"
	run_case "$mode: state, out" one_state a $here $there out "$mode"
	run_case "$mode: state, in" one_state a $there $here in "$mode"
	fails "$mode: the same state again" one_state a $there $here in "$mode"
	is "$(ip -n a xfrm state list |
		grep -c "offload parameters: dev vaccel0 dir.*mode $mode")" 2 \
		"$mode: the list has both"
	is "$(ip -n a xfrm state list | grep -c 'rfc4106(gcm(aes))')" 2 \
		"$mode: and their algorithm"
	run_case "$mode: the host has SAs: $sas" has_sas $sas
	ip -n a neigh add $there dev vaccel0 lladdr 00:11:22:33:44:55
	in_a ping -I vaccel0 -c 3 -W 1 -i 0.1 $there >/dev/null
	is "$(counter $counter)" 3 "$mode: three packets, encrypted"
	is "$(dropped)" 0 "$mode: nothing went wrong"
	like "$(ip -n a -s xfrm state list)" '[^0-9]3\(packets\)' \
		"$mode: the state has counted them"
	run_case "$mode: the key is shown nowhere" no key_is_shown

	run_case "$mode: one state is deleted" ip -n a xfrm state delete \
		proto esp src $there dst $here spi 9
	[ "$mode" = crypto ] ||
		run_case "$mode: and its SA" wait_for 20 has_sas 1
	run_case "$mode: it can be made again" \
		one_state a $there $here in "$mode"
	ip -n a xfrm state flush
	ip -n a xfrm policy flush
	is "$(ip -n a xfrm state list | wc -l)" 0 "$mode: no state is left"
	run_case "$mode: nor an SA with the host" wait_for 20 has_sas 0
	run_case "$mode: nor a session" wait_for 20 has_sessions "$sessions"
	one_state a $here $there out "$mode"
	run_case "$mode: the device goes with a state" ip -n a link del vaccel0
	is "$(ip -n a xfrm state list | wc -l)" 0 "$mode: that goes, too"
	run_case "$mode: and its SA" wait_for 20 has_sas 0
	ip netns del a
}

without_peer_device()
{
	ip netns add a &&
	ip -n a link add eth0 type dummy && ip -n a link set eth0 up &&
	ip -n a link add vaccel0 link eth0 type vaccel &&
	ip -n a link set vaccel0 up && ip -n a addr add $here/24 dev vaccel0
}

# matrix_of_kernel: AH, IPComp and ESP with all algorithms that the test knows. Each takes
# 11 seconds, in which it waits: so 25 are done at a time.
matrix_of_kernel()
{
	local line name said='' planned=none seen=0

	if ! command -v ksft-ipsec >/dev/null; then
		skip "the kernel's ipsec.c" "tests/ground/source has not been run"
		return
	fi
	while IFS= read -r line; do
		name="the kernel's ipsec.c: ${line#*ok [0-9]*  }"
		case $line in
		1..*) planned=${line#1..} ;;
		"ok "*) ok "$name" ;;
		"not ok "*) not_ok "$name" "$said" ;;
		"Bail out!"*) not_ok "$line" ;;
		esac
		case $line in
		"ok "*|"not ok "*) said='' seen=$((seen + 1)) ;;
		*) said+=$line$'\n' ;;
		esac
	done < <(stdbuf -oL timeout 900 ksft-ipsec 25 2>&1)
	is "$seen" "$planned" "the kernel's ipsec.c ends"
	# Its pings were seen to reach none of them: what it shows is that states are made
	at_least "$(grep -cE '^driver *: (echainiv|seqiv)\(.*-virtio-accel' \
		/proc/crypto)" 10 "with algorithms of ours"
}

load_software
load_driver
modprobe -aq esp4 esp4_offload ah4 ipcomp xfrm_user veth dummy seqiv echainiv
without_peer crypto
without_peer packet offload packet dev vaccel0
matrix_of_kernel
ipsec_end
done_testing
