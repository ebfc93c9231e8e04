"""Write docs/licences.md: what is pinned in requirements.txt, and under which licence it comes.

    python scripts/licences.py            writes it
    python scripts/licences.py --check    ends in 1 where it would be another

Read from the installed packages themselves; nothing is fetched.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINNED, PAGE = ROOT / "requirements.txt", ROOT / "docs" / "licences.md"
A_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)
CLASSIFIER = "License :: OSI Approved :: "
LONGEST = 60
"""What is longer is no name of a licence but its text."""
HEAD = """# Licences

What the bot is installed with (`requirements.txt`), and the licence each names for itself. Written by
`python scripts/licences.py`; a test holds it to what is pinned. Their texts come with the packages.

| package | version | licence |
| --- | --- | --- |
"""


def pins(text: str) -> list[tuple[str, str]]:
    """Name and version of everything a requirements file pins."""
    return [(found["name"].lower(), found["version"]) for found in A_PIN.finditer(text)]


def licence_of(name: str) -> str:
    """As the package tells it: its expression, its classifiers, or its first line about it. Raises
    PackageNotFoundError."""
    told = metadata(name)
    expression = told.get("License-Expression")
    if expression:
        return " ".join(expression.split())
    named = [one.removeprefix(CLASSIFIER) for one in told.get_all("Classifier") or () if one.startswith(CLASSIFIER)]
    if named:
        return ", ".join(sorted(named))
    first = (told.get("License") or "").strip().splitlines()
    return first[0] if first and len(first[0]) <= LONGEST else "not told"


def lines(pinned: list[tuple[str, str]]) -> Iterator[str]:
    for name, version in sorted(pinned):
        yield f"| {name} | {version} | {licence_of(name).replace('|', '/')} |"


def page(pinned: list[tuple[str, str]]) -> str:
    return HEAD + "\n".join(lines(pinned)) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python scripts/licences.py", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where the page is not what is pinned")
    checks = parser.parse_args().check
    try:
        wanted = page(pins(PINNED.read_text("utf-8")))
    except PackageNotFoundError as missing:
        print(f"requirements.txt: {missing.name} is not installed here", file=sys.stderr)
        return 2
    if not checks:
        PAGE.write_text(wanted, "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != wanted:
        print(f"{PAGE.relative_to(ROOT)}: not what is pinned; run python scripts/licences.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
