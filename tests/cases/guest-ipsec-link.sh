#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# run: --topology loop --kernel 6.12 --smp 1 --timeout 1800
# batch: offload
#
# Crypto offload on a stacked device: what is refused, what it follows, and which
# packets are not for it. See guest-ipsec.sh.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/ipsec.inc

crypto=(offload crypto dev vaccel0 dir out)

refusals()
{
	run_case "namespaces" namespaces
	like "$(state mode beet "${gcm[@]}" "${crypto[@]}")" \
		"modes tunnel and transport" "mode beet is refused"
	like "$(state mode tunnel auth 'hmac(md5)' "$enc_key" enc 'cbc(aes)' \
		"$enc_key" "${crypto[@]}")" \
		"no crypto device offers" "an unknown pair is refused"
	like "$(state mode tunnel "${gcm[@]}" encap espinudp 4500 4500 0.0.0.0 \
		"${crypto[@]}")" "in packet mode" \
		"encapsulation in UDP is refused"
	like "$(state mode tunnel "${gcm[@]}" extra-flag oseq-may-wrap \
		"${crypto[@]}")" "oseq-may-wrap" \
		"numbers that come twice are refused"
	is "$(state mode tunnel "${gcm[@]}" "${crypto[@]}")" "" \
		"what is left is taken"
	is "$(ip -n a xfrm state | grep -c '^src')" 1 "and nothing else was"
	like "$(ip -n a link add v1 link vaccel0 type vaccel 2>&1)" \
		"own type" "no stack of two"
	like "$(ip -n a link add v1 link eth0 type vaccel 2>&1)" \
		"owner" "no second one"
	like "$(ip -n a link add v1 link lo type vaccel 2>&1)" \
		"not Ethernet" "not on lo"
	like "$(ip -n a link add v1 type vaccel 2>&1)" "missing" \
		"not on nothing"
	namespaces_gone
}

# A bond on top hands its states down, with itself as the device
below_a_bond()
{
	if ! modprobe -q bonding max_bonds=0; then
		skip "not below a bond" "no bonds in this kernel"
		return
	fi
	run_case "namespaces" namespaces
	ip -n a link add bond0 type bond mode active-backup &&
	ip -n a link set vaccel0 down &&
	ip -n a link set vaccel0 master bond0 &&
	ip -n a link set bond0 up || not_ok "a bond on top"
	wait_for 30 active_below_bond || not_ok "the bond uses vaccel0"
	like "$(state mode tunnel "${gcm[@]}" \
		offload crypto dev bond0 dir out)" "device above" \
		"no states of a bond above"
	namespaces_gone
}

active_below_bond()
{
	in_a grep -q "Currently Active Slave: vaccel0" /proc/net/bonding/bond0
}

# link FIELD: of vaccel0
link()
{
	ip -n a -j link show vaccel0 |
		python3 -c "import json, sys; print(json.load(sys.stdin)[0]['$1'])"
}

link_is()
{
	[ "$(link "$1")" = "$2" ]
}

gro_of()
{
	ip netns exec a ethtool -k "$1" |
		sed -n 's/^generic-receive-offload: //p'
}

follows()
{
	run_case "namespaces" namespaces
	ip -n a link set eth0 mtu 1400
	is "$(link mtu)" 1400 "MTU follows"
	fails "it cannot be larger" ip -n a link set vaccel0 mtu 1500
	run_case "but smaller" ip -n a link set vaccel0 mtu 1300
	ip -n a link set eth0 address 02:00:00:00:00:77
	is "$(link address)" 02:00:00:00:00:77 "address follows"
	ip -n b link set eth0 down
	run_case "carrier follows" wait_for 20 link_is operstate LOWERLAYERDOWN
	ip -n b link set eth0 up
	run_case "and back" wait_for 20 link_is operstate UP
	ip -n a link del vaccel0
	ip netns exec a ethtool -K eth0 gro on
	ip -n a link add vaccel0 link eth0 type vaccel
	is "$(gro_of eth0) $(gro_of vaccel0)" "off on" "GRO is taken over"
	ip -n a link del vaccel0
	is "$(gro_of eth0)" on "and given back"
	ip -n a link add vaccel0 link eth0 type vaccel
	ip -n a link set vaccel0 up
	ip -n a link del eth0
	fails "it goes with the device below" ip -n a link show vaccel0
	namespaces_gone
}

ping_a() { in_a ping -c 10 -i 0.02 -W 5 "$@" 10.9.0.2; }

not_ours()
{
	run_case "namespaces" namespaces
	run_case "states and policies" ipsec 4 tunnel "${gcm[@]}"
	watch
	counts "larger than the MTU, in software" tx_esp_packets 0 \
		ping_a -s 3000
	ip -n b route add 192.0.2.1 dev eth0 mtu 700
	counts "fragments, in software" rx_esp_packets 0 ping_a -s 1300
	ip -n b route del 192.0.2.1 dev eth0
	in_a ethtool -K vaccel0 esp-hw-offload off
	counts "switched off, out" tx_esp_packets 0 ping_a
	counts "switched off, in" rx_esp_packets 0 ping_a
	in_a ethtool -K vaccel0 esp-hw-offload on
	counts "switched on, out" tx_esp_packets 10 ping_a
	counts "switched on, in" rx_esp_packets 10 ping_a
	is "$(xfrm_errors a) $(xfrm_errors b)" "0 0" "no errors"
	is "$(dropped)" "$(counter rx_esp_software)" "nothing dropped"

	# b has another key from here on
	ip -n b xfrm state del src 192.0.2.2 dst 192.0.2.1 proto esp spi 0x1002
	sa b 192.0.2.2 192.0.2.1 0x1002 out mode tunnel \
		aead 'rfc4106(gcm(aes))' "0x$(printf '%040d' 8)" 128
	counts "forged packets" rx_esp_badmsg 10 no ping_a
	is "$(mib a XfrmInStateProtoError)" 10 "the stack counts them"
	like "$(ip -n a -s xfrm state get src 192.0.2.2 dst 192.0.2.1 \
		proto esp spi 0x1002)" "failed 10" "and the state"
	unwatch
	at_least "$(seen 'src 192.0.2.2 and ip[6:2] & 0x1fff != 0')" 10 \
		"there were fragments"
	no_clear_text "no clear text"
	namespaces_gone
}

ipsec_start
refusals
below_a_bond
follows
not_ours
wrap
ipsec_end
done_testing
