"""How long something may take: a number and the clock it is counted on (field.md c, data of `categories.csv`)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from models.deadline import OfficeHours, due

UNITS = {
    "紧急工作时": ("urgent_hour", 1),
    "紧急工作日": ("urgent_hour", 24),  # field.md c
    "工作时": ("work_hour", 1),
    "工作日": ("work_day", 1),
    "自然日": ("natural_day", 1),
}
REMARK = re.compile(r"\([^()]*\)|（[^（）]*）")
ELSEWHERE = re.compile(r"[A-Z]{2}\b")
"""`QX …`, `JY …`: how other towns do it, for people to read."""
LIMIT = re.compile(
    rf"(?P<when>.*?)(?<!\d)(?:\d{{1,4}}-)?(?P<value>\d{{1,4}}(?:\.\d{{1,4}})?)(?P<unit>{'|'.join(UNITS)})"
)
Tells = Callable[[str], bool]
"""Whether a report tells of a condition of the catalogue: 破损, 井盖缺失."""


@dataclass(frozen=True, slots=True)
class Limit:
    """value: in units of the clock. when: the condition it is for, in the catalogue's words; empty: always."""

    value: Decimal
    unit: str
    when: str = ""

    @classmethod
    def read(cls, text: str) -> "tuple[Limit, ...]":
        """The limits of an item such as 破损4工作时, or of several behind slashes; none where it is only a remark.

        Of a span (2-3工作日) the longer counts: nobody is late by a table that leaves it open.
        """
        plain = REMARK.sub("", text).strip()
        if ELSEWHERE.match(plain):
            return ()
        whole = LIMIT.fullmatch(plain)
        parts = [LIMIT.fullmatch(part) for part in plain.split("/")]
        found = parts if all(parts) else [whole]
        return tuple(cls._of(match) for match in found if match is not None)

    @classmethod
    def _of(cls, match: re.Match[str]) -> "Limit":
        unit, times = UNITS[match["unit"]]
        return cls(Decimal(match["value"]) * times, unit, match["when"].strip())

    def due(self, start: datetime, hours: OfficeHours) -> datetime | None:
        return due(start, self.value, self.unit, hours)

    def as_data(self) -> list[str]:
        return [str(self.value), self.unit]


@dataclass(frozen=True, slots=True)
class Limits:
    """secure: to make it safe (fence, warn, shut off); None: nothing to make safe, or that is all there is to do.
    finish: to mend it.
    """

    finish: Limit
    secure: Limit | None = None

    def as_data(self) -> dict[str, list[str] | None]:
        return {"finish": self.finish.as_data(), "secure": self.secure.as_data() if self.secure else None}

    @classmethod
    def of(cls, data: dict[str, list[str] | None]) -> "Limits":
        finish, secure = data.get("finish"), data.get("secure")
        if finish is None:
            raise ValueError("limits without one to finish")
        return cls(Limit(Decimal(finish[0]), finish[1]), Limit(Decimal(secure[0]), secure[1]) if secure else None)


REPAIR = "修复"


def limits_for(first: Limit, others: Iterable[Limit], *, is_urgent: bool, tells: Tells) -> Limits:
    """What a report is given: the catalogue's first limit, or the one whose condition it tells of.

    Where the first is a matter of urgent hours and the other is slower, both hold: make safe, then repair.
    """
    fitting = [limit for limit in others if limit.when == REPAIR or (limit.when and tells(limit.when))]
    if first.unit == "now" or not fitting:
        return Limits(first)
    told = next((limit for limit in fitting if limit.when != REPAIR), fitting[0])
    both = is_urgent and first.unit == "urgent_hour" and told.unit != "urgent_hour"
    return Limits(told, first) if both else Limits(told)
