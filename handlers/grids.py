"""/grids: the tree of a place, from the top down, and what is known of a grid. Nobody's name is told."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, select

from handlers import words
from handlers.book import Book
from handlers.desk import Desk, Label, Rows
from handlers.locating import home
from handlers.routing import Router
from models.chat import Chat, Message
from models.grid import Grid
from models.person import Person, RoleKind
from models.refusal import Refusal
from models.ticket import OPEN, Ticket
from reading.datum import map_link, to_datum
from reading.normalise import normalise

router = Router()
A_SCREEN = 10
NEIGHBOURS = 6
NAMED = 40  # characters of what was asked for, in an answer
DIGITS = 10
TOP = "top"
INDENT = "　"


@router.command("grids", "private", "group")
async def grids(desk: Desk) -> None:
    """By name, by code, by a place within it; without a word this group's own grid, else the whole district."""
    asked = desk.said.words.strip()
    grid = _asked_for(desk.town, asked) if asked else home(desk)
    key, buttons, area = await _drawn(desk, grid, 0)
    await desk.answer(key, buttons=buttons, area=area, remember=True)


@router.button("grid")
async def turn_to(desk: Desk) -> None:
    """Up, down or a page on, in the same message."""
    press, book = desk.said.press, desk.town
    which, _, leaf = (press.argument or "" if press else "").partition("-")
    grid = book.grids.get(int(which)) if which.isdecimal() and len(which) < DIGITS else None
    if which != TOP and (grid is None or grid.retired_at is not None):
        raise Refusal("press.unknown")
    message = await desk.session.scalar(Message.heard_as(desk.here.id, desk.said.message or ""))
    if message is None or message.ticket_id is not None or message.purpose != "answer":
        raise Refusal("press.unknown")
    page = int(leaf) if leaf.isdecimal() and len(leaf) < DIGITS else 0
    key, buttons, area = await _drawn(desk, grid, page)
    desk.edit(message, desk.here, key, buttons=buttons, area=area)


# --- which one is meant -------------------------------------------------------------------


def _asked_for(book: Book, asked: str) -> Grid:
    current = _in_order(book.grids.values())
    wanted = {asked, normalise(asked)}  # typed in traditional script, or full-width
    longer = {word + level for word in wanted for level in book.district.levels}
    same = [grid for grid in current if not wanted.isdisjoint((grid.code, grid.name))]
    short = [grid for grid in current if grid.name in longer]
    within = [grid for grid in current if any(word and word in grid.name for word in wanted)]
    place = _around(book, asked)
    for found in (same, short, [place] if place else [], within):
        if len(found) == 1:
            return found[0]
        if found:
            known = "、".join(f"{grid.name} {grid.code}" for grid in found[:NEIGHBOURS])
            raise Refusal("tree.several", name=asked[:NAMED], known=known)
    raise Refusal("tree.unknown", name=asked[:NAMED])


def _around(book: Book, asked: str) -> Grid | None:
    """The grid a place of the gazetteer lies in."""
    hint = book.places.read(asked)
    if hint is None or hint.landmark is None:
        return None
    mark = hint.landmark
    grid = book.grid_coded(mark.grid) if mark.grid else book.grid_at(mark.lat, mark.lon)
    return grid if grid is not None and grid.retired_at is None else None


def _in_order(grids: Iterable[Grid]) -> list[Grid]:
    """Those that are there, from the top down and by number."""
    return sorted((grid for grid in grids if grid.retired_at is None), key=lambda grid: (grid.level, grid.code))


# --- what is shown -------------------------------------------------------------------------


async def _drawn(desk: Desk, grid: Grid | None, page: int) -> tuple[str, Rows, dict[str, Any]]:
    """The key of the words, the buttons and the facts: of one grid, or of the whole district (None)."""
    book = desk.town
    tops = _in_order(grid for grid in book.grids.values() if grid.parent_id is None)
    grid = tops[0] if grid is None and len(tops) == 1 else grid
    below = tops if grid is None else _in_order(one for one in book.grids.values() if one.parent_id == grid.id)
    page = min(page, max(0, len(below) - 1) // A_SCREEN)
    shown = below[page * A_SCREEN :][:A_SCREEN]
    more = len(below) - page * A_SCREEN - len(shown)
    area = {
        "children": [{"level": _level(book, child), "name": child.name} for child in shown],
        "more": more,
        "open": await desk.session.scalar(_open_within(grid)),
    }
    buttons = _buttons(desk, grid, shown, page, more > 0, len(tops) > 1)
    if grid is None:
        return "tree.all", buttons, {**area, "name": book.district.name}
    return "tree.shown", buttons, {**area, **await _facts(desk, grid, below)}


async def _facts(desk: Desk, grid: Grid, below: list[Grid]) -> dict[str, Any]:
    book = desk.town
    line = [book.grids[id] for id in grid.line if id in book.grids]
    around = [other.name for area in book.atlas.touching(grid.code) if (other := book.grid_coded(area.code))]
    point = to_datum(*grid.centre, "wgs84", book.datum)
    # A street or a community is divided into grids, and is none itself.
    is_grid = grid.level > 1 and all(child.kind != "basic" for child in below)
    return {
        "name": grid.name,
        "code": grid.code,
        "level": _level(book, grid),
        "kind": grid.kind if is_grid else None,
        "households": grid.households,
        "residents": grid.residents,
        "elders": grid.elders,
        "bound": any(not chat.is_parked for chat in await desk.all_of(Chat.of_grids([grid.id]))),
        "leader": await _leader(desk, grid),
        "map": map_link(*point, datum=book.datum, name=grid.name),
        "neighbours": around[:NEIGHBOURS],
        "further": max(0, len(around) - NEIGHBOURS),
        "line": [
            {"level": _level(book, one), "name": one.name, "indent": INDENT * depth} for depth, one in enumerate(line)
        ],
        "indent": INDENT * len(line),
    }


async def _leader(desk: Desk, grid: Grid) -> str:
    """Whether this grid's own leader can be told something: reached, silent or none."""
    leaders = await desk.all_of(Person.with_role(RoleKind.LEADER, grids=[grid.id]))
    if not leaders:
        return "none"
    return "reached" if await desk.all_of(Chat.private_of([person.id for person in leaders])) else "silent"


def _open_within(grid: Grid | None) -> Select[int]:
    """How many tickets of a grid and all below it somebody still has to act on."""
    count = select(func.count()).select_from(Ticket).where(Ticket.ended_at.is_(None), Ticket.stage.in_(OPEN))
    if grid is None:
        return count
    return count.join(Grid, Grid.id == Ticket.grid_id).where(Grid.path.startswith(grid.path))


def _buttons(desk: Desk, grid: Grid | None, shown: list[Grid], page: int, is_more: bool, has_top: bool) -> Rows:
    """Two children a row; below them the way up, and the pages of a long list."""
    here = TOP if grid is None else str(grid.id)
    labels = [Label(verb="grid", argument=str(child.id), text=child.name) for child in shown]
    rows = [labels[at : at + 2] for at in range(0, len(labels), 2)]
    way = []
    parent = desk.town.grids.get(grid.parent_id or 0) if grid else None
    if parent is not None:
        up = words.plain(desk.locale, "tree.up", name=parent.name)
        way.append(Label(verb="grid", argument=str(parent.id), text=up))
    elif grid is not None and has_top:
        way.append(Label("tree.top", verb="grid", argument=TOP))
    if page:
        way.append(Label("tree.back", verb="grid", argument=f"{here}-{page - 1}"))
    if is_more:
        way.append(Label("tree.on", verb="grid", argument=f"{here}-{page + 1}"))
    return [*rows, way]


def _level(book: Book, grid: Grid) -> str:
    levels = book.district.levels
    return levels[grid.level - 1] if grid.level <= len(levels) else ""
