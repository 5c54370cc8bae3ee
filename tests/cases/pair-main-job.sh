#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology pair --kernel 6.12 --on host --timeout 1500
#
# The main job, as `make demo` shows it: a guest's LUKS volume and its ESP
# tunnel on the host's crypto drivers.  Every claim of the demonstration is a
# check here.

. tests/lib.sh

export DEMO_FILE_MB=16 DEMO_SECONDS=3

tools/demo/host.sh 2>&1 | tee /tmp/demo | sed 's/^/# /'
status=${PIPESTATUS[0]}

claims=/run/demo/host/claims
while IFS='|' read -r verdict sentence; do
	if [ "$verdict" = ok ]; then
		ok "$sentence"
	else
		not_ok "$sentence"
	fi
done <"$claims"
is "$status" 0 "the demonstration says that all is well" ||
	diag "$(tail -n 40 /tmp/demo)"
at_least "$(wc -l <"$claims")" 20 "it made its claims"
done_testing
