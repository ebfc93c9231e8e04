"""A report becomes a ticket: what, where, whose, by when; or it joins the ticket of the same problem."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from handlers.alarm import alarm
from handlers.danger import whom_to_call_at_once
from handlers.desk import Desk
from handlers.heard import HeardPhoto
from handlers.locating import Located
from models.card import Witness
from models.category import UNPLACED, Category
from models.chat import Chat, Message
from models.mail import Repeat
from models.photo import Photo
from models.ticket import DUPLICATE_RADIUS_M, Serial, Stage, Ticket, case_code, short_number
from models.told import Told
from reading.atlas import distance_m
from reading.normalise import normalise
from reading.personal import mask
from reading.problem import Problem

A_HINT = 0.25
"""How sure a category must be where somebody says it is a report and the words do not: a thing is named (井盖),
not only a spot."""
SURE = 0.5
"""Below it the category is hardly more than a guess: the card says so, and the leader may put it right."""
HARDLY = 0.35
"""Below it no department is sent out on a guess: the reporter or the leader says first what it is. Danger is."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody told us: his words, where it is, his message, and in which chat."""

    text: str
    problem: Problem
    located: Located
    message: Message
    chat: Chat
    is_named: bool = True

    @property
    def code(self) -> str:
        """The category his words tell; what they hardly hint at is for a person to sort."""
        told = self.problem.is_report or self.problem.sureness >= A_HINT
        return (self.problem.code if told else None) or UNPLACED

    @property
    def is_urgent(self) -> bool:
        return self.problem.urgent

    def told(self, category: Category) -> Told:
        """What was read; of what a person chose nothing has to be said for it."""
        read = self.problem
        chosen = category.code != self.code
        is_unplaced = category.code == UNPLACED
        return Told(
            because=read.words if category.code == read.code != UNPLACED else (),
            likely=read.likely,
            others=tuple(code for code in read.others if code not in (category.code, UNPLACED)),
            calls=read.calls,
            is_unsure=not chosen and (read.sureness < SURE or is_unplaced),
            is_guess=not (chosen or read.urgent) and (read.sureness < HARDLY or is_unplaced),
        )


async def open_ticket(desk: Desk, report: Report, category: Category | None = None) -> Ticket:
    """A new ticket, filed and sent to whoever is in charge; or the one that is already open for this very problem,
    joined."""
    book = desk.town
    category = category or book.category(report.code)
    known = await _known(desk, category, report)
    if known is not None:
        await join(desk, known, report.message)
        if report.is_urgent:
            await alarm(desk, known, report.problem, report.text)
        return known
    grid = report.located.grid
    if grid is None:
        raise RuntimeError("a report without a grid")
    day = desk.now.astimezone(book.zone).date()
    serial = await _serial(desk, day)
    ticket = Ticket.report(
        number=short_number(book.district.prefix, day, serial), case_code=case_code(book.district.adcode, day, serial),
        category=category, grid=grid, text=mask(report.text), spot=report.located.spot, by=desk.person, at=desk.now,
        is_urgent=report.is_urgent, told=report.told(category), border=report.located.border,
        is_outside=report.located.is_outside, is_named=report.is_named,
    )  # fmt: skip
    ticket.chat_id, ticket.report_id = report.chat.id, report.message.id
    route(desk, ticket)
    desk.session.add(ticket)
    await desk.session.flush()
    desk.tickets[ticket.id], desk.cards[ticket.id] = ticket, []
    report.message.ticket_id = ticket.id
    desk.session.add(Witness(ticket_id=ticket.id, person_id=desk.me.id, message_id=report.message.id, at=desk.now))
    return ticket


def route(desk: Desk, ticket: Ticket) -> None:
    """By the rules, if they know; else the leader sorts it by hand."""
    book = desk.town
    category, grid = book.category(ticket.category), desk.grid_of(ticket)
    by_hand = book.district.triage == "leader"
    # Danger waits for nobody to find out where it is: the department hears of it together with the leader.
    is_ours = not ticket.is_outside and (ticket.place_source != "nowhere" or ticket.is_urgent)
    is_known = ticket.is_urgent or not ticket.reading.is_guess
    way = None if by_hand or not is_ours or not is_known else book.way(category, grid, ticket.text)
    if way is None and ticket.stage == Stage.PENDING:
        ticket.triage(at=desk.now, files=not by_hand)
    elif way is not None:
        ticket.dispatch(
            way.lead, by=None, at=desk.now, grid=grid, limits=book.limits(category.code, ticket.text), hours=book.hours,
            rule=way.rule, cc=way.cc,
        )  # fmt: skip


async def open_report(desk: Desk, report: Report, category: Category | None = None) -> Ticket:
    """As `open_ticket`. Known already: no second card; a sign under his message,
    and the number to him alone where possible."""
    ticket = await open_ticket(desk, report, category)
    if ticket.report_id != report.message.id:
        desk.post(desk.here, "react", {"emoji": "🤝", "message_row": report.message.id}, repeat=Repeat.FREELY)
        private = await desk.language_of_whispers()
        calls = whom_to_call_at_once(desk.town, private, report.problem)
        await desk.tell_privately(
            desk.me.id, "danger.first" if calls else "report.known", ticket=ticket, number=ticket.number,
            calls=calls, then="report.known",
        )  # fmt: skip
    return ticket


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


async def keep_photos(desk: Desk, photos: tuple[HeardPhoto, ...], message: Message, **belongs: Any) -> list[Photo]:
    """Rows for pictures just heard; `belongs`: ticket_id or draft_id, role, round."""
    channel = desk.said.chat.channel
    kept = [
        Photo(
            channel=channel, ref=photo.ref, key=photo.key, file=photo.file, message_id=message.id,
            person_id=desk.person.id if desk.person else None, at=desk.now, **belongs,
        )
        for photo in photos
    ]  # fmt: skip
    desk.session.add_all(kept)
    await desk.session.flush()
    return kept


async def add_photos(desk: Desk, ticket: Ticket) -> None:
    """More pictures of one's own report, in reply to it."""
    message = await desk.keep_message("photo", ticket=ticket, pictured=True)
    photos = await keep_photos(desk, desk.said.photos, message, ticket_id=ticket.id, role="before", round=ticket.round)
    fetch(desk, photos, desk.lane(desk.here))


def fetch(desk: Desk, photos: list[Photo], lane: str) -> None:
    for photo in photos:
        desk.run_errand("fetch", lane, photo=photo.id, channel=photo.channel, ref=photo.ref)


async def _serial(desk: Desk, day: Any) -> int:
    serial = await desk.session.get(Serial, day, with_for_update=True)
    if serial is None:
        serial = Serial(day=day, last=0)
        desk.session.add(serial)
    return serial.next()


async def _known(desk: Desk, category: Category, report: Report) -> Ticket | None:
    """An open ticket of the same kind, near, within 24 h (contract 7).

    A point that was only read from words is as coarse as the landmark: there the words must name the same spot,
    and the same numbers (a house, a unit), because two problems taken for one would lose a report,
    and one taken for two costs a merge.
    """
    spot = report.located.spot
    if spot.latitude is None or spot.longitude is None or category.code == UNPLACED:
        return None
    numbers = _numbers(mask(report.text))
    alike = Ticket.alike(category.code, spot.latitude, spot.longitude, desk.now)
    for ticket in await desk.session.scalars(alike):
        distance = distance_m(ticket.latitude or 0, ticket.longitude or 0, spot.latitude, spot.longitude)
        if distance > DUPLICATE_RADIUS_M:
            continue
        by_words = "text" in (ticket.place_source, spot.source)
        if not by_words or (_numbers(ticket.text) == numbers and _same_place(ticket.place, spot.words)):
            return desk.tickets.setdefault(ticket.id, ticket)
    return None


def _same_place(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    return one == other or normalise(one) == normalise(other)


def _numbers(text: str) -> list[str]:
    """The runs of digits in a text, full-width ones too."""
    plain = unicodedata.normalize("NFKC", text)
    return sorted("".join(char if char.isdecimal() else " " for char in plain).split())
