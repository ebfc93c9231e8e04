"""What is counted, and what is told from the counts: each rate with its numerator and its denominator (field.md e).

Figures are sums: name -> how many. Handling times and ways to a whistle are kept as histograms beside them, in the same
sums ("minutes.57", "whistle.12"), so that a median of any number of tickets is as cheap as a count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, log

Figures = Counter[str]

STEP = 1.1
"""How much longer the longest time of a bucket is than that of the one before."""
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate:
    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """None: of nothing."""
        return self.part / self.whole if self.whole else None

    def __str__(self) -> str:
        """39463/39601 = 99.65 %; of nothing "–". Only what is all of it is told as 100 %, only what is none as 0 %."""
        if not self.whole:
            return "–"
        percent = (Decimal(100 * self.part) / self.whole).quantize(HUNDREDTH, ROUND_HALF_UP)
        if 0 < self.part < self.whole:
            percent = min(max(percent, HUNDREDTH), 100 - HUNDREDTH)
        return f"{self.part}/{self.whole} = {percent} %"


RATES: Mapping[str, tuple[str, str]] = {
    "done": ("closed", "reported"),  # 办结率
    "filed": ("filed", "reported"),  # 立案率
    "right": ("sent_right", "sent"),  # 准确派遣率
    "response": ("taken_up", "sent"),  # 响应率
    "handled": ("handled", "to_handle"),  # 处置率
    "handled_in_time": ("handled_in_time", "to_handle"),  # 按期处置率
    "checked_in_time": ("checked_in_time", "checked"),  # 核查按时率
    "closed": ("closed", "handled"),  # 结案率: of what was to be closed, and not of what is closed
    "closed_in_time": ("closed_in_time", "handled"),  # 按期结案率
    "rework": ("reworked", "handled"),  # 返工率
    "solved": ("solved", "answered"),  # 解决率
    "satisfied": ("satisfied", "rated"),  # 满意率
    "repeats": ("repeats", "told"),  # 重复率
    "came": ("came", "called"),  # 报到率
    "came_in_time": ("came_in_time", "called"),
}
"""rate -> numerator, denominator. What each of them counts: models/ticket/accounting.py."""
WEIGHTS = {"handled_in_time": 60, "closed": 30, "rework": 10}
"""Of 综合指数; rework counts by what is left of it (field.md e)."""
LEAST_TO_RANK = 10
"""Cases handled below which a department has no rank: a body with one repair in 4 minutes once led a table."""


def rate(figures: Mapping[str, int], name: str) -> Rate:
    part, whole = RATES[name]
    return Rate(figures.get(part, 0), figures.get(whole, 0))


def index(figures: Mapping[str, int]) -> float | None:
    """综合指数, 0 to 100: 按期处置率 × 60 + 结案率 × 30 + (1 − 返工率) × 10. None: one of them is of nothing."""
    shares = {name: rate(figures, name).share for name in WEIGHTS}
    if any(share is None for share in shares.values()):
        return None
    kept = {name: (1 - share if name == "rework" else share) for name, share in shares.items() if share is not None}
    return sum(weight * kept[name] for name, weight in WEIGHTS.items())


def note_time(figures: Figures, name: str, took: timedelta) -> None:
    """Into its bucket: up to one minute, and then each a tenth longer than the one before."""
    minutes = took / timedelta(minutes=1)
    figures[f"{name}.{0 if minutes <= 1 else ceil(log(minutes, STEP) - 1e-9)}"] += 1


def median_minutes(figures: Mapping[str, int], name: str) -> float | None:
    """The middle time (of an even number the shorter of the two), to within 5 % of it; up to one minute: one.

    What stands in a bucket is told as its geometric middle, at most √1.1 = 1.049 from either end. None: of nothing.
    """
    held = sorted((int(key.partition(".")[2]), count) for key, count in figures.items() if key.startswith(f"{name}."))
    left = (sum(count for _, count in held) + 1) // 2
    for bucket, count in held:
        left -= count
        if left <= 0 and count:
            return STEP ** (bucket - 0.5) if bucket else 1.0
    return None


def ranked(
    rows: Iterable[tuple[str, Mapping[str, int]]],
) -> tuple[list[tuple[str, Mapping[str, int]]], list[tuple[str, Mapping[str, int]]]]:
    """Departments in order, by median and then by rework, never by 办结率, which every fresh report lowers; and
    beside them those that handled too little to be ranked."""
    rows = list(rows)
    many = [row for row in rows if row[1].get("handled", 0) >= LEAST_TO_RANK]
    few = [row for row in rows if row[1].get("handled", 0) < LEAST_TO_RANK]
    many.sort(key=lambda row: (median_minutes(row[1], "minutes") or 0.0, rate(row[1], "rework").share or 0.0, row[0]))
    return many, few
