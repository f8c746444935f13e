# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfers and the server's remote control through the whole phone."""
from cases_calls import answered, far, sound
from phone import phone
from sipp import (answer, answer_in_dialog, invite, message, pause, receive, request_as_called, request_as_caller)


def report(cseq, line, state="active;expires=60"):
    """A NOTIFY of a far end that was called."""
    return message("\n".join([
        "NOTIFY [next_url] SIP/2.0", "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]", "Max-Forwards: 70",
        "[routes]", "From: [$ours];tag=[pid]far[call_number]", "To: [$theirs]", "[last_Call-ID:]", f"CSeq: {cseq} NOTIFY",
        "Contact: <sip:far@[local_ip]:[local_port]>", "Event: refer", f"Subscription-State: {state}",
        "Content-Type: message/sipfrag;version=2.0", "Content-Length: [len]", "", line]), True)


FINAL = "terminated;reason=noresource"


def changed(rtp):
    """The phone puts the call on hold, or takes it back."""
    return [receive("INVITE"), answer_in_dialog(200, rtp.sdp(), retransmit=True), receive("ACK")]


def test_transfer_now(pool):
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), *changed(rtp), receive("REFER"), answer_in_dialog(202),
                 report(2, "SIP/2.0 100 Trying"), receive(200, routes=False), report(3, "SIP/2.0 180 Ringing"), receive(200, routes=False),
                 report(4, "SIP/2.0 200 OK", FINAL), receive(200, routes=False), receive("BYE"),
                 answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            one.do("--transfer", "sip:300@lab.test")
            refer = peer.wait_for("REFER")
            assert refer.header("Refer-To") == "<sip:300@lab.test>", refer.text
            assert one.user in refer.header("Referred-By"), refer.text
            one.wait_no_call()


def test_transfer_refused(pool):
    """The call comes back, with the reason."""
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), *changed(rtp), receive("REFER"), answer_in_dialog(603),
                 receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            status, _, error = one.run("--transfer", "sip:300@lab.test")
            assert status != 0 and "603" in error or "declined" in error.lower(), (status, error)
            assert one.wait_call("connected", "held")
            one.do("--hangup")


def test_consult_first(pool):
    """The first far end is told to take the second one over."""
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), *changed(rtp), receive("REFER"), answer_in_dialog(202),
                 report(2, "SIP/2.0 200 OK", FINAL), receive(200, routes=False), receive("BYE"),
                 answer_in_dialog(200)) as first, \
                far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as second:
            one.do("--call", first.user)
            one.wait_call("connected")
            one.do("--consult", second.user)
            one.wait(lambda s: len(s["calls"]) == 2 and any(call["state"] == "connected" for call in s["calls"])
                     and second.traced("ACK", True), "the consultation")
            one.do("--complete")
            refer = first.wait_for("REFER")
            called = second.traced("INVITE", True)[0]
            assert called.header("Call-ID").replace("@", "%40") in refer.header("Refer-To"), refer.text
            assert "Replaces=" in refer.header("Refer-To") and "from-tag" in refer.header("Refer-To"), refer.text
            one.wait_no_call()


def test_talk_and_hold(pool):
    """NOTIFY talk while it rings, hold and talk when it is up; nobody subscribed."""
    with phone(pool) as one, sound(pool) as rtp:
        def steer(cseq, event):
            return [request_as_caller("NOTIFY", one.user, cseq, headers=f"Event: {event}"), receive(200, routes=False)]
        with far(pool, invite(one.user, rtp.sdp()), receive(100, optional=True), receive(180),
                 *steer(2, "talk"), receive(200), request_as_caller("ACK", one.user, 1), pause(300)) as peer:
            one.wait_call("connected")
            told = peer.wait_for("200 NOTIFY")
            taken = peer.wait_for("200 INVITE")
            assert told.when <= taken.when
        one.do("--hangup")
        one.wait_no_call()
        with far(pool, receive("INVITE"), answer(180), answer(200, rtp.sdp()), receive("ACK"),
                 request_as_called("NOTIFY", headers="Event: hold"), receive(200, routes=False), *changed(rtp),
                 pause(800), request_as_called("NOTIFY", headers="Event: talk", cseq=2), receive(200, routes=False), *changed(rtp),
                 receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait(lambda s: s["calls"] and s["calls"][0]["hold"] not in (None, "none"), "on hold")
            held = peer.wait_for("INVITE", 2)
            assert "a=sendonly" in held.body or "a=inactive" in held.body, held.text
            back = peer.wait_for("INVITE", 3)
            assert "a=sendonly" not in back.body and "a=inactive" not in back.body, back.text
            one.wait_call("connected")
            one.do("--hangup")
