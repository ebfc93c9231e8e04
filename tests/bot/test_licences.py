"""docs/licences.md tells what is pinned, no more and no less."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import licences

ROOT = Path(__file__).parents[2]


def told() -> dict[str, tuple[str, str]]:
    rows = [
        line.strip("|").split("|") for line in licences.PAGE.read_text("utf-8").splitlines() if line.startswith("| ")
    ]
    return {name.strip(): (version.strip(), licence.strip()) for name, version, licence in rows[2:]}


def test_the_page_is_what_is_pinned() -> None:
    pinned = licences.pins(licences.PINNED.read_text("utf-8"))
    assert len(pinned) > 30
    assert {(name, version) for name, (version, _) in told().items()} == set(pinned)
    assert licences.PAGE.read_text("utf-8") == licences.page(pinned)


def test_every_package_names_its_licence() -> None:
    assert [name for name, (_, licence) in told().items() if licence == "not told"] == []


def test_the_command_has_nothing_to_say() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/licences.py", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_control_another_version_is_another_page(monkeypatch: pytest.MonkeyPatch) -> None:
    (name, version), *others = licences.pins(licences.PINNED.read_text("utf-8"))
    assert licences.page([(name, f"{version}.1"), *others]) != licences.PAGE.read_text("utf-8")
