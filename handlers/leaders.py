"""Who leads what, and can be reached: himself, else the next one up, at last the administrators (contract 4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.book import Book
from handlers.desk import Desk
from models.chat import Chat
from models.grid import Grid
from models.person import Person, Role, RoleKind
from models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder of a grid: whose chats, and of which grid; None: the administrators'."""

    grid: Grid | None
    chats: tuple[Chat, ...]


async def ladder(desk: Desk, grid: Grid) -> list[Rung]:
    """From the grid's own leader up. Levels where nobody (new) can be reached have no rung."""
    leaders: dict[int | None, list[Chat]] = defaultdict(list)
    held = _reachable(RoleKind.LEADER).where(Role.grid_id.in_(grid.line)).add_columns(Role.grid_id)
    for chat, grid_id in await desk.session.execute(held):
        leaders[grid_id].append(chat)
    rungs, told = [], set[int]()
    for grid_id in [*reversed(grid.line), None]:
        there = leaders[grid_id] if grid_id is not None else await leaders_of_last_resort(desk)
        chats = {chat.id: chat for chat in there if chat.id not in told}
        if chats:
            rungs.append(Rung(desk.town.grids[grid_id] if grid_id is not None else None, tuple(chats.values())))
            told |= chats.keys()
    return rungs


async def leader_chats(desk: Desk, grid: Grid) -> list[Chat]:
    """Where a leader of this grid can be reached."""
    return [chat for rung in (await ladder(desk, grid))[:1] for chat in rung.chats]


async def leaders_of_last_resort(desk: Desk) -> list[Chat]:
    """The administrators' private chats."""
    return list(dict.fromkeys(await desk.session.scalars(_reachable(RoleKind.ADMIN))))


async def standing(session: AsyncSession, book: Book, chat: Chat) -> dict[int, list[int]]:
    """For whom this private chat stands: how many rungs below it -> the ids of the grids for which that is so.

    As `ladder` tells it for every grid, the other way round and for all of them at once.
    """
    leaders: dict[int, set[int]] = defaultdict(set)
    held = _reachable(RoleKind.LEADER).where(Role.grid_id.is_not(None)).with_only_columns(Role.grid_id, Chat.id)
    for grid_id, chat_id in await session.execute(held):
        leaders[grid_id or 0].add(chat_id)
    admins = set(await session.scalars(_reachable(RoleKind.ADMIN).with_only_columns(Chat.id)))
    found: dict[int, list[int]] = defaultdict(list)
    for grid in book.grids.values():
        below = _rungs_below(chat.id, [*(leaders.get(id, set()) for id in reversed(grid.line)), admins])
        if below is not None:
            found[below].append(grid.id)
    return dict(found)


def _rungs_below(chat: int, steps: Iterable[set[int]]) -> int | None:
    told: set[int] = set()
    rungs = 0
    for step in steps:
        if chat in step:
            return rungs
        if step - told:
            rungs += 1
            told |= step
    return None


def led_by(book: Book, person: Person) -> list[int]:
    """Ids of the grids somebody leads, with all below them."""
    if not (person.grids or person.is_admin):
        return []
    return [grid.id for grid in book.grids.values() if person.leads(grid)]


def side_of(book: Book, ticket: Ticket, person: Person, among: Iterable[int] | None = None) -> Grid:
    """The grid for whose leader this person speaks: the ticket's own, or the one over the border.

    His own where he leads neither: the verb then refuses him. among: ids; else those that may sort it now.
    """
    sides: Mapping[int, Grid] = book.grids
    for grid_id in among or ticket.sides:
        if grid_id in sides and person.leads(sides[grid_id]):
            return sides[grid_id]
    return sides[ticket.grid_id]


def _reachable(kind: RoleKind) -> Select[Chat]:
    """Private chats of those who hold a role, with the columns of the role to ask for."""
    return (
        select(Chat)
        .join(Role, Role.person_id == Chat.person_id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.kind == kind.value, Role.revoked_at.is_(None), Person.banned_at.is_(None))
        .where(Chat.kind == "private", Chat.parked_at.is_(None))
        .order_by(Chat.id)
    )
