"""Whether the days off of the months to come are known: working time is reckoned across the turn of the year."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.district.checks import HOLIDAYS
from bot.district.faults import Fault
from bot.district.folder import Folder
from models.calendar import Calendar

PUBLISHED_IN = 11
"""The month in which the State Council arranges the next year (调休); before it there is nothing anybody could do."""


def check_days_off(folder: Folder, now: datetime) -> list[Fault]:
    row = folder.district
    own = {holiday.date.year for holiday in folder.holidays if holiday.kind == "workday"}
    return unknown_years(row.hours["calendar"], own, now.astimezone(ZoneInfo(row.timezone)).date())


def unknown_years(country: str, own: Collection[int], today: date) -> list[Fault]:
    """A warning for this year, and from November on for the next, where nobody has told its working week-ends.

    country: "" for a district that keeps its days off alone. own: years whose working week-ends it has told itself.
    """
    if not country:
        return []
    calendar = Calendar(country)
    return [
        Fault(
            HOLIDAYS,
            None,
            None,
            f"the working week-ends (调休) of {year} are not known yet, only its statutory days off; once they are "
            "published, take the newest release of this program, or write them here",
        )
        for year in (today.year, *([today.year + 1] if today.month >= PUBLISHED_IN else []))
        if year not in own and not calendar.is_published(year)
    ]
