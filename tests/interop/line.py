# SPDX-License-Identifier: GPL-3.0-or-later
"""The SIP thread alone as a peer: the program sip-line, steered over its standard input, its events
read from its standard output."""
import contextlib
import json
import os
import subprocess
import threading

from phone import KEPT, quick
from pool import DOMAIN, PASSWORD, PORT, environment, wait_until

AVAILABLE, AWAY, RINGING, BUSY, OFFLINE = 1, 2, 3, 4, 5


def escape(word):
    return str(word).replace("\\", "\\\\").replace(" ", "\\040").replace("\r", "\\r").replace("\n", "\\n")


class Line:
    program = None
    count = 0

    def __init__(self, pool, user=None, server=f"pool.{DOMAIN}:{PORT}", timeout=800):
        Line.count += 1
        self.pool, self.user = pool, user or f"line{Line.count}"
        self.ip = f"127.7.{pool.net}.{150 + Line.count % 100}"
        self.events = []
        env = environment(**{name: os.environ[name] for name in KEPT if name in os.environ})
        env["ASAN_OPTIONS"] = quick(env.get("ASAN_OPTIONS", ""))
        self.errors = open(f"{pool.folder}/line{Line.count}.errors", "w+", encoding="utf-8")
        self.child = subprocess.Popen([self.program, self.ip, pool.dns.server], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=self.errors, env=env, text=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.say("account", "0", self.user, PASSWORD, DOMAIN, server, "udp", timeout)

    def read(self):
        for line in self.child.stdout:
            self.events.append(json.loads(line))

    def say(self, *words):
        self.child.stdin.write(" ".join(map(escape, words)) + "\n")
        self.child.stdin.flush()

    def sdp(self):
        return "\r\n".join(["v=0", f"o=- 1 1 IN IP4 {self.ip}", "s=-", f"c=IN IP4 {self.ip}", "t=0 0",
                            "m=audio 30000 RTP/AVP 0", ""])

    def seen(self, **wanted):
        return [event for event in list(self.events) if all(event.get(key) == value for key, value in wanted.items())]

    def wait(self, count=1, seconds=15, **wanted):
        """The count-th event of that kind."""
        def reached():
            assert self.child.poll() is None, self.text()
            return self.seen(**wanted)[count - 1:count]
        try:
            return wait_until(reached, seconds, f"{self.user}: {wanted}")[0]
        except AssertionError as error:
            raise AssertionError(f"{error}\n" + "\n".join(map(str, self.events[-20:])) + self.text()) from None

    def wait_registered(self):
        self.wait(type="registration", registration=2)
        return self

    def call(self, uri, *headers):
        made = len(self.seen(type="made"))
        self.say("call", "0", uri, self.sdp(), *headers)
        return self.wait(made + 1, type="made")["call"]

    def answer(self, call):
        self.say("answer", call, self.sdp())

    def text(self):
        self.errors.seek(0)
        return self.errors.read()[-2000:]

    def stop(self):
        self.child.stdin.close()
        status = self.child.wait(15)
        assert status == 0, f"sip-line ended with {status}: {self.text()}"

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait(10)
        self.reader.join(5)
        self.child.stdout.close()
        self.errors.close()


@contextlib.contextmanager
def line(pool, **options):
    """A line that is registered; afterwards it has to end well."""
    one = Line(pool, **options)
    try:
        yield one.wait_registered()
        one.stop()
    finally:
        one.kill()
