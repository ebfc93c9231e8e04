"""Whether words tell of a minor who needs protection: then the report is for few eyes, whatever its category."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from reading.normalise import normalise


def tells_of_minor(text: str) -> bool:
    """Measured on the lines of tests/data by tests/reading/test_minors.py."""
    return _told().search(normalise(text)) is not None


@cache
def _told() -> re.Pattern[str]:
    words = tomllib.loads((files("reading") / "words" / "minors.toml").read_text("utf-8"))
    return re.compile("|".join(f"(?:{pattern})" for pattern in words["told"]))
