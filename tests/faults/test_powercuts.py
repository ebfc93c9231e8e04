"""The power goes at any moment: what Telegram was told we have is there, and SQLite finds its file whole."""

from pathlib import Path

import pytest

from tests.faults import powercuts
from tests.faults.powercuts import Life
from tests.machine import missing

SEED, REPORTS, CUTS = 20261122, 8, 120


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """From an empty folder on: tables, district, reports, cards, the end. Recorded once, cut often."""
    if not powercuts.can_record():
        missing("strace, or the right to trace a process,")
    (one,) = powercuts.lived(tmp_path_factory.mktemp("life"), REPORTS, SEED, [None])
    return one


def test_whenever_the_power_goes_nothing_confirmed_is_lost_and_the_file_is_whole(
    life: Life, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = powercuts.judged(life, tmp_path, CUTS, SEED)
    with capsys.disabled():
        print(f"\nseed {SEED}, {told}")
    assert told.is_sound, told
    assert told.confirmed > CUTS, "most of the cuts come after something was confirmed"


def test_control_on_a_disk_that_flushes_nothing_confirmed_updates_are_lost(
    life: Life, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = powercuts.judged(life, tmp_path, CUTS, SEED, flushes=False)
    with capsys.disabled():
        print(f"\ncontrol, nothing flushed, seed {SEED}, {told}")
    assert told.lost > 0
    assert told.untold > 0
