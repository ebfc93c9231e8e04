"""`python -m bot restore DIR`: all of it or a clear word; and what may have been said since is not said twice."""

import gzip
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels.telegram import channel as telegram_channel
from bot.channels.telegram.keys import keys
from bot.clock import Clock
from bot.database import Database
from bot.moving import restore as restoring
from bot.moving import settling
from bot.moving.archive import MANIFEST
from bot.moving.backup import back_up
from bot.moving.restore import restore
from bot.moving.shelf import backups_in
from bot.settings import BadSettings, Settings
from models.chat import Chat
from models.mail import Outbox
from models.ticket import TicketEvent
from tests import cast
from tests.bot.carried import Left, file_of, healthy, may_begin, pictures_in, rows_of, settings
from tests.cast import GROUP, HOLE, OFFICE, Town
from tests.handlers.seeing import CLEANING, number_in, told
from tests.handlers.test_chasing import RUBBISH, SWEEPER, reminders

pytestmark = pytest.mark.sqlite_only  # they look into the file; into the other one it is put back, too


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def empty(goal: str, tmp_path: Path) -> Settings:
    """Where a backup is to be put."""
    shift = (cast.MORNING - Clock().now()).total_seconds()
    return settings(goal, tmp_path / "goal" / "media").model_copy(update={"clock_shift": shift})


def town_media(town: Town) -> Path:
    path = town.machine.runtime.database.path
    assert path is not None
    return path.parent / "media"


def without(rows: dict[str, list[Any]], *tables: str) -> dict[str, list[Any]]:
    return {name: found for name, found in rows.items() if name not in tables}


# --- all of it -----------------------------------------------------------------------------


async def test_every_row_and_every_picture_is_what_it_was(
    left: Left, empty: Settings, tmp_path: Path, said: list[str]
) -> None:
    assert await restore(empty, left.backups, say=said.append) == 0
    again = file_of(empty.database_url)
    healthy(again)
    # The serial of today leaps; nothing else differs.
    assert without(rows_of(again), "serials") == without(rows_of(left.database), "serials")
    assert pictures_in(tmp_path / "goal") == pictures_in(left.media)
    assert await may_begin(empty.database_url)
    assert "tickets                  2  same" in said


async def test_from_one_kind_of_database_into_the_other(
    left: Left, empty: Settings, elsewhere: str, tmp_path: Path
) -> None:
    there = empty.model_copy(update={"database_url": elsewhere})
    assert await restore(there, left.backups, say=lambda _: None) == 0
    assert await back_up(there, tmp_path / "second", say=lambda _: None) == 0
    assert await restore(empty, tmp_path / "second", keep_pictures=True, say=lambda _: None) == 0
    assert without(rows_of(file_of(empty.database_url)), "serials") == without(rows_of(left.database), "serials")


# --- refused ------------------------------------------------------------------------------------


async def test_what_is_not_empty_is_left_alone(left: Left, empty: Settings) -> None:
    taken = empty.model_copy(update={"database_url": left.url})
    with pytest.raises(BadSettings, match=r"^DATABASE_URL: there is a town in this database already"):
        await restore(taken, left.backups)
    full = empty.model_copy(update={"media_url": f"file:{left.media}"})
    with pytest.raises(BadSettings, match=r"^MEDIA_URL: there are pictures already; give an empty one"):
        await restore(full, left.backups)


@pytest.mark.parametrize(
    ("breaks", "told"),
    [
        (lambda folder: (folder / MANIFEST).unlink(), "no backup there$"),
        (lambda folder: (folder / MANIFEST).write_text("{", "utf-8"), r"manifest\.json: damaged, or not a manifest"),
        (lambda folder: (folder / MANIFEST).write_text("[]", "utf-8"), r"manifest\.json: damaged, or not a manifest"),
        (lambda folder: _flip(folder / MANIFEST, "revision"), r"manifest\.json: damaged, or not a manifest"),
        (lambda folder: _flip(folder / MANIFEST, "columns"), r"manifest\.json: damaged, or not a manifest"),
        (lambda folder: _rewrite(folder / MANIFEST, pictures=["../x"]), r"manifest\.json: damaged, or not a manifest"),
        (lambda folder: _rewrite(folder / MANIFEST, revision=["0001"]), r"manifest\.json: damaged, or not a manifest"),
        (lambda folder: (folder / "inbox.jsonl.gz").unlink(), r"inbox\.jsonl\.gz: missing$"),
        (lambda folder: _cut(folder / "inbox.jsonl.gz"), r"inbox\.jsonl\.gz: damaged \(its end is missing\)$"),
        (lambda folder: (folder / "inbox.jsonl.gz").write_bytes(b"rotten"), r"inbox\.jsonl\.gz: damaged$"),
        (lambda folder: _into_a_folder(folder / "inbox.jsonl.gz"), "cannot be read \\(Is a directory\\)$"),
        (lambda folder: _change(folder / "inbox.jsonl.gz"), r"damaged \(not the same rows\)"),
        (lambda folder: _rewrite(folder / MANIFEST, revision="9999"), "written by a newer program"),
        (lambda folder: _rewrite(folder / MANIFEST, format=2), "a backup of format 2; this program reads 1"),
    ],
)
async def test_a_damaged_backup_is_told_before_anything_is_written(
    left: Left, empty: Settings, breaks: Callable[[Path], Any], told: str
) -> None:
    breaks(backups_in(left.backups)[-1])
    before = file_of(empty.database_url).read_bytes()
    with pytest.raises(BadSettings, match=told):
        await restore(empty, left.backups)
    assert file_of(empty.database_url).read_bytes() == before


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def _flip(file: Path, word: str) -> None:
    """One letter of the first such word."""
    file.write_text(file.read_text("utf-8").replace(word, word[:-1] + "#", 1), "utf-8")


def _into_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _change(file: Path) -> None:
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).replace(b"telegram:", b"telegran:", 1)))


def _rewrite(file: Path, **told: Any) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **told}), "utf-8")


async def test_a_picture_the_backup_lacks_is_named_and_the_town_is_put_back(
    left: Left, empty: Settings, said: list[str]
) -> None:
    pictures = sorted(file for file in (left.backups / "pictures").rglob("*") if len(file.name) == 64)
    pictures[0].write_bytes(b"rotten")
    pictures[1].unlink()
    assert await restore(empty, left.backups, say=said.append) == 1
    assert [one for one in said if one.startswith(("MISSING", "DAMAGED"))] == [
        f"MISSING {pictures[1].name}: not in the backup",
        f"DAMAGED {pictures[0].name}: its file in the backup is not what was written",
    ]
    assert await may_begin(empty.database_url)


async def test_broken_off_no_bot_begins_and_the_same_again_goes_on(
    left: Left, empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(restoring, "settle", dies)
        with pytest.raises(KeyboardInterrupt):
            await restore(empty, left.backups, say=lambda _: None)
    assert not await may_begin(empty.database_url)
    assert await restore(empty, left.backups, say=lambda _: None) == 0
    assert await may_begin(empty.database_url)
    assert without(rows_of(file_of(empty.database_url)), "serials") == without(rows_of(left.database), "serials")


# --- what may have been said since ---------------------------------------------------------------------


async def backed_up(town: Town, into: Path) -> None:
    url = str(town.machine.runtime.database.url)
    assert await back_up(settings(url, town_media(town)), into, say=lambda _: None) == 0


@asynccontextmanager
async def put_back(town: Town, into: Path, empty: Settings) -> AsyncIterator[Town]:
    """The same people and chats at the same hour, and the bot's own memory as the backup has it."""
    moment = town.clock.moment
    await town.machine.runtime.database.close()
    hour = empty.model_copy(update={"clock_shift": (moment - Clock().now()).total_seconds()})
    assert await restore(hour, into, say=lambda _: None) == 0
    folder = town_media(town).parent
    async with cast._opened(folder, Database.opened(empty.database_url), "off") as again:
        again.clock.moment, again.seen, again.pictures = moment, town.seen, town.pictures
        yield again


async def turns(town: Town) -> None:
    """Everything understood, nothing said yet."""
    await town._receive()
    while await town.machine.worker.turn():
        pass


def with_number(town: Town, chat: int, number: str) -> int:
    return sum(number in message.text for message in town.ours(chat))


async def test_a_card_that_was_on_its_way_may_come_once_more_with_the_same_number(
    town: Town, into: Path, empty: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await town.lin.posts(RUBBISH)
    card = next(message for message in town.ours(CLEANING) if message.labels)
    town.simulator.press(SWEEPER, CLEANING, card.id, card.data("接单"))
    town.simulator.post(cast.LIN, GROUP, f"/report {HOLE}")
    await turns(town)
    await backed_up(town, into)
    await town.settles()
    before = [with_number(town, chat, "LH2611200002") for chat in (GROUP, OFFICE)]
    assert before == [1, 1]
    async with put_back(town, into, empty) as again:
        await again.passes(seconds=5)
        after = [with_number(again, chat, "LH2611200002") for chat in (GROUP, OFFICE)]
        assert all(1 <= times <= 2 for times in after), after
        async with again.machine.runtime.database.read() as session:
            rows = list(await session.scalars(select(Outbox)))
        uncertain = sum(row.uncertain for row in rows)
        with capsys.disabled():
            print(f"\nsaid twice after a restore: {sum(after) - sum(before)} of {uncertain} that were on their way")
        assert sum(after) - sum(before) <= uncertain
        assert {row.state for row in rows} <= {"sent", "failed"}
        given_up = [(row.kind, row.reason) for row in rows if row.uncertain and row.state == "failed"]
        assert given_up == [("answer", f"uncertain: {settling.REASON}")], "an answer to a press is for its moment only"


async def test_each_kind_of_letter_as_its_repeat_says_and_what_is_not_due_waits_on(goal: str) -> None:
    now, database = cast.MORNING, Database.opened(goal)
    try:
        async with database.write() as session:
            chat = Chat(channel="telegram", external_id="1", kind="group")
            session.add(chat)
            await session.flush()
            for state, repeat, hours in (
                ("pending", "freely", -1), ("pending", "sparingly", -1), ("sending", "sparingly", 1),
                ("pending", "never", -1), ("sending", "never", -1), ("pending", "never", 1), ("sent", "never", -1),
            ):  # fmt: skip
                due = now + timedelta(hours=hours)
                session.add(
                    Outbox(
                        chat_id=chat.id, kind="say", state=state, repeat=repeat, due_at=due,
                        created_at=now - timedelta(hours=2),
                    )
                )  # fmt: skip
        async with database.write() as session:
            settled = await settling.settle(session, now)
        async with database.read() as session:
            rows = list(await session.scalars(select(Outbox).order_by(Outbox.id)))
    finally:
        await database.close()
    assert [row.state for row in rows] == ["pending", "pending", "pending", "failed", "failed", "pending", "sent"]
    assert [row.uncertain for row in rows] == [1, 1, 1, 1, 1, 0, 0]
    assert rows[5].due_at == now + timedelta(hours=1), "what waits for the morning rings in the morning"
    assert (settled.again, settled.silent) == (3, 2)


async def test_a_reminder_that_rang_since_rings_no_more_and_its_deadline_still_comes(
    town: Town, into: Path, empty: Settings
) -> None:
    assert await reminded(town, into, empty) == (1, 1)


async def test_control_with_the_timer_left_as_it_was_it_rings_again(
    town: Town, into: Path, empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "_be_late", lambda _: None)
    assert await reminded(town, into, empty) == (2, 1)


async def reminded(town: Town, into: Path, empty: Settings) -> tuple[int, int]:
    """How often the department was reminded in all; how many leaders' cards told at the deadline that it is late."""
    await town.lin.posts(RUBBISH)
    await town.passes(hours=2)
    await backed_up(town, into)
    await town.passes(hours=1, minutes=10)
    assert len(reminders(town, CLEANING)) == 1
    async with put_back(town, into, empty) as again:
        await again.settles()
        await again.passes(hours=3)
        async with again.machine.runtime.database.read() as session:
            late = await session.scalar(select(func.count()).select_from(TicketEvent).where(TicketEvent.kind == "late"))
        return len(reminders(again, CLEANING)), int(late or 0)


async def all_come_again(town: Town, into: Path, empty: Settings) -> None:
    """Nothing is to come of it."""
    await town.lin.posts(HOLE)
    await backed_up(town, into)
    async with put_back(town, into, empty) as again:
        before = {chat: len(again.ours(chat)) for chat in (GROUP, OFFICE)}
        with closing(sqlite3.connect(f"file:{file_of(empty.database_url)}?mode=ro", uri=True)) as kept:
            raws = [
                json.loads(raw)
                for (raw,) in kept.execute(
                    "SELECT payload FROM inbox WHERE channel = 'telegram' AND payload IS NOT NULL"
                )
            ]
            for _ in range(3):
                await again.machine.keep(again.machine.runtime.channel("telegram"), raws)
                # A restored bot's updates may also come under new numbers: what happened is known by what it is.
                await again.machine.keep(
                    again.machine.runtime.channel("telegram"),
                    [{**raw, "update_id": raw["update_id"] + 10_000} for raw in raws],
                )
            await again.settles()
            assert raws
            assert kept.execute("SELECT count(*) FROM tickets").fetchone() == (1,), "a second ticket"
        assert {chat: len(again.ours(chat)) for chat in before} == before, "said again"


async def test_updates_that_come_again_after_a_restore_are_repeats(town: Town, into: Path, empty: Settings) -> None:
    await all_come_again(town, into, empty)


async def test_control_known_by_their_numbers_alone_they_make_second_tickets(
    town: Town, into: Path, empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object, **__: object) -> None:
        """Else the same words a second time are refused, or join their own ticket."""

    monkeypatch.setattr("handlers.spam.refused", nothing)
    monkeypatch.setattr("handlers.opening.find_known", nothing)
    monkeypatch.setattr(telegram_channel, "keys", lambda raw: replace(keys(raw), natural=token_hex(8)))
    with pytest.raises(AssertionError, match="a second ticket"):
        await all_come_again(town, into, empty)


async def number_after(town: Town, into: Path, empty: Settings) -> tuple[str, str]:
    """The number of a ticket that is lost, and of the next one."""
    await town.lin.posts(HOLE)
    await backed_up(town, into)
    await town.mei.posts("团结西路印刷技校对面路灯不亮")
    lost = number_in(town.card)
    async with put_back(town, into, empty) as again:
        card = next(message for message in again.ours(GROUP) if lost in message.text and message.labels)
        assert await again.mei.presses(card.labels[0], on=card) == told("ticket.unknown", number=lost)
        await again.passes(minutes=5)
        await again.wang.posts("印刷技校北门口井盖坏了")
        return lost, number_in(again.card)


async def test_no_number_that_was_read_is_given_to_another_ticket(town: Town, into: Path, empty: Settings) -> None:
    lost, new = await number_after(town, into, empty)
    assert (lost, new) == ("LH2611200002", "LH2611201002")


async def test_control_without_the_leap_two_tickets_have_one_number(
    town: Town, into: Path, empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "LEAP", 0)
    lost, new = await number_after(town, into, empty)
    assert lost == new
