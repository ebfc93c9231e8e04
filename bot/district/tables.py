"""The CSV files of a folder: one function a table, one row at a time."""

from datetime import date
from decimal import Decimal

from bot.district.cells import (
    TELEGRAM_ID_LIMIT,
    Cells,
    chat_id,
    code,
    code_or_any,
    codes,
    day,
    decimal,
    is_empty,
    latitude,
    long_text,
    longitude,
    names,
    one_of,
    phone,
    text,
    whole,
)
from bot.district.files import Columns
from bot.district.rows import CategoryRow, DepartmentRow, HolidayRow, PersonRow, PlaceRow, RouteRow
from models.deadline import CLOCKS
from models.route import ANY

DEPARTMENTS = Columns(("key", "name"), ("serves", "phone", "hotline", "chat_id"))
CATEGORIES = Columns(
    (
        "code", "std_code", "cjt214_code", "kind", "class_zh", "name_zh", "name_en", "dept", "joint_depts",
        "deadline_value", "deadline_unit", "deadline_text", "deadline_basis", "other_deadlines", "urgency", "hotline",
        "close_condition", "keywords", "notes",
    ),
    ("radius_m",),
)  # fmt: skip
ROUTES = Columns(("priority", "category", "grid", "lead"), ("cc",))
PLACES = Columns(("name", "lat", "lon"), ("aliases", "kind", "grid"))
PEOPLE = Columns(("telegram_id", "name", "role", "scope"))
HOLIDAYS = Columns(("date", "kind"))

ROLES = ("admin", "leader", "department", "inspector")
URGENT = "紧急"
NOWHERE = float("nan")  # a degree that could not be read
UNREAD = Decimal(-1)  # a deadline that could not be read
FARTHEST = Decimal(2_000)  # metres: two reports of one kind farther apart are never one problem
LONGEST = Decimal(10_000)  # of a deadline, in its own unit: a century of work days is a slip of the pen


def department(cells: Cells) -> DepartmentRow:
    return DepartmentRow(
        line=cells.line,
        key=cells.need("key", code, ""),
        name=cells.need("name", text, ""),
        serves=cells.maybe("serves", names, ()),
        phone=cells.maybe("phone", phone, None),
        hotline=cells.maybe("hotline", phone, None),
        chat_id=cells.maybe("chat_id", chat_id, None),
    )


def category(cells: Cells) -> CategoryRow:
    row = CategoryRow(
        line=cells.line,
        code=cells.need("code", code, ""),
        std_code=cells.maybe("std_code", text, ""),
        cjt214_code=cells.maybe("cjt214_code", text, ""),
        kind=cells.need("kind", text, ""),
        class_zh=cells.maybe("class_zh", text, ""),
        name_zh=cells.need("name_zh", text, ""),
        name_en=cells.need("name_en", text, ""),
        dept=cells.maybe("dept", names, ()),
        joint_depts=cells.maybe("joint_depts", names, ()),
        deadline_value=cells.need("deadline_value", decimal(Decimal(0), LONGEST), UNREAD),
        deadline_unit=cells.need("deadline_unit", one_of(CLOCKS), ""),
        deadline_text=cells.maybe("deadline_text", text, ""),
        deadline_basis=cells.maybe("deadline_basis", text, ""),
        other_deadlines=cells.maybe("other_deadlines", names, ()),
        is_urgent=cells.need("urgency", one_of((URGENT, "一般")), "") == URGENT,
        hotline=cells.maybe("hotline", phone, None),
        close_condition=cells.maybe("close_condition", long_text, ""),
        keywords=cells.maybe("keywords", names, ()),
        notes=cells.maybe("notes", long_text, ""),
        radius_m=cells.maybe("radius_m", decimal(Decimal(1), FARTHEST), None),
    )
    _deadline(cells, row)
    return row


def _deadline(cells: Cells, row: CategoryRow) -> None:
    if row.deadline_unit == "now" and row.deadline_value > 0:
        cells.wrong("deadline_value", "the unit now has no clock; write 0")
    elif row.deadline_unit not in ("", "now") and row.deadline_value == 0:
        cells.wrong("deadline_value", "0 would be overdue at once; write the time allowed, or the unit now")


def route(cells: Cells) -> RouteRow:
    return RouteRow(
        line=cells.line,
        priority=cells.need("priority", whole(0, 1_000_000), 0),
        category=cells.need("category", code_or_any, ""),
        grid=cells.need("grid", code_or_any, ""),
        lead=cells.need("lead", code, ""),
        cc=cells.maybe("cc", codes, ()),
    )


def place(cells: Cells) -> PlaceRow:
    return PlaceRow(
        line=cells.line,
        name=cells.need("name", text, ""),
        aliases=cells.maybe("aliases", names, ()),
        kind=cells.maybe("kind", text, ""),
        lat=cells.need("lat", latitude, NOWHERE),
        lon=cells.need("lon", longitude, NOWHERE),
        grid=cells.maybe("grid", code, None),
    )


def person(cells: Cells) -> PersonRow:
    role = cells.need("role", one_of(ROLES), "")
    scope = cells.maybe("scope", code_or_any, None)
    if role in ("leader", "department") and "scope" not in cells.absent and is_empty(cells.values.get("scope")):
        wanted = "the code of the grid he leads" if role == "leader" else "the key of his department"
        cells.wrong("scope", f"is empty; a {role} needs {wanted}")
    return PersonRow(
        line=cells.line,
        telegram_id=cells.need("telegram_id", whole(1, TELEGRAM_ID_LIMIT), 0),
        name=cells.need("name", text, ""),
        role=role,
        scope=None if scope == ANY and role not in ("leader", "department") else scope,
    )


def holiday(cells: Cells) -> HolidayRow:
    return HolidayRow(
        line=cells.line,
        date=cells.need("date", day, date.min),
        kind=cells.need("kind", one_of(("holiday", "workday")), ""),
    )
