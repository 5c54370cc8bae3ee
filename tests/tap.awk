# SPDX-License-Identifier: GPL-2.0-only
#
# For tests/check: the output of one job (or of several cases between the
# markers of tests/vm/batch) as TAP lines without numbers.  Variables: job,
# status, errors (file with its standard error), log_name.

function result(ok, name)
{
	print (ok ? "ok" : "not ok") " - " prefix name
	if (!ok)
		failed++
	cases++
}

# The end of one case file: the plan must fit what was printed.
function end_case(case_status)
{
	if (tap || case_status == "")
		if (planned == "")
			result(0, "ended before its plan")
		else if (planned != tap)
			result(0, "planned " planned " cases, ran " tap)
	if (tap == 0 && case_status != "" && !skip_all)
		result(case_status == 0, "passes")
	else if (case_status != "" && case_status != 0 && !failed_here)
		result(0, "ended with status " case_status)
}

function begin_case()
{
	tap = failed_here = skip_all = 0
	planned = ""
}

BEGIN { prefix = job ": "; begin_case() }

/^# begin / {
	batch = 1
	name = $3
	sub(/.*\//, "", name)
	sub(/\.sh$/, "", name)
	prefix = job ": " name ": "
	open_case = 1
	begin_case()
	next
}

/^# end [0-9]+ / {
	end_case($3)
	open_case = 0
	prefix = job ": "
	begin_case()
	next
}

/^(not )?ok( |$)/ {
	tap++
	ok = !/^not ok/
	if (!ok)
		failed_here++
	text = $0
	sub(/^(not )?ok *[0-9]* *(- )?/, "", text)
	result(ok, text)
	show = !ok
	next
}

/^1\.\.[0-9]+/ {
	planned = substr($1, 4) + 0
	if (planned == 0) {
		skip_all = 1
		text = $0
		if (sub(/.*# SKIP */, "", text))
			print "ok - " prefix "all # SKIP " text
		cases++
	}
	next
}

/^Bail out!/ {
	result(0, $0)
	bailed = 1
	planned = tap
	failed_here++
	next
}

# What a failed case says about itself follows it.
/^#/ && show { print; next }
{ show = 0; last[NR % 15] = $0 }

function print_end_of(file,    lines, n, i)
{
	while ((getline line < file) > 0)
		lines[++n] = line
	for (i = n > 25 ? n - 24 : 1; i <= n; i++)
		print "#   " lines[i]
}

END {
	if (batch) {
		if (open_case)
			result(0, "the machine ended in this case (status " status ")")
		else if (status != 0)
			result(0, "the machine ended with status " status)
	} else {
		end_case(status)
	}
	if (failed) {
		print "# " job ": see " log_name
		if (status != 0)
			print_end_of(errors)
		if (!batch && tap == 0)
			for (i = NR - 14; i <= NR; i++)
				if (i > 0 && (i % 15) in last)
					print "#   " last[i % 15]
	}
}
