# SPDX-License-Identifier: GPL-3.0-or-later
"""A few calls over the session bus without any library, so that they wait on the same loop as the
pool and their moment is known to a millisecond: an action of the phone, and its state.
"""
import asyncio
import os
import struct

NAME, PATH = "org.tandemphone.Tandem", "/org/tandemphone/Tandem"
RETURN, ERROR = 2, 3
REPLY_SERIAL = 5


class Writer:
    def __init__(self):
        self.data = bytearray()

    def align(self, size):
        self.data += bytes(-len(self.data) % size)

    def u32(self, value):
        self.align(4)
        self.data += struct.pack("<I", value)

    def text(self, value):
        self.u32(len(value.encode()))
        self.data += value.encode() + b"\0"

    def signature(self, value):
        self.data += bytes([len(value)]) + value.encode() + b"\0"

    def array(self, align, write):
        self.u32(0)
        at = len(self.data) - 4
        self.align(align)
        start = len(self.data)
        write()
        struct.pack_into("<I", self.data, at, len(self.data) - start)

    def field(self, code, signature, value):
        self.align(8)
        self.data.append(code)
        self.signature(signature)
        if signature == "g":
            self.signature(value)
        else:
            self.text(value)


def fields(data):
    """code -> value of the header fields that matter."""
    result, at = {}, 0
    while at < len(data):
        at += -at % 8
        code, length = data[at], data[at + 1]
        signature = data[at + 2:at + 2 + length].decode()
        at += 3 + length
        if signature == "g":
            at += 2 + data[at]
            continue
        at += -at % 4
        value = struct.unpack_from("<I", data, at)[0]
        at += 4
        if signature == "u":
            result[code] = value
        else:
            result[code] = data[at:at + value].decode()
            at += value + 1
    return result


class Bus:
    def __init__(self):
        self.reader = self.writer = self.task = None
        self.serial = 0
        self.waiting = {}

    async def connect(self, path):
        self.reader, self.writer = await asyncio.open_unix_connection(path)
        self.writer.write(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        line = await self.reader.readline()
        if not line.startswith(b"OK"):
            raise ConnectionError(f"the bus says {line!r}")
        self.writer.write(b"BEGIN\r\n")
        self.task = asyncio.get_running_loop().create_task(self.read())
        await self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello")

    async def read(self):
        try:
            while True:
                head = await self.reader.readexactly(16)
                length, _, count = struct.unpack_from("<III", head, 4)
                rest = await self.reader.readexactly(count + -count % 8 + length)
                known = fields(rest[:count])
                waiter = self.waiting.pop(known.get(REPLY_SERIAL), None)
                if waiter is not None and not waiter.done():
                    body = rest[count + -count % 8:]
                    text = body[4:4 + struct.unpack_from("<I", body)[0]].decode() if len(body) > 4 else ""
                    if head[1] == ERROR:
                        waiter.set_exception(AssertionError(f"D-Bus: {text}"))
                    else:
                        waiter.set_result(text)
        except (asyncio.IncompleteReadError, ConnectionError):
            for waiter in self.waiting.values():
                if not waiter.done():
                    waiter.set_exception(AssertionError("the bus has gone"))

    async def call(self, destination, path, interface, member, signature="", body=b"", seconds=10):
        """The first string of the answer."""
        self.serial += 1
        serial = self.serial
        message = Writer()
        message.data += b"l\1\0\1" + struct.pack("<II", len(body), serial)

        def write():
            message.field(1, "o", path)
            message.field(2, "s", interface)
            message.field(3, "s", member)
            message.field(6, "s", destination)
            if signature:
                message.field(8, "g", signature)
        message.array(8, write)
        message.align(8)
        waiter = asyncio.get_running_loop().create_future()
        self.waiting[serial] = waiter
        self.writer.write(bytes(message.data) + body)
        return await asyncio.wait_for(waiter, seconds)

    async def activate(self, action, *parameters):
        """An action, as a desktop application activates it; parameters: none, one text, or a pair."""
        body = Writer()
        body.text(action)

        def write():
            if not parameters:
                return
            body.signature("s" if len(parameters) == 1 else "(ss)")
            if len(parameters) > 1:
                body.align(8)
            for parameter in parameters:
                body.text(parameter)
        body.array(1, write)
        body.array(8, lambda: None)
        await self.call(NAME, PATH, "org.gtk.Actions", "Activate", "sava{sv}", bytes(body.data))

    async def status(self):
        """The text of --status --json."""
        return await self.call(NAME, PATH, NAME + ".Status", "GetStatus")

    def close(self):
        if self.task is not None:
            self.task.cancel()
        if self.writer is not None:
            self.writer.close()
