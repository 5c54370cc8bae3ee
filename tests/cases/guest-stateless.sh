#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --device none --timeout 1800
# batch: yes
#
# A device without sessions does everything all the same, each request with its key.
# With room for one key, what has no session goes on like that, and by a session when
# there is room. Without stateless mode it is done in software, as ever.

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
echo 0 >$settings/max_sessions || bail_out "no limit of sessions"
vdpa_add acc0 virtio_vdpa || bail_out "no device"

# The kernel has no vectors of these: guest-authenc.sh does some of them like this
untested="^authencesn|rfc3686|^authenc-hmac-sha384|^pkcs1-rsa(-virtio|-md5|-sha1|"
untested+="-sha224|-sha384|-sha512)"
run_selftests
load_driver fallback=never verify_priority=3000
for driver in $(registered); do
	is "$(crypto_field "$driver" selftest)" passed "$driver: self-tests passed"
	is "$(stat "$driver" stateless)" "$(stat "$driver" requests)" \
		"$driver: every request without a session"
	is "$(stat "$driver" errors)" 0 "$driver: no request failed"
	is "$(stat "$driver" fallback)" 0 "$driver: nothing in software"
	[[ $driver =~ $untested ]] || at_least "$(stat "$driver" stateless)" 2 \
		"$driver: and there were some"
done
run_selftests no
run_case "it is removed" remove
echo 1 >$settings/max_sessions || bail_out "no limit of sessions"
vdpa_add acc0 virtio_vdpa || bail_out "no device"
load_driver fallback=never verify_priority=3000

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

# DRIVER | SOFTWARE | LENGTH OF THE KEY
digests()
{
	cat <<-'END'
	md5|md5-generic|
	sha1|sha1-generic|
	sha224|sha224-generic|
	sha256|sha256-generic|
	sha384|sha384-generic|
	sha512|sha512-generic|
	sha3-224|sha3-224-generic|
	sha3-256|sha3-256-generic|
	sha3-384|sha3-384-generic|
	sha3-512|sha3-512-generic|
	hmac-md5|hmac(md5-generic)|16
	hmac-sha1|hmac(sha1-generic)|0
	hmac-sha224|hmac(sha224-generic)|1
	hmac-sha256|hmac(sha256-generic)|256
	hmac-sha384|hmac(sha384-generic)|48
	hmac-sha512|hmac(sha512-generic)|65
	cmac-aes|cmac(aes-generic)|32
	cmac-des3|cmac(des3_ede-generic)|24
	xcbc-aes|xcbc(aes-generic)|16
	cbcmac-aes|cbcmac(aes-generic)|24
	END
}

# digest DRIVER LENGTH: of a key, "" for none; of 20 messages, of many lengths
digest()
{
	PYTHONPATH=tests/cases python3 - "$@" <<-'END'
	import sys
	from afalg import Transform
	key = bytes(i % 255 + 1 for i in range(int(sys.argv[2]))) if sys.argv[2] else None
	tfm = Transform(sys.argv[1], key, "hash")
	for i in range(20):
	    print(tfm.digest(bytes([i]) * (i * i * 37 + 1)).hex())
	END
}

modprobe algif_hash || bail_out "no AF_ALG"
while IFS='|' read -r driver software key; do
	driver+=-virtio-accel
	before=$(stat "$driver" stateless) soft=$(stat "$driver" fallback_shape)
	is "$(digest "$driver" "$key")" "$(digest "$software" "$key")" \
		"$driver: what $software says"
	is "$(stat "$driver" stateless)" $((before + 20)) \
		"$driver: all without a session"
	is "$(stat "$driver" fallback_shape)" "$soft" "$driver: and on the device"
done < <(digests)
is "$(digests | sed 's/|.*/-virtio-accel/' | sort)" \
	"$(registered | while read -r driver; do
		[ "$(crypto_field "$driver" type)" = ahash ] && echo "$driver"
	done)" "that was all hashes and MACs"
is "$(sum fallback)" 0 "nothing in software"
is "$(sum errors)" 0 "no error"

echo auto >/sys/module/virtio_accel/parameters/fallback
before=$(stat hmac-sha256-virtio-accel stateless)
is "$(digest hmac-sha256-virtio-accel 257)" \
	"$(digest "hmac(sha256-generic)" 257)" "a key that is too long for the device"
is "$(stat hmac-sha256-virtio-accel stateless)" "$before" "stays here"
is "$(sum fallback)" 20 "and is software's"
echo never >/sys/module/virtio_accel/parameters/fallback

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
is "$(sum fallback)" 20 "nothing else in software"
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
