# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For test cases (tests/cases/*.sh): TAP without a plan, and the waits that
# every case needs.  A case sources it, prints one line per check, and ends
# with done_testing:
#
#	. tests/lib.sh
#	run_case "the driver loads" modprobe virtio_accel
#	is "$(cat /sys/...)" 0 "no fallback was used"
#	done_testing

TAP_COUNT=0
TAP_FAILED=0

# ok NAME: a check that passed.
ok()
{
	TAP_COUNT=$((TAP_COUNT + 1))
	echo "ok $TAP_COUNT - $1"
}

# not_ok NAME [WHY...]: a check that failed; returns 1.
not_ok()
{
	local name=$1

	shift
	TAP_COUNT=$((TAP_COUNT + 1))
	TAP_FAILED=$((TAP_FAILED + 1))
	echo "not ok $TAP_COUNT - $name"
	[ $# -eq 0 ] || diag "$@"
	return 1
}

# skip NAME REASON
skip()
{
	TAP_COUNT=$((TAP_COUNT + 1))
	echo "ok $TAP_COUNT - $1 # SKIP $2"
}

# diag TEXT...: lines of explanation.
diag()
{
	local text

	for text; do
		echo "# ${text//$'\n'/$'\n'# }"
	done
}

# is GOT WANT NAME
is()
{
	if [ "$1" = "$2" ]; then
		ok "$3"
	else
		not_ok "$3" "got:  $1" "want: $2"
	fi
}

# isnt GOT UNWANTED NAME
isnt()
{
	if [ "$1" != "$2" ]; then
		ok "$3"
	else
		not_ok "$3" "got: $1"
	fi
}

# at_least GOT MINIMUM NAME: for counters.
at_least()
{
	if [ "$1" -ge "$2" ] 2>/dev/null; then
		ok "$3"
	else
		not_ok "$3" "got:  $1" "want: $2 or more"
	fi
}

# line_matches TEXT REGEX: without a program, if there is only one line
line_matches()
{
	if [[ $1 = *$'\n'* ]]; then
		grep -qE -- "$2" <<<"$1"
	else
		[[ $1 =~ $2 ]]
	fi
}

# like TEXT REGEX NAME
like()
{
	if line_matches "$1" "$2"; then
		ok "$3"
	else
		not_ok "$3" "got:  $1" "want: match for $2"
	fi
}

# run_case NAME COMMAND...: passes when COMMAND succeeds; its output is shown
# when it does not.
run_case()
{
	local name=$1 output status

	shift
	output=$("$@" 2>&1)
	status=$?
	if [ $status -eq 0 ]; then
		ok "$name"
	else
		not_ok "$name" "status $status of: $*" "$output"
	fi
}

# fails NAME COMMAND...: passes when COMMAND fails (but is not killed).
fails()
{
	local name=$1 output status

	shift
	output=$("$@" 2>&1)
	status=$?
	if [ $status -ne 0 ] && [ $status -lt 126 ]; then
		ok "$name"
	else
		not_ok "$name" "status $status of: $*" "$output"
	fi
}

# done_testing: the plan, and the exit status of the case.
done_testing()
{
	echo "1..$TAP_COUNT"
	[ $TAP_FAILED -eq 0 ]
	exit
}

# bail_out WHY: nothing further makes sense.
bail_out()
{
	echo "Bail out! $*"
	exit 1
}

# For pause. Opened here: it would change $! of who waits for a process of its own.
exec {nothing}<> <(:)

# pause: a tenth of a second, for who polls. Starting sleep would be a quarter of that on
# UML: this reads from a pipe that has nothing.
pause()
{
	read -r -t 0.1 -u "$nothing"
	return 0
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds; false when it does not.
# For things that happen soon; never to assert how soon.
wait_for()
{
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		pause
	done
}

# load MODULE [PARAMETERS...]: modprobe, or end the case.
load()
{
	modprobe "$@" || bail_out "cannot load $1"
}

# No self-test of a crypto algorithm is running or outstanding.  A larval entry
# (its test runs) already says "selftest : passed", hence both looks.
selftests_done()
{
	local entries

	# No program: who polls would take UML more time than the tests do
	mapfile -d '' entries </proc/crypto
	[[ ! ${entries[0]} =~ (selftest\ *:\ unknown|type\ *:\ larval) ]]
}

# run_selftests [no]: what is registered from now on is tested by the kernel, or
# passes untested, as it does until this is called (see tests/vm/machine.sh).
run_selftests()
{
	local value=0

	[ "${1:-}" != no ] || value=1
	modprobe -q cryptomgr
	echo $value >/sys/module/cryptomgr/parameters/notests
}

# What registers algorithms may be between two of them at a look.
selftests_over()
{
	selftests_done && sleep 0.2 && selftests_done
}

# wait_for_selftests [SECONDS]
wait_for_selftests()
{
	wait_for "${1:-120}" selftests_over
}

# crypto_field DRIVER FIELD: of the /proc/crypto entry of a driver.
crypto_field()
{
	awk -v driver="$1" -v field="$2" '
		/^name/ { found = 0 }
		$1 == "driver" && $3 == driver { found = 1 }
		found && $1 == field { print $3; exit }' /proc/crypto
}

# have_crypto_driver DRIVER: registered and its self-test has passed.
have_crypto_driver()
{
	[ "$(crypto_field "$1" selftest)" = passed ] &&
		[ "$(crypto_field "$1" type)" != larval ]
}
