# SPDX-License-Identifier: GPL-2.0-only
#
# For tests/check: numbers the lines of all jobs (see tap.awk) as one TAP stream, and ends
# with their plan and counts.  Before the counts it says again what failed, with the first
# lines about each, because the stream is thousands of lines long.  The status tells
# whether there were cases and none failed.

BEGIN { about = most = 4 }

/^not ok/ {
	sub(/^not ok/, "not ok " ++n)
	again[failed++] = "# " $0
	about = 0
}

/^ok/ {
	sub(/^ok/, "ok " ++n)
	about = most
	if (/# SKIP/)
		skipped++
	else
		passed++
}

/^#/ && about < most {
	again[failed - 1] = again[failed - 1] "\n#   " substr($0, 3)
	about++
}

{ print; fflush() }

END {
	print "1.." n + 0
	for (i = 0; i < failed && i < 50; i++)
		print (i ? "" : "# What failed (at most 50 of it):\n") again[i]
	printf "%d passed, %d failed", passed, failed
	if (skipped)
		printf ", %d skipped", skipped
	print ""
	exit failed || !n
}
