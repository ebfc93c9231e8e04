"""Fields of a raw update, each as what it should be or not there at all.

Updates are read field by field and not through PTB's `Update.de_json`: one field of a shape it does not know makes that
fail for the whole update, while here the rest still counts. No function here raises, whatever the JSON.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

Part = Mapping[str, Any]
NOTHING: Final[Part] = {}
NEVER: Final = datetime.fromtimestamp(0, UTC)  # Telegram's own date for what cannot be dated


def part(source: Part, name: str) -> Part:
    value = source.get(name)
    return value if isinstance(value, Mapping) else NOTHING


def parts(source: Part, name: str) -> list[Part]:
    value = source.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def words(source: Part, name: str) -> str:
    value = source.get(name)
    return value if isinstance(value, str) else ""


def whole(source: Part, name: str) -> int | None:
    """A whole number of at most 64 bits, as all of Telegram's are."""
    value = source.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63 else None


def number(source: Part, name: str) -> float | None:
    value = source.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def name_of(source: Part, name: str) -> str | None:
    """An id (a whole number, or a string of Telegram's making) as text."""
    value = whole(source, name)
    return str(value) if value is not None else words(source, name) or None


def moment(source: Part, name: str) -> datetime | None:
    return after(NEVER, whole(source, name))


def after(start: datetime, seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else start + timedelta(seconds=seconds)
    except OverflowError:
        return None
