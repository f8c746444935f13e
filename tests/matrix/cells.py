# SPDX-License-Identifier: GPL-3.0-or-later
"""The cells of the fault matrix: each a run of the phone in a world of its own (lab.py), with one
fault at the moment of one operation. What happened is read from the packets and from the far end's
state, and held against policy.py.
"""
import asyncio
import dataclasses
import os
import shutil
import traceback

import policy
from lab import Lab
from phone import Phone
from policy import METHOD, PERIODIC, TWICE

TIMEOUT = 0.4
# Where the first copy goes to a port that nobody listens on, only its absence can be seen: a longer
# timeout tells "at once" from "after silence".
REFUSING_TIMEOUT = 1.5
# This program was too late itself for its figures to mean anything: the cell is run again.
TOO_LATE = 0.08
FAR = "sip:far@lab.test"


@dataclasses.dataclass(frozen=True)
class Cell:
    operation: str
    fault: str
    transport: str
    route: str

    def __str__(self):
        return f"{self.operation}/{self.fault}/{self.transport}/{self.route}".replace(" ", "-")


@dataclasses.dataclass
class Result:
    cell: Cell
    expected: policy.Expected
    measured: dict
    complaints: list
    story: list
    seconds: float
    late: float

    @property
    def ok(self):
        return not self.complaints


def all_cells():
    return [Cell(operation, fault, transport, route)
            for operation in policy.OPERATIONS for fault in policy.FAULTS
            if policy.without_meaning(operation, fault) is None
            for transport in policy.TRANSPORTS for route in policy.routes_for(operation)]


class Run:
    """One cell while it runs."""

    def __init__(self, cell, net, folder, certificates):
        self.cell = cell
        udp_refusing = cell.fault == "refusing" and cell.transport == "udp"
        self.timeout = REFUSING_TIMEOUT if udp_refusing else TIMEOUT
        self.expected = policy.expected(cell.operation, cell.fault, cell.transport, self.timeout)
        self.lab = Lab(net, cell.transport, cell.route, certificates)
        settings = {}
        if cell.operation in ("register", "refresh"):
            self.lab.core.expires = int(policy.lifetime(cell.fault, cell.transport))
        if cell.operation == "subscribe":
            settings["tandem.account.mailbox_subscribe"] = 1
            self.lab.core.subscription_expires = int(policy.lifetime(cell.fault, cell.transport))
        if cell.fault == "dies before ACK" and cell.operation == "invite":
            settings["tandem.ha.probe_interval"] = 1
        self.phone = Phone(self.lab, folder, int(self.timeout * 1000), **settings)
        self.victim = self.lab.members[0]
        self.complaints = []
        self.measured = {}
        self.trigger = 0.0
        self.tasks = []
        self.call = None
        self.next_method = None
        self.next_since = 0.0
        self.closed = None
        self.taken = None

    def wrong(self, text):
        self.complaints.append(text)

    # The fault

    def is_method(self, message):
        wanted = METHOD[self.cell.operation]
        if message.what != wanted:
            return False
        return self.cell.operation != "re-invite" or bool(message.to_tag)

    async def apply(self):
        fault, victim, lab = self.cell.fault, self.victim, self.lab
        method = METHOD[self.cell.operation].split()[-1]
        self.trigger = lab.now()
        if fault == "refusing":
            victim.close()
            await asyncio.sleep(0.02)  # the loop closes sockets in a later turn
        elif fault in ("503", "503 pause"):
            pause = 30 if fault == "503 pause" else 0
            victim.reject = lambda m: pause if m.method != "OPTIONS" else None
        elif fault == "answers lost":
            victim.answers_lost = True
        elif fault == "method dropped":
            victim.drop = self.is_method
        elif fault == "slow below":
            victim.delay = policy.slow_below(self.timeout)
        elif fault == "slow above":
            victim.delay = policy.slow_above(self.timeout)
        elif fault == "dies after 100":
            victim.die_behind = lambda m: m.what == "100 INVITE"
        elif fault == "dies after 180":
            victim.die_behind = lambda m: m.what == "180 INVITE"
        elif fault == "dies before 200":
            victim.die_instead = lambda m: m.what == f"200 {method}"
        elif fault == "dies before ACK":
            if self.cell.operation == "answer":
                victim.die_instead = lambda m: m.what == "ACK"
            else:
                victim.die_behind = lambda m: m.what == "200 INVITE"
        elif fault in ("silent", "strict pool"):
            lab.strict = fault == "strict pool"
            victim.silence()
        elif fault == "flapping":
            victim.drop = self.begins_to_flap
        elif fault in ("all dead", "one back"):
            for member in lab.members:
                member.silence()

    def begins_to_flap(self, message):
        if self.is_method(message):
            self.victim.drop = None
            self.trigger = self.lab.now()
            self.victim.silence()
            self.tasks.append(asyncio.get_running_loop().create_task(self.flap()))
            return True
        return False

    async def flap(self):
        while True:
            self.victim.silence()
            await asyncio.sleep(3 * self.timeout)
            self.victim.wake()
            await asyncio.sleep(5 * self.timeout)

    async def bring_back(self, after, member=None):
        left = self.trigger + after - self.lab.now()
        await asyncio.sleep(max(0.0, left))
        (member or self.lab.members[2]).wake()

    # Steps

    async def act(self, *action):
        """An action of the agent's. The phone has taken it when this returns."""
        await self.phone.do(*action)
        if self.trigger and self.taken is None:
            self.taken = self.lab.now()

    async def start(self):
        lab = self.lab
        await self.phone.start()
        await lab.until(lambda: lab.received("200 REGISTER"), 15, "registered")
        await self.phone.connect()
        self.victim = lab.core.member

    async def connect(self):
        """A call that the phone makes, up."""
        lab = self.lab
        since = lab.now()
        await self.act("call", FAR)
        await lab.until(lambda: any(c.state == "connected" and c.since["connected"] >= since for c in lab.core.calls), 10,
                        "a call is up")
        call = next(c for c in lab.core.calls if c.state == "connected" and c.since["connected"] >= since)
        self.victim = lab.member(lab.sent("ACK", since)[-1].member)
        await self.phone.until("connected")
        return call

    def first_copies(self, since):
        """Copies of the operation, without what the transport sends again: each branch once a member;
        an answer each time that it changes over."""
        seen, result = set(), []
        for packet in self.lab.sent(METHOD[self.cell.operation], since):
            if self.closed is not None and packet.when > self.closed:
                break
            if self.cell.operation == "re-invite" and not packet.message.to_tag:
                continue
            key = (packet.member, packet.message.branch)
            if self.cell.operation in policy.CYCLE:
                if result and result[-1].member == packet.member:
                    continue
            elif key in seen:
                continue
            seen.add(key)
            result.append(packet)
        return result

    def done_pattern(self):
        return {"register": "200 REGISTER", "refresh": "200 REGISTER", "subscribe": "200 SUBSCRIBE",
                "invite": "200 INVITE", "re-invite": "200 INVITE", "answer": "ACK", "bye": "(200|481) BYE",
                "cancel": "(200|481) CANCEL", "info": "200 INFO"}[self.cell.operation]

    def done_at(self):
        got = self.lab.received(self.done_pattern(), self.trigger)
        if self.closed is not None:
            got = [p for p in got if p.when <= self.closed]
        if self.cell.operation == "invite" and self.cell.fault == "slow above":
            # The late answer to the first attempt counts for nothing.
            got = [p for p in got if p.member != self.victim.name]
        return got[0].when if got else None

    async def until_done(self, seconds):
        await self.lab.until(self.done_at, seconds, f"the phone has {self.done_pattern()}")

    def freeze(self):
        """The operation is over: what follows is another one."""
        self.closed = self.lab.now()

    async def watch(self, seconds):
        """Time for what must not come."""
        await asyncio.sleep(seconds)

    def next_goes(self, method):
        """The next operation's first copy tells whether the member is shunned."""
        self.next_method, self.next_since = method, self.lab.now()

    async def until_next(self, seconds):
        lab = self.lab
        await lab.until(lambda: lab.sent(self.next_method, self.next_since), seconds, f"the next {self.next_method}")
        self.measured["shunned"] = lab.sent(self.next_method, self.next_since)[0].member != self.victim.name

    async def let_probe_end(self):
        """Silence makes the phone ask the member whether it lives: until that has an answer."""
        since = self.expected.moved[0] if self.expected.moved else 0.0
        end = self.trigger + since + 2 * self.timeout + 0.2
        if self.cell.fault == "flapping":
            end = max(end, self.trigger + 3 * self.timeout + 0.1)
        await asyncio.sleep(max(0.0, end - self.lab.now()))

    # Operations

    async def register(self):
        lab = self.lab
        if self.cell.operation == "refresh":
            await self.start()
            await self.apply()
        else:
            await self.apply()
            await self.phone.start()
            await lab.until(lambda: lab.names.queries, 15, "the name is looked up")
            self.trigger = lab.names.queries[0][0]
        await self.periodic("REGISTER")
        if self.expected.done is not None:
            registered = [a for a in lab.arrived("REGISTER") if a.when >= self.trigger]
            if registered and lab.core.member.dead:
                self.wrong("the registration is held by a dead member")

    async def periodic(self, method):
        lab, fault = self.lab, self.cell.fault
        refresh = (lab.core.expires if method == "REGISTER" else lab.core.subscription_expires) * 0.9
        if fault == "new addresses":
            await self.new_addresses(method)
            return
        if self.cell.operation != "register":
            await lab.until(lambda: lab.sent(method, self.trigger), refresh + 1 + self.timeout, f"a {method}")
            if fault != "refusing":
                self.trigger = lab.sent(method, self.trigger)[0].when
        if fault == "one back":
            await self.bring_back(policy.BACK_AFTER["periodic"])
        if fault == "all dead":
            await self.watch(2 * self.timeout + policy.REG_INTERVAL * 1.5 + 2)
            return
        await self.until_done(8)
        if self.expected.shunned is None:
            return
        await self.let_probe_end()
        self.next_goes(method)
        await self.until_next(refresh + 1)

    async def new_addresses(self, method):
        """The name gets other addresses while all is well: the operation after the next look-up goes
        to the new ones."""
        lab = self.lab
        kept = lab.members[2]
        lab.names.addresses = [kept.ip]
        await lab.until(lambda: lab.sent(method, self.trigger, at=kept), 3 * lab.core.expires + 2,
                        f"a {method} to the new address")
        late = lab.sent(method, self.trigger, but=kept)
        self.measured["copies to the old addresses"] = len(late)
        if len(late) > 2:
            self.wrong(f"{len(late)} copies went to addresses that the name no longer has")

    async def subscribe(self):
        lab = self.lab
        await self.start()
        await lab.until(lambda: lab.received("200 SUBSCRIBE"), 5, "the subscription stands")
        await self.apply()
        await self.periodic("SUBSCRIBE")

    async def invite(self):
        lab, fault = self.lab, self.cell.fault
        await self.start()
        lab.core.ring_after, lab.core.answer_after = policy.far_end(fault, self.timeout)
        if fault == "dies before ACK":
            lab.core.patience = 3.0
        if fault in ("slow below", "slow above", "dies before 200"):
            lab.trying = fault == "dies before 200"
        await self.apply()
        await self.act("call", FAR)
        if fault in ("all dead", "one back"):
            await self.invite_all_dead()
        elif fault in ("dies after 180", "dies before 200"):
            await self.ringing_on()
        elif fault == "dies before ACK":
            await self.never_acknowledged()
        else:
            await self.until_done(6)
            await self.one_call_only()
            await self.let_probe_end()
            await self.act("hang-up", "")
            await lab.until(lambda: not any(c.state == "connected" for c in lab.core.calls), 5, "hung up")
            self.next_goes("INVITE")
            await self.act("call", FAR)
            await self.until_next(3)

    async def one_call_only(self):
        """Nobody is rung, connected or billed twice."""
        lab = self.lab

        def quiet():
            states = [c.state for c in lab.core.calls]
            return states.count("connected") == 1 and all(s in ("connected", "cancelled", "ended") for s in states)
        try:
            await lab.until(quiet, 1.0 + (self.cell.fault == "slow above"), "one call is left at the far end")
        except AssertionError as error:
            self.wrong(f"{error}: {[c.state for c in lab.core.calls]}")
            return
        ghosts = [c for c in lab.core.calls if c.state != "connected"]
        if ghosts:
            gone = max(c.since.get("cancelled", c.since.get("ended", 0)) for c in ghosts)
            self.measured["ghost gone"] = gone - self.began()

    async def ringing_on(self):
        """The far end rings, or has answered, and nothing more is heard: the phone waits, and the agent
        can give up."""
        lab = self.lab
        await lab.until(lambda: self.victim.dead, 5, "the member dies")
        await self.watch(6 * self.timeout)
        hung_up = lab.now()
        await self.act("hang-up", "")
        await lab.until(lambda: lab.arrived("CANCEL", hung_up), self.timeout + 2, "the CANCEL arrives")
        first = lab.sent("CANCEL", hung_up)[0].when
        took = lab.arrived("CANCEL", hung_up)[0].when - first
        self.measured["then CANCEL reached"] = took
        if not took <= self.timeout + policy.SLACK:
            self.wrong(f"the CANCEL took {took:.2f} s")

    async def never_acknowledged(self):
        """The ACK is lost: the far end gives up, and its BYE has to find the phone and end the call."""
        lab = self.lab
        await self.until_done(3)
        await lab.until(lambda: any(c.ended_by == "far end" for c in lab.core.calls), lab.core.patience + 3,
                        "the far end gives up")
        await lab.until(lambda: any(a.what == "200 BYE" for a in lab.core.arrivals), 2, "the phone answers the BYE")
        self.measured["then BYE answered"] = True

    async def invite_all_dead(self):
        lab = self.lab
        await lab.until(lambda: len(self.first_copies(self.trigger)) >= 2 or self.cell.transport == "tls", 4,
                        "two attempts")
        await self.watch(3 * self.timeout + 1)
        self.freeze()
        for member in lab.members if self.cell.fault == "all dead" else lab.members[2:]:
            member.wake()
        # The CANCELs of the first attempt go on for 32 s: by their answer the phone learns who is back.
        await self.watch(3 * self.timeout + policy.SLACK)
        woken = lab.now()
        await self.act("call", FAR)
        call = await lab.until(lambda: next((c for c in lab.core.calls if c.since.get("connected", 0) >= woken), None), 5,
                               "the next call is made")
        took = call.since["connected"] - woken
        self.measured["next call up"] = took
        if took > policy.RING + policy.ANSWER + policy.COMMAND + policy.SLACK:
            self.wrong(f"the call after that took {took:.2f} s")
        await self.one_call_only()

    async def reinvite(self):
        lab, fault = self.lab, self.cell.fault
        if fault != "dies after 100":
            lab.trying = False
        await self.start()
        self.call = await self.connect()
        await self.apply()
        await self.act("hold", "")
        if fault in ("all dead", "one back"):
            await self.in_call_all_dead("INVITE", "hold", "")
        else:
            await self.until_done(6)
            await self.let_probe_end()
            offers = [a.message.body for a in lab.arrived("INVITE", self.trigger)]
            if not any("a=sendonly" in body or "a=inactive" in body for body in offers):
                self.wrong("no offer that puts the call on hold arrived")
            await self.end_call()

    async def end_call(self):
        """The call is still there, and hanging up ends it."""
        lab = self.lab
        if self.call.state != "connected":
            self.wrong(f"the call is {self.call.state}, by {self.call.ended_by}")
            return
        self.next_goes("BYE")
        await self.act("hang-up", "")
        await self.until_next(3)
        await lab.until(lambda: self.call.state == "ended", 2 * self.timeout + 2, "the BYE arrives")

    async def in_call_all_dead(self, method, *command):
        """Both attempts fail, the call stays; once one is back the operation works."""
        lab = self.lab
        await self.watch(2 * self.timeout + 1)
        if lab.sent("BYE", self.trigger):
            self.wrong("the phone hung up although only the signalling failed")
        if self.call.state != "connected":
            self.wrong(f"the call is {self.call.state}")
        self.freeze()
        if self.cell.fault == "one back":
            await self.all_set_aside()
        # All have failed, so that the next try goes to the least recently failed.
        for member in lab.members if self.cell.fault == "all dead" else [self.least_recently_failed()]:
            member.wake()
        woken = lab.now()
        await self.act(*command)
        await lab.until(lambda: lab.arrived(method, woken), 3, f"the next {method} arrives")
        took = lab.arrived(method, woken)[0].when - woken
        self.measured["asked again, reached"] = took
        if self.cell.fault == "one back" and took > policy.COMMAND + policy.SLACK:
            self.wrong(f"the next {method} took {took:.2f} s")
        await self.end_call()

    async def all_set_aside(self):
        """Until the phone has found out about every member: a probe, or an INVITE, has had no answer."""
        lab = self.lab

        def found_out():
            before = lab.now() - self.timeout - policy.EARLY
            return all(any(p.lost and p.when <= before for p in lab.sent("OPTIONS|INVITE", self.trigger, at=member))
                       for member in lab.members)
        if self.cell.transport == "tls":
            await self.watch(policy.REG_INTERVAL * 1.5 + 4 * self.timeout)
        else:
            await lab.until(found_out, policy.REG_INTERVAL * 1.5 + 10 * self.timeout, "all are known to be dead")

    def least_recently_failed(self):
        lab = self.lab

        def last(member):
            return max([p.when for p in lab.sent("OPTIONS|INVITE", self.trigger, at=member) if p.lost]
                       + [when for when, name in lab.knocks if name == member.name], default=0.0)
        return min(lab.members, key=last)

    async def answer(self):
        lab, fault = self.lab, self.cell.fault
        await self.start()
        self.call = lab.core.call_phone()
        await lab.until(lambda: self.call.state == "ringing", 5, "the phone rings")
        await self.phone.until("ringing-here")
        await self.apply()
        if fault in ("all dead", "one back", "strict pool"):
            await self.act("answer", "")
            await self.cycle()
            return
        await self.act("answer", "")
        await self.until_done(6)
        await self.phone.until("connected")
        await self.let_probe_end()
        await self.end_call()

    async def bye(self):
        lab = self.lab
        await self.start()
        self.call = await self.connect()
        await self.apply()
        await self.act("hang-up", "")
        await self.end_of_cycle()
        if self.call.state != "ended" and self.cell.fault != "all dead":
            self.wrong(f"the far end's call is {self.call.state}")

    async def cancel(self):
        lab = self.lab
        lab.core.answer_after = None
        await self.start()
        await self.act("call", FAR)
        await lab.until(lambda: lab.received("180 INVITE"), 5, "it rings")
        self.call = lab.core.calls[-1]
        self.victim = lab.member(lab.sent("INVITE")[-1].member)
        await self.phone.until("ringing-there")
        await self.apply()
        await self.act("hang-up", "")
        await self.end_of_cycle()
        if self.call.state != "cancelled" and self.cell.fault != "all dead":
            self.wrong(f"the far end's call is {self.call.state}")

    async def end_of_cycle(self):
        if self.cell.fault in ("all dead", "one back"):
            await self.cycle()
            return
        await self.until_done(6)
        if self.expected.shunned is None:
            return
        await self.let_probe_end()
        self.next_goes("INVITE")
        await self.act("call", FAR)
        await self.until_next(3)

    async def cycle(self):
        """All in turn, for 32 s at most."""
        lab, fault, method = self.lab, self.cell.fault, METHOD[self.cell.operation]
        await lab.until(lambda: lab.sent(method, self.trigger), 3, "a first copy")
        if fault == "one back":
            self.trigger = lab.sent(method, self.trigger)[0].when
            await self.bring_back(policy.BACK_AFTER["cycle"])
            await self.until_done(4 * self.timeout + 2)
            await self.watch(3 * self.timeout)
            late = [p for p in self.first_copies(self.done_at() + 0.05)]
            if late:
                self.wrong(f"{len(late)} copies after the answer")
            return
        await self.watch(policy.LONG + 1.5)
        copies = self.first_copies(self.trigger)
        self.measured["last"] = lab.sent(method, self.trigger)[-1].when - copies[0].when
        self.measured["copies"] = len(copies)
        members = {p.member for p in copies}
        if len(members) < 3 and self.cell.transport != "tls":
            self.wrong(f"only {sorted(members)} were asked")
        # (The timeout is shorter than the half second after which a datagram would be sent again.)
        sent = lab.sent(method, self.trigger)
        twice = [p for p, after in zip(sent, sent[1:]) if p.member == after.member]
        if twice and self.cell.transport != "tls":
            self.wrong(f"{len(twice)} times the same member was asked twice in a row")
        # Over and done with: the phone can be used.
        lab.strict = False
        lab.core.answer_after = policy.ANSWER
        for member in lab.members:
            member.wake()
        woken = lab.now()
        await self.act("call", FAR)
        await lab.until(lambda: any(c.state == "connected" and c.since.get("ringing", 0) >= woken for c in lab.core.calls),
                        4, "the phone can be used again")
        if lab.sent(method, woken) and self.cell.operation != "answer":
            self.wrong("it goes on after 32 s")

    async def info(self):
        await self.start()
        self.call = await self.connect()
        await self.apply()
        await self.act("dtmf", "", "5")
        if self.cell.fault in ("all dead", "one back"):
            await self.in_call_all_dead("INFO", "dtmf", "", "6")
            return
        await self.until_done(6)
        await self.let_probe_end()
        await self.end_call()

    # Judging

    @property
    def unseen(self):
        """Copies that go into a handshake which hangs, or to a port that nobody listens on."""
        if self.cell.transport != "tls":
            return False
        return self.cell.fault in ("all dead", "one back") or self.cell.operation == "register" and self.victim.dead

    def began(self):
        """When the operation first went to the member with the fault; where that cannot be seen, when
        it was asked for."""
        copies = self.first_copies(self.trigger)
        if self.cell.fault == "refusing":
            return min([self.taken or self.trigger, *(p.when for p in copies[:1])])
        if not copies or self.unseen and self.cell.operation == "register":
            return self.trigger
        return copies[0].when

    def judge(self):
        lab, expected = self.lab, self.expected
        began = self.began()
        if self.cell.fault != "new addresses":
            copies = self.first_copies(self.trigger)
            done = self.done_at()
            end = done if done is not None else lab.now()
            until = [p for p in copies if p.when <= end]
            moved = next((p.when for p in until if p.member != self.victim.name), None)
            arrived = lab.arrived(METHOD[self.cell.operation], self.trigger)
            if self.cell.operation == "re-invite":
                arrived = [a for a in arrived if a.message.to_tag]
            if self.closed is not None:
                arrived = [a for a in arrived if a.when <= self.closed]
            # Where a handshake hangs no copy can be seen, but that somebody knocked.
            knock = next((when for when, name in lab.knocks if began < when <= end and name != self.victim.name), None)
            if knock is not None and (moved is None or knock < moved):
                moved = knock
            self.measured["moved"] = moved - began if moved is not None else None
            self.measured["reached"] = arrived[0].when - began if arrived else None
            self.measured["done"] = done - began if done is not None else None
            self.measured.setdefault("attempts", len(until))
        for name in ("moved", "reached", "done", "last"):
            self.compare(name, getattr(expected, name))
        if expected.attempts is not None and not self.unseen:
            got = self.measured["attempts"]
            if not expected.attempts[0] <= got <= expected.attempts[1]:
                self.wrong(f"{got} attempts, wanted {expected.attempts[0]} to {expected.attempts[1]}")
        if expected.shunned is not None and self.measured.get("shunned") != expected.shunned:
            if "shunned" not in self.measured:
                self.wrong("no next operation was seen")
            elif expected.shunned or self.next_method != "BYE":
                self.wrong("the next operation went to the member again" if expected.shunned
                           else "the next operation stayed away from a member that lives")
        self.check_identities()
        self.complaints += lab.complaints

    def compare(self, name, span):
        lab = self.lab
        got = self.measured.get(name)
        if name == "last" and span is None:
            return
        if self.cell.fault == "new addresses":
            return
        if span is None and got is not None:
            self.wrong(f"{name} after {got:.2f} s, wanted never")
        elif span is not None and got is None:
            self.wrong(f"never {name}, wanted within {span[1]:.2f} s")
        elif span is not None and not span[0] - lab.late <= got <= span[1] + lab.late:
            self.wrong(f"{name} after {got:.2f} s, wanted {span[0]:.2f} to {span[1]:.2f}")

    def check_identities(self):
        """Branch, CSeq, Call-ID and tag of every attempt."""
        lab = self.lab
        where, invites, registers = {}, {}, []
        for packet in lab.packets:
            message = packet.message
            if not packet.from_phone or not message.is_request:
                continue
            if message.method not in ("ACK", "CANCEL"):
                if where.setdefault(message.branch, packet.member) != packet.member:
                    self.wrong(f"{message.method}: the same branch at {where[message.branch]} and {packet.member}")
            if message.method == "INVITE":
                first = invites.setdefault(message.branch, message)
                if first is message and not message.to_tag:
                    for other in invites.values():
                        if other is not message and not other.to_tag and (
                                other.call_id == message.call_id or other.from_tag == message.from_tag):
                            self.wrong("two INVITEs share a Call-ID or a From tag")
            if message.method == "CANCEL" and not self.unseen and self.cell.fault != "refusing":
                invite = invites.get(message.branch)
                if invite is None or invite.cseq != message.cseq or invite.call_id != message.call_id:
                    self.wrong("a CANCEL that is not of any INVITE's transaction")
            if message.method == "REGISTER":
                if registers and registers[-1].branch != message.branch and (
                        registers[-1].call_id != message.call_id or registers[-1].cseq >= message.cseq):
                    self.wrong("REGISTER: another Call-ID, or a CSeq that does not grow")
                if not registers or registers[-1].branch != message.branch:
                    registers.append(message)

    STEPS = {"register": register, "refresh": register, "subscribe": subscribe, "invite": invite, "re-invite": reinvite,
             "answer": answer, "bye": bye, "cancel": cancel, "info": info}

    async def run(self):
        lab = self.lab
        began = lab.now()
        try:
            await lab.start()
            try:
                await asyncio.wait_for(self.STEPS[self.cell.operation](self), 90)
            except (AssertionError, asyncio.TimeoutError) as error:
                self.wrong(str(error) or type(error).__name__)
            except Exception:  # a mistake of ours is a red cell, not the end of the run
                self.complaints += traceback.format_exc().splitlines()[-4:]
            self.judge()
        finally:
            for task in self.tasks:
                task.cancel()
            ended = await self.phone.close()
            lab.close()
            await asyncio.sleep(0.01)  # the loop closes sockets in a later turn
        if ended:
            self.wrong(ended + ": " + self.phone.log()[-600:])
        return Result(self.cell, self.expected, self.measured, self.complaints, lab.story(), lab.now() - began,
                      lab.late)


async def run_cell(cell, nets, folder, certificates, keep=False, tries=3):
    """The result; one where this program itself was too late is no result, and is tried again."""
    for attempt in range(tries):
        net, lock = nets.take()
        home = f"{folder}/{str(cell).replace('/', '-')}-{attempt}"
        try:
            result = await Run(cell, net, home, certificates).run()
        finally:
            nets.give_back(net, lock)
            if not keep:
                shutil.rmtree(home, ignore_errors=True)
        if result.ok or result.late < TOO_LATE:
            break
    if keep:
        with open(os.path.join(home, "story"), "w", encoding="utf-8") as file:
            file.write("\n".join([*result.story, *result.complaints, str(result.measured), str(result.expected), ""]))
    return result
