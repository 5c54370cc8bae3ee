#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Traffic for guest-ipsec*.sh, and what its captures show.

    ipsec.py serve                  receive what `send' sends, and compare it
    ipsec.py send ADDRESS FILE      TCP until FILE exists, then say how much
    ipsec.py sink ADDRESS           take datagrams, and do nothing with them
    ipsec.py flood ADDRESS N        N datagrams, all at once
    ipsec.py ivs FILE SOURCE BYTES  sequence number and IV of each ESP packet of a
                                    capture that comes from SOURCE (IPv4)
    ipsec.py mark DEVICE            a packet that a capture can be seen to have
"""
import os
import signal
import socket
import struct
import sys

STREAM, DATAGRAMS = 5202, 9
SO_SNDBUFFORCE = 32
ETH_P_EXPERIMENT = 0x88b5
PERIOD = 65521
PATTERN = bytes((i * 7 + i // 256) % 256 for i in range(PERIOD)) * 3


def chunk(offset, length):
    """What a stream has at an offset; length is at most PERIOD."""
    return PATTERN[offset % PERIOD:][:length]


def receive(sock):
    """Everything to the end of a stream: its length, or -1 if it is wrong."""
    total = 0
    while data := sock.recv(PERIOD):
        if data != chunk(total, len(data)):
            return -1
        total += len(data)
    return total


def serve():
    """One stream after the other."""
    with socket.create_server(("", STREAM)) as server:
        while True:
            sock, _ = server.accept()
            with sock:
                sock.sendall(b"%d" % receive(sock))


def send(address, stop):
    """A stream; the other end says what it has got."""
    total = 0
    with socket.create_connection((address, STREAM)) as sock:
        while not os.path.exists(stop):
            total += sock.send(chunk(total, 16384))
        sock.shutdown(socket.SHUT_WR)
        got = sock.recv(100).decode()
    print(f"sent {total}, the other end has {got}")
    return got != str(total)


def sink(address):
    """Datagrams are not answered by ICMP then."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((address, DATAGRAMS))
        signal.pause()


def flood(address, number):
    """Never waits for the socket's buffer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 1 << 26)
        for _ in range(int(number)):
            sock.sendto(bytes(100), socket.MSG_DONTWAIT, (address, DATAGRAMS))


def packets(path):
    """Of a capture on Ethernet, in this machine's byte order."""
    with open(path, "rb") as file:
        file.read(24)
        while len(header := file.read(16)) == 16:
            yield file.read(struct.unpack("=4I", header)[2])


def ivs(path, source, length):
    """Sequence number and IV."""
    want = socket.inet_aton(source)
    for packet in packets(path):
        if packet[12:14] != b"\x08\x00" or packet[23] != socket.IPPROTO_ESP \
                or packet[26:30] != want:
            continue
        esp = packet[14 + (packet[14] & 15) * 4:]
        print(int.from_bytes(esp[4:8], "big"), esp[8:8 + int(length)].hex())


def mark(device):
    """Nobody else knows this type."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((device, 0))
        sock.send(b"\xff" * 6 + b"\2\0\0\0\0\1" +
                  struct.pack(">H46x", ETH_P_EXPERIMENT))


COMMANDS = {"serve": serve, "send": send, "sink": sink, "flood": flood,
            "ivs": ivs, "mark": mark}

sys.exit(COMMANDS[sys.argv[1]](*sys.argv[2:]))
