"""What is looked at before the bot runs: each bad value in one line that names its setting, and the good ones said."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot import readiness, starting
from bot.building import serving
from bot.channels.base import Finding, SendError
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.line import behind
from bot.database import Database
from bot.migrating import migrate
from bot.settings import BadSettings, Settings
from tests.machine import postgres_server
from tests.processes import BOT, Process

GOOD = {
    "server_version_num": "170004", "server_version": "17.4", "fsync": "on", "synchronous_commit": "on",
    "full_page_writes": "on", "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off", "server_encoding": "UTF8",
}  # fmt: skip
WAL = {"journal_mode": "wal", "synchronous": "2"}
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def settings(tmp_path: Path, **given: Any) -> Settings:
    where = {"database_url": f"sqlite+aiosqlite:///{tmp_path / 'town.db'}", "media_url": f"file:{tmp_path / 'media'}"}
    return Settings(_env_file=None, bot_token="1:abcdefghijklm", **{**where, **given})


def levels(found: list[Finding], word: str) -> list[str]:
    return [finding.level for finding in found if word in finding.text]


# --- SQLite ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "mended"),
    [((3, 51, 3), True), ((3, 52, 0), True), ((3, 50, 7), True), ((3, 44, 6), True), ((3, 51, 2), False),
     ((3, 50, 6), False), ((3, 44, 5), False), ((3, 40, 1), False), ((3, 45, 9), False), ((4, 0, 0), True)],
)  # fmt: skip
def test_a_sqlite_that_two_writers_can_damage_is_said_and_no_hindrance(version: tuple[int, ...], mended: bool) -> None:
    assert starting.is_mended(version) is mended
    found = starting.of_sqlite(version, WAL, [], "town.db.lock")
    assert [finding.level for finding in found] == ["ok", "ok"]
    assert ("can damage" in found[0].text) is not mended
    assert "town.db.lock" in found[0].text


@pytest.mark.parametrize(
    ("version", "told", "options", "level", "word"),
    [
        ((3, 34, 1), WAL, [], "error", "too old"),
        ((3, 52, 0), WAL, ["THREADSAFE=0"], "error", "THREADSAFE=0"),
        ((3, 52, 0), {**WAL, "synchronous": "1"}, [], "warning", "power cut"),
        ((3, 52, 0), {**WAL, "synchronous": "0"}, [], "warning", "synchronous off"),
        ((3, 52, 0), {**WAL, "journal_mode": "delete"}, [], "warning", "no WAL"),
    ],
)
def test_a_bad_value_of_sqlite_is_told(
    version: tuple[int, ...], told: dict[str, str], options: list[str], level: str, word: str
) -> None:
    (bad,) = [one for one in starting.of_sqlite(version, told, options, "lock") if one.level != "ok"]
    assert bad.level == level
    assert bad.text.startswith("DATABASE_URL: ")
    assert word in bad.text


async def test_our_own_sqlite_is_well(tmp_path: Path) -> None:
    given = settings(tmp_path)
    database = Database.opened(given.database_url)
    try:
        found = await starting.look_at(given, database)
    finally:
        await database.close()
    assert {finding.level for finding in found} == {"ok"}
    assert levels(found, "journal_mode wal, synchronous full") == ["ok"]
    assert levels(found, "town.db.lock") == ["ok"]


# --- PostgreSQL ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("server_version_num", "120019", "error"),
        ("server_encoding", "SQL_ASCII", "error"),
        ("default_transaction_read_only", "on", "error"),
        ("fsync", "off", "warning"),
        ("synchronous_commit", "off", "warning"),
        ("full_page_writes", "off", "warning"),
        ("default_transaction_isolation", "serializable", "warning"),
    ],
)
def test_a_bad_value_of_postgresql_is_told(name: str, value: str, level: str) -> None:
    assert [one.level for one in starting.of_postgres(GOOD)] == ["ok"]
    (bad,) = [one for one in starting.of_postgres({**GOOD, name: value}) if one.level != "ok"]
    assert bad.level == level
    assert bad.text.startswith("DATABASE_URL: ")


def test_a_standby_is_refused() -> None:
    assert levels(starting.of_postgres(GOOD, is_standby=True), "standby") == ["error"]


def test_a_real_server_is_asked_and_its_bad_values_are_found() -> None:
    with postgres_server() as server:  # it runs with fsync off
        good, bad = server.create(), server.create()
        server.run(f'ALTER DATABASE "{bad}" SET default_transaction_isolation = serializable')
        server.run("CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C'")
        said = {name: asyncio.run(_looked(server.url(name))) for name in (good, bad, "latin")}
    assert levels(said[good], "fsync is off") == ["warning"]
    assert levels(said[good], "serializable") == []
    assert levels(said[bad], "serializable") == ["warning"]
    assert levels(said["latin"], "LATIN1") == ["error"]


async def _looked(url: str) -> list[Finding]:
    database = Database.opened(url)
    try:
        return await starting.look_at_database(database)
    finally:
        await database.close()


# --- clock, disk, webhook, leases --------------------------------------------------------------


def test_a_clock_before_the_first_year_is_refused() -> None:
    assert starting._year(NOW) == []
    for year in (1970, 2000, 2025):
        (bad,) = starting._year(NOW.replace(year=year))
        assert bad.level == "error"


@pytest.mark.parametrize(
    ("date", "off"),
    [
        ("Sun, 22 Nov 2026 12:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 11:00:00 -0000", -3600.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", -1795348800.0),
        ("yesterday", None), ("", None), (None, None), ("Sun, 99 Nov 2026 12:00:00 GMT", None),
        ("Sun, 22 Nov 99999 12:00:00 GMT", None),
    ],
)  # fmt: skip
def test_the_servers_date_tells_how_far_the_clock_is_off(date: str | None, off: float | None) -> None:
    assert behind(date, NOW) == off


@pytest.mark.parametrize(("shift", "level"), [(0, "ok"), (20, "ok"), (90, "warning"), (-3600, "warning")])
async def test_the_clock_is_compared_with_a_real_answer(shift: int, level: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        date = (datetime.now(UTC) + timedelta(seconds=shift)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return web.json_response({"ok": False, "error_code": 500, "description": "later"}, headers={"Date": date})

    app = web.Application()
    app.add_routes([web.post("/{any:.*}", answer)])
    async with serving(app, "127.0.0.1", 0) as port:
        channel = TelegramChannel("1:abcdefghijklm", f"http://127.0.0.1:{port}")
        with contextlib.suppress(SendError):
            await channel.open()
        (found,) = starting.look_at_clock(channel)
        await channel.close()
    assert found.level == level


async def test_control_a_clock_that_is_not_looked_at_is_always_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "FIRST_YEAR", 0)
    monkeypatch.setattr(starting, "CLOCK_OFF_S", 10**9)
    assert [starting._year(NOW.replace(year=year)) for year in (1970, 2000, 2025)] == [[], [], []]
    with pytest.raises(AssertionError):
        await test_the_clock_is_compared_with_a_real_answer(90, "warning")


def test_a_disk_nearly_full_is_said_and_a_full_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_free(free: int) -> list[str]:
        monkeypatch.setattr(starting, "disk_usage", lambda _: (10**13, 0, free))
        return [finding.level for finding in starting._disks(settings(tmp_path))]

    assert with_free(10**12) == ["ok", "ok"]
    assert with_free(readiness.LITTLE - 1) == ["warning", "warning"]
    assert with_free(readiness.FULL - 1) == ["error", "error"]


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert levels(starting._disks(settings(tmp_path)), "cannot be written") == ["error", "error"]


@pytest.mark.parametrize(
    ("given", "level", "word"),
    [
        ({"public_url": "http://bot.example.org"}, "error", "https"),
        ({"public_url": "https://bot.example.org:8080"}, "error", "ports"),
        ({"public_url": "https://localhost"}, "error", "this machine"),
        ({"public_url": "https://bot.example.org:8443", "webhook_secret": "short"}, "warning", "guessed"),
        ({"webhook_secret": "a-secret-that-is-long-enough"}, "warning", "without PUBLIC_URL"),
        ({"public_url": "https://bot.example.org"}, "ok", "derived"),
        ({"public_url": "https://bot.example.org:88", "webhook_secret": "x" * 32}, "ok", "given"),
    ],
)
def test_the_webhook_is_looked_at(tmp_path: Path, given: dict[str, str], level: str, word: str) -> None:
    found = starting._webhook(settings(tmp_path, **given))
    assert levels(found, word) == [level]
    assert "short" not in " ".join(finding.text for finding in found)  # the secret itself


def test_a_server_of_ones_own_may_call_any_port(tmp_path: Path) -> None:
    given = {"public_url": "http://127.0.0.1:9000", "bot_api_url": "http://127.0.0.1:8081"}
    assert {finding.level for finding in starting._webhook(settings(tmp_path, **given))} == {"ok"}


def test_a_lease_outlives_its_work() -> None:
    assert starting._leases() == []


@pytest.mark.parametrize("name", ["LEASE", "ERRANDS_LEASE"])
def test_control_a_lease_that_ends_first_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, name, timedelta(seconds=100))
    (bad,) = starting._leases()
    assert bad.level == "error"


# --- what an operator reads --------------------------------------------------------------------


def test_errors_keep_it_from_running_and_nothing_else() -> None:
    starting.refuse([Finding("ok", "fine"), Finding("warning", "look")])
    with pytest.raises(BadSettings) as bad:
        starting.refuse(
            [Finding("error", "PUBLIC_URL: wrong"), Finding("ok", "fine"), Finding("error", "DATABASE_URL: old")]
        )
    assert bad.value.faults == ["PUBLIC_URL: wrong", "DATABASE_URL: old"]


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_bad_start_is_one_line_that_names_the_setting(tmp_path: Path, command: str) -> None:
    given = {
        "BOT_TOKEN": "1:abcdefghijklm",
        "PUBLIC_URL": "https://bot.example.org:9",
        "HTTPS_PROXY": f"http://127.0.0.1:{_closed()}",
    }
    code, out, err = Process(tmp_path, [*BOT, command], given).run()
    assert code == 2
    lines = [line for line in (out + err).splitlines() if "PUBLIC_URL" in line]
    assert len(lines) == 1
    assert "Traceback" not in out + err
    assert "abcdefghijklm" not in out + err


def _closed() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


CHECKS: dict[str, Callable[[], list[Finding]]] = {
    "the version of PostgreSQL": lambda: starting.of_postgres({**GOOD, "server_version_num": "120019"}),
    "the version of SQLite": lambda: starting.of_sqlite((3, 34, 1), WAL, [], "lock"),
}


def test_control_checks_taken_out_find_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bad values against a start that does not look: nobody would be told."""
    assert all(levels(check(), "DATABASE_URL") == ["error"] for check in CHECKS.values())
    monkeypatch.setattr(starting, "OLDEST_POSTGRES", 9)
    monkeypatch.setattr(starting, "OLDEST_SQLITE", (3, 0, 0))
    assert levels(CHECKS["the version of PostgreSQL"](), "too old") == []
    assert levels(CHECKS["the version of SQLite"](), "too old") == []


async def test_a_database_is_looked_at_before_it_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server too old is told so, and not asked for what it does not know."""
    database = Database.opened(settings(tmp_path).database_url)
    try:
        before = await starting.look_at_database(database)
        await migrate(database)
        assert await starting.look_at_database(database) == before
    finally:
        await database.close()
