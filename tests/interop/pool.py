# SPDX-License-Identifier: GPL-3.0-or-later
"""The pool under the phone: three Kamailio proxies with Record-Route before a Kamailio registrar
with digest, and dnsmasq that gives three addresses for one name. All on 127.7.NET.x, no root.

A member is made silent by SIGSTOP and made to refuse by SIGKILL. One that was silent comes back by a
new process: what lay in its socket is gone with the old one, or it would go out again later.
"""
import dataclasses
import os
import re
import signal
import socket
import subprocess
import time

PORT = 15060
TLS_PORT = 15061
DNS_PORT = 15053
DOMAIN = "lab.test"
PASSWORD = "practice-secret"
MODULES = next((path for path in ("/usr/lib/x86_64-linux-gnu/kamailio/modules",
                                  "/usr/lib/aarch64-linux-gnu/kamailio/modules",
                                  "/usr/lib64/kamailio/modules") if os.path.isdir(path)), "")

COMMON = """#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=1
tcp_children=1
auto_aliases=no
check_via=0
dns=no
rev_dns=no
use_dns_cache=no
tcp_connection_lifetime=300
mpath="{modules}"
loadmodule "tm.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "xlog.so"
loadmodule "path.so"
loadmodule "nathelper.so"
modparam("xlog", "prefix", "")
modparam("path", "use_received", 1)
modparam("tm", "fr_timer", 8000)
modparam("tm", "fr_inv_timer", 60000)
modparam("rr", "enable_double_rr", 0)
{more}
onreply_route {{
  xlog("L_ALERT", "LAB|$TV(Sn)|in|$rs $rm|$ci|$si:$sp|$cs|$proto|-|-\\n");
}}
"""

LOG = """  xlog("L_ALERT", "LAB|$TV(Sn)|in|$rm|$ci|$si:$sp|$cs|$proto|$ru|$hdr(Route)\\n");"""

PROXY = COMMON + """
disable_tcp=no
listen=udp:{ip}:{port}
listen=tcp:{ip}:{port}
alias=pool.{domain}:{port}
{tls}
request_route {{
""" + LOG + """
  if (!mf_process_maxfwd_header("70")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
#!ifdef OVERLOADED
  if (is_method("INVITE|REGISTER") && $si != "{registrar}") {{
    append_to_reply("Retry-After: 30\\r\\n");
    sl_send_reply("503", "Service Unavailable");
    exit;
  }}
#!endif
  if (is_method("OPTIONS") && $rU == $null && !has_totag()) {{ sl_send_reply("200", "OK"); exit; }}
  if (is_method("CANCEL")) {{
    if (t_check_trans()) t_relay();
    else {{ $du = "sip:{registrar}:{port}"; forward(); }}
    exit;
  }}
  if (is_method("REGISTER")) {{
    force_rport();
    add_path_received();
    $du = "sip:{registrar}:{port}";
    t_relay();
    exit;
  }}
  if (has_totag()) {{
    if (!loose_route() && $rd == "{domain}") {{
      if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
      sl_send_reply("404", "Not Here");
      exit;
    }}
    if (is_method("ACK") && t_check_trans()) {{ t_relay(); exit; }}
    handle_ruri_alias();
    if (!t_relay()) sl_reply_error();
    exit;
  }}
  force_rport();
  if (is_method("INVITE|SUBSCRIBE")) {{
    set_contact_alias();
#!ifdef NAME_IN_ROUTE
    record_route_preset("pool.{domain}:{port}");
#!else
    record_route_preset("{ip}:{port}");
#!endif
  }}
  if ($si == "{registrar}") {{
    loose_route();
  }} else {{
    remove_hf("Route");
    $du = "sip:{registrar}:{port}";
  }}
  if (!t_relay()) sl_reply_error();
}}
"""

REGISTRAR = COMMON + """
disable_tcp=yes
alias="{domain}"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "corex.so"
modparam("usrloc", "db_mode", 0)
modparam("registrar", "use_path", 1)
modparam("registrar", "path_mode", 0)
modparam("registrar", "max_expires", 3600)
modparam("pv", "shvset", "calls=s:none")
modparam("auth", "nonce_count", 0)
modparam("auth", "qop", "auth")
listen=udp:{registrar}:{port}
request_route {{
""" + LOG + """
  $var(password) = "{password}";
  if (is_method("CANCEL")) {{
    if (t_check_trans()) {{ t_relay(); exit; }}
    if (t_cancel_callid("$ci", "$cs", "21", "487")) sl_send_reply("200", "OK");
    else sl_send_reply("481", "Call/Transaction Does Not Exist");
    exit;
  }}
  if (is_method("REGISTER")) {{
    if ($tU == "nobody") {{ sl_send_reply("404", "Not Found"); exit; }}
    if ($tU == "barred") {{ sl_send_reply("403", "Forbidden"); exit; }}
    if (!pv_www_authenticate("$td", "$var(password)", "0")) {{ www_challenge("$td", "1"); exit; }}
    if ($tU == "brief" && $(hdr(Expires){{s.int}}) < 120 && $(hdr(Expires){{s.int}}) > 0) {{
      append_to_reply("Min-Expires: 120\\r\\n");
      sl_send_reply("423", "Interval Too Brief");
      exit;
    }}
    if (!save("location")) sl_reply_error();
    exit;
  }}
  if (is_method("ACK") && t_check_trans()) {{ t_relay(); exit; }}
  if (has_totag()) {{
    if (loose_route() || $rd != "{domain}") {{ if (!t_relay()) sl_reply_error(); }}
    else if (!is_method("ACK")) sl_send_reply("481", "Call/Transaction Does Not Exist");
    exit;
  }}
  if (is_method("ACK")) exit;
  if (is_method("SUBSCRIBE") && $hdr(Event) =~ "^(dialog|presence)") {{
    $du = "sip:{presence}:{port}";
    if (!t_relay()) sl_reply_error();
    exit;
  }}
  if (is_method("INVITE") && $fU =~ "^agent") {{
    if (!pv_proxy_authenticate("$fd", "$var(password)", "0")) {{ proxy_challenge("$fd", "1"); exit; }}
    consume_credentials();
  }}
  if ($rU =~ "^to[0-9]+$") {{
    $du = "sip:{far_end}:" + $(rU{{s.substr,2,0}});
  }} else if ($rU =~ "^fork[0-9]+-[0-9]+$") {{
    $var(first) = $(rU{{s.substr,4,0}}{{s.select,0,-}});
    $var(second) = $(rU{{s.substr,4,0}}{{s.select,1,-}});
    $ru = "sip:a@{far_end}:" + $var(first);
    append_branch("sip:b@{far_end}:" + $var(second));
  }} else if ($rU =~ "^serial[0-9]+-[0-9]+$") {{
    # The first call goes to the one, the second to the other.
    $var(first) = $(rU{{s.substr,6,0}}{{s.select,0,-}});
    $var(second) = $(rU{{s.substr,6,0}}{{s.select,1,-}});
    if ($shv(calls) == $rU) $ru = "sip:b@{far_end}:" + $var(second);
    else {{ $shv(calls) = $rU; $ru = "sip:a@{far_end}:" + $var(first); }}
  }} else if (!lookup("location")) {{
    t_newtran();
    t_reply("404", "Not Found");
    exit;
  }}
  t_on_branch("OUT");
  if (!t_relay()) sl_reply_error();
}}
branch_route[OUT] {{
  xlog("L_ALERT", "LAB|$TV(Sn)|out|$rm|$ci|-|$cs|-|$ru|$du\\n");
}}
"""

TLS = """
enable_tls=yes
listen=tls:{ip}:{tls_port}
loadmodule "tls.so"
modparam("tls", "config", "{folder}/tls.cfg")
"""

TLS_CONFIG = """[server:default]
method = TLSv1.2+
verify_certificate = {verify}
require_certificate = {verify}
private_key = {folder}/server.key
certificate = {folder}/server.pem
ca_list = {folder}/ca.pem
[client:default]
verify_certificate = no
require_certificate = no
"""


@dataclasses.dataclass
class Seen:
    """One message that a member received, or a branch that the registrar sent."""
    when: float
    direction: str
    what: str  # "INVITE", "200 INVITE"
    call_id: str
    source: str
    cseq: str
    transport: str
    uri: str
    route: str


class Skip(Exception):
    """The machine lacks what a case needs."""


def wait_until(predicate, seconds, what):
    """What predicate returns once it is true. Bounded; what: what should have come."""
    end = time.monotonic() + seconds
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


def environment(**more):
    """For the peers: nothing of a sanitizer, nothing of the test run's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
            if name in os.environ}
    kept["PATH"] = kept.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
    return {**kept, **more}


class Process:
    """A child in a process group of its own, its output in a file."""

    def __init__(self, log):
        self.log = log
        self.child = None
        self.stopped = False

    def spawn(self, arguments, env=None, **more):
        with open(self.log, "ab") as output:
            self.child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output,
                                          stderr=subprocess.STDOUT, start_new_session=True,
                                          env=env or environment(), **more)
        self.stopped = False

    def signal(self, number):
        if self.child is not None and self.child.poll() is None:
            os.killpg(self.child.pid, number)

    def silence(self):
        self.signal(signal.SIGSTOP)
        self.stopped = True

    def resume(self):
        self.signal(signal.SIGCONT)
        self.stopped = False

    def kill(self):
        if self.child is None:
            return
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait(10)
        self.child = None
        self.stopped = False

    def text(self):
        try:
            with open(self.log, errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""


class Kamailio(Process):
    def __init__(self, name, ip, folder, config, **values):
        super().__init__(f"{folder}/{name}.log")
        self.name, self.ip, self.folder = name, ip, folder
        self.address = f"{ip}:{PORT}"
        self.config, self.values = config, values
        self.options = ()

    def free(self):
        """Whether its ports are: the children of one that was killed go a little later than it."""
        for kind, port in ((socket.SOCK_DGRAM, PORT), (socket.SOCK_STREAM, PORT), (socket.SOCK_STREAM, TLS_PORT)):
            with socket.socket(socket.AF_INET, kind) as probe:
                if kind == socket.SOCK_STREAM:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self.ip, port))
                except OSError:
                    return False
        return True

    def begin(self, *options, **values):
        """Starts it, does not wait. options: -A defines."""
        wait_until(self.free, 10, f"the ports of {self.name} are free")
        self.options = options
        path = f"{self.folder}/{self.name}.cfg"
        with open(path, "w") as file:
            file.write(self.config.format(ip=self.ip, folder=self.folder, port=PORT, modules=MODULES,
                                          more="", **{**self.values, **values}))
        run = f"{self.folder}/{self.name}.run"
        os.makedirs(run, exist_ok=True)
        self.spawn(["kamailio", "-DD", "-E", "-m", "24", "-M", "6", "-f", path, "-w", self.folder, "-Y", run,
                    "-P", f"{run}/pid", *options], )

    def answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((re.sub(r"\d+$", "90", self.ip), 0))
            probe.settimeout(0.2)
            host, port = probe.getsockname()
            text = (f"OPTIONS sip:{self.address} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bK-up;rport\r\n"
                    f"From: <sip:lab@{host}>;tag=lab\r\nTo: <sip:{self.address}>\r\nCall-ID: lab-up\r\n"
                    f"CSeq: 1 OPTIONS\r\nMax-Forwards: 0\r\nContent-Length: 0\r\n\r\n")
            probe.sendto(text.encode(), (self.ip, PORT))
            try:
                probe.recv(4096)
                return True
            except OSError:
                return False

    def wait(self):
        def up():
            assert self.child.poll() is None, f"{self.name} ended:\n{self.text()[-3000:]}"
            return self.answers()
        wait_until(up, 20, f"{self.name} answers")

    def start(self, *options, **values):
        self.begin(*options, **values)
        self.wait()

    def restore(self):
        """As it was at first, whatever was done to it."""
        if self.child is None or self.stopped or self.options or self.child.poll() is not None:
            self.kill()
            self.begin()
            return True
        return False

    def seen(self, what=None, call_id=None, since=0.0):
        """What it received; what: a method, or "200 INVITE", or a regular expression of them."""
        result = []
        for line in self.text().splitlines():
            at = line.find("LAB|")
            if at < 0:
                continue
            parts = line[at:].split("|")
            if len(parts) < 10 or parts[4] == "lab-up":
                continue
            seen = Seen(float(parts[1]), *parts[2:10])
            if ((what is None or re.fullmatch(what, seen.what)) and seen.when >= since
                    and (call_id is None or seen.call_id == call_id)):
                result.append(seen)
        return result


class Dns(Process):
    """A records of pool and wrong, SRV records of srv, one name that does not exist."""

    def __init__(self, ip, folder, members):
        super().__init__(f"{folder}/dnsmasq.log")
        self.ip, self.members = ip, members
        self.server = f"{ip}:{DNS_PORT}"

    def start(self, weights=(10, 10, 10)):
        arguments = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-poll",
                     "--port", str(DNS_PORT), "--listen-address", self.ip, "--bind-interfaces",
                     "--local-ttl=1", "--local=/test/", "--user=", "--group=", "--pid-file=", "--log-facility=-",
                     "--log-queries"]
        for number, ip in enumerate(self.members, 1):
            arguments += [f"--host-record=m{number}.{DOMAIN},{ip}"]
            for transport in ("udp", "tcp"):
                arguments += [f"--srv-host=_sip._{transport}.srv.{DOMAIN},m{number}.{DOMAIN},{PORT},{number},10"]
                arguments += [f"--srv-host=_sip._{transport}.even.{DOMAIN},m{number}.{DOMAIN},{PORT},1,10"]
            arguments += [f"--srv-host=_sips._tcp.srv.{DOMAIN},m{number}.{DOMAIN},{TLS_PORT},{number},10"]
        hosts = os.path.join(os.path.dirname(self.log), "hosts")
        with open(hosts, "w") as file:
            for ip in self.members:
                file.write(f"{ip} pool.{DOMAIN}\n{ip} wrong.{DOMAIN}\n")
        self.spawn([*arguments, f"--addn-hosts={hosts}"])
        wait_until(lambda: "started" in self.text() or self.child.poll() is not None, 10, "dnsmasq starts")
        assert self.child.poll() is None, self.text()

    def queries(self):
        return [line for line in self.text().splitlines() if "query[" in line]


class Pool:
    def __init__(self, net, folder):
        self.net, self.folder = net, folder
        self.far_end = f"127.7.{net}.30"
        self.registrar_ip = f"127.7.{net}.20"
        ips = [f"127.7.{net}.{n}" for n in (11, 12, 13)]
        shared = {"registrar": self.registrar_ip, "domain": DOMAIN, "password": PASSWORD,
                  "far_end": self.far_end, "tls": "",
                  "presence": f"127.7.{net}.21"}
        self.proxies = [Kamailio(f"proxy{n}", ip, folder, PROXY, **shared) for n, ip in enumerate(ips, 1)]
        self.registrar = Kamailio("registrar", self.registrar_ip, folder, REGISTRAR, **shared)
        self.dns = Dns(f"127.7.{net}.2", folder, ips)
        self.tls = False

    def start(self):
        self.certificates()
        self.dns.start()
        for member in [self.registrar, *self.proxies]:
            member.begin()
        for member in [self.registrar, *self.proxies]:
            member.wait()

    def restore(self):
        if self.dns.child is None or self.dns.stopped:
            self.dns.kill()
            self.dns.start()
        for member in [member for member in [self.registrar, *self.proxies] if member.restore()]:
            member.wait()

    def close(self):
        for process in [self.dns, self.registrar, *self.proxies]:
            process.kill()

    def certificates(self):
        """A CA of our own, and one certificate for the pool's names."""
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True,
                           env=environment(), timeout=60)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
                "-subj", "/CN=Sample Authority", "-addext", "basicConstraints=critical,CA:TRUE")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
                "-subj", f"/CN=pool.{DOMAIN}")
        with open(f"{self.folder}/names", "w") as file:
            file.write(f"subjectAltName=DNS:pool.{DOMAIN},DNS:srv.{DOMAIN}\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-out", "server.pem", "-days", "2", "-extfile", "names")
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "other.key", "-out", "other.pem",
                "-days", "2", "-subj", "/CN=Another Authority")

    def start_tls(self, wants_certificate=False):
        """The proxies anew, with TLS. restore() ends it."""
        with open(f"{self.folder}/tls.cfg", "w") as file:
            file.write(TLS_CONFIG.format(folder=self.folder, verify="yes" if wants_certificate else "no"))
        for proxy in self.proxies:
            proxy.kill()
            tls = TLS.format(ip=proxy.ip, tls_port=TLS_PORT, folder=self.folder)
            proxy.begin("-A", "WITH_TLS=1", tls=tls)
        for proxy in self.proxies:
            proxy.wait()

    def restart_all(self, *options):
        """The proxies anew. restore() ends it."""
        for proxy in self.proxies:
            proxy.kill()
            proxy.begin(*options)
        for proxy in self.proxies:
            proxy.wait()

    def proxy(self, address):
        """By "127.7.1.11:15060" or its address alone."""
        return next(p for p in self.proxies if p.ip == address.split(":")[0])
