#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology pair --kernel 6.12 --device none --host-crypto --timeout 1500
#
# A driver that is neither ours nor software: the host VM has QEMU's own crypto device,
# under the kernel's virtio_crypto, and a guest's AES-CBC is relayed to that. QEMU's device
# has no RSA here (see testing.rst): the same driver gets that from a second device.

. tests/lib.sh
. tests/cases/host-vdpa.inc
. tests/cases/pair-vdpa.inc

cbc=virtio_crypto_aes_cbc
rsa=virtio-crypto-rsa
guests_cbc="cbc-aes-virtio-accel"
settings=/sys/devices/vhost_accel

# qemus_device: as virtioN
qemus_device()
{
	local device

	for device in /sys/bus/pci/devices/*/virtio*; do
		[ "$(cat "$device/device")" = 0x0014 ] || continue
		basename "$device"
		return
	done
	return 1
}

# interrupts: that QEMU's device has raised for requests; its queues share a vector
interrupts()
{
	awk -v name="^$foreign-(virtqueues|dataq)" '$NF ~ name { n += $2 } END { print n + 0 }' \
		/proc/interrupts
}

interrupts_beyond()
{
	[ "$(interrupts)" -gt "$1" ]
}

# done_by NAME ALGORITHM: the driver that a device has for it
done_by()
{
	awk -v name="$2" '$1 == name { print $2 }' \
		"/sys/kernel/debug/vhost_accel/$1/algorithms"
}

# requests_of NAME ALGORITHM: how many
requests_of()
{
	awk -v name="$2" '$1 == name { print $3 }' \
		"/sys/kernel/debug/vhost_accel/$1/algorithms"
}

# move PROVIDER
move()
{
	echo "$1" >$bus/devices/acc0/accel/provider
}

# works NAME: the load goes on, and QEMU's device is at work
works()
{
	local before

	before=$(interrupts)
	load_goes_on 64 || not_ok "$1: the load goes on"
	run_case "$1" wait_for 60 interrupts_beyond "$before"
}

# stands_still NAME: the load goes on, and QEMU's device has nothing to do with it
stands_still()
{
	local before

	before=$(interrupts)
	load_goes_on 64 || not_ok "$1: the load goes on"
	is "$(interrupts)" "$before" "$1"
}

test_appears()
{
	foreign=$(qemus_device) || bail_out "QEMU's device is missing"
	load vhost_accel
	fails "without the driver there is no such provider" has_mgmtdev virtio-crypto
	load virtio_crypto
	run_case "with it there is" wait_for 60 has_mgmtdev virtio-crypto
	echo rsa >$settings/soft/algorithms
	run_case "a device with RSA, for the same driver" \
		vdpa_add rsa0 virtio_vdpa
	echo all >$settings/soft/algorithms
	run_case "which has RSA now" wait_for 60 have_crypto_driver $rsa
	echo none >$settings/virtio-crypto/fallback
	run_case "a device of this provider alone" \
		vdpa_add acc0 vhost_vdpa virtio-crypto
	is "$(attr acc0 algorithms)" "cbc(aes) rsa" "it offers what the driver has"
	run_case "a device of soft" vdpa_add acc1
	is "$(done_by acc1 rsa)" rsa-generic "does not use it for RSA"
	run_case "it is deleted" vdpa dev del acc1
}

test_ciphers()
{
	local refcnt

	refcnt=$(crypto_field $cbc refcnt)
	load_start "a load under many keys starts" \
		python3 tests/cases/pair-keys-load.py $guests_cbc $share
	works "QEMU's device does it"
	is "$(done_by acc0 'cbc(aes)')" $cbc "by the driver of the kernel's"
	at_least "$(crypto_field $cbc refcnt)" $((refcnt + 16)) \
		"which each of the keys holds"
	fails "and which can't be unloaded" rmmod virtio_crypto
}

test_moves()
{
	local round

	run_case "the device is moved to soft under load" move soft
	stands_still "QEMU's device is idle"
	is "$(crypto_field $cbc refcnt)" 1 "nobody holds the driver"
	run_case "it can be unloaded" rmmod virtio_crypto
	stands_still "which the guest does not notice"
	fails "the device can't be moved there now" move virtio-crypto
	load virtio_crypto
	run_case "the driver is back" wait_for 60 have_crypto_driver $rsa
	run_case "and the device is moved there" move virtio-crypto
	works "QEMU's device is at work again"
	for round in 1 2 3 4; do
		move soft && load_goes_on && move virtio-crypto && load_goes_on ||
			not_ok "there and back, round $round"
	done
	works "and after four more moves there and back"
}

test_rsa()
{
	local before

	before=$(attr rsa0 requests)
	embed guest bash tests/cases/pair-rsa.bash
	at_least "$(requests_of acc0 rsa)" 5 "acc0 did that"
	is "$(done_by acc0 rsa)" $rsa "by the same driver"
	at_least "$(attr rsa0 requests)" $((before + 5)) "on its second device"
}

test_appears
need_guest
guest_driver fallback=never verify_priority=3000 || bail_out "no driver in the guest"
guest modprobe -a x509_key_parser pkcs8_key_parser
test_ciphers
test_moves
test_rsa
load_stop "no request failed or was done under another key"
is "$(guest_stat $guests_cbc errors)" 0 "no errors in the guest"
is "$(attr acc0 errors) $(attr acc0 fallbacks)" "0 0" "nor on the host, nor a fallback"
done_testing
