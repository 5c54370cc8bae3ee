# SPDX-License-Identifier: GPL-2.0-only
"""The first allocation of a call into the kernel fails, then the second, and so on;
behind the first 16 only some, as many requests mean many equal allocations.

    fail_nth.py write FILE TEXT UNDO-FILE UNDO-TEXT
    fail_nth.py vdpa-add MANAGEMENT-DEVICE NAME
    fail_nth.py sa-add DEVICE in|out    with packet offload; in this network namespace

Needs a kernel with FAULT_INJECTION, and failslab's ignore-gfp-wait switched off.
A call that succeeds is undone. Ends when a call has fewer allocations than the one
that is to fail.
"""
import os
import socket
import struct
import subprocess
import sys

NLMSG_ERROR, NLM_F_REQUEST, NLM_F_ACK = 2, 1, 4
GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 0x10, 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 1, 2
VDPA_CMD_DEV_NEW = 3
VDPA_ATTR_MGMTDEV_DEV_NAME, VDPA_ATTR_DEV_NAME = 2, 4
NETLINK_XFRM, NETLINK_GENERIC = 6, 16
XFRM_MSG_NEWSA, XFRM_MSG_DELSA = 0x10, 0x11
XFRMA_ALG_AEAD, XFRMA_OFFLOAD_DEV = 18, 28
XFRM_OFFLOAD_INBOUND, XFRM_OFFLOAD_PACKET = 2, 4
XFRM_MODE_TUNNEL, XFRM_INF = 1, (1 << 64) - 1
SPI = 0x1234


def attribute(kind, data):
    if isinstance(data, str):
        data = data.encode() + b"\0"
    return struct.pack("HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


class Netlink:
    """One request at a time."""

    def __init__(self, protocol=NETLINK_GENERIC):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)

    @staticmethod
    def message(kind, body):
        return struct.pack("IHHII", 16 + len(body), kind,
                           NLM_F_REQUEST | NLM_F_ACK, 1, 0) + body

    def request(self, family, command, attributes):
        return self.message(family,
                            struct.pack("BBH", command, 1, 0) + attributes)

    def answer(self):
        """The error, 0 for none, and the first message."""
        first = None
        while True:
            data = self.sock.recv(65536)
            kind, = struct.unpack_from("H", data, 4)
            if kind == NLMSG_ERROR:
                return -struct.unpack_from("i", data, 16)[0], first
            first = first or data

    def family(self, name):
        self.sock.send(self.request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                                    attribute(CTRL_ATTR_FAMILY_NAME, name)))
        _, data = self.answer()
        pos = 20
        while pos < len(data):
            length, kind = struct.unpack_from("HH", data, pos)
            if kind == CTRL_ATTR_FAMILY_ID:
                return struct.unpack_from("H", data, pos + 4)[0]
            pos += (length + 3) & ~3
        raise LookupError(name)


def fail_each(call, undo):
    """Prints the last allocation that failed, and how many calls did.

    undo(error) undoes what was done, and says whether anything was.
    """
    nth = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
    failed = last = 0
    n = 1
    while True:
        os.write(nth, b"%d" % n)
        error = call()
        left = int(os.pread(nth, 16, 0))
        os.write(nth, b"0")
        if not undo(error):
            failed += 1
        if left:
            break
        last = n
        n += 1 + n // 16
    print(last, failed)
    return error


def write_file(path, text, undo_path, undo_text):
    node = os.open(path, os.O_WRONLY)

    def call():
        try:
            os.write(node, text.encode())
        except OSError as err:
            return err.errno
        return 0

    def undo(error):
        if not error:
            with open(undo_path, "w", encoding="ascii") as file:
                file.write(undo_text)
        return not error

    return fail_each(call, undo)


def vdpa_add(mgmtdev, name):
    netlink = Netlink()
    message = netlink.request(
        netlink.family("vdpa"), VDPA_CMD_DEV_NEW,
        attribute(VDPA_ATTR_MGMTDEV_DEV_NAME, mgmtdev) +
        attribute(VDPA_ATTR_DEV_NAME, name))

    def call():
        try:
            netlink.sock.send(message)
            return netlink.answer()[0]
        except OSError as err:
            return err.errno

    def undo(_):
        # The answer may have been what there was no memory for
        netlink.sock = Netlink().sock
        made = os.path.exists("/sys/bus/vdpa/devices/" + name)
        if made:
            subprocess.run(["vdpa", "dev", "del", name], check=True)
        return made

    return fail_each(call, undo)


def sa_add(device, direction):
    """An IPsec state of the kernel that a device is to have."""
    ends = [bytes([192, 0, 2, i]) for i in (1, 2)]
    src, dst = reversed(ends) if direction == "in" else ends
    aead = struct.pack("=64sII", b"rfc4106(gcm(aes))", 160, 128) + bytes(20)
    flags = XFRM_OFFLOAD_PACKET | \
        (XFRM_OFFLOAD_INBOUND if direction == "in" else 0)
    # struct xfrm_usersa_info: selector, daddr, spi, proto, saddr, limits, the rest
    info = struct.pack("=56x16s4sB3x16s", dst, SPI.to_bytes(4, "big"),
                       socket.IPPROTO_ESP, src) + \
        struct.pack("=4Q4Q", *[XFRM_INF] * 4, *[0] * 4) + \
        struct.pack("=32x12xIIHBBB7x", 0, 0, socket.AF_INET, XFRM_MODE_TUNNEL,
                    32 if direction == "in" else 0, 0)
    netlink = Netlink(NETLINK_XFRM)
    message = netlink.message(
        XFRM_MSG_NEWSA, info + attribute(XFRMA_ALG_AEAD, aead) +
        attribute(XFRMA_OFFLOAD_DEV, struct.pack(
            "=iB3x", socket.if_nametoindex(device), flags)))
    delete = netlink.message(
        XFRM_MSG_DELSA, struct.pack("=16s4sHBx", dst, SPI.to_bytes(4, "big"),
                                    socket.AF_INET, socket.IPPROTO_ESP))

    def call():
        try:
            netlink.sock.send(message)
            return netlink.answer()[0]
        except OSError as err:
            return err.errno

    def undo(_):
        # The answer may have been what there was no memory for
        netlink.sock = Netlink(NETLINK_XFRM).sock
        netlink.sock.send(delete)
        return netlink.answer()[0] == 0

    return fail_each(call, undo)


if __name__ == "__main__":
    {"write": write_file, "vdpa-add": vdpa_add, "sa-add": sa_add}[sys.argv[1]](*sys.argv[2:])
