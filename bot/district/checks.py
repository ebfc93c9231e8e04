"""What must hold between the rows and the files of a folder. A value that could not be read is passed over here."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

from bot.district.faults import Fault, quoted
from bot.district.grids import FILE as GRIDS
from bot.district.rows import (
    CategoryRow,
    DepartmentRow,
    GridRow,
    HolidayRow,
    Line,
    PersonRow,
    PlaceRow,
    RouteRow,
)
from models.category import UNPLACED
from models.route import ANY

DEPARTMENTS, CATEGORIES, ROUTES = "departments.csv", "categories.csv", "routes.csv"
PLACES, PEOPLE, HOLIDAYS = "places.csv", "people.csv", "holidays.csv"


class Row(Protocol):
    @property
    def line(self) -> Line: ...


R = TypeVar("R", bound=Row)


def check_once(
    file: str, column: str, rows: Iterable[R], key: Callable[[R], Hashable], faults: list[Fault], same: str = ""
) -> None:
    """One fault for each row whose key an earlier row has already; keys that are empty do not count."""
    seen: dict[Hashable, Line] = {}
    for row in rows:
        value = key(row)
        if not value:
            continue
        if value in seen:
            what = same or quoted(value)
            faults.append(Fault(file, row.line, column, f"{what} stands in {_line(seen[value])} already"))
        else:
            seen[value] = row.line


def check_tree(grids: Sequence[GridRow], known: "Known", faults: list[Fault], warnings: list[Fault]) -> None:
    check_once(GRIDS, "code", grids, lambda grid: grid.code, faults)
    by_code = {grid.code: grid for grid in grids if grid.code}
    parents = {grid.parent for grid in grids if grid.kind == "basic"}
    for grid in grids:
        parent = by_code.get(grid.parent or "")
        known.grid(GRIDS, grid.line, "parent", grid.parent or "", faults)
        if circle := _circle(grid, by_code):
            faults.append(
                Fault(
                    GRIDS,
                    grid.line,
                    "parent",
                    f"goes in a circle: {' > '.join(circle)}; one of them has another parent",
                )
            )
        elif parent and grid.level and parent.level >= grid.level:
            above = f"the level of its parent {quoted(parent.code)}"
            reason = f"is {grid.level}, not deeper than {parent.level}, {above}; correct one of them"
            faults.append(Fault(GRIDS, grid.line, "level", reason))
        elif grid.parent is None and grid.level > 1:
            reason = "is empty although this is not the top level; nobody above hears of what its leader leaves"
            warnings.append(Fault(GRIDS, grid.line, "parent", reason))
        if grid.elders is not None and grid.residents is not None and grid.elders > grid.residents:
            faults.append(
                Fault(GRIDS, grid.line, "elders", f"{grid.elders} of {grid.residents} residents are too many")
            )
        is_lowest = grid.kind == "basic" and grid.code not in parents and grid.level > 1
        if is_lowest and grid.code and not (grid.code.isdecimal() and len(grid.code) in (15, 16)):
            warnings.append(
                Fault(GRIDS, grid.line, "code", f"{quoted(grid.code)} is not the 15 or 16 digits of a cell")
            )


def _circle(grid: GridRow, by_code: dict[str, GridRow]) -> list[str]:
    """The codes from a grid back to itself; empty when it is on no circle, though one may lie above it."""
    way = [grid.code]
    step: GridRow | None = grid
    while step is not None and len(way) <= len(by_code):
        step = by_code.get(step.parent or "")
        if step is not None:
            way.append(step.code)
            if step.code == grid.code:
                return way
    return []


def check_chats(
    grids: Sequence[GridRow], departments: Sequence[DepartmentRow], faults: list[Fault], warnings: list[Fault]
) -> None:
    """A group speaks for one grid or one department."""
    seen: dict[int, str] = {}
    rows: list[tuple[str, GridRow | DepartmentRow]] = [(GRIDS, row) for row in grids]
    rows += [(DEPARTMENTS, row) for row in departments]
    for file, row in rows:
        if row.chat_id is None:
            continue
        if row.chat_id in seen:
            faults.append(Fault(file, row.line, "chat_id", f"{row.chat_id} belongs to {seen[row.chat_id]} already"))
            continue
        seen[row.chat_id] = f"{file}:{row.line}"
        if row.chat_id > 0:
            reason = f"{row.chat_id} is a person's id; the id of a group is negative"
            warnings.append(Fault(file, row.line, "chat_id", reason))


def check_departments(departments: Sequence[DepartmentRow], faults: list[Fault], warnings: list[Fault]) -> None:
    check_once(DEPARTMENTS, "key", departments, lambda row: row.key.casefold(), faults)
    check_once(DEPARTMENTS, "name", departments, lambda row: row.name, faults)
    servants: dict[str, str] = {}
    for row in departments:
        for name in row.serves:
            if name in servants:
                reason = f"{quoted(name)} is served by {quoted(servants[name])} too; a route should say which"
                warnings.append(Fault(DEPARTMENTS, row.line, "serves", reason))
            servants.setdefault(name, row.key)


def check_categories(
    categories: Sequence[CategoryRow],
    departments: Sequence[DepartmentRow],
    routes: Sequence[RouteRow],
    faults: list[Fault],
    warnings: list[Fault],
) -> None:
    check_once(CATEGORIES, "code", categories, lambda row: row.code, faults)
    everywhere = {route.category for route in routes if route.grid == ANY}
    owners: dict[str, str] = {}
    for row in categories:
        for word in row.keywords:
            if owners.setdefault(word, row.code) != row.code:
                reason = f"{quoted(word)} is a word of {owners[word]} too; a word belongs to one category"
                warnings.append(Fault(CATEGORIES, row.line, "keywords", reason))
        is_served = any(department.answers_to(name) for name in row.dept for department in departments)
        if row.code and not is_served and everywhere.isdisjoint((row.code, ANY)):
            reason = f"{row.code} has no department here and no route for every grid: leaders dispatch it by hand"
            warnings.append(Fault(CATEGORIES, row.line, "dept", reason))
    if categories and not any(row.code == UNPLACED for row in categories):
        reason = f"has no {UNPLACED}, which catches what nobody could place"
        warnings.append(Fault(CATEGORIES, None, "code", reason))


def check_routes(routes: Sequence[RouteRow], known: "Known", faults: list[Fault], warnings: list[Fault]) -> None:
    for row in routes:
        known.category(ROUTES, row.line, "category", row.category, faults)
        known.grid(ROUTES, row.line, "grid", row.grid, faults)
        known.department(ROUTES, row.line, "lead", row.lead, faults)
        for key in row.cc:
            known.department(ROUTES, row.line, "cc", key, faults)
        if row.lead in row.cc:
            warnings.append(Fault(ROUTES, row.line, "cc", f"{quoted(row.lead)} leads already"))


def check_people(people: Sequence[PersonRow], known: "Known", faults: list[Fault]) -> None:
    """One person may hold several roles, a row each, under one name."""

    def post(row: PersonRow) -> Hashable:
        return (row.telegram_id, row.role, row.scope) if row.telegram_id and row.role else None

    check_once(PEOPLE, "role", people, post, faults, same="the same person with the same role and scope")
    first_names: dict[int, PersonRow] = {}
    for row in people:
        first = first_names.setdefault(row.telegram_id, row)
        if row.telegram_id and row.name and first.name and first.name != row.name:
            reason = f"{quoted(row.name)} has the telegram_id of {quoted(first.name)} in {_line(first.line)}"
            faults.append(Fault(PEOPLE, row.line, "name", reason))
        if row.scope == ANY:
            faults.append(Fault(PEOPLE, row.line, "scope", f"* is too wide for a {row.role}; write one code a row"))
        elif row.role == "department":
            known.department(PEOPLE, row.line, "scope", row.scope or "", faults)
        elif row.role:
            known.grid(PEOPLE, row.line, "scope", row.scope or "", faults)


def check_places(places: Sequence[PlaceRow], known: "Known", faults: list[Fault]) -> None:
    check_once(PLACES, "name", places, lambda row: row.name and (row.name, row.lat, row.lon), faults, same="this place")
    for row in places:
        known.grid(PLACES, row.line, "grid", row.grid or "", faults)


def check_holidays(holidays: Sequence[HolidayRow], faults: list[Fault]) -> None:
    check_once(HOLIDAYS, "date", holidays, lambda row: row.date.toordinal() - 1 and row.date.isoformat(), faults)


class Known:
    """The codes a folder defines. None: that file cannot tell, and nothing that names its rows is called wrong."""

    def __init__(
        self, grids: Iterable[str] | None, departments: Iterable[str] | None, categories: Iterable[str] | None
    ) -> None:
        self._grids = None if grids is None else frozenset(grids)
        self._departments = None if departments is None else frozenset(departments)
        self._categories = None if categories is None else frozenset(categories)

    def grid(self, file: str, line: Line, column: str, code: str, faults: list[Fault]) -> None:
        self._ask(self._grids, file, line, column, code, "a grid", faults)

    def department(self, file: str, line: Line, column: str, key: str, faults: list[Fault]) -> None:
        self._ask(self._departments, file, line, column, key, "a department", faults)

    def category(self, file: str, line: Line, column: str, code: str, faults: list[Fault]) -> None:
        self._ask(self._categories, file, line, column, code, "a category", faults)

    @staticmethod
    def _ask(
        known: frozenset[str] | None, file: str, line: Line, column: str, name: str, what: str, faults: list[Fault]
    ) -> None:
        if known is not None and name and name != ANY and name not in known:
            faults.append(
                Fault(file, line, column, f"{quoted(name)} is not {what} of this folder; correct it, or add it")
            )


def _line(line: Line) -> str:
    return f"line {line}" if isinstance(line, int) else line
