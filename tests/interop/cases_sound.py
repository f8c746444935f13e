# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound: with baresip in each codec, digits, mute, and an address that changes."""
from cases_calls import answered, far, sound
from baresip import Baresip
from phone import phone
from pool import wait_until
from sipp import answer_in_dialog, invite, pause, receive, request_as_caller

NAMES = {"PCMU": "PCMU/8000/1", "PCMA": "PCMA/8000/1", "G722": "G722/16000/1", "opus": "opus/48000/2"}
# dB above a frequency beside the tone: what a codec, or a clipped second, leaves of it by far.
LOUD = 20


def with_baresip(pool, codec, phone_calls):
    other = Baresip(pool, user=f"other{Baresip.count}", codecs=NAMES[codec],
                    answermode="auto" if phone_calls else "manual")
    try:
        other.start()
        with phone(pool, settings={"codecs.enabled.audio": codec}) as one:
            if phone_calls:
                one.do("--call", other.user)
            else:
                other.dial(f"sip:{one.user}@lab.test")
                one.wait_call("ringing-here")
                one.do("--answer")
            call = one.wait_call("connected")
            assert call["codec"].lower() == codec.lower(), call
            wait_until(lambda: other.heard(440) > LOUD, 15, f"the phone's tone at baresip: {other.heard(440)} dB")
            one.wait(lambda s: s["audio"]["tone"] is not None and s["audio"]["tone"] > -30, "baresip's tone at the phone")
            status = one.wait(lambda s: min(s["calls"][0]["rtp"]["packets_sent"],
                                            s["calls"][0]["rtp"]["packets_received"]) > 50, "fifty packets each way")
            assert status["calls"][0]["rtp"]["packets_lost"] < 5, status["calls"][0]["rtp"]
            if phone_calls:
                one.do("--hangup")
                other.wait_event("CALL_CLOSED")
            else:
                other.hang_up()
                one.wait_no_call()
    finally:
        other.kill()


def test_pcmu_out(pool):
    with_baresip(pool, "PCMU", True)


def test_pcma_in(pool):
    with_baresip(pool, "PCMA", False)


def test_g722_out(pool):
    with_baresip(pool, "G722", True)


def test_g722_in(pool):
    with_baresip(pool, "G722", False)


def test_opus_out(pool):
    with_baresip(pool, "opus", True)


def test_opus_in(pool):
    with_baresip(pool, "opus", False)


def test_dtmf(pool):
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            one.do("--dtmf", "159#*0")
            wait_until(lambda: rtp.digits() == "159#*0", 10, f"the digits: {rtp.digits()}")
            status, _, error = one.run("--dtmf", "12x")
            assert status != 0 and error
            one.do("--hangup")


def test_mute(pool):
    with phone(pool, settings={"codecs.enabled.audio": "PCMU"}) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            wait_until(lambda: rtp.heard(440) > LOUD, 10, "the tone")
            one.do("--mute", "on")
            assert one.status()["calls"][0]["muted"]
            wait_until(lambda: rtp.packets and rtp.heard(440) < 3, 10, "silence")
            one.do("--mute", "toggle")
            wait_until(lambda: rtp.heard(440) > LOUD, 10, "the tone again")
            one.do("--hangup")


def test_echo_comes_back(pool):
    with phone(pool, settings={"codecs.enabled.audio": "PCMU"}) as one, sound(pool, echo=True) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            one.wait(lambda s: s["audio"]["tone"] is not None and s["audio"]["tone"] > -30, "the tone that went out")
            one.do("--hangup")


def test_leaks(pool):
    """A call out and a call in, with all that the leak checker wants: slow, so with a long timeout."""
    with phone(pool, timeout=20000, leaks=True) as one, sound(pool, echo=True) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            wait_until(lambda: len(rtp.packets) > 30, 10, "sound")
            one.do("--hangup")
        with far(pool, invite(one.user, rtp.sdp()), receive(100, optional=True), receive(180), receive(200),
                 request_as_caller("ACK", one.user), pause(500), request_as_caller("BYE", one.user, 2),
                 receive(200, routes=False)):
            one.wait_call("ringing-here")
            one.do("--answer")
            one.wait_no_call()
