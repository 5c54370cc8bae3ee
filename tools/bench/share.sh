# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How devices share a provider: what each of four gets by its weight, and how many
# requests of a flooding one come before those of one that asks for little.
#
# The provider is accel_sim, which holds what it has until its slots are full
# (tests/user/vdpa/vdpa-share.c): these figures have nothing to do with time.

share_requests=${ACCEL_BENCH_SHARE:-2000}
share_light=100
share_depths="1 4 16 64"
share_bus=/sys/bus/vdpa
share_settings=/sys/devices/vhost_accel/accel-sim
# What a request costs beside its bytes
share_cost=512
declare -A share

share_add()
{
	vdpa dev add name "$1" mgmtdev accel-sim &&
		echo vhost_vdpa >$share_bus/devices/"$1"/driver_override &&
		echo "$1" >$share_bus/drivers_probe ||
		bench_die "cannot make the device $1"
}

share_set_weight()
{
	echo "$2" >$share_bus/devices/"$1"/accel/weight ||
		bench_die "cannot set the weight of $1"
}

# Devices of different weights, sizes of requests, and numbers of them
share_measure_shares()
{
	local name n bytes weight units sum=0 i

	for i in 1 2 3 4; do
		share_set_weight share$i $((i * 100))
	done
	echo 16 >$share_settings/depth
	vdpa-share shares 16 "$share_requests" share1:512:64 share2:1536:128 \
		share3:2560:256 share4:3584:512 >/tmp/share.shares ||
		bench_die "$(cat /tmp/share.shares)"
	while read -r name n bytes; do
		share[$name.requests]=$n
		share[$name.size]=$((bytes / n))
		share[$name.units]=$((bytes + n * share_cost))
		sum=$((sum + share[$name.units]))
	done </tmp/share.shares
	for i in 1 2 3 4; do
		weight=$((i * 100))
		share[share$i.weight]=$weight
		# in 1/1000
		units=${share[share$i.units]}
		share[share$i.has]=$((units * 1000 / sum))
	done
}

share_measure_light()
{
	local depth

	share_set_weight share1 100
	share_set_weight share2 100
	for depth in $share_depths; do
		echo "$depth" >$share_settings/depth
		vdpa-share light "$depth" $share_light share1:1024:256 \
			share2:64 >/tmp/share.light ||
			bench_die "$(cat /tmp/share.light)"
		share[light.$depth.least]=$(awk 'NR == 1 { print $2 }' /tmp/share.light)
		share[light.$depth.most]=$(awk 'END { print $2 }' /tmp/share.light)
	done
}

share_all()
{
	local i

	modprobe -a accel_sim vhost_accel vhost_vdpa || bench_die "no accel_sim"
	for ((i = 0; i < 600; i++)); do
		[ ! -e $share_settings/fallback ] || break
		sleep 0.1
	done
	echo 0 >$share_bus/drivers_autoprobe
	# What is held for long is not to be done by others
	echo none >$share_settings/fallback
	for i in 1 2 3 4; do
		share_add share$i
	done
	echo soft >$share_settings/fallback
	echo 1 >$share_bus/drivers_autoprobe
	share_measure_shares
	share_measure_light
	for i in 1 2 3 4; do
		vdpa dev del share$i
	done
	echo 0 >$share_settings/depth
}

share_table()
{
	local i depth

	cat <<-END

	  Four devices that have always something to do, one provider with 16 slots: what
	  each has of it, in units of a byte, and $share_cost per request.

	END
	printf '  %7s %8s %10s %12s %10s %10s\n' weight size requests units \
		'share, %' 'due, %'
	for i in 1 2 3 4; do
		printf '  %7s %8s %10s %12s %10s %10s\n' \
			"${share[share$i.weight]}" "${share[share$i.size]}" \
			"${share[share$i.requests]}" "${share[share$i.units]}" \
			"$(share_percent "${share[share$i.has]}")" $((i * 10)).0
	done
	cat <<-END

	  A device that sends one request of 64 bytes after the other, beside one that has
	  always 256 of 1,024 bytes: how many of the other's are done before one of its own.

	END
	printf '  %7s %8s %8s\n' slots least most
	for depth in $share_depths; do
		printf '  %7s %8s %8s\n' "$depth" \
			"${share[light.$depth.least]}" \
			"${share[light.$depth.most]}"
	done
	echo
}

# share_percent THOUSANDTHS
share_percent()
{
	printf '%d.%d' $(($1 / 10)) $(($1 % 10))
}

share_json()
{
	local i depth separator=''

	printf '"devices": ['
	for i in 1 2 3 4; do
		printf '%s{"weight": %s, "size": %s, "requests": %s, "units": %s, "share": 0.%03d}' \
			"$separator" "${share[share$i.weight]}" \
			"${share[share$i.size]}" "${share[share$i.requests]}" \
			"${share[share$i.units]}" "${share[share$i.has]}"
		separator=', '
	done
	printf '], "light": {'
	separator=''
	for depth in $share_depths; do
		printf '%s"%s": {"least": %s, "most": %s}' "$separator" \
			"$depth" "${share[light.$depth.least]}" \
			"${share[light.$depth.most]}"
		separator=', '
	done
	printf '}'
}
