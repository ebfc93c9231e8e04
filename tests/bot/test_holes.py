"""scripts/holes.py: OSV's rule for what is affected, on made-up entries; and what it says where it cannot look."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import holes
from scripts.holes import is_affected

ROOT = Path(__file__).parents[2]


def entry(id: str, *affected: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "summary": "made up", "affected": list(affected), **more}


def package(name: str, *events: dict[str, str], versions: tuple[str, ...] = ()) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    return {"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges, "versions": list(versions)}


OPEN = entry("MADE-UP-1", package("Some.Package", {"introduced": "0"}, {"fixed": "2.0"}))
LATER = entry("MADE-UP-2", package("some-package", {"introduced": "1.5"}, {"last_affected": "3.0"}))


@pytest.mark.parametrize(
    ("version", "affected", "is_hit"),
    [
        ("1.9", package("x", {"introduced": "0"}, {"fixed": "2.0"}), True),
        ("2.0", package("x", {"introduced": "0"}, {"fixed": "2.0"}), False),
        ("2.0rc1", package("x", {"introduced": "0"}, {"fixed": "2.0"}), True),
        ("10.0", package("x", {"introduced": "9.0"}, {"fixed": "10.1"}), True),
        ("3.0", package("x", {"introduced": "1.5"}, {"last_affected": "3.0"}), True),
        ("3.0.1", package("x", {"introduced": "1.5"}, {"last_affected": "3.0"}), False),
        ("1.4", package("x", {"introduced": "1.5"}, {"fixed": "3.0"}), False),
        ("5.1", package("x", {"introduced": "0"}, {"fixed": "2"}, {"introduced": "5"}, {"fixed": "6"}), True),
        ("4", package("x", {"introduced": "5"}, {"fixed": "6"}, {"introduced": "0"}, {"fixed": "2"}), False),
        ("99", package("x", {"introduced": "0"}), True),
        ("1.0", package("x", versions=("1.0.0",)), True),
        ("1.1", package("x", versions=("1.0.0",)), False),
        ("1.1", package("x"), True),
        ("1.0", {"package": {}, "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, False),
        ("3.0", package("x", {"introduced": "0"}, {"limit": "3.0"}), False),
    ],
)
def test_the_rule(version: str, affected: dict[str, Any], *, is_hit: bool) -> None:
    assert is_affected(version, affected) is is_hit


def test_names_are_the_same_however_they_are_spelled_and_what_was_withdrawn_is_none() -> None:
    found = holes.holes(
        [("some_package", "1.6")], [OPEN, LATER, {**OPEN, "id": "MADE-UP-3", "withdrawn": "2026-01-01"}]
    )
    assert [str(one) for one in found] == [
        "some-package 1.6: MADE-UP-1 made up (fixed in 2.0)",
        "some-package 1.6: MADE-UP-2 made up (no fix is known)",
    ]


def looked(tmp_path: Path, pinned: str, folder: str | None) -> subprocess.CompletedProcess[str]:
    (tmp_path / "pinned.txt").write_text(pinned, "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != holes.FOLDER}
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "holes.py"), str(tmp_path / "pinned.txt")],
        env=environment | ({holes.FOLDER: folder} if folder else {}), capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_command_on_two_made_up_entries(tmp_path: Path) -> None:
    osv = tmp_path / "osv"
    osv.mkdir()
    for one in (OPEN, LATER):
        (osv / f"{one['id']}.json").write_text(json.dumps(one), "utf-8")
    hit = looked(tmp_path, "some-package==1.0 \\\n    --hash=sha256:00\nother==1.0\n", str(osv))
    assert (hit.returncode, hit.stdout.splitlines()) == (
        1,
        ["2 pinned versions, 2 entries: 1 known holes", "  some-package 1.0: MADE-UP-1 made up (fixed in 2.0)"],
    )
    clean = looked(tmp_path, "some-package==3.1\n", str(osv))
    assert (clean.returncode, clean.stdout) == (0, "1 pinned versions, 2 entries: 0 known holes\n")


def test_without_a_folder_it_says_that_nothing_was_checked(tmp_path: Path) -> None:
    done = looked(tmp_path, "x==1\n", None)
    assert (done.returncode, done.stdout) == (
        0, "OSV_FOLDER is not set: no pinned version was checked for known holes\n",
    )  # fmt: skip


def test_a_folder_with_nothing_in_it_is_no_clean_bill(tmp_path: Path) -> None:
    (tmp_path / "osv").mkdir()
    for folder in (tmp_path / "osv", tmp_path / "nowhere"):
        assert looked(tmp_path, "x==1\n", str(folder)).returncode == 2


def test_control_versions_compared_as_words_would_miss_one(monkeypatch: pytest.MonkeyPatch) -> None:
    affected = package("x", {"introduced": "9.0"}, {"fixed": "10.1"})
    assert is_affected("10.0", affected)
    monkeypatch.setattr(holes, "_within", lambda ours, _: "9.0" <= str(ours) < "10.1")
    assert not is_affected("10.0", affected)
