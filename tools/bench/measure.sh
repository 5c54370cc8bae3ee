#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The part of `make bench` that runs in the machine: prints the table, leaves
# the figures in $1 as JSON, and fails if the claim does not hold.

set -u
cd "$(dirname "$0")/../.." || exit
. tools/bench/lib.sh
. tools/bench/ipsec.sh
. tools/bench/share.sh

table()
{
	local depth

	cat <<-END

	  Instructions per request: AES-128-CBC, 1,424 bytes, Linux $(uname -r),
	  one CPU, driver, relay and cipher together; the least of $bench_rounds times
	  $bench_requests requests.  The cipher is ${bench[cipher]}, called directly.

	END
	printf '  %5s %8s %14s %8s %14s %8s\n' depth cipher virtio_accel beyond \
		virtio_crypto beyond
	for depth in $bench_depths; do
		printf '  %5s %8s %14s %8s %14s %8s\n' "$depth" \
			"${bench[direct.$depth]}" "${bench[accel.$depth]}" \
			"$(bench_beyond accel "$depth")" \
			"${bench[mainline.$depth]}" \
			"$(bench_beyond mainline "$depth")"
	done
	printf '\n  %5s %8s   %-23s   %s\n' depth ratio 'kicks per request' \
		'interrupts per request'
	for depth in $bench_depths; do
		printf '  %5s %8s   %-11s %-11s   %-11s %s\n' "$depth" \
			"$(bench_ratio "$(bench_beyond accel "$depth")" \
				       "$(bench_beyond mainline "$depth")")" \
			"${bench[accel.$depth.kicks]}" \
			"${bench[mainline.$depth.kicks]}" \
			"${bench[accel.$depth.interrupts]}" \
			"${bench[mainline.$depth.interrupts]}"
	done
	cat <<-END

	  beyond: more than the cipher alone.  ratio: virtio_accel's to
	  virtio_crypto's (the kernel's own guest driver, on the same device).
	  Of two figures the first is virtio_accel's, the second virtio_crypto's.

	END
}

json_guest()
{
	printf '"%s": {"total": %s, "beyond": %s, "kicks": %s, "interrupts": %s}' \
		"$1" "${bench[$2.$3]}" "$(bench_beyond "$2" "$3")" \
		"${bench[$2.$3.kicks]}" "${bench[$2.$3.interrupts]}"
}

json()
{
	local depth separator=''

	printf '{\n  "kernel": "%s",\n  "cipher": "%s",\n  "size": 1424,\n' \
		"$(uname -r)" "${bench[cipher]}"
	printf '  "requests": %s,\n  "limit": %s,\n  "depths": {' \
		"$bench_requests" "$bench_limit"
	for depth in $bench_depths; do
		printf '%s\n    "%s": {"cipher": %s,\n      %s,\n      %s}' \
			"$separator" "$depth" "${bench[direct.$depth]}" \
			"$(json_guest virtio_accel accel "$depth")" \
			"$(json_guest virtio_crypto mainline "$depth")"
		separator=,
	done
	printf '\n  },\n  "ipsec": {%s},\n  "shares": {%s}\n}\n' \
		"$(ipsec_json)" "$(share_json)"
}

ipsec_all cbc
bench_all
# Last: accel_sim has drivers of a high priority
share_all
table
ipsec_table
ipsec_table_cbc
share_table
json >"$1" || bench_die "cannot write $1"
failed=0
# claim WHAT IS LIMIT
claim()
{
	if [ "$2" -gt "$3" ]; then
		echo "  $1: $2 instructions are more than $3." >&2
		failed=1
	else
		echo "  $1: $2 of at most $3 instructions."
	fi
}
claim "At depth 32" "$(bench_beyond accel 32)" "$bench_limit"
for direction in out in; do
	for kind in crypto packet; do
		claim "IPsec, $kind, $direction, beyond software" \
		      "$(ipsec_beyond $kind $direction)" "$ipsec_limit"
	done
	claim "An SA, $direction, is made by" "$(ipsec_made $direction)" \
	      "$ipsec_set_up_limit"
	more=$(ipsec_more $direction)
	if [ "$more" -gt "$ipsec_many_limit" ]; then
		echo "  With $ipsec_sas SAs, $direction: $more % more for a packet." >&2
		failed=1
	else
		echo "  With $ipsec_sas SAs, $direction: $more % more for a packet," \
		     "of at most $ipsec_many_limit."
	fi
done
exit $failed
