"""Known holes in what is pinned, looked up in a copy of the OSV database on this machine.

    OSV_FOLDER=/srv/osv/PyPI python scripts/holes.py [requirements.txt …]

OSV_FOLDER: a folder of OSV's JSON files (its export for PyPI, unpacked). Nothing is fetched; without the folder
nothing is checked, and one line says so. Ends in 1 where a pinned version has a hole that was not withdrawn.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

sys.path.insert(0, str(Path(__file__).parent.parent))  # run as a file

from scripts.licences import PINNED, pins

FOLDER = "OSV_FOLDER"
ECOSYSTEM = "PyPI"
ORDER = {"introduced": 0, "fixed": 1, "last_affected": 2, "limit": 3}


@dataclass(frozen=True)
class Hole:
    package: str
    version: str
    id: str
    summary: str
    fixed: str

    def __str__(self) -> str:
        how = f"fixed in {self.fixed}" if self.fixed else "no fix is known"
        return f"{self.package} {self.version}: {self.id} {self.summary} ({how})"


def holes(pinned: Iterable[tuple[str, str]], entries: Iterable[Mapping[str, Any]]) -> list[Hole]:
    versions = {canonicalize_name(name): version for name, version in pinned}
    found = []
    for entry in entries:
        if entry.get("withdrawn"):
            continue
        for affected in entry.get("affected", ()):
            package = affected.get("package", {})
            name = canonicalize_name(str(package.get("name", "")))
            if package.get("ecosystem") == ECOSYSTEM and name in versions and is_affected(versions[name], affected):
                summary = " ".join(str(entry.get("summary", "")).split())
                found.append(Hole(name, versions[name], str(entry.get("id")), summary, fix_of(affected)))
    return sorted(set(found), key=str)


def is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """OSV's rule: named among `versions`, or within one of the `ranges`; none of either means every version."""
    ranges = [one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM"]
    named = affected.get("versions", ())
    if not ranges and not named and not affected.get("ranges"):
        return True
    ours = Version(version)
    return any(ours == other for other in _versions(named)) or any(_within(ours, one) for one in ranges)


def _within(ours: Version, given: Mapping[str, Any]) -> bool:
    events = [(kind, told) for event in given.get("events", ()) for kind, told in event.items() if kind in ORDER]
    limits = [told for kind, told in events if kind == "limit"]
    if limits and not any(told == "*" or ours < _version(told) for told in limits):
        return False
    vulnerable = False
    for kind, told in sorted(events, key=lambda event: (_version(event[1]), ORDER[event[0]])):
        at = _version(told)
        if kind == "introduced" and ours >= at:
            vulnerable = True
        elif (kind == "fixed" and ours >= at) or (kind == "last_affected" and ours > at):
            vulnerable = False
    return vulnerable


def _version(told: str) -> Version:
    """ "0" is before everything, "*" after. What is no version of Python's is taken for the first: rather one hole too
    many than one too few."""
    if told == "*":
        return Version("99999999!0")
    try:
        return Version("0.dev0") if told == "0" else Version(told)
    except InvalidVersion:
        return Version("0.dev0")


def _versions(named: Iterable[str]) -> Iterator[Version]:
    for one in named:
        try:
            yield Version(one)
        except InvalidVersion:
            continue


def fix_of(affected: Mapping[str, Any]) -> str:
    fixes = (
        event["fixed"] for one in affected.get("ranges", ()) for event in one.get("events", ()) if "fixed" in event
    )
    return ", ".join(sorted(set(fixes)))


def entries_in(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Raises ValueError for a file that is no entry."""
    for file in sorted(folder.rglob("*.json")):
        try:
            told = json.loads(file.read_text("utf-8"))
        except ValueError as fault:
            raise ValueError(f"{file}: {fault}") from None
        if isinstance(told, dict):
            yield told


def main(files: list[str]) -> int:
    named = os.environ.get(FOLDER)
    if not named:
        print(f"{FOLDER} is not set: no pinned version was checked for known holes")
        return 0
    folder = Path(named)
    if not folder.is_dir():
        print(f"{FOLDER}: no folder {folder}", file=sys.stderr)
        return 2
    pinned = [pin for file in files or [str(PINNED)] for pin in pins(Path(file).read_text("utf-8"))]
    try:
        entries = list(entries_in(folder))
    except ValueError as fault:
        print(f"{FOLDER}: {fault}", file=sys.stderr)
        return 2
    if not entries:
        print(f"{FOLDER}: no entry in {folder}", file=sys.stderr)
        return 2
    found = holes(pinned, entries)
    print(f"{len(pinned)} pinned versions, {len(entries)} entries: {len(found)} known holes")
    for hole in found:
        print(f"  {hole}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
