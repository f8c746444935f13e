# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones under measurement, each as a context manager with a private home and session bus."""
import contextlib
import json
import math
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import wave

from gi.repository import Gio, GLib

CONFIG = """<configuration>
  <Container name="Basic"><Connectivity user="{user}" server="{server}" protocol="{protocol}"/></Container>
  <Container name="Genesys"><settings version="1.0" xmlns="http://www.genesyslab.com/sip">
    <domain name="policy">
      <section name="endpoint">
        <setting name="sip_transaction_timeout" value="{timeout}"/>
        <setting name="sip_port_min" value="0"/><setting name="sip_port_max" value="0"/>
      </section>
      <section name="session"><setting name="number_sessions_for_busy" value="10"/></section>
    </domain>
    <domain name="codecs"><section name="enabled"><setting name="audio" value="{codec}"/></section></domain>
    <domain name="proxies"><section name="proxy0">
      <setting name="password" value="none"/><setting name="reg_timeout" value="{expires}"/>
      <setting name="reg_interval" value="{reg_interval}"/>
      <setting name="domain" value="{domain}"/>
    </section></domain>
    <domain name="tandem"><section name="ha"><setting name="probe_interval" value="{probe}"/></section></domain>
  </settings></Container>
</configuration>
"""


@contextlib.contextmanager
def shared_caches():
    """Within it all phones find the caches of fonts and plug-ins that the first of them has made, as on a
    machine on which they are used every day."""
    with tempfile.TemporaryDirectory(prefix="tandem-bench-cache-") as folder:
        Home.cache = folder
        try:
            yield
        finally:
            Home.cache = None


class Home:
    """A private home, runtime folder and session bus."""
    cache = None  # a folder for all of them, see shared_caches()

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tandem-bench-"))
        self.path.chmod(0o700)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.path), "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self.path), "XDG_CONFIG_HOME": str(self.path / "config"),
            "XDG_DATA_HOME": str(self.path / "data"), "XDG_CACHE_HOME": str(Home.cache or self.path / "cache"),
            "GSETTINGS_BACKEND": "memory", "GSK_RENDERER": "cairo", "GDK_BACKEND": "x11",
            "NO_AT_BRIDGE": "1", "GTK_A11Y": "none", "ADW_DISABLE_PORTAL": "1",
        }
        self.daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self.environment)
        self.bus = self.daemon.stdout.readline().strip()
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.bus

    def connect(self):
        return Gio.DBusConnection.new_for_address_sync(
            self.bus, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def close(self):
        self.daemon.terminate()
        self.daemon.wait(5)
        self.daemon.stdout.close()
        shutil.rmtree(self.path, ignore_errors=True)


class Phone:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.home.close()

    def launch(self, arguments, stdin=subprocess.DEVNULL, **environment):
        with open(self.home.path / "log", "w", encoding="utf-8") as log:
            self.started = time.monotonic()
            self.process = subprocess.Popen(arguments, env={**self.home.environment, **environment},
                                            stdin=stdin, stdout=log, stderr=log, cwd=self.home.path)

    def log(self):
        return (self.home.path / "log").read_text(encoding="utf-8", errors="replace")

    def per_thread(self, read):
        values = {}
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                values[task.name] = read(task)
            except (FileNotFoundError, ProcessLookupError):
                pass
        return values

    def cpu(self):
        """Seconds of CPU so far of each thread, from the scheduler (ns resolution)."""
        return self.per_thread(lambda t: int((t / "schedstat").read_text().split()[0]) / 1e9)

    def wakeups(self):
        return self.per_thread(lambda t: next(
            int(line.split()[1]) for line in (t / "status").read_text().splitlines()
            if line.startswith("voluntary_ctxt_switches")))

    def cpu_since(self, before):
        return sum(v - before.get(k, 0) for k, v in self.cpu().items())

    def wakeups_since(self, before):
        return sum(v - before.get(k, 0) for k, v in self.wakeups().items())

    def rss(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))


class Tandem(Phone):
    NAME = "org.tandemphone.Tandem"
    PATH = "/org/tandemphone/Tandem"

    def __init__(self, build, server, *, window=False, display=None, audio="test", user="100",
                 protocol="udp", domain="bench.example.test", timeout=4000, codec="PCMU", expires=1800,
                 reg_interval=1, probe=0, **environment):
        self.home = Home()
        config = self.home.path / "bench.config"
        config.write_text(CONFIG.format(
            server=server, user=user, protocol=protocol, domain=domain, timeout=timeout, codec=codec,
            expires=expires, reg_interval=reg_interval, probe=probe))
        program = "src/app/tandem" if window else "src/headless/tandem-headless"
        self.command = [str(build / program), "--config", str(config), "--audio", audio]
        self.extra = {"GSETTINGS_SCHEMA_DIR": str(build / "data"), **environment}
        if display:
            self.extra["DISPLAY"] = display
        self.connection = None
        self.launch(self.command, **self.extra)

    def __exit__(self, *arguments):
        if self.connection:
            self.connection.close_sync(None)
        super().__exit__(*arguments)

    def call_bus(self, interface, method, parameters):
        if self.connection is None:
            self.connection = self.home.connect()
        return self.connection.call_sync(self.NAME, self.PATH, interface, method, parameters, None,
                                         Gio.DBusCallFlags.NONE, 5000, None)

    def action(self, name, parameter=None):
        """Activates app.NAME; returns when it was sent."""
        when = time.monotonic()
        self.call_bus("org.gtk.Actions", "Activate", GLib.Variant(
            "(sava{sv})", (name, [] if parameter is None else [parameter], {})))
        return when

    def call(self, number):
        return self.action("call", GLib.Variant("s", number))

    def dial(self, uri):
        self.call(uri)

    def status(self):
        reply = self.call_bus("org.tandemphone.Tandem.Status", "GetStatus", None)
        return json.loads(reply.unpack()[0])

    def wait(self, predicate, timeout=10.0):
        """Waits until predicate(status) holds; a bounded loop, for setting up, never for timing."""
        end = time.monotonic() + timeout
        status = {}
        while True:
            try:
                status = self.status()
                if predicate(status):
                    return status
            except GLib.Error as error:  # not on the bus yet
                if self.process.poll() is not None:
                    raise TimeoutError(f"the phone ended: {error.message}") from None
            if time.monotonic() > end:
                raise TimeoutError(f"state not reached: {json.dumps(status)[:2000]}")
            time.sleep(0.02)

    def wait_registered(self):
        self.wait(lambda s: s["accounts"] and s["accounts"][0]["state"] == "registered")

    def wait_connected(self, number=1):
        self.wait(lambda s: sum(c["state"] == "connected" for c in s["calls"]) == number)

    def hang_up(self, call=""):
        return self.action("hang-up", GLib.Variant("s", call))


BARESIP_MODULES = next((path for path in ("/usr/lib/baresip/modules",
                                          "/usr/lib/x86_64-linux-gnu/baresip/modules",
                                          "/usr/lib/aarch64-linux-gnu/baresip/modules")
                        if pathlib.Path(path).is_dir()), "")


class Baresip(Phone):
    """sound: None for a file in and nothing out, or whose microphone and ear of sound.Server."""

    def __init__(self, server, codec, *, sound=None, user="100", **environment):
        self.home = Home()
        folder = self.home.path / ".baresip"
        folder.mkdir()
        module = {"PCMU": "g711.so", "PCMA": "g711.so", "G722": "g722.so", "opus": "opus.so"}[codec]
        codecs = {"PCMU": "pcmu/8000/1", "PCMA": "pcma/8000/1", "G722": "g722/16000", "opus": "opus/48000/2"}[codec]
        rate = {"PCMU": 8000, "PCMA": 8000, "G722": 16000, "opus": 48000}[codec]
        self.channels = 2 if codec == "opus" else 1
        if sound is None:
            devices = f"audio_player aubridge,ear\naudio_source aufile,{self.tone(rate)}\n"
        else:
            (self.home.path / ".asoundrc").write_text(
                f"pcm.mic {{ type pulse device mic-{sound} }}\npcm.ear {{ type pulse device ear-{sound} }}\n")
            devices = "audio_player alsa,ear\naudio_source alsa,mic\n"
        (folder / "config").write_text(
            f"module_path {BARESIP_MODULES}\nmodule {module}\nmodule aufile.so\nmodule aubridge.so\n"
            "module alsa.so\nmodule account.so\nmodule_app menu.so\nmodule_app ctrl_tcp.so\nmodule uuid.so\n"
            f"{devices}audio_alert aubridge,bell\nsip_listen 127.0.0.1:0\n"
            f"ctrl_tcp_listen 127.0.0.1:{self.port()}\n")
        (folder / "accounts").write_text(
            f"<sip:{user}@{server}>;auth_pass=none;audio_codecs={codecs};regint=600;answermode=manual\n")
        (folder / "contacts").write_text("")
        self.launch(["baresip", "-f", str(folder)], **environment)

    def tone(self, rate):
        """A minute of 440 Hz as a file: its own tone generator knows one format only."""
        path = self.home.path / "tone.wav"
        with wave.open(str(path), "wb") as out:
            out.setparams((self.channels, 2, rate, 0, "NONE", "not compressed"))
            out.writeframes(b"".join(
                struct.pack("<h", int(6000 * math.sin(2 * math.pi * 440 * n / rate))) * self.channels
                for n in range(rate * 60)))
        return path

    def port(self):
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.control = sock.getsockname()[1]
        return self.control

    def dial(self, uri):
        message = json.dumps({"command": "dial", "params": uri})
        end = time.monotonic() + 5
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.control), 1) as sock:
                    sock.sendall(f"{len(message)}:{message},".encode())
                    sock.recv(1024)
                return
            except ConnectionRefusedError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)


class GnomeCalls(Phone):
    """Registers with a password out of a secret service only: it gets a small one of its own."""

    def __init__(self, server, display, *, user="100", protocol="udp", **environment):
        self.home = Home()
        self.helpers = []  # that ask the running one to dial
        self.secrets = subprocess.Popen(
            ["/usr/bin/python3", str(pathlib.Path(__file__).parent / "secrets_service.py"), "none"],
            env=self.home.environment, stdout=subprocess.PIPE, text=True)
        if self.secrets.stdout.readline().strip() != "ready":
            raise TimeoutError("the secret service does not start")
        account = self.home.path / "sip-account.cfg"
        account.write_text(
            f"[sip-01]\nHost={server}\nDisplayName=Bench\nUser={user}\nPort=0\nProtocol={protocol.upper()}\n"
            "AutoConnect=true\nMediaEncryption=0\nId=sip-01\nCanTel=true\n")
        self.extra = {"DISPLAY": display, "CALLS_SIP_ACCOUNT_FILE": str(account), **environment}
        self.connection = None
        self.launch(["gnome-calls", "-p", "sip"], **self.extra)

    def __exit__(self, *arguments):
        if self.connection:
            self.connection.close_sync(None)
        super().__exit__(*arguments)
        for process in [self.secrets, *self.helpers]:
            process.terminate()
            process.wait(5)
        self.secrets.stdout.close()

    def dial(self, uri):
        self.helpers.append(subprocess.Popen(
            ["gnome-calls", "--dial", uri], env={**self.home.environment, **self.extra},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def on_call(self, method):
        """Answers or ends the newest of its calls."""
        if self.connection is None:
            self.connection = self.home.connect()
        objects = self.connection.call_sync(
            "org.gnome.Calls", "/org/gnome/Calls", "org.freedesktop.DBus.ObjectManager",
            "GetManagedObjects", None, None, Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]
        calls = sorted(path for path, interfaces in objects.items() if "org.gnome.Calls.Call" in interfaces)
        if calls:
            self.connection.call_sync("org.gnome.Calls", calls[-1], "org.gnome.Calls.Call", method, None,
                                      None, Gio.DBusCallFlags.NONE, 5000, None)

    def hang_up(self):
        self.on_call("Hangup")

    def answer(self):
        self.on_call("Accept")


class Display:
    """An Xvfb of its own; tells when a top-level window is mapped."""

    def __enter__(self):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.name = ":" + pipe.readline().strip()
        from Xlib import X, display
        self.x = X
        self.display = display.Display(self.name)
        root = self.display.screen().root
        root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self.display.sync()
        return self

    def wait_mapped(self, timeout=20.0):
        import select
        end = time.monotonic() + timeout
        while True:
            while self.display.pending_events():
                event = self.display.next_event()
                if event.type == self.x.MapNotify:
                    return time.monotonic()
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("no window appeared")
            select.select([self.display.fileno()], [], [], left)

    def __exit__(self, *_):
        self.display.close()
        self.process.terminate()
        self.process.wait(5)
