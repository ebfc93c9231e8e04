"""Whole districts, drawn by scripts/draw_district.py: sound ones are loaded in one go, and what is wrong on the map is
told feature by feature with what to do."""

import copy
import csv
import json
import re
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from shapely.affinity import translate
from shapely.geometry import box, mapping, shape
from sqlalchemy import func, select

from bot.database import Database
from bot.district import BadFolder, read_folder
from bot.district.days_off import unknown_years
from bot.district.desk import LoadingDesk, ask_running
from bot.district.loading import load_folder
from bot.district.shapes import to_wgs84_shape
from bot.loading import load_into, watched
from bot.migrating import migrate
from bot.pace import Pace, parse
from bot.runtime import Runtime
from bot.settings import Settings
from media.store import open_store
from media.workshop import Workshop
from models.chat import Chat
from models.district import District
from models.grid import Grid
from models.person import Role
from reading.datum import to_datum
from scripts import draw_district
from tests.cast import StillClock

Features = list[dict[str, Any]]
SMALL = draw_district.features(draw_district.whole(24, 3), micro=3)
M = 1 / 111_195  # a metre in degrees of latitude


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., Path]:
    """A district of 21 + 3 grids in two communities; `drawn(spoil)` after something was done to its features."""

    def made(spoil: Callable[[Features], None] | None = None, **files: Callable[[str], str]) -> Path:
        features = copy.deepcopy(json.loads(json.dumps(SMALL)))
        folder = tmp_path / "drawn"
        draw_district.write(folder, features, "画区")
        if spoil is not None:
            spoil(features)
            collection = {"type": "FeatureCollection", "features": features}
            (folder / "grids.geojson").write_text(json.dumps(collection, ensure_ascii=False), "utf-8")
        for name, change in files.items():
            path = folder / name.replace("_", ".")
            path.write_text(change(path.read_text("utf-8")), "utf-8")
        return folder

    return made


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.opened(f"sqlite+aiosqlite:///{tmp_path / 'town.db'}")
    await migrate(opened)
    yield opened
    await opened.close()


def faults(folder: Path) -> list[str]:
    with pytest.raises(BadFolder) as caught:
        read_folder(folder)
    return [str(fault) for fault in caught.value.faults]


def warnings(folder: Path) -> list[str]:
    return [str(warning) for warning in read_folder(folder).warnings]


def of_level(features: Features, level: int, number: int = 0) -> dict[str, Any]:
    return [item for item in features if item["properties"]["level"] == level][number]


def lowest(features: Features, number: int = 0) -> dict[str, Any]:
    """A basic grid without micro grids in it."""
    parents = {item["properties"]["parent"] for item in features}
    found = [item for item in features if item["properties"]["level"] == 3 and item["properties"]["kind"] == "basic"]
    return [item for item in found if item["properties"]["code"] not in parents][number]


def move(feature: dict[str, Any], *, east: float = 0.0, north: float = 0.0) -> None:
    """By metres."""
    feature["geometry"] = mapping(translate(shape(feature["geometry"]), east * M / 0.827, north * M))


# --- sound ones ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plots", "micro", "kinds"),
    [
        (draw_district.street(), 0, {"basic": 99}),
        (draw_district.whole(573), 3, {"basic": 566, "special": 68, "micro": 168}),
    ],
    ids=["a street of 15 + 55 + 25", "a district of 505 + 68"],
)
async def test_it_is_loaded_in_one_go_and_again_without_a_change(
    tmp_path: Path, database: Database, plots: list[list[draw_district.Plot]], micro: int, kinds: dict[str, int]
) -> None:
    features = draw_district.features(plots, micro=micro)
    folder = tmp_path / "drawn"
    draw_district.write(folder, features, "画区")
    told = await load_folder(database, folder, StillClock())
    assert f"{len(features)} grids" in told[0]
    assert [line for line in told[1:] if "调休" not in line] == [], "sound, and nothing to say of it"
    async with database.read() as session:
        grids = list(await session.scalars(select(Grid)))
        edition = await session.scalar(select(District.edition))
    counted = {kind: sum(grid.kind == kind for grid in grids) for kind in kinds}
    assert counted == kinds
    by_id = {grid.id: grid for grid in grids}
    for grid in grids:
        assert grid.line[-1] == grid.id
        assert [by_id[id].level for id in grid.line] == list(range(1, grid.level + 1))
    await load_folder(database, folder, StillClock())
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Grid)) == len(features)
        in_level_three = sum(item["properties"]["level"] == 3 for item in features)
        assert await session.scalar(select(func.count()).select_from(Chat)) >= in_level_three
        assert await session.scalar(select(func.count()).select_from(Role)) == in_level_three
        assert await session.scalar(select(District.edition)) == (edition or 0) + 1


async def test_a_fault_in_the_last_row_loads_nothing(drawn: Callable[..., Path], database: Database) -> None:
    folder = drawn(places_csv=lambda words: words + "某处,,road,999,108.8,\n")
    with pytest.raises(BadFolder):
        await load_folder(database, folder, StillClock())
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Grid)) == 0


async def test_how_far_it_is_is_told_step_by_step(drawn: Callable[..., Path], database: Database) -> None:
    told: list[tuple[str, int, int]] = []
    await load_folder(database, drawn(), StillClock(), lambda *step: told.append(step))
    steps = list(dict.fromkeys(doing for doing, _, _ in told))
    assert steps == ["read", "check", "write"]
    for doing in steps:
        counts = [(done, of) for one, done, of in told if one == doing]
        assert counts == sorted(counts)
        assert counts[-1][0] == counts[-1][1] > 0
    assert ("read", len(SMALL), len(SMALL)) in told


async def test_a_running_bot_tells_how_far_it_is_too(
    drawn: Callable[..., Path], database: Database, tmp_path: Path
) -> None:
    clock = StillClock()
    store = open_store(f"file:{tmp_path / 'media'}")
    runtime = Runtime(database, clock, {}, store, Workshop(), Pace(parse("off"), clock.monotonic))
    told: list[tuple[str, int, int]] = []
    assert database.lock is not None
    async with LoadingDesk(runtime):
        answer = await ask_running(database.lock, drawn(), lambda *step: told.append(step))
        assert answer is not None
        assert (answer[0][0].split(":")[0], answer[1]) == ("画区", [])
        assert {doing for doing, _, _ in told} == {"read", "check", "write"}
        wrong = await ask_running(database.lock, drawn(places_csv=lambda words: words + "某处,,road,999,0,\n"))
        assert wrong is not None
        assert (len(wrong[0]), len(wrong[1])) == (0, 1)
    await runtime.workshop.close()


def test_where_no_terminal_watches_there_is_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with watched() as progress:
        progress("read", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_there_is_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with watched() as progress:
        progress("read", 286, 573)
    out, err = capsys.readouterr()
    assert out == ""
    assert "reading the grids" in err
    assert "286/573" in err


async def test_the_command_loads_and_prints_what_it_did(
    drawn: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.model_validate({"database_url": f"sqlite+aiosqlite:///{tmp_path / 'own.db'}"})
    assert await load_into(settings, drawn()) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"画区: {len(SMALL)} grids")
    assert err == ""


# --- faults of the map -----------------------------------------------------------------------


def test_a_map_without_faults_has_none(drawn: Callable[..., Path]) -> None:
    assert warnings(drawn()) == []


def test_ground_that_two_grids_claim_is_a_fault_with_its_size_and_its_owner(drawn: Callable[..., Path]) -> None:
    def spoil(features: Features) -> None:
        move(lowest(features), east=60)

    folder = drawn(spoil)
    code = lowest(SMALL)["properties"]["code"]
    overlaps = [line for line in faults(folder) if "overlaps grid" in line]
    assert overlaps
    assert all(code in line for line in overlaps)
    for line in overlaps:
        assert re.search(r"feature \d+ \(\d{15}\) · geometry: overlaps grid \"\d{15}\"", line)
        assert re.search(r"by [\d,]+ m² \(\d+%\) at lat 34\.\d{6}, lon 108\.\d{6}; whose is it\?", line)


def test_a_sliver_is_a_warning_and_the_rounding_of_corners_is_nothing(drawn: Callable[..., Path]) -> None:
    def nudge(metres: float) -> Callable[[Features], None]:
        return lambda features: move(lowest(features), east=metres)

    slivers = warnings(drawn(nudge(1.5)))
    assert any("by a sliver of" in line for line in slivers)
    assert not any("by a sliver of" in line for line in warnings(drawn(nudge(0.1))))


def test_a_tooth_in_a_long_border_is_seen(drawn: Callable[..., Path]) -> None:
    """What the two share is the tooth and the whole line beside it: the line makes it no sliver."""

    def spoil(features: Features) -> None:
        parent = of_level(features, 2)["properties"]["code"]
        west = box(108.90, 34.28, 108.904, 34.31).union(box(108.904, 34.304, 108.9044, 34.3044))
        east = box(108.904, 34.28, 108.9045, 34.31)
        for number, outline in enumerate((west, east), start=1):
            about = copy.deepcopy(lowest(features)["properties"]) | {"code": f"{parent}80{number}", "chat_id": None}
            about |= {"parent": None, "name": f"新{number}网格"}
            features.append({"type": "Feature", "properties": about, "geometry": mapping(outline)})

    (line,) = faults(drawn(spoil))
    assert re.search(r"overlaps grid .* by 1,6\d\d m² \(1%\)", line)


def test_a_special_grid_may_lie_upon_a_basic_one(drawn: Callable[..., Path]) -> None:
    def spoil(features: Features) -> None:
        host, market = lowest(features), copy.deepcopy(lowest(features))
        inner = shape(host["geometry"]).buffer(-0.0005)
        market["geometry"] = mapping(inner)
        parent = host["properties"]["parent"]
        market["properties"] |= {"code": f"{parent}901", "name": "五金市场网格", "kind": "special", "chat_id": None}
        features.append(market)

    assert warnings(drawn(spoil)) == []


def test_a_gap_is_told_with_its_size_and_its_place(drawn: Callable[..., Path]) -> None:
    missing = lowest(SMALL)
    parent = missing["properties"]["parent"]

    def spoil(features: Features) -> None:
        features.remove(lowest(features))

    def without(words: str) -> str:
        return "".join(line for line in words.splitlines(keepends=True) if missing["properties"]["code"] not in line)

    (line,) = warnings(drawn(spoil, people_csv=without, places_csv=without))
    assert f"({parent}) · geometry: its grids leave " in line
    found = re.search(r"lat (\d+\.\d+), lon (\d+\.\d+)", line)
    assert found
    gap = shape(missing["geometry"])
    assert gap.distance(shape({"type": "Point", "coordinates": [float(found[2]), float(found[1])]})) == 0


def test_a_grid_that_leans_out_of_its_parent_is_a_warning_one_that_left_it_a_fault(drawn: Callable[..., Path]) -> None:
    def spoil(features: Features) -> None:
        outer = max(
            (item for item in features if item["properties"]["level"] == 3),
            key=lambda item: shape(item["geometry"]).bounds[3],
        )
        move(outer, north=40)
        outer["properties"]["kind"] = "special"

    assert any("outside its parent" in line and "let the parent's border" in line for line in _all(drawn(spoil)))

    def away(features: Features) -> None:
        move(lowest(features), north=6000)

    assert any("lies mostly outside its parent" in line for line in faults(drawn(away)))


def test_a_level_drawn_in_the_other_datum_is_one_fault(drawn: Callable[..., Path]) -> None:
    def spoil(features: Features) -> None:
        for item in features:
            if item["properties"]["level"] == 1:
                item["geometry"] = to_wgs84_shape(item["geometry"], "gcj02")  # as if it had been shifted already

    (line,) = [line for line in faults(drawn(spoil)) if "overlaps" not in line]
    assert re.search(r"^grids\.geojson · geometry: the \d+ grids of level 2 lie \d{3} m beside their parents", line)
    assert "convert them, or the level above" in line


def test_places_in_the_other_datum_are_one_fault(drawn: Callable[..., Path]) -> None:
    def shifted(words: str) -> str:
        rows = list(csv.DictReader(words.splitlines()))
        for row in rows:
            lat, lon = to_datum(float(row["lat"]), float(row["lon"]), "wgs84", "gcj02")
            row |= {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"}
        return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]) + "\n"

    (line,) = faults(drawn(places_csv=shifted))
    assert re.match(r"places\.csv · lat: \d+ of 24 places lie outside their grids and \d{3} m away inside", line)
    assert "a layer in gcj02 on one in wgs84" in line


def test_one_place_in_the_wrong_grid_is_not_taken_for_a_datum(drawn: Callable[..., Path]) -> None:
    def one(words: str) -> str:
        header, first, *rest = words.splitlines()
        return "\n".join([header, first.replace(",34.2", ",34.3"), *rest])

    (line,) = faults(drawn(places_csv=one))
    assert line.startswith("places.csv:2 · grid: lies ")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("某处,,road,999,108.8,", 'lat: "999" is not between -90 and 90'),
        ("某处,,road,95,95,", "lat: 95.0 is not between -90 and 90"),
        ("某处,,road,34.2,1088,", 'lon: "1088" is not between -180 and 180'),
        ("某处,,road,108.8,34.2,", "lat: lat and lon are exchanged"),
        ("某处,,road,34.5,108.8,", "lat: 34.5, 108.8 is 3"),
    ],
)
def test_a_place_that_cannot_be_here_is_one_line(drawn: Callable[..., Path], row: str, fault: str) -> None:
    (line,) = faults(drawn(places_csv=lambda words: f"{words}{row}\n"))
    assert line.startswith(f"places.csv:26 · {fault}")


def test_a_number_of_another_province_is_told(drawn: Callable[..., Path]) -> None:
    (line,) = faults(drawn(district_toml=lambda words: words.replace("610198", "370198")))
    assert line.startswith('district.toml · adcode: "370198" is in 山东, the map around lat 34.2')


def test_every_fault_of_the_map_is_told_in_one_go(drawn: Callable[..., Path]) -> None:
    def spoil(features: Features) -> None:
        lowest(features, 0)["geometry"]["coordinates"] = [[[108.8, 34.2], [108.81, 34.21], [108.81, 34.2],
                                                           [108.8, 34.21], [108.8, 34.2]]]  # fmt: skip
        lowest(features, 1)["geometry"] = {"type": "Polygon", "coordinates": []}
        lowest(features, 2)["properties"]["parent"] = "610198009009"
        lowest(features, 3)["properties"]["code"] = lowest(features, 4)["properties"]["code"]

    told = faults(drawn(spoil))
    for part in (
        "crosses or touches itself: Self-intersection at lat 34.205000, lon 108.805000; put its corners there in order",
        "is empty; draw the outline, or leave the grid out",
        '"610198009009" is not a grid of this folder',
        " already",
    ):
        assert any(part in line for line in told), (part, told)


def test_an_absurd_size_is_a_warning(drawn: Callable[..., Path]) -> None:
    def spoil(features: Features) -> None:
        lowest(features, 0)["properties"] |= {"households": 5000, "residents": 12, "elders": 1}

    told = warnings(drawn(spoil))
    assert [re.sub(r".*\) · ", "", line) for line in told] == [
        "households: 5000 is far from the 500 of a usual grid; compare the number, or divide the grid",
        "residents: 12 is far from the 1000 of a usual grid; compare the number, or divide the grid",
    ]


def test_a_grid_as_wide_as_a_town_is_a_warning(drawn: Callable[..., Path]) -> None:
    def spoil(features: Features) -> None:
        whole = copy.deepcopy(of_level(features, 1))
        whole["properties"] |= {"code": "610198999999999", "level": 3, "parent": None, "households": 500}
        whole["properties"] |= {"residents": 1000, "elders": 90, "name": "大网格"}
        move(whole, north=9000)
        wide = shape(whole["geometry"]).envelope.buffer(0.01)
        whole["geometry"] = mapping(wide)
        features.append(whole)

    assert any(re.search(r"covers \d+\.\d+ km², much for one grid", line) for line in warnings(drawn(spoil)))


def test_warnings_of_one_kind_are_summed_up_after_ten(drawn: Callable[..., Path]) -> None:
    def spoil(features: Features) -> None:
        for item in features:
            if item["properties"]["level"] == 3:
                item["properties"]["households"] = 9000 + item["properties"]["residents"]

    told = warnings(drawn(spoil))
    assert len(told) == 11
    assert told[-1] == "grids.geojson · households: … and 11 more of this kind"


def _all(folder: Path) -> list[str]:
    try:
        return warnings(folder)
    except BadFolder as bad:
        return [str(fault) for fault in bad.faults]


# --- the days off -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "own", "today", "unknown"),
    [
        ("CN", set(), date(2026, 6, 1), []),
        ("CN", set(), date(2097, 6, 1), ["2097"]),
        ("CN", set(), date(2097, 11, 1), ["2097", "2098"]),
        ("CN", {2097}, date(2097, 11, 1), ["2098"]),
        ("CN", {2097, 2098}, date(2097, 11, 1), []),
        ("", set(), date(2097, 11, 1), []),
    ],
)
def test_a_year_whose_working_week_ends_nobody_told_is_a_warning(
    country: str, own: set[int], today: date, unknown: list[str]
) -> None:
    told = [str(fault) for fault in unknown_years(country, own, today)]
    assert [re.findall(r"调休\) of (\d+)", line)[0] for line in told] == unknown
    assert all(line.startswith("holidays.csv · ") for line in told)


async def test_load_warns_of_a_year_that_is_not_known(drawn: Callable[..., Path], database: Database) -> None:
    clock = StillClock(datetime(2097, 6, 1, tzinfo=UTC))
    folder = drawn()
    assert any("(调休) of 2097" in line for line in await load_folder(database, folder, clock))
    (folder / "holidays.csv").write_text("date,kind\n2097-02-02,workday\n", "utf-8")
    assert not any("调休" in line for line in await load_folder(database, folder, clock))
