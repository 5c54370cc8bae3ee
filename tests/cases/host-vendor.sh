#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --device none --timeout 1800
# batch: provider
#
# A vendor's driver comes and goes, and its management device with it. The vendor
# is accel_sim, which knows nothing of vhost_accel.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

sim=/sys/module/accel_sim/parameters
settings=/sys/devices/vhost_accel/accel-sim

# mgmtdevs: the management devices, on one line
mgmtdevs()
{
	vdpa mgmtdev show | sed -n 's/^\([^ ].*\):.*/\1/p' | sort | xargs
}

mgmtdevs_are()
{
	[ "$(mgmtdevs)" = "$1" ]
}

# works NAME: requests of a program, verified, done by accel_sim
works()
{
	local before

	before=$(cat $sim/completed)
	run_case "$1 works" vdpa-load "$1" 1
	at_least "$(cat $sim/completed)" $((before + 1)) "accel_sim does the work"
}

test_comes()
{
	is "$(mgmtdevs)" "soft" "without hardware there is soft alone"
	load accel_sim
	run_case "a management device appears with the algorithms" \
		wait_for 60 mgmtdevs_are "accel-sim soft"
	run_case "with its settings" test -e $settings/queues
	run_case "for devices without a fallback" \
		sh -c "echo none >$settings/fallback"
	run_case "a device of it" vdpa_add acc0 vhost_vdpa accel-sim
	is "$(attr acc0 provider)" accel-sim "it says so"
	is "$(attr acc0 algorithms)" \
		"ecb(aes) cbc(aes) ctr(aes) xts(aes) gcm(aes)" \
		"it offers what the vendor has, and nothing else"
	works acc0
}

test_goes()
{
	run_case "idle devices don't hold the vendor's module" rmmod accel_sim
	sleep 0.3
	is "$(mgmtdevs)" "accel-sim soft" \
		"the management device stays while it has a device"
	fails "it makes no new one" vdpa dev add name acc1 mgmtdev accel-sim
	like "$(dmesg | tail -n 3)" "acc1: the provider is gone" "and says why"
	load accel_sim
	run_case "it does again when the vendor is back" \
		vdpa_add acc1 vhost_vdpa accel-sim
	works acc0
	works acc1
	run_case "the second device is deleted" vdpa dev del acc1
	run_case "the vendor leaves again" rmmod accel_sim
	is "$(mgmtdevs)" "accel-sim soft" "one device is left"
	run_case "which is deleted" vdpa dev del acc0
	run_case "and the management device goes with it" \
		wait_for 60 mgmtdevs_are soft
	run_case "with its settings" test ! -e $settings
}

test_stays_away()
{
	load accel_sim
	run_case "it appears again" wait_for 60 mgmtdevs_are "accel-sim soft"
	run_case "the vendor leaves without devices" rmmod accel_sim
	run_case "and it goes at once" wait_for 60 mgmtdevs_are soft
}

# This host is a guest, too: its device has our own driver.
test_nested()
{
	run_case "a device for the kernel's own driver" vdpa_add acc0 virtio_vdpa
	load_driver
	run_case "that driver's algorithms are a vendor's" \
		wait_for 60 mgmtdevs_are "soft virtio-accel"
	run_case "a device of them" vdpa_add acc1 vhost_vdpa virtio-accel
	like "$(attr acc1 algorithms)" "ecb\(aes\).* gcm\(aes\).* rsa" \
		"it offers what the driver has"
	before=$(attr acc0 requests)
	embed vdpa-attack acc1 good-revision-1
	at_least "$(attr acc0 requests)" $((before + 1)) \
		"the device below does the work"
	fails "the device below can't be moved on top of itself" \
		sh -c "echo virtio-accel >$bus/devices/acc0/accel/provider"
	is "$(attr acc0 provider)" soft "it stays where it is"
	run_case "virtio_vdpa takes it" vdpa_rebind acc1 virtio_vdpa
	like "$(attr acc1 state)" "not-started: virtio-accel works with" \
		"but it does not start: it would be below itself"
	run_case "it is deleted" timeout 60 vdpa dev del acc1
	run_case "the driver leaves" modprobe -r virtio_accel
	run_case "and its management device" wait_for 60 mgmtdevs_are soft
	run_case "the device below is deleted" timeout 60 vdpa dev del acc0
}

test_unload()
{
	load accel_sim
	run_case "a vendor" wait_for 60 mgmtdevs_are "accel-sim soft"
	run_case "with a device" vdpa_add acc0 vhost_vdpa accel-sim
	run_case "rmmod vhost_accel takes all with it" rmmod vhost_accel
	run_case "the vendor comes and goes without it" rmmod accel_sim
	load accel_sim
	load vhost_accel
	is "$(mgmtdevs)" "accel-sim soft" "a vendor that is there is found at once"
	run_case "rmmod vhost_accel" rmmod vhost_accel
	run_case "rmmod accel_sim" rmmod accel_sim
}

load_software
load vhost_accel
test_comes
test_goes
test_stays_away
test_nested
test_unload
done_testing
