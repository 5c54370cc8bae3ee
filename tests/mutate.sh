#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
#	tests/mutate.sh [--kernel K] [NAME...]
#
# Takes guards out of the modules one at a time, in a copy, and runs the test
# that has to notice: a test that passes without the guard proves nothing.
# Guards and tests are in tests/mutations; without NAMEs all are run. Prints
# TAP: "ok" means that the test failed. Takes minutes, so not a part of
# `make check`.
#
# All mutants share a boot, but for those that bring the kernel down, or leave it with
# what can't be removed: then the next boot goes on behind them.

set -u
. "$(dirname "$0")/ground/common.sh"

kernel=uml
if [ "${1:-}" = --kernel ]; then
	kernel=$2
	shift 2
fi
need_root tests/mutate.sh

dir=$BUILD/mutants
share=$dir/share
count=0 bad=0

report()
{
	count=$((count + 1))
	echo "$1ok $count - $2"
	[ -z "$1" ] || bad=1
}

# compile MODULE
compile()
{
	local kdir="/mnt/build/kernel-$kernel" arch=um

	[ "$kernel" = uml ] || arch=x86_64
	[ "$kernel" != 6.12 ] ||
		kdir=/lib/modules/$(kernel_release 6.12)/build
	if [ "$1" = accelctl ]; then
		"$SRC/tests/ground/enter" make -C /mnt/build/mutants/src/tools/$1 \
			all O=/mnt/build/mutants </dev/null >"$dir/log" 2>&1
		return
	fi
	"$SRC/tests/ground/enter" make -C "$kdir" ARCH=$arch \
		M=/mnt/build/mutants/src modules </dev/null >"$dir/log" 2>&1
}

# build_mutant NAME FILE SUBSTITUTION: fails when it changes nothing
build_mutant()
{
	local name=$1 file=$dir/src/drivers/$2 original=$SRC/drivers/$2
	local module=${2%/*} made

	module=${module##*/}
	perl -0pe "$3" "$original" >"$file"
	if cmp -s "$original" "$file"; then
		report "not " "$name: the guard in $2 is not where it was"
	elif ! compile "$module"; then
		report "not " "$name: the mutant of $2 does not compile"
		grep -m 3 'error:' "$dir/log" | sed 's/^/# /'
	else
		made=${file%/*}/$module.ko
		[ "$module" != accelctl ] || made=$dir/accelctl
		cp "$made" "$share/$name.ko"
		echo "$name $module $4" >>"$share/todo"
	fi
	cp "$original" "$file"
}

# In the machine: "begin NAME", then "end NAME STATUS", for each mutant.
write_runner()
{
	cat >"$share/run" <<-'END'
	. tests/lib.sh
	. tests/cases/host-vdpa.inc
	modprobe -a vhost_vdpa virtio_vdpa vhost_accel

	run_attack()
	{
		local sim=/sys/module/accel_sim
		local limits=/sys/devices/vhost_accel/accel-sim

		case $1 in
		held* | health*) [ -e $sim ] || modprobe accel_sim; wait_for_selftests 120 ;;
		*) [ ! -e $sim ] || rmmod accel_sim ;;
		esac
		vdpa_add acc0 || return
		[ ! -e $sim ] || use_sim acc0 || return
		case $1 in
		health-kept) echo 600 >$limits/timeout_ms ;;
		health-hang) echo 1 >$bus/devices/acc0/accel/bounce ;;
		health*)
			echo 600 >$limits/timeout_ms
			echo 1 >$bus/devices/acc0/accel/bounce
			;;
		esac
		[ "$1" != health-capped ] || echo 4 >$limits/max_orphans
		vdpa-attack acc0 "$@"
	}

	# Some mutants make their case wait for ever
	run_bash()
	{
		timeout -k 10 400 bash "$@"
	}

	run_one()
	{
		case $1 in
		accelctl.sh | host-* | guest-faults-*)
			run_bash "tests/cases/$1" "${@:2}"
			;;
		*.sh) vdpa_add acc0 virtio_vdpa && run_bash "tests/cases/$1" ;;
		*_kunit)
			run_bash tests/vm/kunit "$1"
			set -- $?
			modprobe -r vhost_accel_kunit
			return "$1"
			;;
		*) run_attack "$@" ;;
		esac
	}

	while read -r name module cases; do
		grep -q "^begin $name$" /mnt/share/done && continue
		echo "begin $name" >>/mnt/share/done
		sync
		rmmod vhost_accel || exit
		if [ $module = accelctl ]; then
			original=$(command -v accelctl)
		else
			original=$(modinfo -n "$module")
		fi
		cp "$original" /tmp/original.ko
		cp "/mnt/share/$name.ko" "$original"
		run_one $cases >"/mnt/share/$name.out" 2>&1
		echo "end $name $?" >>/mnt/share/done
		sync
		modprobe -rq virtio_accel
		vdpa dev show acc0 >/dev/null 2>&1 && { timeout 60 vdpa dev del acc0 || exit; }
		rmmod vhost_accel 2>/dev/null
		[ ! -e /sys/module/vhost_accel ] || exit
		cp /tmp/original.ko "$original"
		modprobe vhost_accel
	done </mnt/share/todo
	echo finished >>/mnt/share/done
	END
}

# Until no boot gets further
boot_until_done()
{
	local before=-1 now=0

	: >"$share/done"
	while [ "$now" -gt "$before" ]; do
		before=$now
		# for guest-failslab.sh
		"$SRC/tests/vm/run" --kernel "$kernel" --device none \
			--cmdline dma_debug=off \
			--timeout 1200 --share "$share" -- \
			bash /mnt/share/run >"$dir/boot.log" 2>&1
		now=$(grep -c '^begin' "$share/done")
		grep -q '^finished' "$share/done" && return
	done
}

verdicts()
{
	local name module cases status

	while read -r name module cases; do
		status=$(sed -n "s/^end $name //p" "$share/done")
		if ! grep -q "^begin $name$" "$share/done"; then
			report "not " "$name: was not run"
		elif [ -z "$status" ]; then
			report "" "$name: the kernel falls in $cases"
		elif [ "$status" = 0 ]; then
			report "not " "$name: $cases passes without it"
		else
			report "" "$name: $cases fails"
			grep -E -m 2 '^(# case_|not ok|Bail)' "$share/$name.out"
		fi
	done <"$share/todo"
}

main()
{
	local name file change cases

	"$SRC/tests/ground/modules" "$kernel" || exit 2
	rm -rf "$share"
	mkdir -p "$share" "$dir"
	rm -rf "$dir/src"
	with_lock "$BUILD/.modules-$kernel.lock" \
		cp -a "$BUILD/modules/$kernel/src" "$dir/" || exit 2
	: >"$share/todo"
	while IFS=$'\037' read -r name file change cases <&3; do
		[ $# -eq 0 ] || [[ " $* " = *" $name "* ]] || continue
		if [[ $cases = *:* && ${cases%%:*} != "$kernel" ]]; then
			report "" "$name # SKIP needs --kernel ${cases%%:*}"
			continue
		fi
		cases=${cases#*:}
		build_mutant "$name" "$file" "$change" "$cases"
	done 3< <(awk -F ' [|] ' -v OFS='\037' '/^[a-z]/ { $1 = $1; print }' \
		"$SRC/tests/mutations")
	write_runner
	boot_until_done
	verdicts
	echo "1..$count"
	exit $bad
}

main "$@"
