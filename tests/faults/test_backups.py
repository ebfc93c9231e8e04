"""A backup made while the town goes on is one moment of it; row 39 of the table."""

from pathlib import Path

import pytest

from tests.faults import backups

pytestmark = pytest.mark.sqlite_only
SEED = 20261122


async def test_made_at_random_moments_under_load_every_backup_is_one_moment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = await backups.run(tmp_path, times=2, seed=SEED)
    with capsys.disabled():
        print(f"\n2 backups, seed {SEED}: {outcome}")
    assert (outcome.times, outcome.consistent, outcome.unkept) == (2, 2, 0)
    assert outcome.rows > 500


@pytest.mark.parametrize("mutant", backups.MUTANTS)
async def test_control_without_one_moment_or_without_the_log_beside_the_file_it_is_not(
    mutant: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = await backups.run(tmp_path, times=1, seed=SEED, mutant=mutant)
    with capsys.disabled():
        print(f"\ncontrol, {mutant}, 1 backup, seed {SEED}: {outcome}")
    assert outcome.consistent == 0
