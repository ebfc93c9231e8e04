"""免到: who was called need not come after all. A department asks for it; the leader alone grants it."""

from collections.abc import Iterable
from datetime import datetime

from models.grid import Grid
from models.person import Person
from models.refusal import Refusal
from models.task import Part, Task
from models.ticket.calling import Calling


class Excusing(Calling):
    __abstract__ = True

    def ask_off(self, task: Task, reason: str, *, by: Person, at: datetime) -> None:
        """退回 of a department that joined: a question to the leader, until whose answer its part stays open."""
        self._only_party("ask_off", task, by)
        self._needs(reason)
        if task.part == Part.LEAD:
            raise Refusal("excuse.lead", number=self.number)
        if task.asks_off:
            raise Refusal("ask_off.already", number=self.number)
        task.reason = reason
        self._tell("asked_off", by, at, department=task.department_id, reason=reason)

    def keep_called(self, task: Task, *, by: Person, at: datetime, grid: Grid) -> None:
        """还请来: the leader's other answer to that."""
        self._only_another(task, by, grid)
        if not task.asks_off:
            raise Refusal("ask_off.over", number=self.number)
        task.reason = None
        self._tell("kept_called", by, at, department=task.department_id)

    def excuse(
        self, task: Task, tasks: Iterable[Task], reason: str, *, by: Person, at: datetime, grid: Grid
    ) -> bool:  # fmt: skip
        """免到: the leader lets off a department that joined. The lead's part goes by 退回 or 转派."""
        self._only_another(task, by, grid)
        self._needs(reason)
        if task.part == Part.LEAD or not task.is_open:
            raise Refusal("excuse.lead" if task.is_open else "task.over", number=self.number)
        task.excused_at, task.reason = at, reason
        self._tell("excused", by, at, department=task.department_id, reason=reason)
        return self._resolve_if_all(tasks, by, at)

    def _only_another(self, task: Task, by: Person, grid: Grid) -> None:
        """A leader; not one who works for the very department."""
        self._only("excuse", by, grid, task=task)
        if by.works_for(task.department_id):
            raise Refusal("ticket.own_work", number=self.number)
        self._while_called("excuse", task)
