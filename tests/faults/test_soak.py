"""All at once, for a short while: the database, the cable to it, and a sick Telegram. By the hour:
`python -m tests.faults.soak`."""

import asyncio
from pathlib import Path

import pytest

from tests.faults import crashes, soak
from tests.faults.crash_mutants import MUTANTS
from tests.machine import Postgres

SEED, BLOWS = 47, 3
"""The first blow of this seed is `half_kept`, which a bot that confirms too early cannot survive."""
AMONG = ("terminate", "terminate_one", "cut", "take_away", "half_way", "half_kept", "unheard", "unanswered")
"""Without those that crash or stop the whole server, which take long: tests/faults/test_database_away.py has them."""


def test_all_at_once_it_loses_nothing_doubles_nothing_and_goes_on(
    tmp_path: Path, server: Postgres, capfd: pytest.CaptureFixture[str]
) -> None:
    result = asyncio.run(soak.a_while(tmp_path, server, SEED, blows=BLOWS, among=AMONG))
    with capfd.disabled():
        print(f"\nseed {SEED}: {result}")
    assert result.blows["half_kept"] == 1
    assert result.outcome.holds, result
    assert result.outcome.reports == BLOWS * (crashes.LOAD + 2)


@pytest.mark.usefixtures("whole")
def test_control_a_page_confirmed_whatever_became_of_its_commit_is_lost(tmp_path: Path, server: Postgres) -> None:
    MUTANTS["keep_unheard"]()
    result = asyncio.run(soak.a_while(tmp_path, server, SEED, blows=1, among=AMONG))
    assert result.blows["half_kept"] == 1
    assert not result.outcome.holds
    assert result.outcome.lost > 0
    assert result.outcome.unkept > 0
