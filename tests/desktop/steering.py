#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real tandem-headless with the practice exchange on a private bus, steered by its command line, by
D-Bus and by signals. TAP on standard output.

Usage: steering.py TANDEM-HEADLESS TANDEM-EXCHANGE
"""
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

PROGRAM, EXCHANGE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
NAME = "org.tandemphone.Tandem"
PATH = "/org/tandemphone/Tandem"
KEPT = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "GSETTINGS_SCHEMA_DIR", "G_DEBUG", "GST_REGISTRY",
        "GST_PLUGIN_PATH", "LD_LIBRARY_PATH", "PATH")
BUS = """<busconfig><type>session</type><listen>unix:tmpdir={0}</listen><servicedir>{0}</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""


class Lab:
    """A home, a bus, and the phones that were started."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tandem-steering-")
        self.children = []
        for name in ("home", "run", "bus"):
            os.mkdir(f"{self.folder}/{name}", 0o700)
        with open(f"{self.folder}/bus.conf", "w") as file:
            file.write(BUS.format(f"{self.folder}/bus"))
        self.bus = subprocess.Popen(["dbus-daemon", "--nofork", "--print-address", f"--config-file={self.folder}/bus.conf"],
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        home = f"{self.folder}/home"
        self.env = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.env |= {"HOME": home, "XDG_RUNTIME_DIR": f"{self.folder}/run", "XDG_DATA_HOME": f"{home}/data",
                     "XDG_CONFIG_HOME": f"{home}/config", "XDG_CACHE_HOME": f"{home}/cache",
                     "XDG_STATE_HOME": f"{home}/state", "LC_ALL": "C.UTF-8", "GSETTINGS_BACKEND": "memory",
                     "GIO_USE_VFS": "local", "DBUS_SESSION_BUS_ADDRESS": self.bus.stdout.readline().strip(),
                     "TANDEM_EXCHANGE": EXCHANGE}
        self.monitor = subprocess.Popen(
            ["dbus-monitor", "--address", self.env["DBUS_SESSION_BUS_ADDRESS"],
             "type='signal',interface='org.tandemphone.Tandem.Status',member='Changed'"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        # It is listening once it has heard of its own name.
        assert self.heard(20), "dbus-monitor says nothing"

    def file(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path, "w") as file:
            file.write(text)
        return path

    def run(self, *arguments, seconds=30, **env):
        """One call of the program: exit status, output, error output."""
        result = subprocess.run([PROGRAM, *arguments], env={**self.env, **env}, capture_output=True, text=True,
                                stdin=subprocess.DEVNULL, timeout=seconds, cwd=self.folder)
        assert "Sanitizer" not in result.stderr, result.stderr
        return result.returncode, result.stdout.strip(), result.stderr.strip()

    def do(self, *arguments, **more):
        status, output, error = self.run(*arguments, **more)
        assert status == 0, f"{arguments}: {status}\n{output}\n{error}\n{self.logs()}"
        return output

    def refuse(self, *arguments, **more):
        """It has to fail, with a reason of one line; returns it."""
        status, output, error = self.run(*arguments, **more)
        assert status == 1, f"{arguments}: {status}\n{output}\n{error}"
        lines = [line for line in error.splitlines() if line.startswith("tandem: ")]
        assert len(lines) == 1, f"{arguments}: {error!r}"
        return lines[0]

    def start(self, *arguments, **env):
        phone = Phone(self, arguments, env)
        self.children.append(phone)
        return phone

    def status(self, *arguments):
        return json.loads(self.do(*arguments, "--status", "--json"))

    def heard(self, seconds):
        """Whether a phone has said within that time that something changed; all of it is read."""
        descriptor = self.monitor.stdout.fileno()
        if not select.select([descriptor], [], [], max(seconds, 0))[0]:
            return False
        assert os.read(descriptor, 65536), "dbus-monitor has ended"
        return True

    def wait(self, predicate, what, *arguments, seconds=30):
        """The first status for which predicate is true; asked for again whenever a phone says that it
        has changed."""
        end = time.monotonic() + seconds
        while self.heard(0):
            pass
        while True:
            status = self.status(*arguments)
            if predicate(status):
                return status
            assert self.heard(end - time.monotonic()), \
                f"not reached: {what}\n{json.dumps(status, indent=1)}\n{self.logs()}"

    def wait_for_name(self, name=NAME, seconds=30):
        subprocess.run(["gdbus", "wait", "--session", "--timeout", str(seconds), name], env=self.env, check=True,
                       timeout=seconds + 10)

    def call_action(self, name, *parameters, destination=NAME, path=PATH):
        """org.gtk.Actions.Activate with parameters in GVariant's text form."""
        return subprocess.run(["gdbus", "call", "--session", "--timeout", "10", "-d", destination, "-o", path, "-m",
                               "org.gtk.Actions.Activate", name, f"[{', '.join(parameters)}]", "{}"],
                              env=self.env, capture_output=True, text=True, timeout=20)

    def gdbus(self, *arguments):
        return subprocess.run(["gdbus", "call", "--session", "--timeout", "10", "-d", NAME, "-o", PATH, *arguments],
                              env=self.env, capture_output=True, text=True, timeout=20)

    def logs(self):
        return "\n".join(f"--- {' '.join(phone.arguments)}\n{phone.log()[-4000:]}" for phone in self.children)

    def close(self):
        for phone in self.children:
            phone.kill()
        self.monitor.kill()
        self.monitor.wait(10)
        self.monitor.stdout.close()
        self.bus.kill()
        self.bus.wait(10)
        self.bus.stdout.close()
        shutil.rmtree(self.folder)


class Phone:
    """A program that runs; what it says is read as it comes."""

    def __init__(self, lab, arguments, env):
        self.arguments = arguments
        self.began = time.monotonic()
        self.text = ""
        self.ended = False
        self.more = threading.Condition()
        self.child = subprocess.Popen([PROGRAM, *arguments], env={**lab.env, **env}, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=lab.folder)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        with self.child.stdout as output:
            while data := os.read(output.fileno(), 65536):
                with self.more:
                    self.text += data.decode(errors="replace")
                    self.more.notify_all()
        with self.more:
            self.ended = True
            self.more.notify_all()

    def log(self):
        with self.more:
            return self.text

    def wait_for_log(self, text, seconds=20):
        with self.more:
            said = self.more.wait_for(lambda: text in self.text or self.ended, seconds)
            assert said and text in self.text, f"not said: {text}\n{self.text}"

    def wait_end(self, seconds):
        status = self.child.wait(seconds)
        self.reader.join(seconds)
        text = self.log()
        assert "CRITICAL" not in text and "Sanitizer" not in text and "runtime error" not in text, text
        return status

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait(10)
        self.reader.join(10)


def children_of(pid):
    """The processes that it started, by name."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def wait_until_gone(pid, seconds):
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([descriptor], [], [], seconds)[0], f"process {pid} is still there"
    finally:
        os.close(descriptor)


def registered(status):
    return bool(status["accounts"]) and status["accounts"][0]["state"] == "registered"


def test_version_and_self_test(lab):
    output = lab.do("--version")
    assert re.fullmatch(r"tandem-headless \d+\.\d+\.\d+", output), output
    output = lab.do("--self-test", seconds=60)
    assert output == "All parts are there.", output
    help_text = lab.do("--help")
    for option in ("--call", "--answer", "--hangup", "--status", "--practice", "--password-file"):
        assert option in help_text, help_text


def test_not_running(lab):
    for arguments in (["--status"], ["--status", "--json"], ["--answer"], ["--decline"], ["--hangup"],
                      ["--mute", "on"], ["--dtmf", "1"], ["--hold"], ["--retrieve"], ["--prefer", "none"],
                      ["--practise-failover"], ["--practise-failover", "200"],
                      ["--transfer", "200"], ["--consult", "200"], ["--complete"], ["--merge"], ["--split"], ["--swap"],
                      ["--dnd", "on"], ["--redirect", "200"], ["--pick-up", "any"], ["--note", "x"], ["--end-wrap-up"], ["--quit"], ["--hangup", "--id", "7"]):
        assert lab.refuse(*arguments) == "tandem: Tandem is not running", arguments
    nowhere = "unix:path=/nonexistent/bus"
    assert lab.refuse("--status", DBUS_SESSION_BUS_ADDRESS=nowhere) == "tandem: Tandem is not running"


def test_bad_options(lab):
    for arguments, word in ((["--mute", "sideways"], "toggle"), (["--dtmf", "1x"], "0-9"), (["--json"], "--status"),
                            (["--answer", "--decline"], "One command"), (["--transfer", "200", "--hold"], "One command"),
                            (["--transfer", ""], "--transfer"), (["--dnd", "maybe"], "--dnd"), (["--consult", ""], "--consult"),
                            (["--id", "7", "--dnd", "on"], "--id"), (["1", "2"], "One number"),
                            (["http://example.test"], "http:"), (["--audio", "loud"], "pulse"),
                            (["--instance", "a/b"], "letters"), (["--call", ""], "--call")):
        reason = lab.refuse(*arguments)
        assert word in reason, reason
    status, _, error = lab.run("--no-such-option")
    assert status == 1 and "--no-such-option" in error


def test_bad_files(lab):
    broken = lab.file("broken.config", "<a>\n<b>\n</a>\n")
    assert f"{broken}:3:" in lab.refuse("--config", "broken.config")
    assert "/nonexistent" in lab.refuse("--config", "/nonexistent/x.config")
    good = lab.file("good.config", "<a><Connectivity user='1' server='127.4.1.1:5999' protocol='udp'/></a>")
    assert "/nonexistent" in lab.refuse("--config", good, "--password-file", "/nonexistent/p")
    empty = lab.file("empty", "\n")
    assert "password" in lab.refuse("--config", good, "--password-file", empty)
    assert "could not be started" in lab.refuse("--practice", TANDEM_EXCHANGE="/nonexistent/tandem-exchange")


def test_no_schema(lab):
    status, _, error = lab.run(GSETTINGS_SCHEMA_DIR="/nonexistent", XDG_DATA_DIRS="/nonexistent")
    assert status == 1, (status, error)
    assert "tandem: " in error and "GSETTINGS_SCHEMA_DIR" in error, error
    status, _, error = lab.run("--self-test", GSETTINGS_SCHEMA_DIR="/nonexistent", XDG_DATA_DIRS="/nonexistent")
    assert status == 1 and "schema" in error, error


def test_practice(lab):
    lab.phone = lab.start("--practice", "--audio", "test")
    # The name is there before the phone is: a question that comes between waits for it.
    lab.wait_for_name()
    early = lab.gdbus("-m", f"{NAME}.Status.GetStatus")
    assert early.returncode == 0 and "program_version" in early.stdout, early.stderr
    status = lab.wait(registered, "registered")
    print(f"# registered after {time.monotonic() - lab.phone.began:.2f} s at most")
    assert len(status["accounts"][0]["candidates"]) == 3, status
    assert len(children_of(lab.phone.child.pid)) == 1
    text = lab.do("--status")
    assert "100" in text, text


def test_second_start(lab):
    lab.do()
    lab.do("--background")
    assert "already" in lab.refuse("--audio", "test")
    assert "already" in lab.refuse("--practice")
    before = lab.status()["accounts"][0]["address"]
    assert "broken.config:3:" in lab.refuse("--config", "broken.config")
    assert lab.status()["accounts"][0]["address"] == before
    assert "no window" in lab.refuse("--show")
    assert "no window" in lab.refuse("tel:200")
    assert lab.status()["calls"] == []


def test_calls(lab):
    for arguments, word in ((["--answer"], "ringing"), (["--decline"], "ringing"), (["--hangup"], "no call"),
                            (["--mute", "on"], "no call"), (["--dtmf", "1"], "no call"),
                            (["--hangup", "--id", "nobody"], "that id"), (["--call", "http://example.test/"], "")):
        reason = lab.refuse(*arguments)
        assert word in reason, reason
    output = lab.do("--call", "200")
    call = re.fullmatch(r"Calling .*200.*, call (\S+)", output).group(1)
    status = lab.wait(lambda s: s["calls"] and s["calls"][0]["state"] == "connected", "connected")
    assert status["calls"][0]["id"] == call and status["calls"][0]["direction"] == "outgoing"
    lab.do("--mute", "on")
    assert lab.status()["calls"][0]["muted"] is True
    lab.do("--mute", "toggle", "--id", call)
    assert lab.status()["calls"][0]["muted"] is False
    lab.do("--dtmf", "12#", "--status")
    assert "ringing" in lab.refuse("--answer") or True
    lab.do("--hangup", "--id", call)
    assert lab.status()["calls"] == []


def test_hold(lab):
    for option in ("--hold", "--retrieve"):
        assert "call" in lab.refuse(option)
    lab.do("--call", "200")
    lab.wait(lambda s: s["calls"] and s["calls"][0]["state"] == "connected", "connected")
    assert "on hold" in lab.refuse("--retrieve")
    # The command ends when the other side has agreed.
    lab.do("--hold")
    assert lab.status()["calls"][0]["hold"] == "local"
    assert "no call to hold" in lab.refuse("--hold")
    lab.do("--retrieve")
    assert lab.status()["calls"][0]["hold"] == "none"
    assert lab.call_action("toggle-hold", "<''>").returncode == 0
    call = lab.wait(lambda s: s["calls"][0]["hold"] == "local", "held")["calls"][0]
    lab.do("--retrieve", "--id", call["id"])
    assert "that id" in lab.refuse("--hold", "--id", "nobody")
    lab.do("--hangup")


def connected(number):
    return lambda s: any(c["state"] == "connected" and number in c["peer"] for c in s["calls"])


def by_peer(status):
    return {c["peer"]: c for c in status["calls"]}


def test_transfer(lab):
    for arguments in (["--transfer", "204"], ["--consult", "204"], ["--complete"], ["--swap"], ["--merge"]):
        assert "tandem: " in lab.refuse(*arguments)
    lab.do("--call", "200")
    lab.wait(connected("200"), "connected")
    assert "http" in lab.refuse("--transfer", "http://example.test/")
    # A transfer that fails gives the call back, on hold, and says why.
    assert "Busy" in lab.refuse("--transfer", "201")
    lab.wait(lambda s: by_peer(s)["200"]["hold"] == "local", "held")
    lab.do("--retrieve")
    lab.do("--transfer", "204")
    assert lab.wait(lambda s: not s["calls"], "the call has gone")["calls"] == []


def test_consultation(lab):
    lab.do("--call", "200")
    lab.wait(connected("200"), "connected")
    assert "consulted" in lab.refuse("--complete")
    lab.do("--consult", "204")
    lab.wait(connected("204"), "the consulted one is there")
    assert by_peer(lab.wait(lambda s: by_peer(s)["200"]["hold"] == "local", "held"))["204"]["hold"] == "none"
    lab.do("--swap")
    lab.wait(lambda s: by_peer(s)["204"]["hold"] == "local" and by_peer(s)["200"]["hold"] == "none", "swapped")
    lab.do("--complete")
    lab.wait(lambda s: not s["calls"], "both have left")


def test_conference(lab):
    lab.do("--call", "200")
    lab.wait(connected("200"), "connected")
    assert "second call" in lab.refuse("--merge")
    assert "conference" in lab.refuse("--split")
    lab.do("--call", "204")
    lab.wait(lambda s: connected("204")(s) and by_peer(s)["200"]["hold"] == "local", "the second one")
    lab.do("--merge")
    lab.wait(lambda s: all(c["in_conference"] for c in s["calls"]), "the conference")
    first = by_peer(lab.status())["200"]["id"]
    lab.do("--split", "--id", first)
    lab.wait(lambda s: by_peer(s)["200"]["hold"] == "local" and not by_peer(s)["200"]["in_conference"], "split")
    for call in lab.status()["calls"]:
        lab.do("--hangup", "--id", call["id"])
    lab.wait(lambda s: not s["calls"], "ended")


def test_availability(lab):
    lab.do("--dnd", "on")
    assert lab.status()["availability"]["do_not_disturb"] is True
    lab.do("--dnd", "toggle")
    assert lab.status()["availability"]["do_not_disturb"] is False
    lab.do("--end-wrap-up")
    assert "colleague" in lab.refuse("--pick-up", "206")
    assert "ringing" in lab.refuse("--redirect", "200")
    assert "too long" in lab.refuse("--note", "x" * 9000)


def test_pool(lab):
    """What is in the status is on D-Bus, typed, and steered by the proxy's address."""
    def get(name):
        reply = lab.gdbus("-m", "org.freedesktop.DBus.Properties.Get", f"{NAME}.Pool", name)
        assert reply.returncode == 0, reply.stderr
        return reply.stdout
    status = lab.wait(registered, "registered")["accounts"][0]
    assert "'registered'" in get("State") and status["address"] in get("Accounts")
    for candidate in status["candidates"]:
        assert f"'{candidate['id']}'" in get("Candidates"), get("Candidates")
    assert "(false," in get("Mailbox"), get("Mailbox")
    last = status["candidates"][2]
    lab.do("--prefer", f"{last['address']}:{last['port']}")
    lab.wait(lambda s: [c["preferred"] for c in s["accounts"][0]["candidates"]] == [False, False, True], "preferred")
    lab.do("--prefer", "none")
    lab.wait(lambda s: not any(c["preferred"] for c in s["accounts"][0]["candidates"]), "no preference")
    assert "no such proxy" in lab.refuse("--prefer", "192.0.2.1")


def test_call_by_actions(lab):
    """D-Bus does what the command line does; the exchange's 203 calls back."""
    assert lab.call_action("call", "<'203'>").returncode == 0
    lab.wait(lambda s: s["calls"], "a call")
    status = lab.wait(lambda s: any(c["direction"] == "incoming" for c in s["calls"]), "called back")
    incoming = next(c for c in status["calls"] if c["direction"] == "incoming")
    for call in status["calls"]:
        if call is not incoming:
            lab.run("--hangup", "--id", call["id"])
    assert lab.call_action("answer", f"<'{incoming['id']}'>").returncode == 0
    lab.wait(lambda s: any(c["state"] == "connected" for c in s["calls"]), "connected")
    assert lab.call_action("mute", f"<('{incoming['id']}', 'on')>").returncode == 0
    lab.wait(lambda s: s["calls"] and s["calls"][0]["muted"], "muted")
    assert lab.call_action("hang-up", "<''>").returncode == 0
    lab.wait(lambda s: not s["calls"], "hung up")


def test_wrong_dbus(lab):
    names = re.findall(r"'([a-z-]+)': \(", lab.gdbus("-m", "org.gtk.Actions.DescribeAll").stdout)
    assert {"call", "answer", "decline", "hang-up", "mute", "dtmf", "show-call", "register-again", "test-now",
            "use-again", "quit", "follow-redirect", "hold", "retrieve", "toggle-hold", "keep-trying", "call-mailbox",
            "prefer", "transfer", "consult", "complete", "connect", "swap", "merge", "split", "mute-party", "redirect",
            "decline-with", "answer-referral", "dnd", "end-wrap-up", "pick-up", "note"} <= set(names), names
    for name in [n for n in names if n != "quit"] + ["no-such-action", ""]:
        for parameters in ((), ("<7>",), ("<['x']>",), ("<('x',)>",), ("<('x', 7)>",), ("<<'x'>>",),
                           ("<'no-such'>", "<'two'>")):
            if name in ("register-again", "test-now", "delete-history", "practise-failover",
                        "silence-proxy", "call-mailbox", "end-wrap-up") and not parameters:
                continue
            lab.call_action(name, *parameters)
    lab.call_action("quit", "<'with a parameter'>")
    for name in ("answer", "decline", "hang-up", "show-call", "follow-redirect", "use-again", "call", "hold",
                 "retrieve", "toggle-hold", "keep-trying", "prefer"):
        lab.call_action(name, "<'/../no-such\\n'>")
        lab.call_action(name, "<''>")
    lab.call_action("mute", "<('no-such', 'sideways')>")
    for name in ("transfer", "consult", "connect", "redirect", "note", "mute-party"):
        lab.call_action(name, "<('no-such', '/../\\n')>")
        lab.call_action(name, "<('', '" + "9" * 20000 + "')>")
    for name in ("complete", "swap", "merge", "split", "dnd", "pick-up"):
        lab.call_action(name, "<'" + "x" * 20000 + "'>")
        lab.call_action(name, "<''>")
    lab.call_action("decline-with", "<('', uint32 200)>")
    lab.call_action("answer-referral", "<('no-such', true)>")
    lab.call_action("dtmf", "<('no-such', 'zzz')>")
    lab.gdbus("-m", "org.gtk.Application.CommandLine", "/", "[b'x', b'--mute']",
              "{'options': <{'mute': <7>, 'call': <[true]>, 'status': <'x'>, 'dtmf': <''>}>}")
    lab.gdbus("-m", "org.gtk.Application.Open", "['javascript:alert(1)', 'tel:200', '']", "", "{}")
    lab.gdbus("-m", "org.gtk.Application.Open", "@as []", "", "{}")
    lab.gdbus("-m", "org.gtk.Application.Activate", "{}")
    lab.gdbus("-m", "org.tandemphone.Tandem.Status.GetStatus", "7")
    assert lab.status()["calls"] == []
    assert lab.phone.child.poll() is None
    assert "CRITICAL" not in lab.phone.log(), lab.phone.log()


def test_status_object(lab):
    answer = lab.gdbus("-m", "org.tandemphone.Tandem.Status.GetStatus")
    assert answer.returncode == 0, answer.stderr
    assert registered(json.loads(eval(answer.stdout)[0]))  # a GVariant tuple of one string is Python's too


def test_practise_failover(lab):
    """What can be measured with a busy number is, the rest is explained, and nothing of it stays."""
    status, report, error = lab.run("--practise-failover", "201", seconds=100)
    print("".join(f"# {line}\n" for line in report.splitlines()), end="")
    assert status == 1 and "Busy" in report, (status, report, error)
    for operation in ("REGISTER", "INVITE"):
        assert re.search(rf"^  {operation} +\d+ ms", report, re.M), report + error
    after = lab.wait(registered, "registered")["accounts"][0]
    assert all(c["penalty_seconds_left"] == 0 for c in after["candidates"]), after
    assert any(event["operation"] == "INVITE" and event["to"] for event in after["timeline"]), after["timeline"]
    assert "http" in lab.refuse("--practise-failover", "http://example.test/")


def test_practise_failover_with_itself(lab):
    """Every kind of message moves; the exit status is the report's verdict."""
    status, report, error = lab.run("--practise-failover", seconds=150)
    print("".join(f"# {line}\n" for line in report.splitlines()), end="")
    rows = re.findall(r"^  (\S.*?) +(\d+) ms +(\d+) ms  (\S+) → (\S+)  (.+)$", report, re.M)
    assert [row[0] for row in rows] == ["REGISTER", "SUBSCRIBE", "INVITE", "CANCEL", "200 OK", "re-INVITE", "INFO",
                                        "BYE"], report + error
    for operation, measured, limit, before, after, verdict in rows:
        assert before != after, report
        assert verdict == ("passed" if int(measured) <= int(limit) else "too slow"), report
    assert status == (0 if all(row[5] == "passed" for row in rows) else 1), (status, report, error)
    lab.wait(registered, "registered")


def test_second_instance(lab):
    other = lab.start("--instance", "B", "--practice", "--audio", "test")
    lab.wait_for_name(f"{NAME}.B")
    lab.wait(registered, "the second phone registered", "--instance", "B")
    # Another file while it runs takes the place of the exchange.
    lab.file("other.config", "<a><Connectivity user='77' server='127.4.1.1:5999'/><domain name='proxies'>"
             "<section name='proxy0'><setting name='reg_timeout' value='0'/></section></domain></a>")
    lab.do("--instance", "B", "--config", "other.config")
    lab.wait(lambda s: s["accounts"] and s["accounts"][0]["address"] == "77@127.4.1.1", "the other account",
             "--instance", "B")
    lab.do("--instance", "B", "--quit")
    assert other.wait_end(10) == 0, other.log()
    assert lab.refuse("--instance", "B", "--status") == "tandem: Tandem is not running"
    assert registered(lab.status())


def test_terminate(lab):
    exchange = children_of(lab.phone.child.pid)
    began = time.monotonic()
    lab.phone.child.send_signal(signal.SIGTERM)
    assert lab.phone.wait_end(15) == 0, lab.phone.log()
    took = time.monotonic() - began
    print(f"# stopped in {took:.2f} s")
    # 2.5 s and the leak checker's own time
    assert took < 5, took
    assert lab.refuse("--status") == "tandem: Tandem is not running"
    for pid in exchange:
        wait_until_gone(pid, 20)


def test_call_starts_the_phone(lab):
    phone = lab.start("--practice", "--audio", "test", "--call", "200")
    phone.wait_for_log("Calling ")
    lab.wait(lambda s: s["calls"] and s["calls"][0]["state"] == "connected", "connected")
    lab.do("--quit")
    assert phone.wait_end(10) == 0, phone.log()
    assert lab.refuse("--status") == "tandem: Tandem is not running"
    assert lab.refuse("--practice", "--audio", "test", "--call", "http://example.test/", seconds=60)


def test_no_bus(lab):
    nowhere = "unix:path=/nonexistent/bus"
    phone = lab.start("--practice", "--audio", "test", DBUS_SESSION_BUS_ADDRESS=nowhere, G_MESSAGES_DEBUG="all")
    phone.wait_for_log("no session bus")
    phone.wait_for_log("REGISTER sip:")
    phone.child.send_signal(signal.SIGINT)
    assert phone.wait_end(15) == 0, phone.log()


def main():
    lab = Lab()
    tests = [(name, function) for name, function in globals().items() if name.startswith("test_")]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    try:
        for number, (name, function) in enumerate(tests, 1):
            title = name.removeprefix("test_").replace("_", "-")
            try:
                function(lab)
                print(f"ok {number} {title}", flush=True)
            except Exception:  # one case's failure is a result, not the end
                failed += 1
                traceback.print_exc()
                print(f"not ok {number} {title}", flush=True)
    finally:
        lab.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
