# SPDX-License-Identifier: GPL-3.0-or-later
"""SIP messages for the scripted pool: parsed from a datagram or a stream, changed, and put together
again. Only what proxies and far ends of the fault matrix need; it forgives nothing, because the only
ones that speak here are the phone under test and this folder.
"""
import hashlib
import itertools
import re

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
           "c": "content-type", "k": "supported", "o": "event"}
counter = itertools.count(1)


class Message:
    """One request or response. headers: list of [name, value], each value by itself."""

    def __init__(self, first, headers, body=""):
        self.first = first
        self.headers = headers
        self.body = body

    @classmethod
    def parse(cls, text):
        head, _, body = text.partition("\r\n\r\n")
        lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
        headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon:
                raise ValueError(f"no header: {line!r}")
            name, value = name.strip(), value.strip()
            listed = COMPACT.get(name.lower(), name.lower()) in ("via", "route", "record-route")
            headers += [[name, part.strip()] for part in (split(value) if listed else [value])]
        return cls(lines[0], headers, body)

    def text(self):
        lines = [self.first]
        lines += [f"{name}: {value}" for name, value in self.headers if key(name) != "content-length"]
        return "\r\n".join([*lines, f"Content-Length: {len(self.body.encode())}", "", self.body])

    def copy(self):
        return Message(self.first, [list(header) for header in self.headers], self.body)

    @property
    def is_request(self):
        return not self.first.startswith("SIP/2.0 ")

    @property
    def status(self):
        return 0 if self.is_request else int(self.first.split()[1])

    @property
    def method(self):
        return self.first.split()[0] if self.is_request else self.get("CSeq").split()[1]

    @property
    def uri(self):
        return self.first.split()[1]

    @uri.setter
    def uri(self, uri):
        self.first = f"{self.method} {uri} SIP/2.0"

    @property
    def what(self):
        """INVITE, or "200 INVITE"."""
        return self.method if self.is_request else f"{self.status} {self.method}"

    def all(self, name):
        return [value for given, value in self.headers if key(given) == name.lower()]

    def get(self, name, default=""):
        return next(iter(self.all(name)), default)

    def set(self, name, value):
        for header in self.headers:
            if key(header[0]) == name.lower():
                header[1] = value
                return
        self.headers.append([name, value])

    def add_first(self, name, value):
        self.headers.insert(0, [name, value])

    def remove_first(self, name):
        for index, (given, value) in enumerate(self.headers):
            if key(given) == name.lower():
                del self.headers[index]
                return value
        return None

    @property
    def call_id(self):
        return self.get("Call-ID")

    @property
    def cseq(self):
        return int(self.get("CSeq").split()[0])

    @property
    def branch(self):
        """Of the top Via."""
        return parameter(self.get("Via"), "branch")

    @property
    def first_branch(self):
        """Of the Via that the sender of all made."""
        vias = self.all("Via")
        return parameter(vias[-1], "branch") if vias else ""

    @property
    def from_tag(self):
        return parameter(self.get("From"), "tag")

    @property
    def to_tag(self):
        return parameter(self.get("To"), "tag")

    def __str__(self):
        return self.what


def key(name):
    return COMPACT.get(name.lower(), name.lower())


def split(value):
    """At commas outside <> and quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for index, char in enumerate(value):
        if char == '"':
            quoted = not quoted
        elif not quoted and char == "<":
            depth += 1
        elif not quoted and char == ">":
            depth -= 1
        elif not quoted and depth == 0 and char == ",":
            parts.append(value[start:index])
            start = index + 1
    return [*parts, value[start:]]


def parameter(value, name):
    match = re.search(rf";\s*{name}(?:=([^;>\s,]*))?(?=[;>\s,]|$)", value.split(">")[-1] if name == "tag" else value,
                      re.I)
    return (match.group(1) or "") if match else ""


def address(value):
    """The URI within a header of the form "Name" <uri>;parameters."""
    match = re.search(r"<([^>]*)>", value)
    return match.group(1) if match else value.split(";")[0].strip()


def host_port(uri):
    """sip:user@host:port;parameters -> (host, port); port 0 when not given."""
    bare = re.sub(r"^sips?:", "", uri, flags=re.I).split(";")[0].split("?")[0].rpartition("@")[2]
    host, _, port = bare.partition(":")
    return host, int(port or 0)


def token(*parts):
    """A stateless proxy's branch: the same for the same message, unlike any other's."""
    return hashlib.sha1(repr(parts).encode()).hexdigest()[:16]


def new_branch():
    return f"z9hG4bK-far-{next(counter)}"


REASONS = {100: "Trying", 180: "Ringing", 200: "OK", 404: "Not Found", 408: "Request Timeout",
           481: "Call/Transaction Does Not Exist", 483: "Too Many Hops", 486: "Busy Here",
           487: "Request Terminated", 489: "Bad Event", 503: "Service Unavailable"}


def response(request, status, tag="", headers=(), body=""):
    """A response to request (RFC 3261, 8.2.6)."""
    kept = [[name, value] for name, value in request.headers
            if key(name) in ("via", "from", "to", "call-id", "cseq")
            or (key(name) == "record-route" and 100 < status < 300)]
    result = Message(f"SIP/2.0 {status} {REASONS[status]}", kept, body)
    if tag and not request.to_tag:
        result.set("To", f"{request.get('To')};tag={tag}")
    result.headers += [list(header) for header in headers]
    return result


class Stream:
    """Messages out of a TCP or TLS connection; keep-alives (RFC 5626) apart."""

    def __init__(self):
        self.buffer = b""

    def feed(self, data):
        """Messages that are complete now; "" for a ping."""
        self.buffer += data
        result = []
        while True:
            while self.buffer.startswith(b"\r\n"):
                if self.buffer.startswith(b"\r\n\r\n"):
                    self.buffer = self.buffer[4:]
                    result.append("")
                elif len(self.buffer) == 2:
                    return result
                else:
                    self.buffer = self.buffer[2:]
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return result
            head = self.buffer[:end].decode(errors="replace")
            match = re.search(r"^(?:Content-Length|l)\s*:\s*(\d+)", head, re.I | re.M)
            total = end + 4 + (int(match.group(1)) if match else 0)
            if len(self.buffer) < total:
                return result
            result.append(self.buffer[:total].decode(errors="replace"))
            self.buffer = self.buffer[total:]
