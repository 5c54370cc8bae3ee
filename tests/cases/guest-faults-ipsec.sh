#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --smp 1 --device none --timeout 1800
# batch: faults
#
# Each fault of the simulated accelerator, below a device with the kernel's own driver,
# under IPsec on a stacked device: what fails is lost on its way out and decrypted by
# software on its way in, and what does not is right for the kernel's software on the other
# side, in both directions. See guest-ipsec.sh.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc
. tests/cases/ipsec.inc
. tests/cases/sim.inc
. tests/cases/faults.inc

driver=rfc4106-gcm-aes-virtio-accel

# pings: until /tmp/stop exists; a packet in each direction has a pattern that is compared
pings()
{
	until [ -e /tmp/stop ]; do
		in_a ping -q -c 60 -i 0.002 -W 5 -s 1300 10.9.0.2
	done >/tmp/load 2>&1
}

# missing: pings without an answer
missing()
{
	awk '/packets transmitted/ { n += $1 - $4 } END { print n + 0 }' /tmp/load
}

load_start()
{
	rm -f /tmp/stop
	before=$(stat $driver requests) before_errors=$(stat $driver errors)
	sent=$(moved tx) tx_errors=$(counter tx_esp_errors)
	rx_software=$(counter rx_esp_software)
	pings &
	load=$!
	wait_for 60 sim_beyond completed $((was[completed] + 20)) ||
		not_ok "the load starts"
}

load_stop()
{
	local failed tx

	touch /tmp/stop
	wait $load
	answered=$(($(stat $driver requests) - before))
	failed=$(($(attr acc0 errors) - was[host_errors]))
	is $(($(stat $driver errors) - before_errors)) $failed \
		"$1: the driver sees the errors that the device has counted"
	is "$(stat $driver fallback)" 0 "$1: nothing in software"
	at_least $(($(moved tx) - sent)) 60 "$1: packets go through"
	tx=$(($(counter tx_esp_errors) - tx_errors))
	is $(($(counter rx_esp_software) - rx_software + tx)) $failed \
		"$1: each is lost on its way out, or left to software"
	is "$(grep -c 'wrong data' /tmp/load)" 0 "$1: what came back is right"
	# An answer may have come after ping had given it up
	at_least "$(missing)" $tx "$1: the former are missing"
	is "$(xfrm_errors a) $(xfrm_errors b)" "0 0" \
		"$1: what has come through is authentic"
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
run_case "namespaces" namespaces
run_case "states and policies" ipsec 4 tunnel "${gcm[@]}"
for fault in $faults; do
	under "$fault"
done
dma_is_clean 2
namespaces_gone
ipsec_end
run_case "vdpa dev del acc0" timeout 60 vdpa dev del acc0
run_case "rmmod vhost_accel" rmmod vhost_accel
run_case "rmmod accel_sim" rmmod accel_sim
done_testing
