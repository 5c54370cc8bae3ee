#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Published vectors on the device, by AF_ALG; TAP.

	vectors.py [MOST]

Every driver of virtio_accel gets the files of Debian's package
python3-cryptography-vectors that are about its algorithm: both directions of
each vector, and for AEAD also another tag, which must be refused; for hash
functions and MACs the digests of messages. The driver's counters have to show
that the device did all of it. MOST vectors of each file, spread over it; without
it all.
"""
import errno
import pathlib
import socket
import sys
from collections import Counter
from typing import Callable, NamedTuple

from afalg import Transform, drivers

FILES = pathlib.Path("/usr/lib/python3/dist-packages/cryptography_vectors")
STATS = pathlib.Path("/sys/kernel/debug/virtio_accel/stats")
SUFFIX = "-virtio-accel"
ENCRYPT, DECRYPT = socket.ALG_OP_ENCRYPT, socket.ALG_OP_DECRYPT


class Unusable(Exception):
    """Why AF_ALG, or the algorithm in the kernel, has no room for a vector."""


class Vector(NamedTuple):
    """One of them; without a plaintext it has to be refused.

    A message is the plaintext of its digest, which is the tag.
    """

    key: bytes
    init: bytes
    plain: bytes
    cipher: bytes
    aad: bytes = b""
    tag: bytes = b""


# Files

def parse(path):
    """The vectors of a file: dictionaries with the names of the file.

    What stands in brackets, or before a vector, holds for those that follow.
    """
    section, vectors = {}, []
    fields = section
    for line in path.read_text(encoding="ascii").splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("["):
            fields = section
        for part in line.strip("[] ").split(", ") if "[" in line else [line]:
            name, _, value = part.partition("=")
            name = name.strip().lower()
            if name in ("count", "len"):
                fields = dict(section)
                vectors.append(fields)
            if name:
                fields[name] = value.strip()
    return vectors


def data(text):
    """Of hexadecimal digits, or of a text in quotes."""
    if text.startswith('"'):
        return text.strip('"').encode("ascii")
    return bytes.fromhex(text)


def cut(text, bits):
    """An empty string is written as 00 where its length is told."""
    return data(text)[:int(bits) // 8]


def block(f):
    """AESAVS, TDES and RFC 3686. One key of DES may stand for three."""
    if "keys" in f:
        key = f["keys"] * 3
    else:
        key = f["key"] if "key" in f else f["key1"] + f["key2"] + f["key3"]
    return Vector(data(key), data(f.get("iv", "")), data(f["plaintext"]),
                  data(f["ciphertext"]))


def xts(f):
    """XTSVS: the tweak is given, or the number of the data unit."""
    if int(f["dataunitlen"]) % 8:
        raise Unusable("not whole bytes")
    if "i" in f:
        init = data(f["i"])
    else:
        init = int(f["dataunitseqnumber"]).to_bytes(16, "little")
    return Vector(data(f["key"]), init, data(f["pt"]), data(f["ct"]))


def gcm(f):
    """GCMVS"""
    if f["ivlen"] != "96":
        raise Unusable("the kernel's GCM has a nonce of 96 bits")
    return Vector(data(f["key"]), data(f["iv"]),
                  None if "fail" in f else data(f["pt"]), data(f["ct"]),
                  data(f["aad"]), data(f["tag"]))


def ccm(f):
    """CCMVS, whose ciphertext has the tag at its end."""
    nonce, sealed = data(f["nonce"]), data(f["ct"])
    end = len(sealed) - int(f["tlen"])
    # The first byte of the counter block tells the length of the counter
    init = bytes([14 - len(nonce)]) + nonce + bytes(15 - len(nonce))
    plain = None
    if f.get("result") != "Fail":
        plain = cut(f["payload"], 8 * int(f["plen"]))
    return Vector(data(f["key"]), init, plain, sealed[:end],
                  cut(f["adata"], 8 * int(f["alen"])), sealed[end:])


def chacha(f):
    """BoringSSL's names, and OpenSSL's."""
    plain = data(f["in"] if "in" in f else f["plaintext"])
    return Vector(data(f["key"]), data(f["nonce"] if "nonce" in f else f["iv"]),
                  None if "result" in f else plain,
                  data(f["ct"] if "ct" in f else f["ciphertext"]),
                  data(f["ad"] if "ad" in f else f["aad"]), data(f["tag"]))


def chacha_esp(f):
    """Of RFC 7634: a salt behind the key, the IV behind the associated data."""
    v = chacha(f)
    if len(v.aad) not in (8, 12):
        raise Unusable("associated data that ESP does not have")
    return v._replace(key=v.key + v.init[:4], init=v.init[4:],
                      aad=v.aad + v.init[4:])


def message(key, text, digest):
    """Of a hash function, or with a key of a MAC"""
    if not text:
        raise Unusable("AF_ALG makes two steps of an empty message")
    return Vector(key, b"", text, b"", tag=digest)


def sha(f):
    """SHAVS; RFC 1321, 2202 and 4231 have been written down like it."""
    return message(data(f.get("key", "")), cut(f["msg"], f["len"]),
                   data(f["md"]))


def cmac(f):
    """SP 800-38B"""
    key = f["key"] if "key" in f else f["key1"] + f["key2"] + f["key3"]
    return message(data(key), data(f["message"]), data(f["output"]))


# What is done with a vector: a generator of (what, result, wanted result)

def skcipher(driver, v):
    """A cipher, in both directions"""
    tfm = Transform(driver, v.key)
    size = len(v.plain)
    yield "encrypted", tfm.crypt(ENCRYPT, v.init, v.plain, size), v.cipher
    yield "decrypted", tfm.crypt(DECRYPT, v.init, v.cipher, size), v.plain


def opened(tfm, v, tag):
    """The plaintext, or None when the tag was refused"""
    try:
        out = tfm.crypt(DECRYPT, v.init, v.aad + v.cipher + tag,
                        len(v.aad + v.cipher), assoclen=len(v.aad))
    except OSError as error:
        if error.errno != errno.EBADMSG:
            raise
        return None
    return out[len(v.aad):]


def aead(driver, v):
    """Sealed, opened, and refused with another tag"""
    tfm = Transform(driver, v.key, "aead", len(v.tag))
    if v.plain is not None:
        size = len(v.aad + v.plain + v.tag)
        sealed = tfm.crypt(ENCRYPT, v.init, v.aad + v.plain, size,
                           assoclen=len(v.aad))
        yield "sealed", sealed[len(v.aad):], v.cipher + v.tag
        other = bytes([v.tag[0] ^ 1]) + v.tag[1:]
        yield "opened with another tag", opened(tfm, v, other), None
    yield "opened", opened(tfm, v, v.tag), v.plain


def ahash(driver, v):
    """A digest, in one request"""
    tfm = Transform(driver, v.key or None, "hash")
    yield "digest", tfm.digest(v.plain, length=len(v.tag)), v.tag


class Family(NamedTuple):
    """The files of an algorithm, how to read one, and what to do with it."""

    files: str
    vector: Callable
    use: Callable


FAMILIES = {
    "ecb-aes": Family("ciphers/AES/ECB/*.rsp", block, skcipher),
    "cbc-aes": Family("ciphers/AES/CBC/*.rsp", block, skcipher),
    "ctr-aes": Family("ciphers/AES/CTR/*.txt", block, skcipher),
    "xts-aes": Family("ciphers/AES/XTS/*/*.rsp", xts, skcipher),
    "ecb-des3": Family("ciphers/3DES/ECB/*.rsp", block, skcipher),
    # Not TCBCI*, which is about three chains at a time
    "cbc-des3": Family("ciphers/3DES/CBC/TCBC[!I]*.rsp", block, skcipher),
    "gcm-aes": Family("ciphers/AES/GCM/*.rsp", gcm, aead),
    "ccm-aes": Family("ciphers/AES/CCM/*.rsp", ccm, aead),
    "rfc7539-chacha20-poly1305":
        Family("ciphers/ChaCha20Poly1305/*.txt", chacha, aead),
    "rfc7539esp-chacha20-poly1305":
        Family("ciphers/ChaCha20Poly1305/*.txt", chacha_esp, aead),
    "md5": Family("hashes/MD5/*.txt", sha, ahash),
    # Not *Monte.rsp, which are chains of a thousand digests
    "sha1": Family("hashes/SHA1/SHA1[LS]*Msg.rsp", sha, ahash),
    "sha224": Family("hashes/SHA2/SHA224[LS]*Msg.rsp", sha, ahash),
    "sha256": Family("hashes/SHA2/SHA256[LS]*Msg.rsp", sha, ahash),
    "sha384": Family("hashes/SHA2/SHA384[LS]*Msg.rsp", sha, ahash),
    "sha512": Family("hashes/SHA2/SHA512[LS]*Msg.rsp", sha, ahash),
    "sha3-224": Family("hashes/SHA3/SHA3_224[LS]*Msg.rsp", sha, ahash),
    "sha3-256": Family("hashes/SHA3/SHA3_256[LS]*Msg.rsp", sha, ahash),
    "sha3-384": Family("hashes/SHA3/SHA3_384[LS]*Msg.rsp", sha, ahash),
    "sha3-512": Family("hashes/SHA3/SHA3_512[LS]*Msg.rsp", sha, ahash),
    "hmac-md5": Family("HMAC/rfc-2202-md5.txt", sha, ahash),
    "hmac-sha1": Family("HMAC/rfc-2202-sha1.txt", sha, ahash),
    "hmac-sha224": Family("HMAC/rfc-4231-sha224.txt", sha, ahash),
    "hmac-sha256": Family("HMAC/rfc-4231-sha256.txt", sha, ahash),
    "hmac-sha384": Family("HMAC/rfc-4231-sha384.txt", sha, ahash),
    "hmac-sha512": Family("HMAC/rfc-4231-sha512.txt", sha, ahash),
    "cmac-aes": Family("CMAC/nist-800-38b-aes*.txt", cmac, ahash),
    "cmac-des3": Family("CMAC/nist-800-38b-3des.txt", cmac, ahash),
}

# Registered, and without vectors: how their names begin
WITHOUT = {
    "ctr-des3": "no vectors of 3DES in CTR mode are packaged",
    "ecb-des": "no vectors of single DES are packaged",
    "cbc-des": "no vectors of single DES are packaged",
    "authenc": "no vectors of chains are packaged",
    "xcbc-aes": "no vectors of it are packaged",
    "cbcmac-aes": "no vectors of it are packaged",
    "rfc4106-gcm-aes": "no GCM vector has the associated data of ESP",
    "rfc4543-gcm-aes": "no GCM vector has the associated data of ESP",
    "rfc4309-ccm-aes": "no CCM vector has the associated data of ESP",
}


# The run

class Tap:
    """The lines of a test."""

    count = 0
    failed = False

    def check(self, good, name):
        """One check"""
        self.count += 1
        self.failed |= not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}", flush=True)

    def skip(self, name, why):
        """One that there is nothing for"""
        self.check(True, f"{name} # SKIP {why}")


def registered():
    """Our drivers of the types that AF_ALG has: there are no public keys"""
    names = set()
    for fields in drivers():
        if (fields.get("driver", "").endswith(SUFFIX) and
                fields["type"] in ("skcipher", "aead", "ahash")):
            names.add(fields["driver"].removesuffix(SUFFIX))
    return sorted(names)


def counters(driver):
    """Of one driver"""
    for line in STATS.read_text().splitlines():
        name, *fields = line.split()
        if name == driver:
            return Counter({key: int(value) for key, value in
                            (field.split("=") for field in fields)})
    return Counter()


def usable(path, vector, left_out):
    """Those of a file that fit; the others are counted by reason"""
    vectors = []
    for fields in parse(path):
        try:
            vectors.append(vector(fields))
        except Unusable as why:
            left_out[str(why)] += 1
    return vectors


def sample(items, most):
    """Some of them, from everywhere"""
    count = min(len(items), most)
    return [items[i * len(items) // count] for i in range(count)]


def run(tap, name, most):
    """All files of a family"""
    family = FAMILIES[name]
    driver = name + SUFFIX
    count, left_out = Counter(), Counter()
    before = counters(driver)
    paths = sorted(FILES.glob(family.files))
    for path in paths:
        for v in sample(usable(path, family.vector, left_out), most):
            count["vectors"] += 1
            for what, got, wanted in family.use(driver, v):
                count["requests"] += 1
                count["badmsg"] += wanted is None
                if got != wanted:
                    count["wrong"] += 1
                    print(f"# {path.name}: {v}\n# {what}: {got}")
    did = counters(driver)
    did.subtract(before)
    tap.check(count["vectors"] and not count["wrong"],
              f"{driver}: {count['vectors']} vectors of {len(paths)} files")
    tap.check(did["requests"] == count["requests"] and
              did["badmsg"] == count["badmsg"] and not did["fallback"] and
              not did["fallback_shape"],
              f"{driver}: the device did {did['requests']} requests" +
              (f", and refused {did['badmsg']}" if did["badmsg"] else ""))
    for why, number in left_out.items():
        print(f"# {driver}: {number} vectors left out: {why}")


def main():
    """Every registered driver"""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize
    tap = Tap()
    for name in registered():
        if name in FAMILIES:
            run(tap, name, most)
        elif why := next((WITHOUT[start] for start in WITHOUT
                          if name.startswith(start)), None):
            tap.skip(f"{name}{SUFFIX}", why)
        else:
            tap.check(False, f"{name}{SUFFIX}: has no line in vectors.py")
    print(f"1..{tap.count}")
    return tap.failed


sys.exit(main())
