"""The same problem told twice: found, joined, and shown to who told it again, who may say that his is another one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from handlers.cards.drawing import picture_of
from handlers.cards.line import place_of
from handlers.danger import whom_to_call_at_once
from handlers.desk import Desk, Label
from handlers.locating import TRUSTED, at_point, near
from handlers.reported import Report
from models.card import Witness
from models.category import UNPLACED, Category
from models.chat import Chat, Message
from models.draft import JOINED, Draft
from models.form import Form
from models.mail import Repeat
from models.photo import Photo
from models.spot import Spot
from models.ticket import Ticket
from models.ticket.record import DUPLICATE_WITHIN
from reading.atlas import distance_m
from reading.normalise import normalise
from reading.personal import mask
from reading.same_spot import Telling, say_the_same_spot

A_SIGN = "🤝"
# Looked for from where a word begins only, else a long one would be read again from each of its letters.
MASKED = re.compile(r"(?:(?<![0-9A-Za-z@._+-])[0-9A-Za-z@._+-]+)?[*]+[0-9A-Za-z@._+-]*")
MAY_PART = timedelta(hours=24)
"""So long who joined with a report may still say that his is another one."""
ALIKE = Ticket.alike()


@dataclass(frozen=True, slots=True)
class Known:
    """A ticket that may be the same problem. metres: between the two points; None where one is only a landmark's."""

    ticket: Ticket
    metres: float | None


async def find_known(desk: Desk, category: Category, report: Report) -> Known | None:
    """The nearest open ticket of the same kind, near, within 24 h (contract 7, docs/decisions/0013).

    A point that was only read from words is as coarse as the landmark: there the words must name the same spot (the
    same words, or names of one landmark and nothing beside them that tells of two), and the same numbers (a house,
    a unit), because two problems taken for one would lose a report, and one taken for two costs a merge.
    """
    spot = report.located.spot
    if spot.latitude is None or spot.longitude is None or category.code == UNPLACED:
        return None
    numbers, radius = _numbers(mask(report.text)), category.radius
    found = []
    box = Ticket.box(spot.latitude, spot.longitude, radius)
    about = {"category": category.code, "since": desk.now - DUPLICATE_WITHIN, **box}
    for ticket in await desk.session.scalars(ALIKE, about):
        distance = distance_m(ticket.latitude or 0, ticket.longitude or 0, spot.latitude, spot.longitude)
        by_words = "text" in (ticket.place_source, spot.source)
        is_said = not by_words or (_numbers(ticket.text) == numbers and _is_there(desk, ticket, report))
        if distance <= radius and is_said:
            found.append((distance, ticket.id, ticket))
    if not found:
        return None
    metres, _, ticket = min(found, key=lambda one: one[:2])
    is_measured = ticket.place_source in TRUSTED and spot.source in TRUSTED
    return Known(desk.tickets.setdefault(ticket.id, ticket), metres if is_measured else None)


def _is_there(desk: Desk, ticket: Ticket, report: Report) -> bool:
    words, grid = report.located.spot.words, report.located.grid
    if ticket.place is None or words is None:
        return False
    if same_place(ticket.place, words):
        return True
    book = desk.town
    one = Telling(ticket.text, ticket.place, near(book, desk.grid_of(ticket)))
    return say_the_same_spot(book.places, one, Telling(mask(report.text), words, near(book, grid)))


async def join(desk: Desk, ticket: Ticket, message: Message | None) -> bool:
    """Share a ticket. Returns whether this person was not on it yet; no event is written for one who was."""
    desk.tickets.setdefault(ticket.id, ticket)
    if message is not None:
        message.ticket_id = ticket.id
    known = await desk.session.scalar(
        select(Witness).where(Witness.ticket_id == ticket.id, Witness.person_id == desk.me.id)
    )
    if known is not None:
        return False
    ticket.join(by=desk.me, at=desk.now, message=message.id if message else None)
    desk.session.add(
        Witness(ticket_id=ticket.id, person_id=desk.me.id, message_id=message.id if message else None, at=desk.now)
    )
    return True


async def share(desk: Desk, known: Known, report: Report, category: Category) -> None:
    """A second report joins: a sign under it, what is known to him alone where that can be, else on the card.
    What he told is kept for a day, should it be another one."""
    ticket = known.ticket
    await join(desk, ticket, report.message)
    draft = await _kept(desk, ticket, report, category)
    desk.post(desk.here, "react", {"emoji": A_SIGN, "message_row": report.message.id}, repeat=Repeat.FREELY)
    private = await desk.session.scalar(Chat.private_of([desk.me.id]))
    if private is not None:
        picture = await picture_of(desk.session, ticket, blurs=desk.town.district.blurs)
        told = await desk.say(
            private, "known.hidden" if ticket.is_restricted else "known.told", purpose="known", ticket=ticket,
            reply_to=report.message.id if private.id == report.message.chat_id else None, remember=True,
            buttons=[[Label("button.another", "another", ticket.number, str(draft.id))]],
            picture=None if ticket.is_restricted else picture,
            **_told(desk, known, report, desk.language_of(private)),
        )  # fmt: skip
        draft.question_id = told.id if told else None
    # Also where he was on it already and no event says that it changed.
    await desk.redraw(ticket)
    await desk.set_timer(
        f"joined:{draft.id}", "joined", MAY_PART, desk.lane(await desk.session.get_one(Chat, draft.chat_id)),
        draft=draft.id,
    )  # fmt: skip


def _told(desk: Desk, known: Known, report: Report, locale: str) -> dict[str, Any]:
    ticket, book = known.ticket, desk.town
    return {
        "number": ticket.number, "category": book.category(ticket.category).name(locale), "stage": ticket.stage,
        "place": place_of(ticket, book, locale), "since": ticket.reported_at, "mine": ticket.reporter_id == desk.me.id,
        "metres": None if known.metres is None else round(known.metres),
        "calls": whom_to_call_at_once(book, locale, report.problem),
    }  # fmt: skip


async def _kept(desk: Desk, ticket: Ticket, report: Report, category: Category) -> Draft:
    located = report.located
    form = Form(
        touched_at=desk.now, words=mask(report.text), spot=located.spot, category=category.code,
        grid_id=located.grid.id if located.grid else None, border_id=located.border.id if located.border else None,
        is_outside=located.is_outside, is_named=report.is_named,
    )  # fmt: skip
    draft = Draft(
        chat_id=report.chat.id, person_id=desk.me.id, state=JOINED, step=report.entry, text="",
        report_id=report.message.id, ticket_id=ticket.id, begun_at=desk.now,
    )  # fmt: skip
    draft.fill(form)
    desk.session.add(draft)
    await desk.session.flush()
    return draft


async def place_joined(desk: Desk, ticket: Ticket, photo: Photo, spot: Spot) -> None:
    """A picture of somebody who joined tells where it was taken: where his would be, if it turns out another one."""
    joined = Draft.joined_by(photo.person_id or 0, ticket.id)
    for draft in await desk.all_of(joined):
        if photo.message_id == draft.report_id and draft.is_joined:
            at = at_point(desk.town, spot, desk.grid_of(ticket))
            grid_id, border_id = (grid.id if grid else None for grid in (at.grid, at.border))
            draft.fill(draft.told.stands(at.spot, grid_id, border_id, is_outside=at.is_outside))


def same_place(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    return one == other or normalise(one) == normalise(other)


def _numbers(text: str) -> list[str]:
    """The runs of digits in a masked text, full-width ones too; what is left of a telephone number is none."""
    plain = MASKED.sub(" ", unicodedata.normalize("NFKC", text))
    return sorted("".join(char if char.isdecimal() else " " for char in plain).split())
