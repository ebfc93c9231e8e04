"""早报, 晚报: when each leader and department hears how things stand."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.mail import Timer

TIMES = (time(7, 30), time(19, 0))
"""Local time."""
KEY = "digests"
LATE, NEAR = timedelta(hours=1), timedelta(hours=2)
"""One that comes so late is left out when the next one is so near: nobody reads two of them one after the other."""


def next_digest(at: datetime, zone: ZoneInfo) -> datetime:
    """The first time for a digest after `at`, in UTC."""
    today = at.astimezone(zone).date()
    days = (today, today + timedelta(days=1))
    moments = (datetime.combine(day, told, zone).astimezone(UTC) for day in days for told in TIMES)
    return next(moment for moment in moments if moment > at)


def is_worth_it(planned: datetime, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the digest of `planned` is still to be sent at `at`: after a day off one is, and not three."""
    return at - planned <= LATE or next_digest(at, zone) - at > NEAR


def digest_timer(at: datetime, zone: ZoneInfo) -> Timer:
    """The first one of a town; each sets the next."""
    due = next_digest(at, zone)
    return Timer(key=KEY, kind=KEY, lane=KEY, data={"planned": due.isoformat()}, due_at=due)
