# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What a request costs, measured in one machine that runs under
# `tests/vm/run --icount`: there, one instruction takes two nanoseconds of the
# machine's time, whatever it is.
#
# For measure.sh and for test cases: sets up, measures, and leaves all figures
# in the array `bench`.

bench_params=/sys/module/accel_bench/parameters
bench_dev=/sys/bus/vdpa/devices/acc0/accel
bench_host_algs=/sys/kernel/debug/vhost_accel/acc0/algorithms
bench_guest_stats=/sys/kernel/debug/virtio_accel/stats

bench_depths="1 32 128"
bench_requests=${ACCEL_BENCH_REQUESTS:-3000}
bench_rounds=3

# Instructions per request at depth 32, ours minus the cipher's: the claim.
# shellcheck disable=SC2034  # used by the scripts that source this file
bench_limit=${ACCEL_BENCH_LIMIT:-5000}

declare -A bench

bench_die()
{
	echo "bench: $*" >&2
	exit 1
}

# bench_once DRIVER DEPTH: sets ns, idle_ns and the other results
bench_once()
{
	local name value

	echo "$1 $2 $bench_requests" >$bench_params/run ||
		bench_die "$1 at depth $2 failed: $(paste -sd ' ' $bench_params/result)"
	while IFS='=' read -r name value; do
		result[$name]=$value
	done <$bench_params/result
	[ "${result[idle_ns]}" -ge 0 ] || bench_die "this kernel counts no idle time"
}

# bench_instructions DRIVER DEPTH: per request. The least of some rounds: what
# others do in the background only ever adds.
bench_instructions()
{
	local round busy least=''
	declare -A result

	for ((round = 0; round < bench_rounds; round++)); do
		bench_once "$1" "$2"
		busy=$(((result[ns] - result[idle_ns]) / 2 / bench_requests))
		[ "${least:-$busy}" -lt $busy ] || least=$busy
	done
	cost=$least
}

bench_counter()
{
	cat "$bench_dev/$1" || bench_die "acc0 has no counter $1"
}

# Requests with cbc(aes) that the host's driver has answered
bench_host_requests()
{
	awk '$1 == "cbc(aes)" { print $3; exit }' $bench_host_algs
}

# bench_ratio N BASE: N / BASE with three digits
bench_ratio()
{
	awk -v n="$1" -v base="$2" 'BEGIN {
		if (base) printf "%.3f\n", n / base; else print "-" }'
}

# bench_guest NAME DRIVER: all depths, and what the device says about it
bench_guest()
{
	local depth kicks notifications requests cost

	for depth in $bench_depths; do
		kicks=$(bench_counter kicks)
		notifications=$(bench_counter notifications)
		requests=$(bench_host_requests)
		bench_instructions "$2" "$depth"
		kicks=$(($(bench_counter kicks) - kicks))
		notifications=$(($(bench_counter notifications) - notifications))
		requests=$(($(bench_host_requests) - requests))
		# A request that did not reach the host costs less.
		[ $requests -ge $((bench_rounds * bench_requests)) ] ||
			bench_die "$2: the host did only $requests requests"
		bench[$1.$depth]=$cost
		bench[$1.$depth.kicks]=$(bench_ratio $kicks $requests)
		bench[$1.$depth.interrupts]=$(bench_ratio $notifications $requests)
	done
}

bench_cipher()
{
	local depth cost

	for depth in $bench_depths; do
		bench_instructions "${bench[cipher]}" "$depth"
		bench[direct.$depth]=$cost
	done
}

# The fastest software first: the host takes it, and it is not loaded by name.
bench_setup()
{
	local module

	modprobe -a aesni_intel cbc 2>/dev/null
	for module in vhost_accel virtio_vdpa accel_bench; do
		modprobe $module || bench_die "cannot load $module"
	done
	[ -d $bench_dev ] || bench_die "there is no device acc0"
}

# have_driver DRIVER: registered, self-test done
bench_have_driver()
{
	awk -v driver="$1" '
		/^name/ { found = 0 }
		$1 == "driver" && $3 == driver { found = 1 }
		found && $1 == "selftest" && $3 == "passed" { good = 1 }
		found && $1 == "type" && $3 == "larval" { good = 0 }
		END { exit !good }' /proc/crypto
}

bench_wait_driver()
{
	local i

	for ((i = 0; i < 300; i++)); do
		bench_have_driver "$1" && return
		sleep 0.1
	done
	bench_die "$1 did not appear"
}

bench_fallbacks()
{
	sed -n "s/^$1 .*fallback=\([0-9]*\).*/\1/p" $bench_guest_stats
}

bench_virtio_accel()
{
	local driver=cbc-aes-virtio-accel

	modprobe virtio_accel || bench_die "cannot load virtio_accel"
	bench_wait_driver $driver
	bench_guest accel $driver
	[ "$(bench_fallbacks $driver)" = 0 ] ||
		bench_die "$driver used its software fallback"
	bench[cipher]=$(awk '$1 == "cbc(aes)" { print $2; exit }' \
			$bench_host_algs)
	rmmod virtio_accel || bench_die "cannot remove virtio_accel"
}

# Mainline's driver on our device. Its module is blacklisted, by name it loads.
bench_virtio_crypto()
{
	modprobe virtio_crypto || bench_die "cannot load virtio_crypto"
	bench_wait_driver virtio_crypto_aes_cbc
	bench_guest mainline virtio_crypto_aes_cbc
}

bench_all()
{
	bench_setup
	bench_virtio_accel
	bench_cipher
	bench_virtio_crypto
}

# bench_beyond NAME DEPTH: instructions per request beyond the cipher's
bench_beyond()
{
	echo "$((${bench[$1.$2]} - ${bench[direct.$2]}))"
}
