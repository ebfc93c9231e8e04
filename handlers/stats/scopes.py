"""Of whom the figures are, and who may see them: a leader those of his grids, a department its own, administrators and
inspectors all."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from handlers import words
from handlers.book import Book
from handlers.desk import Desk
from models.grid import Grid
from models.refusal import Refusal
from models.tally import Scope
from models.ticket import Ticket

LONGEST_NAME = 40
OWN, LEAGUE = "own", "league"
DIGITS = 10


@dataclass(frozen=True, slots=True)
class About:
    """scope, ids: the rows of the tallies. grids: ids of all grids that lie within; none for the whole district and for
    departments. key: what a button carries."""

    key: str
    scope: Scope
    ids: tuple[int, ...]
    name: str
    grids: tuple[int, ...] = ()

    @property
    def tickets(self) -> list[ColumnElement[bool]]:
        """Whose tickets these are, asked of the database."""
        if self.scope == Scope.DEPARTMENT:
            return [Ticket.department_id.in_(self.ids)]
        return [Ticket.grid_id.in_(self.grids)] if self.scope == Scope.GRID else []


def own(desk: Desk) -> About:
    person, book = desk.me, desk.town
    if person.is_admin or person.is_inspector:
        return About(OWN, Scope.DISTRICT, (0,), book.district.name)
    led = [book.grids[id] for id in sorted(person.grids) if id in book.grids]
    top = [grid for grid in led if not any(grid.is_within(other) and grid is not other for other in led)]
    if top:
        return _of_grids(book, OWN, top)
    if person.departments:
        ids = tuple(sorted(id for id in person.departments if id in book.departments))
        return About(OWN, Scope.DEPARTMENT, ids, _names(book.departments[id].name for id in ids))
    raise Refusal("stats.not_staff")


def named(desk: Desk, name: str) -> About:
    """By the name or code of a grid, or the name of a department."""
    own(desk)  # who works nowhere hears that first
    book = desk.town
    if name in (book.district.name, book.district.adcode):
        return _allowed(desk, None, None)
    grid, department = book.grid_named(name), book.department_named(name)
    if grid is None and department is None:
        within = [one for one in book.grids.values() if one.retired_at is None and name in one.name]
        grid = within[0] if len(within) == 1 else None
    if grid is None and department is None:
        raise Refusal("stats.unknown", name=name[:LONGEST_NAME])
    return _allowed(desk, grid, department.id if department and grid is None else None)


def keyed(desk: Desk, key: str) -> About:
    """What a button carries, asked again of whoever pressed it."""
    if key == OWN:
        return own(desk)
    kind, number = key[:1], key[1:]
    id = int(number) if number.isdecimal() and len(number) < DIGITS else 0
    grid = desk.town.grids.get(id) if kind == "g" else None
    if grid is None and not (kind == "d" and id in desk.town.departments):
        raise Refusal("press.unknown")
    return _allowed(desk, grid, None if grid else id)


def is_league(text: str) -> bool:
    return any(text.casefold() in words.listed(locale, "period_word.league") for locale in words.LOCALES)


def may_compare(desk: Desk) -> bool:
    """Who may see the departments beside one another."""
    return desk.me.is_admin or desk.me.is_inspector


def _allowed(desk: Desk, grid: Grid | None, department: int | None) -> About:
    person, book = desk.me, desk.town
    sees_all = person.is_admin or person.is_inspector
    if grid is not None and (sees_all or person.leads(grid)):
        return _of_grids(book, f"g{grid.id}", [grid])
    if department is not None and (sees_all or person.works_for(department)):
        return About(f"d{department}", Scope.DEPARTMENT, (department,), book.departments[department].name)
    if grid is None and department is None and sees_all:
        return own(desk)
    raise Refusal("stats.not_yours")


def _of_grids(book: Book, key: str, tops: list[Grid]) -> About:
    below = tuple(grid.id for grid in book.grids.values() if any(grid.is_within(top) for top in tops))
    return About(key, Scope.GRID, tuple(grid.id for grid in tops), _names(grid.name for grid in tops), below)


def _names(names: Iterable[str]) -> str:
    return "、".join(names)[:LONGEST_NAME]
