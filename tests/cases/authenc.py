# SPDX-License-Identifier: GPL-2.0-only
"""authenc() and authencesn() of the device, against a cipher and a hash.

The ciphertext is compared with software's, the tag with Python's hmac, over what
RFC 4303 says, and with the kernel's own template. What was changed in any place must be
refused.
"""
import errno
import hmac
import random
import struct
import sys

from afalg import Aead, Transform

CIPHERS = {"cbc-aes": ("cbc(aes)", 16, 16), "rfc3686-ctr-aes": ("rfc3686(ctr(aes))", 8, 1)}
SOFTWARE = {"cbc-aes": "cbc(aes-generic)", "rfc3686-ctr-aes": "ctr(aes-generic)"}


def blob(auth, enc):
    """A key as the crypto API wants it: struct rtattr, length of the cipher's."""
    return struct.pack("=HHI", 8, 1, socket_order(len(enc))) + auth + enc


def socket_order(number):
    return struct.unpack("=I", struct.pack(">I", number))[0]


def reference(case, text):
    """What it must be."""
    if case.cipher == "cbc-aes":
        key, init = case.enc, case.init
    else:
        key, init = case.enc[:-4], case.enc[-4:] + case.init + b"\0\0\0\1"
    sealed = text and Transform(SOFTWARE[case.cipher], key).encrypt(init, text)
    aad = case.aad
    message = aad + sealed
    if case.form == "authencesn":
        message = aad[:4] + aad[8:] + sealed + aad[4:8]
    return sealed + hmac.digest(case.auth, message, case.hash)[:case.tag_len]


class Case:
    """One transform and one request of random shape."""

    def __init__(self, form, hash_name, cipher, rnd):
        _, iv_len, block = CIPHERS[cipher]
        self.form, self.hash, self.cipher = form, hash_name, cipher
        salt = 4 if cipher == "rfc3686-ctr-aes" else 0
        self.enc = rnd.randbytes(rnd.choice((16, 24, 32)) + salt)
        self.auth = rnd.randbytes(rnd.choice((1, 20, 64, 128, 200)))
        self.tag_len = rnd.choice((4, 12, 16, hmac.new(b"", b"", hash_name).digest_size))
        self.init = rnd.randbytes(iv_len)
        least = 12 if form == "authencesn" else 0
        self.aad = rnd.randbytes(rnd.choice((12, 16, 28, 64, 300)) + least)
        length = rnd.choice((0, 1, 4, 80, 87, 255, 900)) * 16
        self.text = rnd.randbytes(length if block > 1 else max(length - 3, 0))

    def transform(self, name):
        return Aead(name, blob(self.auth, self.enc), self.tag_len)


def refused(aead, case, aad, sealed):
    try:
        aead.open(case.init, aad, sealed)
    except OSError as err:
        return err.errno == errno.EBADMSG
    return False


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def check(case, rnd):
    """The name of what is wrong, or nothing."""
    ours = case.transform(f"{case.form}-hmac-{case.hash}-{case.cipher}-virtio-accel")
    want = reference(case, case.text)
    if ours.seal(case.init, case.aad, case.text) != want:
        return "encrypted"
    soft = case.transform(f"{case.form}(hmac({case.hash}-generic),"
                          + CIPHERS[case.cipher][0].replace("aes", "aes-generic") + ")")
    if soft.seal(case.init, case.aad, case.text) != want:
        return "software"
    if ours.open(case.init, case.aad, want) != case.text:
        return "decrypted"
    # The sequence number's upper half is at 4, the last of the AAD is the IV
    for at in (0, 4, 8, len(case.aad) - 1):
        if not refused(ours, case, flipped(case.aad, at), want):
            return f"AAD changed at {at}"
    for at in (0, len(want) - case.tag_len, len(want) - 1, rnd.randrange(len(want))):
        if not refused(ours, case, case.aad, flipped(want, at)):
            return f"changed at {at}"
    return None


def main():
    form, hash_name, cipher, count, seed = sys.argv[1:]
    rnd = random.Random(int(seed))
    for i in range(int(count)):
        case = Case(form, hash_name, cipher, rnd)
        wrong = check(case, rnd)
        if wrong:
            print(f"case {i}: {wrong}: key {len(case.enc)} + {len(case.auth)}, "
                  f"tag {case.tag_len}, AAD {len(case.aad)}, text {len(case.text)}")
            return 1
    return 0


sys.exit(main())
