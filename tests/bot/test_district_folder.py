"""A district folder: what is sound is read, and what is not is said in one go, one line a fault."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.district import BadFolder, Fault, Folder, read_folder

DISTRICT = """name = "柳桥区"
adcode = "610199"
prefix = "LH"
timezone = "Asia/Shanghai"
datum = "wgs84"
levels = ["街道", "社区", "网格"]
triage = "leader"

[hours]
work = ["08:00-12:00", "14:00-18:00"]
days = [1, 2, 3, 4, 5]

[limits]
accept = 10
"""
CATEGORY_HEADER = (
    "code,std_code,cjt214_code,kind,class_zh,name_zh,name_en,dept,joint_depts,deadline_value,deadline_unit,"
    "deadline_text,deadline_basis,other_deadlines,urgency,hotline,close_condition,keywords,notes\n"
)
CATEGORIES = CATEGORY_HEADER + (
    "E0505,05-05,2004-01,事件,突发事件,路面塌陷,Road collapse,市政中心,,2,urgent_hour,围护,YC,,紧急,,恢复,塌陷|塌了,\n"
    "X9006,,,综治扩展,安全隐患,电梯故障,Lift failure,物业,,0.5,urgent_hour,,GK,,紧急,119,,电梯坏,\n"
    "X9016,,,综治扩展,社会治安,治安可疑,Public security,派出所,,0,now,,GK,,紧急,110,,小偷,\n"
    "X9099,,,综治扩展,其他,其他,Other,街道办,,1,work_day,,GK,,一般,,,,\n"
)
DEPARTMENTS = """key,name,serves,phone,hotline,chat_id
shizheng,市政中心,,029-55500102,12345,-2001
paishui,柳桥排水公司,排水公司|水务集团,,,-2002
jiedao,柳桥街道办,街道办|物业|派出所,,,
"""
ROUTES = "priority,category,grid,lead,cc\n10,E0505,*,shizheng,paishui|jiedao\n20,*,G1,jiedao,\n"
PLACES = """name,aliases,kind,lat,lon,grid
团结西路印刷技校,印刷技校｜印刷学校,school,34.2700,108.9200,G1
小白杨公交站,,station,34.2701,108.9300,
"""
PEOPLE = """telegram_id,name,role,scope
1051,沈宁,admin,
1041,顾严,inspector,*
1011,乔岚,leader,G1
1022,路平,department,shizheng
1011,乔岚,leader,G2
"""
HOLIDAYS = "date,kind\n2026-10-01,holiday\n2026/10/10,workday\n"


def square(west: float, east: float, south: float = 34.265, north: float = 34.275) -> dict[str, Any]:
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def grid(code: str, level: int | str, parent: str | None, shape: dict[str, Any], **more: object) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"网格{code}", "level": level, "parent": parent, **more},
        "geometry": shape,
    }


def town() -> list[dict[str, Any]]:
    return [
        grid("610199001", 1, None, square(108.91, 108.94)),
        grid("G1", 3, "610199001", square(108.91, 108.925), kind="basic", households=256, residents=673, elders=98),
        grid("G2", "网格", "610199001", square(108.925, 108.94), kind="special", chat_id=-1002),
    ]


def collection(features: list[dict[str, Any]]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


Change = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Change:
    """A sound folder; `folder(people_csv="…")` with other words in one file."""

    def made(**changes: str | bytes | None) -> Path:
        files: dict[str, str | bytes | None] = {
            "district.toml": DISTRICT,
            "grids.geojson": collection(town()),
            "departments.csv": DEPARTMENTS,
            "categories.csv": CATEGORIES,
            "routes.csv": ROUTES,
            "places.csv": PLACES,
            "people.csv": PEOPLE,
            "holidays.csv": HOLIDAYS,
        }
        files |= {name.replace("_", "."): words for name, words in changes.items()}
        for name, words in files.items():
            if words is not None:
                (tmp_path / name).write_bytes(words.encode() if isinstance(words, str) else words)
        return tmp_path

    return made


def faults(path: Path) -> list[str]:
    with pytest.raises(BadFolder) as caught:
        read_folder(path)
    lines = str(caught.value).splitlines()
    assert lines == [str(fault) for fault in caught.value.faults], "one line a fault"
    return lines


def warnings(read: Folder) -> list[str]:
    return [str(warning) for warning in read.warnings]


def test_a_sound_folder_is_read_to_the_last_cell(folder: Change) -> None:
    read = read_folder(folder())
    assert (read.district.name, read.district.prefix, read.district.triage) == ("柳桥区", "LH", "leader")
    assert read.district.limits == {"accept": 10, "dispatch": 15, "verify": 30, "report_in": 30, "urge": 120}
    assert read.district.days == {"close": 7, "reopen": 15, "photos": 90, "identity": 365}
    assert read.district.most == {"hour": 120, "day": 600}
    assert read.district.hours == {
        "work": ["08:00-12:00", "14:00-18:00"], "days": [1, 2, 3, 4, 5], "calendar": "CN", "quiet": "22:00-07:00"
    }  # fmt: skip
    assert read.district.hotline == "12345"
    assert [(row.code, row.level, row.parent, row.kind) for row in read.grids] == [
        ("610199001", 1, None, "basic"),
        ("G1", 3, "610199001", "basic"),
        ("G2", 3, "610199001", "special"),
    ]
    assert (read.grids[1].households, read.grids[1].residents, read.grids[1].elders) == (256, 673, 98)
    assert (read.grids[1].chat_id, read.grids[2].chat_id) == (None, -1002)
    assert read.grids[1].shape["type"] == "Polygon"
    assert read.departments[1].serves == ("排水公司", "水务集团")
    assert read.departments[2].chat_id is None
    hole, lift, thief, rest = read.categories
    assert (hole.deadline_value, hole.deadline_unit, hole.is_urgent) == (Decimal(2), "urgent_hour", True)
    assert hole.keywords == ("塌陷", "塌了")
    assert (lift.deadline_value, lift.hotline) == (Decimal("0.5"), "119")
    assert (thief.deadline_value, thief.deadline_unit, rest.is_urgent) == (Decimal(0), "now", False)
    assert (read.routes[0].lead, read.routes[0].cc) == ("shizheng", ("paishui", "jiedao"))
    assert read.places[0].aliases == ("印刷技校", "印刷学校")
    assert (read.places[0].lat, read.places[0].lon, read.places[1].grid) == (34.27, 108.92, None)
    assert [row.scope for row in read.people] == [None, None, "G1", "shizheng", "G2"]
    assert [(row.date, row.kind) for row in read.holidays] == [
        (date(2026, 10, 1), "holiday"),
        (date(2026, 10, 10), "workday"),
    ]
    assert read.files >= {"grids.geojson", "people.csv"}
    assert warnings(read) == [
        'grids.geojson:feature 2 (G1) · code: "G1" is not the 15 or 16 digits of a cell',
    ]


def test_only_district_toml_is_needed(tmp_path: Path) -> None:
    (tmp_path / "district.toml").write_text(DISTRICT, encoding="utf-8")
    read = read_folder(tmp_path)
    assert read.files == {"district.toml"}
    assert (read.grids, read.departments, read.people, read.warnings) == ((), (), (), ())


def test_windows_editors_are_welcome(folder: Change) -> None:
    """A BOM, \\r\\n, spaces around cells, a blank line, and a row of bare commas change nothing."""
    plain = read_folder(folder())
    people = "\ufeff" + PEOPLE.replace(",", " , ").replace("\n", "\r\n\r\n") + ",,,\r\n"
    odd = read_folder(folder(people_csv=people, district_toml="\ufeff" + DISTRICT.replace("\n", "\r\n")))
    assert odd.district == plain.district
    assert [(row.telegram_id, row.name, row.role, row.scope) for row in odd.people] == [
        (row.telegram_id, row.name, row.role, row.scope) for row in plain.people
    ]
    assert [row.line for row in odd.people] == [3, 5, 7, 9, 11], "lines as an editor counts them"


def test_every_fault_of_every_file_is_told_in_one_go(folder: Change) -> None:
    features = town()
    features[1]["properties"]["parent"] = "XX"
    path = folder(
        district_toml=DISTRICT.replace("610199", "61").replace("accept = 10", 'accept = "soon"'),
        grids_geojson=collection(features),
        people_csv=PEOPLE + "abc,某人,boss,\n1060,,leader,G9\n",
        holidays_csv=HOLIDAYS + "2026-02-30,holiday\n",
    )
    assert faults(path) == [
        'district.toml:2 · adcode: "61" is not the 6 digits of a district (GB/T 2260)',
        'district.toml:14 · limits.accept: "soon" is no whole number',
        'grids.geojson:feature 2 (G1) · parent: "XX" is not a grid of this folder; correct it, or add it',
        'people.csv:7 · role: "boss" is none of admin, leader, department, inspector',
        'people.csv:7 · telegram_id: "abc" is no whole number',
        "people.csv:8 · name: is empty",
        'people.csv:8 · scope: "G9" is not a grid of this folder; correct it, or add it',
        'holidays.csv:4 · date: "2026-02-30" is no day of the calendar',
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('name = "柳桥区"\n', "", "district.toml · name: is missing"),
        ('"LH"', '"L1"', 'district.toml:3 · prefix: "L1" is not 2 to 4 letters A to Z'),
        ('"LH"', '"ABCDE"', 'district.toml:3 · prefix: "ABCDE" is not'),
        ("Asia/Shanghai", "Asia/Xian", 'district.toml:4 · timezone: "Asia/Xian" is no time zone'),
        ("Asia/Shanghai", "../../etc/passwd", "district.toml:4 · timezone"),
        ("wgs84", "bd09", "district.toml:5 · datum: bd09 (Baidu) is not taken"),
        ("wgs84", "cgcs2000", 'district.toml:5 · datum: "cgcs2000" is none of wgs84, gcj02'),
        ('["街道", "社区", "网格"]', "[]", "district.toml:6 · levels: names no level"),
        ('"社区", "网格"]', '"社区", "社区"]', "district.toml:6 · levels: names a level twice"),
        ('["街道", "社区", "网格"]', '"街道"', 'district.toml:6 · levels: "街道" is no list'),
        ('"leader"', '"robot"', 'district.toml:7 · triage: "robot" is none of auto, leader'),
        ("08:00-12:00", "8 to 12", 'district.toml:10 · hours.work: "8 to 12" is no span'),
        ("14:00-18:00", "11:00-18:00", "district.toml:10 · hours.work: working hours must follow"),
        ("days = [1, 2", "days = [0, 2", 'district.toml:11 · hours.days: "0" is not between 1 and 7'),
        ("days = [1, 2, 3, 4, 5]", "days = []", "district.toml:11 · hours.days: names no working day"),
        ("accept = 10", "accept = 0", 'district.toml:14 · limits.accept: "0" is not between 1 and'),
        ("accept = 10", "accept = true", 'district.toml:14 · limits.accept: "True" is no whole number'),
        ("[limits]\naccept = 10", "", None),
        ('"leader"', '"leader"\nhotline = "call me"', 'district.toml:8 · hotline: "call me" is no telephone number'),
        ("4, 5]", '4, 5]\ncalendar = "XX"', 'district.toml:12 · hours.calendar: "XX" is none of CN; "" is for none'),
        ('triage = "leader"', "triage", "district.toml:7 · is no TOML"),
        ("[hours]", "[[hours]]", "district.toml:9 · hours: "),
    ],
)
def test_each_setting_of_the_district_is_checked(folder: Change, old: str, new: str, fault: str | None) -> None:
    assert old in DISTRICT
    path = folder(district_toml=DISTRICT.replace(old, new))
    if fault is None:
        assert read_folder(path).district.limits["accept"] == 15
    else:
        (found,) = faults(path)
        assert found.startswith(fault)


def test_a_district_may_have_its_own_hotline_and_no_calendar(folder: Change) -> None:
    words = DISTRICT.replace('"leader"', '"leader"\nhotline = "029-12345"').replace("4, 5]", '4, 5]\ncalendar = ""')
    district = read_folder(folder(district_toml=words)).district
    assert (district.hotline, district.hours["calendar"]) == ("029-12345", "")


def test_settings_in_one_line_are_found_too(folder: Change) -> None:
    inline = DISTRICT.partition("\n[hours]")[0] + "limits = {accept = 0}\nhours.days = [9]\n"
    assert faults(folder(district_toml=inline)) == [
        'district.toml:8 · limits.accept: "0" is not between 1 and 10080',
        'district.toml:9 · hours.days: "9" is not between 1 and 7',
    ]


def test_a_folder_without_its_district_or_that_is_none(folder: Change, tmp_path: Path) -> None:
    assert faults(folder(district_toml=None)) == ["district.toml · is missing: it names the district"]
    assert "is no folder to read" in faults(tmp_path / "nowhere")[0]
    assert "is no folder to read" in faults(tmp_path / "people.csv")[0]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        ({"parent": "G1"}, "grids.geojson:feature 2 (G1) · parent: goes in a circle: G1 > G1"),
        (
            {"level": 1},
            'grids.geojson:feature 2 (G1) · level: is 1, not deeper than 1, the level of its parent "610199001"',
        ),
        ({"level": 4}, 'grids.geojson:feature 2 (G1) · level: "4" is not between 1 and 3'),
        (
            {"level": "村"},
            'grids.geojson:feature 2 (G1) · level: "村" is none of the levels 街道, 社区, 网格 of district.toml',
        ),
        ({"level": None}, "grids.geojson:feature 2 (G1) · level: is empty"),
        ({"level": 2.5}, 'grids.geojson:feature 2 (G1) · level: "2.5" is no whole number'),
        ({"code": "G2"}, 'grids.geojson:feature 3 (G2) · code: "G2" stands in feature 2 (G2) already'),
        ({"code": "G 1"}, 'grids.geojson:feature 2 (G 1) · code: "G 1" is no code'),
        ({"kind": "huge"}, 'grids.geojson:feature 2 (G1) · kind: "huge" is none of basic, special, micro'),
        ({"households": -1}, 'grids.geojson:feature 2 (G1) · households: "-1" is not between'),
        ({"elders": 700}, "grids.geojson:feature 2 (G1) · elders: 700 of 673 residents are too many"),
        ({"chat_id": "@lin"}, 'grids.geojson:feature 2 (G1) · chat_id: "@lin" is no whole number'),
        (
            {"chat_id": -1002},
            "grids.geojson:feature 3 (G2) · chat_id: -1002 belongs to grids.geojson:feature 2 (G1) already",
        ),
        ({"chat_id": -2001}, "departments.csv:2 · chat_id: -2001 belongs to grids.geojson:feature 2 (G1) already"),
        ({"name": "\ud800"}, "grids.geojson:feature 2 (G1) · name: "),
        ({"name": ["网格"]}, "grids.geojson:feature 2 (G1) · name: "),
    ],
)
def test_each_property_of_a_grid_is_checked(folder: Change, spoil: dict[str, object], fault: str) -> None:
    features = town()
    features[1]["properties"] |= spoil
    path = folder(grids_geojson=json.dumps({"type": "FeatureCollection", "features": features}))
    assert any(found.startswith(fault) for found in faults(path)), faults(path)


def test_grids_that_are_one_anothers_parents_are_all_named(folder: Change) -> None:
    features = town()
    features[0]["properties"]["parent"] = "G1"
    other = "one of them has another parent"
    assert faults(folder(grids_geojson=collection(features))) == [
        "grids.geojson:feature 1 (610199001) · parent: goes in a circle: 610199001 > G1 > 610199001; " + other,
        "grids.geojson:feature 2 (G1) · parent: goes in a circle: G1 > 610199001 > G1; " + other,
    ]


SWAPPED = {"type": "Polygon", "coordinates": [[[34.26, 108.91], [34.28, 108.91], [34.28, 108.92], [34.26, 108.91]]]}
BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[108.91, 34.265], [108.925, 34.275], [108.925, 34.265], [108.91, 34.275], [108.91, 34.265]]],
}


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (SWAPPED, "has latitude first; GeoJSON writes [lon, lat]"),
        (square(2.29, 2.31, 48.85, 48.87), "reaches 2.29 to 2.31 east, 48.85 to 48.87 north, and that is not in China"),
        (square(12_124_000, 12_126_000, 4_066_000, 4_068_000), "and that is not in China; write degrees"),
        (square(120.38, 120.39, 36.06, 36.07), "km from the others"),
        (square(108.95, 108.96), 'lies mostly outside its parent "610199001"'),
        (BOW_TIE, "crosses or touches itself: Self-intersection"),
        ({"type": "Point", "coordinates": [108.92, 34.27]}, '"Point" is no outline'),
        ({"type": "Polygon", "coordinates": []}, "is empty"),
        ({"type": "Polygon", "coordinates": [[[108.92, 34.27], [108.93, 34.27]]]}, "is no list of rings"),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "is no list of rings"),
        ({"type": "Polygon", "coordinates": 7}, "is no list of rings"),
        ({"type": "Polygon"}, "is no list of rings"),
        ({}, '"None" is no outline'),
    ],
)
def test_an_outline_that_cannot_be_right_says_what_to_do(folder: Change, shape: dict[str, Any], reason: str) -> None:
    features = town()
    features[2]["geometry"] = shape
    found = faults(folder(grids_geojson=collection(features)))
    assert found[0].startswith("grids.geojson:feature 3 (G2) · geometry: ")
    assert reason in found[0]


def test_an_outline_may_have_heights_and_several_parts(folder: Change) -> None:
    features = town()
    (ring,) = square(108.925, 108.94)["coordinates"]
    features[2]["geometry"] = {"type": "MultiPolygon", "coordinates": [[[[*point, 412.5] for point in ring]]]}
    shape = read_folder(folder(grids_geojson=collection(features))).grids[2].shape
    assert shape["type"] == "MultiPolygon"
    assert {len(point) for point in shape["coordinates"][0][0]} == {2}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("[1, 2", "grids.geojson:1 · is no JSON"),
        ('{"type": "Feature"}', "grids.geojson · is no GeoJSON FeatureCollection"),
        ("[]", "grids.geojson · is no GeoJSON FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [NaN]}', 'grids.geojson · is no JSON: "NaN is no number of JSON"'),
        ("[" * 100_000, "grids.geojson · is no JSON"),
        ('{"type": "FeatureCollection", "features": [7]}', "grids.geojson:feature 1 · code: is missing"),
    ],
)
def test_a_map_that_is_no_geojson(folder: Change, words: str, fault: str) -> None:
    """The other files that name its grids are not blamed for it."""
    found = faults(folder(grids_geojson=words))
    assert found[0].startswith(fault)
    assert {line.split(":")[0].split(" ")[0] for line in found} == {"grids.geojson"}


@pytest.mark.parametrize(
    ("file", "row", "fault"),
    [
        ("departments.csv", "shizheng,另一个,,,,", '5 · key: "shizheng" stands in line 2 already'),
        ("departments.csv", "other,市政中心,,,,", '5 · name: "市政中心" stands in line 2 already'),
        ("departments.csv", "two words,某处,,,,", '5 · key: "two words" is no code'),
        ("departments.csv", "other,某处,,call me,,", '5 · phone: "call me" is no telephone number'),
        ("departments.csv", "other,某处,,,,-2002", "5 · chat_id: -2002 belongs to departments.csv:3 already"),
        ("departments.csv", "other,某处,,,,0", "5 · chat_id: 0 is no chat"),
        (
            "departments.csv",
            "other,某处,,,,1,2",
            "5 · has 7 cells, the header has 6; a comma inside a cell needs quotes",
        ),
        ("departments.csv", 'other,"某"处,,,,', "5 · is no CSV"),
        ("departments.csv", 'other,"某处,,,,', '5 · a quote (") opened here is never closed'),
        ("departments.csv", "other," + "长" * 501 + ",,,,", "5 · name: is 501 characters long, at most 500"),
        ("departments.csv", "other," + "长" * 200_000 + ",,,,", "5 · a cell is far too long"),
        ("departments.csv", "other,a\x1b[31mb,,,,", '5 · name: "a�[31mb" holds a control character'),
        ("categories.csv", CATEGORIES.splitlines()[1], '6 · code: "E0505" stands in line 2 already'),
        ("routes.csv", "first,E0505,*,shizheng,", '4 · priority: "first" is no whole number'),
        ("routes.csv", "30,E9999,*,shizheng,", '4 · category: "E9999" is not a category of this folder'),
        ("routes.csv", "30,E0505,G7,shizheng,", '4 · grid: "G7" is not a grid of this folder'),
        ("routes.csv", "30,E0505,,shizheng,", "4 · grid: is empty"),
        ("routes.csv", "30,E0505,*,nobody,", '4 · lead: "nobody" is not a department of this folder'),
        ("routes.csv", "30,E0505,*,shizheng,jiedao|nobody", '4 · cc: "nobody" is not a department of this folder'),
        ("places.csv", "某处,,road,108.92,34.27,G1", "4 · lat: lat and lon are exchanged"),
        ("places.csv", "某处,,road,48.85,2.29,G1", "4 · lat: 48.85, 2.29 is not in China"),
        ("places.csv", "某处,,road,north,108.92,G1", '4 · lat: "north" is no number'),
        ("places.csv", "某处,,road,nan,108.92,G1", '4 · lat: "nan" is not between'),
        ("places.csv", "某处,,road,34.27,108.935,G1", '4 · grid: lies 919 m outside grid "G1"'),
        ("places.csv", "某处,,road,34.27,108.92,G8", '4 · grid: "G8" is not a grid of this folder'),
        ("places.csv", PLACES.splitlines()[1], "4 · name: this place stands in line 2 already"),
        ("people.csv", "-5,某人,admin,", '7 · telegram_id: "-5" is not between'),
        ("people.csv", "٣٤,某人,admin,", '7 · telegram_id: "٣٤" is no whole number'),
        ("people.csv", "1_000,某人,admin,", '7 · telegram_id: "1_000" is no whole number'),
        ("people.csv", "1060,某人,leader,", "7 · scope: is empty; a leader needs the code of the grid he leads"),
        ("people.csv", "1060,某人,department,", "7 · scope: is empty; a department needs the key of his department"),
        ("people.csv", "1060,某人,leader,shizheng", '7 · scope: "shizheng" is not a grid of this folder'),
        ("people.csv", "1060,某人,department,G1", '7 · scope: "G1" is not a department of this folder'),
        ("people.csv", "1060,某人,leader,*", "7 · scope: * is too wide for a leader"),
        ("people.csv", "1060,某人,department,*", "7 · scope: * is too wide for a department"),
        (
            "people.csv",
            "1011,乔岚,leader,G1",
            "7 · role: the same person with the same role and scope stands in line 4",
        ),
        ("people.csv", "1011,乔某,inspector,", '7 · name: "乔某" has the telegram_id of "乔岚" in line 4'),
        ("holidays.csv", "10 月 1 日,holiday", '4 · date: "10 月 1 日" is no date such as 2026-10-01'),
        ("holidays.csv", "2026-10-01,workday", '4 · date: "2026-10-01" stands in line 2 already'),
        ("holidays.csv", "2026-10-02,feast", '4 · kind: "feast" is none of holiday, workday'),
    ],
)
def test_a_bad_row_is_one_line_that_says_where_and_why(folder: Change, file: str, row: str, fault: str) -> None:
    path = folder()
    with (path / file).open("a", encoding="utf-8") as table:
        table.write(row + "\n")
    (found,) = faults(path)
    assert found.startswith(f"{file}:{fault}")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("deadline_unit", "hour", '"hour" is none of urgent_hour, work_hour, work_day, natural_day, now'),
        ("deadline_value", "two", '"two" is no number'),
        ("deadline_value", "-1", '"-1" is not between 0 and 10000'),
        ("deadline_value", "NaN", '"NaN" is not between'),
        ("deadline_value", "1e99999", '"1e99999" is not between'),
        ("deadline_value", "0", "0 would be overdue at once"),
        ("deadline_value", "", "is empty"),
        ("urgency", "急", '"急" is none of 紧急, 一般'),
        ("name_zh", " ", "is empty"),
        ("hotline", "police", '"police" is no telephone number'),
        ("code", "*", '"*" is no code'),
    ],
)
def test_each_cell_of_the_catalogue_is_checked(folder: Change, column: str, value: str, reason: str) -> None:
    header, row, *rest = CATEGORIES.splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True)) | {column: value}
    found = faults(folder(categories_csv="\n".join([header, ",".join(cells.values()), *rest])))
    assert len(found) == 1
    assert found[0].startswith(f"categories.csv:2 · {column}: {reason}")


def test_what_has_no_clock_has_no_limit(folder: Change) -> None:
    (found,) = faults(folder(categories_csv=CATEGORIES.replace(",0,now,", ",3,now,")))
    assert found == "categories.csv:4 · deadline_value: the unit now has no clock; write 0"


def test_a_missing_column_is_one_fault_and_the_rows_are_read_all_the_same(folder: Change) -> None:
    people = "telegram_id,name,role\n1051,沈宁,admin\n1011,乔岚,boss\n1012,柳青,leader\n"
    assert faults(folder(people_csv=people)) == [
        "people.csv:1 · scope: this column is missing",
        'people.csv:3 · role: "boss" is none of admin, leader, department, inspector',
    ]
    without_unit = CATEGORIES.replace("deadline_unit,", "").replace("urgent_hour,", "").replace("now,", "")
    assert faults(folder(categories_csv=without_unit.replace("work_day,", ""), people_csv=PEOPLE)) == [
        "categories.csv:1 · deadline_unit: this column is missing"
    ]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "people.csv:1 · is empty; the first line must name telegram_id, name, role, scope"),
        ("telegram_id;name;role;scope\n1;a;admin;\n", "people.csv:1 · its columns are not separated by commas"),
        ("telegram_id,name,name,role,scope\n", "people.csv:1 · name: this column stands there twice"),
        (PEOPLE.encode("gb18030"), "people.csv:2 · is not UTF-8 but looks like GBK; save the file as UTF-8"),
        (PEOPLE.encode("utf-16"), "people.csv:1 · is not UTF-8 but UTF-16; save the file as UTF-8"),
        (b"telegram_id,name,role,scope\n1,\xff\xff,admin,\n", "people.csv:2 · is not UTF-8; save the file as UTF-8"),
        ("telegram_id,name,role,scope\n1,a\x00b,admin,\n", "people.csv:2 · holds a NUL byte"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_table_is_one_clear_fault(
    folder: Change, words: str | bytes, fault: str
) -> None:
    (found,) = faults(folder(people_csv=words))
    assert found.startswith(fault)


def test_rows_that_name_an_unreadable_files_rows_are_not_blamed(folder: Change) -> None:
    found = faults(folder(departments_csv=DEPARTMENTS.encode("gb18030")))
    assert found == ["departments.csv:2 · is not UTF-8 but looks like GBK; save the file as UTF-8"]


def test_a_quoted_cell_may_hold_commas_and_line_ends_and_lines_still_count(folder: Change) -> None:
    people = PEOPLE + '1060,"某,\n人",admin,\n1061,某人,boss,\n'
    assert faults(folder(people_csv=people)) == [
        'people.csv:9 · role: "boss" is none of admin, leader, department, inspector'
    ]


def test_warnings_stop_nothing(folder: Change) -> None:
    features = town()
    features[1]["properties"] |= {"code": "610199001001001", "colour": "red", "chat_id": 77}
    features.append(grid("M1", 3, None, square(108.91, 108.925, 34.27499, 34.285), kind="basic"))
    path = folder(
        district_toml=DISTRICT.replace("[limits]", "[limits]\nacept = 1"),
        grids_geojson=collection(features),
        departments_csv=DEPARTMENTS.replace("街道办|物业|派出所", "街道办|物业|派出所|排水公司"),
        categories_csv=CATEGORIES.replace("物业", "维保单位").replace("小偷", "塌了").replace("X9099", "X9098"),
        routes_csv="priority,category,grid,lead,cc,why\n10,E0505,*,shizheng,shizheng,\n",
        places_csv=PLACES.replace(",G1", "") + "远处,,road,34.30,108.92,\n",
        people_csv=PEOPLE.replace("G1", "610199001001001"),
    )
    (path / "peopel.csv").write_text("x", encoding="utf-8")
    (path / "README.md").write_text("x", encoding="utf-8")
    assert sorted(warnings(read_folder(path))) == sorted(
        [
            "peopel.csv · is not a file of a district folder and is left aside",
            "district.toml:14 · limits.acept: this key is not known and is left aside",
            "grids.geojson:feature 2 (610199001001001) · colour: this property is not known and is left aside",
            "grids.geojson:feature 2 (610199001001001) · chat_id: 77 is a person's id; the id of a group is negative",
            "grids.geojson:feature 4 (M1) · parent: is empty although this is not the top level; "
            "nobody above hears of what its leader leaves",
            'grids.geojson:feature 4 (M1) · code: "M1" is not the 15 or 16 digits of a cell',
            'grids.geojson:feature 4 (M1) · geometry: overlaps grid "610199001001001" of the same level and kind by '
            "a sliver of 1,533 m² at lat 34.274995, lon 108.917500; let both borders run through the same corners",
            'departments.csv:4 · serves: "排水公司" is served by "paishui" too; a route should say which',
            "categories.csv:3 · dept: X9006 has no department here and no route for every grid: "
            "leaders dispatch it by hand",
            'categories.csv:4 · keywords: "塌了" is a word of E0505 too; a word belongs to one category',
            "categories.csv · code: has no X9099, which catches what nobody could place",
            "routes.csv:1 · why: this column is not known and is left aside",
            'routes.csv:2 · cc: "shizheng" leads already',
            "places.csv:4 · grid: is empty, and no grid holds the point",
        ]
    )


def test_a_route_for_every_grid_makes_up_for_a_missing_department(folder: Change) -> None:
    categories = CATEGORIES.replace("物业", "维保单位")
    only_there = read_folder(
        folder(categories_csv=categories, routes_csv="priority,category,grid,lead\n1,X9006,G1,jiedao\n")
    )
    assert any("X9006 has no department" in line for line in warnings(only_there))
    everywhere = read_folder(
        folder(categories_csv=categories, routes_csv="priority,category,grid,lead\n1,*,*,jiedao\n")
    )
    assert not any("X9006" in line for line in warnings(everywhere))


def test_routes_may_name_the_catalogue_that_is_loaded_already(folder: Change, tmp_path: Path) -> None:
    assert read_folder(folder(categories_csv=None)).routes[0].category == "E0505"


FILES = [
    "district.toml",
    "grids.geojson",
    "departments.csv",
    "categories.csv",
    "routes.csv",
    "places.csv",
    "people.csv",
]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(FILES), at=st.floats(0, 1), cut=st.integers(0, 40), noise=st.binary(max_size=12))
def test_whatever_is_done_to_a_file_it_is_read_or_refused(
    folder: Change, file: str, at: float, cut: int, noise: bytes
) -> None:
    path = folder()
    sound = (path / file).read_bytes()
    spot = int(at * len(sound))
    (path / file).write_bytes(sound[:spot] + noise + sound[spot + cut :])
    found = outcome(path)
    for line in found.warnings if isinstance(found, Folder) else found:
        assert str(line).isprintable()
        assert len(str(line)) < 300


def test_a_folders_own_words_cannot_write_on_the_console(folder: Change) -> None:
    toml = DISTRICT.replace("08:00-12:00", "08:00\\u202e12:00").replace("accept", '"\\u001b[2J\\r"')
    people = PEOPLE.replace("scope", "scope,\x1b[31m" + "长" * 1000, 1)
    (found,) = faults(folder(district_toml=toml, people_csv=people))
    assert found == 'district.toml:10 · hours.work: "08:00�12:00" is no span of hours such as 08:00-12:00'
    assert all(
        str(line).isprintable() and len(str(line)) < 300 for line in read_folder(folder(people_csv=people)).warnings
    )


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["Polygon", "G1"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "code", "level", "parent", "0"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(properties=json_values, geometry=json_values, rings=json_values, feature=json_values)
def test_any_json_where_a_grid_should_be_is_refused(
    folder: Change, properties: object, geometry: object, rings: object, feature: object
) -> None:
    features = [
        {"type": "Feature", "properties": properties, "geometry": geometry},
        {"type": "Feature", "properties": {"code": "G1"}, "geometry": {"type": "Polygon", "coordinates": rings}},
        {"type": "Feature", "properties": {"code": "G2"}, "geometry": {"type": "MultiPolygon", "coordinates": [rings]}},
        feature,
    ]
    found = outcome(folder(grids_geojson=json.dumps({"type": "FeatureCollection", "features": features})))
    assert not isinstance(found, Folder)
    assert all(str(fault).isprintable() for fault in found)


def outcome(path: Path) -> Folder | list[Fault]:
    try:
        return read_folder(path)
    except BadFolder as bad:
        return bad.faults


def test_quiet_hours_days_and_what_one_person_may_do_are_data(tmp_path: Path) -> None:
    toml = """name = "柳桥区"
adcode = "610199"
prefix = "LH"
timezone = "Asia/Shanghai"
datum = "wgs84"
levels = ["网格"]
[hours]
quiet = "{quiet}"
[days]
close = {close}
[most]
day = 3
"""

    def folder_of(**given: object) -> Path:
        (tmp_path / "district.toml").write_text(toml.format(**given), encoding="utf-8")
        return tmp_path

    read = read_folder(folder_of(quiet="", close=2)).district
    assert (read.hours["quiet"], read.days["close"], read.days["reopen"], read.most["day"]) == ("", 2, 15, 3)
    with pytest.raises(BadFolder) as bad:
        read_folder(folder_of(quiet="10:00-10:00", close=0))
    assert {fault.column for fault in bad.value.faults} == {"hours.quiet", "days.close"}
