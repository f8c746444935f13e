# SPDX-License-Identifier: GPL-3.0-or-later
"""What journeys through the real program need: a display, a session bus and a home of their own, a person who uses
assistive technology, and the phone with its practice exchange. Nothing of the user's is touched.
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


class Program:
    """The phone with the practice exchange, to which the tests speak too."""

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


def run(steps, make):
    """Takes the steps of what make(program, exchange, desktop, home) returns, in order; prints TAP."""
    if len(sys.argv) != 3:
        print(f"usage: {sys.argv[0]} TANDEM TANDEM-EXCHANGE", file=sys.stderr)
        return 2
    program, exchange = map(os.path.abspath, sys.argv[1:])
    missing = [name for name in ("Xvfb", "dbus-daemon") if not shutil.which(name)]
    if missing:
        print(f"1..0 # SKIP not installed: {', '.join(missing)}")
        return 0
    print(f"1..{len(steps)}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    surroundings = Surroundings()
    journey, failed = None, False
    try:
        journey = make(program, exchange, Desktop(), surroundings.home)
        for number, step in enumerate(steps, 1):
            if failed:
                print(f"not ok {number} {step} # the journey ended before", flush=True)
                continue
            try:
                getattr(journey, step)()
                print(f"ok {number} {step}", flush=True)
            except Exception:
                failed = True
                print(f"not ok {number} {step}", flush=True)
                print(traceback.format_exc() + journey.output(), file=sys.stderr, flush=True)
    finally:
        if journey is not None:
            journey.close()
        surroundings.close()
    return 1 if failed else 0
