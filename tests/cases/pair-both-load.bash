#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# In the guest: pair-both-load.bash DIRECTORY
#
# The load of pair-disk-load.bash, and beside it packets through an ESP tunnel between two
# network namespaces, until DIRECTORY/stop exists. None may be lost, and none come back
# with other bytes. The driver's counters tell who has done them. And packets by a stacked
# device: what has come of these is in DIRECTORY/checks, as TAP.

dir=$1
cd "$(dirname "$0")/../.." || exit 2
. tests/lib.sh
. tests/cases/ipsec.inc
. tests/cases/pair-offload.inc

modprobe -a esp4 xfrm_user veth seqiv gcm ghash_generic || exit 2

# tunnel NAMESPACE MINE THEIRS SPI-OUT SPI-IN
tunnel()
{
	cat <<-END
	xfrm state add src 192.0.2.$2 dst 192.0.2.$3 proto esp spi $4 mode tunnel aead rfc4106(gcm(aes)) $key 128
	xfrm state add src 192.0.2.$3 dst 192.0.2.$2 proto esp spi $5 mode tunnel aead rfc4106(gcm(aes)) $key 128
	xfrm policy add src 10.9.0.$2/32 dst 10.9.0.$3/32 dir out tmpl src 192.0.2.$2 dst 192.0.2.$3 proto esp mode tunnel
	xfrm policy add src 10.9.0.$3/32 dst 10.9.0.$2/32 dir in tmpl src 192.0.2.$3 dst 192.0.2.$2 proto esp mode tunnel
	link set lo up
	link set eth0 up
	addr add 192.0.2.$2/24 dev eth0
	addr add 10.9.0.$2/32 dev lo
	route add 10.9.0.$3/32 via 192.0.2.$3 src 10.9.0.$2
	END
}

plain_namespaces()
{
	ip netns add c && ip netns add d &&
		ip -n c link add eth0 type veth peer name eth0 netns d &&
		tunnel c 1 2 0x1001 0x1002 | ip -n c -batch - &&
		tunnel d 2 1 0x1002 0x1001 | ip -n d -batch -
}

# all_back: what was sent has come back, none with other bytes
all_back()
{
	local sent got

	read -r sent got < <(sed -n 's/^\([0-9]*\) packets transmitted, \([0-9]*\) received.*/\1 \2/p' \
		"$dir/ping")
	echo "# $sent packets, $got came back"
	# The last one may be on its way when ping is ended
	[ "${got:-0}" -gt 0 ] && [ $((sent - got)) -le 1 ] &&
		! grep -E 'wrong data byte|DUP!|errors' "$dir/ping"
}

plain_namespaces || exit 2
ip netns exec c ping -i 0.05 -s 1300 10.9.0.2 >"$dir/ping" 2>&1 &
ping=$!
offload_start "$dir" || exit 2
bash tests/cases/pair-disk-load.bash "$dir"
status=$?
kill -INT $ping
wait $ping
all_back || { echo "# packets were lost: $(tail -n 3 "$dir/ping")"; status=1; }
for ns in c d; do
	[ "$(xfrm_errors $ns)" = 0 ] || { echo "# IPsec errors in $ns"; status=1; }
done
ip netns del c
ip netns del d
offload_end "$dir" >"$dir/checks"
exit $status
