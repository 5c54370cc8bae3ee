#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run: --topology loop --kernel uml --timeout 1800
# batch: yes
#
# Hashes and MACs by AF_ALG with vectors that NIST and the IETF have published: as
# whole messages, which the device does, and in pieces, which are software's; long
# messages, keys of any length, and the kernel's choice by name.

. tests/lib.sh
. tests/cases/guest.inc

# SOURCE | DRIVER | KEY | MESSAGE | RESULT; a number N:XX is N times the byte
vectors()
{
	cat <<-'END'
	RFC 1321 A.5|md5||616263|900150983cd24fb0d6963f7d28e17f72
	FIPS 180, one block|sha1||616263|a9993e364706816aba3e25717850c26c9cd0d89d
	FIPS 180, one block|sha224||616263|23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7
	FIPS 180, one block|sha256||616263|ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
	FIPS 180, two blocks|sha256||6162636462636465636465666465666765666768666768696768696a68696a6b696a6b6c6a6b6c6d6b6c6d6e6c6d6e6f6d6e6f706e6f7071|248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1
	FIPS 180, one block|sha384||616263|cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7
	FIPS 180, one block|sha512||616263|ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
	FIPS 202|sha3-224||616263|e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf
	FIPS 202|sha3-256||616263|3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532
	FIPS 202|sha3-384||616263|ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25
	FIPS 202|sha3-512||616263|b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0
	RFC 2202 test 1|hmac-md5|16:0b|4869205468657265|9294727a3638bb1c13f48ef8158bfc9d
	RFC 2202 test 1|hmac-sha1|20:0b|4869205468657265|b617318655057264e28bc0b6fb378c8ef146be00
	RFC 2202 test 6|hmac-sha1|80:aa|54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374|aa4ae5e15272d00e95705637ce8a3b55ed402112
	RFC 4231 test 2|hmac-sha224|4a656665|7768617420646f2079612077616e7420666f72206e6f7468696e673f|a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44
	RFC 4231 test 2|hmac-sha256|4a656665|7768617420646f2079612077616e7420666f72206e6f7468696e673f|5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843
	RFC 4231 test 3|hmac-sha256|20:aa|50:dd|773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe
	RFC 4231 test 6|hmac-sha256|131:aa|54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374|60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54
	RFC 4231 test 2|hmac-sha384|4a656665|7768617420646f2079612077616e7420666f72206e6f7468696e673f|af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649
	RFC 4231 test 2|hmac-sha512|4a656665|7768617420646f2079612077616e7420666f72206e6f7468696e673f|164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737
	RFC 4493 example 2|cmac-aes|2b7e151628aed2a6abf7158809cf4f3c|6bc1bee22e409f96e93d7e117393172a|070a16b46b4d4144f79bdd9dd04a287c
	RFC 4493 example 3|cmac-aes|2b7e151628aed2a6abf7158809cf4f3c|6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411|dfa66747de9ae63030ca32611497c827
	SP 800-38B D.4, 8 bytes|cmac-des3|8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5|6bc1bee22e409f96|8e8f293136283797
	RFC 3566 test 2|xcbc-aes|000102030405060708090a0b0c0d0e0f|000102|5b376580ae2f19afe7219ceef172756f
	RFC 3566 test 4|xcbc-aes|000102030405060708090a0b0c0d0e0f|000102030405060708090a0b0c0d0e0f10111213|47f51b4564966215b8985c63055ed308
	RFC 3610 packet vector 1, its first block|cbcmac-aes|c0c1c2c3c4c5c6c7c8c9cacbcccdcecf|5900000003020100a0a1a2a3a4a50017|eb9d5547730955ab231e0a2dfe4b90d6
	END
}

# python PROGRAM ARGUMENTS...
python()
{
	local program=$1

	shift
	PYTHONPATH=tests/cases python3 - "$@" <<-END
	import sys
	from afalg import Transform
	def data(word):
	    count, _, byte = word.rpartition(":")
	    return bytes.fromhex(byte) * int(count or 1)
	$program
	END
}

# digest DRIVER KEY MESSAGE...: in hexadecimal; - is no key, "" an empty message
digest()
{
	python 'print(Transform(sys.argv[1],
	    None if sys.argv[2] == "-" else data(sys.argv[2]),
	    "hash").digest(*map(data, sys.argv[3:])).hex())' "$@"
}

load_software
load_driver fallback=never verify_priority=3000
modprobe algif_hash || bail_out "no AF_ALG"

while IFS='|' read -r source driver key message result; do
	driver+=-virtio-accel
	before=$(stat "$driver" requests) soft=$(stat "$driver" fallback_shape)
	is "$(digest "$driver" "${key:--}" "$message")" "$result" \
		"$source: by $driver"
	at_least "$(stat "$driver" requests)" $((before + 1)) \
		"$source: on the device"
	is "$(stat "$driver" fallback_shape)" "$soft" "$source: nowhere else"
	# RFC 4231's long runs of a byte can't be cut by hand
	[[ $message == *:* ]] && continue
	is "$(digest "$driver" "${key:--}" "${message:0:2}" "${message:2}")" \
		"$result" "$source: in pieces"
	is "$(stat "$driver" requests)" $((before + 1)) \
		"$source: pieces are software's"
	is "$(stat "$driver" errors)" 0 "$source: without an error"
done < <(vectors)

# same KEY MESSAGE WHAT: the device's HMAC is that of software
same()
{
	is "$(digest hmac-sha256-virtio-accel "$1" "$2")" \
		"$(digest "hmac(sha256-generic)" "$1" "$2")" "$3"
}

mac="hmac-sha256-virtio-accel"
before=$(stat $mac requests)
same "" 616263 "a key of no bytes"
same 256:5a 60000:a5 "the longest key, 60000 bytes"
same 31:5a 4097:a5 "a page and a byte"
is "$(stat $mac requests)" $((before + 3)) "all three on the device"
digest $mac 257:5a 616263 2>/dev/null
isnt $? 0 "a key that the device does not take is not cut to fit"
echo auto >/sys/module/virtio_accel/parameters/fallback
same 257:5a 616263 "it is software's"
is "$(stat $mac fallback)" 1 "and counted"
is "$(stat $mac requests)" $((before + 3)) "the device never sees it"

before=$(stat sha256-virtio-accel requests)
is "$(digest sha256 - 616263)" "$(digest sha256-generic - 616263)" \
	"the hash that the kernel chooses"
at_least "$(stat sha256-virtio-accel requests)" $((before + 1)) \
	"is the device's, as verify_priority says"
run_case "the module can be removed" modprobe -r virtio_accel
load_driver
is "$(digest sha256 - 616263)" "$(digest sha256-generic - 616263)" \
	"the hash that the kernel chooses"
is "$(stat sha256-virtio-accel requests)$(stat sha256-virtio-accel fallback)" \
	00 "is not the device's without verify_priority"
run_case "the module can be removed" modprobe -r virtio_accel
done_testing
