# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Completion of accelctl for bash.

# The devices of both sides
_accelctl_devices()
{
	local path

	for path in /sys/bus/vdpa/devices/*/accel \
		    /sys/bus/virtio/drivers/virtio_accel/virtio*; do
		[ -d "$path" ] || continue
		path=${path%/accel}
		echo "${path##*/}"
	done
}

_accelctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local words='list show stats watch why inventory sas' i

	case $previous in
	-i|--interval|-n|--count)
		COMPREPLY=()
		return
		;;
	esac
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		show|stats|watch|why)
			words=$(_accelctl_devices)
			;;
		list|inventory|sas)
			words=''
			;;
		esac
	done
	case $word in
	-*) words='--json --interval --count --help' ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _accelctl accelctl
