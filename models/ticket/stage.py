"""The stages of a ticket, and the one table of what leads from where to where."""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    PENDING = "pending"  # 待受理
    FILED = "filed"  # 已立案
    DISPATCHED = "dispatched"  # 已派遣
    WORKING = "working"  # 处置中
    RESOLVED = "resolved"  # 待核查
    CLOSED = "closed"  # 已结案
    RETURNED = "returned"  # 已退回
    SUSPENDED = "suspended"  # 已挂起
    DECLINED = "declined"  # 不予立案
    WITHDRAWN = "withdrawn"  # 已撤回
    MERGED = "merged"  # 已合并


BEFORE_WORK = frozenset({Stage.PENDING, Stage.FILED, Stage.DISPATCHED, Stage.RETURNED})
OPEN = BEFORE_WORK | {Stage.WORKING, Stage.SUSPENDED, Stage.RESOLVED}
"""Somebody still has to act. What is done with is kept apart by how it ended: see field.md i, 11."""

WITH_DEPARTMENT = frozenset({Stage.DISPATCHED, Stage.WORKING, Stage.SUSPENDED})
WITH_LEADER = frozenset({Stage.PENDING, Stage.FILED, Stage.RETURNED})
IN_HAND = frozenset({Stage.DISPATCHED, Stage.WORKING})
"""A department has it, and its clock runs."""
CLOCK_RUNS = IN_HAND | {Stage.RETURNED}
"""It does not stop because a department handed it back (field.md b)."""


class Border(StrEnum):
    """How it stands with a ticket near a border."""

    OPEN = "open"  # nobody said whose it is
    HALF = "half"  # one side said that it is not his
    TAKEN = "taken"
    UNOWNED = "unowned"  # both said that it is not theirs
    CONTESTED = "contested"  # the other side wants it too


UNSETTLED = frozenset({Border.OPEN, Border.HALF})
DISPUTED = frozenset({Border.UNOWNED, Border.CONTESTED})


def _all(stages: frozenset[Stage], to: Stage) -> Mapping[Stage, Stage]:
    return dict.fromkeys(stages, to)


LIFECYCLE: Mapping[str, Mapping[Stage, Stage]] = {
    "file": {Stage.PENDING: Stage.FILED},
    "decline": _all(BEFORE_WORK, Stage.DECLINED),
    "merge": _all(BEFORE_WORK, Stage.MERGED),
    "withdraw": _all(BEFORE_WORK, Stage.WITHDRAWN),
    "dispatch": _all(BEFORE_WORK - {Stage.PENDING} | {Stage.WORKING}, Stage.DISPATCHED),
    "accept": {Stage.DISPATCHED: Stage.WORKING},
    "return": _all(frozenset({Stage.DISPATCHED, Stage.WORKING}), Stage.RETURNED),
    "suspend": {Stage.WORKING: Stage.SUSPENDED},
    "resume": {Stage.SUSPENDED: Stage.WORKING},
    "resolve": {Stage.WORKING: Stage.RESOLVED},
    "unprove": {Stage.RESOLVED: Stage.WORKING},
    "confirm": {Stage.RESOLVED: Stage.CLOSED},
    "verify": {Stage.RESOLVED: Stage.CLOSED},
    "lapse": {Stage.RESOLVED: Stage.CLOSED},
    "settle": {Stage.PENDING: Stage.CLOSED},
    "reopen": _all(frozenset({Stage.RESOLVED, Stage.CLOSED}), Stage.DISPATCHED),
    "unsolved": _all(frozenset({Stage.RESOLVED, Stage.CLOSED}), Stage.DISPATCHED),
}
"""verb -> {stage it is allowed in: stage it leads to}. field.md b;
after a rework the department accepts anew (contract 7). lapse: nobody answered; settle: dealt with on the spot;
unprove: the picture that was to prove it cannot be opened."""

PAST: Mapping[str, str] = {
    "file": "filed",
    "decline": "declined",
    "merge": "merged",
    "withdraw": "withdrawn",
    "dispatch": "dispatched",
    "accept": "accepted",
    "return": "returned",
    "suspend": "suspended",
    "resume": "resumed",
    "resolve": "resolved",
    "unprove": "unproven",
    "confirm": "confirmed",
    "verify": "verified",
    "lapse": "lapsed",
    "settle": "settled",
    "reopen": "reopened",
    "unsolved": "unsolved",
}
"""verb -> kind of the event it leaves."""
