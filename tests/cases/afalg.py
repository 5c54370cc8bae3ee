# SPDX-License-Identifier: GPL-2.0-only
"""Ciphers and hashes of the kernel, through AF_ALG; for programs and cases."""
import socket


class Transform:
    """A key of one driver, if it has one; with the length of the tag for AEAD."""

    def __init__(self, driver, key, kind="skcipher", tag=0):
        self.sock = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
        self.sock.bind((kind, driver))
        if key:
            self.sock.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, key)
        if tag:
            self.sock.setsockopt(socket.SOL_ALG,
                                 socket.ALG_SET_AEAD_AUTHSIZE, None, tag)

    def crypt(self, operation, init, data, length, **options):
        """One request; length is that of its result.

        The result of AEAD begins with the associated data.
        """
        sock, _ = self.sock.accept()
        with sock:
            sock.sendmsg_afalg([data], op=operation, iv=init, **options)
            # To read nothing would be no request
            return sock.recv(length or 1)

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


def digest(driver, key, *pieces):
    """The hash of a message, or with a key (not None) its MAC.

    One piece is one request of the kernel's; more are sent one after the other.
    """
    sock = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
    with sock:
        sock.bind(("hash", driver))
        if key is not None:
            sock.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, key)
        operation, _ = sock.accept()
        with operation:
            for piece in pieces[:-1]:
                operation.send(piece, socket.MSG_MORE)
            operation.send(pieces[-1])
            return operation.recv(64)


class Aead:
    """A key of one AEAD driver, with tags of one length."""

    def __init__(self, driver, key, tag_len):
        self.tag_len = tag_len
        self.sock = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
        self.sock.bind(("aead", driver))
        self.sock.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, key)
        self.sock.setsockopt(socket.SOL_ALG, socket.ALG_SET_AEAD_AUTHSIZE,
                             None, tag_len)

    def _run(self, operation, init, aad, data, length):
        handle, _ = self.sock.accept()
        with handle:
            handle.sendmsg_afalg([aad, data], op=operation, iv=init,
                                 assoclen=len(aad))
            return handle.recv(len(aad) + length)[len(aad):]

    def encrypt(self, init, aad, data):
        """Ciphertext and tag."""
        return self._run(socket.ALG_OP_ENCRYPT, init, aad, data,
                         len(data) + self.tag_len)

    def decrypt(self, init, aad, data):
        """Plaintext; raises OSError EBADMSG."""
        return self._run(socket.ALG_OP_DECRYPT, init, aad, data,
                         len(data) - self.tag_len)
    def digest(self, data, length):
        """Of hash functions and MACs, in one request"""
        sock, _ = self.sock.accept()
        with sock:
            sock.send(data)
            return sock.recv(length)
