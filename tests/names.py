# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the names of the tests that are meant by words: a test's name, or a suite's.

usage: names.py BUILD WORD...
"""
import json
import subprocess
import sys


def main():
    build, words = sys.argv[1], set(sys.argv[2:])
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", build], check=True,
                                      capture_output=True, text=True).stdout)
    for test in tests:
        suites = {suite.rpartition(":")[2] for suite in test["suite"]}
        if test["name"] in words or suites & words:
            print(test["name"])


main()
