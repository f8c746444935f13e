# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to happen, computed from the rules of high availability as they are written in
docs/ha-matrix.md's head, and from nothing in src/. A figure is a span of seconds (lowest, highest)
from the moment the operation first went to the member with the fault; None: must not happen.
"""
import dataclasses

OPERATIONS = ("register", "refresh", "subscribe", "invite", "re-invite", "answer", "bye", "cancel", "info")
FAULTS = ("silent", "refusing", "503", "503 pause", "answers lost", "method dropped", "slow below", "slow above",
          "dies after 100", "dies after 180", "dies before 200", "dies before ACK", "flapping", "all dead", "one back",
          "strict pool", "new addresses")
TRANSPORTS = ("udp", "tcp", "tls")
ROUTES = ("address", "name", "none")
METHOD = {"register": "REGISTER", "refresh": "REGISTER", "subscribe": "SUBSCRIBE", "invite": "INVITE",
          "re-invite": "INVITE", "answer": "200 INVITE", "bye": "BYE", "cancel": "CANCEL", "info": "INFO"}

PERIODIC = ("register", "refresh", "subscribe")  # repeated until they succeed
TWICE = ("invite", "re-invite", "info")  # once more, and that is all
CYCLE = ("answer", "bye", "cancel")  # all candidates in turn, 32 s
INVITES = ("invite", "re-invite")
LONG = 32.0
REG_INTERVAL = 2.0

# How exact: what a timer may be early, and what it, the machine and this program may be late.
EARLY, SLACK = 0.10, 0.20
# A command's way to the phone, where its effect at the dead member cannot be seen.
COMMAND = 0.10
RING, ANSWER = 0.02, 0.15


def far_end(fault, timeout):
    """After how many seconds the called far end rings, and answers after that (None: never)."""
    if fault in ("answers lost", "dies after 100"):
        return RING, 3 * timeout  # rings long enough for a ghost to be seen
    if fault == "slow above":
        return 0.0, 0.0  # the answer to the first attempt is on its way when the second one is sent
    return RING, None if fault == "dies after 180" else ANSWER


@dataclasses.dataclass
class Expected:
    moved: tuple = None  # first copy to another member
    reached: tuple = None  # first copy that the registrar or the far end got
    done: tuple = None  # the phone has the answer
    attempts: tuple = None  # how many different ones: (lowest, highest)
    shunned: bool = None  # the next operation stays away from the member; None: either
    last: tuple = None  # the last copy of all


def around(seconds, more=0.0):
    return (max(0.0, seconds - EARLY), seconds + SLACK + more)


# Cells without a meaning: (operations, faults, reason). The first that fits counts.
WITHOUT_MEANING = [
    (("answer",), ("503", "503 pause"), "a 200 is a response: nobody answers it with 503"),
    (("register", "refresh", "subscribe", "bye", "cancel", "info"), ("dies after 100", "dies after 180"),
     "only an INVITE has provisional answers"),
    (("re-invite",), ("dies after 180",), "a re-INVITE does not ring"),
    (("answer",), ("dies after 100", "dies after 180", "dies before 200"),
     "the phone's own 100, 180 and 200: the member is then dead while the phone answers, as in “silent”"),
    (("register", "refresh", "subscribe", "bye", "cancel", "info"), ("dies before ACK",),
     "only an INVITE has an ACK"),
]
EXTRA = {("answer", "strict pool"), ("refresh", "new addresses")}
NOT_EXTRA = {"strict pool": "only the answer goes back over a member that did not bring the request",
             "new addresses": "every operation uses the same look-up: the refresh stands for all"}


def without_meaning(operation, fault):
    """The reason why the combination has none, or None."""
    if (operation, fault) in EXTRA:
        return None
    if fault in NOT_EXTRA:
        return NOT_EXTRA[fault]
    for operations, faults, reason in WITHOUT_MEANING:
        if operation in operations and fault in faults:
            return reason
    return None


def routes_for(operation):
    """Record-Route has a meaning where a request follows it: within a dialog, and for the ACK."""
    return ROUTES if operation in ("invite", "re-invite", "answer", "bye", "info") else ("none",)


NO_ROUTE = "no request of this operation follows a Record-Route: “none” stands for all"


def forwards(operation, fault):
    """Whether the member passes the request on, although its answer does not come."""
    return fault in ("answers lost", "slow below", "slow above", "dies after 100", "dies after 180", "dies before 200",
                     "dies before ACK")


def expected(operation, fault, transport, timeout):
    """timeout: the transaction timeout in s."""
    takes = sum(part or 0.0 for part in far_end(fault, timeout)) if operation == "invite" else 0.0
    if fault == "slow below":
        delay = slow_below(timeout)
        return Expected(moved=None, reached=around(0), done=around(delay + takes), attempts=(1, 1))
    if fault == "dies after 180":
        return Expected(moved=None, reached=around(0), done=None, attempts=(1, 1))
    if fault == "dies before 200" and operation == "invite":
        return Expected(moved=None, reached=around(0), done=None, attempts=(1, 1))
    if fault == "dies before ACK" and operation != "answer":
        return Expected(moved=None, reached=around(0), done=around(takes), attempts=(1, 1))
    if fault in ("all dead", "one back"):
        return expected_all_dead(operation, fault, transport, timeout)
    if fault == "strict pool":
        return Expected(moved=around(timeout), reached=None, done=None, last=(LONG - timeout - SLACK, LONG + SLACK))
    if fault == "new addresses":
        return Expected(moved=None, reached=None, done=None)
    moved = around(timeout)
    if fault in ("503", "503 pause"):
        moved = around(0)
    elif fault == "refusing" and operation in ("refresh", "subscribe") and transport == "udp":
        # Counted from the fault, for the copy that is refused cannot be seen; silence would take longer.
        due = refresh_span(lifetime(fault, transport))
        moved = (due[0] - EARLY, due[1] + SLACK)
    elif fault == "refusing":
        moved = (0.0, COMMAND + SLACK)
    elif fault == "dies after 100":
        # Silence after a 100 is no failure by itself: a probe, unanswered for another timeout, has to find it.
        moved = (timeout - EARLY, 2 * timeout + SLACK)
    reached = around(0) if forwards(operation, fault) else moved
    done = (moved[0] + takes, moved[1] + takes + SLACK)
    attempts = (2, 2)
    if fault == "refusing":
        attempts = (1, 2)
    return Expected(moved, reached, done, attempts, shunned(operation, fault))


def shunned(operation, fault):
    if fault == "503":
        # Passed over for this operation only. Calls stay where the last one went well, and a
        # subscription where it was made.
        return None if operation in (*INVITES, "subscribe") else False
    if fault == "503 pause":
        return True
    if fault in ("method dropped", "slow above"):
        # The member answers the probe. An INVITE without even a 100 needs none.
        return True if operation in INVITES else None if operation == "subscribe" else False
    return True


def lifetime(fault, transport):
    """Seconds that the registrar grants in the cells of the periodic operations."""
    return 4.0 if fault == "refusing" and transport == "udp" else 2.0


def refresh_span(seconds):
    """When a refresh is due: after 0.8 of the lifetime, +-10 %."""
    return 0.72 * seconds, 0.88 * seconds


def slow_below(timeout):
    return 0.6 * timeout


def slow_above(timeout):
    return 1.75 * timeout


BACK_AFTER = {"periodic": 0.5, "cycle": 2.0}


def expected_all_dead(operation, fault, transport, timeout):
    moved = around(timeout)
    back = fault == "one back"
    if operation in PERIODIC:
        # The one immediate move, then the back-off: 4 s cut to reg_interval while somebody is untried.
        third = (2 * timeout + REG_INTERVAL * 0.5 - EARLY, 2 * timeout + REG_INTERVAL * 1.5 + SLACK)
        if operation == "subscribe":
            # It moves together with the REGISTER, which may find a living member sooner.
            third = (timeout, third[1])
        return Expected(moved, third if back else None, third if back else None, (3, 3) if back else (3, 4))
    if operation in TWICE:
        return Expected(moved, None, None, (2, 2))
    if back:
        woken = BACK_AFTER["cycle"]
        turn = (woken - EARLY, woken + 3 * timeout + SLACK)
        return Expected(moved, turn, (turn[0], turn[1] + SLACK))
    # On TLS only the copies to the one member that shook hands before can be seen: one in three.
    unseen = 3 * timeout if transport == "tls" else 0.0
    return Expected(moved, None, None, last=(LONG - timeout - SLACK - unseen, LONG + SLACK))
