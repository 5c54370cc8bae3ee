#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
#	tools/demo/guest.sh algorithms|disk|tunnel|offload|software
#
# The part of the demonstration that runs where virtio_accel is: in the guest
# of `pair`, or in the one machine of `loop`.  One step per call; host.sh calls
# them in this order and looks at the host's counters in between.
#
# Numbers and claims are left in /run/demo/guest.  For work on this script
# without the modules, DRIVER_SUFFIX=aesni takes other drivers than ours.

set -u
cd "$(dirname "$0")/../.." || exit
. tests/lib.sh
. tools/demo/lib.sh

suffix=${DRIVER_SUFFIX:-virtio-accel}
xts_driver=${XTS_DRIVER:-xts-aes-$suffix}
esp_driver=${ESP_DRIVER:-rfc4106-gcm-aes-$suffix}
all_drivers=(ecb-aes cbc-aes ctr-aes xts-aes ecb-des3 cbc-des3 gcm-aes
	     rfc4106-gcm-aes ccm-aes rfc4309-ccm-aes rfc7539-chacha20-poly1305
	     rfc7539esp-chacha20-poly1305)
all_names=('ecb(aes)' 'cbc(aes)' 'ctr(aes)' 'xts(aes)'
	   'ecb(des3_ede)' 'cbc(des3_ede)' 'gcm(aes)'
	   'rfc4106(gcm(aes))' 'ccm(aes)' 'rfc4309(ccm(aes))'
	   'rfc7539(chacha20,poly1305)'
	   'rfc7539esp(chacha20,poly1305)')
stats=/sys/kernel/debug/virtio_accel/stats

work=/run/demo/work
file_mb=${DEMO_FILE_MB:-32}
seconds=${DEMO_SECONDS:-5}
selftest_limit=900

export DM_DISABLE_UDEV=1	# the tree has no udev to wait for

# ---- what the kernel says -------------------------------------------------

# stat_field DRIVER FIELD: a counter of virtio_accel, 0 if there is none
stat_field()
{
	local driver rest

	while read -r driver rest; do
		[[ "$driver  $rest" == "$1 "*" $2="* ]] || continue
		rest=${rest##*"$2="}
		echo "${rest%% *}"
		return
	done 2>/dev/null <$stats
	echo 0
}

# remember DRIVER: its counters, so that since() can tell what was added.
remember()
{
	local field

	for field in requests bytes errors fallback fallback_shape; do
		put "before_${1}_$field" "$(stat_field "$1" $field)"
	done
}

since()
{
	echo $(($(stat_field "$1" "$2") - $(get "before_${1}_$2")))
}

# Done in software, for want of a device or because no device can do it.
fallbacks_since()
{
	echo $(($(since "$1" fallback) + $(since "$1" fallback_shape)))
}

virtio_device()
{
	local dev

	for dev in /sys/bus/virtio/devices/*; do
		[ "$(cat "$dev/device" 2>/dev/null)" = 0x0014 ] || continue
		echo "$dev"
		return
	done
	return 1
}

# ---- step: algorithms -----------------------------------------------------

untested()
{
	awk '$1 == "driver" { driver = $3 }
	     $1 == "selftest" && $3 == "unknown" { print driver }' /proc/crypto
}

tell_untested()
{
	local left

	mapfile -t left < <(untested)
	[ ${#left[@]} -eq 0 ] ||
		progress "${#left[@]} still being tested, one is ${left[0]}"
}

# An algorithm that has failed its test stays "unknown" for ever.
tell_failures()
{
	dmesg | grep -E "alg: .*-$suffix.*(failed|error)" | indent
}

# Until nothing is untested, or a test has failed, or the limit is over.
watch_selftests()
{
	local end=$((SECONDS + selftest_limit))

	until wait_for_selftests 5; do
		[ -z "$(tell_failures)" ] || return
		tell_untested
		[ $SECONDS -lt $end ] || return
	done
}

list_algorithms()
{
	local i driver

	printf '%-29s %-41s %8s %-9s %8s %9s\n' name driver priority \
		self-test requests fallbacks
	for i in "${!all_drivers[@]}"; do
		driver=${all_drivers[i]}-$suffix
		printf '%-29s %-41s %8s %-9s %8s %9s\n' \
			"${all_names[i]}" "$driver" \
			"$(crypto_field "$driver" priority)" \
			"$(crypto_field "$driver" selftest)" \
			"$(stat_field "$driver" requests)" \
			"$(($(stat_field "$driver" fallback) +
			    $(stat_field "$driver" fallback_shape)))"
	done
}

# Ours beyond the table: hashes, MACs, chains and public keys
other_drivers()
{
	sed -n "s/^driver *: *\(.*-$suffix\)\$/\1/p" /proc/crypto | sort -u |
		grep -vxF "$(printf '%s\n' "${all_drivers[@]/%/-$suffix}")"
}

check_others()
{
	local driver others failed=()

	mapfile -t others < <(other_drivers)
	for driver in "${others[@]}"; do
		[ "$(crypto_field "$driver" selftest)" = passed ] ||
			failed+=("$driver")
	done
	claim "and for ${#others[@]} more: IPsec's other forms, hashes, MACs, public keys" \
	      "not passed: ${failed[*]}" \
	      [ ${#others[@]} -gt 0 -a ${#failed[@]} -eq 0 ]
}

check_algorithms()
{
	local driver missing=() failed=() unused=() software=()

	for driver in "${all_drivers[@]/%/-$suffix}"; do
		case $(crypto_field "$driver" selftest) in
		passed) ;;
		'') missing+=("$driver") ;;
		*) failed+=("$driver") ;;
		esac
		[ "$(stat_field "$driver" requests)" -gt 0 ] ||
			unused+=("$driver")
		[ "$(stat_field "$driver" fallback)" -eq 0 ] ||
			software+=("$driver")
	done
	claim "all ${#all_drivers[@]} algorithms are registered" \
	      "missing: ${missing[*]}" [ ${#missing[@]} -eq 0 ]
	claim "the kernel's self-tests passed for every one" \
	      "not passed: ${failed[*]} ${missing[*]}" \
	      [ $((${#failed[@]} + ${#missing[@]})) -eq 0 ]
	check_others
	claim "the self-tests ran on the device" \
	      "no request to the device from: ${unused[*]}" \
	      [ ${#unused[@]} -eq 0 ]
	claim "nothing that the device can do was done in software" \
	      "fallbacks of: ${software[*]}" [ ${#software[@]} -eq 0 ]
	# Nothing that follows makes sense without.
	[ $((${#failed[@]} + ${#missing[@]} + ${#unused[@]} + ${#software[@]})) \
	  -eq 0 ] || tell_why_not
}

# What the driver and the kernel say about a device that does not work.
tell_why_not()
{
	show cat ${stats%/*}/algorithms
	dmesg | grep -E 'virtio_accel|virtio[0-9]' | tail -n 10 | indent
	return 1
}

algorithms()
{
	local dev

	heading "1. The guest finds the device and tests it"
	tell "The processor's own AES driver goes first, so ours must win by priority."
	need modprobe aesni_intel
	run_selftests || broken "the kernel's self-tests cannot be switched on"
	if [ -z "${DRIVER_SUFFIX:-}" ]; then
		dev=$(virtio_device) || broken "there is no virtio crypto device"
		tell "Device ID 20 is virtio-crypto; its modalias loads our driver, as udev would:"
		need modprobe "$(cat "$dev/modalias")"
		[ -r $stats ] || broken "$stats is missing: no counters, no proof"
		dev=$(basename "$(readlink -f "$dev/driver")")
		claim "the driver virtio_accel has the device" "it has: $dev" \
		      [ "$dev" = virtio_accel ]
	fi
	tell "The kernel now runs its own test vectors through the device, one algorithm" \
	     "after another; nothing is used before it has passed."
	watch_selftests
	tell_failures
	list_algorithms | indent
	tell "(fallbacks: test vectors that are longer or more scattered than a request can be)"
	check_algorithms
}

# ---- step: disk -----------------------------------------------------------

passphrase()
{
	printf 'a passphrase for the demonstration'
}

with_passphrase()
{
	command_line "$@"
	passphrase | "$@" 2>&1 | indent
	[ "${PIPESTATUS[1]}" -eq 0 ] || broken "the command failed: $*"
}

make_volume()
{
	mkdir -p $work/mnt
	need truncate -s $((file_mb + 48))M $work/disk.img
	with_passphrase cryptsetup luksFormat --batch-mode --type luks2 \
		--cipher aes-xts-plain64 --key-size 512 --sector-size 4096 \
		--pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
		$work/disk.img --key-file -
}

open_volume()
{
	with_passphrase cryptsetup open $work/disk.img secret --key-file -
	volume=/sys/dev/block/$(stat -c %Hr:%Lr /dev/mapper/secret)
	[ -e "$volume/dm" ] ||
		broken "/dev/mapper/secret is no device-mapper device"
}

# bytes read from and written to the volume above dm-crypt, by the kernel
volume_bytes()
{
	awk '{ print 512 * ($3 + $7) }' "$volume/stat"
}

# timed NAME COMMAND...: like need, and puts the time that it took.
timed()
{
	local name=$1 start status

	shift
	command_line "$@"
	start=$(now_us)
	"$@" >/dev/null 2>$work/timed.err
	status=$?
	put "${name}_us" $(($(now_us) - start))
	[ $status -eq 0 ] || { indent <$work/timed.err; broken "failed: $*"; }
	tell "  $(rate $((file_mb << 20)) "$(get "${name}_us")")"
}

use_volume()
{
	need mkfs.ext4 -q /dev/mapper/secret
	need mount /dev/mapper/secret $work/mnt
	dd if=/dev/urandom of=$work/plain bs=1M count="$file_mb" status=none
	timed disk_write dd if=$work/plain of=$work/mnt/file bs=1M conv=fsync
	tell "Written. Now the cached pages are dropped, so that reading must decrypt:"
	need sync
	need sysctl -q vm.drop_caches=3
	timed disk_read dd if=$work/mnt/file of=/dev/null bs=1M
	sha256sum <$work/plain >$work/plain.sum
	claim "what was read back is what was written (sha256 $(cut -c1-12 $work/plain.sum)...)" \
	      "the checksums differ" \
	      cmp -s $work/plain.sum <(sha256sum <$work/mnt/file)
	need umount $work/mnt
}

check_volume()
{
	local on_disk=$1 refs=$2 device_bytes driver_refs

	driver_refs=$(crypto_field "$xts_driver" refcnt)
	device_bytes=$(since "$xts_driver" bytes)
	put disk_bytes "$on_disk"
	put disk_requests "$(since "$xts_driver" requests)"
	put disk_device_bytes "$device_bytes"
	put disk_errors "$(since "$xts_driver" errors)"
	put disk_fallback "$(fallbacks_since "$xts_driver")"
	claim "dm-crypt holds $xts_driver (references $refs -> $driver_refs)" \
	      "the count did not grow" [ "$driver_refs" -gt "$refs" ]
	claim "the device's byte counter covers all $on_disk bytes read and written" \
	      "it counted $device_bytes" [ "$device_bytes" -ge "$on_disk" ]
	claim "no request failed, none went to the software fallback" \
	      "errors $(get disk_errors), fallbacks $(get disk_fallback)" \
	      [ "$(get disk_errors)" -eq 0 -a "$(get disk_fallback)" -eq 0 ]
}

disk()
{
	local refs

	heading "2. An encrypted disk: LUKS2, dm-crypt, ext4"
	tell "A LUKS2 volume in a file. (The key derivation is a cheap one here: an" \
	     "emulated processor would need minutes for argon2.)"
	need modprobe -a loop dm_crypt ext4
	make_volume
	refs=$(crypto_field "$xts_driver" refcnt)
	open_volume
	remember "$xts_driver"
	need dmsetup table secret
	put refs "$refs"
	use_volume
	check_volume "$(volume_bytes)" "$refs"
	need cryptsetup close secret
}

# ---- step: tunnel ---------------------------------------------------------

# The two ends: LEFT has 192.168.1.1 behind 10.9.0.1, RIGHT 192.168.2.1 behind
# 10.9.0.2. With packet offload, left's outer address is on a device of ours.

packet_offload=

left_device()
{
	[ -n "$packet_offload" ] && echo vaccel0 || echo wire0
}

make_ends()
{
	need ip netns add left
	need ip netns add right
	need ip link add wire0 netns left type veth peer name wire0 netns right
	need ip -n left link set wire0 up
	[ -z "$packet_offload" ] ||
		need ip -n left link add vaccel0 link wire0 type vaccel
	make_end left "$(left_device)" 10.9.0.1 192.168.1.1 10.9.0.2 192.168.2.0/24
	make_end right wire0 10.9.0.2 192.168.2.1 10.9.0.1 192.168.1.0/24
}

make_end()
{
	local ns=$1 dev=$2 outer=$3 inner=$4 peer=$5 remote=$6

	ip -n "$ns" -batch - <<-END || broken "cannot configure $ns"
		addr add $outer/24 dev $dev
		addr add $inner/24 dev lo
		link set $dev up
		link set lo up
		route add $remote via $peer src $inner
	END
}

# one_way SRC DST SPI SRC-NET DST-NET: key, states and policies of a direction
# in both namespaces.
one_way()
{
	local src=$1 dst=$2 spi=$3 from=$4 to=$5 ns key

	key=0x$(xxd -p -l 36 -c 36 /dev/urandom)
	for ns in left right; do
		one_end
	done
}

# one_end: of one_way, with its variables
one_end()
{
	local tmpl=(tmpl src "$src" dst "$dst" proto esp reqid 1 mode tunnel)
	local state=(xfrm state add src "$src" dst "$dst" proto esp spi "$spi"
		     reqid 1 mode tunnel flag esn)
	local dir=in window=(replay-window 1024) offload=() policy=()

	[ "$src" = "$(outer_address "$ns")" ] && dir=out
	if [ -n "$packet_offload" ] && [ "$ns" = left ]; then
		offload=(offload packet dev vaccel0 dir "$dir")
		# What leaves has no window, and its policy has to ask for it
		[ $dir = in ] || window=() policy=("${offload[@]:0:4}")
	fi
	state+=("${window[@]}" "${offload[@]}" aead 'rfc4106(gcm(aes))')
	[ "$ns" = right ] || command_line ip "${state[@]}" "${key:0:10}..." 128
	ip -n "$ns" -batch - <<-END || broken "cannot set up ESP in $ns"
		${state[*]} $key 128
		xfrm policy add src $from dst $to dir $dir ${policy[*]} ${tmpl[*]}
	END
}

outer_address()
{
	[ "$1" = left ] && echo 10.9.0.1 || echo 10.9.0.2
}

# sa_sum FIELD NAMESPACE...: packets or bytes of all security associations there
sa_sum()
{
	local field=$1 ns

	shift
	for ns in "$@"; do
		ip -n $ns -s xfrm state
	done | awk -v field="$field" '
		/lifetime current:/ { getline; gsub(/[(),]/, " ")
			for (i = 2; i <= NF; i++)
				if ($i == field)
					sum += $(i - 1) }
		END { print sum + 0 }'
}

# xfrm_errors NAMESPACE...: what went wrong there: counters of /proc/net/xfrm_stat
xfrm_errors()
{
	local ns

	for ns in "$@"; do
		ip netns exec $ns cat /proc/net/xfrm_stat |
			awk -v ns=$ns '$2 > 0 { print ns ":" $1 "=" $2 }'
	done
}

ping_through()
{
	local size

	for size in 56 1300; do
		command_line ip netns exec left ping -c 5 -i 0.2 -s $size 192.168.2.1
		ip netns exec left ping -c 5 -i 0.2 -W 10 -q -s $size \
			192.168.2.1 >$work/ping 2>&1
		grep -E 'transmitted|rtt' $work/ping | indent
		claim "ping with $size bytes came back, 5 of 5" \
		      "$(grep transmitted $work/ping)" \
		      grep -q ' 5 received' $work/ping
	done
}

watch_wire()
{
	ip netns exec left timeout 30 tcpdump -n -c 2 -i wire0 ip \
		>$work/wire 2>/dev/null &
	wire_pid=$!
	sleep 1
}

tell_wire()
{
	wait "$wire_pid"
	tell "What tcpdump saw on the wire meanwhile:"
	cut -d' ' -f2- $work/wire | indent
	claim "what travels on the wire is ESP" "see the lines above" \
	      test "$(grep -c 'ESP(' $work/wire)" -eq 2
}

server_listens()
{
	ip netns exec right ss -Hltn | grep -q :5201
}

# run_iperf PREFIX: of the values that it puts
run_iperf()
{
	local server

	ip netns exec right iperf3 -s -1 >/dev/null 2>&1 &
	server=$!
	wait_for 30 server_listens || broken "iperf3's server did not start"
	command_line ip netns exec left iperf3 -c 192.168.2.1 -t "$seconds"
	if ! ip netns exec left iperf3 -c 192.168.2.1 -t "$seconds" -J \
	     >$work/iperf 2>&1; then
		kill $server
		broken "iperf3 failed: $(jq -r .error $work/iperf)"
	fi
	wait $server
	put "$1_payload" "$(jq .end.sum_received.bytes $work/iperf)"
	put "$1_us" "$(jq '.end.sum_received.seconds * 1e6 | floor' $work/iperf)"
	tell "  $(human "$(get "$1_payload")") came through, $(rate "$(get "$1_payload")" "$(get "$1_us")"), each byte encrypted once and decrypted once"
}

# TCP's last packets may still be under way.
wait_until_quiet()
{
	local old=-1 new

	while new=$(stat_field "$esp_driver" requests); [ "$new" != "$old" ]; do
		old=$new
		sleep 1
	done
}

check_tunnel()
{
	local refs=$1 packets now errors

	packets=$(sa_sum packets left right)
	now=$(crypto_field "$esp_driver" refcnt)
	errors=$(xfrm_errors left right | tr '\n' ' ')
	put esp_requests "$(since "$esp_driver" requests)"
	put esp_bytes "$(since "$esp_driver" bytes)"
	put esp_errors "$(since "$esp_driver" errors)"
	put esp_fallback "$(fallbacks_since "$esp_driver")"
	claim "the four security associations hold $esp_driver (references $refs -> $now)" \
	      "the count did not grow by 4" [ "$now" -ge $((refs + 4)) ]
	claim "the device's requests cover all $packets ESP packets sent and received" \
	      "it counted $(get esp_requests)" \
	      [ "$(get esp_requests)" -ge "$packets" ]
	claim "the device's byte counter covers the payload, encrypted and decrypted" \
	      "counted $(get esp_bytes), payload $(get esp_payload)" \
	      [ "$(get esp_bytes)" -ge $((2 * $(get esp_payload))) ]
	claim "no request failed, none went to the software fallback" \
	      "errors $(get esp_errors), fallbacks $(get esp_fallback)" \
	      [ "$(get esp_errors)" -eq 0 -a "$(get esp_fallback)" -eq 0 ]
	claim "the network stack counted no error (/proc/net/xfrm_stat)" \
	      "${errors% }" [ -z "$errors" ]
}

tunnel()
{
	local refs

	heading "3. An IPsec tunnel: ESP, rfc4106(gcm(aes))"
	tell "Two network namespaces joined by a veth pair play two VPN gateways."
	need modprobe -a veth xfrm_user esp4
	mkdir -p $work
	refs=$(crypto_field "$esp_driver" refcnt)
	make_ends
	both_ways
	remember "$esp_driver"
	watch_wire
	ping_through
	tell_wire
	run_iperf esp
	wait_until_quiet
	check_tunnel "$refs"
	ends_gone
}

both_ways()
{
	one_way 10.9.0.1 10.9.0.2 0x1001 192.168.1.0/24 192.168.2.0/24
	one_way 10.9.0.2 10.9.0.1 0x1002 192.168.2.0/24 192.168.1.0/24
}

ends_gone()
{
	local ns

	for ns in left right; do
		ip -n $ns xfrm policy flush
		ip -n $ns xfrm state flush
		need ip netns del $ns
	done
}

# ---- step: offload --------------------------------------------------------

# link_counter NAME: of left's vaccel0
link_counter()
{
	ip netns exec left ethtool -S vaccel0 |
		awk -v name="$1:" '$1 == name { print $2 }'
}

check_offload()
{
	local made taken packets errors

	made=$(link_counter tx_packet_mode)
	taken=$(link_counter rx_packet_mode)
	packets=$(sa_sum packets left)
	errors=$(xfrm_errors left | tr '\n' ' ')
	# Right has the kernel's own ESP, on the device's algorithms
	put offload_requests $((made + taken + $(since "$esp_driver" requests)))
	put offload_packets $((made + taken))
	put offload_fallback "$(link_counter rx_esp_software)"
	claim "left's two security associations are in packet mode" \
	      "see: ip -n left xfrm state" \
	      [ "$(ip -n left xfrm state | grep -c 'mode packet')" -eq 2 ]
	claim "the host made $made ESP packets and took $taken apart, all of left's" \
	      "its stack counted $packets" [ $((made + taken)) -eq "$packets" ]
	claim "nothing was left to software" "packets: $(get offload_fallback)" \
	      [ "$(get offload_fallback)" -eq 0 ]
	claim "left's network stack counted no error (/proc/net/xfrm_stat)" \
	      "${errors% }" [ -z "$errors" ]
	tell "(Right shares the device's queue with left here: when it is full, right's" \
	     "ESP drops packets, as it would for want of a faster processor.)"
}

offload()
{
	packet_offload=yes
	heading "4. The same tunnel with packet offload"
	tell "Until now the guest's kernel made ESP, and the device encrypted. A network" \
	     "device of the type vaccel hands over whole packets: the host makes ESP of" \
	     "them and takes it apart, by the IPSEC service of virtio 1.4. Left has it," \
	     "right has not."
	need modprobe -a esp4_offload
	mkdir -p $work
	make_ends
	tell "Right's wire needs a queue (see Documentation/ipsec.rst, troubles):"
	need tc -n right qdisc add dev wire0 root pfifo
	both_ways
	remember "$esp_driver"
	watch_wire
	ping_through
	tell_wire
	run_iperf offload
	wait_until_quiet
	check_offload
	ends_gone
}

# ---- step: software -------------------------------------------------------

# The driver of xts(aes) that is in use by something, our own left out.
xts_in_use()
{
	awk -v ours="$xts_driver" '
		$1 == "name" { name = $3 }
		$1 == "driver" { driver = $3 }
		$1 == "refcnt" && name == "xts(aes)" && driver != ours &&
			$3 > 1 { print driver; exit }' /proc/crypto
}

unload()
{
	command_line rmmod virtio_accel
	# Security associations are destroyed by a work item.
	wait_for 60 rmmod virtio_accel 2>$work/rmmod
	claim "virtio_accel is unloaded, its algorithms are gone" \
	      "$(tail -n 1 $work/rmmod)" \
	      [ -z "$(crypto_field "$xts_driver" driver)" ]
}

software()
{
	heading "5. The same disk without the driver"
	tell "What the device has encrypted must be what everybody else calls AES-XTS:" \
	     "the driver is removed, and software opens the volume."
	[ -n "${DRIVER_SUFFIX:-}" ] || unload
	open_volume
	put software_driver "$(xts_in_use)"
	claim "dm-crypt now uses $(get software_driver)" \
	      "no other driver of xts(aes) is in use" [ -n "$(xts_in_use)" ]
	need mount -o ro /dev/mapper/secret $work/mnt
	claim "software reads the same file: the checksums are equal" \
	      "they differ" cmp -s $work/plain.sum <(sha256sum <$work/mnt/file)
	need umount $work/mnt
	need cryptsetup close secret
}

start_results /run/demo/guest
case ${1:-} in
algorithms|disk|tunnel|offload|software)
	"$1"
	;;
*)
	echo "usage: $0 algorithms|disk|tunnel|offload|software" >&2
	exit 2
	;;
esac
