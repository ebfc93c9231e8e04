"""/audit N: all that happened to a ticket: who, what, when, why. For administrators, and that they looked is kept."""

from datetime import datetime
from typing import Any

from handlers import words
from handlers.back_then import moment, stood
from handlers.cards.proved import marks_of, marks_of_earlier
from handlers.desk import Desk, Label, Rows
from handlers.history import event_told
from handlers.routing import Router
from models.chat import Chat
from models.person import Person
from models.refusal import Refusal
from models.rights import may, refusal
from models.ticket import Ticket, TicketEvent
from models.trust import Look

router = Router()
A_PAGE = 20
"""Events a message: with their reasons they stay below what Telegram takes."""
LONGEST_TOLD = 120  # characters of one event
DIGITS = 6


@router.command("audit", "admin_private", "admin")
async def audit(desk: Desk) -> None:
    """With a day and a time behind the number: how it stood then."""
    if not desk.me.is_admin:
        raise Refusal("who.only_admin")  # also of a number that does not exist
    ticket = await desk.ticket()
    private = await desk.alone(f"audit-{ticket.number}")
    if private is not None:
        await _show(desk, ticket, private, 0, moment(desk, desk.order.words))


@router.button("audit")
async def turn_page(desk: Desk) -> None:
    press, ticket = desk.said.press, await desk.ticket()
    asked = press.argument or "" if press else ""
    if not (desk.here.is_private and asked.isdecimal() and len(asked) < DIGITS):
        raise Refusal("press.unknown")
    await _show(desk, ticket, desk.here, int(asked), None)


async def _show(desk: Desk, ticket: Ticket, private: Chat, page: int, at: datetime | None) -> None:
    if not may("audit", ticket.standings(desk.me)):
        raise Refusal(refusal("audit"), number=ticket.number)
    desk.session.add(Look(person_id=desk.me.id, ticket_id=ticket.id, about="audit", at=desk.now))
    locale = desk.language_of(private)
    events: list[TicketEvent] = await desk.all_of(TicketEvent.of(ticket.id))
    if at is not None:
        await desk.say(private, "then.shown", ticket=ticket, **stood(desk, ticket, events, at, locale))
        return
    page = min(page, (len(events) - 1) // A_PAGE)
    lines = await _lines(desk, ticket, events[page * A_PAGE :][:A_PAGE], locale)
    reads = desk.session, ticket, desk.town, locale, desk.now, [desk.me]
    marks = [*await marks_of_earlier(*reads), *await marks_of(*reads)]
    buttons = _buttons(ticket, page, len(events))
    await desk.say(
        private,
        "audit.shown",
        buttons=buttons,
        secret=True,
        number=ticket.number,
        lines=lines,
        count=len(events),
        marks=marks,
    )


async def _lines(desk: Desk, ticket: Ticket, shown: list[TicketEvent], locale: str) -> list[dict[str, Any]]:
    ids = [event.by_id for event in shown if event.by_id is not None]
    names = {person.id: person.name for person in await desk.all_of(Person.by_ids(ids))}
    return [
        {
            "seq": event.seq,
            "moment": event.at.astimezone(desk.town.zone),
            "who": _who(event, names, locale),
            "told": event_told(desk.town, locale, ticket, event, desk.now)[:LONGEST_TOLD],
        }
        for event in shown
    ]


def _who(event: TicketEvent, names: dict[int, str], locale: str) -> str:
    """By the name he is known by; nobody: the rules and the clock did it."""
    if event.by_id is None:
        return words.plain(locale, "audit.by_itself")
    return names.get(event.by_id) or words.plain(locale, "audit.erased")


def _buttons(ticket: Ticket, page: int, count: int) -> Rows:
    row = []
    if page:
        row.append(Label("audit.earlier", verb="audit", ticket=ticket.number, argument=str(page - 1)))
    if (page + 1) * A_PAGE < count:
        row.append(Label("audit.later", verb="audit", ticket=ticket.number, argument=str(page + 1)))
    return [row]
