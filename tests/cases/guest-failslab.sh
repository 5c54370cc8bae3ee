#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel debug --smp 1 --timeout 900 --cmdline dma_debug=off
#
# Every allocation that has the driver's code among its callers fails, while a
# dm-crypt volume is used for the first time: sessions are made, requests go
# and come, and none of that allocates. So it is with hashes, MACs, chained
# algorithms and public keys, with sessions and without. What the debug kernel's
# own checkers allocate does not count: for each DMA mapping (switched off) and for
# each object freed (such callers are left alone).

. tests/cases/keys.inc
. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

driver=xts-aes-virtio-accel
fail=/sys/kernel/debug/failslab
sections=/sys/module/virtio_accel/sections
many=1000000

# The driver's code, from the lowest to the highest address of its sections
code_range()
{
	local low high

	low=$(cat $sections/.text)
	high=$(awk '$4 == "[virtio_accel]" && $2 ~ /[tT]/ { print "0x" $1 }' \
		/proc/kallsyms | sort | tail -n 1)
	echo "$low" >$fail/require-start &&
	printf '%#x\n' $((high + 4096)) >$fail/require-end
}

# function_range NAME: its first address, and that of the function behind it
function_range()
{
	sort /proc/kallsyms | awk -v name="$1" '
		found { print "0x" $1; exit }
		$3 == name { print "0x" $1; found = 1 }'
}

# SLUB allocates while it frees, to find uses after an RCU grace period.
leave_frees_alone()
{
	local start end

	{ read -r start; read -r end; } < <(function_range kmem_cache_free)
	echo "$start" >$fail/reject-start && echo "$end" >$fail/reject-end
}

faults_on()
{
	echo N >$fail/ignore-gfp-wait
	echo 16 >$fail/stacktrace-depth
	echo 2 >$fail/verbose && echo 0 >$fail/verbose_ratelimit_interval_ms
	echo $many >$fail/times
	echo 100 >$fail/probability
}

faults_off()
{
	echo 0 >$fail/probability
}

hits()
{
	echo $((many - $(cat $fail/times)))
}

[ -e $fail/require-start ] || bail_out "the kernel has no failslab"
load_software
load_driver
run_case "the driver's code is known" code_range
run_case "frees are left alone" leave_frees_alone
modprobe brd rd_nr=1 rd_size=16384
# Opened before: a transform and its key are allocated, rightly
node=$(volume_open disk 16384 aes-xts-plain64) || bail_out "no volume"
head -c 2M /dev/urandom >/tmp/data
before=$(stat $driver requests)

# That it fails at all: setting a key allocates
load accel_bench
faults_on
fails "a key cannot be set" \
	sh -c "echo '$driver 1 1 512 32' >/sys/module/accel_bench/parameters/run"
faults_off
at_least "$(hits)" 1 "as an allocation of the driver was made to fail"
dmesg -C

faults_on
run_case "write" dd if=/tmp/data of="$node" bs=64k oflag=direct status=none
run_case "read" dd if="$node" of=/tmp/back bs=64k iflag=direct count=32 \
	status=none
faults_off
is "$(hits)" 0 "no request allocated anything"
[ "$(hits)" -eq 0 ] || diag "$(dmesg | grep -A25 FAULT_INJECTION | head -n 60)"
run_case "what was written comes back" cmp /tmp/data /tmp/back
at_least $(($(stat $driver requests) - before)) 1024 "the device did it"
is "$(stat $driver fallback)" 0 "nothing in software"
is "$(stat $driver errors)" 0 "no errors"

# A full queue, without faults: there a run allocates its own memory
echo 1 >/sys/module/accel_bench/parameters/backlog
run_case "a full queue with waiting requests" \
	sh -c "echo '$driver 1000 5000 512 32' >/sys/module/accel_bench/parameters/run"
at_least "$(stat $driver backlog)" 1 "some waited"
volume_close disk
run_case "the modules can be removed" modprobe -r accel_bench virtio_accel

# Hashes, MACs, chains: their transforms have keys before anything fails
family_requests()
{
	PYTHONPATH=tests/cases python3 - $fail $many <<-'END'
	import sys
	from afalg import Aead, Transform
	folder, many = sys.argv[1:]
	def write(name, value):
	    with open(f"{folder}/{name}", "w", encoding="ascii") as file:
	        file.write(value)
	hashes = [Transform(f"{name}-virtio-accel", key, "hash")
	          for name, key in (("sha256", None), ("hmac-sha256", bytes(200)),
	                            ("cmac-aes", bytes(16)))]
	keys = b"\x08\0\1\0\0\0\0\x10" + bytes(48)
	chains = [Aead(f"{form}-hmac-sha256-cbc-aes-virtio-accel", keys, 16)
	          for form in ("authenc", "authencesn")]
	write("times", many)
	write("probability", "100")
	try:
	    for i in range(20):
	        for tfm in hashes:
	            tfm.digest(bytes(i * 100 + 1))
	        for tfm in chains:
	            sealed = tfm.seal(bytes(16), bytes(24), bytes(16 * i))
	            assert tfm.open(bytes(16), bytes(24), sealed) == bytes(16 * i)
	finally:
	    write("probability", "0")
	END
}

# faults_in FUNCTION COMMAND...: allocations of that function and what it calls fail.
# A public key's transform is made with each of its requests, and allocates.
faults_in()
{
	local start end

	{ read -r start; read -r end; } < <(function_range "$1")
	echo "$start" >$fail/require-start && echo "$end" >$fail/require-end ||
		return
	shift
	faults_on
	"$@"
	set -- $?
	faults_off
	code_range
	return "$1"
}

# in_folder FOLDER COMMAND...
in_folder()
{
	(cd "$1" && "${@:2}")
}

# all_families HOW: with sessions or without
all_families()
{
	local name before

	before=$(sum requests)
	run_case "hashes, MACs and chains, $1" family_requests
	is "$(hits)" 0 "no request of them allocated anything"
	at_least $(($(sum requests) - before)) 140 "the device did them"
	for name in vaccel_req_submit vaccel_route_work vaccel_vq_work; do
		before=$(stat pkcs1-rsa-sha256-virtio-accel requests)
		run_case "a public key, $1, with faults in $name" faults_in \
			$name in_folder "$keys" sign_and_verify rsa "$key" sha256
		is "$(hits)" 0 "$name allocated nothing"
		at_least "$(stat pkcs1-rsa-sha256-virtio-accel requests)" \
			$((before + 1)) "the device did it"
	done
	is "$(sum fallback)" 0 "nothing in software"
	is "$(sum errors)" 0 "no errors"
}

settings=/sys/devices/vhost_accel/soft
keys=$(mktemp -d)
modprobe -aq x509_key_parser pkcs8_key_parser
key=$(in_folder "$keys" new_key rsa -algorithm RSA \
	-pkeyopt rsa_keygen_bits:2048) || bail_out "no RSA key"
printf 'attack at dawn' >"$keys/text"
openssl dgst -sha256 -binary "$keys/text" >"$keys/digest"
modprobe -a algif_hash algif_aead || bail_out "no AF_ALG"
load_driver fallback=never verify_priority=3000
run_case "the driver's code is known" code_range
all_families "with sessions"
is "$(sum stateless)" 0 "each of them"
run_case "the module is removed" modprobe -r virtio_accel
run_case "and the device" vdpa dev del acc0
echo 0 >$settings/max_sessions
run_case "one without sessions" vdpa dev add name acc0 mgmtdev soft
load_driver fallback=never verify_priority=3000
run_case "the driver's code is known" code_range
all_families "without sessions"
is "$(sum stateless)" "$(sum requests)" "each of them"
run_case "the module is removed" modprobe -r virtio_accel
run_case "and the device" vdpa dev del acc0
echo 4096 >$settings/max_sessions
run_case "one with sessions" vdpa dev add name acc0 mgmtdev soft

# Each allocation of a call fails in turn: what was done is undone, nothing stays.
# fail_each NAME ARGUMENTS OF fail_nth.py...
fail_each()
{
	local name=$1 last failed

	shift
	read -r last failed < <(python3 tests/cases/fail_nth.py "$@")
	at_least "${failed:-0}" 10 "$name"
	diag "$failed calls failed; the last allocation to fail was number $last"
}

# Whoever allocates; and nobody reads what hundreds of meant failures say
echo 0 >$fail/require-start && echo 0xffffffffffffffff >$fail/require-end
echo 0 >$fail/stacktrace-depth
echo 0 >$fail/verbose
load_driver
id=$(device) || bail_out "no device"
echo "$id" >$virtio/unbind
fail_each "each allocation of probe fails" \
	write $virtio/bind "$id" $virtio/unbind "$id"
run_case "then the driver is bound" sh -c "echo $id >$virtio/bind"
verified_load cbc-aes-virtio-accel
# No driver for acc1: it is the host's part that is to fail
echo 0 >/sys/bus/vdpa/drivers_autoprobe
fail_each "each allocation of vdpa dev add fails" vdpa-add soft acc1
run_case "then a device is added" vdpa dev add name acc1 mgmtdev soft
run_case "and deleted" vdpa dev del acc1

# has_sas N: of the device
has_sas()
{
	[ "$(attr acc0 sas)" = "$1" ]
}

# The host makes SAs, and their sessions, in its own time; what fails there is asked for again
modprobe -a dummy xfrm_user esp4 esp4_offload || bail_out "no IPsec"
ip link add dummy0 type dummy && ip link set dummy0 up &&
	ip link add vaccel0 link dummy0 type vaccel && ip link set vaccel0 up &&
	ip addr add 192.0.2.1/24 dev vaccel0 || bail_out "no stacked device"
for dir in out in; do
	fail_each "each allocation of a state with packet offload fails, $dir" \
		sa-add vaccel0 $dir
	run_case "no SA is left" wait_for 30 has_sas 0
done
run_case "then a state is added" ip xfrm state add src 192.0.2.1 dst 192.0.2.2 \
	proto esp spi 1 mode tunnel aead 'rfc4106(gcm(aes))' \
	"0x$(printf '%040d' 7)" 128 offload packet dev vaccel0 dir out
run_case "and the device has it" wait_for 30 has_sas 1
run_case "the state goes" ip xfrm state flush
run_case "and the links" ip link del dummy0
run_case "the module goes" modprobe -r accel_bench virtio_accel
done_testing
