# SPDX-License-Identifier: GPL-2.0-only
"""A load for a disk that may fail: writes, reads back and compares.

disk.py NODE FILE

What fails is tried again until it succeeds, so that in the end every byte is what was
written last. Runs until SIGTERM, and then has the contents in FILE. A line for each
round, which is every piece once, and at the end one with the pieces that failed."""

import errno
import mmap
import os
import signal
import sys

PIECE = 16384
PIECES = 16

stop = False


def on_signal(*_):
    global stop
    stop = True


class Disk:
    """Pieces of a disk, past the page cache, which wants whole pages of memory."""

    def __init__(self, node):
        self.file = os.open(node, os.O_RDWR | os.O_DIRECT)
        self.memory = mmap.mmap(-1, PIECE)
        self.failed = 0

    def again(self, what, n):
        while True:
            try:
                if what(self.file, [self.memory], n * PIECE) == PIECE:
                    return
                sys.exit("a piece was cut")
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                self.failed += 1

    def write(self, n, data):
        self.memory[:] = data
        self.again(os.pwritev, n)

    def read(self, n):
        self.memory[:] = bytes(PIECE)
        self.again(os.preadv, n)
        return self.memory[:]


def main(node, name):
    signal.signal(signal.SIGTERM, on_signal)
    disk = Disk(node)
    rounds = 0
    while not stop:
        data = [os.urandom(PIECE) for n in range(PIECES)]
        for n in range(PIECES):
            disk.write(n, data[n])
        for n in range(PIECES):
            if disk.read(n) != data[n]:
                sys.exit(f"piece {n} is wrong")
        rounds += 1
        print("round", rounds, flush=True)
    with open(name, "wb") as file:
        file.write(b"".join(data))
    print(rounds, "rounds,", disk.failed, "failed")


main(*sys.argv[1:])
