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
for kind in crypto packet; do
	for direction in out in; do
		at_least "$ipsec_limit" "$(ipsec_beyond $kind $direction)" \
			 "$kind, $direction: at most $ipsec_limit instructions beyond software's"
		at_least "${ipsec[$kind.$direction.relay]}" 1000 \
			 "$kind, $direction: it is the host that does the work"
	done
done
done_testing
