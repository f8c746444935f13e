# SPDX-License-Identifier: GPL-3.0-or-later
"""baresip as the other phone: registered at the lab's registrar, a tone of 440 Hz as its microphone,
its ear recorded into files, steered over its TCP socket.
"""
import glob
import json
import math
import os
import socket
import struct
import time

from pool import DOMAIN, PASSWORD, PORT, Process, wait_until

CONFIG = """
poll_method epoll
sip_listen {ip}:{sip_port}
audio_path /nowhere
audio_player aubridge,ear
audio_source ausine,440
audio_alert aubridge,bell
ausrc_srate 48000
auplay_srate 48000
ausrc_channels 2
auplay_channels 1
audio_level no
rtp_tos 0
rtp_ports {rtp_port}-{rtp_end}
rtcp_mux no
net_interface {ip}
module_path {modules}
module g711.so
module g722.so
module opus.so
module ausine.so
module aubridge.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
snd_path {folder}
ctrl_tcp_listen {ip}:{ctrl_port}
"""

MODULES = next((path for path in ("/usr/lib/baresip/modules", "/usr/lib/x86_64-linux-gnu/baresip/modules")
                if os.path.isdir(path)), "")


class Baresip(Process):
    count = 0

    def __init__(self, pool, user="other", codecs="PCMU", transport="udp", answermode="manual"):
        Baresip.count += 1
        self.folder = f"{pool.folder}/baresip{Baresip.count}"
        os.makedirs(self.folder)
        super().__init__(self.folder + "/log")
        self.pool, self.user = pool, user
        self.ip = f"127.7.{pool.net}.{40 + Baresip.count % 40}"
        self.control = None
        self.buffer = b""
        self.events = []
        with open(self.folder + "/config", "w") as file:
            file.write(CONFIG.format(ip=self.ip, sip_port=PORT, folder=self.folder, modules=MODULES, ctrl_port=15062,
                                     rtp_port=24000, rtp_end=24998))
        with open(self.folder + "/accounts", "w") as file:
            file.write(f"<sip:{user}@{DOMAIN};transport={transport}>;auth_user={user};auth_pass={PASSWORD};regint=300;"
                       f"outbound=\"sip:{pool.registrar_ip}:{PORT};transport={transport}\";audio_codecs={codecs};"
                       f"answermode={answermode};medianat=;ptime=20\n")
        with open(self.folder + "/contacts", "w"):
            pass

    def start(self):
        self.spawn(["baresip", "-f", self.folder], cwd=self.folder)
        wait_until(self.connect, 10, f"baresip's control socket: {self.text()[-2000:]}")
        wait_until(lambda: "200 OK" in self.text(), 10, "baresip registers")
        return self

    def connect(self):
        assert self.child.poll() is None, self.text()
        try:
            self.control = socket.create_connection((self.ip, 15062), 1)
            return True
        except OSError:
            return False

    def read(self, seconds):
        """Netstrings that came; at least one, or none when the time is over."""
        self.control.settimeout(seconds)
        try:
            self.buffer += self.control.recv(65536)
        except OSError:
            return
        while b":" in self.buffer:
            length, _, rest = self.buffer.partition(b":")
            if len(rest) <= int(length):
                break
            self.events.append(json.loads(rest[:int(length)]))
            self.buffer = rest[int(length) + 1:]

    def command(self, name, params=""):
        data = json.dumps({"command": name, "params": params, "token": "t"}).encode()
        self.control.sendall(b"%d:%s," % (len(data), data))

    def wait_event(self, kind, seconds=15):
        """The next event of that kind; those before it are forgotten."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for number, event in enumerate(self.events):
                if event.get("type") == kind:
                    del self.events[:number + 1]
                    return event
            self.read(0.1)
        raise AssertionError(f"baresip: no {kind} within {seconds} s: {self.events}\n{self.text()[-1500:]}")

    def dial(self, uri):
        self.command("dial", uri)

    def answer(self):
        self.command("accept")

    def hang_up(self):
        self.command("hangup")

    def kill(self):
        if self.control is not None:
            self.control.close()
            self.control = None
        super().kill()

    def heard(self, frequency):
        """How much louder than a frequency beside it, in dB, of what baresip's ear got last."""
        files = sorted(glob.glob(self.folder + "/*-dec.wav"), key=os.path.getmtime)
        if not files:
            return -99.0
        return tone_in(files[-1], frequency)


def goertzel(samples, frequency, rate):
    coefficient, before, last = 2 * math.cos(2 * math.pi * frequency / rate), 0.0, 0.0
    for sample in samples:
        before, last = last, sample + coefficient * last - before
    return before * before + last * last - coefficient * before * last


def tone_in(path, frequency):
    with open(path, "rb") as file:
        data = file.read()
    # The header's lengths are written at the end only; the samples begin after "data" and its length.
    at = data.find(b"data")
    if at < 0 or data[:4] != b"RIFF":
        return -99.0
    channels, rate = struct.unpack("<HI", data[22:28])
    samples = struct.unpack(f"<{(len(data) - at - 8) // 2}h", data[at + 8:at + 8 + (len(data) - at - 8) // 2 * 2])
    samples = samples[::channels]
    last = samples[-rate // 2:]
    if len(last) < rate // 4:
        return -99.0
    beside = goertzel(last, frequency * 1.6, rate) + 1.0
    return 10 * math.log10((goertzel(last, frequency, rate) + 1.0) / beside)

