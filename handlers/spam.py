"""Too much of one person: more reports than he may make, the same words again, the same picture again.

Kindly refused in private, silent in a group: he hears of each kind once an hour. Danger is never refused; how much of
it goes before others says haste.py.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from handlers.desk import Desk
from handlers.duplicates import same_place
from handlers.haste import works
from handlers.locating import TRUSTED, Located
from models.chat import Chat, Message
from models.draft import JOINED, Draft
from models.mail import Repeat
from models.photo import Photo
from models.spot import Spot
from models.ticket import OPEN, Stage, Ticket
from models.ticket.record import DUPLICATE_WITHIN
from reading.atlas import distance_m
from reading.normalise import normalise
from reading.personal import mask
from reading.problem import Problem

A_SIGN = "🤔"
HOUR, DAY, TEXT, PICTURE = "hour", "day", "text", "picture"
SPANS = {HOUR: timedelta(hours=1), DAY: timedelta(days=1)}
LATELY = 20
"""So many of his last reports are looked at for the same words or pictures."""
STILL_SAID = (OPEN | {Stage.DECLINED, Stage.MERGED}) - {Stage.RESOLVED}
"""What is mended and told of again is news; so is what he took back."""

Seen = Any
"""A row with what is looked at of a ticket (`LOOKED_AT`)."""


@dataclass(frozen=True, slots=True)
class TooMuch:
    """kind: hour, day, text or picture. number: of the ticket that was made of it the first time."""

    kind: str
    number: str | None = None

    @property
    def key(self) -> str:
        return f"spam.{self.kind}"


# Asked of every report, so put together once: building a statement takes longer than asking it.
PERSON: BindParameter[int] = bindparam("person")
# Not whole tickets: that would take longer than all the rest of it.
LOOKED_AT = (
    Ticket.number, Ticket.stage, Ticket.category, Ticket.text, Ticket.place, Ticket.latitude, Ticket.longitude,
    Ticket.grid_id, Ticket.border_id, Ticket.ended_at,
)  # fmt: skip
SHOWN = (
    select(Photo.key, *LOOKED_AT)
    .join(Ticket, Ticket.id == Photo.ticket_id)
    .where(Photo.key.in_(bindparam("keys", expanding=True)), Photo.person_id == PERSON, Photo.role == "before")
    .where(Ticket.stage != Stage.WITHDRAWN)
    .order_by(Photo.id.desc())
    .limit(LATELY)
)
TOLD = (
    select(*LOOKED_AT)
    .where(Ticket.reporter_id == PERSON, Ticket.reported_at > bindparam("since"))
    .order_by(Ticket.id.desc())
    .limit(LATELY)
)
SHARED = (
    select(Draft, *LOOKED_AT)
    .join(Ticket, Ticket.id == Draft.ticket_id)
    .where(Draft.person_id == PERSON, Draft.state == JOINED)
    .order_by(Draft.id.desc())
    .limit(LATELY)
)
ASKED = select(Draft.begun_at).where(
    Draft.person_id == PERSON, Draft.state.in_((JOINED, "asked")), Draft.begun_at > bindparam("since")
)
MADE = {
    # When he made the last but so many: only that one is looked at, however many he has made.
    kind: select(Ticket.reported_at)
    .where(Ticket.reporter_id == PERSON)
    .order_by(Ticket.id.desc())
    .offset(bindparam(kind))
    .limit(1)
    for kind in SPANS
}
LAST_BUT_SO_MANY = {
    kinds: select(*(MADE[kind].scalar_subquery() for kind in kinds), ASKED.limit(1).scalar_subquery())
    for kinds in ((DAY,), (DAY, HOUR))
}


async def refused(
    desk: Desk, text: str, problem: Problem, located: Located | None, pictures: Sequence[str],
    under: Message | None = None, *, counts: bool = True,
) -> bool:  # fmt: skip
    """Whether what he tells now is too much; then he was told so. pictures: the channel's own keys of them.
    under: his message, where it is not the one just heard. counts: it is not among those counted already."""
    much = await too_much(desk, text, problem, located, pictures, counts=counts)
    if much is None:
        return False
    if desk.me.hears_again(much.kind, desk.now):
        await _tell(desk, much, under)
    return True


async def too_much(
    desk: Desk, text: str, problem: Problem, located: Located | None, pictures: Sequence[str], *, counts: bool = True
) -> TooMuch | None:
    if problem.urgent:
        return None
    seen = await _pictures_seen(desk, pictures)
    shown = [ticket for ticket in seen.values() if not _tells_of_another(desk, ticket, problem, located)]
    if pictures and len(shown) == len(set(pictures)):
        return TooMuch(PICTURE, shown[0].number)
    # Of a place that is known find_known says whether it is the same problem; and who goes along a street says 垃圾满溢
    # of every bin. So with a new picture only words that name a place nobody knows tell that it is the same again.
    is_told = text.strip() and located is not None
    if is_told and located is not None and (not pictures or (located.spot.words and not located.spot.has_point)):
        again = await _words_again(desk, text, located)
        if again is not None:
            return TooMuch(TEXT, again)
    return await _too_many(desk) if counts else None


async def _pictures_seen(desk: Desk, keys: Collection[str]) -> dict[str, Seen]:
    """Key -> the last ticket for which he has sent this picture. What he took back, or what ended a day ago and more,
    does not count: he may have reason to show it again."""
    if not keys:
        return {}
    since, last = desk.now - DUPLICATE_WITHIN, dict[str, Seen]()
    for ticket in await desk.session.execute(SHOWN, {"person": desk.me.id, "keys": list(keys)}):
        if ticket.ended_at is None or ticket.ended_at > since:
            last.setdefault(ticket.key, ticket)
    return last


def _tells_of_another(desk: Desk, ticket: Seen, problem: Problem, located: Located | None) -> bool:
    """One picture may show two things: words that plainly tell of another kind, or of another place, are believed."""
    if problem.is_report and problem.code != ticket.category:
        return True
    if located is None:
        return False
    spot = located.spot
    if spot.words is not None and not same_place(spot.words, ticket.place):
        return True
    return _is_elsewhere(desk, spot, located, ticket)


async def _words_again(desk: Desk, text: str, located: Located) -> str | None:
    """The number of his ticket of the last day that says the very same of no other place."""
    said, since = normalise(mask(text)), desk.now - DUPLICATE_WITHIN
    mine = {"person": desk.me.id}
    told: list[tuple[str, Seen]] = [
        (one.text, one) for one in await desk.session.execute(TOLD, {**mine, "since": since})
    ]
    told += [(one.Draft.told.words, one) for one in await desk.session.execute(SHARED, mine) if one.Draft.is_joined]
    for words, ticket in told:
        is_same = ticket.stage in STILL_SAID and normalise(words) == said
        if is_same and not _is_elsewhere(desk, located.spot, located, ticket):
            return str(ticket.number)
    return None


def _is_elsewhere(desk: Desk, spot: Spot, located: Located, ticket: Seen) -> bool:
    """By what was measured, else by the grid: the same words in another group are about something there."""
    if spot.source not in TRUSTED or spot.latitude is None or spot.longitude is None:
        return located.grid is not None and located.grid.id not in (ticket.grid_id, ticket.border_id)
    if ticket.latitude is None or ticket.longitude is None:
        return True
    apart = distance_m(spot.latitude, spot.longitude, ticket.latitude, ticket.longitude)
    return apart > desk.town.category(ticket.category).radius


async def _too_many(desk: Desk) -> TooMuch | None:
    """More than he may make in an hour or a day: tickets, what joined another's, and photos that were asked about.
    Who works for the town may have reason to in an hour."""
    district, me = desk.town.district, desk.me
    kinds = (DAY,) if works(me) else (DAY, HOUR)
    mine = {"person": me.id, "since": desk.now - SPANS[DAY]}
    # One question for nearly everybody: when he made the last but so many, and whether there is anything beside.
    skipped = {kind: district.most_in(kind) - 1 for kind in kinds}
    *made, beside = (await desk.session.execute(LAST_BUT_SO_MANY[kinds], mine | skipped)).one()
    if beside is None:
        late = (kind for kind, at in zip(kinds, made, strict=True) if at is not None and at > desk.now - SPANS[kind])
        return next((TooMuch(kind) for kind in late), None)
    asked = list(await desk.session.scalars(ASKED, mine))
    for kind in kinds:
        since = desk.now - SPANS[kind]
        left = district.most_in(kind) - sum(at > since for at in asked)
        at = await desk.session.scalar(MADE[kind], {"person": me.id, kind: left - 1}) if left > 0 else desk.now
        if at is not None and at > since:
            return TooMuch(kind)
    return None


async def _tell(desk: Desk, much: TooMuch, under: Message | None) -> None:
    """In private; who cannot be reached there finds a sign under what he wrote."""
    private = desk.here if desk.here.is_private else await desk.session.scalar(Chat.private_of([desk.me.id]))
    if private is not None:
        await desk.say(private, much.key, number=much.number)
        return
    of: dict[str, Any] = {"message_row": under.id} if under is not None else {"message": desk.said.message}
    desk.post(desk.here, "react", {"emoji": A_SIGN, **of}, repeat=Repeat.FREELY)
