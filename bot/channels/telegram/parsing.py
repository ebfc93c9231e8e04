"""JSON from the line, so that whatever was understood can also be kept."""

import json
import math
from typing import Any, Final

DEEPEST: Final = 200
"""Levels. Telegram's own updates have a dozen; what is much deeper can be read, but not written again."""


def parsed(body: bytes) -> Any:
    """A number that is none (NaN, 1e999) comes as null: PostgreSQL takes no such JSON, and the page it came with would
    be asked for again for ever. Raises ValueError for what is no JSON, or deeper than anything Telegram sends."""
    try:
        value = READS.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    except RecursionError:
        raise ValueError("JSON that has no bottom") from None
    if body.count(b"[") + body.count(b"{") > DEEPEST and _is_deep(value):
        raise ValueError("JSON deeper than any of Telegram's")
    return value


def _nothing(_: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


READS: Final = json.JSONDecoder(parse_constant=_nothing, parse_float=_finite)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [one for box in level for one in (box.values() if isinstance(box, dict) else box) if _holds(one)]
        if not level:
            return False
    return True


def _holds(value: Any) -> bool:
    return isinstance(value, dict | list)
