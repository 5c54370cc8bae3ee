#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# run: --topology loop --kernel 6.12 --smp 1 --timeout 1800
# batch: yes
#
# Known answers that nobody here wrote: the vectors of NIST, the IETF and others in
# Debian's python3-cryptography-vectors, by AF_ALG in the guest, on the device: some of
# each file, spread over it, more of them on UML, which is faster; all with VECTORS=all
# in the environment, which takes ten minutes.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

most=(8)
[ "$ACCEL_KERNEL" != uml ] || most=(100)
[ "${VECTORS:-}" != all ] || most=()

load_software
# Hashes too, which no one gets by accident otherwise
load_driver fallback=never verify_priority=3000
modprobe -a algif_skcipher algif_aead algif_hash || bail_out "no AF_ALG"
embed python3 tests/cases/vectors.py "${most[@]}"
run_case "the module can be removed" modprobe -r virtio_accel
done_testing
