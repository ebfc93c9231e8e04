"""What is to be thought of later."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Index, Select, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from models.types import Base, Key, inserting


class Timer(Base):
    """Something to think of at a time; the clock then makes it an inbox row. `key` keeps it single."""

    __tablename__ = "timers"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_timers_due_at", "due_at", sqlite_where=text("rung = 0"), postgresql_where=text("NOT rung")),
    )

    id: Mapped[Key]
    key: Mapped[str]
    kind: Mapped[str]
    lane: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    due_at: Mapped[datetime]
    rung: Mapped[bool] = mapped_column(default=False)
    times: Mapped[int] = mapped_column(default=0)

    @classmethod
    def due(cls, at: datetime) -> Select["Timer"]:
        return select(cls).where(cls.rung.is_(False), cls.due_at <= at).order_by(cls.due_at, cls.id).limit(200)

    @classmethod
    @cache
    def setting(cls, dialect: str) -> Any:
        """Sets `key`, or moves it: its time and what it is about."""
        new = inserting(cls.__table__, dialect)
        moved = {"due_at": new.excluded.due_at, "data": new.excluded.data, "rung": False}
        return new.on_conflict_do_update(index_elements=["key"], set_=moved)
