#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
#
# strongSwan in packet mode with a peer behind a NAT, which then gets another port: a is
# where it is, b has an address that only the NAT knows. See guest-ipsec-swan.sh.
#
#	a 192.0.2.1 --- 192.0.2.2 r = q 192.0.2.1 --- 198.51.100.2 b
#
# The NAT is a program with sockets in r and q, as not all kernels have one.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc
. tests/cases/swan.inc

swan_local_b=198.51.100.2 swan_remote_b=192.0.2.1

swan_children()
{
	local offload=""

	[ "$1" = b ] || offload="hw_offload = packet"
	swan_child tunnel tunnel aes128gcm16-esn "$offload"
	swan_child transport transport aes128-sha256 "$offload"
}

# nat: the namespaces, and what is between them
nat()
{
	local ns

	for ns in a b r q; do
		ip netns add $ns && ip -n $ns link set lo up || return
	done
	ip -n a link add eth0 type veth peer name eth0 netns r &&
	ip -n b link add eth0 type veth peer name eth0 netns q &&
	ip -n a link add vaccel0 link eth0 type vaccel || return
	for ns in a b r q; do
		ip -n $ns link set eth0 up || return
	done
	ip -n a link set vaccel0 up &&
	ip -n a addr add 192.0.2.1/24 dev vaccel0 &&
	ip -n r addr add 192.0.2.2/24 dev eth0 &&
	ip -n q addr add 192.0.2.1/32 dev eth0 &&
	ip -n q addr add 198.51.100.1/24 dev eth0 &&
	ip -n b addr add 198.51.100.2/24 dev eth0 &&
	ip -n b route add default via 198.51.100.1 &&
	ip -n a addr add 10.9.0.1/32 dev lo &&
	ip -n b addr add 10.9.0.2/32 dev lo &&
	ip -n a route add 10.9.0.2 via 192.0.2.2 src 10.9.0.1 &&
	ip -n b route add 10.9.0.1 via 198.51.100.1 src 10.9.0.2
}

# twice: sequence numbers that a's packets had more than once, of any SPI
twice()
{
	tcpdump -nr "$wire" 'src 192.0.2.1 and udp src port 4500' 2>/dev/null |
		sed -n 's/.*ESP(\(spi=0x[0-9a-f]*,seq=0x[0-9a-f]*\)).*/\1/p' |
		sort | uniq -d
}

in_udp='src 192.0.2.1 and udp src port 4500'

ipsec_start
run_case "namespaces" nat
moved=$(mktemp -u)
$traffic relay 192.0.2.2 r q 192.0.2.1-198.51.100.2 "$moved" &
run_case "two daemons" swan_start
server
watch
works "tunnel" tunnel packet 10.9.0.2
works "transport" transport packet 192.0.2.2
nothing_lost

begin "another port" tunnel packet
at_least "$(states_with a "encap type espinudp sport 4500 dport 4500")" 2 \
	"$name: both states are in UDP"
in_a ping -c 20 -i 0.02 -w 30 10.9.0.2 >/dev/null
touch "$moved"
run_case "$name: the daemon is told and changes its states" wait_for 60 \
	sh -c "ip netns exec a ping -c 1 -W 1 10.9.0.2
		ip -n a xfrm state | grep 'dport 4600'" || swan_says a
is "$(states_with a "mode packet$")" 2 "$name: in packet mode again" ||
	swan_says a
run_case "$name: packets go on" wait_for 30 in_a ping -c 1 -W 1 10.9.0.2
run_case "$name: none is lost" in_a ping -c 20 -i 0.02 -w 30 10.9.0.2
end
unwatch
at_least "$(seen "$in_udp and dst port 4600")" 20 "$name: to the other port"
is "$(twice)" "" "no number was used twice"
at_least "$(seen "$in_udp")" 200 "UDP on the wire"
is "$(seen esp)" 0 "and no ESP outside of it"
no_clear_text "no clear text on the wire"
swan_stop
all_gone
for ns in a b r q; do
	ip netns del $ns
done
ipsec_end
done_testing
