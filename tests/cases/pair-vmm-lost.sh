#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology pair --kernel 6.12 --device none --timeout 1500
# batch: yes
#
# QEMU killed with requests in flight, and QEMU with too small a memlock.

. tests/lib.sh
. tests/cases/host-vdpa.inc
. tests/cases/pair-vdpa.inc

sim=/sys/module/accel_sim/parameters

available()
{
	awk '/^MemAvailable/ { print $2 }' /proc/meminfo
}

load_under_keys()
{
	guest_driver || bail_out "no driver in the guest"
	load_start "$1" \
		python3 tests/cases/pair-keys-load.py cbc-aes-virtio-accel $share
	load_goes_on 64
}

no_orphans()
{
	[ "$(attr acc0 orphans)" = 0 ]
}

# Killed while its requests are being worked on.
need_guest
load_under_keys "a load under many keys starts"
run_case "kill -9 of QEMU under load" guest-stop KILL
wait "$load_pid" 2>/dev/null
is "$(attr acc0 orphans)" 0 "nothing is left behind"
embed vdpa-attack acc0 good-revision-1
memory=$(available)

# Too small a memlock: QEMU complains when the guest's driver starts the device,
# sets DRIVER_OK all the same, and the device finds no ring.
(ulimit -l 65536; boot_guest) || bail_out "no guest with a small memlock"
guest modprobe virtio_accel >/tmp/modprobe 2>&1 &
modprobe_pid=$!
says_why()
{
	dmesg | grep -q 'acc0: needs-reset.*memlock'
}
run_case "too small a memlock: the device says why it does not work" \
	wait_for 90 says_why
diag "state: $(attr acc0 state)"
wait $modprobe_pid
is $? 0 "the guest's driver loads all the same"
software_serves()
{
	guest -i ". tests/lib.sh; wait_for_selftests 100 &&
		have_crypto_driver xts-aes-virtio-accel &&
		modprobe algif_skcipher && PYTHONPATH=tests/cases python3 -" <<-'END' &&
	from afalg import Transform
	Transform("xts-aes-virtio-accel", bytes(range(32))).encrypt(bytes(16), bytes(64))
	END
		[ "$(guest_stat xts-aes-virtio-accel fallback)" -gt 0 ]
}
run_case "and its algorithms work, in software" software_serves
guest-stop KILL
embed vdpa-attack acc0 good-revision-1

# Killed while the provider keeps them.
load accel_sim
use_sim acc0 || bail_out "accel_sim can't be used"
boot_guest || bail_out "no guest after the others"
load_under_keys "another guest works"
load_stop "its results are right"
load_under_keys "a load under many keys starts again"
echo 1 >$sim/hold
run_case "the provider holds requests" wait_for 30 grep -q '[1-9]' $sim/held
run_case "kill -9 of QEMU with requests held" guest-stop KILL
wait "$load_pid" 2>/dev/null
isnt "$(attr acc0 orphans)" 0 "the requests held are shown"
isnt "$(cat $sim/held)" 0 "they are still held"
diag "state: $(attr acc0 state)"
echo 0 >$sim/hold
run_case "they end when the provider lets go" wait_for 30 no_orphans
embed vdpa-attack acc0 good-revision-1

# Two guests of 400 MB since then: one that stays pinned would show.
diag "$memory kB available after the first guest, $(available) now"
at_least "$(available)" $((memory - 200 * 1024)) "no guest's memory is lost"
run_case "vdpa dev del" timeout 60 vdpa dev del acc0
done_testing
