"""A sound folder into the database: what is there is updated, what is gone retired; what was set in chat stays."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.database import Database
from bot.digests import begin_digests
from bot.district.bindings import bind_chats
from bot.district.days_off import check_days_off
from bot.district.faults import BadFolder, Fault, quoted
from bot.district.folder import Folder, read_folder
from bot.district.people import load_people
from bot.district.progress import Progress, silent
from bot.district.rows import GridRow
from bot.district.shapes import to_wgs84_shape
from models.category import Category
from models.department import Department
from models.district import District, Holiday
from models.grid import Grid
from models.place import Place
from models.route import ANY, Route
from models.ticket import Ticket
from models.types import Base
from reading.datum import Datum, to_datum

AS_THEY_STAND = (
    "std_code", "cjt214_code", "kind", "name_zh", "name_en", "deadline_unit", "deadline_text", "deadline_basis",
    "is_urgent", "hotline", "close_condition", "notes",
)  # fmt: skip
"""Columns of a category that are the same in the folder and in the records."""


async def load_folder(database: Database, path: Path, clock: Clock, progress: Progress = silent) -> list[str]:
    """All of it in one transaction. Raises BadFolder; then nothing was loaded."""
    folder = await asyncio.to_thread(read_folder, path, progress)
    async with database.write() as session:
        told = await load(session, folder, clock.now(), progress)
    warnings = [*folder.warnings, *check_days_off(folder, clock.now())]
    return [*told, *(f"warning: {warning}" for warning in warnings)]


async def load(session: AsyncSession, folder: Folder, at: datetime, progress: Progress = silent) -> list[str]:
    """Load in the caller's transaction. Returns lines for the operator: what was loaded, what was left alone.
    Raises BadFolder: the database is another district's."""
    told: list[str] = []
    await _district(session, folder)
    grids = await _grids(session, folder, at, progress)
    departments = await _departments(session, folder, at)
    if "categories.csv" in folder.files:
        await _categories(session, folder, at)
    if "routes.csv" in folder.files:
        await _routes(session, folder, grids, departments)
    if "places.csv" in folder.files:
        await _places(session, folder, grids)
    if "holidays.csv" in folder.files:
        await session.execute(delete(Holiday))
        session.add_all(Holiday(day=row.date, kind=row.kind) for row in folder.holidays)
    told += await bind_chats(session, folder, grids, departments)
    if "people.csv" in folder.files:
        told += await load_people(session, folder, grids, departments, at)
    await begin_digests(session, at)
    counted = (
        ("grids", folder.grids), ("departments", folder.departments), ("categories", folder.categories),
        ("routes", folder.routes), ("places", folder.places), ("people", folder.people), ("holidays", folder.holidays),
    )  # fmt: skip
    return [f"{folder.district.name}: " + ", ".join(f"{len(rows)} {name}" for name, rows in counted), *told]


async def _district(session: AsyncSession, folder: Folder) -> None:
    row = folder.district
    values = {**asdict(row), "levels": list(row.levels)}
    district = await session.scalar(select(District))
    if district is not None and district.adcode != row.adcode and await _is_lived_in(session):
        raise BadFolder([_another(row.adcode, district)])
    if district is None:
        session.add(District(**values, edition=1))
    else:
        _set(district, values)
        district.edition += 1
    await session.flush()


async def _is_lived_in(session: AsyncSession) -> bool:
    return any([await session.scalar(select(kept.id).limit(1)) is not None for kept in (Grid, Ticket)])


def _another(adcode: str, district: District) -> Fault:
    reason = (
        f"{quoted(adcode)} is another district: this database belongs to {quoted(district.name)} "
        f"({quoted(district.adcode)}); give the new one a database of its own (DATABASE_URL)"
    )
    return Fault("district.toml", None, "adcode", reason)


async def _grids(session: AsyncSession, folder: Folder, at: datetime, progress: Progress) -> dict[str, Grid]:
    known = {grid.code: grid for grid in await session.scalars(select(Grid))}
    if "grids.geojson" not in folder.files:
        return known
    told = {row.code for row in folder.grids}
    for gone in known.values():
        if gone.code not in told and gone.retired_at is None:
            gone.retired_at = at
    done = 0
    # Level by level, so that those above have their ids; a flush for each of ten thousand grids would take minutes.
    for _, level in groupby(sorted(folder.grids, key=lambda row: row.level), key=lambda row: row.level):
        rows = list(level)
        for row in rows:
            _grid(session, row, known, folder)
        await session.flush()
        for row in rows:
            grid, parent = known[row.code], known[row.parent] if row.parent else None
            _set(grid, {"path": f"{parent.path if parent else '/'}{grid.id}/"})
        done += len(rows)
        progress("write", done, len(folder.grids))
    await session.flush()
    return known


def _grid(session: AsyncSession, row: GridRow, known: dict[str, Grid], folder: Folder) -> None:
    parent = known[row.parent] if row.parent else None
    if row.code not in known:
        known[row.code] = Grid(code=row.code)
        session.add(known[row.code])
    counts = {
        name: value for name in ("households", "residents", "elders") if (value := getattr(row, name)) is not None
    }
    _set(
        known[row.code],
        {
            "name": row.name, "level": row.level, "kind": row.kind, "parent_id": parent.id if parent else None,
            "shape": to_wgs84_shape(row.shape, cast(Datum, folder.district.datum)), "retired_at": None, **counts,
        },
    )  # fmt: skip


async def _departments(session: AsyncSession, folder: Folder, at: datetime) -> dict[str, Department]:
    known = {department.key: department for department in await session.scalars(select(Department))}
    if "departments.csv" not in folder.files:
        return known
    told = {row.key for row in folder.departments}
    for row in folder.departments:
        department = known.get(row.key)
        if department is None:
            department = known[row.key] = Department(key=row.key)
            session.add(department)
        given = {name: value for name in ("phone", "hotline") if (value := getattr(row, name))}
        _set(department, {"name": row.name, "serves": list(row.serves), "retired_at": None, **given})
    for key, department in known.items():
        if key not in told and department.retired_at is None:
            department.retired_at = at
    await session.flush()
    return known


async def _categories(session: AsyncSession, folder: Folder, at: datetime) -> None:
    known = {category.code: category for category in await session.scalars(select(Category))}
    for row in folder.categories:
        category = known.get(row.code)
        if category is None:
            category = Category(code=row.code)
            session.add(category)
        lists = {name: list(getattr(row, name)) for name in ("dept", "joint_depts", "other_deadlines", "keywords")}
        _set(
            category,
            {
                **{name: getattr(row, name) for name in AS_THEY_STAND},
                **lists,
                "class_name": row.class_zh,
                "deadline_value": str(row.deadline_value),
                "radius_m": float(row.radius_m) if row.radius_m is not None else None,
                "retired_at": None,
            },
        )
    told = {row.code for row in folder.categories}
    for code, category in known.items():
        if code not in told and category.retired_at is None:
            category.retired_at = at
    await session.flush()


async def _routes(
    session: AsyncSession, folder: Folder, grids: Mapping[str, Grid], departments: Mapping[str, Department]
) -> None:
    # Tickets name the rule by its priority, never by its row: rules are simply replaced.
    await session.execute(delete(Route))
    session.add_all(
        Route(
            priority=row.priority, category=row.category, grid_id=None if row.grid == ANY else grids[row.grid].id,
            lead_id=departments[row.lead].id, cc=[departments[key].id for key in row.cc],
        )
        for row in folder.routes
    )  # fmt: skip
    await session.flush()


async def _places(session: AsyncSession, folder: Folder, grids: Mapping[str, Grid]) -> None:
    await session.execute(delete(Place))
    for row in folder.places:
        latitude, longitude = to_datum(row.lat, row.lon, cast(Datum, folder.district.datum), "wgs84")
        session.add(
            Place(
                name=row.name, aliases=list(row.aliases), kind=row.kind, latitude=latitude, longitude=longitude,
                grid_id=grids[row.grid].id if row.grid else None,
            )
        )  # fmt: skip
    await session.flush()


def _set(record: Base, values: Mapping[str, Any]) -> None:
    """Only what differs is written, so that loading the same folder again changes nothing."""
    for name, value in values.items():
        if getattr(record, name) != value:
            setattr(record, name, value)
