#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology pair --kernel 6.12 --on host --device none --smp 1 --timeout 1500
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

vdpa_add acc0 || bail_out "no device"

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
	guest ". tests/lib.sh; wait_for_selftests 100 &&
		have_crypto_driver xts-aes-virtio-accel" &&
		[ "$(guest_stat xts-aes-virtio-accel fallback)" -gt 0 ]
}
run_case "and its algorithms work, in software" software_serves
guest-stop KILL
embed vdpa-attack acc0 good-revision-1
memory=$(available)

# Killed while its requests are being worked on.
boot_guest || bail_out "no guest"
guest_driver || bail_out "no driver in the guest"
load_start "a load under many keys starts" \
	python3 tests/cases/pair-keys-load.py cbc-aes-virtio-accel $share
load_goes_on 64
run_case "kill -9 of QEMU under load" guest-stop KILL
wait "$load_pid" 2>/dev/null
is "$(attr acc0 orphans)" 0 "nothing is left behind"
embed vdpa-attack acc0 good-revision-1

# Killed while the provider keeps them.
load accel_sim
wait_for_selftests 120 || bail_out "self-tests of accel_sim do not end"
boot_guest || bail_out "no second guest"
guest_driver || bail_out "no driver in the second guest"
ok "a second guest starts"
load_start "a load under many keys starts" \
	python3 tests/cases/pair-keys-load.py cbc-aes-virtio-accel $share
echo 1 >$sim/hold
run_case "the provider holds requests" wait_for 30 grep -q '[1-9]' $sim/held
run_case "kill -9 of QEMU with requests held" guest-stop KILL
wait "$load_pid" 2>/dev/null
isnt "$(attr acc0 orphans)" 0 "the requests held are shown"
isnt "$(cat $sim/held)" 0 "they are still held"
diag "state: $(attr acc0 state)"
echo 0 >$sim/hold
no_orphans()
{
	[ "$(attr acc0 orphans)" = 0 ]
}
run_case "they end when the provider lets go" wait_for 30 no_orphans
embed vdpa-attack acc0 good-revision-1

boot_guest || bail_out "no third guest"
guest_driver || bail_out "no driver in the third guest"
load_start "a load in a third guest" \
	python3 tests/cases/pair-keys-load.py cbc-aes-virtio-accel $share
load_goes_on 64
load_stop "the third guest's results are right"
guest-stop

# Three guests of 400 MB: one that stays pinned would show.
diag "$memory kB available after the first guest, $(available) now"
at_least "$(available)" $((memory - 200 * 1024)) "no guest's memory is lost"
run_case "vdpa dev del" timeout 60 vdpa dev del acc0
done_testing
