# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfers, replacement, remote control and colleagues on the SIP thread, through the pool."""
import contextlib
import re
import socket
import time

from baresip import Baresip
from cases_calls import answered, far
from line import AVAILABLE, BUSY, OFFLINE, RINGING, line
from phone import RtpPeer
from pool import DOMAIN, wait_until
from presence import Presence
from sipp import (answer, answer_in_dialog, invite, pause, receive, request_as_called,
                  request_as_caller)

SIPFRAG = "Event: refer\nSubscription-State: {state}\nContent-Type: message/sipfrag;version=2.0"


def address(one):
    return f"sip:{one.user}@{DOMAIN}"


def in_progress(one, tag):
    return [event["code"] for event in one.seen(type="transfer", tag=tag)]


def connect(one, other):
    """A call between two lines: their ids of it."""
    here = one.call(address(other))
    incoming = len(other.seen(type="incoming"))
    there = other.wait(max(incoming, 1), type="incoming")["call"]
    other.say("ring", there)
    one.wait(type="call", call=here, state="ringing")
    other.answer(there)
    one.wait(type="call", call=here, state="connected")
    other.wait(type="call", call=there, state="connected")
    return here, there


def carry_out(one, referral):
    """What a phone does that is referred: calls, and reports."""
    one.say("answer-referral", referral["call"], referral["tag"], 202)
    headers = ["Replaces", referral["replaces_header"]] if referral.get("replaces_header") else []
    if referral.get("referred_by"):
        headers += ["Referred-By", referral["referred_by"]]
    return one.call(referral["target"], *headers)


def test_blind_transfer_between_three(pool):
    with line(pool) as a, line(pool) as b, line(pool) as c:
        here, there = connect(a, b)
        a.say("transfer", here, 7, address(c), 0)
        referral = b.wait(type="referral")
        assert referral["target"] == address(c) and a.user in referral["referred_by"], referral
        call = carry_out(b, referral)
        incoming = c.wait(type="incoming")
        assert incoming["replaces"] == 0 and a.user in incoming["referred_by"], incoming
        c.say("ring", incoming["call"])
        b.wait(type="call", call=call, state="ringing")
        b.say("report-referral", there, referral["tag"], 180)
        a.wait(type="transfer", code=180)
        c.answer(incoming["call"])
        b.wait(type="call", call=call, state="connected")
        b.say("report-referral", there, referral["tag"], 200)
        a.wait(type="transfer", code=200, done=True)
        a.say("hang-up", here)
        b.wait(type="call", call=there, state="ended")
        assert not c.seen(type="call", state="ended")


def test_blind_transfer_fails(pool):
    with line(pool) as a, line(pool) as b:
        here, there = connect(a, b)
        a.say("transfer", here, 7, f"sip:nobody-there@{DOMAIN}", 0)
        referral = b.wait(type="referral")
        call = carry_out(b, referral)
        ended = b.wait(type="call", call=call, state="ended")
        assert ended["code"] == 404, ended
        b.say("report-referral", there, referral["tag"], ended["code"])
        a.wait(type="transfer", code=404, done=True)
        assert not a.seen(type="call", state="ended"), "the call is ours again"


def test_attended_transfer_between_three(pool):
    with line(pool) as a, line(pool) as b, line(pool) as c:
        first, there = connect(a, b)
        second, theirs = connect(a, c)
        a.say("transfer", first, 9, "-", second)
        referral = b.wait(type="referral")
        assert "to-tag=" in referral["replaces_header"], referral
        call = carry_out(b, referral)
        incoming = c.wait(2, type="incoming")
        assert incoming["replaces"] == theirs, incoming
        c.answer(incoming["call"])
        b.wait(type="call", call=call, state="connected")
        ended = c.wait(type="call", call=theirs, state="ended")
        assert ended["text"] == "replaced", ended
        a.wait(type="call", call=second, state="ended")
        b.say("report-referral", there, referral["tag"], 200)
        a.wait(type="transfer", code=200, done=True)
        a.say("hang-up", first)
        b.wait(type="call", call=there, state="ended")


def test_transfer_of_baresip(pool):
    """baresip is sent to a SIPp that answers; it reports by itself."""
    other = Baresip(pool, answermode="auto")
    rtp = RtpPeer(pool.far_end)
    try:
        other.start()
        with line(pool) as a, far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as target:
            call = a.call(f"sip:other@{DOMAIN}")
            a.wait(type="call", call=call, state="connected")
            a.say("transfer", call, 3, f"sip:{target.user}@{DOMAIN}", 0)
            invited = target.wait_for("INVITE")
            assert "other@" in invited.header("From"), invited.text
            a.wait(type="transfer", tag=3, code=200, done=True)
            if not a.seen(type="call", call=call, state="ended"):
                a.say("hang-up", call)
            other.hang_up()
    finally:
        rtp.close()
        other.kill()


def test_transfer_by_baresip(pool):
    other = Baresip(pool)
    try:
        other.start()
        with line(pool) as a, line(pool) as c:
            other.dial(address(a))
            call = a.wait(type="incoming")["call"]
            a.say("ring", call)
            a.answer(call)
            a.wait(type="call", call=call, state="connected")
            other.wait_event("CALL_ESTABLISHED")
            other.command("transfer", address(c))
            referral = a.wait(type="referral")
            assert referral["target"] == address(c), referral
            made = carry_out(a, referral)
            incoming = c.wait(type="incoming")
            c.answer(incoming["call"])
            a.wait(type="call", call=made, state="connected")
            a.say("report-referral", call, referral["tag"], 200)
            a.wait(type="call", call=call, state="ended")
            a.say("hang-up", made)
    finally:
        other.kill()


def test_transfer_while_a_proxy_is_silent(pool):
    """ha.md: REFER once more on another candidate. The far end's reports follow the call's own route, so
    they come when that proxy is heard again, and count."""
    member, other, third = pool.proxies
    with line(pool, server=f"{member.address},{other.address}") as a, \
            line(pool, server=third.address) as b, line(pool, server=third.address) as c:
        here, there = connect(a, b)
        member.silence()
        since = time.time()
        a.say("transfer", here, 7, address(c), 0)
        referral = b.wait(type="referral")
        assert other.seen("REFER", since=since) and not member.seen("REFER", since=since)
        a.wait(type="transfer", code=202, done=False)
        member.resume()
        b.say("answer-referral", there, referral["tag"], 202)
        b.say("report-referral", there, referral["tag"], 486)
        a.wait(type="transfer", code=486, done=True)


def test_refer_to_anything(pool):
    """Nonsense is refused, and nothing happens."""
    wanted = [(None, 400), ("Refer-To: <http://lab.test/>", 400), ("Refer-To: <file:///etc/passwd>", 400),
              ("Refer-To: <sip:x@lab.test;method=BYE>", 603), ("Refer-To: <sip:x@lab.test?Replaces=a>", 400),
              ("Refer-To: <sip:x@lab.test>\nRefer-To: <sip:y@lab.test>", 400)]
    steps = []
    for number, (headers, status) in enumerate(wanted):
        steps += [request_as_called("REFER", headers=headers or "Subject: sample", cseq=2 + number),
                  receive(status, routes=False)]
    rtp = RtpPeer(pool.far_end)
    try:
        with line(pool) as a, far(pool, receive("INVITE"), answer(200, rtp.sdp()), receive("ACK"), *steps,
                                  request_as_called("BYE", cseq=30), receive(200, routes=False)) as peer:
            call = a.call(f"sip:{peer.user}@{DOMAIN}")
            a.wait(type="call", call=call, state="ended", seconds=20)
            assert not a.seen(type="referral")
    finally:
        rtp.close()


def test_sipfrag_garbage(pool):
    """A far end that reports nonsense, then that it worked."""
    report = "NOTIFY [next_url] SIP/2.0\nVia: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]\nMax-Forwards: 70\n" \
             "[routes]\nFrom: [$ours];tag=[pid]far[call_number]\nTo: [$theirs]\n[last_Call-ID:]\nCSeq: {cseq} NOTIFY\n" \
             "Contact: <sip:far@[local_ip]:[local_port]>\n" + SIPFRAG + "\nContent-Length: [len]\n\n{body}"

    def notify(cseq, body, state="active;expires=60"):
        return f"<send><![CDATA[\n\n{report.format(cseq=cseq, body=body, state=state)}\n]]></send>"
    rtp = RtpPeer(pool.far_end)
    try:
        with line(pool) as a, far(pool, receive("INVITE"), answer(200, rtp.sdp()), receive("ACK"), receive("REFER"),
                                  answer_in_dialog(202), notify(2, "&lt;xml/&gt;"), receive(400, routes=False),
                                  notify(3, "x" * 5000), receive(413, routes=False),
                                  notify(4, "SIP/2.0 200 OK", "terminated;reason=noresource"),
                                  receive(200, routes=False), receive("BYE"), answer_in_dialog(200)) as peer:
            call = a.call(f"sip:{peer.user}@{DOMAIN}")
            a.wait(type="call", call=call, state="connected")
            a.say("transfer", call, 5, f"sip:x@{DOMAIN}", 0)
            a.wait(type="transfer", tag=5, code=200, done=True)
            assert [code for code in in_progress(a, 5)] == [202, 200], a.seen(type="transfer")
            a.say("hang-up", call)
    finally:
        rtp.close()


def test_remote_control(pool):
    """NOTIFY talk while it rings, then hold and talk, all without a subscription."""
    rtp = RtpPeer(pool.far_end)
    try:
        with line(pool) as a, far(
                pool, invite(a.user, rtp.sdp()), receive(100, optional=True), receive(180),
                request_as_caller("NOTIFY", a.user, 2, headers="Event: talk"), receive(200, routes=False),
                receive(480, routes=False), pause(100)) as peer:
            call = a.wait(type="incoming")["call"]
            a.say("ring", call)
            control = a.wait(type="remote-control")
            assert control["text"] == "talk" and control["call"] == call, control
            peer.wait_for("200 NOTIFY")
            a.say("decline", call, 480)
    finally:
        rtp.close()


def test_invite_storm(pool):
    """A hundred INVITEs in a second: some ring, the rest hear busy, the line lives."""
    with line(pool) as a:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind((pool.far_end, 0))
            one.settimeout(5)
            host, port = one.getsockname()
            for number in range(100):
                one.sendto((f"INVITE sip:{a.user}@{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bKstorm{number};rport\r\n"
                            f"From: <sip:storm@{DOMAIN}>;tag=s{number}\r\nTo: <sip:{a.user}@{DOMAIN}>\r\nCall-ID: storm{number}\r\n"
                            f"CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:storm@{host}:{port}>\r\n"
                            f"Content-Length: 0\r\n\r\n").encode(), (pool.registrar_ip, 15060))
            busy = set()
            with contextlib.suppress(OSError):
                while len(busy) < 68:
                    text = one.recv(65535).decode()
                    if text.startswith("SIP/2.0 486"):
                        busy.add(re.search(r"Call-ID: *(\S+)", text).group(1))
            assert len(busy) == 68 and len(a.seen(type="incoming")) == 32, (len(busy), len(a.seen(type="incoming")))
        for event in a.seen(type="incoming"):
            a.say("decline", event["call"], 480)
        wait_until(lambda: len(a.seen(type="call", state="ended")) == 32, 10, "the storm is over")
        with line(pool) as b:
            connect(a, b)


@contextlib.contextmanager
def presence(pool):
    server = Presence(pool)
    try:
        yield server
    finally:
        server.kill()


def test_colleague_dialogs(pool):
    with presence(pool) as server, line(pool) as a:
        a.say("subscribe", "0", 5, "dialog", f"sip:colleague@{DOMAIN}")
        a.wait(type="notification", tag=5, known=True, presence=AVAILABLE)
        etag = server.publish_dialog("colleague", "early")
        told = a.wait(type="notification", tag=5, presence=RINGING)
        assert told["dialogs"] == 1, told
        etag = server.publish_dialog("colleague", "confirmed", etag)
        a.wait(type="notification", tag=5, presence=BUSY)
        before = len(a.seen(type="notification"))
        server.publish_dialog("colleague", "terminated", etag)
        told = a.wait(before + 1, type="notification", tag=5)
        assert told["presence"] == AVAILABLE, told
        a.say("unsubscribe", 5)
        wait_until(lambda: len(server.seen("SUBSCRIBE")) >= 2, 5, "taken back")


def test_colleague_presence(pool):
    with presence(pool) as server, line(pool) as a:
        a.say("subscribe", "0", 6, "presence", f"sip:colleague@{DOMAIN}")
        etag = server.publish_presence("colleague", "open")
        told = a.wait(type="notification", tag=6, known=True, presence=AVAILABLE)
        assert told["note"] == "Sample note", told
        etag = server.publish_presence("colleague", "open", "on-the-phone", etag)
        a.wait(type="notification", tag=6, presence=BUSY)
        server.publish_presence("colleague", "closed", "", etag)
        a.wait(type="notification", tag=6, presence=OFFLINE)


def test_colleagues_while_a_proxy_is_silent(pool):
    """The subscriptions move with the registration, and tell what has changed meanwhile."""
    with presence(pool) as server, line(pool) as a:
        for tag in range(1, 21):
            a.say("subscribe", "0", tag, "dialog", f"sip:colleague{tag}@{DOMAIN}")
        for tag in range(1, 21):
            a.wait(type="notification", tag=tag, known=True)
        member = pool.proxy(re.search(r"[0-9]+(\.[0-9]+){3}",
                                      a.seen(type="registration", registration=2)[-1]["candidate"]).group())
        member.silence()
        server.publish_dialog("colleague3", "confirmed")
        a.say("register", "0")
        a.wait(2, type="registration", registration=2)
        told = a.wait(type="notification", tag=3, presence=BUSY)
        assert told["known"], told
        assert not [event for event in a.seen(type="notification") if not event["known"]]
