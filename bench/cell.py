#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One phone, one fault: a line of JSON with what the packets and the far end tell. It runs in network,
mount and process namespaces of its own (see failover.py), so that each phone finds its name server on
port 53 and the pool by one name, whatever its resolver is; nothing leaves them.
"""
import argparse
import asyncio
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "matrix"))

import lab as labs  # noqa: E402
import member  # noqa: E402
import names  # noqa: E402
import peers  # noqa: E402

LIMIT = 45.0  # s that a phone is waited for
REGISTER_LIMIT = 75.0
EXPIRES = 60  # what the registrar grants where refreshes are measured


class Names(names.Names):
    """A name server that can fall silent."""
    silent = False

    def datagram_received(self, data, source):
        if not self.silent:
            super().datagram_received(data, source)


def isolate(folder):
    """The namespace's own loopback, address and resolver."""
    for command in ("ip link set lo up", f"ip address add {peers.LOCAL}/24 dev lo",
                    f"ip route add default dev lo src {peers.LOCAL}"):
        subprocess.run(command.split(), check=True)
    resolver = pathlib.Path(folder) / "resolv.conf"
    resolver.write_text("nameserver 127.8.1.2\noptions timeout:5 attempts:2\n", encoding="ascii")
    subprocess.run(["mount", "--bind", str(resolver), "/etc/resolv.conf"], check=True)


class Cell:
    def __init__(self, kind, fault, build, transport, healthy):
        self.kind, self.fault, self.build, self.healthy = kind, fault, build, healthy
        labs.DNS_PORT, member.PORT = 53, 5060  # a namespace has the usual ones to itself
        self.lab = labs.Lab(1, transport, "address", None)
        self.lab.names = Names(labs.NAME, [m.ip for m in self.lab.members], ttl=5)
        self.core = self.lab.core
        self.phone = None
        self.uri = f"sip:200@{labs.NAME}"

    def now(self):
        return self.lab.now()

    async def run(self):
        await self.lab.start()
        if self.fault in ("refresh", "moved"):
            self.core.expires = EXPIRES
        try:
            # Where the refresh itself is measured, no probe may forestall it.
            probe = {"probe": 0} if self.kind == "tandem" and self.fault == "refresh" else {}
            self.phone = peers.EVERY[self.kind](self.build, self.lab, **probe)
            if self.fault not in self.phone.faults:
                return {"skipped": "cannot be asked for it"}
            await self.wait(lambda: self.lab.received("200 REGISTER"), 20, "registered")
            await asyncio.sleep(1.5)
            self.lab.late = 0.0
            result = await getattr(self, "fault_" + self.fault)()
            return {**result, "late": round(self.lab.late, 3)}
        finally:
            self.lab.close()

    async def wait(self, predicate, seconds, what):
        return await self.lab.until(predicate, seconds, what)

    async def reached(self, predicate, since, limit=LIMIT):
        """Seconds from since until predicate holds, or None."""
        try:
            await self.wait(predicate, limit, "")
        except AssertionError:
            return None
        return self.now() - since

    def silence(self, victim):
        if not self.healthy:
            victim.silence()

    @property
    def home(self):
        """The member that the registration lives on."""
        return self.lab.member(self.lab.received("200 REGISTER")[-1].member)

    def do(self, name, *arguments):
        since = self.now()
        getattr(self.phone, name)(*arguments)
        return since

    async def place_call(self, answer_after=1.0):
        """A call that stands (or rings); tells over which member."""
        self.core.answer_after = answer_after
        since = self.do("dial", self.uri)
        if answer_after is None:
            await self.wait(lambda: self.lab.received("180 INVITE", since), 15, "ringing")
        else:
            await self.wait(lambda: any(c.state == "connected" for c in self.core.calls), 15, "a call")
        await asyncio.sleep(1.0)
        return self.lab.member(self.lab.sent("INVITE", since)[0].member)

    async def fault_refresh(self):
        victim = self.home
        self.silence(victim)
        since = self.now()
        await self.wait(lambda: self.lab.sent("REGISTER", since, at=victim), EXPIRES + 15, "a refresh")
        lost = self.lab.sent("REGISTER", since, at=victim)
        seconds = await self.reached(lambda: self.lab.received("200 REGISTER", lost[0].when), lost[0].when,
                                     REGISTER_LIMIT)
        if seconds is None:
            return {"seconds": None}
        after = self.now() + 1.0
        seen = {p.message.first_branch for p in self.lab.sent("REGISTER")}

        def next_one():
            return [p for p in self.lab.sent("REGISTER", after) if p.message.first_branch not in seen]
        try:
            await self.wait(next_one, 75, "the next refresh")
        except AssertionError:
            return {"seconds": seconds, "avoids": None}
        return {"seconds": seconds, "avoids": next_one()[0].member != victim.name}

    async def fault_moved(self):
        """From the fault until calls arrive again; with whatever the phone does about it by itself."""
        self.silence(self.home)
        since = self.now()
        return {"seconds": await self.reached(lambda: self.lab.received("200 REGISTER", since), since,
                                              EXPIRES + REGISTER_LIMIT)}

    async def call_once(self, victim, limit=LIMIT):
        self.core.answer_after = 1.0
        since = self.do("dial", self.uri)
        seconds = await self.reached(lambda: self.lab.received("200 INVITE", since), since, limit)
        first = self.lab.sent("INVITE", since)
        return seconds, bool(first) and first[0].member != victim.name

    async def choose_victim(self):
        """The member that this phone's calls go to: told by a call before the fault."""
        victim = await self.place_call()
        self.do("hang_up")
        await self.wait(lambda: all(c.state == "ended" for c in self.core.calls), 10, "the first call's end")
        await asyncio.sleep(1.0)
        return victim

    async def fault_call(self):
        victim = await self.choose_victim()
        self.silence(victim)
        seconds, avoided = await self.call_once(victim)
        self.do("hang_up")
        await asyncio.sleep(4)
        second, avoids = await self.call_once(victim, 10)
        return {"seconds": seconds, "lucky": avoided, "second": second, "avoids": avoids}

    async def fault_known(self):
        """The same, with the fault already older than a phone that probes may need to know of it."""
        victim = await self.choose_victim()
        self.silence(victim)
        await asyncio.sleep(31)
        seconds, avoided = await self.call_once(victim)
        return {"seconds": seconds, "lucky": avoided}

    async def fault_bye(self):
        victim = await self.place_call()
        self.silence(victim)
        since = self.do("hang_up")
        return {"seconds": await self.reached(lambda: self.lab.arrived("BYE", since), since)}

    async def fault_cancel(self):
        victim = await self.place_call(None)
        self.silence(victim)
        since = self.do("hang_up")
        return {"seconds": await self.reached(lambda: self.lab.arrived("CANCEL", since), since)}

    async def fault_hold(self):
        victim = await self.place_call()
        call = self.core.calls[-1]
        self.silence(victim)
        since = self.do("hold")
        seconds = await self.reached(lambda: self.lab.received("200 INVITE", since), since)
        await asyncio.sleep(1)
        kept = call.state == "connected" and not self.lab.sent("BYE", since)
        return {"seconds": seconds, "kept": kept}

    async def fault_answer(self):
        victim = self.home
        call = self.core.call_phone()
        await self.wait(lambda: self.lab.sent(r"1\d\d INVITE"), 10, "the phone rings")
        await asyncio.sleep(1)
        self.silence(victim)
        since = self.do("answer")
        return {"seconds": await self.reached(lambda: self.lab.arrived("200 INVITE", since), since)}

    async def fault_overload(self):
        victim = await self.choose_victim()
        if not self.healthy:
            victim.reject = lambda message: 0 if message.method == "INVITE" and not message.to_tag else None
        seconds, avoided = await self.call_once(victim)
        return {"seconds": seconds, "lucky": avoided}

    async def fault_tcp(self):
        victim = await self.choose_victim()
        self.silence(victim)
        seconds, avoided = await self.call_once(victim)
        return {"seconds": seconds, "lucky": avoided}

    async def fault_dns(self):
        self.lab.names.silent = not self.healthy
        await asyncio.sleep(8)
        self.core.answer_after = 1.0
        since = self.do("dial", self.uri)
        seconds = await self.reached(lambda: self.lab.received("200 INVITE", since), since, 25)
        return {"seconds": seconds}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--healthy", action="store_true", help="everything but the fault: a control")
    parser.add_argument("phone", choices=peers.EVERY)
    parser.add_argument("fault")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tandem-cell-") as folder:
        isolate(folder)
        result = asyncio.run(one(args))
    print(json.dumps(result), flush=True)


async def one(args):
    cell = Cell(args.phone, args.fault, args.build, "tcp" if args.fault == "tcp" else "udp", args.healthy)
    try:
        result = await cell.run()
    except Exception as error:  # noqa: BLE001: whatever it is, it is this cell's result
        result = {"error": f"{type(error).__name__}: {error}"}
        if args.verbose:
            traceback.print_exc()
    if args.verbose:
        print("\n".join(cell.lab.story()), file=sys.stderr)
        if cell.phone is not None:
            print(cell.phone.log()[-4000:], file=sys.stderr)
    if cell.phone is not None:
        cell.phone.__exit__()
    return result


main()
