#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12,uml --device none --timeout 1800
# batch: yes
#
# A device with room for one key. What has no session there is done by the device
# all the same, each request with its key, and by a session when there is room.
# Without stateless mode it is done in software, as ever.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

settings=/sys/devices/vhost_accel/soft

remove()
{
	modprobe -r virtio_accel && timeout 60 vdpa dev del acc0
}

# stateless_beyond DRIVER COUNT
stateless_beyond()
{
	[ "$(stat "$1" stateless)" -gt "$2" ]
}

load_software
modprobe vhost_accel || bail_out "no vhost_accel"
echo 1 >$settings/max_sessions || bail_out "no limit of sessions"
# Those that have requests without a session
algorithms="ecb(aes) cbc(aes) ctr(aes) xts(aes) ecb(des3_ede) cbc(des3_ede)"
algorithms+=" gcm(aes) ccm(aes) rfc7539(chacha20,poly1305)"
echo "$algorithms" >$settings/algorithms || bail_out "no choice of algorithms"
vdpa_add acc0 virtio_vdpa || bail_out "no device"

# The tests use both directions of each key: one of the two has no session.
run_selftests
load_driver fallback=never
for driver in $(registered); do
	is "$(crypto_field "$driver" selftest)" passed "$driver: self-tests passed"
	at_least "$(stat "$driver" stateless)" 5 "$driver: some without a session"
	is "$(stat "$driver" errors)" 0 "$driver: no request failed"
	is "$(stat "$driver" fallback)" 0 "$driver: nothing in software"
done
run_selftests no

modprobe brd rd_nr=1 rd_size=16384 || bail_out "no memory disk"
# An open volume has the session, so that a load has none at all.
node=$(volume_open first 2048 aes-xts-plain64) || bail_out "no volume"
run_case "a volume is written" dd if=/dev/zero of="$node" bs=64k count=8 \
	oflag=direct status=none
is "$(attr acc0 sessions)" 1 "it has the only session"
before=$(stat cbc-aes-virtio-accel stateless)
verified_load cbc-aes-virtio-accel
at_least "$(stat cbc-aes-virtio-accel stateless)" $((before + 2000)) \
	"all without a session"
is "$(sum fallback)" 0 "nothing in software"
is "$(sum errors)" 0 "no error"

# A transform that has waited long enough gets a session when there is one.
node=$(volume_open disk 16384 aes-xts-plain64) || bail_out "no second volume"
dir=$(mktemp -d)
before=$(stat xts-aes-virtio-accel stateless)
disk_load "$node" "$dir" >"$dir/log" 2>&1 &
load=$!
run_case "a second volume is used without a session" \
	wait_for 30 stateless_beyond xts-aes-virtio-accel "$before"
volume_close first
# It writes and reads, and there is room for one of the two
some_with_session()
{
	[ "$(attr acc0 sessions)" = 1 ]
}
run_case "the first one closed, it gets the session" \
	wait_for 40 some_with_session
more_rounds "$dir" || not_ok "the volume goes on"
touch "$dir/stop"
wait "$load"
is $? 0 "no byte was wrong"
volume_close disk
rmmod accel_bench
is "$(sum fallback)" 0 "nothing in software"
is "$(sum errors)" 0 "no error"
run_case "it is removed" remove

# All features but the stateless modes
run_case "a device without stateless mode" \
	vdpa dev add name acc0 mgmtdev soft device_features 0x330000001
run_case "virtio_vdpa takes it" vdpa_rebind acc0 virtio_vdpa
load_driver fallback=auto
node=$(volume_open first 2048 aes-xts-plain64) || bail_out "no volume"
run_case "a volume is written" dd if=/dev/zero of="$node" bs=64k count=8 \
	oflag=direct status=none
verified_load cbc-aes-virtio-accel
is "$(sum stateless)" 0 "nothing goes without a session"
at_least "$(stat cbc-aes-virtio-accel fallback)" 2000 "but in software"
volume_close first
rmmod accel_bench
run_case "it is removed" remove
fails "stateless mode without the format that it needs" \
	vdpa dev add name acc0 mgmtdev soft device_features 0x330000012
echo 4096 >$settings/max_sessions
run_case "rmmod vhost_accel" rmmod vhost_accel
done_testing
