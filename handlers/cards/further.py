"""Pictures of a ticket that stand in no message of the chat: 更多照片 shows them, alone to who presses it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import words
from handlers.labels import Label, Rows
from models.card import Card
from models.chat import Chat
from models.photo import Photo, PhotoKind, PhotoState
from models.rights import Standing, may
from models.ticket import Stage, Ticket

SEE_ALL = frozenset({"joint", "leader"})
"""Audiences of cards that are read by those only who may see everything of the ticket, as long as the card stands."""


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
            if photo.kind == PhotoKind.PHOTO and (photo.role == "before" or photo.round <= _shown_until(ticket))
        ]
    return [photo for photo in sent if photo.state == PhotoState.WAITING or is_there(photo)]


def is_there(photo: Photo) -> bool:
    """A picture by its copy for many eyes; a film as it is."""
    is_film = photo.kind != PhotoKind.PHOTO
    return photo.is_for_all or (is_film and photo.state == PhotoState.KEPT and photo.media is not None)


def further(photos: Sequence[Photo], ticket: Ticket, *, sees_all: bool, card: Card | None = None) -> list[Photo]:
    """Of those that may be seen the ones that are not in the last fix; or that are not on this card, of somebody whose
    chat never hears the fix."""
    seen = _on_card(photos) if card is not None and card.audience != "private" else _in_fix(photos, ticket)
    return [photo for photo in may_be_seen(photos, ticket, sees_all=sees_all) if photo.id not in seen]


def _on_card(photos: Sequence[Photo]) -> set[int]:
    return {photo.id for photo in _still(photos, "before")[:1]}


def _in_fix(photos: Sequence[Photo], ticket: Ticket) -> set[int]:
    """Also when it was told since that it is not mended. Before any fix, as on a card."""
    fixed = [photo for photo in photos if photo.round == _shown_until(ticket)]
    pairs = _still(fixed, "pair")
    return set(pairs[-1].shows) if pairs else _on_card(photos) | {photo.id for photo in _still(fixed, "after")[:1]}


def _shown_until(ticket: Ticket) -> int:
    """The last round of which pictures were posted; not one of which a picture wants a look."""
    return min(ticket.fix_said, ticket.round - 1) if ticket.is_held else ticket.fix_said


def _still(photos: Sequence[Photo], role: str) -> list[Photo]:
    stills = [photo for photo in photos if photo.role == role and photo.kind == PhotoKind.PHOTO]
    return [photo for photo in stills if photo.state != PhotoState.FAILED]


def further_button(locale: str, ticket: Ticket, count: int) -> Rows:
    """With how many there are; none where there is none."""
    if not count:
        return []
    return [[Label(verb="photos", ticket=ticket.number, text=words.plain(locale, "button.photos", count=count))]]


async def with_further(
    session: AsyncSession, card: Card, ticket: Ticket, chat: Chat, locale: str, usual: Rows,
    photos: Sequence[Photo], held: frozenset[Standing],
) -> Rows:  # fmt: skip
    """The buttons of a card, and below them the further pictures. photos: the ticket's, where they were asked for.

    Not in the group it was reported in: what was sent there stands there.
    """
    if card.ended or card.asks or not _shows_all(card, ticket, chat, held):
        return usual
    photos = photos or list(await session.scalars(Photo.of(ticket.id)))
    return [*usual, *further_button(locale, ticket, len(further(photos, ticket, sees_all=True, card=card)))]


def _shows_all(card: Card, ticket: Ticket, chat: Chat, held: frozenset[Standing]) -> bool:
    """Whether those who read the card may see everything: as Ticket.shows_all_to, of a chat."""
    is_back = ticket.stage == Stage.RETURNED
    if card.audience == "department":
        return chat.department_id == ticket.department_id and not is_back
    if card.audience == "staff":
        return may("see_photos", held - {Standing.OFFICER} if is_back else held)
    if card.audience == "private":
        return ticket.reporter_id is not None and chat.person_id == ticket.reporter_id
    return card.audience in SEE_ALL
