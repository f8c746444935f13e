# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone under test in a cell: tandem-headless with a message bus and a home of its own, steered by
the actions that it has on the bus, as its own command line does. Nothing that it says of itself is
believed: see lab.py for what it did.
"""
import asyncio
import json
import os
import signal
import xml.sax.saxutils

import lab as labs
import member
from dbus import Bus

KEPT = ("PATH", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "GSETTINGS_SCHEMA_DIR", "G_DEBUG",
        "LD_LIBRARY_PATH", "GST_PLUGIN_PATH")


def configuration(user, server, protocol, settings):
    """settings: "policy.endpoint.sip_transaction_timeout" -> value."""
    quote = xml.sax.saxutils.quoteattr
    domains = {}
    for key, value in settings.items():
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
    """ASAN_OPTIONS without what makes each allocation slow: with it, one message would take longer than
    the timeouts here. Leaks are other tests' business: this phone is killed."""
    slow = ("fast_unwind_on_malloc", "malloc_context_size", "detect_leaks")
    kept = [part for part in options.split(":") if part and part.split("=")[0] not in slow]
    return ":".join([*kept, "fast_unwind_on_malloc=1", "malloc_context_size=8", "detect_leaks=0"])


class Phone:
    program = None
    schemas = None

    def __init__(self, lab, folder, timeout, seed=1, **settings):
        self.lab = lab
        self.home = folder
        os.makedirs(folder + "/run", mode=0o700)
        self.process = self.bus = self.link = None
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment.update(
            HOME=folder, LC_ALL="C.UTF-8", XDG_RUNTIME_DIR=folder + "/run", XDG_DATA_HOME=folder + "/data",
            XDG_CONFIG_HOME=folder + "/config", XDG_CACHE_HOME=folder + "/cache", XDG_STATE_HOME=folder + "/state",
            GSETTINGS_BACKEND="memory", GIO_USE_VFS="local", GST_REGISTRY=os.path.dirname(folder) + "/gst-registry",
            G_MESSAGES_DEBUG=os.environ.get("MATRIX_DEBUG", ""))
        self.environment["ASAN_OPTIONS"] = quick(self.environment.get("ASAN_OPTIONS", ""))
        if self.schemas:
            self.environment["GSETTINGS_SCHEMA_DIR"] = self.schemas
        net = lab.net
        port = member.TLS_PORT if lab.transport == "tls" else member.PORT
        self.config = folder + "/phone.config"
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(configuration(lab.user, f"{labs.NAME}:{port}", lab.transport, {
                "proxies.proxy0.password": "sample", "proxies.proxy0.domain": labs.DOMAIN,
                "proxies.proxy0.reg_timeout": 600, "proxies.proxy0.reg_interval": 2,
                "policy.endpoint.sip_transaction_timeout": timeout, "policy.endpoint.sip_port_min": 16100,
                "policy.endpoint.sip_port_max": 16199, "policy.endpoint.rtp_port_min": 1024 + net * 200,
                "policy.endpoint.rtp_port_max": 1024 + net * 200 + 198, "policy.endpoint.ip_versions": "ipv4",
                "policy.endpoint.rtp_inactivity_timeout": 150, "policy.session.dtmf_method": "info",
                "tandem.account.mailbox_subscribe": 0,
                "codecs.enabled.audio": "PCMU", "tandem.sip.dns_server": f"{lab.dns_address}:{labs.DNS_PORT}",
                "tandem.sip.bind_address": lab.phone_address, "tandem.sip.random_seed": seed,
                "tandem.security.ca_file": lab.authority or "", "tandem.ha.reg_spread": 0,
                "tandem.ha.probe_interval": 0, **settings}))

    async def start(self):
        self.bus = await asyncio.create_subprocess_exec(
            "dbus-daemon", "--session", "--nofork", "--print-address", "--address", f"unix:path={self.home}/run/bus",
            stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            env=self.environment)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = (await self.bus.stdout.readline()).decode().strip()
        with open(self.home + "/log", "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                self.program, "--config", self.config, "--audio", "test", stdin=asyncio.subprocess.DEVNULL, stdout=log,
                stderr=log, env=self.environment, cwd=self.home)

    async def connect(self):
        if self.link is None:
            self.link = Bus()
            await self.link.connect(self.home + "/run/bus")

    async def do(self, action, *parameters):
        """One action; it is under way when this returns."""
        assert self.process.returncode is None, f"the phone ended with {self.process.returncode}"
        await self.connect()
        await self.link.activate(action, *parameters)

    async def status(self):
        """Only for what no packet can tell: whether its tables grow."""
        await self.connect()
        return json.loads(await self.link.status())

    async def until(self, *states, seconds=5):
        """Its window has caught up with its wire, so that the next action finds what it is meant for."""
        end = self.lab.now() + seconds
        while self.lab.now() < end:
            if any(call["state"] in states for call in (await self.status())["calls"]):
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"no call is {' or '.join(states)} within {seconds} s")

    async def close(self):
        """Ends it, hard: what a phone does on its way out is no part of a cell. Returns a complaint."""
        complaint = None
        if self.link is not None:
            self.link.close()
        if self.process is not None:
            if self.process.returncode is not None:
                complaint = f"the phone ended by itself with {self.process.returncode}"
            else:
                self.process.send_signal(signal.SIGKILL)
            await self.process.wait()
        if self.bus is not None:
            self.bus.kill()
            await self.bus.wait()
        return complaint

    def log(self):
        try:
            with open(self.home + "/log", encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""
