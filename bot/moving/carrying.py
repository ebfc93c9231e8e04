"""`move FROM TO`: a whole town from one database to another, or its pictures from one store to another."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256

from bot.database import AlreadyRunning, Database
from bot.moving.naming import shown
from bot.moving.rows import Shape, Sum
from bot.moving.source import Snapshot, Source, refuse_company, snapshot
from bot.moving.target import Target
from bot.settings import BadSettings, checked, named
from media.store import BRANCHES, FolderStore, open_store

Say = Callable[[str], None]
FROM, TO = "FROM", "TO"
STORES = ("file:", "s3:")


async def move(origin: str, goal: str, say: Say = print) -> int:
    """Returns 0 only where everything is the same on both sides. Raises BadSettings."""
    if origin.startswith(STORES) and goal.startswith(STORES):
        return await _move_pictures(origin, goal, say)
    for name, url in ((FROM, origin), (TO, goal)):
        checked("database_url", url, name)
    if Database(origin).url == Database(goal).url:
        raise BadSettings([f"{FROM}, {TO}: the same database"])
    async with opened_to_leave(origin) as old, opened_to_fill(goal, TO) as new, snapshot(old, FROM) as source:
        target = Target(new, TO)
        async with target.alone():
            has_arrived = await target.prepare(source)
            if not await (is_as_it_was if has_arrived else carry)(source, target, say):
                say(f"{TO}: not the same as {FROM}, which may have gone on since this move began; give an empty one")
                return 1
            await refuse_company(old, FROM)
            async with target.finishing():
                pass
    told = shown(new.url)
    say(f"moved; now set DATABASE_URL={told} and leave MEDIA_URL as it is, or move its pictures in the same way")
    return 0


async def carry(source: Source, target: Target, say: Say) -> bool:
    """Every table, then every table compared. Returns whether all of them are the same on both sides."""
    for shape in target.shapes:
        await target.take(source, shape)
    await target.count_on()
    sums: dict[str, str] = {}
    same = True
    for shape in target.shapes:
        theirs = await summed(source, shape)
        async with target.database.read() as session:  # only now: PostgreSQL ends who stands idle in a transaction
            ours = await summed(Snapshot(session, "", source.revision, target.shapes), shape)
        same &= theirs == ours
        sums[shape.name] = theirs.hash
        say(line_of(shape.name, theirs, ours))
    if same:
        await target.arrived(sums)
    return same


async def is_as_it_was(source: Snapshot, target: Target, say: Say) -> bool:
    """All had arrived when it was broken off. A bot may have begun on it since, and kept what is not here."""
    then = await target.sums()
    for shape in source.shapes.values():
        if (await summed(source, shape)).hash != then.get(shape.name):
            say(f"{shape.name:<16} has changed since")
            return False
    return True


async def summed(source: Source, shape: Shape) -> Sum:
    found = Sum()
    async for page in source.pages(shape):
        found.add(page)
    return found


def line_of(name: str, theirs: Sum, ours: Sum) -> str:
    if theirs == ours:
        return f"{name:<16} {ours.rows:>9}  same"
    fault = f"{theirs.rows} there" if theirs.rows != ours.rows else "not the same rows"
    return f"{name:<16} {ours.rows:>9}  DIFFERS: {fault}"


@asynccontextmanager
async def opened_to_leave(url: str) -> AsyncIterator[Database]:
    """Read only; no bot may have it, nor get it meanwhile where a lock can say so."""
    database = Database(url)
    try:
        with named(FROM):
            database.open_to_read()
            if database.lock is not None:
                database.lock.take()
        await refuse_company(database, FROM)
        yield database
    except AlreadyRunning:
        raise BadSettings([f"{FROM}: a bot is running on this database; stop it first"]) from None
    finally:
        await database.close()


@asynccontextmanager
async def opened_to_fill(url: str, name: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        with named(name):
            database.open()
    except AlreadyRunning:
        raise BadSettings([f"{name}: another process is using this database; stop it first"]) from None
    try:
        await refuse_company(database, name)
        yield database
    finally:
        await database.close()


async def _move_pictures(origin: str, goal: str, say: Say) -> int:
    """What is there already is not brought again: broken off, it goes on. Nothing is taken from where it was."""
    for name, url in ((FROM, origin), (TO, goal)):
        checked("media_url", url, name)
    old, new = open_store(origin), open_store(goal)
    if isinstance(old, FolderStore) and not old.root.is_dir():
        raise BadSettings([f"{FROM}: no folder {old.root}"])
    with named(TO):
        await new.open()
    brought = there = 0
    damaged: list[str] = []
    for branch in BRANCHES:
        async for page in old.all_in(branch):
            for key, _ in page:
                if await new.has(key):
                    there += 1
                    continue
                data = await old.get(key)
                if sha256(data).hexdigest() != key:
                    damaged.append(key)
                    continue
                await new.put(data)
                brought += 1
    say(f"pictures: {brought} brought, {there} there already, {len(damaged)} damaged where they were")
    for key in damaged:
        say(f"  {key}")
    say(f"now set MEDIA_URL={goal}")
    return 1 if damaged else 0
