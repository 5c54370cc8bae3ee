#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --smp 1 --device none --timeout 1800
# run: --topology loop --kernel uml --device none --timeout 1800
# batch: faults
#
# Each fault of the simulated accelerator, below a device with the kernel's own driver,
# under IPsec on a stacked device, with the kernel's software on the other side, see
# guest-ipsec.sh. What fails is lost, but for what comes in with crypto offload: software
# decrypts that. What does not is right, in order, comes once, and is never to be seen on
# the wire.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc
. tests/cases/ipsec.inc
. tests/cases/sim.inc
. tests/cases/faults.inc

driver=rfc4106-gcm-aes-virtio-accel

# The loads: how packets are offloaded, and algorithms. With CBC and HMAC in packet mode, the
# host asks two providers for each packet, as accel_sim has no HMAC. The debug kernel, which
# checks DMA and is slow, has the two that differ most, UML the third. By hand: ROWS.
case $ACCEL_KERNEL in
debug) rows=${ROWS:-crypto-gcm packet-cbc} ;;
*) rows=${ROWS:-packet-gcm} ;;
esac

# use_row NAME
use_row()
{
	row=$1 offload=${1%-*} window=
	[ $offload = crypto ] || window=1024
	case $1 in
	*-gcm) algorithms=("${gcm[@]}") ;;
	*-cbc) algorithms=("${cbc[@]}") ;;
	esac
}

# Counters of the stacked device, all at once, and what they were before the load
declare -A packets old

read_packets()
{
	local name value

	while read -r name value; do
		packets[${name%:}]=$value
	done < <(in_a ethtool -S vaccel0)
	packets[lost_out]=$((packets[tx_esp_errors] + packets[tx_packet_refused]))
	packets[lost]=$((packets[lost_out] + packets[rx_packet_refused]))
	packets[wrong]=$(dropped)
	packets[xfrm]=$(xfrm_errors a)
	packets[requests]=$(stat $driver requests)
	packets[errors]=$(stat $driver errors)
	packets[host]=$(attr acc0 requests)
}

# grown COUNTER: by how much
grown()
{
	echo $((packets[$1] - old[$1]))
}

load_start()
{
	local name

	rm -f /tmp/stop
	read_packets
	for name in "${!packets[@]}"; do
		old[$name]=${packets[$name]}
	done
	ip netns exec a $traffic exchange 10.9.0.2 /tmp/stop $next >/tmp/load 2>&1 &
	load=$!
	wait_for 60 sim_beyond completed $((was[completed] + 20)) ||
		not_ok "the load starts"
}

# crypto_stop NAME FAILED: what comes in can be decrypted in software
crypto_stop()
{
	answered=$(grown requests)
	is "$(grown errors)" "$2" "$1: the driver sees the errors that the device has counted"
	is "$(grown xfrm)" 0 "$1: what has come through is authentic"
}

# packet_stop NAME FAILED
packet_stop()
{
	answered=$(($(grown tx_packet_mode) + $(grown rx_packet_mode) + $2))
	is "$(grown requests) $(grown rx_esp_software)" "0 0" \
		"$1: nothing in another mode"
	is "$(grown xfrm)" "$2" "$1: the kernel counts the errors, too"
}

load_stop()
{
	local name=$1 failed sent back wrong twice late

	touch /tmp/stop
	wait $load
	is $? 0 "$name: the load ends" || diag "$(tail /tmp/load)"
	read -r _ sent _ back _ wrong _ twice _ late </tmp/load
	next=$((next + sent))
	read_packets
	failed=$(($(attr acc0 errors) - was[host_errors]))
	${offload}_stop "$name" $failed
	is "$(grown host)" "$answered" "$name: the driver has an answer to each request"
	is "$(grown wrong)" $failed "$name: and each that failed is counted once"
	is "$(stat $driver fallback)" 0 "$name: none in software of the driver's"
	at_least "$back" 60 "$name: packets go through"
	is $((sent - back)) "$(grown lost)" "$name: those that are lost have failed"
	is "$(grown tx_esp_packets)" $((sent - $(grown lost_out))) \
		"$name: what left was sent"
	is $(($(grown rx_esp_packets) + $(grown rx_esp_software))) "$back" \
		"$name: what came in was received"
	is "$wrong $twice $late" "0 0 0" "$name: right, once, and in order"
	is "$(xfrm_errors b)" 0 "$name: the peer finds nothing wrong"
}

# row_start NAME
row_start()
{
	use_row "$1"
	run_case "$row: namespaces" namespaces
	run_case "$row: states and policies" ipsec 4 tunnel "${algorithms[@]}"
	# Sessions are made when they are needed
	run_case "$row: ping" in_a ping -c 1 -w 30 10.9.0.2
	next=0
	ip netns exec b $traffic echo 10.9.0.2 >/tmp/echo 2>&1 &
	echo=$!
	wait_for 30 in_b sh -c "ss -lun | grep -q :9" || not_ok "$row: no echo"
	watch -s 128 -B 8192
}

row_end()
{
	local left

	unwatch
	kill $echo
	wait $echo
	read_packets
	left=$((packets[tx_esp_packets] - 1))
	is "$(cat /tmp/echo)" "took $left wrong 0 twice 0 late 0" \
		"$row: what left came to the peer, right, once, and in order"
	no_clear_text "$row: none of it clear text"
	is "$(sequence 1001 | wc -l)" $left "$row: as many were on the wire"
	run_case "$row: no number comes twice, all in order" in_order 1001
	all_gone
	namespaces_gone
}

load_software
modprobe -aq esp4 xfrm_user echainiv seqiv
# An instance of software for each name before there is one of accel_sim
ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 "${gcm[@]}" &&
	ip xfrm state flush
load accel_sim
vdpa_add acc0 virtio_vdpa || bail_out "no device"
use_sim acc0 || bail_out "accel_sim can't be used"
ipsec_start
for name in $rows; do
	row_start "$name"
	for fault in $faults; do
		under "$fault"
	done
	row_end
done
dma_is_clean 2
ipsec_end
run_case "vdpa dev del acc0" timeout 60 vdpa dev del acc0
run_case "rmmod vhost_accel" rmmod vhost_accel
run_case "rmmod accel_sim" rmmod accel_sim
done_testing
