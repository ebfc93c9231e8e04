"""`backup DIR`: the whole town beside a running bot, as it was at one moment; into a folder that keeps many."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import or_, select

from bot.clock import Clock
from bot.database import Database
from bot.looking import looked_into
from bot.moving.archive import PICTURES, Manifest, Writing, backups_in, drop_older, shelf
from bot.moving.pictures import Brought, Named, bring
from bot.moving.source import snapshot
from bot.settings import Settings, named
from media.store import BRANCHES, FolderStore, Store, open_store
from models.photo import Photo, PhotoState

Say = Callable[[str], None]
GRACE = timedelta(minutes=1)
A_SLICE = 500


async def back_up(settings: Settings, into: Path, *, keep: int = 0, say: Say = print) -> int:
    """keep: so many backups stay, the newest; 0: all. Returns 1 where pictures that the records name are missing."""
    async with looked_into(settings) as database:
        with named("MEDIA_URL"):
            store = open_store(settings.media_url)
        with named("DIR, MEDIA_URL"), shelf(into):
            return await _write(database, store, into, keep, say)


async def _write(database: Database, store: Store, into: Path, keep: int, say: Say) -> int:
    kept, names = FolderStore(into / PICTURES), Named()
    await kept.open()
    async with snapshot(database, "DATABASE_URL") as source:
        writing = Writing(into, Clock().now(), source.revision)
        for shape in source.shapes.values():
            async for page in writing.take(shape, source.pages(shape)):
                names.read(shape, page)
    found = await bring(names.records | names.waiting, store, kept, checks_all=False)
    missing = sorted((set(found.missing) & names.records) | set(found.damaged))
    missing = await _still_named(database, missing)
    writing.manifest.pictures, writing.manifest.missing = found.keys, missing
    final = writing.finish()
    _tell(final, writing.manifest, found, say)
    if keep:
        for old in drop_older(into, keep):
            say(f"dropped {old.name}")
        await _drop_pictures(into, kept)
    return 1 if missing else 0


async def _still_named(database: Database, keys: list[str]) -> list[str]:
    """A picture whose time came while we wrote is over, and not missing."""
    still = set[str]()
    for start in range(0, len(keys), A_SLICE):
        some = keys[start : start + A_SLICE]
        copies = Photo.media, Photo.thumbnail, Photo.public
        asked = select(*copies).where(Photo.state != PhotoState.GONE.value, or_(*(copy.in_(some) for copy in copies)))
        async with database.read() as session:
            still |= {key for row in await session.execute(asked) for key in row if key}
    return [key for key in keys if key in still]


def _tell(final: Path, manifest: Manifest, found: Brought, say: Say) -> None:
    for name, table in manifest.tables.items():
        if table.rows:
            say(f"{name:<16} {table.rows:>9}")
    say(f"{'pictures':<16} {len(found.keys):>9}, {found.new} of them new")
    for key in manifest.missing:
        say(f"MISSING {key}: named by the records and not in MEDIA_URL as it should be")
    say(f"read again and the same; written to {final}")


async def _drop_pictures(into: Path, kept: FolderStore) -> None:
    """What no backup names any more: pictures whose time in the district is over are to go everywhere."""
    named_by = {key for folder in backups_in(into) for key in Manifest.read(folder).pictures}
    for branch in BRANCHES:
        async for page in kept.all_in(branch):
            for key, _ in page:
                if key not in named_by:
                    await kept.delete(key)
