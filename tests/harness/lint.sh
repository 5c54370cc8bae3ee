#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each lint reports a fault planted in a copy of a small tree that it accepts:
# a lint that cannot fail is worse than none.

cd "$(dirname "$0")/../.." || exit
. tests/lib.sh

mkdir -p build/lint
work=$(mktemp -d build/lint/mutant-XXXXXX)
trap 'rm -rf "$work"; clean_copies' EXIT

# What the lints that compile leave for this tree.
clean_copies()
{
	local hash

	hash=$(md5sum <<<"$(realpath -m "$work")" | cut -c1-8)
	rm -rf build/lint/*-"$hash"
}

# A tree with one guest module, one host header and a script.
plant_good_tree()
{
	local guest=$work/drivers/crypto/virtio_accel

	rm -rf "${work:?}"/*
	mkdir -p "$guest" "$work"/drivers/vdpa/vhost_accel "$work"/include/accel \
		"$work"/tools "$work"/tests/user
	sed '/^obj-m/d' Kbuild >"$work/Kbuild"
	echo 'obj-m += drivers/crypto/virtio_accel/' >>"$work/Kbuild"
	echo 'obj-$(CONFIG_VIRTIO_ACCEL) += good.o' >"$guest/Makefile"
	cat >"$guest/good.h" <<-'END'
	/* SPDX-License-Identifier: GPL-2.0-only */
	#ifndef GOOD_H
	#define GOOD_H

	#include <linux/types.h>

	/**
	 * good_sum() - add two numbers
	 * @a: one
	 * @b: the other
	 *
	 * Return: their sum.
	 */
	u32 good_sum(u32 a, u32 b);

	#endif
	END
	cat >"$guest/good.c" <<-'END'
	// SPDX-License-Identifier: GPL-2.0-only
	#include "good.h"

	#include <linux/module.h>

	u32 good_sum(u32 a, u32 b)
	{
		return a + b;
	}

	MODULE_DESCRIPTION("A module without a fault");
	MODULE_LICENSE("GPL");
	END
	cat >"$work/tools/good.sh" <<-'END'
	#!/bin/sh
	# SPDX-License-Identifier: GPL-2.0-only
	echo "$1"
	END
}

# accepts LINT
accepts()
{
	plant_good_tree
	"tests/lint/$1" "$work" >"$work.log" 2>&1 &&
		ok "$1 accepts a good tree" ||
		not_ok "$1 accepts a good tree" "$(tail -n 15 "$work.log")"
	rm -f "$work.log"
}

# reports LINT NAME FILE TEXT: with TEXT appended to FILE; the finding must be
# printed, so that it is not just the lint itself that breaks.
reports()
{
	local lint=$1 name=$2 file=$3 text=$4

	plant_good_tree
	mkdir -p "$(dirname "$work/$file")"
	printf '%b' "$text" >>"$work/$file"
	if "tests/lint/$lint" "$work" >"$work.log" 2>&1; then
		not_ok "$lint reports $name" "it found nothing"
	elif grep -q "$(basename "$file")" "$work.log"; then
		ok "$lint reports $name"
	else
		not_ok "$lint reports $name" "$(tail -n 15 "$work.log")"
	fi
	rm -f "$work.log"
}

guest=drivers/crypto/virtio_accel
host=drivers/vdpa/vhost_accel

accepts build
reports build "an unused variable" $guest/good.c \
	'\nvoid bad(void);\nvoid bad(void)\n{\n\tint x;\n}\n'
reports build "a W=1 warning" $guest/good.c 'void undeclared(void)\n{\n}\n'

accepts sparse
reports sparse "a wrong byte order" $guest/good.c \
	'\n__le32 bad(u32 a);\n__le32 bad(u32 a)\n{\n\treturn a;\n}\n'
reports sparse "a symbol that should be static" $guest/good.c '\nint bad;\n'

accepts headers
reports headers "a header that needs another" $host/bad.h \
	'struct bad {\n\tu32 x;\n};\n'

accepts checkpatch
reports checkpatch "spaces for a tab" $guest/good.c \
	'\nvoid bad(void)\n{\n        return;\n}\n'

accepts kernel-doc
reports kernel-doc "an undocumented parameter" $guest/bad.h \
	'/**\n * bad() - text\n *\n * Return: a number.\n */\nint bad(int a);\n'

accepts codespell
reports codespell "a misspelt word" tools/bad.sh '# This is t''eh fault.\n'

accepts shellcheck
reports shellcheck "an unquoted expansion" tools/bad.sh \
	'#!/bin/bash\nrm -rf $(pwd)/$1/*\ncd "$1"\n'

accepts pyflakes
reports pyflakes "a function that is defined twice" tests/bad.py \
	'def a():\n    return 1\n\n\ndef a():\n    return 2\n'

accepts lines
reports lines "a file of 701 lines" $guest/long.c \
	"$(yes 'int x;\n' | head -n 701 | tr -d '\n')"

accepts includes
reports includes "the guest including the host" $guest/bad.c \
	'#include <linux/vhost_accel.h>\n'
reports includes "the host including the guest" $host/bad.c \
	'#include "../../crypto/virtio_accel/vaccel.h"\n'
reports includes "virtqueue calls outside vq.c" $guest/bad.c \
	'void f(void)\n{\n\tvirtqueue_kick(vq);\n}\n'
reports includes "XFRM outside its files" $guest/bad.c '#include <net/xfrm.h>\n'
reports includes "ring layout outside ring files" $host/bad.c \
	'struct vring_desc d;\n'
reports includes "vhost_iotlb outside iotlb.c" $host/bad.c \
	'void f(void)\n{\n\tvhost_iotlb_free(x);\n}\n'
reports includes "crypto outside providers" $host/bad.c \
	'#include <crypto/skcipher.h>\n'
reports includes "kernel versions outside compat.h" $host/bad.c \
	'#if LINUX_VERSION_CODE > 1\n#endif\n'
accepts vendors
reports vendors "a vendor outside the table" $host/bad.c '/* as on C''CP */\n'
reports vendors "a driver that the kernel has not" $host/profile.c \
	'x = {\n\t[ACCEL_ALG_CBC_AES] = "cbc-" "aes-cap",\n};\n'
reports vendors "a table without names" $host/profile.c 'int x;\n'
plant_good_tree
: >"$work/$guest/bad.h"
printf '#include <linux/module.h>\n#include "bad.h"\n' >"$work/$guest/bad.c"
fails "includes reports a header that is not included first" \
	tests/lint/includes "$work"

# None is without a test.
for lint in tests/lint/*; do
	[ -x "$lint" ] || continue
	run_case "$(basename "$lint") has a mutation" \
		grep -q "^reports $(basename "$lint") " "$0"
done
done_testing
