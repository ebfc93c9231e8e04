"""What a picture proves: facts in, marks out. A mark says what a person should look at; it accuses nobody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from models.spot import Spot


class Check(StrEnum):
    NEW = "new"  # never used in this district
    TIME = "time"  # taken after the dispatch
    PLACE = "place"  # taken where the ticket is
    OWN = "own"  # not passed on from somewhere
    SPEED = "speed"  # of a report: nobody is in two places at once
    SCENE = "scene"  # before and after look like one place: advice alone


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNKNOWN = "unknown"


SWITCHED_ON = frozenset({Check.NEW, Check.TIME, Check.PLACE, Check.OWN, Check.SPEED, Check.SCENE})
"""A check that finds too much where nothing is leaves this list."""
HOLDS = frozenset({Check.NEW, Check.TIME, Check.PLACE, Check.OWN})
"""What keeps a ticket from closing by itself when it fails, on what is to prove that something is mended."""

CLOCK_SLACK = timedelta(minutes=10)
"""So far a camera's clock may be wrong."""
SURE_M, ON_THE_WAY_M, WORDS_M = 300, 500, 1000
"""How far a picture may be from a place that somebody stood at; that he rode past about then; that words named."""
DATUM_M = 600
"""A camera that writes GCJ-02 is up to 560 m off (field.md f): only what is farther than this, too, is elsewhere."""
NEAR_TO: Mapping[str, int] = {
    "location": SURE_M, "exif": SURE_M, "live": ON_THE_WAY_M, "near": ON_THE_WAY_M, "text": WORDS_M,
}  # fmt: skip
SAME_PLACE = 0.5
FASTEST_KMH = 120
FAR_APART_M = 2000
"""Nearer than that two places say nothing of speed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """reason: `proof.CHECK_REASON` of the catalogues. values: what its sentence tells: ids, rounded metres, minutes, a
    moment as text; never a position, never a name."""

    check: Check
    verdict: Verdict
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_failed(self) -> bool:
        return self.verdict == Verdict.FAIL

    @property
    def holds(self) -> bool:
        return self.is_failed and self.check in HOLDS

    def as_data(self) -> dict[str, Any]:
        return {"check": self.check.value, "verdict": self.verdict.value, "reason": self.reason, **self.values}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        rest = {name: value for name, value in data.items() if name not in ("check", "verdict", "reason")}
        return cls(Check(data["check"]), Verdict(data["verdict"]), data["reason"], rest)


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture, as far as it matters whose it is. ticket: None: it never came to one; incident: the ticket that one
    became part of, else itself. photo: its row. is_same: the same to the byte, and not only of the same looks."""

    ticket: int | None
    incident: int | None
    role: str
    round: int = 1
    department: int | None = None
    person: int | None = None
    photo: int | None = None
    is_same: bool = True

    @property
    def told(self) -> dict[str, Any]:
        """What a mark tells of it, to be compared with."""
        alike = {} if self.is_same else {"alike": True}
        return alike if self.photo is None else {**alike, "photo": self.photo}


def proof_is_new(proof: Shown, same: Iterable[Shown], *, is_seen: bool = True) -> Mark:
    """Of what is to prove that something is mended. same: pictures that are or look the same, used before it, the
    oldest first. is_seen: it could be opened and looked at."""
    for other in same:
        if other.ticket is None:
            if other.person != proof.person:
                return _fail(Check.NEW, "seen", **({} if other.is_same else {"alike": True}))
        elif other.incident != proof.incident:
            return _fail(Check.NEW, "used", ticket=other.ticket, **other.told)
        elif other.role == "before":
            return _fail(Check.NEW, "reported", **other.told)
        elif other.round != proof.round:
            return _fail(Check.NEW, "round", round=other.round, **other.told)
        elif other.department != proof.department:
            return _fail(Check.NEW, "part", **other.told)
    return _pass(Check.NEW, "fresh") if is_seen else _unknown(Check.NEW, "unseen")


def report_is_new(report: Shown, same: Iterable[Shown], *, is_seen: bool = True) -> Mark:
    """Of what was reported: others may send the picture of the same incident, and whoever sent one and never reported
    with it may do so now."""
    for other in same:
        if other.ticket is not None and other.incident != report.incident:
            return _fail(Check.NEW, "used", ticket=other.ticket, **other.told)
    return _pass(Check.NEW, "fresh") if is_seen else _unknown(Check.NEW, "unseen")


def is_timely(taken_at: datetime | None, begun_at: datetime | None, sent_at: datetime) -> Mark:
    """taken_at: by the camera's clock. begun_at: when this round was given to its department. sent_at: by ours."""
    if taken_at is None:
        return _unknown(Check.TIME, "untold")
    if taken_at > sent_at + CLOCK_SLACK:
        return _unknown(Check.TIME, "ahead", at=taken_at.isoformat())
    if begun_at is None:
        return _unknown(Check.TIME, "unbegun")
    if taken_at < begun_at - CLOCK_SLACK:
        return _fail(Check.TIME, "before", at=taken_at.isoformat())
    return _pass(Check.TIME, "after", at=taken_at.isoformat())


def is_there(metres: float | None, spot: Spot, accuracy: float | None = None, *, is_own: bool = False) -> Mark:
    """metres: from where the picture was taken (`accuracy`, metres) to `spot`, where the ticket is; None: the picture
    tells of no place. is_own: who sent the picture said himself where the ticket is, so that it proves nothing."""
    if metres is None:
        return _unknown(Check.PLACE, "untold")
    if not spot.has_point or spot.source not in NEAR_TO:
        return _unknown(Check.PLACE, "nowhere")
    if is_own:
        return _unknown(Check.PLACE, "own")
    near = NEAR_TO[spot.source] + (spot.accuracy or 0) + (accuracy or 0)
    if metres <= near:
        return _pass(Check.PLACE, "near", metres=about(metres))
    if metres <= near + DATUM_M:
        return _unknown(Check.PLACE, "beside", metres=about(metres))
    return _fail(Check.PLACE, "far", metres=about(metres))


def is_own(*, forwarded: bool) -> Mark:
    return _fail(Check.OWN, "forwarded") if forwarded else _pass(Check.OWN, "taken")


def is_same_place(likely: float) -> Mark:
    """likely: 0 to 1, from SAME_PLACE on they look like one. Another view of it may look like none: nothing fails."""
    return _pass(Check.SCENE, "same") if likely >= SAME_PLACE else _unknown(Check.SCENE, "unlike")


def is_possible(metres: float, between: timedelta, slack: float = 0) -> Mark:
    """Whether one person can have been in both places. slack: metres by which the two points may be wrong."""
    far, seconds = metres - slack, abs(between.total_seconds())
    values = {"metres": about(metres), "minutes": round(seconds / 60)}
    if far > FAR_APART_M and far / 1000 > FASTEST_KMH * seconds / 3600:
        return _fail(Check.SPEED, "too_fast", **values)
    return _pass(Check.SPEED, "possible", **values)


def about(metres: float) -> int:
    """To 50 m, and to 500 m where it is far: enough to judge by, too little to find anybody's door by."""
    step = 50 if metres < 2000 else 500
    return round(metres / step) * step


def worst(pictures: Iterable[Sequence[Mark]]) -> list[Mark]:
    """Of several pictures one mark a check: whoever has seen the worst of them has seen all."""
    found: dict[Check, Mark] = {}
    order = (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)
    for marks in pictures:
        for mark in marks:
            known = found.get(mark.check)
            if known is None or order.index(mark.verdict) > order.index(known.verdict):
                found[mark.check] = mark
    return [found[check] for check in Check if check in found]


def _pass(check: Check, reason: str, **values: Any) -> Mark:
    return Mark(check, Verdict.PASS, reason, values)


def _fail(check: Check, reason: str, **values: Any) -> Mark:
    return Mark(check, Verdict.FAIL, reason, values)


def _unknown(check: Check, reason: str, **values: Any) -> Mark:
    return Mark(check, Verdict.UNKNOWN, reason, values)
