"""A report becomes a ticket: what, where, whose, by when; or it joins the ticket of the same problem."""

from dataclasses import replace
from datetime import date
from typing import Any

from handlers.alarm import alarm
from handlers.desk import Desk
from handlers.duplicates import find_known, share
from handlers.haste import count_danger, goes_ahead
from handlers.heard import HeardPhoto
from handlers.reported import REPORT, SPOT, Report
from models.card import Witness
from models.category import Category
from models.chat import Message
from models.photo import Photo, PhotoKind
from models.ticket import Serial, Stage, Ticket, case_code, short_number
from reading.personal import mask
from reading.views import view_of

LARGEST = 20 * 1024 * 1024
IS_LARGE = "too_large"
"""Told by the channel before anything was fetched: bytes, more than it lets a bot have."""


async def open_report(desk: Desk, report: Report, category: Category | None = None) -> Ticket:
    """A new ticket, filed and sent to whoever is in charge; or the one that is already open for this very problem,
    joined. What was dealt with on the spot is never another's."""
    category = category or desk.town.category(report.code)
    desk.reports.append(report.entry if report.entry != REPORT else "photo" if report.message.pictured else "text")
    known = await find_known(desk, category, report) if report.entry != SPOT else None
    if known is None:
        return await open_anew(desk, report, category)
    await share(desk, known, report, category)
    if report.is_urgent:
        await alarm(desk, known.ticket, report.problem, report.text)
    return known.ticket


async def open_anew(desk: Desk, report: Report, category: Category) -> Ticket:
    """A ticket of its own, whatever else is known."""
    book = desk.town
    grid = report.located.grid
    if grid is None:
        raise RuntimeError("a report without a grid")
    if report.is_urgent:
        report = replace(report, is_in_line=not goes_ahead(desk))
        count_danger(desk)
    day = desk.now.astimezone(book.zone).date()
    serial = await _serial(desk, day)
    ticket = Ticket.report(
        number=short_number(book.district.prefix, day, serial), case_code=case_code(book.district.adcode, day, serial),
        category=category, grid=grid, text=mask(report.text), spot=report.located.spot, by=desk.person, at=desk.now,
        is_urgent=report.is_urgent, told=report.told(category), border=report.located.border,
        is_outside=report.located.is_outside, is_named=report.is_named, entry=report.entry,
    )  # fmt: skip
    ticket.chat_id, ticket.report_id = report.chat.id, report.message.id
    if report.entry == SPOT:
        ticket.settle(by=desk.me, at=desk.now)
    else:
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


async def keep_photos(desk: Desk, photos: tuple[HeardPhoto, ...], message: Message, **belongs: Any) -> list[Photo]:
    """Rows for pictures just heard; `belongs`: ticket_id or draft_id, role, round."""
    channel = desk.said.chat.channel
    kept = [
        Photo(
            channel=channel, ref=photo.ref, key=photo.key, file=photo.file, kind=photo.kind,
            forwarded=desk.said.forwarded, view=view_of(desk.said.text), message_id=message.id,
            person_id=desk.person.id if desk.person else None, at=desk.now,
            reason=IS_LARGE if (photo.size or 0) > LARGEST else None, **belongs,
        )
        for photo in photos
    ]  # fmt: skip
    desk.session.add_all(kept)
    await desk.session.flush()
    return kept


def fetch(desk: Desk, photos: list[Photo], lane: str) -> None:
    for photo in photos:
        about = desk.tickets.get(photo.ticket_id or 0)
        desk.run_errand(
            "fetch", lane, photo=photo.id, channel=photo.channel, ref=photo.ref, what=photo.kind,
            hides=desk.town.district.blurs, too_large=photo.reason == IS_LARGE,
            number=about.number if about else None,
        )  # fmt: skip
        if photo.ticket_id is not None and (photo.role, photo.kind) == ("before", PhotoKind.PHOTO):
            desk.awaited.add(photo.ticket_id)


async def _serial(desk: Desk, day: date) -> int:
    return int((await desk.session.execute(Serial.counting(desk.dialect), {"day": day})).scalar_one())
