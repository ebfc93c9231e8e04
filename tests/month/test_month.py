"""A town's busy days in short: no group and no leader hears too much; and who said too much would be found."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.books import PostgresBooks
from tests.cast import MORNING, QIAO
from tests.month.__main__ import played
from tests.month.figures import faults, lines, table
from tests.month.heard import Said
from tests.month.people import GROUPS
from tests.month.playing import Month


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "town"
    path.mkdir()
    return path


async def test_a_few_days_of_a_town(folder: Path, books: PostgresBooks | None) -> None:
    month = await played(folder, books, tickets=60, days=2, seed=1)
    assert len(month.rounds) >= 50
    assert faults(month) == []
    shown = lines(month, len(month.rounds))
    assert all(line.said for line in shown), table(shown)
    assert max(line.burst for line in shown if line.kind.startswith("leader")) <= 4
    told_too_often(month)
    told_idly(month)


def told_too_often(month: Month) -> None:
    """The negative control: one post more in a group than its card and a fix a round."""
    number = min(month.rounds)
    group = next(g for g in GROUPS if any(said.number == number for said in month.ear.in_chat[g]))
    there = month.ear.in_chat[group]
    more = [said(group, n, f"#{number} 又说一遍") for n in range(1 + month.rounds[number])]
    there += more
    assert [fault for fault in faults(month) if number in fault]
    month.ear.in_chat[group] = [one for one in there if one not in more]


def told_idly(month: Month) -> None:
    """And two messages in ten minutes that ask nothing of a leader; an answer to what he did is none of them."""
    there = month.ear.in_chat[QIAO]
    more = [said(QIAO, n, "今天天气不错", n) for n in range(2)]
    there += more
    assert any("ask nothing" in fault for fault in faults(month))
    for one in more:
        one.asked = True
    assert faults(month) == []


def said(chat: int, id: int, text: str, minutes: int = 0) -> Said:
    at = MORNING + timedelta(days=9, minutes=minutes)
    return Said(chat, -1 - id, at, text, text, None)
