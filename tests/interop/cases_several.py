# SPDX-License-Identifier: GPL-3.0-or-later
"""Several calls at once: who hears whom when they are swapped, merged and split; keys that come; calls that are
missed. The far ends judge by what they hear."""
import time

from cases_calls import answered, far, sound
from phone import phone
from pool import wait_until
from sipp import answer_in_dialog, hop_by_hop, invite, pause, receive

PCMU = {"codecs.enabled.audio": "PCMU", "policy.session.reject_session_when_busy": 0}
LOUD, FAINT = 20, 5  # dB above a frequency beside the tone
AGENT, FIRST = 440, 700  # Hz


def hears(rtp, tone):
    since = time.time()
    wait_until(lambda: rtp.heard(tone, since) > LOUD, 15, f"{tone} Hz at {rtp.port}")


def hears_not(rtp, tone):
    """Half a second of sound without it, or half a second without any."""
    def silent():
        newest = rtp.packets[-1][0] if rtp.packets else 0
        return time.time() - newest > 0.5 or -90 < rtp.heard(tone, time.time() - 0.5) < FAINT
    wait_until(silent, 15, f"no {tone} Hz at {rtp.port}")


def held(rtp):
    return [receive("INVITE"), answer_in_dialog(200, rtp.sdp(lines=("a=recvonly",)), retransmit=True), receive("ACK")]


def retrieved(rtp):
    return [receive("INVITE"), answer_in_dialog(200, rtp.sdp(), retransmit=True), receive("ACK")]


def ended():
    return [receive("BYE"), answer_in_dialog(200)]


def call_of(one, peer):
    return next(call["id"] for call in one.status()["calls"] if peer.user in call["peer_uri"])


def test_two_calls_and_a_conference(pool):
    with phone(pool, settings=PCMU) as one, sound(pool, tone=True) as a, sound(pool) as b, \
            far(pool, *answered(a.sdp()), *held(a), *retrieved(a), *ended()) as first, \
            far(pool, *answered(b.sdp()), *held(b), *retrieved(b), *held(b), *retrieved(b), *ended()) as second:
        one.do("--call", first.user)
        one.wait_call("connected")
        hears(a, AGENT)
        one.do("--call", second.user)
        one.wait(lambda s: [c["state"] for c in s["calls"]].count("connected") == 2, "two calls")
        hears(b, AGENT)
        hears_not(a, AGENT)
        one.do("--swap")
        hears(a, AGENT)
        hears_not(b, AGENT)
        one.do("--merge")
        for rtp, tone in ((a, AGENT), (b, AGENT), (b, FIRST)):
            hears(rtp, tone)
        hears_not(a, FIRST)
        one.do("--split", "--id", call_of(one, second))
        hears_not(b, AGENT)
        hears_not(b, FIRST)
        hears(a, AGENT)
        one.do("--merge")
        hears(b, FIRST)
        one.do("--hangup", "--id", call_of(one, second))
        one.wait(lambda s: len(s["calls"]) == 1, "one call")
        hears(a, AGENT)
        one.do("--hangup")


def test_keys_that_come_as_sound(pool):
    """A far end without telephone-events (RFC 4733)."""
    with phone(pool, settings=PCMU) as one, sound(pool) as rtp, \
            far(pool, *answered(rtp.sdp(formats="0")), *ended()) as peer:
        one.do("--call", peer.user)
        one.wait_call("connected")
        wait_until(lambda: rtp.peer, 10, "sound of the phone")
        rtp.press("159*0#D")
        one.wait(lambda s: s["calls"][0]["received_digits"] == "159*0#D", "the keys")
        one.do("--hangup")


def test_missed_call(pool):
    with phone(pool) as one:
        with far(pool, invite(one.user), receive(100, optional=True), receive(180), pause(300),
                 hop_by_hop("CANCEL", one.user), receive(200, routes=False), receive(487), hop_by_hop("ACK", one.user)):
            pass
        one.wait(lambda s: s["missed_calls"] == 1 and not s["calls"], "a missed call")


def test_conference_while_a_proxy_is_silent(pool):
    """The retrieving re-INVITE finds another way (ha.md); the sound never went over the proxy."""
    with phone(pool, settings=PCMU) as one, sound(pool, tone=True) as a, sound(pool) as b, \
            far(pool, *answered(a.sdp()), *held(a), *retrieved(a), *ended()) as first, \
            far(pool, *answered(b.sdp()), *ended()) as second:
        one.do("--call", first.user)
        one.wait_call("connected")
        one.do("--call", second.user)
        one.wait(lambda s: [c["state"] for c in s["calls"]].count("connected") == 2, "two calls")
        hears_not(a, AGENT)
        one.active().silence()
        one.do("--merge")
        hears(a, AGENT)
        hears(b, FIRST)
        one.do("--hangup", "--id", call_of(one, second))
        one.wait(lambda s: len(s["calls"]) == 1, "one call")
        one.do("--hangup")
