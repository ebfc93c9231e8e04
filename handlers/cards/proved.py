"""What the marks of pictures say (models/proof.py): to who has to look, in a line each; to a department only that its
leader will. Nobody else reads anything of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from models.card import Card
from models.chat import Chat
from models.person import Person
from models.photo import Photo, PhotoState
from models.proof import Mark, worst
from models.rights import Standing
from models.ticket import Stage, Ticket

JUDGES = frozenset({Standing.LEADER, Standing.INSPECTOR, Standing.ADMIN})


async def proof_notes(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> Sequence[str]:
    if card.ended or card.audience not in ("leader", "staff", "department", "joint"):
        return []
    held = await _held(session, card, ticket, book)
    if may_judge(held):
        return await marks_of(session, ticket, book, locale, now)
    return [words.plain(locale, "proof.wait")] if ticket.is_held and Standing.OFFICER in held else []


def may_judge(held: frozenset[Standing]) -> bool:
    """Who has to answer for it, and did not do it himself."""
    return bool(held & JUDGES) and Standing.OFFICER not in held


async def _held(session: AsyncSession, card: Card, ticket: Ticket, book: Book) -> frozenset[Standing]:
    if card.audience == "leader":
        return frozenset({Standing.LEADER})
    if card.audience in ("department", "joint"):
        return frozenset({Standing.OFFICER})
    chat = await session.get_one(Chat, card.chat_id)
    people = list(await session.scalars(Person.by_ids([chat.person_id]))) if chat.person_id is not None else []
    sides = [book.grids[id] for id in ticket.sides if id in book.grids]
    return frozenset[Standing]().union(*(ticket.standings(one, side) for one in people for side in sides))


async def marks_of(session: AsyncSession, ticket: Ticket, book: Book, locale: str, now: datetime) -> list[str]:
    """Of what proves this round, all of them, once it is said to be mended; else, and of what was reported, only what
    failed."""
    photos = [photo for photo in await session.scalars(Photo.of(ticket.id)) if photo.state != PhotoState.FAILED]
    proof = worst(_marks(photo) for photo in photos if photo.role == "after" and photo.round == ticket.round)
    if ticket.stage not in (Stage.RESOLVED, Stage.CLOSED):
        proof = [mark for mark in proof if mark.is_failed]
    report = [mark for mark in worst(_marks(one) for one in photos if one.role == "before") if mark.is_failed]
    numbers = await _numbers(session, [*proof, *report])
    return [
        *(_told(mark, numbers, book, locale, now) for mark in proof),
        *(_told(mark, numbers, book, locale, now, of_report=True) for mark in report),
    ]


async def marks_of_one(session: AsyncSession, photo: Photo, book: Book, locale: str, now: datetime) -> list[str]:
    """Of a picture shown alone; of a reported one only what failed."""
    is_report = photo.role == "before"
    marks = [mark for mark in _marks(photo) if mark.is_failed or not is_report]
    numbers = await _numbers(session, marks)
    return [_told(mark, numbers, book, locale, now, of_report=is_report) for mark in marks]


def _marks(photo: Photo) -> list[Mark]:
    return [Mark.of(data) for data in photo.marks or ()]


async def _numbers(session: AsyncSession, marks: Iterable[Mark]) -> dict[int, str]:
    ids = {mark.values["ticket"] for mark in marks if "ticket" in mark.values}
    if not ids:
        return {}
    found = await session.scalars(select(Ticket).where(Ticket.id.in_(ids)))
    return {ticket.id: ticket.number for ticket in found}


def _told(
    mark: Mark, numbers: dict[int, str], book: Book, locale: str, now: datetime, *, of_report: bool = False
) -> str:  # fmt: skip
    values: dict[str, Any] = {name: mark.values.get(name) for name in ("metres", "minutes", "round")}
    at = mark.values.get("at")
    told = words.plain(
        locale, f"proof.{mark.check}_{mark.reason}", **values, number=numbers.get(mark.values.get("ticket", 0)),
        at=datetime.fromisoformat(at) if at else None, now=now, zone=book.zone,
    )  # fmt: skip
    return words.plain(locale, "proof.mark", verdict=mark.verdict, told=told, of_report=of_report)
