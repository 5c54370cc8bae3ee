#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --device none --timeout 1800
# batch: provider
#
# A device that offers less than its host could: some algorithms, the older
# format. The guest's driver registers what is offered and nothing else.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

settings=/sys/devices/vhost_accel/soft
all="$(sed -n 's/.*\.name = "\(.*\)",/\1/p' include/accel/alg_table.h | xargs)"

# names: the algorithms that the guest's driver registered, sorted
names()
{
	awk '$1 == "name" { name = $3 } /^driver.*-virtio-accel$/ { print name }' \
		/proc/crypto | sort | xargs
}

remove()
{
	modprobe -r virtio_accel && timeout 60 vdpa dev del acc0
}

load_software
modprobe vhost_accel || bail_out "no vhost_accel"
is "$(cat $settings/algorithms)" "$all" "at first all of the table are allowed"

for bad in "cbc(aes) rot13" "rot13 cbc(aes)" " " "CBC(AES)"; do
	fails "refused: '$bad'" sh -c "echo '$bad' >$settings/algorithms"
done
like "$(dmesg | grep 'algorithms:' | head -n 1)" "rot13 is none" \
	"the log names what it does not know"
is "$(cat $settings/algorithms)" "$all" "and nothing has changed"

run_case "two algorithms are chosen" \
	sh -c "echo 'gcm(aes)  cbc(aes)' >$settings/algorithms"
vdpa_add acc0 virtio_vdpa || bail_out "no device"
is "$(attr acc0 algorithms)" "cbc(aes) gcm(aes)" "the device offers these"
run_case "a program takes it" vdpa_rebind acc0 vhost_vdpa
embed vdpa-attack acc0 session-offered
run_case "and gives it back" vdpa_rebind acc0 virtio_vdpa
load_driver
is "$(names)" "cbc(aes) gcm(aes) rfc4106(gcm(aes)) rfc4543(gcm(aes))" \
	"the guest registers these, and IPsec's forms"
run_case "all are chosen again" sh -c "echo all >$settings/algorithms"
is "$(attr acc0 algorithms)" "cbc(aes) gcm(aes)" \
	"a device that exists stays as it is"
run_case "it is removed" remove

vdpa_add acc0 virtio_vdpa || bail_out "no second device"
is "$(attr acc0 algorithms)" "$all" "the next one offers all that the host can do"
load_driver
like "$(dmesg | grep 'data queue' | tail -n 1)" "REVISION_1 format" \
	"with the newer format"
run_case "it is removed" remove

# VIRTIO_F_VERSION_1 and ACCESS_PLATFORM alone
run_case "a device with few features" \
	vdpa dev add name acc0 mgmtdev soft device_features 0x300000000
run_case "virtio_vdpa takes it" vdpa_rebind acc0 virtio_vdpa
load_driver
like "$(dmesg | grep 'data queue' | tail -n 1)" "legacy format" \
	"it speaks the older format"
run_case "it is removed" remove
fails "features that there are not" \
	vdpa dev add name acc0 mgmtdev soft device_features 0xff00300000000
run_case "rmmod vhost_accel" rmmod vhost_accel
done_testing
