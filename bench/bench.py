#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the phone beside its peers in the same run and writes docs/benchmarks.md.

Nothing here passes or fails by the clock: the page shows figures, what was wanted, and ratios to the
peers of the same run on the same machine.
"""
import argparse
import contextlib
import pathlib
import re
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True

import failover  # noqa: E402
import phones  # noqa: E402
import pool as pools  # noqa: E402
import report  # noqa: E402
import sound  # noqa: E402

ADDRESSES = ["127.9.0.11", "127.9.0.12", "127.9.0.13"]
SERVER = ",".join(f"{address}:5060" for address in ADDRESSES)
CODECS = ("PCMU", "PCMA", "G722", "opus")
median = statistics.median


def ms(seconds, digits=0):
    return f"{seconds * 1000:.{digits}f} ms"


@contextlib.contextmanager
def pooled(**options):
    with contextlib.closing(pools.Pool(ADDRESSES, **options)) as pool:
        yield pool


@contextlib.contextmanager
def tandem(args, **options):
    """A pool, and a phone that is registered there."""
    with pooled() as pool, phones.Tandem(args.build, SERVER, **options) as phone:
        pool.wait("REGISTER")
        phone.wait_registered()
        yield pool, phone


def registered(pool, phone, timeout=20):
    """The pool answers within its own loop: the REGISTER's time is the answer's but for 0.1 ms."""
    return pool.wait("REGISTER", 0, timeout).when - phone.started


def settle(phone):
    """Waits until the process has gone quiet: CPU below 0.2 % for three seconds; bounded. (GTK lets
    the caret of an entry blink for ten seconds.)"""
    for _ in range(10):
        before = phone.cpu()
        time.sleep(3)
        if phone.cpu_since(before) < 0.006:
            return


# Start


def start_headless(args):
    with pooled() as pool, phones.Tandem(args.build, SERVER) as phone:
        return {"registered": registered(pool, phone)}


def start_window(args):
    with pooled() as pool, phones.Display() as display, \
            phones.Tandem(args.build, SERVER, window=True, display=display.name) as phone:
        return {"window": display.wait_mapped() - phone.started, "registered": registered(pool, phone)}


def start_calls(_args):
    with pooled() as pool, phones.Display() as display, \
            phones.GnomeCalls(ADDRESSES[0], display.name) as phone:
        return {"window": display.wait_mapped() - phone.started, "registered": registered(pool, phone)}


def start_baresip(_args):
    with pooled() as pool, phones.Baresip(ADDRESSES[0], "PCMU") as phone:
        return {"registered": registered(pool, phone)}


def bench_start(args, section):
    starts = {"headless": start_headless, "window": start_window, "calls": start_calls, "baresip": start_baresip}
    found = {name: [] for name in starts}
    for start in starts.values():  # once for the caches of fonts and plug-ins
        start(args)
    for _ in range(args.repeat):
        for name, start in starts.items():
            found[name].append(start(args))

    def of(name, key):
        return median(one[key] for one in found[name])
    for key, what in (("window", "start to window"), ("registered", "start to registered, with a window")):
        own, peer = of("window", key), of("calls", key)
        section.add(what, ms(own), peers=f"GNOME Calls {ms(peer)}", ratio=own / peer,
                    wanted="not above GNOME Calls", met=own <= peer)
    own, peer = of("headless", "registered"), of("baresip", "registered")
    section.add("start to registered, headless", ms(own), peers=f"baresip {ms(peer)}", ratio=own / peer,
                wanted="50 ms", met=own <= 0.05)


# Idle


def idle(args, phone):
    settle(phone)
    cpu, wakeups, start = phone.cpu(), phone.wakeups(), time.monotonic()
    time.sleep(args.idle)
    seconds = time.monotonic() - start
    return {"cpu": phone.cpu_since(cpu) / seconds * 100, "wakeups": phone.wakeups_since(wakeups) / seconds,
            "rss": phone.rss()}


def bench_idle(args, section):
    with tandem(args, probe=15) as (_, phone):
        headless = idle(args, phone)
    with phones.Display() as display, \
            tandem(args, probe=15, window=True, display=display.name) as (_, phone):
        window = idle(args, phone)
    with pooled() as pool, phones.Display() as display, \
            phones.GnomeCalls(ADDRESSES[0], display.name) as phone:
        pool.wait("REGISTER")
        calls = idle(args, phone)
    with pooled() as pool, phones.Baresip(ADDRESSES[0], "PCMU") as phone:
        pool.wait("REGISTER")
        baresip = idle(args, phone)
    for what, own, name, peer in (("with a window", window, "GNOME Calls", calls),
                                  ("headless", headless, "baresip", baresip)):
        section.add(f"CPU, {what}", f"{own['cpu']:.3f} %", peers=f"{name} {peer['cpu']:.3f} %",
                    wanted="below 0.02 %", met=own["cpu"] < 0.02)
        section.add(f"wake-ups, {what}", f"{own['wakeups']:.2f} /s", peers=f"{name} {peer['wakeups']:.2f} /s",
                    wanted="below 2 /s", met=own["wakeups"] < 2)
        bound = {"wanted": "not above GNOME Calls", "met": own["rss"] <= peer["rss"]} if own is window else {}
        section.add(f"RSS, {what}", f"{own['rss']:.0f} MB", peers=f"{name} {peer['rss']:.0f} MB",
                    ratio=own["rss"] / peer["rss"], **bound)


# Reaction


def bench_latency(args, section):
    out, back, first = [], [], []
    for _ in range(3):
        with tandem(args) as (pool, phone):
            time.sleep(3)
            mark = pool.mark()
            when = phone.call("200")
            first.append(pool.wait("INVITE", mark).when - when)
            pool.wait("ACK", mark)
            phone.wait_connected()
    with tandem(args) as (pool, phone):
        for _ in range(20):
            mark = pool.mark()
            when = phone.call("200")
            out.append(pool.wait("INVITE", mark).when - when)
            pool.wait("ACK", mark)
            phone.wait_connected()
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
    section.add("action on D-Bus to INVITE on the wire", f"{ms(median(out), 1)} (best {ms(min(out), 1)})",
                wanted="below 5 ms", met=median(out) < 0.005)
    section.add("the same, first call, 3 s after the start", f"{ms(median(first), 1)} (best {ms(min(first), 1)})",
                wanted="below 5 ms", met=median(first) < 0.005)
    section.add("INVITE received to 180 on the wire", f"{ms(median(back), 1)} (best {ms(min(back), 1)})",
                wanted="within 2 ms", met=median(back) <= 0.002)


# What failing over costs beyond the timeout


def bench_overhead(args, section):
    for timeout in (400, 4000):
        for kind in ("REGISTER", "INVITE", "BYE", "CANCEL"):
            times = args.repeat if timeout == 400 else 2
            over = median(fail_over(args, kind, timeout) - timeout / 1000 for _ in range(times))
            section.add(f"{kind}, timeout {timeout} ms: beyond the timeout", ms(over), wanted="within 100 ms",
                        met=over <= 0.1)


def fail_over(args, kind, timeout):
    """Seconds from the first copy to the silent member until the first copy to another one."""
    with tandem(args, timeout=timeout) as (pool, phone):
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


# Calls


def measure_cpu(pool, phone, seconds):
    """Percent of a core; only where the sound really goes out, 50 packets a second and phone."""
    before, packets, start = phone.cpu(), pool.packets, time.monotonic()
    time.sleep(seconds)
    cpu, took = phone.cpu_since(before), time.monotonic() - start
    if pool.packets - packets < 45 * took:
        raise TimeoutError(f"{type(phone).__name__} sent {(pool.packets - packets) / took:.0f} packets a second")
    return cpu / took * 100


def call_cpu_tandem(args, codec):
    with tandem(args, codec=codec) as (pool, phone):
        phone.call("200")
        phone.wait_connected()
        time.sleep(2)
        return measure_cpu(pool, phone, args.cpu)


def call_cpu_baresip(args, codec):
    with pooled() as pool, phones.Baresip(ADDRESSES[0], codec) as phone:
        pool.wait("REGISTER")
        phone.dial(f"sip:200@{ADDRESSES[0]}")
        pool.wait("ACK")
        time.sleep(2)
        return measure_cpu(pool, phone, args.cpu)


def bench_calls(args, section):
    for codec in CODECS:
        own, peer = [], []
        for _ in range(args.repeat):
            own.append(call_cpu_tandem(args, codec))
            peer.append(call_cpu_baresip(args, codec))
        own, peer = min(own), min(peer)
        section.add(f"CPU of one call, {codec}", f"{own:.2f} %", peers=f"baresip {peer:.2f} %", ratio=own / peer,
                    wanted="1.5 x baresip", met=own <= 1.5 * peer)
    rss = {}
    with tandem(args) as (_, phone):
        for n in range(1, 11):
            phone.call("200")
            phone.wait_connected(n)
            rss[n] = phone.rss()
    with pooled() as pool, phones.Baresip(ADDRESSES[0], "PCMU") as phone:
        pool.wait("REGISTER")
        phone.dial(f"sip:200@{ADDRESSES[0]}")
        pool.wait("ACK")
        time.sleep(1)
        peer = phone.rss()
    section.add("RSS, one call, headless", f"{rss[1]:.0f} MB", peers=f"baresip {peer:.0f} MB", ratio=rss[1] / peer)
    section.add("RSS, ten calls, headless", f"{rss[10]:.0f} MB")


# Mouth to ear


class Pair:
    """Two phones of one kind in a call with each other through the pool's bridge."""

    def __init__(self, args, kind, codec, server, pool, stack):
        self.both = []
        for user, who in (("100", "a"), ("101", "b")):
            mark, environment = pool.mark(), server.of(who)
            if kind == "tandem":
                phone = phones.Tandem(args.build, SERVER, audio="pulse", user=user, codec=codec, **environment)
            elif kind == "baresip":
                phone = phones.Baresip(ADDRESSES[0], codec, sound=who, user=user, **environment)
            else:
                display = stack.enter_context(phones.Display())
                phone = phones.GnomeCalls(ADDRESSES[0], display.name, user=user, **environment)
            self.both.append(stack.enter_context(phone))
            pool.wait("REGISTER", mark)
            if kind == "tandem":
                phone.wait_registered()
            else:
                time.sleep(1)
            phone.dial(f"sip:200@{ADDRESSES[0]}")
            pool.wait("ACK", mark)


def mouth_to_ear(args, kind, codec):
    """(latencies in s of bursts both ways, CPU of one phone in %)."""
    with sound.Server() as server, pooled(bridge=True) as pool, contextlib.ExitStack() as stack:
        pair = Pair(args, kind, codec, server, pool, stack)
        time.sleep(4)
        cpu = measure_cpu(pool, pair.both[0], args.cpu)
        found = []
        for speaker, listener in (("a", "b"), ("b", "a")):
            found += sound.latencies(server.speak(args.sound, speaker), speaker, listener)
        if len(found) < args.sound / sound.EVERY:
            raise TimeoutError(f"{kind}: only {len(found)} bursts were heard")
        return found, cpu


def bench_sound(args, section):
    for codec in ("PCMU", "opus"):
        own, own_cpu = mouth_to_ear(args, "tandem", codec)
        peer, peer_cpu = mouth_to_ear(args, "baresip", codec)
        words = f"baresip {ms(median(peer))} ({ms(min(peer))} to {ms(max(peer))})"
        if codec == "PCMU":
            try:
                calls, _ = mouth_to_ear(args, "calls", codec)
                words += f", GNOME Calls {ms(median(calls))} ({ms(min(calls))} to {ms(max(calls))})"
            except TimeoutError as error:
                words += f", GNOME Calls: not measured ({error})"
        section.add(f"mouth to ear, {codec}", f"{ms(median(own))} ({ms(min(own))} to {ms(max(own))})", peers=words,
                    ratio=median(own) / median(peer), wanted="not above baresip", met=median(own) <= median(peer))
        section.add(f"CPU of one call with these devices, {codec}", f"{own_cpu:.1f} %",
                    peers=f"baresip {peer_cpu:.1f} %", ratio=own_cpu / peer_cpu)


# Growth


def one_call(pool, phone, ours):
    """A whole call; ours: we hang up."""
    phone.call("200")
    invite = pool.wait("INVITE")
    pool.wait("ACK")
    phone.wait_connected()
    if ours:
        phone.hang_up()
        pool.wait("BYE")
    else:
        pool.hang_up(invite)
    phone.wait(lambda s: not s["calls"])
    pool.forget()


def bench_growth(args, section):
    with tandem(args) as (pool, phone):
        pool.forget()
        end = time.monotonic() + args.warm
        while time.monotonic() < end:
            one_call(pool, phone, True)
            one_call(pool, phone, False)
        settle(phone)
        rss, descriptors = phone.rss(), phone.descriptors()
        for n in range(args.calls):
            one_call(pool, phone, n % 2)
        settle(phone)
        more, opened = phone.rss() - rss, phone.descriptors() - descriptors
    section.add(f"RSS over {args.calls} calls", f"{more:+.1f} MB", wanted="none (1 MB is noise)", met=more < 1.0,
                peers=f"{rss:.1f} to {rss + more:.1f} MB")
    section.add(f"descriptors over {args.calls} calls", f"{opened:+d}", wanted="none", met=opened <= 0,
                peers=f"{descriptors} to {descriptors + opened}")


# Failover beside the others, and the storm


def bench_failover(args, section):
    names = list(failover.PHONES)
    results = failover.run_cells(args.build, names, failover.FAULTS, args.jobs)
    section.more = failover.table(results, names)
    print("\n".join(section.more), flush=True)
    if not args.print:
        report.PICTURE.write_text(failover.picture(
            results, names, f"Every phone in the same pool with the same faults, {time.strftime('%Y-%m-%d')}; "
            f"the rule: one transaction timeout of 4 s; never: not within {failover.LIMIT} s"), encoding="utf-8")


STORM_FIGURES = {
    "peak before": "before, peak req/s", "peak after": "after, peak req/s",
    "of the phones that move": "of those that move, peak req/s", "half of those that lost their proxy back": "back, p50 s",
    "99 % back": "back, p99 s", "all back": "all back, s", "living proxies set aside": "living proxies set aside"}


def bench_storm(args, section):
    run = subprocess.run([args.build / "bench" / "storm"], capture_output=True, text=True, check=False)
    rows = {}
    for line in run.stdout.splitlines()[1:]:
        if line and not line.startswith(" "):
            rows[line] = {}
        match = re.match(r" {2,4}(\S.*?) {2,}(\S.*?)(?: {3}wanted (\d+))?( {3}MISSED)?$", line)
        if match:
            rows[next(reversed(rows))][match[1]] = (match[2], match[3], bool(match[4]))
    section.more = ["| agents and proxies | " + " | ".join(STORM_FIGURES.values()) + " | verdict |",
                    "|---|" + "---:|" * len(STORM_FIGURES) + "---|"]
    for scenario, figures in rows.items():
        fields = []
        for key in STORM_FIGURES:
            value, wanted, _ = figures.get(key, ("", None, False))
            fields.append(re.sub(r" (req/s|s)$", "", value) + (f" (design: {wanted})" if wanted else ""))
        compared = any(wanted for _, wanted, _ in figures.values())
        verdict = "**NOT MET**" if any(bad for _, _, bad in figures.values()) else "met" if compared else ""
        section.more.append(f"| {scenario} | " + " | ".join(fields) + f" | {verdict} |")
    print("\n".join(section.more), flush=True)
    if run.returncode not in (0, 1):
        raise subprocess.SubprocessError(f"bench/storm ended with {run.returncode}")


# Search as you type


def bench_search(args, section):
    run = subprocess.run([args.build / "bench" / "search"], capture_output=True, text=True, check=True)
    rows = [dict(field.split("=", 1) for field in line.split("\t")) for line in run.stdout.splitlines()]
    whole = {key: float(value) for key, value in rows.pop().items()}
    for what, own, peer, wanted in (("median of the texts", "median", "like", "within a frame, 16 ms"),
                                    ("the slowest text", "worst", "like_worst", "not above LIKE")):
        met = whole[own] <= (16 if own == "median" else whole[peer])
        section.add(f"a key until the calls are shown, {what}", f"{whole[own]:.1f} ms",
                    peers=f"LIKE {whole[peer]:.1f} ms", ratio=whole[own] / whole[peer], wanted=wanted, met=met)
    section.add("longest that the main loop was away", f"{whole['away']:.1f} ms", wanted="below 8 ms (half a frame)",
                met=whole["away"] < 8)
    section.more = ["| typed | Tandem, ms | LIKE, ms |", "|---|---:|---:|"]
    section.more += [f"| {row['text']} | {row['ours']} | {row['like']} |" for row in rows]
    print("\n".join(section.more), flush=True)


# A conference


def bench_conference(args, section):
    run = subprocess.run([args.build / "bench" / "conference"], capture_output=True, text=True, check=True)
    figures = {key: float(value) for key, value in (field.split("=", 1) for field in run.stdout.strip().split("\t"))}
    ratio = figures["together"] / figures["apart"]
    section.add(f"CPU of {figures['parties']:.0f} parties in one conference", f"{figures['together']:.1f} %",
                peers=f"the same calls apart {figures['apart']:.1f} %", ratio=ratio, wanted="at most 1.25", met=ratio <= 1.25)


PARTS = {
    "start": (bench_start, "Start", "From exec to the first mapped window and to the registration, answered at once by a "
              "pool on loopback without digest. Xvfb, cairo renderer, warm caches; median of the repetitions. GNOME "
              "Calls takes its password from a small secret service on its private bus."),
    "idle": (bench_idle, "Idle", "Registered, with the default probes of the proxy in use every 15 s. CPU of all threads "
             "by the scheduler's account; wake-ups are voluntary context switches of all threads."),
    "latency": (bench_latency, "Reaction", "Median of 20; of 3 for the first call."),
    "overhead": (bench_overhead, "Failover beyond the timeout", "From the first copy at a silent proxy to the first copy "
                 "at another one, less the timeout."),
    "failover": (bench_failover, "Failover beside other phones", "Seconds. Every phone has a pool of its own with the same "
                 "behaviour: one name, three addresses in a fixed order, three proxies with Record-Route (their "
                 "addresses) before a registrar and a far end; and a network namespace of its own, so that they run at the "
                 "same time. The proxy that the phone is using falls silent (or says 503, hangs its TCP connections, "
                 "or the name server falls silent). Judged from packets and from the far end's state. Tandem has its "
                 "default timeout of 4 s, probes and the prompt mode of registration, but no probes in the first two rows; the others have "
                 f"the settings they come with. Never, fails: not within {failover.LIMIT} s (registrations 75 s, DNS 25 s), "
                 "while the same phone does it in the same place when nothing is broken, which is checked each time. "
                 "What ran while the machine was late by more than 50 ms was run again, up to twice, and the best counts, "
                 "for every phone alike. "
                 "linphonec, Twinkle and baresip run in a terminal, GNOME Calls under Xvfb; it has no hold."),
    "calls": (bench_calls, "Calls", "CPU in percent of one core, all threads, echo at the far end; a file or a generator "
              "as microphone on both sides, no sound server; in turns, the best of the repetitions."),
    "sound": (bench_sound, "Mouth to ear", "Two phones of the same kind in a call, on a private PulseAudio with one null "
              "sink of four channels: both mouths and both ears, recorded at once. Bursts of noise of 30 ms both ways, "
              "median (best to worst). The path has everything in it: capture, echo cancellation and noise "
              "suppression where the phone has them on (Tandem has, baresip has not), the packets, the jitter "
              "buffer, playback. baresip goes through ALSA's plug-in for PulseAudio, as Debian has no other way. "
              "The RTP passes a relay in Python, which adds up to 1 ms to both."),
    "growth": (bench_growth, "Growth", "Calls one after the other, half of them ended by each side, after 45 s of the same: for 32 s after its "
               "end something of each call has to be kept (RFC 3261), so that until then memory does grow."),
    "storm": (bench_storm, "Registration storms", "10,000 phones with the product's own `src/ha` on a virtual clock, "
              "three proxies; requests at the busiest surviving proxy, and how soon the phones that had lost theirs are "
              "registered again. In brackets the simulation that jitter, spread and back-off were designed by; up to "
              "10 % more is met. The figures do not depend on the machine; bench/storm-world.h describes the model, "
              "`_build-bench/bench/storm` prints more."),
    "conference": (bench_conference, "Conference", "The sound of ten calls and of their far ends in one process, PCMU over "
                   "loopback; mixed, each party without itself, beside the same calls each for itself, in turns, the best "
                   "of three."),
    "search": (bench_search, "Search as you type", "100,000 past calls; a name letter by letter and some other texts, from the "
               "key until the list is shown, by the phone's own search on its worker; beside it a plain SELECT with LIKE "
               "over the same file in the same program, which would block its caller as long. Median of 7, in turns."),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--idle", type=float, default=30)
    parser.add_argument("--cpu", type=float, default=6)
    parser.add_argument("--sound", type=float, default=14)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--warm", type=float, default=45, help="s of calls before growth is counted")
    parser.add_argument("--jobs", type=int, default=12, help="cells of the failover lab at a time")
    parser.add_argument("--print", action="store_true", help="do not write docs/benchmarks.md")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PARTS))
    args = parser.parse_args()
    unknown = [n for n in args.names if n not in PARTS]
    if unknown:
        sys.exit(f"bench: no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    sections = []
    with phones.shared_caches():
        for name in args.names or PARTS:
            measure, title, about = PARTS[name]
            print(f"\n{title}", flush=True)
            section = report.Section(name, title, about)
            try:
                measure(args, section)
            except (TimeoutError, subprocess.SubprocessError, OSError) as error:
                section.failed(error)
            sections.append(section)
    if not args.print:
        report.write(sections, list(PARTS))


main()
