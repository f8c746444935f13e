# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy dies or falls silent in the middle of something. What the far end sees is what counts."""
import re
import time

from cases_calls import answer_to_invite, answered, far, last_call, sound
from phone import BlackHole, phone
from pool import wait_until
from sipp import (aim, answer, answer_in_dialog, hop_by_hop, invite, pause, receive, request_as_called, request_as_caller)

TIMEOUT = 0.8
SLACK = 1.5


def within(began, moment, lowest, highest, what):
    took = moment - began
    assert lowest <= took <= highest, f"{what} took {took:.2f} s, wanted {lowest} to {highest}"


def over(pool, what, call_id=None, since=0.0):
    return {proxy.name for proxy in pool.proxies if proxy.seen(what, call_id, since)}


def test_invite_silent(pool):
    """Rung once, by the second attempt; not again when the silent proxy wakes up."""
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            dead = one.active()
            dead.silence()
            began = time.time()
            one.do("--call", peer.user)
            states = set()
            one.wait(lambda s: s["calls"] and (states.add(s["calls"][0]["state"]) or
                                               s["calls"][0]["state"] == "connected"), "connected")
            within(began, peer.traced("INVITE", True)[0].when, TIMEOUT - 0.1, TIMEOUT + SLACK, "the INVITE")
            call = one.status()["calls"][0]
            assert call["attempt"] == 2 and call["rerouted"], call
            assert len(one.status()["calls"]) == 1, "one row"
            dead.resume()
            wait_until(lambda: dead.seen("CANCEL|407 INVITE|INVITE"), 5, "the woken proxy works off what it got")
            time.sleep(1)  # an absence: no second call may ring
            assert len({t.header("Call-ID") for t in peer.traced("INVITE", True)}) == 1, peer.summary()
            assert one.status()["calls"][0]["state"] == "connected"
            one.do("--hangup")


def test_invite_refused(pool):
    """As silent at the latest; ICMP may tell sooner."""
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.active().kill()
            began = time.time()
            one.do("--call", peer.user)
            one.wait_call("connected")
            within(began, peer.traced("INVITE", True)[0].when, 0, TIMEOUT + SLACK, "the INVITE")
            one.do("--hangup")


def test_second_call_avoids_the_dead_proxy(pool):
    with phone(pool) as one, sound(pool) as rtp:
        dead = one.active()
        dead.silence()
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            one.do("--hangup")
        hole = BlackHole(dead)
        try:
            with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
                began = time.time()
                one.do("--call", peer.user)
                one.wait_call("connected")
                within(began, peer.traced("INVITE", True)[0].when, 0, 0.7, "the second call")
                one.do("--hangup")
            assert not hole.seen("INVITE") and not hole.seen("ACK") and not hole.seen("BYE")
        finally:
            hole.close()


def test_invite_fails_after_exactly_two_attempts(pool):
    with phone(pool) as one:
        holes = [BlackHole(proxy) for proxy in pool.proxies]
        try:
            one.do("--call", "to29999")
            ended = last_call(one)
            assert ended["failure"], ended
            calls = {re.search(r"Call-ID: (\S+)", text).group(1) for hole in holes for text in hole.seen("INVITE")}
            used = [hole for hole in holes if hole.seen("INVITE")]
            assert len(calls) == 2 and len(used) == 2, (calls, len(used))
        finally:
            for hole in holes:
                hole.close()


def test_ghost_is_cancelled(pool):
    """The proxy dies once it has passed the INVITE on: the callee rings for a call that nobody hears
    of. The second attempt rings too; the first one is cancelled over a living proxy."""
    with phone(pool, settings={"tandem.ha.probe_interval": 1}) as one, sound(pool) as rtp:
        ghost = [receive("INVITE"), answer(180), receive("CANCEL"), answer_in_dialog(200), answer_to_invite(487),
                 receive("ACK")]
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as second:
            with far(pool, receive("INVITE"), pause(150), *ghost[1:]) as first:
                dead = one.active()
                one.do("--call", f"serial{first.port}-{second.port}")
                first.wait_for("INVITE")
                dead.kill()
                one.wait_call("connected", seconds=20)
                first.wait_for("CANCEL")
            one.do("--hangup")


def test_bye_silent(pool):
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            call = one.wait_call("connected")
            dead = one.active()
            dead.silence()
            began = time.time()
            one.do("--hangup")
            assert not one.status()["calls"], "the row goes at once"
            within(began, peer.wait_for("BYE").when, TIMEOUT - 0.1, TIMEOUT + SLACK, "the BYE")
            assert over(pool, "BYE", call["sip_call_id"]) - {dead.name}


def test_bye_refused(pool):
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            one.active().kill()
            began = time.time()
            one.do("--hangup")
            within(began, peer.wait_for("BYE").when, 0, TIMEOUT + SLACK, "the BYE")


def test_bye_silent_with_a_name_in_the_route(pool):
    """Record-Route carries the pool's name, as contact-centre servers write it, and not an address."""
    pool.restart_all("-A", "NAME_IN_ROUTE=1")
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            assert "pool.lab.test" in peer.traced("INVITE", True)[0].header("Record-Route")
            one.active().silence()
            began = time.time()
            one.do("--hangup")
            within(began, peer.wait_for("BYE").when, TIMEOUT - 0.1, TIMEOUT + SLACK, "the BYE")


def test_bye_two_dead(pool):
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            active = one.active()
            alive = next(proxy for proxy in reversed(pool.proxies) if proxy is not active)
            for proxy in pool.proxies:
                if proxy is not alive:
                    proxy.silence()
            began = time.time()
            one.do("--hangup")
            within(began, peer.wait_for("BYE").when, 0, 2 * TIMEOUT + SLACK, "the BYE")
            assert alive.seen("BYE")


def test_bye_all_dead_and_back(pool):
    """All are silent: the cycle goes on, and ends as soon as one is back within its 32 s."""
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            for proxy in pool.proxies:
                proxy.kill()
            one.do("--hangup")
            time.sleep(3 * TIMEOUT)
            pool.restore()
            peer.wait_for("BYE", seconds=15)


def test_cancel_silent(pool):
    with phone(pool) as one:
        with far(pool, receive("INVITE"), answer(180), receive("CANCEL"), answer_in_dialog(200),
                 answer_to_invite(487), receive("ACK")) as peer:
            one.do("--call", peer.user)
            one.wait_call("ringing-there")
            one.active().silence()
            began = time.time()
            one.do("--hangup")
            assert not one.status()["calls"], "the row goes at once"
            within(began, peer.wait_for("CANCEL").when, TIMEOUT - 0.1, TIMEOUT + SLACK, "the CANCEL")


def test_cancel_refused(pool):
    with phone(pool) as one:
        with far(pool, receive("INVITE"), answer(180), receive("CANCEL"), answer_in_dialog(200),
                 answer_to_invite(487), receive("ACK")) as peer:
            one.do("--call", peer.user)
            one.wait_call("ringing-there")
            one.active().kill()
            began = time.time()
            one.do("--hangup")
            within(began, peer.wait_for("CANCEL").when, 0, TIMEOUT + SLACK, "the CANCEL")


def test_answer_silent(pool):
    """The 200 reaches the caller over another proxy; the call is confirmed once an ACK gets through."""
    with phone(pool) as one, sound(pool) as rtp:
        with far(pool, invite(one.user, rtp.sdp()), receive(100, optional=True), receive(180), receive(200),
                 request_as_caller("ACK", one.user), receive("BYE"), answer_in_dialog(200)) as peer:
            one.wait_call("ringing-here")
            dead = one.active()
            dead.silence()
            began = time.time()
            one.do("--answer")
            within(began, peer.wait_for("200 INVITE").when, TIMEOUT - 0.1, TIMEOUT + SLACK, "the answer")
            assert one.wait_call("answering")
            assert over(pool, "200 INVITE", since=began) - {dead.name}
            dead.resume()
            one.wait_call("connected")
            one.do("--hangup")


def test_far_end_hangs_up_over_the_living(pool):
    """The call's proxy died; the far end's BYE comes over another one and ends the call here."""
    with phone(pool) as one, sound(pool) as rtp:
        alive = pool.proxies[2]
        bye = request_as_called("BYE").replace("[routes]", f"Route: <sip:{alive.address};lr>")
        with far(pool, *answered(rtp.sdp()), pause(800), aim(alive.ip), bye,
                 receive(200, routes=False)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            if one.active() is not alive:
                one.active().silence()
            one.wait_no_call()


def test_invite_tcp_hangs(pool):
    with phone(pool, protocol="tcp") as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            dead = one.active()
            dead.silence()
            began = time.time()
            one.do("--call", peer.user)
            one.wait_call("connected")
            within(began, peer.traced("INVITE", True)[0].when, TIMEOUT - 0.1, TIMEOUT + SLACK, "the INVITE")
            one.do("--hangup")


def test_bye_tcp_hangs(pool):
    with phone(pool, protocol="tcp") as one, sound(pool) as rtp:
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            one.do("--call", peer.user)
            one.wait_call("connected")
            one.active().silence()
            began = time.time()
            one.do("--hangup")
            within(began, peer.wait_for("BYE").when, TIMEOUT - 0.1, TIMEOUT + SLACK, "the BYE")


def test_overloaded_proxy_does_not_stop_a_call(pool):
    """A 503 from one member: over to the next at once, without any silence."""
    with phone(pool) as one, sound(pool) as rtp:
        overloaded = one.active()
        overloaded.kill()
        overloaded.start("-A", "OVERLOADED=1")
        with far(pool, *answered(rtp.sdp()), receive("BYE"), answer_in_dialog(200)) as peer:
            began = time.time()
            one.do("--call", peer.user)
            one.wait_call("connected")
            within(began, peer.traced("INVITE", True)[0].when, 0, 1.1, "the INVITE")
            one.do("--hangup")
        member = next(c for c in one.account()["candidates"] if c["address"] == overloaded.ip)
        assert member["penalty_seconds_left"] <= 30, member


def test_incoming_over_another_proxy_after_moving(pool):
    """After the registration has moved, calls come by the new way."""
    with phone(pool) as one:
        dead = one.active()
        dead.silence()
        one.action("register-again")
        one.wait(lambda s: s["accounts"][0]["registered"] and one.active(s) is not dead, "registered elsewhere")
        with far(pool, invite(one.user), receive(100, optional=True), receive(180), pause(200),
                 hop_by_hop("CANCEL", one.user), receive(200, routes=False), receive(487),
                 hop_by_hop("ACK", one.user)):
            one.wait_call("ringing-here")
        one.wait_no_call()


def test_probe_moves_before_a_call_is_lost(pool):
    """With probes, the dead proxy is known before the agent presses Call."""
    with phone(pool, settings={"tandem.ha.probe_interval": 1}) as one:
        dead = one.active()
        dead.silence()
        one.wait(lambda s: s["accounts"][0]["registered"] and one.active(s) is not dead, "moved by itself", 10)
        with far(pool, receive("INVITE"), answer(486), receive("ACK")) as peer:
            began = time.time()
            one.do("--call", peer.user)
            within(began, peer.wait_for("INVITE").when, 0, 0.7, "the INVITE")
