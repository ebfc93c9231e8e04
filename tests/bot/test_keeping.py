"""`python -m bot pictures`: what is missing from the store, what lies there for nobody; on a folder and on S3."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.keeping import Keeping, told
from media.store import FolderStore
from models.mail import Inbox
from tests.bot.test_retention import kept
from tests.cast import HOLE, Town

ROOT = Path(__file__).parents[2]
AN_HOUR_AGO = timedelta(hours=1, minutes=1)


def checked(town: Town, folder: Path, *options: str, media: str | None = None) -> subprocess.CompletedProcess[str]:
    """The program itself, in a process of its own, while the bot has the database."""
    urls = {"DATABASE_URL": str(town.machine.runtime.database.url), "MEDIA_URL": media or f"file:{root(town)}"}
    return subprocess.run(
        [sys.executable, "-m", "bot", "pictures", *options],
        cwd=folder,
        env={**os.environ, **urls, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def root(town: Town) -> Path:
    store = town.machine.runtime.store
    assert isinstance(store, FolderStore)
    return store.root


def file_of(town: Town, key: str) -> Path:
    return root(town) / key[:2] / key[2:4] / key


def ages(town: Town, key: str) -> None:
    """As if it had been put more than an hour ago."""
    file = file_of(town, key)
    then = file.stat().st_mtime - AN_HOUR_AGO.total_seconds()
    os.utime(file, (then, then))


async def orphan(town: Town, data: bytes = b"nobody's", *, is_old: bool = True) -> str:
    key = await town.machine.runtime.store.put(data)
    if is_old:
        ages(town, key)
    return key


async def test_all_is_there(town: Town, tmp_path: Path) -> None:
    await town.lin.posts(HOLE)
    (photo,) = await kept(town)
    files = len({photo.media, photo.thumbnail, photo.public})
    done = checked(town, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"named     {files} by the records", f"kept      {files} in the store", "missing   0",
        "orphaned  0 that no record names",
    ]  # fmt: skip


async def test_what_is_missing_is_named_and_ends_in_1(town: Town, tmp_path: Path) -> None:
    await town.lin.posts(HOLE)
    (photo,) = await kept(town)
    assert photo.media is not None
    file_of(town, photo.media).unlink()
    done = checked(town, tmp_path)
    assert done.returncode == 1
    assert "missing   1" in done.stdout
    assert f"  {photo.media[:12]}… media of photo {photo.id} of #LH2611200001" in done.stdout.splitlines()


async def test_what_no_record_names_goes_only_when_told_to_and_only_when_old(town: Town, tmp_path: Path) -> None:
    await town.lin.posts(HOLE)
    (photo,) = await kept(town)
    assert photo.media is not None
    old, young = await orphan(town), await orphan(town, b"just put", is_old=False)
    ages(town, photo.media)
    done = checked(town, tmp_path)
    files = len({photo.media, photo.thumbnail, photo.public})
    assert f"kept      {files} in the store" in done.stdout, "what nobody names is not among them"
    assert "orphaned  1 that no record names, 1 more too young to tell" in done.stdout
    assert old in done.stdout
    store = town.machine.runtime.store
    assert await store.has(old)
    done = checked(town, tmp_path, "--remove-orphans")
    assert (done.returncode, "removed   1" in done.stdout) == (0, True)
    assert (await store.has(old), await store.has(young), await store.has(photo.media)) == (False, True, True)


async def test_what_was_put_anew_is_young_again(town: Town) -> None:
    await town.lin.posts(HOLE)
    old = await orphan(town)
    await town.machine.runtime.store.put(b"nobody's")
    found = await Keeping(town.machine.runtime.database, town.machine.runtime.store, Clock().now).look()
    assert (found.orphaned, found.young) == ([], 1)
    ages(town, old)


async def test_what_an_errand_brought_and_no_turn_has_seen_is_nobodys_orphan(town: Town) -> None:
    await town.lin.posts(HOLE)
    brought, lost = await orphan(town), await orphan(town, b"really nobody's")
    async with town.machine.runtime.database.write() as session:
        now = town.clock.now()
        session.add(
            Inbox(
                channel="errands", update="e", natural="e", lane="l", what="fetch", payload={"media": brought},
                received_at=now, due_at=now,
            )
        )  # fmt: skip
    keeping = Keeping(town.machine.runtime.database, town.machine.runtime.store, Clock().now)
    found = await keeping.look()
    assert found.orphaned == [lost]
    await keeping.remove(found)
    assert (await town.machine.runtime.store.has(brought), await town.machine.runtime.store.has(lost)) == (True, False)


async def test_what_got_a_record_meanwhile_stays(town: Town) -> None:
    await town.lin.posts(HOLE)
    (photo,) = await kept(town)
    assert photo.media is not None
    keeping = Keeping(town.machine.runtime.database, town.machine.runtime.store, Clock().now)
    found = await keeping.look()
    found.orphaned.append(photo.media)
    await keeping.remove(found)
    assert await town.machine.runtime.store.has(photo.media)


async def test_in_slices(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.keeping.A_SLICE", 10)
    monkeypatch.setattr("bot.keeping.MOST_TOLD", 2)
    for spot in ("红光路", "西柳巷", "卫生院门口"):
        await town.lin.posts(f"{spot}路面坑洼")
    photos = await kept(town)
    keys = {key for photo in photos for key in (photo.media, photo.thumbnail, photo.public) if key}
    for number in range(25):
        await orphan(town, b"%d" % number)
    for photo in photos:
        assert photo.media is not None
        file_of(town, photo.media).unlink()
    keeping = Keeping(town.machine.runtime.database, town.machine.runtime.store, Clock().now)
    found = await keeping.look()
    assert (found.named, len(found.missing), len(found.orphaned)) == (len(keys), 3, 25)
    assert told(found)[-1] == "  … and 23 more"
    await keeping.remove(found)
    assert found.removed == 25


async def test_a_store_of_which_the_records_name_nothing_is_left_alone(town: Town, tmp_path: Path) -> None:
    key = await orphan(town)
    done = checked(town, tmp_path, "--remove-orphans")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "nothing removed" in done.stderr
    assert await town.machine.runtime.store.has(key)


@pytest.mark.parametrize("is_file", [True, False])
async def test_a_store_that_is_no_folder_is_one_clear_line(town: Town, tmp_path: Path, is_file: bool) -> None:
    await town.lin.posts(HOLE)
    wrong = tmp_path / "pictures"
    if is_file:
        wrong.write_text("no folder")
    done = checked(town, tmp_path, media=f"file:{wrong}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "MEDIA_URL: " in done.stderr


async def test_what_cannot_be_reached_is_one_clear_line(town: Town, tmp_path: Path) -> None:
    nowhere = subprocess.run(
        [sys.executable, "-m", "bot", "pictures"],
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/none.db", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (2, 1), nowhere.stderr
    assert not (tmp_path / "none.db").exists()
