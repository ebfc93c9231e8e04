"""吹哨报到: several departments called to one ticket; one leads, the others join, each has its own task."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.limit import Limits
from models.person import Person
from models.photo import Photo
from models.refusal import Refusal
from models.task import Part, Task
from models.ticket.handing import Handing
from models.ticket.stage import BEFORE_WORK, IN_HAND, Stage

STEPS = ("cordon", "evacuate", "survey", "repair", "lift")
"""警戒, 疏散, 勘查, 修复, 解除: the check-list of an emergency (field.md a, 20)."""


class Calling(Handing):
    """response: whistle, emergency or council, once several were called to it."""

    __abstract__ = True

    def whistle(
        self,
        called: Sequence[Department],
        tasks: Sequence[Task],
        *,
        by: Person,
        at: datetime,
        grid: Grid,
        limits: Limits,
        hours: OfficeHours,
        report_in: timedelta,
        response: str = "whistle",
        words: str = "",
    ) -> list[Task]:
        """吹哨. Who has it in hand leads on; else the first of those called. tasks: those of this round.
        report_in: how soon each is to be there. Returns the new tasks."""
        self._only("whistle", by, grid)
        if self.stage not in BEFORE_WORK | {Stage.WORKING}:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="whistle")
        there = {task.department_id for task in tasks if task.is_open}
        wanted = [department for department in dict.fromkeys(called) if department.id not in there]
        lead = self.department_id if self.stage in IN_HAND else (called[0].id if called else None)
        if lead is None or not {department.id for department in wanted} - {lead}:
            raise Refusal("whistle.whom" if not (wanted or there) else "whistle.already", number=self.number)
        if self.stage not in IN_HAND:
            self.dispatch(called[0], by=by, at=at, grid=grid, limits=limits, hours=hours, rule=response, tasks=tasks)
        ids = dict.fromkeys([lead, *(department.id for department in wanted)])
        new = [self._called(id, tasks, at, report_in, response) for id in ids]
        self.response = response if self.response in (None, "whistle") else self.response
        fresh = [task for task in new if task is not None]
        self._tell(
            "whistled", by, at, lead=lead, called=[task.department_id for task in fresh], response=response,
            minutes=int(report_in.total_seconds() // 60), words=words,
        )  # fmt: skip
        return fresh

    def dispatch(
        self, to: Department, *, by: Person | None, at: datetime, grid: Grid, limits: Limits, hours: OfficeHours,
        rule: str, cc: Sequence[int] = (), tasks: Sequence[Task] = (),
    ) -> None:  # fmt: skip
        """As `Handing.dispatch`; where several were called to it, the new department leads them."""
        super().dispatch(to, by=by, at=at, grid=grid, limits=limits, hours=hours, rule=rule, cc=cc)
        own = next((task for task in tasks if task.department_id == to.id), None)
        for task in tasks:
            if task.part == Part.LEAD and task is not own and task.is_open:
                if own is None:
                    own, task.department_id = task, to.id
                else:
                    task.excused_at, task.reason = at, ""
        if own is not None:
            own.part, own.called_at = Part.LEAD, at
            own.reported_in_at = own.reported_in_by_id = own.done_at = own.excused_at = None

    def resolve(self, photos: Sequence[Photo], *, by: Person, at: datetime, tasks: Sequence[Task] = ()) -> None:
        """完成, with a picture of the fix. A department that mends at once need not press 接单 first: it has plainly
        taken the case. Where several were called to it, this ends the department's own part."""
        own = next((task for task in tasks if task.is_open and by.works_for(task.department_id)), None)
        if own is not None:
            self.finish(own, tasks, photos, by=by, at=at)
            return
        self._only("resolve", by)
        if not photos and not self.photo_waived:
            raise Refusal("ticket.photo_needed", number=self.number)
        if self.stage == Stage.DISPATCHED:
            self.accept(by=by, at=at)
        self._move("resolve", by, at, round=self.round)
        self.resolved_at = at

    def report_in(self, task: Task, *, by: Person, at: datetime) -> None:
        """报到: the department is there. The lead's own takes the ticket, too."""
        self._only_party("report_in", task, by)
        if task.reported_in_at is not None:
            raise Refusal("report_in.already", number=self.number, minutes=task.minutes)
        if task.part == Part.LEAD and self.stage == Stage.DISPATCHED:
            self._move("accept", by, at)
            self.accepted_at = at
        self._there(task, by, at)

    def finish(self, task: Task, tasks: Iterable[Task], photos: Sequence[Photo], *, by: Person, at: datetime) -> bool:
        """Its part is done, with a photo. Returns whether that was the last one, and the ticket is mended."""
        self._only_party("finish", task, by)
        if not photos and not self.photo_waived:
            raise Refusal("ticket.photo_needed", number=self.number)
        if task.reported_in_at is None:
            self.report_in(task, by=by, at=at)
        task.done_at, task.done_by_id = at, by.id
        self._tell("finished", by, at, department=task.department_id)
        return self._resolve_if_all(tasks, by, at)

    def excuse(
        self, task: Task, tasks: Iterable[Task], reason: str, *, by: Person, at: datetime, grid: Grid
    ) -> bool:  # fmt: skip
        """A department that joined hands its part back, or the leader lets it off. The lead's goes by 退回 or 转派."""
        self._only("excuse", by, grid, task=task)
        self._needs(reason)
        self._in_hand("excuse")
        if task.part == Part.LEAD or not task.is_open:
            raise Refusal("excuse.lead" if task.is_open else "task.over", number=self.number)
        task.excused_at, task.reason = at, reason
        self._tell("excused", by, at, department=task.department_id, reason=reason)
        return self._resolve_if_all(tasks, by, at)

    def agree(
        self, task: Task, words: str, until: datetime, *, by: Person, at: datetime, grid: Grid, hours: OfficeHours
    ) -> None:
        """What a council gave one party to do, and by when; the ticket's deadline is the last of theirs."""
        self._only("agree", by, grid)
        self._needs(words)
        self._in_hand("agree")
        if not task.is_open:
            raise Refusal("task.over", number=self.number)
        if until <= at:
            raise Refusal("agree.when", number=self.number)
        task.words, task.due_at = words, until
        self._tell("agreed", by, at, department=task.department_id, words=words, until=until.isoformat())
        self._reckon(hours)

    def step(
        self, name: str, done: Collection[str], tasks: Iterable[Task], *, by: Person, at: datetime, grid: Grid
    ) -> None:
        """One line of an emergency's check-list is done. 解除 is for who leads."""
        ours = next((task for task in tasks if by.works_for(task.department_id)), None)
        self._only("lift" if name == "lift" else "step", by, grid, task=ours)
        self._in_hand("step")
        if self.response != "emergency" or name not in STEPS:
            raise Refusal("step.none", number=self.number)
        if name in done:
            raise Refusal("step.done", number=self.number)
        if name == "lift" and not {"cordon", "survey"} <= set(done):
            raise Refusal("step.too_early", number=self.number)
        self._tell("stepped", by, at, step=name, department=ours.department_id if ours else None)

    def _called(
        self, department_id: int, tasks: Sequence[Task], at: datetime, report_in: timedelta, response: str
    ) -> Task | None:
        """Its task, called anew where it was let off before; None: it has one."""
        is_lead = department_id == self.department_id
        part = Part.LEAD if is_lead else Part.PARTY if response == "council" else Part.JOINT
        known = next((task for task in tasks if task.department_id == department_id), None)
        if known is not None and (known.is_open or known.done_at is not None):
            return None
        task = known or Task(ticket_id=self.id, round=self.round, department_id=department_id, words="")
        task.told_late = False
        task.part, task.called_at, task.report_in_by = part, at, at + report_in
        task.reported_in_at = task.reported_in_by_id = task.excused_at = task.reason = None
        if is_lead and self.accepted_at is not None:
            task.reported_in_at = at  # it is there already
        return task

    def _there(self, task: Task, by: Person, at: datetime) -> None:
        task.reported_in_at, task.reported_in_by_id = at, by.id
        self._tell("reported_in", by, at, department=task.department_id, minutes=task.minutes)

    def _resolve_if_all(self, tasks: Iterable[Task], by: Person, at: datetime) -> bool:
        if any(task.is_open for task in tasks) or self.stage != Stage.WORKING:
            return False
        self._move("resolve", by, at, round=self.round)
        self.resolved_at = at
        return True

    def _only_party(self, verb: str, task: Task, by: Person) -> None:
        self._only(verb, by, task=task)
        # Who joins goes on while another lead is looked for.
        if not (self.stage == Stage.RETURNED and task.part != Part.LEAD):
            self._in_hand(verb)
        if not task.is_open:
            raise Refusal("task.over", number=self.number)

    def _in_hand(self, verb: str) -> None:
        if self.stage not in IN_HAND:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb=verb)
