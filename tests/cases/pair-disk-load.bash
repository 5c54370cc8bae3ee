#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In the guest: pair-disk-load.bash DIRECTORY
#
# Writes to a dm-crypt volume, reads back and compares, until DIRECTORY/stop
# exists; the number of rounds is in DIRECTORY/progress. At the end the volume
# is opened with software algorithms and has to show the same.

dir=$1
export DM_DISABLE_UDEV=1
modprobe brd rd_nr=1 rd_size=16384 && modprobe -a dm_crypt xts || exit 2
[ -e /dev/ram0 ] || exit 2

sectors=$(blockdev --getsz /dev/ram0)
key=$(head -c 64 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
# table CIPHER: of the volume; capi: names a driver
table()
{
	echo "0 $sectors crypt $1 $key 0 /dev/ram0 0"
}

table "aes-xts-plain64" | dmsetup create load || exit 2
dmsetup mknodes
node=/dev/$(basename "$(readlink -f /dev/mapper/load)")
[ -b "$node" ] || node=/dev/dm-0
[ -b "$node" ] || exit 2

round=0
until [ -e "$dir/stop" ]; do
	head -c 1M /dev/urandom >/tmp/data
	dd if=/tmp/data of="$node" bs=64k oflag=direct conv=notrunc \
		status=none || { echo "# writing fails"; exit 1; }
	dd if="$node" of=/tmp/back bs=64k count=16 iflag=direct status=none ||
		{ echo "# reading fails"; exit 1; }
	cmp /tmp/data /tmp/back || { echo "# read something else"; exit 1; }
	round=$((round + 1))
	echo $round >"$dir/progress.new"
	mv "$dir/progress.new" "$dir/progress"
done

dmsetup remove load || exit 1
modprobe aes_generic
table "capi:xts(ecb(aes-generic))-plain64" | dmsetup create load || exit 2
dmsetup mknodes
dd if="$node" of=/tmp/back bs=64k count=16 iflag=direct status=none
cmp /tmp/data /tmp/back || { echo "# software reads something else"; exit 1; }
dmsetup remove load
echo "# $round rounds"
