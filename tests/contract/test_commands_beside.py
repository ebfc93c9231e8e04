"""On PostgreSQL a command runs beside a bot: neither refused nor kept waiting for what the bot did alone at its start.

With processes of their own: tests/journeys/test_commands.py."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.building import built
from bot.checking import _check_database
from bot.corrections import export_corrections
from bot.database import Database
from bot.keeping import check_pictures
from bot.loading import load_into
from bot.settings import Settings
from tests.bot.carried import settings
from tests.faults import district
from tests.machine import Postgres

PATIENCE_S = 45.0
WAITS = text("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory')")


@pytest.fixture
async def told(tmp_path: Path, postgres: Postgres, migrated: str) -> Settings:
    url = postgres.url(await asyncio.to_thread(postgres.create, migrated))
    return settings(url, tmp_path / "media", bot_token="7:abc")


@asynccontextmanager
async def a_bot(told: Settings) -> AsyncIterator[Database]:
    """Through all of its start that it does alone: it has migrated and begun, others see it, and it speaks."""
    async with built(told) as town:
        present = asyncio.create_task(town.runtime.presence.run())
        await town._begin()
        await town.runtime.presence.speaks.wait()
        yield town.runtime.database
        present.cancel()
        await asyncio.gather(present, return_exceptions=True)


async def all_commands(told: Settings, folder: Path) -> list[int]:
    """Their exit codes."""
    plan = district.write_district(folder / "district")
    loaded = await load_into(told, plan)
    found, _ = await _check_database(told)
    return [
        loaded,
        int(any(finding.level == "error" for finding in found)),
        await check_pictures(told, removes=False),
        await export_corrections(told, folder / "corrections.csv"),
    ]


async def end_well_beside_a_bot(told: Settings, folder: Path) -> None:
    async with asyncio.timeout(PATIENCE_S), a_bot(told) as database:
        commands = asyncio.create_task(all_commands(told, folder))
        try:
            while not commands.done():
                async with database.read() as session:
                    assert not await session.scalar(WAITS), "kept waiting"
                await asyncio.wait({commands}, timeout=0.05)
            assert await commands == [0, 0, 0, 0]
        finally:
            commands.cancel()
            await asyncio.gather(commands, return_exceptions=True)


async def test_commands_end_well_beside_a_running_bot(told: Settings, tmp_path: Path) -> None:
    await end_well_beside_a_bot(told, tmp_path)


async def test_control_where_a_bot_keeps_the_lock_of_its_start_they_wait(
    told: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: AsyncConnection) -> None:
        """Whoever was alone gives the connection back, and with it the lock."""

    monkeypatch.setattr(AsyncConnection, "invalidate", nothing)
    with pytest.raises(AssertionError, match="kept waiting"):
        await end_well_beside_a_bot(told, tmp_path)
