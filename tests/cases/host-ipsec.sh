#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12,uml --device none --timeout 1800
# batch: yes
#
# The IPSEC service of a device that a program has: compared with the kernel's own ESP
# and AH in every mode and with all algorithms, and packets that are wrong.

. tests/lib.sh
. tests/cases/host-vdpa.inc

modprobe -aq tun esp4 esp6 ah4 ah6 xfrm_user authenc authencesn seqiv echainiv ctr gcm \
	chacha20poly1305 crypto_null
vdpa_add acc0 || bail_out "no device"
embed vdpa-attack acc0 ipsec
settings=/sys/devices/vhost_accel/soft
run_case "a device without SAs" sh -c "echo 0 >$settings/max_sas"
vdpa_add acc1 || not_ok "it is made"
embed vdpa-attack acc1 ipsec-offered
run_case "vdpa dev del acc1" timeout 60 vdpa dev del acc1
is "$(attr acc0 payload_copied)" 0 "no payload was copied"
run_case "vdpa dev del acc0" timeout 60 vdpa dev del acc0
run_case "rmmod vhost_accel" rmmod vhost_accel
done_testing
