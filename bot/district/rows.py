"""What a folder says, row by row. Coordinates are as given, in the folder's datum; codes are not yet ids."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Line = int | str


@dataclass(frozen=True)
class DistrictRow:
    """limits: minutes, days: days, most: how many, pictures: yes or no, by the names of models/district.py.

    hours: {"work": ["08:00-12:00", …], "days": [1, …], "calendar": "CN", "quiet": "22:00-07:00"}; "" for none.
    hotline: whom to call about what is not ours.
    """

    name: str
    adcode: str
    prefix: str
    timezone: str
    datum: str
    levels: tuple[str, ...]
    hours: dict[str, Any]
    limits: dict[str, int]
    days: dict[str, int]
    most: dict[str, int]
    pictures: dict[str, bool]
    triage: str
    hotline: str


@dataclass(frozen=True)
class GridRow:
    """shape: a GeoJSON Polygon or MultiPolygon, [lon, lat]. level: 1 at the top. Counts are None where not given."""

    line: Line
    code: str
    name: str
    level: int
    parent: str | None
    kind: str
    households: int | None
    residents: int | None
    elders: int | None
    chat_id: int | None
    shape: dict[str, Any]


@dataclass(frozen=True)
class DepartmentRow:
    line: Line
    key: str
    name: str
    serves: tuple[str, ...]
    phone: str | None
    hotline: str | None
    chat_id: int | None

    def answers_to(self, name: str) -> bool:
        return name in (self.key, self.name) or name in self.serves


@dataclass(frozen=True)
class CategoryRow:
    """Columns: data/README.md. deadline_value is 0 for the unit `now`, which has no clock. radius_m: None where the
    folder does not say how near two reports are one problem."""

    line: Line
    code: str
    std_code: str
    cjt214_code: str
    kind: str
    class_zh: str
    name_zh: str
    name_en: str
    dept: tuple[str, ...]
    joint_depts: tuple[str, ...]
    deadline_value: Decimal
    deadline_unit: str
    deadline_text: str
    deadline_basis: str
    other_deadlines: tuple[str, ...]
    is_urgent: bool
    hotline: str | None
    close_condition: str
    keywords: tuple[str, ...]
    notes: str
    radius_m: Decimal | None = None


@dataclass(frozen=True)
class RouteRow:
    """category and grid may be `*`."""

    line: Line
    priority: int
    category: str
    grid: str
    lead: str
    cc: tuple[str, ...]


@dataclass(frozen=True)
class PlaceRow:
    """Degrees. grid None: where the point lies decides."""

    line: Line
    name: str
    aliases: tuple[str, ...]
    kind: str
    lat: float
    lon: float
    grid: str | None


@dataclass(frozen=True)
class PersonRow:
    """scope: a grid's code for a leader, a department's key for an officer, None for the whole district."""

    line: Line
    telegram_id: int
    name: str
    role: str
    scope: str | None


@dataclass(frozen=True)
class HolidayRow:
    line: Line
    date: date
    kind: str
