#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# For dracut: puts the driver into the initramfs, so that an encrypted root is
# opened with it.

# called by dracut
check()
{
	require_kernel_modules virtio_accel
}

# called by dracut
depends()
{
	return 0
}

# Also where no device is now: the next machine that boots this may have one.
# called by dracut
installkernel()
{
	hostonly='' instmods virtio_pci virtio_accel
}

# What keeps virtio_crypto from the device is in dracut's own initramfs only when
# that is made for this machine. Before udev is told of any device, no volume is
# opened, with systemd or without.
# called by dracut
install()
{
	inst_multiple -o /etc/modprobe.d/virtio_accel.conf
	inst_script /usr/lib/accelctl/root-wait
	inst_hook pre-trigger 30 "$moddir/root-wait.sh"
}
