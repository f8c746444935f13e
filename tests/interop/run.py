#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone against real peers: Kamailio, SIPp, baresip and dnsmasq on loopback. Prints TAP.

usage: run.py TANDEM-HEADLESS [PATTERN...]     only the tests whose names contain one of the patterns
       LAB_KEEP=1 keeps the folder of logs, LAB_DEBUG=all makes the phone talkative
"""
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import cases_availability  # noqa: E402
import cases_calls  # noqa: E402
import cases_failover  # noqa: E402
import cases_line  # noqa: E402
import cases_register  # noqa: E402
import cases_several  # noqa: E402
import cases_sound  # noqa: E402
import cases_transfer  # noqa: E402
from line import Line  # noqa: E402
from phone import Phone  # noqa: E402
from pool import Pool, Skip  # noqa: E402

NEEDED = ("kamailio", "sipp", "baresip", "dnsmasq", "dbus-daemon", "openssl")
MODULES = (cases_register, cases_calls, cases_failover, cases_sound, cases_line, cases_transfer,
           cases_availability, cases_several)


def free_net():
    """A 127.7.NET that no other run uses: the one of our process id, most likely."""
    return os.getpid() % 250 + 1


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    Phone.program = os.path.abspath(sys.argv[1])
    Line.program = os.path.join(os.path.dirname(Phone.program), "../../tests/interop/sip-line")
    patterns = sys.argv[2:]
    tests = [(f"{module.__name__[6:]}/{name[5:]}", function) for module in MODULES
             for name, function in vars(module).items() if name.startswith("test_")]
    tests = [test for test in tests if not patterns or any(pattern in test[0] for pattern in patterns)]
    missing = [name for name in NEEDED if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")]
    if missing:
        print(f"1..0 # SKIP not installed: {', '.join(missing)}")
        return 0
    print(f"1..{len(tests)}", flush=True)
    folder = tempfile.mkdtemp(prefix="tandem-lab-")
    pool = Pool(free_net(), folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    failed = 0
    try:
        pool.start()
        for number, (name, function) in enumerate(tests, 1):
            began = time.monotonic()
            try:
                pool.restore()
                function(pool)
                print(f"ok {number} {name}", flush=True)
            except Skip as reason:
                print(f"ok {number} {name} # SKIP {reason}", flush=True)
            except Exception:
                failed += 1
                print(f"not ok {number} {name}", flush=True)
                traceback.print_exc()
            print(f"# {time.monotonic() - began:.1f} s", flush=True)
    finally:
        pool.close()
        if os.environ.get("LAB_KEEP"):
            print(f"# {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
