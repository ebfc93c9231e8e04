"""The district as one looks it up: grids, departments, categories, routes,
and what reads words and places against them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache, partial
from itertools import chain
from typing import Self, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.calendar import USUAL, Calendar
from models.category import UNPLACED, Category
from models.deadline import OfficeHours
from models.department import Department
from models.district import District, Holiday
from models.grid import Grid
from models.limit import Limits
from models.place import Place
from models.route import Route
from reading.atlas import Area, Atlas
from reading.conditions import tells
from reading.datum import Datum
from reading.place import Landmark, PlaceReader
from reading.problem import Kind, ProblemReader


@dataclass(frozen=True, slots=True)
class Way:
    """Where a ticket goes, and the rule that decided, to be shown to whoever asks."""

    lead: Department
    cc: tuple[int, ...]
    rule: str


class Book:
    """A snapshot of what changes only when a district folder is loaded; shared by all turns until the next edition."""

    def __init__(
        self,
        district: District,
        grids: list[Grid],
        departments: list[Department],
        categories: list[Category],
        routes: list[Route],
        places: list[Place],
        holidays: list[Holiday],
    ) -> None:
        self.district = district
        self.edition = district.edition
        self.zone = ZoneInfo(district.timezone)
        self.datum = cast(Datum, district.datum)
        self.hours = _office_hours(district, holidays, self.zone)
        self.grids = {grid.id: grid for grid in grids}
        self.departments = {department.id: department for department in departments}
        self.categories = {category.code: category for category in categories}
        self.routes = sorted(routes, key=lambda route: (route.priority, route.id))
        self._by_code = {grid.code: grid for grid in grids}
        current = [grid for grid in grids if grid.retired_at is None]
        self.atlas = Atlas(Area(grid.code, grid.shape, grid.level, grid.kind) for grid in current)
        self.problems = _reader(
            tuple(
                Kind(category.code, category.name_zh, tuple(category.keywords), category.is_urgent)
                for category in categories
                if category.retired_at is None
            )
        )
        self.places = _place_reader(
            tuple(
                Landmark(
                    place.name, tuple(place.aliases), place.kind, place.latitude, place.longitude,
                    self.grids[place.grid_id].code if place.grid_id in self.grids else None,
                )
                for place in places
            )
        )  # fmt: skip

    @classmethod
    async def read(cls, session: AsyncSession) -> Self | None:
        """None: no district was loaded yet. Its rows leave the session: a turn that fails takes none of them along."""
        district = await session.scalar(select(District))
        if district is None:
            return None
        tables = (
            list(await session.scalars(select(Grid).order_by(Grid.level, Grid.id))),
            list(await session.scalars(select(Department).order_by(Department.id))),
            list(await session.scalars(select(Category).order_by(Category.id))),
            list(await session.scalars(select(Route))),
            list(await session.scalars(select(Place))),
            list(await session.scalars(select(Holiday))),
        )
        for row in (district, *chain.from_iterable(tables)):
            session.expunge(row)
        return cls(district, *tables)

    def grid_at(self, latitude: float, longitude: float) -> Grid | None:
        area = self.atlas.at(latitude, longitude)
        return self._by_code[area.code] if area else None

    def grid_coded(self, code: str) -> Grid | None:
        return self._by_code.get(code)

    def grid_named(self, name: str) -> Grid | None:
        """By code or by name, where the name is its alone."""
        name = name.strip()
        found = [grid for grid in self.grids.values() if grid.retired_at is None and name in (grid.code, grid.name)]
        return found[0] if len(found) == 1 else None

    def department_named(self, name: str) -> Department | None:
        """By key, name, or a short name that means one department only (contract 7)."""
        name = name.strip()
        if not name:
            return None
        current = [department for department in self.departments.values() if department.retired_at is None]
        for fits in (
            lambda d: name.casefold() == d.key.casefold() or name == d.name,
            lambda d: name in d.serves,
            lambda d: name in d.name,
            # 城管: the beginning of what people call it; a single character would mean nothing
            lambda d: len(name) > 1 and any(one.startswith(name) for one in d.serves),
        ):
            found = [department for department in current if fits(department)]
            if len(found) == 1:
                return found[0]
        return None

    def category(self, code: str) -> Category:
        """The category, or the one for what nobody could place where a district's catalogue lacks it."""
        return self.categories.get(code) or self.categories.get(UNPLACED) or next(iter(self.categories.values()))

    def limits(self, code: str, text: str) -> Limits:
        """By when what this report tells of is to be made safe and mended."""
        return self.category(code).limits(partial(tells, text))

    def way(self, category: Category, grid: Grid, text: str) -> Way | None:
        """First matching route, else the category's own department, else None:
        the grid leader sorts by hand (contract 3)."""
        for route in self.routes:
            lead = self.departments.get(route.lead_id)
            if lead is not None and lead.retired_at is None and route.covers(category.code, grid):
                return Way(lead, tuple(route.cc), f"routes:{route.priority}")
        own = self.own_departments(category)
        named = [
            department for department in own if any(word in text for word in (department.name, *department.serves))
        ]
        named = named or [department for department in own if any(_means(name, text) for name in department.serves)]
        chosen = named or own
        return Way(chosen[0], (), "category") if len(chosen) == 1 else None

    def own_departments(self, category: Category) -> list[Department]:
        """Those a category names: by key, else by name, else by what they serve."""
        current = [department for department in self.departments.values() if department.retired_at is None]
        found: list[Department] = []
        for wanted in category.dept:
            for fits in (
                lambda d, w=wanted: d.key == w,
                lambda d, w=wanted: d.name == w,
                lambda d, w=wanted: w in d.serves,
            ):
                matching = [department for department in current if fits(department)]
                if matching:
                    found.extend(department for department in matching if department not in found)
                    break
        return found


UTILITIES: Mapping[str, tuple[str, ...]] = {
    "水务集团": ("停水", "没水", "水压", "断水", "缺水"),
    "供电公司": ("停电", "没电", "断电", "跳闸"),
    "燃气公司": ("停气", "没气", "燃气", "煤气"),
    "热力公司": ("暖", "不热", "供热"),
}
"""X9012 names four utilities; the words of the report choose one (data/categories.csv)."""


def _means(name: str, text: str) -> bool:
    return any(word in text for word in UTILITIES.get(name, ()))


@lru_cache(maxsize=2)
def _reader(kinds: tuple[Kind, ...]) -> ProblemReader:
    """A new edition with the same catalogue is read by the same reader: building one takes a tenth of a second."""
    return ProblemReader(kinds)


@lru_cache(maxsize=1)
def _place_reader(places: tuple[Landmark, ...]) -> PlaceReader:
    """Likewise for the places, which most editions leave as they were."""
    return PlaceReader(places)


def _office_hours(district: District, holidays: list[Holiday], zone: ZoneInfo) -> OfficeHours:
    def span(text: str) -> tuple[time, time]:
        begin, end = text.split("-")
        return time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())

    def days(kind: str) -> frozenset[date]:
        return frozenset(holiday.day for holiday in holidays if holiday.kind == kind)

    country = district.hours.get("calendar", USUAL)
    return OfficeHours(
        zone=zone,
        work=tuple(span(text) for text in district.hours["work"]),
        days=frozenset(district.hours["days"]),
        holidays=days("holiday"),
        workdays=days("workday"),
        calendar=Calendar(country) if country else None,
    )
