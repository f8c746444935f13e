#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the phone beside its peers in the same run and writes docs/benchmarks.md.

Nothing here passes or fails by the clock: the table shows figures, what was wanted, and ratios to
the peers of the same run on the same machine.
"""
import argparse
import contextlib
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import pool as pools
import phones

ADDRESSES = ["127.8.0.11", "127.8.0.12", "127.8.0.13"]
ROOT = pathlib.Path(__file__).resolve().parent.parent


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, value, wanted="", peer=""):
        self.rows.append((what, value, wanted, peer))
        print(f"{what:58} {value:>18}   {wanted:20} {peer}", flush=True)


def registered(pool, phone, mark, timeout=20):
    return pool.wait("REGISTER", mark, timeout).when - phone.started


def median(values):
    return statistics.median(values)


def bench_start(args, table):
    headless, window, window_registered = [], [], []
    calls_window, calls_registered, baresip = [], [], []
    rss = calls_rss = None
    for _ in range(args.repeat):
        with contextlib.closing(pools.Pool(ADDRESSES)) as pool:
            with phones.Tandem(args.build, pool) as phone:
                headless.append(registered(pool, phone, 0))
        with contextlib.closing(pools.Pool(ADDRESSES)) as pool, phones.Display() as display:
            with phones.Tandem(args.build, pool, window=True, display=display.name) as phone:
                window.append(display.wait_mapped() - phone.started)
                window_registered.append(registered(pool, phone, 0))
                settle(phone)
                rss = phone.rss()
        with contextlib.closing(pools.Pool(ADDRESSES)) as pool, phones.Display() as display:
            with phones.GnomeCalls(pool, display.name) as phone:
                try:
                    calls_window.append(display.wait_mapped() - phone.started)
                    calls_registered.append(registered(pool, phone, 0, 5))
                except TimeoutError:
                    pass
                settle(phone)
                calls_rss = phone.rss()
        with contextlib.closing(pools.Pool(ADDRESSES)) as pool:
            with phones.Baresip(pool, "PCMU") as phone:
                baresip.append(registered(pool, phone, 0))
    peer = lambda values, name: f"{name} {median(values) * 1000:.0f} ms" if values else f"{name}: not measured"
    table.add("start to window", f"{median(window) * 1000:.0f} ms", "not above GNOME Calls",
              peer(calls_window, "GNOME Calls"))
    table.add("start to REGISTER sent, window", f"{median(window_registered) * 1000:.0f} ms",
              "not above GNOME Calls", peer(calls_registered, "GNOME Calls"))
    table.add("start to REGISTER sent, headless", f"{median(headless) * 1000:.0f} ms", "50 ms",
              peer(baresip, "baresip"))
    table.add("RSS, idle, window", f"{rss:.0f} MB", "not above GNOME Calls",
              f"GNOME Calls {calls_rss:.0f} MB" if calls_rss else "")


def settle(phone):
    """Waits until the process has gone quiet: CPU below 0.2 % for three seconds; bounded. (GTK lets
    the caret of an entry blink for ten seconds.)"""
    for _ in range(10):
        before = phone.cpu()
        time.sleep(3)
        if phone.cpu_since(before) < 0.006:
            return


def bench_idle(args, table):
    for window in (False, True):
        with contextlib.closing(pools.Pool(ADDRESSES)) as pool, contextlib.ExitStack() as stack:
            display = stack.enter_context(phones.Display()).name if window else None
            phone = stack.enter_context(phones.Tandem(args.build, pool, window=window, display=display,
                                                      probe=15))
            pool.wait("REGISTER")
            settle(phone)
            cpu, wakeups, start = phone.cpu(), phone.wakeups(), time.monotonic()
            time.sleep(args.idle)
            seconds = time.monotonic() - start
            used, woken = phone.cpu_since(cpu), phone.wakeups_since(wakeups)
            name = "window" if window else "headless"
            table.add(f"idle CPU, {name}", f"{used / seconds * 100:.3f} %", "below 0.02 %")
            table.add(f"idle wake-ups, {name}", f"{woken / seconds:.2f} /s", "below 2 /s")
            if not window:
                table.add("RSS, idle, headless", f"{phone.rss():.0f} MB")


def bench_latency(args, table):
    with contextlib.closing(pools.Pool(ADDRESSES)) as pool, phones.Tandem(args.build, pool) as phone:
        pool.wait("REGISTER")
        phone.wait(lambda s: s["accounts"][0]["state"] == "registered")
        out, back = [], []
        for _ in range(20):
            mark = pool.mark()
            when = phone.call("200")
            invite = pool.wait("INVITE", mark)
            out.append(invite.when - when)
            pool.wait("ACK", mark)
            phone.wait(lambda s: any(c["state"] == "connected" for c in s["calls"]))
            phone.hang_up()
            pool.wait("BYE", mark)
            phone.wait(lambda s: not s["calls"])
        for _ in range(20):
            mark = pool.mark()
            when, _ = pool.invite()
            back.append(pool.wait("180", mark).when - when)
            phone.wait(lambda s: s["calls"])
            phone.action("decline", phones.GLib.Variant("s", ""))
            phone.wait(lambda s: not s["calls"])
        table.add("action on D-Bus to INVITE on the wire, median of 20",
                  f"{median(out) * 1000:.1f} ms", "5 ms")
        table.add("INVITE received to 180 on the wire, median of 20", f"{median(back) * 1000:.1f} ms", "2 ms")


def bench_failover(args, table):
    for timeout in (400, 4000):
        results = {"REGISTER": [], "INVITE": [], "BYE": [], "CANCEL": []}
        for _ in range(args.repeat if timeout == 400 else 1):
            for kind in results:
                results[kind].append(failover(args, kind, timeout))
        for kind, values in results.items():
            over = [v * 1000 - timeout for v in values]
            table.add(f"failover of {kind}, timeout {timeout} ms: beyond the timeout",
                      f"{median(over):.0f} ms", "100 ms")


def failover(args, kind, timeout):
    """Seconds from the first copy to the silent member until the first copy to another one."""
    with contextlib.closing(pools.Pool(ADDRESSES)) as pool, \
            phones.Tandem(args.build, pool, timeout=timeout) as phone:
        pool.wait("REGISTER")
        phone.wait(lambda s: s["accounts"][0]["state"] == "registered")
        member = pool.seen[0].member
        if kind == "CANCEL":
            pool.ring_only = True
        if kind in ("BYE", "CANCEL"):
            phone.call("200")
            member = pool.wait("INVITE").member
            wanted = "connected" if kind == "BYE" else "ringing-there"
            phone.wait(lambda s: any(c["state"] == wanted for c in s["calls"]))
        mark = pool.mark()
        pool.silence(member)
        if kind == "REGISTER":
            phone.action("register-again")
        elif kind == "INVITE":
            phone.call("200")
        else:
            phone.hang_up()
        first = pool.wait(kind, mark, member=member)
        return pool.wait(kind, mark, timeout / 1000 + 10, others_than=member).when - first.when


def bench_calls(args, table):
    for codec in ("PCMU", "PCMA", "G722", "opus"):
        own = call_cpu_tandem(args, codec)
        peer = call_cpu_baresip(args, codec)
        table.add(f"CPU of one call, {codec}", f"{own:.2f} %", "1.5 x baresip",
                  f"baresip {peer:.2f} %, ratio {own / peer:.2f}" if peer else "baresip: not measured")
    with contextlib.closing(pools.Pool(ADDRESSES)) as pool, phones.Tandem(args.build, pool) as phone:
        pool.wait("REGISTER")
        phone.wait(lambda s: s["accounts"][0]["state"] == "registered")
        for n in range(1, 11):
            phone.call("200")
            phone.wait(lambda s, n=n: sum(c["state"] == "connected" for c in s["calls"]) == n)
            if n == 1:
                table.add("RSS, one call, headless", f"{phone.rss():.0f} MB")
        table.add("RSS, ten calls, headless", f"{phone.rss():.0f} MB")


def measure_cpu(phone, seconds):
    before, start = phone.cpu(), time.monotonic()
    time.sleep(seconds)
    return phone.cpu_since(before) / (time.monotonic() - start) * 100


def call_cpu_tandem(args, codec):
    with contextlib.closing(pools.Pool(ADDRESSES)) as pool, \
            phones.Tandem(args.build, pool, codec=codec) as phone:
        pool.wait("REGISTER")
        phone.wait(lambda s: s["accounts"][0]["state"] == "registered")
        phone.call("200")
        phone.wait(lambda s: any(c["state"] == "connected" for c in s["calls"]))
        time.sleep(2)
        return measure_cpu(phone, args.cpu)


def call_cpu_baresip(args, codec):
    with contextlib.closing(pools.Pool(ADDRESSES)) as pool, phones.Baresip(pool, codec) as phone:
        try:
            pool.wait("REGISTER")
            phone.dial(f"sip:200@{ADDRESSES[0]}")
            pool.wait("ACK")
        except TimeoutError:
            return None
        time.sleep(2)
        return measure_cpu(phone, args.cpu)


def bench_growth(args, table):
    with contextlib.closing(pools.Pool(ADDRESSES)) as pool, phones.Tandem(args.build, pool) as phone:
        pool.wait("REGISTER")
        phone.wait(lambda s: s["accounts"][0]["state"] == "registered")
        first = None
        for n in range(args.calls):
            mark = pool.mark()
            phone.call("200")
            invite = pool.wait("INVITE", mark)
            pool.wait("ACK", mark)
            phone.wait(lambda s: any(c["state"] == "connected" for c in s["calls"]))
            if n % 2:
                phone.hang_up()
                pool.wait("BYE", mark)
            else:
                pool.hang_up(invite)
            phone.wait(lambda s: not s["calls"])
            with pool.lock:
                pool.seen.clear()
            if n == args.calls // 5:
                settle(phone)
                first = (phone.rss(), phone.descriptors())
        settle(phone)
        rss, descriptors = phone.rss(), phone.descriptors()
        table.add(f"growth from call {args.calls // 5} to call {args.calls}, RSS",
                  f"{rss - first[0]:+.1f} MB", "none", f"{first[0]:.0f} to {rss:.0f} MB")
        table.add(f"growth from call {args.calls // 5} to call {args.calls}, descriptors",
                  f"{descriptors - first[1]:+d}", "none")


def bench_storm(args, table):
    """The registration storm on a virtual clock, with the phone's own rules; see bench/storm.c."""
    run = subprocess.run([args.build / "bench" / "storm"], capture_output=True, text=True, check=False)
    print(run.stdout, flush=True)
    table.add("registration storm of 10,000 phones, against the design's table",
              "met" if run.returncode == 0 else "not met", "within 10 %")


def write(args, table):
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), "unknown processor")
    kernel = platform.release()
    lines = ["# Benchmarks", "",
             f"Made by `./dev bench` on {time.strftime('%Y-%m-%d')}: {model}, "
             f"{len(phones.os.sched_getaffinity(0))} cores, Linux {kernel}, Debian 12, no sound card, "
             "Xvfb with the cairo renderer, the test audio back end. Single figures of one run on a "
             "shared machine: read the ratios to the peers, which ran in the same run.", "",
             "| what | Tandem | wanted | peer, same run |", "|---|---:|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in table.rows]
    (ROOT / "docs" / "benchmarks.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--idle", type=float, default=20)
    parser.add_argument("--cpu", type=float, default=8)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    table = Table()
    every = {"start": bench_start, "idle": bench_idle, "latency": bench_latency,
             "failover": bench_failover, "calls": bench_calls, "growth": bench_growth,
             "storm": bench_storm}
    unknown = [n for n in args.names if n not in every]
    if unknown:
        sys.exit(f"bench: no such part: {', '.join(unknown)}; there are {', '.join(every)}")
    for name in args.names or every:
        try:
            every[name](args, table)
        except (TimeoutError, subprocess.SubprocessError) as error:
            table.add(f"{name}: not measured", str(error)[:60])
    if not args.names:
        write(args, table)


main()
