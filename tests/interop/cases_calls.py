# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls out and in, and what far ends may do within them."""
import contextlib
import re
import socket

from gi.repository import GLib

from phone import RtpPeer, phone
from pool import wait_until
from sipp import (Sipp, answer, answer_in_dialog, hop_by_hop, invite, pause, receive, request_as_called,
                  request_as_caller)


@contextlib.contextmanager
def far(pool, *steps, **options):
    """A SIPp that runs; afterwards its scenario must have been followed to its end."""
    one = Sipp(pool, steps, **options)
    try:
        yield one.start()
        one.finish()
    finally:
        one.kill()


@contextlib.contextmanager
def sound(pool, **options):
    one = RtpPeer(pool.far_end, **options)
    try:
        yield one
    finally:
        one.close()


def last_call(one, seconds=10):
    """The call that ended last, once none is left."""
    return one.wait(lambda s: not s["calls"] and s["last_call"], "the end of the call", seconds)["last_call"]


def answered(sdp):
    """A far end that rings and answers."""
    return [receive("INVITE"), answer(180), answer(200, sdp), receive("ACK")]


def test_early_media_answer_and_far_end_hangs_up(pool):
    with phone(pool) as one, sound(pool, tone=True, echo=False) as rtp:
        reason = 'Reason: SIP;cause=403;text="Sample reason"'
        with far(pool, receive("INVITE"), answer(183, rtp.sdp()), pause(700), answer(180), pause(200),
                 answer(200, rtp.sdp()), receive("ACK"), pause(700), request_as_called("BYE", headers=reason),
                 receive(200, routes=False)) as peer:
            one.do("--call", peer.user)
            one.wait_call("early-media")
            call = one.wait_call("connected")
            assert call["codec"] and call["direction"] == "outgoing" and call["attempt"] == 1, call
            one.wait(lambda s: s["calls"] and s["calls"][0]["rtp"]["packets_received"] > 10
                     and s["calls"][0]["rtp"]["packets_sent"] > 10, "sound both ways")
            ended = last_call(one)
            assert "Sample reason" in ended["failure"], ended
        assert len(rtp.packets) > 10


def test_call_and_hang_up(pool):
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", f"sip:{peer.user}@lab.test")
            one.wait_call("connected")
            one.do("--hangup")
            assert not one.status()["calls"], "the row goes at once"


def test_call_in(pool):
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, invite(one.user, rtp.sdp(), headers="X-Genesys-CallUUID: SAMPLE01"),
                 receive(100, optional=True), receive(180), receive(200), request_as_caller("ACK", one.user),
                 pause(500), request_as_caller("BYE", one.user, 2), receive(200, routes=False)) as peer:
            call = one.wait_call("ringing-here")
            assert call["peer_name"] == "Sample Caller" and call["headers"] == {"X-Genesys-CallUUID": "SAMPLE01"}, call
            one.do("--answer")
            one.wait_call("connected")
            one.wait_no_call()
            allow = peer.traced("200 INVITE", True)[0]
            assert "RTP/AVP" in allow.body and "telephone-event" in allow.body


def test_call_in_without_sdp(pool):
    """Click-to-dial: the full offer comes in the 200, the answer in the ACK."""
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, invite(one.user), receive(100, optional=True), receive(180), receive(200),
                 request_as_caller("ACK", one.user, sdp=rtp.sdp("8 101")), pause(600),
                 request_as_caller("BYE", one.user, 2), receive(200, routes=False)) as peer:
            one.wait_call("ringing-here")
            one.do("--answer")
            assert one.wait_call("connected")["codec"] == "PCMA"
            one.wait_no_call()
            offer = peer.traced("200 INVITE", True)[0].body
            assert "opus" in offer and "PCMU" in offer, offer
        assert rtp.packets and rtp.packets[-1][1][1] & 0x7F == 8


def test_cancel_out(pool):
    with phone(pool) as one:
        with far(pool, receive("INVITE"), answer(180), receive("CANCEL"), answer_in_dialog(200),
                 # the 487 belongs to the INVITE: the CANCEL's lines but for the method
                 answer_to_invite(487), receive("ACK")) as peer:
            one.do("--call", peer.user)
            one.wait_call("ringing-there")
            one.do("--hangup")
            assert not one.status()["calls"], "the row goes at once"


def answer_to_invite(status, sdp=None):
    """In SIPp the last message is the CANCEL: its way (registrar, proxy, phone) and
    its method are not the INVITE's."""
    text = answer(status, sdp).replace("[last_CSeq:]", "CSeq: [cseq] INVITE")
    return text.replace("[last_Via:]", "Via:[$via1]\nVia:[$via2]\nVia:[$via3]").replace("[last_Record-Route:]", "Record-Route:[$routes]")


def test_cancel_in(pool):
    with phone(pool) as one:
        with far(pool, invite(one.user), receive(100, optional=True), receive(180), pause(300),
                 hop_by_hop("CANCEL", one.user), receive(200, routes=False), receive(487),
                 hop_by_hop("ACK", one.user)):
            one.wait_call("ringing-here")
            one.wait_no_call()


def test_decline(pool):
    with phone(pool) as one:
        with far(pool, invite(one.user), receive(100, optional=True), receive(180), receive(486),
                 hop_by_hop("ACK", one.user)):
            one.wait_call("ringing-here")
            one.do("--decline")
            one.wait_no_call()


def ends_with(pool, status, words, headers=""):
    with phone(pool) as one:
        with far(pool, receive("INVITE"), answer(status, headers=headers), receive("ACK")) as peer:
            one.do("--call", peer.user)
            ended = last_call(one)
            assert re.search(words, ended["failure"], re.I), ended
            assert len(peer.traced("INVITE", True)) == 1


def test_busy(pool):
    ends_with(pool, 486, "busy")


def test_not_found(pool):
    ends_with(pool, 404, "does not exist")


def test_declined_by_far_end(pool):
    ends_with(pool, 603, "declined")


def test_unavailable_with_reason(pool):
    ends_with(pool, 480, "busy", 'Reason: Q.850;cause=17;text="User busy"')


def test_unknown_number(pool):
    with phone(pool) as one:
        one.do("--call", "999")
        assert "does not exist" in last_call(one)["failure"]


def test_redirect_followed(pool):
    with phone(pool, settings={"tandem.calls.redirect": "follow"}) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as second:
            moved = answer(302).replace("Contact: <sip:far@[local_ip]:[local_port]>",
                                        f"Contact: <sip:{second.user}@lab.test>")
            with far(pool, receive("INVITE"), moved, receive("ACK")) as first:
                one.do("--call", first.user)
                one.wait_call("connected")
            one.do("--hangup")


def test_redirect_asks(pool):
    with phone(pool, settings={"tandem.calls.redirect": "ask"}) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as second:
            moved = answer(302).replace("Contact: <sip:far@[local_ip]:[local_port]>",
                                        f"Contact: <sip:{second.user}@lab.test>")
            with far(pool, receive("INVITE"), moved, receive("ACK")) as first:
                one.do("--call", first.user)
                call = one.wait_call("redirected")
                assert second.user in call["target"], call
            one.action("follow-redirect", GLib.Variant("s", call["id"]))
            one.wait_call("connected")
            one.do("--hangup")


def test_forked(pool):
    """Two ring, both answer at once: the first wins, the other gets its ACK and its BYE."""
    with phone(pool) as one, sound(pool) as rtp:
        both = [receive("INVITE"), answer(180), pause(500), answer_to_invite(200, rtp.sdp()), receive("ACK"),
                receive("BYE"), answer_in_dialog(200)]
        # Deaf to the server's CANCEL, as one that has been answered at the same moment.
        deaf = ("-default_behaviors", "none")
        with far(pool, *both, arguments=deaf) as a:
            with far(pool, *both, arguments=deaf) as b:
                one.do("--call", f"fork{a.port}-{b.port}")
                one.wait_call("connected")
                wait_until(lambda: a.traced("BYE", True) or b.traced("BYE", True), 10, "a BYE for one of them")
                assert len(a.traced("BYE", True)) + len(b.traced("BYE", True)) == 1
                assert one.status()["calls"][0]["state"] == "connected"
                one.do("--hangup")


def test_forked_ringing(pool):
    """One answers; the other was only ringing and is cancelled by the server."""
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as a, \
                far(pool, receive("INVITE"), answer(180), receive("CANCEL"), answer_in_dialog(200),
                    answer_to_invite(487), receive("ACK")) as b:
            one.do("--call", f"fork{a.port}-{b.port}")
            one.wait_call("connected")
            b.wait_for("CANCEL")
            one.do("--hangup")


def test_reinvite_with_and_without_sdp(pool):
    """The far end holds, retrieves, and asks for an offer 12 ms after the ACK."""
    with phone(pool) as one, sound(pool, tone=True) as rtp:
        held = rtp.sdp(lines=["a=sendonly"])
        with far(pool, *answered(rtp.sdp()), pause(12),
                 request_as_called("INVITE", cseq=1), receive(100, optional=True), receive(200, routes=False),
                 request_as_called("ACK", rtp.sdp(), cseq=1, retransmit=False),
                 pause(200), request_as_called("INVITE", held, cseq=2), receive(100, optional=True),
                 receive(200, routes=False), request_as_called("ACK", cseq=2, retransmit=False),
                 pause(200), request_as_called("INVITE", rtp.sdp(), cseq=3), receive(100, optional=True),
                 receive(200, routes=False), request_as_called("ACK", cseq=3, retransmit=False),
                 receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            answers = wait_until(lambda: len(peer.traced("ACK", False)) == 3 and peer.traced("200 INVITE", True), 10,
                                 "three re-INVITEs answered")
            assert "m=audio" in answers[0].body and "PCMU" in answers[0].body, answers[0].text
            assert "a=recvonly" in answers[1].body, answers[1].text
            assert "a=recvonly" not in answers[2].body, answers[2].text
            before = len(rtp.packets)
            wait_until(lambda: len(rtp.packets) > before + 20, 5, "sound after the retrieve")
            assert one.status()["calls"][0]["state"] == "connected"
            one.do("--hangup")


def test_update_options_info_and_unknown_within_the_call(pool):
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), pause(100),
                 request_as_called("UPDATE", rtp.sdp(), cseq=1), receive(200, routes=False),
                 request_as_called("OPTIONS", cseq=2), receive(200, routes=False),
                 request_as_called("DANCE", cseq=3), receive(405),
                 receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            unknown = peer.wait_for("405 DANCE")
            assert "INVITE" in unknown.header("Allow") and "UPDATE" in unknown.header("Allow"), unknown.text
            assert "m=audio" in peer.traced("200 UPDATE", True)[0].body
            one.do("--hangup")


def test_options(pool):
    with phone(pool) as one:
        ask = invite(one.user).replace("INVITE sip", "OPTIONS sip").replace("CSeq: 1 INVITE", "CSeq: 1 OPTIONS")
        with far(pool, ask, receive(200, routes=False)) as peer:
            pass
        assert "INVITE" in peer.traced("200 OPTIONS", True)[0].header("Allow")


def test_second_call_while_busy(pool):
    with phone(pool, settings={"policy.session.reject_session_when_busy": 1,
                               "policy.session.number_sessions_for_busy": 1}) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            with far(pool, invite(one.user), receive(100, optional=True), receive(486), hop_by_hop("ACK", one.user)):
                pass
            assert len(one.status()["calls"]) == 1
            one.do("--hangup")


def test_second_call_rings_when_allowed(pool):
    with phone(pool, settings={"policy.session.reject_session_when_busy": 0}) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            with far(pool, invite(one.user), receive(100, optional=True), receive(180), pause(300),
                     hop_by_hop("CANCEL", one.user), receive(200, routes=False), receive(487),
                     hop_by_hop("ACK", one.user)):
                one.wait(lambda s: len(s["calls"]) == 2, "two calls")
            one.wait(lambda s: len(s["calls"]) == 1, "one call")
            one.do("--hangup")


class Raw:
    """Datagrams to the phone without any peer's good manners."""

    def __init__(self, pool, one):
        self.target = one.contact()
        self.user = one.user
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((pool.far_end, 0))
        self.socket.settimeout(5)
        self.address = "%s:%d" % self.socket.getsockname()

    def request(self, method, call_id, branch, to_tag="", cseq=1, extra=""):
        host, port = self.target
        return (f"{method} sip:{self.user}@{host}:{port} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {self.address};branch=z9hG4bK{branch};rport\r\nMax-Forwards: 70\r\n"
                f"From: <sip:raw@lab.test>;tag=raw\r\nTo: <sip:{self.user}@lab.test>{to_tag}\r\n"
                f"Call-ID: {call_id}\r\nCSeq: {cseq} {method}\r\nContact: <sip:raw@{self.address}>\r\n{extra}"
                "Content-Length: 0\r\n\r\n")

    def send(self, text):
        self.socket.sendto(text if isinstance(text, bytes) else text.encode(), self.target)

    def wait(self, call_id, least=200):
        while True:
            text = self.socket.recv(65535).decode()
            if text.startswith("SIP/2.0") and f"Call-ID: {call_id}\r\n" in text and int(text.split()[1]) >= least:
                return int(text.split()[1]), text

    def close(self):
        self.socket.close()


def test_requests_out_of_nowhere(pool):
    with phone(pool) as one:
        raw = Raw(pool, one)
        try:
            raw.send(raw.request("DANCE", "dance", "d1"))
            status, text = raw.wait("dance")
            assert status == 405 and re.search(r"^Allow:.*INVITE", text, re.M), text
            for number, method in enumerate(("BYE", "INFO", "INVITE", "NOTIFY", "UPDATE")):
                raw.send(raw.request(method, f"gone{number}", f"g{number}", ";tag=unknown"))
                status, text = raw.wait(f"gone{number}")
                assert status == 481, (method, text)
            raw.send(raw.request("CANCEL", "cancel", "c1"))
            assert raw.wait("cancel")[0] == 481
            assert not one.status()["calls"]
        finally:
            raw.close()


def test_merged_request(pool):
    """RFC 3261 8.2.2.2: the same INVITE by two ways rings once."""
    with phone(pool) as one:
        raw = Raw(pool, one)
        try:
            raw.send(raw.request("INVITE", "merged", "m1"))
            assert raw.wait("merged", 180)[0] == 180
            raw.send(raw.request("INVITE", "merged", "m2"))
            assert raw.wait("merged")[0] == 482
            assert len(one.status()["calls"]) == 1
            raw.send(raw.request("CANCEL", "merged", "m1"))
            assert {raw.wait("merged")[0], raw.wait("merged")[0]} == {200, 487}
            one.wait_no_call()
        finally:
            raw.close()


def test_malformed(pool):
    """Whatever comes, the phone stays up and registered, and hears the next good message."""
    with phone(pool) as one:
        raw = Raw(pool, one)
        good = raw.request("INVITE", "bad", "b1")
        try:
            for text in (b"\0" * 100, b"INVITE", b"\r\n\r\n", bytes(range(256)) * 20, good.replace("Call-ID", "X"),
                         good.replace("z9hG4bK", ""), good.replace("z9hG4bKb1", "q").replace("Call-ID: bad\r\n", ""),
                         good.replace("To: <sip:", "To: <tel:"), good.replace("Content-Length: 0", "Content-Length: 9999"),
                         good.replace("\r\n", "\n"), good.replace("CSeq: 1 INVITE", "CSeq: 1 BYE"),
                         good.replace("Content-Length: 0", "Content-Type: multipart/mixed\r\nContent-Length: 3") + "--x",
                         good.replace("Content-Length: 0", "Content-Encoding: nonsense\r\nContent-Length: 3") + "abc",
                         good.replace("SIP/2.0/UDP", "SIP/2.0/SCTP"), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                         good.replace("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\nX: " + "a" * 50000 + "\r\n")):
                raw.send(text)
            raw.send(raw.request("OPTIONS", "alive", "alive"))
            assert raw.wait("alive")[0] == 200
            assert one.account()["registered"]
        finally:
            raw.close()


def test_bad_numbers(pool):
    with phone(pool) as one:
        for text in ("", "   ", "http://lab.test/", "sip:", "mailto:a@lab.test", "\x01", "1" * 5000):
            status, output, error = one.run("--call", text)
            assert status != 0 and error, (text, status, output, error)
        for arguments in (("--answer",), ("--hangup",), ("--dtmf", "5"), ("--mute", "on"), ("--decline",)):
            status, output, error = one.run(*arguments)
            assert status != 0 and error, (arguments, status, output, error)
        assert not one.status()["calls"]

