#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# `make install`, for Debian's kernel and into a directory of its own: what users
# need and no more, and the device's modalias finds our driver only.

cd "$(dirname "$0")/../.." || exit
. tests/ground/common.sh
. tests/lib.sh

work=$BUILD/install
release=$(kernel_release 6.12)
modalias=virtio:d00000014v00001AF4

rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
tests/ground/enter rsync -a --exclude=/build --exclude=/.git /mnt/src/ \
	/mnt/build/install/src/ || bail_out "cannot copy the sources"
run_case "make install" tests/ground/enter make -C /mnt/build/install/src install \
	KDIR="/lib/modules/$release/build" DESTDIR=/mnt/build/install/root
is "$(cd "$work/root" && find . -name "*.ko*" -printf "%f\n" | sed s/.ko.*/.ko/ | sort | xargs)" \
	"vhost_accel.ko virtio_accel.ko" "two modules, none for tests"

installed()
{
	(cd "$work/root" && find . -type f ! -path './lib/modules/*' -printf '%m %P\n' |
		LC_ALL=C sort)
}
is "$(installed)" "644 etc/modprobe.d/virtio_accel.conf
644 usr/lib/udev/rules.d/60-vhost-accel.rules
644 usr/share/bash-completion/completions/accelctl
644 usr/share/man/man8/accelctl.8
755 usr/lib/accelctl/root-wait
755 usr/lib/accelctl/vdpa-node
755 usr/lib/dracut/modules.d/90virtio_accel/module-setup.sh
755 usr/lib/dracut/modules.d/90virtio_accel/root-wait.sh
755 usr/sbin/accel-migrate
755 usr/sbin/accelctl
755 usr/share/initramfs-tools/hooks/virtio_accel
755 usr/share/initramfs-tools/scripts/local-top/virtio_accel" \
	"accelctl and what belongs to it, each in its place"
run_case "what is installed runs" tests/ground/enter \
	/mnt/build/install/root/usr/sbin/accelctl --help

# Beside mainline's driver, as on a user's machine
modprobe_says()
{
	tests/ground/enter sh -ec '
		cd /mnt/build/install/root
		cp /lib/modules/$1/modules.builtin* /lib/modules/$1/modules.order \
			lib/modules/$1/
		mkdir -p lib/modules/$1/kernel/drivers/crypto/virtio
		cp /lib/modules/$1/kernel/drivers/crypto/virtio/* \
			lib/modules/$1/kernel/drivers/crypto/virtio/
		depmod -b . $1
		modprobe -d . -S $1 -C "$3" -n -v -b $2 |
			sed "s/.*\///; s/\.ko.*//"' sh "$release" "$modalias" "$1"
}
is "$(modprobe_says /mnt/build/install/root/etc/modprobe.d | xargs)" virtio_accel \
	"the device's modalias finds virtio_accel only"
like "$(modprobe_says /dev/null | xargs)" "virtio_crypto" \
	"as the blacklist says: without it, mainline's too"
done_testing
