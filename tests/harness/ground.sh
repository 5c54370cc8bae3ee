#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/ground/rootfs where things go wrong: without root, without mmdebstrap,
# interrupted, failing. In a copy, with a program in mmdebstrap's place that
# writes one file.

cd "$(dirname "$0")/../.." || exit
. tests/lib.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tree=$work/tree
mkdir -p "$tree/tests" "$work/bin"
cp -r tests/ground "$tree/tests/"
chmod 755 "$work"

# mmdebstrap_does COMMANDS: with the tree to make in $new
mmdebstrap_does()
{
	cat >"$work/bin/mmdebstrap" <<-END
	#!/bin/sh
	new=\$(printf '%s\n' "\$@" | grep '/build/rootfs.new\$')
	mkdir -p "\$new" || exit
	$1
	END
	chmod 755 "$work/bin/mmdebstrap"
}

# rootfs [WRAPPER...]: status in $status, messages in $said
rootfs()
{
	said=$(PATH=$work/bin:$PATH "$@" "$tree/tests/ground/rootfs" 2>&1)
	status=$?
}

as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)

test_not_root()
{
	rootfs "${as_nobody[@]}"
	is "$status" 1 "without root it fails"
	like "$said" "run: sudo $tree/tests/ground/rootfs" \
		"and prints the command to use"
	said=$(PATH=$work/bin:/usr/bin:/bin "${as_nobody[@]}" bash -c \
		". $tree/tests/ground/common.sh; need_program no-such-program a-package" 2>&1)
	is $? 1 "a missing program cannot be installed without root"
	like "$said" "run: sudo apt-get install .*a-package" \
		"the command for that is printed"
}

test_failing()
{
	mmdebstrap_does 'echo "E: no such suite" >&2; exit 25'
	rootfs
	is "$status" 1 "mmdebstrap fails: so does it"
	like "$said" "E: no such suite" "the end of the log is shown"
	fails "nothing that looks like a tree is left" \
		test -e "$tree/build/rootfs"
}

interrupt_one()
{
	local pid

	mmdebstrap_does 'touch "$new/half"; echo $$ >'"$work/pid"'; exec sleep 1000'
	PATH=$work/bin:$PATH setsid "$tree/tests/ground/rootfs" \
		>/dev/null 2>&1 &
	pid=$!
	wait_for 60 [ -s "$work/pid" ]
	# the whole of it, as when the machine is switched off
	kill -KILL -- -$pid
	wait $pid 2>/dev/null
	[ -e "$tree/build/rootfs.new/half" ]
}

test_interrupted()
{
	run_case "it is killed in the middle" interrupt_one
	mmdebstrap_does 'mkdir "$new/mnt"; touch "$new/whole"'
	rootfs
	is "$status" 0 "the next run ends well" || diag "$said"
	like "$said" "interrupted run" "it says what it found"
	is "$(cd "$tree/build/rootfs" && echo half* whole*)" "half* whole" \
		"and starts anew"
	mmdebstrap_does 'touch "$new/again"; exit 1'
	rootfs
	is "$status$said" 0 "a run after that has nothing to do, and says nothing"
}

test_not_root
test_failing
test_interrupted
done_testing
