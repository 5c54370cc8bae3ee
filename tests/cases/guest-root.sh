#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --smp 1 --device qemu --root initramfs-tools --cmdline modprobe.blacklist=virtio_accel --cmdline cryptomgr.notests=0
# run: --topology loop --kernel 6.12 --smp 1 --device qemu --root dracut --cmdline modprobe.blacklist=virtio_accel
# run: --topology loop --kernel 6.12 --smp 1 --device qemu --root plain
# run: --topology loop --kernel 6.12 --smp 1 --device none --root initramfs-tools
#
# This machine runs on an encrypted root, which an initramfs of Debian's tools has
# opened: with what we install for these on the device, from the first block on;
# without that, or without a device, in software.
#
# Where the device is used, udev is kept from loading its driver: what waits for the
# algorithms has to. And once these are tested before, which takes longer than
# cryptsetup; without the tests the device's counters are those of the root alone.

. tests/lib.sh
. tests/cases/guest.inc

driver=cbc-aes-virtio-accel
list=/mnt/ctl/boot/initramfs.list

# What root-wait says when it gives up
wait_said="the root may be opened in software"

# implementation: what dm-crypt took for each volume since the boot
implementation()
{
	dmesg | sed -n 's/.*crypt: cbc(aes) using implementation "\(.*\)".*/\1/p'
}

# sectors: read and written on the root's volume since it was opened
sectors()
{
	local name read written

	read -r _ _ read _ _ _ written _ </sys/block/dm-0/stat
	echo $((read + written))
}

# Has the device done what it did for the volume, and nothing else? SECTORS and BYTES are
# what there was before. A read that is on its way is counted by one of them only.
nothing_else()
{
	[ $((($(sectors) - $1) * 512)) -eq $(($(stat $driver bytes) - $2)) ]
}

# quiet_counts: both counters, of the same moment
quiet_counts()
{
	local before

	sync
	before=$(sectors)
	bytes=$(stat $driver bytes)
	[ "$(sectors)" -eq "$before" ] && sectors=$before
}

test_root()
{
	like "$(cat /proc/mounts)" "^/dev/(mapper/root|dm-0) / ext4" \
		"the root is the volume"
	like "$(dmsetup table root)" "^0 [0-9]+ crypt aes-cbc-plain64 " \
		"which is encrypted"
	is "$(cat /sys/block/dm-0/dm/name)" root "and the only one"
	fails "mainline's driver is not there" grep -q ^virtio_crypto /proc/modules
	fails "nothing waited for too long" grep -q "$wait_said" /mnt/ctl/host.console
}

# root_load: writes to the root and reads it back, not from memory
root_load()
{
	head -c 2M /dev/urandom >/tmp/data
	cat /tmp/data >/root/data && sync || return
	echo 3 >/proc/sys/vm/drop_caches
	cmp /tmp/data /root/data
}

test_list_with()
{
	local file

	for file in virtio_accel.ko etc/modprobe.d/virtio_accel.conf \
		    usr/lib/accelctl/root-wait; do
		like "$(cat $list)" "$file" "the initramfs has $file"
	done
}

test_on_device()
{
	is "$(implementation)" $driver "dm-crypt took our driver for it" || return
	at_least "$(crypto_field $driver refcnt)" 2 "and holds it"
	at_least "$(stat $driver requests)" 100 "the device was used for the boot"
	if [ "$(cat /sys/module/cryptomgr/parameters/notests)" = Y ]; then
		run_case "for each byte of the root since it was opened, and nothing else" \
			wait_for 30 nothing_else 0 0
	fi
	wait_for 30 quiet_counts || not_ok "the root is quiet"
	run_case "the root is written to and read" root_load
	at_least $(($(sectors) - sectors)) $((2 * 2048 * 2)) "from the volume"
	run_case "by the device, which does nothing else" \
		wait_for 30 nothing_else "$sectors" "$bytes"
	for field in errors fallback fallback_shape iolost small; do
		is "$(stat $driver $field)" 0 "nothing is counted as $field"
	done
}

# What there was before a driver: the kernel's own
test_in_software()
{
	like "$(implementation)" "^cbc[-(]aes" "the root was opened"
	fails "in software" grep -q virtio-accel <<<"$(implementation)"
	run_case "the root is written to and read" root_load
}

test_without_hook()
{
	fails "the initramfs has no virtio_accel.ko" grep -q "virtio_accel\.ko" $list
	fails "and the driver is not loaded" grep -q ^virtio_accel /proc/modules
	test_in_software
	load_driver
	run_case "a driver that comes later" root_load
	is "$(stat $driver requests)" 0 "is not for this root"
	run_case "and can go again" modprobe -r virtio_accel
}

test_without_device()
{
	test_list_with
	run_case "the driver is loaded" grep -q ^virtio_accel /proc/modules
	fails "there is nothing for it to do" grep -q -- -virtio-accel /proc/crypto
	test_in_software
}

test_root
case $ACCEL_ROOT/$ACCEL_DEVICE in
plain/*) test_without_hook ;;
*/none) test_without_device ;;
*)
	test_list_with
	test_on_device
	;;
esac
done_testing
