"""`python -m bot backup DIR`: beside a running bot, whole at one moment, every picture once, nobody else reads it."""

import gzip
import json
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from obstore.store import MemoryStore
from sqlalchemy import select, update

from bot.database import Database, Lock
from bot.migrating import migrate
from bot.moving import archive as shelves
from bot.moving import backup as backing_up
from bot.moving.archive import Archive
from bot.moving.backup import back_up
from bot.moving.pictures import bring
from bot.moving.shelf import backups_in
from bot.moving.source import snapshot
from bot.settings import BadSettings
from media.store import FolderStore, ObjectStore
from models.photo import Photo
from models.ticket.number import Serial
from tests.bot.carried import Left, lives, pictures_in, settings
from tests.bot.test_keeping import root
from tests.cast import HOLE, Town

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def said() -> list[str]:
    return []


async def backed_up(town: Town, into: Path, **how: Any) -> int:
    return await back_up(settings(str(town.machine.runtime.database.url), root(town)), into, **how)


async def copied(left: Left, into: Path, **how: Any) -> int:
    """Of a town without a bot, which takes less than talking to one."""
    return await back_up(settings(left.url, left.media), into, **how)


def newest(into: Path) -> Path:
    return backups_in(into)[-1]


def pictures(into: Path) -> set[str]:
    return {file.name for file in (into / "pictures").rglob("*") if file.is_file()}


async def named(town: Town) -> set[str]:
    async with town.machine.runtime.database.read() as session:
        rows = await session.execute(select(Photo.media, Photo.thumbnail, Photo.public))
        return {key for row in rows for key in row if key}


async def test_beside_a_running_bot_everything_is_in_it_and_the_bot_goes_on(
    town: Town, into: Path, said: list[str]
) -> None:
    await lives(town)
    assert await backed_up(town, into, say=said.append) == 0
    found = Archive(newest(into)).manifest
    assert town.books is not None
    for name, table in found.tables.items():
        assert [(table.rows,)] == await town.books.asked(f"SELECT count(*) FROM {name}")
    assert found.tables["tickets"].rows == 2
    assert set(found.pictures) == pictures(into) == await named(town)
    assert said[-1] == f"read again and the same; written to {newest(into)}"
    await town.lin.posts("印刷技校北门口井盖坏了")
    await town.nothing_went_wrong()


async def test_nobody_else_can_read_it(left: Left, into: Path) -> None:
    await copied(left, into)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in into.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (into, newest(into))} == {0o700}


async def test_it_writes_nothing_into_the_bots_files(town: Town, into: Path) -> None:
    await town.lin.posts(HOLE)
    database = town.machine.runtime.database.path
    assert database is not None
    before = {file: file.read_bytes() for file in (database, Path(f"{database}-wal"))}
    await backed_up(town, into)
    assert {file: file.read_bytes() for file in before} == before


async def test_the_next_one_brings_only_new_pictures_and_of_many_the_newest_stay(
    town: Town, into: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.lin.posts(HOLE)
    await backed_up(town, into)
    first, old = newest(into), pictures(into)
    await town.mei.posts("团结西路印刷技校对面路灯不亮")
    await backed_up(town, into, say=said.append)
    new = pictures(into) - old
    assert f"{'pictures':<16} {len(pictures(into)):>9}, {len(new)} of them new" in said
    assert [folder.name for folder in backups_in(into)] == [first.name, newest(into).name]
    async with town.machine.runtime.database.write() as session:
        await session.execute(update(Photo).where(Photo.media.in_(old)).values(state="gone"))
    await backed_up(town, into, keep=1)
    assert len(backups_in(into)) == 1
    assert pictures(into) == new, "whose time is over in the district is over here too"


async def test_a_picture_that_is_missing_is_named_and_ends_in_1(left: Left, into: Path, said: list[str]) -> None:
    key = sorted(pictures_in(left.media))[0]
    (left.media / key[:2] / key[2:4] / key).write_bytes(b"not what it was")
    assert await copied(left, into, say=said.append) == 1
    assert f"MISSING {key}: named by the records and not in MEDIA_URL as it should be" in said
    assert Archive(newest(into)).manifest.missing == [key]


async def test_what_was_broken_off_is_no_backup_and_goes(
    left: Left, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(backing_up, "bring", dies)
        with pytest.raises(KeyboardInterrupt):
            await copied(left, into)
    assert backups_in(into) == []
    assert len(list(into.glob(".town-*.part"))) == 1
    assert await copied(left, into) == 0
    assert list(into.glob(".town-*.part")) == []


@pytest.fixture
def forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that keeps one value of one row otherwise than it was written."""
    sync = shelves.flush

    def damages(path: Path) -> None:
        if path.name == "tickets.jsonl.gz":
            rows = [json.loads(one) for one in gzip.decompress(path.read_bytes()).splitlines()]
            rows[0][-1] = "otherwise"
            path.write_bytes(gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows)))
        sync(path)

    monkeypatch.setattr(shelves, "flush", damages)


async def test_what_the_disk_did_not_keep_is_no_backup(left: Left, into: Path, forgets: None) -> None:
    with pytest.raises(BadSettings, match=r"tickets\.jsonl\.gz: damaged \(not the same rows\)"):
        await copied(left, into)
    assert backups_in(into) == []


async def test_control_not_read_again_it_would_be_one(
    left: Left, into: Path, forgets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Archive, "check", lambda _: None)
    assert await copied(left, into) == 0
    assert len(backups_in(into)) == 1


async def test_two_at_once_in_one_folder_are_refused(left: Left, into: Path) -> None:
    into.mkdir()
    other = Lock(into / ".lock")
    other.take()
    try:
        with pytest.raises(BadSettings, match="another backup is being written there"):
            await copied(left, into)
    finally:
        other.free()


async def seen_of_what_came_later(url: str, *, torn: bool = False) -> int:
    """Rows a snapshot tells that were committed after its first question."""
    writing, reading = Database.opened(url), Database(url)
    reading.open_to_read()
    try:
        await migrate(writing)
        async with snapshot(reading, "DATABASE_URL") as source:
            async with writing.write() as session:
                session.add(Serial(day=date(2026, 11, 20), last=1))
            if torn:
                await source.session.rollback()
            return sum([len(page) async for page in source.pages(source.shapes["serials"])])
    finally:
        await reading.close()
        await writing.close()


async def test_it_sees_one_moment_on_sqlite(goal: str) -> None:
    assert await seen_of_what_came_later(goal) == 0


async def test_it_sees_one_moment_on_postgresql(elsewhere: str) -> None:
    assert await seen_of_what_came_later(elsewhere) == 0


async def test_control_question_by_question_it_sees_what_came_later(goal: str) -> None:
    assert await seen_of_what_came_later(goal, torn=True) == 1


async def test_pictures_come_from_a_bucket_too_and_what_rotted_is_mended(tmp_path: Path) -> None:
    bucket, folder = ObjectStore(MemoryStore()), FolderStore(tmp_path / "pictures")
    keys = sorted([await bucket.put(f"picture {number}".encode()) for number in range(3)])
    assert (await bring(keys, bucket, folder, checks_all=False)).new == 3
    (tmp_path / "pictures" / keys[0][:2] / keys[0][2:4] / keys[0]).write_bytes(b"rotten")
    found = await bring([*keys, "f" * 64], bucket, folder, checks_all=True)
    assert (found.new, found.missing, found.keys) == (1, ["f" * 64], keys)
    assert await folder.get(keys[0]) == await bucket.get(keys[0])
    back = await bring(keys, folder, ObjectStore(MemoryStore()), checks_all=True)
    assert (back.new, back.damaged) == (3, [])
