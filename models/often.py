"""How often somebody did something within a span. It is kept with him (`Person.warned`), so that all processes count
as one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

LONGEST = timedelta(hours=1)
"""No span is longer; what began before that is forgotten at the next count."""

Kept = Mapping[str, str]
"""Kind -> when the span began, and how often since; kinds of which only the last time is kept stand beside them."""


def so_often(kept: Kept | None, kind: str, at: datetime, within: timedelta) -> int:
    """How often in the span that lasts now."""
    began, _, times = (kept or {}).get(kind, "").partition(" ")
    return int(times) if times and at < datetime.fromisoformat(began) + within else 0


def once_more(kept: Kept | None, kind: str, at: datetime, within: timedelta) -> dict[str, str]:
    """What is kept after one more."""
    times = so_often(kept, kind, at, within)
    began = (kept or {})[kind].partition(" ")[0] if times else at.isoformat()
    return {**_lasting(kept or {}, at), kind: f"{began} {times + 1}"}


def _lasting(kept: Kept, at: datetime) -> dict[str, str]:
    parts = {kind: value.partition(" ") for kind, value in kept.items()}
    return {
        kind: kept[kind]
        for kind, (began, _, times) in parts.items()
        if not times or at < datetime.fromisoformat(began) + LONGEST
    }
