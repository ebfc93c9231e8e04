"""The DIR of many backups: what `--keep` drops, what is the newest, and where a backup may not be written."""

import errno
import gzip
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.moving import backup as backing_up
from bot.moving import shelf
from bot.moving.archive import MANIFEST, named_in
from bot.moving.shelf import AHEAD, backups_in, chosen, manifests_in
from bot.settings import BadSettings
from media.store import FolderStore
from tests.bot.carried import Left
from tests.bot.test_backup import copied, pictures

pytestmark = pytest.mark.sqlite_only

FAR = "town-20990101T000000Z"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def into(left: Left) -> Path:
    """With one backup in it."""
    return left.backups


@pytest.fixture
def ahead(into: Path) -> Path:
    """A backup of a clock that ran ahead."""
    return backups_in(into)[0].rename(into / FAR)


# --- a clock that ran ahead, or behind ---------------------------------------------------------------


async def test_what_was_just_written_stays_whatever_the_clock_was(
    left: Left, into: Path, ahead: Path, said: list[str]
) -> None:
    assert await copied(left, into, keep=1, say=said.append) == 0
    (only,) = backups_in(into)
    assert only != ahead
    assert f"dropped {FAR}" in said


async def test_control_by_name_alone_it_goes(
    left: Left, into: Path, ahead: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_name(folder: Path, _: list[Path], keep: int, __: Path) -> Iterator[Path]:
        return iter(sorted(named_in(folder))[:-keep])

    monkeypatch.setattr(backing_up, "drop_older", by_name)
    assert await copied(left, into, keep=1, say=said.append) == 0
    (gone,) = [one for one in said if one.startswith("dropped ")]
    assert gone != f"dropped {FAR}"


async def test_the_newest_to_restore_is_none_of_a_time_to_come(
    left: Left, into: Path, ahead: Path, said: list[str]
) -> None:
    assert await copied(left, into, keep=2) == 0
    assert len(backups_in(into)) == 2
    newest = chosen(into, said.append)
    assert newest != ahead
    assert said == [f"passed over {FAR}: a time that is still to come; to restore it all the same, name it"]
    assert chosen(ahead, said.append) == ahead
    (into / newest.name / MANIFEST).unlink()
    assert chosen(into, said.append) == ahead, "better than none"


async def test_a_clock_that_fell_behind_costs_no_new_backup_either(
    left: Left, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Behind:
        def now(self) -> datetime:
            return datetime(1970, 1, 1, tzinfo=UTC)

    for module in (backing_up, shelf):
        monkeypatch.setattr(module, "Clock", Behind)
    assert await copied(left, into, keep=1) == 0
    assert [folder.name for folder in backups_in(into)] == ["town-19700101T000000Z"]


async def test_clocks_that_differ_by_hours_change_no_order(into: Path, said: list[str]) -> None:
    soon = datetime.now(UTC) + AHEAD - timedelta(hours=1)
    later = backups_in(into)[0].rename(into / f"town-{soon:%Y%m%dT%H%M%SZ}")
    assert chosen(into, said.append) == later
    assert said == []


def test_of_one_second_the_tenth_is_newer_than_the_second(into: Path, said: list[str]) -> None:
    backups_in(into)[0].rename(into / "town-20201121T000000Z")
    for name in ("town-20201122T000000Z-10", "town-20201122T000000Z-2", "town-20201122T000000Z"):
        (into / name).mkdir()
        (into / name / MANIFEST).touch()
    assert [folder.name[21:] for folder in backups_in(into)] == ["", "", "-2", "-10"]
    assert chosen(into, said.append).name.endswith("-10")
    assert said == []


# --- folders that only look like a backup ---------------------------------------------------------------


@pytest.fixture
def strange(into: Path) -> list[str]:
    """Without a manifest, and with one that nobody can read."""
    names = ["town-20261122T235958Z", "town-20261122T235959Z"]
    for name in names:
        (into / name).mkdir()
    (into / names[1] / MANIFEST).write_text("{", "utf-8")
    return names


async def test_what_has_no_manifest_is_not_counted_not_dropped_and_keeps_the_pictures(
    left: Left, into: Path, strange: list[str], said: list[str]
) -> None:
    first, extra = backups_in(into)[0], await FolderStore(into / "pictures").put(b"named by the one that is damaged")
    assert await copied(left, into, keep=2, say=said.append) == 0
    assert first.is_dir(), "two whole ones were to stay"
    assert await copied(left, into, keep=2, say=said.append) == 0
    assert not first.exists()
    assert all((into / name).is_dir() for name in strange)
    assert extra in pictures(into)
    told = [one for one in said if one.startswith("no picture dropped")]
    (one,) = set(told)
    assert one == (
        f"no picture dropped: {strange[0]}, {strange[1]} may need it"
        f" ({MANIFEST} is missing or damaged: mend it, or remove the folder)"
    )
    for name in strange:
        (into / name / MANIFEST).unlink(missing_ok=True)
        (into / name).rmdir()
    assert await copied(left, into, keep=2) == 0
    assert extra not in pictures(into)


async def test_control_taken_for_backups_without_pictures_theirs_go(
    left: Left, into: Path, strange: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = await FolderStore(into / "pictures").put(b"named by the one that is damaged")
    monkeypatch.setattr(backing_up, "manifests_in", lambda folder: (manifests_in(folder)[0], []))
    assert await copied(left, into, keep=2) == 0
    assert extra not in pictures(into)


def test_the_newest_to_restore_has_a_manifest(into: Path, said: list[str]) -> None:
    whole = backups_in(into)[-1]
    (into / "town-20261122T235959Z").mkdir()
    assert chosen(into, said.append) == whole
    assert said == ["passed over town-20261122T235959Z: manifest.json is missing"]


# --- a full disk, and a folder that is the store ------------------------------------------------------------


def full(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("whose", "what", "told"),
    [
        (gzip.GzipFile, "write", r"\.town-\d+T\d+Z\.part/[a-z_]+\.jsonl\.gz"),
        (gzip.GzipFile, "close", r"\.town-\d+T\d+Z\.part/[a-z_]+\.jsonl\.gz"),
        (FolderStore, "_write_aside", "pictures"),
    ],
)
async def test_a_full_disk_is_told_with_the_path_and_what_is_left_goes_with_the_next(
    left: Left, tmp_path: Path, whose: type, what: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    with monkeypatch.context() as filling:
        filling.setattr(whose, what, full)
        with pytest.raises(BadSettings, match=rf"^DIR, MEDIA_URL: No space left on device \({other}/{told}\)$"):
            await copied(left, other)
    assert len(list(other.glob(".town-*.part"))) == 1
    assert await copied(left, other) == 0
    assert list(other.glob(".town-*.part")) == []


@pytest.mark.parametrize(
    "place",
    [
        lambda media: media,
        lambda media: media / "backups",
        lambda media: media.parent,
        lambda media: Path(os.path.relpath(media)),
        lambda media: _linked(media.parent / "elsewhere", media),
        lambda media: _linked(media.parent / "shelf" / "pictures", media).parent,
    ],
)
async def test_backups_and_pictures_of_the_bot_each_have_a_folder(left: Left, place: Callable[[Path], Path]) -> None:
    into, before = place(left.media), sorted(left.media.rglob("*"))
    with pytest.raises(BadSettings) as refused:
        await copied(left, into)
    assert refused.value.faults == [
        "DIR, MEDIA_URL: the same folder, or one in the other; give the backups one of their own"
    ]
    assert sorted(left.media.rglob("*")) == before


def _linked(link: Path, goal: Path) -> Path:
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(goal)
    return link
