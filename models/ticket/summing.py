"""How many are open and late, and the oldest of them: for digests. Asked of the indexes, however many have ended."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from models.task import Task
from models.ticket.stage import CLOCK_RUNS, IN_HAND, OPEN, WITH_DEPARTMENT
from models.ticket.ticket import Ticket


def open_in(grids: Sequence[int]) -> ColumnElement[bool]:
    return and_(Ticket.grid_id.in_(grids), Ticket.stage.in_(OPEN))


def open_with(department: int) -> ColumnElement[bool]:
    """In its hands, or with a part of it that is its own."""
    own = and_(Ticket.department_id == department, Ticket.stage.in_(WITH_DEPARTMENT))
    parts = select(Task.ticket_id).where(
        Task.department_id == department, Task.done_at.is_(None), Task.excused_at.is_(None)
    )  # fmt: skip
    joint = and_(Ticket.id.in_(parts), Ticket.stage.in_(IN_HAND))
    return or_(own, joint)


def sums_by_grid(which: ColumnElement[bool], at: datetime) -> Select[int, int, int]:
    """Grid's id, how many are open, how many of those are late."""
    due = case((Ticket.secured_at.is_(None), func.coalesce(Ticket.secure_by, Ticket.deadline)), else_=Ticket.deadline)
    late = case((and_(Ticket.stage.in_(CLOCK_RUNS), due < at), 1), else_=0)
    return select(Ticket.grid_id, func.count(), func.sum(late)).where(which).group_by(Ticket.grid_id)


def oldest(which: ColumnElement[bool], most: int) -> Select[Ticket]:
    return select(Ticket).where(which).order_by(Ticket.id).limit(most)
