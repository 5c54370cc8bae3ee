#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""In the guest: pair-keys-load.py DRIVER DIRECTORY

Encrypts under many keys at a time with DRIVER (such as cbc-aes-virtio-accel)
and compares every result with the software's for that key. Runs until
DIRECTORY/stop exists, and keeps the number of results in DIRECTORY/progress.
A request that fails, or comes back under another key, ends it with status 1.
"""
import os
import random
import sys
import threading

from afalg import Transform

KEYS = 16
THREADS = 4
SIZE = 1024
SOFTWARE = "cbc(aes-generic)"


class Load:
    """The keys, and threads that use them in random order."""

    def __init__(self, driver, directory):
        self.directory = directory
        self.lock = threading.Lock()
        self.done = 0
        self.failure = None
        self.jobs = []
        rng = random.Random(1)
        for _ in range(KEYS):
            key, init, data = (rng.randbytes(n) for n in (16, 16, SIZE))
            right = Transform(SOFTWARE, key).encrypt(init, data)
            self.jobs.append((Transform(driver, key), init, data, right))

    def one(self, rng):
        """One request under one of the keys."""
        number = rng.randrange(KEYS)
        transform, init, data, right = self.jobs[number]
        got = transform.encrypt(init, data)
        if got == right:
            return
        for other, job in enumerate(self.jobs):
            if Transform(SOFTWARE, key_of(other)).encrypt(init, data) == got:
                raise ValueError(f"key {other} was used instead of {number}")
            del job
        raise ValueError(f"wrong result under key {number}")

    def thread(self, seed):
        """Until told to stop, or something fails."""
        rng = random.Random(seed)
        while not self.failure and not os.path.exists(self.stop_file()):
            try:
                for _ in range(16):
                    self.one(rng)
            except (OSError, ValueError) as error:
                self.failure = repr(error)
                return
            with self.lock:
                self.done += 16
                with open(f"{self.directory}/progress.new", "w",
                          encoding="ascii") as out:
                    out.write(f"{self.done}\n")
                os.rename(f"{self.directory}/progress.new",
                          f"{self.directory}/progress")

    def stop_file(self):
        """Whose existence ends the load."""
        return f"{self.directory}/stop"


def key_of(number):
    """The key that Load gave to a number."""
    rng = random.Random(1)
    for _ in range(number):
        for size in (16, 16, SIZE):
            rng.randbytes(size)
    return rng.randbytes(16)


def main():
    """Start the threads, wait for them, tell the outcome."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    load = Load(sys.argv[1], sys.argv[2])
    threads = [threading.Thread(target=load.thread, args=(n,))
               for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"# {load.done} results under {KEYS} keys")
    if load.failure:
        print(f"# {load.failure}")
        sys.exit(1)


main()
