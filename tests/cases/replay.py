# SPDX-License-Identifier: GPL-2.0-only
"""Send what a capture has (Ethernet, IPv4) once more.

usage: replay.py CAPTURE DEVICE [fragment]
"""

import socket
import struct
import sys


def frames(path):
    with open(path, "rb") as file:
        head = file.read(24)
        order = "<" if head[:4] == b"\xd4\xc3\xb2\xa1" else ">"
        while len(head := file.read(16)) == 16:
            length = struct.unpack(order + "4I", head)[2]
            yield file.read(length)


def checksum(header):
    total = sum(struct.unpack("!%dH" % (len(header) // 2), header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def piece(frame, data, offset, more):
    """An IPv4 packet with another part of the text."""
    ip = bytearray(frame[14:34])
    struct.pack_into("!H", ip, 2, 20 + len(data))
    struct.pack_into("!H", ip, 6, offset // 8 | (0x2000 if more else 0))
    struct.pack_into("!H", ip, 10, 0)
    struct.pack_into("!H", ip, 10, checksum(bytes(ip)))
    return frame[:14] + bytes(ip) + data


def main():
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((sys.argv[2], 0))
    for frame in frames(sys.argv[1]):
        if sys.argv[3:] != ["fragment"]:
            out.send(frame)
            continue
        data = frame[34:14 + struct.unpack_from("!H", frame, 16)[0]]
        out.send(piece(frame, data[:256], 0, True))
        out.send(piece(frame, data[256:], 256, False))


main()
