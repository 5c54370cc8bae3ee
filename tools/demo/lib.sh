# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of the demonstration share: how they talk, how they keep
# numbers, and how they claim something.  Sourced by bash scripts.
#
# Environment: DEMO_START (epoch seconds), DEMO_COLOR (1: use colours).
#
# Starting a program takes a tenth of a second and more in an emulated guest:
# what bash can do itself, it does.

DEMO_START=${DEMO_START:-$EPOCHSECONDS}
DEMO_COLOR=${DEMO_COLOR:-0}

if [ "$DEMO_COLOR" = 1 ]; then
	bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[1;31m' plain=$'\e[0m'
else
	bold='' dim='' green='' red='' plain=''
fi

# ---- talking -------------------------------------------------------------

stamp()
{
	printf '%s[%4ds]%s' "$dim" $((EPOCHSECONDS - DEMO_START)) "$plain"
}

heading()
{
	printf '\n%s %s%s%s\n' "$(stamp)" "$bold" "$*" "$plain"
}

# tell LINE...: one line of explanation each.
tell()
{
	printf '         %s\n' "$@"
}

# progress TEXT: a step that takes a while.
progress()
{
	printf '%s %s\n' "$(stamp)" "$*"
}

# command_line WORD...: as one would type it, in lines of bearable length.
command_line()
{
	local word line='$' prefix

	prefix="$(stamp) $bold"
	for word in "$@"; do
		case $word in
		''|*[!A-Za-z0-9_./:=,%@+-]*) word="'$word'" ;;
		esac
		if [ $((${#line} + ${#word})) -gt 84 ]; then
			printf '%s%s \\%s\n' "$prefix" "$line" "$plain"
			prefix="         $bold" line='     '
		fi
		line+=" $word"
	done
	printf '%s%s%s\n' "$prefix" "$line" "$plain"
}

indent()
{
	local line

	while IFS= read -r line; do
		printf '           %s\n' "$line"
	done
}

# show COMMAND...: prints the command, runs it, prints what it says, and
# returns its status.
show()
{
	command_line "$@"
	"$@" 2>&1 | indent
	return "${PIPESTATUS[0]}"
}

# need COMMAND...: like show, for a step without which nothing goes on.
need()
{
	show "$@" && return
	broken "the command failed: $*"
}

# broken SENTENCE: the demonstration itself cannot go on.
broken()
{
	printf '\n%s %serror: %s%s\n' "$(stamp)" "$red" "$*" "$plain"
	claim_wrong "$*"
	exit 1
}

# ---- numbers -------------------------------------------------------------

declare -A demo_values

# start_results DIRECTORY: the place of the values and claims of this side;
# values of earlier steps are read back.
start_results()
{
	local name value

	demo_dir=$1
	mkdir -p "$demo_dir"
	[ -e "$demo_dir/values" ] || return 0
	while IFS='=' read -r name value; do
		demo_values[$name]=$value
	done <"$demo_dir/values"
}

# put NAME VALUE / get NAME: numbers that another script needs later.
put()
{
	demo_values[$1]=$2
	printf '%s=%s\n' "$1" "$2" >>"$demo_dir/values"
}

get()
{
	echo "${demo_values[$1]:-}"
}

# human BYTES
human()
{
	awk -v n="$1" 'BEGIN {
		split("B kB MB GB", unit)
		for (i = 1; n >= 1000 && i < 4; i++)
			n /= 1000
		printf i == 1 ? "%d %s" : "%.1f %s", n, unit[i] }'
}

# rate BYTES MICROSECONDS: in MB/s, or - without a time
rate()
{
	awk -v b="$1" -v us="$2" 'BEGIN {
		if (us > 0) printf "%.1f MB/s", b / us; else printf "-" }'
}

# ratio A B: A/B with two digits, or -
ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN {
		if (b > 0) printf "%.2f", a / b; else printf "-" }'
}

now_us()
{
	echo "${EPOCHREALTIME/[.,]/}"
}

# ---- claims --------------------------------------------------------------

claim_right()
{
	printf '         %sok%s     %s\n' "$green" "$plain" "$1"
	printf 'ok|%s\n' "$1" >>"$demo_dir/claims"
}

claim_wrong()
{
	printf '         %sWRONG%s  %s\n' "$red" "$plain" "$1"
	printf 'wrong|%s\n' "$1" >>"$demo_dir/claims"
}

# claim SENTENCE WHEN-WRONG COMMAND...: SENTENCE is true if COMMAND succeeds;
# otherwise WHEN-WRONG says what is the case instead.
claim()
{
	local right=$1 wrong=$2

	shift 2
	if "$@"; then
		claim_right "$right"
	else
		claim_wrong "not so: $right ($wrong)"
	fi
}
