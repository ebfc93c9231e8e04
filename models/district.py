"""The district itself: its name, numbers, hours, and holidays."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Date
from sqlalchemy.orm import Mapped, mapped_column

from models.deadline import span
from models.types import Base, Key

MINUTES = {"accept": 15, "dispatch": 15, "verify": 30, "report_in": 30, "urge": 120}
"""Office limits (field.md b), how soon a department called is to be there, and how often one may be urged."""
DAYS = {"close": 7, "reopen": 15, "photos": 90, "identity": 365}
"""After which a mended ticket nobody answered for closes by itself, a closed one may not be reopened any more, and
pictures and identities of what has ended leave (field.md h, 6)."""
MOST = {"hour": 120, "day": 600}
"""Reports one person may make."""
PICTURES = {"blur": True, "originals": False}
"""What becomes of faces and plates (field.md h, 3)."""
QUIET = "22:00-07:00"
"""When nothing rings that is not urgent."""


class District(Base):
    """One row. hours: {"work": ["08:00-12:00", …], "days": [1, …], "calendar": "CN", "quiet": "22:00-07:00"};
    limits: minutes. days: after how many days something is over; most: how much of something one person may do;
    pictures: PICTURES.

    hotline: whom to call about what is not ours.

    edition: grows with every loading, so that each process knows when what it remembers is old.
    """

    __tablename__ = "district"

    id: Mapped[Key]
    name: Mapped[str]
    adcode: Mapped[str]
    prefix: Mapped[str]
    timezone: Mapped[str]
    datum: Mapped[str]
    levels: Mapped[list[str]] = mapped_column(JSON)
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)
    limits: Mapped[dict[str, Any]] = mapped_column(JSON)
    days: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    most: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    pictures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    triage: Mapped[str]
    hotline: Mapped[str | None] = mapped_column(default=None)
    edition: Mapped[int] = mapped_column(default=1)

    def limit(self, name: str) -> timedelta:
        return timedelta(minutes=int(self.limits.get(name, MINUTES[name])))

    def days_until(self, name: str) -> int:
        return int(self.days.get(name, DAYS[name]))

    @property
    def blurs(self) -> bool:
        """Whether faces and plates are made unreadable in what many see."""
        return bool(self.pictures.get("blur", PICTURES["blur"]))

    @property
    def shows_originals(self) -> bool:
        """Whether an officer may look, alone and on record, at a picture as it was sent."""
        return bool(self.pictures.get("originals", PICTURES["originals"]))

    def most_in(self, name: str) -> int:
        return int(self.most.get(name, MOST[name]))

    @property
    def quiet(self) -> tuple[time, time] | None:
        """Local time, from the evening to the morning. None: it is never quiet."""
        told = self.hours.get("quiet", QUIET)
        return span(told) if told else None

    def wakes_at(self, at: datetime) -> datetime:
        """When something that is not urgent may ring: now, or at the end of the quiet hours."""
        if self.quiet is None:
            return at
        zone = ZoneInfo(self.timezone)
        (begins, ends), local = self.quiet, at.astimezone(zone)
        now = local.time()
        is_quiet = begins <= now < ends if begins < ends else now >= begins or now < ends
        if not is_quiet:
            return at
        day = local.date() + timedelta(days=1 if begins > ends and now >= begins else 0)
        return datetime.combine(day, ends, zone).astimezone(UTC)


class Holiday(Base):
    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str]
