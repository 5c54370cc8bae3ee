#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology pair --kernel 6.12 --device none --timeout 1500
# batch: yes
#
# The device is unplugged while dm-crypt and IPsec use it, and another one comes, of
# another provider: no request fails, what is at work goes on in software, and then on the
# new device. Then a device is lost with requests that its provider keeps: those in place
# fail, and no other.

. tests/lib.sh
. tests/cases/host-vdpa.inc
. tests/cases/pair-vdpa.inc

xts="xts-aes-virtio-accel"
gcm="rfc4106-gcm-aes-virtio-accel"
sim=/sys/module/accel_sim/parameters

unplugged()
{
	! qmp query-pci | grep -q '"crypto"'
}

plug()
{
	qmp device_add "{\"driver\": \"vhost-vdpa-device-pci\",
		\"disable-legacy\": \"on\", \"id\": \"crypto\",
		\"vhostdev\": \"$(chardev "$1")\"}"
}

# beyond_stat DRIVER FIELD N
beyond_stat()
{
	[ "$(guest_stat "$1" "$2")" -gt "$3" ]
}

# grow FIELD NAME: both, from now on
grow()
{
	local disk packets

	disk=$(guest_stat $xts "$1") packets=$(guest_stat $gcm "$1")
	run_case "$2, dm-crypt" wait_for 120 beyond_stat $xts "$1" "$disk"
	run_case "$2, IPsec" wait_for 120 beyond_stat $gcm "$1" "$packets"
}

# packets COUNTER: of the stacked device
packets()
{
	guest ip netns exec a ethtool -S vaccel0 |
		awk -v name="$1:" '$1 == name { print $2 }'
}

packets_beyond()
{
	[ "$(packets "$1")" -gt "$2" ]
}

# more_packets COUNTER NAME: from now on
more_packets()
{
	run_case "$2" wait_for 120 packets_beyond "$1" "$(packets "$1")"
}

# another NAME: in place of the device that the guest has
another()
{
	local before

	run_case "device_del" qmp device_del '{"id": "crypto"}'
	run_case "the guest lets go of it" wait_for 60 unplugged
	grow fallback "the work goes on in software"
	more_packets tx_packet_no_device "packet offload has no device"
	before=$(packets tx_packet_mode)
	more_packets tx_packet_no_device "drops what is to leave"
	is "$(packets tx_packet_mode)" "$before" "and sends nothing"
	before=$(attr "$1" requests)
	run_case "device_add of $1" plug "$1"
	times=$((times + 1))
	echo $times >$share/plugged
	grow requests "and on $1"
	more_packets tx_packet_mode "so does packet offload"
	at_least "$(attr "$1" requests)" $((before + 1)) \
		"which $(attr "$1" provider) works for"
}

held()
{
	[ "$(cat $sim/held)" = "$1" ]
}

no_orphans()
{
	[ "$(attr "$1" orphans)" = 0 ]
}

# With three requests in place, and two that are not
lost()
{
	local loss

	is "$(guest_stat $xts iolost)" 0 "nothing was given up so far"
	rm -f $share/ready $share/go
	guest bash tests/cases/pair-loss.bash 3 2 $share >/tmp/loss 2>&1 &
	loss=$!
	run_case "a volume on acc1" wait_for 120 [ -e $share/ready ]
	echo 1 >$sim/hold
	touch $share/go
	run_case "the provider keeps five requests" wait_for 120 held 5
	run_case "device_del" qmp device_del '{"id": "crypto"}'
	run_case "the guest does not wait for ever" wait_for 120 unplugged
	wait $loss
	is "$(tail -n 1 /tmp/loss)" "reads failed: 3, writes failed or wrong: 0" \
		"those in place fail, the others are done in software"
	is "$(guest_stat $xts iolost)" 3 "and so they are counted"
	isnt "$(attr acc1 orphans)" 0 "the host shows what it has not got back"
	echo 0 >$sim/hold
	run_case "and gets it" wait_for 60 no_orphans acc1
	run_case "the guest gets a device again" plug acc0
}

need_guest
guest_driver || bail_out "no driver in the guest"
load accel_sim
run_case "another provider" wait_for 60 has_mgmtdev accel-sim
run_case "a device of it" vdpa_add acc1 vhost_vdpa accel-sim
load_start "dm-crypt and IPsec are at work" \
	bash tests/cases/pair-both-load.bash $share
grow requests "on acc0"
more_packets tx_packet_mode "packet offload, too"
times=0
rm -f $share/plugged
for name in acc1 acc0 acc1; do
	another $name
done
for driver in $xts $gcm; do
	is "$(guest_stat $driver errors)" 0 "no request failed ($driver)"
	is "$(guest_stat $driver iolost)" 0 "none was given up ($driver)"
done
load_stop "every byte is right, for software too, and no packet was lost"
embed cat $share/checks
lost
run_case "acc1 is deleted" timeout 60 vdpa dev del acc1
run_case "and its provider" rmmod accel_sim
done_testing
