# SPDX-License-Identifier: GPL-3.0-or-later
"""Which calls the phone lets ring, sends on or answers by itself, as the caller sees it; what a storm
of calls does; and what dialling rules make of numbers on the wire."""
import contextlib
import json
import os
import random
import re
import time

from gi.repository import GLib

from cases_calls import Raw, answered, far, sound
from phone import Phone, phone
from pool import DOMAIN, wait_until
from sipp import answer, answer_in_dialog, hop_by_hop, invite, pause, receive, request_as_caller

OPEN = {"policy.session.reject_session_when_busy": 0}


def final(peer):
    """The last answer to the INVITE of a far end that called once."""
    answers = [traced for traced in peer.traced(r"[2-6]\d\d INVITE", True)]
    assert answers, peer.summary()
    return answers[-1]


def refused(pool, one, status, headers=""):
    """A caller that hears no ringing, only this status."""
    with far(pool, invite(one.user, headers=headers), receive(100, optional=True), receive(status),
             hop_by_hop("ACK", one.user)) as peer:
        pass
    return final(peer)


def ringing(one, *more, headers="", sdp=None, caller="caller"):
    return [invite(one.user, sdp, headers, caller), receive(100, optional=True), receive(180), *more]


def cancelled(one, after=300):
    return [pause(after), hop_by_hop("CANCEL", one.user), receive(200, routes=False), receive(487),
            hop_by_hop("ACK", one.user)]


def rings(pool, one, headers="", after=300, caller="caller"):
    """A caller that hears ringing and gives up; nobody has answered."""
    with far(pool, *ringing(one, *cancelled(one, after), headers=headers, caller=caller)) as peer:
        pass
    assert not peer.traced("200 INVITE", True), peer.summary()
    one.wait_no_call()


def answered_at_once(pool, one, rtp, headers="", **options):
    """A caller that is answered though nobody touches the phone."""
    with far(pool, invite(one.user, rtp.sdp(), headers, **options), receive(100, optional=True),
             receive(180, optional=True), receive(200), request_as_caller("ACK", one.user),
             request_as_caller("BYE", one.user, 2), receive(200, routes=False)) as peer:
        pass
    one.wait_no_call()
    return final(peer)


def declines(one, status):
    return ringing(one, receive(status), hop_by_hop("ACK", one.user))


@contextlib.contextmanager
def talking(pool, one, rtp):
    """The phone has a call up meanwhile."""
    with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
        one.do("--call", peer.user)
        one.wait_call("connected")
        yield peer
        assert any(call["state"] == "connected" for call in one.status()["calls"])
        one.do("--hangup", "--id", next(call["id"] for call in one.status()["calls"]
                                        if call["state"] == "connected"))


def moved_to(message, number):
    """RFC 3261 20.10: parameters of an address need the brackets."""
    assert message.what == "302 INVITE", message.text
    address, _, parameters = number.partition(";")
    uri = f"sip:{address}@{DOMAIN}"
    allowed = [f"<{uri};{parameters}>"] if parameters else [uri, f"<{uri}>"]
    assert message.header("Contact") in allowed, message.text


def availability(one):
    return json.loads(one.do("--status", "--json"))["availability"]


# Do not disturb

def test_do_not_disturb_refuses(pool):
    with phone(pool, settings={"tandem.calls.do_not_disturb_code": 486,
                               "policy.session.sip_code_when_busy": 600}) as one:
        assert availability(one)["do_not_disturb"] is False
        one.do("--dnd", "on")
        state = availability(one)
        assert state["do_not_disturb"] is True and state["text"], state
        refused(pool, one, 486)
        one.do("--dnd", "off")
        assert availability(one)["do_not_disturb"] is False
        rings(pool, one, after=100)
        status, _, error = one.run("--dnd", "perhaps")
        assert status != 0 and "dnd" in error, error
        one.do("--dnd", "toggle")
        refused(pool, one, 486)


def test_do_not_disturb_from_the_start(pool):
    """The settings have it on, and no code: 480, also where a header asks for an answer at once."""
    with phone(pool, settings={"tandem.calls.do_not_disturb": 1,
                               "tandem.calls.auto_answer_by_header": "always"}) as one:
        assert availability(one)["do_not_disturb"] is True
        refused(pool, one, 480)
        refused(pool, one, 480, "Answer-Mode: Auto")
        assert one.status()["last_call"] is None or one.status()["last_call"]["state"] != "connected"
        with sound(pool) as rtp, talking(pool, one, rtp):
            refused(pool, one, 480)


# Sent on

def test_forward_always(pool):
    """It goes before do not disturb, and before busy: the calls reach somebody."""
    with phone(pool, settings={"tandem.calls.forward_always": "030 123-456"}) as one, sound(pool) as rtp:
        assert availability(one)["forward_to"] == "030 123-456"
        moved_to(refused(pool, one, 302), "030123456")
        with talking(pool, one, rtp):
            moved_to(refused(pool, one, 302), "030123456")
        one.do("--dnd", "on")
        moved_to(refused(pool, one, 302), "030123456")


def test_forward_to_oneself_rings(pool):
    """Sent on to itself a call would come back for ever."""
    with phone(pool, user="agentloop", settings={"tandem.calls.forward_always": "agentloop"}) as one:
        rings(pool, one, after=100)


def test_forward_when_busy_and_without_answer(pool):
    """The first caller is sent on after the seconds of the setting; who comes meanwhile at once."""
    with phone(pool, settings={"tandem.calls.forward_no_answer": "201", "tandem.calls.forward_no_answer_delay": 5,
                               "tandem.calls.forward_busy": f"sip:202@{DOMAIN};user=phone"}) as one:
        with far(pool, *declines(one, 302)) as first:
            first.wait_for("180 INVITE")
            moved_to(refused(pool, one, 302), "202;user=phone")
            first.wait_for("302 INVITE")
        moved_to(final(first), "201")
        rang = first.traced("180 INVITE", True)[0].when
        assert 4.9 <= final(first).when - rang <= 7.5, final(first).when - rang
        one.wait_no_call()
        one.do("--dnd", "on")
        moved_to(refused(pool, one, 302), "202;user=phone")


# One call refused or sent on by the person

def test_decline_with_a_reason_and_redirect(pool):
    """Of two that ring, each gets what was said of it."""
    with phone(pool, settings={**OPEN, "tandem.calls.decline_code": 603}) as one:
        with far(pool, *declines(one, 480)) as first:
            first.wait_for("180 INVITE")
            one.wait(lambda s: len(s["calls"]) == 1, "the first rings")
            named = one.status()["calls"][0]["id"]
            with far(pool, *declines(one, 302)) as second:
                second.wait_for("180 INVITE")
                one.wait(lambda s: len(s["calls"]) == 2, "both ring")
                other = next(call["id"] for call in one.status()["calls"] if call["id"] != named)
                status, _, error = one.run("--redirect", "", "--id", other)
                assert status != 0 and error, "a redirection to nowhere"
                assert len(one.status()["calls"]) == 2
                one.do("--redirect", "0711 / 200", "--id", other)
            moved_to(final(second), "0711200")
            assert [call["id"] for call in one.status()["calls"]] == [named]
            one.action("decline-with", GLib.Variant("(su)", (named, 200)))
            one.action("decline-with", GLib.Variant("(su)", (named, 480)))
        one.wait_no_call()
        with far(pool, *declines(one, 603)):
            one.wait_call("ringing-here")
            one.do("--decline")
        one.wait_no_call()


# Answered without a hand

def test_automatic_answer(pool):
    with phone(pool, settings={**OPEN, "policy.session.auto_answer": 1}) as one, sound(pool) as rtp:
        answered_at_once(pool, one, rtp)
        rings(pool, one, "Answer-Mode: Manual")
        with talking(pool, one, rtp):
            with far(pool, *ringing(one, *cancelled(one))) as peer:
                pass
            assert not peer.traced("200 INVITE", True), peer.summary()
            one.wait(lambda s: len(s["calls"]) == 1, "the call that was up")
        answered_at_once(pool, one, rtp)


def test_automatic_answer_by_header(pool):
    with phone(pool, settings={**OPEN, "tandem.calls.auto_answer_by_header": "always"}) as one, sound(pool) as rtp:
        rings(pool, one, after=100)
        rings(pool, one, "Call-Info: <sip:lab.test>;answer-after=soon", after=100)
        for header in ("Call-Info: <sip:lab.test>;answer-after=0",
                       "Alert-Info: <http://lab.test>;info=alert-autoanswer;delay=0",
                       "Alert-Info: Ring Answer", "Answer-Mode: Auto", "Priv-Answer-Mode: Auto;require"):
            answered_at_once(pool, one, rtp, header)
        with talking(pool, one, rtp):
            refused(pool, one, 403, "Answer-Mode: Auto;require")
            with far(pool, *ringing(one, *cancelled(one), headers="Call-Info: <sip:lab.test>;answer-after=0")) as peer:
                pass
            assert not peer.traced("200 INVITE", True), peer.summary()
            one.wait(lambda s: len(s["calls"]) == 1, "the call that was up")


def test_automatic_answer_gives_way_to_a_call_made_meanwhile(pool):
    asks = "Call-Info: <sip:lab.test>;answer-after=1"
    with phone(pool, settings={**OPEN, "tandem.calls.auto_answer_by_header": "always"}) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            with far(pool, *ringing(one, *cancelled(one, 1600), headers=asks)) as asking:
                one.wait_call("ringing-here")
                one.action("call", GLib.Variant("s", peer.user))
                peer.wait_for("ACK")
                rang = asking.wait_for("180 INVITE").when
                cancel = wait_until(lambda: asking.traced("CANCEL", False), 5, "the caller gives up")[0]
                assert not asking.traced("200 INVITE", True), asking.summary()
                assert cancel.when > rang + 1.3, "the moment of the answer had not come"
            one.wait(lambda s: [call["state"] for call in s["calls"]] == ["connected"], "the call that was made")
            one.do("--hangup")


def test_automatic_answer_by_header_only_for_whom_it_was_allowed(pool):
    asks = "Answer-Mode: Auto"
    with phone(pool) as one:
        rings(pool, one, asks + "\nAlert-Info: Auto Answer")
    with phone(pool, settings={"tandem.calls.auto_answer_by_header": "domain"}) as one, sound(pool) as rtp:
        answered_at_once(pool, one, rtp, asks)
        stranger = [step.replace("<sip:caller@lab.test>", "<sip:caller@elsewhere.example.test>")
                    for step in ringing(one, *cancelled(one), headers=asks)]
        with far(pool, *stranger) as peer:
            pass
        assert not peer.traced("200 INVITE", True), peer.summary()


# More than one person can answer

def works(pool, one, rtp):
    """A plain call in, answered and talked in."""
    one.wait_no_call()
    with far(pool, *ringing(one, receive(200), request_as_caller("ACK", one.user), pause(300),
                            request_as_caller("BYE", one.user, 2), receive(200, routes=False), sdp=rtp.sdp())):
        one.wait_call("ringing-here")
        one.do("--answer")
        one.wait_call("connected")
        one.wait_no_call()
    assert one.account()["registered"]


def decline_all(one):
    """Until none is left: more may come up meanwhile."""
    def gone():
        calls = one.status()["calls"]
        for call in calls:
            one.action("decline", GLib.Variant("s", call["id"]))
        return not calls
    wait_until(gone, 15, "no call left")


def refusals(peer):
    """The Call-IDs that SIPp has seen refused, without parsing all of its trace each time."""
    with contextlib.suppress(FileNotFoundError), open(peer.trace, errors="replace", newline="") as file:
        return set(re.findall(r"^SIP/2.0 486 (?:.+\r\n)*?Call-ID: *(\S+)", file.read(), re.M))
    return set()


def test_storm(pool):
    """A hundred callers within a second: ten ring, ninety are told busy, and the phone lives on."""
    with phone(pool, settings=OPEN) as one, sound(pool) as rtp:
        with far(pool, invite(one.user, rtp.sdp()), receive(100, optional=True), receive(180, optional=True),
                 receive(486), hop_by_hop("ACK", one.user), calls=100,
                 arguments=("-r", "100", "-rp", "1000", "-l", "100")) as peer:
            slowest = 0.0

            def ninety_refused():
                nonlocal slowest
                began = time.monotonic()
                assert len(one.status()["calls"]) <= 10
                slowest = max(slowest, time.monotonic() - began)
                return len(refusals(peer)) >= 90
            wait_until(ninety_refused, 20, "ninety are told busy")
            assert slowest < 5, slowest
            sent = peer.traced("INVITE", False)
            assert max(t.when for t in sent) - min(t.when for t in sent) < 5, "no storm"
            began = time.monotonic()
            assert len(json.loads(one.do("--status", "--json"))["calls"]) == 10
            assert time.monotonic() - began < 5
            decline_all(one)
        assert len(refusals(peer)) == 100, peer.summary()
        works(pool, one, rtp)


TYPES = ("application/sdp", "application/sdp", "text/plain", "multipart/mixed;boundary=x")


def hostile(chance, good, number):
    """A request with something missing or wrong, and whether it can be answered all the same."""
    head, _, _ = good.partition("\r\n\r\n")
    lines = head.split("\r\n")[:-1]
    due = True
    if number % 4 == 1:
        lost = chance.choice(["Max-Forwards", "Contact", "To", "From", "CSeq", "Call-ID", "Via"])
        lines = [line for line in lines if not line.startswith(lost + ":")]
        due = lost in ("Max-Forwards", "Contact")
    kind = number % 5
    sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 8\r\n"
    body = [b"", chance.randbytes(chance.randrange(1, 900)), sdp.encode()[:chance.randrange(1, len(sdp))],
            sdp.replace("RTP/AVP", chance.choice(["UDP/TLS/RTP/SAVPF", "", "-1"])).encode(),
            sdp.encode() + b"a=" + bytes(chance.choices(range(32, 127), k=1200)) + b"\r\n"][kind]
    if body:
        lines.append("Content-Type: " + chance.choice(TYPES))
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body, due


def heard(raw):
    """The status and the Call-ID of what the phone sent next."""
    text = raw.socket.recv(65535).decode(errors="replace")
    match = re.match(r"SIP/2.0 (\d+) (?:.*\r\n)*?Call-ID: *(\S+)", text)
    assert match, text
    return int(match.group(1)), match.group(2)


def test_storm_of_nonsense(pool):
    """A hundred INVITEs with random bodies or without a header: who can be answered is."""
    chance = random.Random(20)
    with phone(pool, settings=OPEN) as one, sound(pool) as rtp:
        raw = Raw(pool, one)
        try:
            due = set()
            for number in range(100):
                text, answerable = hostile(chance, raw.request("INVITE", f"storm{number}", f"s{number}"), number)
                raw.send(text)
                if answerable:
                    due.add(f"storm{number}")
            assert len(due) > 75
            began = time.monotonic()
            one.status()
            assert time.monotonic() - began < 5
            while due:
                status, call_id = heard(raw)
                if status >= 300:
                    due.discard(call_id)
                elif status == 180:
                    decline_all(one)
        except TimeoutError:
            raise AssertionError(f"no final answer: {sorted(due)}") from None
        finally:
            raw.close()
        works(pool, one, rtp)


# Numbers on the wire

@contextlib.contextmanager
def phone_with_rules(pool, rules):
    """The rules are in no configuration file: the settings of the phone are a file of its own."""
    one = Phone(pool)
    folder = f"{one.home}/config/glib-2.0/settings"
    os.makedirs(folder)
    with open(f"{folder}/keyfile", "w") as file:
        file.write(f"[org/tandemphone/Tandem/calls]\ndialling-rules={GLib.Variant('a(ss)', rules).print_(True)}\n")
    one.env["GSETTINGS_BACKEND"] = "keyfile"
    try:
        one.start()
        one.wait_registered()
        yield one
        one.stop()
    finally:
        one.close()


def on_the_wire(pool, one, number):
    """The Request-URI that reaches the registrar when that is dialled."""
    began = time.time()
    one.do("--call", number)
    one.wait_no_call()
    seen = pool.registrar.seen("INVITE", since=began)
    assert seen, number
    assert len({message.uri for message in seen}) == 1, seen
    return seen[-1].uri


def test_emergency_number_stays_as_it_is(pool):
    with phone_with_rules(pool, [("^11", ""), ("^", "0")]) as one:
        for number in ("112", "1 1 2", "tel:112", f"sip:112@{DOMAIN}"):
            assert on_the_wire(pool, one, number) == f"sip:112@{DOMAIN}", number
        assert on_the_wire(pool, one, "999") == f"sip:999@{DOMAIN}"
        assert on_the_wire(pool, one, "030 / 4711") == f"sip:00304711@{DOMAIN}"
        assert on_the_wire(pool, one, "1134") == f"sip:34@{DOMAIN}"
