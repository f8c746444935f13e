# SPDX-License-Identifier: GPL-3.0-or-later
"""A member of the pool: a stateless SIP proxy with Record-Route between the phone (UDP, TCP or TLS)
and the core (UDP), whose faults are switched by a cell. It writes down what the phone sent it even
while it is dead, which a dead one could not. Members do not talk to each other: a request whose top
Route leads to a fellow gets 404, as in real pools.
"""
import asyncio
import socket
import struct

import sip

PORT, TLS_PORT, BACK_PORT = 16060, 16061, 16070


class UdpFlow:
    """A way back to the phone."""

    def __init__(self, transport, address):
        self.transport, self.address = transport, address

    def send(self, text):
        if not self.transport.is_closing():
            self.transport.sendto(text.encode(), self.address)

    def __eq__(self, other):
        return isinstance(other, UdpFlow) and self.address == other.address


class Front(asyncio.DatagramProtocol):
    def __init__(self, member):
        self.member = member

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        if data.strip():
            self.member.from_phone(data.decode(errors="replace"), UdpFlow(self.transport, address))


class Back(asyncio.DatagramProtocol):
    def __init__(self, member):
        self.member = member

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.member.from_core(sip.Message.parse(data.decode()))


class Connection(asyncio.Protocol):
    """One of the phone's connections; on TLS it is made again for the inner stream."""

    def __init__(self, member, tls):
        self.member, self.tls = member, tls
        self.stream = sip.Stream()
        self.transport = self.raw = None
        self.early = b"" if tls is not None else None  # until our end of the handshake is over

    def connection_made(self, transport):
        self.transport = transport
        if self.raw is None:
            self.raw = transport
            self.member.connections.append(self)
            if self.member.dead:
                self.member.lab.knocks.append((self.member.lab.now(), self.member.name))
            if self.tls is not None:
                transport.pause_reading()
                if not self.member.dead:
                    self.shake_hands()

    def shake_hands(self):
        context, self.tls = self.tls, None
        self.member.spawn(self.upgrade(context))

    async def upgrade(self, context):
        try:
            self.transport = await asyncio.get_running_loop().start_tls(self.raw, self, context, server_side=True)
        except (OSError, ConnectionError):
            self.raw.abort()
            return
        early, self.early = self.early, None
        self.data_received(early)

    def data_received(self, data):
        if self.early is not None:
            self.early += data
            return
        for text in self.stream.feed(data):
            if text:
                self.member.from_phone(text, self)
            elif not self.member.dead and not self.member.answers_lost:
                self.transport.write(b"\r\n")

    def connection_lost(self, error):
        if self in self.member.connections:
            self.member.connections.remove(self)
        if self.member.flow is self:
            self.member.flow = None

    def send(self, text):
        if not self.transport.is_closing():
            self.transport.write(text.encode())

    def reset(self):
        """As the kernel of a host whose process has died."""
        sock = self.raw.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.raw.abort()


class Member:
    def __init__(self, lab, number, ip):
        self.lab, self.name, self.ip = lab, f"P{number}", ip
        self.transport = lab.transport
        self.port = TLS_PORT if self.transport == "tls" else PORT
        self.server = self.front = self.back = None
        self.connections = []
        self.flow = None  # the phone's latest way in
        self.flows = {}  # branch of a request of the phone's -> way back
        self.refused = set()  # branches that it answered by itself
        self.tasks = set()
        # Faults
        self.dead = False
        self.answers_lost = False
        self.drop = None  # message -> whether it is lost on its way in
        self.reject = None  # message -> None, or Retry-After in s (0: without)
        self.delay = 0.0  # of what it passes on to the phone
        self.die_instead = None  # message to the phone -> whether it dies rather than send it
        self.die_behind = None  # message to the phone -> whether it dies once it is sent

    def spawn(self, coroutine):
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def start(self):
        loop = asyncio.get_running_loop()
        _, self.back = await loop.create_datagram_endpoint(lambda: Back(self), local_addr=(self.ip, BACK_PORT))
        await self.open()

    async def open(self):
        loop = asyncio.get_running_loop()
        if self.transport == "udp":
            _, self.front = await loop.create_datagram_endpoint(lambda: Front(self), local_addr=(self.ip, self.port))
        else:
            self.server = await loop.create_server(lambda: Connection(self, self.lab.tls), self.ip, self.port)

    def close(self):
        if self.front is not None:
            self.front.transport.close()
        if self.server is not None:
            self.server.close()
        self.front = self.server = None
        for connection in list(self.connections):
            connection.reset()
        self.flow = None

    def end(self):
        self.close()
        for task in list(self.tasks):
            task.cancel()
        if self.back is not None:
            self.back.transport.close()

    def silence(self):
        """As SIGSTOP: the kernel still takes what comes."""
        self.dead = True

    def wake(self):
        self.dead = False
        for connection in list(self.connections):
            if connection.tls is not None:
                connection.shake_hands()

    @property
    def way(self):
        """To the phone: where something came from it last, or on UDP where it is registered."""
        if self.flow is None and self.front is not None and self.lab.core.contact:
            return UdpFlow(self.front.transport, sip.host_port(self.lab.core.contact))
        return self.flow

    @property
    def is_open(self):
        return self.front is not None or self.server is not None

    @property
    def reaches_phone(self):
        return self.is_open and not self.dead and not self.answers_lost and self.way is not None

    @property
    def own_uri(self):
        host = self.lab.name if self.lab.record_route == "name" else self.ip
        return f"sip:{host}:{self.port};transport={self.transport};lr"

    def is_mine(self, uri):
        host, port = sip.host_port(uri)
        return host in (self.ip, self.lab.name) or sip.parameter(uri, "maddr") == self.ip

    # From the phone

    def from_phone(self, text, flow):
        try:
            message = sip.Message.parse(text)
            lost = self.dead or (self.drop is not None and self.drop(message))
            self.lab.note(self, True, message, lost)
        except (ValueError, IndexError) as error:
            self.lab.complain(f"{self.name} cannot read a message of the phone's: {error}: {text[:80]!r}")
            return
        if lost:
            return
        self.flow = flow
        if message.is_request:
            self.request_from_phone(message, flow)
        else:
            self.response_from_phone(message)

    def answer(self, request, status, flow, headers=()):
        self.to_phone(sip.response(request, status, tag=sip.token(self.name), headers=headers), flow, own=True)

    def request_from_phone(self, message, flow):
        branch = message.branch
        if message.method == "ACK" and branch in self.refused:
            return
        self.flows[branch] = flow
        hops = int(message.get("Max-Forwards", "70"))
        if message.method == "OPTIONS" and not message.to_tag and "@" not in message.uri:
            self.answer(message, 200, flow)
            return
        if hops == 0:
            self.answer(message, 483, flow)
            return
        wait = self.reject(message) if self.reject is not None and message.method != "ACK" else None
        if wait is not None:
            self.refused.add(branch)
            self.answer(message, 503, flow, [("Retry-After", str(wait))] if wait else ())
            return
        route = message.get("Route")
        if route and not self.is_mine(sip.address(route)):
            self.lab.complain(f"{message.method} sent to {self.name} with a Route to {sip.address(route)}")
            if message.method != "ACK":
                self.refused.add(branch)
                self.answer(message, 404, flow)
            return
        if route:
            message.remove_first("Route")
        if message.method == "INVITE" and self.lab.trying:
            self.answer(message, 100, flow)
        if message.method in ("INVITE", "SUBSCRIBE") and not message.to_tag and self.lab.record_route != "none":
            message.add_first("Record-Route", f"<{self.own_uri}>")
        message.set("Max-Forwards", str(hops - 1))
        message.add_first("Via", f"SIP/2.0/UDP {self.ip}:{BACK_PORT};branch=z9hG4bK{sip.token(self.name, branch)}")
        self.to_core(message)

    def response_from_phone(self, message):
        mine = sip.host_port(message.get("Via").split()[1])[0] == self.ip
        if not mine and self.lab.strict:
            return
        message.remove_first("Via")
        if message.get("Via"):
            self.to_core(message)

    def to_core(self, message):
        self.back.transport.sendto(message.text().encode(), self.lab.core.address)

    # From the core

    def from_core(self, message):
        if message.is_request:
            if message.method == "INVITE" and not message.to_tag and self.lab.record_route != "none":
                message.add_first("Record-Route", f"<{self.own_uri}>")
            port = self.port
            message.add_first("Via", f"SIP/2.0/{self.transport.upper()} {self.ip}:{port};rport;"
                                     f"branch=z9hG4bK{sip.token(self.name, message.branch)}")
            self.to_phone(message, self.way)
            return
        message.remove_first("Via")
        self.to_phone(message, self.flows.get(message.branch))

    def to_phone(self, message, flow, own=False):
        if not self.dead and self.die_instead is not None and self.die_instead(message):
            self.silence()
        lost = self.dead or self.answers_lost or flow is None
        if self.delay and not own and not lost:
            asyncio.get_running_loop().call_later(self.delay, self.deliver, message, flow)
        else:
            self.deliver(message, flow, lost)

    def deliver(self, message, flow, lost=False):
        self.lab.note(self, False, message, lost)
        if lost:
            return
        flow.send(message.text())
        if self.die_behind is not None and self.die_behind(message):
            self.silence()
