"""How a command ends that was broken off, and what it refuses before it begins."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import Database
from bot.looking import looked_into
from bot.migrating import migrate
from bot.settings import BadSettings, Settings, load

AT_WORK = """
import asyncio
from bot.__main__ import _run

async def job():
    print("at it", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        print("put away", flush=True)
    return 0

_run(job(), serves={serves})
"""


def broken_off(sign: signal.Signals, *, serves: bool) -> tuple[int, str, str]:
    """Exit code, what else it printed, and the lines of its errors."""
    words = [sys.executable, "-c", AT_WORK.format(serves=serves)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as work:
        assert work.stdout is not None
        assert work.stdout.readline() == "at it\n"
        work.send_signal(sign)
        out, err = work.communicate(timeout=30)
        return work.returncode, out, err


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_piece_of_work_that_is_broken_off_puts_away_and_does_not_end_well(sign: signal.Signals) -> None:
    code, out, err = broken_off(sign, serves=False)
    assert (code, out) == (1, "put away\n")
    assert err == "broken off before its end; the same command again does the rest\n"


def test_who_serves_and_is_asked_to_end_ends_well() -> None:
    assert broken_off(signal.SIGINT, serves=True) == (0, "put away\n", "")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql+asyncpg://a:GEHEIM@h/t?sslmode=disable", "ssl=require"),
        ("postgresql+asyncpg://a:GEHEIM@h/t?foo=GEHEIM", "ssl=require"),
        ("postgresql+asyncpg://a:GEHEIM@h:5432/", "must name a database"),
    ],
)
def test_an_address_no_driver_takes_is_one_line(url: str, told: str) -> None:
    with pytest.raises(BadSettings, match=told) as refused:
        load(database_url=url)
    (line,) = refused.value.faults
    assert line.startswith("DATABASE_URL: ")
    assert "GEHEIM" not in line


def test_addresses_drivers_take_are_taken() -> None:
    for words in ("t?host=/run/postgresql", "t?ssl=require", "?database=t&host=h"):
        load(database_url=f"postgresql+asyncpg://a@h/{words}")


def test_a_file_of_settings_in_another_writing_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_bytes("LOCALE=zh".encode("utf-16"))
    with pytest.raises(BadSettings, match=r"\.env: not in UTF-8"):
        load()


async def test_nobody_looks_into_half_a_town(tmp_path: Path) -> None:
    """What has not arrived yet would be taken for what nobody needs, its pictures too."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'town.db'}"
    database = Database.opened(url)
    await migrate(database)
    settings = Settings(database_url=url)
    async with looked_into(settings):
        pass
    async with database.write() as session:
        await session.execute(text("CREATE TABLE moving (place TEXT, told TEXT)"))
    with pytest.raises(BadSettings, match="only a part of a town"):
        async with looked_into(settings):
            pass
    await database.close()


async def test_where_the_database_is_away_its_own_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"^DATABASE_URL: "):
        async with looked_into(Settings(database_url="postgresql+asyncpg://a@127.0.0.1:9/town")):
            pass
