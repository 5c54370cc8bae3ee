# SPDX-License-Identifier: GPL-2.0-only
"""Ciphers of the kernel, through AF_ALG; for programs and cases."""
import socket


class Transform:
    """A key of one driver."""

    def __init__(self, driver, key):
        self.sock = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
        self.sock.bind(("skcipher", driver))
        self.sock.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, key)

    def encrypt(self, init, data, piece=None):
        """One request, synchronously; read in pieces of so many bytes.

        Without pieces the result is the very buffer that the kernel has
        written to.
        """
        piece = piece or len(data)
        operation, _ = self.sock.accept()
        with operation:
            operation.sendmsg_afalg([data], op=socket.ALG_OP_ENCRYPT, iv=init)
            out = operation.recv(piece)
            while len(out) < len(data):
                out += operation.recv(min(piece, len(data) - len(out)))
        return out
