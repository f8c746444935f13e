# SPDX-License-Identifier: GPL-3.0-or-later
"""The phones of the failover lab, each registered at the lab's pool by its name and steered in its own
way: call, hang up, hold, answer. Each has the settings it comes with, apart from what the lab needs
(account, transport, no sound card) and from time-outs of sound that the lab does not send.
"""
import json
import socket
import subprocess

import phones
from phones import GLib

ALL = {"refresh", "moved", "call", "known", "bye", "hold", "answer", "cancel", "overload", "tcp", "dns"}
LOCAL = "192.0.2.40"  # the phone's own address in the lab's network namespace


class Tandem(phones.Tandem):
    title = "Tandem"
    faults = ALL

    def __init__(self, build, lab, probe=15):
        super().__init__(build, server=f"{lab.name}:5060", protocol=lab.transport, user=lab.user,
                         probe=probe, reg_interval=30, domain=lab.domain)

    def hold(self):
        self.action("hold", GLib.Variant("s", ""))

    def answer(self):
        self.action("answer", GLib.Variant("s", ""))


class Baresip(phones.Phone):
    title = "baresip"
    faults = ALL

    def __init__(self, _build, lab):
        self.home = phones.Home()
        folder = self.home.path / ".baresip"
        folder.mkdir()
        (folder / "config").write_text(
            f"module_path {phones.BARESIP_MODULES}\nmodule g711.so\nmodule account.so\nmodule_app menu.so\n"
            "module ausine.so\nmodule aubridge.so\nmodule uuid.so\nmodule_app ctrl_tcp.so\n"
            "ausrc_srate 48000\nausrc_channels 2\nauplay_srate 48000\naudio_player aubridge,ear\naudio_source ausine,440\naudio_alert aubridge,bell\n"
            f"sip_listen {LOCAL}:0\nnet_interface {LOCAL}\nctrl_tcp_listen {LOCAL}:4444\n")
        (folder / "accounts").write_text(
            f"<sip:{lab.user}@{lab.name};transport={lab.transport}>;auth_pass=none;audio_codecs=pcmu/8000/1;"
            "regint=600;answermode=manual\n")
        (folder / "contacts").write_text("")
        self.launch(["baresip", "-f", str(folder)])

    def command(self, name, parameters=""):
        message = json.dumps({"command": name, "params": parameters})
        with socket.create_connection((LOCAL, 4444), 2) as connection:
            connection.sendall(f"{len(message)}:{message},".encode())
            connection.recv(1024)

    def dial(self, uri):
        self.command("dial", uri)

    def hang_up(self):
        self.command("hangup")

    def hold(self):
        self.command("hold")

    def answer(self):
        self.command("accept")


class Linphone(phones.Phone):
    title = "linphonec"
    faults = ALL

    def __init__(self, _build, lab):
        self.home = phones.Home()
        for name in ("config", "data", ".config", ".local/share"):
            (self.home.path / name / "linphone").mkdir(parents=True)
        rc = self.home.path / "linphonerc"
        rc.write_text(
            "[sip]\ndefault_proxy=0\nsip_port=-1\nsip_tcp_port=-1\nsip_tls_port=-1\nuse_ipv6=0\n"
            "media_encryption=none\n[rtp]\nnortp_timeout=300\n"
            "[sound]\nremote_ring=\n"
            f"[proxy_0]\nreg_proxy=<sip:{lab.name};transport={lab.transport}>\n"
            f"reg_identity=sip:{lab.user}@{lab.name}\nreg_expires=600\nreg_sendregister=1\npublish=0\n"
            f"[auth_info_0]\nusername={lab.user}\npasswd=none\nrealm={lab.name}\n")
        self.launch(["linphonec", "-c", str(rc), "-d", "6", "-l", str(self.home.path / "linphone.log")],
                    stdin=subprocess.PIPE)
        self.say("soundcard use files")

    def say(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def dial(self, uri):
        self.say(f"call {uri}")

    def hang_up(self):
        self.say("terminate")

    def hold(self):
        self.say("pause")

    def answer(self):
        self.say("answer")


class Twinkle(phones.Phone):
    title = "Twinkle"
    faults = ALL

    def __init__(self, _build, lab):
        self.home = phones.Home()
        folder = self.home.path / ".twinkle"
        folder.mkdir()
        (self.home.path / ".asoundrc").write_text(
            "pcm.!default { type null }\nctl.!default { type null }\n")
        (folder / "agent.cfg").write_text(
            f"user_name={lab.user}\nuser_domain={lab.name}\nuser_display=Agent\nauth_name={lab.user}\n"
            f"auth_pass=none\nregister_at_startup=yes\nregistration_time=600\nsip_transport={lab.transport}\n"
            "codecs=g711u\nzrtp_enabled=no\n")
        (folder / "twinkle.sys").write_text(
            "dev_ringtone=alsa:default\ndev_speaker=alsa:default\ndev_mic=alsa:default\n"
            "validate_audio_dev=no\nsip_port=5090\nstart_user_profile=agent\nplay_ringtone=no\nplay_ringback=no\n")
        self.launch(["twinkle-console", "agent.cfg"], stdin=subprocess.PIPE)

    def say(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def dial(self, uri):
        self.say(f"call {uri}")

    def hang_up(self):
        self.say("bye")

    def hold(self):
        self.say("hold")

    def answer(self):
        self.say("answer")


class GnomeCalls(phones.GnomeCalls):
    title = "GNOME Calls"
    faults = ALL - {"hold"}

    def __init__(self, _build, lab):
        self.display = phones.Display()
        self.display.__enter__()
        super().__init__(lab.name, self.display.name, user=lab.user, protocol=lab.transport)

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        self.display.__exit__()


EVERY = {"tandem": Tandem, "baresip": Baresip, "linphonec": Linphone, "twinkle": Twinkle,
         "gnome-calls": GnomeCalls}
