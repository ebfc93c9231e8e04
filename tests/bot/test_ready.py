"""/ready: nobody is sent to a bot that cannot work, and what somebody should look at is said in sentences."""

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from telegram import Bot
from telegram.error import Conflict

from bot import readiness
from bot.building import serving
from bot.channels.base import TokenRejected, Unsent
from bot.channels.telegram import TelegramChannel, line, receiving
from bot.channels.telegram.line import APART_S, PASSES_S, Line, Webhook
from bot.readiness import Readiness, Told
from bot.web import make_app
from models.district import District
from models.mail import Inbox, Outbox
from tests.cast import HOLE, Town

ADDRESS = "https://bot.example.org/telegram"


async def told(town: Town, webhook: str | None = None) -> Told:
    """What it says, with what Telegram and the store answered."""
    ready = Readiness(town.machine, webhook)
    await ready.told()
    await ready.finish()
    return await ready.told()


def telegram(town: Town) -> TelegramChannel:
    channel = town.machine.runtime.channel("telegram")
    assert isinstance(channel, TelegramChannel)
    return channel


async def test_a_town_that_is_well_says_nothing(town: Town) -> None:
    assert await told(town) == Told([], [])


async def test_the_page_says_it_in_json_and_by_its_status(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(make_app(town.machine), "127.0.0.1", 0) as port, aiohttp.ClientSession() as asks:
        page = f"http://127.0.0.1:{port}/ready"
        async with asks.get(page) as answer:
            assert (answer.status, json.loads(await answer.read())) == (
                200,
                {"ready": True, "wrong": [], "warnings": []},
            )
        monkeypatch.setattr(Line, "shared_s", 7.0)
        async with asks.get(page) as answer:
            body = json.loads(await answer.read())
            assert (answer.status, body["ready"], len(body["warnings"])) == (200, True, 1)
        town.machine.stop()
        async with asks.get(page) as answer:
            body = json.loads(await answer.read())
            assert (answer.status, body["ready"]) == (503, False)
            assert body["wrong"][0].startswith("stopping")


# --- wrong: nobody should be sent here -----------------------------------------------------------


async def test_no_district(town: Town) -> None:
    async with town.machine.runtime.database.write() as session:
        await session.execute(delete(District))
    town.machine.runtime._book = None
    said = await told(town)
    assert [line for line in said.wrong if "district" in line]


async def test_the_database_away(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> Any:
        raise OperationalError("SELECT", {}, Exception("gone: secret words"))

    with monkeypatch.context() as patched:
        patched.setattr(town.machine.runtime.database, "read", breaks)
        said = await told(town)
    assert said.wrong == ["DATABASE_URL: the database does not answer (OperationalError)"]
    assert (await told(town)).wrong == []


async def test_a_database_that_hangs_is_asked_once_and_not_waited_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, let_go = [], asyncio.Event()

    async def hangs(_: Any) -> Told:
        asked.append(1)
        await let_go.wait()
        return Told()

    monkeypatch.setattr(readiness, "PATIENCE_S", 0.01)
    monkeypatch.setattr(Readiness, "_inside", hangs)
    ready = Readiness(town.machine)
    for _ in range(3):
        assert [line for line in (await ready.told()).wrong if "does not answer within" in line]
    assert len(asked) == 1
    let_go.set()
    await asyncio.sleep(0)
    assert (await ready.told()).wrong == []
    await ready.finish()


@pytest.fixture
async def locked(town: Town) -> AsyncIterator[Town]:
    """Another program holds the file, and we wait for nobody."""
    path = town.machine.runtime.database.path
    assert path is not None
    async with town.machine.runtime.database.writer.connect() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout=0")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield town
    other.close()


@pytest.mark.sqlite_only
async def test_a_database_that_is_locked(locked: Town) -> None:
    town, database = locked, locked.machine.runtime.database
    assert (await told(town)).wrong == [], "nobody has tried to write yet"
    with pytest.raises(OperationalError):
        await town.machine.worker.turn()
    said = await told(town)
    assert len(said.wrong) == 1
    assert "locked" in said.wrong[0]
    assert database.refuses_s is not None


async def test_it_is_well_again_with_the_first_transaction_that_commits(town: Town) -> None:
    database = town.machine.runtime.database
    with pytest.raises(OSError, match="full"):
        async with database.write():
            raise OSError("full")
    assert len((await told(town)).wrong) == 1
    async with database.write():
        pass
    assert (await told(town)).wrong == []


async def test_a_rejected_token(town: Town) -> None:
    town.machine.failure = TokenRejected("the server rejected the bot's token")
    assert [line for line in (await told(town)).wrong if line.startswith("BOT_TOKEN")]


@pytest.mark.sqlite_only
async def test_the_disk(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_free(free: int) -> None:
        monkeypatch.setattr(readiness, "disk_usage", lambda _: (10**12, 0, free))

    with_free(readiness.LITTLE - 1)
    said = await told(town)
    assert (said.wrong, len(said.warnings)) == ([], 2)
    with_free(readiness.FULL - 1)
    said = await told(town)
    assert [line.partition(":")[0] for line in said.wrong] == ["DATABASE_URL"]
    assert [line.partition(":")[0] for line in said.warnings] == ["MEDIA_URL"]


@pytest.mark.sqlite_only
async def test_a_folder_that_cannot_be_written(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    said = await told(town)
    assert [line.partition(":")[0] for line in said.wrong] == ["DATABASE_URL"]
    assert [line.partition(":")[0] for line in said.warnings] == ["MEDIA_URL"]


async def test_control_one_who_does_not_look_says_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: a page that only says that it is there."""
    monkeypatch.setattr(Readiness, "_database", lambda *_: asyncio.sleep(0))
    monkeypatch.setattr(readiness, "_disk", lambda *_: None)
    monkeypatch.setattr(readiness, "disk_usage", lambda _: (10**12, 0, 0))
    town.machine.runtime._book = None
    assert (await told(town)).wrong == []


# --- warnings: somebody should look ------------------------------------------------------------


async def test_what_came_in_is_not_handled(town: Town) -> None:
    town.lin.town.simulator.post(1001, town.lin.home, "早")
    await town._receive()
    town.clock.moment += readiness.INBOX_STUCK
    assert (await told(town)).warnings == []
    town.clock.moment += timedelta(seconds=1)
    (line,) = (await told(town)).warnings
    assert line == "what came in is not handled: the oldest row waits for 5 min, 1 lanes wait"
    await town.settles()
    assert (await told(town)).warnings == []


async def test_what_is_to_be_said_is_not_sent(town: Town) -> None:
    town.lin.town.simulator.post(1001, town.lin.home, "/ticket LH2611209999")
    await town._receive()
    await town.machine.worker.turn()
    town.clock.moment += readiness.OUTBOX_STUCK + timedelta(seconds=1)
    (line,) = (await told(town)).warnings
    assert line == "what is to be said is not sent: the oldest of 1 rows waits for 10 min"
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Outbox).values(state="sent"))


async def test_rows_set_aside_are_named_for_a_day(town: Town) -> None:
    await town.lin.says("早")
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Inbox).values(state="failed", done_at=town.clock.now()))
    (line,) = (await told(town)).warnings
    assert "inbox row " in line
    town.clock.moment += timedelta(days=1, seconds=1)
    assert (await told(town)).warnings == []


async def test_another_program_fetches_with_the_same_token(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await refused(town, monkeypatch, 0, 20, PASSES_S + 1)
    (said,) = (await told(town)).warnings
    assert "409, 0 s ago" in said
    shows(monkeypatch, PASSES_S + 1 + readiness.SHARED_S + 1)
    assert (await told(town)).warnings == []


async def refused(town: Town, monkeypatch: pytest.MonkeyPatch, *at: float) -> None:
    """With 409, so many seconds after the first."""
    for seconds in at:
        shows(monkeypatch, seconds)
        error = Conflict("terminated by other getUpdates request")
        await receiving._pause(Bot("1:x"), error, 0.5, telegram(town).line)


def shows(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """The clock the line looks at."""
    monkeypatch.setattr(line, "time", SimpleNamespace(monotonic=lambda: 1000 + seconds))


TAKEOVERS = [(0,), (0, 0.5, 3), (0, APART_S + 1), (0, 3, APART_S + 4, APART_S + 5)]


@pytest.mark.parametrize("at", TAKEOVERS)
async def test_a_take_over_is_no_other_program(
    town: Town, monkeypatch: pytest.MonkeyPatch, at: tuple[float, ...]
) -> None:
    await refused(town, monkeypatch, *at)
    assert (await told(town)).warnings == []


@pytest.mark.parametrize("at", TAKEOVERS)
async def test_control_with_every_409_warned_of_a_take_over_is_a_false_alarm(
    town: Town, monkeypatch: pytest.MonkeyPatch, at: tuple[float, ...]
) -> None:
    monkeypatch.setattr(line, "PASSES_S", -1.0)
    with pytest.raises(AssertionError):
        await test_a_take_over_is_no_other_program(town, monkeypatch, at)


def test_control_a_line_where_nothing_was_noticed() -> None:
    assert Line().shared_s is None


@pytest.mark.parametrize(
    ("off", "word"), [(31.0, "31 s behind"), (-3600.0, "3600 s ahead of"), (29.0, None), (None, None)]
)
async def test_a_clock_that_goes_wrong(
    town: Town, monkeypatch: pytest.MonkeyPatch, off: float | None, word: str | None
) -> None:
    monkeypatch.setattr(type(telegram(town)._wire), "clock_off_s", off)
    warnings = (await told(town)).warnings
    assert [word in line for line in warnings] == ([True] if word else [])


async def test_control_not_compared_with_telegrams_the_clock_is_not_seen(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Readiness, "_channel", lambda *_: None)
    with pytest.raises(AssertionError):
        await test_a_clock_that_goes_wrong(town, monkeypatch, 31.0, "31 s behind")


NOW = int(datetime.now(UTC).timestamp())
FAILED = {"url": ADDRESS, "last_error_message": "Wrong response: 502\nBad Gateway", "last_error_date": NOW}
HOOKS: list[tuple[Any, str | None]] = [
    ({"url": ADDRESS, "pending_update_count": 3}, None),
    ({"url": "https://elsewhere.example.org/x"}, "to elsewhere.example.org, not to bot.example.org"),
    ({"url": ""}, "nowhere"),
    ({}, "nowhere"),
    ([], "nowhere"),
    (FAILED, "Wrong response: 502 Bad Gateway"),
    ({"url": ADDRESS, "last_error_message": "Connection refused", "last_error_date": NOW - 3600}, None),
    ({"url": ADDRESS, "last_error_message": "x", "last_error_date": 10**18}, None),
    ({"url": ADDRESS, "pending_update_count": 5000}, "5000 updates wait"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "word"), HOOKS)
async def test_how_the_webhook_stands(
    town: Town, monkeypatch: pytest.MonkeyPatch, answer: Any, word: str | None
) -> None:
    async def webhook(_: Any) -> Webhook:
        return Webhook.told(answer)

    monkeypatch.setattr(TelegramChannel, "webhook", webhook)
    warnings = (await told(town, ADDRESS)).warnings
    assert [word in line for line in warnings] == ([True] if word else [])
    assert (await told(town)).warnings == [], "who fetches has none"


@pytest.mark.parametrize(("answer", "word"), [case for case in HOOKS if case[1]])
async def test_control_not_asked_how_the_webhook_stands_it_says_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch, answer: Any, word: str
) -> None:
    async def nobody_asks(*_: Any) -> list[str]:
        return []

    monkeypatch.setattr(Readiness, "_webhook", nobody_asks)
    with pytest.raises(AssertionError):
        await test_how_the_webhook_stands(town, monkeypatch, answer, word)


async def test_telegram_away_is_a_warning_and_no_probe_waits_for_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, let_go = [], asyncio.Event()

    async def hangs(_: Any) -> Webhook:
        asked.append(1)
        await let_go.wait()
        raise Unsent("no connection (ClientConnectorError)")

    monkeypatch.setattr(TelegramChannel, "webhook", hangs)
    ready = Readiness(town.machine, ADDRESS)
    for _ in range(5):
        assert await ready.told() == Told([], [])
        await asyncio.sleep(0.01)
    assert len(asked) == 1
    let_go.set()
    await ready.finish()
    said = await ready.told()
    assert said.wrong == []
    assert [line for line in said.warnings if line.startswith("BOT_API_URL")]
    await ready.finish()


async def test_a_store_that_is_away_is_a_warning(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: Any) -> bool:
        raise RuntimeError("connect to http://key:secret@s3 failed")

    monkeypatch.setattr(type(town.machine.runtime.store), "has", breaks)
    (line,) = (await told(town)).warnings
    assert line.startswith("MEDIA_URL")
    assert "secret" not in line


async def test_nobodys_words_are_in_it(town: Town) -> None:
    await town.lin.posts(HOLE)
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Inbox).values(state="failed", done_at=town.clock.now()))
    said = await told(town)
    assert said.warnings
    assert not [word for word in (HOLE, "印刷技校", "1001", "-100261") if word in repr(said)]
