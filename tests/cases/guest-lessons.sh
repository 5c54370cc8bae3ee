#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel 6.12 --timeout 1800
# batch: yes
#
# What other drivers of this device get wrong, as far as no other case shows that
# ours does not: Documentation/testing.rst has the whole list.

. tests/lib.sh
. tests/cases/guest.inc

driver=cbc-aes-virtio-accel
bench=/sys/module/accel_bench/parameters

load_software
load_driver fallback=never
modprobe -a algif_skcipher algif_aead algif_hash || bail_out "no AF_ALG"
load accel_bench

# with_sockets: drivers of the types that AF_ALG has: there are no public keys
with_sockets()
{
	awk '$1 == "driver" { driver = $3 }
	     $1 == "type" && driver ~ /-virtio-accel$/ &&
		$3 ~ /^(skcipher|aead|ahash)$/ { print driver }' /proc/crypto |
		sort -u
}

# turns QUEUE: of the queue's worker on the host
turns()
{
	sed -n 's/^voluntary_ctxt_switches:\t*//p' "/proc/$(worker "$1")/status"
}

# A transform lives and dies without a key, in every state of its creation.
without_key()
{
	PYTHONPATH=tests/cases python3 - "$(with_sockets)" <<-'END'
	import sys
	from afalg import without_key
	for driver in sys.argv[1].split():
	    without_key(driver)
	END
}
run_case "transforms may end without a key" without_key

# A caller may try any key; what it may not do is fill the log.
odd_keys()
{
	PYTHONPATH=tests/cases python3 - "$(with_sockets)" <<-'END'
	import sys
	from afalg import takes_key
	for driver in sys.argv[1].split():
	    for length in (1, 7, 15, 17, 31, 33, 65, 200):
	        takes_key(driver, bytes(range(length)))
	END
}
dmesg -C
run_case "keys of any length" odd_keys
is "$(dmesg)" "" "say nothing in the log"

synchronous=$(awk '$1 == "driver" { driver = $3 }
	$1 == "async" && driver ~ /-virtio-accel$/ && $3 != "yes" {
		print driver }' /proc/crypto)
is "$synchronous" "" "every driver says that it is asynchronous"

echo 1 >$bench/verify
for cpu in 0 1; do
	other=$(turns $((1 - cpu)))
	before=$(turns $cpu)
	run_case "requests from CPU $cpu" \
		taskset -c $cpu sh -c "echo '$driver 8 500' >$bench/run"
	at_least "$(turns $cpu)" $((before + 1)) "go to queue $cpu"
	is "$(turns $((1 - cpu)))" "$other" "and to no other"
done

# More than the queue has room for, each with the IV of the one before it: a
# request that has to wait must not have left a trace.
echo 1 >$bench/backlog
before=$(stat $driver backlog)
run_case "more requests than there is room for" \
	sh -c "echo '$driver 3000 9000 64' >$bench/run"
at_least "$(stat $driver backlog)" $((before + 1)) "some had to wait"
is "$(sed -n s/^mismatches=//p $bench/result)" 0 "and every byte is right"
echo 0 >$bench/backlog
echo 0 >$bench/verify

# A crypto engine is one thread and one lock for all
is "$(cat /proc/[0-9]*/comm 2>/dev/null | grep -c crypto_engine)" 0 \
	"no thread is between a caller and its queue"
run_case "the modules can be removed" modprobe -r accel_bench virtio_accel
done_testing
