#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --device none --timeout 1800
# batch: yes
#
# The host's driver does not return a request, so that the device is not ready
# after a reset (VIRTIO_CRYPTO_S_HW_READY): the guest's driver works in software
# and takes the device as soon as it says that it is ready again.
#
# Not on the debug kernel: the request that comes back late reads a source that
# the kernel has freed, as hardware would.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

driver=cbc-aes-virtio-accel
sim=/sys/module/accel_sim/parameters

# encrypt [FILE]: a page of zeros, out of place, compared with software. The
# destination stays allocated until FILE.end exists; FILE.done says so.
encrypt()
{
	PYTHONPATH=tests/cases python3 - "$driver" "$@" <<-'END'
	import os, sys, time
	from afalg import Transform
	def encrypt(name):
	    return Transform(name, bytes(16)).encrypt(bytes(16), bytes(4096))
	result = encrypt(sys.argv[1])
	if result != encrypt("cbc(aes-generic)"):
	    sys.exit("wrong result")
	for name in sys.argv[2:]:
	    open(name + ".done", "w").close()
	    while not os.path.exists(name + ".end"):
	        time.sleep(0.1)
	END
}

on_the_device()
{
	local before

	before=$(stat $driver requests)
	encrypt && [ "$(stat $driver requests)" -gt "$before" ]
}

load accel_sim
load_software
vdpa_add acc0 virtio_vdpa || bail_out "no device"
use_sim acc0 || bail_out "accel_sim can't be used"
modprobe algif_skcipher
load_driver
id=$(device) || bail_out "no device of the driver"
run_case "a request is done on the device" on_the_device

echo 1 >$sim/hold
encrypt /tmp/request >/tmp/encrypt 2>&1 &
request=$!
run_case "the provider keeps a request" wait_for 30 grep -q "[1-9]" $sim/held
run_case "unbind ends all the same" \
	timeout 120 sh -c "echo $id >$virtio/unbind"
run_case "the request is done again, in software" \
	wait_for 60 [ -e /tmp/request.done ]
like "$(attr acc0 state)" "^draining: 1 request" "the host says what it waits for"
run_case "bind" sh -c "echo $id >$virtio/bind"
like "$(grep "^cbc(aes)" /sys/kernel/debug/virtio_accel/algorithms)" \
	"device is not ready" "the device is not ready"
before=$(stat $driver fallback)
run_case "requests are done" encrypt
at_least "$(stat $driver fallback)" $((before + 1)) "in software"

echo 0 >$sim/hold
run_case "when the request has come back, on the device" wait_for 60 on_the_device
is "$(attr acc0 state)" ready "the host says so"
touch /tmp/request.end
wait $request
is $? 0 "and the late request has done no harm" || diag "$(cat /tmp/encrypt)"
is "$(stat $driver errors)" 0 "no error is counted"
is "$(stat $driver iolost)" 0 "nothing was lost"
run_case "the modules can be removed" sh -c "modprobe -r virtio_accel &&
	timeout 60 vdpa dev del acc0 && rmmod vhost_accel accel_sim"
done_testing
