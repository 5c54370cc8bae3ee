#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Traffic for guest-ipsec*.sh, and what its captures show.

    ipsec.py serve                  receive what `send' sends, and compare it
    ipsec.py send ADDRESS FILE      TCP until FILE exists, then say how much
    ipsec.py sink ADDRESS           take datagrams, and do nothing with them
    ipsec.py flood ADDRESS N        N datagrams, all at once
    ipsec.py numbered ADDRESS N SEGMENTS
                                    N super-packets of so many numbered datagrams each
    ipsec.py count ADDRESS N        take as many of these, and say whether they are in
                                    order and whole
    ipsec.py exchange ADDRESS FILE FIRST
                                    datagrams, numbered from FIRST on, until FILE exists, and
                                    what comes back of them: says how many of each kind
    ipsec.py echo ADDRESS           send such back
    ipsec.py segments FROM TO MARK...
                                    TCP's segments of one stream (IPv4), each with a mark
    ipsec.py ivs FILE SOURCE BYTES  sequence number and IV of each ESP packet of a
                                    capture that comes from SOURCE (IPv4)
    ipsec.py salts FILE SOURCE      what the IVs of 8 bytes of each SPI are, combined with
                                    the sequence number
    ipsec.py mark DEVICE            a packet that a capture can be seen to have
    ipsec.py encap ADDRESS PORT FILE
                                    a key daemon's socket: it takes ESP out of UDP, and
                                    the rest into FILE, in hex
    ipsec.py datagram FROM PORT TO PORT HEX
                                    one datagram
    ipsec.py esp FROM TO HEX        one packet of ESP
    ipsec.py relay PUBLIC OUTSIDE INSIDE CLIENT-PEER FILE
                                    a NAT for UDP ports 500 and 4500: what CLIENT sends to
                                    PUBLIC in the namespace OUTSIDE goes to PEER in the
                                    namespace INSIDE, and back; once FILE exists, back from
                                    port 4600 instead of 4500
"""
import os
import select
import signal
import socket
import struct
import sys

STREAM, DATAGRAMS = 5202, 9
SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33
IP_XFRM_POLICY = 17
UDP_ENCAP, UDP_ENCAP_ESPINUDP = 100, 2
UDP_SEGMENT = 103
NUMBERED = 1200
AT_ONCE = 32
TCP_ACK, IP_DF = 0x10, 0x4000
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


def payload(number):
    """Numbered."""
    return struct.pack(">Q", number) + chunk(number, NUMBERED - 8)


def udp(address):
    """A socket of its family."""
    return socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET,
                         socket.SOCK_DGRAM)


def numbered(address, number, segments):
    """The kernel cuts what it is given at once, as late as it can."""
    number, segments = int(number), int(segments)
    with udp(address) as sock:
        sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 1 << 26)
        sock.connect((address, DATAGRAMS))
        if segments > 1:
            sock.setsockopt(socket.SOL_UDP, UDP_SEGMENT, NUMBERED)
        for i in range(0, number * segments, segments):
            sock.send(b"".join(map(payload, range(i, i + segments))))


def count(address, number):
    """All that come until there are enough, or none for a while."""
    with udp(address) as sock:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
        sock.bind((address, DATAGRAMS))
        sock.settimeout(20)
        for i in range(int(number)):
            try:
                data = sock.recv(PERIOD)
            except TimeoutError:
                print(f"{i} and no more")
                return 1
            if data != payload(i):
                print(f"in place of {i}: {data[:8].hex()}, {len(data)} bytes")
                return 1
    print(number)
    return 0


class Seen:
    """Of numbered datagrams, what each should be only once, whole and in order."""

    def __init__(self, first=0):
        self.numbers, self.top = set(), first - 1
        self.wrong, self.twice, self.late = 0, 0, 0

    def take(self, data):
        """A datagram."""
        number = struct.unpack(">Q", data[:8])[0] if len(data) >= 8 else -1
        if number < 0 or data != payload(number):
            self.wrong += 1
            return
        self.twice += number in self.numbers
        self.late += number < self.top
        self.numbers.add(number)
        self.top = max(self.top, number)

    def __str__(self):
        return f"{len(self.numbers)} wrong {self.wrong} twice {self.twice} late {self.late}"


class Exchange:
    """
    Datagrams to an echo. As order is kept, what comes back tells about all that were sent
    before it: of others there are no more than AT_ONCE, and one for each time that nothing
    came for a while.
    """

    def __init__(self, sock, first):
        self.sock, self.next, self.seen = sock, first, Seen(first)

    def left(self):
        """Those nobody knows about yet."""
        return self.next - 1 - self.seen.top

    def send(self):
        """The next one."""
        self.sock.send(payload(self.next))
        self.next += 1

    def receive(self):
        """One, if it comes."""
        try:
            self.seen.take(self.sock.recv(2 * NUMBERED))
        except TimeoutError:
            self.send()

    def run(self, stop):
        """In the end, three in turn have each been the only one on its way."""
        while not os.path.exists(stop):
            while self.left() < AT_ONCE:
                self.send()
            while self.left() > AT_ONCE // 2:
                self.receive()
        for _ in range(3):
            self.send()
            while self.left():
                self.receive()


def exchange(address, stop, first):
    """Says nothing before the end."""
    first = int(first)
    with udp(address) as sock:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
        sock.connect((address, DATAGRAMS))
        sock.settimeout(0.2)
        both = Exchange(sock, first)
        both.run(stop)
    print(f"sent {both.next - first} back {both.seen}")


def echo(address):
    """Until it is ended."""
    seen = Seen()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(print(f"took {seen}")))
    with udp(address) as sock:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
        sock.bind((address, DATAGRAMS))
        while True:
            data, peer = sock.recvfrom(2 * NUMBERED)
            seen.take(data)
            sock.sendto(data, peer)


def checksum(data):
    """The Internet's."""
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def segment(source, destination, i):
    """Number i of a stream: IPv4, TCP, 1,000 bytes."""
    def tcp(check):
        return struct.pack(">HHIIBBHHH", 40000, 40001, 1 + i * 1000, 1, 5 << 4,
                           TCP_ACK, 1000, check, 0)

    def ip(check):
        return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 1040, 1 + i, IP_DF, 64,
                           socket.IPPROTO_TCP, check, source, destination)

    text = chunk(i, 1000)
    pseudo = source + destination + struct.pack(">HH", socket.IPPROTO_TCP, 1020)
    return ip(checksum(ip(0))) + tcp(checksum(pseudo + tcp(0) + text)) + text


def segments(source, destination, *marks):
    """Nobody waits for them."""
    addresses = socket.inet_aton(source), socket.inet_aton(destination)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW,
                       socket.IPPROTO_RAW) as sock:
        for i, mark_ in enumerate(marks):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, int(mark_))
            sock.sendto(segment(*addresses, i), (destination, 0))


def packets(path):
    """Of a capture on Ethernet, in this machine's byte order."""
    with open(path, "rb") as file:
        file.read(24)
        while len(header := file.read(16)) == 16:
            yield file.read(struct.unpack("=4I", header)[2])


def esps(path, source):
    """Each ESP packet."""
    want = socket.inet_aton(source)
    for packet in packets(path):
        if packet[12:14] == b"\x08\x00" and packet[26:30] == want and \
                packet[23] == socket.IPPROTO_ESP:
            yield packet[14 + (packet[14] & 15) * 4:]


def ivs(path, source, length):
    """Sequence number and IV."""
    for packet in esps(path, source):
        print(int.from_bytes(packet[4:8], "big"),
              packet[8:8 + int(length)].hex())


def salts(path, source):
    """SPI and salt, each once."""
    found = {(packet[:4].hex(), int.from_bytes(packet[8:16], "big") ^
              int.from_bytes(packet[4:8], "big"))
             for packet in esps(path, source)}
    for spi, salt in sorted(found):
        print(spi, f"{salt:016x}")


def mark(device):
    """Nobody else knows this type."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((device, 0))
        sock.send(b"\xff" * 6 + b"\2\0\0\0\0\1" +
                  struct.pack(">H46x", ETH_P_EXPERIMENT))


def bypass(sock, direction):
    """What this socket sends or gets is not IPsec's business."""
    selector = struct.pack("40xH14x", socket.AF_INET)
    lifetime = struct.pack("4Q64x", *[0xFFFFFFFFFFFFFFFF] * 4)
    sock.setsockopt(socket.IPPROTO_IP, IP_XFRM_POLICY, selector + lifetime +
                    struct.pack("8xB7x", direction))


def encap(address, port, path):
    """As a key daemon has it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, \
            open(path, "w", buffering=1) as file:
        for direction in (0, 1):
            bypass(sock, direction)
        sock.setsockopt(socket.IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP)
        sock.bind((address, int(port)))
        print("ready", file=file)
        while True:
            print(sock.recv(2048).hex(), file=file)


def datagram(address, port, peer, peer_port, data):
    """Its port may be another socket's, too."""
    udp = struct.pack(">4H", int(port), int(peer_port), 8 + len(data) // 2, 0)
    raw(socket.IPPROTO_UDP, address, peer, udp + bytes.fromhex(data))


def raw(protocol, address, peer, data):
    """One packet."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol) as sock:
        sock.bind((address, 0))
        sock.sendto(data, (peer, 0))


def esp(address, peer, data):
    """Whatever is in it."""
    raw(socket.IPPROTO_ESP, address, peer, bytes.fromhex(data))


def inside(namespace, address, port):
    """A socket in another network namespace."""
    with open(f"/run/netns/{namespace}", "rb") as file:
        os.setns(file.fileno(), os.CLONE_NEWNET)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, port))
    return sock


def relay(public, outside, inner, addresses, moved):
    """Both namespaces know the client by its own address."""
    client, peer = addresses.split("-")
    other, ways = inside(outside, public, 4600), {}
    for port in (500, 4500):
        out, back = inside(outside, public, port), inside(inner, client, port)
        ways[out] = lambda data, port=port, to=back: to.sendto(data, (peer, port))
        ways[back] = lambda data, port=port, to=out: \
            (other if port == 4500 and os.path.exists(moved) else to).sendto(
                data, (client, port))
        if port == 4500:
            ways[other] = ways[out]
    while True:
        for sock in select.select(list(ways), [], [])[0]:
            ways[sock](sock.recv(65535))


COMMANDS = {"serve": serve, "send": send, "sink": sink, "flood": flood,
            "numbered": numbered, "count": count, "exchange": exchange,
            "echo": echo, "segments": segments, "ivs": ivs, "salts": salts, "mark": mark,
            "encap": encap, "datagram": datagram, "esp": esp, "relay": relay}

sys.exit(COMMANDS[sys.argv[1]](*sys.argv[2:]))
