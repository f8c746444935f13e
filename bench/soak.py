#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A day of a phone in a few minutes: registrations, calls in and out, holds, key tones and random faults of
the pool, on a short timeout, over UDP, TCP and TLS at once. Afterwards nothing may be left: no call, at the
phone or at the far end, no memory, no descriptor, and a timeline that has not grown beyond its bound.

usage: soak.py --build DIR [--minutes N] [--seed N] [--transport T]...

The world is that of the fault matrix (tests/matrix). The same seed asks for the same things in the same
order; when they happen depends on the machine.
"""
import argparse
import asyncio
import contextlib
import os
import pathlib
import random
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "matrix"))
sys.dont_write_bytecode = True

from lab import Certificates, Lab, Nets  # noqa: E402
from phone import Phone  # noqa: E402

TIMEOUT = 0.4
LIFETIME = 4  # of a registration, s
# What a BYE or a CANCEL may take (32 s), and what the phone keeps of an attempt that nobody waits for (40 s).
AFTERMATH = 45
# The first part lets every cache, pool and table fill.
WARM_UP = 0.4
MOST_GROWTH = 3.0  # MB of resident memory from the first rest to the last
MOST_DESCRIPTORS = 3
TIMELINE = 100
TALK = (0.1, 1.5)


class Soak:
    """One phone and its pool."""

    def __init__(self, lab, phone, seed):
        self.lab, self.phone = lab, phone
        self.random = random.Random(f"{seed}-{lab.transport}")
        self.problems, self.counts = [], {}
        self.faulty = set()

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def between(self, low, high):
        return self.random.uniform(low, high)

    # Faults

    async def faults(self):
        while True:
            await asyncio.sleep(self.between(0.5, 4))
            members = [self.random.choice(self.lab.members)]
            if self.random.random() < 0.08:
                members = list(self.lab.members)
            kind = self.random.choice(("silent", "silent", "refusing", "answers lost", "503", "slow", "late"))
            self.count(f"fault: {kind}{', all' if len(members) > 1 else ''}")
            for member in members:
                self.break_member(member, kind)
            await asyncio.sleep(self.between(0.3, 5))
            for member in members:
                await self.heal(member)

    def break_member(self, member, kind):
        self.faulty.add(member)
        if kind == "silent":
            member.silence()
        elif kind == "refusing":
            member.close()
        elif kind == "answers lost":
            member.answers_lost = True
        elif kind == "503":
            member.reject = lambda m: 2 if m.method in ("INVITE", "REGISTER") else None
        elif kind == "slow":
            member.delay = 0.3
        elif kind == "late":
            member.delay = 0.7

    async def heal(self, member):
        member.wake()
        member.answers_lost, member.reject, member.delay = False, None, 0.0
        if not member.is_open:
            await member.open()
        self.faulty.discard(member)

    # What people do

    async def do(self, *action):
        """What does not fit the moment is refused, as an agent's late click is."""
        with contextlib.suppress(asyncio.TimeoutError):
            await self.phone.do(*action)

    async def talk(self):
        """In a call that may be up, or not yet, or no longer."""
        for _ in range(self.random.randrange(4)):
            await asyncio.sleep(self.between(*TALK))
            action = self.random.choice(("toggle-hold", "toggle-hold", "dtmf", "mute"))
            self.count(action)
            await self.do(action, "", *({"dtmf": ("5#",), "mute": ("toggle",)}.get(action, ())))
        await asyncio.sleep(self.between(*TALK))

    def far_calls(self, *states):
        return [call for call in self.lab.core.calls if call.state in states]

    async def call_out(self):
        core = self.lab.core
        core.ring_after = self.between(0, 0.3)
        core.answer_after = self.random.choice((0.0, 0.1, 0.5, 2.0, None))
        self.count("call out")
        await self.do("call", "sip:far@lab.test")
        await self.talk()
        if self.random.random() < 0.4:
            for call in self.far_calls("connected"):
                core.hang_up(call)
            self.count("far end hangs up")
            await asyncio.sleep(0.3)
        await self.do("hang-up", "")

    async def call_in(self):
        core = self.lab.core
        if core.member is None or core.member.dead:
            return
        self.count("call in")
        call = core.call_phone()
        await asyncio.sleep(self.between(0.05, 0.8))
        choice = self.random.random()
        if choice < 0.6:
            self.count("answer")
            await self.do("answer", "")
            await self.talk()
        elif choice < 0.8:
            self.count("decline")
            await self.do("decline", "")
        if call.state in ("calling", "ringing"):
            core.cancel(call)
            self.count("far end cancels")
        elif call.state == "connected" and self.random.random() < 0.5:
            core.hang_up(call)
        else:
            await self.do("hang-up", "")

    async def act(self, until):
        faults = asyncio.get_running_loop().create_task(self.faults())
        try:
            while self.lab.now() < until:
                await self.random.choice((self.call_out, self.call_in))()
                chance = self.random.random()
                if chance < 0.05:
                    await self.do("register-again")
                elif chance < 0.3:
                    # Or all would be set aside after a minute, and the rest of the day be spent on one.
                    await self.do("use-again", "")
                await asyncio.sleep(self.between(0, 0.4))
                self.forget()
        finally:
            faults.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await faults
        for member in self.lab.members:
            await self.heal(member)

    def forget(self):
        """This program must not grow either: what it measures by is its own memory of the packets."""
        core = self.lab.core
        del self.lab.packets[:-3000], core.arrivals[:-1000]
        core.calls[:] = [call for call in core.calls[:-200] if call.state not in ("ended", "cancelled")] + core.calls[-200:]
        for key in list(core.answered)[:-500]:
            del core.answered[key]
        for member in self.lab.members:
            for branch in list(member.flows)[:-500]:
                del member.flows[branch]

    # What must be left

    async def rest(self, when):
        """Everything healed and hung up: all must come to an end by itself."""
        lab = self.lab
        self.lab.core.answer_after = None
        for _ in range(20):
            calls = (await self.phone.status())["calls"]
            if not calls:
                break
            for call in calls:
                await self.do("hang-up" if call["state"] != "ringing-here" else "decline", call["id"])
            await asyncio.sleep(0.5)
        for call in self.far_calls("calling", "ringing"):
            if call.outgoing:
                lab.core.cancel(call)
        end = lab.now() + AFTERMATH
        while lab.now() < end:
            await asyncio.sleep(1)
            if lab.now() > end - AFTERMATH + 42 and not self.far_calls("calling", "ringing", "answered", "connected"):
                break
        status = await self.phone.status()
        if status["calls"]:
            self.problems.append(f"{when}: the phone still has {[call['state'] for call in status['calls']]}")
        stuck = [call for call in self.far_calls("ringing", "answered", "connected")]
        if stuck:
            self.problems.append(f"{when}: {len(stuck)} calls are left at the far end: {[call.state for call in stuck]}")
            for call in stuck:
                call.become("ended", "soak")
        account = status["accounts"][0]
        if not account["registered"]:
            self.problems.append(f"{when}: not registered but {account['state']}")
        if len(account["timeline"]) > TIMELINE:
            self.problems.append(f"{when}: the timeline has {len(account['timeline'])} moments")
        return {"rss": self.resident(), "descriptors": self.descriptors(), "timeline": len(account["timeline"])}

    def resident(self):
        with open(f"/proc/{self.phone.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.phone.process.pid}/fd"))

    async def last_call(self):
        """It can still be used."""
        lab = self.lab
        lab.core.ring_after, lab.core.answer_after = 0.02, 0.1
        since = lab.now()
        await self.do("call", "sip:far@lab.test")
        try:
            await lab.until(lambda: any(c.since.get("connected", 0) > since for c in lab.core.calls), 5, "a last call")
        except AssertionError as error:
            self.problems.append(str(error))

    async def run(self, seconds):
        lab = self.lab
        await lab.start()
        lab.core.expires = LIFETIME
        await self.phone.start()
        await lab.until(lambda: lab.received("200 REGISTER"), 20, "registered")
        await self.phone.connect()
        await self.act(lab.now() + seconds * WARM_UP)
        first = await self.rest("after the warm-up")
        await self.act(lab.now() + seconds * (1 - WARM_UP))
        last = await self.rest("at the end")
        await self.last_call()
        if last["rss"] - first["rss"] > MOST_GROWTH:
            self.problems.append(f"resident memory grew from {first['rss']:.1f} to {last['rss']:.1f} MB")
        if last["descriptors"] - first["descriptors"] > MOST_DESCRIPTORS:
            self.problems.append(f"descriptors grew from {first['descriptors']} to {last['descriptors']}")
        self.problems += sorted(set(lab.complaints))
        return first, last


async def soak(args, folder):
    nets, certificates = Nets(), Certificates(folder)
    soaks, taken = [], []
    for number, transport in enumerate(args.transport or ("udp", "tcp", "tls"), 1):
        net, lock = nets.take()
        taken.append((net, lock))
        lab = Lab(net, transport, ("address", "name", "none")[number % 3], certificates)
        phone = Phone(lab, f"{folder}/{transport}", int(TIMEOUT * 1000), number, **{
            "tandem.ha.probe_interval": 2, "tandem.account.mailbox_subscribe": 1,
            "policy.session.number_sessions_for_busy": 3})
        soaks.append(Soak(lab, phone, args.seed))
    try:
        results = await asyncio.gather(*(one.run(args.minutes * 60) for one in soaks), return_exceptions=True)
    finally:
        for one in soaks:
            ended = await one.phone.close()
            one.lab.close()
            if ended:
                one.problems.append(f"{ended}: {one.phone.log()[-1500:]}")
        for net, lock in taken:
            nets.give_back(net, lock)
    bad = 0
    for one, result in zip(soaks, results):
        if isinstance(result, BaseException):
            one.problems.append(f"{type(result).__name__}: {result}")
        else:
            first, last = result
            print(f"{one.lab.transport}: " + ", ".join(
                f"{name} {first[name]:.4g} -> {last[name]:.4g}" for name in first))
        print("   " + ", ".join(f"{what} {count}" for what, count in sorted(one.counts.items())))
        for problem in one.problems:
            print(f"   NOT WELL: {problem}")
        bad += bool(one.problems)
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=5, help="of calls and faults, besides two rests of 45 s")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--transport", action="append", choices=("udp", "tcp", "tls"))
    args = parser.parse_args()
    Phone.program = str(args.build / "src" / "headless" / "tandem-headless")
    Phone.schemas = str(args.build / "data")
    folder = tempfile.mkdtemp(prefix="tandem-soak-")
    try:
        return asyncio.run(soak(args, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
