# SPDX-License-Identifier: GPL-2.0-only
"""Ciphers and hashes of the kernel, through AF_ALG; for programs and cases."""
import socket


def drivers():
    """The fields of each driver that is registered."""
    with open("/proc/crypto", encoding="ascii") as file:
        for entry in file.read().strip().split("\n\n"):
            yield dict(map(str.strip, line.split(":", 1))
                       for line in entry.splitlines() if ":" in line)


def family(driver):
    """What AF_ALG calls the type of a registered driver."""
    for fields in drivers():
        if fields.get("driver") == driver:
            return fields["type"].replace("ahash", "hash")
    raise FileNotFoundError(driver)


def algorithm(driver):
    """A socket for a driver. A wrong type would have the kernel look for modules."""
    sock = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
    sock.bind((family(driver), driver))
    return sock


def without_key(driver):
    """A transform is made, and freed before it had a key."""
    algorithm(driver).close()


def takes_key(driver, key):
    """Whether a driver takes a key."""
    with algorithm(driver) as sock:
        try:
            sock.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, key)
        except OSError:
            return False
    return True


class Transform:
    """A key of one driver, None for a hash; with the length of the tag for AEAD."""

    def __init__(self, driver, key, kind="skcipher", tag=0):
        self.sock = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
        self.sock.bind((kind, driver))
        if key is not None:
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

    def digest(self, *pieces, length=64):
        """Of a message, by a hash or a MAC.

        One piece is one request of the kernel's; more are sent one after the other.
        """
        operation, _ = self.sock.accept()
        with operation:
            for piece in pieces[:-1]:
                operation.send(piece, socket.MSG_MORE)
            operation.send(pieces[-1])
            return operation.recv(length)


class Aead(Transform):
    """A key of one AEAD driver, with tags of one length."""

    def __init__(self, driver, key, tag_len):
        super().__init__(driver, key, "aead", tag_len)
        self.tag_len = tag_len

    def seal(self, init, aad, data):
        """Ciphertext and tag."""
        length = len(aad) + len(data) + self.tag_len
        return self.crypt(socket.ALG_OP_ENCRYPT, init, aad + data, length,
                          assoclen=len(aad))[len(aad):]

    def open(self, init, aad, data):
        """Plaintext; raises OSError EBADMSG."""
        length = len(aad) + len(data) - self.tag_len
        return self.crypt(socket.ALG_OP_DECRYPT, init, aad + data, length,
                          assoclen=len(aad))[len(aad):]
