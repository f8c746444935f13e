#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A newcomer's first minutes with the real program, through the accessibility bus: practice, a call
to the echo, a digit, a proxy that falls silent, and a call answered in its notification. Prints TAP.

usage: journey.py TANDEM TANDEM-EXCHANGE
It starts a display, a session bus and a home of its own; nothing of the user's is touched.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
NAME, PATH = "org.tandemphone.Tandem", "/org/tandemphone/Tandem"
DEADLINE = 25.0
NOTIFICATIONS = """<node><interface name='org.freedesktop.Notifications'>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>
<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>
<arg type='s' direction='out'/><arg type='s' direction='out'/></method>
<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>
<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal></interface></node>"""


class Surroundings:
    """Display, session bus, home: made before anything of GLib is loaded, for it reads them once."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="tandem-journey-")
        os.mkdir(self.home + "/run", 0o700)
        for name in ("WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS", "GTK_THEME", "GTK_A11Y",
                     "DESKTOP_SESSION", "XDG_CURRENT_DESKTOP"):
            os.environ.pop(name, None)
        os.environ.update(HOME=self.home, XDG_RUNTIME_DIR=self.home + "/run", XDG_CONFIG_HOME=self.home + "/config",
                          XDG_DATA_HOME=self.home + "/data", XDG_CACHE_HOME=self.home + "/cache",
                          XDG_STATE_HOME=self.home + "/state", GSETTINGS_BACKEND="memory", GSK_RENDERER="cairo",
                          GDK_BACKEND="x11", ADW_DISABLE_PORTAL="1", GTK_USE_PORTAL="0", LC_ALL="C.UTF-8",
                          GIO_USE_VFS="local", NO_AT_BRIDGE="0",
                          GDK_DEBUG="gl-disable", GDK_DISABLE="gl")  # OpenGL drivers leak
        read, write = os.pipe()
        self.display = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten",
                                         "tcp"], pass_fds=[write], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            os.environ["DISPLAY"] = ":" + numbers.readline().strip()
        self.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address", "--address",
                                     f"unix:path={self.home}/run/bus"], stdout=subprocess.PIPE, text=True,
                                    stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.bus.stdout.readline().strip()

    def close(self):
        # What the bus started (the accessibility bus) is of its process group.
        os.killpg(self.bus.pid, signal.SIGKILL)
        self.bus.wait(10)
        self.bus.stdout.close()
        self.display.terminate()
        self.display.wait(10)
        shutil.rmtree(self.home, ignore_errors=True)


class Desktop:
    """The notification service, and the eyes and fingers of a person who uses assistive technology."""

    def __init__(self):
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi, Gio, GLib
        self.atspi, self.gio, self.glib = Atspi, Gio, GLib
        self.context = GLib.MainContext.default()
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        self.shown, self.closed = [], []
        self.bus.register_object("/org/freedesktop/Notifications",
                                 Gio.DBusNodeInfo.new_for_xml(NOTIFICATIONS).interfaces[0], self.on_call, None, None)
        Gio.bus_own_name_on_connection(self.bus, "org.freedesktop.Notifications", 0, None, None)
        Atspi.init()
        self.process = None

    def on_call(self, connection, sender, path, interface, method, parameters, invocation):
        variant = self.glib.Variant
        if method == "Notify":
            values = parameters.unpack()
            self.shown.append({"id": len(self.shown) + 1, "title": values[3], "body": values[4], "actions": values[5],
                               "hints": values[6]})
            invocation.return_value(variant("(u)", (len(self.shown),)))
        elif method == "CloseNotification":
            self.closed.append(parameters.unpack()[0])
            connection.emit_signal(None, path, interface, "NotificationClosed",
                                   variant("(uu)", (self.closed[-1], 3)))
            invocation.return_value(None)
        elif method == "GetCapabilities":
            invocation.return_value(variant("(as)", (["actions", "body", "persistence"],)))
        else:
            invocation.return_value(variant("(ssss)", ("Sample desktop", "tests", "1", "1.2")))

    def press_notification(self, notification, label):
        actions = dict(zip(notification["actions"][1::2], notification["actions"][0::2]))
        self.bus.emit_signal(None, "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "ActionInvoked",
                             self.glib.Variant("(us)", (notification["id"], actions[label])))

    def wait(self, predicate, what, seconds=DEADLINE, pause=0.03):
        """Handles what comes until predicate gives something."""
        end = time.monotonic() + seconds
        while True:
            while self.context.iteration(False):
                pass
            try:
                value = predicate()
            except self.glib.Error:
                value = None
            if value:
                return value
            assert self.process is None or self.process.poll() is None, f"the phone ended: {self.process.returncode}"
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds:.0f} s: {what() if callable(what) else what}")
            time.sleep(pause)

    def application(self):
        desktop = self.atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_process_id() == self.process.pid:
                return child
        return None

    def walk(self, node):
        yield node
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is not None:
                yield from self.walk(child)

    def nodes(self, name, within=None):
        root = within or self.application()
        if root is None:
            return []
        if within is None:
            root.clear_cache()
        return [node for node in self.walk(root) if node.get_name() == name]

    def names(self):
        """All that can be read in the window."""
        root = self.application()
        if root is None:
            return []
        root.clear_cache()
        return [node.get_name() for node in self.walk(root) if node.get_name()]

    def reads(self, part, seconds=DEADLINE, pause=0.03):
        return self.wait(lambda: next((name for name in self.names() if part in name), None),
                         lambda: f"“{part}” among {self.names()}", seconds, pause)

    def press(self, name, within=None):
        """The first that has that name and can be pressed."""
        def pressed():
            for node in self.nodes(name, within):
                states = node.get_state_set()
                if (node.get_action_iface() is not None and node.get_n_actions() > 0
                        and states.contains(self.atspi.StateType.SENSITIVE) and node.do_action(0)):
                    return True
            return False
        self.wait(pressed, lambda: f"“{name}” to press among {self.names()}")

    def type_into(self, name, text):
        def typed():
            for node in self.nodes(name):
                for inner in self.walk(node):
                    if inner.get_editable_text_iface() is not None:
                        return self.atspi.EditableText.set_text_contents(inner, text)
            return False
        self.wait(typed, f"the entry “{name}”")

    def page_of(self, name, without):
        """The part of the window that holds one thing and not the other: a digit is there twice."""
        node = self.nodes(name)[0]
        while True:
            parent = node.get_parent()
            if parent is None or self.nodes(without, parent):
                return node
            node = parent

    def status(self):
        answer = self.bus.call_sync(NAME, PATH, NAME + ".Status", "GetStatus", None, None,
                                    self.gio.DBusCallFlags.NO_AUTO_START, 5000, None)
        return json.loads(answer.unpack()[0])

    def action(self, name, *parameters, window=False):
        self.bus.call_sync(NAME, PATH + "/window/1" if window else PATH, "org.gtk.Actions", "Activate",
                           self.glib.Variant("(sava{sv})", (name, list(parameters), {})),
                           None, self.gio.DBusCallFlags.NO_AUTO_START, 5000, None)

    def wait_status(self, predicate, what):
        last = {}

        def reached():
            last.clear()
            last.update(self.status())
            return dict(last) if predicate(last) else None
        return self.wait(reached, lambda: f"{what}: {json.dumps(last)[:3000]}")


class Journey:
    def __init__(self, program, exchange, desktop, home):
        self.desktop = desktop
        self.socket = home + "/exchange"
        self.log = open(home + "/tandem.log", "w+")
        self.env = dict(os.environ, TANDEM_EXCHANGE=HERE + "/exchange-tap.py", EXCHANGE_PROGRAM=exchange,
                        EXCHANGE_SOCKET=self.socket)
        self.phone = subprocess.Popen([program, "--practice", "--audio", "test"], env=self.env, cwd=home,
                                      stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        desktop.process = self.phone
        self.program = program

    def exchange(self, line):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(self.socket)
            with connection.makefile("rwb") as stream:
                stream.write(line.encode() + b"\n")
                stream.flush()
                return json.loads(stream.readline())

    def wait_exchange(self, predicate, what):
        last = {}

        def reached():
            last.clear()
            last.update(self.exchange("status"))
            return dict(last) if predicate(last) else None
        return self.desktop.wait(reached, lambda: f"{what}: {json.dumps(last)[:3000]}")

    def tone(self):
        """440 Hz is what the test microphone sings, and what the exchange plays."""
        return lambda s: s["calls"] and s["audio"]["tone"] is not None and s["audio"]["tone"] > -35

    def registers(self):
        self.desktop.wait_status(lambda s: s["accounts"] and s["accounts"][0]["registered"], "registered")
        self.desktop.reads("Registered")
        assert self.exchange("status")["registrations"]

    def calls_the_echo(self):
        self.desktop.type_into("Name, number or SIP address", "200")
        self.desktop.press("Call")
        self.desktop.reads("In Call")
        self.wait_exchange(lambda s: [d["state"] for d in s["dialogs"]] == ["up"], "the call at the exchange")

    def hears_its_own_tone(self):
        status = self.desktop.wait_status(self.tone(), "the tone that went out comes back")
        rtp = status["calls"][0]["rtp"]
        assert rtp["packets_sent"] > 10 and rtp["packets_received"] > 10, rtp

    def mutes(self):
        self.desktop.press("Mute")
        self.desktop.wait_status(lambda s: s["calls"][0]["muted"] and not self.tone()(s), "nothing comes back")
        self.desktop.press("Mute")
        self.desktop.wait_status(self.tone(), "the tone is back")

    def holds_and_retrieves(self):
        self.desktop.press("Hold", self.desktop.page_of("Mute", "Name, number or SIP address"))
        self.desktop.reads("On hold")
        self.desktop.wait_status(lambda s: s["calls"][0]["hold"] == "local" and not self.tone()(s), "silence on hold")
        self.desktop.press("Retrieve", self.desktop.page_of("Mute", "Name, number or SIP address"))
        self.desktop.wait_status(lambda s: s["calls"][0]["hold"] == "none" and self.tone()(s), "the tone is back")

    def sends_a_digit(self):
        self.desktop.press("Keypad")
        page = self.desktop.page_of("Mute", "Name, number or SIP address")
        self.desktop.press("5", page)
        self.wait_exchange(lambda s: s["digits"] == "5", "the digit at the exchange")

    def hangs_up_while_its_proxy_is_silent(self):
        dialog = self.exchange("status")["dialogs"][0]
        assert self.exchange("silence " + dialog["proxy"])["ok"]
        page = self.desktop.page_of("Mute", "Name, number or SIP address")
        self.desktop.press("Hang Up", page)
        self.desktop.wait_status(lambda s: not s["calls"], "the call is gone")
        status = self.wait_exchange(lambda s: s["last_bye"], "the far end's BYE")
        assert status["last_bye"]["call_id"] == dialog["call_id"], status["last_bye"]
        assert status["last_bye"]["proxy"] != dialog["proxy"], status["last_bye"]
        assert not status["dialogs"]
        silent = next(p for p in status["proxies"] if p["address"] == dialog["proxy"])
        # A probe may have found it dead before the button was pressed; then nothing is lost on it.
        assert silent["dropped"].get("BYE") or silent["dropped"].get("OPTIONS"), silent

    def answers_in_the_notification(self):
        self.desktop.wait_status(lambda s: s["accounts"][0]["registered"], "registered again")
        before = len(self.desktop.shown)
        assert self.exchange("call-me")["ok"]
        shown = self.desktop.wait(lambda: [n for n in self.desktop.shown[before:] if "Answer" in n["actions"]],
                                  "a notification with Answer")[0]
        assert "Calls Back" in shown["title"] and "Decline" in shown["actions"], shown
        assert shown["hints"].get("urgency") == 2, shown
        self.desktop.press_notification(shown, "Answer")
        self.wait_exchange(lambda s: [d["state"] for d in s["dialogs"]] == ["up"], "the call at the exchange")
        self.desktop.wait_status(lambda s: s["calls"] and s["calls"][0]["state"] == "connected", "connected")
        self.desktop.reads("In Call")
        self.desktop.wait(lambda: shown["id"] in self.desktop.closed, "the notification is withdrawn")
        self.desktop.wait_status(self.tone(), "the exchange's tone")

    def far_end_hangs_up(self):
        assert self.exchange("hang-up")["ok"]
        self.desktop.wait_status(lambda s: not s["calls"], "the call is gone")

    def is_steered_by_the_command_line(self):
        def run(*arguments):
            return subprocess.run([self.program, *arguments], env=self.env, capture_output=True, text=True,
                                  timeout=DEADLINE, stdin=subprocess.DEVNULL)
        result = run("--call", "204")
        assert result.returncode == 0, result
        self.desktop.wait_status(self.tone(), "the exchange's tone")
        result = run("--hangup")
        assert result.returncode == 0, result
        result = run("--hangup")
        assert result.returncode != 0 and result.stderr, result
        self.desktop.wait_status(lambda s: not s["calls"], "the call is gone")

    def practises_failover(self):
        """What the popover's buttons do: the proxy in use falls silent, the phone registers elsewhere."""
        for proxy in self.exchange("status")["proxies"][:3]:
            self.exchange("restore " + proxy["address"])
        before = self.desktop.status()["accounts"][0]["candidate"]
        self.desktop.action("practise-failover")
        silent = self.wait_exchange(lambda s: [p["address"] for p in s["proxies"] if p["silent"]], "silence")
        assert [p["address"] for p in silent["proxies"] if p["silent"]][0] in before, (before, silent["proxies"])
        self.desktop.action("register-again")
        status = self.desktop.wait_status(lambda s: s["accounts"][0]["registered"]
                                          and s["accounts"][0]["candidate"] != before, "registered elsewhere")
        address = status["accounts"][0]["candidate"].partition(":")[2]
        self.desktop.wait(lambda: any("Registered" in name and address.split(":")[0] in name
                                      for name in self.desktop.names()), "the window names the proxy")

    def rehearses_failover(self):
        """The dialog: the phone itself stops hearing the proxy in use, and each kind of message finds a way."""
        for proxy in self.exchange("status")["proxies"][:3]:
            self.exchange("restore " + proxy["address"])
        self.desktop.action("use-again", self.desktop.glib.Variant("s", ""))
        self.desktop.action("register-again")
        self.desktop.wait_status(lambda s: s["accounts"][0]["registered"], "registered")
        self.desktop.action("practise-failover", window=True)
        self.desktop.press("Start Practising")
        self.desktop.reads("Progress")
        self.desktop.reads("Save Report…", 120, pause=2)
        rows = [name for name in self.desktop.names() if ", Passed, " in name or ", Too slow, " in name
                or ", Did not recover, " in name]
        # How fast it is on a busy machine is measured elsewhere.
        assert not [row for row in rows if "Did not recover" in row], rows
        for operation in ("REGISTER", "INVITE", "CANCEL", "200 OK", "re-INVITE", "INFO", "BYE"):
            assert any(row.startswith(operation + ",") for row in rows), rows
        self.desktop.wait_status(lambda s: not s["calls"] and s["accounts"][0]["registered"], "all is as before")

    def stops_practising(self):
        """Without an account of one's own the way leads to where one is entered."""
        self.desktop.action("stop-practice")
        self.desktop.wait_status(lambda s: not s["accounts"], "no account")
        self.desktop.reads("Connect")
        self.desktop.type_into("User or number", "1002")

    def quits(self):
        result = subprocess.run([self.program, "--quit"], env=self.env, capture_output=True, text=True,
                                timeout=DEADLINE, stdin=subprocess.DEVNULL)
        assert result.returncode == 0, result
        self.desktop.process = None
        assert self.phone.wait(DEADLINE) == 0, f"exit status {self.phone.returncode}"

    def output(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()[-6000:]

    def close(self):
        if self.phone.poll() is None:
            self.phone.kill()
            self.phone.wait(10)
        self.log.close()


STEPS = ("registers", "calls_the_echo", "hears_its_own_tone", "mutes", "holds_and_retrieves",
         "sends_a_digit", "hangs_up_while_its_proxy_is_silent", "answers_in_the_notification", "far_end_hangs_up",
         "is_steered_by_the_command_line", "practises_failover", "rehearses_failover", "stops_practising", "quits")


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    program, exchange = map(os.path.abspath, sys.argv[1:])
    missing = [name for name in ("Xvfb", "dbus-daemon") if not shutil.which(name)]
    if missing:
        print(f"1..0 # SKIP not installed: {', '.join(missing)}")
        return 0
    print(f"1..{len(STEPS)}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    surroundings = Surroundings()
    journey, failed = None, False
    try:
        journey = Journey(program, exchange, Desktop(), surroundings.home)
        for number, step in enumerate(STEPS, 1):
            if failed:
                print(f"not ok {number} {step} # the journey ended before", flush=True)
                continue
            try:
                getattr(journey, step)()
                print(f"ok {number} {step}", flush=True)
            except Exception:
                failed = True
                print(f"not ok {number} {step}", flush=True)
                for line in (traceback.format_exc() + journey.output()).splitlines():
                    print("# " + line, flush=True)
    finally:
        if journey is not None:
            journey.close()
        surroundings.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
