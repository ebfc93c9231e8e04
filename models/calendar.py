"""Public holidays and the week-ends that are worked for them (调休), as the library `holidays` keeps them.

It is released every month; China's arrangement of a year is published in the November before. Until then a year has its
statutory days, and what falls on a week-end is made up for on the working days after it.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import util
from pathlib import Path
from typing import Any

import holidays

COUNTRIES = {"CN": ("china", "China")}
"""Whose days off can be told: file and class within the library."""
USUAL = "CN"
FIRST_YEAR, LAST_YEAR = 2001, 2100  # what the library was checked for


class Calendar:
    """The days off of one country; years are reckoned when they are first asked for. Raises KeyError: none such."""

    def __init__(self, country: str) -> None:
        self._reckon = _country(country)
        self._years: dict[int, tuple[frozenset[date], frozenset[date]]] = {}

    def works_on(self, day: date) -> bool | None:
        """False on a day off, True on a week-end that is worked; None where the week's pattern decides."""
        off, worked = self._year(day.year)
        if day in worked:
            return True
        return False if day in off else None

    def is_published(self, year: int) -> bool:
        """Whether that year's working week-ends are known: no year yet had none."""
        return any(day.year == year for day in self._year(year)[1])

    def _year(self, year: int) -> tuple[frozenset[date], frozenset[date]]:
        if year not in self._years:
            self._years[year] = self._told(year)
        return self._years[year]

    def _told(self, year: int) -> tuple[frozenset[date], frozenset[date]]:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return frozenset(), frozenset()
        # New Year has taken working days out of the December before: those stand in the arrangement of the next year.
        told = self._reckon(years=(year, year + 1))
        return frozenset(told), frozenset(told.weekend_workdays)


@cache
def _country(country: str) -> Callable[..., Any]:
    """The class of one country, read from its own file: the package would bring the 250 others along (11 MB, not 4)."""
    file, name = COUNTRIES[country]
    path = Path(holidays.__path__[0]) / "countries" / f"{file}.py"
    spec = util.spec_from_file_location(f"{__name__}.{file}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"the library holidays has no {path.name}")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    reckon: Callable[..., Any] = getattr(module, name)
    return reckon
