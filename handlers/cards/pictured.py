"""Below a card: that its picture cannot be opened, that there are films or voices, that a photo was passed on."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.book import Book
from models.card import Card
from models.photo import Photo, PhotoKind, PhotoState
from models.ticket import Stage, Ticket

STAFF = ("department", "joint", "leader", "staff")
EVERYBODY = (*STAFF, "group", "private")
JUDGES = ("leader", "staff")


async def pictured_notes(
    session: AsyncSession, card: Card, ticket: Ticket, book: Book, locale: str, now: datetime
) -> Sequence[str]:
    if card.audience not in EVERYBODY or card.ended:
        return []

    def told(key: str, **values: Any) -> str:
        return words.plain(locale, key, **values)

    photos = list(await session.scalars(Photo.of(ticket.id)))
    pictures = [photo for photo in photos if photo.kind == PhotoKind.PHOTO]
    before = [photo for photo in pictures if photo.role == "before"]
    found = [told(f"trouble.{trouble}") for trouble in _troubles(before)]
    if card.audience in STAFF:
        proofs = [photo for photo in pictures if photo.role == "after" and photo.round == ticket.round]
        if ticket.stage == Stage.RESOLVED and not ticket.photo_waived:
            found += [told(f"trouble_of_fix.{trouble}") for trouble in _troubles(proofs)]
        clips = [photo for photo in photos if photo.kind != PhotoKind.PHOTO]
        if clips:
            kinds = Counter("voice" if clip.kind == PhotoKind.VOICE else "video" for clip in clips)
            lost = sum(clip.state == PhotoState.FAILED for clip in clips)
            found.append(told("note.clips", videos=kinds["video"], voices=kinds["voice"], lost=lost))
    if card.audience in JUDGES and any(photo.forwarded and photo.role == "before" for photo in photos):
        found.append(told("note.forwarded"))
    return found


def _troubles(pictures: list[Photo]) -> list[str]:
    """Why there is no picture to be seen; nothing as long as there is one, or one may still come."""
    if not pictures or any(photo.state != PhotoState.FAILED for photo in pictures):
        return []
    return [pictures[-1].trouble]
