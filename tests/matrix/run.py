#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix: every operation of the phone against every fault of a pool, over every transport,
judged from the packets. Prints TAP.

usage: run.py [--jobs N] [--short] [--report FILE] [--keep FOLDER] [PATTERN...] TANDEM-HEADLESS
       run.py [--jobs N] [--report FILE] --break RULE
       PATTERN: the beginning of a cell's name (* and ? as in a shell), which is operation/fault/transport/record-route
"""
import argparse
import asyncio
import fnmatch
import os
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cells  # noqa: E402
import policy  # noqa: E402
import report  # noqa: E402
import teeth  # noqa: E402
from lab import Certificates, Nets  # noqa: E402
from phone import Phone  # noqa: E402

SHORT = ("register/silent/udp/none", "register/refusing/tcp/none", "register/503-pause/udp/none",
         "refresh/silent/tcp/none", "refresh/method-dropped/udp/none", "refresh/new-addresses/udp/none",
         "invite/silent/udp/address", "invite/answers-lost/udp/address", "invite/503/tls/none",
         "invite/dies-after-100/udp/none", "invite/dies-after-180/udp/address", "invite/slow-above/udp/none",
         "invite/all-dead/udp/none", "answer/silent/udp/address", "answer/silent/tls/none", "bye/silent/udp/address",
         "bye/one-back/tcp/name", "cancel/silent/udp/none", "cancel/refusing/tcp/none", "re-invite/silent/udp/address",
         "info/silent/udp/name", "subscribe/silent/udp/none")


async def run_all(chosen, jobs, folder, keep, told):
    """Results in the order of chosen; told is called with each as it comes."""
    nets = Nets()
    certificates = Certificates(folder)
    gate = asyncio.Semaphore(jobs)
    results = {}

    async def one(cell):
        async with gate:
            results[cell] = await cells.run_cell(cell, nets, folder, certificates, keep)
            told(results[cell])
    # The first phone of all makes GStreamer's list of plugins, which the others would wait for.
    await cells.run_cell(cells.Cell("invite", "slow below", "udp", "none"), nets, folder, certificates)
    # The long ones first, or they would be waited for at the end.
    order = sorted(chosen, key=lambda cell: cell.fault not in ("all dead", "strict pool"))
    await asyncio.gather(*(one(cell) for cell in order))
    return [results[cell] for cell in chosen]


def choose(patterns, short):
    chosen = cells.all_cells()
    if short:
        return [cell for cell in chosen if str(cell) in SHORT]
    return [cell for cell in chosen if not patterns or any(fnmatch.fnmatch(str(cell), f"{pattern}*") for pattern in patterns)]


def break_rules(names, jobs, report_path):
    """Each rule broken, by itself; whether exactly the right cells turned red."""
    chosen_rules = [rule for rule in teeth.RULES if "all" in names or rule.name in names]
    unknown = set(names) - {"all"} - {rule.name for rule in teeth.RULES}
    if unknown:
        sys.exit(f"no such rule: {', '.join(sorted(unknown))}; there are {', '.join(r.name for r in teeth.RULES)}")
    began = time.monotonic()
    chosen = teeth.selection(cells.all_cells())
    folder = tempfile.mkdtemp(prefix="tandem-teeth-")
    print(f"1..{len(chosen_rules)}", flush=True)
    try:
        copy = teeth.Copy(folder)
        for number, rule in enumerate(chosen_rules, 1):
            Phone.program = copy.make(rule)
            Phone.schemas = f"{copy.build}/data"
            home = f"{folder}/{rule.name}"
            os.makedirs(home)
            results = asyncio.run(run_all(chosen, jobs, home, False, lambda result: None))
            # What turns red without being meant to has to do so in quiet, too.
            doubtful = [result.cell for result in results if not result.ok and rule.red(result.cell) is False]
            if 0 < len(doubtful) <= 12:
                again = {r.cell: r for r in asyncio.run(run_all(doubtful, 2, home, False, lambda result: None))}
                results = [again.get(result.cell, result) for result in results]
            teeth.compare(rule, results)
            right = not rule.missed and not rule.surplus
            print(f"{'ok' if right else 'not ok'} {number} {rule.name}: {rule.what}", flush=True)
            print(f"# {rule.ran} cells, {rule.wanted} wanted red, {rule.reds} red", flush=True)
            for cell in rule.missed:
                print(f"#   stayed green: {cell}")
            for cell in rule.surplus:
                print(f"#   turned red: {cell}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if report_path:
        report.write_teeth(report_path, chosen_rules, time.monotonic() - began)
    return 1 if any(rule.missed or rule.surplus for rule in chosen_rules) else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=12)
    parser.add_argument("--short", action="store_true", help="a selection, with time to spare for a slow phone")
    parser.add_argument("--report")
    parser.add_argument("--keep")
    parser.add_argument("--break", dest="broken", action="append", metavar="RULE",
                        help="break that rule in a copy of the sources (all: each) and see which cells turn red")
    parser.add_argument("patterns", nargs="*", metavar="[PATTERN...] TANDEM-HEADLESS")
    args = parser.parse_intermixed_args()
    missing = [name for name in ("dbus-daemon", "openssl") if not shutil.which(name)]
    if missing:
        print(f"1..0 # SKIP not installed: {', '.join(missing)}")
        return 0
    if args.broken:
        return break_rules(args.broken, args.jobs, args.report)
    if not args.patterns:
        parser.error("which program?")
    Phone.program = os.path.abspath(args.patterns.pop())
    if not os.access(Phone.program, os.X_OK):
        sys.exit(f"{Phone.program} is no program")
    if "GSETTINGS_SCHEMA_DIR" not in os.environ:
        Phone.schemas = os.path.normpath(os.path.join(os.path.dirname(Phone.program), "../../data"))
    if args.short:
        # For a phone with a sanitizer, beside other tests.
        cells.TIMEOUT, cells.REFUSING_TIMEOUT, policy.SLACK = 0.8, 2.0, 0.5
    chosen = choose(args.patterns, args.short)
    print(f"1..{len(chosen)}", flush=True)
    numbers = {}
    began = time.monotonic()

    def told(result):
        number = numbers.setdefault("n", 0) + 1
        numbers["n"] = number
        print(f"{'ok' if result.ok else 'not ok'} {number} {result.cell}", flush=True)
        print(f"# {report.figures(result)} ({result.seconds:.1f} s, late {result.late * 1000:.0f} ms)", flush=True)
        if not result.ok:
            for line in [*result.complaints, *result.story]:
                print(f"  {line}", file=sys.stderr, flush=True)
    folder = args.keep or tempfile.mkdtemp(prefix="tandem-matrix-")
    if args.keep:
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        results = asyncio.run(run_all(chosen, args.jobs, folder, bool(args.keep), told))
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)
    if args.report:
        report.write(args.report, results, time.monotonic() - began, args.jobs, cells.TIMEOUT, cells.REFUSING_TIMEOUT)
    red = [str(result.cell) for result in results if not result.ok]
    print(f"# {len(results)} cells, {len(red)} red, {time.monotonic() - began:.0f} s")
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())
