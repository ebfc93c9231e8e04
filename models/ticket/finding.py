"""What can be asked of the tickets: by number, by who has to act, by who reported it, and what is alike."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select

from models.ticket.record import METRES_PER_DEGREE, Record
from models.ticket.stage import CLOCK_RUNS, OPEN, WITH_DEPARTMENT, Stage


class Finding(Record):
    __abstract__ = True

    @classmethod
    def numbered(cls, number: str) -> Select[Self]:
        return select(cls).where(cls.number == number)

    @classmethod
    def restricted_of(cls, ids: Collection[int]) -> Select[Self]:
        """The first of these that is not public."""
        return select(cls).where(cls.id.in_(ids), cls.is_restricted).limit(1)

    @classmethod
    def awaiting_department(cls, departments: frozenset[int]) -> Select[Self]:
        return (
            select(cls)
            .where(cls.department_id.in_(departments), cls.stage.in_(WITH_DEPARTMENT))
            .order_by(cls._due().is_(None), cls._due(), cls.id)
        )

    @classmethod
    def _due(cls) -> ColumnElement[datetime | None]:
        """`due_at`, as the database reckons it."""
        return case((cls.secured_at.is_(None), func.coalesce(cls.secure_by, cls.deadline)), else_=cls.deadline)

    @classmethod
    def alike(cls) -> Select[Self]:
        """Open tickets of a `category`, reported after `since` in a box of degrees (`box`): they may be the same
        problem. The caller measures the distance."""
        return select(cls).where(
            cls.category == bindparam("category"),
            cls.reported_at > bindparam("since"),
            cls.stage.in_(OPEN - {Stage.RESOLVED}),
            cls.latitude.between(bindparam("south"), bindparam("north")),
            cls.longitude.between(bindparam("west"), bindparam("east")),
        )

    @staticmethod
    def box(latitude: float, longitude: float, radius: float) -> dict[str, float]:
        """South, north, west and east of a point in degrees, somewhat further than `radius` metres."""
        up = 1.1 * radius / METRES_PER_DEGREE
        aside = up / max(0.01, cos(radians(latitude)))
        return {
            "south": latitude - up, "north": latitude + up, "west": longitude - aside, "east": longitude + aside,
        }  # fmt: skip

    @classmethod
    def uncounted(cls) -> Select[Self]:
        """What has changed since it was last counted (handlers/counting.py), the oldest first."""
        return select(cls).where(cls.counted_seq < cls.last_seq).order_by(cls.id)

    @classmethod
    def overdue(cls, at: datetime) -> Select[Self]:
        """`is_overdue`, as the database reckons it."""
        return select(cls).where(cls.ended_at.is_(None), cls.stage.in_(CLOCK_RUNS), cls._due() < at)

    @classmethod
    def lateness(cls, at: datetime, steps: Mapping[str, timedelta], beyond: str) -> Select[Any]:
        """Of those that are overdue: the stage, how late, how many, and the deadline that passed first.

        steps: what it is called where it is late by less, the least first; `beyond` where it is later than all.
        """
        due = cls._due()
        called = case(*((due > at - less, name) for name, less in steps.items()), else_=beyond)
        # Grouped outside: PostgreSQL takes two expressions with values in them for two different ones.
        late = cls.overdue(at).with_only_columns(cls.stage, called.label("how"), due.label("due")).subquery()
        columns = late.c.stage, late.c.how, func.count(), func.min(late.c.due)
        return select(*columns).group_by(late.c.stage, late.c.how)
