"""Which picture a fix shows: the newest pair of its round, else the bare picture."""

from typing import Any

from handlers.cards.drawing import shown_of
from handlers.desk import Desk
from models.photo import Photo
from models.proof import Verdict
from models.ticket import Ticket


async def picture_of_fix(desk: Desk, ticket: Ticket) -> dict[str, Any] | None:
    """What there is by now; None also where nothing was sent, or nobody could look at it."""
    pair = await last_pair(desk, ticket)
    return {"media": pair.media} if pair is not None else await bare_after(desk, ticket)


async def last_pair(desk: Desk, ticket: Ticket) -> Photo | None:
    """The newest of this round."""
    pairs = Photo.of(ticket.id).where(Photo.role == "pair", Photo.round == ticket.round)
    found: list[Photo] = await desk.all_of(pairs)
    return found[-1] if found else None


async def bare_after(desk: Desk, ticket: Ticket) -> dict[str, Any] | None:
    """The first picture of this round that can be shown; rather one in which nothing was found."""
    sent = Photo.of(ticket.id).where(Photo.role == "after", Photo.round == ticket.round)
    photos = sorted(await desk.all_of(sent), key=lambda photo: (is_marked(photo), photo.id))
    return shown_of(photos, blurs=desk.town.district.blurs)


def is_marked(photo: Photo) -> bool:
    """Whether something was found that somebody has to look at (models/proof.py)."""
    return any(mark["verdict"] == Verdict.FAIL for mark in photo.marks or ())
