# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# What a run was worth: the command's status, unless a kernel complained.
# Sourced by tests/vm/run; uses its variables.

complaint='WARNING:|BUG:|Oops|KASAN|UBSAN|possible .* locking|blocked for more'
complaint+='|Kernel panic|Out of memory|detected stalls?|KVM: entry failed|KVM internal error'
# O, E, N: out-of-tree and unsigned module, test module.
allowed_taint=$(((1 << 12) | (1 << 13) | (1 << 18)))

# Prints complaints; true when there is one.  A debug kernel announces its
# checkers at boot, which is no complaint.
console_complains()
{
	local console=$1

	[ -e "$console" ] || return
	grep -aE "$complaint" "$console" | grep -avE 'kasan: KernelAddressSanitizer initialized' >"$run/complaints" || return
	echo "kernel complaint on $(basename "$console"):" >&2
	grep -aE -A 25 "$complaint" "$console" | head -n 60 | sed 's/^/  /' >&2
}

taint_complains()
{
	local file=$1 taint

	taint=$(cat "$file" 2>/dev/null)
	[ -n "$taint" ] && [ $((taint & ~allowed_taint)) -ne 0 ] || return
	echo "kernel taint $taint in $(basename "$file" .tainted)" >&2
}

kernels_complain()
{
	local file found=1

	for file in "$run"/ctl/*.console "$run"/ctl/*.qemu; do
		console_complains "$file" && found=0
	done
	for file in "$run"/ctl/*.tainted; do
		taint_complains "$file" && found=0
	done
	return $found
}

# What a guest and its QEMU said last, for a failure that began there.
guests_last_words()
{
	local file

	for file in "$run"/ctl/guest-*.console "$run"/ctl/guest-*.qemu; do
		[ -s "$file" ] || continue
		echo "the last of $(basename "$file"):" >&2
		tail -n 6 "$file" | sed 's/^/  /' >&2
	done
}

# Keeps what explains a failure; the newest 20 failures stay.
keep_logs()
{
	local dir

	dir=$LOGS/failed/$(date +%m%d-%H%M%S)-$topology-$kernel-$$
	mkdir -p "$dir"
	cp "$run"/ctl/{*.console,*.qemu,*.dmesg,*.tainted,cmd,config} "$dir" 2>/dev/null
	echo "consoles kept in ${dir#"$SRC"/}" >&2
	# shellcheck disable=SC2012  # names are ours
	ls -1d "$LOGS"/failed/* | head -n -20 | xargs -r rm -rf
}

give_verdict()
{
	local status

	status=$(cat "$run/ctl/status" 2>/dev/null)
	if [ -n "$timed_out" ]; then
		echo "timed out after $limit s" >&2
		status=124
	elif [ -z "$status" ]; then
		echo "the machine ended without a status; its last words:" >&2
		tail -qn 8 "$run"/ctl/host.console "$run"/ctl/host.qemu 2>/dev/null |
			sed 's/^/  /' >&2
		status=125
	fi
	if kernels_complain && [ "$status" = 0 ]; then
		status=1
	fi
	if [ "$status" != 0 ]; then
		guests_last_words
		keep_logs
	fi
	exit "$status"
}
