"""A folder with the data of one district (contract 3): all of it sound, or every fault at once."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from bot.district import checks, map_checks, place_checks, tables
from bot.district.about import read_district
from bot.district.cells import Cells
from bot.district.faults import BadFolder, Fault, summed_up
from bot.district.files import Columns, read_table
from bot.district.grids import FILE as GRIDS
from bot.district.grids import read_grids
from bot.district.plan import Plan
from bot.district.progress import Progress, silent
from bot.district.rows import (
    CategoryRow,
    DepartmentRow,
    DistrictRow,
    GridRow,
    HolidayRow,
    PersonRow,
    PlaceRow,
    RouteRow,
)

FILES = (
    "district.toml", GRIDS, checks.DEPARTMENTS, checks.CATEGORIES,
    checks.ROUTES, checks.PLACES, checks.PEOPLE, checks.HOLIDAYS,
)  # fmt: skip
R = TypeVar("R")


@dataclass(frozen=True)
class Folder:
    """What a sound folder says. files: those that are there; an empty table and a missing one are two things."""

    district: DistrictRow
    grids: tuple[GridRow, ...]
    departments: tuple[DepartmentRow, ...]
    categories: tuple[CategoryRow, ...]
    routes: tuple[RouteRow, ...]
    places: tuple[PlaceRow, ...]
    people: tuple[PersonRow, ...]
    holidays: tuple[HolidayRow, ...]
    files: frozenset[str]
    warnings: tuple[Fault, ...] = ()


def read_folder(path: Path, progress: Progress = silent) -> Folder:
    """Read a district folder. Raises BadFolder with all its faults; warnings stop nothing and come with the folder,
    of each kind ten and how many more."""
    try:
        entries = {entry.name for entry in path.iterdir()}
    except OSError as error:
        raise BadFolder([Fault(str(path), None, None, f"is no folder to read: {error.strerror}")]) from None
    files = entries.intersection(FILES)
    faults: list[Fault] = []
    warnings = [
        Fault(name, None, None, "is not a file of a district folder and is left aside")
        for name in sorted(entries.difference(FILES))
        if name.lower().endswith((".csv", ".geojson", ".toml"))
    ]

    def rows(file: str, columns: Columns, row: Callable[[Cells], R]) -> tuple[R, ...]:
        return (
            tuple(row(cells) for cells in read_table(path / file, columns, faults, warnings)) if file in files else ()
        )

    district = read_district(path / "district.toml", faults, warnings)
    levels = district.levels if district else ()
    folder = Folder(
        district=district,
        grids=tuple(read_grids(path / GRIDS, levels, faults, warnings, progress)) if GRIDS in files else (),
        departments=rows(checks.DEPARTMENTS, tables.DEPARTMENTS, tables.department),
        categories=rows(checks.CATEGORIES, tables.CATEGORIES, tables.category),
        routes=rows(checks.ROUTES, tables.ROUTES, tables.route),
        places=rows(checks.PLACES, tables.PLACES, tables.place),
        people=rows(checks.PEOPLE, tables.PEOPLE, tables.person),
        holidays=rows(checks.HOLIDAYS, tables.HOLIDAYS, tables.holiday),
        files=frozenset(files),
    )
    progress("check", 0, 1)
    _check(folder, faults, warnings)
    progress("check", 1, 1)
    if faults:
        raise BadFolder(sorted(faults, key=_place))
    return replace(folder, warnings=tuple(summed_up(sorted(warnings, key=_place))))


def _check(folder: Folder, faults: list[Fault], warnings: list[Fault]) -> None:
    known = checks.Known(
        grids=None if _is_unsure(GRIDS, "code", faults) else (row.code for row in folder.grids),
        departments=None if _is_unsure(checks.DEPARTMENTS, "key", faults) else (row.key for row in folder.departments),
        categories=None if _may_lack_categories(folder, faults) else (row.code for row in folder.categories),
    )
    checks.check_tree(folder.grids, known, faults, warnings)
    checks.check_departments(folder.departments, faults, warnings)
    checks.check_chats(folder.grids, folder.departments, faults, warnings)
    checks.check_categories(folder.categories, folder.departments, folder.routes, faults, warnings)
    checks.check_routes(folder.routes, known, faults, warnings)
    checks.check_places(folder.places, known, faults)
    checks.check_people(folder.people, known, faults)
    checks.check_holidays(folder.holidays, faults)
    plan = Plan(folder.grids)
    map_checks.check_province(plan, folder.district, faults)
    strays = place_checks.strayed_levels(plan, faults)
    map_checks.check_outlines(plan, strays, faults, warnings)
    place_checks.check_places(folder.places, plan, faults, warnings)


def _place(fault: Fault) -> tuple[int, int]:
    """File by file and line by line, as somebody who mends them would go."""
    number = re.search(r"[0-9]+", str(fault.line))  # 3, or feature 3 (610199001001)
    return FILES.index(fault.file) if fault.file in FILES else -1, int(number[0]) if number else 0


def _is_unsure(file: str, key: str, faults: list[Fault]) -> bool:
    """A row of this file was lost, or its key could not be read: what others call it cannot be judged."""
    return any(fault.file == file and fault.column in (None, key) for fault in faults)


def _may_lack_categories(folder: Folder, faults: list[Fault]) -> bool:
    # Without the file the catalogue that is loaded already stays, and routes may name it.
    return checks.CATEGORIES not in folder.files or _is_unsure(checks.CATEGORIES, "code", faults)
