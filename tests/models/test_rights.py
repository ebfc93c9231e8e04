"""Who may do what, and when: every verb, every role, every stage, against a table written by hand from the contract."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from models.category import Category
from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.person import Person, Role, RoleKind
from models.photo import Photo
from models.refusal import Refusal
from models.rights import RIGHTS
from models.spot import Spot
from models.task import Part, Task
from models.ticket import Stage, Ticket
from models.ticket.stage import IN_HAND, OPEN

TABLE = Path(__file__).parents[1] / "data" / "rights.csv"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
HOURS = OfficeHours.read("Asia/Shanghai", ["08:00-12:00", "14:00-18:00"], [1, 2, 3, 4, 5])
HOLE = Category(
    code="E0505", deadline_value="2", deadline_unit="urgent_hour", other_deadlines=["修复5工作日"], is_urgent=True
)
LIMITS = HOLE.limits()
TREE = Category(code="E0601", deadline_value="1", deadline_unit="work_day", other_deadlines=[], is_urgent=False)
GRID = Grid(id=3, path="/1/2/3/", code="g")
ROADS, DRAINS, POLICE, GAS = (Department(id=n, key=key, name=key) for n, key in enumerate(("d", "j", "p", "g"), 1))
PHOTO = Photo(ref="a", key="b", channel="telegram")


def person(number: int, **role: Any) -> Person:
    return Person(id=number, addresses=[], roles=[Role(person_id=number, granted_at=NOON, **role)] if role else [])


def officer(number: int, of: Department) -> Person:
    return person(number, kind=RoleKind.DEPARTMENT, department_id=of.id)


LIN, OFFICER, JOINT = person(2), officer(7, ROADS), officer(8, DRAINS)
QIAO = person(4, kind=RoleKind.LEADER, grid_id=3)
PEOPLE = {
    "stranger": person(1),
    "reporter": LIN,
    "witness": person(3),
    "leader": QIAO,
    "upper_leader": person(5, kind=RoleKind.LEADER, grid_id=1),
    "other_leader": person(6, kind=RoleKind.LEADER, grid_id=9),
    "officer": OFFICER,
    "joint_officer": JOINT,
    "other_officer": officer(9, POLICE),
    "inspector": person(10, kind=RoleKind.INSPECTOR),
    "admin": person(11, kind=RoleKind.ADMIN),
    "banned": Person(id=2, addresses=[], roles=[], banned_at=NOON),
}


def report(number: int = 1, category: Category = HOLE) -> Ticket:
    made = Ticket.report(
        number=f"LH261120{number:04}", case_code=f"61019920261120{number:05}", category=category, grid=GRID,
        text="路面塌陷", spot=Spot("grid"), by=LIN, at=NOON,
    )  # fmt: skip
    made.id = number
    return made


def _dispatch(it: Ticket) -> None:
    it.dispatch(ROADS, by=None, at=NOON, grid=GRID, limits=LIMITS, hours=HOURS, rule="routes:1")


def _work(it: Ticket) -> None:
    _dispatch(it)
    it.accept(by=OFFICER, at=NOON)


def _suspend(it: Ticket) -> None:
    _work(it)
    it.ask_suspension(NOON + timedelta(days=9), "等配件", by=OFFICER, at=NOON)
    it.grant(by=QIAO, at=NOON, grid=GRID, hours=HOURS)


def _resolve(it: Ticket) -> None:
    _work(it)
    it.resolve([PHOTO], by=OFFICER, at=NOON)


def _close(it: Ticket) -> None:
    _resolve(it)
    it.verify(by=QIAO, at=NOON, grid=GRID)


def _return(it: Ticket) -> None:
    _dispatch(it)
    it.hand_back("不归我们", by=OFFICER, at=NOON)


TO: Mapping[Stage, Callable[[Ticket], None]] = {
    Stage.PENDING: lambda it: None,
    Stage.FILED: lambda it: it.file(by=None, at=NOON),
    Stage.DISPATCHED: _dispatch,
    Stage.WORKING: _work,
    Stage.SUSPENDED: _suspend,
    Stage.RESOLVED: _resolve,
    Stage.CLOSED: _close,
    Stage.RETURNED: _return,
    Stage.DECLINED: lambda it: it.decline("重复", by=QIAO, at=NOON, grid=GRID),
    Stage.WITHDRAWN: lambda it: it.withdraw(by=LIN, at=NOON),
    Stage.MERGED: lambda it: it.merge(report(2), by=QIAO, at=NOON, grid=GRID),
}
"""How a ticket comes to each stage, by its own verbs."""


@dataclass
class Case:
    """A ticket in a stage, with all that the verbs ask for. tasks: D leads, J joins."""

    it: Ticket
    at: datetime
    tasks: list[Task] = field(default_factory=list)

    def task(self, of: Department) -> Task:
        return next((task for task in self.tasks if task.department_id == of.id), self._none(of))

    def _none(self, of: Department) -> Task:
        """What was never called cannot be pressed in a chat; the verb must hold all the same."""
        return Task(ticket_id=1, round=1, department_id=of.id, part=Part.JOINT, called_at=NOON, excused_at=NOON)


CALLED = ("report_in", "task_done", "excuse", "ask_off", "agree", "step", "lift")
EMERGENCY = ("step", "lift")


def case(verb: str, stage: Stage) -> Case:
    it = report()
    if verb not in CALLED or stage not in IN_HAND | {Stage.RETURNED}:
        TO[stage](it)
        if verb in ("grant", "refuse") and stage in IN_HAND:
            it.ask_extension(Decimal(1), "等配件", by=OFFICER, at=NOON)
        return Case(it, NOON + timedelta(days=1) if stage == Stage.CLOSED else LATER)
    _dispatch(it)
    tasks = it.whistle(
        [DRAINS], [], by=QIAO, at=NOON, grid=GRID, limits=LIMITS, hours=HOURS, report_in=timedelta(minutes=30),
        response="emergency" if verb in EMERGENCY else "whistle",
    )  # fmt: skip
    if stage == Stage.WORKING:
        it.stage, it.accepted_at = Stage.WORKING, NOON  # taken, and not there yet
    if stage == Stage.RETURNED:
        it.hand_back("不归我们", by=OFFICER, at=NOON)
    return Case(it, LATER, tasks)


def own(case: Case, by: Person) -> Task:
    mine = next((task for task in case.tasks if by.works_for(task.department_id)), None)
    return mine or case.task(ROADS)


VERBS: Mapping[str, Callable[[Case, Person], object]] = {
    "withdraw": lambda c, by: c.it.withdraw(by=by, at=c.at),
    "confirm": lambda c, by: c.it.confirm(by=by, at=c.at),
    "unsolved": lambda c, by: c.it.unsolved(by=by, at=c.at, limits=LIMITS, hours=HOURS, days=15),
    "rate": lambda c, by: c.it.rate(True, by=by, at=c.at),
    "join": lambda c, by: c.it.join(by=by, at=c.at),
    "dispatch": lambda c, by: c.it.dispatch(
        GAS, by=by, at=c.at, grid=GRID, limits=LIMITS, hours=HOURS, rule="leader", tasks=c.tasks
    ),
    "decline": lambda c, by: c.it.decline("不属实", by=by, at=c.at, grid=GRID),
    "merge": lambda c, by: c.it.merge(report(3), by=by, at=c.at, grid=GRID),
    "urge": lambda c, by: c.it.urge("", by=by, at=c.at, grid=GRID, period=timedelta(hours=2)),
    "verify": lambda c, by: c.it.verify(by=by, at=c.at, grid=GRID),
    "reopen": lambda c, by: c.it.reopen(
        "没修平", by=by, at=c.at, grid=GRID, limits=LIMITS, hours=HOURS, days=15
    ),
    "waive": lambda c, by: c.it.waive("拍不到", by=by, at=c.at, grid=GRID),
    "whistle": lambda c, by: c.it.whistle(
        [DRAINS, GAS], c.tasks, by=by, at=c.at, grid=GRID, limits=LIMITS, hours=HOURS, report_in=timedelta(minutes=30)
    ),
    "accept": lambda c, by: c.it.accept(by=by, at=c.at),
    "return": lambda c, by: c.it.hand_back("不归我们", by=by, at=c.at),
    "secure": lambda c, by: c.it.secure(by=by, at=c.at, hours=HOURS),
    "resolve": lambda c, by: c.it.resolve([PHOTO], by=by, at=c.at, tasks=c.tasks),
    "ask_extend": lambda c, by: c.it.ask_extension(Decimal(1), "等配件", by=by, at=c.at),
    "ask_suspend": lambda c, by: c.it.ask_suspension(c.at + timedelta(days=3), "等配件", by=by, at=c.at),
    "grant": lambda c, by: c.it.grant(by=by, at=c.at, grid=GRID, hours=HOURS),
    "refuse": lambda c, by: c.it.refuse("不行", by=by, at=c.at, grid=GRID),
    "report_in": lambda c, by: c.it.report_in(own(c, by), by=by, at=c.at),
    "task_done": lambda c, by: c.it.finish(own(c, by), c.tasks, [PHOTO], by=by, at=c.at),
    "excuse": lambda c, by: c.it.excuse(c.task(DRAINS), c.tasks, "来不了", by=by, at=c.at, grid=GRID),
    "ask_off": lambda c, by: c.it.ask_off(c.task(DRAINS), "不归我们", by=by, at=c.at),
    "agree": lambda c, by: c.it.agree(
        c.task(DRAINS), "挪站牌", c.at + timedelta(days=3), by=by, at=c.at, grid=GRID, hours=HOURS
    ),
    "step": lambda c, by: c.it.step("cordon", (), c.tasks, by=by, at=c.at, grid=GRID),
    "lift": lambda c, by: c.it.step("lift", ("cordon", "survey"), c.tasks, by=by, at=c.at, grid=GRID),
    "see_photos": lambda c, by: c.it.check_may_see_photos(by=by, grid=GRID),
    "see_original": lambda c, by: c.it.see_original(by=by, at=c.at, grid=GRID),
    "recategorise": lambda c, by: c.it.recategorise(
        TREE, by=by, at=c.at, grid=GRID, limits=TREE.limits(), hours=HOURS
    ),
}  # fmt: skip
LOOKS = {"see_original", "see_photos"}
"""They change nothing: that somebody looked is kept beside the ticket (models/trust.py)."""
ASKED_BY_THE_TURN = {"join": ("reporter", "witness")}
"""That one is on it already, the turn knows (handlers/opening.py); tests/handlers/test_sharing.py holds it."""


def rows() -> Iterator[tuple[str, str, dict[str, str]]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["verb"], row["role"], row


def state(case: Case) -> list[dict[str, Any]]:
    return [
        {column.key: getattr(one, column.key) for column in inspect(type(one)).column_attrs}
        for one in (case.it, *case.tasks)
    ]


def test_the_table_is_whole() -> None:
    seen = {(verb, role) for verb, role, _ in rows()}
    assert seen == {(verb, role) for verb in VERBS for role in PEOPLE}
    assert {verb for verb, _ in seen} - set(RIGHTS) == {"task_done"}  # finish, in the code


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_for_whom_and_when_the_table_says_and_a_refusal_changes_nothing(verb: str) -> None:
    wrong = []
    for _, role, row in (row for row in rows() if row[0] == verb):
        for stage in Stage:
            if role in ASKED_BY_THE_TURN.get(verb, ()) and stage in OPEN - {Stage.RESOLVED}:
                continue
            it = case(verb, stage)
            before, seq = state(it), it.it.last_seq
            try:
                VERBS[verb](it, PEOPLE[role])
            except Refusal:
                done = False
                assert state(it) == before, (verb, role, stage)
                assert it.it.last_seq == seq
            else:
                done = True
                assert it.it.last_seq > seq or verb in LOOKS
            if done != (row[stage.value] == "yes"):
                wrong.append(f"{verb} by {role} in {stage}: {'done' if done else 'refused'}, the table: {row[stage]}")
    assert wrong == []
