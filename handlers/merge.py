"""合并: the same incident told twice goes on under one number, with everybody who told of it."""

import re

from sqlalchemy import Select, select

from handlers.asking import ask_on_card, pressed_card, stop_asking
from handlers.asking_why import check_may_ask
from handlers.cards.alike import Alike, packed
from handlers.desk import Desk
from handlers.leaders import side_of
from handlers.routing import Router
from models.card import Witness
from models.refusal import Refusal
from models.ticket import OPEN, Stage, Ticket
from reading.atlas import distance_m
from reading.numbers import leading_ticket_number, ticket_number

router = Router()
OFFERED = 4
LOOKED_AT = 100
"""Open tickets near by, the newest: more than a leader could tell apart."""
AS_FAR_M = 500
"""What is further away is offered only when it is of the same kind."""
INTO = re.compile(r"^\s*(?:并?[到入进至]|into|to)\s*", re.IGNORECASE)
SERIAL = re.compile(r"[#＃]?(\d{4})\s*$")
"""The last digits, as the buttons show them."""


@router.command("merge", "leader")
async def merge(desk: Desk) -> None:
    """`/merge N INTO`; in reply to the card of N its number need not be told again."""
    number, rest = desk.order.number, INTO.sub("", desk.order.words)
    if number is not None and not rest and await desk.replied_to() is not None:
        ticket = await _replied(desk)
        if ticket is not None and ticket.number != number:
            await _merge(desk, ticket, number)
            return
    ticket = await desk.ticket()
    if rest:
        await _merge(desk, ticket, await _named(desk, ticket, rest))
        return
    if desk.said.reply_to is None or await pressed_card(desk, ticket) is None:
        raise Refusal("merge.which", number=ticket.number)
    await _ask(desk, ticket)


@router.answer("merge")
async def named(desk: Desk) -> None:
    ticket = await desk.ticket()
    await _merge(desk, ticket, await _named(desk, ticket, INTO.sub("", desk.order.words)))


@router.button("merge")
async def merge_pressed(desk: Desk) -> None:
    press, ticket = desk.said.press, await desk.ticket()
    if press is not None and press.argument is not None:
        await _merge(desk, ticket, press.argument)
    else:
        await _ask(desk, ticket)


async def _ask(desk: Desk, ticket: Ticket) -> None:
    check_may_ask(desk, ticket, "merge")
    found = await likely(desk, ticket)
    await ask_on_card(desk, ticket, packed(found))
    await desk.answer("merge.choose" if found else "merge.none", number=ticket.number)


async def _merge(desk: Desk, ticket: Ticket, number: str) -> None:
    canonical = ticket_number(number)
    into = await desk.session.scalar(Ticket.numbered(canonical)) if canonical else None
    if into is None:
        raise Refusal("ticket.unknown", number=(canonical or number)[:32])
    into = desk.tickets.setdefault(into.id, into)
    book, was_dangerous = desk.town, ticket.is_urgent and not ticket.is_danger_over
    ticket.merge(
        into, by=desk.me, at=desk.now, grid=side_of(book, ticket, desk.me), there=side_of(book, into, desk.me)
    )  # fmt: skip
    if was_dangerous:
        # The danger goes on under the other number.
        into.alarm(ticket.reading.calls, ticket.text, by=desk.me, at=desk.now)
    await _share(desk, ticket, into)
    await stop_asking(desk, ticket)
    await desk.answer("merge.done", ticket=ticket, number=ticket.number, into=into.number)


async def _share(desk: Desk, ticket: Ticket, into: Ticket) -> None:
    """Whoever reported or met the one hears the end of the other, under his own message."""
    there = set(await desk.all_of(select(Witness.person_id).where(Witness.ticket_id == into.id)))
    for witness in await desk.all_of(Witness.of(ticket.id)):
        if witness.person_id not in there:
            desk.session.add(
                Witness(ticket_id=into.id, person_id=witness.person_id, message_id=witness.message_id, at=witness.at)
            )  # fmt: skip


async def _replied(desk: Desk) -> Ticket | None:
    replied = await desk.replied_to()
    return await desk.ticket_by_id(replied.ticket_id) if replied is not None and replied.ticket_id else None


async def _named(desk: Desk, ticket: Ticket, words: str) -> str:
    """A whole number, or the last four digits of one that lies near by."""
    whole = leading_ticket_number(words)[0] or ticket_number(words)
    short = SERIAL.match(words.strip())
    if whole is not None or short is None:
        return whole or words.strip()
    near = [one for one in await desk.all_of(_near_by(desk, ticket)) if one.number.endswith(short[1])]
    if len(near) != 1:
        raise Refusal("ticket.unknown", number=short[1])
    return str(near[0].number)


# --- which one it may be --------------------------------------------------------------------


async def likely(desk: Desk, ticket: Ticket) -> list[Alike]:
    """Near by or of the same kind, the likeliest first."""
    found: list[tuple[tuple[bool, float, int], Alike]] = []
    for other in await desk.all_of(_near_by(desk, ticket)):
        metres = _between(ticket, other)
        same = other.category == ticket.category
        if not same and (metres is None or metres > AS_FAR_M):
            continue
        minutes = int((desk.now - other.reported_at).total_seconds() // 60)
        far = metres if metres is not None else AS_FAR_M
        one = Alike(other.number, other.category, round(metres) if metres is not None else None, minutes)
        # Another kind must lie much nearer: people call one thing by two names, and rarely.
        found.append(((far > AS_FAR_M, far + (0 if same else AS_FAR_M / 5), -other.id), one))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])[:OFFERED]]


def _near_by(desk: Desk, ticket: Ticket) -> Select[Ticket]:
    """What is open and not mended in this grid and those around it, as far as he leads them; the newest first."""
    book, own = desk.town, desk.grid_of(ticket)
    around = [grid for area in book.atlas.touching(own.code) if (grid := book.grid_coded(area.code)) is not None]
    led = [grid.id for grid in (own, *around) if desk.me.leads(grid)]
    is_open = Ticket.stage.in_(OPEN - {Stage.RESOLVED})
    return (
        select(Ticket)
        .where(Ticket.grid_id.in_(led), is_open, Ticket.id != ticket.id)
        .order_by(Ticket.id.desc())
        .limit(LOOKED_AT)
    )


def _between(one: Ticket, other: Ticket) -> float | None:
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    return distance_m(one.latitude, one.longitude, other.latitude, other.longitude)
