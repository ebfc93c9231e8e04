"""What a department asks for and a leader answers, as it stands on cards and trays: its sentences and its buttons."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from handlers.cards.choices import likely_departments
from handlers.cards.fitting import in_short
from handlers.labels import Label, Rows
from models.card import Card
from models.ticket import IN_HAND, Stage, Ticket, TicketEvent
from models.ticket.delaying import MOST_EXTENSIONS, MOST_SUSPENSIONS

PARTS = (Decimal("0.25"), Decimal("0.5"), Decimal(1))
"""Of the longest extension, as its buttons offer it."""
AWAY = ("3d", "7d", "1m")
"""Three days, a week, a month: how far away a suspension usually ends."""
A_ROW = 2
UNEXPLAINED = "none"
"""What the button 不说原因 carries instead of a reason's place in the list."""


# --- buttons --------------------------------------------------------------------------


def time_buttons(ticket: Ticket) -> list[Label]:
    """延期, 挂账: for work in hand, as long as it may be asked for. Who has not taken it up has no need of time yet."""
    if ticket.stage != Stage.WORKING or ticket.request:
        return []
    extends = ticket.extensions < MOST_EXTENSIONS and ticket.longest_extension is not None
    extend = [Label("button.extend", "extend", ticket.number)] if extends else []
    suspends = ticket.suspensions < MOST_SUSPENSIONS
    return [*extend, *([Label("button.suspend", "suspend", ticket.number)] if suspends else [])]


def answer_buttons(ticket: Ticket) -> Rows:
    """同意, 不同意: each carries what it answers, so that an old one says yes to nothing else."""
    if not ticket.request:
        return []
    number, asked = ticket.number, request_mark(ticket)
    return [[Label("button.grant", "grant", number, asked), Label("button.refuse", "refuse", number, asked)]]


def request_mark(ticket: Ticket) -> str:
    """What tells one request of a ticket from another, in few characters."""
    asked = ticket.request
    return f"{asked['what']}:{asked.get('hours') or datetime.fromisoformat(asked['until']).strftime('%Y%m%d%H%M')}"


def hours_offered(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    longest = ticket.longest_extension or Decimal(0)
    offered = [(longest * part).quantize(Decimal("0.01")) for part in PARTS]
    return [
        [
            Label(
                verb="extend", ticket=ticket.number, argument=plain(hours),
                text=span_told(locale, hours, ticket),
            )
            for hours in dict.fromkeys(offered) if hours > 0
        ]
    ]  # fmt: skip


def days_offered(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    told = (words.plain(locale, f"span.{name}") for name in ("three_days", "week", "month"))
    return [
        [
            Label(verb="suspend", ticket=ticket.number, argument=away, text=text)
            for away, text in zip(AWAY, told, strict=True)
        ]
    ]  # fmt: skip


def why_offered(verb: str) -> Callable[[str, Ticket, Book, str], Rows]:
    """The usual reasons; each carries what was chosen before it."""

    def draws(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
        chosen = asks.partition(":")[2]
        labels = [
            Label(verb=verb, ticket=ticket.number, argument=f"{chosen}:{at}", text=reason)
            for at, reason in enumerate(words.listed(locale, f"reasons.{verb}"))
        ]
        return [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]

    return draws


def refusals_offered(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    usual = [
        [Label(verb="refuse", ticket=ticket.number, argument=str(at), text=reason)]
        for at, reason in enumerate(words.listed(locale, "reasons.refuse"))
    ]
    return [*usual, [Label("button.unexplained", "refuse", ticket.number, UNEXPLAINED)]]


def owners_offered(asks: str, ticket: Ticket, book: Book, locale: str) -> Rows:
    """Whose it may be instead, the likeliest first."""
    likely = likely_departments(ticket, book)
    current = [department for department in book.departments.values() if department.retired_at is None]
    others = [*likely, *(each for each in current if each not in likely)]
    labels = [
        Label(verb="whose", ticket=ticket.number, argument=str(department.id), text=department.name)
        for department in others if department.id != ticket.department_id
    ]  # fmt: skip
    return [labels[at : at + A_ROW] for at in range(0, len(labels), A_ROW)]


# --- words ----------------------------------------------------------------------------


def plain(hours: Decimal) -> str:
    return f"{hours.normalize():f}"


def span_told(locale: str, hours: Decimal, ticket: Ticket) -> str:
    """A length of time on the clock of the ticket's limit: 30 分钟, 4 小时, 5 个工作日."""
    span, count = ticket.span_of(hours)
    return words.plain(locale, f"span.{span}", count=count)


def day_told(locale: str, moment: datetime, book: Book, now: datetime) -> str:
    """12月1日; with its year where that is not this one."""
    local = moment.astimezone(book.zone)
    is_far = local.year != now.astimezone(book.zone).year
    return words.plain(locale, "time.far_date" if is_far else "time.date", moment=local)


def asked_told(ticket: Ticket, book: Book, locale: str, now: datetime) -> dict[str, object]:
    """What is asked for just now, as its sentences tell it."""
    asked, department = ticket.request, book.departments.get(ticket.department_id or 0)
    is_longer = asked["what"] == "extend"
    hours = Decimal(asked["hours"]) if is_longer else Decimal(0)
    until = ticket.deadline_with(Decimal(asked["more"]), book.hours) if is_longer else None
    return {
        "what": asked["what"],
        "span": span_told(locale, hours, ticket) if is_longer else "",
        "deadline": until,
        "day": "" if is_longer else day_told(locale, datetime.fromisoformat(asked["until"]), book, now),
        "reason": in_short(asked["reason"]),
        "unsafe": not is_longer and ticket.may_be_secured,
        "department": department.name if department else "",
        "now": now,
        "zone": book.zone,
    }


async def requested(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> Sequence[str]:
    """Who asks for time; until when it rests; how often it was given more; and whose it is, as was said with 退回."""
    told = []
    if ticket.request and card.audience in ("leader", "staff", "department"):
        key = "request.waits" if card.audience == "department" else "request.asks"
        told.append(words.plain(locale, key, **asked_told(ticket, book, locale, now)))
    if ticket.stage == Stage.SUSPENDED and ticket.suspended_until is not None:
        day = day_told(locale, ticket.suspended_until, book, now)
        told.append(words.plain(locale, "request.rests", day=day, reason=await _why_it_rests(session, ticket)))
    if ticket.extensions and ticket.stage in IN_HAND:
        told.append(words.plain(locale, "request.extended", count=ticket.extensions))
    owner = book.departments.get(ticket.whose_id or 0)
    if owner is not None and ticket.stage == Stage.RETURNED and card.audience in ("leader", "staff", "department"):
        told.append(words.plain(locale, "return.whose_note", department=owner.name))
    return told


async def _why_it_rests(session: AsyncSession, ticket: Ticket) -> str:
    put = TicketEvent.of(ticket.id).where(TicketEvent.kind == "suspended").order_by(None)
    last = await session.scalar(put.order_by(TicketEvent.seq.desc()).limit(1))
    return in_short(last.data.get("reason")) or "" if last is not None else ""
