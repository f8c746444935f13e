# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/ha-matrix.md, made by a run: what was wanted beside what was measured."""
import os
import re

import policy

HEAD = """# The fault matrix

Made by `./dev test-ha`. Every cell is a run of `tandem-headless` against three scripted proxies, a registrar and a
far end behind them, each with addresses of its own. The verdict comes from the packets (when each copy
went where, with which branch, CSeq, Call-ID and tag) and from the far end's state, never from what the phone says
of itself. The transaction timeout is {timeout:g} s ({refusing:g} s where a refused datagram can only be told from a lost one by
the time it takes).

What is wanted follows from these rules alone (`tests/matrix/policy.py`):

1. Every operation goes to the candidate with the lowest penalty, in DNS order; one that it has tried is passed over while another is left.
2. Silence for the transaction timeout moves it on; a refused or broken connection and an ICMP error move it on at once; so does a 503.
3. REGISTER and SUBSCRIBE move once at once, then back off, no later than `reg_interval` ({interval:g} s here) while somebody is untried.
   INVITE, re-INVITE and INFO are sent once more and that is all. The 200 to an INVITE, BYE and CANCEL go to all in turn for {long:g} s.
4. The penalty of ten minutes needs an unanswered probe too, or an INVITE without even a 100, or a connection that breaks.
   503 earns none; its `Retry-After` is obeyed.
5. An INVITE's first attempt is cancelled over a living proxy, or ended when it is answered late: one call is left at the far end. A second attempt has a
   Call-ID and a From tag of its own, a CANCEL the branch of its INVITE, everything else a new branch.
6. With a 18x the phone keeps waiting. With only a 100 it asks the proxy, and moves on when that is silent.
7. Requests within a dialog follow the route set, but a top Route that is the address of another member is replaced: members answer 404 to a fellow's Route.

Figures are seconds since the operation first went to the member with the fault (where that copy cannot be seen: since it was asked for): **moved** first copy to
another member, **reached** first copy that arrived at the registrar or the far end, **done** its answer reached the phone. **next**: whether the operation after it, once the
probe had time to end, went to that member *again* or stayed *away*; rules that allow both have a dash. Spans allow a timer {early:g} s too early and {slack:g} s too late. Further figures
and checks of a cell stand behind the others.

"""


def figure(value):
    if value is None:
        return "never"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def figures(result):
    return ", ".join(f"{name} {figure(value)}" for name, value in result.measured.items())


def span(value):
    return "never" if value is None else f"{value[0]:.2f}–{value[1]:.2f}"


def expectation(wanted, fault):
    if fault == "new addresses":
        return "at most 2 copies to old addresses"
    after = {None: "–", True: "away", False: "again"}[wanted.shunned]
    text = f"{span(wanted.moved)} · {span(wanted.reached)} · {span(wanted.done)} · {after}"
    if wanted.last is not None:
        text += f"; last copy {span(wanted.last)}"
    return text


def measurement(result):
    if result is None:
        return ""
    got = dict(result.measured)
    if result.cell.fault == "new addresses":
        text = figures(result)
    else:
        after = {None: "–", True: "away", False: "again"}[got.pop("shunned", None)]
        text = " · ".join([*(figure(got.pop(name, None)) for name in ("moved", "reached", "done")), after])
        got.pop("attempts", None)
        if got:
            text += "; " + ", ".join(f"{name} {figure(value)}" for name, value in got.items())
    return text if result.ok else f"**✗ {text}**"


def rows(operation, by_cell):
    for fault in policy.FAULTS:
        if policy.without_meaning(operation, fault) is not None:
            continue
        for route in policy.routes_for(operation):
            found = [by_cell.get((operation, fault, transport, route)) for transport in policy.TRANSPORTS]
            if not any(found):
                continue
            wanted = {}
            for transport, result in zip(policy.TRANSPORTS, found):
                if result is not None:
                    wanted.setdefault(expectation(result.expected, fault), []).append(transport.upper())
            texts = [text if len(wanted) == 1 else f"{', '.join(names)}: {text}" for text, names in wanted.items()]
            yield [fault, route, "<br>".join(texts), *map(measurement, found)]


def table(lines):
    return [f"| {' | '.join(line)} |" for line in lines]


def teeth_of(path):
    """The part of an older report that ./dev test-ha --break has written."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        match = re.search(r"^## Teeth\n.*", file.read(), re.M | re.S)
    return match.group(0) if match else ""


def write(path, results, seconds, jobs, timeout, refusing):
    by_cell = {(r.cell.operation, r.cell.fault, r.cell.transport, r.cell.route): r for r in results}
    red = [result for result in results if not result.ok]
    lines = [HEAD.format(timeout=timeout, refusing=refusing, interval=policy.REG_INTERVAL, long=policy.LONG,
                         early=policy.EARLY, slack=policy.SLACK)]
    lines += [f"**{len(results)} cells, {len(red)} red**, {seconds / 60:.1f} minutes with {jobs} at a time.", ""]
    if red:
        lines += ["Red:", ""]
        lines += [f"- `{result.cell}`: " + "; ".join(result.complaints[:3]) for result in red] + [""]
    for operation in policy.OPERATIONS:
        found = list(rows(operation, by_cell))
        if found:
            lines += [f"## {operation}", "", *table([["fault", "Record-Route", "wanted: moved · reached · done · next", "UDP",
                                                      "TCP", "TLS"], ["---"] * 6, *found]), ""]
    lines += ["## Cells without a meaning", "", *table([["operation", "fault", "why there is no such cell"], ["---"] * 3])]
    reasons = {}
    for operation in policy.OPERATIONS:
        for fault in policy.FAULTS:
            reason = policy.without_meaning(operation, fault)
            if reason is not None:
                reasons.setdefault((fault, reason), []).append(operation)
    lines += table([[", ".join(operations), fault, reason] for (fault, reason), operations in reasons.items()])
    without = [operation for operation in policy.OPERATIONS if policy.routes_for(operation) == ("none",)]
    lines += table([[", ".join(without), "all, with Record-Route “address” or “name”", policy.NO_ROUTE]])
    teeth = teeth_of(path)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]) + ("\n" + teeth if teeth else ""))


def write_teeth(path, broken, seconds):
    """broken: the rules, after their runs."""
    lines = ["## Teeth", "",
             f"Made by `./dev test-ha --break all` ({seconds / 60:.1f} minutes). Each rule is broken in a copy of the sources, and the cells over UDP and TCP that carry no or an "
             "address's Record-Route are run with it: those that rest on the rule have to turn red, and no other.", "",
             *table([["rule that is broken", "cells", "wanted red", "red", "verdict"], ["---", "---:", "---:", "---:", "---"]])]
    for rule in broken:
        verdict = "as wanted" if not rule.missed and not rule.surplus else "; ".join(
            [*(f"{cell} stayed green" for cell in rule.missed[:5]), *(f"{cell} turned red" for cell in rule.surplus[:5])])
        lines += table([[rule.what, str(rule.ran), str(rule.wanted), str(rule.reds), verdict]])
    text = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"\n?^## Teeth\n.*", "", file.read(), flags=re.M | re.S)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n" + "\n".join([*lines, ""]))
