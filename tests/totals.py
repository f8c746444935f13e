#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the test cases of a run: prints "N passed, N failed, N skipped" as its last line.

Reads meson's log of the last run (a JSON object for each test program, its TAP output within) and
the TAP lines of the fuzz targets.
"""
import json
import pathlib
import re
import sys

CASE = re.compile(r"^\s*(not )?ok\b(?!.*# SKIP)", re.M)
SKIP = re.compile(r"^\s*ok\b.*# SKIP", re.M | re.I)


def count(text):
    passed = failed = 0
    for match in CASE.finditer(text):
        if match.group(1):
            failed += 1
        else:
            passed += 1
    return passed, failed, len(SKIP.findall(text))


def main():
    build = pathlib.Path(sys.argv[1])
    passed = failed = skipped = 0
    broken = []
    log = build / "meson-logs" / "testlog.json"
    for line in log.read_text(errors="replace").splitlines():
        test = json.loads(line)
        p, f, s = count(test.get("stdout", ""))
        if test["result"] not in ("OK", "EXPECTEDFAIL", "SKIP") and f == 0:
            f = 1
        if test["result"] == "SKIP" and s == 0:
            s = 1
        if test["result"] == "OK" and p + f + s == 0:
            p = 1
        if f:
            broken.append(test["name"])
        passed, failed, skipped = passed + p, failed + f, skipped + s
    p, f, s = count((build / "fuzz.tap").read_text(errors="replace"))
    passed, failed, skipped = passed + p, failed + f, skipped + s
    for name in broken:
        print("failed: " + name)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


sys.exit(main())
