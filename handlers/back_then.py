"""How a ticket stood at a past moment, told from its events: /ticket N 11月20日 10:00."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from handlers.desk import Desk
from models.refusal import Refusal
from models.ticket import Ticket, TicketEvent
from models.ticket.replay import Replay
from reading.normalise import normalise

AGO = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}
DAY = re.compile(
    r"(?:(?P<y>20\d\d)\s*[-/.年]\s*)?(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?(?!\d)|"
    rf"(?P<ago>{'|'.join(AGO)})"
)
CLOCK = re.compile(r"(?P<part>上午|早上|中午|下午|晚上)?\s*(?P<h>\d{1,2})\s*(?:[:点时]\s*(?P<min>\d{1,2})?)\s*分?")
REST_OF_MINUTE = timedelta(minutes=1) - timedelta(microseconds=1)
"""A time-line shows minutes: what happened in this one belongs to it."""


def moment(desk: Desk, text: str) -> datetime | None:
    """The past moment these words name, in UTC. A day alone: its end; a time alone: of today. None: they name none."""
    plain, zone = normalise(text), desk.town.zone
    today = desk.now.astimezone(zone).date()
    named = DAY.match(plain)
    clock = CLOCK.match(plain[named.end() :].strip() if named else plain)
    if named is None and clock is None:
        return None
    try:
        day = _day(named, today) if named else today
        at = _time(clock) if clock else time(23, 59)
    except ValueError:
        raise Refusal("then.when") from None
    return datetime.combine(day, at, zone).astimezone(UTC) + REST_OF_MINUTE


def _day(named: re.Match[str], today: date) -> date:
    """Without a year: the last one there was."""
    if named["ago"]:
        return today - timedelta(days=AGO[named["ago"]])
    day = date(int(named["y"] or today.year), int(named["m"]), int(named["d"]))
    return day.replace(year=day.year - 1) if day > today and not named["y"] else day


def _time(clock: re.Match[str]) -> time:
    hour = int(clock["h"])
    later = clock["part"] in ("下午", "晚上") or (clock["part"] == "中午" and hour < 4)
    return time(hour + 12 if later and hour < 12 else hour, int(clock["min"] or 0))


def stood(desk: Desk, ticket: Ticket, events: list[TicketEvent], at: datetime, locale: str) -> dict[str, Any]:
    """The values of `then.shown`. Refuses kindly what had not been reported yet."""
    at = min(at, desk.now)
    book, past = desk.town, Replay.of(events, desk.town.hours, until=at)
    if past.reported_at is None:
        raise Refusal("then.not_yet", number=ticket.number, at=at)
    department, grid = book.departments.get(past.department_id or 0), book.grids.get(past.grid_id)
    category = book.category(past.category)
    is_told = ticket.is_restricted or not category.is_restricted
    return {
        "number": ticket.number,
        "moment": at.astimezone(book.zone),
        "stage": past.stage,
        "overdue": past.is_overdue(at),
        "is_urgent": past.is_urgent,
        "category": category.name(locale) if is_told else None,
        "grid": grid.name if grid else None,
        "department": department.name if department else None,
        "deadline": past.deadline,
        "secured": past.secured_at is not None,
        "round": past.round,
        "returns": past.returns,
        "met": past.joined + 1,
        "what": past.request.get("what"),
        "response": past.response,
        "until": past.suspended_until,
    }
