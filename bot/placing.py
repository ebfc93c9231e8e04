"""Whose turn comes when more waits than can be done at once: the urgent first, then every chat at the same rate.

Only between chats: within one it stays as it was said (reliability.md, I5). So what is urgent takes its elders along,
and who floods a chat delays nobody elsewhere.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.runtime import EDITION, Runtime
from handlers.haste import DANGER, DANGERS, HOUR
from models.chat import Chat
from models.mail import Inbox, InboxState
from models.often import so_often
from models.person import Person
from models.types import spelled

A_ROW_MS: Final = 50
"""Twenty rows a second: what a chat brings faster than that stands behind what others bring meanwhile."""
A_CROWD: Final = 20
"""So few rows are done before anybody could be let through."""

Row = dict[str, Any]
IsUrgent = Callable[[Row], bool]
Glance = Callable[[AsyncSession, int | None], Awaitable[IsUrgent]]
"""Brings what tells of a row, by its words and the district's edition, whether it is urgent. Asked for in a crowd only:
reading costs a tenth of a turn."""
LANE = Chat.channel + ":" + Chat.external_id
OF_ONE = (
    select(LANE, Chat.kind, Person.warned)
    .outerjoin(Person, Person.id == Chat.person_id)
    .where(Chat.external_id.in_(bindparam("externals", expanding=True)), LANE.in_(bindparam("lanes", expanding=True)))
)
AHEAD = (
    select(Inbox.lane, func.count())
    .where(
        Inbox.lane.in_(bindparam("lanes", expanding=True)), Inbox.state == spelled(InboxState.NEW.value), Inbox.rank < 0
    )
    .group_by(Inbox.lane)
)
WAITING = Inbox.WAITING.add_columns(EDITION.scalar_subquery())


async def place(session: AsyncSession, rows: Sequence[Row], glance: Glance | None) -> None:
    """Give new rows their ranks. Without a glance: what the bot brings itself (a timer, a picture) follows on something
    done already, and goes as soon as its lane lets it."""
    lasts, waiting, edition = await _waiting(session, {row["lane"] for row in rows})
    until: dict[str, int] = {}
    """Lane -> its last row here that is urgent; the elders of that one go with it."""
    if glance is not None and len(rows) + waiting > A_CROWD:
        is_urgent = await glance(session, edition)
        until = await _until(session, rows, [at for at, row in enumerate(rows) if is_urgent(row)])
    if until:
        await session.execute(Inbox.LET_THROUGH, {"lanes": list(until)})
        lasts |= {lane: last - Inbox.AHEAD for lane, last in lasts.items() if lane in until and last >= 0}
    for at, row in enumerate(rows):
        lane = row["lane"]
        soonest = 0 if glance is None else _ms(row["received_at"])
        if at <= until.get(lane, -1):
            soonest -= Inbox.AHEAD
        row["rank"] = lasts[lane] = max(soonest, lasts[lane] + A_ROW_MS) if lane in lasts else soonest


async def _until(session: AsyncSession, rows: Sequence[Row], urgent: Sequence[int]) -> dict[str, int]:
    """Lane -> its last row here that goes ahead. Alone with us nobody brings more of them than may ring (haste.py)."""
    left = await _left(session, {rows[at]["lane"]: rows[at]["received_at"] for at in urgent})
    until: dict[str, int] = {}
    for at in urgent:
        lane = rows[at]["lane"]
        if lane not in left or left[lane] > 0:
            until[lane] = at
            left |= {lane: left[lane] - 1} if lane in left else {}
    return until


async def _left(session: AsyncSession, lanes: dict[str, datetime]) -> dict[str, int]:
    """Lane of one person alone, or of a chat nobody knows yet -> how many may still go ahead: those he told of within
    the hour, and those let through already, are taken off."""
    if not lanes:
        return {}
    connection, externals = await session.connection(), [lane.partition(":")[2] for lane in lanes]
    found = (await connection.execute(OF_ONE, {"lanes": list(lanes), "externals": externals})).all()
    many = {lane for lane, kind, _ in found if kind != "private"}
    told = {lane: so_often(warned, DANGER, lanes[lane], HOUR) for lane, _, warned in found}
    alone = [lane for lane in lanes if lane not in many]
    waits: dict[str, int] = dict((await connection.execute(AHEAD, {"lanes": alone})).all())
    return {lane: DANGERS - told.get(lane, 0) - waits.get(lane, 0) for lane in alone}


def glance_by(runtime: Runtime) -> Glance:
    """By the words the turn itself will go by, read with the district's own catalogue."""

    async def glance(session: AsyncSession, edition: int | None) -> IsUrgent:
        book = await runtime.edition(session, edition)

        def is_urgent(row: Row) -> bool:
            if book is None:
                return False
            words = runtime.channel(row["channel"]).words(row["payload"])
            return bool(words) and book.problems.read(words).urgent

        return is_urgent

    return glance


async def _waiting(session: AsyncSession, lanes: Collection[str]) -> tuple[dict[str, int], int, int | None]:
    """The last rank in each of these lanes in which anything waits; how much waits in all, as far as it matters; and
    the district's edition."""
    connection = await session.connection()
    found = (await connection.execute(WAITING, {"lanes": list(lanes), "most": A_CROWD})).all()
    _, _, waiting, edition = found[0]
    return {lane: last for lane, last, *_ in found if last is not None}, waiting, edition


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
