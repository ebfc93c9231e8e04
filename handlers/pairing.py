"""Before and after in one picture: drawn as soon as all that was sent of both sides is there."""

from typing import Any

from handlers import words
from handlers.desk import Desk
from handlers.fix import post_fix
from handlers.proof_shown import bare_after, is_marked, last_pair
from models.chat import Chat
from models.department import Department
from models.photo import Photo, PhotoKind
from models.ticket import Stage, Ticket

MOST = 10
"""Pictures of one side among which the best is looked for."""


async def pair_what_came(desk: Desk, ticket: Ticket) -> None:
    """It is mended, whatever was the last thing to it: the pictures of those who were done before may be there long
    since."""
    if ticket.stage == Stage.RESOLVED:
        await pair_when_ready(desk, ticket, None)


async def pair_when_ready(desk: Desk, ticket: Ticket, came: Photo | None) -> None:
    """When nothing more is awaited of what was sent; also when the bare picture, or a pair without this one, went out
    already: the new pair then replaces it."""
    before, after = await _sides(desk, ticket)
    if not all(photo.is_settled for photo in (*before, *after)):
        return  # a minute at most (`fix_waited_long_enough`)
    if came is not None and not came.is_for_all and await last_pair(desk, ticket) is not None:
        return
    if not await pair_now(desk, ticket) and ticket.fix_said < ticket.round:
        await post_fix(desk, ticket, await bare_after(desk, ticket))


async def pair_now(desk: Desk, ticket: Ticket) -> bool:
    """With what is there by now. Returns whether there is something to show; of what is not public no picture goes
    anywhere, so none is made. What was reported by a film alone is shown mended, with place and dates; what was told in
    words alone is not put on a sheet."""
    before, after = ([photo for photo in side if photo.is_for_all] for side in await _sides(desk, ticket))
    after = [photo for photo in after if not is_marked(photo)] or after  # a slip that was put right shows no more
    if not after or ticket.is_restricted or not (before or await _is_filmed(desk, ticket)):
        return False
    chat = await desk.session.get_one(Chat, ticket.chat_id)
    parties = _parties(desk, ticket, after)
    desk.run_errand(
        "pair", desk.lane(chat), ticket=ticket.id, round=ticket.round, number=ticket.number,
        pictures=[
            *(_told(photo, None) for photo in before[:MOST]),
            *(_told(photo, number) for number, of in enumerate(parties) for photo in parties[of][:MOST]),
        ],
        words=_words(desk, ticket, desk.language_of(chat), list(parties)),
    )  # fmt: skip
    return True


async def _sides(desk: Desk, ticket: Ticket) -> tuple[list[Photo], list[Photo]]:
    """What was wrong, and what was sent as mended in this round; films do not go into a picture."""
    photos = [photo for photo in await desk.all_of(Photo.of(ticket.id)) if photo.kind == PhotoKind.PHOTO]
    after = [photo for photo in photos if photo.role == "after" and photo.round == ticket.round]
    return [photo for photo in photos if photo.role == "before"], after


async def _is_filmed(desk: Desk, ticket: Ticket) -> bool:
    """Whether of what was wrong there is nothing but films."""
    kinds = {photo.kind for photo in await desk.all_of(Photo.of(ticket.id)) if photo.role == "before"}
    return bool(kinds & {PhotoKind.VIDEO, PhotoKind.ROUND}) and PhotoKind.PHOTO not in kinds


def _parties(desk: Desk, ticket: Ticket, after: list[Photo]) -> dict[int | None, list[Photo]]:
    """Their pictures by department, the one in charge first; all under one where nobody else was called."""
    if ticket.response is None:
        return {ticket.department_id: after}
    ids = dict.fromkeys([ticket.department_id, *(photo.department_id for photo in after)])
    found = {id: [photo for photo in after if photo.department_id == id] for id in ids}
    return {id: photos for id, photos in found.items() if photos}


def _names(parties: list[Department | None]) -> list[str]:
    """As short as they may be called beside a picture: by what they serve as (市政中心), where that is part of the
    name, else by the first of it; by the whole name where two would read the same."""
    short = [_short(one) if one is not None else "" for one in parties]
    both = zip(parties, short, strict=True)
    return [one.name if one is not None and short.count(name) > 1 else name for one, name in both]


def _short(department: Department) -> str:
    inside = [name for name in department.serves if name in department.name]
    name: str = min([*(inside or department.serves[:1]), department.name], key=len)
    return name


def _told(photo: Photo, party: int | None) -> dict[str, Any]:
    return {"photo": photo.id, "media": photo.public, "view": photo.view, "party": party}


def _words(desk: Desk, ticket: Ticket, locale: str, parties: list[int | None]) -> dict[str, Any]:
    """As media.pairs writes them; the moments are those of the report and of the proof."""
    zone, names = desk.town.zone, desk.town.departments
    since, until = ticket.reported_at.astimezone(zone), (ticket.resolved_at or desk.now).astimezone(zone)
    form = "time.day" if since.year == until.year else "time.far_date"
    return {
        "before": words.plain(locale, "pair.before"),
        "after": words.plain(locale, "pair.after"),
        "parties": _names([names.get(id or 0) for id in parties]),
        "place": ticket.place or desk.grid_of(ticket).name,
        "facts": words.plain(
            locale, "pair.facts", number=ticket.number, since=words.plain(locale, form, moment=since),
            until=words.plain(locale, form, moment=until),
        ),
    }  # fmt: skip
