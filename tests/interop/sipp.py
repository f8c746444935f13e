# SPDX-License-Identifier: GPL-3.0-or-later
"""SIPp as caller and called. A scenario is a list of steps made by the functions below; what SIPp sent
and received is read from its own trace.
"""
import dataclasses
import datetime
import os
import re

from pool import PORT, Process, wait_until

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="lab">
"""

# Where the answer goes: the host and port of the top Via.
FOLLOW = """<ereg regexp="UDP ([0-9.]+):([0-9]+)" search_in="hdr" header="Via:" assign_to="via,host,port"/>
    <setdest host="[$host]" port="[$port]" protocol="UDP"/>"""

REASONS = {100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted", 302: "Moved Temporarily",
           404: "Not Found", 480: "Temporarily Unavailable", 486: "Busy Here", 487: "Request Terminated",
           488: "Not Acceptable Here", 491: "Request Pending", 500: "Server Internal Error",
           503: "Service Unavailable", 603: "Decline"}


def receive(what, optional=False, timeout=None, action="", routes=None, lost=None):
    """what: a method or a status. The far end's answer goes where the request came from."""
    kind = "response" if isinstance(what, int) else "request"
    flags = ""
    if routes if routes is not None else what in ("INVITE", 200, 180, 183):
        flags += ' rrs="true"'
    if optional:
        flags += ' optional="true"'
    if timeout:
        flags += f' timeout="{timeout}"'
    if lost:
        flags += f' lost="{lost}"'
    if kind == "request":
        action = FOLLOW + action
    if what == "INVITE":
        action += """
    <ereg regexp=".*" search_in="hdr" header="From:" assign_to="theirs"/>
    <ereg regexp=".*" search_in="hdr" header="To:" assign_to="ours"/>
    <ereg regexp=".*" search_in="hdr" header="Via:" occurrence="1" assign_to="via1"/>
    <ereg regexp=".*" search_in="hdr" header="Via:" occurrence="2" assign_to="via2"/>
    <ereg regexp=".*" search_in="hdr" header="Via:" occurrence="3" assign_to="via3"/>
    <ereg regexp=".*" search_in="hdr" header="Record-Route:" assign_to="routes"/>"""
    inner = f"<action>{action}</action>" if action else ""
    return f'<recv {kind}="{what}"{flags}>{inner}</recv>'


def pause(ms):
    return f'<pause milliseconds="{ms}"/>'


def aim(ip, port=PORT):
    """Where the next messages go."""
    return f'<nop><action><setdest host="{ip}" port="{port}" protocol="UDP"/></action></nop>'


def message(text, retransmit=False):
    timer = ' retrans="1000"' if retransmit else ""
    return f"<send{timer}><![CDATA[\n\n{text}\n]]></send>"


def body(sdp):
    if sdp is None:
        return "Content-Length: 0\n"
    return f"Content-Type: application/sdp\nContent-Length: [len]\n\n{sdp}"


def answer(status, sdp=None, headers="", tag="[pid]far[call_number]", retransmit=None, reason=None):
    """A response to the request that came last."""
    lines = [f"SIP/2.0 {status} {reason or REASONS[status]}", "[last_Via:]", "[last_From:]", f"[last_To:];tag={tag}",
             "[last_Call-ID:]", "[last_CSeq:]", "[last_Record-Route:]",
             "Contact: <sip:far@[local_ip]:[local_port]>", *([headers] if headers else []), body(sdp)]
    again = retransmit if retransmit is not None else sdp is not None and status == 200
    return message("\n".join(lines), again)


def answer_in_dialog(status, sdp=None, headers="", retransmit=False):
    """The same within a dialog, where the To has its tag."""
    lines = [f"SIP/2.0 {status} {REASONS[status]}", "[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]",
             "[last_CSeq:]", "Contact: <sip:far@[local_ip]:[local_port]>", *([headers] if headers else []), body(sdp)]
    return message("\n".join(lines), retransmit)


def request_as_called(method, sdp=None, headers="", cseq=1, retransmit=True, tag="[pid]far[call_number]"):
    """A request of ours in a call that came in."""
    lines = [f"{method} [next_url] SIP/2.0", "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]",
             "Max-Forwards: 70", "[routes]", f"From: [$ours];tag={tag}", "To: [$theirs]", "[last_Call-ID:]",
             f"CSeq: {cseq} {method}", "Contact: <sip:far@[local_ip]:[local_port]>",
             *([headers] if headers else []), body(sdp)]
    return message("\n".join(lines), retransmit)


def invite(user, sdp=None, headers="", caller="caller", retransmit=True):
    lines = [f"INVITE sip:{user}@lab.test SIP/2.0", "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]",
             f'From: "Sample Caller" <sip:{caller}@lab.test>;tag=[pid]far[call_number]', f"To: <sip:{user}@lab.test>",
             "Call-ID: [call_id]", "CSeq: 1 INVITE", "Max-Forwards: 70",
             f"Contact: <sip:{caller}@[local_ip]:[local_port]>", *([headers] if headers else []), body(sdp)]
    return message("\n".join(lines), retransmit)


def request_as_caller(method, user, cseq=1, sdp=None, headers="", retransmit=None, branch="[branch]"):
    """ACK, BYE, re-INVITE ... of a call that we made. An ACK for an error: acknowledge_error."""
    lines = [f"{method} [next_url] SIP/2.0", f"Via: SIP/2.0/UDP [local_ip]:[local_port];branch={branch}",
             "Max-Forwards: 70", "[routes]", '[last_From:]', "[last_To:]", "[last_Call-ID:]",
             f"CSeq: {cseq} {method}", "Contact: <sip:caller@[local_ip]:[local_port]>",
             *([headers] if headers else []), body(sdp)]
    return message("\n".join(lines), method != "ACK" if retransmit is None else retransmit)


def hop_by_hop(method, user):
    """CANCEL, and the ACK for an error: the INVITE's branch and request URI."""
    back = {"CANCEL": 0, "ACK": 0}[method]
    to = "[last_To:]" if method == "ACK" else f"To: <sip:{user}@lab.test>"
    lines = [f"{method} sip:{user}@lab.test SIP/2.0", f"Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch-{back}]",
             "[last_From:]", to, "[last_Call-ID:]", f"CSeq: 1 {method}", "Max-Forwards: 70", body(None)]
    return message("\n".join(lines), method == "CANCEL")


@dataclasses.dataclass
class Traced:
    when: float
    received: bool
    text: str

    @property
    def first(self):
        return self.text.split("\r\n", 1)[0].strip()

    @property
    def what(self):
        words = self.first.split()
        if self.first.startswith("SIP/2.0"):
            return f"{words[1]} {self.header('CSeq').split()[-1]}"
        return words[0]

    def header(self, name):
        for line in self.text.split("\r\n\r\n", 1)[0].split("\r\n"):
            key, _, value = line.partition(":")
            if key.strip().lower() == name.lower():
                return value.strip()
        return ""

    @property
    def body(self):
        return self.text.partition("\r\n\r\n")[2]


class Sipp(Process):
    """One SIPp. Number counts them within the lab; nothing is shared."""

    count = 0

    def __init__(self, pool, steps, name="sipp", calls=1, arguments=(), called=True):
        Sipp.count += 1
        base = f"{pool.folder}/{name}{Sipp.count}"
        super().__init__(base + ".log")
        self.pool = pool
        self.port = 20000 + 2 * Sipp.count
        self.user = f"to{self.port}"
        self.trace = base + ".trace"
        self.scenario = base + ".xml"
        with open(self.scenario, "w") as file:
            text = "\n".join(steps)
            # SIPp refuses a variable that is set and not used.
            names = sorted(set(",".join(re.findall(r'assign_to="([^"]+)"', text)).split(",")) - {""})
            used = f'<Reference variables="{",".join(names)}"/>\n' if names else ""
            file.write(f"{HEAD}{text}\n{used}</scenario>\n")
        remote = f"{pool.registrar_ip}:{PORT}"
        self.arguments = ["sipp", remote, "-sf", self.scenario, "-i", pool.far_end, "-p", str(self.port),
                          "-m", str(calls), "-nostdin", "-trace_msg", "-message_file", self.trace, "-trace_err",
                          "-error_file", base + ".errors", "-message_overwrite", "false",
                          *arguments]
        self.errors = base + ".errors"

    def start(self):
        self.spawn(self.arguments, cwd=self.pool.folder)
        wait_until(lambda: self.child.poll() is not None or self.bound(), 10, "SIPp binds")
        assert self.child.poll() is None or self.child.returncode == 0, self.text() + self.summary()
        return self

    def bound(self):
        wanted = "%02X%02X%02X%02X:%04X" % (*map(int, reversed(self.pool.far_end.split("."))), self.port)
        with open("/proc/net/udp") as table:
            return any(line.split()[1] == wanted for line in list(table)[1:])

    def traced(self, what=None, received=None):
        """Messages so far; what: a regular expression of methods and "200 INVITE"."""
        try:
            with open(self.trace, errors="replace", newline="") as file:
                text = file.read()
        except FileNotFoundError:
            return []
        result = []
        parts = re.split(r"-{47} (\S+(?:[ \t]\S+)?)\r?\n", text)
        for stamp, part in zip(parts[1::2], parts[2::2]):
            head, _, rest = part.partition("\n\n")
            if " message " not in head:
                continue
            when = datetime.datetime.fromisoformat(stamp.replace("\t", " ")).timestamp()
            traced = Traced(when, "received" in head, rest.lstrip("\n"))
            if ((what is None or re.fullmatch(what, traced.what))
                    and (received is None or traced.received == received)):
                result.append(traced)
        return result

    def wait_for(self, what, count=1, seconds=15):
        """The count-th message received of that kind."""
        return wait_until(lambda: self.traced(what, True)[count - 1:count], seconds,
                          f"{count} {what} at {os.path.basename(self.scenario)}: {self.summary()}")[0]

    def summary(self):
        try:
            with open(self.errors, errors="replace") as file:
                errors = file.read()[-1500:]
        except FileNotFoundError:
            errors = ""
        return " ".join(("<" if t.received else ">") + t.what for t in self.traced()) + "\n" + errors

    def finish(self, seconds=20):
        """Waits for its end; fails when its scenario was not followed."""
        wait_until(lambda: self.child.poll() is not None, seconds, f"SIPp's end: {self.summary()}")
        status = self.child.returncode
        self.child = None
        assert status == 0, f"SIPp's status {status}: {self.summary()}"
