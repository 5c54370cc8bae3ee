# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Starting and ending the machine of one run: QEMU or UML inside build/rootfs.
# Sourced by tests/vm/run; uses its variables.

# An oops or a hung task ends the machine: it has failed, and need not use up its
# time-out.  Emulated CPUs that share two real ones are late
# now and then: the watchdogs wait longer than usual.
common_arguments="loglevel=6 panic=-1 oops=panic watchdog_thresh=60"
common_arguments+=" hung_task_panic=1 rcupdate.rcu_cpu_stall_timeout=180"

# no_timer_check: the kernel's test of its timer panics when nobody gives the
# machine a CPU during those few ticks.
#
# cryptomgr.notests: the kernel's self-tests of the algorithms take seconds, on the
# debug kernel many: cases that are about them run them (run_selftests of
# tests/lib.sh). The extra ones (100 random vectors per algorithm) take minutes
# where KASAN runs under emulation; UML does them all.
kernel_arguments()
{
	echo "$common_arguments cryptomgr.notests=1"
	[ "$kernel" != debug ] || echo cryptomgr.fuzz_iterations=5
	[ "$kernel" = uml ] || echo no_timer_check
}

kernel_image()
{
	case $kernel in
	6.12) echo "$ROOTFS"/boot/vmlinuz-* ;;
	debug) echo "$BUILD/kernel-debug/arch/x86/boot/bzImage" ;;
	uml) echo "$BUILD/kernel-uml/linux" ;;
	esac
}

memory()
{
	[ -n "$mem" ] && { echo "$mem"; return; }
	case $topology-$kernel in
	pair-debug) echo 3072 ;;
	pair-*) echo 2048 ;;
	*-debug) echo 1536 ;;
	*) echo 1024 ;;
	esac
}

guest_memory()
{
	[ -n "$guest_mem" ] && { echo "$guest_mem"; return; }
	[ "$kernel" = debug ] && echo 800 || echo 400
}

# Real KVM is used when it really boots something within 10 s: there are
# machines where QEMU hangs on /dev/kvm without a word.  The answer holds until
# the machine is booted again.
probe_kvm()
{
	local cache=$BUILD/.kvm-probe id

	kvm=no
	[ "$kernel" = uml ] && return
	[ -c /dev/kvm ] || return 0
	id=$(cat /proc/sys/kernel/random/boot_id)
	if [ "$(cut -d' ' -f1 "$cache" 2>/dev/null)" != "$id" ]; then
		say "probing KVM (at most 10 s)"
		echo "$id $(kvm_boots && echo yes || echo no)" >"$cache.$$"
		mv "$cache.$$" "$cache"
		say "real KVM: $(cut -d' ' -f2 "$cache")"
	fi
	kvm=$(cut -d' ' -f2 "$cache")
}

kvm_boots()
{
	"$SRC/tests/ground/initramfs" 6.12 || return
	timeout -k 1 10 "$SRC/tests/ground/enter" sh -c '
		qemu-system-x86_64 -accel kvm -cpu host -nodefaults \
			-display none -no-reboot -m 256 -serial stdio \
			-kernel /boot/vmlinuz-* \
			-initrd /mnt/build/initramfs-6.12 \
			-append "console=ttyS0 quiet panic=-1 accel.probe"' \
		</dev/null 2>/dev/null | grep -q accel-boots
}

# KVM without nesting would leave the inner guest emulated inside: the outer VM
# is then emulated instead, with SVM, so that the pair still runs under KVM.
use_kvm()
{
	[ "$kvm" = yes ] && [ -z "$icount" ] || return
	[ "$topology" != pair ] ||
		grep -qs '[1Y]' /sys/module/kvm_{intel,amd}/parameters/nested
}

guest_accelerator()
{
	echo kvm
}

guest_cpu()
{
	echo host
}

# Binds over the tree in this process's own mount namespace.  /mnt/root is the
# tree again, as the machines' root: without /dev, /proc and the shares.
mount_tree()
{
	local release

	release=$(kernel_release "$kernel")
	mount --bind "$ROOTFS" "$ROOTFS/mnt/root" &&
		bind_modules "$ROOTFS/mnt/root" &&
		mount --bind "$run/programs" "$ROOTFS/mnt/root/usr/local/lib/accel" &&
		mount -t tmpfs tmpfs "$ROOTFS/tmp" &&
		mount --rbind /dev "$ROOTFS/dev" &&
		mount --bind /proc "$ROOTFS/proc" &&
		mount --bind "$SRC" "$ROOTFS/mnt/src" &&
		mount -o remount,bind,ro "$ROOTFS/mnt/src" &&
		mount --bind "$run/ctl" "$ROOTFS/mnt/ctl" &&
		mount --bind "${share:-$run/share}" "$ROOTFS/mnt/share" ||
		die "cannot mount the shares of the run"
}

# The stock modules stay where they are; the directory above them, with our
# modules and what depmod made, is the run's own.
bind_modules()
{
	local dir=$1/usr/lib/modules/$release original

	original=$ROOTFS/usr/lib/modules/$release/kernel
	[ "$kernel" = 6.12 ] ||
		original=$BUILD/kernel-$kernel/installed/lib/modules/$release/kernel
	mkdir -p "$ROOTFS/usr/lib/modules/$release"
	mount --bind "$run/modules" "$dir" &&
		mount --bind "$original" "$dir/kernel"
}

share_arguments()
{
	local tag=$1 readonly=$2

	echo -fsdev "local,id=$tag,path=/mnt/$tag,security_model=none,readonly=$readonly,multidevs=remap" \
	     -device "virtio-9p-pci,fsdev=$tag,mount_tag=$tag"
}

accelerator_arguments()
{
	if [ -n "$icount" ]; then
		echo -accel tcg,thread=single -icount shift=1,sleep=off,align=off \
		     -cpu max,la57=off,erms=off,fsrm=off,fsrs=off,fzrm=off
	elif use_kvm; then
		echo -accel kvm -cpu host
	else
		echo -accel tcg,thread=multi -cpu max,la57=off,erms=off,fsrm=off,fsrs=off,fzrm=off
	fi
}

# own_device_arguments [,PROPERTY=VALUE...]: QEMU's own device
own_device_arguments()
{
	echo -object cryptodev-backend-builtin,id=cryptodev0 \
	     -device "virtio-crypto-pci,cryptodev=cryptodev0${1:-}"
}

# The encrypted root is one that a distribution's initramfs finds; dm-crypt says
# which driver it took only when it is told to.
root_arguments()
{
	[ -z "$root" ] ||
		echo "root=/dev/mapper/root rw init=/sbin/init dm_crypt.dyndbg=+p"
	[ "$root" != dracut ] || echo "rd.luks.uuid=$ROOT_UUID"
}

root_drive()
{
	[ -n "$root" ] && echo root.img,format=raw ||
		echo root.erofs,format=raw,readonly=on
}

# shellcheck disable=SC2054,SC2207  # functions print arguments, with commas
qemu_arguments()
{
	machine=(qemu-system-x86_64 -nodefaults -no-user-config -display none
		-vga none -no-reboot -machine q35 $(accelerator_arguments)
		-smp "$smp" -m "$(memory)"
		-kernel /mnt/ctl/boot/kernel -initrd /mnt/ctl/boot/initramfs
		-append "console=ttyS0 $(kernel_arguments | xargs) accel.fs=9p $(root_arguments) $cmdline"
		-serial chardev:console
		-chardev file,id=console,path=/mnt/ctl/host.console,append=on
		-drive "file=/mnt/ctl/boot/$(root_drive),if=none,id=root"
		-device virtio-blk-pci,drive=root
		$(share_arguments root on) $(share_arguments src on)
		$(share_arguments ctl off) $(share_arguments share off)
		-device virtio-serial-pci
		-chardev file,id=out,path=/mnt/ctl/out,append=on
		-device virtserialport,chardev=out,name=accel.out)
	if [ -n "$guest_disk" ]; then
		machine+=(-drive file=/mnt/ctl/boot/guest.erofs,if=none,id=guest,format=raw,readonly=on
			-device virtio-blk-pci,drive=guest)
	fi
	if [[ "$topology $device" = "loop qemu"* ]]; then
		machine+=($(own_device_arguments "${device#qemu}"))
	elif [ -n "$host_crypto" ]; then
		machine+=($(own_device_arguments))
	fi
}

# Descriptor 3 is the pipe that the output comes through.
# shellcheck disable=SC2054,SC2206,SC2207  # words, with UML's commas
uml_arguments()
{
	machine=(env TMPDIR=/tmp HOME=/tmp /mnt/ctl/boot/kernel
		"mem=$(memory)M" initrd=/mnt/ctl/boot/initramfs
		con=null con0=null,fd:1 ssl=null ssl0=null,fd:3
		accel.fs=hostfs)
	machine+=($(kernel_arguments) $cmdline)
}

# The machine runs in a process namespace that dies with us whatever happens:
# nothing is ever killed by name.  It is not process 1 there, which a signal to
# itself cannot end: UML's way to die of a panic.
start_machine()
{
	if [ "$kernel" = uml ]; then
		uml_arguments
	else
		qemu_arguments
	fi
	mkfifo "$run/ctl/out"
	: >"$run/ctl/host.console"
	cat "$run/ctl/out" &
	reader=$!
	if [ -n "$verbose" ]; then
		tail -n +1 -f "$run/ctl/host.console" >&2 &
		viewer=$!
	fi
	exec 3>"$run/ctl/out"
	setpriv --pdeathsig KILL \
		unshare --pid --fork --kill-child -- chroot "$ROOTFS" \
		sh -c '"$@"; exit $?' sh "${machine[@]}" \
		</dev/null >>"$(machine_log)" 2>&1 &
	machine_pid=$!
	exec 3>&-
}

# UML's standard output is its console.
machine_log()
{
	[ "$kernel" = uml ] && echo "$run/ctl/host.console" ||
		echo "$run/ctl/host.qemu"
}

machine_runs()
{
	[ -n "${machine_pid:-}" ] && kill -0 "$machine_pid" 2>/dev/null
}

# Ends process 1 of the machine's process namespace: the kernel reaps all others
# before it, so that nobody writes to the shares any more when this returns.
stop_machine()
{
	if machine_runs; then
		pkill -KILL -P "$machine_pid" || kill -KILL "$machine_pid"
	fi
	[ -z "${machine_pid:-}" ] || wait "$machine_pid" 2>/dev/null
	machine_pid=
}

machine_started()
{
	[ -e "$run/ctl/started" ]
}

# A machine that does not get to its first program (tests/vm/init) says nothing
# about what is tested: an emulated CPU that waits too long for a real one can
# lose its timer. Then it is started again.
boot_machine()
{
	local attempt end wait=120

	# A distribution's initramfs starts hundreds of programs
	[ -z "$root" ] || wait=600
	for attempt in 1 2 3; do
		start_machine
		end=$((SECONDS + wait))
		until machine_started || ! machine_runs ||
		      [ $SECONDS -ge $end ]; do
			sleep 0.1
		done
		machine_started && return
		[ "$attempt" -lt 3 ] || return
		say "the machine does not boot: once more"
		stop_machine
		wait "$reader"
		rm -f "$run/ctl/out"
	done
}

# Ends when the machine has ended.  A machine that has delivered its status
# gets 20 s to switch itself off.
wait_for_machine()
{
	local end=$((SECONDS + limit)) off=

	timed_out=
	while machine_runs; do
		if [ -e "$run/ctl/status" ]; then
			: "${off:=$((SECONDS + 20))}"
			[ "$SECONDS" -lt "$off" ] || break
		elif [ "$SECONDS" -ge $end ]; then
			timed_out=yes
			break
		fi
		sleep 0.1
	done
	stop_machine
	# The pipe has no writer any more: the rest of the output comes out.
	wait "$reader"
}
