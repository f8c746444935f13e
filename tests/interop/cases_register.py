# SPDX-License-Identifier: GPL-3.0-or-later
"""Registering: transports, certificates, refusals, names, and moving to another proxy."""
import re
import socket
import time

from phone import BlackHole, phone
from pool import DOMAIN, PORT, TLS_PORT, Skip, wait_until
from sipp import Sipp, answer, hop_by_hop, invite, receive

TIMEOUT = 800
# What a loaded machine and a sanitizer may add to a deadline.
SLACK = 1.7


def requests(pool, method="REGISTER", since=0.0):
    return [seen for proxy in pool.proxies for seen in proxy.seen(method, since=since)]


def reachable(pool, user):
    """What the registrar answers to a call for that user, without ringing anybody for long."""
    steps = [invite(user), receive(100, optional=True), receive(404), hop_by_hop("ACK", user)]
    Sipp(pool, steps).start().finish()


def test_udp(pool):
    with phone(pool) as one:
        account = one.account()
        assert account["registered"] and account["expires"] == 600 and not account["problem"], account
        assert len(account["candidates"]) == 3
        assert {c["penalty_seconds_left"] for c in account["candidates"]} == {0}
        active = one.active()
        assert [s.transport for s in active.seen("REGISTER")][-2:] == ["udp", "udp"]
        assert len(active.seen("401 REGISTER")) >= 1
        assert "Registered" in one.do("--status") or account["title"] in one.do("--status")
    assert active.seen("REGISTER")[-1].what == "REGISTER"


def test_tcp(pool):
    with phone(pool, protocol="tcp") as one:
        assert one.active().seen("REGISTER")[-1].transport == "tcp"


def test_ip_version_6(pool):
    """One proxy has an address of the other family; calls go through it both ways."""
    port = 16000 + pool.net
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("::1", port))
        except OSError as error:
            raise Skip(f"no ::1 here: {error}") from None
    proxy = pool.proxies[0]
    proxy.kill()
    proxy.start("-A", "BOTH=1", tls=f"listen=udp:[::1]:{port}")
    with phone(pool, server=f"[::1]:{port}", settings={"policy.endpoint.ip_versions": "ipv6"}) as one:
        assert one.account()["candidates"][0]["address"] == "::1", one.account()
        assert "[::1]" in one.account()["contact"], one.account()
        far = Sipp(pool, [receive("INVITE"), answer(486), receive("ACK")])
        far.start()
        one.do("--call", far.user)
        far.finish()
        one.wait(lambda s: s["last_call"] and not s["calls"], "the end of the call")
        steps = [invite(one.user), receive(100, optional=True), receive(180), receive(486), hop_by_hop("ACK", one.user)]
        far = Sipp(pool, steps)
        far.start()
        one.wait_call("ringing-here")
        one.do("--decline")
        far.finish()


def test_unregisters_when_it_quits(pool):
    with phone(pool) as one:
        user = one.user
    reachable(pool, user)


def test_tls(pool):
    pool.start_tls()
    with phone(pool, server=f"pool.{DOMAIN}:{TLS_PORT}", protocol="tls",
               settings={"tandem.security.ca_file": pool.folder + "/ca.pem"}) as one:
        assert one.active().seen("REGISTER")[-1].transport == "tls"


def tls_fails(pool, words, server=f"pool.{DOMAIN}:{TLS_PORT}", ca="ca.pem"):
    """In words. The timeout is long: on a busy machine a handshake must not end as silence."""
    since = time.time()
    with phone(pool, registered=False, server=server, protocol="tls", timeout=5000,
               settings={"tandem.security.ca_file": f"{pool.folder}/{ca}"}) as one:
        status = one.wait(lambda s: s["accounts"] and s["accounts"][0]["problem"]
                          and s["accounts"][0]["state"] == "not-registered", "a problem in words")
        account = status["accounts"][0]
        assert re.search(words, account["problem"], re.I), account
    assert not requests(pool, since=since), "a REGISTER went out all the same"


def test_tls_wrong_name(pool):
    pool.start_tls()
    tls_fails(pool, "another name", server=f"wrong.{DOMAIN}:{TLS_PORT}")


def test_tls_untrusted(pool):
    pool.start_tls()
    tls_fails(pool, "not trusted", ca="other.pem")


def test_tls_server_wants_a_certificate(pool):
    pool.start_tls(wants_certificate=True)
    tls_fails(pool, "certificate|encrypted")


def test_tls_name_check_off(pool):
    pool.start_tls()
    with phone(pool, server=f"wrong.{DOMAIN}:{TLS_PORT}", protocol="tls",
               settings={"tandem.security.ca_file": pool.folder + "/ca.pem",
                         "system.security.tls-target-name-check": "none"}):
        pass


def test_first_proxy_silent(pool):
    with phone(pool, server=",".join(p.address for p in pool.proxies)) as one:
        assert one.active() is pool.proxies[0], "a list of addresses is tried in its order"
    hole = BlackHole(pool.proxies[0])
    try:
        began = time.monotonic()
        with phone(pool, server=",".join(p.address for p in pool.proxies)) as one:
            took = time.monotonic() - began
            assert one.active() is pool.proxies[1]
            assert took < TIMEOUT / 1000 + 2 * SLACK, took
            assert hole.seen("REGISTER")
            status = one.wait(lambda s: s["accounts"][0]["candidates"][0]["penalty_seconds_left"] > 0, "a penalty")
            first = status["accounts"][0]["candidates"][0]
            assert 580 < first["penalty_seconds_left"] <= 600 and first["role"] == "set-aside", first
    finally:
        hole.close()


def test_refresh_moves_once_and_avoids_the_silent_proxy(pool):
    with phone(pool) as one:
        dead = one.active()
        dead.silence()
        began = time.monotonic()
        one.action("register-again")
        one.wait(lambda s: s["accounts"][0]["registered"] and one.active(s) is not dead, "registered elsewhere")
        took = time.monotonic() - began
        assert TIMEOUT / 1000 - 0.1 < took < TIMEOUT / 1000 + SLACK, took
        alive = one.active()
        one.wait(lambda s: any(c["penalty_seconds_left"] > 580 for c in s["accounts"][0]["candidates"]),
                 "the penalty, after an unanswered probe")
        hole = BlackHole(dead)
        try:
            count, cseq = len(alive.seen("200 REGISTER")), int(alive.seen("REGISTER")[-1].cseq)
            one.action("register-again")
            wait_until(lambda: len(alive.seen("200 REGISTER")) > count, 5, "a refresh over the living proxy")
            assert hole.cseq("REGISTER") <= cseq, f"the refresh went to the dead proxy: {hole.seen('REGISTER')}"
        finally:
            hole.close()


def test_tcp_proxy_refuses(pool):
    """A connection refused is known at once: nothing waits for the timeout."""
    with phone(pool, protocol="tcp", timeout=8000) as one:
        dead = one.active()
        began = time.monotonic()
        dead.kill()
        one.wait(lambda s: s["accounts"][0]["registered"] and one.active(s) is not dead, "registered elsewhere", 7)
        assert time.monotonic() - began < 5


def test_tcp_proxy_hangs(pool):
    with phone(pool, protocol="tcp") as one:
        dead = one.active()
        dead.silence()
        began = time.monotonic()
        one.action("register-again")
        one.wait(lambda s: s["accounts"][0]["registered"] and one.active(s) is not dead, "registered elsewhere")
        assert time.monotonic() - began < TIMEOUT / 1000 + SLACK


def test_srv(pool):
    with phone(pool, server=f"srv.{DOMAIN}") as one:
        assert one.active() is pool.proxies[0], "the lowest priority comes first"
        assert any("query[SRV]" in line for line in pool.dns.queries())
        pool.proxies[0].silence()
        one.action("register-again")
        one.wait(lambda s: s["accounts"][0]["registered"] and one.active(s) is pool.proxies[1], "on the next priority")


def test_rotating_addresses(pool):
    """The order of the answer is kept, so that a name server that rotates spreads the phones."""
    used = set()
    for _ in range(6):
        with phone(pool) as one:
            used.add(one.active().name)
        if len(used) > 1:
            return
    raise AssertionError(f"six phones, all on {used}")


def test_wrong_password(pool):
    since = time.time()
    with phone(pool, registered=False, password="guess") as one:
        status = one.wait(lambda s: s["accounts"] and s["accounts"][0]["state"] == "rejected", "rejected")
        assert "password" in status["accounts"][0]["problem"].lower(), status["accounts"][0]
        count = len(requests(pool, since=since))
        assert 2 <= count <= 4, count
        time.sleep(3)  # an absence: there must not be another one
        assert len(requests(pool, since=since)) == count, "it goes on trying a wrong password"
        assert one.account()["state"] == "rejected"


def rejected(pool, user, words):
    with phone(pool, registered=False, user=user) as one:
        status = one.wait(lambda s: s["accounts"] and s["accounts"][0]["state"] in ("rejected", "not-registered")
                          and s["accounts"][0]["problem"], "refused")
        assert re.search(words, status["accounts"][0]["problem"], re.I), status["accounts"][0]


def test_unknown_user(pool):
    rejected(pool, "nobody", "not know this user")


def test_forbidden(pool):
    rejected(pool, "barred", "refuses this user|not allowed")


def test_interval_too_brief(pool):
    with phone(pool, user="brief", reg_timeout=60) as one:
        assert one.account()["expires"] >= 120, one.account()


def test_overloaded_proxy(pool):
    """A 503 with Retry-After: another proxy takes over, and no ten minutes for this one."""
    overloaded = pool.proxies[0]
    overloaded.kill()
    overloaded.start("-A", "OVERLOADED=1")
    with phone(pool, server=",".join(p.address for p in pool.proxies)) as one:
        assert one.active() is pool.proxies[1]
        first = one.account()["candidates"][0]
        assert 0 < first["penalty_seconds_left"] <= 30, first


def test_unresolvable_name(pool):
    with phone(pool, registered=False, server=f"nowhere.{DOMAIN}:{PORT}") as one:
        status = one.wait(lambda s: s["accounts"] and s["accounts"][0]["problem"], "a problem in words")
        assert re.search("name", status["accounts"][0]["problem"], re.I), status["accounts"][0]
        assert status["accounts"][0]["state"] == "not-registered"


def test_name_server_hangs(pool):
    """The last good list is used at once."""
    far = Sipp(pool, [receive("INVITE"), answer(486), receive("ACK")])
    with phone(pool) as one:
        far.start()
        pool.dns.silence()
        time.sleep(1.2)  # the records' time to live
        before = time.time()
        one.do("--call", far.user)
        took = far.wait_for("INVITE").when - before
        assert took < 1.0, f"{took} s"
        far.finish()


def test_all_silent(pool):
    with phone(pool) as one:
        for proxy in pool.proxies:
            proxy.silence()
        one.action("register-again")
        one.wait(lambda s: s["accounts"][0]["state"] == "not-registered", "not registered", 20)
        assert one.account()["problem"]
        pool.restore()
        one.action("register-again")
        one.wait_registered()


