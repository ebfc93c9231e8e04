"""What arrived is put down in one step; what is left of it after a death is read, whatever state it is in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import receipts
from bot.channels.base import Delivered, Letter
from bot.claims import Claim
from bot.letters import Prepared
from bot.receipts import InFile, Receipt
from models.mail import Outbox, OutboxState

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def row(number: int) -> Outbox:
    return Outbox(
        id=number, chat_id=1, kind="card", card_id=3, state=OutboxState.SENDING, lease=f"one:{number}", created_at=NOON
    )


def claim(of: Outbox) -> Claim:
    prepared = Prepared(Letter("say", "-1", topic="7", text="路灯"), about=5, drawn="d")
    return Claim(of.id, of.kind, of.lane, "telegram", of.lease or "", prepared, of.card_id, NOON, ())


async def given(file: Path, rows: Sequence[Outbox]) -> None:
    receipts = InFile(file)
    await receipts.make_ready()
    for one in rows:
        await receipts.give(claim(one), Receipt.of(claim(one), Delivered(f"m{one.id}"), pictured=True))
    await receipts.close()


async def test_the_next_life_finds_them_by_their_lease(tmp_path: Path) -> None:
    rows = [row(1), row(2)]
    await given(tmp_path / "receipts", rows)
    again = row(2)
    again.lease = "another:2"
    found = InFile(tmp_path / "receipts").found([rows[0], again, row(3)])
    assert found == {1: Receipt("m1", True, "say", "7", 5, "d")}
    as_it_was = found[1].claim(rows[0])
    assert (as_it_was.lease, as_it_was.card_id, as_it_was.prepared.letter.topic) == ("one:1", 3, "7")
    assert (as_it_was.prepared.about, as_it_was.prepared.drawn) == (5, "d")


async def test_nothing_people_wrote_is_in_it_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    await given(tmp_path / "receipts", [row(1)])
    assert "路灯" not in (tmp_path / "receipts").read_text("utf-8").encode().decode("unicode_escape")
    assert (tmp_path / "receipts").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("rest", [b"", b'{"lease": "one:2", "mess', b"\xff\xfe\n", b"[]\n", b"7\n", b'{"lease": 1}\n'])
async def test_half_a_line_or_one_of_another_time_spoils_none_of_the_others(tmp_path: Path, rest: bytes) -> None:
    await given(tmp_path / "receipts", [row(1)])
    with (tmp_path / "receipts").open("ab") as file:
        file.write(rest)
    assert set(InFile(tmp_path / "receipts").found([row(1), row(2)])) == {1}


async def test_the_file_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "LONG", 1000)
    await given(tmp_path / "receipts", [row(number) for number in range(1, 200)])
    assert (tmp_path / "receipts").stat().st_size < 1500
    assert set(InFile(tmp_path / "receipts").found([row(199)])) == {199}


async def test_where_there_is_no_file_there_is_doubt_and_no_fault(tmp_path: Path) -> None:
    assert InFile(tmp_path / "nowhere" / "receipts").found([row(1)]) == {}
    await given(tmp_path / "nowhere" / "receipts", [row(1)])
