#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# batch: yes
#
# The parameter min_size: data below it is for the CPU, the rest for the device,
# and each result is what software says.

. tests/lib.sh
. tests/cases/guest.inc

driver=cbc-aes-virtio-accel
min_size=/sys/module/virtio_accel/parameters/min_size
never=/sys/module/virtio_accel/parameters/fallback

# requests LENGTH...: one after the other with one key, chained by their IVs
requests()
{
	modprobe algif_skcipher &&
		PYTHONPATH=tests/cases python3 - "$driver" "$@" <<-'END'
	import sys
	from afalg import Transform
	def chain(name):
	    key, init, out = Transform(name, bytes(16)), bytes(16), b""
	    for n in map(int, sys.argv[2:]):
	        part = key.encrypt(init, bytes(range(16)) * (n // 16))
	        init, out = part[-16:], out + part
	    return out
	sys.exit(chain(sys.argv[1]) != chain("cbc(aes-generic)"))
	END
}

# counted SMALL REQUESTS TEXT: what has been counted since the last time
counted()
{
	is "$(($(stat $driver small) - small))" "$1" "$3: $1 in software"
	is "$(($(stat $driver requests) - requests))" "$2" "$3: $2 by the device"
	small=$(stat $driver small) requests=$(stat $driver requests)
}

load_software
load_driver min_size='cbc(aes):64,rfc7539(chacha20,poly1305):100'
is "$(cat $min_size)" "cbc(aes):64,rfc7539(chacha20,poly1305):100" \
	"the parameter is what the module was loaded with"
small=0 requests=0
run_case "below" requests 16 48 16
counted 3 0 "below"
run_case "at it and above" requests 64 80 4096
counted 0 3 "at it and above"
run_case "mixed" requests 16 64 48 16 1024 16 4096 4080 32
# With two CPUs, a small one may come before the last is quite done, and stays in
# order behind it: this is why the case is for UML, which has one.
counted 5 4 "mixed"

# A load has more than one request at the device. The small ones follow those.
verified_load $driver
counted 0 "$(($(stat $driver requests) - requests))" "a load of 1424 bytes"
echo 'all:1425' >$min_size
bench=/sys/module/accel_bench/parameters
echo 1 >$bench/verify
run_case "a load of less" sh -c "echo '$driver 32 2000' >$bench/run"
is "$(sed -n s/^mismatches=//p $bench/result)" 0 "every byte is right"
is "$(sed -n s/^reordered=//p $bench/result)" 0 "and in order"
counted "$(($(stat $driver small) - small))" 0 "a load of less"

echo never >$never
run_case "with fallback=never" requests 16 48 16
counted 0 3 "with fallback=never"
echo auto >$never
is "$(sum fallback)" 0 "no fallback was counted"
is "$(sum fallback_shape)" 0 "of neither kind"
is "$(sum errors)" 0 "no error"

run_case "an empty list" sh -c "echo >$min_size"
is "$(cat $min_size)" "" "is no limit"
run_case "without a limit" requests 16 64
counted 0 2 "without a limit"
echo 'xts(aes):16' >$min_size
for bad in 'xts(aes)' 'xts(aes):' 'rot13:16' 'xts(aes):16,' 'xts(aes):-1' \
	   'xts(aes):17,rot13:16'; do
	fails "refused: '$bad'" sh -c "echo '$bad' >$min_size"
done
is "$(cat $min_size)" "xts(aes):16" "and nothing has changed"
rmmod accel_bench
run_case "the module can be removed" modprobe -r virtio_accel
fails "nor is it loaded with a list like that" \
	modprobe virtio_accel min_size=rot13:16
done_testing
