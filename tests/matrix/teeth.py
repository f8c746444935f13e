# SPDX-License-Identifier: GPL-3.0-or-later
"""The teeth of the fault matrix: each rule of high availability is broken on purpose, in a copy of the
sources, and the cells that rest on it have to turn red, and no other. The program that is shipped
knows nothing of this.

A rule's change is a piece of text that must be found exactly once; when the source has moved on, the
change has to follow. red: what a cell does then: True red, False green, None either.
"""
import dataclasses
import os
import shutil
import subprocess
import sys

import policy
from policy import CYCLE, TWICE

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COPIED = ("src", "data", "po", "bench", "build-aux", "meson.build", "meson_options.txt")
TIMEOUT = 0.4


@dataclasses.dataclass
class Rule:
    name: str
    what: str
    file: str
    old: str
    new: str
    red: object  # cell -> True, False or None
    ran: int = 0
    wanted: int = 0
    reds: int = 0
    missed: list = dataclasses.field(default_factory=list)
    surplus: list = dataclasses.field(default_factory=list)


def wanted(cell):
    return policy.expected(cell.operation, cell.fault, cell.transport, TIMEOUT)


def moves(cell):
    """Whether the cell needs a second attempt: not where the member is known to be dead already."""
    if cell.fault == "refusing" and cell.transport != "udp" and cell.operation != "register":
        return False
    return wanted(cell).moved is not None


def hangs_up_elsewhere(cell):
    """The BYE at the end of the cell is the first to find the member dead."""
    return cell.operation == "re-invite" and cell.fault == "dies before ACK"


def no_penalty(cell):
    if cell.fault in ("one back", "all dead"):
        return None  # whom the next operation finds is chance then
    if cell.fault == "503 pause":
        return False  # a bar is no penalty
    if ghosts(cell):
        return None  # who is asked to cancel it is chance too
    # A call and a subscription stay where they went well, and where a probe finds the member dead the
    # registration leaves it all the same.
    if cell.operation == "answer" and cell.fault == "refusing" and cell.transport == "tcp":
        return True  # the broken connection has told before the answer is sent
    # At a closed port nobody is seen to return.
    return cell.operation in ("register", "refresh") and cell.fault != "refusing" and wanted(cell).shunned is True


def one_proxy(cell):
    if cell.fault in ("one back", "all dead"):
        return True
    if cell.fault == "dies before ACK" and cell.operation == "invite":
        return None  # the far end's BYE may come before the phone has noticed
    if cell.fault == "dies after 180" or cell.fault == "dies before 200" and cell.operation == "invite":
        return True  # the CANCEL finds nobody else
    return wanted(cell).moved is not None or hangs_up_elsewhere(cell) or cell.fault == "dies before ACK"


def no_discrimination(cell):
    """Silence alone earns the penalty."""
    if cell.fault == "one back" and cell.operation in TWICE:
        return None  # it waits for the probes
    return cell.fault in ("method dropped", "slow above") and comes_back(cell)


def comes_back(cell):
    """The next operation may go to the member again, and is seen to: a BYE stays with its call."""
    return wanted(cell).shunned is False and cell.operation in ("register", "refresh", "bye", "cancel")


def without_cancels(cell):
    """Who is back is learnt from the answers to CANCEL."""
    return None if cell.operation == "invite" and cell.fault == "one back" else False


def route_matters(cell):
    if cell.route != "address":
        return False
    if cell.fault in ("one back", "all dead") and cell.operation != "bye":
        return None  # the call may be taken up again where it was
    return (cell.operation in ("re-invite", "bye", "info", "answer") and (moves(cell) or cell.fault == "refusing")
            or hangs_up_elsewhere(cell) or cell.operation == "invite" and cell.fault == "slow above")


def broken_while_ringing(cell):
    """The connection that the INVITE went by is reset before the hang-up: its second attempt may be seen, or
    the CANCEL may be sooner."""
    return cell.operation == "cancel" and cell.fault == "refusing" and cell.transport != "udp"


def ghosts(cell):
    if broken_while_ringing(cell):
        return None
    return cell.operation == "invite" and cell.fault in ("answers lost", "dies after 100", "slow above")


RULES = [
    Rule("penalty", "a failure earns no penalty", "src/ha/health-table.c",
         "  if (entry == NULL || !entry->ever_failed || entry->forgiven)\n    return 0;",
         "  if (entry == NULL || now > 0)\n    return 0;", no_penalty),
    Rule("invite-retry", "an INVITE is not sent again", "src/ha/policy.c",
         '    .name = "INVITE",\n    .repeat = TANDEM_REPEAT_COUNT,\n    .max_attempts = 2,',
         '    .name = "INVITE",\n    .repeat = TANDEM_REPEAT_COUNT,\n    .max_attempts = 1,',
         lambda cell: None if broken_while_ringing(cell) else cell.operation == "invite" and moves(cell)),
    Rule("reinvite-retry", "a re-INVITE is not sent again", "src/ha/policy.c",
         '    .name = "re-INVITE",\n    .repeat = TANDEM_REPEAT_COUNT,\n    .max_attempts = 2,',
         '    .name = "re-INVITE",\n    .repeat = TANDEM_REPEAT_COUNT,\n    .max_attempts = 1,',
         lambda cell: cell.operation == "re-invite" and moves(cell)),
    Rule("info-retry", "INFO is not sent again", "src/ha/policy.c",
         ".name = kind_name, .repeat = TANDEM_REPEAT_COUNT, .max_attempts = 2,",
         ".name = kind_name, .repeat = TANDEM_REPEAT_COUNT, .max_attempts = 1,",
         lambda cell: cell.operation == "info" and moves(cell)),
    Rule("ghost", "the first INVITE is left to itself", "src/sip/outgoing.c",
         "    tandem_sip_ghost (self->account, previous, TANDEM_GHOST_ABANDONED, NULL, NULL);",
         "    return;", ghosts),
    Rule("one-proxy", "only the first candidate is ever used", "src/ha/operation.c",
         "    g_array_append_vals (self->candidates, candidates, n);",
         "    g_array_append_vals (self->candidates, candidates, 1);", one_proxy),
    Rule("dns", "the name is looked up once and never again", "src/sip/resolver.c",
         "      && (force || g_get_monotonic_time () >= entry->expires))",
         "      && force)", lambda cell: cell.fault == "new addresses"),
    Rule("answer", "the 200 OK is not sent over others", "src/sip/answer.c",
         '    handle (self, tandem_operation_silent (self->operation, tandem_engine_now ()), "no ACK");',
         "    return;", lambda cell: cell.operation == "answer" and moves(cell) and cell.fault != "refusing"),
    Rule("bye", "BYE is sent once only", "src/ha/policy.c", 'ALL_IN_TURN ("BYE")',
         '{ .name = "BYE", .repeat = TANDEM_REPEAT_COUNT, .max_attempts = 1 }',
         lambda cell: cell.operation == "bye" and moves(cell) or hangs_up_elsewhere(cell)),
    Rule("cancel", "CANCEL is sent once only", "src/ha/policy.c", 'ALL_IN_TURN ("CANCEL")',
         '{ .name = "CANCEL", .repeat = TANDEM_REPEAT_COUNT, .max_attempts = 1 }',
         lambda cell: cell.operation == "cancel" and moves(cell)
         or cell.operation == "invite" and cell.fault in ("dies after 180", "dies before 200") or without_cancels(cell)),
    Rule("discrimination", "silence of any request earns the penalty, without a probe", "src/ha/operation.c",
         "  gboolean death = self->policy->silence_is_death && !self->heard;",
         "  gboolean death = TRUE;", no_discrimination),
    Rule("503", "a 503 earns the penalty", "src/ha/operation.c",
         "  remember (self->passed, &self->current);\n  return next (self, CAUSE_REFUSED",
         '  remember (self->passed, &self->current);\n  tandem_health_table_failed (self->health, &self->current, "503", now);\n'
         "  return next (self, CAUSE_REFUSED",
         lambda cell: cell.fault == "503" and comes_back(cell) or without_cancels(cell)),
    Rule("retry-after", "Retry-After is not obeyed", "src/ha/operation.c",
         "  if (retry_after > 0)\n    tandem_health_table_bar (self->health, &self->current, retry_after, now);\n", "",
         lambda cell: cell.fault == "503 pause" and cell.operation in ("register", "refresh", "bye", "cancel")),
    Rule("half-way", "a proxy that said 100 is never doubted", "src/sip/outgoing.c",
         "  if (at == NULL || self->progress)\n    return;", "  if (at != NULL)\n    return;",
         lambda cell: cell.operation == "invite" and cell.fault == "dies after 100"),
    Rule("route", "a top Route with a fellow's address is left as it is", "src/sip/hop.c",
         "  if (is_member (host, pool, n_pool) || same_address (host, to->address))\n    return redirect",
         "  if (same_address (host, to->address))\n    return redirect",
         route_matters),
    Rule("icmp", "an ICMP error is not listened to", "src/sip/hearing.c",
         "  tandem_errands_refused (self, candidate, reason);\n  tandem_sip_calls_refused (self, candidate, reason);\n", "",
         lambda cell: cell.fault == "refusing" and cell.transport == "udp"),
    Rule("identity", "the second INVITE has the Call-ID and the tag of the first", "src/sip/outgoing.c",
         "      g_free (self->sip_call_id);\n      g_free (self->tag);\n      self->sip_call_id = tandem_sip_token ();\n"
         "      self->tag = tandem_sip_token ();",
         "      if (self->sip_call_id == NULL)\n        {\n          self->sip_call_id = tandem_sip_token ();\n"
         "          self->tag = tandem_sip_token ();\n        }",
         lambda cell: None if cell.fault == "refusing" else cell.operation == "invite" and moves(cell)),
]


class Copy:
    """A copy of the sources, built apart; each change is undone before the next one."""

    def __init__(self, folder):
        self.sources, self.build = f"{folder}/sources", f"{folder}/build"
        os.makedirs(self.sources)
        for name in COPIED:
            source = os.path.join(ROOT, name)
            if os.path.isdir(source):
                shutil.copytree(source, os.path.join(self.sources, name), symlinks=True)
            else:
                shutil.copy2(source, self.sources)
        self.command("meson", "setup", self.build, self.sources, "-Dapp=false", "-Dtests=false")

    @staticmethod
    def command(*arguments):
        result = subprocess.run(arguments, capture_output=True, text=True, check=False)
        if result.returncode:
            sys.exit(f"{' '.join(arguments)}:\n{(result.stdout + result.stderr)[-3000:]}")

    def make(self, rule):
        """The phone with that rule broken; None: as it is."""
        path = before = None
        if rule is not None:
            path = os.path.join(self.sources, rule.file)
            with open(path, encoding="utf-8") as file:
                before = file.read()
            if before.count(rule.old) != 1:
                sys.exit(f"--break {rule.name}: {rule.file} has this {before.count(rule.old)} times, not once:\n{rule.old}")
            with open(path, "w", encoding="utf-8") as file:
                file.write(before.replace(rule.old, rule.new))
        try:
            self.command("ninja", "-C", self.build, "src/headless/tandem-headless", "data/gschemas.compiled")
        finally:
            if before is not None:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(before)
        return f"{self.build}/src/headless/tandem-headless"


def selection(cells):
    """Enough of the matrix to see that nothing else turns red; without what takes 32 s."""
    return [cell for cell in cells
            if cell.transport in ("udp", "tcp")
            and cell.route == ("address" if len(policy.routes_for(cell.operation)) > 1 else "none")
            and cell.fault != "strict pool" and (cell.fault != "all dead" or cell.operation not in CYCLE)]


def compare(rule, results):
    rule.ran = len(results)
    for result in results:
        expected = rule.red(result.cell)
        rule.wanted += expected is True
        rule.reds += not result.ok
        if expected is True and result.ok:
            rule.missed.append(str(result.cell))
        if expected is False and not result.ok:
            rule.surplus.append(f"{result.cell} ({result.complaints[0]})")
