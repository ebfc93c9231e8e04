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
from models.photo import Photo, PhotoKind, PhotoState
from models.proof import Mark, worst
from models.rights import Standing, may
from models.ticket import Stage, Ticket

JUDGES = frozenset({Standing.LEADER, Standing.INSPECTOR, Standing.ADMIN})


Readers = Sequence[Person]
"""Who will read it: what is not public is named where each of them may see it."""


async def proof_notes(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> Sequence[str]:
    if card.ended or card.audience not in ("leader", "staff", "department", "joint"):
        return []
    chat = await session.get_one(Chat, card.chat_id)
    people = list(await session.scalars(Person.by_ids([chat.person_id]))) if chat.person_id is not None else []
    held = _held(card, ticket, book, people)
    if may_judge(held):
        return await marks_of(session, ticket, book, locale, now, people)
    return [words.plain(locale, "proof.wait")] if ticket.is_held and Standing.OFFICER in held else []


def may_judge(held: frozenset[Standing]) -> bool:
    """Who has to answer for it, and did not do it himself."""
    return bool(held & JUDGES) and Standing.OFFICER not in held


def _held(card: Card, ticket: Ticket, book: Book, people: Readers) -> frozenset[Standing]:
    if card.audience == "leader":
        return frozenset({Standing.LEADER})
    if card.audience in ("department", "joint"):
        return frozenset({Standing.OFFICER})
    return frozenset[Standing]().union(*(_standings(ticket, one, book) for one in people))


def _standings(ticket: Ticket, person: Person, book: Book) -> frozenset[Standing]:
    sides = [book.grids[id] for id in ticket.sides if id in book.grids]
    return frozenset[Standing]().union(*(ticket.standings(person, side) for side in sides))


async def marks_of(
    session: AsyncSession, ticket: Ticket, book: Book, locale: str, now: datetime, readers: Readers
) -> list[str]:
    """Of what proves this round, all of them, once it is said to be mended; else, and of what was reported, only what
    failed."""
    photos = [photo for photo in await session.scalars(Photo.of(ticket.id)) if photo.state != PhotoState.FAILED]
    proofs = [photo for photo in photos if photo.role == "after" and photo.round == ticket.round]
    proof = worst(_marks(photo) for photo in proofs)
    if ticket.stage not in (Stage.RESOLVED, Stage.CLOSED):
        proof = [mark for mark in proof if mark.is_failed]
    report = [mark for mark in worst(_marks(one) for one in photos if one.role == "before") if mark.is_failed]
    numbers = await _numbers(session, [*proof, *report], book, readers)
    good = [photo for photo in proofs if photo.marks and not any(mark.is_failed for mark in _marks(photo))]
    is_mixed = ticket.is_held and any(mark.is_failed for mark in proof)
    beside = len([photo for photo in good if photo.kind == PhotoKind.PHOTO]) if is_mixed else 0
    return [
        *(_told(mark, numbers, book, locale, now) for mark in proof),
        *([words.plain(locale, "proof.beside_it", count=beside)] if beside else []),
        *(_told(mark, numbers, book, locale, now, of_report=True) for mark in report),
    ]


async def marks_of_earlier(
    session: AsyncSession, ticket: Ticket, book: Book, locale: str, now: datetime, readers: Readers
) -> list[str]:
    """What failed in the rounds before this one, each with its round."""
    photos = [photo for photo in await session.scalars(Photo.of(ticket.id)) if photo.role == "after"]
    found = []
    for round_ in range(1, ticket.round):
        marks = worst(_marks(photo) for photo in photos if photo.round == round_)
        failed = [mark for mark in marks if mark.is_failed]
        numbers = await _numbers(session, failed, book, readers)
        for mark in failed:
            told = _told(mark, numbers, book, locale, now)
            found.append(words.plain(locale, "proof.in_round", round=round_, told=told))
    return found


async def marks_of_one(
    session: AsyncSession, photo: Photo, book: Book, locale: str, now: datetime, readers: Readers
) -> list[str]:
    """Of a picture shown alone; of a reported one only what failed."""
    is_report = photo.role == "before"
    marks = [mark for mark in _marks(photo) if mark.is_failed or not is_report]
    numbers = await _numbers(session, marks, book, readers)
    return [_told(mark, numbers, book, locale, now, of_report=is_report) for mark in marks]


async def compared_with(
    session: AsyncSession, photos: Iterable[Photo], book: Book, readers: Readers
) -> list[tuple[Photo, Ticket]]:
    """The pictures that these were found to be the same as, of tickets that every reader may see."""
    marks = [mark for photo in photos for mark in _marks(photo) if mark.is_failed]
    ids = {mark.values["photo"] for mark in marks if "photo" in mark.values}
    if not ids:
        return []
    found = await session.execute(
        select(Photo, Ticket).join(Ticket, Ticket.id == Photo.ticket_id).where(Photo.id.in_(ids)).order_by(Photo.id)
    )
    return [(photo, ticket) for photo, ticket in found if _is_open_to(ticket, book, readers)]


def _is_open_to(ticket: Ticket, book: Book, readers: Readers) -> bool:
    if not ticket.is_restricted:
        return True
    return bool(readers) and all(may("see_photos", _standings(ticket, one, book)) for one in readers)


def _marks(photo: Photo) -> list[Mark]:
    return [Mark.of(data) for data in photo.marks or ()]


async def _numbers(
    session: AsyncSession, marks: Iterable[Mark], book: Book, readers: Readers
) -> dict[int, str]:  # fmt: skip
    ids = {mark.values["ticket"] for mark in marks if "ticket" in mark.values}
    if not ids:
        return {}
    found = await session.scalars(select(Ticket).where(Ticket.id.in_(ids)))
    return {ticket.id: ticket.number for ticket in found if _is_open_to(ticket, book, readers)}


def _told(
    mark: Mark, numbers: dict[int, str], book: Book, locale: str, now: datetime, *, of_report: bool = False
) -> str:  # fmt: skip
    values: dict[str, Any] = {name: mark.values.get(name) for name in ("metres", "minutes", "round", "alike")}
    at = mark.values.get("at")
    told = words.plain(
        locale, f"proof.{mark.check}_{mark.reason}", **values, number=numbers.get(mark.values.get("ticket", 0)),
        at=datetime.fromisoformat(at) if at else None, now=now, zone=book.zone,
    )  # fmt: skip
    return words.plain(locale, "proof.mark", verdict=mark.verdict, told=told, of_report=of_report)
