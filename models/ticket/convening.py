"""协商议事会 and 应急响应: what is agreed between those called, and the check-list they tick off together."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Select, select

from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.limit import Limits
from models.person import Person
from models.refusal import Refusal
from models.task import LIFT, Council, Part, Response, Task
from models.ticket.excusing import Excusing
from models.ticket.stage import IN_HAND, Stage

STEPS = ("cordon", "evacuate", "survey", "repair", LIFT)
"""警戒, 疏散, 勘查, 修复, 解除: the check-list of an emergency (field.md a, 20)."""
FARTHEST = timedelta(days=300)
"""What a meeting agrees on is nearer: a day without its year that lies farther off was a day gone by."""
BEFORE_LIFT = frozenset({"cordon", "survey"})


class Convening(Excusing):
    __abstract__ = True

    def convene(
        self,
        council: Council | None,
        called: Sequence[Department],
        tasks: Sequence[Task],
        *,
        by: Person,
        at: datetime,
        grid: Grid,
        limits: Limits,
        hours: OfficeHours,
        when: datetime,
        place: str,
        causes: str = "",
    ) -> tuple[Council, list[Task]]:
        """协商: the parties meet at `when`; until then each says that it will come (报到).

        council: the one of before, which this moves to another day. causes: masked. Returns it, and the new tasks.
        """
        self._only("whistle", by, grid)
        if when <= at:
            raise Refusal("council.when", number=self.number)
        if not place.strip():
            raise Refusal("council.where", number=self.number)
        there = {task.department_id for task in tasks if not task.is_excused}
        if council is None or not {department.id for department in called} <= there:
            new = self.whistle(
                called, tasks, by=by, at=at, grid=grid, limits=limits, hours=hours, report_in=when - at,
                response=Response.COUNCIL,
            )  # fmt: skip
        elif self.stage in IN_HAND:
            new = []
        else:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="council")
        if council is not None:
            for task in tasks:
                if task.is_expected and task.report_in_by == council.at:
                    task.report_in_by, task.told_late = when, False  # who has not said so yet may till the new day
        meeting = council or Council(ticket_id=self.id, causes="")
        meeting.at, meeting.place, meeting.by_id = when, place, by.id
        meeting.causes = causes or meeting.causes
        again = council is not None and not new
        self._tell("convened", by, at, until=when.isoformat(), place=place, causes=causes, again=again)
        return meeting, new

    @classmethod
    def called_upon(cls, departments: frozenset[int]) -> Select[Self]:
        """Where they have a part of their own to do; what they lead is theirs anyhow (`awaiting_department`)."""
        parts = select(Task.ticket_id).where(
            Task.department_id.in_(departments), Task.is_to_do(), Task.part != Part.LEAD, Task.round == cls.round
        )
        going_on = cls.stage.in_(IN_HAND | {Stage.RETURNED, Stage.SUSPENDED})
        return select(cls).where(cls.id.in_(parts.correlate(cls)), going_on).order_by(cls.id)

    def agree(
        self, task: Task, words: str, until: datetime, *, by: Person, at: datetime, grid: Grid, hours: OfficeHours,
        tasks: Iterable[Task] = (),
    ) -> None:  # fmt: skip
        """What a council gave one party to do, and by when; the ticket's deadline is the last of theirs."""
        self._only("agree", by, grid)
        self._needs(words)
        self._in_hand("agree")
        if not task.is_open:
            raise Refusal("task.over", number=self.number)
        if until <= at:
            raise Refusal("agree.when", number=self.number)
        if until > at + FARTHEST:
            raise Refusal("agree.past", number=self.number)
        task.words, task.due_at = words, until
        last = max([until, *(other.due_at for other in tasks if other.due_at is not None and not other.is_excused)])
        self._tell(
            "agreed", by, at, department=task.department_id, words=words, until=until.isoformat(), last=last.isoformat()
        )
        self._reckon(hours)

    def step(
        self, name: str, done: Collection[str], tasks: Sequence[Task], *, by: Person, at: datetime, grid: Grid
    ) -> None:
        """One line of an emergency's check-list is done. 解除 is for who leads; with it, once all have done their
        parts, the ticket is mended."""
        ours = next((task for task in tasks if by.works_for(task.department_id)), None)
        self._only("lift" if name == LIFT else "step", by, grid, task=ours)
        if self.stage not in IN_HAND | {Stage.RESOLVED}:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="step")
        if self.response != Response.EMERGENCY or name not in STEPS:
            raise Refusal("step.none", number=self.number)
        if name in done:
            raise Refusal("step.done", number=self.number)
        if name == LIFT and not set(done) >= BEFORE_LIFT:
            raise Refusal("step.too_early", number=self.number)
        by_whom = ours.department_id if ours else None
        self._tell("stepped", by, at, step=name, department=by_whom, round=self.round)
        if name == LIFT:
            self._resolve_if_all(tasks, by, at)
