"""Pictures of a ticket that stand in no message of the chat: 更多照片 shows them, alone to who presses it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.labels import Label, Rows
from models.card import Card
from models.photo import Photo, PhotoKind, PhotoState
from models.ticket import Ticket

SEE_ALL = frozenset({"department", "joint", "leader", "staff", "private"})
"""Audiences of cards that are read by those only who may see everything of the ticket."""


def may_be_seen(photos: Sequence[Photo], ticket: Ticket, *, sees_all: bool) -> list[Photo]:
    """Those that somebody may see who may see everything, or else what is for all: no proof before it was posted, and
    no film, since nobody looks for faces in it. What is still on its way is among them.

    photos: all of the ticket, in order.
    """
    sent = [photo for photo in photos if photo.role in ("before", "after")]
    if not sees_all:
        sent = [
            photo
            for photo in sent
            if photo.kind == PhotoKind.PHOTO and (photo.role == "before" or photo.round <= ticket.fix_said)
        ]
    return [photo for photo in sent if photo.state == PhotoState.WAITING or is_there(photo)]


def is_there(photo: Photo) -> bool:
    """A picture by its copy for many eyes; a film as it is."""
    is_film = photo.kind != PhotoKind.PHOTO
    return photo.is_for_all or (is_film and photo.state == PhotoState.KEPT and photo.media is not None)


def further(photos: Sequence[Photo], ticket: Ticket, *, sees_all: bool) -> list[Photo]:
    """Of those that may be seen the ones that are neither on the card nor in the fix."""
    seen = _seen(photos, ticket)
    return [photo for photo in may_be_seen(photos, ticket, sees_all=sees_all) if photo.id not in seen]


def _seen(photos: Sequence[Photo], ticket: Ticket) -> set[int]:
    still = [photo for photo in photos if photo.kind == PhotoKind.PHOTO and photo.state != PhotoState.FAILED]
    before = [photo for photo in still if photo.role == "before"]
    if ticket.fix_said < ticket.round:
        return {photo.id for photo in before[:1]}
    pairs = [photo for photo in still if photo.role == "pair" and photo.round == ticket.round]
    if pairs:
        return set(pairs[-1].shows)
    after = [photo for photo in still if photo.role == "after" and photo.round == ticket.round]
    return {photo.id for photo in (*before[:1], *after[:1])}


def further_button(locale: str, ticket: Ticket, count: int) -> Rows:
    """With how many there are; none where there is none."""
    if not count:
        return []
    return [[Label(verb="photos", ticket=ticket.number, text=words.plain(locale, "button.photos", count=count))]]


async def with_further(
    session: AsyncSession, card: Card, ticket: Ticket, locale: str, usual: Rows, photos: Sequence[Photo]
) -> Rows:  # fmt: skip
    """The buttons of a card, and below them the further pictures. photos: the ticket's, where they were asked for.

    Not in the group it was reported in: what was sent there stands there.
    """
    sees_all = card.audience in SEE_ALL
    if card.ended or card.asks or not sees_all:
        return usual
    photos = photos or list(await session.scalars(Photo.of(ticket.id)))
    return [*usual, *further_button(locale, ticket, len(further(photos, ticket, sees_all=sees_all)))]
