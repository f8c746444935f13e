# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell's world: three members, the core behind them, a name server, and all that the phone and
the members said to each other. It has addresses of its own, 127.8.NET.x, so that cells do not meet.
"""
import asyncio
import dataclasses
import re
import socket
import ssl
import subprocess
import time

import member
import sip
from core import Core
from names import Names

DOMAIN = "lab.test"
NAME = "pool.lab.test"
DNS_PORT = 16053
LOCK_PORT = 16099
RTP_PORT = 62000
LATE = 0.02


@dataclasses.dataclass
class Packet:
    """One message between the phone and a member. lost: the fault swallowed it."""
    when: float
    member: str
    from_phone: bool
    message: sip.Message
    lost: bool

    @property
    def what(self):
        return self.message.what

    def __str__(self):
        arrow = "->" if self.from_phone else "<-"
        text = f"{self.when:8.3f} {arrow} {self.member} {self.what}"
        return text + f" cseq {self.message.cseq} {self.message.first_branch[-8:]} {self.message.call_id[:8]}" + (
            " (lost)" if self.lost else "")


class Nets:
    """Numbers NET that no other run on this machine uses: the holder keeps a port of it bound."""

    def __init__(self):
        self.free = list(range(1, 255))

    def take(self):
        for net in list(self.free):
            self.free.remove(net)
            lock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                lock.bind((f"127.8.{net}.1", LOCK_PORT))
                return net, lock
            except OSError:
                lock.close()
        raise RuntimeError("no free network on 127.8.0.0/16")

    def give_back(self, net, lock):
        lock.close()
        self.free.append(net)


class Certificates:
    """An authority of our own and a certificate for the pool's name; made once for a run."""

    def __init__(self, folder):
        self.authority = f"{folder}/ca.pem"

        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
                "-subj", "/CN=Sample Authority", "-addext", "basicConstraints=critical,CA:TRUE")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
                "-subj", f"/CN={NAME}")
        with open(f"{folder}/names", "w", encoding="ascii") as file:
            file.write(f"subjectAltName=DNS:{NAME}\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", "server.pem", "-days", "2", "-extfile", "names")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")


class Lab:
    def __init__(self, net, transport, record_route, certificates, user="agent"):
        self.net, self.transport, self.record_route = net, transport, record_route
        self.tls = certificates.context if transport == "tls" else None
        self.authority = certificates.authority if certificates is not None else None
        self.domain, self.name, self.user = DOMAIN, NAME, user
        self.trying = True  # members answer an INVITE with 100 at once
        self.strict = False  # members drop responses whose top Via is a fellow's
        self.packets, self.complaints = [], []
        self.knocks = []  # connections to a dead member: when, and to whom
        self.members = [member.Member(self, n, f"127.8.{net}.{10 + n}") for n in (1, 2, 3)]
        self.core = Core(self, f"127.8.{net}.20")
        self.dns_address = f"127.8.{net}.2"
        self.names = Names(NAME, [m.ip for m in self.members])
        self.phone_address = f"127.8.{net}.40"
        self.late = 0.0
        self.watcher = self.sound = None
        self.changed = asyncio.Event()
        self.began = self.now()
        self.wall = time.time()

    async def start(self):
        await self.names.start(self.dns_address, DNS_PORT)
        await self.core.start()
        for one in self.members:
            await one.start()
        # Sound that comes lies in the socket's buffer and is dropped by the kernel: it costs nothing.
        self.sound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sound.bind((self.core.ip, RTP_PORT))
        self.watcher = asyncio.get_running_loop().create_task(self.watch())

    async def watch(self):
        """How late this program itself is: what it measures is not more exact."""
        while True:
            due = self.now() + LATE
            await asyncio.sleep(LATE)
            self.late = max(self.late, self.now() - due)

    def close(self):
        if self.watcher is not None:
            self.watcher.cancel()
        for one in self.members:
            one.end()
        self.core.close()
        self.names.close()
        if self.sound is not None:
            self.sound.close()

    @staticmethod
    def now():
        return asyncio.get_running_loop().time()

    def by_ip(self, ip):
        return next(m for m in self.members if m.ip == ip)

    def member(self, name):
        return next(m for m in self.members if m.name == name)

    def others(self, victim):
        return [m for m in self.members if m is not victim]

    def sdp(self, offer):
        """The far end's; to an offer of sendonly or inactive what answers it."""
        direction = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(
            next(iter(re.findall(r"^a=(sendonly|recvonly|inactive|sendrecv)\s*$", offer, re.M)), "sendrecv"))
        if "a=inactive" in offer:
            direction = "inactive"
        return "\r\n".join(["v=0", f"o=far 1 1 IN IP4 {self.core.ip}", "s=-", f"c=IN IP4 {self.core.ip}", "t=0 0",
                            f"m=audio {RTP_PORT} RTP/AVP 0", "a=rtpmap:0 PCMU/8000", f"a={direction or 'sendrecv'}", ""])

    def note(self, one, from_phone, message, lost):
        self.packets.append(Packet(self.now(), one.name, from_phone, message.copy(), lost))
        self.changed.set()

    def complain(self, text):
        self.complaints.append(text)

    async def until(self, predicate, seconds, what):
        """What predicate returns once it is true; looked at again at every packet."""
        end = self.now() + seconds
        while True:
            value = predicate()
            if value:
                return value
            left = end - self.now()
            if left <= 0:
                raise AssertionError(f"not within {seconds:g} s: {what}")
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), min(left, 0.1))
            except asyncio.TimeoutError:
                pass

    def sent(self, what, since=0.0, at=None, but=None):
        """Messages of the phone's. what: a method, or a regular expression of them and of "200 INVITE"."""
        return [p for p in self.packets if p.from_phone and p.when >= since and re.fullmatch(what, p.what)
                and (at is None or p.member == at.name) and (but is None or p.member != but.name)]

    def received(self, what, since=0.0, at=None, but=None):
        """What reached the phone."""
        return [p for p in self.packets if not p.from_phone and not p.lost and p.when >= since
                and re.fullmatch(what, p.what)
                and (at is None or p.member == at.name) and (but is None or p.member != but.name)]

    def arrived(self, what, since=0.0):
        """What of the phone's reached the core."""
        return [a for a in self.core.arrivals if a.when >= since and re.fullmatch(what, a.what)]

    def story(self):
        lines = [str(p).replace(f"{p.when:8.3f}", f"{p.when - self.began:8.3f}") for p in self.packets]
        calls = [f"far end's call {c.call_id[:8]}: " + ", ".join(
            f"{state} {when - self.began:.3f}" for state, when in c.since.items()) for c in self.core.calls]
        return lines + calls + [f"complaint: {text}" for text in self.complaints]
