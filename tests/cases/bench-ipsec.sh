#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --icount --timeout 900
#
# What `make bench` says about IPsec, with fewer packets.

. tests/lib.sh

export ACCEL_BENCH_PACKETS=640
. tools/bench/lib.sh
. tools/bench/ipsec.sh

ipsec_all
diag "$(ipsec_table)"
for direction in out in; do
	for kind in crypto packet; do
		at_least "$ipsec_limit" "$(ipsec_beyond $kind $direction)" \
			 "$kind, $direction: at most $ipsec_limit instructions beyond software's"
		at_least "${ipsec[host.$kind.$direction]}" 1000 \
			 "$kind, $direction: a device does the work"
	done
	at_least "$ipsec_set_up_limit" "$(ipsec_made $direction)" \
		 "$direction: an SA is made by at most $ipsec_set_up_limit instructions"
	at_least "$(ipsec_made $direction)" 10000 "$direction: and by more than nothing"
	at_least "$ipsec_many_limit" "$(ipsec_more $direction)" \
		 "$direction: with $ipsec_sas SAs a packet costs at most $ipsec_many_limit % more"
done
done_testing
