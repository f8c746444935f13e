# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies behind the pool: a registrar, a subscription server and a far end that calls and is
called. It remembers the state of every call, which is what a cell is judged by.
"""
import asyncio
import dataclasses

import sip
from member import BACK_PORT

PORT = 16062
T1 = 0.5


@dataclasses.dataclass
class Arrival:
    """A request or response that reached the core."""
    when: float
    member: str
    message: sip.Message

    @property
    def what(self):
        return self.message.what


class FarCall:
    """One call as the far end sees it. state: ringing, answered (no ACK yet), connected, cancelled,
    ended; of an incoming call: calling, then the same."""

    def __init__(self, core, invite, outgoing):
        self.core, self.invite, self.outgoing = core, invite, outgoing
        self.call_id = invite.call_id
        self.branch = invite.first_branch
        self.state = "calling" if outgoing else "ringing"
        self.since = {self.state: core.now()}
        self.tag = sip.token(self.call_id, core.now())
        self.member = None
        self.response = None  # the phone's latest 200 to our INVITE
        self.cseq = 1
        self.timers = []
        self.ended_by = None
        self.acknowledged = set()  # CSeq numbers

    def become(self, state, by=None):
        if self.state not in ("ended", "cancelled") and state != self.state:
            self.state = state
            self.since.setdefault(state, self.core.now())
            self.ended_by = by
            if state in ("ended", "cancelled", "connected"):
                for timer in self.timers:
                    timer.cancel()
                self.timers = []

    def later(self, seconds, function, *arguments):
        self.timers.append(asyncio.get_running_loop().call_later(seconds, function, *arguments))


class Core(asyncio.DatagramProtocol):
    def __init__(self, lab, ip):
        self.lab, self.ip = lab, ip
        self.address = (ip, PORT)
        self.transport = None
        self.arrivals = []
        self.calls = []
        self.answered = {}  # (branch, method) -> responses, for retransmissions
        self.contact = None
        self.member = None  # that the registration came by
        self.expires = 600
        self.subscription_expires = 600
        self.subscriptions = {}  # Call-ID -> (member, expiry)
        # What the far end does
        self.ring_after, self.answer_after = 0.02, 0.15
        self.patience = 32.0

    async def start(self):
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=self.address)

    def connection_made(self, transport):
        self.transport = transport

    def close(self):
        for call in self.calls:
            call.become("ended", "the cell's end")
        if self.transport is not None:
            self.transport.close()

    @staticmethod
    def now():
        return asyncio.get_running_loop().time()

    def datagram_received(self, data, source):
        message = sip.Message.parse(data.decode())
        member = self.lab.by_ip(source[0])
        self.arrivals.append(Arrival(self.now(), member.name, message))
        if message.is_request:
            self.request(message, member)
        else:
            self.on_response(message, member)
        self.lab.changed.set()

    def send(self, message, member):
        self.transport.sendto(message.text().encode(), (member.ip, BACK_PORT))

    # Requests of the phone's

    def request(self, message, member):
        if message.method == "ACK":
            self.on_ack(message)
            return
        key = (message.branch, message.method)
        if key in self.answered:
            for answer in self.answered[key]:
                self.send(answer, member)
            return
        self.answered[key] = []
        handler = getattr(self, f"on_{message.method.lower()}", None)
        if handler is not None:
            handler(message, member)
        else:
            self.reply(message, member, 404)

    def reply(self, message, member, status, tag="far", headers=(), body=""):
        answer = sip.response(message, status, tag, headers, body)
        self.answered.setdefault((message.branch, message.method), [])[:] = [answer]
        self.send(answer, member)

    def on_register(self, message, member):
        self.contact = sip.address(message.get("Contact"))
        self.member = member
        self.reply(message, member, 200, headers=[
            ("Contact", f"<{self.contact}>;expires={self.expires}"), ("Expires", str(self.expires))])

    def on_subscribe(self, message, member):
        if "message-summary" not in message.get("Event"):
            self.reply(message, member, 489)
            return
        tag = sip.token(message.call_id)
        self.subscriptions[message.call_id] = (member, self.now() + self.subscription_expires)
        self.reply(message, member, 200, tag, headers=[
            ("Contact", f"<sip:mail@{self.ip}:{PORT}>"), ("Expires", str(self.subscription_expires))])
        notify = self.make("NOTIFY", sip.address(message.get("Contact")), message.call_id, message.get("To"), tag,
                           message.get("From"), len(self.arrivals), [
                               ("Event", "message-summary"),
                               ("Subscription-State", f"active;expires={self.subscription_expires}"),
                               ("Content-Type", "application/simple-message-summary")],
                           "Messages-Waiting: yes\r\nVoice-Message: 2/1\r\n")
        self.send(notify, member)

    def on_info(self, message, member):
        self.in_dialog(message, member)

    def in_dialog(self, message, member, headers=(), body=""):
        call = self.find(message)
        if call is None:
            self.reply(message, member, 481)
            return None
        call.member = member
        self.reply(message, member, 200, call.tag, headers, body)
        return call

    def find(self, message):
        for call in self.calls:
            if call.call_id == message.call_id and call.state in ("answered", "connected"):
                return call
        return None

    def on_invite(self, message, member):
        if message.to_tag:
            self.in_dialog(message, member, [("Contact", f"<sip:far@{self.ip}:{PORT}>"),
                                             ("Content-Type", "application/sdp")], self.lab.sdp(message.body))
            return
        call = FarCall(self, message, False)
        call.member = member
        self.calls.append(call)
        call.later(self.ring_after, self.ring, call, message, member)

    def ring(self, call, message, member):
        self.reply(message, member, 180, call.tag, [("Contact", f"<sip:far@{self.ip}:{PORT}>")])
        if self.answer_after is not None:
            call.later(self.answer_after, self.pick_up, call, message, member)

    def pick_up(self, call, message, member, interval=T1, began=None):
        if call.state == "ringing":
            call.become("answered")
        if call.state != "answered":
            return
        began = began or self.now()
        self.reply(message, member, 200, call.tag, [("Contact", f"<sip:far@{self.ip}:{PORT}>"),
                                                    ("Content-Type", "application/sdp")], self.lab.sdp(message.body))
        if self.now() - began + interval < self.patience:
            call.later(interval, self.pick_up, call, message, member, min(interval * 2, 4), began)
        else:
            call.later(max(0.0, self.patience - (self.now() - began)), self.give_up, call)

    def give_up(self, call):
        """Nobody has acknowledged: RFC 3261, 13.3.1.4."""
        if call.state == "answered":
            self.hang_up(call)

    def on_ack(self, message):
        call = self.find(message)
        if call is None:
            return
        call.acknowledged.add(message.cseq)
        if call.state == "answered":
            call.become("connected")

    def on_cancel(self, message, member):
        call = next((c for c in self.calls if c.call_id == message.call_id and not c.outgoing), None)
        if call is None or call.invite.cseq != message.cseq:
            self.reply(message, member, 481)
            return
        if message.first_branch != call.branch:
            self.lab.complain("CANCEL without the INVITE's branch")
        self.reply(message, member, 200)
        if call.state == "ringing":
            invite = call.invite
            call.become("cancelled")
            self.reply(invite, call.member, 487, call.tag)

    def on_bye(self, message, member):
        call = self.find(message)
        if call is None:
            self.reply(message, member, 481)
            return
        call.member = member
        call.become("ended", "phone")
        self.reply(message, member, 200)

    # Requests of ours

    def make(self, method, uri, call_id, ours, tag, theirs, cseq, headers=(), body=""):
        source = ours if ";tag=" in ours else f"{ours};tag={tag}"
        return sip.Message(f"{method} {uri} SIP/2.0", [
            ["Via", f"SIP/2.0/UDP {self.ip}:{PORT};branch={sip.new_branch()}"], ["Max-Forwards", "70"],
            ["From", source], ["To", theirs], ["Call-ID", call_id], ["CSeq", f"{cseq} {method}"],
            ["Contact", f"<sip:far@{self.ip}:{PORT}>"], *[list(header) for header in headers]], body)

    def call_phone(self):
        """An INVITE to the phone, over the member that it registered by."""
        invite = self.make("INVITE", self.contact, f"far-{sip.new_branch()}", f"<sip:caller@{self.lab.domain}>",
                           sip.new_branch(), f"<sip:{self.lab.user}@{self.lab.domain}>", 1,
                           [("Content-Type", "application/sdp")], self.lab.sdp(""))
        call = FarCall(self, invite, True)
        call.member = self.member
        self.calls.append(call)
        self.send(invite, self.member)
        return call

    def cancel(self, call):
        """Takes an INVITE to the phone back, over the member that it went by."""
        cancel = call.invite.copy()
        cancel.first = cancel.first.replace("INVITE", "CANCEL", 1)
        cancel.headers = [h for h in cancel.headers if h[0] not in ("Contact", "Content-Type")]
        cancel.set("CSeq", f"{call.invite.cseq} CANCEL")
        cancel.body = ""
        self.send(cancel, call.member)
        call.become("cancelled")

    def on_response(self, message, member):
        call = next((c for c in self.calls if c.outgoing and c.call_id == message.call_id), None)
        if call is None or message.method != "INVITE":
            return
        if message.status == 180:
            call.become("ringing")
        elif 200 <= message.status < 300:
            call.response, call.member = message, member
            self.acknowledge(call, message)
            if call.state == "cancelled" and call.cseq == 1:
                self.hang_up(call)  # the CANCEL came too late
            call.become("connected")
        elif message.status >= 300:
            ack = call.invite.copy()
            ack.first = ack.first.replace("INVITE", "ACK", 1)
            ack.set("To", message.get("To"))
            ack.set("CSeq", f"{call.invite.cseq} ACK")
            ack.body = ""
            self.send(ack, member)
            call.become("ended", str(message.status))

    def acknowledge(self, call, answer):
        ack = self.make("ACK", sip.address(answer.get("Contact")), call.call_id, call.invite.get("From"), "",
                        answer.get("To"), call.invite.cseq)
        self.send(ack, call.member)

    def hang_up(self, call):
        """BYE to the phone, over a member that lives."""
        member = next((m for m in self.lab.members if m.reaches_phone), None)
        if member is None:
            return
        call.cseq += 1
        if call.outgoing:
            bye = self.make("BYE", sip.address(call.response.get("Contact")), call.call_id, call.invite.get("From"),
                            "", call.response.get("To"), call.cseq)
        else:
            bye = self.make("BYE", sip.address(call.invite.get("Contact")), call.call_id, call.invite.get("To"),
                            call.tag, call.invite.get("From"), call.cseq)
        self.send(bye, member)
        call.become("ended", "far end")
