#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology pair --kernel 6.12 --device none --timeout 1500
# batch: yes
#
# QEMU's stop and cont under load. They reset the device without the guest's
# knowledge: its sessions are gone, and those made afterwards must not be taken
# for them. Sixteen keys are used in random order, so that the sessions come
# back in another order than they were made in: a device which numbers them
# again from the start would use one key in place of another.

. tests/lib.sh
. tests/cases/host-vdpa.inc
. tests/cases/pair-vdpa.inc

need_guest
guest_driver fallback=never || bail_out "no driver in the guest"

load_start "a load under many keys starts" \
	python3 tests/cases/pair-keys-load.py cbc-aes-virtio-accel $share
before=$(guest_stat cbc-aes-virtio-accel requests)
lost=0
for round in 1 2 3 4 5 6 7 8; do
	qmp stop >/dev/null || not_ok "stop, round $round"
	[ $((round % 2)) = 0 ] || sleep 0.3
	qmp cont >/dev/null || not_ok "cont, round $round"
	load_goes_on 64 || lost=$((lost + 1))
done
is $lost 0 "the load goes on after each of 8 stops"
load_stop "no request is lost or done with the wrong key"
at_least "$(guest_stat cbc-aes-virtio-accel requests)" $((before + 512)) \
	"it was the device that did it"
is "$(guest_stat cbc-aes-virtio-accel errors)" 0 "no errors in the guest"
isnt "$(guest_stat cbc-aes-virtio-accel resubmitted)" 0 \
	"requests met a device that had lost their session"

guest "rmmod virtio_accel; modprobe virtio_accel"
load_start "a load on dm-crypt starts" \
	bash tests/cases/pair-disk-load.bash $share
for round in 1 2 3 4; do
	qmp stop >/dev/null
	qmp cont >/dev/null
	load_goes_on || not_ok "the disk goes on after stop $round"
done
load_stop "dm-crypt has noticed nothing"
done_testing
