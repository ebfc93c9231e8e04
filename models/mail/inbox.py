"""What happened: stored before it is understood."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    Index,
    Select,
    UniqueConstraint,
    Update,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, aliased, mapped_column
from sqlalchemy.sql.functions import FunctionElement

from models.types import Base, Key, spelled, where


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    FAILED = "failed"


class Inbox(Base):
    """Something that happened.

    update, natural: what a repeat is known by, within its channel.
    lane: rows of one lane are handled strictly in order.
    rank: the lower, the sooner its lane has its turn (bot/placing.py); in a lane it never falls, but where some are let
    through. By default as soon as its lane lets it.
    payload: the raw event; emptied some days later, the row and its keys stay.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update"),
        UniqueConstraint("channel", "natural"),
        Index("ix_inbox_waiting", "lane", "id", **where("state = 'new'")),
        Index("ix_inbox_ranks", "lane", "rank", **where("state = 'new'")),
        Index("ix_inbox_next", "rank", "id", **where("state = 'new'")),
        Index("ix_inbox_full", "id", **where("payload IS NOT NULL")),
        Index("ix_inbox_failed", "id", **where("state = 'failed'")),
    )

    id: Mapped[Key]
    channel: Mapped[str]
    update: Mapped[str]
    natural: Mapped[str]
    lane: Mapped[str]
    rank: Mapped[int] = mapped_column(default=0, server_default="0")
    what: Mapped[str]
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    state: Mapped[str] = mapped_column(default=InboxState.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)

    TRIES = 5
    PAUSES = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8))  # tried 5 times within 20 s (design.md 3.5)

    AHEAD = 10**15
    """Taken off the rank of what is let through; no rank in milliseconds comes near it."""
    WAITING: ClassVar[Select[str, int | None, int]]
    """For each of `lanes` (a JSON list) the last rank in which anything waits in it, None where nothing does; beside it
    how many rows wait in all, counted up to `most`."""
    LET_THROUGH: ClassVar[Update]
    """All that waits in `lanes` goes before all that is not urgent; what another process is at needs it no more."""

    @classmethod
    def next_due(cls, at: datetime) -> Select["Inbox"]:
        """Of the due rows whose lane has no unfinished elder that of the lowest rank. PostgreSQL skips what another
        worker holds."""
        elder, new = aliased(cls), spelled(InboxState.NEW.value)
        blocked = exists().where(elder.lane == cls.lane, elder.state == new, elder.id < cls.id)
        return (
            select(cls)
            .where(cls.state == new, cls.due_at <= at, ~blocked)
            .order_by(cls.rank, cls.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=cls)
        )

    def finish(self, at: datetime) -> None:
        self.state, self.done_at = InboxState.DONE, at

    def fail(self, reason: str, at: datetime) -> bool:
        """Another try later, or set aside after the last. Returns whether it is now set aside."""
        self.attempts += 1
        self.reason = reason
        if self.attempts >= self.TRIES:
            self.state, self.done_at = InboxState.FAILED, at
            return True
        self.due_at = at + self.PAUSES[self.attempts - 1]
        return False


def _are_new() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Inbox.lane.in_(bindparam("lanes", expanding=True)), Inbox.state == spelled(InboxState.NEW.value)


class _Each(FunctionElement[str]):
    """The texts of a JSON list as the rows of a column `value`."""

    name, inherit_cache = "json_each", True


@compiles(_Each, "postgresql")
def _(each: _Each, compiler: Any, **options: Any) -> str:
    return f"json_array_elements_text({compiler.process(each.clauses, **options)})"


@compiles(_Each, "sqlite")
def _(each: _Each, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(each.clauses, **options)})"


def _waiting() -> Any:
    """One step into an index for each lane: however much waits there, all of it is not gone through."""
    is_new = Inbox.state == literal_column("'new'")
    lane = _Each(bindparam("lanes", type_=JSON)).table_valued("value").c.value
    last = select(func.max(Inbox.rank)).where(Inbox.lane == lane, is_new).scalar_subquery()
    some = select(Inbox.id).where(is_new).limit(bindparam("most")).subquery()
    return select(lane, last, select(func.count()).select_from(some).scalar_subquery())


def _let_through() -> Update:
    ordinary = select(Inbox.id).where(*_are_new(), Inbox.rank >= 0).with_for_update(skip_locked=True)
    changed = update(Inbox).where(Inbox.id.in_(ordinary)).values(rank=Inbox.rank - Inbox.AHEAD)
    return changed.execution_options(synchronize_session=False)


# Put together once: building a statement takes longer than asking it.
Inbox.WAITING, Inbox.LET_THROUGH = _waiting(), _let_through()
