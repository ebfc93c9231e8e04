"""One list of promises for every store, and what a folder does when the process dies."""

import asyncio
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from obstore.store import LocalStore, MemoryStore

from media.store import FolderStore, ObjectStore, Store, open_store

PHOTO = b"\xff\xd8 a photo \xff\xd9"
KEY = sha256(PHOTO).hexdigest()
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(params=["folder", "memory", "local"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    made: Store
    if request.param == "folder":
        made = FolderStore(tmp_path / "not" / "there" / "yet")
    elif request.param == "memory":
        made = ObjectStore(MemoryStore())
    else:
        made = ObjectStore(LocalStore(tmp_path))
    await made.open()
    return made


async def test_what_is_put_can_be_had(store: Store) -> None:
    assert await store.put(PHOTO) == KEY
    assert await store.has(KEY)
    assert await store.get(KEY) == PHOTO


async def test_the_same_content_is_one_photo(store: Store) -> None:
    keys = await asyncio.gather(*(store.put(PHOTO) for _ in range(20)))
    assert set(keys) == {KEY}
    await store.delete(KEY)
    assert not await store.has(KEY)


async def test_what_is_not_there(store: Store) -> None:
    assert not await store.has(KEY)
    await store.delete(KEY)
    with pytest.raises(KeyError):
        await store.get(KEY)


async def test_nothing_at_all_is_a_content_too(store: Store) -> None:
    assert await store.get(await store.put(b"")) == b""


@pytest.mark.parametrize(
    "key",
    [
        "",
        "../../etc/passwd",
        "/etc/passwd",
        KEY[:-1],
        KEY + "0",
        KEY.upper(),
        KEY[:-1] + "\n",
        KEY + "\n",
        "..",
        "\0" * 64,
    ],
)
async def test_a_key_is_64_hexadecimal_digits_and_nothing_else(store: Store, key: str) -> None:
    for ask in (store.get, store.has, store.delete):
        with pytest.raises(ValueError, match="64 hexadecimal"):
            await ask(key)


async def test_a_folder_and_a_bucket_lie_alike(tmp_path: Path) -> None:
    await FolderStore(tmp_path).put(PHOTO)
    assert await ObjectStore(LocalStore(tmp_path)).get(KEY) == PHOTO


async def test_a_folders_photos_are_for_its_owner_alone(tmp_path: Path) -> None:
    await FolderStore(tmp_path).put(PHOTO)
    assert (tmp_path / KEY[:2] / KEY[2:4] / KEY).stat().st_mode & 0o077 == 0


DYING = """
import asyncio, os, sys
from pathlib import Path
from media.store import FolderStore
name, nth, root = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
real, calls = getattr(os, name), 0
def dies(*args, **options):
    global calls
    calls += 1
    if calls == nth:
        os._exit(9)
    return real(*args, **options)
async def main():
    store = FolderStore(root)
    await store.open()
    setattr(os, name, dies)
    await store.put({photo!r})
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("call", "nth", "is_visible"),
    [
        ("fsync", 1, False),  # a new folder of the fan-out
        ("fsync", 3, False),  # written, not yet synced
        ("replace", 1, False),  # synced, not yet renamed
        ("fsync", 4, True),  # renamed, the folder not yet synced
    ],
)
async def test_killed_while_writing(tmp_path: Path, call: str, nth: int, is_visible: bool) -> None:
    dying = [sys.executable, "-c", DYING.format(photo=PHOTO), call, str(nth), str(tmp_path)]
    killed = await asyncio.to_thread(subprocess.run, dying, cwd=ROOT, check=False)
    assert killed.returncode == 9
    store = FolderStore(tmp_path)
    assert await store.has(KEY) is is_visible
    await store.open()
    assert await store.has(KEY) is is_visible
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ([KEY] if is_visible else [])
    assert await store.get(await store.put(PHOTO)) == PHOTO


async def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path)
    await store.open()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / KEY[:2] / KEY[2:4]).mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            await store.put(PHOTO)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]
    assert await store.put(PHOTO) == KEY


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:data/media", "data/media"),
        ("file:///srv/media", "/srv/media"),
        ("file:/srv/media", "/srv/media"),
        ("file://localhost/srv/media", "/srv/media"),
        ("file:data/my%20photos#1", "data/my photos#1"),
    ],
)
async def test_folders_by_url(url: str, folder: str) -> None:
    store = open_store(url)
    assert isinstance(store, FolderStore)
    assert store.root == Path(folder)


def test_a_bucket_by_url() -> None:
    assert isinstance(open_store("s3://town-photos/longhu/2026"), ObjectStore)
    assert isinstance(open_store("s3://town-photos"), ObjectStore)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "data/media",
        "ftp://host/path",
        "file:",
        "file://",
        "file:///",
        "file://server/share",
        "file:a\0b",
        "s3:",
        "s3://",
        "s3://a",
        "s3://Bucket/prefix",
        "s3://key:secret@bucket/prefix",
        "s3://bucket/../other",
        "s3://bucket/prefix?region=x",
        "http://[",
        "s3://[",
    ],
)
def test_bad_urls_get_one_clear_sentence(url: str) -> None:
    with pytest.raises(ValueError, match=r"file:|s3:") as refused:
        open_store(url)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert "secret" not in sentence
