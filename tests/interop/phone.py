# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone under test: tandem-headless with a message bus and a home of its own, steered by its
command line. Its state is read by --status --json.
"""
import contextlib
import json
import math
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
import xml.sax.saxutils

import gi
from gi.repository import Gio, GLib

from baresip import goertzel
from pool import DOMAIN, PASSWORD, PORT, Process, environment, wait_until

gi.require_version("Gio", "2.0")
NAME, PATH = "org.tandemphone.Tandem", "/org/tandemphone/Tandem"
KEPT = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "GSETTINGS_SCHEMA_DIR", "G_DEBUG", "GST_REGISTRY",
        "LD_LIBRARY_PATH", "GST_PLUGIN_PATH")


def configuration(user, server, protocol, settings, **proxy):
    """Text of a configuration file. settings: "policy.endpoint.sip_transaction_timeout" -> value."""
    quote = xml.sax.saxutils.quoteattr
    proxy = {"password": PASSWORD, "domain": DOMAIN, "reg_timeout": 600, "reg_interval": 30, **proxy}
    everything = {**{f"proxies.proxy0.{name}": value for name, value in proxy.items()}, **settings}
    domains = {}
    for key, value in everything.items():
        domain, section, name = key.split(".")
        domains.setdefault(domain, {}).setdefault(section, []).append((name, value))
    lines = ["<configuration><Container name='Basic'>",
             f"<Connectivity user={quote(user)} server={quote(server)} protocol={quote(protocol)}/>",
             "</Container><Container name='Genesys'><settings version='1.0'>"]
    for domain, sections in domains.items():
        lines.append(f"<domain name={quote(domain)}>")
        for section, entries in sections.items():
            lines.append(f"<section name={quote(section)}>")
            lines += [f"<setting name={quote(name)} value={quote(str(value))}/>" for name, value in entries]
            lines.append("</section>")
        lines.append("</domain>")
    return "\n".join([*lines, "</settings></Container></configuration>"])


def quick(options):
    """ASAN_OPTIONS without what makes each allocation of the SIP library's parser slow: with it, one
    message takes longer than the timeouts here. Without it leaks cannot be told from the tables of
    other libraries; the case sound/leaks looks for them."""
    slow = ("fast_unwind_on_malloc", "malloc_context_size", "detect_leaks")
    kept = [part for part in options.split(":") if part.split("=")[0] not in slow]
    return ":".join([*kept, "fast_unwind_on_malloc=1", "malloc_context_size=8", "detect_leaks=0"])


class Phone(Process):
    program = None
    count = 0

    def __init__(self, pool, user=None, server=f"pool.{DOMAIN}:{PORT}", protocol="udp", settings=None, timeout=800,
                 leaks=False, **proxy):
        Phone.count += 1
        self.user = user or f"agent{Phone.count}"
        self.home = f"{pool.folder}/phone{Phone.count}"
        os.makedirs(self.home + "/run", mode=0o700)
        super().__init__(self.home + "/log")
        self.pool = pool
        self.bus = None
        self.link = None
        self.env = environment(
            **{name: os.environ[name] for name in KEPT if name in os.environ}, HOME=self.home, LC_ALL="C.UTF-8",
            XDG_RUNTIME_DIR=self.home + "/run", XDG_DATA_HOME=self.home + "/data", XDG_CONFIG_HOME=self.home + "/config",
            XDG_CACHE_HOME=self.home + "/cache", XDG_STATE_HOME=self.home + "/state", GSETTINGS_BACKEND="memory",
            GIO_USE_VFS="local", G_MESSAGES_DEBUG=os.environ.get("LAB_DEBUG", ""))
        if not leaks:
            self.env["ASAN_OPTIONS"] = quick(self.env.get("ASAN_OPTIONS", ""))
        if "GST_REGISTRY" not in self.env:
            self.env["GST_REGISTRY"] = pool.folder + "/gst-registry"
        self.config = self.home + "/phone.config"
        first = 30000 + Phone.count * 100 % 2000
        with open(self.config, "w") as file:
            file.write(configuration(self.user, server, protocol, {
                "policy.endpoint.sip_transaction_timeout": timeout, "policy.endpoint.sip_port_min": 15100,
                "policy.endpoint.sip_port_max": 15999, "policy.endpoint.rtp_port_min": first,
                "policy.endpoint.rtp_port_max": first + 98, "policy.endpoint.ip_versions": "ipv4",
                "tandem.sip.dns_server": pool.dns.server, "tandem.ha.reg_spread": 0, "tandem.ha.probe_interval": 0,
                "tandem.sip.random_seed": Phone.count, **(settings or {})}, **proxy))

    def start(self, *arguments, config=True):
        daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address", "--address",
                                   f"unix:path={self.home}/run/bus"], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, env=self.env, text=True)
        self.bus = daemon
        self.env["DBUS_SESSION_BUS_ADDRESS"] = daemon.stdout.readline().strip()
        given = ["--config", self.config] if config else []
        self.spawn([self.program, *given, "--audio", "test", *arguments], env=self.env, cwd=self.home)
        return self

    def run(self, *arguments, seconds=20):
        """One call of the command line: exit status, output, error output."""
        result = subprocess.run([self.program, *arguments], env=self.env, cwd=self.home, capture_output=True, text=True,
                                timeout=seconds, stdin=subprocess.DEVNULL)
        return result.returncode, result.stdout.strip(), result.stderr.strip()

    def do(self, *arguments):
        status, output, error = self.run(*arguments)
        assert status == 0, f"{arguments} gave {status}: {output} {error}\n{self.tail()}"
        return output

    def connection(self):
        if self.link is None:
            self.link = Gio.DBusConnection.new_for_address_sync(
                self.env["DBUS_SESSION_BUS_ADDRESS"],
                Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
                None, None)
            self.link.set_exit_on_close(False)
        return self.link

    def status(self):
        """What --status --json prints, over the bus: cheaper than a process each time."""
        answer = self.connection().call_sync(NAME, PATH, NAME + ".Status", "GetStatus", None, None,
                                             Gio.DBusCallFlags.NO_AUTO_START, 5000, None)
        return json.loads(answer.unpack()[0])

    def action(self, name, parameter=None):
        """An action, as a desktop application activates it."""
        given = [] if parameter is None else [parameter]
        self.connection().call_sync(NAME, PATH, "org.gtk.Actions", "Activate",
                                    GLib.Variant("(sava{sv})", (name, given, {})), None,
                                    Gio.DBusCallFlags.NO_AUTO_START, 5000, None)

    def tail(self):
        return self.text()[-3000:]

    def wait(self, predicate, what, seconds=15):
        """The first status for which predicate is true."""
        last = {}

        def reached():
            assert self.child.poll() is None, f"the phone ended with {self.child.returncode}\n{self.tail()}"
            try:
                status = self.status()
            except GLib.Error:
                return None
            last.clear()
            last.update(status)
            return status if predicate(status) else None
        try:
            return wait_until(reached, seconds, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{json.dumps(last, indent=1)[:4000]}\n{self.tail()}") from None

    def account(self, status=None):
        return (status or self.status())["accounts"][0]

    def wait_registered(self, seconds=15):
        return self.wait(lambda s: s["accounts"] and s["accounts"][0]["state"] == "registered", "registered", seconds)

    def wait_call(self, *states, seconds=15):
        status = self.wait(lambda s: s["calls"] and s["calls"][0]["state"] in states, f"a call {states}", seconds)
        return status["calls"][0]

    def wait_no_call(self, seconds=15):
        return self.wait(lambda s: not s["calls"], "no call left", seconds)

    def active(self, status=None):
        """The proxy in use."""
        return self.pool.proxy(re.search(r"[0-9]+(\.[0-9]+){3}", self.account(status)["candidate"]).group())

    def stop(self):
        """As a person quits it: it has to end, well, with nothing leaked."""
        if self.child is None:
            return
        if self.child.poll() is None:
            self.do("--quit")
        child, self.child = self.child, None
        try:
            status = child.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            raise AssertionError(f"the phone did not quit\n{self.tail()}") from None
        assert status == 0, f"the phone ended with {status}\n{self.tail()}"

    def contact(self):
        """Where the phone listens: host and port."""
        match = re.search(r"@([0-9.]+):(\d+)", self.account()["contact"])
        return match.group(1), int(match.group(2))

    def close(self):
        self.kill()
        if self.link is not None:
            self.link.close_sync(None)
            self.link = None
        if self.bus is not None:
            self.bus.kill()
            self.bus.wait(10)
            self.bus.stdout.close()
            self.bus = None


@contextlib.contextmanager
def phone(pool, registered=True, **options):
    """A phone that runs and is registered; afterwards it has to quit well."""
    one = Phone(pool, **options)
    try:
        one.start()
        if registered:
            one.wait_registered()
        yield one
        one.stop()
    finally:
        one.close()


class BlackHole:
    """Takes a dead member's place: as silent as SIGSTOP, and it tells what it was sent."""

    def __init__(self, member):
        member.kill()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        wait_until(lambda: self.bind(member.ip), 5, "the dead member's address is free")
        self.messages = []

    def bind(self, ip):
        with contextlib.suppress(OSError):
            self.socket.bind((ip, PORT))
            return True
        return False

    def seen(self, method):
        with contextlib.suppress(BlockingIOError):
            while True:
                self.messages.append(self.socket.recv(65535).decode(errors="replace"))
        return [text for text in self.messages if text.startswith(method + " ")]

    def cseq(self, method):
        """The highest CSeq of that method; 0 without. Old ones may be sent again for a while."""
        return max((int(re.search(r"^CSeq: *(\d+)", text, re.M).group(1)) for text in self.seen(method)), default=0)

    def close(self):
        self.socket.close()


class RtpPeer:
    """The far end's sound: keeps what comes, sends it back, plays a tone of 700 Hz or key tones (PCMU)."""

    def __init__(self, ip, echo=False, tone=False):
        self.keys = []  # pairs of frequencies, one for each 20 ms
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, 0))
        self.ip, self.port = self.socket.getsockname()
        self.echo, self.tone = echo, tone
        self.packets = []
        self.sources = set()
        self.running = True
        self.peer = None
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def sdp(self, formats="0 8 101", lines=()):
        return "\n".join(["v=0", f"o=far 1 1 IN IP4 {self.ip}", "s=-", f"c=IN IP4 {self.ip}", "t=0 0",
                          f"m=audio {self.port} RTP/AVP {formats}", "a=rtpmap:101 telephone-event/8000",
                          "a=fmtp:101 0-15", *lines, ""])

    def loop(self):
        self.socket.settimeout(0.02)
        due, sequence, phase = time.monotonic(), 0, 0
        while self.running:
            try:
                packet, source = self.socket.recvfrom(2048)
                if packet and packet[0] >> 6 == 2 and not 192 <= packet[1] <= 223:
                    self.packets.append((time.time(), packet))
                    self.sources.add(source)
                    self.peer = source
                    if self.echo:
                        self.socket.sendto(packet[:8] + b"echo" + packet[12:], source)
            except OSError:
                pass
            while (self.tone or self.keys) and self.peer and due <= time.monotonic():
                tones = self.keys.pop(0) if self.keys else (700,)
                data = bytes(ulaw(sum(6500 * math.sin(2 * math.pi * tone * (phase + i) / 8000) for tone in tones))
                             for i in range(160))
                self.socket.sendto(struct.pack("!BBHII", 0x80, 0, sequence & 0xFFFF, phase, 7) + data, self.peer)
                sequence, phase, due = sequence + 1, phase + 160, max(due + 0.02, time.monotonic() - 0.1)

    def press(self, digits):
        """Key tones (ITU-T Q.23), 80 ms each with 60 ms of silence."""
        for digit in digits:
            row, column = divmod("123A456B789C*0#D".index(digit), 4)
            self.keys += 4 * [((697, 770, 852, 941)[row], (1209, 1336, 1477, 1633)[column])] + 3 * [()]

    def heard(self, frequency, since=0.0):
        """How much louder than beside it, in dB, PCMU or PCMA of the last half second."""
        packets = [p for when, p in list(self.packets) if when >= since and p[1] & 0x7F in (0, 8)][-25:]
        if len(packets) < 20:
            return -99.0
        samples = [linear(byte, packet[1] & 0x7F) for packet in packets for byte in packet[12:]]
        return 10 * math.log10((goertzel(samples, frequency, 8000) + 1.0)
                               / (goertzel(samples, frequency * 1.6, 8000) + 1.0))

    def digits(self, payload=101):
        """The digits of RFC 4733, one for each timestamp."""
        seen = {}
        for _, packet in list(self.packets):
            if packet[1] & 0x7F == payload and len(packet) >= 16:
                seen.setdefault(packet[4:8], "0123456789*#ABCD"[packet[12] & 15])
        return "".join(seen.values())

    def close(self):
        self.running = False
        self.thread.join(2)
        self.socket.close()


def ulaw(sample):
    value = int(min(abs(sample), 32635)) + 132
    exponent = max(0, value.bit_length() - 8)
    return ~((0x80 if sample < 0 else 0) | exponent << 4 | value >> exponent + 3 & 15) & 0xFF


def linear(byte, payload):
    if payload == 0:
        byte = ~byte & 0xFF
        value = (((byte & 15) << 3) + 0x84 << (byte >> 4 & 7)) - 0x84
        return -value if byte & 0x80 else value
    byte ^= 0x55
    exponent, value = byte >> 4 & 7, (byte & 15) << 4
    value = value + 8 if exponent == 0 else value + 0x108 << exponent - 1
    return value if byte & 0x80 else -value
