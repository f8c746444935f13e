#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives tandem-exchange as a phone does, over UDP, and over its standard input. Prints TAP.

usage: exchange.py PROGRAM
"""
import hashlib
import json
import os
import re
import select
import socket
import struct
import subprocess
import sys
import time
import traceback

PROGRAM = sys.argv[1]
ADDRESSES = ["127.6.0.1", "127.6.0.2", "127.6.0.3"]
DEADLINE = 8.0


class Exchange:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.about = json.loads(self.line())

    def line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], DEADLINE)
        assert ready, "the exchange said nothing"
        return self.process.stdout.readline()

    def command(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return json.loads(self.line())

    def status_when(self, predicate, what):
        end = time.monotonic() + DEADLINE
        while True:
            status = self.command("status")
            if predicate(status):
                return status
            assert time.monotonic() < end, f"never {what}: {status}"
            select.select([], [], [], 0.02)

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(DEADLINE)
        self.process.stdout.close()
        assert self.process.returncode == 0, f"exit status {self.process.returncode}"


class Message:
    def __init__(self, data, source):
        self.text = data.decode()
        self.source = source
        head, _, self.body = self.text.partition("\r\n\r\n")
        first, *self.lines = head.split("\r\n")
        self.status = int(first.split()[1]) if first.startswith("SIP/2.0") else 0
        self.method = "" if self.status else first.split()[0]

    def all(self, name):
        return [line.partition(":")[2].strip() for line in self.lines
                if line.partition(":")[0].strip().lower() == name.lower()]

    def get(self, name):
        return next(iter(self.all(name)), "")


def md5(*parts):
    return hashlib.md5(":".join(parts).encode()).hexdigest()


class Phone:
    """A phone in a page: one socket for signalling, one for sound."""

    def __init__(self, exchange, password=None):
        self.about = exchange.about
        self.password = password or self.about["password"]
        self.proxies = [(p.rpartition(":")[0], int(p.rpartition(":")[2])) for p in self.about["proxies"]]
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.bind(("127.6.0.9", 0))
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind(("127.6.0.9", 0))
        self.address = "%s:%d" % self.sip.getsockname()
        self.cseq = 0

    def close(self):
        self.sip.close()
        self.rtp.close()

    def send(self, text, proxy=0):
        self.sip.sendto(text.encode(), self.proxies[proxy])

    def receive(self, timeout=DEADLINE):
        self.sip.settimeout(timeout)
        return Message(*self.sip.recvfrom(65535))

    def wait(self, *statuses, method=None):
        end = time.monotonic() + DEADLINE
        while True:
            message = self.receive(max(0.01, end - time.monotonic()))
            if method is None and message.status in statuses or method and message.method == method:
                return message

    def quiet(self, seconds=0.6):
        """Nothing comes: what is to be proved is an absence, so this one has to wait."""
        try:
            message = self.receive(seconds)
        except TimeoutError:
            return
        raise AssertionError("came: " + message.text)

    def request(self, method, uri, to=None, call_id=None, cseq=None, extra=(), body="", branch=None,
                tag="phone"):
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        self.branch = branch or "z9hG4bK%d" % time.monotonic_ns()
        to = to or f"<{uri}>"
        lines = [f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP {self.address};branch={self.branch};rport",
                 "Max-Forwards: 70", f"From: <sip:100@{self.about['domain']}>;tag={tag}", f"To: {to}",
                 f"Call-ID: {call_id or 'c%d' % time.monotonic_ns()}", f"CSeq: {cseq} {method}",
                 f"Contact: <sip:100@{self.address}>", *extra]
        if body:
            lines.append("Content-Type: application/sdp")
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])

    def credentials(self, challenge, method, uri, qop=True):
        nonce = re.search(r'nonce="([^"]+)"', challenge).group(1)
        realm = re.search(r'realm="([^"]+)"', challenge).group(1)
        ha1, ha2 = md5("100", realm, self.password), md5(method, uri)
        if qop:
            response = md5(ha1, nonce, "00000001", "abc", "auth", ha2)
            rest = ', qop=auth, nc=00000001, cnonce="abc"'
        else:
            response, rest = md5(ha1, nonce, ha2), ""
        return (f'Digest username="100", realm="{realm}", nonce="{nonce}", uri="{uri}", '
                f'response="{response}", algorithm=MD5{rest}')

    def register(self, proxy=0, expires=60, qop=True):
        uri = "sip:" + self.about["domain"]
        to = f"<sip:100@{self.about['domain']}>"
        extra = [f"Expires: {expires}"]
        self.send(self.request("REGISTER", uri, to=to, extra=extra), proxy)
        challenge = self.receive()
        assert challenge.status == 401, challenge.text
        authorization = self.credentials(challenge.get("WWW-Authenticate"), "REGISTER", uri, qop)
        self.send(self.request("REGISTER", uri, to=to, extra=[*extra, "Authorization: " + authorization]), proxy)
        return self.receive()

    def sdp(self, formats="0 101", extra=()):
        host, port = self.rtp.getsockname()
        return "\r\n".join(["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0",
                            f"m=audio {port} RTP/AVP {formats}", "a=rtpmap:0 PCMU/8000",
                            "a=rtpmap:96 opus/48000/2", "a=fmtp:96 useinbandfec=1",
                            "a=rtpmap:101 telephone-event/8000", *extra, ""])

    def invite(self, number, proxy=0, body=None, call_id=None):
        self.uri = f"sip:{number}@{self.about['domain']}"
        self.call_id = call_id or "c%d" % time.monotonic_ns()
        body = self.sdp() if body is None else body
        self.send(self.request("INVITE", self.uri, call_id=self.call_id, body=body), proxy)
        challenge = self.wait(407)
        self.acknowledge(challenge, proxy)
        value = self.credentials(challenge.get("Proxy-Authenticate"), "INVITE", self.uri)
        self.invite_text = self.request("INVITE", self.uri, call_id=self.call_id, body=body,
                                        extra=["Proxy-Authorization: " + value])
        self.invite_branch, self.invite_cseq = self.branch, self.cseq
        self.send(self.invite_text, proxy)

    def acknowledge(self, response, proxy=0, body=""):
        cseq = response.get("CSeq").split()[0]
        success = response.status < 300
        self.send(self.request("ACK", self.target(response) if success else self.uri, cseq=cseq,
                               to=response.get("To"), call_id=response.get("Call-ID"), body=body,
                               branch=None if success else self.branch), proxy)

    @staticmethod
    def target(message):
        return re.search(r"<([^>]+)>", message.get("Contact")).group(1)

    def in_dialog(self, method, response, proxy=0, body="", extra=()):
        route = ["Route: " + value for value in response.all("Record-Route")]
        self.send(self.request(method, self.target(response), to=response.get("To"),
                               call_id=response.get("Call-ID"), body=body, extra=[*route, *extra]), proxy)

    def answer_request(self, request, status, body="", proxy=None, tag=True):
        keep = [line for line in request.lines
                if line.split(":")[0].lower() in ("via", "from", "call-id", "cseq", "record-route")]
        to = request.get("To")
        if tag and ";tag=" not in to:
            to += ";tag=phone-in"
        text = "\r\n".join([f"SIP/2.0 {status} Whatever", *keep, f"To: {to}",
                            f"Contact: <sip:100@{self.address}>",
                            *(["Content-Type: application/sdp"] if body else []),
                            f"Content-Length: {len(body)}", "", body])
        self.sip.sendto(text.encode(), self.proxies[proxy] if proxy is not None else request.source)

    def talk(self, answer, payload=0, count=1, event=None, timestamp=0):
        host = re.search(r"^c=IN IP4 (\S+)", answer, re.M).group(1)
        port = int(re.search(r"^m=audio (\d+)", answer, re.M).group(1))
        for i in range(count):
            head = struct.pack("!BBHII", 0x80, payload, i, timestamp if event is not None else i * 160, 77)
            data = struct.pack("!BBH", event, 0x80 | 10, 800) if event is not None else bytes(range(160))
            self.rtp.sendto(head + data, (host, port))

    def hear(self):
        self.rtp.settimeout(DEADLINE)
        return self.rtp.recvfrom(2048)[0]


class Scene:
    def __init__(self, *arguments):
        options = [part for address in ADDRESSES for part in ("--address", address)]
        self.exchange = Exchange(*options, "--answer-delay", "20", *arguments)
        self.phone = Phone(self.exchange)

    def __enter__(self):
        return self.exchange, self.phone

    def __exit__(self, *_):
        self.phone.close()
        self.exchange.close()


def test_ready_line():
    with Scene() as (exchange, phone):
        about = exchange.about
        assert [p.split(":")[0] for p in about["proxies"]] == ADDRESSES
        assert about["user"] == "100" and len(about["password"]) > 20
        assert [e["number"] for e in about["extensions"]] == [str(n) for n in range(200, 209)]


def test_chooses_three_addresses():
    exchange = Exchange()
    proxies = exchange.about["proxies"]
    assert len(set(proxies)) == 3 and all(p.startswith("127.0.0.") for p in proxies), proxies
    other = Exchange()
    assert not set(proxies) & set(other.about["proxies"]), "two exchanges share a port"
    assert other.about["password"] != exchange.about["password"]
    other.close()
    exchange.close()


def test_refuses_other_addresses():
    for address in ("0.0.0.0", "192.0.2.1:5060", "::1", "localhost", "127.0.0.1:70000", "127.0.0.1:1:2", ""):
        result = subprocess.run([PROGRAM, "--address", address], stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=DEADLINE)
        assert result.returncode == 1 and not result.stdout and result.stderr, (address, result)


def test_port_in_use():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.6.0.8", 0))
        result = subprocess.run([PROGRAM, "--address", "127.6.0.8:%d" % taken.getsockname()[1]],
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE)
    assert result.returncode == 1 and "in use" in result.stderr, result


def test_ends_with_its_input():
    exchange = Exchange()
    exchange.close()
    exchange = Exchange()
    assert exchange.command("quit") == {"ok": True}
    assert exchange.process.wait(DEADLINE) == 0
    exchange.close()


def test_commands():
    with Scene() as (exchange, phone):
        for text in ("", "dance", "silence", "silence 192.0.2.1:1", "call-me", "call-me 999", "x" * 5000, "\x01\x7f"):
            answer = exchange.command(text)
            assert answer["ok"] is False and answer["error"], (text, answer)
        assert exchange.command("status")["ok"]
        proxy = exchange.about["proxies"][1]
        assert exchange.command("silence " + proxy)["ok"]
        assert [p["silent"] for p in exchange.command("status")["proxies"]] == [False, True, False, False]
        assert exchange.command("restore " + proxy)["ok"]


def test_register():
    with Scene() as (exchange, phone):
        for proxy, qop in ((0, True), (1, False)):
            answer = phone.register(proxy, qop=qop)
            assert answer.status == 200 and "expires=60" in answer.get("Contact"), answer.text
            assert "received=127.6.0.9" in answer.get("Via") and "rport=%d" % phone.sip.getsockname()[1] in answer.get("Via")
            status = exchange.command("status")
            assert [r["proxy"] for r in status["registrations"]] == [exchange.about["proxies"][proxy]], status
            assert status["proxies"][proxy]["received"] == {"REGISTER": 2}
        assert phone.register(expires=2).status == 423
        assert phone.register(expires=0).status == 200
        assert exchange.command("status")["registrations"] == []


def test_wrong_password():
    with Scene() as (exchange, phone):
        phone.password = "guess"
        assert phone.register().status == 401
        assert exchange.command("status")["registrations"] == []


def test_silent_proxy():
    with Scene() as (exchange, phone):
        exchange.command("silence " + exchange.about["proxies"][0])
        phone.send(phone.request("OPTIONS", "sip:" + phone.about["domain"]), 0)
        phone.quiet()
        assert exchange.command("status")["proxies"][0]["dropped"] == {"OPTIONS": 1}
        exchange.command("restore " + exchange.about["proxies"][0])
        phone.send(phone.request("OPTIONS", "sip:" + phone.about["domain"]), 0)
        assert phone.receive().status == 200


def test_echo_and_bye_over_another_proxy():
    with Scene() as (exchange, phone):
        phone.invite("200", body=phone.sdp("96 0 101"))
        assert phone.wait(180)
        answer = phone.wait(200)
        assert answer.get("Record-Route") == f"<sip:{exchange.about['proxies'][0]};lr>", answer.text
        assert "m=audio" in answer.body and "RTP/AVP 96 101" in answer.body, answer.body
        assert "a=fmtp:96 useinbandfec=1" in answer.body
        phone.acknowledge(answer)
        phone.talk(answer.body, 96, 5)
        heard = [phone.hear() for _ in range(5)]
        assert [h[12:] for h in heard] == [bytes(range(160))] * 5
        assert all(h[8:12] != struct.pack("!I", 77) for h in heard), "the echo bears our SSRC"
        for digit in (1, 10):
            phone.talk(answer.body, 101, 3, event=digit, timestamp=1000 + digit)
        status = exchange.status_when(lambda s: s["digits"] == "1*", "the digits")
        assert status["dialogs"][0]["state"] == "up" and status["dialogs"][0]["digits"] == "1*"
        exchange.command("silence " + exchange.about["proxies"][0])
        phone.in_dialog("BYE", answer, 0)
        phone.quiet()
        phone.in_dialog("BYE", answer, 2)
        assert phone.receive().status == 200
        status = exchange.command("status")
        assert status["last_bye"]["proxy"] == exchange.about["proxies"][2] and not status["dialogs"]
        phone.in_dialog("BYE", answer, 1)
        assert phone.receive().status == 200
        assert exchange.command("status")["last_bye"]["count"] == 1, "a BYE again counted twice"


def test_answer_is_repeated_until_ack():
    with Scene() as (exchange, phone):
        phone.invite("204")
        first = phone.wait(200)
        assert phone.wait(200).text == first.text
        assert exchange.command("status")["dialogs"][0]["state"] == "answered"
        phone.acknowledge(first)
        exchange.status_when(lambda s: s["dialogs"][0]["state"] == "up", "up")
        phone.quiet(1.2)


def goertzel(samples, frequency):
    from math import cos, pi
    coefficient, before, last = 2 * cos(2 * pi * frequency / 8000), 0.0, 0.0
    for sample in samples:
        before, last = last, sample + coefficient * last - before
    return before * before + last * last - coefficient * before * last


def ulaw(byte):
    byte = ~byte & 0xFF
    value = (((byte & 0x0F) << 3) + 0x84 << (byte >> 4 & 7)) - 0x84
    return -value if byte & 0x80 else value


def alaw(byte):
    byte ^= 0x55
    exponent, value = byte >> 4 & 7, (byte & 0x0F) << 4
    value = value + 8 if exponent == 0 else (value + 0x108) << exponent - 1
    return value if byte & 0x80 else -value


def test_tone():
    for payload, decode in ((0, ulaw), (8, alaw)):
        with Scene() as (exchange, phone):
            phone.invite("204", body=phone.sdp(f"{payload} 101"))
            answer = phone.wait(200)
            phone.acknowledge(answer)
            began = time.monotonic()
            packets = [phone.hear() for _ in range(25)]
            took = time.monotonic() - began
            assert 0.35 < took < 1.5, took
            assert [p[1] & 0x7F for p in packets] == [payload] * 25
            assert len({p[8:12] for p in packets}) == 1
            samples = [decode(byte) for packet in packets for byte in packet[12:]]
            tone, beside = goertzel(samples, 440), goertzel(samples, 600)
            assert tone > 1000 * beside, (tone, beside)
            phone.in_dialog("BYE", answer)
            assert phone.wait(200)


def test_hold_stops_the_tone():
    with Scene() as (exchange, phone):
        phone.invite("204")
        answer = phone.wait(200)
        phone.acknowledge(answer)
        phone.hear()
        phone.in_dialog("INVITE", answer, 1, body=phone.sdp(extra=["a=sendonly"]))
        held = phone.wait(200)
        assert "a=recvonly" in held.body, held.text
        phone.acknowledge(held, 1)
        exchange.status_when(lambda s: s["dialogs"][0]["state"] == "up", "up")
        before = exchange.command("status")["dialogs"][0]["packets_sent"]
        phone.quiet(0.3)
        assert exchange.command("status")["dialogs"][0]["packets_sent"] == before


def test_late_offer():
    with Scene() as (exchange, phone):
        phone.invite("204", body="")
        answer = phone.wait(200)
        assert "m=audio" in answer.body
        phone.acknowledge(answer, body=phone.sdp("0"))
        assert phone.hear()[1] & 0x7F == 0


def test_busy_and_unknown():
    with Scene() as (exchange, phone):
        for number, status in (("201", 486), ("999", 404)):
            phone.invite(number)
            answer = phone.wait(status)
            phone.acknowledge(answer)
        phone.invite("204", body=phone.sdp("3").replace("m=audio", "m=video"))
        phone.acknowledge(phone.wait(488))
        assert exchange.command("status")["dialogs"] == []


def test_no_answer_cancelled_over_another_proxy():
    with Scene() as (exchange, phone):
        phone.invite("202")
        phone.wait(180)
        exchange.command("silence " + exchange.about["proxies"][0])
        cancel = phone.request("CANCEL", phone.uri, call_id=phone.call_id, cseq=phone.invite_cseq,
                               branch=phone.invite_branch)
        phone.send(cancel, 0)
        phone.quiet()
        phone.send(cancel, 1)
        answers = {phone.receive().get("CSeq").split()[1] for _ in range(2)}
        assert answers == {"CANCEL", "INVITE"}, answers
        status = exchange.command("status")
        assert status["last_cancel"]["proxy"] == exchange.about["proxies"][1] and not status["dialogs"]


def test_invite_again_and_merged():
    with Scene() as (exchange, phone):
        phone.invite("202")
        phone.wait(180)
        phone.send(phone.invite_text)
        assert phone.receive().status == 180
        assert exchange.command("status")["calls"] == 1
        phone.send(phone.invite_text.replace(phone.invite_branch, "z9hG4bKother"))
        assert phone.receive().status == 482
        assert exchange.command("status")["calls"] == 1


def test_call_me():
    with Scene() as (exchange, phone):
        phone.register(1)
        assert exchange.command("call-me")["ok"]
        invite = phone.wait(method="INVITE")
        assert invite.source == phone.proxies[1] and invite.text.startswith(f"INVITE sip:100@{phone.address}")
        assert invite.get("Record-Route") == f"<sip:{exchange.about['proxies'][1]};lr>"
        phone.answer_request(invite, 180)
        exchange.command("silence " + exchange.about["proxies"][1])
        phone.answer_request(invite, 200, phone.sdp())
        phone.quiet()
        phone.answer_request(invite, 200, phone.sdp(), proxy=2)
        ack = phone.wait(method="ACK")
        assert ack.source == phone.proxies[2], ack.source
        assert phone.hear()[1] & 0x7F == 0
        status = exchange.command("status")
        assert status["dialogs"][0]["direction"] == "to-phone" and status["dialogs"][0]["state"] == "up"
        assert exchange.command("hang-up")["ok"]
        bye = phone.wait(method="BYE")
        assert "cause=16" in bye.get("Reason")
        phone.answer_request(bye, 200)
        assert exchange.command("status")["dialogs"] == []


def test_call_me_declined_and_cancelled():
    with Scene() as (exchange, phone):
        phone.register()
        exchange.command("call-me")
        invite = phone.wait(method="INVITE")
        phone.answer_request(invite, 486)
        ack = phone.wait(method="ACK")
        assert ack.get("Via").split("branch=")[1].split(";")[0] in invite.get("Via")
        exchange.command("call-me 200")
        invite = phone.wait(method="INVITE")
        assert "200@" in invite.get("From")
        phone.answer_request(invite, 180)
        exchange.status_when(lambda s: s["proxies"][0]["received"].get("180 INVITE"), "the 180")
        exchange.command("hang-up")
        cancel = phone.wait(method="CANCEL")
        assert cancel.get("Via") == invite.get("Via")
        phone.answer_request(cancel, 200)
        phone.answer_request(invite, 487)
        phone.wait(method="ACK")
        assert exchange.command("status")["dialogs"] == []


def test_calls_back():
    with Scene("--callback-delay", "150") as (exchange, phone):
        phone.register()
        phone.invite("203")
        phone.acknowledge(phone.wait(480))
        invite = phone.wait(method="INVITE")
        assert invite.get("From").startswith('"Calls Back" <sip:203@'), invite.text
        phone.answer_request(invite, 603)
        phone.wait(method="ACK")


def up(phone, number):
    """A call that is answered and acknowledged. Returns its 200."""
    phone.invite(number)
    ok = phone.wait(200)
    phone.acknowledge(ok)
    return ok


def reports(phone, last):
    """Answers NOTIFYs of a transfer until that status comes; the statuses that came, each once."""
    seen = []
    while not seen or seen[-1] != last:
        notify = phone.wait(method="NOTIFY")
        phone.answer_request(notify, 200)
        status = int(notify.body.split()[1])
        assert notify.get("Event").startswith("refer;id=")
        assert ("terminated" in notify.get("Subscription-State")) == (status >= 200), notify.text
        if status not in seen:
            seen.append(status)
    return seen


def test_refer():
    with Scene() as (exchange, phone):
        ok = up(phone, "200")
        for number, expected in (("204", [100, 180, 200]), ("201", [100, 486]), ("999", [100, 404])):
            phone.in_dialog("REFER", ok, extra=[f"Refer-To: <sip:{number}@{phone.about['domain']}>"])
            assert phone.wait(202, 400, 491).status == 202
            assert reports(phone, expected[-1]) == expected
        phone.in_dialog("REFER", ok, extra=["Refer-To: <mailto:x>"])
        assert phone.wait(202, 400).status == 400
        phone.in_dialog("REFER", ok, extra=[f"Refer-To: <sip:202@{phone.about['domain']}>"])
        phone.wait(202)
        phone.in_dialog("REFER", ok, extra=[f"Refer-To: <sip:204@{phone.about['domain']}>"])
        assert phone.wait(202, 491).status == 491


def test_refer_with_replaces():
    with Scene() as (exchange, phone):
        first = up(phone, "200")
        second = up(phone, "204")
        tag = second.get("To").split("tag=")[1]
        replaces = f"{second.get('Call-ID')}%3Bto-tag%3D{tag}%3Bfrom-tag%3Dphone"
        refer_to = f"Refer-To: <sip:204@{phone.about['domain']}?Replaces={replaces}>"
        phone.in_dialog("REFER", first, extra=[refer_to.replace(tag, "wrong")])
        phone.wait(202)
        assert reports(phone, 481) == [100, 481]
        phone.in_dialog("REFER", first, extra=[refer_to])
        phone.wait(202)
        assert reports(phone, 200) == [100, 200]
        bye = phone.wait(method="BYE")
        assert bye.get("Call-ID") == second.get("Call-ID")


def test_referred_by_an_extension():
    with Scene() as (exchange, phone):
        up(phone, "207")
        refer = phone.wait(method="REFER")
        assert refer.get("Refer-To") == f"<sip:204@{phone.about['domain']}>"
        phone.answer_request(refer, 202)


def test_held_by_an_extension():
    with Scene() as (exchange, phone):
        up(phone, "208")
        invite = phone.wait(method="INVITE")
        assert "a=sendonly" in invite.body and "Record-Route" not in invite.text
        phone.answer_request(invite, 200, phone.sdp(extra=["a=recvonly"]))
        phone.wait(method="ACK")
        invite = phone.wait(method="INVITE")
        assert "a=sendrecv" in invite.body
        phone.answer_request(invite, 200, phone.sdp())
        phone.wait(method="ACK")


def tone_of(packets):
    """The frequency of PCMU sound, by its zero crossings."""
    def linear(code):
        code = ~code & 0xFF
        value = (((code & 0x0F) << 3) + 132 << ((code >> 4) & 7)) - 132
        return -value if code & 0x80 else value
    samples = [linear(code) for packet in packets for code in packet[12:]]
    crossings = sum(1 for a, b in zip(samples, samples[1:]) if (a < 0) != (b < 0))
    return crossings / 2 / (len(samples) / 8000)


def test_menu():
    with Scene() as (exchange, phone):
        ok = up(phone, "205")
        assert abs(tone_of([phone.hear() for _ in range(10)]) - 440) < 20
        phone.talk(ok.body, payload=101, event=7, timestamp=800)
        exchange.status_when(lambda s: s["digits"] == "7", "the key")
        for _ in range(5):
            phone.hear()
        assert abs(tone_of([phone.hear() for _ in range(10)]) - 850) < 20


def subscribe(phone, event, number, expires=60):
    uri = f"sip:{number}@{phone.about['domain']}"
    call_id = "s%d" % time.monotonic_ns()
    extra = [f"Event: {event}", f"Expires: {expires}"]
    phone.send(phone.request("SUBSCRIBE", uri, call_id=call_id, extra=extra))
    challenge = phone.wait(407)
    value = phone.credentials(challenge.get("Proxy-Authenticate"), "SUBSCRIBE", uri)
    phone.send(phone.request("SUBSCRIBE", uri, call_id=call_id,
                             extra=[*extra, "Proxy-Authorization: " + value]))
    return phone.wait(200, 404, 489)


def news(phone):
    notify = phone.wait(method="NOTIFY")
    phone.answer_request(notify, 200)
    return notify


def test_voice_mail():
    with Scene() as (exchange, phone):
        ok = subscribe(phone, "message-summary", "100")
        assert ok.status == 200 and ok.get("Expires") == "60"
        notify = news(phone)
        assert "Messages-Waiting: no" in notify.body and "active" in notify.get("Subscription-State")
        exchange.command("mail 3")
        assert "Voice-Message: 3/0" in news(phone).body
        exchange.command("mail 3")
        phone.quiet()
        phone.in_dialog("SUBSCRIBE", ok, extra=["Event: message-summary", "Expires: 0"])
        challenge = phone.wait(407)
        value = phone.credentials(challenge.get("Proxy-Authenticate"), "SUBSCRIBE", phone.target(ok))
        phone.in_dialog("SUBSCRIBE", ok, extra=["Event: message-summary", "Expires: 0",
                                                "Proxy-Authorization: " + value])
        assert phone.wait(200).get("Expires") == "0"
        assert "terminated" in news(phone).get("Subscription-State")
        exchange.command("mail 1")
        phone.quiet()


def test_what_cannot_be_watched():
    with Scene() as (exchange, phone):
        assert subscribe(phone, "weather", "206").status == 489
        assert subscribe(phone, "dialog", "999").status == 404


def test_colleague_and_pick_up():
    with Scene() as (exchange, phone):
        assert subscribe(phone, "dialog", "206").status == 200
        assert "<dialog " not in news(phone).body
        exchange.command("colleague ringing")
        body = news(phone).body
        assert "<state>early</state>" in body and 'version="1"' in body, body
        call_id, local, remote = (re.search(name + '="([^"]+)"', body).group(1)
                                  for name in ("call-id", "local-tag", "remote-tag"))
        phone.uri = f"sip:206@{phone.about['domain']}"
        for tag, expected in (("wrong", 481), (local, 200)):
            extra = [f"Replaces: {call_id};to-tag={tag};from-tag={remote};early-only"]
            own = "p%d" % time.monotonic_ns()
            phone.send(phone.request("INVITE", phone.uri, call_id=own, body=phone.sdp(), extra=extra))
            challenge = phone.wait(407)
            phone.acknowledge(challenge)
            value = phone.credentials(challenge.get("Proxy-Authenticate"), "INVITE", phone.uri)
            phone.send(phone.request("INVITE", phone.uri, call_id=own, body=phone.sdp(),
                                     extra=[*extra, "Proxy-Authorization: " + value]))
            answer = phone.wait(200, 481)
            assert answer.status == expected
            phone.acknowledge(answer)
        assert "<dialog " not in news(phone).body


def test_presence_of_whom_we_talk_to():
    with Scene() as (exchange, phone):
        subscribe(phone, "presence", "206")
        assert "on-the-phone" not in news(phone).body
        ok = up(phone, "206")
        assert "on-the-phone" in news(phone).body
        phone.in_dialog("BYE", ok)
        assert "on-the-phone" not in news(phone).body


def test_steering():
    with Scene() as (exchange, phone):
        phone.register()
        exchange.command("call-me 200")
        invite = phone.wait(method="INVITE")
        phone.answer_request(invite, 180)
        exchange.status_when(lambda s: s["proxies"][0]["received"].get("180 INVITE"), "the 180")
        assert exchange.command("steer talk")["ok"]
        notify = phone.wait(method="NOTIFY")
        assert notify.get("Event") == "talk" and "tag=phone-in" in notify.get("To") and not notify.body
        phone.answer_request(notify, 200)
        assert not exchange.command("steer <talk>")["ok"]
        exchange.command("hang-up")
        cancel = phone.wait(method="CANCEL")
        assert "tag=" not in cancel.get("To")


def test_strange_requests():
    with Scene() as (exchange, phone):
        phone.send(phone.request("DANCE", phone.about["domain"].join(["sip:", ""])))
        answer = phone.receive()
        assert answer.status == 405 and "INVITE" in answer.get("Allow")
        phone.send(phone.request("BYE", "sip:200@" + phone.about["domain"], to="<sip:200@x.example>;tag=none"))
        assert phone.receive().status == 481
        for text in (b"\r\n\r\n", b"\0" * 40, b"INVITE", b"INVITE sip:200@x SIP/2.0\r\n\r\n", bytes(range(256)) * 8,
                     b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n" + b"x" * 60000,
                     phone.request("INVITE", "sip:200@x.example").replace("Call-ID", "Callid").encode(),
                     phone.request("INVITE", "sip:200@x.example").replace("z9hG4bK", "").encode(),
                     phone.request("REGISTER", "sip:x.example", extra=["Authorization: Digest " + "a" * 9000]).encode(),
                     phone.request("INVITE", "sip:200@x.example",
                                   extra=["Content-Type: multipart/mixed"], body="--x").encode()):
            phone.sip.sendto(text, phone.proxies[0])
        phone.send(phone.request("OPTIONS", "sip:" + phone.about["domain"], call_id="still-there"))
        while phone.receive().get("Call-ID") != "still-there":
            pass


def main():
    tests = [(name[5:], test) for name, test in globals().items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} {name}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print("# " + line, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    sys.exit(main())
