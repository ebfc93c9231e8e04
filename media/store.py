"""Where photos are kept: by the SHA-256 of their content, in a folder or in a bucket."""

import asyncio
import errno
import os
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig
    from obstore.store import ObjectStore as Bucket

_KEY = re.compile(r"[0-9a-f]{64}")
_BUCKET = re.compile(
    r"s3://(?P<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[\w.-]+(?:/[\w.-]+)*))?/?", re.ASCII
)
_INCOMING = ".incoming"
_ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT")
_AGAIN: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=60)}
"""An errand tries again by itself, and has two minutes."""
BRANCHES = tuple(f"{number:02x}" for number in range(256))
"""What a key may begin with: a store is gone through branch by branch."""
Kept = tuple[str, datetime]
"""A key, and when its content was last put (aware UTC)."""


class Store(Protocol):
    """Keys are 64 hexadecimal digits; any other key raises ValueError. What put() returned is on disk for good."""

    async def open(self) -> None:
        """Make it ready, once, before anything else."""

    async def put(self, data: bytes) -> str:
        """Keep data whole or not at all; the same content is kept once. Returns its key."""

    async def get(self, key: str) -> bytes:
        """Raises KeyError when there is none."""

    async def has(self, key: str) -> bool: ...

    async def delete(self, key: str) -> None:
        """No error when there is none."""

    def all_in(self, branch: str) -> AsyncIterator[list[Kept]]:
        """Everything of one of BRANCHES, in slices, in any order; files of others that lie there are passed over."""


def open_store(url: str) -> Store:
    """The store a MEDIA_URL names: `file:data/media`, `file:///srv/media` or `s3://bucket/prefix`.

    A bucket's region, endpoint and keys come from the usual AWS_* variables (AWS_ENDPOINT_URL for a town's own S3).
    Nothing is touched yet: `await store.open()`. Raises ValueError with one sentence that does not repeat the url.
    """
    scheme, colon, rest = url.partition(":")
    if colon and scheme == "file":
        return FolderStore(_folder(rest))
    if colon and scheme == "s3":
        return ObjectStore(_bucket(url))
    raise ValueError("a photo store is file:PATH or s3://bucket/prefix")


def _folder(rest: str) -> Path:
    if rest.startswith("//"):
        host, _, path = rest[2:].partition("/")
        if host not in ("", "localhost"):
            raise ValueError("a folder is file:relative/path or file:///absolute/path; two slashes name a machine")
        rest = f"/{path}"
    path = unquote(rest)
    if not path.strip("/") or "\0" in path:
        raise ValueError("file: needs the path of a folder, such as file:data/media")
    return Path(path)


def _bucket(url: str) -> "Bucket":
    found = _BUCKET.fullmatch(url)
    if not found or ".." in url:
        raise ValueError("a bucket is s3://bucket/prefix, without keys or options; those are AWS_* variables")
    try:
        from obstore.store import S3Store
    except ImportError:
        raise ValueError("s3:// needs the Python package obstore") from None
    # A town's own S3 may stand in the next room and speak plain HTTP; without this its address is refused.
    is_plain = any(os.environ.get(name, "").startswith("http://") for name in _ENDPOINTS)
    options: ClientConfig = {"timeout": "30s", "connect_timeout": "5s", "allow_http": is_plain}
    return S3Store(found["name"], prefix=found["prefix"], client_options=options, retry_config=_AGAIN)


def _path(key: str) -> str:
    """Two levels of 256: a million photos are sixteen to a folder. The same in a folder and a bucket."""
    if not _KEY.fullmatch(key):
        raise ValueError("a photo's key is 64 hexadecimal digits")
    return f"{key[:2]}/{key[2:4]}/{key}"


class FolderStore:
    """A folder of one process; every call works in a thread.

    A file is written under a name of its own in `.incoming`, synced, and only then renamed: a killed process or a
    power cut leaves a leftover there, which open() removes, and never half a photo.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / _INCOMING

    async def open(self) -> None:
        await asyncio.to_thread(self._sweep)

    async def put(self, data: bytes) -> str:
        return await asyncio.to_thread(self._write, data)

    async def get(self, key: str) -> bytes:
        file = self.root / _path(key)
        try:
            return await asyncio.to_thread(file.read_bytes)
        except FileNotFoundError:
            raise KeyError(key) from None

    async def has(self, key: str) -> bool:
        return await asyncio.to_thread((self.root / _path(key)).is_file)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread((self.root / _path(key)).unlink, missing_ok=True)

    async def all_in(self, branch: str) -> AsyncIterator[list[Kept]]:
        found = await asyncio.to_thread(self._of_branch, branch)
        if found:
            yield found

    def _of_branch(self, branch: str) -> list[Kept]:
        found = []
        for folder, _, names in os.walk(self.root / branch):
            for name in names:
                file = Path(folder, name)
                # A file may leave while we look.
                with suppress(FileNotFoundError, ValueError):
                    if file == self.root / _path(name):
                        found.append((name, datetime.fromtimestamp(file.stat().st_mtime, UTC)))
        return found

    def _sweep(self) -> None:
        self._make(self._incoming)
        for leftover in self._incoming.iterdir():
            leftover.unlink(missing_ok=True)

    def _write(self, data: bytes) -> str:
        key = sha256(data).hexdigest()
        file = self.root / _path(key)
        self._make(file.parent)
        try:
            os.utime(file)  # put anew: whoever sweeps up what nobody names sees that it is young
        except FileNotFoundError:
            self._make(self._incoming)
            self._write_aside(data, file)
        flush(file.parent)  # also when it was there: another thread may have renamed it this very moment
        return key

    def _write_aside(self, data: bytes, file: Path) -> None:
        handle, aside = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.replace(aside, file)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(aside)
            raise

    def _make(self, folder: Path) -> None:
        """mkdir -p that survives a power cut: a new folder is on disk when its parent is synced."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        folder.mkdir(exist_ok=True)
        flush(folder.parent)


def flush(path: Path) -> None:
    """A file, or the names in a folder, to the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _spoken_to(what: str) -> Iterator[None]:
    """A bucket that is away, full or closed to us is an OSError, as a disk would be; its own words name addresses."""
    try:
        yield
    except Exception as fault:
        if isinstance(fault, OSError) or not type(fault).__module__.startswith("obstore"):
            raise
        raise OSError(errno.EIO, f"the bucket did not {what} ({type(fault).__name__})") from None


class ObjectStore:
    """A bucket of obstore (S3, or its LocalStore and MemoryStore); one put there is whole or not at all by itself.

    Every call raises OSError when the bucket cannot be spoken to.
    """

    def __init__(self, bucket: "Bucket") -> None:
        self._bucket = bucket

    async def open(self) -> None:
        """Nothing to do: unfinished uploads are never visible."""

    async def put(self, data: bytes) -> str:
        key = sha256(data).hexdigest()
        with _spoken_to("take a picture"):
            await self._bucket.put_async(_path(key), data)
        return key

    async def get(self, key: str) -> bytes:
        try:
            with _spoken_to("give a picture"):
                found = await self._bucket.get_async(_path(key))
                return bytes(await found.bytes_async())
        except FileNotFoundError:
            raise KeyError(key) from None

    async def has(self, key: str) -> bool:
        try:
            with _spoken_to("say what it has"):
                await self._bucket.head_async(_path(key))
        except FileNotFoundError:
            return False
        return True

    async def delete(self, key: str) -> None:
        with suppress(FileNotFoundError), _spoken_to("let a picture go"):
            await self._bucket.delete_async(_path(key))

    async def all_in(self, branch: str) -> AsyncIterator[list[Kept]]:
        with _spoken_to("list what it has"):
            async for page in self._bucket.list(branch):
                named = ((str(one["path"]), one["last_modified"]) for one in page)
                found = [(path[-64:], path, at) for path, at in named]
                yield [(key, at) for key, path, at in found if _KEY.fullmatch(key) and path == _path(key)]
