# SPDX-License-Identifier: GPL-3.0-or-later
"""A name server for one cell: one name with the pool's addresses, in an order and with a life that the
cell decides. Any other name does not exist, any other type has no record.
"""
import asyncio
import socket
import struct

TYPE_A = 1


class Names(asyncio.DatagramProtocol):
    def __init__(self, name, addresses, ttl=1):
        self.name, self.addresses, self.ttl = name, list(addresses), ttl
        self.queries = []
        self.transport = None

    async def start(self, ip, port):
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=(ip, port))

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, source):
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += 1 + data[at]
        question = data[12:at + 5]
        kind = struct.unpack("!H", data[at + 1:at + 3])[0]
        name = ".".join(labels).lower()
        self.queries.append((asyncio.get_running_loop().time(), kind, name))
        found = self.addresses if kind == TYPE_A and name == self.name else []
        status = 0 if name == self.name else 3
        flags = 0x8400 | (data[2] & 1) << 8 | status
        answers = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", TYPE_A, 1, self.ttl, 4) + socket.inet_aton(ip)
                           for ip in found)
        self.transport.sendto(data[:2] + struct.pack("!HHHHH", flags, 1, len(found), 0, 0) + question + answers, source)

    def close(self):
        if self.transport is not None:
            self.transport.close()
