"""A district for the fault tests: twelve grids with a group each, three departments, forty riders, their reports."""

import csv
import json
from pathlib import Path
from typing import Any

from tests.processes import ROOT

GRIDS, RIDERS = 12, 40
RIDER, GROUP, OFFICE = 2001, -1002000000001, -1003000000001
OFFICES = (
    ("roads", "市政中心", "市政中心"),
    ("water", "排水公司", "排水公司"),
    ("clean", "环卫中心", "环卫中心|园林中心"),
)
PROBLEMS = ("{}号门前路面塌陷", "{}号旁边污水井盖不见了", "{}号门口垃圾满了一地没人收", "{}号对面路灯不亮")
"""Each house number is another place, so no report is taken for a repeat of another."""
GROUPS = tuple(GROUP - number for number in range(GRIDS))
RIDER_IDS = tuple(RIDER + number for number in range(RIDERS))
OFFICE_IDS = tuple(OFFICE - number for number in range(len(OFFICES)))


def problem(number: int) -> str:
    """The words of report `number`, unlike those of any other."""
    return "平安街" + PROBLEMS[number % len(PROBLEMS)].format(number + 1)


def town() -> dict[str, Any]:
    """The same people and chats for the simulator."""
    chats = [
        {"id": chat, "title": f"第{number + 1}网格", "members": list(RIDER_IDS), "bot_member": "administrator"}
        for number, chat in enumerate(GROUPS)
    ] + [
        {"id": chat, "title": name, "members": [RIDER], "bot_member": "administrator"}
        for chat, (_, name, _) in zip(OFFICE_IDS, OFFICES, strict=True)
    ]
    people = [{"id": rider, "first_name": f"骑手{rider - RIDER + 1}"} for rider in RIDER_IDS]
    return {"people": people, "chats": chats}


def write_district(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "district.toml").write_text(
        'name = "试验区"\nadcode = "610199"\nprefix = "SY"\ntimezone = "Asia/Shanghai"\ndatum = "wgs84"\n'
        'levels = ["街道", "网格"]\ntriage = "auto"\n'
        '[hours]\nwork = ["08:00-12:00", "14:00-18:00"]\ndays = [1, 2, 3, 4, 5]\n'
        "[limits]\naccept = 15\ndispatch = 15\nverify = 30\n[most]\nhour = 10000\nday = 10000\n"
        "[pictures]\nblur = false\n",  # nobody has a face here, and every life of the bot would load the detector
        "utf-8",
    )
    (folder / "grids.geojson").write_text(json.dumps(_map(), ensure_ascii=False), "utf-8")
    (folder / "categories.csv").write_bytes((ROOT / "districts" / "demo" / "categories.csv").read_bytes())
    with (folder / "departments.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["key", "name", "serves", "phone", "hotline", "chat_id"])
        rows.writerows(
            [key, name, serves, "", "", chat] for (key, name, serves), chat in zip(OFFICES, OFFICE_IDS, strict=True)
        )
    return folder


def _map() -> dict[str, Any]:
    width, whole = 0.01, 0.01 * GRIDS
    streets = [_grid("610199001", "平安街道", 1, None, 108.0, whole, None)]
    grids = [
        _grid(
            f"610199001001{number + 1:03}", f"第{number + 1}网格", 2, "610199001", 108.0 + number * width, width, chat
        )
        for number, chat in enumerate(GROUPS)
    ]
    return {"type": "FeatureCollection", "features": streets + grids}


def _grid(
    code: str, name: str, level: int, parent: str | None, west: float, width: float, chat: int | None
) -> dict[str, Any]:
    east, south, north = round(west + width, 4), 34.0, 34.01
    west = round(west, 4)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    about = {"code": code, "name": name, "level": level, "parent": parent, "kind": "basic", "households": 100}
    counts = {"residents": 300, "elders": 20, "chat_id": chat}
    return {
        "type": "Feature",
        "properties": {**about, **counts},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
