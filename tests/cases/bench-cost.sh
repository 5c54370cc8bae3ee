#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --icount --timeout 600
#
# What `make bench` claims, with fewer requests.  Instruction counts can be
# compared on a loaded machine, times can not.

. tests/lib.sh

export ACCEL_BENCH_REQUESTS=1000
. tools/bench/lib.sh

bench_all
for depth in $bench_depths; do
	diag "cipher ${bench[direct.$depth]} instructions; beyond that:" \
	     "virtio_accel $(bench_beyond accel "$depth")," \
	     "virtio_crypto $(bench_beyond mainline "$depth")"
	at_least "$(bench_beyond mainline "$depth")" \
		 "$(bench_beyond accel "$depth")" \
		 "depth $depth: a request costs no more than with virtio_crypto"
done
at_least "$bench_limit" "$(bench_beyond accel 32)" \
	 "depth 32: at most $bench_limit instructions beyond the cipher's"
done_testing
