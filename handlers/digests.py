"""What a digest tells: how many are open and late, the oldest and who holds each; of grids below, the worst first."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from handlers.book import Book
from handlers.cards.line import line_of
from handlers.desk import Desk
from handlers.holding import holder_told
from models.department import Department
from models.grid import Grid
from models.person import Person
from models.ticket import Ticket
from models.ticket.summing import oldest, open_in, open_with, sums_by_grid

OLDEST = 3
GRIDS = 8
"""As many lines as one screen has room for."""
NOON = 12  # o'clock
Sums = Mapping[int, tuple[int, int]]
"""Grid's id -> how many are open, how many of those are late."""


async def leader_digest(desk: Desk, person: Person, locale: str) -> dict[str, Any] | None:
    """None: nothing is open in what he leads by name."""
    led = [grid for grid in desk.town.grids.values() if not person.grids.isdisjoint(grid.line)]
    which = open_in([grid.id for grid in led])
    sums = await _sums(desk, which)
    own = [grid.name for grid in led if grid.id in person.grids]
    below = [grid for grid in led if grid.parent_id in person.grids and grid.id not in person.grids]
    return await _shown(desk, "、".join(own), which, sums, _worst_first(desk.town, below, sums), locale)


async def department_digest(desk: Desk, department: Department, locale: str) -> dict[str, Any] | None:
    which = open_with(department.id)
    return await _shown(desk, department.name, which, await _sums(desk, which), [], locale)


async def _sums(desk: Desk, which: ColumnElement[bool]) -> Sums:
    rows = await desk.session.execute(sums_by_grid(which, desk.now))
    return {row[0]: (row[1], int(row[2] or 0)) for row in rows}


async def _shown(
    desk: Desk, name: str, which: ColumnElement[bool], sums: Sums, grids: list[dict[str, Any]], locale: str
) -> dict[str, Any] | None:
    if not sums:
        return None
    first: list[Ticket] = await desk.all_of(oldest(which, OLDEST))
    lines = [
        {
            **line_of(ticket, desk.town, locale, desk.now), "since": ticket.reported_at,
            "holder": holder_told(desk.town, locale, ticket, await desk.tasks_of(ticket), desk.now),
        }
        for ticket in first
    ]  # fmt: skip
    return {
        "name": name, "count": sum(count for count, _ in sums.values()), "late": sum(late for _, late in sums.values()),
        "lines": lines, "grids": grids[:GRIDS], "more": max(0, len(grids) - GRIDS),
        "morning": desk.now.astimezone(desk.town.zone).hour < NOON,
    }  # fmt: skip


def _worst_first(book: Book, below: list[Grid], sums: Sums) -> list[dict[str, Any]]:
    """Sums of each grid with all below it; where nothing is open there is nothing to tell."""
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    ids = {grid.id for grid in below}
    for grid_id, (count, late) in sums.items():
        for above in ids.intersection(book.grids[grid_id].line):
            found[above][0] += count
            found[above][1] += late
    rows = [{"name": book.grids[id].name, "count": count, "late": late} for id, (count, late) in found.items()]
    return sorted(rows, key=lambda row: (-row["late"], -row["count"], row["name"]))
