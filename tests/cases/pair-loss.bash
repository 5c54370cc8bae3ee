#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In the guest: pair-loss.bash READS WRITES DIRECTORY
#
# When DIRECTORY/go exists, so many reads and writes of a dm-crypt volume at the same
# time, of one request each: a read is decrypted where it is, a write is encrypted to
# another place. Says how many have failed, and whether what was written can be read.
# DIRECTORY/ready exists when there are sessions for both directions: the second one is
# not made while the first has requests.

reads=$1 writes=$2 dir=$3
work=$(mktemp -d)
export DM_DISABLE_UDEV=1
modprobe brd rd_nr=1 rd_size=16384 && modprobe -a dm_crypt xts || exit 2

key=$(head -c 64 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
dmsetup create loss --table \
	"0 2048 crypt aes-xts-plain64 $key 0 /dev/ram0 0 1 sector_size:4096" || exit 2
dmsetup mknodes
node=/dev/dm-$(dmsetup info -c --noheadings -o minor loss)
[ -b "$node" ] || exit 2

dd if=/dev/urandom of="$node" bs=4096 count=1 oflag=direct conv=notrunc 2>/dev/null &&
	dd if="$node" of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null || exit 2
touch "$dir/ready"
until [ -e "$dir/go" ]; do
	sleep 0.1
done

# one NUMBER ARGUMENTS...: of dd
one()
{
	dd bs=4096 count=1 "${@:2}" 2>/dev/null
	echo $? >"$work/status.$1"
}

failed=0 wrong=0
for i in $(seq "$reads"); do
	one "r$i" if="$node" of=/dev/null skip="$i" iflag=direct &
done
for i in $(seq "$writes"); do
	head -c 4096 /dev/urandom >"$work/data.$i"
	one "w$i" if="$work/data.$i" of="$node" seek=$((100 + i)) \
		oflag=direct conv=notrunc &
done
wait
for i in $(seq "$reads"); do
	[ "$(cat "$work/status.r$i")" = 0 ] || failed=$((failed + 1))
done
for i in $(seq "$writes"); do
	[ "$(cat "$work/status.w$i")" = 0 ] &&
		dd if="$node" of="$work/back" bs=4096 count=1 skip=$((100 + i)) \
			iflag=direct 2>/dev/null &&
		cmp "$work/data.$i" "$work/back" || wrong=$((wrong + 1))
done
dmsetup remove loss
echo "reads failed: $failed, writes failed or wrong: $wrong"
