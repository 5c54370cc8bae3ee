# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the lints.  Each is a program that prints its findings and fails when
# there are any.  An argument names another tree to look at, which must be
# below build/: tests/harness/lint.sh plants faults in copies.

. "$(dirname "${BASH_SOURCE[0]}")/../ground/common.sh"

set -u
lint=$(basename "$0")
root=$(realpath "${1:-$SRC}")

# Where the ground sees the tree.
case $root in
"$SRC") inside=/mnt/src ;;
"$BUILD"/*) inside=/mnt/build${root#"$BUILD"} ;;
*) die "$root is neither the checkout nor below build/" ;;
esac

"$SRC/tests/ground/rootfs" || exit

# c_files SUFFIXES: our C files, relative to the tree.
c_files()
{
	(cd "$root" && find drivers include tools tests/user \
		-name "*.[$1]" ! -name '*.mod.c' 2>/dev/null | sort)
}

# scripts PATTERN DIR...: files that have PATTERN in their first two lines, relative to
# the tree.
scripts()
{
	local pattern=$1 file

	shift
	(cd "$root" && find "$@" -type f 2>/dev/null) |
		while read -r file; do
			head -n 2 "$root/$file" 2>/dev/null |
				grep -aqE "$pattern" && echo "$file"
		done
}

# ground COMMAND...: in the ground.
ground()
{
	"$SRC/tests/ground/enter" "$@" </dev/null
}

# A copy of what a kernel build reads, for this lint alone.
copy_for_build()
{
	copy=$BUILD/lint/$lint-$(md5sum <<<"$root" | cut -c1-8)
	copy_inside=/mnt/build${copy#"$BUILD"}
	mkdir -p "$copy"
	# shellcheck disable=SC2016  # expanded in the ground
	ground sh -ec 'cd "$1"; mkdir -p "$2"
		set -- "$2" Kbuild $(ls -d drivers include tools)
		to=$1; shift
		exec rsync -a --delete --prune-empty-dirs --include="*/" \
			--include="*.[chS]" --include=Kbuild \
			--include=Makefile --include=Kconfig --exclude="*" \
			"$@" "$to/"' sh "$inside" "$copy_inside"
}

# make_modules KERNEL ARGUMENTS...: builds the copy.
make_modules()
{
	local kernel=$1 dir arch=x86_64

	shift
	dir=/lib/modules/$(kernel_release "$kernel")/build
	if [ "$kernel" = uml ]; then
		dir=/mnt/build/kernel-uml
		arch=um
	fi
	ground make -C "$dir" M="$copy_inside" ARCH=$arch -j"$(nproc)" \
		"$@" modules
}

# forbid WHY GREP-ARGUMENTS...: prints what grep finds; remembers that it did.
findings=0
forbid()
{
	local why=$1 found

	shift
	# Its status is an error when a folder is missing, whatever it found
	found=$(cd "$root" && grep -n "$@" 2>/dev/null)
	[ -n "$found" ] || return 0
	sed "s|\$|    <- $why|" <<<"$found"
	findings=$((findings + 1))
}

finish()
{
	[ "$findings" -eq 0 ]
	exit
}
