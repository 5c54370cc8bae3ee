#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --device none --timeout 1800
# batch: provider
#
# accelctl, in a kernel that is both host and guest: each command as text and as
# JSON against states that are known; and what is installed beside it: the udev
# rule, what an initramfs runs, the completion.

. tests/lib.sh
. tests/cases/guest.inc
. tests/cases/host-vdpa.inc

settings=/sys/devices/vhost_accel/soft
tracing=/sys/kernel/tracing
load_software
mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
mountpoint -q $tracing || mount -t tracefs tracefs $tracing

# run_ctl ARGUMENTS...: sets $out, $err and $status
run_ctl()
{
	accelctl "$@" >/tmp/out 2>/tmp/err
	status=$?
	out=$(cat /tmp/out) err=$(cat /tmp/err)
}

# json FILTER ARGUMENTS...: of what a command says as JSON
json()
{
	local filter=$1

	shift
	accelctl --json "$@" 2>/dev/null | jq -r "$filter"
}

# row NAME: the line of a table, of the last run_ctl, single spaces between cells
row()
{
	grep -F -m 1 "$1 " <<<"$out" | xargs
}

# guest_row NAME: the same of what `why' says of this machine's algorithms
guest_row()
{
	sed '1,/^algorithms of this machine/d' <<<"$out" |
		grep -F -m 1 "$1 " | xargs
}

# every_command WHEN: each succeeds, as text without colours and as valid JSON
every_command()
{
	local command

	for command in list show stats why inventory sas "watch -n 2 -i 0.05"; do
		# shellcheck disable=SC2086  # words
		run_ctl $command
		is "$status" 0 "$1: $command" || diag "$err"
		is "$(grep -c $'\033' /tmp/out)" 0 "$1: no colours in a file"
		# shellcheck disable=SC2086
		run_case "$1: $command --json" sh -c "accelctl --json $command |
			python3 -c 'import json, sys
for line in [sys.stdin.read()] if \"$command\"[:5] != \"watch\" else sys.stdin:
    json.loads(line)'"
	done
}

test_usage()
{
	local arguments

	while read -r arguments; do
		# shellcheck disable=SC2086  # words
		run_ctl $arguments
		is "$status" 2 "wrong: accelctl $arguments"
		is "$out" "" "nothing on standard output"
		like "$err" "see accelctl --help" "it says where to look"
	done <<-'ARGUMENTS'

	lists
	list acc0
	sas acc0
	show acc0 acc1
	--frobnicate list
	list --count 2
	list --interval 2
	watch --count 0
	watch --count -1
	watch --count 1x
	watch --count 99999999999999999999999
	watch --interval 0
	watch --interval -1
	watch --interval nan
	watch --interval 1s
	watch --interval 1e9
	watch --interval
	ARGUMENTS
	run_ctl --help
	is "$status" 0 "--help"
	like "$out" "inventory" "it names the commands"
	fails "what can't be written is no success" \
		sh -c "accelctl --help >/dev/full"
}

test_nothing()
{
	run_ctl list
	is "$status" 0 "no module is loaded: no error"
	is "$out" "" "nothing to show"
	like "$err" "modprobe vhost_accel.*modprobe virtio_accel" \
		"it says what to do"
	is "$(json '.devices | length' list)" 0 "nothing as JSON"
	run_ctl show acc0
	is "$status" 1 "no such device"
	like "$err" 'no device "acc0"; there is none' "it says so"
	is "$(json '.modules[0].loaded' inventory)" false \
		"the inventory says that the module is not there"
	every_command "nothing there"

	modprobe vhost_accel || bail_out "no vhost_accel"
	run_ctl list
	like "$err" "vdpa dev add" "with the module, it says how to make a device"
	is "$(json '.management[] | select(.name == "soft") |
		.settings.max_sessions' inventory)" 4096 \
		"the management device and its settings"
	is "$(json '.management[] | select(.name == "soft") |
		.settings.requests' inventory)" \
		"$(cat /sys/devices/vhost_accel/soft/requests)" \
		"and what its devices have done"
	like "$(json '.management[0].features | join(" ")' inventory)" \
		"REVISION_1 .*VERSION_1 ACCESS_PLATFORM" \
		"features have names (from netlink)"
}

# In one second, a load that leaves most of the machine to others may do nothing
watch_sees_requests()
{
	accelctl --json watch -n 1 -i 1 acc0 |
		jq -e '.devices[0].requests_per_s >= 1'
}

# A device that no program has open, then one that has
test_host()
{
	local n

	load vhost_accel
	echo "cbc(aes) gcm(aes) xts(aes)" >$settings/algorithms
	vdpa_add acc0 || bail_out "no device"
	echo all >$settings/algorithms
	every_command "a device"
	run_ctl list
	is "$(row acc0)" "acc0 host vhost_vdpa soft well 0 0 ready" "list"
	is "$(json '.devices[0].node' show acc0)" "$(chardev acc0)" \
		"show: its node"
	is "$(json '.devices[0].management' show acc0)" soft \
		"and its management device (from netlink)"
	is "$(json '.devices[0].attributes.algorithms | join(" ")' show acc0)" \
		"cbc(aes) xts(aes) gcm(aes)" "and what it offers"
	run_ctl why acc0
	like "$out" "^acc0 \(host\): no program has $(chardev acc0) open" \
		"why: nobody uses it"
	like "$(row "cbc(aes)")" "no no program has" "its algorithms neither"
	like "$(row "sha1")" "no not offered: .*left it out" \
		"what was not allowed was left out"

	neighbour_start acc0
	run_ctl why acc0
	like "$out" "^acc0 \(host\): it can be used" "why: it is in use"
	like "$(row "cbc(aes)")" "cbc\(aes\) yes done by cbc.*aes" "by its driver"
	is "$(json '.devices[0].user' show acc0)" vdpa-load "show: by whom"
	is "$(json '.devices[0].user_pid' show acc0)" "$neighbour" "and its id"
	run_case "watch: it does something" wait_for 60 watch_sees_requests
	every_command "in use"
	neighbour_stop

	n=$(attr acc0 accel/requests)
	is "$(json '.devices[0].attributes.requests' stats acc0)" "$n" \
		"stats: the requests"
	is "$(json '[.devices[0].queues[].requests] | add' stats acc0)" "$n" \
		"the queues' are as many"
	is "$(json '.providers[0] | "\(.provider) \(.requests)"' stats)" \
		"soft $n" "and the provider's"
	is "$(json '[.devices[0].algorithms[].requests] | add' stats acc0)" \
		"$(json '[.devices[0].services[].requests] | add' stats acc0)" \
		"the algorithms' are those of the kinds of sessions"
	is "$(json '.devices[0].services[] | select(.requests > 0) | .service' \
		stats acc0 | xargs)" "aead cipher" "which are these"
	run_ctl stats acc0
	like "$(row requests)" "^requests $n\$" "the same as text"
	fails "acc is not acc0" accelctl show acc
	run_ctl show acc
	like "$err" "there are: acc0" "it says which there are"
}

# What has no file "state" is not of this time
test_old_module()
{
	mount -t tmpfs none $bus/devices/acc0/accel || return
	run_ctl why acc0
	like "$out" "vhost_accel is older than accelctl" "an older module: why"
	every_command "an older module"
	umount $bus/devices/acc0/accel
}

# show_is_text: of what `show acc0' says, a terminal obeys nothing, and it is UTF-8
show_is_text()
{
	accelctl show acc0 >/tmp/out || return
	accelctl --json show acc0 >>/tmp/out || return
	! LC_ALL=C grep -n $'[^[:print:]\t]' /tmp/out
}

# A program is called what it likes
test_odd_user()
{
	local odd=$'/tmp/\e[2J\x01\xff"\\'

	cp "$(command -v vdpa-load)" "$odd"
	"$odd" acc0 600 1 >/tmp/odd 2>&1 &
	load=$!
	wait_for 60 grep -q started /tmp/odd
	run_case "a program with an odd name: nothing but text" show_is_text
	like "$(accelctl show acc0)" 'user  +\?\[2J\?\?"\\'$'\n' \
		"what can be shown, is"
	is "$(json '.devices[0].user' show acc0)" '?[2J??"\' "the same as JSON"
	kill -TERM $load
	wait $load
	rm "$odd"
}

# fake FILE FORMAT...: in place of what the kernel has there
fake()
{
	# shellcheck disable=SC2059  # what follows is the format
	printf "${@:2}" >$bus/devices/acc0/accel/"$1"
}

# Files that a later module might have, or a broken one
test_malformed()
{
	local attributes=$bus/devices/acc0/accel
	local tables=/sys/kernel/debug/vhost_accel/acc0

	mount -t tmpfs none $attributes && mount -t tmpfs none $tables || return
	fake state 'one "two"\\\t\e[2J\377\n\nthree\0four\n\n'
	fake provider '%20000s' x
	fake requests 99999999999999999999
	fake bytes 18446744073709551616
	fake errors ''
	fake inflight -- -1
	fake algorithms 'gcm(aes)  cbc(aes)\n\n7 '
	fake latency '1 2 %s' x
	fake weight 0x10
	mkdir $attributes/sas
	ln -s /nowhere $attributes/sessions
	printf '%s\n' "" "gcm(aes)" "cbc(aes) x 1 2 -" "%s %n %s %n %s" \
		"xts(aes) y 1 2 3 4" "ctr(aes) - 5 6 7" >$tables/algorithms
	every_command "malformed files"
	run_case "nothing but text" show_is_text
	is "$(json '.devices[0].attributes.state' show acc0)" \
		$'one "two"\\\t?[2J?\n\nthree?four' "JSON has all of a text"
	is "$(json '.devices[0].attributes.provider | length' show acc0)" 20000 \
		"however long"
	is "$(json '.devices[0].attributes | [.requests, .errors, .inflight] |
		map(type) | join(" ")' show acc0)" "string string string" \
		"what is no number is none"
	is "$(json '.devices[0].attributes.algorithms | join(",")' show acc0)" \
		"gcm(aes),cbc(aes),7" "names, however they are set apart"
	is "$(json '.devices[0].attributes | has("sas") or has("sessions")' \
		show acc0)" false "a directory and a broken link are no attributes"
	is "$(json '.devices[0].algorithms | map(.algorithm) | join(" ")' \
		stats acc0)" "xts(aes) ctr(aes)" "lines of a table that are none"
	umount $tables $attributes
}

# Switched on and off, and nothing else is taken
test_latency()
{
	local file=$bus/devices/acc0/accel/measure_latency bad before

	is "$(cat $file)" 0 "latency is not measured"
	is "$(attr acc0 accel/latency | tr -d '0 ')" "" "so nothing is counted"
	for bad in "" 2 maybe "$(printf '%4000d' 7)"; do
		fails "measure_latency: '${bad:0:8}'" sh -c "echo '$bad' >$file"
	done
	like "$(dmesg | grep measure_latency)" "maybe is not 0 or 1" \
		"the log says so"
	is "$(cat $file)" 0 "it stays as it was"
	before=$(data_requests)
	run_case "switched on" sh -c "echo 1 >$file && echo 1 >$file"
	neighbour_start acc0
	sleep 1
	neighbour_stop
	at_least "$(measured)" 1 "requests are counted by time"
	is "$(measured)" $(($(data_requests) - before)) "each once"
	run_ctl stats acc0
	like "$out" "BELOW \(us\)" "accelctl shows them"
	run_case "switched off" sh -c "echo 0 >$file"
	before=$(measured)
	vdpa-load acc0 1 >/dev/null 2>&1
	is "$(measured)" "$before" "no more is counted"
	run_case "on, for as long as the device lasts" sh -c "echo 1 >$file"
}

# trace EVENT...: from now on, these and no others
trace()
{
	local event

	echo 0 >$tracing/events/enable
	for event in "$@"; do
		echo 1 >$tracing/events/"$event"/enable
	done
	echo >$tracing/trace
}

# traced EVENT: how often
traced()
{
	grep -c " $1: " $tracing/trace
}

# Errors by their reasons, and by queue
test_errors()
{
	embed vdpa-attack acc0 session-stale session-limit
	at_least "$(attr acc0 accel/errors_no_session)" 1 \
		"requests of sessions that there are not"
	at_least "$(attr acc0 accel/errors_no_space)" 1 \
		"and sessions that there is no room for"
	is "$(json '[.devices[0].queues[].errors] | add' stats acc0)" \
		"$(attr acc0 accel/errors)" "of all queues as many as of the device"
}

# measured: how many requests
measured()
{
	attr acc0 accel/latency | tr ' ' '\n' | awk '{ n += $1 } END { print n }'
}

# data_requests: those that are no control requests
data_requests()
{
	cat $bus/devices/acc0/queues/[0-9]*/requests |
		awk '{ n += $1 } END { print n }'
}

more_requests_than()
{
	[ "$(data_requests)" -gt "$1" ]
}

# Nothing is answered any more
at_rest()
{
	local before

	before=$(data_requests)
	sleep 0.3
	[ "$(data_requests)" = "$before" ]
}

# A request is measured if that was on when it was taken, whatever its slot was used
# for before
test_latency_again()
{
	local file=$bus/devices/acc0/accel/measure_latency
	local sim=/sys/module/accel_sim/parameters before requests inflight

	echo 1 >$file
	neighbour_start acc0
	wait_for 60 more_requests_than $(($(data_requests) + 100))
	echo 0 >$file
	wait_for 60 more_requests_than $(($(data_requests) + 100))
	echo 1 >$sim/hold
	wait_for 60 grep -q "[1-9]" $sim/held
	wait_for 60 at_rest || not_ok "the load stops"
	before=$(measured) requests=$(data_requests)
	inflight=$(attr acc0 accel/inflight)
	echo 1 >$file
	trace vhost_accel/vha_done
	echo 0 >$sim/hold
	wait_for 60 more_requests_than $((requests + 100))
	neighbour_stop
	at_least "$(traced vha_done)" 1 "answers of the provider are traced"
	trace
	at_least "$inflight" 1 "some were taken before it was switched on"
	is $(($(measured) - before)) $(($(data_requests) - requests - inflight)) \
		"they are not measured, all others are"
}

# What a provider keeps is in flight
test_held()
{
	local sim=/sys/module/accel_sim/parameters

	load accel_sim
	use_sim acc0 || bail_out "accel_sim can't be used"
	test_latency_again
	neighbour_start acc0
	echo 1 >$sim/hold
	run_case "the provider keeps requests" \
		wait_for 60 grep -q "[1-9]" $sim/held
	run_case "they are in flight" wait_for 60 sh -c \
		"[ \$(accelctl --json show acc0 |
			jq .devices[0].attributes.inflight) -gt 0 ]"
	is "$(json '.devices[0].attributes.provider' show acc0)" accel-sim \
		"with this provider"
	kill -KILL "$neighbour"
	wait "$neighbour" 2>/dev/null
	wait_for 60 grep -q draining $bus/devices/acc0/accel/state
	run_ctl list
	like "$(row acc0)" "draining: [0-9]+ requests? held by cbc-aes-accelsim" \
		"list: a device that is not ready says why"
	run_ctl why acc0
	like "$(row "cbc(aes)")" "no draining" "why: the same"
	echo 0 >$sim/hold
	run_case "they come back" \
		wait_for 60 grep -q ready $bus/devices/acc0/accel/state
	is "$(attr acc0 accel/inflight)" 0 "nothing is in flight"
	echo soft >$bus/devices/acc0/accel/provider
	rmmod accel_sim
}

test_udev()
{
	local node helper=packaging/udev/vdpa-node

	node=$(chardev acc0)
	chgrp 0 "$node"
	run_case "the rule is well-formed" \
		udevadm verify packaging/udev/60-vhost-accel.rules
	mkdir -p /run/udev/rules.d
	cp packaging/udev/60-vhost-accel.rules /run/udev/rules.d/
	like "$(udevadm test --action=bind /sys/bus/vdpa/devices/acc0 2>&1)" \
		"vdpa-node add acc0 kvm" "a device of vhost_vdpa: its node is set up"
	like "$(udevadm test --action=remove /sys/bus/vdpa/devices/acc0 2>&1)" \
		"vdpa-node remove acc0" "one that goes: the link is removed"
	getent group kvm >/dev/null || groupadd --system kvm
	run_case "the node is set up" $helper add acc0 kvm
	is "$(stat_file "%G %a" "$node")" "kvm 660" "group and mode"
	is "$(readlink -f /dev/vhost-accel/acc0)" "$node" "the link by name"
	run_case "again" $helper add acc0 kvm
	run_case "removed" $helper remove acc0
	[ ! -e /dev/vhost-accel/acc0 ]
	is $? 0 "the link is gone"
	run_case "and once more" $helper remove acc0
	for bad in "" "add" "add ../acc0 kvm" "add .. kvm" "frob acc0" "add acc0"; do
		# shellcheck disable=SC2086  # words
		fails "wrong: vdpa-node $bad" $helper $bad
	done
	run_case "a device that is not there" $helper add acc7 kvm
	[ ! -e /dev/vhost-accel/acc7 ]
	is $? 0 "gets no link"
}

# `stat' is a counter here, see guest.inc
stat_file()
{
	command stat -c "$1" "$2"
}

# encrypt DRIVER: some requests
encrypt()
{
	PYTHONPATH=tests/cases python3 -c "
from afalg import Transform
Transform('$1', bytes(16)).encrypt(bytes(16), bytes(4096))"
}

test_guest()
{
	local driver=cbc-aes-virtio-accel id event

	run_case "the device is bound to this kernel" vdpa_rebind acc0 virtio_vdpa
	modprobe algif_skcipher
	run_ctl why
	like "$out" "virtio[0-9]* \(guest\): no driver is bound: modprobe virtio_accel" \
		"why: no driver"
	load_driver
	id=$(device)
	run_ctl list
	is "$(row "$id")" "$id guest virtio_accel - - 0 - ready" "list"
	run_ctl why
	is "$(guest_row "xts(aes)")" "xts(aes) yes in use" "xts(aes) is used"
	is "$(guest_row sha1)" "sha1 no no device offers it" "sha1 is not offered"
	every_command "a guest"

	trace vhost_accel virtio_accel
	run_case "a request" encrypt $driver
	for event in vaccel_park vaccel_submit vha_take vha_submit vha_complete \
		     vaccel_complete; do
		is "$(traced $event)" 1 "its life is traced: $event"
	done
	is "$(json ".guest_algorithms[] | select(.driver == \"$driver\") |
		.requests" stats)" "$(stat $driver requests)" "stats: the requests"
	is "$(json ".devices[] | select(.name == \"$id\") |
		.attributes.requests" stats)" "$(cat $virtio/"$id"/accel/requests)" \
		"and the device's"

	echo "$id" >$virtio/unbind
	run_ctl why
	like "$out" "$id \(guest\): no driver is bound" "unbound: why"
	is "$(guest_row "cbc(aes)")" "cbc(aes) no no device" "its algorithms"
	run_case "a request" encrypt $driver
	is "$(traced vaccel_fallback)" 1 "vaccel_fallback is traced"
	like "$(grep vaccel_fallback: $tracing/trace)" "no device" "with its reason"
	trace
	at_least "$(json ".guest_algorithms[] | select(.driver == \"$driver\") |
		.fallback" stats)" 1 "stats: done in software"
	echo "$id" >$virtio/bind
	run_ctl why
	like "$(guest_row "cbc(aes)")" \
		"yes in use; of [0-9]+ requests, software did [1-9]" \
		"bound again: used, and what software did"
	modprobe -r virtio_accel
	load_driver priority=1
	run_ctl why
	like "$(guest_row "cbc(aes)")" \
		"no only for those who ask for $driver: cbc.* has priority" \
		"with a low priority, others are preferred"
}

test_sas()
{
	ip link set lo up
	modprobe -aq esp4 xfrm_user
	run_case "a state" ip xfrm state add src 192.0.2.1 dst 192.0.2.2 \
		proto esp spi 0x1001 mode tunnel aead 'rfc4106(gcm(aes))' \
		0x000102030405060708090a0b0c0d0e0f10111213 128
	run_ctl sas
	is "$(row 192.0.2.1)" \
		"192.0.2.1 192.0.2.2 esp 0x00001001 tunnel none - - 0 0" "sas"
	is "$(json '.sas[0].aead' sas)" "rfc4106(gcm(aes))" "its algorithm"
	is "$(accelctl --json sas | grep -c 0a0b0c0d)" 0 "never its key"
	ip xfrm state flush
}

test_colours()
{
	local command="accelctl list"

	is "$(TERM=xterm script -qec "$command" /dev/null | grep -c $'\033\[32m')" \
		2 "a terminal has colours"
	is "$(TERM=xterm NO_COLOR=1 script -qec "$command" /dev/null |
		grep -c $'\033')" 0 "with NO_COLOR not"
	is "$(TERM=xterm NO_COLOR='' script -qec "$command" /dev/null |
		grep -c $'\033\[32m')" 2 "with an empty one it has"
	is "$(TERM=dumb script -qec "$command" /dev/null | grep -c $'\033')" 0 \
		"a dumb one has none"
}

# Somebody without privileges gets what there is, and is told what there is not
test_user()
{
	local as="setpriv --reuid 65534 --regid 65534 --clear-groups"
	local ctl

	ctl=$(command -v accelctl)
	is "$($as "$ctl" --json list | jq '.devices | length')" 2 "a user: list"
	like "$($as "$ctl" stats 2>&1 >/dev/null)" "run accelctl as root" \
		"stats says what is missing"
	run_ctl_as=$($as "$ctl" sas 2>&1)
	is $? 1 "sas is refused"
	like "$run_ctl_as" "run accelctl as root" "and says so"
	umount /sys/kernel/debug
	like "$(accelctl why 2>&1 >/dev/null)" "mount -t debugfs" \
		"without debugfs, it says how to get it"
	mount -t debugfs debugfs /sys/kernel/debug
}

complete_words()
{
	bash -c '. tools/accelctl/accelctl.bash
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_accelctl; echo "${COMPREPLY[*]}"' bash "$@"
}

test_completion()
{
	is "$(complete_words accelctl "")" \
		"list show stats watch why inventory sas" "completion: commands"
	is "$(complete_words accelctl w)" "watch why" "by a letter"
	is "$(complete_words accelctl --json st)" "stats" "behind an option"
	is "$(complete_words accelctl show "")" "acc0 $(device)" "devices"
	is "$(complete_words accelctl list "")" "" "list takes none"
	is "$(complete_words accelctl -n 2 watch acc)" "acc0" "by their letters"
	is "$(complete_words accelctl watch --c)" "--count" "options"
	is "$(complete_words accelctl watch --count "")" "" "numbers are your own"
}

# sleeps_of_root_wait BEFORE AFTER: how often root-wait sleeps, when /proc/crypto says
# BEFORE, and AFTER once it has slept three times; what it says is in /tmp/out.
sleeps_of_root_wait()
{
	local fake=/tmp/root-wait

	mkdir -p $fake
	printf '%b' "$1" >$fake/crypto
	printf '%b' "$2" >$fake/after
	echo 0 >$fake/slept
	cat >$fake/sleep <<-END
	#!/bin/sh
	read -r n <$fake/slept
	echo \$((n + 1)) >$fake/slept
	[ \$n -ne 2 ] || cat $fake/after >$fake/crypto
	END
	chmod 755 $fake/sleep
	mount --bind $fake/crypto /proc/crypto || return
	PATH=$fake:$PATH sh packaging/initramfs/root-wait >/tmp/out 2>&1
	umount /proc/crypto
	cat $fake/slept
}

test_root_waits()
{
	local other="driver : cbc-aes-generic\nselftest : passed\ntype : skcipher\n"
	local ours="driver : cbc-aes-virtio-accel\nselftest : passed\ntype : skcipher\n"

	is "$(sleeps_of_root_wait "$other$ours" "")" 0 \
		"it does not wait for what is there"
	is "$(sleeps_of_root_wait "$other" "$other$ours")" 3 \
		"it waits for the first algorithm"
	is "$(sleeps_of_root_wait "${ours/passed/unknown}" "$ours")" 3 \
		"for a self-test that is outstanding"
	is "$(sleeps_of_root_wait "${ours/skcipher/larval}$ours" "$ours")" 3 \
		"and for one that runs"
	is "$(cat /tmp/out)" "" "and says nothing"
	is "$(sleeps_of_root_wait "$other" "$other")" 99 "but not for ever"
	like "$(cat /tmp/out)" "may be opened in software" "which it says"
}

# What the initramfs runs before the root is opened; guest-root.sh boots with it
test_root_wait()
{
	local wait=packaging/initramfs/root-wait hook

	for hook in hooks scripts/local-top; do
		is "$("packaging/initramfs-tools/$hook/virtio_accel" prereqs)" "" \
			"$hook: nothing has to be before it"
	done
	run_case "root-wait ends when the algorithms are there" \
		timeout 60 sh $wait
	modprobe -r virtio_accel
	run_case "it loads the driver" timeout 60 sh $wait
	have_crypto_driver cbc-aes-virtio-accel
	is $? 0 "and waits for its algorithms"
	test_root_waits
	modprobe -r virtio_accel
	echo acc0 >$bus/devices/acc0/driver/unbind
	run_case "without a device it does not wait" timeout 5 sh $wait
}

# All, or those that are named, for tests/mutate.sh
[ $# -gt 0 ] || set -- usage nothing host old_module odd_user malformed latency \
	errors held udev guest sas colours user completion root_wait
for part; do
	"test_$part"
done
run_case "the modules can be removed" sh -c "modprobe -r virtio_accel;
	timeout 60 vdpa dev del acc0 && rmmod vhost_accel"
done_testing
