"""The demo district is sound by our own reader, whole on the map, and played by a cast that fits it."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, shape
from shapely.ops import unary_union

from bot.district import Folder, read_folder
from bot.district.days_off import check_days_off
from models.calendar import Calendar
from models.deadline import OfficeHours
from reading.atlas import Area, Atlas
from scripts import draw_demo_district

BORDER_POINT = 34.270500, 108.922380
"""Lat and lon, WGS-84; docs/running.md names it."""


@pytest.fixture(scope="module")
def demo() -> Folder:
    with as_file(files("districts") / "demo") as folder:
        return read_folder(folder)


@pytest.fixture(scope="module")
def town() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files("districts") / "demo" / "town.json").read_text(encoding="utf-8"))
    return loaded


def test_it_is_sound_and_says_nothing(demo: Folder) -> None:
    assert demo.warnings == ()
    assert len(demo.categories) == 70
    assert len(demo.places) >= 40
    assert {row.kind for row in demo.grids} == {"basic", "special", "micro"}


def test_every_department_the_catalogue_names_is_served(demo: Folder) -> None:
    generic = {name for row in demo.categories for name in row.dept + row.joint_depts}
    unserved = {name for name in generic if not any(department.answers_to(name) for department in demo.departments)}
    assert not unserved
    # A power cut is not a water cut: the words of the report choose one of four (data/README.md).
    (outage,) = (row for row in demo.categories if len(row.dept) > 1)
    leads = {department.key for name in outage.dept for department in demo.departments if department.answers_to(name)}
    assert len(leads) == len(outage.dept) == 4


def test_what_its_calendar_knows_does_not_stand_in_its_list(demo: Folder) -> None:
    row = demo.district
    known = OfficeHours.read(
        row.timezone, row.hours["work"], row.hours["days"], calendar=Calendar(row.hours["calendar"])
    )
    assert [day for day in demo.holidays if known.works_on(day.date) == (day.kind == "workday")] == []
    assert check_days_off(demo, datetime(2026, 11, 22, tzinfo=UTC)) == []
    assert row.hotline == "12345"


def test_two_grids_share_a_border_that_a_point_can_lie_on(demo: Folder) -> None:
    """Where 团结西路 ends and 柳荫 begins: a point 10 m this side is within 30 m of both."""
    atlas = Atlas(Area(row.code, row.shape, row.level, row.kind) for row in demo.grids)
    west, east = "610199001001001", "610199001001002"
    lat, lon = BORDER_POINT
    assert atlas.at(lat, lon).code == west  # type: ignore[union-attr]
    assert [area.code for area in atlas.across(west, lat, lon)] == [east]


def test_it_has_a_markets_own_grid(demo: Folder) -> None:
    (market,) = (row for row in demo.grids if row.kind == "special")
    assert market.name == "机电五金城网格"
    assert market.chat_id is not None
    assert sum(row.grid == market.code for row in demo.places) >= 5


def test_neighbours_leave_no_gap_and_share_no_ground(demo: Folder) -> None:
    below = defaultdict(list)
    for row in demo.grids:
        below[row.parent].append(shape(row.shape))
    for row in demo.grids:
        children = below[row.code]
        if children:
            tiled = unary_union(children)
            assert tiled.equals(shape(row.shape)), f"{row.name} has gaps"
            assert tiled.area == pytest.approx(sum(child.area for child in children), rel=1e-9), f"{row.name} overlaps"


def test_counts_add_up(demo: Folder) -> None:
    for row in demo.grids:
        children = [child for child in demo.grids if child.parent == row.code]
        if children:
            assert row.residents == sum(child.residents or 0 for child in children)


def test_every_place_lies_inside_the_grid_it_names(demo: Folder) -> None:
    outline = {row.code: shape(row.shape) for row in demo.grids}
    astray = [row.name for row in demo.places if row.grid and not outline[row.grid].covers(Point(row.lon, row.lat))]
    assert not astray


def test_the_files_are_as_the_script_draws_them(town: dict[str, Any]) -> None:
    drawn = json.loads(json.dumps(draw_demo_district.features()))
    stored = json.loads((files("districts") / "demo" / "grids.geojson").read_text(encoding="utf-8"))
    assert stored["features"] == drawn
    assert town["map"] == json.loads(json.dumps(draw_demo_district.town_map(drawn)))


def test_the_cast_fits_the_district(demo: Folder, town: dict[str, Any]) -> None:
    names = {person["id"]: person["first_name"] for person in town["people"]}
    assert len(names) == len(town["people"])
    assert {row.telegram_id: row.name for row in demo.people}.items() <= names.items()
    assert sum(person["note"] == "骑手" for person in town["people"]) == 2
    members = {chat["id"]: set(chat["members"]) for chat in town["chats"]}
    assert all(group <= names.keys() for group in members.values())
    assert all(chat["bot_member"] == "member" for chat in town["chats"])
    chats = {row.code: row.chat_id for row in demo.grids} | {row.key: row.chat_id for row in demo.departments}
    assert {chat_id for chat_id in chats.values() if chat_id} == members.keys()
    for person in demo.people:
        chat_id = chats.get(person.scope or "")
        if chat_id:
            assert person.telegram_id in members[chat_id], f"{person.name} is not in the group he works in"


def test_every_department_has_an_officer_and_every_group_a_leader(demo: Folder) -> None:
    scopes = {row.scope for row in demo.people}
    assert {row.key for row in demo.departments} <= scopes
    assert {row.code for row in demo.grids if row.chat_id} <= scopes
    assert {row.role for row in demo.people} == {"admin", "leader", "department", "inspector"}


def test_no_token_is_in_the_folder(town: dict[str, Any]) -> None:
    assert town.keys() == {"people", "chats", "map"}


def test_the_catalogue_is_the_one_the_reader_is_measured_with(demo: Folder) -> None:
    measured = Path(__file__).parent.parent / "data" / "categories.csv"
    assert (files("districts") / "demo" / "categories.csv").read_bytes() == measured.read_bytes()
