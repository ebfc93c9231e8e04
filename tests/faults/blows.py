"""Blows at PostgreSQL and at the way to it, one at a time: at random moments, and exactly where it hurts most."""

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox
from bot.placing import Glance
from models.mail import Inbox
from tests.faults.cable import Cable
from tests.machine import Postgres

MOST = 8
"""COMMITs of a blow."""
COMES_S = 45.0
"""Until what is to be hurt comes by."""
OURS = "application_name = 'roving-grid' AND datname = $1"


@dataclass
class Scene:
    server: Postgres
    database: str
    cable: Cable
    dice: random.Random


Blow = Callable[[Scene], Awaitable[None]]


async def crash(scene: Scene) -> None:
    await _down(scene, signal.SIGQUIT)


async def restart(scene: Scene) -> None:
    await _down(scene, signal.SIGINT)


async def _down(scene: Scene, sign: signal.Signals) -> None:
    await asyncio.to_thread(scene.server.stop, sign)
    await asyncio.sleep(scene.dice.uniform(0, 0.5))
    await asyncio.to_thread(scene.server.start)


async def ask(scene: Scene, question: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(host=str(scene.server.folder), user="tester", database="postgres")
    try:
        return list(await connection.fetch(question, scene.database))
    finally:
        await connection.close()


async def terminate(scene: Scene) -> None:
    await ask(scene, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND {OURS}")


async def terminate_one(scene: Scene) -> None:
    await ask(
        scene,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS} AND state <> 'idle' LIMIT 1",
    )


async def stand_still(scene: Scene) -> None:
    """Some backends, in whatever they do."""
    pids = [row[0] for row in await ask(scene, f"SELECT pid FROM pg_stat_activity WHERE {OURS}")]
    some = scene.dice.sample(pids, min(2, len(pids)))
    for sign in (signal.SIGSTOP, signal.SIGCONT):
        for pid in some:
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue
        if sign == signal.SIGSTOP:
            await asyncio.sleep(scene.dice.uniform(0.1, 1.0))


async def cut(scene: Scene) -> None:
    scene.cable.cut()


async def block(scene: Scene) -> None:
    scene.cable.block()
    await asyncio.sleep(scene.dice.uniform(0.1, 1.5))
    scene.cable.unblock()


async def take_away(scene: Scene) -> None:
    await scene.cable.take_away()
    await asyncio.sleep(scene.dice.uniform(0, 1))
    await scene.cable.lay()


async def half_way(scene: Scene) -> None:
    """Exactly where a message is handled, and that it is done is not yet committed."""
    finish, hurt = Inbox.finish, asyncio.Event()

    def cut_off(row: Inbox, at: datetime) -> None:
        finish(row, at)
        if row.what == "message" and not hurt.is_set():
            hurt.set()
            scene.cable.cut()

    Inbox.finish = cut_off  # type: ignore[method-assign]
    try:
        await asyncio.wait_for(hurt.wait(), COMES_S)
    finally:
        Inbox.finish = finish  # type: ignore[method-assign]


async def half_kept(scene: Scene) -> None:
    """Exactly where a page of updates is stored, and not yet committed."""
    keep, hurt = inbox.keep, asyncio.Event()

    async def cut_off(session: AsyncSession, rows: Iterable[dict[str, Any]], glance: Glance | None = None) -> int:
        page = list(rows)
        new = await keep(session, page, glance)
        if any(row["what"] == "message" for row in page) and not hurt.is_set():
            hurt.set()
            scene.cable.cut()
        return new

    inbox.keep = cut_off
    try:
        await asyncio.wait_for(hurt.wait(), COMES_S)
    finally:
        inbox.keep = keep


async def unheard(scene: Scene) -> None:
    await _at_commit(scene, "unheard")


async def unanswered(scene: Scene) -> None:
    await _at_commit(scene, "unanswered")


async def _at_commit(scene: Scene, how: str) -> None:
    """Some of the next few, whosever they are."""
    few = scene.dice.randint(1, MOST)
    scene.cable.at_commit = [scene.dice.choice((how, "heard")) for _ in range(few)]  # type: ignore[misc]
    for _ in range(60):
        if not scene.cable.at_commit:
            return
        await asyncio.sleep(0.05)
    scene.cable.at_commit = []


BLOWS: Mapping[str, Blow] = {
    blow.__name__: blow
    for blow in (
        crash, restart, terminate, terminate_one, stand_still, cut, block, take_away, half_way, half_kept,
        unheard, unanswered,
    )
}  # fmt: skip
