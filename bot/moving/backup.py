"""`backup DIR`: the whole town beside a running bot, as it was at one moment; into a folder that keeps many."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import or_, select

from bot.clock import Clock
from bot.database import Database
from bot.looking import looked_into
from bot.moving.archive import MANIFEST, PICTURES, Manifest, Writing
from bot.moving.pictures import Brought, Named, bring
from bot.moving.shelf import drop_older, manifests_in, shelf
from bot.moving.source import snapshot
from bot.settings import BadSettings, Settings, named
from media.store import BRANCHES, FolderStore, Store, open_store
from models.photo import Photo, PhotoState

Say = Callable[[str], None]
A_SLICE = 500


async def back_up(settings: Settings, into: Path, *, keep: int = 0, say: Say = print) -> int:
    """keep: so many backups stay, the newest; 0: all. Returns 1 where pictures that the records name are missing."""
    async with looked_into(settings) as database:
        with named("MEDIA_URL"):
            store = open_store(settings.media_url)
            _refuse_one_in_the_other(into, store)
        with named("DIR, MEDIA_URL"), shelf(into):
            return await _write(database, store, into, keep, say)


def _refuse_one_in_the_other(into: Path, store: Store) -> None:
    """The bot removes from its store what no record names, and `--keep` from DIR what no backup names."""
    if not isinstance(store, FolderStore):
        return
    root = store.root.resolve()
    for place in (into.resolve(), (into / PICTURES).resolve()):
        if place.is_relative_to(root) or root.is_relative_to(place):
            raise BadSettings(
                ["DIR, MEDIA_URL: the same folder, or one in the other; give the backups one of their own"]
            )


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
        await _drop(into, keep, final, kept, say)
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


async def _drop(into: Path, keep: int, written: Path, kept: FolderStore, say: Say) -> None:
    backups, unknown = manifests_in(into)
    for old in drop_older(into, list(backups), keep, written):
        del backups[old]
        say(f"dropped {old.name}")
    if unknown:
        names = ", ".join(folder.name for folder in unknown)
        say(
            f"no picture dropped: {names} may need it ({MANIFEST} is missing or damaged: mend it, or remove the folder)"
        )
        return
    await _drop_pictures({key for manifest in backups.values() for key in manifest.pictures}, kept)


async def _drop_pictures(named_by: set[str], kept: FolderStore) -> None:
    """What no backup names any more: pictures whose time in the district is over are to go everywhere."""
    for branch in BRANCHES:
        async for page in kept.all_in(branch):
            for key, _ in page:
                if key not in named_by:
                    await kept.delete(key)
