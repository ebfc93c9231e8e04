"""What somebody has to do now, as an officer and as a leader: the questions behind /todo."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, case, func, or_, select, union

from models.task import Part, Task
from models.ticket.finding import Finding
from models.ticket.stage import IN_HAND, Stage
from models.ticket.waiting import Waiting


class Minding(Finding, Waiting):
    __abstract__ = True

    @classmethod
    def minded_by(
        cls, departments: Collection[int], rungs: Mapping[int, Sequence[int]], at: datetime, urged: timedelta
    ) -> CompoundSelect[tuple[int]]:
        """Ids of what somebody has to do now: as an officer of these departments what they work on and their part in
        what others lead; as a leader what asks whether it has to come, what waits for him (`rungs`, `at`, `urged`: see
        `waiting_for`) or is to be checked. Each of them asks an index for what is open; what has ended costs nothing.
        """
        open_ = cls.ended_at.is_(None)  # said so that the database looks at nothing else
        mine = select(cls.id).where(open_, cls.department_id.in_(departments), cls.stage.in_(IN_HAND))
        parts = (
            select(cls.id)
            .join(Task, and_(Task.ticket_id == cls.id, Task.round == cls.round))
            .where(open_, Task.department_id.in_(departments), Task.is_to_do(), Task.reason.is_(None))
            .where(or_(cls.stage.in_(IN_HAND), and_(cls.stage == Stage.RETURNED, Task.part != Part.LEAD)))
        )
        asks_off = (
            select(cls.id)
            .join(Task, and_(Task.ticket_id == cls.id, Task.round == cls.round))
            .where(open_, Task.is_to_do(), Task.reason.is_not(None))
            .where(cls.grid_id.in_(rungs.get(0, ())), cls.stage.in_(IN_HAND | {Stage.RETURNED}))
        )
        waits = cls.waiting_for(rungs, at, urged).with_only_columns(cls.id).order_by(None)
        checks = select(cls.id).where(open_, cls.grid_id.in_(rungs.get(0, ())), cls.stage == Stage.RESOLVED)
        return union(mine, parts, asks_off, waits, checks)

    @classmethod
    def soonest(cls) -> tuple[ColumnElement[Any], ...]:
        """Danger first, then the oldest deadline; what has none yet is due since it was told of, and what is mended
        comes last."""
        danger = and_(cls.is_urgent, cls.secured_at.is_(None))
        rank = case((cls.stage == Stage.RESOLVED, 2), (danger, 0), else_=1)
        since = case((cls.stage == Stage.RESOLVED, cls.resolved_at), else_=func.coalesce(cls._due(), cls.reported_at))
        return rank, since, cls.id.expression
