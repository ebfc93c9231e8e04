"""吹哨报到: several departments called to one ticket; one leads, the others join, each has its own task."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from models.deadline import OfficeHours
from models.department import Department
from models.grid import Grid
from models.limit import Limits
from models.person import Person
from models.photo import Photo
from models.refusal import Refusal
from models.task import Part, Response, Task
from models.ticket.handing import Handing
from models.ticket.stage import BEFORE_WORK, IN_HAND, Stage


class Calling(Handing):
    """response: whistle, council or emergency (models/task.py), once several were called to it in this round.

    tasks: always all of the round, as `Task.of` gives them; what a verb adds is returned.
    """

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
        """吹哨. Who has it in hand leads on; else the first of those called.
        report_in: how soon each is to be there. Returns the new tasks, also those taken up again."""
        self._only("whistle", by, grid)
        if self.stage not in BEFORE_WORK | {Stage.WORKING}:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb="whistle")
        if grid.id not in self.sides:
            raise Refusal("ticket.not_your_grid", number=self.number)
        has_lead = self.stage in IN_HAND
        if not called and not (has_lead and response == Response.EMERGENCY):
            raise Refusal("whistle.whom", number=self.number)
        lead = self.department_id if has_lead else called[0].id
        leading = [task for task in tasks if task.part == Part.LEAD and not task.is_excused]
        there = {task.department_id for task in tasks if not task.is_excused and (has_lead or task not in leading)}
        wanted = [department.id for department in called if department.id not in there and department.id != lead]
        if not wanted and response == Response.WHISTLE:
            # One alone is sent there, not called to help.
            raise Refusal("whistle.already" if has_lead else "whistle.alone", number=self.number)
        if not wanted and response == self.response:
            raise Refusal("whistle.already", number=self.number)
        if not has_lead:
            for task in leading:
                if task.department_id in wanted:
                    task.excused_at = at  # who led it and gave it back is called again, to join
            self.dispatch(called[0], by=by, at=at, grid=grid, limits=limits, hours=hours, rule=response, tasks=tasks)
        ids = dict.fromkeys([id for id in (lead, *wanted) if id is not None])
        fresh = [new for id in ids if (new := self._called(id, tasks, at, report_in, response)) is not None]
        self.response = Response.after(self.response, response)
        if response == Response.EMERGENCY:
            self.is_urgent = True
            self.told = self.reading.alarmed((), again=self.secured_at is not None).as_data()
        self._tell(
            "whistled", by, at, lead=lead, called=[task.department_id for task in fresh], response=response,
            minutes=int(report_in.total_seconds() // 60), words=words,
        )  # fmt: skip
        return fresh

    def dispatch(
        self, to: Department, *, by: Person | None, at: datetime, grid: Grid, limits: Limits, hours: OfficeHours,
        rule: str, cc: Sequence[int] = (), tasks: Sequence[Task] = (),
    ) -> None:  # fmt: skip
        """As `Handing.dispatch`; where several were called to it, the new department leads them: it takes over the
        lead's task, or its own part becomes the lead's and the one before is let off."""
        super().dispatch(to, by=by, at=at, grid=grid, limits=limits, hours=hours, rule=rule, cc=cc)
        own = next((task for task in tasks if task.department_id == to.id), None)
        for task in tasks:
            if task.part == Part.LEAD and task is not own and not task.is_excused:
                if own is None:
                    own, task.department_id = task, to.id
                elif task.done_at is not None:
                    task.part = Part.JOINT  # what it has done stays done
                else:
                    task.excused_at, task.reason = at, ""
        if own is not None:
            own.call(Part.LEAD, at, own.allowed)

    def accept(self, *, by: Person, at: datetime, tasks: Sequence[Task] = ()) -> None:
        """接单. Of several it is the lead's 报到, too."""
        super().accept(by=by, at=at)
        self._lead_is_there(tasks, by, at)

    def secure(self, *, by: Person, at: datetime, hours: OfficeHours, tasks: Sequence[Task] = ()) -> None:
        super().secure(by=by, at=at, hours=hours)
        self._lead_is_there(tasks, by, at)

    def resolve(
        self, photos: Sequence[Photo], *, by: Person, at: datetime, tasks: Sequence[Task] = (), words: str = ""
    ) -> None:
        """完成, with a picture of the fix. A department that mends at once need not press 接单 first: it has plainly
        taken the case. Where several were called to it, this ends the department's own part.

        words: what was done, masked.
        """
        mine = [task for task in tasks if by.works_for(task.department_id)]
        own = next((task for task in mine if task.is_open), None)
        if own is not None:
            self.finish(own, tasks, photos, by=by, at=at, words=words)
            return
        if mine and any(task.is_open for task in tasks):
            raise Refusal("task.over", number=self.number)
        self._only("resolve", by)
        if not photos and not self.photo_waived:
            raise Refusal("ticket.photo_needed", number=self.number)
        if any(task.is_open for task in tasks):
            raise Refusal("ticket.not_yours", number=self.number)
        if self.awaits_lift:
            raise Refusal("step.not_lifted", number=self.number)
        if self.stage == Stage.DISPATCHED:
            self.accept(by=by, at=at)
        self._move("resolve", by, at, round=self.round, words=words)
        self.resolved_at = at

    def report_in(self, task: Task, *, by: Person, at: datetime) -> None:
        """报到: the department is there. The lead's own takes the ticket, too."""
        self._only_party("report_in", task, by)
        if task.reported_in_at is not None:
            raise Refusal("report_in.already", number=self.number, minutes=task.minutes)
        self._arrive(task, by, at, pressed=True)

    def absent(self, tasks: Iterable[Task], *, at: datetime) -> list[Task]:
        """Who was called and is not there in time: raised once for each task. Returns them."""
        if self.stage not in IN_HAND | {Stage.RETURNED}:
            return []
        awaited = [task for task in tasks if task.is_awaited(at) and not task.told_late]
        # While nobody leads, only those who join can be late.
        late = [task for task in awaited if self.stage in IN_HAND or task.part != Part.LEAD]
        for task in late:
            task.told_late = True
            self._tell("absent", None, at, department=task.department_id, minutes=task.allowed_minutes)
        return late

    def finish(
        self, task: Task, tasks: Iterable[Task], photos: Sequence[Photo], *, by: Person, at: datetime, words: str = ""
    ) -> bool:
        """Its part is done, with a photo. Returns whether that was the last thing, and the ticket is mended."""
        self._only_party("finish", task, by)
        if not photos and not self.photo_waived:
            raise Refusal("ticket.photo_needed", number=self.number)
        if task.reported_in_at is None:
            self._arrive(task, by, at, pressed=False)
        task.done_at, task.done_by_id, task.reason = at, by.id, None
        self._tell("finished", by, at, department=task.department_id, words=words)
        return self._resolve_if_all(tasks, by, at)

    def _called(
        self, department_id: int, tasks: Sequence[Task], at: datetime, report_in: timedelta, response: str
    ) -> Task | None:
        """Its task, called anew where it was let off before; None: it has one."""
        is_lead = department_id == self.department_id
        part = Part.LEAD if is_lead else Part.PARTY if response == Response.COUNCIL else Part.JOINT
        known = next((task for task in tasks if task.department_id == department_id), None)
        if known is not None and not known.is_excused:
            return None
        task = known or Task(ticket_id=self.id, round=self.round, department_id=department_id, words="")
        task.call(part, at, report_in)
        if is_lead and self.accepted_at is not None and response != Response.COUNCIL:
            task.reported_in_at = at  # it is there already
        return task

    def _lead_is_there(self, tasks: Sequence[Task], by: Person, at: datetime) -> None:
        own = next((task for task in tasks if task.part == Part.LEAD and task.is_open), None)
        if own is not None and own.reported_in_at is None:
            self._there(own, by, at, pressed=False)

    def _arrive(self, task: Task, by: Person, at: datetime, *, pressed: bool) -> None:
        if task.part == Part.LEAD and self.stage == Stage.DISPATCHED:
            self._move("accept", by, at)
            self.accepted_at = at
        self._there(task, by, at, pressed=pressed)

    def _there(self, task: Task, by: Person, at: datetime, *, pressed: bool) -> None:
        """pressed: it said so itself (报到); else it is plain from what it did."""
        task.reported_in_at, task.reported_in_by_id, task.reason = at, by.id if pressed else None, None
        self._tell(
            "reported_in", by, at, department=task.department_id, minutes=task.minutes, pressed=pressed
        )  # fmt: skip

    @property
    def awaits_lift(self) -> bool:
        """An emergency is mended only when it is lifted, too."""
        return self.response == Response.EMERGENCY and not self.timetable.lifted

    def _resolve_if_all(self, tasks: Iterable[Task], by: Person, at: datetime) -> bool:
        if any(task.is_open for task in tasks) or self.stage != Stage.WORKING or self.awaits_lift:
            return False
        self._move("resolve", by, at, round=self.round)
        self.resolved_at = at
        return True

    def _only_party(self, verb: str, task: Task, by: Person) -> None:
        self._only(verb, by, task=task)
        self._while_called(verb, task)
        if not task.is_open:
            raise Refusal("task.over", number=self.number)

    def _while_called(self, verb: str, task: Task) -> None:
        """Who joins goes on while another lead is looked for."""
        if not (self.stage == Stage.RETURNED and task.part != Part.LEAD):
            self._in_hand(verb)

    def _in_hand(self, verb: str) -> None:
        if self.stage not in IN_HAND:
            raise Refusal("ticket.not_now", number=self.number, stage=self.stage, verb=verb)
