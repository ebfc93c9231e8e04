"""A restore or move that was broken off: what is to be given again is told, and no line tells a secret."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from bot.keeping import check_pictures
from bot.moving import carrying, target
from bot.moving import restore as restoring
from bot.moving.archive import MANIFEST
from bot.moving.carrying import move
from bot.moving.naming import shown
from bot.moving.restore import restore
from bot.moving.shelf import backups_in
from bot.settings import BadSettings, Settings
from media.store import FolderStore, open_store
from tests.bot.carried import Left, file_of, may_begin, pictures_in, settings, url_of

pytestmark = pytest.mark.sqlite_only

SECRET = "GEHEIM"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def empty(goal: str, tmp_path: Path) -> Settings:
    return settings(goal, tmp_path / "goal" / "media")


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Near the end, with all rows and pictures there. `undo` lets the next one live."""

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "settle", dies)
    monkeypatch.setattr(carrying, "carry", dies)
    return monkeypatch


async def begun(left: Left, empty: Settings, dying: pytest.MonkeyPatch) -> Path:
    """A restore of the newest is broken off, and meanwhile a newer one arrives."""
    first = backups_in(left.backups)[-1]
    with pytest.raises(KeyboardInterrupt):
        await restore(empty, left.backups, say=lambda _: None)
    dying.undo()
    newer = shutil.copytree(first, first.with_name(f"{first.name}-2"))
    told = json.loads((newer / MANIFEST).read_text("utf-8"))
    (newer / MANIFEST).write_text(json.dumps({**told, "at": "2026-11-22T09:00:00+00:00"}), "utf-8")
    return first


# --- what is to be given again ---------------------------------------------------------------------


async def test_a_newer_backup_meanwhile_is_another_one_and_the_first_is_named(
    left: Left, empty: Settings, dying: pytest.MonkeyPatch, said: list[str]
) -> None:
    first = await begun(left, empty, dying)
    for how in ({}, {"keep_pictures": True}):
        with pytest.raises(BadSettings) as refused:
            await restore(empty, left.backups, say=said.append, **how)
        assert refused.value.faults == [
            f"DATABASE_URL: `restore {first}` was begun here and broken off; give the same again, or an empty database"
        ]
    assert said == [f"restoring {first.name}-2"] * 2
    assert await restore(empty, first, say=said.append) == 0
    assert said[2] == f"restoring {first.name}"
    assert await may_begin(empty.database_url)


async def test_a_move_after_a_restore_is_told_of_the_restore(
    left: Left, empty: Settings, dying: pytest.MonkeyPatch
) -> None:
    first = await begun(left, empty, dying)
    with pytest.raises(BadSettings, match=f"^TO: `restore {re.escape(str(first))}` was begun here"):
        await move(left.url, empty.database_url)


async def test_a_restore_after_a_move_is_told_of_the_move(
    left: Left, empty: Settings, dying: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KeyboardInterrupt):
        await move(left.url, empty.database_url)
    dying.undo()
    told = re.escape(f"DATABASE_URL: `move {left.url} …` was begun here and broken off; give the same again")
    with pytest.raises(BadSettings, match=told):
        await restore(empty, left.backups, say=lambda _: None)
    assert await move(left.url, empty.database_url, lambda _: None) == 0


async def test_begun_by_a_program_that_did_not_tell_more_is_told_truly(
    left: Left, empty: Settings, dying: pytest.MonkeyPatch
) -> None:
    await begun(left, empty, dying)
    with closing(sqlite3.connect(file_of(empty.database_url))) as books, books:
        books.execute("""UPDATE moving SET told = '{"token": "x"}' WHERE place = ?""", (target.WHOLE,))
    with pytest.raises(BadSettings, match="DATABASE_URL: a restore or move from something else was begun here"):
        await restore(empty, left.backups, say=lambda _: None)


async def test_a_manifest_with_another_letter_in_a_column_is_called_damaged(left: Left, empty: Settings) -> None:
    file = backups_in(left.backups)[-1] / MANIFEST
    file.write_text(file.read_text("utf-8").replace('"last_seq"', '"last_sep"', 1), "utf-8")
    with pytest.raises(BadSettings, match=r"manifest\.json: tickets is not as in revision \d+: damaged, or not a man"):
        await restore(empty, left.backups, say=lambda _: None)
    assert not await may_begin(empty.database_url)


# --- what no line tells ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"u:{SECRET}@h/t", "u:***@h/t"),
        (f"h/t4?password={SECRET}", "h/t4?password=***"),
        (f"/t?host=/run&user=u&password={SECRET}", "/t?host=%2Frun&password=***&user=u"),
        (f"u:{SECRET}@h/t?password={SECRET}&password={SECRET}", "u:***@h/t?password=***"),
        (f"h/t?PASSWORD={SECRET}", "h/t?PASSWORD=***"),
        (f"h/t?dsn=postgres%3A%2F%2Fu%3A{SECRET}%40h%2Ft", "h/t?dsn=***"),
    ],
)
def test_a_database_is_named_without_its_secrets(url: str, told: str) -> None:
    found = shown(make_url(f"postgresql+asyncpg://{url}"))
    assert SECRET not in found
    assert {*found.replace("?", "&").split("&")} == {*f"postgresql+asyncpg://{told}".replace("?", "&").split("&")}


async def test_a_password_in_the_query_is_neither_said_nor_written_down(
    left: Left, elsewhere: str, said: list[str], tmp_path: Path, dying: pytest.MonkeyPatch
) -> None:
    dying.undo()
    there, back = f"{elsewhere}&password={SECRET}", url_of(tmp_path / "back.db")
    assert await move(left.url, there, said.append) == 0
    assert "password=***" in said[-1]
    with dying.context() as again:
        again.setattr(carrying, "carry", _dies)
        with pytest.raises(KeyboardInterrupt):
            await move(there, back, said.append)
    assert SECRET.encode() not in file_of(back).read_bytes()
    with pytest.raises(BadSettings) as refused:
        await move(left.url, back, said.append)
    assert "password=*** …` was begun here" in refused.value.faults[0]
    assert not [one for one in (*said, *refused.value.faults) if SECRET in one]


async def _dies(*_: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("url", [f"s3://KEY:{SECRET}@b/p", f"s3://b/p?secret={SECRET}", f"S3://k:{SECRET}@b/p"])
async def test_a_bucket_with_secrets_is_refused_without_them(url: str, tmp_path: Path) -> None:
    for given in ((url, f"file:{tmp_path}"), (f"file:{tmp_path}", url)):
        with pytest.raises(BadSettings) as refused:
            await move(*given)
        assert SECRET not in str(refused.value.faults)


# --- a picture that comes later, as docs/backup.md says ---------------------------------------------------


@pytest.fixture
async def lacking(left: Left, empty: Settings, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Put back without two pictures."""
    files = sorted(file for file in (left.backups / "pictures").rglob("*") if len(file.name) == 64)[:2]
    files[0].write_bytes(b"rotten")
    files[1].unlink()
    assert await restore(empty, left.backups, say=lambda _: None) == 1
    assert await check_pictures(empty, removes=False) == 1
    return [file.name for file in files]


async def test_a_sound_file_of_another_copy_is_laid_into_its_place(
    left: Left, empty: Settings, lacking: list[str]
) -> None:
    for key in lacking:
        place = Path(key[:2]) / key[2:4] / key
        goal = Path(empty.media_url.removeprefix("file:")) / place
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(left.media / place, goal)
    assert await check_pictures(empty, removes=False) == 0


async def test_or_all_that_another_copy_has_are_brought_by_move(
    left: Left, empty: Settings, lacking: list[str], said: list[str]
) -> None:
    assert await move(f"file:{left.media}", empty.media_url, said.append) == 0
    assert said[0].startswith("pictures: 2 brought, ")
    assert await check_pictures(empty, removes=False) == 0


async def test_what_was_missing_and_lies_in_the_backup_by_now_is_put_back(
    left: Left, empty: Settings, said: list[str]
) -> None:
    file = backups_in(left.backups)[-1] / MANIFEST
    told = json.loads(file.read_text("utf-8"))
    key, *told["pictures"] = told["pictures"]
    file.write_text(json.dumps({**told, "missing": [key, "f" * 64]}), "utf-8")
    assert await restore(empty, left.backups, say=said.append) == 1
    assert [one for one in said if one.startswith("MISSING")] == [f"MISSING {'f' * 64}: not in the backup"]
    assert isinstance(store := open_store(empty.media_url), FolderStore)
    assert key in {Path(name).name for name in pictures_in(store.root)}
