# SPDX-License-Identifier: GPL-3.0-or-later
"""A pool of SIP proxies on loopback addresses for measuring: it answers at once, notes when each
message came and to whom, and can fall silent. It is no example of a good proxy: it knows one
registration and answers every call itself. Judging what a phone does is the interop tests' work.
"""
import dataclasses
import os
import re
import selectors
import socket
import threading
import time


@dataclasses.dataclass
class Seen:
    when: float
    member: str
    method: str
    call_id: str
    text: str


class Pool:
    """Members listen on their addresses, port 5060; the thread stops with close()."""

    def __init__(self, addresses, port=5060, bridge=False):
        self.lock = threading.Condition()
        self.seen = []
        self.silent = set()
        self.contact = None
        self.ring_only = False
        self.calls = {}
        self.selector = selectors.DefaultSelector()
        self.sockets = {}
        for address in addresses:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((address, port))
            self.sockets[address] = sock
            self.selector.register(sock, selectors.EVENT_READ, ("sip", address))
        # The far end's sound: sent back; or, with a bridge, what the first call says is sent to the
        # second one and the other way round.
        self.rtp = []
        self.speakers = {}
        self.packets = 0  # of sound
        for number in range(2 if bridge else 1):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind((addresses[0], 0))
            self.rtp.append(sock)
            self.selector.register(sock, selectors.EVENT_READ, ("rtp", number))
        self.wake_r, self.wake_w = os.pipe()
        self.selector.register(self.wake_r, selectors.EVENT_READ, ("wake", None))
        self.running = True
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def close(self):
        self.running = False
        os.write(self.wake_w, b"x")
        self.thread.join(5)
        for sock in [*self.sockets.values(), *self.rtp]:
            sock.close()
        os.close(self.wake_r)
        os.close(self.wake_w)

    def silence(self, *members):
        with self.lock:
            self.silent = set(members)

    def forget(self):
        """What was seen so far; marks begin anew."""
        with self.lock:
            self.seen.clear()

    def mark(self):
        with self.lock:
            return len(self.seen)

    def wait(self, method, after=0, timeout=10.0, member=None, others_than=None, predicate=None):
        """The first message of that method past the mark; also those that a silent member got."""
        end = time.monotonic() + timeout
        with self.lock:
            while True:
                for seen in self.seen[after:]:
                    if (seen.method == method and member in (None, seen.member)
                            and seen.member != others_than
                            and (predicate is None or predicate(seen))):
                        return seen
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no {method} within {timeout} s")
                self.lock.wait(left)

    def invite(self, user="100"):
        """Calls the registered contact; returns (when sent, call id). Its 180 and 200 are seen as
        methods "180" and "200"."""
        assert self.contact, "nobody is registered"
        uri, address = self.contact
        member = next(m for m in self.sockets if m not in self.silent)
        call_id = f"in{time.monotonic_ns()}@bench"
        sdp = self.sdp()
        text = (f"INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {member}:5060;branch=z9hG4bK{call_id[:-6]};rport\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:caller@bench.example.test>;tag=c{call_id[2:10]}\r\n"
                f"To: <sip:{user}@bench.example.test>\r\nCall-ID: {call_id}\r\nCSeq: 1 INVITE\r\n"
                f"Contact: <sip:caller@{member}:5060>\r\nContent-Type: application/sdp\r\n"
                f"Content-Length: {len(sdp)}\r\n\r\n{sdp}")
        when = time.monotonic()
        self.sockets[member].sendto(text.encode(), address)
        return when, call_id

    def hang_up(self, seen_invite):
        """BYE from the far end for a call that the phone made."""
        member = seen_invite.member
        text = seen_invite.text
        state = self.calls[seen_invite.call_id]
        bye = (f"BYE {header_uri(text, 'Contact')} SIP/2.0\r\n"
               f"Via: SIP/2.0/UDP {member}:5060;branch=z9hG4bKbye{time.monotonic_ns()};rport\r\n"
               f"Max-Forwards: 70\r\nFrom: {header(text, 'To')};tag={state['tag']}\r\n"
               f"To: {header(text, 'From')}\r\nCall-ID: {seen_invite.call_id}\r\nCSeq: 2 BYE\r\n"
               "Content-Length: 0\r\n\r\n")
        self.sockets[member].sendto(bye.encode(), state["address"])

    def sdp(self):
        host, port = self.rtp[0].getsockname()
        return "\r\n".join(["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0",
                            f"m=audio {port} RTP/AVP 0 101", "a=rtpmap:0 PCMU/8000",
                            "a=rtpmap:101 telephone-event/8000", ""])

    def loop(self):
        while self.running:
            for key, _ in self.selector.select():
                kind, member = key.data
                if kind == "wake":
                    return
                data, address = key.fileobj.recvfrom(65535)
                if kind == "rtp":
                    self.speakers[member] = address
                    self.packets += 1
                    other = (member + 1) % len(self.rtp)
                    if other in self.speakers:
                        self.rtp[other].sendto(data, self.speakers[other])
                elif len(data) > 8:
                    self.handle(member, data.decode(errors="replace"), address)

    def handle(self, member, text, address):
        now = time.monotonic()
        first = text.split("\r\n", 1)[0]
        method = first.split(" ")[1] if first.startswith("SIP/2.0") else first.split(" ")[0]
        call_id = header(text, "Call-ID")
        with self.lock:
            self.seen.append(Seen(now, member, method, call_id, text))
            self.lock.notify_all()
            if member in self.silent:
                return
        if first.startswith("SIP/2.0"):
            if method == "200" and "INVITE" in header(text, "CSeq"):
                self.acknowledge(member, text, address)
            return
        if method == "ACK":
            return
        if method == "REGISTER":
            self.contact = (header_uri(text, "Contact"), address)
            contact = header(text, "Contact")
            expires = header(text, "Expires") or "1800"
            self.reply(member, text, address, "200 OK", [f"Contact: {contact};expires={expires}"])
        elif method == "INVITE":
            tag = f"t{time.monotonic_ns()}"
            self.calls[call_id] = {"tag": tag, "address": address, "invite": text, "member": member}
            self.reply(member, text, address, "100 Trying", [], tag)
            self.reply(member, text, address, "180 Ringing", [f"Contact: <sip:echo@{member}:5060>"], tag)
            if not self.ring_only:
                sdp = self.answer(text)
                self.reply(member, text, address, "200 OK",
                           [f"Contact: <sip:echo@{member}:5060>", "Content-Type: application/sdp"],
                           tag, sdp)
        elif method == "SUBSCRIBE":
            self.subscribe(member, text, address)
        elif method == "CANCEL":
            self.reply(member, text, address, "200 OK")
            call = self.calls.get(call_id)
            if call:
                self.reply(member, call["invite"], address, "487 Request Terminated", [], call["tag"])
        else:
            self.reply(member, text, address, "200 OK")

    def subscribe(self, member, text, address):
        """An empty mailbox; whatever else is asked for is not known here."""
        if "message-summary" not in header(text, "Event"):
            self.reply(member, text, address, "489 Bad Event")
            return
        expires = header(text, "Expires") or "3600"
        tag = f"s{time.monotonic_ns()}"
        contact = f"Contact: <sip:mail@{member}:5060>"
        self.reply(member, text, address, "200 OK", [contact, f"Expires: {expires}"], tag)
        source = header(text, "To") + ("" if ";tag=" in header(text, "To") else f";tag={tag}")
        body = "Messages-Waiting: no\r\n" if int(expires) else ""
        state = f"active;expires={expires}" if int(expires) else "terminated;reason=timeout"
        self.sockets[member].sendto((
            f"NOTIFY {header_uri(text, 'Contact')} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {member}:5060;branch=z9hG4bKnote{time.monotonic_ns()};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: {source}\r\nTo: {header(text, 'From')}\r\n"
            f"Call-ID: {header(text, 'Call-ID')}\r\nCSeq: {time.monotonic_ns() % 1000000000} NOTIFY\r\n{contact}\r\n"
            f"Event: message-summary\r\nSubscription-State: {state}\r\n"
            "Content-Type: application/simple-message-summary\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode(), address)

    def answer(self, offer):
        chosen = re.search(r"^m=audio \d+ \S+ (\d+)", offer, re.M)
        payload = chosen.group(1) if chosen else "0"
        maps = [line for line in offer.split("\r\n") if line.startswith((f"a=rtpmap:{payload} ", f"a=fmtp:{payload} "))]
        event = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", offer, re.M)
        formats = payload + (f" {event.group(1)}" if event else "")
        if event:
            maps.append(f"a=rtpmap:{event.group(1)} telephone-event/8000")
        host, port = self.rtp[(len(self.calls) - 1) % len(self.rtp)].getsockname()
        return "\r\n".join(["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0",
                            f"m=audio {port} RTP/AVP {formats}", *maps, ""])

    def reply(self, member, request, address, status, extra=(), tag=None, body=""):
        lines = [f"SIP/2.0 {status}"]
        for line in head(request):
            name = line.split(":", 1)[0].strip().lower()
            if name in ("via", "v", "from", "f", "call-id", "i", "cseq", "record-route"):
                if name in ("via", "v") and ";rport" in line and ";rport=" not in line:
                    line = line.replace(";rport", f";rport={address[1]};received={address[0]}", 1)
                lines.append(line)
            elif name in ("to", "t"):
                if ";tag=" not in line:
                    line += f";tag={tag or 'bench'}"
                lines.append(line)
        lines += extra
        lines += [f"Content-Length: {len(body)}", "", body]
        self.sockets[member].sendto("\r\n".join(lines).encode(), address)

    def acknowledge(self, member, text, address):
        ack = (f"ACK {header_uri(text, 'Contact')} SIP/2.0\r\n"
               f"Via: SIP/2.0/UDP {member}:5060;branch=z9hG4bKack{time.monotonic_ns()};rport\r\n"
               f"Max-Forwards: 70\r\nFrom: {header(text, 'From')}\r\nTo: {header(text, 'To')}\r\n"
               f"Call-ID: {header(text, 'Call-ID')}\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n")
        self.sockets[member].sendto(ack.encode(), address)


SHORT = {"call-id": "i", "contact": "m", "from": "f", "to": "t", "via": "v"}


def head(text):
    return text.split("\r\n\r\n", 1)[0].split("\r\n")[1:]


def header(text, name):
    names = {name.lower(), SHORT.get(name.lower(), name.lower())}
    for line in head(text):
        key, _, value = line.partition(":")
        if key.strip().lower() in names:
            return value.strip()
    return ""


def header_uri(text, name):
    value = header(text, name)
    match = re.search(r"<([^>]+)>", value)
    return match.group(1) if match else value.split(";")[0]
