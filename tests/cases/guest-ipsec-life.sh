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
. tests/cases/ipsec-life.inc

driver=rfc4106-gcm-aes-virtio-accel

crypto=(offload crypto dev vaccel0 dir out)

# more_of FIELD: requests of the driver, those that the device or software does
more_of()
{
	wait_for 60 stat_beyond "$1" $(($(stat $driver "$1") + 20))
}

stat_beyond()
{
	[ "$(stat $driver "$1")" -gt "$2" ]
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
