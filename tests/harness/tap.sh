#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How tests/check turns the output of a job into TAP (tests/tap.awk) and those of all into
# one stream (tests/stream.awk): nothing that went wrong may come out as a pass.

cd "$(dirname "$0")/../.." || exit
. tests/lib.sh

# tap STATUS TEXT: the lines for a job with that output and status.
tap()
{
	printf '%b' "$2" | awk -v job=j -v status="$1" -v errors=/dev/null \
		-v log_name=l -f tests/tap.awk | grep -v '^#'
}

gives()
{
	is "$(tap "$2" "$3")" "$(printf '%b' "$4")" "$1"
}

gives "passed cases" 0 'ok 1 - a\nok 2 - b\n1..2\n' 'ok - j: a\nok - j: b'
gives "a failed case" 1 'ok 1 - a\nnot ok 2 - b\n1..2\n' \
	'ok - j: a\nnot ok - j: b'
gives "a skipped case" 0 'ok 1 - a # SKIP why\n1..1\n' 'ok - j: a # SKIP why'
gives "a job without TAP that succeeds" 0 'text\n' 'ok - j: passes'
gives "a job without TAP that fails" 2 'text\n' 'not ok - j: passes'
gives "a job that ends before its plan" 0 'ok 1 - a\n' \
	'ok - j: a\nnot ok - j: ended before its plan'
gives "a job with fewer cases than planned" 0 '1..3\nok 1 - a\n' \
	'ok - j: a\nnot ok - j: planned 3 cases, ran 1'
gives "a status that no case explains" 3 'ok 1 - a\n1..1\n' \
	'ok - j: a\nnot ok - j: ended with status 3'
gives "a job that skips all" 0 '1..0 # SKIP why\n' 'ok - j: all # SKIP why'
gives "bailing out" 1 'ok 1 - a\nBail out! why\n' \
	'ok - j: a\nnot ok - j: Bail out! why'
gives "a batch" 1 '# begin c/a.sh\nok 1 - x\n1..1\n# end 0 c/a.sh\n# begin c/b.sh\nnot ok 1 - y\n1..1\n# end 1 c/b.sh\n' \
	'ok - j: a: x\nnot ok - j: b: y\nnot ok - j: the machine ended with status 1'
gives "a batch whose machine dies" 125 '# begin c/a.sh\nok 1 - x\n' \
	'ok - j: a: x\nnot ok - j: a: the machine ended in this case (status 125)'

# stream TEXT: the end of the stream of those lines, from the plan on, and its status.
stream()
{
	printf '%b' "$1" | awk -f tests/stream.awk | sed -n '/^1\.\./,$p'
	echo "${PIPESTATUS[1]}"
}

is "$(stream 'ok - a\nok - b # SKIP c\n')" $'1..2\n1 passed, 0 failed, 1 skipped\n0' \
	"all passed"
is "$(stream 'ok - a\nnot ok - b\n# why\nok - c\n# of c\n')" \
	$'1..3\n# What failed (at most 50 of it):\n# not ok 2 - b\n#   why\n2 passed, 1 failed\n1' \
	"what failed is said again"
is "$(stream '')" $'1..0\n0 passed, 0 failed\n1' "a stream without a case"

# The library that cases use.
lib()
{
	bash -c ". tests/lib.sh; $1" >/tmp/lib.$$ 2>&1
	echo "$? $(grep -c '^ok' /tmp/lib.$$) $(grep -c '^not ok' /tmp/lib.$$)"
	rm -f /tmp/lib.$$
}

is "$(lib 'ok a; is 1 1 b; at_least 3 2 c; like abc b d; run_case e true; fails f false; done_testing')" \
	"0 6 0" "lib: what passes"
is "$(lib 'not_ok a; is 1 2 b; at_least 1 2 c; like abc x d; run_case e false; fails f true; isnt 1 1 g; done_testing')" \
	"1 0 7" "lib: what fails"
is "$(lib 'fails a no-such-command; done_testing')" "1 0 1" \
	"lib: a missing program is no expected failure"
is "$(lib 'at_least "" 1 a; done_testing')" "1 0 1" \
	"lib: an unreadable counter is a failure"
done_testing
