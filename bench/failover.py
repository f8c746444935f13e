# SPDX-License-Identifier: GPL-3.0-or-later
"""The failover lab: each phone with each fault in a cell of its own (cell.py), several cells at a time,
and what comes of it as rows of a table and as a picture. What is judged are packets and the far end's
state, never a phone's own word.
"""
import concurrent.futures
import json
import pathlib
import subprocess

import chart

PHONES = {"tandem": "Tandem", "baresip": "baresip", "linphonec": "linphonec", "twinkle": "Twinkle",
          "gnome-calls": "GNOME Calls"}

# A lab that was itself this late, in s, has measured the machine's other work.
LATE, AGAIN = 0.05, 2

# Registered elsewhere, and the call after 31 s: probes go every 15 s +20 %, not within 7.5 s after the
# proxy was heard, and wait 4 s; then up to 2 s of spread.
# Key, what, the bound of the design in seconds. None: a yes or no.
ROWS = (
    ("refresh", "register refresh: first unanswered REGISTER to 200 elsewhere", 4.1),
    ("refresh-avoids", "the next refresh avoids the dead proxy", None),
    ("moved", "registered elsewhere after the fault, with 60 s granted", 31.5),
    ("call", "new call, the far end rings 1 s", 5.1),
    ("call-avoids", "the second call avoids the dead proxy", None),
    ("known", "new call 31 s after the fault, the far end rings 1 s", 1.1),
    ("bye", "BYE reaches the far end", 4.1),
    ("hold", "hold", 4.1),
    ("answer", "answering: 200 reaches the caller", 4.1),
    ("cancel", "CANCEL of a ringing call reaches the far end", 4.1),
    ("overload", "503 from one proxy: new call, the far end rings 1 s", 1.1),
    ("tcp", "TCP proxy hangs: new call, the far end rings 1 s", 5.1),
    ("dns", "DNS silent: new call within 25 s, the far end rings 1 s", 1.1),
)
FAULTS = ("refresh", "moved", "call", "known", "bye", "hold", "answer", "cancel", "overload", "tcp", "dns")
NAMESPACES = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
# The scheduling of a busy machine; the bounds themselves are the design's.
SLACK = 0.15


LIMIT = 45  # s, as in cell.py


def namespaces():
    """The command that gives a cell its own network: a person's user namespace, or root's."""
    for command in ([*NAMESPACES, "--user", "--map-root-user"], [*NAMESPACES]):
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return None


def run_cell(prefix, build, phone, fault, *options):
    cell = pathlib.Path(__file__).with_name("cell.py")
    try:
        run = subprocess.run([*prefix, "/usr/bin/python3", str(cell), "--build", str(build), *options, phone, fault],
                             capture_output=True, text=True, timeout=240, check=False, stdin=subprocess.DEVNULL)
        return json.loads(run.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        return {"error": "the cell did not end"}
    except (ValueError, IndexError):
        return {"error": run.stderr.strip()[-200:] or "the cell said nothing"}


def better(one, other):
    """Of two results of the same cell."""
    def rank(result):
        if "error" in result:
            return (2, 0)
        return (0, result["seconds"]) if result.get("seconds") is not None else (1, 0)
    return min(one, other, key=rank)


def run_cells(build, phones, faults, jobs):
    """{(phone, fault): result}. A cell that failed or was late itself is tried again, at most twice, and
    the best counts; what never happened has to happen where nothing is broken, or it says nothing."""
    prefix = namespaces()
    if prefix is None:
        raise TimeoutError("no namespaces of its own: the kernel does not allow it here")
    trial = run_cell(prefix, build, "tandem", "overload")
    if "error" in trial:
        raise TimeoutError(f"the lab itself fails: {trial['error']}")
    # The long ones first.
    order = sorted(((phone, fault) for fault in faults for phone in phones),
                   key=lambda pair: ("refresh", "moved", "known", "call").index(pair[1])
                   if pair[1] in ("refresh", "moved", "known", "call") else 4)
    results = {}

    def run(pair):
        result = run_cell(prefix, build, *pair)
        for _ in range(AGAIN):
            if "error" not in result and result.get("late", 0) <= LATE:
                break
            result = better(result, run_cell(prefix, build, *pair))
        if result.get("seconds", 0) is None:
            # Is it the fault, or can this lab not steer this phone?
            control = run_cell(prefix, build, *pair, "--healthy")
            if control.get("seconds") is None:
                result = {"error": f"does not work without the fault either: {json.dumps(control)}"}
        results[pair] = result
        print(f"{pair[0]:12} {pair[1]:9} {json.dumps(result)}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(run, order))
    return results


def seconds(value):
    return f"{value:.2f}" if value < 1.5 else f"{value:.1f}"


def cell_text(results, phone, key):
    """(text, seconds or None) of one field of the table."""
    fault = key.split("-")[0]
    result = results.get((phone, fault))
    if result is None or "skipped" in result:
        return "-", None
    if "error" in result or "note" in result:
        return "not measured", None
    if key.endswith("-avoids"):
        avoids = result.get("avoids")
        return ("-" if avoids is None else "yes" if avoids else "no"), None
    value = result["seconds"]
    if value is None:
        text = "never" if fault not in ("call", "known", "overload", "tcp", "dns") else "fails"
    else:
        text = seconds(value)
    if key == "hold" and not result.get("kept", True):
        text += ", ends the call"
    if result.get("lucky") and value is not None and key in ("call", "overload", "tcp"):
        text += " (went elsewhere)"
    return text, value


def verdict(results, key, bound):
    text, value = cell_text(results, "tandem", key)
    if bound is None:
        return "met" if text == "yes" else "NOT MET"
    if key == "hold" and "ends" in text:
        return "NOT MET"
    return "met" if value is not None and value <= bound + SLACK else "NOT MET"


def ratio(results, key, phones):
    """The fastest peer's time over ours."""
    _, own = cell_text(results, "tandem", key)
    others = [value for phone in phones if phone != "tandem"
              for value in [cell_text(results, phone, key)[1]] if value is not None]
    if own is None or not others:
        return "no peer does it" if own is not None else "-"
    return f"{min(others) / own:.1f}"


def table(results, phones):
    lines = ["| | bound | " + " | ".join(PHONES[p] for p in phones) + " | best peer / Tandem | verdict |",
             "|---|---:|" + "---:|" * len(phones) + "---:|---|"]
    for key, what, bound in ROWS:
        fields = [cell_text(results, phone, key)[0] for phone in phones]
        compared = "" if bound is None else ratio(results, key, phones)
        lines.append(f"| {what} | {bound if bound else 'yes'} | " + " | ".join(fields)
                     + f" | {compared} | {verdict(results, key, bound)} |")
    return lines


SHORT = {"refresh": "Registration refreshed", "call": "New call (rings 1 s)", "bye": "Hang-up reaches the far end",
         "hold": "Hold", "answer": "Answering", "cancel": "Cancelling a ringing call",
         "overload": "New call, one proxy says 503", "tcp": "New call, TCP proxy hangs",
         "dns": "New call, DNS silent"}


def picture(results, phones, subtitle):
    groups = []
    for key, name in SHORT.items():
        values = {}
        for phone in phones:
            words, value = cell_text(results, phone, key)
            if words not in ("-", "not measured"):
                values[phone] = (value, words)
        groups.append((name, values))
    return chart.draw(groups, phones, PHONES, subtitle)
